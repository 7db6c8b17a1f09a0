#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/nightly.sh DECK OUTPUT [--sweep DECK] [--continue] [--dry-run]
#
# Submits the chain of a night: check, settlement of DECK (interim or final, as it says), with --sweep
# the sweep of another deck as a job array and its merge, and a report. Each waits for the one before
# to end well; when one fails, a last job cancels the rest, clears away what is unfinished and says in
# OUTPUT/FAILED which it was. slurm/preflight.sh looks first at what can be known. It makes in OUTPUT:
#
#   settle/   the result of DECK          parts/   the sweep's parts, until they are merged
#   sweep/    the result of the sweep     logs/    what the jobs say; the report's is the last
#   chain     decks, store, program folder and jobs of this chain
#
#   --continue   go on with a chain of OUTPUT that failed: what is finished stays, what has a checkpoint
#                goes on; decks, store and program folder must be what they were
#   --dry-run    print what would be submitted
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself as site.conf says" >&2
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
            (($# > 1)) || fail 2 "--sweep: wants a deck"
            shift
            sweep_deck=$(whole_path "$1")
            ;;
        --continue) go_on=1 ;;
        --dry-run) dry_run=1 ;;
        *) fail 2 "'$1' is no option; $(usage | head -n 1)" ;;
    esac
    shift
done
sweep_options=(${sweep_deck:+--sweep "$sweep_deck"})
logs=$output/logs

# ---- the output folder ---------------------------------------------------------------------------

# What the chain is of; a chain that goes on must be of the same. A store is too large to be read for
# that, and is never written to: its size and time tell.
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
            fail 2 "$output: is there, but no chain's; name a folder that is not there"
        return
    fi
    ((go_on)) || fail 2 "$output: has a chain already; name another folder, or go on with --continue"
    diff -q <(grep -v -e '^job ' -e '^blocks ' "$output/chain") <(chain_of 2>/dev/null) >/dev/null ||
        fail 2 "$output: its chain is of other decks, or they, the store or the program folder were changed" \
            "since; name another folder"
    ! still_queued || fail 2 "$output: jobs of its chain are still queued; $output/chain has their ids"
}

# ---- the chain -----------------------------------------------------------------------------------

submitted=() # NAME=ID
blocks=0

# Adds the job just submitted; the next waits for it.
add() {
    submitted+=("$1=$job")
    after=(--dependency="afterok:$job" --kill-on-invalid-dep=yes)
    ((dry_run)) || echo "job $1 $job" >>"$output/chain"
}

# A chain is whole or not at all: this runs unless all were submitted. The last job may be no part of it
# yet.
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
        if ! is_finished "$output/sweep"; then # else its parts are gone
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

# What costs nothing to look at comes first.
if ((!dry_run)); then
    must_have_slurm
    must_write "$logs"
fi
look_at_output
((dry_run)) || "$slurm_dir/preflight.sh" "$deck" "${sweep_options[@]}" || exit
if [[ -n $sweep_deck ]]; then
    sweep_blocks "$sweep_deck"
    # Parts that are finished fit those to come only in as many blocks.
    ((!go_on)) || blocks=$(sed -n 's/^blocks \([1-9][0-9]*\)$/\1/p' "$output/chain" 2>/dev/null | grep . ||
        echo "$blocks")
fi
if ((dry_run)); then
    submit_chain
    exit
fi
look_at_output # again: the nodes took some time to ask, and another may have begun
mkdir -p "$logs"
((go_on)) || (set -C && : >"$output/chain") 2>/dev/null ||
    fail 2 "$output: has a chain since a moment ago, or cannot be written to; name another folder"
rm -f "$output/FAILED"
trap take_back EXIT
trap 'fail 143 "ended by a signal; no job of the chain stays"' HUP INT TERM
{
    chain_of
    echo "blocks $blocks"
} >"$output/.chain"
mv -f "$output/.chain" "$output/chain" # a chain to go on with is never half a one
submit_chain
trap - EXIT HUP INT TERM
ids=$(printf '%s\n' "${submitted[@]#*=}" | paste -sd ,)
printf '%s\n' "submitted: ${submitted[*]}" "the queue:  squeue -j $ids" \
    "how far:    $program status $output/settle" "what they say: $logs" \
    "when it fails: $output/FAILED says why, and the same command with --continue goes on"
