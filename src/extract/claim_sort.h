/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_sort.h - sorting more claim lines than memory holds.
 *
 * `ihp__ex_sorter_add` each line, `ihp__ex_sorter_finish`, then `ihp__ex_sorter_next` gives them
 * back in order. Lines gather in a block of memory; a full block is sorted and written to a
 * temporary file as a run (claim_sort.c), and the runs are merged (claim_merge.c). What fits into
 * one block never touches the disk. The order is that of a 64-bit key, then of a comparison, both
 * given.
 *
 * Sorters of several ranks work together when they were given files that all ranks can read: then
 * all lines go to the files, and `ihp__ex_sorter_finish` gives each rank those of a range of keys,
 * from the runs of all. */
#ifndef IHP_EXTRACT_CLAIM_SORT_H
#define IHP_EXTRACT_CLAIM_SORT_H

#include "base/codes.h"
#include "import.h"
#include "temp_file.h"

/* A claim line. Its claim id follows without an end; records take a multiple of 8 bytes, the last
 * of them zero where the id does not fill them. Dictionary numbers are in order of arrival. */
struct ex_claim {
    uint64_t row;   /* number in the file */
    int64_t amount; /* cents */
    int64_t line;
    uint32_t member;
    int32_t service_day, paid_day;
    uint32_t billing, treating;
    uint16_t service, payer, procedure;
    uint8_t status, id_length;
    char id[];
};

#define EX_CLAIM_BYTES(id_length) ((offsetof(struct ex_claim, id) + (id_length) + 7) / 8 * 8)

/* A claim line with room for the longest id. */
union ex_claim_room {
    struct ex_claim claim;
    uint64_t words[(offsetof(struct ex_claim, id) + IHP__CLAIM_ID_MAX + 7) / 8];
};

/* The order of two claim ids, as of strcmp. */
int ihp__ex_claim_id_order(const struct ex_claim *a, const struct ex_claim *b);

typedef uint64_t (*ex_claim_key_fn)(const struct ex_claim *claim);
typedef int (*ex_claim_compare_fn)(const struct ex_claim *a, const struct ex_claim *b);

struct ex_sorter;

/* What orders lines. */
struct ex_claim_order {
    ex_claim_key_fn key;
    ex_claim_compare_fn compare;
};

/* `memory`: bytes of the block. `files`: a file of each rank (ranks.h), to be kept while the sorter
 * is; NULL for a sorter alone, which makes one when it needs it. */
enum ihp_status ihp__ex_sorter_create(struct ex_import *x, uint64_t memory,
                                      const struct ex_claim_order *order,
                                      struct ex_temp_file **files, struct ex_sorter **out,
                                      struct ihp_error *err);
void ihp__ex_sorter_destroy(struct ex_sorter **sorter);

/* Adds a copy of a line. */
enum ihp_status ihp__ex_sorter_add(struct ex_sorter *sorter, const struct ex_claim *claim,
                                   struct ihp_error *err);

/* Writes what is in the block as a run and gives its memory back, for another to use until
 * `ihp__ex_sorter_finish`. */
enum ihp_status ihp__ex_sorter_set_aside(struct ex_sorter *sorter, struct ihp_error *err);

/* Lines by their key: from `low` to `last`, both within; none when `empty`. */
struct ex_key_range {
    uint64_t low, last;
    bool empty;
};

/* Collective for sorters with files. Ends the adding; merges runs until one more merge gives the
 * order. With files the lines that follow are those of all ranks in `range`, else all. */
enum ihp_status ihp__ex_sorter_finish(struct ex_sorter *sorter, const struct ex_key_range *range,
                                      struct ihp_error *err);

/* The next line in order, valid until the next call; NULL after the last. */
enum ihp_status ihp__ex_sorter_next(struct ex_sorter *sorter, const struct ex_claim **claim,
                                    struct ihp_error *err);

/* The rank that added the line given last. */
int ihp__ex_sorter_source(const struct ex_sorter *sorter);

/* Runs written so far, those of intermediate merges too. */
uint64_t ihp__ex_sorter_runs(const struct ex_sorter *sorter);

/* ---- between claim_sort.c and claim_merge.c -------------------------------------------------- */

struct ex_run {
    uint64_t at, end; /* bytes in the temporary file */
    uint64_t first_mark, marks;
    const struct ex_temp_file *file; /* not owned */
    uint64_t source;                 /* rank that added the lines */
};
struct ex_runs {
    struct ex_run *run; /* owned */
    size_t count, capacity;
};

/* A place in a run, and the key of the line that begins there. */
struct ex_mark {
    uint64_t key, at;
};

struct ex_merge;

/* Merges the lines of `count` runs that lie in `range`, reading through `memory` (owned by the
 * caller, aligned to 8; EX_MERGE_READ_MIN bytes a run make for good speed). */
#define EX_MERGE_READ_MIN 65536
enum ihp_status ihp__ex_merge_create(const struct ex_run *run, size_t count,
                                     const struct ex_claim_order *order,
                                     const struct ex_key_range *range, char *memory, uint64_t bytes,
                                     struct ex_merge **out, struct ihp_error *err);
enum ihp_status ihp__ex_merge_next(struct ex_merge *merge, const struct ex_claim **claim,
                                   struct ihp_error *err);
int ihp__ex_merge_source(const struct ex_merge *merge);
void ihp__ex_merge_destroy(struct ex_merge **merge);

#endif
