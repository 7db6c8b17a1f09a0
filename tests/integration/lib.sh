# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034
# What the integration tests share. A test sources this file, makes its checks and ends with `finish`.
#
# The build tells by environment what to run: IHP_PROGRAM, IHP_MPIRUN, IHP_PYTHON, IHP_SOURCE, and how
# OpenMPI is to behave; `ctest --preset release -R integration` sets all of them.
#
#   $work                      this test's own folder, removed at the end
#   run COMMAND...             runs it; $code, and what it printed in $out and $err (files)
#   settle RANKS ARG...        `run` of ihp settle under mpirun
#   ok TEXT CONDITION...       one check: the condition is a command; $good is 1 or 0 after it
#   says FILE TEXT...          each text stands in the file (fixed strings)
#   fails CODE TEXT...         after `run`: this exit code, one error line, and it has each text
#   wait_for COMMAND...        waits until the command succeeds
set -euo pipefail

: "${IHP_PROGRAM:?the build sets it; run this with ctest}"
: "${IHP_MPIRUN:?the build sets it; run this with ctest}"
: "${IHP_PYTHON:?the build sets it; run this with ctest}"
: "${IHP_SOURCE:?the build sets it; run this with ctest}"

work=$(mktemp -d "${TMPDIR:-/tmp}/ihp-test-XXXXXX")

# A process on its own starts MPI without a daemon beside it, which is four times as fast. All such
# processes use one session folder, so each test that runs beside others needs a place of its own.
export OMPI_MCA_ess_singleton_isolated=1
export OMPI_MCA_orte_tmpdir_base=$work
out=$work/.out
err=$work/.err
code=0
good=0 # for the tests
passed=0
failed=0
# Seconds until a command counts as hung, and until a wait gives up. Quiet, no command takes a minute;
# a busy machine may be ten times slower.
limit=1200

# A test may define clean_up for what a removed folder does not end (mounts, processes).
leave() {
    if declare -F clean_up >/dev/null; then
        clean_up || true
    fi
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

run() {
    code=0
    timeout --kill-after=10 "$limit" "$@" >"$out" 2>"$err" </dev/null || code=$?
}

# Waits until a command succeeds; returns false if it does not in time.
wait_for() {
    local end=$((SECONDS + limit))
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.02
    done
}

# After this, mpirun treats the other ranks of a killed one as it does by default.
default_mpirun() {
    unset OMPI_MCA_odls_base_sigkill_timeout
}

# Runs the Python program on standard input as `run` runs a command.
python() {
    run "$IHP_PYTHON" -c "$(cat)" "$@"
}

ihp() {
    run "$IHP_PROGRAM" "$@"
}

settle() {
    local ranks=$1
    shift
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" settle "$@"
}

ok() {
    local text=$1
    shift
    if "$@"; then
        good=1
        passed=$((passed + 1))
    else
        good=0
        failed=$((failed + 1))
        printf 'FAILED: %s\n        (%s)\n' "$text" "$*"
        if [[ -s $err ]]; then
            printf '        the last command ended with %s and said:\n' "$code"
            head -n 8 "$err" | cut -c 1-300 | sed 's/^/        | /'
        fi
    fi
}

not() {
    ! "$@"
}

says() {
    local file=$1 text
    shift
    for text in "$@"; do
        if ! grep -qF -- "$text" "$file"; then
            echo "        lacks: $text"
            return 1
        fi
    done
}

# mpirun adds lines of its own, so only those of the program are counted.
error_lines() {
    grep -c '^ihp: error: ' "$err" || true
}

fails() {
    local wanted=$1
    shift
    [[ $code == "$wanted" ]] || { echo "        exit code $code instead of $wanted"; return 1; }
    [[ $(error_lines) == 1 ]] || { echo "        $(error_lines) error lines instead of one"; return 1; }
    grep '^ihp: error: ' "$err" >"$work/.error"
    says "$work/.error" "$@"
}

succeeds() {
    [[ $code == 0 ]] || { echo "        exit code $code instead of 0"; return 1; }
}

mode_is() {
    [[ $(stat -c %a "$2") == "$1" ]] || { echo "        $2 has mode $(stat -c %a "$2")"; return 1; }
}

# Nothing half-made is left below a folder: no part file, no sort file, no unfinished result.
nothing_left() {
    local left
    left=$(find "$1" \( -name '*.part*' -o -name '*.sort-*' \) -print)
    [[ -z $left ]] || { echo "        left: $left"; return 1; }
}

# A folder is empty but for the status of the failed run, which tells why.
empty_but_status() {
    [[ -z $(ls -A -I '*.status.json' "$1") ]] || { ls -A "$1"; return 1; }
}

# Writes numbers over those of a column: patch STORE COLUMN FORMAT INDEX VALUE (of Python's struct).
patch() {
    local address
    address=$(h5ls -va "$1/$2" | sed -n 's/^ *Address: *//p' | head -1)
    "$IHP_PYTHON" -c '
import struct, sys
path, form, address, index, value = sys.argv[1], "<" + sys.argv[2], *map(int, sys.argv[3:])
with open(path, "r+b") as store:
    store.seek(address + (index * struct.calcsize(form)))
    store.write(struct.pack(form, value))' "$1" "$3" "$address" "$4" "$5"
}

# A key of a deck, resolved against the deck's folder.
deck_path() {
    local value
    value=$(sed -n "s/^$2: *\([^ #]*\).*/\1/p" "$1")
    case $value in
        /*) echo "$value" ;;
        *) echo "$(dirname "$1")/$value" ;;
    esac
}

# Copies a case into a folder of its own.
copy_case() {
    mkdir -p "$(dirname "$2")"
    cp -r "$1" "$2"
    chmod -R u+w "$2"
}

# The manifest without what differs between equal runs: where, when, on how many ranks.
manifest_of() {
    "$IHP_PYTHON" -c '
import json, sys
manifest = json.load(open(sys.argv[1]))
del manifest["run"]
print(json.dumps(manifest, indent=1, sort_keys=True))' "$1/manifest.json"
}

# Two result folders hold the same bytes in the same files, what is about the run aside.
same_results() {
    diff -r --exclude={manifest.json,timings.h5,'*.status.json'} "$1" "$2" >"$work/.diff" 2>&1 || { head -20 "$work/.diff"; return 1; }
    diff <(manifest_of "$1") <(manifest_of "$2") || return 1
}

# Every file of an expected folder has its like in a result folder.
same_as_expected() {
    local file wrong=0
    while IFS= read -r -d '' file; do
        if ! diff "$1/$file" "$2/$file" >"$work/.diff" 2>&1; then
            echo "        $file differs (<: expected):"
            head -10 "$work/.diff"
            wrong=1
        fi
    done < <(cd "$1" && find . -type f -print0 | sort -z)
    ((wrong == 0))
}

finish() {
    printf '%s: %d checks passed, %d failed\n' "$(basename "$0")" "$passed" "$failed"
    ((failed == 0 && passed > 0))
    exit
}
