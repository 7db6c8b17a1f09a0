/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a CSV file, plain or gzip. Read whole and as a chunk, it has the same rows and errors. */
#include "fuzz.h"

#include "base/csv.h"

#include <string.h>
#include <xxhash.h>

enum { COLUMNS = 3 };
static const struct ihp__csv_column column[COLUMNS] = {{"a", true}, {"b", false}, {"c", true}};

/* Adds a row to a hash. */
static enum ihp_status add_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    uint64_t *hash = context;
    (void)err;
    for (int i = 0; i < COLUMNS; i++) {
        if (strlen(row->field[i]) != row->length[i]) {
            fuzz_fail("a field has another length than its text");
        }
        *hash = XXH3_64bits_withSeed(row->field[i], row->length[i] + 1, *hash);
    }
    *hash = XXH3_64bits_withSeed(&row->line, sizeof row->line, *hash);
    return IHP_OK;
}

static void run(const uint8_t *data, size_t size)
{
    struct ihp_error err = {0}, body_err = {0};
    struct ihp_notices notices = {0}, body_notices = {0};
    struct ihp__csv_chunk body = {0};
    bool plain = false;
    uint64_t whole = 1, parts = 1;
    fuzz_put("f.csv", data, size);
    char path[FUZZ_PATH_MAX];
    snprintf(path, sizeof path, "%s", fuzz_path("f.csv"));
    enum ihp_status status = ihp__csv_read(path, column, COLUMNS, add_row, &whole, &notices, &err);
    enum ihp_status body_status =
        ihp__csv_body(path, column, COLUMNS, &body, &plain, &body_notices, &body_err);
    if (body_status == IHP_OK && plain) {
        body_status = ihp__csv_read_chunk(path, column, COLUMNS, &body, add_row, &parts, &body_err);
        if (body_status != status || strcmp(body_err.text, err.text) != 0 ||
            (status == IHP_OK && parts != whole)) {
            fuzz_fail("whole: %s; as a chunk: %s", err.text, body_err.text);
        }
    } else if (body_status != IHP_OK && status == IHP_OK) {
        fuzz_fail("only the header is refused: %s", body_err.text);
    }
    fuzz_check(status, &err);
    fuzz_check(body_status, &body_err);
    fuzz_check_notices(&notices);
    fuzz_check_notices(&body_notices);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_csv", .run = run};
