# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# Shared by the tests under Slurm, in addition to the lib.sh of all integration tests. run.sh sources this
# file and then the tests, one after the other, on one cluster.
#
#   site NAME KEY=VALUE...     writes $work/NAME.conf, the site.conf of the tests with these keys changed,
#                              and uses it
#   script NAME ARG...         runs slurm/NAME.sh by `run`
#   plain_runs, long_run       make $work/plain, plain-sweep and long without Slurm
#   fails_with CODE TEXT...    after `script`: true for this exit code and one error line with each text
#   wait_until COMMAND...      one check: waits until the command succeeds
#   hold FOLDER                halts the next run into FOLDER after it has saved a checkpoint (held.sh)
#   wait_held FOLDER           one check: waits until it is halted
#   let_go FOLDER              lets it go on
#   state_of JOB, code_of JOB  print the state and the exit code that Slurm has
#   log_of JOB                 prints the path of a job's log
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../integration/lib.sh"
# shellcheck source=tests/slurm/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

slurm=$IHP_SOURCE/slurm
held=$IHP_SOURCE/tests/slurm/held.sh
# Jobs inherit the environment of their submission; these variables are for single processes.
unset OMPI_MCA_ess_singleton_isolated OMPI_MCA_orte_tmpdir_base
# The tests may run in a job of the machine's Slurm, or with defaults for its commands in the environment.
unset "${!SLURM_@}" "${!SLURMD_@}" "${!SBATCH_@}" "${!SRUN_@}" "${!PMIX_@}"
unset IHP_STAGE IHP_SLURM_DIR IHP_SITE_CONF
# Slurm ends the ranks of a failed job as it does for users.
default_mpirun
export IHP_HOLDS=$work/holds
mkdir "$IHP_HOLDS"

# The ranks of all nodes run on one machine. Open MPI's shared memory would treat them as ranks of several
# machines, and its TCP sometimes crashes at the start if all ranks have one address. UCX has neither problem.
mpi_env='OMPI_MCA_pml=ucx OMPI_MCA_pml_ucx_tls=any OMPI_MCA_pml_ucx_devices=any OMPI_MCA_osc=^ucx'
mpi_env+=' OMPI_MCA_btl=self UCX_TLS=self,sm,tcp OMPI_MCA_mpi_yield_when_idle=1'

site() {
    local name=$1 pair
    shift
    declare -gA site_keys_of_test=(
        [account]=test [partition]=batch [nodes]=4 [tasks_per_node]=2 [sweep_nodes]=1
        [sweep_blocks]=4 [sweep_at_a_time]=4 [rate_mb_per_s]=500 [minutes_min]=30 [minutes_max]=60
        [memory_mib_min]=64 [small_minutes]=30 [small_memory_mib]=256 [import_minutes]=30
        [import_memory_mib]=64 [signal_seconds]=30 [requeues_max]=3 [program]=$IHP_PROGRAM
        [mpi_env]=$mpi_env)
    for pair in "$@"; do
        site_keys_of_test[${pair%%=*}]=${pair#*=}
    done
    for pair in "${!site_keys_of_test[@]}"; do
        echo "$pair=${site_keys_of_test[$pair]}"
    done | sort >"$work/$name.conf"
    export IHP_SITE_CONF=$work/$name.conf
}

script() {
    local name=$1
    shift
    run "$slurm/$name.sh" "$@"
}

# Returns true if the last `script` had this exit code and one error line with each text.
fails_with() {
    local wanted=$1
    shift
    [[ $code == "$wanted" ]] || { echo "        exit code $code instead of $wanted"; return 1; }
    [[ $(grep -c '^ihp-slurm: error: ' "$err") == 1 ]] ||
        { echo "        not one error line"; return 1; }
    grep '^ihp-slurm: error: ' "$err" >"$work/.error"
    says "$work/.error" "$@"
}

# Settles a deck once without Slurm, for comparison with the jobs.
plain_run() {
    [[ ! -e $2/manifest.json ]] || return 0
    OMPI_MCA_orte_tmpdir_base=$work settle 2 "$1" -o "$2" --quiet
    ok "without Slurm: $1" succeeds
}

plain_runs() {
    plain_run "$work/plain.yaml" "$work/plain"
    plain_run "$work/sweep.yaml" "$work/plain-sweep"
}

long_run() {
    plain_run "$work/long.yaml" "$work/long"
}

wait_until() {
    ok "in the end: $*" cluster_until "$limit" "$@"
}

hold() {
    : >"$IHP_HOLDS/${1//\//_}"
}

wait_held() {
    wait_until test -e "$IHP_HOLDS/${1//\//_}.halted"
}

let_go() {
    rm "$IHP_HOLDS/${1//\//_}"*
}

# Prints a field of `scontrol show job`.
job_field() {
    scontrol --oneliner show job "$1" | sed -n "s/.* $2=\([^ ]*\).*/\1/p" | head -n 1
}

state_of() {
    job_field "$1" JobState
}

code_of() {
    local code
    code=$(job_field "$1" ExitCode)
    echo "${code%:*}"
}

log_of() {
    job_field "$1" StdOut
}

is_state() {
    [[ $(state_of "$1") == "$2" ]]
}

is_over() {
    [[ $(state_of "$1") =~ ^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY)$ ]]
}

# Returns true if Slurm has nothing more to do for a job.
is_cleared() {
    [[ -z $(squeue --noheader --jobs="$1") ]]
}

# Prints the id of a stage's job, as the script printed it.
job_printed() {
    sed -n "s/^$1.* is job \([0-9]*\);.*/\1/p" "$out"
}

# Prints the id of a stage's job in a chain.
job_of_chain() {
    sed -n "s/^job $2 //p" "$1/chain"
}

# Cancels what a failed test left in the queue, which would delay the next test.
leave_queue() {
    scancel --user=root || true
    cluster_until "$limit" cluster_is_empty
    cluster_until "$limit" cluster_all_idle
}

# Prints the ends of logs, to explain a failed check.
show_logs() {
    local log
    for log in "$@"; do
        [[ -f $log ]] || continue
        printf '        ---- %s\n' "$log"
        tail -n 15 "$log" | cut -c 1-200 | sed 's/^/        | /'
    done
}
