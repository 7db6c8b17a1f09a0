/* Claims in order become columns of the store, a batch at a time. */
#include "claims.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 32768, LINES_BETWEEN_PROGRESS = 1 << 18 };

static const char stage_name[] = "writing claims";

struct batch {
    uint16_t service_date[BATCH], known_from[BATCH], service[BATCH], procedure[BATCH];
    uint16_t paid_date[BATCH], payer[BATCH];
    union {
        int32_t narrow[BATCH];
        int64_t wide[BATCH];
    } amount;
    uint32_t billing[BATCH], treating[BATCH];
    uint8_t status[BATCH];
    int64_t line[BATCH];
    char claim_id[BATCH * IHP_CLAIM_ID_MAX];
};

struct output {
    struct ex_import *x;
    struct batch *batch; /* owned */
    size_t in_batch;
    size_t id_width;
    bool wide;
    uint32_t *payer, *procedure, *npi; /* owned: from number of arrival to number in the store */
    uint64_t *offset;                  /* owned */
    size_t offset_capacity;
    uint64_t lines;
};

static size_t id_width(const struct ex_claim_totals *totals)
{
    size_t width = IHP_CLAIM_ID_MAX;
    while (width > 1 && totals->by_id_length[width] == 0) {
        width--;
    }
    return width;
}

static enum ihp_status flush_batch(struct output *o, struct ihp_error *err)
{
    const struct batch *b = o->batch;
    const struct ihp_claims claims = {
        .first = o->lines - o->in_batch,
        .count = o->in_batch,
        .service_date = b->service_date,
        .known_from = b->known_from,
        .service = b->service,
        .procedure = b->procedure,
        .paid_date = b->paid_date,
        .payer = b->payer,
        .amount32 = o->wide ? NULL : b->amount.narrow,
        .amount64 = o->wide ? b->amount.wide : NULL,
        .billing = b->billing,
        .treating = b->treating,
        .status = b->status,
        .line = b->line,
        .claim_id = b->claim_id,
        .claim_id_width = o->id_width,
    };
    o->in_batch = 0;
    return ihp_store_claims_write(o->x->writer, claims.first, &claims, err);
}

static uint16_t known_from(const struct ex_claim *claim)
{
    if (claim->status != IHP_CLAIM_PAID) {
        return IHP_NEVER_KNOWN;
    }
    ihp_day16 paid = ihp_day16_of_day(claim->paid_day);
    return paid < IHP_KNOWN_LATEST ? paid : IHP_KNOWN_LATEST;
}

static enum ihp_status put_line(struct output *o, const struct ex_claim *claim,
                                struct ihp_error *err)
{
    struct batch *b = o->batch;
    size_t i = o->in_batch;
    b->service_date[i] = ihp_day16_of_day(claim->service_day);
    b->known_from[i] = known_from(claim);
    b->service[i] = claim->service;
    b->procedure[i] = (uint16_t)o->procedure[claim->procedure];
    b->paid_date[i] = ihp_day16_of_day(claim->paid_day);
    b->payer[i] = (uint16_t)o->payer[claim->payer];
    if (o->wide) {
        b->amount.wide[i] = claim->amount;
    } else {
        b->amount.narrow[i] = (int32_t)claim->amount;
    }
    b->billing[i] = o->npi[claim->billing];
    b->treating[i] = o->npi[claim->treating];
    b->status[i] = claim->status;
    b->line[i] = claim->line;
    char *id = b->claim_id + i * o->id_width;
    memset(id + claim->id_length, 0, o->id_width - claim->id_length);
    memcpy(id, claim->id, claim->id_length);
    o->offset[claim->member + 1]++;
    o->lines++;
    return ++o->in_batch < BATCH ? IHP_OK : flush_batch(o, err);
}

static enum ihp_status put_lines(struct output *o, struct ex_sorter *sorter,
                                 const struct ex_drops *drops, struct ihp_error *err)
{
    const struct ex_claim *claim;
    ihp_ex_progress(o->x, stage_name, 0);
    while (ihp_ex_sorter_next(sorter, &claim, err) == IHP_OK && claim != NULL) {
        if (drops->count > 0 && ihp_ex_drops_has(drops, claim->row)) {
            continue;
        }
        if (put_line(o, claim, err) != IHP_OK) {
            return err->status;
        }
        if (o->lines % LINES_BETWEEN_PROGRESS == 0) {
            ihp_ex_progress(o->x, stage_name, o->lines);
        }
    }
    if (err->status != IHP_OK || flush_batch(o, err) != IHP_OK) {
        return err->status;
    }
    ihp_ex_progress(o->x, stage_name, o->lines);
    return IHP_OK;
}

static enum ihp_status put_dictionaries(struct output *o, struct ihp_error *err)
{
    struct ex_import *x = o->x;
    if (ihp_ex_counted_put(x, &x->payers, NULL, "payer", &o->payer, err) != IHP_OK ||
        ihp_ex_counted_put(x, &x->procedures, "", "procedure", &o->procedure, err) != IHP_OK) {
        return err->status;
    }
    return ihp_ex_npis_put(x, &o->npi, err);
}

static enum ihp_status put_span_payers(struct output *o, struct ihp_error *err)
{
    struct ex_import *x = o->x;
    for (uint64_t i = 0; i < x->report.spans; i++) {
        x->span_payer[i] = (uint16_t)o->payer[x->span_payer[i]];
    }
    return ihp_store_put(x->writer, "enrollment/payer", IHP_TYPE_U16, 0, x->span_payer,
                         x->report.spans, "number in dictionary/payer", err);
}

static enum ihp_status put_offsets(struct output *o, struct ihp_error *err)
{
    size_t members = o->x->members.count;
    for (size_t m = 0; m < members; m++) {
        o->offset[m + 1] += o->offset[m];
    }
    return ihp_store_put(o->x->writer, "claims/offset", IHP_TYPE_U64, 0, o->offset, members + 1,
                         "number of the first row of each member, and of all rows", err);
}

enum ihp_status ihp_ex_claims_write(struct ex_import *x, struct ex_sorter *sorter,
                                    const struct ex_claim_totals *totals,
                                    const struct ex_drops *drops, struct ihp_error *err)
{
    struct output o = {.x = x, .id_width = id_width(totals), .wide = totals->wide_amounts > 0};
    o.batch = malloc(sizeof *o.batch);
    if (o.batch == NULL) {
        return ihp_fail_memory(err, "writing the claims");
    }
    if (ihp_ex_reserve(x, &o.offset, &o.offset_capacity, x->members.count + 1, sizeof *o.offset,
                       NULL, err) == IHP_OK &&
        put_dictionaries(&o, err) == IHP_OK && put_span_payers(&o, err) == IHP_OK &&
        ihp_store_claims_begin(x->writer, totals->lines, o.id_width, o.wide, err) == IHP_OK &&
        put_lines(&o, sorter, drops, err) == IHP_OK && put_offsets(&o, err) == IHP_OK) {
        x->report.lines = o.lines;
    }
    ihp_ex_release(x, &o.offset, &o.offset_capacity, sizeof *o.offset);
    free(o.payer);
    free(o.procedure);
    free(o.npi);
    free(o.batch);
    return err->status;
}
