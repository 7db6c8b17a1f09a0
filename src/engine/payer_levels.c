/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares payers by their sums of each period. The limits are far from what payers differ by:
 * docs/completeness.md. */
#include "engine/payer_levels.h"

#include "base/array.h"
#include "engine/completeness_internal.h"

#include <math.h>
#include <stdlib.h>

enum {
    CLASSES = IHP__ALL_CLASSES + 1,
    MEMBERS_LEAST = 20,      /* with a line in a month */
    DOLLARS_LEAST = 100,     /* the same for dollars of a class, which one drug can double */
    LINES_LEAST = 100,       /* that are not $0.00 */
    PLAUSIBLE_LINES = 1000,  /* the same for bounds of all payers */
    CLASS_LINES = 20,        /* that any program has, */
    CLASS_MONTHS = 10000,    /* if it has so many member months in a period */
    PLAUSIBLE_MEMBERS = 500, /* with a line, in all months */
};
static const double most = 10;                        /* factor between a payer and the middle */
static const double most_lines_alone = 30;            /* the same for a payer without enrollment */
static const double never = 50;                       /* a factor that no drug and no stay makes */
static const double deviations = 4.5, of_dollars = 6; /* as in level_shifts.c */
static const double zero_all = 0.99;                  /* share of $0.00 that is all of a class */
static const double zero_least = 0.25, zero_more = 0.2; /* share of $0.00: at least, and more than
                                                           the middle by */

/* What no program leaves: dollars per line, and lines per member month. */
static const struct {
    double least, most, lines;
} bounds[CLASSES] = {
    [IHP__SERVICE_CLASS_INPATIENT] = {150, 200000, 0.001},
    [IHP__SERVICE_CLASS_LONG_TERM_CARE] = {10, 20000, 0},
    [IHP__SERVICE_CLASS_MH_CD] = {5, 5000, 0},
    [IHP__SERVICE_CLASS_OTHER] = {2, 3000, 0},
    [IHP__SERVICE_CLASS_OUTPATIENT] = {5, 5000, 0.02},
    [IHP__SERVICE_CLASS_PHARMACY] = {5, 2000, 0.05},
    [IHP__SERVICE_CLASS_PROFESSIONAL] = {5, 2000, 0.05},
    [IHP__ALL_CLASSES] = {5, 1500, 0},
};
static const double month_least = 20,
                    month_most = 15000; /* dollars per member month, all classes */

/* The sums of a payer and class in a period. */
struct sums {
    double lines, zero, cents, members, own;
};

/* What payers in the middle have, in a class and period. */
struct middle {
    double per_line, per_month;             /* cents */
    double member_rate, member_share, zero; /* members with a line of the class: per member month,
                                               and of members with any line; share of $0.00 */
    double all_lines_of_member;             /* of those with a line of the class */
};

struct table {
    const struct ihp__due_period *period;
    size_t periods, payers;
    double months[IHP__LEVEL_PERIODS]; /* of a period, with lines */
    uint16_t *payer;                   /* [payers] */
    struct sums *sum;                  /* [payers + 1][periods][CLASSES]; the last: all payers */
    struct middle middle[IHP__LEVEL_PERIODS][CLASSES];
};

static struct sums *at(const struct table *t, size_t payer, size_t period, unsigned service_class)
{
    return &t->sum[(payer * t->periods + period) * CLASSES + service_class];
}

/* ---- sums ------------------------------------------------------------------------------------ */

static void add_cell(struct table *t, size_t payer, const struct ihp__payer_month_cell *cell)
{
    const size_t row[2] = {payer, t->payers};
    for (size_t i = 0; i < 2 * t->periods; i++) {
        size_t p = i / 2;
        if (cell->month < t->period[p].first || cell->month > t->period[p].last) {
            continue;
        }
        struct sums *sum = at(t, row[i % 2], p, cell->service_class);
        sum->lines += (double)cell->lines;
        sum->zero += (double)cell->zero;
        sum->cents += (double)cell->cents;
        sum->members += (double)cell->members;
        for (unsigned c = 0; c < CLASSES; c++) { /* cells of one class have none */
            at(t, row[i % 2], p, c)->own += (double)cell->member_months;
        }
    }
}

