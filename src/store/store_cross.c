/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing what a store says twice: the order of its lines and members, and the index with the
 * claims that it repeats. A settlement relies on both and reads too little to see all of it; ihp
 * check reads everything. */
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_MEMBERS = 16384, BLOCK_LINES = 65536 };

static const unsigned cross_columns =
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_KNOWN_FROM) |
    IHP__COLUMN_BIT(IHP__CLAIM_PROCEDURE) | IHP__COLUMN_BIT(IHP__CLAIM_BILLING) |
    IHP__COLUMN_BIT(IHP__CLAIM_TREATING) | IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT) |
    IHP__COLUMN_BIT(IHP__CLAIM_LINE) | IHP__COLUMN_BIT(IHP__CLAIM_CLAIM_ID) |
    IHP__COLUMN_BIT(IHP__CLAIM_VOID_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_VERSION);

/* What orders the lines of a member. */
struct line_key {
    uint16_t day;
    int64_t line;
    char id[IHP__CLAIM_ID_MAX], version[IHP__VERSION_MAX]; /* padded with NUL */
};

struct crossing {
    const struct ihp__store *store;
    struct ihp__members members; /* of the block */
    struct ihp__claim_buffer *buffer;
    struct ihp__index_buffer *index_buffer;
    struct ihp__claims claims; /* the batch in memory */
    struct ihp__index_rows rows;
    uint64_t row;                    /* the row that the next indexed line must have */
    size_t member;                   /* of the block, that the next line may belong to */
    uint32_t *before;                /* of the member: lines so far before each year; owned */
    ihp__day16 *year_start;          /* of each year of the index, and the end of the last; owned */
    struct line_key last;            /* of the member's lines so far */
    char id[IHP__MEMBER_ID_MAX + 1]; /* of the last member of the block before */
    struct ihp_error *err;
};

