/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_fixture.h - a layout of two tables of an extract, and rows for it. */
#ifndef IHP_TEST_LAYOUT_FIXTURE_H
#define IHP_TEST_LAYOUT_FIXTURE_H

#include "files.h"
#include "layout/layout.h"

enum { SPANS, CLAIMS, TABLES };
enum { SPAN_MEMBER, SPAN_FROM, SPAN_TO, SPAN_PROGRAM, SPAN_FIELDS };
enum { CLAIM_ID, CLAIM_DATE, CLAIM_CLASS, CLAIM_COUNTY, CLAIM_AMOUNT, CLAIM_VERSION, CLAIM_FIELDS };

static const struct ihp__layout_field span_field[SPAN_FIELDS] = {
    {"member_id", IHP__LAYOUT_TEXT, true, true, true, 0},
    {"month_from", IHP__LAYOUT_FIRST_MONTH, true, false, false, 0},
    {"month_to", IHP__LAYOUT_LAST_MONTH, true, false, false, 0},
    {"program", IHP__LAYOUT_TEXT, true, true, false, 0},
};
static const struct ihp__layout_field claim_field[CLAIM_FIELDS] = {
    {"claim_id", IHP__LAYOUT_TEXT, true, true, true, 0},
    {"service_date", IHP__LAYOUT_DAY, true, false, false, 0},
    {"service_class", IHP__LAYOUT_TEXT, true, true, false, 12},
    {"county", IHP__LAYOUT_TEXT, true, true, true, 0},
    {"paid_amount", IHP__LAYOUT_TEXT, true, false, false, 0},
    {"version", IHP__LAYOUT_TEXT, false, true, false, 0},
};
static const struct ihp__layout_schema layout_schema[TABLES] = {
    {"enrollment", span_field, SPAN_FIELDS}, {"claims", claim_field, CLAIM_FIELDS}};

/* Writes the layout and loads it. */
static inline enum ihp_status load_layout(const char *text, struct ihp__layout **layout,
                                          struct ihp_error *err)
{
    *err = (struct ihp_error){0};
    write_text(in_folder("layout.yaml"), text);
    return ihp__layout_load(in_folder("layout.yaml"), layout_schema, TABLES, layout, err);
}

static inline struct ihp__layout *good_layout(const char *text)
{
    struct ihp__layout *layout;
    struct ihp_error err;
    if (load_layout(text, &layout, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return layout;
}

/* Checks that a layout is refused with a message that has `part`. */
static inline void assert_no_layout(const char *text, enum ihp_status status, const char *part)
{
    struct ihp__layout *layout;
    struct ihp_error err;
    assert_int_equal(load_layout(text, &layout, &err), status);
    assert_null(layout);
    if (strstr(err.text, part) == NULL) {
        fail_msg("'%s' lacks '%s'", err.text, part);
    }
}

/* A reader of one table, and what became of its last row. */
struct reading {
    struct ihp__layout *layout;
    size_t table;
    struct ihp__csv_column column[16];
    struct ihp__layout_reader *reader;
    struct ihp__layout_made made;
    size_t trailer; /* of the rows */
};

static inline void begin_reading(struct reading *r, struct ihp__layout *layout, size_t table)
{
    struct ihp_error err = {0};
    *r = (struct reading){.layout = layout, .table = table};
    for (size_t i = 0; i < layout_schema[table].fields; i++) {
        r->column[i].name = layout_schema[table].field[i].name;
    }
    assert_int_equal(ihp__layout_reader_create(layout, table, r->column, false, &r->reader, &err),
                     IHP_OK);
}

static inline void end_reading(struct reading *r)
{
    ihp__layout_reader_free(&r->reader);
    ihp__layout_free(&r->layout);
}

/* Applies the layout to a row "NAME=VALUE;NAME=VALUE". A column without a value is not in the file.
 */
static inline enum ihp__layout_outcome apply(struct reading *r, const char *row)
{
    static char value[32][200];
    const char *field[IHP__CSV_WANTED_MAX];
    size_t length[IHP__CSV_WANTED_MAX];
    struct ihp__layout_columns columns = ihp__layout_columns(r->layout, r->table);
    for (size_t i = 0; i < columns.count; i++) {
        char name[80];
        snprintf(name, sizeof name, ";%s=", columns.column[i].name);
        field[i] = ihp__csv_absent;
        char text[1000];
        snprintf(text, sizeof text, ";%s", row);
        const char *at = strstr(text, name);
        if (at != NULL) {
            at += strlen(name);
            snprintf(value[i], sizeof value[i], "%.*s", (int)strcspn(at, ";"), at);
            field[i] = value[i];
        }
        length[i] = strlen(field[i]);
    }
    const struct ihp__csv_row csv = {"f.psv", columns.column, 7,   field, length,
                                     0,       r->trailer,     NULL};
    return ihp__layout_apply(r->reader, &csv, &r->made);
}

/* Checks a field of the last row. */
static inline void assert_field(const struct reading *r, size_t field, const char *text)
{
    assert_string_equal(r->made.row.field[field], text);
    assert_int_equal(r->made.row.length[field], strlen(text));
}

#endif
