/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enrollment: the months, the major program, exclusions and payers. */
#include "synth/model.h"
#include "synth/random.h"

#include <string.h>

/* A spell of enrollment: the first and the last month, 0 .. 35, and a gap without enrollment. */
struct spell {
    int from, to, gap_from, gap_to;
};

/* Draws a spell. Two in three people stay all three years; the others come, leave, have a gap, or
 * stay a short while. */
static struct spell draw_spell(const struct ihp__synth_words *draw)
{
    struct spell s = {0, IHP__SYNTH_MONTHS - 1, IHP__SYNTH_MONTHS, -1};
    double u = ihp__synth_uniform(draw->w[0]);
    if (u < 0.66) {
        return s;
    }
    if (u < 0.755) {
        s.from = 1 + (int)ihp__synth_pick(draw->w[1], IHP__SYNTH_MONTHS - 1);
    } else if (u < 0.825) {
        s.to = (int)ihp__synth_pick(draw->w[1], IHP__SYNTH_MONTHS - 1);
    } else if (u < 0.94) {
        s.gap_from = 2 + (int)ihp__synth_pick(draw->w[1], IHP__SYNTH_MONTHS - 6);
        s.gap_to = s.gap_from + (int)ihp__synth_pick(draw->w[2], 8);
    } else {
        s.from = (int)ihp__synth_pick(draw->w[1], IHP__SYNTH_MONTHS - 2);
        s.to = s.from + 1 + (int)ihp__synth_pick(draw->w[2], 12);
    }
    return s;
}

/* Makes sure that nobody is enrolled before birth, and everybody for at least a month. */
static struct spell after_birth(struct spell s, int32_t birth)
{
    int born = ihp__month_of_day(birth) - IHP__SYNTH_FIRST_MONTH;
    if (born > s.from) {
        s.from = born;
        if (s.to < born) {
            s.to = IHP__SYNTH_MONTHS - 1;
        }
        if (s.gap_from <= born) {
            s.gap_from = IHP__SYNTH_MONTHS;
        }
    }
    if (s.to >= IHP__SYNTH_MONTHS) {
        s.to = IHP__SYNTH_MONTHS - 1;
    }
    return s;
}

static bool in_spell(const struct spell *s, int month)
{
    return month >= s->from && month <= s->to && (month < s->gap_from || month > s->gap_to);
}

static uint8_t draw_program(const struct ihp__synth_person *p, uint32_t word)
{
    double u = ihp__synth_uniform(word);
    if (u < 0.01) {
        return IHP__MAJOR_PROGRAM_OTHER;
    }
    if (p->senior) {
        return u < 0.85 ? IHP__MAJOR_PROGRAM_MA_BD : IHP__MAJOR_PROGRAM_MA;
    }
    if (p->child) {
        return u < 0.03   ? IHP__MAJOR_PROGRAM_MA_BD
               : u < 0.08 ? IHP__MAJOR_PROGRAM_MCRE
                          : IHP__MAJOR_PROGRAM_MA;
    }
    return u < 0.14   ? IHP__MAJOR_PROGRAM_MA_BD
           : u < 0.31 ? IHP__MAJOR_PROGRAM_MCRE
                      : IHP__MAJOR_PROGRAM_MA;
}

/* Draws why a person is excluded. Shares are in thousandths of children, of adults under 65, and of
 * seniors. */
static uint8_t draw_exclusion(const struct ihp__synth_person *p, uint32_t word)
{
    static const struct {
        uint8_t exclusion;
        uint16_t share[3];
    } reason[] = {
        {IHP__EXCLUSION_DUAL, {0, 14, 520}},
        {IHP__EXCLUSION_REFUGEE, {2, 2, 1}},
        {IHP__EXCLUSION_QMB, {0, 4, 60}},
        {IHP__EXCLUSION_SLMB, {0, 2, 30}},
        {IHP__EXCLUSION_EMERGENCY, {2, 8, 4}},
        {IHP__EXCLUSION_SPENDDOWN, {0, 6, 20}},
        {IHP__EXCLUSION_COST_EFFECTIVE_PRIVATE, {2, 3, 1}},
        {IHP__EXCLUSION_HMO_PRIVATE, {4, 4, 1}},
        {IHP__EXCLUSION_HEALTHY_MN, {1, 1, 1}},
        {IHP__EXCLUSION_MSC_PLUS, {0, 1, 210}},
        {IHP__EXCLUSION_TPL_INCOMPLETE, {9, 9, 2}},
        {IHP__EXCLUSION_MSOP, {0, 1, 1}},
    };
    uint32_t left = ihp__synth_pick(word, 1000);
    int age = p->senior ? 2 : p->child ? 0 : 1;
    for (size_t i = 0; i < sizeof reason / sizeof reason[0]; i++) {
        if (left < reason[i].share[age]) {
            return reason[i].exclusion;
        }
        left -= reason[i].share[age];
    }
    return IHP__EXCLUSION_NONE;
}

/* Sets the excluded months. Spend-downs, refugee assistance and third-party liability last some
 * months, the other exclusions all the time. */
