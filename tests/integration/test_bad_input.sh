#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests bad input. The command writes one error line that names the file, the line or key, the text
# found and what is allowed. It ends with exit code 2 or 3, or 1 for a system error, and leaves no
# store, no result folder and no unfinished files. Each test damages the case `tiny` in one place.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

job=
clean_up() {
    if [[ -n $job ]]; then
        kill -9 "$job" 2>/dev/null
    fi
    umount "$work/disk" 2>/dev/null
}

tiny=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$tiny"
ihp import "$tiny/extract" -o "$tiny/state.h5"
ok "the undamaged case: import" succeeds
ihp settle "$tiny/deck.yaml" --quiet
ok "the undamaged case: settle" succeeds
((failed == 0)) || finish
mv "$tiny/result" "$work/first"

# Makes a fresh copy of the case in $case, with its store.
fresh() {
    rm -rf "$work/case"
    cp -r "$tiny" "$work/case"
    case=$work/case
}

# After `run`: checks that the command was refused with this code and these texts, and left nothing.
refused() {
    local text=$1
    shift
    ok "$text: is refused" fails "$@"
    ok "$text: no result folder" [ ! -e "$case/result" ]
    ok "$text: no unfinished files" nothing_left "$case"
}

import_refused() {
    local text=$1
    shift
    rm -f "$case/new.h5"
    ihp import "$case/extract" -o "$case/new.h5"
    refused "$text" 3 "$@"
    ok "$text: no store" [ ! -e "$case/new.h5" ]
}

# Settles without mpirun, which takes a second to end a job that failed; the tests of ranks are below.
settle_refused() {
    local text=$1
    shift
    ihp settle "$case/deck.yaml" --member-files
    refused "$text" "$@"
}

# ---- extracts ---------------------------------------------------------------------------------

for name in members enrollment claims morbidity providers; do
    fresh
    file=$case/extract/$name.csv
    lines=$(wc -l <"$file")

    rm "$file"
    import_refused "$name.csv missing" "extract/$name.csv" "missing"

    # Cut off in the last row, before its last comma.
    sed '$ s/,[^,]*$//' "$tiny/extract/$name.csv" | head -c -1 >"$file"
    import_refused "$name.csv cut off" "extract/$name.csv:$lines: " "fields" "cut short"

    # Cut off inside the header, and cut to nothing.
    head -c 5 "$tiny/extract/$name.csv" >"$file"
    import_refused "$name.csv cut to five bytes" "extract/$name.csv:1: column"
    : >"$file"
    import_refused "$name.csv empty" "extract/$name.csv" "header"

    rm "$file"
    gzip -c "$tiny/extract/$name.csv" >"$work/whole.gz"
    size=$(stat -c %s "$work/whole.gz")
    for ((kept = 1; kept < size; kept += 1 + size / 12)); do
        head -c "$kept" "$work/whole.gz" >"$file.gz"
        import_refused "$name.csv.gz cut to $kept of $size bytes" "extract/$name.csv.gz"
    done
    # A wrong checksum, in the last eight bytes.
    { head -c -8 "$work/whole.gz" && printf '\1\2\3\4\5\6\7\10'; } >"$file.gz"
    import_refused "$name.csv.gz damaged" "extract/$name.csv.gz"

    cp "$work/whole.gz" "$file.gz"
    cp "$tiny/extract/$name.csv" "$file"
    import_refused "$name.csv both plain and compressed" "extract/$name.csv" "$name.csv.gz" "keep one"
done

fresh
sed -i '1 s/paid_amount/amount/' "$case/extract/claims.csv"
import_refused "a column missing" "extract/claims.csv:1: " "paid_amount"
fresh
sed -i '1 s/treating_npi/billing_npi/' "$case/extract/claims.csv"
import_refused "a column twice" "extract/claims.csv:1: " "billing_npi" "twice"
fresh
sed -i '3 s/FFS/"FFS/' "$case/extract/claims.csv"
import_refused "a quote left open" "extract/claims.csv:" "quote"
fresh
rm -r "$case/extract"
import_refused "no extract folder" "$case/extract" "members.csv"

