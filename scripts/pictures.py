#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of docs/tutorial.md from the report that the tutorial makes.

        pictures.py REPORT FOLDER

Each picture of PICTURES becomes FOLDER/NAME.svg, a file of its own: with the colours of the report, light and dark."""
import os
import re
import sys

# The name of a file, and how the report describes the picture.
PICTURES = {
    'ratios': 'Ratio of each IHP against the threshold',
    'amounts': 'Distribution of the final amount of each IHP',
    'sweep': 'How far each key of the sweep moves the final amounts',
    'members': 'From all members to those attributed',
}


def colours(page, media):
    """Returns the colours that the style of a page sets for a kind of screen, as {name: colour}."""
    start = page.index(media + ' {') if media else page.index('<style>')
    block = page[page.index(':root {', start):]
    return dict(re.findall(r'--(\w+): (#\w+);', block[:block.index('}')]))


def style_of(page):
    light, dark = colours(page, ''), colours(page, '@media (prefers-color-scheme: dark)')

    def rules(table):
        return ' '.join('--%s: %s;' % item for item in sorted(table.items()))

    return ('<style>svg { %s color: var(--ink); }\n@media (prefers-color-scheme: dark) { svg { %s } }</style>\n'
            '<rect width="100%%" height="100%%" fill="var(--paper)"/>\n' % (rules(light), rules(dark)))


def picture(page, label):
    found = re.search(r'<svg class="wide" (viewBox="[^"]*" role="img" aria-label="%s")>\n?(.*?)</svg>' % re.escape(label),
                      page, re.S)
    if found is None:
        raise SystemExit('pictures: the report has no picture "%s"; is gnuplot installed?' % label)
    return '<svg xmlns="http://www.w3.org/2000/svg" %s>\n%s%s</svg>\n' % (found.group(1), style_of(page), found.group(2))


def main(report, folder):
    with open(report, encoding='utf-8') as file:
        page = file.read()
    os.makedirs(folder, exist_ok=True)
    for name, label in PICTURES.items():
        with open(os.path.join(folder, name + '.svg'), 'w', encoding='utf-8') as file:
            file.write(picture(page, label))


main(*sys.argv[1:])
