/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing sorted claims as columns of the store, a batch at a time. */
#include "extract/claims.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "store/claim_batch.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 32768, LINES_BETWEEN_PROGRESS = 1 << 18 };

static const char stage_name[] = "writing claims";

struct output {
    struct ihp__import *import;
    const struct ihp__import_share *share;
    const struct ihp__import_numbers *numbers;
    struct ihp__claim_batch batch; /* owned */
    uint64_t *offset;              /* owned; of the members of the share, and one more */
    size_t offset_capacity;
    uint64_t lines;
};

/* ---- the share of a rank --------------------------------------------------------------------- */

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

/* ---- lines ----------------------------------------------------------------------------------- */

/* Returns the longest length that some line has, and at least `least`; `longest` is the greatest
 * possible length. */
static size_t width_of(const uint64_t *lines_by_length, size_t longest, size_t least)
{
    while (longest > least && lines_by_length[longest] == 0) {
        longest--;
    }
    return longest;
}

static enum ihp_status write_batch(struct output *o, struct ihp_error *err)
{
    uint64_t first_line = o->share->first_line + o->lines - o->batch.count;
    return ihp__claim_batch_write(&o->batch, o->import->writer, first_line, err);
}

/* Adds a line of rank `source` to the batch. */
static enum ihp_status put_line(struct output *o, const struct ihp__import_claim *claim, int source,
                                struct ihp_error *err)
{
    struct ihp__claim_batch *b = &o->batch;
    const uint32_t *npi = ihp__import_numbers_of(o->numbers, source, IHP__IMPORT_NPIS);
    const uint32_t *payer = ihp__import_numbers_of(o->numbers, source, IHP__IMPORT_PAYERS);
    const uint32_t *procedure = ihp__import_numbers_of(o->numbers, source, IHP__IMPORT_PROCEDURES);
    size_t i = b->count++;
    b->service_date[i] = ihp__day16_of_day(claim->service_day);
    b->service[i] = claim->service;
    b->procedure[i] = (uint16_t)procedure[claim->procedure];
    b->paid_date[i] = ihp__day16_of_day(claim->paid_day);
    b->known_from[i] = ihp__known_from(claim->status, b->paid_date[i], claim->void_date);
    b->payer[i] = (uint16_t)payer[claim->payer];
    if (b->wide_amounts) {
        b->amount64[i] = claim->amount;
    } else {
        b->amount32[i] = (int32_t)claim->amount;
    }
    b->billing[i] = npi[claim->billing];
    b->treating[i] = npi[claim->treating];
    b->status[i] = claim->status;
    const struct ihp__control_line line = {.service_date = b->service_date[i],
                                           .paid_date = b->paid_date[i],
                                           .payer = b->payer[i],
                                           .service_class =
                                               (uint8_t)(claim->service / IHP__CATEGORIES),
                                           .status = claim->status,
                                           .cents = claim->amount,
                                           .member = claim->member};
    if (ihp__control_add_line(&o->import->control, &line, err) != IHP_OK) {
        return err->status;
    }
    b->line[i] = claim->line;
    char *id = b->claim_id + i * b->claim_id_width;
    if (claim->id_length < b->claim_id_width) {
        memset(id + claim->id_length, 0, b->claim_id_width - claim->id_length);
    }
    memcpy(id, claim->id, claim->id_length);
    if (b->void_dates) {
        b->void_date[i] = claim->void_date;
    }
    if (b->version_width > 0) {
        char *version = b->version + i * b->version_width;
        memset(version, 0, b->version_width);
        memcpy(version, claim->id + claim->id_length, claim->version_length);
    }
    o->offset[claim->member - o->share->first_member + 1]++;
    o->lines++;
    return b->count < BATCH ? IHP_OK : write_batch(o, err);
}

static enum ihp_status put_lines(struct output *o, struct ihp__import_sorter *sorter,
                                 const struct ihp__import_drops *drops, struct ihp_error *err)
{
    const struct ihp__import_claim *claim;
    ihp__import_progress(o->import, stage_name, 0);
    for (;;) {
        if (ihp__import_sorter_next(sorter, &claim, err) != IHP_OK) {
            return err->status;
        }
        if (claim == NULL) {
            break;
        }
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
    ihp__import_progress(o->import, stage_name, o->lines);
    return write_batch(o, err);
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Collective. Writes the payers of the enrollment spans, whose numbers in the store are now known.
 */
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

/* Collective. Each rank writes the offsets of its members; the last rank also writes the end. */
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

/* Makes room for a batch and for the offsets of the share. */
static enum ihp_status make_room(struct output *o, struct ihp_error *err)
{
    size_t members = (size_t)(o->share->end_member - o->share->first_member);
    if (ihp__claim_batch_reserve(&o->batch, BATCH, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_reserve(o->import, &o->offset, &o->offset_capacity, members + 1,
                               sizeof *o->offset, NULL, err);
}

static enum ihp_status write_all(struct output *o, struct ihp__import_sorter *sorter,
                                 uint64_t lines, const struct ihp__import_drops *drops,
                                 struct ihp_error *err)
{
    struct ihp__import *import = o->import;
    ihp__store_claims_life(import->writer, o->batch.void_dates, o->batch.version_width);
    if (put_span_payers(o, err) != IHP_OK || ihp__import_agree(import, err) != IHP_OK ||
        ihp__store_claims_begin(import->writer, lines, o->batch.claim_id_width,
                                o->batch.wide_amounts, err) != IHP_OK ||
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
    struct output o = {
        .import = import,
        .share = share,
        .numbers = numbers,
        .batch = {.claim_id_width = width_of(totals->by_id_length, IHP__CLAIM_ID_MAX, 1),
                  .version_width = width_of(totals->by_version_length, IHP__VERSION_MAX, 0),
                  .wide_amounts = totals->wide_amounts > 0,
                  .void_dates = totals->void_dates > 0}};
    enum ihp_status status = make_room(&o, err);
    status = status == IHP_OK ? ihp__import_numbers_put(import, numbers, err) : status;
    status = status == IHP_OK ? write_all(&o, sorter, totals->lines, drops, err) : status;
    if (status == IHP_OK) {
        import->report.lines = totals->lines;
    }
    ihp__import_release(import, &o.offset, &o.offset_capacity, sizeof *o.offset);
    ihp__claim_batch_free(&o.batch);
    return status;
}
