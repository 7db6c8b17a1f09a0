#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a person meets at the command line: help, version, usage faults, and what explain, check and
# info print about the case `tiny`.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"

# ---- help and version ---------------------------------------------------------------------------

version=$(sed -n 's/.*IHP_VERSION "\(.*\)".*/\1/p' "$IHP_SOURCE/include/ihp/version.h")
ihp --version
ok "--version" succeeds
ok "--version says which" [ "$(cat "$out")" = "ihp $version" ]

ihp --help
ok "--help" succeeds
mapfile -t subcommands < <(sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$out")
for subcommand in import settle explain check info power; do
    ok "--help: lists $subcommand" grep -q "^  $subcommand  *[a-z]" "$out"
done
ok "--help: subcommands, examples, exit codes" says "$out" "Usage: ihp " "Subcommands:" "Examples:" \
    "Exit codes: " "${subcommands[@]}"
ok "--help: nothing on stderr" [ ! -s "$err" ]
ihp
ok "nothing asked: exit code 2" [ "$code" = 2 ]
ok "nothing asked: the help, on stderr" says "$err" "Usage: ihp "

for subcommand in "${subcommands[@]}"; do
    for option in --help -h; do
        ihp "$subcommand" $option
        ok "$subcommand $option" succeeds
        ok "$subcommand $option: usage" says "$out" "Usage: ihp $subcommand "
        ok "$subcommand $option: examples" grep -q '^Examples\?:$' "$out"
        ok "$subcommand $option: an example of it" says "$out" "ihp $subcommand "
        ok "$subcommand $option: fits a terminal" not grep -q '.\{101\}' "$out"
    done
    # Options that the help tells are understood: what is missing then is not the option.
    while read -r option; do
        ok "$subcommand $option: stands in the man page" grep -qF -- "${option//-/\\-}" \
            "$IHP_SOURCE/docs/ihp.1"
    done < <(grep -o '^  \(-o, \)\?--[a-z-]*' "$out" | sed 's/.*--/--/')
done

# ---- usage faults -------------------------------------------------------------------------------

while IFS='|' read -r words wanted; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp $words
    ok "ihp $words" fails 2 "$wanted" "--help"
    ok "ihp $words: nothing on stdout" [ ! -s "$out" ]
done <<'USAGE'
setle deck.yaml|setle
--bogus|--bogus
import|EXTRACT_DIR
import extract|-o STORE
import extract other -o state.h5|EXTRACT_DIR
import extract -o|option
import extract -o state.h5 --bogus|option
import extract -o state.h5 --memory 1M|64M
import extract -o state.h5 --memory lots|--memory
settle|DECK
settle a.yaml b.yaml|DECK
settle a.yaml --bogus|option
settle a.yaml --batch-lines|option
settle a.yaml --batch-lines 0|--batch-lines
settle a.yaml --batch-lines 16777217|--batch-lines
settle a.yaml --batch-lines many|--batch-lines
power|DECK
power a.yaml b.yaml|DECK
power a.yaml --bogus|option
power a.yaml --draws many|--draws
explain|DECK
explain deck.yaml|MEMBER_ID
explain deck.yaml T01 T02|MEMBER_ID
check|STORE
check a.h5 b.h5|STORE
check a.h5 --bogus|option
check a.h5 --program|option
info|FILE
info a b|FILE
USAGE

# ---- import and settle, as a person does it ------------------------------------------------------------

cd "$case"
ihp import extract/ -o state.h5
ok "import" succeeds
ok "import: counts" says "$out" "state.h5: 14 members, 78 claim lines, 17 enrollment spans, 28 morbidity rows" \
    "10 providers"
ok "import: no progress line without a terminal" not grep -qE 'left|[0-9]%' "$err"
ihp import extract/ -o state.h5
ok "import once more" succeeds
ihp settle deck.yaml
ok "settle" succeeds
# shellcheck disable=SC2016 # these are dollars
ok "settle: the table" says "$out" "NORTH " "savings" '$540.11' "LAKES " "losses" '-$142.18' "PRAIRIE " \
    "no_settlement"
ok "settle: no member files unless asked" [ ! -e result/attributed ]
ihp settle deck.yaml --force --quiet
ok "settle --quiet" succeeds
ok "settle --quiet: says nothing" [ ! -s "$out" ]
cp deck.yaml "$work/elsewhere.yaml"
sed -i -E 's#: (program|state.h5|result)$#: tiny/\1#; s#tiny/result#made/by/settle#' "$work/elsewhere.yaml"
ihp settle ../elsewhere.yaml --quiet
ok "settle: paths count from the deck, and folders are made" [ -s "$work/made/by/settle/manifest.json" ]

# ---- explain ------------------------------------------------------------------------------------

# Each line: member, what its page says, separated by bars. The README of the case tells why.
while IFS='|' read -ra texts; do
    member=${texts[0]}
    ihp explain deck.yaml "$member"
    ok "explain $member" succeeds
    ok "explain $member: what it is" says "$out" "PROTECTED HEALTH INFORMATION" "Member $member, final" \
        "Base period 2024" "Performance period 2025" "${texts[@]:1}"
done <<'EXPLAIN'
T01|Outcome: PRIMARY_CARE NORTH|C005/1
T02|Outcome: HEALTH_HOME LAKES [13.3.4|S0280
T03|Outcome: HEALTH_HOME_ELSEWHERE
T04|Outcome: PRIMARY_CARE_ELSEWHERE|non-IHP 9000000008
T05|Outcome: SPECIALTY LAKES [13.3.6
T06|Outcome: SPECIALTY_TIE
T07|Outcome: TIE_BREAK LAKES [13.3.7|Jun:MCO-BLUE
T08|Outcome: UNRESOLVED_TIE - not attributed [13.3.7|held by 2
T09|Outcome: TIE_BREAK NORTH [13.3.7
T10|Outcome: PRIMARY_CARE NORTH|window 2
T11|Outcome: ENROLLMENT|10 qualify, at most 5 in a row|[13.3.2
T12|Outcome: NO_VISIT|paid after the cut-off|not paid
T13|Outcome: PRIMARY_CARE NORTH|$14,000.00|$10,000.00|Sep:excluded
T14|Outcome: PRIMARY_CARE PRAIRIE|G0439
EXPLAIN
ihp explain deck.yaml T99
ok "explain of an unknown member" fails 3 "no member"
ok "explain of an unknown member: prints nothing" [ ! -s "$out" ]
ihp explain deck.yaml 'T 01'
ok "explain of what is no id" fails 2 "MEMBER_ID"

# The outcome explained is the outcome settled, for all members.
ihp settle deck.yaml --force --quiet --member-files
ok "settle with member files" succeeds
while IFS=, read -r member period reason window _; do
    [[ $period == performance ]] || continue
    ihp explain deck.yaml "$member"
    sed -n '/^Performance period/,$p' "$out" | grep 'Outcome:' >"$work/outcome" || true
    ok "explain $member: as settled" says "$work/outcome" "Outcome: $reason " "window $window"
done < <(tail -q -n +2 result/attributed/*.csv)

# ---- check --------------------------------------------------------------------------------------

ihp check state.h5 --program program
ok "check" succeeds
ok "check: sections" says "$out" "Members" "Claims" "Claim lines by status" "Claim lines by service class" \
    "Claim lines by payer" "Claim lines by year of service" "Amounts" "Providers" "2024-05-05" "2025-11-15" \
    "2023-07 to 2025-12" "without ACG" "treating NPIs without taxonomy" "3 partnerships" \
    "Services that categories.csv does not list" "Latest rosters against the claims" "9000000032" \
    "Rosters that overlap"
ok "check: counts of 1 to 10 are not shown" grep -Eq '^ +denied \(D\) +under 11$' "$out"
ok "check: greater counts are" grep -Eq '^ +professional +46$' "$out"
ok "check: and so is zero" grep -Eq '^ +lines of [$]0\.00 +0$' "$out"
ok "check: what would tell a small count is not shown" grep -Eq '^ +paid \(P\) +not shown$' "$out"
ok "check: no count of 1 to 10 anywhere" not grep -Eq '^ +(paid|denied|void|inpatient|long_term_care|mh_cd|other|outpatient|pharmacy|professional|FFS|MCO|20[0-9][0-9]|negative|lines).* ([1-9]|10)$' "$out"
cp "$out" "$work/whole"
ihp check state.h5
ok "check without a program" succeeds
ok "check without a program: the same of the store" diff "$out" <(sed '/^Program /,$d' "$work/whole" | sed '$ d')
sed -i '/^professional,043/d' program/categories.csv
ihp check state.h5 --program program
ok "check: services that are not listed" says "$out" "professional/043"
cp "$IHP_SOURCE/tests/cases/tiny/program/categories.csv" program/
ihp check nothing.h5
ok "check of no file" fails 3 "nothing.h5"
ihp check state.h5 --program nowhere
ok "check with no program" fails 3 "nowhere"

# ---- info ---------------------------------------------------------------------------------------

ihp info state.h5
ok "info of a store" succeeds
ok "info of a store: what it is" says "$out" "state.h5: store" "written by ihp $version" "content hash" \
    "members                          14" "claim lines                      78"
hash=$(sed -n 's/^ *content hash *//p' "$out")
for what in result result/manifest.json result/results.h5; do
    ihp info $what
    ok "info of $what" succeeds
    ok "info of $what: what it is" says "$out" ": result" "$hash" "$version" "lookback_months" "2026-12-31"
done
ihp info nothing.h5
ok "info of no file" fails 3 "nothing.h5"
ihp info deck.yaml
ok "info of a deck" fails 3 "deck.yaml"
ihp info extract
ok "info of a folder that is no result" fails 3 "extract" "manifest.json"
echo '{' >broken.json
ihp info broken.json
ok "info of a broken manifest" fails 3 "broken.json"

# ---- a terminal that is gone ----------------------------------------------------------------------

# What cannot be printed is not done.
if [[ -w /dev/full ]]; then
    for words in "--help" "--version" "info state.h5" "check state.h5" "explain deck.yaml T01" \
        "settle deck.yaml --force"; do
        # shellcheck disable=SC2086 # the words of a command line
        "$IHP_PROGRAM" $words >/dev/full 2>"$err" && code=0 || code=$?
        ok "ihp $words, output to a full disk: fails" [ "$code" = 1 ]
    done
fi
cd "$IHP_SOURCE"
finish
