#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests what `ihp explain` says it would have taken to be attributed elsewhere: the lines are added to the extract, and
# decide as it said; one line fewer, or a day too early, does not. The members are those of the case `tiny`.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/tiny"
cd "$work/tiny"
ihp import extract -o state.h5
cp extract/claims.csv claims.csv

performance() {
    sed -n '/^Performance period/,$p' "$1"
}

# explained MEMBER TEXT...: the performance period of a member has the texts.
explained() {
    ihp explain deck.yaml "$1"
    performance "$out" >"$work/explained"
    ok "explain $1" says "$work/explained" "${@:2}"
}

north=9000000001,9000000011 lakes=9000000002,9000000021 prairie=9000000003,9000000031 prairie_spe=9000000003,9000000032
elsewhere=9000000008,9000000081

# becomes MEMBER OUTCOME BILLING,TREATING DAY...: with a paid E&M line on each of the days, the outcome begins so.
becomes() {
    local n=0 day
    cp claims.csv extract/claims.csv
    for day in "${@:4}"; do
        n=$((n + 1))
        echo "N$n,1,$1,$day,2025-12-31,P,99213,professional,043,$3,FFS,100.00" >>extract/claims.csv
    done
    ihp import extract -o more.h5 --force
    ihp explain more.yaml "$1"
    performance "$out" >"$work/changed"
    ok "$1 with lines of $3 on ${*:4}: $2" says "$work/changed" "  Outcome: $2"
}
sed 's/^store: .*/store: more.h5/' deck.yaml >more.yaml

# Step 2: NORTH has two PCP lines, the last on 2025-03-03, LAKES one on 2025-10-10.
explained T01 "Outcome: PRIMARY_CARE NORTH" "To be attributed elsewhere, all else equal, with lines of service from 2025-01" \
    "    LAKES: 1 more PCP E&M line (TIE_BREAK [13.3.7.7])" \
    "    any other IHP: 2 more PCP E&M lines, at least one of them on 2025-03-04 or later (TIE_BREAK [13.3.7.7]), or 3"
ok "the places" grep -qE '^    NORTH +- +1 +-$' "$work/explained"
ok "the places of the second" grep -qE '^    LAKES +- +2 +-$' "$work/explained"
becomes T01 "TIE_BREAK LAKES [13.3.7.7]" "$lakes" 2025-01-01
becomes T01 "TIE_BREAK PRAIRIE [13.3.7.7]" "$prairie" 2025-01-01 2025-03-04
becomes T01 "UNRESOLVED_TIE -" "$prairie" 2025-01-01 2025-03-03
becomes T01 "PRIMARY_CARE PRAIRIE [13.3.5.4]" "$prairie" 2025-01-01 2025-01-02 2025-01-03

# Step 2: a non-IHP provider has one more than NORTH.
explained T04 "Outcome: PRIMARY_CARE_ELSEWHERE -" "To be attributed, all else equal" \
    "    NORTH: 1 more PCP E&M line, on 2025-03-16 or later (TIE_BREAK [13.3.7.10]), or 2 more PCP E&M lines (PRIMARY_CARE"
becomes T04 "TIE_BREAK NORTH [13.3.7.10]" "$north" 2025-03-16
becomes T04 "UNRESOLVED_TIE - " "$north" 2025-03-15
becomes T04 "PRIMARY_CARE NORTH" "$north" 2025-01-02 2025-01-03

# Step 3: LAKES has two specialty lines, and the provider two E&M lines.
explained T05 "    not attributed, by non-IHP 9000000008: 1 more specialty E&M line (SPECIALTY_ELSEWHERE [13.3.6.7])" \
    "    any other IHP: 3 more specialty E&M lines (SPECIALTY [13.3.6.4]); or 1 more PCP E&M line, on 2025-04-16 or later"
becomes T05 "SPECIALTY_ELSEWHERE - " "$elsewhere" 2025-01-01
becomes T05 "SPECIALTY PRAIRIE" "$prairie_spe" 2025-01-01 2025-01-02 2025-01-03
becomes T05 "SPECIALTY_TIE -" "$prairie_spe" 2025-01-01 2025-01-02
becomes T05 "TIE_BREAK PRAIRIE" "$prairie" 2025-04-16

