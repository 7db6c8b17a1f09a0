/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results_h5.h - tables as an HDF5 file: a group per table, an array per column.
 *
 * Nothing here is collective: rank 0 writes.
 */
#ifndef IHP_RESULTS_H5_H
#define IHP_RESULTS_H5_H

#include "result/table.h"

#include <jansson.h>

/* The content of a file; all borrowed. */
struct ihp__h5_content {
    const struct ihp__table *table; /* those without columns are left out */
    size_t tables;
    const json_t *manifest; /* each entry becomes an attribute of the root */
    const char *linked;     /* a table in the file `linked`.h5 next to this one; NULL: none */
};

/* Writes `folder`/`name`, whole or not at all. Returns IHP_ERR_RUN when it cannot be written or
 * memory is short. */
enum ihp_status ihp__results_h5_write(const char *folder, const char *name,
                                      const struct ihp__h5_content *content, struct ihp_error *err);

#endif
