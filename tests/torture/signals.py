# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals at random moments: at the n-th call of a kind, and after a random time; the second one soon after the first.
A run that is ended leaves what was there before and nothing else, or a whole result, and, of a settlement, a
checkpoint. After SIGKILL, which a run cannot notice, the next run of the same output clears away what is left. SIGSEGV
is a crash, which ends a run as an error does."""
import os
import re
import signal
import threading
import time

from faults import cases_of
from runner import Launcher, differences, snapshot

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL, signal.SIGSEGV)
KINDS = ('open', 'read', 'write', 'rename', 'sync', 'link', 'unlink', 'mkdir', 'stat', 'close')


class Disturbance:
    """A signal, and perhaps a second one of the same kind."""

    def __init__(self, random, counts):
        self.number = random.choice(SIGNALS)
        self.fault, self.after, self.second = 'none:0:once:0', None, None
        if random.random() < 0.7:
            kind = random.choice([kind for kind in KINDS if counts[kind] > 0])
            self.fault = '%s:%d:signal:%d' % (kind, random.randint(1, counts[kind]), self.number)
        else:
            self.after = random.uniform(0, 0.05)
        if self.after is not None and self.number not in (signal.SIGKILL, signal.SIGSEGV) and random.random() < 0.5:
            self.second = random.uniform(0, 0.01)

    def begin(self, process):
        """Sends the signals that are due by time, in a thread of its own."""
        if self.after is not None:
            threading.Thread(target=self.disturb, args=(process,), daemon=True).start()

    def disturb(self, process):
        while self.number == signal.SIGSEGV and not catches(process, self.number):
            time.sleep(0.001)    # until then it does not notice crashes
        for delay in self.after, self.second:
            if delay is not None:
                time.sleep(delay)
                send(process, self.number)

    def text(self):
        name = signal.Signals(self.number).name
        return '%s, %s' % (name, self.fault if self.after is None else '%.4f s%s' % (
            self.after, '' if self.second is None else ' and %.4f s later' % self.second))


def catches(process, number):
    """Returns true once a process has a handler for a signal, or is gone."""
    try:
        with open('/proc/%d/status' % process) as handle:
            text = handle.read()
    except (FileNotFoundError, ProcessLookupError):
        return True
    caught = re.search(r'^SigCgt:\s*([0-9a-f]+)$', text, re.M)
    return re.search(r'^State:\s*Z', text, re.M) is not None or int(caught.group(1), 16) >> (number - 1) & 1 == 1


def send(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def wrong_with(case, outcome, number):
    left = case.left()
    if outcome.code is None:
        return 'hangs'
    if outcome.code == 0:
        return None if case.is_whole(outcome) else 'succeeds with another result'
    if number == signal.SIGSEGV and case.job.name in ('synth', 'import'):
        # It may crash between two names that it gives, where it does not use HDF5.
        return None if outcome.code == 1 else 'ends with exit code %s' % outcome.code
    if number == signal.SIGSEGV:    # as a crash of HDF5; what it cannot clear away, the next run does
        return case.wrong_with(outcome, ('crashed (SIGSEGV)',), leftovers=True)
    if outcome.code not in (75, -number, 128 + number):
        return 'ends with exit code %s' % outcome.code
    if number == signal.SIGKILL:
        return None
    left = {name: digest for name, digest in left.items() if not name.endswith('.checkpoint.h5')}
    if left not in (case.before, case.normal):
        return 'leaves something else than before'
    return None


def disturb_a_rank(plan, case, launcher, server):
    """One of two ranks gets the signal, and mpirun ends the other. What is left may be anything but a result that
    looks whole, until the next run."""
    kind = plan.random.choice([kind for kind in KINDS if case.counts[kind] > 0])
    number = plan.random.choice(SIGNALS)
    fault = '%s:%d:signal:%d' % (kind, plan.random.randint(1, case.counts[kind]), number)
    case.reset()
    outcome = launcher.run(case.command, fault, rank=plan.random.choice((0, 1)))
    plan.findings.count('one of two ranks')
    wrong = 'hangs' if outcome.code is None else None
    if outcome.code == 0 and not case.is_whole(outcome):
        wrong = 'succeeds with another result'
    shown = case.detail(outcome)
    if wrong is None and outcome.code != 0:
        wrong, again = wrong_afterwards(case, server)
        if wrong is not None:
            shown = '%s; then %s [%s]' % (shown, again.show(), differences(snapshot(case.out), case.normal))
    if wrong is not None:
        plan.findings.fail('one of two ranks: %s' % wrong, '%s, %s: %s' % (case.text(), fault, shown))


def wrong_afterwards(case, server):
    """Runs the command again, after it was ended; returns what is wrong then, or None, and how it ended."""
    if case.job.prints:
        return None, None
    again = list(case.command)
    outcome = server.run(again)
    if outcome.code == 2 and '--force' not in again:
        outcome = server.run(again + ['--force'])
    if outcome.code != 0:
        return 'the next run fails', outcome
    # An empty new lease of a run that was killed in making it goes only when it is minutes old.
    left = {name: digest for name, digest in case.left().items() if not re.search(r'\.lease-[0-9a-f]{8}$', name)}
    if left != case.normal:
        return 'the next run does not clear away what is left', outcome
    return None, outcome


def run(plan, programs, server, state):
    cases = cases_of(plan, state, server)
    launcher = Launcher(programs, 2)
    while plan.goes_on(120):
        case = plan.random.choice(cases)
        if case.job.ranks and plan.random.random() < 0.03:
            disturb_a_rank(plan, case, launcher, server)
            continue
        disturbance = Disturbance(plan.random, case.counts)
        case.reset()
        outcome = server.run(case.command, disturbance.fault, disturbance.begin)
        name = signal.Signals(disturbance.number).name
        plan.findings.count(name + (' twice' if disturbance.second is not None else ''))
        plan.findings.count('  %s: finished all the same' % name, outcome.code == 0)
        wrong = wrong_with(case, outcome, disturbance.number)
        shown = case.detail(outcome)
        if wrong is None and outcome.code != 0:
            wrong, again = wrong_afterwards(case, server)
            if wrong is not None:
                shown = '%s; then %s [%s]' % (shown, again.show(), differences(snapshot(case.out), case.normal))
        if wrong is not None:
            plan.findings.fail('%s: %s' % (name, wrong), '%s, %s: %s' % (case.text(), disturbance.text(), shown))
