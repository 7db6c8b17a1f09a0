#!/usr/bin/env python3
"""A second, deliberately simple implementation of the settlement: sections 1 to 8 of the methodology.

    reference.py EXTRACT_DIR DECK.yaml -o OUT_DIR [--set NAME=VALUE]... [--no-member-files]

It shares no code and no design with the engine: every member is decided from plain lists of rows, every number is an
exact fraction until it is compared or printed.  It is meant to be read beside the contract (numbers in brackets are
its sections) and to be compared with the engine's result folder.

Covered: periods and run-out, eligibility, rosters, attribution, cost, risk, target, and of the settlement the
threshold, the corridors, the offset for the population-based payment, the interim payment, the amount due and its
payers.  Not covered: quality scores (quality_case.py has them), circumstances, terminations, payments, bootstrap,
sweeps; their columns say that nothing happened (score blank, reduction 0.00, factor 1).

--set varies what a sensitivity run can vary: a policy by its name, claims_cap, trend, threshold, corridor_share,
base_paid_through, performance_paid_through, roster_quarter.

The extract is taken to be free of the errors that an import refuses.
"""
import argparse
import csv
import gzip
import os
import sys
from collections import Counter, defaultdict, namedtuple
from datetime import date
from decimal import Context, Decimal, ROUND_HALF_EVEN, ROUND_HALF_UP
from fractions import Fraction

PERIODS = ('base', 'performance')
QUALIFYING_PROGRAMS = {'MA', 'MCRE', 'MA_BD'}                                        # [13.1]
EXCLUSION_CODES = {'DUAL', 'REFUGEE', 'QMB', 'SLMB', 'EMERGENCY', 'SPENDDOWN', 'COST_EFFECTIVE_PRIVATE',
                   'HMO_PRIVATE', 'HEALTHY_MN', 'MSC_PLUS', 'TPL_INCOMPLETE', 'MSOP'}  # [13.2.1-13.2.12]
POLICIES = {                    # name: (default, choices; None where it is a number)
    'msc_plus_excluded': ('true', ('true', 'false')),
    'exclusion_scope': ('month', ('month', 'period')),
    'min_continuous_months': ('6', None),
    'min_total_months': ('9', None),
    'base_roster': ('performance', ('performance', 'own')),
    'non_ihp_unit': ('billing', ('billing', 'treating')),
    'count_unit': ('line', ('line', 'visit')),
    'visit_gate': ('any_roster', ('any_roster', 'attributed_ihp')),
    'primary_care_elsewhere': ('step3', ('step3', 'blocks')),
    'specialty_elsewhere': ('all_em', ('all_em', 'specialty')),
    'unresolved_tie': ('unattributed', ('unattributed', 'lowest_ihp')),
    'lookback_months': ('12', None),
    'cost_months': ('qualifying', ('qualifying', 'all')),
    'risk_weights': ('own', ('own', 'base')),
    'pbp_offset_outside': ('none', ('none', 'outermost')),
    'quality_on_losses': ('as_written', ('as_written', 'none')),        # from here on without effect here
    'reference_group': ('White', None),
    'benchmark_difference': ('relative', ('relative', 'points')),
    'bootstrap_weights': ('fixed', ('fixed', 'refit')),
}
VARIABLES = {'claims_cap', 'trend', 'threshold', 'corridor_share', 'base_paid_through', 'performance_paid_through',
             'roster_quarter'}
UNATTRIBUTED_STAGES = ['ENROLLMENT', 'NO_VISIT', 'NO_EM', 'NO_IHP_EM', 'HEALTH_HOME_ELSEWHERE',
                       'PRIMARY_CARE_ELSEWHERE', 'SPECIALTY_ELSEWHERE', 'SPECIALTY_TIE', 'UNRESOLVED_TIE', 'OVERRIDE']
LINE_STAGES = ['outside_period', 'not_paid', 'after_cutoff', 'category_unknown', 'category_excluded',
               'month_not_qualifying']


class Refused(Exception):
    """The deck or the program folder breaks a rule that the methodology refuses."""


# ---------------------------------------------------------------- numbers and dates

TWELVE_DIGITS = Context(prec=12, rounding=ROUND_HALF_EVEN)


