#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the bootstrap. Every number equals that of an independent implementation, which counts each
# member as often as its weight in a replicate. The bytes are the same on any number of ranks, and
# however the work is divided. The standard errors agree with theory.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

reference=$IHP_SOURCE/tests/reference
job=
clean_up() {
    if [[ -n $job ]]; then
        kill -9 "$job" 2>/dev/null
    fi
}

# Makes a random case from a seed in $case, with a store.
make_case() {
    case=$work/$1
    "$IHP_PYTHON" "$reference/random_case.py" --seed "$1" --members "$2" -o "$case"
    ihp import "$case/extract" -o "$case/state.h5"
    ok "seed $1: import" succeeds
}

# Writes deck.yaml as $deck, with a kind of weights and more sections; its results go to $result.
make_deck() {
    local name=$1 weights=$2
    deck=$case/$name.yaml
    result=$case/result-$name
    "$IHP_PYTHON" - "$case/deck.yaml" "$deck" "$name" "$weights" "$3" <<'PY'
import re, sys
source, target, name, weights, more = sys.argv[1:]
text = open(source).read()
text = re.sub(r'(?m)^output: .*', 'output: result-' + name, text)
kind = 'bootstrap_weights: ' + weights
if re.search(r'(?m)^policies: *\{', text):
    text = re.sub(r'(?m)^policies: *\{', 'policies: {' + kind + ', ', text).replace(', }', '}')
elif re.search(r'(?m)^policies:', text):
    text = re.sub(r'(?m)^(policies:.*)', r'\1\n  ' + kind, text)
else:
    text += 'policies: {' + kind + '}\n'
open(target, 'w').write(text + more + '\n')
PY
}

# Compares the deck's result with the second implementation.
checked() {
    run "$IHP_PYTHON" "$reference/bootstrap_case.py" "$case/extract" "$deck" "$result"
    ok "$1: same numbers as the second implementation" succeeds
    ((good)) || head -12 "$out"
}

# Settles on other ranks and compares the results.
same_on() {
    local text=$1 ranks
    shift
    rm -rf "$work/first"
    mv "$result" "$work/first"
    for ranks in "$@"; do
        settle "$ranks" "$deck" --force --quiet
        ok "$text: settle on $ranks ranks" succeeds
        ok "$text: same results on $ranks ranks" same_results "$work/first" "$result"
    done
}

# ---- against the second implementation -----------------------------------------------------------

scenarios='bootstrap_scenarios: true
sweep:
  design: named
  scenarios:
    - {name: nothing, set: {trend: 0}}
    - {name: low cap, set: {claims_cap: 450.50, threshold: 0}}
    - {name: others, set: {count_unit: visit, primary_care_elsewhere: blocks}}
    - {name: weights, set: {risk_weights: base, min_total_months: 2}}'

make_case 5 900 # one of its IHPs has 28 members, 30 in the base period
for weights in fixed refit; do
    make_deck "$weights" "$weights" \
        "bootstrap: {replicates: 37, seed: 12345678901, levels: [0.5, 0.9]}
$scenarios"
    settle 2 "$deck" --quiet
    ok "$weights: settle" succeeds
    checked "$weights, with scenarios"
    ok "$weights: an IHP is too small for an interval" \
        grep -q ',too_small,,$' "$result/bootstrap.csv"
    ok "$weights: an IHP has an interval" grep -q ',bca,[^,]*[0-9],' "$result/bootstrap.csv"
    # A scenario that changes nothing does not change any replicate.
    run awk -F, '$1 == 1 && $5 == "change_in_amount" {
        for (i = 6; i <= 13; i++) if (i != 10 && i != 11 && $i != "" && $i != "0.00") print
        n++ } END { if (n < 6) print "rows missing" }' "$result/scenario_bootstrap.csv"
    ok "$weights: the change of that scenario is exactly zero" [ ! -s "$out" ]
    same_on "$weights, with scenarios" 1 3
done

