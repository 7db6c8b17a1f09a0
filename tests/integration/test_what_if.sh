#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests what-ifs: `ihp settle --set` gives what a sweep gives for the same key and value, on any number of ranks, says
# everywhere that it is a what-if, and is taken for a settlement nowhere.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy_case "$IHP_SOURCE/tests/cases/sweep" "$work/sweep"
cd "$work/sweep"
ihp import extract -o state.h5
settle 1 deck.yaml -o swept --quiet
ok "the sweep" succeeds
sed '/^sweep:/,$ d' deck.yaml >own.yaml

# Checks that the settlement of a folder is that of a scenario of the sweep, whose expected results are another
# implementation's.
is_scenario() {
    diff <(cut -d, -f1- "$1/settlement.csv" | tail -n +2) \
        <(awk -F, -v n="$2" '$1 == n' expected/scenarios.csv | cut -d, -f4- | sed 's/,[^,]*$//') >&2
}
while IFS=, read -r number key value; do
    ihp settle own.yaml --set "$key=$value" -o what-if --force --quiet
    ok "$key=$value" succeeds
    ok "$key=$value: the scenario of the sweep" is_scenario what-if "$number"
    case $key in claims_cap | risk_weights | roster_quarter)
        ok "$key=$value: the folder leads to every column" recomputes what-if ;;
    esac
done < <(tail -n +2 expected/scenarios.csv | cut -d, -f1-3 | sort -n -u)

# ---- several keys, ranks, blocks -----------------------------------------------------------------
sets=(--set claims_cap=2500.50 --set trend=-0.015 --set count_unit=visit --set corridor_share=0.3)
ihp settle deck.yaml "${sets[@]}" -o one
cp "$out" printed
ok "several keys" succeeds
ok "the notice" says "$err" "notice: what-if: claims_cap=2500.50, trend=-0.015, count_unit=visit, corridor_share=0.3 in"
ok "what is printed" says printed "WHAT-IF, not a settlement: claims_cap=2500.50, trend=-0.015, count_unit=visit"
ok "the manifest" says one/manifest.json '"what_if.claims_cap": ' '"what_if.count_unit": "visit"' \
    '"policies.count_unit": "visit"'
ok "the terms" says one/terms.csv "IHP01,what_if.claims_cap,2500.50,16.9" "IHP01,what_if.count_unit,visit," \
    "IHP02,claims_cap,2500.50,16.9" "corridor.1.share,0.3,"
ok "the folder leads to every column" recomputes one
ihp show one
ok "ihp show says so" says "$out" "WHAT-IF, not a settlement: "
ihp report one --output report.html
ok "the report says so" says report.html "This is a what-if and not the settlement of the deck" \
    "claims_cap=2500.5" "count_unit=visit"
