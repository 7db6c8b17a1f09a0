/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layouts.h - the import layout between the files and the tables of an extract.
 *
 * `ihp__import_layout_load` reads the layout that the options name, on every rank. Then each table
 * has the files, format and columns that it says, and `ihp__import_mapping_row` makes each row that
 * is read a row with the columns of the extract. Without a layout, or for a table that it does not
 * have, nothing of this does anything. */
#ifndef IHP_EXTRACT_LAYOUTS_H
#define IHP_EXTRACT_LAYOUTS_H

#include "extract/import.h"
#include "layout/layout.h"

/* The columns that are read of the files of a table. */
struct ihp__import_columns {
    struct ihp__csv_column column[IHP__CSV_WANTED_MAX];
    size_t count;
    uint64_t
        texts; /* bit i: column i is a text, so that a number of a SAS table is refused there */
};

/* Collective: reads the layout of the options on every rank, and notes its digest in the record. */
enum ihp_status ihp__import_layout_load(struct ihp__import *import, struct ihp_error *err);
void ihp__import_layout_free(struct ihp__import *import);

/* Returns the layout, or NULL where there is none. */
const struct ihp__layout *ihp__import_layout(const struct ihp__import *import);

/* Fills in the columns to read of the files of a table. */
void ihp__import_columns_of(const struct ihp__import *import, enum ihp__extract_file file,
                            struct ihp__import_columns *columns);

/* Returns true if a layout says in which form a table's dates are. */
bool ihp__import_names_dates(const struct ihp__import *import, enum ihp__extract_file file);

/* Returns true if identical rows of a table are counted and not bad. */
bool ihp__import_keeps_one(const struct ihp__import *import, enum ihp__extract_file file);

/* Counts an identical row that is left out. */
void ihp__import_count_identical(struct ihp__import *import, struct ihp__import_row *row);

/* Rows of one reading of a table. */
struct ihp__import_mapping {
    struct ihp__layout_reader *reader; /* owned; NULL where there is nothing to do */
    struct ihp__csv_column column[IHP__EXTRACT_COLUMNS_MAX];
    struct ihp__layout_made made;
};

/* Begins a reading of a table; `mapping` is freed with `ihp__import_mapping_end`. */
enum ihp_status ihp__import_mapping_begin(struct ihp__import *import, enum ihp__extract_file file,
                                          bool again, struct ihp__import_mapping *mapping,
                                          struct ihp_error *err);
void ihp__import_mapping_end(struct ihp__import_mapping *mapping);

/* Begins the row `row` with the row `csv` of a file. Sets `*kept` to false if it is left out, or
 * bad, and counts it then. */
enum ihp_status ihp__import_mapping_row(struct ihp__import *import,
                                        struct ihp__import_mapping *mapping,
                                        const struct ihp__csv_row *csv, struct ihp__import_row *row,
                                        bool *kept, struct ihp_error *err);

/* Collective, when all files have been read: adds what the ranks have counted to rank 0's record,
 * and to the notices. */
enum ihp_status ihp__import_layout_finish(struct ihp__import *import, struct ihp_error *err);

#endif
