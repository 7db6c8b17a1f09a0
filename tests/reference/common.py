# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts shared by the modules of the reference implementation: exact numbers, dates, CSV files, and the run deck with
the policies and the values that --set varies."""
import csv
import gzip
import os
from datetime import date, timedelta
from decimal import Context, Decimal, ROUND_HALF_EVEN, ROUND_HALF_UP
from fractions import Fraction

PERIODS = ('base', 'performance')
POLICIES = {                    # name: (default, choices; None if the value is a number or a name)
    'msc_plus_excluded': ('true', ('true', 'false')),
    'exclusion_scope': ('month', ('month', 'period')),
    'before_birth': ('count', ('count', 'never')),
    'min_continuous_months': ('6', None),
    'min_total_months': ('9', None),
    'base_roster': ('performance', ('performance', 'own')),
    'non_ihp_unit': ('billing', ('billing', 'treating')),
    'off_roster_unit': ('treating', ('treating', 'billing')),
    'count_unit': ('line', ('line', 'visit')),
    'reversals': ('net', ('net', 'count')),
    'visit_gate': ('any_roster', ('any_roster', 'attributed_ihp')),
    'primary_care_elsewhere': ('step3', ('step3', 'blocks')),
    'specialty_elsewhere': ('all_em', ('all_em', 'specialty')),
    'health_home_elsewhere': ('single', ('single', 'pooled')),
    'primary_care_rival': ('primary_care', ('primary_care', 'all_em')),
    'specialty_equal': ('ihp', ('ihp', 'none', 'latest')),
    'tie_with_elsewhere': ('chosen', ('chosen', 'any')),
    'unresolved_tie': ('unattributed', ('unattributed', 'lowest_ihp')),
    'lookback_months': ('12', None),
    'lookback_when': ('no_em', ('no_em', 'no_ihp_em')),
    'gate_lines': ('any', ('any', 'no_pharmacy', 'em')),
    'gate_window': ('period', ('period', 'lookback')),
    'cost_months': ('qualifying', ('qualifying', 'all')),
    'weights_population': ('enrolled', ('enrolled', 'gate')),
    'risk_weights': ('own', ('own', 'base')),
    'pbp_offset_outside': ('none', ('none', 'outermost')),
    'pbp_offset_rule': ('share', ('share', 'rerun')),
    'quality_on_losses': ('as_written', ('as_written', 'none', 'inverse')),
    'circumstance_rule': ('share', ('share', 'months')),
    'not_reporting': ('achievement', ('achievement', 'total')),
    'absent_category': ('all', ('all', 'set', 'lost')),
    'equity_maintain': ('tolerance', ('tolerance', 'strict')),
    'equity_drop': ('relative', ('relative', 'points')),
    'reference_group': ('White', None),
    'benchmark_difference': ('relative', ('relative', 'points')),
    'pbp_months': ('eligible', ('eligible', 'attributed')),
    'pbp_percentiles': ('population', ('population', 'pbp_eligible', 'categories')),
    'bootstrap_weights': ('fixed', ('fixed', 'refit')),                 # no effect here
}
VARIABLES = {'claims_cap', 'trend', 'threshold', 'corridor_share', 'quality_share', 'base_paid_through',
             'performance_paid_through', 'roster_quarter'}


class Refused(Exception):
    """The deck or the program folder breaks a rule of the methodology, so the run is refused."""


# ---------------------------------------------------------------- numbers and dates

TWELVE_DIGITS = Context(prec=12, rounding=ROUND_HALF_EVEN)


def twelve(value):
    """Returns the value with 12 significant digits, as a Decimal: for comparisons and before rounding to cents."""
    value = Fraction(value)
    return TWELVE_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def whole_cents(value):
    """Returns cents as an integer, rounded half away from zero."""
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
    """Returns the dollars of a number in cents; blank if it is not defined."""
    return '' if value is None else dollars(whole_cents(value))


def show_ratio(value):
    return '' if value is None else '%.12g' % float(twelve(value))


def day(text):
    return date.fromisoformat(text)


def month(text):
    """Returns the number of a month, counted from January of year 0."""
    year, number = text.split('-')
    return int(year) * 12 + int(number) - 1


def month_of(a_day):
    return a_day.year * 12 + a_day.month - 1


def last_day(m):
    m += 1
    return date(m // 12, m % 12 + 1, 1) - timedelta(1)


# ---------------------------------------------------------------- files

def read_table(folder, name, optional=False):
    """Returns the rows of NAME.csv or NAME.csv.gz as dictionaries."""
    for path, opener in ((os.path.join(folder, name + '.csv'), open),
                         (os.path.join(folder, name + '.csv.gz'), gzip.open)):
        if os.path.exists(path):
            with opener(path, 'rt', encoding='utf-8', newline='') as handle:
                return list(csv.DictReader(handle))
    if optional:
        return []
    raise Refused('%s.csv is not in %s' % (name, folder))


def write_table(folder, name, columns, rows):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8', newline='') as handle:
        writer = csv.writer(handle, lineterminator='\n')
        writer.writerow(columns)
        writer.writerows(rows)


# ---------------------------------------------------------------- the run deck

def parse_deck(text):
    """Reads a small part of YAML: block maps and lists by indentation, flow maps and lists, comments, quotes.
    Every scalar remains text."""
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
    """Reads the map or list that begins at line `at`; returns it and the number of the first line after it."""
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
            raise Refused('deck: the key %s appears twice' % key)
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
        raise Refused('deck: this text cannot be read: ' + text)
    return value


def flow_value(text):
    """Returns one value at the start of the text, and the text that follows it."""
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
    """The run that a deck asks for, with the --set values in place of the deck's."""

    def __init__(self, path, settings):
        with open(path, encoding='utf-8') as handle:
            raw = parse_deck(handle.read())
        self.program = os.path.join(os.path.dirname(os.path.abspath(path)), raw['program'])
        self.settlement = raw['settlement']
        if self.settlement not in ('interim', 'final', 'quarterly'):
            raise Refused('settlement: must be interim, final or quarterly')
        self.last = {p: int(raw[p]['year']) * 12 + 11 for p in PERIODS if 'year' in raw[p]}
        if self.settlement == 'quarterly':                                            # [4.6.2, 13.3.8]
            if 'performance' in self.last:
                raise Refused('a quarterly statement has performance.through in place of performance.year')
            self.last['performance'] = month(raw['performance']['through'])
        self.first = {p: last - 11 for p, last in self.last.items()}                  # months of each period
        self.year = {p: last // 12 for p, last in self.last.items()}
        self.acg_year = {p: last // 12 if last % 12 == 11 else last // 12 - 1 for p, last in self.last.items()}
        self.cutoff = {p: day(raw[p]['paid_through']) for p in PERIODS}
        if self.year['performance'] <= self.year['base']:
            raise Refused('the performance year must come after the base year [16.1]')
        self.threshold = Fraction(raw.get('threshold', '0.02'))                       # [16.7]
        self.quality_share = Fraction(raw.get('quality_share', '0.5'))                # [18.2]
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
        self.quality_share = Fraction(self.vary.get('quality_share', self.quality_share))
        for p in PERIODS:
            if p + '_paid_through' in self.vary:
                self.cutoff[p] = day(self.vary[p + '_paid_through'])

    def set_policy(self, name, value):
        if name not in POLICIES:
            raise Refused('unknown policy ' + name)
        choices = POLICIES[name][1]
        if choices and value not in choices:
            raise Refused('%s must be one of %s' % (name, ', '.join(choices)))
        self.policy[name] = value

    def check_runout(self):
        """[16.6.1.1]: an interim has up to three months of run-out, a final at least twelve, the base always at least twelve."""
        after = self.year['performance'] + 1
        cutoff = self.cutoff['performance']
        if self.settlement == 'quarterly':
            if cutoff < last_day(self.last['performance']):
                raise Refused('the quarter has not ended by the cut-off')
            return
        if self.settlement == 'interim' and cutoff > date(after, 3, 31):
            raise Refused('an interim has at most three months of run-out [16.6.1.1]')
        if self.settlement == 'final' and cutoff < date(after, 12, 31):
            raise Refused('a final has at least twelve months of run-out [16.6.1.1]')
        if self.cutoff['base'] < date(self.year['base'] + 1, 12, 31):
            raise Refused('the base period has at least twelve months of run-out [16.6.1.2.1, 16.6.1.3.1]')

    def number(self, name):
        return int(self.policy[name])
