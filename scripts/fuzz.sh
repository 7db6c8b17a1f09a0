#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes every reader of ihp with clang's libFuzzer and its sanitizers.
#
#   scripts/fuzz.sh [--seconds N] [--seed N] [--keep FOLDER] [READER...]
#
# READER is a target of tests/fuzz without "fuzz_", such as csv, deck, extract or store; without one, all run. They run
# one after another and share N seconds (9600) equally. Each begins with tests/fuzz/corpus/READER. Inputs that reach
# new code are kept in FOLDER/READER (build/fuzz/corpus) and used the next time. An input that ends a target is kept in
# FOLDER/found; the exit code is then 1.
#
# The seed is printed, and the same seed draws alike; without --seed it is the time. The tests replay the corpus and some
# mutations of it with any compiler and without libFuzzer.
#
# Another script can source this file and call `fuzz_run SECONDS SEED FOLDER [READER...]`.
set -euo pipefail

fuzz_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Builds the targets into build/fuzz.
fuzz_build() {
    (
        cd "$fuzz_root"
        cmake --preset fuzz >/dev/null
        cmake --build --preset fuzz --target fuzz_targets
    )
}

# Prints the readers that have a target.
fuzz_readers() {
    local file
    for file in "$fuzz_root"/tests/fuzz/fuzz_*.c; do
        file=${file##*/fuzz_}
        echo "${file%.c}"
    done
}

# Runs one target. Its output is in FOLDER/READER.log.
fuzz_one() {
    local reader=$1 seconds=$2 seed=$3 folder=$4 code=0 runs
    local dictionary=$fuzz_root/tests/fuzz/dictionaries/$reader.dict options=()
    mkdir -p "$folder/$reader" "$folder/found"
    [[ ! -f $dictionary ]] || options+=(-dict="$dictionary")
    "$fuzz_root/build/fuzz/tests/fuzz/fuzz_$reader" -max_total_time="$seconds" -seed="$seed" -timeout=60 \
        -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$folder/found/$reader-" "${options[@]}" \
        "$folder/$reader" "$fuzz_root/tests/fuzz/corpus/$reader" >"$folder/$reader.log" 2>&1 || code=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$reader.log")
    printf '%-12s %10s inputs, seed %s: %s\n' "$reader" "${runs:-?}" "$seed" \
        "$( ((code == 0)) && echo "no errors" || echo "ERROR, see $folder/$reader.log")"
    return "$code"
}

# Runs targets one after another, which share the seconds. Returns 1 if one found an error.
fuzz_run() {
    local seconds=$1 seed=$2 folder=$3 reader failed=0
    shift 3
    (($# > 0)) || mapfile -t readers < <(fuzz_readers)
    (($# == 0)) || readers=("$@")
    # Open MPI in a container, and one process without a daemon.
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_ess_singleton_isolated=1
    export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self
    for reader in "${readers[@]}"; do
        fuzz_one "$reader" "$(((seconds + ${#readers[@]} - 1) / ${#readers[@]}))" "$seed" "$folder" || failed=1
    done
    return "$failed"
}

fuzz_main() {
    local seconds=9600 seed folder=$fuzz_root/build/fuzz/corpus
    seed=$(date +%s)
    while (($# > 0)); do
        case $1 in
            --seconds | --seed | --keep)
                (($# > 1)) || {
                    echo "fuzz: error: $1 requires a value" >&2
                    exit 2
                }
                case $1 in
                    --seconds) seconds=$2 ;;
                    --seed) seed=$2 ;;
                    *) folder=$(realpath -m "$2") ;;
                esac
                shift 2
                ;;
            -*)
                echo "fuzz: error: unknown option '$1'" >&2
                exit 2
                ;;
            *) break ;;
        esac
    done
    fuzz_build
    fuzz_run "$seconds" "$seed" "$folder" "$@"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    fuzz_main "$@"
fi
