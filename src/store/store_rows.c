/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading members: the share of a rank, their small tables, and their ids. */
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- partition ------------------------------------------------------------------------------- */

/* Finds the first member whose claims start at or after `line`, by binary search in the file. */
static enum ihp_status member_at_line(const struct ihp__store *store,
                                      const struct ihp__open_column *offsets, uint64_t line,
                                      uint64_t *member, struct ihp_error *err)
{
    uint64_t low = 0, high = store->info.members;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2, offset;
        if (ihp__column_read(store, offsets, middle, 1, &offset, err) != IHP_OK) {
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

/* Finds the member at which part `part` starts: by claim lines, or by members if there are no
 * lines. */
static enum ihp_status part_start(const struct ihp__store *store,
                                  const struct ihp__open_column *offsets, int part, int parts,
                                  uint64_t *member, struct ihp_error *err)
{
    uint64_t lines = store->info.lines, members = store->info.members;
    if (part == 0 || part == parts) {
        *member = part == 0 ? 0 : members;
        return IHP_OK;
    }
    if (lines == 0) {
        *member = ihp__share_start(members, part, parts);
        return IHP_OK;
    }
    return member_at_line(store, offsets, ihp__share_start(lines, part, parts), member, err);
}

enum ihp_status ihp__store_partition(const struct ihp__store *store, int part, int parts,
                                     struct ihp__range *range, struct ihp_error *err)
{
    const struct ihp__open_column *offsets = &store->column[IHP__COLUMN_LINE_OFFSET];
    uint64_t first = 0, next = 0;
    if (part_start(store, offsets, part, parts, &first, err) != IHP_OK ||
        part_start(store, offsets, part + 1, parts, &next, err) != IHP_OK) {
        return err->status;
    }
    if (next < first) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(LINE_OFFSET), "decreases", err);
    }
    *range = (struct ihp__range){first, next - first};
    return IHP_OK;
}

/* ---- members --------------------------------------------------------------------------------- */

/* Arrays of a range of members; grown when a range is larger than any before, never shrunk. */
enum { SPACE_ARRAYS = 15 };

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

static enum ihp_status read_offsets(const struct ihp__store *store, enum ihp__column column,
                                    struct ihp__members *members, int which, uint64_t limit,
                                    uint64_t **out, struct ihp_error *err)
{
    uint64_t *offset =
        space_array(members, which, (size_t)members->range.count + 1, sizeof *offset);
    if (offset == NULL) {
        return ihp__fail_memory(err, ihp__column_spec[column].name);
    }
    *out = offset;
    return ihp__store_read_offsets(store, column, members->range, limit, offset, err);
}

/* The columns of enrollment, in the memory of `members`. */
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
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(SPAN_PAYER),
                                          "has a number that dictionary/payer does not have", err);
        }
        if (span[i].major_program >= ihp__major_programs.count) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(SPAN_PROGRAM),
                                          "has an unknown code", err);
        }
        if (span[i].exclusion >= ihp__exclusions.count) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(SPAN_EXCLUSION),
                                          "has an unknown code", err);
        }
        if (span[i].month_to < span[i].month_from) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(SPAN_TO), "is before month_from",
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
        return ihp__fail_memory(err, "enrollment");
    }
    const struct {
        enum ihp__column column;
        void *data;
    } reads[] = {{IHP__COLUMN_SPAN_FROM, columns.month_from},
                 {IHP__COLUMN_SPAN_TO, columns.month_to},
                 {IHP__COLUMN_SPAN_COUNTY, columns.county},
                 {IHP__COLUMN_SPAN_PAYER, columns.payer},
                 {IHP__COLUMN_SPAN_PROGRAM, columns.program},
                 {IHP__COLUMN_SPAN_EXCLUSION, columns.exclusion}};
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        if (ihp__store_read_part(store, reads[i].column, first, count, reads[i].data, err) !=
            IHP_OK) {
            return err->status;
        }
    }
    ihp__offsets_rebase(members->span_offset, members->range.count);
    if (ihp__store_check_months(store, IHP__COLUMN_SPAN_FROM, columns.month_from, count, err) !=
            IHP_OK ||
        ihp__store_check_months(store, IHP__COLUMN_SPAN_TO, columns.month_to, count, err) !=
            IHP_OK ||
        ihp__store_check_counties(store, IHP__COLUMN_SPAN_COUNTY, columns.county, count, err) !=
            IHP_OK) {
        return err->status;
    }
    return join_spans(store, &columns, count, members->span, err);
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
        return ihp__fail_memory(err, "morbidity");
    }
    if (ihp__store_read_part(store, IHP__COLUMN_MORBIDITY_YEAR, first, count, year, err) !=
            IHP_OK ||
        ihp__store_read_part(store, IHP__COLUMN_MORBIDITY_ACG, first, count, acg, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        members->morbidity[i] = (struct ihp__morbidity){year[i], acg[i]};
        if (acg[i] >= store->info.acgs) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(MORBIDITY_ACG),
                                          "has a number that dictionary/acg does not have", err);
        }
        if (year[i] < 1 || year[i] > 9999) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(MORBIDITY_YEAR),
                                          "has a year outside 0001 to 9999", err);
        }
    }
    ihp__offsets_rebase(members->morbidity_offset, members->range.count);
    return IHP_OK;
}

