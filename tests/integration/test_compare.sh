#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the comparison of two finished settlements: the steps are those of another implementation and add up, in each
# format; an input that alone differs has the only step; the members who moved are those of the member files, and
# small numbers of them are hidden; and every error.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# `ihp compare` requires no MPI. With an MPI layer that does not exist, any other command ends at its start.
compare() {
    OMPI_MCA_pml=none run "$IHP_PROGRAM" compare "$@"
}

# Checks steps, values and terms of FIRST and SECOND against their files, with exact fractions.
check_comparison() {
    compare "$1" "$2" --format json
    cp "$out" "$work/compared.json"
    python "$IHP_SOURCE/tests/integration" "$1" "$2" "$work/compared.json" <<'PY'
import csv, json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from fractions import Fraction
import recompute as r

folders, shown = sys.argv[2:4], json.load(open(sys.argv[4]), parse_float=str, parse_int=str)
rows = [{row['ihp_id']: row for row in r.rows_of(folder, 'settlement')} for folder in folders]
terms = [{own: r.Terms([t for t in r.rows_of(folder, 'terms') if t['ihp_id'] == own]) for own in part}
         for folder, part in zip(folders, rows)]
number = lambda text: Fraction(text) if text else None
cents = lambda text: int(Fraction(text) * 100)


def inputs_of(row, own):
    pmpm = lambda cost, months: Fraction(row[cost]) / int(row[months]) if int(row[months]) else None
    return {'months': int(row['member_months']), 'base': pmpm('base_capped_cost', 'base_member_months'),
            'cost': pmpm('capped_cost', 'member_months'), 'risk': (number(row['base_risk']), number(row['risk'])),
            'trend': number(row['trend_factor']), 'terms': own}


def shared(i):
    base_risk, risk = i['risk']
    if i['base'] is None or i['cost'] is None or not base_risk or risk is None or not i['base']:
        return 0
    target = i['base'] * i['trend'] * risk / base_risk
    ratio = i['cost'] / target
    outcome = r.outcome_of(i['terms'], ratio)
    amount = r.overlap(i['terms'].corridors(), min(ratio, Fraction(1)), max(ratio, Fraction(1))) * target * i['months']
    return r.to_cents({'savings': amount, 'losses': -amount}.get(outcome, Fraction(0)))


def rules(row):
    at = {name: cents(row[name]) for name in ('shared_before_pbp', 'shared_amount', 'quality_adjusted',
                                              'circumstance_reduction', 'final_amount')}
    whole = Fraction(row['termination_factor']) >= 1
    relief = at['final_amount'] - at['quality_adjusted'] if whole else at['circumstance_reduction']
    return {'pbp': at['shared_amount'] - at['shared_before_pbp'],
            'quality': at['quality_adjusted'] - at['shared_amount'], 'circumstances': relief,
            'termination': at['final_amount'] - at['quality_adjusted'] - relief}


step = {}
for row in shown['steps']:
    step.setdefault(row['ihp_id'], {})[row['step']] = cents(row['amount'])
assert list(step) == list(rows[0]) + [own for own in rows[1] if own not in rows[0]], list(step)
for own, steps in step.items():
    names = list(steps)
    assert names[0] == 'first' and names[-1] == 'second', names
    final = [cents(part[own]['final_amount']) if own in part else 0 for part in rows]
    assert (steps['first'], steps['second']) == tuple(final), (own, steps)
    assert steps['first'] + sum(steps[name] for name in names[1:-1]) == steps['second'], (own, steps)
    if own not in rows[0] or own not in rows[1]:
        assert steps['ihp'] == final[1] - final[0]
        continue
    assert steps['ihp'] == 0
    first, second = (inputs_of(part[own], own_terms[own]) for part, own_terms in zip(rows, terms))
    at = cents(rows[0][own]['shared_before_pbp'])
    for name, key in (('member_months', 'months'), ('base_cost', 'base'), ('cost', 'cost'), ('risk_scores', 'risk'),
                      ('trend', 'trend'), ('terms', 'terms')):
        first[key] = second[key]
        after = shared(first)
        assert abs(steps[name] - (after - at)) <= 2, (own, name, steps[name], after - at)
        at = after
    for name, amount in rules(rows[1][own]).items():
        assert steps[name] == amount - rules(rows[0][own])[name], (own, name)

values = {(row['ihp_id'], row['value']): row for row in shown['values']}
columns = [name for name in next(iter(rows[0].values())) if name not in ('ihp_id', 'outcome')]
assert len(values) == len(step) * len(columns)
for (own, column), row in values.items():
    texts = [part[own][column] if own in part else '' for part in rows]
    assert [row['first'] or '', row['second'] or ''] == texts, row
    if all(texts):
        assert abs(Fraction(row['change']) - Fraction(texts[1]) + Fraction(texts[0])) < Fraction(1, 10**9), row
    else:
        assert row['change'] is None, row

told = {(row['ihp_id'], row['term']): (row['first'], row['second']) for row in shown['terms']}
expected = {}
for own in step:
    if own in rows[0] and own in rows[1]:
        one, other = ({**terms[side][own].value, 'outcome': rows[side][own]['outcome']} for side in (0, 1))
        expected.update({(own, name): (one.get(name, ''), other.get(name, '')) for name in {**one, **other}
                         if one.get(name, '') != other.get(name, '')})
assert told == expected, (told, expected)
PY
}

