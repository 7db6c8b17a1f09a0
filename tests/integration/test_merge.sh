#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests sweeps in blocks. Merging gives the bytes of the undivided run, with any number of blocks and of ranks for
# each, and in any order of the blocks; the manifest differs only in `run`. A block's files name it as a block.
# Blocks that are missing, given twice, from other runs, damaged or hostile are refused by name, and nothing
# that looks finished is left.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

parts=$work/parts

# Settles $deck in a number of blocks, on 1, 2 and 3 ranks in turn, into $parts/K, and puts the blocks into
# $given in a different order.
settle_parts() {
    local blocks=$1 block
    shift
    rm -rf "$parts"
    given=()
    for ((block = 1; block <= blocks; block++)); do
        settle $((block % 3 + 1)) "$deck" --block "$block/$blocks" -o "$parts/$block" --quiet "$@"
        ok "block $block of $blocks: settle" succeeds
        if ((block % 2)); then
            given=("$parts/$block" "${given[@]}")
        else
            given+=("$parts/$block")
        fi
    done
}

# Merges the blocks and compares the result with the undivided run.
merges_as() {
    local text=$1 whole=$2
    shift 2
    rm -rf "$work/merged"
    : >"$work/merged.status.json" # status of an earlier run
    ihp merge "${given[@]}" -o "$work/merged"
    ok "$text: merge" succeeds
    ok "$text: removes the status of an earlier run" [ ! -e "$work/merged.status.json" ]
    ok "$text: prints the path of the result" says "$out" "Results: $work/merged"
    ok "$text: same bytes as the undivided run" same_results "$whole" "$work/merged"
    ok "$text: no unfinished files" nothing_left "$work"
}

# ---- the same bytes ------------------------------------------------------------------------------

# Settles a case with a different sweep, undivided and in blocks.
try_case() {
    local name=$1 blocks=$2 sweep=$3 text
    case=$work/$name
    [[ -d $case ]] || copy_case "$IHP_SOURCE/tests/cases/$name" "$case"
    [[ -e $case/state.h5 ]] || ihp import "$case/extract" -o "$case/state.h5"
    deck=$case/deck.yaml
    if [[ -n $sweep ]]; then
        deck=$case/other.yaml
        { sed '/^sweep:/,$ d' "$case/deck.yaml" && printf '%b\n' "$sweep"; } >"$deck"
    fi
    rm -rf "$work/whole"
    ihp settle "$deck" -o "$work/whole" --quiet --member-files
    ok "$name: settle" succeeds
    for count in $blocks; do
        text="$name ($sweep) in $count"
        settle_parts "$count" --member-files
        merges_as "$text" "$work/whole"
    done
    ok "$name: member files" mode_is 600 "$(find "$work/merged/attributed" -name '*.csv' | head -1)"
    ok "$name: folder of the member files" mode_is 700 "$work/merged/attributed"
}

try_case sweep '1 2 3 7' ''
try_case interim '1 2 3' ''
try_case quarterly '3' ''
try_case sweep '1 2 3 7' 'sweep: {design: readings}'
# 2 x 2 x 2, with a quarter without rosters, which every block's notices name; one scenario a block.
try_case sweep '3 8' 'sweep:\n  design: grid\n  vary: {roster_quarter: [2019Q1, 2025Q2], claims_cap: [2000, 0], count_unit: [line, visit]}'
ok "grid: notices of rosters" says "$work/merged/manifest.json" "no roster in force in 2019Q1"
bootstrap='bootstrap: {replicates: 40, seed: 9, levels: [0.8, 0.95]}\nbootstrap_scenarios: true\n'
try_case sweep '1 2 3 7' "${bootstrap}sweep: {design: readings}"
ok "readings with a bootstrap: all tables" [ "$(find "$work/merged" -maxdepth 1 -name '*.csv' |
    wc -l)" = "$(find "$work/whole" -maxdepth 1 -name '*.csv' | wc -l)" ]
# A case with quality, in which some IHPs are too small for intervals.
try_case money '2' "${bootstrap}sweep: {design: one_at_a_time, vary: {threshold: [0, 0.01, 0.03], count_unit: [visit]}}"
ok "money: quality" [ -s "$work/merged/quality_scores.csv" ]

# A final that names an interim has the bridge in every block.
case=$work/interim
"$IHP_PYTHON" - "$case/program/ihps.csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline='')))
for row in rows[1:]:
    row[rows[0].index('interim_paid')] = ''
