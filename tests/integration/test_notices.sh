#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests notices [2.9, 4.6, 4.11.6, 5.4]: amounts, dates, letters and outreach lists of an interim and a final
# settlement, and refusals. The dates were looked up in calendars.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 0

tiny=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$tiny"
# T02 and T07, of LAKES, are children: T02 has no MA from July on, and T07 is 21 years old from June on. All
# others but T05 and T10 are adults; T01 becomes 21 in January, before the first of February.
sed -i 's/^T02,1985-01-01/T02,2015-03-09/; s/^T07,[0-9-]*/T07,2004-05-02/; s/^T01,1980-01-01/T01,2004-01-02/' \
    "$tiny/extract/members.csv"
sed -i 's/^T02,2024-01,2025-12,MA,MCO-BLUE,/T02,2024-01,2025-06,MA,MCO-BLUE,\nT02,2025-07,2025-12,MCRE,MCO-BLUE,/' \
    "$tiny/extract/enrollment.csv"
deck=$tiny/deck.yaml
result=$tiny/result
notices=$result/notices
# T05 would be a child of LAKES, but died after the period; T10 of NORTH is one without a date of death.
sed -i '1s/$/,death_date/; 2,$s/$/,/; s/^T05,[0-9-]*\(.*\),$/T05,2015-03-09\1,2026-01-01/
s/^T10,[0-9-]*/T10,2020-02-29/' "$tiny/extract/members.csv"
ihp import "$tiny/extract" -o "$tiny/state.h5"
ok "import" succeeds
ihp notices "$deck"
ok "no settlement yet" fails 3 "manifest.json: is missing; settle the deck first"
printf 'ihp_id,payer,amount\nNORTH,FFS,45.00\n' >"$tiny/program/interim_payers.csv"
settle 1 "$deck" --member-files
ok "settle" succeeds

# Prints column NAME of row KEY,... of a CSV file.
cell() { # FILE KEYS NAME
    "$IHP_PYTHON" -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
    if list(row.values())[:len(sys.argv[2].split(","))] == sys.argv[2].split(","):
        print(row[sys.argv[3]])' "$@"
}

# ---- a final settlement --------------------------------------------------------------------------

ihp notices "$deck"
ok "notices" succeeds
ok "a line about the notices" says "$out" "Notices of 2027-06-30 to 3 IHPs and 3 payers" "Results: $notices"
ok "no file of members was left out" [ ! -s "$err" ]
ok "the files" [ "$(cd "$notices" && find . -type f | LC_ALL=C sort | tr '\n' ' ')" = \
    "./README.md ./deadlines.csv ./letters/LAKES.txt ./letters/NORTH.txt ./letters/PRAIRIE.txt ./notices.csv ./notices.json \
./outreach/LAKES.csv ./outreach/NORTH.csv ./outreach/PRAIRIE.csv ./payer_letters/001-FFS.txt \
./payer_letters/002-MCO-BLUE.txt ./payer_letters/003-MCO-RED.txt " ]
while IFS= read -r path; do
    mode=600
    [[ -d $path ]] && mode=700
    ok "only the owner can read ${path#"$result"/}" mode_is "$mode" "$path"
done < <(find "$notices")

# LAKES and its members are those of the case, so the amounts are the case's; each payer has its part.
due=$(cell "$result/settlement.csv" NORTH amount_due)
ok "NORTH is paid by the State" [ "$(cell "$notices/notices.csv" NORTH,FFS amount)" = "$due" ]
ok "by FFS, on the next payment" [ "$(cell "$notices/notices.csv" NORTH,FFS paid_by)|$(cell \
    "$notices/notices.csv" NORTH,FFS paid_to)|$(cell "$notices/notices.csv" NORTH,FFS section)|$(cell \
    "$notices/notices.csv" NORTH,FFS due)" = "STATE|NORTH|5.4.3.2|" ]
ok "LAKES owes an MCO within 120 days" [ "$(cell "$notices/notices.csv" LAKES,MCO-BLUE paid_by)|$(cell \
    "$notices/notices.csv" LAKES,MCO-BLUE paid_to)|$(cell "$notices/notices.csv" LAKES,MCO-BLUE section)|$(cell \
    "$notices/notices.csv" LAKES,MCO-BLUE due)" = "LAKES|MCO-BLUE|5.4.3.4|2027-10-28" ]
ok "its amount is positive" [ "-$(cell "$notices/notices.csv" LAKES,MCO-BLUE amount)" = \
    "$(cell "$result/payer_split.csv" LAKES,MCO-BLUE amount)" ]
