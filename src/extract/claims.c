/* The claims stage: read once, sort, look for lines that stand twice, write. */
#include "claims.h"

struct claims_stage {
    struct ex_import *x;
    struct ex_sorter *sorter;
    struct ex_keys *keys;
    struct ex_claim_totals totals;
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
    int order = ihp_ex_claim_id_order(a, b);
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
    if (ihp_ex_claim_parse(s->x, row, &room, &good, &bad, err) != IHP_OK) {
        return err->status;
    }
    if (!good) {
        return ihp_ex_faults_add(s->x, row, &bad, err);
    }
    ihp_ex_claim_count(s->x, &s->totals, claim, true);
    if (ihp_ex_keys_add(s->keys, ihp_ex_claim_hash(claim), err) != IHP_OK) {
        return err->status;
    }
    return ihp_ex_importing(s->x) ? ihp_ex_sorter_add(s->sorter, claim, err) : IHP_OK;
}

static enum ihp_status read_claims(struct claims_stage *s, uint64_t sort_memory,
                                   uint64_t key_memory, struct ihp_error *err)
{
    const char *beside = s->x->options->store_path;
    if (ihp_ex_sorter_create(beside, sort_memory, s->x->options->run_lines, store_key,
                             by_id_and_line, &s->sorter, err) != IHP_OK ||
        ihp_ex_keys_create(beside, key_memory, &s->keys, err) != IHP_OK) {
        return err->status;
    }
    return ihp_ex_read(s->x, EX_CLAIMS, false, on_claim, s, err);
}

static enum ihp_status drop_duplicates(struct claims_stage *s, uint64_t sort_memory,
                                       uint64_t key_memory, struct ihp_error *err)
{
    if (ihp_ex_keys_candidates(s->x, s->keys, &s->candidates, err) != IHP_OK) {
        return err->status;
    }
    ihp_ex_keys_destroy(&s->keys);
    s->x->memory.limit += key_memory; /* the list of rows to drop may have it */
    if (s->candidates.count == 0) {
        return IHP_OK;
    }
    /* The lines read so far make room for those that are looked at again. */
    if (!ihp_ex_importing(s->x)) {
        ihp_ex_sorter_destroy(&s->sorter);
    } else if (ihp_ex_sorter_set_aside(s->sorter, err) != IHP_OK) {
        return err->status;
    }
    return ihp_ex_claims_resolve(s->x, &s->candidates, sort_memory, &s->totals, &s->drops, err);
}

enum ihp_status ihp_ex_import_claims(struct ex_import *x, struct ihp_error *err)
{
    struct claims_stage s = {.x = x};
    uint64_t memory = ihp_ex_memory_for_claims(x);
    uint64_t key_memory = memory / 5, sort_memory = memory - key_memory;
    if (read_claims(&s, sort_memory, key_memory, err) == IHP_OK &&
        drop_duplicates(&s, sort_memory, key_memory, err) == IHP_OK && ihp_ex_importing(x) &&
        ihp_ex_sorter_finish(s.sorter, err) == IHP_OK) {
        x->report.sort_runs = ihp_ex_sorter_runs(s.sorter);
        ihp_ex_claims_write(x, s.sorter, &s.totals, &s.drops, err);
    }
    ihp_ex_drops_free(x, &s.drops);
    ihp_ex_release(x, &s.candidates.hash, &s.candidates.capacity, sizeof *s.candidates.hash);
    ihp_ex_keys_destroy(&s.keys);
    ihp_ex_sorter_destroy(&s.sorter);
    return err->status;
}
