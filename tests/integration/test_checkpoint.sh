#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests settlements that are saved and started again. From every kind of checkpoint, and on any number of
# ranks, the result has the same bytes as that of a run without interruption. A file that is not a checkpoint
# of the run is refused. A run that cannot be saved continues. A run whose store changes ends.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

keep=$IHP_SOURCE/tests/reference/keep_checkpoints.py
job=
clean_up() {
    if [[ -n $job ]]; then
        kill -9 "$job" 2>/dev/null
    fi
    umount "$work/disk" 2>/dev/null
}

same_bytes() {
    diff -r --exclude=manifest.json --exclude=timings.h5 "$1" "$2" >"$work/.diff" 2>&1 ||
        { head -20 "$work/.diff"; return 1; }
    diff <(manifest_of "$1") <(manifest_of "$2") || return 1
}

none() {
    [[ ! -e $1 && ! -L $1 ]] || { echo "        $1 is there"; return 1; }
}

starts_are() {
    "$IHP_PYTHON" -c '
import json, sys
starts = json.load(open(sys.argv[1]))["run"]["starts"]
sys.exit(starts != int(sys.argv[2]) and "        starts: %s" % starts)' "$1/manifest.json" "$2"
}

# Settles deck.yaml of the shape on some ranks, one rank without mpirun, with the shape's options in `extra`.
extra=()
settle_on() {
    local ranks=$1
    shift
    if ((ranks == 1)); then
        ihp settle "$@" "${extra[@]}" --quiet
    else
        settle "$ranks" "$@" "${extra[@]}" --quiet
    fi
}

# Makes a copy of a case with a store as $case, and adds to its deck.
make_shape() {
    local from=$1 name=$2 more=$3
    case=$work/$name
    copy_case "$IHP_SOURCE/tests/cases/$from" "$case"
    sed -i '/^sweep:/,$ d' "$case/deck.yaml"
    printf '%s\n' "$more" >>"$case/deck.yaml"
    ihp import "$case/extract" -o "$case/state.h5"
    ok "$name: import" succeeds
}

