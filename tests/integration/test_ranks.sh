#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that every result file has the same bytes on any number of ranks, with any batch size, with and without
# the store's index, and with the rows of the extract in any order. The manifest differs only in the part about
# the run.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Writes an extract again with the rows of every file in a different order.
shuffle() {
    "$IHP_PYTHON" - "$@" <<'PYTHON'
import csv, gzip, os, random, sys

source, target, seed = sys.argv[1:]
os.makedirs(target)
for name in sorted(os.listdir(source)):
    path = os.path.join(source, name)
    opened = gzip.open if name.endswith('.gz') else open
    with opened(path, 'rt', encoding='utf-8-sig', newline='') as stream:
        header, *rows = csv.reader(stream)
    random.Random(seed + name).shuffle(rows)
    with opened(os.path.join(target, name), 'wt', encoding='utf-8', newline='') as stream:
        csv.writer(stream).writerows([header] + rows)
PYTHON
}

content_hash() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

# Settles a case in one way and compares the results with those of `ihp settle` without mpirun.
same() {
    local text=$1 ranks=$2
    shift 2
    settle "$ranks" "$case/deck.yaml" --member-files --force --quiet "$@"
    ok "$name, $text: settle" succeeds
    ((good)) || return 0
    ok "$name, $text: same results" same_results "$work/$name.first" "$result"
    ok "$name, $text: the manifest has the ranks" says "$result/manifest.json" "\"ranks\": $ranks,"
}

try_case() {
    name=$1
    case=$work/$name
    result=$(deck_path "$case/deck.yaml" output)
    local store
    store=$(deck_path "$case/deck.yaml" store)

    ihp import "$case/extract" -o "$store"
    ok "$name: import" succeeds
    ihp settle "$case/deck.yaml" --member-files --quiet
    ok "$name: settle without mpirun" succeeds
    ((good)) || return 0
    cp -r "$result" "$work/$name.first"

    local ranks batch
    for ranks in 1 2 3 4 8; do
        same "$ranks ranks" "$ranks"
    done
    if [[ $name == tiny ]]; then
        same "more ranks than members" 16
    fi
    for batch in 1 7 65536; do
        same "batches of $batch" 2 --batch-lines "$batch"
    done
    same "3 ranks in batches of 1" 3 --batch-lines 1
    same "without the index" 2 --no-index
    same "without the index, 3 ranks in batches of 7" 3 --no-index --batch-lines 7

    # An import on several ranks makes the same store, byte for byte.
    run "$IHP_MPIRUN" -n 3 "$IHP_PROGRAM" import "$case/extract" -o "$work/$name.h5"
    ok "$name: import on 3 ranks" succeeds
    ok "$name: import on 3 ranks makes the same store" cmp "$store" "$work/$name.h5"

    # A different order of rows, imported in the least memory.
    shuffle "$case/extract" "$work/$name.shuffled" 1
    ihp import "$work/$name.shuffled" -o "$work/$name.h5" --force --memory 64M
    ok "$name, shuffled: import" succeeds
    ((good)) || return 0
    ok "$name, shuffled: same content hash" [ "$(content_hash "$store")" = \
        "$(content_hash "$work/$name.h5")" ]
    ok "$name, shuffled: the hash is there" [ -n "$(content_hash "$store")" ]
    mv "$work/$name.h5" "$store"
    same "shuffled" 3
}

for given in tiny ties synpuf500; do
    copy_case "$IHP_SOURCE/tests/cases/$given" "$work/$given"
    try_case "$given"
done
"$IHP_PYTHON" "$IHP_SOURCE/tests/reference/random_case.py" --seed 4711 --members 300 -o "$work/random"
try_case random
finish
