#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests appeals [4.6.4]: the 60 and the 30 days, the answers with their traces, the proposed overrides and what they
# do to a settlement, and refusals. Members and their attribution are those of tests/cases/tiny; the dates were looked
# up in calendars.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 0

marker=SECRET
case=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"
sed -i "s/\bT\([0-9][0-9]\)\b/${marker}T\1/" "$case"/extract/*.csv
# An interim: what IHPs appeal before the final.
sed 's/settlement: final/settlement: interim/; s/2026-12-31/2026-03-31/; s/^output: .*/output: interim/' \
    "$case/deck.yaml" >"$case/interim.yaml"
deck=$case/deck.yaml
header=ihp_id,member_id,period,claimed,list_received,reported,note
ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds

# Writes an error report of these rows, in which Tnn stands for a member.
report() { # FILE ROW...
    local file=$1
    shift
    printf '%s\n' "$header" "$@" | sed "s/\bT\([0-9][0-9]\)\b/${marker}T\1/" >"$file"
}

# ---- answers -------------------------------------------------------------------------------------

# The list of June 30 may be disputed for 60 days: August 29 is a Sunday in 2027, the next day is in time.
report "$work/errors.csv" \
    "NORTH,T01,2025,NONE,2027-06-30,2027-08-30,moved away" \
    "LAKES,T01,2024,LAKES,2027-06-30,2027-08-31,one day late" \
    "LAKES,T04,2025,LAKES,2027-06-30,2027-07-01," \
    "PRAIRIE,T04,2025,PRAIRIE,2027-06-30,2027-07-01," \
    "LAKES,T02,2025,LAKES,2027-06-30,2027-06-30," \
    "NORTH,T03,2025-06,NORTH,2027-06-30,2027-08-30,a payment" \
    "NORTH,T09,2025,LAKES,2027-06-30,2027-07-01," \
    "LAKES,T09,2025,LAKES,2027-06-30,2027-07-01,the same"
ihp appeal "$deck" "$work/errors.csv" --answered 2027-09-01 --final 2027-10-29
ok "appeal" succeeds
ok "how many of each result" says "$out" "Answers to 8 rows: late 1, decided 0, already 1, no_contract 0, conflict 2, proposed 4"
ok "the output hides members" not grep -q "$marker" "$out" "$err"
appeal=$case/result/appeal
cut -d, -f2-7,10- "$appeal/answers.csv" | sed "s/$marker//" >"$work/answers"
# 30 days before Friday, October 29 is September 29, a Wednesday.
cat >"$work/expected" <<'ANSWERS'
ihp_id,member_id,period,claimed,attributed,reason,list_received,report_due,reported,in_time,answer_due,answered,result
NORTH,T01,2025,NONE,NORTH,PRIMARY_CARE,2027-06-30,2027-08-30,2027-08-30,1,2027-09-29,2027-09-01,proposed
NORTH,T03,2025-06,NORTH,NONE,NO_VISIT,2027-06-30,2027-08-30,2027-08-30,1,2027-09-29,2027-09-01,proposed
NORTH,T09,2025,LAKES,NORTH,TIE_BREAK,2027-06-30,2027-08-30,2027-07-01,1,2027-09-29,2027-09-01,proposed
LAKES,T01,2024,LAKES,NORTH,PRIMARY_CARE,2027-06-30,2027-08-30,2027-08-31,0,2027-09-29,2027-09-01,late
LAKES,T04,2025,LAKES,NONE,PRIMARY_CARE_ELSEWHERE,2027-06-30,2027-08-30,2027-07-01,1,2027-09-29,2027-09-01,conflict
LAKES,T02,2025,LAKES,LAKES,HEALTH_HOME,2027-06-30,2027-08-30,2027-06-30,1,2027-09-29,2027-09-01,already
LAKES,T09,2025,LAKES,NORTH,TIE_BREAK,2027-06-30,2027-08-30,2027-07-01,1,2027-09-29,2027-09-01,proposed
PRAIRIE,T04,2025,PRAIRIE,NONE,PRIMARY_CARE_ELSEWHERE,2027-06-30,2027-08-30,2027-07-01,1,2027-09-29,2027-09-01,conflict
ANSWERS
ok "answers.csv" diff "$work/expected" "$work/answers"
printf '%s\n' member_id,year,ihp_id,note "${marker}T01,2025,NONE,error report of NORTH line 2 [4.6.4]" \
    "${marker}T03,2025,NORTH,error report of NORTH line 7 [4.6.4]" \
    "${marker}T09,2025,LAKES,error report of NORTH line 8 [4.6.4]" >"$work/expected"
