# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# A job that is asked to stop saves a checkpoint, is queued again and continues, to the bytes of an
# uninterrupted run. Of a job array only the element that was asked does so. A cancelled job is not queued
# again, and no job more often than site.conf allows.

long_run

# ---- a settlement --------------------------------------------------------------------------------

# scontrol, but a second late when it queues again: Slurm is ending the job meanwhile.
mkdir -p "$work/late"
cat >"$work/late/scontrol" <<SH
#!/usr/bin/env bash
code=0
"$(command -v scontrol)" "\$@" || code=\$?
[[ \$1 != requeue ]] || sleep 1
exit \$code
SH
chmod +x "$work/late/scontrol"

site site "program=$held" tasks_per_node=1
hold "$work/asked"
PATH=$work/late:$PATH script settle "$work/long.yaml" "$work/asked"
ok "settle.sh" succeeds
job=$(job_printed settle)
wait_held "$work/asked"
scancel --batch --signal=USR1 "$job"
wait_until is_state "$job" PENDING
let_go "$work/asked"
ok "asked to stop: a checkpoint is there" [ -s "$work/asked.checkpoint.h5" ]
ok "asked to stop: no result" [ ! -e "$work/asked/manifest.json" ]
ok "asked to stop: the log reports it" says "$(log_of "$job")" "received USR1; the ranks are asked to stop" \
    "stopped with a checkpoint and queued again as job $job"
asked=$job # it waits for some seconds; the next jobs start at once

# ---- not more often than allowed, and the same command continues ----------------------------------

site few requeues_max=0 "program=$held" tasks_per_node=1
hold "$work/few"
script settle "$work/long.yaml" "$work/few"
job=$(job_printed settle)
wait_held "$work/few"
scancel --batch --signal=USR1 "$job"
wait_until is_state "$job" FAILED
let_go "$work/few"
ok "too often: code 75" [ "$(code_of "$job")" = 75 ]
ok "too often: one line" [ "$(grep -c '^ihp-slurm: error: ' "$(log_of "$job")")" = 1 ]
ok "too often: what to do" says "$(log_of "$job")" "requeues_max of site.conf" "start it again"
ok "too often: a checkpoint is there" [ -s "$work/few.checkpoint.h5" ]

site site "program=$held" tasks_per_node=1
hold "$work/few"
script settle "$work/long.yaml" "$work/few"
job=$(job_printed settle)
wait_held "$work/few"
scancel "$job"
wait_until is_over "$job"
let_go "$work/few"
ok "cancelled: not queued again" is_state "$job" CANCELLED
((good)) || { scontrol show job "$job"; show_logs "$(log_of "$job")" "$work"/cluster/slurmctld.log; }
ok "cancelled: no result" [ ! -e "$work/few/manifest.json" ]
wait_until is_cleared "$job"
ok "cancelled: the checkpoint is there" [ -s "$work/few.checkpoint.h5" ]

script settle "$work/long.yaml" "$work/few"
job=$(job_printed settle)
wait_until is_over "$job"
ok "the same command again" is_state "$job" COMPLETED
ok "the same command again: the same bytes" same_results "$work/long" "$work/few"

# ---- started over by --fresh, but only once --------------------------------------------------------

hold "$work/fresh"
script settle "$work/long.yaml" "$work/fresh" --fresh
fresh=$(job_printed settle)
wait_held "$work/fresh"
scancel --batch --signal=USR1 "$fresh"
wait_until is_state "$fresh" PENDING
let_go "$work/fresh"

# ---- the settlement again -------------------------------------------------------------------------

wait_until is_over "$asked"
ok "asked to stop: no error" [ "$(grep -c '^ihp-slurm: error: ' "$(log_of "$asked")")" = 0 ]
ok "it succeeded" is_state "$asked" COMPLETED
((good)) || show_logs "$(log_of "$asked")"
ok "it was queued again once" [ "$(job_field "$asked" Restarts)" = 1 ]
ok "the bytes of an uninterrupted run" same_results "$work/long" "$work/asked"
ok "the checkpoint is removed" [ ! -e "$work/asked.checkpoint.h5" ]

# A job that Slurm queues again after it was finished has nothing to do.
scontrol requeue "$asked"

# ---- an element of an array ----------------------------------------------------------------------

# In this test a rank that stopped ends by a signal instead of its code. A launcher can report that when it
# ends the ranks that are slower than the first.
cat >"$work/hasty" <<SH
#!/usr/bin/env bash
trap 'kill -USR1 \$pid' USR1
"$held" "\$@" &
pid=\$!
code=0
while kill -0 \$pid 2>/dev/null; do
    wait \$pid || true
done
wait \$pid || code=\$?
[[ \$code != 75 ]] || kill -KILL \$\$
exit \$code
SH
chmod +x "$work/hasty"
site hasty "program=$work/hasty" tasks_per_node=1
hold "$work/array.parts/2"
script sweep "$work/long.yaml" "$work/array"
ok "sweep.sh" succeeds
job=$(job_printed sweep)
merge=$(job_printed merge)
wait_held "$work/array.parts/2"
scancel --batch --signal=USR1 "${job}_2"
wait_until is_state "${job}_2" PENDING
let_go "$work/array.parts/2"
ok "array: it ended by a signal" grep -qi killed "$(log_of "${job}_2")"
ok "array: its checkpoint" [ -s "$work/array.parts/2.checkpoint.h5" ]
wait_until is_over "$merge"
ok "array: merged" is_state "$merge" COMPLETED
ok "array: the bytes of the undivided run" same_results "$work/long" "$work/array"
for block in 1 2 3 4; do
    ok "array: restarts of $block" [ "$(job_field "${job}_$block" Restarts)" = $((block == 2)) ]
done
ok "array: no blocks are left" [ ! -e "$work/array.parts" ]

wait_until is_state "$asked" COMPLETED
ok "finished before" says "$(log_of "$asked")" "asked was finished before the job was queued again"
wait_until is_over "$fresh"
ok "--fresh: continues when it is queued again" says "$(log_of "$fresh")" "checkpoint: continues from"
ok "--fresh: the same bytes" same_results "$work/long" "$work/fresh"
