#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests data packages [4.6.2]: their contents, what they must not contain, members who joined and left since an
# earlier package, refusals, and that a failed run leaves nothing that looks finished.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 0

clean_up() {
    umount "$work/disk" 2>/dev/null
}

maker=$IHP_SOURCE/tests/reference/package_case.py
ihps=(BIG MID TINY NOBODY)

look() {
    "$IHP_PYTHON" "$maker" "$@"
}

make_case() {
    local file
    "$IHP_PYTHON" "$maker" make "$@"
    for file in categories codes corridors taxonomy part2; do
        cp "$IHP_SOURCE/inputs/program-defaults/$file.csv" "$1/program/"
    done
    ihp import "$1/extract" -o "$1/state.h5"
    ok "import of $(basename "$1")" succeeds
}

package() {
    local ranks=$1
    shift
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" package "$@"
}

make_case "$work/first"
make_case "$work/plain" --without-part2-lines
make_case "$work/later" --later
((failed == 0)) || finish
first=$work/first/result/package

ihp workbook "$work/nowhere"
workbook='settlement.xlsx '
! grep -q 'built without' "$err" || workbook=

# ---- contents ---------------------------------------------------------------------------------

ihp package "$work/first/deck.yaml"
ok "package" succeeds
ok "package: a line about the packages made" says "$out" "Packages of 4 IHPs for 2024-10 to 2025-09" \
    "2025-09-30" "Results: $first"
ok "package: the status names the stage" grep -qF '"stage": "package"' "$first.status.json"
ok "package: which figures are blank" says "$err" \
    "BIG: fewer than 11 members of the base period have cost that is left out" \
    "MID: fewer than 11 members of the performance period have cost that is left out" \
    "TINY: too few members in the base period"
ok "only the owner can read the folder" mode_is 700 "$first"
ok "only the owner can read package.json" mode_is 600 "$first/package.json"
for ihp_id in "${ihps[@]}"; do
    ok "only the owner can read $ihp_id" mode_is 700 "$first/$ihp_id"
    ok "$ihp_id: its files" [ "$(find "$first/$ihp_id" -type f -printf '%f\n' | LC_ALL=C sort | tr '\n' ' ')" = \
        "README.txt attribution.csv payer_split.csv protected_members.csv report.html risk_scores.csv settlement.csv $workbook""terms.csv " ]
    for file in "$first/$ihp_id"/*; do
        ok "$ihp_id: README.txt names $(basename "$file")" grep -qF "$(basename "$file")" <(echo README.txt; cat "$first/$ihp_id/README.txt")
        ok "only the owner can read $ihp_id/$(basename "$file")" mode_is 600 "$file"
    done
done
ok "README.txt names its content and dates" says "$first/BIG/README.txt" "Data package of BIG (Big)" \
    "Quarterly statement" "dates of service in 2024-10 to 2025-09, claims paid through 2025-09-30" "PROTECTED" \
    "$(sed -n 's/.*"hash": "\(.*\)".*/\1/p' "$first/package.json")"
