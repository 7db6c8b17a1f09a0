#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Holds the bootstrap of a settlement against what it should be, on synthetic states: its standard
# errors against linearised ones, its intervals against the true ratios, its weights against
# Poisson(1). docs/validation.md says what is compared with what, and what came out.
#
#   scripts/validate.sh [DRAWS] [--jobs N] [--truth-pairs N]
#
# DRAWS states are settled for the intervals (default 400), two at a time, and 60 pairs for the truth.
#
# Ends with 1 when a stated bound is missed. Long, so no part of the tests; equal arguments give
# equal figures on any machine.
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
