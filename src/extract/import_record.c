/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of an import: the counters and sums of all ranks as one JSON text, which the store
 * keeps. */
#include "extract/control_file.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "ihp/version.h"
#include "store/store_record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- ranks ----------------------------------------------------------------------------------- */

static enum ihp_status take_counters(void *context, int source, const char *bytes, size_t size,
                                     struct ihp_error *err)
{
    (void)source;
    return ihp__record_unpack(&((struct ihp__import *)context)->record, bytes, size, err);
}

static enum ihp_status take_claims(void *context, int source, const char *bytes, size_t size,
                                   struct ihp_error *err)
{
    (void)source;
    return ihp__control_unpack(&((struct ihp__import *)context)->control.claims, bytes, size, err);
}

static enum ihp_status take_paid(void *context, int source, const char *bytes, size_t size,
                                 struct ihp_error *err)
{
    (void)source;
    return ihp__paid_months_unpack(&((struct ihp__import *)context)->control.paid, bytes, size,
                                   err);
}

/* Collective: adds the counters and sums of all ranks on rank 0. */
static enum ihp_status gather(struct ihp__import *import, struct ihp_error *err)
{
    char *counters = NULL, *claims = NULL, *paid = NULL;
    size_t counters_size = 0, claims_size = 0, paid_size = 0;
    if (ihp__record_pack(&import->record, &counters, &counters_size, err) == IHP_OK &&
        ihp__control_pack(&import->control.claims, &claims, &claims_size, err) == IHP_OK &&
        ihp__paid_months_pack(&import->control.paid, &paid, &paid_size, err) == IHP_OK &&
        ihp__import_gather(import, counters, counters_size, take_counters, import, err) == IHP_OK &&
        ihp__import_gather(import, claims, claims_size, take_claims, import, err) == IHP_OK) {
        ihp__until_agreed(ihp__import_gather(import, paid, paid_size, take_paid, import, err));
    }
    free(counters);
    free(claims);
    free(paid);
    return err->status;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Objects under construction: `whole` becomes false when memory is short. */
struct building {
    const struct ihp__import *import;
    bool whole;
};

static void append(struct building *b, json_t *array, json_t *value)
{
    b->whole = json_array_append_new(array, value) == 0 && b->whole;
}

static void set(struct building *b, json_t *object, const char *key, json_t *value)
{
    b->whole = json_object_set_new(object, key, value) == 0 && b->whole;
}

/* How the counters of a section become objects: the names of their parts, or NULL to leave a part
 * out. */
struct section_names {
    const char *section, *column, *text, *rows, *amount;
};
static const struct section_names section_names[IHP__RECORD_SECTIONS] = {
    /* Neither the bytes of a file nor how it is compressed: the same rows make the same store. */
    [IHP__RECORD_FILE] = {"files", NULL, "file", "rows", NULL},
    [IHP__RECORD_LEFT_OUT] = {"left_out", NULL, "reason", "rows", "cents"},
    [IHP__RECORD_CONVERTED] = {"converted", "column", "conversion", "values", NULL},
    [IHP__RECORD_NOTED] = {"noted", "column", "note", "rows", "cents"},
};

/* Returns the text of a counter: of a file its name without the ending of a compressed one. */
static json_t *json_key_text(const struct ihp__record_key *key)
{
    static const char *const endings[] = {".gz", ".zst", ".zip"};
    size_t length = strlen(key->text);
    for (size_t i = 0; key->section == IHP__RECORD_FILE && i < 3; i++) {
        size_t size = strlen(endings[i]);
        if (length > size && strcmp(key->text + length - size, endings[i]) == 0) {
            return json_stringn(key->text, length - size);
        }
    }
    return json_string(key->text);
}

static json_t *json_counter(struct building *b, const struct ihp__record_entry *entry)
{
    const struct section_names *names = &section_names[entry->key.section];
    json_t *object = json_object();
    set(b, object, "table", json_string(entry->key.table));
    set(b, object, names->text, json_key_text(&entry->key));
    set(b, object, names->rows, json_integer((json_int_t)entry->rows));
    if (names->column != NULL) {
        set(b, object, names->column, json_string(entry->key.column));
    }
    if (names->amount != NULL) {
        set(b, object, names->amount, json_integer((json_int_t)entry->amount));
    }
    return object;
}

/* Puts the counters of a section into an array. */
static json_t *json_counters(struct building *b, enum ihp__record_section section)
{
    const struct ihp__record *record = &b->import->record;
    json_t *array = json_array();
    for (size_t i = 0; i < record->entries; i++) {
        if (record->entry[i].key.section == section) {
            append(b, array, json_counter(b, &record->entry[i]));
        }
    }
    return array;
}

static json_t *json_options(struct building *b)
{
    const struct ihp__record *record = &b->import->record;
    json_t *object = json_object();
    for (size_t i = 0; i < record->entries; i++) {
        const struct ihp__record_key *key = &record->entry[i].key;
        if (key->section == IHP__RECORD_OPTION) {
            set(b, object, key->column, json_string(key->text));
        }
    }
    return object;
}

static json_t *json_bad_rows(struct building *b)
{
    const struct ihp__import_bad_rows *bad_rows = &b->import->bad_rows;
    json_t *array = json_array();
    for (size_t i = 0; i < bad_rows->kinds; i++) {
        const struct ihp_import_bad_kind *kind = &bad_rows->kind[i];
        append(b, array,
               json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:b}", "table",
                         ihp__extract_schemas[bad_rows->file[i]].name, "file", kind->file, "reason",
                         kind->reason, "rows", (json_int_t)kind->rows, "cents",
                         (json_int_t)kind->cents, "unreadable", (json_int_t)kind->unreadable,
                         "repeats", (int)kind->repeats));
    }
    return array;
}