# A store that exists already stays unchanged.
fresh
rm "$case/extract/claims.csv"
cp "$case/state.h5" "$work/before.h5"
ihp import "$case/extract" -o "$case/state.h5"
ok "a failed import over a store: is refused" fails 3 "claims.csv"
ok "a failed import over a store: the store is unchanged" cmp "$work/before.h5" "$case/state.h5"

# ---- bad rows: counted by kind with their lines; nothing is imported --------------------------

# Each line: file, the reason why the row added at its end is bad, the row.
while IFS='|' read -r name why row; do
    fresh
    if [[ ! -e $case/extract/$name.csv ]]; then
        case $name in
            social_risk) echo "member_id,month_from,month_to,factor" ;;
            care_coordination*) echo "member_id,month,kind" ;;
        esac >"$case/extract/$name.csv"
    fi
    printf '%s\n' "$row" >>"$case/extract/$name.csv"
    line=$(wc -l <"$case/extract/$name.csv")
    rm -f "$case/new.h5"

    ihp import "$case/extract" -o "$case/new.h5" --force
    ok "$name: $why: exit code 3" [ "$code" = 3 ]
    ok "$name: $why: file, line and reason" says "$err" "$name.csv: " "$why" " $line"
    ok "$name: $why: nothing was imported" says "$err" "nothing was imported" "--quarantine"
    ok "$name: $why: no store" [ ! -e "$case/new.h5" ]
    ok "$name: $why: no unfinished files" nothing_left "$case"

    (umask 0 && "$IHP_PROGRAM" import "$case/extract" -o "$case/new.h5" --quarantine "$case/bad.csv" --quarantine-limit 100%) \
        >"$out" 2>"$err" && code=0 || code=$?
    ok "$name: $why: quarantined" succeeds
    ((good)) || continue
    ok "$name: $why: the store is there" [ -s "$case/new.h5" ]
    ok "$name: $why: only the owner can read the file" mode_is 600 "$case/bad.csv"
    ok "$name: $why: the file has file name, line and row" says "$case/bad.csv" "$name.csv,$line," "$row"
    ok "$name: $why: the header of the file" [ "$(head -1 "$case/bad.csv")" = "file,line,reason,row" ]
done <<'ROWS'
members|member_id|T 1,1980-01-01,M,27053,
members|birth_date is not a valid date; use YYYY-MM-DD|T77,1980-02-30,M,27053,
members|sex|T77,1980-01-01,X,27053,
members|duplicate member_id (identical rows)|T14,2015-01-01,F,27123,
enrollment|not in members.csv|T99,2024-01,2025-12,MA,FFS,
enrollment|month_to is before month_from|T01,2025-03,2025-02,MA,FFS,
enrollment|month_from|T01,2025-13,2025-12,MA,FFS,
enrollment|exclusion|T01,2025-03,2025-04,MA,FFS,OTHER
claims|not in members.csv|X1,1,T99,2025-05-05,2025-12-31,P,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|paid_date is before service_date|X1,1,T01,2025-05-05,2025-05-04,P,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|claim_id and line stand more than once, with different contents|C001,1,T01,2025-05-05,2025-12-31,P,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|line|X1,one,T01,2025-05-05,2025-12-31,P,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|service_date|X1,1,T01,2025-05-32,2025-12-31,P,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|paid_date|X1,1,T01,2025-05-05,,P,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|status is not a valid code; use one of: P D V|X1,1,T01,2025-05-05,2025-12-31,Q,99213,professional,043,9000000001,9000000011,FFS,1.00
claims|service_class|X1,1,T01,2025-05-05,2025-12-31,P,99213,dental,043,9000000001,9000000011,FFS,1.00
claims|category|X1,1,T01,2025-05-05,2025-12-31,P,99213,professional,43,9000000001,9000000011,FFS,1.00
claims|paid_amount|X1,1,T01,2025-05-05,2025-12-31,P,99213,professional,043,9000000001,9000000011,FFS,1.001
morbidity|not in members.csv|T99,2025,LOW
morbidity|year|T01,25,LOW
morbidity|duplicate member_id and year (conflicting ACGs)|T01,2025,HIGH
providers|npi|900000001,207Q00000X
providers|duplicate npi (conflicting taxonomies)|9000000011,207RC0000X
social_risk|factor|T01,2025-01,2025-02,rich
social_risk|not in members.csv|T99,2025-01,2025-02,smi
care_coordination|kind|T01,2025-01,ABC
care_coordination_paid|kind|T01,2025-01,ABC
ROWS

