/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small files about members: enrollment, morbidity, social risk, care coordination. */
#include "fields.h"
#include "table.h"

#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* A stage: one file into one table. */
struct stage {
    struct ihp__import *import;
    struct ihp__import_table table;
    const struct ihp__code_list *codes;
    struct ihp__import_dict texts;
    struct ihp__import_drops drops;
    uint32_t *map;
};

static void stage_end(struct stage *s)
{
    free(s->map);
    ihp__import_drops_free(s->import, &s->drops);
    ihp__import_dict_free(&s->texts);
    ihp__import_table_free(s->import, &s->table);
}

/* ---- enrollment ------------------------------------------------------------------------------ */

struct span_row {
    uint32_t member;
    int32_t month_from, month_to;
    uint32_t county;
    uint16_t payer; /* in order of arrival */
    uint8_t program, exclusion;
};

static const struct ihp__import_column span_columns[] = {
    {IHP__COLUMN_SPAN_FROM, offsetof(struct span_row, month_from), 0},
    {IHP__COLUMN_SPAN_TO, offsetof(struct span_row, month_to), 0},
    {IHP__COLUMN_SPAN_PROGRAM, offsetof(struct span_row, program), 0},
    {IHP__COLUMN_SPAN_EXCLUSION, offsetof(struct span_row, exclusion), 0},
    {IHP__COLUMN_SPAN_COUNTY, offsetof(struct span_row, county), 0},
};

static enum ihp_status on_span(void *context, const struct ihp__import_row *row,
                               struct ihp_error *err)
{
    enum { PAYER_MAX = 64 };
    struct stage *s = context;
    struct span_row span = {0};
    struct ihp__import_reason bad;
    if (!ihp__import_parse_month(row, SPAN_FROM, &span.month_from, &bad) ||
        !ihp__import_parse_month(row, SPAN_TO, &span.month_to, &bad) ||
        !ihp__import_check_text(row, SPAN_PAYER, true, PAYER_MAX,
                                "UTF-8 text of at most 64 characters", &bad) ||
        !ihp__import_parse_code(row, SPAN_EXCLUSION, &ihp__exclusions, &span.exclusion, &bad) ||
        !ihp__import_parse_county(row, SPAN_COUNTY, &span.county, &bad) ||
        !ihp__import_check_order(span.month_from, span.month_to, "month_to before month_from",
                                 &bad) ||
        !ihp__import_parse_member(s->import, row, SPAN_MEMBER, &span.member, &bad)) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    int program = ihp__code_find(&ihp__programs, row->csv->field[SPAN_PROGRAM]);
    span.program = program < 0 ? IHP__PROGRAM_OTHER : (uint8_t)program;
    if (ihp__import_dict_number(&s->import->payers, row, SPAN_PAYER, &span.payer, err) != IHP_OK) {
        return err->status;
    }
    s->import->payers.uses[span.payer]++;
    return ihp__import_table_add(s->import, &s->table, &span, row, err);
}

static int by_span(const void *a, const void *b)
{
    const struct span_row *p = a, *q = b;
    int difference = order(p->month_from, q->month_from);
    difference = difference != 0 ? difference : order(p->month_to, q->month_to);
    difference = difference != 0 ? difference : order(p->program, q->program);
    difference = difference != 0 ? difference : order(p->payer, q->payer);
    difference = difference != 0 ? difference : order(p->exclusion, q->exclusion);
    return difference != 0 ? difference : order(p->county, q->county);
}

/* Renumbers payers in text order, so that spans sort by payer whatever the order of rows. Payers
 * that only claims know come behind, which leaves the order of these as it is. */
