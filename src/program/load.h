/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.h - the readers of the program files, one a file, and what they share.
 *
 * `ihp__program_load` finds the files of the table in load.c and calls the reader of each with the
 * file's path. A reader appends rows to the program, then sorts and checks them; it may use what
 * the readers of earlier files in the table have read.
 */
#ifndef IHP_PROGRAM_LOAD_H
#define IHP_PROGRAM_LOAD_H

#include "program/program.h"

/* A program under construction: capacities of its arrays, and where notices go (may be NULL). */
struct ihp__program_load {
    struct ihp__program *program;
    struct ihp_notices *notices;
    size_t partnership_capacity, roster_capacity, code_capacity, class_capacity, corridor_capacity,
        trend_capacity, override_capacity, circumstance_capacity, holiday_capacity,
        measure_capacity, benchmark_capacity, quality_capacity, part2_capacity,
        interim_payer_capacity;
};

/* Reads one file. Errors: IHP_ERR_DATA with file, line and column. */
typedef enum ihp_status ihp__program_reader(struct ihp__program_load *load, const char *path,
                                            struct ihp_error *err);
ihp__program_reader ihp__read_partnerships, ihp__read_rosters, ihp__read_taxonomy,
    ihp__read_categories, ihp__read_codes, ihp__read_corridors, ihp__read_trend,
    ihp__read_overrides, ihp__read_measures, ihp__read_benchmarks, ihp__read_quality,
    ihp__read_circumstances, ihp__read_holidays, ihp__read_payment, ihp__read_part2,
    ihp__read_interim_payers;

/* Reads the IHP named in a field. */
enum ihp_status ihp__field_partnership(const struct ihp__program *program,
                                       const struct ihp__csv_row *row, size_t field,
                                       int *partnership, struct ihp_error *err);

/* Reads the measure named in a field, as the first of its rows. */
enum ihp_status ihp__field_measure(const struct ihp__program *program,
                                   const struct ihp__csv_row *row, size_t field, size_t *measure,
                                   struct ihp_error *err);

/* ---- the hash of the terms ------------------------------------------------------------------- */

/* A hash of entries that does not depend on their order: the sums of the entries' hashes. */
struct ihp__terms_hash {
    int base_year, performance_year;
    uint64_t high, low;
};

/* Adds one entry. */
void ihp__terms_add(struct ihp__terms_hash *terms, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes from the months in which a row is in force those after the performance year, which do not
 * change its settlement. Returns false if no month is left. */
bool ihp__terms_months(const struct ihp__terms_hash *terms, struct ihp__in_force *months);

/* Adds what a file says about attribution, cost and target of the performance year. */
typedef void ihp__program_terms(struct ihp__terms_hash *terms, const struct ihp__program *program);
ihp__program_terms ihp__partnerships_terms, ihp__rosters_terms, ihp__taxonomy_terms,
    ihp__categories_terms, ihp__codes_terms, ihp__corridors_terms, ihp__trend_terms;

#endif
