/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading rows: the members of a rank, their small tables, and claim lines by batch. */
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

enum ihp_status ihp__store_read_part(const struct ihp__store *store, const char *name,
                                     enum ihp__type type, uint64_t first, uint64_t count,
                                     void *data, struct ihp_error *err)
{
    hid_t dataset;
    uint64_t size;
    size_t width;
    if (ihp__column_open(store, name, type, UINT64_MAX, &dataset, &size, &width, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status =
        first > size || count > size - first
            ? ihp__store_fail_column(store, name, "is shorter than the offsets beside it say", err)
            : ihp__column_read(store, dataset, name, type, width, first, count, data, err);
    H5Dclose(dataset);
    return status;
}

/* ---- partition ------------------------------------------------------------------------------- */

/* The first member whose claims begin at or after `line`, by bisection on the stored offsets. */
static enum ihp_status member_at_line(const struct ihp__store *store, hid_t offsets, uint64_t line,
                                      uint64_t *member, struct ihp_error *err)
{
    uint64_t low = 0, high = store->info.members;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2, offset;
        if (ihp__column_read(store, offsets, "claims/offset", IHP__TYPE_U64, 0, middle, 1, &offset,
                             err) != IHP_OK) {
            return err->status;
        }
        if (offset < line) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *member = low;
    return IHP_OK;
}

/* Where part `part` begins: by claim lines, or by members when there are no lines. */
static enum ihp_status part_start(const struct ihp__store *store, hid_t offsets, int part,
                                  int parts, uint64_t *member, struct ihp_error *err)
{
    uint64_t lines = store->info.lines, members = store->info.members;
    uint64_t p = (uint64_t)part, n = (uint64_t)parts;
    if (part == 0 || part == parts) {
        *member = part == 0 ? 0 : members;
        return IHP_OK;
    }
    if (lines == 0) {
        *member = members / n * p + members % n * p / n;
        return IHP_OK;
    }
    return member_at_line(store, offsets, lines / n * p + lines % n * p / n, member, err);
}

enum ihp_status ihp__store_partition(const struct ihp__store *store, int part, int parts,
                                     struct ihp__range *range, struct ihp_error *err)
{
    hid_t offsets;
    uint64_t first, next;
    if (ihp__column_open(store, "claims/offset", IHP__TYPE_U64, store->info.members + 1, &offsets,
                         NULL, NULL, err) != IHP_OK) {
        return err->status;
    }
    if (part_start(store, offsets, part, parts, &first, err) == IHP_OK) {
        part_start(store, offsets, part + 1, parts, &next, err);
    }
    H5Dclose(offsets);
    if (err->status != IHP_OK) {
        return err->status;
    }
    if (next < first) {
        return ihp__store_fail_column(store, "claims/offset", "goes back", err);
    }
    *range = (struct ihp__range){first, next - first};
    return IHP_OK;
}

/* ---- members --------------------------------------------------------------------------------- */

/* Arrays of a range of members; grown when a range is larger than any before, never shrunk. */
enum { SPACE_ARRAYS = 13 };

struct ihp__members_space {
    void *array[SPACE_ARRAYS]; /* owned */
    size_t capacity[SPACE_ARRAYS];
};

/* Array number `which` with room for `count` elements; NULL when memory is short. */
static void *space_array(struct ihp__members *members, int which, size_t count, size_t element)
{
    struct ihp__members_space *space = members->space;
    if (!ihp__array_reserve(&space->array[which], &space->capacity[which], count + 1, element)) {
        return NULL;
    }
    return space->array[which];
}

enum ihp_status ihp__store_read_offsets(const struct ihp__store *store, const char *name,
                                        struct ihp__range range, uint64_t limit, uint64_t *offset,
                                        struct ihp_error *err)
{
    size_t count = (size_t)range.count + 1;
    if (ihp__store_read_part(store, name, IHP__TYPE_U64, range.first, count, offset, err) !=
        IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        if (offset[i] > limit) {
            return ihp__store_fail_column(store, name, "points past the end", err);
        }
        if (i > 0 && offset[i] < offset[i - 1]) {
            return ihp__store_fail_column(store, name, "goes back", err);
        }
    }
    if (range.first == 0 && offset[0] != 0) {
        return ihp__store_fail_column(store, name, "does not begin with 0", err);
    }
    if (range.first + range.count == store->info.members && offset[count - 1] != limit) {
        return ihp__store_fail_column(store, name, "does not end with the number of rows", err);
    }
    return IHP_OK;
}

void ihp__offsets_rebase(uint64_t *offset, uint64_t count)
{
    uint64_t first = offset[0];
    for (uint64_t i = 0; i <= count; i++) {
        offset[i] -= first;
    }
}

static enum ihp_status read_offsets(const struct ihp__store *store, const char *name,
                                    struct ihp__members *members, int which, uint64_t limit,
                                    uint64_t **out, struct ihp_error *err)
{
    uint64_t *offset =
        space_array(members, which, (size_t)members->range.count + 1, sizeof *offset);
    if (offset == NULL) {
        return ihp__fail_memory(err, name);
    }
    *out = offset;
    return ihp__store_read_offsets(store, name, members->range, limit, offset, err);
}

struct span_columns {
    int32_t *month_from, *month_to;
    uint32_t *county;
    uint16_t *payer;
    uint8_t *program, *exclusion;
};

static bool span_columns_take(struct ihp__members *members, size_t count,
                              struct span_columns *columns)
{
    columns->month_from = space_array(members, 3, count, sizeof *columns->month_from);
    columns->month_to = space_array(members, 4, count, sizeof *columns->month_to);
    columns->county = space_array(members, 5, count, sizeof *columns->county);
    columns->payer = space_array(members, 6, count, sizeof *columns->payer);
    columns->program = space_array(members, 7, count, sizeof *columns->program);
    columns->exclusion = space_array(members, 8, count, sizeof *columns->exclusion);
    return columns->month_from != NULL && columns->month_to != NULL && columns->county != NULL &&
           columns->payer != NULL && columns->program != NULL && columns->exclusion != NULL;
}

static enum ihp_status join_spans(const struct ihp__store *store,
                                  const struct span_columns *columns, size_t count,
                                  struct ihp__span *span, struct ihp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        span[i] =
            (struct ihp__span){columns->month_from[i], columns->month_to[i], columns->county[i],
                               columns->payer[i],      columns->program[i],  columns->exclusion[i]};
        if (span[i].payer >= store->info.payers) {
            return ihp__store_fail_column(store, "enrollment/payer", "holds a number no payer has",
                                          err);
        }
        if (span[i].program >= ihp__programs.count || span[i].exclusion >= ihp__exclusions.count) {
            return ihp__store_fail_column(store, "enrollment/program or exclusion",
                                          "holds an unknown code", err);
        }
        if (span[i].month_to < span[i].month_from) {
            return ihp__store_fail_column(store, "enrollment/month_to", "lies before month_from",
                                          err);
        }
    }
    return IHP_OK;
}

static enum ihp_status read_spans(const struct ihp__store *store, struct ihp__members *members,
                                  struct ihp_error *err)
{
    uint64_t first = members->span_offset[0];
    size_t count = (size_t)(members->span_offset[members->range.count] - first);
    struct span_columns columns = {0};
    members->span = space_array(members, 9, count, sizeof *members->span);
    if (members->span == NULL || !span_columns_take(members, count, &columns)) {
        ihp__fail_memory(err, "enrollment");
    } else {
        const struct {
            const char *name;
            enum ihp__type type;
            void *data;
        } wanted[] = {{"enrollment/month_from", IHP__TYPE_I32, columns.month_from},
                      {"enrollment/month_to", IHP__TYPE_I32, columns.month_to},
                      {"enrollment/county", IHP__TYPE_U32, columns.county},
                      {"enrollment/payer", IHP__TYPE_U16, columns.payer},
                      {"enrollment/program", IHP__TYPE_U8, columns.program},
                      {"enrollment/exclusion", IHP__TYPE_U8, columns.exclusion}};
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && err->status == IHP_OK; i++) {
            ihp__store_read_part(store, wanted[i].name, wanted[i].type, first, count,
                                 wanted[i].data, err);
        }
        if (err->status == IHP_OK) {
            join_spans(store, &columns, count, members->span, err);
        }
    }
    ihp__offsets_rebase(members->span_offset, members->range.count);
    return err->status;
}