/* ---- control totals -------------------------------------------------------------------------- */

/* Returns the text of a payer by its number in the store; NULL for all payers. */
static json_t *json_payer(const struct building *b, uint16_t payer)
{
    const struct ihp__import *import = b->import;
    return payer == IHP__CONTROL_ALL_PAYERS
               ? json_null()
               : json_string(ihp__dict_text(import->payers.texts, import->control.payer[payer]));
}

static json_t *json_month(int32_t month, bool year_alone)
{
    char text[IHP__DATE_TEXT];
    return json_stringn(ihp__month_format(month, text), year_alone ? 4 : 7);
}

static json_t *json_claims(struct building *b)
{
    const struct ihp__control_table *claims = &b->import->control.claims;
    json_t *rows = json_array();
    for (size_t i = 0; i < claims->cells; i++) {
        const struct ihp__control_cell *cell = &claims->slot[i];
        const struct ihp__control_kind kind = ihp__control_kind_of(cell);
        append(b, rows,
               json_pack("[o, o, s, s, I, I, I]",
                         json_month(kind.month, claims->coarseness != IHP__CONTROL_BY_MONTH),
                         json_payer(b, kind.payer),
                         ihp__code_text(&ihp__service_classes, kind.service_class),
                         ihp__code_text(&ihp__claim_statuses, kind.status), (json_int_t)cell->lines,
                         (json_int_t)cell->cents, (json_int_t)cell->zero_lines));
    }
    return rows;
}

/* Returns how many lines were paid within each number of months, up to the last that has any. */
static json_t *json_lags(struct building *b, const struct ihp__payer_month_cell *cell)
{
    json_t *lags = json_array();
    size_t count = IHP__LAGS;
    while (count > 0 && cell->paid[count - 1] == 0) {
        count--;
    }
    for (size_t lag = 0; lag < count; lag++) {
        append(b, lags, json_integer((json_int_t)cell->paid[lag]));
    }
    return lags;
}

/* Returns paid lines by month of service and of payment; of all classes only the members, as the
 * rest is the sum of the classes. */
