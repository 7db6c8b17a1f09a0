#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes base/ and corpus/ from inputs/sample: what the fuzz targets begin with.

    make_corpus.py

base/ is a state of twelve invented members, its program folder and the decks of the targets. corpus/ has a folder for
each target: small valid inputs, and scripts of edits (edits.h says what a script is). The output is the same bytes
every time. Inputs that found an error are kept in corpus/ under a name that begins with "found-"; this script leaves
them alone.

The ids of members and claims begin with SECRET, so that a target can tell when a message has some.
"""
import csv
import io
import os
import shutil

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(HERE, '..', '..', 'inputs', 'sample')
BASE, CORPUS = os.path.join(HERE, 'base'), os.path.join(HERE, 'corpus')
MEMBERS, LINES = 12, 10
REQUIRED = ('ihps', 'rosters', 'taxonomy', 'categories', 'codes', 'corridors', 'trend')

DECK = '''store: s.h5
program: program
output: out
settlement: final
base:        {year: 2024, paid_through: 2025-12-31}
performance: {year: 2025, paid_through: 2026-12-31}
'''
SWEEP = '''bootstrap: {replicates: 20, levels: [0.9, 0.95]}
sweep:
  design: named
  scenarios:
    - {name: "first", set: {threshold: 0.01}}
    - {name: "second", set: {claims_cap: 2000, roster_quarter: 2025Q1}}
    - {name: "third", set: {lookback_months: 0}}
'''
DECKS = {
    'deck.yaml': DECK,
    'sweep.yaml': DECK + SWEEP,
    'resume.yaml': DECK.replace('output: out', 'output: resumed') + SWEEP,
    'interim.yaml': DECK.replace('final', 'interim').replace('2026-12-31', '2026-03-31')
                        .replace('output: out', 'output: interim'),
    'named.yaml': DECK + 'interim: interim\n',
    'paid.yaml': DECK + 'payments: [paid]\nreconciliation: reconciled\n',
}


def read(folder, name):
    with open(os.path.join(SAMPLE, folder, name + '.csv'), newline='') as file:
        return list(csv.reader(file))


def text_of(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator='\n').writerows(rows)
    return out.getvalue()


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def secret(member):
    return 'SECRET' + member[-3:]


def choose_members(claims):
    """Returns the ids of members with visits that an override or a health home decides, and of the first of others."""
    wanted = ['M00220', 'M00221']
    for row in claims[1:]:
        if row[6] == '99213' and row[2] not in wanted and len(wanted) < MEMBERS:
            wanted.append(row[2])
    return sorted(wanted)


def make_extract():
    claims, chosen = read('extract', 'claims'), None
    chosen = choose_members(claims)
    lines = {member: 0 for member in chosen}
    extract = {'members': [read('extract', 'members')[0] + ['death_date']],
               'claims': [claims[0] + ['void_date', 'version']]}
    for row in read('extract', 'members')[1:]:
        if row[0] in chosen:
            extract['members'].append([secret(row[0])] + row[1:] + ['2025-11-03' if row[0] == chosen[3] else ''])
    for row in claims[1:]:
        if row[2] in chosen and lines[row[2]] < LINES:
            lines[row[2]] += 1
            seventh = lines[row[2]] == 7
            extract['claims'].append(['SECRET' + row[0], row[1], secret(row[2])] + row[3:] +
                                     ['2026-02-01' if seventh else '', 'r1' if seventh else ''])
    for name in ('enrollment', 'morbidity'):
        rows = read('extract', name)
        extract[name] = [rows[0]] + [[secret(row[0])] + row[1:] for row in rows[1:] if row[0] in chosen]
    extract['providers'] = read('extract', 'providers')
    ids = [secret(member) for member in chosen]
    extract['social_risk'] = [['member_id', 'month_from', 'month_to', 'factor'],
                              [ids[0], '2024-01', '2025-06', 'smi'], [ids[0], '2025-03', '2025-12', 'sud'],
                              [ids[4], '2025-01', '9999-12', 'homeless']]
    extract['care_coordination'] = [['member_id', 'month', 'kind'], [ids[1], '2025-02', 'HCH'], [ids[5], '2025-03', 'BHH']]
    extract['care_coordination_paid'] = [['member_id', 'month', 'kind'], [ids[1], '2025-02', 'HCH']]
    return extract


def make_program():
    program = {name[:-4]: read('program', name[:-4])
               for name in sorted(os.listdir(os.path.join(SAMPLE, 'program'))) if name.endswith('.csv')}
    program['overrides'] = [program['overrides'][0]] + [[secret(row[0])] + row[1:] for row in program['overrides'][1:]]
    for row in program['ihps'][1:]:
        row[5] = row[6] = ''  # the decks' payments and interim say what was paid
    program['circumstances'] = [['county', 'month_from', 'month_to', 'note'], ['27053', '2025-05', '2025-06', 'flood']]
    return program


def sections(files):
    """Returns the files as one text, each after a line with its name."""
    return ''.join('=== %s.csv\n%s' % (name, text_of(table)) for name, table in files.items())


LAYOUT = '''claims:
  files: [c*.psv]
  delimiter: pipe
  encoding: latin-1
  dates: MM/DD/YYYY
  repeated_rows: keep_one
  columns:
    claim_id: {join: [{constant: SECRETC}, NUMBER], with: ""}
    paid_date: [PD_DT, SVC_DT]
    service_date: SVC_DT
    status: {lookup: map.csv, from: ST, key: code, value: status, otherwise: {column: ST}}
    service_class: {rules: services.csv}
    category: {rules: services.csv}
  leave_out:
    - {column: ST, values: ["9", x*, 20..29], because: capitation}
    - {begins: "# rows"}
members:
  files: people.tab
  delimiter: tab
  header: [ID, DOB, SEX, CNTY]
  columns: {member_id: ID, birth_date: DOB, sex: SEX, county: {text: "27", then: CNTY}}
enrollment:
  partial_months: whole
'''


def make_layouts(small):
    """Yields inputs of fuzz_layout: a layout with lookup and rule tables, and files in another form."""
    def american(date):
        return date[5:7] + '/' + date[8:] + '/' + date[:4]

    claims = [['NUMBER', 'LINE', 'MEMBER_ID', 'SVC_DT', 'PD_DT', 'ST', 'PROCEDURE', 'POS', 'CAT', 'BILLING_NPI', 'TREATING_NPI',
               'PAYER', 'PAID_AMOUNT']]
    for row in small['claims'][1:]:
        claims.append([row[0][7:], row[1], row[2], american(row[3]), american(row[4]), '1', row[6], row[7][:2], row[8]] + row[9:13])
    claims += [claims[-1], claims[-1][:5] + ['9'] + claims[-1][6:]]
    out = '=== layout.yaml\n' + LAYOUT
    out += '=== c1.psv\n' + ''.join('|'.join(row) + '\n' for row in claims) + '12 rows selected.\n'
    out += '=== people.tab\n' + ''.join('\t'.join([row[0], row[1].replace('-', ''), row[2], row[3][2:]]) + '\n'
                                       for row in small['members'][1:])
    out += '=== map.csv\ncode,status\n1,P\n2,D\n'
    out += '''=== services.csv
POS,CAT,service_class,category,note
ph,,pharmacy,030,
pr,040..049|080,professional,043,
pr,(blank),professional,199,
ou,*,outpatient,007,
in,0*,inpatient,001,
,,professional,043,the others
'''
    yield 'layout', 'claims', out
    yield 'layout', 'no-rule', out.replace(',,professional,043,the others\n', '')
    yield 'layout', 'spans', '''=== layout.yaml
enrollment: {files: spans.csv, dates: SAS days, partial_months: count}
=== spans.csv
member_id,month_from,month_to,program,payer,exclusion
''' + ''.join(row[0] + ',23011,24471.0,MA,FFS,\n' for row in small['members'][1:])


def make_texts(extract, program):
    yield 'csv', 'plain', 'a,b,c\n1,2,3\n"x,""y",z,\n'
    yield 'csv', 'bom-crlf', b'\xef\xbb\xbfc,a\r\n"1\r\n2",2\r\n\r\n3,4'
    yield 'csv', 'order', 'a,x,c,b\n' + '1,2,3,4\n' * 20
    yield 'csv', 'quotes', 'a,c\n"1","2"\n"",""\n"3"x,4\n'
    for form in range(8):
        yield 'sas', 'form-%d' % form, bytes([form, 150, 70, 0])
    yield 'sas', 'empty', bytes([0, 0, 0, 0])
    yield 'sas', 'edits', bytes([1, 9, 4, 0, 200, 1, 128, 9, 2, 1])
    for form in range(4):
        yield 'archive', 'form-%d' % form, bytes([form, 0, 0, 0]) + b'a,b,c\n1,2,3\n'
    for damage in range(1, 5):
        for form in range(3):
            yield 'archive', 'damage-%d-%d' % (form, damage), bytes([form, damage, 7, 0]) + b'a,b,c\n1,2,3\n4,5,6\n'
    yield 'source', 'pipe', bytes([1, 0]) + b'a|b|c\n1|2|3\n'
    yield 'source', 'latin-1', bytes([4, 0]) + b'a,b,c\n\xe9,\x80,"\xff"\n'
    yield 'source', 'any-case', bytes([8, 0]) + b' A ,b\t,C\n1,2,3\n \n'
    yield 'source', 'no-header', bytes([16, 0]) + b'1,2,3\n4,5,6'
    yield 'source', 'trailers', bytes([32, 0]) + b'a,b,c\n1,2,3\nT,2\n(2 rows)\n12\n'
    yield 'source', 'recognise', bytes([64 + 8, 0]) + b'"C";a;b\n1;2;3\n'
    yield 'gzip', 'one', bytes([0] * 8) + b'a,b,c\n1,2,3\n'
    yield 'gzip', 'members', bytes([2, 5, 9, 0, 0, 0, 0, 0]) + b'a,b,c\n1,2,3\n4,5,6\n'
    yield 'gzip', 'bgzf', bytes([4, 5, 9, 0, 0, 0, 0, 0]) + b'a,b,c\n1,2,3\n4,5,6\n'
    for damage in range(1, 6):
        yield 'gzip', 'damage-%d' % damage, bytes([2, 5, 9, damage, 3, 0, 0, 0]) + b'a,b,c\n1,2,3\n4,5,6\n'
    for name, text in DECKS.items():
        yield 'deck', name[:-5], text
    yield 'deck', 'grid', DECK + '''sweep:
  design: grid
  vary:
    threshold: [0.01, 0.02]
    lookback_months: [0, 12]
'''
    yield 'deck', 'quarterly', DECK.replace('final', 'quarterly').replace(
        '{year: 2025, paid_through: 2026-12-31}', '{through: 2025-06, paid_through: 2025-09-30}')
    yield 'deck', 'readings', DECK + 'policies: {count_unit: visit}\nsweep: {design: readings}\n'
    yield 'program', 'all', sections({
        name: table[:9] if name in ('categories', 'part2', 'quality') else table for name, table in program.items()})
    yield 'program', 'required', sections({name: program[name] for name in REQUIRED})
    ihps = [list(row) for row in program['ihps']]
    ihps[1][6] = '900.00'
    yield 'program', 'interim-and-holidays', sections(dict(
        {name: program[name] for name in REQUIRED}, ihps=ihps,
        interim_payers=[['ihp_id', 'payer', 'amount'], ['NORTHWOODS', 'FFS', '1000.00'], ['NORTHWOODS', '', '-100.00']],
        holidays=[['day', 'name'], ['2026-01-01', "New Year's Day"], ['2026-12-25', 'Christmas Day']]))
    small = {name: table[:6] for name, table in extract.items()}
    ids = {row[0] for row in small['members']}
    for name in ('claims', 'enrollment', 'morbidity', 'social_risk', 'care_coordination', 'care_coordination_paid'):
        column = extract[name][0].index('member_id')
        small[name] = ([extract[name][0]] + [row for row in extract[name][1:] if row[column] in ids])[:15]
    yield 'extract', 'refuse', sections(small)
    yield 'extract', 'quarantine', '=== options\nquarantine\n' + sections(small)
    yield 'extract', 'compress', '=== options\ncompress\n' + sections(small)
    yield 'extract', 'runs', '=== options\nquarantine runs\n' + sections(small)
    header, *rows = small['claims']
    payer, amount = header.index('payer'), header.index('paid_amount')
    control = [['file', 'payer', 'year', 'rows', 'paid_amount'],
               ['claims', '', '', str(len(rows)), '%.2f' % sum(float(row[amount]) for row in rows)],
               ['claims.csv', rows[0][payer], '2024', str(len(rows)), ''],
               ['members', '', '', str(len(small['members']) - 1), '']]
    yield 'extract', 'control', sections(dict(small, control=control))
    yield 'extract', 'control-differs', sections(dict(small, control=control[:2] + [['claims', '', '', '1', '-.5']]))
    yield 'extract', 'gzip', '=== options\ngzip\n' + sections(small)
    yield from make_layouts(small)
    member = secret('M00220')
    reports = [['ihp_id', 'member_id', 'period', 'claimed', 'list_received', 'reported', 'note'],
               ['PRAIRIE', member, '2025', 'NONE', '2026-05-01', '2026-05-20', ''],
               ['METRO', member, '2025', 'METRO', '2026-05-01', '2026-05-20', 'seen here'],
               ['PRAIRIE', member, '2025-06', 'NONE', '2026-05-01', '2026-06-20', '']]
    yield 'appeal', 'reports', text_of(reports)
    yield 'appeal', 'year', text_of(reports[:2])
    yield 'lease', 'elsewhere', LEASE
    yield 'lease', 'without-a-job', LEASE.replace('job 45', 'job ')
    yield 'lease', 'another-file', 'member_id,year\n'
    yield 'status', 'running', STATUS
    yield 'status', 'ended', STATUS.replace('"running"', '"done"').replace('null', '0.5')
    yield 'status', 'failed', STATUS.replace('"running"', '"failed"').replace('"error": ""', '"error": "it failed"')


LEASE = '''ihp lease 1
host elsewhere
place 4026531836 1
process 123
start 456
command ihp settle
job 45
since 2026-11-29T21:02:01Z
'''
STATUS = '''{
  "format": "ihp-status", "format_version": 1, "program_version": "0.1.0", "job": "settle", "state": "running",
  "stage": "settle", "counted": "members of rank 0", "done": 5, "all": 12, "rate": 2.5, "seconds_left": null,
  "peak_bytes": 28962816, "peak_rank": 0, "ranks": 1, "host": "elsewhere", "pid": 2966, "process_start": 2455041,
  "started": "2026-11-29T21:02:01Z", "updated": "2026-11-29T21:02:01Z", "error": ""
}
'''

SCRIPTS = {
    'store': {
        'nothing': '',
        'amount': 'set claims/paid_amount 3 -500\n',
        'amount-digest': 'set claims/paid_amount 3 -500\ndigests\n',
        'known': 'set claims/known_from 2 0\ndigests\n',
        'offset': 'set claims/offset 4 18446744073709551615\ndigests\n',
        'offset-back': 'add enrollment/offset 5 -1\ndigests\n',
        'ids': 'copy members/id 3 2\ndigests\n',
        'month': 'set enrollment/month_from 1 -2147483648\nset enrollment/month_to 1 2147483647\ndigests\n',
        'dictionary': 'set claims/procedure 5 65535\ndigests\n',
        'index': 'set index/year_line 2 4294967295\ndigests\n',
        'control': 'text dictionary/payer 0 0 a\x1b[2J\ndigests\n',
        'path': 'text members/id 0 0 ../../x\ndigests\n',
        'attribute': 'attribute lines 0 9223372036854775807\n',
        'resize': 'resize claims/service 0 1\ndigests\n',
        'retype': 'retype claims/service_date 0 4\ndigests\n',
        'soft': 'soft claims/payer 0 0 claims/line\n',
        'external': 'external claims/payer 0 0 other.h5\n',
        'cut': 'cut - 100\n',
        'compressed': 'compressed\nset claims/paid_amount 3 -500\n',
        'compressed-good': 'compressed\n',
        'old': 'old\nset claims/paid_amount 3 -500\n',
        'old-index': 'old\nset index/service_date 3 17000\n',
        'social': 'set social_risk/factor 1 200\ndigests\n',
        'care': 'set care_coordination/month 1 2147483647\ndigests\n',
        'void': 'set claims/void_date 3 0\ndigests\n',
        'death': 'fill members/death_date 0 -2147483648\ndigests\n',
        'birth': 'fill members/birth_date 0 2147483647\ndigests\n',
        'amounts': 'fill claims/paid_amount 0 2147483647\ndigests\n',
        'npi': 'set dictionary/npi 2 -5\ndigests\n',
        'offsets': 'fill claims/offset 0 0\ndigests\n',
        'life': 'attribute life 0 0\ndigests\n',
        'version': 'attribute format_version 0 2\n',
    },
    'checkpoint': {
        'nothing': '',
        'deck': 'text deck 0 0 x\ndigests\n',
        'flip': 'flip members/fact 3 5\n',
        'facts': 'fill members/fact 0 -1\ndigests\n',
        'views': 'fill members/view_fact.1 0 -1\ndigests\n',
        'tally': 'fill tally 0 -1\ndigests\n',
        'todo': 'set todo 1 -1\ndigests\n',
        'table': 'set table/scenarios 2 9223372036854775807\ndigests\n',
        'done': 'set done 1 1000000\ndigests\n',
        'cut': 'cut - 1000\n',
    },
    'merge': {
        'nothing': '',
        'scenarios': 'cell 2/scenarios.csv 2 3 nan\n',
        'manifest': 'json 1/manifest.json 12 5\n',
        'gone': 'remove 3/settlement.csv\n',
        'number': 'number 2/manifest.json 3 -1\n',
    },
    'interim': {
        'nothing': '',
        'settlement': 'cell settlement.csv 1 27 -999999999999999999999\n',
        'manifest': 'json manifest.json 7 2\n',
        'gone': 'remove payer_split.csv\n',
    },
    'previous': {
        'nothing': '',
        'members': 'cell PRAIRIE/protected_members.csv 1 1 SECRET999\n',
        'manifest': 'json package.json 5 3\n',
    },
    'paid': {
        'nothing': '',
        'members': 'cell paid/NORTHWOODS.csv 1 2 9999-12\n',
        'manifest': 'json payments.json 5 3\n',
        },
    'reconciled': {
        'nothing': '',
        'amount': 'cell reconcile.csv 1 5 1e308\n',
        'json': 'json reconcile.json 7 1\n',
    },
    'notices': {
        'nothing': '',
        'settlement': 'cell settlement.csv 1 26 1.005\n',
        'manifest': 'json manifest.json 9 4\n',
        'split': 'drop-row payer_split.csv 1\n',
    },
    'info': {
        'nothing': '',
        'manifest': 'json manifest.json 9 4\n',
        'text': 'string manifest.json 4 0 x\x1b[31m\n',
        'cell': 'cell settlement.csv 1 26 1.005\ndigests\n',
        'rows': 'drop-row settlement.csv 1\ndigests\n',
    },
}


def main():
    shutil.rmtree(BASE, ignore_errors=True)
    for folder, _, names in os.walk(CORPUS):
        for name in names:
            if not name.startswith('found-'):
                os.remove(os.path.join(folder, name))
    extract, program = make_extract(), make_program()
    for folder, files in (('extract', extract), ('program', program)):
        for name, table in files.items():
            put(os.path.join(BASE, folder, name + '.csv'), text_of(table))
    for name, text in DECKS.items():
        put(os.path.join(BASE, name), text)
    for target, name, text in make_texts(extract, program):
        put(os.path.join(CORPUS, target, name), text)
    for target, scripts in SCRIPTS.items():
        for name, text in scripts.items():
            put(os.path.join(CORPUS, target, name), text)
            if text and target not in ('store', 'checkpoint'):
                put(os.path.join(CORPUS, target, name + '-listed'), text + 'digests\n')


if __name__ == '__main__':
    main()
