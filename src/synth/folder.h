/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - the files of the program folder, and those next to it. Nothing here is collective:
 * rank 0 makes these files, as files.h does. */
#ifndef IHP_SYNTH_FOLDER_H
#define IHP_SYNTH_FOLDER_H

#include "synth/files.h"
#include "synth/model.h"

/* ---- folder.c -------------------------------------------------------------------------------- */

/* Finds the program folder: that of the options, else "program" next to the store. */
enum ihp_status ihp__synth_program_path(const struct ihp_synth_options *options, char *path,
                                        size_t size, struct ihp_error *err);

/* Finds the name of file `i` of a synthetic program folder, such as "ihps.csv": the files of a
 * program folder that this state invents or inputs/program-defaults has. Returns false behind the
 * last. */
enum { IHP__SYNTH_FILE = 32 };
bool ihp__synth_program_file(size_t i, char name[IHP__SYNTH_FILE]);

/* Makes the program folder, takes its lease, and puts back what a killed run left aside. */
enum ihp_status ihp__synth_program_begin(const struct ihp__synth_model *model,
                                         struct ihp__synth_files *files, struct ihp_error *err);

/* Refuses a program folder with files that may not be replaced, or that do not belong there. */
enum ihp_status ihp__synth_program_check(const struct ihp__synth_model *model,
                                         const struct ihp__synth_files *files,
                                         struct ihp_error *err);

/* Writes the files of the program folder. */
enum ihp_status ihp__synth_program_write(const struct ihp__synth_model *model,
                                         struct ihp__synth_files *files, struct ihp_error *err);

/* ---- deck_file.c ----------------------------------------------------------------------------- */

/* Finds out if a run was killed that had put the deck aside. Call it before
 * `ihp__synth_program_begin`. */
enum ihp_status ihp__synth_deck_look(const struct ihp__synth_model *model,
                                     struct ihp__synth_files *files, struct ihp_error *err);

/* Takes the lease of deck.yaml, unless it is the output `store`, and puts back what a killed run
 * left aside of it and of effects.csv. Both are next to the program folder, which exists. Call it
 * when all other files are back. */
enum ihp_status ihp__synth_deck_begin(const struct ihp__synth_model *model,
                                      const struct ihp__target *store,
                                      struct ihp__synth_files *files, struct ihp_error *err);

/* Refuses deck.yaml and effects.csv if they exist and may not be replaced or are the output
 * `store`.
 */
enum ihp_status ihp__synth_deck_check(const struct ihp__synth_model *model,
                                      const struct ihp__target *store,
                                      const struct ihp__synth_files *files, struct ihp_error *err);

/* Writes deck.yaml and effects.csv next to the program folder. */
enum ihp_status ihp__synth_deck_write(const struct ihp__synth_model *model,
                                      struct ihp__synth_files *files, struct ihp_error *err);

/* ---- default_tables.c ------------------------------------------------------------------------ */

/* Returns true if inputs/program-defaults has a table. */
bool ihp__synth_has_default(const char *name);

/* Writes a table as inputs/program-defaults has it, such as "codes.csv". */
void ihp__synth_write_default(FILE *stream, const char *name);

/* Writes payment.csv: the dollars of inputs/program-defaults, and invented uplifts for social risk
 * [15.3.5], because the contract gives none. */
void ihp__synth_write_payment(FILE *stream, const struct ihp__synth_model *model);

/* ---- quality_tables.c ------------------------------------------------------------------------ */

/* Writes benchmarks.csv and quality.csv for the measures of inputs/program-defaults/measures.csv
 * [17, 18]: invented results of the base year and of the performance year. */
void ihp__synth_write_benchmarks(FILE *stream, const struct ihp__synth_model *model);
void ihp__synth_write_quality(FILE *stream, const struct ihp__synth_model *model);

/* ---- roster_tables.c ------------------------------------------------------------------------- */

/* Writes ihps.csv, rosters.csv and trend.csv. */
void ihp__synth_write_ihps(FILE *stream, const struct ihp__synth_model *model);
void ihp__synth_write_rosters(FILE *stream, const struct ihp__synth_model *model);
void ihp__synth_write_trend(FILE *stream, const struct ihp__synth_model *model);

/* Returns the track of a partnership, 1 or 2. */
int ihp__synth_track(int partnership);

#endif
