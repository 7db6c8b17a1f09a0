/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges how many paid lines are of members who are not enrolled in the month of service. */
#include "engine/no_enrollment.h"

#include "engine/completeness_internal.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    YEAR = 12,
    MEMBERS_LEAST = 20, /* without enrollment, in a month that is told */
    LINES_LEAST = 100,  /* of members without enrollment, in a period that is told */
};
static const double month_share = 0.5;  /* of the lines of a month, from which it is told */
static const double period_share = 0.1; /* of the lines of the other months of a period */

/* What is judged, and what was found. */
struct judging {
    const struct ihp__payer_months *months, *without;
    struct ihp__no_enrollments *list;
    size_t first; /* the first finding of the payer */
    bool short_of_memory;
};

/* The sums of a payer's month. */
struct sums {
    uint64_t paid, lines, members;
    int64_t cents;
};

static void add(struct sums *sums, const struct ihp__payer_month_cell *all,
                const struct ihp__payer_month_cell *without)
{
    sums->paid += all == NULL ? 0 : all->lines;
    if (without != NULL) {
        sums->lines += without->lines;
        sums->members += without->members;
        sums->cents += without->cents;
    }
}

/* Sums the cells of a payer, or of all payers, in a month. */
static struct sums sums_of(const struct judging *j, uint16_t payer, int32_t month)
{
    struct sums sums = {0};
    if (payer != IHP__ALL_PAYERS) {
        add(&sums, ihp__payer_months_find(j->months, payer, IHP__ALL_CLASSES, month),
            ihp__payer_months_find(j->without, payer, IHP__ALL_CLASSES, month));
        return sums;
    }
    for (size_t c = 0; c < j->months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &j->months->cell[c];
        if (cell->service_class == IHP__ALL_CLASSES && cell->month == month) {
            add(&sums, cell,
                ihp__payer_months_find(j->without, cell->payer, IHP__ALL_CLASSES, month));
        }
    }
    return sums;
}

/* Adds a finding, to the last one of the payer if it goes on with it. */
static void report(struct judging *j, const struct ihp__no_enrollment *found)
{
    struct ihp__no_enrollments *list = j->list;
    struct ihp__no_enrollment *last = list->count > j->first ? &list->found[list->count - 1] : NULL;
    if (last != NULL && last->last + 1 == found->first) {
        last->last = found->last;
        last->paid += found->paid;
        last->lines += found->lines;
        last->cents += found->cents;
        return;
    }
    if (!ihp__array_reserve(&list->found, &list->capacity, list->count + 1, sizeof *list->found)) {
        j->short_of_memory = true;
        return;
    }
    list->found[list->count++] = *found;
}

static bool is_gap(const struct sums *sums)
{
    return sums->members >= MEMBERS_LEAST && (double)sums->lines > month_share * (double)sums->paid;
}

static void add_to(struct ihp__no_enrollment *found, const struct sums *sums)
{
    found->paid += sums->paid;
    found->lines += sums->lines;
    found->cents += sums->cents;
}

/* Judges at most twelve months of a payer: single months, or all if the others have many such
 * lines, too. */
static void judge_period(struct judging *j, uint16_t payer, int32_t first, int32_t last)
{
    struct sums sums[YEAR];
    struct ihp__no_enrollment whole = {.payer = payer, .first = first, .last = last};
    struct ihp__no_enrollment rest = whole;
    uint64_t members = 0;
    for (int32_t month = first; month <= last; month++) {
        struct sums *of = &sums[month - first];
        *of = sums_of(j, payer, month);
        add_to(&whole, of);
        if (!is_gap(of)) {
            add_to(&rest, of);
            members = of->members > members ? of->members : members;
        }
    }
    if (members >= IHP__LEAST_SHOWN && rest.lines >= LINES_LEAST &&
        (double)rest.lines > period_share * (double)rest.paid) {
        report(j, &whole);
        return;
    }
    for (int32_t month = first; month <= last; month++) {
        struct ihp__no_enrollment found = {.payer = payer, .first = month, .last = month};
        add_to(&found, &sums[month - first]);
        if (is_gap(&sums[month - first])) {
            report(j, &found);
        }
    }
}

/* The months to judge: two periods of a deck, or the years of a store. */
struct span {
    int32_t first, last;
};

static void judge_payer(struct judging *j, uint16_t payer, const struct span *span, size_t spans)
{
    j->first = j->list->count;
    for (size_t i = 0; i < spans; i++) {
        for (int32_t first = span[i].first; first <= span[i].last;) {
            int32_t december = first / YEAR * YEAR + YEAR - 1;
            int32_t last = span[i].last < december ? span[i].last : december;
            judge_period(j, payer, first, last);
            first = last + 1;
        }
    }
}

/* Finds the months that have members. */
static struct span enrolled_months(const struct ihp__payer_months *months)
{
    struct span span = {INT32_MAX, INT32_MIN};
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        if (cell->member_months > 0) {
            span.first = cell->month < span.first ? cell->month : span.first;
            span.last = cell->month > span.last ? cell->month : span.last;
        }
    }
    return span;
}

/* Judges each payer, and all together: these are told instead if no payer is, or each one that has
 * enough lines to be judged. */
