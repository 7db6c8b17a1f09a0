/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Netting the lines of a day: sorted by key, the lines that count come first in each key. */
#include "member/netting.h"

#include <stdlib.h>

bool ihp__net_day_add(struct ihp__net_day *day, const struct ihp__net_line *line)
{
    if (!ihp__array_reserve(&day->line, &day->capacity, day->lines + 1, sizeof *day->line)) {
        return false;
    }
    day->line[day->lines++] = *line;
    day->negative |= line->negative;
    return true;
}

void ihp__net_day_free(struct ihp__net_day *day)
{
    free(day->line);
    *day = (struct ihp__net_day){0};
}

static int by_key(const struct ihp__net_line *a, const struct ihp__net_line *b)
{
    if (a->billing != b->billing) {
        return a->billing < b->billing ? -1 : 1;
    }
    if (a->treating != b->treating) {
        return a->treating < b->treating ? -1 : 1;
    }
    return (int)a->procedure - (int)b->procedure;
}

/* Returns the order in which lines of one key are left: lines of other classes, of pharmacy,
 * negative ones. */
static int kind_of(const struct ihp__net_line *line)
{
    bool pharmacy = line->service / IHP__CATEGORIES == IHP__SERVICE_CLASS_PHARMACY;
    return line->negative ? 2 : pharmacy ? 1 : 0;
}

