#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A store that has changed by a bit is refused by every command that reads the changed block, and on any number of
# ranks; the message names the column and the block. `ihp check --verify` reads all blocks.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# 400 members have some 40,000 lines, in blocks of 8,192.
made=$work/good
case=$work/case
mkdir "$made"
ihp synth -o "$made/state.h5" --members 400 --ihps 3 --seed 5
ok "the store is made" succeeds
fresh() {
    rm -rf "$case"
    cp -r "$made" "$case"
}

lines_of() {
    h5ls "$1/$2" | sed -n 's/.*{\([0-9]*\).*/\1/p'
}
lines=$(lines_of "$made/state.h5" claims/service)
last=$(((lines - 1) / 8192))
ok "there are several blocks" [ "$last" -ge 2 ]

# Flips one bit: flip STORE COLUMN BYTES INDEX.
flip() {
    local address
    address=$(h5ls -va "$1/$2" | sed -n 's/^ *Address: *//p' | head -1)
    "$IHP_PYTHON" -c '
import sys
path, at = sys.argv[1], int(sys.argv[2]) + int(sys.argv[3]) * int(sys.argv[4])
with open(path, "r+b") as store:
    store.seek(at)
    byte = store.read(1)[0]
    store.seek(at)
    store.write(bytes([byte ^ 1]))' "$1" "$address" "$3" "$4"
}

# ---- a good store -----------------------------------------------------------------------------------

fresh
ihp check "$case/state.h5" --verify
ok "check --verify of a good store" succeeds
ok "check --verify says how much it compared" says "$out" "all digests hold: " " columns, " " blocks, " " bytes ("
ok "check --verify also checks" says "$out" "Claim lines by status"
settle 1 "$case/deck.yaml" -o "$case/one"
ok "a good store settles" succeeds
settle 3 "$case/deck.yaml" -o "$case/three"
ok "a good store settles on 3 ranks, which share blocks" succeeds
ok "the settlements are equal" cmp "$case/one/settlement.csv" "$case/three/settlement.csv"

# ---- damage -----------------------------------------------------------------------------------------

# The last block has fewer elements.
while read -r column bytes ranks; do
    fresh
    elements=$(lines_of "$case/state.h5" "$column")
    block=$(((elements - 1) / 8192))
    flip "$case/state.h5" "$column" "$bytes" $((elements - 1))
    where="column $column is damaged in block $block (elements $((block * 8192)) to $((elements - 1)));"
    settle "$ranks" "$case/deck.yaml"
    ok "$column, $ranks ranks" fails 3 "state.h5: $where" "make the store again"
    ok "$column: no result" not test -e "$case/result/manifest.json"
    ihp check "$case/state.h5" --verify
    ok "$column: check --verify" fails 3 "state.h5: $where"
done <<'COLUMNS'
claims/paid_amount 4 1
claims/known_from 2 3
index/negative 1 2
enrollment/exclusion 1 1
COLUMNS

# A settlement does not read the line numbers, so it can be made; what reads them does not pass over the damage.
fresh
flip "$case/state.h5" claims/line 8 8192
settle 1 "$case/deck.yaml"
ok "claims/line: a settlement does not read it" succeeds
ihp check "$case/state.h5" --verify
ok "claims/line: check --verify" fails 3 "column claims/line is damaged in block 1 (elements 8192 to 16383);"
ihp check "$case/state.h5"
ok "claims/line: check" fails 3 "column claims/line is damaged in block 1"

# The digests, and the attributes that the content hash covers.
fresh
flip "$case/state.h5" digests 8 3
for command in "settle $case/deck.yaml" "check $case/state.h5" "info $case/state.h5" \
    "pay $case/deck.yaml --year 2025" "power $case/deck.yaml --sizes 100"; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp $command
    ok "digests: ${command%% *}" fails 3 "state.h5: column digests does not give the content_hash" "ihp import"
done

# ---- a store of an earlier version ------------------------------------------------------------------

fresh
"$IHP_SEAL_STORE" --older "$case/state.h5"
settle 2 "$case/deck.yaml" -o "$case/older"
ok "an older store settles" succeeds
ok "a notice says that it has no digests" says "$err" "state.h5: has no digests" "import the extract again"
ok "the settlement is the same" cmp "$case/older/settlement.csv" <(
    ihp settle "$made/deck.yaml" -o "$work/newer"
    cat "$work/newer/settlement.csv"
)
ihp check "$case/state.h5" --verify
ok "an older store is checked" succeeds
ok "check --verify says that there is nothing to compare" says "$err" "has no digests"
ok "check --verify does not say that digests hold" not grep -q "digests hold" "$out"

finish
