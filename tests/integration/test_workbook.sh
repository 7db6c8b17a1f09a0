#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The workbook of a settlement: its values are those of settlement.csv, equal results make equal bytes, no text can
# become a formula, and what exists is not replaced. test_workbook_office.sh computes the formulas.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/integration/workbook.sh
source "$(dirname "${BASH_SOURCE[0]}")/workbook.sh"

cd "$work"
make_state
cat >>deck.yaml <<'EOT'
bootstrap: {replicates: 40, seed: 7}
sweep:
  design: one_at_a_time
  vary:
    claims_cap: [20000]
    quality_on_losses: none
EOT
settle 1 deck.yaml -o result --quiet
ok "settle" succeeds
ihp workbook result
ok "workbook" succeeds
ok "it says where" says "$out" "Workbook: result/settlement.xlsx"
ok "mode" mode_is 640 result/settlement.xlsx
ok "nothing is left" nothing_left result
ok "the steps are the settlement's" book compare result/settlement.xlsx result/settlement.csv

# Every column of the settlement is a step of every IHP, and the sheets are there.
book texts result/settlement.xlsx
cp "$work/.book" texts
for sheet in Summary Terms 'Terms by IHP' Payers 'Risk weights' 'Risk scores' Quality Measures Scenarios Outcomes Bootstrap Manifest; do
    ok "sheet $sheet" grep -q "^$sheet!A1 " texts
done
ok "a list of the manifest" grep -q '^Manifest!B[0-9]* \[0\.95\]$' texts
for ihp in 1 2 3 4 5 6; do
    ok "IHP00$ihp is in the summary" grep -q "^Summary!A[0-9]* IHP00$ihp\$" texts
done

