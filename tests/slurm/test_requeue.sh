# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# A job that is told to stop saves a checkpoint, is queued again and goes on, to the bytes of a run that
# nobody stopped; of a job array only the element that was told; not when it was cancelled, and not
# more often than site.conf allows.

# Waits until a job's settlement into a folder is under way: it has saved a checkpoint of its own.
wait_under_way() {
    wait_until 60 is_state "$1" RUNNING
    : >"$work/now"
    wait_until 20 test "$2.checkpoint.h5" -nt "$work/now"
}

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

site site
PATH=$work/late:$PATH script settle "$work/long.yaml" "$work/asked"
ok "settle.sh" succeeds
job=$(job_told settle)
wait_under_way "$job" "$work/asked"
scancel --batch --signal=USR1 "$job"
wait_until 20 is_state "$job" PENDING
ok "asked to stop: a checkpoint is there" [ -s "$work/asked.checkpoint.h5" ]
ok "asked to stop: no result" [ ! -e "$work/asked/manifest.json" ]
ok "asked to stop: it says so" says "$(log_of "$job")" "received USR1; the ranks are asked to stop" \
    "stopped with a checkpoint and queued again as job $job"
asked=$job # it waits for some seconds; the next jobs need not

# ---- no more than allowed, and the same command goes on -------------------------------------------

site few requeues_max=0
script settle "$work/long.yaml" "$work/few"
job=$(job_told settle)
wait_under_way "$job" "$work/few"
scancel --batch --signal=USR1 "$job"
wait_until 20 is_state "$job" FAILED
ok "too often: code 75" [ "$(code_of "$job")" = 75 ]
ok "too often: one line" [ "$(grep -c '^ihp-slurm: error: ' "$(log_of "$job")")" = 1 ]
ok "too often: what to do" says "$(log_of "$job")" "requeues_max of site.conf" "start it again"
ok "too often: a checkpoint is there" [ -s "$work/few.checkpoint.h5" ]

site site
script settle "$work/long.yaml" "$work/few"
job=$(job_told settle)
wait_under_way "$job" "$work/few"
scancel "$job"
wait_until 20 is_over "$job"
ok "cancelled: not queued again" is_state "$job" CANCELLED
((good)) || { scontrol show job "$job"; show_logs "$(log_of "$job")" "$work"/cluster/slurmctld.log; }
ok "cancelled: no result" [ ! -e "$work/few/manifest.json" ]
wait_until 10 is_cleared "$job"
ok "cancelled: the checkpoint is there" [ -s "$work/few.checkpoint.h5" ]

script settle "$work/long.yaml" "$work/few"
job=$(job_told settle)
wait_until 60 is_over "$job"
ok "the same command again" is_state "$job" COMPLETED
ok "the same command again: the bytes" same_results "$work/long" "$work/few"

# ---- begun anew, but only once --------------------------------------------------------------------

script settle "$work/long.yaml" "$work/fresh" --fresh
fresh=$(job_told settle)
wait_under_way "$fresh" "$work/fresh"
scancel --batch --signal=USR1 "$fresh"
wait_until 20 is_state "$fresh" PENDING

# ---- the settlement again -------------------------------------------------------------------------

wait_until 60 is_over "$asked"
ok "asked to stop: no error" [ "$(grep -c '^ihp-slurm: error: ' "$(log_of "$asked")")" = 0 ]
ok "it went on to the end" is_state "$asked" COMPLETED
((good)) || show_logs "$(log_of "$asked")"
ok "it was queued again once" [ "$(job_field "$asked" Restarts)" = 1 ]
ok "the bytes of a run that nobody stopped" same_results "$work/long" "$work/asked"
ok "the checkpoint is gone" [ ! -e "$work/asked.checkpoint.h5" ]

# A job that Slurm queues again after all was done has nothing to do.
scontrol requeue "$asked"

# ---- an element of an array ----------------------------------------------------------------------

# Here a rank that stopped ends by a signal in place of its code, as the launcher may see it when it
# ends the ranks that are a little later than the first.
cat >"$work/hasty" <<SH
#!/usr/bin/env bash
trap 'kill -USR1 \$pid' USR1
"$IHP_PROGRAM" "\$@" &
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
site hasty "program=$work/hasty"
script sweep "$work/long.yaml" "$work/array"
ok "sweep.sh" succeeds
job=$(job_told sweep)
merge=$(job_told merge)
wait_under_way "${job}_2" "$work/array.parts/2"
scancel --batch --signal=USR1 "${job}_2"
wait_until 20 is_state "${job}_2" PENDING
ok "array: its code was a signal's" grep -qi killed "$(log_of "${job}_2")"
ok "array: its checkpoint" [ -s "$work/array.parts/2.checkpoint.h5" ]
wait_until 90 is_over "$merge"
ok "array: merged" is_state "$merge" COMPLETED
ok "array: the bytes of the undivided run" same_results "$work/long" "$work/array"
for block in 1 2 3 4; do
    ok "array: restarts of $block" [ "$(job_field "${job}_$block" Restarts)" = $((block == 2)) ]
done
ok "array: no parts are left" [ ! -e "$work/array.parts" ]

wait_until 60 is_state "$asked" COMPLETED
ok "finished before" says "$(log_of "$asked")" "asked was finished before the job was queued again"
wait_until 60 is_over "$fresh"
ok "--fresh: goes on when it is queued again" says "$(log_of "$fresh")" "checkpoint: goes on from"
ok "--fresh: the bytes" same_results "$work/long" "$work/fresh"
