/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members whom another IHP has, or none, in one of two settlements: from the files of
 * attributed/ of both. Their ids go to a protected file alone, with the reasons of both
 * settlements, for which unattributed/ is read. */
#include "jobs/compare/compare.h"

#include "base/csv.h"
#include "base/outfile.h"
#include "base/path.h"
#include "member/member.h"
#include "result/keep_finished.h"
#include "result/shown.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A member of an IHP in a period. */
struct attributed {
    char id[IHP__MEMBER_ID_MAX + 1];
    uint8_t period, months;
    const char *ihp;    /* borrowed */
    const char *reason; /* static */
    int64_t capped;
    /* In the other settlement, if no IHP has the member there: */
    const char *reason_there; /* static; NULL: not known */
    uint8_t months_there;
};

/* All of one settlement, by period and id. */
struct people {
    struct attributed *member; /* owned */
    size_t count, capacity;
    const char *ihp; /* whose file is read */
};

/* ---- attributed/IHP_ID.csv ------------------------------------------------------------------- */

enum { MEMBER_ID, PERIOD, REASON, MONTHS, CAPPED, COLUMNS };
static const struct ihp__csv_column columns[COLUMNS] = {{"member_id", true},
                                                        {"period", true},
                                                        {"reason", true},
                                                        {"member_months", true},
                                                        {"capped_cost", true}};

static enum ihp_status path_of(const char *folder, const char *ihp, char path[IHP__PATH_MAX],
                               struct ihp_error *err)
{
    char name[IHP__ID_MAX + 20];
    snprintf(name, sizeof name, "attributed/%s.csv", ihp);
    return ihp__path_join(path, IHP__PATH_MAX, folder, name, err);
}

