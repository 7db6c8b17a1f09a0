#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the import of SAS tables, which the program write_sas makes of the sample's CSV files: the same store on any
# number of ranks, bad rows by the number of the row, and each table that is refused.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ -z ${IHP_WRITE_SAS-} ]]; then
    echo "skipped: this build does not read SAS tables (libreadstat-dev)"
    exit 77
fi

extract=$IHP_SOURCE/inputs/sample/extract
tables=(members enrollment morbidity providers claims)

content_hash() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

same_store() {
    local found
    found=$(content_hash "$1")
    [[ $found == "$hash" ]] || { echo "        content hash $found instead of $hash"; return 1; }
}

import_on() {
    local ranks=$1
    shift
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$@"
}

# Makes a copy of the sample in which the claims are a SAS table of other rows: claims_of FOLDER [OPTION...] <CSV
claims_of() {
    local folder=$1
    shift
    mkdir -p "$folder"
    cp "$extract"/*.csv "$folder"
    rm "$folder/claims.csv"
    cat >"$work/claims.csv"
    "$IHP_WRITE_SAS" "$@" "$work/claims.csv" "$folder/claims.sas7bdat"
}

ihp import "$extract" -o "$work/csv.h5"
ok "import of CSV" succeeds
hash=$(content_hash "$work/csv.h5")

# ---- the same store --------------------------------------------------------------------------------------------------

mkdir "$work/sas" "$work/compressed"
for table in "${tables[@]}"; do
    "$IHP_WRITE_SAS" "$extract/$table.csv" "$work/sas/$table.sas7bdat"
    "$IHP_WRITE_SAS" --compress --numbers billing_npi,treating_npi,npi,county "$extract/$table.csv" \
        "$work/compressed/$table.sas7bdat"
done
ihp import "$work/sas" -o "$work/one.h5"
ok "SAS tables: import" succeeds
ok "SAS tables: the store of the CSV files" same_store "$work/one.h5"
for ranks in 2 4; do
    import_on "$ranks" "$work/sas" -o "$work/ranks.h5" --force
    ok "SAS tables on $ranks ranks: import" succeeds
    ok "SAS tables on $ranks ranks: the same bytes" cmp "$work/one.h5" "$work/ranks.h5"
done
import_on 3 "$work/compressed" -o "$work/ranks.h5" --force
ok "compressed tables, NPIs as numbers, on 3 ranks: import" succeeds
ok "compressed tables, NPIs as numbers, on 3 ranks: the store of the CSV files" same_store "$work/ranks.h5"

# Tables of machines that write numbers with the most significant byte first.
cat >"$work/swap.py" <<'PYTHON'
import struct
import sys

data = bytearray(open(sys.argv[1], 'rb').read())


def swap(size, *places):
    for at in places:
        data[at:at + size] = data[at:at + size][::-1]


def number(kind, at):
    return struct.unpack_from('<' + kind, data, at)[0]


header, page_size, pages = number('I', 196), number('I', 200), number('Q', 204)
data[37] = 0
swap(8, 164, 172, 180, 188, 204)
swap(4, 196, 200)
columns, row_size = [], 0
for page in range(header, header + pages * page_size, page_size):
    kind, blocks, pointers = (number('H', page + at) for at in (32, 34, 36))
    swap(2, page + 32, page + 34, page + 36)
    for row in range(blocks if kind == 0x100 else 0):
        for at, size, is_number in columns:
            if is_number:
                swap(size, page + 40 + row * row_size + at)
    for pointer in range(page + 40, page + 40 + 24 * pointers, 24):
        block, size = page + number('Q', pointer), number('Q', pointer + 8)
        swap(8, pointer, pointer + 8)
        mark = data[block:block + 4].hex()
        if mark == 'f7f7f7f7':  # sizes of rows
            row_size = number('Q', block + 40)
            swap(8, *(block + at for at in (40, 48, 56, 104, 120)))
            continue
        if mark == 'f6f6f6f6':  # number of columns
            swap(8, block + 8)
            continue
        swap(8, block)
        if mark == 'fefbffff':  # a format
            swap(2, *range(block + 46, block + 58, 2))
            continue
        swap(2, block + 8)
        if mark == 'ffffffff':  # names
            swap(2, *(at + i for at in range(block + 16, block + size - 12, 8) for i in (0, 2, 4)))
        elif mark == 'fcffffff':  # places
            for at in range(block + 16, block + size - 12, 16):
                columns.append((number('Q', at), number('I', at + 8), data[at + 14] == 1))
                swap(8, at)
                swap(4, at + 8)
                swap(2, at + 12)
open(sys.argv[2], 'wb').write(data)
PYTHON
mkdir "$work/swapped"
for table in "${tables[@]}"; do
    "$IHP_PYTHON" "$work/swap.py" "$work/sas/$table.sas7bdat" "$work/swapped/$table.sas7bdat"
done
import_on 2 "$work/swapped" -o "$work/ranks.h5" --force
ok "tables with the most significant byte first: import" succeeds
ok "tables with the most significant byte first: the store of the CSV files" same_store "$work/ranks.h5"

# More ranks than rows, and an empty table.
head -n 4 "$extract/claims.csv" | claims_of "$work/few"
ihp import "$work/few" -o "$work/few1.h5"
ok "three claims: import" succeeds
import_on 8 "$work/few" -o "$work/few8.h5"
ok "three claims on 8 ranks: import" succeeds
ok "three claims on 8 ranks: the same bytes" cmp "$work/few1.h5" "$work/few8.h5"

# ---- with a layout ---------------------------------------------------------------------------------------------------

# Two tables, and other names.
mkdir "$work/layout"
cp "$extract"/*.csv "$work/layout"
sed '1s/.*/CLM,LN,MBR,DOS_date,PD_date,ST,PROC,CLS,CAT,BILL,TREAT,PLAN,PD_amount/' "$extract/claims.csv" >"$work/claims.csv"
rm "$work/layout/claims.csv"
for part in 1 2; do
    awk -v part=$part 'NR == 1 || (NR < 1000) == (part == 1)' "$work/claims.csv" >"$work/part.csv"
    "$IHP_WRITE_SAS" --numbers LN "$work/part.csv" "$work/layout/part$part.sas7bdat"
done
cat >"$work/layout/layout.yaml" <<'YAML'
claims:
  files: [part*.sas7bdat]
  columns:
    claim_id: clm
    line: ln
    member_id: mbr
    service_date: dos_date
    paid_date: pd_date
    status: st
    procedure: proc
    service_class: cls
    category: cat
    billing_npi: bill
    treating_npi: treat
    payer: plan
    paid_amount: pd_amount
YAML
for ranks in 1 3; do
    import_on "$ranks" "$work/layout" --layout "$work/layout/layout.yaml" -o "$work/ranks.h5" --force
    ok "a layout of two tables, $ranks ranks: import" succeeds
    ok "a layout of two tables, $ranks ranks: the store of the CSV files" same_store "$work/ranks.h5"
done
"$IHP_WRITE_SAS" --numbers LN,CAT "$work/part.csv" "$work/layout/part2.sas7bdat"
import_on 2 "$work/layout" --layout "$work/layout/layout.yaml" -o "$work/ranks.h5" --force
ok "a layout, a number in place of a text" fails 3 "part2.sas7bdat: column cat is a number in SAS" "put(cat, z8.)"
sed -i 's/cls$/klass/' "$work/layout/layout.yaml"
import_on 2 "$work/layout" --layout "$work/layout/layout.yaml" -o "$work/ranks.h5" --force
ok "a layout with a column that the tables do not have" fails 3 part1.sas7bdat \
    "column klass (line 11 of layout.yaml, claims.columns.service_class) is missing" \
    "the table has CLM, LN, MBR, DOS_date,"

# ---- bad rows --------------------------------------------------------------------------------------------------------

# Row 2 has an amount of a tenth of a cent, row 5 a service date after the paid date, row 6 no service date.
awk -F, -v OFS=, 'NR == 3 { $13 = "142.125" } NR == 6 { $5 = "1990-01-01" } NR == 7 { $4 = "" } { print }' \
    "$extract/claims.csv" | claims_of "$work/bad"
for ranks in 1 3; do
    import_on "$ranks" "$work/bad" -o "$work/bad.h5"
    ok "bad rows on $ranks ranks: exit code" [ "$code" == 3 ]
    ok "bad rows on $ranks ranks: their numbers" says "$err" \
        "claims.sas7bdat: 1 row: paid_amount has a part of a cent" "first on line 2" \
        "claims.sas7bdat: 1 row: paid_date is before service_date; first on line 5" "3 bad rows of 3 kinds"
    import_on "$ranks" "$work/bad" -o "$work/bad.h5" --quarantine "$work/bad-$ranks.csv" --force
    ok "bad rows on $ranks ranks: quarantine" succeeds
done
ok "bad rows: the same quarantine on 1 and 3 ranks" cmp "$work/bad-1.csv" "$work/bad-3.csv"
ok "bad rows: the quarantine has the rows" says "$work/bad-1.csv" claims.sas7bdat,2, claims.sas7bdat,5, \
    claims.sas7bdat,6, 142.125

# ---- tables that are refused -----------------------------------------------------------------------------------------

refused() {
    local text=$1 folder=$2 ranks
    shift 2
    for ranks in 1 2; do
        import_on "$ranks" "$folder" -o "$work/refused.h5"
        ok "$text, $ranks ranks" fails 3 claims.sas7bdat "$@"
        ok "$text, $ranks ranks: no store" [ ! -e "$work/refused.h5" ]
    done
}

claims_of "$work/number" --numbers category <"$extract/claims.csv"
refused "a number in place of a text" "$work/number" "column category is a number in SAS" "leading zeros"
claims_of "$work/deleted" --deleted <"$extract/claims.csv"
refused "deleted rows" "$work/deleted" "rows that were deleted in SAS" "set OLD; run;"
cut -d, -f1-12 "$extract/claims.csv" | claims_of "$work/missing"
refused "a missing column" "$work/missing" "column paid_amount is missing"
claims_of "$work/short" <"$extract/claims.csv"
truncate -s -1000 "$work/short/claims.sas7bdat"
refused "a table that is cut short" "$work/short" "damaged or cut short"
# A page is missing, and the header says so: the number of pages is at byte 204.
claims_of "$work/page" <"$extract/claims.csv"
"$IHP_PYTHON" -c '
import sys
data = bytearray(open(sys.argv[1], "rb").read())
pages = int.from_bytes(data[204:212], "little") - 1
data[204:212] = pages.to_bytes(8, "little")
open(sys.argv[1], "wb").write(data[:8192 + 4096 * pages])' "$work/page/claims.sas7bdat"
refused "a table without its last page" "$work/page" "rows and says that it has 3258"
claims_of "$work/both" <"$extract/claims.csv"
cp "$extract/claims.csv" "$work/both"
refused "a table next to a CSV file" "$work/both" "exists next to claims.csv; keep one of the two"

# ---- memory ----------------------------------------------------------------------------------------------------------

# 100,000 rows take no more memory than those rows as a CSV file and 16 MiB: the table has 11 MB, and reading takes 3.
peak() {
    "$IHP_PYTHON" -c '
import os, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
mkdir "$work/many-csv"
cp "$extract"/*.csv "$work/many-csv"
awk -F, -v OFS=, 'NR == 1 { print; next } { row[NR] = $0; id[NR] = $1 }
    END { for (i = 0; i < 100000; i++) { k = 2 + i % (NR - 1); print id[k] "-" int(i / (NR - 1)) substr(row[k], length(id[k]) + 1) } }' \
    "$extract/claims.csv" >"$work/many-csv/claims.csv"
claims_of "$work/many-sas" --rows 100000 <"$extract/claims.csv"
csv=$(peak "$IHP_PROGRAM" import "$work/many-csv" -o "$work/many-csv.h5")
sas=$(peak "$IHP_PROGRAM" import "$work/many-sas" -o "$work/many-sas.h5")
hash=$(content_hash "$work/many-csv.h5")
ok "100,000 rows: the store of the CSV file" same_store "$work/many-sas.h5"
ok "100,000 rows: $sas KiB of memory, and $csv KiB as a CSV file" [ "$sas" -le $((csv + 16384)) ]

finish