# Checks who moved from FIRST to SECOND (moved.csv), and how many (moves.json), against their files of members. Prints
# how many rows are hidden, and how many are told.
check_moves() {
    python "$1" "$2" moved.csv moves.json <<'PY'
import csv, json, sys
from decimal import Decimal
folders, moved, shown = sys.argv[1:3], *sys.argv[3:]
read = lambda path: list(csv.DictReader(open(path, newline='')))
ihps = [row['ihp_id'] for row in read(folders[0] + '/settlement.csv')]
side = [{(row['period'], row['member_id']): (own, row['reason'], row['member_months'], row['capped_cost'])
         for own in ihps for row in read('%s/attributed/%s.csv' % (folder, own))} for folder in folders]
others = [{(row['period'], row['member_id']): ('', row['reason'], row['member_months'], '')
           for row in read(folder + '/unattributed/members.csv')} for folder in folders]
assert not any(set(part) & set(other) for part, other in zip(side, others))
none = ('', '', '', '')
at = lambda i, key: side[i].get(key) or others[i].get(key) or ('', 'NOT_IN_STORE', '0', '')
expected = [(member, period, *at(0, (period, member)), *at(1, (period, member)))
            for period, member in sorted({**side[0], **side[1]})
            if side[0].get((period, member), none)[0] != side[1].get((period, member), none)[0]]
assert [tuple(row.values()) for row in read(moved)] == expected
text = open(shown).read()
assert not any(member in text for period, member in {**side[0], **side[1]})
moves, hidden, told = json.loads(text)['moves'], 0, 0
assert [(row['ihp_id'], row['period']) for row in moves] == [(o, p) for o in ihps for p in ('base', 'performance')]
for row in moves:
    own, period = row['ihp_id'], row['period']
    here = [{m for (p, m), to in part.items() if p == period and to[0] == own} for part in side]
    group = {'stayed': here[0] & here[1], 'joined': here[1] - here[0], 'left': here[0] - here[1]}
    assert (row['first'], row['second']) == (len(here[0]), len(here[1]))
    names = [*group, 'stayed_change', 'joined_cost', 'left_cost']
    if any(1 <= len(members) <= 10 for members in group.values()):
        assert all(row[name] is None for name in names), row
        hidden += 1
        continue
    cost = [{m: Decimal(to[3]) for (p, m), to in part.items() if p == period} for part in side]
    expected = [*map(len, group.values()), sum(cost[1][m] - cost[0][m] for m in group['stayed']),
                sum(cost[1][m] for m in group['joined']), sum(cost[0][m] for m in group['left'])]
    assert [Decimal(str(row[name])) for name in names] == expected, (row, expected)
    told += 1
print(hidden, told)
PY
}

