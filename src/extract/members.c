/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members: the first file, whose ids all others refer to. */
#include "fields.h"
#include "table.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct member_row {
    uint64_t row; /* first, as ihp__ex_table_resolve asks */
    char id[IHP__MEMBER_ID_MAX];
    int32_t birth;
    uint32_t county;
    uint16_t race; /* in order of arrival, then number in the store */
    uint8_t sex;
};

static const struct ex_column member_columns[] = {
    {"id", IHP__TYPE_TEXT, IHP__MEMBER_ID_MAX, offsetof(struct member_row, id),
     "text, padded with NUL, in text order"},
    {"birth_date", IHP__TYPE_I32, 0, offsetof(struct member_row, birth), "days since 1970-01-01"},
    {"sex", IHP__TYPE_U8, 0, offsetof(struct member_row, sex), "0 U unknown, 1 F, 2 M"},
    {"county", IHP__TYPE_U32, 0, offsetof(struct member_row, county), "FIPS number; 0 blank"},
    {"race", IHP__TYPE_U16, 0, offsetof(struct member_row, race), "number in dictionary/race"},
};

struct members_stage {
    struct ex_import *x;
    struct ex_table table;
    struct ex_counted races;
    struct ex_drops drops;
    uint32_t *race_map;
};

static enum ihp_status on_member(void *context, const struct ex_row *row, struct ihp_error *err)
{
    enum { RACE_MAX = 100 };
    struct members_stage *s = context;
    struct member_row member = {.row = row->number};
    struct ex_bad bad = {"member_id", "text that is no member id",
                         "1 to 20 of A-Z a-z 0-9 - and _"};
    size_t length = row->csv->length[MEMBER_ID];
    const char *id = row->csv->field[MEMBER_ID];
    if (length == 0) {
        bad.saw = "blank";
    }
    if (!ihp__member_id_valid(id, length) || !ihp__ex_day(row, MEMBER_BIRTH, &member.birth, &bad) ||
        !ihp__ex_code(row, MEMBER_SEX, &ihp__sexes, &member.sex, &bad) ||
        !ihp__ex_county(row, MEMBER_COUNTY, &member.county, &bad) ||
        !ihp__ex_text(row, MEMBER_RACE, true, RACE_MAX, "UTF-8 text of at most 100 characters",
                      &bad)) {
        return ihp__ex_faults_add(s->x, row, &bad, err);
    }
    memcpy(member.id, id, length);
    if (ihp__ex_counted_number(&s->races, row, MEMBER_RACE, &member.race, err) != IHP_OK) {
        return err->status;
    }
    return ihp__ex_table_add(s->x, &s->table, &member, row, err);
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

static bool in_order(const struct ex_table *table)
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

static size_t first_slot(const struct ex_members *members, const char id[IHP__MEMBER_ID_MAX])
{
    return (size_t)XXH3_64bits(id, IHP__MEMBER_ID_MAX) & (members->slots - 1);
}

/* The slot that has an id, padded with NUL, or the free one where it would stand. */
static struct ex_member_slot *slot_of(const struct ex_members *members,
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

void ihp__ex_member_expect(const struct ex_members *members, const char *id, size_t length)
{
    char padded[IHP__MEMBER_ID_MAX];
    if (pad_id(id, length, padded)) {
        __builtin_prefetch(&members->slot[first_slot(members, padded)]);
    }
}

bool ihp__ex_member_find(const struct ex_members *members, const char *id, size_t length,
                         uint32_t *number)
{
    char padded[IHP__MEMBER_ID_MAX];
    if (!pad_id(id, length, padded)) {
        return false;
    }
    const struct ex_member_slot *slot = slot_of(members, padded);
    if (slot->number == 0) {
        return false;
    }
    *number = slot->number - 1;
    return true;
}

static enum ihp_status build_index(struct ex_import *x, const struct ex_table *table,
                                   struct ihp_error *err)
{
    struct ex_members *members = &x->members;
    const struct member_row *row = table->row;
    if (table->count > UINT32_MAX / 4) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: more members than a store takes",
                         x->source[EX_MEMBERS].path);
    }
    if (ihp__ex_reserve(x, &members->slot, &members->slots, table->count / 3 * 4 + 4,
                        sizeof *members->slot, NULL, err) != IHP_OK) {
        return err->status; /* a reserved size is a power of two */
    }
    members->count = table->count;
    for (size_t i = 0; i < table->count; i++) {
        struct ex_member_slot *slot = slot_of(members, row[i].id);
        memcpy(slot->id, row[i].id, sizeof slot->id);
        slot->number = (uint32_t)i + 1;
    }
    return IHP_OK;
}

