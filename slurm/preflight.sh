#!/usr/bin/env bash
# Usage: slurm/preflight.sh DECK [--sweep DECK]
#
# Tells before anything waits in the queue what would fail there: site.conf, program, decks, store and
# program folder here; partition, account, nodes, cores, memory and time limit in Slurm; and, where
# nodes are idle, whether each of them sees the same store and program. One line a problem on standard
# error, and exit code 2 where there is one. What cannot be known is said.
slurm_dir=${IHP_SLURM_DIR:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")}
if [[ ! -f $slurm_dir/lib.sh ]]; then
    echo "ihp-slurm: error: run this script itself, not with sbatch; it submits itself as site.conf says" >&2
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
while (($#)); do
    case $1 in
        --sweep) (($# > 1)) || fail 2 "--sweep: wants a deck" ;;
        -*) fail 2 "'$1' is no option; $(usage | head -n 1)" ;;
        *) decks+=("$1") ;;
    esac
    shift
done

must_have_slurm

# ---- what is read, here --------------------------------------------------------------------------

look_at_files() {
    local deck store terms
    deck=$(whole_path "$1")
    [[ -f $deck && -r $deck ]] || { problem "$deck: there is no such deck, or it cannot be read"; return; }
    if ! store=$(deck_path "$deck" store) || ! terms=$(deck_path "$deck" program); then
        problems=$((problems + 1)) # told already
        return
    fi
    [[ -f $store && -r $store ]] || problem "$deck: store: $store is no file that can be read here"
    [[ -d $terms && -r $terms ]] || problem "$deck: program: $terms is no folder that can be read here"
    stores+=("$store")
}

stores=()
for deck in "${decks[@]}"; do
    look_at_files "$deck"
done
((problems == 0)) || exit 2

# What the decks ask for: the sweep's is the last, where there is one.
estimate_needs "${decks[0]}" "${site[nodes]}"
most_mib=$mib_per_node
most_minutes=$minutes
most_nodes=${site[nodes]}
if ((${#decks[@]} > 1)); then
    sweep_blocks "${decks[1]}"
    estimate_needs "${decks[1]}" "${site[sweep_nodes]}" --block "1/$blocks"
    ((mib_per_node <= most_mib)) || most_mib=$mib_per_node
    ((minutes <= most_minutes)) || most_minutes=$minutes
    ((site[sweep_nodes] <= most_nodes)) || most_nodes=${site[sweep_nodes]}
fi
((site[small_minutes] <= most_minutes)) || most_minutes=${site[small_minutes]}

# ---- what Slurm has ------------------------------------------------------------------------------

# Minutes of Slurm's D-HH:MM:SS, HH:MM:SS or MM:SS; empty for UNLIMITED.
slurm_minutes() {
    awk -F'[-:]' '/^[0-9]/ {
        d = index($0, "-") ? $1 : 0; n = NF; m = $(n - 1); h = n - (index($0, "-") > 0) > 2 ? $(n - 2) : 0
        print d * 1440 + h * 60 + m }' <<<"$1"
}

look_at_partition() {
    local limit most names
    names=$(sinfo -h -o %R 2>&1) ||
        { problem "Slurm gives no answer ($(tail -n 1 <<<"$names")); try again when 'sinfo' does"; return; }
    partition=$(scontrol --oneliner show partition "${site[partition]}" 2>/dev/null) ||
        { problem "$conf: partition: there is no '${site[partition]}' here, but" \
            "$(sort -u <<<"$names" | paste -sd ' ')"; return; }
    [[ $partition == *" State=UP "* ]] || problem "$conf: partition: ${site[partition]} is not up"
    limit=$(sed -n 's/.* MaxTime=\([^ ]*\).*/\1/p' <<<"$partition")
    most=$(slurm_minutes "$limit")
    if [[ -n $most ]] && ((most_minutes > most)); then
        problem "$conf: minutes_max: a job would ask for $most_minutes minutes, but partition" \
            "${site[partition]} allows $most; a settlement that is cut short goes on from its checkpoint"
    fi
}

# Nodes by name, state, memory in MiB and cores; those that are up and large enough count.
look_at_nodes() {
    local name state mib cores all=0 up=0 fit=0 down=()
    while read -r name state mib cores; do
        all=$((all + 1))
        case $state in
            down* | drain* | fail* | unk* | *'*' | inval* | maint*) down+=("$name is $state"); continue ;;
        esac
        up=$((up + 1))
        ((mib < most_mib || cores < site[tasks_per_node])) || fit=$((fit + 1))
    done < <(sinfo -h -N -p "${site[partition]}" -o '%N %T %m %c')
    if ((most_nodes > all)); then
        problem "$conf: nodes: $most_nodes asked for, but partition ${site[partition]} has $all"
    elif ((most_nodes > up)); then
        problem "$conf: nodes: $most_nodes asked for, but of partition ${site[partition]} only $up of $all" \
            "are up ($(printf '%s, ' "${down[@]}" | sed 's/, $//'))"
    elif ((most_nodes > fit)); then
        problem "$conf: tasks_per_node: ${site[tasks_per_node]} ranks with $most_mib MiB together fit only" \
            "$fit of the $up nodes of partition ${site[partition]}, but $most_nodes are asked for"
    else
        say "partition ${site[partition]}: $up of $all nodes are up; asked for: $most_nodes nodes," \
            "${site[tasks_per_node]} ranks and $most_mib MiB each, $most_minutes minutes"
    fi
}

look_at_account() {
    local account=${site[account]} allowed answer
    allowed=$(sed -n 's/.* AllowAccounts=\([^ ]*\).*/\1/p' <<<"$partition")
    if [[ -n $allowed && $allowed != ALL && ,$allowed, != *",$account,"* ]]; then
        problem "$conf: account: '$account' may not use partition ${site[partition]}, only $allowed"
    fi
    if [[ $(scontrol show config) =~ AccountingStorageType\ *=\ accounting_storage/none ]]; then
        say "account: it cannot be known whether '$account' is right, as this Slurm keeps no accounts"
    elif ! answer=$(sacctmgr -nP show association user="$(id -un)" account="$account" \
        format=account 2>/dev/null); then
        say "account: it cannot be known whether '$account' is right, as sacctmgr gives no answer"
    elif [[ -z $answer ]]; then
        problem "$conf: account: $(id -un) has no account '$account', says sacctmgr"
    fi
}

look_at_partition
if ((problems == 0)); then
    look_at_nodes
    look_at_account
fi
((problems == 0)) || exit 2

# ---- what the nodes see --------------------------------------------------------------------------

# Runs on each node: its name, and for each file its size, or what is the matter.
# shellcheck disable=SC2016
on_a_node='program=$1; shift
line=$SLURMD_NODENAME
[[ -x $program ]] && line+=" runs" || line+=" lacks"
for store; do line+=" $([[ -r $store ]] && stat -Lc %s "$store" || echo unseen)"; done
echo "$line"'

look_from_nodes() {
    local code=0 node word sizes=() store i
    for store in "${stores[@]}"; do
        sizes+=("$(stat -Lc %s "$store")")
    done
    # shellcheck disable=SC2206
    local options=(${site[sbatch_options]})
    seen=$(timeout 60 srun --quiet --immediate=10 --mpi=none --time=1 --account="${site[account]}" \
        --partition="${site[partition]}" --nodes="$most_nodes" --ntasks-per-node=1 --mem=64M \
        --job-name=ihp-preflight "${options[@]}" bash -c "$on_a_node" - "$program" "${stores[@]}" \
        2>/dev/null </dev/null) || code=$?
    if ((code != 0)); then
        say "it could not be looked at whether the nodes see the store: not enough of them are idle"
        return
    fi
    while read -r node word line; do
        [[ $word == runs ]] || problem "$conf: program: $program cannot be run on node $node"
        read -ra there <<<"$line"
        for i in "${!stores[@]}"; do
            [[ ${there[i]-nothing} == "${sizes[i]}" ]] ||
                problem "${stores[i]}: node $node does not see this store as it is here" \
                    "(${there[i]-nothing} there, ${sizes[i]} bytes here); put it where all nodes see it"
        done
    done <<<"$seen"
    ((problems > 0)) || say "$most_nodes nodes see the program and ${stores[*]}"
}

look_from_nodes
((problems == 0)) || exit 2
say "nothing stands in the way"
