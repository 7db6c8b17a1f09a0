/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small tables as columns of a store, in the order an import writes them, since the hash of a
 * store's contents is over its columns in order. */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

/* A column under way. The calls of the writer are collective, so that a rank short of memory makes
 * them too: they carry its fault to the others. */
struct output {
    struct ihp__synth_tables *tables;
    struct ihp__store_writer *writer;
    uint64_t members; /* of all ranks */
    bool last_rank;
};

/* Elements of `size` bytes out of rows, side by side. NULL, with a fault, when memory is short. */
static void *gather(const void *row, size_t rows, size_t row_size, size_t at, size_t size,
                    struct ihp_error *err)
{
    char *element = malloc(rows * size + 1);
    if (element == NULL) {
        ihp__fail_memory(err, "a column");
        return NULL;
    }
    for (size_t i = 0; i < rows; i++) {
        memcpy(element + i * size, (const char *)row + i * row_size + at, size);
    }
    return element;
}

/* A struct member as a column. */
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

static enum ihp_status put_columns(const struct output *o, enum ihp__synth_table table,
                                   size_t row_size, const struct column *column, size_t columns,
                                   struct ihp_error *err)
{
    const struct ihp__synth_rows *rows = &o->tables->table[table];
    for (size_t c = 0; c < columns && err->status == IHP_OK; c++) {
        void *data = gather(rows->row, rows->count, row_size, column[c].at, column[c].size, err);
        const struct ihp__elements elements = {.data = data,
                                               .first = o->tables->rows[table].before,
                                               .count = rows->count,
                                               .total = o->tables->rows[table].all};
        ihp__store_put_part(o->writer, column[c].column, &elements, err);
        free(data);
    }
    return err->status;
}

/* Offsets of this rank's members, made to count from the first row of all; the last rank has the
 * number of all rows too. */
static enum ihp_status put_offsets(const struct output *o, enum ihp__column column,
                                   const uint64_t *offset, uint64_t before, struct ihp_error *err)
{
    uint64_t count = o->tables->members + (o->last_rank ? 1 : 0);
    uint64_t *whole = gather(offset, (size_t)count, sizeof *offset, 0, sizeof *offset, err);
    for (uint64_t i = 0; whole != NULL && i < count; i++) {
        whole[i] += before;
    }
    const struct ihp__elements elements = {
        .data = whole, .first = o->tables->first, .count = count, .total = o->members + 1};
    ihp__store_put_part(o->writer, column, &elements, err);
    free(whole);
    return err->status;
}

static enum ihp_status put_table(const struct output *o, enum ihp__synth_table table,
                                 enum ihp__column offset, size_t row_size,
                                 const struct column *column, size_t columns, struct ihp_error *err)
{
    const struct ihp__synth_rows *rows = &o->tables->table[table];
    if (put_offsets(o, offset, rows->offset, o->tables->rows[table].before, err) != IHP_OK) {
        return err->status;
    }
    return put_columns(o, table, row_size, column, columns, err);
}

static enum ihp_status put_ids(const struct output *o, struct ihp_error *err)
{
    uint32_t count = o->tables->members;
    char *ids = calloc((size_t)count + 1, IHP__MEMBER_ID_MAX);
    if (ids == NULL) {
        ihp__fail_memory(err, "the members' ids");
    }
    for (uint32_t m = 0; ids != NULL && m < count; m++) {
        char text[IHP__SYNTH_MEMBER_TEXT];
        ihp__synth_member_text(o->tables->first + m, text);
        memcpy(ids + (size_t)m * IHP__MEMBER_ID_MAX, text, strlen(text));
    }
    const struct ihp__elements elements = {.data = ids,
                                           .first = o->tables->first,
                                           .count = count,
                                           .total = o->members,
                                           .width = IHP__MEMBER_ID_MAX};
    ihp__store_put_part(o->writer, IHP__COLUMN_MEMBER_ID, &elements, err);
    free(ids);
    return err->status;
}

