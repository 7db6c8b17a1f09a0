/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - what `ihp show` prints of a finished folder (result/finished.h).
 *
 * Nothing here is collective.
 */
#ifndef IHP_SHOW_H
#define IHP_SHOW_H

#include "ihp/jobs.h"
#include "result/finished.h"

/* The steps to the amount of an IHP, for which settlement.csv has been read. As a table, which the
 * caller frees in any case, and printed for people. Return IHP_ERR_USAGE for an IHP that the
 * settlement does not have. */
enum ihp_status ihp__waterfall_create(const struct ihp__finished *shown, const char *ihp_id,
                                      struct ihp__table *waterfall, struct ihp_error *err);
enum ihp_status ihp__waterfall_print(FILE *stream, const struct ihp__finished *shown,
                                     const char *ihp_id, struct ihp_error *err);

/* Writes a table as an array of JSON objects, numbers as the CSV file has them. */
void ihp__show_put_json(FILE *stream, const struct ihp__table *table);

#endif
