#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests what ihp check says where a whole year of a payer differs from the other period: dollars of $0.00, amounts in
# another unit, half of the lines, and a service class that is not there; and that ihp settle repeats it.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

flags() { sed -n '/^Flags$/,$p' "$out" | tail -n +2; }
one_flag() {
    flags | grep -qE -- "$1" && [[ $(flags | wc -l) == 1 ]] && return
    flags
    return 1
}

flags_have() { flags | grep -E -- "$1"; }

state=$work/state
mkdir "$state"
ihp synth -o "$state/state.h5" --members 4000 --seed 1 --extract "$state/extract" --quiet
ok 'a state' succeeds

# Imports the state with its claims changed by an awk program, and checks its deck.
changed() {
    rm -rf "$state/cut" && mkdir "$state/cut" && cp "$state"/extract/[^c]*.csv "$state/extract/care"* "$state/cut"
    awk -F, -v OFS=, "NR > 1 { $1 } 1" "$state/extract/claims.csv" >"$state/cut/claims.csv"
    ihp import "$state/cut" -o "$state/cut.h5" --force --quiet
    ok "$1: import" succeeds
    sed "s/state.h5/cut.h5/" "$state/deck.yaml" >"$state/cut.yaml"
    ihp check "$state/cut.yaml" "${@:2}"
}

# Settles the changed state and looks for one notice about it.
settle_notes() {
    ihp settle "$state/cut.yaml" --force --quiet
    grep -qE -- "$1" "$err" && [[ $(grep -cE 'ihp check|capitation' "$err") == "${2:-1}" ]] && return
    cat "$err"
    return 1
}

changed '' --strict
ok 'nothing changed: no flag' succeeds
ihp settle "$state/cut.yaml" --force --quiet
ok 'nothing changed: settle says nothing' not grep -E 'ihp check|capitation' "$err"

changed 'if ($12 == "MCO-PINE" && $4 ~ /^2025/) $13 = "0.00"' --strict
ok 'capitated in the performance year: refused' fails 3 '1 flag that --strict refuses' 'missing_years' 'MCO-PINE, $0.00 for'
ok 'capitated: payer, years, dollars' \
    one_flag '^  missing_years +MCO-PINE, \$0\.00 for 17,[0-9]{3} lines in 2025, but 17,[0-9]{3} lines and \$2,4[0-9]0,000 in 2024$'
ihp check "$state/cut.h5" --strict
ok 'capitated: the store alone' fails 3 'missing_years' 'in 2025, but'
ok 'capitated: settle says so' settle_notes 'the store: MCO-PINE, \$0\.00 for 17,[0-9]{3} lines in 2025, but .* in 2024'

changed 'if ($12 == "MCO-PINE" && $4 ~ /^202[45]/) $13 = "0.00"'
ok '$0.00 in both periods: settle says so' settle_notes 'the store: MCO-PINE, 202[0-9]-[0-9]{2} to 2025-12: \$0\.00 for [0-9,]+ lines'

changed 'if ($12 == "MCO-PINE" && $4 ~ /^2025-0[56]/) $13 = "0.00"' --strict
ok '$0.00 in two months: refused' fails 3 '1 flag that --strict refuses' 'zero_months'
ok '$0.00 in two months: payer, months, lines, dollars' \
    one_flag '^  zero_months +MCO-PINE, 2025-05 to 2025-06: \$0\.00 for [0-9],[0-9]{3} lines; about \$[34][0-9]{2},000 is expected'
ok '$0.00 in two months: settle says so' settle_notes 'the store: MCO-PINE, 2025-05 to 2025-06: \$0\.00 for [0-9],[0-9]{3} lines'

changed 'if ($12 == "MCO-PINE" && $4 ~ /^2024/) { sub(/\./, "", $13); $13 = $13 ".00" }' --strict
ok 'cents for dollars in the base year: refused' fails 3 'level_shifts'
ok 'cents for dollars: both PMPMs' \
    one_flag '^  level_shifts +MCO-PINE, .* and \$4[0-9]{2}\.[0-9]{2} per member month .* in 2025, but .* and \$4[0-9],[0-9]{3}\.[0-9]{2} per member month .* in 2024$'
ok 'cents for dollars: settle says so' settle_notes 'the store: MCO-PINE, .* in 2025, but .* in 2024'

changed 'if ($12 == "FFS" && $4 ~ /^2025/ && NR % 2) next' --strict
ok 'half of the lines: refused' fails 3 'level_shifts'
ok 'half of the lines' one_flag '^  level_shifts +FFS, 1\.[5-7][0-9]* lines .* in 2025, but 3\.[0-9]+ lines .* in 2024$'

