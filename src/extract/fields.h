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
bool ihp__import_parse_day(const struct ihp__import_row *row, int column, int32_t *day,
                           struct ihp__import_reason *bad);

/* A month; YYYY-MM. */
bool ihp__import_parse_month(const struct ihp__import_row *row, int column, int32_t *month,
                             struct ihp__import_reason *bad);

/* A year; four digits, not 0000. */
bool ihp__import_parse_year(const struct ihp__import_row *row, int column, int16_t *year,
                            struct ihp__import_reason *bad);

/* A county's FIPS number; blank is 0. */
bool ihp__import_parse_county(const struct ihp__import_row *row, int column, uint32_t *county,
                              struct ihp__import_reason *bad);

/* A code of a list, as its number. */
bool ihp__import_parse_code(const struct ihp__import_row *row, int column,
                            const struct ihp__code_list *list, uint8_t *code,
                            struct ihp__import_reason *bad);

/* A 10-digit NPI; blank, where allowed, is IHP__NPI_BLANK. */
bool ihp__import_parse_npi(const struct ihp__import_row *row, int column, bool may_be_blank,
                           int64_t *npi, struct ihp__import_reason *bad);

/* An integer of 64 bits. */
bool ihp__import_parse_integer(const struct ihp__import_row *row, int column, int64_t *value,
                               struct ihp__import_reason *bad);

/* Dollars, as cents. */
bool ihp__import_parse_money(const struct ihp__import_row *row, int column, int64_t *cents,
                             struct ihp__import_reason *bad);

/* A category of service, as its number; a procedure code or blank. */
bool ihp__import_parse_category(const struct ihp__import_row *row, int column, int *category,
                                struct ihp__import_reason *bad);
bool ihp__import_check_procedure(const struct ihp__import_row *row, int column,
                                 struct ihp__import_reason *bad);

/* Whether a field is a text of at most `most` characters of UTF-8 without control characters;
 * `expected` is for the message. */
bool ihp__import_check_text(const struct ihp__import_row *row, int column, bool may_be_blank,
                            size_t most, const char *expected, struct ihp__import_reason *bad);

/* A claim id: a text of at most IHP__CLAIM_ID_MAX bytes, which is what a store has room for. */
bool ihp__import_check_claim_id(const struct ihp__import_row *row, int column,
                                struct ihp__import_reason *bad);

/* A member that is in members.csv, as its number. */
bool ihp__import_parse_member(const struct ihp__import *import, const struct ihp__import_row *row,
                              int column, uint32_t *member, struct ihp__import_reason *bad);

/* Whether two months, or two days, are in order; `rule` says what is wrong when not. */
bool ihp__import_check_order(int32_t from, int32_t to, const char *rule,
                             struct ihp__import_reason *bad);

#endif
