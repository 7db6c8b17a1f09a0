/* Claim lines that stand twice. The hashes say which may; these lines are read again, brought side
 * by side by the same sorter that orders the claims, and compared in full. Of lines that say the
 * same the first in the file stays; of lines that contradict each other none does. */
#include "claims.h"

#include <string.h>

struct duplicates {
    struct ex_import *x;
    const struct ex_candidates *candidates;
    struct ex_sorter *sorter;
};

static bool is_candidate(const struct ex_candidates *candidates, uint64_t hash)
{
    size_t low = 0, high = candidates->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (candidates->hash[middle] < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < candidates->count && candidates->hash[low] == hash;
}

static enum ihp_status on_claim(void *context, const struct ex_row *row, struct ihp_error *err)
{
    struct duplicates *d = context;
    union ex_claim_room room;
    bool good;
    struct ex_bad bad;
    if (ihp_ex_claim_parse(d->x, row, &room, &good, &bad, err) != IHP_OK) {
        return err->status;
    }
    if (!good || !is_candidate(d->candidates, ihp_ex_claim_hash(&room.claim))) {
        return IHP_OK;
    }
    return ihp_ex_sorter_add(d->sorter, &room.claim, err);
}

static int by_key(const struct ex_claim *a, const struct ex_claim *b)
{
    int order = ihp_ex_claim_id_order(a, b);
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
    ihp_ex_claim_count(group->x, group->totals, claim, false);
    return ihp_ex_drops_add(group->x, group->drops, claim->row, EX_REPEATED, err);
}

/* Once the group is whole: if it contradicts itself, the first goes too, and all for that reason.
 */
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
    ihp_ex_claim_count(group->x, group->totals, first, false);
    return ihp_ex_drops_add(group->x, drops, first->row, EX_CONTRADICTED, err);
}

static enum ihp_status compare_lines(struct group *group, struct ex_sorter *sorter,
                                     struct ihp_error *err)
{
    union ex_claim_room first;
    const struct ex_claim *claim;
    while (ihp_ex_sorter_next(sorter, &claim, err) == IHP_OK && claim != NULL) {
        if (group->any && by_key(&first.claim, claim) == 0) {
            if (drop_line(group, &first.claim, claim, err) != IHP_OK) {
                return err->status;
            }
            continue;
        }
        if (end_group(group, &first.claim, err) != IHP_OK) {
            return err->status;
        }
        memcpy(&first, claim, EX_CLAIM_BYTES(claim->id_length));
        group->any = true;
        group->contradicted = false;
        group->drops_before = group->drops->count;
    }
    return err->status != IHP_OK ? err->status : end_group(group, &first.claim, err);
}

enum ihp_status ihp_ex_claims_resolve(struct ex_import *x, const struct ex_candidates *candidates,
                                      uint64_t memory, struct ex_claim_totals *totals,
                                      struct ex_drops *drops, struct ihp_error *err)
{
    static const char *const reason[] = {
        [EX_REPEATED] = "claim_id and line stand more than once; this row repeats another",
        [EX_CONTRADICTED] = "claim_id and line stand more than once, with different contents"};
    struct duplicates d = {.x = x, .candidates = candidates};
    struct group group = {.x = x, .totals = totals, .drops = drops};
    if (ihp_ex_sorter_create(x->options->store_path, memory, x->options->run_lines,
                             ihp_ex_claim_hash, by_key_and_row, &d.sorter, err) == IHP_OK &&
        ihp_ex_read(x, EX_CLAIMS, true, on_claim, &d, err) == IHP_OK &&
        ihp_ex_sorter_finish(d.sorter, err) == IHP_OK) {
        compare_lines(&group, d.sorter, err);
    }
    ihp_ex_sorter_destroy(&d.sorter);
    if (err->status != IHP_OK) {
        return err->status;
    }
    return ihp_ex_drops_report(x, EX_CLAIMS, drops, reason, err);
}
