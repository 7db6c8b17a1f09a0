# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds to a random case for --money: counties, circumstances [5.9], terminations [6.1] and quality [17, 18].

Rates are fractions exactly on the ends of the bands, or a thousandth away from them.
"""
from fractions import Fraction

from case_files import month_text

COUNTIES = ['27053', '27123', '27003', '27137', '27109']
KINDS = ['state_without_cause', 'state_breach', 'insufficient_funds', 'ihp_without_cause', 'with_cause']
GROUPS = ['Asian/Pacific Islander', 'Black', 'Hispanic', 'Native American', 'White', 'Hñähñu, other']
POLICIES = {'quality_on_losses': ['none', 'inverse'], 'benchmark_difference': ['points'],
            'circumstance_rule': ['months'], 'not_reporting': ['total'], 'absent_category': ['set', 'lost'],
            'equity_maintain': ['strict'], 'equity_drop': ['points'],
            'reference_group': ['Black', 'Asian/Pacific Islander']}
DIFFERENCES = ['-0.2', '-0.04', '-0.03', '-0.02', '0', '0.02', '0.03', '0.04', '0.06', '0.08', '0.2']
IMPROVEMENTS = ['-0.05', '0', '0.01', '0.02', '0.03', '0.04', '0.05', '0.06', '0.07', '0.08', '0.3']
REDUCTIONS = ['0.04', '0.05', '0.1', '0.2', '0.3', '0.4', '0.5', '1', '1.2']
# {category: weight, and its measures with their scoring}; a star marks a measure for which lower is sometimes better
SECTION_17 = {'1': [('Equity', '0.40', ['E01 points']),
                    ('Utilization, Track 1', '0.20', ['M01 benchmark*', 'M02 benchmark']),
                    ('Clinical "Quality"', '0.20', ['M04 benchmark', 'M05 percentile*']),
                    ('Children', '0.2', ['M06 benchmark', 'M07 cahps*'])],
              '2': [('Equity', '0.40', ['E01 points']),
                    ('Utilization, Track 2', '0.30', ['M01 benchmark*', 'M02 benchmark']),
                    ('Clinical "Quality"', '0.30', ['M04 benchmark', 'M05 percentile*'])]}
SECTION_18 = [('Prevention', '0.04', ['C01 benchmark', 'C02 benchmark']), ('At Risk', '0.04', ['C03 benchmark']),
              ('Behavioral Health', '0.04', ['C05 benchmark*']), ('Outpatient', '0.02', ['C14 benchmark*']),
              ('Patient-centered', '0.06', ['C07 cahps', 'C08 cahps*', 'C09 cahps', 'C12 percentile']),
              ('Children', '0.20', ['C15 benchmark', 'C16 benchmark', 'C17 benchmark', 'C18 benchmark']),
              ('Improvement', '0.30', ['Q1 improvement', 'Q2 improvement*', 'Q3 improvement']),
              ('Closing Gaps', '0.10', ['G1 percentile', 'G2 percentile*']),
              ('Equitable Care', '0.20', ['E1 gap', 'E2 gap', 'E3 gap*'])]
BONUS = [('Tobacco', '0.05', ['X1 benchmark']), ('Dental', '0.03', ['X2 improvement'])]


def add_money(case):
    live_in_counties(case)
    circumstances(case)
    terminations(case)
    Quality(case).write()


# ---------------------------------------------------------------- circumstances and terminations

def live_in_counties(case):
    """Gives spans that begin in one month with one payer one county, so that the member's county is unambiguous."""
    columns, rows = case.tables['extract']['members']
    at = columns.index('county')
    for n, row in enumerate(rows):                           # members take counties in turn, a fifth in each
        row[at] = COUNTIES[n // len(case.visited) % 5] if case.exact else case.pick(COUNTIES + [''])
    if case.exact:
        for row in case.tables['extract']['enrollment'][1]:
            row[-1] = ''
        return
    columns, rows = case.tables['extract']['enrollment']
    found = {}
    for row in rows:
        key = (row[0], row[1], row[4])
        row[columns.index('county')] = found.setdefault(key, case.pick(COUNTIES + ['', '']))


def circumstances(case):
    """Adds affected counties; the months of one county do not overlap."""
    if case.chance(0.15):
        return
    start, rows = case.first['performance'], []
    for county in case.some(COUNTIES + ['27999'], 1, 5):
        at = start + case.pick([-14, -2, 0, 0, 3, 6, 10])
        for _ in range(case.pick([1, 1, 2])):
            last = at + case.pick([0, 0, 2, 5, 11, 30])
            rows.append([county, month_text(at), month_text(last)])
            at = last + case.pick([1, 2, 4])
    case.table('program', 'circumstances', ['county', 'month_from', 'month_to'], rows)


def terminations(case):
    columns, rows = case.tables['program']['ihps']
    year = case.perf
    edges = [case.day('performance', -1, True), case.day('performance', 0), case.day('performance', 11, True)]
    days = ['%d-12-31' % (year - 1), '%d-01-01' % year, '%d-01-02' % year, '%d-02-28' % year, '%d-03-01' % year,
            '%d-07-01' % year, '%d-12-30' % year, '%d-12-31' % year, '%d-01-01' % (year + 1), '%d-08-15' % (year + 1)]
    if case.quarterly:
        days = [a_day.isoformat() for a_day in edges] + days[3:7]
    for row in rows:
        if case.chance(0.45):
            row[columns.index('terminated_on')] = case.pick(days)
            row[columns.index('termination')] = case.pick(KINDS)


# ---------------------------------------------------------------- quality

def decimal_text(value):
    """A fraction of whole millionths as a decimal."""
    text = '%d.%06d' % divmod(int(value * 10**6), 10**6)
    return text.rstrip('0').rstrip('.')


class Quality:
    def __init__(self, case):
        self.case, self.year = case, case.perf
        self.measures, self.benchmarks, self.rows = [], [], []
        self.scorings = {}                                   # {measure: (scoring, lower is better)}
        self.ratios = set()                                  # measures that may exceed 1

    def write(self):
        case = self.case
        self.make_measures()
        for measure in self.scorings:
            self.make_benchmarks(measure)
        silent = case.pick(case.names) if case.chance(0.3) else None          # an IHP without quality data
        self.best = case.pick(case.names) if case.chance(0.4) else None       # one with more than all points
        for ihp in case.names:
            for measure in self.scorings if ihp != silent else ():
                self.make_rates(ihp, measure)
        case.table('program', 'measures', ['measure', 'section', 'category', 'weight', 'scoring', 'lower_is_better',
                                           'track', 'bonus', 'set', 'ratio'], self.measures)
        case.table('program', 'benchmarks', ['measure', 'year', 'benchmark', 'p30', 'p40', 'p50', 'p60', 'p70', 'p80',
                                             'comparable'], self.benchmarks)
        case.table('program', 'quality', ['ihp_id', 'year', 'measure', 'group', 'numerator', 'denominator',
                                          'sufficient', 'not_reporting', 'points'], self.rows)

    def make_measures(self):
        case = self.case
        for track in '12':
            for entry in SECTION_17[track]:
                self.make_category('17', track, '0', entry)
        track = case.pick(['2', ''])                         # a Track 1 IHP may have section 18 measures to look at
        for entry in SECTION_18:
            self.make_category('18', track, case.pick(['0', '']), entry)
        for entry in BONUS:
            if case.chance(0.6):
                self.make_category('18', track, '1', entry)

    def make_category(self, section, track, bonus, entry):
        case = self.case
        category, weight, measures = entry
        chosen = case.pick(['', 'Core', 'Core', 'Set "B"'])
        for text in measures:
            name, scoring = text.rstrip('*').split()
            lower = '1' if text.endswith('*') and case.chance(0.6) else '0'
            if name not in self.scorings and scoring in ('benchmark', 'improvement') and case.chance(0.15):
                self.ratios.add(name)
            scoring, lower = self.scorings.setdefault(name, (scoring, lower))
            self.measures.append([name, section, category, weight, scoring, lower, track, bonus, chosen,
                                  '1' if name in self.ratios else case.pick(['', '0'])])

    def make_benchmarks(self, measure):
        case, scoring = self.case, self.scorings[measure][0]
        benchmark, thresholds = '', [''] * 6
        comparable = case.pick(['', '1', '1', '1', '0' if scoring not in ('gap', 'points') else ''])
        if scoring in ('benchmark', 'cahps'):
            benchmark = case.pick(['0.5', '0.25', '0.625', '0.40', '0.8'])
            if measure in self.ratios:
                benchmark = case.pick(['1', '1.25', '0.9375', '2.5', '0.8'])
        elif scoring == 'percentile':
            start = case.pick([20, 40, 50])
            thresholds = ['0.%02d' % (start + 5 * i) for i in range(6)]
            if self.scorings[measure][1] == '1':
                thresholds.reverse()                         # the better a percentile, the lower its rate
        elif comparable == '' and case.chance(0.5):
            return
        self.benchmarks.append([measure, self.year, benchmark, *thresholds, comparable])
        if case.chance(0.2):                                 # a row of another year
            self.benchmarks.append([measure, self.year - 1, '0.123' if benchmark else '', *thresholds, '0'])

    def add(self, ihp, year, measure, rate, group='', denominator=1000, sufficient=True, not_reporting='', points=''):
        """Adds a rate, a fraction of whole numbers whose denominator is at least the one given."""
        if rate is None:
            numerator = denominator = ''
        else:
            rate = max(rate, Fraction(0))
            if measure in self.ratios:
                denominator = Fraction(self.case.pick(['1000', '812.5', '64.25', '0.125']))
                if (rate * denominator * 10**6).denominator != 1:
                    denominator = 1000
            else:
                rate = min(rate, Fraction(1))
            numerator = rate * denominator
            if measure in self.ratios and (numerator * 10**6).denominator == 1:
                self.rows.append([ihp, year, measure, group, decimal_text(numerator), decimal_text(denominator),
                                  int(sufficient), not_reporting, points])
                return
            if numerator.denominator != 1:                   # keep the exact rate, with another denominator
                denominator = rate.denominator * max(1, denominator // rate.denominator)
                numerator = rate * denominator
        self.rows.append([ihp, year, measure, group, numerator, denominator, int(sufficient), not_reporting, points])

    def make_rates(self, ihp, measure):
        case, scoring = self.case, self.scorings[measure][0]
        if case.chance(0.04):
            return                                           # no row at all
        if scoring == 'points':
            self.add(ihp, self.year, measure, None, points=case.pick(['0', '0.5', '1', '1.75', '2']),
                     sufficient=case.chance(0.9))
            return
        if scoring == 'gap':
            self.make_gap(ihp, measure)
            return
        if ihp == self.best:
            self.make_best(ihp, measure)
            return
        rate = self.make_rate(measure)
        if case.chance(0.94):
            self.add(ihp, self.year, measure, rate, sufficient=case.chance(0.93),
                     not_reporting=case.pick(['', '0', '0.1', '0.25', '1']) if scoring == 'percentile' else '')
        if case.chance(0.92):
            change = Fraction(case.pick(IMPROVEMENTS)) + case.pick([0, 0, Fraction(-1, 1000), Fraction(1, 1000)])
            if self.scorings[measure][1] == '1':
                change = -change
            before = Fraction(0) if case.chance(0.03) else rate / (1 + change)
            self.add(ihp, self.year - 1, measure, before, sufficient=case.chance(0.93))
        if case.chance(0.1):
            self.add(ihp, self.year + case.pick([1, -2]), measure, Fraction(1, 2))     # a year that does not matter

    def make_best(self, ihp, measure):
        """Makes a rate twice as good as the year before, or half as bad; improvement and achievement both get all points."""
        row = next((r for r in self.benchmarks if r[:2] == [measure, self.year]), None)
        mark = Fraction(row[2] or row[8] or '0.5') if row else Fraction(1, 2)
        lower = self.scorings[measure][1] == '1'
        rate = mark / 2 if lower else mark * Fraction(5, 4)
        if measure not in self.ratios:
            rate = min(Fraction(1), rate)
        self.add(ihp, self.year, measure, rate)
        self.add(ihp, self.year - 1, measure, rate * 2 if lower else rate / 2)

    def make_rate(self, measure):
        case = self.case
        row = next((r for r in self.benchmarks if r[:2] == [measure, self.year]), None)
        shift = case.pick([0, 0, 0, Fraction(-1, 1000), Fraction(1, 1000)])
        if row and row[2]:
            benchmark, difference = Fraction(row[2]), Fraction(case.pick(DIFFERENCES))
            sign = -1 if self.scorings[measure][1] == '1' else 1
            if case.policy.get('benchmark_difference') == 'points':
                return benchmark + sign * difference + shift
            return benchmark * (1 + sign * difference) + shift
        if row and row[3]:
            return Fraction(case.pick(row[3:9])) + shift
        return Fraction(case.r.randint(100, 700), 1000) * (2 if measure in self.ratios else 1)

    # ------------------------------------------------------------ equitable care [18.4.9.2]

    def make_gap(self, ihp, measure):
        """Makes most groups good enough for points; sometimes a group fails."""
        case = self.case
        given = case.pick(['0', '1', '1.5', '2']) if ihp != self.best and case.chance(0.12) else ''
        reference = case.policy.get('reference_group', 'White')
        sign = -1 if self.scorings[measure][1] == '1' else 1
        base = Fraction(case.pick(['0.5', '0.4', '0.6']))
        groups = {reference} | set(case.some(GROUPS, 2, 6))
        good = ihp == self.best                              # no group fails, and every gap is closed
        for group in sorted(groups):
            denominator = case.pick([50, 99, 100, 100, 101, 200, 400, 1000])
            before, now = base, base
            if group != reference:
                gap = Fraction(case.pick(['0.1', '0.2', '0.2', '-0.1']))
                reduction = 1 if good else Fraction(case.pick(REDUCTIONS)) + case.pick([0, 0, 0, Fraction(1, 1000)])
                before, now = base - sign * gap, base - sign * gap * (1 - reduction)
                if gap < 0:
                    now = before
            if not good and case.chance(0.3):                # that denominator, and about the rate
                now = Fraction(round(now * denominator), denominator)
            if not good and case.chance(0.06):               # a drop of exactly one percent, of more, or none
                now = Fraction(round(now * denominator), denominator)
                before = now / (1 - sign * case.pick([Fraction(1, 100), Fraction(11, 1000), Fraction(0)]))
            if case.chance(0.97):
                self.add(ihp, self.year - 1, measure, before, group, denominator, case.chance(0.98))
            if case.chance(0.97):
                self.add(ihp, self.year, measure, now, group, denominator, case.chance(0.98))
        before = Fraction(case.r.randint(200, 600), 1000)
        change = Fraction(0)
        if not good:
            change = Fraction(case.pick(['0', '0.03', '0.02', '-0.01', '-0.011']))
        if case.chance(0.96):
            self.add(ihp, self.year - 1, measure, before, sufficient=case.chance(0.97))
        if case.chance(0.97):
            self.add(ihp, self.year, measure, before * (1 + sign * change), sufficient=case.chance(0.97), points=given)