# Several kinds at once: the command prints a line for each, with the number of rows. Of a repeated claim
# line it keeps the first.
fresh
for n in 1 2 3; do
    echo "X$n,1,T99,2025-05-05,2025-12-31,P,99213,professional,043,9000000001,9000000011,FFS,1.00"
done >>"$case/extract/claims.csv"
sed -n 2p "$tiny/extract/claims.csv" >>"$case/extract/claims.csv"
echo "T01,2025-03,2025-02,MA,FFS," >>"$case/extract/enrollment.csv"
rm "$case/state.h5"
ihp import "$case/extract" -o "$case/state.h5" --force
ok "several kinds: exit code 3" [ "$code" = 3 ]
ok "several kinds: each with its rows" says "$err" "claims.csv: 3 rows: " "claims.csv: 1 row: " \
    "enrollment.csv: 1 row: " "5 bad rows of 3 kinds"
ihp import "$case/extract" -o "$case/state.h5" --force --quarantine "$case/bad.csv" --quarantine-limit 100%
ok "several kinds: quarantined" succeeds
ok "several kinds: all rows are in the file" [ "$(wc -l <"$case/bad.csv")" = 6 ]
ok "several kinds: the number, on standard output" says "$out" "5 bad rows"
settle 2 "$case/deck.yaml" --member-files --quiet
ok "several kinds: settle without them" succeeds
ok "several kinds: same results as without the bad rows" same_as_expected "$tiny/expected" "$case/result"

# ---- stores -----------------------------------------------------------------------------------

# Writes a smaller size into the header that HDF5 keeps of a column. HDF5 detects the damaged header by
# its checksum; tests/unit/test_store_hostile.c makes undamaged columns that are too short.
damage_header() {
    local header
    header=$(h5ls -va "$1/$2" | sed -n 's/^ *Location: *1:\([0-9]*\).*/\1/p' | head -1)
    "$IHP_PYTHON" -c '
import struct, sys
path, header, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, "r+b") as store:
    store.seek(header)
    data = store.read(64)
    wrong = data.replace(struct.pack("<Q", size), struct.pack("<Q", size - 1))
    assert wrong != data, "the size is not at the expected place"
    store.seek(header)
    store.write(wrong)' "$1" "$header" "$3"
}

fresh
rm "$case/state.h5"
settle_refused "no store" 3 "state.h5" "ihp import"
mkdir "$case/state.h5"
settle_refused "a folder in place of a store" 3 "state.h5" "ihp import"
rmdir "$case/state.h5"
: >"$case/state.h5"
settle_refused "an empty store" 3 "state.h5" "not an HDF5 file"
cp "$case/extract/claims.csv" "$case/state.h5"
settle_refused "a CSV file in place of a store" 3 "state.h5" "not an HDF5 file" "ihp import"
cp "$work/first/results.h5" "$case/state.h5"
settle_refused "results.h5 in place of a store" 3 "state.h5" "not an ihp store" "ihp import"
size=$(stat -c %s "$tiny/state.h5")
for kept in 8 100 1000 $((size / 4)) $((size / 2)) $((size * 3 / 4)) $((size - 1)); do
    head -c "$kept" "$tiny/state.h5" >"$case/state.h5"
    settle_refused "a store cut to $kept of $size bytes" 3 "state.h5" "ihp import"
done

for column in claims/service claims/paid_amount claims/known_from members/sex enrollment/payer \
    morbidity/acg claims/offset members/id dictionary/npi_taxonomy; do
    fresh
    rows=$(h5ls "$case/state.h5/$column" | sed -n 's/.*{\([0-9]*\).*/\1/p')
    damage_header "$case/state.h5" "$column" "$rows"
    settle_refused "$column, header damaged" 3 "state.h5" "$column" "ihp import"
