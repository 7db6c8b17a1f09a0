#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every test. It installs missing packages and builds with gcc and with clang, with warnings as
# errors. It runs the unit tests under clang's address and undefined-behaviour sanitizers, and then all
# tests of the release. It can be run repeatedly, from any folder. The exit code is 0 only if nothing failed.
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

# The second run starts even if the first finds errors, so that one call reports all of them.
status=0
say "unit tests under the sanitizers"
ctest --preset sanitize --label-regex unit --parallel "$jobs" || status=1

# More tests at a time than cores, because integration tests spend most of their time waiting: for
# processes to start and end, and for disks.
say "all tests of the release"
ctest --preset ci --parallel "$((2 * jobs + 1))" || status=1

if ((status != 0)); then
    printf '\ntest.sh: some tests FAILED; see above\n' >&2
fi
exit "$status"
