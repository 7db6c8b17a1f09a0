# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds to a random case for --payments: social risk, care coordination and payment.csv [15, 5.2], more ACG categories,
contracts that end [6.1], and birthdays near the first of a month in which a member turns 1, 18 or 21."""
from datetime import date, timedelta

from case_files import month_text

ACGS = ['0100', '0200', '0300', '0400', '0900', '1300', '1600', '2200', '3200', '3900', '4430', '5070', 'a', 'B']
FACTORS = ['deep_poverty', 'homeless', 'smi', 'spmi', 'sud', 'child_protection', 'parent_smi', 'parent_spmi',
           'parent_sud', 'incarcerated']
CARE = ['HCH', 'BHH', 'IRCC']
NUMBERS = {'flat_first': ['1.00', '1', '0.995'], 'flat_second': ['2.00', '2.125'], 'linear_start': ['2.30'],
           'linear_step': ['0.275', '0.2', '1'], 'log_start': ['6.00', '6.333'], 'top_start': ['17.12', '10'],
           'top_end': ['30.17', '30.17', '17.12'], 'ctc': ['1.00', '1.00', '0.75'],
           'uplift_smi_and_sud': ['0.30', '0'], 'uplift_smi_or_sud': ['0.15'],
           'uplift_homeless_or_incarcerated': ['0.20', '1.5'], 'uplift_cpi_or_parent_spmi': ['0.25'],
           'uplift_parent_smi_or_sud': ['0.40', '0.125']}

POLICIES = {'pbp_months': ['attributed'], 'pbp_percentiles': ['pbp_eligible', 'categories']}


def add_payments(case):
    births(case)
    ends(case)
    columns, rows = case.tables['extract']['morbidity']
    for row in rows:
        if case.chance(0.7):
            row[2] = case.pick(ACGS)
    members = [row[0] for row in case.tables['extract']['members'][1]]
    social_risk(case, members)
    care_coordination(case, members)
    case.table('program', 'payment', ['name', 'value'],
               [[name, case.pick(values) if case.chance(0.4) else values[0]] for name, values in NUMBERS.items()])


def ends(case):
    """Ends contracts on days inside, before and after the performance year, and on both ends of a month."""
    columns, rows = case.tables['program']['ihps']
    days = ['%02d-01' % case.r.randint(1, 12), '%02d-11' % case.r.randint(1, 12), '02-28', '03-31', '06-29', '09-30']
    for row in rows:
        if case.chance(0.3):
            year = case.perf - (1 if case.chance(0.15) else 0)
            row[columns.index('terminated_on')] = '%d-%s' % (year, case.pick(days))
            row[columns.index('termination')] = case.pick(['ihp_without_cause', 'with_cause', 'state_breach'])


def births(case):
    columns, rows = case.tables['extract']['members']
    at = columns.index('birth_date')
    for row in rows:
        if case.chance(0.6):
            first = date(case.perf - case.pick([0, 1, 1, 18, 18, 21, 21]), case.r.randint(1, 12), 1)
            row[at] = (first + timedelta(case.pick([-1, 0, 0, 1]))).isoformat()
        elif case.chance(0.1):
            row[at] = case.pick(['2004-02-29', '2008-02-29', '1900-01-01'])


def months_inside(case):
    """Returns a range of months that overlaps the performance year, or just misses it."""
    first = case.perf * 12 + case.pick([-30, -13, -1, 0, 0, 2, 3, 6, 9, 11, 12])
    return month_text(first), month_text(first + case.pick([0, 0, 1, 2, 5, 11, 40]))


def social_risk(case, members):
    rows = []
    for member in members:
        if case.chance(0.6):
            for factor in case.some(FACTORS, 1, 5):
                for _ in range(case.pick([1, 1, 2])):        # overlapping rows of one factor count once
                    rows.append([member, *months_inside(case), factor])
    if rows and case.chance(0.92):
        case.table('extract', 'social_risk', ['member_id', 'month_from', 'month_to', 'factor'], rows)


def care_coordination(case, members):
    """Makes the final data and the data known when paying: part of the final data, and rows that did not come true."""
    known, paid = [], []
    for member in members:
        if not case.chance(0.4):
            continue
        for m in case.some(range(case.perf * 12 - 1, case.perf * 12 + 13), 1, 8):
            for kind in case.some(CARE, 1, 2):
                if case.chance(0.85):
                    known.append([member, month_text(m), kind])
                if case.chance(0.5):
                    paid.append([member, month_text(m), kind])
    columns = ['member_id', 'month', 'kind']
    if case.chance(0.9):
        case.table('extract', 'care_coordination', columns, known)
    if case.chance(0.75):
        case.table('extract', 'care_coordination_paid', columns, paid if case.chance(0.9) else [])
