# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034
# Functions shared by the integration tests. A test sources this file, makes its checks and ends with `finish`.
#
# The build passes the programs in the environment (IHP_PROGRAM, IHP_MPIRUN, IHP_PYTHON, IHP_SOURCE), together
# with the settings of Open MPI; `ctest --preset release -R integration` sets all of them.
#
#   $work                      the test's own folder, removed at the end
#   run COMMAND...             runs the command; sets $code; its output is in the files $out and $err
#   settle RANKS ARG...        `run` of ihp settle under mpirun
#   ok TEXT CONDITION...       makes one check: the condition is a command; sets $good to 1 or 0
#   says FILE TEXT...          succeeds if the file contains each text (fixed strings)
#   fails CODE TEXT...         after `run`: succeeds on this exit code and one error line that contains each text
#   wait_for COMMAND...        waits until the command succeeds
set -euo pipefail

: "${IHP_PROGRAM:?the build sets it; run this with ctest}"
: "${IHP_MPIRUN:?the build sets it; run this with ctest}"
: "${IHP_PYTHON:?the build sets it; run this with ctest}"
: "${IHP_SOURCE:?the build sets it; run this with ctest}"

work=$(mktemp -d "${TMPDIR:-/tmp}/ihp-test-XXXXXX")

# A process without mpirun starts MPI without a separate daemon, which is four times as fast. Processes and launchers
# with the same base share a session folder and remove it from under each other, even after they have been killed;
# so each command that a test runs has its own.
export OMPI_MCA_ess_singleton_isolated=1
export OMPI_MCA_orte_tmpdir_base=$work/.mpi
mkdir "$work/.mpi"
out=$work/.out
err=$work/.err
code=0
good=0 # result of the last check, for the tests
passed=0
failed=0
# Seconds until a command counts as hung, and until a wait gives up. On an idle machine no command takes a
# minute; a busy machine may be ten times slower.
limit=1200

# Cleans up. A test may define clean_up for what removing a folder does not end (mounts, processes).
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
    OMPI_MCA_orte_tmpdir_base=$(mktemp -d "$work/.mpi/XXXXXX")
    timeout --kill-after=10 "$limit" "$@" >"$out" 2>"$err" </dev/null || code=$?
}

# Waits until a command succeeds; fails if it does not succeed in time.
wait_for() {
    local end=$((SECONDS + limit))
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.02
    done
}

# Restores mpirun's default way of ending the other ranks when one is killed.
default_mpirun() {
    unset OMPI_MCA_odls_base_sigkill_timeout
}

# Runs the Python program on standard input, in the way that `run` runs a command.
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
            printf '        the last command ended with exit code %s and printed:\n' "$code"
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
            echo "        missing: $text"
            return 1
        fi
    done
}

# Counts the error lines of the ihp command. mpirun adds lines of its own, which do not count.
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

# Computes settlement.csv of a result folder again from the folder's other tables.
recomputes() {
    "$IHP_PYTHON" "$IHP_SOURCE/tests/integration/recompute.py" "$1" >"$work/.recomputed" 2>&1 ||
        { head -n 8 "$work/.recomputed"; return 1; }
}

mode_is() {
    [[ $(stat -c %a "$2") == "$1" ]] || { echo "        $2 has mode $(stat -c %a "$2")"; return 1; }
}

# Checks that no unfinished file is left below a folder: no .part file and no sort file.
nothing_left() {
    local left
    left=$(find "$1" \( -name '*.part*' -o -name '*.sort-*' \) -print)
    [[ -z $left ]] || { echo "        left: $left"; return 1; }
}

# Checks that a folder is empty except for the status file of the failed run, which gives the reason.
empty_but_status() {
    [[ -z $(ls -A -I '*.status.json' "$1") ]] || { ls -A "$1"; return 1; }
}

# Overwrites one number of a column, and gives the store the digests of what it then holds: patch STORE COLUMN
# FORMAT INDEX VALUE (a format of Python's struct).
patch() {
    overwrite "$@"
    "$IHP_SEAL_STORE" "$1"
}

# Overwrites one number of a column, as patch does, and leaves the digests as they are.
overwrite() {
    local address
    address=$(h5ls -va "$1/$2" | sed -n 's/^ *Address: *//p' | head -1)
    "$IHP_PYTHON" -c '
import struct, sys
path, form, address, index, value = sys.argv[1], "<" + sys.argv[2], *map(int, sys.argv[3:])
with open(path, "r+b") as store:
    store.seek(address + (index * struct.calcsize(form)))
    store.write(struct.pack(form, value))' "$1" "$3" "$address" "$4" "$5"
}

# Removes the list of files from manifests, as an earlier version would have written them: unlist FILE...
unlist() {
    "$IHP_PYTHON" -c '
import json, sys
for path in sys.argv[1:]:
    with open(path) as file:
        manifest = json.load(file)
    del manifest["files"], manifest["hash"]
    manifest.get("run", {}).pop("files", None)
    with open(path, "w") as file:
        json.dump(manifest, file, indent=2)' "$@"
}

# Prints the path in a deck's key, resolved against the deck's folder.
deck_path() {
    local value
    value=$(sed -n "s/^$2: *\([^ #]*\).*/\1/p" "$1")
    case $value in
        /*) echo "$value" ;;
        *) echo "$(dirname "$1")/$value" ;;
    esac
}

# Copies a case into a new folder and makes it writable.
copy_case() {
    mkdir -p "$(dirname "$2")"
    cp -r "$1" "$2"
    chmod -R u+w "$2"
}

# Prints the manifest without what differs between equal runs: place, time and number of ranks.
manifest_of() {
    "$IHP_PYTHON" -c '
import json, sys
manifest = json.load(open(sys.argv[1]))
del manifest["run"]
print(json.dumps(manifest, indent=1, sort_keys=True))' "$1/manifest.json"
}

# Checks that two result folders hold the same bytes in the same files, apart from the data about the run.
same_results() {
    diff -r --exclude={manifest.json,timings.h5,report.html,'*.status.json'} "$1" "$2" >"$work/.diff" 2>&1 || { head -20 "$work/.diff"; return 1; }
    diff <(manifest_of "$1") <(manifest_of "$2") || return 1
}

# Checks that every file of an expected folder is the same in a result folder.
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