static enum ihp_status read_morbidity(const struct ihp__store *store, struct ihp__members *members,
                                      struct ihp_error *err)
{
    uint64_t first = members->morbidity_offset[0];
    size_t count = (size_t)(members->morbidity_offset[members->range.count] - first);
    int16_t *year = space_array(members, 10, count, sizeof *year);
    uint16_t *acg = space_array(members, 11, count, sizeof *acg);
    members->morbidity = space_array(members, 12, count, sizeof *members->morbidity);
    if (year == NULL || acg == NULL || members->morbidity == NULL) {
        ihp__fail_memory(err, "morbidity");
    } else if (ihp__store_read_part(store, "morbidity/year", IHP__TYPE_I16, first, count, year,
                                    err) == IHP_OK &&
               ihp__store_read_part(store, "morbidity/acg", IHP__TYPE_U16, first, count, acg,
                                    err) == IHP_OK) {
        for (size_t i = 0; i < count; i++) {
            members->morbidity[i] = (struct ihp__morbidity){year[i], acg[i]};
            if (acg[i] >= store->info.acgs) {
                ihp__store_fail_column(store, "morbidity/acg", "holds a number no category has",
                                       err);
            }
        }
    }
    ihp__offsets_rebase(members->morbidity_offset, members->range.count);
    return err->status;
}

