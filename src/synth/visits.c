/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits: how many in a year, when, of which type, where, and when they are paid. A visit is a
 * claim. There are very many visits, so this code uses integers and tables. */
#include "synth/model.h"
#include "synth/random.h"

#include <math.h>
#include <stdlib.h>

/* Visits per month of a person of mean severity. */
#define VISITS_CHILD 2.20
#define VISITS_ADULT 3.05

/* Draws of visits are numbered within the year. Those of a health home, one a month, have higher
 * numbers. */
enum { INDEX_BITS = 20, HEALTH_HOME_INDEX = 1 << (INDEX_BITS + 4) };

/* ---- how many -------------------------------------------------------------------------------- */

/* Draws a Poisson number: exactly for small means, with a corrected normal quantile for large
 * means. */
static uint32_t draw_count(const struct ihp__synth_model *model, double mean, uint32_t word)
{
    if (mean > 40) {
        double z = ihp__synth_normal(model, word);
        double count = floor(mean + sqrt(mean) * z + (z * z - 1) / 6 + 0.5);
        return count < 0 ? 0 : (uint32_t)count;
    }
    double u = ihp__synth_uniform(word), probability = exp(-mean), sum = probability;
    uint32_t count = 0;
    while (u > sum && count < 400) {
        count++;
        probability *= mean / count;
        sum += probability;
    }
    return count;
}

/* ---- where ----------------------------------------------------------------------------------- */

static uint32_t place_in(const struct ihp__synth_model *model, enum ihp__synth_provider_type type,
                         uint32_t word)
{
    const struct ihp__synth_range *range = &model->providers.range[type];
    return range->first + ihp__synth_pick(word, range->count);
}

/* Places a visit at a clinic of a partnership, with one of its doctors, in primary care or not. */
static void go_to_partner(const struct ihp__synth_model *model, uint32_t clinic, bool pcp,
                          uint32_t word, struct ihp__synth_visit *v)
{
    uint32_t doctor =
        pcp ? ihp__synth_pick(word, IHP__SYNTH_PARTNER_PCPS)
            : IHP__SYNTH_PARTNER_PCPS +
                  ihp__synth_pick(word, IHP__SYNTH_PARTNER_STAFF - IHP__SYNTH_PARTNER_PCPS);
    v->billing = model->providers.range[IHP__SYNTH_PARTNER_CLINICS].first + clinic;
    v->treating = model->providers.range[IHP__SYNTH_PARTNER_DOCTORS].first +
                  clinic * IHP__SYNTH_PARTNER_STAFF + doctor;
}

static void go_to_community(const struct ihp__synth_model *model, uint32_t clinic, bool pcp,
                            uint32_t word, struct ihp__synth_visit *v)
{
    uint32_t doctor =
        pcp ? ihp__synth_pick(word, IHP__SYNTH_COMMUNITY_PCPS) : IHP__SYNTH_COMMUNITY_STAFF - 1;
    v->billing = model->providers.range[IHP__SYNTH_COMMUNITY_CLINICS].first + clinic;
    v->treating = model->providers.range[IHP__SYNTH_COMMUNITY_DOCTORS].first +
                  clinic * IHP__SYNTH_COMMUNITY_STAFF + doctor;
}

static void go_home(const struct ihp__synth_model *model, const struct ihp__synth_year *year,
                    bool pcp, uint32_t word, struct ihp__synth_visit *v)
{
    if (year->home >= 0) {
        go_to_partner(model, year->clinic, pcp, word, v);
    } else {
        go_to_community(model, year->clinic, pcp, word, v);
    }
}

/* Places primary care: mostly at the home clinic, else at some other clinic. */
static void place_primary(const struct ihp__synth_model *model, const struct ihp__synth_year *year,
                          const struct ihp__synth_words *draw, struct ihp__synth_visit *v)
{
    const struct ihp__synth_providers *p = &model->providers;
    uint32_t way = draw->w[2] & 1023;
    if (way < 850) {
        go_home(model, year, true, draw->w[3] << 20, v);
    } else if (way < 955) {
        go_to_community(model, ihp__synth_pick(draw->w[2], p->community_primary), true,
                        draw->w[3] << 20, v);
    } else {
        go_to_partner(model,
                      ihp__synth_pick(draw->w[2], p->range[IHP__SYNTH_PARTNER_CLINICS].count), true,
                      draw->w[3] << 20, v);
    }
    if (way == 1023) { /* the claim lacks the billing provider */
        v->billing = 0;
    }
}

