/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small tables as columns of a store, in the order of an import: the hash of a store's content
 * is over its columns in order. */
#include "synth/tables.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

struct output {
    struct ihp__synth_tables *tables;
    struct ihp__store_writer *writer;
    uint64_t members; /* of all ranks */
    bool last_rank;
};

/* A struct member that becomes a column. */
struct column {
    enum ihp__column column;
    size_t at, size;
};
#define COLUMN(column, kind, member)                                                               \
    {                                                                                              \
        IHP__COLUMN_##column, offsetof(kind, member), sizeof(((kind *)0)->member)                  \
    }

static const struct column member_columns[] = {
    COLUMN(MEMBER_BIRTH, struct ihp__synth_member_row, birth),
    COLUMN(MEMBER_SEX, struct ihp__synth_member_row, sex),
    COLUMN(MEMBER_COUNTY, struct ihp__synth_member_row, county),
    COLUMN(MEMBER_RACE, struct ihp__synth_member_row, race),
};
static const struct column span_columns[] = {
    COLUMN(SPAN_FROM, struct ihp__span, month_from),
    COLUMN(SPAN_TO, struct ihp__span, month_to),
    COLUMN(SPAN_PROGRAM, struct ihp__span, major_program),
    COLUMN(SPAN_EXCLUSION, struct ihp__span, exclusion),
    COLUMN(SPAN_COUNTY, struct ihp__span, county),
};
static const struct column payer_column = COLUMN(SPAN_PAYER, struct ihp__span, payer);
static const struct column morbidity_columns[] = {
    COLUMN(MORBIDITY_YEAR, struct ihp__morbidity, year),
    COLUMN(MORBIDITY_ACG, struct ihp__morbidity, acg),
};
static const struct column risk_columns[] = {
    COLUMN(SOCIAL_FROM, struct ihp__synth_risk_row, month_from),
    COLUMN(SOCIAL_TO, struct ihp__synth_risk_row, month_to),
    COLUMN(SOCIAL_FACTOR, struct ihp__synth_risk_row, factor),
};
static const struct column coordination_columns[] = {
    COLUMN(CARE_MONTH, struct ihp__synth_coordination_row, month),
    COLUMN(CARE_KIND, struct ihp__synth_coordination_row, kind),
};
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* The columns of each table. */
static const struct {
    enum ihp__column offset;
    size_t row_size;
    const struct column *column;
    size_t columns;
} tables[IHP__SYNTH_TABLES] = {
    [IHP__SYNTH_SPANS] = {IHP__COLUMN_SPAN_OFFSET, sizeof(struct ihp__span), span_columns,
                          COUNT_OF(span_columns)},
    [IHP__SYNTH_MORBIDITY] = {IHP__COLUMN_MORBIDITY_OFFSET, sizeof(struct ihp__morbidity),
                              morbidity_columns, COUNT_OF(morbidity_columns)},
    [IHP__SYNTH_RISKS] = {IHP__COLUMN_SOCIAL_OFFSET, sizeof(struct ihp__synth_risk_row),
                          risk_columns, COUNT_OF(risk_columns)},
    [IHP__SYNTH_COORDINATION] = {IHP__COLUMN_CARE_OFFSET,
                                 sizeof(struct ihp__synth_coordination_row), coordination_columns,
                                 COUNT_OF(coordination_columns)},
};

/* ---- columns --------------------------------------------------------------------------------- */

/* Rows that become a column, and where they are among the rows of all ranks. */
struct rows {
    const void *row;
    size_t count, size;
    uint64_t first, total;
};

/* Makes an array, owned by the caller, of `size` bytes at position `at` of each row. */
static enum ihp_status gather(const struct rows *rows, size_t at, size_t size, void **out,
                              struct ihp_error *err)
{
    char *element = malloc(rows->count * size + 1);
    if (element == NULL) {
        return ihp__fail_memory(err, "a column");
    }
    for (size_t i = 0; i < rows->count; i++) {
        memcpy(element + i * size, (const char *)rows->row + i * rows->size + at, size);
    }
    *out = element;
    return IHP_OK;
}

