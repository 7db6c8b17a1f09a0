/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - a finished folder as `ihp show` reads and prints it.
 *
 * `ihp__show_read` compares the files with their lists and reads the tables, all of them or one.
 * Nothing here is collective.
 */
#ifndef IHP_SHOW_H
#define IHP_SHOW_H

#include "ihp/jobs.h"
#include "result/payment_tables.h"
#include "result/settlement_tables.h"

/* Every table that can be shown, in the order of the text. */
enum {
    IHP__SHOW_PAYMENTS = IHP__TABLES,
    IHP__SHOW_RECONCILE = IHP__SHOW_PAYMENTS + IHP__PAYMENT_TABLES,
    IHP__SHOW_TABLES
};

/* A folder and what was read of it. */
struct ihp__show_folder {
    const char *folder;                        /* borrowed */
    json_t *manifest;                          /* of a settlement, owned; NULL: there is none */
    struct ihp__table table[IHP__SHOW_TABLES]; /* names and columns; rows of those that were read */
    bool present[IHP__SHOW_TABLES];            /* the folder has the table */
};

/* Compares the files of a folder with the lists of settlement, payments and reconciliation, and
 * reads the tables of `only`; NULL: all that the folder has. The caller frees `shown` in any case.
 * Returns IHP_ERR_DATA for a folder that is not finished, damaged, or of another version, and for a
 * block of a sweep; IHP_ERR_USAGE if it does not have the table. */
enum ihp_status ihp__show_read(const char *folder, const char *only, struct ihp__show_folder *shown,
                               struct ihp_notices *notices, struct ihp_error *err);
void ihp__show_folder_free(struct ihp__show_folder *shown);

/* Writes the names of the tables that the folder has, with commas. Returns `text`. */
enum { IHP__SHOW_NAMES_TEXT = 800 };
const char *ihp__show_names(const struct ihp__show_folder *shown, char text[IHP__SHOW_NAMES_TEXT]);

/* Writes the value of a deck key, as the manifest of the settlement has it, "" without one. Returns
 * `text`. */
enum { IHP__SHOW_VALUE_TEXT = 64 };
const char *ihp__show_deck_value(const struct ihp__show_folder *shown, const char *key,
                                 char text[IHP__SHOW_VALUE_TEXT]);

/* Takes what the lines above a settlement say from the manifest; `deck` has the part of the deck
 * that they need. Returns IHP_ERR_DATA if the manifest is not as ihp writes it. */
enum ihp_status ihp__show_head(const struct ihp__show_folder *shown, struct ihp__deck *deck,
                               struct ihp__settlement_head *head, struct ihp_error *err);

/* Keeps the rows of one IHP in a table that was read. Returns IHP_ERR_USAGE if the table is not by
 * IHP or has no row of it. */
enum ihp_status ihp__show_keep_ihp(const struct ihp__show_folder *shown, struct ihp__table *table,
                                   const char *ihp_id, struct ihp_error *err);

/* The steps to the amount of an IHP, for which settlement.csv has been read. As a table, which the
 * caller frees in any case, and printed for people. Return IHP_ERR_USAGE for an IHP that the
 * settlement does not have. */
enum ihp_status ihp__waterfall_create(const struct ihp__show_folder *shown, const char *ihp_id,
                                      struct ihp__table *waterfall, struct ihp_error *err);
enum ihp_status ihp__waterfall_print(FILE *stream, const struct ihp__show_folder *shown,
                                     const char *ihp_id, struct ihp_error *err);

/* Writes a table as an array of JSON objects, numbers as the CSV file has them. */
void ihp__show_put_json(FILE *stream, const struct ihp__table *table);

#endif
