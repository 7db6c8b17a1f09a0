/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person: age, sex, race, county, and for each year the clinic, the morbidity and its cost. */
#include "synth/model.h"
#include "synth/random.h"

#include <math.h>

/* How much of a year's morbidity lasts, and how people are spread over the hundred categories. */
#define LASTING    0.75
#define PASSING    0.66
#define ACG_MIDDLE 38.0
#define ACG_SPREAD 21.0

/* Spread of the logarithm of cost within a category: the part that lasts and the part of one year.
 */
#define LASTING_SIGMA 0.40
#define YEAR_SIGMA    1.03
#define COST_MAX      300.0 /* relative to the mean */

/* Shares of people who change their clinic in a year, and whom the grouper misses. */
#define MOVES_HOME 0.06
#define NO_ACG     0.03

/* Prices of the state relative to those of the catalog. */
#define PRICE_LEVEL 0.89

/* Properties that last over the three years. */
struct lasting {
    double morbidity, cost;
};

static void draw_home(const struct ihp__synth_model *model, uint32_t home_word,
                      uint32_t clinic_word, struct ihp__synth_year *year)
{
    const struct ihp__synth_providers *providers = &model->providers;
    uint32_t partnerships = (uint32_t)model->options.ihps;
    uint32_t home = ihp__synth_among(model->home_limit, partnerships + 1, home_word);
    if (home < partnerships) {
        const struct ihp__synth_range *clinics = &model->partnership[home].clinics;
        year->home = (int)home;
        year->clinic = clinics->first + ihp__synth_pick(clinic_word, clinics->count);
    } else {
        year->home = -1;
        year->clinic = ihp__synth_pick(clinic_word, providers->community_primary);
    }
}

/* Draws the date of birth. Children are evenly spread over their ages, and some are born in the
 * three years. Adults are rather young, and one person in 25 is over 65. */
static void draw_age(const struct ihp__synth_model *model, struct ihp__synth_person *p,
                     uint32_t word, uint32_t day)
{
    int home = p->year[0].home;
    double children = home < 0 ? 0.56 : model->partnership[home].children;
    double u = ihp__synth_uniform(word);
    int32_t age;
    p->child = u < children;
    p->senior = u > 0.96;
    if (p->child) {
        age = (int32_t)(18 * u / children);
    } else if (p->senior) {
        age = 65 + (int32_t)((u - 0.96) / 0.04 * 30);
    } else {
        double v = (u - children) / (0.96 - children);
        age = 18 + (int32_t)(47 * v * sqrt(v));
    }
    p->birth = model->month_start[IHP__SYNTH_MONTHS] - age * 365 - age / 4 - 1 -
               (int32_t)ihp__synth_pick(day, 365);
}

static void draw_county(const struct ihp__synth_model *model, struct ihp__synth_person *p,
                        uint32_t near, uint32_t word)
{
    int home = p->year[0].home;
    p->county =
        home >= 0 && ihp__synth_chance(near, 0.5)
            ? model->partnership[home].county
            : ihp__synth_county(ihp__synth_among(model->county_limit, IHP__SYNTH_COUNTIES, word));
}

static unsigned category_of(const struct ihp__synth_model *model, const struct ihp__synth_person *p,
                            const struct ihp__synth_year *year, double morbidity)
{
    double shift = year->home < 0 ? 0 : model->partnership[year->home].severity;
    shift += p->senior ? 0.8 : p->child ? -0.2 : 0.25;
    double place = floor(ACG_MIDDLE + ACG_SPREAD * (morbidity + shift) + 0.5);
    return place < 0 ? 0 : place > IHP__SYNTH_ACGS - 1 ? IHP__SYNTH_ACGS - 1 : (unsigned)place;
}

static void draw_year(const struct ihp__synth_model *model, struct ihp__synth_person *p, uint32_t y,
                      const struct lasting *lasting)
{
    uint64_t seed = model->options.seed;
    struct ihp__synth_words a = ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_YEAR, y, 0);
    struct ihp__synth_words b = ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_YEAR, y, 1);
    struct ihp__synth_year *year = &p->year[y];
    if (y > 0) {
        year->home = p->year[y - 1].home;
        year->clinic = p->year[y - 1].clinic;
        if (ihp__synth_chance(a.w[0], MOVES_HOME)) {
            draw_home(model, a.w[1], a.w[2], year);
        }
    }
    double morbidity = LASTING * lasting->morbidity + PASSING * ihp__synth_normal(model, a.w[3]);
    unsigned acg = category_of(model, p, year, morbidity);
    double own = lasting->cost + YEAR_SIGMA * ihp__synth_normal(model, b.w[0]);
    double mean = (LASTING_SIGMA * LASTING_SIGMA + YEAR_SIGMA * YEAR_SIGMA) / 2;
    double cost = model->acg_cost[acg] * exp(own - mean);
    year->acg = ihp__synth_chance(b.w[1], NO_ACG) ? IHP__SYNTH_ACG_NONE : acg;
    year->severity = sqrt(cost < COST_MAX ? cost : COST_MAX);
    year->mix = (uint8_t)((p->child ? 0 : 2) + (year->severity > 1.7 ? 1 : 0));
    double price = PRICE_LEVEL * year->severity;
    for (uint32_t growth = 0; growth < y; growth++) {
        price *= 1 + IHP__SYNTH_TREND;
    }
    if (y == IHP__SYNTH_YEARS - 1 && year->home >= 0) {
        price *= 1 + model->partnership[year->home].effect;
    }
    year->price_q16 = (uint32_t)(price * 65536 + 0.5);
}

void ihp__synth_person(const struct ihp__synth_model *model, uint32_t number,
                       struct ihp__synth_person *p)
{
    uint64_t seed = model->options.seed;
    struct ihp__synth_words a = ihp__synth_draw(seed, number, IHP__SYNTH_FOR_PERSON, 0, 0);
    struct ihp__synth_words b = ihp__synth_draw(seed, number, IHP__SYNTH_FOR_PERSON, 0, 1);
    struct ihp__synth_words c = ihp__synth_draw(seed, number, IHP__SYNTH_FOR_PERSON, 0, 2);
    p->number = number;
    draw_home(model, a.w[0], a.w[1], &p->year[0]);
    draw_age(model, p, a.w[2], a.w[3]);
    draw_county(model, p, b.w[0], b.w[1]);
    p->sex = ihp__synth_chance(b.w[2], 0.001) ? IHP__SEX_UNKNOWN
             : (b.w[2] & 1) != 0              ? IHP__SEX_FEMALE
                                              : IHP__SEX_MALE;
    p->race = (uint8_t)ihp__synth_among(model->race_limit, IHP__SYNTH_RACES, b.w[3]);
    struct lasting lasting = {ihp__synth_normal(model, c.w[0]),
                              LASTING_SIGMA * ihp__synth_normal(model, c.w[1])};
    for (uint32_t y = 0; y < IHP__SYNTH_YEARS; y++) {
        draw_year(model, p, y, &lasting);
    }
    p->health_home = ihp__synth_chance(c.w[2], lasting.morbidity > 1.2 ? 0.07 : 0.014);
    ihp__synth_enroll(model, p);
    ihp__synth_circumstances(model, p);
}
