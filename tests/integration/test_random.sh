#!/usr/bin/env bash
# Random cases full of edges against the reference implementation: every result file byte for byte,
# each seed on another number of ranks and with another batch size.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seeds=${IHP_RANDOM_SEEDS:-24}
first=${IHP_RANDOM_FIRST:-1}
members=${IHP_RANDOM_MEMBERS:-100}
reference=$IHP_SOURCE/tests/reference
all_ranks=(1 2 3 5)
all_batches=(65536 1 7 100 33)

for ((seed = first; seed < first + seeds; seed++)); do
    case=$work/$seed
    ranks=${all_ranks[seed % ${#all_ranks[@]}]}
    batch=${all_batches[seed % ${#all_batches[@]}]}
    text="seed $seed, $ranks ranks, batches of $batch"

    "$IHP_PYTHON" "$reference/random_case.py" --seed "$seed" --members "$members" -o "$case"
    run "$IHP_PYTHON" "$reference/reference.py" "$case/extract" "$case/deck.yaml" -o "$case/expected"
    ok "$text: the reference settles it" succeeds
    ihp import "$case/extract" -o "$(deck_path "$case/deck.yaml" store)"
    ok "$text: import" succeeds
    settle "$ranks" "$case/deck.yaml" --member-files --batch-lines "$batch" --quiet
    ok "$text: settle" succeeds
    ((good)) || continue
    result=$(deck_path "$case/deck.yaml" output)
    ok "$text: results as expected" same_as_expected "$case/expected" "$result"
    ok "$text: no other tables" diff <(cd "$case/expected" && find . -name '*.csv' | sort) \
        <(cd "$result" && find . -name '*.csv' | sort)
    rm -rf "$case"
done
finish
