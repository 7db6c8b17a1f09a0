/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of runs with their marks. */
#include "extract/claim_runs.h"

#include "base/search.h"

#include <stdlib.h>

enum { MARK_BYTES = 1 << 16 }; /* about as many bytes lie between two marks */

void ihp__import_runs_free(struct ihp__import_runs *runs)
{
    free(runs->run);
    free(runs->mark);
    *runs = (struct ihp__import_runs){0};
}

void ihp__import_runs_begin(const struct ihp__import_runs *runs, uint64_t at,
                            struct ihp__import_run *run)
{
    run->at = at;
    run->first_mark = runs->marks;
}

bool ihp__import_runs_mark(struct ihp__import_runs *runs, const struct ihp__import_run *run,
                           uint64_t key, uint64_t at)
{
    if (runs->marks > run->first_mark && at - runs->mark[runs->marks - 1].at < MARK_BYTES) {
        return true;
    }
    if (!ihp__array_reserve(&runs->mark, &runs->mark_capacity, runs->marks + 1,
                            sizeof *runs->mark)) {
        return false;
    }
    runs->mark[runs->marks++] = (struct ihp__import_mark){key, at};
    return true;
}

enum ihp_status ihp__import_runs_add(struct ihp__import_runs *runs,
                                     const struct ihp__import_run *run, struct ihp_error *err)
{
    if (!ihp__array_reserve(&runs->run, &runs->capacity, runs->count + 1, sizeof *runs->run)) {
        return ihp__fail_memory(err, "the list of runs");
    }
    runs->run[runs->count++] = *run;
    return IHP_OK;
}

enum ihp_status ihp__import_runs_end(struct ihp__import_runs *runs, struct ihp__import_run *run,
                                     uint64_t end, struct ihp_error *err)
{
    run->end = end;
    run->marks = runs->marks - run->first_mark;
    return ihp__import_runs_add(runs, run, err);
}

void ihp__import_run_skip(struct ihp__import_run *run, const struct ihp__import_mark *mark,
                          uint64_t low)
{
    /* Lines of one key may be on both sides of a mark. */
    size_t at; /* of the first mark that does not have a lower key */
    IHP__LOWER_BOUND(at, (size_t)run->marks, mark[run->first_mark + at].key < low);
    if (at > 0) {
        run->at = mark[run->first_mark + at - 1].at;
    }
}

/* Returns where the first line of a run in memory begins whose key is not below `low`. */
static uint64_t find_line(const struct ihp__import_run *run, const struct ihp__import_mark *mark,
                          uint64_t low, ihp__import_claim_key_fn key)
{
    struct ihp__import_run rest = *run;
    union ihp__import_claim_room room;
    size_t bytes;
    ihp__import_run_skip(&rest, mark, low);
    while ((bytes = ihp__import_claim_unpack(run->memory + rest.at, (size_t)(rest.end - rest.at),
                                             &room)) > 0 &&
           key(&room.claim) < low) {
        rest.at += bytes;
    }
    return rest.at;
}

void ihp__import_run_cut(struct ihp__import_run *run, const struct ihp__import_mark *mark,
                         const struct ihp__import_key_range *range, ihp__import_claim_key_fn key)
{
    const uint64_t first = range->empty ? run->end : find_line(run, mark, range->low, key);
    if (!range->empty && range->last < UINT64_MAX) {
        run->end = find_line(run, mark, range->last + 1, key);
    }
    run->at = first;
}