enum ihp_status ihp__store_read_members(const struct ihp__store *store, struct ihp__range range,
                                        struct ihp__members *members, struct ihp_error *err)
{
    const struct ihp__store_info *info = &store->info;
    if (members->space == NULL) {
        members->space = calloc(1, sizeof *members->space);
        if (members->space == NULL) {
            return ihp__fail_memory(err, "members");
        }
    }
    members->range = range;
    if (read_offsets(store, "enrollment/offset", members, 0, info->spans, &members->span_offset,
                     err) != IHP_OK ||
        read_offsets(store, "morbidity/offset", members, 1, info->morbidity_rows,
                     &members->morbidity_offset, err) != IHP_OK ||
        read_offsets(store, "claims/offset", members, 2, info->lines, &members->claim_offset,
                     err) != IHP_OK ||
        read_spans(store, members, err) != IHP_OK ||
        read_morbidity(store, members, err) != IHP_OK) {
        return err->status;
    }
    return ihp__store_read_index_offsets(store, members, err);
}

void ihp__members_free(struct ihp__members *members)
{
    for (int i = 0; members->space != NULL && i < SPACE_ARRAYS; i++) {
        free(members->space->array[i]);
    }
    free(members->space);
    free(members->index_offset);
    free(members->year_line);
    *members = (struct ihp__members){0};
}

enum ihp_status ihp__store_read_ids(const struct ihp__store *store, struct ihp__range range,
                                    char (**ids)[IHP__MEMBER_ID_MAX + 1], struct ihp_error *err)
{
    hid_t dataset;
    size_t width;
    if (ihp__column_open(store, "members/id", IHP__TYPE_TEXT, store->info.members, &dataset, NULL,
                         &width, err) != IHP_OK) {
        return err->status;
    }
    size_t count = (size_t)range.count;
    char *raw = malloc(count * width + 1);
    char(*fresh)[IHP__MEMBER_ID_MAX + 1] = calloc(count + 1, sizeof *fresh);
    if (width > IHP__MEMBER_ID_MAX) {
        ihp__store_fail_column(store, "members/id", "is too wide", err);
    } else if (raw == NULL || fresh == NULL) {
        ihp__fail_memory(err, "member ids");
    } else if (ihp__column_read(store, dataset, "members/id", IHP__TYPE_TEXT, width, range.first,
                                count, raw, err) == IHP_OK) {
        for (size_t i = 0; i < count; i++) {
            memcpy(fresh[i], raw + i * width, width);
        }
    }
    H5Dclose(dataset);
    free(raw);
    if (err->status != IHP_OK) {
        free(fresh);
        return err->status;
    }
    *ids = fresh;
    return IHP_OK;
}

enum ihp_status ihp__store_find_member(const struct ihp__store *store, const char *id,
                                       uint64_t *member, bool *found, struct ihp_error *err)
{
    uint64_t low = 0, high = store->info.members;
    *found = false;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        char(*held)[IHP__MEMBER_ID_MAX + 1];
        if (ihp__store_read_ids(store, (struct ihp__range){middle, 1}, &held, err) != IHP_OK) {
            return err->status;
        }
        int order = strcmp(held[0], id);
        free(held);
        if (order == 0) {
            *member = middle;
            *found = true;
            return IHP_OK;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return IHP_OK;
}
