#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signals end a command and leave nothing unfinished; what a killed command left, the next one removes.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

state=$work/state
mkdir "$state"
ihp synth -o "$state/state.h5" --members 6000 --seed 1 --ihps 3 --extract "$state/extract"
ok "a state" succeeds
made=$work/made
mkdir "$made"
mkdir "$work/old"
echo "an earlier store" >"$work/old/state.h5"

# Starts a command and waits until it has an unfinished file in the folder $made. Sets $pid.
begin() {
    env --default-signal=HUP "$IHP_PROGRAM" "$@" >"$out" 2>"$err" </dev/null &
    pid=$!
    wait_for has_begun
}
has_begun() {
    [[ -n $(find "$made" -name '*.part-*' | head -n 1) ]] || has_ended
}
# A process that has ended is a zombie, until the shell notices.
has_ended() {
    local state
    state=$(ps -o stat= -p "$pid") || return 0
    [[ $state == Z* ]]
}
says_of_itself() {
    grep -qs "$1" "$made/result.status.json" || has_ended
}
# Sends a signal and waits for the end of the command. Sets $code; a command that goes on is hung and killed.
end() {
    kill -s "$1" "$pid" 2>/dev/null || true
    ends
}
ends() {
    code=0
    if ! wait_for has_ended; then
        echo "        it still ran after $limit seconds"
        kill -s KILL "$pid"
    fi
    wait "$pid" 2>/dev/null || code=$?
}

for signal in TERM INT HUP; do
    number=$((128 + $(kill -l "$signal")))
    cp "$work/old/state.h5" "$made/state.h5"
    begin import "$state/extract" -o "$made/state.h5" --force --quarantine "$made/bad.csv" --quarantine-limit 100%
    end "$signal"
    ok "import, SIG$signal: ends it" [ "$code" == "$number" ]
    ok "import, SIG$signal: leaves nothing" [ "$(ls "$made")" == state.h5 ]
    ok "import, SIG$signal: the earlier store is as it was" cmp "$made/state.h5" "$work/old/state.h5"
    rm "$made/state.h5"
    begin synth -o "$made/state.h5" --members 60000 --seed 2 --extract "$made/extract"
    end "$signal"
    ok "synth, SIG$signal: ends it" [ "$code" == "$number" ]
    ok "synth, SIG$signal: leaves nothing" [ -z "$(ls -A "$made")" ]
done

# Limits and timers end a command as SIGTERM does.
for signal in XCPU ALRM VTALRM; do
    begin import "$state/extract" -o "$made/state.h5" --quarantine "$made/bad.csv" --quarantine-limit 100%
    end "$signal"
    ok "import, SIG$signal: ends it" [ "$code" == $((128 + $(kill -l "$signal"))) ]
    ok "import, SIG$signal: leaves nothing" [ -z "$(ls -A "$made")" ]
done

# A file that would be longer than allowed is an error of the system. Open MPI has files of its own, of some MiB.
run bash -c 'ulimit -f 10000; exec "$@"' limited "$IHP_PROGRAM" import "$state/extract" -o "$made/state.h5" --quiet
ok "import beyond the limit of files: the system's words" fails 1 "(File too large)"
ok "import beyond the limit of files: leaves nothing" [ -z "$(ls -A "$made")" ]
run "$IHP_MPIRUN" -n 2 bash -c 'ulimit -f 10000; exec "$@"' limited "$IHP_PROGRAM" synth -o "$made/state.h5" --members 6000 --seed 2 --quiet
ok "synth on two ranks beyond the limit of files: the system's words" fails 1 "(File too large)"
ok "synth on two ranks beyond the limit of files: leaves nothing" [ -z "$(ls -A "$made")" ]

