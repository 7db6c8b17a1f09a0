# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds which members belong to which IHP: the program folder, rosters, the state extract, eligibility and attribution,
for a period or for the twelve months that end with a month."""
from collections import defaultdict, namedtuple
from datetime import date
from fractions import Fraction
from functools import cached_property

import quality
from common import Refused, day, month, month_of, parse_cents, read_table

QUALIFYING_PROGRAMS = {'MA', 'MCRE', 'MA_BD'}                                        # [13.1]
EXCLUSION_CODES = {'DUAL', 'REFUGEE', 'QMB', 'SLMB', 'EMERGENCY', 'SPENDDOWN', 'COST_EFFECTIVE_PRIVATE',
                   'HMO_PRIVATE', 'HEALTHY_MN', 'MSC_PLUS', 'TPL_INCOMPLETE', 'MSOP'}  # [13.2.1-13.2.12]


# ---------------------------------------------------------------- the program folder

def in_force(row):
    """Returns the first and the last month in which a row is in force."""
    return month(row.get('from') or '0001-01'), month(row.get('to') or '9999-12')


class Program:
    """The tables that a settlement reads; payments.py reads its own table."""

    def __init__(self, deck):
        self.deck, folder = deck, deck.program
        self.ihps = read_table(folder, 'ihps')
        self.order = {row['ihp_id']: i for i, row in enumerate(self.ihps)}
        self.cap = {row['ihp_id']: parse_cents(deck.vary.get('claims_cap', row['claims_cap'])) for row in self.ihps}
        self.categories = {(row['service_class'], row['category']): row['included']
                           for row in read_table(folder, 'categories')}
        self.taxonomy, self.codes = defaultdict(list), defaultdict(list)   # with the months in which a row is in force
        for row in read_table(folder, 'taxonomy'):
            self.taxonomy[row['taxonomy']].append((row['class'], *in_force(row)))
        for row in read_table(folder, 'codes'):
            self.codes[row['set']].append((row['code_from'], row['code_to'], *in_force(row)))
        self.rosters = read_table(folder, 'rosters')
        self.trend = {int(row['year']): (Fraction(row['rate']), Fraction(row.get('adjustment') or '0'))
                      for row in read_table(folder, 'trend')}
        self.corridors = defaultdict(list)                       # by IHP; '' for all others
        for row in read_table(folder, 'corridors'):
            share = Fraction(deck.vary.get('corridor_share', row['ihp_share']))
            self.corridors[row['ihp_id']].append((Fraction(row['from']), Fraction(row['to']), share))
        self.overrides = {}
        if deck.settlement == 'final':                           # an interim ignores them
            for row in read_table(folder, 'overrides', optional=True):
                if row['ihp_id'] != 'NONE' and row['ihp_id'] not in self.order:
                    raise Refused('an override names %s, which ihps.csv does not list' % row['ihp_id'])
                self.overrides[row['member_id'], int(row['year'])] = row['ihp_id']
        self.interim_payers = defaultdict(dict)                  # {ihp: {payer: cents}} [2.12, 5.4.2]
        for row in read_table(folder, 'interim_payers', optional=True):
            if row['payer'] in self.interim_payers[row['ihp_id']]:
                raise Refused('interim_payers.csv names a payer of %s twice' % row['ihp_id'])
            self.interim_payers[row['ihp_id']][row['payer']] = parse_cents(row['amount'])
        for row in self.ihps:
            paid = self.interim_payers.get(row['ihp_id'])
            if paid is not None and sum(paid.values()) != parse_cents(row.get('interim_paid') or '0'):
                raise Refused('the payers of %s in interim_payers.csv do not add up' % row['ihp_id'])
        self.circumstances = [(row['county'], month(row['month_from']), month(row['month_to']))
                              for row in read_table(folder, 'circumstances', optional=True)]

    @staticmethod
    def ended(row):
        """Returns the last day of an IHP's contract; None if it was not terminated [6.1]."""
        return day(row['terminated_on']) if row.get('terminated_on') else None

    @cached_property
    def quality(self):
        """Returns the scores; None if there are none."""
        return quality.of_program(self.deck, self.ihps)

    def is_affected(self, county, a_month):
        """Returns whether an extreme and uncontrollable circumstance affects the county in the month [5.9]."""
        return any(county == c and first <= a_month <= last for c, first, last in self.circumstances)

    def is_code(self, code_set, line):
        """Returns whether the set has the line's procedure in its month of service [13.3.5.2]."""
        return any(first <= line.procedure <= last and begin <= month_of(line.service) <= end
                   for first, last, begin, end in self.codes[code_set])

    def class_of(self, taxonomy, a_month):
        """Returns the class of a taxonomy in a month; one that is not listed for it is specialty."""
        return next((kind for kind, begin, end in self.taxonomy.get(taxonomy, ()) if begin <= a_month <= end), 'SPE')

    def corridors_of(self, ihp):
        """Returns the IHP's own corridors, or the default ones [16.8.1]."""
        return self.corridors.get(ihp) or self.corridors.get('', [])


