# SPDX-License-Identifier: GPL-3.0-or-later
"""Quality scores [17.3, 18.4]: rates, points, category scores and overall scores, measure by measure.

Rates have a sign, so that more is always better: a lower-is-better measure negates differences and improvements.
"""
import os
from fractions import Fraction

from common import Refused, read_table, show_ratio, twelve, write_table

# Points by the lower end of a band, which the band includes; below the first band there are no points.
DIFFERENCE = [('-0.04', '0.5'), ('-0.02', '1'), ('0', '1.2'), ('0.02', '1.4'), ('0.04', '1.6'), ('0.06', '1.8'),
              ('0.08', '2')]                                                           # [17.3.1.3.1, 18.4.4.1]
IMPROVEMENT = [('0.03', '1'), ('0.04', '1.2'), ('0.05', '1.4'), ('0.06', '1.6'), ('0.07', '1.8'),
               ('0.08', '2')]                                                          # [17.3.1.3.2, 18.4.4.2]
IMPROVEMENT_ALONE = [('0.01', '0.25'), ('0.02', '0.5'), ('0.03', '0.75'), ('0.04', '1'), ('0.05', '1.25'),
                     ('0.06', '1.5'), ('0.07', '1.75'), ('0.08', '2')]                 # [18.4.7.1]
GAP_REDUCTION = [('0.05', '1'), ('0.1', '1.2'), ('0.2', '1.4'), ('0.3', '1.6'), ('0.4', '1.8'),
                 ('0.5', '2')]                                                         # [18.4.9.2.1]
PERCENTILES = [('p30', '1'), ('p40', '1.2'), ('p50', '1.4'), ('p60', '1.6'), ('p70', '1.8'),
               ('p80', '2')]                                                           # [18.4.6.2, 18.4.8.2]
SCORINGS = ('benchmark', 'percentile', 'cahps', 'improvement', 'gap', 'points')
MOST = 2                                                                               # most points for a measure
COLUMNS = '''ihp_id measure rate baseline benchmark difference improvement achievement_points improvement_points points
    points_available'''.split()
SCORE_COLUMNS = ['ihp_id', 'section', 'category', 'points', 'points_available', 'weight', 'score']


def band(value, bands):
    points = Fraction(0)
    for lower, awarded in bands:
        if twelve(value) >= twelve(Fraction(lower)):
            points = Fraction(awarded)
    return points


def relative(now, before):
    """Returns (now - before) / before; None if `before` is 0."""
    return None if now is None or before is None or before == 0 else (now - before) / before


def hand_on(weight, names, left):
    """Adds what is left to the weights of these names, in proportion to what they have."""
    total = sum(weight[name] for name in names)
    for name in names if total else ():
        weight[name] += left * weight[name] / total


