# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# A separate Slurm cluster on one machine, for tests: munged, slurmctld and four emulated nodes n1 to n4 of
# two cores each, everything in one folder. It does not read or write anything of the machine's own Slurm or
# munge: the socket, the key and the configuration are in the folder. Sourced.
#
#   cluster_cannot           prints why a cluster cannot be started here; returns 1 if it can be
#   cluster_start FOLDER     starts it, sets SLURM_CONF and waits until all nodes are idle
#   cluster_stop             ends what cluster_start started, and nothing else. A watching process does the
#                            same if the process that started the cluster is killed
#
# The nodes do not require namespaces. PMIx and Open MPI have temporary folders by host name; Slurm's TmpFS
# with the node's name, and a task prolog, keep those of the nodes apart.

cluster_nodes=(n1 n2 n3 n4)
declare -A cluster_pids=() # of the daemons that were started here, by name

cluster_cannot() {
    local program
    for program in munged mungekey slurmctld slurmd; do
        if ! PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null; then
            echo "$program is not installed (scripts/install-deps.sh --tests)"
            return 0
        fi
    done
    if ((EUID != 0)); then
        echo "the daemons of Slurm require root"
        return 0
    fi
    return 1
}

# Prints the first of six free ports in a row.
cluster_free_ports() {
    "$IHP_PYTHON" - <<'PY'
import random, socket
for attempt in range(200):
    first = random.randrange(20000, 32000)
    held = []
    try:
        for port in range(first, first + 6):
            one = socket.socket()
            held.append(one)
            one.bind(('', port))
        print(first)
        break
    except OSError:
        continue
    finally:
        for one in held:
            one.close()
PY
}

cluster_configure() {
    local dir=$1 port host
    port=$(cluster_free_ports)
    host=$(hostname -s)
    cat >"$dir/slurm.conf" <<CONF
ClusterName=ihptest
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job that is requeued waits until its credential has expired: 8 seconds, not 121.
AuthInfo=socket=$dir/munge/socket,cred_expire=5
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
TaskProlog=$dir/task_prolog
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
TmpFS=$dir/tmp/%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd-%n.log
SlurmctldPort=$port
SwitchType=switch/none
ReturnToService=2
JobRequeue=1
SlurmdTimeout=300
MessageTimeout=60
KillWait=5
MinJobAge=600
UnkillableStepTimeout=300
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0,sched_min_interval=100000
CONF
    local node
    for node in "${cluster_nodes[@]}"; do
        port=$((port + 1))
        echo "NodeName=$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$port CPUs=2" \
            "CoresPerSocket=2 RealMemory=4000"
        mkdir -p "$dir/spool/$node" "$dir/tmp/$node"
    done >>"$dir/slurm.conf"
    {
        echo "PartitionName=batch Nodes=ALL Default=YES MaxTime=120 State=UP"
        echo "PartitionName=small Nodes=n1 MaxTime=40 State=UP"
    } >>"$dir/slurm.conf"
    # No control groups are used. This plug-in does not look for them when slurmd starts; others fail in a
    # container without control groups.
    echo "CgroupPlugin=cgroup/v1" >"$dir/cgroup.conf"
    # Open MPI names its session folders by host, which is the same for all nodes here.
    cat >"$dir/task_prolog" <<PROLOG
#!/bin/sh
echo "export OMPI_MCA_orte_tmpdir_base=$dir/tmp/\$SLURMD_NODENAME"
PROLOG
    chmod 755 "$dir/task_prolog"
}

# Starts a daemon in the foreground of its own session, so that its process is known.
cluster_daemon() {
    local name=$1
    shift
    setsid "$@" >>"$cluster_dir/$name.out" 2>&1 </dev/null &
    cluster_pids[$name]=$!
}

# Waits until a command succeeds; returns false after that many seconds.
cluster_until() {
    local seconds=$1 end
    shift
    end=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

cluster_all_idle() {
    [[ $(sinfo -h -p batch -t idle -o %D) == "${#cluster_nodes[@]}" ]]
}

cluster_start() {
    local node
    cluster_dir=$1
    PATH=$PATH:/usr/sbin:/sbin
    mkdir -p "$cluster_dir"/{munge,state,spool,tmp}
    chmod 755 "$cluster_dir" "$cluster_dir/munge"
    cluster_configure "$cluster_dir"
    export SLURM_CONF=$cluster_dir/slurm.conf

    mungekey --create --keyfile="$cluster_dir/munge/key" >/dev/null
    cluster_daemon munged munged --foreground --force --socket="$cluster_dir/munge/socket" \
        --key-file="$cluster_dir/munge/key" --pid-file="$cluster_dir/munge/pid" \
        --log-file="$cluster_dir/munge/log" --seed-file="$cluster_dir/munge/seed"
    cluster_until "$limit" munge -n -S "$cluster_dir/munge/socket" || return 1
    cluster_daemon slurmctld slurmctld -D -c
    for node in "${cluster_nodes[@]}"; do
        cluster_daemon "$node" slurmd -D -N "$node"
    done
    cluster_watched_by "$$"
    cluster_until "$limit" cluster_all_idle
}

# Starts an independent process that ends the cluster once process $1 is gone, in case that process could not
# do so itself, for example a test that was killed for its time limit.
cluster_watched_by() {
    (setsid bash -c "$(declare -f cluster_{stop,until,is_empty,is_ended,processes,is_slurm})"'
        cluster_dir=$1
        cluster_pids=()
        while kill -0 "$2" 2>/dev/null; do sleep 1; done
        [[ ! -d $cluster_dir ]] || cluster_stop
        rm -rf "$1"' watch "$cluster_dir" "$1" >/dev/null 2>&1 </dev/null &)
}

# Prints the processes of this cluster, which are known by the path of its configuration in their environment;
# with NAME=VALUE only those that also have this variable.
cluster_processes() {
    local environment pid
    for environment in /proc/[0-9]*/environ; do
        pid=${environment//[!0-9]/}
        [[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
        if grep -qzxF "SLURM_CONF=$SLURM_CONF" "$environment" 2>/dev/null &&
            { [[ -z ${1-} ]] || grep -qzxF "$1" "$environment" 2>/dev/null; }; then
            echo "$pid"
        fi
    done
}

# Returns true if a process belongs to Slurm or munge.
cluster_is_slurm() {
    local name
    read -r name 2>/dev/null <"/proc/$1/comm" || return 1
    [[ $name == slurmstepd* || $name == slurmd* || $name == slurmctld* || $name == munged* ]]
}

# Ends the daemons by their process ids, and jobs and their steps by this cluster's configuration.
cluster_stop() {
    local pid
    [[ -n ${cluster_dir:-} ]] || return 0
    timeout 10 scancel --user=root >/dev/null 2>&1 || true
    cluster_until 5 cluster_is_empty || true
    kill "${cluster_pids[@]}" 2>/dev/null || true
    cluster_until 5 cluster_is_ended || true
    for pid in $(cluster_processes SLURM_CLUSTER_NAME=ihptest) "${cluster_pids[@]}"; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    for pid in $(cluster_processes); do
        if cluster_is_slurm "$pid"; then
            kill -KILL "$pid" 2>/dev/null || true
        fi
    done
    wait "${cluster_pids[@]}" 2>/dev/null || true
    cluster_dir=
}

cluster_is_empty() {
    [[ -z $(timeout 5 squeue --noheader) ]]
}

cluster_is_ended() {
    local pid
    for pid in "${cluster_pids[@]}"; do
        ! kill -0 "$pid" 2>/dev/null || return 1
    done
}
