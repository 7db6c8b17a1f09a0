#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the bootstrap of a result folder by counting every member as often as its weight in each replicate.

    bootstrap_case.py EXTRACT DECK RESULT

A replicate is a population in which every member appears as often as its weight.  reference.py settles that population,
and its figures are exact until they are compared.  Weights, hashes and intervals are programmed here a second time, from
their definitions: Philox4x32-10 (Salmon et al. 2011), XXH3 of 64 bits, percentiles between order statistics, BCa (Efron
1987) with the acceleration of a jackknife of 100 groups.  The program checks bootstrap.csv, bootstrap_outcomes.csv,
bootstrap_quantiles.csv and, if it exists, scenario_bootstrap.csv.
"""
import argparse
import csv
import os
import sys
from fractions import Fraction
from statistics import NormalDist, stdev

import common
import population
import reference
import sweep_case

MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1
SECRET = bytes.fromhex(
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f'
    'cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c')
GROUPS, LEAST_MEMBERS = 100, 30
STATISTICS = ['base_tcoc_pmpm', 'base_risk', 'tcoc_pmpm', 'risk', 'adjusted_target_pmpm', 'ratio', 'gross_difference',
              'final_amount']
DOLLARS = {'base_tcoc_pmpm', 'tcoc_pmpm', 'adjusted_target_pmpm', 'gross_difference', 'final_amount',
           'change_in_amount'}
NORMAL = NormalDist()


# ---------------------------------------------------------------- keys and weights

def little(data, at, size):
    return int.from_bytes(data[at:at + size], 'little')


def fold(a, b):
    return (a * b & MASK64) ^ (a * b >> 64)


def swap(value):
    return int.from_bytes(value.to_bytes(8, 'little'), 'big')


def rotate(value, bits):
    return (value << bits | value >> (64 - bits)) & MASK64


def avalanche(h):
    h = (h ^ h >> 37) * 0x165667919E3779F9 & MASK64
    return h ^ h >> 32


def xxh3(data):
    """Returns the XXH3 of 64 bits, without a seed, of 1 to 32 bytes."""
    size = len(data)
    if size <= 3:
        joined = data[0] << 16 | data[size >> 1] << 24 | data[-1] | size << 8
        h = joined ^ little(SECRET, 0, 4) ^ little(SECRET, 4, 4)
        h = (h ^ h >> 33) * 0xC2B2AE3D27D4EB4F & MASK64
        h = (h ^ h >> 29) * 0x165667B19E3779F9 & MASK64
        return h ^ h >> 32
    if size <= 8:
        h = little(data, size - 4, 4) + (little(data, 0, 4) << 32)
        h ^= little(SECRET, 8, 8) ^ little(SECRET, 16, 8)
        h ^= rotate(h, 49) ^ rotate(h, 24)
        h = h * 0x9FB21C651E98DF25 & MASK64
        h ^= (h >> 35) + size
        h = h * 0x9FB21C651E98DF25 & MASK64
        return h ^ h >> 28
    if size <= 16:
        low = little(data, 0, 8) ^ little(SECRET, 24, 8) ^ little(SECRET, 32, 8)
        high = little(data, size - 8, 8) ^ little(SECRET, 40, 8) ^ little(SECRET, 48, 8)
        return avalanche((size + swap(low) + high + fold(low, high)) & MASK64)
    total = size * 0x9E3779B185EBCA87
    for at, secret in ((0, 0), (size - 16, 16)):
        total += fold(little(data, at, 8) ^ little(SECRET, secret, 8),
                      little(data, at + 8, 8) ^ little(SECRET, secret + 8, 8))
    return avalanche(total & MASK64)


def philox(counter, key):
    """Returns four words of 32 bits: ten rounds of Philox4x32."""
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [b >> 32 ^ c[1] ^ k[0], b & MASK32, a >> 32 ^ c[3] ^ k[1], a & MASK32]
        k = [(k[0] + 0x9E3779B9) & MASK32, (k[1] + 0xBB67AE85) & MASK32]
    return c


# Weights above 0, 1, 2, ...: how many of 65536 uniforms give each. The law is Poisson(1), with variance exactly 1.
ABOVE = [41427, 17317, 5262, 1245, 240, 39, 5, 1]


def weights_of(key, seed, replicates):
    weights = []
    for block in range((replicates + 7) // 8):
        words = philox((block, key & MASK32, key >> 32, 0x424F4F54), (seed & MASK32, seed >> 32))
        for word in words:
            for uniform in (word & 0xFFFF, word >> 16):
                weights.append(sum(uniform >= 65536 - above for above in ABOVE))
    return weights[:replicates]


# ---------------------------------------------------------------- settlements of a drawn population

def exactly(value):
    return value


def settle(deck, program, facts, weights):
    """Returns the statistics and the outcome of every IHP: exact, money in cents."""
    reference.show_money = reference.show_ratio = exactly
    at = reference.SETTLEMENT_COLUMNS.index
    settled = []
    for row in program.ihps:
        line, _ = reference.settle_ihp(row, deck, program, facts, weights)
        settled.append(([line[at(s)] for s in STATISTICS], line[at('outcome')]))
    return settled


class Case:
    """A deck with some values set: its settlement, its replicates and its jackknife."""

    def __init__(self, extract, deck_path, pairs, seed, replicates):
        self.deck = common.Deck(deck_path, pairs)
        self.program = population.Program(self.deck)
        self.facts = {p: reference.settle_period(self.deck, self.program, extract, p)[0] for p in common.PERIODS}
        self.refit = self.deck.policy['bootstrap_weights'] == 'refit'
        self.full = self.risk_weights(self.facts)
        self.ids = [row['ihp_id'] for row in self.program.ihps]
        self.estimate = settle(self.deck, self.program, self.facts, self.full)
        self.small = [any(sum(f.ihp == ihp for f in self.facts[p]) < LEAST_MEMBERS for p in common.PERIODS)
                      for ihp in self.ids]
        keys = {f.member: xxh3(f.member.encode()) for f in self.facts['base']}
        weights = {member: weights_of(key, seed, replicates) for member, key in keys.items()}
        self.replicate = [self.drawn(lambda m, b=b: weights[m][b]) for b in range(replicates)]
        self.left_out = [self.drawn(lambda m, g=g: keys[m] % GROUPS != g) for g in range(GROUPS)]

    def risk_weights(self, facts):
        return {(p, cap): reference.risk_weights(facts[p], cap) for p in common.PERIODS
                for cap in set(self.program.cap.values())}

    def drawn(self, times):
        facts = {p: [f for f in self.facts[p] for _ in range(times(f.member))] for p in common.PERIODS}
        return settle(self.deck, self.program, facts, self.risk_weights(facts) if self.refit else self.full)

    def numbers(self, ihp, statistic):
        """Returns estimate, replicates and jackknife of a statistic; money in dollars, None where undefined."""
        k = STATISTICS.index(statistic)
        scale = 100 if statistic in DOLLARS else 1

        def number(settled):
            value = settled[ihp][0][k]
            return None if value is None else float(Fraction(value) / scale)
        return number(self.estimate), [number(r) for r in self.replicate], [number(r) for r in self.left_out]


# ---------------------------------------------------------------- summaries of replicates

def quantile(ordered, share):
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def bca(ordered, estimate, left_out, level):
    mean = sum(left_out) / len(left_out)
    squares = sum((mean - x) ** 2 for x in left_out)
    acceleration = sum((mean - x) ** 3 for x in left_out) / squares ** 1.5 / 6 if squares > 0 else 0
    below = sum((x < estimate) + (x == estimate) / 2 for x in ordered) / len(ordered)
    if not 0 < below < 1:
        return None, None
    bias, ends = NORMAL.inv_cdf(below), []
    for tail in ((1 - level) / 2, 1 - (1 - level) / 2):
        z = bias + NORMAL.inv_cdf(tail)
        if 1 - acceleration * z <= 0:
            return None, None
        ends.append(quantile(ordered, NORMAL.cdf(bias + z / (1 - acceleration * z))))
    return tuple(ends)


def summary_rows(numbers, levels, small):
    """Returns the rows of a statistic: estimate, mean, bias, standard error, level, method, bounds."""
    estimate, replicates, left_out = numbers
    ordered = sorted(x for x in replicates if x is not None)
    left_out = [x for x in left_out if x is not None]
    mean = sum(ordered) / len(ordered) if ordered else None
    bias = None if mean is None or estimate is None else mean - estimate
    error = stdev(ordered) if len(ordered) > 1 else None
    for level in sorted(levels):
        methods = [('too_small', (None, None))]
        if not small and ordered and estimate is not None:
            tail = (1 - level) / 2
            methods = [('percentile', (quantile(ordered, tail), quantile(ordered, 1 - tail))),
                       ('bca', bca(ordered, estimate, left_out, level))]
        elif not small:
            methods = [('percentile', (None, None)), ('bca', (None, None))]
        for method, bounds in methods:
            yield [estimate, mean, bias, error, level, method, *bounds]


# ---------------------------------------------------------------- comparisons

class Check:
    def __init__(self):
        self.wrong = self.compared = 0

    def report(self, text):
        self.wrong += 1
        if self.wrong <= 10:
            print(text)

    def number(self, where, text, wanted, scale, dollars):
        """Compares a printed number to a relative error of one in a million, and money to the cent."""
        self.compared += 1
        if wanted is None or text == '':
            if wanted is not None or text != '':
                self.report('%s: %r, expected %s' % (where, text, wanted))
        elif abs(float(text) - wanted) > 1e-6 * max(abs(wanted), scale) + (0.00501 if dollars else 0):
            self.report('%s: %s, expected %.12g' % (where, text, wanted))

    def statistic(self, where, rows, numbers, levels, small, dollars):
        """Removes the rows of a statistic from the front of `rows` and checks them."""
        scale = abs(numbers[0] or 0)
        for wanted in summary_rows(numbers, levels, small):
            row = rows.pop(0)
            if row['method'] != wanted[5] or abs(float(row['level']) - wanted[4]) > 1e-11:
                self.report('%s: %s %s, expected %s %s' % (where, row['method'], row['level'], wanted[5], wanted[4]))
            for name, value in zip(('estimate', 'mean', 'bias', 'std_error', '', '', 'lower', 'upper'), wanted):
                if name:
                    self.number('%s %s %s' % (where, row['level'], name), row[name], value, scale, dollars)
            if row['lower'] and float(row['lower']) > float(row['upper']):
                self.report(where + ': bounds in the wrong order')


def read(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8', newline='') as handle:
        return list(csv.DictReader(handle))


def check_deck(check, case, result, levels):
    rows, outcomes = read(result, 'bootstrap.csv'), read(result, 'bootstrap_outcomes.csv')
    for i, ihp in enumerate(case.ids):
        for statistic in STATISTICS:
            where = '%s %s' % (ihp, statistic)
            if rows[0]['ihp_id'] != ihp or rows[0]['statistic'] != statistic:
                check.report('%s expected, %s %s seen' % (where, rows[0]['ihp_id'], rows[0]['statistic']))
            check.statistic(where, rows, case.numbers(i, statistic), levels, case.small[i], statistic in DOLLARS)
        drawn = [r[i][1] for r in case.replicate]
        for name, outcome in (('p_savings', 'savings'), ('p_losses', 'losses'), ('p_inside', 'inside_threshold')):
            check.number('%s %s' % (ihp, name), outcomes[i][name], drawn.count(outcome) / len(drawn), 0, False)
        amounts = case.numbers(i, 'final_amount')[1]
        check.number(ihp + ' expected_amount', outcomes[i]['expected_amount'], sum(amounts) / len(amounts), 0, True)
    if rows or len(outcomes) != len(case.ids):
        check.report('there are more rows than expected')


def check_quantiles(check, case, result):
    """Compares the 101 quantiles of ratio and final amount of each IHP."""
    rows = read(result, 'bootstrap_quantiles.csv')
    wanted = [(i, ihp, statistic, percent) for i, ihp in enumerate(case.ids) for statistic in ('ratio', 'final_amount')
              for percent in range(101)]
    if len(rows) != len(wanted):
        check.report('bootstrap_quantiles.csv has %d rows, expected %d' % (len(rows), len(wanted)))
    for row, (i, ihp, statistic, percent) in zip(rows, wanted):
        estimate, replicates, _ = case.numbers(i, statistic)
        ordered = sorted(x for x in replicates if x is not None)
        where = '%s %s %d%%' % (ihp, statistic, percent)
        if [row['ihp_id'], row['statistic'], row['quantile']] != [ihp, statistic, '%.12g' % (percent / 100)]:
            check.report('%s expected, %s seen' % (where, row))
        none = case.small[i] or not ordered or estimate is None
        check.number(where, row['value'], None if none else quantile(ordered, Fraction(percent, 100)),
                     abs(estimate or 0), statistic in DOLLARS)


def check_scenarios(check, extract, options, deck, seed, replicates, levels):
    rows = read(options.result, 'scenario_bootstrap.csv')
    for number, (key, value, pairs) in enumerate(sweep_case.scenarios_of(options.deck), 1):
        case = Case(extract, options.deck, pairs, seed, replicates)
        for i, ihp in enumerate(case.ids):
            here, there = case.numbers(i, 'final_amount'), deck.numbers(i, 'final_amount')
            change = (here[0] - there[0], *([a - b for a, b in zip(x, y)] for x, y in zip(here[1:], there[1:])))
            for statistic, numbers in (('ratio', case.numbers(i, 'ratio')), ('final_amount', here),
                                       ('change_in_amount', change)):
                row, where = rows[0], '%d %s %s %s' % (number, key, ihp, statistic)
                if [row['scenario'], row['key'], row['value'], row['ihp_id'], row['statistic']] != \
                        [str(number), key, value, ihp, statistic]:
                    check.report('%s expected, %s seen' % (where, row))
                small = case.small[i] or statistic == 'change_in_amount' and deck.small[i]
                check.statistic(where, rows, numbers, levels, small, statistic in DOLLARS)
    if rows:
        check.report('scenario_bootstrap.csv has more rows than expected')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('extract')
    parser.add_argument('deck')
    parser.add_argument('result')
    options = parser.parse_args()
    with open(options.deck, encoding='utf-8') as handle:
        raw = common.parse_deck(handle.read())
    spec = raw['bootstrap']
    seed, replicates = int(spec.get('seed', '1')), int(spec['replicates'])
    levels = [float(level) for level in spec.get('levels', ['0.95'])]
    extract, check = population.Extract(options.extract), Check()
    case = Case(extract, options.deck, [], seed, replicates)
    check_deck(check, case, options.result, levels)
    check_quantiles(check, case, options.result)
    if raw.get('bootstrap_scenarios') == 'true':
        check_scenarios(check, extract, options, case, seed, replicates, levels)
    print('%d numbers, %d wrong; %d IHPs too small of %d' % (check.compared, check.wrong, sum(case.small),
                                                            len(case.ids)))
    return 1 if check.wrong else 0


if __name__ == '__main__':
    sys.exit(main())
