/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claim lines that stand twice. The hashes say which may; these lines are read again, brought side
 * by side by the same sorter that orders the claims, and compared in full. Of lines that say the
 * same the first in the file stays; of lines that contradict each other none does. Of several ranks
 * each compares the lines of a range of hashes. */
#include "claims.h"
#include "ranks.h"

#include "base/search.h"

#include <string.h>

struct duplicates {
    struct ex_import *x;
    const struct ex_candidates *candidates;
    struct ex_sorter *sorter;
};

static bool is_candidate(const struct ex_candidates *candidates, uint64_t hash)
{
    size_t at;
    IHP__LOWER_BOUND(at, candidates->count, candidates->hash[at] < hash);
    return at < candidates->count && candidates->hash[at] == hash;
}

static enum ihp_status on_claim(void *context, const struct ex_row *row, struct ihp_error *err)
{
    struct duplicates *d = context;
    union ex_claim_room room;
    bool good;
    struct ex_bad bad;
    if (ihp__ex_claim_parse(d->x, row, &room, &good, &bad, err) != IHP_OK) {
        return err->status;
    }
    if (!good || !is_candidate(d->candidates, ihp__ex_claim_hash(&room.claim))) {
        return IHP_OK;
    }
    return ihp__ex_sorter_add(d->sorter, &room.claim, err);
}

static int by_key(const struct ex_claim *a, const struct ex_claim *b)
{
    int order = ihp__ex_claim_id_order(a, b);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int by_key_and_row(const struct ex_claim *a, const struct ex_claim *b)
{
    int order = by_key(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static bool same_contents(const struct ex_claim *a, const struct ex_claim *b)
{
    return a->amount == b->amount && a->member == b->member && a->service_day == b->service_day &&
           a->paid_day == b->paid_day && a->billing == b->billing && a->treating == b->treating &&
           a->service == b->service && a->payer == b->payer && a->procedure == b->procedure &&
           a->status == b->status;
}

/* Lines of one key as they come. The first is kept back until it is known whether it stays. */
struct group {
    struct ex_import *x;
    struct ex_numbers *numbers;
    struct ex_claim_totals *totals;
    struct ex_drops *drops;
    size_t drops_before; /* those of earlier groups */
    bool any, contradicted;
};

/* Drops a line of the group that is not its first. */
static enum ihp_status drop_line(struct group *group, const struct ex_claim *first,
                                 const struct ex_claim *claim, struct ihp_error *err)
{
    group->contradicted = group->contradicted || !same_contents(first, claim);
    ihp__ex_take(group->x, group->numbers, group->totals, claim);
    return ihp__ex_drops_add(group->x, group->drops, claim->row, EX_REPEATED, err);
}

/* Once the group is whole: if it contradicts itself, the first goes too, all for that reason. */
static enum ihp_status end_group(struct group *group, const struct ex_claim *first,
                                 struct ihp_error *err)
{
    if (!group->any || !group->contradicted) {
        return IHP_OK;
    }
    struct ex_drops *drops = group->drops;
    for (size_t i = group->drops_before; i < drops->count; i++) {
        drops->row[i] = drops->row[i] / 2 * 2 + EX_CONTRADICTED;
    }
    ihp__ex_take(group->x, group->numbers, group->totals, first);
    return ihp__ex_drops_add(group->x, drops, first->row, EX_CONTRADICTED, err);
}

static enum ihp_status compare_lines(struct group *group, struct ex_sorter *sorter,
                                     struct ihp_error *err)
{
    union ex_claim_room first, now;
    const struct ex_claim *claim;
    while (ihp__ex_sorter_next(sorter, &claim, err) == IHP_OK && claim != NULL) {
        memcpy(&now, claim, EX_CLAIM_BYTES(claim->id_length));
        ihp__ex_numbers_apply(group->numbers, ihp__ex_sorter_source(sorter), &now.claim);
        if (group->any && by_key(&first.claim, &now.claim) == 0) {
            if (drop_line(group, &first.claim, &now.claim, err) != IHP_OK) {
                return err->status;
            }
            continue;
        }
        if (end_group(group, &first.claim, err) != IHP_OK) {
            return err->status;
        }
        memcpy(&first, &now, EX_CLAIM_BYTES(now.claim.id_length));
        group->any = true;
        group->contradicted = false;
        group->drops_before = group->drops->count;
    }
    return err->status != IHP_OK ? err->status : end_group(group, &first.claim, err);
}

/* The hashes whose lines this rank compares. */
static struct ex_key_range range_of(const struct ex_import *x)
{
    uint64_t width = UINT64_MAX / (uint64_t)x->ranks, low = width * (uint64_t)x->rank;
    uint64_t last = x->rank + 1 < x->ranks ? low + width - 1 : UINT64_MAX;
    return (struct ex_key_range){low, last, false};
}

/* Finds the lines to drop; those of this rank's hashes. */
static enum ihp_status find_drops(struct duplicates *d, struct ex_temp_file **files,
                                  uint64_t memory, struct group *group, struct ihp_error *err)
{
    static const struct ex_claim_order order = {ihp__ex_claim_hash, by_key_and_row};
    const struct ex_key_range range = range_of(d->x);
    if (ihp__ex_sorter_create(d->x, memory, &order, files, &d->sorter, err) == IHP_OK) {
        ihp__ex_read(d->x, EX_CLAIMS, true, on_claim, d, err);
    }
    if (ihp__ex_agree(d->x, err) == IHP_OK &&
        ihp__ex_sorter_finish(d->sorter, &range, err) == IHP_OK) {
        compare_lines(group, d->sorter, err);
    }
    ihp__ex_sorter_destroy(&d->sorter);
    return ihp__ex_agree(d->x, err);
}

enum ihp_status ihp__ex_claims_resolve(struct ex_import *x, const struct ex_candidates *candidates,
                                       uint64_t memory, struct ex_numbers *numbers,
                                       struct ex_claim_totals *totals, struct ex_drops *drops,
                                       struct ihp_error *err)
{
    static const char *const reason[] = {
        [EX_REPEATED] = "claim_id and line stand more than once; this row repeats another",
        [EX_CONTRADICTED] = "claim_id and line stand more than once, with different contents"};
    struct duplicates d = {.x = x, .candidates = candidates};
    struct group group = {.x = x, .numbers = numbers, .totals = totals, .drops = drops};
    struct ex_temp_file **files = NULL;
    ihp__ex_take_begin(x, numbers, err);
    if (ihp__ex_agree(x, err) == IHP_OK &&
        (x->ranks == 1 || ihp__ex_files_open(x, "again", &files, err) == IHP_OK) &&
        find_drops(&d, files, memory, &group, err) == IHP_OK) {
        ihp__ex_take_end(x, numbers);
        if (ihp__ex_share_list(x, &drops->row, &drops->count, &drops->capacity, err) == IHP_OK) {
            ihp__ex_drops_report(x, EX_CLAIMS, drops, reason, err);
        }
    }
    ihp__ex_files_close(x, &files);
    return err->status;
}
