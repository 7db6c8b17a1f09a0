#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A program that was built without libxlsxwriter: it refuses `ihp workbook`, and makes packages that lack
# settlement.xlsx alone, with a notice.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ -z "${IHP_WITHOUT_XLSX-}" ]; then
    echo "skipped: this build itself has no libxlsxwriter"
    exit 77
fi
cd "$work"
ihp synth -o state.h5 --members 2000 --seed 3 --ihps 2 --quiet
ok "synth" succeeds
ihp settle deck.yaml -o result --quiet
ok "settle" succeeds
ihp package deck.yaml -o with --quiet
ok "package" succeeds
ok "package: no notice" not grep -q libxlsxwriter "$err"

run "$IHP_WITHOUT_XLSX" workbook result
ok "without it: a workbook" fails 2 "result: this ihp cannot write workbooks" "libxlsxwriter-dev"
ok "without it: no file" [ ! -e result/settlement.xlsx ]
run "$IHP_WITHOUT_XLSX" settle deck.yaml -o other --quiet
ok "without it: settle" succeeds
ok "without it: the same settlement" cmp result/settlement.csv other/settlement.csv
run "$IHP_WITHOUT_XLSX" package deck.yaml -o without --quiet
ok "without it: package" succeeds
ok "without it: a notice" says "$err" \
    "the packages have no settlement.xlsx, because this ihp was built without libxlsxwriter"
ok "without it: the notice is in package.json" grep -q "have no settlement.xlsx" without/package.json
for ihp_id in IHP001 IHP002; do
    ok "without it: $ihp_id lacks the workbook alone" [ "$(ls "with/$ihp_id")" = \
        "$( (ls "without/$ihp_id"; echo settlement.xlsx) | LC_ALL=C sort)" ]
    ok "without it: $ihp_id has the same report" cmp "with/$ihp_id/report.html" "without/$ihp_id/report.html"
    ok "$ihp_id: README names report and workbook" says "with/$ihp_id/README.txt" "report.html " "settlement.xlsx "
    ok "without it: README of $ihp_id does not" not grep -q settlement.xlsx "without/$ihp_id/README.txt"
done
finish