# Keeps the checkpoints of a run with $1 claim lines at a time on $2 ranks in $case/kept. Continuous saving
# does not change the run's results, which all other runs must reproduce. On a busy machine a checkpoint can be
# replaced before it is kept, so a run of which fewer than two were kept is made again.
keep_all() {
    local lines=$1 ranks=$2 name try
    name=$(basename "$case")
    { cat "$case/deck.yaml" && echo 'checkpoint_minutes: 0.00001'; } >"$case/saving.yaml"
    settle_on 1 "$case/deck.yaml" -o "$case/want"
    ok "$name: settle without interruption" succeeds
    ok "$name: nothing is saved early" not says "$err" 'checkpoint'
    local launch=()
    ((ranks == 1)) || launch=("$IHP_MPIRUN" -n "$ranks")
    for ((try = 1; try <= 10; try++)); do
        rm -rf "$case/saved" "$case/kept"
        run "$IHP_PYTHON" "$keep" "$case/saved.checkpoint.h5" "$case/kept" "${launch[@]}" \
            "$IHP_PROGRAM" settle "$case/saving.yaml" -o "$case/saved" "${extra[@]}" --quiet \
            --batch-lines "$lines"
        kept=("$case"/kept/*.h5)
        if [[ $code != 0 ]] || ((${#kept[@]} >= 2)); then
            break
        fi
    done
    ok "$name: continuous saving" succeeds
    ok "$name: same bytes with continuous saving" same_bytes "$case/want" "$case/saved"
    ok "$name: no checkpoint is left" none "$case/saved.checkpoint.h5"
    ok "$name: no part of a checkpoint is left" nothing_left "$case"
}

# Resumes from one of the kept checkpoints.
go_on() {
    local checkpoint=$1 ranks=$2 lines=$3 name
    name="$(basename "$case"), $(basename "$checkpoint"), $ranks ranks"
    rm -rf "$case/again"
    cp "$checkpoint" "$case/again.checkpoint.h5"
    settle_on "$ranks" "$case/deck.yaml" -o "$case/again" --batch-lines "$lines"
    ok "$name: resumes and finishes" succeeds
    grep -o 'continues from [^ ]* ([^,0-9)]*' "$err" | sed 's/.*(//' >>"$work/stages" || true
    ok "$name: reports it" says "$err" 'ihp: checkpoint: continues from' 'start 2 of this run'
    ok "$name: same bytes" same_bytes "$case/want" "$case/again"
    ok "$name: counts two starts" starts_are "$case/again" 2
    ok "$name: the checkpoint is gone" none "$case/again.checkpoint.h5"
}

# Resumes from about $1 of the kept checkpoints, including the first and the last.
go_on_from_some() {
    local most=$1 count=${#kept[@]} i at
    ok "$(basename "$case"): enough checkpoints, $count" test "$count" -ge 2
    for ((i = 0; i < most; i++)); do
        at=$((i * (count - 1) / (most - 1)))
        go_on "${kept[at]}" $((i % 3 + 1)) $((i % 2 == 0 ? 30 : 131072))
    done
}

scenarios='sweep:
  design: named
  scenarios:
    - {name: nothing, set: {trend: 0}}
    - {name: low cap, set: {claims_cap: 450.50, threshold: 0}}
    - {name: others, set: {count_unit: visit, primary_care_elsewhere: blocks}}'

# ---- from every stage ----------------------------------------------------------------------------

make_shape sweep plain 'sweep:
  design: one_at_a_time
  vary:
    claims_cap: [2000, 5000, 200000, 0]
    primary_care_elsewhere: [step3, blocks]
    performance_paid_through: [2025-12-31, 2026-01-31, 2026-12-30]'
keep_all 2 2
go_on_from_some 6

make_shape quarterly quarterly 'sweep:
  design: one_at_a_time
  vary:
    weights_population: [gate]
    roster_quarter: [2025Q4]
    performance_paid_through: [2025-05-31]'
keep_all 2 2
go_on_from_some 3

extra=(--member-files)
make_shape money members ''
keep_all 4 2
go_on_from_some 6

make_shape money fixed "bootstrap: {replicates: 2500, seed: 7, levels: [0.9]}
bootstrap_scenarios: true
$scenarios"
keep_all 100 1
go_on_from_some 9

extra=()
make_shape sweep refit "bootstrap: {replicates: 150, seed: 8, levels: [0.5, 0.95]}
bootstrap_scenarios: true
$scenarios"
sed -i 's/^policies: {}/policies: {bootstrap_weights: refit}/' "$case/deck.yaml"
keep_all 20 2
go_on_from_some 9

make_shape ties readings 'bootstrap: {replicates: 20}
sweep: {design: readings}'
keep_all 3 3
go_on_from_some 6

make_shape money grid 'sweep:
  design: grid
  vary:
    trend: [-0.03, -0.02, -0.01, 0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08]
    threshold: [0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.045, 0.05, 0.055]'
extra=(--block 2/2)
keep_all 100 1
go_on_from_some 4
extra=()

# A final that uses its interim, as in test_bridge.sh.
case=$work/bridge
copy_case "$IHP_SOURCE/tests/cases/interim" "$case"
cp -r "$case/program" "$case/final-program"
rm "$case/program/overrides.csv" "$case/program/circumstances.csv" "$case/final-program/quality.csv"
sed -i 's/,2025-08-31,state_breach/,,/; s/,632.73,/,,/' "$case/program/ihps.csv"
sed -i 's/-83.47//; s/28.86//; s/91.86//' "$case/final-program/ihps.csv"
sed -i '/^sweep:/,$ d; s/^output: .*/output: interim/' "$case/deck.yaml"
ihp import "$case/extract" -o "$case/state.h5" --force
cp "$case/deck.yaml" "$case/interim.yaml"
settle_on 1 "$case/deck.yaml"
ok "bridge: the interim" succeeds
cat >"$case/deck.yaml" <<DECK
store: state.h5
program: final-program
output: final
settlement: final
interim: interim
base:        {year: 2024, paid_through: 2026-06-30}
performance: {year: 2025, paid_through: 2026-12-31}
bootstrap: {replicates: 30}
$scenarios
DECK
extra=(--member-files)
keep_all 2 2
go_on_from_some 6

# A third start, from the checkpoint that the second has saved.
settle_on 1 "$case/deck.yaml" -o "$case/third"
cp "${kept[0]}" "$case/third.checkpoint.h5"
rm -rf "$case/kept" "$case/third"
run "$IHP_PYTHON" "$keep" "$case/third.checkpoint.h5" "$case/kept" "$IHP_PROGRAM" settle \
    "$case/saving.yaml" -o "$case/third" --member-files --quiet --batch-lines 8
ok "bridge: a second start that is saved" succeeds
kept=("$case"/kept/*.h5)
cp "${kept[-1]}" "$case/fourth.checkpoint.h5"
settle_on 2 "$case/deck.yaml" -o "$case/fourth"
ok "bridge: a third start" succeeds
ok "bridge: same bytes" same_bytes "$case/want" "$case/fourth"
ok "bridge: counts three starts" starts_are "$case/fourth" 3
extra=()

# More ranks than members: some ranks have none.
make_shape tiny few 'bootstrap: {replicates: 20}
sweep: {design: one_at_a_time, vary: {count_unit: [visit], trend: [0.01]}}'
sed -i -n '1p; /\bT0[12]\b/p' "$case"/extract/{members,enrollment,claims,morbidity}.csv
rm -f "$case/program/overrides.csv"
ihp import "$case/extract" -o "$case/state.h5" --force
ok "few: import" succeeds
keep_all 1 4
for ranks in 1 2 3 4; do
    go_on "${kept[0]}" "$ranks" 1
    go_on "${kept[-1]}" "$ranks" 1
done

for stage in "members' claims" 'replicates of the settlement' 'replicates of scenario' scenarios; do
    ok "some run resumed from: $stage" grep -qF "$stage" "$work/stages"
done

# ---- requests to stop ----------------------------------------------------------------------------

# Starts a command in the background as $job and waits until a condition holds.
begin() {
    local until=$1 end=$((SECONDS + limit))
    shift
    "$@" >"$out" 2>"$err" </dev/null &
    job=$!
    until "$until"; do
        if ((SECONDS >= end)); then
            ok "waiting until the run $until" false
            return
        fi
        sleep 0.002
    done
}

# Waits for the job to end and sets $code to its exit code. Kills a job that hangs.
wait_for_job() {
    local watch ended
    sleep "$limit" >/dev/null 2>&1 &
    watch=$!
    code=0
    wait -n -p ended "$job" "$watch" || code=$?
    if [[ $ended == "$watch" ]]; then
        kill -9 "$job"
        wait "$job" || code=$?
    else
        kill "$watch"
        wait "$watch" 2>/dev/null || true
    fi
    job=
}

# Returns whether a process is a settlement that has installed its handler of SIGUSR1. The command comes first: until the
# shell's child becomes the program, it catches what the shell catches, SIGUSR1 among it.
is_ready() {
    local caught
    [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") == *ihp" settle "* ]] || return 1
    caught=$(sed -n 's/^SigCgt:\t//p' "/proc/$1/status" 2>/dev/null) || return 1
    [[ -n $caught ]] && ((0x$caught & 1 << 9))
}

listens() {
    is_ready "$job"
}

ranks_listen() {
    local all rank
    all=$(cat "/proc/$job/task/$job/children" 2>/dev/null) || return 1
    [[ $(wc -w <<<"$all") == 3 ]] || return 1
    for rank in $all; do
        is_ready "$rank" || return 1
    done
}

is_saved() {
    [[ -e $case/stop.checkpoint.h5 ]]
}

stopped() {
    ok "$1: code 75" test "$code" = 75
    ok "$1: reports how to continue" says "$err" 'ihp: stopped: ' 'start it again in the same way to go on'
    ok "$1: no error line" test "$(error_lines)" = 0
    ok "$1: no result folder" none "$case/stop"
    ok "$1: only the owner can read the checkpoint" mode_is 600 "$case/stop.checkpoint.h5"
}

goes_on() {
    local text=$1 starts=$2 ranks=$3
    settle_on "$ranks" "$case/deck.yaml" -o "$case/stop"
    ok "$text: resumes" succeeds
    ok "$text: same bytes" same_bytes "$case/want" "$case/stop"
    ok "$text: number of starts" starts_are "$case/stop" "$starts"
    ok "$text: the checkpoint is gone" none "$case/stop.checkpoint.h5"
    rm -rf "$case/stop"
}

case=$work/fixed
extra=(--member-files)
for signal in USR1 TERM; do
    begin listens "$IHP_PROGRAM" settle "$case/deck.yaml" -o "$case/stop" "${extra[@]}" --quiet
    kill -s "$signal" "$job"
    wait_for_job
    stopped "SIG$signal"
    ok "SIG$signal: one line in addition to notices" test "$(grep -vc '^ihp: notice: ' "$err")" = 1
    settle_on 1 "$case/deck.yaml" -o "$case/stop" --dry-run
    ok "SIG$signal: a dry run" succeeds
    ok "SIG$signal: leaves the checkpoint" test -e "$case/stop.checkpoint.h5"
    goes_on "SIG$signal" 2 1
done

# Stopped later, after a timed save; then a second time, and on more ranks.
begin is_saved "$IHP_PROGRAM" settle "$case/saving.yaml" -o "$case/stop" "${extra[@]}" --quiet \
    --batch-lines 10
kill -USR1 "$job"
wait_for_job
stopped "after a save"
found=$(cut -d, -f1 "$case/extract/members.csv" | tail -n +2 |
    grep -caFf - "$case/stop.checkpoint.h5" || true)
ok "the checkpoint has no member's ID" test "$found" = 0
begin listens "$IHP_PROGRAM" settle "$case/deck.yaml" -o "$case/stop" "${extra[@]}" --quiet
kill -TERM "$job"
wait_for_job
stopped "at the second start"
goes_on "stopped twice" 3 2

# One rank of several.
for which in first last; do
    begin ranks_listen "$IHP_MPIRUN" -n 3 "$IHP_PROGRAM" settle "$case/deck.yaml" -o "$case/stop" \
        "${extra[@]}" --quiet --batch-lines 100
    read -ra ranks <<<"$(cat "/proc/$job/task/$job/children")"
    if [[ $which == first ]]; then
        kill -TERM "${ranks[0]}"
    else
        kill -USR1 "${ranks[-1]}"
    fi
    wait_for_job
    stopped "the $which rank of three is asked"
    goes_on "the $which rank of three was asked" 2 2
done

# ---- refusals ------------------------------------------------------------------------------------

kept=("$case"/kept/*.h5)
some=${kept[${#kept[@]} / 2]}

put_there() {
    rm -rf "$case/stop" "$case/stop.checkpoint.h5"
    cp "$some" "$case/stop.checkpoint.h5"
    deck=$case/deck.yaml
    options=(--member-files)
    fresh_want=$case/want
}

# Puts a checkpoint there, together with the deck that `sed ARG...` makes.
put_there_with() {
    put_there
    deck=$case/other.yaml
    sed "$@" >"$deck"
}

# Checks that the checkpoint there is accepted. Arguments: TEXT OUTPUT [OPTION...].
taken() {
    local text=$1 output=$2
    shift 2
    ihp settle "$deck" -o "$output" --member-files --quiet "$@"
    ok "$text: resumes" succeeds
    ok "$text: reports it" says "$err" 'continues from'
    ok "$text: same bytes" same_bytes "$case/want" "$case/stop"
}

# Makes the expected results of --fresh for the current case.
want_fresh() {
    fresh_want=$case/fresh
    rm -rf "$fresh_want"
    ihp settle "$deck" -o "$fresh_want" "${options[@]}" --quiet
    ok "settle from the start" succeeds
}

# Checks that the checkpoint there is refused with code $2 and the texts, on one rank and on two, and that
# nothing is written. With --fresh the run succeeds.
refused() {
    local text=$1 wanted=$2
    shift 2
    settle 2 "$deck" -o "$case/stop" "${options[@]}" --quiet
    ok "$text: refused on two ranks" fails "$wanted" 'stop.checkpoint.h5: ' "$@" '--fresh'
    ihp settle "$deck" -o "$case/stop" "${options[@]}" --quiet
    ok "$text: refused" fails "$wanted" 'stop.checkpoint.h5: ' "$@" '--fresh'
    ok "$text: in one line" test "$(grep -vc '^ihp: notice: ' "$err")" = 1
    ok "$text: nothing written" none "$case/stop"
    ihp settle "$deck" -o "$case/stop" "${options[@]}" --quiet --fresh
    ok "$text: --fresh" succeeds
    ok "$text: same bytes" same_bytes "$fresh_want" "$case/stop"
    ok "$text: counts one start" starts_are "$case/stop" 1
    rm -rf "$case/stop"
}

put_there_with 's/seed: 7/seed: 8/' "$case/deck.yaml"
want_fresh
refused 'another seed' 2 'is the checkpoint of another deck ('

put_there_with 's/450.50/450.51/' "$case/deck.yaml"
want_fresh
refused 'another scenario' 2 'is the checkpoint of another deck ('

# Paths and the time between saves do not make the deck a different one.
ln -s program "$case/program-too"
cp "$case/state.h5" "$case/state-too.h5"
put_there_with -e 's/^program: .*/program: program-too/' -e 's/^store: .*/store: state-too.h5/' \
    -e 's/^output: .*/output: o/' "$case/saving.yaml"
taken 'the same deck elsewhere' "$case/stop/" --no-index

# Makes a store from the extract with other amounts.
other_amounts() {
    cp -r "$case/extract" "$work/extract"
    awk -F, -v OFS=, 'NR > 1 && sub(/[0-8]$/, "9", $13) { n++ } { print } END { exit n == 0 }' \
        "$case/extract/claims.csv" >"$work/extract/claims.csv"
    ihp import "$work/extract" -o "$1"
}
cp -p "$case/state.h5" "$work/state.h5"
other_amounts "$work/other.h5"
ok "another store: import" succeeds
ok "another store: same length" test "$(stat -c %s "$work/other.h5")" = "$(stat -c %s "$work/state.h5")"
put_there
cp "$work/other.h5" "$case/state.h5"
want_fresh
ok "another store: other results" not cmp -s "$case/want/settlement.csv" "$fresh_want/settlement.csv"
refused 'another store' 2 'is the checkpoint of another store ('
cp -p "$work/state.h5" "$case/state.h5"

put_there
cp "$case/program/ihps.csv" "$work/ihps.csv"
sed -i 's/-83\.47/-83.48/; s/324\.62/324.63/' "$case/program/ihps.csv"
ok "another program: differs" not cmp -s "$work/ihps.csv" "$case/program/ihps.csv"
want_fresh
refused 'another program' 2 'is the checkpoint of another program folder ('
cp "$work/ihps.csv" "$case/program/ihps.csv"

put_there
options=()
want_fresh
refused 'no member files' 2 'is the checkpoint of another set of options ('
put_there
options=(--member-files --block 1/3)
want_fresh
refused 'a block' 2 'is the checkpoint of another set of options ('
case=$work/grid
kept=("$case"/kept/*.h5)
some=${kept[0]}
put_there
options=(--block 1/2)
want_fresh
refused 'the other block' 2 'is the checkpoint of another set of options (' 'block 2 of 2'
put_there
options=(--block 2/3)
want_fresh
refused 'a block of another division' 2 'is the checkpoint of another set of options (' 'block 2 of 3'

# Another interim: one with an earlier cut-off. A copy of the same interim is accepted.
case=$work/bridge
kept=("$case"/kept/*.h5)
some=${kept[0]}
sed 's/2026-03-31/2026-02-28/' "$case/interim.yaml" >"$case/earlier.yaml"
ihp settle "$case/earlier.yaml" -o "$case/earlier" --quiet
ok "an earlier interim" succeeds
put_there_with 's/^interim: .*/interim: earlier/' "$case/deck.yaml"
want_fresh
refused 'another interim' 2 'is the checkpoint of another interim ('
put_there_with '/^interim: /d' "$case/deck.yaml"
want_fresh
refused 'no interim' 2 'is the checkpoint of another interim (' 'this run: none)'
cp -r "$case/interim" "$case/interim-too"
put_there_with 's/^interim: .*/interim: interim-too/' "$case/deck.yaml"
taken 'a copy of the interim' "$case/stop"
rm -rf "$case/stop"
case=$work/fixed
kept=("$case"/kept/*.h5)
some=${kept[${#kept[@]} / 2]}

# Another version. The text has a digest, so a patched one counts as damaged.
put_there
run "$IHP_PYTHON" -c '
import sys
path, version = sys.argv[1], sys.argv[2].encode()
data = open(path, "rb").read()
at = data.rindex(version)
assert data.index(version) < at, "the attribute of the file, and the text"
open(path, "wb").write(data[:at] + bytes([version[0] ^ 1]) + data[at + 1:])
' "$case/stop.checkpoint.h5" "$("$IHP_PROGRAM" --version | cut -d' ' -f2)"
ok "another version: patched" succeeds
refused 'another version' 3 'version of ihp is damaged'

# Cut off.
size=$(stat -c %s "$some")
for length in 1 8 96 512 2048 4096 $((size / 3)) $((size / 2)) $((size - 8)) $((size - 1)); do
    put_there
    truncate -s "$length" "$case/stop.checkpoint.h5"
    ihp settle "$deck" -o "$case/stop" "${options[@]}" --quiet
    ok "cut to $length bytes: refused" fails 3 'stop.checkpoint.h5: ' '--fresh'
    ok "cut to $length bytes: nothing written" none "$case/stop"
done
put_there
: >"$case/stop.checkpoint.h5"
refused 'empty' 3 'is not an ihp checkpoint'

# One bit flipped: refused in one line, or the same bytes if the bit has no meaning.
found=0
for ((flip = 0; flip < 60; flip++)); do
    put_there
    at=$((flip * (size / 60) + flip * flip % 61))
    "$IHP_PYTHON" -c '
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 16]))' "$case/stop.checkpoint.h5" "$at"
    settle_on $((flip % 6 == 0 ? 2 : 1)) "$deck" -o "$case/stop"
    if [[ $code == 0 ]]; then
        ok "byte $at flipped, accepted: same bytes" same_bytes "$case/want" "$case/stop"
    else
        ok "byte $at flipped: refused" fails 3 'stop.checkpoint.h5: ' '--fresh'
        ok "byte $at flipped: nothing written" none "$case/stop"
        found=$((found + 1))
    fi
done
ok "most flips are found, $found of 60" test "$found" -ge 50

# Not a regular file.
put_there
rm "$case/stop.checkpoint.h5"
mkdir "$case/stop.checkpoint.h5"
touch "$case/stop.checkpoint.h5/own"
refused 'a folder' 3 'is not an ihp checkpoint'
ok "a folder stays" test -e "$case/stop.checkpoint.h5/own"
put_there
mkfifo "$work/pipe"
rm "$case/stop.checkpoint.h5"
ln -s "$work/pipe" "$case/stop.checkpoint.h5"
refused 'a link to a pipe' 3 'is not an ihp checkpoint'
ok "the link is gone" none "$case/stop.checkpoint.h5"
ok "the pipe stays" test -p "$work/pipe"
if [[ $(id -u) != 0 ]]; then
    put_there
    chmod 0 "$case/stop.checkpoint.h5"
    ihp settle "$deck" -o "$case/stop" "${options[@]}" --quiet
    ok "a file that may not be read: not called damaged" fails 1 'stop.checkpoint.h5: ' '(Permission denied)'
    ok "a file that may not be read: is kept" test -e "$case/stop.checkpoint.h5"
    chmod 600 "$case/stop.checkpoint.h5"
fi
# A link to a checkpoint is accepted as a checkpoint; its target is kept.
put_there
rm "$case/stop.checkpoint.h5"
ln -s "$some" "$case/stop.checkpoint.h5"
goes_on 'a link to a checkpoint' 2 2
ok "the target is left" test -e "$some"

# The next run leaves a file of the user's that is named like a part file of a killed run.
put_there
echo mine >"$case/stop.checkpoint.h5.part-123"
goes_on "a user's file" 2 1
ok "a user's file: is left" grep -qx mine "$case/stop.checkpoint.h5.part-123"
rm "$case/stop.checkpoint.h5.part-123"
ok "a user's file: nothing else is" nothing_left "$case"

# ---- saving that fails ---------------------------------------------------------------------------

cannot_save() {
    local text=$1
    shift
    run "$@" settle "$case/saving.yaml" -o "$place/stop" "${extra[@]}" --quiet --fresh
    ok "$text: the run continues" succeeds
    ok "$text: reports it" says "$err" 'stop.checkpoint.h5: ' 'the run goes on without it'
    ok "$text: same bytes" same_bytes "$case/want" "$place/stop"
    ok "$text: no unfinished files" nothing_left "$place"
    rm -rf "$place/stop"
}

place=$case
mkdir "$case/stop.checkpoint.h5"
cannot_save 'a folder in its place' "$IHP_PROGRAM"
cannot_save 'a folder in its place, three ranks' "$IHP_MPIRUN" -n 3 "$IHP_PROGRAM"
# Asked to stop as well: the run ends and reports the loss.
begin listens "$IHP_PROGRAM" settle "$case/deck.yaml" -o "$case/stop" "${extra[@]}" --quiet --fresh
kill -TERM "$job"
wait_for_job
ok "stopped, not saved" fails 1 'stopped when asked' 'is lost: ' 'stop.checkpoint.h5: '
ok "stopped, not saved: no result folder" none "$case/stop"
rmdir "$case/stop.checkpoint.h5"
mkdir "$work/disk"
if mount -t tmpfs -o size=1200k none "$work/disk" 2>/dev/null; then
    place=$work/disk
    cannot_save 'a full disk' "$IHP_PROGRAM"
    cannot_save 'a full disk, two ranks' "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM"
    # A folder that cannot be written to is reported at the start, not at the end of the work.
    mount -o remount,ro "$work/disk"
    for folder in "$work/disk" "$work/disk/stop" "$work/disk/not/there/stop"; do
        settle 2 "$case/saving.yaml" -o "$folder" --quiet
        ok "$folder, read-only: ends" fails 1 "the folder $work/disk cannot be written to (Read-only"
        ok "$folder, read-only: before any work" not says "$err" 'ihp: checkpoint: '
    done
    umount "$work/disk"
else
    echo "SKIPPED: the full disk, because this user cannot mount a tmpfs; run the test as root"
fi

# ---- the store changes ---------------------------------------------------------------------------

# Pauses a run after it has saved, changes the store and lets the run continue: the run ends. Then restores
# the store, and the run resumes from its checkpoint.
change_store() {
    local text=$1 says=$2
    shift 2
    begin is_saved "$IHP_PROGRAM" settle "$case/saving.yaml" -o "$case/stop" "${extra[@]}" --quiet \
        --batch-lines 10
    kill -STOP "$job"
    "$@"
    kill -CONT "$job"
    wait_for_job
    ok "$text: ends" fails 3 'state.h5: ' "$says"
    ok "$text: no result folder" none "$case/stop"
    ok "$text: no unfinished files" nothing_left "$case"
    cat "$work/state.h5" >"$case/state.h5"
    goes_on "$text, put back" 2 1
}
write_over() { cat "$work/other.h5" >"$case/state.h5"; }
replace() { cp "$work/other.h5" "$case/new.h5" && mv "$case/new.h5" "$case/state.h5"; }
away() { mv "$case/state.h5" "$case/away.h5"; }
change_store 'written over' 'was written to while it was read' write_over
change_store 'touched' 'was written to while it was read' touch "$case/state.h5"
change_store 'replaced' 'was replaced while it was read (content hash' replace
change_store 'gone' 'has disappeared since it was opened' away

# ---- a rank fails --------------------------------------------------------------------------------

# The store's last line is damaged, and members of its batch have been counted already: saving at that
# point would make the next run count them twice. In a store with digests the first batch would find the
# damage, as its block has all lines, so this is a store of an earlier version.
{ cat "$case/deck.yaml" && echo 'checkpoint_minutes: 0.0000001'; } >"$case/saving.yaml"
lines=$(h5ls "$work/state.h5/claims/service" | sed -n 's/.*{\([0-9]*\).*/\1/p')
"$IHP_SEAL_STORE" --older "$work/state.h5"
cat "$work/state.h5" >"$case/state.h5"
rm -rf "$case/want"
settle_on 1 "$case/deck.yaml" -o "$case/want"
ok "a store without digests" succeeds
for ranks in 1 2; do
    overwrite "$case/state.h5" claims/service H $((lines - 1)) 65535
    settle_on "$ranks" "$case/saving.yaml" -o "$case/stop" --batch-lines 20
    ok "the last line, $ranks ranks: refused" fails 3 'state.h5: column claims/service has a number'
    ok "the last line, $ranks ranks: saved before the error" test -e "$case/stop.checkpoint.h5"
    cat "$work/state.h5" >"$case/state.h5"
    goes_on "the last line fixed, $ranks ranks" 2 "$ranks"
done

sort "$work/stages" | uniq -c | sed 's/^/        /'
finish
