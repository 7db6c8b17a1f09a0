/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duplicate claim lines. The hashes point to lines that may be duplicates. These lines are read
 * again, brought next to each other by the sorter that also sorts the claims, and compared in full.
 * Of identical lines the first in the file stays. Of conflicting lines none stays, but for the last
 * version of a line where a quarantine file takes the others. With several ranks each rank compares
 * the lines of a range of hashes. */
#include "extract/claims.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "base/search.h"

#include <inttypes.h>
#include <mpi.h>
#include <string.h>

struct duplicates {
    struct ihp__import *import;
    const struct ihp__import_candidates *candidates;
    struct ihp__import_sorter *sorter;
};

static bool is_candidate(const struct ihp__import_candidates *candidates, uint64_t hash)
{
    size_t at;
    IHP__LOWER_BOUND(at, candidates->count, candidates->hash[at] < hash);
    return at < candidates->count && candidates->hash[at] == hash;
}

static enum ihp_status on_claim(void *context, struct ihp__import_row *row, struct ihp_error *err)
{
    struct duplicates *d = context;
    union ihp__import_claim_room room;
    bool good;
    struct ihp__import_reason reason;
    if (ihp__import_claim_parse(d->import, row, &room, &good, &reason, err) != IHP_OK) {
        return err->status;
    }
    if (!good || !is_candidate(d->candidates, ihp__import_claim_hash(&room.claim))) {
        return IHP_OK;
    }
    return ihp__import_sorter_add(d->sorter, &room.claim, err);
}