static enum ihp_status sort_payers(struct ihp__import *import, struct ihp__import_table *table,
                                   struct ihp_error *err)
{
    struct span_row *span = table->row;
    struct ihp__import_dict *payers = &import->payers;
    size_t count = ihp__dict_count(payers->dict);
    uint32_t *number = calloc(count + 1, sizeof *number);
    uint64_t *uses = calloc(count + 1, sizeof *uses);
    if (number == NULL || uses == NULL || !ihp__dict_sort(payers->dict, number)) {
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

/* Keeps the payers' numbers until claims have brought the last payer. */
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

enum ihp_status ihp__import_enrollment(struct ihp__import *import, struct ihp_error *err)
{
    struct stage s = {
        .import = import,
        .table = {.size = sizeof(struct span_row), .member_at = offsetof(struct span_row, member)}};
    if (ihp__import_read(import, IHP__EXTRACT_ENROLLMENT, false, on_span, &s, err) == IHP_OK &&
        sort_payers(import, &s.table, err) == IHP_OK &&
        ihp__import_table_sort(import, &s.table, by_span, err) == IHP_OK &&
        ihp__import_table_put_offsets(import, &s.table, IHP__COLUMN_SPAN_OFFSET, err) == IHP_OK &&
        ihp__import_table_put(import, &s.table, span_columns, COUNT_OF(span_columns), err) ==
            IHP_OK) {
        keep_payers(import, &s.table, err);
    }
    stage_end(&s);
    return err->status;
}

/* ---- morbidity ------------------------------------------------------------------------------- */

struct morbidity_row {
    uint64_t row; /* first, as ihp__import_table_resolve asks */
    uint32_t member;
    int16_t year;
    uint16_t acg; /* in order of arrival, then number in the store */
};

static const struct ihp__import_column morbidity_columns[] = {
    {IHP__COLUMN_MORBIDITY_YEAR, offsetof(struct morbidity_row, year), 0},
    {IHP__COLUMN_MORBIDITY_ACG, offsetof(struct morbidity_row, acg), 0},
};

static enum ihp_status on_morbidity(void *context, const struct ihp__import_row *row,
                                    struct ihp_error *err)
{
    struct stage *s = context;
    struct morbidity_row morbidity = {.row = row->number};
    struct ihp__import_reason bad;
    if (!ihp__import_parse_year(row, MORBIDITY_YEAR, &morbidity.year, &bad) ||
        !ihp__import_check_text(row, MORBIDITY_ACG, false, IHP__ACG_MAX,
                                "UTF-8 text of 1 to 8 characters", &bad) ||
        !ihp__import_parse_member(s->import, row, MORBIDITY_MEMBER, &morbidity.member, &bad)) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    if (ihp__import_dict_number(&s->texts, row, MORBIDITY_ACG, &morbidity.acg, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_table_add(s->import, &s->table, &morbidity, row, err);
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

static enum ihp_status write_morbidity(struct stage *s, struct ihp_error *err)
{
    struct morbidity_row *row = s->table.row;
    for (size_t i = 0; i < s->table.count; i++) {
        s->texts.uses[row[i].acg]++;
    }
    if (ihp__import_dict_put(s->import, &s->texts, "NONE", IHP__COLUMN_DICT_ACG, &s->map, err) !=
        IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < s->table.count; i++) {
        row[i].acg = (uint16_t)s->map[row[i].acg];
    }
    s->import->report.morbidity_rows = s->table.count;
    if (ihp__import_table_put_offsets(s->import, &s->table, IHP__COLUMN_MORBIDITY_OFFSET, err) !=
        IHP_OK) {
        return err->status;
    }
    return ihp__import_table_put(s->import, &s->table, morbidity_columns,
                                 COUNT_OF(morbidity_columns), err);
}

enum ihp_status ihp__import_morbidity(struct ihp__import *import, struct ihp_error *err)
{
    static const char *const reason[] = {
        [IHP__IMPORT_IDENTICAL] =
            "member_id and year stand more than once; this row repeats another",
        [IHP__IMPORT_CONFLICTING] = "member_id and year stand more than once, with different ACGs"};
    struct stage s = {.import = import,
                      .table = {.size = sizeof(struct morbidity_row),
                                .member_at = offsetof(struct morbidity_row, member)}};
    if (ihp__import_dict_init(&s.texts, "ACGs", err) == IHP_OK &&
        ihp__import_read(import, IHP__EXTRACT_MORBIDITY, false, on_morbidity, &s, err) == IHP_OK &&
        ihp__import_table_sort(import, &s.table, by_year_and_row, err) == IHP_OK &&
        ihp__import_table_resolve(import, &s.table, by_member_and_year, by_acg, &s.drops, err) ==
            IHP_OK &&
        ihp__import_drops_report(import, IHP__EXTRACT_MORBIDITY, &s.drops, reason, err) == IHP_OK) {
        write_morbidity(&s, err);
    }
    stage_end(&s);
    return err->status;
}

/* ---- social risk and care coordination ------------------------------------------------------- */

struct month_row {
    uint32_t member;
    int32_t month_from, month_to; /* of coordination the same month twice */
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

static enum ihp_status on_risk(void *context, const struct ihp__import_row *row,
                               struct ihp_error *err)
{
    struct stage *s = context;
    struct month_row risk = {0};
    struct ihp__import_reason bad;
    if (!ihp__import_parse_month(row, RISK_FROM, &risk.month_from, &bad) ||
        !ihp__import_parse_month(row, RISK_TO, &risk.month_to, &bad) ||
        !ihp__import_parse_code(row, RISK_FACTOR, &ihp__social_risks, &risk.code, &bad) ||
        !ihp__import_check_order(risk.month_from, risk.month_to, "month_to before month_from",
                                 &bad) ||
        !ihp__import_parse_member(s->import, row, RISK_MEMBER, &risk.member, &bad)) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    return ihp__import_table_add(s->import, &s->table, &risk, row, err);
}

static enum ihp_status on_coordination(void *context, const struct ihp__import_row *row,
                                       struct ihp_error *err)
{
    struct stage *s = context;
    struct month_row month = {0};
    struct ihp__import_reason bad;
    if (!ihp__import_parse_month(row, COORDINATION_MONTH, &month.month_from, &bad) ||
        !ihp__import_parse_code(row, COORDINATION_KIND, &ihp__coordinations, &month.code, &bad) ||
        !ihp__import_parse_member(s->import, row, COORDINATION_MEMBER, &month.member, &bad)) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    return ihp__import_table_add(s->import, &s->table, &month, row, err);
}

static int by_month(const void *a, const void *b)
{
    const struct month_row *p = a, *q = b;
    int difference = order(p->month_from, q->month_from);
    difference = difference != 0 ? difference : order(p->month_to, q->month_to);
    return difference != 0 ? difference : order(p->code, q->code);
}

/* What the table of a file of months becomes in the store. */
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
    struct stage s = {.import = import,
                      .table = {.size = sizeof(struct month_row),
                                .member_at = offsetof(struct month_row, member)}};
    if (ihp__import_read(import, file, false, row_fn, &s, err) == IHP_OK &&
        ihp__import_table_sort(import, &s.table, by_month, err) == IHP_OK &&
        ihp__import_table_put_offsets(import, &s.table, group->offset, err) == IHP_OK &&
        ihp__import_table_put(import, &s.table, group->column, group->columns, err) == IHP_OK) {
        *rows = s.table.count;
    }
    stage_end(&s);
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
