/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: 4 bytes that choose a SAS table of ids, dates and amounts and two ranges of its rows, then
 * edits of the table, of 3 bytes each: which byte, of those that are not in a run of zeros, and
 * what it is XORed with.
 *
 * A table without edits is read. If a table is read as a whole, it has the same rows when it is
 * read in two ranges.
 *
 *     byte 0  bit 0: compressed, bit 1: lengths of 4 bytes, bit 2: a different encoding
 *     1       rows
 *     2       where the rows are divided
 *     3       not used */
#include "fuzz.h"

#include "../unit/sas_fixture.h"

#include "source/sas.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { HEADER = 4, EDIT = 3, COLUMNS = 4, FORMS = 4, RUN = 12, SIZE_MAX_BYTES = 1 << 18 };

static const struct sas_column table_column[COLUMNS] = {
    {"member_id", 12, NULL}, {"paid_date", 0, "DATE9"}, {"amount", 0, NULL}, {"note", 40, NULL}};
static const struct ihp__csv_column wanted[] = {
    {"amount", true}, {"member_id", true}, {"paid_date", false}, {"void_date", false}};
enum { WANTED = sizeof wanted / sizeof wanted[0] };

static readstat_error_t put_value(readstat_writer_t *writer, const readstat_variable_t *variable,
                                  int row, int column, void *context)
{
    char text[32];
    (void)context;
    snprintf(text, sizeof text, column == 0 ? "M%07d" : "note %d", row);
    return column == 0 || column == 3
               ? readstat_insert_string_value(writer, variable, text)
               : readstat_insert_double_value(writer, variable,
                                              column == 1 ? 23000 + row : row / 4.0);
}

/* The table that is edited, and the bytes of it that an edit may choose. */
static unsigned char table[SIZE_MAX_BYTES];
static size_t table_size;
static uint32_t chosen[SIZE_MAX_BYTES];
static size_t chosen_count;

static void make_table(unsigned form, int rows)
{
    const struct sas_table made = {
        fuzz_path("made.sas7bdat"), table_column, COLUMNS, rows, (form & 1) != 0, (form & 2) != 0};
    size_t size;
    if (!sas_write(&made, put_value, NULL)) {
        fuzz_fail("a table cannot be made");
    }
    char *bytes = fuzz_read(fuzz_path("made.sas7bdat"), &size);
    table_size = size < sizeof table ? size : sizeof table;
    memcpy(table, bytes, table_size);
    free(bytes);
    chosen_count = 0;
    size_t zeros = 0;
    for (size_t i = 0; i < table_size; i++) {
        zeros = table[i] == 0 ? zeros + 1 : 0;
        if (zeros < RUN) {
            chosen[chosen_count++] = (uint32_t)i;
        }
    }
}

static enum ihp_status add_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    uint64_t *hash = context;
    (void)err;
    for (int i = 0; i < WANTED; i++) {
        if (strlen(row->field[i]) != row->length[i]) {
            fuzz_fail("the length of a field is wrong");
        }
        *hash = XXH3_64bits_withSeed(row->field[i], row->length[i] + 1, *hash);
    }
    *hash = XXH3_64bits_withSeed(&row->line, sizeof row->line, *hash);
    return IHP_OK;
}

static enum ihp_status read_rows(uint64_t first, uint64_t rows, struct ihp__sas_run run,
                                 uint64_t *hash, struct ihp_error *err)
{
    struct ihp_notices notices = {0};
    const struct ihp__sas_input input = {
        fuzz_path("file.sas7bdat"), wanted, WANTED, 1u << 1, first, rows, run, NULL};
    enum ihp_status status = ihp__sas_read(&input, add_row, hash, &notices, err);
    fuzz_check_notices(&notices);
    return status;
}

static void run(const uint8_t *data, size_t size)
{
    if (size < HEADER) {
        return;
    }
    make_table(data[0] % FORMS, data[1]);
    size_t edits = (size - HEADER) / EDIT;
    for (size_t i = 0; i < edits; i++) {
        const uint8_t *edit = data + HEADER + i * EDIT;
        size_t which = (edit[0] | (size_t)edit[1] << 8) % chosen_count;
        table[chosen[which]] ^= edit[2];
    }
    table[70] = (data[0] & 4) != 0 ? 62 : table[70]; /* Windows 1252 */
    fuzz_put("file.sas7bdat", table, table_size);
    struct ihp_error err = {0}, part_err = {0};
    uint64_t whole = 1, parts = 1;
    struct ihp__sas_size found = {0};
    const struct ihp__sas_input input = {
        fuzz_path("file.sas7bdat"), wanted, WANTED, 0, 0, UINT64_MAX, {0}, NULL};
    fuzz_check(ihp__sas_measure(&input, &found, NULL, &err), &err);
    enum ihp_status status = read_rows(0, UINT64_MAX, found.run, &whole, &err);
    if (edits == 0 && status != IHP_OK) {
        fuzz_fail("a table is refused: %s", err.text);
    }
    enum ihp_status part_status =
        data[2] == 0 ? IHP_OK : read_rows(0, data[2], found.run, &parts, &part_err);
    if (part_status == IHP_OK) {
        part_status = read_rows(data[2], UINT64_MAX, found.run, &parts, &part_err);
    }
    if (status == IHP_OK && (part_status != IHP_OK || whole != parts)) {
        fuzz_fail("the parts of a table are not the table: %s", part_err.text);
    }
    fuzz_check(status, &err);
    fuzz_check(part_status, &part_err);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_sas", .run = run};
