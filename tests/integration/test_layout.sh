#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests import layouts. The sample extract, written as a State might have it, is imported by a layout to the same
# content as the sample itself, on any number of ranks. Layouts and tables with errors are refused.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sample=$IHP_SOURCE/inputs/sample/extract
state=$work/state
mkdir -p "$state/claims" "$work/rest"
cp "$sample/morbidity.csv" "$work/rest"

# Writes the sample in another form: codes instead of words, dates instead of months, files by year.
cat >"$work/write.py" <<'PYTHON'
import csv
import gzip
import io
import sys

sample, state = sys.argv[1:]
PROGRAMS = {'MA': 'A1', 'MCRE': 'A2', 'MA_BD': 'A3', 'OTHER': 'ZZ'}
CLASSES = {('pharmacy', '030'): ('RX', ''), ('professional', '043'): ('OT', '11'), ('outpatient', '007'): ('OT', '22'),
           ('professional', '080'): ('OT', '81'), ('inpatient', '001'): ('IP', '21'), ('professional', '199'): ('OT', ''),
           ('long_term_care', '011'): ('LT', '31')}
LAST_DAY = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def rows(name):
    with open('%s/%s.csv' % (sample, name), newline='') as file:
        return list(csv.DictReader(file))


def american(date):
    return '%d/%02d/%s' % (int(date[5:7]), int(date[8:]), date[:4])


def last_day(month):
    year, number = int(month[:4]), int(month[5:])
    return '%d%02d%02d' % (year, number, 29 if number == 2 and year % 4 == 0 else LAST_DAY[number])


def text(delimiter, names, table, trailer=''):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator='\r\n')
    if names:
        writer.writerow(names)
    writer.writerows(table)
    return (file.getvalue() + trailer).encode('latin-1')


def write(name, data):
    with open('%s/%s' % (state, name), 'wb') as file:
        file.write(gzip.compress(data) if name.endswith('.gz') else data)


NAMES = ['Type', 'ICN', 'LINE_NUM', 'Recip', 'SVC_DT', 'PD_DT', 'ADJ_DT', 'ST', 'PROC', 'POS', 'BILL_NPI', 'RENDER_NPI',
         'CLM_TYPE_CD', 'PLAN_ID', 'AMT', 'NAME']
years = {}
for i, row in enumerate(rows('claims')):
    kind, place = CLASSES[row['service_class'], row['category']]
    paid = american(row['paid_date'])
    line = [kind, row['claim_id'][1:], row['line'], row['member_id'][1:], american(row['service_date']),
            '' if i % 3 == 0 else paid, paid if i % 3 == 0 else '1/01/1999', {'P': '1', 'D': '2', 'V': '3'}[row['status']],
            row['procedure'], place, row['billing_npi'], row['treating_npi'], '1' if row['payer'] == 'FFS' else '3',
            '' if row['payer'] == 'FFS' else row['payer'], row['paid_amount'], 'Jos\xe9']
    years.setdefault(row['service_date'][:4], []).append(line)
    if i % 500 == 0:
        years[row['service_date'][:4]].append(
            ['', '', '', row['member_id'][1:], '', '', '', '', '', '', '', '', '2', 'PLAN', '100.25', 'capitation'])
for i, year in enumerate(sorted(years)):
    order = list(range(len(NAMES))) if i % 2 == 0 else list(reversed(range(len(NAMES))))
    write('claims/%s.psv%s' % (year, '.gz' if i % 2 else ''),
          text('|', [NAMES[c] for c in order], [[line[c] for c in order] for line in years[year]],
               '%d rows selected.\n' % len(years[year])))
write('spans.tab', text('\t', ['ID', 'BEGIN', 'END', 'PROG', 'PLAN', 'WHY'], [
    [row['member_id'][1:], row['month_from'].replace('-', '') + '01', last_day(row['month_to']) if row['month_to'] else '',
     PROGRAMS[row['program']], row['payer'], row['exclusion']] for row in rows('enrollment')]))
write('people.txt', text(';', ['id', 'dob', 'sex', 'cnty', 'race_ethnicity'], [
    [row['member_id'][1:], row['birth_date'].replace('-', ''), row['sex'], row['county'][2:], row['race_ethnicity']]
    for row in rows('members')]))
npis = [[row['npi'], row['taxonomy']] for row in rows('providers')]
write('npi.csv', text(',', None, npis + npis[:4]))
PYTHON
"$IHP_PYTHON" "$work/write.py" "$sample" "$state"

