/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims in order become columns of the store, a batch at a time. */
#include "extract/claims.h"
#include "extract/ranks.h"

#include "base/agree.h"

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
    char claim_id[BATCH * IHP__CLAIM_ID_MAX];
};

struct output {
    struct ihp__import *import;
    const struct ihp__import_share *share;
    const struct ihp__import_numbers *numbers;
    struct batch *batch; /* owned */
    size_t in_batch;
    size_t id_width;
    bool wide;
    uint64_t *offset; /* owned; of the members of the share, and one more */
    size_t offset_capacity;
    uint64_t lines;
};

static size_t id_width(const struct ihp__import_totals *totals)
{
    size_t width = IHP__CLAIM_ID_MAX;
    while (width > 1 && totals->by_id_length[width] == 0) {
        width--;
    }
    return width;
}

static enum ihp_status flush_batch(struct output *o, struct ihp_error *err)
{
    const struct batch *b = o->batch;
    const struct ihp__claims claims = {
        .first = o->share->first_line + o->lines - o->in_batch,
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
    return ihp__store_claims_write(o->import->writer, claims.first, &claims, err);
}

static uint16_t known_from(const struct ihp__import_claim *claim)
{
    if (claim->status != IHP__CLAIM_PAID) {
        return IHP__NEVER_KNOWN;
    }
    ihp__day16 paid = ihp__day16_of_day(claim->paid_day);
    return paid < IHP__KNOWN_LATEST ? paid : IHP__KNOWN_LATEST;
}

static enum ihp_status put_line(struct output *o, const struct ihp__import_claim *claim, int source,
                                struct ihp_error *err)
{
    struct batch *b = o->batch;
    const uint32_t *npi = ihp__import_numbers_of(o->numbers, source, IHP__IMPORT_NPIS);
    size_t i = o->in_batch;
    b->service_date[i] = ihp__day16_of_day(claim->service_day);
    b->known_from[i] = known_from(claim);
    b->service[i] = claim->service;
    b->procedure[i] = (uint16_t)ihp__import_numbers_of(o->numbers, source,
                                                       IHP__IMPORT_PROCEDURES)[claim->procedure];
    b->paid_date[i] = ihp__day16_of_day(claim->paid_day);
    b->payer[i] =
        (uint16_t)ihp__import_numbers_of(o->numbers, source, IHP__IMPORT_PAYERS)[claim->payer];
    if (o->wide) {
        b->amount.wide[i] = claim->amount;
    } else {
        b->amount.narrow[i] = (int32_t)claim->amount;
    }
    b->billing[i] = npi[claim->billing];
    b->treating[i] = npi[claim->treating];
    b->status[i] = claim->status;
    b->line[i] = claim->line;
    char *id = b->claim_id + i * o->id_width;
    memset(id + claim->id_length, 0, o->id_width - claim->id_length);
    memcpy(id, claim->id, claim->id_length);
    o->offset[claim->member - o->share->first_member + 1]++;
    o->lines++;
    return ++o->in_batch < BATCH ? IHP_OK : flush_batch(o, err);
}

static enum ihp_status put_lines(struct output *o, struct ihp__import_sorter *sorter,
                                 const struct ihp__import_drops *drops, struct ihp_error *err)
{
    const struct ihp__import_claim *claim;
    ihp__import_progress(o->import, stage_name, 0);
    while (ihp__import_sorter_next(sorter, &claim, err) == IHP_OK && claim != NULL) {
        if (drops->count > 0 && ihp__import_drops_has(drops, claim->row)) {
            continue;
        }
        if (put_line(o, claim, ihp__import_sorter_source(sorter), err) != IHP_OK) {
            return err->status;
        }
        if (o->lines % LINES_BETWEEN_PROGRESS == 0) {
            ihp__import_progress(o->import, stage_name, o->lines);
        }
    }
    if (err->status != IHP_OK || flush_batch(o, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_progress(o->import, stage_name, o->lines);
    return IHP_OK;
}

static enum ihp_status put_span_payers(struct output *o, struct ihp_error *err)
{
    struct ihp__import *import = o->import;
    const uint32_t *payer = ihp__import_numbers_of(o->numbers, 0, IHP__IMPORT_PAYERS);
    for (uint64_t i = 0; import->rank == 0 && i < import->report.spans; i++) {
        import->span_payer[i] = (uint16_t)payer[import->span_payer[i]];
    }
    return ihp__import_put(import, IHP__COLUMN_SPAN_PAYER, 0, import->span_payer,
                           import->report.spans, err);
}

/* Each rank puts the offsets of its members, the last one also the end. */
static enum ihp_status put_offsets(struct output *o, struct ihp_error *err)
{
    struct ihp__import *import = o->import;
    const struct ihp__import_share *share = o->share;
    size_t members = (size_t)(share->end_member - share->first_member);
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    o->offset[0] = share->first_line;
    for (size_t m = 0; m < members; m++) {
        o->offset[m + 1] += o->offset[m];
    }
    const struct ihp__elements elements = {.data = o->offset,
                                           .first = share->first_member,
                                           .count = members + (import->rank + 1 == import->ranks),
                                           .total = import->members.count + 1};
    return ihp__store_put_part(import->writer, IHP__COLUMN_LINE_OFFSET, &elements, err);
}

void ihp__import_share_of(const struct ihp__import *import, const struct ihp__import_totals *totals,
                          struct ihp__import_share *share)
{
    uint64_t ranks = (uint64_t)import->ranks, begin[2], line[2] = {0, 0};
    for (unsigned side = 0; side < 2; side++) {
        uint64_t rank = (uint64_t)import->rank + side, lines = totals->lines;
        uint64_t before = lines / ranks * rank + lines % ranks * rank / ranks;
        size_t bin = 0;
        while (bin < IHP__IMPORT_BINS && line[side] < before) {
            line[side] += totals->by_member[bin++];
        }
        begin[side] = rank == 0       ? 0
                      : rank == ranks ? import->members.count
                                      : ihp__import_bin_start(import, bin);
    }
    *share = (struct ihp__import_share){begin[0], begin[1], line[0]};
}

static enum ihp_status write_all(struct output *o, struct ihp__import_sorter *sorter,
                                 uint64_t lines, const struct ihp__import_drops *drops,
                                 struct ihp_error *err)
{
    struct ihp__import *import = o->import;
    if (put_span_payers(o, err) != IHP_OK || ihp__import_agree(import, err) != IHP_OK ||
        ihp__store_claims_begin(import->writer, lines, o->id_width, o->wide, err) != IHP_OK ||
        put_lines(o, sorter, drops, err) != IHP_OK) {
        return err->status;
    }
    return put_offsets(o, err);
}

enum ihp_status
ihp__import_claims_write(struct ihp__import *import, struct ihp__import_sorter *sorter,
                         const struct ihp__import_share *share, struct ihp__import_numbers *numbers,
                         const struct ihp__import_totals *totals,
                         const struct ihp__import_drops *drops, struct ihp_error *err)
{
    struct output o = {.import = import,
                       .share = share,
                       .numbers = numbers,
                       .id_width = id_width(totals),
                       .wide = totals->wide_amounts > 0};
    o.batch = malloc(sizeof *o.batch);
    if (o.batch == NULL) {
        return ihp__fail_memory(err, "writing the claims");
    }
    if (ihp__import_reserve(import, &o.offset, &o.offset_capacity,
                            (size_t)(share->end_member - share->first_member) + 1, sizeof *o.offset,
                            NULL, err) == IHP_OK &&
        ihp__import_numbers_put(import, numbers, err) == IHP_OK &&
        write_all(&o, sorter, totals->lines, drops, err) == IHP_OK) {
        import->report.lines = totals->lines;
    }
    ihp__import_release(import, &o.offset, &o.offset_capacity, sizeof *o.offset);
    free(o.batch);
    return err->status;
}