ihp show one --ihp IHP02 --format csv
ok "ihp show --ihp as CSV says so in every line" [ "$(grep -c ',final,2025-01,2025-12,2024,"claims_cap=2500.50, trend=' "$out")" = 26 ]
cp "$out" shown.csv
ihp explain deck.yaml "${sets[@]}" --ihp IHP02 --format csv
ok "ihp explain as CSV says it alike" cmp <(cut -d, -f1,2 shown.csv) <(cut -d, -f1,2 "$out")
ok "ihp explain as CSV says it in every line" [ "$(grep -c ',"claims_cap=2500.50, trend=' "$out")" = 26 ]
ihp show one --ihp IHP02 --format json
ok "ihp show --ihp as JSON says so" says "$out" '"settlement": "final"' '"base_year": 2024' '"what_if": "claims_cap=2500.50, '
ihp show one --ihp IHP02
cp "$out" shown
ok "ihp show --ihp says so" says shown "WHAT-IF, not a settlement: claims_cap=2500.50, trend=-0.015" \
    "Final settlement of 2025 against base year 2024, claims paid through"
ihp explain deck.yaml "${sets[@]}" --ihp IHP02
ok "ihp explain of a what-if says so" says "$out" "WHAT-IF, not a settlement: claims_cap=2500.50, trend=-0.015"
ok "ihp explain of a what-if: the lines of its result" diff \
    <(tail -n +3 shown | sed -E 's/ \([a-z_]+\.csv\)//') <(tail -n +3 "$out")
settle 2 deck.yaml "${sets[@]}" -o two --quiet
ok "two ranks" succeeds
for file in one/*.csv; do
    ok "two ranks: $file" cmp "$file" "two/$(basename "$file")"
done
for block in 1 2; do
    ihp settle deck.yaml "${sets[@]}" --block "$block/2" -o "block$block" --quiet
    ok "block $block" succeeds
done
ihp merge block1 block2 -o merged
ok "blocks of a what-if" succeeds
ok "the merged manifest" says merged/manifest.json '"what_if.claims_cap": '
ok "the merged sweep" cmp merged/scenarios.csv one/scenarios.csv
ihp settle deck.yaml "${sets[@]:2}" --set claims_cap=2500 --block 2/2 -o other --quiet
ihp merge block1 other -o mixed
ok "blocks of different what-ifs" fails 3 "other/manifest.json: deck." "blocks of different runs"

# ---- nobody takes one for a settlement -----------------------------------------------------------
settle 1 own.yaml --quiet
ok "the deck's own settlement" succeeds
ihp settle own.yaml --set trend=0.01 --force
ok "without a folder of its own" fails 2 "--set requires -o FOLDER"
ln -s result link
ihp settle own.yaml --set trend=0.01 --force -o ./link
ok "the deck's folder by another name" fails 2 "result is the folder of the deck's own settlement"
ok "which stays as it was" not grep -q what_if result/manifest.json
sed 's/^output: .*/output: one/' own.yaml >taken.yaml
ihp notices taken.yaml
ok "notices of a what-if" fails 3 "one/manifest.json: is a what-if (claims_cap=2500.5" "settle the deck without --set"
copy_case "$IHP_SOURCE/tests/cases/payments" "$work/payments"
ihp import "$work/payments/extract" -o "$work/payments/state.h5"
ihp pay "$work/payments/deck.yaml" --quarter 2025Q2 -o one
ok "payments in its folder" fails 2 "one: has a what-if" "name another folder"
copy_case "$IHP_SOURCE/tests/cases/interim" "$work/interim"
cd "$work/interim"
ihp import extract -o state.h5
sed -i '/^sweep:/,$ d' deck.yaml
sed -i 's/-83.47//; s/28.86//; s/91.86//' program/ihps.csv
cat >final.yaml <<'DECK'
store: state.h5
program: program
output: final
settlement: final
interim: result
base:        {year: 2024, paid_through: 2026-06-30}
performance: {year: 2025, paid_through: 2026-12-31}
DECK
rm program/overrides.csv program/quality.csv
settle 1 deck.yaml --quiet
ok "an interim" succeeds
ihp settle final.yaml --set threshold=0.05 --set claims_cap=0 -o what-if
ok "a what-if of a final with its interim" succeeds
ok "its bridge adds up" "$IHP_PYTHON" - what-if/bridge.csv <<'PY'
import csv, sys
sums = {}
for row in csv.DictReader(open(sys.argv[1], newline='')):
    cents = round(float(row['amount']) * 100)
    if row['step'] == 'final':
        assert sums[row['ihp_id']] == cents, row
    elif row['step'] not in ('interim_paid', 'amount_due'):
        sums[row['ihp_id']] = sums.get(row['ihp_id'], 0) + cents
assert sums
PY
ihp settle deck.yaml --set threshold=0.05 -o guess --quiet
sed -i 's/^interim: .*/interim: guess/' final.yaml
settle 1 final.yaml --quiet
ok "a what-if as an interim" fails 3 "guess/manifest.json: is a what-if (threshold=0.05" "be the interim of a final"

# ---- settings that are not valid -----------------------------------------------------------------
refused() { # SETTING TEXT...
    ihp settle deck.yaml --set "$1" -o refused
    ok "--set $1" fails 2 "${@:2}"
}
refused claim_cap=3 "'claim_cap' is not a key that can be set; did you mean 'claims_cap'?"
refused policies.count_unit=visit "did you mean 'count_unit'"
refused store=x "'store' is not a key that can be set; "
refused claims_cap=-1 "claims_cap: '-1' is not allowed; expected dollars from 0"
refused claims_cap= "claims_cap: '' is not allowed"
refused count_unit=lines "count_unit: 'lines' is not allowed; expected line or visit"
refused claims_cap "KEY=VALUE, such as claims_cap=50000"
refused '=3' "KEY=VALUE"
ihp settle deck.yaml --set trend=0.1 --set trend=0.2 -o refused
ok "a key twice" fails 2 "--set: trend is given twice"
ok "nothing is written" not [ -e refused ]
finish
