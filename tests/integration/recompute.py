#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes settlement.csv again from the other files of a result folder, with exact fractions.

    recompute.py RESULT [COLUMN...]

It knows the contract, and of the engine only what docs/data.md says of the files: settlement.csv gives members, member
months and capped cost; risk_weights.csv the population of which weights are computed; risk_scores.csv the members of
each IHP by risk category; terms.csv all else. It prints each cell that differs and ends with 1 if one does.
"""
import csv
import sys
from fractions import Fraction
from math import floor

COUNTS = {'base_members': ('base', 'members'), 'base_member_months': ('base', 'member_months'),
          'members': ('performance', 'members'), 'member_months': ('performance', 'member_months')}
MONEY = ('base_tcoc_pmpm tcoc_pmpm target_pmpm adjusted_target_pmpm gross_difference shared_before_pbp pbp_offset '
         'shared_amount quality_adjusted circumstance_reduction final_amount interim_paid amount_due').split()
RATIOS = 'base_risk risk trend_factor ratio quality_score termination_factor'.split()


def rows_of(folder, name):
    with open('%s/%s.csv' % (folder, name), newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def to_cents(amount):
    """Half cents go away from zero."""
    whole = floor(abs(amount) * 100 + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def dollars(amount):
    if amount is None:
        return ''
    whole = to_cents(amount)
    return '%s%d.%02d' % ('-' if whole < 0 else '', abs(whole) // 100, abs(whole) % 100)


def twelve(value):
    """A ratio is compared with a bound after both are rounded to twelve decimals."""
    return Fraction(floor(value * 10**12 + Fraction(1, 2)), 10**12)


class Terms:
    """The terms of one IHP."""

    def __init__(self, rows):
        self.value = {row['term']: row['value'] for row in rows}

    def text(self, name):
        return self.value[name]

    def number(self, name):
        return Fraction(self.value[name]) if self.value.get(name, '') != '' else None

    def corridors(self):
        count = sum(name.startswith('corridor.') and name.endswith('.share') for name in self.value)
        return [tuple(self.number('corridor.%d.%s' % (i, part)) for part in ('from', 'to', 'share'))
                for i in range(1, count + 1)]


def weights_of(population, period, cap):
    """[16.4.1.2] The cost of a category's member month, over that of all."""
    rows = [row for row in population if row['period'] == period and row['cap'] == cap]
    cost = {row['acg']: Fraction(row['capped_cost']) for row in rows}
    months = {row['acg']: int(row['member_months']) for row in rows}
    all_cost, all_months = sum(cost.values()), sum(months.values())
    if all_cost == 0:
        return {}
    return {acg: (cost[acg] / months[acg]) / (all_cost / all_months) for acg in cost if months[acg] > 0}


def risk_of(scores, weight):
    """[16.5.2] The mean weight of the members' months; a category without a weight has 1."""
    months = sum(int(row['member_months']) for row in scores)
    if months == 0:
        return None
    return sum(int(row['member_months']) * weight.get(row['acg'], Fraction(1)) for row in scores) / months


def trend_of(terms):
    """[16.4.2] Through the years after the base; a part of the last year counts by its months."""
    last_year, last_month = (int(part) for part in terms.text('period.last_month').split('-'))
    factor = Fraction(1)
    for name in sorted(terms.value):
        if name.startswith('trend.') and name.endswith('.rate'):
            year = int(name.split('.')[1])
            change = (1 + terms.number(name)) * (1 + terms.number('trend.%d.adjustment' % year))
            if year == last_year and last_month < 12:
                change = Fraction(float(change) ** (last_month / 12))
            factor *= change
    return factor


def overlap(corridors, low, high):
    """[16.8.2.3] What the IHP shares between two ratios, as a part of the target."""
    return sum(((min(high, to) - max(low, start)) * share
                for start, to, share in corridors if min(high, to) > max(low, start)), Fraction(0))


def share_at(corridors, ratio, outermost):
    """[16.8.2.2] The share of the corridor of a ratio, on a boundary of the one nearer to 1."""
    if ratio < 1:
        side = [one for one in reversed(corridors) if one[0] < 1]
        beyond = bool(side) and ratio < side[-1][0]
    else:
        side = [one for one in corridors if one[1] > 1]
        beyond = bool(side) and ratio > side[-1][1]
    for start, to, share in side:
        if start <= ratio <= to:
            return share
    return side[-1][2] if outermost and beyond else Fraction(0)


def offset_of(terms, ratio, target):
    """[16.8.2.2] By how much the population-based payment reduces savings or increases losses."""
    pbp, corridors = terms.number('pbp'), terms.corridors()
    if terms.text('policies.pbp_offset_rule') == 'rerun':
        return overlap(corridors, ratio, ratio + pbp / target) * target
    return share_at(corridors, twelve(ratio), terms.text('policies.pbp_offset_outside') == 'outermost') * pbp


def circumstances_of(terms, members):
    """[5.9] The share of losses that is cancelled: months in which a fifth of the members are affected."""
    counts = [int(value) for name, value in terms.value.items() if name.startswith('circumstances.')]
    counts = [count for count in counts if count * 5 >= members]
    if terms.text('policies.circumstance_rule') == 'months':
        return Fraction(len(counts), 12)
    return Fraction(sum(counts), 12 * members) if counts else Fraction(0)


