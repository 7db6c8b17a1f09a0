#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks the small numbers that data packages hide, with exact fractions and nothing but Python's own library.

    attack_package.py RESULT PACKAGES

For each IHP it takes every number of the files that are not protected (CSV files, README.txt, report.html,
settlement.xlsx), puts them into the identities of the settlement, and narrows what each hidden number can be: by
elimination in the identities that are sums, and by bounds in all of them. A hidden number from 1 to 10 that can no
longer be each of 1 to 10 is reported. RESULT, the folder of the same settlement, has the true numbers.

The attack must be able to win: where one of two numbers is given away, it has to find the other, and where an amount
is, the members on whom it depends. It does not know how the numbers to hide are chosen."""
import csv
import os
import re
import sys
from fractions import Fraction

sys.dont_write_bytecode = True
import workbook  # noqa: E402

LEAST_SHOWN = 11
INFINITE = Fraction(10) ** 15
STEPS = ('base_members base_member_months base_capped_cost base_tcoc_pmpm base_risk members member_months capped_cost '
         'tcoc_pmpm risk trend_factor target_pmpm adjusted_target_pmpm ratio gross_difference outcome '
         'shared_before_pbp pbp_offset shared_amount quality_score quality_adjusted circumstance_reduction '
         'termination_factor final_amount interim_paid amount_due').split()
# What is exact: numbers of members and months, and dollars that are not rounded from anything.
EXACT = re.compile(r'members|months|capped_cost|interim_paid|final_amount|amount_due|payer|attribution|affected')
PERIODS = {'base': ('base_members', 'base_member_months', 'base_risk'),
           'performance': ('members', 'member_months', 'risk')}
COUNTS = re.compile('members|months|attribution|affected')


def rows_of(*path):
    path = os.path.join(*path)
    if not os.path.exists(path):
        return []
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


# ---- the numbers of the files --------------------------------------------------------------------

def names_of(file, row):
    """The names of the numbers in a row of a CSV file."""
    if file == 'settlement':
        return {column: column for column in row if column in STEPS}
    if file == 'attribution':
        return {'members': 'attribution.%s.%s.%s' % (row['period'], row['reason'], row['window'])}
    if file == 'risk_scores':
        return {column: 'risk.%s.%s.%s' % (row['period'], row['acg'], column)
                for column in ('members', 'member_months', 'weight')}
    if file == 'payer_split':
        return {column: 'payer.%s.%s' % (row['payer'], column)
                for column in ('member_months', 'share', 'interim_paid', 'amount')}
    if file == 'terms' and row['term'].startswith('circumstances.'):
        return {'value': 'affected.' + row['term'][14:]}
    if file == 'terms' and row['term'] in ('quality_score', 'quality_share', 'interim_paid'):
        return {'value': row['term']}
    return {}


FILES = ('settlement', 'attribution', 'risk_scores', 'payer_split', 'terms')


class Numbers:
    """Intervals in which numbers are, by name."""

    def __init__(self):
        self.interval = {}

    def take(self, name, text):
        """Takes a printed number: any within half of its last digit, unless it is exact."""
        text = str(text).replace(',', '').replace('$', '')
        if not re.fullmatch(r'-?\d+(\.\d+)?(e-?\d+)?', text):
            return
        value = Fraction(text)
        places = len(text.partition('.')[2]) if 'e' not in text else 20
        digits = len(text.lstrip('-0.').replace('.', ''))
        error = 0 if EXACT.search(name) else Fraction(1, 2 * 10 ** max(places, 2 if places else 12 - min(digits, 11)))
        self.narrow(name, value - error, value + error)

    def of(self, name):
        return self.interval.get(name, (-INFINITE, INFINITE))

    def narrow(self, name, low, high):
        """Cuts an interval. Returns true if it became smaller by more than a little."""
        before = self.of(name)
        if COUNTS.search(name):
            low, high = Fraction(-(-low // 1)), Fraction(high // 1)
        cut = max(before[0], low), min(before[1], high)
        if cut[0] > cut[1]:  # two files print one number with other digits
            cut = (cut[0] + cut[1]) / 2, (cut[0] + cut[1]) / 2
        self.interval[name] = cut
        return before[1] - before[0] - (cut[1] - cut[0]) > Fraction(1, 1000) * min(before[1] - before[0], 1)

    def is_known(self, name):
        low, high = self.of(name)
        return high - low < Fraction(2, 100)

    def copy(self):
        other = Numbers()
        other.interval = dict(self.interval)
        return other


def read_report(path, numbers):
    """The tables of report.html; those with the columns of a CSV file have its rows."""
    with open(path, encoding='utf-8') as file:
        page = file.read()
    columns = {'payer-split': ('payer_split', ['payer', 'member_months', 'share', 'interim_paid', 'amount']),
               'attribution': ('attribution', ['period', 'reason', 'window', 'members']),
               'risk-scores': ('risk_scores', ['period', 'acg', 'members', 'member_months', 'weight']),
               'terms-table': ('terms', ['term', 'value', 'section'])}
    for table, body in re.findall(r'<table id="([a-z0-9-]+)"(.*?)</table>', page, re.S):
        for row in re.findall(r'<tr.*?</tr>', body, re.S):
            cells = [re.search(r'data-v="([^"]*)"', cell[0]).group(1) if 'data-v' in cell[0] else
                     re.sub(r'<[^>]+>', '', cell[1]) for cell in re.findall(r'<t[dh]([^>]*)>(.*?)</t[dh]>', row, re.S)]
            if table == 'steps-1' and len(cells) == 6 and cells[0].isdigit():
                numbers.take(STEPS[int(cells[0]) - 1], cells[2])
            elif table in columns:
                file, names = columns[table]
                row = dict(zip(names, cells))
                if 'reason' in row:
                    row['reason'] = row['reason'].replace(' ', '_')
                for column, name in names_of(file, row).items() if len(row) == len(names) else ():
                    numbers.take(name, row[column])


def read_workbook(path, ihp, numbers):
    book = workbook.Workbook(path)
    for (sheet, name), place in book.names.items():
        if sheet == ihp and name in STEPS + ['circumstances_share']:
            numbers.take(name, '%.15g' % book.value(*place) if isinstance(book.value(*place), float) else '')
    for sheet in book.sheets:
        header = None
        for row in range(1, 200):
            cells = [book.value(sheet, '%s%d' % (column, row)) for column in 'ABCDEF']
            if 'ihp_id' == cells[0]:
                header = cells
            elif header is not None and cells[0] == ihp:
                row = dict(zip(header, ['%.15g' % cell if isinstance(cell, float) else cell for cell in cells]))
                file = 'terms' if 'term' in row else 'payer_split' if 'payer' in row else 'risk_scores'
                for column, name in names_of(file, row).items():
                    numbers.take(name, row[column])
            elif re.fullmatch(r'\d{4}-\d\d', str(cells[1])) and isinstance(cells[2], float) and sheet == ihp:
                numbers.take('affected.' + cells[1], '%d' % cells[2])


def read_readme(path, numbers):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    for pattern, name in ((r'quality score: ([0-9.]+)', 'quality_score'),
                          (r'losses that is cancelled: ([0-9.]+)', 'circumstances_share'),
                          (r'Mean share of the members in these months: ([0-9.]+)', 'mean_share'),
                          (r'members lived there: ([0-9]+)', 'counting')):
        for number in re.findall(pattern, text):
            numbers.take(name, number)


def read_package(folder, ihp):
    """The numbers of a package, and the names that have a row but no number in the CSV files."""
    numbers, hidden, texts = Numbers(), [], {}
    for file in FILES:
        for row in rows_of(folder, ihp, file + '.csv'):
            texts.update({key: row[key] for key in ('outcome',) if key in row})
            for column, name in names_of(file, row).items():
                if row[column] == '':
                    hidden.append(name)
                numbers.take(name, row[column])
    read_readme(os.path.join(folder, ihp, 'README.txt'), numbers)
    read_report(os.path.join(folder, ihp, 'report.html'), numbers)
    if os.path.exists(os.path.join(folder, ihp, 'settlement.xlsx')):
        read_workbook(os.path.join(folder, ihp, 'settlement.xlsx'), ihp, numbers)
    return numbers, hidden, texts


def read_truth(result, ihp):
    truth = {}
    for file, name in [(file, file) for file in FILES] + [('attribution', 'attribution_summary')]:
        for row in rows_of(result, name + '.csv'):
            if row['ihp_id'] == ihp:
                for column, number in names_of(file, row).items():
                    if row[column] not in ('', 'no_settlement', 'savings', 'losses', 'inside_threshold'):
                        truth[number] = Fraction(row[column])
    return truth


# ---- the identities ------------------------------------------------------------------------------

def identities(names, texts):
    """Sums, each a list of (factor, name) that is 0, and products, each two lists of names that are equal."""
    sums, products = [], []

    def adds_up(parts, total):
        if parts:
            sums.append([(1, part) for part in parts] + [(-1, total)])

    for period, (members, months, risk) in PERIODS.items():
        adds_up([n for n in names if n.startswith('attribution.%s.' % period)], members)
        categories = [n[:-8] for n in names if n.startswith('risk.%s.' % period) and n.endswith('.members')]
        adds_up([n + '.members' for n in categories], members)
        adds_up([n + '.member_months' for n in categories], months)
        adds_up(['weighted.' + n for n in categories], 'weighted.' + period)
        products += [(['weighted.' + n], [n + '.weight', n + '.member_months']) for n in categories]
        products.append((['weighted.' + period], [risk, months]))
    payers = [n[:-14] for n in names if n.startswith('payer.') and n.endswith('.member_months')]
    for column, total in (('member_months', 'member_months'), ('share', 'final_amount'),
                          ('interim_paid', 'interim_paid'), ('amount', 'amount_due')):
        adds_up(['%s.%s' % (payer, column) for payer in payers], total)
    sums += [[(1, p + '.share'), (-1, p + '.interim_paid'), (-1, p + '.amount')] for p in payers]
    sums += [[(1, 'final_amount'), (-1, 'interim_paid'), (-1, 'amount_due')],
             [(1, 'shared_before_pbp'), (-1, 'pbp_offset'), (-1, 'shared_amount')],
             [(1, 'adjusted_target_pmpm'), (-1, 'tcoc_pmpm'), (-1, 'difference')],
             [(1, 'quality_adjusted'), (1, 'circumstance_reduction'), (-1, 'reduced')]]
    products += [(['base_capped_cost'], ['base_tcoc_pmpm', 'base_member_months']),
                 (['capped_cost'], ['tcoc_pmpm', 'member_months']),
                 (['target_pmpm'], ['base_tcoc_pmpm', 'trend_factor']),
                 (['adjusted_target_pmpm', 'base_risk'], ['target_pmpm', 'risk']),
                 (['tcoc_pmpm'], ['ratio', 'adjusted_target_pmpm']),
                 (['gross_difference'], ['difference', 'member_months']),
                 (['final_amount'], ['reduced', 'termination_factor'])]
    if texts.get('outcome') == 'losses':
        # affected.all: the members of the months that count, at a twelfth of a year each.
        products += [(['-circumstance_reduction'], ['quality_adjusted', 'circumstances_share']),
                     (['affected.all'], ['circumstances_share', 'twelve members']),
                     (['twelve members'], ['12', 'members']), (['affected.all'], ['mean_share', 'counting', 'members'])]
        sums.append([(1, '-circumstance_reduction'), (1, 'circumstance_reduction')])
    return sums, products


def start(numbers, names):
    """What is known of any numbers: signs, and that a row is there because it has somebody."""
    for name in names:
        if name.endswith('member_months'):
            numbers.narrow(name, Fraction(0), INFINITE)
        elif re.search(r'members|attribution|affected', name):
            numbers.narrow(name, Fraction(1 if '.' in name else 0), INFINITE)
    numbers.narrow('12', Fraction(12), Fraction(12))


# ---- narrowing -----------------------------------------------------------------------------------

def multiply(a, b):
    ends = [x * y for x in a for y in b]
    return max(min(ends), -INFINITE), min(max(ends), INFINITE)


def eliminate(numbers, sums):
    """Solves the sums for the numbers that are not known. Returns true if that narrows any."""
    rows = []
    for terms in sums:
        factors, low, high = {}, Fraction(0), Fraction(0)
        for factor, name in terms:
            if numbers.is_known(name):
                part = multiply((Fraction(-factor),) * 2, numbers.of(name))
                low, high = low + part[0], high + part[1]
            else:
                factors[name] = factors.get(name, Fraction(0)) + factor
        rows.append((factors, (low, high)))
    done = []
    while rows:
        factors, right = rows.pop()
        if not factors:
            continue
        pivot = next(iter(factors))
        scale = 1 / factors[pivot]
        factors = {name: factor * scale for name, factor in factors.items()}
        right = multiply((scale, scale), right)

        def without(row):
            other, far = row
            factor = other.get(pivot, Fraction(0))
            if factor == 0:
                return row
            left = {n: other.get(n, Fraction(0)) - factor * factors.get(n, Fraction(0)) for n in {**other, **factors}}
            part = multiply((-factor, -factor), right)
            return {n: f for n, f in left.items() if f != 0}, (far[0] + part[0], far[1] + part[1])
        rows, done = [without(row) for row in rows], [without(row) for row in done] + [(factors, right)]
    return any([numbers.narrow(next(iter(f)), *multiply((1 / next(iter(f.values())),) * 2, right))
                for f, right in done if len(f) == 1])


def bound_sum(numbers, terms):
    parts = [multiply((Fraction(factor),) * 2, numbers.of(name)) for factor, name in terms]
    all_low, all_high = sum(part[0] for part in parts), sum(part[1] for part in parts)
    changed = False
    for (factor, name), part in zip(terms, parts):
        low, high = part[1] - all_high, part[0] - all_low
        if max(abs(low), abs(high)) < INFINITE / 2:
            changed = numbers.narrow(name, *multiply((1 / Fraction(factor),) * 2, (low, high))) or changed
    return changed


def bound_product(numbers, left, right):
    def product(names):
        interval = Fraction(1), Fraction(1)
        for name in names:
            interval = multiply(interval, numbers.of(name))
        return interval
    changed = False
    for own, other in ((left, right), (right, left)):
        for name in own:
            divisor, dividend = product([n for n in own if n != name]), product(other)
            if divisor[0] <= 0 <= divisor[1] or max(map(abs, dividend)) >= INFINITE:
                continue
            quotient = multiply(dividend, (1 / divisor[1], 1 / divisor[0]))
            changed = numbers.narrow(name, *quotient) or changed
    return changed


def narrow_all(numbers, names, texts):
    sums, products = identities(names, texts)
    start(numbers, names)
    for _ in range(20):
        changed = [eliminate(numbers, sums)]
        changed += [bound_sum(numbers, terms) for terms in sums]
        changed += [bound_product(numbers, *both) for both in products]
        if not any(changed):
            return


# ---- what is found -------------------------------------------------------------------------------

def is_small(count):
    return 0 < count < LEAST_SHOWN


def found(numbers, hidden, truth):
    """The hidden numbers of members that are told: of 1 to 10, one is ruled out; of months, all but one."""
    told = []
    members = truth['members']
    for name in hidden:
        true, (low, high) = truth.get(name), numbers.of(name)
        is_count = COUNTS.search(name) is not None
        error = 0 if is_count else Fraction(1, 100)
        if true is None:
            continue
        if not low - error <= true <= high + error:
            told.append('%s: is %s, and %s to %s here; a file or an identity is wrong' % (name, true, low, high))
        elif name.endswith('months') and low == high:
            told.append('%s: is %s' % (name, low))
        elif name.startswith('affected.') and is_small(members - true) and not is_small(true):
            if low > members - (LEAST_SHOWN - 1) or high < members - 1:
                told.append('%s: is %s to %s of %s' % (name, low, high, members))
        elif is_count and not name.endswith('months') and is_small(true) and \
                (low > 1 or high < min(LEAST_SHOWN - 1, true if name in ('members', 'base_members') else 10)):
            told.append('%s: is %s to %s' % (name, low, high))
    # The members of the months that count, at least a fifth of all; if 10 would, a small number tells that it does not.
    months = [n for n in hidden if n.startswith('affected.') and n in truth]
    matters = [n for n in months if (is_small(truth[n]) or is_small(members - truth[n]))
               and (truth[n] * 5 >= members or (LEAST_SHOWN - 1) * 5 >= members)]
    low, high = numbers.of('affected.all')
    if matters and low == high:
        told.append('the hidden months of %s sum to %s with those shown' % (', '.join(matters), low))
    return told


def attack(numbers, hidden, texts, truth):
    names = sorted(set(numbers.interval) | set(hidden))
    narrow_all(numbers, names, texts)
    return found(numbers, hidden, truth)


def main(result, packages):
    failures, hides, bites = [], 0, 0
    for ihp in sorted(entry.name for entry in os.scandir(packages) if entry.is_dir()):
        numbers, hidden, texts = read_package(packages, ihp)
        truth = read_truth(result, ihp)
        counts = [n for n in hidden if COUNTS.search(n) and n in truth]
        hides += len(counts)
        failures += ['%s: %s' % (ihp, told) for told in attack(numbers.copy(), hidden, texts, truth)]
        # Which risk categories there are tells the least number of members, seldom less than all of few.
        failures += ['%s: %s is hidden, and risk categories of the period are not' % (ihp, members)
                     for period, (members, _, _) in PERIODS.items() if members in hidden
                     and any(row['period'] == period for row in rows_of(packages, ihp, 'risk_scores.csv'))]
        # Each hidden number of a pair tells the other; a reduction tells the months that count.
        groups = [[n for n in counts if re.match(group, n)] for group in (
            'attribution.base', 'attribution.perf', 'risk.base.*rs$', 'risk.perf.*rs$', 'payer.*hs$')]
        given = [group[0] for group in groups if len(group) == 2 and not {'members', 'base_members'} & set(hidden)]
        if 'circumstance_reduction' in hidden and 'quality_adjusted' not in hidden:
            given += ['circumstance_reduction', 'final_amount', 'amount_due']
        for name in given:
            more = numbers.copy()
            more.take(name, '%.2f' % truth[name] if '.' not in name else truth[name])
            bites += 1
            if not attack(more, [n for n in hidden if n != name], texts, truth):
                failures.append('%s: with %s given away, the attack finds nothing' % (ihp, name))
    print('hidden %d, given away %d' % (hides, bites))
    print('\n'.join(failures))
    return 1 if failures or hides == 0 or bites == 0 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
