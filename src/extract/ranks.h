/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranks.h - how the ranks of an import keep together.
 *
 * Every collective step begins with `ihp__import_agree`. A rank that fails leaves what it is doing
 * and goes to the end of the import, where it agrees once; that meets the next step of the others,
 * who then leave in the same way. So no rank waits for one that has given up, and steps between may
 * fail on one rank alone. After a common fault `ihp__import_agree` tells no one again. */
#ifndef IHP_EXTRACT_RANKS_H
#define IHP_EXTRACT_RANKS_H

#include "import.h"
#include "temp_file.h"

/* Collective: joins the communicator of the options, which is duplicated. */
enum ihp_status ihp__import_ranks_begin(struct ihp__import *import, struct ihp_error *err);
void ihp__import_ranks_end(struct ihp__import *import);

/* Collective: `each[ranks]` receives every rank's `mine`. */
void ihp__import_each(const struct ihp__import *import, uint64_t mine, uint64_t *each);

/* Collective: puts the lists of all ranks behind each other, in order of ranks, on every rank. The
 * list (owned by the caller, in a place of `*capacity` numbers) is counted in the import's memory.
 */
enum ihp_status ihp__import_share_list(struct ihp__import *import, uint64_t **list, size_t *count,
                                       size_t *capacity, struct ihp_error *err);

/* Collective: rank 0 gets what the other ranks have, one after the other in order of ranks. */
typedef enum ihp_status (*ihp__import_gather_fn)(void *context, int source, const char *bytes,
                                                 size_t size, struct ihp_error *err);
enum ihp_status ihp__import_gather(struct ihp__import *import, const void *bytes, size_t size,
                                   ihp__import_gather_fn take, void *context,
                                   struct ihp_error *err);

/* Collective: a temporary file of every rank beside the store, which the others can read. `tag` is
 * a word of its own for each set. `*files` (ended with `ihp__import_rank_files_close`) has one of
 * each rank; that of this rank is to be written. */
enum ihp_status ihp__import_rank_files_open(struct ihp__import *import, const char *tag,
                                            struct ihp__temp_file ***files, struct ihp_error *err);
void ihp__import_rank_files_close(const struct ihp__import *import, struct ihp__temp_file ***files);

/* Not collective: makes what was appended to a file of such a set ready for the others, who may
 * read it after the next agreement. */
enum ihp_status ihp__import_rank_file_publish(const struct ihp__import *import,
                                              struct ihp__temp_file *file, struct ihp_error *err);

#endif
