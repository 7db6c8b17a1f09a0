#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tortures ihp: flips bits of what it reads, lets its system calls and allocations fail, fills its disk, signals it,
and lets runs race for one output.

    torture.py SECTION... --build FOLDER [--seed S] [--seconds T | --quick] [--jobs NAMES] [--ranks N]

Everything is drawn from the seed, which is printed. With --quick each section makes a fixed number of tries, in
seconds, for the tests; with --seconds it goes on as long as that. SIGTERM and SIGINT end it after the try that it is at,
and it reports. The exit code is 1 if anything went wrong."""
import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import disks    # noqa: E402
import faults   # noqa: E402
import flips    # noqa: E402
import races    # noqa: E402
import signals  # noqa: E402
from jobs import State  # noqa: E402
from runner import KINDS, Findings, Programs, Server  # noqa: E402

SECTIONS = {'flips': flips.run, 'faults': faults.run, 'ranks': faults.run_on_ranks, 'races': races.run,
            'signals': signals.run, 'disks': disks.run}


class Plan:
    """What a section is asked to do: how many tries or how long, with which jobs."""

    stopped = False    # by a signal

    def __init__(self, options, section):
        self.random = random.Random('%s %s' % (options.seed, section))
        self.quick = options.quick
        self.tries = options.tries
        self.jobs = options.jobs
        self.kinds = options.kinds
        self.ends = time.monotonic() + options.seconds
        self.findings = Findings(section, options.seed)
        self.made = 0

    def goes_on(self, quick_tries):
        """Counts a try; returns false when there have been enough."""
        self.made += 1
        if Plan.stopped:
            return False
        if self.tries:
            return self.made <= self.tries
        return self.made <= quick_tries if self.quick else time.monotonic() < self.ends

    def wants(self, job):
        return not self.jobs or job in self.jobs


def options_of():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('sections', nargs='+', choices=sorted(SECTIONS), metavar='SECTION',
                        help=', '.join(sorted(SECTIONS)))
    parser.add_argument('--build', required=True, help='build folder with ihp and tests/torture_server')
    parser.add_argument('--seed', default=str(int(time.time())))
    parser.add_argument('--seconds', type=float, default=60)
    parser.add_argument('--tries', type=int, default=0, help='exactly so many tries, instead of a time')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--kinds', type=lambda text: text.split(','), default=list(KINDS),
                        help='kinds of calls that fail (default: all)')
    parser.add_argument('--jobs', type=lambda text: text.split(','), default=[])
    return parser.parse_args()


def stop(*_):
    Plan.stopped = True


def main():
    options = options_of()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    base = '/dev/shm' if os.access('/dev/shm', os.W_OK) and 'TMPDIR' not in os.environ else None
    work = tempfile.mkdtemp(prefix='ihp-torture-', dir=base)
    good = True
    try:
        programs = Programs(os.path.abspath(options.build), work)
        server = Server(programs)
        state = State(programs, server, work)
        for section in options.sections:
            print('torture: %s: seed %s' % (section, options.seed), flush=True)
            plan = Plan(options, section)
            SECTIONS[section](plan, programs, server, state)
            good = plan.findings.report() and good
        server.stop()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
