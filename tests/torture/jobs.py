# SPDX-License-Identifier: GPL-3.0-or-later
"""A small state with decks, results, checkpoints and reports, and the commands of ihp that the torture tests disturb."""
import csv
import os
import re
import shutil
import signal
import sys

from runner import differences, empty, snapshot

MEMBERS = 150
ADVICE = ('damaged', 'make the store again', 'import again', '--fresh', 'not an HDF5', 'remove the file', 'Success',
          '(null)')
CRASH = r'error: the program (crashed \(SIG[A-Z]+\)|was ended by a library) on rank [0-9]+; '


class State:
    """The inputs, in WORK/in; nothing there may change."""

    def __init__(self, programs, server, work):
        self.programs, self.server = programs, server
        self.folder = os.path.join(work, 'in')
        empty(self.folder)
        self.make()

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *command, code=0, fault='none:0:once:0'):
        outcome = self.server.run(list(command), fault)
        if outcome.code != code:
            sys.exit('torture: error: ihp %s: %s' % (' '.join(command), outcome.show()))
        return outcome

    def deck(self, name, lines='', threshold=0.02, **changes):
        text = ('store: state.h5\nprogram: program\noutput: result\nsettlement: final\n'
                'base: {year: 2024, paid_through: 2025-12-31}\n'
                'performance: {year: 2025, paid_through: 2026-12-31}\n')
        for key, value in changes.items():
            text = re.sub('(?m)^%s: .*$' % key, '%s: %s' % (key, value), text)
        with open(self.at(name + '.yaml'), 'w') as handle:
            handle.write(text + 'threshold: %s\n%s' % (threshold, lines))

    def decks(self, suffix, threshold):
        self.deck('deck' + suffix, '', threshold)
        self.deck('packed' + suffix, '', threshold, store='packed.h5')
        self.deck('interim' + suffix, '', threshold, settlement='interim',
                  performance='{year: 2025, paid_through: 2026-03-31}')
        self.deck('final' + suffix, 'interim: interim%s\n' % suffix, threshold)
        self.deck('boot' + suffix, 'bootstrap: {replicates: 60, seed: 1, levels: [0.9]}\n', threshold)
        self.deck('saving' + suffix, 'bootstrap: {replicates: 60, seed: 1, levels: [0.9]}\n'
                  'checkpoint_minutes: 0.00001\n', threshold)
        self.deck('sweep' + suffix, 'sweep: {design: one_at_a_time, vary: {trend: [0.01, 0.02], count_unit: [visit]}}\n',
                  threshold)
        self.deck('paid' + suffix, 'payments: [paid]\n', threshold, program='unpaid')

    def make(self):
        self.run('synth', '-o', self.at('state.h5'), '--members', str(MEMBERS), '--seed', '7', '--ihps', '3',
                 '--extract', self.at('extract'), '--quiet')
        self.blank_payments()
        self.decks('', 0.02)
        self.decks('-old', 0.5)
        self.run('import', self.at('extract'), '-o', self.at('packed.h5'), '--compress', '--quiet')
        shutil.copytree(self.at('extract'), self.at('bad'))
        with open(self.at('bad', 'members.csv'), 'r+') as handle:
            row = handle.readlines()[1].rstrip('\n').split(',')
            handle.write(','.join(['NOBODY', 'never'] + row[2:]) + '\n')
        self.run('import', self.at('bad'), '-o', self.at('other.h5'), '--quarantine', self.at('other.csv'), '--quarantine-limit', '1', '--quiet')
        for name in ('interim', 'interim-old'):
            self.run('settle', self.at(name + '.yaml'), '-o', self.at(name), '--member-files', '--quiet')
        self.run('settle', self.at('deck.yaml'), '-o', self.at('settled'), '--member-files', '--quiet')
        self.run('pay', self.at('deck.yaml'), '--year', '2025', '--member-files', '-o', self.at('paid'), '--quiet')
        self.run('package', self.at('interim.yaml'), '-o', self.at('previous'), '--quiet')
        for block in '1', '2':
            for old in '', '-old':
                self.run('settle', self.at('sweep%s.yaml' % old), '--block', block + '/2', '--member-files', '-o',
                         self.at('block%s%s' % (block, old)), '--quiet')
        self.deck('reported', output='settled')    # for the reports on a settlement, which is in the output folder
        with open(self.at('extract', 'members.csv')) as handle:
            self.member = handle.readlines()[5].split(',')[0]
        with open(self.at('program', 'ihps.csv')) as handle:
            ihp = handle.readlines()[1].split(',')[0]
        with open(self.at('errors.csv'), 'w') as handle:
            handle.write('ihp_id,member_id,period,claimed,list_received,reported\n'
                         '%s,%s,2025,NONE,2027-06-30,2027-07-30\n' % (ihp, self.member))
        self.make_checkpoint()

    def blank_payments(self):
        """A program folder that leaves the payments of the period to the payment runs that a deck names."""
        shutil.copytree(self.at('program'), self.at('unpaid'))
        with open(self.at('program', 'ihps.csv'), newline='') as handle:
            rows = list(csv.DictReader(handle))
        with open(self.at('unpaid', 'ihps.csv'), 'w', newline='') as handle:
            writer = csv.DictWriter(handle, rows[0], lineterminator='\n')
            writer.writeheader()
            writer.writerows(dict(row, pbp_dollars='') for row in rows)

    def make_checkpoint(self):
        """Asks a run to stop at one of its reads, later and later until it has something to save."""
        for n in range(40, 400, 5):
            outcome = self.server.run(['settle', self.at('boot.yaml'), '-o', self.at('stopped'), '--quiet'],
                                      'read:%d:signal:%d' % (n, signal.SIGUSR1))
            if outcome.code == 75 and os.path.exists(self.at('stopped.checkpoint.h5')):
                return
            shutil.rmtree(self.at('stopped'), ignore_errors=True)
        sys.exit('torture: error: no run could be stopped with a checkpoint: ' + outcome.show())


