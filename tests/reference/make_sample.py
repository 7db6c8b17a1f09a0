#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes extract/ and program/ of the sample state, inputs/sample.

    make_sample.py [-o DIR]

The output is the same bytes every time.  It has five partnerships and about two hundred members, all invented;
inputs/sample/README.md describes them.  Costs follow a small model, so that every partnership ends where the README says:
a member's amount depends on the risk category, and in 2025 the trend and the partnership's own factor multiply it.
"""
import argparse
import csv
import os
import random
import shutil
from datetime import date, timedelta

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
DEFAULTS = os.path.join(ROOT, 'inputs', 'program-defaults')
SAMPLE = os.path.join(ROOT, 'inputs', 'sample')

BASE, PERF = 2024, 2025
TREND = 1.03
MONTHLY = {'LOW': 60, 'MINOR': 140, 'CHRONIC': 380, 'COMPLEX': 1050}     # dollars a month; stand-ins for ACGs
PAYERS = ['FFS', 'FFS', 'MCO-BLUE', 'MCO-GREEN', 'MCO-RED']

FAMILY, INTERNAL, PEDIATRIC = '207Q00000X', '207R00000X', '208000000X'   # primary care in taxonomy.csv
CARDIOLOGY, OBSTETRICS = '207RC0000X', '207V00000X'                      # not listed, and listed as specialty


class Practice:
    """A place of care: billing NPIs, and treating NPIs by class (primary care or specialty)."""

    def __init__(self, billing, primary, special):
        self.billing, self.PCP, self.SPE = billing, primary, special


PRACTICES = {
    'NORTHWOODS': Practice(['9100000001', '9100000002'], ['9110000001', '9110000002'], ['9110000003']),
    'RIVERBEND': Practice(['9200000001'], ['9210000001', '9210000002'], ['9210000003']),
    'PRAIRIE': Practice(['9300000001'], ['9310000001', '9310000002'], ['9310000003']),
    'LAKESHORE': Practice(['9400000001'], ['9410000001', '9410000002'], ['9410000003']),
    'METRO': Practice(['9500000001', '9500000002'], ['9510000001', '9510000002'], ['9510000003']),
    'elm': Practice(['9800000001'], ['9810000001'], ['9810000002']),      # the last two are on no roster
    'oak': Practice(['9800000002'], ['9810000003'], ['9810000004']),
}
NPPES = {
    '9110000001': FAMILY, '9110000002': PEDIATRIC, '9110000003': CARDIOLOGY,
    '9210000001': FAMILY, '9210000002': CARDIOLOGY, '9210000003': INTERNAL,     # the roster contradicts the last two
    '9310000001': INTERNAL, '9310000002': FAMILY, '9310000003': OBSTETRICS,
    '9410000001': FAMILY, '9410000003': CARDIOLOGY,                             # 9410000002: only the roster knows
    '9510000001': PEDIATRIC, '9510000002': FAMILY, '9510000003': CARDIOLOGY, '9510000009': FAMILY,
    '9810000001': FAMILY, '9810000002': CARDIOLOGY, '9810000003': INTERNAL, '9810000004': OBSTETRICS,
}
IHPS = [   # id, name, track, roster type, cap, PBP dollars, interim payment
    ('NORTHWOODS', 'Northwoods Health Partners', '2', 'all_in', '200000', '1600.00', '900.00'),
    ('RIVERBEND', 'Riverbend Care Alliance', '2', 'billing_treating', '15000', '', ''),
    ('PRAIRIE', 'Prairie Community Clinics', '2', 'all_in', '200000', '1200.00', ''),
    ('LAKESHORE', 'Lakeshore Family Medicine', '1', 'billing_treating', '200000', '', ''),
    ('METRO', 'Métro Children & Families, "MCF"', '2', 'billing_treating', '200000', '', ''),
]
FACTOR = {'NORTHWOODS': 0.95, 'RIVERBEND': 1.12, 'PRAIRIE': 1.02, 'LAKESHORE': 1.03, 'METRO': 0.965}
ROSTERS = [
    ('NORTHWOODS', '2023Q1', 'billing', '9100000001', '', ''),
    ('NORTHWOODS', '2025Q3', 'billing', '9100000001', '', ''),            # a second clinic joins in 2025
    ('NORTHWOODS', '2025Q3', 'billing', '9100000002', '', ''),
    ('RIVERBEND', '2023Q1', 'billing', '9200000001', '', ''),
    ('RIVERBEND', '2023Q1', 'treating', '9210000001', '', ''),            # primary care by NPPES
    ('RIVERBEND', '2023Q1', 'treating', '9210000002', 'PCP', ''),         # by designation, against NPPES
    ('RIVERBEND', '2023Q1', 'treating', '9210000003', 'SPE', ''),
    ('PRAIRIE', '2023Q1', 'billing', '9300000001', '', ''),
    ('LAKESHORE', '2023Q1', 'billing', '9400000001', '', ''),
    ('LAKESHORE', '2023Q1', 'treating', '9410000001', 'PCP', ''),
    ('LAKESHORE', '2023Q1', 'treating', '9410000002', '', FAMILY),        # by the roster's taxonomy
    ('LAKESHORE', '2023Q1', 'treating', '9410000003', '', CARDIOLOGY),
    ('METRO', '2023Q1', 'billing', '9500000001', '', ''),
    ('METRO', '2023Q1', 'treating', '9510000001', '', ''),
    ('METRO', '2023Q1', 'treating', '9510000009', '', ''),                # has left by the end of 2025
    ('METRO', '2025Q1', 'billing', '9500000001', '', ''),
    ('METRO', '2025Q1', 'billing', '9500000002', '', ''),
    ('METRO', '2025Q1', 'treating', '9510000001', '', ''),
    ('METRO', '2025Q1', 'treating', '9510000002', 'PCP', ''),
    ('METRO', '2025Q1', 'treating', '9510000003', 'SPE', ''),
    ('METRO', '2026Q1', 'billing', '9500000002', '', ''),                 # not yet in effect
]
# Quality [17, 18]: the rate or rates behind each measure, with a benchmark and a usual denominator. Measures with the
# same rate share it. A measure with two rates has their sum.
RATES = {   # name: (benchmark, denominator, True if a lower rate is better)
    'readmissions': (0.105, 90, True), 'emergency': (0.048, 4800, True), 'chronic admissions': (0.0085, 1200, True),
    'asthma': (0.66, 60, False), 'diabetes': (0.42, 160, False), 'infant visits': (0.60, 70, False),
    'toddler visits': (0.66, 70, False), 'child visits': (0.54, 400, False), 'adolescent visits': (0.45, 300, False),
    'child immunization': (0.34, 80, False), 'adolescent immunization': (0.31, 80, False), 'dental': (0.44, 700, False),
    'colorectal': (0.62, 360, False), 'breast': (0.56, 200, False), 'statin': (0.80, 50, False),
    'mental health follow-up': (0.42, 24, False), 'addiction treatment': (0.44, 60, False), 'timely': (0.62, 300, False),
    'communication': (0.84, 300, False), 'staff': (0.82, 300, False), 'coordination': (0.70, 300, False),
    'provider rating': (0.76, 300, False), 'hospital rating': (0.70, 300, False), 'all admissions': (0.0135, 1200, True),
}
MEASURES = [   # id, rates, tracks
    ('M01', ['readmissions'], '12'), ('M02', ['emergency'], '12'), ('M03', ['chronic admissions'], '12'),
    ('M04', ['asthma'], '12'), ('M05', ['diabetes'], '12'), ('M06', ['infant visits'], '1'),
    ('M07', ['toddler visits'], '1'), ('M08', ['child visits'], '1'), ('M09', ['adolescent visits'], '1'),
    ('M10', ['child immunization'], '1'), ('M11', ['adolescent immunization'], '1'), ('M12', ['dental'], '1'),
    ('C01', ['colorectal'], '2'), ('C02', ['breast'], '2'), ('C03', ['asthma'], '2'), ('C04', ['statin'], '2'),
    ('C05', ['mental health follow-up'], '2'), ('C06', ['addiction treatment'], '2'), ('C07', ['timely'], '2'),
    ('C08', ['communication'], '2'), ('C09', ['staff'], '2'), ('C10', ['coordination'], '2'),
    ('C11', ['provider rating'], '2'), ('C12', ['hospital rating'], '2'), ('C14', ['all admissions'], '2'),
    ('C15', ['infant visits'], '2'), ('C16', ['toddler visits'], '2'), ('C17', ['child visits'], '2'),
    ('C18', ['adolescent visits'], '2'), ('C19', ['child immunization'], '2'), ('C20', ['adolescent immunization'], '2'),
    ('C21', ['dental'], '2'), ('Q1', ['breast'], '2'), ('Q2', ['child visits', 'adolescent visits'], '2'),
    ('Q3', ['mental health follow-up'], '2'), ('G1', ['colorectal'], '2'), ('G2', ['diabetes'], '2'),
    ('E1', ['breast'], '2'), ('E2', ['child visits', 'adolescent visits'], '2'),
]
PERCENTILES = {'M05', 'C12', 'G1', 'G2'}                          # compared with percentiles [17.3.1.4, 18.4.6, 18.4.8]
CHANGED = {'C06'}                                                 # not comparable with the year before [18.4.1]
GROUPED = {'E1', 'E2'}                                            # by race and ethnicity [18.4.9]
GROUPS = {'Asian/Pacific Islander': (0.10, 0.02), 'Black': (0.16, -0.09), 'Hispanic': (0.12, -0.06),
          'Native American': (0.05, -0.14), 'White': (0.50, 0.03)}         # share of members, and distance from all
LEVEL = {'NORTHWOODS': 0.05, 'RIVERBEND': -0.03, 'PRAIRIE': 0.0, 'LAKESHORE': 0.02, 'METRO': 0.03}
EQUITY_POINTS = {'NORTHWOODS': 1.75, 'RIVERBEND': 1, 'PRAIRIE': 1.25, 'LAKESHORE': 1.5, 'METRO': 2}      # E01 [17.4.2.2]
OWN_CORRIDORS = [('METRO', '0.85', '1.00', '0.60'), ('METRO', '1.00', '1.05', '0.30')]         # [16.8.1]


class Sample:
    def __init__(self):
        self.r = random.Random(20250101)
        self.members, self.enrollment, self.claims, self.morbidity, self.overrides = [], [], [], [], []

    # ------------------------------------------------------------ pieces of a member

    def member(self, acg=None, spans=None):
        """Adds a member with an amount to spend; enrolled throughout unless spans are given."""
        r = self.r
        name = 'M%05d' % (len(self.members) + 1)
        acg = acg or r.choices(list(MONTHLY), [5, 5, 3, 1])[0]
        born = date(r.randint(1960, 2022), r.randint(1, 12), r.randint(1, 28))
        self.members.append([name, born, r.choice('FM'), r.choice(['27053', '27123', '27137', '27003']),
                             r.choice(['', 'White', 'Black', 'Hispanic', 'Asian/Pacific Islander', 'Native American'])])
        payer = r.choice(PAYERS)
        for first, last, program, exclusion in spans or [('2023-01', '2026-12', 'MA', '')]:
            self.enrollment.append([name, first, last, program, payer, exclusion])
        if acg != 'NONE':
            self.morbidity += [[name, BASE, acg], [name, PERF, acg]]
        self.year_budget = 1200 * MONTHLY.get(acg, 100) * r.uniform(0.92, 1.08)        # in cents
        self.payer = payer
        return name

    def line(self, member, service, cents, procedure='', pair=('professional', '043'), npis=('', ''), status='P',
             paid=None, second=False):
        if paid is None:
            paid = service + timedelta(self.r.randint(9, 60))
        claim, number = 'C%05d' % len(self.claims), 1
        if second and self.claims:
            claim, number = self.claims[-1][0], self.claims[-1][1] + 1
        self.claims.append([claim, number, member, service, paid, status, procedure, pair[0], pair[1], npis[0], npis[1],
                            self.payer, '%s%d.%02d' % ('-' if cents < 0 else '', abs(cents) // 100, abs(cents) % 100)])

    def day(self, year, first=1, last=12):
        return date(year, self.r.randint(first, last), self.r.randint(1, 28))

    def visit(self, member, place, kind, service, procedure=None, **more):
        """Adds a line at a practice by a provider who is PCP or SPE there; returns its amount."""
        practice = PRACTICES[place]
        cents = self.r.randint(7000, 16000)
        if procedure is None:
            procedure = self.r.choice(['99213', '99214', '99392', '99396'] if kind == 'PCP' else ['99204', '99214'])
        self.line(member, service, cents, procedure, npis=(self.r.choice(practice.billing),
                                                           self.r.choice(getattr(practice, kind))), **more)
        return cents

    def spend(self, member, year, factor, spent, months=(1, 12)):
        """Adds drugs, laboratory and hospital lines until the year's amount is used up."""
        left = round(self.year_budget * factor) - spent
        billing = self.r.choice(['9600000001', '9600000002'])              # a hospital, a laboratory
        for share, procedure, pair in ((0.35, '', ('pharmacy', '030')), (0.2, '', ('pharmacy', '030')),
                                       (0.1, '80053', ('professional', '080')), (0.2, '', ('outpatient', '007'))):
            cents = max(0, round(left * share))
            npis = ('', '') if pair[0] == 'pharmacy' else (billing, '')
            self.line(member, self.day(year, *months), cents, procedure, pair, npis, second=pair[0] == 'outpatient')
            spent += cents
        rest = round(self.year_budget * factor) - spent
        pair = ('inpatient', '001') if rest > 200000 else ('pharmacy', '030')
        self.line(member, self.day(year, *months), rest, '', pair, (billing, '') if pair[0] == 'inpatient' else ('', ''))

    def plain_year(self, member, place, year, factor):
        """Adds two or three primary care visits at one place, and the rest of the spending."""
        spent = sum(self.visit(member, place, 'PCP', self.day(year)) for _ in range(self.r.randint(2, 3)))
        self.spend(member, year, factor, spent)

    def growth(self, place):
        return FACTOR.get(place, TREND) * self.r.uniform(0.99, 1.01)

    # ------------------------------------------------------------ ordinary members

    def regulars(self):
        for place in PRACTICES:
            if place in FACTOR:
                for n in range(36):
                    who = self.member(acg=['LOW', 'LOW', 'MINOR', 'MINOR', 'MINOR', 'CHRONIC', 'CHRONIC', 'LOW',
                                           'COMPLEX'][n % 9])
                    self.plain_year(who, place, BASE, 1)
                    self.plain_year(who, place, PERF, self.growth(place))
                for year in (BASE, PERF):                    # some join and some leave
                    who = self.member('MINOR', [('%d-01' % year, '%d-12' % year, 'MCRE', '')])
                    self.plain_year(who, place, year, 1 if year == BASE else self.growth(place))
        for n in range(4):                                   # catastrophic cases: the cap of $15,000 binds [16.9]
            who = self.member('COMPLEX')
            for year, factor in ((BASE, 1), (PERF, self.growth('RIVERBEND'))):
                self.plain_year(who, 'RIVERBEND', year, factor)
                self.line(who, self.day(year), self.r.randint(900000, 3800000), '', ('inpatient', '001'), ('9600000001', ''))

    # ------------------------------------------------------------ one member for each outcome of attribution, and more

    def special(self, base='elm', acg=None, spans=None, factor=TREND):
        """Adds a member with an ordinary base year; the caller adds the visits of the performance year."""
        who = self.member(acg or self.r.choice(['LOW', 'MINOR']), spans)
        self.plain_year(who, base, BASE, 1)
        self.spend(who, PERF, factor, 20000)
        return who

    def outcomes(self):
        jan, mid, late = date(PERF, 1, 20), date(PERF, 6, 16), date(PERF, 10, 7)
        yes = ('2023-01', '2026-12', 'MA', '')
        # ENROLLMENT: ten months, five in a row; eight months; a dual year [13.3.2, 13.2.1]
        for spans in ([('2024-01', '2025-05', 'MA', ''), ('2025-07', '2025-11', 'MA', '')],
                      [('2024-01', '2025-08', 'MA', '')],
                      [yes, ('2025-03', '2025-12', 'OTHER', 'DUAL')]):
            who = self.special('PRAIRIE', spans=spans)
            self.visit(who, 'PRAIRIE', 'PCP', jan)
        # six in a row and nine in all are just enough; MSC+ does not exclude a member with a disability [13.2.10]
        for spans in ([('2024-01', '2025-06', 'MA', ''), ('2025-09', '2025-11', 'MCRE', '')],
                      [('2023-01', '9999-12', 'MA_BD', 'MSC_PLUS')]):
            who = self.special('LAKESHORE', spans=spans)
            self.visit(who, 'LAKESHORE', 'PCP', jan)
        # NO_VISIT: elsewhere only; denied; paid the day after the cut-off; a provider who left the roster
        who = self.special()
        self.visit(who, 'elm', 'PCP', jan)
        who = self.special()
        self.visit(who, 'NORTHWOODS', 'PCP', jan, status='D')
        self.visit(who, 'NORTHWOODS', 'PCP', late, paid=date(PERF + 2, 1, 1))
        who = self.special()
        self.line(who, mid, 9900, '99213', npis=('9500000001', '9510000009'))
        # NO_EM: a visit without an E&M code, and none the year before either; NO_IHP_EM
        who = self.member('LOW')
        self.visit(who, 'PRAIRIE', 'PCP', mid, '90471')
        self.spend(who, PERF, 1, 0)
        who = self.special()
        self.visit(who, 'PRAIRIE', 'PCP', mid, '90471')
        self.visit(who, 'elm', 'PCP', late)
        # look-back: the E&M visits of 2024 decide [13.3.8]
        for place in ('NORTHWOODS', 'METRO'):
            who = self.special(place)
            self.visit(who, place, 'PCP', mid, '90471')
        # HEALTH_HOME: before any primary care visit [13.3.4]; the later date in a tie; HEALTH_HOME_ELSEWHERE
        who = self.special()
        self.visit(who, 'RIVERBEND', 'PCP', jan, 'S0280')
        self.visit(who, 'NORTHWOODS', 'PCP', mid)
        self.visit(who, 'NORTHWOODS', 'PCP', late)
        who = self.special()
        self.visit(who, 'LAKESHORE', 'PCP', jan, 'S0281')
        self.visit(who, 'PRAIRIE', 'PCP', mid, 'S0280')
        who = self.special()
        self.visit(who, 'METRO', 'PCP', jan, 'S0280')
        self.visit(who, 'oak', 'PCP', mid, 'S0280')
        # PRIMARY_CARE_ELSEWHERE [13.3.5.6]
        for place in ('NORTHWOODS', 'METRO'):
            who = self.special()
            self.visit(who, place, 'PCP', jan)
            self.visit(who, 'oak', 'PCP', mid)
            self.visit(who, 'oak', 'PCP', late)
        # SPECIALTY, SPECIALTY_ELSEWHERE, SPECIALTY_TIE [13.3.6]
        for place in ('NORTHWOODS', 'LAKESHORE'):
            who = self.special()
            self.visit(who, place, 'SPE', jan)
            self.visit(who, place, 'SPE', late)
            self.visit(who, 'elm', 'SPE', mid)
        who = self.special()
        self.visit(who, 'PRAIRIE', 'SPE', jan)
        self.visit(who, 'elm', 'SPE', mid)
        self.visit(who, 'elm', 'PCP', late)
        who = self.special()
        self.visit(who, 'RIVERBEND', 'SPE', jan)
        self.visit(who, 'METRO', 'SPE', late)
        # TIE_BREAK [13.3.7]: the later date; a specialist's visit; at an IHP later than elsewhere
        who = self.special()
        self.visit(who, 'NORTHWOODS', 'PCP', jan)
        self.visit(who, 'RIVERBEND', 'PCP', late)
        who = self.special()
        self.visit(who, 'LAKESHORE', 'PCP', jan)
        self.visit(who, 'LAKESHORE', 'SPE', jan)
        self.visit(who, 'METRO', 'PCP', late)
        who = self.special()
        self.visit(who, 'PRAIRIE', 'PCP', late)
        self.visit(who, 'oak', 'PCP', mid)
        # UNRESOLVED_TIE: one visit each on one day
        who = self.special()
        self.visit(who, 'NORTHWOODS', 'PCP', mid)
        self.visit(who, 'METRO', 'PCP', mid)
        # OVERRIDE [4.6.4.2]: to a partnership, and to no partnership
        who = self.special()
        self.visit(who, 'elm', 'PCP', mid)
        self.overrides.append([who, PERF, 'PRAIRIE', 'appeal of the clinic, granted'])
        who = self.special('METRO')
        self.visit(who, 'METRO', 'PCP', mid)
        self.overrides.append([who, PERF, 'NONE', 'left care in January, by agreement'])
        # lines that leave the cost: void, late, not a core service, an unlisted category, a month of spend-down
        who = self.member('CHRONIC', [yes, ('2025-08', '2025-08', 'MA', 'SPENDDOWN')])
        self.plain_year(who, 'PRAIRIE', BASE, 1)
        self.plain_year(who, 'PRAIRIE', PERF, self.growth('PRAIRIE'))
        self.line(who, mid, 41000, '', ('outpatient', '007'), ('9600000001', ''), status='V')
        self.line(who, late, 52000, '', ('outpatient', '007'), ('9600000001', ''), paid=date(PERF + 2, 2, 3))
        self.line(who, late, 310000, '', ('long_term_care', '011'), ('9600000001', ''))
        self.line(who, mid, 7700, '', ('professional', '199'), ('9600000001', ''))
        self.line(who, date(PERF, 8, 8), 18000, '', ('outpatient', '007'), ('9600000001', ''))
        # a reversal that leaves a negative cost; a member who is not in the grouper's output
        who = self.member('NONE')
        self.plain_year(who, 'LAKESHORE', BASE, 1)
        self.visit(who, 'LAKESHORE', 'PCP', jan)
        self.line(who, date(PERF, 2, 2), -45000, '', ('outpatient', '007'), ('9600000001', ''))

    # ------------------------------------------------------------ quality

    def quality(self):
        """Makes the rows of quality.csv, from random numbers of their own, so that the claims do not depend on them."""
        r = random.Random(20250102)
        rows = []
        for ihp, _, track, *_ in IHPS:
            results = {name: self.results(r, LEVEL[ihp], *rate) for name, rate in RATES.items()}
            for year in (BASE, PERF):
                rows.append([ihp, year, 'E01', '', '', '', 1, '', EQUITY_POINTS[ihp] - (0.25 if year == BASE else 0)])
            for measure, names, tracks in MEASURES:
                if track not in tracks:
                    continue
                missing = '%.2f' % (r.randint(0, 8) / 100) if measure in PERCENTILES else ''
                for year in (BASE, PERF):
                    groups = {group: [sum(results[name][year][group][i] for name in names) for i in (0, 1)]
                              for group in ('', *GROUPS)}
                    for group, (numerator, denominator) in groups.items():
                        if group == '' or measure in GROUPED:
                            rows.append([ihp, year, measure, group, numerator, denominator, int(denominator >= 30),
                                         missing, ''])
        return rows

    @staticmethod
    def results(r, level, benchmark, denominator, lower):
        """Returns numerator and denominator by year and group; the group '' is all members."""
        sign = -1 if lower else 1
        before = level + r.gauss(-0.01, 0.04)
        rate = {BASE: benchmark * (1 + sign * before)}
        rate[PERF] = rate[BASE] * (1 + sign * r.gauss(0.04, 0.025))
        gap = {BASE: r.uniform(0.6, 1.4)}
        gap[PERF] = gap[BASE] * r.uniform(0.5, 0.8)
        results = {}
        for year in (BASE, PERF):
            size = denominator * r.uniform(0.85, 1.15)
            results[year] = {'': (round(rate[year] * round(size)), round(size))}
            for group, (share, distance) in GROUPS.items():
                people = round(size * share)
                results[year][group] = (min(people, round(people * rate[year] * (1 + sign * distance * gap[year]))), people)
        return results

    @staticmethod
    def benchmarks():
        rows = []
        for measure, names, _ in MEASURES:
            benchmark = RATES[names[0]][0]
            if measure in PERCENTILES:
                rows.append([measure, PERF, ''] + ['%.4f' % (benchmark * (0.94 + 0.02 * n)) for n in range(6)] + [1])
            elif measure[0] in 'MC':
                rows.append([measure, PERF, '%g' % benchmark] + [''] * 6 + [int(measure not in CHANGED)])
        return rows

    # ------------------------------------------------------------ files

    def write(self, folder):
        self.regulars()
        self.outcomes()
        self.r.shuffle(self.claims)
        extract, program = os.path.join(folder, 'extract'), os.path.join(folder, 'program')
        table(extract, 'members', 'member_id,birth_date,sex,county,race_ethnicity', self.members)
        table(extract, 'enrollment', 'member_id,month_from,month_to,program,payer,exclusion', self.enrollment)
        table(extract, 'claims', 'claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,'
              'billing_npi,treating_npi,payer,paid_amount', self.claims)
        table(extract, 'morbidity', 'member_id,year,acg', self.morbidity)
        table(extract, 'providers', 'npi,taxonomy', sorted(NPPES.items()))
        table(program, 'ihps', 'ihp_id,name,track,roster_type,claims_cap,pbp_dollars,interim_paid,terminated_on,termination',
              [row + ('', '') for row in IHPS])
        table(program, 'rosters', 'ihp_id,quarter,role,npi,designation,taxonomy', ROSTERS)
        table(program, 'trend', 'year,rate', [(PERF, '0.03')])
        table(program, 'overrides', 'member_id,year,ihp_id,note', self.overrides)
        table(program, 'quality', 'ihp_id,year,measure,group,numerator,denominator,sufficient,not_reporting,points',
              self.quality())
        table(program, 'benchmarks', 'measure,year,benchmark,p30,p40,p50,p60,p70,p80,comparable', self.benchmarks())
        for name in ('categories', 'codes', 'measures', 'payment', 'taxonomy', 'part2'):
            shutil.copyfile(os.path.join(DEFAULTS, name + '.csv'), os.path.join(program, name + '.csv'))
        with open(os.path.join(DEFAULTS, 'corridors.csv'), encoding='utf-8', newline='') as handle:
            header, *rows = csv.reader(handle)
        table(program, 'corridors', ','.join(header), rows + OWN_CORRIDORS)


def table(folder, name, header, rows):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + '.csv'), 'w', encoding='utf-8', newline='') as handle:
        writer = csv.writer(handle, lineterminator='\n')
        writer.writerow(header.split(','))
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('-o', '--output', default=SAMPLE)
    Sample().write(parser.parse_args().output)


if __name__ == '__main__':
    main()
