/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - folders that the synthetic state writes into, and the files of the program. */
#ifndef IHP_SYNTH_FOLDER_H
#define IHP_SYNTH_FOLDER_H

#include "model.h"

/* Makes a folder (not those it lies in) where it is missing. One that holds a CSV file other than
 * `own` is refused with IHP_ERR_USAGE, which names `option`: it would be taken for part of this
 * state. */
enum ihp_status ihp__sy_folder_make(const char *folder, const char *option, const char *const *own,
                                    size_t count, struct ihp_error *err);

/* The folder of the program: as the options say, else "program" beside the store. */
enum ihp_status ihp__sy_program_path(const struct ihp_synth_options *options, char *path,
                                     size_t size, struct ihp_error *err);

/* Makes the program folder, or refuses it. */
enum ihp_status ihp__sy_program_begin(const struct sy_model *model, struct ihp_error *err);

/* Writes its files, and beside it deck.yaml and effects.csv. */
enum ihp_status ihp__sy_program_write(const struct sy_model *model, struct ihp_error *err);

/* ---- contract_tables.c ----------------------------------------------------------------------- */

/* Writes categories.csv, codes.csv, corridors.csv and taxonomy.csv: the same tables as in
 * inputs/program-defaults, which a test holds to be equal. */
void ihp__sy_write_categories(FILE *stream, const struct sy_model *model);
void ihp__sy_write_codes(FILE *stream, const struct sy_model *model);
void ihp__sy_write_corridors(FILE *stream, const struct sy_model *model);
void ihp__sy_write_taxonomy(FILE *stream, const struct sy_model *model);

/* Writes payment.csv: dollars as in inputs/program-defaults, and uplifts that are made up, as the
 * contract has none. */
void ihp__sy_write_payment(FILE *stream, const struct sy_model *model);

/* ---- roster_tables.c ------------------------------------------------------------------------- */

/* Writes ihps.csv, rosters.csv and trend.csv. */
void ihp__sy_write_ihps(FILE *stream, const struct sy_model *model);
void ihp__sy_write_rosters(FILE *stream, const struct sy_model *model);
void ihp__sy_write_trend(FILE *stream, const struct sy_model *model);

#endif
