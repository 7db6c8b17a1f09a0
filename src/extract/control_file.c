/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control.csv: read before the extract, and compared with what was read of it. */
#include "extract/control_internal.h"

#include "extract/fields.h"
#include "extract/ranks.h"

#include "base/agree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROWS_MAX = 10000, PAYERS_MAX = 65535 };

enum ihp_status ihp__control_file_create(struct ihp__import *import, struct ihp_error *err)
{
    import->control_file = calloc(1, sizeof *import->control_file);
    return import->control_file != NULL ? IHP_OK : ihp__fail_memory(err, "control.csv");
}

const char *ihp__control_file_path(const struct ihp__import *import)
{
    return import->control_file->active ? import->control_file->path : NULL;
}

/* Returns a payer without outer blanks, and `*length`; FFS in capitals, as the import makes it of
 * claims. */
static const char *payer_of(const char *text, size_t *length)
{
    while (*length > 0 && text[*length - 1] == ' ') {
        --*length;
    }
    for (; *length > 0 && *text == ' '; text++) {
        --*length;
    }
    return *length == 3 && strncasecmp(text, "FFS", 3) == 0 ? "FFS" : text;
}

/* ---- reading control.csv --------------------------------------------------------------------- */

enum { FILE_COLUMN, PAYER_COLUMN, YEAR_COLUMN, ROWS_COLUMN, AMOUNT_COLUMN, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"file", true}, {"payer", false}, {"year", false}, {"rows", true}, {"paid_amount", false}};

/* Reads dollars as cents. Sums of a State are larger than any single amount (base/money.h). */
static bool parse_cents(const char *text, int64_t *cents)
{
    enum { DIGITS_MAX = 15 };
    const bool negative = *text == '-';
    const char *digit = text + negative;
    const size_t whole = strspn(digit, "0123456789");
    const char *after = digit + whole;
    const size_t decimals = *after == '.' ? strspn(after + 1, "0123456789") : 0;
    if (whole == 0 || whole > DIGITS_MAX || decimals > 2 ||
        (*after == '.' ? after[1 + decimals] : *after) != '\0' ||
        (*after == '.' && decimals == 0)) {
        return false;
    }
    int64_t sum = 0;
    for (size_t i = 0; i < whole; i++) {
        sum = sum * 10 + (digit[i] - '0');
    }
    for (size_t i = 0; i < 2; i++) {
        sum = sum * 10 + (i < decimals ? after[1 + i] - '0' : 0);
    }
    *cents = negative ? -sum : sum;
    return true;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__control_file *control = context;
    struct ihp__control_expected expected = {.line = row->line, .year = IHP__CONTROL_ANY};
    int64_t year = IHP__CONTROL_ANY;
    if (row->length[FILE_COLUMN] == 0) {
        return ihp__fail_value(err, row, FILE_COLUMN, "the name of a file or table");
    }
    if (row->length[YEAR_COLUMN] > 0 &&
        !ihp__integer_parse(row->field[YEAR_COLUMN], 1, 9999, &year)) {
        return ihp__fail_value(err, row, YEAR_COLUMN, "a year, or blank for all");
    }
    if (!ihp__integer_parse(row->field[ROWS_COLUMN], 0, INT64_MAX, &expected.rows)) {
        return ihp__fail_value(err, row, ROWS_COLUMN, "a number of rows");
    }
    expected.has_cents = row->length[AMOUNT_COLUMN] > 0;
    if (expected.has_cents && !parse_cents(row->field[AMOUNT_COLUMN], &expected.cents)) {
        return ihp__fail_value(err, row, AMOUNT_COLUMN,
                               "dollars with at most two decimals, or blank");
    }
    if (control->rows == ROWS_MAX) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d rows", row->file, ROWS_MAX);
    }
    expected.year = (int)year;
    expected.file = strdup(row->field[FILE_COLUMN]);
    size_t length = row->length[PAYER_COLUMN];
    const char *payer = payer_of(row->field[PAYER_COLUMN], &length);
    control->converted += length == 3 && strncmp(payer, row->field[PAYER_COLUMN], 3) != 0 &&
                          strcmp(payer, "FFS") == 0;
    expected.payer = strndup(payer, length);
    if (expected.file == NULL || expected.payer == NULL ||
        !ihp__array_reserve(&control->row, &control->capacity, control->rows + 1,
                            sizeof *control->row)) {
        free(expected.file);
        free(expected.payer);
        return ihp__fail_memory(err, "control.csv");
    }
    control->row[control->rows++] = expected;
    return IHP_OK;
}

