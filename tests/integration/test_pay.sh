#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests payments: the case with known results; the same bytes on any number of ranks, with and without the
# store's index, from a year and from its quarters; agreement of the files with each other and with the
# settlement; agreement of the reconciliation with the payments; and every refusal.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/payments
copy_case "$IHP_SOURCE/tests/cases/payments" "$case"
deck=$case/deck.yaml
result=$case/result
tables=(payments.csv payments_quarter.csv payment_categories.csv)

pay() {
    local ranks=$1
    shift
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" pay "$@"
}

# Prints a .json file without what may differ between equal runs.
without_run() {
    "$IHP_PYTHON" -c '
import json, sys
document = json.load(open(sys.argv[1]))
del document["run"]
print(json.dumps(document, indent=1))' "$1"
}

# Checks that files of the same name in two folders have the same bytes; a .json may differ in what describes the run.
same_files() {
    local a=$1 b=$2 file
    shift 2
    for file in "$@"; do
        case $file in
            *.json) diff <(without_run "$a/$file") <(without_run "$b/$file") || return 1 ;;
            *) cmp "$a/$file" "$b/$file" || return 1 ;;
        esac
    done
}

# Prints the rows of a table of payments for the months or quarters that match.
rows_of() {
    awk -F, -v OFS=, -v column="$2" -v wanted="$3" 'NR > 1 && $column ~ wanted' "$1"
}

# ---- the case -----------------------------------------------------------------------------------

ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds
settle 2 "$deck" --member-files --quiet
ok "settle" succeeds
pay 2 "$deck" --quarter 2025Q2
ok "pay a quarter on two ranks" succeeds
cp "$out" "$work/table"
ok "expected settlement and payments" same_as_expected "$case/expected" "$result"
ok "no unfinished files are left" nothing_left "$case"
ok "the printed table: a row" grep -Eq '^IHP03 +2025Q2 +80 +[$]4[.]25 ' "$work/table"
ok "the printed table: the total" says "$work/table" \
    "Total: \$1,240.12 of population-based payments, \$92.00 for C&TC outreach"
ok "payments.json names its job and span" says "$result/payments.json" '"job": "payments"' '"span": "2025Q2"'
cp -r "$result" "$work/settled"

# ---- the same by every way ----------------------------------------------------------------------

for ranks in 1 2 3 7; do
    pay "$ranks" "$deck" --quarter 2025Q2 -o "$work/ranks$ranks" --quiet
    ok "$ranks ranks" succeeds
    ok "$ranks ranks: nothing printed" [ ! -s "$out" ]
    ok "$ranks ranks: same files" same_files "$result" "$work/ranks$ranks" "${tables[@]}" \
        payments.h5 payments.json
done

# If the index lacks a code, the engine searches all lines for the coded lines. The one line with the code is
# denied, so nothing else changes.
plain=$work/plain
copy_case "$IHP_SOURCE/tests/cases/payments" "$plain"
member=$(awk -F, 'NR == 2 { print $1 }' "$result/attributed/IHP03.csv")
echo "CX,1,$member,2025-03-05,2025-06-30,D,ZZ999,professional,043,,,FFS,10.00" \
    >>"$plain/extract/claims.csv"
echo "em,ZZ999,ZZ999" >>"$plain/program/codes.csv"
ihp import "$plain/extract" -o "$plain/state.h5"
ok "without the index: import" succeeds
settle 1 "$plain/deck.yaml" --quiet
ok "without the index: the index is not used" says "$plain/result/manifest.json" '"indexed": false'
for ranks in 1 3; do
    pay "$ranks" "$plain/deck.yaml" --quarter 2025Q2 --quiet -o "$work/plain$ranks"
    ok "without the index, $ranks ranks" succeeds
    ok "without the index, $ranks ranks: same tables" same_files "$result" "$work/plain$ranks" \
        "${tables[@]}"
done

# ---- a year -------------------------------------------------------------------------------------

year=$work/year
pay 2 "$deck" --year 2025 -o "$year" --quiet
ok "a year" succeeds
ok "a year: payments.json" says "$year/payments.json" '"span": "2025"' '"starts": 1,'
ok "a year: only its files" [ "$(export LC_ALL=C; cd "$year" && echo ./*)" = \
    "./README_payments.md ./payment_categories.csv ./payments.csv ./payments.h5 ./payments.json ./payments_quarter.csv" ]
ok "a year: same months" diff <(rows_of "$result/payments.csv" 2 .) \
    <(rows_of "$year/payments.csv" 2 '^2025-0[456]$')
ok "a year: same quarter" diff <(rows_of "$result/payments_quarter.csv" 2 .) \
    <(rows_of "$year/payments_quarter.csv" 2 '^2025Q2$')
ok "a year: same categories" diff <(rows_of "$result/payment_categories.csv" 1 .) \
    <(rows_of "$year/payment_categories.csv" 1 '^2025-0[456]$')
ok "a year: rows for 12 months and 4 quarters of 4 partnerships" \
    [ "$(wc -l <"$year/payments.csv") $(wc -l <"$year/payments_quarter.csv")" = "49 17" ]

# Checks that quarters are the sums of their months to the cent, and the average, rounded half away from zero.
adds_up() {
    awk -F, '
        function cents(dollars) { sub(/\./, "", dollars); return dollars + 0 }
        FNR == 1 { next }
        FILENAME ~ /payments.csv$/ {
            split($2, part, "-")
            key = $1 "," part[1] "Q" int((part[2] + 2) / 3)
            months[key] += $4; pbp[key] += cents($5); ctc[key] += $6
            if ($4 > $3) { print "more members paid for than attributed: " $0; bad = 1 }
            next
        }
        {
            key = $1 "," $2
            average = months[key] ? int((2 * pbp[key] + months[key]) / (2 * months[key])) : "blank"
            seen = $4 == "" ? "blank" : cents($4)
            if ($3 != months[key] || cents($5) != pbp[key] || seen != average ||
                cents($6) != 100 * ctc[key]) { print "does not add up: " $0; bad = 1 }
            rows++
        }
        END { exit bad || !rows }' "$1/payments.csv" "$1/payments_quarter.csv"
}
ok "a quarter's money adds up" adds_up "$result"
ok "a year's money adds up" adds_up "$year"

