/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - rows of a small file held in memory: duplicates, order, and columns of a store.
 *
 * A table is an array of one kind of struct. A file with a key (members, morbidity, providers) goes
 * through `ihp__import_table_resolve` when sorted by key; a file about members is sorted with
 * `ihp__import_table_sort` and gets offsets with `ihp__import_table_put_offsets`;
 * `ihp__import_table_put` writes struct members as columns. */
#ifndef IHP_EXTRACT_TABLE_H
#define IHP_EXTRACT_TABLE_H

#include "import.h"

struct ihp__import_table {
    void *row; /* owned; counted in the import's memory */
    size_t count, capacity;
    size_t size;      /* of a row */
    size_t member_at; /* offset of the member's number (uint32_t) in a row */
};

/* Appends a row, a copy of `row`. `from` is the file's row, for a message. */
enum ihp_status ihp__import_table_add(struct ihp__import *import, struct ihp__import_table *table,
                                      const void *row, const struct ihp__import_row *from,
                                      struct ihp_error *err);
void ihp__import_table_free(struct ihp__import *import, struct ihp__import_table *table);

/* ---- rows that stand twice ------------------------------------------------------------------- */

/* Rows of a file to leave out because their key stands more than once. */
enum ihp__import_drop { IHP__IMPORT_IDENTICAL, IHP__IMPORT_CONFLICTING };
struct ihp__import_drops {
    uint64_t
        *row; /* owned: number of the row times 2 + enum ihp__import_drop; ascending once sorted */
    size_t count, capacity;
};

enum ihp_status ihp__import_drops_add(struct ihp__import *import, struct ihp__import_drops *drops,
                                      uint64_t row, enum ihp__import_drop why,
                                      struct ihp_error *err);
void ihp__import_drops_sort(struct ihp__import_drops *drops);

/* Whether a row is among sorted drops. */
bool ihp__import_drops_has(const struct ihp__import_drops *drops, uint64_t row);

/* Reads the file once more to count, and quarantine, the rows that are dropped; sorts the drops.
 * `reason` has a text for each enum ihp__import_drop. */
enum ihp_status ihp__import_drops_report(struct ihp__import *import, enum ihp__extract_file file,
                                         struct ihp__import_drops *drops,
                                         const char *const reason[2], struct ihp_error *err);
void ihp__import_drops_free(struct ihp__import *import, struct ihp__import_drops *drops);

typedef int (*ihp__import_compare_fn)(const void *a, const void *b);

/* Of rows that are side by side with one key (`by_key` is 0): when all say the same (`by_contents`
 * is 0) the first in the file stays, when they contradict each other none does. Rows begin with
 * their number in the file (uint64_t) and are sorted by key, those of one key by that number. What
 * leaves goes to `drops`. */
enum ihp_status ihp__import_table_resolve(struct ihp__import *import,
                                          struct ihp__import_table *table,
                                          ihp__import_compare_fn by_key,
                                          ihp__import_compare_fn by_contents,
                                          struct ihp__import_drops *drops, struct ihp_error *err);

/* ---- order and columns ----------------------------------------------------------------------- */

/* Sorts by member, and the rows of a member with `compare`. */
enum ihp_status ihp__import_table_sort(struct ihp__import *import, struct ihp__import_table *table,
                                       ihp__import_compare_fn compare, struct ihp_error *err);

/* Writes a column: for each member, and after the last, the row its rows begin at. The table
 * is sorted by member. */
enum ihp_status ihp__import_table_put_offsets(struct ihp__import *import,
                                              const struct ihp__import_table *table,
                                              enum ihp__column column, struct ihp_error *err);

/* A struct member as a column. */
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
