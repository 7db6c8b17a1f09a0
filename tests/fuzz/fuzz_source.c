/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: 2 bytes that say what is known of a text, and the text.
 *
 * Read whole and as a chunk, the text has the same rows and errors; of ISO 8859-1 they are UTF-8.
 * What is recognised by its first row is read.
 *
 *     byte 0  bits 0 and 1: comma, pipe, tab or semicolon; 2: ISO 8859-1; 3: names in any case; 4:
 *             no header row; 5: there are trailers; 6: recognise the file first
 *     byte 1  not used */
#include "fuzz.h"

#include "base/text.h"
#include "source/source.h"

#include <string.h>
#include <xxhash.h>

enum { HEADER = 2, COLUMNS = 3 };
static const struct ihp__csv_column column[COLUMNS] = {{"a", true}, {"b", false}, {"c", true}};

struct seen {
    uint64_t hash;
    bool latin1;
};

static enum ihp_status add_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct seen *seen = context;
    (void)err;
    for (int i = 0; i < COLUMNS; i++) {
        if (strlen(row->field[i]) != row->length[i]) {
            fuzz_fail("a field has another length than its text");
        }
        const char *problem = ihp__text_problem(row->field[i], row->length[i]);
        if (seen->latin1 && problem != NULL && strstr(problem, "UTF-8") != NULL) {
            fuzz_fail("a text of ISO 8859-1 is not UTF-8");
        }
        seen->hash = XXH3_64bits_withSeed(row->field[i], row->length[i] + 1, seen->hash);
    }
    seen->hash = XXH3_64bits_withSeed(&row->line, sizeof row->line, seen->hash);
    return IHP_OK;
}

/* Reads the file. Returns the status. */
static enum ihp_status read_part(const struct ihp__csv_format *format,
                                 const struct ihp__source_part *part, struct seen *seen,
                                 struct ihp_error *err)
{
    const struct ihp__source_input input = {
        .path = fuzz_path("f.csv"), .format = format, .part = part};
    struct ihp__csv_rows rows = {.row_fn = add_row, .context = seen};
    *seen = (struct seen){1, format->latin1};
    enum ihp_status status = ihp__source_read(&input, column, COLUMNS, &rows, NULL, err);
    seen->hash += rows.left_out;
    return status;
}

static void compare(const struct ihp__csv_format *format)
{
    struct ihp_error err = {0}, chunk_err = {0};
    struct ihp_notices notices = {0};
    struct seen whole, chunk;
    struct ihp__source_size size;
    const struct ihp__source_part all = {.whole = true};
    const struct ihp__source_input input = {.path = fuzz_path("f.csv"), .format = format};
    enum ihp_status status = read_part(format, &all, &whole, &err);
    enum ihp_status chunk_status =
        ihp__source_measure(&input, column, COLUMNS, &size, &notices, &chunk_err);
    if (chunk_status == IHP_OK && size.form == IHP__SOURCE_PLAIN) {
        const struct ihp__source_part body = {.chunk = size.body};
        chunk_status = read_part(format, &body, &chunk, &chunk_err);
        if (chunk_status != status || strcmp(chunk_err.text, err.text) != 0 ||
            (status == IHP_OK && chunk.hash != whole.hash)) {
            fuzz_fail("whole: %s; as a chunk: %s", err.text, chunk_err.text);
        }
    } else if (chunk_status != IHP_OK && status == IHP_OK) {
        fuzz_fail("only the header is refused: %s", chunk_err.text);
    }
    fuzz_check(status, &err);
    fuzz_check(chunk_status, &chunk_err);
    fuzz_check_notices(&notices);
}

static void recognise(struct ihp__csv_format *format)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    const struct ihp__source_table table = {"claims", column, COLUMNS};
    enum ihp_status status =
        ihp__source_recognise(fuzz_path("f.csv"), &table, &format->delimiter, &notices, &err);
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
}

static void run(const uint8_t *data, size_t size)
{
    static const char delimiters[4] = {0, '|', '\t', ';'};
    static const char *const names[] = {"c", "x", "a"}, *const trailers[] = {"T,", "(# r", "#"};
    if (size < HEADER) {
        return;
    }
    unsigned known = data[0];
    struct ihp__csv_format format = {.delimiter = delimiters[known & 3],
                                     .latin1 = (known & 4) != 0,
                                     .any_case = (known & 8) != 0,
                                     .header = (known & 16) != 0 ? names : NULL,
                                     .header_columns = (known & 16) != 0 ? 3 : 0,
                                     .trailer = trailers,
                                     .trailers = (known & 32) != 0 ? 3 : 0};
    fuzz_put("f.csv", data + HEADER, size - HEADER);
    if ((known & 64) != 0) {
        recognise(&format);
    }
    compare(&format);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_source", .run = run};
