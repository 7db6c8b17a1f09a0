#!/usr/bin/env python3
"""Quality scores by another way: exact fractions, written from the methodology and the contract's tables alone.

    quality_case.py make --seed N -o FOLDER      a deck and a program folder full of edges
    quality_case.py expect DECK -o FOLDER        the quality.csv and quality_scores.csv that it must give

Rates lie on the ends of bands, a person beside them, and anywhere; samples, baselines, benchmarks, groups and whole
categories lack.  The deck needs no store: it is for `ihp quality`.
"""

import argparse
import csv
import os
import random
from fractions import Fraction

import reference

YEAR = 2025
GROUPS = ['Asian/Pacific Islander', 'Black', 'Hispanic', 'Native American', 'White']
PERCENTILES = ['p30', 'p40', 'p50', 'p60', 'p70', 'p80']
TWO = Fraction(2)

# ---------------------------------------------------------------- the contract's tables, in percent


def points_by(table, value):
    """The points of the last row whose lower end the value reaches; 0 before the first."""
    value = Fraction(reference.twelve(value)) * 100
    reached = [points for end, points in table if value >= end]
    return Fraction(reached[-1]) if reached else Fraction(0)


ACHIEVEMENT = [(-4, '0.5'), (-2, '1'), (0, '1.2'), (2, '1.4'), (4, '1.6'), (6, '1.8'), (8, '2')]
IMPROVEMENT = [(3, '1'), (4, '1.2'), (5, '1.4'), (6, '1.6'), (7, '1.8'), (8, '2')]
ALONE = [(1, '0.25'), (2, '0.5'), (3, '0.75'), (4, '1'), (5, '1.25'), (6, '1.5'), (7, '1.75'), (8, '2')]
GAP = [(5, '1'), (10, '1.2'), (20, '1.4'), (30, '1.6'), (40, '1.8'), (50, '2')]


def survey_points(difference):
    percent = Fraction(reference.twelve(difference)) * 100
    return TWO if percent > 3 else Fraction(3, 2) if percent >= -3 else Fraction(0)


def percentile_points(rate, thresholds, lower):
    reached = sum(1 for t in thresholds if (rate <= t if lower else rate >= t))
    return Fraction(['0', '1', '1.2', '1.4', '1.6', '1.8', '2'][reached])


# ---------------------------------------------------------------- scores

