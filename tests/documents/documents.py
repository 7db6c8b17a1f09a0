#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every command and every example that the documents print, exactly as printed.

        documents.py [--pictures]      (requires the environment that ctest sets: IHP_SOURCE, IHP_PROGRAM)

Takes the fenced blocks of the README and the other documents. A `sh` block has commands, run in the order in which they
appear, in one shell per document. A `console` block has commands after "$ ", each followed by its expected output. A
`python`, `r` or `sql` block is a program of its own, and the `text` block behind it is its expected output. Every block must
name its language, so that no command is missed. The shell starts in a copy of the project that has what a reader of the
document has by then: an extract, a program folder, decks, and an earlier package.

With --pictures it only runs the tutorial and writes its pictures to docs/pictures.

ELSEWHERE lists each command that another test runs, or that only a person can run, with the place. A row of that table that
no document prints is an error."""
import filecmp
import functools
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.environ['IHP_SOURCE']
PROGRAM = os.environ['IHP_PROGRAM']

# Commands without their comments.
ELSEWHERE = {
    'scripts/test.sh': 'this test is a part of it',
    'scripts/run.sh': 'it builds; tests/integration/test_run.sh runs it',
    'scripts/install-deps.sh --tests': 'scripts/test.sh begins with it',
    'cmake --preset debug': 'a second build; scripts/test.sh builds two others in the same way',
    'cmake --build --preset debug': 'as above',
    'ctest --preset debug': 'as above',
    'cmake --preset release': 'scripts/test.sh configures preset ci, which inherits it',
    'cmake --build --preset release': 'as above',
    'ctest --preset release': 'this test would run itself',
    'ctest --preset release -R test_extract_rows': 'as above',
    'ctest --preset release -L unit': 'as above',
    'slurm/nightly.sh final-2025.yaml nights/2026-11-22 --sweep sweep-2025.yaml':
        'requires a cluster; tests/slurm/test_nightly.sh runs it',
    'squeue -u $USER': 'requires a cluster',
    'ihp status nights/2026-11-22/settle': 'as above',
    'tail nights/2026-11-22/logs/*.log': 'as above',
    'cat nights/2026-11-22/FAILED': 'as above',
}

# Files whose examples need more than what a reader has here, with the test that runs them.
EXAMPLES_ELSEWHERE = {'docs/recipes/README.md': 'tests/integration/test_recipes_sql.sh'}

GNUPLOT = 'gnuplot 5.4 patchlevel 4'

DECK = '''store: state.h5
program: program
output: %s
settlement: final
base: {year: 2024, paid_through: 2025-12-31}
performance: {year: 2025, paid_through: 2026-12-31}
'''


class Problem(Exception):
    pass


def documents():
    names = ['README.md', 'CONTRIBUTING.md']
    for pattern in ('docs/*.md', 'docs/*/*.md', 'inputs/*/README.md', 'tests/cases/*/README.md'):
        names += sorted(glob.glob(pattern, root_dir=SOURCE))
    return names


def blocks(name):
    """Yields (line, language, lines) of each fenced block."""
    lines = open(os.path.join(SOURCE, name), encoding='utf-8').read().split('\n')
    start = None
    for number, line in enumerate(lines, 1):
        fence = re.match(r'^(\s*)```(\w*)\s*$', line)
        if start is None and fence:
            start, indent, language = number, len(fence.group(1)), fence.group(2)
            if not language:
                raise Problem('%s:%d: this block has no language; use sh, console, text, yaml, c, python, r or sql' % (name, number))
        elif start is not None and fence and not fence.group(2):
            yield start, language, [row[indent:] for row in lines[start:number - 1]]
            start = None
    if start is not None:
        raise Problem('%s:%d: this block does not end' % (name, start))


def commands(first, rows):
    """Yields (line, command), joining lines that end in a backslash and the lines of a here-document."""
    command, at, end = '', first, None
    for offset, row in enumerate(rows, 1):
        if not command:
            at = first + offset
        command += row + '\n'
        here = re.search(r'<<(\w+)', row)
        if here:
            end = here.group(1)
        elif row == end:
            end = None
        if not row.endswith('\\') and end is None:
            if command.strip():
                yield at, command.strip('\n')
            command = ''


def prepare(folder):
    """Makes what a reader has: the project, its build, an extract of their own, decks, and last quarter's package."""
    for name in os.listdir(SOURCE):
        if name in ('build', '.git'):
            continue
        path = os.path.join(SOURCE, name)
        if os.path.isdir(path):
            shutil.copytree(path, os.path.join(folder, name), symlinks=True)
        else:
            shutil.copy2(path, folder)
    os.makedirs(os.path.join(folder, 'build'))
    os.symlink(os.path.dirname(PROGRAM), os.path.join(folder, 'build', 'release'))
    shutil.copytree(os.path.join(SOURCE, 'inputs/sample/extract'), os.path.join(folder, 'extract'))
    shutil.copytree(os.path.join(SOURCE, 'inputs/sample/program'), os.path.join(folder, 'program'))
    for deck, output, more in (('deck.yaml', 'results/final-2025', ''), ('earlier.yaml', 'results/earlier', ''),
                               ('sweep.yaml', 'results/sweep', 'sweep: {design: readings}\n')):
        with open(os.path.join(folder, deck), 'w', encoding='utf-8') as file:
            file.write(DECK % output + more)


