#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests file systems without fsync or without locks, where commands work all the same, and disks on which every write
# fails from some byte on: exit code 1, the system's words, what was there before is whole, and nothing is left.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

faults=$(dirname "$IHP_FAIL_FILE")/torture_faults.so # tests/torture/faults.c

# failing FAULT ARG...: runs ihp with the fault.
failing() {
    local fault=$1
    shift
    run env "LD_PRELOAD=$faults" "ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0" "TORTURE_FAULT=$fault" \
        "$IHP_PROGRAM" "$@"
}

no_notice_of_fsync() {
    ! grep -F '(fsync: ' "$err"
}

one_notice_of_fsync() {
    [[ $(grep -cF "(fsync: $1)" "$err") == 1 ]]
}

# Prints what a folder has, without the log of a run.
contents() {
    find "$1" -mindepth 1 ! -name '*.status.json' | sort
}

copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/tiny"
cd "$work/tiny"
ihp import extract -o state.h5
ok "import" succeeds
ok "import: no notice" no_notice_of_fsync
cp state.h5 "$work/keep.h5"

# ---- without fsync -----------------------------------------------------------------------------------------------

declare -A words=([22]='Invalid argument' [95]='Operation not supported' [38]='Function not implemented')
for errno in 22 95 38; do
    failing "sync:1:on:$errno" import extract --force -o state.h5
    ok "no fsync (errno $errno): import" succeeds
    ok "    with one notice" one_notice_of_fsync "${words[$errno]}"
    ok "    the same store" cmp state.h5 "$work/keep.h5"
    failing "sync:1:on:$errno" settle deck.yaml --force --quiet
    ok "no fsync (errno $errno): settle" succeeds
    ok "    with one notice" one_notice_of_fsync "${words[$errno]}"
done
contents . >"$work/before"
failing sync:1:on:5 import extract --force -o state.h5
ok "data lost (EIO): import" fails 1 '(Input/output error)'
ok "    the store is as before" cmp state.h5 "$work/keep.h5"
failing sync:1:on:5 settle deck.yaml --quiet -o "$work/tiny/other"
ok "data lost (EIO): settle" fails 1 '(Input/output error)'
ok "    nothing is left" diff "$work/before" <(contents .)

# ---- without locks, or locked by another program -----------------------------------------------------------------

for errno in 37 524; do
    failing "lock:1:on:$errno" import extract --force -o state.h5
    ok "no locks (errno $errno): import" succeeds
    failing "lock:1:on:$errno" settle deck.yaml --force --quiet
    ok "no locks (errno $errno): settle" succeeds
done
(
    flock -x 9
    exec sleep 1000 >/dev/null 2>&1
) 9<state.h5 &
holder=$!
clean_up() { kill "$holder" 2>/dev/null; }
wait_for not flock -n -x state.h5 true
ihp settle deck.yaml --force --quiet
ok "the store is locked by another program: settle" succeeds
ihp check state.h5
ok "the store is locked by another program: check" succeeds
kill "$holder"
wait "$holder" 2>/dev/null || true

# ---- writes that fail --------------------------------------------------------------------------------------------

rm -rf result
contents . >"$work/before"
size=$(stat -c %s state.h5)
for part in 0 1 30 60 80 90; do
    failing "space:$((size * part / 100)):on:5" import extract --force -o state.h5
    ok "writes fail after $part% of a store: import" fails 1 '(Input/output error)'
    ok "    the store is as before" cmp state.h5 "$work/keep.h5"
    ok "    nothing is left" diff "$work/before" <(contents .)
done
for part in 99 110 150; do
    failing "space:$((size * part / 100)):on:28" import extract --compress --force -o state.h5
    ok "disk full after $part% of a store: import --compress" fails 1 '(No space left on device)'
    ok "    the store is as before" cmp state.h5 "$work/keep.h5"
    ok "    nothing is left" diff "$work/before" <(contents .)
done
for bytes in 0 300 3000 6000 12000 20000; do
    failing "space:$bytes:on:122" settle deck.yaml --quiet
    ok "writes fail after $bytes bytes: settle" fails 1 '(Disk quota exceeded)'
    ok "    nothing is left" diff "$work/before" <(contents .)
done
finish
