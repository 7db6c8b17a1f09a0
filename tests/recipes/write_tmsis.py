#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a state extract as pipe-separated T-MSIS analytic files: write_tmsis.py EXTRACT FOLDER

Minnesota's major programs stand for the programs, and codes of T-MSIS for status, payer and race. The claims have headers and
lines; those of pharmacies have the day of the fill in the header. MN_SERVICE_CLASS and MN_COS are written only where the
recipe's rules would say something else. More rows that the recipe must leave out or choose from are added."""
import csv
import gzip
import sys

extract, folder = sys.argv[1:]
CALENDAR = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
RACES = {'': '', 'White': '1', 'Black': '2', 'Asian/Pacific Islander': '3', 'Native American': '4', 'Hispanic': '7'}
FILES = {'inpatient': 'IP', 'long_term_care': 'LT', 'pharmacy': 'RX', 'outpatient': 'OT', 'professional': 'OT'}


def rows(name):
    with open('%s/%s.csv' % (extract, name), newline='') as file:
        return list(csv.DictReader(file))


def write(name, columns, table):
    with (gzip.open if name.endswith('.gz') else open)('%s/%s' % (folder, name), 'wt', newline='') as file:
        csv.writer(file, delimiter='|', lineterminator='\n').writerows([columns.split()] + table)


def packed(date):
    return date.replace('-', '')


def last_day(month):
    if month in ('', '9999-12'):
        return '99991231'
    year, number = int(month[:4]), int(month[5:])
    return '%d%02d%02d' % (year, number, 29 if number == 2 and year % 4 == 0 else CALENDAR[number - 1])


people, places = [], []
for number, row in enumerate(rows('members')):
    people.append([row['member_id'], packed(row['birth_date']), row['sex'], RACES[row['race_ethnicity']]])
    if row['county']:
        places.append([row['member_id'], row['county'][2:], '01'])
    if number % 50 == 0:
        places.insert(0, [row['member_id'], '999', '06'])
write('elg_primary.psv', 'MSIS_IDENT_NUM BIRTH_DT SEX_CD RACE_ETHNCTY_FLAG', people)
write('elg_contact.psv', 'MSIS_IDENT_NUM ELGBL_CNTY_CD ELGBL_ADR_TYPE_CD', places)

# A span of the extract is the part that an enrollment, a determinant and a plan have in common.
enrollments, determinants, plans = {}, [], []
CODES = {('MA', ''): ('MA', '00'), ('MCRE', ''): ('LL', '00'), ('MA', 'SPENDDOWN'): ('MA-SPEND', '00'),
         ('MA_BD', 'MSC_PLUS'): ('MA-DX-MSC', '00'), ('OTHER', 'DUAL'): ('OTHER', '08')}
for row in rows('enrollment'):
    member, begin, end = row['member_id'], packed(row['month_from']) + '01', last_day(row['month_to'])
    program, dual = CODES[row['program'], row['exclusion']]
    enrollments.setdefault(member, []).append([member, begin, end, '1'])
    determinants.append([member, dual, '1', program, begin, end])
    if row['payer'] != 'FFS':
        plans.append([member, row['payer'], begin, end])
spans = [span for member in enrollments.values() for span in member]
write('elg_enrollment.psv', 'MSIS_IDENT_NUM ENRLMT_EFCTV_DT ENRLMT_END_DT ENRLMT_TYPE_CD',
      spans + [[people[0][0], '20200101', '20221231', '2']])
write('elg_determinants.psv', 'MSIS_IDENT_NUM DUAL_ELGBL_CD RSTRCTD_BNFTS_CD STATE_SPEC_ELGBLTY_FCTR_TXT '
      'ELGBLTY_DTRMNT_EFCTV_DT ELGBLTY_DTRMNT_END_DT', determinants)
write('elg_mc.psv', 'MSIS_IDENT_NUM MC_PLAN_ID MC_PLAN_ENRLMT_EFCTV_DT MC_PLAN_ENRLMT_END_DT', plans)

headers, lines = {}, []
for row in rows('claims'):
    file, paid, plan = FILES[row['service_class']], packed(row['paid_date']), row['payer'] != 'FFS'
    key = (file, row['claim_id'], paid)
    pharmacy = file == 'RX'
    header = [file, row['claim_id'], '', row['member_id'], paid, '' if pharmacy else paid,
              'F2' if row['status'] == 'D' else 'F1', '1', '1' if row['status'] == 'V' else '0', '3' if plan else '1',
              row['billing_npi'], row['payer'] if plan else '', packed(row['service_date']) if pharmacy else '',
              '0131' if row['service_class'] == 'outpatient' else '']
    of_claim = headers.setdefault(key, header)
    if of_claim[:-1] != header[:-1]:
        sys.exit('lines of claim %s differ in what a header has' % row['claim_id'])
    known = of_claim == header and row['category'] != '199'
    lines.append([file, row['claim_id'], '', row['line'], paid, '' if pharmacy else packed(row['service_date']),
                  row['procedure'], '' if known else row['service_class'], '' if known else row['category'],
                  row['treating_npi'], row['paid_amount'], '1'])
capitation = ['OT', 'CAP1', '', people[0][0], '20250131', '20250131', 'F1', '1', '0', '2', '', 'PLAN', '', '']
write('clh.psv.gz', 'FILE ORGNL_CLM_NUM ADJSTMT_CLM_NUM MSIS_IDENT_NUM ADJDCTN_DT MDCD_PD_DT CLM_STUS_CTGRY_CD CLM_DND_IND '
      'ADJSTMT_IND CLM_TYPE_CD BLG_PRVDR_NPI_NUM PLAN_ID_NUM RX_FILL_DT BILL_TYPE_CD', list(headers.values()) + [capitation])
half = len(lines) // 2
for name, part in (('cll-1.psv', lines[:half]), ('cll-2.psv.gz', lines[half:] + [
        ['OT', 'CAP1', '', '1', '20250131', '20250101', '', '', '', '', '412.55', '1']])):
    write(name, 'FILE ORGNL_CLM_NUM ADJSTMT_CLM_NUM ORGNL_LINE_NUM ADJDCTN_DT SRVC_BGNNG_DT PRCDR_CD MN_SERVICE_CLASS MN_COS '
          'SRVCNG_PRVDR_NPI_NUM MDCD_PD_AMT CLL_STUS_CD', part)
write('prv_taxonomy.psv', 'PRVDR_NPI PRVDR_CLSFCTN_TYPE_CD PRVDR_CLSFCTN_CD',
      [[row['npi'], '1', row['taxonomy']] for row in rows('providers')] + [['9110000001', '2', '08']])
