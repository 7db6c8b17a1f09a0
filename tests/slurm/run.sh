#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the job scripts of slurm/ under a real Slurm: starts a cluster of four emulated nodes, runs the
# test_*.sh in this folder, or those that are named, and stops the cluster.
#
#   tests/slurm/run.sh [NAME...]    NAME is for example nightly; ctest sets the environment
#
# Exits with 77 (skipped) if no cluster can be started, and prints why.
# shellcheck source=tests/slurm/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if reason=$(cluster_cannot); then
    echo "skipped: $reason"
    exit 77
fi
clean_up() {
    cluster_stop
}
chmod 755 "$work"
cd "$work" # folder of the logs of single stages
cluster_start "$work/cluster" || {
    echo "FAILED: the cluster does not start"
    show_logs "$work"/cluster/*.out
    exit 1
}

# A small state, a deck whose run saves a checkpoint after a third of a second and takes a few seconds, and a
# deck with a short sweep.
"$IHP_PROGRAM" synth -o "$work/state.h5" --members 5000 --seed 1 >"$out"
sed 's/^output:.*/output: unused/' "$work/deck.yaml" >"$work/long.yaml"
cp "$work/long.yaml" "$work/sweep.yaml"
cp "$work/long.yaml" "$work/plain.yaml"
cat >>"$work/long.yaml" <<'YAML'
checkpoint_minutes: 0.005
bootstrap: {replicates: 1000, seed: 9}
bootstrap_scenarios: true
sweep:
  design: grid
  vary: {claims_cap: [20000, 50000, 100000, 0], trend: [0, 0.01, 0.02], count_unit: [line, visit],
         lookback_months: [0, 12]}
YAML
echo 'sweep: {design: readings}' >>"$work/sweep.yaml"

tests=("$@")
((${#tests[@]} > 0)) || mapfile -t tests < <(cd "$IHP_SOURCE/tests/slurm" && ls test_*.sh)
for name in "${tests[@]}"; do
    name=${name#test_}
    began=$SECONDS
    failed_before=$failed
    # shellcheck disable=SC1090
    source "$IHP_SOURCE/tests/slurm/test_${name%.sh}.sh"
    leave_queue
    echo "${name%.sh}: $((failed - failed_before)) failed, $((SECONDS - began)) seconds"
done
finish
