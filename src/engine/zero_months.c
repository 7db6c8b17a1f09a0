/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks for months whose dollars are not there, although the lines are. */
#include "engine/zero_months.h"

#include "base/array.h"

#include <stdlib.h>

enum { LINES_LEAST = 100, CLASSES = IHP__ALL_CLASSES + 1 };
static const double nearly_all = 0.99;

/* The months of a window: cells of each payer that has any, and of all payers together. */
struct grid {
    int32_t first;
    size_t months, payers;
    uint16_t *payer;                   /* owned, [payers + 1]; the last: all payers */
    struct ihp__payer_month_cell *sum; /* owned, [payers + 1][CLASSES][months] */
};

/* Findings under construction. */
struct list {
    struct ihp__month_finding *finding;
    size_t count, capacity;
};

static struct ihp__payer_month_cell *row_of(const struct grid *grid, size_t payer,
                                            size_t service_class)
{
    return &grid->sum[(payer * CLASSES + service_class) * grid->months];
}

static void add_cell(struct grid *grid, size_t payer, const struct ihp__payer_month_cell *cell)
{
    const size_t month = (size_t)(cell->month - grid->first), rows[2] = {payer, grid->payers};
    for (int i = 0; i < 2; i++) {
        struct ihp__payer_month_cell *sum = &row_of(grid, rows[i], cell->service_class)[month];
        sum->lines += cell->lines;
        sum->zero += cell->zero;
        sum->cents += cell->cents;
    }
}

static bool grid_create(struct grid *grid, const struct ihp__payer_months *months,
                        const struct ihp__month_window *window)
{
    grid->first = window->first;
    grid->months = (size_t)(window->last - window->first + 1);
    for (size_t c = 0; c < months->cells; c++) {
        grid->payers += c == 0 || months->cell[c].payer != months->cell[c - 1].payer;
    }
    grid->payer = calloc(grid->payers + 1, sizeof *grid->payer);
    grid->sum = calloc((grid->payers + 1) * CLASSES * grid->months, sizeof *grid->sum);
    if (grid->payer == NULL || grid->sum == NULL) {
        return false;
    }
    size_t payer = 0;
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        payer += c > 0 && cell->payer != months->cell[c - 1].payer;
        grid->payer[payer] = cell->payer;
        if (cell->month >= window->first && cell->month <= window->last) {
            add_cell(grid, payer, cell);
        }
    }
    grid->payer[grid->payers] = IHP__ALL_PAYERS;
    return true;
}

/* ---- months ---------------------------------------------------------------------------------- */

static bool is_zero(const struct ihp__payer_month_cell *sum)
{
    return sum->lines >= LINES_LEAST && (double)sum->zero >= nearly_all * (double)sum->lines;
}

static bool is_bad(const struct ihp__payer_month_cell *sum, enum ihp__month_finding_kind kind)
{
    return kind == IHP__MONTH_ZERO ? is_zero(sum) : sum->lines >= LINES_LEAST && sum->cents < 0;
}

/* Returns true if each payer with enough lines in a month is bad. */
static bool all_bad(const struct grid *grid, size_t service_class, size_t month,
                    enum ihp__month_finding_kind kind)
{
    for (size_t payer = 0; payer < grid->payers; payer++) {
        const struct ihp__payer_month_cell *sum = &row_of(grid, payer, service_class)[month];
        if (sum->lines >= LINES_LEAST && !is_bad(sum, kind)) {
            return false;
        }
    }
    return is_bad(&row_of(grid, grid->payers, service_class)[month], kind);
}

/* Returns true if a month is to be said of a payer, or of all. */
static bool is_found(const struct grid *grid, size_t payer, size_t service_class, size_t month,
                     enum ihp__month_finding_kind kind)
{
    bool all = all_bad(grid, service_class, month, kind);
    return payer == grid->payers ? all && grid->payers > 1
                                 : is_bad(&row_of(grid, payer, service_class)[month], kind) &&
                                       (!all || grid->payers == 1);
}

/* Returns true if a class of all payers or of a payer has dollars in its other months. */
static bool has_dollars(const struct ihp__payer_month_cell *row, size_t months)
{
    double lines = 0, zero = 0;
    for (size_t m = 0; m < months; m++) {
        lines += is_zero(&row[m]) ? 0 : (double)row[m].lines;
        zero += is_zero(&row[m]) ? 0 : (double)row[m].zero;
    }
    return zero < 0.5 * lines;
}