# December's twelve months are the year itself. Members whom the settlement attributes, and who qualify in
# December, are therefore attributed in December. (This case has no overrides.)
december=$("$IHP_PYTHON" - "$case" <<'PYTHON'
import csv, sys

def rows(name):
    with open('%s/%s.csv' % (sys.argv[1], name), newline='') as stream:
        return list(csv.DictReader(stream))

spans, counts = {}, []
for row in rows('extract/enrollment'):
    if row['month_from'] <= '2025-12' <= row['month_to']:
        spans.setdefault(row['member_id'], []).append(row)

def qualifies(member):
    own = spans.get(member, [])
    disabled = any(s['program'] == 'MA_BD' for s in own)
    excluded = any(s['exclusion'] and not (s['exclusion'] == 'MSC_PLUS' and disabled) for s in own)
    return not excluded and any(s['program'] in ('MA', 'MCRE', 'MA_BD') for s in own)

for ihp in rows('program/ihps'):
    counts.append(sum(row['period'] == 'performance' and qualifies(row['member_id'])
                      for row in rows('result/attributed/' + ihp['ihp_id'])))
print(*counts)
PYTHON
)
ok "December has the same attribution as the year" [ "$december" = \
    "$(awk -F, '$2 == "2025-12" { print $3 }' "$year/payments.csv" | xargs)" ]
ok "December attributes some members" [ "${december//[0 ]/}" != "" ]

# ---- a contract that ends ------------------------------------------------------------------------

# IHP03 ends on 2025-05-11: April is unchanged, May has 11 of 31 days of the same members, and June has no IHP03.
ended=$work/ended
copy_case "$case" "$ended"
sed -i '/^IHP03,/s/,,$/,2025-05-11,ihp_without_cause/' "$ended/program/ihps.csv"
ok "a contract ends: the row of ihps.csv" grep -q '^IHP03,.*,2025-05-11,' "$ended/program/ihps.csv"
for ranks in 1 3; do
    pay "$ranks" "$ended/deck.yaml" --year 2025 --member-files -o "$work/ended$ranks" --quiet
    ok "a contract ends, $ranks ranks" succeeds
done
ok "a contract ends: the same on 1 and 3 ranks" same_files "$work/ended1" "$work/ended3" "${tables[@]}"
ok "a contract ends: nothing changes before" diff <(rows_of "$year/payments.csv" 2 '^2025-0[1-4]$') \
    <(rows_of "$work/ended1/payments.csv" 2 '^2025-0[1-4]$')
ok "a contract ends: members of its last month" diff <(rows_of "$year/payments.csv" 2 '^2025-05$' | cut -d, -f1-4,6) \
    <(rows_of "$work/ended1/payments.csv" 2 '^2025-05$' | cut -d, -f1-4,6)
ok "a contract ends: zeros afterwards" [ "$(rows_of "$work/ended1/payments.csv" 1 '^IHP03$' |
    awk -F, '$2 > "2025-05" { n[$3 "," $4 "," $5 "," $6]++ } END { for (r in n) print n[r], r }')" = "7 0,0,0.00,0" ]
ok "a contract ends: dollars for 11 of 31 days" awk -F, -v paid="$(awk -F, \
    '$1 == "IHP03" && $2 == "2025-05" { print $5 }' "$work/ended1/payments.csv")" \
    '$2 == "2025-05" { dollars += $10 } END { exit dollars == 0 || sprintf("%.2f", dollars) != paid }' \
    "$work/ended1/paid/IHP03.csv"
ok "a contract ends: a whole month is more" [ "$(awk -F, '$1 == "IHP03" && $2 == "2025-05" { print $5 }' \
    "$year/payments.csv" "$work/ended1/payments.csv" | xargs | awk '{ print ($2 < $1 / 2 && $2 > $1 / 4) }')" = 1 ]

# ---- payments.h5 --------------------------------------------------------------------------------

# Prints a column of a file as lines: from the CSV, and from the HDF5 file by h5dump; numbers as numbers.
same_in_h5() {
    local folder=$1 file table column place
    for file in "${tables[@]}"; do
        table=${file%.csv}
        place=0
        for column in $(head -1 "$folder/$file" | tr ',' ' '); do
            place=$((place + 1))
            diff <(awk -F, -v p="$place" 'NR > 1 { print ($p + 0 == $p ? $p + 0 : $p) }' \
                "$folder/$file") \
                <(h5dump -d "/$table/$column" -y -w 1 -m %.12g -A 0 "$folder/payments.h5" |
                    sed -n '/DATA {/,/}/p' | sed '1d;$d' | tr -d ' ",' |
                    awk '{ print ($1 + 0 == $1 ? $1 + 0 : $1) }') || {
                echo "        $table/$column"
                return 1
            }
        done
    done
}
ok "payments.h5 has the rows of the tables" same_in_h5 "$result"

# ---- reconciliation -----------------------------------------------------------------------------

ihp reconcile "$deck" --year 2025
ok "no data when paying: reconcile" succeeds
ok "no data when paying: a notice" says "$err" "no care_coordination_paid" "[15.5]"
ok "no runs: a notice" says "$err" "no payment run is named with --paid, so payments are computed again with claims paid"
ok "no data when paying: nothing taken back" diff "$result/reconcile.csv" - <<'CSV'
ihp_id,reason,member_months,amount
IHP01,care_coordination,0,0.00
IHP01,override_out,0,0.00
IHP01,override_in,0,0.00
IHP02,care_coordination,0,0.00
IHP02,override_out,0,0.00
IHP02,override_in,0,0.00
IHP03,care_coordination,0,0.00
IHP03,override_out,0,0.00
IHP03,override_in,0,0.00
IHP04,care_coordination,0,0.00
IHP04,override_out,0,0.00
IHP04,override_in,0,0.00
CSV

# Prints member months and amount of each IHP for a reason.
reconciled() {
    grep ",$2," "$1/reconcile.csv" | cut -d, -f1,3,4
}
ok "reconcile does not change payments" same_files "$work/settled" "$result" "${tables[@]}" \
    payments.json payments.h5

