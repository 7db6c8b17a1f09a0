# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the report of a result against the CSV files of its folder: read_report.py RESULT REPORT

The page must be well formed and must load nothing. Every number of settlement.csv, of the bootstrap's ratio and final
amount, of the readings and of the bridge must be on it with the same digits, unless it is hidden. What is hidden must
not follow from what is shown: the totals less their parts."""
import csv
import html
import html.parser
import json
import re
import sys
from fractions import Fraction
from pathlib import Path

VOID = {'meta', 'link', 'br', 'hr', 'img', 'input', 'rect', 'path', 'circle', 'line', 'use', 'polygon', 'polyline'}
LEAST_SHOWN = 11


class Page(html.parser.HTMLParser):
    """The tables of a page, by id: rows of cells (text, number as in the CSV or None)."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.labels = [], [], [], []
        self.tables, self.heads, self.details, self.cards = {}, {}, {}, {}
        self.table = self.row = self.cell = self.detail = self.term = None
        self.number, self.problems, self.pictures = None, [], 0

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if 'id' in at:
            self.ids.append(at['id'])
        self.links += [at[name] for name in ('href', 'src', 'data', 'action', 'srcset', 'poster', 'xlink:href')
                       if name in at and tag != 'data']
        self.labels += at.get('aria-labelledby', '').split() + at.get('for', '').split()
        self.problems += [f'<{tag} {name}>: handlers are not allowed' for name in at if name.startswith('on')]
        self.pictures += tag == 'svg'
        if tag == 'table':
            self.table = at['id']
            self.tables[self.table], self.heads[self.table] = [], []
        elif tag == 'tr':
            self.row = []
        elif tag in ('td', 'th') and self.row is not None:
            self.cell, self.number = '', at.get('data-v')
        elif tag == 'details' and 'id' in at:
            self.detail = at['id']
            self.details[self.detail] = ''
        elif tag in ('dt', 'dd'):
            self.cell = ''

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.problems.append(f'</{tag}> has no <{tag}> before it')
        if tag in ('td', 'th') and self.row is not None:
            self.row.append((self.cell.strip(), self.number))
            self.cell = None
        elif tag == 'tr':
            (self.tables if self.row[1:] and self.heads[self.table] else self.heads)[self.table].append(self.row)
            self.row = None
        elif tag == 'details':
            self.detail = None
        elif tag == 'dt':
            self.term, self.cell = self.cell.strip(), None
        elif tag == 'dd':
            self.cards[self.term], self.cell = self.cell.strip(), None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data
        if self.detail is not None:
            self.details[self.detail] += data


def rows_of(folder, name):
    path = folder / f'{name}.csv'
    return list(csv.DictReader(path.open(newline=''))) if path.exists() else []


def dollars(text):
    """1234.50 as people read it."""
    number = f'{abs(float(text)):,.2f}'
    return ('-$' if text.startswith('-') else '$') + number


def check_form(page, text):
    assert not page.problems, page.problems[:5]
    assert not page.open, f'not closed: {page.open}'
    assert len(set(page.ids)) == len(page.ids), sorted(i for i in page.ids if page.ids.count(i) > 1)[:5]
    assert set(page.labels) <= set(page.ids), set(page.labels) - set(page.ids)
    for link in page.links:
        assert link.startswith('#') and link[1:] in page.ids, f'the page refers to {link}'
    assert not re.search(r'\{\{(?!run\}\}</td>)', text), 'a slot is not filled'
    assert not re.search(r'url\(|@import|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|https?://(?!www\.w3\.org/)', text), \
        'the page may load something'
    for piece in ('<defs', '<image', 'currentColor"><text', '<foreignObject'):
        assert piece not in text, piece
    for svg in re.findall(r'<svg.*?</svg>', text, re.S):
        assert 'rgb(' not in svg and not re.search(r'@\d+@', svg) and 'role="img" aria-label="' in svg, svg[:400]
        assert re.search(r'fill\s*=\s*.var\(--', svg), 'a picture without colors of the page'
    assert '<!DOCTYPE html>' in text and '<html lang="en">' in text and '<title>' in text