done

# Offsets: 14 members, 78 claim lines, 17 spans, 28 morbidity rows.
for column in claims/offset enrollment/offset morbidity/offset; do
    fresh
    patch "$case/state.h5" "$column" Q 7 1000000
    settle_refused "$column past the end" 3 "state.h5" "$column" "ihp import"
    fresh
    patch "$case/state.h5" "$column" Q 7 0
    settle_refused "$column decreases" 3 "state.h5" "$column" "ihp import"
    fresh
    patch "$case/state.h5" "$column" Q 0 1
    settle_refused "$column does not begin at 0" 3 "state.h5" "$column" "ihp import"
    fresh
    patch "$case/state.h5" "$column" Q 14 1
    settle_refused "$column ends early" 3 "state.h5" "$column" "ihp import"
done

# Numbers that are in no dictionary. Only the last rank reads the last lines, so the other ranks must
# learn of the error. The engine reads repeated values from the store's index, unless --no-index is given.
while read -r column form row value option; do
    for ranks in 1 3; do
        fresh
        patch "$case/state.h5" "$column" "$form" "$row" "$value"
        settle "$ranks" "$case/deck.yaml" --member-files ${option:+"$option"}
        refused "$column of row $row is $value, $ranks ranks" 3 "state.h5" "column ${column%%/*}" "ihp import"
    done
done <<'DAMAGE'
claims/service H 77 65535
claims/service H 0 65535
claims/procedure H 77 65535 --no-index
claims/billing_npi I 77 4000000000 --no-index
claims/treating_npi I 40 4000000000 --no-index
index/offset Q 14 1
index/offset Q 7 1000000
index/year_line I 41 4000000000
index/year_line I 20 0
index/procedure H 44 65535
index/billing_npi I 44 4000000000
index/treating_npi I 0 4000000000
enrollment/payer H 16 65535
morbidity/acg H 27 65535
DAMAGE

# An index whose years begin at other lines. Only a command that can do without the index advises that.
fresh
patch "$case/state.h5" index/year_line I 1 1
settle_refused "index/year_line, another line" 3 "column index/year_line" "ihp import" "or settle with --no-index"
ihp power "$case/deck.yaml" --sizes 1
ok "power: index/year_line, another line" fails 3 "column index/year_line" "ihp import"
ok "power: no advice that power cannot follow" not says "$err" "--no-index"

# A settlement does not read the status, but `ihp check` does.
fresh
patch "$case/state.h5" claims/status B 77 200
ihp check "$case/state.h5"
ok "check: claims/status of row 77 is 200" fails 3 "state.h5" "claims/status" "ihp import"

# The other commands report a bad store in the same way.
fresh
head -c $((size / 2)) "$tiny/state.h5" >"$case/state.h5"
for command in "info $case/state.h5" "check $case/state.h5" "explain $case/deck.yaml T01"; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp $command
    ok "${command%% *} of a store that is cut off" fails 3 "state.h5" "ihp import"
done

# ---- decks ------------------------------------------------------------------------------------

# Each line: a text of the deck, its replacement, the key and the text of the error.
while IFS='|' read -r old new key allowed; do
    fresh
    "$IHP_PYTHON" -c '
import sys
path, old, new = sys.argv[1:]
deck = open(path).read()
assert deck.count(old) == 1, old
open(path, "w").write(deck.replace(old, new.replace("\\n", "\n")))' "$case/deck.yaml" "$old" "$new"
    line=$(grep -n -- "^${key%%.*}:" "$case/deck.yaml" | tail -1 | cut -d: -f1)
    settle_refused "deck: $new" 2 "deck.yaml:$line: $key: " "$allowed"
