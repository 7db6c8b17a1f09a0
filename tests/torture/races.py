# SPDX-License-Identifier: GPL-3.0-or-later
"""Two or three runs at the same moment into one output. One or more succeed, one after another; the others are refused
with exit code 2; and what is there at the end is what one of those that succeeded gives, whole."""
import itertools
import os
import re
import shutil
import threading

from jobs import jobs_of
from runner import Launcher, Server, differences, empty, snapshot

RACERS = 3
ON_RANKS = ('settle', 'import', 'pay', 'package', 'power', 'synth')
KINDS = ('sync', 'rename', 'open', 'mkdir', 'write', 'stat', 'link', 'unlink', 'lock')


class Race:
    """Commands that write to one output, and what each of them gives alone. `beside` are pairs of commands whose
    output goes into one folder without being in each other's way."""

    def __init__(self, name, commands, beside=False):
        self.name, self.commands, self.beside = name, commands, beside


def other(command, word):
    """Returns the command with another deck, so that its result is another."""
    return [re.sub(r'/(deck|sweep|interim)\.yaml$', r'/\1-old.yaml', part) if word == 'deck'
            else re.sub(r'/block(\d)$', r'/block\1-old', part) for part in command]


def races_of(state, out):
    jobs = {name: job.command for name, job in jobs_of(state, out).items()}
    force = ['--force']
    imported = ['import', state.at('extract'), '-o', os.path.join(out, 's.h5'), '--quiet']
    quarantined = ['import', state.at('bad'), '-o', os.path.join(out, 's.h5'), '--quarantine-limit', '1', '--quarantine',
                   os.path.join(out, 'q.csv'), '--quiet']
    synth = jobs['synth']
    another = [word if word != '1' else '2' for word in synth]
    settle, old = jobs['settle'], other(jobs['settle'], 'deck')
    pay, power, package = jobs['pay'], jobs['power'], jobs['package']
    pairs = [('settle', settle, old), ('settle', settle, other(jobs['bootstrap'], 'deck')),
             ('merge', jobs['merge'], other(jobs['merge'], 'block')),
             ('settle and merge', settle, jobs['merge']), ('pay', pay, [w.replace('Q2', 'Q3') for w in pay]),
             ('import', imported, quarantined), ('synth', synth, another), ('synth and import', synth, imported),
             ('power', power, [w if w != '100' else '200' for w in power]),
             ('package', package, other(package, 'deck')),
             ('notices', jobs['notices'], jobs['notices'] + ['--notified', '2027-06-25'])]
    races = [Race(name, [a, b]) for name, a, b in pairs]
    races += [Race(name + ' --force', [a + force, b + force]) for name, a, b in pairs]
    races.append(Race('settle and pay in one folder', [settle, pay], beside=True))
    races.append(Race('settle and quality in one folder', [settle, jobs['quality']], beside=True))
    return races


class Racers:
    """As many servers as runs that race, and a launcher for a run on two ranks."""

    def __init__(self, programs, first):
        self.servers = [first] + [Server(programs) for _ in range(RACERS - 1)]
        self.two_ranks = Launcher(programs, 2)

    def start(self, commands, delays, faults, on_two_ranks):
        """Starts all commands, each after its delay, the first perhaps on two ranks; returns how they ended."""
        outcomes = [None] * len(commands)
        barrier = threading.Barrier(len(commands))

        def go(i):
            barrier.wait()
            threading.Event().wait(delays[i])
            runner = self.two_ranks if on_two_ranks and i == 0 else self.servers[i]
            outcomes[i] = runner.run(commands[i], faults[i])
        threads = [threading.Thread(target=go, args=(i,)) for i in range(len(commands))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def stop(self):
        for server in self.servers[1:]:
            server.stop()


def together(snapshots):
    """What commands give that go into one folder beside each other."""
    union = {}
    for found in snapshots:
        union.update(found)
    return union


def wrong_with(race, chosen, outcomes, alone, found):
    for outcome in outcomes:
        if outcome.code is None:
            return 'a run hangs'
        if outcome.code not in (0, 2):
            return 'a run ends with %s' % outcome.code
        if outcome.code == 2 and len(outcome.errors()) != 1:
            return 'a loser has no error line'
    winners = [command for command, outcome in zip(chosen, outcomes) if outcome.code == 0]
    if not winners:
        return 'nobody wins'
    wanted = [alone[tuple(command)] for command in winners]
    if race.beside:
        wanted = [together(wanted)]
    elif race.name.startswith(('synth and import', 'import')):
        # An import replaces one file of those that synth writes, or the store beside an earlier quarantine file.
        wanted += [together(order) for order in itertools.permutations(wanted)]
    if found not in wanted:
        return 'the result is of no winner'
    return None


def run(plan, programs, server, state):
    out = os.path.join(os.path.dirname(state.folder), 'out')
    alone, races = {}, []
    for race in races_of(state, out):
        if not plan.wants(race.name):
            continue
        bad = None
        for command in race.commands:
            empty(out)
            outcome = server.run(command)
            alone[tuple(command)] = snapshot(out)
            bad = bad or (outcome if outcome.code != 0 else None)
        if bad:
            plan.findings.fail('%s: does not run' % race.name, bad.show())
        else:
            races.append(race)
    racers = Racers(programs, server)
    while plan.goes_on(40):
        race = plan.random.choice(races)
        number = 2 if race.beside else plan.random.choice((2, 2, 3))
        chosen = list(race.commands) if race.beside else [plan.random.choice(race.commands) for _ in range(number)]
        delays = [plan.random.choice((0, 0, plan.random.uniform(0, 0.05))) for _ in chosen]
        faults = ['%s:%d:delay:%d' % (plan.random.choice(KINDS), plan.random.randint(1, 12), plan.random.randint(1, 15))
                  if plan.random.random() < 0.7 else 'none:0:once:0' for _ in chosen]
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        on_two_ranks = chosen[0][0] in ON_RANKS and plan.random.random() < 0.1
        if on_two_ranks:    # MPI takes long to start; the others wait for it
            delays = delays[:1] + [plan.random.uniform(0, 0.6) for _ in delays[1:]]
        outcomes = racers.start(chosen, delays, faults, on_two_ranks)
        found = snapshot(out)
        codes = sorted(str(outcome.code) for outcome in outcomes)
        plan.findings.count('races')
        plan.findings.count('  exit codes %s' % ', '.join(codes))
        wrong = wrong_with(race, chosen, outcomes, alone, found)
        if wrong is not None:
            best = min((differences(found, alone[tuple(command)]) for command in chosen), key=len)
            plan.findings.fail('%s: %s' % (race.name, wrong), '%s; %s [%s]' % (
                ', '.join(faults), ' / '.join(outcome.show() for outcome in outcomes), best))
    racers.stop()
