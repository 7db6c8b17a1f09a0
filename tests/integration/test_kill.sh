#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Hundreds of settlements that are killed at random moments, one rank, all ranks or the launcher, and
# started again until they are done: each ends with the bytes of a run that nobody disturbed, and none
# leaves a folder that looks finished and is not. IHP_KILL_SEED runs it as a seed that failed did.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

default_mpirun
limit=2300
run "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/kill_runs.py" "$work" "${IHP_KILL_RUNS:-210}" \
    "${IHP_KILL_SEED:-$(date +%s)}"
sed 's/^/        /' "$out"
ok "every killed run comes to its end" succeeds
finish