class Quality:
    def __init__(self, deck_path):
        with open(deck_path, encoding='utf-8') as handle:
            deck = reference.parse_deck(handle.read())
        folder = os.path.join(os.path.dirname(deck_path), deck['program'])
        policies = deck.get('policies') or {}
        self.year = int(deck['performance']['year'])
        self.relative = policies.get('benchmark_difference', 'relative') == 'relative'
        self.reference_group = policies.get('reference_group', 'White')
        self.ihps = reference.read_table(folder, 'ihps')
        self.measures = reference.read_table(folder, 'measures')
        self.benchmarks = {(r['measure'], int(r['year'])): r for r in reference.read_table(folder, 'benchmarks')}
        self.rows = {(r['ihp_id'], r['measure'], int(r['year']), r['group']): r
                     for r in reference.read_table(folder, 'quality')}

    def rate(self, *key):
        row = self.rows.get(key)
        if row is None or row['sufficient'] != '1' or row['denominator'] == '':
            return None
        return Fraction(int(row['numerator']), int(row['denominator']))

    def measure(self, ihp, m):
        """A row of quality.csv behind its two keys, as fractions and None."""
        i, name, scoring = ihp['ihp_id'], m['measure'], m['scoring']
        sign = -1 if m['lower_is_better'] == '1' else 1
        row = self.rows.get((i, name, self.year, ''))
        limits = self.benchmarks.get((name, self.year), {})
        comparable = limits.get('comparable', '') != '0'
        rate, base = self.rate(i, name, self.year, ''), self.rate(i, name, self.year - 1, '')
        benchmark = difference = improvement = achieved = improved = points = None
        if scoring in ('benchmark', 'cahps') and limits.get('benchmark'):
            benchmark = Fraction(limits['benchmark'])
            if rate is not None:
                difference = sign * (rate - benchmark) / (benchmark if self.relative else 1)
        if scoring not in ('gap', 'points') and comparable and rate is not None and base:
            improvement = sign * (rate - base) / base
        if row and row['sufficient'] == '1' and row['points'] != '':
            points = Fraction(row['points'])
        elif rate is not None and scoring == 'gap':
            points = self.equity(ihp, m, sign) if comparable else None
        elif rate is not None:
            if scoring == 'benchmark':
                achieved = points_by(ACHIEVEMENT, difference)
            elif scoring == 'cahps':
                achieved = survey_points(difference)
            elif scoring == 'percentile':
                achieved = percentile_points(rate, [Fraction(limits[p]) for p in PERCENTILES], sign < 0)
                achieved *= 1 - Fraction(row['not_reporting'] or 0)
            if improvement is not None:
                improved = points_by(ALONE if scoring == 'improvement' else IMPROVEMENT, improvement)
            points = max((p for p in (achieved, improved) if p is not None), default=None)
        return [rate, base, benchmark, difference, improvement, achieved, improved, points,
                Fraction(0) if points is None else TWO]

    def equity(self, ihp, m, sign):
        def pair(group):
            return [self.rate(ihp['ihp_id'], m['measure'], year, group) for year in (self.year - 1, self.year)]

        def falls_far(before, now):
            return before != 0 and sign * (now - before) / before < Fraction(-1, 100)
        everyone, standard = pair(''), pair(self.reference_group)
        if None in everyone or None in standard:
            return None
        eligible = not falls_far(*everyone) and sign * (standard[1] - standard[0]) >= 0
        weighted, people = Fraction(0), 0
        for group in sorted({key[3] for key in self.rows} - {'', self.reference_group}):
            before, now = pair(group)
            if before is None or now is None:
                continue
            size = int(self.rows[ihp['ihp_id'], m['measure'], self.year, group]['denominator'])
            gap = [sign * (s - g) for s, g in zip(standard, (before, now))]
            if size >= 100 and falls_far(before, now):
                eligible = False
            if max(gap) > 0:
                eligible = eligible and gap[1] < gap[0]
            else:
                eligible = eligible and sign * (now - before) >= 0
            if eligible and gap[1] > 0:
                weighted += points_by(GAP, (gap[0] - gap[1]) / gap[0]) * size
                people += size
        return Fraction(0) if not eligible else weighted / people if people else TWO

    def scores(self, ihp, section):
        """Rows of quality_scores.csv of a section behind ihp_id and section."""
        categories = {}
        for m in self.measures:
            if m['section'] == section and m['track'] in ('', ihp['track']):
                categories.setdefault(m['category'], []).append(m)
        if not categories:
            return []
        rows, scored = [], []
        for name, measures in categories.items():
            results = [self.measure(ihp, m) for m in measures]
            points, available = sum(r[7] or 0 for r in results), sum(r[8] for r in results)
            weight = Fraction(measures[0]['weight'])
            score = points / available if available else None
            rows.append([name, points, available, weight, score])
            scored.append((score, weight, measures[0].get('bonus') == '1'))
        plain = [(s, w) for s, w, bonus in scored if not bonus]
        carried = sum(w for s, w in plain if s is not None)
        overall = None
        if carried:
            overall = sum(s * w for s, w in plain if s is not None) * sum(w for _, w in plain) / carried
            overall = min(Fraction(1), overall + sum(s * w for s, w, bonus in scored if bonus and s is not None))
        return rows + [['overall', None, None, None, overall]]


