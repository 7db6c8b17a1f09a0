/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extract_files.h - the CSV files of the synthetic state, written by all ranks.
 *
 * Each rank has a run of members, so its rows of a file are one piece of it. Rows are made twice:
 * first they are only counted, which tells each rank where its piece begins, then they are written
 * there. A file lies beside its name until all are whole. */
#ifndef IHP_SYNTH_EXTRACT_FILES_H
#define IHP_SYNTH_EXTRACT_FILES_H

#include "model.h"
#include "tables.h"

enum sy_file {
    SY_FILE_MEMBERS,
    SY_FILE_ENROLLMENT,
    SY_FILE_CLAIMS,
    SY_FILE_MORBIDITY,
    SY_FILE_PROVIDERS,
    SY_FILE_SOCIAL_RISK,
    SY_FILE_COORDINATION,
    SY_FILES
};

struct sy_extract;

/* Collective over `comm`. Makes the folder where it is missing; refuses one that holds other files
 * of an extract. From here on rows are counted. */
enum ihp_status ihp__sy_extract_begin(const char *folder, MPI_Comm comm, struct sy_extract **out,
                                      struct ihp_error *err);

/* Collective. Makes the files; from here on rows are written. */
enum ihp_status ihp__sy_extract_open(struct sy_extract *extract, struct ihp_error *err);

/* Collective. Gives the files their names and frees `*extract`. */
enum ihp_status ihp__sy_extract_commit(struct sy_extract **extract, struct ihp_error *err);

/* Removes what this rank made and frees `*extract`. NULL is harmless. Not collective. */
void ihp__sy_extract_abandon(struct sy_extract **extract);

/* Room for a row of a file, SY_ROW_BYTES of it; `ihp__sy_extract_took` tells where the row ends.
 * NULL after a fault. Not collective. */
enum { SY_ROW_BYTES = 512 };
char *ihp__sy_extract_room(struct sy_extract *extract, enum sy_file file, struct ihp_error *err);
void ihp__sy_extract_took(struct sy_extract *extract, enum sy_file file, const char *end);

/* ---- extract_rows.c -------------------------------------------------------------------------- */

/* Rows of all tables but claims, of this rank's members; the first rank's of providers. Not
 * collective. */
enum ihp_status ihp__sy_extract_tables(struct sy_extract *extract, const struct sy_model *model,
                                       const struct sy_tables *tables, bool first_rank,
                                       struct ihp_error *err);

/* Rows of one member's claim lines: those of the batch from `first`. Not collective. */
enum ihp_status ihp__sy_extract_claims(struct sy_extract *extract, const struct sy_model *model,
                                       uint32_t member, const struct sy_batch *batch, size_t first,
                                       struct ihp_error *err);

#endif