/* Returns the folder where control.csv is looked for: that of the extract, else that of the layout.
 */
static const char *folder_of(const struct ihp_import_options *options, char *text, size_t size)
{
    const char *layout = options->layout_path;
    if (options->extract_dir != NULL || layout == NULL) {
        return options->extract_dir;
    }
    const size_t length = (size_t)(ihp__path_base(layout) - layout);
    if (length >= size) {
        return NULL;
    }
    snprintf(text, size, "%.*s", (int)length, layout);
    return length > 0 ? text : ".";
}

enum ihp_status ihp__control_file_read(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__control_file *control = import->control_file;
    char text[IHP__PATH_MAX];
    const char *folder = folder_of(import->options, text, sizeof text);
    if (folder == NULL ||
        ihp__csv_find(folder, "control", false, control->path, sizeof control->path,
                      &control->active, err) != IHP_OK ||
        !control->active) {
        return err->status;
    }
    if (ihp__csv_read(control->path, columns, COLUMNS, on_row, control, import->notices, err) !=
        IHP_OK) {
        return err->status;
    }
    if (control->converted > 0) {
        ihp__notice_add(import->notices, "%s: %" PRIu64 " %s of payer %s converted to FFS",
                        control->path, control->converted,
                        control->converted == 1 ? "value" : "values",
                        control->converted == 1 ? "was" : "were");
    }
    return IHP_OK;
}

enum ihp_status ihp__control_file_share(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__control_file *control = import->control_file;
    uint64_t active = control->active;
    ihp__share_u64(import->comm, &active, 1);
    control->active = active != 0;
    if (control->active && (control->payers = ihp__dict_create(PAYERS_MAX)) == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, "control.csv"));
    }
    return ihp__import_agree(import, err);
}

/* ---- counting -------------------------------------------------------------------------------- */

static enum ihp_status fail_kinds(const struct ihp__import *import, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: the claims have too many different payers and years to be compared with "
                     "it; remove it, or correct the column payer of the claims",
                     import->control_file->path);
}

/* Fills in year and amount of a bad row as far as they are valid. */
static void read_bad_row(const struct ihp__import_row *row, int *year,
                         struct ihp__control_cell *cell)
{
    struct ihp__import_row quiet = *row; /* what is converted is not counted again */
    struct ihp__import_reason reason;
    int32_t day;
    int month, date;
    quiet.again = true;
    if (ihp__import_parse_day(&quiet, IHP__EXTRACT_CLAIM_SERVICE_DATE, &day, &reason)) {
        ihp__civil_of_day(day, year, &month, &date);
    }
    if (!ihp__import_parse_money(&quiet, IHP__EXTRACT_CLAIM_AMOUNT, &cell->cents, &reason)) {
        cell->cents = 0;
        cell->zero_lines = 1;
    }
}

