/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv.h - reading CSV files (RFC 4180, plain or compressed) row by row, and writing a field.
 *
 * `ihp__csv_find` finds a file, `ihp__csv_read` reads it whole. Large plain files can be shared
 * among ranks: `ihp__csv_body` reads the header, `ihp__csv_read_chunk` some of the rows. Nothing
 * here is collective. Errors of the files are IHP_ERR_DATA with file and line.
 */
#ifndef IHP_BASE_CSV_H
#define IHP_BASE_CSV_H

#include "base/csv_cut.h"
#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A column that the caller reads. A required one must be in the header. */
struct ihp__csv_column {
    const char *name;
    bool required;
};

/* How a file is written. All zero: fields with commas between them, UTF-8, a header row, and names
 * of columns exactly as the caller gives them. Owns nothing. */
struct ihp__csv_format {
    char delimiter; /* 0: comma */
    bool latin1;    /* the texts are ISO 8859-1; the rows give them as UTF-8 */
    bool any_case;  /* names of columns may differ in case and have blanks around them */
    const char *const *named_by; /* a person has chosen the caller's columns: where each is named,
                                    for messages; other columns, and names in another case, are no
                                    news then. NULL: the columns are documented */
    const char *const *header; /* the columns of files without a header row; NULL: they have one */
    size_t header_columns;
    const char *const *trailer; /* a row that begins with one of these is a trailer; in it, # is any
                                   number of digits */
    const bool *is_given;       /* of each trailer: its rows are given, and not only counted, also
                                   with too few or too many fields. NULL: none is */
    size_t trailers;
};

/* The field of a column that the file does not have: the empty text. */
extern const char ihp__csv_absent[1];

/* One row: the caller's columns, in the caller's order. A column that the file does not have is
 * `ihp__csv_absent`, as are all columns of a trailer that has not the fields of the header. All of
 * it is valid only during the call. */
struct ihp__csv_row {
    const char *file;                     /* path as given, for messages */
    const struct ihp__csv_column *column; /* as given */
    uint64_t line;                        /* on which the row begins; the header is on line 1 */
    const char *const *field;
    const size_t *length;
    uint64_t bytes_read; /* so far, of the bytes on disk */
    size_t trailer;      /* 1 + the number of the trailer with which the row begins; 0: none */
    const char *first;   /* the first field of the row in the file; NULL: it is not text */
};

/* Returns the length of the word if a whole field is one that trailers begin with, such as TRAILER,
 * else 0. */
int ihp__csv_trailer_word(const char *field);

/* A character between fields that is recognised. */
struct ihp__csv_delimiter {
    char delimiter;
    const char *plural, *name; /* as a layout has it */
};
enum { IHP__CSV_DELIMITERS = 4 };
extern const struct ihp__csv_delimiter ihp__csv_delimiters[IHP__CSV_DELIMITERS];

/* Called for each row. Any status but IHP_OK ends the reading and is passed on. */
typedef enum ihp_status (*ihp__csv_row_fn)(void *context, const struct ihp__csv_row *row,
                                           struct ihp_error *err);

/* Most columns that a caller may read, most columns of a header, and most bytes of a row. */
#define IHP__CSV_WANTED_MAX  64
#define IHP__CSV_COLUMNS_MAX 512
#define IHP__CSV_ROW_MAX     1000000

/* Refuses (IHP_ERR_DATA) what is not a file, such as a pipe: opening it would wait until somebody
 * writes to it. */
enum ihp_status ihp__csv_check_file(const char *path, struct ihp_error *err);

/* Reads a CSV file. Refuses a required column that is missing, one of the caller's columns that
 * appears twice, a row with more or fewer fields than the header, a quote out of place or not
 * closed, a NUL byte, and a compressed file that is cut short. Columns that are not read are named
 * in notices. `notices` may be NULL. Returns what `row_fn` returned if that was not IHP_OK. */
enum ihp_status ihp__csv_read(const char *path, const struct ihp__csv_column *columns, size_t count,
                              ihp__csv_row_fn row_fn, void *context, struct ihp_notices *notices,
                              struct ihp_error *err);

/* Who takes the rows of a file, and what else is found in it. */
struct ihp__csv_rows {
    ihp__csv_row_fn row_fn;
    void *context;
    uint64_t left_out;           /* set: how many trailers were not given */
    bool open_end;               /* set when a file is read whole: its last row has no line end */
    struct ihp__csv_marks marks; /* set when a chunk is read: what it has */
};

