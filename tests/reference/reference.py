#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second, deliberately simple implementation of the methodology.

    reference.py EXTRACT_DIR DECK.yaml -o OUT_DIR [--set NAME=VALUE]... [--no-member-files]
    reference.py EXTRACT_DIR DECK.yaml -o OUT_DIR --pay 2025Q2 | --pay 2025 | --reconcile 2025 [--paid FOLDER]...

It shares no code and no design with the engine: it decides every member from plain lists of rows, and every number is
an exact fraction until it is compared or printed.  Read it next to the contract (numbers in brackets are sections of
the contract).  Tests compare its output with the engine's result folder.

The first form settles: periods and run-out, eligibility, rosters, attribution (population.py), cost, risk, target and
settlement (here), quality scores (quality.py).  The second computes the payments of a quarter or a year, or their
reconciliation (payments.py).  It does not cover bootstrap and sweeps; bootstrap_case.py and sweep_case.py do.

--set changes a value that a sweep can vary: a policy by its name, claims_cap, trend, threshold, quality_share,
corridor_share, base_paid_through, performance_paid_through, roster_quarter.

The program assumes that the extract has no errors that an import refuses.
"""
import argparse
import os
import sys
from collections import Counter, namedtuple
from decimal import Decimal, localcontext
from fractions import Fraction

import payments
from common import PERIODS, Deck, Refused, day, dollars, last_day, parse_cents, show_money, show_ratio, twelve, \
    whole_cents, write_table
from population import Attribution, Extract, Program, Rosters, enrolled_enough, line_stage, qualifying_spans, residence

UNATTRIBUTED_STAGES = ['ENROLLMENT', 'NO_VISIT', 'NO_EM', 'NO_IHP_EM', 'HEALTH_HOME_ELSEWHERE',
                       'PRIMARY_CARE_ELSEWHERE', 'SPECIALTY_ELSEWHERE', 'SPECIALTY_TIE', 'UNRESOLVED_TIE', 'OVERRIDE']
LINE_STAGES = ['outside_period', 'not_paid', 'after_cutoff', 'category_unknown', 'category_excluded',
               'month_not_qualifying']
LOSSES_DROPPED = ('state_without_cause', 'state_breach')                               # [6.1.2.1.2, 6.1.3.3.1]
TERMINATIONS = LOSSES_DROPPED + ('insufficient_funds', 'ihp_without_cause', 'with_cause')


# ---------------------------------------------------------------- a period

Fact = namedtuple('Fact', 'member ihp reason window weighs payers months acg lines cost counties')


def capped(cost, cap):
    return cost if cap == 0 else min(cost, cap)                                        # [16.9]


def settle_period(deck, program, extract, period):
    """Returns the facts of every member, and the waterfall of lines and dollars up to the members."""
    last = deck.last['base' if period == 'base' and deck.policy['base_roster'] == 'own' else 'performance']
    quarter = '%dQ%d' % (last // 12, last % 12 // 3 + 1)                               # [3.8.5]
    if last == deck.last['performance']:
        quarter = deck.vary.get('roster_quarter', quarter)
    rosters = Rosters(program, quarter, extract.nppes, deck.policy)
    first = deck.first[period]
    attribution = Attribution(deck, program, rosters, first, deck.cutoff[period])
    stages = {stage: [0, 0, 0] for stage in ['store'] + LINE_STAGES}                   # members, lines, cents
    facts = []
    for member in extract.members:
        lines = extract.lines[member]
        givers = qualifying_spans(extract.spans[member], first, deck, deck.cutoff[period])
        payers = [giver and giver.payer for giver in givers]
        counties = residence(givers, extract.county[member])
        enrolled = enrolled_enough(givers, deck)
        ihp, reason, window = attribution.decide(lines, enrolled)
        weighs = enrolled                                                              # [16.4.1.2]
        if deck.policy['weights_population'] == 'gate' and reason == 'NO_VISIT':
            weighs = False                                       # whatever an override says
        if (member, deck.year[period]) in program.overrides:                           # [4.6.4.2]
            chosen = program.overrides[member, deck.year[period]]
            ihp, reason, window = '' if chosen == 'NONE' else chosen, 'OVERRIDE', 1
        left = cost = 0
        stages['store'][0] += 1
        for line in lines:
            stage = line_stage(line, deck, program, deck.cutoff[period], first, givers)
            for name in ('store', stage) if stage else ('store',):
                stages[name][1] += 1
                stages[name][2] += line.cents
            if stage is None:
                left += 1
                cost += line.cents
        facts.append(Fact(member, ihp, reason, window, weighs, payers, sum(p is not None for p in payers),
                          extract.acg.get((member, deck.acg_year[period]), 'NONE'), left, cost, counties))
    if deck.strict_categories and stages['category_unknown'][1]:
        raise Refused('categories of service that categories.csv does not list')
    return facts, stages


def waterfall(facts, stages, program):
    """Returns the remaining rows of exclusions.csv: members and the lines left to them, by reason."""
    rows = dict(stages)
    for name in UNATTRIBUTED_STAGES + ['attributed', 'above_cap', 'capped_attributed']:
        rows[name] = [0, 0, 0]
    for f in facts:
        stage = 'attributed' if f.ihp else f.reason
        add(rows[stage], f.lines, f.cost)
        if f.ihp:
            kept = capped(f.cost, program.cap[f.ihp])
            add(rows['capped_attributed'], f.lines, kept)
            if f.cost > kept:
                add(rows['above_cap'], 0, f.cost - kept)
    return rows


def add(row, lines, cents):
    row[0] += 1
    row[1] += lines
    row[2] += cents


# ---------------------------------------------------------------- risk [16.4.1, 16.5.2]

def risk_weights(facts, cap):
    """Returns {category: (members, months, capped cost, weight)} over the weights' population."""
    members, months, cost = Counter(), Counter(), Counter()
    for f in facts:
        if f.weighs:
            members[f.acg] += 1
            months[f.acg] += f.months
            cost[f.acg] += capped(f.cost, cap)
    all_months, all_cost = sum(months.values()), sum(cost.values())
    weights = {}
    for acg in sorted(members):
        weight = Fraction(1)                        # also if there is nothing to compare with
        if months[acg] and all_cost:
            weight = Fraction(cost[acg], months[acg]) / Fraction(all_cost, all_months)
        weights[acg] = (members[acg], months[acg], cost[acg], weight)
    return weights