# Every column of every file has its meaning, a line with two blanks before and behind it.
explained() {
    local folder=$1 file column
    for file in "$folder"/*.csv; do
        while read -r column; do
            sed -n "/^Columns of $(basename "$file"):/,/^\$/p" "$folder/README.txt" | grep -q "^  $column  *[^ ]" ||
                { echo "        $(basename "$file"): $column"; return 1; }
        done < <(head -1 "$file" | tr , '\n')
    done
}
ok "README.txt explains every column" explained "$first/BIG"
ok "README.txt has the terms" says "$first/BIG/README.txt" "Claims cap for a member and period [16.9]: \$5,000.00" \
    "unless ratio is below 0.98 or above 1.02" "from 0.9 to 0.98: 0.5" "2025: rate 0.03, adjustment 0, to the power of 9/12" \
    "(PBP) of the period [16.8.2.2]: \$0.00" "Quality share [18.2]: 0.5; quality score: none"
ok "README.txt: no changes without an earlier package" not grep -q changes.csv "$first/BIG/README.txt"
ok "package.json has the store's hash" grep -q '"hash": "[0-9a-f]\{32\}"' "$first/package.json"
ok "package.json has no counts of members" not grep -q attributed_base "$first/package.json"
ok "a member's row" says "$first/BIG/protected_members.csv" \
    "B06,1966-02-07,performance,PRIMARY_CARE,1,12,100.00,100.00,LOW,0" \
    "B44,1964-02-17,performance,HEALTH_HOME,1,12,100.00,100.00,MED,"
ok "the row of a member above the cap" says "$first/BIG/protected_members.csv" \
    "B00,1960-02-01,performance,PRIMARY_CARE,1,12,5050.00,5000.00,RARE,"
ok "a risk weight that comes only from BIG's members is blank" \
    [ "$(grep -c ',RARE,$' "$first/BIG/protected_members.csv")" = 10 ]
ok "BIG's file has no members of other IHPs" not grep -q '^[MTZ]' "$first/BIG/protected_members.csv"
ok "BIG's file has all of its members" [ "$(wc -l <"$first/BIG/protected_members.csv")" = 91 ]
ok "BIG's settlement.csv has its row" [ "$(sed -n 2p "$first/BIG/settlement.csv" | cut -d, -f1-11)" = \
    "BIG,2,45,540,,,1.28935682398,45,540,17955.47,33.25" ]
ok "BIG's settlement.csv has no other row" [ "$(wc -l <"$first/BIG/settlement.csv")" = 2 ]

# ---- the report of an IHP ---------------------------------------------------------------------

ok "BIG's report has BIG's numbers and no other IHP" "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/package_report.py" \
    "$first" BIG MID TINY NOBODY
ok "TINY's report has nothing that its files hide" "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/package_report.py" \
    "$first" TINY BIG MID NOBODY

# The names of the sheets, and the texts of all of them.
texts_of() {
    "$IHP_PYTHON" -c '
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
print(*re.findall("<sheet name=\"([^\"]*)\"", book.read("xl/workbook.xml").decode()), sep="|")
print(re.sub("<[^>]+>", " ", book.read("xl/sharedStrings.xml").decode()))' "$1"
}
# The number of formulas in a sheet: formulas_of WORKBOOK [NUMBER], by default in that of the IHP.
formulas_of() {
    "$IHP_PYTHON" -c '
import sys, zipfile
print(zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet%s.xml" % sys.argv[2]).decode().count("<f>"))' "$1" "${2-3}"
}
has_other() {
    texts_of "$1" | grep -qE 'MID|TINY|NOBODY'
}
if [[ -n $workbook ]]; then
    ok "MID's workbook has its sheets" [ "$(texts_of "$first/MID/settlement.xlsx" | head -1)" = \
        "Summary|Terms|MID|Terms by IHP|Payers|Risk scores|Manifest" ]
    ok "BIG's workbook has no other IHP" not has_other "$first/BIG/settlement.xlsx"
    ok "BIG's steps are not formulas, as a number of theirs is hidden" [ "$(formulas_of "$first/BIG/settlement.xlsx")" = 0 ]
    ok "BIG's summary has no total of nothing" [ "$(formulas_of "$first/BIG/settlement.xlsx" 1)" = 0 ]
    ok "TINY's are not, either" [ "$(formulas_of "$first/TINY/settlement.xlsx")" = 0 ]
fi

# ---- an IHP's own figures ---------------------------------------------------------------------

ihp package "$work/first/deck.yaml" -o "$work/own" --own-figures
ok "package with the IHPs' own figures" succeeds
ok "the notices name only what excluded lines hide" [ "$(grep -c 'too few members' "$err")" = 0 ]
ok "TINY sees its settlement" [ "$(sed -n 2p "$work/own/TINY/settlement.csv" | cut -d, -f1-4,8-9)" = "TINY,2,5,60,5,60" ]
ok "TINY sees its members by risk category" says "$work/own/TINY/risk_scores.csv" "TINY,base,LOW,5,60," \
    "TINY,performance,LOW,5,60,"
ok "TINY does not see its members by reason" says "$work/own/TINY/attribution.csv" "base,PRIMARY_CARE,1,"
ok "without the option it sees neither, nor in which categories they are" \
    [ "$(cat "$first/TINY/risk_scores.csv")" = "ihp_id,period,acg,members,member_months,weight" ]
ok "README.txt says so" says "$first/TINY/README.txt" "no rows of risk categories if its number of members is blank"
ok "excluded lines hide MID's cost all the same" \
    [ "$(sed -n 2p "$work/own/MID/settlement.csv")" = "$(sed -n 2p "$first/MID/settlement.csv")" ]
ok "TINY's report has them" "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/package_report.py" \
    "$work/own" TINY BIG MID NOBODY
if [[ -n $workbook ]]; then
    ok "TINY's steps are formulas now" [ "$(formulas_of "$work/own/TINY/settlement.xlsx")" -ge 20 ]
    texts_of "$work/own/TINY/settlement.xlsx" >"$work/texts"
    ok "they name files of the package alone" says "$work/texts" "(attribution.csv)" "(risk_scores.csv)"
    ok "they name no other" not grep -q attribution_summary.csv "$work/texts"
fi
ok "package.json says so" grep -q '"own_figures": true' "$work/own/package.json"
ok "package.json without the option" grep -q '"own_figures": false' "$first/package.json"
ok "terms.csv has the terms of its IHP alone" [ "$(cut -d, -f1 "$first/BIG/terms.csv" | sort -u | tr '\n' ' ')" = "BIG ihp_id " ]
ok "terms.csv" says "$first/BIG/terms.csv" "BIG,claims_cap,5000.00,16.9" "BIG,trend.2025.rate,0.03,16.4.2"

# ---- excluded lines ---------------------------------------------------------------------------

ihp package "$work/plain/deck.yaml"
ok "package of the state without the excluded lines" succeeds
for ihp_id in "${ihps[@]}"; do
    ok "$ihp_id: same members, cost and capped cost as without the lines" diff \
        <(cut -d, -f1-9 "$first/$ihp_id/protected_members.csv") \
        <(cut -d, -f1-9 "$work/plain/result/package/$ihp_id/protected_members.csv")
done
# Of BIG's twelve members in the twelve months, one is above the cap: 11 x 777.77 comes from eleven members. BIG's three in 2024
# and MID's four in 2025 are not revealed.
ok "the settlement shows only excluded lines beyond the members' costs" look rest "$first" "- 8555.47 0.00 - - - - -"
ok "without such lines: nothing" look rest "$work/plain/result/package" "0.00 0.00 0.00 0.00 - - - -"
ok "no figure from which a blank can be computed" [ "$(sed -n 2p "$first/MID/settlement.csv" | cut -d, -f10-)" = \
    ",,$(sed -n 2p "$first/MID/settlement.csv" | cut -d, -f12-13),8.52,7.25,,,,,,,,,,,,," ]
ok "no part of the amount due" says "$first/MID/payer_split.csv" "MID,FFS,240,,,"
# The size or the digest of a file may have these digits by chance.
has_excluded() {
    local left
    left=$(grep -rhI 777 "$first" | sed -E 's/"bytes": [0-9]+//; s/[0-9a-f]{32}//g')
    [[ $left == *777* ]]
}
ok "no amount of an excluded line in any file" not has_excluded

# ---- small counts -----------------------------------------------------------------------------

ok "no count under 11 in unprotected files" look small "$first"
ok "three by health home, combined with twelve others" diff "$first/BIG/attribution.csv" - <<'END'
period,reason,window,members
base,HEALTH_HOME,1,
base,PRIMARY_CARE,1,30
base,SPECIALTY,1,
performance,HEALTH_HOME,1,
performance,PRIMARY_CARE,1,30
performance,SPECIALTY,1,
END
ok "eight members of a payer, and the other payer" diff "$first/BIG/payer_split.csv" - <<'END'
ihp_id,payer,member_months,share,interim_paid,amount
BIG,BLUE,,,,
BIG,FFS,,,,
END
ok "an IHP with five members" [ "$(sed -n 2p "$first/TINY/settlement.csv" | tr -d ,)" = TINY21.02241666223 ]

# ---- the terms of a contract that ended, and of extreme circumstances --------------------------------

# 15 of BIG's 45 members live in county 27001, which is affected in three months: 15/45 x 3/12 of its losses are
# cancelled. From October 1, 2024 to June 30, 2025 are 273 days.
ended=$work/ended
cp -r "$work/plain" "$ended"
rm -r "$ended/result" "$ended/state.h5"
sed -i '1s/$/,terminated_on,termination/; 2,$s/$/,,/; /^BIG/s/,,$/,2025-06-30,state_without_cause/
/^MID/s/,,$/,2025-10-01,state_breach/; /^NOBODY/s/,,$/,2025-06-30,ihp_without_cause/' "$ended/program/ihps.csv"
printf '%s\n' county,month_from,month_to 27001,2025-03,2025-05 27003,2024-01,2024-10 27005,2025-10,2025-12 \
    >"$ended/program/circumstances.csv"
sed -i -E '/^B0[0-9]|^B1[0-4]/s/$/27001/' "$ended/extract/members.csv"
ihp import "$ended/extract" -o "$ended/state.h5"
package 2 "$ended/deck.yaml"
ok "package of a contract that ended" succeeds
ended=$ended/result/package
ok "README.txt has the kind of termination and the days in force" says "$ended/BIG/README.txt" \
    "Last day of the contract [6.1]: 2025-06-30; kind of termination: state_without_cause" \
    "In force on 273 of 365 days of the performance period" "losses are dropped, so theirs is 0 [6.1.2.1.2]"
ok "README.txt has what cancels losses" says "$ended/BIG/README.txt" "27001: 2025-03 to 2025-05" \
    "27003: 2024-10 to 2024-10" "lived there: 3, 2025-03 2025-04 2025-05" "these months: 0.333333333333" \
    "losses that is cancelled: 0.083333333333"
ok "README.txt has no months of another period" not grep -q 27005 "$ended/BIG/README.txt"
ok "BIG's losses are cancelled by that part and dropped" "$IHP_PYTHON" -c '
import csv, sys
row = next(csv.DictReader(open(sys.argv[1])))
losses = float(row["quality_adjusted"])
sys.exit(not (row["outcome"] == "losses" and abs(float(row["circumstance_reduction"]) + losses / 12) < 0.01
              and float(row["termination_factor"]) == 0))' "$ended/BIG/settlement.csv"
ok "a contract that ended after the period" says "$ended/MID/README.txt" "kind of termination: state_breach" \
    "In force on 365 of 365 days" "of savings and of losses"
ok "losses that are not dropped" says "$ended/NOBODY/README.txt" "In force on 273 of 365 days" "of savings and of losses"
ok "no share where nothing is cancelled" not grep -q "Mean share" "$ended/MID/README.txt"
ok "no share of few members" says "$ended/TINY/README.txt" "The share of the IHP's members is not shown"
ok "a contract that goes on" not grep -q "Last day" "$ended/TINY/README.txt"
# Ten members are 22% of BIG's.
sed -i -E '/^B1[0-4]/s/27001$//' "$work/ended/extract/members.csv"
rm "$work/ended/state.h5"
ihp import "$work/ended/extract" -o "$work/ended/state.h5"
package 1 "$work/ended/deck.yaml" --force
ok "no share of ten members" says "$ended/BIG/README.txt" "The share of the IHP's members is not shown"
ok "and no amount that depends on it" grep -q ',losses,.*[0-9],,0,,0.00,$' "$ended/BIG/settlement.csv"
ok "and a notice of it" says "$err" "BIG: 1 to 10 of its members lived in a county of extreme circumstances"
ok "and no part of the losses" not grep -q "Mean share\|is cancelled" "$ended/BIG/README.txt"
ok "the report has the other steps, and says which inputs are not shown" "$IHP_PYTHON" \
    "$IHP_SOURCE/tests/reference/package_report.py" "$ended" BIG MID TINY NOBODY
ok "the reduction's are not" grep -q 'share of members in affected counties</td><td class="w">not shown</td>' "$ended/BIG/report.html"

# ---- an earlier package -----------------------------------------------------------------------

second=$work/later/result/package
package 1 "$work/later/deck.yaml" --previous "$first"
ok "package with an earlier one" succeeds
ok "README.txt explains the columns of changes" explained "$second/BIG"
ok "README.txt names the earlier package" says "$second/BIG/README.txt" "paid through 2025-09-30"
ok "changes: modes" mode_is 600 "$second/BIG/protected_changes.csv"
ok "changes: modes" mode_is 600 "$second/BIG/changes.csv"
ok "members who joined" says "$second/BIG/protected_changes.csv" "M01,1993-02-06,performance,in,PRIMARY_CARE," \
    "N13,1990-02-15,base,in,PRIMARY_CARE,"
ok "members who left the store" says "$second/BIG/protected_changes.csv" \
    "B10,1970-02-11,base,out,NOT_IN_STORE,PRIMARY_CARE"
ok "members who left for another IHP" says "$second/MID/protected_changes.csv" \
    "M01,1993-02-06,performance,out,OTHER_IHP,PRIMARY_CARE"
ok "no other members in the changes" [ "$(cat "$second"/*/protected_changes.csv | wc -l)" = $((4 + 2 * (13 + 16 + 2))) ]
ok "changes in numbers" diff <(tail -qn +2 "$second"/{BIG,MID}/changes.csv) - <<'END'
base,in,,16
base,out,NOT_IN_STORE,13
performance,in,,16
performance,out,NOT_IN_STORE,13
base,in,,
base,out,,
performance,in,,
performance,out,,
END
ok "no count under 11 with changes" look small "$second"
for ranks in 2 3 7; do
    package "$ranks" "$work/later/deck.yaml" --previous "$first" -o "$work/ranks$ranks"
    ok "package on $ranks ranks" succeeds
    ok "package on $ranks ranks: same bytes" diff -r "$second" "$work/ranks$ranks"
