/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a SAS table: ReadStat decodes them from checked pages (sas_pages.h), value by value. */
#include "source/sas.h"

#include "base/error.h"
#include "base/nearest.h"
#include "base/path.h"
#include "source/sas_pages.h"
#include "source/sas_value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool ihp__sas_is(const char *path)
{
    return ihp__sas_pages_is(path);
}

#ifdef IHP_READSTAT

#include <readstat.h>

/* A column of the table that is read. */
struct slot {
    size_t at, capacity, length; /* of its text in the texts of the row */
    enum ihp__sas_kind kind;
};

struct reader {
    const struct ihp__sas_input *input;
    ihp__csv_row_fn row_fn; /* NULL: only measure */
    void *context;
    struct ihp_notices *notices;
    struct ihp_error *err;
    struct ihp__sas_pages pages;
    enum ihp_status status; /* that of the first error */
    bool done;              /* all that was asked for has been read */

    struct slot slot[IHP__CSV_WANTED_MAX + 1];
    size_t slots;
    size_t slot_of[IHP__CSV_WANTED_MAX]; /* of each of the caller's columns, or SIZE_MAX */
    uint16_t *slot_of_variable;          /* owned; slot + 1, or 0 */
    const char **name;                   /* owned; of the variables, whose names ReadStat owns */
    int variables, last;                 /* of the table; the last one that is read */
    char *text;                          /* owned; the texts of the row */
    size_t text_size;
};

static int stop(struct reader *r, enum ihp_status status)
{
    r->status = r->status == IHP_OK ? status : r->status;
    return READSTAT_HANDLER_ABORT;
}

static int stop_damaged(struct reader *r, const char *found)
{
    return stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                             "%s: is damaged or cut short (%s); get the file again", r->input->path,
                             found));
}

/* ---- columns --------------------------------------------------------------------------------- */

static int on_metadata(readstat_metadata_t *metadata, void *context)
{
    struct reader *r = context;
    const struct ihp__sas_pages *p = &r->pages;
    int columns = readstat_get_var_count(metadata);
    if (!p->has_row_size || columns <= 0 || (uint64_t)columns != p->columns ||
        p->names < p->columns || p->attributes < p->columns || p->formats < p->columns) {
        return stop_damaged(r, "what it says of its columns is not complete");
    }
    if (p->data_rows > p->rows) {
        return stop_damaged(r, "it has more rows than it says");
    }
    r->variables = columns;
    r->slot_of_variable = calloc((size_t)columns, sizeof *r->slot_of_variable);
    r->name = calloc((size_t)columns, sizeof *r->name);
    return r->slot_of_variable != NULL && r->name != NULL
               ? READSTAT_HANDLER_OK
               : stop(r, ihp__fail_memory(r->err, r->input->path));
}

/* Gives a variable a slot. */
static int add_slot(struct reader *r, const readstat_variable_t *variable, int index)
{
    size_t width = readstat_variable_get_storage_width(variable);
    bool text = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING;
    if (width > IHP__SAS_TEXT_MAX || (!text && width > 8)) {
        return stop_damaged(r, "the width of a column is not valid");
    }
    struct slot *slot = &r->slot[r->slots++];
    *slot = (struct slot){.at = r->text_size,
                          .capacity = text ? 4 * width + 1 : IHP__SAS_VALUE_TEXT,
                          .kind = ihp__sas_kind_of_format(readstat_variable_get_format(variable))};
    r->text_size += slot->capacity;
    r->slot_of_variable[index] = (uint16_t)r->slots;
    r->last = index;
    return READSTAT_HANDLER_OK;
}

static int fail_number(struct reader *r, const char *name)
{
    return stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                             "%s: column %s is a number in SAS, and a text is required, because a "
                             "number has lost its leading zeros; make it a text with all its "
                             "digits (put(%s, z8.), with the right width), and write the table "
                             "again",
                             r->input->path, name, name));
}

/* Returns the name of a column that was probably meant, in any case, or NULL. */
static const char *nearest_name(const struct reader *r, const char *name)
{
    char upper[64], lower[64];
    size_t length = strlen(name);
    const char *nearest = ihp__nearest(name, r->name, (size_t)r->variables);
    if (nearest != NULL || length >= sizeof upper) {
        return nearest;
    }
    for (size_t i = 0; i <= length; i++) {
        upper[i] = (char)toupper((unsigned char)name[i]);
        lower[i] = (char)tolower((unsigned char)name[i]);
    }
    nearest = ihp__nearest(upper, r->name, (size_t)r->variables);
    return nearest != NULL ? nearest : ihp__nearest(lower, r->name, (size_t)r->variables);
}

