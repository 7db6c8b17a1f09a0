/* SPDX-License-Identifier: GPL-3.0-or-later */
/* program_internal.h - how the files of this room share one loading run. */
#ifndef IHP_PROGRAM_INTERNAL_H
#define IHP_PROGRAM_INTERNAL_H

#include "program/program.h"

#include <stdlib.h>

/* Room for the path of a file of the folder. */
enum { IHP__PROGRAM_PATH_BYTES = 4096 };

/* A program under construction. */
struct ihp__program_load {
    struct ihp__program *program;
    struct ihp_notices *notices;
    size_t partnership_capacity, roster_capacity, code_capacity, corridor_capacity, trend_capacity,
        override_capacity, circumstance_capacity, measure_capacity, benchmark_capacity,
        quality_capacity, part2_capacity;
};

/* Reads one file of the folder (`name` without ending) row by row; an absent one only when it is
 * not required. */
enum ihp_status ihp__program_read_file(struct ihp__program_load *load, const char *name,
                                       bool required, const struct ihp__csv_column *columns,
                                       size_t count, ihp__csv_row_fn row_fn, struct ihp_error *err);

/* The IHP named in a field, or a fault. */
enum ihp_status ihp__program_field_partnership(const struct ihp__program *program,
                                               const struct ihp__csv_row *row, size_t field,
                                               int *partnership, struct ihp_error *err);

/* Whether the program folder has a file (`name` without ending). */
enum ihp_status ihp__program_has_file(const struct ihp__program *program, const char *name,
                                      bool *found, struct ihp_error *err);

/* The measure named in a field, by the first of its rows, or a fault. */
enum ihp_status ihp__program_field_measure(const struct ihp__program *program,
                                           const struct ihp__csv_row *row, size_t field,
                                           size_t *measure, struct ihp_error *err);

/* The year in a field, or a fault. */
enum ihp_status ihp__program_field_year(const struct ihp__csv_row *row, size_t field, int *year,
                                        struct ihp_error *err);

/* The 0 or 1 in a field; a blank is `absent` where that is 0 or 1. */
enum ihp_status ihp__program_field_switch(const struct ihp__csv_row *row, size_t field,
                                          const char *column, int absent, bool *value,
                                          struct ihp_error *err);

/* The number from `low` to `high` in a field; a blank is `absent`. `allowed` says what may be. */
enum ihp_status ihp__program_field_decimal(const struct ihp__csv_row *row, size_t field,
                                           const char *column, double low, double high,
                                           double absent, const char *allowed, double *value,
                                           struct ihp_error *err);

/* Whether a text can stand in a line of a table: 1 to `most` bytes, none of them a control. */
bool ihp__program_is_label(const char *text, size_t most);

/* Quotes contract data for a message: 'text', cut to 40 bytes. */
const char *ihp__quote(const char *text, char buffer[64]);

enum ihp_status ihp__program_read_partnerships(struct ihp__program_load *load,
                                               struct ihp_error *err);
enum ihp_status ihp__program_read_tables(struct ihp__program_load *load, struct ihp_error *err);
enum ihp_status ihp__program_read_payment(struct ihp__program_load *load, struct ihp_error *err);
enum ihp_status ihp__program_read_circumstances(struct ihp__program_load *load,
                                                struct ihp_error *err);
enum ihp_status ihp__program_read_measures(struct ihp__program_load *load, struct ihp_error *err);
enum ihp_status ihp__program_read_quality(struct ihp__program_load *load, struct ihp_error *err);
enum ihp_status ihp__program_read_rosters(struct ihp__program_load *load, struct ihp_error *err);
enum ihp_status ihp__program_read_part2(struct ihp__program_load *load, struct ihp_error *err);

#endif
