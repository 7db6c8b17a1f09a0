# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# A chain in which a job fails: the jobs that wait for it are cancelled, unfinished folders are removed, one
# line reports which job failed with which code, and --continue keeps what is finished.

# ihp, with an error in one place until the file `fault` is empty. In jobs it waits while the file `waiting` exists.
cat >"$work/faulty" <<SH
#!/usr/bin/env bash
fault=\$(cat "$work/fault" 2>/dev/null || true)
if [[ -n \$fault && " \$* " == *" \$fault"* && " \$* " != *" --estimate "* ]]; then
    echo "ihp: error: a fault" >&2
    exit 3
fi
while [[ -n \${SLURM_JOB_ID-} && -e $work/waiting ]]; do
    sleep 0.1
done
exec "$IHP_PROGRAM" "\$@"
SH
chmod +x "$work/faulty"
site faulty "program=$work/faulty"

# ---- an element of the sweep ---------------------------------------------------------------------

night=$work/faulty-night
echo '--block 2/' >"$work/fault"
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml"
ok "nightly.sh" succeeds
for stage in settle sweep merge report cleanup; do
    declare "$stage=$(job_of_chain "$night" $stage)"
done
mkdir -p "$night/parts" && echo mine >"$night/mine" && echo mine >"$night/parts/mine"
wait_until is_over "$cleanup"
ok "the element failed" [ "$(code_of "${sweep}_2")" = 3 ]
ok "the other elements succeeded" is_state "${sweep}_3" COMPLETED
ok "merge is cancelled" is_state "$merge" CANCELLED
ok "report is cancelled" is_state "$report" CANCELLED
ok "the chain failed" is_state "$cleanup" FAILED
ok "one line" [ "$(wc -l <"$night/FAILED")" = 1 ]
ok "it names the job, the code and the log" says "$night/FAILED" \
    "the chain of $night failed: sweep, job ${sweep}_2: FAILED with code 3, see $night/logs/ihp-sweep-"
ok "it names no other job" [ "$(grep -o ', job ' "$night/FAILED" | wc -l)" = 1 ]
line="^ihp-slurm: error: cleanup: job $cleanup ended with code 1: the chain of $night"
ok "the cleanup ends with this error" [ "$(grep -c "$line" "$(log_of "$cleanup")")" = 1 ]
ok "the unfinished block is removed" [ ! -e "$night/parts/2" ]
ok "finished blocks stay" [ -e "$night/parts/1/manifest.json" -a -e "$night/parts/4/manifest.json" ]
ok "the settlement stays" [ -e "$night/settle/manifest.json" ]
ok "other files stay" [ -e "$night/mine" -a -e "$night/parts/mine" ]

# A sweep of its own, next to finished blocks of another.
ln -s "$night/parts" "$work/again.parts"
script sweep "$work/sweep.yaml" "$work/again"
ok "a sweep next to finished blocks" fails_with 2 "$work/again.parts: has 3 finished blocks of an earlier sweep"
site faulty "program=$work/faulty" sweep_blocks=3
script sweep "$work/sweep.yaml" "$work/again" --keep-finished
ok "a sweep in another number of blocks" \
    fails_with 2 "1: is one of 4 blocks, but this sweep has 3; set sweep_blocks=4 in"

# Results of changed claims or terms would be mixed with finished ones.
for file in "$work/state.h5" "$work/program/trend.csv"; do
    cp -p "$file" "$work/as-it-was"
    case $file in
        *.csv) echo >>"$file" ;;
        *) touch "$file" ;;
    esac
    script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
    ok "--continue, but $file was changed" fails_with 2 "$night: its chain has other decks" "has changed since"
    cp -p "$work/as-it-was" "$file"
done

: >"$work/fault"
before=$(stat -c %Y.%y "$night/settle/manifest.json" "$night/parts/1/manifest.json")
touch "$work/waiting" # or the chain ends before the next command looks at it
# sweep_blocks is now 3, but the existing blocks are of four.
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
ok "--continue" succeeds
ok "--continue: the file FAILED is removed" [ ! -e "$night/FAILED" ]
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
ok "--continue while it is queued" fails_with 2 "jobs of its chain are still queued"
rm "$work/waiting"
wait_until is_over "$(job_of_chain "$night" report)"
ok "--continue: the chain succeeds" is_state "$(job_of_chain "$night" report)" COMPLETED
ok "--continue: the settlement was kept" \
    [ "$(stat -c %Y.%y "$night/settle/manifest.json")" = "$(head -n 1 <<<"$before")" ]
ok "--continue: a finished block was kept" \
    says "$night/logs/ihp-sweep-$(job_of_chain "$night" sweep)_1.log" "is already finished"
plain_runs
ok "--continue: the settlement's bytes" same_results "$work/plain" "$night/settle"
ok "--continue: the sweep's bytes" same_results "$work/plain-sweep" "$night/sweep"
ok "--continue: other files stay" [ "$(cat "$night/parts/mine")" = mine ]

# ---- the last job, with the sweep's blocks merged and removed ------------------------------------

echo 'info ' >"$work/fault"
rm -f "$night/FAILED"
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
mkdir "$night/FAILED" # cannot be written
cleanup=$(job_of_chain "$night" cleanup)
wait_until is_over "$cleanup"
ok "report fails: the log reports it" says "$(log_of "$cleanup")" "FAILED cannot be written" \
    "ihp-slurm: error: cleanup: job $cleanup ended with code 1: the chain of $night failed: report, job"
rmdir "$night/FAILED"
before=$(stat -c %Y.%y "$night/sweep/manifest.json" || true)
mkdir "$night/parts/3" # as if the merge had ended while it removed them
: >"$work/fault"
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
ok "--continue after the merge" succeeds
wait_until is_over "$(job_of_chain "$night" report)"
ok "--continue after the merge: the chain succeeds" is_state "$(job_of_chain "$night" report)" COMPLETED
ok "--continue after the merge: no sweep is submitted" [ -z "$(job_of_chain "$night" sweep)" ]
ok "--continue after the merge: the sweep stays" \
    [ "$(stat -c %Y.%y "$night/sweep/manifest.json")" = "$before" ]
ok "--continue after the merge: no block stays" [ ! -e "$night/parts/3" -a -e "$night/parts/mine" ]

# ---- the first job of all ------------------------------------------------------------------------

echo 'check ' >"$work/fault"
night="$work/checked, 100% %j"
script nightly "$work/plain.yaml" "$night"
cleanup=$(job_of_chain "$night" cleanup)
wait_until is_over "$cleanup"
log=$night/logs/ihp-check-$(job_of_chain "$night" check).log
ok "check fails: it is reported" says "$night/FAILED" "failed: check, job" "FAILED with code 3, see $log;"
ok "check fails: in a folder of any name" says "$log" "a fault"
ok "check fails: nothing is settled" [ ! -e "$night/settle" ]
ok "check fails: settle is cancelled" is_state "$(job_of_chain "$night" settle)" CANCELLED
