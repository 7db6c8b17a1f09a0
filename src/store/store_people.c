/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what few jobs need to know about people: birth dates, counties, social risk, care
 * coordination. */
#include "store_internal.h"

#include <stdlib.h>

/* Reads the offsets of a group that the store may lack: then all are 0. `rows` is a column of the
 * group with one element for each row. */
static enum ihp_status read_group_offsets(const struct ihp__store *store, bool present,
                                          enum ihp__column offsets, enum ihp__column rows,
                                          struct ihp__range range, uint64_t **offset,
                                          struct ihp_error *err)
{
    *offset = calloc((size_t)range.count + 1, sizeof **offset);
    if (*offset == NULL) {
        return ihp__fail_memory(err, ihp__column_spec[offsets].name);
    }
    if (!present) {
        return IHP_OK;
    }
    return ihp__store_read_offsets(store, offsets, range, store->column[rows].count, *offset, err);
}

static enum ihp_status read_months(const struct ihp__store *store, enum ihp__column which,
                                   uint64_t first, size_t count, int32_t *months,
                                   struct ihp_error *err)
{
    return ihp__store_read_part(store, which, first, count, months, err) != IHP_OK
               ? err->status
               : ihp__store_check_months(store, which, months, count, err);
}

/* ---- social risk ----------------------------------------------------------------------------- */

/* The columns of social risk, owned. */
struct social_columns {
    int32_t *month_from, *month_to;
    uint8_t *factor;
};

static enum ihp_status join_social(const struct ihp__store *store,
                                   const struct social_columns *columns, size_t count,
                                   struct ihp__social_risk_span *out, struct ihp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct ihp__social_risk_span){columns->month_from[i], columns->month_to[i],
                                                columns->factor[i]};
        if (out[i].factor >= ihp__social_risks.count) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(SOCIAL_FACTOR),
                                          "has an unknown code", err);
        }
        if (out[i].month_to < out[i].month_from) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(SOCIAL_TO),
                                          "is before month_from", err);
        }
    }
    return IHP_OK;
}

static enum ihp_status read_social_rows(const struct ihp__store *store, uint64_t first,
                                        size_t count, const struct social_columns *columns,
                                        struct ihp__social_risk_span *out, struct ihp_error *err)
{
    if (count == 0) {
        return IHP_OK; /* the store may lack the group */
    }
    if (read_months(store, IHP__COLUMN_SOCIAL_FROM, first, count, columns->month_from, err) !=
            IHP_OK ||
        read_months(store, IHP__COLUMN_SOCIAL_TO, first, count, columns->month_to, err) != IHP_OK ||
        ihp__store_read_part(store, IHP__COLUMN_SOCIAL_FACTOR, first, count, columns->factor,
                             err) != IHP_OK) {
        return err->status;
    }
    return join_social(store, columns, count, out, err);
}

static enum ihp_status read_social(const struct ihp__store *store, struct ihp__people *people,
                                   struct ihp_error *err)
{
    if (read_group_offsets(store, store->info.has_social_risk, IHP__COLUMN_SOCIAL_OFFSET,
                           IHP__COLUMN_SOCIAL_FROM, people->range, &people->social_offset,
                           err) != IHP_OK) {
        return err->status;
    }
    uint64_t first = people->social_offset[0];
    size_t count = (size_t)(people->social_offset[people->range.count] - first);
    struct social_columns columns = {.month_from = calloc(count + 1, sizeof *columns.month_from),
                                     .month_to = calloc(count + 1, sizeof *columns.month_to),
                                     .factor = calloc(count + 1, sizeof *columns.factor)};
    people->social = calloc(count + 1, sizeof *people->social);
    enum ihp_status status =
        columns.month_from == NULL || columns.month_to == NULL || columns.factor == NULL ||
                people->social == NULL
            ? ihp__fail_memory(err, "social risk")
            : read_social_rows(store, first, count, &columns, people->social, err);
    ihp__offsets_rebase(people->social_offset, people->range.count);
    free(columns.month_from);
    free(columns.month_to);
    free(columns.factor);
    return status;
}

/* ---- care coordination ----------------------------------------------------------------------- */

/* A group of care-coordination months. */
struct coordination_group {
    enum ihp__column offset, month, kind;
};
static const struct coordination_group coordination_group = {
    IHP__COLUMN_CARE_OFFSET, IHP__COLUMN_CARE_MONTH, IHP__COLUMN_CARE_KIND};
static const struct coordination_group paid_group = {IHP__COLUMN_PAID_OFFSET,
                                                     IHP__COLUMN_PAID_MONTH, IHP__COLUMN_PAID_KIND};

