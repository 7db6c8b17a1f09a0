/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converted fields of a row, and the counts of what was converted. */
#include "extract/values.h"

#include "extract/convert.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "base/money.h"
#include "base/npi.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum ihp_status ihp__import_values_create(struct ihp__import *import, struct ihp_error *err)
{
    import->values = calloc(1, sizeof *import->values);
    if (import->values == NULL) {
        return ihp__fail_memory(err, "an import");
    }
    import->values->recent.billing.npi = import->values->recent.treating.npi = IHP__NPI_BLANK;
    return IHP_OK;
}

void ihp__import_values_free(struct ihp__import *import)
{
    if (import->values != NULL) {
        ihp__import_near_misses_free(import->values);
    }
    free(import->values);
    import->values = NULL;
}

/* ---- a row ----------------------------------------------------------------------------------- */

/* Gives the row fields of its own, in which one can be replaced. */
static void own_fields(struct ihp__import_row *row)
{
    struct ihp__import_values *values = row->values;
    size_t columns = ihp__extract_schemas[row->file].columns;
    if (row->field != values->field) {
        memcpy(values->field, row->field, columns * sizeof values->field[0]);
        memcpy(values->length, row->length, columns * sizeof values->length[0]);
        row->field = values->field;
        row->length = values->length;
    }
}

bool ihp__import_value_set(struct ihp__import_row *row, int column, const char *text, size_t length)
{
    struct ihp__import_values *values = row->values;
    if (length >= IHP__IMPORT_VALUE_TEXT) {
        return false;
    }
    own_fields(row);
    memmove(values->text[column], text, length); /* the text may be the field itself */
    values->text[column][length] = '\0';
    values->field[column] = values->text[column];
    values->length[column] = length;
    return true;
}

void ihp__import_value_note(struct ihp__import_row *row, int column, enum ihp__import_change change)
{
    if (row->changes < IHP__IMPORT_ROW_CHANGES) {
        row->values->change[row->changes++] =
            (struct ihp__import_row_change){(uint8_t)column, (uint8_t)change};
    }
}

bool ihp__import_value_trim(struct ihp__import_row *row, int column)
{
    const char *text = row->field[column];
    size_t length = row->length[column];
    if (!ihp__convert_trim(&text, &length) || !ihp__import_value_set(row, column, text, length)) {
        return false;
    }
    ihp__import_value_note(row, column, IHP__IMPORT_BLANKS);
    return true;
}

static char other_case(char c, bool upper)
{
    bool letter = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
    return letter ? (char)(c ^ 0x20) : c;
}

void ihp__import_value_case(struct ihp__import_row *row, int column, bool upper)
{
    const char *text = row->field[column];
    size_t length = row->length[column], same = 0;
    while (same < length && other_case(text[same], upper) == text[same]) {
        same++;
    }
    if (same == length || !ihp__import_value_set(row, column, text, length)) {
        return;
    }
    char *copy = row->values->text[column];
    for (size_t i = 0; i < length; i++) {
        copy[i] = other_case(copy[i], upper);
    }
    ihp__import_value_note(row, column, upper ? IHP__IMPORT_UPPER : IHP__IMPORT_LOWER);
}

bool ihp__import_value_whole(struct ihp__import_row *row, int column, const char **problem)
{
    const char *text = row->field[column];
    size_t whole = ihp__convert_whole(text, row->length[column], problem);
    if (whole == 0 || !ihp__import_value_set(row, column, text, whole)) {
        return false;
    }
    ihp__import_value_note(row, column, IHP__IMPORT_WHOLE);
    return true;
}

void ihp__import_value_blank(struct ihp__import_row *row, int column,
                             enum ihp__import_change change)
{
    if (!ihp__text_is_utf8(row->field[column], row->length[column])) {
        change = IHP__IMPORT_LEFT_ENCODING;
    }
    ihp__import_value_set(row, column, "", 0);
    ihp__import_value_note(row, column, change);
}

void ihp__import_row_count_changes(const struct ihp__import_row *row)
{
    struct ihp__import_values *values = row->values;
    for (unsigned i = 0; i < row->changes; i++) {
        const struct ihp__import_row_change *change = &values->change[i];
        values->counts.changed[row->file][change->column][change->change]++;
    }
}