def expect(deck_path, folder):
    q = Quality(deck_path)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'quality.csv'), 'w', newline='', encoding='utf-8') as handle:
        out = csv.writer(handle, lineterminator='\n')
        out.writerow('ihp_id measure rate baseline benchmark difference improvement achievement_points '
                     'improvement_points points points_available'.split())
        for ihp in q.ihps:
            for m in q.measures:
                if m['track'] in ('', ihp['track']):
                    out.writerow([ihp['ihp_id'], m['measure'], *map(reference.show_ratio, q.measure(ihp, m))])
    with open(os.path.join(folder, 'quality_scores.csv'), 'w', newline='', encoding='utf-8') as handle:
        out = csv.writer(handle, lineterminator='\n')
        out.writerow('ihp_id section category points points_available weight score'.split())
        for ihp in q.ihps:
            for section in ('17', '18'):
                for name, *numbers in q.scores(ihp, section):
                    out.writerow([ihp['ihp_id'], section, name, *map(reference.show_ratio, numbers)])


# ---------------------------------------------------------------- cases

CATEGORIES = [  # section, category, weight by track ('' both), scoring, measures, bonus
    ('17', 'Equity', {'': '0.4'}, 'points', 1, '0'),
    ('17', 'Utilization', {'1': '0.2', '2': '0.3'}, 'benchmark', 2, ''),
    ('17', 'Clinical, "Quality"', {'1': '0.40', '2': '0.3'}, 'percentile', 2, '0'),
    ('18', 'Clinical, "Quality"', {'2': '0.1'}, 'benchmark', 3, '0'),
    ('18', 'Patient-centered Care', {'2': '0.15'}, 'cahps', 4, '0'),
    ('18', 'Quality Improvement', {'2': '0.35'}, 'improvement', 3, '0'),
    ('18', 'Equitable Care', {'2': '0.4'}, 'gap', 3, '0'),
    ('18', 'Bonus \u00e9', {'2': '0.07'}, 'improvement', 1, '1'),
]


def write(folder, name, header, rows):
    with open(os.path.join(folder, name + '.csv'), 'w', newline='', encoding='utf-8') as handle:
        out = csv.writer(handle, lineterminator='\n')
        out.writerow(header.split())
        out.writerows(rows)


def nearby(r, start, size):
    """A numerator of `size` whose rate is a round percentage from a start, or a person beside it."""
    percent = r.choice([-8, -4, -3, -2, -1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, r.uniform(-15, 15)])
    count = round(start * size * (1 + Fraction(percent) / 100)) + r.choice([-1, 0, 0, 0, 1])
    return max(0, min(size, count))


def make_measures(r):
    measures, number = [], 0
    for section, category, weights, scoring, count, bonus in CATEGORIES:
        for _ in range(count):
            number += 1
            lower = r.choice('01') if scoring != 'points' else '0'
            measures += [['Q%02d' % number, section, category, weight, scoring, lower, track, bonus]
                         for track, weight in weights.items()]
    if r.random() < 0.5:
        r.shuffle(measures)
    return measures


def make_groups(r, ihp, measure, rows):
    """Groups around the reference group, whose gaps close by round shares, stay or grow."""
    before = {group: r.choice([25, 40, 48, 50, 52, 60]) for group in GROUPS}
    before['White'] = 50
    rise = r.choice([0, 0, 0, 1, 2, -1])
    for group in GROUPS:
        gap = before['White'] - before[group]
        close = r.choice([0, 5, 10, 20, 30, 40, 50, 80, 100, 120]) if gap > 0 else 0
        now = before[group] + rise + Fraction(gap * close, 100) + (r.choice([0, 0, 0, 1, -1]) if gap <= 0 else 0)
        size = r.choice([20, 99, 100, 400, 1000])
        for year, share in ((YEAR - 1, before[group]), (YEAR, now)):
            count = round(Fraction(share) * size / 100)
            if r.random() > 0.04:
                rows.append([ihp, year, measure, group, count, size, r.choice('1' * 20 + '0'), '', ''])


