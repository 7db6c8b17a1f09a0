/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.h - one field of a row becomes a value, or the row is bad.
 *
 * Each function reads column `column` of the row, as schema.h describes that column. It returns
 * true and sets the value, or returns false and says why in `*reason`. A field that is written in
 * another way, but means one thing, is read too: the row then has the converted text in its place
 * (values.h). These functions run for every row: nothing is allocated and nothing is formatted. */
#ifndef IHP_EXTRACT_FIELDS_H
#define IHP_EXTRACT_FIELDS_H

#include "extract/import.h"

/* Says why a field is bad: it is blank, or it has `problem`; NULL: it is not valid. Returns false.
 */
bool ihp__import_field_bad(const struct ihp__import_row *row, int column, const char *problem,
                           struct ihp__import_reason *reason);

/* Reads a day of the years 0001 to 9999. */
bool ihp__import_parse_day(struct ihp__import_row *row, int column, int32_t *day,
                           struct ihp__import_reason *reason);

/* Reads a date of something that has happened: 9999-12-31 is none. */
bool ihp__import_parse_past_day(struct ihp__import_row *row, int column, int32_t *day,
                                struct ihp__import_reason *reason);

/* Does the same for a column that may be blank; `blank` is the day of a blank. */
bool ihp__import_parse_day_if_any(struct ihp__import_row *row, int column, int32_t blank,
                                  int32_t *day, struct ihp__import_reason *reason);

/* Reads the first month of a span, or a month by itself. */
bool ihp__import_parse_month(struct ihp__import_row *row, int column, int32_t *month,
                             struct ihp__import_reason *reason);

/* Reads the last month of a span; 9999-12 for blank, where the column may be blank. */
bool ihp__import_parse_last_month(struct ihp__import_row *row, int column, int32_t *month,
                                  struct ihp__import_reason *reason);

/* Reads a year of four digits, not 0000. */
bool ihp__import_parse_year(struct ihp__import_row *row, int column, int16_t *year,
                            struct ihp__import_reason *reason);

/* Returns a county's FIPS number; 0 for blank, and for a field that is not valid, which becomes
 * blank. */
uint32_t ihp__import_parse_county(struct ihp__import_row *row, int column);

/* Reads a code of the column's list as its number. */
bool ihp__import_parse_code(struct ihp__import_row *row, int column, uint8_t *code,
                            struct ihp__import_reason *reason);

/* Returns the number of a major program; any text that does not qualify is another program. */
uint8_t ihp__import_parse_program(struct ihp__import_row *row, int column);

/* Reads an NPI or a UMPI; IHP__NPI_BLANK for blank. */
bool ihp__import_parse_npi(struct ihp__import_row *row, int column, int64_t *npi,
                           struct ihp__import_reason *reason);

/* Reads an integer of 64 bits. */
bool ihp__import_parse_integer(struct ihp__import_row *row, int column, int64_t *value,
                               struct ihp__import_reason *reason);

/* Reads dollars as cents. */
bool ihp__import_parse_money(struct ihp__import_row *row, int column, int64_t *cents,
                             struct ihp__import_reason *reason);

/* Reads a category of service as its number. */
bool ihp__import_parse_category(struct ihp__import_row *row, int column, int *category,
                                struct ihp__import_reason *reason);

/* ---- field_texts.c --------------------------------------------------------------------------- */

/* Has the processor fetch what the next function looks up. */
void ihp__import_expect_member(const struct ihp__import *import, const struct ihp__import_row *row,
                               int column);

/* Finds the number of a member of members.csv. */
bool ihp__import_parse_member(const struct ihp__import *import, struct ihp__import_row *row,
                              int column, uint32_t *member, struct ihp__import_reason *reason);

/* Checks a member ID in members.csv. */
bool ihp__import_check_member_id(struct ihp__import_row *row, int column,
                                 struct ihp__import_reason *reason);

/* Reads a procedure code: letters become capitals, and a code that is not valid becomes blank. */
void ihp__import_read_procedure(struct ihp__import_row *row, int column);

/* Checks a text: UTF-8 without control characters, not longer than the column allows. */
bool ihp__import_check_text(struct ihp__import_row *row, int column,
                            struct ihp__import_reason *reason);

/* The same for a text that results have: one that a spreadsheet takes for a formula is bad. */
bool ihp__import_check_label(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason);

/* Checks a claim ID or a version: a text of at most as many bytes as the column allows characters,
 * the most that a store has room for. */
bool ihp__import_check_bytes(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason);

/* Checks a payer; FFS may be in small letters. */
bool ihp__import_check_payer(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason);

/* Reads a taxonomy: letters become capitals, and a text that is not valid becomes blank. */
void ihp__import_read_taxonomy(struct ihp__import_row *row, int column);

/* Makes a text that is not valid blank. */
void ihp__import_check_optional_text(struct ihp__import_row *row, int column);

/* Checks that two months, or two days, are in order; `problem` is the reason if they are not. */
bool ihp__import_check_order(int32_t from, int32_t to, const char *problem,
                             struct ihp__import_reason *reason);

#endif
