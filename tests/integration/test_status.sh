#!/usr/bin/env bash
# Seeing a run: its status file while it runs and afterwards, `ihp status`, lines of progress in a
# log, and what each rank took. On one rank and on three.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

job=
# shellcheck disable=SC2317 # lib.sh calls it
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

# The status needs no MPI: with a layer that does not exist any other subcommand ends at its start.
status() {
    OMPI_MCA_pml=none run "$IHP_PROGRAM" status "$@"
}

# A key of a status file.
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

OMPI_MCA_pml=none ihp info "$case/state.h5"
ok "without MPI other subcommands end" not succeeds
status "$result"
ok "no run: is told" fails 3 "$result.status.json" "no run is known"
status
ok "no RESULT" fails 2 "one RESULT"
status "$result" more
ok "two RESULTs" fails 2 "one RESULT"

# ---- done, on one rank and three -----------------------------------------------------------------

for ranks in 1 3; do
    settle "$ranks" "$deck" --quiet --force --member-files
    ok "$ranks ranks: settle" succeeds
    ok "$ranks ranks: a short run has no line of progress" not grep -q progress "$err"
    ok "$ranks ranks: the expected result" same_as_expected "$case/expected" "$result"
    status "$result/"
    ok "$ranks ranks: done" succeeds
    ok "$ranks ranks: says so" says "$out" "$result/: done" "100.0 %" " of $ranks" "most memory" "ended"
    ok "$ranks ranks: no part file" nothing_left "$case"
    run "$IHP_PYTHON" - "$result" "$ranks" <<'PY'
import csv, json, sys
folder, ranks = sys.argv[1], int(sys.argv[2])
timings = json.load(open(folder + '/manifest.json'))['run']['timings']
rows = list(csv.DictReader(open(folder + '/timings.csv')))
assert [t['rank'] for t in timings] == list(range(ranks))
assert len(rows) == 9 * ranks
for row in rows:
    rank = timings[int(row['rank'])]
    assert int(row['peak_bytes']) == rank['peak_bytes'] > 1 << 20
    assert abs(float(row['seconds']) - rank['seconds'][row['stage']]) < 1e-4
    assert float(row['seconds']) <= rank['seconds']['total']
PY
    ok "$ranks ranks: manifest and timings.csv agree" succeeds
done

cp "$result.status.json" "$work/kept"
settle 2 "$deck"
ok "a refused run" fails 2 "finished run"
ok "... leaves the status of the finished one" cmp "$work/kept" "$result.status.json"

# ---- failed --------------------------------------------------------------------------------------

for ranks in 1 3; do
    rm -rf "$result"
    mkdir -p "$result/settlement.csv"
    settle "$ranks" "$deck" --quiet
    ok "$ranks ranks: fails while it writes, no hang" fails 1 "settlement.csv"
    status "$result"
    ok "$ranks ranks: failed" fails 1 "the run failed" "settlement.csv"
    ok "$ranks ranks: says so" says "$out" "$result: failed"
done
rm -rf "$result"

# ---- running, lines in a log, killed -------------------------------------------------------------

# Draws for hours: nobody waits for its end.
endless() {
    "$@" power "$deck" --sizes 10000000 --draws 1000000 --effects 0 -o "$work/power.csv" \
        --progress-seconds "$seconds" >"$work/log" 2>&1 </dev/null &
    job=$!
}

for ranks in 1 3; do
    rm -f "$work"/power.csv*
    seconds=1
    endless timeout --kill-after=5 60 "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM"
    for ((i = 0; i < 200; i++)); do
        (($(grep -c '^ihp: progress: draw: ' "$work/log" || true) >= 3)) && break
        sleep 0.1
    done
    ok "$ranks ranks: lines of progress" says "$work/log" "ihp: progress: draw: " "members drawn, " \
        "/s, " " s left, most memory " " on rank "
    ok "$ranks ranks: no more than one a second" [ "$i" -ge 20 ]
    ok "$ranks ranks: and no fewer" [ "$i" -lt 200 ]
    status "$work/power.csv"
    ok "$ranks ranks: running" succeeds
    ok "$ranks ranks: says so" says "$out" "power.csv: running" " of $ranks" "last update"
    pid=$(key "$work/power.csv.status.json" pid)
    ok "$ranks ranks: the process can be killed" kill -9 "$pid"
    code=0
    wait "$job" || code=$?
    job=
    ok "$ranks ranks: killed, and none hangs" [ "$code" -ne 124 ]
    status "$work/power.csv"
    ok "$ranks ranks: dead" fails 1 "dead" "process $pid is gone" "last update 20"
    ok "$ranks ranks: says so" says "$out" "power.csv: dead"
done

# Another process of the same number is not the run, and one elsewhere may just not be seen.
file=$work/power.csv.status.json
set_key "$file" pid $$
status "$work/power.csv"
ok "another process of that number: dead" fails 1 "process $$ is gone"
set_key "$file" process_start 0
status "$work/power.csv"
ok "a process that is there: running" succeeds
set_key "$file" updated '"2026-01-01T00:00:00Z"'
status "$work/power.csv"
ok "silent for long: dead" fails 1 "has told nothing for" "is still on" "2026-01-01T00:00:00Z"
set_key "$file" host '"elsewhere"'
status "$work/power.csv"
ok "silent for long elsewhere: dead" fails 1 "cannot be seen" "elsewhere"
set_key "$file" updated "\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\""
status "$work/power.csv"
ok "updated just now elsewhere: running" succeeds
echo '{}' >"$file"
status "$work/power.csv"
ok "a damaged file" fails 3 "is no status of a run"

# ---- the option ----------------------------------------------------------------------------------

seconds=0
endless timeout --kill-after=5 60 "$IHP_PROGRAM"
sleep 2.5
ok "0: no line" [ ! -s "$work/log" ]
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