ok "Track 1 owes nothing" [ "$(cell "$notices/notices.csv" PRAIRIE,MCO-RED amount)|$(cell \
    "$notices/notices.csv" PRAIRIE,MCO-RED terms)" = "0.00|nothing is due" ]
ok "the report is due on the last business day of month 18" says "$notices/deadlines.csv" \
    "5.4.3.1,final settlement reported,STATE,last business day of month 18,2027-06-30,2027-06-30"
ok "60 days after it is a Sunday" says "$notices/deadlines.csv" "4.6.4.1," ",2027-08-29,2027-08-30"
ok "a final has no date for an answer" not says "$notices/deadlines.csv" "4.6.4.2"
ok "the letter to NORTH" says "$notices/letters/NORTH.txt" "Wednesday, June 30, 2027" \
    "Northern partnership (NORTH), Track 2" "Final Payment [5.4.3]" "The result is Shared Savings of" \
    "The Interim Payment was \$45.00" "on the next available DHS FFS payment after" \
    "less the Interim Payment of \$45.00" "[5.4.3.2]" \
    "By Monday, August 30, 2027"
ok "the letter to LAKES" says "$notices/letters/LAKES.txt" "The result is Shared Losses of" "owed by the IHP" \
    "one hundred and twenty (120)" "By Thursday, October 28, 2027."
ok "the letter to Track 1" says "$notices/letters/PRAIRIE.txt" "Track 2 only" "Nothing is due from this settlement."
ok "the letter to an MCO" says "$notices/payer_letters/002-MCO-BLUE.txt" "To: MCO-BLUE" "LAKES: " "owed by the IHP"
ok "no small number of members" not grep -rqE "Members attributed .*: ([1-9]|10)$" "$notices/letters"
ok "no member in what may be mailed" not grep -rqE "T[0-9]{2}" "$notices/letters" "$notices/payer_letters" \
    "$notices/notices.csv" "$notices/deadlines.csv" "$notices/notices.json"

# T02 has MA to June; T07 is 20 years old to the first of May; T05 has died.
printf 'member_id,birth_date,age,eligible_months,eligible_last_month\nT02,2015-03-09,10,6,0\nT07,2004-05-02,21,5,0\n' \
    >"$work/lakes.csv"
ok "the outreach list of LAKES" cmp "$notices/outreach/LAKES.csv" "$work/lakes.csv"
ok "the outreach list of NORTH: T01 is 20 on January 1" says "$notices/outreach/NORTH.csv" "T01,2004-01-02,21,1,0"
ok "a birthday on February 29" says "$notices/outreach/NORTH.csv" "T10,2020-02-29,5,12,1"
ok "the outreach list of PRAIRIE is empty" [ "$(wc -l <"$notices/outreach/PRAIRIE.csv")" = 1 ]

# ---- the day of the notices ----------------------------------------------------------------------

ihp notices "$deck"
ok "finished notices stay" fails 2 "$notices: has finished notices"
ihp notices "$deck" --force -q --notified 2027-07-01
ok "a late notice" says "$err" "the notices of 2027-07-01 are late: they were due by 2027-06-30 [5.4.3.1]"
ok "--quiet prints nothing" [ ! -s "$out" ]
ok "30 days begin with it" [ "$(cell "$notices/deadlines.csv" 5.4.3.3 last_day)|$(cell "$notices/deadlines.csv" \
    5.4.3.3 due)" = "2027-07-31|2027-08-02" ]
ihp notices "$deck" --notified 2026-12-30 -o "$work/early"
ok "a notice before the cut-off" fails 2 "--notified: 2026-12-30 is before 2026-12-31"
ok "a refused day leaves nothing" [ ! -e "$work/early" ]
ihp notices "$deck" --notified 2027-02-30
ok "a day that does not exist" fails 2 "--notified: '2027-02-30' is not valid; use a date, YYYY-MM-DD"
printf 'day\n2027-06-30\n2027-06-29\n2027-08-30\n' >"$tiny/program/holidays.csv"
sed 's/^output: .*/output: holidays/' "$deck" >"$tiny/holidays.yaml"
settle 1 "$tiny/holidays.yaml" --quiet
ihp notices "$tiny/holidays.yaml" -o "$work/holidays"
ok "holidays.csv moves the days" [ "$(cell "$work/holidays/deadlines.csv" 5.4.3.1 due)|$(cell \
    "$work/holidays/deadlines.csv" 4.6.4.1 last_day)|$(cell "$work/holidays/deadlines.csv" 4.6.4.1 due)" = \
    "2027-06-28|2027-08-27|2027-08-27" ]
