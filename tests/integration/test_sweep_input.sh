#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests invalid sweeps and bootstraps: one error line with the deck, its line, the key and what is allowed, exit
# code 2 before the store or program is read, and nothing left. Values that are invalid only in a scenario are
# refused too. No table of a sweep or bootstrap names a member.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/case
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"
lines=$(wc -l <"$case/deck.yaml")

# The deck with a section added, without a store or program to read.
mkdir "$work/bare"
while IFS='|' read -r line key allowed text; do
    {
        cat "$case/deck.yaml"
        printf '%b\n' "$text"
    } >"$work/bare/deck.yaml"
    for option in '' --dry-run; do
        # shellcheck disable=SC2086 # an empty option is not a word
        ihp settle "$work/bare/deck.yaml" $option
        ok "$text $option: is refused" fails 2 "deck.yaml:$((lines + line)): $key: " "$allowed"
        ok "$text $option: nothing is left" [ "$(ls "$work/bare")" = deck.yaml ]
    done
done <<'DECKS'
1|sweep.vary.cap|unknown key; the keys here are: claims_cap trend|sweep: {design: grid, vary: {cap: [1]}}
4|sweep.vary.bootstrap_weights|fixed or refit|sweep:\n  design: grid\n  vary:\n    bootstrap_weights: [own]
4|sweep.vary.claims_cap|expected|sweep:\n  design: one_at_a_time\n  vary:\n    claims_cap: []
4|sweep.vary.claims_cap|two decimals|sweep:\n  design: one_at_a_time\n  vary:\n    claims_cap: [1.005]
5|sweep.vary.trend|already|sweep:\n  design: grid\n  vary:\n    threshold: [0]\n    trend: [0.5, 0.50]
3|sweep.vary|max_scenarios|sweep:\n  max_scenarios: 11\n  vary: {trend: [0, 0.1, 0.2], claims_cap: [1, 2], count_unit: [line, visit]}\n  design: grid
2|sweep.design|max_scenarios|sweep:\n  design: readings\n  max_scenarios: 3
2|sweep.design|one_at_a_time, grid, named or readings|sweep:\n  design: all\n  vary: {trend: 0}
3|sweep.vary|remove the key|sweep:\n  design: readings\n  vary: {trend: 0}
1|bootstrap.levels|between 0 and 1|bootstrap: {replicates: 10, levels: [1.0]}
1|bootstrap.levels|between 0 and 1|bootstrap: {replicates: 10, levels: [0]}
2|bootstrap.replicates|1 to 1000000|bootstrap:\n  replicates: 0
1|bootstrap.replicates|is missing|bootstrap: {seed: 3}
1|bootstrap_scenarios|sweep|bootstrap_scenarios: true\nbootstrap: {replicates: 10}
1|bootstrap_scenarios|bootstrap|bootstrap_scenarios: true\nsweep: {design: readings}
DECKS

# ---- values of a scenario only -------------------------------------------------------------------

ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds
cp "$case/deck.yaml" "$work/plain.yaml"
cp "$case/program/rosters.csv" "$work/rosters.csv"
# Two owners of one NPI, in a quarter that the deck itself does not use.
printf '%s\n' NORTH,2020Q1,billing,9000000001,, NORTH,2020Q1,treating,9000000014,PCP, \
    LAKES,2020Q1,billing,9000000001,, >>"$case/program/rosters.csv"
ihp settle "$case/deck.yaml" --quiet
ok "rosters that overlap in an unused quarter: settle" succeeds
rm -r "$case/result"
echo 'sweep: {design: one_at_a_time, vary: {trend: [0.01], roster_quarter: [2020Q1]}}' \
    >>"$case/deck.yaml"
for ranks in 1 3; do
    settle "$ranks" "$case/deck.yaml" --member-files
    ok "rosters that overlap in a scenario, $ranks ranks" fails 3 "rosters.csv" "9000000001" "LAKES"
    ok "rosters that overlap in a scenario, $ranks ranks: nothing is left" [ ! -e "$case/result" ]
done
cp "$work/rosters.csv" "$case/program/rosters.csv"

# A trend beyond what a target can have is found when the scenario is settled; nothing is written.
cp "$work/plain.yaml" "$case/deck.yaml"
sed -i 's/year: 2024,/year: 2022,/' "$case/deck.yaml"
printf '%s\n' year,rate,adjustment 2023,9,8.9 2024,9,8.9 2025,9,8.9 >"$case/program/trend.csv"
printf '%s\n' 'bootstrap: {replicates: 9}' 'bootstrap_scenarios: true' \
    'sweep: {design: one_at_a_time, vary: {threshold: [0.5], trend: [-0.5, 1]}}' >>"$case/deck.yaml"
for ranks in 1 3; do
    settle "$ranks" "$case/deck.yaml" --member-files
    ok "a trend of a scenario, $ranks ranks" fails 3 "trend.csv" "a million times"
    ok "a trend of a scenario, $ranks ranks: nothing is left" [ ! -e "$case/result" ]
done
cp "$IHP_SOURCE/tests/cases/tiny/program/trend.csv" "$case/program/trend.csv"

# ---- members stay hidden -------------------------------------------------------------------------

sed -i "s/\bT\([0-9][0-9]\)\b/SECRETT\1/" "$case"/extract/*.csv
for design in 'one_at_a_time, vary: {claims_cap: [50], count_unit: [visit]}' readings; do
    cp "$work/plain.yaml" "$case/deck.yaml"
    printf '%s\n' 'bootstrap: {replicates: 9}' 'bootstrap_scenarios: true' \
        "sweep: {design: $design}" >>"$case/deck.yaml"
    ihp import "$case/extract" -o "$case/state.h5" --force
    settle 2 "$case/deck.yaml" --force --member-files
    ok "members hidden, $design: settle" succeeds
    ok "members hidden, $design: the marker is in their files" \
        grep -q SECRET "$case/result/attributed/NORTH.csv"
    for table in scenarios scenario_terms bootstrap bootstrap_outcomes bootstrap_quantiles scenario_bootstrap; do
        ok "members hidden, $design: $table.csv is there" [ -s "$case/result/$table.csv" ]
    done
    ok "members hidden, $design: tables, manifest and results.h5 hide members" \
        not grep -qa SECRET "$case"/result/*.csv "$case/result/manifest.json" \
        "$case/result/results.h5"
    ok "members hidden, $design: its output hides members" not grep -q SECRET "$out" "$err"
    cp "$case/result/scenarios.csv" "$work"
done
ok "members hidden: readings.csv is there" [ -s "$case/result/readings.csv" ]
finish
