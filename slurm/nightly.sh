#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/nightly.sh DECK OUTPUT [--sweep DECK] [--continue] [--dry-run]
#
# Submits the jobs of a night: check, the settlement of DECK, with --sweep the sweep of another deck (a job
# array) and its merge, and a report. Each job starts when the one before succeeds. If a job fails, the job
# cleanup cancels the others, removes what is unfinished, and writes to OUTPUT/FAILED which job failed. The
# preflight checks (slurm/preflight.sh) run first. OUTPUT will contain:
#
#   settle/   the result of DECK          parts/   the blocks of the sweep, until they are merged
#   sweep/    the result of the sweep     logs/    the output of the jobs; the report is the last
#   chain     decks, store, program folder and jobs of this chain
#
#   --continue   continue a chain in OUTPUT that failed: finished results are kept, and checkpoints are used;
#                decks, store and program folder must not have changed
#   --dry-run    print the sbatch commands, and submit nothing
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 2 "$@"
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"

deck=$(whole_path "$1")
output=$(whole_path "$2")
shift 2
sweep_deck=
go_on=0
while (($#)); do
    case $1 in
        --sweep)
            (($# > 1)) || fail 2 "option --sweep requires a value, DECK"
            shift
            sweep_deck=$(whole_path "$1")
            ;;
        --continue) go_on=1 ;;
        --dry-run) dry_run=1 ;;
        *) fail 2 "unknown option '$1'; $(usage | head -n 1)" ;;
    esac
    shift
done
sweep_options=(${sweep_deck:+--sweep "$sweep_deck"})
logs=$output/logs

# ---- the output folder ---------------------------------------------------------------------------

# Prints the input of the chain; a chain that continues must have the same. A store is too large to be hashed
# and is never written to, so its size and time identify it.
chain_of() {
    local one store terms
    for one in "$deck" ${sweep_deck:+"$sweep_deck"}; do
        store=$(deck_path "$one" store)
        terms=$(deck_path "$one" program)
        printf 'deck %s\n' "$(sha256sum "$one")"
        printf 'store %s  %s\n' "$(stat -Lc '%s %Y' "$store" || echo none)" "$store"
        printf 'program %s  %s\n' "$(cat "$terms"/*.csv | sha256sum | cut -c 1-64)" "$terms"
    done
}

still_queued() {
    local ids
    ids=$(sed -n 's/^job [^ ]* //p' "$output/chain" | paste -sd ,)
    [[ -n $ids && -n $(squeue -h -j "$ids" 2>/dev/null) ]]
}

look_at_output() {
    if [[ ! -e $output/chain ]]; then
        [[ -z $(ls -A "$output" 2>/dev/null) ]] ||
            fail 2 "$output: is not empty and has no chain; name a new folder"
        return
    fi
    ((go_on)) || fail 2 "$output: already has a chain; name another folder, or continue the chain with --continue"
    diff -q <(grep -v -e '^job ' -e '^blocks ' "$output/chain") <(chain_of 2>/dev/null) >/dev/null ||
        fail 2 "$output: its chain has other decks, or a deck, the store or the program folder has changed" \
            "since; name another folder"
    ! still_queued || fail 2 "$output: jobs of its chain are still queued; $output/chain has their ids"
}

# ---- the chain -----------------------------------------------------------------------------------

submitted=() # NAME=ID
blocks=0

# Adds the job just submitted to the chain; the next job waits for it.
add() {
    submitted+=("$1=$job")
    after=(--dependency="afterok:$job" --kill-on-invalid-dep=yes)
    ((dry_run)) || echo "job $1 $job" >>"$output/chain"
}

# Cancels the jobs submitted so far, unless all were submitted. The last job may not be in the list yet.
take_back() {
    local one
    for one in "${submitted[@]#*=}" $job; do
        scancel --quiet "$one" || true
    done
    rm -f "$output/.chain" || true
}

submit_chain() {
    local one when='' results=("$output/settle")
    settle_args=()
    merge_args=()
    ((!go_on)) || settle_args=(--keep-finished) merge_args=(--keep-finished)
    merge_args+=(--remove-parts)
    submit_check "$deck"
    add check
    submit_settle "$deck" "$output/settle" "${after[@]}"
    add settle
    if [[ -n $sweep_deck ]]; then
        if ! is_finished "$output/sweep"; then # else its blocks are gone
            submit_sweep "$sweep_deck" "$output/parts" "$blocks" "${after[@]}"
            add sweep
        fi
        submit_merge "$output/parts" "$blocks" "$output/sweep" "${after[@]}"
        add merge
        results+=("$output/sweep")
    fi
    report_options=("${after[@]}")
    submit_report "${results[@]}"
    add report
    for one in "${submitted[@]}"; do
        when+="?afternotok:${one#*=}"
    done
    submit_small cleanup --dependency="${when#?}" --kill-on-invalid-dep=yes -- \
        "$output" "$blocks" "${submitted[@]}"
    add cleanup
}

# The cheapest checks come first.
if ((!dry_run)); then
    must_have_slurm
    must_write "$logs"
fi
look_at_output
((dry_run)) || "$slurm_dir/preflight.sh" "$deck" "${sweep_options[@]}" || exit
if [[ -n $sweep_deck ]]; then
    sweep_blocks "$sweep_deck"
    # Finished blocks can only be merged with others of the same number of blocks.
    ((!go_on)) || blocks=$(sed -n 's/^blocks \([1-9][0-9]*\)$/\1/p' "$output/chain" 2>/dev/null | grep . ||
        echo "$blocks")
fi
if ((dry_run)); then
    submit_chain
    exit
fi
look_at_output # again: the preflight checks take time, and another chain may have begun
mkdir -p "$logs"
((go_on)) || (set -C && : >"$output/chain") 2>/dev/null ||
    fail 2 "$output: another chain has just begun here, or the folder cannot be written; name another folder"
rm -f "$output/FAILED"
trap take_back EXIT
trap 'fail 143 "ended by a signal; all jobs of the chain were cancelled"' HUP INT TERM
{
    chain_of
    echo "blocks $blocks"
} >"$output/.chain"
mv -f "$output/.chain" "$output/chain" # complete or not at all, for --continue
submit_chain
trap - EXIT HUP INT TERM
ids=$(printf '%s\n' "${submitted[@]#*=}" | paste -sd ,)
printf '%s\n' "submitted: ${submitted[*]}" "queue:     squeue -j $ids" \
    "progress:  $program status $output/settle" "logs:      $logs" \
    "failure:   see $output/FAILED; the same command with --continue continues the chain"