static enum ihp_status read_coordination_rows(const struct ihp__store *store,
                                              const struct coordination_group *group,
                                              uint64_t first, size_t count,
                                              struct ihp__coordination_month *out,
                                              struct ihp_error *err)
{
    if (count == 0) {
        return IHP_OK; /* the store may lack the group */
    }
    int32_t *month = calloc(count, sizeof *month);
    uint8_t *kind = calloc(count, sizeof *kind);
    enum ihp_status status = month == NULL || kind == NULL
                                 ? ihp__fail_memory(err, "care coordination")
                                 : read_months(store, group->month, first, count, month, err);
    if (status == IHP_OK) {
        status = ihp__store_read_part(store, group->kind, first, count, kind, err);
    }
    for (size_t i = 0; status == IHP_OK && i < count; i++) {
        out[i] = (struct ihp__coordination_month){month[i], kind[i]};
        if (kind[i] >= ihp__coordinations.count) {
            status = ihp__store_fail_column(store, ihp__column_spec[group->kind].name,
                                            "has an unknown code", err);
        }
    }
    free(month);
    free(kind);
    return status;
}

static enum ihp_status read_coordination(const struct ihp__store *store, bool present,
                                         const struct coordination_group *group,
                                         struct ihp__range range, uint64_t **offset,
                                         struct ihp__coordination_month **out,
                                         struct ihp_error *err)
{
    if (read_group_offsets(store, present, group->offset, group->month, range, offset, err) !=
        IHP_OK) {
        return err->status;
    }
    uint64_t first = (*offset)[0];
    size_t count = (size_t)((*offset)[range.count] - first);
    *out = calloc(count + 1, sizeof **out);
    enum ihp_status status = *out == NULL
                                 ? ihp__fail_memory(err, "care coordination")
                                 : read_coordination_rows(store, group, first, count, *out, err);
    ihp__offsets_rebase(*offset, range.count);
    return status;
}

/* ---- the parts ------------------------------------------------------------------------------- */

static enum ihp_status read_payments(const struct ihp__store *store, struct ihp__people *people,
                                     struct ihp_error *err)
{
    if (read_social(store, people, err) != IHP_OK ||
        read_coordination(store, store->info.has_care_coordination, &coordination_group,
                          people->range, &people->coordination_offset, &people->coordination,
                          err) != IHP_OK) {
        return err->status;
    }
    return read_coordination(store, store->info.has_care_coordination_paid, &paid_group,
                             people->range, &people->paid_offset, &people->paid, err);
}

static enum ihp_status read_births(const struct ihp__store *store, struct ihp__people *people,
                                   struct ihp_error *err)
{
    size_t count = (size_t)people->range.count;
    people->birth_day = calloc(count + 1, sizeof *people->birth_day);
    if (people->birth_day == NULL) {
        return ihp__fail_memory(err, "birth dates");
    }
    return ihp__store_read_part(store, IHP__COLUMN_MEMBER_BIRTH, people->range.first, count,
                                people->birth_day, err) != IHP_OK
               ? err->status
               : ihp__store_check_days(store, IHP__COLUMN_MEMBER_BIRTH, people->birth_day, count, 0,
                                       err);
}

static enum ihp_status read_counties(const struct ihp__store *store, struct ihp__people *people,
                                     struct ihp_error *err)
{
    size_t count = (size_t)people->range.count;
    people->county = calloc(count + 1, sizeof *people->county);
    if (people->county == NULL) {
        return ihp__fail_memory(err, "counties");
    }
    return ihp__store_read_part(store, IHP__COLUMN_MEMBER_COUNTY, people->range.first, count,
                                people->county, err) != IHP_OK
               ? err->status
               : ihp__store_check_counties(store, IHP__COLUMN_MEMBER_COUNTY, people->county, count,
                                           err);
}

enum ihp_status ihp__store_read_people(const struct ihp__store *store, struct ihp__range range,
                                       unsigned parts, struct ihp__people *people,
                                       struct ihp_error *err)
{
    ihp__people_free(people);
    people->range = range;
    if (((parts & IHP__PEOPLE_BIRTH) != 0 && read_births(store, people, err) != IHP_OK) ||
        ((parts & IHP__PEOPLE_COUNTY) != 0 && read_counties(store, people, err) != IHP_OK) ||
        ((parts & IHP__PEOPLE_PAYMENTS) != 0 && read_payments(store, people, err) != IHP_OK)) {
        return err->status;
    }
    return IHP_OK;
}

void ihp__people_free(struct ihp__people *people)
{
    free(people->birth_day);
    free(people->county);
    free(people->social_offset);
    free(people->coordination_offset);
    free(people->paid_offset);
    free(people->social);
    free(people->coordination);
    free(people->paid);
    *people = (struct ihp__people){0};
}