rm "$tiny/program/holidays.csv"

# ---- what does not fit the settlement ------------------------------------------------------------

sed 's/threshold: 0.02/threshold: 0.03/' "$deck" >"$tiny/other.yaml"
ihp notices "$tiny/other.yaml" --force
ok "another deck" fails 3 "manifest.json: deck.threshold: '0.02' is not '0.03'" "settle the deck again"
cp "$tiny/program/trend.csv" "$work/trend.csv"
sed -i 's/0\.03/0.04/' "$tiny/program/trend.csv"
ihp notices "$deck" --force
ok "another program folder" fails 3 "program.terms_hash" "settle the deck again"
cp "$work/trend.csv" "$tiny/program/trend.csv"
# What may change between an interim and its final is not in terms_hash, and decides the amounts just as well.
cp "$tiny/program/ihps.csv" "$work/ihps.csv"
sed -i '/^LAKES/s/,,$/,2025-06-30,state_without_cause/' "$tiny/program/ihps.csv"
mv "$result/attributed" "$work/attributed"
ihp notices "$deck" --force
ok "a contract that ended since" fails 3 "manifest.json: program.hash" "$tiny/program" "settle the deck again"
mv "$work/attributed" "$result/attributed"
cp "$work/ihps.csv" "$tiny/program/ihps.csv"
printf 'member_id,year,ihp_id,note\nT02,2025,NONE,\n' >"$tiny/program/overrides.csv"
ihp notices "$deck" --force
ok "an override since" fails 3 "manifest.json: program.hash" "settle the deck again"
rm "$tiny/program/overrides.csv"
cp "$result/payer_split.csv" "$work/split.csv"
sed -i '2s/[0-9]*\.[0-9]*$/1.00/' "$result/payer_split.csv"
ihp notices "$deck" --force
ok "a table that changed" fails 3 "payer_split.csv: has changed since manifest.json was written"
cp "$result/manifest.json" "$work/listed.json"
unlist "$result/manifest.json"
ihp notices "$deck" --force
mv "$work/listed.json" "$result/manifest.json"
ok "amounts that do not add up" fails 3 "payer_split.csv: the amounts of NORTH do not add up"
cp "$work/split.csv" "$result/payer_split.csv"
ok "refusals leave the finished notices" [ -e "$notices/notices.json" ]
cp "$result/attributed/LAKES.csv" "$work/LAKES.csv"
cp "$result/manifest.json" "$work/listed.json"
sed -i '2s/,[A-Z]*,/,NO_VISIT,/' "$result/attributed/LAKES.csv"
ihp notices "$deck" -o "$work/changed"
ok "a member file that changed" fails 3 "attributed/LAKES.csv: has changed since manifest.json was written"
ok "a member file that changed: nothing is written" [ ! -e "$work/changed" ]
cp "$work/LAKES.csv" "$result/attributed/LAKES.csv"
unlist "$result/manifest.json"
echo "XX99,performance,PRIMARY_CARE,1,12,1.00,1.00,LOW,1" >>"$result/attributed/LAKES.csv"
ihp notices "$deck" -o "$work/unknown"
ok "a member file with a member that the store lacks" fails 3 "LAKES.csv:8: column member_id"
ok "the member is not named" not grep -q XX99 "$err"
ok "nothing is left of the failed run" [ ! -e "$work/unknown" ]
cp "$work/LAKES.csv" "$result/attributed/LAKES.csv"
mv "$result/attributed" "$work/attributed"
ihp notices "$deck" -o "$work/without"
ok "no member files: a notice" says "$err" "no C&TC outreach lists [4.11.6]" "--member-files"
ok "no member files: no lists" [ ! -e "$work/without/outreach" ]
ok "no list of files: a notice" says "$err" "the settlement: manifest.json is of an earlier version"
mv "$work/attributed" "$result/attributed"
cp "$work/listed.json" "$result/manifest.json"
mv "$tiny/state.h5" "$work/state.h5"
cp "$tiny/extract/members.csv" "$work/members.csv"
sed 's/^T14,[0-9-]*/T14,1990-05-05/' -i "$tiny/extract/members.csv"
ihp import "$tiny/extract" -o "$tiny/state.h5" --force
ihp notices "$deck" -o "$work/store"
ok "another store" fails 3 "manifest.json: store.content_hash" "is not the store that was settled"
mv "$result/attributed" "$work/attributed"
ihp notices "$deck" -o "$work/store"
ok "another store, no member files" fails 3 "manifest.json: store.content_hash" "settle the deck again"
ok "nothing is written" [ ! -e "$work/store" ]
mv "$work/attributed" "$result/attributed"
mv "$work/state.h5" "$tiny/state.h5"
mv "$work/members.csv" "$tiny/extract/members.csv"

