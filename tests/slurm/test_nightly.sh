# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# The nightly chain on 4 nodes of 2 ranks has the same results as a run without Slurm, with srun and with
# mpirun. The sweep is settled as a job array and merged.

nightly_chain() {
    local text=$1 night=$2 stage
    script nightly "$work/plain.yaml" "$night" --sweep "$work/sweep.yaml"
    ok "$text: nightly.sh" succeeds
    ok "$text: prints the jobs" says "$out" "no problems found" "submitted: check=" "squeue -j"
    ok "$text: the nodes were checked" says "$out" "4 nodes see the program and"
    wait_until is_over "$(job_of_chain "$night" report)"
    wait_until is_over "$(job_of_chain "$night" cleanup)"
    for stage in check settle sweep merge report; do
        ok "$text: $stage succeeded" is_state "$(job_of_chain "$night" "$stage")" COMPLETED
        ((good)) || show_logs "$night/logs/ihp-$stage"*
    done
    ok "$text: nothing to clean up" is_state "$(job_of_chain "$night" cleanup)" CANCELLED
    ok "$text: the settlement's bytes" same_results "$work/plain" "$night/settle"
    ok "$text: the sweep's bytes" same_results "$work/plain-sweep" "$night/sweep"
    ok "$text: on eight ranks" grep -q '"ranks": 8' "$night/settle/manifest.json"
    ok "$text: in four blocks" [ "$(grep -c '"block"' "$night/sweep/manifest.json")" = 4 ]
    ok "$text: the report" says "$night/logs/ihp-report-$(job_of_chain "$night" report).log" \
        "show $night/settle" "Total amount due:" "Effect of each other reading of the contract"
    ok "$text: the HTML reports" [ -s "$night/settle/report.html" -a -s "$night/sweep/report.html" ]
    ok "$text: no blocks are left" [ ! -e "$night/parts" ]
    ok "$text: nothing else is left" [ -z "$(find "$night" -name '.ihp-*' -o -name '*.checkpoint.h5')" ]
    ok "$text: no file FAILED" [ ! -e "$night/FAILED" ]
}

plain_runs
site site mail=nobody@example.org mail_events=FAIL
nightly_chain srun "$work/night"

# A finished result is refused before anything waits in the queue.
script settle "$work/plain.yaml" "$work/night/settle"
ok "a settlement into a finished folder" fails_with 2 "$work/night/settle: has a finished run" "--force"
script merge "$work/night/parts" 4 "$work/night/sweep"
ok "a merge into a finished folder" fails_with 2 "$work/night/sweep: has a finished run"
script settle "$work/plain.yaml" "$work/plain" --keep-finished
ok "a settlement with --keep-finished" succeeds

# Two chains at once, both past the first check of the folder while the nodes are checked.
for one in 1 2; do
    "$slurm/nightly.sh" "$work/plain.yaml" "$work/twice" >"$work/twice.$one" 2>&1 &
done
codes=()
for one in $(jobs -p | tail -n 2); do
    codes+=(0)
    wait "$one" || codes[-1]=$?
done
ok "two at once: one is refused" [ "$(printf '%s\n' "${codes[@]}" | sort | paste -sd ' ')" = "0 2" ]
ok "two at once: one chain" [ "$(grep -c '^job ' "$work/twice/chain")" = 4 ]
scancel --user=root
wait_until cluster_is_empty

# A chain that is ended while it submits: this sbatch returns a second late, and no job begins meanwhile.
mkdir -p "$work/slow"
cat >"$work/slow/sbatch" <<SH
#!/usr/bin/env bash
[[ " \$* " != *" --test-only "* ]] || exec "$(command -v sbatch)" "\$@"
"$(command -v sbatch)" --begin=now+1hour "\$@" | tee -a "$work/slow/ids"
sleep 1
SH
chmod +x "$work/slow/sbatch"
PATH=$work/slow:$PATH "$slurm/nightly.sh" "$work/plain.yaml" "$work/ended" >"$out" 2>"$err" &
pid=$!
wait_until awk 'END {exit NR < 2}' "$work/slow/ids" # check, and settle, whose id nightly.sh does not have yet
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
ok "ended while it submits" fails_with 143 "ended by a signal; all jobs of the chain were cancelled"
ok "ended while it submits: no job stays" cluster_until "$limit" cluster_is_empty
ok "ended while it submits: settle was submitted" is_state "$(sed -n 2p "$work/slow/ids")" CANCELLED

# Ended while it writes the file chain: sha256sum is called twice for each of two checks and for the writing.
cat >"$work/slow/sha256sum" <<SH
#!/usr/bin/env bash
echo >>"$work/slow/calls"
[[ \$(wc -l <"$work/slow/calls") != 5 ]] || kill -TERM "\$(cat "$work/slow/pid")"
exec "$(command -v sha256sum)" "\$@"
SH
chmod +x "$work/slow/sha256sum"
: >"$work/slow/calls"
PATH=$work/slow:$PATH "$slurm/nightly.sh" "$work/plain.yaml" "$work/ended" --continue >"$out" 2>"$err" &
echo $! >"$work/slow/pid"
code=0
wait $! || code=$?
ok "ended while it writes" fails_with 143 "ended by a signal"
script nightly "$work/plain.yaml" "$work/ended" --continue --dry-run
ok "ended while it writes: the chain can be continued" succeeds
sed -i 's/^blocks .*/blocks x/' "$work/night/chain"
script nightly "$work/plain.yaml" "$work/night" --sweep "$work/sweep.yaml" --continue --dry-run
ok "a number of blocks that is not valid" says "$out" "/night 4 check="

script nightly "$work/plain.yaml" "$work/night" --sweep "$work/sweep.yaml"
ok "a new chain in the folder of another" fails_with 2 "$work/night" "already has a chain"
script nightly "$work/sweep.yaml" "$work/night" --continue
ok "continuing with another deck" fails_with 2 "$work/night" "its chain has other decks"
script nightly "$work/plain.yaml" "$work"
ok "a folder with other files" fails_with 2 "$work: is not empty and has no chain"

script nightly "$work/plain.yaml" "$work/dry" --sweep "$work/sweep.yaml" --dry-run
ok "dry run" succeeds
ok "dry run: the commands" says "$out" "--job-name=ihp-settle" "--dependency=afterok:\\<settle\\>" \
    "--array=1-4%4" "--nodes=4 --ntasks-per-node=2" "--mail-user=nobody@example.org" \
    "afternotok:\\<check\\>\\?afternotok:\\<settle\\>"
ok "dry run: nothing is made" [ ! -e "$work/dry" ]

site site launcher=mpirun
nightly_chain mpirun "$work/night-mpirun"