static json_t *json_paid(struct building *b)
{
    const struct ihp__payer_months *paid = &b->import->control.paid.sums;
    json_t *rows = json_array();
    for (size_t i = 0; i < paid->cells; i++) {
        const struct ihp__payer_month_cell *cell = &paid->cell[i];
        json_t *month = json_month(cell->month, false), *payer = json_payer(b, cell->payer);
        append(b, rows,
               cell->service_class == IHP__ALL_CLASSES
                   ? json_pack("[o, o, n, I]", month, payer, (json_int_t)cell->members)
                   : json_pack("[o, o, s, I, I, o]", month, payer,
                               ihp__code_text(&ihp__service_classes, cell->service_class),
                               (json_int_t)cell->members, (json_int_t)cell->cents,
                               json_lags(b, cell)));
    }
    return rows;
}

/* Member months under construction. */
struct months {
    bool has_lines[IHP__CONTROL_MONTHS + 12]; /* of each month, and of gaps of a year at most */
    bool listed[IHP__CONTROL_MONTHS + 12];    /* a month with lines is within a year */
    int32_t end;                              /* after the last month listed */
    bool all_payers;                          /* rows are about all payers together */
    int64_t *members;                         /* owned: of each payer by order of arrival */
    int64_t total;                            /* of the months with lines so far */
};

enum { YEAR = 12 };

/* Takes months without lines along if there are lines within a year before and after them. */
static void fill_gaps(struct months *m)
{
    int32_t last = -1; /* month with lines */
    for (int32_t month = 0; month < IHP__CONTROL_MONTHS; month++) {
        if (!m->has_lines[month]) {
            continue;
        }
        for (int32_t gap = last + 1; last >= 0 && month - last <= YEAR && gap < month; gap++) {
            m->has_lines[gap] = true;
        }
        last = month;
    }
}

/* Lists the months that have lines, and those within a year of one, also after the last: that they
 * have members is how it shows that lines are missing. Returns how many there are. */
static size_t list_months(struct months *m)
{
    size_t count = 0;
    int32_t near = -1; /* months up to this one are within a year of one with lines */
    for (int32_t month = 0; month < IHP__CONTROL_MONTHS; month++) {
        for (int32_t back = month > YEAR ? month - YEAR : 0; m->has_lines[month] && back < month;
             back++) {
            count += !m->listed[back];
            m->listed[back] = true;
        }
        near = m->has_lines[month] ? month + YEAR : near;
        count += month <= near && !m->listed[month];
        m->listed[month] |= month <= near;
        m->end = m->listed[month] ? month + 1 : m->end;
    }
    return count;
}

/* Finds the months that have lines, and those around them. Only these count: an open span would go
 * on forever. */
static void find_months(const struct ihp__control_sums *control, struct months *m)
{
    const struct ihp__control_table *claims = &control->claims;
    const int32_t width = claims->coarseness == IHP__CONTROL_BY_MONTH ? 1 : YEAR;
    for (size_t i = 0; i < claims->cells; i++) {
        const int32_t month = ihp__control_kind_of(&claims->slot[i]).month;
        for (int32_t of = month; of < month + width; of++) {
            m->has_lines[of] = true;
        }
    }
    fill_gaps(m);
    size_t count = list_months(m);
    m->all_payers = control->change.coarseness == IHP__CONTROL_BY_YEAR_ALONE ||
                    count * control->payers > IHP__CONTROL_CELLS_MAX;
}

/* Adds the rows of a month: one for each payer with members, in order of names. */
static void append_month(struct building *b, json_t *rows, struct months *m, int32_t month)
{
    const struct ihp__control_sums *control = &b->import->control;
    for (size_t p = 0; p < (m->all_payers ? 1 : control->payers); p++) {
        const int64_t members = m->members[m->all_payers ? 0 : control->payer[p]];
        const uint16_t payer = m->all_payers ? IHP__CONTROL_ALL_PAYERS : (uint16_t)p;
        if (members > 0) {
            m->total += m->has_lines[month] ? members : 0;
            append(b, rows,
                   json_pack("[o, o, I]", json_month(month, false), json_payer(b, payer),
                             (json_int_t)members));
        }
    }
}

