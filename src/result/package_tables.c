/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a package that are not protected: the IHP's rows of the settlement's tables, blank
 * where a number may not be shown, and the numbers of its attribution and of its changes. */
#include "result/package.h"

#include "result/terms_table.h"

#include <string.h>

/* ---- settlement.csv -------------------------------------------------------------------------- */

static unsigned shown_bits(const struct ihp__shown *shown)
{
    return (shown->members[IHP__BASE] ? IHP__NEEDS_BASE_MEMBERS : 0u) |
           (shown->members[IHP__PERFORMANCE] ? IHP__NEEDS_MEMBERS : 0u) |
           (shown->cost[IHP__BASE] ? IHP__NEEDS_BASE_COST : 0u) |
           (shown->cost[IHP__PERFORMANCE] ? IHP__NEEDS_COST : 0u) |
           (shown->risk_scores ? IHP__NEEDS_RISK : 0u) |
           (shown->reduction ? IHP__NEEDS_AFFECTED : 0u);
}

/* Returns true for a small count in a column that is not listed. */
static bool is_small_count(const struct ihp__table_column *column, const struct ihp__cell *cell)
{
    return column->kind == IHP__CELL_INTEGER &&
           (ihp__column_needs(column->name) & IHP__NEEDS_MONEY) == IHP__NEEDS_MONEY &&
           ihp__count_is_small(cell->integer);
}

/* Returns a row of a settlement's table if it is this IHP's, otherwise NULL. */
static const struct ihp__cell *row_of(const struct ihp__table *all, size_t row, const char *ihp_id)
{
    const struct ihp__cell *cell = ihp__table_row(all, row);
    return strcmp(cell[0].text, ihp_id) == 0 ? cell : NULL;
}

static void copy_if(struct ihp__table *t, bool shown, const struct ihp__cell *cell)
{
    if (shown) {
        ihp__table_copy(t, cell);
    } else {
        ihp__table_hidden(t);
    }
}

static void fill_settlement(const struct ihp__table *all, const char *ihp_id,
                            const struct ihp__shown *shown, struct ihp__table *t)
{
    unsigned bits = shown_bits(shown);
    *t = ihp__table_empty(all->name, all->column, all->columns);
    for (size_t row = 0; row < all->rows; row++) {
        const struct ihp__cell *cell = row_of(all, row, ihp_id);
        for (size_t c = 0; c < all->columns && cell != NULL; c++) {
            copy_if(t,
                    (ihp__column_needs(all->column[c].name) & ~bits) == 0 &&
                        !is_small_count(&all->column[c], &cell[c]),
                    &cell[c]);
        }
    }
}

/* ---- payer_split.csv ------------------------------------------------------------------------- */

/* Returns true if the numbers of a payer are hidden. A payer of the interim without member months,
 * whom the store need not know, has nothing to hide. */
static bool is_hidden(const struct ihp__store_info *store, const struct ihp__shown *shown,
                      const char *payer)
{
    for (size_t i = 0; i < store->payers; i++) {
        if (strcmp(store->payer[i], payer) == 0) {
            return shown->payer[i].hidden;
        }
    }
    return false;
}

static void fill_payers(const struct ihp__result_input *in, const struct ihp__table *all,
                        const char *ihp_id, const struct ihp__shown *shown, struct ihp__table *t)
{
    enum { AT_IHP, AT_PAYER, AT_MONTHS, AT_SHARE, AT_PAID, AT_AMOUNT };
    *t = ihp__table_empty(all->name, all->column, all->columns);
    for (size_t row = 0; row < all->rows; row++) {
        const struct ihp__cell *cell = row_of(all, row, ihp_id);
        if (cell != NULL) {
            bool own = !is_hidden(in->store, shown, cell[AT_PAYER].text);
            ihp__table_copy(t, &cell[AT_IHP]);
            ihp__table_copy(t, &cell[AT_PAYER]);
            copy_if(t, own && shown->members[IHP__PERFORMANCE], &cell[AT_MONTHS]);
            for (int at = AT_SHARE; at <= AT_AMOUNT; at++) {
                unsigned needs = ihp__column_needs(at == AT_PAID ? "interim_paid" : "final_amount");
                copy_if(t, own && (needs & ~shown_bits(shown)) == 0, &cell[at]);
            }
        }
    }
}

