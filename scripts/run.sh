#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Goes from a fresh checkout to a settlement: installs what is missing, builds, imports the sample state of
# inputs/sample, settles it on two ranks, pays a quarter, and prints both. It can be run repeatedly, from any
# folder, as root in a container or as a user with sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

# The presets also require the packages of the tests, so that `ctest` can use this build later.
scripts/install-deps.sh --tests

say "building the program (build/release)"
cmake --preset release
cmake --build --preset release --target installable

# Settings of Open MPI for a container and a small machine. They allow it to run as root, restrict it to
# shared memory, which is enough for the ranks of one machine, and let two ranks share a core.
if ((EUID == 0)); then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_pml=ob1
export OMPI_MCA_btl=self,vader
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_mpi_yield_when_idle=1

ihp=build/release/ihp

say "importing inputs/sample/extract into build/sample/sample.h5"
mkdir -p build/sample
"$ihp" import inputs/sample/extract -o build/sample/sample.h5 --force

say "settling inputs/sample/deck.yaml on two ranks"
mpirun -n 2 "$ihp" settle inputs/sample/deck.yaml --force

say "paying the second quarter of 2025"
mpirun -n 2 "$ihp" pay inputs/sample/deck.yaml --quarter 2025Q2 --force

say "the result folder is build/sample/result; '$ihp --help' lists all commands"
