/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up payers, and decides who is named: all payers together, or some of them. */
#include "engine/all_payers.h"

#include <stdlib.h>

/* The share of what all payers have, below which the payers without a finding say nothing. */
static const double rest_least = 0.05;

bool ihp__all_payers_sum(const struct ihp__payer_months *months, struct ihp__payer_months *sum)
{
    bool several = false;
    const struct ihp__payer_month_cell *first = NULL;
    *sum = (struct ihp__payer_months){0};
    for (size_t c = 0; c < months->cells; c++) {
        if (months->cell[c].lines > 0) {
            first = first == NULL ? &months->cell[c] : first;
            several |= months->cell[c].payer != first->payer;
        }
    }
    for (size_t c = 0; several && c < months->cells; c++) {
        struct ihp__payer_month_cell cell = months->cell[c];
        cell.payer = IHP__ALL_PAYERS;
        if (!ihp__payer_months_join(sum, &cell)) {
            return false;
        }
    }
    ihp__payer_months_sort(sum);
    return true;
}

/* ---- what the other payers have -------------------------------------------------------------- */

/* Lines, or cents, of one class in a span of months. */
struct quantity {
    const struct ihp__payer_months *months;
    uint8_t service_class;
    bool cents;
};

/* Returns what a payer has in a span of months, or outside of it. */
static double sum_of(const struct quantity *quantity, uint16_t payer, int32_t first, int32_t last,
                     bool outside)
{
    double sum = 0;
    for (size_t c = 0; c < quantity->months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &quantity->months->cell[c];
        bool within = cell->month >= first && cell->month <= last;
        if ((payer == IHP__ALL_PAYERS || cell->payer == payer) && within != outside &&
            cell->service_class == quantity->service_class) {
            sum += quantity->cents ? (double)cell->cents : (double)cell->lines;
        }
    }
    return sum;
}

/* What was found and expected of all payers together, and of those payers that have a finding of
 * their own. */
struct parts {
    double found, expected, found_named, expected_named;
    size_t named; /* how many these are */
    bool whole;   /* all service classes are meant, so that payers are large enough to be named */
};

/* Returns true if the payers that have findings explain what all payers have: without them, the
 * others are closer to what is expected than halfway. */
static bool is_explained(const struct parts *parts)
{
    double rest = parts->expected - parts->expected_named;
    if (parts->named == 0 || parts->whole || !(parts->expected > 0)) {
        return parts->named > 0;
    }
    if (rest <= rest_least * parts->expected) {
        return parts->named == 1;
    }
    double all = parts->found / parts->expected,
           others = (parts->found - parts->found_named) / rest;
    double halfway = (1 + all) / 2;
    return all < 1 ? others > halfway : others < halfway;
}

/* ---- months ---------------------------------------------------------------------------------- */

static bool is_high(const struct ihp__month_finding *f)
{
    return f->kind == IHP__MONTH_HIGH || f->kind == IHP__MONTH_HIGH_DOLLARS;
}

/* Returns true if a finding of a payer is about lines that one of all payers is about, too. */
static bool meets_month(const struct ihp__month_finding *all, const struct ihp__month_finding *f)
{
    bool unpaid = all->kind == IHP__MONTH_UNPAID;
    return f->payer != IHP__ALL_PAYERS && unpaid == (f->kind == IHP__MONTH_UNPAID) &&
           is_high(f) == is_high(all) && f->first <= all->last && f->last >= all->first &&
           (f->service_class == all->service_class || f->service_class == IHP__ALL_CLASSES);
}

/* Returns true if months of a payer are missing, beside which others of all payers look high. */
static bool is_gap(const struct ihp__month_finding *all, const struct ihp__month_finding *f)
{
    return f->payer != IHP__ALL_PAYERS && f->kind == IHP__MONTH_MISSING &&
           (f->service_class == all->service_class || f->service_class == IHP__ALL_CLASSES);
}

/* Adds a payer to those that are named. What is expected of it is its share of the lines, or
 * dollars, of the other months. */
static void name_payer(const struct quantity *quantity, const struct ihp__month_finding *all,
                       const struct ihp__month_finding *f, struct parts *parts)
{
    parts->named++;
    double outside = sum_of(quantity, IHP__ALL_PAYERS, all->first, all->last, true);
    double own = sum_of(quantity, f->payer, all->first, all->last, true);
    parts->found_named += sum_of(quantity, f->payer, all->first, all->last, false);
    parts->expected_named += outside > 0 ? parts->expected * own / outside : 0;
}

static bool month_is_explained(const struct ihp__payer_months *months,
                               const struct ihp__month_finding *finding, size_t findings,
                               const struct ihp__month_finding *all)
{
    bool cents = all->kind == IHP__MONTH_LOW_DOLLARS || all->kind == IHP__MONTH_HIGH_DOLLARS;
    const struct quantity quantity = {months, all->service_class, cents};
    struct parts parts = {.found = cents ? (double)all->cents : (double)all->lines,
                          .expected = cents ? all->cents_expected : all->lines_expected,
                          .whole = all->service_class == IHP__ALL_CLASSES};
    uint16_t last = IHP__ALL_PAYERS;
    for (size_t i = 0; i < findings; i++) {
        if (is_high(all) && is_gap(all, &finding[i])) {
            return true;
        }
        if (meets_month(all, &finding[i]) && finding[i].payer != last) {
            last = finding[i].payer;
            name_payer(&quantity, all, &finding[i], &parts);
        }
    }
    return is_explained(&parts);
}

