/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares each month of a payer with the months around it. Limits are wide enough that seasons,
 * members who come and go, and chance do not exceed them: docs/completeness.md. */
#include "engine/all_payers.h"
#include "engine/completeness_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEMBERS_LEAST = 20,  /* expected with a line, for a month to be judged */
    HIGH_LEAST = 100,    /* the same for many lines of a class, which one member may have */
    DOLLARS_LEAST = 500, /* the same for its dollars, which a few stays in hospital move */
    LINES_LEAST = 100,   /* of a payer and class in all months; fewer are not looked at */
    AROUND_MOST = 24,    /* how far months with lines around a month may be, in months */
};
static const double deviations = 4.5;    /* of the months around, within which all is well */
static const double dispersion = 1.5;    /* variance of lines with chance alone, for 1 of members */
static const double run_out_least = 0.5; /* paid so far, for a month to be judged */

/* A payer's months in one class, by month of the window. */
struct series {
    const struct ihp__month_window *window;
    size_t months;
    double *lines, *members, *dollars; /* observed; dollars in cents */
    double *own, *all;                 /* member months of the payer, and of all payers */
    double *paid;                      /* the share of lines that is paid, with run-out */
    double *rate;                      /* room for the rates of the months around */
    bool *empty;                       /* hardly any line: nothing is compared with such a month */
    bool has_own;                      /* the payer has member months */
    size_t first_active, last_active;  /* months with lines */
    double state_lines, state_members, state_dollars; /* of all payers, per member month */
};

static int32_t paid_through(const struct ihp__month_window *window, int32_t month)
{
    int32_t through =
        window->through == NULL ? window->end : window->through(window->context, month);
    return through < window->end ? through : window->end;
}

/* ---- one series ------------------------------------------------------------------------------ */

static bool series_create(struct series *s, const struct ihp__month_window *window)
{
    size_t n = (size_t)(window->last - window->first) + 1;
    double *room = calloc(7 * n + 2 * IHP__MONTHS_AROUND, sizeof *room);
    *s = (struct series){.window = window, .months = n, .lines = room};
    s->empty = calloc(n, sizeof *s->empty);
    if (room == NULL || s->empty == NULL) {
        return false;
    }
    s->members = room + n;
    s->dollars = room + 2 * n;
    s->own = room + 3 * n;
    s->all = room + 4 * n;
    s->paid = room + 5 * n;
    s->rate = room + 6 * n;
    return true;
}

/* Sums over all payers: member months by month, and lines, members and dollars per member month. */
static void add_state(struct series *s, const struct ihp__payer_months *months)
{
    double enrolled = 0;
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        if (cell->service_class == IHP__ALL_CLASSES && cell->month >= s->window->first &&
            cell->month <= s->window->last) {
            s->all[cell->month - s->window->first] += (double)cell->member_months;
            enrolled += (double)cell->member_months;
            s->state_lines += (double)cell->lines;
            s->state_members += (double)cell->members;
            s->state_dollars += (double)cell->cents;
        }
    }
    enrolled = enrolled > 0 ? enrolled : 1;
    s->state_lines /= enrolled;
    s->state_members /= enrolled;
    s->state_dollars /= enrolled;
    for (size_t i = 0; i < s->months;
         i++) { /* claims without enrollment are compared as they are */
        s->all[i] = s->all[i] > 0 ? s->all[i] : 1;
    }
}

/* Takes the member months of a payer. */
static void take_own(struct series *s, const struct ihp__payer_month_cell *cell, size_t cells)
{
    memset(s->own, 0, s->months * sizeof *s->own);
    s->has_own = false;
    for (size_t c = 0; c < cells; c++) {
        if (cell[c].service_class == IHP__ALL_CLASSES && cell[c].member_months > 0 &&
            cell[c].month >= s->window->first && cell[c].month <= s->window->last) {
            s->own[cell[c].month - s->window->first] = (double)cell[c].member_months;
            s->has_own = true;
        }
    }
}

/* Marks the months with hardly any line, by the fuller months of the series. A gap of any length
 * must not become what is usual. */
static void find_empty(struct series *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->months; i++) {
        double due = (s->has_own ? s->own[i] : s->all[i]) * s->paid[i];
        if (s->lines[i] > 0 && due > 0) {
            s->rate[count++] = s->lines[i] / due;
        }
    }
    double usual = ihp__quantile(s->rate, count, 0.75);
    for (size_t i = 0; i < s->months; i++) {
        double due = (s->has_own ? s->own[i] : s->all[i]) * s->paid[i];
        s->empty[i] = s->lines[i] <= IHP__HARDLY_ANY * usual * due;
    }
}

