/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members: the first file, whose ids all others refer to. */
#include "fields.h"
#include "table.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct member_row {
    uint64_t row; /* first, as ihp__import_table_resolve asks */
    char id[IHP__MEMBER_ID_MAX];
    int32_t birth;
    uint32_t county;
    uint16_t race; /* in order of arrival, then number in the store */
    uint8_t sex;
};

static const struct ihp__import_column member_columns[] = {
    {IHP__COLUMN_MEMBER_ID, offsetof(struct member_row, id), IHP__MEMBER_ID_MAX},
    {IHP__COLUMN_MEMBER_BIRTH, offsetof(struct member_row, birth), 0},
    {IHP__COLUMN_MEMBER_SEX, offsetof(struct member_row, sex), 0},
    {IHP__COLUMN_MEMBER_COUNTY, offsetof(struct member_row, county), 0},
    {IHP__COLUMN_MEMBER_RACE, offsetof(struct member_row, race), 0},
};

struct members_stage {
    struct ihp__import *import;
    struct ihp__import_table table;
    struct ihp__import_dict races;
    struct ihp__import_drops drops;
    uint32_t *race_map;
};

static enum ihp_status on_member(void *context, const struct ihp__import_row *row,
                                 struct ihp_error *err)
{
    enum { RACE_MAX = 100 };
    struct members_stage *s = context;
    struct member_row member = {.row = row->number};
    struct ihp__import_reason bad = {"member_id", "text that is no member id",
                                     "1 to 20 of A-Z a-z 0-9 - and _"};
    size_t length = row->csv->length[MEMBER_ID];
    const char *id = row->csv->field[MEMBER_ID];
    if (length == 0) {
        bad.saw = "blank";
    }
    if (!ihp__member_id_valid(id, length) ||
        !ihp__import_parse_day(row, MEMBER_BIRTH, &member.birth, &bad) ||
        !ihp__import_parse_code(row, MEMBER_SEX, &ihp__sexes, &member.sex, &bad) ||
        !ihp__import_parse_county(row, MEMBER_COUNTY, &member.county, &bad) ||
        !ihp__import_check_text(row, MEMBER_RACE, true, RACE_MAX,
                                "UTF-8 text of at most 100 characters", &bad)) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    memcpy(member.id, id, length);
    if (ihp__import_dict_number(&s->races, row, MEMBER_RACE, &member.race, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_table_add(s->import, &s->table, &member, row, err);
}

static int by_id(const void *a, const void *b)
{
    const struct member_row *p = a, *q = b;
    return memcmp(p->id, q->id, sizeof p->id);
}

static int by_id_and_row(const void *a, const void *b)
{
    const struct member_row *p = a, *q = b;
    int order = by_id(a, b);
    return order != 0 ? order : (p->row > q->row) - (p->row < q->row);
}

static int by_contents(const void *a, const void *b)
{
    const struct member_row *p = a, *q = b;
    return p->birth != q->birth || p->county != q->county || p->race != q->race || p->sex != q->sex;
}

static bool in_order(const struct ihp__import_table *table)
{
    const struct member_row *row = table->row;
    for (size_t i = 1; i < table->count; i++) {
        if (by_id(&row[i - 1], &row[i]) >= 0) {
            return false;
        }
    }
    return true;
}

/* ---- the index ------------------------------------------------------------------------------- */

static size_t first_slot(const struct ihp__import_member_index *members,
                         const char id[IHP__MEMBER_ID_MAX])
{
    return (size_t)XXH3_64bits(id, IHP__MEMBER_ID_MAX) & (members->slots - 1);
}

/* The slot that has an id, padded with NUL, or the free one where it would stand. */
static struct ihp__import_member_slot *slot_of(const struct ihp__import_member_index *members,
                                               const char id[IHP__MEMBER_ID_MAX])
{
    size_t at = first_slot(members, id);
    while (members->slot[at].number != 0 &&
           memcmp(members->slot[at].id, id, IHP__MEMBER_ID_MAX) != 0) {
        at = (at + 1) & (members->slots - 1);
    }
    return &members->slot[at];
}

/* Copies an id and pads it; false when it is too long to be one. */
static bool pad_id(const char *id, size_t length, char padded[IHP__MEMBER_ID_MAX])
{
    memset(padded, 0, IHP__MEMBER_ID_MAX);
    if (length == 0 || length > IHP__MEMBER_ID_MAX) {
        return false;
    }
    memcpy(padded, id, length);
    return true;
}

void ihp__import_member_expect(const struct ihp__import_member_index *members, const char *id,
                               size_t length)
{
    char padded[IHP__MEMBER_ID_MAX];
    if (pad_id(id, length, padded)) {
        __builtin_prefetch(&members->slot[first_slot(members, padded)]);
    }
}

bool ihp__import_member_find(const struct ihp__import_member_index *members, const char *id,
                             size_t length, uint32_t *number)
{
    char padded[IHP__MEMBER_ID_MAX];
    if (!pad_id(id, length, padded)) {
        return false;
    }
    const struct ihp__import_member_slot *slot = slot_of(members, padded);
    if (slot->number == 0) {
        return false;
    }
    *number = slot->number - 1;
    return true;
}

static enum ihp_status build_index(struct ihp__import *import,
                                   const struct ihp__import_table *table, struct ihp_error *err)
{
    struct ihp__import_member_index *members = &import->members;
    const struct member_row *row = table->row;
    if (table->count > UINT32_MAX / 4) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: more members than a store takes",
                         import->source[IHP__EXTRACT_MEMBERS].path);
    }
    if (ihp__import_reserve(import, &members->slot, &members->slots, table->count / 3 * 4 + 4,
                            sizeof *members->slot, NULL, err) != IHP_OK) {
        return err->status; /* a reserved size is a power of two */
    }
    members->count = table->count;
    for (size_t i = 0; i < table->count; i++) {
        struct ihp__import_member_slot *slot = slot_of(members, row[i].id);
        memcpy(slot->id, row[i].id, sizeof slot->id);
        slot->number = (uint32_t)i + 1;
    }
    return IHP_OK;
}

