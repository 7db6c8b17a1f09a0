#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the HTML report of a finished settlement: its form, its numbers, what it hides, and every error.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# `ihp report` requires no MPI. With an MPI layer that does not exist, any other command ends at its start.
report() {
    OMPI_MCA_pml=none run "$IHP_PROGRAM" report "$@"
}

check() {
    run "$IHP_PYTHON" "$IHP_SOURCE/tests/integration/read_report.py" "$@"
}

# ---- numbers -------------------------------------------------------------------------------------
cd "$work"
ihp synth -o state.h5 --members 3000 --ihps 6 --seed 2
sed -i 's/^output:.*/output: result/' deck.yaml
cat >>deck.yaml <<'DECK'
bootstrap: {replicates: 200, levels: [0.9, 0.95]}
sweep:
  design: one_at_a_time
  vary: {claims_cap: [50000, 0], trend: [-0.01, 0.01], primary_care_elsewhere: blocks}
DECK
settle 1 deck.yaml
ok "settle" succeeds
report result
ok "report" succeeds
ok "report: what was made" says "$out" "Report: result/report.html"
ok "report: its mode" [ "$(stat -c %a result/report.html)" = 640 ]
ok "report: nothing else is left" [ "$(find . -name 'report.html*' | wc -l)" = 1 ]
check result result/report.html
ok "report: its form, its numbers and what it hides" succeeds
if command -v gnuplot >/dev/null; then
    ok "report: two forms of each picture" says "$out" "pictures 10,"
fi
cp result/report.html first.html
report result --force --quiet
ok "a list of the deck" says first.html "[0.9, 0.95]"
ok "report again: the same bytes" cmp result/report.html first.html
ok "report --quiet: nothing is printed" [ ! -s "$out" ]
mkdir bin
ok "without gnuplot" env PATH="$work/bin" "$IHP_PROGRAM" report result -o plain.html 2>"$err"
ok "without gnuplot: a notice" says "$err" "the report has no pictures: gnuplot is not installed; its tables have all"
ok "without gnuplot: the page says so" says plain.html "This report has no pictures: gnuplot is not installed."
check result plain.html
ok "without gnuplot: all numbers" says "$out" "pictures 0,"
printf '#!/bin/sh\nexit 3\n' >bin/gnuplot
chmod +x bin/gnuplot
ok "a gnuplot that fails" env PATH="$work/bin:$PATH" "$IHP_PROGRAM" report result -o plain.html --force 2>"$err"
ok "a gnuplot that fails: a notice" says "$err" "the report has no pictures: gnuplot failed (exit code 3)"
ihp show result
ok "the report is not part of the result" succeeds

report result -o result/report.html --force
ok "the file's own name" cmp result/report.html first.html
cp -r result older
"$IHP_PYTHON" - older/manifest.json <<'PY'
import json, sys
manifest = json.load(open(sys.argv[1]))
del manifest['files'], manifest['hash']
manifest['notices'] += [
    'payments: pbp_dollars of each IHP are what 4 payment runs of 2025-01 to 2025-12 paid in the performance period',
    'payments: no run has 3 of the 12 months of the performance period',
    'the store: so are most lines of 2 more payers', '5 files and 7 member months, 6 payments of 8 members']
json.dump(manifest, open(sys.argv[1], 'w'))
PY
rm older/terms.csv
report older --force
ok "a folder without terms.csv: a report without steps" says older/report.html "The folder has no terms.csv"
ok "notices: numbers of what is not people" says older/report.html "are what 4 payment runs of 2025-01" \
    "no run has 3 of the 12 months" "of 2 more payers" "<li>5 files and"
ok "notices: no small number of anything else" says older/report.html \
    "and under 11 member months, under 11 payments of under 11 members"
settle 1 deck.yaml --set trend=0.01 -o what-if
ok "settle --set" succeeds
report what-if
check what-if what-if/report.html
ok "a what-if: all numbers" succeeds
ok "a what-if: the report says so" says what-if/report.html "This is a what-if and not the settlement" "trend"
ok "a settlement: the report does not" not grep -q "what-if and not" result/report.html