static int by_key_and_kind(const void *a, const void *b)
{
    const struct ihp__net_line *x = a, *y = b;
    int order = by_key(x, y);
    order = order != 0 ? order : kind_of(x) - kind_of(y);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* Sorts the lines of a day. Most days have few. */
static void sort_lines(struct ihp__net_day *day)
{
    enum { FEW = 16 };
    if (day->lines > FEW) {
        qsort(day->line, day->lines, sizeof *day->line, by_key_and_kind);
        return;
    }
    for (size_t i = 1; i < day->lines; i++) {
        struct ihp__net_line line = day->line[i];
        size_t at = i;
        for (; at > 0 && by_key_and_kind(&day->line[at - 1], &line) > 0; at--) {
            day->line[at] = day->line[at - 1];
        }
        day->line[at] = line;
    }
}

void ihp__net_day_settle(struct ihp__net_day *day)
{
    if (!day->negative) {
        return;
    }
    size_t kept = 0;
    sort_lines(day);
    for (size_t first = 0, end; first < day->lines; first = end) {
        size_t paid = 0;
        for (end = first; end < day->lines && by_key(&day->line[first], &day->line[end]) == 0;
             end++) {
            paid += !day->line[end].negative;
        }
        size_t reversals = end - first - paid;
        for (size_t i = first; paid > reversals && i < first + paid - reversals; i++) {
            day->line[kept++] = day->line[i];
        }
    }
    day->lines = kept;
    day->negative = false;
}

/* ---- rows of the index ----------------------------------------------------------------------- */

/* Makes room for `more` rows. Returns false if memory is short. */
static bool reserve_rows(struct ihp__net_space *space, size_t more)
{
    size_t n = space->count + more;
    return ihp__array_reserve(&space->service_date, &space->capacity[0], n, sizeof(uint16_t)) &&
           ihp__array_reserve(&space->known_from, &space->capacity[1], n, sizeof(uint16_t)) &&
           ihp__array_reserve(&space->procedure, &space->capacity[2], n, sizeof(uint16_t)) &&
           ihp__array_reserve(&space->billing, &space->capacity[3], n, sizeof(uint32_t)) &&
           ihp__array_reserve(&space->treating, &space->capacity[4], n, sizeof(uint32_t)) &&
           ihp__array_reserve(&space->negative, &space->capacity[5], n, sizeof(uint8_t));
}

/* Appends row i of `rows`, for which there is room. */
static void append_row(struct ihp__net_space *space, const struct ihp__index_rows *rows, size_t i)
{
    size_t n = space->count++;
    space->service_date[n] = rows->service_date[i];
    space->known_from[n] = rows->known_from[i];
    space->procedure[n] = rows->procedure[i];
    space->billing[n] = rows->billing[i];
    space->treating[n] = rows->treating[i];
    space->negative[n] = rows->negative[i];
}

bool ihp__net_space_add(struct ihp__net_space *space, const struct ihp__index_rows *rows, size_t i)
{
    if (!reserve_rows(space, 1)) {
        return false;
    }
    append_row(space, rows, i);
    return true;
}

struct ihp__index_rows ihp__net_space_rows(const struct ihp__net_space *space)
{
    return (struct ihp__index_rows){.count = space->count,
                                    .service_date = space->service_date,
                                    .known_from = space->known_from,
                                    .procedure = space->procedure,
                                    .billing = space->billing,
                                    .treating = space->treating,
                                    .negative = space->negative};
}

void ihp__net_space_free(struct ihp__net_space *space)
{
    ihp__net_day_free(&space->day);
    free(space->service_date);
    free(space->known_from);
    free(space->procedure);
    free(space->billing);
    free(space->treating);
    free(space->negative);
    *space = (struct ihp__net_space){0};
}

/* Nets the rows first .. end - 1, which are one day's, and appends what is left. Returns false if
 * memory is short. */
static bool net_day(struct ihp__net_space *space, const struct ihp__index_rows *rows, size_t first,
                    size_t end, uint16_t cutoff)
{
    struct ihp__net_day *day = &space->day;
    day->lines = 0;
    for (size_t i = first; i < end; i++) {
        const struct ihp__net_line line = {.billing = rows->billing[i],
                                           .treating = rows->treating[i],
                                           .procedure = rows->procedure[i],
                                           .negative = rows->negative[i] != 0,
                                           .place = i};
        if (ihp__known(rows->known_from, rows->void_date, i, cutoff) &&
            !ihp__net_day_add(day, &line)) {
            return false;
        }
    }
    ihp__net_day_settle(day);
    for (size_t n = 0; n < day->lines; n++) {
        append_row(space, rows, day->line[n].place);
    }
    return true;
}

bool ihp__net_rows(struct ihp__net_space *space, const struct ihp__index_rows *rows, size_t first,
                   size_t end, uint16_t cutoff)
{
    space->count = 0;
    if (!reserve_rows(space, end - first)) {
        return false;
    }
    for (size_t next; first < end; first = next) {
        unsigned negative = rows->negative[first];
        for (next = first + 1; next < end && rows->service_date[next] == rows->service_date[first];
             next++) {
            negative |= rows->negative[next];
        }
        if (negative != 0 && !net_day(space, rows, first, next, cutoff)) {
            return false;
        }
        for (size_t i = first; negative == 0 && i < next; i++) {
            if (ihp__known(rows->known_from, rows->void_date, i, cutoff)) {
                append_row(space, rows, i);
            }
        }
    }
    return true;
}

/* ---- explanations ---------------------------------------------------------------------------- */

/* Marks the lines of a day that are left. */
static void mark_left(struct ihp__net_day *day, enum ihp__net_fate *fate)
{
    ihp__net_day_settle(day);
    for (size_t n = 0; n < day->lines; n++) {
        fate[day->line[n].place] = IHP__NET_COUNTS;
    }
    day->lines = 0;
}

bool ihp__net_fates(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                    size_t first, size_t end, enum ihp__net_fate *fate)
{
    struct ihp__net_day day = {0};
    bool done = true;
    for (size_t i = first; i < end && done; i++) {
        bool known = ihp__known(claims->known_from, claims->void_date, i, rules->cutoff);
        const struct ihp__net_line line = {.billing = claims->billing[i],
                                           .treating = claims->treating[i],
                                           .procedure = claims->procedure[i],
                                           .service = claims->service[i],
                                           .negative = ihp__claim_amount(claims, i) < 0,
                                           .place = i - first};
        fate[i - first] = !known          ? IHP__NET_COUNTS
                          : line.negative ? IHP__NET_REVERSAL
                                          : IHP__NET_REVERSED;
        if (i > first && claims->service_date[i] != claims->service_date[i - 1]) {
            mark_left(&day, fate);
        }
        done = !known || ihp__net_day_add(&day, &line);
    }
    mark_left(&day, fate);
    ihp__net_day_free(&day);
    return done;
}
