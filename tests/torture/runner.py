# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands of ihp for the torture tests, and describes what they leave."""
import hashlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

KINDS = ('open', 'read', 'write', 'rename', 'sync', 'link', 'unlink', 'mkdir', 'stat', 'list', 'lock', 'length',
         'close', 'mode', 'allocate', 'allocate-hdf5')
HANGS_AFTER = 300    # seconds; a run takes a fraction of one, and a hundred times that on a busy machine
SHOWN = 2            # examples that are printed of errors that are much like each other
MPI_SETTINGS = {'OMPI_ALLOW_RUN_AS_ROOT': '1', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM': '1', 'OMPI_MCA_pml': 'ob1',
                'OMPI_MCA_btl': 'self,vader', 'OMPI_MCA_btl_vader_single_copy_mechanism': 'none',
                'OMPI_MCA_rmaps_base_oversubscribe': '1', 'OMPI_MCA_hwloc_base_binding_policy': 'none',
                'OMPI_MCA_mpi_yield_when_idle': '1', 'OMPI_MCA_ess_singleton_isolated': '1',
                'OMPI_MCA_odls_base_sigkill_timeout': '1', 'ASAN_OPTIONS': 'detect_leaks=0'}


class Programs:
    """The programs under test and the library that makes their calls fail."""

    def __init__(self, build, work):
        self.ihp = os.path.join(build, 'ihp')
        self.server = os.path.join(build, 'tests', 'torture_server')
        self.faults = os.path.join(build, 'tests', 'torture_faults.so')
        self.mpirun = os.environ.get('IHP_MPIRUN', 'mpirun')
        self.work = work
        for path in (self.ihp, self.server, self.faults):
            if not os.path.exists(path):
                sys.exit('torture: error: %s is missing; build it first' % path)

    def environment(self, **more):
        return dict(os.environ, **{**MPI_SETTINGS, 'OMPI_MCA_orte_tmpdir_base': self.work, **more})

    def columns(self, path):
        """Returns (dataset, offset, bytes) for each contiguous piece of each dataset of an HDF5 file."""
        text = subprocess.run([self.server, 'columns', path], capture_output=True, text=True, check=True,
                              env=self.environment()).stdout
        return [(name, int(at), int(size)) for name, at, size in (line.rsplit(' ', 2) for line in text.splitlines())]


class Outcome:
    """How a command ended. `code` is negative for a signal and None if it hung; `hits` has, for each of its processes,
    how many calls did not work as asked."""

    def __init__(self, command, code, out, err, counts, hits):
        self.command, self.code, self.out, self.err, self.counts, self.hits = command, code, out, err, counts, hits

    def struck(self):
        """Returns in how many processes calls did not work."""
        return sum(number > 0 for number in self.hits)

    def errors(self):
        return [line for line in self.err.splitlines() if re.match('ihp: (error|stopped): ', line)]

    def show(self):
        lines = self.errors() or [line for line in self.err.splitlines() if not line.startswith('ihp: notice')]
        return 'exit code %s; %s' % (self.code, ' | '.join(lines)[-400:] or 'no message')


def read_counts(path):
    """Returns the number of calls of each kind, and how many did not work as asked."""
    with open(path, 'rb') as handle:
        data = handle.read()
    numbers = struct.unpack('<%dQ' % (len(KINDS) + 1), data) if data else (0,) * (len(KINDS) + 1)
    return dict(zip(KINDS, numbers)), numbers[-1]


