#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests output folders: a result appears whole, an earlier one stays until then, whatever fails, two runs do not mix,
# files of others stay, links are written through, and permissions are narrow whatever the umask.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 0

case=$work/case
copy_case "$IHP_SOURCE/tests/cases/money" "$case"
ihp import "$case/extract" -o "$case/state.h5"
ok "import" succeeds
deck=$case/deck.yaml
result=$(deck_path "$deck" output)

# Checks that the folder of the output has nothing but the output, its status and the case's own files.
nothing_next_to() {
    local left
    left=$(find "$(dirname "$1")" -maxdepth 1 -name "$(basename "$1")*" ! -name "$(basename "$1")" ! -name '*.status.json')
    [[ -z $left ]] || { echo "        left: $left"; return 1; }
}

# ---- permissions ---------------------------------------------------------------------------------

settle 2 "$deck" --quiet --member-files
ok "settle" succeeds
ok "nothing is left next to the result" nothing_next_to "$result"
ok "the folder follows the umask" mode_is 777 "$result"
for file in "$result"/*; do
    case $file in
        */attributed | */unattributed) wanted=700 ;;
        */timings.h5 | */README.md) wanted=666 ;;
        *) wanted=640 ;;
    esac
    ok "mode of $(basename "$file")" mode_is "$wanted" "$file"
done

# ---- an earlier result stays ---------------------------------------------------------------------

cp -r "$result" "$work/first"
echo mine >"$result/notes.txt"
mkdir "$result/attributed/mine"
stays() {
    diff -r -x notes.txt -x mine "$work/first" "$result" >"$work/.diff" || { head "$work/.diff"; return 1; }
    [[ -e $result/notes.txt && -d $result/attributed/mine ]]
}
settle 1 "$deck" --quiet
ok "without --force" fails 2 "has a finished run"
ok "without --force: all stays" stays
mkdir "$result/results.h5.away" && mv "$result/results.h5" "$result/results.h5.away/" && mkdir "$result/results.h5"
for ranks in 1 3; do
    settle "$ranks" "$deck" --quiet --force --member-files
    ok "something in the way, $ranks ranks" fails 1 "$result/results.h5: cannot be written, because something else"
done
rmdir "$result/results.h5" && mv "$result/results.h5.away/results.h5" "$result/" && rmdir "$result/results.h5.away"
ok "something in the way: all stays" stays
ok "something in the way: nothing else is left" nothing_next_to "$result"
if mkdir "$work/small" && mount -t tmpfs -o size=800k none "$work/small" 2>/dev/null; then
    clean_up() { umount "$work/small"; }
    settle 1 "$deck" -o "$work/small/result" --quiet
    ok "a small disk: settle" succeeds
    cp -r "$work/small/result" "$work/before"
    head -c "$(($(df --output=avail -B1 "$work/small" | tail -1) - 50000))" /dev/zero >"$work/small/fill"
    ihp settle "$deck" -o "$work/small/result" --quiet --force --member-files
    ok "a full disk" fails 1 "$work/small/result" "No space left on device"
    ok "a full disk: the earlier result stays" diff -r "$work/before" "$work/small/result"
    ok "a full disk: nothing else is left" nothing_next_to "$work/small/result"
    cd "$work/small/result"
    rm "$work/small/fill"
    ihp settle "$deck" -o . --quiet --force
    ok "in the working folder" succeeds
    ok "in the working folder: a notice" says "$err" "it is the working folder"
    ok "in the working folder: the same result" same_results "$work/before" "$work/small/result"
    cd "$work/small"
    ihp settle "$deck" -o . --quiet
    ok "on a mount point" succeeds
    cd "$work"
    ihp settle "$deck" -o "$work/small" --quiet --force
    ok "on a mount point again" succeeds
    ok "on a mount point again: a notice" says "$err" "it is a mount point"
    ok "on a mount point: nothing else is left" [ "$(find "$work/small" -name '*part*')" = "" ]
else
    echo "SKIPPED: the full disk, because only root can mount a tmpfs"
fi

settle 2 "$deck" --quiet --force
ok "--force" succeeds
ok "--force: no member file of the earlier run" [ "$(ls "$result/attributed")" = mine ]
ok "--force: other files stay" [ "$(cat "$result/notes.txt")" = mine ]
ok "--force: nothing is left next to the result" nothing_next_to "$result"

# ---- folders in the folder -----------------------------------------------------------------------

