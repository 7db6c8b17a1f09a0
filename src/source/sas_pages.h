/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sas_pages.h - the bytes of a SAS table (.sas7bdat) on their way to ReadStat.
 *
 * A table is a header and pages of one size. ReadStat (1.1.8) trusts what pages say of themselves,
 * reads rows that SAS has deleted, and reads a table from its beginning. So it gets its bytes
 * through `ihp__sas_pages_read`, which checks each page first, refuses deleted rows, and empties
 * pages of rows before the first one wanted. This file does not use ReadStat. Nothing here is
 * collective. Errors of the file are IHP_ERR_DATA.
 */
#ifndef IHP_SOURCE_SAS_PAGES_H
#define IHP_SOURCE_SAS_PAGES_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most columns of a table, most bytes of a row, and most bytes of a text. */
enum { IHP__SAS_COLUMNS_MAX = 32767, IHP__SAS_ROW_MAX = 1 << 24, IHP__SAS_TEXT_MAX = 32767 };

/* Pages that have only rows and follow each other: `each` rows on all but the last, which has no
 * more. `pages` is 0 if a table has no such pages, or others of that kind, or it is not known. */
struct ihp__sas_run {
    uint64_t first, pages, each;
};

struct ihp__sas_pages {
    const char *path;
    int fd;
    uint64_t size;         /* of the file, in bytes */
    bool big_endian, wide; /* wide: lengths have 8 bytes, else 4 */
    uint64_t header_bytes, page_bytes, pages;
    unsigned char *page;     /* owned; of `page_bytes` */
    uint64_t loaded;         /* the page that is in `page`, or UINT64_MAX */
    uint64_t at;             /* in the file: where the next read begins */
    uint64_t first_row;      /* set by the caller: rows before it are not needed */
    struct ihp__sas_run run; /* set by the caller or by `ihp__sas_pages_scan`; with it, pages of
                                rows before `first_row` are not looked at */
    uint64_t data_rows;      /* set by `ihp__sas_pages_scan`: rows of pages that have rows
                                only, as their heads say */

    /* What the pages that were given out in full have, in the order of the file. */
    bool has_row_size;
    uint64_t row_bytes, rows; /* as the table says */
    uint64_t columns, names, attributes, formats, meta_bytes;
    uint64_t rows_before;   /* rows of emptied pages; the caller adds each row that
                               ReadStat gives */
    uint64_t bytes_read;    /* of pages that were not emptied */
    enum ihp_status status; /* that of the first error */
    struct ihp_error *err;
};

/* Returns true if a file begins as a SAS table does, and false if it cannot be read. */
bool ihp__sas_pages_is(const char *path);

/* Opens a table, and checks its header and size. The caller closes it also on failure. */
enum ihp_status ihp__sas_pages_open(struct ihp__sas_pages *pages, const char *path,
                                    struct ihp_error *err);

/* Looks at the head of each page: refuses deleted rows, and sets `run` and `data_rows`. */
enum ihp_status ihp__sas_pages_scan(struct ihp__sas_pages *pages);

/* Reads bytes from `at` on. Returns `size`, or 0 if that is impossible, with `status` set. */
size_t ihp__sas_pages_read(struct ihp__sas_pages *pages, void *bytes, size_t size);

void ihp__sas_pages_close(struct ihp__sas_pages *pages);

#endif