# Varies the numbers of replicates and of levels. The deck's own bootstrap is the same with and
# without scenarios.
for given in "1 [0.95] fixed" "7 [0.000001] refit" "8 [0.8,0.999999] fixed" \
    "17 [.1,.2,.3,.4,.5,.6,.7,.8] fixed" "24 [0.9] refit"; do
    read -r replicates levels weights <<<"$given"
    text="$replicates replicates, $levels, $weights"
    make_deck few "$weights" "bootstrap: {replicates: $replicates, seed: 3, levels: $levels}"
    settle 2 "$deck" --force --quiet
    ok "$text: settle" succeeds
    checked "$text"
    cp "$result"/bootstrap{,_outcomes,_quantiles}.csv "$work"
    for more in "$scenarios" "${scenarios/scenarios: true/scenarios: false}"; do
        make_deck few "$weights" "bootstrap: {replicates: $replicates, seed: 3, levels: $levels}
$more"
        settle 3 "$deck" --force --quiet
        ok "$text: settle with ${more%%$'\n'*}" succeeds
        ok "$text: same bootstrap with ${more%%$'\n'*}" diff <(cat "$work"/bootstrap{,_outcomes,_quantiles}.csv) \
            <(cat "$result"/bootstrap{,_outcomes,_quantiles}.csv)
    done
    ok "$text: no table of scenario intervals" [ ! -e "$result/scenario_bootstrap.csv" ]
done
make_deck few fixed "bootstrap: {replicates: 24, seed: 4, levels: [0.9]}"
settle 1 "$deck" --force --quiet
ok "another seed gives other replicates" not cmp -s "$work/bootstrap.csv" "$result/bootstrap.csv"

# An interim settlement, with the policies of its seed.
make_case 14 300
make_deck interim refit "bootstrap: {replicates: 16, seed: 0}"
settle 2 "$deck" --quiet --batch-lines 7
ok "seed 14: settle" succeeds
checked "seed 14"

# ---- the division of the work does not matter ----------------------------------------------------

# So many replicates that the engine computes the IHPs in groups: in another order, other IHPs share one.
make_case 19 250
cp "$case/deck.yaml" "$work/plain.yaml"
ihps=$("$IHP_PYTHON" -c 'import csv, sys; print(len(list(csv.reader(open(sys.argv[1])))) - 1)' \
    "$case/program/ihps.csv")
replicates=$((8388608 / 8 / (ihps - 1) - 5))
turn_round() {
    "$IHP_PYTHON" - "$case/program/ihps.csv" "$@" <<'PY'
import csv, sys
with open(sys.argv[1], encoding='utf-8', newline='') as handle:
    header, *rows = csv.reader(handle)
rows.reverse()
for more in sys.argv[2:]:
    like = dict(zip(header, rows[0]), ihp_id=more, roster_type='all_in', claims_cap='123.45')
    rows.append([like[column] for column in header])
with open(sys.argv[1], 'w', encoding='utf-8', newline='') as handle:
    csv.writer(handle).writerows([header] + rows)
PY
}
in_order() {
    for file in settlement bootstrap bootstrap_outcomes bootstrap_quantiles; do
        grep -v '^NOBODY,' "$1/$file.csv" | sort
    done
}
make_deck groups fixed "bootstrap: {replicates: $replicates}"
settle 2 "$deck" --quiet
ok "groups of IHPs: settle" succeeds
in_order "$result" >"$work/groups"
# Replicates with refitted weights are computed in blocks, whose size depends on the number of caps.
make_deck blocks refit "bootstrap: {replicates: 30000}"
settle 2 "$deck" --quiet
ok "blocks of replicates: settle" succeeds
in_order "$result" >"$work/blocks"
turn_round NOBODY
for name in groups blocks; do
    settle 3 "$case/$name.yaml" --force --quiet
    ok "$name: settle in another order, with one IHP more" succeeds
    ok "$name: each IHP has the same rows" diff "$work/$name" <(in_order "$case/result-$name")
    ok "$name: the added IHP is there" grep -q '^NOBODY,ratio,' "$case/result-$name/bootstrap.csv"
done

# ---- a larger state ------------------------------------------------------------------------------

