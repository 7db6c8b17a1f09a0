#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests quality: expected scores, the command's refusals, a settlement with scores on one and two ranks, and
# scenarios of the three policies. test_random.sh compares random scores.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

here=$IHP_SOURCE/tests/integration/quality
case=$work/case

# With these policies the case has an IHP with losses.
losses='reversals: count, off_roster_unit: billing'

# Copies the case without its sweep, with quality tables.
fresh() {
    rm -rf "$case"
    copy_case "$IHP_SOURCE/tests/cases/sweep" "$case"
    cp "$here"/program/*.csv "$case/program/"
    sed -i "/^sweep:/,$ d; s/^policies:.*/policies: {$losses}/" "$case/deck.yaml"
}

# Prints a number of settlement.csv: of the folder, the IHP, the column.
settled() {
    "$IHP_PYTHON" -c '
import csv, sys
print(*[row[sys.argv[3]] for row in csv.DictReader(open(sys.argv[1] + "/settlement.csv"))
        if row["ihp_id"] == sys.argv[2]])' "$@"
}

# ---- the command: no store, no claims

fresh
ihp quality "$case/deck.yaml"
ok "quality: succeeds without a store" succeeds
ok "quality: tables as expected" same_as_expected "$here/expected" "$case/result"
ok "quality: makes no other files" [ "$(ls "$case/result")" = $'quality.csv\nquality_scores.csv' ]
ok "quality: prints every IHP and the use of its score" says "$out" "IHP01, Track 2, section 18" \
    "IHP04, Track 1, section 17" "[17.1.3]" "[18.2]" "Tobacco Treatment" "46.30%"
ok "quality: prints only the sections of a track" not grep -q 'Track 1, section 18' "$out"
cp "$out" "$work/table"
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" quality "$case/deck.yaml" -o "$work/a/b"
ok "quality on two ranks: succeeds" succeeds
ok "quality on two ranks: prints once" diff <(sed "s|^Results: .*|Results: $work/a/b|" "$work/table") "$out"
ok "quality on two ranks: tables in a folder that it makes" same_as_expected "$here/expected" \
    "$work/a/b"
sed 's/^settlement: final/settlement: interim/; s/2026-12-31/2026-03-31/' "$case/deck.yaml" \
    >"$case/interim.yaml"
ihp quality "$case/interim.yaml" -o "$work/interim"
ok "quality of an interim deck: succeeds" succeeds
ok "quality of an interim deck: a notice that the score does not count" says "$err" "interim" "[2.18]"
ok "quality of an interim deck: the same scores" same_as_expected "$here/expected" "$work/interim"

# Writes both tables or none.
mkdir -p "$work/half/quality_scores.csv"
ihp quality "$case/deck.yaml" -o "$work/half"
ok "a table that cannot be written: refused" fails 1 "quality_scores.csv" "cannot be written"
ok "a table that cannot be written: the other is removed" [ ! -e "$work/half/quality.csv" ]

refused() { # TEXT CODE PART...
    local text=$1
    shift
    ok "$text" fails "$@"
}
ihp quality
refused "no deck" 2 "expected exactly one DECK"
ihp quality "$case/deck.yaml" --store x
refused "an unknown option" 2 "--store"
ihp quality "$case/none.yaml"
refused "a deck that does not exist" 2 "none.yaml"
ihp quality "$case/deck.yaml" -o "$case/program"
refused "the program folder as output" 2 "is the program folder"
ok "the program folder is unchanged" diff "$here/program/quality.csv" "$case/program/quality.csv"
rm "$case/program/quality.csv"
ihp quality "$case/deck.yaml"
refused "no quality.csv" 3 "program/quality.csv" "nothing to score"

# ---- a settlement with scores

