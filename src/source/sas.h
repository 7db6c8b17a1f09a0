/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sas.h - rows of a SAS table (.sas7bdat), read with ReadStat.
 *
 * Rows come as those of a CSV file do (base/csv.h): the caller's columns, by name in any case, as
 * UTF-8 texts; the `line` of a row is its number in the table, from 1. A table is never in memory.
 * Nothing here is collective. Errors of the file are IHP_ERR_DATA; a program built without ReadStat
 * refuses every table with IHP_ERR_USAGE. */
#ifndef IHP_SOURCE_SAS_H
#define IHP_SOURCE_SAS_H

#include "base/csv.h"
#include "source/sas_pages.h"

/* What to read of a table. */
struct ihp__sas_input {
    const char *path;
    const struct ihp__csv_column *columns;
    size_t count;
    uint64_t texts;     /* bit i: column i is a text, where a number is refused, because it has lost
                           its leading zeros */
    uint64_t first_row; /* from 0 */
    uint64_t rows;      /* UINT64_MAX: to the end */
    struct ihp__sas_run run;     /* as `ihp__sas_measure` has found it, or zero */
    const char *const *named_by; /* as in struct ihp__csv_format */
};

/* How large a table is, and where its rows are. */
struct ihp__sas_size {
    uint64_t rows;
    struct ihp__sas_run run;
};

/* Returns true if a file begins as a SAS table does, and false if it cannot be read. */
bool ihp__sas_is(const char *path);

/* Checks the columns of a table and the head of each of its pages, and counts its rows. Refuses a
 * required column that is missing, a number where a text is required, rows that SAS has deleted,
 * and a table that is damaged or cut short. Columns that are not read are named in notices, which
 * may be NULL. Only the columns of `input` are used. */
enum ihp_status ihp__sas_measure(const struct ihp__sas_input *input, struct ihp__sas_size *size,
                                 struct ihp_notices *notices, struct ihp_error *err);

/* Reads rows and calls `row_fn` for each. Refuses what `ihp__sas_measure` refuses, but looks only
 * at pages that it reads; also a text that is not valid in the table's encoding, and a table with
 * fewer rows than it says. Returns what `row_fn` returned if that was not IHP_OK. */
enum ihp_status ihp__sas_read(const struct ihp__sas_input *input, ihp__csv_row_fn row_fn,
                              void *context, struct ihp_notices *notices, struct ihp_error *err);

#endif