class Job:
    """A command that writes below OUT, or only prints. `earlier` is what another run has left there before."""

    def __init__(self, name, command, ranks=True, saves=False, prepare=None, force=True):
        self.name, self.command = name, command
        self.ranks = ranks      # it may run on several ranks
        self.saves = saves      # a failed run may leave a checkpoint, on purpose
        self.prepare = prepare  # puts something into OUT before each run
        self.force = force      # it has --force
        self.prints = '-o' not in command

    def __repr__(self):
        return self.name


def jobs_of(state, out):
    """Returns the jobs by name. Commands write below the folder OUT."""
    at = state.at
    result = os.path.join(out, 'r')
    store = os.path.join(out, 's.h5')

    def put_checkpoint():
        shutil.copy(at('stopped.checkpoint.h5'), result + '.checkpoint.h5')

    def settle(deck, *more):
        return ['settle', at(deck + '.yaml'), '-o', result, '--quiet', *more]
    listed = [
        Job('import', ['import', at('bad'), '-o', store, '--quarantine', os.path.join(out, 'q.csv'), '--quarantine-limit', '1', '--quiet']),
        Job('import-compress', ['import', at('extract'), '-o', store, '--compress', '--quiet']),
        Job('synth', ['synth', '-o', store, '--members', '20', '--seed', '1', '--ihps', '2', '--extract',
                      os.path.join(out, 'x'), '--quiet']),
        Job('settle', settle('deck', '--member-files')),
        Job('settle-no-index', settle('deck', '--no-index')),
        Job('settle-compressed', settle('packed')),
        Job('settle-with-interim', settle('final', '--member-files')),
        Job('settle-with-payments', settle('paid')),
        Job('bootstrap', settle('boot')),
        Job('sweep', settle('sweep')),
        Job('block', settle('sweep', '--block', '1/2', '--member-files')),
        Job('saving', settle('saving'), saves=True),
        Job('restart', settle('boot'), saves=True, prepare=put_checkpoint),
        Job('merge', ['merge', at('block1'), at('block2'), '-o', result, '--quiet'], ranks=False),
        Job('pay', ['pay', at('deck.yaml'), '--quarter', '2025Q2', '--member-files', '-o', result, '--quiet']),
        Job('reconcile', ['reconcile', at('deck.yaml'), '--year', '2025', '--paid', at('paid'), '-o', result,
                          '--quiet']),
        Job('quality', ['quality', at('deck.yaml'), '-o', result, '--quiet'], ranks=False),
        Job('package', ['package', at('deck.yaml'), '-o', result, '--quiet']),
        Job('package-previous', ['package', at('deck.yaml'), '--previous', at('previous'), '-o', result, '--quiet']),
        Job('notices', ['notices', at('reported.yaml'), '-o', result, '--quiet'], ranks=False),
        Job('appeal', ['appeal', at('reported.yaml'), at('errors.csv'), '-o', result, '--quiet'], ranks=False),
        Job('power', ['power', at('deck.yaml'), '--sizes', '100', '--draws', '20', '-o', os.path.join(out, 'p.csv'),
                      '--quiet']),
        Job('check', ['check', at('state.h5'), '--program', at('program')], ranks=False),
        Job('check-verify', ['check', at('state.h5'), '--verify'], ranks=False),
        Job('info-store', ['info', at('state.h5')], ranks=False),
        Job('info-result', ['info', at('settled')], ranks=False),
        Job('explain', ['explain', at('deck.yaml'), state.member], ranks=False),
        Job('dry-run', ['settle', at('deck.yaml'), '--dry-run']),
        Job('status', ['status', at('settled')], ranks=False),
    ]
    return {job.name: job for job in listed}


def without_leftovers(found):
    """Drops what only a run's own leftovers have: unfinished files and folders, and leases."""
    return {name: digest for name, digest in found.items()
            if not re.search(r'\.(part|swap|lease|sort|old)\b', name)}


