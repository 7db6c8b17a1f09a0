#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests extreme circumstances [5.9] and terminations [6.1] in a whole run: scenarios, replicates, ranks,
# explanations. The case `interim` tests the amounts.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case=$work/interim
copy_case "$IHP_SOURCE/tests/cases/interim" "$case"
ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds

# Prints column $2 of partnership $3 in a table.
cell() {
    awk -F, -v wanted="$2" -v ihp="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == wanted) at = i; next }
        $1 == ihp { print $at }' "$1"
}

# Every county is affected all year: no losses remain, in any replicate or scenario.
{
    echo county,month_from,month_to
    for county in $(cut -d, -f4 "$case/extract/members.csv" | sort -u | grep '^2') \
        $(cut -d, -f7 "$case/extract/enrollment.csv" | sort -u | grep '^2'); do
        echo "$county,2025-01,2025-12"
    done | sort -u
} >"$case/program/circumstances.csv"
settle 1 "$case/deck.yaml" --quiet
ok "all counties: settles" succeeds
cp -r "$case/result" "$work/first"
for ihp in IHP02 IHP03; do
    owed=$(cell "$work/first/settlement.csv" quality_adjusted $ihp)
    ok "all counties: $ihp has losses" [ "${owed#-}" != "$owed" ]
    ok "all counties: its losses are reduced to zero" [ \
        "$(cell "$work/first/settlement.csv" circumstance_reduction $ihp)" = "${owed#-}" ]
    ok "all counties: it owes nothing" [ \
        "$(cell "$work/first/settlement.csv" final_amount $ihp)" = 0.00 ]
done
ok "all counties: no scenario has losses left" [ "$(awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["final_amount"] < 0' "$work/first/scenarios.csv" | wc -l)" = 0 ]
for ranks in 2 3; do
    settle $ranks "$case/deck.yaml" --quiet --force --no-index
    ok "all counties: the same on $ranks ranks, line by line" same_results "$work/first" \
        "$case/result"
done

# Circumstances of another year change only the hash of the program.
sed -i 's/2025-/2024-/g' "$case/program/circumstances.csv"
settle 2 "$case/deck.yaml" --quiet --force
cp -r "$case/result" "$work/other"
rm "$case/program/circumstances.csv"
settle 2 "$case/deck.yaml" --quiet --force
ok "circumstances of another year: same as without any" diff "$work/other/settlement.csv" \
    "$case/result/settlement.csv"

# No losses remain in any replicate of a bootstrap, fixed or refit, if partnerships are large enough for one.
mkdir "$work/state"
ihp synth -o "$work/state/state.h5" --members 6000 --seed 3
ok "a synthetic state" succeeds
{
    echo county,month_from,month_to
    seq -f '%.0f,2025-01,2025-12' 27001 2 27173
} >"$work/state/program/circumstances.csv"
for weights in fixed refit; do
    { grep -v '^policies' "$work/state/deck.yaml"
      echo "policies: {bootstrap_weights: $weights}"
      echo 'bootstrap: {replicates: 100, seed: 1, levels: [0.90]}'
    } >"$work/state/$weights.yaml"
    settle 2 "$work/state/$weights.yaml" --quiet --force
    ok "replicates, $weights: settles" succeeds
    outcomes=$(dirname "$(find "$work/state" -name bootstrap_outcomes.csv)")/bootstrap_outcomes.csv
    ok "replicates, $weights: there are losses, and none are owed" awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["p_losses"] > 0 { losses++ }
        $at["expected_amount"] < 0 { owed++ }
        END { exit !(losses > 0 && owed == 0) }' "$outcomes"
done

# The explanation names the county of each month, and marks the affected months.
cp "$IHP_SOURCE/tests/cases/interim/program/circumstances.csv" "$case/program"
member=$(awk -F, 'NR > 1 && $4 == "27003" { print $1; exit }' "$case/extract/members.csv")
ihp explain "$case/deck.yaml" "$member"
ok "explain: the county" says "$out" "County [5.9]" "*"
rm "$case/program/circumstances.csv"
ihp explain "$case/deck.yaml" "$member"
ok "explain: no county if no county is affected" not says "$out" "County [5.9]"
finish
