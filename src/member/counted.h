/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counted.h - which lines of a period count in a member's cost, for many lines at once. For the
 * files of this room. */
#ifndef IHP_MEMBER_COUNTED_H
#define IHP_MEMBER_COUNTED_H

#include "member/member.h"

/* The part of a period's rules that its lines are compared with, and the columns of the lines. */
struct ihp__cost_rules {
    const uint8_t *inclusion, *month_of_day;
    const uint16_t *known_from, *void_date, *service_date, *service;
    const struct ihp__claims *claims; /* has these columns, and the amounts */
    uint32_t months;                  /* that qualify, as bits */
    bool every_month;                 /* each of them does, or the policies do not ask */
    uint16_t cutoff;
    ihp__day16 first_day;
};

/* What lines come to: the amount of the counted ones, and how many were set aside. */
struct ihp__counted {
    int64_t amount;
    size_t others;
};

#if defined(__x86_64__) && defined(__GNUC__)
#define IHP__COUNTED_AVX2 1

/* Takes lines first .. end - 1, whose amounts are not wide, eight at a time, as long as eight are
 * in the columns. Adds the amounts of those that count to `sum`, and writes the places of the
 * others to `aside`, which needs room for IHP__ASIDE_ROOM places more than it gets. Returns the
 * first line not taken. The rule is `add_counted` in costs.c, which gives the same. Call it only if
 * the processor has AVX2. */
size_t ihp__counted_avx2(const struct ihp__cost_rules *rules, size_t first, size_t end,
                         uint32_t *aside, struct ihp__counted *sum);
#endif

#endif