/* ---- attribution.csv ------------------------------------------------------------------------- */

static const struct ihp__table_column attribution_columns[] = {
    {"period", IHP__CELL_TEXT},
    {"reason", IHP__CELL_TEXT},
    {"window", IHP__CELL_INTEGER},
    {"members", IHP__CELL_INTEGER},
};

static void fill_attribution(const struct ihp__shown *shown, struct ihp__table *t)
{
    *t = IHP__TABLE_OF("attribution", attribution_columns);
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (int i = 0; i < IHP__ATTRIBUTIONS; i++) {
            const struct ihp__shown_count *count = &shown->attribution[period][i];
            if (!count->present) {
                continue;
            }
            ihp__table_text(t, ihp__period_text((enum ihp__period)period));
            ihp__table_text(t, ihp__reason_text((enum ihp__reason)(i / 2)));
            ihp__table_integer(t, i % 2 + 1);
            if (count->hidden) {
                ihp__table_hidden(t);
            } else {
                ihp__table_integer(t, count->count);
            }
        }
    }
}

/* ---- terms.csv ------------------------------------------------------------------------------- */

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Returns true if the members in affected counties of the month of a term may be shown. */
static bool shows_affected(const struct ihp__result_input *in, const struct ihp__shown *shown,
                           const char *month)
{
    int32_t first = ihp__period_first_month(&in->deck->performance), number;
    bool valid = ihp__month_parse(month, &number) && number >= first && number < first + 12;
    return valid && shown->affected[number - first];
}

/* Fills the IHP's terms. A number that settlement.csv hides is blank here, too. */
static void fill_terms(const struct ihp__result_input *in, const struct ihp__table *all,
                       int partnership, const struct ihp__shown *shown, struct ihp__table *t)
{
    enum { AT_IHP, AT_TERM, AT_VALUE, AT_SECTION };
    static const char circumstances[] = "circumstances.";
    unsigned bits = shown_bits(shown);
    *t = ihp__table_empty(all->name, all->column, all->columns);
    for (size_t row = 0; row < all->rows; row++) {
        const struct ihp__cell *cell = row_of(all, row, in->program->partnership[partnership].id);
        if (cell == NULL) {
            continue;
        }
        const char *term = cell[AT_TERM].text;
        bool may = begins_with(term, circumstances)
                       ? (bits & IHP__NEEDS_MONEY) == IHP__NEEDS_MONEY &&
                             shows_affected(in, shown, term + strlen(circumstances))
                   : strcmp(term, "quality_score") == 0 || strcmp(term, "interim_paid") == 0
                       ? (ihp__column_needs(term) & ~bits) == 0
                       : true;
        ihp__table_copy(t, &cell[AT_IHP]);
        ihp__table_copy(t, &cell[AT_TERM]);
        copy_if(t, may, &cell[AT_VALUE]);
        ihp__table_copy(t, &cell[AT_SECTION]);
    }
}

/* ---- risk_scores.csv ------------------------------------------------------------------------- */

static bool hides_any(const struct ihp__shown_count *count, size_t counts)
{
    bool any = false;
    for (size_t i = 0; i < counts; i++) {
        any = any || count[i].hidden;
    }
    return any;
}

/* Fills the IHP's members by risk category. A period whose members are hidden has no rows, because
 * their number would be a lower bound of the members'. The risk score is shown, so that two hidden
 * numbers of months could be computed from all weights: where a number is hidden, all weights are,
 * also those of the other period where both have the same. A weight is hidden, too, where it would
 * reveal the cost of lines that are left out. */
