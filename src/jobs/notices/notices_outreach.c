/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outreach/IHP_ID.csv: the attributed members who are eligible for Child and Teen Checkups outreach
 * [4.11.3, 4.11.6], from the settlement's member files and the store. Protected data: no message
 * has a member's id. */
#include "jobs/notices/notices.h"

#include "base/array.h"
#include "member/monthly.h"
#include "result/folder.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_MEMBERS = 16384, OLDEST = 20, LAST_MONTH = 11, LEAST_COUNT = 11 };

/* A member of an IHP's list of attributed members. */
struct attributed {
    char id[IHP__MEMBER_ID_MAX + 1];
    uint64_t line; /* in the IHP's file */
};

/* The lists of all IHPs under way. */
struct outreach {
    const struct ihp__notices_run *run;
    struct ihp__store *store;
    uint64_t members; /* of the store */
    const struct ihp__partnership *ihp;
    uint64_t ended; /* members of the IHP whose eligible months are all after its contract's end */
    struct attributed *member_; /* of the IHP; owned */
    size_t count, capacity;
    char (*ids)[IHP__MEMBER_ID_MAX + 1]; /* of the block; owned */
    struct ihp__members rows;
    struct ihp__people people;
    struct ihp_error *err;
};

/* ---- attributed/IHP_ID.csv ------------------------------------------------------------------- */

enum { MEMBER_ID, PERIOD, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {{"member_id", true}, {"period", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct outreach *o = context;
    if (strcmp(row->field[PERIOD], "performance") != 0) {
        return IHP_OK;
    }
    if (!ihp__member_id_valid(row->field[MEMBER_ID], row->length[MEMBER_ID])) {
        return ihp__fail_field(err, row, MEMBER_ID,
                               "the value (not shown) is not a member ID; settle the deck again");
    }
    if (!ihp__array_reserve(&o->member_, &o->capacity, o->count + 1, sizeof *o->member_)) {
        return ihp__fail_memory(err, "the members of an IHP");
    }
    struct attributed *member = &o->member_[o->count++];
    *member = (struct attributed){.line = row->line};
    memcpy(member->id, row->field[MEMBER_ID], row->length[MEMBER_ID]);
    return IHP_OK;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct attributed *)a)->id, ((const struct attributed *)b)->id);
}

/* Reads the members of an IHP, in the order of the store; `path` becomes that of the file. */
static enum ihp_status read_members(struct outreach *o, const char *ihp_id,
                                    char path[IHP__PATH_MAX])
{
    char folder[IHP__PATH_MAX], name[IHP__ID_MAX + 8];
    snprintf(name, sizeof name, "%s.csv", ihp_id);
    o->count = 0;
    if (ihp__path_join(folder, sizeof folder, o->run->deck.output, "attributed", o->err) !=
            IHP_OK ||
        ihp__path_join(path, IHP__PATH_MAX, folder, name, o->err) != IHP_OK ||
        ihp__csv_read(path, columns, COLUMNS, on_row, o, NULL, o->err) != IHP_OK) {
        return o->err->status;
    }
    if (o->count > 0) {
        qsort(o->member_, o->count, sizeof *o->member_, by_id);
    }
    return IHP_OK;
}

/* ---- one member ------------------------------------------------------------------------------ */

/* Returns the months of the Performance Period that begin while the IHP's contract is in force
 * [6.1]. Bit 0 is the first. */
static uint32_t months_in_force(const struct outreach *o)
{
    int32_t first = ihp__period_first_month(&o->run->deck.performance);
    uint32_t months = 0;
    for (int month = 0; month <= LAST_MONTH; month++) {
        bool in_force = ihp__partnership_in_force(o->ihp, ihp__day_of_month_start(first + month));
        months |= (uint32_t)in_force << month;
    }
    return months;
}

/* Returns the months of the Performance Period in which a member is eligible: aged 0 to 20 at the
 * first of the month, with a span of MA or MA_BD in it [4.11.3, 5.2.1]. Bit 0 is the first. */
static uint32_t eligible_months(const struct outreach *o, size_t m)
{
    const struct ihp__deck *deck = &o->run->deck;
    int32_t first = ihp__period_first_month(&deck->performance);
    const uint64_t *span = o->rows.span_offset + m;
    const struct ihp__month_range range = {first, ihp__month_of_day(deck->performance.paid_through),
                                           ihp__members_lifetime(&o->rows, m)};
    struct ihp__horizon_months horizon;
    uint32_t months = 0;
    ihp__months_of_horizon(o->rows.span + span[0], (size_t)(span[1] - span[0]), range,
                           LAST_MONTH + 1, &deck->policies.claims, &horizon);
    for (int month = 0; month <= LAST_MONTH; month++) {
        int age = ihp__age_at_month(o->people.birth_day[m], first + month);
        if (age >= 0 && age <= OLDEST) {
            months |= horizon.medical_assistance & (UINT32_C(1) << month);
        }
    }
    return months;
}

/* Writes a member who is eligible while the contract is in force. One who has died is not: nobody
 * is to call on the family. */
static void put_member(struct outreach *o, FILE *out, size_t m)
{
    bool died = ihp__members_lifetime(&o->rows, m).died != IHP__NO_DEATH;
    uint32_t eligible = died ? 0 : eligible_months(o, m);
    uint32_t months = eligible & months_in_force(o);
    char birth[IHP__DATE_TEXT];
    o->ended += eligible != 0 && months == 0;
    if (months != 0) {
        int32_t last = ihp__period_last_month(&o->run->deck.performance);
        fprintf(out, "%s,%s,%d,%d,%u\n", o->ids[m], ihp__day_format(o->people.birth_day[m], birth),
                ihp__age_at_month(o->people.birth_day[m], last),
                ihp__months_count((uint16_t)months), (unsigned)(months >> LAST_MONTH & 1u));
    }
}

