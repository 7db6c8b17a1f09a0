/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claim lines: for each visit, in order of service date, its lines and those of its reversal.
 * Claims are numbered in that order, so that a member's lines are in the order of a store. */
#include "synth/model.h"
#include "synth/random.h"

#include <stdlib.h>
#include <string.h>

enum { AMOUNT_MAX = 999999999 }; /* cents; fits 32 bits with either sign */

/* The groups of a visit's first line and of its further lines, by type of visit. */
static const struct {
    uint8_t first, more;
} group_of[IHP__SYNTH_VISIT_TYPES] = {
    [IHP__SYNTH_PRIMARY] = {IHP__SYNTH_EM_ADULT,
                            IHP__SYNTH_TESTS}, /* IHP__SYNTH_EM_CHILD for children */
    [IHP__SYNTH_SPECIALTY] = {IHP__SYNTH_EM_SPECIALTY, IHP__SYNTH_TESTS},
    [IHP__SYNTH_PHARMACY] = {IHP__SYNTH_DRUGS, IHP__SYNTH_DRUGS},
    [IHP__SYNTH_OUTPATIENT] = {IHP__SYNTH_OUTPATIENT_FIRST, IHP__SYNTH_OUTPATIENT_MORE},
    [IHP__SYNTH_INPATIENT] = {IHP__SYNTH_INPATIENT_FIRST, IHP__SYNTH_INPATIENT_MORE},
    [IHP__SYNTH_MENTAL] = {IHP__SYNTH_MENTAL_HEALTH, IHP__SYNTH_MENTAL_HEALTH},
    [IHP__SYNTH_DENTIST] = {IHP__SYNTH_DENTAL, IHP__SYNTH_DENTAL},
    [IHP__SYNTH_SUPPLIES] = {IHP__SYNTH_OTHER, IHP__SYNTH_OTHER},
    [IHP__SYNTH_NOT_CORE] = {IHP__SYNTH_EXCLUDED, IHP__SYNTH_EXCLUDED},
    [IHP__SYNTH_NOT_LISTED] = {IHP__SYNTH_UNLISTED, IHP__SYNTH_UNLISTED},
    [IHP__SYNTH_HOME_HEALTH] = {IHP__SYNTH_HEALTH_HOME, IHP__SYNTH_HEALTH_HOME},
};

/* ---- batches --------------------------------------------------------------------------------- */

enum ihp_status ihp__synth_batch_reserve(struct ihp__synth_batch *b, size_t lines,
                                         struct ihp_error *err)
{
    size_t need = b->claims.count + lines;
    b->claims.claim_id_width = IHP__SYNTH_CLAIM_ID;
    if (ihp__claim_batch_reserve(&b->claims, lines, err) != IHP_OK) {
        return err->status;
    }
    return ihp__array_reserve(&b->kind, &b->kind_capacity, need, sizeof *b->kind) &&
                   ihp__array_reserve(&b->payer, &b->payer_capacity, need, sizeof *b->payer)
               ? IHP_OK
               : ihp__fail_memory(err, "claim lines");
}

