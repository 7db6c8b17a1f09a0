#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests printing a finished result again: every table in every format, the steps to an amount, and every error.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# `ihp show` requires no MPI. With an MPI layer that does not exist, any other command ends at its start.
show() {
    OMPI_MCA_pml=none run "$IHP_PROGRAM" show "$@"
}

# Checks that what settle or pay printed, up to the line of the output folder, is the text of ihp show.
same_text() {
    sed '/^Results: /,$ d' "$1" >"$work/printed"
    sed '1{/^Payments /{N;d;};};/^Tables for --table: /,$ d' "$2" >"$work/shown"
    diff "$work/printed" "$work/shown" >&2
}

# Checks that the steps of ihp show are those of ihp explain, which has no files to name.
same_steps() {
    diff <(sed -E 's/ \([a-z_]+\.csv\)//' "$1") "$2" >&2
}

# Checks tables of a folder in each format: CSV is the file, JSON has the numbers of the file. All, or those named.
check_tables() {
    local file name
    for file in "$1"/*.csv; do
        name=$(basename "$file" .csv)
        [[ $# == 1 || " ${*:2} " == *" $name "* ]] || continue
        show "$1" --table "$name" --format csv
        ok "$name as CSV: the bytes of the file" cmp "$out" "$file"
        show "$1" --table "$name" --format json
        cp "$out" "$work/table.json"
        python "$file" "$name" "$work/table.json" <<'PY'
import csv, json, sys
path, name, shown = sys.argv[1:]
rows = list(csv.DictReader(open(path, newline='')))
table = json.load(open(shown), parse_float=str, parse_int=str)
assert list(table) == [name], list(table)
assert len(table[name]) == len(rows)
for row, got in zip(rows, table[name]):
    assert list(row) == list(got)
    assert {key: '' if value is None else value for key, value in got.items()} == row, (row, got)
PY
        ok "$name as JSON: the numbers of the file" succeeds
        show "$1" --table "$name"
        ok "$name as text" succeeds
    done
}

# Checks the arithmetic of the steps of every IHP in a folder against their results.
check_steps() {
    local ihp
    while read -r ihp; do
        show "$1" --ihp "$ihp" --format json
        cp "$out" "$work/steps.json"
        python "$1/settlement.csv" "$ihp" "$work/steps.json" <<'PY'
import csv, json, re, sys
path, ihp, shown = sys.argv[1:]
row = [row for row in csv.DictReader(open(path, newline='')) if row['ihp_id'] == ihp][0]
steps = json.load(open(shown), parse_float=str, parse_int=str)['waterfall']
assert [int(step['line']) for step in steps] == list(range(1, len(steps) + 1))
assert [step['step'] for step in steps] == list(row)[2:], 'every column has a step, in its order'
result = {}
checked, computed = 0, set()
for step in steps:
    text = row[step['step']]
    assert (step['outcome'] if step['step'] == 'outcome' else step['result'] or '') == text, step
    assert not any(re.match('[=+@-]', step[key]) for key in ('formula', 'inputs')), 'a spreadsheet would compute it'
    result[step['line']] = float(text) if text and step['step'] != 'outcome' else None
    assert re.fullmatch(r'[0-9]+(\.[0-9]+)*', step['section']), step
    formula = step['formula']
    if re.fullmatch(r'[0-9() x/+-]+', formula) and '(' in formula and text:
        code = re.sub(r'\((\d+)\)', lambda m: 'result["%s"]' % m.group(1), formula).replace('x', '*')
        value = eval(code)
        money = abs(float(text)) * 2e-3 + 1
        assert abs(value - float(text)) <= (money if '.' in text and len(text.split('.')[1]) == 2 else 2e-3), step
        numbers = [float(n) for n in re.findall(r'[0-9]+(?:\.[0-9]+)?', step['inputs'].replace(',', ''))]
        used = [abs(result[line]) for line in re.findall(r'\((\d+)\)', formula)]
        assert numbers == used, (step, used)
        checked += 1
    # The inputs alone lead to the result where they are arithmetic, with the numbers of terms.csv in it.
    inputs = step['inputs'].replace('$', '').replace(',', '')
    inputs, _, most = inputs.partition(' at most ')
    if re.fullmatch(r'[0-9().x/+^ -]+', inputs) and text:
        value = eval(re.sub(r'\^', '**', inputs.replace('x', '*')))
        value = min(value, float(most)) if most else value
        cents = '.' in text and len(text.split('.')[1]) == 2
        near = abs(float(text)) * 1e-4 + 0.02 if cents else 1e-9
        near = 2e-3 if step['step'] == 'ratio' else near
        near += 0.011 * float(row['member_months']) if step['step'] == 'gross_difference' else 0
        assert abs(value - float(text)) <= near, (step, value)
        computed.add(step['step'])
assert 'trend_factor' in computed, computed
assert 'termination_factor' in computed or row['termination_factor'] in '01', computed
assert 'shared_before_pbp' in computed or row['outcome'] not in ('savings', 'losses'), computed
assert 'pbp_offset' in computed or row['outcome'] not in ('savings', 'losses'), computed
assert checked >= 5 or not row['tcoc_pmpm'], checked
PY
        ok "$ihp: the steps are those of settlement.csv, and their formulas lead to them" succeeds
        show "$1" --ihp "$ihp" --format csv
        ok "$ihp: the steps as CSV" says "$out" \
            "line,step,formula,inputs,section,result,outcome,settlement,first_month,last_month,base_year,what_if" "26,amount_due,"
        show "$1" --ihp "$ihp"
        ok "$ihp: the steps as text" says "$out" "settlement of 2025 against base year 2024, claims" \
            "$ihp, Track " "Line  Step" "16.8.2.3" "Amount due" "rounds the final"
    done < <(awk -F, 'NR > 1 { print $1 }' "$1/settlement.csv")
}

for case in sweep interim; do
    copy_case "$IHP_SOURCE/tests/cases/$case" "$work/$case"
    ihp import "$work/$case/extract" -o "$work/$case/state.h5"
done
cd "$work/sweep"
cat >>deck.yaml <<'DECK'
bootstrap: {replicates: 200, levels: [0.9, 0.95]}
DECK
settle 1 deck.yaml -o result --member-files
cp "$out" settled
ok "settle" succeeds
ok "settle prints the sweep" says settled "amounts change, largest change first" "smaller changes: see scenarios.csv"
show result
ok "show: what settle printed" same_text settled "$out"
ok "show: the tables" says "$out" "Tables for --table: settlement, payer_split" "scenarios, scenario_terms" "bootstrap, bootstrap_outcomes, bootstrap_quantiles"
check_tables result
check_steps result
show result --format json
cp "$out" all.json
ok "all tables as JSON" "$IHP_PYTHON" -c 'import glob, json
assert sorted(name + ".csv" for name in json.load(open("all.json"))) == sorted(glob.glob("*.csv", root_dir="result"))'
show result --format csv
ok "without --table CSV is the settlement" cmp "$out" result/settlement.csv
show result --table scenarios
ok "all changes of the sweep" [ "$(grep -c ' IHP0' "$out")" = "$(awk -F, 'NR > 1 && $NF != 0' result/scenarios.csv | wc -l)" ]
show result --table payer_split --ihp IHP02 --format csv
ok "the rows of an IHP" [ "$(cut -d, -f1 "$out" | sort -u | paste -sd' ')" = "IHP02 ihp_id" ]

# The same steps straight from the deck, without a folder, on any number of ranks.
rm -rf unsettled
sed 's/^output: .*/output: unsettled/' deck.yaml >unsettled.yaml
while read -r ihp; do
    show result --ihp "$ihp" --format csv
    cp "$out" shown
    ihp explain unsettled.yaml --ihp "$ihp" --format csv
    ok "explain --ihp $ihp: the lines of show" same_steps shown "$out"
    ihp explain unsettled.yaml --ihp "$ihp"
    ok "explain --ihp $ihp: what is explained" says "$out" "Final settlement of 2025 against base year 2024, claims paid" \
        "Line  Step" "rounds the final"
done < <(awk -F, 'NR > 1 { print $1 }' result/settlement.csv)
for format in csv json; do
    show result --ihp IHP04 --format "$format"
    cp "$out" shown
    run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" explain unsettled.yaml --ihp IHP04 --format "$format"
    ok "explain --ihp --format $format on two ranks: that of show" same_steps shown "$out"
done
ok "explain names no file, as it writes none" not grep -qF .csv "$out"
ihp explain unsettled.yaml M1 --format csv
ok "explain: a member as CSV" fails 2 "--format requires --ihp"
ok "explain --ihp writes nothing" not [ -e unsettled ]
ihp explain unsettled.yaml --ihp IHP0
ok "explain: an unknown IHP" fails 2 "program/ihps.csv: has no IHP 'IHP0'; did you mean 'IHP01'?"
ihp explain unsettled.yaml
ok "explain: neither a member nor an IHP" fails 2 "expected either a MEMBER_ID or --ihp IHP_ID"
ihp explain unsettled.yaml --ihp IHP01 --month 2025-04
ok "explain: a month of an IHP" fails 2 "--month requires a MEMBER_ID"

# A sweep of readings, and a bridge.
cd "$work/interim"
sed -i '/^sweep:/,$ d' deck.yaml
echo 'sweep: {design: readings}' >>deck.yaml
settle 1 deck.yaml -o readings
cp "$out" settled
show readings
ok "readings: what settle printed" same_text settled "$out"
ok "readings" says "$out" "Effect of each other reading of the contract"
check_tables readings readings readings_total
check_steps readings

# Corridors of an IHP's own, the PBP beyond them, terminations and affected counties.
copy_case "$IHP_SOURCE/tests/cases/money" "$work/money"
cd "$work/money"
ihp import extract -o state.h5
settle 1 deck.yaml -o result --quiet
ok "settle: money" succeeds
check_steps result
ihp settle deck.yaml --set pbp_offset_outside=outermost --set circumstance_rule=months -o outermost --quiet
ok "settle: the outermost corridor" succeeds
check_steps outermost

# Payments and a reconciliation.
copy_case "$IHP_SOURCE/tests/cases/payments" "$work/payments"
cd "$work/payments"
ihp import extract -o state.h5
ihp pay deck.yaml --quarter 2025Q2 -o paid
cp "$out" printed
ok "pay" succeeds
show paid
ok "payments: what pay printed" same_text printed "$out"
check_tables paid
show paid --ihp IHP01
ok "no settlement, so no steps" fails 2 "paid: has no settlement" "give --table"

# ---- errors --------------------------------------------------------------------------------------
cd "$work/sweep"
show result --table setlement
ok "an unknown table" fails 2 "result: has no table 'setlement'" "did you mean 'settlement'?" "It has: settlement, "
show result --table attributed/IHP01
ok "a file of members" fails 2 "has no table 'attributed/IHP01' that can be shown"
show result --ihp IHP0
ok "an unknown IHP" fails 2 "result/settlement.csv: has no IHP 'IHP0'; did you mean 'IHP01'?"
show result --ihp IHP0 --table payer_split
ok "an unknown IHP of a table" fails 2 "result/payer_split.csv: has no row of the IHP 'IHP0'"
show result --ihp IHP01 --table exclusions
ok "a table that is not by IHP" fails 2 "result/exclusions.csv: has no column ihp_id; leave out --ihp"
show result --format xml
ok "an unknown format" fails 2 "unknown FORMAT 'xml'"
show
ok "no folder" fails 2 "RESULT"
show nothing
ok "a folder that does not exist" fails 3 "nothing: does not exist"
show deck.yaml
ok "a file" fails 3 "deck.yaml: is a file; name the result folder"
mkdir empty
show empty
ok "a folder that is not finished" fails 3 "empty: has no manifest.json" "'ihp status empty'"
mkdir packages
echo '{}' >packages/package.json
show packages
ok "packages" fails 3 "packages: has data packages and no result"
settle 1 deck.yaml -o block --block 1/2 --quiet
show block
ok "a block of a sweep" fails 3 "block/manifest.json: is of block 1 of 2 of a sweep" "ihp merge"

# Copies the result, edits a file, and shows it.
edited() {
    rm -rf edited
    cp -r result edited
    sed -i "$2" "edited/$1"
    show edited
}
edited settlement.csv 's/IHP01,2/IHP01,1/'
ok "a changed file" fails 3 "edited/settlement.csv: has changed since manifest.json was written"
ok "a changed file: nothing is printed" [ ! -s "$out" ]
edited manifest.json 's/"format_version": 2/"format_version": 9/'
ok "a newer version" fails 3 "edited/manifest.json: format_version is 9" "read the result with the version that wrote it"
edited manifest.json 's/"format": "ihp-result"/"format": "other"/'
ok "another format" fails 3 "edited/manifest.json: is not as ihp writes it: format is 'other'"
edited manifest.json 's/"final"/"interim"/'
ok "a changed manifest" fails 3 "edited/manifest.json: hash: is not as ihp wrote it"
edited manifest.json '1s/{/[/'
ok "a manifest that is not JSON" fails 3 "edited/manifest.json:" "is not valid JSON"
rm -rf edited
cp -r result edited
rm edited/exclusions.csv
show edited
ok "a missing file" fails 3 "edited/exclusions.csv: is missing"

# A folder without a list, as earlier versions wrote it: the columns and numbers are still checked.
"$IHP_PYTHON" - result/manifest.json edited/manifest.json <<'PY'
import json, sys
manifest = json.load(open(sys.argv[1]))
del manifest['files'], manifest['hash']
json.dump(manifest, open(sys.argv[2], 'w'))
PY
show edited
ok "without a list: a notice" succeeds
ok "without a list: it says so" says "$err" "has no list of files"
sed -i '1s/base_capped_cost/base_cost/' edited/settlement.csv
show edited
ok "other columns" fails 3 "edited/settlement.csv:1: has other columns than this version writes; make the result again"
finish
