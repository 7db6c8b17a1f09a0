/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member_rows.h - CSV files with a row per member, which all ranks write together.
 *
 * Every rank collects the rows of its own members and writes them at their place in the file, so
 * that no row travels between ranks and the file has the same bytes on any number of ranks.
 */
#ifndef IHP_MEMBER_ROWS_H
#define IHP_MEMBER_ROWS_H

#include "base/base.h"

#include <mpi.h>

/* Rows of CSV that a rank collects. Zero-initialize; the caller frees `data`. */
struct ihp__rows {
    char *data;
    size_t size, capacity;
};

/* Adds a row. Returns false when memory is short. */
bool ihp__rows_add(struct ihp__rows *rows, const char *row, size_t length);

/* Writes `text` as a CSV field, quoted if needed, into `field`, which is returned. */
const char *ihp__rows_field(const char *text, char *field, size_t size);

/* The source of a file: its header, and a function that collects the rows of this rank's members in
 * a section of the file, or returns false when memory is short. */
struct ihp__row_source {
    const char *header;
    int sections;
    bool (*collect)(const void *context, int section, struct ihp__rows *rows);
    const void *context;
};

/* Collective over `comm`. Writes `folder`/`name` (mode 0600), rows by section, then by rank.
 * Returns IHP_ERR_RUN on all ranks when one cannot write or is short of memory. */
enum ihp_status ihp__member_rows_write(const char *folder, const char *name,
                                       const struct ihp__row_source *source, MPI_Comm comm,
                                       struct ihp_error *err);

#endif
