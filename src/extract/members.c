/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing members.csv, the first file, because the others refer to its IDs. */
#include "extract/convert.h"
#include "extract/fields.h"
#include "extract/layouts.h"
#include "extract/table.h"
#include "extract/values.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

struct member_row {
    uint64_t row; /* ihp__import_table_resolve requires it to be first */
    char id[IHP__MEMBER_ID_MAX];
    int32_t birth, death; /* IHP__NO_DEATH: none */
    uint32_t county;
    uint16_t race; /* first in order of arrival, then the number in the store */
    uint8_t sex;
};

/* The last column is left out if no member has a date of death. */
static const struct ihp__import_column member_columns[] = {
    {IHP__COLUMN_MEMBER_ID, offsetof(struct member_row, id), IHP__MEMBER_ID_MAX},
    {IHP__COLUMN_MEMBER_BIRTH, offsetof(struct member_row, birth), 0},
    {IHP__COLUMN_MEMBER_SEX, offsetof(struct member_row, sex), 0},
    {IHP__COLUMN_MEMBER_COUNTY, offsetof(struct member_row, county), 0},
    {IHP__COLUMN_MEMBER_RACE, offsetof(struct member_row, race), 0},
    {IHP__COLUMN_MEMBER_DEATH, offsetof(struct member_row, death), 0},
};

struct members_import {
    struct ihp__import *import;
    struct ihp__import_table table;
    struct ihp__import_dict races;
    struct ihp__import_drops drops;
    uint32_t *race_map;
};

/* Reads the date of death. A date that is not valid, or before the birth, becomes blank, so that
 * the member keeps its claims. The notice says that the member counts as alive. */
static int32_t read_death(const struct ihp__import *import, struct ihp__import_row *row,
                          int32_t birth)
{
    const int column = IHP__EXTRACT_MEMBER_DEATH;
    struct ihp__import_reason reason = {0};
    int32_t death;
    enum ihp__import_change change;
    if (ihp__import_parse_day_if_any(row, column, IHP__NO_DEATH, &death, &reason)) {
        if (death >= birth) {
            return death;
        }
        change = IHP__IMPORT_LEFT_BIRTH;
    } else if (reason.problem == ihp__convert_two_orders &&
               !ihp__import_names_dates(import, IHP__EXTRACT_MEMBERS)) {
        change = IHP__IMPORT_LEFT_ORDER;
    } else {
        change = IHP__IMPORT_LEFT_BLANK;
    }
    ihp__import_value_blank(row, column, change);
    return IHP__NO_DEATH;
}