# ---- contracts that ended ------------------------------------------------------------------------

# Settles with these days and kinds of termination, and writes the notices to $ended.
ended=$work/ended
settle_ended() { # LAKES NORTH
    cp "$work/ihps.csv" "$tiny/program/ihps.csv"
    sed -i "/^LAKES/s/,,\$/,$1/; /^NORTH/s/,,\$/,$2/" "$tiny/program/ihps.csv"
    sed 's/^output: .*/output: ended/' "$deck" >"$tiny/ended.yaml"
    settle 1 "$tiny/ended.yaml" --member-files --force --quiet
    ok "settle with terminations $1 $2" succeeds
    ihp notices "$tiny/ended.yaml" -o "$ended" --force
    ok "notices with terminations $1 $2" succeeds
    tr '\n' ' ' <"$ended/letters/LAKES.txt" >"$work/lakes.txt"
    tr '\n' ' ' <"$ended/letters/NORTH.txt" >"$work/north.txt"
}

# April 15 is day 105, June 30 day 181.
settle_ended 2025-04-15,state_without_cause 2025-06-30,with_cause
ok "losses are dropped, and why" says "$work/lakes.txt" "The last day of the contract was April 15, 2025: the STATE" \
    "in force on 105 of the 365 days" "(factor 0)" "[6.1.2.1.2]" "Nothing is due from this settlement."
ok "savings are pro rata, and why" says "$work/north.txt" "The last day of the contract was June 30, 2025." \
    "in force on 181 of the 365 days" "factor 0.495890 [6.1]"
ok "the letter to the payer says why, too" says <(tr -s ' \n' ' ' <"$ended/payer_letters/001-FFS.txt") \
    "The last day of the contract was June 30, 2025. It was in force on 181 of the 365 days"
ok "months after the contract are not listed" says "$ended/outreach/LAKES.csv" "T02,2015-03-09,10,4,0" "T07,2004-05-02,21,4,0"
ok "nor in the last month" says "$ended/outreach/NORTH.csv" "T10,2020-02-29,5,6,0" "T01,2004-01-02,21,1,0"
ok "a notice about the list" says "$err" \
    "LAKES: the contract ended on 2025-04-15 [6.1], so its C&TC outreach list has no month that begins after it; fewer than 11 members" \
    "NORTH: the contract ended on 2025-06-30"
ok "a contract that goes on has no notice" not says "$err" "PRAIRIE: the contract"
settle_ended 2025-01-31,ihp_without_cause 2025-12-01,state_breach
ok "losses are pro rata where nothing releases the IHP" says "$work/lakes.txt" "in force on 31 of the 365 days" "factor 0.084932 [6.1]"
ok "only January" says "$ended/outreach/LAKES.csv" "T02,2015-03-09,10,1,0" "T07,2004-05-02,21,1,0"
ok "savings are not dropped" says "$work/north.txt" "in force on 335 of the 365 days"
ok "a contract in force on the first of the last month" says "$ended/outreach/NORTH.csv" "T10,2020-02-29,5,12,1"
ok "no month is lost" not says "$err" "NORTH: the contract"
# With twelve more children like T02, fourteen members of LAKES have no month before the end of the contract.
cp -r "$tiny/extract" "$work/extract"
for file in members enrollment morbidity claims; do
    awk -F, '{ print } /T02/ { line = $0
        for (i = 10; i < 22; i++) { $0 = line; gsub(/T02/, "K" i)
            if (FILENAME ~ /claims/) sub(/,/, "-" i ","); print } }' "$work/extract/$file.csv" >"$tiny/extract/$file.csv"
done
rm "$tiny/state.h5"
ihp import "$tiny/extract" -o "$tiny/state.h5" --force
settle_ended 2024-12-31,state_breach 2025-12-31,with_cause
ok "a list without members" [ "$(wc -l <"$ended/outreach/LAKES.csv")" = 1 ]
ok "how many are not on it" says "$err" "LAKES: the contract ended on 2024-12-31" "; 14 members without"
ok "a contract that ended before the period" says "$work/lakes.txt" "the IHP terminated it" "in force on 0 of the 365 days" "[6.1.3.3.1]"
ok "a contract of the whole period has no word on it" not says "$work/north.txt" "last day of the contract"
cp "$work/ihps.csv" "$tiny/program/ihps.csv"
cp "$work/extract/"* "$tiny/extract/"
rm "$tiny/state.h5"
ihp import "$tiny/extract" -o "$tiny/state.h5" --force

