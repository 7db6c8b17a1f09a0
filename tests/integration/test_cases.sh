#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every case with known results: import, settlement on two ranks, and payments if the case has them. Each
# expected file must be the same byte for byte.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cases=("$IHP_SOURCE"/tests/cases/*/ "$IHP_SOURCE"/inputs/sample/)
for source in "${cases[@]}"; do
    name=$(basename "$source")
    # The sample's deck names folders two levels up.
    copy_case "$source" "$work/$name/in/$name"
    case=$work/$name/in/$name
    store=$(deck_path "$case/deck.yaml" store)
    result=$(deck_path "$case/deck.yaml" output)
    mkdir -p "$(dirname "$store")"

    ihp import "$case/extract" -o "$store"
    ok "$name: import" succeeds
    settle 2 "$case/deck.yaml" --member-files
    ok "$name: settle on two ranks" succeeds
    ((good)) || continue
    cp "$out" "$work/$name.table"
    # The quarter that the case has payments of.
    if [[ -e $case/expected/payments_quarter.csv ]]; then
        quarter=$(sed -n '2s/^[^,]*,\([^,]*\),.*/\1/p' "$case/expected/payments_quarter.csv")
        ihp pay "$case/deck.yaml" --quarter "$quarter" --quiet
        ok "$name: pay $quarter" succeeds
    fi
    ok "$name: results as expected" same_as_expected "$case/expected" "$result"
    ok "$name: settlement.csv follows from the other files" recomputes "$result"

    # The table on the terminal names every partnership.
    while IFS=, read -r ihp _; do
        ok "$name: the table has $ihp" says "$work/$name.table" "$ihp "
    done < <(tail -n +2 "$result/settlement.csv")

    # Member files: one for each partnership and no others, if the case expects any.
    if [[ -d $case/expected/attributed ]]; then
        ok "$name: the member files are those of the case" diff <(ls "$case/expected/attributed") \
            <(ls "$result/attributed")
    fi
    # Only a deck with a sweep has the tables of a sweep.
    ok "$name: scenarios.csv exists only if the deck has a sweep" [ \
        "$([[ -e $result/scenarios.csv ]] && echo 1)" = \
        "$(grep -q '^sweep:' "$case/deck.yaml" && echo 1)" ]
    if [[ -e $result/scenarios.csv ]]; then
        ok "$name: scenarios.csv is among the expected files" [ -e "$case/expected/scenarios.csv" ]
    fi
    ok "$name: no unfinished files are left" nothing_left "$work/$name"
done
finish