/* Some rows of a plain CSV file: its bytes from `first` to before `end`; byte `first` is on line
 * `line`. */
struct ihp__csv_chunk {
    uint64_t first, end, line;
};

/* Reads only the header. Sets `*plain` to false for a compressed file, which cannot be read in
 * chunks; else to true, and `*body` to the chunk of all rows. Errors and notices are those of
 * `ihp__csv_read`. */
enum ihp_status ihp__csv_body(const char *path, const struct ihp__csv_column *columns, size_t count,
                              struct ihp__csv_chunk *body, bool *plain, struct ihp_notices *notices,
                              struct ihp_error *err);

/* A run of the bytes of a file. The first run is the header, if the file has one. Each other run
 * begins where a row does, or continues the run before. */
struct ihp__csv_run {
    char *bytes; /* the reader may change them */
    size_t size; /* 0: there are no more */
    uint64_t at; /* place of the first byte in the text of the file */
    uint64_t line;
    bool continues;
    uint64_t bytes_read; /* so far, of the bytes on disk */
};

/* Where some rows of a file come from, instead of the file. Each run is valid until the next call.
 * An error ends the reading and is passed on. Without any run, nothing is missing. */
struct ihp__csv_feed {
    enum ihp_status (*next)(void *context, struct ihp__csv_run *run, struct ihp_error *err);
    void *context;
};

/* What to read of a file in any format. */
struct ihp__csv_input {
    const char *path;
    const struct ihp__csv_format *format; /* NULL: all zero */
    const struct ihp__csv_chunk *chunk;   /* NULL: the whole file */
    const struct ihp__csv_feed *feed;     /* NULL: the bytes come from the file */
};

/* Reads rows as `ihp__csv_read` and `ihp__csv_read_chunk` do, of a file in any format. Adds no
 * notice of `rows->open_end`; the caller does, with `ihp__csv_note_open_end`. */
enum ihp_status ihp__csv_read_rows(const struct ihp__csv_input *input,
                                   const struct ihp__csv_column *columns, size_t count,
                                   struct ihp__csv_rows *rows, struct ihp_notices *notices,
                                   struct ihp_error *err);

/* Reads the header as `ihp__csv_body` does, also that of a compressed file, in any format. */
enum ihp_status ihp__csv_read_body(const struct ihp__csv_input *input,
                                   const struct ihp__csv_column *columns, size_t count,
                                   struct ihp__csv_chunk *body, bool *plain,
                                   struct ihp_notices *notices, struct ihp_error *err);

/* Reads the rows of a chunk, with the same rows and errors as `ihp__csv_read`. The chunk must begin
 * where a row does; `bytes_read` of a row counts from there. */
enum ihp_status ihp__csv_read_chunk(const char *path, const struct ihp__csv_column *columns,
                                    size_t count, const struct ihp__csv_chunk *chunk,
                                    ihp__csv_row_fn row_fn, void *context, struct ihp_error *err);

/* Adds the notice of `ihp__csv_read` on a plain file whose last row has no line end; for those who
 * read chunks, none of which is the whole file. */
void ihp__csv_note_end(const char *path, struct ihp_notices *notices);
void ihp__csv_note_open_end(const char *path, struct ihp_notices *notices);

/* Returns true if the name of a column is `name` but for case and blanks around it. */
bool ihp__csv_same_name(const char *text, const char *name);

/* Finds `folder`/`name`.csv, or that with .gz, .zst or .zip. Writes its path (caller's buffer) and
 * sets `*found`. Refuses two such files at once, and no file if `required`. */
enum ihp_status ihp__csv_find(const char *folder, const char *name, bool required, char *path,
                              size_t path_size, bool *found, struct ihp_error *err);

/* Returns the ending of a name, ".csv" or ".csv.gz", if it is one of those that `ihp__csv_find`
 * finds; else NULL. */
const char *ihp__csv_ending(const char *name);

/* Reports a field that is not valid: "FILE:LINE: column NAME: 'TEXT' is not valid; expected
 * EXPECTED". It quotes the field, so it is for contract data only, never for a member's. */
enum ihp_status ihp__fail_value(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *expected);

/* Reports something else about a field: "FILE:LINE: column NAME: " and the text. */
enum ihp_status ihp__fail_field(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Writes one field, quoted where RFC 4180 requires it. Write errors appear when the file is
 * committed or closed. */
void ihp__csv_put(FILE *stream, const char *text);

#endif
