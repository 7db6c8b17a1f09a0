#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: slurm/preflight.sh DECK [--sweep DECK]
#
# Reports, before anything waits in the queue, what would fail there. It checks site.conf, the program, decks,
# store and program folder on this machine; partition, account, nodes, cores, memory, time limit and all
# other limits of Slurm; and, if enough nodes are idle, that each node sees the same files and the scratch
# folder. Each problem is one line on standard error, and the exit code is then 2. It also says what it could
# not check.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself" >&2
    exit 2
fi
# shellcheck source=slurm/lib.sh
source "$slurm_dir/lib.sh"

arguments 1 "$@"
# shellcheck source=slurm/submit.sh
source "$slurm_dir/submit.sh"

problems=0
problem() {
    printf 'ihp-slurm: error: %s\n' "$*" >&2
    problems=$((problems + 1))
}

decks=()
sweep_decks=()
while (($#)); do
    case $1 in
        --sweep)
            (($# > 1)) || fail 2 "option --sweep requires a value, DECK"
            shift
            sweep_decks+=("$1")
            ;;
        -*) fail 2 "unknown option '$1'; $(usage | head -n 1)" ;;
        *) decks+=("$1") ;;
    esac
    shift
done
((${#decks[@]} == 1 && ${#sweep_decks[@]} <= 1)) ||
    fail 2 "expected exactly one DECK, and at most one --sweep DECK; $(usage | head -n 1)"
decks+=("${sweep_decks[@]}")

must_have_slurm

# ---- the input, on this machine --------------------------------------------------------------------------

look_at_files() {
    local deck store terms
    deck=$(whole_path "$1")
    [[ -f $deck && -r $deck ]] || { problem "$deck: the deck does not exist or cannot be read"; return; }
    if ! store=$(deck_path "$deck" store) || ! terms=$(deck_path "$deck" program); then
        problems=$((problems + 1)) # deck_path has printed it
        return
    fi
    [[ -f $store && -r $store ]] || problem "$deck: store: $store is not a file that can be read here"
    [[ -d $terms && -r $terms ]] || problem "$deck: program: $terms is not a folder that can be read here"
    stores+=("$store")
    files+=("$store" "$terms" "$deck")
    words+=("store" "program folder" "deck")
}

stores=()
files=("$slurm_dir" "$(whole_path "$conf")") # that nodes must see, and their kinds in words
words=("folder of scripts" "site.conf")
for deck in "${decks[@]}"; do
    look_at_files "$deck"
done
((problems == 0)) || exit 2

# What the decks request; the request of the sweep, if there is one, is the last. A request is NODES MIB
# MINUTES, with tasks_per_node ranks on each node.
estimate_needs "${decks[0]}" "${site[nodes]}"
requests=("${site[nodes]} $mib_per_node $minutes")
most_mib=$mib_per_node
most_minutes=$minutes
most_nodes=${site[nodes]}
if ((${#decks[@]} > 1)); then
    sweep_blocks "${decks[1]}"
    estimate_needs "${decks[1]}" "${site[sweep_nodes]}" --block "1/$blocks"
    requests+=("${site[sweep_nodes]} $mib_per_node $minutes")
    ((mib_per_node <= most_mib)) || most_mib=$mib_per_node
    ((minutes <= most_minutes)) || most_minutes=$minutes
    ((site[sweep_nodes] <= most_nodes)) || most_nodes=${site[sweep_nodes]}
fi
((site[small_minutes] <= most_minutes)) || most_minutes=${site[small_minutes]}

# ---- Slurm ------------------------------------------------------------------------------

# Prints the minutes of Slurm's D-HH:MM:SS, HH:MM:SS or MM:SS; nothing for UNLIMITED.
slurm_minutes() {
    awk -F'[-:]' '/^[0-9]/ {
        d = index($0, "-") ? $1 : 0; n = NF; m = $(n - 1); h = n - (index($0, "-") > 0) > 2 ? $(n - 2) : 0
        print d * 1440 + h * 60 + m }' <<<"$1"
}

look_at_partition() {
    local limit most names
    names=$(sinfo -h -o %R 2>&1) ||
        { problem "Slurm does not answer ($(tail -n 1 <<<"$names")); try again when 'sinfo' works"; return; }
    partition=$(scontrol --oneliner show partition "${site[partition]}" 2>/dev/null) ||
        { problem "$conf: partition: '${site[partition]}' does not exist; this Slurm has" \
            "$(sort -u <<<"$names" | paste -sd ' ')"; return; }
    [[ $partition == *" State=UP "* ]] || problem "$conf: partition: ${site[partition]} is not up"
    limit=$(sed -n 's/.* MaxTime=\([^ ]*\).*/\1/p' <<<"$partition")
    most=$(slurm_minutes "$limit")
    if [[ -n $most ]] && ((most_minutes > most)); then
        problem "$conf: minutes_max: a job would request $most_minutes minutes, but partition" \
            "${site[partition]} allows $most; lower it, as a settlement that is stopped continues from" \
            "its checkpoint"
    fi
}

# Prints how many of the nodes that are up ("MIB CORES" in $sizes) have room for the ranks of a node, in $1 MiB.
fitting() {
    printf '%s\n' "${sizes[@]}" |
        awk -v mib="$1" -v cores="${site[tasks_per_node]}" '$1 >= mib && $2 >= cores {n++} END {print n + 0}'
}

# Counts the nodes that are up and large enough for each request.
look_at_nodes() {
    local name state mib cores all=0 up=0 fit nodes request down=() sizes=()
    while read -r name state mib cores; do
        all=$((all + 1))
        case $state in
            down* | drain* | fail* | unk* | *'*' | inval* | maint*) down+=("$name is $state"); continue ;;
        esac
        up=$((up + 1))
        sizes+=("$mib $cores")
    done < <(sinfo -h -N -p "${site[partition]}" -o '%N %T %m %c')
    if ((most_nodes > all)); then
        problem "$conf: nodes: $most_nodes requested, but partition ${site[partition]} has $all"
    elif ((most_nodes > up)); then
        problem "$conf: nodes: $most_nodes requested, but in partition ${site[partition]} only $up of $all" \
            "are up ($(printf '%s, ' "${down[@]}" | sed 's/, $//'))"
    fi
    ((problems == 0)) || return 0
    for request in "${requests[@]}"; do
        read -r nodes mib _ <<<"$request"
        fit=$(fitting "$mib")
        if ((nodes > fit)); then
            problem "$conf: tasks_per_node: only $fit of the $up nodes of partition ${site[partition]} have room for" \
                "${site[tasks_per_node]} ranks with $mib MiB together, but $nodes are requested"
            return
        fi
    done
    say "partition ${site[partition]}: $up of $all nodes are up; requested: at most $most_nodes nodes," \
        "${site[tasks_per_node]} ranks and $most_mib MiB each, $most_minutes minutes"
}

look_at_account() {
    local account=${site[account]} allowed answer
    allowed=$(sed -n 's/.* AllowAccounts=\([^ ]*\).*/\1/p' <<<"$partition")
    if [[ -n $allowed && $allowed != ALL && ,$allowed, != *",$account,"* ]]; then
        problem "$conf: account: '$account' may not use partition ${site[partition]}; allowed: $allowed"
    fi
    if [[ $(scontrol show config) =~ AccountingStorageType\ *=\ accounting_storage/none ]]; then
        say "account: '$account' could not be checked, as this Slurm keeps no accounts"
    elif ! answer=$(sacctmgr -nP show association user="$(id -un)" account="$account" \
        format=account 2>/dev/null); then
        say "account: '$account' could not be checked, as sacctmgr does not answer"
    elif [[ -z $answer ]]; then
        problem "$conf: account: $(id -un) has no account '$account', according to sacctmgr"
    fi
}

# Checks that ranks can be started by the launcher of site.conf.
look_at_launcher() {
    local kinds
    if [[ ${site[launcher]} == mpirun ]]; then
        command -v mpirun >/dev/null ||
            problem "$conf: launcher: mpirun is not on PATH, $PATH; name its module in modules"
        return
    fi
    kinds=" $(srun --mpi=list 2>&1 | tr -cs 'A-Za-z0-9_' ' ')"
    [[ $kinds == *" ${site[srun_mpi]} "* ]] ||
        problem "$conf: srun_mpi: srun does not have '${site[srun_mpi]}'; 'srun --mpi=list' prints:$kinds"
}

look_at_array() {
    local size
    size=$(scontrol show config | sed -n 's/^MaxArraySize *= *//p')
    if [[ -n $size && -n ${blocks:-} ]] && ((blocks >= size)); then
        problem "$conf: sweep_blocks: a job array of $blocks is requested, but this Slurm allows" \
            "$((size - 1))"
    fi
}

# Asks Slurm itself about the jobs: constraints, quality of service, limits of the account.
look_at_requests() {
    local request nodes mib minutes tasks answer
    site_options
    for request in "${requests[@]}" "1 ${site[small_memory_mib]} ${site[small_minutes]} 1"; do
        read -r nodes mib minutes tasks <<<"$request"
        answer=$(sbatch --test-only "${of_site[@]}" --nodes="$nodes" \
            --ntasks-per-node="${tasks:-${site[tasks_per_node]}}" --mem="${mib}M" --time="$minutes" \
            --output=/dev/null --wrap=true 2>&1 </dev/null) && continue
        # Slurm gives this answer also for nodes that are only reserved for others for some time.
        if [[ $answer == *"Requested node"* && $(scontrol --oneliner show reservation) == Res* ]]; then
            say "a job of $nodes nodes could not be checked, as some nodes are reserved" \
                "(scontrol show reservation): $(tail -n 1 <<<"$answer")"
        else
            problem "$conf: Slurm would refuse a job of $nodes nodes with this account, partition, mail and" \
                "sbatch_options: $(tail -n 1 <<<"$answer")"
            return
        fi
    done
}

look_at_partition
if ((problems == 0)); then
    look_at_nodes
    look_at_array
    look_at_launcher
    look_at_account
fi
((problems > 0)) || look_at_requests
((problems == 0)) || exit 2

# ---- the nodes --------------------------------------------------------------------------

# Prints what is at a path: "folder", the size of a file, or "unseen". Runs here and on the nodes.
what_is='what_is() {
    if [[ ! -r $1 ]]; then
        echo unseen
    elif [[ -d $1 ]]; then
        echo folder
    else
        stat -Lc %s "$1"
    fi
}'
eval "$what_is"

# Runs on each node with PROGRAM SCRATCH FILE... Prints a line with the node's name, "yes" or "no" for the
# program and for the scratch folder, and what is at each file. A site may print other lines.
on_a_node=$what_is'
line="ihp-node $SLURMD_NODENAME"
[[ -x $1 ]] && line+=" yes" || line+=" no"
[[ -z $2 || ( -d $2 && -w $2 ) ]] && line+=" yes" || line+=" no"
for file in "${@:3}"; do line+=" $(what_is "$file")"; done
echo "$line"'

look_from_nodes() {
    local code=0 options answer mark node runs scratch rest there here i told=0
    # shellcheck disable=SC2206
    options=(${site[sbatch_options]})
    answer=$(timeout 60 srun --quiet --immediate=10 --mpi=none --time=1 --account="${site[account]}" \
        --partition="${site[partition]}" --nodes="$most_nodes" --ntasks-per-node=1 --mem=64M \
        --job-name=ihp-preflight "${options[@]}" \
        bash -c "$on_a_node" - "$program" "${site[scratch]}" "${files[@]}" 2>&1 </dev/null) || code=$?
    while read -r mark node runs scratch rest; do
        [[ $mark == ihp-node ]] || continue
        told=$((told + 1))
        [[ $runs == yes ]] || problem "$conf: program: $program cannot be run on node $node"
        [[ $scratch == yes ]] ||
            problem "$conf: scratch: ${site[scratch]} is not a folder that can be written on node $node"
        read -ra there <<<"$rest"
        for i in "${!files[@]}"; do
            here=$(what_is "${files[i]}")
            [[ ${there[i]-nothing} == "$here" ]] ||
                problem "${files[i]}: node $node does not see the same ${words[i]} as this machine" \
                    "(${there[i]-nothing} there, $here here); put it where all nodes see it"
        done
    done <<<"$answer"
    if ((code != 0 || told < most_nodes)); then
        say "the nodes' view of the files could not be checked, usually because too few nodes are idle" \
            "(srun: $(tail -n 1 <<<"$answer"))"
    elif ((problems == 0)); then
        say "$most_nodes nodes see the program and ${stores[*]}"
    fi
}

look_from_nodes
((problems == 0)) || exit 2
say "no problems found"