static bool table_create(struct table *t, const struct ihp__payer_months *months)
{
    for (size_t c = 0; c < months->cells; c++) {
        t->payers += c == 0 || months->cell[c].payer != months->cell[c - 1].payer;
    }
    t->payer = calloc(t->payers + 1, sizeof *t->payer);
    t->sum = calloc((t->payers + 1) * t->periods * CLASSES + 1, sizeof *t->sum);
    if (t->payer == NULL || t->sum == NULL) {
        return false;
    }
    size_t payer = 0;
    for (size_t c = 0; c < months->cells; c++) {
        payer += c > 0 && months->cell[c].payer != months->cell[c - 1].payer;
        t->payer[payer] = months->cell[c].payer;
        add_cell(t, payer, &months->cell[c]);
    }
    t->payer[t->payers] = IHP__ALL_PAYERS;
    for (size_t p = 0; p < t->periods; p++) {
        t->months[p] = (double)(t->period[p].last - t->period[p].first + 1);
    }
    return true;
}

/* ---- the middle ------------------------------------------------------------------------------ */

struct weighted {
    double value, weight;
};

static int by_value(const void *a, const void *b)
{
    const struct weighted *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Returns the value that half of the weight does not exceed; 0 of none. */
static double median(struct weighted *row, size_t rows)
{
    double all = 0, below = 0;
    size_t i = 0;
    qsort(row, rows, sizeof *row, by_value);
    for (size_t r = 0; r < rows; r++) {
        all += row[r].weight;
    }
    for (; i + 1 < rows && below + row[i].weight < all / 2; i++) {
        below += row[i].weight;
    }
    return rows == 0 ? 0 : row[i].value;
}

/* The quantities whose middle is looked for: each a value and its weight. */
enum quantity { PER_LINE, PER_MONTH, MEMBER_RATE, MEMBER_SHARE, ZERO, QUANTITIES };

static struct weighted quantity_of(enum quantity quantity, const struct sums *sum,
                                   const struct sums *any)
{
    double paid = sum->lines - sum->zero;
    switch (quantity) {
    case PER_LINE:
        return (struct weighted){sum->cents / paid, paid};
    case PER_MONTH:
        return (struct weighted){sum->cents / sum->own, sum->own};
    case MEMBER_RATE:
        return (struct weighted){sum->members / sum->own, sum->own};
    case MEMBER_SHARE:
        return (struct weighted){sum->members / any->members, any->members};
    default:
        return (struct weighted){sum->zero / sum->lines, sum->lines};
    }
}

static void find_middle(struct table *t, size_t period, unsigned service_class,
                        struct weighted *room)
{
    double found[QUANTITIES];
    struct middle *middle = &t->middle[period][service_class];
    for (int quantity = 0; quantity < QUANTITIES; quantity++) {
        size_t rows = 0;
        for (size_t payer = 0; payer < t->payers; payer++) {
            struct weighted value =
                quantity_of((enum quantity)quantity, at(t, payer, period, service_class),
                            at(t, payer, period, IHP__ALL_CLASSES));
            if (value.weight > 0) {
                room[rows++] = value;
            }
        }
        found[quantity] = median(room, rows);
    }
    const struct sums *all = at(t, t->payers, period, service_class);
    *middle = (struct middle){found[PER_LINE],    found[PER_MONTH],
                              found[MEMBER_RATE], found[MEMBER_SHARE],
                              found[ZERO],        all->members > 0 ? all->lines / all->members : 0};
}

/* ---- judges ---------------------------------------------------------------------------------- */

static void describe(const struct table *t, size_t payer, size_t period,
                     struct ihp__payer_level *found)
{
    const struct sums *sum = at(t, payer, period, found->service_class);
    const struct middle *middle = &t->middle[period][found->service_class];
    double paid = sum->lines - sum->zero;
    found->payer = t->payer[payer];
    found->first = t->period[period].first;
    found->last = t->period[period].last;
    found->lines = sum->lines;
    found->members = sum->members;
    found->zero = sum->zero;
    found->per_line = paid > 0 ? sum->cents / paid : 0;
    found->per_month = sum->own > 0 ? sum->cents / sum->own : 0;
    found->usual_line = middle->per_line;
    found->usual_month = middle->per_month;
    found->zero_usual = middle->zero;
}

/* Returns the logarithm of how far the dollars of a payer are from the middle, by the measure that
 * sees less of it; 0 if that is within the limits. */
static double amounts_apart(const struct table *t, size_t payer, size_t period,
                            unsigned service_class)
{
    const struct sums *sum = at(t, payer, period, service_class);
    const struct middle *middle = &t->middle[period][service_class];
    double members = sum->members / t->months[period], limit = log(most_lines_alone);
    if (sum->cents <= 0 || middle->per_line <= 0) {
        return 0;
    }
    double line = log(sum->cents / (sum->lines - sum->zero) / middle->per_line);
    if (sum->own > 0 && middle->per_month > 0) {
        double month = log(sum->cents / sum->own / middle->per_month);
        if ((month > 0) != (line > 0)) {
            return 0;
        }
        line = fabs(month) < fabs(line) ? month : line;
        limit = log(most);
    }
    double chance = deviations * sqrt(of_dollars / members);
    if (service_class != IHP__ALL_CLASSES && members < DOLLARS_LEAST && limit < log(never)) {
        limit = log(never);
    }
    return fabs(line) > (chance > limit ? chance : limit) ? line : 0;
}

/* Returns the share of a payer's lines that are of classes whose dollars per line are far from the
 * middle. */
static double share_apart(const struct table *t, size_t payer, size_t period)
{
    double apart = 0, lines = 0;
    for (unsigned c = 0; c < IHP__ALL_CLASSES; c++) {
        const struct sums *sum = at(t, payer, period, c);
        double paid = sum->lines - sum->zero, usual = t->middle[period][c].per_line;
        bool known = paid > 0 && usual > 0 && sum->cents > 0;
        apart += known && fabs(log(sum->cents / paid / usual)) > log(most) ? paid : 0;
        lines += paid;
    }
    return lines > 0 ? apart / lines : 0;
}

/* The dollars of a payer are far from the middle in all periods, in one direction. Those of all
 * classes are if most of its classes are. */
static bool judge_amounts(const struct table *t, size_t payer, struct ihp__payer_level *found)
{
    double direction = 0;
    for (size_t p = 0; p < t->periods; p++) {
        const struct sums *sum = at(t, payer, p, found->service_class);
        if (sum->lines - sum->zero >= LINES_LEAST && sum->members >= MEMBERS_LEAST * t->months[p]) {
            double apart = amounts_apart(t, payer, p, found->service_class);
            bool alone = found->service_class == IHP__ALL_CLASSES && share_apart(t, payer, p) < 0.5;
            if (alone || apart == 0 || apart * direction < 0) {
                return false;
            }
            direction = apart;
            describe(t, payer, p, found);
        }
    }
    found->kind = IHP__LEVEL_AMOUNTS;
    return direction != 0;
}

/* Returns -1 if dollars of a class are below what any program has, 1 if they are above, else 0. */
static int beyond_bounds(unsigned service_class, double per_line, double per_month)
{
    bool months = service_class == IHP__ALL_CLASSES && per_month > 0;
    if (per_line < 100 * bounds[service_class].least) {
        return !months || per_month < 100 * month_least ? -1 : 0;
    }
    return per_line > 100 * bounds[service_class].most && (!months || per_month > 100 * month_most);
}

/* The dollars of all payers are beyond the bounds in all periods, and so are those of payers in the
 * middle. */
static bool judge_bounds(const struct table *t, struct ihp__payer_level *found)
{
    unsigned service_class = found->service_class;
    int direction = 0;
    for (size_t p = 0; p < t->periods; p++) {
        const struct middle *middle = &t->middle[p][service_class];
        const struct sums *sum = at(t, t->payers, p, service_class);
        if (sum->lines - sum->zero < PLAUSIBLE_LINES || sum->members < PLAUSIBLE_MEMBERS) {
            continue;
        }
        describe(t, t->payers, p, found);
        int beyond = beyond_bounds(service_class, found->per_line, found->per_month);
        if (beyond == 0 || beyond * direction < 0 ||
            beyond_bounds(service_class, middle->per_line, middle->per_month) != beyond) {
            return false;
        }
        direction = beyond;
    }
    bool whole = service_class == IHP__ALL_CLASSES;
    found->kind = IHP__LEVEL_IMPLAUSIBLE;
    found->usual_line =
        100 * (direction > 0 ? bounds[service_class].most : bounds[service_class].least);
    found->usual_month = !whole ? 0 : 100 * (direction > 0 ? month_most : month_least);
    return direction != 0;
}

/* Returns how many lines of a class are expected of a payer in a period, at least; 0 if these are
 * too few to be missed. */
static double lines_expected(const struct table *t, size_t payer, size_t period,
                             unsigned service_class)
{
    const struct sums *any = at(t, payer, period, IHP__ALL_CLASSES);
    const struct middle *middle = &t->middle[period][service_class];
    if (payer == t->payers) {
        double lines = any->own >= CLASS_MONTHS ? bounds[service_class].lines * any->own : 0;
        return lines >= CLASS_LINES ? lines : 0;
    }
    double by_months = middle->member_rate * any->own;
    double by_members = middle->member_share * any->members;
    double members = by_months < by_members ? by_months : by_members;
    return members >= MEMBERS_LEAST * t->months[period] ? members * middle->all_lines_of_member : 0;
}

/* A class has no line, or hardly any, in all periods. */
static bool judge_class(const struct table *t, size_t payer, struct ihp__payer_level *found)
{
    double expected = 0;
    for (size_t p = 0; p < t->periods; p++) {
        double lines = lines_expected(t, payer, p, found->service_class);
        if (lines > 0) {
            if (at(t, payer, p, found->service_class)->lines > IHP__HARDLY_ANY * lines) {
                return false;
            }
            expected = lines;
            describe(t, payer, p, found);
        }
    }
    found->kind = IHP__LEVEL_NO_CLASS;
    found->lines_expected = expected;
    return expected > 0;
}

/* Returns the lines of a payer, without the classes that are $0.00 as a whole. */
static struct sums without_zero_classes(const struct table *t, size_t payer, size_t period)
{
    struct sums rest = *at(t, payer, period, IHP__ALL_CLASSES);
    for (unsigned c = 0; c < IHP__ALL_CLASSES; c++) {
        const struct sums *sum = at(t, payer, period, c);
        if (sum->zero >= zero_all * sum->lines) {
            rest.lines -= sum->lines;
            rest.zero -= sum->zero;
        }
    }
    return rest;
}

/* Returns true if most lines of a payer are $0.00, which is told without a comparison. */
static bool is_mostly_zero(const struct table *t, size_t payer)
{
    double lines = 0, zero = 0;
    for (size_t p = 0; p < t->periods; p++) {
        lines += at(t, payer, p, IHP__ALL_CLASSES)->lines;
        zero += at(t, payer, p, IHP__ALL_CLASSES)->zero;
    }
    return zero > 0.5 * lines;
}

/* All lines of a class are $0.00 in all periods, or far more than at other payers. */
static bool judge_zero(const struct table *t, size_t payer, struct ihp__payer_level *found)
{
    bool of_class = found->service_class != IHP__ALL_CLASSES, any = false;
    for (size_t p = 0; p < t->periods; p++) {
        const struct sums *sum = at(t, payer, p, found->service_class);
        if (sum->lines < LINES_LEAST || sum->members < MEMBERS_LEAST) {
            continue;
        }
        const struct sums rest = of_class ? *sum : without_zero_classes(t, payer, p);
        double share = rest.lines > 0 ? rest.zero / rest.lines : 0;
        double usual = t->middle[p][found->service_class].zero;
        if (of_class ? share < zero_all : share < zero_least || share < usual + zero_more) {
            return false;
        }
        any = true;
        describe(t, payer, p, found);
    }
    found->kind = of_class ? IHP__LEVEL_ZERO : IHP__LEVEL_ZERO_SHARE;
    return any && (payer == t->payers || !is_mostly_zero(t, payer));
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool has(const struct ihp__payer_levels *levels, size_t from,
                const struct ihp__payer_level *found, uint16_t payer, uint8_t service_class)
{
    for (size_t i = from; i < levels->count; i++) {
        const struct ihp__payer_level *level = &levels->level[i];
        if (level->payer == payer && level->service_class == service_class &&
            level->kind == found->kind) {
            return true;
        }
    }
    return false;
}

/* Adds a finding that is not said already of all payers, or of all classes. Returns false if memory
 * is short. */
static bool add_level(struct ihp__payer_levels *levels, size_t from,
                      const struct ihp__payer_level *found)
{
    if (has(levels, from, found, found->payer, IHP__ALL_CLASSES) ||
        has(levels, from, found, IHP__ALL_PAYERS, found->service_class)) {
        return true;
    }
    if (!ihp__array_reserve(&levels->level, &levels->capacity, levels->count + 1,
                            sizeof *levels->level)) {
        return false;
    }
    levels->level[levels->count++] = *found;
    return true;
}

/* Judges a payer in one class, or all payers. Returns false if memory is short. */
static bool judge(const struct table *t, size_t payer, unsigned service_class, size_t from,
                  struct ihp__payer_levels *levels)
{
    bool whole = service_class == IHP__ALL_CLASSES, all = payer == t->payers, ok = true;
    struct ihp__payer_level found = {.service_class = (uint8_t)service_class};
    if (all && judge_bounds(t, &found)) {
        ok &= add_level(levels, from, &found);
    }
    /* Long-term care of some payers is by the month, and of others by the visit. */
    if (!all && service_class != IHP__SERVICE_CLASS_LONG_TERM_CARE &&
        judge_amounts(t, payer, &found)) {
        ok &= add_level(levels, from, &found);
    }
    if (!whole && judge_class(t, payer, &found)) {
        ok &= add_level(levels, from, &found);
    }
    if ((!whole || !all) && judge_zero(t, payer, &found)) {
        ok &= add_level(levels, from, &found);
    }
    return ok;
}

enum ihp_status ihp__payer_levels_find(const struct ihp__payer_months *months,
                                       const struct ihp__due_period *period, size_t periods,
                                       struct ihp__payer_levels *levels, struct ihp_error *err)
{
    struct table table = {.period = period, .periods = periods};
    size_t from = levels->count;
    bool ok = table_create(&table, months);
    struct weighted *room = calloc(table.payers + 1, sizeof *room);
    ok &= room != NULL;
    for (size_t p = 0; ok && p < periods; p++) {
        for (unsigned c = 0; c < CLASSES; c++) {
            find_middle(&table, p, c, room);
        }
    }
    for (size_t i = 0; ok && i <= table.payers; i++) {
        size_t payer = i == 0 ? table.payers : i - 1; /* all payers first, */
        for (unsigned c = CLASSES; ok && c-- > 0;) {  /* and all classes first */
            ok = judge(&table, payer, c, from, levels);
        }
    }
    free(room);
    free(table.payer);
    free(table.sum);
    return ok ? IHP_OK : ihp__fail_memory(err, "the months of claims");
}
