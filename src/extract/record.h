/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record.h - the record of an import: what it read, converted, left out and set aside.
 *
 * Whoever finds something worth recording counts it with `ihp__record_add` on its own rank, or, for
 * something that every row may have, asks once for the number of the counter with
 * `ihp__record_find` and then calls `ihp__record_count`. When all files have been read, the
 * counters of all ranks are added. The record is then the same on any number of ranks, and the
 * store keeps it (store/store_record.h). A file that is read again must not be counted again.
 *
 * A record never has a member's data: no text of a key may come from a column that identifies a
 * member or says something about one. */
#ifndef IHP_EXTRACT_RECORD_H
#define IHP_EXTRACT_RECORD_H

#include "base/base.h"

/* What is counted. */
enum ihp__record_section {
    IHP__RECORD_FILE,      /* rows of a file, `text` its base name; no amount */
    IHP__RECORD_LEFT_OUT,  /* rows that a layout leaves out, `text` the reason; cents */
    IHP__RECORD_CONVERTED, /* values of `column`, `text` what was done: "converted to upper case" */
    IHP__RECORD_NOTED,     /* near misses, `text` what was found; cents, or 0 */
    IHP__RECORD_OPTION,    /* an option that changes what is imported: `column` its name, `text` its
                              value; the count is ignored */
    IHP__RECORD_SECTIONS
};

/* By what is counted. Texts are UTF-8 and are copied; NULL is the empty text. */
struct ihp__record_key {
    enum ihp__record_section section;
    const char *table;  /* name in the extract, without ".csv"; NULL for an option */
    const char *column; /* NULL where it is not about one */
    const char *text;
};

/* A counter. */
struct ihp__record_entry {
    struct ihp__record_key key; /* its texts are in `texts` */
    char *texts;                /* owned */
    uint64_t rows;
    int64_t amount; /* cents, unless the section says otherwise */
};

struct ihp__record {
    struct ihp__record_entry *entry; /* owned */
    size_t entries, capacity;
};

/* Finds the number of a counter, which is made if it is new. It stays valid. */
enum ihp_status ihp__record_find(struct ihp__record *record, const struct ihp__record_key *key,
                                 size_t *number, struct ihp_error *err);

/* Counts rows with a counter whose number is known. */
static inline void ihp__record_count(struct ihp__record *record, size_t number, uint64_t rows,
                                     int64_t amount)
{
    record->entry[number].rows += rows;
    record->entry[number].amount += amount;
}

/* Finds a counter and counts rows with it. */
enum ihp_status ihp__record_add(struct ihp__record *record, const struct ihp__record_key *key,
                                uint64_t rows, int64_t amount, struct ihp_error *err);

/* Packs the counters into `*bytes`, which the caller frees, and adds packed ones of another rank.
 */
enum ihp_status ihp__record_pack(const struct ihp__record *record, char **bytes, size_t *size,
                                 struct ihp_error *err);
enum ihp_status ihp__record_unpack(struct ihp__record *record, const char *bytes, size_t size,
                                   struct ihp_error *err);

/* Sorts the counters by section, table, column and text. Their numbers are then no longer valid. */
void ihp__record_sort(struct ihp__record *record);

void ihp__record_free(struct ihp__record *record);

#endif