# Checks that each IHP has only these steps that are not 0, and that one has: only_steps STEP...
only_steps() {
    awk -F, -v names=" $* first second " 'NR > 1 && $3 != 0 && index(names, " " $2 " ") == 0 { print; bad = 1 }
        NR > 1 && $3 != 0 && $2 != "first" && $2 != "second" { found = 1 } END { exit bad || !found }' "$out" >&2
}

copy_case "$IHP_SOURCE/tests/cases/sweep" "$work/sweep"
cd "$work/sweep"
ihp import extract -o state.h5
sed '/^sweep:/,$ d' deck.yaml >own.yaml
ihp settle own.yaml -o first --quiet
ok "a settlement" succeeds
sets=(--set claims_cap=2500 --set trend=-0.015 --set corridor_share=0.3 --set count_unit=visit)
ihp settle own.yaml "${sets[@]}" -o what-if --quiet
ok "a what-if" succeeds
compare first what-if
ok "compare" succeeds
cp "$out" printed
ok "what is compared" says printed "First:  first: Final settlement of 2025 against base year 2024" \
    "WHAT-IF, not a settlement: claims_cap=2500, trend=-0.015"
ok "terms that differ for all, and for one" says printed "all    trend.2025.rate " "all    corridor.1.share " \
    "IHP03  claims_cap "
check_comparison first what-if
ok "steps, values and terms" succeeds
check_comparison what-if first
ok "the other way round" succeeds
compare first what-if --format csv
cp "$out" steps.csv
ok "CSV is the steps" [ "$(head -n 1 steps.csv)" = ihp_id,step,amount ]
compare first what-if --table terms --format csv
ok "CSV of the terms" [ "$(head -n 1 "$out")" = ihp_id,term,first,second,section ]
compare first what-if --ihp IHP02
ok "one IHP" says "$out" "IHP02" "Columns of settlement.csv" "shared_before_pbp"
ok "one IHP: no other" [ "$(grep -c IHP01 "$out")" = 0 ]
compare first what-if --ihp IHP02 --format csv
ok "one IHP as CSV" diff "$out" <(grep -e ^ihp_id -e ^IHP02 steps.csv)
compare first first --format csv
ok "the same settlement: no step" [ "$(awk -F, 'NR > 1 && $3 != 0 && $2 != "first" && $2 != "second"' "$out" | wc -l)" = 0 ]
compare first first
ok "the same settlement: no input and no term" says "$out" "Deck, program folder, store and version of ihp do not differ" \
    "The terms of the IHPs that both have do not differ"
ok "the same settlement: no input that does" not grep -q "inputs do" "$out"
ok "steps that are not those of the bridge" says "$out" "The bridge from an interim (bridge.csv) divides the change otherwise"

# An input that changes no term: a policy, a file of the program folder, the store.
compare_inputs() {
    compare first other --table inputs --format csv
    cp "$out" inputs.csv
    compare first other
}
ihp settle own.yaml --set count_unit=visit -o other --quiet
compare_inputs
ok "a policy" says "$out" "Inputs that differ" "deck.policies.count_unit  line   visit"
ok "a policy as CSV" diff <(grep -v what_if inputs.csv) <(printf '%s\n' input,first,second deck.policies.count_unit,line,visit)
compare first other --format json
ok "a policy as JSON" says "$out" '{"input": "deck.policies.count_unit", "first": "line", "second": "visit"}'
cp -r program kept
sed -i 's/,I$/,E/; s/,I,/,E,/' program/categories.csv
ihp settle own.yaml -o other --quiet --force
compare_inputs
ok "another category of service" says "$out" "program.hash" "program.terms_hash" \
    "Another program folder, which differs in ihps.csv, rosters.csv, taxonomy.csv, categories.csv"
ok "another category of service: nothing else" [ "$(cut -d, -f1 inputs.csv | paste -sd' ')" = "input program.hash program.terms_hash" ]
rm -r program
mv kept program
cp -r program kept
printf '%s\n' member_id,year,ihp_id,note M00125,2025,NONE,moved >program/overrides.csv
ihp settle own.yaml -o other --quiet --force
compare_inputs
ok "another override" says "$out" "Another program folder, which differs neither in rosters" "such as overrides.csv" \
    "The terms of the IHPs that both have do not differ; inputs do (--table inputs)"
