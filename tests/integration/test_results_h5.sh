#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests results.h5 and its like, read by the HDF5 tools: the order of tables, columns and attributes, and the types of
# attributes. test_pay.sh and test_status.sh compare numbers.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

copy_case "$IHP_SOURCE/tests/cases/sweep" "$work/sweep"
ihp import "$work/sweep/extract" -o "$work/sweep/state.h5"
ok "import" succeeds
cat >>"$work/sweep/deck.yaml" <<'DECK'
bootstrap: {replicates: 20, levels: [0.9, 0.95]}
DECK
settle 2 "$work/sweep/deck.yaml" -o "$work/result" --quiet
ok "settle" succeeds

# The columns of every table, and the attributes of the root, are in the order in which they were made.
python "$work/result" <<'PY'
import csv, json, os, re, subprocess, sys
folder = sys.argv[1]
listed = subprocess.run(['h5dump', '-q', 'creation_order', '-n', '1', folder + '/results.h5'],
                        check=True, capture_output=True, text=True).stdout
groups, columns = [], {}
for kind, name in re.findall(r'^ (group|dataset) +/(\S+)', listed, re.M):
    if kind == 'group':
        groups.append(name)
    else:
        table, column = name.split('/')
        columns.setdefault(table, []).append(column)
tables = {name[:-4] for name in os.listdir(folder) if name.endswith('.csv')}
assert set(groups) == tables and groups[0] == 'settlement' and groups != sorted(groups), groups
for table in tables:
    with open('%s/%s.csv' % (folder, table), newline='') as file:
        assert columns[table] == next(csv.reader(file)), (table, columns[table])
manifest = json.load(open(folder + '/manifest.json'))
for key in ('run', 'files', 'hash'):
    del manifest[key]
entries = [key if not isinstance(value, dict) else key + '.' + inner
           for key, value in manifest.items() for inner in (value if isinstance(value, dict) else [''])]
assert re.findall(r'^ attribute +/([a-z_0-9.]+)$', listed, re.M) == entries
PY
ok "tables, columns and attributes keep their order" succeeds

# Each attribute has the type of its value.
attribute() { # FILE NAME TEXT...: h5dump of the attribute says each text
    run h5dump -a "/$2" "$1"
    ok "$2" says "$out" "${@:3}"
}
attribute "$work/result/results.h5" deck.threshold 'DATATYPE  H5T_IEEE_F64LE' '(0): 0.02'
attribute "$work/result/results.h5" deck.base.year 'DATATYPE  H5T_STD_I64LE' '(0): 20'
attribute "$work/result/results.h5" deck.strict_categories 'H5T_STD_I8LE;' '"FALSE"            0;' '(0): FALSE'
attribute "$work/result/results.h5" deck.policies.msc_plus_excluded '"TRUE"             1;' '(0): TRUE'
attribute "$work/result/results.h5" deck.bootstrap.levels 'DATASPACE  SIMPLE { ( 2 ) / ( 2 ) }' '(0): 0.9, 0.95'
attribute "$work/result/results.h5" deck.settlement H5T_STRING '"'
attribute "$work/result/results.h5" counts.members 'DATATYPE  H5T_STD_I64LE'
attribute "$work/result/results.h5" notices H5T_STRING '"['
ihp info "$work/result/results.h5"
ok "info prints them" says "$out" "deck.threshold                       0.02" \
    "deck.strict_categories               false" "deck.bootstrap.levels                0.9, 0.95" \
    "deck.bootstrap.replicates            20" "format                               ihp-result"
finish