/* Returns true if a finding of all payers says what one of a payer says. */
static bool says_month(const struct ihp__month_finding *all, const struct ihp__month_finding *f)
{
    bool missing = all->kind == IHP__MONTH_MISSING;
    return all->payer == IHP__ALL_PAYERS && f->payer != IHP__ALL_PAYERS && f->first >= all->first &&
           f->last <= all->last &&
           ((f->kind == all->kind && f->service_class == all->service_class) ||
            (missing && f->kind != IHP__MONTH_UNPAID && !is_high(f) &&
             (f->service_class == all->service_class || all->service_class == IHP__ALL_CLASSES)));
}

void ihp__all_payers_keep_months(const struct ihp__payer_months *months,
                                 struct ihp__month_finding *finding, size_t *findings)
{
    size_t kept = 0;
    for (size_t i = 0; i < *findings; i++) { /* those of all payers come first */
        if (finding[i].payer == IHP__ALL_PAYERS &&
            month_is_explained(months, finding + i, *findings - i, &finding[i])) {
            continue;
        }
        bool said = false;
        for (size_t j = 0; j < kept && !said; j++) {
            said = says_month(&finding[j], &finding[i]);
        }
        if (!said) {
            finding[kept++] = finding[i];
        }
    }
    *findings = kept;
}

/* ---- periods --------------------------------------------------------------------------------- */

/* Returns true if a shift of a payer is about lines that one of all payers is about, too. */
static bool meets_shift(const struct ihp__shift *all, const struct ihp__shift *shift)
{
    const struct ihp__shift_side *side = &all->side[all->less], *other = &shift->side[all->less];
    return shift->payer != IHP__ALL_PAYERS && shift->less == all->less &&
           side->first <= other->last && side->last >= other->first &&
           (shift->service_class == all->service_class || shift->service_class == IHP__ALL_CLASSES);
}

static bool shift_is_explained(const struct ihp__payer_months *months, const struct ihp__shift *all,
                               const struct ihp__shift *shift, size_t count)
{
    bool cents = all->kind == IHP__SHIFT_ZERO || all->kind == IHP__SHIFT_DOLLARS;
    const struct quantity quantity = {months, all->service_class, cents};
    const struct ihp__shift_side *less = &all->side[all->less], *more = &all->side[1 - all->less];
    double even = more->all > 0 ? less->all / more->all : 1; /* what is expected of the one, for 1
                                                                of the other */
    struct parts parts = {
        .found = sum_of(&quantity, IHP__ALL_PAYERS, less->first, less->last, false),
        .expected = even * sum_of(&quantity, IHP__ALL_PAYERS, more->first, more->last, false),
        .whole = all->service_class == IHP__ALL_CLASSES};
    uint16_t last = IHP__ALL_PAYERS;
    for (size_t i = 0; i < count; i++) {
        if (meets_shift(all, &shift[i]) && shift[i].payer != last) {
            last = shift[i].payer;
            parts.named++;
            parts.found_named += sum_of(&quantity, last, less->first, less->last, false);
            parts.expected_named += even * sum_of(&quantity, last, more->first, more->last, false);
        }
    }
    return is_explained(&parts);
}

/* Returns true if a shift of all payers says what one of a payer says. */
static bool says_shift(const struct ihp__shift *all, const struct ihp__shift *shift)
{
    bool absent = all->kind == IHP__SHIFT_ABSENT;
    return all->payer == IHP__ALL_PAYERS && shift->payer != IHP__ALL_PAYERS &&
           shift->less == all->less && all->side[0].first <= shift->side[0].first &&
           all->side[0].last >= shift->side[0].last &&
           ((shift->kind == all->kind && shift->service_class == all->service_class) ||
            (absent && shift->kind != IHP__SHIFT_NEW &&
             (shift->service_class == all->service_class ||
              all->service_class == IHP__ALL_CLASSES)));
}

void ihp__all_payers_keep_shifts(const struct ihp__payer_months *months, struct ihp__shifts *shifts,
                                 size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < shifts->count; i++) { /* those of all payers come first */
        if (shifts->shift[i].payer == IHP__ALL_PAYERS &&
            shift_is_explained(months, &shifts->shift[i], &shifts->shift[i], shifts->count - i)) {
            continue;
        }
        bool said = false;
        for (size_t j = from; j < kept && !said; j++) {
            said = says_shift(&shifts->shift[j], &shifts->shift[i]);
        }
        if (!said) {
            shifts->shift[kept++] = shifts->shift[i];
        }
    }
    shifts->count = kept;
}