def weight_of(weights, acg):
    return weights[acg][3] if acg in weights else Fraction(1)


# ---------------------------------------------------------------- settlement [16.5.3, 16.7, 16.8, 5.4]

def trend_factor(deck, program):
    factor = Fraction(1)                                                               # [16.4.2]
    for year in range(deck.year['base'] + 1, deck.year['performance'] + 1):
        if year not in program.trend:
            raise Refused('trend.csv has no row for %d' % year)
        rate, adjustment = program.trend[year]
        change = (1 + rate + Fraction(deck.vary.get('trend', '0'))) * (1 + adjustment)
        part = Fraction(1)
        if year == deck.year['performance']:
            part = Fraction(deck.last['performance'] % 12 + 1, 12)                     # the months of the last year
        factor *= change if part == 1 else root(change, part)
    return factor


def root(value, part):
    """Returns a value to the power of a part of 1, with forty digits."""
    with localcontext() as context:
        context.prec = 40
        base = Decimal(value.numerator) / Decimal(value.denominator)
        return Fraction(base ** (Decimal(part.numerator) / Decimal(part.denominator)))


def experience(mine, cap, weights):
    """Returns (member months, capped cost and PMPM in cents, risk score) of the attributed members of an IHP."""
    months, cost = sum(f.months for f in mine), sum(capped(f.cost, cap) for f in mine)
    if months == 0:
        return 0, cost, None, None
    pmpm = Fraction(cost, months)
    by_acg = Counter()
    for f in mine:
        by_acg[f.acg] += f.months
    return months, cost, pmpm, sum(n * weight_of(weights, acg) for acg, n in by_acg.items()) / months


def shared_fraction(ratio, corridors):
    """Returns first-dollar sharing: each corridor's share times the length it covers between 1 and the ratio [16.8.2.3]."""
    low, high = min(ratio, Fraction(1)), max(ratio, Fraction(1))
    return sum(max(Fraction(0), min(high, end) - max(low, start)) * share for start, end, share in corridors)


