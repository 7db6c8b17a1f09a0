/* SPDX-License-Identifier: GPL-3.0-or-later */
/* column_meanings.h - the one table of what each column of a result file means, for the README of a
 * result folder and of a data package.
 *
 * Nothing here is collective.
 */
#ifndef IHP_COLUMN_MEANINGS_H
#define IHP_COLUMN_MEANINGS_H

struct ihp__column_meaning {
    const char *column, *meaning;
};

/* Returns the columns of a CSV file in their order, ended by one without a name; NULL if the file
 * has none. `path` is as in the list of result files: "settlement.csv", "attributed/IHP_ID.csv". */
const struct ihp__column_meaning *ihp__column_meanings(const char *path);

#endif