def check_settlement(page, folder):
    rows = rows_of(folder, 'settlement')
    shown = page.tables['settlement']
    assert [row[0][0] for row in shown] == [row['ihp_id'] for row in rows]
    columns = ['track', 'members', 'base_tcoc_pmpm', 'risk', 'adjusted_target_pmpm', 'tcoc_pmpm', 'ratio', 'outcome',
               'final_amount', 'amount_due']
    hidden = 0
    for i, (row, cells) in enumerate(zip(rows, shown)):
        for column, (text, number) in zip(columns, cells[1:]):
            if text == 'hidden':
                assert number in ('', None), 'a hidden cell has a number'
                hidden += 1
            elif column == 'outcome':
                assert text == row[column].replace('_', ' '), (row['ihp_id'], text)
            else:
                assert number == row[column], (row['ihp_id'], column, number, row[column])
                if column.endswith(('pmpm', 'amount', 'due')) and number:
                    assert text == dollars(number), (text, number)
        steps = page.tables.get(f'steps-{i + 1}')
        if steps is None:
            assert 'hidden' in page.details[f'ihp-{i + 1}']
            continue
        assert 'hidden' not in page.details[f'ihp-{i + 1}']
        for number, (column, step) in enumerate(zip(list(row)[2:], steps), 1):
            assert step[0][0] == str(number)
            assert step[2] == (row[column].replace('_', '_'), None) if column == 'outcome' else step[2][1] == row[column], \
                (row['ihp_id'], column, step)
        assert len(steps) == len(row) - 2 and steps[-1][1][0] == 'Amount due'
    assert hidden or all(f'steps-{i + 1}' in page.tables for i in range(len(rows)))
    if 'hidden' not in page.cards['Amounts due, net']:
        assert page.cards['Amounts due, net'] == dollars(f"{sum(round(float(r['amount_due']) * 100) for r in rows) / 100:.2f}")


def check_table(page, folder, name, table, columns, keep=lambda row: True, order=None):
    """Each row of a CSV file is in the table with the same digits, in any order."""
    rows = [row for row in rows_of(folder, name) if keep(row)]
    if not rows:
        assert table not in page.tables, f'{table} has no file'
        return
    want = sorted([row[c] for c in columns] for row in rows)
    got = []
    for cells in page.tables[table]:
        got.append([text if number is None else number if text != 'hidden' else 'hidden' for text, number in cells])
    if any('hidden' in cells for cells in got):
        assert len(got) == len(rows)
        return
    got.sort()
    assert got == want, next((g, w) for g, w in zip(got + [None] * len(want), want + [None] * len(got)) if g != w)


def check_tables(page, folder):
    check_table(page, folder, 'bootstrap_outcomes', 'outcomes',
                ['ihp_id', 'p_savings', 'p_inside', 'p_losses', 'expected_amount'])
    for statistic, table in (('ratio', 'intervals-ratio'), ('final_amount', 'intervals-amount')):
        check_table(page, folder, 'bootstrap', table,
                    ['ihp_id', 'estimate', 'mean', 'std_error', 'level', 'method', 'lower', 'upper'],
                    lambda row, statistic=statistic: row['statistic'] == statistic)
    effect = ['members_gained', 'members_lost', 'base_members_gained', 'base_members_lost', 'change_in_amount',
              'dollars_moved']
    check_table(page, folder, 'readings_total', 'readings-total', ['policy', 'reading', 'section'] + effect)
    check_table(page, folder, 'bridge', 'bridge-table', ['ihp_id', 'step', 'amount'])
    exclusions = {(row['period'], row['stage']): row for row in rows_of(folder, 'exclusions')}
    for row in page.tables['lines']:
        for period, at in (('base', 1), ('performance', 3)):
            file = exclusions[period, row[0][0]]
            assert row[at][0] == 'hidden' or row[at][1] == file['claim_lines'], row
            assert row[at + 1][0] == 'hidden' or row[at + 1][1] == file['paid_amount'], row
    assert len(page.tables['lines']) == len(exclusions) / 2 - 2
    scenarios = rows_of(folder, 'scenarios')
    change = {}
    for row in scenarios:
        cents = round(float(row['change_in_amount']) * 100)
        change[row['scenario']] = change.get(row['scenario'], 0) + cents
    table = {cells[0][1]: cells for cells in page.tables.get('scenarios', [])}
    assert set(table) == set(change)
    for number, cents in change.items():
        text, shown = table[number][6]
        assert text == 'hidden' or round(float(shown) * 100) == cents, (number, cents, table[number])


