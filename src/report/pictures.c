/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a report, from the tables whose small numbers are hidden. */
#include "report/report.h"
#include "result/hide_small.h"
#include "result/scenario_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 20 }; /* of the pictures of a sweep */

static double number_of(const struct ihp__table *t, size_t row, const char *column)
{
    size_t at = ihp__table_column_of(t, column);
    return ihp__cell_number(&ihp__table_row(t, row)[at], t->column[at].kind);
}

static const char *text_of(const struct ihp__table *t, size_t row, const char *column)
{
    return ihp__table_row(t, row)[ihp__table_column_of(t, column)].text;
}

static enum ihp__color sign_color(double amount)
{
    return amount < 0 ? IHP__COLOR_BAD : IHP__COLOR_GOOD;
}

/* ---- ratios ---------------------------------------------------------------------------------- */

/* Adds the widest percentile interval of an IHP's ratio, in percent. */
static void add_interval(const struct ihp__report *r, struct ihp__picture *p, const char *ihp_id)
{
    const struct ihp__table *t = ihp__report_table(r, IHP__TABLE_BOOTSTRAP);
    double widest = 0, from = NAN, to = NAN;
    for (size_t i = 0; t != NULL && i < t->rows; i++) {
        if (strcmp(text_of(t, i, "ihp_id"), ihp_id) == 0 &&
            strcmp(text_of(t, i, "statistic"), "ratio") == 0 &&
            strcmp(text_of(t, i, "method"), "percentile") == 0 &&
            number_of(t, i, "level") > widest) {
            widest = number_of(t, i, "level");
            from = 100 * number_of(t, i, "lower");
            to = 100 * number_of(t, i, "upper");
        }
    }
    ihp__picture_box(p, from, to, 0.22, IHP__COLOR_EVEN);
}

static void make_ratios(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = &r->finished.table[IHP__TABLE_SETTLEMENT];
    char value[IHP__FINISHED_VALUE_TEXT];
    double threshold = strtod(ihp__finished_deck_value(&r->finished, "threshold", value), NULL);
    p->axis = "Ratio, percent of the adjusted target";
    p->line = 100;
    p->band[0] = 100 - 100 * threshold;
    p->band[1] = 100 + 100 * threshold;
    for (size_t i = 0; i < t->rows; i++) {
        const char *outcome = text_of(t, i, "outcome");
        double ratio = 100 * number_of(t, i, "ratio");
        ihp__picture_row(p, text_of(t, i, "ihp_id"));
        add_interval(r, p, text_of(t, i, "ihp_id"));
        ihp__picture_box(p, ratio, ratio, 0.7,
                         strcmp(outcome, "savings") == 0  ? IHP__COLOR_GOOD
                         : strcmp(outcome, "losses") == 0 ? IHP__COLOR_BAD
                                                          : IHP__COLOR_INK);
    }
}

/* ---- the bootstrap --------------------------------------------------------------------------- */

static void make_outcomes(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = ihp__report_table(r, IHP__TABLE_BOOTSTRAP_OUTCOMES);
    static const struct {
        const char *column;
        enum ihp__color color;
    } parts[] = {{"p_savings", IHP__COLOR_GOOD},
                 {"p_inside", IHP__COLOR_EVEN},
                 {"p_losses", IHP__COLOR_BAD}};
    p->axis = "Share of the replicates, percent";
    for (size_t i = 0; t != NULL && i < t->rows; i++) {
        double from = 0;
        if (ihp__is_track1(&r->finished.table[IHP__TABLE_SETTLEMENT], text_of(t, i, "ihp_id"))) {
            continue;
        }
        ihp__picture_row(p, text_of(t, i, "ihp_id"));
        for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
            double to = from + 100 * number_of(t, i, parts[part].column);
            if (to > from) {
                ihp__picture_box(p, from, to, 0.7, parts[part].color);
            }
            from = to;
        }
    }
}

/* Returns the value of a row of bootstrap_quantiles.csv: rows of an IHP and statistic follow each
 * other, one for each percent. */
static double quantile(const struct ihp__table *t, size_t first, size_t percent)
{
    return first + percent < t->rows ? number_of(t, first + percent, "value") : NAN;
}

