/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranks.h - how the ranks of an import keep together.
 *
 * Every collective step begins with `ihp__import_agree`. A rank that fails returns from whatever it
 * is doing, up to the end of the import, where it agrees once. That call meets the
 * `ihp__import_agree` of the other ranks' next step, and they return in the same way. So no rank
 * waits for a rank that has failed, and between two steps a rank may return as soon as it fails.
 * Once the ranks have agreed on an error, `ihp__import_agree` no longer communicates. */
#ifndef IHP_EXTRACT_RANKS_H
#define IHP_EXTRACT_RANKS_H

#include "extract/import.h"
#include "extract/temp_file.h"

/* Collective: duplicates the communicator of the options. */
enum ihp_status ihp__import_ranks_begin(struct ihp__import *import, struct ihp_error *err);
void ihp__import_ranks_end(struct ihp__import *import);

/* Collective, at the beginning of each collective step: an error of one rank becomes the error of
 * all ranks. */
enum ihp_status ihp__import_agree(struct ihp__import *import, struct ihp_error *err);

/* Collective: sets `each[r]` to the number `mine` of rank r, for all ranks. */
void ihp__import_each(const struct ihp__import *import, uint64_t mine, uint64_t *each);

/* Collective: puts the lists of all ranks one after another, in order of ranks, on every rank. The
 * array (owned by the caller, `*capacity` numbers long) counts as memory of the import. */
enum ihp_status ihp__import_share_list(struct ihp__import *import, uint64_t **list, size_t *count,
                                       size_t *capacity, struct ihp_error *err);

/* Collective: calls `take` on rank 0 with the bytes of each other rank, in order of ranks. */
typedef enum ihp_status (*ihp__import_gather_fn)(void *context, int source, const char *bytes,
                                                 size_t size, struct ihp_error *err);
enum ihp_status ihp__import_gather(struct ihp__import *import, const void *bytes, size_t size,
                                   ihp__import_gather_fn take, void *context,
                                   struct ihp_error *err);

/* Collective: agrees, then writes rank 0's column or dictionary as `ihp__store_put` and
 * `ihp__store_put_dict` do. */
enum ihp_status ihp__import_put(struct ihp__import *import, enum ihp__column column, size_t width,
                                const void *data, uint64_t count, struct ihp_error *err);
enum ihp_status ihp__import_put_dict(struct ihp__import *import, enum ihp__column column,
                                     const struct ihp__dict *dict, struct ihp_error *err);

/* Collective: makes a temporary file of each rank next to the store, which all ranks can read.
 * `tag` is a short word that differs for each set of files. `*files` (freed with
 * `ihp__import_rank_files_close`) has the file of each rank; a rank writes its own. */
enum ihp_status ihp__import_rank_files_open(struct ihp__import *import, const char *tag,
                                            struct ihp__temp_file ***files, struct ihp_error *err);
void ihp__import_rank_files_close(const struct ihp__import *import, struct ihp__temp_file ***files);

/* Makes what was appended to a file of such a set ready for the other ranks. They may read it after
 * the next agreement. */
enum ihp_status ihp__import_rank_file_publish(const struct ihp__import *import,
                                              struct ihp__temp_file *file, struct ihp_error *err);

#endif