done
# Members who are on no rank are reported once: those before the first of the store and after the last.
cp -r "$first" "$work/around"
unlist "$work/around/package.json"
sed -i '2 s/^B00\(.*\)/A00\1\n&/; $ s/^B44\(.*\)/&\nZZ9\1/' "$work/around/BIG/protected_members.csv"
for ranks in 1 3; do
    package "$ranks" "$work/later/deck.yaml" --previous "$work/around" -o "$work/around$ranks"
    ok "members outside the store, $ranks ranks" diff \
        <(grep -v -e ^A00 -e ^ZZ9 "$work/around$ranks/BIG/protected_changes.csv") \
        "$second/BIG/protected_changes.csv"
    ok "members outside the store, $ranks ranks: their rows" [ "$(grep -e ^A00 -e ^ZZ9 \
        "$work/around$ranks/BIG/protected_changes.csv" | cut -d, -f1,3-5 | tr '\n' ' ')" = \
        "A00,base,out,NOT_IN_STORE ZZ9,performance,out,NOT_IN_STORE " ]
done
# An IHP that the earlier package did not have is new.
cp -r "$first" "$work/fewer"
unlist "$work/fewer/package.json"
"$IHP_PYTHON" -c '
import json, sys
package = json.load(open(sys.argv[1]))
package["ihps"] = [ihp for ihp in package["ihps"] if ihp["ihp_id"] != "BIG"]
json.dump(package, open(sys.argv[1], "w"))' "$work/fewer/package.json"
ihp package "$work/later/deck.yaml" --previous "$work/fewer" -o "$work/new"
ok "package with an earlier one without BIG" succeeds
ok "all members of a new IHP joined" [ "$(grep -c ',in,' "$work/new/BIG/protected_changes.csv")" = 96 ]
ok "the others changed as before" diff "$second/MID/protected_changes.csv" "$work/new/MID/protected_changes.csv"

