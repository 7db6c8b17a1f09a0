# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# Submitting: what a stage asks Slurm for, and the stages as jobs. Sourced after lib.sh, outside of jobs.
#
#   submit_STAGE ...      submits a stage; $job is its id
#   dry_run=1             prints the commands instead; ids are names in <>
#   must_write FOLDER     ends with 2 where nothing can be written into a folder, or it cannot be made
#   must_be_new FOLDER    ends with 2 where a folder has a finished run; a second text is added to what to do
#   must_have_slurm       ends with 2 where Slurm's commands are not on PATH

dry_run=${dry_run:-0}
logs=${logs:-$PWD} # where jobs write what they say
job=
settle_args=()

# What is left of a job that a script is called in, such as an interactive one: sbatch and srun would hand
# its numbers and limits on.
for name in "${!SLURM_@}" "${!SLURMD_@}" "${!PMIX_@}"; do
    case $name in
        SLURM_CONF | SLURM_CONF_SERVER | SLURM_CLUSTERS | SLURM_JWT) ;;
        *) unset "$name" ;;
    esac
done

must_have_slurm() {
    local name
    for name in sbatch srun squeue scancel scontrol sinfo; do
        command -v "$name" >/dev/null ||
            fail 2 "there is no '$name' on PATH, $PATH; add the folder of Slurm's commands" \
                "(cron's PATH is short)"
    done
}

must_write() {
    local folder=$1
    until [[ -e $folder ]]; do
        folder=$(dirname "$folder")
    done
    [[ -d $folder && -w $folder && -x $folder ]] ||
        fail 2 "$1: cannot be written, as $folder is no folder that $(id -un) can write to; name another"
}

must_be_new() {
    ! is_finished "$1" || fail 2 "$1: has a finished run; name another folder${2:-}"
}

# What every job has from site.conf, in $of_site.
site_options() {
    # shellcheck disable=SC2206
    of_site=(--account="${site[account]}" --partition="${site[partition]}" ${site[sbatch_options]})
    [[ -z ${site[mail]} ]] || of_site+=(--mail-user="${site[mail]}" --mail-type="${site[mail_events]}")
}

