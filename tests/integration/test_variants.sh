#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that the sample extract, written in the ways in which States write theirs, gives a store with the same
# content hash on any number of ranks, and that what is not whole, or could mean two things, is refused with
# what to do.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sample=$IHP_SOURCE/inputs/sample/extract

content_hash() {
    "$IHP_PROGRAM" info "$1" 2>/dev/null | sed -n 's/^ *content hash *//p'
}

import_on() { # RANKS ARG...
    local ranks=$1
    shift
    rm -f "$work/variant.h5"
    if ((ranks == 1)); then
        ihp import "$@" -o "$work/variant.h5"
    else
        run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$@" -o "$work/variant.h5"
    fi
}

# Checks that a variant gives the store of the sample.
same() { # TEXT RANKS ARG...
    local text=$1 ranks=$2
    shift 2
    import_on "$ranks" "$@"
    ok "$text, $ranks ranks: the store of the sample" [ "$(content_hash "$work/variant.h5")" = "$hash" ]
}

# Copies the sample and changes each of its files with sed.
written() { # NAME SED-COMMAND
    cp -r "$sample" "$work/$1"
    sed -i "$2" "$work/$1"/*.csv
}

ihp import "$sample" -o "$work/sample.h5"
hash=$(content_hash "$work/sample.h5")
ok 'the sample has a content hash' [ ${#hash} = 32 ]

# ---- delimiters, names of columns, ends of files ----

written pipe 's/,/|/g'
same 'pipes' 3 "$work/pipe"
ok 'pipes are told' says "$err" 'notice: claims.csv: has pipes between the fields'
written tab 's/,/\t/g'
same 'tabs' 2 "$work/tab"
written capitals '1s/.*/\U&/'
same 'capitals' 4 "$work/capitals"
ok 'capitals are told once for each file' says "$err" \
    "claims.csv: 13 names of columns are in another case or with blanks around, such as 'CLAIM_ID' for claim_id"
written mixed $'1{s/.*/\U&/;s/,/ , /g;s/^/\xef\xbb\xbf/};s/,/;/g;s/$/\r/'
printf '\r\n   \r\n\r\n' | tee -a "$work"/mixed/{members,claims}.csv >/dev/null
same 'semicolons, capitals, blanks, a byte order mark and blank last lines' 1 "$work/mixed"

# ---- compressed ----

cp -r "$sample" "$work/members"
python "$work/members" <<'END'
import glob, gzip, sys
for path in glob.glob(sys.argv[1] + '/*.csv'):
    text = open(path, 'rb').read()
    third = len(text) // 3
    with open(path + '.gz', 'wb') as file:
        for part in text[:third], text[third:2 * third], text[2 * third:]:
            file.write(gzip.compress(part))
END
rm "$work"/members/*.csv
same 'gzip with three members' 3 "$work/members"
ok 'gzip with three members: the same bytes' cmp "$work/variant.h5" "$work/sample.h5"

cp -r "$sample" "$work/zip"
python "$work/zip" <<'END'
import glob, os, sys, zipfile
for path in glob.glob(sys.argv[1] + '/*.csv'):
    with zipfile.ZipFile(path + '.zip', 'w', zipfile.ZIP_DEFLATED) as file:
        file.write(path, 'folder/' + os.path.basename(path))
        file.writestr('__MACOSX/._' + os.path.basename(path), 'x')
    os.remove(path)
END
same 'zip' 2 "$work/zip"

cp -r "$sample" "$work/zstd"
for file in "$work"/zstd/*.csv; do
    head -n 100 "$file" | zstd -q >"$file.zst"
    tail -n +101 "$file" | zstd -q >>"$file.zst"
    rm "$file"
done
same 'zstd with two frames' 4 "$work/zstd"

# ---- values ----

mkdir "$work/values" "$work/latin"
python "$sample" "$work/values" "$work/latin" <<'END'
import csv, glob, os, sys
sample, values, latin = sys.argv[1:]
for path in glob.glob(sample + '/*.csv'):
    name = os.path.basename(path)
    with open(path, newline='') as file:
        rows = list(csv.reader(file))
    header = rows[0]
    for c, column in enumerate(header):
        for row in rows[1:]:
            if column.endswith('_date'):
                row[c] = row[c].replace('-', '')
            elif column == 'paid_amount':
                negative, dollars = row[c].startswith('-'), '${:,.2f}'.format(abs(float(row[c])))
                row[c] = '(' + dollars + ')' if negative else dollars
    with open(values + '/' + name, 'w', newline='') as file:
        csv.writer(file).writerows(rows)
    with open(latin + '/' + name, 'w', newline='', encoding='latin-1') as file:
        with open(path, newline='') as source:
            csv.writer(file).writerows(row + ['name' if i == 0 else 'Jos\u00e9 \u00d1'] for i, row in
                                       enumerate(csv.reader(source)))
END
same 'dates CCYYMMDD and amounts with a dollar sign' 3 "$work/values"
same 'Latin-1 names in a column that is not used' 2 "$work/latin"
for table in members enrollment morbidity providers claims; do
    printf '%s:\n  files: [latin/%s.csv]\n  encoding: latin-1\n' $table $table
done >"$work/latin.yaml"
same 'Latin-1 names, by a layout' 4 --layout "$work/latin.yaml"

# ---- several files ----

mkdir -p "$work/many/claims"
python "$sample/claims.csv" "$work/many/claims" <<'END'
import gzip, sys
source, folder = sys.argv[1:]
lines = open(source, 'rb').read().splitlines(True)
for i in range(12):
    text = b''.join(lines[:1] + lines[1 + i::12])
    opened, ending = (gzip.open, '.gz') if i % 3 == 2 else (open, '')
    with opened('%s/2024-%02d.csv%s' % (folder, i + 1, ending), 'wb') as file:
        file.write(text)
END
cp "$sample"/{members,enrollment,morbidity,providers}.csv "$work/many"
printf 'claims: {files: [claims/2024-*]}\n' >"$work/many/layout.yaml"
for ranks in 1 2 3 4; do
    same 'claims in twelve files, four of them compressed' $ranks "$work/many" --layout "$work/many/layout.yaml"
done

# Rows that are bad, or twice, in different files: the same report and quarantine file on any number of ranks.
cp -r "$work/many" "$work/dirty"
python "$work/dirty/claims" <<'END'
import gzip, sys
folder = sys.argv[1]
plain = open(folder + '/2024-05.csv').read().splitlines(True)
plain[3] = plain[3].replace(',2024-', ',2024-13-')
plain.append(plain[7])
open(folder + '/2024-05.csv', 'w').writelines(plain)
packed = gzip.open(folder + '/2024-09.csv.gz', 'rt').read().splitlines(True)
packed[2] = packed[2].replace(',2024-', ',2024-13-')
packed.append(plain[9])
with gzip.open(folder + '/2024-09.csv.gz', 'wt') as file:
    file.writelines(packed)
END
for ranks in 1 3; do
    rm -f "$work/bad.csv"
    import_on $ranks "$work/dirty" --layout "$work/dirty/layout.yaml" --quarantine "$work/bad.csv"
    ok "bad rows in several files, $ranks ranks: both files are named" says "$err" \
        'quarantined: 2024-05.csv: 1 row: service_date' 'quarantined: 2024-09.csv.gz: 1 row: service_date' \
        'first on line 4' 'first on line 3'
    ok "bad rows in several files, $ranks ranks: one of two identical rows stays" says "$err" \
        '2024-05.csv: 1 row: claim_id and line stand more than once' \
        '2024-09.csv.gz: 1 row: claim_id and line stand more than once'
    sort "$work/bad.csv" >"$work/bad.$ranks"
    content_hash "$work/variant.h5" >"$work/hash.$ranks"
done
ok 'bad rows in several files: the same quarantine file' cmp "$work/bad.1" "$work/bad.3"
ok 'bad rows in several files: the same store' cmp "$work/hash.1" "$work/hash.3"
head -c -20 "$work/many/claims/2024-06.csv.gz" >"$work/dirty/claims/2024-06.csv.gz"
import_on 2 "$work/dirty" --layout "$work/dirty/layout.yaml" --quarantine "$work/bad2.csv"
ok 'one of twelve files is cut short' fails 3 'claims/2024-06.csv.gz: cannot be read to its end'
ok 'one of twelve files is cut short: no store, no quarantine file' \
    [ ! -e "$work/variant.h5" ] && [ ! -e "$work/bad2.csv" ]

# ---- names of T-MSIS ----

mkdir "$work/tmsis"
python "$sample" "$work/tmsis" <<'END'
import calendar, csv, sys
sample, folder = sys.argv[1:]
def read(name):
    return list(csv.DictReader(open('%s/%s.csv' % (sample, name), newline='')))
def write(name, columns, rows):
    with open('%s/%s.psv' % (folder, name), 'w') as file:
        for row in [columns] + rows:
            file.write('|'.join(row) + '\n')
        file.write('TRAILER|%d\n' % len(rows))
def day(text):
    return text.replace('-', '')
def month(text, last):
    if text == '':
        return '99991231'
    year, number = map(int, text.split('-'))
    return '%04d%02d%02d' % (year, number, calendar.monthrange(year, number)[1] if last else 1)
write('eligible', ['MSIS_IDENTIFICATION_NUM', 'DATE_OF_BIRTH', 'SEX', 'ELIGIBLE_COUNTY_CODE', 'RACE'],
      [[m['member_id'], day(m['birth_date']), m['sex'], m['county'][2:], m['race_ethnicity']]
       for m in read('members')])
write('enrollment',
      ['MSIS_IDENTIFICATION_NUM', 'ENROLLMENT_EFF_DATE', 'ENROLLMENT_END_DATE', 'PROGRAM', 'PLAN', 'CODE'],
      [[e['member_id'], month(e['month_from'], False), month(e['month_to'], True), e['program'], e['payer'],
        e['exclusion']] for e in read('enrollment')])
claims = read('claims')
for name, classes in (('ip', ('inpatient',)), ('rx', ('pharmacy',)), ('ot', None)):
    write(name,
          ['ICN_ORIG', 'LINE_NUM_ORIG', 'MSIS_IDENTIFICATION_NUM', 'BEGIN_DT', 'MEDICAID_PAID_DATE',
           'ADJUDICATION_DATE', 'STATUS', 'PROCEDURE_CODE', 'SERVICE_CLASS', 'CATEGORY', 'BILLING_PROV_NPI_NUM',
           'SERVICING_PROV_NPI_NUM', 'PLAN_ID_NUMBER', 'MEDICAID_PAID_AMT'],
          [[c['claim_id'], c['line'], c['member_id'], day(c['service_date']), day(c['paid_date']) if i % 2 else '',
            day(c['paid_date']), c['status'], c['procedure'], c['service_class'], c['category'], c['billing_npi'],
            c['treating_npi'], c['payer'], c['paid_amount']]
           for i, c in enumerate(claims)
           if c['service_class'] in (classes or {c['service_class']} - {'inpatient', 'pharmacy'})])
END
cp "$sample"/{morbidity,providers}.csv "$work/tmsis"
cat >"$work/tmsis/layout.yaml" <<'END'
members:
  files: [eligible.psv]
  delimiter: pipe
  dates: CCYYMMDD
  columns:
    member_id: msis_identification_num
    birth_date: DATE_OF_BIRTH
    county: {text: "27", then: ELIGIBLE_COUNTY_CODE}
    race_ethnicity: RACE
  leave_out: [{begins: TRAILER}]
enrollment:
  files: [enrollment.psv]
  delimiter: pipe
  dates: CCYYMMDD
  columns:
    member_id: MSIS_IDENTIFICATION_NUM
    month_from: ENROLLMENT_EFF_DATE
    month_to: ENROLLMENT_END_DATE
    payer: PLAN
    exclusion: CODE
  leave_out: [{begins: TRAILER}]
claims:
  files: [ip.psv, ot.psv, rx.psv]
  delimiter: pipe
  dates: CCYYMMDD
  columns:
    claim_id: ICN_ORIG
    line: LINE_NUM_ORIG
    member_id: MSIS_IDENTIFICATION_NUM
    service_date: BEGIN_DT
    paid_date: [MEDICAID_PAID_DATE, ADJUDICATION_DATE]
    procedure: PROCEDURE_CODE
    billing_npi: BILLING_PROV_NPI_NUM
    treating_npi: SERVICING_PROV_NPI_NUM
    payer: PLAN_ID_NUMBER
    paid_amount: MEDICAID_PAID_AMT
  leave_out: [{begins: "TRAILER|#"}]
END
for ranks in 2 3; do
    same 'names and dates of T-MSIS, by a layout' $ranks "$work/tmsis" --layout "$work/tmsis/layout.yaml"
done
ok 'trailers are counted' says "$err" 'ot.psv: 1 trailer row is left out'

# ---- SAS ----

if [[ -n ${IHP_WRITE_SAS-} ]]; then
    mkdir "$work/sas"
    for table in members enrollment morbidity providers claims; do
        "$IHP_WRITE_SAS" "$sample/$table.csv" "$work/sas/$table.sas7bdat"
    done
    same 'SAS tables' 3 "$work/sas"
fi

# ---- what is not whole ----

# Replaces claims.csv of the sample by a file and expects an error.
refused() { # TEXT FILE MESSAGE...
    local text=$1 file=$2
    shift 2
    rm -rf "$work/bad"
    cp -r "$sample" "$work/bad"
    rm "$work/bad/claims.csv"
    cp "$file" "$work/bad/"
    import_on 1 "$work/bad"
    ok "$text" fails 3 "$@"
    ok "$text: no store" [ ! -e "$work/variant.h5" ]
}

for kind in zip zst; do
    whole=$work/${kind/zst/zstd}/claims.csv.$kind
    mkdir -p "$work/change"
    changed=$work/change/claims.csv.$kind
    head -c -3 "$whole" >"$changed"
    refused "$kind: the end is missing" "$changed" "claims.csv.$kind: cannot be read to its end" 'get it again'
    for tail in x 'x,y' 'PK and more bytes than a directory has'; do
        (
            cat "$whole"
            printf '%s' "$tail"
        ) >"$changed"
        refused "$kind: ${#tail} bytes follow" "$changed" "claims.csv.$kind: cannot be read to its end"
    done
    python "$whole" "$changed" <<'END'
import sys
data = bytearray(open(sys.argv[1], 'rb').read())
data[len(data) // 2] ^= 1
open(sys.argv[2], 'wb').write(data)
END
    refused "$kind: a byte differs" "$changed" "claims.csv.$kind: cannot be read to its end"
done
python "$sample/claims.csv" "$work/change/claims.csv.zip" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as file:
    file.write(sys.argv[1], 'a.csv')
    file.write(sys.argv[1], 'b.csv')
END
refused 'zip: two files' "$work/change/claims.csv.zip" 'claims.csv.zip: has 2 files; a zip file must have exactly one'
cp "$work"/zip/members.csv.zip "$work/zstd/"
ihp import "$work/zstd" -o "$work/variant.h5"
ok 'one table in two forms' fails 3 'members.csv.zst: exists next to members.csv.zip; keep one of the two'

# ---- what a layout has to say ----

claims=$work/change/claims.csv
trailer() { # ROW BEGINNING
    (
        cat "$sample/claims.csv"
        printf '%s\n' "$1"
    ) >"$claims"
    refused "the trailer $1" "$claims" "claims.csv:3260: the row has" 'it looks like a trailer' \
        "--layout" "leave_out: [{begins: \"$2\"}]"
}
trailer '20 rows selected.' '# row'
trailer 'TRAILER,20' 'TRAILER'
trailer '(20 rows affected)' '(# row'
(
    cat "$sample/claims.csv"
    printf '%s\n' 'CLM0000001,1'
) >"$claims"
refused 'a row that is cut short' "$claims" 'claims.csv:3260: the row has 2 fields where the header has 13' \
    'may be cut short'
sed '1s/member_id/MBR/;s/,/|/g' "$sample/claims.csv" >"$claims"
refused 'pipes and an unknown name' "$claims" 'claims.csv:1: column member_id is missing' '--layout' \
    'claims: {delimiter: pipe, columns: {member_id: NAME}}'
sed '1d;s/,/\t/g' "$sample/claims.csv" >"$claims"
refused 'no header row' "$claims" \
    'claims.csv:1: column claim_id is missing, and so are the others of claims.csv (the first row has tabs' \
    'claims: {delimiter: tab, columns: {claim_id: NAME, line: NAME,' 'header: [NAME, ...]'
ok 'no header row: nothing of a member is printed' [ "$(grep -c -E 'M[0-9]{3}|[0-9]{10}' "$err")" = 0 ]

finish
