/* SPDX-License-Identifier: GPL-3.0-or-later */
/* book.h - the workbook of a settlement that was read. Nothing here is collective. */
#ifndef IHP_BOOK_H
#define IHP_BOOK_H

#include "result/finished.h"

/* Writes the workbook of a settlement to the file `path`, which is overwritten. Messages begin with
 * `name`. Numbers of members that are too small are hidden in the tables of `finished`. */
enum ihp_status ihp__book_write(struct ihp__finished *finished, const char *path, const char *name,
                                struct ihp_notices *notices, struct ihp_error *err);

#endif
