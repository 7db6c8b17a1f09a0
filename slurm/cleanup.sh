#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# In a job of slurm/nightly.sh: cleanup.sh OUTPUT BLOCKS NAME=JOB...
#
# Runs when a job of a chain failed. It cancels the jobs that wait for it, removes the chain's unfinished
# folders of results and blocks, and reports, also in OUTPUT/FAILED, which job failed with which code. It
# never removes checkpoints, finished results, finished blocks, logs, or files that the chain did not make.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

in_job cleanup || fail 2 "cleanup.sh is a job of slurm/nightly.sh; do not run it by hand"
site_read # not program_find: the cause of the failure may be that the program cannot run
# shellcheck source=slurm/job.sh
source "$slurm_dir/job.sh"
output=$1
blocks=$2
shift 2
[[ -f $output/chain ]] || fail 2 "$output is not an output folder of slurm/nightly.sh; nothing was done"

# Prints ID STATE CODE of a job, a line for each element of an array. The controller knows recent jobs,
# accounting the older ones.
records() {
    scontrol --oneliner show job "$1" 2>/dev/null | awk '
        {
            split("", v)
            for (i = 1; i <= NF; i++) { p = index($i, "="); v[substr($i, 1, p - 1)] = substr($i, p + 1) }
            id = v["ArrayTaskId"] == "" ? v["JobId"] : v["ArrayJobId"] "_" v["ArrayTaskId"]
            print id, v["JobState"], v["ExitCode"]
        }' && return
    sacct --noheader --parsable2 --allocations --jobs "$1" --format=JobID,State,ExitCode 2>/dev/null |
        awk -F'|' '{sub(/ .*/, "", $2); print $1, $2, $3}'
}

# Prints an exit code and a signal, given as C:S, in words.
code_in_words() {
    case $1 in
        *:0) echo "code ${1%:*}" ;;
        *) echo "signal ${1#*:}" ;;
    esac
}

failed=()
cancelled=()
look_at_job() {
    local name=$1 id state code text
    while read -r id state code; do
        text="$name, job $id: $state with $(code_in_words "$code"), see $output/logs/ihp-$name-$id.log"
        case $state in
            COMPLETED | RUNNING | COMPLETING | REQUEUED) ;;
            PENDING)
                scancel --state=PENDING "$2" && say "cancelled $name, job $id, which can no longer start"
                ;;
            CANCELLED*) cancelled+=("$name, job $id: CANCELLED") ;;
            *) failed+=("$text") ;;
        esac
    done < <(records "$2")
}

remove_unfinished() {
    if [[ -d $1 && ! -L $1 ]] && ! is_finished "$1"; then
        if rm -rf "$1"; then
            say "removed $1, which was unfinished"
        else
            say "$1 is unfinished and cannot be removed; remove it by hand"
        fi
    fi
}

for one in "$@"; do
    look_at_job "${one%%=*}" "${one#*=}"
done
remove_unfinished "$output/settle"
remove_unfinished "$output/sweep"
for ((block = 1; block <= blocks; block++)); do
    remove_unfinished "$output/parts/$block"
done
rm -f "$output"/.ihp-job-* "$output"/parts/.ihp-job-* || true # reporting what failed matters more
((${#failed[@]} > 0)) || failed=("${cancelled[@]:0:1}")
message=$(printf '%s; ' "${failed[@]:-a job that Slurm no longer remembers}")
message="the chain of $output failed: $message"
message+="fix the cause and run slurm/nightly.sh with --continue, which keeps what is finished"
echo "$message" >"$output/FAILED" || say "$output/FAILED cannot be written"
fail 1 "$message"
