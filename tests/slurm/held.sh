#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs ihp in a job of the tests, and halts it in the middle if a test asks for that:
#
#   held.sh COMMAND ARG... -o FOLDER ARG...      IHP_HOLDS is a folder of the tests
#
# `hold FOLDER` of lib.sh makes a file in IHP_HOLDS. The run is halted as soon as it has saved a checkpoint
# after that, and goes on when it receives a signal or when the test removes the file. So a run is in the
# middle for as long as a test takes, however slow the machine is.
"$IHP_PROGRAM" "$@" &
pid=$!
asked=
pass_on() {
    asked=$1
    kill -s "$1" "$pid" 2>/dev/null
    kill -CONT "$pid" 2>/dev/null
}
trap 'pass_on USR1' USR1
trap 'pass_on TERM' TERM

folder=
while (($# > 0)); do
    [[ $1 != -o ]] || folder=$2
    shift
done
hold=$IHP_HOLDS/${folder//\//_}

# Returns true while there is a reason to wait: the test holds the run, nobody asked it to stop, and it is
# still there.
is_held() {
    [[ -z $asked && -e $hold ]] && kill -0 "$pid" 2>/dev/null
}

if is_held; then
    while is_held && [[ ! $folder.checkpoint.h5 -nt $hold ]]; do
        sleep 0.05
    done
    if is_held; then
        kill -STOP "$pid"
        : >"$hold.halted"
        while is_held; do
            sleep 0.05
        done
        kill -CONT "$pid" 2>/dev/null
    fi
fi

# A signal interrupts `wait`.
code=0
while kill -0 "$pid" 2>/dev/null; do
    wait "$pid"
done
wait "$pid" || code=$?
exit "$code"
