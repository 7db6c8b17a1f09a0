/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model: checks the options, draws the partnerships and makes the tables to draw from.
 * Distributions are taken from GSL once, here; the millions of draws use the tables. */
#include "synth/model.h"
#include "synth/random.h"

#include "base/search.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Size of the largest partnership relative to the smallest. */
#define SIZE_RATIO 40.0

/* Cost of the most expensive category relative to the cheapest, and of the cheapest relative to the
 * mean. */
#define ACG_COST_RATIO 34.0
#define ACG_COST_FIRST 0.142

/* Spread of the logarithm of a line's price. */
#define PRICE_SIGMA 0.7

/* ---- options --------------------------------------------------------------------------------- */

static enum ihp_status check_options(const struct ihp_synth_options *options, struct ihp_error *err)
{
    if (options->store_path == NULL || options->store_path[0] == '\0') {
        return ihp__fail(err, IHP_ERR_USAGE, "synth: -o: give the path of the store to make");
    }
    if (options->members < 1 || options->members > IHP_SYNTH_MEMBERS_MAX) {
        return ihp__fail(err, IHP_ERR_USAGE, "synth: --members %llu is not valid; use 1 to %llu",
                         (unsigned long long)options->members,
                         (unsigned long long)IHP_SYNTH_MEMBERS_MAX);
    }
    if (options->ihps < 1 || options->ihps > IHP_SYNTH_IHPS_MAX) {
        return ihp__fail(err, IHP_ERR_USAGE, "synth: --ihps %d is not valid; use 1 to %d",
                         options->ihps, IHP_SYNTH_IHPS_MAX);
    }
    if (!(options->effect >= 0 && options->effect <= IHP_SYNTH_EFFECT_MAX)) {
        return ihp__fail(err, IHP_ERR_USAGE, "synth: --effect %g is not valid; use 0 to %g",
                         options->effect, IHP_SYNTH_EFFECT_MAX);
    }
    return IHP_OK;
}

double ihp_synth_effect(double effect, int ihps, int partnership)
{
    return ihps < 2 ? effect : effect * (2.0 * partnership / (ihps - 1) - 1.0);
}

/* ---- limits and tables ----------------------------------------------------------------------- */

uint32_t ihp__synth_among(const uint32_t *limit, uint32_t count, uint32_t word)
{
    size_t at;
    IHP__LOWER_BOUND(at, count - 1, limit[at] <= word);
    return (uint32_t)at;
}

static uint32_t limit_of(double share)
{
    double limit = share * 0x1p32;
    return limit >= (double)UINT32_MAX ? UINT32_MAX : (uint32_t)limit;
}

static void limits_by_weight(const int *weight, size_t count, uint32_t *limit)
{
    double all = 0, before = 0;
    for (size_t i = 0; i < count; i++) {
        all += weight[i];
    }
    for (size_t i = 0; i < count; i++) {
        before += weight[i];
        limit[i] = limit_of(before / all);
    }
}

/* Divides the cells of a table among entries by weight. A cell goes to the entry whose share
 * contains the middle of the cell. */
static void share_cells(const double *weight, size_t count, uint8_t *cell, size_t cells)
{
    double all = 0, before = weight[0];
    for (size_t i = 0; i < count; i++) {
        all += weight[i];
    }
    for (size_t c = 0, i = 0; c < cells; c++) {
        while (i + 1 < count && ((double)c + 0.5) / (double)cells * all > before) {
            before += weight[++i];
        }
        cell[c] = (uint8_t)i;
    }
}

static void make_kinds(struct ihp__synth_model *model)
{
    for (int g = 0; g < IHP__SYNTH_GROUPS; g++) {
        double weight[IHP__SYNTH_KINDS_MAX] = {0};
        for (size_t i = 0; i < ihp__synth_kind_count; i++) {
            weight[i] = (int)ihp__synth_kinds[i].group == g ? ihp__synth_kinds[i].weight : 0;
        }
        share_cells(weight, ihp__synth_kind_count, model->kind_of[g], 1 << IHP__SYNTH_KIND_BITS);
    }
    for (size_t i = 0; i < ihp__synth_kind_count; i++) {
        const struct ihp__synth_kind *kind = &ihp__synth_kinds[i];
        model->kind_service[i] = (uint16_t)((int)kind->service_class * IHP__CATEGORIES +
                                            ihp__category_parse(kind->category));
        model->kind_cents[i] = (int64_t)kind->dollars * 100;
    }
}

