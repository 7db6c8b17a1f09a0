#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests watching a run: its status file during and after the run, `ihp status`, lines of progress in a log, and
# the time and memory of each rank. On one rank and on three.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

job=
clean_up() {
    if [[ -n $job ]]; then
        kill -9 "$job" 2>/dev/null
    fi
}

case=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"
deck=$case/deck.yaml
result=$case/result
ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds

# `ihp status` requires no MPI. With an MPI layer that does not exist, any other command ends at its start.
status() {
    OMPI_MCA_pml=none run "$IHP_PROGRAM" status "$@"
}

# Prints a key of a status file.
key() {
    "$IHP_PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"
}

# Changes a key of a status file.
set_key() {
    "$IHP_PYTHON" - "$@" <<'PY'
import json, sys
path, key, value = sys.argv[1:]
status = json.load(open(path))
status[key] = json.loads(value)
json.dump(status, open(path, 'w'))
PY
}

# Checks that the timings to which a folder's results.h5 links equal those of its manifest, or of the blocks that
# the manifest names, in order; 0 is the run itself.
check_timings() {
    python "$@" <<'PY'
import json, subprocess, sys
folder, parts = sys.argv[1], [int(part) for part in sys.argv[2:]]

def column(name, take):
    text = subprocess.run(['h5dump', '-y', '-w', '0', '-m', '%.12g', '-d', '/timings/' + name,
                           folder + '/results.h5'], check=True, capture_output=True, text=True).stdout
    data = text[text.index('DATA {') + 6:text.index('}', text.index('DATA {'))]
    return [take(cell.strip()) for cell in data.split(',')], text

part, rank, peak = (column(name, int)[0] for name in ('part', 'rank', 'peak_bytes'))
stage = column('stage', lambda cell: cell.strip('"').rstrip('\\0'))[0]
seconds, text = column('seconds', float)
assert '"seconds"' in text[text.index('ATTRIBUTE "units"'):]
run = json.load(open(folder + '/manifest.json'))['run']
runs = [run] if parts == [0] else run['parts']
assert len(runs) == len(parts)
stages = ['open', 'read', 'decide', 'pass', 'reduce', 'finish', 'sweep', 'bootstrap', 'checkpoint', 'total']
row = 0
for number, of in zip(parts, runs):
    assert number == of.get('block', 0)
    assert [t['rank'] for t in of['timings']] == list(range(of['ranks']))
    assert of['peak_bytes_of_a_rank'] == max(t['peak_bytes'] for t in of['timings'])
    assert of['seconds'] == {name: max(t['seconds'][name] for t in of['timings']) for name in stages}
    for timing in of['timings']:
        assert timing['peak_bytes'] > 1 << 20
        for name in stages:
            assert (part[row], rank[row], stage[row]) == (number, timing['rank'], name)
            assert peak[row] == timing['peak_bytes']
            assert abs(seconds[row] - timing['seconds'][name]) <= 1e-5 * seconds[row] # 6 digits
            assert seconds[row] <= timing['seconds']['total'] * (1 + 1e-5)
            row += 1
assert row == len(part) == len(seconds)
PY
}

OMPI_MCA_pml=none ihp info "$case/state.h5"
ok "without MPI other commands fail" not succeeds
status "$result"
ok "no run: an error" fails 3 "$result.status.json" "no run is known"
status
ok "no RESULT" fails 2 "one RESULT"
status "$result" more
ok "two RESULTs" fails 2 "one RESULT"

# ---- done, on one rank and three -----------------------------------------------------------------

for ranks in 1 3; do
    settle "$ranks" "$deck" --quiet --force --member-files
    ok "$ranks ranks: settle" succeeds
    ok "$ranks ranks: a short run has no line of progress" not grep -q progress "$err"
    ok "$ranks ranks: expected result" same_as_expected "$case/expected" "$result"
    status "$result/"
    ok "$ranks ranks: done" succeeds
    ok "$ranks ranks: status reports it" says "$out" "$result/: done" "100.0 %" " of $ranks" "most memory" "ended"
    ok "$ranks ranks: no part file" nothing_left "$case"
    check_timings "$result" 0
    ok "$ranks ranks: timings.h5, seen through results.h5, agrees with the manifest" succeeds
    cp "$result/results.h5" "$work/results$ranks.h5"
    mv "$result" "$work/moved"
    check_timings "$work/moved" 0
    ok "$ranks ranks: the timings also work in a folder that was moved" succeeds
    mv "$work/moved" "$result"
done
ok "results.h5 itself is the same on 1 and 3 ranks" cmp "$work/results1.h5" "$work/results3.h5"

cp "$result.status.json" "$work/kept"
settle 2 "$deck"
ok "a refused run" fails 2 "finished run"
ok "a refused run leaves the status of the finished run" cmp "$work/kept" "$result.status.json"

