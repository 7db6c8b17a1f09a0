/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control_internal.h - what control_file.c, which reads control.csv and counts, and
 * control_compare.c share. Nothing here is collective. */
#ifndef IHP_EXTRACT_CONTROL_INTERNAL_H
#define IHP_EXTRACT_CONTROL_INTERNAL_H

#include "extract/control_file.h"

enum { IHP__CONTROL_ANY = -1 };

/* What a row of control.csv says. */
struct ihp__control_expected {
    char *file, *payer; /* owned; an empty payer: all */
    int year;           /* of service; IHP__CONTROL_ANY: all */
    uint64_t line;      /* of control.csv */
    int64_t rows, cents;
    bool has_cents;
};

/* The file, and what has been read so far. */
struct ihp__control_file {
    bool active; /* there is one; the same on all ranks */
    char path[IHP__PATH_MAX];
    struct ihp__control_expected *row; /* owned; rank 0's */
    size_t rows, capacity;
    uint64_t converted;             /* payers `ffs` of control.csv, in any case but capitals */
    struct ihp__dict *payers;       /* owned; of the rows read */
    struct ihp__control_table read; /* by year (as the month), payer and file (class and status);
                                       `zero_lines` counts rows without a valid amount */
};

/* Compares all rows on rank 0. The first difference is the error, and the first 19 of the others
 * are notices before it. */
enum ihp_status ihp__control_compare_rows(struct ihp__import *import, struct ihp_error *err);

#endif