ok "overrides.csv has one row for a member and year" diff "$work/expected" "$appeal/overrides.csv"
while IFS= read -r path; do
    mode=600
    [[ -d $path ]] && mode=700
    ok "only the owner can read ${path#"$case"/}" mode_is "$mode" "$path"
done < <(find "$appeal")
ok "appeal.json hides members" not grep -q "$marker" "$appeal/appeal.json"

# ---- the traces ----------------------------------------------------------------------------------

ok "the answer to NORTH" says "$appeal/answers/NORTH.txt" "PROTECTED HEALTH INFORMATION" "Northern partnership (NORTH)" \
    "Date: 2027-09-01" "Member ${marker}T01, settlement period 2025 (line 2 of the report)" "Claimed: NONE" \
    "received 2027-08-30: in time [4.6.4.1]" "[13.3.5.4 ] yes" "Determination of the STATE" \
    "Member ${marker}T03, payment of 2025-06"
ok "the answer to LAKES" says "$appeal/answers/LAKES.txt" "received 2027-08-31: late [4.6.4.1]" \
    "No change is necessary." "Another report claims this member"
ok "no answer has a claim line" not grep -qE "C[0-9]{3}/1" -r "$appeal/answers"
ok "NORTH's answer is about its own rows" not grep -q "${marker}T04" "$appeal/answers/NORTH.txt"
ihp explain "$deck" "${marker}T01"
sed -n '/^Performance period/,$p' "$out" >"$work/explained"
sed -n "/^Member ${marker}T01, period 2025/,/^Member/p" "$appeal/traces.txt" | sed '1,2d; /^Member/d' |
    sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$work/traced"
ok "the trace is what ihp explain prints" diff "$work/explained" "$work/traced"
ihp explain "$deck" "${marker}T03" --month 2025-06
ok "the trace of a month, too" says "$appeal/traces.txt" "$(grep 'Payment: ' "$out")"

# ---- what the State accepts ----------------------------------------------------------------------

sed '/T03/d' "$appeal/overrides.csv" >"$case/program/overrides.csv"
settle 1 "$deck"
ok "settle with the accepted rows" succeeds
ok "the override holds" says "$case/result/attribution_summary.csv" "performance,OVERRIDE,1,LAKES,1"
ihp appeal "$deck" "$work/errors.csv" --force --final 2027-10-29
ok "what was accepted is decided" says "$out" "decided 3"
ok "a determination has no second row" [ "$(wc -l <"$appeal/overrides.csv")" = 2 ]
rm "$case/program/overrides.csv"

# ---- a contract that ended -----------------------------------------------------------------------

# NORTH's contract ended on June 1: it is in force when June begins, and not in July. A report about July must not
# propose the whole year. Its second row is not a conflict with the first, and one about the year stays a proposal.
cp "$case/program/ihps.csv" "$work/ihps.csv"
sed -i '/^NORTH/s/,,$/,2025-06-01,ihp_without_cause/' "$case/program/ihps.csv"
report "$work/ended.csv" "NORTH,T03,2025-06,NORTH,2027-06-30,2027-07-30," "NORTH,T04,2025-07,NORTH,2027-06-30,2027-07-30," \
    "LAKES,T04,2025,LAKES,2027-06-30,2027-07-30," "NORTH,T05,2025-07,NORTH,2027-06-30,2027-08-31,late"
ihp appeal "$deck" "$work/ended.csv" -o "$work/ended" --final 2027-10-29
ok "an appeal after the end of a contract" says "$out" "late 1, decided 0, already 0, no_contract 1, conflict 0, proposed 2"
ok "months in force are proposed, later ones are not" [ "$(cut -d, -f1-3 "$work/ended/overrides.csv" | sed "s/$marker//" | tr '\n' ' ')" = \
    "member_id,year,ihp_id T03,2025,NORTH T04,2025,LAKES " ]
