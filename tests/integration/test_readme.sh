#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the README of each result folder: it lists the files that are there and every column of each, and nothing else.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Compares a README with the files of its folder; more arguments are files of other groups.
described() {
    python "$@" <<'PY'
import os, re, sys
readme, *others = sys.argv[1:]
folder = os.path.dirname(readme)
text = open(readme).read()
listed = re.findall(r'^\| `([^`]+)` \| (?:protected|review first|mailable) \| [^|]+ \|$', text, re.M)
sections = re.split(r'^### (.+)$', text, flags=re.M)[1:]
columns = {name: re.findall(r'^\| `([^`]+)` \| [^|]+ \|$', part, re.M)
           for name, part in zip(sections[::2], sections[1::2])}
there, headers = set(), {}
for path, _, files in os.walk(folder):
    for file in files:
        inside = os.path.relpath(path, folder)
        kind = {'payer_letters': 'PAYER', 'unattributed': 'members'}.get(inside, 'IHP_ID')
        name = file if inside == '.' else inside + '/' + kind + os.path.splitext(file)[1]
        there.add(name)
        if name.endswith('.csv'):
            headers[name] = open(os.path.join(path, file)).readline().strip().split(',')
there -= set(others)
headers = {name: header for name, header in headers.items() if name in there}
assert len(listed) == len(set(listed)) and set(listed) == there, (sorted(there ^ set(listed)), readme)
assert columns == headers, [(n, columns.get(n), headers.get(n)) for n in {*columns, *headers}
                            if columns.get(n) != headers.get(n)]
print(len(listed), 'files', sum(map(len, columns.values())), 'columns')
PY
}

ihp synth -o "$work/state.h5" --members 600 --seed 3 --ihps 4
ok "synth" succeeds
"$IHP_PYTHON" - "$work/program/ihps.csv" <<'PY'
import csv, sys
with open(sys.argv[1], newline='') as file:
    rows = list(csv.reader(file))
for row in rows[1:]:
    row[rows[0].index('interim_paid')] = ''
with open(sys.argv[1], 'w', newline='') as file:
    csv.writer(file, lineterminator='\n').writerows(rows)
PY
deck=$work/deck.yaml
sed -e 's/^settlement:.*/settlement: interim/' -e 's/2026-12-31/2026-03-31/' -e '/^quality_share/d' "$deck" >"$work/interim.yaml"
ihp settle "$work/interim.yaml" -o "$work/interim" --quiet
ok "an interim" succeeds
described "$work/interim/README.md"
ok "an interim: README.md" succeeds
ok "README.md: everybody may read it" [ "$(umask 022 && stat -c %a "$work/interim/README.md")" = 644 ]
ihp quality "$work/interim.yaml" -o "$work/interim"
ok "quality of an interim is not added to it" fails 2 "interim: has a finished settlement without quality.csv"
described "$work/interim/README.md"
ok "an interim after that: README.md" succeeds

cat >>"$deck" <<DECK
interim: $work/interim
bootstrap: {replicates: 50}
bootstrap_scenarios: true
sweep: {design: readings}
DECK
settle 2 "$deck" -o "$work/final" --member-files --quiet
ok "a final with everything" succeeds
described "$work/final/README.md"
ok "a final with everything: README.md" succeeds
for table in quality scenarios scenario_terms readings_total bootstrap_quantiles scenario_bootstrap bridge_members; do
    ok "README.md: $table.csv" says "$work/final/README.md" "### $table.csv"
done
ok "README.md: files of members" says "$work/final/README.md" "### attributed/IHP_ID.csv" \
    "### unattributed/members.csv" "### moved/IHP_ID.csv"
mapfile -t files < <(cd "$work/final" && find . -type f -printf '%P\n' | sed '/members.csv/! s,/.*,/IHP_ID.csv,' | sort -u)
ihp pay "$deck" --year 2025 -o "$work/final" --member-files
ok "payments into the same folder" succeeds
described "$work/final/README_payments.md" "${files[@]}"
ok "payments: README_payments.md" succeeds
ok "payments leave README.md alone" says "$work/final/README.md" "### settlement.csv"
ihp reconcile "$deck" --year 2025 --paid "$work/final" -o "$work/reconciled"
ok "a reconciliation" succeeds
described "$work/reconciled/README_reconcile.md"
ok "a reconciliation: README_reconcile.md" succeeds
ihp info "$work/final"
ok "info lists the READMEs" says "$out" "README.md" "README_payments.md"

# The list of files protects it.
echo >>"$work/final/README.md"
ihp show "$work/final"
ok "a changed README.md" fails 3 "final/README.md: has changed since manifest.json was written"
# Notices and answers, of the sample.
copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/tiny"
ihp import "$work/tiny/extract" -o "$work/tiny/state.h5"
ihp settle "$work/tiny/deck.yaml" -o "$work/tiny/result" --member-files --quiet
sed -i "s,^output:.*,output: $work/tiny/result," "$work/tiny/deck.yaml"
ihp notices "$work/tiny/deck.yaml" -o "$work/notices"
ok "notices" succeeds
described "$work/notices/README.md"
ok "notices: README.md" succeeds
ok "notices: only the owner may read it" [ "$(stat -c %a "$work/notices/README.md")" = 600 ]
finish
