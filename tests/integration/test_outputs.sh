#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Outputs of import, synth and power: what exists is not replaced by surprise, an input never, a link is
# written through, and one run at a time writes an output.
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

case=$work/case
cp -r "$IHP_SOURCE/tests/cases/tiny" "$case"
names() {
    (cd "$1" && find . -mindepth 1 | sort | tr '\n' ' ')
}
same() {
    [[ $(sha256sum <"$1") == "$2" ]]
}

# --- import ---------------------------------------------------------------------------------------
import() {
    ihp import "$case/extract" -o "$@"
}
import "$work/one.h5"
ok "import: a store" succeeds
ok "import: nothing else is left" [ "$(ls "$work")" == "case
one.h5" ]
import "$work/one.h5"
ok "import: the same store again is accepted" succeeds
ok "import: a notice says so" says "$err" "one.h5: exists already with the same content"
import "$work/one.h5" --compress
ok "import: another store is refused" fails 2 "one.h5: exists already; name another file, or give --force"
echo "accounts" >"$work/accounts"
accounts=$(sha256sum <"$work/accounts")
import "$work/accounts"
ok "import: another file is refused" fails 2 "accounts: exists already"
ok "import: it is as it was" same "$work/accounts" "$accounts"
for ranks in 2 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$case/extract" -o "$work/accounts"
    ok "import on $ranks ranks: another file is refused" fails 2 "accounts: exists already"
done
import "$work/new.h5" --quarantine "$work/accounts"
ok "import: a quarantine file that exists is refused" fails 2 "accounts: exists already"
ok "import: it is as it was" same "$work/accounts" "$accounts"
ok "import: and there is no store" [ ! -e "$work/new.h5" ]
import "$work/accounts" --force
ok "import: --force replaces it" succeeds
ok "import: by the store" cmp "$work/accounts" "$work/one.h5"
ln -s elsewhere/real.h5 "$work/link.h5"
mkdir "$work/elsewhere"
import "$work/link.h5"
ok "import: a link that names nothing is written through" cmp "$work/elsewhere/real.h5" "$work/one.h5"
ok "import: the link stays" [ -L "$work/link.h5" ]
import "$work/link.h5" --compress
ok "import: what a link names is refused, too" fails 2 "link.h5: exists already"
claims=$(sha256sum <"$case/extract/claims.csv")
ln -s case/extract/claims.csv "$work/link"
ln "$case/extract/claims.csv" "$work/hard"
for name in link hard case/extract/claims.csv; do
    import "$work/$name" --force
    ok "import --force: $name is an input" fails 2 "is a file of the extract and would be overwritten"
    ok "import --force: $name is as it was" same "$case/extract/claims.csv" "$claims"
done
import /dev/null --force
ok "import: a device is refused" fails 2 "/dev/null: is a device"

# --- power ----------------------------------------------------------------------------------------
import "$(deck_path "$case/deck.yaml" store)"
ok "power: a store" succeeds
power() {
    ihp power "$case/deck.yaml" --sizes 5 --effects 0 --draws 2 "$@"
}
power -o "$work/power.csv"
ok "power: a table" succeeds
table=$(sha256sum <"$work/power.csv")
power -o "$work/power.csv" --seed 2
ok "power: a table that exists is refused" fails 2 "power.csv: exists already"
ok "power: it is as it was" same "$work/power.csv" "$table"
power -o "$work/power.csv" --force
ok "power: --force replaces it" succeeds
deck=$(sha256sum <"$case/deck.yaml")
program=$(deck_path "$case/deck.yaml" program)
ihps=$(sha256sum <"$program/ihps.csv")
power -o "$case/deck.yaml" --force
ok "power --force: the deck is an input" fails 2 "deck.yaml: is the run deck and would be overwritten"
power -o "$program/ihps.csv" --force
ok "power --force: the program folder is an input" fails 2 "ihps.csv: is in the program folder"
power -o "$(deck_path "$case/deck.yaml" store)" --force
ok "power --force: the store is an input" fails 2 "is the store and would be overwritten"
ok "power --force: the deck is as it was" same "$case/deck.yaml" "$deck"
ok "power --force: the program folder is as it was" same "$program/ihps.csv" "$ihps"

# --- synth ----------------------------------------------------------------------------------------
mkdir "$work/state"
cp -r "$program" "$work/state/program"
before=$(names "$work/state")
for ranks in 1 2; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" synth -o "$work/state/state.h5" --members 50 --seed 1 --ihps 2
    ok "synth on $ranks ranks: a program folder is refused" fails 2 "exists already; name another file, or give --force"
    ok "synth on $ranks ranks: nothing is written" [ "$(names "$work/state")" == "$before" ]
done
ok "synth: the program folder is as it was" same "$work/state/program/ihps.csv" "$ihps"

# --- one run at a time ----------------------------------------------------------------------------
mkdir "$work/busy"
"$IHP_PROGRAM" synth -o "$work/busy/state.h5" --members 300000 --seed 3 >"$work/first.log" 2>&1 &
first=$!
ok "lease: the first run has taken it" wait_for [ -e "$work/busy/state.h5.lease" ]
ihp import "$case/extract" -o "$work/busy/state.h5" --force
ok "lease: a second run is refused" fails 2 "state.h5: in use by process $first on host $(hostname) (ihp synth" "since 20"
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" import "$case/extract" -o "$work/busy/state.h5" --force
ok "lease: on two ranks, too" fails 2 "in use by process $first"
ok "lease: the first run still works" kill -0 "$first"
kill -9 "$first"
wait "$first" 2>/dev/null || true
ihp import "$case/extract" -o "$work/busy/state.h5"
ok "lease: the lease of a killed run is taken over" succeeds
ok "lease: a notice says so" says "$err" "took over from process $first on host" "which has ended without finishing"
ok "lease: it is removed" [ ! -e "$work/busy/state.h5.lease" ]
finish
