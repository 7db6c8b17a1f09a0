/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_cut.h - cutting the text of a CSV file, as it comes, behind whole rows.
 *
 * A line end ends a row unless it is inside quotes, and it is inside quotes if the number of quote
 * characters before it is odd. That holds as long as the text keeps the rules of quoting; behind
 * the first place where it does not, cuts may be anywhere.
 */
#ifndef IHP_BASE_CSV_CUT_H
#define IHP_BASE_CSV_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many quotes and line ends (LF) there are in a text. */
struct ihp__csv_marks {
    uint64_t quotes, line_ends;
};

/* Adds the marks of a text. */
void ihp__csv_count_marks(const char *text, size_t size, struct ihp__csv_marks *marks);

/* Returns how many bytes of a text are whole rows, 0 if none is. The text begins inside quotes if
 * `quoted`. */
size_t ihp__csv_whole_rows(const char *text, size_t size, bool quoted);

/* Returns how many bytes the first row of a text takes that is not an empty line, with what is
 * before it; 0 if it is not whole. */
size_t ihp__csv_first_row(const char *text, size_t size);

/* Some text of a file that begins anywhere, and what is around it. */
struct ihp__csv_piece {
    const char *text;
    size_t size;
    char before;    /* the byte in front of it, which is text, too */
    bool is_last;   /* the file ends behind it */
    char delimiter; /* between fields */
    size_t row_max; /* most bytes of a row */
};

/* Tells from a piece alone whether it begins inside quotes. Returns false if the piece does not
 * show that. The answer is right if the file keeps the rules of quoting up to the end of the piece,
 * and no row is too long. */
bool ihp__csv_shows_side(const struct ihp__csv_piece *piece, bool *quoted);

#endif
