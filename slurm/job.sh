# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# Inside a job: starting ranks, passing signals on to them, and what their exit code means. Sourced
# after lib.sh.
#
#   stage_is FOLDER     this job makes that result folder; ends with 0 where it is finished already
#   run_ranks N ARG...  ihp on N ranks; ends the job unless it ends with 0
#
# Slurm sends USR1 to this script some time before the time limit (--signal=B:USR1@...). It goes to the
# ranks as USR1: they save a checkpoint and end with code 75, and the job is queued again. When the job
# is cancelled Slurm sends TERM to all; a checkpoint is tried for, but nothing is queued.

stage_name=${IHP_STAGE:-job}
job_id=$(job_number)
restarts=${SLURM_RESTART_COUNT:-0}
folder=      # of the result, where the stage makes one
started=     # a file as old as this job, kept until it ends; tells its result from an older one
ranks_pid=
asked=       # the signal that this script was sent; $started.asked is a file as old as that

# Nothing ends a job without a line that tells of it: not a command of these scripts that fails either.
left() {
    local code=$?
    ((code == 0 || code == 75 || told)) ||
        fail "$code" "a command of the job script failed; its line above says why"
}
trap left EXIT

say "job $job_id on ${SLURM_JOB_NODELIST:-?}, $(date -u +%Y-%m-%dT%H:%M:%SZ), queued again $restarts times"

if [[ -n ${site[scratch]} ]]; then
    [[ -d ${site[scratch]} && -w ${site[scratch]} ]] ||
        fail 2 "$conf: scratch: ${site[scratch]} is no folder that can be written to on $(hostname -s)"
    export TMPDIR=${site[scratch]}
fi

stage_is() {
    folder=$1
    mkdir -p "$(dirname "$folder")"
    started=$(dirname "$folder")/.ihp-job-$job_id
    # Only a job that did well removes its file.
    if ((restarts > 0)) && is_finished "$folder" &&
        [[ ! -e $started || $folder/manifest.json -nt $started ]]; then
        stage_done "$folder was finished before the job was queued again"
    fi
    ((restarts > 0)) || : >"$started"
}

# The end of a job that did well; a stage may define `when_done`.
stage_done() {
    ! declare -F when_done >/dev/null || when_done
    [[ -z $started ]] || rm -f "$started" "$started.asked"
    say "$1"
    exit 0
}

# With --keep-finished as the first argument: the job is done where its result is there. False
# without it.
keep_finished() {
    [[ ${1-} == --keep-finished ]] || return 1
    ! is_finished "$folder" || stage_done "$folder is finished already"
}

# The options of ihp settle for this start, in $options: a job that was queued again does not begin anew.
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
    if [[ -z $ranks_pid ]]; then # before they begin, or after they have ended
        [[ $1 == USR1 ]] || fail 143 "cancelled while no ranks were at work"
        say "got $1"
        return
    fi
    say "got $1; the ranks are asked to stop"
    # With TERM Slurm ends the job, and has told all tasks of srun so itself.
    [[ $1 == TERM && ${site[launcher]} == srun ]] ||
        kill -USR1 "$ranks_pid" 2>/dev/null || true
}

# From here on: a signal that comes before the ranks are there must not end the script.
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

# Waits for the ranks, however often a signal interrupts that; their code is in $code.
wait_for_ranks() {
    code=0
    while kill -0 "$ranks_pid" 2>/dev/null; do
        wait "$ranks_pid" || true
    done
    wait "$ranks_pid" || code=$?
}

# The launcher ends the other ranks when the first has ended with 75, and may then tell of their
# signal. A checkpoint that is newer than the request says what it was.
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
    [[ -z $asked ]] || go_on_later "asked to stop before the ranks began"
    "${launch[@]}" "$program" "$@" &
    ranks_pid=$!
    wait_for_ranks
    ranks_pid=
    ((code == 0)) && return
    if was_stopped; then
        go_on_later "stopped with a checkpoint"
    fi
    fail "$code" "$(code_words "$code")"
}

# The result is not finished: the job is queued again. WHY, for the log.
go_on_later() {
    local why=$1 state
    state=$(scontrol --oneliner show job "$job_id" | sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p') ||
        state="unknown: scontrol does not tell"
    [[ $state == RUNNING ]] ||
        fail 75 "$why, as Slurm ends the job ($state); where Slurm does not" \
            "queue it again, the same command goes on from there"
    ((restarts < site[requeues_max])) ||
        fail 75 "$why, after $restarts requeues (requeues_max of site.conf);" \
            "give it more time or ranks and start it again, it goes on from there"
    trap '' USR1 TERM # Slurm ends this script for it, maybe before scontrol has come back
    scontrol requeue "$job_id" ||
        fail 75 "$why, but it could not be queued again;" \
            "the same command goes on from there"
    say "$why and queued again as job $job_id"
    exit 75
}

code_words() {
    case $1 in
        1) echo "the run failed: memory, a full disk or a file that cannot be written;" \
            "ihp says which above. Mend it and start again" ;;
        2) echo "ihp was called wrongly, the deck is wrong or the result is there already;" \
            "ihp says what to do above" ;;
        3) echo "bad data: store, program folder, extract or checkpoint; ihp says which above" ;;
        137) echo "a rank was killed (SIGKILL): for memory (raise memory_margin_percent of" \
            "site.conf), with its node, or by hand. Started again it goes on from its last checkpoint" ;;
        *) if (($1 > 128)); then
            echo "the ranks were ended by signal $(kill -l "$1" 2>/dev/null || echo "$(($1 - 128))")." \
                "Started again it goes on from its last checkpoint"
        else
            echo "a rank or ${site[launcher]} failed, such as when a rank beside it was killed; see above." \
                "Started again it goes on from its last checkpoint"
        fi ;;
    esac
}
