# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# slurm/preflight.sh reports before the queue what would fail there: one line each and exit code 2.

refused() {
    local text=$1
    shift
    ok "$text" fails_with 2 "$@"
}

site site
script preflight "$work/plain.yaml" --sweep "$work/sweep.yaml"
ok "no problems" succeeds
ok "it reports what it checked" says "$out" "4 of 4 nodes are up" "keeps no accounts" "4 nodes see"

site wrong partition=nights
script preflight "$work/plain.yaml"
refused "no such partition" "partition: 'nights' does not exist; this Slurm has batch small"
site wrong nodes=5
script preflight "$work/plain.yaml"
refused "more nodes than exist" "nodes: 5 requested, but partition batch has 4"
site wrong partition=small
script preflight "$work/plain.yaml"
refused "more nodes than the partition has" "nodes: 4 requested, but partition small has 1"
site wrong nodes=1 partition=small minutes_min=41 minutes_max=60
script preflight "$work/plain.yaml"
refused "longer than the partition allows" "would request 41 minutes, but partition small allows 40"
site wrong tasks_per_node=3
script preflight "$work/plain.yaml"
refused "more ranks than cores" "only 0 of the 4 nodes of partition batch have room for 3 ranks" "but 4 are requested"
site wrong memory_mib_min=2001
script preflight "$work/plain.yaml"
refused "more memory than a node has" \
    "only 0 of the 4 nodes of partition batch have room for 2 ranks with 4002 MiB together"
site site memory_mib_min=2000
script preflight "$work/plain.yaml"
ok "exactly the memory that a node has" succeeds

# The sweep requests its own number of nodes: only n1 is large enough for it, all are for the settlement.
mkdir -p "$work/odd"
printf '#!/bin/sh\n[ "$2" != -N ] || exec printf "n%%s idle %%s 2\\n" 1 4000 2 235 3 235 4 235\nexec %s "$@"\n' \
    "$(command -v sinfo)" >"$work/odd/sinfo"
chmod +x "$work/odd/sinfo"
site site
PATH=$work/odd:$PATH script preflight "$work/plain.yaml" --sweep "$work/long.yaml"
ok "a node that is larger than the others, for the sweep" succeeds
site wrong sweep_nodes=2
PATH=$work/odd:$PATH script preflight "$work/plain.yaml" --sweep "$work/long.yaml"
refused "one large node, two requested" "only 1 of the 4 nodes" "MiB together, but 2 are requested"

# A limit that only Slurm knows: the cores of a node that the partition may use.
scontrol create partition=halves nodes=ALL maxtime=60 maxcpuspernode=1 state=up
site wrong partition=halves
script preflight "$work/plain.yaml"
refused "more ranks than a node's share" "Slurm would refuse a job of 4 nodes"
scontrol delete partition=halves

# A node that is reserved for others: jobs wait for it.
scontrol create reservation=kept starttime=now duration=60 users=nobody nodes=n1 >"$out"
site site
script preflight "$work/plain.yaml"
ok "a reserved node" succeeds
ok "a reserved node: it is reported" says "$out" "a job of 4 nodes could not be checked, as some nodes are reserved"
scontrol delete reservation=kept
wait_until cluster_all_idle

site wrong srun_mpi=pmix_v99
script preflight "$work/plain.yaml"
refused "an unknown kind of MPI" "srun_mpi: srun does not have 'pmix_v99'" " pmix "
mkdir -p "$work/no-mpirun"
for one in /usr/bin/*; do
    [[ $one == */mpirun || $one == */mpirun.* ]] || ln -s "$one" "$work/no-mpirun"
done
site wrong launcher=mpirun
PATH=$work/no-mpirun script preflight "$work/plain.yaml"
refused "no mpirun" "launcher: mpirun is not on PATH"

# Anything else that Slurm refuses is reported in its words.
site wrong mail=a@example.org mail_events=NEVER
script preflight "$work/plain.yaml"
refused "an unknown mail event" "Slurm would refuse a job of 4 nodes" "mail-type"
site wrong sbatch_options=--constraint=infiniband
script preflight "$work/plain.yaml"
refused "an unknown feature" "Slurm would refuse a job of 4 nodes" "Invalid feature specification"
site wrong "scratch=$work/none"
script preflight "$work/plain.yaml"
ok "a missing scratch folder on the nodes: each is named" \
    [ "$(grep -c "scratch: $work/none is not a folder that can be written on node n[1-4]" "$err")" = 4 ]
ok "a missing scratch folder on the nodes: refused" [ "$code" = 2 ]