/* Collective: rank 0's index on every rank. */
static enum ihp_status share_index(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__import_member_index *members = &import->members;
    if (import->ranks == 1 || ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    uint64_t sizes[2] = {members->count, members->slots};
    ihp__share_u64(import->comm, sizes, 2);
    ihp__import_reserve(import, &members->slot, &members->slots, (size_t)sizes[1],
                        sizeof *members->slot, NULL,
                        err); /* of a power of two just as many are made */
    if (ihp__import_agree(import, err) == IHP_OK) {
        members->count = (size_t)sizes[0];
        ihp__share_bytes(import->comm, members->slot, members->slots * sizeof *members->slot);
    }
    return err->status;
}

void ihp__import_member_index_free(struct ihp__import_member_index *members)
{
    free(members->slot);
    *members = (struct ihp__import_member_index){0};
}

/* ---- the stage ------------------------------------------------------------------------------- */

static enum ihp_status read_members(struct members_stage *s, struct ihp_error *err)
{
    static const char *const reason[] = {
        [IHP__IMPORT_IDENTICAL] = "member_id stands more than once; this row repeats another",
        [IHP__IMPORT_CONFLICTING] = "member_id stands more than once, with different contents"};
    struct ihp__import_table *table = &s->table;
    if (ihp__import_read(s->import, IHP__EXTRACT_MEMBERS, false, on_member, s, err) != IHP_OK) {
        return err->status;
    }
    if (!in_order(table)) {
        qsort(table->row, table->count, table->size, by_id_and_row);
    }
    if (ihp__import_table_resolve(s->import, table, by_id, by_contents, &s->drops, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_drops_report(s->import, IHP__EXTRACT_MEMBERS, &s->drops, reason, err);
}

static enum ihp_status write_members(struct members_stage *s, struct ihp_error *err)
{
    struct member_row *row = s->table.row;
    for (size_t i = 0; i < s->table.count; i++) {
        s->races.uses[row[i].race]++;
    }
    if (ihp__import_dict_put(s->import, &s->races, "", IHP__COLUMN_DICT_RACE, &s->race_map, err) !=
        IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < s->table.count; i++) {
        row[i].race = (uint16_t)s->race_map[row[i].race];
    }
    s->import->report.members = s->table.count;
    return ihp__import_table_put(s->import, &s->table, member_columns,
                                 sizeof member_columns / sizeof member_columns[0], err);
}

enum ihp_status ihp__import_members(struct ihp__import *import, struct ihp_error *err)
{
    struct members_stage s = {.import = import, .table = {.size = sizeof(struct member_row)}};
    if (ihp__import_dict_init(&s.races, "races", err) == IHP_OK &&
        read_members(&s, err) == IHP_OK && write_members(&s, err) == IHP_OK &&
        (import->rank != 0 || build_index(import, &s.table, err) == IHP_OK)) {
        share_index(import, err);
    }
    free(s.race_map);
    ihp__import_drops_free(import, &s.drops);
    ihp__import_dict_free(&s.races);
    ihp__import_table_free(import, &s.table);
    return err->status;
}
