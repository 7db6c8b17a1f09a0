/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control_file.h - control.csv: what the State's own books say of the files of an extract.
 *
 * Each row names a file (or a table), and for claims perhaps a payer and a year of service, and
 * says how many rows there must be and, perhaps, how many dollars. Every rank counts the claims
 * that it reads, bad rows and duplicates included; at the end rank 0 compares. */
#ifndef IHP_EXTRACT_CONTROL_FILE_H
#define IHP_EXTRACT_CONTROL_FILE_H

#include "extract/claims.h"
#include "extract/import.h"

/* Makes import->control_file, before anything else here. */
enum ihp_status ihp__control_file_create(struct ihp__import *import, struct ihp_error *err);

/* Returns the path of the file, NULL if there is none. */
const char *ihp__control_file_path(const struct ihp__import *import);

/* On rank 0: finds and reads control.csv if the extract has one. */
enum ihp_status ihp__control_file_read(struct ihp__import *import, struct ihp_error *err);

/* Collective, after `ihp__control_file_read`: says to all ranks if there is one, and prepares
 * counting. */
enum ihp_status ihp__control_file_share(struct ihp__import *import, struct ihp_error *err);

/* Counts a row of claims.csv as it is read for the first time. `claim` is NULL for a bad row. */
enum ihp_status ihp__control_file_count(struct ihp__import *import,
                                        const struct ihp__import_row *row,
                                        const struct ihp__import_claim *claim,
                                        struct ihp_error *err);

/* Collective, when the counters of the import's record have been added: compares. Rank 0 fails with
 * IHP_ERR_DATA if there is a difference. */
enum ihp_status ihp__control_file_compare(struct ihp__import *import, struct ihp_error *err);

void ihp__control_file_free(struct ihp__import *import);

#endif