# An array of as many elements as Slurm allows, and one more.
sed '/^sweep:/,$ d' "$work/sweep.yaml" >"$work/wide.yaml"
printf 'sweep: {design: grid, vary: {trend: [%s]}}\n' "$(seq -s ', ' -f '0.%04g' 1001)" >>"$work/wide.yaml"
site wide sweep_blocks=1000
script preflight --sweep "$work/wide.yaml" "$work/plain.yaml"
ok "an array of the size allowed" succeeds
site wide sweep_blocks=2000
script preflight "$work/plain.yaml" --sweep "$work/wide.yaml"
refused "an array too large" "sweep_blocks: a job array of 1001 is requested, but this Slurm allows 1000"
script preflight "$work/plain.yaml" "$work/sweep.yaml"
refused "two decks to settle" "expected exactly one DECK, and at most one --sweep DECK"

site site
echo 'echo Welcome to the cluster' >"$work/welcome"
BASH_ENV=$work/welcome script preflight "$work/plain.yaml"
ok "nodes that print a greeting" says "$out" "4 nodes see the program and $work/state.h5" "no problems found"

scontrol update nodename=n2 state=drain reason=test
script preflight "$work/plain.yaml"
refused "a drained node" "only 3 of 4 are up (n2 is drained)"
script nightly "$work/plain.yaml" "$work/drained"
refused "nightly.sh runs the checks first" "only 3 of 4 are up (n2 is drained)"
ok "nightly: nothing is submitted" cluster_is_empty
ok "nightly: nothing is made" [ ! -e "$work/drained" ]
scontrol update nodename=n2 state=resume
wait_until cluster_all_idle

# Without Slurm's commands, as under cron, and with a Slurm that does not answer.
mkdir -p "$work/bare"
for one in bash basename dirname realpath sed awk id; do
    ln -sf "$(command -v "$one")" "$work/bare/$one"
done
for one in nightly preflight check; do
    output=$work/bare/o
    [[ $one == nightly ]] || output=
    run env -u HOME PATH="$work/bare" "$slurm/$one.sh" "$work/plain.yaml" ${output:+"$output"}
    refused "$one without Slurm's commands" "'sbatch' is not on PATH, $work/bare; add the folder"
done
sed "s/^SlurmctldPort=.*/SlurmctldPort=1/; \$ a MessageTimeout=1" "$SLURM_CONF" >"$work/cluster/silent.conf"
SLURM_CONF=$work/cluster/silent.conf script preflight "$work/plain.yaml"
refused "no answer" "Slurm does not answer (slurm_load_partitions: Unable to contact slurm controller"

# Output that cannot be written.
for one in nightly settle sweep; do
    script "$one" "$work/sweep.yaml" "$work/plain.yaml/o"
    refused "$one into a file" "$work/plain.yaml/o" "as $work/plain.yaml is not a folder that"
done
script import "$work/program" "$work/plain.yaml/o.h5"
refused "import into a file" "$work/plain.yaml: cannot be written"

script preflight "$work/no.yaml"
refused "a missing deck" "$work/no.yaml: the deck does not exist"
sed 's/^store:.*/store: gone.h5  # a comment/' "$work/plain.yaml" >"$work/gone.yaml"
script preflight "$work/gone.yaml"
refused "a missing store" "$work/gone.yaml: store: $work/gone.h5 is not a file that can be read here"
sed 's/^program:.*/program: "state.h5"/' "$work/plain.yaml" >"$work/gone.yaml"
script preflight "$work/gone.yaml"
refused "a file as the program folder" "program: $work/state.h5 is not a folder that can be read here"
sed '/^store:/d' "$work/plain.yaml" >"$work/gone.yaml"
script preflight "$work/gone.yaml"
refused "a deck without a store" "store: the job scripts require this key on a line of its own"
script check "$work/gone.yaml"
refused "check of such a deck" "store: the job scripts require this key on a line of its own"
script preflight "$work/plain.yaml" --sweep "$work/plain.yaml"
refused "a sweep deck without a sweep" "$work/plain.yaml: has no sweep"

# A store that this machine sees and the nodes do not: an open file of this process.
sed 's|^store:.*|store: /proc/self/fd/9|' "$work/plain.yaml" >"$work/unseen.yaml"
run "$slurm/preflight.sh" "$work/unseen.yaml" 9<"$work/state.h5"
ok "a store that the nodes do not see: each node is named" \
    [ "$(grep -c "error: /proc/self/fd/9: node n[1-4] does not see the same store" "$err")" = 4 ]
ok "a store that the nodes do not see: refused" [ "$code" = 2 ]

# Busy nodes cannot be checked.
busy=$(sbatch --parsable --nodes=4 --ntasks-per-node=2 --time=60 --output=/dev/null --wrap 'sleep 3600')
wait_until is_state "$busy" RUNNING
script preflight "$work/plain.yaml"
ok "busy nodes" succeeds
ok "busy nodes: it is reported" says "$out" "the nodes' view of the files could not be checked"