/* ---- an IHP ---------------------------------------------------------------------------------- */

/* Writes the IHP's members of a block of the store, from its member `*next` on. */
static enum ihp_status put_block(struct outreach *o, FILE *out, struct ihp__range range,
                                 size_t *next)
{
    free(o->ids);
    o->ids = NULL;
    if (ihp__store_read_ids(o->store, range, &o->ids, o->err) != IHP_OK) {
        return o->err->status;
    }
    if (*next >= o->count || strcmp(o->member_[*next].id, o->ids[range.count - 1]) > 0) {
        return IHP_OK; /* none of the IHP's members is in the block */
    }
    if (ihp__store_read_members(o->store, range, &o->rows, o->err) != IHP_OK ||
        ihp__store_read_people(o->store, range, IHP__PEOPLE_BIRTH, &o->people, o->err) != IHP_OK) {
        return o->err->status;
    }
    for (size_t m = 0; m < range.count && *next < o->count; m++) {
        if (strcmp(o->ids[m], o->member_[*next].id) == 0) {
            put_member(o, out, m);
            (*next)++;
        }
    }
    return IHP_OK;
}

static enum ihp_status put_list(struct outreach *o, FILE *out, const char *path)
{
    size_t next = 0;
    fputs("member_id,birth_date,age,eligible_months,eligible_last_month\n", out);
    for (uint64_t first = 0; first < o->members && next < o->count; first += BLOCK_MEMBERS) {
        uint64_t left = o->members - first;
        struct ihp__range range = {first, left < BLOCK_MEMBERS ? left : BLOCK_MEMBERS};
        if (put_block(o, out, range, &next) != IHP_OK) {
            return o->err->status;
        }
    }
    return next == o->count ? IHP_OK
                            : ihp__fail(o->err, IHP_ERR_DATA,
                                        "%s:%llu: column member_id: the store does not have this "
                                        "member, or it appears twice; settle the deck again",
                                        path, (unsigned long long)o->member_[next].line);
}

/* Reports that the list of an IHP ends with its contract. A small number of members is not shown.
 */
static void note_ended(const struct outreach *o)
{
    char day[IHP__DATE_TEXT], count[40] = "fewer than 11";
    if ((months_in_force(o) >> LAST_MONTH & 1u) != 0) {
        return;
    }
    if (o->ended >= LEAST_COUNT) {
        snprintf(count, sizeof count, "%llu", (unsigned long long)o->ended);
    }
    ihp__notice_add(o->run->notices,
                    "%s: the contract ended on %s [6.1], so its C&TC outreach list has no month "
                    "that begins after it; %s members without an earlier month are not on the list",
                    o->ihp->id, ihp__day_format(o->ihp->terminated_on, day), count);
}

static enum ihp_status write_ihp(struct outreach *o, const char *folder)
{
    const char *ihp_id = o->ihp->id;
    char source[IHP__PATH_MAX], path[IHP__PATH_MAX], name[IHP__ID_MAX + 8];
    struct ihp__outfile *out;
    snprintf(name, sizeof name, "%s.csv", ihp_id);
    o->ended = 0;
    if (read_members(o, ihp_id, source) != IHP_OK ||
        ihp__path_join(path, sizeof path, folder, name, o->err) != IHP_OK ||
        ihp__outfile_open(path, 0600, &out, o->err) != IHP_OK) {
        return o->err->status;
    }
    if (put_list(o, ihp__outfile_stream(out), source) != IHP_OK) {
        ihp__outfile_abandon(&out);
        return o->err->status;
    }
    note_ended(o);
    return ihp__outfile_commit(&out, o->err);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static enum ihp_status open_store(struct outreach *o)
{
    if (ihp__notices_open_store(o->run, &o->store) != IHP_OK) {
        return o->err->status;
    }
    o->members = ihp__store_info(o->store)->members;
    return IHP_OK;
}

static enum ihp_status write_lists(struct outreach *o)
{
    const struct ihp__program *program = o->run->program;
    char folder[IHP__PATH_MAX];
    if (ihp__path_join(folder, sizeof folder, o->run->output.path, "outreach", o->err) != IHP_OK ||
        ihp__private_folder_take(folder, o->err) != IHP_OK) {
        return o->err->status;
    }
    for (size_t i = 0; i < program->partnerships; i++) {
        o->ihp = &program->partnership[i];
        if (write_ihp(o, folder) != IHP_OK) {
            return o->err->status;
        }
    }
    return ihp__store_check_unchanged(o->store, o->err);
}

enum ihp_status ihp__notices_write_outreach(const struct ihp__notices_run *run)
{
    struct outreach o = {.run = run, .err = run->err};
    if (!run->has_member_files) {
        ihp__notice_add(run->notices,
                        "%s has no member files, so there are no C&TC outreach lists [4.11.6]; "
                        "settle with --member-files to have them",
                        run->deck.output);
        return IHP_OK;
    }
    enum ihp_status status = open_store(&o) == IHP_OK ? write_lists(&o) : o.err->status;
    ihp__members_free(&o.rows);
    ihp__people_free(&o.people);
    ihp__store_close(&o.store);
    free(o.ids);
    free(o.member_);
    return status;
}
