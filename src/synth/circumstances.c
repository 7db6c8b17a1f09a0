/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Social risk and care coordination. */
#include "synth/model.h"
#include "synth/random.h"

/* Shares of adults and of children who have a factor at some time, in thousandths. */
static const struct {
    uint8_t factor;
    uint16_t adults, children;
} factors[IHP__SYNTH_RISKS_MAX] = {
    {IHP__RISK_DEEP_POVERTY, 90, 90}, {IHP__RISK_HOMELESS, 35, 20},
    {IHP__RISK_SMI, 75, 0},           {IHP__RISK_SPMI, 25, 0},
    {IHP__RISK_SUD, 70, 4},           {IHP__RISK_CHILD_PROTECTION, 0, 35},
    {IHP__RISK_PARENT_SMI, 0, 45},    {IHP__RISK_PARENT_SPMI, 0, 15},
    {IHP__RISK_PARENT_SUD, 0, 45},    {IHP__RISK_INCARCERATED, 22, 2},
};

static bool after(const struct ihp__synth_risk_row *a, const struct ihp__synth_risk_row *b)
{
    if (a->month_from != b->month_from) {
        return a->month_from > b->month_from;
    }
    return a->month_to != b->month_to ? a->month_to > b->month_to : a->factor > b->factor;
}

/* Inserts a row among the others, which are sorted. */
static void add_risk(struct ihp__synth_person *p, struct ihp__synth_risk_row row)
{
    size_t at = p->risks++;
    for (; at > 0 && after(&p->risk[at - 1], &row); at--) {
        p->risk[at] = p->risk[at - 1];
    }
    p->risk[at] = row;
}

static void draw_risks(const struct ihp__synth_model *model, struct ihp__synth_person *p)
{
    p->risks = 0;
    for (uint32_t f = 0; f < IHP__SYNTH_RISKS_MAX; f++) {
        struct ihp__synth_words draw =
            ihp__synth_draw(model->options.seed, p->number, IHP__SYNTH_FOR_RISKS, f, 0);
        uint32_t share = p->child ? factors[f].children : factors[f].adults;
        if (ihp__synth_pick(draw.w[0], 1000) >= share) {
            continue;
        }
        int32_t from = (int32_t)ihp__synth_pick(draw.w[1], IHP__SYNTH_MONTHS);
        int32_t months = 1 + (int32_t)ihp__synth_pick(draw.w[2], IHP__SYNTH_MONTHS);
        if (ihp__synth_chance(draw.w[3], 0.4)) { /* in all months */
            from = 0;
            months = IHP__SYNTH_MONTHS;
        }
        int32_t to = from + months <= IHP__SYNTH_MONTHS ? from + months - 1 : IHP__SYNTH_MONTHS - 1;
        add_risk(p, (struct ihp__synth_risk_row){IHP__SYNTH_FIRST_MONTH + from,
                                                 IHP__SYNTH_FIRST_MONTH + to, factors[f].factor});
    }
}

/* Payments for care coordination are made for people of a health home in most months, and for some
 * other people for half a year. */
static void draw_coordination(const struct ihp__synth_model *model, struct ihp__synth_person *p)
{
    struct ihp__synth_words draw =
        ihp__synth_draw(model->options.seed, p->number, IHP__SYNTH_FOR_COORDINATION, 0, 0);
    bool sometimes = ihp__synth_chance(draw.w[0], 0.015);
    int from = (int)ihp__synth_pick(draw.w[1], IHP__SYNTH_MONTHS);
    uint32_t kind = ihp__synth_pick(draw.w[2], 10);
    uint8_t code = kind < 6   ? IHP__COORDINATION_HCH
                   : kind < 9 ? IHP__COORDINATION_BHH
                              : IHP__COORDINATION_IRCC;
    for (int m = 0; m < IHP__SYNTH_MONTHS; m++) {
        bool paid = p->health_home ? (draw.w[3] >> m % 32 & 1) != 0 || m % 3 == 0
                                   : sometimes && m >= from && m < from + 6;
        p->coordination[m] =
            paid && p->major_program[m] != IHP__SYNTH_NOT_ENROLLED ? code : IHP__SYNTH_NOT_ENROLLED;
    }
}

void ihp__synth_circumstances(const struct ihp__synth_model *model, struct ihp__synth_person *p)
{
    draw_risks(model, p);
    draw_coordination(model, p);
}