/* Finds the share of lines that is paid. If months at the end are empty although payments went on
 * after them, it is their services that end, and not the payments: then every later month that the
 * deck names is due by its own cut-off, however long ago the last payment is. */
static void find_paid(struct series *s, const double share[IHP__LAGS])
{
    const struct ihp__month_window *window = s->window;
    for (size_t i = 0; i < s->months; i++) {
        int32_t month = window->first + (int32_t)i;
        s->paid[i] = ihp__share_within(share, paid_through(window, month) - month);
    }
    find_empty(s);
    size_t end = s->months;
    while (end > 0 && s->empty[end - 1]) {
        end--;
    }
    if (window->through != NULL && end < s->months && s->paid[end] >= run_out_least) {
        for (size_t i = end; i < s->months; i++) {
            int32_t month = window->first + (int32_t)i;
            s->paid[i] = ihp__share_within(share, window->through(window->context, month) - month);
        }
    }
}

/* Takes the lines of a payer in one class. Returns how many there are. */
static double take_lines(struct series *s, const struct ihp__payer_months *months,
                         const struct ihp__payer_month_cell *cell, size_t cells)
{
    double share[IHP__LAGS], lines = 0;
    ihp__run_out_shares(months, cell, cells, s->window->end, share);
    memset(s->lines, 0, 3 * s->months * sizeof *s->lines);
    s->first_active = s->months;
    for (size_t c = 0; c < cells; c++) {
        int64_t at = (int64_t)cell[c].month - s->window->first;
        if (at >= 0 && at < (int64_t)s->months && cell[c].lines > 0) {
            s->lines[at] = (double)cell[c].lines;
            s->members[at] = (double)cell[c].members;
            s->dollars[at] = (double)cell[c].cents;
            s->first_active = s->first_active == s->months ? (size_t)at : s->first_active;
            s->last_active = (size_t)at;
            lines += s->lines[at];
        }
    }
    find_paid(s, share);
    return lines;
}

/* ---- the band -------------------------------------------------------------------------------- */

/* What is to be expected of a month by the months around it. */
struct band {
    double least, most; /* expected by the two measures */
    double spread;      /* of the months around, relative to their middle */
    bool known;
};

/* Takes the rates of a quantity in the nearest months with lines on one side of a month: after it
 * or, with `step` -1, before it. Returns how many rates there are now. */
static size_t rates_beside(const struct series *s, const double *quantity, const double *per,
                           int64_t month, int step, size_t count)
{
    size_t found = 0;
    for (int64_t j = month + step; j >= 0 && j < (int64_t)s->months &&
                                   step * (j - month) <= AROUND_MOST && found < IHP__MONTHS_AROUND;
         j += step) {
        if (per[j] > 0 && !s->empty[j] && s->paid[j] >= run_out_least) {
            s->rate[count + found++] = quantity[j] / (per[j] * s->paid[j]);
        }
    }
    return count + found;
}

static size_t rates_around(const struct series *s, const double *quantity, const double *per,
                           size_t month)
{
    size_t before = rates_beside(s, quantity, per, (int64_t)month, -1, 0);
    return rates_beside(s, quantity, per, (int64_t)month, 1, before);
}

/* Adds to a band what a measure expects: the middle of the months around. */
static void add_measure(const struct series *s, const double *quantity, const double *per,
                        size_t month, struct band *band)
{
    size_t count = rates_around(s, quantity, per, month);
    if (count < IHP__MONTHS_AROUND_LEAST) {
        return;
    }
    double middle = ihp__quantile(s->rate, count, 0.5),
           expected = middle * per[month] * s->paid[month];
    for (size_t j = 0; j < count; j++) {
        s->rate[j] = fabs(s->rate[j] - middle);
    }
    double spread = middle > 0 ? 1.4826 * ihp__quantile(s->rate, count, 0.5) / middle : 0;
    band->least = !band->known || expected < band->least ? expected : band->least;
    band->most = !band->known || expected > band->most ? expected : band->most;
    band->spread = spread > band->spread ? spread : band->spread;
    band->known = true;
}

/* Finds what is to be expected of a quantity in a month: by the payer's member months, if it has
 * any, and by all. */
