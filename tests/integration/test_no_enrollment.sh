#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests what ihp check and ihp settle say where enrollment or ACGs of some members, months or years are missing.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

flags() { sed -n '/^Flags$/,$p' "$out" | tail -n +2; }
one_flag() {
    flags | grep -qE -- "$1" && [[ $(flags | wc -l) == 1 ]] && return
    flags
    return 1
}

state=$work/state
mkdir "$state"
ihp synth -o "$state/state.h5" --members 2000 --seed 3 --extract "$state/extract" --quiet
ok 'a state' succeeds
sed -e 's/state.h5/cut.h5/' "$state/deck.yaml" >"$state/cut.yaml"

# Imports the state with one of its tables changed by an awk program, and checks its deck.
changed() {
    rm -rf "$state/cut" && cp -r "$state/extract" "$state/cut"
    awk -F, -v OFS=, "NR > 1 { $2 } 1" "$state/extract/$1.csv" >"$state/cut/$1.csv"
    ihp import "$state/cut" -o "$state/cut.h5" --force --quiet
    ok "$1 $2: import" succeeds
    ihp check "$state/cut.yaml" --strict
}

settle_notes() {
    ihp settle "$state/cut.yaml" --force --quiet
    grep -E -- "$1" "$err" && return
    cat "$err"
    return 1
}

changed members ''
ok 'nothing changed: no flag' succeeds
ok 'nothing changed: settle says nothing' not settle_notes 'not enrolled|without an ACG|no member has|no provider'

changed enrollment 'if ($5 == "MCO-PINE") next'
ok 'a payer: refused' fails 3 '1 flag that --strict refuses' 'no_enrollment'
ok 'a payer: lines and dollars' \
    one_flag '^  no_enrollment +MCO-PINE, 2024-01 to 2025-12: 100% of [0-9,]+ lines, with \$[0-9],[0-9]{3},000, are of members'
ihp check "$state/cut.h5" --strict
ok 'a payer: the store alone' fails 3 'no_enrollment'
ok 'a payer: settle says so' settle_notes 'the store: MCO-PINE, 2024-01 to 2025-12: at least 100% of [0-9,]+ lines, with \$'

changed enrollment 'if (substr($1, length($1)) % 2) next'
ok 'half of the members: refused' fails 3 'no_enrollment'
ok 'half of the members: told once' one_flag '^  no_enrollment +all payers together, 2024-01 to 2025-12: [45][0-9]% of'
ok 'half of the members: settle says so' settle_notes 'the store: all payers together, 2024-01 to 2025-12: at least'

changed enrollment 'if ($2 <= "2025-05" && $3 >= "2025-05" && $5 == "FFS") {
    if ($2 < "2025-05") { to = $3; $3 = "2025-04"; print; $3 = to }
    if ($3 == "2025-05") next
    $2 = "2025-06" }'
ok 'a month of a payer: refused' fails 3 'no_enrollment'
ok 'a month of a payer' one_flag '^  no_enrollment +FFS, 2025-05: 100% of [0-9,]+ lines'
ok 'a month of a payer: settle says so' settle_notes 'the store: FFS, 2025-05: at least 100% of'

changed morbidity 'if ($2 == 2024) next'
ok 'ACGs of a year: refused' fails 3 'no_morbidity'
ok 'ACGs of a year: one flag' one_flag '^  no_morbidity +100% of the members who are enrolled in 2024 have no ACG of the year'
ok 'ACGs of a year: settle says so' settle_notes 'the store: 100% of the member months .* base period .* without an ACG of 2024'
ihp check "$state/cut.h5" --strict
ok 'ACGs of a year: the store alone' fails 3 'no_morbidity' 'enrolled in 2024'

changed morbidity next
ok 'no ACG: refused' fails 3 'no_morbidity'
ok 'no ACG: settle says so' settle_notes 'the store: no member has an ACG'
changed providers next
ok 'no taxonomy: settle says so' settle_notes 'the store: no provider has a taxonomy'

changed enrollment 'if ($2 >= "2025-01") next; if ($3 == "" || $3 > "2024-12") $3 = "2024-12"'
ok 'a year of all payers: what is there' grep -E 'missing_years +FFS, no member month, but [0-9,]+ lines and .* in 2025 \([0-9,]+ lines .* in 2024\)' "$out"
finish