static void fill_risk_scores(const struct ihp__result_input *in, int partnership,
                             const struct ihp__shown *shown, struct ihp__table *t)
{
    const struct ihp__finance *finance = in->finance;
    size_t acgs = finance->acgs, cap = in->tally->shape.cap_of[partnership];
    bool base = in->deck->policies.risk_weights == IHP__WEIGHTS_BASE;
    *t = ihp__table_empty("risk_scores", ihp__risk_score_columns, IHP__RISK_SCORE_COLUMNS);
    for (int period = 0; period < IHP__PERIODS; period++) {
        const int64_t *months = in->tally->period[period].acg_months + (size_t)partnership * acgs;
        bool weights = !hides_any(shown->risk[period], acgs) &&
                       (!base || !hides_any(shown->risk[1 - period], acgs));
        for (size_t acg = 0; acg < acgs && shown->members[period]; acg++) {
            const struct ihp__shown_count *count = &shown->risk[period][acg];
            if (!count->present) {
                continue;
            }
            ihp__table_text(t, in->program->partnership[partnership].id);
            ihp__table_text(t, ihp__period_text((enum ihp__period)period));
            ihp__table_text(t, in->store->acg[acg]);
            if (count->hidden) {
                ihp__table_hidden(t);
                ihp__table_hidden(t);
            } else {
                ihp__table_integer(t, count->count);
                ihp__table_integer(t, months[acg]);
            }
            if (weights && !shown->weight[period][acg].hidden) {
                ihp__table_ratio(t, finance->weight[period][cap * acgs + acg]);
            } else {
                ihp__table_hidden(t);
            }
        }
    }
}

/* ---- changes.csv ----------------------------------------------------------------------------- */

static const struct ihp__table_column changes_columns[] = {
    {"period", IHP__CELL_TEXT},
    {"change", IHP__CELL_TEXT},
    {"reason", IHP__CELL_TEXT},
    {"members", IHP__CELL_INTEGER},
};

const char *ihp__change_reason_text(int reason)
{
    return reason == IHP__CHANGE_OTHER_IHP      ? "OTHER_IHP"
           : reason == IHP__CHANGE_NOT_IN_STORE ? "NOT_IN_STORE"
                                                : ihp__reason_text((enum ihp__reason)reason);
}

static int64_t sum_of(const int64_t *count, size_t counts)
{
    int64_t sum = 0;
    for (size_t i = 0; i < counts; i++) {
        sum += count[i];
    }
    return sum;
}

static bool all_showable(const int64_t count[IHP__CHANGE_REASONS])
{
    bool all = true;
    for (size_t i = 0; i < IHP__CHANGE_REASONS; i++) {
        all = all && ihp__count_is_shown(count[i]);
    }
    return all;
}

/* Adds a row; a negative number of members is not shown. */
static void changes_row(struct ihp__table *t, int period, bool in, const char *reason,
                        int64_t members)
{
    ihp__table_text(t, ihp__period_text((enum ihp__period)period));
    ihp__table_text(t, in ? "in" : "out");
    ihp__table_text(t, reason);
    if (members < 0) {
        ihp__table_hidden(t);
    } else {
        ihp__table_integer(t, members);
    }
}

/* Adds the rows of the members who joined, or of those who left: by reason, or all together. */
static void changes_rows(struct ihp__table *t, int period, bool in, bool by_reason,
                         const int64_t count[IHP__CHANGE_REASONS])
{
    int64_t all = sum_of(count, IHP__CHANGE_REASONS);
    if (!by_reason || all == 0) {
        changes_row(t, period, in, "", all);
        return;
    }
    for (int r = 0; r < IHP__CHANGE_REASONS; r++) {
        if (count[r] > 0) {
            changes_row(t, period, in, ihp__change_reason_text(r), count[r]);
        }
    }
}

/* Now = then + in - out, and both packages state the numbers of now and then. So one direction
 * reveals the other, and both reveal how many stayed: either all three may be shown, or none. */
static void fill_changes(const struct ihp__shown *shown, const struct ihp__package_moves *moves,
                         struct ihp__table *t)
{
    *t = IHP__TABLE_OF("changes", changes_columns);
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__shown_count earlier[IHP__ATTRIBUTIONS];
        int64_t in = sum_of(moves->in[period], IHP__CHANGE_REASONS);
        int64_t out = sum_of(moves->out[period], IHP__CHANGE_REASONS);
        int64_t stayed = sum_of(moves->then[period].members, IHP__ATTRIBUTIONS) - out;
        if (!shown->members[period] || !ihp__population_hide(&moves->then[period], earlier) ||
            !ihp__count_is_shown(in) || !ihp__count_is_shown(out) || !ihp__count_is_shown(stayed)) {
            changes_row(t, period, true, "", -1);
            changes_row(t, period, false, "", -1);
            continue;
        }
        changes_rows(t, period, true,
                     all_showable(moves->in[period]) &&
                         !hides_any(shown->attribution[period], IHP__ATTRIBUTIONS),
                     moves->in[period]);
        changes_rows(t, period, false, all_showable(moves->out[period]), moves->out[period]);
    }
}