class Quality:
    def __init__(self, deck, ihps):
        self.deck, self.ihps, self.year = deck, ihps, deck.year['performance']
        self.rows, self.groups = {}, set()
        for row in read_table(deck.program, 'quality'):
            group = row.get('group') or ''
            self.rows[row['ihp_id'], int(row['year']), row['measure'], group] = row
            self.groups.add(group)
        self.measures = read_table(deck.program, 'measures')
        for measure in self.measures:
            if measure['scoring'] not in SCORINGS:
                raise Refused('measures.csv: unknown scoring ' + measure['scoring'])
        self.benchmarks = {row['measure']: row for row in read_table(deck.program, 'benchmarks')
                           if int(row['year']) == self.year}
        self.scored = {row['ihp_id']: [(measure, self.score(row['ihp_id'], measure)) for measure in self.measures
                                       if measure.get('track', '') in ('', row['track'])] for row in ihps}

    # ------------------------------------------------------------ a measure

    def rate(self, ihp, year, measure, group=''):
        """Returns the rate if its sample is sufficient, else None [17.3.1.4.2, 18.4.3]."""
        row = self.rows.get((ihp, year, measure, group))
        if not row or row['sufficient'] != '1' or not row['denominator'] or Fraction(row['denominator']) == 0:
            return None
        return Fraction(row['numerator']) / Fraction(row['denominator'])           # of a ratio, with decimals

    def score(self, ihp, measure):
        """Returns the columns of quality.csv from `rate` on, as numbers or None."""
        name, scoring = measure['measure'], measure['scoring']
        sign = -1 if measure['lower_is_better'] == '1' else 1
        rate, baseline = self.rate(ihp, self.year, name), self.rate(ihp, self.year - 1, name)
        marks = self.benchmarks.get(name, {})
        benchmark = Fraction(marks['benchmark']) if marks.get('benchmark') else None
        comparable = (marks.get('comparable') or '1') == '1'                           # [18.4.1]
        difference = improvement = achieved = improved = points = None

        row = self.rows.get((ihp, self.year, name, ''), {})
        given = row.get('points') if row.get('sufficient') == '1' else ''
        if scoring in ('benchmark', 'cahps') and rate is not None:
            if benchmark is None:
                raise Refused('%s has no benchmark for %d' % (name, self.year))
            difference = sign * (rate - benchmark)
            if self.deck.policy['benchmark_difference'] == 'relative':
                difference = None if benchmark == 0 else difference / benchmark
        if scoring not in ('gap', 'points') and comparable:
            improvement = relative(rate, baseline)
            improvement = None if improvement is None else sign * improvement

        if difference is not None:
            achieved = self.cahps(difference) if scoring == 'cahps' else band(difference, DIFFERENCE)
        if scoring == 'percentile' and rate is not None:
            achieved = self.percentile(rate, marks, sign, name)
            reported = 1 - Fraction(row.get('not_reporting') or '0')                   # [18.4.6.2, 18.4.8.2]
            if self.deck.policy['not_reporting'] == 'achievement':
                achieved *= reported
        if improvement is not None:
            improved = band(improvement, IMPROVEMENT_ALONE if scoring == 'improvement' else IMPROVEMENT)

        if scoring in ('gap', 'points') and given:                                     # [17.4.2.2, 18.4.9.1]
            points = Fraction(given)
        elif scoring == 'gap' and comparable:
            points = self.gap(ihp, name, sign, rate, baseline)
        elif achieved is not None or improved is not None:                             # [17.3.1.2, 18.4.3]
            points = max(p for p in (achieved, improved) if p is not None)
            if scoring == 'percentile' and self.deck.policy['not_reporting'] == 'total':
                points *= reported
        return rate, baseline, benchmark, difference, improvement, achieved, improved, points

    @staticmethod
    def cahps(difference):
        """Returns the points [18.4.5.1]; a difference of exactly three percent is within the benchmark."""
        if twelve(difference) > twelve(Fraction('0.03')):
            return Fraction(2)
        return Fraction(0) if twelve(difference) < twelve(Fraction('-0.03')) else Fraction('1.5')

    def percentile(self, rate, marks, sign, name):
        points = Fraction(0)
        for column, awarded in PERCENTILES:
            if not marks.get(column):
                raise Refused('%s has no %s for %d' % (name, column, self.year))
            if sign * twelve(rate) >= sign * twelve(Fraction(marks[column])):
                points = Fraction(awarded)
        return points

    # ------------------------------------------------------------ equitable care [18.4.9.2]

    def gap(self, ihp, name, sign, rate, baseline):
        """Returns the points, or None if no gap can be computed."""
        rates = {}                                           # group: (baseline, performance)
        for group in self.groups - {''}:
            pair = tuple(self.rate(ihp, year, name, group) for year in (self.year - 1, self.year))
            if None not in pair:
                rates[group] = pair
        reference = self.deck.policy['reference_group']
        if reference not in rates:
            return None
        denominator = {group: Fraction(self.rows[ihp, self.year, name, group]['denominator']) for group in rates}

        def dropped(before, now):                            # by more than one percent
            change = sign * (now - before)
            if self.deck.policy['equity_drop'] == 'relative':
                if before == 0:
                    return change < 0                        # of nothing, any drop is more
                change = change / before
            return twelve(change) < twelve(Fraction('-0.01'))

        def maintained(before, now):                         # "maintain or improve"
            if self.deck.policy['equity_maintain'] == 'tolerance':
                return not dropped(before, now)
            return sign * now >= sign * before

        if None not in (baseline, rate) and dropped(baseline, rate):
            return Fraction(0)
        gaps = {}                                            # points of the groups below the reference in P
        for group, (before, now) in rates.items():
            gap = [sign * (theirs - own) for theirs, own in zip(rates[reference], (before, now))]
            if denominator[group] >= 100 and dropped(before, now):     # [18.4.9.2.1]
                return Fraction(0)
            if gap[0] > 0 or gap[1] > 0:
                if gap[1] >= gap[0]:
                    return Fraction(0)
                if gap[1] > 0:
                    gaps[group] = band((gap[0] - gap[1]) / gap[0], GAP_REDUCTION)
            elif not maintained(before, now):
                return Fraction(0)
        if not gaps:
            return Fraction(MOST)
        return sum(denominator[g] * points for g, points in gaps.items()) / sum(denominator[g] for g in gaps)

    # ------------------------------------------------------------ scores [17.3.2, 18.4.10, 18.4.11]

    def categories(self, ihp, section):
        """Returns [[category, points, available, weight, is a bonus, set]] in the order of measures.csv."""
        found = {}
        for measure, (*_, points) in self.scored[ihp]:
            if measure['section'] == section:
                entry = found.setdefault(measure['category'], [measure['category'], Fraction(0), 0,
                                                               Fraction(measure['weight']),
                                                               measure.get('bonus') == '1',
                                                               measure.get('set') or ''])
                if points is not None:
                    entry[1] += points
                    entry[2] += MOST
        return list(found.values())

    def overall(self, ihp, section):
        categories = self.categories(ihp, section)
        plain = [entry for entry in categories if not entry[4]]
        weight = {name: w for name, _, most, w, _, _ in plain if most}             # of those with a score
        if not sum(weight.values()):
            return None
        if self.deck.policy['absent_category'] == 'set':                           # first within every set
            for chosen in {entry[5] for entry in plain} - {''}:
                mine = [name for name, _, _, _, _, of_set in plain if of_set == chosen and name in weight]
                left = sum(w for name, _, _, w, _, of_set in plain if of_set == chosen and name not in weight)
                hand_on(weight, mine, left)
        if self.deck.policy['absent_category'] != 'lost':
            hand_on(weight, list(weight), sum(entry[3] for entry in plain) - sum(weight.values()))
        score = sum(points / most * weight[name] for name, points, most, _, _, _ in plain if most)
        return min(Fraction(1), score + sum(points / most * w for _, points, most, w, bonus, _ in categories
                                            if most and bonus))

    def settlement_score(self, row):
        return self.overall(row['ihp_id'], '18')

    def write(self, out):
        rows, scores = [], []
        for ihp, measures in self.scored.items():
            for measure, numbers in measures:
                rows.append([ihp, measure['measure'], *map(show_ratio, numbers),
                             '0' if numbers[-1] is None else str(MOST)])
            for section in sorted({measure['section'] for measure, _ in measures}):
                for category, points, available, weight, _, _ in self.categories(ihp, section):
                    score = points / available if available else None
                    scores.append([ihp, section, category, show_ratio(points), available, show_ratio(weight),
                                   show_ratio(score)])
                scores.append([ihp, section, 'overall', '', '', '', show_ratio(self.overall(ihp, section))])
        write_table(out, 'quality.csv', COLUMNS, rows)
        write_table(out, 'quality_scores.csv', SCORE_COLUMNS, scores)


def of_program(deck, ihps):
    """Returns None for an interim, which has no score, and if there is no quality data."""
    there = os.path.exists(os.path.join(deck.program, 'quality.csv'))
    return Quality(deck, ihps) if deck.settlement == 'final' and there else None