csv.writer(open(sys.argv[1], 'w', newline='')).writerows(rows)
PY
sed -e '/^sweep:/,$ d' -e 's/^output:.*/output: other/' "$case/deck.yaml" >"$case/first.yaml"
ihp settle "$case/first.yaml" --quiet
ok "bridge: the interim" succeeds
{
    sed -e 's/^settlement:.*/settlement: final/' -e 's/2026-03-31/2026-12-31/' "$case/first.yaml"
    echo 'interim: other'
    echo 'sweep: {design: one_at_a_time, vary: {trend: [0.01, 0.02, 0.03], lookback_months: [0]}}'
} >"$case/final.yaml"
deck=$case/final.yaml
rm -rf "$work/whole"
settle 2 "$deck" -o "$work/whole" --quiet
ok "bridge: settle" succeeds
ok "bridge: the table is there" [ -s "$work/whole/bridge.csv" ]
settle_parts 3
merges_as bridge "$work/whole"

# More caps than one plan may have: the undivided run takes several passes, and blocks take other numbers.
case=$work/sweep
deck=$case/many.yaml
{
    sed '/^sweep:/,$ d' "$case/deck.yaml"
    "$IHP_PYTHON" -c '
import datetime
day = datetime.date(2024, 1, 1)
print("sweep: {design: one_at_a_time, vary: {base_paid_through: [%s], claims_cap: [%s]}}" % (
    ", ".join((day + datetime.timedelta(7 * i)).isoformat() for i in range(120)),
    ", ".join("%d.%02d" % (100 + 3 * i, i % 100) for i in range(3000))))'
} >"$deck"
rm -rf "$work/whole"
ihp settle "$deck" -o "$work/whole" --quiet
ok "several passes: settle" succeeds
settle_parts 2
merges_as "several passes" "$work/whole"

# ---- the output of one block ---------------------------------------------------------------------

deck=$case/deck.yaml
settle_parts 7 --member-files
rm -rf "$work/whole"
ihp settle "$deck" -o "$work/whole" --quiet
ok "-o: replaces the deck's output" [ -e "$work/whole/manifest.json" ]
ok "-o: the deck's output is not made" [ ! -e "$case/result" ]
ihp info "$parts/3"
ok "info of a block" says "$out" "block 3 of 7, scenarios 7 to 9 of 22" '"scenarios": 22'
ihp info "$parts/3/results.h5"
ok "info of a block's results.h5" says "$out" part.block part.scenarios
ok "a block: its scenarios" [ "$(cut -d, -f1 "$parts/3/scenarios.csv" | tail -n +2 |
    uniq | paste -sd' ')" = '7 8 9' ]
ok "a block: the deck's own tables" cmp "$work/whole/settlement.csv" "$parts/3/settlement.csv"
ihp settle "$deck" --block 3/7 -o "$parts/x"
ok "a block: its report names the block" says "$out" "Block 3 of 7 of the sweep: scenarios 7 to 9 of 22"
rm -r "$parts/x"
# Block 1 changes only money. Block 6 (scenarios 16 to 18) changes a corridor share and a cut-off of each period,
# in addition to those of the deck's two readings.
ihp settle "$deck" --block 1/7 --dry-run
ok "estimate of a block" says "$out" "1 of 7"
ok "estimate of a block: its scenarios" [ "$(awk '/^scenarios/ { print $NF }' "$out")" = 3 ]
ok "estimate of a block: its readings" [ "$(awk '/^readings of/ { print $NF }' "$out")" = 2 ]
settle 2 "$deck" --block 6/7 --dry-run
ok "estimate of another block" [ "$(awk '/^readings of/ { print $NF }' "$out")" = 4 ]

# ---- blocks that are refused ---------------------------------------------------------------------

for block in 0/3 4/3 3 3/ /3 1/10001 -1/3 1/3/5 a/b 1.0/3 '1 /3' 1/0 123456789/3; do
    ihp settle "$deck" --block "$block" -o "$work/none"
    ok "--block $block" fails 2 "--block: '$block' is not valid; use K/N"
done
ihp settle "$deck" --block 1/23 -o "$work/none"
ok "more blocks than scenarios" fails 2 "1/23 is not allowed; expected K/N with K from 1 to N and N at most 22 (" \
    "has 22 scenarios)"
