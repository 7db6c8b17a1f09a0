#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Lines, members and codes that come to an end: void dates [2.7], versions of a line, dates of death [13.3.2],
# months in which codes and taxonomies are in force [13.3.5.2]. The amounts are worked out by hand.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/case
extract=$case/extract
mkdir -p "$extract" "$case/program"

# One IHP with one primary care provider, and settlements with the cut-off $1.
cp "$IHP_SOURCE"/inputs/program-defaults/{categories,codes,corridors}.csv "$case/program/"
printf '%s\n' ihp_id,name,track,roster_type,claims_cap A,Alpha,2,all_in,0 >"$case/program/ihps.csv"
printf '%s\n' ihp_id,quarter,role,npi A,2023Q1,billing,9000000001 >"$case/program/rosters.csv"
printf '%s\n' taxonomy,class 207Q00000X,PCP >"$case/program/taxonomy.csv"
printf '%s\n' year,rate 2025,0.03 >"$case/program/trend.csv"
policies=
deck() {
    printf '%s\n' 'store: state.h5' 'program: program' 'output: result' 'settlement: interim' \
        'base: {year: 2024, paid_through: 2025-12-31}' "performance: {year: 2025, paid_through: $1}" \
        'allow_nonstandard_runout: true' ${policies:+"policies: {$policies}"} >"$case/deck.yaml"
}

printf '%s\n' npi,taxonomy 9000000011,207Q00000X >"$extract/providers.csv"
people() {
    printf '%s\n' member_id,birth_date,sex,county,death_date "$@" >"$extract/members.csv"
    {
        echo member_id,month_from,month_to,program,payer,exclusion
        for row; do echo "${row%%,*},2024-01,9999-12,MA,FFS,"; done
    } >"$extract/enrollment.csv"
    {
        echo member_id,year,acg
        for row; do printf '%s\n' "${row%%,*},2024,LOW" "${row%%,*},2025,LOW"; done
    } >"$extract/morbidity.csv"
}

# claims [,COLUMN] ROW...: a row is "id,line,member,service,paid,status,procedure,amount", and the column if there is one.
claims() {
    {
        echo "claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,billing_npi,treating_npi,payer,paid_amount$1"
        more=$1
        shift
        for row; do
            IFS=, read -r id line member service paid status procedure amount rest <<<"$row"
            kind=professional,043
            [[ -n $procedure ]] || kind=pharmacy,030
            echo "$id,$line,$member,$service,$paid,$status,$procedure,$kind,9000000001,9000000011,FFS,$amount${more:+,$rest}"
        done
    } >"$extract/claims.csv"
}

# Settles with the cut-off $1, with the index on two ranks and without it on one.
settle_at() {
    deck "$1"
    rm -rf "$case/state.h5" "$case/result"
    ihp import "$extract" -o "$case/state.h5"
    ok "$2: import" succeeds
    settle 2 "$case/deck.yaml" --member-files --quiet
    ok "$2: settle" succeeds
    rm -rf "$work/indexed"
    cp -r "$case/result" "$work/indexed"
    settle 1 "$case/deck.yaml" --member-files --quiet --no-index --force
    ok "$2: the same line by line" same_results "$work/indexed" "$case/result"
}

# Prints months and cost of member $1 in the performance period.
member() {
    awk -F, -v m="$1" '$1 == m && $2 == "performance" { print $3, $5, $6 }' "$case/result/attributed/A.csv"
}
is() {
    [[ $2 == "$3" ]] || { echo "        $1: expected '$2', found '$3'" && false; }
}
stage() {
    awk -F, -v s="$1" '$1 == "performance" && $2 == s { print $4, $5 }' "$case/result/exclusions.csv"
}

# ---- a line becomes void ---------------------------------------------------------------------

visits=('V1,1,R5,2025-02-03,2025-02-03,P,99213,100.00' 'V2,1,R5,2025-04-03,2025-04-03,P,99213,100.00')
people R5,1985-06-15,F,27053,
claims '' "${visits[@]}" DRUG5,1,R5,2025-10-01,2026-02-01,P,,5000.00
settle_at 2026-03-31 'before the void'
ok 'before the void: cost' is R5 'PRIMARY_CARE 12 5200.00' "$(member R5)"
cp -r "$case/result" "$work/then"

