#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Kills settlements at random moments (one rank, all ranks or the launcher) and starts them again until they
# finish. Each must end with the bytes of a run without interruption, and none may leave a folder that looks
# finished but is not. IHP_KILL_SEED repeats the runs of a seed that failed; IHP_KILL_RUNS asks for more runs.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

default_mpirun
limit=2300
run "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/kill_runs.py" "$work" "${IHP_KILL_RUNS:-30}" \
    "${IHP_KILL_SEED:-$(date +%s)}"
sed 's/^/        /' "$out"
ok "every killed run finishes" succeeds
finish
