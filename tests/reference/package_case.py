#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a state for data packages and checks the packages made from it. Everything is invented.

        package_case.py make FOLDER [--without-part2-lines] [--later]   writes extract, program folder and deck
        package_case.py small FOLDER       checks that no unprotected file has a count of 1 to 10
        package_case.py rest FOLDER SUM    checks what settlement.csv reveals about cost outside the member files

Four IHPs. BIG has 45 members: 30 by primary care, 12 by specialty, 3 by health home. MID has 20: 11 and 9. TINY has
5 by primary care. NOBODY has none. Each member has a visit of $100.00 in both years. Member B00 of BIG has $4,950.00
more in 2025, so that its cost of $5,050.00 is above the cap of $5,000.00.

Lines of programs that treat substance use cost $777.77 each: in 2025 for twelve members of BIG by category of service,
B00 among them, and for four of MID by procedure; in 2024 for three of BIG.

--later: a quarter later. 13 members of BIG by primary care are no longer in the store, 2 of MID have moved to BIG, and
14 others have joined BIG.
"""
import csv
import os
import sys
from decimal import Decimal

ROSTER = {'BIG': '9000000001', 'MID': '9000000002', 'TINY': '9000000003', 'NOBODY': '9000000004'}
PCP, SPE = '9000000011', '9000000012'


def members(later):
    """Returns id, IHP, attribution, payer and risk category of each member."""
    for i in range(45):
        how = 'primary' if i < 30 else 'specialty' if i < 42 else 'home'
        if not (later and 10 <= i < 23):
            yield 'B%02d' % i, 'BIG', how, 'BLUE' if i % 6 == 0 else 'FFS', 'RARE' if i < 5 else 'LOW' if i < 25 else 'MED'
    for i in range(20):
        ihp = 'BIG' if later and i < 2 else 'MID'
        yield 'M%02d' % i, ihp, 'primary' if i < 11 else 'specialty', 'FFS', 'LOW' if i < 4 else 'MED'
    for i in range(5):
        yield 'T%02d' % i, 'TINY', 'primary', 'FFS', 'LOW'
    for i in range(14 if later else 0):
        yield 'N%02d' % i, 'BIG', 'primary', 'FFS', 'MED'
    for i in range(20):
        yield 'Z%02d' % i, None, None, 'FFS', 'LOW'


def lines(later, part2):
    number = 0
    for member, ihp, how, payer, _ in members(later):
        if ihp is None:
            continue
        rows = []
        for year in (2024, 2025):
            code = 'S0280' if how == 'home' else '99213'
            npi = SPE if how == 'specialty' else PCP
            rows.append((year, code, 'professional', '043', ROSTER[ihp], npi, '100.00'))
        if member == 'B00':
            rows.append((2025, '', 'inpatient', '001', '', '', '4950.00'))
        if part2:
            if ihp == 'BIG' and member[0] == 'B' and (int(member[1:]) < 10 or int(member[1:]) in (30, 31)):
                rows.append((2025, '', 'mh_cd', '062', '', '', '777.77'))
            if ihp == 'BIG' and member in ('B01', 'B02', 'B03'):
                rows.append((2024, '', 'mh_cd', '063', '', '', '777.77'))
            if member in ('M03', 'M04', 'M05', 'M06'):
                rows.append((2025, 'H0005', 'professional', '043', '', '', '777.77'))
        for year, code, class_, category, billing, treating, amount in rows:
            number += 1
            yield ('C%04d' % number, 1, member, '%d-03-03' % year, '%d-04-04' % year, 'P', code, class_, category,
                   billing, treating, payer, amount)


def table(folder, name, header, rows):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + '.csv'), 'w', newline='') as handle:
        writer = csv.writer(handle, lineterminator='\n')
        writer.writerow(header.split(','))
        writer.writerows(rows)


def make(folder, part2, later):
    everybody = list(members(later))
    extract, program = os.path.join(folder, 'extract'), os.path.join(folder, 'program')
    table(extract, 'members', 'member_id,birth_date,sex,county',
          [(m[0], '19%02d-02-%02d' % (60 + i % 40, 1 + i % 28), 'F', '') for i, m in enumerate(everybody)])
    table(extract, 'enrollment', 'member_id,month_from,month_to,program,payer,exclusion',
          [(m[0], '2024-01', '2025-12', 'MA', m[3], '') for m in everybody])
    table(extract, 'morbidity', 'member_id,year,acg', [(m[0], y, m[4]) for m in everybody for y in (2024, 2025)])
    table(extract, 'providers', 'npi,taxonomy', [(PCP, '207Q00000X'), (SPE, '208600000X')])
    table(extract, 'claims', 'claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,'
          'billing_npi,treating_npi,payer,paid_amount', lines(later, part2))
    table(program, 'ihps', 'ihp_id,name,track,roster_type,claims_cap',
          [(ihp, ihp.capitalize(), 2, 'all_in', 5000) for ihp in ROSTER])
    table(program, 'rosters', 'ihp_id,quarter,role,npi',
          [(ihp, '2024Q1', 'billing', npi) for ihp, npi in ROSTER.items()])
    table(program, 'trend', 'year,rate', [(2025, '0.03')])
    with open(os.path.join(folder, 'deck.yaml'), 'w') as handle:
        handle.write('store: state.h5\nprogram: program\noutput: result\nsettlement: quarterly\n'
                     'base:        {year: 2024, paid_through: 2025-06-30}\n'
                     'performance: {through: 2025-%s, paid_through: 2025-%s}\n'
                     % (('12', '12-31') if later else ('09', '09-30')))


def rows_of(*path):
    with open(os.path.join(*path), newline='') as handle:
        return list(csv.DictReader(handle))


def small(folder):
    seen = 0
    for ihp in ROSTER:
        for name in sorted(os.listdir(os.path.join(folder, ihp))):
            if not name.endswith('.csv') or name.startswith('protected_'):
                continue
            for row in rows_of(folder, ihp, name):
                if name == 'terms.csv' and not row['term'].startswith('circumstances.'):
                    continue  # of the other terms none is a number of members
                for column, text in row.items():
                    if column in ('track', 'window', 'termination_factor') or not text.isdigit():
                        continue
                    seen += 1
                    if 1 <= int(text) <= 10:
                        sys.exit('%s/%s: %s is %s' % (ihp, name, column, text))
    if seen < 10:
        sys.exit('only %d counts were checked' % seen)


def rest(folder, wanted):
    """Prints the capped cost that settlement.csv gives for each IHP and period, less that of its members; '-' where it
    gives none."""
    said = []
    for ihp in ROSTER:
        row = rows_of(folder, ihp, 'settlement.csv')[0]
        for period, prefix in (('base', 'base_'), ('performance', '')):
            cost, pmpm, months = (row[prefix + name] for name in ('capped_cost', 'tcoc_pmpm', 'member_months'))
            if (cost == '') != (pmpm == '') and (cost, months) != ('0.00', '0'):
                sys.exit('rest: %s, %s: one of %scapped_cost and %stcoc_pmpm is blank' % (ihp, period, prefix, prefix))
            if pmpm and abs(float(cost) / int(months) - float(pmpm)) > 0.0051:
                sys.exit('rest: %s, %s: %s over %s months is not %s' % (ihp, period, cost, months, pmpm))
            own = sum(Decimal(m['capped_cost']) for m in rows_of(folder, ihp, 'protected_members.csv')
                      if m['period'] == period)
            said.append('-' if '' in (pmpm, months) else '%.2f' % (Decimal(cost) - own))
    if ' '.join(said) != wanted:
        sys.exit('rest: %s' % ' '.join(said))


if __name__ == '__main__':
    if sys.argv[1] == 'make':
        make(sys.argv[2], '--without-part2-lines' not in sys.argv, '--later' in sys.argv)
    elif sys.argv[1] == 'small':
        small(sys.argv[2])
    else:
        rest(sys.argv[2], sys.argv[3])
