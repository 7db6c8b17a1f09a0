# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# A node goes down, or a rank is killed. No result looks finished, and the job, or the next one, continues to
# the same bytes.

long_run
site site "program=$held" tasks_per_node=1

# ---- a node is set DOWN --------------------------------------------------------------------------

hold "$work/down"
script settle "$work/long.yaml" "$work/down"
job=$(job_printed settle)
wait_held "$work/down"
scontrol update nodename=n3 state=down reason=test
wait_until is_state "$job" PENDING
let_go "$work/down"
ok "node down: no result" [ ! -e "$work/down/manifest.json" ]
scontrol update nodename=n3 state=resume 2>/dev/null || true # Slurm may have resumed it already
down=$job # it waits for some seconds; the next jobs start at once

# ---- a rank is killed ----------------------------------------------------------------------------

# Prints the process id of a job's rank on a node, where ranks of another job may be too: on a slow machine the
# job that is queued again above starts while the next one runs.
rank_on() {
    local pid name
    for pid in $(cluster_processes "SLURMD_NODENAME=$1"); do
        read -r name <"/proc/$pid/comm"
        if [[ $name == ihp* ]] && grep -qzxF "SLURM_JOB_ID=$2" "/proc/$pid/environ"; then
            echo "$pid"
            return
        fi
    done
}

killed() {
    local launcher=$1 result=$work/killed-$1 line
    site "$launcher" "launcher=$launcher" "program=$held" tasks_per_node=1
    hold "$result"
    script settle "$work/long.yaml" "$result"
    job=$(job_printed settle)
    wait_held "$result"
    kill -KILL "$(rank_on n3 "$job")"
    let_go "$result"
    wait_until is_over "$job"
    ok "$launcher, killed: failed" is_state "$job" FAILED
    # Usually 137. If another rank notices the loss first, the code is that of Open MPI.
    line="^ihp-slurm: error: settle: job $job ended with code $(code_of "$job"): .* was killed"
    ok "$launcher, killed: the code is not one of ihp" [ "$(code_of "$job")" -gt 3 -a "$(code_of "$job")" != 75 ]
    ok "$launcher, killed: one line" [ "$(grep -c '^ihp-slurm: error: ' "$(log_of "$job")")" = 1 ]
    ok "$launcher, killed: the line explains the code" grep -q "$line" "$(log_of "$job")"
    ok "$launcher, killed: no result" [ ! -e "$result/manifest.json" ]
    ok "$launcher, killed: the checkpoint is there" [ -s "$result.checkpoint.h5" ]
    script settle "$work/long.yaml" "$result"
    job=$(job_printed settle)
    wait_until is_over "$job"
    ok "$launcher, killed: the next job continues" is_state "$job" COMPLETED
    ok "$launcher, killed: the same bytes" same_results "$work/long" "$result"
}
killed srun

# ---- the node that was set DOWN, again -----------------------------------------------------------

wait_until is_over "$down"
ok "node down: the job succeeded" is_state "$down" COMPLETED
((good)) || show_logs "$(log_of "$down")"
ok "node down: Slurm queued it again" [ "$(job_field "$down" Restarts)" = 1 ]
ok "node down: the same bytes" same_results "$work/long" "$work/down"
ok "node down: the checkpoint is removed" [ ! -e "$work/down.checkpoint.h5" ]

killed mpirun
