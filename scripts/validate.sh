#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Validates the bootstrap of a settlement on synthetic states. It compares the bootstrap's standard errors
# with linearised ones, its intervals with the true ratios, and its weights with Poisson(1).
# docs/validation.md explains each comparison and gives the results.
#
#   scripts/validate.sh [DRAWS] [--jobs N] [--truth-pairs N]
#
# For the coverage of intervals, the script settles DRAWS states (default 400), two at a time. It finds the true
# ratios from 60 pairs of states.
#
# The exit code is 1 if a result misses its bound. The script takes long, so the tests do not run it. Equal
# arguments give equal figures on any machine.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
draws=${1:-400}

export OMPI_MCA_pml=${OMPI_MCA_pml:-ob1} OMPI_MCA_btl=${OMPI_MCA_btl:-self,vader}
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! { cmake --preset release && cmake --build --preset release; } >"$work/log" 2>&1; then
    cat "$work/log"
    exit 1
fi
python3 scripts/validate.py --build build/release --work "$work" --draws "$draws" "${@:2}"
