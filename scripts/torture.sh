#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tortures the program for as long as asked: flips bits of what it reads, lets its system calls and allocations fail on
# one to three ranks, fills its disks, signals it, and lets runs race for one output. docs/validation.md has the counts
# of the last long run.
#
#   scripts/torture.sh [HOURS] [--seed S] [--only SECTION]...      (default: 1 hour, a new seed, every section)
#
# The sections share the time equally: flips, faults, ranks, races, signals, disks, and fuzz if clang can build the
# fuzz targets. The seed is printed; equal seeds make the same tries in the same order. tests/torture/torture.py
# explains the options for a single section. The exit code is 1 if anything went wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

hours=1
seed=$(date +%s)
sections=()
while (($# > 0)); do
    case $1 in
        --seed | --only)
            (($# > 1)) || { echo "torture: error: $1 needs a value" >&2; exit 2; }
            if [[ $1 == --seed ]]; then seed=$2; else sections+=("$2"); fi
            shift
            ;;
        [0-9]* | .[0-9]*) hours=$1 ;;
        *) echo "torture: error: unknown argument '$1'" >&2; exit 2 ;;
    esac
    shift
done
((${#sections[@]} > 0)) || sections=(flips faults ranks races signals disks fuzz)
command -v clang >/dev/null || sections=("${sections[@]/fuzz/}")

seconds=$(awk -v hours="$hours" -v sections="${#sections[@]}" 'BEGIN { print int(hours * 3600 / sections) }')
mkdir -p build
if ! { cmake --preset release && cmake --build --preset release --target ihp torture_server torture_faults; } \
    >build/torture.log 2>&1; then
    cat build/torture.log
    exit 1
fi
status=0
for section in "${sections[@]}"; do
    case $section in
        '') ;;
        fuzz) scripts/fuzz.sh --seconds "$seconds" --seed "$seed" || status=1 ;;
        *)
            python3 tests/torture/torture.py "$section" --build build/release --seed "$seed" \
                --seconds "$seconds" || status=1
            ;;
    esac
done
exit "$status"
