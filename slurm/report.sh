#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/report.sh FOLDER...
#
# Prints what result folders were made from and their tables for people, and writes report.html into each that has a
# settlement, as a job of one process.
# With `mail` in site.conf Slurm sends a message when it ends.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 1 "$@"
results=()
for one in "$@"; do
    results+=("$(whole_path "$one")")
done

if in_job report; then
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    for one in "${results[@]}"; do
        printf '\n==== %s\n\n' "$one"
        run_ranks 1 info "$one"
        printf '\n'
        run_ranks 1 show "$one"
        if [[ -f $one/manifest.json ]]; then
            printf '\n'
            run_ranks 1 report "$one" --force
        fi
    done
    stage_done "the results are in ${results[*]}"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
submit_report "${results[@]}"
tell_submitted report "$job"