def attack(counts, total, what):
    """Subtracts the parts that are shown from a total: every hidden one must still be any number from 1 to 10."""
    hidden = [c for c in counts if c == 'hidden']
    seen = [int(c) for c in counts if c not in ('hidden', '')]
    assert all(c == 0 or c >= LEAST_SHOWN for c in seen), f'{what}: shows a small count'
    if hidden and total != 'hidden':
        rest = int(total) - sum(seen)
        assert len(hidden) >= 2 and rest >= len(hidden) + LEAST_SHOWN - 2, f'{what}: {rest} are {len(hidden)} hidden ones'
    return len(hidden)


def value(cell):
    text, number = cell
    return 'hidden' if text == 'hidden' else number


def check_sums(page, folder):
    """No sum over the IHPs tells the amount of those that are hidden: Track 1 has none."""
    tracks = {row['ihp_id']: row['track'] for row in rows_of(folder, 'settlement')}
    hidden = {row[0][0] for row in page.tables['settlement'] if row[9][0] == 'hidden' and tracks[row[0][0]] != '1'}
    cards = ['Final amounts, savings', 'Final amounts, losses', 'Final amounts, net', 'Amounts due, net']
    for card in cards:
        assert (page.cards[card] == 'hidden') == bool(hidden), (card, page.cards[card], hidden)
    outcomes = [row[8][0] for row in page.tables['settlement']]
    for outcome in ('savings', 'losses'):
        assert page.cards[f'IHPs with {outcome}'] == str(outcomes.count(outcome)), 'an outcome that is hidden'
    for table, first in (('scenarios', 6), ('readings-total', 7)):
        for row in page.tables.get(table, []):
            assert not hidden or all(cell[0] == 'hidden' for cell in row[first:]), (table, row, hidden)