def environment(folder):
    env = dict(os.environ)
    env.update(HOME=os.path.join(folder, 'home'), LC_ALL='C.UTF-8',
               PATH=os.path.join(folder, 'bin') + ':' + os.environ['PATH'],
               LD_LIBRARY_PATH=os.path.dirname(PROGRAM))
    os.makedirs(env['HOME'])
    os.makedirs(os.path.join(folder, 'bin'))
    os.symlink(PROGRAM, os.path.join(folder, 'bin', 'ihp'))
    return env


def setting_up(folder, env):
    """Makes the state before the first command of a document: a store, a result, and an earlier package."""
    subprocess.run(['cmake', '--install', os.path.dirname(PROGRAM), '--prefix', os.path.join(env['HOME'], '.local')],
                   check=True, capture_output=True)
    os.makedirs(os.path.join(folder, 'build/sample'))
    for command in (['ihp', 'import', 'inputs/sample/extract', '-o', 'build/sample/sample.h5'],
                    ['ihp', 'import', 'extract', '-o', 'state.h5'], ['ihp', 'settle', 'deck.yaml'],
                    ['ihp', 'package', 'earlier.yaml', '-o', 'packages/2025q2']):
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        if done.returncode != 0:
            raise Problem('preparing: %s: exit code %d\n%s' % (' '.join(command), done.returncode, done.stderr))
    shutil.move(os.path.join(folder, 'results/final-2025'), os.path.join(folder, 'result'))
    shutil.rmtree(os.path.join(folder, 'results'))


def with_h5py():
    """Returns a Python that has the packages of the examples, or None."""
    for python in (os.environ['IHP_PYTHON'], '/usr/bin/python3'):
        if subprocess.run([python, '-c', 'import h5py, pandas'], capture_output=True, check=False).returncode == 0:
            return shlex.quote(python) + ' -'
    return None


def with_hdf5r():
    """Returns R with the package of the examples, or None."""
    if shutil.which('Rscript') is None:
        return None
    done = subprocess.run(['Rscript', '-e', 'library(hdf5r)'], capture_output=True, check=False)
    return 'Rscript --vanilla -' if done.returncode == 0 else None