/* Places specialty care: at a clinic of the home partnership, at a clinic of specialists, or at
 * some other partnership. */
static void place_specialty(const struct ihp__synth_model *model,
                            const struct ihp__synth_year *year, const struct ihp__synth_words *draw,
                            struct ihp__synth_visit *v)
{
    const struct ihp__synth_providers *p = &model->providers;
    uint32_t way = draw->w[2] & 1023, clinics = p->range[IHP__SYNTH_COMMUNITY_CLINICS].count;
    if (way < 560 && year->home >= 0) {
        const struct ihp__synth_range *own = &model->partnership[year->home].clinics;
        go_to_partner(model, own->first + ihp__synth_pick(draw->w[2], own->count), false,
                      draw->w[3] << 20, v);
    } else if (way < 300) {
        go_to_community(model, year->clinic, false, 0, v);
    } else if (way < 900) {
        uint32_t first = p->community_primary;
        go_to_community(model, first + ihp__synth_pick(draw->w[2], clinics - first), false, 0, v);
    } else {
        go_to_partner(model,
                      ihp__synth_pick(draw->w[2], p->range[IHP__SYNTH_PARTNER_CLINICS].count),
                      false, draw->w[3] << 20, v);
    }
}

/* Places hospital care: the first clinic of a partnership bills for its own hospital. */
static void place_hospital(const struct ihp__synth_model *model, const struct ihp__synth_year *year,
                           const struct ihp__synth_words *draw, struct ihp__synth_visit *v)
{
    if (year->home >= 0 && (draw->w[2] & 1023) < 700) {
        go_to_partner(model, model->partnership[year->home].clinics.first, false, draw->w[3] << 20,
                      v);
    } else {
        v->billing = place_in(model, IHP__SYNTH_HOSPITALS, draw->w[2]);
        v->treating = place_in(model, IHP__SYNTH_COMMUNITY_DOCTORS, draw->w[2] << 10);
    }
}

static void place(const struct ihp__synth_model *model, const struct ihp__synth_year *year,
                  const struct ihp__synth_words *draw, struct ihp__synth_visit *v)
{
    v->treating = 0;
    switch ((enum ihp__synth_visit_type)v->type) {
    case IHP__SYNTH_PRIMARY:
        place_primary(model, year, draw, v);
        break;
    case IHP__SYNTH_SPECIALTY:
    case IHP__SYNTH_MENTAL:
        place_specialty(model, year, draw, v);
        break;
    case IHP__SYNTH_OUTPATIENT:
    case IHP__SYNTH_INPATIENT:
        place_hospital(model, year, draw, v);
        break;
    case IHP__SYNTH_PHARMACY: /* half of the claims lack the billing provider */
        v->billing = draw->w[2] & 1 ? place_in(model, IHP__SYNTH_PHARMACIES, draw->w[2]) : 0;
        break;
    case IHP__SYNTH_DENTIST:
        v->billing = v->treating = place_in(model, IHP__SYNTH_DENTISTS, draw->w[2]);
        break;
    case IHP__SYNTH_NOT_LISTED:
        go_home(model, year, false, draw->w[3] << 20, v);
        break;
    case IHP__SYNTH_HOME_HEALTH:
        go_home(model, year, true, draw->w[3] << 20, v);
        break;
    case IHP__SYNTH_SUPPLIES:
    case IHP__SYNTH_NOT_CORE:
    case IHP__SYNTH_VISIT_TYPES:
        v->billing = place_in(model, IHP__SYNTH_AGENCIES, draw->w[2]);
        break;
    }
}

/* ---- when, and how it is paid ---------------------------------------------------------------- */

static uint16_t day_in_month(const struct ihp__synth_model *model, uint32_t month, uint32_t word16)
{
    int32_t start = model->month_start[month];
    uint32_t days = (uint32_t)(model->month_start[month + 1] - start);
    return (uint16_t)((uint32_t)start + (word16 * days >> 16));
}

/* Draws the status and the date of payment: 3% are denied and 1% void. One claim in 140 is reversed
 * later, and some of these are also void. */