def check_hidden(page, folder):
    stages = page.tables['stages']
    found = 0
    for at in (2, 3):
        all_, attributed = value(stages[0][at]), value(stages[1][at])
        end = next(i for i, row in enumerate(stages) if row[0][0] == 'Not attributed')
        elsewhere = value(stages[end][at])
        found += attack([attributed, elsewhere], all_, 'all members')
        found += attack([value(row[at]) for row in stages[2:end]], attributed, 'attributed')
        found += attack([value(row[at]) for row in stages[end + 1:]], elsewhere, 'not attributed')
        if all_ != 'hidden' and attributed != 'hidden':
            assert int(all_) == int(attributed) + int(elsewhere)
    lines = page.tables['lines']
    for at in (1, 3):
        # The store and the lines outside the period tell the lines inside.
        store, outside = value(lines[0][at]), value(lines[1][at])
        inside = 'hidden' if 'hidden' in (store, outside) else int(store) - int(outside)
        found += attack([value(row[at]) for row in lines[2:]], inside, 'claim lines')
        assert (store == 'hidden') == (value(lines[0][4 - at]) == 'hidden'), 'one period tells the store of the other'
        assert (outside == 'hidden') == (value(lines[1][4 - at]) == 'hidden'), 'one period tells the lines of the other'
        dollars_hidden = [row[0][0] for row in lines[2:] if row[at + 1][0] == 'hidden' and value(row[at]) != '0']
        assert len(dollars_hidden) != 1, dollars_hidden
        dollars_hidden += [row[0][0] for row in lines[:2] if row[at + 1][0] == 'hidden']
        for row in lines:
            assert row[at][0] != 'hidden' or row[at + 1][0] == 'hidden', row
        if not dollars_hidden:
            cents = [round(float(row[at + 1][1]) * 100) for row in lines]
            assert cents[0] == sum(cents[1:]), 'dollars are lost'
    few = {row['period'] for row in rows_of(folder, 'exclusions')
           if row['stage'] == 'above_cap' and 0 < int(row['members']) < LEAST_SHOWN}
    for period, at in (('base', 2), ('performance', 4)):
        assert period not in few or lines[-1][at][0] == 'hidden', 'the dollars of few members above the cap'
    if any(value(cell) == 'hidden' for row in lines for cell in row[1:]):
        told = [row[0][0] for row in page.tables.get('import', []) if row[0][0].startswith('paid_') and row[1][0] != 'hidden']
        assert not told, f'{told} of the import tell hidden lines'
    check_sums(page, folder)
    found += attack([value(row[2]) for row in page.tables['settlement']], value(stages[1][3]), 'members of IHPs')
    for table in ('readings-total', 'readings-ihp'):
        first = 3 if table == 'readings-total' else 4
        for row in page.tables.get(table, []):
            for cell in row[first:first + 4]:
                assert value(cell) in ('hidden', '') or int(value(cell)) == 0 or int(value(cell)) >= LEAST_SHOWN, row
    for row in page.tables.get('moved', []):
        assert value(row[2]) == 'hidden' or int(value(row[2])) == 0 or int(value(row[2])) >= LEAST_SHOWN, row
    for i, row in enumerate(rows_of(folder, 'settlement'), 1):
        small = [column for column in ('base_members', 'members') if 0 < int(row[column]) < LEAST_SHOWN]
        if small:
            # Nothing from which the number could be computed: no months, cost, or amounts.
            assert f'steps-{i}' not in page.tables, row['ihp_id']
            assert page.details[f'ihp-{i}'].count('hidden') == 2, page.details[f'ihp-{i}']
            numbers = [cell for cell in page.tables['settlement'][i - 1][2:] if cell[0] != 'hidden']
            assert 'members' not in small or not numbers or all(n[1] in (row['base_tcoc_pmpm'],) for n in numbers), numbers
            for table in page.tables:
                for cells in page.tables[table] if table not in ('settlement', 'readings-ihp') else []:
                    if cells[0][0] == row['ihp_id']:
                        assert all(text == 'hidden' for text, number in cells[1:] if number is not None), (table, cells)
    return found


class Equations:
    """What a reader knows of hidden numbers: sums of them, over fractions."""

    def __init__(self):
        self.rows = []

    def add(self, terms, total=0):
        """The sum of `terms`, each of them a name of a hidden number or a number, is `total`, one of these too."""
        row = {}
        for sign, cells in ((1, terms), (-1, [total])):
            for cell in cells:
                if isinstance(cell, tuple):
                    row[cell] = row.get(cell, 0) + sign
        row = {name: Fraction(factor) for name, factor in row.items() if factor}
        if row:
            self.rows.append(row)

    def determined(self):
        """Eliminates, and returns the numbers that an equation has alone."""
        done = []
        for row in self.rows:
            for name, other in done:
                if name in row:
                    factor = row[name]
                    for key, number in other.items():
                        row[key] = row.get(key, 0) - factor * number
            row = {key: number for key, number in row.items() if number}
            if not row:
                continue
            name = next(iter(row))
            row = {key: number / row[name] for key, number in row.items()}
            for at, (earlier, other) in enumerate(done):
                if name in other:
                    factor = other[name]
                    merged = {key: other.get(key, 0) - factor * row.get(key, 0) for key in {*other, *row}}
                    done[at] = (earlier, {key: number for key, number in merged.items() if number})
            done.append((name, row))
        return [name for name, row in done if len(row) == 1]


