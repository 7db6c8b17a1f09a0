/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_sort.h - sorting more claim lines than memory can hold.
 *
 * Call `ihp__import_sorter_add` for each line, then `ihp__import_sorter_finish`; after that
 * `ihp__import_sorter_next` returns the lines in order. The order is that of a 64-bit key, then of
 * a comparison; the caller gives both.
 *
 * Lines are gathered and sorted in a small block (claim_block.c). When it is full they are packed
 * (claim_pack.c) into a run behind the runs before it, in memory (claim_runs.c). When there is no
 * room for more, these runs are merged (claim_merge.c) into one run of a temporary file. What is
 * left in the end is merged while the lines are returned. Lines whose runs fit into memory never
 * touch the disk.
 *
 * Sorters of several ranks work together if they are given files that all ranks can read.
 * `ihp__import_sorter_finish` then gives each rank the lines of a range of keys: from memory to
 * memory where all runs are in memory and fit (claim_exchange.c), else through the files, to which
 * all lines go, from the runs of all ranks. */
#ifndef IHP_EXTRACT_CLAIM_SORT_H
#define IHP_EXTRACT_CLAIM_SORT_H

#include "extract/claim_runs.h"

/* Compares two claim lines by claim ID, line number and version, which together are their key.
 * Texts compare as strcmp does. */
int ihp__import_claim_key_order(const struct ihp__import_claim *a,
                                const struct ihp__import_claim *b);

struct ihp__import_sorter;

/* Returns how many bytes of the memory of a sorter are best used for the block. */
uint64_t ihp__import_block_bytes(uint64_t memory);

/* Makes a sorter that uses `memory` bytes, at most half of them for the block. `files` has a file
 * of each rank (ranks.h) and must outlive the sorter; NULL for a sorter that works alone and makes
 * a file when it needs one. */
enum ihp_status ihp__import_sorter_create(struct ihp__import *import, uint64_t memory,
                                          uint64_t block_bytes,
                                          const struct ihp__import_claim_order *order,
                                          struct ihp__temp_file **files,
                                          struct ihp__import_sorter **out, struct ihp_error *err);
void ihp__import_sorter_destroy(struct ihp__import_sorter **sorter);

/* Adds a copy of a line. */
enum ihp_status ihp__import_sorter_add(struct ihp__import_sorter *sorter,
                                       const struct ihp__import_claim *claim,
                                       struct ihp_error *err);

/* Writes all lines to the file and frees the memory until `ihp__import_sorter_finish`. */
enum ihp_status ihp__import_sorter_set_aside(struct ihp__import_sorter *sorter,
                                             struct ihp_error *err);

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

/* Returns how many runs have been written to files, those of intermediate merges included. */
uint64_t ihp__import_sorter_runs(const struct ihp__import_sorter *sorter);

#endif