# Each block of a sweep has timings; a merged folder has those of all blocks.
sed '/^sweep:/,$ d' "$deck" >"$case/sweep.yaml"
echo 'sweep: {design: one_at_a_time, vary: {threshold: [0, 0.01, 0.03]}}' >>"$case/sweep.yaml"
for block in 1 2; do
    settle "$((3 - block))" "$case/sweep.yaml" --block "$block/2" -o "$work/part$block" --quiet
    ok "block $block: settle" succeeds
    check_timings "$work/part$block" 0
    ok "block $block: timings" succeeds
done
ihp merge "$work/part2" "$work/part1" -o "$work/merged"
ok "merge" succeeds
check_timings "$work/merged" 1 2
ok "merged: the timings of both, by block" succeeds
ihp merge "$work/part2" "$work/part1" -o "$work/merged" --force
ok "merge again, with --force" succeeds
damage_timings() { # CODE-OF-PYTHON, which gets `run`
    cp "$work/part2/manifest.json" "$work/manifest.json"
    "$IHP_PYTHON" - "$work/part2/manifest.json" "$1" <<'PY'
import json, sys
path, change = sys.argv[1:]
manifest = json.load(open(path))
exec(change, {'run': manifest['run']})
json.dump(manifest, open(path, 'w'))
PY
    ihp merge "$work/part2" "$work/part1" -o "$work/none"
    ok "merge, $1" fails 3 "$work/part2/manifest.json: run.timings: "
    mv "$work/manifest.json" "$work/part2/manifest.json"
}
damage_timings 'del run["timings"]'
damage_timings 'run["timings"] = {}'
damage_timings 'run["timings"] *= 2'
damage_timings 'run["timings"][0]["rank"] = 1'
damage_timings 'run["timings"][0]["peak_bytes"] = 1.5'
damage_timings 'run["timings"][0]["peak_bytes"] = -1'
damage_timings 'run["timings"][0]["more"] = 1'
damage_timings 'run["timings"][0]["seconds"] = 1'
damage_timings 'run["timings"][0]["seconds"]["pass"] = -0.5'
damage_timings 'run["timings"][0]["seconds"]["pass"] = "1"'
damage_timings 'run["timings"][0]["seconds"]["past"] = run["timings"][0]["seconds"].pop("pass")'
ihp merge "$work/part2" "$work/part1" -o "$work/none"
ok "merge with the original manifest" succeeds

# ---- failed --------------------------------------------------------------------------------------

for ranks in 1 3; do
    rm -rf "$result"
    mkdir -p "$result/settlement.csv"
    settle "$ranks" "$deck" --quiet
    ok "$ranks ranks: fails while it writes, no hang" fails 1 "settlement.csv"
    status "$result"
    ok "$ranks ranks: failed" fails 1 "the run failed" "settlement.csv"
    ok "$ranks ranks: status reports it" says "$out" "$result: failed"
done
rm -rf "$result"

# Lines that only the last rank reads are damaged, so it fails after the other ranks have reported their work.
cp "$case/state.h5" "$work/good.h5"
patch "$case/state.h5" claims/service H 77 65535
for ranks in 1 2 3; do
    settle "$ranks" "$deck" --quiet
    ok "$ranks ranks: the last fails in the pass, no hang" fails 3 "state.h5" "claims/service"
    status "$result"
    ok "$ranks ranks: failed in the pass" fails 1 "the run failed" "claims/service"
    ok "$ranks ranks: status reports it" says "$out" "$result: failed" " of $ranks"
    ok "$ranks ranks: no folder, no part file" [ "$(find "$case" -mindepth 1 -maxdepth 1 -name '*result*' | wc -l)" = 1 ]
done
mv "$work/good.h5" "$case/state.h5"

# ---- no place for a status -----------------------------------------------------------------------

mkdir -p "$case/locked/result"
rm -f "$result.status.json"
sed 's,^output:.*,output: locked/result,' "$deck" >"$case/locked.yaml"
chmod 777 "$case/locked/result"
chmod 555 "$case/locked"
if [[ $(id -u) == 0 ]]; then # file modes do not restrict root
    chmod 755 "$work"
    chmod -R a+rX "$case"
    run setpriv --reuid=65534 --regid=65534 --clear-groups env -u OMPI_MCA_orte_tmpdir_base \
        "$IHP_PROGRAM" settle "$case/locked.yaml" --quiet --member-files
else
    ihp settle "$case/locked.yaml" --quiet --member-files
fi
ok "a parent that cannot be written: the run continues" succeeds
ok "a parent that cannot be written: expected result" same_as_expected "$case/expected" "$case/locked/result"
ok "a parent that cannot be written: no status" [ "$(ls -A "$case/locked")" = result ]
chmod 755 "$case/locked"
mkdir -p "$result.status.json/in the way"
settle 2 "$deck" --quiet
ok "a folder in the place of the status: the run continues" succeeds
ok "a folder in the place of the status: no part file" nothing_left "$case"
rm -r "$result.status.json"