/* Reports a required column that is missing, with those that the table has. */
static int fail_missing(struct reader *r, size_t wanted)
{
    char listed[300] = "", meant[80] = "", by[120] = "";
    const char *name = r->input->columns[wanted].name;
    const char *nearest = nearest_name(r, name);
    size_t used = 0;
    for (int i = 0; i < r->variables && used < sizeof listed; i++) {
        used += (size_t)snprintf(listed + used, sizeof listed - used, "%s%.40s", i == 0 ? "" : ", ",
                                 r->name[i]);
    }
    if (nearest != NULL) {
        snprintf(meant, sizeof meant, "; did you mean '%.60s'?", nearest);
    }
    if (r->input->named_by != NULL) {
        snprintf(by, sizeof by, " (%.100s)", r->input->named_by[wanted]);
    }
    return stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                             "%s: column %.60s%s is missing%s; the table has %s%s", r->input->path,
                             name, by, meant, listed, used < sizeof listed ? "" : "..."));
}

/* Makes the texts of a row, when all columns are known. */
static int end_columns(struct reader *r)
{
    for (size_t w = 0; w < r->input->count; w++) {
        if (r->slot_of[w] == SIZE_MAX && r->input->columns[w].required) {
            return fail_missing(r, w);
        }
    }
    if (r->row_fn == NULL) {
        r->done = true;
        return READSTAT_HANDLER_ABORT;
    }
    r->text = calloc(r->text_size, 1);
    return r->text != NULL ? READSTAT_HANDLER_OK
                           : stop(r, ihp__fail_memory(r->err, r->input->path));
}