# SIGKILL cannot be handled: the next command for the output removes what is left.
begin import "$state/extract" -o "$made/state.h5" --quarantine "$made/bad.csv" --quarantine-limit 100%
end KILL
ok "SIGKILL: something is left" [ -n "$(ls -A "$made")" ]
ihp import "$state/extract" -o "$made/state.h5" --quarantine "$made/bad.csv" --quarantine-limit 100% --quiet
ok "after SIGKILL: import" succeeds
ok "after SIGKILL: nothing else is left" [ "$(ls "$made")" == "bad.csv
state.h5" ]
rm "$made"/*

# SIGINT saves as SIGTERM does; the second ends a run at once. Nothing is as long as the bootstrap of many IHPs.
rm "$state/state.h5" "$state/deck.yaml"
ihp synth -o "$state/state.h5" --members 20000 --seed 1 --ihps 60 --force
ok "a state of many IHPs" succeeds
sed -i "s|^output: .*|output: $made/result|" "$state/deck.yaml"
printf 'bootstrap: {replicates: 1000000, seed: 1}\n' >>"$state/deck.yaml"
saves() {
    rm -f "$made/result.status.json"
    "$IHP_PROGRAM" settle "$state/deck.yaml" --quiet --fresh >"$out" 2>"$err" </dev/null &
    pid=$!
    wait_for says_of_itself '"stage": "bootstrap"'
    end "$1"
    ok "settle, SIG$1: saves" [ "$code" == 75 ]
    ok "settle, SIG$1: leaves its checkpoint and its status" [ "$(ls "$made")" == "result.checkpoint.h5
result.status.json" ]
}
saves INT
saves TERM
# While it opens its input, where a file server may not answer, there is nothing to save: it ends all the same.
rm "$made"/result.*
env "LD_PRELOAD=$(dirname "$IHP_FAIL_FILE")/torture_faults.so" TORTURE_FAULT=open:1:delay:600000 \
    "ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0" \
    "$IHP_PROGRAM" settle "$state/deck.yaml" --quiet >"$out" 2>"$err" </dev/null &
pid=$!
# The shell, which the process is at first, catches signals, too, and forgets those that come before it is replaced.
catches() {
    local caught
    caught=$(sed -n 's/^SigCgt:\t//p' "/proc/$pid/status") && ((0x$caught & 1 << 9)) &&
        [[ /proc/$pid/exe -ef $IHP_PROGRAM ]]
}
catches_or_has_ended() {
    catches 2>/dev/null || has_ended
}
wait_for catches_or_has_ended
end TERM
ok "settle that hangs before it can save, SIGTERM: ends it" [ "$code" == 143 ]
ok "settle that hangs before it can save, SIGTERM: leaves nothing" [ -z "$(ls -A "$made")" ]

env --default-signal=HUP "$IHP_PROGRAM" settle "$state/deck.yaml" --quiet --fresh >"$out" 2>"$err" </dev/null &
pid=$!
wait_for says_of_itself '"stage": "bootstrap"'
end HUP
ok "settle, SIGHUP: ends it" [ "$code" == $((128 + $(kill -l HUP))) ]
ok "settle, SIGHUP: leaves no unfinished file and no lease" \
    [ -z "$(find "$made" -name '*.part-*' -o -name '*.lease*' -o -name '*.swap-*')" ]

# A rank that crashes ends the others, which wait for it in MPI, before mpirun kills them; sanitizers report crashes themselves.
rank_has_begun() {
    has_ended || { says_of_itself '"stage": "bootstrap"' &&
        crashing=$(pgrep -P "$pid" -f -- settle | tail -n 1) && [[ -n $crashing ]]; }
}
if ! nm "$IHP_PROGRAM" 2>/dev/null | grep -q __asan_; then
    rm -f "$made/result.status.json"
    "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" settle "$state/deck.yaml" --quiet --fresh >"$out" 2>"$err" </dev/null &
    pid=$!
    wait_for rank_has_begun
    kill -s SEGV "${crashing-}"
    ends
    ok "a crash of a rank: one line names it" \
        fails 1 'ihp: error: the program crashed (SIGSEGV) on rank ' '; HDF5 does so where it is out of memory'
    ok "a crash of a rank: leaves no unfinished file and no lease" \
        [ -z "$(find "$made" -name '*.part-*' -o -name '*.lease*' -o -name '*.swap-*')" ]
fi
finish
