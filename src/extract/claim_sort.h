/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_sort.h - sorting more claim lines than memory holds.
 *
 * `ihp__import_sorter_add` each line, `ihp__import_sorter_finish`, then `ihp__import_sorter_next`
 * gives them back in order. Lines gather in a block of memory; a full block is sorted and written
 * to a temporary file as a run (claim_sort.c), and the runs are merged (claim_merge.c). What fits
 * into one block never touches the disk. The order is that of a 64-bit key, then of a comparison,
 * both given.
 *
 * Sorters of several ranks work together when they were given files that all ranks can read: then
 * all lines go to the files, and `ihp__import_sorter_finish` gives each rank those of a range of
 * keys, from the runs of all. */
#ifndef IHP_EXTRACT_CLAIM_SORT_H
#define IHP_EXTRACT_CLAIM_SORT_H

#include "base/codes.h"
#include "import.h"
#include "temp_file.h"

/* A claim line. Its claim id follows without an end; records take a multiple of 8 bytes, the last
 * of them zero where the id does not fill them. Dictionary numbers are in order of arrival. */
struct ihp__import_claim {
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

#define IHP__IMPORT_CLAIM_BYTES(id_length)                                                         \
    ((offsetof(struct ihp__import_claim, id) + (id_length) + 7) / 8 * 8)

/* A claim line with room for the longest id. */
union ihp__import_claim_room {
    struct ihp__import_claim claim;
    uint64_t words[(offsetof(struct ihp__import_claim, id) + IHP__CLAIM_ID_MAX + 7) / 8];
};

/* The order of two claim ids, as of strcmp. */
int ihp__import_claim_id_order(const struct ihp__import_claim *a,
                               const struct ihp__import_claim *b);

typedef uint64_t (*ihp__import_claim_key_fn)(const struct ihp__import_claim *claim);
typedef int (*ihp__import_claim_compare_fn)(const struct ihp__import_claim *a,
                                            const struct ihp__import_claim *b);

struct ihp__import_sorter;

/* What orders lines. */
struct ihp__import_claim_order {
    ihp__import_claim_key_fn key;
    ihp__import_claim_compare_fn compare;
};

/* `memory`: bytes of the block. `files`: a file of each rank (ranks.h), to be kept while the sorter
 * is; NULL for a sorter alone, which makes one when it needs it. */
enum ihp_status ihp__import_sorter_create(struct ihp__import *import, uint64_t memory,
                                          const struct ihp__import_claim_order *order,
                                          struct ihp__temp_file **files,
                                          struct ihp__import_sorter **out, struct ihp_error *err);
void ihp__import_sorter_destroy(struct ihp__import_sorter **sorter);

/* Adds a copy of a line. */
enum ihp_status ihp__import_sorter_add(struct ihp__import_sorter *sorter,
                                       const struct ihp__import_claim *claim,
                                       struct ihp_error *err);

/* Writes what is in the block as a run and gives its memory back, for another to use until
 * `ihp__import_sorter_finish`. */
enum ihp_status ihp__import_sorter_set_aside(struct ihp__import_sorter *sorter,
                                             struct ihp_error *err);

/* Lines by their key: from `low` to `last`, both within; none when `empty`. */
struct ihp__import_key_range {
    uint64_t low, last;
    bool empty;
};

/* Collective for sorters with files. Ends the adding; merges runs until one more merge gives the
 * order. With files the lines that follow are those of all ranks in `range`, else all. */
enum ihp_status ihp__import_sorter_finish(struct ihp__import_sorter *sorter,
                                          const struct ihp__import_key_range *range,
                                          struct ihp_error *err);

/* The next line in order, valid until the next call; NULL after the last. */
enum ihp_status ihp__import_sorter_next(struct ihp__import_sorter *sorter,
                                        const struct ihp__import_claim **claim,
                                        struct ihp_error *err);

/* The rank that added the line given last. */
int ihp__import_sorter_source(const struct ihp__import_sorter *sorter);

/* Runs written so far, those of intermediate merges too. */
uint64_t ihp__import_sorter_runs(const struct ihp__import_sorter *sorter);

/* ---- between claim_sort.c and claim_merge.c -------------------------------------------------- */

struct ihp__import_run {
    uint64_t at, end; /* bytes in the temporary file */
    uint64_t first_mark, marks;
    const struct ihp__temp_file *file; /* not owned */
    uint64_t source;                   /* rank that added the lines */
};
struct ihp__import_runs {
    struct ihp__import_run *run; /* owned */
    size_t count, capacity;
};

/* A place in a run, and the key of the line that begins there. */
struct ihp__import_mark {
    uint64_t key, at;
};

struct ihp__import_merge;

/* Merges the lines of `count` runs that lie in `range`, reading through `memory` (owned by the
 * caller, aligned to 8; IHP__IMPORT_MERGE_READ_MIN bytes a run make for good speed). */
#define IHP__IMPORT_MERGE_READ_MIN 65536
enum ihp_status ihp__import_merge_create(const struct ihp__import_run *run, size_t count,
                                         const struct ihp__import_claim_order *order,
                                         const struct ihp__import_key_range *range, char *memory,
                                         uint64_t bytes, struct ihp__import_merge **out,
                                         struct ihp_error *err);
enum ihp_status ihp__import_merge_next(struct ihp__import_merge *merge,
                                       const struct ihp__import_claim **claim,
                                       struct ihp_error *err);
int ihp__import_merge_source(const struct ihp__import_merge *merge);
void ihp__import_merge_destroy(struct ihp__import_merge **merge);

#endif
