# SPDX-License-Identifier: GPL-3.0-or-later
"""The n-th call of a kind fails, once or from then on, in every job, on one rank or on several."""
import errno
import os

from jobs import Case, jobs_of
from runner import KINDS, Launcher, untouched

# The errors of each kind that the system gives in real life. A call without a file lock, fsync, hard link or
# renameat2 on a file system that has none must make no difference.
ERRORS = {'open': (errno.EMFILE, errno.EACCES, errno.EIO), 'read': (errno.EIO, errno.ESTALE),
          'write': (errno.ENOSPC, errno.EIO, errno.EDQUOT), 'rename': (errno.EIO, errno.EACCES),
          'sync': (errno.EIO, errno.ENOSPC), 'link': (errno.EPERM, errno.EIO), 'unlink': (errno.EACCES,),
          'mkdir': (errno.ENOSPC, errno.EACCES), 'stat': (errno.EIO, errno.ESTALE), 'list': (errno.EIO,),
          'lock': (errno.ENOLCK, errno.EAGAIN, 524), 'length': (errno.ENOSPC,), 'close': (errno.EIO, errno.ENOSPC),
          'mode': (errno.EPERM,), 'allocate': (errno.ENOMEM,), 'allocate-hdf5': (errno.ENOMEM,)}
HARMLESS = (('lock', errno.ENOLCK), ('lock', errno.EAGAIN), ('lock', 524), ('sync', errno.EINVAL),
            ('sync', errno.ENOTSUP), ('sync', errno.ENOSYS), ('link', errno.EPERM))
SHORT = ('read', 'write')


def texts_of(kind, number):
    words = os.strerror(number)
    return ('out of memory', words) if kind.startswith('allocate') else (words,)


class Attempt:
    """One call that does not work."""

    def __init__(self, random, counts, wanted):
        kinds = [kind for kind in KINDS if counts[kind] > 0 and kind in wanted] or ['open']
        self.kind = random.choice(kinds)
        self.n = random.randint(1, counts[self.kind])
        self.how = random.choice(('once', 'on') + (('short',) if self.kind in SHORT else ()))
        harmless = [number for kind, number in HARMLESS if kind == self.kind]
        if harmless and random.random() < 0.3:
            self.how, self.number = 'on', random.choice(harmless)
        else:
            self.number = random.choice(ERRORS[self.kind])

    def fault(self):
        return '%s:%d:%s:%d' % (self.kind, self.n, self.how, self.number)

    def cannot_remove(self):
        """The calls that find and remove what a run leaves fail, too."""
        return self.kind in ('unlink', 'list') or (self.kind in ('open', 'stat') and self.how == 'on')

    def wrong_with(self, case, outcome):
        normal = 2 if case.is_refused() else 0
        if outcome.code != normal and outcome.struck() > 0 and (self.how == 'short' or (self.kind, self.number) in HARMLESS):
            if self.how == 'on' and self.kind == 'link':
                return case.wrong_with(outcome, texts_of(self.kind, self.number))
            return 'fails for what must make no difference'
        return case.wrong_with(outcome, texts_of(self.kind, self.number), leftovers=self.cannot_remove())


def cases_of(plan, state, server, wanted=lambda job: True, refused=False):
    """Returns the jobs that can run: fresh, over earlier output, and, if asked for, such that earlier output refuses
    them."""
    cases, out = [], os.path.join(os.path.dirname(state.folder), 'out')
    for job in jobs_of(state, out).values():
        if not plan.wants(job.name) or not wanted(job):
            continue
        for over, force in ((False, False), (True, True)) + (((True, False),) if refused else ()):
            if over and (job.prints or (job.name == 'quality' and not force)):
                continue    # quality replaces scores that are the same
            case = Case(job, out, server, over, force)
            if case.set_up():
                cases.append(case)
            else:
                plan.findings.fail('%s: does not run' % case.text(), case.reason)
    return cases


def run(plan, programs, server, state):
    cases = cases_of(plan, state, server, refused=True)
    torture(plan, cases, state, lambda case, attempt: server.run(case.command, attempt.fault()), 200)


def torture(plan, cases, state, start, quick_tries):
    inputs = untouched(state.folder)
    while plan.goes_on(quick_tries):
        case = plan.random.choice(cases)
        attempt = Attempt(plan.random, case.counts, plan.kinds)
        case.reset()
        outcome = start(case, attempt)
        plan.findings.count('%s fails' % attempt.kind)
        plan.findings.count('  of these, the job went on without it', outcome.code == 0)
        wrong = attempt.wrong_with(case, outcome)
        if wrong is not None:
            plan.findings.fail('%s: %s' % (attempt.kind, wrong), '%s, %s: %s'
                               % (case.text(), attempt.fault(), case.detail(outcome)))
        if untouched(state.folder) != inputs:
            plan.findings.fail('%s: changes its input' % case.text(), attempt.fault())
            inputs = untouched(state.folder)


def run_on_ranks(plan, programs, server, state):
    cases = cases_of(plan, state, server, lambda job: job.ranks, refused=True)
    launchers = {ranks: Launcher(programs, ranks) for ranks in (2, 3)}

    def start(case, attempt):
        ranks = plan.random.choice((2, 3))
        return launchers[ranks].run(case.command, attempt.fault(), rank=plan.random.choice((None,) + tuple(range(ranks))))
    torture(plan, cases, state, start, 8)
