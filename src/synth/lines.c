/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claim lines: each visit in order of service, its lines, and those of its reversal. Claims are
 * numbered in that order, so a member's lines are in the order of a store as they come. */
#include "model.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

enum { AMOUNT_MAX = 999999999 }; /* cents; fits 32 bits with either sign */

/* Which group a visit's first line and its further ones are of. */
static const struct {
    uint8_t first, more;
} group_of[IHP__SYNTH_VISIT_TYPES] = {
    [IHP__SYNTH_PRIMARY] = {IHP__SYNTH_EM_ADULT,
                            IHP__SYNTH_TESTS}, /* of children IHP__SYNTH_EM_CHILD first */
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

/* A column of `capacity` elements with what was in `old`; `old` itself when memory is short. */
static void *grow(void *old, size_t capacity, size_t size, bool *good)
{
    void *fresh = realloc(old, capacity * size);
    if (fresh == NULL) {
        *good = false;
        return old;
    }
    return fresh;
}

enum ihp_status ihp__synth_batch_reserve(struct ihp__synth_batch *b, size_t lines,
                                         struct ihp_error *err)
{
    size_t n = b->count + lines;
    bool good = true;
    if (n <= b->capacity) {
        return IHP_OK;
    }
    n = n < 2 * b->capacity ? 2 * b->capacity : n;
    b->service_date = grow(b->service_date, n, sizeof *b->service_date, &good);
    b->known_from = grow(b->known_from, n, sizeof *b->known_from, &good);
    b->service = grow(b->service, n, sizeof *b->service, &good);
    b->procedure = grow(b->procedure, n, sizeof *b->procedure, &good);
    b->paid_date = grow(b->paid_date, n, sizeof *b->paid_date, &good);
    b->payer = grow(b->payer, n, sizeof *b->payer, &good);
    b->amount = grow(b->amount, n, sizeof *b->amount, &good);
    b->billing = grow(b->billing, n, sizeof *b->billing, &good);
    b->treating = grow(b->treating, n, sizeof *b->treating, &good);
    b->status = grow(b->status, n, sizeof *b->status, &good);
    b->kind = grow(b->kind, n, sizeof *b->kind, &good);
    b->payer_name = grow(b->payer_name, n, sizeof *b->payer_name, &good);
    b->line = grow(b->line, n, sizeof *b->line, &good);
    b->claim_id = grow(b->claim_id, n, IHP__SYNTH_CLAIM_ID, &good);
    if (!good) {
        return ihp__fail_memory(err, "claim lines");
    }
    b->capacity = n;
    return IHP_OK;
}

void ihp__synth_batch_free(struct ihp__synth_batch *b)
{
    free(b->service_date);
    free(b->known_from);
    free(b->service);
    free(b->procedure);
    free(b->paid_date);
    free(b->payer);
    free(b->amount);
    free(b->billing);
    free(b->treating);
    free(b->status);
    free(b->kind);
    free(b->payer_name);
    free(b->line);
    free(b->claim_id);
    *b = (struct ihp__synth_batch){0};
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* A claim id: seven digits of the member and three of the claim, to the base 32, in text order. */
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

/* What all lines of a claim have in common. */
struct claim {
    char id[IHP__SYNTH_CLAIM_ID];
    uint16_t service, paid, known;
    uint8_t status;
};

static void put_line(const struct ihp__synth_model *model, const struct ihp__synth_visit *v,
                     const struct claim *claim, size_t n, uint32_t kind, int32_t amount,
                     struct ihp__synth_batch *b)
{
    size_t i = b->count++;
    b->service_date[i] = claim->service;
    b->known_from[i] = claim->known;
    b->service[i] = model->kind_service[kind];
    b->procedure[i] = model->kind_procedure[kind];
    b->paid_date[i] = claim->paid;
    b->payer[i] = model->payer_number[v->payer];
    b->amount[i] = claim->status == IHP__CLAIM_DENIED ? 0 : amount;
    b->billing[i] = v->billing;
    b->treating[i] = v->treating;
    b->status[i] = claim->status;
    b->kind[i] = (uint8_t)kind;
    b->payer_name[i] = v->payer;
    b->line[i] = (int64_t)n + 1;
    memcpy(b->claim_id + i * IHP__SYNTH_CLAIM_ID, claim->id, IHP__SYNTH_CLAIM_ID);
}

static void put_claim(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                      const struct ihp__synth_visit *v, uint32_t number, struct ihp__synth_batch *b)
{
    struct claim claim = {.service = v->service, .paid = v->paid, .status = v->status};
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
        put_line(model, v, &claim, n, kind, draw_amount(model, kind, word, price), b);
        group = group_of[v->type].more;
    }
}

/* The reversal of the claim whose lines are the last `v->lines` of the batch. */
static void put_reversal(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                         const struct ihp__synth_visit *v, uint32_t number,
                         struct ihp__synth_batch *b)
{
    struct claim claim = {.service = v->service,
                          .paid = v->reversal_paid,
                          .known = v->reversal_paid,
                          .status = IHP__CLAIM_PAID};
    size_t first = b->count - v->lines;
    make_id(p->number, number, claim.id);
    for (size_t n = 0; n < v->lines; n++) {
        put_line(model, v, &claim, n, b->kind[first + n], -b->amount[first + n], b);
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
