#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the command line: help, version, wrong usage, --quiet, and the output of explain, check and info for
# the case `tiny`.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"

# ---- help and version ---------------------------------------------------------------------------

version=$(sed -n 's/.*IHP_VERSION "\(.*\)".*/\1/p' "$IHP_SOURCE/include/ihp/version.h")
mapfile -t commands < <(sed -n '/^#define IHP__COMMAND_LIST/,/^$/s/^ *X(\([a-z]*\)).*/\1/p' \
    "$IHP_SOURCE/src/cli/table.h")
ok "the help lists at least 14 commands" [ "${#commands[@]}" -ge 14 ]

for option in --version -V "settle --version" "settle -V" "status -V" "settle deck.yaml --version"; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp $option
    ok "$option" succeeds
    ok "$option: the version" [ "$(cat "$out")" = "ihp $version" ]
done

ihp --help
ok "--help" succeeds
cp "$out" "$work/overview"
for command in "${commands[@]}"; do
    ok "--help: lists $command" grep -q "^  $command  *[a-z]" "$out"
done
ok "--help: sections" says "$out" "Usage: ihp " "Commands:" "Examples:" "Exit codes:"
ok "--help: nothing on stderr" [ ! -s "$err" ]
for words in -h help; do
    ihp $words
    ok "$words: the overview" cmp "$out" "$work/overview"
done
ihp
ok "no command: exit code 2" [ "$code" = 2 ]
ok "no command: the overview, on stderr" cmp "$err" "$work/overview"

for command in "${commands[@]}"; do
    ihp "$command" --help
    ok "$command --help" succeeds
    ok "$command --help: usage" says "$out" "Usage: ihp $command "
    ok "$command --help: sections" says "$out" "Exit codes:" "  -h, --help " "  -V, --version "
    ok "$command --help: an example of the command" grep -q "^  .*ihp $command " "$out"
    ok "$command --help: fits a terminal of 80 columns" not grep -q '.\{81\}' "$out"
    cp "$out" "$work/help"
    ihp "$command" -h
    ok "$command -h: the same" cmp "$out" "$work/help"
    ihp help "$command"
    ok "help $command: the same" cmp "$out" "$work/help"
done

for command in settle merge; do
    ihp "$command" --help
    ok "$command --help: files of members" says "$out" "attributed/<ihp_id>.csv" "unattributed/members.csv"
done
ihp synth --help
ok "synth --help: --ihps counts IHPs" grep -q '^  *--ihps K  *number of IHPs' "$out"

# The files of a program folder, as docs/data.md lists them.
ihp check --help
sed -n '/^| file | | contents |$/,/^$/ s/^| `\([a-z0-9]*\.csv\)`.*/\1/p' "$IHP_SOURCE/docs/data.md" >"$work/files"
ok "docs/data.md lists program files" [ "$(wc -l <"$work/files")" -ge 14 ]
ok "check --help: the files of a program folder" diff "$work/files" \
    <(sed -n 's/^  \([a-z0-9]*\.csv\) .*/\1/p' "$out")

# ---- exit codes: one list, in the help, the documents, the job scripts and the header ------------

while IFS='|' read -r number text; do
    ok "--help: exit code $number" grep -qE "^  $number +$text\$" "$work/overview"
    ok "docs/data.md: exit code $number" grep -qE "^\| $number \| .*${text%%,*}" "$IHP_SOURCE/docs/data.md"
    [[ $number == 0 ]] ||
        ok "slurm/job.sh: exit code $number" grep -qxF "    [$number]=\"$text\"" "$IHP_SOURCE/slurm/job.sh"
done < <(sed -n '/^#define IHP_STATUS_LIST/,/[^\\]$/s/^ *X([A-Z_]*, \([0-9]*\), "\(.*\)").*/\1|\2/p' \
    "$IHP_SOURCE/include/ihp/error.h")