# ---- an interim settlement -----------------------------------------------------------------------

interim=$work/interim
copy_case "$IHP_SOURCE/tests/cases/interim" "$interim"
sed -i '/^sweep:/,$d' "$interim/deck.yaml"
ihp import "$interim/extract" -o "$interim/state.h5"
settle 1 "$interim/deck.yaml"
ok "settle the interim" succeeds
ihp notices "$interim/deck.yaml" --notified 2026-06-30
ok "notices of the interim" succeeds
ok "dates of the interim" [ "$(cut -d, -f1,5,6 "$interim/result/notices/deadlines.csv" | tr '\n' ' ')" = \
    "section,last_day,due 5.4.2.1,2026-06-30,2026-06-30 5.4.2.3,2026-07-30,2026-07-30 4.6.4.1,2026-08-29,2026-08-31 \
4.6.4.2,2027-05-31,2027-05-28 5.4.3.1,2027-06-30,2027-06-30 " ]
ok "nobody owes anything" not grep -q "owed by the IHP\|5.4.3.4,2026" "$interim"/result/notices/letters/*.txt
ok "each amount is paid to an IHP" [ "$(awk -F, 'NR > 1 && $7 != "0.00" && $6 != $1' \
    "$interim/result/notices/notices.csv" | wc -l)" = 0 ]
ok "an MCO is directed to pay within 30 days" grep -q "thirty (30) days" -r "$interim/result/notices/payer_letters"

# ---- small numbers and payers --------------------------------------------------------------------

# Says how a letter shows the members of NORTH, for numbers of members and of member months of FFS.
shown() { # MEMBERS MONTHS
    awk -F, -v OFS=, -v members="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == "NORTH" { $at["members"] = members } { print }' "$work/settlement.csv" >"$result/settlement.csv"
    awk -F, -v OFS=, -v months="$2" '$1 == "NORTH" && $2 == "FFS" { $3 = months } { print }' "$work/split.csv" \
        >"$result/payer_split.csv"
    ihp notices "$deck" -o "$work/small" --force
    grep -o "Members attributed .*: [0-9]*\|number of attributed members is not shown" "$work/small/letters/NORTH.txt" |
        sed 's/.*: //; s/.* //'
}

cp "$result/settlement.csv" "$work/settlement.csv"
mv "$result/attributed" "$work/attributed"
unlist "$result/manifest.json"
ok "11 members of one payer are shown" [ "$(shown 11 132)" = 11 ]
ok "10 members are not" [ "$(shown 10 132)" = shown ]
ok "11 members are not with a payer who may have 10" [ "$(shown 11 131)" = shown ]
ok "no members are shown" [ "$(shown 0 0)" = 0 ]
# A row without a payer, as where nothing says who paid an interim.
cp "$work/settlement.csv" "$result/settlement.csv"
sed '/^LAKES,FFS/s/^LAKES,FFS/LAKES,/' "$work/split.csv" >"$result/payer_split.csv"
ihp notices "$deck" -o "$work/small" --force
ok "an amount without a payer is in the letter of the IHP" says "$work/small/letters/LAKES.txt" "No payer named: " \
    "the STATE or applicable MCO"
ok "and in no letter to a payer" [ "$(find "$work/small/payer_letters" -type f | wc -l)" = 3 ]
cp "$work/split.csv" "$result/payer_split.csv"
mv "$work/attributed" "$result/attributed"

# ---- a quarterly statement -----------------------------------------------------------------------

sed 's/settlement: interim/settlement: quarterly/; s/^output: .*/output: quarterly/
s/^performance: .*/performance: {through: 2025-09, paid_through: 2025-11-10}/' "$interim/deck.yaml" \
    >"$interim/quarterly.yaml"
settle 1 "$interim/quarterly.yaml"
ok "settle the quarter" succeeds
ihp notices "$interim/quarterly.yaml"
ok "notices of the quarter" succeeds
ok "dates of the quarter" [ "$(cut -d, -f1,5,6 "$interim/quarterly/notices/deadlines.csv" | tr '\n' ' ')" = \
    "section,last_day,due 4.6.2,2025-11-14,2025-11-14 4.6.4.1,2026-01-13,2026-01-13 4.6.4.2,2027-05-31,2027-05-28 \
5.4.3.1,2027-06-30,2027-06-30 " ]
ok "nothing is due from it" says "$interim/quarterly/notices/letters/IHP01.txt" "Quarterly statement [4.6.2]" \
    "October 1, 2024 to September 30, 2025" "Nothing is due from it."

finish
