# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# Inside a job: starts ranks, passes signals on to them, and explains their exit code. Sourced after
# lib.sh.
#
#   stage_is FOLDER     says that this job makes a result folder; exits with 0 if it is already finished
#   run_ranks N ARG...  runs ihp on N ranks; ends the job unless ihp exits with 0
#
# Slurm sends USR1 to this script some time before the time limit (--signal=B:USR1@...), and the script
# sends USR1 to the ranks. They save a checkpoint and exit with code 75, and the job is queued again. When
# the job is cancelled, Slurm sends TERM to every process; the ranks try to save a checkpoint, but nothing
# is queued.

stage_name=${IHP_STAGE:-job}
job_id=$(job_number)
restarts=${SLURM_RESTART_COUNT:-0}
folder=      # of the result, if the stage makes one
started=     # a file made when the job began, which distinguishes its result from an older one
ranks_pid=
asked=       # the signal that this script received; $started.asked is a file made at that moment

# Every failed job ends with a line that reports it, even if a command of these scripts failed.
left() {
    local code=$?
    ((code == 0 || code == 75 || told)) ||
        fail "$code" "a command of the job script failed; its message above says why"
}
trap left EXIT

say "job $job_id on ${SLURM_JOB_NODELIST:-?}, $(date -u +%Y-%m-%dT%H:%M:%SZ), restarts so far: $restarts"

if [[ -n ${site[scratch]} ]]; then
    [[ -d ${site[scratch]} && -w ${site[scratch]} ]] ||
        fail 2 "$conf: scratch: ${site[scratch]} is not a folder that can be written on $(hostname -s)"
    export TMPDIR=${site[scratch]}
fi

stage_is() {
    folder=$1
    mkdir -p "$(dirname "$folder")"
    started=$(dirname "$folder")/.ihp-job-$job_id
    # Only a job that succeeds removes its file.
    if ((restarts > 0)) && is_finished "$folder" &&
        [[ ! -e $started || $folder/manifest.json -nt $started ]]; then
        stage_done "$folder was finished before the job was queued again"
    fi
    ((restarts > 0)) || : >"$started"
}

# Ends a job that succeeded; a stage may define `when_done`.
stage_done() {
    ! declare -F when_done >/dev/null || when_done
    [[ -z $started ]] || rm -f "$started" "$started.asked"
    say "$1"
    exit 0
}

# With --keep-finished as the first argument, ends the job if its result is finished. Returns false without
# it.
keep_finished() {
    [[ ${1-} == --keep-finished ]] || return 1
    ! is_finished "$folder" || stage_done "$folder is already finished"
}

# Sets $options to the options of ihp settle for this start. A job that was queued again does not start over,
# so --fresh is dropped if the job has saved a checkpoint.
options_now() {
    local one
    options=()
    for one in "$@"; do
        [[ $one != --fr* || $restarts == 0 || ! $folder.checkpoint.h5 -nt $started ]] || continue
        options+=("$one")
    done
}

pass_on() {
    asked=$1
    [[ -z $started ]] || : >"$started.asked"
    if [[ -z $ranks_pid ]]; then # before the ranks begin, or after they have ended
        [[ $1 == USR1 ]] || fail 143 "cancelled while no ranks were running"
        say "received $1"
        return
    fi
    say "received $1; the ranks are asked to stop"
    # With TERM Slurm ends the job, and has sent TERM to all tasks of srun itself.
    [[ $1 == TERM && ${site[launcher]} == srun ]] ||
        kill -USR1 "$ranks_pid" 2>/dev/null || true
}

# From here on a signal does not end the script, even if it arrives before the ranks have started.
trap 'pass_on USR1' USR1
trap 'pass_on TERM' TERM

launch_command() {
    if [[ ${site[launcher]} == srun ]]; then
        launch=(srun --mpi="${site[srun_mpi]}" --kill-on-bad-exit=1 --ntasks="$1")
        (($1 > 1)) || launch+=(--nodes=1)
    else
        launch=(mpirun -n "$1")
    fi
}

# Waits for the ranks, however often a signal interrupts the waiting. Sets $code to their exit code.
wait_for_ranks() {
    code=0
    while kill -0 "$ranks_pid" 2>/dev/null; do
        wait "$ranks_pid" || true
    done
    wait "$ranks_pid" || code=$?
}

# Returns true if the ranks stopped because they were asked to. When the first rank exits with 75, the
# launcher ends the others and may report their signal instead; a checkpoint newer than the request shows
# that they stopped.
was_stopped() {
    ((code == 75)) && return 0
    [[ -n $asked && -n $folder ]] && ((code > 128)) &&
        [[ $folder.checkpoint.h5 -nt $started.asked ]]
}

run_ranks() {
    local ranks=$1 code launch
    shift
    launch_command "$ranks"
    say "${launch[*]} $program $*"
    [[ -z $asked ]] || go_on_later "asked to stop before the ranks started"
    "${launch[@]}" "$program" "$@" &
    ranks_pid=$!
    wait_for_ranks
    ranks_pid=
    ((code == 0)) && return
    if was_stopped; then
        say "exit code $code: ${ihp_words[75]}"
        go_on_later "stopped with a checkpoint"
    fi
    fail "$code" "$(code_words "$code")"
}

# Queues the job again, as its result is not finished. WHY is for the log.
go_on_later() {
    local why=$1 state
    state=$(scontrol --oneliner show job "$job_id" | sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p') ||
        state="unknown, as scontrol does not answer"
    [[ $state == RUNNING ]] ||
        fail 75 "$why, as Slurm ends the job ($state); if Slurm does not queue it again," \
            "give the same command, which continues from the checkpoint"
    ((restarts < site[requeues_max])) ||
        fail 75 "$why, after $restarts requeues (requeues_max of site.conf);" \
            "give it more time or ranks and start it again, and it continues from the checkpoint"
    trap '' USR1 TERM # Slurm ends this script, maybe before scontrol returns
    scontrol requeue "$job_id" ||
        fail 75 "$why, but the job could not be queued again;" \
            "give the same command, which continues from the checkpoint"
    say "$why and queued again as job $job_id"
    exit 75
}

# What the exit codes of ihp mean, in the words of ihp --help.
declare -A ihp_words=(
    [1]="the run failed"
    [2]="wrong usage or deck"
    [3]="bad data"
    [75]="stopped when asked, to be started again"
)

# Prints what an exit code that ends a job means, and what to do.
code_words() {
    local again="Start it again, and it continues from its last checkpoint"
    case $1 in
        1) echo "${ihp_words[1]}: memory, a full disk, or a file that cannot be written; the error of ihp" \
            "is above. Fix the cause and start it again" ;;
        2) echo "${ihp_words[2]}, or a finished result in the folder; the error of ihp above says what" \
            "to do" ;;
        3) echo "${ihp_words[3]}: store, program folder, extract or checkpoint; the error of ihp is above" ;;
        137) echo "a rank was killed (SIGKILL), because memory ran out (raise memory_margin_percent of" \
            "site.conf), its node failed, or someone killed it. $again" ;;
        *) if (($1 > 128)); then
            echo "the ranks were ended by signal $(kill -l "$1" 2>/dev/null || echo "$(($1 - 128))"). $again"
        else
            echo "a rank or ${site[launcher]} failed, for example because another rank was killed; see" \
                "above. $again"
        fi ;;
    esac
}