def notice_hangups():
    """Under nohup a program ignores SIGHUP, and so would every one that it starts."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Server:
    """Runs commands one at a time on one rank, without starting MPI for each."""

    def __init__(self, programs):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix='server-', dir=programs.work)
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.programs.server], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=self.programs.environment(LD_PRELOAD=self.programs.faults),
                                        preexec_fn=notice_hangups)
        if self.process.stdout.readline() != 'ready\n':
            sys.exit('torture: error: %s does not start' % self.programs.server)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def run(self, command, fault='none:0:once:0', disturb=None):
        """`disturb`, a function, gets the number of the process when it has started, in a thread of its own."""
        out, err, report = (os.path.join(self.folder, name) for name in ('out', 'err', 'report'))
        self.process.stdin.write('\x1f'.join([out, err, fault, report] + command) + '\n')
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        hung = []

        def end():
            hung.append(True)
            os.killpg(child, signal.SIGKILL)
        timer = threading.Timer(HANGS_AFTER, end)
        timer.start()
        if disturb is not None:
            disturb(child)
        answer = self.process.stdout.readline()
        timer.cancel()
        if answer == '':
            sys.exit('torture: error: the server ended during %s' % ' '.join(command))
        code = None if hung else os.waitstatus_to_exitcode(int(answer))
        counts, hits = read_counts(report)
        return Outcome(command, code, read_text(out), read_text(err), counts, [hits])


class Launcher:
    """Runs commands on several ranks, each in a new process. A fault is on one rank, or on all for None."""

    def __init__(self, programs, ranks):
        self.programs, self.ranks = programs, ranks
        self.folder = tempfile.mkdtemp(prefix='launcher-', dir=programs.work)

    def run(self, command, fault='none:0:once:0', disturb=None, rank=0):
        report = os.path.join(self.folder, 'report')
        empty(report)
        settings = {'LD_PRELOAD': self.programs.faults, 'TORTURE_FAULT': fault, 'TORTURE_REPORT': report}
        if rank is not None:
            settings['TORTURE_RANK'] = str(rank)
        launch = [self.programs.mpirun, '-n', str(self.ranks)]
        for name, value in settings.items():
            launch += ['-x', '%s=%s' % (name, value)]
        sessions = tempfile.mkdtemp(prefix='mpi-', dir=self.programs.work)
        with open(os.path.join(self.folder, 'out'), 'w+') as out, open(os.path.join(self.folder, 'err'), 'w+') as err:
            process = subprocess.Popen(launch + [self.programs.ihp] + command, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=err, start_new_session=True,
                                       env=self.programs.environment(OMPI_MCA_orte_tmpdir_base=sessions))
            if disturb is not None:
                disturb(process.pid)
            try:
                code = process.wait(HANGS_AFTER)
            except subprocess.TimeoutExpired:
                code = None
                kill_session(process.pid)
                process.wait()
        shutil.rmtree(sessions, ignore_errors=True)
        reports = [read_counts(os.path.join(report, name)) for name in sorted(os.listdir(report))]
        counts = {kind: sum(counted[kind] for counted, _ in reports) for kind in KINDS}
        if code is not None and code > 128:
            code = 128 - code    # mpirun's way to tell that a rank got a signal
        return Outcome(['mpirun', '-n', str(self.ranks)] + command, code, read_text(self.folder + '/out'),
                       read_text(self.folder + '/err'), counts, [hits for _, hits in reports])

    def stop(self):
        pass


def kill_session(session):
    """Kills every process of a session: mpirun and its ranks, which are groups of their own."""
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open('/proc/%s/stat' % name) as handle:
                    fields = handle.read().rsplit(') ', 1)[1].split()
                if int(fields[3]) == session:
                    os.kill(int(name), signal.SIGKILL)
            except (OSError, IndexError):
                pass


def read_text(path):
    with open(path, errors='replace') as handle:
        return handle.read()


# ---- what a command leaves ---------------------------------------------------------------------------------------

def without_run(value):
    """Drops from a parsed JSON file what differs between equal runs: the entry "run", and the digests of the files
    that have times."""
    if isinstance(value, dict):
        return {key: without_run(entry) for key, entry in value.items()
                if key not in ('run', 'timings.h5')}
    if isinstance(value, list):
        return [without_run(entry) for entry in value
                if not (isinstance(entry, dict) and 'timings.h5' in (entry.get('name'), entry.get('file'),
                                                                     entry.get('path')))]
    return value


def content(path, name):
    if os.path.islink(path):
        return 'link to ' + os.readlink(path)
    with open(path, 'rb') as handle:
        data = handle.read()
    if name.endswith('timings.h5'):
        return 'times'
    if name.endswith('.json') and data:
        try:
            data = json.dumps(without_run(json.loads(data)), sort_keys=True).encode()
        except ValueError:
            return 'not JSON'
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def snapshot(folder):
    """Returns the names of all files and folders below a folder, each with a digest of its content; without the
    status of runs, which tells how a run that failed has ended."""
    found = {}
    for path, folders, files in os.walk(folder):
        for name in files + folders:
            whole = os.path.join(path, name)
            inside = os.path.relpath(whole, folder)
            if not inside.endswith('.status.json'):
                found[inside] = 'folder' if name in folders else content(whole, inside)
    return found


def untouched(folder):
    """Returns something that changes when a file below the folder is written or replaced."""
    found = {}
    for path, _, files in os.walk(folder):
        for name in files:
            info = os.stat(os.path.join(path, name), follow_symlinks=False)
            found[os.path.relpath(os.path.join(path, name), folder)] = (info.st_ino, info.st_size, info.st_mtime_ns)
    return found


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


def differences(found, wanted):
    """Returns in a few words how two snapshots differ."""
    words = []
    for text, names in (('additional', set(found) - set(wanted)), ('missing', set(wanted) - set(found)),
                        ('changed', {name for name in set(found) & set(wanted) if found[name] != wanted[name]})):
        if names:
            shown = sorted(names)
            words.append('%s: %s%s' % (text, ', '.join(shown[:4]), ' ...' if len(shown) > 4 else ''))
    return '; '.join(words)


class Findings:
    """Counts of what was tried and of what went wrong."""

    def __init__(self, section, seed):
        self.section, self.seed = section, seed
        self.tried, self.wrong, self.shown, self.began = {}, {}, {}, time.monotonic()

    def count(self, what, number=1):
        self.tried[what] = self.tried.get(what, 0) + number

    def fail(self, what, detail):
        """Notes an error; prints it unless it was much like an earlier one."""
        self.wrong[what] = self.wrong.get(what, 0) + 1
        like = (what, re.sub(r'[0-9]+', '0', re.sub(r'/[^ :]*/', '', detail.split(' [')[0])).split(': exit code', 1)[-1])
        self.shown[like] = self.shown.get(like, 0) + 1
        if self.shown[like] <= SHOWN:
            print('  WRONG %s: %s' % (what, detail), flush=True)

    def report(self):
        for what in sorted(self.tried):
            print('  %8d %s' % (self.tried[what], what))
        for what in sorted(self.wrong):
            print('  %8d WRONG %s' % (self.wrong[what], what))
        print('torture: %s: seed %s: %d wrong, %.0f s' % (self.section, self.seed, sum(self.wrong.values()),
                                                         time.monotonic() - self.began), flush=True)
        return not self.wrong
