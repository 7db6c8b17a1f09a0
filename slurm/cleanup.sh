#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# In a job of slurm/nightly.sh: cleanup.sh OUTPUT BLOCKS NAME=JOB...
#
# Runs when a job of a chain failed: cancels those that wait for it, removes folders of results and parts
# that the chain left unfinished, and says, also in OUTPUT/FAILED, which job failed with which code.
# Checkpoints, finished results and parts, logs and all that is not the chain's stay.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself as site.conf says" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

in_job cleanup || fail 2 "cleanup.sh is a job of slurm/nightly.sh; it is not for running by hand"
site_read # not the program: that it cannot be run may be what failed
# shellcheck source=slurm/job.sh
source "$slurm_dir/job.sh"
output=$1
blocks=$2
shift 2
[[ -f $output/chain ]] || fail 2 "$output is no output folder of slurm/nightly.sh; nothing is done"

# ID STATE CODE of a job, a line for each element of an array; from the controller while it
# remembers the job, then from accounting.
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

# A code and a signal, C:S, in words.
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
                scancel --state=PENDING "$2" && say "cancelled $name, job $id, which can no longer run"
                ;;
            CANCELLED*) cancelled+=("$name, job $id: CANCELLED") ;;
            *) failed+=("$text") ;;
        esac
    done < <(records "$2")
}

remove_unfinished() {
    if [[ -d $1 && ! -L $1 ]] && ! is_finished "$1"; then
        if rm -rf "$1"; then
            say "removed $1, which was not finished"
        else
            say "$1 is not finished, and cannot be removed"
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
rm -f "$output"/.ihp-job-* "$output"/parts/.ihp-job-* || true # to tell what failed is more
((${#failed[@]} > 0)) || failed=("${cancelled[@]:0:1}")
message=$(printf '%s; ' "${failed[@]:-a job that Slurm no longer knows}")
message="the chain of $output failed: $message"
message+="slurm/nightly.sh with --continue goes on from what is finished and from checkpoints"
echo "$message" >"$output/FAILED" || say "$output/FAILED cannot be written"
fail 1 "$message"