/* Makes the tables of visit types in each mix, and of lines of a visit after the first. */
static void make_visits(struct ihp__synth_model *model)
{
    static const double mix[IHP__SYNTH_MIXES][IHP__SYNTH_HOME_HEALTH] = {
        /* primary, specialty, drugs, outpatient, inpatient, mental, dental, supplies, not core,
         * not listed */
        {19.5, 3.6, 36, 7.0, 0.40, 6.5, 11, 5, 4, 0.3}, /* child, light */
        {13.5, 5.5, 38, 8.0, 0.90, 12, 7, 7, 7, 0.3},   /* child, heavy */
        {14.5, 5.6, 47, 7.0, 0.45, 7.5, 6, 4, 6, 0.3},  /* adult, light */
        {10.0, 7.0, 50, 9.0, 1.00, 8.5, 3, 5, 7, 0.3},  /* adult, heavy */
    };
    static const double more[IHP__SYNTH_VISIT_TYPES] = {
        [IHP__SYNTH_PRIMARY] = 1.2,    [IHP__SYNTH_SPECIALTY] = 1.1,   [IHP__SYNTH_PHARMACY] = 0.35,
        [IHP__SYNTH_OUTPATIENT] = 2.6, [IHP__SYNTH_INPATIENT] = 6.0,   [IHP__SYNTH_MENTAL] = 0.4,
        [IHP__SYNTH_DENTIST] = 1.6,    [IHP__SYNTH_SUPPLIES] = 0.4,    [IHP__SYNTH_NOT_CORE] = 0.6,
        [IHP__SYNTH_NOT_LISTED] = 0.1, [IHP__SYNTH_HOME_HEALTH] = 0.0,
    };
    for (size_t m = 0; m < IHP__SYNTH_MIXES; m++) {
        share_cells(mix[m], IHP__SYNTH_HOME_HEALTH, model->visit_of[m], 1 << IHP__SYNTH_MIX_BITS);
    }
    for (size_t t = 0; t < IHP__SYNTH_VISIT_TYPES;
         t++) { /* a geometric distribution with the mean above */
        for (size_t c = 0; c < 1 << IHP__SYNTH_MORE_BITS; c++) {
            double u = ((double)c + 0.5) / (1 << IHP__SYNTH_MORE_BITS);
            double lines = more[t] > 0 ? floor(log1p(-u) / log(more[t] / (1 + more[t]))) : 0;
            model->more_lines[t][c] = (uint8_t)(lines > 20 ? 20 : lines);
        }
    }
}

/* Makes the table of days to payment: most within three months, none after eighteen. */
static void make_lags(struct ihp__synth_model *model)
{
    static const struct {
        double share, days;
    } at[] = {{0, 0},     {0.02, 2},    {0.30, 14},   {0.60, 28},   {0.80, 52},
              {0.92, 90}, {0.965, 160}, {0.988, 270}, {0.997, 400}, {1, 547}};
    for (size_t c = 0, i = 1; c < 1 << IHP__SYNTH_LAG_BITS; c++) {
        double share = ((double)c + 0.5) / (1 << IHP__SYNTH_LAG_BITS);
        while (share > at[i].share) {
            i++;
        }
        double part = (share - at[i - 1].share) / (at[i].share - at[i - 1].share);
        model->lag[c] = (uint16_t)(at[i - 1].days + part * (at[i].days - at[i - 1].days) + 0.5);
    }
}

static void make_quantiles(struct ihp__synth_model *model)
{
    double all = 0, price[1 << IHP__SYNTH_PRICE_BITS];
    for (size_t c = 0; c < 1 << IHP__SYNTH_PRICE_BITS; c++) {
        double share = ((double)c + 0.5) / (1 << IHP__SYNTH_PRICE_BITS);
        price[c] = gsl_cdf_lognormal_Pinv(share, 0, PRICE_SIGMA);
        all += price[c];
    }
    for (size_t c = 0; c < 1 << IHP__SYNTH_PRICE_BITS; c++) {
        model->price[c] = (uint32_t)(price[c] * (1 << IHP__SYNTH_PRICE_BITS) / all * 4096 + 0.5);
    }
    for (size_t c = 1; c < 1 << IHP__SYNTH_NORMAL_BITS; c++) {
        model->normal[c] = gsl_cdf_ugaussian_Pinv((double)c / (1 << IHP__SYNTH_NORMAL_BITS));
    }
    for (size_t c = 0; c < IHP__SYNTH_ACGS; c++) {
        model->acg_cost[c] =
            ACG_COST_FIRST * pow(ACG_COST_RATIO, (double)c / (IHP__SYNTH_ACGS - 1));
    }
}

double ihp__synth_normal(const struct ihp__synth_model *model, uint32_t word)
{
    enum { FINE_BITS = 32 - IHP__SYNTH_NORMAL_BITS, LAST = (1 << IHP__SYNTH_NORMAL_BITS) - 1 };
    uint32_t cell = word >> FINE_BITS;
    if (cell == 0 || cell == LAST) { /* a straight line does not fit the tails */
        return gsl_cdf_ugaussian_Pinv(ihp__synth_uniform(word));
    }
    double part = (double)(word & ((UINT32_C(1) << FINE_BITS) - 1)) / (1 << FINE_BITS);
    return model->normal[cell] + part * (model->normal[cell + 1] - model->normal[cell]);
}

static void make_calendar(struct ihp__synth_model *model)
{
    model->first_day = ihp__day_of_month_start(IHP__SYNTH_FIRST_MONTH);
    for (int m = 0; m <= IHP__SYNTH_MONTHS; m++) {
        model->month_start[m] = ihp__day_of_month_start(IHP__SYNTH_FIRST_MONTH + m);
    }
    for (int d = 0; d < IHP__SYNTH_DAYS; d++) {
        char text[IHP__DATE_TEXT];
        memcpy(model->day_text[d], ihp__day_format(model->first_day + d, text), 11);
    }
}

