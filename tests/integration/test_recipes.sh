#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the layout of docs/recipes for T-MSIS claims: the sample's claims, written with the names of T-MSIS, are imported to
# the content of the sample.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

recipes=$IHP_SOURCE/docs/recipes
sample=$IHP_SOURCE/inputs/sample/extract

content() { # STORE
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

ihp import "$sample" -o "$work/sample.h5"
ok "the sample" succeeds
content "$work/sample.h5" >"$work/wanted"
ok "the sample's content hash is read" grep -qE '^[0-9a-f]{32}$' "$work/wanted"

mkdir "$work/tmsis" "$work/rest"
"$IHP_PYTHON" "$IHP_SOURCE/tests/recipes/write_tmsis.py" "$sample" "$work/tmsis"
cp "$recipes"/tmsis/*.csv "$work/tmsis"
cp "$sample"/{members,enrollment,morbidity}.csv "$work/rest"

# Gives each line the columns of its header, in two files.
python "$work/tmsis" <<'PYTHON'
import csv, glob, gzip, sys
folder = sys.argv[1]
def read(pattern):
    for path in sorted(glob.glob(folder + '/' + pattern)):
        with (gzip.open if path.endswith('.gz') else open)(path, 'rt', newline='') as file:
            yield from csv.DictReader(file, delimiter='|')
headers = {(row['FILE'], row['ORGNL_CLM_NUM'], row['ADJDCTN_DT']): row for row in read('clh*')}
lines = [{'TOS_CD': '', 'POS_CD': '', **headers[row['FILE'], row['ORGNL_CLM_NUM'], row['ADJDCTN_DT']], **row} for row in read('cll*')]
for number in range(2):
    with open('%s/claims-%d.psv' % (folder, number), 'w', newline='') as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter='|')
        writer.writeheader()
        writer.writerows(lines[number::2])
PYTHON
ok "lines with the columns of their headers" succeeds

# The State's own class and category come before the rules; the sample's claim numbers have no file before them.
sed -e 's/join: \[FILE, /join: [/' -e 's/service_class: \(.*\)/service_class: [MN_SERVICE_CLASS, \1]/' \
    -e 's/category: \(.*\)/category: [MN_COS, \1]/' "$recipes/tmsis/layout.yaml" >"$work/tmsis/layout.yaml"
for ranks in 1 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$work/rest" --layout "$work/tmsis/layout.yaml" \
        -o "$work/$ranks.h5" --force
    ok "T-MSIS names by layout, $ranks ranks" succeeds
    ok "T-MSIS names by layout, $ranks ranks: the sample's content" diff "$work/wanted" <(content "$work/$ranks.h5")
done
ok "capitation payments are left out, with their dollars" says "$err" "capitation payments" '412.55'

# As it is, the claim ids begin with the file.
cp "$recipes/tmsis/layout.yaml" "$work/tmsis"
sed -i 's/|professional|199|/|professional|043|/' "$work/tmsis"/claims-*.psv
ihp import "$work/rest" --layout "$work/tmsis/layout.yaml" -o "$work/whole.h5"
ok "the layout as it is" succeeds
ok "the layout as it is: the rules decide, so the content is another" not diff -q "$work/wanted" <(content "$work/whole.h5")

# Every program and exclusion of the map is one of the extract, or a code that does not qualify.
python "$recipes/program_map.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
known = 'MA NM RM IM AC EH LL KK BB FF XX OO QM SL HH FP UN'.split()
assert sorted(row['code'] for row in rows) == sorted(known)
for row in rows:
    assert row['meaning'], row
    assert row['program'] in ('MA', 'MCRE') or 'does not qualify' in row['meaning'], row
    assert row['exclusion'] in ('', 'REFUGEE', 'EMERGENCY', 'QMB', 'SLMB'), row
PYTHON
ok "the map of programs has Minnesota's major programs" succeeds

finish