# ---- a final deck -----------------------------------------------------------------------------

copy_case "$IHP_SOURCE/inputs/sample" "$work/sample"
sed -i 's|^store:.*|store: state.h5|; s|^output:.*|output: result|' "$work/sample/deck.yaml"
cat >>"$work/sample/deck.yaml" <<'END'
bootstrap: {replicates: 10}
sweep: {design: readings}
END
ihp import "$work/sample/extract" -o "$work/sample/state.h5"
ihp settle "$work/sample/deck.yaml" --quiet
package 2 "$work/sample/deck.yaml"
ok "package of a final deck next to its settlement" succeeds
ok "the row of the settlement" [ "$(sed -n 2p "$work/sample/result/package/METRO/settlement.csv")" = \
    "$(grep ^METRO, "$work/sample/result/settlement.csv")" ]
ihp settle "$work/sample/deck.yaml" --quiet --force
ok "settling again keeps the package" [ -e "$work/sample/result/package/package.json" ]

# ---- refusals -----------------------------------------------------------------------------------

ihp package "$work/first/deck.yaml"
ok "a finished package" fails 2 "$first: has a finished package (package.json); name another folder with -o" \
    "--force"
sed -i '/^NOBODY/d' "$work/first/program/ihps.csv" "$work/first/program/rosters.csv"
echo mine >"$first/BIG/mine.txt"
ihp package "$work/first/deck.yaml" --force
ok "--force" succeeds
ok "--force: the folder of an IHP that no longer exists is removed" [ ! -e "$first/NOBODY" ]
ok "--force: other files stay" says "$first/BIG/mine.txt" mine
ihp package "$work/first/deck.yaml" --force --previous "$first"
ok "--previous names the output folder" fails 2 "--previous" "-o"
ok "--previous names the output folder: the package is unchanged" [ -e "$first/package.json" ]

