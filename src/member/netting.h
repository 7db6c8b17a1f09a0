/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netting.h - reversals take lines away [13.3.2 "must have been paid", 13.3.5.1 "paid"].
 *
 * The known lines of a member with one service date, procedure, billing NPI and treating NPI are
 * netted: a line with a negative amount takes one of amount 0 or more away. What is left counts; if
 * nothing is left, the lines count for nothing and give no date. Costs are not netted this way:
 * they are the sum of all lines.
 *
 * A line and its reversal have one service date. So lines are collected for a day, and netted when
 * the day is complete: `ihp__net_day_add` for each line, then `ihp__net_day_settle`, for lines in
 * any number of pieces. `ihp__net_rows` does this for rows of the index, which are all in memory.
 * `ihp__net_fates` says of each line what became of it, for explanations. */
#ifndef IHP_MEMBER_NETTING_H
#define IHP_MEMBER_NETTING_H

#include "member/member.h"

#include <string.h>

/* A known line of the day. Lines that are equal in key and kind are the same to attribution. */
struct ihp__net_line {
    uint32_t billing, treating;
    uint16_t procedure; /* with the two above, and the day: the key */
    uint16_t service;
    bool negative;
    struct ihp__line line; /* as judged; not used here */
    size_t place;          /* for the caller; not used here */
};

/* The lines of a day. Zero-initialise; free with `ihp__net_day_free`. */
struct ihp__net_day {
    struct ihp__net_line *line; /* owned */
    size_t lines, capacity;
    bool negative; /* some line is */
};

/* Adds a line. Returns false if memory is short. */
bool ihp__net_day_add(struct ihp__net_day *day, const struct ihp__net_line *line);

/* Nets the lines of the day: removes those that are taken away and those that take away. Lines of
 * the class pharmacy are taken away first, because a key may open the gate by a line of another
 * class [13.3.2]. Changes the order of lines if one is negative. */
void ihp__net_day_settle(struct ihp__net_day *day);

void ihp__net_day_free(struct ihp__net_day *day);

/* Rows of the index after netting. Zero-initialise; free with `ihp__net_space_free`. */
struct ihp__net_space {
    struct ihp__net_day day;
    uint16_t *service_date, *known_from, *procedure; /* owned, like the others */
    uint32_t *billing, *treating;
    uint8_t *negative;
    size_t count, capacity[6];
};

/* Appends row i of `rows` to the space. Returns false if memory is short. */
bool ihp__net_space_add(struct ihp__net_space *space, const struct ihp__index_rows *rows, size_t i);

/* Returns the rows in the space, which stay valid until it changes. */
struct ihp__index_rows ihp__net_space_rows(const struct ihp__net_space *space);

void ihp__net_space_free(struct ihp__net_space *space);

/* Returns true if one of the rows first .. end - 1 is negative, so that there is something to net.
 * `rows` must say which are. */
static inline bool ihp__rows_any_negative(const struct ihp__index_rows *rows, size_t first,
                                          size_t end)
{
    const uint8_t *negative = rows->negative;
    uint64_t any = 0, eight;
    for (; end - first >= sizeof eight; first += sizeof eight) {
        memcpy(&eight, negative + first, sizeof eight);
        any |= eight;
    }
    for (; first < end; first++) {
        any |= negative[first];
    }
    return any != 0;
}

/* Nets the rows first .. end - 1 of a member that are known on the day of the cut-off, and leaves
 * in `space` those that count, in order of their days. Returns false if memory is short. */
bool ihp__net_rows(struct ihp__net_space *space, const struct ihp__index_rows *rows, size_t first,
                   size_t end, uint16_t cutoff);

/* What became of a line by netting. */
enum ihp__net_fate {
    IHP__NET_COUNTS,   /* it is left, or not known */
    IHP__NET_REVERSED, /* a reversal took it away */
    IHP__NET_REVERSAL  /* it is negative */
};

/* Finds the fate of lines first .. end - 1 of `claims`, which are whole days of one member. Of
 * lines that are equal in key and kind the last ones are taken away. Returns false if memory is
 * short. */
bool ihp__net_fates(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                    size_t first, size_t end, enum ihp__net_fate *fate);

#endif