ok "slurm/job.sh has no other codes of ihp" [ "$(grep -c '^    \[[0-9]*\]="' "$IHP_SOURCE/slurm/job.sh")" = 4 ]
ok "docs/data.md has the same exit codes as the help" [ "$(sed -n '/^## Exit codes/,/^## /s/^| \([0-9]*\) |.*/\1/p' \
    "$IHP_SOURCE/docs/data.md" | tr '\n' ' ')" = "0 1 2 3 75 " ]

# ---- wrong usage --------------------------------------------------------------------------------

while IFS='|' read -r words wanted; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp $words
    ok "ihp $words" fails 2 "$wanted" "--help"
    ok "ihp $words: nothing on stdout" [ ! -s "$out" ]
done <<'USAGE'
settel deck.yaml|unknown command 'settel'; did you mean 'settle'?
settel --help|unknown command 'settel'; did you mean 'settle'?
frobnicate|unknown command 'frobnicate' (see
--bogus|unknown option '--bogus' (see
--hlep|unknown option '--hlep'; did you mean '--help'?
help settel|unknown COMMAND 'settel'; did you mean 'settle'?
help import settle|expected at most one COMMAND
import|required option is missing: -o STORE
import -o state.h5|expected EXTRACT_DIR, or a layout that names its files (--layout FILE)
import extract|required option is missing: -o STORE
import extract other -o state.h5|expected at most one EXTRACT_DIR
import extract -o|option --output requires a value, STORE
import extract --output|option --output requires a value, STORE
import extract -o state.h5 --bogus|unknown option '--bogus' (see
import extract -o state.h5 --comprss|unknown option '--comprss'; did you mean '--compress'?
import extract -o state.h5 --compress=yes|option --compress does not take a value
import extract -o state.h5 -x|unknown option '-x'
import extract -o state.h5 --memory 1M|--memory: '1M' is not valid; use a size such as 512M or 2G, at least 64M
import extract -o state.h5 --memory lots|--memory: 'lots' is not valid
settle|expected exactly one DECK
settle a.yaml b.yaml|expected exactly one DECK
settle a.yaml --bogus|unknown option '--bogus'
settle a.yaml --f|option '--f' can mean --force or --fresh; write it in full
settle a.yaml --batch-lines|option --batch-lines requires a value, N
settle a.yaml --batch-lines 0|--batch-lines: '0' is not valid; use a whole number from 1 to 16777216
settle a.yaml --batch-lines 16777217|--batch-lines: '16777217' is not valid
settle a.yaml --batch-lines many|--batch-lines: 'many' is not valid
merge -o sweep|expected at least one BLOCK
power|expected exactly one DECK
power a.yaml b.yaml|expected exactly one DECK
power a.yaml --bogus|unknown option '--bogus'
power a.yaml --draws many|--draws: 'many' is not valid
explain|expected exactly one DECK and at most one MEMBER_ID
explain deck.yaml|expected either a MEMBER_ID or --ihp IHP_ID
explain deck.yaml T01 T02|expected exactly one DECK and at most one MEMBER_ID
explain deck.yaml T01 --ihp NORTH|expected either a MEMBER_ID or --ihp IHP_ID
explain deck.yaml T01 --set trend=0.1|--set requires --ihp
explain deck.yaml T01 --format csv|--format requires --ihp
check|expected exactly one STORE
check a.h5 b.h5|expected exactly one STORE
check a.h5 --bogus|unknown option '--bogus'
check a.h5 --program|option --program requires a value, DIR
info|expected exactly one FILE
info a b|expected exactly one FILE
status|expected exactly one RESULT
synth|required options are missing: -o STORE, --members N, --seed S
synth extra -o state.h5 --members 5 --seed 1|expected no arguments besides options
synth -o state.h5 --members 0 --seed 1|--members: '0' is not valid; use a whole number from 1 to 4000000000
synth -o state.h5 --members 5 --seed -1|--seed: '-1' is not valid
synth -o state.h5 --members 5 --seed 1 --effect 0.6|--effect: '0.6' is not valid; use a number from 0 to 0.5
USAGE
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" settle a.yaml --batch-lines 0
ok "wrong usage on two ranks: one error" fails 2 "--batch-lines: '0' is not valid"
run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle a.yaml : -n 1 "$IHP_PROGRAM" info a.h5
ok "ranks with different commands: one error" fails 2 "different commands, settle and info"

# ---- import and settle, as a user runs them -----------------------------------------------------

cd "$case"
ihp import extract/ -o state.h5
ok "import" succeeds
ok "import: counts" says "$out" "state.h5: 14 members, 78 claim lines, 17 enrollment spans, 28 morbidity rows" \
    "10 providers"
ok "import: no progress line without a terminal" not grep -qE 'left|[0-9]%' "$err"
ihp import extract/ -o state.h5 --force
ok "import a second time" succeeds
ihp settle deck.yaml
ok "settle" succeeds
ok "settle: the table" says "$out" "NORTH " "savings" '$540.11' "LAKES " "losses" '-$142.18' "PRAIRIE " \
    "no_settlement"
ok "settle: no member files unless asked" [ ! -e result/attributed ]
for option in --quiet -q; do
    ihp settle deck.yaml --force $option
    ok "settle $option" succeeds
    ok "settle $option: prints nothing" [ ! -s "$out" ]
    ihp import extract/ -o state.h5 --force $option
    ok "import $option" succeeds
    ok "import $option: prints nothing" [ ! -s "$out" ]
    ok "import $option: shows no progress" not grep -q progress "$err"
    mkdir -p synthetic
    ihp synth -o synthetic/state.h5 --force --members 50 --seed 3 --ihps 2 $option
    ok "synth $option" succeeds
    ok "synth $option: prints nothing" [ ! -s "$out" ]
    ok "synth $option: shows no progress" not grep -q progress "$err"
done
while read -r words; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp $words -q
    ok "ihp $words -q" succeeds
    ok "ihp $words -q: prints nothing" [ ! -s "$out" ]
done <<'QUIET'
settle synthetic/deck.yaml
quality synthetic/deck.yaml
package synthetic/deck.yaml
pay synthetic/deck.yaml --quarter 2025Q2
reconcile synthetic/deck.yaml --year 2025
power synthetic/deck.yaml --sizes 50 --draws 5
QUIET
cp deck.yaml "$work/elsewhere.yaml"
sed -i -E 's#: (program|state.h5|result)$#: tiny/\1#; s#tiny/result#made/by/settle#' "$work/elsewhere.yaml"
ihp settle ../elsewhere.yaml --quiet
ok "settle: paths are relative to the deck, and folders are made" [ -s "$work/made/by/settle/manifest.json" ]

# ---- explain ------------------------------------------------------------------------------------

# Each line: a member, and texts of its explanation, separated by bars. The case's README gives the reasons.
while IFS='|' read -ra texts; do
    member=${texts[0]}
    ihp explain deck.yaml "$member"
    ok "explain $member" succeeds
    ok "explain $member: the texts" says "$out" "PROTECTED HEALTH INFORMATION" "Member $member in a final settlement under" \
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
ok "explain of an invalid id" fails 2 "MEMBER_ID"

# Lines that reversals take away, and the reversals.
copy_case "$IHP_SOURCE/tests/cases/reversals" reversals
ihp import reversals/extract -o reversals/state.h5
while IFS='|' read -ra texts; do
    member=${texts[0]}
    ihp explain reversals/deck.yaml "$member"
    ok "explain $member: reversals" says "$out" "${texts[@]:1}"
done <<'REVERSALS'
R01|Outcome: TIE_BREAK LAKES|reversed [13.3.5.1]|reversal [13.3.5.1]|E&M, PCP
R02|Outcome: NO_VISIT|reversed [13.3.5.1]|reversal [13.3.5.1]
R04|Outcome: PRIMARY_CARE NORTH|paid after the cut-off
R06|Outcome: PRIMARY_CARE NORTH|reversal [13.3.5.1]
R18|Outcome: TIE_BREAK LAKES|non-IHP 9000000019|non-IHP 9000000092
REVERSALS
sed -i 's/^policies: .*/policies: {reversals: count}/' reversals/deck.yaml
ihp explain reversals/deck.yaml R01
ok "explain R01: every line counts" says "$out" "Outcome: PRIMARY_CARE NORTH"
ok "explain R01: nothing is reversed" not grep -qE 'reversed \[|reversal \[' "$out"

# The explanation has the outcome of the settlement for every member.
ihp settle deck.yaml --force --quiet --member-files
ok "settle with member files" succeeds
while IFS=, read -r member period reason window _; do
    [[ $period == performance ]] || continue
    ihp explain deck.yaml "$member"
    sed -n '/^Performance period/,$p' "$out" | grep 'Outcome:' >"$work/outcome" || true
    ok "explain $member: same outcome as the settlement" says "$work/outcome" "Outcome: $reason " "window $window"
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
ok "check: larger counts are shown" grep -Eq '^ +professional +46$' "$out"
ok "check: zero is shown" grep -Eq '^ +lines of [$]0\.00 +0$' "$out"
ok "check: a count that would reveal a small one is not shown" grep -Eq '^ +paid \(P\) +not shown$' "$out"
ok "check: no count of 1 to 10 anywhere" not grep -Eq '^ +(paid|denied|void|inpatient|long_term_care|mh_cd|other|outpatient|pharmacy|professional|FFS|MCO|20[0-9][0-9]|negative|lines).* ([1-9]|10)$' "$out"
cp "$out" "$work/whole"
ihp check state.h5
ok "check without a program" succeeds
ok "check without a program: same text about the store" diff <(sed '/^Flags$/,$d' "$out") \
    <(sed '/^Program /,$d' "$work/whole")
sed -i '/^professional,043/d' program/categories.csv
ihp check state.h5 --program program
ok "check: services that are not listed" says "$out" "professional/043"
cp "$IHP_SOURCE/tests/cases/tiny/program/categories.csv" program/
ihp check nothing.h5
ok "check of a missing file" fails 3 "nothing.h5"
ihp check state.h5 --program nowhere
ok "check with a missing program folder" fails 3 "nowhere"

# ---- info ---------------------------------------------------------------------------------------

ihp info state.h5
ok "info of a store" succeeds
ok "info of a store: the texts" says "$out" "state.h5: store" "written by ihp $version" "content hash" \
    "members                          14" "claim lines                      78"
hash=$(sed -n 's/^ *content hash *//p' "$out")
for what in result result/manifest.json result/results.h5; do
    ihp info $what
    ok "info of $what" succeeds
    ok "info of $what: the texts" says "$out" ": result" "$hash" "$version" "lookback_months" "2026-12-31"
done
ihp info nothing.h5
ok "info of a missing file" fails 3 "nothing.h5"
ihp info deck.yaml
ok "info of a deck" fails 3 "deck.yaml"
ihp info extract
ok "info of a folder that is not a result" fails 3 "extract" "manifest.json"
echo '{' >broken.json
ihp info broken.json
ok "info of a broken manifest" fails 3 "broken.json"

# ---- standard output that cannot be written -------------------------------------------------------

if [[ -w /dev/full ]]; then
    for words in "--help" "--version" "info state.h5" "check state.h5" "explain deck.yaml T01" \
        "settle deck.yaml --force"; do
        # shellcheck disable=SC2086 # the words of a command line
        "$IHP_PROGRAM" $words >/dev/full 2>"$err" && code=0 || code=$?
        ok "ihp $words, output to a full disk: fails with the system's words" \
            fails 1 " cannot be written" "(No space left on device)"
    done
fi
cd "$IHP_SOURCE"
finish