# A year later the same settlement is made again; with status V or still P.
for status in V P; do
    claims ,void_date "${visits[@]}" "DRUG5,1,R5,2025-10-01,2026-02-01,$status,,5000.00,2027-02-15"
    settle_at 2026-03-31 "void later ($status)"
    for file in settlement exclusions payer_split attributed/A; do
        ok "void later ($status): $file.csv as it was then" cmp "$work/then/$file.csv" "$case/result/$file.csv"
    done
    ihp explain "$case/deck.yaml" R5
    ok "explain shows the void date" says "$out" '2027-02-15'
done

# The day before the void date the line is known, on the void date it is not.
settle_at 2027-02-14 'the day before'
ok 'the day before: known' is R5 'PRIMARY_CARE 12 5200.00' "$(member R5)"
settle_at 2027-02-15 'the day of the void'
ok 'the day of the void: not known' is R5 'PRIMARY_CARE 12 200.00' "$(member R5)"
ok 'the day of the void: not paid' is not_paid '1 5000.00' "$(stage not_paid)"
ihp explain "$case/deck.yaml" R5
ok 'explain says why' says "$out" 'void by the cut-off'
settle_at 2026-01-31 'before it was paid'
ok 'before it was paid: after the cut-off' is after_cutoff '1 5000.00' "$(stage after_cutoff)"

# A visit that becomes void opens the gate and counts until then.
claims ,void_date V1,1,R5,2025-02-03,2025-02-03,V,99213,100.00,2026-03-31 DRUG5,1,R5,2025-10-01,2025-11-01,P,,50.00
settle_at 2026-03-30 'a visit, the day before'
ok 'a visit, the day before: attributed' is R5 'PRIMARY_CARE 12 150.00' "$(member R5)"
ihp pay "$case/deck.yaml" --quarter 2025Q4 --member-files --quiet
ok 'a visit, the day before: no payment.csv, so no payments' [ "$code" != 0 ]
settle_at 2026-03-31 'a visit, the day of the void'
ok 'a visit, the day of the void: the drug was billed by the IHP, and no visit is left' is NO_EM 'NO_EM' \
    "$(awk -F, '$1 == "performance" && $5 == 1 { print $2 }' "$case/result/attribution_summary.csv")"

# Without a void date a void line is never known; a denied one is not, with a date or without.
claims ,void_date "${visits[@]}" A,1,R5,2025-10-01,2025-10-01,V,,10.00 B,1,R5,2025-10-01,2025-10-01,D,,7.00,2027-01-01
settle_at 2026-03-31 'void from the beginning'
ok 'void from the beginning' is not_paid '2 17.00' "$(stage not_paid)"
claims ,void_date V1,1,R5,2025-02-03,2025-02-03,P,99213,100.00,2025-02-02
ihp import "$extract" -o "$case/state.h5" --force
ok 'void before paid: refused' [ "$code" = 3 ]
ok 'void before paid: says so' says "$err" 'claims.csv: 1 row: void_date is before paid_date; first on line 2'

# ---- versions of a line ----------------------------------------------------------------------

people R6,1985-06-15,F,27053,
rows=('ICN9,1,R6,2025-10-01,2025-10-01,P,,400.00' 'ICN9,1,R6,2025-10-01,2025-11-01,P,,-400.00'
    'ICN9,1,R6,2025-10-01,2025-11-01,P,,350.00')
claims '' "${visits[@]//R5/R6}" "${rows[@]}"
ihp import "$extract" -o "$case/state.h5" --force
ok 'without versions: refused' [ "$code" = 3 ]
ok 'without versions: says how to write them' says "$err" "an original, its reversal and its replacement" \
    'claims.csv: 3 rows: claim_id and line stand more than once, with different contents'