class Rosters:
    """The rosters in effect in one quarter, which decide where a claim line belongs [3.8, 13.3]."""

    def __init__(self, program, quarter, nppes, policy, on=None):
        """Takes the rosters of a quarter; with a day, without those of contracts that ended before it [6.1]."""
        self.program, self.nppes, self.policy = program, nppes, policy
        self.billing, self.treating = {}, {}
        for row in program.ihps:
            ihp = row['ihp_id']
            mine = [r for r in program.rosters if r['ihp_id'] == ihp and r['quarter'] <= quarter]
            if on and program.ended(row) and program.ended(row) < on:
                mine = []
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
        """Checks that no line can belong to two IHPs."""
        ihps = list(self.billing)
        for i, a in enumerate(ihps):
            for b in ihps[i + 1:]:
                if not self.billing[a] & self.billing[b]:
                    continue
                lists = [set(t) for t in (self.treating[a], self.treating[b]) if t is not None]
                if not lists or set.intersection(*lists):
                    raise Refused('the rosters of %s and %s could both own a line' % (a, b))

    def entity(self, line):
        """Returns ('ihp', id), ('npi', number) for a non-IHP provider [13.3.1.3], or None."""
        for ihp, billing in self.billing.items():
            if line.billing in billing:
                treating = self.treating[ihp]
                if treating is None or line.treating in treating:
                    return 'ihp', ihp
        npi = line.treating if self.policy['non_ihp_unit'] == 'treating' else line.billing
        if self.policy['off_roster_unit'] == 'treating' and self.is_listed(npi):
            npi = '' if self.is_listed(line.treating) else line.treating
        return ('npi', npi) if npi else None

    def is_listed(self, npi):
        """Returns whether an NPI is on a list of any roster, so that it names no non-IHP provider [13.3.1.3]."""
        return any(npi in listed for listed in [*self.billing.values(), *self.treating.values()] if listed is not None)

    def is_primary_care(self, line, entity):
        """Decides by the designation, else the roster's taxonomy, else that of NPPES; unlisted codes are specialty [3.8.4.2]."""
        designation = taxonomy = ''
        if entity and entity[0] == 'ihp' and self.treating[entity[1]] is not None:
            designation, taxonomy = self.treating[entity[1]][line.treating]
        if not designation:
            designation = self.program.class_of(taxonomy or self.nppes.get(line.treating, ''), month_of(line.service))
        return designation == 'PCP'


# ---------------------------------------------------------------- the state extract

Line = namedtuple('Line', 'service paid voided status procedure pair billing treating cents')
Span = namedtuple('Span', 'first last program payer exclusion county born')


def day_or_none(text):
    return day(text) if text else None