# Texts of an extract stay texts.
copy_case "$IHP_SOURCE/tests/cases/sweep" case
hostile() {
    sed -i "s/MCO-BLUE/=1+1/; s/MCO-RED/+cmd|' C calc'!A0/; s/MCO-GREEN/@SUM(1)/" "$@"
}
cp -r case/extract case/hostile
hostile case/hostile/enrollment.csv
ihp import case/hostile -o case/hostile.h5
ok "formulas: payers are refused" says "$err" "enrollment.csv: 310 rows: payer begins with = + - or @"
sed -i 's/,0100$/,=2+2/; s/,0300$/,-3/' case/hostile/morbidity.csv
cp case/extract/enrollment.csv case/hostile
ihp import case/hostile -o case/hostile.h5
ok "formulas: risk categories are refused" says "$err" "morbidity.csv: 52 rows: acg begins with = + - or @"
ihp import case/extract -o "$(deck_path case/deck.yaml store)" --quiet
ok "formulas: import" succeeds
ihp settle case/deck.yaml -o formulas --quiet
ok "formulas: settle" succeeds
# As an earlier version wrote it, which let such texts through.
hostile formulas/*.csv
sed -i 's/,0100,/,=2+2,/; s/,0300,/,-3,/' formulas/risk_*.csv
"$IHP_PYTHON" - formulas/manifest.json <<'PY'
import json, sys
manifest = json.load(open(sys.argv[1]))
del manifest['files'], manifest['hash']
json.dump(manifest, open(sys.argv[1], 'w'))
PY
ihp workbook formulas
ok "formulas: workbook" succeeds
book texts formulas/settlement.xlsx
cp "$work/.book" case/texts
book formulas formulas/settlement.xlsx
cp "$work/.book" case/formulas
for text in '=1+1' "+cmd|' C calc'!A0" '@SUM(1)' '=2+2' '-3'; do
    ok "a text: $text" grep -qF -- " $text" case/texts
done
ok "formulas of IHPs and sums alone" not grep -Ev '^(Summary|Terms|IHP0[0-9])!' case/formulas
ok "no formula of a text" not grep -E 'cmd|1\+1|2\+2|SUM\(1' case/formulas

# The names of sheets are quoted in what Excel reads: IHP001 looks like a cell.
"$IHP_PYTHON" - <<'PY'
import re, sys, zipfile
names = re.findall('<definedName name="([^"]*)"[^>]*>([^<]*)<',
                   zipfile.ZipFile('result/settlement.xlsx').read('xl/workbook.xml').decode())
bare = [place for _, place in names if not place.startswith("'") and re.match('[A-Z]{1,3}[0-9]+!|R[0-9]*C[0-9]*!', place)]
areas = [place for name, place in names if name == '_xlnm.Print_Area']
titles = [place for name, place in names if name == '_xlnm.Print_Titles']
if bare or len(areas) < 14 or len(areas) != len(titles) or "'IHP001'!$4:$4" not in titles:
    sys.exit('%s, %s' % (bare, titles))
PY
ok "names of sheets are quoted" [ $? = 0 ]

# It notices another amount.
sed '2s/,\([0-9]*\)\.\([0-9][0-9]\),/,\1.99,/g' result/settlement.csv >changed.csv
ok "another amount is noticed" differs result/settlement.xlsx changed.csv

# The same bytes: again, elsewhere, in another time zone, and of equal results.
TZ=Pacific/Auckland ihp workbook result -o again.xlsx --quiet
ok "again" succeeds
ok "quiet" [ ! -s "$out" ]
ok "again: the same bytes" cmp result/settlement.xlsx again.xlsx
settle 3 deck.yaml -o result3 --quiet
ihp workbook result3
ok "of three ranks: the same bytes" cmp result/settlement.xlsx result3/settlement.xlsx

# Payments and a reconciliation have sheets of their own, and the members by risk category are those of the table.
ihp pay plain.yaml --year 2025 -o result3 --quiet
ok "payments: pay" succeeds
ihp reconcile plain.yaml --year 2025 -o result3 --quiet
ok "payments: reconcile" succeeds
ihp workbook result3 --force
ok "payments: workbook" succeeds
"$IHP_PYTHON" - "$IHP_SOURCE/tests/integration" <<'PY'
import csv, sys
sys.path.insert(0, sys.argv[1])
import workbook
book = workbook.Workbook('result3/settlement.xlsx')
for sheet, table, shown_at_least in (('Risk scores', 'risk_scores', 200), ('Payments by month', 'payments', 100),
                                     ('Payments', 'payments_quarter', 60), ('Reconciliation', 'reconcile', 1)):
    shown = hidden = 0
    with open('result3/%s.csv' % table, newline='') as file:
        for r, row in enumerate(csv.reader(file)):
            for c, text in enumerate(row):
                value = book.value(sheet, '%s%d' % (chr(65 + c), 4 + r))
                number = isinstance(value, float)
                hidden += value == 'not shown'
                shown += number
                if value != 'not shown' and (float(text or 'nan') != value if number else text != value):
                    sys.exit('%s: %r in the workbook, %r in %s.csv' % (sheet, value, text, table))
    if shown < shown_at_least or (sheet == 'Risk scores' and hidden == 0):
        sys.exit('%s: %d numbers are shown, %d hidden' % (sheet, shown, hidden))
PY
ok "payments: the sheets have the numbers of the tables" [ $? = 0 ]

# What exists stays; other commands accept the folder, and a new settlement takes the workbook away.
ihp workbook result
ok "without --force" fails 2 "result/settlement.xlsx: exists already" "--force"
echo other >again.xlsx
ihp workbook result -o again.xlsx
ok "without --force, elsewhere" fails 2 "again.xlsx: exists already"
ok "without --force: it stays" says again.xlsx other
ihp workbook result -o again.xlsx --force
ok "--force: a file that is no workbook" fails 2 "again.xlsx: is not an earlier workbook"
ok "--force: it stays" says again.xlsx other
printf 'PK\003\004other' >again.xlsx
ihp workbook result -o again.xlsx --force
ok "--force" succeeds
ok "--force: it is replaced" cmp result/settlement.xlsx again.xlsx
ihp workbook result -o result/settlement.csv --force
ok "a file of the result" fails 2 "result/settlement.csv: is a file of a finished result"
ihp show result
ok "show" succeeds
ihp info result
ok "info" says "$out" "settlement.xlsx"
settle 1 plain.yaml -o result --quiet --force
ok "settled again: the earlier workbook is gone" [ ! -e result/settlement.xlsx ]

# Other kinds of settlement, and a what-if, whose workbook says that it is one. The summary says what is due in the words
# of the report.
for kind in interim quarterly; do
    ihp settle "$kind.yaml" -o "$kind" --quiet
    ok "$kind: settle" succeeds
    ihp workbook "$kind"
    ok "$kind: workbook" succeeds
    ok "$kind: the steps are the settlement's" book compare "$kind/settlement.xlsx" "$kind/settlement.csv"
    book texts "$kind/settlement.xlsx"
    amounts=$(sed -n 's/^Summary!A2 \(.*\) Amounts follow from.*/\1/p' "$work/.book")
    ihp report "$kind"
    ok "$kind: what is due" [ -n "$amounts" ]
    ok "$kind: what is due, as in the report" grep -qF "$amounts" "$kind/report.html"
done
ihp settle plain.yaml --set trend=0.02 -o what_if --quiet
ihp workbook what_if
ok "what-if: workbook" succeeds
ok "what-if: the steps" book compare what_if/settlement.xlsx what_if/settlement.csv
book texts what_if/settlement.xlsx
ok "what-if: every sheet says so" diff <(sed -n 's/!A1 .*//p' "$work/.book") \
    <(sed -n "s/!A2 A what-if, not a settlement: trend=0.02 in place of the deck's values[.] [A-Z].*//p" "$work/.book")
