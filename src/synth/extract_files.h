/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extract_files.h - the CSV files of the synthetic state, written by all ranks.
 *
 * Each rank has consecutive members, so its rows of a file are one piece of the file. Rows are made
 * twice. The first time they are only counted, which shows each rank where its piece begins; the
 * second time they are written there. The files have temporary names until all are complete.
 *
 * Files and columns are those of extract/schema.h, but for care_coordination_paid.csv. */
#ifndef IHP_SYNTH_EXTRACT_FILES_H
#define IHP_SYNTH_EXTRACT_FILES_H

#include "extract/schema.h"
#include "synth/files.h"
#include "synth/model.h"
#include "synth/tables.h"

struct ihp__synth_extract;

/* Collective over `comm`. Makes the folder if it is missing, or refuses it, through rank 0's
 * `files`. From here on rows are counted. */
enum ihp_status ihp__synth_extract_begin(const char *folder, MPI_Comm comm,
                                         struct ihp__synth_files *files,
                                         struct ihp__synth_extract **out, struct ihp_error *err);

/* Collective. Makes the files; from here on rows are written. */
enum ihp_status ihp__synth_extract_open(struct ihp__synth_extract *extract, struct ihp_error *err);

/* Collective. Writes the last rows and waits until the files are on disk: only their names are
 * missing. */
enum ihp_status ihp__synth_extract_finish(struct ihp__synth_extract *extract,
                                          struct ihp_error *err);

/* Puts back what a killed run left aside in the folder of an extract. */
void ihp__synth_extract_recover(const char *folder, const struct ihp__synth_files *files);

/* Puts aside what the finished files replace. Only the first rank does. Not collective. */
enum ihp_status ihp__synth_extract_put_aside(const struct ihp__synth_extract *extract,
                                             struct ihp__synth_files *files, struct ihp_error *err);

/* Gives the finished files their names; those that exist are replaced with `force`. Only the first
 * rank does. Not collective. */
enum ihp_status ihp__synth_extract_name(struct ihp__synth_extract *extract, bool force,
                                        struct ihp_error *err);

/* Frees `*extract`, which may be NULL. Unless `keep`, the files that this rank made are removed.
 * Not collective. */
void ihp__synth_extract_end(struct ihp__synth_extract **extract, bool keep);

/* Makes room for a row of a file in `*row`, IHP__SYNTH_ROW_BYTES of it. After the row has been
 * written there, `ihp__synth_extract_took` gets its end. Not collective. */
enum { IHP__SYNTH_ROW_BYTES = 512 };
enum ihp_status ihp__synth_extract_room(struct ihp__synth_extract *extract,
                                        enum ihp__extract_file file, char **row,
                                        struct ihp_error *err);
void ihp__synth_extract_took(struct ihp__synth_extract *extract, enum ihp__extract_file file,
                             const char *end);

/* ---- extract_rows.c -------------------------------------------------------------------------- */

/* Adds the rows of all tables but claims for this rank's members; the first rank also adds those of
 * the providers. Not collective. */
enum ihp_status ihp__synth_extract_tables(struct ihp__synth_extract *extract,
                                          const struct ihp__synth_model *model,
                                          const struct ihp__synth_tables *tables, bool first_rank,
                                          struct ihp_error *err);

/* Adds the rows of one member's claim lines, which are those of the batch from `first` on. Not
 * collective. */
enum ihp_status ihp__synth_extract_claims(struct ihp__synth_extract *extract,
                                          const struct ihp__synth_model *model, uint32_t member,
                                          const struct ihp__synth_batch *batch, size_t first,
                                          struct ihp_error *err);

#endif
