/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - tables of results: cells row by row, and their CSV form.
 *
 * A `ihp__table` is filled row by row with one function per kind of cell. `ihp__table_write_csv`
 * writes it, `ihp__table_read_csv` reads it back, and results_h5.h writes the same numbers as
 * arrays. Zero-initialize a table but for its name and columns; the caller frees it with
 * `ihp__table_free`.
 *
 * Nothing here is collective.
 */
#ifndef IHP_TABLE_H
#define IHP_TABLE_H

#include "base/base.h"

enum ihp__cell_kind {
    IHP__CELL_TEXT,
    IHP__CELL_INTEGER,
    IHP__CELL_DOLLARS, /* cents, written with two decimals */
    IHP__CELL_RATIO,   /* 12 significant digits; NaN is blank */
    IHP__CELL_SECONDS  /* written like a ratio */
};

struct ihp__table_column {
    const char *name;
    enum ihp__cell_kind kind;
};

struct ihp__cell {
    bool blank;      /* undefined */
    bool money;      /* a RATIO cell that is dollars, written with two decimals */
    bool hidden;     /* blank because it must not be shown */
    int64_t integer; /* of INTEGER; cents of DOLLARS */
    double ratio;    /* of RATIO and SECONDS */
    char *text;      /* of TEXT; owned by the table */
};

struct ihp__table {
    const char *name; /* of the file and of the HDF5 group, without ending */
    const struct ihp__table_column *column;
    size_t columns, rows;
    struct ihp__cell *cell; /* [rows][columns], owned */
    size_t used, capacity;  /* cells */
    bool short_of_memory;
};

/* Returns an empty table of an array of columns. */
#define IHP__TABLE_OF(name, columns)                                                               \
    ihp__table_empty(name, columns, sizeof(columns) / sizeof((columns)[0]))
static inline struct ihp__table
ihp__table_empty(const char *name, const struct ihp__table_column *column, size_t columns)
{
    return (struct ihp__table){.name = name, .column = column, .columns = columns};
}

/* ---- filling --------------------------------------------------------------------------------- */

/* Add a cell to the current row, in the order of the columns. A failed allocation is remembered:
 * `ihp__table_whole` then returns false, as it does in the middle of a row. */
void ihp__table_text(struct ihp__table *table, const char *text);
void ihp__table_integer(struct ihp__table *table, int64_t value);
void ihp__table_cents(struct ihp__table *table, int64_t cents);
void ihp__table_dollars(struct ihp__table *table, double dollars); /* NaN: blank */
void ihp__table_ratio(struct ihp__table *table, double value);     /* NaN: blank */
void ihp__table_amount(struct ihp__table *table, double dollars);  /* dollars in a RATIO column */
void ihp__table_copy(struct ihp__table *table, const struct ihp__cell *cell); /* of another table */
void ihp__table_blank(struct ihp__table *table);
void ihp__table_hidden(struct ihp__table *table); /* blank because it must not be shown */
bool ihp__table_whole(const struct ihp__table *table);

/* Makes a cell blank because it must not be shown. */
void ihp__table_hide(struct ihp__table *table, size_t row, size_t column);
void ihp__table_free(struct ihp__table *table);

/* Returns the first cell of a row. */
const struct ihp__cell *ihp__table_row(const struct ihp__table *table, size_t row);

/* Returns the place of the column with a name, or `columns` if there is none. */
size_t ihp__table_column_of(const struct ihp__table *table, const char *name);

/* Returns the number that the CSV file has for a cell: in dollars for DOLLARS, NaN if blank. What
 * is printed for people follows from it, so that a table prints alike before it is written and when
 * it is read again. */
double ihp__cell_number(const struct ihp__cell *cell, enum ihp__cell_kind kind);

/* ---- 64-bit words, for a checkpoint ---------------------------------------------------------- */

/* Returns the number of words that hold all cells exactly. */
size_t ihp__table_count_words(const struct ihp__table *table);

/* Writes the words. Returns false when memory was short, so that rows are missing from the table
 * and what is left must not be saved as the whole. */
bool ihp__table_put_words(const struct ihp__table *table, uint64_t *word);

/* Adds the cells of words to a table of the same columns. Returns false unless they are whole rows
 * of such a table. */
bool ihp__table_take_words(struct ihp__table *table, const uint64_t *word, size_t count);

/* ---- CSV ------------------------------------------------------------------------------------- */

/* Writes the text of a cell, as the CSV file has it, into `buffer`, which is returned. A text is
 * cut to `size`. */
const char *ihp__cell_format(const struct ihp__cell *cell, enum ihp__cell_kind kind, char *buffer,
                             size_t size);

/* Writes the table as CSV to a stream. The caller looks for write errors. */
void ihp__table_put_csv(const struct ihp__table *table, FILE *stream);

/* Writes the table as an array of JSON objects, numbers as the CSV file has them. The caller looks
 * for write errors. */
void ihp__table_put_json(const struct ihp__table *table, FILE *stream);

/* Writes tables, at least one, as one JSON object: the rows of each under its name. */
void ihp__tables_put_json(const struct ihp__table *const table[], size_t tables, FILE *stream);

/* Writes `folder`/`name`.csv with permission bits `mode`. Returns IHP_ERR_RUN when it cannot be
 * written. */
enum ihp_status ihp__table_write_csv(const struct ihp__table *table, const char *folder, int mode,
                                     struct ihp_error *err);

/* Adds the rows of a CSV file that `ihp__table_write_csv` wrote to `table`, whose columns say what
 * to expect. Every number must be written as ihp writes it, so that writing the table gives the
 * same text again. Returns IHP_ERR_DATA for any other file, for one larger than
 * IHP__TABLE_BYTES_MAX if `rows` is 0, and otherwise for one with more than `rows` rows. */
#define IHP__TABLE_BYTES_MAX (UINT64_C(128) << 20)
enum ihp_status ihp__table_read_csv(const char *path, struct ihp__table *table, size_t rows,
                                    struct ihp_error *err);

#endif
