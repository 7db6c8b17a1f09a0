/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds who came to an IHP and who left since an earlier package, by going through its list and the
 * members of today side by side, both in order of IDs. */
#include "jobs/package/package.h"

#include <stdlib.h>
#include <string.h>

void ihp__id_bounds_find(const char (*ids)[IHP__MEMBER_ID_MAX + 1], uint64_t count, MPI_Comm comm,
                         struct ihp__id_bounds *bounds)
{
    enum { WIDTH = IHP__MEMBER_ID_MAX + 1 };
    int rank, ranks;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    *bounds = (struct ihp__id_bounds){.any = count > 0 || rank == 0};
    char own[WIDTH] = "";
    if (count > 0) {
        memcpy(own, ids[0], sizeof own);
    }
    for (int r = 0; r < ranks; r++) { /* a few bytes from each in turn */
        char first[WIDTH];
        memcpy(first, own, sizeof first);
        MPI_Bcast(first, WIDTH, MPI_CHAR, r, comm);
        if (r > rank && first[0] != '\0' && !bounds->has_high) {
            bounds->has_high = true;
            memcpy(bounds->high, first, sizeof first);
        }
    }
    if (rank > 0) { /* rank 0 answers for all ids before the first of another rank */
        memcpy(bounds->low, own, sizeof own);
    }
}

/* A row of the earlier protected_members.csv. */
struct earlier {
    char member_id[IHP__MEMBER_ID_MAX + 1];
    int32_t birth_day;
    int reason;
};

struct finding {
    const struct ihp__package_members *members;
    int partnership;
    const struct ihp__id_bounds *bounds;
    struct ihp__package_changes *out;
    /* the earlier package's members that this rank answers for, and the last row read */
    struct earlier *earlier[IHP__PERIODS];
    size_t count[IHP__PERIODS], capacity[IHP__PERIODS];
    int last_period;
    char last_id[IHP__MEMBER_ID_MAX + 1];
};

enum { MEMBER_ID, BIRTH_DATE, PERIOD, REASON, WINDOW, MEMBER_MONTHS, COLUMNS };

static int find_period(const char *text)
{
    for (int period = 0; period < IHP__PERIODS; period++) {
        if (strcmp(text, ihp__period_text((enum ihp__period)period)) == 0) {
            return period;
        }
    }
    return -1;
}

static int find_reason(const char *text)
{
    for (int r = 0; r < IHP__REASONS; r++) {
        if (strcmp(text, ihp__reason_text((enum ihp__reason)r)) == 0) {
            return r;
        }
    }
    return -1;
}

static bool answers_for(const struct ihp__id_bounds *bounds, const char *id)
{
    return bounds->any && strcmp(id, bounds->low) >= 0 &&
           (!bounds->has_high || strcmp(id, bounds->high) < 0);
}

/* Takes a row. A refusal quotes no field: columns may have changed places, and the file is about
 * members. */
static enum ihp_status on_earlier(void *context, const struct ihp__csv_row *row,
                                  struct ihp_error *err)
{
    struct finding *f = context;
    struct earlier fresh = {{0}, 0, find_reason(row->field[REASON])};
    int64_t window, months;
    int period = find_period(row->field[PERIOD]);
    if (!ihp__member_id_valid(row->field[MEMBER_ID], row->length[MEMBER_ID]) ||
        !ihp__day_parse(row->field[BIRTH_DATE], &fresh.birth_day) || period < 0 ||
        fresh.reason < 0 || !ihp__integer_parse(row->field[WINDOW], 1, 2, &window) ||
        !ihp__integer_parse(row->field[MEMBER_MONTHS], 0, 12, &months)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s:%llu: is not a row of a package; make the earlier package again",
                         row->file, (unsigned long long)row->line);
    }
    memcpy(fresh.member_id, row->field[MEMBER_ID], row->length[MEMBER_ID]);
    if (period < f->last_period ||
        (period == f->last_period && strcmp(fresh.member_id, f->last_id) <= 0)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s:%llu: is out of order; rows are sorted by period and member_id; make "
                         "the earlier package again",
                         row->file, (unsigned long long)row->line);
    }
    f->last_period = period;
    memcpy(f->last_id, fresh.member_id, sizeof f->last_id);
    if (!answers_for(f->bounds, fresh.member_id)) {
        return IHP_OK;
    }
    struct ihp__population *then = &f->out->moves.then[period];
    then->members[fresh.reason * 2 + window - 1]++;
    then->enrolled += months > 0;
    if (!ihp__array_reserve(&f->earlier[period], &f->capacity[period], f->count[period] + 1,
                            sizeof fresh)) {
        return ihp__fail_memory(err, "the members of the earlier package");
    }
    f->earlier[period][f->count[period]++] = fresh;
    return IHP_OK;
}

