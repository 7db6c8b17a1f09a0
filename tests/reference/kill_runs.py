#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills runs at random moments and starts them again until they finish: kill_runs.py WORK RUNS SEED.

Every run is a settlement of one of the shapes below, on 1 to 3 ranks, with a random number of claim lines in memory.
A start is killed (one rank, all ranks or the launcher) or left alone; the next start resumes. Half of the kills come
after a random part of the time that the run takes without interruption, half after a random number of checkpoints. In the end each run must
have the same bytes as one without interruption. The test fails if the bytes differ, if a folder has a manifest.json and
other bytes, if a rank continues after another was killed, or if a start ends in any other way than killed or finished.

The environment names the programs: IHP_PROGRAM, IHP_MPIRUN, IHP_SOURCE. The script kills only processes that it
started."""
import collections
import concurrent.futures
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

PROGRAM, MPIRUN, SOURCE = (os.environ[name] for name in ('IHP_PROGRAM', 'IHP_MPIRUN', 'IHP_SOURCE'))
AT_ONCE = 2          # runs at the same time
STARTS = 40          # most starts of a run
HANGS_AFTER = 5      # seconds after which a launcher without ranks counts as hung
LEFT_WITHIN = 600    # seconds after which ranks count as continuing although another rank or the launcher was killed
SAVING = 'checkpoint_minutes: 0.00001\n'

NAMED = '''sweep:
  design: named
  scenarios:
    - {name: nothing, set: {trend: 0}}
    - {name: low cap, set: {claims_cap: 450.50, threshold: 0}}
    - {name: others, set: {count_unit: visit, primary_care_elsewhere: blocks}}
'''
# Name, case, more deck lines, policies, options, numbers of claim lines in memory.
SHAPES = (
    ('pass', 'money', '', '', ['--member-files'], (2, 4, 8)),
    ('sweep', 'sweep', None, '', ['--member-files'], (2, 4, 8)),
    ('fixed', 'money', 'bootstrap: {replicates: 3000, seed: 7}\nbootstrap_scenarios: true\n' + NAMED, '', [], (100, 131072)),
    ('refit', 'sweep', 'bootstrap: {replicates: 600, seed: 8}\nbootstrap_scenarios: true\n' + NAMED,
     'bootstrap_weights: refit', ['--member-files'], (40, 131072)),
    ('readings', 'ties', 'bootstrap: {replicates: 3000}\nsweep: {design: readings}\n', '', [], (3, 10)),
)


class Wrong(Exception):
    """A violation of a rule that this test checks."""


# ---- processes -----------------------------------------------------------------------------------

def fields_of(pid):
    """Returns state, parent and start time of a process; None if it is gone or only waits for its parent."""
    try:
        with open('/proc/%d/stat' % pid) as handle:
            fields = handle.read().rsplit(')', 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] in 'ZX' else (fields[1], fields[19])


def ranks_of(launcher):
    """Returns the settlements that a launcher has started, or itself if it is one: {pid: start}."""
    found = {}
    try:
        with open('/proc/%d/task/%d/children' % (launcher, launcher)) as handle:
            children = [int(pid) for pid in handle.read().split()]
    except OSError:
        children = []
    for pid in children or [launcher]:
        fields = fields_of(pid)
        try:
            with open('/proc/%d/cmdline' % pid, 'rb') as handle:
                command = handle.read().split(b'\0')
        except OSError:
            continue
        if fields is not None and command[:2] == [PROGRAM.encode(), b'settle']:
            found[pid] = fields[1]
    return found


def alive(ranks):
    return [pid for pid, start in ranks.items() if (fields_of(pid) or (0, None))[1] == start]


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def file_number(path):
    try:
        return os.stat(path).st_ino
    except FileNotFoundError:
        return None


def none_left(ranks, seconds):
    """Waits up to some seconds until the ranks are gone; returns whether they are."""
    end = time.monotonic() + seconds
    while alive(ranks):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# ---- shapes --------------------------------------------------------------------------------------

def bytes_of(folder):
    """Returns a digest of each file; of the manifest, only what does not depend on the run."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, 'rb') as handle:
                data = handle.read()
            if name == 'timings.h5':
                continue
            if name == 'manifest.json':
                manifest = json.loads(data)
                del manifest['run']
                data = json.dumps(manifest, sort_keys=True).encode()
            found[os.path.relpath(path, folder)] = hashlib.sha256(data).hexdigest()
    return found