static struct band band_of(const struct series *s, const double *quantity, size_t month)
{
    struct band band = {.known = false};
    if (s->has_own) {
        add_measure(s, quantity, s->own, month, &band);
        if (!band.known) {
            return band;
        }
    }
    if (!s->has_own || s->own[month] > 0) {
        add_measure(s, quantity, s->all, month, &band);
    }
    return band;
}

/* Finds what an empty month of a payer with members should have had, where the months around are
 * mostly empty as well: by its fuller months, or by all payers if it has none. */
static double expected_of_members(const struct series *s, const double *quantity, double state,
                                  size_t month, double *room)
{
    size_t count = 0;
    for (size_t j = 0; j < s->months; j++) {
        if (s->own[j] > 0 && s->paid[j] >= run_out_least) {
            room[count++] = quantity[j] / (s->own[j] * s->paid[j]);
        }
    }
    double rate = ihp__quantile(room, count, 0.75);
    return (rate > 0 ? rate : state) * s->own[month] * s->paid[month];
}

/* ---- findings -------------------------------------------------------------------------------- */

/* Compares the lines of a month with their band. Returns false if it is inside. */
static bool judge_lines(const struct series *s, size_t i, bool of_class,
                        struct ihp__month_finding *found)
{
    struct band lines = band_of(s, s->lines, i), members = band_of(s, s->members, i);
    if (!lines.known || !members.known || members.least < MEMBERS_LEAST) {
        return false;
    }
    double noise = deviations * sqrt(lines.spread * lines.spread + dispersion / members.least) +
                   (1 - s->paid[i]);
    double floor_ = of_class ? 0.4 : 0.25, below = noise > floor_ ? noise : floor_;
    double above = noise > 1.5 * floor_ ? noise : 1.5 * floor_;
    bool low = s->lines[i] <= IHP__HARDLY_ANY * lines.least;
    found->kind = low                                       ? IHP__MONTH_MISSING
                  : s->lines[i] < lines.least * (1 - below) ? IHP__MONTH_LOW
                                                            : IHP__MONTH_HIGH;
    if (found->kind == IHP__MONTH_HIGH && s->lines[i] <= lines.most * (1 + above)) {
        return false;
    }
    bool high = found->kind == IHP__MONTH_HIGH;
    if (high && of_class && members.least < HIGH_LEAST) {
        return false;
    }
    found->lines_expected = high ? lines.most : lines.least;
    found->members_expected = high ? members.most : members.least;
    return true;
}

/* Compares the dollars of a month, of all classes, with their band. A few long stays in hospital
 * can double them. */
static bool judge_dollars(const struct series *s, size_t i, struct ihp__month_finding *found)
{
    struct band members = band_of(s, s->members, i), dollars = band_of(s, s->dollars, i);
    if (!dollars.known || !members.known || members.least < DOLLARS_LEAST || dollars.least <= 0) {
        return false;
    }
    double noise = deviations * dollars.spread + (1 - s->paid[i]);
    double below = noise > 0.5 ? noise : 0.5, above = noise > 3 ? noise : 3;
    bool low = s->dollars[i] < dollars.least * (1 - below);
    found->kind = low ? IHP__MONTH_LOW_DOLLARS : IHP__MONTH_HIGH_DOLLARS;
    found->lines_expected = s->lines[i];
    found->members_expected = members.least;
    return low || s->dollars[i] > dollars.most * (1 + above);
}

/* Looks at an empty month of a payer that has members in it, but few lines around it. */
static bool judge_empty(const struct series *s, size_t i, struct ihp__month_finding *found,
                        double *room)
{
    if (s->lines[i] > 0 || s->own[i] <= 0) {
        return false;
    }
    found->kind = IHP__MONTH_MISSING;
    found->lines_expected = expected_of_members(s, s->lines, s->state_lines, i, room);
    found->members_expected = expected_of_members(s, s->members, s->state_members, i, room);
    found->cents_expected = expected_of_members(s, s->dollars, s->state_dollars, i, room);
    return found->members_expected >= MEMBERS_LEAST;
}