static void make_amounts(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = ihp__report_table(r, IHP__TABLE_BOOTSTRAP_QUANTILES);
    const struct ihp__table *settlement = &r->finished.table[IHP__TABLE_SETTLEMENT];
    p->axis = "Final amount";
    p->dollars = true;
    for (size_t i = 0; t != NULL && i < t->rows; i++) {
        if (strcmp(text_of(t, i, "statistic"), "final_amount") != 0 ||
            (i > 0 && strcmp(text_of(t, i - 1, "statistic"), "final_amount") == 0 &&
             strcmp(text_of(t, i - 1, "ihp_id"), text_of(t, i, "ihp_id")) == 0)) {
            continue;
        }
        ihp__picture_row(p, text_of(t, i, "ihp_id"));
        ihp__picture_box(p, quantile(t, i, 5), quantile(t, i, 95), 0.2, IHP__COLOR_EVEN);
        ihp__picture_box(p, quantile(t, i, 25), quantile(t, i, 75), 0.5, IHP__COLOR_MARK);
        for (size_t row = 0; row < settlement->rows; row++) {
            if (strcmp(text_of(settlement, row, "ihp_id"), text_of(t, i, "ihp_id")) == 0) {
                double amount = number_of(settlement, row, "final_amount");
                ihp__picture_box(p, amount, amount, 0.8, IHP__COLOR_INK);
            }
        }
    }
}

/* ---- the sweep ------------------------------------------------------------------------------- */

/* What a key of a sweep, or a reading, changes in all amounts together. */
struct effect {
    const char *label;
    double lowest, highest;
};

static int by_width(const void *a, const void *b)
{
    const struct effect *x = a, *y = b;
    double wx = fmax(fabs(x->lowest), fabs(x->highest));
    double wy = fmax(fabs(y->lowest), fabs(y->highest));
    return wx > wy ? -1 : wx < wy ? 1 : strcmp(x->label, y->label);
}

static void put_effects(struct ihp__picture *p, struct effect *effect, size_t count)
{
    p->axis = "Change of all final amounts";
    p->dollars = true;
    qsort(effect, count, sizeof *effect, by_width);
    for (size_t i = 0; i < count && i < MOST_ROWS; i++) {
        ihp__picture_row(p, effect[i].label);
        if (effect[i].lowest < 0) {
            ihp__picture_box(p, effect[i].lowest, 0, 0.7, sign_color(-1));
        }
        if (effect[i].highest > 0) {
            ihp__picture_box(p, 0, effect[i].highest, 0.7, sign_color(1));
        }
    }
}

/* Notes the change of a scenario under its key, which another may have too. */
static void note_scenario(struct effect *effect, size_t *count, const char *key, double change)
{
    size_t i = 0;
    while (i < *count && strcmp(effect[i].label, key) != 0) {
        i++;
    }
    if (i == *count) {
        effect[(*count)++] = (struct effect){.label = key};
    }
    effect[i].lowest = fmin(effect[i].lowest, change);
    effect[i].highest = fmax(effect[i].highest, change);
}

/* Returns true if all scenarios change the same keys, as those of a grid. */
static bool is_one_key(const struct ihp__table *t)
{
    bool one = true;
    for (size_t i = 1; i < t->rows; i++) {
        one = one && strcmp(text_of(t, i, "key"), text_of(t, 0, "key")) == 0;
    }
    return one;
}

/* The tornado: how far the values of each key move all amounts together; where all scenarios change
 * the same keys, how far each scenario does. */
static void make_tornado(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = &r->scenarios;
    struct effect *effect = calloc(t->rows + 1, sizeof *effect);
    size_t count = 0;
    const char *label = is_one_key(t) ? "value" : "key";
    p->short_of_memory = effect == NULL;
    for (size_t i = 0; effect != NULL && i < t->rows; i++) {
        double change = number_of(t, i, "change");
        if (!isnan(change)) {
            note_scenario(effect, &count, text_of(t, i, label), change);
        }
    }
    if (effect != NULL) {
        put_effects(p, effect, count);
    }
    free(effect);
}

static void make_readings(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = ihp__report_table(r, IHP__TABLE_READINGS_TOTAL);
    p->axis = "Change of all final amounts";
    p->dollars = true;
    for (size_t i = 0; t != NULL && i < t->rows && p->rows < MOST_ROWS; i++) {
        double change = number_of(t, i, "change_in_amount");
        char label[160];
        if (change != 0) {
            snprintf(label, sizeof label, "%.70s: %.70s", text_of(t, i, "policy"),
                     text_of(t, i, "reading"));
            ihp__picture_row(p, label);
            ihp__picture_box(p, 0, change, 0.7, sign_color(change));
        }
    }
}

