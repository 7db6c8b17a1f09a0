/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet.h - a small CSV file in memory with whatever columns it has: a lookup or rule table. */
#ifndef IHP_LAYOUT_SHEET_H
#define IHP_LAYOUT_SHEET_H

#include "ihp/error.h"

#include <stddef.h>
#include <stdint.h>

struct ihp__sheet {
    char *path;  /* owned, as all of it */
    char **name; /* of the columns */
    char **cell; /* row by row; cells have no blanks at their ends */
    size_t columns, rows;
    size_t header_line; /* on which the header begins */
    size_t *line;       /* on which each row begins */
    char *text;         /* what names and cells point into */
    uint64_t digest[2]; /* XXH3 of the bytes */
};

/* Reads a sheet of at most 64 MiB. Refuses rows with more or fewer cells than the header, names of
 * columns that are blank or appear twice, quotes out of place, and NUL bytes. */
enum ihp_status ihp__sheet_load(const char *path, struct ihp__sheet **sheet, struct ihp_error *err);
void ihp__sheet_free(struct ihp__sheet **sheet);

/* Returns the number of a column, or SIZE_MAX. */
size_t ihp__sheet_column(const struct ihp__sheet *sheet, const char *name);

/* Returns a cell. */
static inline const char *ihp__sheet_cell(const struct ihp__sheet *sheet, size_t row, size_t column)
{
    return sheet->cell[row * sheet->columns + column];
}

#endif
