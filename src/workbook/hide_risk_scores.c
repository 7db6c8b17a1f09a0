/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding numbers of members by IHP and risk category. */
#include "result/shown.h"
#include "workbook/hide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns of risk_weights.csv and risk_scores.csv, in the order of docs/data.md. */
enum { WEIGHT_PERIOD, WEIGHT_CAP, WEIGHT_ACG, WEIGHT_MEMBERS };
enum { AT_IHP, AT_PERIOD, AT_ACG, AT_MEMBERS, AT_MONTHS, AT_WEIGHT };

struct hiding {
    struct ihp__table *scores;
    const struct ihp__table *weights, *settlement;
    bool *hidden; /* [rows of scores], owned */
};

static const struct ihp__cell *score(const struct hiding *h, size_t row)
{
    return ihp__table_row(h->scores, row);
}

/* Hides the one of some rows that has the fewest members, the first of equals. Returns false if all
 * are hidden. */
static bool hide_least(struct hiding *h, const size_t *row, size_t rows)
{
    size_t least = h->scores->rows;
    for (size_t i = 0; i < rows; i++) {
        if (!h->hidden[row[i]] &&
            (least == h->scores->rows ||
             score(h, row[i])[AT_MEMBERS].integer < score(h, least)[AT_MEMBERS].integer)) {
            least = row[i];
        }
    }
    if (least < h->scores->rows) {
        h->hidden[least] = true;
    }
    return least < h->scores->rows;
}

/* ---- an IHP and period ----------------------------------------------------------------------- */

/* Returns true if a reader who knows the sums of members and months of the hidden categories, and
 * their risk score with its 15 digits, cannot find the numbers: there are 10^18 ways to divide the
 * months among them. */
static bool cannot_be_computed(int64_t hidden, int64_t members, int64_t months)
{
    enum { DIGITS = 18 };
    double ways =
        lgamma((double)months) - lgamma((double)hidden) - lgamma((double)(months - hidden) + 1);
    return hidden > 1 && members >= hidden + 9 && months >= hidden && ways >= DIGITS * log(10);
}

/* Hides more rows of an IHP and period, which follow each other, until those that are hidden cannot
 * be computed. Returns true if it has hidden any. */
static bool hide_in_ihp(struct hiding *h, size_t first, size_t end, size_t *row)
{
    for (size_t i = first; i < end; i++) {
        row[i - first] = i;
    }
    for (bool changed = false;; changed = true) {
        int64_t hidden = 0, members = 0, months = 0;
        for (size_t i = first; i < end; i++) {
            hidden += h->hidden[i];
            members += h->hidden[i] ? score(h, i)[AT_MEMBERS].integer : 0;
            months += h->hidden[i] ? score(h, i)[AT_MONTHS].integer : 0;
        }
        if (hidden == 0 || cannot_be_computed(hidden, members, months) ||
            !hide_least(h, row, end - first)) {
            return changed;
        }
    }
}

static bool hide_in_ihps(struct hiding *h, size_t *row)
{
    bool changed = false;
    for (size_t first = 0, end; first < h->scores->rows; first = end) {
        for (end = first + 1;
             end < h->scores->rows &&
             strcmp(score(h, end)[AT_IHP].text, score(h, first)[AT_IHP].text) == 0 &&
             strcmp(score(h, end)[AT_PERIOD].text, score(h, first)[AT_PERIOD].text) == 0;
             end++) {
        }
        changed = hide_in_ihp(h, first, end, row) || changed;
    }
    return changed;
}

/* ---- a category and period ------------------------------------------------------------------- */

/* Hides a category of more IHPs until the number of all its members, which risk_weights.csv has,
 * does not reveal that of an IHP. Members of no IHP are one more hidden number. Returns true if it
 * has hidden any. */
static bool hide_in_category(struct hiding *h, const struct ihp__cell *weight, size_t *row)
{
    size_t rows = 0;
    int64_t others = weight[WEIGHT_MEMBERS].integer;
    for (size_t r = 0; r < h->scores->rows; r++) {
        if (strcmp(score(h, r)[AT_ACG].text, weight[WEIGHT_ACG].text) == 0 &&
            strcmp(score(h, r)[AT_PERIOD].text, weight[WEIGHT_PERIOD].text) == 0) {
            row[rows++] = r;
            others -= score(h, r)[AT_MEMBERS].integer;
        }
    }
    for (bool changed = false;; changed = true) {
        int64_t hidden = others > 0, members = others > 0 ? others : 0;
        bool any = false;
        for (size_t i = 0; i < rows; i++) {
            any = any || h->hidden[row[i]];
            hidden += h->hidden[row[i]];
            members += h->hidden[row[i]] ? score(h, row[i])[AT_MEMBERS].integer : 0;
        }
        if (!any || (hidden > 1 && members >= hidden + 9) || !hide_least(h, row, rows)) {
            return changed;
        }
    }
}

