#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A settlement is computed again from nothing but its result folder, by a program that knows the contract: every
# column of settlement.csv, under every policy that the formulas depend on. test_cases.sh and test_random.sh do so, too.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for name in money interim; do
    copy_case "$IHP_SOURCE/tests/cases/$name" "$work/$name"
    ihp import "$work/$name/extract" -o "$(deck_path "$work/$name/deck.yaml" store)"
    ok "$name: import" succeeds
done
result=$work/result
settled() {
    ihp settle "$work/$1/deck.yaml" -o "$result" --force --quiet
    ok "$1, $2: settle" succeeds
    ok "$1, $2: settlement.csv follows from the other files" recomputes "$result"
}
for policy in risk_weights:base pbp_offset_rule:rerun pbp_offset_outside:outermost quality_on_losses:none \
    quality_on_losses:inverse circumstance_rule:months; do
    sed -i '/^policies:/,$d' "$work/money/deck.yaml"
    echo "policies: {${policy/:/: }}" >>"$work/money/deck.yaml"
    settled money "$policy"
done
settled interim "as it is"
# An IHP without members has no ratio and no settlement.
sed '/^IHP04,/d' -i "$work/interim/program/rosters.csv"
settled interim "without a roster of IHP04"
ok "an IHP without members: no settlement" grep -q '^IHP04,.*,no_settlement,' "$result/settlement.csv"
sed -i '/^policies:/d' "$work/money/deck.yaml"
settled money "as it is"

# The life of a year: four payment runs, an interim, and the final that takes from them what was paid.
life=$work/life
mkdir "$life"
cp -r "$IHP_SOURCE/inputs/sample/program" "$life"
ihp import "$IHP_SOURCE/inputs/sample/extract" -o "$life/state.h5"
"$IHP_PYTHON" - "$life/program/ihps.csv" <<'END'
import csv, sys
with open(sys.argv[1], newline='') as file:
    rows = list(csv.DictReader(file))
for row in rows:  # nobody types what the runs and the interim say
    row['pbp_dollars'] = row['interim_paid'] = ''
with open(sys.argv[1], 'w', newline='') as file:
    out = csv.DictWriter(file, rows[0].keys(), lineterminator='\n')
    out.writeheader()
    out.writerows(rows)
END
terms='store: state.h5\nprogram: program\nbase: {year: 2024, paid_through: 2025-12-31}\n'
printf '%b' "$terms" 'output: interim\nsettlement: interim\n' \
    'performance: {year: 2025, paid_through: 2026-03-31}\n' >"$life/interim.yaml"
printf '%b' "$terms" 'output: final\nsettlement: final\ninterim: interim\npayments: [pay1, pay2, pay3, pay4]\n' \
    'performance: {year: 2025, paid_through: 2026-12-31}\n' >"$life/final.yaml"
ihp settle "$life/interim.yaml" --quiet
ok "an interim" succeeds
ok "an interim follows from its other files" recomputes "$life/interim"
for quarter in 1 2 3 4; do
    ihp pay "$life/interim.yaml" --quarter "2025Q$quarter" -o "$life/pay$quarter" --quiet
    ok "payments of quarter $quarter" succeeds
done
ihp settle "$life/final.yaml" --quiet
ok "the final after them" succeeds
ok "METRO: PBP and interim come from the runs" says "$life/final/terms.csv" "METRO,pbp,6387.48," \
    "METRO,interim_paid,4225.10,"
ok "the final follows from its other files" recomputes "$life/final"

# It notices a cent, a thousandth of a score, another outcome, a term that is another.
not_recomputed() {
    ok "$1" not recomputes "$work/changed"
    rm -rf "$work/changed"
}
for column in $(head -n 1 "$result/settlement.csv" | tr , ' '); do
    case $column in
        ihp_id) continue ;;
    esac
    cp -r "$result" "$work/changed"
    run "$IHP_PYTHON" -c '
import csv, sys
with open(sys.argv[1], newline="") as file:
    rows = list(csv.reader(file))
at = rows[0].index(sys.argv[2])
row = next(row for row in rows[1:] if row[at] not in ("", "no_settlement"))
value = row[at]
row[at] = {"savings": "losses", "losses": "savings", "inside_threshold": "losses"}.get(value) or (
    "%.2f" % (float(value) + 0.01) if "." in value and len(value.split(".")[1]) == 2 else
    "%.12g" % (float(value) * 1.001) if "." in value else str(int(value) + 1))
with open(sys.argv[1], "w", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows(rows)
' "$work/changed/settlement.csv" "$column"
    ok "$column is changed" succeeds
    not_recomputed "another $column is noticed"
done
for change in threshold:0.9 quality_share corridor.1.share corridor.1.to trend.2025.rate pbp quality_score days_in_force \
    interim_paid claims_cap released_from_losses circumstances.2025-; do
    term=${change%:*} value=0.0123
    [[ $change != *:* ]] || value=${change#*:}
    cp -r "$result" "$work/changed"
    ok "$term is a term" grep -q ",$term" "$result/terms.csv"
    sed -i -E "/,${term//./\\.}/s/^([^,]*,[^,]*),[^,]*,/\1,$value,/" "$work/changed/terms.csv"
    not_recomputed "another $term is noticed"
done
finish