done <<'DECKS'
threshold: 0.02|treshold: 0.02|treshold|unknown key; did you mean 'threshold'? The keys here are:
policies: {}|policies: {tie: lowest_ihp}|policies.tie|unresolved_tie
settlement: final|settlement: last|settlement|interim, final or quarterly
settlement: final|settlement: [final]|settlement|interim, final or quarterly
threshold: 0.02|threshold: two|threshold|a number from 0
threshold: 0.02|threshold: 1.5|threshold|below 1
threshold: 0.02|threshold: "0.02"|threshold|a number from 0
threshold: 0.02|threshold: 0.02\nthreshold: 0.03|threshold|already
year: 2024,|year: 24,|base.year|a year from
year: 2024,|year: 2024.5,|base.year|a year from
year: 2024,|year: 2025,|performance.year|after the base year
2025-12-31|2025-12-32|base.paid_through|YYYY-MM-DD
2025-12-31|2025-12-30|base.paid_through|2025-12-31
2026-12-31|2026-12-30|performance.paid_through|2026-12-31
policies: {}|policies: none|policies|a group of keys
policies: {}|policies: {msc_plus_excluded: 1}|policies.msc_plus_excluded|true or false
policies: {}|policies: {min_total_months: 13}|policies.min_total_months|0 to 12
policies: {}|policies: {lookback_months: -1}|policies.lookback_months|0 to 120
policies: {}|policies: {count_unit: lines}|policies.count_unit|line or visit
policies: {}|policies: {}\nstrict_categories: maybe|strict_categories|true or false
policies: {}|policies: {}\nbootstrap: {replicates: 0}|bootstrap.replicates|1 to 1000000
policies: {}|policies: {}\nsweep: {design: grid}|sweep.vary|is missing
policies: {}|policies: {}\nsweep: {design: grid, vary: {trend: [2]}}|sweep.vary.trend|above -1 and to 1
policies: {}|policies: {quality_on_losses: true}|policies.quality_on_losses|as_written, none or inverse
policies: {}|policies: {}\nquality_share: 1.1|quality_share|from 0 to 1
policies: {}|policies: {benchmark_difference: absolute}|policies.benchmark_difference|relative or points
policies: {}|policies: {reference_group: ''}|policies.reference_group|1 to 40 bytes
policies: {}|policies: {bootstrap_weights: own}|policies.bootstrap_weights|fixed or refit
DECKS

for key in store program output settlement threshold; do
    fresh
    sed -i "/^$key:/d" "$case/deck.yaml"
    if [[ $key == threshold ]]; then
        settle 1 "$case/deck.yaml" --quiet
        ok "deck without threshold: uses the default" succeeds
    else
        settle_refused "deck without $key" 2 "deck.yaml" "$key" "missing"
    fi
done
fresh
printf 'store: [a\nprogram: {\n' >"$case/deck.yaml"
settle_refused "deck that is not YAML" 2 "deck.yaml:" "not YAML"
: >"$case/deck.yaml"
settle_refused "deck that is empty" 2 "deck.yaml" "is not a deck"
rm "$case/deck.yaml"
settle_refused "no deck" 2 "deck.yaml" "cannot be read"
fresh
sed -i 's/settlement: final/settlement: interim/' "$case/deck.yaml"
settle_refused "an interim with a year of run-out" 2 "deck.yaml:" "performance.paid_through" "2026-03-31"

# ---- program folders --------------------------------------------------------------------------

fresh
sed -i 's/^\(LAKES,.*,billing,\)9000000002\(.*\)$/&\n\19000000001\2/' "$case/program/rosters.csv"
settle_refused "rosters that overlap" 3 "program/rosters.csv" "9000000001" "NORTH" "LAKES" "remove the NPI from"
ihp check "$case/state.h5" --program "$case/program"
ok "rosters that overlap: check reports them" says "$out" "9000000001" "NORTH and LAKES"
fresh
echo hello >"$case/program/notes.txt"
settle_refused "an unknown program file" 3 "program/notes.txt" "not a file of a program folder"
fresh
echo ihp_id,name >"$case/program/ihp.csv"
settle_refused "a misspelt program file" 3 "program/ihp.csv" "did you mean ihps.csv?"
fresh
printf 'county,month_from,month_to\n27053,2025-01,2025-02\n27001,2025-01,2025-02\n27053,2025-02,2025-03\n' \
    >"$case/program/circumstances.csv"