static enum ihp_status put_members(const struct output *o, struct ihp_error *err)
{
    struct ihp__synth_tables *t = o->tables;
    for (uint32_t m = 0; m < t->members; m++) {
        t->member[m].race = t->race_number[t->member[m].race];
    }
    if (ihp__store_put_dict(o->writer, IHP__COLUMN_DICT_RACE, t->race, err) != IHP_OK ||
        put_ids(o, err) != IHP_OK) {
        return err->status;
    }
    for (size_t c = 0; c < COUNT_OF(member_columns) && err->status == IHP_OK; c++) {
        const struct column *column = &member_columns[c];
        void *data =
            gather(t->member, t->members, sizeof *t->member, column->at, column->size, err);
        const struct ihp__elements elements = {
            .data = data, .first = t->first, .count = t->members, .total = o->members};
        ihp__store_put_part(o->writer, column->column, &elements, err);
        free(data);
    }
    return err->status;
}

static enum ihp_status put_morbidity(const struct output *o, struct ihp_error *err)
{
    struct ihp__synth_tables *t = o->tables;
    struct ihp__morbidity *row = t->table[IHP__SYNTH_MORBIDITY].row;
    for (size_t i = 0; i < t->table[IHP__SYNTH_MORBIDITY].count; i++) {
        row[i].acg = t->acg_number[row[i].acg];
    }
    if (ihp__store_put_dict(o->writer, IHP__COLUMN_DICT_ACG, t->acg, err) != IHP_OK) {
        return err->status;
    }
    return put_table(o, IHP__SYNTH_MORBIDITY, IHP__COLUMN_MORBIDITY_OFFSET, sizeof *row,
                     morbidity_columns, COUNT_OF(morbidity_columns), err);
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
    struct ihp__synth_rows *rows = &o->tables->table[IHP__SYNTH_SPANS];
    struct ihp__span *span = rows->row;
    for (size_t i = 0; i < rows->count; i++) {
        span[i].payer = o->tables->payer_number[span[i].payer];
    }
    return put_columns(o, IHP__SYNTH_SPANS, sizeof *span, &payer_column, 1, err);
}

enum ihp_status ihp__synth_tables_put(struct ihp__synth_tables *tables,
                                      const struct ihp__synth_model *model, bool last_rank,
                                      struct ihp__store_writer *writer, struct ihp_error *err)
{
    const struct output o = {tables, writer, model->options.members, last_rank};
    if (put_members(&o, err) != IHP_OK ||
        put_table(&o, IHP__SYNTH_SPANS, IHP__COLUMN_SPAN_OFFSET, sizeof(struct ihp__span),
                  span_columns, COUNT_OF(span_columns), err) != IHP_OK ||
        put_morbidity(&o, err) != IHP_OK ||
        ihp__store_put_dict(writer, IHP__COLUMN_DICT_TAXONOMY, tables->taxonomy, err) != IHP_OK ||
        put_table(&o, IHP__SYNTH_RISKS, IHP__COLUMN_SOCIAL_OFFSET,
                  sizeof(struct ihp__synth_risk_row), risk_columns, COUNT_OF(risk_columns),
                  err) != IHP_OK ||
        put_table(&o, IHP__SYNTH_COORDINATION, IHP__COLUMN_CARE_OFFSET,
                  sizeof(struct ihp__synth_coordination_row), coordination_columns,
                  COUNT_OF(coordination_columns), err) != IHP_OK ||
        put_dictionaries(&o, model, err) != IHP_OK) {
        return err->status;
    }
    return put_span_payers(&o, err);
}

enum ihp_status ihp__synth_tables_put_lines(struct ihp__synth_tables *tables,
                                            const struct ihp__synth_model *model, bool last_rank,
                                            struct ihp__store_writer *writer, struct ihp_error *err)
{
    const struct output o = {tables, writer, model->options.members, last_rank};
    return put_offsets(&o, IHP__COLUMN_LINE_OFFSET, tables->line_offset, tables->lines.before, err);
}