void ihp__synth_batch_free(struct ihp__synth_batch *b)
{
    ihp__claim_batch_free(&b->claims);
    free(b->kind);
    free(b->payer);
    *b = (struct ihp__synth_batch){0};
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Makes a claim ID: seven digits of the member and three of the claim, to the base 32. The text
 * order of IDs is the order of claims. */
static void make_id(uint32_t member, uint32_t claim, char id[IHP__SYNTH_CLAIM_ID])
{
    static const char digit[] = "0123456789ABCDEFGHJKLMNPQRSTUVWX";
    for (int i = IHP__SYNTH_CLAIM_ID - 1; i >= 7; i--, claim >>= 5) {
        id[i] = digit[claim & 31];
    }
    for (int i = 6; i >= 0; i--, member >>= 5) {
        id[i] = digit[member & 31];
    }
}

static int32_t draw_amount(const struct ihp__synth_model *model, uint32_t kind, uint32_t word,
                           uint32_t price_q16)
{
    uint64_t cents = (uint64_t)model->kind_cents[kind];
    cents = cents * model->price[word & ((1u << IHP__SYNTH_PRICE_BITS) - 1)] >> 12;
    cents = cents * price_q16 >> 16;
    return cents > AMOUNT_MAX ? AMOUNT_MAX : (int32_t)cents;
}

/* The values that all lines of a claim share. */
struct claim {
    char id[IHP__SYNTH_CLAIM_ID];
    size_t first; /* place of its first line in the batch */
    uint16_t service, paid, known;
    uint8_t status;
};

static void put_line(const struct ihp__synth_model *model, const struct ihp__synth_visit *v,
                     const struct claim *claim, uint32_t kind, int32_t amount,
                     struct ihp__synth_batch *batch)
{
    struct ihp__claim_batch *c = &batch->claims;
    size_t i = c->count++;
    c->service_date[i] = claim->service;
    c->known_from[i] = claim->known;
    c->service[i] = model->kind_service[kind];
    c->procedure[i] = model->kind_procedure[kind];
    c->paid_date[i] = claim->paid;
    c->payer[i] = model->payer_number[v->payer];
    c->amount32[i] = claim->status == IHP__CLAIM_DENIED ? 0 : amount;
    c->billing[i] = v->billing;
    c->treating[i] = v->treating;
    c->status[i] = claim->status;
    c->line[i] = (int64_t)(i - claim->first) + 1;
    memcpy(c->claim_id + i * IHP__SYNTH_CLAIM_ID, claim->id, IHP__SYNTH_CLAIM_ID);
    batch->kind[i] = (uint8_t)kind;
    batch->payer[i] = v->payer;
}

static void put_claim(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                      const struct ihp__synth_visit *v, uint32_t number, struct ihp__synth_batch *b)
{
    struct claim claim = {
        .first = b->claims.count, .service = v->service, .paid = v->paid, .status = v->status};
    struct ihp__synth_words draw = {{0}};
    uint32_t price = p->year[v->year].price_q16;
    uint8_t group =
        v->type == IHP__SYNTH_PRIMARY && p->child ? IHP__SYNTH_EM_CHILD : group_of[v->type].first;
    claim.known = v->status == IHP__CLAIM_PAID ? v->paid : IHP__NEVER_KNOWN;
    make_id(p->number, number, claim.id);
    for (uint32_t n = 0; n < v->lines; n++) {
        if (n % 4 == 0) {
            draw = ihp__synth_draw(model->options.seed, p->number, IHP__SYNTH_FOR_LINE, v->index,
                                   n / 4);
        }
        uint32_t word = draw.w[n % 4];
        uint32_t kind = model->kind_of[group][word >> (32 - IHP__SYNTH_KIND_BITS)];
        put_line(model, v, &claim, kind, draw_amount(model, kind, word, price), b);
        group = group_of[v->type].more;
    }
}

/* Adds the reversal of the claim whose lines are the last `v->lines` of the batch. */
static void put_reversal(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                         const struct ihp__synth_visit *v, uint32_t number,
                         struct ihp__synth_batch *b)
{
    size_t reversed = b->claims.count - v->lines;
    struct claim claim = {.first = b->claims.count,
                          .service = v->service,
                          .paid = v->reversal_paid,
                          .known = v->reversal_paid,
                          .status = IHP__CLAIM_PAID};
    make_id(p->number, number, claim.id);
    for (size_t n = reversed; n < claim.first; n++) {
        put_line(model, v, &claim, b->kind[n], -b->claims.amount32[n], b);
    }
}

void ihp__synth_lines(const struct ihp__synth_model *model, const struct ihp__synth_person *person,
                      const struct ihp__synth_visits *visits, struct ihp__synth_batch *batch)
{
    uint32_t claims = 0;
    for (size_t i = 0; i < visits->count; i++) {
        const struct ihp__synth_visit *v = &visits->visit[visits->order[i] & UINT32_MAX];
        put_claim(model, person, v, claims++, batch);
        if (v->reversed) {
            put_reversal(model, person, v, claims++, batch);
        }
    }
}