case=$work/state
mkdir "$case"
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" synth -o "$case/state.h5" --force --members 20000 --seed 8 --ihps 5
ok "a state" succeeds
varied='bootstrap_scenarios: true
sweep: {design: one_at_a_time, vary: {claims_cap: [20000], specialty_elsewhere: [specialty]}}'
for weights in fixed refit; do
    if [[ $weights == fixed ]]; then
        make_deck theory fixed "bootstrap: {replicates: 2000, seed: 2025}"
        settle 2 "$deck" --member-files --quiet
        ok "the state: settle" succeeds
    fi
    # With fixed weights four sums remain: cost and risk of both periods. Theory gives the standard error
    # of a ratio of such sums from the members; 2000 replicates agree within a few percent.
    [[ $weights == fixed ]] && python "$result" <<'PY'
import csv, os, sys
from collections import defaultdict
from math import sqrt
folder, wrong, looked_at = sys.argv[1], 0, 0
def rows(path):
    with open(os.path.join(folder, path), newline='') as handle:
        return list(csv.DictReader(handle))
table = rows('bootstrap.csv')
settled = {row['ihp_id']: row for row in rows('settlement.csv')}
for row in table:
    if row['statistic'] != 'ratio' or row['method'] != 'percentile':
        continue
    if int(settled[row['ihp_id']]['members']) < 500:
        continue
    parts, total = defaultdict(lambda: [0, 0]), defaultdict(float)
    members = rows(os.path.join('attributed', row['ihp_id'] + '.csv'))
    for m in members:
        cost, risk = float(m['capped_cost']), int(m['member_months']) * float(m['weight'])
        parts[m['member_id'], m['period']] = [cost, risk]
        total[m['period'], 'cost'] += cost
        total[m['period'], 'risk'] += risk
    squares = 0
    for member in {m['member_id'] for m in members}:
        cost, risk = parts[member, 'performance']
        base_cost, base_risk = parts[member, 'base']
        squares += (cost / total['performance', 'cost'] - risk / total['performance', 'risk']
                    - base_cost / total['base', 'cost'] + base_risk / total['base', 'risk']) ** 2
    theory, found = float(row['estimate']) * sqrt(squares), float(row['std_error'])
    print('%s: theory %.5f, found %.5f (%+.1f%%)' % (row['ihp_id'], theory, found,
                                                     100 * (found / theory - 1)))
    looked_at += 1
    wrong += not 0.94 < found / theory < 1.06
sys.exit(1 if wrong or looked_at < 2 else 0)
PY
    [[ $weights == fixed ]] && ok "the state: standard errors agree with theory" succeeds
    make_deck "$weights" "$weights" "bootstrap: {replicates: 300, seed: 2025, levels: [0.8, 0.95]}
$varied"
    settle 2 "$deck" --quiet
    ok "the state, $weights: settle with scenarios" succeeds
    same_on "the state, $weights, with scenarios" 1 3
done

# ---- a rank that is killed during the run --------------------------------------------------------

make_deck long fixed "bootstrap: {replicates: 1000000}"
cat >"$case/slow.sh" <<EOS
#!/bin/sh
echo \$\$ >"$case/pid.new" && mv "$case/pid.new" "$case/pid"
exec "$IHP_PROGRAM" settle "$deck" --quiet
EOS
chmod +x "$case/slow.sh"
default_mpirun
timeout --kill-after=5 "$limit" "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" settle "$deck" --quiet : \
    -n 1 "$case/slow.sh" : -n 1 "$IHP_PROGRAM" settle "$deck" --quiet >"$out" 2>"$err" </dev/null &
job=$!
ok "a rank to kill has started" wait_for [ -s "$case/pid" ]
sleep 2
ok "a rank to kill is still running" kill -9 "$(cat "$case/pid")"
code=0
wait "$job" || code=$?
job=
ok "a rank is killed: mpirun fails" [ "$code" -ne 0 ]
ok "a rank is killed: no rank hangs" [ "$code" -ne 124 ]
ok "a rank is killed: no result" [ ! -e "$result" ]
ok "a rank is killed: no unfinished files" nothing_left "$case"
finish