claims ,version "${visits[@]//R5/R6}" "${rows[0]},original" "${rows[1]},reversal" "${rows[2]},replacement"
settle_at 2026-03-31 'versions'
ok 'versions: 400 - 400 + 350 and two visits' is R6 'PRIMARY_CARE 12 550.00' "$(member R6)"
ihp explain "$case/deck.yaml" R6
ok 'explain shows versions' says "$out" ICN9/1/original ICN9/1/reversal ICN9/1/replacement
settle_at 2025-10-31 'before the reversal'
ok 'before the reversal' is R6 'PRIMARY_CARE 10 600.00' "$(member R6)"
ihp info "$case/state.h5"
ok 'info says what the store has' grep -Eq 'versions of lines +yes' "$out"
sed -i 's/replacement$/reversal/' "$extract/claims.csv"
ihp import "$extract" -o "$case/state.h5" --force
ok 'one version twice: refused' [ "$code" = 3 ]

# The same bytes on several ranks.
claims ,version "${visits[@]//R5/R6}" "${rows[0]},original" "${rows[1]},reversal" "${rows[2]},replacement"
ihp import "$extract" -o "$case/state.h5" --force
run "$IHP_MPIRUN" -n 3 "$IHP_PROGRAM" import "$extract" -o "$work/ranks.h5" --quiet
ok 'versions: the same store on three ranks' cmp "$case/state.h5" "$work/ranks.h5"

# ---- death -----------------------------------------------------------------------------------

# D1 died in March with an open span: three months are not nine. D9 died on the first day of its ninth month.
people D1,1985-06-15,F,27053,2025-03-20 D9,1985-06-15,F,27053,2025-09-01 L,1985-06-15,F,27053,
claims '' V1,1,D1,2025-02-03,2025-02-03,P,99213,100.00 H,1,D1,2025-03-09,2025-03-09,P,,12000.00 \
    V2,1,D9,2025-02-03,2025-02-03,P,99213,90.00 V3,1,D9,2025-11-03,2025-11-03,P,99213,5.00 \
    V4,1,L,2025-02-03,2025-02-03,P,99213,70.00
settle_at 2026-03-31 death
ok 'a notice counts months after death' says "$case/result/manifest.json" \
    "performance period: 12 member months are after the month of the member's death" # 9 and 3
ok 'D1 is not in the eligible population' is D1 '' "$(member D1)"
ok 'D9 has nine months, and no cost after them' is D9 'PRIMARY_CARE 9 90.00' "$(member D9)"
ok 'L lives' is L 'PRIMARY_CARE 12 70.00' "$(member L)"
ihp explain "$case/deck.yaml" D1
ok 'explain says why' says "$out" 'Apr:after-death' 'Died on 2025-03-20 [13.3.2]: 9 months after that month'
ihp check "$case/state.h5"
ok 'check counts the dead' grep -Eq 'enrolled after month of death +under 11' "$out"
ihp info "$case/state.h5"
ok 'info: dates of death' grep -Eq 'dates of death +yes' "$out"

# ---- birth -----------------------------------------------------------------------------------

# A household's span reaches back before the birth: B9 has nine months from April on, B8 eight from May on.
people B9,2025-04-30,F,27053, B8,2025-05-01,F,27053, L,1985-06-15,F,27053,
claims '' V1,1,B9,2025-05-03,2025-05-03,P,99213,90.00 V2,1,B9,2025-02-03,2025-02-03,P,,5.00 \
    V3,1,B8,2025-05-03,2025-05-03,P,99213,80.00 V4,1,L,2025-02-03,2025-02-03,P,99213,70.00
settle_at 2026-03-31 'birth'
ok 'by default spans decide, and a notice says so' says "$case/result/manifest.json" \
    "performance period: 7 member months are before the month of the member's birth; they count"
ok 'B8 has twelve months by its span' is B8 'PRIMARY_CARE 12 80.00' "$(member B8)"
policies='before_birth: never'
settle_at 2026-03-31 'birth, never'
policies=
ok 'a notice counts months before birth' says "$case/result/manifest.json" \
    "performance period: 7 member months are before the month of the member's birth; they do not qualify" # 3 and 4