static json_t *json_member_months(struct building *b, struct months *m)
{
    const struct ihp__control_table *change = &b->import->control.change;
    json_t *rows = json_array();
    size_t next = 0;
    find_months(&b->import->control, m);
    for (int32_t month = 0; month < m->end; month++) {
        for (; next < change->cells; next++) {
            const struct ihp__control_kind kind = ihp__control_kind_of(&change->slot[next]);
            if (kind.month > month) {
                break;
            }
            m->members[m->all_payers ? 0 : kind.payer] += change->slot[next].cents;
        }
        if (m->listed[month]) {
            append_month(b, rows, m, month);
        }
    }
    return rows;
}

static json_t *json_totals(struct building *b)
{
    const struct ihp__import *import = b->import;
    struct months *m = calloc(1, sizeof *m);
    json_t *object = json_object();
    if (m != NULL) {
        m->members = calloc(ihp__dict_count(import->payers.texts) + 1, sizeof *m->members);
    }
    if (m == NULL || m->members == NULL) {
        b->whole = false;
    } else {
        set(b, object, "claims", json_claims(b));
        set(b, object, "months", json_member_months(b, m));
        set(b, object, "paid", import->control.paid.too_many ? json_null() : json_paid(b));
        set(b, object, "member_months", json_integer((json_int_t)m->total));
        free(m->members);
    }
    free(m);
    set(b, object, "members", json_integer((json_int_t)import->report.members));
    set(b, object, "claim_lines", json_integer((json_int_t)import->report.lines));
    return object;
}

/* ---- the record ------------------------------------------------------------------------------ */

struct text {
    char *bytes; /* owned */
    size_t size, capacity;
    bool failed; /* jansson goes on if a sorted key could not be appended */
};

static int append_text(const char *bytes, size_t size, void *context)
{
    struct text *text = context;
    if (!ihp__array_reserve(&text->bytes, &text->capacity, text->size + size + 1, 1)) {
        text->failed = true;
        return -1;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = '\0';
    return 0;
}

/* Returns JSON as text, which the caller frees; NULL if memory is short. Where json_dumps cannot
 * enlarge its text, it may lose a key. */
static char *text_of(const json_t *json)
{
    struct text text = {0};
    if (json_dump_callback(json, append_text, &text, JSON_SORT_KEYS | JSON_COMPACT) != 0 ||
        text.failed) {
        free(text.bytes);
        return NULL;
    }
    return text.bytes;
}

/* Returns the record as JSON text, which the caller frees; NULL if memory is short. */
static char *make_text(struct ihp__import *import)
{
    struct building b = {.import = import, .whole = true};
    json_t *record = json_object();
    set(&b, record, "format", json_string("ihp-import-record"));
    set(&b, record, "format_version", json_integer(1));
    set(&b, record, "program_version", json_string(IHP_VERSION));
    set(&b, record, "options", json_options(&b));
    for (int s = 0; s < IHP__RECORD_SECTIONS; s++) {
        if (section_names[s].section != NULL) {
            set(&b, record, section_names[s].section,
                json_counters(&b, (enum ihp__record_section)s));
        }
    }
    set(&b, record, "bad_rows", json_bad_rows(&b));
    set(&b, record, "totals", json_totals(&b));
    char *text = b.whole ? text_of(record) : NULL;
    json_decref(record);
    return text;
}

/* Makes the record on rank 0. */
static enum ihp_status make_record(struct ihp__import *import, struct ihp_error *err)
{
    ihp__record_sort(&import->record);
    ihp__import_bad_rows_sort(import);
    ihp__control_sort(&import->control.claims);
    ihp__control_sort(&import->control.change);
    ihp__payer_months_sort(&import->control.paid.sums);
    char *text = make_text(import);
    if (text == NULL) {
        return ihp__fail_memory(err, "the record of the import");
    }
    free(import->report.record);
    import->report.record = text;
    return ihp__store_set_record(import->writer, text, strlen(text), err);
}

enum ihp_status ihp__import_record_make(struct ihp__import *import, struct ihp_error *err)
{
    if (gather(import, err) != IHP_OK || ihp__control_file_compare(import, err) != IHP_OK) {
        return err->status;
    }
    if (import->rank == 0 && ihp__import_limits_check(import, err) == IHP_OK) {
        ihp__until_agreed(make_record(import, err));
    }
    return ihp__import_agree(import, err);
}
