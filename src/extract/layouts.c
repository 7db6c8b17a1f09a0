/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The import layout between the files and the tables of an extract. */
#include "extract/layouts.h"

#include "base/agree.h"
#include "extract/fields.h"
#include "extract/ranks.h"
#include "extract/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Rows that were left out for a reason. Sums of cents wrap around; that over ranks is right. */
struct left_out {
    uint64_t rows, cents;
};

struct ihp__import_layout {
    struct ihp__layout *layout; /* owned */
    struct ihp__layout_field field[IHP__EXTRACT_FILES][IHP__EXTRACT_COLUMNS_MAX];
    struct ihp__layout_schema schema[IHP__EXTRACT_FILES];
    struct left_out *left_out; /* owned: for each reason of each table */
    size_t reasons;
    size_t first[IHP__EXTRACT_FILES]; /* the table's first reason */
    struct left_out identical[IHP__EXTRACT_FILES];
};

/* ---- the columns of the extract -------------------------------------------------------------- */

static enum ihp__layout_type type_of(const struct ihp__extract_column *column)
{
    if (strcmp(column->kind, "date") == 0) {
        return strcmp(column->name, "death_date") == 0 ? IHP__LAYOUT_ANY_DAY : IHP__LAYOUT_DAY;
    }
    if (strcmp(column->kind, "month") != 0) {
        return IHP__LAYOUT_TEXT;
    }
    return strcmp(column->name, "month_from") == 0 ? IHP__LAYOUT_FIRST_MONTH
           : strcmp(column->name, "month_to") == 0 ? IHP__LAYOUT_LAST_MONTH
                                                   : IHP__LAYOUT_MONTH;
}

/* Returns true if the values of a column are a member's, and must not be in a message. */
static bool is_private(const char *name)
{
    static const char *const names[] = {"member_id", "birth_date", "death_date",
                                        "claim_id",  "county",     "race_ethnicity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns the longest text that may be shown of those that lookups make a column of: as long as the
 * name of a payer for a column that says nothing of a member, 0 for others. */
static size_t shown_of(const struct ihp__extract_column *column)
{
    static const char *const names[] = {"payer", "service_class", "category", "status"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(column->name, names[i]) == 0) {
            return IHP__PAYER_CHARACTERS;
        }
    }
    return 0;
}

static void describe_tables(struct ihp__import_layout *made)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        const struct ihp__extract_schema *schema = &ihp__extract_schemas[f];
        const uint64_t texts = ihp__extract_texts((enum ihp__extract_file)f);
        for (size_t i = 0; i < schema->columns; i++) {
            const struct ihp__extract_column *column = &schema->column[i];
            made->field[f][i] = (struct ihp__layout_field){.name = column->name,
                                                           .type = type_of(column),
                                                           .required = !column->optional,
                                                           .is_text = (texts >> i & 1) != 0,
                                                           .is_private = is_private(column->name),
                                                           .shown = shown_of(column)};
        }
        made->schema[f] =
            (struct ihp__layout_schema){schema->name, made->field[f], schema->columns};
    }
}

void ihp__import_columns_of(const struct ihp__import *import, enum ihp__extract_file file,
                            struct ihp__import_columns *columns)
{
    if (import->layout != NULL && ihp__layout_has(import->layout->layout, file)) {
        struct ihp__layout_columns of = ihp__layout_columns(import->layout->layout, file);
        memcpy(columns->column, of.column, of.count * sizeof *of.column);
        columns->count = of.count;
        columns->texts = of.texts;
        return;
    }
    columns->count = ihp__extract_csv_columns(file, columns->column);
    columns->texts = ihp__extract_texts(file);
}

/* ---- loading --------------------------------------------------------------------------------- */

const struct ihp__layout *ihp__import_layout(const struct ihp__import *import)
{
    return import->layout == NULL ? NULL : import->layout->layout;
}

static enum ihp_status load(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__import_layout *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return ihp__fail_memory(err, "the layout");
    }
    import->layout = made;
    describe_tables(made);
    if (ihp__layout_load(import->options->layout_path, made->schema, IHP__EXTRACT_FILES,
                         &made->layout, err) != IHP_OK) {
        return err->status;
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        made->first[f] = made->reasons;
        while (ihp__layout_reason(made->layout, (size_t)f, made->reasons - made->first[f]) !=
               NULL) {
            made->reasons++;
        }
        if (ihp__layout_has(made->layout, (size_t)f)) {
            import->source[f].format = *ihp__layout_format(made->layout, (size_t)f);
        }
    }
    made->left_out = calloc(made->reasons + 1, sizeof *made->left_out);
    return made->left_out == NULL ? ihp__fail_memory(err, "the layout") : IHP_OK;
}

