/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small files about members: enrollment, morbidity, social risk, care coordination. */
#include "extract/fields.h"
#include "extract/table.h"
#include "extract/values.h"

#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The import of one file into one table. */
struct table_import {
    struct ihp__import *import;
    struct ihp__import_table table;
    struct ihp__import_dict texts;
    struct ihp__import_drops drops;
    uint32_t *map;
};

static void table_import_end(struct table_import *t)
{
    free(t->map);
    ihp__import_drops_free(t->import, &t->drops);
    ihp__import_dict_free(&t->texts);
    ihp__import_table_free(t->import, &t->table);
}

/* ---- enrollment ------------------------------------------------------------------------------ */

struct span_row {
    uint32_t member;
    int32_t month_from, month_to;
    uint32_t county;
    uint16_t payer; /* in order of arrival */
    uint8_t major_program, exclusion;
};

static const struct ihp__import_column span_columns[] = {
    {IHP__COLUMN_SPAN_FROM, offsetof(struct span_row, month_from), 0},
    {IHP__COLUMN_SPAN_TO, offsetof(struct span_row, month_to), 0},
    {IHP__COLUMN_SPAN_PROGRAM, offsetof(struct span_row, major_program), 0},
    {IHP__COLUMN_SPAN_EXCLUSION, offsetof(struct span_row, exclusion), 0},
    {IHP__COLUMN_SPAN_COUNTY, offsetof(struct span_row, county), 0},
};

static enum ihp_status on_span(void *context, struct ihp__import_row *row, struct ihp_error *err)
{
    struct table_import *t = context;
    struct span_row span = {0};
    struct ihp__import_reason reason;
    if (!ihp__import_parse_month(row, IHP__EXTRACT_SPAN_FROM, &span.month_from, &reason) ||
        !ihp__import_parse_last_month(row, IHP__EXTRACT_SPAN_TO, &span.month_to, &reason) ||
        !ihp__import_check_payer(row, IHP__EXTRACT_SPAN_PAYER, &reason) ||
        !ihp__import_parse_code(row, IHP__EXTRACT_SPAN_EXCLUSION, &span.exclusion, &reason) ||
        !ihp__import_check_order(span.month_from, span.month_to, "month_to is before month_from",
                                 &reason) ||
        !ihp__import_parse_member(t->import, row, IHP__EXTRACT_SPAN_MEMBER, &span.member,
                                  &reason)) {
        return ihp__import_bad_rows_add(t->import, row, &reason, err);
    }
    span.county = ihp__import_parse_county(row, IHP__EXTRACT_SPAN_COUNTY);
    span.major_program = ihp__import_parse_program(row, IHP__EXTRACT_SPAN_PROGRAM);
    ihp__import_row_keep(row);
    if (ihp__import_span_note(row, span.major_program, span.month_from, span.month_to, err) !=
        IHP_OK) {
        return err->status;
    }
    if (ihp__import_dict_number(&t->import->payers, row, IHP__EXTRACT_SPAN_PAYER, &span.payer,
                                err) != IHP_OK) {
        return err->status;
    }
    t->import->payers.uses[span.payer]++;
    return ihp__import_table_add(t->import, &t->table, &span, row, err);
}

static int by_span(const void *a, const void *b)
{
    const struct span_row *p = a, *q = b;
    int difference = order(p->month_from, q->month_from);
    difference = difference != 0 ? difference : order(p->month_to, q->month_to);
    difference = difference != 0 ? difference : order(p->major_program, q->major_program);
    difference = difference != 0 ? difference : order(p->payer, q->payer);
    difference = difference != 0 ? difference : order(p->exclusion, q->exclusion);
    return difference != 0 ? difference : order(p->county, q->county);
}

/* Renumbers payers in text order, so that the order of spans does not depend on the order of rows.
 * Payers that occur in claims alone get later numbers, which does not change the order of these. */
static enum ihp_status sort_payers(struct ihp__import *import, struct ihp__import_table *table,
                                   struct ihp_error *err)
{
    struct span_row *span = table->row;
    struct ihp__import_dict *payers = &import->payers;
    size_t count = ihp__dict_count(payers->texts);
    uint32_t *number = calloc(count + 1, sizeof *number);
    uint64_t *uses = calloc(count + 1, sizeof *uses);
    if (number == NULL || uses == NULL || !ihp__dict_sort(payers->texts, number)) {
        free(number);
        free(uses);
        return ihp__fail_memory(err, "the payers");
    }
    for (size_t i = 0; i < table->count; i++) {
        span[i].payer = (uint16_t)number[span[i].payer];
        uses[span[i].payer]++;
    }
    free(payers->uses);
    payers->uses = uses;
    payers->capacity = count + 1;
    free(number);
    return IHP_OK;
}