/* Collective: rank 0's index on every rank. */
static enum ihp_status share_index(struct ex_import *x, struct ihp_error *err)
{
    struct ex_members *members = &x->members;
    if (x->ranks == 1 || ihp__ex_agree(x, err) != IHP_OK) {
        return err->status;
    }
    uint64_t sizes[2] = {members->count, members->slots};
    ihp__share_u64(x->comm, sizes, 2);
    ihp__ex_reserve(x, &members->slot, &members->slots, (size_t)sizes[1], sizeof *members->slot,
                    NULL, err); /* of a power of two just as many are made */
    if (ihp__ex_agree(x, err) == IHP_OK) {
        members->count = (size_t)sizes[0];
        ihp__share_bytes(x->comm, members->slot, members->slots * sizeof *members->slot);
    }
    return err->status;
}

void ihp__ex_members_free(struct ex_members *members)
{
    free(members->slot);
    *members = (struct ex_members){0};
}

/* ---- the stage ------------------------------------------------------------------------------- */

static enum ihp_status read_members(struct members_stage *s, struct ihp_error *err)
{
    static const char *const reason[] = {
        [EX_REPEATED] = "member_id stands more than once; this row repeats another",
        [EX_CONTRADICTED] = "member_id stands more than once, with different contents"};
    struct ex_table *table = &s->table;
    if (ihp__ex_read(s->x, EX_MEMBERS, false, on_member, s, err) != IHP_OK) {
        return err->status;
    }
    if (!in_order(table)) {
        qsort(table->row, table->count, table->size, by_id_and_row);
    }
    if (ihp__ex_table_resolve(s->x, table, by_id, by_contents, &s->drops, err) != IHP_OK) {
        return err->status;
    }
    return ihp__ex_drops_report(s->x, EX_MEMBERS, &s->drops, reason, err);
}

static enum ihp_status write_members(struct members_stage *s, struct ihp_error *err)
{
    struct member_row *row = s->table.row;
    for (size_t i = 0; i < s->table.count; i++) {
        s->races.uses[row[i].race]++;
    }
    if (ihp__ex_counted_put(s->x, &s->races, "", "race", &s->race_map, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < s->table.count; i++) {
        row[i].race = (uint16_t)s->race_map[row[i].race];
    }
    s->x->report.members = s->table.count;
    return ihp__ex_table_put(s->x, &s->table, "members", member_columns,
                             sizeof member_columns / sizeof member_columns[0], err);
}

enum ihp_status ihp__ex_import_members(struct ex_import *x, struct ihp_error *err)
{
    struct members_stage s = {.x = x, .table = {.size = sizeof(struct member_row)}};
    if (ihp__ex_counted_init(&s.races, "races", err) == IHP_OK && read_members(&s, err) == IHP_OK &&
        write_members(&s, err) == IHP_OK &&
        (x->rank != 0 || build_index(x, &s.table, err) == IHP_OK)) {
        share_index(x, err);
    }
    free(s.race_map);
    ihp__ex_drops_free(x, &s.drops);
    ihp__ex_counted_free(&s.races);
    ihp__ex_table_free(x, &s.table);
    return err->status;
}
