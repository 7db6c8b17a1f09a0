# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# Submits the stages as jobs and computes what each requests of Slurm. Sourced after lib.sh, outside of jobs.
#
#   submit_STAGE ...      submits a stage and sets $job to its id
#   dry_run=1             prints the commands instead; ids are names in <>
#   must_write FOLDER     exits with 2 if a folder cannot be written or made
#   must_be_new FOLDER    exits with 2 if a folder has a finished run; a second text is added to the advice
#   must_have_slurm       exits with 2 if Slurm's commands are not on PATH

dry_run=${dry_run:-0}
logs=${logs:-$PWD} # folder of the jobs' output
job=
settle_args=()

# A script may be called inside a job, such as an interactive one. sbatch and srun would pass on that job's
# numbers and limits, so they are removed.
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
            fail 2 "'$name' is not on PATH, $PATH; add the folder of Slurm's commands" \
                "(the PATH of cron is short)"
    done
}

must_write() {
    local folder=$1
    until [[ -e $folder ]]; do
        folder=$(dirname "$folder")
    done
    [[ -d $folder && -w $folder && -x $folder ]] ||
        fail 2 "$1: cannot be written, as $folder is not a folder that $(id -un) can write; name another"
}

must_be_new() {
    ! is_finished "$1" || fail 2 "$1: has a finished run; name another folder${2:-}"
}

# Sets $of_site to the options that every job has from site.conf.
site_options() {
    # shellcheck disable=SC2206
    of_site=(--account="${site[account]}" --partition="${site[partition]}" ${site[sbatch_options]})
    [[ -z ${site[mail]} ]] || of_site+=(--mail-user="${site[mail]}" --mail-type="${site[mail_events]}")
}

# Submits a stage: submit STAGE NODES TASKS_PER_NODE MIB_PER_NODE MINUTES [OPTION...] -- ARG...
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
    # sbatch would replace a '%' in the name of the folder.
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
        "${command[@]}") || fail 2 "$stage: sbatch refused the job; its message is above"
    job=${job%%;*} # ID;CLUSTER
}

# Prints what `ihp settle --estimate` has for NAME; its lines are in $estimate.
estimated() {
    local value
    value=$(awk -v name="$1" '$1 == name {print $2}' <<<"$estimate")
    [[ $value =~ ^[0-9]+$ ]] ||
        fail 1 "$program settle --estimate does not print '$1'; is it of the version of these scripts?"
    echo "$value"
}

# Estimates a deck on a number of nodes; sets $mib_per_node and $minutes.
estimate_needs() {
    local deck=$1 nodes=$2 ranks code=0 mib seconds
    shift 2
    ranks=$((nodes * site[tasks_per_node]))
    estimate=$("$program" settle "$deck" --estimate --ranks "$ranks" \
        --rate "${site[rate_mb_per_s]}" "$@") || code=$?
    ((code == 0)) || fail "$code" "$deck: cannot be estimated; the error of ihp is above"
    mib=$(estimated memory_mib_per_rank)
    seconds=$(estimated seconds)
    mib=$(((mib * (100 + site[memory_margin_percent]) + 99) / 100))
    mib_per_node=$((site[tasks_per_node] * (mib > site[memory_mib_min] ? mib : site[memory_mib_min])))
    # Adds a minute for the start, and the time before the limit that is reserved for stopping.
    minutes=$(awk -v s="$seconds" -v f="${site[time_factor]}" -v kept="$((site[signal_seconds] + 60))" \
        'BEGIN {m = (s * f + kept) / 60; print int(m) + (m > int(m))}')
    ((minutes >= site[minutes_min])) || minutes=${site[minutes_min]}
    ((minutes <= site[minutes_max])) || minutes=${site[minutes_max]}
    ((minutes * 60 > site[signal_seconds])) || minutes=$((site[signal_seconds] / 60 + 1))
}

# Prints the option by which Slurm signals the batch script before the time limit.
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

# Sets $needing to the options in $settle_args that change what ihp settle requires.
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

# Sets $blocks to the number of blocks of a deck's sweep: the site's number, at most one per scenario.
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
    echo "$1 is job $2; 'squeue -j $2' shows its state, $logs/ihp-${1%% *}-$2*.log its output"
}