ihp settle "$work/interim/first.yaml" --block 1/2 -o "$work/none"
ok "a deck without a sweep" fails 2 "first.yaml: sweep: is missing"
ihp settle "$work/interim/first.yaml" --block 1/2 -o "$work/none" --dry-run
ok "a deck without a sweep, estimate" fails 2 "first.yaml: sweep: is missing"
ihp settle "$deck" --block 1/2
ok "a block without a folder" fails 2 "--block requires -o FOLDER"
ihp settle "$deck" -o ''
ok "no output" fails 2 "--output"
ihp settle "$deck" --block 1/7 -o "$parts/1"
ok "a finished block is not replaced" fails 2 "$parts/1" "finished run"
ok "blocks that are refused: nothing is left" [ ! -e "$work/none" ]

# ---- merges that are refused ---------------------------------------------------------------------

given=("$parts"/[1-7])
refused() { # TEXT CODE SAYS...
    local text=$1 wanted=$2
    shift 2
    ihp merge "${given[@]}" -o "$work/none"
    ok "$text" fails "$wanted" "$@"
    ok "$text: nothing is left" [ ! -e "$work/none" ]
}

ihp merge -o "$work/none"
ok "no block" fails 2 "expected at least one BLOCK"
ihp merge "${given[@]}"
ok "no output" fails 2 "-o FOLDER"
ihp merge "${given[@]}" -o "$parts/2" --force
ok "output is a block" fails 2 "$parts/2" "is a block"
ihp merge "${given[@]}" -o "$case/program" --force
ok "output is the program folder" fails 2 "program folder"
ihp merge "${given[@]}" -o "$work/whole"
ok "output is a finished run" fails 2 "$work/whole" "--force"
ihp merge "${given[@]}" -o "$work/whole" --force --quiet
ok "output is a finished run, with --force" succeeds
ok "--quiet: prints nothing" [ ! -s "$out" ]
run "$IHP_MPIRUN" -n 3 "$IHP_PROGRAM" merge "${given[@]}" -o "$work/ranks"
ok "on three ranks" succeeds
ok "on three ranks: same results" same_results "$work/whole" "$work/ranks"

given=("$parts"/[12456])
refused "two missing" 3 "blocks 3, 7 of 7 are missing" "--block 3/7"
given=("$parts"/[1267])
refused "three missing" 3 "blocks 3 to 5 of 7 are missing" "--block 3/7"
given=("$parts"/[1-6])
refused "the last block is missing" 3 "block 7 of 7 is missing" "--block 7/7"
cp -r "$parts/2" "$parts/again"
given=("$parts"/[1-7] "$parts/again")
refused "one twice" 3 "$parts/again: has block 2 of 7" "$parts/2"
given=("$parts"/[1-7] "$work/whole")
refused "a whole run" 3 "$work/whole" "part: is missing"
given=("$parts"/[1-6] "$case/extract")
refused "no result" 3 "$case/extract" "not a finished block"
given=("$parts"/[1-6] "$work/nowhere")
refused "no folder" 3 "$work/nowhere" "not a finished block"
ihp settle "$deck" --block 7/8 -o "$work/eighth" --quiet
given=("$parts"/[1-6] "$work/eighth")
refused "another division" 3 "$work/eighth: is a block of 8"

# A block with other terms, of another sweep, of another program and of another store.
other() { # TEXT SAYS; the deck is $work/deck.yaml
    rm -rf "$work/other"
    ihp settle "$1" --block 7/7 -o "$work/other" --quiet
    ok "$2: settle" succeeds
    given=("$parts"/[1-6] "$work/other")
    refused "$2" 3 "$work/other/manifest.json: $3" "different runs"
}
sed 's/^threshold: .*/threshold: 0.03/' "$deck" >"$case/other.yaml"
other "$case/other.yaml" "another threshold" deck.threshold
sed 's/claims_cap: \[2000/claims_cap: [2001/' "$deck" >"$case/other.yaml"
other "$case/other.yaml" "another sweep" deck.sweep.hash
cp -r "$case" "$work/copy"
printf '\n' >>"$work/copy/program/trend.csv"
other "$work/copy/deck.yaml" "another program" program.hash
cp "$case/program/trend.csv" "$work/copy/program/trend.csv"
head -n -1 "$case/extract/claims.csv" >"$work/copy/extract/claims.csv"
ihp import "$work/copy/extract" -o "$work/copy/state.h5" --force
other "$work/copy/deck.yaml" "another store" store.

