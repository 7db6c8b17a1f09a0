/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what few jobs ask of people: birth dates, counties, social risk, care coordination. */
#include "store_internal.h"

#include <stdlib.h>

/* The number of rows of the column `name`. */
static enum ihp_status count_rows(const struct ihp__store *store, const char *name,
                                  enum ihp__type type, uint64_t *rows, struct ihp_error *err)
{
    hid_t dataset;
    size_t width;
    if (ihp__column_open(store, name, type, UINT64_MAX, &dataset, rows, &width, err) == IHP_OK) {
        H5Dclose(dataset);
    }
    return err->status;
}

/* Offsets of a group that may be absent: then all are 0. */
static enum ihp_status read_group_offsets(const struct ihp__store *store, bool present,
                                          const char *name, const char *column,
                                          struct ihp__range range, uint64_t **offset,
                                          struct ihp_error *err)
{
    uint64_t rows;
    *offset = calloc((size_t)range.count + 1, sizeof **offset);
    if (*offset == NULL) {
        return ihp__fail_memory(err, name);
    }
    if (!present || count_rows(store, column, IHP__TYPE_I32, &rows, err) != IHP_OK) {
        return err->status;
    }
    return ihp__store_read_offsets(store, name, range, rows, *offset, err);
}

static enum ihp_status join_social(const struct ihp__store *store, const int32_t *from,
                                   const int32_t *to, const uint8_t *factor, size_t count,
                                   struct ihp__social_risk_span *out, struct ihp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct ihp__social_risk_span){from[i], to[i], factor[i]};
        if (factor[i] >= ihp__social_risks.count) {
            return ihp__store_fail_column(store, "social_risk/factor", "holds an unknown code",
                                          err);
        }
        if (to[i] < from[i]) {
            return ihp__store_fail_column(store, "social_risk/month_to", "lies before month_from",
                                          err);
        }
    }
    return IHP_OK;
}

static enum ihp_status read_social(const struct ihp__store *store, struct ihp__people *people,
                                   struct ihp_error *err)
{
    if (read_group_offsets(store, store->info.has_social_risk, "social_risk/offset",
                           "social_risk/month_from", people->range, &people->social_offset,
                           err) != IHP_OK) {
        return err->status;
    }
    uint64_t first = people->social_offset[0];
    size_t count = (size_t)(people->social_offset[people->range.count] - first);
    int32_t *from = calloc(count + 1, sizeof *from), *to = calloc(count + 1, sizeof *to);
    uint8_t *factor = calloc(count + 1, 1);
    people->social = calloc(count + 1, sizeof *people->social);
    if (from == NULL || to == NULL || factor == NULL || people->social == NULL) {
        ihp__fail_memory(err, "social risk");
    } else if (count > 0 &&
               ihp__store_read_part(store, "social_risk/month_from", IHP__TYPE_I32, first, count,
                                    from, err) == IHP_OK &&
               ihp__store_read_part(store, "social_risk/month_to", IHP__TYPE_I32, first, count, to,
                                    err) == IHP_OK &&
               ihp__store_read_part(store, "social_risk/factor", IHP__TYPE_U8, first, count, factor,
                                    err) == IHP_OK) {
        join_social(store, from, to, factor, count, people->social, err);
    }
    ihp__offsets_rebase(people->social_offset, people->range.count);
    free(from);
    free(to);
    free(factor);
    return err->status;
}

/* The names of a group of care-coordination months. */
struct coordination_names {
    const char *offset, *month, *kind;
};
static const struct coordination_names coordination_names = {
    "care_coordination/offset", "care_coordination/month", "care_coordination/kind"};
static const struct coordination_names paid_names = {
    "care_coordination_paid/offset", "care_coordination_paid/month", "care_coordination_paid/kind"};

static enum ihp_status read_coordination(const struct ihp__store *store, bool present,
                                         const struct coordination_names *names,
                                         struct ihp__range range, uint64_t **offset,
                                         struct ihp__coordination_month **out,
                                         struct ihp_error *err)
{
    if (read_group_offsets(store, present, names->offset, names->month, range, offset, err) !=
        IHP_OK) {
        return err->status;
    }
    uint64_t first = (*offset)[0];
    size_t count = (size_t)((*offset)[range.count] - first);
    int32_t *month = calloc(count + 1, sizeof *month);
    uint8_t *kind = calloc(count + 1, 1);
    *out = calloc(count + 1, sizeof **out);
    if (month == NULL || kind == NULL || *out == NULL) {
        ihp__fail_memory(err, "care coordination");
    } else if (count > 0 &&
               ihp__store_read_part(store, names->month, IHP__TYPE_I32, first, count, month, err) ==
                   IHP_OK &&
               ihp__store_read_part(store, names->kind, IHP__TYPE_U8, first, count, kind, err) ==
                   IHP_OK) {
        for (size_t i = 0; i < count; i++) {
            (*out)[i] = (struct ihp__coordination_month){month[i], kind[i]};
            if (kind[i] >= ihp__coordinations.count) {
                ihp__store_fail_column(store, names->kind, "holds an unknown code", err);
            }
        }
    }
    ihp__offsets_rebase(*offset, range.count);
    free(month);
    free(kind);
    return err->status;
}

static enum ihp_status read_payments(const struct ihp__store *store, struct ihp__people *people,
                                     struct ihp_error *err)
{
    if (read_social(store, people, err) != IHP_OK ||
        read_coordination(store, store->info.has_care_coordination, &coordination_names,
                          people->range, &people->coordination_offset, &people->coordination,
                          err) != IHP_OK) {
        return err->status;
    }
    return read_coordination(store, store->info.has_care_coordination_paid, &paid_names,
                             people->range, &people->paid_offset, &people->paid, err);
}

enum ihp_status ihp__store_read_people(const struct ihp__store *store, struct ihp__range range,
                                       unsigned parts, struct ihp__people *people,
                                       struct ihp_error *err)
{
    size_t count = (size_t)range.count;
    ihp__people_free(people);
    people->range = range;
    if ((parts & IHP__PEOPLE_BIRTH) != 0) {
        people->birth_day = calloc(count + 1, sizeof *people->birth_day);
        if (people->birth_day == NULL) {
            return ihp__fail_memory(err, "birth dates");
        }
        ihp__store_read_part(store, "members/birth_date", IHP__TYPE_I32, range.first, count,
                             people->birth_day, err);
    }
    if (err->status == IHP_OK && (parts & IHP__PEOPLE_COUNTY) != 0) {
        people->county = calloc(count + 1, sizeof *people->county);
        if (people->county == NULL) {
            return ihp__fail_memory(err, "counties");
        }
        ihp__store_read_part(store, "members/county", IHP__TYPE_U32, range.first, count,
                             people->county, err);
    }
    if (err->status == IHP_OK && (parts & IHP__PEOPLE_PAYMENTS) != 0) {
        read_payments(store, people, err);
    }
    return err->status;
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
