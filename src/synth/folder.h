/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - folders that the synthetic state writes into, and the files of the program. */
#ifndef IHP_SYNTH_FOLDER_H
#define IHP_SYNTH_FOLDER_H

#include "model.h"

/* Makes a folder (not those it lies in) where it is missing. One that holds a CSV file other than
 * `own` is refused with IHP_ERR_USAGE, which names `option`: it would be taken for part of this
 * state. */
enum ihp_status ihp__synth_folder_make(const char *folder, const char *option,
                                       const char *const *own, size_t count, struct ihp_error *err);

/* The folder of the program: as the options say, else "program" beside the store. */
enum ihp_status ihp__synth_program_path(const struct ihp_synth_options *options, char *path,
                                        size_t size, struct ihp_error *err);

/* Makes the program folder, or refuses it. */
enum ihp_status ihp__synth_program_begin(const struct ihp__synth_model *model,
                                         struct ihp_error *err);

/* Writes its files, and beside it deck.yaml and effects.csv. */
enum ihp_status ihp__synth_program_write(const struct ihp__synth_model *model,
                                         struct ihp_error *err);

/* ---- default_tables.c ------------------------------------------------------------------------ */

/* Writes a table as inputs/program-defaults has it: "codes.csv". */
void ihp__synth_write_default(FILE *stream, const char *name);

/* Writes payment.csv: the dollars of inputs/program-defaults, and invented uplifts for social risk
 * [15.3.5], as the contract gives none. */
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
int ihp__synth_track(int k);

#endif