# Damages files of one block: the expression gets the text of the file as `t`.
cp -r "$parts" "$work/good"
damage() { # FILE CODE-OF-PYTHON SAYS...
    local file=$1 change=$2
    shift 2
    rm -rf "$parts/3"
    cp -r "$work/good/3" "$parts/3"
    "$IHP_PYTHON" - "$parts/3/$file" "$change" <<'PY'
import json, sys
path, change = sys.argv[1:]
t = open(path).read()
m = json.loads(t) if path.endswith('.json') else None
scope = {'t': t, 'm': m, 'l': t.splitlines(True), 'json': json}
exec(change, scope)
t = scope['t'] if scope['t'] != t else json.dumps(scope['m'])
open(path, 'wb').write(t if isinstance(t, bytes) else t.encode())
PY
    given=("$parts"/[1-7])
    refused "$file: $change" 3 "$parts/3/$file" "$@"
    given=("$parts"/[3] "$parts"/[124567])
    refused "$file first: $change" 3 "3/$file"
}
damage manifest.json 't = ""' 'is not a valid manifest'
damage manifest.json 't = t[:200]' 'is not a valid manifest'
damage manifest.json 't = bytes(range(256)) * 9' 'is not a valid manifest'
damage manifest.json 't = "[" * 100000' 'is not a valid manifest'
damage manifest.json 't = "[1]"' 'is not a valid manifest'
damage manifest.json 't = " " * (17 << 20)' 'bytes'
damage manifest.json 'm["part"]["first"] = 8' 'part: '
damage manifest.json 'm["part"]["block"] = 10**30' 'is not a valid manifest'
damage manifest.json 'm["part"]["scenarios"] = "22"' 'part: '
damage manifest.json 'm["part"]["more"] = 1' 'part: '
damage manifest.json 'm["part"] = []' 'part: '
damage manifest.json 'm["deck"]["sweep.scenarios"] = 23' 'deck.sweep.scenarios'
damage manifest.json 'm["deck"] = 3' 'deck: '
damage manifest.json 'm["deck"]["a\nb"] = "x"' 'deck: '
damage manifest.json 'm["notices"] = [[]]' 'notices: '
damage manifest.json 'm["run"]["x"] = json.loads("[" * 50 + "]" * 50)' 'run: '
damage manifest.json 'm["program_version"] = "0"' 'program_version: '
damage manifest.json 'm["format"] = "ihp-job"' 'format: '
damage manifest.json 'm["program"]["partnerships"] = -1' 'program.partnerships'
damage manifest.json 'm["more"] = 1' 'entries: '
damage scenario_terms.csv 't = "".join(l[:-1])' 'rows where the block has'
damage scenario_terms.csv 't = t + l[-1]' 'is one row too many'
damage scenario_terms.csv 't = t.replace("\n7,", "\n8,", 1)' 'row 1: scenario: does not follow'
damage scenario_terms.csv 't = t.replace(l[1], "7,trend,0.01\n")' 'row 1: key: does not follow'
damage scenario_terms.csv 't = t.replace(l[1], l[1].strip() + "1\n")' 'row 1: value: does not follow'
damage scenarios.csv 't = ""' 'other columns'
damage scenarios.csv 't = bytes(range(256)) * 99' 'other columns'
damage scenarios.csv 't = t.replace("key,value", "value,key", 1)' 'other columns'
damage scenarios.csv 't = "".join(l[:-1])' 'has 11 rows where the block has 12'
damage scenarios.csv 't = t + l[-1]' 'is one row too many'
damage scenarios.csv 't = t * 2' 'scenario'
damage scenarios.csv 't = t[:-20]' 'scenarios.csv'
damage scenarios.csv 't = "".join([l[0]] + l[5:] + l[1:5])' 'scenario: does not fit the block'
damage scenarios.csv 't = "".join([l[0], l[2], l[1]] + l[3:])' 'ihp_id: does not fit the block'
damage scenarios.csv 't = t.replace("\n7,", "\n07,", 1)' 'scenario: '
damage scenarios.csv 't = "".join([l[0], l[1].rsplit(",", 1)[0] + ",nan\n"] + l[2:])' change_in_amount
damage scenarios.csv 't = "".join([l[0], l[1].rsplit(",", 1)[0] + ",1e9\n"] + l[2:])' change_in_amount
damage scenarios.csv 't = "".join([l[0], l[1].rsplit(",", 1)[0] + ",5\n"] + l[2:])' change_in_amount
damage scenarios.csv 'f = l[1].split(","); f[9] = "inf"; t = "".join([l[0], ",".join(f)] + l[2:])' base_risk
damage scenarios.csv 'f = l[1].split(","); f[9] = "0x1"; t = "".join([l[0], ",".join(f)] + l[2:])' base_risk
damage scenarios.csv 'f = l[1].split(","); f[2] = "x" * 5000; t = "".join([l[0], ",".join(f)] + l[2:])' value
damage scenarios.csv 'f = l[2].split(","); f[2] = "other"; t = "".join(l[:2] + [",".join(f)] + l[3:])' value
damage settlement.csv 't = t.replace(",", ",1", 1)' settlement.csv
rm "$parts/3/settlement.csv"
given=("$parts"/[1-7])
refused "settlement.csv is missing" 3 "$parts/3/settlement.csv" "is missing"
mkfifo "$parts/3/settlement.csv"
refused "settlement.csv is a pipe" 3 "$parts/3/settlement.csv"
damage risk_weights.csv 't = "".join(l[:-1])' 'risk_weights.csv'  "$parts"
printf 'ihp_id,step,amount\n' >"$parts/5/bridge.csv"
rm -rf "$parts/3"
cp -r "$work/good/3" "$parts/3"
given=("$parts"/[1-7])
refused "a table that only one block has" 3 "$parts/5/bridge.csv" "different runs"
rm "$parts/5/bridge.csv"

