/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge.h - putting the blocks of a sweep together, as the files of this job share it: a block, and
 * the checks of its manifest and tables. Nothing here is collective. */
#ifndef IHP_JOBS_MERGE_H
#define IHP_JOBS_MERGE_H

#include "result/manifest_value.h"
#include "result/settlement_tables.h"

#include <jansson.h>

/* A folder that is given as a block. */
struct ihp__merge_block {
    const char *folder; /* borrowed */
    struct ihp__block block;
    size_t partnerships;
    json_t *manifest; /* owned */
};

/* Reads manifest.json of `p->folder`. Refuses (IHP_ERR_DATA) a folder that is not a finished block
 * of this version. */
enum ihp_status ihp__merge_block_open(struct ihp__merge_block *p, struct ihp_error *err);

/* Writes the value of a key of the deck, or "" where it has none. Returns `text`. */
const char *ihp__merge_deck_value(const struct ihp__merge_block *p, const char *key,
                                  char text[IHP__MANIFEST_TEXT]);

/* Refuses (IHP_ERR_DATA) two blocks whose manifests are not of one run and one division. */
enum ihp_status ihp__merge_same_run(const struct ihp__merge_block *a,
                                    const struct ihp__merge_block *b, struct ihp_error *err);

/* Reports, as IHP_ERR_DATA, that two folders have the same block. */
enum ihp_status ihp__merge_same_block(const struct ihp__merge_block *a,
                                      const struct ihp__merge_block *b, struct ihp_error *err);

/* Reads the tables of the deck's own results from block `p` into `table`, which gets columns where
 * the run has the table. */
enum ihp_status ihp__merge_read_own(const struct ihp__merge_block *p,
                                    struct ihp__table table[IHP__TABLES], struct ihp_error *err);

/* Refuses (IHP_ERR_DATA) a block whose tables of the deck's own results are not the bytes of
 * `first`'s, of which `table` was read. */
enum ihp_status ihp__merge_same_own(const struct ihp__merge_block *first,
                                    const struct ihp__merge_block *p,
                                    const struct ihp__table table[IHP__TABLES],
                                    struct ihp_error *err);

/* Adds the rows of block `p` to the tables of the scenarios; blocks are given in their order. Rows
 * that do not fit the block are refused (IHP_ERR_DATA). */
enum ihp_status ihp__merge_read_scenarios(const struct ihp__merge_block *p,
                                          struct ihp__table table[IHP__TABLES],
                                          struct ihp_error *err);

/* Adds the rows of block `p` to scenario_terms.csv, whose rows of scenarios.csv are there. Rows
 * that do not fit these are refused (IHP_ERR_DATA). */
enum ihp_status ihp__merge_read_terms(const struct ihp__merge_block *p,
                                      struct ihp__table table[IHP__TABLES], struct ihp_error *err);

/* Puts readings.csv and readings_total.csv, to which the rows were added block by block, into the
 * order of the whole. */
enum ihp_status ihp__merge_order_readings(struct ihp__table table[IHP__TABLES], size_t partnerships,
                                          struct ihp_error *err);

/* Checks that the rows of readings.csv and readings_total.csv from scenario `first` on, of `end`,
 * are those of the scenarios in scenarios.csv, in the order of a block. `path` and `total_path` are
 * for messages. */
enum ihp_status ihp__merge_check_readings(const struct ihp__table table[IHP__TABLES], size_t first,
                                          size_t end, const char *path, const char *total_path,
                                          struct ihp_error *err);

/* Copies attributed/ and unattributed/ of block `p` into `folder` and sets `*found`, if the block
 * has them. A final that names its interim also has moved/, which is copied, too. */
enum ihp_status ihp__merge_member_files(const struct ihp__merge_block *p,
                                        const struct ihp__table *settlement, const char *folder,
                                        bool *found, struct ihp_error *err);

#endif
