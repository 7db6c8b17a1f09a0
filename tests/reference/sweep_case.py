#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds sweeps to a random case's deck, and checks the results.

        sweep_case.py deck DECK DESIGN --seed N -o NEW_DECK [--money]     adds a sweep of that design to the deck
        sweep_case.py check EXTRACT DECK RESULT                           checks the tables of the sweep

`check` lists the scenarios of the deck by the rules of the manual and settles each with reference.py.  It requires
every cell of scenarios.csv, scenario_terms.csv, readings.csv and readings_total.csv to have the same text.  Where a ratio lies on the border between two texts of twelve
digits, which reference.py knows exactly and floating point does not, either text is correct.  It counts members
gained and lost member by member.
"""
import argparse
import csv
import itertools
import os
import random
import sys
from decimal import Decimal

import common
import population
import reference

READINGS = [('msc_plus_excluded', '13.2.10'), ('exclusion_scope', '13.2'), ('before_birth', '13.3.2'), ('base_roster', '3.8.5'),
            ('non_ihp_unit', '13.3.1.3'), ('off_roster_unit', '13.3.1.3'), ('count_unit', '13.3.3'),
            ('reversals', '13.3.5.1'), ('visit_gate', '13.3.2'),
            ('primary_care_elsewhere', '13.3.5.6'), ('specialty_elsewhere', '13.3.6.7'),
            ('health_home_elsewhere', '13.3.4.3'), ('primary_care_rival', '13.3.5.6'),
            ('specialty_equal', '13.3.6.7'), ('tie_with_elsewhere', '13.3.7.10'),
            ('unresolved_tie', '13.3.7'), ('lookback_when', '13.3.8'), ('gate_lines', '13.3.2'),
            ('gate_window', '13.3.2'), ('cost_months', '16.5.1'), ('weights_population', '16.4.1.2'),
            ('risk_weights', '16.5.2'),
            ('pbp_offset_outside', '16.8.2.2'), ('pbp_offset_rule', '16.8.2.2'), ('quality_on_losses', '18.4.13'),
            ('circumstance_rule', '5.9'), ('benchmark_difference', '18.4.4.1'),
            ('not_reporting', '18.4.6.2'), ('absent_category', '18.4.10'), ('equity_maintain', '18.4.9.2.1'),
            ('equity_drop', '18.4.9.2.1'), ('pbp_months', '15.4.1'), ('pbp_percentiles', '15.2.3')]
LEVELS = {'money': ['claims_cap', 'trend', 'threshold', 'corridor_share', 'quality_share', 'risk_weights',
                    'weights_population',
                    'pbp_offset_outside', 'pbp_offset_rule', 'quality_on_losses', 'circumstance_rule',
                    'benchmark_difference', 'not_reporting', 'absent_category', 'equity_maintain', 'equity_drop',
                    'pbp_months', 'pbp_percentiles'],
          'decision': ['visit_gate', 'primary_care_elsewhere', 'specialty_elsewhere', 'health_home_elsewhere',
                       'primary_care_rival', 'specialty_equal', 'tie_with_elsewhere', 'unresolved_tie',
                       'lookback_when', 'gate_window',
                       'min_continuous_months', 'min_total_months'],
          'claims': ['base_paid_through', 'performance_paid_through', 'roster_quarter', 'msc_plus_excluded',
                     'exclusion_scope', 'before_birth', 'base_roster', 'non_ihp_unit', 'off_roster_unit', 'count_unit', 'reversals',
                     'lookback_months', 'gate_lines', 'cost_months']}
RATIOS = {'base_risk', 'risk', 'trend_factor', 'ratio', 'quality_score', 'termination_factor'}
READING_COLUMNS = ['policy', 'reading', 'section', 'ihp_id', 'members_gained', 'members_lost', 'base_members_gained',
                   'base_members_lost', 'change_in_amount', 'dollars_moved']


# ---------------------------------------------------------------- decks

def values_of(deck, money):
    """Returns the values of every key that can vary: all choices of a policy, and edges of the numbers."""
    base, perf = deck.year['base'], deck.year['performance']
    values = {name: list(choices) for name, (_, choices) in common.POLICIES.items()
              if choices and name in dict(READINGS)}
    values.update({
        'claims_cap': ['0', '1', '800', '1500.00', '4000.01', '12345.67', '200000'],
        'trend': ['-0.05', '0', '0.031'],
        'threshold': ['0', '0.01', '0.1'],
        'corridor_share': ['0', '0.3', '1'],
        'quality_share': ['0', '0.25', '1'],
        'base_paid_through': ['%d-12-31' % base, '%d-06-30' % (base + 1), '%d-02-28' % (base + 2)],
        'performance_paid_through': ['%d-12-31' % perf, '%d-03-31' % (perf + 1), '%d-06-30' % (perf + 2)],
        'roster_quarter': ['%dQ4' % base, '%dQ1' % perf, '%dQ4' % perf, '%dQ1' % (perf + 1)],
        'min_continuous_months': ['0', '6', '12'],
        'min_total_months': ['0', '9', '12'],
        'lookback_months': ['0', '1', '12', '24'],
    })
    if money:
        values.update({'quality_on_losses': ['as_written', 'none'], 'benchmark_difference': ['relative', 'points'],
                       'reference_group': ['White', 'Black']})
    return values


def sweep_text(design, deck, chance, money):
    values = values_of(deck, money)
    lines = ['sweep:', '  design: ' + design]
    if design == 'one_at_a_time':
        names = list(values)
        chance.shuffle(names)
        names.sort(key=lambda name: name != 'trend')             # the first scenario changes all amounts
        lines.append('  vary:')
        lines += ['    %s: [%s]' % (name, ', '.join(values[name])) for name in names]
    elif design == 'grid':
        names = [chance.choice(LEVELS[level]) for level in ('money', 'decision', 'claims')]
        chance.shuffle(names)
        lines.append('  vary:')
        lines += ['    %s: [%s]' % (name, ', '.join(values[name][:4])) for name in names]
    elif design == 'named':
        lines.append('  scenarios:')
        for number in range(12):
            names = chance.sample(sorted(values), chance.randint(1, 5))
            pairs = ', '.join('%s: %s' % (name, chance.choice(values[name])) for name in names)
            lines.append('    - {name: number %d, set: {%s}}' % (number, pairs))
    return '\n'.join(lines) + '\n'


def write_deck(options):
    with open(options.deck, encoding='utf-8') as handle:
        text = handle.read()
    deck = common.Deck(options.deck, [])
    text = text.replace('output: result\n', 'output: result-%s\n' % options.design)
    with open(options.output, 'w', encoding='utf-8') as handle:
        handle.write(text + sweep_text(options.design, deck, random.Random(options.seed), options.money))


# ---------------------------------------------------------------- expected results

def scenarios_of(deck_path):
    """Returns [(key, value, [(name, value)])] in the order of the deck."""
    with open(deck_path, encoding='utf-8') as handle:
        sweep = common.parse_deck(handle.read())['sweep']
    if sweep['design'] == 'readings':
        deck = common.Deck(deck_path, [])
        sets = [[(name, choice)] for name, _ in READINGS for choice in common.POLICIES[name][1]
                if choice != deck.policy[name]]
    elif sweep['design'] == 'named':
        sets = [list(entry['set'].items()) for entry in sweep['scenarios']]
    elif sweep['design'] == 'grid':
        sets = [list(zip(sweep['vary'], combination)) for combination in itertools.product(*sweep['vary'].values())]
    else:
        sets = [[(name, value)] for name, given in sweep['vary'].items() for value in given]
    return [(';'.join(n for n, _ in pairs), ';'.join(v for _, v in pairs), pairs) for pairs in sets]


class Settled:
    """A deck with some values set: rows of settlement.csv, and the IHP of every member in each period."""

    def __init__(self, extract, deck_path, pairs):
        deck = common.Deck(deck_path, pairs)
        program = population.Program(deck)
        facts = {p: reference.settle_period(deck, program, extract, p)[0] for p in common.PERIODS}
        weights = {(p, cap): reference.risk_weights(facts[p], cap) for p in common.PERIODS
                   for cap in set(program.cap.values())}
        self.rows = [[str(cell) for cell in reference.settle_ihp(row, deck, program, facts, weights)[0]]
                     for row in program.ihps]
        self.ihp = {p: [f.ihp for f in facts[p]] for p in common.PERIODS}
        at = reference.SETTLEMENT_COLUMNS.index('final_amount')
        self.cents = [common.parse_cents(row[at]) for row in self.rows]

    def moved(self, deck, period, ihp):
        """Returns the members gained and lost by an IHP, compared with the deck."""
        pairs = list(zip(self.ihp[period], deck.ihp[period]))
        return (sum(here == ihp != there for here, there in pairs), sum(there == ihp != here for here, there in pairs))


def readings_tables(scenarios, settled, deck):
    """Returns the rows of readings.csv, by IHP, and of readings_total.csv, all IHPs together."""
    blocks = []
    for number, ((name, value, _), now) in enumerate(zip(scenarios, settled)):
        rows = []
        for i, row in enumerate(now.rows):
            change = now.cents[i] - deck.cents[i]
            rows.append([row[0], *now.moved(deck, 'performance', row[0]), *now.moved(deck, 'base', row[0]), change,
                         abs(change)])
        total = [sum(column) for column in list(zip(*rows))[1:]]
        rows.sort(key=lambda r: -r[-1])                                  # stable: otherwise in the order of ihps.csv
        blocks.append((-total[-1], number, name, value, total, rows))
    table, totals = [], []
    for _, _, name, value, total, rows in sorted(blocks, key=lambda b: b[:2]):
        reading = [name, value, dict(READINGS)[name]]
        totals.append(reading + [*map(str, total[:4]), *map(common.dollars, total[4:])])
        table += [reading + [row[0], *map(str, row[1:5]), *map(common.dollars, row[5:])] for row in rows]
    return table, totals


def on_a_border(seen, expected):
    """Returns whether both are the same number except for one unit of the twelfth digit."""
    return seen and expected and abs(Decimal(seen) - Decimal(expected)) <= \
        Decimal(10) ** (Decimal(expected).adjusted() - 11)


def same_row(columns, seen, expected):
    return seen == expected or len(seen or []) == len(expected or []) and all(
        a == b or column in RATIOS and on_a_border(a, b) for column, a, b in zip(columns, seen, expected))


def compare(path, columns, rows):
    """Prints the rows that differ; returns their number."""
    with open(path, encoding='utf-8', newline='') as handle:
        seen = list(csv.reader(handle))
    wrong = 0
    for number, (a, b) in enumerate(itertools.zip_longest(seen, [columns] + rows), 1):
        if not same_row(columns, a, b):
            wrong += 1
            if wrong <= 5:
                print('%s:%d: %s\n    expected %s' % (path, number, a, b))
    return wrong


def check(options):
    extract = population.Extract(options.extract)
    scenarios = scenarios_of(options.deck)
    deck = Settled(extract, options.deck, [])
    settled = [Settled(extract, options.deck, pairs) for _, _, pairs in scenarios]
    rows = []
    for number, ((key, value, _), now) in enumerate(zip(scenarios, settled), 1):
        for row, cents, own in zip(now.rows, now.cents, deck.cents):
            rows.append([str(number), key, value] + row + [common.dollars(cents - own)])
    wrong = compare(os.path.join(options.result, 'scenarios.csv'),
                    ['scenario', 'key', 'value'] + reference.SETTLEMENT_COLUMNS + ['change_in_amount'], rows)
    wrong += compare(os.path.join(options.result, 'scenario_terms.csv'), ['scenario', 'key', 'value'],
                     [[str(number), key, value] for number, (_, _, pairs) in enumerate(scenarios, 1)
                      for key, value in pairs])
    readings, total = (os.path.join(options.result, name) for name in ('readings.csv', 'readings_total.csv'))
    with open(options.deck, encoding='utf-8') as handle:
        has_readings = common.parse_deck(handle.read())['sweep']['design'] == 'readings'
    if has_readings:
        rows, totals = readings_tables(scenarios, settled, deck)
        wrong += compare(readings, READING_COLUMNS, rows)
        wrong += compare(total, [column for column in READING_COLUMNS if column != 'ihp_id'], totals)
    elif os.path.exists(readings) or os.path.exists(total):
        print(readings + ': exists, although the deck did not ask for it')
        wrong += 1
    changed = sum(now.rows != deck.rows for now in settled)
    moved = sum(now.ihp != deck.ihp for now in settled)
    print('%d scenarios; %d change a result, %d move members' % (len(settled), changed, moved))
    return 1 if wrong or not changed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    commands = parser.add_subparsers(required=True)
    deck = commands.add_parser('deck')
    deck.add_argument('deck')
    deck.add_argument('design', choices=['one_at_a_time', 'grid', 'named', 'readings'])
    deck.add_argument('--seed', type=int, required=True)
    deck.add_argument('-o', '--output', required=True)
    deck.add_argument('--money', action='store_true', help='also vary the policies of quality')
    deck.set_defaults(run=write_deck)
    checked = commands.add_parser('check')
    checked.add_argument('extract')
    checked.add_argument('deck')
    checked.add_argument('result')
    checked.set_defaults(run=check)
    options = parser.parse_args()
    return options.run(options)


if __name__ == '__main__':
    sys.exit(main())