# The next run removes what a killed run left.
echo half >"$result.status.json.part"
(umask 027 && ihp settle "$deck" --quiet --force)
ok "no part file of a killed run" nothing_left "$case"
ok "the mode is that of other results" mode_is 640 "$result.status.json"
ok "the mode is that of the manifest" mode_is "$(stat -c %a "$result/manifest.json")" "$result.status.json"

# ---- running, lines in a log, killed -------------------------------------------------------------

# Starts a run that draws for hours and that no test waits for.
endless() {
    "$@" power "$deck" --sizes 10000000 --draws 1000000 --effects 0 -o "$work/power.csv" \
        --progress-seconds "$seconds" >"$work/log" 2>&1 </dev/null &
    job=$!
}

has_three_lines() {
    [[ -e $work/log ]] && (($(grep -c '^ihp: progress: draw: ' "$work/log") >= 3))
}

for ranks in 1 3; do
    rm -f "$work"/power.csv* "$work/log" # the new run may be slow to empty the log of the one before
    seconds=1
    began=$EPOCHREALTIME
    endless timeout --kill-after=5 "$limit" "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM"
    ok "$ranks ranks: three lines are written" wait_for has_three_lines
    took=$(((${EPOCHREALTIME/[.,]/} - ${began/[.,]/}) / 1000))
    ok "$ranks ranks: lines of progress" says "$work/log" "ihp: progress: draw: " "members drawn, " \
        "/s, " " s left, most memory " " on rank "
    ok "$ranks ranks: at most one a second, three in $took ms" [ "$took" -ge 2000 ]
    status "$work/power.csv"
    ok "$ranks ranks: running" succeeds
    ok "$ranks ranks: status reports it" says "$out" "power.csv: running" " of $ranks" "last update"
    pid=$(key "$work/power.csv.status.json" pid)
    ok "$ranks ranks: the process can be killed" kill -9 "$pid"
    code=0
    wait "$job" || code=$?
    job=
    ok "$ranks ranks: killed, and no rank hangs" [ "$code" -ne 124 ]
    status "$work/power.csv"
    ok "$ranks ranks: dead" fails 1 "dead" "process $pid is gone" "last update 20"
    ok "$ranks ranks: status reports it" says "$out" "power.csv: dead"
done

# Another process with the same number is not the run, and a process on another machine may just be invisible.
file=$work/power.csv.status.json
set_key "$file" pid $$
status "$work/power.csv"
ok "another process with that number: dead" fails 1 "process $$ is gone"
set_key "$file" process_start 0
status "$work/power.csv"
ok "an existing process: running" succeeds
cp "$file" "$work/kept"
python "$IHP_PROGRAM" "$work/power.csv" <<'PY' # a dead process whose parent has not waited for it
import json, os, subprocess, sys
child = subprocess.Popen(['true'])
os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
path = sys.argv[2] + '.status.json'
status = json.load(open(path))
status['pid'] = child.pid
with open(path, 'w') as file:
    json.dump(status, file)
sys.exit(subprocess.call([sys.argv[1], 'status', sys.argv[2]]))
PY
ok "a dead process that its parent has not waited for: dead" fails 1 "is gone"
cp "$work/kept" "$file"
set_key "$file" updated '"2026-01-01T00:00:00Z"'
status "$work/power.csv"
ok "silent for long: dead" fails 1 "has reported nothing for" "is still on" "2026-01-01T00:00:00Z"
set_key "$file" host '"elsewhere"'
status "$work/power.csv"
ok "silent for long on another machine: dead" fails 1 "cannot be seen" "elsewhere"
set_key "$file" updated "\"$(date -u -d '-605 seconds' +%Y-%m-%dT%H:%M:%SZ)\""
status "$work/power.csv"
ok "silent for more than ten minutes: dead" fails 1 "has reported nothing for 10 minutes"
set_key "$file" updated "\"$(date -u -d '-300 seconds' +%Y-%m-%dT%H:%M:%SZ)\""
status "$work/power.csv"
ok "silent for five minutes: running" succeeds
set_key "$file" updated "\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\""
status "$work/power.csv"
ok "just updated on another machine: running" succeeds
echo '{}' >"$file"
status "$work/power.csv"
ok "a damaged file" fails 3 "is not the status of a run"

# ---- the option ----------------------------------------------------------------------------------

seconds=0
rm -f "$file"
endless timeout --kill-after=5 "$limit" "$IHP_PROGRAM"
ok "--progress-seconds 0: the run has begun" wait_for [ -s "$file" ]
sleep 2.5
ok "--progress-seconds 0: no line" [ ! -s "$work/log" ]
kill -9 "$(key "$file" pid)"
wait "$job" 2>/dev/null || true
job=
for value in -1 86401 x ''; do
    ihp settle "$deck" --progress-seconds "$value"
    ok "--progress-seconds '$value'" fails 2 "from 0 to 86400"
done
ihp pay "$deck" --quarter 2025Q2 --progress-seconds 1x
ok "pay: --progress-seconds" fails 2 "from 0 to 86400"
ihp package "$deck" --progress-seconds 1x
ok "package: --progress-seconds" fails 2 "from 0 to 86400"
finish