/* Judges each month of a series. `hidden` [months] has the kinds found of all classes. */
static void judge_series(const struct series *s, uint16_t payer, unsigned service_class,
                         int *hidden, struct ihp__month_judge *judge)
{
    bool of_class = service_class != IHP__ALL_CLASSES;
    double *room = calloc(s->months + 1, sizeof *room);
    judge->short_of_memory |= room == NULL;
    for (size_t i = 0; room != NULL && i < s->months; i++) {
        bool active = s->has_own || (i >= s->first_active && i <= s->last_active);
        struct ihp__month_finding found = {
            .payer = payer,
            .service_class = (uint8_t)service_class,
            .first = s->window->first + (int32_t)i,
            .last = s->window->first + (int32_t)i,
            .lines = (uint64_t)s->lines[i],
            .cents = fabs(s->dollars[i]) < 9e18 ? (int64_t)s->dollars[i] : 0,
        };
        if (!active || s->paid[i] < run_out_least) {
            continue;
        }
        struct band dollars = band_of(s, s->dollars, i);
        found.cents_expected = dollars.least;
        if (!judge_lines(s, i, of_class, &found) && (of_class || !judge_dollars(s, i, &found)) &&
            (of_class || !judge_empty(s, i, &found, room))) {
            continue;
        }
        if (found.kind == IHP__MONTH_HIGH || found.kind == IHP__MONTH_HIGH_DOLLARS) {
            found.cents_expected = dollars.most;
        }
        if (of_class && hidden[i] != 0 &&
            (hidden[i] == 1 + IHP__MONTH_MISSING || hidden[i] == 1 + (int)found.kind)) {
            continue;
        }
        hidden[i] = of_class ? hidden[i] : 1 + (int)found.kind;
        ihp__month_report(judge, &found);
    }
    free(room);
}

/* Judges a payer: all classes first, then each class. */
static void judge_payer(struct series *s, const struct ihp__payer_months *months, size_t first,
                        size_t end, int *hidden, struct ihp__month_judge *judge)
{
    uint16_t payer = months->cell[first].payer;
    memset(hidden, 0, s->months * sizeof *hidden);
    take_own(s, &months->cell[first], end - first);
    for (int turn = 0; turn < 2; turn++) {
        for (size_t from = first, to; from < end; from = to) {
            unsigned service_class = months->cell[from].service_class;
            for (to = from; to < end && months->cell[to].service_class == service_class; to++) {
            }
            bool of_class = service_class != IHP__ALL_CLASSES;
            if (of_class != (turn == 1)) {
                continue;
            }
            double lines = take_lines(s, months, &months->cell[from], to - from);
            if (lines >= LINES_LEAST || (!of_class && s->has_own)) {
                judge_series(s, payer, service_class, hidden, judge);
            }
            if (!of_class && lines >= LINES_LEAST) {
                ihp__judge_payments(&months->cell[from], to - from, s->window, payer, judge);
            }
        }
    }
}

/* Judges each payer of the cells. */
static void judge_payers(const struct ihp__payer_months *months,
                         const struct ihp__month_window *window, struct ihp__month_judge *judge)
{
    struct series series = {0};
    int *hidden = NULL;
    judge->short_of_memory |= !series_create(&series, window);
    hidden = judge->short_of_memory ? NULL : calloc(series.months, sizeof *hidden);
    judge->short_of_memory |= hidden == NULL;
    if (hidden != NULL) {
        add_state(&series, months);
        for (size_t first = 0, end; first < months->cells; first = end) {
            for (end = first;
                 end < months->cells && months->cell[end].payer == months->cell[first].payer;
                 end++) {
            }
            judge_payer(&series, months, first, end, hidden, judge);
        }
    }
    free(hidden);
    free(series.lines);
    free(series.empty);
}

enum ihp_status ihp__payer_months_judge(const struct ihp__payer_months *months,
                                        const struct ihp__month_window *window,
                                        struct ihp__month_finding **finding, size_t *findings,
                                        struct ihp_error *err)
{
    struct ihp__month_judge judge = {0};
    struct ihp__payer_months sum;
    judge.short_of_memory = !ihp__all_payers_sum(months, &sum);
    if (window->last >= window->first && !judge.short_of_memory) {
        judge_payers(&sum, window, &judge);
        judge_payers(months, window, &judge);
    }
    ihp__payer_months_free(&sum);
    if (judge.short_of_memory) {
        free(judge.finding);
        return ihp__fail_memory(err, "the months of claims");
    }
    ihp__all_payers_keep_months(months, judge.finding, &judge.findings);
    *finding = judge.finding;
    *findings = judge.findings;
    return IHP_OK;
}
