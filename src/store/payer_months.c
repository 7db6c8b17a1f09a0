/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells by payer, class and month in a hash table of open addressing. Lines of a member follow each
 * other, so the cell that was found last is looked at first. */
#include "store/payer_months.h"

#include "base/array.h"
#include "base/search.h"

#include <stdlib.h>

static size_t first_slot(const struct ihp__payer_months *months, uint16_t payer,
                         unsigned service_class, int32_t month)
{
    uint64_t key = (uint64_t)payer << 35 ^ (uint64_t)service_class << 32 ^ (uint32_t)month;
    return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (months->slots - 1);
}

static bool is_cell(const struct ihp__payer_month_cell *cell, uint16_t payer,
                    unsigned service_class, int32_t month)
{
    return cell->month == month && cell->payer == payer && cell->service_class == service_class;
}

/* Places every cell again in a table of twice as many slots. Returns false if memory is short. */
static bool grow(struct ihp__payer_months *months)
{
    size_t slots = months->slots == 0 ? 1024 : 2 * months->slots;
    uint32_t *slot = calloc(slots, sizeof *slot);
    if (slot == NULL) {
        return false;
    }
    free(months->slot);
    months->slot = slot;
    months->slots = slots;
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        size_t at = first_slot(months, cell->payer, cell->service_class, cell->month);
        while (slot[at] != 0) {
            at = (at + 1) & (slots - 1);
        }
        slot[at] = (uint32_t)c + 1;
    }
    return true;
}

/* Finds a cell, or makes it. Returns NULL if memory is short. */
static struct ihp__payer_month_cell *find(struct ihp__payer_months *months, uint16_t payer,
                                          unsigned service_class, int32_t month)
{
    size_t *last = &months->last[service_class != IHP__ALL_CLASSES];
    if (*last < months->cells && is_cell(&months->cell[*last], payer, service_class, month)) {
        return &months->cell[*last];
    }
    if (months->cells == UINT32_MAX - 1 ||
        (2 * (months->cells + 1) > months->slots && !grow(months)) ||
        !ihp__array_reserve(&months->cell, &months->capacity, months->cells + 1,
                            sizeof *months->cell)) {
        return NULL;
    }
    size_t at = first_slot(months, payer, service_class, month);
    while (months->slot[at] != 0) {
        *last = months->slot[at] - 1;
        if (is_cell(&months->cell[*last], payer, service_class, month)) {
            return &months->cell[*last];
        }
        at = (at + 1) & (months->slots - 1);
    }
    *last = months->cells++;
    months->slot[at] = (uint32_t)months->cells;
    months->cell[*last] = (struct ihp__payer_month_cell){
        .month = month, .payer = payer, .service_class = (uint8_t)service_class};
    return &months->cell[*last];
}

/* Adds cents. Those of a store that is made to deceive may leave 64 bits: they wrap. */
static int64_t add_cents(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* Counts a member in a cell, whose lines come one after the other. */
static void add_member(struct ihp__payer_month_cell *cell, uint64_t member)
{
    cell->members += cell->last_member != member + 1;
    cell->last_member = member + 1;
}

static bool add_to(struct ihp__payer_months *months, const struct ihp__payer_month_line *line,
                   unsigned service_class, int32_t month, size_t lag)
{
    struct ihp__payer_month_cell *cell = find(months, line->payer, service_class, month);
    if (cell == NULL) {
        return false;
    }
    cell->paid[lag]++;
    if (line->known) {
        cell->lines++;
        cell->zero += line->cents == 0;
        cell->cents = add_cents(cell->cents, line->cents);
        add_member(cell, line->member);
    }
    return true;
}

static size_t lag_of(int32_t month, int32_t paid)
{
    return paid < month ? 0 : paid - month < IHP__LAGS ? (size_t)(paid - month) : IHP__LAGS - 1;
}

bool ihp__payer_months_add_class(struct ihp__payer_months *months,
                                 const struct ihp__payer_month_line *line, int32_t month,
                                 int32_t paid)
{
    struct ihp__payer_month_cell *all = find(months, line->payer, IHP__ALL_CLASSES, month);
    if (all == NULL) {
        return false;
    }
    add_member(all, line->member);
    return add_to(months, line, line->service_class, month, lag_of(month, paid));
}

bool ihp__payer_months_add(struct ihp__payer_months *months,
                           const struct ihp__payer_month_line *line, bool by_class)
{
    int32_t month = ihp__month_of_day(line->service_date);
    size_t lag = lag_of(month, ihp__month_of_day(line->paid_date));
    return add_to(months, line, IHP__ALL_CLASSES, month, lag) &&
           (!by_class || add_to(months, line, line->service_class, month, lag));
}

bool ihp__payer_months_enroll(struct ihp__payer_months *months, uint16_t payer, int32_t month,
                              uint64_t count)
{
    struct ihp__payer_month_cell *cell = find(months, payer, IHP__ALL_CLASSES, month);
    if (cell != NULL) {
        cell->member_months += count;
    }
    return cell != NULL;
}

bool ihp__payer_months_join(struct ihp__payer_months *months,
                            const struct ihp__payer_month_cell *other)
{
    struct ihp__payer_month_cell *cell =
        find(months, other->payer, other->service_class, other->month);
    if (cell == NULL) {
        return false;
    }
    cell->lines += other->lines;
    cell->zero += other->zero;
    cell->members += other->members;
    cell->cents = add_cents(cell->cents, other->cents);
    cell->member_months += other->member_months;
    for (size_t lag = 0; lag < IHP__LAGS; lag++) {
        cell->paid[lag] += other->paid[lag];
    }
    return true;
}

static int by_payer_class_month(const void *a, const void *b)
{
    const struct ihp__payer_month_cell *x = a, *y = b;
    if (x->payer != y->payer) {
        return x->payer < y->payer ? -1 : 1;
    }
    if (x->service_class != y->service_class) {
        return x->service_class < y->service_class ? -1 : 1;
    }
    return (x->month > y->month) - (x->month < y->month);
}

void ihp__payer_months_sort(struct ihp__payer_months *months)
{
    if (months->cells > 0) {
        qsort(months->cell, months->cells, sizeof *months->cell, by_payer_class_month);
    }
    free(months->slot);
    months->slot = NULL;
    months->slots = 0;
}

struct ihp__payer_month_cell *ihp__payer_months_find(const struct ihp__payer_months *months,
                                                     uint16_t payer, uint8_t service_class,
                                                     int32_t month)
{
    const struct ihp__payer_month_cell key = {
        .payer = payer, .service_class = service_class, .month = month};
    size_t at;
    IHP__LOWER_BOUND(at, months->cells, by_payer_class_month(&months->cell[at], &key) < 0);
    return at < months->cells && by_payer_class_month(&months->cell[at], &key) == 0
               ? &months->cell[at]
               : NULL;
}

void ihp__payer_months_free(struct ihp__payer_months *months)
{
    free(months->cell);
    free(months->slot);
    *months = (struct ihp__payer_months){0};
}
