/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hand_over.h - a compressed file of claims that a team of ranks reads.
 *
 * The first rank of the team, the lead, decompresses the file and cuts the text into blocks of
 * whole rows. It hands a block to a rank that has none or one to parse, and parses the block itself
 * if there is no such rank. Each rank of the team reads the file with `ihp__hand_over_begin`, a
 * feed (base/csv.h) of `ihp__hand_over_next`, and `ihp__hand_over_end`, which every rank must reach
 * also after an error: until then the others wait.
 *
 * When the file is read again, each block goes to the same rank as at first, because the numbers of
 * dictionaries are those of the rank that has read a row.
 */
#ifndef IHP_EXTRACT_HAND_OVER_H
#define IHP_EXTRACT_HAND_OVER_H

#include "extract/import.h"

struct ihp__hand_over;

/* Makes what a rank needs, if it is in a team. Not collective. */
enum ihp_status ihp__hand_over_create(struct ihp__import *import, struct ihp__hand_over **out,
                                      struct ihp_error *err);
void ihp__hand_over_free(struct ihp__hand_over **hand_over);

/* Begins to read a file of claims, which the rank's team shares. `*number` becomes the number of
 * the next row at each run. */
void ihp__hand_over_begin(struct ihp__hand_over *hand_over, size_t file, bool again,
                          uint64_t *number);

/* Gets the next run for this rank; for a feed. */
enum ihp_status ihp__hand_over_next(void *hand_over, struct ihp__csv_run *run,
                                    struct ihp_error *err);

/* Ends the reading, early or not, when all blocks of the file have arrived. */
void ihp__hand_over_end(struct ihp__hand_over *hand_over);

#endif
