#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests sweeps. Every scenario of every design equals the result of the second implementation for the deck with
# those values, on any number of ranks, in batches of any size, with and without the store's index. The sweep
# does not affect the deck's own tables. An estimate writes nothing. Scenarios that take several passes over the
# claims have the same results as in one pass.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

reference=$IHP_SOURCE/tests/reference
first=${IHP_SWEEP_FIRST:-101}
seeds=${IHP_SWEEP_SEEDS:-2}
members=${IHP_SWEEP_MEMBERS:-120}

# Lists the deck's own results, without the files of its sweep.
own_results() {
    diff -r --exclude={README.md,manifest.json,timings.h5,results.h5,scenarios.csv,scenario_terms.csv,readings.csv,readings_total.csv} "$1" "$2"
}

# Makes a case from a seed in $case, with a store. Every other case has quality, circumstances and terminations,
# and its scenarios vary the policies of quality.
make_case() {
    case=$work/$1
    money=()
    (($1 % 2)) || money=(--money)
    "$IHP_PYTHON" "$reference/random_case.py" --seed "$1" --members "$2" -o "$case" "${money[@]}"
    ihp import "$case/extract" -o "$case/state.h5"
    ok "seed $1: import" succeeds
    settle 2 "$case/deck.yaml" --member-files --quiet
    ok "seed $1: settle without a sweep" succeeds
}

# Writes the deck of a design as $deck; its results go to $result.
make_deck() {
    deck=$case/$1.yaml
    result=$case/result-$1
    "$IHP_PYTHON" "$reference/sweep_case.py" deck "$case/deck.yaml" "$1" --seed "$2" -o "$deck" \
        "${money[@]}"
}

# Settles in a different way and compares the results.
again() {
    local text=$1 ranks=$2
    shift 2
    settle "$ranks" "$deck" --member-files --force --quiet "$@"
    ok "$text: settle" succeeds
    ok "$text: same results" same_results "$work/first" "$result"
}

# ---- every design against the reference ----------------------------------------------------------

all_ranks=(2 3 1)
for ((seed = first; seed < first + seeds; seed++)); do
    make_case "$seed" "$members"
    for design in one_at_a_time grid named readings; do
        make_deck "$design" "$seed"
        text="seed $seed, $design"
        settle "${all_ranks[seed % 3]}" "$deck" --member-files --quiet
        ok "$text: settle" succeeds
        ((good)) || continue
        run "$IHP_PYTHON" "$reference/sweep_case.py" check "$case/extract" "$deck" \
            "$result"
        ok "$text: same scenarios as the reference" succeeds
        ((good)) || head -20 "$out"
        ok "$text: same deck results as without a sweep" \
            own_results "$case/result" "$result"
        rm -rf "$work/first"
        mv "$result" "$work/first"
        again "$text, other ranks" "${all_ranks[(seed + 1) % 3]}"
        case $design in
            one_at_a_time) again "$text, 2 ranks in batches of 7" 2 --batch-lines 7 ;;
            grid) again "$text, without the index" 3 --no-index ;;
            named)
                again "$text, 1 rank without the index in batches of 7" 1 --no-index \
                    --batch-lines 7
                ;;
            readings) again "$text, 3 ranks in batches of 1" 3 --batch-lines 1 ;;
        esac
    done
    ((failed == 0)) || break
    rm -rf "$case"
done

# ---- estimates and result folders ----------------------------------------------------------------

copy_case "$IHP_SOURCE/tests/cases/sweep" "$work/case"
case=$work/case
deck=$case/deck.yaml
ihp import "$case/extract" -o "$case/state.h5" --force
ok "the case: import" succeeds

# An estimate gives the cost of a run and makes nothing.
ihp settle "$deck" --dry-run
ok "estimate" succeeds
cp "$out" "$work/estimate"
count() {
    awk -v text="$1" 'index($0, text) { print $NF }' "$work/estimate"
}
ok "estimate: members" [ "$(count members)" = 150 ]
ok "estimate: claim lines" [ "$(count 'claim lines')" = \
    "$("$IHP_PROGRAM" info "$case/state.h5" | awk '/^ *claim lines  / { gsub(",", ""); print $NF }')" ]
