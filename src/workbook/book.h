/* SPDX-License-Identifier: GPL-3.0-or-later */
/* book.h - the workbook of a settlement that was read. Nothing here is collective. */
#ifndef IHP_BOOK_H
#define IHP_BOOK_H

#include "result/finished.h"

/* The risk scores of an IHP with all their digits. */
struct ihp__exact_risk {
    double score[IHP__PERIODS];
};

/* Writes the workbook of a settlement to the file `path`, which is overwritten. Messages begin with
 * `name`. With `risk` NULL, the risk scores are computed from the tables, and then numbers of
 * members that are too small are hidden in these. Otherwise `risk` has them, one element for each
 * row of the settlement, and what must not be shown is hidden already, as in a package. */
enum ihp_status ihp__book_write(struct ihp__finished *finished, const struct ihp__exact_risk *risk,
                                const char *path, const char *name, struct ihp_notices *notices,
                                struct ihp_error *err);

#endif
