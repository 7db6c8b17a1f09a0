#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that the peer of scripts/bench.sh, a settlement in SQL that was written from the contract's rules alone, finds the
# same members, months, costs, ratios and shared amounts as the engine, and that the bench would say so if it did not.
# It is skipped where DuckDB cannot be installed from npm.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/recipes/duckdb.sh
source "$IHP_SOURCE/tests/recipes/duckdb.sh"
need_duckdb

peer=$IHP_SOURCE/scripts/peer

# Prints the cells that differ between the settlement of ihp and the peer's.
differences() { # FOLDER
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$IHP_SOURCE/scripts run "$IHP_PYTHON" -c '
import sys
from bench_files import differences
print(*differences(sys.argv[1] + "/result/settlement.csv", sys.argv[1] + "/settlement.csv"), sep="\n", end="")' "$1"
    cat "$out" "$err"
}

for seed in 1 2; do
    folder=$work/seed-$seed
    mkdir "$folder"
    "$IHP_PROGRAM" synth -o "$folder/state.h5" --members 4000 --seed "$seed" --extract "$folder/extract" --quiet
    run "$IHP_PROGRAM" settle "$folder/deck.yaml" --quiet
    ok "seed $seed: ihp settles" succeeds
    run node "$peer/peer.mjs" "$duckdb_folder" :memory: 2 4GB "extract=$folder/extract" "program=$folder/program" \
        replicates=100 "$peer/load.sql" "$peer/settle.sql" "$peer/bootstrap.sql" "$folder/settlement.csv" "$folder/intervals.csv"
    ok "seed $seed: the peer settles" succeeds
    ok "seed $seed: 25 IHPs" test "$(wc -l <"$folder/settlement.csv")" = 26
    ok "seed $seed: the peer finds the same" test -z "$(differences "$folder")"
    ok "seed $seed: the peer has intervals" grep -qE '^IHP002,[0-9.]+,"\[[0-9.]+, [0-9.]+\]"' "$folder/intervals.csv"
done

# A cent more for one IHP, a member more for another.
awk -F, -v OFS=, 'NR == 3 {$4++} NR == 5 {$5++} {print}' "$folder/settlement.csv" >"$folder/other.csv"
mv "$folder/other.csv" "$folder/settlement.csv"
differences "$folder" >"$work/found"
ok "a cent and a member are found" test "$(cut -d: -f1 "$work/found" | paste -sd,)" = "IHP002 base_capped_cost,IHP004 members"
finish
