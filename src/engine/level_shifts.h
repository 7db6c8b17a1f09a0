/* SPDX-License-Identifier: GPL-3.0-or-later */
/* level_shifts.h - compares the claims of two periods by payer and by service class of a payer.
 *
 * Months are judged by the months around them (completeness.h), which cannot see what is wrong for
 * a whole year: a service class that is not in a file, amounts in the wrong unit, encounters of
 * $0.00. Here lines and dollars per member month of one period are compared with those of the same
 * calendar months in the other, both corrected for run-out. Start with ihp__level_shifts_find.
 * Everything here is a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_LEVEL_SHIFTS_H
#define IHP_ENGINE_LEVEL_SHIFTS_H

#include "engine/completeness.h"

enum ihp__shift_kind {
    IHP__SHIFT_NEW,     /* the payer has neither members nor lines in one period */
    IHP__SHIFT_ABSENT,  /* no line, or hardly any, in one period */
    IHP__SHIFT_ZERO,    /* $0.00 in one period */
    IHP__SHIFT_LINES,   /* far more lines in one period */
    IHP__SHIFT_DOLLARS, /* far more dollars in one period */
};

/* The sums of the months that are compared, of one period. */
struct ihp__shift_side {
    int32_t first, last; /* months since 1970-01 */
    double lines, members, cents;
    double own, all; /* member months of the payer, and of all payers, times the share of lines
                        that is paid */
    size_t months;   /* that were summed */
};

struct ihp__shift {
    enum ihp__shift_kind kind;
    uint16_t payer;                 /* or IHP__ALL_PAYERS */
    uint8_t service_class;          /* enum ihp__service_class, or IHP__ALL_CLASSES */
    uint8_t less;                   /* the side with less: 0 or 1 */
    struct ihp__shift_side side[2]; /* in the order of the periods */
};

/* Begins with zeros; the caller frees `shift`. */
struct ihp__shifts {
    struct ihp__shift *shift;
    size_t count, capacity;
};

/* Adds the shifts between two periods: of all payers together first, then by payer and class,
 * unless all payers have them. The cells must be sorted. `end` is the last month of payment that
 * the claims have as a whole. Fails if memory is short. */
enum ihp_status ihp__level_shifts_find(const struct ihp__payer_months *months,
                                       const struct ihp__due_period period[2], int32_t end,
                                       struct ihp__shifts *shifts, struct ihp_error *err);

/* Returns true if a month is outside of its band because of a shift, which says more: the month is
 * close to an end of what was compared, or it is missing with the whole period. */
bool ihp__shifts_explain(const struct ihp__shifts *shifts, const struct ihp__month_finding *month);

/* Returns true if missing months have all of a shift, so that it need not be told again. */
bool ihp__shift_is_told(const struct ihp__shift *shift, const struct ihp__month_finding *month,
                        size_t count);

/* Writes what differs into `text`, without the payer: "pharmacy: no line in 2025, but 41,220 lines
 * and $1,230,000 in 2024". Counts of 1 to 10 are hidden unless `show_small`. */
enum { IHP__SHIFT_TEXT = 400 };
const char *ihp__shift_text(const struct ihp__shift *shift, bool show_small,
                            char text[IHP__SHIFT_TEXT]);

#endif