ok "the answer refuses" says "$work/ended/answers/NORTH.txt" "payment of 2025-07" \
    "contract had ended before this month began" "[6.1]. The claim is refused"
ok "a refused claim awaits no determination" [ "$(grep -c "Determination of the STATE" "$work/ended/answers/NORTH.txt")" = 1 ]
cp "$work/ihps.csv" "$case/program/ihps.csv"

# ---- the days ------------------------------------------------------------------------------------

report "$work/one.csv" "LAKES,T01,2025,LAKES,2026-06-30,2026-08-31,"
ihp appeal "$case/interim.yaml" "$work/one.csv" --answered 2027-05-29
ok "an appeal against an interim" succeeds
ok "August 29, 2026 is a Saturday" says "$case/interim/appeal/answers.csv" ",2026-08-31,2026-08-31,1,2027-05-28,2027-05-29,"
ok "a late answer" says "$err" "the answers of 2027-05-29 are late: they were due by 2027-05-28"
ihp appeal "$case/interim.yaml" "$work/one.csv" --answered 2026-08-30 --force
ok "an answer before the report" fails 3 "one.csv:2: column reported" "not after the day of --answered"
ihp appeal "$case/interim.yaml" "$work/one.csv"
ok "README.md explains the tables" says "$case/interim/appeal/README.md" "### answers.csv" "| \`in_time\` |" "### overrides.csv" "traces.txt"
ok "finished answers stay" fails 2 "has finished answers"
ihp appeal "$deck" "$work/errors.csv" -o "$work/after"
ok "a list of after the final calculation" says "$err" "on or after the Final Payment calculation of 2027-06-30"

# ---- refusals ------------------------------------------------------------------------------------

sound="NORTH,T01,2025,NONE,2027-06-30,2027-07-30,"
refused() { # TEXT COLUMN MESSAGE ROW...
    local text=$1 column=$2 message=$3
    shift 3
    report "$work/bad.csv" "$@"
    ihp appeal "$deck" "$work/bad.csv" -o "$work/bad"
    ok "$text" fails 3 "bad.csv:$(($# + 1)): column $column: " "$message"
    ok "$text: no field is shown" not grep -q "$marker\|WEST\|2023" "$err"
    ok "$text: nothing is written" [ ! -e "$work/bad" ]
}
refused "a member that was never listed" member_id "the store has no member with this ID" "$sound" \
    "NORTH,T77,2025,NORTH,2027-06-30,2027-07-30,"
refused "a member of another IHP's list" member_id "is not on the list of the IHP that reports it" \
    "LAKES,T01,2025,NONE,2027-06-30,2027-07-30,"
refused "not a member id" member_id "is not valid" "NORTH,a b,2025,NONE,2027-06-30,2027-07-30,"
refused "another year" period "2024 or 2025, the years that the deck settles" \
    "NORTH,T01,2023,NONE,2027-06-30,2027-07-30,"
refused "a month of another year" period "a month of 2025" "NORTH,T01,2023-06,NONE,2027-06-30,2027-07-30,"
refused "a claimed IHP that is not known" claimed "an ihp_id of ihps.csv, or NONE" \
    "NORTH,T01,2025,WEST,2027-06-30,2027-07-30,"
refused "a reporting IHP that is not known" ihp_id "an ihp_id of ihps.csv" \
    "WEST,T01,2025,NONE,2027-06-30,2027-07-30,"
refused "no date of the list" list_received "a date" "NORTH,T01,2025,NONE,,2027-07-30,"
refused "a report before its list" reported "not before list_received" "NORTH,T01,2025,NONE,2027-06-30,2027-06-29,"
refused "a duplicate" member_id "are those of line 2" "$sound" "NORTH,T01,2025,LAKES,2027-06-30,2027-07-31,"
report "$work/none.csv"
ihp appeal "$deck" "$work/none.csv" -o "$work/bad"
ok "a report without rows" fails 3 "none.csv: has no rows"
ihp appeal "$deck" "$work/nowhere.csv" -o "$work/bad"
ok "no report" fails 3 "nowhere.csv"

finish
