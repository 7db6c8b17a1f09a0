#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every test. It installs missing packages and builds with gcc and with clang, with warnings as
# errors. It runs the unit tests and the fuzz targets under clang's address and undefined-behaviour sanitizers, and all
# tests of the release. It can be run repeatedly, from any folder. The exit code is 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
jobs=$(nproc)

scripts/install-deps.sh --tests

say "building the release with gcc (build/release)"
cmake --preset ci
cmake --build --preset ci

# The sanitizers run next to the tests of the release, because the latter spend much of their time waiting: for
# processes to start and end, and for disks. For the same reason there are more tests at a time than cores. Both
# run to their end, so that one call reports all errors.
say "building with clang and its sanitizers (build/sanitize), and running all tests of the release"
sanitized() {
    cmake --preset sanitize
    cmake --build --preset sanitize
    ctest --preset sanitize --label-regex 'unit|fuzz' --parallel "$jobs"
}
sanitized >build/sanitized.log 2>&1 &
sanitizers=$!
trap 'kill "$sanitizers" 2>/dev/null' EXIT
status=0
ctest --preset ci --parallel "$((3 * jobs))" || status=1

say "unit tests and fuzz targets under the sanitizers"
wait "$sanitizers" || status=1
trap - EXIT
cat build/sanitized.log

if ((status != 0)); then
    printf '\ntest.sh: some tests FAILED; see above\n' >&2
fi
exit "$status"
