# shellcheck shell=bash disable=SC2154
# A chain in which a job fails: what waits for it is cancelled, unfinished folders are removed, one
# line says which job failed with which code, and --continue goes on with what is finished.

# ihp, but for a fault in one place until it is mended.
cat >"$work/faulty" <<SH
#!/usr/bin/env bash
fault=\$(cat "$work/fault" 2>/dev/null || true)
if [[ -n \$fault && " \$* " == *" \$fault"* && " \$* " != *" --estimate "* ]]; then
    echo "ihp: error: a fault" >&2
    exit 3
fi
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
wait_until 60 is_over "$cleanup"
ok "the element failed" [ "$(code_of "${sweep}_2")" = 3 ]
ok "the other elements did not" is_state "${sweep}_3" COMPLETED
ok "merge is cancelled" is_state "$merge" CANCELLED
ok "report is cancelled" is_state "$report" CANCELLED
ok "the chain failed" is_state "$cleanup" FAILED
ok "one line" [ "$(wc -l <"$night/FAILED")" = 1 ]
ok "it says which job, which code and where to read" says "$night/FAILED" \
    "the chain of $night failed: sweep, job ${sweep}_2: FAILED with code 3, see $night/logs/ihp-sweep-"
ok "no other job is blamed" [ "$(grep -o ', job ' "$night/FAILED" | wc -l)" = 1 ]
told="^ihp-slurm: error: cleanup: job $cleanup ended with code 1: the chain of $night"
ok "it is an error of the cleanup" [ "$(grep -c "$told" "$(log_of "$cleanup")")" = 1 ]
ok "the unfinished part is gone" [ ! -e "$night/parts/2" ]
ok "finished parts stay" [ -e "$night/parts/1/manifest.json" -a -e "$night/parts/4/manifest.json" ]
ok "the settlement stays" [ -e "$night/settle/manifest.json" ]
ok "what is not the chain's stays" [ -e "$night/mine" -a -e "$night/parts/mine" ]

: >"$work/fault"
before=$(stat -c %Y.%y "$night/settle/manifest.json" "$night/parts/1/manifest.json")
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
ok "--continue" succeeds
ok "--continue: not failed any more" [ ! -e "$night/FAILED" ]
script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml" --continue
ok "--continue while it is queued" fails_with 2 "jobs of its chain are still queued"
wait_until 60 is_over "$(job_of_chain "$night" report)"
ok "--continue: to the end" is_state "$(job_of_chain "$night" report)" COMPLETED
ok "--continue: the settlement was not made anew" \
    [ "$(stat -c %Y.%y "$night/settle/manifest.json")" = "$(head -n 1 <<<"$before")" ]
ok "--continue: nor was a finished part" \
    says "$night/logs/ihp-sweep-$(job_of_chain "$night" sweep)_1.log" "is finished already"
plain_runs
ok "--continue: the settlement's bytes" same_results "$work/plain" "$night/settle"
ok "--continue: the sweep's bytes" same_results "$work/plain-sweep" "$night/sweep"
ok "--continue: what is not the chain's stays" [ "$(cat "$night/parts/mine")" = mine ]

# ---- the first job of all ------------------------------------------------------------------------

echo 'check ' >"$work/fault"
night="$work/checked, 100% %j"
script nightly "$work/plain.yaml" "$night"
cleanup=$(job_of_chain "$night" cleanup)
wait_until 30 is_over "$cleanup"
log=$night/logs/ihp-check-$(job_of_chain "$night" check).log
ok "check fails: it is said" says "$night/FAILED" "failed: check, job" "FAILED with code 3, see $log;"
ok "check fails: in a folder of any name" says "$log" "a fault"
ok "check fails: nothing is settled" [ ! -e "$night/settle" ]
ok "check fails: settle is cancelled" is_state "$(job_of_chain "$night" settle)" CANCELLED
