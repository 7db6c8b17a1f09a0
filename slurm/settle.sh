#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/settle.sh DECK FOLDER [option of ihp settle...]
#
# Settles a deck into FOLDER as a job, with the memory and time that `ihp settle --estimate` computes. A job
# that reaches its time limit or loses a node is queued again and continues from its checkpoint,
# FOLDER.checkpoint.h5. `ihp status FOLDER` prints how far it has come.
#
#   --keep-finished   keep a FOLDER that is already finished; give it before the other options
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 2 "$@"
deck=$(whole_path "$1")
result=$(whole_path "$2")
if in_job settle; then
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    stage_is "$result"
    shift 2
    keep_finished "$@" && shift
    options_now "$@"
    run_ranks "$SLURM_NTASKS" settle "$deck" -o "$result" --quiet --progress-seconds 30 \
        "${options[@]}"
    stage_done "$result is finished"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
if [[ ${3-} != --keep-finished && " ${*:3}" != *" --fo"* ]]; then
    must_be_new "$result" ", or replace it (--force)"
fi
must_write "$result"
settle_args=("${@:3}")
submit_settle "$deck" "$result"
tell_submitted settle "$job"
