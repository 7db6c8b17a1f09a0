/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - the rows of a small file in memory: duplicates, order, and columns of a store.
 *
 * A table is an array of one kind of struct. A file with a key (members, morbidity, providers) is
 * sorted by key and goes through `ihp__import_table_resolve`. A file about members is sorted with
 * `ihp__import_table_sort` and gets offsets with `ihp__import_table_put_offsets`.
 * `ihp__import_table_put` writes struct members as columns. The functions that write are
 * collective. */
#ifndef IHP_EXTRACT_TABLE_H
#define IHP_EXTRACT_TABLE_H

#include "extract/import.h"

struct ihp__import_table {
    void *row; /* owned; counted in the import's memory */
    size_t count, capacity;
    size_t size;      /* of a row */
    size_t member_at; /* offset of the member's number (uint32_t) in a row */
};

/* Appends a copy of `row`. `from` is the row of the file, for a message. */
enum ihp_status ihp__import_table_add(struct ihp__import *import, struct ihp__import_table *table,
                                      const void *row, const struct ihp__import_row *from,
                                      struct ihp_error *err);
void ihp__import_table_free(struct ihp__import *import, struct ihp__import_table *table);

/* ---- duplicate rows -------------------------------------------------------------------------- */

/* Rows of a file that are left out because their key appears more than once. */
enum ihp__import_drop { IHP__IMPORT_IDENTICAL, IHP__IMPORT_CONFLICTING };
struct ihp__import_drops {
    uint64_t *
        row; /* owned: number of the row times 2 + enum ihp__import_drop; ascending after sorting */
    size_t count, capacity;
};

enum ihp_status ihp__import_drops_add(struct ihp__import *import, struct ihp__import_drops *drops,
                                      uint64_t row, enum ihp__import_drop why,
                                      struct ihp_error *err);
void ihp__import_drops_sort(struct ihp__import_drops *drops);

/* Returns true if a row is among sorted drops. */
bool ihp__import_drops_has(const struct ihp__import_drops *drops, uint64_t row);

/* Sorts the drops, then reads the file again to count and quarantine these rows. `reason` has a
 * text for each enum ihp__import_drop. */
enum ihp_status ihp__import_drops_report(struct ihp__import *import, enum ihp__extract_file file,
                                         struct ihp__import_drops *drops,
                                         const char *const reason[2], struct ihp_error *err);
void ihp__import_drops_free(struct ihp__import *import, struct ihp__import_drops *drops);

typedef int (*ihp__import_compare_fn)(const void *a, const void *b);

/* Finds duplicates among rows that are sorted by key. Of rows with one key (`by_key` is 0) the
 * first in the file stays if all are identical (`by_contents` is 0); if they conflict, none stays.
 * Rows begin with their number in the file (uint64_t); rows of one key are sorted by that number.
 * The rows that do not stay are added to `drops`. */
enum ihp_status ihp__import_table_resolve(struct ihp__import *import,
                                          struct ihp__import_table *table,
                                          ihp__import_compare_fn by_key,
                                          ihp__import_compare_fn by_contents,
                                          struct ihp__import_drops *drops, struct ihp_error *err);

/* ---- order and columns ----------------------------------------------------------------------- */

/* Sorts by member, and the rows of each member with `compare`. */
enum ihp_status ihp__import_table_sort(struct ihp__import *import, struct ihp__import_table *table,
                                       ihp__import_compare_fn compare, struct ihp_error *err);

/* Writes a column of offsets: the number of the first row of each member, and of all rows. The
 * table must be sorted by member. */
enum ihp_status ihp__import_table_put_offsets(struct ihp__import *import,
                                              const struct ihp__import_table *table,
                                              enum ihp__column column, struct ihp_error *err);

/* A struct member that becomes a column. */
struct ihp__import_column {
    enum ihp__column column;
    size_t offset; /* of the struct member */
    size_t width;  /* of texts in bytes, else 0 */
};

/* Writes the columns. */
enum ihp_status ihp__import_table_put(struct ihp__import *import,
                                      const struct ihp__import_table *table,
                                      const struct ihp__import_column *column, size_t columns,
                                      struct ihp_error *err);

#endif