rm -r program
mv kept program
ihp import extract -o compressed.h5 --compress
sed 's/^store: .*/store: compressed.h5/' own.yaml >compressed.yaml
ihp settle compressed.yaml -o other --quiet --force
compare_inputs
ok "a compressed store: the same content" says "$out" "Deck, program folder, store and version of ihp do not differ"
mkdir fewer
cp extract/* fewer
sed -i '$ d' fewer/claims.csv
ihp import fewer -o fewer.h5
sed 's/^store: .*/store: fewer.h5/' own.yaml >fewer.yaml
ihp settle fewer.yaml -o other --quiet --force
compare_inputs
ok "another store" says "$out" "store.content_hash" "Another store: claims, enrollment or other rows of the extract differ"

while read -r key steps; do
    ihp settle own.yaml --set "$key" -o alone --quiet --force
    compare first alone --format csv
    # shellcheck disable=SC2086
    ok "$key alone: $steps" only_steps $steps
done <<'SETS'
trend=0.05 trend pbp
corridor_share=0.75 terms pbp
threshold=0.0001 terms pbp
claims_cap=2500 base_cost cost risk_scores pbp
SETS

# ---- members who moved ---------------------------------------------------------------------------
compare first what-if --members moved.csv
ok "no files of members" fails 2 "first: has no files of members (attributed/)" "with --member-files"
compare first what-if --table moves
ok "no files of members, so no moves" fails 2 "first: has no files of members (attributed/)"
ihp settle own.yaml -o first-members --member-files --quiet
ihp settle own.yaml --set roster_quarter=2025Q1 --set count_unit=visit -o second-members --member-files --quiet
compare first-members first --members moved.csv
ok "one folder without" fails 2 "first: has no files of members (attributed/)"
umask 0
compare first-members second-members --members moved.csv --format json
ok "who moved" succeeds
ok "only the owner can read who moved" mode_is 600 moved.csv
cp "$out" moves.json
check_moves first-members second-members
ok "who moved, and how many: those of the files of members" succeeds
ok "small numbers are hidden" [ "$(cut -d' ' -f1 "$out")" -gt 0 ]
compare first-members second-members
ok "the text says how many" says "$out" "Attributed members" "Numbers are not shown (-) where those who stayed, joined or left are fewer than 11"
ok "the text hides members" [ "$(grep -c M0 "$out")" = 0 ]
compare first-members second-members --members moved.csv
ok "a file that exists" fails 2 "moved.csv: exists already"
compare first-members second-members --ihp IHP02 --members moved.csv --force
ok "of one IHP" succeeds
ok "of one IHP: its members alone" [ "$(grep -vc -e ,IHP02, -e ^member_id moved.csv)" = 0 ]
compare first-members second-members --members first-members/moved.csv
ok "a file in a result" fails 2 "first-members/moved.csv: is in a result that is compared"
compare first-members first-members --members moved.csv --force
ok "the same settlement: nobody moved" [ "$(wc -l <moved.csv)" = 1 ]
ok "only the owner can read who has no IHP" mode_is 600 first-members/unattributed/members.csv
settle 2 own.yaml -o two-ranks --member-files --quiet
ok "two ranks: the same members without an IHP" diff -r first-members/unattributed two-ranks/unattributed
member=$(sed -n '2s/,.*//p' first-members/attributed/IHP01.csv)
sed -i "/\b$member\b/d" fewer/*.csv
ihp import fewer -o fewer.h5 --force
ihp settle fewer.yaml -o fewer-members --member-files --quiet
compare first-members fewer-members --members moved.csv --force
ok "a member whom the other store does not have" says moved.csv ",NOT_IN_STORE,0,"
rm -r fewer-members/unattributed
unlist fewer-members/manifest.json
compare first-members fewer-members --members moved.csv --force
ok "a folder of an earlier version: a notice" says "$err" "fewer-members: has no unattributed/members.csv, as an earlier"
ok "a folder of an earlier version: blank reasons" says moved.csv "$member,base,IHP01" ",,,,"

# Two IHPs of a synthetic state swap half of their rosters, so that many members move.
mkdir "$work/synthetic"
cd "$work/synthetic"
ihp synth --members 3000 --seed 2 --ihps 3 -o state.h5 --quiet
ihp settle deck.yaml -o before --member-files --quiet
sed -i '/,9[0-9]*[02468],/{s/^IHP001/X/; s/^IHP002/IHP001/; s/^X/IHP002/}' program/rosters.csv
ihp settle deck.yaml --set claims_cap=2500 -o after --member-files --quiet
compare before after --members moved.csv --format json
cp "$out" moves.json
check_moves before after
ok "a synthetic state: who moved, and how many" succeeds
ok "a synthetic state: large numbers are told" [ "$(cut -d' ' -f2 "$out")" -gt 1 ]
check_comparison before after
ok "a synthetic state: steps, values and terms" succeeds

# Interim and final; the final has an IHP that the interim lacks.
copy_case "$IHP_SOURCE/tests/cases/interim" "$work/interim"
cd "$work/interim"
ihp import extract -o state.h5
sed '/^sweep:/,$ d' deck.yaml >own.yaml
ihp settle own.yaml -o interim --quiet
sed 's/settlement: interim/settlement: final/; s/2026-03-31/2026-12-31/' own.yaml >final.yaml
ihp settle final.yaml -o final --quiet
ok "interim and final" succeeds
check_comparison interim final
ok "interim and final: steps, values and terms" succeeds
ihp_id=$(sed -n '2s/,.*//p' interim/settlement.csv)
cp -r interim lacking
unlist lacking/manifest.json
sed -i "/^$ihp_id,/d" lacking/settlement.csv lacking/terms.csv
check_comparison lacking final
ok "an IHP that only the second has" succeeds
check_comparison final lacking
ok "an IHP that only the first has" succeeds