class Shape:
    """A deck with its store, the expected bytes of its result, and the time that a run takes."""

    def __init__(self, work, name, case, more, policies, options, lines):
        self.name, self.options, self.lines = name, options, lines
        self.folder = os.path.join(work, name)
        shutil.copytree(os.path.join(SOURCE, 'tests', 'cases', case), self.folder)
        deck = os.path.join(self.folder, 'deck.yaml')
        with open(deck) as handle:
            text = handle.read()
        if more is not None:
            text = re.sub(r'(?ms)^sweep:.*', '', text) + more
        text = text.replace('policies: {}', 'policies: {%s}' % policies)
        with open(deck, 'w') as handle:
            handle.write(text)
        self.deck = os.path.join(self.folder, 'saving.yaml')
        with open(self.deck, 'w') as handle:
            handle.write(text + SAVING)
        subprocess.run([PROGRAM, 'import', os.path.join(self.folder, 'extract'), '-o',
                        os.path.join(self.folder, 'state.h5')], check=True, stdout=subprocess.DEVNULL)
        want = os.path.join(self.folder, 'want')
        subprocess.run([PROGRAM, 'settle', deck, '-o', want, '--quiet', *options], check=True,
                       stderr=subprocess.DEVNULL)
        self.want = bytes_of(want)
        self.pace = 1.0  # current speed of the machine, relative to these seconds
        self.seconds = {}
        for ranks in (1, 2, 3):
            start = time.monotonic()
            subprocess.run(self.command('time', ranks, lines[0]), check=True, stderr=subprocess.DEVNULL)
            self.seconds[ranks] = time.monotonic() - start
            if bytes_of(os.path.join(self.folder, 'time')) != self.want:
                raise Wrong('%s: continuous saving gives other bytes' % name)
            shutil.rmtree(os.path.join(self.folder, 'time'))

    def command(self, output, ranks, lines):
        launch = [] if ranks == 1 else [MPIRUN, '-n', str(ranks)]
        return launch + [PROGRAM, 'settle', self.deck, '-o', os.path.join(self.folder, output), '--quiet',
                         '--batch-lines', str(lines), *self.options]


# ---- a run ---------------------------------------------------------------------------------------