/* Collective: refuses a layout that another rank has read with other contents. */
static enum ihp_status compare(struct ihp__import *import, struct ihp_error *err)
{
    char mine[IHP__HASH_TEXT], first[IHP__HASH_TEXT];
    ihp__layout_digest(import->layout->layout, mine);
    memcpy(first, mine, sizeof first);
    ihp__share_bytes(import->comm, first, sizeof first);
    if (strcmp(first, mine) != 0) {
        ihp__error_set(err, IHP_ERR_DATA, "%s: changed while it was read; import again",
                       import->options->layout_path);
    }
    if (ihp__import_agree(import, err) != IHP_OK || import->rank != 0) {
        return err->status;
    }
    const struct ihp__record_key key = {
        .section = IHP__RECORD_OPTION, .column = "layout", .text = mine};
    return ihp__record_add(&import->record, &key, 0, 0, err);
}

enum ihp_status ihp__import_layout_load(struct ihp__import *import, struct ihp_error *err)
{
    if (import->options->layout_path == NULL) {
        return IHP_OK;
    }
    ihp__until_agreed(load(import, err));
    return ihp__import_agree(import, err) == IHP_OK ? compare(import, err) : err->status;
}

void ihp__import_layout_free(struct ihp__import *import)
{
    if (import->layout != NULL) {
        ihp__layout_free(&import->layout->layout);
        free(import->layout->left_out);
        free(import->layout);
        import->layout = NULL;
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

enum ihp_status ihp__import_mapping_begin(struct ihp__import *import, enum ihp__extract_file file,
                                          bool again, struct ihp__import_mapping *mapping,
                                          struct ihp_error *err)
{
    mapping->reader = NULL;
    if (import->layout == NULL || !ihp__layout_has(import->layout->layout, file)) {
        return IHP_OK;
    }
    ihp__extract_csv_columns(file, mapping->column);
    return ihp__layout_reader_create(import->layout->layout, file, mapping->column, again,
                                     &mapping->reader, err);
}

void ihp__import_mapping_end(struct ihp__import_mapping *mapping)
{
    ihp__layout_reader_free(&mapping->reader);
}

/* Returns the cents that a row of claims paid; 0 for other rows, and without a valid amount. */
static int64_t cents_of(struct ihp__import_row *row)
{
    int64_t cents = 0;
    struct ihp__import_reason reason;
    bool again = row->again;
    row->again = true; /* the conversion of a value is not counted */
    bool good = row->file == IHP__EXTRACT_CLAIMS &&
                ihp__import_parse_money(row, IHP__EXTRACT_CLAIM_AMOUNT, &cents, &reason);
    row->again = again;
    return good ? cents : 0;
}

/* Notes what the layout has changed in a row. */
static void note_changes(const struct ihp__layout_made *made, struct ihp__import_row *row)
{
    static const enum ihp__import_change change_of[] = {
        [IHP__LAYOUT_DATE] = IHP__IMPORT_DATE,
        [IHP__LAYOUT_TO_MONTH] = IHP__IMPORT_MONTH,
        [IHP__LAYOUT_OPEN_END] = IHP__IMPORT_OPEN,
        [IHP__LAYOUT_COUNTED] = IHP__IMPORT_COUNTED,
        [IHP__LAYOUT_NOT_COUNTED] = IHP__IMPORT_NOT_COUNTED,
    };
    for (size_t i = 0; i < made->changes; i++) {
        ihp__import_value_note(row, (int)made->change[i].field, change_of[made->change[i].change]);
    }
}

enum ihp_status ihp__import_mapping_row(struct ihp__import *import,
                                        struct ihp__import_mapping *mapping,
                                        const struct ihp__csv_row *csv, struct ihp__import_row *row,
                                        bool *kept, struct ihp_error *err)
{
    struct ihp__layout_made *made = &mapping->made;
    enum ihp__layout_outcome outcome = ihp__layout_apply(mapping->reader, csv, made);
    ihp__import_row_begin(row, &made->row);
    *kept = outcome == IHP__LAYOUT_KEPT;
    if (*kept) {
        note_changes(made, row);
    }
    if (*kept || row->again) {
        return IHP_OK;
    }
    if (outcome == IHP__LAYOUT_BAD) {
        const struct ihp__import_reason reason = {.problem = made->problem};
        return ihp__import_bad_rows_add(import, row, &reason, err);
    }
    struct left_out *left_out =
        &import->layout->left_out[import->layout->first[row->file] + made->reason];
    left_out->rows++;
    left_out->cents += (uint64_t)cents_of(row);
    return IHP_OK;
}

bool ihp__import_names_dates(const struct ihp__import *import, enum ihp__extract_file file)
{
    return import->layout != NULL && ihp__layout_names_dates(import->layout->layout, file);
}

bool ihp__import_keeps_one(const struct ihp__import *import, enum ihp__extract_file file)
{
    return import->layout != NULL && ihp__layout_keeps_one(import->layout->layout, file);
}

void ihp__import_count_identical(struct ihp__import *import, struct ihp__import_row *row)
{
    struct left_out *identical = &import->layout->identical[row->file];
    identical->rows++;
    identical->cents += (uint64_t)cents_of(row);
}

/* ---- what was seen --------------------------------------------------------------------------- */

/* Adds rows that were left out to the record and the notices. */
static enum ihp_status note(struct ihp__import *import, int file, const char *reason,
                            const struct left_out *left_out, struct ihp_error *err)
{
    const char *table = ihp__extract_schemas[file].name;
    const struct ihp__record_key key = {
        .section = IHP__RECORD_LEFT_OUT, .table = table, .text = reason};
    char dollars[IHP__MONEY_TEXT] = "";
    if (left_out->rows == 0) {
        return IHP_OK;
    }
    if (left_out->cents != 0) {
        ihp__money_format_grouped((int64_t)left_out->cents, dollars);
    }
    ihp__notice_add(import->notices, "%s: %" PRIu64 " row%s left out%s%s: %s", table,
                    left_out->rows, left_out->rows == 1 ? " was" : "s were",
                    dollars[0] == '\0' ? "" : ", with ", dollars, reason);
    return ihp__record_add(&import->record, &key, left_out->rows, (int64_t)left_out->cents, err);
}

static enum ihp_status note_table(struct ihp__import *import, int file, struct ihp_error *err)
{
    const struct ihp__import_layout *layout = import->layout;
    const char *reason;
    for (size_t i = 0; (reason = ihp__layout_reason(layout->layout, (size_t)file, i)) != NULL;
         i++) {
        if (note(import, file, reason, &layout->left_out[layout->first[file] + i], err) != IHP_OK) {
            return err->status;
        }
    }
    return note(import, file, "they are identical to rows that were kept", &layout->identical[file],
                err);
}

static enum ihp_status take_seen(void *context, int source, const char *bytes, size_t size,
                                 struct ihp_error *err)
{
    struct ihp__import *import = context;
    (void)source;
    (void)err;
    ihp__layout_seen_merge(import->layout->layout, bytes, size);
    return IHP_OK;
}

/* Collective: adds the counts of all ranks. */
static void add_counts(struct ihp__import *import)
{
    struct ihp__import_layout *layout = import->layout;
    size_t hits;
    uint64_t *hit = ihp__layout_hits(layout->layout, &hits);
    for (size_t at = 0; at < hits; at += 1 << 20) {
        ihp__sum_u64(import->comm, hit + at, (int)(hits - at < 1 << 20 ? hits - at : 1 << 20));
    }
    for (size_t i = 0; i < layout->reasons; i++) {
        ihp__sum_u64(import->comm, &layout->left_out[i].rows, 1);
        ihp__sum_u64(import->comm, &layout->left_out[i].cents, 1);
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        ihp__sum_u64(import->comm, &layout->identical[f].rows, 1);
        ihp__sum_u64(import->comm, &layout->identical[f].cents, 1);
    }
}

/* Adds rows to the record whose value 'otherwise' has given. */
static enum ihp_status note_other(void *context, const struct ihp__layout_other *other,
                                  struct ihp_error *err)
{
    struct ihp__import *import = context;
    const struct ihp__record_key key = {.section = IHP__RECORD_NOTED,
                                        .table = other->table,
                                        .column = other->field,
                                        .text = other->note};
    return ihp__record_add(&import->record, &key, other->rows, 0, err);
}

enum ihp_status ihp__import_layout_finish(struct ihp__import *import, struct ihp_error *err)
{
    if (import->options->layout_path == NULL || ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    size_t bytes;
    const void *seen = ihp__layout_seen(import->layout->layout, &bytes);
    add_counts(import);
    if (ihp__import_gather(import, seen, bytes, take_seen, import, err) != IHP_OK ||
        import->rank != 0) {
        return err->status;
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        if (note_table(import, f, err) != IHP_OK) {
            return err->status;
        }
    }
    ihp__layout_tell(import->layout->layout, import->notices);
    const struct ihp__layout_others others = {note_other, import};
    return ihp__layout_each_other(import->layout->layout, &others, err);
}