static enum ihp_status differs(const struct crossing *c, enum ihp__column which,
                               const char *problem)
{
    return ihp__store_fail_column(c->store, ihp__column_spec[which].name, problem, c->err);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static struct line_key key_of(const struct ihp__claims *claims, size_t i)
{
    struct line_key key = {.day = claims->service_date[i], .line = claims->line[i]};
    memcpy(key.id, claims->claim_id + i * claims->claim_id_width, claims->claim_id_width);
    if (claims->version != NULL) {
        memcpy(key.version, claims->version + i * claims->version_width, claims->version_width);
    }
    return key;
}

/* Checks that a line comes after the member's line before it. Lines of the first and last day stand
 * in the order of days that do not fit 16 bits. */
static enum ihp_status check_order(struct crossing *c, const struct line_key *key, bool first)
{
    const struct line_key *last = &c->last;
    if (first) {
        return IHP_OK;
    }
    if (key->day < last->day) {
        return differs(c, IHP__COLUMN_CLAIM_SERVICE_DATE, "decreases within a member");
    }
    if (key->day > last->day || key->day == IHP__DAY16_BEFORE || key->day == IHP__DAY16_AFTER) {
        return IHP_OK;
    }
    int order = memcmp(last->id, key->id, sizeof key->id);
    order = order != 0 ? order : (last->line > key->line) - (last->line < key->line);
    order = order != 0 ? order : memcmp(last->version, key->version, sizeof key->version);
    return order < 0 ? IHP_OK
                     : differs(c, IHP__COLUMN_CLAIM_CLAIM_ID,
                               "is not in order within a member's day, or has a line twice");
}

/* Counts a line for the years that begin after it. */
static void count_years(struct crossing *c, uint16_t day)
{
    for (int y = 0; y <= c->store->info.index_years; y++) {
        c->before[y] += day < c->year_start[y];
    }
}

/* Returns true if a row of the index may repeat a line: they agree in the columns that a settlement
 * reads of both. */
static inline bool repeats(const struct ihp__index_rows *rows, size_t r,
                           const struct ihp__claims *claims, size_t i)
{
    return rows->service_date[r] == claims->service_date[i] &&
           rows->known_from[r] == claims->known_from[i] && rows->billing[r] == claims->billing[i] &&
           rows->treating[r] == claims->treating[i] &&
           (rows->void_date == NULL || rows->void_date[r] == claims->void_date[i]) &&
           (rows->negative == NULL ||
            (rows->negative[r] != 0) == (ihp__claim_amount(claims, i) < 0));
}

/* Returns the column in which a row of the index differs from its line, or IHP__COLUMNS. */
static enum ihp__column differing_column(const struct ihp__claims *claims, size_t i,
                                         const struct ihp__index_rows *rows, size_t r)
{
    if (rows->service_date[r] != claims->service_date[i]) {
        return IHP__COLUMN_INDEX_SERVICE_DATE;
    }
    if (rows->known_from[r] != claims->known_from[i]) {
        return IHP__COLUMN_INDEX_KNOWN_FROM;
    }
    if (rows->procedure[r] != claims->procedure[i]) {
        return IHP__COLUMN_INDEX_PROCEDURE;
    }
    if (rows->billing[r] != claims->billing[i]) {
        return IHP__COLUMN_INDEX_BILLING;
    }
    if (rows->treating[r] != claims->treating[i]) {
        return IHP__COLUMN_INDEX_TREATING;
    }
    if (rows->void_date != NULL && rows->void_date[r] != claims->void_date[i]) {
        return IHP__COLUMN_INDEX_VOID_DATE;
    }
    if (rows->negative != NULL && rows->negative[r] != (ihp__claim_amount(claims, i) < 0)) {
        return IHP__COLUMN_INDEX_NEGATIVE;
    }
    return IHP__COLUMNS;
}

bool ihp__index_rows_fit(const struct ihp__index_rows *rows, size_t row, size_t row_end,
                         const struct ihp__claims *claims, size_t first, size_t end)
{
    size_t i = first;
    for (size_t r = row; r < row_end; r++, i++) {
        while (i < end && !repeats(rows, r, claims, i)) {
            i++;
        }
        if (i == end) {
            return false;
        }
    }
    return true;
}

/* Compares an indexed line with the next row of the index. */
static enum ihp_status check_row(struct crossing *c, size_t i)
{
    const struct ihp__store_info *info = &c->store->info;
    if (c->row >= c->members.index_offset[c->member + 1]) {
        return differs(c, IHP__COLUMN_INDEX_OFFSET, "has fewer rows than claims/procedure");
    }
    if (c->row >= c->rows.first + c->rows.count) {
        uint64_t left = info->index_rows - c->row;
        if (ihp__store_read_index(c->store, c->row, left < BLOCK_LINES ? (size_t)left : BLOCK_LINES,
                                  c->index_buffer, &c->rows, c->err) != IHP_OK) {
            return c->err->status;
        }
    }
    enum ihp__column column =
        differing_column(&c->claims, i, &c->rows, (size_t)(c->row - c->rows.first));
    c->row++;
    return column == IHP__COLUMNS ? IHP_OK : differs(c, column, "does not fit the claims");
}

static enum ihp_status take_line(struct crossing *c, size_t i, bool first)
{
    const struct ihp__store_info *info = &c->store->info;
    struct line_key key = key_of(&c->claims, i);
    if (check_order(c, &key, first) != IHP_OK) {
        return c->err->status;
    }
    c->last = key;
    if (info->index_years == 0) {
        return IHP_OK;
    }
    count_years(c, key.day);
    return info->indexed[c->claims.procedure[i]] != 0 ? check_row(c, i) : IHP_OK;
}

/* ---- members --------------------------------------------------------------------------------- */

/* Ends the current member of the block: all of its rows of the index were compared, and its years
 * begin where they should. */
static enum ihp_status end_member(struct crossing *c)
{
    size_t years = (size_t)c->store->info.index_years;
    if (years == 0) { /* the store has no index */
        c->member++;
        return IHP_OK;
    }
    const uint32_t *year_line = c->members.year_line + c->member * (years + 1);
    if (c->row != c->members.index_offset[c->member + 1]) {
        return differs(c, IHP__COLUMN_INDEX_OFFSET, "has more rows than claims/procedure");
    }
    if (memcmp(year_line, c->before, (years + 1) * sizeof *year_line) != 0) {
        return differs(c, IHP__COLUMN_INDEX_YEAR_LINE, "does not fit claims/service_date");
    }
    memset(c->before, 0, (years + 1) * sizeof *c->before);
    c->member++;
    return IHP_OK;
}

/* Takes the lines of the block's members. */
static enum ihp_status take_lines(struct crossing *c)
{
    const uint64_t *offset = c->members.claim_offset;
    size_t members = (size_t)c->members.range.count;
    for (uint64_t line = offset[0]; line < offset[members]; line++) {
        if (line >= c->claims.first + c->claims.count) {
            uint64_t left = offset[members] - line;
            if (ihp__store_read_claims(c->store, line,
                                       left < BLOCK_LINES ? (size_t)left : BLOCK_LINES, c->buffer,
                                       &c->claims, c->err) != IHP_OK) {
                return c->err->status;
            }
        }
        while (line >= offset[c->member + 1]) {
            if (end_member(c) != IHP_OK) {
                return c->err->status;
            }
        }
        if (take_line(c, (size_t)(line - c->claims.first), line == offset[c->member]) != IHP_OK) {
            return c->err->status;
        }
    }
    while (c->member < members) {
        if (end_member(c) != IHP_OK) {
            return c->err->status;
        }
    }
    return IHP_OK;
}

/* Checks that the ids of a block come after those of the block before. */
static enum ihp_status check_ids(struct crossing *c, struct ihp__range range)
{
    char(*ids)[IHP__MEMBER_ID_MAX + 1];
    if (ihp__store_read_ids(c->store, range, &ids, c->err) != IHP_OK) {
        return c->err->status;
    }
    bool ascend = strcmp(c->id, ids[0]) < 0;
    memcpy(c->id, ids[range.count - 1], sizeof c->id);
    free(ids);
    return ascend ? IHP_OK : differs(c, IHP__COLUMN_MEMBER_ID, "is not in ascending order");
}

/* Checks the codes of members that no settlement reads. */
static enum ihp_status check_codes(struct crossing *c, struct ihp__range range)
{
    size_t count = (size_t)range.count;
    uint8_t *sex = malloc(count);
    uint16_t *race = malloc(count * sizeof *race);
    enum ihp_status status = sex == NULL || race == NULL
                                 ? ihp__fail_memory(c->err, "members")
                                 : ihp__store_read_part(c->store, IHP__COLUMN_MEMBER_SEX,
                                                        range.first, count, sex, c->err);
    if (status == IHP_OK) {
        status = ihp__store_read_part(c->store, IHP__COLUMN_MEMBER_RACE, range.first, count, race,
                                      c->err);
    }
    for (size_t i = 0; status == IHP_OK && i < count; i++) {
        if (sex[i] >= ihp__sexes.count) {
            status = differs(c, IHP__COLUMN_MEMBER_SEX, "has an unknown code");
        } else if (race[i] >= c->store->info.races) {
            status = differs(c, IHP__COLUMN_MEMBER_RACE,
                             "has a number that dictionary/race does not have");
        }
    }
    free(sex);
    free(race);
    return status;
}

static enum ihp_status take_block(struct crossing *c, struct ihp__range range)
{
    struct ihp__people people = {0};
    const unsigned parts = IHP__PEOPLE_BIRTH | IHP__PEOPLE_COUNTY | IHP__PEOPLE_PAYMENTS;
    enum ihp_status status = ihp__store_read_people(c->store, range, parts, &people, c->err);
    ihp__people_free(&people);
    if (status != IHP_OK || check_ids(c, range) != IHP_OK || check_codes(c, range) != IHP_OK ||
        ihp__store_read_members(c->store, range, &c->members, c->err) != IHP_OK) {
        return c->err->status;
    }
    c->member = 0;
    c->claims = (struct ihp__claims){0};
    return take_lines(c);
}

static enum ihp_status take_members(struct crossing *c)
{
    const uint64_t all = c->store->info.members;
    for (uint64_t first = 0; first < all; first += BLOCK_MEMBERS) {
        uint64_t left = all - first;
        struct ihp__range range = {first, left < BLOCK_MEMBERS ? left : BLOCK_MEMBERS};
        if (take_block(c, range) != IHP_OK) {
            return c->err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__store_cross_check(const struct ihp__store *store, struct ihp_error *err)
{
    struct crossing c = {.store = store, .err = err};
    size_t years = (size_t)store->info.index_years + 1;
    c.before = calloc(years, sizeof *c.before);
    c.year_start = calloc(years, sizeof *c.year_start);
    c.index_buffer = ihp__index_buffer_create();
    enum ihp_status status =
        c.before == NULL || c.year_start == NULL || c.index_buffer == NULL
            ? ihp__fail_memory(err, "the check")
            : ihp__claim_buffer_create(store, cross_columns, BLOCK_LINES, &c.buffer, err);
    for (size_t y = 0; status == IHP_OK && y < years; y++) {
        c.year_start[y] =
            ihp__day16_of_day(ihp__day_of_civil(store->info.index_year + (int)y, 1, 1));
    }
    if (status == IHP_OK) {
        status = take_members(&c);
    }
    ihp__claim_buffer_destroy(&c.buffer);
    ihp__index_buffer_destroy(&c.index_buffer);
    ihp__members_free(&c.members);
    free(c.before);
    free(c.year_start);
    return status;
}
