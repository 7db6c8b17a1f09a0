/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.h - readers of one field of a program file.
 *
 * Each takes a row and the number of one of its columns. On failure it reports file, line, column,
 * the text found and what is allowed (IHP_ERR_DATA), and leaves the output as it was. Contract data
 * may be quoted in messages; overrides.csv, which names members, is not read with these.
 */
#ifndef IHP_PROGRAM_FIELDS_H
#define IHP_PROGRAM_FIELDS_H

#include "program/program.h"

/* Years that a program file may name. */
enum { IHP__YEAR_MIN = 1970, IHP__YEAR_MAX = 2200 };

enum ihp_status ihp__field_year(const struct ihp__csv_row *row, size_t field, int *year,
                                struct ihp_error *err);

/* Reads 0 or 1. `blank` is the value of a blank field, or -1 where a value is required. */
enum ihp_status ihp__field_switch(const struct ihp__csv_row *row, size_t field, int blank,
                                  bool *value, struct ihp_error *err);

/* The numbers that a field may hold. */
struct ihp__number_bounds {
    double low, high;
    bool above_low;       /* `low` itself is not allowed */
    bool required;        /* a blank is not allowed */
    double blank;         /* the value of a blank */
    const char *expected; /* the same in words */
};

enum ihp_status ihp__field_number(const struct ihp__csv_row *row, size_t field,
                                  const struct ihp__number_bounds *bounds, double *value,
                                  struct ihp_error *err);

/* Reads dollars. `blank` is the value of a blank field; no amount may be below `low`. In cents. */
enum ihp_status ihp__field_money(const struct ihp__csv_row *row, size_t field, int64_t low,
                                 int64_t blank, int64_t *cents, struct ihp_error *err);

/* Reads one of the texts of a list as its number. */
enum ihp_status ihp__field_choice(const struct ihp__csv_row *row, size_t field,
                                  const struct ihp__code_list *list, int *number,
                                  struct ihp_error *err);

/* Reads PCP or SPE. */
enum ihp_status ihp__field_provider_class(const struct ihp__csv_row *row, size_t field,
                                          enum ihp__provider_class *provider_class,
                                          struct ihp_error *err);

/* Checks a text that is to appear in a line of a result: at most `most` bytes, no control
 * characters, and not what a spreadsheet takes for a formula. A blank is allowed unless `required`.
 */
enum ihp_status ihp__field_label(const struct ihp__csv_row *row, size_t field, size_t most,
                                 bool required, struct ihp_error *err);

/* Reads a service: its service class in column `field`, its category in the next one. */
enum ihp_status ihp__field_service(const struct ihp__csv_row *row, size_t field, unsigned *service,
                                   struct ihp_error *err);

/* Reads a range of procedure codes: its first code in column `field`, its last in the next one. */
enum ihp_status ihp__field_codes(const struct ihp__csv_row *row, size_t field,
                                 struct ihp__code_range *range, struct ihp_error *err);

/* Reads the months in which a row is in force: the first in column `field`, the last in the next
 * one; a blank is no limit. */
enum ihp_status ihp__field_in_force(const struct ihp__csv_row *row, size_t field,
                                    struct ihp__in_force *in_force, struct ihp_error *err);

/* Returns true if some month is in both. */
static inline bool ihp__in_force_overlap(const struct ihp__in_force *a,
                                         const struct ihp__in_force *b)
{
    return a->from <= b->to && b->from <= a->to;
}

/* Returns true for a row that is in force in every month. */
static inline bool ihp__in_force_always(const struct ihp__in_force *in_force)
{
    return in_force->from == INT32_MIN && in_force->to == INT32_MAX;
}

/* Returns true if a range has a procedure code; no range has a blank one. */
bool ihp__codes_have(const struct ihp__code_range *range, const char *code);

/* Reports that row `line` of a file repeats the key of row `earlier`; `key` says which. */
enum ihp_status ihp__fail_repeated(const struct ihp__program *program, const char *file,
                                   uint64_t line, uint64_t earlier, const char *key,
                                   struct ihp_error *err);

#endif
