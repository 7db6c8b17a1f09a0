#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests how much of an extract an import must have: the share of bad rows, members and claims.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

extract=$work/extract
store=$work/state.h5
cp -r "$IHP_SOURCE/inputs/sample/extract" "$extract"

# Spoils the first COUNT rows of claims.csv.
spoil() {
    awk -v count="$1" 'NR > 1 && NR <= count + 1 { sub(/,[PDV],/, ",X,") } { print }' \
        "$IHP_SOURCE/inputs/sample/extract/claims.csv" >"$extract/claims.csv"
}

quarantine() {
    rm -f "$store" "$work/bad.csv"
    ihp import "$extract" -o "$store" --quarantine "$work/bad.csv" "$@"
}

# Like fails, after error lines that name kinds of bad rows.
fails_after_kinds() {
    local wanted=$1
    shift
    [[ $code == "$wanted" ]] || return 1
    tail -n 1 "$err" >"$work/.last"
    says "$work/.last" "ihp: error: " "$@"
}

# The extract has 3,258 claim lines: 1% are 32.58.
spoil 32
quarantine
ok "32 of 3,258 rows are in quarantine" [ "$code" = 0 ]
spoil 33
quarantine
ok "33 are too many" fails_after_kinds 3 "extract: claims: 33 of 3258 rows are bad (1.01%), more than 1%," \
    "nothing was imported" "--quarantine-limit"
ok "33: no store" [ ! -e "$store" ]
ok "33: no quarantine file" [ ! -e "$work/bad.csv" ]
ok "33: the kind is named" says "$err" "claims.csv: 33 rows: status is not a valid"
quarantine --quarantine-limit 2%
ok "33 of at most 2%" [ "$code" = 0 ]
quarantine --quarantine-limit 0.0101
ok "33 of at most 0.0101" fails_after_kinds 3 "more than 1.01%"
for wrong in 0 0% 101% 1.5 -1% % x 1%% ''; do
    quarantine --quarantine-limit "$wrong"
    ok "a limit of '$wrong'" fails 2 "--quarantine-limit" "use a share above 0% and at most 100%, such as 2% or 0.02"
done
ihp import "$extract" -o "$store" --force --quarantine-limit 2%
ok "a limit without a quarantine file" fails 2 "--quarantine-limit" "--quarantine"

# The control totals of the sample, as counted from its files: 3,256 paid lines, and 32 rows of 2024 set aside.
spoil 32
quarantine
ok "import prints what is set aside" says "$out" "Bad rows set aside" "status is not a valid code; use one of: P D V    32"
ok "import prints control totals" says "$out" "Control totals by year of service" \
    "2025  MCO-RED    long_term_care           1      \$3,100.00             0           0"
cp "$out" "$work/printed"
ihp info "$store"
ok "info prints the same" says "$out" "$(sed -n '/^Control totals/,/^all /p' "$work/printed")"
ok "info prints the files" says "$out" "claims      claims.csv      3,258"
cp -r "$IHP_SOURCE/inputs/sample/program" "$IHP_SOURCE/inputs/sample/deck.yaml" "$work"
sed -i "s|^store:.*|store: $store|; s|^program:.*|program: $work/program|; s|^output:.*|output: $work/result|" "$work/deck.yaml"
settle 1 "$work/deck.yaml"
ok "settles" [ "$code" = 0 ]
python "$work/result/manifest.json" "$extract/claims.csv" <<'PYTHON'
import csv, json, sys
entry = json.load(open(sys.argv[1]))['import']
rows = list(csv.DictReader(open(sys.argv[2])))
kept = [row for row in rows if row['status'] == 'P' and row['service_date'].startswith('2024')]
bad = [row for row in rows if row['status'] == 'X']
cents = lambda rows: sum(round(float(row['paid_amount']) * 100) for row in rows)
assert entry['bad_rows'] == len(bad) == 32 and entry['bad_cents'] == cents(bad), entry
assert entry['paid_lines.2024'] == len(kept) and entry['paid_cents.2024'] == cents(kept), entry
assert entry['rows_read'] == 3258 + 227 + 223 + 444 + 19 and entry['files'] == 5, entry
PYTHON
ok "the manifest has the sums" [ "$code" = 0 ]

# control.csv is compared with what is read, bad rows and duplicates included.
spoil 0
control() {
    printf '%s\n' 'file,payer,year,rows,paid_amount' "$@" >"$extract/control.csv"
    rm -f "$store" "$work/bad.csv"
}
python "$extract/claims.csv" <<'PYTHON'
import collections, csv, sys
from decimal import Decimal
sums = collections.defaultdict(lambda: [0, Decimal(0)])
for row in csv.DictReader(open(sys.argv[1])):
    for payer in row['payer'], '':
        for year in row['service_date'][:4], '':
            sums[payer, year][0] += 1
            sums[payer, year][1] += Decimal(row['paid_amount'])
for (payer, year), (rows, amount) in sums.items():
    print(f'claims.csv,{payer},{year},{rows},{amount}')
PYTHON
mapfile -t true_rows <"$out"
control "${true_rows[@]}" members.csv,,,223, providers,,,19,
for ranks in 1 2 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$extract" -o "$store" --force
    ok "$ranks ranks: all rows of control.csv hold" [ "$code" = 0 ]
    cp "$store" "$work/control$ranks.h5"
