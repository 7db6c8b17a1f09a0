#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/check.sh DECK
#
# Checks the store of a deck against its program folder (ihp check), as a job of one process.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 1 "$@"
deck=$(whole_path "$1")

find_both() {
    if ! store=$(deck_path "$deck" store) || ! folder_of_terms=$(deck_path "$deck" program); then
        told=1 # by deck_path
        exit 2
    fi
}

if in_job check; then
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    find_both
    run_ranks 1 check "$store" --program "$folder_of_terms"
    stage_done "the store and the program folder of $deck can be read"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
[[ -f $deck ]] || fail 2 "$deck: the deck does not exist"
find_both
submit_check "$deck"
tell_submitted check "$job"
