#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every test. Installs what is missing, builds with gcc and with clang, warnings as errors, and
# runs the unit tests under the address and undefined-behaviour sanitizers of clang, and then all tests
# of the release. It can be run again and again, from any folder. It ends with code 0 only when nothing
# failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
jobs=$(nproc)

scripts/install-deps.sh --tests

say "building the release with gcc (build/release)"
cmake --preset ci
cmake --build --preset ci

say "building with clang and its sanitizers (build/sanitize)"
cmake --preset sanitize
cmake --build --preset sanitize

# The second run follows whatever the first finds, so that one look shows everything.
status=0
say "unit tests under the sanitizers"
ctest --preset sanitize --label-regex unit --parallel "$jobs" || status=1

# More than there are cores, as integration tests wait for most of their time: for processes to start
# and end, and for disks.
say "all tests of the release"
ctest --preset ci --parallel "$((2 * jobs + 1))" || status=1

if ((status != 0)); then
    printf '\ntest.sh: some tests FAILED; see above\n' >&2
fi
exit "$status"
