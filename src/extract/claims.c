/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims stage: read once, sort, look for lines that stand twice, write. Of several ranks each
 * reads a part of the rows and writes a part of the members. */
#include "claims.h"
#include "ranks.h"

#include "base/agree.h"

#include <stdlib.h>

struct claims_stage {
    struct ihp__import *import;
    struct ihp__temp_file **files; /* owned: sorted lines of all ranks; NULL when there is one */
    struct ihp__import_sorter *sorter;
    struct ihp__import_keys *keys;
    struct ihp__import_numbers numbers;
    struct ihp__import_totals totals; /* of what this rank has read, in the end of all ranks */
    struct ihp__import_candidates candidates;
    struct ihp__import_drops drops;
};

/* The order of a store: member, service date, then claim id and line. */
static uint64_t store_key(const struct ihp__import_claim *claim)
{
    return (uint64_t)claim->member << 32 | ((uint32_t)claim->service_day ^ UINT32_C(0x80000000));
}

static int by_id_and_line(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    int order = ihp__import_claim_id_order(a, b);
    order = order != 0 ? order : (a->line > b->line) - (a->line < b->line);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static enum ihp_status on_claim(void *context, const struct ihp__import_row *row,
                                struct ihp_error *err)
{
    struct claims_stage *s = context;
    union ihp__import_claim_room room;
    const struct ihp__import_claim *claim = &room.claim;
    bool good;
    struct ihp__import_reason bad;
    if (ihp__import_claim_parse(s->import, row, &room, &good, &bad, err) != IHP_OK) {
        return err->status;
    }
    if (!good) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    ihp__import_claim_count(s->import, &s->totals, claim);
    if (ihp__import_keys_add(s->keys, ihp__import_claim_hash(claim), err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_keeps_rows(s->import) ? ihp__import_sorter_add(s->sorter, claim, err)
                                             : IHP_OK;
}

/* Collective: reads all claims, each rank its part. */
static enum ihp_status read_claims(struct claims_stage *s, uint64_t sort_memory,
                                   uint64_t key_memory, struct ihp_error *err)
{
    static const struct ihp__import_claim_order order = {store_key, by_id_and_line};
    struct ihp__import *import = s->import;
    uint64_t read_before = import->report.rows_read;
    if (ihp__import_bad_rows_share(import, err) != IHP_OK ||
        ihp__import_claims_cut(import, err) != IHP_OK ||
        (import->ranks > 1 &&
         ihp__import_rank_files_open(import, "lines", &s->files, err) != IHP_OK) ||
        ihp__import_keys_create(import, key_memory, &s->keys, err) != IHP_OK ||
        ihp__import_sorter_create(import, sort_memory, &order, s->files, &s->sorter, err) !=
            IHP_OK ||
        ihp__import_read(import, IHP__EXTRACT_CLAIMS, false, on_claim, s, err) != IHP_OK) {
        return err->status;
    }
    s->totals.rows_read = import->report.rows_read - read_before;
    import->report.rows_read = read_before;
    return ihp__import_bad_rows_collect(import, err);
}

/* Collective: finds lines that stand twice, on whatever ranks, and takes them away. */
static enum ihp_status drop_duplicates(struct claims_stage *s, uint64_t sort_memory,
                                       uint64_t key_memory, struct ihp_error *err)
{
    if (ihp__import_keys_candidates(s->keys, &s->candidates, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_keys_destroy(&s->keys);
    s->import->memory.limit += key_memory; /* the list of rows to drop, and numbers, may have it */
    if (ihp__import_numbers_join(s->import, &s->numbers, err) != IHP_OK ||
        s->candidates.count == 0) {
        return err->status;
    }
    /* The lines read so far make room for those that are looked at again. */
    if (!ihp__import_keeps_rows(s->import)) {
        ihp__import_sorter_destroy(&s->sorter);
    } else if (ihp__import_sorter_set_aside(s->sorter, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__import_claims_resolve(s->import, &s->candidates, sort_memory, &s->numbers, &s->totals,
                                   &s->drops, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_bad_rows_collect(s->import, err);
}

/* Collective: the totals of all ranks on each. */
static enum ihp_status add_totals(struct claims_stage *s, struct ihp_error *err)
{
    _Static_assert(sizeof s->totals % sizeof(uint64_t) == 0, "totals are numbers of 64 bits");
    if (ihp__import_agree(s->import, err) == IHP_OK) {
        ihp__sum_u64(s->import->comm, &s->totals.lines, (int)(sizeof s->totals / sizeof(uint64_t)));
        s->import->report.rows_read += s->totals.rows_read;
    }
    return err->status;
}

/* Collective: sorts and writes, each rank its share of the members. */
static enum ihp_status write_claims(struct claims_stage *s, struct ihp_error *err)
{
    struct ihp__import *import = s->import;
    struct ihp__import_share share;
    ihp__import_share_of(import, &s->totals, &share);
    const struct ihp__import_key_range range = {share.first_member << 32,
                                                (share.end_member << 32) - 1,
                                                share.first_member == share.end_member};
    if (ihp__import_sorter_finish(s->sorter, &range, err) != IHP_OK) {
        return err->status;
    }
    uint64_t runs = ihp__import_sorter_runs(s->sorter);
    if (ihp__import_agree(import, err) == IHP_OK) {
        ihp__sum_u64(import->comm, &runs, 1);
        import->report.sort_runs = runs;
        ihp__import_claims_write(import, s->sorter, &share, &s->numbers, &s->totals, &s->drops,
                                 err);
    }
    return err->status;
}

static void stage_free(struct claims_stage **s)
{
    struct ihp__import *import = (*s)->import;
    ihp__import_drops_free(import, &(*s)->drops);
    ihp__import_release(import, &(*s)->candidates.hash, &(*s)->candidates.capacity,
                        sizeof *(*s)->candidates.hash);
    ihp__import_numbers_free(import, &(*s)->numbers);
    ihp__import_keys_destroy(&(*s)->keys);
    ihp__import_sorter_destroy(&(*s)->sorter);
    ihp__import_rank_files_close(import, &(*s)->files);
    free(*s);
    *s = NULL;
}

enum ihp_status ihp__import_claims(struct ihp__import *import, struct ihp_error *err)
{
    struct claims_stage *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ihp__fail_memory(err, "the claims");
    }
    s->import = import;
    uint64_t memory = ihp__import_memory_for_claims(import);
    uint64_t key_memory = memory / 5, sort_memory = memory - key_memory;
    if (read_claims(s, sort_memory, key_memory, err) == IHP_OK &&
        drop_duplicates(s, sort_memory, key_memory, err) == IHP_OK &&
        add_totals(s, err) == IHP_OK && ihp__import_keeps_rows(import)) {
        write_claims(s, err);
    }
    stage_free(&s);
    return err->status;
}
