#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures the engine on a synthetic state and prints a table in which every figure is a ratio to another
# measurement of the same run.
#
#   scripts/bench.sh [MEMBERS] [ROUNDS] [--only-settlement | --only-files | --only-ranks | --only-netting |
#                    --only-digests | --only-checkpoint | --only-instructions]
#                    (default 1500000 members, 7 rounds)
#
# The table "from files to settlement" has a thirtieth of the members, or all with --only-files, which takes some 35 GB
# of disk for 1500000 members. The script builds a state once, in build/bench, and keeps it. The tests do not use
# these figures, because they depend on the machine.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
members=${1:-1500000}
rounds=${2:-7}

export OMPI_MCA_pml=${OMPI_MCA_pml:-ob1} OMPI_MCA_btl=${OMPI_MCA_btl:-self,vader}
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

cd "$root"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { cmake --preset release && cmake --build --preset release; } >"$log" 2>&1; then
    cat "$log"
    exit 1
fi
python3 scripts/bench.py --build build/release --work build/bench --members "$members" \
    --rounds "$rounds" "${@:3}"