settle_refused "circumstances that overlap" 3 "program/circumstances.csv:4: column month_from" "line 2" "combine the two rows"
fresh
printf 'ihp_id,year,measure,group,numerator,denominator,sufficient\n' >"$case/program/quality.csv"
settle_refused "quality without measures" 3 "program/quality.csv" "requires measures.csv"
for name in ihps rosters taxonomy categories codes corridors trend; do
    fresh
    rm "$case/program/$name.csv"
    settle_refused "no $name.csv" 3 "program/$name.csv" "missing"
done
fresh
rm -r "$case/program"
settle_refused "no program folder" 3 "$case/program" "cannot be read"

# Each line: file, an expression of sed, the line that it damages (- any), the text of the error.
while IFS='|' read -r name spoil line column allowed; do
    fresh
    sed -i "$spoil" "$case/program/$name.csv"
    [[ $line == - ]] && at= || at=:$line
    settle_refused "$name.csv, $spoil" 3 "program/$name.csv$at" "$column" "$allowed"
done <<'PROGRAMS'
ihps|2 s/^NORTH,\([^,]*\),2/NORTH,\1,3/|2|track|1 or 2
ihps|2 s/billing_treating/some/|2|roster_type|all_in
ihps|2 s/,,$/,2025-06-30,/|2|termination|with_cause
ihps|2 s/,,$/,,with_cause/|2|terminated_on|a date
ihps|2 s/,,$/,2025-06-31,with_cause/|2|terminated_on|a date
ihps|2 s/,,$/,2025-06-30,for_cause/|2|termination|state_breach
ihps|2 s/,,$/,2023-12-31,with_cause/|2|terminated_on|2024-01-01 to 2028-12-31
ihps|2 s/,,$/,2029-01-01,with_cause/|2|terminated_on|2024-01-01 to 2028-12-31
ihps|$ p|-|ihp_id|appears twice
ihps|2,$ d|-|no IHP|add a row
rosters|2 s/^[^,]*/SOUTH/|2|ihp_id|SOUTH
rosters|2 s/20..Q./2025Q5/|2|quarter|2025Q4
rosters|2 s/billing/bill/|2|role|billing or treating
rosters|2 s/9000000001/900000001/|2|npi|10 digits
taxonomy|2 s/PCP/XYZ/|2|class|PCP or SPE
categories|2 s/,I$/,Y/|2|included|I or E
codes|2 s/^em/me/|2|set|em or health_home
corridors|2 s/,0.[0-9]*$/,x/|2|ihp_share|is not valid
trend|2 s/^20../x/|2|year|YYYY
PROGRAMS
fresh
printf 'member_id,year,ihp_id,note\nT02,2025,NORTH,\nT99,2025,NORTH,\n' >"$case/program/overrides.csv"
settle_refused "an override without a member" 3 "program/overrides.csv:3" "member_id"
fresh
sed -i '/^professional,043/d' "$case/program/categories.csv"
echo 'strict_categories: true' >>"$case/deck.yaml"
settle_refused "an unlisted category, strict_categories" 3 "professional/043" "categories.csv" "strict_categories"
fresh
sed -i '/^professional,043/d' "$case/program/categories.csv"
ihp settle "$case/deck.yaml" --quiet
ok "an unlisted category: settles" succeeds
ok "an unlisted category: a notice" says "$err" "ihp: notice: " "professional/043"

# ---- output folders ---------------------------------------------------------------------------

