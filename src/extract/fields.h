/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.h - one field of a row becomes a value, or the row is bad.
 *
 * Each function reads column `column` of the row. It returns true and sets the value, or returns
 * false and says why in `*bad`, values untouched. Nothing is allocated and nothing is formatted:
 * these run for every row. */
#ifndef IHP_EXTRACT_FIELDS_H
#define IHP_EXTRACT_FIELDS_H

#include "import.h"

/* A day of the years 0001 to 9999; YYYY-MM-DD. */
bool ihp__ex_day(const struct ex_row *row, int column, int32_t *day, struct ex_bad *bad);

/* A month; YYYY-MM. */
bool ihp__ex_month(const struct ex_row *row, int column, int32_t *month, struct ex_bad *bad);

/* A year; four digits, not 0000. */
bool ihp__ex_year(const struct ex_row *row, int column, int16_t *year, struct ex_bad *bad);

/* A county's FIPS number; blank is 0. */
bool ihp__ex_county(const struct ex_row *row, int column, uint32_t *county, struct ex_bad *bad);

/* A code of a list, as its number. */
bool ihp__ex_code(const struct ex_row *row, int column, const struct ihp__code_list *list,
                  uint8_t *code, struct ex_bad *bad);

/* A 10-digit NPI; blank, where allowed, is IHP__NPI_BLANK. */
bool ihp__ex_npi(const struct ex_row *row, int column, bool may_be_blank, int64_t *npi,
                 struct ex_bad *bad);

/* An integer of 64 bits. */
bool ihp__ex_integer(const struct ex_row *row, int column, int64_t *value, struct ex_bad *bad);

/* Dollars, as cents. */
bool ihp__ex_money(const struct ex_row *row, int column, int64_t *cents, struct ex_bad *bad);

/* A category of service, as its number; a procedure code or blank. */
bool ihp__ex_category(const struct ex_row *row, int column, int *category, struct ex_bad *bad);
bool ihp__ex_procedure(const struct ex_row *row, int column, struct ex_bad *bad);

/* Whether a field is a text of at most `most` characters of UTF-8 without control characters;
 * `expected` is for the message. */
bool ihp__ex_text(const struct ex_row *row, int column, bool may_be_blank, size_t most,
                  const char *expected, struct ex_bad *bad);

/* A claim id: a text of at most IHP__CLAIM_ID_MAX bytes, which is what a store has room for. */
bool ihp__ex_claim_id(const struct ex_row *row, int column, struct ex_bad *bad);

/* A member that is in members.csv, as its number. */
bool ihp__ex_member(const struct ex_import *x, const struct ex_row *row, int column,
                    uint32_t *member, struct ex_bad *bad);

/* Whether two months, or two days, are in order; `rule` says what is wrong when not. */
bool ihp__ex_in_order(int32_t from, int32_t to, const char *rule, struct ex_bad *bad);

#endif