# Member files: those of the first block that has them, and all of them.
rm -r "$parts"/[1-4]/attributed
refused "member files that are missing" 3 "$parts/1/attributed/" "is missing, although manifest.json lists it"
unlist "$parts"/[1-4]/manifest.json
rm -rf "$work/merged"
ihp merge "${given[@]}" -o "$work/merged"
ok "blocks without a list of files: a notice for each" [ "$(grep -c 'has no list of files' "$err")" = 4 ]
ok "member files of a later block" diff -r "$parts/5/attributed" "$work/merged/attributed"
rm "$(find "$parts/5/attributed" -name '*.csv' | sort | head -n 1)"
refused "a member file is missing" 3 "$parts/5/attributed/"
rm -r "$parts"/[1-5] && cp -r "$work/good/"[1-5] "$parts/"

# Files that no other check would find to be changed: a member file, results.h5, the manifest itself.
for file in attributed/IHP01.csv results.h5 timings.h5; do
    "$IHP_PYTHON" -c '
import sys
with open(sys.argv[1], "r+b") as file:
    byte = file.seek(100) and file.read(1)
    file.seek(100)
    file.write(bytes([byte[0] ^ 1]))' "$parts/4/$file"
    refused "a bit of $file" 3 "$parts/4/$file: has changed since manifest.json was written"
    cp "$work/good/4/$file" "$parts/4/$file"
done
: >"$parts/2/bridge_members.csv"
refused "a table that the run did not write" 3 "$parts/2/bridge_members.csv"
rm "$parts/2/bridge_members.csv"
: >"$parts/2/attributed/OTHER.csv"
refused "a member file that the run did not write" 3 "$parts/2/attributed/OTHER.csv: is not in the list of manifest.json"
rm "$parts/2/attributed/OTHER.csv"
sed -i 's/^  "hash": "[0-9a-f]/  "hash": "x/' "$parts/6/manifest.json"
refused "the hash of the manifest" 3 "$parts/6/manifest.json: hash: is not as ihp wrote it"
rm -r "$parts/6" && cp -r "$work/good/6" "$parts/6"

