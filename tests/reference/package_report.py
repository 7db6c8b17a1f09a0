#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the report of a data package against the CSV files of its folder.

        package_report.py PACKAGES IHP OTHER...

The tables of the report have the numbers of the files, in the same rows, and "hidden" where a number of members is
blank. The page loads nothing, has no other IHP, and no number that the files do not have."""
import csv
import html.parser
import os
import re
import sys

# The table of the page: its file, and its columns there.
TABLES = {
    'payer-split': ('payer_split.csv', ['payer', 'member_months', 'share', 'interim_paid', 'amount']),
    'attribution': ('attribution.csv', ['period', 'reason', 'window', 'members']),
    'risk-scores': ('risk_scores.csv', ['period', 'acg', 'members', 'member_months', 'weight']),
    'terms-table': ('terms.csv', ['term', 'value', 'section']),
}


class Page(html.parser.HTMLParser):
    """Collects the rows of each table: a number by its data-v, a text by itself."""

    def __init__(self):
        super().__init__()
        self.tables, self.text, self.links, self.cell = {}, '', [], None

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        self.links += [at[name] for name in ('href', 'src', 'action') if name in at and not at[name].startswith('#')]
        if tag == 'table':
            self.rows = self.tables.setdefault(at['id'], [])
        elif tag == 'tr':
            self.rows.append([])
        elif tag in ('td', 'th'):
            self.cell = ['', at.get('data-v')]
            self.rows[-1].append(self.cell)

    def handle_endtag(self, tag):
        if tag in ('td', 'th'):
            self.cell = None

    def handle_data(self, data):
        self.text += data
        if self.cell is not None:
            self.cell[0] += data


def rows_of(*path):
    with open(os.path.join(*path), newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def main(folder, ihp, *others):
    problems = []
    page = Page()
    with open(os.path.join(folder, ihp, 'report.html'), encoding='utf-8') as file:
        page.feed(file.read())
    for table, (name, columns) in TABLES.items():
        rows, shown = rows_of(folder, ihp, name), page.tables[table][1:]
        if len(rows) != len(shown):
            problems.append('%s has %d rows, %s has %d' % (table, len(shown), name, len(rows)))
        for row, cells in zip(rows, shown):
            for column, (text, number) in zip(columns, cells):
                seen = text.replace(' ', '_') if number is None and table == 'attribution' else number or text
                if number is None and row[column] == '' and text == 'hidden':
                    continue
                if (number if number is not None else seen) != row[column]:
                    problems.append('%s: %s is %r and %r in the file' % (table, column, seen, row[column]))
                if row[column] == '' and number is not None and text not in ('hidden', '-'):
                    problems.append('%s: %s is blank in the file and %r here' % (table, column, text))
    settlement = rows_of(folder, ihp, 'settlement.csv')[0]
    steps = page.tables.get('steps-1', [])
    if (settlement['outcome'] == '') != (steps == []):
        problems.append('the steps are there only if the outcome is')
    # Where a result is hidden, the inputs are not shown, either: a number of theirs may be what is hidden.
    for cells in steps[1:]:
        if cells[2][0] == 'hidden' and cells[5][0] not in ('', 'not shown'):
            problems.append('line %s is hidden, and its inputs are %r' % (cells[0][0], cells[5][0]))
    numbers = [cells[2][1] for cells in steps[1:] if cells[2][1] is not None]
    if steps and not set(numbers) <= set(settlement.values()):
        problems.append('a step is not in settlement.csv: %s' % (set(numbers) - set(settlement.values())))
    if steps and settlement['amount_due'] != (steps[-1][2][1] or ''):
        problems.append('the last step is not amount_due')
    files = set(re.findall(r'[a-z_]+\.csv', page.text))
    files -= set(os.listdir(os.path.join(folder, ihp)))
    problems += ['the page names %s, which is not there' % name for name in sorted(files)]
    if page.text.count('PMPMs and amounts are printed to the cent') != 1:
        problems.append('the page explains the steps once')
    problems += ['the page has %s' % other for other in others if other in page.text]
    problems += ['the page leads to %s' % link for link in page.links]
    print('\n'.join(problems))
    return 1 if problems else 0


sys.exit(main(*sys.argv[1:]))