fresh
cp -r "$work/first" "$case/result"
settle 2 "$case/deck.yaml"
ok "output over a finished run: is refused" fails 2 "result" "finished run" "--force"
ok "output over a finished run: the run stays" diff -r "$work/first" "$case/result"
settle 2 "$case/deck.yaml" --force --quiet
ok "output over a finished run, --force" succeeds
ok "output over a finished run, --force: same results" same_results "$work/first" "$case/result"
# A command that fails before it has results does not remove the old ones.
cp -r "$case/result" "$work/second"
head -c 1000 "$tiny/state.h5" >"$case/state.h5"
settle 2 "$case/deck.yaml" --force
ok "--force with a bad store: is refused" fails 3 "state.h5"
ok "--force with a bad store: the old run stays" diff -r "$work/second" "$case/result"
# A folder without a manifest is not a finished run. Files that ihp did not write stay in it.
cp "$tiny/state.h5" "$case/state.h5"
rm "$case/result/manifest.json"
echo mine >"$case/result/notes.txt"
settle 2 "$case/deck.yaml" --quiet
ok "output over an unfinished run: settles" succeeds
ok "output over an unfinished run: other files stay" says "$case/result/notes.txt" mine
fresh
echo mine >"$case/result"
settle 2 "$case/deck.yaml"
ok "a file in place of an output folder: is refused" fails 2 "result" "not a folder"
ok "a file in place of an output folder: the file stays" says "$case/result" mine

# ---- a full disk ------------------------------------------------------------------------------

full_disk() {
    mount -t tmpfs -o "size=$1k" none "$work/disk"
}

mkdir "$work/disk"
if (full_disk 4) 2>/dev/null; then
    umount "$work/disk"
    fresh
    case=$work/disk
    for ((size = 4; size <= 16; size += 4)); do
        full_disk "$size"
        ihp import "$tiny/extract" -o "$case/new.h5" --force
        ok "import to $size KiB: fails" fails 1 "new.h5" "No space left on device"
        ok "import to $size KiB: nothing is left" [ -z "$(ls -A "$case")" ]
        umount "$work/disk"
    done
    sed 's|^output:.*|output: ../disk/result|' "$tiny/deck.yaml" >"$tiny/full.yaml"
    whole=0
    for ((size = 4; size <= 256 && whole < 2; size += 4)); do
        full_disk "$size"
        ihp settle "$tiny/full.yaml" --member-files --quiet
        if [[ $code == 0 ]]; then
            whole=$((whole + 1))
            ok "settle to $size KiB: complete" same_as_expected "$tiny/expected" "$case/result"
        else
            ok "settle to $size KiB: fails" fails 1 "disk/result" "No space left on device"
            ok "settle to $size KiB: nothing is left" empty_but_status "$case"
        fi
        umount "$work/disk"
    done
    ok "settle: some size was sufficient" [ "$whole" = 2 ]
    for size in 8 32; do
        full_disk "$size"
        settle 2 "$tiny/full.yaml" --member-files --quiet
        ok "settle on two ranks to $size KiB: fails" fails 1 "disk/result" "No space left on device"
        ok "settle on two ranks to $size KiB: nothing is left" empty_but_status "$case"
        umount "$work/disk"
    done
else
    echo "SKIPPED: the full disk, because this user cannot mount a tmpfs; run the test as root"
fi

# ---- a rank that fails while others continue --------------------------------------------------

