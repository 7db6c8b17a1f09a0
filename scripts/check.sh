#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks the sources with tools that require no build. The tests run each check separately.
#
#   scripts/check.sh [CHECK...]     runs all checks, or these:
#     format     clang-format would change no C file
#     shell      shellcheck finds nothing in the shell scripts
#     cppcheck   cppcheck finds nothing in the C files; tests/static/cppcheck.txt lists accepted findings
#     licences   every source file begins with the line that names its licence
#
# The exit code is 0 if there is nothing to report.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

needs() {
    command -v "$1" >/dev/null || {
        echo "check: error: $1 is not installed; run scripts/install-deps.sh --tests" >&2
        exit 1
    }
}

# Prints the files of the project, one a line, whose names match the patterns.
files() {
    local pattern tests=()
    for pattern in "$@"; do
        tests+=(-o -name "$pattern")
    done
    find . \( -name .git -o -path ./build \) -prune -o -type f \( "${tests[@]:1}" \) -print | sort
}

check_format() {
    needs clang-format
    # Other versions format some lines differently.
    if ! clang-format --version | grep -q 'version 14\.'; then
        echo "check: skipped: the files are formatted with clang-format 14, and this is" \
            "$(clang-format --version)"
        return 77
    fi
    files '*.c' '*.h' | xargs clang-format --dry-run -Werror
}

check_shell() {
    needs shellcheck
    { files '*.sh' && echo ./.ci/run; } | xargs shellcheck
}

check_cppcheck() {
    needs cppcheck
    mkdir -p build/cppcheck
    local options=(--std=c11 --library=posix --quiet --error-exitcode=1 --inline-suppr
        --cppcheck-build-dir=build/cppcheck --suppressions-list=tests/static/cppcheck.txt
        -D_POSIX_C_SOURCE=200809L -D__GNUC__=12 -Iinclude -Isrc -Itests)
    local code=0
    cppcheck "${options[@]}" --enable=warning,performance,portability,style src scripts \
        tests/memory tests/torture || code=1
    cppcheck "${options[@]}" --enable=warning,performance,portability tests/unit tests/mpi || code=1
    return "$code"
}

check_licences() {
    local file without=()
    while IFS= read -r file; do
        # A script has its interpreter on the first line.
        head -n 2 "$file" | grep -q '^[^A-Za-z]*SPDX-License-Identifier: GPL-3.0-or-later' ||
            without+=("$file")
    done < <(files '*.c' '*.h' '*.c.in' '*.h.in' '*.pc.in' '*.1.in' '*.sh' '*.zsh' '*.py' '*.cmake' \
        'CMakeLists.txt' '*.conf' && echo ./.ci/run)
    if ((${#without[@]} > 0)); then
        echo "check: error: the SPDX line is missing at the beginning of ${without[*]}"
        return 1
    fi
}

checks=("$@")
((${#checks[@]} > 0)) || checks=(format shell cppcheck licences)
code=0
for check in "${checks[@]}"; do
    case $check in
        format | shell | cppcheck | licences) ;;
        *)
            echo "check: error: unknown check '$check'; use format, shell, cppcheck or licences" >&2
            exit 2
            ;;
    esac
    "check_$check" || code=$?
done
exit "$code"