static bool hide_in_categories(struct hiding *h, size_t *row)
{
    bool changed = false;
    int64_t cap = h->weights->rows > 0 ? ihp__table_row(h->weights, 0)[WEIGHT_CAP].integer : 0;
    for (size_t r = 0; r < h->weights->rows; r++) {
        const struct ihp__cell *weight = ihp__table_row(h->weights, r);
        if (weight[WEIGHT_CAP].integer == cap && !weight[WEIGHT_MEMBERS].hidden) {
            changed = hide_in_category(h, weight, row) || changed; /* alike for every cap */
        }
    }
    return changed;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Returns true if the weight of a category is hidden in the weights of both periods, or of the one
 * that a period has. */
static bool is_weight_hidden(const struct hiding *h, const struct ihp__cell *row)
{
    bool found = false, hidden = false, other = false;
    for (size_t r = 0; r < h->weights->rows; r++) {
        const struct ihp__cell *weight = ihp__table_row(h->weights, r);
        if (strcmp(weight[WEIGHT_ACG].text, row[AT_ACG].text) == 0) {
            bool of_period = strcmp(weight[WEIGHT_PERIOD].text, row[AT_PERIOD].text) == 0;
            found = found || of_period;
            hidden = hidden || (of_period && weight[WEIGHT_MEMBERS].hidden);
            other = other || weight[WEIGHT_MEMBERS].hidden;
        }
    }
    return found ? hidden : other; /* under `risk_weights: base` there are only base rows */
}

/* Returns true if the members of an IHP in the period of a row are hidden. */
static bool is_ihp_hidden(const struct hiding *h, const struct ihp__cell *row)
{
    bool base = strcmp(row[AT_PERIOD].text, ihp__period_text(IHP__BASE)) == 0;
    size_t at = ihp__table_column_of(h->settlement, base ? "base_members" : "members");
    for (size_t r = 0; r < h->settlement->rows; r++) {
        const struct ihp__cell *ihp = ihp__table_row(h->settlement, r);
        if (strcmp(ihp[0].text, row[AT_IHP].text) == 0) {
            return ihp[at].hidden;
        }
    }
    return true;
}

/* Leaves out the rows of IHPs and periods whose members are hidden: their number would be a lower
 * bound of the members', and which rows there are would tell the members' categories. */
static enum ihp_status leave_out_hidden(const struct hiding *h, struct ihp_error *err)
{
    struct ihp__table *t = h->scores;
    struct ihp__table kept = ihp__table_empty(t->name, t->column, t->columns);
    for (size_t r = 0; r < t->rows; r++) {
        bool keep = !is_ihp_hidden(h, score(h, r));
        for (size_t c = 0; keep && c < t->columns; c++) {
            ihp__table_copy(&kept, &score(h, r)[c]);
        }
    }
    if (!ihp__table_whole(&kept)) {
        ihp__table_free(&kept);
        return ihp__fail_memory(err, "the risk scores that are shown");
    }
    ihp__table_free(t);
    *t = kept;
    return IHP_OK;
}

enum ihp_status ihp__hide_risk_scores(struct ihp__table *scores, const struct ihp__table *weights,
                                      const struct ihp__table *settlement, struct ihp_error *err)
{
    struct hiding h = {.scores = scores,
                       .weights = weights,
                       .settlement = settlement,
                       .hidden = calloc(scores->rows + 1, sizeof *h.hidden)};
    size_t *row = calloc(scores->rows + 1, sizeof *row);
    if (h.hidden == NULL || row == NULL) {
        free(h.hidden);
        free(row);
        return ihp__fail_memory(err, "what may be shown of risk scores");
    }
    for (size_t r = 0; r < scores->rows; r++) {
        bool no_weight = is_weight_hidden(&h, score(&h, r));
        h.hidden[r] = no_weight || ihp__count_is_small(score(&h, r)[AT_MEMBERS].integer) ||
                      is_ihp_hidden(&h, score(&h, r));
        if (no_weight) {
            ihp__table_hide(scores, r, AT_WEIGHT);
        }
    }
    bool changed = true;
    while (changed) {
        changed = hide_in_ihps(&h, row);
        changed = hide_in_categories(&h, row) || changed;
    }
    for (size_t r = 0; r < scores->rows; r++) {
        if (h.hidden[r]) {
            ihp__table_hide(scores, r, AT_MEMBERS);
            ihp__table_hide(scores, r, AT_MONTHS);
        }
    }
    free(h.hidden);
    free(row);
    return leave_out_hidden(&h, err);
}
