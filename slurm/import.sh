#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/import.sh EXTRACT STORE [option of ihp import...]
#
# Imports a state extract into a store, as a job on all nodes of site.conf. A run that is interrupted
# starts over; the store appears when it is complete.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 2 "$@"
extract=$(whole_path "$1")
store=$(whole_path "$2")
if in_job import; then
    # shellcheck source=slurm/job.sh
    source "$slurm_dir/job.sh"
    run_ranks "$SLURM_NTASKS" import "$extract" -o "$store" --memory "${site[import_memory_mib]}M" "${@:3}"
    stage_done "$store is complete"
fi
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"
[[ -d $extract ]] || fail 2 "$extract: the extract folder does not exist"
[[ ! -e $store || " ${*:3} " == *' --force '* ]] ||
    fail 2 "$store: exists already; name another store, or give --force to replace it"
must_write "$(dirname "$store")"
submit_import "$extract" "$store" -- "${@:3}"
tell_submitted import "$job"
