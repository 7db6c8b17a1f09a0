# SPDX-License-Identifier: GPL-3.0-or-later
"""Full disks: every job that writes, on a disk that takes so many bytes and no more; as root also on a real one; and
standard output on a full device."""
import errno
import os
import shutil
import subprocess

from faults import cases_of
from jobs import Case, Job, jobs_of
from runner import snapshot, untouched

FULL = os.strerror(errno.ENOSPC)


def run(plan, programs, server, state):
    cases = [case for case in cases_of(plan, state, server, lambda job: not job.prints)]
    sizes = {case: bytes_of(case) for case in cases}
    real = RealDisk(os.path.join(os.path.dirname(state.folder), 'disk'))
    inputs = untouched(state.folder)
    print_to_full_device(plan, programs, state)
    while cases and plan.goes_on(120):
        case = plan.random.choice(cases)
        space = plan.random.randrange(sizes[case])
        if real.works and plan.random.random() < 0.3:
            fill_real_disk(plan, case, server, real, space)
            continue
        case.reset()
        outcome = server.run(case.command, 'space:%d:on:%d' % (space, errno.ENOSPC))
        plan.findings.count('disks of some bytes')
        plan.findings.count('  large enough', outcome.code == 0)
        wrong = case.wrong_with(outcome, (FULL,))
        if wrong is not None:
            plan.findings.fail('%s: %s' % (case.text(), wrong), '%d bytes: %s' % (space, case.detail(outcome)))
        if untouched(state.folder) != inputs:
            plan.findings.fail('%s: changes its input' % case.text(), '%d bytes' % space)
            inputs = untouched(state.folder)
    real.stop()


def bytes_of(case):
    """Returns a little more than the bytes that the job leaves."""
    total = 0
    for path, _, names in os.walk(case.out):
        total += sum(os.path.getsize(os.path.join(path, name)) for name in names)
    return total * 3 // 2 + 4096


def print_to_full_device(plan, programs, state):
    jobs = jobs_of(state, '/nowhere')
    for name in ('check', 'info-store', 'info-result', 'explain', 'dry-run', 'status'):
        if not plan.wants(name):
            continue
        with open('/dev/full', 'w') as full:
            done = subprocess.run([programs.ihp] + jobs[name].command, stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=programs.environment())
        plan.findings.count('standard output on a full device')
        if done.returncode != 1 or done.stderr.count('ihp: error: ') != 1:
            plan.findings.fail('%s: prints to a full device' % name,
                               'exit code %d; %s' % (done.returncode, done.stderr[-200:]))


class RealDisk:
    """A file system in memory, of a size that is chosen for each run; only root can mount one."""

    def __init__(self, folder):
        self.folder, self.mounted = folder, False
        os.makedirs(folder)
        self.works = os.geteuid() == 0 and self.mount(65536)
        self.stop()

    def mount(self, size):
        self.stop()
        self.mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=%d' % size, 'ihp-torture', self.folder],
                                      capture_output=True).returncode == 0
        return self.mounted

    def stop(self):
        if self.mounted:
            subprocess.run(['umount', self.folder], check=True)
            self.mounted = False


def fill_real_disk(plan, case, server, real, space):
    """Runs a job on a disk that has room for what is there before and some pages more."""
    before = sum(os.path.getsize(path) + 4096 for path in files_of(case.kept)) if case.over else 0
    real.mount(before + space // 4096 * 4096 + 4096)
    there = os.path.join(real.folder, 'out')
    job = Job(case.job.name, [word.replace(case.out, there, 1) for word in case.job.command], saves=case.job.saves)
    copy = Case(job, there, server, case.over)
    copy.command = [word.replace(case.out, there, 1) for word in case.command]
    copy.before, copy.normal, copy.printed = case.before, case.normal, case.printed
    try:
        if case.over:
            shutil.copytree(case.kept, there, symlinks=True)
        else:
            os.makedirs(there)
    except (OSError, shutil.Error):
        return    # even what was there before has no room
    if case.over and snapshot(there) != case.before:
        return
    outcome = server.run(copy.command)
    plan.findings.count('real disks')
    plan.findings.count('  large enough', outcome.code == 0)
    wrong = 'succeeds with another result' if outcome.code == 0 and not same_result(case, copy) else \
        None if outcome.code == 0 else copy.wrong_with(outcome, (FULL,))
    if wrong is not None:
        plan.findings.fail('%s: %s (real disk)' % (case.text(), wrong),
                           '%d bytes: %s' % (space, copy.detail(outcome)))


def same_result(case, copy):
    """The names are the same; contents may name the output's path."""
    return set(snapshot(copy.out)) == set(case.normal)


def files_of(folder):
    for path, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(path, name)
