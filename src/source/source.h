/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.h - the rows of a file, whatever its form: text with any delimiter, plain or compressed,
 * or a SAS table.
 *
 * `ihp__source_read` gives rows as the CSV reader does (base/csv.h): the caller's columns, by name.
 * Texts are UTF-8. Nothing here is collective. Errors of the files are IHP_ERR_DATA with file and
 * line (of a SAS table: file and row).
 */
#ifndef IHP_SOURCE_SOURCE_H
#define IHP_SOURCE_SOURCE_H

#include "base/csv.h"

/* The part of a file that a rank reads. All zero: no row of a text, none of a SAS table. */
struct ihp__source_part {
    bool none, whole;
    struct ihp__csv_chunk chunk; /* of plain text, where neither `none` nor `whole` */
    uint64_t first_row, rows;    /* of a SAS table, the first row is 0 */
};

/* What to read. The bytes of the file decide whether it is text, compressed text or a SAS table. */
struct ihp__source_input {
    const char *path;
    const struct ihp__csv_format *format; /* of a text; NULL: all zero. Names of columns of a SAS
                                             table may always differ in case. */
    const struct ihp__source_part *part;
    uint64_t texts; /* bit i: column i is a text, so that a number of a SAS table is refused there,
                       because it has lost its leading zeros */
};

/* Who takes the rows. */
struct ihp__source_rows {
    ihp__csv_row_fn row_fn;
    void *context;
    uint64_t left_out; /* set by `ihp__source_read`: how many trailer rows were left out */
};

/* Reads rows and calls `row_fn` for each. Refuses what `ihp__csv_read` refuses. `notices` may be
 * NULL. Returns what `row_fn` returned if that was not IHP_OK. */
enum ihp_status ihp__source_read(const struct ihp__source_input *input,
                                 const struct ihp__csv_column *columns, size_t count,
                                 struct ihp__source_rows *rows, struct ihp_notices *notices,
                                 struct ihp_error *err);

/* The size of a file, by which ranks share it. */
struct ihp__source_size {
    bool whole;                 /* it can only be read whole: it is compressed */
    struct ihp__csv_chunk body; /* all rows of a plain text */
    uint64_t rows;              /* of a SAS table */
};

/* Reads only the header. Errors and notices are those of `ihp__source_read`. */
enum ihp_status ihp__source_measure(const struct ihp__source_input *input,
                                    const struct ihp__csv_column *columns, size_t count,
                                    struct ihp__source_size *size, struct ihp_notices *notices,
                                    struct ihp_error *err);

#endif