static enum ihp_status read_births(const struct ihp__store *store, struct ihp__members *members,
                                   struct ihp_error *err)
{
    size_t count = (size_t)members->range.count;
    members->birth_day = space_array(members, 14, count, sizeof *members->birth_day);
    if (members->birth_day == NULL) {
        return ihp__fail_memory(err, "dates of birth");
    }
    return ihp__store_read_part(store, IHP__COLUMN_MEMBER_BIRTH, members->range.first, count,
                                members->birth_day, err) != IHP_OK
               ? err->status
               : ihp__store_check_days(store, IHP__COLUMN_MEMBER_BIRTH, members->birth_day, count,
                                       0, err);
}

static enum ihp_status read_deaths(const struct ihp__store *store, struct ihp__members *members,
                                   struct ihp_error *err)
{
    size_t count = (size_t)members->range.count;
    if (!store->info.has_death_dates) {
        return IHP_OK;
    }
    members->death_day = space_array(members, 13, count, sizeof *members->death_day);
    if (members->death_day == NULL) {
        return ihp__fail_memory(err, "dates of death");
    }
    return ihp__store_read_part(store, IHP__COLUMN_MEMBER_DEATH, members->range.first, count,
                                members->death_day, err) != IHP_OK
               ? err->status
               : ihp__store_check_days(store, IHP__COLUMN_MEMBER_DEATH, members->death_day, count,
                                       IHP__NO_DEATH, err);
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
    if (read_offsets(store, IHP__COLUMN_SPAN_OFFSET, members, 0, info->spans, &members->span_offset,
                     err) != IHP_OK ||
        read_offsets(store, IHP__COLUMN_MORBIDITY_OFFSET, members, 1, info->morbidity_rows,
                     &members->morbidity_offset, err) != IHP_OK ||
        read_offsets(store, IHP__COLUMN_LINE_OFFSET, members, 2, info->lines,
                     &members->claim_offset, err) != IHP_OK ||
        read_spans(store, members, err) != IHP_OK || read_births(store, members, err) != IHP_OK ||
        read_deaths(store, members, err) != IHP_OK ||
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

/* ---- ids ------------------------------------------------------------------------------------- */

/* Checks an id, of which texts of a result and names of files are made: it has the characters of an
 * id and no others, and is greater than the one before it. */
static enum ihp_status check_id(const struct ihp__store *store, const char *raw, size_t width,
                                const char *before, const char *id, struct ihp_error *err)
{
    const char *name = IHP__COLUMN_NAME(MEMBER_ID);
    size_t length = strlen(id);
    bool padded = true;
    for (size_t i = length; i < width; i++) {
        padded &= raw[i] == '\0';
    }
    if (!padded || !ihp__member_id_valid(id, length)) {
        return ihp__store_fail_column(store, name, "has an ID that is not valid", err);
    }
    return strcmp(before, id) < 0
               ? IHP_OK
               : ihp__store_fail_column(store, name, "is not in ascending order", err);
}

enum ihp_status ihp__store_read_ids(const struct ihp__store *store, struct ihp__range range,
                                    char (**ids)[IHP__MEMBER_ID_MAX + 1], struct ihp_error *err)
{
    const struct ihp__open_column *column = &store->column[IHP__COLUMN_MEMBER_ID];
    size_t count = (size_t)range.count, width = column->element;
    char *raw = malloc(count * width + 1);
    char(*fresh)[IHP__MEMBER_ID_MAX + 1] = calloc(count + 1, sizeof *fresh);
    enum ihp_status status;
    if (width > IHP__MEMBER_ID_MAX) {
        status = ihp__store_fail_column(store, column->name, "is too wide", err);
    } else if (raw == NULL || fresh == NULL) {
        status = ihp__fail_memory(err, "member ids");
    } else {
        status = ihp__column_read(store, column, range.first, count, raw, err);
    }
    for (size_t i = 0; status == IHP_OK && i < count; i++) {
        memcpy(fresh[i], raw + i * width, width);
        status = check_id(store, raw + i * width, width, i > 0 ? fresh[i - 1] : "", fresh[i], err);
    }
    free(raw);
    if (status != IHP_OK) {
        free(fresh);
        return status;
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