"$IHP_PYTHON" - <<'PY'
import sys, zipfile
with zipfile.ZipFile('what_if/settlement.xlsx') as book:
    for name in book.namelist():
        if name.startswith('xl/worksheets/sheet') and \
                '<oddHeader>&amp;CWhat-if, not a settlement</oddHeader>' not in book.read(name).decode():
            sys.exit(name)
PY
ok "what-if: every printed page says so" [ $? = 0 ]

# Small numbers of members are not in it, neither as they are nor as a difference.
mkdir few
ihp synth -o few/state.h5 --members 1500 --seed 5 --ihps 6 --quiet
ok "small: synth" succeeds
ihp settle few/deck.yaml -o small --quiet
ok "small: settle" succeeds
ihp workbook small
ok "small: workbook" succeeds
book texts small/settlement.xlsx
cp "$work/.book" small.texts
book numbers small/settlement.xlsx
cp "$work/.book" small.numbers
ok "small: an IHP has few members" [ "$(cut -d, -f3,8 small/settlement.csv | grep -Ec '^[1-9],|^10,|,[1-9]$|,10$')" -ge 1 ]
"$IHP_PYTHON" - <<'PY' >small.found
import csv, re
rows, everything, hidden = {}, set(), []
for name in ('small.texts', 'small.numbers'):
    with open(name) as file:
        for line in file:
            found = re.match(r'(.*)!([A-Z]+)([0-9]+) (.*)', line)
            if found:
                rows.setdefault((found.group(1), found.group(3)), []).append(found.group(4))
                everything.add(found.group(4))
for row in csv.DictReader(open('small/settlement.csv')):
    few = any(0 < int(row[name]) < 11 for name in ('base_members', 'members'))
    shown = any(sheet == row['ihp_id'] and 'Ratio' in cells for (sheet, _), cells in rows.items())
    if few and shown:
        print(row['ihp_id'], 'has few members and is shown')
    for sheet in ('Quality', 'Measures'):
        if shown != any(name == sheet and cells[0] == row['ihp_id'] for (name, _), cells in rows.items()):
            print(row['ihp_id'], 'has rows in', sheet, 'and no sheet' if not shown else 'is not in')
    if not shown:
        hidden.append(row)
        for name, text in row.items():
            if re.search('cost|pmpm|risk|gross|amount', name) and text not in ('0', '0.00') and \
                    '%.15g' % float(text) in everything:
                print(row['ihp_id'], 'is hidden, but', name, 'is in the workbook')
            elif re.search('members|months', name) and \
                    any(text in cells for (sheet, _), cells in rows.items()
                        if row['ihp_id'] in (sheet, cells[0]) and sheet != 'Terms by IHP'):
                print(row['ihp_id'], 'is hidden, but', name, 'is in a row of it')
for name in ('base_members', 'members'):
    if hidden and (len(hidden) < 2 or sum(int(row[name]) for row in hidden) < len(hidden) + 9):
        print(name, 'of the hidden IHPs can be computed from the sum of all')
if not hidden:
    print('no IHP is hidden')
sums = {cells[0]: [cell for cell in cells[1:] if cell] for (sheet, _), cells in rows.items() if sheet == 'Summary'}
if sums.get('The others') != ['not shown'] * 5 or 'Total' in sums or \
        float(sums['Total of the IHPs shown'][2]) != sum(round(100 * float(row['amount_due'])) for row in
                                                         csv.DictReader(open('small/settlement.csv'))
                                                         if row not in hidden) / 100:
    print('the sums are', sums)
PY
ok "small: nothing is found" not grep . small.found

# A file that cannot be written to its end is not there.
run bash -c 'ulimit -f 16; exec "$0" workbook result -o short.xlsx' "$IHP_PROGRAM"
ok "a file that is too long" fails 1 "short.xlsx: cannot be written to its end (File too large)"
ok "a file that is too long: nothing is left" not compgen -G 'short.xlsx*'
ihp workbook result -o nowhere/book.xlsx
ok "no such folder" fails 1 "nowhere/book.xlsx: cannot be written (No such file or directory)"

# Folders without a settlement.
ihp workbook nothing
ok "no folder" fails 3 "nothing: does not exist"
mkdir empty
ihp workbook empty
ok "an unfinished folder" fails 3 "empty: has no manifest.json"
settle 1 deck.yaml -o block --block 1/2 --quiet
ihp workbook block
ok "a block of a sweep" fails 3 "block/manifest.json: is of block 1 of 2 of a sweep" "ihp merge"
rm -rf paid
ihp pay plain.yaml --quarter 2025Q2 -o paid --quiet
ihp workbook paid
ok "payments alone" fails 3 "paid: has no settlement"
cp -r result damaged
sed -i '2s/,2,/,1,/' damaged/settlement.csv
ihp workbook damaged
ok "a changed file" fails 3 "damaged/settlement.csv: has changed since manifest.json was written"
ok "a changed file: no workbook" [ ! -e damaged/settlement.xlsx ]
ok "a changed file: nothing is left" nothing_left damaged
finish
