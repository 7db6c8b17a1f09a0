# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives lines, members and rows of codes.csv and taxonomy.csv of a random case a beginning and an end: void dates [2.7],
versions of lines, dates of death [13.3.2], months in which a row is in force [13.3.5.2].

It draws from a generator of its own, so that the rest of a case is the same with it and without it."""
import random
from datetime import date, timedelta

from case_files import last_day, month_text


def add_life(case, seed):
    r = random.Random('life %d' % seed)
    if case.exact:                                           # its ratios must remain exact
        return
    if r.random() < 0.5:
        births(case, r)
        deaths(case, r)
    if r.random() < 0.6:
        lines(case, r)
    if r.random() < 0.4:
        in_force(case, r, 'codes', 0, ['em', 'health_home'])
    if r.random() < 0.4:
        in_force(case, r, 'taxonomy', 1, ['PCP', 'SPE'])


def in_force(case, r, name, at, values):
    """Gives rows months, mostly of the case's years; later another row may say something else of the same codes."""
    columns, rows = case.tables['program'][name]
    columns += ['from', 'to']
    for row in list(rows):
        row += ['', '']
        if r.random() < 0.5:
            continue
        change = r.randrange((case.base - 1) * 12, case.perf * 12 + 13)
        shape = r.randrange(4)
        if shape in (0, 2, 3):
            row[-1] = month_text(change - 1)
        if shape in (1, 3):
            row[-2] = month_text(r.randrange((case.base - 2) * 12, change))
        if shape == 2:
            again = list(row)
            again[-2], again[-1] = month_text(change + r.choice([0, 0, 1])), ''
            if r.random() < 0.6:
                again[at] = values[1 - values.index(row[at])]
            rows.append(again)


def births(case, r):
    """Lets some members be born after their spans begin, as where a household's span was copied to a newborn."""
    columns, rows = case.tables['extract']['members']
    born = columns.index('birth_date')
    for row in rows:
        if r.random() < 0.15:
            year, month = r.choice([case.base, case.perf]), r.randint(1, 12)
            row[born] = r.choice([date(year, month, 1), last_day(year, month), date(year, month, 15)]).isoformat()


def deaths(case, r):
    columns, rows = case.tables['extract']['members']
    born = columns.index('birth_date')
    columns.append('death_date')
    for row in rows:
        died = ''
        if r.random() < 0.25:
            year, month = r.choice([case.base, case.perf]), r.randint(1, 12)
            died = r.choice([date(year, month, 1), last_day(year, month), date(year, month, 15), date(year - 3, 5, 5),
                             date(case.perf + 3, 1, 1)]).isoformat()
        row.append(died if died >= row[born] else '')


def lines(case, r):
    columns, rows = case.tables['extract']['claims']
    paid, status, amount = (columns.index(name) for name in ('paid_date', 'status', 'paid_amount'))
    columns += ['void_date', 'version']
    edges = [cutoff + timedelta(days) for cutoff in case.cutoff.values() for days in (-1, 0, 1)]
    for row in list(rows):
        row += ['', '']
        if r.random() < {'V': 0.6, 'P': 0.08, 'D': 0.1}[row[status]]:
            row[-2] = max(row[paid], r.choice(edges + [row[paid], row[paid] + timedelta(r.randint(1, 500))]))
        if r.random() < 0.06:                                # an original, its reversal and perhaps its replacement
            later = r.choice(edges + [row[paid] + timedelta(r.randint(0, 90))])
            later = max(later, row[paid])
            names = r.choice([['', 'R', 'A'], ['0', '1', '2'], ['original', 'reversal', 'replacement']])
            row[-1] = names[0]
            changes = [('-' + row[amount]).replace('--', '').replace('-0.00', '0.00'), '12.34'][:r.randint(1, 2)]
            for name, new in zip(names[1:], changes):
                again = list(row)
                again[paid], again[amount], again[-2], again[-1] = later, new, '', name
                rows.append(again)
