/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small tables as columns of a store, in the order an import writes them, since the hash of a
 * store's contents is over its columns in order. */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#define OFFSET_UNITS "number of the first row of each member, and of all rows"
#define MONTH_UNITS  "months since 1970-01"

/* A column under way. The calls of the writer are collective, so that a rank short of memory makes
 * them too: they carry its fault to the others. */
struct output {
    struct sy_tables *tables;
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
    const char *name;
    enum ihp__type type;
    size_t at, size;
    const char *units;
};
#define COLUMN(name, type, kind, member, units)                                                    \
    {                                                                                              \
        name, type, offsetof(kind, member), sizeof(((kind *)0)->member), units                     \
    }

static const struct column member_columns[] = {
    COLUMN("members/birth_date", IHP__TYPE_I32, struct sy_member_row, birth,
           "days since 1970-01-01"),
    COLUMN("members/sex", IHP__TYPE_U8, struct sy_member_row, sex, "0 U unknown, 1 F, 2 M"),
    COLUMN("members/county", IHP__TYPE_U32, struct sy_member_row, county, "FIPS number; 0 blank"),
    COLUMN("members/race", IHP__TYPE_U16, struct sy_member_row, race, "number in dictionary/race"),
};
static const struct column span_columns[] = {
    COLUMN("enrollment/month_from", IHP__TYPE_I32, struct ihp__span, month_from, MONTH_UNITS),
    COLUMN("enrollment/month_to", IHP__TYPE_I32, struct ihp__span, month_to,
           MONTH_UNITS ", inclusive"),
    COLUMN("enrollment/program", IHP__TYPE_U8, struct ihp__span, program,
           "0 other, 1 MA, 2 MCRE, 3 MA_BD"),
    COLUMN("enrollment/exclusion", IHP__TYPE_U8, struct ihp__span, exclusion,
           "0 none, 1 to 12 contract sections 13.2.1 to 13.2.12"),
    COLUMN("enrollment/county", IHP__TYPE_U32, struct ihp__span, county, "FIPS number; 0 blank"),
};
static const struct column payer_column = COLUMN(
    "enrollment/payer", IHP__TYPE_U16, struct ihp__span, payer, "number in dictionary/payer");
static const struct column morbidity_columns[] = {
    COLUMN("morbidity/year", IHP__TYPE_I16, struct ihp__morbidity, year, "calendar year"),
    COLUMN("morbidity/acg", IHP__TYPE_U16, struct ihp__morbidity, acg, "number in dictionary/acg"),
};
static const struct column risk_columns[] = {
    COLUMN("social_risk/month_from", IHP__TYPE_I32, struct sy_risk_row, month_from, MONTH_UNITS),
    COLUMN("social_risk/month_to", IHP__TYPE_I32, struct sy_risk_row, month_to,
           MONTH_UNITS ", inclusive"),
    COLUMN("social_risk/factor", IHP__TYPE_U8, struct sy_risk_row, factor,
           "0 deep_poverty, 1 homeless, 2 smi, 3 spmi, 4 sud, 5 child_protection, 6 parent_smi, "
           "7 parent_spmi, 8 parent_sud, 9 incarcerated"),
};
static const struct column coordination_columns[] = {
    COLUMN("care_coordination/month", IHP__TYPE_I32, struct sy_coordination_row, month,
           MONTH_UNITS),
    COLUMN("care_coordination/kind", IHP__TYPE_U8, struct sy_coordination_row, kind,
           "0 HCH, 1 BHH, 2 IRCC"),
};
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static enum ihp_status put_columns(const struct output *o, enum sy_table table, size_t row_size,
                                   const struct column *column, size_t columns,
                                   struct ihp_error *err)
{
    const struct sy_rows *rows = &o->tables->table[table];
    for (size_t c = 0; c < columns && err->status == IHP_OK; c++) {
        void *data = gather(rows->row, rows->count, row_size, column[c].at, column[c].size, err);
        ihp__store_put_part(o->writer, column[c].name, column[c].type, 0, data,
                            o->tables->rows[table].before, rows->count, o->tables->rows[table].all,
                            column[c].units, err);
        free(data);
    }
    return err->status;
}

/* Offsets of this rank's members, made to count from the first row of all; the last rank has the
 * number of all rows too. */
static enum ihp_status put_offsets(const struct output *o, const char *name, const uint64_t *offset,
                                   uint64_t before, struct ihp_error *err)
{
    uint64_t count = o->tables->members + (o->last_rank ? 1 : 0);
    uint64_t *whole = gather(offset, (size_t)count, sizeof *offset, 0, sizeof *offset, err);
    for (uint64_t i = 0; whole != NULL && i < count; i++) {
        whole[i] += before;
    }
    ihp__store_put_part(o->writer, name, IHP__TYPE_U64, 0, whole, o->tables->first, count,
                        o->members + 1, OFFSET_UNITS, err);
    free(whole);
    return err->status;
}

