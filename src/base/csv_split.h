/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_split.h - cutting plain rows of a CSV file into fields, many bytes at a time.
 *
 * A row is plain if it has no quote, no NUL byte, no CR but before its LF, and a line end in the
 * block. Almost all rows of almost all files are. The caller leaves the others to libcsv, which
 * knows every rule; a plain row has the same fields by both. Nothing here is collective. */
#ifndef IHP_BASE_CSV_SPLIT_H
#define IHP_BASE_CSV_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes of a block. */
enum { IHP__CSV_SPLIT_BYTES = 1 << 18, IHP__CSV_MARK_BITS = 64 };

/* A block of bytes, and a position in it, which is where a row begins. */
struct ihp__csv_split {
    /* set by the caller before the first block */
    char delimiter;
    bool ascii; /* a row with a byte of 128 or more is not plain */

    /* Bit i of number g: byte 64 g + i is a delimiter, a line end, or not allowed in a plain row.
     */
    uint64_t mark[IHP__CSV_SPLIT_BYTES / IHP__CSV_MARK_BITS];
    char *bytes; /* not owned */
    size_t size, at;
    size_t group;  /* whose marks are looked at */
    uint64_t rest; /* its marks that have not been passed yet */
};

/* Begins a block of at most IHP__CSV_SPLIT_BYTES. */
void ihp__csv_split_begin(struct ihp__csv_split *split, char *bytes, size_t size);

/* Moves to the beginning of another row. */
void ihp__csv_split_move(struct ihp__csv_split *split, size_t at);

/* Cuts the row at the position if it is plain and has at most `most` fields, and moves behind it.
 * Sets `start[f]` to where field f begins, and `start[fields]` to one byte behind the end of the
 * last field. Each field gets a NUL behind it, in the place of a delimiter or a line end. Returns
 * the number of fields, 0 for an empty line; SIZE_MAX if the row is left to the caller, with the
 * bytes and the position as they were. */
size_t ihp__csv_split_row(struct ihp__csv_split *split, size_t *start, size_t most);

/* Finds the marks of `groups` times 64 bytes, as `ihp__csv_split_begin` does on any processor;
 * for tests. */
void ihp__csv_marks_portable(const struct ihp__csv_split *split, const char *bytes, size_t groups,
                             uint64_t *mark);

#endif