/* Finds out if a settlement has the file of each of its IHPs. */
static enum ihp_status look_for(const struct ihp__finished *finished, bool *found,
                                struct ihp_error *err)
{
    const struct ihp__table *settlement = &finished->table[IHP__TABLE_SETTLEMENT];
    *found = settlement->rows > 0;
    for (size_t r = 0; r < settlement->rows && *found; r++) {
        char path[IHP__PATH_MAX];
        struct stat info;
        if (path_of(finished->folder, ihp__table_row(settlement, r)[0].text, path, err) != IHP_OK ||
            ihp__path_look(path, &info, found, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Returns the reason with a name; NULL if there is none. */
static const char *reason_of(const char *text)
{
    for (int reason = 0; reason < IHP__REASONS; reason++) {
        const char *name = ihp__reason_text((enum ihp__reason)reason);
        if (strcmp(name, text) == 0) {
            return name;
        }
    }
    return NULL;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct people *p = context;
    const bool base = strcmp(row->field[PERIOD], ihp__period_text(IHP__BASE)) == 0;
    const char *reason = reason_of(row->field[REASON]);
    int64_t months, capped;
    if (!ihp__member_id_valid(row->field[MEMBER_ID], row->length[MEMBER_ID]) || reason == NULL ||
        (!base && strcmp(row->field[PERIOD], ihp__period_text(IHP__PERFORMANCE)) != 0) ||
        !ihp__integer_parse(row->field[MONTHS], 0, 12, &months) ||
        !ihp__money_parse(row->field[CAPPED], &capped)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s:%llu: is not as ihp writes it (member_id, period, reason, "
                         "member_months or capped_cost); settle the deck again",
                         row->file, (unsigned long long)row->line);
    }
    if (!ihp__array_reserve(&p->member, &p->capacity, p->count + 1, sizeof *p->member)) {
        return ihp__fail_memory(err, "the attributed members");
    }
    struct attributed *member = &p->member[p->count++];
    *member = (struct attributed){.period = base ? IHP__BASE : IHP__PERFORMANCE,
                                  .months = (uint8_t)months,
                                  .ihp = p->ihp,
                                  .reason = reason,
                                  .capped = capped};
    memcpy(member->id, row->field[MEMBER_ID], row->length[MEMBER_ID]);
    return IHP_OK;
}

/* Orders members by period and id. */
static int order_of(const struct attributed *a, const struct attributed *b)
{
    return a->period != b->period ? a->period - b->period : strcmp(a->id, b->id);
}

static int by_period_and_id(const void *a, const void *b)
{
    return order_of(a, b);
}

static enum ihp_status read_people(const struct ihp__finished *finished, struct people *p,
                                   struct ihp_error *err)
{
    const struct ihp__table *settlement = &finished->table[IHP__TABLE_SETTLEMENT];
    for (size_t r = 0; r < settlement->rows; r++) {
        char path[IHP__PATH_MAX];
        p->ihp = ihp__table_row(settlement, r)[0].text;
        if (path_of(finished->folder, p->ihp, path, err) != IHP_OK ||
            ihp__csv_read(path, columns, COLUMNS, on_row, p, NULL, err) != IHP_OK) {
            return err->status;
        }
    }
    if (p->count > 0) {
        qsort(p->member, p->count, sizeof *p->member, by_period_and_id);
    }
    return IHP_OK;
}

/* ---- unattributed/members.csv ---------------------------------------------------------------- */

enum { OTHER_ID, OTHER_PERIOD, OTHER_REASON, OTHER_MONTHS, OTHER_COLUMNS };
static const struct ihp__csv_column other_columns[OTHER_COLUMNS] = {
    {"member_id", true}, {"period", true}, {"reason", true}, {"member_months", true}};

/* Notes the reason of a member whom an IHP of the other settlement has. `context` has its people.
 */
static enum ihp_status on_other(void *context, const struct ihp__csv_row *row,
                                struct ihp_error *err)
{
    struct people *p = context;
    struct attributed key = {.capped = 0};
    const bool base = strcmp(row->field[OTHER_PERIOD], ihp__period_text(IHP__BASE)) == 0;
    const char *reason = reason_of(row->field[OTHER_REASON]);
    int64_t months;
    if (!ihp__member_id_valid(row->field[OTHER_ID], row->length[OTHER_ID]) || reason == NULL ||
        (!base && strcmp(row->field[OTHER_PERIOD], ihp__period_text(IHP__PERFORMANCE)) != 0) ||
        !ihp__integer_parse(row->field[OTHER_MONTHS], 0, 12, &months)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s:%llu: is not as ihp writes it (member_id, period, reason or "
                         "member_months); settle the deck again",
                         row->file, (unsigned long long)row->line);
    }
    key.period = base ? IHP__BASE : IHP__PERFORMANCE;
    memcpy(key.id, row->field[OTHER_ID], row->length[OTHER_ID]);
    struct attributed *found =
        p->count == 0 ? NULL
                      : bsearch(&key, p->member, p->count, sizeof *p->member, by_period_and_id);
    if (found != NULL) {
        found->reason_there = reason;
        found->months_there = (uint8_t)months;
    }
    return IHP_OK;
}

/* Notes for the people of one settlement why no IHP has them in the other one, which is `there`.
 * One whom the other does not list at all is not in its store. */
static enum ihp_status read_reasons(const struct ihp__finished *there, struct people *p,
                                    struct ihp_notices *notices, struct ihp_error *err)
{
    static const char not_in_store[] = "NOT_IN_STORE";
    char path[IHP__PATH_MAX];
    struct stat info;
    bool found;
    if (ihp__path_join(path, sizeof path, there->folder, "unattributed/members.csv", err) !=
            IHP_OK ||
        ihp__path_look(path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        ihp__notice_add(notices,
                        "%s: has no unattributed/members.csv, as an earlier version made it, so "
                        "the reasons of members whom no IHP has there are blank; settle its deck "
                        "again with --member-files",
                        there->folder);
        return IHP_OK;
    }
    for (size_t i = 0; i < p->count; i++) {
        p->member[i].reason_there = not_in_store;
    }
    return ihp__csv_read(path, other_columns, OTHER_COLUMNS, on_other, p, NULL, err);
}

/* ---- who moved ------------------------------------------------------------------------------- */

/* Members of an IHP in a period. */
enum { STAYED, JOINED, LEFT, GROUPS };
struct moves {
    int64_t members[GROUPS];
    int64_t
        capped[GROUPS]; /* cents; of those who stayed: the second settlement's less the first's */
};

struct moving {
    const struct ihp__comparison *comparison;
    struct moves *moves; /* [ihps][IHP__PERIODS], owned */
    const char *only;    /* an IHP; NULL: all */
    FILE *stream;        /* of the protected file; NULL: none */
};

/* Returns the moves of an IHP in a period; NULL for one that is not compared. */
static struct moves *moves_of(const struct moving *m, const char *ihp, int period)
{
    for (size_t i = 0; i < m->comparison->ihps; i++) {
        if (strcmp(m->comparison->ihp[i].id, ihp) == 0) {
            return &m->moves[i * IHP__PERIODS + (size_t)period];
        }
    }
    return NULL;
}

/* Writes a member who moved; one of `first` and `second` may be NULL. */
static void put_member(FILE *stream, const struct attributed *first,
                       const struct attributed *second)
{
    const struct attributed *either = first != NULL ? first : second;
    char money[IHP__MONEY_TEXT];
    fprintf(stream, "%s,%s", either->id, ihp__period_text((enum ihp__period)either->period));
    for (int side = 0; side < 2; side++) {
        const struct attributed *member = side == 0 ? first : second;
        if (member == NULL && either->reason_there == NULL) {
            fputs(",,,,", stream);
        } else if (member == NULL) {
            fprintf(stream, ",,%s,%d,", either->reason_there, either->months_there);
        } else {
            fprintf(stream, ",%s,%s,%d,%s", member->ihp, member->reason, member->months,
                    ihp__money_format(member->capped, money));
        }
    }
    fputc('\n', stream);
}

/* Counts a member of one settlement or both, and writes one who moved. */
static void add(const struct moving *m, const struct attributed *first,
                const struct attributed *second)
{
    const bool moved = first == NULL || second == NULL || strcmp(first->ihp, second->ihp) != 0;
    bool shown = m->only == NULL;
    for (int side = 0; side < 2; side++) {
        const struct attributed *member = side == 0 ? first : second;
        struct moves *moves = member == NULL ? NULL : moves_of(m, member->ihp, member->period);
        if (moves == NULL) {
            continue;
        }
        shown = true;
        int group = !moved ? STAYED : side == 0 ? LEFT : JOINED;
        moves->members[group] += moved || side == 0; /* one who stayed is in both */
        moves->capped[group] += !moved && side == 0 ? -member->capped : member->capped;
    }
    if (moved && shown && m->stream != NULL) {
        put_member(m->stream, first, second);
    }
}

/* Takes the members of both settlements in one order. */
static void add_all(const struct moving *m, const struct people side[2])
{
    size_t a = 0, b = 0;
    while (a < side[0].count || b < side[1].count) {
        const struct attributed *first = a < side[0].count ? &side[0].member[a] : NULL;
        const struct attributed *second = b < side[1].count ? &side[1].member[b] : NULL;
        int order = first == NULL ? 1 : second == NULL ? -1 : order_of(first, second);
        add(m, order <= 0 ? first : NULL, order >= 0 ? second : NULL);
        a += order <= 0;
        b += order >= 0;
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Adds the numbers of an IHP. All groups are hidden if one of them is small, because the members of
 * both settlements are known: with one group the others are, too. */
static void put_moves(struct ihp__table *t, const char *ihp, int period, const struct moves *moves)
{
    bool hidden = false;
    for (int group = 0; group < GROUPS; group++) {
        hidden = hidden || ihp__count_is_small(moves->members[group]);
    }
    ihp__table_text(t, ihp);
    ihp__table_text(t, ihp__period_text((enum ihp__period)period));
    ihp__table_integer(t, moves->members[STAYED] + moves->members[LEFT]);
    for (int i = 0; i < 2 * GROUPS; i++) {
        if (hidden) {
            ihp__table_blank(t);
        } else if (i < GROUPS) {
            ihp__table_integer(t, moves->members[i]);
        } else {
            ihp__table_cents(t, moves->capped[i - GROUPS]);
        }
    }
    ihp__table_integer(t, moves->members[STAYED] + moves->members[JOINED]);
}

/* Counts who moved, and writes them to `stream`; NULL: nowhere. */
static enum ihp_status compare_people(struct ihp__comparison *c, const char *only, FILE *stream,
                                      struct ihp_notices *notices, struct ihp_error *err)
{
    struct people side[2] = {{.count = 0}};
    struct moving m = {c, calloc(c->ihps * IHP__PERIODS + 1, sizeof *m.moves), only, stream};
    enum ihp_status status =
        m.moves == NULL ? ihp__fail_memory(err, "the members who moved") : IHP_OK;
    for (int i = 0; i < 2 && status == IHP_OK; i++) {
        status = read_people(&c->side[i].finished, &side[i], err);
    }
    for (int i = 0; i < 2 && status == IHP_OK && stream != NULL; i++) {
        status = read_reasons(&c->side[i].finished, &side[1 - i], notices, err);
    }
    if (status == IHP_OK) {
        add_all(&m, side);
        for (size_t i = 0; i < c->ihps * IHP__PERIODS; i++) {
            put_moves(&c->table[IHP__COMPARED_MOVES], c->ihp[i / IHP__PERIODS].id,
                      (int)(i % IHP__PERIODS), &m.moves[i]);
        }
        status = ihp__table_whole(&c->table[IHP__COMPARED_MOVES])
                     ? IHP_OK
                     : ihp__fail_memory(err, "the members who moved");
    }
    free(side[0].member);
    free(side[1].member);
    free(m.moves);
    return status;
}

/* ---- all ------------------------------------------------------------------------------------- */

static const char header_of_members[] =
    "member_id,period,first_ihp,first_reason,first_months,first_capped_cost,second_ihp,"
    "second_reason,second_months,second_capped_cost\n";

/* Finds the protected file to write. It must not be in either result folder. */
static enum ihp_status begin_output(const struct ihp__comparison *c,
                                    const struct ihp_compare_options *options,
                                    struct ihp__target *output, struct ihp_notices *notices,
                                    struct ihp_error *err)
{
    if (ihp__keep_finished_file(options->members, NULL, NULL, err) != IHP_OK ||
        ihp__target_begin(output, options->members, options->force, notices, err) != IHP_OK ||
        ihp__target_check_new(output, err) != IHP_OK ||
        ihp__target_check_earlier(output, header_of_members, "file of members", err) != IHP_OK ||
        ihp__target_check_input(output, c->side[0].finished.folder, "a result that is compared",
                                err) != IHP_OK) {
        return err->status;
    }
    return ihp__target_check_input(output, c->side[1].finished.folder, "a result that is compared",
                                   err);
}

static enum ihp_status write_members(struct ihp__comparison *c,
                                     const struct ihp_compare_options *options,
                                     struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__target output = {.given = NULL};
    struct ihp__outfile *out = NULL;
    if (begin_output(c, options, &output, notices, err) == IHP_OK &&
        ihp__outfile_open(output.path, 0600, &out, err) == IHP_OK) {
        FILE *stream = ihp__outfile_stream(out);
        fputs(header_of_members, stream);
        if (compare_people(c, options->ihp, stream, notices, err) != IHP_OK ||
            ihp__outfile_name(&out, &output, err) != IHP_OK) {
            ihp__outfile_abandon(&out);
        }
    }
    ihp__target_end(&output);
    return err->status;
}

enum ihp_status ihp__compare_members(struct ihp__comparison *c,
                                     const struct ihp_compare_options *options,
                                     struct ihp_notices *notices, struct ihp_error *err)
{
    const bool required = options->members != NULL ||
                          (options->table != NULL && strcmp(options->table, "moves") == 0);
    for (int side = 0; side < 2; side++) {
        bool found;
        if (look_for(&c->side[side].finished, &found, err) != IHP_OK) {
            return err->status;
        }
        if (!found) {
            return required
                       ? ihp__fail(err, IHP_ERR_USAGE,
                                   "%s: has no files of members (attributed/), so nobody can be "
                                   "found who moved; settle its deck again with --member-files",
                                   c->side[side].finished.folder)
                       : IHP_OK;
        }
    }
    c->has_moves = true;
    return options->members != NULL ? write_members(c, options, notices, err)
                                    : compare_people(c, options->ihp, NULL, notices, err);
}
