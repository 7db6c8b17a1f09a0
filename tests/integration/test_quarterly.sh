#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests quarterly statements [4.6.2] in every command: twelve months in two years, which overlap the base year, give
# the same bytes with the index and without it and on any number of ranks, with intervals and with scenarios; months
# that begin after the cut-off are left out and counted.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/quarterly
copy_case "$IHP_SOURCE/tests/cases/quarterly" "$case"
ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds

# The deck of the case with other lines behind it, and without its sweep.
deck_with() {
    local name=$1
    shift
    { sed '/^sweep:/,$ d; s/^policies: {}//' "$case/deck.yaml" && printf '%s\n' "$@"; } >"$case/$name.yaml"
}

# ---- the same bytes -------------------------------------------------------------------------------

for weights in fixed refit; do
    deck_with "$weights" "policies: {bootstrap_weights: $weights, weights_population: gate}" \
        'bootstrap: {replicates: 40, seed: 7, levels: [0.9]}' 'bootstrap_scenarios: true' 'sweep: {design: readings}'
    settle 1 "$case/$weights.yaml" -o "$work/one" --member-files --quiet --force
    ok "$weights weights: settle" succeeds
    settle 1 "$case/$weights.yaml" -o "$work/slow" --member-files --quiet --force --no-index
    ok "$weights weights: without the index" same_results "$work/one" "$work/slow"
    settle 3 "$case/$weights.yaml" -o "$work/three" --member-files --quiet --force --batch-lines 50
    ok "$weights weights: on three ranks" same_results "$work/one" "$work/three"
done
for months in 2025-03 2025-12 2025-02; do
    deck_with month
    sed -i "s/through: 2025-06, paid_through: 2025-08-14/through: $months, paid_through: 2026-01-31/" "$case/month.yaml"
    settle 1 "$case/month.yaml" -o "$work/one" --member-files --quiet --force
    ok "through $months: settle" succeeds
    settle 2 "$case/month.yaml" -o "$work/slow" --member-files --quiet --force --no-index
    ok "through $months: without the index" same_results "$work/one" "$work/slow"
    run "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/reference.py" "$case/extract" "$case/month.yaml" -o "$work/expected"
    ok "through $months: as the reference" same_as_expected "$work/expected" "$work/one"
done

# December is the calendar year: what the deck of an interim of that year shares, but nothing is due.
sed 's/quarterly/interim/; s/through: 2025-12/year: 2025/; s/2025-06-30/2025-12-31/' "$case/month.yaml" >"$case/year.yaml"
sed 's/through: 2025-02/through: 2025-12/; s/2025-06-30/2025-12-31/' "$case/month.yaml" >"$case/december.yaml"
sed -i 's/through: 2025-02/year: 2025/' "$case/year.yaml"
settle 1 "$case/year.yaml" -o "$work/year" --quiet
ok "the year: settle" succeeds
settle 1 "$case/december.yaml" -o "$work/december" --quiet
ok "through December: settle" succeeds
ok "through December: all but the amount due" diff <(cut -d, -f1-27 "$work/year/settlement.csv") \
    <(cut -d, -f1-27 "$work/december/settlement.csv")
ok "through December: nothing is due" [ "$(sed 1d "$work/december/settlement.csv" | cut -d, -f28 | sort -u)" = 0.00 ]

# ---- months after the cut-off ---------------------------------------------------------------------

deck_with early 'allow_nonstandard_runout: true'
sed -i 's/2025-08-14/2025-05-31/' "$case/early.yaml"
read -r left member < <("$IHP_PYTHON" - "$IHP_SOURCE/tests/reference" "$case/extract" "$case/early.yaml" <<'PY'
import sys
from datetime import date
sys.path.insert(0, sys.argv[1])
from common import Deck
from population import Extract, qualifying_spans
deck, extract = Deck(sys.argv[3], []), Extract(sys.argv[2])
first = deck.first['performance']
june = [m for m in extract.members if qualifying_spans(extract.spans[m], first, deck, date(2030, 1, 1))[11]]
print(len(june), june[0])
PY
)
settle 2 "$case/early.yaml" -o "$work/early" --quiet
ok "a cut-off before the last month: settle" succeeds
ok "a notice counts the months left out" says "$err" \
    "performance period: $left member months begin after the cut-off 2025-05-31"
ok "they are more than a few" [ "$left" -gt 20 ]
run "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/reference.py" "$case/extract" "$case/early.yaml" -o "$work/left" --no-member-files
ok "a cut-off before the last month: as the reference" same_as_expected "$work/left" "$work/early"
ihp explain "$case/early.yaml" "$member"
ok "explain: a month that has not begun" says "$out" "Member $member in a quarterly statement" \
    "Performance period 2024-07 to 2025-06" "Jun:not-begun" "Not begun by the cut-off 2025-05-31 [2.7]: 1 months"

# ---- other commands -------------------------------------------------------------------------------

ihp settle "$case/fixed.yaml" --dry-run
ok "--dry-run" says "$out" "scenarios"
ihp settle "$case/fixed.yaml" --estimate
ok "--estimate" says "$out" "members" 84
ihp power "$case/early.yaml" --sizes 50 --draws 10
ok "power" says "$out" "eligible in 2024 or 2024-07 to 2025-06"
ihp check "$case/state.h5"
ok "check" succeeds
ihp quality "$case/early.yaml"
ok "quality: there is none in this program folder" fails 3 quality.csv
settle 1 "$case/deck.yaml" -o "$work/whole"
ok "settle: what it is of" says "$out" "Quarterly statement of 2024-07 to 2025-06 against base year 2024" \
    "Total amount due: \$0.00"

# Payments ask for the deck's cut-off alone, whatever it settles.
copy_case "$IHP_SOURCE/tests/cases/payments" "$work/payments"
ihp import "$work/payments/extract" -o "$work/payments/state.h5"
sed 's/^settlement: .*/settlement: quarterly/; s/^performance: *{year: \([0-9]*\)/performance: {through: \1-06/' \
    "$work/payments/deck.yaml" >"$work/payments/quarterly.yaml"
ihp pay "$work/payments/quarterly.yaml" --quarter 2025Q2 -o "$work/paid" --quiet
ok "pay with a quarterly deck" succeeds
for file in payments payments_quarter payment_categories; do
    ok "pay: $file as with a final deck" diff "$work/payments/expected/$file.csv" "$work/paid/$file.csv"
done

# ---- bad input ------------------------------------------------------------------------------------

refused() {
    local text=$1 change=$2
    shift 2
    sed "$change" "$case/deck.yaml" >"$case/bad.yaml"
    ihp settle "$case/bad.yaml" -o "$work/bad"
    ok "$text" fails 2 "bad.yaml:6: performance.$1" "${@:2}"
}
refused "a quarter that has not ended" 's/2025-08-14/2025-06-29/' paid_through "2025-06" "expected 2025-06-30 or later"
refused "a month of the base year" 's/2025-06,/2024-06,/' through "after the base year 2024"
refused "year and through" 's/{through/{year: 2025, through/' year "remove it"
refused "through in a final" 's/quarterly/final/' through "only a quarterly statement"
finish
