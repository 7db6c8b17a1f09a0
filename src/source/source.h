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
#include "base/path.h"
#include "source/sas.h"

/* The part of a file that a rank reads. All zero: no row of a text, none of a SAS table. */
struct ihp__source_part {
    bool none, whole;
    struct ihp__csv_chunk chunk; /* of plain text, where neither `none` nor `whole` */
    uint64_t first_row, rows;    /* of a SAS table, the first row is 0 */
    struct ihp__sas_run run;     /* the same as in its size */
};

/* What to read. The bytes of the file decide whether it is text, compressed text or a SAS table. */
struct ihp__source_input {
    const char *path;
    const struct ihp__csv_format *format; /* of a text; NULL: all zero. Names of columns of a SAS
                                             table may always differ in case. */
    const struct ihp__source_part *part;
    const struct ihp__csv_feed *feed; /* of a text: where its bytes come from; NULL: the file */
    uint64_t texts; /* bit i: column i is a text, so that a number of a SAS table is refused there,
                       because it has lost its leading zeros */
};

/* Finds `folder`/`name`.csv, one of its compressed forms, or `folder`/`name`.sas7bdat. Writes its
 * path and sets `*found`. Refuses two of them at once, and none of them if `required`. */
enum ihp_status ihp__source_find(const char *folder, const char *name, bool required,
                                 char path[IHP__PATH_MAX], bool *found, struct ihp_error *err);

/* A table whose files are to be recognised. */
struct ihp__source_table {
    const char *name; /* in the extract, for messages; NULL: a file that is not recognised is not
                         refused */
    const struct ihp__csv_column *columns;
    size_t count;
};

/* Finds what is between the fields of a text with a header row: the comma, pipe, tab or semicolon
 * with which the first row names all required columns, in any case. Adds a notice if it is not the
 * comma. Sets `*delimiter` to 0 for a SAS table. If there is none, sets 0 too, or reports what the
 * file looks like and what a layout has to say of it. */
enum ihp_status ihp__source_recognise(const char *path, const struct ihp__source_table *table,
                                      char *delimiter, struct ihp_notices *notices,
                                      struct ihp_error *err);

/* Reads rows, as `ihp__csv_read_rows` does. Refuses what `ihp__csv_read` refuses. `notices` may be
 * NULL. Returns what `row_fn` returned if that was not IHP_OK. */
enum ihp_status ihp__source_read(const struct ihp__source_input *input,
                                 const struct ihp__csv_column *columns, size_t count,
                                 struct ihp__csv_rows *rows, struct ihp_notices *notices,
                                 struct ihp_error *err);

/* Forms of files. One rank reads a compressed text from its beginning to its end; ranks can share
 * the others. */
enum ihp__source_form { IHP__SOURCE_PLAIN, IHP__SOURCE_COMPRESSED, IHP__SOURCE_SAS };

/* The size of a file, by which ranks share it. */
struct ihp__source_size {
    enum ihp__source_form form;
    struct ihp__csv_chunk body; /* all rows of a plain text */
    struct ihp__sas_size sas;   /* of a SAS table */
};

/* Reads only the header. Errors and notices are those of `ihp__source_read`. */
enum ihp_status ihp__source_measure(const struct ihp__source_input *input,
                                    const struct ihp__csv_column *columns, size_t count,
                                    struct ihp__source_size *size, struct ihp_notices *notices,
                                    struct ihp_error *err);

#endif