# Damages readings.csv, readings_total.csv and scenario_bootstrap.csv of a block.
deck=$case/other.yaml
{ sed '/^sweep:/,$ d' "$case/deck.yaml" && printf '%bsweep: {design: readings}\n' "$bootstrap"; } >"$deck"
settle_parts 3
rm -rf "$work/good"
cp -r "$parts" "$work/good"
damage_of_three() {
    local file=$1 change=$2
    shift 2
    rm -rf "$parts/3"
    cp -r "$work/good/3" "$parts/3"
    "$IHP_PYTHON" - "$parts/3/$file" "$change" <<'PY'
import sys
path, change = sys.argv[1:]
t = open(path).read()
scope = {'t': t, 'l': t.splitlines(True)}
exec(change, scope)
open(path, 'w').write(scope['t'])
PY
    given=("$parts"/[123])
    refused "$file: $change" 3 "$parts/3/$file" "$@"
}
damage_of_three readings.csv 't = "".join(l[:-1])' rows
damage_of_three readings.csv 't = "".join([l[0]] + l[5:9] + l[1:5] + l[9:])' 'row 1: '
damage_of_three readings.csv 't = "".join(l[:2] + [l[3], l[2]] + l[4:])' 'row 2: ihp_id'
damage_of_three readings.csv 'f = l[1].split(","); f[8] = "0.01"; t = "".join([l[0], ",".join(f)] + l[2:])' change_in_amount
damage_of_three readings.csv 'f = l[1].split(","); f[9] = "99999999999999.99\n"; t = "".join([l[0], ",".join(f)] + l[2:])' dollars_moved
damage_of_three readings_total.csv 't = "".join(l[:-1])' rows
damage_of_three readings_total.csv 't = "".join([l[0], l[2], l[1]] + l[3:])' 'row 1: '
damage_of_three readings_total.csv 'f = l[1].split(","); f[3] = "99"; t = "".join([l[0], ",".join(f)] + l[2:])' members_gained
damage_of_three readings_total.csv 'f = l[1].split(","); f[7] = "0.01"; t = "".join([l[0], ",".join(f)] + l[2:])' change_in_amount
damage_of_three readings_total.csv 'f = l[1].split(","); f[8] = "99999999999999.99\n"; t = "".join([l[0], ",".join(f)] + l[2:])' dollars_moved
rm "$parts/3/readings_total.csv"
refused "readings_total.csv is missing" 3 "$parts/3/readings_total.csv"
damage_of_three scenario_bootstrap.csv 't = "".join(l[:-1])' 'scenario_bootstrap.csv'
damage_of_three scenario_bootstrap.csv 't = t + l[-1]' 'scenario_bootstrap.csv'
damage_of_three scenario_bootstrap.csv 't = "".join([l[0]] + l[2:])' 'does not fit the block'
damage_of_three scenario_bootstrap.csv 't = t.replace(",too_small,", ",bca,", 1)' 'method: '
damage_of_three scenario_bootstrap.csv 't = t.replace(",ratio,", ",ratios,", 1)' 'statistic'
rm "$parts/3/scenario_bootstrap.csv"
refused "scenario_bootstrap.csv is missing" 3 "$parts/3/scenario_bootstrap.csv"
rm -rf "$parts/3" && cp -r "$work/good/3" "$parts/3"

# Some IHPs are large enough for intervals and some are not.
mkdir "$work/synth"
ihp synth -o "$work/synth/state.h5" --members 2000 --seed 1
ok "synth" succeeds
deck=$work/synth/deck.yaml
printf '%bsweep: {design: one_at_a_time, vary: {trend: [0.01, 0.02], count_unit: [visit]}}\n' \
    "$bootstrap" >>"$deck"
rm -rf "$work/whole"
ihp settle "$deck" -o "$work/whole" --quiet
ok "intervals: settle" succeeds
ok "intervals: large ones" grep -q ',percentile,' "$work/whole/scenario_bootstrap.csv"
ok "intervals: small ones" grep -q ',too_small,' "$work/whole/scenario_bootstrap.csv"
settle_parts 3
merges_as intervals "$work/whole"
rm -rf "$work/good"
cp -r "$parts" "$work/good"
damage_of_three scenario_bootstrap.csv 't = t.replace(",percentile,", ",bca,", 1)' 'method: '
damage_of_three scenario_bootstrap.csv 't = t.replace(",bca,", ",too_small,", 1)' 'method: '
rm -rf "$parts/3" && cp -r "$work/good/3" "$parts/3"

# ---- an output that cannot be written ------------------------------------------------------------

echo text >"$work/file"
ihp merge "${given[@]}" -o "$work/file"
ok "output is a file" fails 2 "$work/file" "is not a folder"
ihp merge "${given[@]}" -o "$work/file/below"
ok "output below a file" fails 1 "$work/file"
mkdir -p "$work/taken/results.h5/x"
ihp merge "${given[@]}" -o "$work/taken"
ok "a folder in place of results.h5" fails 1 "results.h5"
ok "a folder in place of results.h5: nothing looks finished" [ ! -e "$work/taken/manifest.json" ]
ok "a folder in place of results.h5: no tables" [ "$(ls "$work/taken")" = results.h5 ]
if [[ -w /dev/full ]]; then
    mkdir "$work/full"
    run bash -c 'ulimit -f 1; trap "" XFSZ; exec "$@"' - "$IHP_PROGRAM" merge "${given[@]}" -o "$work/full"
    ok "a full disk" fails 1 "$work/full"
    ok "a full disk: nothing is left" [ -z "$(ls "$work/full")" ]
fi
finish