ok "estimate: scenarios" [ "$(count scenarios)" = 22 ]
ok "estimate: scenarios of money" [ "$(count 'change amounts only')" = 12 ]
ok "estimate: scenarios of decisions" [ "$(count 'decide again')" = 2 ]
ok "estimate: scenarios of claims" [ "$(count 'read the claims again')" = 8 ]
# Both periods have the deck's reading, visits, no look-back and two quarters; the performance period has three
# cut-offs more and the base period one. Each of the deck's own two readings has one decision more.
ok "estimate: readings" [ "$(count 'readings of a period')" = 14 ]
ok "estimate: decisions" [ "$(count 'decisions on each member')" = 16 ]
ok "estimate: passes" [ "$(count passes)" = 1 ]
ok "estimate: makes nothing" [ ! -e "$case/result" ]
settle 3 "$deck" --dry-run
ok "estimate on three ranks: same output" diff "$work/estimate" "$out"

settle 2 "$deck" --quiet
ok "the case: settle" succeeds
find "$case/result" -type f -exec stat -c '%n %Y %s' {} + | sort >"$work/before"
ihp settle "$deck" --quiet
ok "a finished run is not replaced" fails 2 "finished run"
ihp settle "$deck" --dry-run
ok "estimate next to a finished run: is not refused" diff "$work/estimate" "$out"
ok "estimate next to a finished run: does not change it" \
    diff "$work/before" <(find "$case/result" -type f -exec stat -c '%n %Y %s' {} + | sort)
sed '/^sweep:/,$ d' "$deck" >"$case/plain.yaml"
ihp settle "$case/plain.yaml" --dry-run
cp "$out" "$work/estimate"
ok "estimate without a sweep: no scenarios" not grep -q scenarios "$work/estimate"
ok "estimate without a sweep: two readings" [ "$(count 'readings of a period')" = 2 ]
ok "estimate without a sweep: one pass" [ "$(count passes)" = 1 ]
ihp settle "$case/plain.yaml" --force --quiet
ok "a run without a sweep: removes the tables of the sweep" \
    [ ! -e "$case/result/scenarios.csv" ]
ihp settle "$deck" --force --quiet

# The table in results.h5 has as many rows.
ok "results.h5 has the scenarios" [ "$(h5ls "$case/result/results.h5/scenarios/change_in_amount" |
    sed -n 's/.*{\([0-9]*\).*/\1/p')" = $((22 * 4)) ]

# ---- several passes over the claims --------------------------------------------------------------

# So many caps, and so many days of run-out, that the sums of all views take more than one plan may have. The
# rows must be the same as when caps and days are settled in separate runs.
make_case 7 40
passes_deck() {
    sed "s/^output: result\$/output: result-$1/" "$case/deck.yaml"
    printf 'sweep:\n  design: one_at_a_time\n  vary:\n'
}
"$IHP_PYTHON" - "$work" <<'PY'
import datetime, sys
first = datetime.date(2024, 1, 1)
days = ', '.join((first + datetime.timedelta(7 * i)).isoformat() for i in range(250))
caps = ', '.join('%d.%02d' % (100 + 3 * i, i % 100) for i in range(4000))
for name, key, values in (('base', 'base_paid_through', days), ('caps', 'claims_cap', caps),
                          ('performance', 'performance_paid_through', days)):
    print('    %s: [%s]' % (key, values), file=open('%s/%s' % (sys.argv[1], name), 'w'))
PY
for part in base caps performance; do
    { passes_deck "$part" && cat "$work/$part"; } >"$case/$part.yaml"
done
{ passes_deck all && cat "$work/base" "$work/caps" "$work/performance"; } >"$case/all.yaml"
ihp settle "$case/all.yaml" --dry-run
cp "$out" "$work/estimate"
ok "several passes: estimate" [ "$(count scenarios)" = 4500 ]
ok "several passes: more than one, $(count passes)" [ "$(count passes)" -gt 1 ]
settle 2 "$case/all.yaml" --quiet
ok "several passes: settle" succeeds
for part in base caps performance; do
    ihp settle "$case/$part.yaml" --dry-run
    cp "$out" "$work/estimate"
    ok "one pass, $part" [ "$(count passes)" = 1 ]
    ihp settle "$case/$part.yaml" --quiet
    ok "one pass, $part: settle" succeeds
    tail -n +2 "$case/result-$part/scenarios.csv" | cut -d, -f2- >>"$work/parts"
done
ok "several passes: same results as in one pass" cmp "$work/parts" \
    <(tail -n +2 "$case/result-all/scenarios.csv" | cut -d, -f2-)
finish