static int by_key_and_row(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    int order = ihp__import_claim_key_order(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static bool same_contents(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    return a->amount == b->amount && a->member == b->member && a->service_day == b->service_day &&
           a->paid_day == b->paid_day && a->billing == b->billing && a->treating == b->treating &&
           a->service == b->service && a->payer == b->payer && a->procedure == b->procedure &&
           a->status == b->status && a->void_date == b->void_date;
}

/* Returns true if two lines of one key can be versions of one service: what was paid for it, and
 * when, may differ. */
static bool are_versions(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    return a->member == b->member && a->service_day == b->service_day &&
           a->procedure == b->procedure && a->billing == b->billing && a->treating == b->treating;
}

/* Compares versions: the later payment is the later version, and a replacement follows the reversal
 * of the same day. */
static int version_order(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    int days = (a->paid_day > b->paid_day) - (a->paid_day < b->paid_day);
    return days != 0 ? days : (a->amount >= 0) - (b->amount >= 0);
}

/* Consecutive lines of one key. The line that may stay is kept until the group is complete: the
 * first of identical lines, or the last version so far. */
struct group {
    struct ihp__import *import;
    struct ihp__import_numbers *numbers;
    struct ihp__import_totals *totals;
    struct ihp__import_drops *drops;
    size_t drops_before; /* of earlier groups */
    bool any, conflicting;
    bool versions; /* all lines can be versions of one service */
    bool tied;     /* two versions are equally late, and different */
    uint64_t kept; /* lines whose last version stays */
};

static enum ihp_status drop_line(struct group *group, const struct ihp__import_claim *claim,
                                 struct ihp_error *err)
{
    ihp__import_take(group->import, group->numbers, group->totals, claim);
    return ihp__import_drops_add(group->import, group->drops, claim->row, IHP__IMPORT_IDENTICAL,
                                 err);
}

/* Adds a line to the group, of which `*best` may stay, and drops one of the two. */
static enum ihp_status add_line(struct group *group, union ihp__import_claim_room *best,
                                const union ihp__import_claim_room *now, struct ihp_error *err)
{
    int order = 0;
    if (!same_contents(&best->claim, &now->claim)) {
        order = version_order(&best->claim, &now->claim);
        group->conflicting = true;
        group->versions = group->versions && are_versions(&best->claim, &now->claim);
        group->tied = order == 0 || (group->tied && order > 0);
    }
    if (order >= 0) {
        return drop_line(group, &now->claim, err);
    }
    enum ihp_status status = drop_line(group, &best->claim, err);
    memcpy(best, now, ihp__import_claim_bytes(&now->claim));
    return status;
}

/* Ends a group. If its lines conflict, all dropped ones have that reason, and `best` is dropped too
 * unless it is known to be what was paid at last. */
static enum ihp_status end_group(struct group *group, const struct ihp__import_claim *best,
                                 struct ihp_error *err)
{
    if (!group->any || !group->conflicting) {
        return IHP_OK;
    }
    struct ihp__import_drops *drops = group->drops;
    for (size_t i = group->drops_before; i < drops->count; i++) {
        drops->row[i] = drops->row[i] / 2 * 2 + IHP__IMPORT_CONFLICTING;
    }
    if (group->import->options->quarantine_path != NULL && group->versions && !group->tied &&
        best->amount >= 0) {
        group->kept++;
        return IHP_OK;
    }
    ihp__import_take(group->import, group->numbers, group->totals, best);
    return ihp__import_drops_add(group->import, drops, best->row, IHP__IMPORT_CONFLICTING, err);
}

static enum ihp_status compare_lines(struct group *group, struct ihp__import_sorter *sorter,
                                     struct ihp_error *err)
{
    union ihp__import_claim_room best, now;
    const struct ihp__import_claim *claim;
    while (ihp__import_sorter_next(sorter, &claim, err) == IHP_OK && claim != NULL) {
        memcpy(&now, claim, ihp__import_claim_bytes(claim));
        ihp__import_numbers_apply(group->numbers, ihp__import_sorter_source(sorter), &now.claim);
        if (group->any && ihp__import_claim_key_order(&best.claim, &now.claim) == 0) {
            if (add_line(group, &best, &now, err) != IHP_OK) {
                return err->status;
            }
            continue;
        }
        if (end_group(group, &best.claim, err) != IHP_OK) {
            return err->status;
        }
        memcpy(&best, &now, ihp__import_claim_bytes(&now.claim));
        group->any = group->versions = true;
        group->conflicting = group->tied = false;
        group->drops_before = group->drops->count;
    }
    return err->status != IHP_OK ? err->status : end_group(group, &best.claim, err);
}

/* Returns the hashes whose lines this rank compares. */
static struct ihp__import_key_range range_of(const struct ihp__import *import)
{
    uint64_t width = UINT64_MAX / (uint64_t)import->ranks, low = width * (uint64_t)import->rank;
    uint64_t last = import->rank + 1 < import->ranks ? low + width - 1 : UINT64_MAX;
    return (struct ihp__import_key_range){low, last, false};
}

/* Collective: finds the lines to drop among this rank's hashes. */
static enum ihp_status find_drops(struct duplicates *d, struct ihp__temp_file **files,
                                  uint64_t memory, struct group *group, struct ihp_error *err)
{
    static const struct ihp__import_claim_order order = {ihp__import_claim_hash, by_key_and_row};
    const struct ihp__import_key_range range = range_of(d->import);
    enum ihp_status status = ihp__import_sorter_create(
        d->import, memory, ihp__import_block_bytes(memory), &order, files, &d->sorter, err);
    if (status == IHP_OK &&
        ihp__import_read(d->import, IHP__EXTRACT_CLAIMS, true, on_claim, d, err) == IHP_OK &&
        ihp__import_agree(d->import, err) == IHP_OK &&
        ihp__import_sorter_finish(d->sorter, &range, err) == IHP_OK) {
        ihp__until_agreed(compare_lines(group, d->sorter, err));
    }
    ihp__import_sorter_destroy(&d->sorter);
    return ihp__import_agree(d->import, err);
}

/* Says how an extract tells the versions of a line apart, if lines of one key conflict, and how
 * many lines have kept their last version. Collective. */
static void note_conflicts(const struct ihp__import *import, const struct ihp__import_drops *drops,
                           uint64_t kept)
{
    bool any = false;
    for (size_t i = 0; i < drops->count && !any; i++) {
        any = drops->row[i] % 2 == IHP__IMPORT_CONFLICTING;
    }
    if (any && import->rank == 0) {
        ihp__notice_add(import->notices,
                        "claims.csv: if rows with one claim_id and line are an original, its "
                        "reversal and its replacement, give each its own value in the column "
                        "'version'");
    }
    if (import->ranks > 1) {
        MPI_Allreduce(MPI_IN_PLACE, &kept, 1, MPI_UINT64_T, MPI_SUM, import->comm);
    }
    if (kept > 0 && import->rank == 0) {
        ihp__notice_add(import->notices,
                        "claims.csv: %" PRIu64 " lines have rows that differ only in what was paid "
                        "and when: the row paid last is kept, and the others are set aside",
                        kept);
    }
}

/* Collective: finds the lines to drop, with a file of each rank where there are several. */
static enum ihp_status resolve(struct duplicates *d, struct ihp__temp_file ***files,
                               uint64_t memory, struct group *group, struct ihp_error *err)
{
    static const char *const reason[] = {
        [IHP__IMPORT_IDENTICAL] =
            "claim_id and line stand more than once; this row repeats another",
        [IHP__IMPORT_CONFLICTING] =
            "claim_id and line stand more than once, with different contents"};
    struct ihp__import_drops *drops = group->drops;
    if (ihp__import_take_begin(d->import, group->numbers, err) != IHP_OK ||
        ihp__import_agree(d->import, err) != IHP_OK ||
        (d->import->ranks > 1 &&
         ihp__import_rank_files_open(d->import, "again", files, err) != IHP_OK) ||
        find_drops(d, *files, memory, group, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_take_end(d->import, group->numbers);
    if (ihp__import_share_list(d->import, &drops->row, &drops->count, &drops->capacity, err) !=
        IHP_OK) {
        return err->status;
    }
    note_conflicts(d->import, drops, group->kept);
    return ihp__import_drops_report(d->import, IHP__EXTRACT_CLAIMS, drops, reason, err);
}

enum ihp_status ihp__import_claims_resolve(struct ihp__import *import,
                                           const struct ihp__import_candidates *candidates,
                                           uint64_t memory, struct ihp__import_numbers *numbers,
                                           struct ihp__import_totals *totals,
                                           struct ihp__import_drops *drops, struct ihp_error *err)
{
    struct duplicates d = {.import = import, .candidates = candidates};
    struct group group = {.import = import, .numbers = numbers, .totals = totals, .drops = drops};
    struct ihp__temp_file **files = NULL;
    enum ihp_status status = resolve(&d, &files, memory, &group, err);
    ihp__import_rank_files_close(import, &files);
    return status;
}