# A tie of two IHPs with equal dates.
explained T08 "Outcome: UNRESOLVED_TIE -" "    LAKES: 1 more PCP E&M line (PRIMARY_CARE [13.3.5.4])" \
    "    NORTH: 1 more PCP E&M line (PRIMARY_CARE" "    any other IHP: 1 more PCP E&M line, on 2025-04-16 or later (TIE_BREAK"
becomes T08 "PRIMARY_CARE LAKES" "$lakes" 2025-01-01
becomes T08 "TIE_BREAK PRAIRIE" "$prairie" 2025-04-16
becomes T08 "UNRESOLVED_TIE -" "$prairie" 2025-04-15

# Under lowest_ihp the place in ihps.csv breaks a tie: NORTH, the first, needs no later line than LAKES has, PRAIRIE does.
sed 's/^policies: .*/policies: {unresolved_tie: lowest_ihp}/' deck.yaml >lowest.yaml
ihp explain lowest.yaml T05
ok "lowest_ihp: the least day of each other IHP" says "$out" \
    "    NORTH: 1 more PCP E&M line, on 2024-05-05 or later (TIE_BREAK" \
    "    PRAIRIE: 1 more PCP E&M line, on 2024-05-06 or later (TIE_BREAK"
ihp explain lowest.yaml T10
ok "lowest_ihp: all others alike" says "$out" "    any other IHP: 1 more PCP E&M line, on 2024-05-06 or later (TIE_BREAK"
sed 's/^store: .*/store: more.h5/' lowest.yaml >more_lowest.yaml
for at in "$north 2024-05-05 NORTH" "$prairie 2024-05-05 LAKES" "$prairie 2024-05-06 PRAIRIE"; do
    read -r npis day ihp <<<"$at"
    cp claims.csv extract/claims.csv
    echo "N1,1,T05,$day,2024-12-31,P,99213,professional,043,$npis,FFS,100.00" >>extract/claims.csv
    ihp import extract -o more.h5 --force
    ihp explain more_lowest.yaml T05
    ok "lowest_ihp: T05 with a line of $npis on $day becomes one of $ihp" says "$out" "  Outcome: TIE_BREAK $ihp "
done

# The look-back decided: lines in it, and in the period, which is looked at first.
explained T10 "PCP E&M lines [13.3.5.4], Step 3 by specialty E&M lines [13.3.6.4]" \
    "with lines of service from 2024-01-01 to 2024-12-31" "with lines of service from 2025-01-01 to 2025-12-31" \
    "    any other IHP: 1 more PCP E&M line, on 2024-05-06 or later (TIE_BREAK [13.3.7.7]), or 2 more PCP E&M lines" \
    "    any other IHP: 1 more PCP E&M line (PRIMARY_CARE [13.3.5.4])"
becomes T10 "TIE_BREAK PRAIRIE [13.3.7.7], window 2" "$prairie" 2024-05-06
becomes T10 "UNRESOLVED_TIE - not attributed [13.3.7.7], window 2" "$prairie" 2024-05-05
becomes T10 "PRIMARY_CARE PRAIRIE [13.3.5.4], window 1" "$prairie" 2025-01-01

# No lines help without enough months; a health-home line decides first.
explained T11 "To be attributed, at least 1 more qualifying month [13.3.2]; the lines would then decide: PRIMARY_CARE PRAIRIE"
ok "lines do not help without enough months" not grep -q "all else equal" "$work/explained"
explained T02 "    NORTH: 1 more health-home line, on 2025-02-02 or later (PRIMARY_CARE [13.3.5.4]), or 2 more health-home lines"

# The State decided: claims do not matter.
echo 'member_id,year,ihp_id
T01,2025,NONE' >program/overrides.csv
explained T01 "Outcome: OVERRIDE" "The State's decision does not depend on the lines [4.6.4.2]"
ok "no lines help against the State's decision" not grep -q "all else equal" "$work/explained"
finish
