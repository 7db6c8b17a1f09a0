#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/merge.sh PARTS_FOLDER BLOCKS FOLDER [--keep-finished] [--remove-parts]
#
# Merges the blocks of a sweep, PARTS_FOLDER/1 to PARTS_FOLDER/BLOCKS, into FOLDER, as a job of one process.
#
#   --keep-finished   keep a FOLDER that is already finished
#   --remove-parts    remove the blocks when FOLDER is finished
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 3 "$@"
parts=$(whole_path "$1")
blocks=$2
result=$(whole_path "$3")
[[ $blocks =~ ^([1-9][0-9]{0,3}|10000)$ ]] ||
    fail 2 "BLOCKS: '$blocks' is not valid; use a whole number from 1 to 10000"
shift 3
keep=()
remove=0
for one in "$@"; do
    case $one in
        --keep-finished) keep=("$one") ;;
        --remove-parts) remove=1 ;;
        *) fail 2 "unknown option '$one'; $(usage | head -n 1)" ;;
    esac
done

# Removes only what a sweep made: the numbered blocks and the files next to each. It also does so if FOLDER
# was finished before, as an earlier job may have ended while it removed them.
when_done() {
    local block
    ((remove)) && [[ -d $parts ]] || return 0
    for ((block = 1; block <= blocks; block++)); do
        rm -rf "${parts:?}/$block" "$parts/$block.status.json" "$parts/$block.checkpoint.h5"
    done
    rmdir --ignore-fail-on-non-empty "$parts"
}

if in_job merge; then
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    stage_is "$result"
    keep_finished "${keep[@]}" || true
    given=()
    for ((block = 1; block <= blocks; block++)); do
        given+=("$parts/$block")
    done
    run_ranks 1 merge "${given[@]}" -o "$result"
    stage_done "$result is finished, merged from $blocks blocks"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
((${#keep[@]} > 0)) || must_be_new "$result"
must_write "$result"
merge_args=("$@")
submit_merge "$parts" "$blocks" "$result"
tell_submitted merge "$job"
