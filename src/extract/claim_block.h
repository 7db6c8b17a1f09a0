/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_block.h - sorting as many claim lines as fit into a small block of memory, which is used
 * again and again: memory that has been used before costs far less than fresh memory. */
#ifndef IHP_EXTRACT_CLAIM_BLOCK_H
#define IHP_EXTRACT_CLAIM_BLOCK_H

#include "extract/claim_pack.h"

/* Compares two lines of one key. */
typedef int (*ihp__import_claim_compare_fn)(const struct ihp__import_claim *a,
                                            const struct ihp__import_claim *b);

/* A line, next to its key. */
struct ihp__import_entry {
    uint64_t key;
    const struct ihp__import_claim *claim;
};

struct ihp__import_block {
    struct ihp__import_entry *entry; /* `lines` of them, in memory that the caller owns */
    struct ihp__import_entry *spare; /* as many again, for sorting */
    char *record;
    size_t record_bytes, used, lines, most_lines;
    size_t packed; /* bytes of the lines when they are packed */
};

/* Makes an empty block in `bytes` bytes of memory, aligned to 16. */
void ihp__import_block_begin(struct ihp__import_block *block, char *memory, size_t bytes);

/* Returns true if a line fits into the block. */
static inline bool ihp__import_block_fits(const struct ihp__import_block *block,
                                          const struct ihp__import_claim *claim)
{
    return block->lines < block->most_lines &&
           ihp__import_claim_bytes(claim) <= block->record_bytes - block->used;
}

/* Adds a copy of a line, which fits. */
void ihp__import_block_add(struct ihp__import_block *block, uint64_t key,
                           const struct ihp__import_claim *claim);

/* Sorts the lines by key, then by the comparison. */
void ihp__import_block_sort(struct ihp__import_block *block, ihp__import_claim_compare_fn compare);

/* Takes all lines out. */
void ihp__import_block_empty(struct ihp__import_block *block);

#endif