# ---- errors --------------------------------------------------------------------------------------
cd "$work/sweep"
compare first
ok "one folder" fails 2 "SECOND"
compare first what-if --ihp IHP1
ok "an unknown IHP" fails 2 "first and what-if: have no IHP 'IHP1'; did you mean 'IHP01'?"
compare first what-if --table member
ok "an unknown table" fails 2 "unknown NAME 'member'"
compare first nothing
ok "a folder that does not exist" fails 3 "nothing: does not exist"
ok "nothing is printed" [ ! -s "$out" ]
mkdir empty
compare empty first
ok "a folder that is not finished" fails 3 "empty: has no manifest.json" "'ihp status empty'"
ihp settle deck.yaml -o block --block 1/2 --quiet
compare first block
ok "a block of a sweep" fails 3 "block/manifest.json: is of block 1 of 2 of a sweep" "ihp merge"

# Copies the first result without its list, edits its manifest, and compares it.
edited() {
    rm -rf edited
    cp -r first edited
    unlist edited/manifest.json
    sed -i "$1" edited/manifest.json
    compare first edited
}
edited 's/"base.year": .*/"base.year": 2023,/'
ok "another base year" fails 3 "first is of 2025 against base year 2024, and edited of 2025 against base year 2023" \
    "name two settlements of the same years"
edited 's/"performance.year": .*/"performance.year": 2026,/'
ok "another year" fails 3 "edited of 2026 against base year 2024"
edited 's/"format_version": [0-9]*/"format_version": 9/'
ok "a newer version" fails 3 "edited/manifest.json: format_version is 9" "read the result with the version that wrote it"
edited ''
rm edited/terms.csv
compare first edited
ok "a folder without terms" fails 3 "edited: has no terms.csv" "settle its deck again"
cp -r first changed
sed -i 's/IHP01,2/IHP01,1/' changed/settlement.csv
compare first changed
ok "a changed file" fails 3 "changed/settlement.csv: has changed since manifest.json was written"
copy_case "$IHP_SOURCE/tests/cases/payments" "$work/payments"
cd "$work/payments"
ihp import extract -o state.h5
ihp pay deck.yaml --quarter 2025Q2 -o paid
compare paid "$work/sweep/first"
ok "payments" fails 3 "paid: has no settlement to compare; name the result folder of settle or merge"

finish