rm -r "$result/attributed"
ihp notices "$deck" --quiet
ok "notices" succeeds
ok "notices: only their owner can enter" mode_is 700 "$result/notices"
cp -r "$result/notices" "$work/notices"
ihp settle "$deck" --quiet --force
ok "settle again" succeeds
ok "settle again: the notices stay" diff -r "$work/notices" "$result/notices"
ok "settle again: only their owner can enter" mode_is 700 "$result/notices"
ihp notices "$deck" --quiet
ok "notices again without --force" fails 2 "finished notices"
mkdir "$result/notices/notices.csv.away" && mv "$result/notices/notices.csv" "$result/notices/notices.csv.away/"
mkdir "$result/notices/notices.csv"
ihp notices "$deck" --quiet --force
ok "notices with something in the way" fails 1 "$result/notices/notices.csv: cannot be written"
ok "notices with something in the way: the earlier ones stay" diff "$work/notices/letters" "$result/notices/letters"
ok "notices with something in the way: nothing else is left" nothing_next_to "$result/notices"
rmdir "$result/notices/notices.csv"
ihp notices "$deck" --quiet --force
ok "notices again" succeeds
ok "notices again: other files stay" diff "$work/notices/notices.csv" "$result/notices/notices.csv.away/notices.csv"

# ---- files that changed --------------------------------------------------------------------------

ihp info "$result"
ok "info" succeeds
cp -r "$result" "$work/copy"
echo >>"$work/copy/exclusions.csv"
ihp info "$work/copy"
ok "info of a table that changed" fails 3 "$work/copy/exclusions.csv: has changed since manifest.json was written"
cp "$result/exclusions.csv" "$work/copy/" && rm "$work/copy/risk_weights.csv"
ihp info "$work/copy"
ok "info of a table that is missing" fails 3 "$work/copy/risk_weights.csv: is missing, although manifest.json lists it"
cp "$result/risk_weights.csv" "$work/copy/" && : >"$work/copy/bootstrap.csv"
ihp info "$work/copy"
ok "info of a table that was added" fails 3 "$work/copy/bootstrap.csv: is not in the list of manifest.json"
rm "$work/copy/bootstrap.csv" && unlist "$work/copy/manifest.json"
ihp info "$work/copy"
ok "info of a result of an earlier version" succeeds
ok "info of a result of an earlier version: says so" says "$out" "has no list of files"

# ---- links ---------------------------------------------------------------------------------------

mkdir "$work/disk"
ln -s disk/result "$work/link"
for options in '' '--force --member-files' --force; do
    # shellcheck disable=SC2086
    ihp settle "$deck" -o "$work/link" --quiet $options
    ok "through a link ($options)" succeeds
    ok "through a link ($options): it is still one" [ -L "$work/link" ]
done
ok "through a link: nothing of the earlier run" [ ! -e "$work/disk/result/attributed" ]
ok "through a link: nothing else is left" [ "$(ls "$work/disk")" = result ]

# ---- two runs ------------------------------------------------------------------------------------

# The first run is stopped while it works; the second says so.
sed 's/^output:.*/output: shared/' "$deck" >"$case/slow.yaml"
echo 'bootstrap: {replicates: 1000000, seed: 1}' >>"$case/slow.yaml"
sed 's/^output:.*/output: shared/' "$deck" >"$case/quick.yaml"
(ulimit -c unlimited 2>/dev/null || true; exec "$IHP_PROGRAM" settle "$case/slow.yaml" --quiet) >"$work/slow.log" 2>&1 &
slow=$!
wait_for test -e "$case/shared.lease"
settle 2 "$case/quick.yaml" --quiet
ok "a run makes no core dumps" grep -q '^Max core file size  *1 ' "/proc/$slow/limits"
ok "the output of another run" fails 2 "$case/shared: in use by process $slow on host" "since"
ihp merge "$result" -o "$case/shared"
ok "the output of another run: no block anyway" fails 3 "is not a block"
kill -9 "$slow"
wait "$slow" || true
ok "killed: no result" [ ! -e "$case/shared" ]
settle 2 "$case/quick.yaml" --quiet --member-files
ok "after it was killed" succeeds
ok "after it was killed: a notice" says "$err" "which has ended without finishing"
ok "after it was killed: nothing is left" nothing_next_to "$case/shared"
ok "after it was killed: the whole result" same_results "$work/first" "$case/shared"
finish
