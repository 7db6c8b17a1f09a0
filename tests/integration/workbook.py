#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads, changes and compares the workbooks of `ihp workbook`, with nothing but Python's own library.

    workbook.py compare WORKBOOK SETTLEMENT_CSV [SCENARIO]   every step of every IHP equals the settlement's row, or
                                                              the row of a scenario in scenarios.csv
    workbook.py change WORKBOOK OUTPUT [NAME=VALUE...]       writes a workbook with other inputs: NAME of all sheets, or
                                                              SHEET!NAME; corridor_share is that of every corridor
    workbook.py inputs WORKBOOK OUTPUT CSV [SCENARIO] NAME... takes inputs of each IHP from the columns of a settlement
    workbook.py texts WORKBOOK                               prints every text, sheet by sheet
    workbook.py numbers WORKBOOK                             prints every number, sheet by sheet
    workbook.py formulas WORKBOOK                            prints every formula, sheet by sheet
"""
import csv
import re
import sys
import xml.etree.ElementTree as xml
import zipfile

MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
LINK = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
AMOUNTS = ('final_amount', 'interim_paid', 'amount_due')


class Workbook:
    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.file = {info.filename: archive.read(info) for info in archive.infolist()}
        book = xml.fromstring(self.file['xl/workbook.xml'])
        target = {link.get('Id'): link.get('Target').lstrip('/')
                  for link in xml.fromstring(self.file['xl/_rels/workbook.xml.rels'])}
        self.sheets, self.tree, self.names = [], {}, {}
        for sheet in book.find(MAIN + 'sheets'):
            name, part = sheet.get('name'), target[sheet.get(LINK + 'id')]
            self.sheets.append(name)
            part = part if part.startswith('xl/') else 'xl/' + part
            self.tree[name] = (part, xml.fromstring(self.file[part]))
        self.cells = {name: {cell.get('r'): cell for cell in tree.iter(MAIN + 'c')}
                      for name, (_, tree) in self.tree.items()}
        for one in book.iter(MAIN + 'definedName'):
            place = re.fullmatch(r"'?([^'!]+)'?!\$([A-Z]+)\$(\d+)", one.text or '')
            if place:
                local = one.get('localSheetId')
                scope = self.sheets[int(local)] if local is not None else ''
                self.names[scope, one.get('name')] = (place.group(1), place.group(2) + place.group(3))
        shared = xml.fromstring(self.file['xl/sharedStrings.xml']) if 'xl/sharedStrings.xml' in self.file else []
        self.strings = [''.join(t.text or '' for t in item.iter(MAIN + 't')) for item in shared]

    def value(self, sheet, place):
        """A number, a text, or '' for an empty cell."""
        cell = self.cells[sheet].get(place)
        if cell is None:
            return ''
        if cell.get('t') == 'inlineStr':
            return ''.join(t.text or '' for t in cell.iter(MAIN + 't'))
        text = cell.findtext(MAIN + 'v')
        if text is None or text == '':
            return ''
        if cell.get('t') == 's':
            return self.strings[int(text)]
        if cell.get('t') in ('str', 'e'):
            return text
        return float(text)

    def set(self, sheet, place, value):
        cell = self.cells[sheet][place]
        if cell.find(MAIN + 'f') is not None:
            sys.exit('%s!%s: is a formula, and must be an input' % (sheet, place))
        for child in list(cell):
            cell.remove(child)
        try:
            float(value)
            cell.attrib.pop('t', None)
            xml.SubElement(cell, MAIN + 'v').text = value
        except ValueError:
            if value == '':
                cell.attrib.pop('t', None)
            else:
                cell.set('t', 'inlineStr')
                xml.SubElement(xml.SubElement(cell, MAIN + 'is'), MAIN + 't').text = value

    def write(self, path):
        for part, tree in self.tree.values():
            self.file[part] = xml.tostring(tree, xml_declaration=True, encoding='UTF-8')
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.file.items():
                archive.writestr(name, data)

    def ihps(self):
        return [sheet for sheet in self.sheets if (sheet, 'final_amount') in self.names]

    def corridors(self, sheet):
        """The cells of the shares, which are two columns before the sum of what is shared by the ratio."""
        row = 1
        while self.value(sheet, 'B%d' % row) != 'All corridors':
            row += 1
        row -= 1
        while self.value(sheet, 'B%d' % row) == 'Corridor':
            yield 'E%d' % row
            row -= 1

    def change(self, name, value):
        places = [place for (scope, own), place in self.names.items()
                  if own == name.split('!')[-1] and ('!' not in name or scope == name.split('!')[0])]
        if name == 'corridor_share':
            places = [(sheet, place) for sheet in self.ihps() for place in self.corridors(sheet)]
        if not places:
            sys.exit('%s: is no name of the workbook' % name)
        for sheet, place in places:
            self.set(sheet, place, value)


def rows_of(path, scenario):
    with open(path, newline='', encoding='utf-8') as file:
        return [row for row in csv.DictReader(file) if scenario is None or row['scenario'] == scenario]


def agrees(column, value, text):
    if text == '':
        return value == ''
    if not re.fullmatch(r'-?[0-9.]+(e-?[0-9]+)?', text):
        return value == text
    if not isinstance(value, float):
        return False
    if column in AMOUNTS:
        return abs(value - float(text)) < 1e-6
    if re.fullmatch(r'-?[0-9]+\.[0-9][0-9]', text):
        return abs(value - float(text)) <= 0.005 + 1e-6
    return abs(value - float(text)) <= abs(float(text)) * 1e-11


def summary(book, ihp):
    """The row of an IHP in the first sheet, by the columns of settlement.csv."""
    names = {'Track': 'track', 'Members': 'members', 'Ratio': 'ratio', 'Outcome': 'outcome',
             'Final amount': 'final_amount', 'Interim paid': 'interim_paid', 'Amount due': 'amount_due'}
    row = 5
    while book.value('Summary', 'A%d' % row) not in (ihp, ''):
        row += 1
    return {names[head]: book.value('Summary', '%s%d' % (column, row)) for column in 'BCDEFGHIJ'
            for head in [book.value('Summary', column + '4')] if head in names}


def compare(book, rows):
    cells = wrong = 0
    for row in rows:
        if (row['ihp_id'], 'final_amount') not in book.names:
            wrong += 1
            print('%s: has no steps in the workbook' % row['ihp_id'])
        for column, value in summary(book, row['ihp_id']).items():
            cells += 1
            if not agrees(column, value, row[column]):
                wrong += 1
                print('%s %s: %r in the summary, %s in the settlement' % (row['ihp_id'], column, value, row[column]))
        for column, text in row.items():
            place = book.names.get((row['ihp_id'], column))
            if place is None:
                continue
            cells += 1
            value = book.value(*place)
            if not agrees(column, value, text):
                wrong += 1
                print('%s %s: %r in the workbook, %s in the settlement' % (row['ihp_id'], column, value, text))
    print('%d IHPs, %d cells, %d differ' % (len(rows), cells, wrong))
    return 1 if wrong or cells < 26 else 0


def main(command, path, arguments):
    book = Workbook(path)
    if command == 'compare':
        return compare(book, rows_of(arguments[0], arguments[1] if len(arguments) > 1 else None))
    if command == 'change':
        for change in arguments[1:]:
            book.change(*change.split('=', 1))
        book.write(arguments[0])
    elif command == 'inputs':
        scenario = arguments[2] if arguments[2].isdigit() else None
        for row in rows_of(arguments[1], scenario):
            for name in arguments[3 if scenario else 2:]:
                if (row['ihp_id'], name) in book.names:
                    book.change('%s!%s' % (row['ihp_id'], name), row[name])
        book.write(arguments[0])
    elif command in ('texts', 'numbers', 'formulas'):
        for sheet in book.sheets:
            for place, cell in book.cells[sheet].items():
                formula = cell.find(MAIN + 'f')
                if command == 'formulas' and formula is not None:
                    print('%s!%s =%s' % (sheet, place, formula.text))
                elif command == 'texts' and isinstance(book.value(sheet, place), str):
                    print('%s!%s %s' % (sheet, place, book.value(sheet, place)))
                elif command == 'numbers' and isinstance(book.value(sheet, place), float):
                    print('%s!%s %.15g' % (sheet, place, book.value(sheet, place)))
    else:
        sys.exit(__doc__)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
