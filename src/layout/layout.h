/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.h - an import layout: what the files of a State look like, and how each column of the
 * extract is made of theirs. docs/layouts.md describes the file.
 *
 * `ihp__layout_load` reads the file with its lookup and rule tables and checks them. For each table
 * of the extract, `ihp__layout_each_file` gives the files, `ihp__layout_columns` what to read of
 * them, and a reader made by `ihp__layout_reader_create` makes of each row of a file a row with the
 * columns of the extract. The tables and columns of the extract are the caller's: this room knows
 * only their names and what kind of value they have.
 *
 * Nothing here is collective. Errors of a layout are IHP_ERR_USAGE with file, line and key; those
 * of files, lookup and rule tables are IHP_ERR_DATA. */
#ifndef IHP_LAYOUT_H
#define IHP_LAYOUT_H

#include "base/csv.h"
#include "base/hash_hex.h"
#include "base/path.h"

/* What a column of the extract has, as far as a layout converts it. */
enum ihp__layout_type {
    IHP__LAYOUT_TEXT,        /* anything else */
    IHP__LAYOUT_DAY,         /* YYYY-MM-DD */
    IHP__LAYOUT_ANY_DAY,     /* YYYY-MM-DD; another text stays as it is, for the import to judge */
    IHP__LAYOUT_MONTH,       /* YYYY-MM */
    IHP__LAYOUT_FIRST_MONTH, /* of a span */
    IHP__LAYOUT_LAST_MONTH   /* of a span */
};

/* A column of a table of the extract. */
struct ihp__layout_field {
    const char *name;
    enum ihp__layout_type type;
    bool required;   /* a file without the column is refused */
    bool is_text;    /* a number in its place has lost its leading zeros */
    bool is_private; /* its values are a member's and do not appear in messages */
    size_t shown; /* longest text that messages show of what a lookup has no value for, also if it
                     is longer than the lookup's keys, which are shown anyway */
};

/* A table of the extract, whose name is a key of the layout. */
struct ihp__layout_schema {
    const char *name;
    const struct ihp__layout_field *field;
    size_t fields;
};

struct ihp__layout;

/* Reads a layout. `schema` is kept by the layout and must stay. `*layout` is freed with
 * `ihp__layout_free`; NULL after an error. */
enum ihp_status ihp__layout_load(const char *path, const struct ihp__layout_schema *schema,
                                 size_t schemas, struct ihp__layout **layout,
                                 struct ihp_error *err);
void ihp__layout_free(struct ihp__layout **layout);

/* Returns the path of an input: the layout, then each lookup and rule table; NULL after the last.
 */
const char *ihp__layout_input(const struct ihp__layout *layout, size_t number);

/* Writes the XXH3 digest of the bytes of all inputs. */
void ihp__layout_digest(const struct ihp__layout *layout, char hex[IHP__HASH_TEXT]);

/* ---- one table ------------------------------------------------------------------------------- */

/* Returns true if the layout has the table, and if it names files of it. */
bool ihp__layout_has(const struct ihp__layout *layout, size_t table);
bool ihp__layout_names_files(const struct ihp__layout *layout, size_t table);

/* Returns true if identical rows of the table are counted and not bad. */
bool ihp__layout_keeps_one(const struct ihp__layout *layout, size_t table);

/* Returns true if the layout says in which form the table's dates are. */
bool ihp__layout_names_dates(const struct ihp__layout *layout, size_t table);

/* Returns the form of the table's files. */
const struct ihp__csv_format *ihp__layout_format(const struct ihp__layout *layout, size_t table);

/* Gives each file of the table to `take`, once: pattern by pattern, the files of each in the order
 * of their names. Refuses a pattern that no file fits. */
typedef enum ihp_status (*ihp__layout_file_fn)(void *context, const char *path,
                                               struct ihp_error *err);
enum ihp_status ihp__layout_each_file(const struct ihp__layout *layout, size_t table,
                                      ihp__layout_file_fn take, void *context,
                                      struct ihp_error *err);

