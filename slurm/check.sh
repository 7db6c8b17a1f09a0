#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/check.sh DECK
#
# Checks what a deck settles (ihp check --strict), as a job of one process. The job fails if a flag is raised
# that must not be: those of check_flags in site.conf.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 1 "$@"
deck=$(whole_path "$1")

if in_job check; then
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    run_ranks 1 check "$deck" --strict ${site[check_flags]:+--flags "${site[check_flags]}"}
    stage_done "no flag that must not be raised is raised for $deck"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
[[ -f $deck ]] || fail 2 "$deck: the deck does not exist"
for key in store program; do
    if ! deck_path "$deck" "$key" >/dev/null; then
        told=1 # by deck_path
        exit 2
    fi
done
submit_check "$deck"
tell_submitted check "$job"
