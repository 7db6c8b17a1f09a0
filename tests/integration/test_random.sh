#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Compares random cases with many edges to the reference implementation: every result file byte for byte, each
# seed on a different number of ranks and with a different batch size. Every other case also has quality,
# circumstances and terminations; every third has payments and their reconciliation; every fourth is a quarterly
# statement.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seeds=${IHP_RANDOM_SEEDS:-24}
first=${IHP_RANDOM_FIRST:-1}
members=${IHP_RANDOM_MEMBERS:-100}
reference=$IHP_SOURCE/tests/reference
all_ranks=(1 2 3 5)
all_batches=(65536 1 7 100 33)

# Pays quarters of the year, each with a cut-off of its own, and reconciles the year by what they paid. Sometimes one
# quarter has no run.
runs() {
    local year=$1 quarter cutoff folders=()
    local cutoffs=([1]=$year-06-30 [2]=$((year + 1))-12-31 [3]=$year-12-31 [4]=$((year + 1))-03-31)
    for quarter in 1 2 3 4; do
        ((seed % 4 == 3 && quarter == 2)) && continue
        cutoff=${cutoffs[quarter]}
        sed "s/^\(performance:.*paid_through: *\)[0-9-]*/\1$cutoff/; /^allow_nonstandard/d" "$case/deck.yaml" \
            >"$case/quarter$quarter.yaml"
        echo "allow_nonstandard_runout: true" >>"$case/quarter$quarter.yaml"
        run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" pay "$case/quarter$quarter.yaml" --quarter "${year}Q$quarter" \
            --member-files -o "$case/run$quarter" --quiet
        ok "$text: pay ${year}Q$quarter by $cutoff" succeeds
        folders+=(--paid "$case/run$quarter")
    done
    run "$IHP_PYTHON" "$reference/reference.py" "$case/extract" "$case/deck.yaml" -o "$case/reconciled" \
        --reconcile "$year" "${folders[@]}"
    ok "$text: the reference reconciles the runs" succeeds
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" reconcile "$case/deck.yaml" --year "$year" "${folders[@]}" \
        -o "$case/from-runs" --quiet
    ok "$text: reconcile the runs" succeeds
    ok "$text: what the runs paid, as expected" cmp "$case/reconciled/reconcile.csv" "$case/from-runs/reconcile.csv"
}

# Pays a quarter or the whole performance year and reconciles the year, into the settlement's folder.
payments() {
    local year span=--year
    year=$(sed -n 's/^performance: *{[a-z]*: *\([0-9]*\).*/\1/p' "$case/deck.yaml")
    local what=$year
    ((seed % 2)) && span=--quarter && what=${year}Q$((seed % 4 + 1))
    for job in "--pay $what" "--reconcile $year"; do
        # shellcheck disable=SC2086
        run "$IHP_PYTHON" "$reference/reference.py" "$case/extract" "$case/deck.yaml" -o "$case/paid" $job
        ok "$text: the reference computes $job" succeeds
    done
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" pay "$case/deck.yaml" "$span" "$what" --quiet
    ok "$text: pay $what" succeeds
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" reconcile "$case/deck.yaml" --year "$year" --quiet
    ok "$text: reconcile $year" succeeds
    ok "$text: payments as expected" same_as_expected "$case/paid" "$result"
    cp "$case"/paid/*.csv "$case/expected/"
    runs "$year"
}

for ((seed = first; seed < first + seeds; seed++)); do
    case=$work/$seed
    ranks=${all_ranks[seed % ${#all_ranks[@]}]}
    batch=${all_batches[seed % ${#all_batches[@]}]}
    text="seed $seed, $ranks ranks, batches of $batch"
    more=()
    ((seed % 2)) || more+=(--money)
    ((seed % 3)) || more+=(--payments)
    ((seed % 4 == 2 || seed % 12 == 3)) && more+=(--quarterly)

    "$IHP_PYTHON" "$reference/random_case.py" --seed "$seed" --members "$members" -o "$case" "${more[@]}"
    run "$IHP_PYTHON" "$reference/reference.py" "$case/extract" "$case/deck.yaml" -o "$case/expected"
    ok "$text: the reference settles it" succeeds
    ihp import "$case/extract" -o "$(deck_path "$case/deck.yaml" store)"
    ok "$text: import" succeeds
    settle "$ranks" "$case/deck.yaml" --member-files --batch-lines "$batch" --quiet
    ok "$text: settle" succeeds
    ((good)) || continue
    result=$(deck_path "$case/deck.yaml" output)
    ok "$text: results as expected" same_as_expected "$case/expected" "$result"
    ok "$text: settlement.csv follows from the other files" recomputes "$result"
    if ((seed % 3 == 0)); then
        payments
        ((good)) || continue
    fi
    # The reference has no tables for recomputing: the check above reads them.
    ok "$text: there are no other tables" diff <(cd "$case/expected" && find . -name '*.csv' | sort) \
        <(cd "$result" && find . -name '*.csv' ! -name terms.csv ! -name risk_scores.csv | sort)
    rm -rf "$case"
done
finish