done
ok "the same record on 1 and 3 ranks" cmp "$work/control1.h5" "$work/control3.h5"
control claims,,,3257,
ihp import "$extract" -o "$store"
ok "control.csv: rows" fails 3 "control.csv:2: claims, payer all, year all: 3257 rows are expected, 3258 rows were read"
ok "control.csv: no store" [ ! -e "$store" ]
control 'claims.csv,MCO-RED,2024,359,109984.39' claims.csv,MCO-RED,2023,1, claims.csv,XY,,0,0
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" import "$extract" -o "$store"
ok "control.csv: a cent" fails 3 "control.csv:2: claims.csv, payer MCO-RED, year 2024: 359 rows and \$109,984.39 are expected, 359 rows and \$109,984.38 were read (and 1 more rows differ; the notices name them)"
ok "control.csv: the other difference" says "$err" "notice: $extract/control.csv:3: claims.csv, payer MCO-RED, year 2023: 1 rows are expected"
spoil 32
control claims,,2024,1622,
quarantine
ok "control.csv: bad rows count" fails_after_kinds 3 "1622 rows are expected" "were read; 32 rows of claims, which are bad, count too"
control "${true_rows[@]}"
quarantine
ok "control.csv: holds with a quarantine file" [ "$code" = 0 ]
refused() {
    control "$1"
    ihp import "$extract" -o "$store" --quarantine "$work/bad.csv"
    ok "control.csv: $1" fails_after_kinds 3 "control.csv:2: " "$2"
}
spoil 0
refused x.csv,,,1, "column file: 'x.csv' is not a file or table of this import"
refused ,,,1, "column file"
refused claims,,24.5,1, "column year"
refused claims,,,-1, "column rows"
refused claims,,,1,1.234 "column paid_amount"
refused members,FFS,,223, "only files of claims have payer"
refused claims.csv,mco-red,,1, "; the claims have payer 'MCO-RED'"
ffs=$(printf '%s\n' "${true_rows[@]}" | grep '^claims.csv,FFS,,')
control "${ffs/FFS/ ffs}"
ihp import "$extract" -o "$store"
ok "control.csv: ffs is FFS" says "$err" "control.csv: 1 value of payer was converted to FFS"
ok "control.csv: ffs holds" [ "$code" = 0 ]
mapfile -t wrong < <(seq -f 'claims,,,%g,' 25)
control "${wrong[@]}"
ihp import "$extract" -o "$store"
ok "control.csv: many differences" fails 3 "(and 24 more rows differ; the notices name the first 19 of them)"
ok "control.csv: 19 notices" [ "$(grep -c 'notice: .*control.csv:[0-9]*: claims, ' "$err")" = 19 ]
mkdir "$extract/a" "$extract/b"
sed 5q "$extract/claims.csv" >"$extract/a/claims.csv"
sed 8q "$extract/claims.csv" | sed 2,5d >"$extract/b/claims.csv"
echo 'claims: {files: ["?/claims.csv"]}' >"$extract/two.yaml"
two() {
    control "$1"
    ihp import "$extract" --layout "$extract/two.yaml" -o "$store"
}
two claims.csv,,,7,
ok "control.csv: two files of one name" fails 3 "control.csv:2: column file: 2 files are named 'claims.csv'" "'claims' for all"
two b/claims.csv,,,3,
ok "control.csv: a file with its folder" [ "$code" = 0 ]
two b/claims.csv,,,4,
ok "control.csv: a file with its folder is compared" fails 3 "4 rows are expected, 3 rows were read"
two claims,,,7,
ok "control.csv: all files of the table" [ "$code" = 0 ]
control claims,,,1,
sed -i 1s/rows/count/ "$extract/control.csv"
ihp import "$extract" -o "$store"
ok "control.csv: a missing column" fails 3 "control.csv" "rows"
control claims,,,3258,
ihp import "$extract" -o "$extract/control.csv" --force
ok "control.csv is not replaced" fails 2 "control.csv" "a file of the extract"
rm "$extract/control.csv"

# A share counts for each table: 1 of 19 providers is too many, however long the claims are.
spoil 0
cp "$extract/providers.csv" "$work/providers.csv"
sed -i '2s/^[0-9]*/12/' "$extract/providers.csv"
quarantine
ok "1 provider" fails_after_kinds 3 "providers: 1 of 19 rows are bad (5.26%)"
cp "$work/providers.csv" "$extract/providers.csv"

# No members or no claims.
head -n 1 "$IHP_SOURCE/inputs/sample/extract/claims.csv" >"$extract/claims.csv"
ihp import "$extract" -o "$store" --force
ok "no claims" fails 3 "extract: claims: has no claim line (0 rows were read)" "--allow-empty"
ihp import "$extract" -o "$store" --force --allow-empty
ok "no claims, allowed" [ "$code" = 0 ]
for table in members enrollment morbidity; do
    sed -i '2,$d' "$extract/$table.csv"
done
ihp import "$extract" -o "$store" --force
ok "no members" fails 3 "extract: members: has no member (0 rows were read)" "--allow-empty"
ihp import "$extract" -o "$store" --force --allow-empty
ok "no members, allowed" [ "$code" = 0 ]

finish