# Many numbers are small; a sweep of readings, a bridge, and a text that HTML would take for its own.
mkdir few
ihp synth -o few/state.h5 --members 700 --ihps 8 --seed 3
cd few
sed 's/^output:.*/output: interim/; s/^settlement:.*/settlement: interim/; s/2026-12-31/2026-03-31/' deck.yaml >interim.yaml
settle 1 interim.yaml
ok "the interim" succeeds
sed -i 's/^output:.*/output: result\ninterim: interim/' deck.yaml
cat >>deck.yaml <<'DECK'
sweep: {design: readings}
policies: {reference_group: "</td><script>'&'{{run}}"}
DECK
sed -i "s|White|</td><script>'\\&'{{run}}|" program/quality.csv
settle 1 deck.yaml
ok "the final" succeeds
ihp pay deck.yaml --quarter 2025Q2 --quiet
ihp reconcile deck.yaml --year 2025 --quiet
ok "payments and a reconciliation" succeeds
report result -o few.html
check result few.html
ok "small numbers are hidden, and cannot be computed" succeeds
ok "small numbers: there are some" grep -q 'hidden [1-9][0-9]' "$out"
ok "payers, quality and payments" says few.html '<h2 id="payers"' '<h2 id="quality"' 'href="#payments"' '<h2 id="reconciliation"'
ok "no section without its tables" not grep -q 'id="payments"' ../first.html
ok "small numbers: an IHP without steps" says few.html "The steps are hidden"
ok "a text of the deck is a text" says few.html '&lt;/td&gt;&lt;script&gt;&#39;&amp;&#39;{{run}}</td>'
cd ..

# An IHP that has few members in one scenario alone.
copy_case "$IHP_SOURCE/tests/cases/sweep" case
ihp import case/extract -o case/state.h5
settle 1 case/deck.yaml -o case/result
report case/result
check case/result case/result/report.html
ok "a case" succeeds

# 25 IHPs, 1,000 scenarios and 10,000 replicates.
mkdir many
ihp synth -o many/state.h5 --members 700 --ihps 25 --seed 5
cat >>many/deck.yaml <<'DECK'
bootstrap: {replicates: 10000, levels: [0.9, 0.95]}
sweep:
  design: grid
  vary: {claims_cap: [30000, 50000, 70000, 100000, 0], trend: [-0.02, -0.01, 0, 0.01, 0.02],
         threshold: [0, 0.01, 0.02, 0.03, 0.04], corridor_share: [0.2, 0.4, 0.5, 0.6], quality_share: [0.4, 0.5]}
DECK
settle 1 many/deck.yaml -o many/result
report many/result
ok "many scenarios" succeeds
ok "many scenarios: at most 5 MB" [ "$(stat -c %s many/result/report.html)" -le 5000000 ]
check many/result many/result/report.html
ok "many scenarios: all numbers" succeeds

settle 1 deck.yaml --force
ok "a result that is made again has no report of the earlier one" [ ! -e result/report.html ]
report result
ok "its own report" succeeds

# ---- errors --------------------------------------------------------------------------------------
report result
ok "a file that exists" fails 2 "result/report.html" "--force"
printf '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Other</title>\n' >other.html
report result -o other.html --force
ok "a page that is no report" fails 2 "other.html: is not an earlier report"
ok "a page that is no report stays" says other.html Other
report result -o result/settlement.csv --force
ok "a file of the result" fails 2 "result/settlement.csv: is a file of a finished result"
report result -o nowhere/report.html
ok "a folder that does not exist" fails 1 "nowhere/report.html: cannot be written (No such file or directory)"
report
ok "no folder" fails 2 "RESULT"
report nothing
ok "no such folder" fails 3 "nothing: does not exist"
mkdir empty
report empty
ok "a folder that is not finished" fails 3 "empty: has no manifest.json" "'ihp status empty'"
ok "a folder that is not finished: no file" [ -z "$(ls empty)" ]
settle 1 deck.yaml -o block --block 1/2 --quiet
report block
ok "a block of a sweep" fails 3 "block/manifest.json: is of block 1 of 2 of a sweep" "ihp merge"
cp -r result edited
sed -i 's/"format_version": [0-9]*/"format_version": 99/' edited/manifest.json
report edited -o edited.html
ok "a newer version" fails 3 "edited/manifest.json: format_version is 99"
cp result/manifest.json edited/manifest.json
sed -i '2s/,2,/,1,/' edited/settlement.csv
report edited -o edited.html
ok "a changed file" fails 3 "edited/settlement.csv: has changed since manifest.json was written"
ok "a changed file: no report" [ ! -e edited.html ]
finish