class Extract:
    def __init__(self, folder):
        self.folder = folder
        people = {row['member_id']: row for row in read_table(folder, 'members')}
        self.members = sorted(people)
        self.birth = {member: day(row['birth_date']) for member, row in people.items()}
        self.county = {member: row.get('county') or '' for member, row in people.items()}
        self.death = {member: day_or_none(row.get('death_date')) for member, row in people.items()}
        self.spans, self.lines = defaultdict(list), defaultdict(list)
        for row in read_table(folder, 'enrollment'):
            if row['exclusion'] and row['exclusion'] not in EXCLUSION_CODES:
                raise Refused('unknown exclusion code ' + row['exclusion'])
            self.spans[row['member_id']].append(Span(month(row['month_from']), month(row['month_to'] or '9999-12'), row['program'],
                                                     row['payer'], row['exclusion'], row.get('county') or '', None))
        for member, born in self.birth.items():
            self.spans[member] = [s._replace(born=month_of(born)) for s in self.spans[member]]
        for row in read_table(folder, 'claims'):
            self.lines[row['member_id']].append(Line(
                day(row['service_date']), day(row['paid_date']), day_or_none(row.get('void_date')), row['status'],
                row['procedure'],
                (row['service_class'], row['category']), row['billing_npi'], row['treating_npi'],
                parse_cents(row['paid_amount'])))
        for member, died in self.death.items():                  # a span ends at the latest with the month of death
            if died:
                self.spans[member] = [s._replace(last=min(s.last, month_of(died))) for s in self.spans[member]
                                      if s.first <= month_of(died)]
        self.acg = {(row['member_id'], int(row['year'])): row['acg'] for row in read_table(folder, 'morbidity')}
        self.nppes = {row['npi']: row['taxonomy'] for row in read_table(folder, 'providers')}


# ---------------------------------------------------------------- eligibility [13.1, 13.2, 13.3.2]

def payer_span(covering):
    """Returns the span that gives a month its payer, of the spans that cover the month; None if none does."""
    good = [s for s in covering if s.program in QUALIFYING_PROGRAMS]
    newest = max((s.first for s in good), default=None)
    return min((s for s in good if s.first == newest), key=lambda s: (s.payer, s.county), default=None)


