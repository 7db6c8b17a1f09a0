#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the structure of the code; docs/architecture.md says why.

    house.py SOURCE BUILD

Reads the object files below BUILD (nm), so that it sees what the code does and not what it includes, and the sources
below SOURCE. Reports

  - files that use each other in a circle, and rooms that use a room above them or a job that uses another;
  - headers included from a room above, and private headers included by public ones;
  - functions of more than 60 lines or 7 parameters;
  - a status that is cast away;
  - symbols that the library defines without the private prefix and that include/ihp does not declare, and what
    the shared library exports beyond the public functions;
  - rooms of the table in docs/architecture.md that are not those of src/, in this order.

Ends with code 1 when it finds one, after naming each. Link-time optimisation does no harm as long as the objects hold
plain code as well."""
import collections
import os
import re
import subprocess
import sys

# From the lowest to the highest. A room uses itself and the rooms before it.
ROOMS = ['base', 'program', 'deck', 'store', 'checkpoint', 'source', 'layout', 'extract', 'synth', 'member', 'tally',
         'finance', 'resample', 'sweep', 'result', 'report', 'workbook', 'engine', 'explain', 'bootstrap', 'jobs', 'cli']
# Rooms that do not use each other although one is above the other.
STRANGERS = [{'program', 'deck'}, {'resample', 'sweep'}, {'checkpoint', 'program'}, {'checkpoint', 'deck'}]
# These make stores; a settlement does not use them. synth/ writes an extract by the table of extract/.
SOURCES_OF_STORES = {'extract', 'synth'}
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 7

source, build = sys.argv[1], sys.argv[2]
problems = []


def report(text):
    problems.append(text)
    print(text)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def files_below(folder, ending):
    for path, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith(ending):
                yield os.path.join(path, name)


def room(name):
    """Returns the first folder of a file's name below src/; a job's own folder counts as a separate room."""
    return name.split('/', 1)[0]


def job(name):
    parts = name.split('/')
    return parts[1] if parts[0] == 'jobs' and len(parts) > 2 else None


def may_use(user, used):
    """Returns why a file must not use another, or None."""
    a, b = room(user), room(used)
    if a not in ROOMS or b not in ROOMS:
        return 'is in no room: %s' % (user if a not in ROOMS else used)
    if a == b == 'jobs' and job(user) != job(used):
        return 'is another job'
    if ROOMS.index(b) > ROOMS.index(a):
        return 'is in a room above'
    if {a, b} in STRANGERS:
        return 'is in a room that %s/ does not know' % a
    if b in SOURCES_OF_STORES and a not in SOURCES_OF_STORES | {'cli'}:
        return 'makes stores, which %s/ must not use' % a
    return None


# ---- what the object files use ---------------------------------------------------------------------------------------


def read_symbols():
    """Returns the file that defines each symbol, and the symbols that each file uses."""
    defined, used = {}, {}
    for path in files_below(build, '.o'):
        if '/src/' not in path or '/CMakeFiles/' not in path:
            continue
        name = path.rsplit('/src/', 1)[1][:-2]
        if not os.path.exists(os.path.join(source, 'src', name)):
            continue  # an old object of a file that has moved
        used[name] = set()
        for row in run('nm', '--no-sort', path).splitlines():
            parts = row.split()
            if len(parts) == 3 and parts[1] in 'TDRBVWC':
                defined[parts[2]] = name
            elif len(parts) == 2 and parts[0] == 'U':
                used[name].add(parts[1])
    return defined, used


def find_circles(edges):
    """Returns the strongly connected components of more than one file (Tarjan, without recursion)."""
    index, low, on_stack, stack, circles = {}, {}, set(), [], []
    for start in sorted(edges):
        if start in index:
            continue
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        work = [(start, iter(sorted(edges[start])))]
        while work:
            node, rest = work[-1]
            advanced = False
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(sorted(edges[other]))))
                    advanced = True
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            if advanced:
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                component = []
                while not component or component[-1] != node:
                    component.append(stack.pop())
                    on_stack.discard(component[-1])
                if len(component) > 1:
                    circles.append(sorted(component))
    return circles


def check_uses(defined, used):
    edges = collections.defaultdict(lambda: collections.defaultdict(set))
    for name, symbols in used.items():
        edges[name] = collections.defaultdict(set)
        for symbol in symbols:
            if defined.get(symbol, name) != name:
                edges[name][defined[symbol]].add(symbol)
    for user in sorted(edges):
        for other in sorted(edges[user]):
            why = may_use(user, other)
            if why:
                report('%s uses %s of %s, which %s' % (user, ', '.join(sorted(edges[user][other])[:3]), other, why))
    for circle in find_circles(edges):
        report('circle of %d files: %s' % (len(circle), ' '.join(circle)))
        for a in circle:
            for b in sorted(edges[a]):
                if b in circle:
                    print('    %s uses %s of %s' % (a, ', '.join(sorted(edges[a][b])[:4]), b))


# ---- what the sources say --------------------------------------------------------------------------------------------


def check_includes():
    for path in list(files_below(os.path.join(source, 'src'), '.c')) + list(files_below(os.path.join(source, 'src'), '.h')):
        name = os.path.relpath(path, os.path.join(source, 'src'))
        for header in re.findall(r'^#include "([^"]+)"', open(path).read(), re.M):
            if header.startswith('ihp/'):
                continue
            if '/' not in header or not os.path.exists(os.path.join(source, 'src', header)):
                header = os.path.normpath(os.path.join(os.path.dirname(name), header))
            why = may_use(name, header)
            if why:
                report('src/%s includes %s, which %s' % (name, header, why))
    for path in files_below(os.path.join(source, 'include'), '.h'):
        for header in re.findall(r'^#include "([^"]+)"', open(path).read(), re.M):
            if not header.startswith('ihp/'):
                report('%s includes %s, which is not public' % (os.path.relpath(path, source), header))


def count_parameters(signature):
    """Returns the parameters between the outermost parentheses of a definition."""
    inside = signature[signature.index('(') + 1:signature.rindex(')')]
    depth, count = 0, 1
    for c in inside:
        depth += (c in '([{') - (c in ')]}')
        count += c == ',' and depth == 0
    return count


def find_casts(text):
    """Yields the lines of the casts to void whose operand has a call: `(void)f(x)`, `(void)!(ops->get(x))`."""
    for cast in re.finditer(r'(?<![\w)*])\(void\)', text):  # not the parameters of `f(void)` or `(*f)(void)`
        depth, end = 0, cast.end()
        while end < len(text) and text[end] != ';' and depth >= 0:
            depth += (text[end] in '([{') - (text[end] in ')]}')
            end += 1
        operand = re.sub(r'\b(sizeof|_Alignof|alignof)\s*\(', ' ', text[cast.end():end])
        if re.search(r'[\w\])]\s*\(', operand):
            yield text[:cast.start()].count('\n') + 1


def check_functions():
    """Relies on clang-format: a function's braces are alone in the first column."""
    functions = 0
    for folder in ('src', 'tests', 'scripts', 'docs'):
        for path in list(files_below(os.path.join(source, folder), '.c')) + list(
                files_below(os.path.join(source, folder), '.h')):
            lines = open(path).read().split('\n')
            for first, line in enumerate(lines):
                if line != '{':
                    continue
                start = first - 1
                while start > 0 and (lines[start][:1] in (' ', '\t')):
                    start -= 1
                signature = ' '.join(lines[start:first])
                if not re.search(r'\w+\(.*\)\s*$', signature):
                    continue
                functions += 1
                end = lines.index('}', first)
                where = '%s:%d' % (os.path.relpath(path, source), start + 1)
                if end - start + 1 > LONGEST_FUNCTION:
                    report('%s: a function of %d lines; at most %d' % (where, end - start + 1, LONGEST_FUNCTION))
                if count_parameters(signature) > MOST_PARAMETERS:
                    report('%s: a function of %d parameters; at most %d' %
                           (where, count_parameters(signature), MOST_PARAMETERS))
            for line in find_casts('\n'.join(lines)):
                report('%s:%d: a result is cast away' % (os.path.relpath(path, source), line))
    return functions