static enum ihp_status put_table(const struct output *o, enum sy_table table, const char *offset,
                                 size_t row_size, const struct column *column, size_t columns,
                                 struct ihp_error *err)
{
    const struct sy_rows *rows = &o->tables->table[table];
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
        char text[SY_MEMBER_TEXT];
        ihp__sy_member_text(o->tables->first + m, text);
        memcpy(ids + (size_t)m * IHP__MEMBER_ID_MAX, text, strlen(text));
    }
    ihp__store_put_part(o->writer, "members/id", IHP__TYPE_TEXT, IHP__MEMBER_ID_MAX, ids,
                        o->tables->first, count, o->members, "text, padded with NUL, in text order",
                        err);
    free(ids);
    return err->status;
}

static enum ihp_status put_members(const struct output *o, struct ihp_error *err)
{
    struct sy_tables *t = o->tables;
    for (uint32_t m = 0; m < t->members; m++) {
        t->member[m].race = t->race_number[t->member[m].race];
    }
    if (ihp__store_put_dict(o->writer, "race", t->race, err) != IHP_OK ||
        put_ids(o, err) != IHP_OK) {
        return err->status;
    }
    for (size_t c = 0; c < COUNT_OF(member_columns) && err->status == IHP_OK; c++) {
        const struct column *column = &member_columns[c];
        void *data =
            gather(t->member, t->members, sizeof *t->member, column->at, column->size, err);
        ihp__store_put_part(o->writer, column->name, column->type, 0, data, t->first, t->members,
                            o->members, column->units, err);
        free(data);
    }
    return err->status;
}

static enum ihp_status put_morbidity(const struct output *o, struct ihp_error *err)
{
    struct sy_tables *t = o->tables;
    struct ihp__morbidity *row = t->table[SY_MORBIDITY].row;
    for (size_t i = 0; i < t->table[SY_MORBIDITY].count; i++) {
        row[i].acg = t->acg_number[row[i].acg];
    }
    if (ihp__store_put_dict(o->writer, "acg", t->acg, err) != IHP_OK) {
        return err->status;
    }
    return put_table(o, SY_MORBIDITY, "morbidity/offset", sizeof *row, morbidity_columns,
                     COUNT_OF(morbidity_columns), err);
}

static enum ihp_status put_dictionaries(const struct output *o, const struct sy_model *model,
                                        struct ihp_error *err)
{
    const struct sy_tables *t = o->tables;
    const struct sy_providers *p = &model->providers;
    if (ihp__store_put_dict(o->writer, "payer", t->payer, err) != IHP_OK ||
        ihp__store_put_dict(o->writer, "procedure", t->procedure, err) != IHP_OK ||
        ihp__store_put(o->writer, "dictionary/npi", IHP__TYPE_I64, 0, p->npi, p->count,
                       "NPI; -1 blank", err) != IHP_OK) {
        return err->status;
    }
    return ihp__store_put(o->writer, "dictionary/npi_taxonomy", IHP__TYPE_U32, 0, t->npi_taxonomy,
                          p->count, "number in dictionary/taxonomy; 4294967295 none", err);
}

static enum ihp_status put_span_payers(const struct output *o, struct ihp_error *err)
{
    struct sy_rows *rows = &o->tables->table[SY_SPANS];
    struct ihp__span *span = rows->row;
    for (size_t i = 0; i < rows->count; i++) {
        span[i].payer = o->tables->payer_number[span[i].payer];
    }
    return put_columns(o, SY_SPANS, sizeof *span, &payer_column, 1, err);
}

enum ihp_status ihp__sy_tables_put(struct sy_tables *tables, const struct sy_model *model,
                                   bool last_rank, struct ihp__store_writer *writer,
                                   struct ihp_error *err)
{
    const struct output o = {tables, writer, model->options.members, last_rank};
    if (put_members(&o, err) != IHP_OK ||
        put_table(&o, SY_SPANS, "enrollment/offset", sizeof(struct ihp__span), span_columns,
                  COUNT_OF(span_columns), err) != IHP_OK ||
        put_morbidity(&o, err) != IHP_OK ||
        ihp__store_put_dict(writer, "taxonomy", tables->taxonomy, err) != IHP_OK ||
        put_table(&o, SY_RISKS, "social_risk/offset", sizeof(struct sy_risk_row), risk_columns,
                  COUNT_OF(risk_columns), err) != IHP_OK ||
        put_table(&o, SY_COORDINATION, "care_coordination/offset",
                  sizeof(struct sy_coordination_row), coordination_columns,
                  COUNT_OF(coordination_columns), err) != IHP_OK ||
        put_dictionaries(&o, model, err) != IHP_OK) {
        return err->status;
    }
    return put_span_payers(&o, err);
}

enum ihp_status ihp__sy_tables_put_lines(struct sy_tables *tables, const struct sy_model *model,
                                         bool last_rank, struct ihp__store_writer *writer,
                                         struct ihp_error *err)
{
    const struct output o = {tables, writer, model->options.members, last_rank};
    return put_offsets(&o, "claims/offset", tables->line_offset, tables->lines.before, err);
}
