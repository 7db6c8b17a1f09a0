/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finished.h - a finished folder of settle, merge, pay or reconcile, read again.
 *
 * `ihp__finished_read` compares the files with their lists and reads the tables, all of them or
 * one. Files of members are never read. Nothing here is collective.
 */
#ifndef IHP_FINISHED_H
#define IHP_FINISHED_H

#include "result/manifest_value.h"
#include "result/payment_tables.h"
#include "result/settlement_tables.h"
#include "result/waterfall.h"

/* Every table that can be read, in the order in which people read them. */
enum {
    IHP__FINISHED_PAYMENTS = IHP__TABLES,
    IHP__FINISHED_RECONCILE = IHP__FINISHED_PAYMENTS + IHP__PAYMENT_TABLES,
    IHP__FINISHED_TABLES
};

/* A folder and what was read of it. */
struct ihp__finished {
    const char *folder; /* borrowed */
    json_t *manifest;   /* of a settlement, owned; NULL: there is none */
    struct ihp__table
        table[IHP__FINISHED_TABLES];    /* names, columns; rows of those that were read */
    bool present[IHP__FINISHED_TABLES]; /* the folder has the table */
    enum ihp__waterfall_files files;    /* that formulas may name */
};

/* Compares the files of a folder with the lists of settlement, payments and reconciliation, and
 * reads the tables of `only`; NULL: all that the folder has. The caller frees `finished` in any
 * case. Returns IHP_ERR_DATA for a folder that is not finished, damaged, or of another version, and
 * for a block of a sweep; IHP_ERR_USAGE if it does not have the table. */
enum ihp_status ihp__finished_read(const char *folder, const char *only,
                                   struct ihp__finished *finished, struct ihp_notices *notices,
                                   struct ihp_error *err);
void ihp__finished_free(struct ihp__finished *finished);

/* Writes the names of the tables that the folder has, with commas. Returns `text`. */
enum { IHP__FINISHED_NAMES_TEXT = 800 };
const char *ihp__finished_names(const struct ihp__finished *finished,
                                char text[IHP__FINISHED_NAMES_TEXT]);

/* Writes the value of a deck key, as the manifest of the settlement has it, "" without one. Returns
 * `text`. */
enum { IHP__FINISHED_VALUE_TEXT = IHP__MANIFEST_TEXT };
const char *ihp__finished_deck_value(const struct ihp__finished *finished, const char *key,
                                     char text[IHP__FINISHED_VALUE_TEXT]);

/* Takes what the lines above a settlement say from the manifest; `deck` has the part of the deck
 * that they need. Returns IHP_ERR_DATA if the manifest is not as ihp writes it. */
enum ihp_status ihp__finished_head(const struct ihp__finished *finished, struct ihp__deck *deck,
                                   struct ihp__settlement_head *head, struct ihp_error *err);

/* Keeps the rows of one IHP in a table that was read. Returns IHP_ERR_USAGE if the table is not by
 * IHP or has no row of it. */
enum ihp_status ihp__finished_keep_ihp(const struct ihp__finished *finished,
                                       struct ihp__table *table, const char *ihp_id,
                                       struct ihp_error *err);

#endif
