/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_rows.h - from bytes of a CSV file to rows: what reading a whole file and reading a chunk of
 * it have in common.
 *
 * The caller fills the first group of `struct ihp__csv_reader`, opens it, hands bytes over in the
 * order of the file, and closes it. `status` is that of the first error, or what the caller's
 * `row_fn` returned; once it is not IHP_OK, no more bytes are looked at.
 */
#ifndef IHP_CSV_ROWS_H
#define IHP_CSV_ROWS_H

#include "base/csv.h"
#include "base/csv_split.h"

#include <csv.h>
#include <string.h>

/* Bytes of a reader's buffer. */
enum { IHP__CSV_BUFFER_BYTES = IHP__CSV_SPLIT_BYTES };

struct ihp__csv_reader {
    /* set by the caller */
    const char *path;
    const struct ihp__csv_column *columns;
    size_t wanted;
    const struct ihp__csv_format *format; /* NULL: all zero */
    struct ihp__csv_rows *rows;           /* NULL: there is only a header to read */
    struct ihp_notices *notices;
    struct ihp_error *err;

    /* set by `ihp__csv_reader_open` */
    enum ihp_status status;
    struct csv_parser parser;
    struct ihp__csv_split *split; /* owned; cuts plain rows, and the parser all others */
    char *buffer;                 /* of IHP__CSV_BUFFER_BYTES, for the caller to read bytes into */
    uint64_t line;                /* on which the next byte is, 1 at first */
    uint64_t quotes;              /* so far */
    char last;                    /* byte read, '\n' before the first */
    uint64_t bytes_read;

    /* private: the row under construction, and the header */
    bool at_row; /* the parser has had whole rows, up to a LF */
    char *text;  /* fields, each ended with a NUL */
    size_t text_size, text_capacity;
    size_t start[IHP__CSV_COLUMNS_MAX + 1];
    size_t fields;
    uint64_t row_line;
    size_t header_fields;                 /* 0 while the header has not been read */
    size_t position[IHP__CSV_WANTED_MAX]; /* of a wanted column in the file, or SIZE_MAX */
    bool used[IHP__CSV_COLUMNS_MAX];      /* of the header's columns */
    bool latin1;                          /* the bytes are ISO 8859-1 */
    char delimiter;
    size_t renamed; /* wanted columns with names in another case */
};

/* Makes parser and buffer, and takes the columns of a format without a header row. The caller
 * closes the reader also on failure. */
enum ihp_status ihp__csv_reader_open(struct ihp__csv_reader *r);

/* Keeps a status unless there is an earlier one. */
void ihp__csv_reader_stop(struct ihp__csv_reader *r, enum ihp_status status);

/* Parses at most IHP__CSV_BUFFER_BYTES bytes, which it changes; rows that they complete go to
 * `row_fn`. */
void ihp__csv_reader_parse(struct ihp__csv_reader *r, char *bytes, size_t size);

/* Ends the rows: gives a last row that has no line end, or reports a missing header or quote. */
void ihp__csv_reader_end(struct ihp__csv_reader *r);

void ihp__csv_reader_close(struct ihp__csv_reader *r);

/* Returns true if a row's `size` bytes begin with a trailer's text, in which # is any number of
 * digits. A NUL between two fields is the delimiter. */
bool ihp__csv_begins(const char *text, size_t size, char delimiter, const char *beginning);

/* A row with the wrong number of fields: its text, with a NUL between fields, and the delimiter. */
struct ihp__csv_odd_row {
    const char *text;
    size_t size, fields, header_fields;
    char delimiter;
};

/* Writes why the row may have the wrong number of fields, and what to do. */
enum { IHP__CSV_HINT = 240 };
void ihp__csv_row_hint(const struct ihp__csv_odd_row *row, char hint[IHP__CSV_HINT]);

/* Returns the one of the delimiters, not `delimiter`, that a field has most often and at least
 * `least` times; NULL if there is none. */
const struct ihp__csv_delimiter *ihp__csv_delimiter_in(const char *field, char delimiter,
                                                       size_t least);

/* Returns true if `last`, the last byte of a file, does not end a line. Such a last row is allowed
 * (RFC 4180), but nothing else shows that a file was cut inside its last field. */
static inline bool ihp__csv_is_open_end(int last)
{
    return last != '\n' && last != '\r';
}

#endif
