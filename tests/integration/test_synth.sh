#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The synthetic state has the same bytes on any number of ranks. Its extract imports to the same content.
# The reference implementation computes the same settlement from the extract. Every other command works on
# it. The settlement shows its known effects. A state that was not finished is refused.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

hash_of() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

# --- the same state on any number of ranks, and through CSV ---------------------------------------
for ranks in 1 2 3 8; do
    mkdir -p "$work/r$ranks"
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" synth -o "$work/r$ranks/state.h5" --members 3000 \
        --seed 5 --ihps 8 --effect 0.1 --extract "$work/r$ranks/extract"
    ok "$ranks ranks: a state" succeeds
done
for ranks in 2 3 8; do
    ok "$ranks ranks: the same extract, program, deck and effects" \
        diff -r --exclude='*.h5' "$work/r1" "$work/r$ranks"
    ok "$ranks ranks: the same store" cmp "$work/r1/state.h5" "$work/r$ranks/state.h5"
done
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" import "$work/r1/extract" -o "$work/imported.h5"
ok "the extract imports" succeeds
ok "the imported store has the same content" \
    [ "$(hash_of "$work/r1/state.h5")" = "$(hash_of "$work/imported.h5")" ]

# --- the settlement of the reference implementation ------------------------------------------------
run "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/reference.py" "$work/r1/extract" "$work/r1/deck.yaml" \
    -o "$work/expected"
ok "the reference settles the extract" succeeds
for options in '' --no-index; do
    # shellcheck disable=SC2086 # an empty option is not a word
    settle 3 "$work/r1/deck.yaml" --force --member-files --quiet $options
    ok "settle $options" succeeds
    ok "settle $options: the tables of the reference" \
        same_as_expected "$work/expected" "$(deck_path "$work/r1/deck.yaml" output)"
done
ihp import "$work/r1/extract" -o "$work/packed.h5" --compress
ok "a compressed store" succeeds
ok "it has the same content" [ "$(hash_of "$work/packed.h5")" = "$(hash_of "$work/imported.h5")" ]
cp "$work/packed.h5" "$work/r1/state.h5"
settle 2 "$work/r1/deck.yaml" --force --member-files --quiet
ok "a compressed store gives the same settlement" \
    same_as_expected "$work/expected" "$(deck_path "$work/r1/deck.yaml" output)"

# --- the other commands ---------------------------------------------------------------------------
sed '/^output:/ s/result/other/' "$work/r1/deck.yaml" >"$work/r1/other.yaml"
for command in quality 'pay --quarter 2025Q2' 'reconcile --year 2025' package; do
    read -ra words <<<"$command"
    run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" "${words[0]}" "$work/r1/other.yaml" "${words[@]:1}"
    ok "$command: works on a synthetic state" succeeds
done
for table in quality.csv quality_scores.csv; do
    ok "quality: $table as in the settlement" cmp "$work/r1/other/$table" "$work/r1/result/$table"
done
ihp check "$work/r1/state.h5" --program "$work/r1/program"
ok "check: works on a synthetic state" succeeds
ihp explain "$work/r1/other.yaml" M0000000042
ok "explain: works on a synthetic state" succeeds

# --- the settlement shows the known effects -------------------------------------------------------------
# The same people with and without effects. Chance is the same in both, so the ratios of ratios show the
# effects, less what the claims cap and care at other providers take away.
for effect in 0 0.1; do
    mkdir -p "$work/e$effect"
    run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" synth -o "$work/e$effect/state.h5" --members 40000 --seed 11 \
        --ihps 10 --effect "$effect"
    ok "effect $effect: a state" succeeds
    settle 2 "$work/e$effect/deck.yaml" --quiet
    ok "effect $effect: settle" succeeds
done
python "$work" <<'PY'
import csv, math, sys
work = sys.argv[1]
def rows(path, key='ihp_id'):
    with open(path, newline='') as handle:
        return {row[key]: row for row in csv.DictReader(handle)}
with_effect, without = (rows('%s/e%s/result/settlement.csv' % (work, e)) for e in ('0.1', '0'))
effects = rows('%s/e0.1/effects.csv' % work)
worst, points = 0, []
for ihp, row in with_effect.items():
    put_in = math.log(1 + float(effects[ihp]['effect']))
    found = math.log(float(row['ratio']) / float(without[ihp]['ratio']))
    points.append((put_in, found))
    worst = max(worst, abs(found - put_in))
    print('%s  put in %+.3f  found %+.3f  (%s members)' % (ihp, put_in, found, row['members']))
slope = sum(x * y for x, y in points) / sum(x * x for x, _ in points)
print('slope %.3f, worst %.3f' % (slope, worst))
sys.exit(0 if 0.80 <= slope <= 1.02 and worst <= 0.05 else 1)
PY
ok "the effects: slope from 0.80 to 1.02, none off by more than 0.05" succeeds
((good)) || cat "$out"

# --- a folder that is missing -----------------------------------------------------------------------
ihp synth -o "$work/missing/state.h5" --members 200 --seed 1
ok "a folder that is missing: the message names the folder to create" \
    fails 1 "$work/missing/program: the folder $work/missing does not exist; create it first"
ok "a folder that is missing: the message blames no option" not says "$err" "--program"

# --- one folder for two ----------------------------------------------------------------------------
mkdir "$work/one"
ihp synth -o "$work/one/state.h5" --members 50 --seed 1 --program "$work/one/q" --extract "$work/one/./q"
ok "one folder for the program folder and the extract: both options are named" \
    fails 2 "is the program folder and the folder of --extract; give two folders"
ok "one folder for two: nothing is left" [ -z "$(ls -A "$work/one")" ]

# --- killed while it writes ------------------------------------------------------------------------
mkdir "$work/killed"
"$IHP_PROGRAM" synth -o "$work/killed/state.h5" --members 200000 --seed 3 >/dev/null 2>&1 &
pid=$!
has_begun() {
    [[ -n $(find "$work/killed" -name 'state.h5.part-*' -size +1M) ]]
}
ok "killed: it had begun to write" wait_for has_begun
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
ok "killed: no store under the final name" [ ! -e "$work/killed/state.h5" ]
for part in "$work"/killed/state.h5.part-*; do
    ihp info "$part"
    ok "killed: the file that is left is refused" fails 3 "$(basename "$part")"
done
finish