enum ihp_status ihp__control_file_count(struct ihp__import *import,
                                        const struct ihp__import_row *row,
                                        const struct ihp__import_claim *claim,
                                        struct ihp_error *err)
{
    struct ihp__control_file *control = import->control_file;
    struct ihp__control_cell cell = {.lines = 1};
    int year = 0, month, date;
    if (!control->active) {
        return IHP_OK;
    }
    if (claim != NULL) {
        ihp__civil_of_day(claim->service_day, &year, &month, &date);
        cell.cents = claim->amount;
    } else {
        read_bad_row(row, &year, &cell);
    }
    size_t length = row->length[IHP__EXTRACT_CLAIM_PAYER];
    const char *payer = payer_of(row->field[IHP__EXTRACT_CLAIM_PAYER], &length);
    const int64_t number = ihp__dict_add(control->payers, payer, length);
    if (number < 0) {
        return number == -1 ? fail_kinds(import, err) : ihp__fail_memory(err, "control.csv");
    }
    const uint64_t file = row->number >> IHP__IMPORT_FILE_BIT;
    const struct ihp__control_kind kind = {.month = (uint16_t)year,
                                           .payer = (uint16_t)number,
                                           .service_class = (uint8_t)(file >> 8),
                                           .status = (uint8_t)file};
    if (file > UINT16_MAX) {
        return fail_kinds(import, err);
    }
    return ihp__control_add(&control->read, kind, &cell, err);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

/* Packs the payers of this rank, each with its NUL, after their number, and the table. */
static enum ihp_status pack(const struct ihp__control_file *control, char **bytes, size_t *size,
                            struct ihp_error *err)
{
    char *table;
    size_t table_size, texts = 0;
    const uint64_t count = ihp__dict_count(control->payers);
    if (ihp__control_pack(&control->read, &table, &table_size, err) != IHP_OK) {
        return err->status;
    }
    for (uint64_t i = 0; i < count; i++) {
        texts += strlen(ihp__dict_text(control->payers, i)) + 1;
    }
    char *packed = malloc(sizeof count + texts + table_size), *at = packed;
    if (packed == NULL) {
        free(table);
        return ihp__fail_memory(err, "control.csv");
    }
    memcpy(at, &count, sizeof count);
    at += sizeof count;
    for (uint64_t i = 0; i < count; i++) {
        const char *text = ihp__dict_text(control->payers, i);
        memcpy(at, text, strlen(text) + 1);
        at += strlen(text) + 1;
    }
    memcpy(at, table, table_size);
    free(table);
    *bytes = packed;
    *size = sizeof count + texts + table_size;
    return IHP_OK;
}

/* Adds the cells of another rank, whose payer n has the number `payer[n]` here. */
static enum ihp_status add_cells(struct ihp__control_file *control,
                                 struct ihp__control_table *theirs, const uint16_t *payer,
                                 struct ihp_error *err)
{
    ihp__control_sort(theirs);
    for (size_t i = 0; i < theirs->cells; i++) {
        struct ihp__control_kind kind = ihp__control_kind_of(&theirs->slot[i]);
        kind.payer = payer[kind.payer];
        if (ihp__control_add(&control->read, kind, &theirs->slot[i], err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status take(void *context, int source, const char *bytes, size_t size,
                            struct ihp_error *err)
{
    struct ihp__import *import = context;
    struct ihp__control_file *control = import->control_file;
    struct ihp__control_table theirs = {0};
    const char *end = bytes + size;
    uint64_t count;
    (void)source;
    memcpy(&count, bytes, sizeof count);
    bytes += sizeof count;
    uint16_t *payer = calloc((size_t)count + 1, sizeof *payer);
    if (payer == NULL) {
        return ihp__fail_memory(err, "control.csv");
    }
    enum ihp_status status = IHP_OK;
    for (uint64_t i = 0; i < count && status == IHP_OK; i++) {
        const int64_t number = ihp__dict_add(control->payers, bytes, strlen(bytes));
        status = number == -1  ? fail_kinds(import, err)
                 : number < -1 ? ihp__fail_memory(err, "control.csv")
                               : IHP_OK;
        payer[i] = (uint16_t)number;
        bytes += strlen(bytes) + 1;
    }
    if (status == IHP_OK) {
        status = ihp__control_unpack(&theirs, bytes, (size_t)(end - bytes), err);
    }
    if (status == IHP_OK && theirs.coarseness != IHP__CONTROL_BY_MONTH) {
        status = fail_kinds(import, err);
    }
    status = status == IHP_OK ? add_cells(control, &theirs, payer, err) : status;
    free(theirs.slot);
    free(payer);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------- */

enum ihp_status ihp__control_file_compare(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__control_file *control = import->control_file;
    char *bytes = NULL;
    size_t size = 0;
    if (!control->active) {
        return err->status;
    }
    if (pack(control, &bytes, &size, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = ihp__import_gather(import, bytes, size, take, import, err);
    free(bytes);
    if (status == IHP_OK && import->rank == 0) {
        status = control->read.coarseness == IHP__CONTROL_BY_MONTH
                     ? ihp__control_compare_rows(import, err)
                     : fail_kinds(import, err);
    }
    return status;
}

void ihp__control_file_free(struct ihp__import *import)
{
    struct ihp__control_file *control = import->control_file;
    if (control == NULL) {
        return;
    }
    for (size_t i = 0; i < control->rows; i++) {
        free(control->row[i].file);
        free(control->row[i].payer);
    }
    free(control->row);
    ihp__dict_destroy(&control->payers);
    free(control->read.slot);
    free(control);
    import->control_file = NULL;
}
