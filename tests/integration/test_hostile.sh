#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Stores and results that are made to deceive: every command refuses them as bad data, waits for no pipe, and
# prints no control character. All cases, in the library, are in mpi/test_hostile.c.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

: "${IHP_HOSTILE_STORE:?the build sets it; run this with ctest}"

source_case=$IHP_SOURCE/tests/cases/payments
copy_case "$source_case" "$work/case"
deck=$work/case/deck.yaml
store=$work/case/state.h5
member=$(sed -n '2s/,.*//p' "$source_case/extract/members.csv")
ihp import "$source_case/extract" -o "$work/good.h5"
ok "the good store is made" succeeds

# Runs every command that reads a store and checks that it is refused, without control characters in the message.
every_command_refuses() {
    local name=$1 text=$2
    local -a command
    while IFS= read -r line; do
        read -r -a command <<<"$line"
        ihp "${command[@]}"
        ok "$name: ${command[*]:0:2}" fails 3 "$text"
        ok "$name: prints no control character" not grep -q $'[\001-\010\013-\037\177]' "$err" "$out"
    done <<END
settle $deck --quiet
settle $deck --quiet --no-index --member-files
check $store --verify
pay $deck --quarter 2025Q2 --quiet
explain $deck $member
info $store
END
}

# ---- stores ------------------------------------------------------------------------------------

while read -r name text; do
    cp "$work/good.h5" "$store"
    run "$IHP_HOSTILE_STORE" "$store" "$name"
    ok "$name: is made" succeeds
    every_command_refuses "$name" "$text"
    ok "$name: nothing is left" nothing_left "$work/case"
done <<'END'
link_to_pipe column claims/paid_amount is a link
link_of_group_to_pipe is a link
storage_in_pipe column dictionary/payer is in another file
virtual_of_pipe column claims/paid_amount is in another file
control_in_version an attribute is missing or not valid
payer_with_controls column dictionary/payer has control characters
END

# A command that does not read a column may not see what is wrong with it; ihp check reads all of them.
while read -r name text; do
    cp "$work/good.h5" "$store"
    run "$IHP_HOSTILE_STORE" "$store" "$name"
    ok "$name: is made" succeeds
    ihp check "$store"
    ok "$name: check" fails 3 "$text"
    ihp check "$store" --verify
    ok "$name: check --verify" fails 3 "$text"
done <<'END'
months_beyond column enrollment/month_from has a month outside the years 0001 to 9999
birth_least column members/birth_date has a day outside the years 0001 to 9999
id_with_path column members/id has an ID that is not valid
index_always_known column index/known_from does not fit the claims
known_against_status column claims/known_from does not fit status and paid_date
END

# ---- what is not a file ------------------------------------------------------------------------

rm "$store"
mkfifo "$store"
every_command_refuses "a pipe" "is not an HDF5 file"
rm "$store"
for name in program/trend.csv program/rosters.csv deck.yaml; do
    cp -r "$work/case" "$work/piped"
    rm "$work/piped/$name"
    mkfifo "$work/piped/$name"
    settle 2 "$work/piped/deck.yaml" --quiet
    ok "$name is a pipe that nobody writes to" fails "$([[ $name == deck.yaml ]] && echo 2 || echo 3)" \
        "$name: is not a file"
    rm -r "$work/piped"
done
ln -s "$store" "$store"
every_command_refuses "a link to itself" "state.h5: "
rm "$store"
mkdir "$store"
ihp check "$store"
ok "a folder: check" fails 3 "is not an HDF5 file"
rmdir "$store"

# ---- results and checkpoints -------------------------------------------------------------------

mkdir "$work/result"
mkfifo "$work/result/manifest.json"
ihp info "$work/result"
ok "a manifest that is a pipe" fails 3 "manifest.json: is not a file"
cp "$work/good.h5" "$store"
mkfifo "$work/case/result.checkpoint.h5"
settle 2 "$deck" --quiet
ok "a checkpoint that is a pipe" fails 3 "result.checkpoint.h5: is not an ihp checkpoint"
rm "$work/case/result.checkpoint.h5"
settle 2 "$deck" --quiet
ok "the good store is settled" succeeds

finish
