/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - what `ihp show` prints of a finished folder (result/finished.h).
 *
 * Nothing here is collective.
 */
#ifndef IHP_SHOW_H
#define IHP_SHOW_H

#include "ihp/jobs.h"
#include "result/finished.h"

/* Writes a table as an array of JSON objects, numbers as the CSV file has them. */
void ihp__show_put_json(FILE *stream, const struct ihp__table *table);

#endif
