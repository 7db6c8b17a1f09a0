#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every test: installs what is missing, builds with warnings as errors, runs all tests, then the unit
# tests once more under the address and undefined-behaviour sanitizers. Can be run again and again,
# from any folder. Ends with code 0 only when nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
jobs=$(nproc)

scripts/install-deps.sh --tests

say "building with warnings as errors (build/release)"
cmake --preset ci
cmake --build --preset ci

say "building with sanitizers (build/sanitize)"
cmake --preset sanitize
cmake --build --preset sanitize

# Both runs are made, whatever the first finds, so that one look tells all.
status=0
say "unit tests under the sanitizers"
ctest --preset sanitize --label-regex unit --parallel "$jobs" || status=1

# One more than there are cores, as integration tests wait for processes half of their time.
say "all tests"
ctest --preset ci --parallel "$((jobs + 1))" || status=1

if ((status != 0)); then
    printf '\ntest.sh: some tests FAILED; see above\n' >&2
fi
exit "$status"