static void exclude(struct ihp__synth_person *p, const struct ihp__synth_words *draw)
{
    uint8_t exclusion = draw_exclusion(p, draw->w[1]);
    int from = 0, to = IHP__SYNTH_MONTHS;
    if (exclusion == IHP__EXCLUSION_TPL_INCOMPLETE || exclusion == IHP__EXCLUSION_SPENDDOWN ||
        exclusion == IHP__EXCLUSION_REFUGEE) {
        from = (int)ihp__synth_pick(draw->w[2], IHP__SYNTH_MONTHS);
        to = from + 2 + (int)ihp__synth_pick(draw->w[3], 7);
    }
    for (int m = 0; m < IHP__SYNTH_MONTHS; m++) {
        p->exclusion[m] = m >= from && m < to ? exclusion : IHP__EXCLUSION_NONE;
    }
}

/* Draws the payers: a new one in some Januaries, and two months of fee-for-service for people who
 * enroll later than the first month. */
static void draw_payers(const struct ihp__synth_model *model, struct ihp__synth_person *p,
                        int first)
{
    struct ihp__synth_words draw =
        ihp__synth_draw(model->options.seed, p->number, IHP__SYNTH_FOR_ENROLLMENT, 0, 2);
    struct ihp__synth_words change =
        ihp__synth_draw(model->options.seed, p->number, IHP__SYNTH_FOR_ENROLLMENT, 0, 3);
    uint32_t payer = 0;
    for (int m = 0; m < IHP__SYNTH_MONTHS; m++) {
        int y = m / 12;
        if (m == 0 || (m % 12 == 0 && ihp__synth_chance(change.w[y], 0.07))) {
            payer = ihp__synth_among(model->payer_limit, IHP__SYNTH_PAYERS, draw.w[y]);
        }
        bool new_enrollment = first > 0 && (m == first || m == first + 1);
        p->payer[m] = new_enrollment ? 0 : (uint8_t)payer;
    }
}

/* Makes spans of the months. `moved` is the first month in another county, `county`. */
static void make_spans(struct ihp__synth_person *p, int moved, uint32_t county)
{
    p->spans = 0;
    for (int m = 0, from = 0; m < IHP__SYNTH_MONTHS; m++) {
        bool last = m + 1 == IHP__SYNTH_MONTHS || p->major_program[m + 1] != p->major_program[m] ||
                    p->exclusion[m + 1] != p->exclusion[m] || p->payer[m + 1] != p->payer[m] ||
                    m + 1 == moved;
        if (!last) {
            continue;
        }
        if (p->major_program[m] != IHP__SYNTH_NOT_ENROLLED) {
            p->span[p->spans++] = (struct ihp__span){
                .month_from = IHP__SYNTH_FIRST_MONTH + from,
                .month_to = IHP__SYNTH_FIRST_MONTH + m,
                .county = from >= moved ? county : 0,
                .payer = p->payer[m],
                .major_program = p->major_program[m],
                .exclusion = p->exclusion[m],
            };
        }
        from = m + 1;
    }
}

/* Gives one person in a hundred a program that does not qualify, in the months of the first span.
 * Of two spans with the same months the one with the lower number of the program comes first. */
static void add_second_program(struct ihp__synth_person *p, uint32_t word)
{
    if (!ihp__synth_chance(word, 0.01) || p->spans == IHP__SYNTH_SPANS_MAX ||
        p->span[0].major_program == IHP__MAJOR_PROGRAM_OTHER) {
        return;
    }
    memmove(p->span + 1, p->span, p->spans * sizeof p->span[0]);
    p->span[0].major_program = IHP__MAJOR_PROGRAM_OTHER;
    p->span[0].exclusion = IHP__EXCLUSION_NONE;
    p->spans++;
}

static void count_months(struct ihp__synth_person *p)
{
    for (int y = 0; y < IHP__SYNTH_YEARS; y++) {
        struct ihp__synth_year *year = &p->year[y];
        year->months = 0;
        for (int m = 12 * y; m < 12 * (y + 1); m++) {
            if (p->major_program[m] != IHP__SYNTH_NOT_ENROLLED) {
                year->month[year->months++] = (uint8_t)m;
            }
        }
    }
}

void ihp__synth_enroll(const struct ihp__synth_model *model, struct ihp__synth_person *p)
{
    uint64_t seed = model->options.seed;
    struct ihp__synth_words a = ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_ENROLLMENT, 0, 0);
    struct ihp__synth_words b = ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_ENROLLMENT, 0, 1);
    struct ihp__synth_words move =
        ihp__synth_draw(seed, p->number, IHP__SYNTH_FOR_ENROLLMENT, 0, 4);
    struct spell spell = after_birth(draw_spell(&a), p->birth);
    uint8_t program = draw_program(p, b.w[0]);
    for (int m = 0; m < IHP__SYNTH_MONTHS; m++) {
        p->major_program[m] = in_spell(&spell, m) ? program : IHP__SYNTH_NOT_ENROLLED;
    }
    exclude(p, &b);
    draw_payers(model, p, spell.from);
    int moved = ihp__synth_chance(move.w[0], 0.05)
                    ? 1 + (int)ihp__synth_pick(move.w[1], IHP__SYNTH_MONTHS - 1)
                    : IHP__SYNTH_MONTHS;
    make_spans(
        p, moved,
        ihp__synth_county(ihp__synth_among(model->county_limit, IHP__SYNTH_COUNTIES, move.w[2])));
    add_second_program(p, move.w[3]);
    count_months(p);
}