/* ---- partnerships ---------------------------------------------------------------------------- */

/* Draws the order of sizes, so that a partnership's size is unrelated to its effect. Sizes are
 * evenly spaced on a logarithmic scale. */
static void draw_sizes(struct ihp__synth_model *model, uint32_t *rank, uint32_t partnerships)
{
    for (uint32_t i = 0; i < partnerships; i++) {
        rank[i] = i;
    }
    for (uint32_t i = partnerships - 1; i > 0; i--) {
        struct ihp__synth_words draw =
            ihp__synth_draw(model->options.seed, 0, IHP__SYNTH_FOR_PARTNERSHIPS, i, 1);
        uint32_t other = ihp__synth_pick(draw.w[0], i + 1), held = rank[i];
        rank[i] = rank[other];
        rank[other] = held;
    }
}

/* Returns the county with the `place`-th most people. The largest partnerships are in the largest
 * counties. */
static uint32_t county_by_people(uint32_t place)
{
    bool taken[IHP__SYNTH_COUNTIES] = {false};
    size_t most = 0;
    for (uint32_t p = 0; p <= place % IHP__SYNTH_COUNTIES; p++) {
        for (most = 0; taken[most]; most++) {
        }
        for (size_t i = most; i < IHP__SYNTH_COUNTIES; i++) {
            if (!taken[i] && ihp__synth_county_people[i] > ihp__synth_county_people[most]) {
                most = i;
            }
        }
        taken[most] = true;
    }
    return ihp__synth_county(most);
}

static void draw_partnership(struct ihp__synth_model *model, uint32_t i, uint32_t rank)
{
    const struct ihp_synth_options *o = &model->options;
    struct ihp__synth_partnership *p = &model->partnership[i];
    struct ihp__synth_words draw = ihp__synth_draw(o->seed, 0, IHP__SYNTH_FOR_PARTNERSHIPS, i, 0);
    snprintf(p->id, sizeof p->id, "IHP%03u", i + 1);
    p->share = o->ihps < 2 ? 1 : pow(SIZE_RATIO, -(double)rank / (o->ihps - 1));
    p->effect = ihp_synth_effect(o->effect, o->ihps, (int)i);
    p->children = 0.45 + 0.26 * ihp__synth_uniform(draw.w[0]);
    p->severity = 0.4 * ihp__synth_uniform(draw.w[1]) - 0.2;
    p->county = county_by_people(rank / 2);
}

static enum ihp_status make_partnerships(struct ihp__synth_model *model, struct ihp_error *err)
{
    uint32_t partnerships = (uint32_t)model->options.ihps;
    uint32_t *rank = malloc(partnerships * sizeof *rank);
    model->partnership = calloc(partnerships, sizeof *model->partnership);
    model->home_limit = malloc((partnerships + 1) * sizeof *model->home_limit);
    if (rank == NULL || model->partnership == NULL || model->home_limit == NULL) {
        free(rank);
        return ihp__fail_memory(err, "the partnerships");
    }
    draw_sizes(model, rank, partnerships);
    double all = 0, before = 0;
    for (uint32_t i = 0; i < partnerships; i++) {
        draw_partnership(model, i, rank[i]);
        all += model->partnership[i].share;
    }
    free(rank);
    for (uint32_t i = 0; i < partnerships; i++) {
        model->partnership[i].share /= all;
        before += model->partnership[i].share;
        model->home_limit[i] = limit_of(before * IHP__SYNTH_AT_PARTNERSHIPS);
    }
    model->home_limit[partnerships] = UINT32_MAX;
    return IHP_OK;
}

/* ---- the model ------------------------------------------------------------------------------- */

enum ihp_status ihp__synth_model_create(const struct ihp_synth_options *options,
                                        struct ihp__synth_model **out, struct ihp_error *err)
{
    if (check_options(options, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__synth_model *model = calloc(1, sizeof *model);
    if (model == NULL) {
        return ihp__fail_memory(err, "a synthetic state");
    }
    model->options = *options;
    make_kinds(model);
    make_visits(model);
    make_lags(model);
    make_quantiles(model);
    make_calendar(model);
    limits_by_weight(ihp__synth_county_people, IHP__SYNTH_COUNTIES, model->county_limit);
    limits_by_weight(ihp__synth_payer_weights, IHP__SYNTH_PAYERS, model->payer_limit);
    limits_by_weight(ihp__synth_race_weights, IHP__SYNTH_RACES, model->race_limit);
    if (make_partnerships(model, err) != IHP_OK ||
        ihp__synth_providers_make(model, err) != IHP_OK) {
        ihp__synth_model_destroy(&model);
        return err->status;
    }
    *out = model;
    return IHP_OK;
}

void ihp__synth_model_destroy(struct ihp__synth_model **model)
{
    if (model == NULL || *model == NULL) {
        return;
    }
    free((*model)->partnership);
    free((*model)->home_limit);
    free((*model)->providers.npi);
    free((*model)->providers.taxonomy);
    free(*model);
    *model = NULL;
}
