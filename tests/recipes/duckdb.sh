# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# Functions for tests that run SQL in DuckDB; sourced after tests/integration/lib.sh.
#
#   need_duckdb           installs DuckDB into the build folder, once; skips the test (77) where that is not possible
#   sql FOLDER FILE...    `run` of SQL files in a folder

skip() {
    echo "skipped: the SQL is not tested, because $*"
    exit 77
}

need_duckdb() {
    run bash "$IHP_SOURCE/tests/recipes/install_duckdb.sh" "$(dirname "$IHP_PROGRAM")"
    [[ $code == 0 ]] || skip "$(cat "$out")"
    duckdb_folder=$(cat "$out")
    printf 'select 1;\n' >"$work/.one.sql"
    sql "$work" "$work/.one.sql"
    [[ $code == 0 ]] || skip "DuckDB does not run here: $(head -c 300 "$err")"
}

sql() {
    local folder=$1
    shift
    run bash -c 'cd "$1" && shift && exec node "$@"' bash "$folder" "$IHP_SOURCE/tests/recipes/run_sql.mjs" "$duckdb_folder" "$@"
}
