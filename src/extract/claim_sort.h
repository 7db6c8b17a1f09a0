/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_sort.h - sorting more claim lines than memory can hold.
 *
 * Call `ihp__import_sorter_add` for each line, then `ihp__import_sorter_finish`; after that
 * `ihp__import_sorter_next` returns the lines in order. Lines are gathered in a block of memory. A
 * full block is sorted and written to a temporary file as a run (claim_sort.c), and the runs are
 * merged (claim_merge.c). Lines that fit into one block never touch the disk. The order is that of
 * a 64-bit key, then of a comparison; the caller gives both.
 *
 * Sorters of several ranks work together if they are given files that all ranks can read.
 * `ihp__import_sorter_finish` then gives each rank the lines of a range of keys: from memory to
 * memory where all lines are in the blocks and fit (claim_exchange.c), else through the files, to
 * which all lines go, from the runs of all ranks. */
#ifndef IHP_EXTRACT_CLAIM_SORT_H
#define IHP_EXTRACT_CLAIM_SORT_H

#include "base/codes.h"
#include "extract/import.h"
#include "extract/temp_file.h"

/* A claim line. Its claim ID follows without a NUL, and then its version. A record is a multiple of
 * 8 bytes long; bytes after the texts are zero. Dictionary numbers are in order of arrival. */
struct ihp__import_claim {
    uint64_t row;   /* number in the file */
    int64_t amount; /* cents */
    int64_t line;
    uint32_t member;
    int32_t service_day, paid_day;
    uint32_t billing, treating;
    uint16_t service, payer, procedure;
    ihp__day16 void_date; /* IHP__NEVER_VOID: none */
    uint8_t status, id_length, version_length;
    char id[];
};

/* Returns the bytes of a record. */
static inline size_t ihp__import_claim_bytes(const struct ihp__import_claim *claim)
{
    size_t texts = (size_t)claim->id_length + claim->version_length;
    return (offsetof(struct ihp__import_claim, id) + texts + 7) / 8 * 8;
}

/* A claim line with room for the longest texts. */
enum { IHP__IMPORT_TEXTS_MAX = IHP__CLAIM_ID_MAX + IHP__VERSION_MAX };
union ihp__import_claim_room {
    struct ihp__import_claim claim;
    uint64_t words[(offsetof(struct ihp__import_claim, id) + IHP__IMPORT_TEXTS_MAX + 7) / 8];
};

/* Compares two claim lines by claim ID, line number and version, which together are their key.
 * Texts compare as strcmp does. */
int ihp__import_claim_key_order(const struct ihp__import_claim *a,
                                const struct ihp__import_claim *b);

typedef uint64_t (*ihp__import_claim_key_fn)(const struct ihp__import_claim *claim);
typedef int (*ihp__import_claim_compare_fn)(const struct ihp__import_claim *a,
                                            const struct ihp__import_claim *b);

struct ihp__import_sorter;

/* The order of lines. */
struct ihp__import_claim_order {
    ihp__import_claim_key_fn key;
    ihp__import_claim_compare_fn compare;
};

/* Makes a sorter with a block of `memory` bytes. `files` has a file of each rank (ranks.h) and must
 * outlive the sorter; NULL for a sorter that works alone and makes a file when it needs one. */
enum ihp_status ihp__import_sorter_create(struct ihp__import *import, uint64_t memory,
                                          const struct ihp__import_claim_order *order,
                                          struct ihp__temp_file **files,
                                          struct ihp__import_sorter **out, struct ihp_error *err);
void ihp__import_sorter_destroy(struct ihp__import_sorter **sorter);

/* Adds a copy of a line. */
enum ihp_status ihp__import_sorter_add(struct ihp__import_sorter *sorter,
                                       const struct ihp__import_claim *claim,
                                       struct ihp_error *err);

/* Writes the lines of the block as a run and frees the block until `ihp__import_sorter_finish`. */
enum ihp_status ihp__import_sorter_set_aside(struct ihp__import_sorter *sorter,
                                             struct ihp_error *err);

/* The keys from `low` to `last`, both included; none if `empty`. */
struct ihp__import_key_range {
    uint64_t low, last;
    bool empty;
};

/* Collective for sorters with files. Ends the adding, and merges runs until one more merge gives
 * the order. With files the lines that follow are those of all ranks in `range`, without files all
 * lines. */
enum ihp_status ihp__import_sorter_finish(struct ihp__import_sorter *sorter,
                                          const struct ihp__import_key_range *range,
                                          struct ihp_error *err);

/* Sets `*claim` to the next line in order, valid until the next call; NULL after the last line. */
enum ihp_status ihp__import_sorter_next(struct ihp__import_sorter *sorter,
                                        const struct ihp__import_claim **claim,
                                        struct ihp_error *err);

/* Returns the rank that added the line that `ihp__import_sorter_next` gave last. */
int ihp__import_sorter_source(const struct ihp__import_sorter *sorter);

/* Returns how many runs have been written, those of intermediate merges included. */
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

/* A position in a run, and the key of the line that begins there. */
struct ihp__import_mark {
    uint64_t key, at;
};

struct ihp__import_merge;

/* Runs to merge, and the memory to read them through. */
#define IHP__IMPORT_MERGE_READ_MIN 65536
struct ihp__import_merge_input {
    const struct ihp__import_run *run;
    size_t count;
    struct ihp__import_key_range range; /* of the lines to return */
    char *memory;                       /* not owned; aligned to 8; must outlive the merge */
    uint64_t bytes; /* of memory; IHP__IMPORT_MERGE_READ_MIN for each run make it fast */
};

/* Starts a merge of the lines of all runs that lie in the range. */
enum ihp_status ihp__import_merge_create(const struct ihp__import_merge_input *input,
                                         const struct ihp__import_claim_order *order,
                                         struct ihp__import_merge **out, struct ihp_error *err);
enum ihp_status ihp__import_merge_next(struct ihp__import_merge *merge,
                                       const struct ihp__import_claim **claim,
                                       struct ihp_error *err);
int ihp__import_merge_source(const struct ihp__import_merge *merge);
void ihp__import_merge_destroy(struct ihp__import_merge **merge);

#endif
