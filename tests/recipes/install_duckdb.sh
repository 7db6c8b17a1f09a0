#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs DuckDB from npm into the folder of the tests, once, and prints that folder. Where this is not possible it prints
# the reason and ends with code 77.
#
#   install_duckdb.sh BUILD_FOLDER
set -euo pipefail

version=1.5.6-r.1 # of npm's @duckdb/node-api
folder=$1/tests/duckdb-$version

skip() {
    echo "$*"
    exit 77
}

command -v node >/dev/null || skip "there is no node"
if [[ ! -d $folder ]]; then
    command -v npm >/dev/null || skip "there is no npm to install DuckDB with"
    # The folder gets its name only when it is complete.
    new=$(mktemp -d "$folder.XXXXXX")
    if ! npm install --prefix "$new" --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error \
        --fetch-retries=1 --fetch-timeout=60000 "@duckdb/node-api@$version" >"$new/.log" 2>&1; then
        reason=$(head -c 300 "$new/.log")
        rm -rf "$new"
        skip "npm cannot install DuckDB: $reason"
    fi
    mv -T "$new" "$folder" 2>/dev/null || rm -rf "$new"
fi
echo "$folder"
