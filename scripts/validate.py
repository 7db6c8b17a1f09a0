#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparisons of scripts/validate.sh. Every figure comes from seeds that are fixed below, so it is the same
on every run and every machine."""
import argparse
import csv
import math
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TREND = 1.03  # trend of a synthetic state, equal to its program folder's

# Standard errors: one state.
SE_MEMBERS, SE_REPLICATES, SE_SEED = 200000, 5000, 1
SE_LEAST, SE_BOUND = 2000, 0.03

# Coverage: draws of one kind of state, and other states of that kind for the true ratios.
MEMBERS, IHPS, EFFECT, REPLICATES, LEVEL = 100000, 10, 0.1, 1000, 0.95
TRUTH_PAIRS, TRUTH_SEED = 60, 1000001
BANDS = (('5,000 and more', 5000, math.inf), ('2,000 to 4,999', 2000, 5000), ('1,000 to 1,999', 1000, 2000),
         ('500 to 999', 500, 1000), ('fewer than 500', 0, 500))
COVERAGE_LEAST, COVERAGE_BOUND = 2000, (0.93, 0.97)

CAPS = ('own', 'none')
WEIGHTS = ('fixed', 'refit')
METHODS = ('percentile', 'bca')


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit('%s\nended with %d\n%s' % (' '.join(command), done.returncode, done.stderr))


def rows(path):
    with open(path, newline='') as handle:
        return list(csv.DictReader(handle))


def thousands(number):
    return format(int(number), ',')


class Bench:
    def __init__(self, options):
        self.ihp = os.path.abspath(os.path.join(options.build, 'ihp'))
        self.work = os.path.abspath(options.work)
        self.jobs = options.jobs
        self.truth_pairs = options.truth_pairs

    def state(self, name, members, seed, ihps=None, effect=0):
        """Makes a synthetic state; returns its folder."""
        folder = os.path.join(self.work, name)
        os.makedirs(folder)
        command = [self.ihp, 'synth', '-o', os.path.join(folder, 'state.h5'), '--members', str(members), '--seed',
                   str(seed), '--effect', str(effect)]
        run(command + ([] if ihps is None else ['--ihps', str(ihps)]))
        return folder

    def settle(self, folder, result, more, *options):
        """Settles the deck with more lines; returns the folder of the result."""
        with open(os.path.join(folder, 'deck.yaml')) as handle:
            deck = [line for line in handle if not line.startswith('output:')]
        path = os.path.join(folder, result + '.yaml')
        with open(path, 'w') as handle:
            handle.write(''.join(deck) + 'output: %s\n' % result + more)
        run([self.ihp, 'settle', path, '--quiet', *options])
        return os.path.join(folder, result)

    def map(self, function, items):
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(function, items))


# ---- standard errors ---------------------------------------------------------------------------------------------

STATISTICS = ('base_tcoc_pmpm', 'base_risk', 'tcoc_pmpm', 'risk', 'adjusted_target_pmpm', 'ratio')
SHORT = ('base PMPM', 'base risk', 'PMPM', 'risk', 'target', 'ratio')


def read_members(path):
    """Returns {member: [months, capped cost, weighted months of the base period, the same of the performance period]}."""
    members = {}
    for row in rows(path):
        of = members.setdefault(row['member_id'], [0.0] * 6)
        at = 0 if row['period'] == 'base' else 3
        months = float(row['member_months'])
        of[at:at + 3] = months, float(row['capped_cost']), months * float(row['weight'])
    return members


def linearised(members):
    """Returns {statistic: (estimate, standard error)} when members are redrawn and the risk weights stay fixed."""
    all_ = [math.fsum(of[i] for of in members.values()) for i in range(6)]
    base_months, base_cost, base_risk, months, cost, risk = all_
    # Each statistic is a product of these sums, raised to these powers.
    power = {
        'base_tcoc_pmpm': (base_cost / base_months, (-1, 1, 0, 0, 0, 0)),
        'base_risk': (base_risk / base_months, (-1, 0, 1, 0, 0, 0)),
        'tcoc_pmpm': (cost / months, (0, 0, 0, -1, 1, 0)),
        'risk': (risk / months, (0, 0, 0, -1, 0, 1)),
        'adjusted_target_pmpm': (TREND * base_cost / base_risk * risk / months, (0, 1, -1, -1, 0, 1)),
        'ratio': (cost / risk / (TREND * base_cost / base_risk), (0, -1, 1, 0, 1, -1)),
    }
    result = {}
    for name, (estimate, powers) in power.items():
        share = [p / a for p, a in zip(powers, all_)]
        squares = math.fsum(math.fsum(s * v for s, v in zip(share, of)) ** 2 for of in members.values())
        result[name] = (estimate, abs(estimate) * math.sqrt(squares))
    return result


def standard_errors(bench):
    folder = bench.state('errors', SE_MEMBERS, SE_SEED)
    result = bench.settle(folder, 'result', 'bootstrap: {replicates: %d, seed: 1, levels: [0.95]}\n' % SE_REPLICATES,
                          '--member-files')
    boot = {(row['ihp_id'], row['statistic']): row for row in rows(os.path.join(result, 'bootstrap.csv'))}
    found = []
    for row in rows(os.path.join(result, 'settlement.csv')):
        ihp = row['ihp_id']
        exact = linearised(read_members(os.path.join(result, 'attributed', ihp + '.csv')))
        off = []
        for name in STATISTICS:
            estimate, error = exact[name]
            given = boot[ihp, name]
            if abs(float(given['estimate']) / estimate - 1) > 1e-4:  # amounts are rounded to cents
                sys.exit('%s of %s: %s, from the member files %.9g' % (name, ihp, given['estimate'], estimate))
            off.append(float(given['std_error']) / error - 1)
        found.append((int(row['members']), ihp, float(boot[ihp, 'ratio']['std_error']), off))
    shutil.rmtree(folder)
    found.sort(reverse=True)
    print('Standard errors: %s members, %s replicates; bootstrap against linearised, per cent'
          % (thousands(SE_MEMBERS), thousands(SE_REPLICATES)))
    print('  %-7s %8s %9s  %s %9s' % ('IHP', 'members', 'of ratio', ' '.join('%9s' % s for s in SHORT), 'greatest'))
    for members, ihp, error, off in found:
        print('  %-7s %8s %9.4f  %s' % (ihp, thousands(members), error,
                                        ' '.join('%+9.1f' % (100 * o) for o in [*off, max(off, key=abs)])))
    large = [o for members, _, _, off in found if members >= SE_LEAST for o in off]
    worst = max(map(abs, large))
    print('  IHPs of %s members and more: greatest deviation %.1f %%, root mean square %.1f %%   (at most %.0f %%; '
          'chance alone %.1f %%)' % (thousands(SE_LEAST), 100 * worst,
                                    100 * math.sqrt(sum(o * o for o in large) / len(large)), 100 * SE_BOUND,
                                    100 / math.sqrt(2 * SE_REPLICATES)))
    return worst <= SE_BOUND


# ---- truth -------------------------------------------------------------------------------------------------------

SUMS = ('base_tcoc_pmpm', 'base_member_months', 'base_risk', 'tcoc_pmpm', 'member_months', 'risk')


def sums_of(row):
    """Returns the cost and the weighted months of an IHP, base and performance."""
    v = {name: float(row[name]) for name in SUMS}
    return (v['base_tcoc_pmpm'] * v['base_member_months'], v['base_risk'] * v['base_member_months'],
            v['tcoc_pmpm'] * v['member_months'], v['risk'] * v['member_months'])


def add(many):
    return [math.fsum(column) for column in zip(*many)]


def ratio_of(sums):
    base_cost, base_risk, cost, risk = sums
    return cost / risk / (TREND * base_cost / base_risk)


def settle_capped(bench, folder, caps):
    """Settles with one cap for all IHPs; returns {(cap, ihp): sums}."""
    result = bench.settle(folder, 'result', 'sweep: {design: one_at_a_time, vary: {claims_cap: [%s]}}\n'
                          % ', '.join(caps))
    return {(row['value'], row['ihp_id']): sums_of(row) for row in rows(os.path.join(result, 'scenarios.csv'))}


def elected_caps(folder):
    return {row['ihp_id']: row['claims_cap'] for row in rows(os.path.join(folder, 'program', 'ihps.csv'))}


def find_truth(bench):
    """Returns {(cap, ihp): true ratio}, elected caps, effects. Each pair of states has the same people with and
    without effects, and the sums are pooled over states. The quotient of the two gives the effect; the ratio
    without effects is the same for all IHPs of one cap."""
    first = bench.state('caps', 1000, 1, IHPS, EFFECT)
    elected = elected_caps(first)
    effects = {row['ihp_id']: float(row['effect']) for row in rows(os.path.join(first, 'effects.csv'))}
    shutil.rmtree(first)
    caps = sorted(set(elected.values()) | {'0'}, key=float)

    def pair(number):
        found = []
        for effect in (0, EFFECT):
            folder = bench.state('truth-%d-%g' % (number, effect), MEMBERS, TRUTH_SEED + number, IHPS, effect)
            found.append(settle_capped(bench, folder, caps))
            shutil.rmtree(folder)
        return found

    pairs = bench.map(pair, range(bench.truth_pairs))
    truth, drift, bent = {}, {}, {}
    for cap in caps:
        by_state = [add([plain[cap, ihp] for ihp in elected]) for plain, _ in pairs]
        drift[cap] = with_error(lambda some: ratio_of(add(some)), by_state)
        for ihp in elected:
            both = [(plain[cap, ihp] + with_[cap, ihp]) for plain, with_ in pairs]
            bent[cap, ihp] = with_error(lambda some: ratio_of(add(some)[4:]) / ratio_of(add(some)[:4]), both)
            truth[cap, ihp] = drift[cap][0] * bent[cap, ihp][0]
    print('\nTruth: %d pairs of states of %s members, with and without effects' % (bench.truth_pairs, thousands(MEMBERS)))
    for cap in caps:
        print('  cap %-7s  ratio without effects %.4f (standard error %.4f)'
              % ((thousands(cap) if cap != '0' else 'none',) + drift[cap]))
    print('  %-7s %8s %8s %18s %8s %18s %8s'
          % ('IHP', '1+effect', 'cap', 'effect does', 'truth', 'without cap', 'truth'))
    for ihp, cap in elected.items():
        print('  %-7s %8.4f %8s %9.4f (%.4f) %9.4f %9.4f (%.4f) %8.4f'
              % (ihp, 1 + effects[ihp], thousands(cap) if cap != '0' else 'none', *bent[cap, ihp], truth[cap, ihp],
                 *bent['0', ihp], truth['0', ihp]), flush=True)
    return truth, elected, effects


def with_error(statistic, states):
    """Returns a statistic of states and its standard error, found by leaving out one state at a time."""
    n = len(states)
    out = [statistic(states[:i] + states[i + 1:]) for i in range(n)]
    mean = math.fsum(out) / n
    return statistic(states), math.sqrt((n - 1) / n * math.fsum((o - mean) ** 2 for o in out))


# ---- coverage ----------------------------------------------------------------------------------------------------

def intervals_of(result):
    """Returns {(caps, ihp): (estimate, standard error, {method: (lower, upper)})} of the ratio."""
    found = {}
    for caps, name in zip(CAPS, ('bootstrap.csv', 'scenario_bootstrap.csv')):
        for row in rows(os.path.join(result, name)):
            if row['statistic'] == 'ratio':
                of = found.setdefault((caps, row['ihp_id']), (float(row['estimate']), float(row['std_error']), {}))
                if row['lower'] != '':
                    of[2][row['method']] = float(row['lower']), float(row['upper'])
    return found


def draw(bench, seed):
    """Makes one draw; returns {ihp: members}, {weights: intervals}."""
    folder = bench.state('draw-%d' % seed, MEMBERS, seed, IHPS, EFFECT)
    found = {}
    for weights in WEIGHTS:
        result = bench.settle(folder, weights,
                              'bootstrap: {replicates: %d, seed: %d, levels: [%g]}\nbootstrap_scenarios: true\n'
                              'policies: {bootstrap_weights: %s}\n'
                              'sweep: {design: one_at_a_time, vary: {claims_cap: [0]}}\n'
                              % (REPLICATES, seed, LEVEL, weights))
        found[weights] = intervals_of(result)
    members = {row['ihp_id']: int(row['members']) for row in rows(os.path.join(result, 'settlement.csv'))}
    shutil.rmtree(folder)
    return members, found


class Share:
    """A share of cases, with its standard error when draws are independent and the cases of one draw are not."""

    def __init__(self):
        self.by_draw = []

    def add(self, hits):
        self.by_draw.append((sum(hits), len(hits)))

    def value(self):
        cases = sum(n for _, n in self.by_draw)
        return sum(h for h, _ in self.by_draw) / cases if cases > 0 else math.nan

    def error(self):
        cases = sum(n for _, n in self.by_draw)
        share = self.value()
        return math.sqrt(sum((h - share * n) ** 2 for h, n in self.by_draw)) / cases if cases > 0 else math.nan

    def text(self):
        return '%5.1f (%.1f)' % (100 * self.value(), 100 * self.error())


def cases_of(drawn, least, below, caps, weights):
    """Returns for each draw the cases [(ihp, estimate, standard error, intervals)] of IHPs of those sizes."""
    for members, found in drawn:
        yield [(ihp, *found[weights][caps, ihp]) for ihp in members if least <= members[ihp] < below]


def covered(drawn, band, caps, weights, method, target):
    share = Share()
    for cases in cases_of(drawn, *band, caps, weights):
        share.add([low <= target[caps, ihp] <= high
                   for ihp, _, _, bounds in cases if method in bounds for low, high in (bounds[method],)])
    return share


def missed(drawn, band, caps, weights, method, target):
    """Returns the shares of intervals that lie wholly below and wholly above the truth."""
    below, above = Share(), Share()
    for cases in cases_of(drawn, *band, caps, weights):
        some = [(target[caps, ihp], *bounds[method]) for ihp, _, _, bounds in cases if method in bounds]
        below.add([high < true for true, _, high in some])
        above.add([low > true for true, low, _ in some])
    return '%4.1f/%-4.1f' % (100 * below.value(), 100 * above.value())


def spread(drawn, band, caps, weights, target):
    """Returns the number of cases, the root mean squares of their errors and standard errors, and the mean error."""
    some = [(estimate - target[caps, ihp], error) for cases in cases_of(drawn, *band, caps, weights)
            for ihp, estimate, error, _ in cases]
    n = len(some)
    if n < 2:
        return n, math.nan, math.nan, math.nan
    actual = math.sqrt(math.fsum(off * off for off, _ in some) / n)
    claimed = math.sqrt(math.fsum(error * error for _, error in some) / n)
    return n, actual, claimed, math.fsum(off for off, _ in some) / n


def coverage(bench, draws):
    truth, elected, effects = find_truth(bench)
    target = {('own', ihp): truth[elected[ihp], ihp] for ihp in elected}
    target.update({('none', ihp): truth['0', ihp] for ihp in elected})
    put_in = {(caps, ihp): 1 + effects[ihp] for caps in CAPS for ihp in elected}
    drawn = bench.map(lambda seed: draw(bench, seed), range(1, draws + 1))
    print('\nCoverage: %d draws of %s members, %d IHPs, %s replicates; per cent of the %g %% intervals of the ratio '
          'that contain the true ratio\n(in parentheses the standard error over draws)'
          % (draws, thousands(MEMBERS), IHPS, thousands(REPLICATES), 100 * LEVEL))
    for caps in CAPS:
        print('\n  caps: %s' % ('elected by each IHP' if caps == 'own' else 'none'))
        kinds = '  '.join('%16s' % ('%s, %s' % (w, m)) for w in WEIGHTS for m in METHODS)
        print('  %-15s %6s %8s %8s %8s  %s' % ('members', 'cases', 'error', 'SE', 'bias', kinds))
        for name, least, below in BANDS:
            band = least, below
            n, actual, claimed, bias = spread(drawn, band, caps, 'fixed', target)
            print('  %-15s %6d %8.4f %8.4f %+8.4f  %s'
                  % (name, n, actual, claimed, bias,
                     '  '.join('%16s' % covered(drawn, band, caps, w, m, target).text()
                               for w in WEIGHTS for m in METHODS)))
        print('  intervals wholly below / wholly above the true ratio, per cent')
        for name, least, below in BANDS:
            print('  %-48s  %s' % (name, '  '.join('%16s' % missed(drawn, (least, below), caps, w, m, target)
                                                   for w in WEIGHTS for m in METHODS)))
        print('  coverage of 1 + effect instead of the true ratio, per cent')
        for name, least, below in BANDS:
            print('  %-48s  %s' % (name, '  '.join('%16s' % covered(drawn, (least, below), caps, w, m, put_in).text()
                                                   for w in WEIGHTS for m in METHODS)))
    print('\n  IHPs of %s members and more   (%.0f to %.0f %%)'
          % (thousands(COVERAGE_LEAST), 100 * COVERAGE_BOUND[0], 100 * COVERAGE_BOUND[1]))
    good = True
    for caps in CAPS:
        for weights in WEIGHTS:
            for method in METHODS:
                share = covered(drawn, (COVERAGE_LEAST, math.inf), caps, weights, method, target)
                within = COVERAGE_BOUND[0] <= share.value() <= COVERAGE_BOUND[1]
                good = good and within
                print('  caps %-4s  weights %-5s  %-10s  %s%s' % (caps, weights, method, share.text(),
                                                                  '' if within else '   MISSED'))
    return good


# ---- weights -----------------------------------------------------------------------------------------------------

def weights_hold(options):
    """Runs the unit test of the weights: their distribution, and that they are uncorrelated."""
    done = subprocess.run([os.path.join(options.build, 'tests', 'unit', 'test_weights')], capture_output=True)
    print('\nWeights: tests/unit/test_weights %s' % ('passes' if done.returncode == 0 else 'FAILS'))
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--work', required=True)
    parser.add_argument('--draws', type=int, default=400)
    parser.add_argument('--jobs', type=int, default=2, help='number of states computed at the same time')
    parser.add_argument('--truth-pairs', type=int, default=TRUTH_PAIRS, help='pairs of states for the true ratios')
    options = parser.parse_args()
    if options.draws < 2 or options.truth_pairs < 2 or options.jobs < 1:
        parser.error('at least 2 draws, 2 pairs and 1 job are required')
    bench = Bench(options)
    good = {'standard errors': standard_errors(bench)}
    sys.stdout.flush()
    good['coverage'] = coverage(bench, options.draws)
    good['weights'] = weights_hold(options)
    print('\n%s' % '   '.join('%s: %s' % (name, 'hold' if held else 'MISSED') for name, held in good.items()))
    sys.exit(0 if all(good.values()) else 1)


if __name__ == '__main__':
    main()
