# SPDX-License-Identifier: GPL-3.0-or-later
"""Single bits change in what ihp reads: each column of a store, plain and compressed, a checkpoint, and the files of
results that a run is given. A command must notice, with exit code 3, or give the bytes of a run without the change."""
import os

from jobs import Case, Job, jobs_of


class Target:
    """A file whose bits are flipped, and the commands that read it."""

    def __init__(self, name, path, cases, columns=()):
        self.name, self.path, self.cases = name, path, cases
        self.size = os.path.getsize(path)
        self.run = places_of_run(path) if path.endswith('.json') else range(0)
        self.columns = {}
        for column, at, size in columns:
            if size > 0:
                self.columns.setdefault(column, []).append((at, size))

    def place(self, random):
        """Returns a byte's place and what it belongs to: three times of four a column's, each as often as any."""
        if self.columns and random.random() < 0.75:
            column = random.choice(sorted(self.columns))
            at, size = random.choice(self.columns[column])
            return at + random.randrange(size), column
        at = random.randrange(self.size)
        for column, pieces in self.columns.items():
            if any(start <= at < start + size for start, size in pieces):
                return at, column
        return at, None


def places_of_run(path):
    """Returns the places of the entry "run" of a JSON file, which the file's digest leaves out: when and on how many
    ranks a run was made. `ihp info` prints them."""
    with open(path, 'rb') as handle:
        data = handle.read()
    begin = data.find(b'"run": {')
    return range(begin, data.find(b'\n  }', begin)) if begin >= 0 else range(0)


def flip(path, at, bit):
    with open(path, 'r+b') as handle:
        handle.seek(at)
        byte = handle.read(1)[0]
        handle.seek(at)
        handle.write(bytes([byte ^ (1 << bit)]))


def files_below(folder):
    """Returns the files of a result that have its content: not the times that runs took, which nothing reads."""
    for path, _, names in os.walk(folder):
        for name in sorted(names):
            if name != 'timings.h5' and not name.endswith('.status.json'):
                yield os.path.join(path, name)


def targets_of(plan, programs, server, state):
    """Returns the targets in groups that are chosen with equal chance."""
    at = state.at
    out = os.path.join(os.path.dirname(state.folder), 'out')
    jobs = jobs_of(state, out)
    jobs['verify-compressed'] = Job('verify-compressed', ['check', at('packed.h5'), '--verify'])

    def cases(*names):
        found = []
        for name in names:
            case = Case(jobs[name], out, server)
            if not plan.wants(name):
                continue
            if case.set_up():
                found.append(case)
            else:
                plan.findings.fail('%s: does not run' % name, case.reason)
        return found

    def files(group, *names):
        ran = cases(*names)
        return [Target(group, path, ran) for path in files_below(at(group))] if ran else []

    def store(name, path, *names):
        ran = cases(*names)
        return [Target(name, path, ran, programs.columns(path))] if ran else []
    stopped = at('stopped.checkpoint.h5')
    groups = [store('store', at('state.h5'), 'settle', 'settle-no-index', 'check-verify'),
              store('compressed store', at('packed.h5'), 'settle-compressed', 'verify-compressed'),
              store('checkpoint', stopped, 'restart'),
              files('interim', 'settle-with-interim'),
              files('block1', 'merge'),
              files('previous', 'package-previous'),
              files('paid', 'settle-with-payments', 'reconcile'),
              files('settled', 'notices', 'appeal', 'info-result')]
    return [group for group in groups if group]


def wrong_with(case, outcome, column):
    """Returns what is wrong with how the run ended, or None."""
    verifies = '--verify' in case.command and 'compressed' not in case.job.name    # some bits of these have no meaning
    if verifies and column is not None and outcome.code == 0:
        return 'is not found by check --verify'
    wrong = case.wrong_with(outcome, (), codes=(3,))
    return 'is SILENT' if wrong == 'succeeds with another result' else wrong


def run(plan, programs, server, state):
    groups = targets_of(plan, programs, server, state)
    while plan.goes_on(200):
        group = plan.random.choice(groups)
        target = plan.random.choice(group)
        case = plan.random.choice(target.cases)
        at, column = target.place(plan.random)
        bit = plan.random.randrange(8)
        flip(target.path, at, bit)
        case.reset()
        outcome = server.run(case.command)
        flip(target.path, at, bit)
        plan.findings.count('%s' % target.name)
        plan.findings.count('%s: made no difference' % target.name, outcome.code == 0 and case.is_whole(outcome))
        plan.findings.count('%s: refused' % target.name, outcome.code == 3)
        wrong = wrong_with(case, outcome, column)
        if at in target.run and case.job.name == 'info-result' and outcome.code == 0:
            wrong = None
        if wrong is not None:
            plan.findings.fail('%s: %s: %s' % (target.name, column or os.path.basename(target.path), wrong),
                               '%s, byte %d of %s, bit %d: %s'
                               % (case.text(), at, os.path.relpath(target.path, state.folder), bit,
                                  case.detail(outcome)))