/* ---- members and bridge ---------------------------------------------------------------------- */

/* From all members of the performance period to those attributed, as far as numbers are shown. */
static void make_members(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = &r->members.stages;
    double left = number_of(t, 0, "performance"), attributed = number_of(t, 1, "performance");
    bool elsewhere = false;
    p->axis = "Members of the performance period";
    if (isnan(left) || isnan(attributed)) {
        return;
    }
    ihp__picture_row(p, "All members");
    ihp__picture_box(p, 0, left, 0.7, IHP__COLOR_EVEN);
    for (size_t i = 2; i < t->rows; i++) {
        double count = number_of(t, i, "performance");
        if (elsewhere && count > 0) {
            ihp__picture_row(p, text_of(t, i, "stage"));
            ihp__picture_box(p, left - count, left, 0.7, IHP__COLOR_BAD);
            left -= count;
        }
        elsewhere = elsewhere || strcmp(text_of(t, i, "stage"), "Not attributed") == 0;
    }
    if (left > attributed) {
        ihp__picture_row(p, "hidden reasons");
        ihp__picture_box(p, attributed, left, 0.7, IHP__COLOR_LINE);
    }
    ihp__picture_row(p, "Attributed");
    ihp__picture_box(p, 0, attributed, 0.7, IHP__COLOR_GOOD);
}

/* Returns true if no step of the bridge of an IHP is hidden. */
static bool is_shown(const struct ihp__table *bridge, const char *ihp_id)
{
    bool shown = true;
    for (size_t r = 0; r < bridge->rows; r++) {
        shown = shown && (strcmp(text_of(bridge, r, "ihp_id"), ihp_id) != 0 ||
                          !isnan(number_of(bridge, r, "amount")));
    }
    return shown;
}

/* The bridge of all IHPs together whose steps are shown. */
static void make_bridge(const struct ihp__report *r, struct ihp__picture *p)
{
    const struct ihp__table *t = ihp__report_table(r, IHP__TABLE_BRIDGE);
    double level = 0;
    p->axis = "Dollars of all IHPs whose steps are shown";
    p->dollars = true;
    for (size_t first = 0; t != NULL && first < t->rows; first++) {
        const char *step = text_of(t, first, "step");
        double amount = 0;
        if (strcmp(text_of(t, first, "ihp_id"), text_of(t, 0, "ihp_id")) != 0) {
            break;
        }
        for (size_t i = 0; i < t->rows; i++) {
            bool adds =
                strcmp(text_of(t, i, "step"), step) == 0 && is_shown(t, text_of(t, i, "ihp_id"));
            amount += adds ? number_of(t, i, "amount") : 0;
        }
        bool sum = strcmp(step, "interim") == 0 || strcmp(step, "final") == 0 ||
                   strcmp(step, "interim_paid") == 0 || strcmp(step, "amount_due") == 0;
        ihp__picture_row(p, step);
        ihp__picture_box(p, sum ? 0 : level, sum ? amount : level + amount, 0.7,
                         sum ? IHP__COLOR_EVEN : sign_color(amount));
        level = sum ? amount : level + amount;
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

enum ihp_status ihp__report_pictures_make(struct ihp__report *r)
{
    static void (*const make[IHP__PICTURES])(const struct ihp__report *, struct ihp__picture *) = {
        [IHP__PICTURE_RATIOS] = make_ratios,     [IHP__PICTURE_OUTCOMES] = make_outcomes,
        [IHP__PICTURE_AMOUNTS] = make_amounts,   [IHP__PICTURE_TORNADO] = make_tornado,
        [IHP__PICTURE_READINGS] = make_readings, [IHP__PICTURE_MEMBERS] = make_members,
        [IHP__PICTURE_BRIDGE] = make_bridge};
    for (int i = 0; i < IHP__PICTURES; i++) {
        make[i](r, &r->picture[i]);
    }
    return ihp__pictures_draw(r->picture, IHP__PICTURES, r->no_pictures, sizeof r->no_pictures,
                              r->err);
}