# sbatch for a stage: submit STAGE NODES TASKS_PER_NODE MIB_PER_NODE MINUTES [OPTION...] -- ARG...
submit() {
    local stage=$1 nodes=$2 tasks=$3 mib=$4 minutes=$5 options=() log=%j
    shift 5
    while [[ $1 != -- ]]; do
        [[ $1 != --array=* ]] || log=%A_%a
        options+=("$1")
        shift
    done
    shift
    site_options
    # A '%' of the folder is no place for a number.
    log=${logs//%/%%}/ihp-$stage-$log.log
    [[ $log != *\\* ]] ||
        fail 2 "$logs: Slurm cannot write to a folder with a '\\' in its name; name another"
    local command=(sbatch --parsable --job-name="ihp-$stage" "${of_site[@]}" --nodes="$nodes"
        --ntasks-per-node="$tasks" --mem="${mib}M" --time="$minutes"
        --requeue --open-mode=append --output="$log"
        --export=ALL "${options[@]}" "$slurm_dir/$stage.sh" "$@")
    if ((dry_run)); then
        printf '%q ' "${command[@]}"
        echo
        job="<$stage>"
        return
    fi
    must_have_slurm
    must_write "$logs"
    job=$(IHP_SLURM_DIR=$slurm_dir IHP_SITE_CONF=$(whole_path "$conf") IHP_STAGE=$stage \
        "${command[@]}") || fail 2 "$stage: sbatch did not take the job; it says why above"
    job=${job%%;*} # ID;CLUSTER
}

# What `ihp settle --estimate` says of NAME; the lines are in $estimate.
estimated() {
    local value
    value=$(awk -v name="$1" '$1 == name {print $2}' <<<"$estimate")
    [[ $value =~ ^[0-9]+$ ]] || fail 1 "$program settle --estimate does not tell '$1'; is it this version's?"
    echo "$value"
}

# Asks for the estimate of a deck on so many nodes; sets $mib_per_node and $minutes.
estimate_needs() {
    local deck=$1 nodes=$2 ranks code=0 mib seconds
    shift 2
    ranks=$((nodes * site[tasks_per_node]))
    estimate=$("$program" settle "$deck" --estimate --ranks "$ranks" \
        --rate "${site[rate_mb_per_s]}" "$@") || code=$?
    ((code == 0)) || fail "$code" "$deck: cannot be estimated; ihp says why above"
    mib=$(estimated memory_mib_per_rank)
    seconds=$(estimated seconds)
    mib=$(((mib * (100 + site[memory_margin_percent]) + 99) / 100))
    mib_per_node=$((site[tasks_per_node] * (mib > site[memory_mib_min] ? mib : site[memory_mib_min])))
    # A minute for the start, and the time before the limit that is kept for stopping.
    minutes=$(awk -v s="$seconds" -v f="${site[time_factor]}" -v kept="$((site[signal_seconds] + 60))" \
        'BEGIN {m = (s * f + kept) / 60; print int(m) + (m > int(m))}')
    ((minutes >= site[minutes_min])) || minutes=${site[minutes_min]}
    ((minutes <= site[minutes_max])) || minutes=${site[minutes_max]}
    ((minutes * 60 > site[signal_seconds])) || minutes=$((site[signal_seconds] / 60 + 1))
}

# Asked to stop before the time limit; the batch script passes it on to the ranks.
stop_signal() {
    echo "--signal=B:USR1@${site[signal_seconds]}"
}

submit_small() {
    local stage=$1
    shift
    submit "$stage" 1 1 "${site[small_memory_mib]}" "${site[small_minutes]}" "$@"
}

# DECK [sbatch options]
submit_check() {
    submit_small check "${@:2}" -- "$1"
}

# EXTRACT STORE -- [option of ihp import...]
submit_import() {
    submit import "${site[nodes]}" "${site[tasks_per_node]}" \
        "$((site[tasks_per_node] * (site[import_memory_mib] + 64)))" "${site[import_minutes]}" \
        -- "$1" "$2" "${@:4}"
}

# Those of the options of ihp settle in $settle_args that change what it needs, in $needing.
needing_options() {
    local i
    needing=()
    for ((i = 0; i < ${#settle_args[@]}; i++)); do
        case ${settle_args[i]} in
            --member-files | --no-index | --batch-lines=*) needing+=("${settle_args[i]}") ;;
            --batch-lines) needing+=("${settle_args[@]:i:2}") ;;
        esac
    done
}

# DECK FOLDER [sbatch options]; $settle_args are further options of ihp settle.
submit_settle() {
    needing_options
    estimate_needs "$1" "${site[nodes]}" ${needing[@]+"${needing[@]}"}
    submit settle "${site[nodes]}" "${site[tasks_per_node]}" "$mib_per_node" "$minutes" \
        "$(stop_signal)" "${@:3}" -- "$1" "$2" ${settle_args[@]+"${settle_args[@]}"}
}

# How many blocks a deck's sweep is settled in: the site's number, at most one for each scenario.
# Sets $blocks.
sweep_blocks() {
    local scenarios
    estimate_needs "$1" "${site[sweep_nodes]}"
    scenarios=$(estimated scenarios)
    ((scenarios > 0)) || fail 2 "$1: has no sweep; settle it with settle.sh"
    blocks=$((scenarios < site[sweep_blocks] ? scenarios : site[sweep_blocks]))
}

# DECK PARTS_FOLDER BLOCKS [sbatch options]; $settle_args as above.
submit_sweep() {
    needing_options
    estimate_needs "$1" "${site[sweep_nodes]}" --block "1/$3" ${needing[@]+"${needing[@]}"}
    submit sweep "${site[sweep_nodes]}" "${site[tasks_per_node]}" "$mib_per_node" "$minutes" \
        "$(stop_signal)" --array="1-$3%${site[sweep_at_a_time]}" "${@:4}" -- \
        "$1" "$2" "$3" ${settle_args[@]+"${settle_args[@]}"}
}

# PARTS_FOLDER BLOCKS FOLDER [sbatch options]; $merge_args are options of merge.sh.
submit_merge() {
    submit_small merge "${@:4}" -- "$1" "$2" "$3" ${merge_args[@]+"${merge_args[@]}"}
}

# FOLDER...; $report_options are sbatch's.
submit_report() {
    submit_small report ${report_options[@]+"${report_options[@]}"} -- "$@"
}

tell_submitted() {
    echo "$1 is job $2; 'squeue -j $2' tells where it is, $logs/ihp-${1%% *}-$2*.log what it says"
}
