#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/merge.sh PARTS_FOLDER BLOCKS FOLDER [--keep-finished] [--remove-parts]
#
# Puts the parts of a sweep, PARTS_FOLDER/1 to PARTS_FOLDER/BLOCKS, together into FOLDER, as a job of one
# process.
#
#   --keep-finished   a FOLDER that is finished already is left as it is
#   --remove-parts    the parts are removed when FOLDER is finished
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself as site.conf says" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 3 "$@"
parts=$(whole_path "$1")
blocks=$2
result=$(whole_path "$3")
[[ $blocks =~ ^([1-9][0-9]{0,3}|10000)$ ]] || fail 2 "BLOCKS: '$blocks' is no number of blocks, 1 to 10000"
shift 3
keep=()
remove=0
for one in "$@"; do
    case $one in
        --keep-finished) keep=("$one") ;;
        --remove-parts) remove=1 ;;
        *) fail 2 "'$one' is no option; $(usage | head -n 1)" ;;
    esac
done

# Only what a sweep made: the numbered parts and what lies beside each. Also when FOLDER was finished
# before, as the job may have ended while it removed them.
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
    stage_done "$result is finished, merged of $blocks parts"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
((${#keep[@]} > 0)) || must_be_new "$result"
must_write "$result"
merge_args=("$@")
submit_merge "$parts" "$blocks" "$result"
tell_submitted merge "$job"
