# SPDX-License-Identifier: GPL-3.0-or-later
"""Population-based payment [15] and Child and Teen Checkups outreach [5.2], month by month, and its reconciliation.

A month M is decided on the twelve months that end with it, on the roster of its quarter, and by the ACG categories of
the year before its own.
"""
import math
import os
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction

from common import Refused, dollars, month, read_table, show_money, show_ratio, twelve, whole_cents, write_table
from population import Attribution, Rosters, enrolled_enough, line_stage, qualifying_spans

NUMBERS = ['flat_first', 'flat_second', 'linear_start', 'linear_step', 'log_start', 'top_start', 'top_end', 'ctc',
           'uplift_smi_and_sud', 'uplift_smi_or_sud', 'uplift_homeless_or_incarcerated',
           'uplift_cpi_or_parent_spmi', 'uplift_parent_smi_or_sud']
KINDS = ('HCH', 'BHH', 'IRCC')                                                         # [15.1.1, 15.5.1]
CHECKUP_PROGRAMS = ('MA', 'MA_BD')                                                     # [5.2.1]


def month_text(m):
    return '%04d-%02d' % (m // 12, m % 12 + 1)


def quarter_text(m):
    return '%04dQ%d' % (m // 12, m % 12 // 3 + 1)


def months_of(text):
    """Returns the months of 2025Q2, or of 2025."""
    year, _, quarter = text.partition('Q')
    first = int(year) * 12
    return range(first + int(quarter) * 3 - 3, first + int(quarter) * 3) if quarter else range(first, first + 12)


def first_day(m):
    return date(m // 12, m % 12 + 1, 1)


def in_force(ended, m):
    """Returns the share of a month's days, the last day of the contract included, in which a contract is in force."""
    last = first_day(m + 1) - timedelta(1)
    if ended is None or ended >= last:
        return Fraction(1)
    return Fraction(max(0, (ended - first_day(m)).days + 1), last.day)                 # [6.1.2.1.1, 6.1.3.1.1]


def is_there(folder, name):
    return any(os.path.exists(os.path.join(folder, name + end)) for end in ('.csv', '.csv.gz'))


class Plan:
    """The data that payments require in addition to the settlement's tables."""

    def __init__(self, deck, program, extract):
        self.deck, self.program, self.extract = deck, program, extract
        self.value = {row['name']: Fraction(row['value']) for row in read_table(deck.program, 'payment')}
        for name in NUMBERS:
            if name not in self.value:
                raise Refused('payment.csv has no ' + name)
        self.factors = defaultdict(list)
        for row in read_table(extract.folder, 'social_risk', optional=True):
            self.factors[row['member_id']].append((month(row['month_from']), month(row['month_to']), row['factor']))
        self.coordinated = self.care('care_coordination')
        self.known = self.coordinated                        # when paying
        if is_there(extract.folder, 'care_coordination_paid'):
            self.known = self.care('care_coordination_paid')

    def care(self, name):
        return {(row['member_id'], month(row['month'])) for row in read_table(self.extract.folder, name, optional=True)
                if row['kind'] in KINDS}

    def age(self, member, m):
        """Returns the age at the first of the month, in whole years; below 0 before birth."""
        born = self.extract.birth[member]
        years = m // 12 - born.year
        return years - ((m % 12 + 1, 1) < (born.month, born.day))

    def uplift(self, member, m):
        """Returns the sum of the uplifts of a member's factors in the month [15.3.5]."""
        has = {factor for first, last, factor in self.factors[member] if first <= m <= last}
        smi, sud = bool(has & {'smi', 'spmi'}), 'sud' in has
        age, names = self.age(member, m), []
        if age >= 18:
            if smi and sud:
                names.append('smi_and_sud')                                            # [15.3.5.1]
            elif smi or sud:
                names.append('smi_or_sud')                                             # [15.3.5.2]
            if has & {'homeless', 'incarcerated'}:
                names.append('homeless_or_incarcerated')
        else:
            if has & {'child_protection', 'parent_spmi'}:                              # [15.3.5.3]
                names.append('cpi_or_parent_spmi')
            if age < 1 and has & {'parent_smi', 'parent_spmi', 'parent_sud'}:          # [15.3.5.4]
                names.append('parent_smi_or_sud')
        return sum((self.value['uplift_' + name] for name in names), Fraction(0))


# ---------------------------------------------------------------- the dollar curve [15.2.3, 15.2.4]

class Curve:
    """Dollars as a function of relative risk.  `weight`: {ACG: w}; `percentile`: {ACG: of the categories' order}."""

    def __init__(self, weight, percentile, value):
        self.value, self.percentile = value, percentile
        ordered = sorted(weight, key=lambda acg: (weight[acg], acg))
        bands = defaultdict(list)
        for acg in ordered:
            reached = sum(twelve(percentile[acg]) >= end for end in (6, 30, 80))
            bands[reached].append(weight[acg])
        self.second, self.linear, self.log = (min(bands[k], default=None) for k in (1, 2, 3))
        highest = [weight[acg] for acg in ordered[-3:]]
        self.third, self.top = highest[0], highest[-1]

    def dollars(self, w):
        v = self.value

        def reaches(start):
            return start is not None and twelve(w) >= twelve(start)
        if reaches(self.top):
            return v['top_end']
        if reaches(self.third):
            return v['top_start'] + (v['top_end'] - v['top_start']) * (w - self.third) / (self.top - self.third)
        if reaches(self.log):
            if self.log <= 0 or twelve(self.third) == twelve(self.log):
                return v['log_start']
            part = math.log(w / self.log) / math.log(self.third / self.log)
            return v['log_start'] + (v['top_start'] - v['log_start']) * Fraction(part)
        if reaches(self.linear):
            return v['linear_start'] + v['linear_step'] * (w - self.linear) * 10
        return v['flat_second'] if reaches(self.second) else v['flat_first']


def percentiles(weight, months, eligible, policy):
    """Returns the percentile of each category, in the order of relative risk and name [15.2.3]."""
    ordered = sorted(weight, key=lambda acg: (weight[acg], acg))
    if policy == 'categories':
        return {acg: (rank + 1 - Fraction(1, 2)) / len(ordered) * 100 for rank, acg in enumerate(ordered)}
    if policy == 'pbp_eligible' and sum(eligible.values()) > 0:
        months = eligible
    found, below = {}, 0
    for acg in ordered:
        found[acg] = (below + Fraction(months.get(acg, 0), 2)) / sum(months.values()) * 100
        below += months.get(acg, 0)
    return found


# ---------------------------------------------------------------- a month

class Month:
    """All about one month: the members attributed to each IHP, the PBP eligible members, and the curve."""

    def __init__(self, plan, m):
        deck, program, extract = plan.deck, plan.program, plan.extract
        self.plan, self.m, first = plan, m, m - 11
        cutoff = deck.cutoff['performance']
        rosters = Rosters(program, quarter_text(m), extract.nppes, deck.policy, first_day(m))
        self.ended = {row['ihp_id']: program.ended(row) for row in program.ihps}
        attribution = Attribution(deck, program, rosters, first, cutoff)
        self.ihp, self.acg = {}, {}                          # of the attributed; of the eligible population
        months, cost = {}, {}
        for member in extract.members:
            lines = extract.lines[member]
            givers = qualifying_spans(extract.spans[member], first, deck, cutoff)
            if givers[11] is None or not enrolled_enough(givers, deck):                # [13.3.8]
                continue
            self.acg[member] = extract.acg.get((member, m // 12 - 1), 'NONE')
            months[member] = sum(giver is not None for giver in givers)
            cost[member] = sum(line.cents for line in lines
                               if line_stage(line, deck, program, cutoff, first, givers) is None)
            ihp = attribution.decide(lines, True)[0]
            if ihp:
                self.ihp[member] = ihp
        self.eligible = {member for member in self.ihp if (member, m) not in plan.known}
        self.set_curve(months, cost)

    def set_curve(self, months, cost):
        """Sets the curve by relative risk, normalised on the eligible population [15.2.2]."""
        def pmpms(members):
            of_acg, money = Counter(), Counter()
            for member in members:
                of_acg[self.acg[member]] += months[member]
                money[self.acg[member]] += cost[member]
            return of_acg, {acg: Fraction(money[acg], of_acg[acg]) for acg in of_acg}
        self.months, everybody = pmpms(self.acg)
        pmpm = dict(everybody)
        pmpm.update(pmpms(self.eligible)[1])
        mean = Fraction(0)
        if self.months:
            mean = sum(pmpm[acg] * n for acg, n in self.months.items()) / sum(self.months.values())
        self.weight = {acg: pmpm[acg] / mean if mean else Fraction(1) for acg in pmpm}
        self.curve = None
        if self.months:
            weight = {acg: self.weight[acg] for acg in self.months}
            places = percentiles(weight, self.months, pmpms(self.eligible)[0], self.plan.deck.policy['pbp_percentiles'])
            self.curve = Curve(weight, places, self.plan.value)

    def dollars_of(self, member):
        """[15.3.6]"""
        return self.curve.dollars(self.weight[self.acg[member]] * (1 + self.plan.uplift(member, self.m)))

    def paid_to(self, ihp):
        return sorted(member for member in self.eligible if self.ihp[member] == ihp)

    def in_force(self, ihp):
        return in_force(self.ended[ihp], self.m)

    def attributed(self, ihp):
        return sum(to == ihp for to in self.ihp.values())

    def rounded_payment(self, ihp):
        """Whole cents [15.4]"""
        members = self.paid_to(ihp)
        total = sum(self.dollars_of(member) for member in members)
        if self.plan.deck.policy['pbp_months'] == 'attributed' and members:            # [15.4.1]
            total = total / len(members) * self.attributed(ihp)
        return whole_cents(100 * total * self.in_force(ihp))

    def checkup_dollars(self, ihp):
        """Returns cents: rounded where the contract ends in the month [5.2.1, 6.1]."""
        cents = 100 * self.plan.value['ctc'] * self.for_checkups(ihp)
        return cents if self.in_force(ihp) == 1 else Fraction(whole_cents(cents * self.in_force(ihp)))

    def for_checkups(self, ihp):
        """Returns the attributed members aged 0 to 20 with a span of MA or MA_BD in the month [5.2.1]."""
        spans = self.plan.extract.spans
        return sum(to == ihp and 0 <= self.plan.age(member, self.m) <= 20
                   and any(s.first <= self.m <= s.last and s.program in CHECKUP_PROGRAMS for s in spans[member])
                   for member, to in self.ihp.items())

    def category_rows(self):
        for acg in sorted(self.months):
            yield [month_text(self.m), acg, self.months[acg], show_ratio(self.weight[acg]),
                   show_ratio(self.curve.percentile[acg]), show_money(100 * self.curve.dollars(self.weight[acg]))]


# ---------------------------------------------------------------- files

def pay(deck, program, extract, text, out):
    plan = Plan(deck, program, extract)
    rows, categories = [], []
    totals = defaultdict(Counter)                            # by quarter and IHP
    for m in months_of(text):
        now = Month(plan, m)
        categories += now.category_rows()
        for row in program.ihps:
            ihp = row['ihp_id']
            paid, attributed, payment = len(now.paid_to(ihp)), now.attributed(ihp), now.rounded_payment(ihp)
            rows.append([ihp, month_text(m), attributed, paid, dollars(payment), now.for_checkups(ihp)])
            counted = attributed if deck.policy['pbp_months'] == 'attributed' else paid
            total = totals[quarter_text(m), ihp]
            total['months'] += counted
            total['payment'] += payment
            total['checkups'] += now.checkup_dollars(ihp)
    quarters = [[ihp, quarter, t['months'], show_money(Fraction(t['payment'], t['months']) if t['months'] else None),
                 dollars(t['payment']), show_money(t['checkups'])]
                for (quarter, ihp), t in totals.items()]
    write_table(out, 'payments.csv', ['ihp_id', 'month', 'attributed', 'pbp_eligible', 'pbp_dollars', 'ctc_members'],
                rows)
    write_table(out, 'payments_quarter.csv', ['ihp_id', 'quarter', 'member_months', 'average_pmpm', 'pbp_payment',
                                              'ctc_dollars'], quarters)
    write_table(out, 'payment_categories.csv', ['month', 'acg', 'member_months', 'weight', 'percentile', 'dollars'],
                categories)


REASONS = ('care_coordination', 'override_out', 'override_in')


class PaidMonth:
    """A month as it was paid: who was paid for, and the dollars at a relative risk.  None: nobody."""

    def __init__(self, paid, weight, curve):
        self.paid, self.weight, self.curve = paid, weight, curve       # {member: (IHP, dollars)}, {ACG: w}


def computed_again(plan, m):
    now = Month(plan, m)
    paid = {member: (now.ihp[member], now.dollars_of(member) * now.in_force(now.ihp[member]))
            for member in now.eligible}
    return PaidMonth(paid, {acg: now.weight[acg] for acg in now.months}, now.curve)


def as_paid(plan, folders):
    """Returns {month: PaidMonth} of the runs in `folders` [15.5]."""
    found = {}
    for folder in folders:
        for row in read_table(folder, 'payments'):
            found.setdefault(month(row['month']), PaidMonth({}, {}, None))
        percentile = defaultdict(dict)
        for row in read_table(folder, 'payment_categories'):
            found[month(row['month'])].weight[row['acg']] = Fraction(row['weight'])
            percentile[month(row['month'])][row['acg']] = Fraction(row['percentile'])
        for m, places in percentile.items():
            found[m].curve = Curve(found[m].weight, places, plan.value)
        for ihp in plan.program.order:
            for row in read_table(os.path.join(folder, 'paid'), ihp):
                if row.get('pbp_eligible', '1') == '1':
                    found[month(row['month'])].paid[row['member_id']] = (ihp, Fraction(row['dollars']))
    return found


def reconcile(deck, program, extract, year, out, folders=None):
    """Finds what the State takes back, and what it owes, of a year's payments [15.5, 4.6.4.2]."""
    plan = Plan(deck, program, extract)
    overrides = {row['member_id']: row['ihp_id'] for row in read_table(deck.program, 'overrides', optional=True)
                 if int(row['year']) == int(year)}
    ended = {row['ihp_id']: program.ended(row) for row in program.ihps}
    months, amount = Counter(), Counter()

    def add(ihp, reason, dollars_back):
        months[ihp, reason] += 1
        amount[ihp, reason] += dollars_back
    runs = as_paid(plan, folders) if folders else {m: computed_again(plan, m) for m in months_of(year)}
    for m, run in runs.items():
        for member, (ihp, paid) in sorted(run.paid.items()):
            if (member, m) in plan.coordinated:
                add(ihp, 'care_coordination', paid)
            elif overrides.get(member, ihp) != ihp:
                add(ihp, 'override_out', paid)
        for member, ihp in sorted(overrides.items()):
            if ihp == 'NONE' or (member, m) in plan.coordinated or run.paid.get(member, ('',))[0] == ihp:
                continue
            if run.curve is None or in_force(ended[ihp], m) == 0:
                continue
            if not qualifying_spans(extract.spans[member], m - 11, deck, deck.cutoff['performance'])[11]:
                continue
            w = run.weight.get(extract.acg.get((member, m // 12 - 1), 'NONE'), Fraction(1))
            add(ihp, 'override_in', -run.curve.dollars(w * (1 + plan.uplift(member, m))) * in_force(ended[ihp], m))
    write_table(out, 'reconcile.csv', ['ihp_id', 'reason', 'member_months', 'amount'],
                [[row['ihp_id'], reason, months[row['ihp_id'], reason],
                  show_money(100 * amount[row['ihp_id'], reason])] for row in program.ihps for reason in REASONS])