def quality_of(terms, shared):
    """[18.2, 18.4.12, 18.4.13] The quality share of the amount is multiplied by the score, in a final settlement."""
    score, rule = terms.number('quality_score'), terms.text('policies.quality_on_losses')
    if terms.text('settlement') != 'final' or score is None or (shared < 0 and rule == 'none'):
        return shared
    part = terms.number('quality_share')
    return shared * part * (1 - score if shared < 0 and rule == 'inverse' else score) + shared * (1 - part)


def outcome_of(terms, ratio):
    """[16.7]"""
    if terms.text('track') == '1' or ratio is None:
        return 'no_settlement'
    bound, rounded = terms.number('threshold'), twelve(ratio)
    if rounded < twelve(1 - bound):
        return 'savings'
    return 'losses' if rounded > twelve(1 + bound) else 'inside_threshold'


def termination_of(terms, outcome):
    """[6.1]"""
    if outcome == 'no_settlement':
        return Fraction(1)
    if outcome == 'losses' and terms.text('released_from_losses') == 'true':
        return Fraction(0)
    return Fraction(int(terms.text('days_in_force')), int(terms.text('days_of_period')))


def amounts_of(terms, ratio, target, members):
    """[16.8, 18, 5.9, 6.1, 2.12, 5.4] From the ratio to the amount due."""
    zero = Fraction(0)
    outcome = outcome_of(terms, ratio)
    before = offset = shared = zero
    if outcome in ('savings', 'losses'):
        amount = overlap(terms.corridors(), min(ratio, Fraction(1)), max(ratio, Fraction(1))) * target
        offset = offset_of(terms, ratio, target)
        if outcome == 'savings':
            before, offset = amount, min(amount, offset)
        else:
            before = -amount
        shared = before - offset
    quality = quality_of(terms, shared)
    relief = -quality * circumstances_of(terms, members) if outcome == 'losses' else zero
    factor = termination_of(terms, outcome)
    final = (quality + relief) * factor
    paid = due = zero
    if terms.text('settlement') == 'interim':
        due = max(zero, Fraction(to_cents(final), 100))
    elif terms.text('settlement') == 'final' and terms.text('track') == '2':
        paid = terms.number('interim_paid')
        due = Fraction(to_cents(final), 100) - paid
    return {'outcome': outcome, 'shared_before_pbp': before, 'pbp_offset': offset, 'shared_amount': shared,
            'quality_adjusted': quality, 'circumstance_reduction': relief, 'termination_factor': factor,
            'final_amount': final, 'interim_paid': paid, 'amount_due': due}


def settlement_of(row, terms, population, scores):
    """All columns that follow from the others."""
    cap = '0.00' if terms.text('claims_cap') == 'none' else terms.text('claims_cap')
    base_alone = terms.text('policies.risk_weights') == 'base'

    def risk(period):
        weight = weights_of(population, 'base' if base_alone else period, cap)
        return risk_of([one for one in scores if one['period'] == period], weight)

    def pmpm(cost, months):
        return Fraction(row[cost]) / int(row[months]) if int(row[months]) > 0 else None

    out = {'base_tcoc_pmpm': pmpm('base_capped_cost', 'base_member_months'),
           'tcoc_pmpm': pmpm('capped_cost', 'member_months'), 'base_risk': risk('base'), 'risk': risk('performance'),
           'trend_factor': trend_of(terms), 'quality_score': terms.number('quality_score'), 'track': terms.text('track')}
    for column, (period, count) in COUNTS.items():
        out[column] = str(sum(int(one[count]) for one in scores if one['period'] == period))
    months, target, adjusted = int(row['member_months']), None, None
    if out['base_tcoc_pmpm'] is not None:
        target = out['base_tcoc_pmpm'] * out['trend_factor']
        if out['base_risk'] and out['risk'] is not None:
            adjusted = target * out['risk'] / out['base_risk']
    out['target_pmpm'], out['adjusted_target_pmpm'] = target, adjusted
    out['ratio'] = out['tcoc_pmpm'] / adjusted if adjusted and adjusted > 0 and months > 0 else None
    out['gross_difference'] = None
    if adjusted is not None and out['tcoc_pmpm'] is not None:
        out['gross_difference'] = (adjusted - out['tcoc_pmpm']) * months
    out.update(amounts_of(terms, out['ratio'], adjusted and adjusted * months, int(row['members'])))
    return out


def agrees(column, text, value):
    if column in MONEY:
        return text == dollars(value)
    if column in RATIOS:
        if text == '' or value is None:
            return text == '' and value is None
        return abs(Fraction(text) - value) <= abs(value) * Fraction(1, 10**11)
    return text == value


def main(folder, columns):
    population, scores = rows_of(folder, 'risk_weights'), rows_of(folder, 'risk_scores')
    terms, wrong, cells = rows_of(folder, 'terms'), 0, 0
    for row in rows_of(folder, 'settlement'):
        own = row['ihp_id']
        again = settlement_of(row, Terms([one for one in terms if one['ihp_id'] == own]), population,
                              [one for one in scores if one['ihp_id'] == own])
        for column in columns or again:
            cells += 1
            if not agrees(column, row[column], again[column]):
                wrong += 1
                value = again[column]
                print('%s: %s: %s in the file, %s from the terms'
                      % (own, column, row[column], dollars(value) if column in MONEY else
                         float(value) if isinstance(value, Fraction) else value))
    print('%d cells, %d differ' % (cells, wrong))
    return 1 if wrong or not cells else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
