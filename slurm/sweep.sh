#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/sweep.sh DECK FOLDER [option of ihp settle...]
#
# Settles a deck's sweep in blocks, as a job array, into FOLDER.parts/1, 2, ... A second job waits for all
# blocks, merges them into FOLDER and removes them. Each element stops, is queued again and continues
# independently, as a job of settle.sh does.
#
#   --keep-finished   continue a sweep that failed and keep finished blocks; the deck and its input must not
#                     have changed; give it before the other options
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

if in_job sweep; then
    # The arguments of the job are DECK PARTS_FOLDER BLOCKS [option...].
    arguments 3 "$@"
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    deck=$1
    block=$SLURM_ARRAY_TASK_ID
    blocks=$3
    stage_is "$2/$block"
    shift 3
    keep_finished "$@" && shift
    options_now "$@"
    run_ranks "$SLURM_NTASKS" settle "$deck" --block "$block/$blocks" -o "$folder" --quiet --progress-seconds 30 \
        "${options[@]}"
    stage_done "$folder is finished, block $block of $blocks"
fi
arguments 2 "$@"

# Refuses finished blocks of an earlier sweep, which would fail this one or could not be merged with it.
parts_before() {
    local part of number=0
    for part in "$result.parts"/*; do
        is_finished "$part" || continue
        number=$((number + 1))
        of=$(sed -n 's/^ *"blocks": *\([0-9]*\).*/\1/p' "$part/manifest.json" | head -n 1)
        [[ ${1-} != --keep-finished || $of == "$blocks" ]] ||
            fail 2 "$part: is one of $of blocks, but this sweep has $blocks; set sweep_blocks=$of in $conf"
    done
    [[ $number == 0 || ${1-} == --keep-finished ]] ||
        fail 2 "$result.parts: has $number finished blocks of an earlier sweep; continue that sweep" \
            "(--keep-finished, after FOLDER), or remove the folder"
}

# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
deck=$(whole_path "$1")
result=$(whole_path "$2")
settle_args=("${@:3}")
merge_args=(--remove-parts)
must_be_new "$result"
must_write "$result"
must_write "$result.parts"
sweep_blocks "$deck"
parts_before "${3-}"
submit_sweep "$deck" "$result.parts" "$blocks"
tell_submitted "sweep in $blocks blocks" "$job"
submit_merge "$result.parts" "$blocks" "$result" --dependency="afterok:$job" --kill-on-invalid-dep=yes
tell_submitted merge "$job"
