#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that a failure of the system while a good file is read is called by its name: exit code 1, the system's words,
# and no advice to throw the file away. tests/faults/fail_file.c makes the system fail for one file.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

declare -A words=([5]='Input/output error' [13]='Permission denied' [23]='Too many open files in system'
    [24]='Too many open files' [37]='No locks available' [116]='Stale file handle')

# A good file is not to be called damaged, and what was made from it is not to be thrown away.
no_wrong_advice() {
    ! grep -iE 'damaged|cut short|not an? (HDF5|ihp)|make the store|--fresh|remove the|settle the block|is missing|not exist|no such|not a (file|folder|valid)' "$err"
}

# system_fails FILE CALL ERRNO AFTER ARG...: runs ihp with the system failing for FILE, and checks how it ends.
system_fails() {
    local file=$1 call=$2 errno=$3 after=$4
    shift 4
    run env "LD_PRELOAD=$IHP_FAIL_FILE" "ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0" "FAULT_FILE=$file" \
        "FAULT_CALL=$call" "FAULT_ERRNO=$errno" "FAULT_AFTER=$after" "$IHP_PROGRAM" "$@"
    if [[ $errno == 12 ]]; then
        ok "$1: $call of $file fails for lack of memory" fails 1 memory
    else
        ok "$1: $call of $file fails with errno $errno" fails 1 "$file" "(${words[$errno]})"
    fi
    ok "    without wrong advice" no_wrong_advice
}

# opened_and_read FILE ARG...: FILE cannot be looked at, opened, or read.
opened_and_read() {
    local file=$1
    shift
    system_fails "$file" open 24 0 "$@"
    system_fails "$file" open 13 0 "$@"
    system_fails "$file" read 5 0 "$@"
}

copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/tiny"
cd "$work/tiny"
ihp import extract -o state.h5
ok "import" succeeds
ihp import extract --compress -o packed.h5
ok "import --compress" succeeds
ihp settle deck.yaml --member-files
ok "settle" succeeds

# ---- the store ---------------------------------------------------------------------------------------------------

for errno in 5 12 13 23 24 37 116; do
    system_fails state.h5 open "$errno" 0 settle deck.yaml --dry-run
done
system_fails state.h5 open 24 1 settle deck.yaml --dry-run # HDF5 opens it after ihp
system_fails state.h5 open 13 2 settle deck.yaml --dry-run
for after in 0 1 3 9 20; do
    system_fails state.h5 read 5 "$after" settle deck.yaml -o "$work/new"
done
system_fails state.h5 stat 116 0 settle deck.yaml --dry-run
system_fails state.h5 read 116 5 settle deck.yaml -o "$work/new"
system_fails state.h5 read 5 2 info state.h5
system_fails state.h5 read 5 30 check state.h5
sed 's/state.h5/packed.h5/' deck.yaml >packed.yaml
for after in 0 9 30 50; do
    system_fails packed.h5 read 5 "$after" settle packed.yaml -o "$work/new"
done
system_fails results.h5 read 5 1 info result/results.h5

# ---- deck, program folder, result folder -------------------------------------------------------------------------

opened_and_read deck.yaml settle deck.yaml --dry-run
opened_and_read rosters.csv settle deck.yaml --dry-run
system_fails rosters.csv stat 13 0 settle deck.yaml --dry-run
system_fails program open 13 0 settle deck.yaml --dry-run
opened_and_read manifest.json info result
system_fails manifest.json stat 116 0 info result
opened_and_read manifest.json notices deck.yaml -o "$work/notices"
system_fails manifest.json stat 13 0 notices deck.yaml -o "$work/notices"
opened_and_read settlement.csv notices deck.yaml -o "$work/notices"
opened_and_read result.status.json status result

# ---- the extract -------------------------------------------------------------------------------------------------

for file in members.csv claims.csv providers.csv; do
    opened_and_read "$file" import extract -o "$work/new.h5"
    system_fails "$file" stat 116 0 import extract -o "$work/new.h5"
done
system_fails claims.csv read 5 1 import extract -o "$work/new.h5"

# ---- a checkpoint ------------------------------------------------------------------------------------------------

cat deck.yaml - >boot.yaml <<'END'
checkpoint_minutes: 0
bootstrap: {replicates: 1000000, seed: 1}
END
"$IHP_PROGRAM" settle boot.yaml --quiet -o saved >"$out" 2>"$err" &
started=$!
wait_for test -e saved.status.json
sleep 0.5
kill -USR1 "$started"
wait "$started" || true
if [[ -e saved.checkpoint.h5 ]]; then
    for errno in 13 24 116; do
        system_fails saved.checkpoint.h5 open "$errno" 0 settle boot.yaml --quiet -o saved
    done
    system_fails saved.checkpoint.h5 stat 13 0 settle boot.yaml --quiet -o saved
    for after in 0 2 8 12; do
        system_fails saved.checkpoint.h5 read 5 "$after" settle boot.yaml --quiet -o saved
    done
    ok "the checkpoint is still there" test -e saved.checkpoint.h5
fi
ok "nothing is left of the runs that failed" not test -e "$work/new" -o -e "$work/new.h5" -o -e "$work/notices"
finish
