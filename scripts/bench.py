#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements of scripts/bench.sh. Runs are interleaved round by round and reported as medians, so that a
slow phase of the machine affects all of them equally."""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time

from bench_files import from_files

RATES = {'16': 16, '128': 128, '1,024': 1024}


def cpu_of_children():
    """Returns the CPU seconds of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, **kwargs):
    done = subprocess.run(command, capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        sys.exit('%s\nended with %d\n%s' % (' '.join(command), done.returncode, done.stderr))
    return done.stdout


class Bench:
    def __init__(self, options):
        self.ihp = os.path.abspath(os.path.join(options.build, 'ihp'))
        self.reader = os.path.abspath(os.path.join(options.build, 'read_columns'))
        self.drawer = os.path.abspath(os.path.join(options.build, 'draw_weights'))
        self.simulator = os.path.abspath(os.path.join(options.build, 'simulate_ranks'))
        self.sealer = os.path.abspath(os.path.join(options.build, 'tests', 'integration', 'seal_store'))
        self.build = os.path.abspath(options.build)
        self.work = os.path.abspath(options.work)
        self.rounds = options.rounds
        os.makedirs(self.work, exist_ok=True)

    def state(self, members, extract=False):
        """Returns the folder of a synthetic state; makes the state if it does not exist."""
        with_files, folder = (os.path.join(self.work, 'state-%d%s' % (members, end)) for end in ('-csv', ''))
        if extract or os.path.exists(os.path.join(with_files, 'done')):
            folder = with_files
        if not os.path.exists(os.path.join(folder, 'done')):
            os.makedirs(folder, exist_ok=True)
            command = ['mpirun', '-n', '2', self.ihp, 'synth', '-o', os.path.join(folder, 'state.h5'), '--members',
                       str(members), '--seed', '1']
            if extract:
                command += ['--extract', os.path.join(folder, 'extract')]
            start = time.monotonic()
            run(command)
            print('built %s members in %.1f s' % (format(members, ','), time.monotonic() - start), flush=True)
            open(os.path.join(folder, 'done'), 'w').close()
        return folder

    def timed(self, command, manifest, ranks):
        """Runs a job; returns its manifest's statistics with the wall time and CPU seconds of the whole command."""
        start, used = time.monotonic(), cpu_of_children()
        run(['mpirun', '-n', str(ranks), self.ihp, *command, '--force', '--quiet'])
        wall, used = time.monotonic() - start, cpu_of_children() - used
        with open(manifest) as handle:
            facts = json.load(handle)['run']
        facts['wall'], facts['cpu'] = wall, used
        seconds = facts['seconds']
        facts['settle'] = seconds['pass'] + seconds['reduce'] + seconds['finish'] + seconds['sweep']
        return facts

    def settle(self, folder, ranks=2, *options, deck='deck.yaml'):
        return self.timed(['settle', os.path.join(folder, deck), *options], self.output(folder), ranks)

    def pay(self, folder, ranks=2):
        """Pays the synthetic state's last year, the one that its deck settles."""
        manifest = os.path.join(os.path.dirname(self.output(folder)), 'payments.json')
        return self.timed(['pay', os.path.join(folder, 'deck.yaml'), '--year', '2025'], manifest, ranks)

    @staticmethod
    def output(folder):
        with open(os.path.join(folder, 'deck.yaml')) as handle:
            for line in handle:
                if line.startswith('output:'):
                    return os.path.join(folder, line.split('#')[0].split(':', 1)[1].strip(), 'manifest.json')
        sys.exit('%s/deck.yaml names no output' % folder)

    def read(self, folder, processes=2):
        size, seconds = run([self.reader, os.path.join(folder, 'state.h5'), str(processes)]).split()
        return int(size), float(seconds)

    def deck(self, folder, name, text):
        """Writes the state's deck with more lines, next to the original."""
        with open(os.path.join(folder, 'deck.yaml')) as handle, open(os.path.join(folder, name), 'w') as out:
            out.write(handle.read() + text)
        return name

    def draw(self, members, replicates, processes=2):
        """Returns the wall and CPU seconds for drawing weights and doing nothing with them."""
        for line in run([self.drawer, str(members), str(replicates), str(processes)]).splitlines():
            if line.startswith('draw '):
                return float(line.split()[2]), float(line.split()[3])
        sys.exit('draw_weights did not print a time')

    def instructions(self):
        """Returns the names of the instructions that a bootstrap may use on this processor, the fastest first."""
        return run([self.drawer, '--instructions']).split()

    def rounds_of(self, actions, warm_up=1):
        """Runs the actions in turn, one round after another, after a warm-up round; returns {name: [results]}."""
        results = {name: [] for name in actions}
        for number in range(self.rounds + warm_up):
            for name, action in actions.items():
                result = action()
                if number >= warm_up:
                    results[name].append(result)
        return results


class Watch:
    """Records the sizes of the checkpoints that appear at a path; it misses one that exists for less than 0.1 s."""

    def __init__(self, path):
        self.path, self.sizes, self.over = path, [], threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        last = None
        while not self.over.wait(0.1):
            try:
                info = os.stat(self.path)
            except FileNotFoundError:
                continue
            if (info.st_ino, info.st_mtime_ns) != last:
                last = (info.st_ino, info.st_mtime_ns)
                self.sizes.append(info.st_size)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def median(values):
    return statistics.median(values)


def spread(values):
    return '%.3f (%.3f to %.3f)' % (median(values), min(values), max(values))


def settlement(bench, members):
    folder = bench.state(members)
    actions = {
        'read 2': lambda: bench.read(folder, 2)[1],
        'settle 2': lambda: bench.settle(folder, 2),
        'settle 1': lambda: bench.settle(folder, 1),
        'read 1': lambda: bench.read(folder, 1)[1],
    }
    results = bench.rounds_of(actions)
    size, _ = bench.read(folder, 2)
    two, one = results['settle 2'], results['settle 1']
    t2, t1, r2 = (median([f['settle'] for f in two]), median([f['settle'] for f in one]), median(results['read 2']))
    print('\nSettlement of %s members, both periods and look-back, store in the page cache' % format(members, ','))
    print('  column bytes                              %.3f GB' % (size / 1e9))
    print('  two processes reading them, s             %s = 1' % spread(results['read 2']))
    print('  two ranks settling, s                     %s' % spread([f['settle'] for f in two]))
    print('  one rank settling, s                      %s' % spread([f['settle'] for f in one]))
    print('  two ranks / two processes reading         %.2f   (at most 5; aim 3)' % (t2 / r2))
    print('  one rank / two ranks                      %.2f   (at least 1.9)' % (t1 / t2))
    for stage in ('read', 'decide', 'reduce', 'finish'):
        print('  two ranks: %-8s s                     %.4f  %.2f of reading'
              % (stage, median([f['seconds'][stage] for f in two]), median([f['seconds'][stage] for f in two]) / r2))
    print('  also: deck, program, dictionaries, s      %.4f' % median([f['seconds']['open'] for f in two]))
    print('  also: rest of the process, s              %.3f   (start and end of MPI, writing)'
          % median([f['wall'] - f['seconds']['total'] for f in two]))
    print('  peak memory of a rank                     %.1f MiB' % (max(f['peak_bytes_of_a_rank'] for f in two) / 2**20))
    print('  bytes of a rank into the reduction        %s' % format(two[0]['reduced_bytes_per_rank'], ','))
    return size, t2, two


def variants(bench, members):
    folder = bench.state(members)
    actions = {'batches of %s lines' % format(lines, ','): (lambda n=lines: bench.settle(folder, 2, '--batch-lines', str(n)))
               for lines in (4096, 16384, 65536, 131072, 262144, 1048576)}
    actions['without the index'] = lambda: bench.settle(folder, 2, '--no-index')
    results = bench.rounds_of(actions)
    base = median([f['settle'] for f in results['batches of 131,072 lines']])
    print('\nVariants, two ranks, as a multiple of the default')
    for name, facts in results.items():
        print('  %-28s %.2f   peak %.1f MiB' % (name, median([f['settle'] for f in facts]) / base,
                                               max(f['peak_bytes_of_a_rank'] for f in facts) / 2**20))


def growth(bench, members):
    sizes = [members // 4, members // 2, members]
    folders = {size: bench.state(size) for size in sizes}
    results = bench.rounds_of({size: (lambda f=folder: bench.settle(f, 2)) for size, folder in folders.items()})
    base = median([f['settle'] for f in results[sizes[0]]])
    print('\nGrowth, two ranks')
    for size in sizes:
        facts = results[size]
        print('  %9s members   %.2f x the time of a quarter   %s bytes into the reduction   peak %.1f MiB'
              % (format(size, ','), median([f['settle'] for f in facts]) / base,
                 format(facts[0]['reduced_bytes_per_rank'], ','), max(f['peak_bytes_of_a_rank'] for f in facts) / 2**20))


def payments(bench, members):
    folder = bench.state(members)
    results = bench.rounds_of({'settle': lambda: bench.settle(folder, 2), 'pay': lambda: bench.pay(folder, 2)})
    base = median([f['settle'] for f in results['settle']])
    paid = results['pay']
    print('\nPayments of a year: twelve monthly attributions in one pass, two ranks')
    print('  a settlement, s                           %s = 1' % spread([f['settle'] for f in results['settle']]))
    print('  twelve months, s                          %s' % spread([f['settle'] for f in paid]))
    print('  twelve months / settlement                %.2f   (at most 4)' % (median([f['settle'] for f in paid]) / base))
    print('  peak memory of a rank                     %.1f MiB' % (max(f['peak_bytes_of_a_rank'] for f in paid) / 2**20))
    print('  bytes of a rank into the reduction        %s' % format(paid[0]['reduced_bytes_per_rank'], ','))


def grid(**values):
    vary = ''.join('    %s: [%s]\n' % (key, ', '.join(map(str, listed))) for key, listed in values.items())
    return 'sweep:\n  design: grid\n  vary:\n' + vary


def sweeps(bench, members):
    folder = bench.state(members)
    decks = {
        'no scenario': '',
        '1,000 scenarios of money': grid(trend=['%.3f' % (i / 100) for i in range(-5, 5)],
                                         threshold=['%.3f' % (i / 200) for i in range(10)],
                                         claims_cap=[20000 * i for i in range(1, 11)]),
        '16 scenarios of decisions': grid(primary_care_elsewhere=['step3', 'blocks'],
                                          specialty_elsewhere=['all_em', 'specialty'],
                                          unresolved_tie=['unattributed', 'lowest_ihp'],
                                          visit_gate=['any_roster', 'attributed_ihp']),
        '8 scenarios of run-out': grid(performance_paid_through=['2026-%02d-28' % month for month in range(1, 9)]),
        'one scenario per reading': 'sweep: {design: readings}\n',
    }
    actions = {name: (lambda deck=bench.deck(folder, 'sweep-%d.yaml' % number, text): bench.settle(folder, 2, deck=deck))
               for number, (name, text) in enumerate(decks.items())}
    results = bench.rounds_of(actions)
    base = median([f['settle'] for f in results['no scenario']])
    print('\nSweeps, two ranks, as a multiple of a settlement without a sweep')
    for name, facts in results.items():
        print('  %-28s %.2f   peak %.1f MiB' % (name, median([f['settle'] for f in facts]) / base,
                                               max(f['peak_bytes_of_a_rank'] for f in facts) / 2**20))


def netting(bench, members):
    """Measures what netting reversals, and keeping rostered providers out of the non-IHP providers, adds to a settlement.
    One claim in 140 of the synthetic state is reversed."""
    folder = bench.state(members)
    without = bench.deck(folder, 'netting-without.yaml', 'policies: {reversals: count, off_roster_unit: billing}\n')
    results = bench.rounds_of({'without': lambda: bench.settle(folder, 2, deck=without),
                               'with': lambda: bench.settle(folder, 2)})
    plain, netted = ([f['settle'] for f in results[name]] for name in ('without', 'with'))
    print('\nReversals netted and rostered providers left out, two ranks')
    print('  reversals: count, off_roster_unit: billing, s   %s = 1' % spread(plain))
    print('  the defaults, net and treating, s               %s' % spread(netted))
    print('  the defaults / without, medians                 %.3f   (at most 1.10)' % (median(netted) / median(plain)))
    print('  the same, of the fastest runs                   %.3f' % (min(netted) / min(plain)))


def digests(bench, members):
    """Measures what it costs a settlement to compare the blocks that it reads with their digests: the same store with
    and without them, in CPU seconds of the whole process, and of the whole process without the pass."""
    made = bench.state(members)
    with_them, without = (os.path.join(bench.work, name) for name in ('digests-with', 'digests-without'))
    for folder in (with_them, without):  # both are copies, so that the page cache holds them alike
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)
    run([bench.sealer, '--older', os.path.join(without, 'state.h5')])

    def cpu(folder, *options):
        before = cpu_of_children()
        run([bench.ihp, 'settle', os.path.join(folder, 'deck.yaml'), *options])
        return cpu_of_children() - before

    results = bench.rounds_of({'without': lambda: cpu(without, '--force', '--quiet'),
                               'with': lambda: cpu(with_them, '--force', '--quiet'),
                               'start': lambda: cpu(with_them, '--dry-run')})
    start, plain, compared = (median(results[name]) for name in ('start', 'without', 'with'))
    print('\nBlocks compared with their digests, one rank, CPU seconds')
    print('  a store without digests                   %s = 1' % spread(results['without']))
    print('  the same store with digests               %s' % spread(results['with']))
    print('  with / without, medians                   %.3f   (at most 1.05)' % (compared / plain))
    print('  the same, of the fastest runs             %.3f' % (min(results['with']) / min(results['without'])))
    print('  the same, medians without the start       %.3f' % ((compared - start) / (plain - start)))
    for folder in (with_them, without):
        shutil.rmtree(folder)


def resampling(bench, members, replicates=10000):
    folder = bench.state(members)
    asked = 'bootstrap: {replicates: %d, seed: 1, levels: [0.95]}\n' % replicates
    fixed = bench.deck(folder, 'bootstrap-fixed.yaml', asked)
    refit = bench.deck(folder, 'bootstrap-refit.yaml', asked + 'policies: {bootstrap_weights: refit}\n')
    rounds, bench.rounds = bench.rounds, min(bench.rounds, 3)
    drawn = {deck: bench.settle(folder, 2, deck=deck)['members_resampled'] for deck in (fixed, refit)}
    results = bench.rounds_of({
        'draw fixed': lambda: bench.draw(drawn[fixed], replicates)[0],
        'fixed': lambda: bench.settle(folder, 2, deck=fixed),
        'draw refit': lambda: bench.draw(drawn[refit], replicates)[0],
        'refit': lambda: bench.settle(folder, 2, deck=refit),
    })
    bench.rounds = rounds
    print('\nBootstrap, %s replicates, two ranks' % format(replicates, ','))
    for name, deck in (('fixed', fixed), ('refit', refit)):
        drawing, seconds = median(results['draw ' + name]), [f['seconds']['bootstrap'] for f in results[name]]
        print('  %s: %s members, %.1f billion weights' % (name, format(drawn[deck], ','),
                                                               drawn[deck] * replicates / 1e9))
        print('    only drawing, two processes, s          %s = 1' % spread(results['draw ' + name]))
        print('    replicates, intervals, all, s           %s' % spread(seconds))
        print('    replicates / drawing                    %.2f   (at most %s)' % (median(seconds) / drawing,
                                                                               '1.5' if name == 'fixed' else '4'))
        print('    peak memory of a rank                   %.1f MiB'
              % (max(f['peak_bytes_of_a_rank'] for f in results[name]) / 2**20))


def forced(name, action):
    """Returns the action with the instructions of the bootstrap forced."""
    def do():
        os.environ['IHP_INSTRUCTIONS'] = name
        try:
            return action()
        finally:
            del os.environ['IHP_INSTRUCTIONS']
    return do


def instructions(bench, members):
    """Compares the bootstrap with each set of instructions that this processor has, and with drawing: the seconds of
    the stage, and those of a process that only draws. One rank, so that none waits for another."""
    folder = bench.state(members)
    replicates = {'fixed': 10000, 'refit': 2000}
    decks, drawn, actions = {}, {}, {}
    for weights, count in replicates.items():
        decks[weights] = bench.deck(folder, 'instructions-%s.yaml' % weights, 'bootstrap: {replicates: %d, seed: 1}\n'
                                    'policies: {bootstrap_weights: %s}\n' % (count, weights))
        drawn[weights] = bench.settle(folder, 1, deck=decks[weights])['members_resampled']
    names = bench.instructions()
    for name in names:
        for weights, deck in decks.items():
            actions[name, weights, 'draw'] = forced(name, lambda w=weights: bench.draw(drawn[w], replicates[w], 1)[0])
            actions[name, weights, 'all'] = forced(
                name, lambda deck=deck: bench.settle(folder, 1, deck=deck)['seconds']['bootstrap'])
    rounds, bench.rounds = bench.rounds, min(bench.rounds, 5)
    seconds = {action: median(results) for action, results in bench.rounds_of(actions).items()}
    bench.rounds = rounds
    print('\nBootstrap with each set of instructions, one rank')
    for weights, count in replicates.items():
        print('  %s, %s replicates' % (weights, format(count, ',')))
        for name in names:
            draw, whole = (seconds[name, weights, kind] for kind in ('draw', 'all'))
            print('    %-10s only drawing, s %7.3f (%.2f x)   replicates, intervals, all, s %7.3f (%.2f x)   all / '
                  'drawing %.2f' % (name, draw, draw / seconds[names[0], weights, 'draw'], whole,
                                    whole / seconds[names[0], weights, 'all'], whole / draw))


def checkpoint(bench, members, replicates=12000):
    """Measures the cost of saving in a run of a minute or more: a sweep that resamples all of its scenarios under
    sixteen views, saved every minute or never. A minute is a tenth of a deck's default."""
    folder = bench.state(members)
    asked = ('bootstrap: {replicates: %d, seed: 1}\nbootstrap_scenarios: true\n' % replicates
             + grid(trend=[0, 0.01], claims_cap=[50000, 100000], count_unit=['line', 'visit'],
                    lookback_months=[0, 12], min_total_months=[6, 9]))
    never = bench.deck(folder, 'checkpoint-never.yaml', asked + 'checkpoint_minutes: 0\n')
    often = bench.deck(folder, 'checkpoint-often.yaml', asked + 'checkpoint_minutes: 1\n')
    saved = []

    def saving():
        path = os.path.dirname(bench.output(folder)) + '.checkpoint.h5'
        with Watch(path) as watch:
            facts = bench.settle(folder, 2, deck=often)
        saved.append(watch.sizes)
        return facts

    rounds, bench.rounds = bench.rounds, min(bench.rounds, 3)
    results = bench.rounds_of({'never': lambda: bench.settle(folder, 2, deck=never), 'often': saving})
    bench.rounds = rounds
    plain, kept = ([f['wall'] for f in results[name]] for name in ('never', 'often'))
    print('\nCheckpoints every minute, two ranks, 32 scenarios of %s replicates' % format(replicates, ','))
    print('  never, s                                  %s = 1' % spread(plain))
    print('  every minute, s                           %s' % spread(kept))
    print('  every minute / never                      %.3f   (at most 1.05)' % (median(kept) / median(plain)))
    print('  checkpoints of a run                      %s' % ', '.join(str(len(sizes)) for sizes in saved[1:]))
    print('  the largest                               %.1f MB' % (max(map(max, filter(None, saved)), default=0) / 1e6))


def importing(bench, members):
    folder = bench.state(members, extract=True)
    extract = os.path.join(folder, 'extract')
    files = [os.path.join(extract, name) for name in sorted(os.listdir(extract))]
    size = sum(os.path.getsize(name) for name in files)

    def cat():
        start = time.monotonic()
        with open(os.devnull, 'wb') as sink:
            subprocess.run(['cat', *files], stdout=sink, check=True)
        return time.monotonic() - start

    def imported(ranks, *options):
        start = time.monotonic()
        run(['mpirun', '-n', str(ranks), bench.ihp, 'import', extract, '--force', '-o',
             os.path.join(bench.work, 'imported.h5'), *options])
        return time.monotonic() - start

    rounds, bench.rounds = bench.rounds, min(bench.rounds, 3)
    results = bench.rounds_of({'cat': cat, '1': lambda: imported(1), '2': lambda: imported(2),
                               'packed': lambda: imported(1, '--compress')})
    bench.rounds = rounds
    packed = os.path.getsize(os.path.join(bench.work, 'imported.h5'))
    plain = os.path.getsize(os.path.join(folder, 'state.h5'))
    os.remove(os.path.join(bench.work, 'imported.h5'))
    one, two = median(results['1']), median(results['2'])
    print('\nImport of %s members, %.2f GB of CSV' % (format(members, ','), size / 1e9))
    print('  cat of the same files, s                  %s = 1' % spread(results['cat']))
    print('  one rank                                  %.1f x, %.0f MB/s' % (one / median(results['cat']), size / one / 1e6))
    print('  two ranks                                 %.1f x, %.0f MB/s, %.2f x as fast as one'
          % (two / median(results['cat']), size / two / 1e6, one / two))
    print('  compressed: time and size of plain        %.2f x, %.2f x' % (median(results['packed']) / one, packed / plain))


def simulated(bench, members, ranks=1024):
    """Runs each part of a job of many ranks in turn: what a rank opens, passes and adds, without network and file
    system."""
    folder = bench.state(members)
    figures = {}
    for line in run([bench.simulator, os.path.join(folder, 'deck.yaml'), str(ranks)]).splitlines():
        name, *numbers = line.split()
        figures[name] = [float(number) for number in numbers]
    least, middle, most, total = figures['pass']
    steps = (ranks - 1).bit_length()
    print('\nEach of %s ranks in turn, in one process, %s members; the sums are those of one rank'
          % (format(ranks, ','), format(members, ',')))
    print('  members of a rank                         %d to %d' % tuple(figures['members']))
    print('  a rank opens everything, CPU s            %.4f, of which the store %.4f; %s bytes read'
          % (figures['open'][0], figures['store'][0], format(int(figures['open_bytes'][0]), ',')))
    print('  a rank passes its members, CPU s          %.4f (%.4f to %.4f)' % (middle, least, most))
    print('  it reads of claims / of small tables      %s / %s bytes'
          % tuple(format(int(figures[name][0]), ',') for name in ('claim_bytes', 'other_bytes')))
    print('  all ranks pass / one passes all, CPU s    %.2f' % (total / figures['one'][0]))
    print('  a rank adds the sums of another, CPU s    %.6f; in %d steps %.6f; %s bytes a step'
          % (figures['add'][0], steps, steps * figures['add'][0], format(int(figures['bytes'][0]), ',')))


def model(size, seconds, facts, rate):
    """Predicts the seconds on more ranks: reading at the file system's rate, deciding as measured, reducing in
    log2(ranks) steps."""
    decide = median([f['seconds']['decide'] for f in facts]) * 2
    reduced = facts[0]['reduced_bytes_per_rank']
    print('\nModel: deciding as measured (%.3f core seconds), %.1f GB/s from the file system in total, 2 us and 10 GB/s a '
          'message' % (decide, rate / 1e9))
    for name, ranks in RATES.items():
        steps = ranks.bit_length() - 1
        reduce_time = 2 * steps * (2e-6 + reduced / 10e9)
        print('  %5s ranks   read %.4f s   decide %.4f s   reduce %.4f s   total %.4f s   (two ranks here: %.3f s)'
              % (name, size / rate, decide / ranks, reduce_time, size / rate + decide / ranks + reduce_time, seconds))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--work', required=True)
    parser.add_argument('--members', type=int, default=1500000)
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--file-system-rate', type=float, default=20e9, help='bytes a second for the model')
    parser.add_argument('--only-settlement', action='store_true', help='leave out variants, growth and import')
    parser.add_argument('--only-netting', action='store_true', help='measure only the cost of netting reversals')
    parser.add_argument('--only-digests', action='store_true', help='measure only the cost of digests')
    parser.add_argument('--only-files', action='store_true', help='measure only the way from files to settlement')
    parser.add_argument('--only-ranks', action='store_true', help='measure only the parts of 1,024 ranks, in turn')
    parser.add_argument('--only-instructions', action='store_true',
                        help='measure only the bootstrap with each set of instructions')
    parser.add_argument('--only-checkpoint', action='store_true', help='measure only the cost of checkpoints')
    options = parser.parse_args()
    bench = Bench(options)
    if options.only_checkpoint:
        checkpoint(bench, options.members)
        return
    if options.only_files:
        from_files(bench, options.members)
        return
    if options.only_ranks:
        simulated(bench, options.members)
        return
    if options.only_instructions:
        instructions(bench, options.members)
        return
    if options.only_netting:
        netting(bench, options.members)
        return
    if options.only_digests:
        digests(bench, options.members)
        return
    size, seconds, facts = settlement(bench, options.members)
    if not options.only_settlement:
        variants(bench, options.members)
        growth(bench, options.members)
        simulated(bench, options.members)
        netting(bench, options.members)
        digests(bench, options.members)
        payments(bench, options.members)
        sweeps(bench, options.members)
        resampling(bench, options.members)
        instructions(bench, options.members)
        checkpoint(bench, options.members)
        importing(bench, max(options.members // 30, 1000))
        from_files(bench, max(options.members // 30, 1000))
    model(size, seconds, facts, options.file_system_rate)


if __name__ == '__main__':
    main()
