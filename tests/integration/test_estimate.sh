#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests `ihp settle --estimate`, which gives the resources that a batch job should request. Counts equal those
# calculated by hand. Real runs stay below the estimated memory, but not far below. The time depends on ranks,
# rate, passes and replicates. An estimate makes and changes nothing.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# estimate DECK OPTION... runs an estimate; value NAME prints a value of the last one.
estimate() {
    ihp settle "$@" --estimate
    cp "$out" "$work/estimate"
}
value() {
    awk -v name="$1" '$1 == name { print $2 }' "$work/estimate"
}
has() {
    [[ $(value "$1") == "$2" ]] || { echo "        $1 is $(value "$1") instead of $2"; return 1; }
}
# counts TEXT NAME NUMBER... checks values of the last estimate.
counts() {
    local text=$1
    shift
    ok "$text" succeeds
    while (($# > 0)); do
        ok "$text: $1" has "$1" "$2"
        shift 2
    done
}

# ---- counts --------------------------------------------------------------------------------------

# The sample has 3,258 lines of 223 members. 1,070 of the lines have a procedure of the contract's lists:
# 264 + 250 + 9 office visits (99214, 99213, 99204), 274 + 268 preventive visits (99392, 99396), and 4 + 1
# health-home lines (S0280, S0281). The engine reads 18 bytes a line and 15 for each in the index; 20 without it.
copy_case "$IHP_SOURCE/inputs/sample" "$work/sample"
sed -i -e 's/^store:.*/store: sample.h5/' -e 's/^output:.*/output: result/' "$work/sample/deck.yaml"
sample=$work/sample/deck.yaml
ihp import "$work/sample/extract" -o "$work/sample/sample.h5"
ok "the sample: import" succeeds
estimate "$sample"
counts "the sample" members 223 claim_lines 3258 replicates 0 scenarios 0 passes 1 \
    bytes_read $((3258 * 18 + 1070 * 15)) ranks 1
ok "nine lines in their order" [ "$(cut -d' ' -f1 "$work/estimate" | paste -sd' ')" = \
    'members claim_lines replicates scenarios passes bytes_read ranks memory_mib_per_rank seconds' ]
ok "a name, spaces and a whole number, aligned" \
    not grep -vqE '^[a-z_ ]{21}[0-9]+$' "$work/estimate"
cp "$work/estimate" "$work/alone"
settle 3 "$sample" --estimate --ranks 1
ok "under mpirun: rank 0 prints the same" cmp "$work/alone" "$out"
settle 2 "$sample" --estimate
cp "$out" "$work/estimate"
counts "without --ranks, the ranks are those of the run" ranks 2
estimate "$sample" --no-index --ranks 65536
counts "without the index" bytes_read $((3258 * 20)) ranks 65536
estimate "$sample" --quiet
ok "--quiet still prints the estimate" cmp "$work/alone" "$work/estimate"

# There are 22 scenarios; block 3 of 7 has three.
copy_case "$IHP_SOURCE/tests/cases/sweep" "$work/sweep"
sweep=$work/sweep/deck.yaml
ihp import "$work/sweep/extract" -o "$work/sweep/state.h5"
{ cat "$sweep" && echo 'bootstrap: {replicates: 300, seed: 1}'; } >"$work/sweep/both.yaml"
estimate "$work/sweep/both.yaml"
counts "a sweep" members 150 claim_lines 1534 replicates 300 scenarios 22 passes 1 \
    bytes_read $((1534 * 18 + 1097 * 15))
estimate "$sweep" --block 3/7
counts "a block, without -o" scenarios 3 replicates 0

# So many caps and cut-offs that their sums do not fit into one pass. The dry run counts the same passes.
"$IHP_PYTHON" - "$work/sweep/deck.yaml" >"$work/sweep/passes.yaml" <<'PY'
import datetime, sys
print(open(sys.argv[1]).read().split('sweep:')[0])
days = ', '.join(str(datetime.date(2024, 1, 1) + datetime.timedelta(7 * i)) for i in range(250))
caps = ', '.join('%d' % (100 + 3 * i) for i in range(4000))
print('sweep:\n  design: one_at_a_time\n  vary:\n    base_paid_through: [%s]\n    claims_cap: [%s]'
      % (days, caps))
PY
ihp settle "$work/sweep/passes.yaml" --dry-run
passes=$(awk '/^passes/ { print $NF }' "$out")
estimate "$work/sweep/passes.yaml" --ranks 3
counts "several passes" scenarios 4250 passes "$passes" \
    bytes_read $((passes * (1534 * 18 + 1097 * 15)))
ok "several passes: more than one, $passes" [ "$passes" -gt 1 ]

# ---- nothing is changed --------------------------------------------------------------------------

ok "an estimate makes nothing" [ ! -e "$work/sample/result" ]
ihp settle "$sample" --quiet
find "$work/sample" -type f -exec stat -c '%n %Y %s' {} + | sort >"$work/before"
estimate "$sample"
ok "next to a finished run: not refused" cmp "$work/alone" "$work/estimate"
ok "next to a finished run: nothing changed" \
    diff "$work/before" <(find "$work/sample" -type f -exec stat -c '%n %Y %s' {} + | sort)
{ cat "$sample" && echo 'interim: nowhere'; } >"$work/sample/final.yaml"
estimate "$work/sample/final.yaml"
counts "a final whose interim is not settled yet" members 223 passes 1
ihp settle "$work/sample/final.yaml" --dry-run
ok "a final whose interim is not settled yet: the dry run requires it" fails 3 "nowhere"

# ---- refusals ------------------------------------------------------------------------------------

for ranks in 0 65537 -1 1.5 x ''; do
    ihp settle "$sample" --estimate --ranks "$ranks"
    ok "--ranks '$ranks'" fails 2 "--ranks: '$ranks' is not valid; use a whole number from 1 to 65536"
done
for rate in 0 -1 0.0009 1000000.1 1e3 inf nan x ''; do
    ihp settle "$sample" --estimate --rate "$rate"
    ok "--rate '$rate'" fails 2 "--rate: '$rate' is not valid; use a number from 0.001 to 1000000"
done
for rate in 0.001 1000000; do
    estimate "$sample" --rate "$rate"
    ok "--rate $rate" succeeds
done
ihp settle "$sample" --ranks 2 --force
ok "--ranks without --estimate" fails 2 "--ranks requires --estimate"
ihp settle "$sample" --dry-run --rate 100
ok "--rate without --estimate" fails 2 "--rate requires --estimate"
ihp settle "$sample" --dry-run --estimate
ok "--estimate and --dry-run" fails 2 "--dry-run and --estimate exclude each other"
ihp settle "$sample" --estimate --block 1/2
ok "a block of a deck without a sweep" fails 2 "sweep: is missing"
run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle "$sample" --estimate : \
    -n 1 "$IHP_PROGRAM" settle "$sample" --estimate --rate 7
ok "ranks with other rates: refused, no hang" fails 2 "do not see the same deck"

# ---- time ----------------------------------------------------------------------------------------

state=$work/state
mkdir "$state"
ihp synth -o "$state/state.h5" --members 100000 --seed 1
ok "a state of 100,000 members" succeeds
deck=$state/deck.yaml
deck_with() { # NAME LINE...: a deck with more keys
    local name=$1
    shift
    { cat "$deck" && printf '%s\n' "$@"; } >"$state/$name.yaml"
}
deck_with fixed 'bootstrap: {replicates: 1000, seed: 1}'
deck_with more 'bootstrap: {replicates: 100000, seed: 1}'
deck_with refit 'bootstrap: {replicates: 1000, seed: 1}' 'policies: {bootstrap_weights: refit}'
deck_with sweep 'sweep: {design: readings}'
deck_with both 'bootstrap: {replicates: 100, seed: 1}' 'sweep: {design: readings}' \
    'bootstrap_scenarios: true'
deck_with all 'bootstrap: {replicates: 100, seed: 1}' 'sweep: {design: readings}' \
    'bootstrap_scenarios: true' 'policies: {bootstrap_weights: refit}'
seconds() {
    estimate "$@"
    value seconds
}

# 100,000 members take 16 bytes under each of 802 views, and sums some 50 KB: more than the 1 GiB of a pass
# if one rank has all members, but not if two ranks share them. A plan is for the ranks asked for, on
# whatever number of ranks the estimate itself runs.
"$IHP_PYTHON" - >"$work/days" <<'PY'
import datetime
print(', '.join(str(datetime.date(2024, 1, 1) + datetime.timedelta(i)) for i in range(800)))
PY
deck_with days 'bootstrap: {replicates: 100, seed: 1}' 'bootstrap_scenarios: true' \
    "sweep: {design: one_at_a_time, vary: {base_paid_through: [$(cat "$work/days")]}}"
estimate "$state/days.yaml"
counts "member facts for one rank" passes 2
settle 2 "$state/days.yaml" --estimate --ranks 1
cp "$out" "$work/estimate"
counts "member facts for one rank, estimated on two" passes 2 ranks 1
estimate "$state/days.yaml" --ranks 2
counts "member facts for two ranks" passes 1 ranks 2

# The time of the bytes that a rank reads at 0.01 MB a second, and 15 seconds to start and end.
estimate "$deck" --rate 0.01
bytes=$(value bytes_read)
counts "at 0.01 MB/s" seconds $(((bytes + 9999) / 10000 + 15))
estimate "$deck" --rate 0.005
counts "at half the rate" seconds $(((bytes + 4999) / 5000 + 15))
estimate "$deck" --rate 0.01 --ranks 4
counts "on four ranks" seconds $(((bytes + 39999) / 40000 + 15))
estimate "$deck" --ranks 2
counts "at 200 MB/s, by default" seconds $((15 + (bytes + 399999999) / 400000000))
# 10^5 members x 10^5 replicates at 5 x 10^8 a second and 25 IHPs x 10^5 at 10^5 a second: 20 + 25.
estimate "$state/more.yaml" --rate 1000000
counts "100,000 replicates" seconds $((15 + 20 + 25 + 1))
ok "a sweep takes longer" [ "$(seconds "$state/sweep.yaml" --rate 1)" -gt \
    "$(seconds "$deck" --rate 1)" ]

# ---- memory --------------------------------------------------------------------------------------

# The sanitizers multiply memory, so a build with them skips these checks.
if nm "$IHP_PROGRAM" 2>/dev/null | grep -q __asan_; then
    finish
fi

peak() { # RANKS DECK OPTION...: MiB of a real run, rounded up
    local ranks=$1
    shift
    rm -rf "$work/run"
    settle "$ranks" "$@" --quiet -o "$work/run"
    "$IHP_PYTHON" - "$work/run/manifest.json" <<'PY'
import json, sys
print(-(-json.load(open(sys.argv[1]))['run']['peak_bytes_of_a_rank'] // 2**20))
PY
}

# An estimate is at least the peak and at most four times the peak. Most of either is the process itself, so
# the checks also compare the memory beyond that of the run of 223 members.
little=$(peak 2 "$sample" )
estimate "$sample" --ranks 2
little_estimate=$(value memory_mib_per_rank)
ok "the sample: $little MiB of $little_estimate" [ "$little" -le "$little_estimate" ]
bounded() { # TEXT RANKS DECK OPTION...
    local text=$1 ranks=$2 asked taken
    shift 2
    taken=$(peak "$ranks" "$@" )
    estimate "$@" --ranks "$ranks"
    asked=$(value memory_mib_per_rank)
    ok "$text, $ranks ranks: $taken of $asked MiB" [ "$taken" -le "$asked" ]
    ok "$text, $ranks ranks: at most four times" [ "$asked" -le $((4 * taken)) ]
    ok "$text, $ranks ranks: beyond the process, $((taken - little)) of $((asked -
        little_estimate)) MiB" [ $((taken - little)) -le $((asked - little_estimate)) ]
}
for ranks in 1 2; do
    bounded "plain" "$ranks" "$deck"
    bounded "plain, without the index" "$ranks" "$deck" --no-index
    bounded "batches of a million" "$ranks" "$deck" --batch-lines 1048576
    bounded "member files" "$ranks" "$deck" --member-files
    bounded "replicates, fixed" "$ranks" "$state/fixed.yaml"
    bounded "replicates, refitted" "$ranks" "$state/refit.yaml"
    bounded "a sweep" "$ranks" "$state/sweep.yaml"
    bounded "a sweep with replicates" "$ranks" "$state/both.yaml" --member-files
    bounded "a sweep with refitted replicates" "$ranks" "$state/all.yaml"
done

# A single rank reads as many bytes as estimated.
for option in --quiet --no-index; do
    rm -rf "$work/run"
    ihp settle "$deck" --quiet "$option" -o "$work/run"
    estimate "$deck" "$option"
    ok "bytes read, $option" grep -q "\"claim_bytes_read_by_rank_0\": $(value bytes_read)," \
        "$work/run/manifest.json"
done
finish