fresh
ihp import "$case/extract" -o "$case/state.h5"
sed 's|^output:.*|output: program|' "$case/deck.yaml" >"$case/into.yaml"
ihp settle "$case/into.yaml" --force
refused "the program folder as output of a settlement" 2 "output: is the program folder"
ok "the program folder is still unchanged" diff "$here/program/quality.csv" "$case/program/quality.csv"
settle 2 "$case/deck.yaml" --quiet
ok "settle: succeeds" succeeds
ok "settle: expected tables" same_as_expected "$here/expected" "$case/result"
cp -r "$case/result" "$work/two"
settle 1 "$case/deck.yaml" --quiet --force
ok "settle on one rank: the same bytes" same_results "$work/two" "$case/result"
# Savings of 1856.06 x (0.462986111111 / 2 + 1 / 2) and losses of 1276.57 x (0.64487654321 / 2 + 1 / 2).
ok "settle: score of savings" [ "$(settled "$case/result" IHP01 quality_score)" = 0.462986111111 ]
ok "settle: savings" [ "$(settled "$case/result" IHP01 quality_adjusted)" = 1357.70 ]
ok "settle: score of losses" [ "$(settled "$case/result" IHP03 quality_score)" = 0.64487654321 ]
ok "settle: losses" [ "$(settled "$case/result" IHP03 quality_adjusted)" = -1049.90 ]
ok "settle: Track 1 has no score" [ "$(settled "$case/result" IHP04 quality_score)" = "" ]
ihp quality "$case/deck.yaml"
ok "quality into a finished run with the same scores" succeeds
echo x >>"$case/result/quality_scores.csv"
cp -r "$case/result" "$work/before"
ihp quality "$case/deck.yaml"
refused "quality into a settlement with other scores" 2 "result: has a finished settlement with other scores in" \
    "quality_scores.csv" "even with --force; name another folder with -o"
ihp quality "$case/deck.yaml" --force
refused "quality --force into a settlement with other scores" 2 "quality_scores.csv" "name another folder with -o"
rm "$case/result/quality.csv" "$work/before/quality.csv"
ihp quality "$case/deck.yaml" --force
refused "quality --force into a settlement without scores" 2 "result: has a finished settlement without quality.csv"
ok "the settlement is unchanged" diff -r "$work/before" "$case/result"
rm "$case/result/manifest.json"
echo x >"$case/result/quality.csv"
ihp quality "$case/deck.yaml"
refused "quality into a folder with other scores" 2 "result/quality.csv: exists already and has other scores" "--force"
ihp quality "$case/deck.yaml" --force
ok "quality --force into a folder with other scores" succeeds
ok "quality --force: the scores" same_as_expected "$here/expected" "$case/result"
ihp quality "$case/deck.yaml"
ok "quality into a folder with the same scores" succeeds
sed 's/^settlement: final/settlement: interim/; s/2026-12-31/2026-03-31/; s/result/soon/' \
    "$case/deck.yaml" >"$case/interim.yaml"
settle 1 "$case/interim.yaml" --quiet
ok "an interim settlement uses no quality data and gives a notice" says "$err" "quality.csv: not used" "[2.18]"
ok "an interim settlement has no scores" [ ! -e "$case/soon/quality.csv" ]

# ---- scenarios of the policies: the effect of each alone

cat >>"$case/deck.yaml" <<'DECK'
sweep:
  design: named
  scenarios:
    - {name: spared, set: {quality_on_losses: none}}
    - {name: points, set: {benchmark_difference: points}}
    - {name: other, set: {reference_group: Hispanic}}
bootstrap: {replicates: 20}
DECK
settle 2 "$case/deck.yaml" --quiet --force
ok "sweep: succeeds" succeeds
cp -r "$case/result" "$work/swept"
settle 1 "$case/deck.yaml" --quiet --force
ok "sweep on one rank: the same bytes" same_results "$work/swept" "$case/result"
scenario=0
for policy in 'quality_on_losses: none' 'benchmark_difference: points' 'reference_group: Hispanic'; do
    scenario=$((scenario + 1))
    sed "/^sweep:/,$ d; s/^policies:.*/policies: {$policy, $losses}/; s/result/alone/" "$case/deck.yaml" \
        >"$case/alone.yaml"
    settle 1 "$case/alone.yaml" --quiet --force
    ok "$policy: succeeds" succeeds
    ok "$policy: the scenario equals a deck with the policy" diff \
        <(tail -n +2 "$case/alone/settlement.csv") \
        <(grep "^$scenario," "$case/result/scenarios.csv" | cut -d, -f4-31)
    ok "$policy: changes something" not cmp -s "$case/alone/settlement.csv" \
        "$case/result/settlement.csv"
done
sed -i 's/Hispanic}/hispanic}/' "$case/deck.yaml"
settle 1 "$case/deck.yaml" --force
refused "an invalid reference group in a scenario" 2 "policies.reference_group: 'hispanic'" \
    "[18.4.9.2]"
sed -i '/^C10,/ d' "$case/program/benchmarks.csv"
sed -i 's/hispanic}/White}/' "$case/deck.yaml"
settle 1 "$case/deck.yaml" --force
line=$(grep -n '2025,C10,,' "$case/program/quality.csv" | grep -v ',0,,$' | head -1 | cut -d: -f1)
refused "a rate without its benchmark" 3 "benchmarks.csv" "'C10' for 2025" "line " "quality.csv"
ok "a rate without its benchmark: the line has such a rate" [ -n "$line" ]

finish