cat >"$state/map.csv" <<'EOT'
code,program
A1,MA
A2,MCRE
A3,MA_BD
ZZ,OTHER
EOT
cat >"$state/services.csv" <<'EOT'
Type,POS,service_class,category,note
RX,,pharmacy,030,
OT,11..12,professional,043,
OT,22|23,outpatient,007,
OT,8*,professional,080,laboratories
IP,*,inpatient,001,
LT,*,long_term_care,011,
OT,(blank),professional,199,
EOT
printf 'code,status\n1,P\n2,D\n3,V\n' >"$state/status.csv"
printf 'code,payer\n1,FFS\n' >"$state/ffs.csv"
cat >"$state/layout.yaml" <<'EOT'
claims:
  files: claims/*.psv*
  delimiter: pipe
  encoding: latin-1
  dates: MM/DD/YYYY
  columns:
    claim_id: {text: C, then: icn}
    line: LINE_NUM
    member_id: {text: M, then: recip}
    service_date: SVC_DT
    paid_date: [PD_DT, ADJ_DT]
    status: {lookup: status.csv, from: ST, key: code}
    procedure: PROC
    service_class: {rules: services.csv}
    category: {rules: services.csv}
    billing_npi: BILL_NPI
    treating_npi: RENDER_NPI
    payer: [{lookup: ffs.csv, from: CLM_TYPE_CD, key: code, otherwise: ""}, PLAN_ID]
    paid_amount: AMT
  leave_out:
    - {column: CLM_TYPE_CD, values: ["2", B*], because: capitation payments}
    - {begins: "# rows"}
enrollment:
  files: spans.tab
  delimiter: tab
  dates: CCYYMMDD
  columns:
    member_id: {text: M, then: ID}
    month_from: BEGIN
    month_to: END
    program: {lookup: map.csv, from: PROG, key: code}
    payer: PLAN
    exclusion: WHY
members:
  files: people.txt
  delimiter: semicolon
  dates: CCYYMMDD
  columns:
    member_id: {join: [{constant: M}, id]}
    birth_date: dob
    county: {text: "27", then: cnty}
providers:
  files: npi.csv
  header: [npi, taxonomy]
  repeated_rows: keep_one
EOT

content_hash() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

ihp import "$sample" -o "$work/sample.h5"
ok "the sample: import" succeeds
((failed == 0)) || finish
sample_hash=$(content_hash "$work/sample.h5")

for ranks in 1 2 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$work/rest" --layout "$state/layout.yaml" -o "$work/$ranks.h5"
    ok "$ranks ranks: import by a layout" succeeds
    ok "$ranks ranks: the content is that of the sample" test "$(content_hash "$work/$ranks.h5")" = "$sample_hash"
    ok "$ranks ranks: what was left out is told" says "$err" \
        'claims: 7 rows were left out, with $701.75: capitation payments' \
        '2024.psv: 1 trailer row is left out' '2025.psv.gz: 1 trailer row is left out' \
        'providers: 4 rows were left out: they are identical to rows that were kept'
    ok "$ranks ranks: all rules fit" not grep -q services.csv "$err"
    ok "$ranks ranks: all entries of leave_out fit" not grep -q 'no row is left out' "$err"
    grep '^ihp: notice' "$err" >"$work/notices.$ranks"
    ok "$ranks ranks: the same notices" diff "$work/notices.1" "$work/notices.$ranks"
done
ok "nothing is left" nothing_left "$work"

# ---- without a folder -----------------------------------------------------------------------------------------------

cp "$state/layout.yaml" "$state/whole.yaml"
echo 'morbidity: {files: ../rest/morbidity.csv}' >>"$state/whole.yaml"
(cd / && ihp import --layout "$state/whole.yaml" -o "$work/whole.h5" && echo "$code" >"$work/whole.code")
ok "without a folder: the content is that of the sample" test "$(content_hash "$work/whole.h5")" = "$sample_hash"
ihp import --layout "$state/layout.yaml" -o "$work/bad.h5"
ok "without a folder: a table without files" fails 2 "layout.yaml: names no files of morbidity; add them"
ok "the digest of the layout is in the record" grep -aqE '"layout": ?"[0-9a-f]{32}"' "$work/whole.h5"

# ---- what is refused ------------------------------------------------------------------------------------------------

# Imports by a changed layout: with_layout SED-SCRIPT.
with_layout() {
    sed "$1" "$state/whole.yaml" >"$state/changed.yaml"
    ihp import --layout "$state/changed.yaml" -o "$work/bad.h5"
}

with_layout 's/SVC_DT/SVC_DATE/'
ok "a column that the files do not have" fails 3 "claims/2024.psv:1: column SVC_DATE (line 10 of changed.yaml, " \
    "claims.columns.service_date) is missing; did you mean 'SVC_DT'?; the file has Type, ICN, LINE_NUM"
with_layout 's/paid_amount: AMT/paid_amont: AMT/'
ok "a column that the extract does not have" fails 2 "changed.yaml:19: claims.columns: unknown key 'paid_amont'; did you " \
    "mean 'paid_amount'?"
with_layout 's/spans.tab/spans-*.tab/'
ok "a pattern that no file fits" fails 3 "enrollment.files: 'spans-*.tab' fits no file in"
with_layout 's/dates: MM/dates: DD/; s/DD.DD/DD\/MM/'
ok "the wrong order of day and month" says "$err" \
    "service_date is not a date of the form DD/MM/YYYY, which line 5 of changed.yaml names"
cp "$state/people.txt" "$work/people.txt"
tail -n +2 "$work/people.txt" >"$state/people.txt"
with_layout ''
ok "no header row" fails 3 "people.txt:1: column id (line 39 of changed.yaml, members.columns.member_id) is missing;" \
    " if the file has no header row, give its columns in order: header: [NAME, ...]"
cp "$work/people.txt" "$state/people.txt"
with_layout 's/delimiter: semicolon/delimiter: pipe/'
ok "the wrong delimiter" fails 3 "is missing; the first row has semicolons; say so in the layout: delimiter: semicolon"
with_layout 's/delimiter: semicolon/delimiter: pipe\n  header: [id, dob, sex, cnty]/'
ok "the wrong delimiter, and no header row" fails 3 "people.txt:1: the row has 1 fields where the header has 4; it has " \
    "semicolons; if they are between the fields, say so in a layout (--layout): delimiter: semicolon"
printf '\347; ;U;053;\n' >>"$state/people.txt"
with_layout 's/, id\]}/, id, race_ethnicity]}/; s/encoding: latin-1//'
ok "Latin-1 that is read as UTF-8" says "$err" "is not UTF-8 text (a layout can say encoding: latin-1)"
cp "$work/people.txt" "$state/people.txt"
for output in services.csv whole.yaml; do
    ihp import --layout "$state/whole.yaml" -o "$state/$output" --force
    ok "$output as the store" fails 2 "is a file of the layout"
    ihp import --layout "$state/whole.yaml" -o "$work/bad.h5" --quarantine "$state/$output" --force
    ok "$output as the quarantine file" fails 2 "is a file of the layout"
done
ihp import --layout "$state/whole.yaml" -o "$state/people.txt" --force
ok "a file that the layout names as the store" fails 2 "is a file of the extract"
ok "no store" test ! -e "$work/bad.h5"

# ---- repeated rows --------------------------------------------------------------------------------------------------

cp "$state/claims/2024.psv" "$work/2024.psv"
tail -n 1 "$state/claims/2024.psv" >"$work/trailer"
{ # a capitation payment, and the lines of $4,302.13 and $85.96
    sed '$d' "$work/2024.psv"
    sed -n '3,5p' "$work/2024.psv"
    cat "$work/trailer"
} >"$state/claims/2024.psv"
with_layout ''
ok "claims that are there twice" says "$err" "2024.psv: 2 rows: claim_id and line stand more than once; this row repeats another"
for ranks in 1 2; do
    sed 's/^claims:/claims:\n  repeated_rows: keep_one/' "$state/whole.yaml" >"$state/changed.yaml"
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import --layout "$state/changed.yaml" -o "$work/kept.h5" --force
    ok "$ranks ranks: claims that are there twice, of which one is kept" test \
        "$(content_hash "$work/kept.h5")" = "$sample_hash"
    ok "$ranks ranks: how many there are" says "$err" 'claims: 2 rows were left out, with $4,388.09: ' \
        'they are identical to rows that were kept'
done
cp "$work/2024.psv" "$state/claims/2024.psv"

# ---- entries of leave_out that leave out nothing --------------------------------------------------------------------

sed 's/values: \["2", B\*\]/values: ["02"]/' "$state/whole.yaml" >"$state/changed.yaml"
for ranks in 1 2; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import --layout "$state/changed.yaml" -o "$work/bad.h5"
    ok "$ranks ranks: an entry of leave_out that no row fits is told" says "$err" \
        "notice: changed.yaml:21: claims.leave_out: no row is left out for its CLM_TYPE_CD"
done

# ---- rows that begin so, and otherwise ------------------------------------------------------------------------------

sed 's/begins: "# rows"/begins: ["# rows", "OT|"], because: other services/' "$state/whole.yaml" >"$state/changed.yaml"
for ranks in 1 2; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import --layout "$state/changed.yaml" -o "$work/begins.h5" --force
    ok "$ranks ranks: claim lines that begin as a trailer are told with their dollars" says "$err" \
        ' rows were left out, with $' ': other services' \
        "ffs.csv: has no key for " " rows of claims, whose payer 'otherwise' gives: "
    ok "$ranks ranks: the record says for which texts 'otherwise' gave the value" \
        bash -c "'$IHP_PROGRAM' info '$work/begins.h5' | grep -q \"'otherwise', as ffs.csv has no key for: \""
    ok "$ranks ranks: ihp info has no dollars where none are recorded" \
        bash -c "'$IHP_PROGRAM' info '$work/begins.h5' | sed -n '/^Noted/,/^Control/p' >'$work/noted' && \
            grep -qF \"'otherwise', as\" '$work/noted' && ! grep -qF '\$0.00' '$work/noted'"
    mv "$err" "$work/begins.$ranks"
done
ok "the same counts on 1 and 2 ranks" cmp <(grep -E 'left out|otherwise' "$work/begins.1") \
    <(grep -E 'left out|otherwise' "$work/begins.2")

# ---- what the layout changes is counted -----------------------------------------------------------------------------

cp "$state/spans.tab" "$work/spans.tab"
"$IHP_PYTHON" - "$work/spans.tab" >"$state/spans.tab" <<'PYTHON'
import sys

with open(sys.argv[1]) as file:
    rows = [line.rstrip('\n').split('\t') for line in file]
closed = [row for row in rows[1:] if row[2]]
for i, row in enumerate(closed):
    row[1], row[2] = ('%s/%s/%s' % (date[4:6], date[6:], date[:4]) for date in row[1:3])
    if i < 3:
        row[1] = row[1][:3] + '15' + row[1][5:]
closed[-1][2], closed[-2][2] = '12/31/9999', ' '
sys.stdout.write('\n'.join('\t'.join(row) for row in rows[:1] + closed) + '\n')
PYTHON
spans=$(($(wc -l <"$state/spans.tab") - 1))
with_months() { # RULE RANKS
    sed "/^  files: spans/{n;n;s/dates: .*/dates: MM\/DD\/YYYY\n  partial_months: $1/;}" "$state/whole.yaml" >"$state/changed.yaml"
    run "$IHP_MPIRUN" -n "$2" "$IHP_PROGRAM" import --layout "$state/changed.yaml" -o "$work/months.h5" --force
}
for rule in count whole; do
    counts="which counts as a whole (partial_months: count)"
    [[ $rule = count ]] || counts="which does not count (partial_months: whole)"
    for ranks in 1 2; do
        with_months "$rule" "$ranks"
        ok "partial_months: $rule, $ranks ranks: what was changed is told" says "$err" \
            "enrollment: 3 values of month_from were within a month, $counts" \
            "enrollment: $((spans - 3)) values of month_from were converted to YYYY-MM" \
            "enrollment: $((spans - 3)) values of month_to were converted to YYYY-MM" \
            "enrollment: 2 values of month_to were taken for an open end (9999-12-31)" \
            "enrollment: 1 value of month_to was taken for an open end (blank)" \
            "members: 223 values of birth_date were converted to YYYY-MM-DD"
        ok "partial_months: $rule, $ranks ranks: the record has it" \
            bash -c "'$IHP_PROGRAM' info '$work/months.h5' | grep -F '$counts'"
        grep '^ihp: notice' "$err" >"$work/notices.$ranks"
    done
    ok "partial_months: $rule: the same notices on 1 and 2 ranks" diff "$work/notices.1" "$work/notices.2"
done
cp "$work/spans.tab" "$state/spans.tab"

# ---- values that the tables do not have -----------------------------------------------------------------------------

sed -i '/^OT,8\*/d; s/^RX,,pharmacy/QQ,,pharmacy,030,never\nRX,,pharmacy/' "$state/services.csv"
sed -i '/^A3/d' "$state/map.csv"
for ranks in 1 2; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import --layout "$state/whole.yaml" -o "$work/bad.h5"
    ok "$ranks ranks: rows without a value are refused" test "$code" = 3
    ok "$ranks ranks: why" says "$err" \
        "spans.tab: 1 row: program: map.csv has no key for a value of PROG; add it there, or give the key 'otherwise' on" \
        "435 bad rows of 3 kinds, so nothing was imported" \
        ": service_class: services.csv has no rule that fits the row; add it there" \
        "map.csv: has no key for 1 row of enrollment, to make program of them: 'A3'" \
        "services.csv: has no rule for 434 rows of claims, to make service_class of them: Type 'OT', POS '81'" \
        "services.csv: no row of claims fits the rule on line 2 before another"
done
finish
