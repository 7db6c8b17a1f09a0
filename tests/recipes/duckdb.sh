# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# Functions for tests that run the SQL of docs/recipes; sourced after tests/integration/lib.sh.
#
#   need_duckdb           installs DuckDB into the build folder, once; skips the test (77) where that is not possible
#   sql FOLDER FILE...    `run` of SQL files in a folder

duckdb_version=1.5.6-r.1 # of npm's @duckdb/node-api
duckdb_folder=$(dirname "$IHP_PROGRAM")/tests/duckdb-$duckdb_version

skip() {
    echo "skipped: the SQL of docs/recipes is not tested, because $*"
    exit 77
}

need_duckdb() {
    command -v node >/dev/null || skip "there is no node"
    if [[ ! -d $duckdb_folder ]]; then
        command -v npm >/dev/null || skip "there is no npm to install DuckDB with"
        # The folder gets its name only when it is complete.
        local new
        new=$(mktemp -d "$duckdb_folder.XXXXXX")
        run npm install --prefix "$new" --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error \
            --fetch-retries=1 --fetch-timeout=60000 "@duckdb/node-api@$duckdb_version"
        if [[ $code != 0 ]]; then
            rm -rf "$new"
            skip "npm cannot install DuckDB: $(head -c 300 "$err")"
        fi
        mv -T "$new" "$duckdb_folder" 2>/dev/null || rm -rf "$new"
    fi
    printf 'select 1;\n' >"$work/.one.sql"
    sql "$work" "$work/.one.sql"
    [[ $code == 0 ]] || skip "DuckDB does not run here: $(head -c 300 "$err")"
}

sql() {
    local folder=$1
    shift
    run bash -c 'cd "$1" && shift && exec node "$@"' bash "$folder" "$IHP_SOURCE/tests/recipes/run_sql.mjs" "$duckdb_folder" "$@"
}