def has_begun(m, cutoff):
    """Returns whether the first day of a month is not after the cut-off."""
    return date(m // 12, m % 12 + 1, 1) <= cutoff


def qualifying_spans(spans, first, deck, cutoff):
    """Returns for twelve months from `first` the span that gives the payer; None for a month that does not qualify."""
    givers, any_excluded = [], False
    for m in range(first, first + 12):
        if not has_begun(m, cutoff):                             # a span cannot reach into months still to come
            givers.append(None)
            continue
        covering = [s for s in spans if s.first <= m <= s.last]
        if deck.policy['before_birth'] == 'never':                                     # [13.3.2]
            covering = [s for s in covering if s.born <= m]
        codes = {s.exclusion for s in covering if s.exclusion}
        disabled = any(s.program == 'MA_BD' for s in covering)
        if deck.policy['msc_plus_excluded'] == 'false' or disabled:                    # [13.2.10, 13.1.3]
            codes.discard('MSC_PLUS')
        any_excluded = any_excluded or bool(codes)
        givers.append(None if codes else payer_span(covering))
    if any_excluded and deck.policy['exclusion_scope'] == 'period':
        return [None] * 12
    return givers


def residence(givers, county):
    """Returns the counties of twelve months: the county of the span that gives the payer; if that is blank or the month
    does not qualify and so has no payer, the member's own county [5.9]."""
    return [giver and giver.county or county for giver in givers]


def enrolled_enough(givers, deck):
    """Returns whether there are six months in a row and nine in all [13.3.2]."""
    longest = run = 0
    for giver in givers:
        run = run + 1 if giver is not None else 0
        longest = max(longest, run)
    total = sum(giver is not None for giver in givers)
    return longest >= deck.number('min_continuous_months') and total >= deck.number('min_total_months')


# ---------------------------------------------------------------- attribution [13.3]

def was_paid(line):
    """Returns whether a line was paid at some time: it is, or it is void since a known day."""
    return line.status == 'P' or line.status == 'V' and line.voided is not None


def is_void(line, cutoff):
    return line.voided is not None and line.voided <= cutoff


def is_known(line, cutoff):
    return was_paid(line) and line.paid <= cutoff and not is_void(line, cutoff)        # [2.7]


def net(lines):
    """Returns known lines without those that reversals take away [13.3.2, 13.3.5.1]: of one service date, procedure, billing
    NPI and treating NPI, a negative line takes one of amount 0 or more away, first those of the class pharmacy."""
    keys = defaultdict(list)
    for line in lines:
        keys[line.service, line.procedure, line.billing, line.treating].append(line)
    left = []
    for same in keys.values():
        reversals = sum(line.cents < 0 for line in same)
        paid = [line for line in same if line.cents >= 0]
        paid.sort(key=lambda line: line.pair[0] != 'pharmacy')
        left += paid[reversals:]
    return left


def in_months(line, first, last):
    return first <= month_of(line.service) <= last


class Attribution:
    """Attributes members by the twelve months from `first`."""

    def __init__(self, deck, program, rosters, first, cutoff):
        self.deck, self.program, self.rosters = deck, program, rosters
        self.cutoff = cutoff
        self.first, self.last = first, first + 11

    def decide(self, lines, enrolled):
        """Returns (IHP or '', reason, window)."""
        known = [line for line in lines if is_known(line, self.cutoff)]
        if self.deck.policy['reversals'] == 'net':
            known = net(known)
        period = [line for line in known if in_months(line, self.first, self.last)]
        if not enrolled:
            return '', 'ENROLLMENT', 1
        lookback = self.deck.number('lookback_months')
        before = [line for line in known if in_months(line, self.first - lookback, self.first - 1)]
        visited = self.visited(period)
        if not visited:                                                                # [13.3.2]
            if self.deck.policy['gate_window'] == 'period' or not self.visited(before):
                return '', 'NO_VISIT', 1
        ihp, reason = self.steps(period)
        window = 1
        again = ['NO_EM'] if self.deck.policy['lookback_when'] == 'no_em' else ['NO_EM', 'NO_IHP_EM']
        if reason in again and lookback > 0:                                           # [13.3.8]
            window = 2
            if any(self.is_coded(line) for line in before):
                ihp, reason = self.steps(before)
        if ihp and self.deck.policy['visit_gate'] == 'attributed_ihp' and ihp not in visited:
            return '', 'NO_VISIT', window
        return ihp, reason, window

    def is_coded(self, line):
        return any(self.program.is_code(code_set, line) for code_set in ('em', 'health_home'))

    def visited(self, lines):
        """The IHPs of the lines that open the gate [13.3.2]."""
        which = self.deck.policy['gate_lines']
        if which == 'no_pharmacy':
            lines = [line for line in lines if line.pair[0] != 'pharmacy']
        if which == 'em':
            lines = [line for line in lines if self.is_coded(line)]
        return {entity[1] for entity in map(self.rosters.entity, lines) if entity and entity[0] == 'ihp'}

    def steps(self, lines):
        homes, primary, special, every = {}, {}, {}, {}      # {entity: visits}; the first item of a visit is its date
        present = False                                       # True if any E&M or health-home line exists
        for n, line in enumerate(lines):
            home = self.program.is_code('health_home', line)
            em = self.program.is_code('em', line)
            if not home and not em:
                continue
            present = True
            entity = self.rosters.entity(line)
            if entity is None:
                continue
            visit = (line.service, line.treating)
            if self.deck.policy['count_unit'] == 'line':
                visit += (n,)                                 # every line counts separately
            if home:
                pooled = entity[0] == 'npi' and self.deck.policy['health_home_elsewhere'] == 'pooled'
                homes.setdefault(('npi', 'all of them') if pooled else entity, set()).add(visit)
            if em:
                kind = primary if self.rosters.is_primary_care(line, entity) else special
                kind.setdefault(entity, set()).add(visit)
                every.setdefault(entity, set()).add(visit)
        decision = self.health_home(homes)
        return decision or self.primary_care(primary, special, every, present)

    @staticmethod
    def health_home(homes):
        """Returns the result of step 1, or None if it does not decide [13.3.4]."""
        tied = greatest(homes, homes)
        if len(tied) > 1:
            tied = latest(homes, tied)                                                 # [13.3.4.4]
        if len(tied) != 1:
            return None
        kind, name = tied[0]
        return (name, 'HEALTH_HOME') if kind == 'ihp' else ('', 'HEALTH_HOME_ELSEWHERE')

    def primary_care(self, primary, special, every, present):
        """Step 2 [13.3.5]"""
        rivals = every if self.deck.policy['primary_care_rival'] == 'all_em' else primary
        most_ihp, most_other = most(primary, 'ihp'), most(rivals, 'npi')
        if most_ihp == 0:                                                              # [13.3.5.7]
            if most_other > 0 and self.deck.policy['primary_care_elsewhere'] == 'blocks':
                return '', 'PRIMARY_CARE_ELSEWHERE'
            return self.specialty(special, every, present)
        if most_other > most_ihp:                                                      # [13.3.5.6]
            return '', 'PRIMARY_CARE_ELSEWHERE'
        tied = [e for e in primary if e[0] == 'ihp' and len(primary[e]) == most_ihp] \
            + [e for e in rivals if e[0] == 'npi' and len(rivals[e]) == most_ihp]
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
        equal = [e for e in compared if e[0] == 'npi' and len(compared[e]) == most_ihp]
        if equal and self.deck.policy['specialty_equal'] == 'none':
            return '', 'SPECIALTY_ELSEWHERE'
        if self.deck.policy['specialty_equal'] == 'latest':
            if any(last_date(every[e]) >= last_date(every[tied[0]]) for e in equal):
                return '', 'SPECIALTY_ELSEWHERE'
        return tied[0][1], 'SPECIALTY'

    def tie_break(self, tied, primary, special, every):
        """Step 4 [13.3.7]"""
        ours = [e for e in tied if e[0] == 'ihp']
        others = [e for e in tied if e[0] == 'npi']
        lowest = self.deck.policy['unresolved_tie'] == 'lowest_ihp'
        if len(ours) > 1:
            if others and self.deck.policy['tie_with_elsewhere'] == 'any':
                ours = latest(every, ours)
            elif not any(e in special for e in ours):
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
    """Returns the entities with the most visits."""
    top = max((len(visits.get(e, ())) for e in entities), default=0)
    return [e for e in entities if len(visits.get(e, ())) == top]


def last_date(visits):
    return max(visit[0] for visit in visits)


def latest(visits, entities):
    """Returns the entities with the latest date of service."""
    top = max(last_date(visits[e]) for e in entities)
    return [e for e in entities if last_date(visits[e]) == top]


# ---------------------------------------------------------------- cost

def line_stage(line, deck, program, cutoff, first, givers):
    """Returns the reason why a line does not count in the cost of twelve months, or None if it does [16.3.2, 16.10]."""
    if not in_months(line, first, first + 11):
        return 'outside_period'
    if not was_paid(line):
        return 'not_paid'
    if line.paid > cutoff:
        return 'after_cutoff'
    if is_void(line, cutoff):
        return 'not_paid'
    if line.pair not in program.categories:
        return 'category_unknown'
    if program.categories[line.pair] != 'I':
        return 'category_excluded'
    if deck.policy['cost_months'] == 'qualifying' and givers[month_of(line.service) - first] is None:
        return 'month_not_qualifying'
    return None
