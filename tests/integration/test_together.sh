#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that are replaced together, of synth and of an import with bad rows: when one of them cannot get its name, all
# are what they were before; and after a run that was killed in between, nothing settles a mixture, and the next run
# puts back what was there.
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

# Prints the files of a folder with their digests, without what a killed run leaves.
state_of() {
    (cd "$1" && find . -type f ! -name '*.part-*' ! -name '*.lease' -exec sha256sum {} + | sort)
}

# is_state FOLDER STATE: checks that a folder has these files and no others.
is_state() {
    diff <(echo "$2") <(state_of "$1") >"$work/.diff" || { head -10 "$work/.diff"; return 1; }
}

# ---- synth -------------------------------------------------------------------------------------------------------

synth() {
    local seed=$1 fault=$2
    shift 2
    failing "$fault" synth -o "$work/s/s.h5" --members 40 --seed "$seed" --ihps 2 --extract "$work/s/extract" -q "$@"
}

mkdir "$work/s"
synth 1 none:0:once:0
ok "synth" succeeds
before=$(state_of "$work/s")
failures=0
for ((n = 1; n < 100; n += n < 4 ? 1 : 5)); do
    synth 2 "rename:$n:once:5" --force
    [[ $code != 0 ]] || break
    failures=$((failures + 1))
    ok "synth: rename $n fails: the system's words" fails 1 "Input/output error"
    ok "synth: rename $n fails: the earlier state is there" is_state "$work/s" "$before"
    ok "synth: rename $n fails: nothing is left" nothing_left "$work/s"
done
ok "synth: failures at several renames" [ "$failures" -ge 8 ]
synth 1 none:0:once:0 --force
for n in 4 20 40; do
    synth 2 "rename:$n:on:5" --force
    ok "synth: all renames fail from number $n on: the earlier state is there" is_state "$work/s" "$before"
done
synth 2 none:0:once:0 --force
after=$(state_of "$work/s")
ok "synth: without a failure the state is another" [ "$after" != "$before" ]
ok "synth: of as many files" [ "$(wc -l <<<"$after")" == "$(wc -l <<<"$before")" ]

before=$after
store=$(sha256sum <"$work/s/s.h5")
program=$(state_of "$work/s/program")
gone=0
for ((n = 2; n < 100; n += 6)); do
    synth 3 "rename:$n:signal:9" --force
    [[ $code != 0 ]] || break
    ok "synth: killed at rename $n" [ "$code" == 137 ]
    if [[ -e $work/s/deck.yaml && -e $work/s/s.h5 ]]; then # it had put nothing aside yet
        ok "synth: killed at rename $n: the earlier store is there" [ "$(sha256sum <"$work/s/s.h5")" == "$store" ]
        ok "synth: killed at rename $n: and its program folder" is_state "$work/s/program" "$program"
    else
        gone=$((gone + 1))
    fi
    synth 4 none:0:once:0
    ok "synth: killed at rename $n: the next run refuses what is there" fails 2 "exists already"
    ok "synth: killed at rename $n: the earlier state is there" is_state "$work/s" "$before"
done
ok "synth: killed between its renames: there is no deck, or no store" [ "$gone" -ge 3 ]

# ---- import ------------------------------------------------------------------------------------------------------

copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/tiny"
cp -r "$work/tiny/extract" "$work/tiny/bad"
sed -i '2s/,[^,]*/,never/' "$work/tiny/bad/members.csv"
mkdir "$work/i"

import() {
    local extract=$1 fault=$2
    shift 2
    failing "$fault" import "$work/tiny/$extract" -o "$work/i/i.h5" --quarantine "$work/i/q.csv" \
        --quarantine-limit 100% -q "$@"
}

no_other_store() {
    [[ ! -e $work/i/i.h5 ]] || [[ $(sha256sum <"$work/i/i.h5") == "$store" ]]
}

import extract none:0:once:0
ok "import" succeeds
before=$(state_of "$work/i")
for ((n = 1; n < 20; n++)); do
    import bad "rename:$n:once:5" --force
    [[ $code != 0 ]] || break
    ok "import: rename $n fails: the system's words" fails 1 "Input/output error"
    ok "import: rename $n fails: the earlier files are there" is_state "$work/i" "$before"
    ok "import: rename $n fails: nothing is left" nothing_left "$work/i"
done
ok "import: failures at both files" [ "$n" -gt 4 ]
after=$(state_of "$work/i")
store=$(sha256sum <"$work/i/i.h5")
ok "import: without a failure both files are others" [ "$(comm -13 <(echo "$before") <(echo "$after") | wc -l)" == 2 ]
for ((n = 2; n < 20; n++)); do
    import extract "rename:$n:signal:9" --force
    [[ $code != 0 ]] || break
    ok "import: killed at rename $n: there is no store but the earlier one" no_other_store
    import extract none:0:once:0
    ok "import: killed at rename $n: the next run refuses what is there" fails 2 "exists already"
    ok "import: killed at rename $n: the earlier files are there" is_state "$work/i" "$after"
done
ok "import: killed before both had their names" [ "$n" -gt 3 ]
finish