class Run:
    def __init__(self, shape, number, seed):
        self.shape, self.random = shape, random.Random('%s/%d' % (seed, number))
        self.output = 'run-%d' % number
        self.folder = os.path.join(shape.folder, self.output)
        self.log = os.path.join(shape.folder, self.output + '.log')
        self.counts = collections.Counter()

    def environment(self):
        """Returns the environment of a start. Open MPI's launchers remove the session folder that they share, also
        while another one starts; what is left of a killed launcher may do so late."""
        sessions = os.path.join(self.shape.folder, '%s.mpi-%d' % (self.output, self.counts['starts']))
        os.mkdir(sessions)
        return dict(os.environ, OMPI_MCA_orte_tmpdir_base=sessions)

    def wrong(self, what):
        with open(self.log, errors='replace') as handle:
            raise Wrong('%s, %s: %s\n%s' % (self.shape.name, self.output, what, handle.read()[-2000:]))

    def is_finished(self):
        if not os.path.exists(os.path.join(self.folder, 'manifest.json')):
            return False
        found = bytes_of(self.folder)
        if found != self.shape.want:
            self.wrong('looks finished, but these files differ: %s' % sorted(
                name for name in set(found) | set(self.shape.want) if found.get(name) != self.shape.want.get(name)))
        return True

    def moment_by_time(self, ranks):
        """Returns a function that becomes true after a random part of the time that the run takes."""
        at = time.monotonic() + self.random.uniform(0.2, 1) * self.shape.seconds[ranks] * self.shape.pace
        return lambda: time.monotonic() >= at

    def moment_by_saves(self):
        """Returns a function that becomes true when the start has replaced the checkpoint a few times."""
        path, wanted = self.folder + '.checkpoint.h5', self.random.choice((1, 1, 2, 3, 5))
        seen = [file_number(path)]

        def is_due():
            number = file_number(path)
            if number not in (None, seen[-1]):
                seen.append(number)
            return len(seen) > wanted
        return is_due

    def wait_for_moment(self, process, is_due):
        """Sleeps until the ranks have started and it is time for a kill; returns the ranks that exist then."""
        ranks = {}
        while process.poll() is None and not is_due():
            time.sleep(0.003)
            if not ranks:
                ranks = ranks_of(process.pid)
        return ranks_of(process.pid) if process.poll() is None else ranks

    def kill_some(self, process, ranks, how):
        """Kills and waits for the end; returns the exit code."""
        chosen = {'launcher': [process.pid], 'all': list(ranks),
                  'one': [self.random.choice(sorted(ranks))] if ranks else []}[how]
        for pid in chosen or [process.pid]:
            kill(pid)
        self.counts['kills of ' + (how if chosen else 'launcher')] += 1
        began = time.monotonic()
        while process.poll() is None:
            time.sleep(0.01)
            waited = time.monotonic() - began
            if waited < HANGS_AFTER:
                continue
            # While MPI starts, the launcher itself may wait forever; no rank may.
            if not alive({**ranks, **ranks_of(process.pid)}):
                kill(process.pid)
                process.wait()
                self.counts['launchers that hung without a rank'] += 1
            elif waited > LEFT_WITHIN:
                self.wrong('a rank continues although another was killed')
        if not none_left(ranks, LEFT_WITHIN):
            self.wrong('ranks continue after their launcher ended')
        return process.returncode

    def start(self, disturbed):
        """Makes one start; returns true if the run is finished."""
        ranks = self.random.choice((1, 1, 2, 3))
        command = self.shape.command(self.output, ranks, self.random.choice(self.shape.lines))
        self.counts['starts'] += 1
        with open(self.log, 'w') as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                       env=self.environment())
        killed = False
        if disturbed:
            by_time = self.random.random() < 0.5
            found = self.wait_for_moment(process, self.moment_by_time(ranks) if by_time else self.moment_by_saves())
            killed = process.poll() is None
            if by_time:
                self.shape.pace *= 1.03 if killed else 0.8
            how = self.random.choice(('one', 'all', 'launcher') if ranks > 1 else ('one',))
        code = self.kill_some(process, found, how) if killed else process.wait()
        self.count(killed)
        if self.is_finished():
            return True
        if code == 0:
            self.wrong('ended with exit code 0 but is not finished')
        if not killed:
            self.wrong('ended with exit code %d without being killed' % code)
        return False

    def count(self, killed):
        """Counts where the start began and how it ended."""
        with open(self.log, errors='replace') as handle:
            text = handle.read()
        self.counts['starts killed'] += killed
        saved = text.count('ihp: checkpoint: saved')
        self.counts['starts killed after they had saved something'] += killed and saved > 0
        went_on = re.search(r'continues from \S+ \(([^,0-9)]*)', text)
        if went_on:
            self.counts['starts that resumed'] += 1
            self.counts['  from ' + went_on.group(1).strip()] += 1

    def to_the_end(self):
        # Some runs are killed once, some repeatedly; a run that finishes before it is killed starts over.
        kills = self.random.choice((1, 1, 1, 1, 1, 1, 1, 2, 3, 6))
        for _ in range(STARTS):
            if self.start(self.counts['starts killed'] < kills):
                if self.counts['starts killed'] > 0:
                    break
                shutil.rmtree(self.folder)
        else:
            self.wrong('is not finished after %d starts' % STARTS)
        self.counts['runs'] += 1
        self.counts['runs killed more than once'] += self.counts['starts killed'] > 1
        left = [name for name in os.listdir(self.shape.folder) if name.startswith(self.output + '.checkpoint')]
        # A kill between the last file and the removal of the checkpoint leaves the checkpoint next to a finished run.
        self.counts['finished runs with a checkpoint left'] += bool(left)
        shutil.rmtree(self.folder)
        for name in left:
            os.remove(os.path.join(self.shape.folder, name))
        return self.counts


def main():
    work, runs, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print('seed %s' % seed, flush=True)
    began = time.monotonic()
    counts = collections.Counter()
    try:
        shapes = [Shape(work, *shape) for shape in SHAPES]
        for shape in shapes:
            print('%-9s not killed, continuous saving, 1 to 3 ranks: %s s'
                  % (shape.name, ', '.join('%.2f' % shape.seconds[ranks] for ranks in (1, 2, 3))), flush=True)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for found in pool.map(lambda n: Run(shapes[n % len(shapes)], n, seed).to_the_end(), range(runs)):
                counts.update(found)
    except Wrong as wrong:
        sys.exit('seed %s: %s' % (seed, wrong))
    for name in sorted(counts):
        print('%6d %s' % (counts[name], name))
    print('%.0f s' % (time.monotonic() - began))
    if counts['starts killed'] < runs or counts['starts that resumed'] < runs // 4:
        sys.exit('too few kills happened during the work: the test no longer proves anything')


if __name__ == '__main__':
    main()