static bool add(struct finding *f, const struct ihp__package_change *change)
{
    struct ihp__package_changes *out = f->out;
    if (!ihp__array_reserve(&out->change, &out->capacity, out->changes + 1, sizeof *out->change)) {
        return false;
    }
    out->change[out->changes++] = *change;
    (change->in ? out->moves.in : out->moves.out)[change->period][change->reason_now]++;
    return true;
}

static bool add_out(struct finding *f, enum ihp__period period, const struct earlier *then,
                    int32_t birth_day, int reason)
{
    struct ihp__package_change change = {.birth_day = birth_day,
                                         .period = period,
                                         .reason_now = reason,
                                         .reason_then = then->reason};
    memcpy(change.member_id, then->member_id, sizeof change.member_id);
    return add(f, &change);
}

/* Compares member m of this rank with its row of the earlier package, or with NULL. */
static bool compare(struct finding *f, enum ihp__period period, size_t m,
                    const struct earlier *then)
{
    const struct ihp__member_fact *fact = &f->members->fact[m * IHP__PERIODS + period];
    int32_t birth_day = f->members->birth_day[m];
    bool now = fact->partnership == f->partnership;
    if (then != NULL && !now) {
        return add_out(f, period, then, birth_day,
                       fact->partnership >= 0 ? (int)IHP__CHANGE_OTHER_IHP : fact->reason);
    }
    if (then == NULL && now) {
        struct ihp__package_change change = {.birth_day = birth_day,
                                             .period = period,
                                             .in = true,
                                             .reason_now = fact->reason,
                                             .reason_then = -1};
        memcpy(change.member_id, f->members->ids[m], sizeof change.member_id);
        return add(f, &change);
    }
    return true;
}

static bool merge(struct finding *f, enum ihp__period period)
{
    const struct earlier *then = f->earlier[period];
    size_t i = 0, count = f->count[period];
    bool done = true;
    for (size_t m = 0; m < f->members->range.count && done; m++) {
        const char *id = f->members->ids[m];
        for (; i < count && strcmp(then[i].member_id, id) < 0 && done; i++) {
            done = add_out(f, period, &then[i], then[i].birth_day, IHP__CHANGE_NOT_IN_STORE);
        }
        bool was = i < count && strcmp(then[i].member_id, id) == 0;
        done = done && compare(f, period, m, was ? &then[i] : NULL);
        i += was;
    }
    for (; i < count && done; i++) {
        done = add_out(f, period, &then[i], then[i].birth_day, IHP__CHANGE_NOT_IN_STORE);
    }
    return done;
}

enum ihp_status ihp__package_changes_find(const char *file,
                                          const struct ihp__package_members *members,
                                          int partnership, const struct ihp__id_bounds *bounds,
                                          struct ihp__package_changes *changes,
                                          struct ihp_error *err)
{
    static const struct ihp__csv_column columns[COLUMNS] = {
        {"member_id", true}, {"birth_date", true}, {"period", true},
        {"reason", true},    {"window", true},     {"member_months", true}};
    struct finding f = {
        .members = members, .partnership = partnership, .bounds = bounds, .out = changes};
    enum ihp_status status =
        file == NULL ? IHP_OK : ihp__csv_read(file, columns, COLUMNS, on_earlier, &f, NULL, err);
    if (status == IHP_OK && !(merge(&f, IHP__BASE) && merge(&f, IHP__PERFORMANCE))) {
        status = ihp__fail_memory(err, "the changes since the earlier package");
    }
    free(f.earlier[IHP__BASE]);
    free(f.earlier[IHP__PERFORMANCE]);
    return status;
}