# One rank has a wrong deck: all ranks stop, and none settles.
fresh
mkdir "$case/wrong"
sed -E 's#: (program|state.h5|result)$#: ../\1#' "$case/deck.yaml" >"$case/wrong/deck.yaml"
echo "bogus: 1" >>"$case/wrong/deck.yaml"
good_rank=("$IHP_PROGRAM" settle "$case/deck.yaml")
wrong_rank=("$IHP_PROGRAM" settle "$case/wrong/deck.yaml")
run "$IHP_MPIRUN" -n 1 "${good_rank[@]}" : -n 1 "${wrong_rank[@]}" : -n 1 "${good_rank[@]}"
refused "the second of three ranks fails" 2 "wrong/deck.yaml:9: bogus"
run "$IHP_MPIRUN" -n 1 "${wrong_rank[@]}" : -n 2 "${good_rank[@]}"
refused "the first of three ranks fails" 2 "wrong/deck.yaml:9: bogus"
# Only one rank finds a finished run in its output folder.
mkdir "$case/done"
sed -E 's#: (program|state.h5)$#: ../\1#' "$case/deck.yaml" >"$case/done/deck.yaml"
cp -r "$work/first" "$case/done/result"
run "$IHP_MPIRUN" -n 2 "${good_rank[@]}" : -n 1 "$IHP_PROGRAM" settle "$case/done/deck.yaml"
refused "the third of three ranks fails" 2 "done/result" "finished run"
# Ranks that pay into different folders would write chunks of one file into both.
cat >"$case/program/payment.csv" <<'PAYMENT'
name,value
flat_first,1.00
flat_second,2.00
linear_start,2.30
linear_step,0.275
log_start,6.00
top_start,17.12
top_end,30.17
ctc,1.00
uplift_smi_and_sud,0.30
uplift_smi_or_sud,0.15
uplift_homeless_or_incarcerated,0.20
uplift_cpi_or_parent_spmi,0.25
uplift_parent_smi_or_sud,0.40
PAYMENT
pay_rank=("$IHP_PROGRAM" pay "$case/deck.yaml" --quarter 2025Q2 --member-files --quiet -o)
run "$IHP_MPIRUN" -n 1 "${pay_rank[@]}" "$case/paid" : -n 1 "${pay_rank[@]}" "$case/other"
refused "two ranks pay into two folders" 2 "the ranks do not see the same"
ok "two ranks pay into two folders: neither is made" [ ! -e "$case/paid" -a ! -e "$case/other" ]

# Kills one rank while the others wait for it: it waits before it opens its deck.
fresh
cat >"$case/slow.sh" <<EOS
#!/bin/sh
echo \$\$ >"$case/pid.new" && mv "$case/pid.new" "$case/pid"
export "LD_PRELOAD=$(dirname "$IHP_FAIL_FILE")/torture_faults.so" TORTURE_FAULT=open:1:delay:1200000
export "ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0"
exec "$IHP_PROGRAM" settle "$case/deck.yaml"
EOS
chmod +x "$case/slow.sh"
default_mpirun
timeout --kill-after=5 "$limit" "$IHP_MPIRUN" -n 1 "${good_rank[@]}" : -n 1 "$case/slow.sh" : -n 1 \
    "${good_rank[@]}" >"$out" 2>"$err" </dev/null &
job=$!
ok "a rank to kill has started" wait_for [ -s "$case/pid" ]
sleep 0.5
kill -9 "$(cat "$case/pid")"
code=0
wait "$job" || code=$?
job=
ok "a rank is killed: mpirun fails" [ "$code" -ne 0 ]
ok "a rank is killed: no rank hangs" [ "$code" -ne 124 ]
ok "a rank is killed: no finished run" [ ! -e "$case/result/manifest.json" ]
# --- ranks with different arguments ------------------------------------------------------------
for name in one two; do
    copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/ranks/$name"
    ihp import "$work/ranks/$name/extract" -o "$(deck_path "$work/ranks/$name/deck.yaml" store)"
    ok "ranks: import $name" succeeds
done
sed -i 's/^threshold:.*/threshold: 0.03/' "$work/ranks/two/deck.yaml"
run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle "$work/ranks/one/deck.yaml" : \
    -n 2 "$IHP_PROGRAM" settle "$work/ranks/two/deck.yaml"
ok "ranks with different decks: refused, no hang" fails 2 "do not see the same deck"
run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle "$work/ranks/one/deck.yaml" : \
    -n 2 "$IHP_PROGRAM" settle --bogus "$work/ranks/one/deck.yaml"
ok "ranks with different options: refused, no hang" fails 2 "--bogus"
for option in --dry-run --member-files --no-index; do
    run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle "$work/ranks/one/deck.yaml" : \
        -n 2 "$IHP_PROGRAM" settle "$work/ranks/one/deck.yaml" "$option"
    ok "ranks of which only some have $option: refused, no hang" fails 2 "do not see the same deck"
done
run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle "$work/ranks/one/deck.yaml" : \
    -n 2 "$IHP_PROGRAM" info "$work/ranks/one/deck.yaml"
ok "ranks with different commands: refused, no hang" fails 2 "different commands"
ok "ranks: no result folder" [ ! -e "$(deck_path "$work/ranks/one/deck.yaml" output)" ]
finish
