/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge.h - putting the parts of a sweep together, as the files of this room share it: what is
 * known of a part, and the checks of its manifest and tables. Nothing here is collective. */
#ifndef IHP_JOBS_MERGE_H
#define IHP_JOBS_MERGE_H

#include "result/settlement_tables.h"

#include <jansson.h>

/* A folder that is said to be a part. */
struct merge_block {
    const char *folder; /* borrowed */
    struct ihp__block block;
    size_t partnerships;
    json_t *manifest; /* owned */
};

/* Reads manifest.json of `p->folder`. Refuses (IHP_ERR_DATA) what is no finished part of this
 * version. */
enum ihp_status ihp__merge_block_open(struct merge_block *p, struct ihp_error *err);

/* The value of a key of the deck; "" where it has none. Borrowed. */
const char *ihp__merge_deck_value(const struct merge_block *p, const char *key);

/* Refuses (IHP_ERR_DATA) two parts whose manifests are not of one run and one division. */
enum ihp_status ihp__merge_same_run(const struct merge_block *a, const struct merge_block *b,
                                    struct ihp_error *err);

/* Tells, as IHP_ERR_DATA, that two parts have one block. */
enum ihp_status ihp__merge_same_block(const struct merge_block *a, const struct merge_block *b,
                                      struct ihp_error *err);

/* Reads the tables of the deck's own results from part `p` into `table`, which gets columns where
 * the run has the table. */
enum ihp_status ihp__merge_read_own(const struct merge_block *p,
                                    struct ihp__table table[IHP__TABLES], struct ihp_error *err);

/* Refuses (IHP_ERR_DATA) a part whose tables of the deck's own results are not the bytes of
 * `first`'s, of which `table` was read. */
enum ihp_status ihp__merge_same_own(const struct merge_block *first, const struct merge_block *p,
                                    const struct ihp__table table[IHP__TABLES],
                                    struct ihp_error *err);

/* Adds the rows of part `p` to the tables of the scenarios; parts are given in the order of their
 * blocks. Rows that do not fit the block are refused (IHP_ERR_DATA). */
enum ihp_status ihp__merge_read_scenarios(const struct merge_block *p,
                                          struct ihp__table table[IHP__TABLES],
                                          struct ihp_error *err);

/* Puts readings.csv, to which the parts' rows were added block by block, into the order of the
 * whole. */
enum ihp_status ihp__merge_order_readings(struct ihp__table table[IHP__TABLES], size_t partnerships,
                                          struct ihp_error *err);

/* Checks that the rows of readings.csv from scenario `first` on, of `end`, are those of the
 * scenarios in scenarios.csv, in the order of a part. `path` is told in messages. */
enum ihp_status ihp__merge_check_readings(const struct ihp__table table[IHP__TABLES], size_t first,
                                          size_t end, const char *path, struct ihp_error *err);

/* Copies attributed/ of part `p` into `folder`, where the part has it. `*found` says whether. */
enum ihp_status ihp__merge_member_files(const struct merge_block *p,
                                        const struct ihp__table *settlement, const char *folder,
                                        bool *found, struct ihp_error *err);

#endif