deck=$work/later/deck.yaml
refused() {
    local text=$1
    shift
    ok "$text: is refused" fails "$@"
    ok "$text: no package" [ ! -e "$work/none" ]
}
spoil() {
    rm -rf "$work/spoilt"
    cp -r "$second" "$work/spoilt"
    unlist "$work/spoilt/package.json"
}
spoil_listed() {
    rm -rf "$work/spoilt"
    cp -r "$second" "$work/spoilt"
}
ihp package "$deck" --previous "$work/first" -o "$work/none"
refused "--previous without package.json" 2 "$work/first: --previous: is not a finished package"
ihp package "$deck" --previous "$work/nowhere" -o "$work/none"
refused "--previous that is not there" 2 "$work/nowhere: --previous: is not a finished package"
spoil
sed -i 's/"base.year": 2024/"base.year": 2023/' "$work/spoilt/package.json"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous of another base year" 2 "base.year is '2023' and the deck's is 2024"
for months in performance.through=2026-03 performance.through=2025 performance.year=2024; do
    key=${months%=*} value=${months#*=}
    spoil
    sed -i "s/\"performance.through\": \"2025-12\"/\"$key\": \"$value\"/" "$work/spoilt/package.json"
    ihp package "$deck" --previous "$work/spoilt" -o "$work/none"
    refused "--previous of $months" 2 "its $key is '$value'"
done
# A package of a year follows quarterly packages of that year alone.
sed 's/quarterly/final/; s/through: 2025-12/year: 2025/; s/^output/allow_nonstandard_runout: true\noutput/' \
    "$deck" >"$work/later/year.yaml"
ihp package "$work/later/year.yaml" --previous "$second" -o "$work/year"
ok "--previous of a quarter of the year" succeeds
spoil
sed -i 's/"performance.through": "2025-12"/"performance.through": "2024-12"/' "$work/spoilt/package.json"
ihp package "$work/later/year.yaml" --previous "$work/spoilt" -o "$work/none"
refused "--previous of a quarter of another year" 2 "its performance.through is '2024-12'" "of that year"
for date in 2025-13-01 '2025\\nX' ''; do
    spoil
    sed -i "s/\"performance.paid_through\": \"[^\"]*\"/\"performance.paid_through\": \"$date\"/" \
        "$work/spoilt/package.json"
    ihp package "$deck" --previous "$work/spoilt" -o "$work/none"
    refused "--previous without a valid date: '$date'" 2 "performance.paid_through is not a valid date"
done
spoil
sed -i 's/"track": 2/"track": 1/' "$work/spoilt/package.json"
ihp package "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous of another program: a track" 2 "belongs to another program" "BIG"
spoil
sed -i 's/"ihp_id": "/"ihp_id": "X/' "$work/spoilt/package.json"
ihp package "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous of another program: its IHPs" 2 "belongs to another program" "no IHP of ihps.csv"
spoil
sed -i 's/"ihp-package"/"ihp-result"/' "$work/spoilt/package.json"
ihp package "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous that is a result" 2 "is not a finished package"
spoil
rm "$work/spoilt/MID/protected_members.csv"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous with a file gone" 3 "MID/protected_members.csv"
spoil_listed
sed -i '3s/^B/SECRET /' "$work/spoilt/BIG/protected_members.csv"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous that its list does not fit" 3 "BIG/protected_members.csv: has changed since package.json was written"
spoil_listed
echo more >>"$work/spoilt/MID/README.txt"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous whose README changed" 3 "MID/README.txt: has changed since package.json was written"
spoil_listed
sed -i 's/"base.year": 2024/"base.year": 2023/' "$work/spoilt/package.json"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous whose package.json changed" 3 "package.json: hash: is not as ihp wrote it"
sed -i '1s/{/[/' "$work/spoilt/package.json"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous whose package.json is damaged" 3 "package.json:2: is not valid JSON"
spoil
sed -i '3s/^B/SECRET /' "$work/spoilt/BIG/protected_members.csv"
package 2 "$deck" --previous "$work/spoilt" -o "$work/none"
refused "--previous that was changed" 3 "BIG/protected_members.csv:3: is not a row of a package"
ok "--previous that was changed: the message names no member" not grep -q SECRET "$err"
package 2 "$deck" --previous "$work/spoilt" --force
ok "--previous that was changed, with --force" fails 3 "BIG/protected_members.csv:3"
ok "--previous that was changed, with --force: the finished package is unchanged" diff -r "$second" "$work/ranks2"

printf 'kind,service_class,category,code_from,code_to\n' >"$work/later/program/part2.csv"
package 2 "$deck" -o "$work/none"
refused "a part2.csv without rows" 3 "program/part2.csv: is missing or lists nothing" "[4.6.1.2]"
rm "$work/later/program/part2.csv"
package 2 "$deck" -o "$work/none"
refused "no part2.csv" 3 "program/part2.csv: is missing or lists nothing" "inputs/program-defaults"
ihp settle "$deck" --quiet --force
ok "a settlement requires no part2.csv" succeeds
cp "$IHP_SOURCE/inputs/program-defaults/part2.csv" "$work/later/program/"

ihp package "$deck" "$deck"
refused "two decks" 2 "one DECK"
ihp package
refused "no deck" 2 "one DECK"
ihp package "$deck" -o ""
refused "a folder without name" 2 "--output: '' is not valid; use a FOLDER that is not empty"
ihp package "$deck" --quarterly
refused "an unknown option" 2 "--quarterly"
ihp package --help
ok "help" succeeds
ok "help has examples" says "$out" "Examples:" "--previous packages/2025q2"

# ---- runs that fail while writing -----------------------------------------------------------------

# A folder is in the place of TINY's settlement.csv, so everything else can be written.
for ranks in 1 2; do
    rm -rf "$work/blocked"
    mkdir -p "$work/blocked/TINY/settlement.csv"
    package "$ranks" "$deck" -o "$work/blocked" --previous "$first"
    ok "a file that cannot be written, $ranks ranks" fails 1 "TINY/settlement.csv"
    ok "a file that cannot be written, $ranks ranks: nothing new is left" \
        [ "$(cd "$work/blocked" && find . | LC_ALL=C sort | tr '\n' ' ')" = ". ./TINY ./TINY/settlement.csv " ]
done
echo mine >"$work/file"
package 2 "$deck" -o "$work/file"
ok "a file in place of a folder" fails 2 "$work/file" "not a folder"
package 2 "$deck" -o "$work/file/below"
ok "a folder below a file" fails 1 "$work/file"
rm -rf "$work/blocked"
mkdir "$work/blocked" "$work/elsewhere"
ln -s "$work/elsewhere" "$work/blocked/TINY"
package 2 "$deck" -o "$work/blocked"
ok "a link in the place of an IHP's folder" fails 1 "blocked/TINY"
ok "a link in the place of an IHP's folder: nothing is written through it" [ -z "$(ls -A "$work/elsewhere")" ]

full_disk() {
    mount -t tmpfs -o "size=$1k" none "$work/disk"
}
mkdir "$work/disk"
if (full_disk 4) 2>/dev/null; then
    umount "$work/disk"
    whole=0
    for ((size = 4; size <= 1024 && whole == 0; size += 28)); do
        full_disk "$size"
        package 2 "$deck" -o "$work/disk/package" --previous "$first"
        if [[ $code == 0 ]]; then
            whole=1
            ok "package to $size KiB: complete" [ -e "$work/disk/package/package.json" ]
        else
            ok "package to $size KiB: fails" fails 1 "disk/package" "No space left on device"
            ok "package to $size KiB: nothing is left" empty_but_status "$work/disk"
        fi
        umount "$work/disk"
    done
    ok "some size was sufficient" [ "$whole" = 1 ]
else
    echo "SKIPPED: the full disk, because only root can mount a tmpfs"
fi
# ---- the bridge of a final ------------------------------------------------------------------------

case=$work/bridge
copy_case "$IHP_SOURCE/tests/cases/interim" "$case"
cp "$IHP_SOURCE/inputs/program-defaults/part2.csv" "$case/program/"
rm -f "$case"/program/{overrides,circumstances,quality,measures,benchmarks}.csv
"$IHP_PYTHON" - "$case/program/ihps.csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline='')))
for row in rows[1:]:
    for name in ('interim_paid', 'terminated_on', 'termination'):
        if name in rows[0]:
            row[rows[0].index(name)] = ''
csv.writer(open(sys.argv[1], 'w', newline='')).writerows(rows)
PY
sed -i '/^sweep:/,$ d; s/^output: .*/output: interim/' "$case/deck.yaml"
ihp import "$case/extract" -o "$case/state.h5"
settle 1 "$case/deck.yaml" --quiet
ok "bridge: the interim" succeeds
sed 's/^settlement: .*/settlement: final\ninterim: interim/; s/^output: .*/output: final/
    s/^performance: .*/performance: {year: 2025, paid_through: 2026-12-31}/' "$case/deck.yaml" >"$case/final.yaml"
ihp package "$case/final.yaml" -o "$case/without"
ok "bridge: a package of a final that has not been settled" succeeds
ok "bridge: a notice" says "$err" "final/bridge.csv: is missing or of another settlement"
ok "bridge: no file" [ -z "$(find "$case/without" -name bridge.csv)" ]
settle 1 "$case/final.yaml" --quiet
ok "bridge: the final" succeeds
package 2 "$case/final.yaml"
ok "bridge: the package" succeeds
# The rows of the IHP; without amounts where its final amount is blank.
bridge_of() {
    local ihp_id=$1 final
    final=$("$IHP_PYTHON" -c 'import csv, sys; print(next(csv.DictReader(open(sys.argv[1])))["final_amount"])' \
        "$case/final/package/$ihp_id/settlement.csv")
    echo ihp_id,step,amount
    grep "^$ihp_id," "$case/final/bridge.csv" | if [[ -n $final ]]; then cat; else sed 's/[^,]*$//'; fi
}
for ihp_id in IHP01 IHP02 IHP03 IHP04; do
    ok "bridge of $ihp_id" diff <(bridge_of "$ihp_id") "$case/final/package/$ihp_id/bridge.csv"
    ok "bridge of $ihp_id: its columns are explained" explained "$case/final/package/$ihp_id"
done
ok "bridge: some amounts are shown" grep -q ',final,[-0-9]' "$case"/final/package/*/bridge.csv
cp "$case/final/bridge.csv" "$work/bridge.csv"
sed -i 's/,members,.*/,members,1.23/' "$case/final/bridge.csv"
ihp package "$case/final.yaml" --force
ok "bridge: changed" fails 3 "final/bridge.csv: has changed since manifest.json was written"
cp "$work/bridge.csv" "$case/final/bridge.csv"
sed -i 's/,final,.*/,final,1.23/' "$case/final/bridge.csv"
ihp package "$case/final.yaml" --force
ok "bridge: of another settlement" says "$err" "of another settlement"
ok "bridge: of another settlement: no file" [ -z "$(find "$case/final/package" -name bridge.csv)" ]

finish