static int on_variable(int index, readstat_variable_t *variable, const char *labels, void *context)
{
    struct reader *r = context;
    const char *name = readstat_variable_get_name(variable);
    bool number = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_NUMERIC;
    int result = READSTAT_HANDLER_SKIP_VARIABLE;
    (void)labels;
    name = name == NULL ? "" : name;
    if (index < 0 || index >= r->variables) {
        return stop_damaged(r, "a column has no place");
    }
    r->name[index] = name;
    for (size_t w = 0; w < r->input->count; w++) {
        if (strcasecmp(name, r->input->columns[w].name) != 0) {
            continue;
        }
        if (r->slot_of[w] != SIZE_MAX) {
            return stop_damaged(r, "two of its columns have one name");
        }
        if (number && (r->input->texts >> w & 1) != 0) {
            return fail_number(r, r->input->columns[w].name);
        }
        if (result != READSTAT_HANDLER_OK) {
            result = add_slot(r, variable, index);
        }
        if (result == READSTAT_HANDLER_ABORT) {
            return result;
        }
        r->slot_of[w] = r->slots - 1;
    }
    if (result == READSTAT_HANDLER_SKIP_VARIABLE && r->input->named_by == NULL) {
        ihp__notice_add(r->notices, "%s: column '%.40s' is not used",
                        ihp__path_base(r->input->path), name);
    }
    bool is_last = index == r->variables - 1;
    if (is_last && r->slots == 0) { /* none is read, but there are rows */
        result = add_slot(r, variable, index);
    }
    int ended = is_last && result != READSTAT_HANDLER_ABORT ? end_columns(r) : READSTAT_HANDLER_OK;
    return ended != READSTAT_HANDLER_OK ? ended : result;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool is_wanted(const struct reader *r, uint64_t row)
{
    return row >= r->input->first_row && row - r->input->first_row < r->input->rows;
}

/* Gives a row that is complete. */
static int end_row(struct reader *r)
{
    uint64_t row = r->pages.rows_before++;
    if (is_wanted(r, row)) {
        const char *field[IHP__CSV_WANTED_MAX];
        size_t length[IHP__CSV_WANTED_MAX];
        for (size_t w = 0; w < r->input->count; w++) {
            const struct slot *slot = r->slot_of[w] == SIZE_MAX ? NULL : &r->slot[r->slot_of[w]];
            field[w] = slot == NULL ? ihp__csv_absent : r->text + slot->at;
            length[w] = slot == NULL ? 0 : slot->length;
        }
        const struct ihp__csv_row csv = {.file = r->input->path,
                                         .column = r->input->columns,
                                         .line = row + 1,
                                         .field = field,
                                         .length = length,
                                         .bytes_read = r->pages.bytes_read};
        r->status = r->row_fn(r->context, &csv, r->err);
    }
    r->done = !is_wanted(r, row + 1) && row + 1 > r->input->first_row;
    return r->status != IHP_OK || r->done ? READSTAT_HANDLER_ABORT : READSTAT_HANDLER_OK;
}

static int set_text(struct reader *r, struct slot *slot, const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);
    if (length + 1 > slot->capacity) {
        return stop_damaged(r, "a text is longer than its column");
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    if (length > 0) {
        memcpy(r->text + slot->at, text, length);
    }
    r->text[slot->at + length] = '\0';
    slot->length = length;
    return READSTAT_HANDLER_OK;
}

static int on_value(int row, readstat_variable_t *variable, readstat_value_t value, void *context)
{
    struct reader *r = context;
    int index = readstat_variable_get_index(variable), result = READSTAT_HANDLER_OK;
    char text[IHP__SAS_VALUE_TEXT];
    (void)row;
    if (index < 0 || index >= r->variables || r->slot_of_variable[index] == 0) {
        return stop_damaged(r, "a value has no column");
    }
    struct slot *slot = &r->slot[r->slot_of_variable[index] - 1];
    if (is_wanted(r, r->pages.rows_before)) {
        if (readstat_value_type(value) == READSTAT_TYPE_STRING) {
            result = set_text(r, slot, readstat_string_value(value));
        } else if (readstat_value_is_system_missing(value) ||
                   readstat_value_is_tagged_missing(value)) {
            result = set_text(r, slot, "");
        } else {
            ihp__sas_value_format(slot->kind, readstat_double_value(value), text);
            result = set_text(r, slot, text);
        }
    }
    return result == READSTAT_HANDLER_OK && index == r->last ? end_row(r) : result;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static int on_open(const char *path, void *pages)
{
    (void)path;
    (void)pages; /* is open */
    return 0;
}

static int on_close(void *pages)
{
    (void)pages; /* the caller closes it */
    return 0;
}

static readstat_off_t on_seek(readstat_off_t offset, readstat_io_flags_t whence, void *context)
{
    struct ihp__sas_pages *pages = context;
    readstat_off_t from = whence == READSTAT_SEEK_SET   ? 0
                          : whence == READSTAT_SEEK_CUR ? (readstat_off_t)pages->at
                                                        : (readstat_off_t)pages->size;
    if (offset < -from || offset > (readstat_off_t)pages->size - from) {
        return -1;
    }
    pages->at = (uint64_t)(from + offset);
    return from + offset;
}

/* ReadStat compares the result with a size as an unsigned number, so that -1 would not be an
 * error. */
static ssize_t on_read(void *bytes, size_t size, void *pages)
{
    return (ssize_t)ihp__sas_pages_read(pages, bytes, size);
}

static readstat_error_t on_progress(long size, readstat_progress_handler progress, void *context,
                                    void *pages)
{
    (void)size;
    (void)progress;
    (void)context;
    (void)pages;
    return READSTAT_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reports an error of ReadStat. Its own words may have texts of a member. */
static enum ihp_status fail_readstat(struct reader *r, readstat_error_t error)
{
    const char *path = r->input->path;
    switch (error) {
    case READSTAT_ERROR_MALLOC:
        return ihp__fail_memory(r->err, path);
    case READSTAT_ERROR_UNSUPPORTED_COMPRESSION:
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: is compressed with COMPRESS=BINARY, which cannot be read; write it "
                         "with COMPRESS=NO or COMPRESS=CHAR",
                         path);
    case READSTAT_ERROR_UNSUPPORTED_CHARSET:
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: its character encoding is not known; write it with ENCODING='utf-8'",
                         path);
    case READSTAT_ERROR_CONVERT:
    case READSTAT_ERROR_CONVERT_BAD_STRING:
    case READSTAT_ERROR_CONVERT_SHORT_STRING:
    case READSTAT_ERROR_CONVERT_LONG_STRING:
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s:%" PRIu64 ": a text is not valid in the encoding that the table says "
                         "it has; write it with ENCODING='utf-8'",
                         path, r->pages.rows_before + 1);
    default:
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: is damaged or cut short (ReadStat: %s); get the file again", path,
                         readstat_error_message(error));
    }
}