def make_results(r, ihp, m, start, rows):
    measure, scoring = m[0], m[4]
    if scoring == 'points':
        if r.random() < 0.7:
            rows.append([ihp, YEAR, measure, '', '', '', r.choice('1110'), '', r.choice(['0', '0.5', '1.25', '2'])])
        return
    size = r.choice([7, 100, 200, 1000, 1000, 12345, 7654321])
    base = nearby(r, start, size)
    if r.random() < 0.85:
        rows.append([ihp, YEAR - 1, measure, '', base, size, r.choice('111110'), '', ''])
    points = '' if r.random() < 0.95 else r.choice(['0', '0.75', '2.0'])
    from_base = nearby(r, Fraction(base, size), size) if base and r.random() < 0.6 else nearby(r, start, size)
    if r.random() < 0.9:
        rows.append([ihp, YEAR, measure, '', from_base, size, r.choice('111111110'),
                     r.choice(['', '', '0', '0.25', '0.1', '1']), points])
    if scoring == 'gap':
        make_groups(r, ihp, measure, rows)


def make(seed, folder):
    r = random.Random(seed)
    program = os.path.join(folder, 'program')
    os.makedirs(program)
    ihps = ['IHP%d' % (i + 1) for i in range(6)]
    measures = make_measures(r)
    starts, rows, benchmarks = {}, [], []
    for m in measures:
        starts.setdefault(m[0], r.choice([Fraction(1, 4), Fraction(2, 5), Fraction(1, 2), Fraction(5, 8)]))
    for m in {m[0]: m for m in measures}.values():
        start = starts[m[0]]
        limits = [''] * 6
        if m[4] == 'percentile':
            limits = [float(start) + step for step in (-0.08, -0.04, -0.02, 0, 0.04, 0.08)]
            limits = ['%.3f' % x for x in (limits[::-1] if m[5] == '1' else limits)]
        if m[4] in ('benchmark', 'cahps', 'percentile') or r.random() < 0.3:
            of_scoring = float(start) if m[4] in ('benchmark', 'cahps') else ''
            benchmarks.append([m[0], YEAR, of_scoring, *limits, r.choice(['', '1', '1', '0'])])
        benchmarks.append([m[0], YEAR - 1, '0.9', *[''] * 6, '0'])
    for number, ihp in enumerate(ihps):
        for m in {m[0]: m for m in measures}.values():
            if number > 0 or m[4] not in ('cahps', 'improvement'):
                make_results(r, ihp, m, starts[m[0]], rows)
    r.shuffle(rows)
    write(program, 'measures', 'measure section category weight scoring lower_is_better track bonus', measures)
    write(program, 'benchmarks', 'measure year benchmark ' + ' '.join(PERCENTILES) + ' comparable', benchmarks)
    write(program, 'quality', 'ihp_id year measure group numerator denominator sufficient not_reporting points', rows)
    write(program, 'ihps', 'ihp_id name track roster_type claims_cap',
          [[ihp, 'P', 1 if i == 5 else 2, 'all_in', 0] for i, ihp in enumerate(ihps)])
    write(program, 'rosters', 'ihp_id quarter role npi designation taxonomy', [])
    write(program, 'taxonomy', 'taxonomy class', [])
    write(program, 'categories', 'service_class category name included', [])
    write(program, 'codes', 'set code_from code_to', [])
    write(program, 'corridors', 'ihp_id from to ihp_share', [])
    write(program, 'trend', 'year rate', [])
    with open(os.path.join(folder, 'deck.yaml'), 'w', encoding='utf-8') as handle:
        handle.write('store: none.h5\nprogram: program\noutput: result\nsettlement: %s\n'
                     'base: {year: 2024, paid_through: 2025-12-31}\n'
                     'performance: {year: 2025, paid_through: 2026-12-31}\nallow_nonstandard_runout: true\n'
                     'policies: {benchmark_difference: %s, reference_group: %s}\n'
                     % (r.choice(['final', 'interim']), r.choice(['relative', 'relative', 'points']),
                        r.choice(['White', 'White', 'White', 'Black'])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    case = commands.add_parser('make')
    case.add_argument('--seed', type=int, required=True)
    case.add_argument('-o', dest='folder', required=True)
    scores = commands.add_parser('expect')
    scores.add_argument('deck')
    scores.add_argument('-o', dest='folder', required=True)
    options = parser.parse_args()
    if options.command == 'make':
        make(options.seed, options.folder)
    else:
        expect(options.deck, options.folder)


if __name__ == '__main__':
    main()