def check_equations(page, folder):
    """No hidden number follows from the sums that are known: of stages, years, members, IHPs, signs and scenarios."""
    e = Equations()
    known = lambda cell, *name: name if value(cell) == 'hidden' else 0
    lines, stages = page.tables['lines'], page.tables['stages']
    imported = {row[0][0]: row[1] for row in page.tables.get('import', [])}
    settlement = rows_of(folder, 'settlement')
    years = {at: str(json.load((folder / 'manifest.json').open())['deck'].get(f'{name}.year', ''))
             for at, name in ((1, 'base'), (3, 'performance'))}
    for what, shift in (('lines', 0), ('cents', 1)):
        for at in (1, 3):
            cells = {row[0][0]: known(row[at + shift], what, at, row[0][0]) for row in lines}
            # A stage without a line is known to be empty, and the store is that of both periods.
            for row in lines[1:]:
                cells[row[0][0]] = 0 if value(row[at]) == '0' else cells[row[0][0]]
            cells['store'] = known(lines[0][at + shift], what, 'store')
            e.add([cell for stage, cell in cells.items() if stage != 'store'], cells['store'])
            paid = imported.get(f'paid_{what}.{years[at]}')
            if paid is not None:
                e.add([known(paid, 'paid', what, at), cells['outside_period'], cells.get('not_paid', 0)], cells['store'])
        outside = [known(lines[1][at + shift], what, at, 'outside_period') for at in (1, 3)]
        e.add(outside, known(lines[0][1 + shift], what, 'store'))
    end = next(i for i, row in enumerate(stages) if row[0][0] == 'Not attributed')
    for at in (2, 3):
        part = [known(row[at], 'members', at, i) if value(row[at]) != '0' else 0 for i, row in enumerate(stages)]
        part[0] = known(stages[0][at], 'members', 'all')
        e.add([part[1], part[end]], part[0])
        e.add(part[2:end], part[1])
        e.add(part[end + 1:], part[end])
    e.add([known(row[2], 'members', 'of', row[0][0]) for row in page.tables['settlement']],
          known(stages[1][3], 'members', 3, 1))
    amount = {cells[0][0]: known(cells[9], 'amount', cells[0][0]) if row['track'] != '1' and float(row['final_amount']) else 0
              for row, cells in zip(settlement, page.tables['settlement'])}
    cards = {name: known((text, None), 'card', name) for name, text in page.cards.items()}
    e.add(list(amount.values()), cards['Final amounts, net'])
    e.add([cards['Final amounts, savings'], cards['Final amounts, losses']], cards['Final amounts, net'])
    for sign, card in ((1, 'Final amounts, savings'), (-1, 'Final amounts, losses')):
        # The files say who has savings; a reader may guess it.
        own = [row['ihp_id'] for row in settlement if float(row['final_amount']) * sign > 0]
        e.add([amount[ihp] for ihp in own], cards[card])
    rows = rows_of(folder, 'scenarios')
    for cells in page.tables.get('scenarios', []):
        moved = [row['ihp_id'] for row in rows if row['scenario'] == cells[0][1] and float(row['change_in_amount'])]
        e.add([('change', cells[0][1], ihp) for ihp in moved if amount[ihp]],
              known(cells[6], 'scenario', cells[0][1]))
    # Sums that are hidden only because they would tell others may follow.
    told = [name for name in e.determined() if name[0] not in ('card', 'paid', 'scenario')]
    assert not told, told