ok 'B9 has nine months, and no cost before them' is B9 'PRIMARY_CARE 9 90.00' "$(member B9)"
ok 'B8 is not in the eligible population' is B8 '' "$(member B8)"
ihp explain "$case/deck.yaml" B8
ok 'explain says why' says "$out" 'Apr:before-birth' 'Born on 2025-05-01 [13.3.2]: 4 months before that month'
people D1,1985-06-15,F,27053,1985-06-14
claims ''
ihp import "$extract" -o "$case/state.h5" --force
ok 'death before birth: left blank' says "$err" 'members: 1 value of death_date was before birth_date and left blank'

# ---- the payment of a claim on each of its lines ---------------------------------------------

# Two lines are too few, 0.00 is no payment, and different amounts are those of the lines.
people H,1985-06-15,F,27053,
repeated() { # repeated AMOUNT... makes a claim with these lines
    number=0
    for amount; do echo "X,$((number += 1)),H,2025-02-03,2025-02-03,P,99213,$amount"; done
}
counts_repeated() {
    mapfile -t rows < <(repeated "$@")
    claims '' "${rows[@]}" Y,1,H,2025-02-03,2025-02-03,P,99213,12.00 Z,1,H,2025-02-04,2025-02-04,P,,12.00
    ihp import "$extract" -o "$case/state.h5" --force --quiet
    ihp check "$case/state.h5"
    sed -n '/^  Claims with the same amount on each of 3 lines/,/^  Claim lines by payer/p' "$out" | grep -q professional
}
ok 'the same amount on three lines: counted' counts_repeated 12.00 12.00 12.00
ok 'two lines: not counted' not counts_repeated 12.00 12.00
ok 'another amount: not counted' not counts_repeated 12.00 12.00 12.01
ok '0.00: not counted' not counts_repeated 0.00 0.00 0.00

# ---- codes and taxonomies in some months [13.3.5.2] ------------------------------------------

people C,1985-06-15,F,27053,
visit() { echo "$1,1,C,$2,$2,P,$3,10.00"; }
claims '' "$(visit V1 2025-06-30 99213)" "$(visit V2 2025-07-01 99213)" "$(visit V3 2025-08-01 G0439)"
# Prints the reason of the only member in the performance period.
reason() {
    awk -F, '$1 == "performance" && $5 == 1 { print $2 }' "$case/result/attribution_summary.csv"
}
in_force() {
    printf '%s\n' set,code_from,code_to,from,to "$@" >"$case/program/codes.csv"
}
in_force em,99213,99213,,2025-06 em,G0439,G0439,2025-09,
settle_at 2026-03-31 'one code in force'
ok 'one code in force: attributed' is C PRIMARY_CARE "$(reason)"
ihp explain "$case/deck.yaml" C
ok 'explain: two codes are not in force' [ "$(grep -c 'visit; code not in force' "$out")" = 2 ]
in_force em,99213,99213,,2025-05 em,G0439,G0439,2025-09,
settle_at 2026-03-31 'no code in force'
ok 'no code in force: no E&M line' is C NO_EM "$(reason)"
in_force em,99213,99213,,2025-05 em,99213,99213,2025-07,2025-07
printf '%s\n' taxonomy,class,from,to 207Q00000X,PCP,,2025-06 207Q00000X,SPE,2025-07, >"$case/program/taxonomy.csv"
settle_at 2026-03-31 'a specialist since July'
ok 'a specialist since July: attributed in Step 3' is C SPECIALTY "$(reason)"
in_force em,99213,99213,, em,99213,99213,2025-07,2025-07
settle_at 2026-03-31 'primary care until June'
ok 'primary care until June: attributed in Step 2' is C PRIMARY_CARE "$(reason)"
ihp explain "$case/deck.yaml" C
ok 'explain: each line has the class of its month' says "$out" 'E&M, PCP' 'E&M, specialty'
in_force em,99213,99213,,2025-05 health_home,99213,99213,2025-05,
ihp check "$case/state.h5" --program "$case/program"
ok 'a code in two sets in one month is allowed' succeeds
in_force em,99213,99213,,
printf '%s\n' taxonomy,class,from,to 207Q00000X,PCP,,2025-07 207Q00000X,SPE,2025-07, >"$case/program/taxonomy.csv"
settle 1 "$case/deck.yaml" --quiet --force
ok 'two classes: refused' fails 3 "taxonomy.csv:3: column class: 'SPE' contradicts line 2"
finish