/* Keeps the payers' numbers until the last payer is known, after the claims. */
static enum ihp_status keep_payers(struct ihp__import *import,
                                   const struct ihp__import_table *table, struct ihp_error *err)
{
    const struct span_row *span = table->row;
    if (ihp__import_reserve(import, &import->span_payer, &import->span_capacity, table->count,
                            sizeof *import->span_payer, NULL, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < table->count; i++) {
        import->span_payer[i] = span[i].payer;
    }
    import->report.spans = table->count;
    return IHP_OK;
}

/* Adds member months to the control totals. The spans are sorted; a month that several spans of a
 * member have counts once, for the span that comes first. */
static enum ihp_status add_months(struct ihp__import *import, const struct ihp__import_table *table,
                                  struct ihp_error *err)
{
    const struct span_row *span = table->row;
    int32_t next = INT32_MIN; /* the member's first month that no earlier span has */
    for (size_t i = 0; i < table->count; i++) {
        next = i > 0 && span[i].member == span[i - 1].member ? next : INT32_MIN;
        int32_t from = span[i].month_from > next ? span[i].month_from : next;
        if (from > span[i].month_to) {
            continue;
        }
        if (ihp__control_add_months(&import->control, from, span[i].month_to, span[i].payer, err) !=
            IHP_OK) {
            return err->status;
        }
        next = span[i].month_to + 1;
    }
    return IHP_OK;
}

static enum ihp_status import_spans(struct table_import *t, struct ihp_error *err)
{
    struct ihp__import *import = t->import;
    if (ihp__import_read(import, IHP__EXTRACT_ENROLLMENT, false, on_span, t, err) != IHP_OK ||
        sort_payers(import, &t->table, err) != IHP_OK ||
        ihp__import_table_sort(import, &t->table, by_span, err) != IHP_OK ||
        add_months(import, &t->table, err) != IHP_OK ||
        ihp__import_table_put_offsets(import, &t->table, IHP__COLUMN_SPAN_OFFSET, err) != IHP_OK ||
        ihp__import_table_put(import, &t->table, span_columns, COUNT_OF(span_columns), err) !=
            IHP_OK) {
        return err->status;
    }
    return keep_payers(import, &t->table, err);
}

enum ihp_status ihp__import_enrollment(struct ihp__import *import, struct ihp_error *err)
{
    struct table_import t = {
        .import = import,
        .table = {.size = sizeof(struct span_row), .member_at = offsetof(struct span_row, member)}};
    enum ihp_status status = import_spans(&t, err);
    table_import_end(&t);
    return status;
}

/* ---- morbidity ------------------------------------------------------------------------------- */

struct morbidity_row {
    uint64_t row; /* ihp__import_table_resolve requires it to be first */
    uint32_t member;
    int16_t year;
    uint16_t acg; /* first in order of arrival, then the number in the store */
};

static const struct ihp__import_column morbidity_columns[] = {
    {IHP__COLUMN_MORBIDITY_YEAR, offsetof(struct morbidity_row, year), 0},
    {IHP__COLUMN_MORBIDITY_ACG, offsetof(struct morbidity_row, acg), 0},
};

static enum ihp_status on_morbidity(void *context, struct ihp__import_row *row,
                                    struct ihp_error *err)
{
    struct table_import *t = context;
    struct morbidity_row morbidity = {.row = row->number};
    struct ihp__import_reason reason;
    if (!ihp__import_parse_year(row, IHP__EXTRACT_MORBIDITY_YEAR, &morbidity.year, &reason) ||
        !ihp__import_check_label(row, IHP__EXTRACT_MORBIDITY_ACG, &reason) ||
        !ihp__import_parse_member(t->import, row, IHP__EXTRACT_MORBIDITY_MEMBER, &morbidity.member,
                                  &reason)) {
        return ihp__import_bad_rows_add(t->import, row, &reason, err);
    }
    ihp__import_row_keep(row);
    if (ihp__import_dict_number(&t->texts, row, IHP__EXTRACT_MORBIDITY_ACG, &morbidity.acg, err) !=
        IHP_OK) {
        return err->status;
    }
    return ihp__import_table_add(t->import, &t->table, &morbidity, row, err);
}

static int by_member_and_year(const void *a, const void *b)
{
    const struct morbidity_row *p = a, *q = b;
    return p->member != q->member ? order(p->member, q->member) : order(p->year, q->year);
}

static int by_year_and_row(const void *a, const void *b)
{
    const struct morbidity_row *p = a, *q = b;
    return p->year != q->year ? order(p->year, q->year) : (p->row > q->row) - (p->row < q->row);
}

static int by_acg(const void *a, const void *b)
{
    const struct morbidity_row *p = a, *q = b;
    return order(p->acg, q->acg);
}

static enum ihp_status write_morbidity(struct table_import *t, struct ihp_error *err)
{
    struct morbidity_row *row = t->table.row;
    for (size_t i = 0; i < t->table.count; i++) {
        t->texts.uses[row[i].acg]++;
    }
    if (ihp__import_dict_put(t->import, &t->texts, "NONE", IHP__COLUMN_DICT_ACG, &t->map, err) !=
        IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < t->table.count; i++) {
        row[i].acg = (uint16_t)t->map[row[i].acg];
    }
    t->import->report.morbidity_rows = t->table.count;
    if (ihp__import_table_put_offsets(t->import, &t->table, IHP__COLUMN_MORBIDITY_OFFSET, err) !=
        IHP_OK) {
        return err->status;
    }
    return ihp__import_table_put(t->import, &t->table, morbidity_columns,
                                 COUNT_OF(morbidity_columns), err);
}

static enum ihp_status import_acgs(struct table_import *t, struct ihp_error *err)
{
    static const char *const reason[] = {
        [IHP__IMPORT_IDENTICAL] = "duplicate member_id and year (identical rows)",
        [IHP__IMPORT_CONFLICTING] = "duplicate member_id and year (conflicting ACGs)"};
    struct ihp__import *import = t->import;
    if (ihp__import_dict_init(&t->texts, "ACGs", err) != IHP_OK ||
        ihp__import_read(import, IHP__EXTRACT_MORBIDITY, false, on_morbidity, t, err) != IHP_OK ||
        ihp__import_acgs_note(import, t->texts.texts, err) != IHP_OK ||
        ihp__import_table_sort(import, &t->table, by_year_and_row, err) != IHP_OK ||
        ihp__import_table_resolve(import, &t->table, by_member_and_year, by_acg, &t->drops, err) !=
            IHP_OK ||
        ihp__import_drops_report(import, IHP__EXTRACT_MORBIDITY, &t->drops, reason, err) !=
            IHP_OK) {
        return err->status;
    }
    return write_morbidity(t, err);
}

enum ihp_status ihp__import_morbidity(struct ihp__import *import, struct ihp_error *err)
{
    struct table_import t = {.import = import,
                             .table = {.size = sizeof(struct morbidity_row),
                                       .member_at = offsetof(struct morbidity_row, member)}};
    enum ihp_status status = import_acgs(&t, err);
    table_import_end(&t);
    return status;
}

/* ---- social risk and care coordination ------------------------------------------------------- */

struct month_row {
    uint32_t member;
    int32_t month_from, month_to; /* the same month for care coordination */
    uint8_t code;
};

static const struct ihp__import_column risk_columns[] = {
    {IHP__COLUMN_SOCIAL_FROM, offsetof(struct month_row, month_from), 0},
    {IHP__COLUMN_SOCIAL_TO, offsetof(struct month_row, month_to), 0},
    {IHP__COLUMN_SOCIAL_FACTOR, offsetof(struct month_row, code), 0},
};
static const struct ihp__import_column coordination_columns[] = {
    {IHP__COLUMN_CARE_MONTH, offsetof(struct month_row, month_from), 0},
    {IHP__COLUMN_CARE_KIND, offsetof(struct month_row, code), 0},
};
static const struct ihp__import_column paid_columns[] = {
    {IHP__COLUMN_PAID_MONTH, offsetof(struct month_row, month_from), 0},
    {IHP__COLUMN_PAID_KIND, offsetof(struct month_row, code), 0},
};

static enum ihp_status on_risk(void *context, struct ihp__import_row *row, struct ihp_error *err)
{
    struct table_import *t = context;
    struct month_row risk = {0};
    struct ihp__import_reason reason;
    if (!ihp__import_parse_month(row, IHP__EXTRACT_RISK_FROM, &risk.month_from, &reason) ||
        !ihp__import_parse_last_month(row, IHP__EXTRACT_RISK_TO, &risk.month_to, &reason) ||
        !ihp__import_parse_code(row, IHP__EXTRACT_RISK_FACTOR, &risk.code, &reason) ||
        !ihp__import_check_order(risk.month_from, risk.month_to, "month_to is before month_from",
                                 &reason) ||
        !ihp__import_parse_member(t->import, row, IHP__EXTRACT_RISK_MEMBER, &risk.member,
                                  &reason)) {
        return ihp__import_bad_rows_add(t->import, row, &reason, err);
    }
    ihp__import_row_keep(row);
    return ihp__import_table_add(t->import, &t->table, &risk, row, err);
}

static enum ihp_status on_coordination(void *context, struct ihp__import_row *row,
                                       struct ihp_error *err)
{
    struct table_import *t = context;
    struct month_row month = {0};
    struct ihp__import_reason reason;
    if (!ihp__import_parse_month(row, IHP__EXTRACT_COORDINATION_MONTH, &month.month_from,
                                 &reason) ||
        !ihp__import_parse_code(row, IHP__EXTRACT_COORDINATION_KIND, &month.code, &reason) ||
        !ihp__import_parse_member(t->import, row, IHP__EXTRACT_COORDINATION_MEMBER, &month.member,
                                  &reason)) {
        return ihp__import_bad_rows_add(t->import, row, &reason, err);
    }
    ihp__import_row_keep(row);
    return ihp__import_table_add(t->import, &t->table, &month, row, err);
}

static int by_month(const void *a, const void *b)
{
    const struct month_row *p = a, *q = b;
    int difference = order(p->month_from, q->month_from);
    difference = difference != 0 ? difference : order(p->month_to, q->month_to);
    return difference != 0 ? difference : order(p->code, q->code);
}

/* The columns of a file of months in the store. */
struct month_columns {
    enum ihp__column offset;
    const struct ihp__import_column *column;
    size_t columns;
};

static enum ihp_status import_months(struct ihp__import *import, enum ihp__extract_file file,
                                     ihp__import_row_fn row_fn, const struct month_columns *group,
                                     uint64_t *rows, struct ihp_error *err)
{
    if (!import->source[file].found) {
        return IHP_OK;
    }
    struct table_import t = {.import = import,
                             .table = {.size = sizeof(struct month_row),
                                       .member_at = offsetof(struct month_row, member)}};
    if (ihp__import_read(import, file, false, row_fn, &t, err) == IHP_OK &&
        ihp__import_table_sort(import, &t.table, by_month, err) == IHP_OK &&
        ihp__import_table_put_offsets(import, &t.table, group->offset, err) == IHP_OK &&
        ihp__import_table_put(import, &t.table, group->column, group->columns, err) == IHP_OK) {
        *rows = t.table.count;
    }
    table_import_end(&t);
    return err->status;
}

enum ihp_status ihp__import_social_risk(struct ihp__import *import, struct ihp_error *err)
{
    static const struct month_columns group = {IHP__COLUMN_SOCIAL_OFFSET, risk_columns,
                                               COUNT_OF(risk_columns)};
    return import_months(import, IHP__EXTRACT_SOCIAL_RISK, on_risk, &group,
                         &import->report.social_risk_rows, err);
}

enum ihp_status ihp__import_coordination(struct ihp__import *import, enum ihp__extract_file file,
                                         struct ihp_error *err)
{
    static const struct month_columns known = {IHP__COLUMN_CARE_OFFSET, coordination_columns,
                                               COUNT_OF(coordination_columns)};
    static const struct month_columns paid = {IHP__COLUMN_PAID_OFFSET, paid_columns,
                                              COUNT_OF(paid_columns)};
    return file == IHP__EXTRACT_COORDINATION
               ? import_months(import, file, on_coordination, &known,
                               &import->report.coordination_rows, err)
               : import_months(import, file, on_coordination, &paid,
                               &import->report.coordination_paid_rows, err);
}
