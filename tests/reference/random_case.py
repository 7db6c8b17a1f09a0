#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a random case with many edge cases: extract/, program/ and deck.yaml.

    random_case.py --seed N --members M -o DIR [--money] [--payments] [--quarterly]

The same seed, number of members and options give the same bytes.  All persons and providers are invented; the NPIs begin
with 9, which no issued NPI does.

Most members are placed on an edge: equal counts and equal dates at several entities, months one short of a rule, dates
on the first and last day of a period, claims paid on the cut-off and a day after it, costs a cent away from a cap.
Most seeds also have unusual files (column order, CRLF, gzip, quotes, unknown columns) and policies that are not at
their defaults.  Rosters are consistent in every quarter, so no case is refused.

--money adds counties, circumstances, terminations, quality and their policies; --payments adds social risk, care
coordination and payment.csv, for the year of the performance period; --quarterly makes the deck a quarterly statement.
Without them the case has none of these.
"""
import argparse
import csv
import os
import random
from datetime import date, timedelta

import random_life
import random_money
import random_payments
from case_files import cents_text, last_day, month_text, write_table

DEFAULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'inputs', 'program-defaults')

EM = ['99201', '99213', '99214', '99215', '99304', '99350', '99381', '99387', '99391', '99397', '99441', '99443',
      'G0402', 'G0438', 'G0439', '9920A']            # the last lies between 99201 and 99215 as text [13.3.5.1]
HOME = ['S0280', 'S0281']                            # [13.3.4.1]
NEITHER = ['99200', '99216', '99303', '99351', '99380', '99388', '99390', '99398', '99440', '99444', 'G0403', 'S0282',
           '80053', '', '']
PRIMARY = ['207Q00000X', '207R00000X', '208000000X', '363LF0000X', '208D00000X']
SPECIALTY = ['207V00000X', '207RC0000X', '111N00000X', '207X00000X']        # only the first is listed; the others are
PAYERS = ['FFS', 'MCO-BLUE', 'MCO-GREEN', 'MCO-RED', 'mco_low']             # specialty because they are not listed
EXCLUSIONS = ['DUAL', 'REFUGEE', 'QMB', 'SLMB', 'EMERGENCY', 'SPENDDOWN', 'COST_EFFECTIVE_PRIVATE', 'HMO_PRIVATE',
              'HEALTHY_MN', 'MSC_PLUS', 'TPL_INCOMPLETE', 'MSOP']
CORE = [('professional', '043'), ('professional', '091'), ('pharmacy', '030'), ('outpatient', '007'),
        ('inpatient', '001'), ('inpatient', '999E'), ('inpatient', '999I'), ('mh_cd', '046'), ('mh_cd', '999I'),
        ('other', '045')]
NOT_CORE = [('long_term_care', '011'), ('outpatient', '999E'), ('other', '037'), ('professional', '143')]
UNKNOWN = [('professional', '001'), ('pharmacy', '031'), ('other', '999I'), ('inpatient', '123')]
POLICIES = {
    'msc_plus_excluded': ['false'], 'exclusion_scope': ['period'], 'before_birth': ['never'], 'min_continuous_months': [1, 5, 7, 12],
    'min_total_months': [1, 8, 10, 12], 'base_roster': ['own'], 'non_ihp_unit': ['treating'],
    'off_roster_unit': ['billing'], 'count_unit': ['visit'], 'reversals': ['count'],
    'visit_gate': ['attributed_ihp'], 'primary_care_elsewhere': ['blocks'], 'specialty_elsewhere': ['specialty'],
    'unresolved_tie': ['lowest_ihp'], 'lookback_months': [0, 6, 24], 'cost_months': ['all'], 'risk_weights': ['base'],
    'pbp_offset_outside': ['outermost'], 'pbp_offset_rule': ['rerun'],
    'health_home_elsewhere': ['pooled'], 'primary_care_rival': ['all_em'], 'specialty_equal': ['none', 'latest'],
    'tie_with_elsewhere': ['any'], 'lookback_when': ['no_ihp_em'], 'gate_lines': ['no_pharmacy', 'em'],
    'gate_window': ['lookback'], 'weights_population': ['gate'],
}


class Case:
    def __init__(self, seed, members, options):
        self.with_money, self.with_payments, self.quarterly = options.money, options.payments, options.quarterly
        self.seed, self.r = seed, random.Random(seed)
        self.wanted = members
        self.tables = {'extract': {}, 'program': {}}
        self.number = 0
        self.claims = []
        self.exact = self.chance(0.12)                   # ratios exactly on a boundary, amounts with half a cent

    # ------------------------------------------------------------ small choices

    def chance(self, p):
        return self.r.random() < p

    def pick(self, items):
        return items[self.r.randrange(len(items))]

    def some(self, items, least, most):
        return self.r.sample(items, min(len(items), self.r.randint(least, most)))

    def npi(self):
        self.number += self.r.randint(1, 9)
        return '9%09d' % self.number

    def table(self, folder, name, columns, rows):
        self.tables[folder][name] = (columns, rows)

    # ------------------------------------------------------------ the deck

    def make_deck(self):
        self.base = self.pick([2020, 2023, 2023, 2024, 2024, 2027])
        self.perf = self.base + (2 if self.chance(0.25) else 1)
        self.years = {'base': self.base, 'performance': self.perf}
        self.settlement = 'interim' if self.chance(0.25) else 'final'
        nonstandard = self.chance(0.15)
        self.cutoff = {'base': self.pick([date(self.base + 1, 12, 31), date(self.base + 2, 2, 28)])}
        if self.settlement == 'interim':
            self.cutoff['performance'] = self.pick([date(self.perf + 1, 3, 31), date(self.perf + 1, 1, 31)])
        else:
            self.cutoff['performance'] = self.pick([date(self.perf + 1, 12, 31), date(self.perf + 2, 6, 30)])
        self.first = {p: year * 12 for p, year in self.years.items()}            # months of the periods
        if self.quarterly:
            self.make_quarterly()
        if nonstandard:
            self.cutoff[self.pick(['base', 'performance'])] = self.pick(
                [self.day('performance', 11, True), self.day('performance', 8, True),
                 self.day('performance', 11, True) + timedelta(181)])
        policies = {**POLICIES, **(random_money.POLICIES if self.with_money else {}),
                    **(random_payments.POLICIES if self.with_payments else {})}
        self.policy = {name: self.pick(values) for name, values in policies.items() if self.chance(0.17)}
        self.strict = self.chance(0.1)
        threshold = self.pick(['0.02', '0.02', '0.02', '0.00', '0.05', '0.015'])
        lines = ['# a random case; everything in it is invented',
                 'store: state.h5', 'program: program', 'output: result', 'settlement: ' + self.settlement]
        for p in ('base', 'performance'):
            months = 'year: %d' % self.years[p]
            if self.quarterly and p == 'performance':
                months = 'through: ' + month_text(self.first[p] + 11)
            lines.append('%-12s {%s, paid_through: %s}' % (p + ':', months, self.cutoff[p]))
        lines.append('threshold: ' + threshold)
        if self.chance(0.3):
            lines.append('quality_share: ' + self.pick(['0', '0.25', '0.5', '0.625', '1']))
        if not self.policy:
            lines.append('policies: {}')
        elif self.chance(0.5):
            lines.append('policies: {%s}' % ', '.join('%s: %s' % pair for pair in self.policy.items()))
        else:
            lines.append('policies:            # those that are not at their defaults')
            lines += ['  %s: %s' % pair for pair in self.policy.items()]
        if self.strict or self.chance(0.3):
            lines.append('strict_categories: ' + ('true' if self.strict else 'false'))
        if nonstandard or self.chance(0.1):
            lines.append('allow_nonstandard_runout: ' + ('true' if nonstandard else 'false'))
        self.deck = '\n'.join(lines) + '\n'

    def make_quarterly(self):
        """Makes the deck a quarterly statement: twelve months that end in the performance year, and in part often in the
        base year too; the base period has any cut-off [4.6.2]."""
        self.settlement = 'quarterly'
        self.first['performance'] = self.perf * 12 - 11 + self.pick([2, 5, 5, 8, 11, self.r.randrange(12)])
        self.cutoff = {'base': self.pick([date(self.base, 9, 30), date(self.base + 1, 3, 31), date(self.base + 1, 12, 31)]),
                       'performance': self.day('performance', 11, True)
                       + timedelta(self.pick([0, 1, 31, 45, 45, 90, 400]))}

    def day(self, p, month, end=False):
        """Returns the first or the last day of a month of a period, counted from 0."""
        at = self.first[p] + month
        return last_day(at // 12, at % 12 + 1) if end else date(at // 12, at % 12 + 1, 1)

    # ------------------------------------------------------------ partnerships and providers

    def make_providers(self):
        self.nppes = {}                                   # {treating NPI: taxonomy}; some NPIs are absent
        self.class_of = {}                                # {treating NPI: class at non-IHP and all-in billers}
        self.free = []                                    # treating NPIs that are on no roster
        for _ in range(14):
            self.free.append(self.treating_npi())

    def treating_npi(self, kind=None):
        npi = self.npi()
        kind = kind or self.pick(['PCP', 'SPE'])
        self.class_of[npi] = kind
        if kind == 'PCP':
            self.nppes[npi] = self.pick(PRIMARY)
        elif self.chance(0.75):                           # one in four has no NPPES row
            self.nppes[npi] = self.pick(SPECIALTY)
        return npi

    def make_ihps(self):
        names = self.some(['NORTH', 'lakes-2', 'Prairie_3', 'A-1', 'a1', 'ZETA', 'IHP_07', 'IHP-08', '9LIVES'], 3, 8)
        self.caps = [0] + self.r.sample([20000000, 150000, 400000, 400001, 1234567, 80000], self.r.randint(1, 3))
        self.ihps, self.rosters = {}, []
        for i, ihp in enumerate(names):
            kind = self.pick(['all_in', 'billing_treating'])
            self.ihps[ihp] = {'kind': kind, 'billing': [self.npi() for _ in range(self.r.randint(1, 3))],
                              'PCP': [], 'SPE': [], 'rows': [], 'cap': self.pick(self.caps)}
            mine = self.ihps[ihp]
            for wanted in ('PCP', 'PCP', 'SPE', 'SPE'):
                npi = self.treating_npi(wanted if kind == 'all_in' else None)
                mine[wanted].append(npi)
                if kind == 'billing_treating':
                    mine['rows'].append(('treating', npi) + self.marks(npi, wanted))
        self.names = names
        self.share_a_billing_npi()
        self.share_a_treating_npi()
        self.quarters()
        rows = []
        for ihp in names:
            mine = self.ihps[ihp]
            title = self.pick(['Partnerschaft „%s“', 'Santé, "%s"', 'Ýmir & Søn %s', 'Plain %s',
                               'Two\nlines %s' if self.chance(0.15) else '合作 %s'])
            rows.append([ihp, title % ihp, '1' if self.chance(0.15) else '2', mine['kind'],
                         self.pick([cents_text(mine['cap']), str(mine['cap'] // 100)]) if mine['cap'] % 100 == 0
                         else cents_text(mine['cap']),
                         self.pick(['', '0', '150.5', cents_text(self.r.randint(1, 90000))]),
                         self.pick(['', '', '0.00', cents_text(self.r.randint(-30000, 60000))]), '', ''])
        self.table('program', 'ihps', ['ihp_id', 'name', 'track', 'roster_type', 'claims_cap', 'pbp_dollars',
                                       'interim_paid', 'terminated_on', 'termination'], rows)

    def interim_payers(self, r):
        """Says of some IHPs who paid the interim: some payers have gone, and one may have taken money back."""
        columns, ihps = self.tables['program']['ihps']
        rows = []
        for ihp in ihps:
            cents = round(float(ihp[columns.index('interim_paid')] or '0') * 100)
            if r.random() < 0.5:
                continue
            payers = r.sample(PAYERS + ['MCO-AWAY', 'Ärzte'], r.randint(1, 4))
            for payer in payers[1:]:
                part = r.choice([0, r.randint(-20000, 30000)])
                rows.append([ihp[0], payer, cents_text(part)])
                cents -= part
            rows.append([ihp[0], payers[0], cents_text(cents)])
        if rows:
            self.table('program', 'interim_payers', ['ihp_id', 'payer', 'amount'], rows)

    def marks(self, npi, wanted):
        """Returns a designation and a taxonomy that give a treating provider the wanted class [3.8.4.2]."""
        listed = self.nppes.get(npi)
        ways = [(wanted, ''), (wanted, self.pick(PRIMARY + SPECIALTY))]       # a designation overrides a taxonomy
        ways.append(('', self.pick(PRIMARY if wanted == 'PCP' else SPECIALTY)))
        if ('PCP' if listed in PRIMARY else 'SPE') == wanted:
            ways.append(('', ''))                                             # NPPES decides
        return self.pick(ways)

    def share_a_billing_npi(self):
        """Gives two billing/treating IHPs one billing NPI and different treating providers: no line has two owners."""
        both = [i for i in self.names if self.ihps[i]['kind'] == 'billing_treating']
        if len(both) > 1 and self.chance(0.6):
            a, b = self.r.sample(both, 2)
            self.ihps[b]['billing'].append(self.ihps[a]['billing'][0])

    def share_a_treating_npi(self):
        """Lets one provider work at two IHPs with different billing NPIs: primary care at one, a specialist at the other."""
        both = [i for i in self.names if self.ihps[i]['kind'] == 'billing_treating']
        for a, b in zip(both, both[1:]):
            if not set(self.ihps[a]['billing']) & set(self.ihps[b]['billing']) and self.chance(0.4):
                npi = self.ihps[a]['PCP'][0]
                self.ihps[b]['SPE'].append(npi)
                self.ihps[b]['rows'].append(('treating', npi) + self.marks(npi, 'SPE'))
                return

    def quarters(self):
        """Makes every IHP's submissions.  A billing NPI is never on the lists of two owners in any quarter."""
        early, late = '%dQ1' % (self.base - 1), '%dQ1' % (self.perf + 1)
        absent = self.pick(self.names) if self.chance(0.3) else None
        self.billers = {}                                    # billing NPIs of the roster of P's last quarter
        for ihp in self.names:
            mine = self.ihps[ihp]
            full = [('billing', n, '', '') for n in mine['billing']] + mine['rows']
            if ihp == absent:
                if self.chance(0.6):
                    self.submit(ihp, late, full)             # not yet in effect
                self.billers[ihp] = []
                continue
            self.submit(ihp, early, self.without(full, 0.2))
            if self.chance(0.5):
                self.submit(ihp, '%dQ%d' % (self.base, self.r.randint(2, 4)), self.without(full, 0.3))
            self.submit(ihp, '%dQ%d' % (self.perf, self.r.randint(1, 4)), self.without(full, 0.08))
            if self.chance(0.3):
                self.submit(ihp, late, self.without(full, 0.3))
            if mine['kind'] == 'all_in' and self.chance(0.3):
                self.submit(ihp, early, [('treating', self.pick(self.free), 'PCP', '')])   # ignored with a notice
            self.billers[ihp] = mine['billing']
        if self.chance(0.4) and len(self.names) > 3:         # an IHP that no member will visit
            empty = self.pick([i for i in self.names if i != absent])
            self.billers[empty] = []
        self.visited = [i for i in self.names if self.billers[i]] or [self.names[0]]
        columns = ['ihp_id', 'quarter', 'role', 'npi', 'designation', 'taxonomy']
        if self.chance(0.2):
            self.rosters.append(self.pick(self.rosters))     # one identical row twice
        self.table('program', 'rosters', columns, [list(row) for row in self.rosters])

    def without(self, rows, share):
        """Returns a roster without some providers; one billing provider remains."""
        return rows[:1] + [row for row in rows[1:] if self.exact or not self.chance(share)]

    def submit(self, ihp, quarter, rows):
        self.rosters += [(ihp, quarter) + tuple(row) for row in rows]

    def make_other_billers(self):
        self.others = [self.npi() for _ in range(self.r.randint(3, 6))]

    # ------------------------------------------------------------ members

    def make_members(self):
        ids, seen = [], set()
        while len(ids) < self.wanted:
            n = len(ids)
            form = self.pick(['M%05d', 'm-%d', 'A_%d_x', '%d', 'Zz-%04d_', '-%d'])
            name = form % (n if self.chance(0.8) else n * 7919)
            if name not in seen and len(name) <= 20:
                seen.add(name)
                ids.append(name)
        self.member_rows, self.enrollment, self.morbidity, self.overrides = [], [], [], []
        for n, member in enumerate(ids):
            if self.exact:
                self.make_exact_member(member, n)
            else:
                self.make_member(member)
        self.table('extract', 'members', ['member_id', 'birth_date', 'sex', 'county', 'race_ethnicity'],
                   self.member_rows)
        self.table('extract', 'enrollment', ['member_id', 'month_from', 'month_to', 'program', 'payer', 'exclusion',
                                             'county'], self.enrollment)
        self.table('extract', 'morbidity', ['member_id', 'year', 'acg'], self.morbidity)
        columns = ['claim_id', 'line', 'member_id', 'service_date', 'paid_date', 'status', 'procedure', 'service_class',
                   'category', 'billing_npi', 'treating_npi', 'payer', 'paid_amount']
        self.table('extract', 'claims', columns, self.claims)
        providers = [[npi, taxonomy] for npi, taxonomy in self.nppes.items()]
        self.table('extract', 'providers', ['npi', 'taxonomy'], providers)
        self.table('program', 'overrides', ['member_id', 'year', 'ihp_id', 'note'], self.overrides)

    def make_member(self, member):
        r = self.r
        self.member_rows.append([member, '%04d-%02d-%02d' % (r.randint(1940, 2024), r.randint(1, 12), r.randint(1, 28)),
                                 self.pick('FMU'), self.pick(['27053', '27123', '27003']),
                                 self.pick(['', 'White', 'Black', 'Asian, Pacific Islander', 'Hñähñu'])])
        self.member, self.full, self.spent = member, {}, {}
        overridden = set()
        for p in ('base', 'performance'):
            self.full[p] = False
            self.spent[p] = 0
        self.enroll()
        for year in (self.base - 1, self.base, self.base + 1, self.perf):
            if year in (self.base, self.perf) and self.chance(0.05):       # an override [4.6.4.2]
                if year not in overridden:
                    overridden.add(year)
                    self.overrides.append([member, year, self.pick(self.names + ['NONE']),
                                           self.pick(['', 'reviewed, agreed', '"naïve"'])])
        if self.chance(0.02):
            self.overrides.append([member, self.base - 5, self.names[0], 'another year'])
        for year in sorted({self.base - 1, self.base, self.base + 1, self.perf}):
            if self.chance(0.85):
                acg = self.pick(['0100', '1300', '4430', '5070', 'A-b_c.1', 'ÄCG', 'LONGNAME', 'NONE'])
                if year in overridden and self.chance(0.6):
                    acg = 'OVR%d' % r.randint(1, 2)
                self.morbidity.append([member, year, acg])
        for p in ('base', 'performance'):
            self.visits(p)
            self.expenses(p)
        if self.chance(0.4):
            self.reversals()

    def make_exact_member(self, member, n):
        """Makes a member of one risk category without trend, so that the ratio is that of two amounts: 0.98, 1.02, the ends of
        corridors, and differences of an odd number of cents, half of which is shared [16.7, 16.8.2.3]."""
        self.member_rows.append([member, '1990-01-01', 'U', '27053', ''])
        self.member = member
        self.full = self.spent = {'base': 0, 'performance': 0}
        self.span(self.base * 12, self.perf * 12 + 11, program='MA')
        ihp = self.visited[n % len(self.visited)]
        goal = self.goals.setdefault(ihp, self.pick(
            ['0.98', '1.02', '0.9', '1.1', '1', '0.95', '1.05', '0.85', '1.25', '0.5', '0.8', 'odd', 'odd']))
        for p in ('base', 'performance'):
            cents = self.pick([10000, 30000, 70000]) if p == 'base' else cents
            amount = cents
            if p == 'performance' and goal == 'odd':
                amount = cents - self.pick([1111, 2223, -4445])
            elif p == 'performance':
                amount = round(cents * float(goal))
            billing, treating = self.ihps[ihp]['billing'][0], self.ihps[ihp]['PCP'][0]
            service = self.day(p, self.r.randint(0, 7))
            self.line(service, '99213', ('professional', '043'), billing, treating, amount, paid=service)

    # ------------------------------------------------------------ enrollment [13.1, 13.2, 13.3.2]

    def span(self, first, last, program=None, payer=None, exclusion=''):
        self.enrollment.append([self.member, month_text(first), month_text(last),
                                program or self.pick(['MA', 'MA', 'MCRE', 'MA_BD']), payer or self.pick(PAYERS),
                                exclusion, self.pick(['', '', '27137'])])

    def enroll(self):
        kind = self.r.random()
        start, end = self.base * 12, self.first['performance'] + 11
        if kind < 0.42:
            self.span(self.pick([start, start - 30, 1990 * 12]), self.pick([end, end + 9, 9999 * 12 + 11]))
            self.full = {'base': True, 'performance': True}
            return
        if kind < 0.45:
            if self.chance(0.5):
                self.span(start - 24, start - 1)             # only before the base year
            return
        if kind < 0.52:
            self.span(start, end, program=self.pick(['OTHER', 'HOUSING', 'M A']))       # not a qualifying program
            self.span(start + 1, end, program='MCRE')
            return
        for first in sorted(set(self.first.values())):
            self.enroll_year(first)

    def enroll_year(self, jan):
        """Adds months, counted from the first of a period, which is January of a calendar year."""
        dec = jan + 11
        shape = self.r.randrange(10)
        if shape == 0:                                       # just enough: six in a row, nine in all
            self.span(jan, jan + 5)
            self.span(jan + 7, jan + 9)
        elif shape == 1:                                     # five in a row, nine or ten in all
            self.span(jan, jan + 4)
            self.span(jan + 6, jan + 6 + self.pick([3, 4]))
        elif shape == 2:                                     # eight in all
            self.span(jan + self.pick([0, 4]), jan + self.pick([7, 11]) if self.chance(0.5) else jan + 7)
        elif shape == 3:                                     # six in a row by two spans that meet
            self.span(jan + 3, jan + 5, payer='FFS')
            self.span(jan + 6, jan + 8, payer='MCO-RED')
            self.span(jan, jan + 1)
            self.span(dec, dec + 3)
        elif shape == 4:                                     # overlaps: the latest beginning gives the payer
            self.span(jan, dec, payer='MCO-GREEN')
            self.span(jan + 4, jan + 8, payer='MCO-BLUE', program='MCRE')
            self.span(jan + 4, jan + 6, payer='FFS', program='MA')
            self.span(jan + 5, dec, payer='AAA', program='OTHER')
        elif shape == 5:                                     # one or more excluded months
            self.span(jan, dec)
            first = jan + self.r.randrange(12)
            self.span(first, min(dec, first + self.r.randrange(4)), program=self.pick(['MA', 'OTHER']),
                      exclusion=self.pick(EXCLUSIONS))
        elif shape == 6:                                     # MSC+, with a disability or without [13.2.10]
            disabled = self.chance(0.5)
            self.span(jan, dec, program='MA_BD' if disabled else 'MA', exclusion='MSC_PLUS')
            if not disabled and self.chance(0.6):
                self.span(jan, jan + self.pick([8, 11]), program='MA_BD')
            if self.chance(0.3):
                self.span(jan + 2, jan + 2, program='MCRE', exclusion=self.pick(['DUAL', 'MSC_PLUS']))
        elif shape == 7:                                     # a year with a hole
            hole = jan + self.r.randrange(1, 11)
            self.span(jan, hole - 1)
            if hole < dec:
                self.span(hole + 1, dec)
        elif shape == 8:                                     # the span itself has the year's exclusion
            self.span(jan, jan + 8)
            self.span(jan + 9, dec, exclusion=self.pick(EXCLUSIONS))
        elif self.chance(0.7):                               # runs that cross the new year
            self.span(jan - 3, jan + 5)
            self.span(jan + 9, dec + 2)

    # ------------------------------------------------------------ claim lines

    def line(self, service, procedure, pair, billing, treating, cents, status='P', paid=None):
        """Adds one claim line.  Sometimes it is the second line of the previous claim."""
        if paid is None:
            paid = service + timedelta(self.pick([0, 3, 14, 30, 45]))
        if self.claims and self.claims[-1][2] == self.member and self.chance(0.2):
            claim, number = self.claims[-1][0], self.claims[-1][1] + self.pick([1, 1, 7])
        else:
            claim, number = '%s%d' % (self.pick(['C', 'c-', 'X_']), len(self.claims)), self.pick([1, 1, 1, 0, 12])
            if self.chance(0.02):
                claim += '-' * (64 - len(claim))
        self.claims.append([claim, number, self.member, service, paid, status, procedure, pair[0], pair[1], billing,
                            treating, self.pick(PAYERS), cents_text(cents)])
        for p in ('base', 'performance'):
            if self.day(p, 0) <= service <= self.day(p, 11, True) and status == 'P' and paid <= self.cutoff[p] and pair in CORE:
                self.spent[p] += cents

    def dates(self, p, months_before=0):
        """Returns a date in the period, or some months before it; often on an edge."""
        if months_before:
            return self.pick([self.day(p, -12), self.day(p, -1, True), self.day(p, -7, True), self.day(p, -6),
                              self.day(p, -13, True), self.day(p, -24), self.day(p, -25, True),
                              self.day(p, -13 + self.r.randint(1, 12)) + timedelta(self.r.randint(0, 27))])
        edges = [self.day(p, 0), self.day(p, 11, True), self.day(p, 5, True), self.day(p, 9, True), self.day(p, 1, True)]
        return self.pick(edges) if self.chance(0.5) else self.day(p, 0) + timedelta(self.r.randrange(365))

    def place(self, entity, kind):
        """Returns (billing, treating) of a line of that class at an IHP or a non-IHP provider."""
        if entity in self.ihps:
            return self.pick(self.ihps[entity]['billing']), self.pick(self.ihps[entity][kind])
        fitting = [n for n in self.free if self.class_of[n] == kind] or self.free
        return entity, self.pick(fitting[:3])                # few, so that several lines have the same visit

    def at(self, entity, kind, service, procedure=None, **more):
        billing, treating = self.place(entity, kind)
        if more.pop('blank', False):
            billing = ''
        self.line(service, procedure if procedure is not None else self.pick(EM), self.pick(CORE[:2]), billing, treating,
                  self.r.randint(5000, 25000), **more)

    def entities(self, ihps, others):
        return self.some(self.visited, *ihps) + self.some(self.others, *others)

    def visits(self, p):
        shape = self.r.randrange(12)
        when = lambda: self.dates(p)
        same = when()
        tied = lambda: same if self.chance(0.4) else when()
        near = self.pick(self.visited)
        if shape == 0:                                       # plain
            for _ in range(self.r.randint(1, 4)):
                self.at(near, 'PCP', when())
        elif shape == 1:                                     # health homes, equal counts, often equal dates [13.3.4.4]
            count = self.r.randint(1, 2)
            for e in self.entities((1, 3), (0, 2)):
                for _ in range(count):
                    self.at(e, self.pick(['PCP', 'SPE']), tied(), self.pick(HOME))
            self.at(near, 'PCP', when())
            if self.chance(0.3):
                self.at(near, 'PCP', same, self.pick(HOME), status=self.pick('DV'))
        elif shape in (2, 3, 4):                             # equal primary care counts [13.3.5.5]
            self.primary_tie(p, when, tied, same)
        elif shape in (5, 6):                                # specialists only [13.3.6]
            count = self.r.randint(1, 2)
            for e in self.some(self.visited, 1, 2):
                for _ in range(count):
                    self.at(e, 'SPE', tied())
            for e in self.some(self.others, 0, 2):
                for _ in range(count + self.r.randint(-1, 1)):
                    self.at(e, self.pick(['PCP', 'SPE']), tied())
        elif shape == 7:                                     # most primary care elsewhere [13.3.5.6]
            self.at(near, self.pick(['PCP', 'SPE']), when())
            other = self.pick(self.others)
            for _ in range(self.r.randint(1, 3)):
                self.at(other, 'PCP', when())
        elif shape in (8, 9):                                # no E&M in the window: the look-back decides [13.3.8]
            self.at(near, 'SPE', when(), self.pick(NEITHER))
            if self.chance(0.25):                            # a line that belongs to no entity
                self.at(near, 'PCP', when(), self.pick(EM + HOME), blank=True)
            if self.chance(0.3):
                self.at(near, 'PCP', when(), status='D')
            before = self.dates(p, 12)
            for e in self.entities((0, 2), (0, 1)):
                self.at(e, self.pick(['PCP', 'PCP', 'SPE']), before if self.chance(0.5) else self.dates(p, 12),
                        self.pick(EM + HOME[:1]))
        elif shape == 10:                                    # no visit at a partnership [13.3.2], or one that is not known by the cut-off
            self.at(self.pick(self.others), 'PCP', when())
            if self.chance(0.5):
                self.at(near, 'PCP', self.day(p, 11, True), paid=self.cutoff_after(p))
        else:                                                # any mixture
            for _ in range(self.r.randint(0, 8)):
                e = self.pick(self.visited + self.others)
                self.at(e, self.pick(['PCP', 'SPE']), when(), self.pick(EM + HOME + NEITHER),
                        status=self.pick('PPPPPPDV'), blank=self.chance(0.1))
        if self.chance(0.25):                                # on a partnership's billing NPI, not on its treating list
            billing = self.pick(self.ihps[near]['billing'])
            treating = self.pick(self.free + ['', billing])
            for _ in range(self.r.randint(1, 2)):
                self.line(when(), self.pick(EM), CORE[0], billing, treating, 9000)
        if self.chance(0.15):                                # a billing NPI alone, or neither
            self.line(when(), self.pick(EM + NEITHER), CORE[0], self.pick(self.others + ['']), '', 7001)

    def primary_tie(self, p, when, tied, same):
        count = self.r.randint(1, 3)
        chosen = self.entities((1, 3), (0, 2))
        for e in chosen:
            for n in range(count):
                service = tied()
                self.at(e, 'PCP', service)
                if self.chance(0.15):                        # another line of one visit [count_unit]
                    again = list(self.claims[-1])
                    self.line(service, again[6], CORE[0], again[9], again[10], 4000)
        mine = [e for e in chosen if e in self.ihps]
        special = self.pick(['none', 'one', 'equal', 'random'])
        for e in mine:
            number = {'none': 0, 'one': int(e == mine[0]), 'equal': 1, 'random': self.r.randint(0, 2)}[special]
            for _ in range(number):
                self.at(e, 'SPE', tied())
        if self.chance(0.3):                                 # lines that would break the tie if they counted
            e = self.pick(chosen)
            self.at(e, 'PCP', same, status=self.pick('DV'))
            self.at(e, 'PCP', self.dates(p), paid=self.cutoff_after(p))
        if self.chance(0.15):                                # a line that counts, paid on the last day
            service = self.dates(p)
            if service <= self.cutoff[p]:
                self.at(self.pick(chosen), 'PCP', service, paid=self.cutoff[p])

    def cutoff_after(self, p):
        return max(self.cutoff[p] + timedelta(1), self.day(p, 11, True))

    def expenses(self, p):
        """Adds lines that affect only the cost: no procedure that attribution counts."""
        for _ in range(self.r.randint(0, 3)):
            pairs = CORE if self.chance(0.8) else NOT_CORE if self.strict or self.chance(0.6) else UNKNOWN
            service = self.dates(p)
            paid = None
            if self.chance(0.12) and self.cutoff[p] >= service:
                paid = self.cutoff[p] + timedelta(self.pick([0, 0, 1]))
            cents = self.pick([0, 1, self.r.randint(100, 90000), self.r.randint(100, 90000), -self.r.randint(1, 20000)])
            self.line(service, self.pick(NEITHER), self.pick(pairs), self.pick(self.others + ['', '']), '', cents,
                      status=self.pick('PPPPPPPDV'), paid=paid)
        if self.chance(0.08):                                # a reversal that leaves a negative cost
            self.line(self.dates(p), '', ('pharmacy', '030'), '', '', -self.spent[p] - self.pick([0, 1, 5000]))
        caps = [c for c in self.caps if c]
        if caps and self.full[p] and self.chance(0.25):      # to the cent
            goal = self.pick(caps) + self.pick([-1, 0, 1, 1234])
            service = self.day(p, self.r.randint(0, 11)) + timedelta(self.r.randint(0, 27))
            self.line(service, '', ('inpatient', '001'), '', '', goal - self.spent[p], paid=service)

    def reversals(self):
        """Takes lines of the member back: some of them replaced, some twice, after the cut-off, or as a line that differs in
        one part of the key and so takes nothing away [13.3.2, 13.3.5.1]."""
        mine = [row for row in self.claims if row[2] == self.member]
        for row in self.some(mine, 1, 3) if mine else []:
            service, paid, status, procedure, billing, treating = row[3], row[4], row[5], row[6], row[9], row[10]
            pair = (row[7], row[8]) if self.chance(0.7) else self.pick(CORE[:3])
            period = 'base' if service.year <= self.base else 'performance'
            kind = self.pick(['plain', 'plain', 'plain', 'twice', 'replaced', 'replaced', 'late', 'again', 'zero', 'day', 'procedure',
                              'billing', 'treating', 'alone'])
            if kind == 'day':
                service += timedelta(self.pick([-1, 1]))
                paid = max(paid, service)
            elif kind == 'procedure':
                procedure = self.pick(EM + HOME + NEITHER)
            elif kind == 'billing':
                billing = self.pick(self.others + [''])
            elif kind == 'treating':
                treating = self.pick(self.free + [''])
            back = paid + timedelta(self.pick([0, 7, 60]))
            if kind == 'late':                               # known only by a later cut-off
                back = max(back, self.cutoff[period] + timedelta(self.pick([0, 1])))
            more = lambda cents, when, status=status: self.line(service, procedure, pair, billing, treating, cents, status=status,
                                                                paid=when)
            if kind == 'zero':                               # lines without dollars are lines like any other
                more(0, paid)
            if kind == 'again':
                more(self.r.randint(0, 9000), paid)
            if kind == 'alone':                              # what it takes back was never paid
                procedure = self.pick(EM)
            more(-self.r.randint(1, 20000), back, self.pick('PPPPPPPPPDV'))
            if kind == 'twice':
                more(-self.r.randint(1, 20000), back, 'P')
            if kind == 'replaced':
                more(self.r.randint(0, 20000), back, 'P')

    # ------------------------------------------------------------ the rest of the program folder

    def make_tables(self):
        for name in ('categories', 'codes', 'taxonomy'):
            with open(os.path.join(DEFAULTS, name + '.csv'), encoding='utf-8', newline='') as handle:
                rows = list(csv.reader(handle))
            self.table('program', name, rows[0], rows[1:])
        corridors = [['', '0.90', '0.98', '0.5'], ['', '0.98', '1.00', '0.5'], ['', '1.00', '1.02', '0.5'],
                     ['', '1.02', '1.10', '0.5']]
        own = [  # counter-proposals [16.8.1]: with gaps, beyond 1.10, on one side only, or across 1
            [('0.85', '0.93', '0.6'), ('0.95', '1', '0.4'), ('1.01', '1.05', '0.3'), ('1.05', '1.25', '0.7')],
            [('0.5', '0.8', '0.25'), ('0.8', '0.99', '0.75')],
            [('1', '2.5', '1')],
            [('0.7', '1.3', '0.333'), ('1.3', '1.6', '0.1')],
        ]
        for ihp in self.names:
            if self.chance(0.3):
                corridors += [[ihp, *parts] for parts in self.pick(own)]
        self.table('program', 'corridors', ['ihp_id', 'from', 'to', 'ihp_share'], corridors)
        columns = ['year', 'rate']
        rows = []
        for year in range(self.base, self.perf + 2):
            rows.append([year, '0' if self.exact else self.pick(['0.03', '0.031', '-0.015', '0', '0.10'])])
        if not self.exact and self.chance(0.5):
            columns.append('adjustment')
            for row in rows:
                row.append(self.pick(['', '0', '-0.004', '0.0125']))
        self.table('program', 'trend', columns, rows)

    # ------------------------------------------------------------ writing

    def write(self, folder):
        self.goals = {}
        self.make_deck()
        self.make_providers()
        self.make_ihps()
        self.make_other_billers()
        self.make_tables()
        self.make_members()
        if self.with_money:
            random_money.add_money(self)
        self.interim_payers(random.Random('interim payers %d' % self.seed))
        if self.with_payments:
            random_payments.add_payments(self)
        random_life.add_life(self, self.seed)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'deck.yaml'), 'w', encoding='utf-8', newline='') as handle:
            handle.write(self.deck)
        for kind, tables in self.tables.items():
            os.makedirs(os.path.join(folder, kind), exist_ok=True)
            for name, (columns, rows) in tables.items():
                ordered = name in ('ihps', 'measures')       # the order of these rows matters
                write_table(self, os.path.join(folder, kind, name), columns, rows, ordered, kind == 'extract')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--seed', type=int, required=True)
    parser.add_argument('--members', type=int, default=200)
    parser.add_argument('-o', '--output', required=True)
    parser.add_argument('--money', action='store_true', help='add circumstances, terminations and quality')
    parser.add_argument('--quarterly', action='store_true', help='make the deck a quarterly statement')
    parser.add_argument('--payments', action='store_true', help='add the inputs of population-based payments')
    options = parser.parse_args()
    Case(options.seed, options.members, options).write(options.output)


if __name__ == '__main__':
    main()