def with_duckdb():
    """Returns the program that prints what an SQL statement gives, or None."""
    done = subprocess.run(['bash', os.path.join(SOURCE, 'tests/recipes/install_duckdb.sh'), os.path.dirname(PROGRAM)],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    return shlex.join(['node', os.path.join(SOURCE, 'tests/documents/print_sql.mjs'), done.stdout.strip()])


INTERPRETERS = {'python': with_h5py, 'r': with_hdf5r, 'sql': with_duckdb}


@functools.lru_cache(maxsize=None)
def interpreter(language):
    """Returns the command that runs examples of a language; None, after a line about it, where that is not installed."""
    command = INTERPRETERS[language]()
    if command is None:
        print('NOT RUN: examples in %s, as what they require is not installed here' % language, flush=True)
    return command


def example(name, line, language, rows, following):
    """Returns the lines of a script that run an example and compare what it prints with the block behind it."""
    if following is None or following[1] != 'text' or following[0] != line + len(rows) + 3:
        raise Problem('%s:%d: the output of this example must follow it, as a text block' % (name, line))
    command = interpreter(language)
    if command is None:
        return []
    return (['at %s:%d' % (name, line), "diff <(%s <<'END_OF_EXAMPLE'" % command] + rows +
            ['END_OF_EXAMPLE', ") - <<'END_OF_OUTPUT'"] + following[2] + ['END_OF_OUTPUT'])


def script_of(name, printed):
    """Returns the commands of a document as one shell script that reports its position on descriptor 3."""
    script = ['set -euo pipefail', 'at() { printf "%s\\n" "$1" >&3; }']
    count = 0
    found = list(blocks(name))
    for (line, language, rows), following in zip(found, found[1:] + [None]):
        if language in INTERPRETERS and name not in EXAMPLES_ELSEWHERE:
            lines = example(name, line, language, rows, following)
            script += lines
            count += bool(lines)
        elif language == 'sh':
            for at, command in commands(line, rows):
                bare = re.sub(r'\s+#.*$', '', command)
                printed.add(bare)
                if bare in ELSEWHERE:
                    continue
                script += ['at %s:%d' % (name, at), command]
                count += 1
        elif language == 'console':
            expected = None
            for offset, row in enumerate(rows + ['$ '], 1):
                if row.startswith('$ '):
                    if expected is not None:
                        script += ['at %s:%d' % (name, at), 'diff <(%s) - <<\'END_OF_OUTPUT\'' % command]
                        script += expected + ['END_OF_OUTPUT']
                        count += 1
                    command, expected, at = row[2:], [], line + offset
                else:
                    expected.append(row)
    return '\n'.join(script) + '\n', count


def check_pictures(folder):
    """Compares docs/pictures with the pictures of the report that the tutorial has made; with --pictures, writes them there.
    Another version of gnuplot draws the same picture with other bytes, so these are made and compared with one version."""
    done = subprocess.run(['gnuplot', '--version'], capture_output=True, text=True, check=False) if shutil.which('gnuplot') else None
    if done is None or done.stdout.strip() != GNUPLOT:
        print('NOT RUN: the pictures of the tutorial, as they are drawn by %s' % GNUPLOT, flush=True)
        return
    kept = os.path.join(SOURCE, 'docs/pictures')
    made = kept if '--pictures' in sys.argv[1:] else os.path.join(folder, 'pictures')
    subprocess.run([sys.executable, os.path.join(SOURCE, 'scripts/pictures.py'),
                    os.path.join(folder, 'tutorial/result/report.html'), made], check=True)
    for picture in sorted(set(os.listdir(made)) | set(os.listdir(kept))):
        there = [os.path.join(place, picture) for place in (made, kept)]
        if not all(os.path.exists(path) for path in there) or not filecmp.cmp(*there, shallow=False):
            raise Problem('docs/pictures/%s is not what the tutorial draws; make it with cmake --build --preset release '
                          '--target pictures' % picture)


def run_document(name, printed):
    """Runs the commands of a document; returns their number."""
    folder = tempfile.mkdtemp(prefix='ihp-documents-')
    try:
        script, count = script_of(name, printed)
        if count == 0:
            return 0
        prepare(folder)
        env = environment(folder)
        setting_up(folder, env)
        place = os.path.join(folder, '.place')
        with open(place, 'w', encoding='utf-8') as at:
            done = subprocess.run(['bash', '-c', 'exec 3>"$1"; source /dev/stdin', 'bash', place], cwd=folder, env=env,
                                  input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            reached = open(place, encoding='utf-8').read().split()
            raise Problem('%s: exit code %d; the last output was\n%s' %
                          (reached[-1] if reached else name, done.returncode, done.stdout[-2000:]))
        if name == 'docs/tutorial.md':
            check_pictures(folder)
        return count
    finally:
        shutil.rmtree(folder)


def anchors(name):
    """Returns the anchors of a document's headings, as GitHub makes them."""
    text = open(os.path.join(SOURCE, name), encoding='utf-8').read()
    made = set()
    for heading in re.findall(r'^#+ (.*)$', text, re.M):
        anchor = re.sub(r'[^\w\- ]', '', heading.strip().lower()).replace(' ', '-')
        made.add(anchor)
    return made


def check_links():
    """Yields each wrong link of the documents to each other."""
    for name in documents():
        text = open(os.path.join(SOURCE, name), encoding='utf-8').read()
        for target in re.findall(r'\]\(([^)\s]+)\)', text):
            if re.match(r'[a-z]+:', target):
                continue
            path, _, anchor = target.partition('#')
            path = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            if not os.path.exists(os.path.join(SOURCE, path)):
                yield '%s: links to %s, which does not exist' % (name, path)
            elif anchor and anchor not in anchors(path):
                yield '%s: links to %s#%s, which has no such heading' % (name, path, anchor)


def main():
    if '--pictures' in sys.argv[1:]:
        os.makedirs(os.path.join(SOURCE, 'docs/pictures'), exist_ok=True)
        run_document('docs/tutorial.md', set())
        return 0
    problems, total, printed = list(check_links()), 0, set()
    for problem in problems:
        print('FAILED: %s' % problem)
    for name in documents():
        try:
            count = run_document(name, printed)
            total += count
            if count:
                print('%s: %d commands' % (name, count), flush=True)
        except Problem as problem:
            problems.append(str(problem))
            print('FAILED: %s' % problem, flush=True)
    for command in sorted(set(ELSEWHERE) - printed):
        problems.append('ELSEWHERE names a command that no document prints: %s' % command)
        print('FAILED: ' + problems[-1])
    if total < 20:
        problems.append('only %d commands found' % total)
        print('FAILED: ' + problems[-1])
    print('%d passed, %d failed' % (total, len(problems)))
    return 1 if problems else 0


sys.exit(main())