/* Returns true if a change takes away what the extract has. */
static bool is_left(enum ihp__import_change change)
{
    return change >= IHP__IMPORT_LEFT_SHORT;
}

void ihp__import_row_count_cents(const struct ihp__import_row *row, int64_t cents)
{
    struct ihp__import_values *values = row->values;
    for (unsigned i = 0; i < row->changes; i++) {
        const struct ihp__import_row_change *change = &values->change[i];
        if (is_left((enum ihp__import_change)change->change)) {
            values->counts.left_cents[change->column][change->change] += (uint64_t)cents;
        }
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

#define TEXT_OF(name, text) text,
static const char *const change_text[] = {IHP__IMPORT_CHANGE_LIST(TEXT_OF)};

/* Writes what a field left blank means for its row, to be put behind a notice. */
enum { CONSEQUENCE_TEXT = 160 };
static void write_consequence(const struct ihp__import_value_counts *counts,
                              enum ihp__extract_file file, size_t column,
                              enum ihp__import_change change, char text[CONSEQUENCE_TEXT])
{
    text[0] = '\0';
    if (!is_left(change)) {
        return;
    }
    if (file == IHP__EXTRACT_CLAIMS) {
        int64_t cents = (int64_t)counts->left_cents[column][change];
        char dollars[IHP__MONEY_TEXT];
        snprintf(text, CONSEQUENCE_TEXT, "; the lines are kept (%s paid)",
                 ihp__money_format_grouped(cents, dollars));
    } else if (file == IHP__EXTRACT_MEMBERS && column == IHP__EXTRACT_MEMBER_DEATH) {
        snprintf(text, CONSEQUENCE_TEXT,
                 "; the members are kept and count as alive, so months after a death may qualify");
    } else if (file == IHP__EXTRACT_PROVIDERS && column == IHP__EXTRACT_PROVIDER_TAXONOMY) {
        snprintf(text, CONSEQUENCE_TEXT, "; the providers are kept and count as specialty");
    }
}

/* Tells and records the changes of one kind in one column. */
static enum ihp_status tell_change(struct ihp__import *import, enum ihp__extract_file file,
                                   size_t column, enum ihp__import_change change,
                                   struct ihp_error *err)
{
    const struct ihp__import_value_counts *counts = &import->values->counts;
    const char *table = ihp__extract_schemas[file].name;
    const char *name = ihp__extract_schemas[file].column[column].name;
    const struct ihp__record_key key = {IHP__RECORD_CONVERTED, table, name, change_text[change]};
    uint64_t count = counts->changed[file][column][change];
    char number[IHP__COUNT_TEXT], consequence[CONSEQUENCE_TEXT];
    write_consequence(counts, file, column, change, consequence);
    ihp__notice_add(import->notices, "%s: %s %s of %s %s %s%s", table,
                    ihp__count_format(count, number), count == 1 ? "value" : "values", name,
                    count == 1 ? "was" : "were", change_text[change], consequence);
    return ihp__record_add(&import->record, &key, count, 0, err);
}

static enum ihp_status tell_table(struct ihp__import *import, enum ihp__extract_file file,
                                  struct ihp_error *err)
{
    const struct ihp__extract_schema *schema = &ihp__extract_schemas[file];
    for (size_t column = 0; column < schema->columns; column++) {
        const uint64_t *count = import->values->counts.changed[file][column];
        for (int change = 0; change < IHP__IMPORT_CHANGES; change++) {
            if (count[change] > 0 &&
                tell_change(import, file, column, (enum ihp__import_change)change, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__import_values_tell(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__import_value_counts *counts = &import->values->counts;
    _Static_assert(sizeof *counts % sizeof(uint64_t) == 0, "counts are numbers of 64 bits");
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    ihp__sum_u64(import->comm, (uint64_t *)(void *)counts,
                 (int)(sizeof *counts / sizeof(uint64_t)));
    if (import->rank != 0) {
        return IHP_OK;
    }
    for (int file = 0; file < IHP__EXTRACT_FILES; file++) {
        if (tell_table(import, (enum ihp__extract_file)file, err) != IHP_OK) {
            return err->status;
        }
    }
    return ihp__import_near_misses_tell(import, err);
}