static enum ihp_status on_member(void *context, struct ihp__import_row *row, struct ihp_error *err)
{
    struct members_import *m = context;
    struct member_row member = {.row = row->number};
    struct ihp__import_reason reason;
    if (!ihp__import_check_member_id(row, IHP__EXTRACT_MEMBER_ID, &reason) ||
        !ihp__import_parse_past_day(row, IHP__EXTRACT_MEMBER_BIRTH, &member.birth, &reason) ||
        !ihp__import_parse_code(row, IHP__EXTRACT_MEMBER_SEX, &member.sex, &reason)) {
        return ihp__import_bad_rows_add(m->import, row, &reason, err);
    }
    member.death = read_death(m->import, row, member.birth);
    member.county = ihp__import_parse_county(row, IHP__EXTRACT_MEMBER_COUNTY);
    ihp__import_check_optional_text(row, IHP__EXTRACT_MEMBER_RACE);
    ihp__import_row_keep(row);
    memcpy(member.id, row->field[IHP__EXTRACT_MEMBER_ID], row->length[IHP__EXTRACT_MEMBER_ID]);
    if (ihp__import_dict_number(&m->races, row, IHP__EXTRACT_MEMBER_RACE, &member.race, err) !=
        IHP_OK) {
        return err->status;
    }
    return ihp__import_table_add(m->import, &m->table, &member, row, err);
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
    return p->birth != q->birth || p->death != q->death || p->county != q->county ||
           p->race != q->race || p->sex != q->sex;
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

/* ---- the stage ------------------------------------------------------------------------------- */

static enum ihp_status read_members(struct members_import *m, struct ihp_error *err)
{
    static const char *const reason[] = {
        [IHP__IMPORT_IDENTICAL] = "duplicate member_id (identical rows)",
        [IHP__IMPORT_CONFLICTING] = "member_id stands more than once, with different contents"};
    struct ihp__import_table *table = &m->table;
    if (ihp__import_read(m->import, IHP__EXTRACT_MEMBERS, false, on_member, m, err) != IHP_OK) {
        return err->status;
    }
    if (!in_order(table)) {
        qsort(table->row, table->count, table->size, by_id_and_row);
    }
    if (ihp__import_table_resolve(m->import, table, by_id, by_contents, &m->drops, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_drops_report(m->import, IHP__EXTRACT_MEMBERS, &m->drops, reason, err);
}

static enum ihp_status write_members(struct members_import *m, struct ihp_error *err)
{
    struct member_row *row = m->table.row;
    for (size_t i = 0; i < m->table.count; i++) {
        m->races.uses[row[i].race]++;
    }
    if (ihp__import_dict_put(m->import, &m->races, "", IHP__COLUMN_DICT_RACE, &m->race_map, err) !=
        IHP_OK) {
        return err->status;
    }
    uint64_t deaths = 0;
    for (size_t i = 0; i < m->table.count; i++) {
        row[i].race = (uint16_t)m->race_map[row[i].race];
        deaths += row[i].death != IHP__NO_DEATH;
    }
    ihp__share_u64(m->import->comm, &deaths, 1); /* rank 0 has the table */
    m->import->report.members = m->table.count;
    return ihp__import_table_put(
        m->import, &m->table, member_columns,
        sizeof member_columns / sizeof member_columns[0] - (deaths == 0 ? 1 : 0), err);
}

/* Counts the members who may be others, because zeros in front of an ID were lost or added. */
static void count_zeros(const struct members_import *m)
{
    const struct ihp__import_member_index *index = &m->import->members;
    const struct member_row *row = m->table.row;
    bool one_length = (index->lengths & (index->lengths - 1)) == 0;
    for (size_t i = 0; i < m->table.count && !one_length; i++) {
        m->import->values->members_zeros +=
            row[i].id[0] == '0' &&
            ihp__import_member_near(index, row[i].id, strnlen(row[i].id, sizeof row[i].id), true);
    }
}

/* Makes the indexes of good members and of those with bad rows. */
static enum ihp_status build_indexes(const struct members_import *m, struct ihp_error *err)
{
    struct ihp__import *import = m->import;
    const struct member_row *row = m->table.row;
    const struct ihp__import_member_ids good = {m->table.count == 0 ? "" : row->id, sizeof *row,
                                                m->table.count};
    const struct ihp__import_member_ids bad = {(const char *)import->bad_id, sizeof *import->bad_id,
                                               import->bad_ids};
    if (ihp__import_member_index_build(import, &import->members, &good, err) != IHP_OK ||
        (bad.count > 0 &&
         ihp__import_member_index_build(import, &import->bad_members, &bad, err) != IHP_OK)) {
        return err->status;
    }
    ihp__import_release(import, &import->bad_id, &import->bad_id_capacity, sizeof *import->bad_id);
    import->bad_ids = 0;
    count_zeros(m);
    return IHP_OK;
}

static enum ihp_status import_members(struct members_import *m, struct ihp_error *err)
{
    if (ihp__import_dict_init(&m->races, "races", err) != IHP_OK ||
        read_members(m, err) != IHP_OK || write_members(m, err) != IHP_OK ||
        (m->import->rank == 0 && build_indexes(m, err) != IHP_OK) ||
        ihp__import_member_index_share(m->import, &m->import->members, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_member_index_share(m->import, &m->import->bad_members, err);
}

enum ihp_status ihp__import_members(struct ihp__import *import, struct ihp_error *err)
{
    struct members_import m = {.import = import, .table = {.size = sizeof(struct member_row)}};
    enum ihp_status status = import_members(&m, err);
    free(m.race_map);
    ihp__import_drops_free(import, &m.drops);
    ihp__import_dict_free(&m.races);
    ihp__import_table_free(import, &m.table);
    return status;
}