# ---- what the library shows ------------------------------------------------------------------------------------------


def public_functions():
    declared = set()
    for path in files_below(os.path.join(source, 'include'), '.h'):
        declared |= set(re.findall(r'^IHP_API [^;]*?\b(ihp_\w+)\(', open(path).read(), re.M))
    return declared


def check_symbols(defined):
    declared = public_functions()
    for symbol in sorted(defined):
        if not symbol.startswith('ihp__') and symbol not in declared and room(defined[symbol]) != 'cli':
            report('%s defines %s, which is neither public nor called ihp__…' % (defined[symbol], symbol))
    shared = os.path.join(build, 'libihp.so')
    exported = {row.split()[-1] for row in run('nm', '-D', '--defined-only', shared).splitlines()}
    for symbol in sorted(exported - declared):
        report('libihp.so exports %s, which include/ihp does not declare' % symbol)
    for symbol in sorted(declared - exported):
        report('include/ihp declares %s, which libihp.so does not export' % symbol)
    return len(exported)


def check_document():
    """Compares the rooms of the table under "Rooms", in its order; `jobs/settle/` counts as jobs."""
    text = open(os.path.join(source, 'docs', 'architecture.md')).read()
    section = text[text.index('\n## Rooms'):]
    rooms = []
    for cell in re.findall(r'^\| (`[^|]*) \|', section[:section.index('\n## ', 4)], re.M):
        for name in re.findall(r'`(\w+)/[^`]*`', cell):
            if name not in rooms:
                rooms.append(name)
    if rooms != ROOMS:
        report('docs/architecture.md has the rooms %s; src/ has %s' % (' '.join(rooms), ' '.join(ROOMS)))
    folders = {name for name in os.listdir(os.path.join(source, 'src'))}
    if folders != set(ROOMS):
        report('src/ has %s' % ' '.join(sorted(folders ^ set(ROOMS))))


defined, used = read_symbols()
if len(used) < 100 or len(defined) < 300:
    report('%d object files with %d symbols: is %s built?' % (len(used), len(defined), build))
check_uses(defined, used)
check_includes()
functions = check_functions()
exported = check_symbols(defined)
check_document()
print('%d object files, %d symbols, %d functions, %d exported: %d problems' %
      (len(used), len(defined), functions, exported, len(problems)))
sys.exit(bool(problems))