/* ---- bridge.csv ------------------------------------------------------------------------------ */

/* The columns of bridge.csv. */
enum { BRIDGE_IHP, BRIDGE_STEP, BRIDGE_AMOUNT };

bool ihp__package_bridge_fits(const struct ihp__table *bridge, const struct ihp__result_input *in)
{
    size_t p = 0;
    for (size_t row = 0; row < bridge->rows; row++) {
        const struct ihp__cell *cell = ihp__table_row(bridge, row);
        if (strcmp(cell[BRIDGE_STEP].text, "final") != 0) {
            continue;
        }
        if (p == in->finance->partnerships ||
            strcmp(cell[BRIDGE_IHP].text, in->program->partnership[p].id) != 0 ||
            cell[BRIDGE_AMOUNT].integer !=
                ihp__cents_of_dollars(in->finance->settlement[p].final_amount)) {
            return false;
        }
        p++;
    }
    return p == in->finance->partnerships;
}

/* Returns true if the IHP's final amount may be shown. */
static bool shows_amount(const struct ihp__table *settlement)
{
    bool shows = settlement->rows > 0;
    for (size_t c = 0; shows && c < settlement->columns; c++) {
        bool amount = strcmp(settlement->column[c].name, "final_amount") == 0;
        shows = !amount || !ihp__table_row(settlement, 0)[c].blank;
    }
    return shows;
}

enum ihp_status ihp__package_bridge_fill(const struct ihp__table *bridge,
                                         const struct ihp__table *settlement, const char *ihp_id,
                                         struct ihp__table *t, struct ihp_error *err)
{
    bool shows = shows_amount(settlement);
    *t = ihp__table_empty(bridge->name, bridge->column, bridge->columns);
    for (size_t row = 0; row < bridge->rows; row++) {
        const struct ihp__cell *cell = row_of(bridge, row, ihp_id);
        if (cell != NULL) {
            ihp__table_copy(t, &cell[BRIDGE_IHP]);
            ihp__table_copy(t, &cell[BRIDGE_STEP]);
            copy_if(t, shows, &cell[BRIDGE_AMOUNT]);
        }
    }
    return ihp__table_whole(t) ? IHP_OK : ihp__fail_memory(err, "the bridge of a package");
}

/* ---- all of them ----------------------------------------------------------------------------- */

enum ihp_status ihp__package_tables_create(const struct ihp__result_input *in,
                                           const struct ihp__table settlement[IHP__TABLES],
                                           int partnership, const struct ihp__shown *shown,
                                           const struct ihp__package_moves *moves,
                                           struct ihp__table table[IHP__PACKAGE_TABLES],
                                           struct ihp_error *err)
{
    const char *ihp_id = in->program->partnership[partnership].id;
    bool whole = true;
    fill_settlement(&settlement[IHP__TABLE_SETTLEMENT], ihp_id, shown,
                    &table[IHP__PACKAGE_SETTLEMENT]);
    fill_payers(in, &settlement[IHP__TABLE_PAYER_SPLIT], ihp_id, shown,
                &table[IHP__PACKAGE_PAYER_SPLIT]);
    fill_attribution(shown, &table[IHP__PACKAGE_ATTRIBUTION]);
    fill_terms(in, &settlement[IHP__TABLE_TERMS], partnership, shown, &table[IHP__PACKAGE_TERMS]);
    fill_risk_scores(in, partnership, shown, &table[IHP__PACKAGE_RISK_SCORES]);
    table[IHP__PACKAGE_CHANGES] = (struct ihp__table){0};
    table[IHP__PACKAGE_BRIDGE] = (struct ihp__table){0};
    if (moves != NULL) {
        fill_changes(shown, moves, &table[IHP__PACKAGE_CHANGES]);
    }
    for (int t = 0; t < IHP__PACKAGE_TABLES; t++) {
        whole = whole && ihp__table_whole(&table[t]);
    }
    return whole ? IHP_OK : ihp__fail_memory(err, "the tables of a package");
}
