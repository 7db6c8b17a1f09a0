# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154
# What the tests of workbooks share: a synthetic state in which every step of a settlement has something to do.

ihp show --help
if ! ihp workbook "$work" 2>/dev/null || grep -q 'without libxlsxwriter' "$err"; then
    echo "skipped: this build does not write workbooks (libxlsxwriter-dev)"
    exit 77
fi

# Makes the state in the working folder: population-based payments, an amount already paid, a termination and
# months of extreme circumstances.
make_state() {
    ihp synth -o state.h5 --members 12000 --seed 3 --ihps 6 --quiet
    ok "synth" succeeds
    "$IHP_PYTHON" - <<'PY'
import csv
with open('program/ihps.csv', newline='') as file:
    rows = list(csv.DictReader(file))
for i, row in enumerate(rows):
    row['pbp_dollars'] = '%d.50' % (20000 * i + 700)
    row['interim_paid'] = '%.2f' % (321.09 * i)
    row['terminated_on'] = '2025-08-15' if i == 3 else ''
    row['termination'] = 'with_cause' if i == 3 else ''
with open('program/ihps.csv', 'w', newline='') as file:
    writer = csv.DictWriter(file, list(rows[0]), lineterminator='\n')
    writer.writeheader()
    writer.writerows(rows)
with open('program/circumstances.csv', 'w') as file:
    file.write('county,month_from,month_to\n')
    for county in range(27001, 27175, 2):
        file.write('%d,2025-%02d,2025-%02d\n' % (county, 3 if county % 4 == 1 else 5, 6))
with open('program/corridors.csv', 'w') as file:
    file.write('ihp_id,from,to,ihp_share\n,0.85,0.98,0.55\n,0.98,1.00,0.30\n,1.00,1.02,0.25\n,1.02,1.10,0.45\n,1.10,1.30,0.60\n')
PY
    cp deck.yaml plain.yaml
    # The other kinds of settlement. The last year of a quarterly statement's trend counts in part.
    sed 's/^settlement: final/settlement: interim/; s/2026-12-31/2026-03-31/' plain.yaml >interim.yaml
    sed 's/^settlement: final/settlement: quarterly/; s/year: 2025, paid_through: 2026-12-31/through: 2025-06, paid_through: 2025-09-30/' \
        plain.yaml >quarterly.yaml
}

# Runs the script that reads workbooks.
book() {
    "$IHP_PYTHON" "$IHP_SOURCE/tests/integration/workbook.py" "$@" >"$work/.book" 2>&1 ||
        { head -n 8 "$work/.book"; return 1; }
}

differs() {
    ! book compare "$@" >/dev/null
}
