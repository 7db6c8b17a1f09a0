#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the HTML report in a browser and on paper. It requires Chromium, node and npm, which installs playwright-core
# and axe-core into the build folder; pdftotext reads the pages. Without them the test is skipped.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

skip() {
    echo "skipped: the report is not tested in a browser, because $*"
    exit 77
}

playwright_version=1.65.1
axe_version=4.14.1
packages=$(dirname "$IHP_PROGRAM")/tests/browser-$playwright_version-$axe_version
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "there is no Chromium"
command -v pdftotext >/dev/null || skip "there is no pdftotext"
command -v gnuplot >/dev/null || skip "there is no gnuplot"
command -v node >/dev/null || skip "there is no node"
if [[ ! -d $packages ]]; then
    command -v npm >/dev/null || skip "there is no npm to install playwright-core and axe-core with"
    # The folder gets its name only when it is complete.
    new=$(mktemp -d "$packages.XXXXXX")
    run npm install --prefix "$new" --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error \
        --fetch-retries=1 --fetch-timeout=60000 "playwright-core@$playwright_version" "axe-core@$axe_version"
    if [[ $code != 0 ]]; then
        rm -rf "$new"
        skip "npm cannot install playwright-core and axe-core: $(head -c 300 "$err")"
    fi
    mv -T "$new" "$packages" 2>/dev/null || rm -rf "$new"
fi

cd "$work"
ihp synth -o state.h5 --members 2000 --ihps 4 --seed 2
sed -i 's/^output:.*/output: result/' deck.yaml
cat >>deck.yaml <<DECK
bootstrap: {replicates: 100, levels: [0.9]}
sweep: {design: one_at_a_time, vary: {claims_cap: [50000, 0], trend: [$(seq -f 0.%03g -s ', ' 1 150)]}}
DECK
settle 1 deck.yaml
ihp report result
ok "the report" succeeds

# A browser writes into the home folder.
mkdir home
HOME=$work/home run node "$IHP_SOURCE/tests/integration/browse_report.mjs" "$packages" "$browser" result/report.html "$work"
ok "in a browser" succeeds

# Prints the last line of the steps to each amount.
last_lines() {
    pdftotext -layout "$1" - | sed -n 's/^ *26 *Amount due *\(-\{0,1\}[$][0-9,.]*\) .*/\1/p'
}

"$IHP_PYTHON" - >due <<'PY'
import csv
for row in csv.DictReader(open('result/settlement.csv')):
    amount = row['amount_due']
    print(('-' if amount.startswith('-') else '') + f'${abs(float(amount)):,.2f}')
PY
# A table that is longer than a page has its head on each, also where the script made buttons of it.
heads() {
    pdftotext -layout "$1" - | grep -cE 'Scenario +Key'
}
ok "tables of several pages" [ "$(heads A4.pdf)" -gt 2 ]
ok "on paper every page has the head of its table" [ "$(heads folded.pdf)" = "$(heads A4.pdf)" ]
for page in A4 Letter folded; do
    last_lines "$page.pdf" >printed
    ok "$page: the last line of the steps to each amount" diff due printed
    pdftotext -layout "$page.pdf" printed
    ok "$page: all sections" says printed "Summary" "Uncertainty" "Sensitivity" "Readings of the contract" \
        "From all members to those attributed" "Run and notices" "hash of the result"
done
finish
