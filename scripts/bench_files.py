# SPDX-License-Identifier: GPL-3.0-or-later
"""The table "from files to settlement" of scripts/bench.py: CSV files become a store, and the store becomes a settlement
with a bootstrap, beside the peer in scripts/peer on the same files and cores. Both must find the same dollars."""
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEER = os.path.join(ROOT, 'scripts', 'peer')
REPLICATES = 2000
CENTS = {'base_capped_cost': 100, 'capped_cost': 100}  # the peer's whole cents are dollars in settlement.csv
ALLOWED = {'ratio': 1e-9, 'shared_before_pbp': 0.011, 'shared_amount': 0.011}


def used(command):
    """Runs a command; returns its wall seconds, its CPU seconds, and what it printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit('%s\nended with %d\n%s' % (' '.join(command), done.returncode, done.stderr))
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def differences(ours, theirs):
    """Returns the cells in which settlement.csv of ihp and of the peer differ, as texts."""
    with open(ours, newline='') as one, open(theirs, newline='') as other:
        ours, theirs = list(csv.DictReader(one)), list(csv.DictReader(other))
    if len(ours) != len(theirs):
        return ['%d IHPs and %d' % (len(ours), len(theirs))]
    found = []
    for row, peer in zip(ours, theirs):
        for name, text in peer.items():
            same = row[name] == text
            if name in CENTS:
                same = round(float(row[name]) * CENTS[name]) == int(text)
            elif name in ALLOWED and row[name] and text:
                same = abs(float(row[name]) - float(text)) <= ALLOWED[name]
            if not same:
                found.append('%s %s: %s and %s' % (row['ihp_id'], name, row[name], text))
    return found


def peer_folder(bench):
    """Returns the folder that has DuckDB, or None after saying why there is none."""
    done = subprocess.run(['bash', os.path.join(ROOT, 'tests', 'recipes', 'install_duckdb.sh'), bench.build],
                          capture_output=True, text=True)
    if done.returncode != 0:
        print('  without the peer: %s' % done.stdout.strip())
        return None
    return done.stdout.strip()


class Way:
    """One way from the files of a state to a settlement, by `ihp` or by the peer."""

    def __init__(self, bench, state):
        self.bench, self.state, self.work = bench, state, os.path.join(bench.work, 'from-files')
        self.extract, self.program = os.path.join(state, 'extract'), os.path.join(state, 'program')
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        with open(os.path.join(state, 'deck.yaml')) as handle, open(self.at('deck.yaml'), 'w') as out:
            out.write(handle.read().replace('"program"', self.program))
            out.write('bootstrap: {replicates: %d, seed: 1}\n' % REPLICATES)

    def at(self, name):
        return os.path.join(self.work, name)

    def ours(self, ranks):
        start = ['mpirun', '-n', str(ranks), self.bench.ihp]
        load = used([*start, 'import', self.extract, '-o', self.at('state.h5'), '--force', '--quiet'])
        return {'load': load[:2], 'settle': used([*start, 'settle', self.at('deck.yaml'), '--force', '--quiet'])[:2]}

    def theirs(self, duckdb):
        database = self.at('peer.duckdb')
        if os.path.exists(database):
            os.remove(database)
        sql = [os.path.join(PEER, name) for name in ('load.sql', 'settle.sql', 'bootstrap.sql')]
        printed = used(['node', os.path.join(PEER, 'peer.mjs'), duckdb, database, '2', '16GB', 'extract=' + self.extract,
                        'program=' + self.program, 'replicates=%d' % REPLICATES, *sql, self.at('settlement.csv')])[2]
        seconds = {line.split()[0]: tuple(map(float, line.split()[1:])) for line in printed.splitlines()}
        settle = tuple(sum(pair) for pair in zip(seconds['settle.sql'], seconds['bootstrap.sql']))
        return {'load': seconds['load.sql'], 'settle': settle}


def row(name, runs):
    steps = [[statistics.median(run[step][kind] for run in runs) for kind in (0, 1)] for step in ('load', 'settle')]
    wall, cpu = (statistics.median(run['load'][kind] + run['settle'][kind] for run in runs) for kind in (0, 1))
    print('  %-24s %7.1f (%.1f)   %7.1f (%.1f)   %7.1f (%.1f)' % (name, *steps[0], *steps[1], wall, cpu))
    return wall, cpu


def from_files(bench, members):
    way = Way(bench, bench.state(members, extract=True))
    size = sum(os.path.getsize(os.path.join(way.extract, name)) for name in os.listdir(way.extract))
    print('\nFrom files to settlement: %s members, %.1f GB of CSV, %s replicates; seconds (CPU seconds)'
          % (format(members, ','), size / 1e9, format(REPLICATES, ',')))
    duckdb = peer_folder(bench)
    actions = {'ihp, two ranks': lambda: way.ours(2), 'ihp, one rank': lambda: way.ours(1)}
    if duckdb is not None:
        actions['DuckDB, two threads'] = lambda: way.theirs(duckdb)
    rounds, bench.rounds = bench.rounds, min(bench.rounds, 3)
    results = bench.rounds_of(actions, warm_up=0)  # it would take as long as a round
    bench.rounds = rounds
    print('  %-24s %-16s  %-16s  %-16s' % ('', 'files to store', 'to settlement', 'the whole way'))
    whole = {name: row(name, runs) for name, runs in results.items()}
    if duckdb is not None:
        peer, ours = whole['DuckDB, two threads'], whole['ihp, two ranks']
        print('  DuckDB / ihp on two ranks                 %.2f of the time, %.2f of the CPU time'
              % (peer[0] / ours[0], peer[1] / ours[1]))
        found = differences(way.at('result/settlement.csv'), way.at('settlement.csv'))
        print('  IHPs whose figures differ between the two: %s' % (found or 'none'))
    shutil.rmtree(way.work)