/* Collective. The writer agrees before it writes, also on a column that lacks its data. */
static enum ihp_status put_column(const struct output *o, const struct rows *rows,
                                  const struct column *column, struct ihp_error *err)
{
    void *data = NULL;
    ihp__until_agreed(gather(rows, column->at, column->size, &data, err));
    const struct ihp__elements elements = {
        .data = data, .first = rows->first, .count = rows->count, .total = rows->total};
    enum ihp_status status = ihp__store_put_part(o->writer, column->column, &elements, err);
    free(data);
    return status;
}

static enum ihp_status put_columns(const struct output *o, const struct rows *rows,
                                   const struct column *column, size_t columns,
                                   struct ihp_error *err)
{
    for (size_t c = 0; c < columns; c++) {
        if (put_column(o, rows, &column[c], err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Collective. Writes the offsets of this rank's members, counted from the first row of all ranks.
 * The last rank also writes the number of all rows. */
static enum ihp_status put_offsets(const struct output *o, enum ihp__column column,
                                   const uint64_t *offset, uint64_t before, struct ihp_error *err)
{
    size_t count = o->tables->members + (o->last_rank ? 1 : 0);
    const struct rows rows = {.row = offset, .count = count, .size = sizeof *offset};
    void *data = NULL;
    ihp__until_agreed(gather(&rows, 0, sizeof *offset, &data, err));
    uint64_t *whole = data;
    for (uint64_t i = 0; whole != NULL && i < count; i++) {
        whole[i] += before;
    }
    const struct ihp__elements elements = {
        .data = whole, .first = o->tables->first, .count = count, .total = o->members + 1};
    enum ihp_status status = ihp__store_put_part(o->writer, column, &elements, err);
    free(data);
    return status;
}

static struct rows rows_of(const struct output *o, enum ihp__synth_table table)
{
    const struct ihp__synth_rows *rows = &o->tables->table[table];
    return (struct rows){rows->row, rows->count, tables[table].row_size,
                         o->tables->rows[table].before, o->tables->rows[table].all};
}

static enum ihp_status put_table(const struct output *o, enum ihp__synth_table table,
                                 struct ihp_error *err)
{
    const struct rows rows = rows_of(o, table);
    if (put_offsets(o, tables[table].offset, o->tables->table[table].offset, rows.first, err) !=
        IHP_OK) {
        return err->status;
    }
    return put_columns(o, &rows, tables[table].column, tables[table].columns, err);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Makes the IDs of this rank's members, an array owned by the caller. */
static enum ihp_status make_ids(const struct ihp__synth_tables *t, char **out,
                                struct ihp_error *err)
{
    char *ids = calloc((size_t)t->members + 1, IHP__MEMBER_ID_MAX);
    if (ids == NULL) {
        return ihp__fail_memory(err, "the members' IDs");
    }
    for (uint32_t m = 0; m < t->members; m++) {
        char text[IHP__SYNTH_MEMBER_TEXT];
        ihp__synth_member_text(t->first + m, text);
        memcpy(ids + (size_t)m * IHP__MEMBER_ID_MAX, text, strlen(text));
    }
    *out = ids;
    return IHP_OK;
}

static enum ihp_status put_ids(const struct output *o, struct ihp_error *err)
{
    char *ids = NULL;
    ihp__until_agreed(make_ids(o->tables, &ids, err));
    const struct ihp__elements elements = {.data = ids,
                                           .first = o->tables->first,
                                           .count = o->tables->members,
                                           .total = o->members,
                                           .width = IHP__MEMBER_ID_MAX};
    enum ihp_status status = ihp__store_put_part(o->writer, IHP__COLUMN_MEMBER_ID, &elements, err);
    free(ids);
    return status;
}

static enum ihp_status put_members(const struct output *o, struct ihp_error *err)
{
    struct ihp__synth_tables *t = o->tables;
    const struct rows rows = {t->member, t->members, sizeof *t->member, t->first, o->members};
    for (uint32_t m = 0; m < t->members; m++) {
        t->member[m].race = t->race_number[t->member[m].race];
    }
    if (ihp__store_put_dict(o->writer, IHP__COLUMN_DICT_RACE, t->race, err) != IHP_OK ||
        put_ids(o, err) != IHP_OK) {
        return err->status;
    }
    return put_columns(o, &rows, member_columns, COUNT_OF(member_columns), err);
}

static enum ihp_status put_morbidity(const struct output *o, struct ihp_error *err)
{
    struct ihp__synth_tables *t = o->tables;
    struct ihp__morbidity *row = t->table[IHP__SYNTH_MORBIDITY].row;
    for (size_t i = 0; i < t->table[IHP__SYNTH_MORBIDITY].count; i++) {
        row[i].acg = t->acg_number[row[i].acg];
    }
    return ihp__store_put_dict(o->writer, IHP__COLUMN_DICT_ACG, t->acg, err) != IHP_OK
               ? err->status
               : put_table(o, IHP__SYNTH_MORBIDITY, err);
}

static enum ihp_status put_dictionaries(const struct output *o,
                                        const struct ihp__synth_model *model, struct ihp_error *err)
{
    const struct ihp__synth_tables *t = o->tables;
    const struct ihp__synth_providers *p = &model->providers;
    if (ihp__store_put_dict(o->writer, IHP__COLUMN_DICT_PAYER, t->payer, err) != IHP_OK ||
        ihp__store_put_dict(o->writer, IHP__COLUMN_DICT_PROCEDURE, t->procedure, err) != IHP_OK ||
        ihp__store_put(o->writer, IHP__COLUMN_DICT_NPI, 0, p->npi, p->count, err) != IHP_OK) {
        return err->status;
    }
    return ihp__store_put(o->writer, IHP__COLUMN_DICT_NPI_TAXONOMY, 0, t->npi_taxonomy, p->count,
                          err);
}

static enum ihp_status put_span_payers(const struct output *o, struct ihp_error *err)
{
    const struct rows rows = rows_of(o, IHP__SYNTH_SPANS);
    struct ihp__span *span = o->tables->table[IHP__SYNTH_SPANS].row;
    for (size_t i = 0; i < rows.count; i++) {
        span[i].payer = o->tables->payer_number[span[i].payer];
    }
    return put_column(o, &rows, &payer_column, err);
}

enum ihp_status ihp__synth_tables_put(struct ihp__synth_tables *t,
                                      const struct ihp__synth_model *model, bool last_rank,
                                      struct ihp__store_writer *writer, struct ihp_error *err)
{
    const struct output o = {t, writer, model->options.members, last_rank};
    if (put_members(&o, err) != IHP_OK || put_table(&o, IHP__SYNTH_SPANS, err) != IHP_OK ||
        put_morbidity(&o, err) != IHP_OK ||
        ihp__store_put_dict(writer, IHP__COLUMN_DICT_TAXONOMY, t->taxonomy, err) != IHP_OK ||
        put_table(&o, IHP__SYNTH_RISKS, err) != IHP_OK ||
        put_table(&o, IHP__SYNTH_COORDINATION, err) != IHP_OK ||
        put_dictionaries(&o, model, err) != IHP_OK) {
        return err->status;
    }
    return put_span_payers(&o, err);
}

enum ihp_status ihp__synth_tables_put_lines(struct ihp__synth_tables *t,
                                            const struct ihp__synth_model *model, bool last_rank,
                                            struct ihp__store_writer *writer, struct ihp_error *err)
{
    const struct output o = {t, writer, model->options.members, last_rank};
    return put_offsets(&o, IHP__COLUMN_LINE_OFFSET, t->line_offset, t->lines.before, err);
}