# Copies the case with payments made by the rows of standard input, in a different program folder.
recoordinate() {
    copy_case "$IHP_SOURCE/tests/cases/payments" "$1"
    { echo "member_id,month,kind"; cat; } >"$1/extract/care_coordination_paid.csv"
}

# When paying, no coordinated member was known, so all attributed members were paid for.
unknown=$work/unknown
recoordinate "$unknown" </dev/null
ihp import "$unknown/extract" -o "$unknown/state.h5"
pay 2 "$unknown/deck.yaml" --year 2025 --quiet
ok "unknown when paying: pay" succeeds
ok "unknown when paying: all attributed are paid for" [ \
    "$(awk -F, 'NR > 1 && $3 != $4' "$unknown/result/payments.csv")" = "" ]
for ranks in 1 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" reconcile "$unknown/deck.yaml" --year 2025 --force
    ok "unknown when paying: reconcile on $ranks ranks" succeeds
    cp "$unknown/result/reconcile.csv" "$work/reconcile$ranks.csv"
    reconciled "$unknown/result" care_coordination >"$work/care$ranks.csv"
    cp "$unknown/result/reconcile.h5" "$work/reconcile$ranks.h5"
done
ok "reconcile: the same on 1 and 3 ranks" cmp "$work/reconcile1.csv" "$work/reconcile3.csv"
ok "reconcile: the same reconcile.h5" cmp "$work/reconcile1.h5" "$work/reconcile3.h5"
ok "reconcile: prints what is taken back" says "$out" "Taken back" "Total: "
# The member months taken back are those that paying omits when it has the data.
ok "the member months are those that paying would omit" diff \
    <(awk -F, 'FNR > 1 { months[$1] += FNR == NR ? $4 : -$4 }
               END { for (ihp in months) print ihp "," months[ihp] }' \
        "$unknown/result/payments.csv" "$year/payments.csv" | sort) \
    <(cut -d, -f1,2 "$work/care1.csv" | sort)
ok "some member months are taken back" [ "$(awk -F, '{ n += $2 } END { print (n > 10) }' "$work/care1.csv")" = 1 ]

# With one rate for every risk, the amount taken back is the rate times the member months, rounded half away from zero.
flat=$work/flat
copy_case "$unknown" "$flat"
sed -i '/^uplift/!s/,.*/,2.345/; s/^linear_step,.*/linear_step,0/; s/^name,.*/name,value/' \
    "$flat/program/payment.csv"
ihp reconcile "$flat/deck.yaml" --year 2025 --force --quiet
ok "one rate for all: reconcile" succeeds
ok "one rate for all: months times the rate" diff <(reconciled "$flat/result" care_coordination | cut -d, -f3) \
    <(reconciled "$flat/result" care_coordination |
        awk -F, '{ t = int(($2 * 2345 + 5) / 10); printf "%d.%02d\n", t / 100, t % 100 }')

# One member month for each partnership, December of a member without social risk, costs its category's dollars.
single=$work/single
copy_case "$unknown" "$single"
"$IHP_PYTHON" - "$single" "$work/settled" "$unknown/result" >"$work/single.csv" <<'PYTHON'
import csv, sys
case, settled, paid = sys.argv[1:]

def rows(path):
    with open(path, newline='') as stream:
        return list(csv.DictReader(stream))

at_risk = {row['member_id'] for row in rows(case + '/extract/social_risk.csv')}
now = {(r['member_id'], r['month']) for r in rows(case + '/extract/care_coordination.csv')}
enrolled = {row['member_id'] for row in rows(case + '/extract/enrollment.csv')
            if row['program'] and row['month_from'] <= '2025-12' <= row['month_to']
            and not row['exclusion']}
excluded = {row['member_id'] for row in rows(case + '/extract/enrollment.csv') if row['exclusion']}
acg = {row['member_id']: row['acg'] for row in rows(case + '/extract/morbidity.csv')
       if row['year'] == '2024'}
dollars = {row['acg']: row['dollars'] for row in rows(paid + '/payment_categories.csv')
           if row['month'] == '2025-12'}
with open(case + '/extract/care_coordination.csv', 'w') as stream:
    print('member_id,month,kind', file=stream)
    for n, ihp in enumerate(rows(case + '/program/ihps.csv')):
        for row in rows('%s/attributed/%s.csv' % (settled, ihp['ihp_id'])):
            member = row['member_id']
            if (row['period'] == 'performance' and member in enrolled - excluded - at_risk
                    and (member, '2025-12') not in now):
                print(member + ',2025-12,' + ('HCH', 'BHH', 'IRCC')[n % 3], file=stream)
                print(member + ',2026-01,HCH', file=stream)     # in another year
                print('%s,1,%s' % (ihp['ihp_id'], dollars[acg.get(member, 'NONE')]))
                break
        else:
            sys.exit('no member for the test at ' + ihp['ihp_id'])
PYTHON
ihp import "$single/extract" -o "$single/state.h5" --force
ihp reconcile "$single/deck.yaml" --year 2025 --force --quiet
ok "one member month: reconcile" succeeds
ok "one member month: its category's dollars" diff "$work/single.csv" \
    <(reconciled "$single/result" care_coordination)

# Another year has other months, and member months known when paying were not paid.
ihp reconcile "$single/deck.yaml" --year 2024 --quiet -o "$work/other"
ok "another year: nothing" not grep -q '[1-9]' <(cut -d, -f3- "$work/other/reconcile.csv")
cp "$single/extract/care_coordination.csv" "$single/extract/care_coordination_paid.csv"
ihp import "$single/extract" -o "$single/state.h5" --force
ihp reconcile "$single/deck.yaml" --year 2025 --force --quiet
ok "known when paying: nothing is taken back" not grep -q '[1-9]' \
    <(tail -n +2 "$single/result/reconcile.csv" | cut -d, -f3-)

# ---- reconciliation of what runs paid ---------------------------------------------------------------

# Runs with one cut-off each, of a case without data when paying: nobody with care coordination was paid for. Later
# data have one more care-coordination payment and overrides.
paidby=$work/paidby
copy_case "$IHP_SOURCE/tests/cases/payments" "$paidby"
ihp import "$paidby/extract" -o "$paidby/state.h5"
cutoffs=([1]=2025-06-30 [2]=2025-09-30 [3]=2025-12-31 [4]=2026-03-31)
runs=()
for quarter in 1 2 3 4; do
    sed "s/2026-12-31/${cutoffs[quarter]}/; \$a allow_nonstandard_runout: true" "$paidby/deck.yaml" >"$paidby/q.yaml"
    pay 2 "$paidby/q.yaml" --quarter "2025Q$quarter" --member-files -o "$paidby/q$quarter" --quiet
    ok "runs: pay quarter $quarter" succeeds
    runs+=(--paid "$paidby/q$quarter")
done
ihp reconcile "$paidby/deck.yaml" --year 2025 "${runs[@]}" -o "$paidby/same" --quiet
ok "runs: reconcile" succeeds
ok "runs: no notice but of months before birth" [ -z "$(grep -v "the month of the member's birth" "$err")" ]
ok "runs: nothing has changed" not grep -q '[1-9]' <(tail -n +2 "$paidby/same/reconcile.csv" | cut -d, -f3-)

# The first row of IHP02 in February gets a care-coordination payment in that month, and an override that does not
# matter there; another member of IHP02 is given to IHP01 and one to nobody.
"$IHP_PYTHON" - "$paidby" >"$work/expected.reconcile" <<'PYTHON'
import csv, sys
from decimal import Decimal, ROUND_HALF_UP
folder = sys.argv[1]

def rows(path):
    with open(folder + '/' + path, newline='') as stream:
        return list(csv.DictReader(stream))

paid = [row for quarter in '1234' for row in rows('q%s/paid/IHP02.csv' % quarter) if row['pbp_eligible'] == '1']
elsewhere = {row['member_id'] for quarter in '1234' for ihp in ('IHP01', 'IHP03', 'IHP04')
             for row in rows('q%s/paid/%s.csv' % (quarter, ihp))}
members = sorted({row['member_id'] for row in paid} - elsewhere)
first, second = members[0], members[1]
month = next(row['month'] for row in paid if row['member_id'] == first)
with open(folder + '/extract/care_coordination.csv', 'a') as stream:
    print('%s,%s,HCH' % (first, month), file=stream)
with open(folder + '/program/overrides.csv', 'w') as stream:
    print('member_id,year,ihp_id,note', file=stream)
    print('%s,2025,NONE,not a patient' % first, file=stream)
    print('%s,2025,IHP02,as paid' % second, file=stream)
    print('%s,2024,NONE,another year' % members[2], file=stream)

def cents(rows):
    return sum(Decimal(row['dollars']) for row in rows).quantize(Decimal('0.01'), ROUND_HALF_UP)

care = [row for row in paid if row['member_id'] == first and row['month'] == month]
out = [row for row in paid if row['member_id'] == first and row['month'] != month]
print('IHP02,care_coordination,%d,%s' % (len(care), cents(care)))
print('IHP02,override_out,%d,%s' % (len(out), cents(out)))
PYTHON
ihp import "$paidby/extract" -o "$paidby/state.h5" --force
for ranks in 1 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" reconcile "$paidby/deck.yaml" --year 2025 "${runs[@]}" \
        -o "$paidby/rec$ranks" --quiet
    ok "runs, later data, $ranks ranks" succeeds
done
ok "runs, later data: the same on 1 and 3 ranks" same_files "$paidby/rec1" "$paidby/rec3" reconcile.csv reconcile.h5 \
    reconcile.json
ok "runs, later data: what the files say" diff "$work/expected.reconcile" \
    <(grep -E 'IHP02,(care|override_out)' "$paidby/rec1/reconcile.csv")
ok "runs, later data: nothing of the others" not grep -q '[1-9]' \
    <(tail -n +2 "$paidby/rec1/reconcile.csv" | grep -v '^IHP02,' | cut -d, -f3-)

overridden=$(sed -n '2s/,.*//p' "$paidby/program/overrides.csv")
ihp explain "$paidby/deck.yaml" --month 2025-03 -- "$overridden"
ok "explain: the override of the year" says "$out" "Override of 2025 [4.6.4.2]: to NONE; payments do not apply it"
ihp explain "$paidby/deck.yaml" --month 2024-03 -- "$overridden"
ok "explain: no override of another year" not grep -q "Override of" "$out"

# A quarter without a run; a quarter twice; another year; another program; no member files.
ihp reconcile "$paidby/deck.yaml" --year 2025 "${runs[@]:0:6}" -o "$paidby/three" --quiet
ok "three runs" succeeds
ok "three runs: a notice" says "$err" "--paid: no run of 2025Q4 is named"
refuses() {
    local wanted=$1
    shift
    ihp reconcile "$paidby/deck.yaml" "$@" -o "$paidby/new"
    ok "refused: $wanted" fails 3 "$wanted"
    ok "refused: $wanted: nothing is written" [ ! -e "$paidby/new" ]
}
refuses "q1/payments.json: span: has 2025-01, which $paidby/q1 has too" --year 2025 "${runs[@]}" --paid "$paidby/q1"
refuses "q1/payments.json: span: has no month of 2024" --year 2024 "${runs[@]}"
refuses "result/payments.json: is missing; name the folder of finished payments" --year 2025 --paid "$paidby/result"
ihp pay "$paidby/q.yaml" --quarter 2025Q1 -o "$paidby/bare" --quiet
refuses "bare/paid/IHP01.csv: is missing" --year 2025 --paid "$paidby/bare"
cp -r "$paidby/q1" "$paidby/other"
unlist "$paidby/other/payments.json"
sed -i 's/^IHP04,/IHP99,/' "$paidby/other/payments.csv"
refuses "other/payments.csv:5: column ihp_id: 'IHP99' is not valid" --year 2025 --paid "$paidby/other"
cp -r "$paidby/q1" "$paidby/twice"
unlist "$paidby/twice/payments.json"
sed -i "2s/^[^,]*/$(sed -n '2s/,.*//p' "$paidby/q1/paid/IHP02.csv")/" "$paidby/twice/paid/IHP01.csv"
refuses "a member month is paid once" --year 2025 --paid "$paidby/twice"

# A member file must come to payments.csv, month by month. The first message is of members, the second of dollars.
altered() { # edits q1/paid/IHP02.csv with sed; the error must have a text
    rm -rf "$paidby/altered"
    cp -r "$paidby/q1" "$paidby/altered"
    unlist "$paidby/altered/payments.json"
    sed -i "$1" "$paidby/altered/paid/IHP02.csv"
    refuses "$2" --year 2025 --paid "$paidby/altered" "${runs[@]:2}"
    ok "a member file: $1: no member is named" not grep -q 'M0[0-9]*' "$err"
}
months=$(awk -F, '$1 == "IHP02" && $2 == "2025-03" { print $4 }' "$paidby/q1/payments.csv")
altered '$d' "IHP02.csv: has $((months - 1)) members of IHP02 paid for in 2025-03, but payments.csv of the run has $months"
altered '2,$d' "IHP02.csv: has 0 members of IHP02 paid for in 2025-01, but"
altered '$p' "IHP02.csv: has $((months + 1)) members of IHP02 paid for in 2025-03, but"
altered '3s/,2$/,2.02/' "IHP02.csv: the dollars of IHP02 in 2025-01 come to 46.74, but payments.csv of the run has 46.72"
sed 's/2026-12-31/2025-06-30/; $a allow_nonstandard_runout: true
s/^policies:.*/policies: {pbp_months: attributed}/' "$paidby/deck.yaml" >"$paidby/attributed.yaml"
ihp pay "$paidby/attributed.yaml" --quarter 2025Q1 --member-files -o "$paidby/attributed" --quiet
ok "paid for all attributed: pay" succeeds
ihp reconcile "$paidby/deck.yaml" --year 2025 --paid "$paidby/attributed" -o "$paidby/attributed.rec" --quiet
ok "paid for all attributed: the files come to the payments" succeeds
unlist "$paidby/attributed/payments.json"
sed -i 's/"policies.pbp_months": "attributed"/"policies.pbp_months": "eligible"/' "$paidby/attributed/payments.json"
refuses "IHP02.csv: the dollars of IHP02 in 2025-02 come to" --year 2025 --paid "$paidby/attributed"

# A member whom the store does not have, such as a merged id: nothing is taken back, and a notice has the sum.
cp -r "$paidby/q1" "$paidby/stranger"
sed -i '3s/,[^,]*$/,0.5/' "$paidby/stranger/payment_categories.csv"
refuses "stranger/payment_categories.csv: has changed since payments.json was written" --year 2025 \
    --paid "$paidby/stranger" "${runs[@]:2}"
cp "$paidby/q1/payment_categories.csv" "$paidby/stranger/"
unlist "$paidby/stranger/payments.json"
sed -i '3s/^[^,]*/nobody/' "$paidby/stranger/paid/IHP02.csv"
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" reconcile "$paidby/deck.yaml" --year 2025 --paid "$paidby/stranger" "${runs[@]:2}" \
    -o "$paidby/stranger.rec" --quiet
ok "a member whom the store does not have" succeeds
ok "a member whom the store does not have: a notice" says "$err" \
    '--paid: 1 member months, for which the runs paid $2.00, are of members whom the store does not have'
ok "a member whom the store does not have: no id" not grep -q nobody "$err"

# A termination that is entered after the runs paid: a notice has what was paid for months after the end, and an override
# that gives the IHP a member owes nothing for them.
late=$work/late
cp -r "$paidby/program" "$work/late.program"
sed "s|^program:.*|program: $work/late.program|" "$paidby/deck.yaml" >"$paidby/late.yaml"
sed -i '/^IHP03,/s/,,$/,2025-05-11,ihp_without_cause/' "$work/late.program/ihps.csv"
"$IHP_PYTHON" - "$paidby" "$work/late.program/overrides.csv" >"$late.csv" <<'PYTHON'
import csv, sys
from decimal import Decimal, ROUND_HALF_UP
folder, overrides = sys.argv[1:]
paid = {}
for quarter in '1234':
    with open('%s/q%s/paid/IHP02.csv' % (folder, quarter), newline='') as stream:
        for row in csv.DictReader(stream):
            if row['pbp_eligible'] == '1':
                paid.setdefault(row['member_id'], {})[row['month']] = Decimal(row['dollars'])
with open(folder + '/extract/care_coordination.csv', newline='') as stream:
    coordinated = {row['member_id'] for row in csv.DictReader(stream)}
member = min(m for m in paid if len(paid[m]) == 12 and m not in coordinated)
owed = sum(paid[member]['2025-0%d' % month] for month in range(1, 5)) + paid[member]['2025-05'] * 11 / 31
with open(overrides, 'w') as stream:
    print('member_id,year,ihp_id,note', file=stream)
    print('%s,2025,IHP03,moved' % member, file=stream)
print('IHP03,override_in,5,-%s' % owed.quantize(Decimal('0.01'), ROUND_HALF_UP))
PYTHON
after=$(awk -F, '$1 == "IHP03" && $2 > "2025-05" { n += $4; sub(/[.]/, "", $5); cents += $5 }
    END { printf "$%d.%02d for %d member months", cents / 100, cents % 100, n }' "$paidby"/q[1-4]/payments.csv)
notice="IHP03: the contract ended on 2025-05-11, but the payment runs paid $after after it; the reconciliation has no"
ihp reconcile "$paidby/late.yaml" --year 2025 "${runs[@]}" -o "$late" --quiet
ok "a termination entered later: reconcile" succeeds
ok "a termination entered later: a notice" says "$err" "$notice"
ok "a termination entered later: only of that IHP" [ "$(grep -c 'the contract ended' "$err")" = 1 ]
ok "a termination entered later: what an override owes" diff "$late.csv" \
    <(grep IHP03,override_in "$late/reconcile.csv")
sed "\$a payments: [$paidby/q1, $paidby/q2, $paidby/q3, $paidby/q4]" "$paidby/late.yaml" >"$paidby/late2.yaml"
settle 1 "$paidby/late2.yaml" --quiet -o "$late.settled"
ok "a termination entered later: settle" succeeds
ok "a termination entered later: a notice of settle" says "$err" "$notice"

# ---- a settlement with what was paid -----------------------------------------------------------------

# A deck that names the runs settles as one with the same dollars typed, also on several ranks.
settled=$work/pbp
copy_case "$IHP_SOURCE/tests/cases/payments" "$settled"
cp "$paidby/state.h5" "$settled/state.h5"
cp "$paidby/program/overrides.csv" "$settled/program/"
cp "$settled/deck.yaml" "$settled/typed.yaml"
sed -i "\$a payments: [$paidby/q1, $paidby/q2, $paidby/q3, $paidby/q4]" "$settled/deck.yaml"
settle 2 "$settled/deck.yaml" --quiet -o "$settled/named"
ok "payments: settle" succeeds
ok "payments: a notice" says "$err" "payments: pbp_dollars of each IHP are what 4 payment runs of 2025-01 to 2025-12 paid"
ok "payments: the manifest" says "$settled/named/manifest.json" '"payments": "4 runs of 2025-01 to 2025-12, dollars '
sed 's/^output: .*/output: named/' "$settled/deck.yaml" >"$settled/named.yaml"
ihp notices "$settled/named.yaml" -o "$work/letters"
ok "payments: notices of the settlement" succeeds
ok "payments: notices do not repeat the settlement's" not says "$err" "payments:"
sed -i 's|, [^,]*/q4]|]|' "$settled/named.yaml"
ihp notices "$settled/named.yaml" -o "$work/letters" --force
ok "payments: notices of other runs" fails 3 "manifest.json: deck.payments: '4 runs" "settle the deck again"
type_in() { # writes pbp_dollars that the runs, less a reconciliation, come to
    "$IHP_PYTHON" - "$settled/program/ihps.csv" "$@" <<'PYTHON'
import csv, sys
from decimal import Decimal
ihps, *files = sys.argv[1:]
paid = {}
for name in files:
    for row in csv.DictReader(open(name, newline='')):
        change = Decimal(row['pbp_dollars']) if 'pbp_dollars' in row else -Decimal(row['amount'])
        paid[row['ihp_id']] = paid.get(row['ihp_id'], 0) + change
rows = list(csv.reader(open(ihps, newline='', encoding='utf-8')))
at = rows[0].index('pbp_dollars')
for row in rows[1:]:
    row[at] = str(paid[row[0]])
csv.writer(open(ihps, 'w', newline='', encoding='utf-8'), lineterminator='\n').writerows(rows)
PYTHON
}
cp "$settled/program/ihps.csv" "$work/untyped.csv"
type_in "$paidby"/q[1-4]/payments.csv
ok "payments: dollars were paid" grep -q '^IHP01,.*,[0-9]*[1-9][0-9]*[.][0-9]*,' "$settled/program/ihps.csv"
settle 1 "$settled/typed.yaml" --quiet -o "$settled/typed"
ok "payments: the same dollars typed" cmp "$settled/typed/settlement.csv" "$settled/named/settlement.csv"
settle 3 "$settled/deck.yaml" --quiet -o "$settled/both"
ok "payments: the same typed dollars are allowed" cmp "$settled/both/settlement.csv" "$settled/named/settlement.csv"
type_in "$paidby/q1/payments.csv"
ihp settle "$settled/deck.yaml" -o "$settled/new"
ok "payments: other typed dollars" fails 3 "column pbp_dollars: " "which the deck's payments come to"
cp "$work/untyped.csv" "$settled/program/ihps.csv"

echo "reconciliation: $paidby/rec1" >>"$settled/deck.yaml"
settle 1 "$settled/deck.yaml" --quiet -o "$settled/less"
ok "payments: less the reconciliation" succeeds
ok "payments: less the reconciliation: the manifest" says "$settled/less/manifest.json" ', reconciled, dollars '
type_in "$paidby"/q[1-4]/payments.csv "$paidby/rec1/reconcile.csv"
settle 1 "$settled/typed.yaml" --quiet -o "$settled/typed2"
ok "payments: the same as typed" cmp "$settled/typed2/settlement.csv" "$settled/less/settlement.csv"
cp "$work/untyped.csv" "$settled/program/ihps.csv"

pays_not() {
    sed "s|^payments:.*|payments: $1|; /^reconciliation/d" "$settled/deck.yaml" >"$settled/bad.yaml"
    ihp settle "$settled/bad.yaml" -o "$settled/new"
    ok "payments: refused: $2" fails 3 "$2"
    ok "payments: refused: $2: nothing is written" [ ! -e "$settled/new" ]
}
pays_not "[$paidby/q1, $paidby/q1]" "q1/payments.json: span: has 2025-01, which $paidby/q1 has too"
ihp pay "$paidby/q.yaml" --quarter 2024Q4 -o "$paidby/before" --quiet
pays_not "[$paidby/before]" "before/payments.json: span: has no month of 2025"
pays_not "[$paidby/other]" "other/payments.csv:5: column ihp_id: 'IHP99' is not valid"
pays_not "[$paidby/nothing]" "nothing/payments.json: is missing"
sed "s|^reconciliation:.*|reconciliation: $paidby/q1|" "$settled/deck.yaml" >"$settled/bad.yaml"
ihp settle "$settled/bad.yaml" -o "$settled/new"
ok "payments: no reconciliation there" fails 3 "q1/reconcile.json: is missing"

# A damaged reconcile.csv: each IHP has a row for each reason, exactly once.
damaged() { # edits reconcile.csv with sed; the error must have a text
    rm -rf "$paidby/damaged"
    cp -r "$paidby/rec1" "$paidby/damaged"
    unlist "$paidby/damaged/reconcile.json"
    sed -i "$1" "$paidby/damaged/reconcile.csv"
    sed "s|^reconciliation:.*|reconciliation: $paidby/damaged|" "$settled/deck.yaml" >"$settled/bad.yaml"
    ihp settle "$settled/bad.yaml" -o "$settled/new"
    ok "reconcile.csv: refused: $1" fails 3 "$2"
    ok "reconcile.csv: refused: $1: nothing is written" [ ! -e "$settled/new" ]
}
damaged '$d' "damaged/reconcile.csv:12: column reason: the file ends here and has no row 'override_in' of IHP04"
damaged '5d' "reconcile.csv:12: column reason: the file ends here and has no row 'care_coordination' of IHP02"
damaged '2,$d' "reconcile.csv:1: column reason: the file ends here and has no row 'care_coordination' of IHP01"
damaged '5p' "reconcile.csv:6: column reason: 'care_coordination' is not valid; expected each reason once for an IHP"
damaged '9s/override_out/override_in/' "reconcile.csv:10: column reason: 'override_in' is not valid; expected each"
damaged '6s/override_out/other/' "reconcile.csv:6: column reason: 'other' is not valid"
damaged '6s/,[0-9.]*$/,-1.00/' "reconcile.csv:6: column amount: '-1.00' is not valid"
damaged '1s/reason/why/' "reason"

# A reconciliation of other payments or other overrides, or computed without runs.
takes_not() { # a reconciliation, payments, and the text of the error
    sed "s|^reconciliation:.*|reconciliation: $1|; s|^payments:.*|payments: [$2]|" "$settled/deck.yaml" >"$settled/bad.yaml"
    ihp settle "$settled/bad.yaml" -o "$settled/new"
    ok "reconciliation: refused: $3" fails 3 "$3"
    ok "reconciliation: refused: $3: nothing is written" [ ! -e "$settled/new" ]
}
all="$paidby/q1, $paidby/q2, $paidby/q3, $paidby/q4"
ihp reconcile "$paidby/deck.yaml" --year 2025 -o "$paidby/again" --quiet
ok "reconciliation without runs: reconcile" succeeds
takes_not "$paidby/again" "$all" "again/reconcile.json: paid: has no payment run, so the reconciliation computed payments again"
takes_not "$paidby/three" "$all" "three/reconcile.json: paid: does not have $paidby/q4 (2025Q4) of the deck's payments"
takes_not "$paidby/rec1" "${all%, *}" "rec1/reconcile.json: paid: has 4 runs, but the deck's payments have 3 of them"
takes_not "$paidby/same" "$all" "same/reconcile.json: overrides_hash: is of other overrides of 2025 than"
cp -r "$paidby/q4" "$paidby/moved"
sed -i 's|"output": ".*"|"output": "elsewhere"|' "$paidby/moved/payments.json"
sed "s|^payments:.*|payments: [${all%, *}, $paidby/moved]|" "$settled/deck.yaml" >"$settled/moved.yaml"
settle 1 "$settled/moved.yaml" --quiet -o "$settled/moved"
ok "reconciliation: the same run in another folder" cmp "$settled/less/settlement.csv" "$settled/moved/settlement.csv"
sed -i '2s/,[0-9.]*,\([0-9]*\)$/,1.00,\1/' "$paidby/moved/payments.csv"
takes_not "$paidby/rec1" "${all%, *}, $paidby/moved" "moved/payments.csv: has changed since payments.json was written"
unlist "$paidby/moved/payments.json"
takes_not "$paidby/rec1" "${all%, *}, $paidby/moved" "paid: does not have $paidby/moved (2025Q4)"
sed "s|^payments:.*|payments: [$paidby/q1, $paidby/q3]|; /^reconciliation/d" "$settled/deck.yaml" >"$settled/half.yaml"
ihp settle "$settled/half.yaml" -o "$settled/half" --quiet
ok "payments: half a year" succeeds
ok "payments: half a year: a notice" says "$err" "no run has 6 of the 12 months of the performance period"

# ---- member files and explanations -----------------------------------------------------------------

for ranks in 1 3; do
    pay "$ranks" "$deck" --quarter 2025Q2 -o "$work/members$ranks" --member-files --quiet
    ok "member files on $ranks ranks" succeeds
    ok "member files on $ranks ranks: payments are the same" same_files "$result" \
        "$work/members$ranks" "${tables[@]}"
done
paid=$work/members1/paid
ok "member files: the same bytes on 1 and 3 ranks" diff -r "$paid" "$work/members3/paid"
ok "member files: only the owner can read them" [ "$(stat -c %a "$paid" "$paid"/*.csv | sort -u | xargs)" = \
    "600 700" ]
# Compares members, members paid for and their dollars, rounded once, with payments.csv by IHP and month.
for file in "$paid"/*.csv; do
    awk -F, -v id="$(basename "$file" .csv)" 'NR > 1 {
        n[$2]++; eligible[$2] += $5; ctc[$2] += $6; dollars[$2] += $10 }
        END { for (m in n) printf "%s,%s,%d,%d,%.2f,%d\n", id, m, n[m], eligible[m], dollars[m], ctc[m] }' "$file"
done | sort >"$work/paid.sums"
ok "member files add up to the payments" diff "$work/paid.sums" \
    <(tail -n +2 "$work/members1/payments.csv" | sort)

# Every member and month of an IHP is explained as paid, and a member who is in no file as not paid.
explained=0
while IFS=, read -r member month _ _ eligible ctc _; do
    ihp explain "$deck" --month "$month" -- "$member"
    ok "explain $month" says "$out" "[13.3, 15.2.1]" "in the month's eligible population" "IHP01 ["
    ok "explain $month: the payment" grep -q "^  Payment: $( ((eligible)) && echo counts \
        || echo 'does not count') for .*; $( ((ctc)) && echo counts || echo 'does not count') for" "$out"
    explained=$((explained + 1))
done < <(tail -n +2 "$paid/IHP01.csv")
ok "all rows are explained" [ "$explained" = "$(tail -n +2 "$paid/IHP01.csv" | wc -l)" ]
absent=$(tail -n +2 "$case/extract/members.csv" | cut -d, -f1 | grep -vxFf <(cut -d, -f1 "$paid"/*.csv) | head -1)
ihp explain "$deck" "$absent" --month 2025-04
ok "explain a member who is not paid for" says "$out" "Payment: does not count for the population-based"
ok "explain a member without factors and uplifts" says "$out" "; factors: none; uplifts: none"
ihp explain "$deck" "$absent" --month 2025-13
ok "explain: no month" fails 2 "--month: '2025-13' is not valid; use a month such as 2025-04"
pay 1 "$deck" --quarter 2025Q2 -o "$work/members1" --force --quiet
ok "a run without member files removes those of an earlier run" [ ! -e "$paid" ]

# ---- refusals -----------------------------------------------------------------------------------

# Runs ihp with the rest of the arguments, and checks the exit code, one error line with the text, and no new file
# except the status of the failed run.
refused() {
    local wanted=$1 text=$2
    shift 2
    find "$work" -type f ! -name '.*' ! -name '*.status.json' | sort >"$work/.before"
    ihp "$@"
    ok "refused: $*" fails "$wanted" "$text"
    find "$work" -type f ! -name '.*' ! -name '*.status.json' | sort >"$work/.after"
    ok "refused: $*: no file is new" cmp "$work/.before" "$work/.after"
}

refused 2 "expected exactly one of --quarter or --year" pay "$deck"
refused 2 "expected exactly one of --quarter or --year" pay "$deck" --quarter 2025Q2 --year 2025
refused 2 "expected exactly one of --quarter or --year" pay "$deck" --quarter 2025Q2 --quarter 2025Q3
refused 2 "a quarter such as 2025Q2" pay "$deck" --quarter 2025Q5
refused 2 "a quarter such as 2025Q2" pay "$deck" --quarter 2025-2
refused 2 "a quarter such as 2025Q2" pay "$deck" --quarter ""
refused 2 "of the years 1981 to 2147" pay "$deck" --quarter 1980Q4
refused 2 "of the years 1981 to 2147" pay "$deck" --quarter 2148Q1
refused 2 "a year from 1981 to 2147" pay "$deck" --year 1980
refused 2 "a year from 1981 to 2147" pay "$deck" --year 2025Q2
refused 2 "--month" pay "$deck" --month 2025-04
refused 2 "expected exactly one DECK" pay --year 2025
refused 2 "expected exactly one DECK" pay "$deck" "$deck" --year 2025
refused 2 "required option is missing: --year YYYY" reconcile "$deck"
refused 2 "--quarter" reconcile "$deck" --quarter 2025Q2
refused 2 "a year from 1981 to 2147" reconcile "$deck" --year x
refused 2 "no-deck.yaml" pay "$work/no-deck.yaml" --year 2025
refused 2 ": has finished payments (payments.json); name another folder with -o, or give --force" pay "$deck" \
    --quarter 2025Q2
refused 2 ": has a finished reconciliation (reconcile.json); name another folder with -o" reconcile "$deck" --year 2025
refused 2 "is not a folder" pay "$deck" --quarter 2025Q2 -o "$deck"
ok "the existing files are unchanged" same_files "$work/settled" "$result" "${tables[@]}" payments.json

cp "$deck" "$case/bad.yaml"
echo "thresholds: 1" >>"$case/bad.yaml"
refused 2 "thresholds" pay "$case/bad.yaml" --quarter 2025Q2 -o "$work/new"
sed 's/state.h5/no.h5/' "$deck" >"$case/bad.yaml"
refused 3 "no.h5" pay "$case/bad.yaml" --quarter 2025Q2 -o "$work/new"

mv "$case/program/payment.csv" "$work/payment.csv"
refused 3 "payment.csv: is missing; a payment needs its numbers" pay "$deck" --quarter 2025Q2 \
    -o "$work/new"
refused 3 "payment.csv: is missing" reconcile "$deck" --year 2025 -o "$work/new"
sed 's/^log_start,.*/log_start,20/' "$work/payment.csv" >"$case/program/payment.csv"
refused 3 "the dollars fall where the risk rises" pay "$deck" --quarter 2025Q2 -o "$work/new"
grep -v '^ctc' "$work/payment.csv" >"$case/program/payment.csv"
refused 3 "'ctc' is missing" pay "$deck" --quarter 2025Q2 -o "$work/new"
cp "$work/payment.csv" "$case/program/payment.csv"

# Ranks refuse together, with one error line.
run "$IHP_MPIRUN" -n 3 "$IHP_PROGRAM" pay "$deck" --quarter 2025Q9
ok "three ranks: one refusal" fails 2 "2025Q9"

# A strict deck refuses categories of service that no table lists.
sed '$a strict_categories: true' "$deck" >"$case/strict.yaml"
refused 3 "not in categories.csv" pay "$case/strict.yaml" --quarter 2025Q2 -o "$work/new"

# ---- output -------------------------------------------------------------------------------------

# A cut-off before the end of the months gives a notice.
sed 's/2026-12-31/2025-05-31/' "$deck" >"$case/early.yaml"
echo "allow_nonstandard_runout: true" >>"$case/early.yaml"
ihp pay "$case/early.yaml" --quarter 2025Q2 -o "$work/early" --quiet
ok "an early cut-off: pay" succeeds
ok "an early cut-off: a notice" says "$err" "performance.paid_through: 2025-05-31 is before the end of"

# If a file cannot be put in its place, nothing looks finished.
mkdir -p "$work/stuck/payments.h5/x"
ihp pay "$deck" --quarter 2025Q2 -o "$work/stuck" --quiet
ok "a file in the way: fails" fails 1 "payments.h5"
ok "a file in the way: nothing finished is left" [ \
    "$(ls "$work/stuck")" = "payments.h5" ]
mkdir -p "$work/stuck2/payments.json/x"
ihp pay "$deck" --quarter 2025Q2 -o "$work/stuck2" --quiet --force
ok "the last file in the way: fails" fails 1 "payments.json"
ok "the last file in the way: nothing is left" [ "$(ls "$work/stuck2")" = "payments.json" ]

# --force replaces payments, and settling again leaves payments unchanged.
ihp pay "$deck" --quarter 2025Q3 --force --quiet
ok "--force: pay" succeeds
ok "--force: another quarter" diff <(rows_of "$result/payments_quarter.csv" 2 .) \
    <(rows_of "$year/payments_quarter.csv" 2 '^2025Q3$')
ihp pay "$deck" --quarter 2025Q2 --force --quiet
settle 2 "$deck" --member-files --force --quiet
ok "settle --force into the folder" succeeds
ok "settle --force does not change payments" same_files "$work/settled" "$result" "${tables[@]}" \
    payments.h5 payments.json
ok "settle --force gives the same settlement" same_as_expected "$case/expected" "$result"
ok "no unfinished files are left at the end" nothing_left "$work"
finish