static void pay(const struct ihp__synth_model *model, const struct ihp__synth_words *draw,
                struct ihp__synth_visit *v)
{
    uint32_t lag = model->lag[draw->w[0] >> 8 & ((1u << IHP__SYNTH_LAG_BITS) - 1)];
    uint32_t fate = draw->w[0] & 255, reversal = draw->w[3] >> 12 & 4095;
    v->paid = (uint16_t)(v->service + lag);
    v->status = fate < 8 ? IHP__CLAIM_DENIED : fate < 11 ? IHP__CLAIM_VOID : IHP__CLAIM_PAID;
    v->reversed = reversal < 29 && v->status != IHP__CLAIM_DENIED;
    if (v->reversed) {
        uint32_t later = lag + 14 + (draw->w[2] >> 24);
        uint32_t longest = model->lag[(1 << IHP__SYNTH_LAG_BITS) - 1];
        v->reversal_paid = (uint16_t)(v->service + (later < longest ? later : longest));
        if (reversal < 3) {
            v->status = IHP__CLAIM_VOID;
        }
    }
}

static void add_visit(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                      uint32_t month, uint32_t type, uint32_t index,
                      const struct ihp__synth_words *draw, struct ihp__synth_visits *visits)
{
    struct ihp__synth_visit *v = &visits->visit[visits->count++];
    uint32_t year = month / 12;
    v->index = index;
    v->type = (uint8_t)type;
    v->year = (uint8_t)year;
    v->payer =
        p->payer[p->major_program[month] != IHP__SYNTH_NOT_ENROLLED ? month
                                                                    : p->year[year].month[0]];
    v->service = day_in_month(model, month, draw->w[1] & 65535);
    v->lines = (uint8_t)(1 + model->more_lines[type][draw->w[3] >> 24]);
    place(model, &p->year[year], draw, v);
    pay(model, draw, v);
    visits->lines += (uint64_t)v->lines << v->reversed;
}

static bool add_year(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                     uint32_t y, struct ihp__synth_visits *visits)
{
    const struct ihp__synth_year *year = &p->year[y];
    uint64_t seed = model->options.seed;
    if (year->months == 0) {
        return true;
    }
    double mean = (p->child ? VISITS_CHILD : VISITS_ADULT) * year->severity * year->months;
    uint32_t count =
        draw_count(model, mean, ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_YEAR, y, 2).w[0]);
    if (!ihp__array_reserve(&visits->visit, &visits->capacity, visits->count + count + 12,
                            sizeof *visits->visit)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = y << INDEX_BITS | i;
        struct ihp__synth_words draw =
            ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_VISIT, index, 0);
        uint32_t type = model->visit_of[year->mix][draw.w[0] >> (32 - IHP__SYNTH_MIX_BITS)];
        uint32_t month = year->month[(draw.w[1] >> 16) * year->months >> 16];
        if ((draw.w[1] & 127) == 5) { /* some visits are in a month without enrollment */
            month = 12 * y + ((draw.w[1] >> 16) * 12 >> 16);
        }
        add_visit(model, p, month, type, index, &draw, visits);
    }
    for (uint32_t i = 0; p->health_home && i < year->months; i++) {
        uint32_t month = year->month[i], index = HEALTH_HOME_INDEX + month;
        struct ihp__synth_words draw =
            ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_VISIT, index, 0);
        if (draw.w[0] >> 31 != 0) {
            add_visit(model, p, month, IHP__SYNTH_HOME_HEALTH, index, &draw, visits);
        }
    }
    return true;
}

bool ihp__synth_visits(const struct ihp__synth_model *model, const struct ihp__synth_person *person,
                       struct ihp__synth_visits *visits)
{
    visits->count = 0;
    visits->lines = 0;
    for (uint32_t y = 0; y < IHP__SYNTH_YEARS; y++) {
        if (!add_year(model, person, y, visits)) {
            return false;
        }
    }
    return true;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int by_order(const void *a, const void *b)
{
    const uint64_t *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

/* Sorts by service date and draw. Visits come year by year, so an insertion sort moves little. */
bool ihp__synth_visits_sort(struct ihp__synth_visits *visits)
{
    enum { FEW = 250 };
    if (!ihp__array_reserve(&visits->order, &visits->order_capacity, visits->count,
                            sizeof *visits->order)) {
        return false;
    }
    uint64_t *order = visits->order;
    for (size_t i = 0; i < visits->count; i++) {
        uint64_t key = (uint64_t)visits->visit[i].service << 32 | i;
        size_t at = i;
        for (; visits->count <= FEW && at > 0 && order[at - 1] > key; at--) {
            order[at] = order[at - 1];
        }
        order[at] = key;
    }
    if (visits->count > FEW) {
        qsort(order, visits->count, sizeof *order, by_order);
    }
    return true;
}

void ihp__synth_visits_free(struct ihp__synth_visits *visits)
{
    free(visits->visit);
    free(visits->order);
    *visits = (struct ihp__synth_visits){0};
}
