# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the amounts, months and tables of a random case: rows in random order, and sometimes an unusual file."""
import csv
import gzip
import io
import os
from datetime import date, timedelta


def cents_text(cents):
    return '%s%d.%02d' % ('-' if cents < 0 else '', abs(cents) // 100, abs(cents) % 100)


def month_text(index):
    return '%04d-%02d' % (index // 12, index % 12 + 1)


def last_day(year, month):
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def write_table(case, path, columns, rows, ordered, may_zip):
    rows = [list(row) for row in rows]
    if not ordered:
        case.r.shuffle(rows)
    columns = list(columns)
    if case.chance(0.2):                                 # an unknown column
        columns.append('remark')
        for row in rows:
            row.append(case.pick(['', 'a, b', 'he said "é"', '7']))
    if case.chance(0.25):
        order = case.r.sample(range(len(columns)), len(columns))
        columns = [columns[i] for i in order]
        rows = [[row[i] for i in order] for row in rows]
    end = '\r\n' if case.chance(0.2) else '\n'
    text = io.StringIO(newline='')
    writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL if case.chance(0.1) else csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows(rows)
    data = text.getvalue()
    if case.chance(0.1):
        data = data[:-len(end)]                          # no newline at the end of the file
    for old in (path + '.csv', path + '.csv.gz'):
        if os.path.exists(old):
            os.remove(old)
    if may_zip and case.chance(0.15):
        with open(path + '.csv.gz', 'wb') as raw, gzip.GzipFile('', 'wb', 6, raw, mtime=0) as packed:
            packed.write(data.encode())
    else:
        with open(path + '.csv', 'wb') as handle:
            handle.write(data.encode())
