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

enum ihp__synth_file {
    IHP__SYNTH_FILE_MEMBERS,
    IHP__SYNTH_FILE_ENROLLMENT,
    IHP__SYNTH_FILE_CLAIMS,
    IHP__SYNTH_FILE_MORBIDITY,
    IHP__SYNTH_FILE_PROVIDERS,
    IHP__SYNTH_FILE_SOCIAL_RISK,
    IHP__SYNTH_FILE_COORDINATION,
    IHP__SYNTH_FILES
};

struct ihp__synth_extract;

/* Collective over `comm`. Makes the folder where it is missing; refuses one that holds other files
 * of an extract. From here on rows are counted. */
enum ihp_status ihp__synth_extract_begin(const char *folder, MPI_Comm comm,
                                         struct ihp__synth_extract **out, struct ihp_error *err);

/* Collective. Makes the files; from here on rows are written. */
enum ihp_status ihp__synth_extract_open(struct ihp__synth_extract *extract, struct ihp_error *err);

/* Collective. Gives the files their names and frees `*extract`. */
enum ihp_status ihp__synth_extract_commit(struct ihp__synth_extract **extract,
                                          struct ihp_error *err);

/* Removes what this rank made and frees `*extract`. NULL is harmless. Not collective. */
void ihp__synth_extract_abandon(struct ihp__synth_extract **extract);

/* Room for a row of a file, IHP__SYNTH_ROW_BYTES of it; `ihp__synth_extract_took` tells where the
 * row ends. NULL after a fault. Not collective. */
enum { IHP__SYNTH_ROW_BYTES = 512 };
char *ihp__synth_extract_room(struct ihp__synth_extract *extract, enum ihp__synth_file file,
                              struct ihp_error *err);
void ihp__synth_extract_took(struct ihp__synth_extract *extract, enum ihp__synth_file file,
                             const char *end);

/* ---- extract_rows.c -------------------------------------------------------------------------- */

/* Rows of all tables but claims, of this rank's members; the first rank's of providers. Not
 * collective. */
enum ihp_status ihp__synth_extract_tables(struct ihp__synth_extract *extract,
                                          const struct ihp__synth_model *model,
                                          const struct ihp__synth_tables *tables, bool first_rank,
                                          struct ihp_error *err);

/* Rows of one member's claim lines: those of the batch from `first`. Not collective. */
enum ihp_status ihp__synth_extract_claims(struct ihp__synth_extract *extract,
                                          const struct ihp__synth_model *model, uint32_t member,
                                          const struct ihp__synth_batch *batch, size_t first,
                                          struct ihp_error *err);

#endif