def offset_share(ratio, corridors, outside):
    """Returns the share of the corridor of the unadjusted result; on a boundary, the corridor nearer to 1 [16.8.2.2]."""
    r = twelve(ratio)
    side = []                                    # corridors on the ratio's side of 1: near end, far end, share
    for start, end, share in corridors:
        start, end = twelve(start), twelve(end)
        if r < 1 and start < 1:
            if start <= r < end:
                return share
            side.append((-start, share))
        if r > 1 and end > 1:
            if start < r <= end:
                return share
            side.append((end, share))
    beyond = side and (-r if r < 1 else r) > max(side)[0]
    return max(side)[1] if beyond and outside == 'outermost' else Fraction(0)


def signed_fraction(ratio, corridors):
    """Returns the share at a ratio: positive for savings, negative for losses."""
    part = shared_fraction(ratio, corridors)
    return part if ratio < 1 else -part


def largest_remainder(amount, months):
    """Divides an amount into whole cents in proportion to months; equal remainders go by payer order [5.4]."""
    total = sum(months.values())
    payers = sorted(months)
    parts = {p: abs(amount) * months[p] // total for p in payers}
    left = abs(amount) - sum(parts.values())
    by_remainder = sorted(payers, key=lambda p: (-(abs(amount) * months[p] % total), p))
    for p in by_remainder[:left]:
        parts[p] += 1
    return {p: -part if amount < 0 else part for p, part in parts.items()}


def sharing(row, deck, program, ratio, adjusted, months):
    """Returns (outcome, shared before the offset, the offset, shared amount)."""
    if row['track'] != '2' or ratio is None:
        return 'no_settlement', Fraction(0), Fraction(0), Fraction(0)
    savings = twelve(ratio) < twelve(1 - deck.threshold)                               # [16.7]
    if not savings and not twelve(ratio) > twelve(1 + deck.threshold):
        return 'inside_threshold', Fraction(0), Fraction(0), Fraction(0)
    corridors = program.corridors_of(row['ihp_id'])
    before = shared_fraction(ratio, corridors) * adjusted * months
    paid = parse_cents(row.get('pbp_dollars') or '0')                                  # [16.8.2.2]
    if deck.policy['pbp_offset_rule'] == 'rerun':
        with_paid = ratio + paid / (adjusted * months)
        here, there = (signed_fraction(r, corridors) * adjusted * months for r in (ratio, with_paid))
        offset = here - there
    else:
        offset = offset_share(ratio, corridors, deck.policy['pbp_offset_outside']) * paid
    if savings:
        offset = min(offset, before)
        return 'savings', before, offset, before - offset
    return 'losses', -before, offset, -before - offset


def affected_part(mine, deck, program):
    """Returns the affected part of the year times the mean share of members who live in affected counties; under
    circumstance_rule months, the part of the year alone [5.9]."""
    first, part = deck.first['performance'], Fraction(0)
    for k in range(12):
        share = Fraction(sum(program.is_affected(f.counties[k], first + k) for f in mine), len(mine))
        if twelve(share) >= twelve(Fraction(1, 5)):
            in_full = deck.policy['circumstance_rule'] == 'months'
            part += Fraction(1, 12) if in_full else share / 12       # n/12 times the sum of n shares over n
    return part


def termination_factor(row, deck, outcome):
    """Returns the share of the period in force, the last day included; 0 for losses that the contract drops [6.1]."""
    if not row.get('terminated_on') or outcome == 'no_settlement':
        return Fraction(1)
    if row['termination'] not in TERMINATIONS:
        raise Refused('%s has a termination whose kind is not in the contract [6.1]' % row['ihp_id'])
    before, last = last_day(deck.first['performance'] - 1), last_day(deck.last['performance'])
    ended = day(row['terminated_on'])
    if ended > last:
        return Fraction(1)
    if ended <= before:
        return Fraction(0)
    if outcome == 'losses' and row['termination'] in LOSSES_DROPPED:                   # [6.1.2.1.2, 6.1.3.3.1]
        return Fraction(0)
    return Fraction((ended - before).days, (last - before).days)


def settle_ihp(row, deck, program, facts, weights):
    """Returns a row of settlement.csv, and the rows of payer_split.csv."""
    ihp, cap = row['ihp_id'], program.cap[row['ihp_id']]
    mine = {p: [f for f in facts[p] if f.ihp == ihp] for p in PERIODS}
    months, cost, pmpm, risk = {}, {}, {}, {}
    for p in PERIODS:
        source = 'base' if deck.policy['risk_weights'] == 'base' else p
        months[p], cost[p], pmpm[p], risk[p] = experience(mine[p], cap, weights[source, cap])
    trend = trend_factor(deck, program)
    target = None if pmpm['base'] is None else pmpm['base'] * trend
    adjusted = ratio = gross = None
    if target is not None and risk['performance'] is not None and risk['base']:        # [16.5.3.1]
        adjusted = target * risk['performance'] / risk['base']
        gross = (adjusted - pmpm['performance']) * months['performance']
        if adjusted > 0:
            ratio = pmpm['performance'] / adjusted
    outcome, before, offset, shared = sharing(row, deck, program, ratio, adjusted, months['performance'])
    score = program.quality.settlement_score(row) if program.quality and row['track'] == '2' else None
    adjusted_share = shared                                                            # [18.2, 18.4.12, 18.4.13]
    on_losses = deck.policy['quality_on_losses'] if shared < 0 else 'as_written'
    if score is not None and on_losses != 'none':
        times = 1 - score if on_losses == 'inverse' else score
        adjusted_share = shared * deck.quality_share * times + shared * (1 - deck.quality_share)
    reduction = -adjusted_share * affected_part(mine['performance'], deck, program) if shared < 0 else Fraction(0)
    factor = termination_factor(row, deck, outcome)
    exact = (adjusted_share + reduction) * factor
    final, interim_paid, due = whole_cents(exact), 0, 0
    if row['track'] == '2':                          # also without a settlement, when the final amount is 0
        if deck.settlement == 'final':
            interim_paid = parse_cents(row.get('interim_paid') or '0')                 # [2.12]
            due = final - interim_paid
        if deck.settlement == 'interim':
            due = max(0, final)                                                        # [5.4.2, 5.4.3]
    line = [ihp, row['track'], len(mine['base']), months['base'], dollars(cost['base']), show_money(pmpm['base']),
            show_ratio(risk['base']), len(mine['performance']), months['performance'], dollars(cost['performance']),
            show_money(pmpm['performance']),
            show_ratio(risk['performance']), show_ratio(trend), show_money(target), show_money(adjusted),
            show_ratio(ratio), show_money(gross), outcome, show_money(before), show_money(offset), show_money(shared),
            show_ratio(score), show_money(adjusted_share), show_money(reduction), show_ratio(factor),
            show_money(exact), dollars(interim_paid), dollars(due)]
    by_payer = Counter(payer for f in mine['performance'] for payer in f.payers if payer is not None)
    is_final = deck.settlement == 'final'
    paid = program.interim_payers.get(ihp, {}) if is_final and row['track'] == '2' else {}
    known = interim_paid == 0 or bool(paid)
    return line, payer_rows(ihp, by_payer, paid, final if is_final and known else due, due, known, is_final)


def payer_rows(ihp, months, paid, amount, due, known, is_final):
    """Returns the rows of payer_split.csv: `amount` divided by months, less what each payer paid [5.4.2.2-3]."""
    if not months and not paid:
        return [[ihp, '', 0, '', '', dollars(due)]] if due else []
    parts = largest_remainder(amount, months) if months else {}
    rows = []
    for payer in sorted(set(months) | set(paid)):
        part, already = parts.get(payer, 0), paid.get(payer, 0)
        rows.append([ihp, payer, months.get(payer, 0), dollars(part) if known else '',
                     dollars(already) if known and is_final else '', dollars(part - already)])
    return rows


# ---------------------------------------------------------------- the result folder

SETTLEMENT_COLUMNS = '''ihp_id track base_members base_member_months base_capped_cost base_tcoc_pmpm base_risk members
    member_months capped_cost tcoc_pmpm risk trend_factor target_pmpm adjusted_target_pmpm ratio gross_difference outcome shared_before_pbp
    pbp_offset shared_amount quality_score quality_adjusted circumstance_reduction termination_factor final_amount
    interim_paid amount_due'''.split()


def run(deck, program, extract, out, member_files=True):
    facts, stages = {}, {}
    for p in PERIODS:
        facts[p], stages[p] = settle_period(deck, program, extract, p)
    caps = sorted(set(program.cap.values()))
    weights = {(p, cap): risk_weights(facts[p], cap) for p in PERIODS for cap in caps}

    settlement, split = [], []
    for row in program.ihps:
        line, parts = settle_ihp(row, deck, program, facts, weights)
        settlement.append(line)
        split += parts
    write_table(out, 'settlement.csv', SETTLEMENT_COLUMNS, settlement)
    write_table(out, 'payer_split.csv', ['ihp_id', 'payer', 'member_months', 'share', 'interim_paid', 'amount'],
                split)

    if program.quality:
        program.quality.write(out)

    summary, exclusions, weight_rows = [], [], []
    for p in PERIODS:
        counts = Counter((f.reason, f.window, f.ihp) for f in facts[p])
        summary += [[p, *key, counts[key]] for key in sorted(counts)]
        for stage, (members, lines, cents) in waterfall(facts[p], stages[p], program).items():
            exclusions.append([p, stage, members, lines, dollars(cents)])
        if p == 'performance' and deck.policy['risk_weights'] == 'base':
            continue
        for cap in caps:
            for acg, (members, months, cost, weight) in weights[p, cap].items():
                weight_rows.append([p, dollars(cap), acg, members, months, dollars(cost), show_ratio(weight)])
    write_table(out, 'attribution_summary.csv', ['period', 'reason', 'window', 'ihp_id', 'members'], summary)
    write_table(out, 'exclusions.csv', ['period', 'stage', 'members', 'claim_lines', 'paid_amount'], exclusions)
    write_table(out, 'risk_weights.csv', ['period', 'cap', 'acg', 'members', 'member_months', 'capped_cost', 'weight'],
                weight_rows)

    for row in program.ihps if member_files else ():
        ihp, cap = row['ihp_id'], program.cap[row['ihp_id']]
        rows = []
        for p in PERIODS:
            table = weights['base' if deck.policy['risk_weights'] == 'base' else p, cap]
            rows += [[f.member, p, f.reason, f.window, f.months, dollars(f.cost), dollars(capped(f.cost, cap)), f.acg,
                      show_ratio(weight_of(table, f.acg))] for f in facts[p] if f.ihp == ihp]
        write_table(out, os.path.join('attributed', ihp + '.csv'),
                    ['member_id', 'period', 'reason', 'window', 'member_months', 'cost', 'capped_cost', 'acg',
                     'weight'], rows)
    if member_files:
        rows = [[f.member, p, f.reason, f.months] for p in PERIODS
                for f in sorted((f for f in facts[p] if not f.ihp), key=lambda f: UNATTRIBUTED_STAGES.index(f.reason))]
        write_table(out, os.path.join('unattributed', 'members.csv'), ['member_id', 'period', 'reason', 'member_months'],
                    rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('extract')
    parser.add_argument('deck')
    parser.add_argument('-o', '--output', required=True)
    parser.add_argument('--set', action='append', default=[], metavar='NAME=VALUE')
    parser.add_argument('--no-member-files', action='store_true', help='write neither attributed/ nor unattributed/')
    parser.add_argument('--pay', metavar='YEARQn|YEAR', help='compute the payments of a quarter or of a year')
    parser.add_argument('--reconcile', metavar='YEAR', help='reconcile the payments of a year')
    parser.add_argument('--paid', action='append', metavar='FOLDER', help='a payment run of that year')
    options = parser.parse_args()
    settings = [tuple(s.split('=', 1)) for s in options.set]
    try:
        deck = Deck(options.deck, settings)
        program, extract = Program(deck), Extract(options.extract)
        if options.pay:
            payments.pay(deck, program, extract, options.pay, options.output)
        if options.reconcile:
            payments.reconcile(deck, program, extract, options.reconcile, options.output, options.paid)
        if not options.pay and not options.reconcile:
            run(deck, program, extract, options.output, not options.no_member_files)
    except Refused as problem:
        print('reference.py: refused: %s' % problem, file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())