/* Returns the status of a reading that has ended. */
static enum ihp_status conclude(struct reader *r, readstat_error_t error)
{
    const struct ihp__sas_pages *p = &r->pages;
    if (r->status != IHP_OK || p->status != IHP_OK) {
        return r->status != IHP_OK ? r->status : p->status;
    }
    if (r->done) {
        return IHP_OK;
    }
    /* ReadStat misses the rows of the pages that were emptied. */
    bool counted = error == READSTAT_OK || error == READSTAT_ERROR_ROW_COUNT_MISMATCH;
    if (counted && p->has_row_size && p->rows_before == p->rows && r->slots > 0) {
        return IHP_OK;
    }
    if (counted) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: is damaged or cut short (it has %" PRIu64
                         " rows and says that it has %" PRIu64 "); get the file again",
                         r->input->path, p->rows_before, p->rows);
    }
    return fail_readstat(r, error);
}

static enum ihp_status parse(struct reader *r)
{
    readstat_parser_t *parser = readstat_parser_init();
    if (parser == NULL) {
        return ihp__fail_memory(r->err, r->input->path);
    }
    readstat_set_open_handler(parser, on_open);
    readstat_set_close_handler(parser, on_close);
    readstat_set_seek_handler(parser, on_seek);
    readstat_set_read_handler(parser, on_read);
    readstat_set_update_handler(parser, on_progress);
    readstat_set_io_ctx(parser, &r->pages);
    readstat_set_metadata_handler(parser, on_metadata);
    readstat_set_variable_handler(parser, on_variable);
    if (r->row_fn != NULL) {
        readstat_set_value_handler(parser, on_value);
    }
    readstat_error_t error = readstat_parse_sas7bdat(parser, r->input->path, r);
    readstat_parser_free(parser);
    return conclude(r, error);
}

static enum ihp_status run(struct reader *r, bool scan)
{
    for (size_t w = 0; w < IHP__CSV_WANTED_MAX; w++) {
        r->slot_of[w] = SIZE_MAX;
    }
    enum ihp_status status = ihp__sas_pages_open(&r->pages, r->input->path, r->err);
    if (r->row_fn != NULL) {
        r->pages.first_row = r->input->first_row;
        r->pages.run = r->input->run;
    }
    if (status == IHP_OK && scan) {
        status = ihp__sas_pages_scan(&r->pages);
    }
    if (status == IHP_OK) {
        status = parse(r);
    }
    ihp__sas_pages_close(&r->pages);
    free(r->slot_of_variable);
    free(r->name);
    free(r->text);
    return status;
}

enum ihp_status ihp__sas_measure(const struct ihp__sas_input *input, struct ihp__sas_size *size,
                                 struct ihp_notices *notices, struct ihp_error *err)
{
    struct reader r = {.input = input, .notices = notices, .err = err};
    enum ihp_status status = run(&r, true);
    *size = (struct ihp__sas_size){0};
    if (status == IHP_OK) {
        *size = (struct ihp__sas_size){r.pages.rows, r.pages.run};
    }
    return status;
}

enum ihp_status ihp__sas_read(const struct ihp__sas_input *input, ihp__csv_row_fn row_fn,
                              void *context, struct ihp_notices *notices, struct ihp_error *err)
{
    struct reader r = {
        .input = input, .row_fn = row_fn, .context = context, .notices = notices, .err = err};
    return input->rows == 0 ? IHP_OK : run(&r, input->rows == UINT64_MAX);
}

#else

static enum ihp_status fail_without(const char *path, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_USAGE,
                     "%s: is a SAS table, and this ihp was built without ReadStat; build it where "
                     "libreadstat-dev is installed, or export the table as CSV",
                     path);
}

enum ihp_status ihp__sas_measure(const struct ihp__sas_input *input, struct ihp__sas_size *size,
                                 struct ihp_notices *notices, struct ihp_error *err)
{
    (void)notices;
    *size = (struct ihp__sas_size){0};
    return fail_without(input->path, err);
}

enum ihp_status ihp__sas_read(const struct ihp__sas_input *input, ihp__csv_row_fn row_fn,
                              void *context, struct ihp_notices *notices, struct ihp_error *err)
{
    (void)row_fn;
    (void)context;
    (void)notices;
    return fail_without(input->path, err);
}

#endif