/* Returns the cents per line of the months that are as they should be; 0 if there are none. */
static double usual_cents(const struct ihp__payer_month_cell *row, size_t months)
{
    double lines = 0, cents = 0;
    for (size_t m = 0; m < months; m++) {
        bool good = !is_zero(&row[m]) && row[m].cents > 0;
        lines += good ? (double)row[m].lines : 0;
        cents += good ? (double)row[m].cents : 0;
    }
    return lines > 0 ? cents / lines : 0;
}

/* ---- findings -------------------------------------------------------------------------------- */

/* Returns true if a month, of all classes, is said already of a payer, or of all. */
static bool is_said(const struct list *list, size_t from, const struct ihp__month_finding *found)
{
    for (size_t i = from; i < list->count; i++) {
        const struct ihp__month_finding *said = &list->finding[i];
        if ((said->payer == found->payer || said->payer == IHP__ALL_PAYERS) &&
            (said->service_class == found->service_class ||
             said->service_class == IHP__ALL_CLASSES) &&
            said->first <= found->first && said->last >= found->last) {
            return true;
        }
    }
    return false;
}

/* Adds a month, to the finding before it if that ends in the month before. Returns false if memory
 * is short. */
static bool add_month(struct list *list, size_t from, const struct ihp__month_finding *found)
{
    struct ihp__month_finding *last = list->count > from ? &list->finding[list->count - 1] : NULL;
    if (is_said(list, from, found)) {
        return true;
    }
    if (last != NULL && last->kind == found->kind && last->payer == found->payer &&
        last->service_class == found->service_class && last->last + 1 == found->first) {
        last->last = found->last;
        last->lines += found->lines;
        last->cents += found->cents;
        last->lines_expected += found->lines_expected;
        last->cents_expected += found->cents_expected;
        return true;
    }
    if (!ihp__array_reserve(&list->finding, &list->capacity, list->count + 1,
                            sizeof *list->finding)) {
        return false;
    }
    list->finding[list->count++] = *found;
    return true;
}

/* Adds the months of one payer and class. Returns false if memory is short. */
static bool find_row(const struct grid *grid, size_t payer, size_t service_class, size_t from,
                     struct list *list)
{
    static const enum ihp__month_finding_kind kinds[] = {IHP__MONTH_ZERO, IHP__MONTH_NEGATIVE};
    const struct ihp__payer_month_cell *row = row_of(grid, payer, service_class);
    double per_line = usual_cents(row, grid->months);
    bool ok = true;
    if (service_class != IHP__ALL_CLASSES && !has_dollars(row, grid->months)) {
        return true;
    }
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t m = 0; ok && m < grid->months; m++) {
            if (is_found(grid, payer, service_class, m, kinds[kind])) {
                int32_t month = grid->first + (int32_t)m;
                double lines = (double)row[m].lines;
                ok = add_month(list, from,
                               &(struct ihp__month_finding){.kind = kinds[kind],
                                                            .payer = grid->payer[payer],
                                                            .service_class = (uint8_t)service_class,
                                                            .first = month,
                                                            .last = month,
                                                            .lines = row[m].lines,
                                                            .cents = row[m].cents,
                                                            .lines_expected = lines,
                                                            .cents_expected = per_line * lines});
            }
        }
    }
    return ok;
}

enum ihp_status ihp__zero_months_find(const struct ihp__payer_months *months,
                                      const struct ihp__month_window *window,
                                      struct ihp__month_finding **finding, size_t *findings,
                                      struct ihp_error *err)
{
    struct grid grid = {0};
    struct list list = {*finding, *findings, *findings};
    if (window->first > window->last) {
        return IHP_OK;
    }
    bool ok = grid_create(&grid, months, window);
    for (size_t c = CLASSES; ok && c-- > 0;) {            /* all classes first, */
        for (size_t i = 0; ok && i <= grid.payers; i++) { /* and all payers first */
            ok = find_row(&grid, i == 0 ? grid.payers : i - 1, c, *findings, &list);
        }
    }
    free(grid.payer);
    free(grid.sum);
    *finding = list.finding;
    *findings = list.count;
    return ok ? IHP_OK : ihp__fail_memory(err, "the months of claims");
}

bool ihp__is_zero_month(const struct ihp__month_finding *finding)
{
    return finding->kind == IHP__MONTH_ZERO || finding->kind == IHP__MONTH_NEGATIVE;
}