static void judge_payers(struct judging *j, const struct span *span, size_t spans)
{
    const struct ihp__payer_months *months = j->months;
    size_t payers = 0, told = 0;
    for (size_t c = 0; c < months->cells;) {
        const uint16_t payer = months->cell[c].payer;
        uint64_t lines = 0;
        for (; c < months->cells && months->cell[c].payer == payer; c++) {
            lines += months->cell[c].service_class == IHP__ALL_CLASSES ? months->cell[c].lines : 0;
        }
        size_t before = j->list->count;
        judge_payer(j, payer, span, spans);
        payers += lines >= LINES_LEAST;
        told += j->list->count > before;
    }
    if (told == 0 || (told > 1 && told >= payers)) {
        j->list->count = 0;
        judge_payer(j, IHP__ALL_PAYERS, span, spans);
    }
}

enum ihp_status ihp__no_enrollment_find(const struct ihp__payer_months *months,
                                        const struct ihp__payer_months *without,
                                        const struct ihp__deck *deck,
                                        struct ihp__no_enrollments *list, struct ihp_error *err)
{
    struct judging j = {.months = months, .without = without, .list = list};
    struct span span[2] = {enrolled_months(months), {0, -1}};
    if (deck != NULL) {
        span[0] = (struct span){ihp__period_first_month(&deck->base),
                                ihp__period_last_month(&deck->base)};
        span[1] = (struct span){ihp__period_first_month(&deck->performance),
                                ihp__period_last_month(&deck->performance)};
    }
    if (without->cells > 0) {
        judge_payers(&j, span, deck == NULL ? 1 : 2);
    }
    if (j.short_of_memory) {
        free(list->found);
        *list = (struct ihp__no_enrollments){0};
        return ihp__fail_memory(err, "the months of claims");
    }
    return IHP_OK;
}

/* ---- the estimate ---------------------------------------------------------------------------- */

/* Sums the members with a line, and the member months, of all payers by month. Returns false if
 * memory is short. */
static bool sum_payers(const struct ihp__payer_months *months, struct ihp__payer_months *all)
{
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        const struct ihp__payer_month_cell sum = {.month = cell->month,
                                                  .payer = IHP__ALL_PAYERS,
                                                  .service_class = IHP__ALL_CLASSES,
                                                  .members = cell->members,
                                                  .member_months = cell->member_months};
        if (cell->service_class == IHP__ALL_CLASSES && !ihp__payer_months_join(all, &sum)) {
            return false;
        }
    }
    ihp__payer_months_sort(all);
    return true;
}

/* Returns how many members with a line of a payer's month cannot be among its members. */
static uint64_t members_without(const struct ihp__payer_month_cell *cell,
                                const struct ihp__payer_months *all)
{
    const struct ihp__payer_month_cell *sum =
        ihp__payer_months_find(all, IHP__ALL_PAYERS, IHP__ALL_CLASSES, cell->month);
    bool hardly_any = (double)cell->member_months <= IHP__HARDLY_ANY * (double)cell->members;
    bool too_few = sum != NULL && sum->members > sum->member_months;
    return cell->members > cell->member_months && (hardly_any || too_few)
               ? cell->members - cell->member_months
               : 0;
}

bool ihp__no_enrollment_estimate(const struct ihp__payer_months *months,
                                 struct ihp__payer_months *without)
{
    struct ihp__payer_months all = {0};
    bool whole = sum_payers(months, &all);
    for (size_t c = 0; whole && c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        uint64_t members =
            cell->service_class == IHP__ALL_CLASSES ? members_without(cell, &all) : 0;
        double share = members > 0 ? (double)members / (double)cell->members : 0;
        const struct ihp__payer_month_cell found = {
            .month = cell->month,
            .payer = cell->payer,
            .service_class = IHP__ALL_CLASSES,
            .lines = (uint64_t)(share * (double)cell->lines),
            .members = members,
            .cents = (int64_t)(share * (double)cell->cents)};
        whole = members == 0 || ihp__payer_months_join(without, &found);
    }
    ihp__payer_months_free(&all);
    ihp__payer_months_sort(without);
    return whole;
}

const char *ihp__no_enrollment_text(const struct ihp__no_enrollment *found, bool estimated,
                                    char text[IHP__NO_ENROLLMENT_TEXT])
{
    char when[IHP__SPAN_TEXT], lines[IHP__FINDING_SUM_TEXT], dollars[IHP__FINDING_SUM_TEXT];
    bool elsewhere = estimated && found->payer != IHP__ALL_PAYERS;
    if (found->first == found->last) {
        ihp__month_format(found->first, when);
    } else {
        ihp__span_text(found->first, found->last, when);
    }
    snprintf(text, IHP__NO_ENROLLMENT_TEXT,
             "%s: %s%.0f%% of %s, with %s, are of members who are not enrolled in the month of "
             "service%s",
             when, estimated ? "at least " : "",
             found->paid > 0 ? 100 * (double)found->lines / (double)found->paid : 0,
             ihp__lines_text(found->paid, false, lines),
             ihp__dollars_text((double)found->cents, dollars),
             elsewhere ? ", unless they are enrolled with another payer" : "");
    return text;
}
