#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Compares what jobs write on one rank with what they write on many more ranks than the machine has cores.
#
#   scripts/many_ranks.sh [MEMBERS] [RANKS]    (default 200000 members, 64 ranks)
#
# Import, settlement, bootstrap, sweep, payments and packages of a synthetic state must be the same bytes, but for what
# differs by definition: part `run` of a manifest, and timings.h5. The script prints a line for each job and ends
# with 1 if something differs. It takes 8 GB of disk at the default size.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
members=${1:-200000}
ranks=${2:-64}
ihp=$(realpath -m "${IHP_PROGRAM:-$root/build/release/ihp}")
if [ ! -x "$ihp" ]; then
    echo "many_ranks.sh: $ihp does not exist; build it: cmake --preset release && cmake --build --preset release" >&2
    exit 2
fi

export OMPI_MCA_pml=${OMPI_MCA_pml:-ob1} OMPI_MCA_btl=${OMPI_MCA_btl:-self,vader}
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
different=0

on() { # RANKS ARG...
    mpirun -n "$1" "$ihp" "${@:2}" --quiet >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
}

# Compares two files or folders by their bytes, JSON files without their part `run`.
same() { # JOB ONE MANY SECONDS_ONE SECONDS_MANY
    local found
    find "$2" "$3" -name timings.h5 -delete
    find "$2" "$3" -name '*.json' -exec python3 -c '
import json, sys
with open(sys.argv[1]) as handle:
    manifest = json.load(handle)
manifest.pop("run", None)
with open(sys.argv[1], "w") as handle:
    json.dump(manifest, handle, indent=1)' {} \;
    if found=$(diff -rq "$2" "$3"); then
        printf '%-12s the same bytes; %d files; %s s on one rank, %s s on %s\n' "$1" "$(find "$2" -type f | wc -l)" "$4" "$5" "$ranks"
    else
        printf '%-12s DIFFERS: %s\n' "$1" "$found"
        different=1
    fi
}

# Runs a job on one rank and on many, each in a copy of the decks of its own, and compares what it wrote.
job() { # NAME OUTPUT ARG...
    local count one=0 many=0
    for count in 1 "$ranks"; do
        SECONDS=0
        (cd "$work/on-$count" && on "$count" "${@:3}")
        if [ "$count" = 1 ]; then one=$SECONDS; else many=$SECONDS; fi
    done
    same "$1" "$work/on-1/$2" "$work/on-$ranks/$2" "$one" "$many"
}

mkdir "$work/made" "$work/on-1" "$work/on-$ranks"
on 2 synth -o "$work/made/state.h5" --members "$members" --seed 1 --extract "$work/made/extract"
rm "$work/made/state.h5"
for count in 1 "$ranks"; do
    folder=$work/on-$count
    ln -s "$work/made/extract" "$folder/extract"
    cp -r "$work/made/program" "$folder"
    sed 's/^output:.*/output: result/' "$work/made/deck.yaml" >"$folder/deck.yaml"
    { sed 's/^output:.*/output: bootstrap/' "$work/made/deck.yaml"; echo 'bootstrap: {replicates: 500, seed: 1}'; } >"$folder/bootstrap.yaml"
    { sed 's/^output:.*/output: sweep/' "$work/made/deck.yaml"; echo 'sweep: {design: readings}'; } >"$folder/sweep.yaml"
done
job import state.h5 import extract -o state.h5
# Later jobs read one store, so that the second copy need not stay.
ln -f "$work/on-1/state.h5" "$work/on-$ranks/state.h5"
job settle result settle deck.yaml --member-files
job bootstrap bootstrap settle bootstrap.yaml
job sweep sweep settle sweep.yaml
job pay payments pay deck.yaml --year 2025 -o payments --member-files
job package packages package deck.yaml -o packages
exit "$different"