/* What to read of the files of a table. */
struct ihp__layout_columns {
    const struct ihp__csv_column *column; /* that the files must have or may have */
    size_t count;                         /* at most IHP__CSV_WANTED_MAX */
    uint64_t texts;                       /* bit i: a number in column i lost its leading zeros */
};
struct ihp__layout_columns ihp__layout_columns(const struct ihp__layout *layout, size_t table);

/* Returns why rows of the table are left out: reason 0, 1, ...; NULL after the last. */
const char *ihp__layout_reason(const struct ihp__layout *layout, size_t table, size_t reason);

/* ---- rows ------------------------------------------------------------------------------------ */

enum ihp__layout_outcome {
    IHP__LAYOUT_KEPT,
    IHP__LAYOUT_LEFT_OUT, /* for `reason` */
    IHP__LAYOUT_BAD       /* `problem` says why */
};

/* Makes rows of one table. It has all the memory that rows need. */
struct ihp__layout_reader;

/* What a layout has changed in a column of dates or months. */
enum ihp__layout_change {
    IHP__LAYOUT_SAME,
    IHP__LAYOUT_DATE,       /* another form of the same date */
    IHP__LAYOUT_TO_MONTH,   /* a date became its month */
    IHP__LAYOUT_OPEN_END,   /* 9999-12-31 as the end of a span */
    IHP__LAYOUT_COUNTED,    /* a part of a month counts as a whole one */
    IHP__LAYOUT_NOT_COUNTED /* a part of a month does not count */
};
struct ihp__layout_change_of {
    size_t field; /* of the extract */
    enum ihp__layout_change change;
};

/* What became of a row. */
struct ihp__layout_made {
    struct ihp__csv_row row; /* with the columns of the extract; valid until the next row */
    size_t reason;
    const char *problem;                        /* lives as long as the layout */
    const struct ihp__layout_change_of *change; /* valid until the next row */
    size_t changes;
};

/* Makes a reader; `columns` are those of the rows that it makes, and are the schema's. With `again`
 * it counts neither rules nor values, as the same rows have been read before. */
enum ihp_status ihp__layout_reader_create(struct ihp__layout *layout, size_t table,
                                          const struct ihp__csv_column *columns, bool again,
                                          struct ihp__layout_reader **reader,
                                          struct ihp_error *err);
void ihp__layout_reader_free(struct ihp__layout_reader **reader);

/* Makes a row of the extract of a row of a file, which has the columns of `ihp__layout_columns`.
 * Allocates nothing. The row that it makes of one that is left out, or bad, has the values that
 * could be made. */
enum ihp__layout_outcome ihp__layout_apply(struct ihp__layout_reader *reader,
                                           const struct ihp__csv_row *row,
                                           struct ihp__layout_made *made);

/* ---- what was seen --------------------------------------------------------------------------- */

/* Returns how often each rule of the layout, and each entry of 'leave_out' by values, was the first
 * that fitted a row, for a sum over ranks. */
uint64_t *ihp__layout_hits(struct ihp__layout *layout, size_t *count);

/* Returns texts for which lookups and rules had no value, for the merge with those of other ranks.
 */
const void *ihp__layout_seen(const struct ihp__layout *layout, size_t *bytes);

/* Adds such texts of another rank. */
void ihp__layout_seen_merge(struct ihp__layout *layout, const void *seen, size_t bytes);

/* Texts for which 'otherwise' has given the value of a column, and who takes them. */
struct ihp__layout_other {
    const char *table, *field, *note;
    uint64_t rows;
};
struct ihp__layout_others {
    enum ihp_status (*take)(void *context, const struct ihp__layout_other *other,
                            struct ihp_error *err);
    void *context;
};

/* Gives these texts, table by table; all beyond the lowest 20 of a column together. Returns what
 * `take` returned if that was not IHP_OK. */
enum ihp_status ihp__layout_each_other(const struct ihp__layout *layout,
                                       const struct ihp__layout_others *others,
                                       struct ihp_error *err);

/* Adds notices on rules and entries of 'leave_out' that no row fitted, and on texts without a
 * value. */
void ihp__layout_tell(const struct ihp__layout *layout, struct ihp_notices *notices);

#endif
