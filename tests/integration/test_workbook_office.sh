#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A workbook computed by LibreOffice: every formula gives the settlement's number, and another input gives what the
# engine has for the same change, for every IHP. LibreOffice must be told to compute what it opens.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/integration/workbook.sh
source "$(dirname "${BASH_SOURCE[0]}")/workbook.sh"

if ! command -v soffice >/dev/null; then
    echo "skipped: LibreOffice is not installed (libreoffice-calc-nogui)"
    exit 77
fi

cd "$work"
make_state
cat >>deck.yaml <<'EOT'
sweep:
  design: named
  scenarios:
    - {name: cap, set: {claims_cap: 20000, risk_weights: base}}
    - {name: trend, set: {trend: 0.013}}
    - {name: threshold, set: {threshold: 0.01}}
    - {name: corridors, set: {corridor_share: 0.37}}
    - {name: quality, set: {quality_share: 0.8, quality_on_losses: none}}
    - {name: rerun, set: {pbp_offset_rule: rerun, quality_on_losses: inverse}}
    - {name: outside, set: {pbp_offset_outside: outermost, circumstance_rule: months}}
EOT
settle 1 deck.yaml -o result --quiet
ok "settle" succeeds
ihp workbook result
ok "workbook" succeeds

# Settles with another program folder, in which something of ihps.csv or quality.csv is changed.
another() {
    cp -r program "program.$1"
    "$IHP_PYTHON" - "program.$1" "$1" <<'PY'
import csv, sys
folder, what = sys.argv[1:]
name = folder + ('/quality.csv' if what == 'quality' else '/ihps.csv')
with open(name, newline='') as file:
    rows = list(csv.DictReader(file))
for i, row in enumerate(rows):
    if what == 'quality' and row['year'] == '2025' and row['numerator'] != '':
        row['numerator'] = str(int(row['numerator']) * (i % 4 + 1) // 5)
    elif what == 'pbp':
        row['pbp_dollars'] = '%d.25' % (1900 * i + 100)
    if what == 'pbp' and row['terminated_on'] != '':
        row['terminated_on'] = '2025-10-31'
with open(name, 'w', newline='') as file:
    writer = csv.DictWriter(file, list(rows[0]), lineterminator='\n')
    writer.writeheader()
    writer.writerows(rows)
PY
    sed "s/^program: .*/program: program.$1/" plain.yaml >"$1.yaml"
    ihp settle "$1.yaml" -o "$1" --quiet
    ok "settle with another $1" succeeds
    ok "another $1 changes amounts" not cmp -s result/settlement.csv "$1/settlement.csv"
}
another pbp
another quality

# The workbooks: as it is, and one for each change.
mkdir changed computed
book=result/settlement.xlsx
change() {
    ok "change $1" book change "$book" "changed/$1.xlsx" "${@:2}"
}
cost=(base_capped_cost capped_cost base_risk risk)
cp "$book" changed/0.xlsx
ok "change 1" book inputs "$book" changed/1.xlsx result/scenarios.csv 1 "${cost[@]}"
rate=$("$IHP_PYTHON" -c '
import csv
print([float(row["rate"]) for row in csv.DictReader(open("program/trend.csv")) if row["year"] == "2025"][0] + 0.013)')
change 2 "trend_rate_2025=$rate"
change 3 threshold=0.01
change 4 corridor_share=0.37
change 5 quality_share=0.8 quality_on_losses=none
change 6 pbp_offset_rule=rerun quality_on_losses=inverse
change 7 pbp_offset_outside=outermost circumstance_rule=months
pbp=()
for i in 0 1 2 3 4 5; do
    pbp+=("IHP00$((i + 1))!pbp=$((1900 * i + 100)).25")
done
change pbp "${pbp[@]}" IHP004!days_in_force=304
ok "change quality" book inputs "$book" changed/quality.xlsx quality/settlement.csv quality_score
for kind in interim quarterly; do
    ihp settle "$kind.yaml" -o "$kind" --quiet
    ok "$kind: settle" succeeds
    ihp workbook "$kind" -o "changed/$kind.xlsx"
    ok "$kind: workbook" succeeds
done

# LibreOffice computes a workbook of another program only if its profile says so.
mkdir -p profile/user
cat >profile/user/registrymodifications.xcu <<'EOT'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
EOT
run soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to xlsx --outdir computed changed/*.xlsx
ok "LibreOffice computes" succeeds

ok "as it is" book compare computed/0.xlsx result/settlement.csv
for i in 1 2 3 4 5 6 7; do
    ok "scenario $i changes amounts" differs result/settlement.xlsx result/scenarios.csv "$i"
    ok "scenario $i" book compare "computed/$i.xlsx" result/scenarios.csv "$i"
done
for name in pbp quality interim quarterly; do
    ok "another $name" book compare "computed/$name.xlsx" "$name/settlement.csv"
done
finish
