/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base.h - values every other room builds on: errors, money, calendar, text dictionaries, CSV.
 *
 * Start with `ihp_error` (how every function of the library reports), then pick by need:
 * `ihp__money_*` for cents, `ihp__day_*` and `ihp__month_*` for dates, `ihp__csv_*` to read a CSV
 * file, `ihp__outfile_*` to write one so that it is never seen half written.
 *
 * Nothing here is collective, and nothing here knows what an IHP is.
 * Functions that can fail return an `ihp_status`; on failure the outputs are untouched and the
 * message stands in the `ihp_error`.
 */
#ifndef IHP_BASE_H
#define IHP_BASE_H

#include "base/path.h"
#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- errors ---------------------------------------------------------------------------------- */

/* Records a fault and returns its status, so that a caller can write `return ihp__fail(...)`.
 * A fault already recorded is kept: the first one is the cause. */
enum ihp_status ihp__fail(struct ihp_error *err, enum ihp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records a fault where there is no status to return: the caller looks at `err` itself. A fault
 * already recorded is kept. */
void ihp__error_set(struct ihp_error *err, enum ihp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Bytes of the control character that a text begins with: 0 (none), 1, or 2 of UTF-8's U+0080 to
 * U+009F, by which terminals take orders, too. */
size_t ihp__control_bytes(const char *text);

/* Records "out of memory" with what the memory was for. Returns IHP_ERR_RUN. */
enum ihp_status ihp__fail_memory(struct ihp_error *err, const char *purpose);

/* Reports a call of the system that failed, by errno: "PATH: WHAT (REASON)". Where memory was short
 * it is out of memory, whatever `status` the caller gives its other failures. Some library
 * functions leave errno alone when memory is short: set it to 0 before the call. */
enum ihp_status ihp__fail_system(struct ihp_error *err, enum ihp_status status, const char *path,
                                 const char *what);

/* Adds a notice; a text already there is not repeated. Out of memory drops the notice. */
void ihp__notice_add(struct ihp_notices *notices, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for `need` elements of `size` bytes in `*array` (owned by the caller, may be NULL),
 * at least doubling `*capacity`. New elements are zero. Returns false, array untouched, when the
 * size overflows or memory is short. */
bool ihp__array_reserve(void *array, size_t *capacity, size_t need, size_t size);

/* ---- money and numbers ----------------------------------------------------------------------- */

/* Largest magnitude of one amount: a bit under ten thousand million dollars, in cents. */
#define IHP__MONEY_MAX 999999999999LL

/* Cents of decimal dollars with at most two decimals ("-12.3", "5", ".50" is refused).
 * Returns false when the text is something else or beyond IHP__MONEY_MAX. */
bool ihp__money_parse(const char *text, int64_t *cents);

/* Longest text of `ihp__money_format` or `ihp__money_format_grouped`, with its end. */
#define IHP__MONEY_TEXT 40

/* Writes cents as dollars with two decimals: "-1234.50". Returns `buffer`. */
const char *ihp__money_format(int64_t cents, char buffer[IHP__MONEY_TEXT]);

/* The same for people: "-$1,234.50". Returns `buffer`. */
const char *ihp__money_format_grouped(int64_t cents, char buffer[IHP__MONEY_TEXT]);

/* `value` rounded to 12 significant decimal digits, as METHODOLOGY asks before a comparison with a
 * threshold and before rounding to cents. NaN and infinities come back as they are. */
double ihp__round12(double value);

/* Cents of a dollar amount, half away from zero after `ihp__round12`. The value must be finite and
 * below 9e15 dollars in magnitude; beyond that the result saturates. */
int64_t ihp__cents_of_dollars(double dollars);

/* A decimal number in plain notation with optional sign ("0.98", "-3"); false for anything else,
 * also for hexadecimal, exponents, infinities and NaN. */
bool ihp__decimal_parse(const char *text, double *value);

/* An integer in [low, high]; false for anything else. */
bool ihp__integer_parse(const char *text, int64_t low, int64_t high, int64_t *value);

#define IHP__BYTES_TEXT 32
/* A number of bytes for people: "512 bytes", "1.5 GiB". Returns `buffer`. */
const char *ihp__bytes_format(uint64_t bytes, char buffer[IHP__BYTES_TEXT]);

/* ---- calendar -------------------------------------------------------------------------------- */

/* A date is days since 1970-01-01; a month is months since 1970-01; a quarter is year x 4 +
 * 0..3. */

/* Days of a civil date of the proleptic Gregorian calendar; month 1..12, day 1..31. */
int32_t ihp__day_of_civil(int year, int month, int day);

/* The civil date of a day. */
void ihp__civil_of_day(int32_t day, int *year, int *month, int *day_of_month);

/* "YYYY-MM-DD" of years 0001..9999, a day that exists; false for anything else. */
bool ihp__day_parse(const char *text, int32_t *day);

/* "YYYY-MM"; false for anything else. */
bool ihp__month_parse(const char *text, int32_t *month);

/* "YYYYQn"; false for anything else. */
bool ihp__quarter_parse(const char *text, int32_t *quarter);

/* The month a day lies in, and the first day of a month. */
int32_t ihp__month_of_day(int32_t day);
int32_t ihp__day_of_month_start(int32_t month);

#define IHP__DATE_TEXT 16
/* "YYYY-MM-DD", "YYYY-MM" and "YYYYQn" into `buffer`, which is returned. */
const char *ihp__day_format(int32_t day, char buffer[IHP__DATE_TEXT]);
const char *ihp__month_format(int32_t month, char buffer[IHP__DATE_TEXT]);
const char *ihp__quarter_format(int32_t quarter, char buffer[IHP__DATE_TEXT]);

#define IHP__MOMENT_TEXT 32
/* "YYYY-MM-DDTHH:MM:SSZ" of seconds since 1970-01-01 UTC into `buffer`, which is returned; empty
 * beyond what the calendar has. */
const char *ihp__moment_format(int64_t seconds, char buffer[IHP__MOMENT_TEXT]);

/* The same text back to seconds; false for anything else. */
bool ihp__moment_parse(const char *text, int64_t *seconds);

/* Claim dates in a store take 16 bits: 1..65534 are days since 1970-01-01 (to 2149-06-05), 0 stands
 * for 1970-01-01 and any earlier day, 65535 for 2149-06-06 and any later one. */
typedef uint16_t ihp__day16;
#define IHP__DAY16_BEFORE 0
#define IHP__DAY16_AFTER  65535
ihp__day16 ihp__day16_of_day(int32_t day);

/* ---- text dictionaries ----------------------------------------------------------------------- */

/* A growing set of short texts, each with a number. While it grows, numbers are in order of
 * arrival; `ihp__dict_sort` renumbers by text order (bytes), so that equal sets have equal
 * numbers. */
struct ihp__dict;

/* `limit`: most entries allowed. Returns NULL when memory is short. */
struct ihp__dict *ihp__dict_create(size_t limit);
void ihp__dict_destroy(struct ihp__dict **dict);

/* The number of `text`, added when new. Returns -1 when the dictionary is full, -2 when memory is
 * short. */
int64_t ihp__dict_add(struct ihp__dict *dict, const char *text, size_t length);

/* The number of `text`, or -1. */
int64_t ihp__dict_find(const struct ihp__dict *dict, const char *text);

size_t ihp__dict_count(const struct ihp__dict *dict);

/* The text with a number, owned by the dictionary; valid until the next add. */
const char *ihp__dict_text(const struct ihp__dict *dict, size_t number);

/* Sorts by text. `new_number[old]` (caller's, `ihp__dict_count` elements) receives the renumbering.
 * Returns false when memory is short; the dictionary is then as it was. */
bool ihp__dict_sort(struct ihp__dict *dict, uint32_t *new_number);

/* ---- reading CSV ----------------------------------------------------------------------------- */

/* A wanted column. `required` ones must stand in the header. */
struct ihp__csv_column {
    const char *name;
    bool required;
};

/* One row: the wanted columns in the order asked for. A column the file lacks is the empty text. */
struct ihp__csv_row {
    const char *file;                     /* path as given, for messages */
    const struct ihp__csv_column *column; /* as asked for */
    uint64_t line; /* physical line on which the row begins, the header being line 1 */
    const char *const *field;
    const size_t *length;
    uint64_t bytes_read; /* of the file as it lies on disk, so far */
};

/* Called for each row. Any status but IHP_OK stops the reading and is passed on. A context of the
 * caller's own comes first. */
typedef enum ihp_status (*ihp__csv_row_fn)(void *context, const struct ihp__csv_row *row,
                                           struct ihp_error *err);

/* Most wanted columns of one file, most columns of a header, and most bytes of a row. */
#define IHP__CSV_WANTED_MAX  32
#define IHP__CSV_COLUMNS_MAX 512
#define IHP__CSV_ROW_MAX     1000000

/* Reads a CSV file (RFC 4180, plain or gzip) row by row. Refuses a missing required column, a
 * wanted column named twice, a row with more or fewer fields than the header, an open quote, a
 * NUL byte and a gzip file that ends early, each with file and line. Columns that are not wanted
 * are named in a notice. `notices` may be NULL. Errors: IHP_ERR_DATA, or what `row_fn` returned. */
enum ihp_status ihp__csv_read(const char *path, const struct ihp__csv_column *columns, size_t count,
                              ihp__csv_row_fn row_fn, void *context, struct ihp_notices *notices,
                              struct ihp_error *err);

/* Whole rows of a plain CSV file: its bytes `first` to before `end`, the first of which stands
 * on line `line`. */
struct ihp__csv_chunk {
    uint64_t first, end, line;
};

/* Reads the header alone. `*plain` tells whether the file can be read in parts (a gzip file
 * cannot); if so `*body` is what stands behind the header. Refusals and notices as of
 * `ihp__csv_read`. */
enum ihp_status ihp__csv_body(const char *path, const struct ihp__csv_column *columns, size_t count,
                              struct ihp__csv_chunk *body, bool *plain, struct ihp_notices *notices,
                              struct ihp_error *err);

/* Reads the rows of a part of the body, as `ihp__csv_read` would give and refuse them. The part
 * begins where a row does, outside quotes; `bytes_read` of a row counts from its beginning. */
enum ihp_status ihp__csv_read_chunk(const char *path, const struct ihp__csv_column *columns,
                                    size_t count, const struct ihp__csv_chunk *part,
                                    ihp__csv_row_fn row_fn, void *context, struct ihp_error *err);

/* Remarks on a plain file whose last row has no line end, as `ihp__csv_read` does at the end: for
 * readers of parts, of which none sees the whole. */
void ihp__csv_note_end(const char *path, struct ihp_notices *notices);

/* Finds `folder`/`name`.csv or `folder`/`name`.csv.gz. Writes its path (caller's buffer) and sets
 * `*found`; both files at once are refused, and a missing one when `required`. */
enum ihp_status ihp__csv_find(const char *folder, const char *name, bool required, char *path,
                              size_t path_size, bool *found, struct ihp_error *err);

/* Reports a field that is not valid: "FILE:LINE: column NAME: 'TEXT' is not valid; expected
 * EXPECTED". It quotes the field, so that it is for contract data only, never for a member's. */
enum ihp_status ihp__fail_value(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *expected);

/* Reports something else about a field: "FILE:LINE: column NAME: " and the text. */
enum ihp_status ihp__fail_field(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- writing files --------------------------------------------------------------------------- */

/* A file under construction beside its final name; it takes that name only when committed. */
struct ihp__outfile;

/* Opens `path`.part-PID for writing with the permission bits `mode` (0600 for member-level files).
 * The caller ends it with `ihp__outfile_commit` or `ihp__outfile_abandon`. */
enum ihp_status ihp__outfile_open(const char *path, int mode, struct ihp__outfile **out,
                                  struct ihp_error *err);

/* The stream to write to, owned by the file. */
FILE *ihp__outfile_stream(struct ihp__outfile *out);

/* Flushes, checks every write, renames to the final name and frees `*out`. On failure (a full disk)
 * the part file is removed and the fault says so. */
enum ihp_status ihp__outfile_commit(struct ihp__outfile **out, struct ihp_error *err);

/* Removes the part file and frees `*out`. NULL is harmless. */
void ihp__outfile_abandon(struct ihp__outfile **out);

/* Writes one CSV field, quoted where RFC 4180 needs it. Write errors show at commit. */
void ihp__csv_put(FILE *stream, const char *text);

#endif