def twelve(value):
    """The value with 12 significant digits, as a Decimal: for comparisons and before rounding to cents."""
    value = Fraction(value)
    return TWELVE_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def whole_cents(value):
    """Cents as an integer, half away from zero."""
    return int(twelve(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_cents(text):
    value = Fraction(text) * 100
    if value.denominator != 1:
        raise Refused('more than two decimals: ' + text)
    return int(value)


def dollars(cents):
    sign = '-' if cents < 0 else ''
    return '%s%d.%02d' % (sign, abs(cents) // 100, abs(cents) % 100)


def show_money(value):
    """Dollars of a number in cents; blank where it is not defined."""
    return '' if value is None else dollars(whole_cents(value))


def show_ratio(value):
    return '' if value is None else '%.12g' % float(twelve(value))


def day(text):
    return date.fromisoformat(text)


def month(text):
    """Months are counted from January of year 0."""
    year, number = text.split('-')
    return int(year) * 12 + int(number) - 1


def month_of(a_day):
    return a_day.year * 12 + a_day.month - 1


# ---------------------------------------------------------------- files

def read_table(folder, name, optional=False):
    """The rows of NAME.csv or NAME.csv.gz as dictionaries."""
    for path, opener in ((os.path.join(folder, name + '.csv'), open),
                         (os.path.join(folder, name + '.csv.gz'), gzip.open)):
        if os.path.exists(path):
            with opener(path, 'rt', encoding='utf-8', newline='') as handle:
                return list(csv.DictReader(handle))
    if optional:
        return []
    raise Refused('there is no %s.csv in %s' % (name, folder))


def write_table(folder, name, columns, rows):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8', newline='') as handle:
        writer = csv.writer(handle, lineterminator='\n')
        writer.writerow(columns)
        writer.writerows(rows)


# ---------------------------------------------------------------- the run deck

def parse_deck(text):
    """A small part of YAML: block maps and lists by indentation, flow maps and lists, comments, quotes.
    Every scalar stays text."""
    lines = []
    for raw in text.splitlines():
        bare = strip_comment(raw).rstrip()
        if bare.strip() and bare.strip() != '---':
            lines.append((len(bare) - len(bare.lstrip()), bare.strip()))
    value, rest = parse_block(lines, 0)
    if rest != len(lines):
        raise Refused('deck: unexpected indentation at: ' + lines[rest][1])
    return value


def strip_comment(line):
    quote = ''
    for i, c in enumerate(line):
        if quote:
            quote = '' if c == quote else quote
        elif c in '"\'':
            quote = c
        elif c == '#' and (i == 0 or line[i - 1].isspace()):
            return line[:i]
    return line


def parse_block(lines, at):
    """The map or list that begins at line `at`; returns it and the first line after it."""
    indent = lines[at][0]
    if lines[at][1].startswith('- '):
        items = []
        while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith('- '):
            text = lines[at][1][2:].strip()
            if text[0] not in '{["\'' and split_key(text):
                lines[at] = (indent + 2, text)                   # a map that begins on the dash's line
                value, at = parse_block(lines, at)
            else:
                value, at = parse_flow(text), at + 1
            items.append(value)
        return items, at
    block = {}
    while at < len(lines) and lines[at][0] == indent:
        pair = split_key(lines[at][1])
        if pair is None:
            raise Refused('deck: no "key:" in: ' + lines[at][1])
        key, text = pair
        if key in block:
            raise Refused('deck: the key %s stands twice' % key)
        at += 1
        if text:
            block[key] = parse_flow(text)
        elif at < len(lines) and lines[at][0] > indent:
            block[key], at = parse_block(lines, at)
        else:
            block[key] = ''
    return block, at


def split_key(text):
    key, colon, rest = text.partition(':')
    return (key.strip().strip('"\''), rest.strip()) if colon and (not rest or rest[0] == ' ') else None


def parse_flow(text):
    value, rest = flow_value(text.strip())
    if rest.strip():
        raise Refused('deck: cannot read: ' + text)
    return value


def flow_value(text):
    """One value at the start of the text, and what follows it."""
    text = text.lstrip()
    if text[:1] == '{':
        result, text = {}, text[1:].lstrip()
        while text[:1] != '}':
            key, text = flow_scalar(text, ',:}')
            value, text = flow_value(text.lstrip()[1:])
            result[key] = value
            text = text.lstrip()
            text = text[1:].lstrip() if text[:1] == ',' else text
        return result, text[1:]
    if text[:1] == '[':
        items, text = [], text[1:].lstrip()
        while text[:1] != ']':
            value, text = flow_value(text)
            items.append(value)
            text = text.lstrip()
            text = text[1:].lstrip() if text[:1] == ',' else text
        return items, text[1:]
    return flow_scalar(text, ',}]')


def flow_scalar(text, stops):
    if text[:1] in ('"', "'"):
        end = text.index(text[0], 1)
        return text[1:end], text[end + 1:]
    end = 0
    while end < len(text) and text[end] not in stops:
        end += 1
    return text[:end].strip(), text[end:]


class Deck:
    """What a run is asked for: the deck, and over it the --set values."""

    def __init__(self, path, settings):
        with open(path, encoding='utf-8') as handle:
            raw = parse_deck(handle.read())
        self.program = os.path.join(os.path.dirname(os.path.abspath(path)), raw['program'])
        self.settlement = raw['settlement']
        if self.settlement not in ('interim', 'final'):
            raise Refused('settlement: interim or final')
        self.year = {p: int(raw[p]['year']) for p in PERIODS}
        self.cutoff = {p: day(raw[p]['paid_through']) for p in PERIODS}
        if self.year['performance'] <= self.year['base']:
            raise Refused('the performance year must come after the base year [16.1]')
        self.threshold = Fraction(raw.get('threshold', '0.02'))                       # [16.7]
        self.strict_categories = raw.get('strict_categories', 'false') == 'true'
        self.policy = {name: default for name, (default, _) in POLICIES.items()}
        for name, value in (raw.get('policies') or {}).items():
            self.set_policy(name, value)
        if raw.get('allow_nonstandard_runout', 'false') != 'true':
            self.check_runout()
        self.vary = {}
        for name, value in settings:
            if name in VARIABLES:
                self.vary[name] = value
            else:
                self.set_policy(name, value)
        self.threshold = Fraction(self.vary.get('threshold', self.threshold))
        for p in PERIODS:
            if p + '_paid_through' in self.vary:
                self.cutoff[p] = day(self.vary[p + '_paid_through'])

    def set_policy(self, name, value):
        if name not in POLICIES:
            raise Refused('no policy is called ' + name)
        choices = POLICIES[name][1]
        if choices and value not in choices:
            raise Refused('%s is one of %s' % (name, ', '.join(choices)))
        self.policy[name] = value

    def check_runout(self):
        """[16.6.1.1]: an interim has up to three months of run-out, a final at least twelve, the base always twelve."""
        after = self.year['performance'] + 1
        cutoff = self.cutoff['performance']
        if self.settlement == 'interim' and cutoff > date(after, 3, 31):
            raise Refused('an interim has at most three months of run-out [16.6.1.1]')
        if self.settlement == 'final' and cutoff < date(after, 12, 31):
            raise Refused('a final has at least twelve months of run-out [16.6.1.1]')
        if self.cutoff['base'] < date(self.year['base'] + 1, 12, 31):
            raise Refused('the base period has at least twelve months of run-out [16.6.1.2.1, 16.6.1.3.1]')

    def number(self, name):
        return int(self.policy[name])


# ---------------------------------------------------------------- the program folder

class Program:
    def __init__(self, deck):
        folder = deck.program
        self.ihps = read_table(folder, 'ihps')
        self.order = {row['ihp_id']: i for i, row in enumerate(self.ihps)}
        self.cap = {row['ihp_id']: parse_cents(deck.vary.get('claims_cap', row['claims_cap'])) for row in self.ihps}
        self.categories = {(row['service_class'], row['category']): row['included']
                           for row in read_table(folder, 'categories')}
        self.taxonomy = {row['taxonomy']: row['class'] for row in read_table(folder, 'taxonomy')}
        self.codes = defaultdict(list)
        for row in read_table(folder, 'codes'):
            self.codes[row['set']].append((row['code_from'], row['code_to']))
        self.rosters = read_table(folder, 'rosters')
        self.trend = {int(row['year']): (Fraction(row['rate']), Fraction(row.get('adjustment') or '0'))
                      for row in read_table(folder, 'trend')}
        self.corridors = defaultdict(list)                       # of an IHP, or of '' for all others
        for row in read_table(folder, 'corridors'):
            share = Fraction(deck.vary.get('corridor_share', row['ihp_share']))
            self.corridors[row['ihp_id']].append((Fraction(row['from']), Fraction(row['to']), share))
        self.overrides = {}
        if deck.settlement == 'final':                           # an interim ignores them
            for row in read_table(folder, 'overrides', optional=True):
                if row['ihp_id'] != 'NONE' and row['ihp_id'] not in self.order:
                    raise Refused('an override names %s, which ihps.csv does not list' % row['ihp_id'])
                self.overrides[row['member_id'], int(row['year'])] = row['ihp_id']

    def is_code(self, code_set, procedure):
        return any(first <= procedure <= last for first, last in self.codes[code_set])

    def corridors_of(self, ihp):
        """Its own corridors instead of the default ones [16.8.1]."""
        return self.corridors.get(ihp) or self.corridors.get('', [])


class Rosters:
    """The rosters in effect in one quarter, and where a claim line belongs [3.8, 13.3]."""

    def __init__(self, program, quarter, nppes, unit):
        self.program, self.nppes, self.unit = program, nppes, unit
        self.billing, self.treating = {}, {}
        for row in program.ihps:
            ihp = row['ihp_id']
            mine = [r for r in program.rosters if r['ihp_id'] == ihp and r['quarter'] <= quarter]
            latest = max((r['quarter'] for r in mine), default='')
            mine = [r for r in mine if r['quarter'] == latest]   # the most recently submitted roster
            self.billing[ihp] = {r['npi'] for r in mine if r['role'] == 'billing'}
            self.treating[ihp] = None                            # an all-in roster lists no treating providers
            if row['roster_type'] == 'billing_treating':
                self.treating[ihp] = {}
                for r in mine:
                    if r['role'] == 'treating':
                        marks = (r.get('designation') or '', r.get('taxonomy') or '')
                        if self.treating[ihp].setdefault(r['npi'], marks) != marks:
                            raise Refused('%s lists the treating NPI %s in two ways' % (ihp, r['npi']))
        self.check()

    def check(self):
        """No line may belong to two IHPs."""
        ihps = list(self.billing)
        for i, a in enumerate(ihps):
            for b in ihps[i + 1:]:
                if not self.billing[a] & self.billing[b]:
                    continue
                lists = [set(t) for t in (self.treating[a], self.treating[b]) if t is not None]
                if not lists or set.intersection(*lists):
                    raise Refused('the rosters of %s and %s could both own a line' % (a, b))

    def entity(self, line):
        """('ihp', id), ('npi', number) for a non-IHP provider [13.3.1.3], or None."""
        for ihp, billing in self.billing.items():
            if line.billing in billing:
                treating = self.treating[ihp]
                if treating is None or line.treating in treating:
                    return 'ihp', ihp
        npi = line.treating if self.unit == 'treating' else line.billing
        return ('npi', npi) if npi else None

    def is_primary_care(self, line, entity):
        """[3.8.4.2]: designation, else the roster's taxonomy, else that of NPPES; what is not listed is specialty."""
        designation = taxonomy = ''
        if entity and entity[0] == 'ihp' and self.treating[entity[1]] is not None:
            designation, taxonomy = self.treating[entity[1]][line.treating]
        if not designation:
            designation = self.program.taxonomy.get(taxonomy or self.nppes.get(line.treating, ''), 'SPE')
        return designation == 'PCP'


# ---------------------------------------------------------------- the state extract

Line = namedtuple('Line', 'service paid status procedure pair billing treating cents')
Span = namedtuple('Span', 'first last program payer exclusion')


class Extract:
    def __init__(self, folder):
        self.members = sorted(row['member_id'] for row in read_table(folder, 'members'))
        self.spans, self.lines = defaultdict(list), defaultdict(list)
        for row in read_table(folder, 'enrollment'):
            if row['exclusion'] and row['exclusion'] not in EXCLUSION_CODES:
                raise Refused('unknown exclusion code ' + row['exclusion'])
            self.spans[row['member_id']].append(Span(month(row['month_from']), month(row['month_to']), row['program'],
                                                     row['payer'], row['exclusion']))
        for row in read_table(folder, 'claims'):
            self.lines[row['member_id']].append(Line(
                day(row['service_date']), day(row['paid_date']), row['status'], row['procedure'],
                (row['service_class'], row['category']), row['billing_npi'], row['treating_npi'],
                parse_cents(row['paid_amount'])))
        self.acg = {(row['member_id'], int(row['year'])): row['acg'] for row in read_table(folder, 'morbidity')}
        self.nppes = {row['npi']: row['taxonomy'] for row in read_table(folder, 'providers')}


# ---------------------------------------------------------------- eligibility [13.1, 13.2, 13.3.2]

def qualifying_months(spans, year, deck):
    """The payers of the twelve months of a year; None for a month that does not qualify."""
    payers, any_excluded = [], False
    for m in range(year * 12, year * 12 + 12):
        covering = [s for s in spans if s.first <= m <= s.last]
        codes = {s.exclusion for s in covering if s.exclusion}
        disabled = any(s.program == 'MA_BD' for s in covering)
        if deck.policy['msc_plus_excluded'] == 'false' or disabled:                    # [13.2.10, 13.1.3]
            codes.discard('MSC_PLUS')
        any_excluded = any_excluded or bool(codes)
        good = [s for s in covering if s.program in QUALIFYING_PROGRAMS]
        if codes or not good:
            payers.append(None)
        else:
            newest = max(s.first for s in good)
            payers.append(min(s.payer for s in good if s.first == newest))
    if any_excluded and deck.policy['exclusion_scope'] == 'period':
        return [None] * 12
    return payers


def enrolled_enough(payers, deck):
    """[13.3.2]: six months in a row and nine in all."""
    longest = run = 0
    for payer in payers:
        run = run + 1 if payer is not None else 0
        longest = max(longest, run)
    total = sum(payer is not None for payer in payers)
    return longest >= deck.number('min_continuous_months') and total >= deck.number('min_total_months')


# ---------------------------------------------------------------- attribution [13.3]

def is_known(line, cutoff):
    return line.status == 'P' and line.paid <= cutoff


def in_months(line, first, last):
    return first <= month_of(line.service) <= last


class Attribution:
    """Decides the members of one period."""

    def __init__(self, deck, program, rosters, period):
        self.deck, self.program, self.rosters = deck, program, rosters
        self.cutoff = deck.cutoff[period]
        self.first = deck.year[period] * 12
        self.last = self.first + 11

    def decide(self, lines, enrolled):
        """(IHP or '', reason, window)"""
        known = [line for line in lines if is_known(line, self.cutoff)]
        period = [line for line in known if in_months(line, self.first, self.last)]
        if not enrolled:
            return '', 'ENROLLMENT', 1
        visited = {entity[1] for entity in map(self.rosters.entity, period) if entity and entity[0] == 'ihp'}
        if not visited:                                                                # [13.3.2]
            return '', 'NO_VISIT', 1
        ihp, reason = self.steps(period)
        window = 1
        lookback = self.deck.number('lookback_months')
        if reason == 'NO_EM' and lookback > 0:                                         # [13.3.8]
            before = [line for line in known if in_months(line, self.first - lookback, self.first - 1)]
            ihp, reason = self.steps(before)
            window = 2
        if ihp and self.deck.policy['visit_gate'] == 'attributed_ihp' and ihp not in visited:
            return '', 'NO_VISIT', window
        return ihp, reason, window

    def steps(self, lines):
        homes, primary, special, every = {}, {}, {}, {}      # entity: its visits; a visit begins with its date
        present = False                                       # of E&M or health-home lines, wherever they belong
        for n, line in enumerate(lines):
            home = self.program.is_code('health_home', line.procedure)
            em = self.program.is_code('em', line.procedure)
            if not home and not em:
                continue
            present = True
            entity = self.rosters.entity(line)
            if entity is None:
                continue
            visit = (line.service, line.treating)
            if self.deck.policy['count_unit'] == 'line':
                visit += (n,)                                 # every line for itself
            if home:
                homes.setdefault(entity, set()).add(visit)
            if em:
                kind = primary if self.rosters.is_primary_care(line, entity) else special
                kind.setdefault(entity, set()).add(visit)
                every.setdefault(entity, set()).add(visit)
        decision = self.health_home(homes)
        return decision or self.primary_care(primary, special, every, present)

    @staticmethod
    def health_home(homes):
        """Step 1 [13.3.4]; None where it does not decide."""
        tied = greatest(homes, homes)
        if len(tied) > 1:
            tied = latest(homes, tied)                                                 # [13.3.4.4]
        if len(tied) != 1:
            return None
        kind, name = tied[0]
        return (name, 'HEALTH_HOME') if kind == 'ihp' else ('', 'HEALTH_HOME_ELSEWHERE')

    def primary_care(self, primary, special, every, present):
        """Step 2 [13.3.5]"""
        most_ihp, most_other = most(primary, 'ihp'), most(primary, 'npi')
        if most_ihp == 0:                                                              # [13.3.5.7]
            if most_other > 0 and self.deck.policy['primary_care_elsewhere'] == 'blocks':
                return '', 'PRIMARY_CARE_ELSEWHERE'
            return self.specialty(special, every, present)
        if most_other > most_ihp:                                                      # [13.3.5.6]
            return '', 'PRIMARY_CARE_ELSEWHERE'
        tied = greatest(primary, primary)
        if len(tied) == 1:                                                             # [13.3.5.3, 13.3.5.4]
            return tied[0][1], 'PRIMARY_CARE'
        return self.tie_break(tied, primary, special, every)                           # [13.3.5.5]

    def specialty(self, special, every, present):
        """Step 3 [13.3.6]"""
        most_ihp = most(special, 'ihp')
        if most_ihp == 0:
            return '', ('NO_IHP_EM' if present else 'NO_EM')
        compared = every if self.deck.policy['specialty_elsewhere'] == 'all_em' else special
        if most(compared, 'npi') > most_ihp:                                           # [13.3.6.7]
            return '', 'SPECIALTY_ELSEWHERE'
        tied = greatest(special, [e for e in special if e[0] == 'ihp'])
        if len(tied) > 1:                                                              # [13.3.6.5]
            return '', 'SPECIALTY_TIE'
        return tied[0][1], 'SPECIALTY'

    def tie_break(self, tied, primary, special, every):
        """Step 4 [13.3.7]"""
        ours = [e for e in tied if e[0] == 'ihp']
        others = [e for e in tied if e[0] == 'npi']
        lowest = self.deck.policy['unresolved_tie'] == 'lowest_ihp'
        if len(ours) > 1:
            if not any(e in special for e in ours):
                ours = latest(every, ours)                                             # [13.3.7.7]
            else:
                ours = greatest(special, ours)                                         # [13.3.7.8]
                if len(ours) > 1:
                    ours = latest(primary, ours)                                       # [13.3.7.9]
            if len(ours) > 1 and not lowest:
                return '', 'UNRESOLVED_TIE'
        winner = min(ours, key=lambda e: self.program.order[e[1]])
        if others:                                                                     # [13.3.7.10]
            mine = last_date(every[winner])
            theirs = max(last_date(every[e]) for e in others)
            if mine < theirs:
                return '', 'PRIMARY_CARE_ELSEWHERE'
            if mine == theirs and not lowest:
                return '', 'UNRESOLVED_TIE'
        return winner[1], 'TIE_BREAK'


def most(visits, kind):
    return max((len(v) for e, v in visits.items() if e[0] == kind), default=0)


def greatest(visits, entities):
    """Those of the entities with the most visits."""
    top = max((len(visits.get(e, ())) for e in entities), default=0)
    return [e for e in entities if len(visits.get(e, ())) == top]


def last_date(visits):
    return max(visit[0] for visit in visits)


def latest(visits, entities):
    """Those of the entities with the latest date of service."""
    top = max(last_date(visits[e]) for e in entities)
    return [e for e in entities if last_date(visits[e]) == top]


# ---------------------------------------------------------------- a period

Fact = namedtuple('Fact', 'member ihp reason window enrolled payers months acg lines cost')


def capped(cost, cap):
    return cost if cap == 0 else min(cost, cap)                                        # [16.9]


def settle_period(deck, program, extract, period):
    """The facts of every member, and the waterfall of lines and dollars up to the members."""
    year = deck.year[period]
    quarter = deck.vary.get('roster_quarter', '%dQ4' % deck.year['performance'])        # [3.8.5]
    if period == 'base' and deck.policy['base_roster'] == 'own':
        quarter = '%dQ4' % year
    rosters = Rosters(program, quarter, extract.nppes, deck.policy['non_ihp_unit'])
    attribution = Attribution(deck, program, rosters, period)
    stages = {stage: [0, 0, 0] for stage in ['store'] + LINE_STAGES}                   # members, lines, cents
    facts = []
    for member in extract.members:
        lines = extract.lines[member]
        payers = qualifying_months(extract.spans[member], year, deck)
        enrolled = enrolled_enough(payers, deck)
        ihp, reason, window = attribution.decide(lines, enrolled)
        if (member, year) in program.overrides:                                        # [4.6.4.2]
            chosen = program.overrides[member, year]
            ihp, reason, window = '' if chosen == 'NONE' else chosen, 'OVERRIDE', 1
        left = cost = 0
        stages['store'][0] += 1
        for line in lines:
            stage = line_stage(line, deck, program, period, payers)
            for name in ('store', stage) if stage else ('store',):
                stages[name][1] += 1
                stages[name][2] += line.cents
            if stage is None:
                left += 1
                cost += line.cents
        facts.append(Fact(member, ihp, reason, window, enrolled, payers, sum(p is not None for p in payers),
                          extract.acg.get((member, year), 'NONE'), left, cost))
    if deck.strict_categories and stages['category_unknown'][1]:
        raise Refused('categories of service that categories.csv does not list')
    return facts, stages


def line_stage(line, deck, program, period, payers):
    """Why a line is no part of the cost [16.3.2, 16.10]; None where it is."""
    if line.service.year != deck.year[period]:
        return 'outside_period'
    if line.status != 'P':
        return 'not_paid'
    if line.paid > deck.cutoff[period]:
        return 'after_cutoff'
    if line.pair not in program.categories:
        return 'category_unknown'
    if program.categories[line.pair] != 'I':
        return 'category_excluded'
    if deck.policy['cost_months'] == 'qualifying' and payers[line.service.month - 1] is None:
        return 'month_not_qualifying'
    return None


def waterfall(facts, stages, program):
    """The rest of exclusions.csv: members and what is left of their lines, by reason."""
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
    """{category: (members, months, capped cost, weight)} over the eligible population."""
    members, months, cost = Counter(), Counter(), Counter()
    for f in facts:
        if f.enrolled:
            members[f.acg] += 1
            months[f.acg] += f.months
            cost[f.acg] += capped(f.cost, cap)
    all_months, all_cost = sum(months.values()), sum(cost.values())
    weights = {}
    for acg in sorted(members):
        weight = Fraction(1)                        # also where there is nothing to compare with
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
        factor *= (1 + rate + Fraction(deck.vary.get('trend', '0'))) * (1 + adjustment)
    return factor


def experience(mine, cap, weights):
    """(member months, PMPM in cents, risk score) of the attributed members of an IHP"""
    months = sum(f.months for f in mine)
    if months == 0:
        return 0, None, None
    pmpm = Fraction(sum(capped(f.cost, cap) for f in mine), months)
    by_acg = Counter()
    for f in mine:
        by_acg[f.acg] += f.months
    return months, pmpm, sum(n * weight_of(weights, acg) for acg, n in by_acg.items()) / months


def shared_fraction(ratio, corridors):
    """First-dollar sharing: the share of every corridor on its part of the way from 1 to the ratio [16.8.2.3]."""
    low, high = min(ratio, Fraction(1)), max(ratio, Fraction(1))
    return sum(max(Fraction(0), min(high, end) - max(low, start)) * share for start, end, share in corridors)


def offset_share(ratio, corridors, outside):
    """The share of the corridor of the unadjusted result [16.8.2.2]; on a boundary the corridor nearer to 1."""
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


def largest_remainder(amount, months):
    """Parts of an amount in whole cents in proportion to months, equal remainders in payer order [5.4]."""
    total = sum(months.values())
    payers = sorted(months)
    parts = {p: abs(amount) * months[p] // total for p in payers}
    left = abs(amount) - sum(parts.values())
    by_remainder = sorted(payers, key=lambda p: (-(abs(amount) * months[p] % total), p))
    for p in by_remainder[:left]:
        parts[p] += 1
    return {p: -part if amount < 0 else part for p, part in parts.items()}


def settle_ihp(row, deck, program, facts, weights):
    """A row of settlement.csv, and the rows of payer_split.csv."""
    ihp, cap = row['ihp_id'], program.cap[row['ihp_id']]
    mine = {p: [f for f in facts[p] if f.ihp == ihp] for p in PERIODS}
    months, pmpm, risk = {}, {}, {}
    for p in PERIODS:
        source = 'base' if deck.policy['risk_weights'] == 'base' else p
        months[p], pmpm[p], risk[p] = experience(mine[p], cap, weights[source, cap])
    trend = trend_factor(deck, program)
    target = None if pmpm['base'] is None else pmpm['base'] * trend
    adjusted = ratio = gross = None
    if target is not None and risk['performance'] is not None and risk['base']:        # [16.5.3.1]
        adjusted = target * risk['performance'] / risk['base']
        gross = (adjusted - pmpm['performance']) * months['performance']
        if adjusted > 0:
            ratio = pmpm['performance'] / adjusted
    outcome, before, offset, shared, interim_paid = 'no_settlement', Fraction(0), Fraction(0), Fraction(0), 0
    if row['track'] == '2' and ratio is not None:
        outcome = 'inside_threshold'                                                   # [16.7]
        if twelve(ratio) < twelve(1 - deck.threshold):
            outcome = 'savings'
        elif twelve(ratio) > twelve(1 + deck.threshold):
            outcome = 'losses'
        if outcome != 'inside_threshold':
            corridors = program.corridors_of(ihp)
            before = shared_fraction(ratio, corridors) * adjusted * months['performance']
            offset = offset_share(ratio, corridors, deck.policy['pbp_offset_outside']) \
                * parse_cents(row.get('pbp_dollars') or '0')
            if outcome == 'savings':
                offset = min(offset, before)
                shared = before - offset
            else:
                before = -before
                shared = before - offset
        if deck.settlement == 'final':
            interim_paid = parse_cents(row.get('interim_paid') or '0')                 # [2.12]
    final = whole_cents(shared)
    due = final - interim_paid if deck.settlement == 'final' else max(0, final)        # [5.4.2, 5.4.3]
    line = [ihp, row['track'], len(mine['base']), months['base'], show_money(pmpm['base']), show_ratio(risk['base']),
            len(mine['performance']), months['performance'], show_money(pmpm['performance']),
            show_ratio(risk['performance']), show_ratio(trend), show_money(target), show_money(adjusted),
            show_ratio(ratio), show_money(gross), outcome, show_money(before), show_money(offset), show_money(shared),
            '', show_money(shared), '0.00', '1', dollars(final), dollars(interim_paid), dollars(due)]
    by_payer = Counter(payer for f in mine['performance'] for payer in f.payers if payer is not None)
    parts = largest_remainder(due, by_payer) if by_payer else {}
    return line, [[ihp, payer, by_payer[payer], dollars(parts[payer])] for payer in sorted(by_payer)]


# ---------------------------------------------------------------- the result folder

SETTLEMENT_COLUMNS = '''ihp_id track base_members base_member_months base_tcoc_pmpm base_risk members member_months
    tcoc_pmpm risk trend_factor target_pmpm adjusted_target_pmpm ratio gross_difference outcome shared_before_pbp
    pbp_offset shared_amount quality_score quality_adjusted circumstance_reduction termination_factor final_amount
    interim_paid amount_due'''.split()


def run(extract_folder, deck, out, member_files=True):
    program = Program(deck)
    extract = Extract(extract_folder)
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
    write_table(out, 'payer_split.csv', ['ihp_id', 'payer', 'member_months', 'amount'], split)

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
                    ['member_id', 'period', 'reason', 'window', 'member_months', 'cost', 'capped_cost', 'acg', 'weight'],
                    rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('extract')
    parser.add_argument('deck')
    parser.add_argument('-o', '--output', required=True)
    parser.add_argument('--set', action='append', default=[], metavar='NAME=VALUE')
    parser.add_argument('--no-member-files', action='store_true', help='leave attributed/ out')
    options = parser.parse_args()
    settings = [tuple(s.split('=', 1)) for s in options.set]
    try:
        run(options.extract, Deck(options.deck, settings), options.output, not options.no_member_files)
    except Refused as problem:
        print('reference.py: refused: %s' % problem, file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
