#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the environment variable IHP_INSTRUCTIONS: a bootstrap of the sample has the same bytes with each set of
# instructions that this processor has, with fixed and refitted weights, and anything else is refused.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sample=$IHP_SOURCE/inputs/sample
ihp import "$sample/extract" -o "$work/sample.h5"
ok "the sample" succeeds
for weights in fixed refit; do
    cat >"$work/$weights.yaml" <<DECK
store: sample.h5
program: $sample/program
output: $weights
settlement: final
base: {year: 2024, paid_through: 2025-12-31}
performance: {year: 2025, paid_through: 2026-12-31}
threshold: 0.02
policies: {bootstrap_weights: $weights}
bootstrap: {replicates: 43, seed: 5, levels: [0.9]}
DECK
done

# The names that are valid here, as the error lists them.
IHP_INSTRUCTIONS=sse9 ihp settle "$work/fixed.yaml" --quiet
ok "an unknown name" fails 2 "environment variable IHP_INSTRUCTIONS: 'sse9' is not valid; use one of " \
    "plain, or do not set the variable"
ok "nothing is written" not [ -e "$work/fixed" ]
read -r -a names <<<"$(sed 's/.*use one of //; s/, or do not.*//; s/,//g' "$err")"
ok "plain C is the last" [ "${names[-1]}" = plain ]
IHP_INSTRUCTIONS=sse9 ihp settle "$work/fixed.yaml" --dry-run
ok "an unknown name is refused before a run" fails 2 "IHP_INSTRUCTIONS: 'sse9'"
if [ "$(uname -m)" = x86_64 ]; then
    for name in avx512vnni avx512 avx2; do
        if [[ " ${names[*]} " != *" $name "* ]]; then
            IHP_INSTRUCTIONS=$name ihp settle "$work/fixed.yaml" --quiet
            ok "$name without them" fails 2 "this processor has no $name instructions; use one of "
        fi
    done
fi

# Prints the instructions that a manifest names.
instructions_of() {
    "$IHP_PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1] + "/manifest.json"))["run"].get("instructions"))' "$1"
}

for weights in fixed refit; do
    ihp settle "$work/$weights.yaml" --quiet
    ok "$weights" succeeds
    ok "$weights: the fastest, if none are named" [ "$(instructions_of "$work/$weights")" = "${names[0]}" ]
    ok "$weights: there are intervals" grep -q ',bca,[^,]*[0-9],' "$work/$weights/bootstrap.csv"
    mv "$work/$weights" "$work/first"
    for name in "${names[@]}"; do
        IHP_INSTRUCTIONS=$name ihp settle "$work/$weights.yaml" --force --quiet
        ok "$weights, $name" succeeds
        ok "$weights, $name: the manifest names them" [ "$(instructions_of "$work/$weights")" = "$name" ]
        ok "$weights, $name: same results" same_results "$work/first" "$work/$weights"
    done
    rm -rf "$work/first"
done
sed -i '/^bootstrap:/ d' "$work/fixed.yaml"
ihp settle "$work/fixed.yaml" --force --quiet
ok "without a bootstrap the manifest names none" [ "$(instructions_of "$work/fixed")" = None ]
finish
