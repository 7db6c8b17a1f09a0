/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims stage: read once, sort, look for lines that stand twice, write. Of several ranks each
 * reads a part of the rows and writes a part of the members. */
#include "claims.h"
#include "ranks.h"

#include "base/agree.h"

#include <stdlib.h>

struct claims_stage {
    struct ex_import *x;
    struct ex_temp_file **files; /* owned: sorted lines of all ranks; NULL when there is one */
    struct ex_sorter *sorter;
    struct ex_keys *keys;
    struct ex_numbers numbers;
    struct ex_claim_totals totals; /* of what this rank has read, in the end of all ranks */
    struct ex_candidates candidates;
    struct ex_drops drops;
};

/* The order of a store: member, service date, then claim id and line. */
static uint64_t store_key(const struct ex_claim *claim)
{
    return (uint64_t)claim->member << 32 | ((uint32_t)claim->service_day ^ UINT32_C(0x80000000));
}

static int by_id_and_line(const struct ex_claim *a, const struct ex_claim *b)
{
    int order = ihp__ex_claim_id_order(a, b);
    order = order != 0 ? order : (a->line > b->line) - (a->line < b->line);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static enum ihp_status on_claim(void *context, const struct ex_row *row, struct ihp_error *err)
{
    struct claims_stage *s = context;
    union ex_claim_room room;
    const struct ex_claim *claim = &room.claim;
    bool good;
    struct ex_bad bad;
    if (ihp__ex_claim_parse(s->x, row, &room, &good, &bad, err) != IHP_OK) {
        return err->status;
    }
    if (!good) {
        return ihp__ex_faults_add(s->x, row, &bad, err);
    }
    ihp__ex_claim_count(s->x, &s->totals, claim);
    if (ihp__ex_keys_add(s->keys, ihp__ex_claim_hash(claim), err) != IHP_OK) {
        return err->status;
    }
    return ihp__ex_importing(s->x) ? ihp__ex_sorter_add(s->sorter, claim, err) : IHP_OK;
}

/* Collective: reads all claims, each rank its part. */
static enum ihp_status read_claims(struct claims_stage *s, uint64_t sort_memory,
                                   uint64_t key_memory, struct ihp_error *err)
{
    static const struct ex_claim_order order = {store_key, by_id_and_line};
    struct ex_import *x = s->x;
    uint64_t read_before = x->report.rows_read;
    if (ihp__ex_faults_share(x, err) != IHP_OK || ihp__ex_claims_cut(x, err) != IHP_OK ||
        (x->ranks > 1 && ihp__ex_files_open(x, "lines", &s->files, err) != IHP_OK) ||
        ihp__ex_keys_create(x, key_memory, &s->keys, err) != IHP_OK ||
        ihp__ex_sorter_create(x, sort_memory, &order, s->files, &s->sorter, err) != IHP_OK ||
        ihp__ex_read(x, EX_CLAIMS, false, on_claim, s, err) != IHP_OK) {
        return err->status;
    }
    s->totals.rows_read = x->report.rows_read - read_before;
    x->report.rows_read = read_before;
    return ihp__ex_faults_collect(x, err);
}

/* Collective: finds lines that stand twice, on whatever ranks, and takes them away. */
static enum ihp_status drop_duplicates(struct claims_stage *s, uint64_t sort_memory,
                                       uint64_t key_memory, struct ihp_error *err)
{
    if (ihp__ex_keys_candidates(s->keys, &s->candidates, err) != IHP_OK) {
        return err->status;
    }
    ihp__ex_keys_destroy(&s->keys);
    s->x->memory.limit += key_memory; /* the list of rows to drop, and numbers, may have it */
    if (ihp__ex_numbers_join(s->x, &s->numbers, err) != IHP_OK || s->candidates.count == 0) {
        return err->status;
    }
    /* The lines read so far make room for those that are looked at again. */
    if (!ihp__ex_importing(s->x)) {
        ihp__ex_sorter_destroy(&s->sorter);
    } else if (ihp__ex_sorter_set_aside(s->sorter, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__ex_claims_resolve(s->x, &s->candidates, sort_memory, &s->numbers, &s->totals,
                               &s->drops, err) != IHP_OK) {
        return err->status;
    }
    return ihp__ex_faults_collect(s->x, err);
}

/* Collective: the totals of all ranks on each. */
static enum ihp_status add_totals(struct claims_stage *s, struct ihp_error *err)
{
    _Static_assert(sizeof s->totals % sizeof(uint64_t) == 0, "totals are numbers of 64 bits");
    if (ihp__ex_agree(s->x, err) == IHP_OK) {
        ihp__sum_u64(s->x->comm, &s->totals.lines, (int)(sizeof s->totals / sizeof(uint64_t)));
        s->x->report.rows_read += s->totals.rows_read;
    }
    return err->status;
}

/* Collective: sorts and writes, each rank its share of the members. */
static enum ihp_status write_claims(struct claims_stage *s, struct ihp_error *err)
{
    struct ex_import *x = s->x;
    struct ex_share share;
    ihp__ex_share_of(x, &s->totals, &share);
    const struct ex_key_range range = {share.first_member << 32, (share.end_member << 32) - 1,
                                       share.first_member == share.end_member};
    if (ihp__ex_sorter_finish(s->sorter, &range, err) != IHP_OK) {
        return err->status;
    }
    uint64_t runs = ihp__ex_sorter_runs(s->sorter);
    if (ihp__ex_agree(x, err) == IHP_OK) {
        ihp__sum_u64(x->comm, &runs, 1);
        x->report.sort_runs = runs;
        ihp__ex_claims_write(x, s->sorter, &share, &s->numbers, &s->totals, &s->drops, err);
    }
    return err->status;
}

static void stage_free(struct claims_stage **s)
{
    struct ex_import *x = (*s)->x;
    ihp__ex_drops_free(x, &(*s)->drops);
    ihp__ex_release(x, &(*s)->candidates.hash, &(*s)->candidates.capacity,
                    sizeof *(*s)->candidates.hash);
    ihp__ex_numbers_free(x, &(*s)->numbers);
    ihp__ex_keys_destroy(&(*s)->keys);
    ihp__ex_sorter_destroy(&(*s)->sorter);
    ihp__ex_files_close(x, &(*s)->files);
    free(*s);
    *s = NULL;
}

enum ihp_status ihp__ex_import_claims(struct ex_import *x, struct ihp_error *err)
{
    struct claims_stage *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ihp__fail_memory(err, "the claims");
    }
    s->x = x;
    uint64_t memory = ihp__ex_memory_for_claims(x);
    uint64_t key_memory = memory / 5, sort_memory = memory - key_memory;
    if (read_claims(s, sort_memory, key_memory, err) == IHP_OK &&
        drop_duplicates(s, sort_memory, key_memory, err) == IHP_OK &&
        add_totals(s, err) == IHP_OK && ihp__ex_importing(x)) {
        write_claims(s, err);
    }
    stage_free(&s);
    return err->status;
}