def check_money(page, folder):
    """Payers, quality and payments are those of the files, and hide few members, also against subtraction."""
    settlement = {row['ihp_id']: row for row in rows_of(folder, 'settlement')}
    hidden_ihps = {row[0][0] for row in page.tables['settlement'] if row[9][0] == 'hidden'}
    found = 0
    for name, table, columns in (
            ('payer_split', 'payer-split', ['ihp_id', 'payer', 'member_months', 'share', 'interim_paid', 'amount']),
            ('quality_scores', 'quality-scores', ['ihp_id', 'section', 'category', 'points', 'points_available', 'weight',
                                                  'score']),
            ('quality', 'quality-points', ['ihp_id', 'measure', 'rate', 'baseline', 'benchmark', 'achievement_points',
                                           'improvement_points', 'points', 'points_available']),
            ('payments_quarter', 'payments-quarter', ['ihp_id', 'quarter', 'member_months', 'average_pmpm', 'pbp_payment',
                                                      'ctc_dollars']),
            ('reconcile', 'reconcile', ['ihp_id', 'reason', 'member_months', 'amount'])):
        rows = rows_of(folder, name)
        if name.startswith('quality'):
            rows = [row for row in rows if row['ihp_id'] not in hidden_ihps]
        assert (table in page.tables) == bool(rows_of(folder, name)), f'{table}: is there without its file, or is not'
        assert len(rows) == len(page.tables.get(table, [])), (table, len(rows))
        for row, cells in zip(rows, page.tables.get(table, [])):
            for column, (text, number) in zip(columns, cells):
                want = row[column].replace('_', ' ') if column in ('category', 'reason') else row[column]
                assert text == 'hidden' or (text if number is None else number) == want, (table, column, row, text)
    for ihp, row in settlement.items():
        cells = [cell[2] for cell in page.tables['payer-split'] if cell[0][0] == ihp]
        months = [value(cell) for cell in cells]
        assert all(m in ('hidden', '0') or int(m) > 120 for m in months), (ihp, months)
        assert months.count('hidden') != 1, (ihp, months)
        found += months.count('hidden')
    for row in page.tables.get('payments-quarter', []):
        months = value(row[2])
        assert months in ('hidden', '0', '') or int(months) > 30, row
        assert row[0][0] not in hidden_ihps or settlement[row[0][0]]['track'] == '1' or months == 'hidden', row
        assert months != 'hidden' or row[3][0] == row[4][0] == 'hidden', row
    for row in page.tables.get('reconcile', []):
        assert value(row[2]) in ('hidden', '0') or int(value(row[2])) > 120, row
        assert row[2][0] != 'hidden' or row[3][0] == 'hidden', row
    return found


def check_notices(page, text, folder):
    """Every notice is there; a number of 1 to 10 that may count people or lines is not."""
    notices = json.load((folder / 'manifest.json').open())['notices']
    items = [html.unescape(item) for item in re.findall(r'<li>(?!<a)(.*?)</li>', text, re.S)]
    assert len(items) == len(notices)
    for notice, item in zip(notices, items):
        things = '(?!payment runs?|(more )?(payer|file)s?|more months?|years?|days?|of the 12 months)'
        assert not re.search(rf'(?:^|(?<!Track) |\()(?:[1-9]|10) {things}[a-z]|lines? [0-9]', item), item
        pattern = re.escape(item).replace(r'under\ 11', '(.{1,2})').replace(r'\[hidden\]', '([0-9, ]+)')
        assert re.fullmatch(pattern, notice), (notice, item)
        if any(text == 'hidden' for row in page.tables['lines'] for text, _ in row):
            assert not re.search(r'(?<!under )(?<![0-9])[1-9][0-9,]* lines', item), item


def check_import(page, folder):
    """The record of the import is there but for few rows and their dollars."""
    record = json.load((folder / 'manifest.json').open())['import']
    table = {row[0][0]: row[1][0] for row in page.tables.get('import', [])}
    assert list(table) == list(record)
    few = False
    lines_hidden = any(text == 'hidden' for row in page.tables['lines'] for text, _ in row)
    for key, number in record.items():
        if key.startswith('paid_') and lines_hidden:
            assert table[key] == 'hidden', key
        elif key.endswith('_cents') or '_cents.' in key:
            assert table[key] == ('hidden' if few else dollars(f'{number / 100:.2f}')), key
        elif key not in ('program_version', 'files'):
            few = 0 < number < LEAST_SHOWN
            assert table[key] == ('under 11' if few else f'{number:,}'), key


def main():
    folder, report = Path(sys.argv[1]), Path(sys.argv[2])
    text = report.read_text(encoding='utf-8')
    page = Page()
    page.feed(text)
    page.close()
    check_form(page, text)
    check_notices(page, text, folder)
    check_import(page, folder)
    check_settlement(page, folder)
    check_tables(page, folder)
    hidden = check_hidden(page, folder) + check_money(page, folder)
    check_equations(page, folder)
    print(f'hidden {hidden}, pictures {page.pictures}, tables {len(page.tables)}')


main()