changed 'if ($12 == "FFS" && $4 ~ /^2024/ && $8 == "pharmacy") next' --strict
ok 'no class in the base year: refused' fails 3 'FFS, pharmacy'
ok 'no class in the base year: one flag' \
    one_flag '^  missing_[a-z]+ +FFS, pharmacy[:,] .*no line.* 7,[0-9]{3} lines .* \$7[0-9]{2},000 '
ok 'no class in the base year: settle says so' \
    settle_notes 'the store: FFS, pharmacy, 2024-01 to 2024-12: no line; about 7,[0-9]{3} lines .* and \$7[0-9]{2},000 '

# Each payer has too few stays in hospital to be judged.
changed 'if ($8 == "inpatient" && $4 ~ /^2025/) next' --strict
ok 'a class that no payer has: refused' fails 3 'all payers together, inpatient'
ok 'a class that no payer has: one flag' \
    one_flag '^  missing_[a-z]+ +all payers together, inpatient[:,] .*2025.* no line; .* and \$5,[0-9]+,000 '
ok 'a class that no payer has: settle says so' \
    settle_notes 'the store: all payers together, inpatient, 2025-01 to 2025-12: no line; .* and \$5,[0-9]+,000 '

changed 'if ($12 == "MCO-PINE" && $4 ~ /^2025/) next'
ok 'no line of a payer in the performance year: settle says so' \
    settle_notes 'the store: MCO-PINE, 2025-01 to 2025-12: no line; about 17,[0-9]{3} lines .* and \$2,[0-9]{2}0,000 '

# ---- payers that differ from others in all years -------------------------------------------------

changed 'if ($12 == "MCO-PINE") { sub(/\./, "", $13); $13 = $13 ".00" }' --strict
ok 'cents for dollars in all years: refused' fails 3 'odd_amounts'
ok 'cents for dollars in all years: one flag' \
    one_flag '^  odd_amounts +MCO-PINE, \$[0-9,.]+ per line and .* in 2025, as in all periods, but \$1[0-9]{2}\.[0-9]{2} per line'
ok 'cents for dollars in all years: settle says so' settle_notes 'the store: MCO-PINE, \$[0-9,.]+ per line .* another unit'

changed '{ sub(/\./, "", $13); $13 = $13 ".00" }' --strict
ok 'cents for dollars at all payers: one flag' \
    one_flag '^  odd_amounts +all payers together, \$[0-9,.]+ per line .* no program has more than \$1,500\.00 per line'

changed 'if ($8 == "inpatient" || ($8 == "pharmacy" && $12 == "MCO-PINE")) next' --strict
ok 'classes of no year: refused' fails 3 'missing_classes'
ok 'classes of no year: of all payers' flags_have '^  missing_classes +all payers together, inpatient: no line in 2025, as in all'
ok 'classes of no year: of a payer' flags_have '^  missing_classes +MCO-PINE, pharmacy: no line in 2025, as in all'
ok 'classes of no year: settle says so' settle_notes 'the store: MCO-PINE, pharmacy: no line in 2025' 2

changed 'if ($12 == "MCO-PINE" && ($8 == "other" || NR % 3 == 0)) $13 = "0.00"'
ok '$0.00 for a class of a payer' flags_have '^  zero_dollars +MCO-PINE, other: all of its [0-9,]+ lines in 2025 are \$0\.00'
ok '$0.00 more often than at other payers' \
    flags_have '^  zero_dollars +MCO-PINE, [0-9]+% of its [0-9,]+ lines in 2025 are \$0\.00, and in all'

# ---- months of nobody ----------------------------------------------------------------------------

changed 'if ($12 == "MCO-PINE") { print; $1 = "9" $1 }' --strict
ok 'claims under two claim ids: refused' fails 3 'repeated_claims'
ok 'claims under two claim ids: one flag' one_flag '^  repeated_claims +MCO-PINE: 50% of the paid lines are on another claim'

changed 'if ($4 ~ /^2023/) next' --strict
ok 'claims that begin after the look-back: not refused' succeeds
ok 'claims that begin after the look-back: one flag' \
    one_flag '^  late_begin +the claims begin in 2024-01, but attribution looks back to 2023-01'

# A month of nobody: no payer's lines say what is usual in it.
changed 'if ($4 ~ /^2025-05/) next'
payers=$(sed '1d' "$state/extract/claims.csv" | cut -d, -f12 | sort -u | wc -l)
ok 'a month that nobody has: settle names it for each payer' \
    settle_notes 'the store: MCO-PINE, .*2025-05: no line' "$payers"
changed 'if ($4 ~ /^2024-12/) next'
ok 'the last month of the base year that nobody has: settle names it for each payer' \
    settle_notes 'the store: MCO-PINE, .*2024-12: no line' "$payers"
finish
