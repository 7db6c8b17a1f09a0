#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests scripts/run.sh, the first command of the README: it succeeds and prints what the README shows. It builds
# preset release, so the test runs only if that is the build under test, as in scripts/test.sh.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ $(dirname "$IHP_PROGRAM") != "$IHP_SOURCE/build/release" ]]; then
    echo "SKIPPED: scripts/run.sh builds build/release, which is not the build under test"
    exit 77
fi

limit=2300
run "$IHP_SOURCE/scripts/run.sh"
ok "scripts/run.sh" succeeds
ok "the result is there" [ -s "$IHP_SOURCE/build/sample/result/manifest.json" ]

# The block of the README that follows "scripts/run.sh prints"; "..." matches any lines.
expected=$work/expected
awk '/^`scripts\/run.sh` prints/ { found = 1 } found && /^```/ { inside++; next } inside == 1' \
    "$IHP_SOURCE/README.md" >"$expected"
ok "the README prints a settlement" says "$expected" "NORTHWOODS" "Amount due"
last=0
while IFS= read -r line; do
    [[ -n $line && $line != ... ]] || continue
    at=$(grep -nxF -- "$line" "$out" | head -n 1 | cut -d: -f1)
    ok "the README's line is printed, in order: $line" [ "${at:-0}" -gt "$last" ]
    last=${at:-$last}
done <"$expected"
finish