class Case:
    """A job in a folder of its own, fresh or over what an earlier run has left, and what a good run leaves."""

    def __init__(self, job, out, server, over=False, force=False):
        self.job, self.out, self.server = job, out, server
        self.over, self.force = over, force
        self.command = list(job.command)
        self.kept = '%s.%s' % (out, job)
        self.before = {}

    def set_up(self):
        """Makes the earlier output if there is to be one, and a good run. Returns true if the job can run."""
        shutil.rmtree(self.kept, ignore_errors=True)
        if self.over:
            self.make_earlier()
        if self.force:
            self.command.append('--force')
        self.reset()
        good = self.server.run(self.command)
        if good.code != (2 if self.is_refused() else 0):
            self.reason = good.show()
            return False
        self.normal, self.printed, self.counts = snapshot(self.out), good.out, good.counts
        return True

    def make_earlier(self):
        """The earlier output is of another deck, or another store; a folder has a file of its owner's, too."""
        empty(self.out)
        command = [re.sub(r'(deck|packed|interim|final|boot|saving|sweep|paid)\.yaml$', r'\1-old.yaml', word)
                   for word in self.command]
        command = [re.sub(r'/block(\d)$', r'/block\1-old', word) for word in command]
        if command[0] == 'synth':
            command[command.index('--seed') + 1] = '2'
        if command[0] == 'import':
            command[1] = command[1].replace('/bad', '/extract')
            command = [word for word in command if word != '--compress']
        command += {'notices': ['--notified', '2027-06-25'], 'appeal': ['--answered', '2027-08-15']}.get(command[0], [])
        outcome = self.server.run(command)
        if outcome.code != 0:
            sys.exit('torture: error: earlier output of %s: %s' % (self.job, outcome.show()))
        for name in os.listdir(self.out):
            if name.endswith('.status.json') or '.checkpoint' in name:
                os.remove(os.path.join(self.out, name))
        if os.path.isdir(os.path.join(self.out, 'r')):
            with open(os.path.join(self.out, 'r', 'notes.txt'), 'w') as handle:
                handle.write('mine\n')
        shutil.copytree(self.out, self.kept, symlinks=True)
        self.before = snapshot(self.out)

    def reset(self):
        empty(self.out)
        if self.over:
            shutil.rmtree(self.out)
            shutil.copytree(self.kept, self.out, symlinks=True)
        if self.job.prepare:
            self.job.prepare()

    def is_refused(self):
        """Earlier output is there and may not be replaced."""
        return self.over and not self.force

    def text(self):
        return '%s%s' % (self.job, ' over earlier output' if self.is_refused() else ' --force' if self.over else '')

    def left(self):
        """Returns what is in the folder now; without a checkpoint that may be there."""
        return {name: digest for name, digest in snapshot(self.out).items()
                if not (self.job.saves and name.endswith('.checkpoint.h5'))}

    def is_whole(self, outcome, leftovers=False):
        if self.job.prints:    # the status of a run says how long ago it was
            times = r', [^,]* ago' if self.job.name == 'status' else r'(?!)'
            return re.sub(times, '', outcome.out) == re.sub(times, '', self.printed)
        found = self.left()
        told = re.findall(r'notice: (\S+): [^\n]*remove it', outcome.err)    # what the run says that it leaves
        names = [os.path.relpath(path, self.out) for path in told]
        found = {name: digest for name, digest in found.items()
                 if not any(name == top or name.startswith(top + '/') for top in names)}
        return (without_leftovers(found) if leftovers else found) == self.normal

    def wrong_with(self, outcome, texts, codes=(1,), leftovers=False):
        """Returns what is wrong with the end of a run, or None. It may succeed with all that a good run gives; or fail
        with one of the codes, one error line with one of the texts, and what was there before, untouched. Leftovers
        are excused where they cannot be removed. Processes that have crashed cannot agree on one line: each may print
        its own, if calls did not work in it."""
        if outcome.code is None:
            return 'hangs'
        if outcome.code < 0:
            return 'ends by signal %d' % -outcome.code
        if outcome.code == 0 and not self.is_refused():
            if self.is_whole(outcome, leftovers):
                return None
            return 'succeeds with another result'
        if outcome.code == 2 and self.is_refused():
            texts = ()
        elif outcome.code not in codes:
            return 'ends with exit code %d' % outcome.code
        errors = outcome.errors()
        crashed = len(errors) > 1 and all(re.search(CRASH, error) for error in errors)
        if len(errors) != 1 and not (crashed and len(set(errors)) == len(errors) <= outcome.struck()):
            return 'has %d error lines' % len(errors)
        if texts and not all(any(text in error for text in texts) for error in errors):
            return 'does not name the cause'
        if outcome.code == 1 and any(text in error for text in ADVICE for error in errors):
            return 'gives wrong advice'
        left = without_leftovers(self.left()) if leftovers else self.left()
        if left not in (self.before, self.normal):
            return 'leaves something else than before'
        return None

    def detail(self, outcome):
        left = self.left()
        return '%s [%s]' % (outcome.show(), differences(left, self.before) or 'as before')
