/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payer_levels.h - compares payers with each other, and all of them with what any program has.
 *
 * What is wrong in all years looks the same in all months and periods (completeness.h,
 * level_shifts.h): amounts in cents instead of dollars, a service class that is in no file, dollars
 * of $0.00. Here the sums of each period are compared between payers; what is wrong at all payers
 * is found by wide bounds that no program leaves. Start with ihp__payer_levels_find. Everything
 * here is a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_PAYER_LEVELS_H
#define IHP_ENGINE_PAYER_LEVELS_H

#include "engine/completeness.h"

enum ihp__level_kind {
    IHP__LEVEL_AMOUNTS,     /* dollars per line far from those of other payers */
    IHP__LEVEL_IMPLAUSIBLE, /* dollars per line of all payers that no program has */
    IHP__LEVEL_NO_CLASS,    /* no line of a service class, or hardly any */
    IHP__LEVEL_ZERO,        /* all lines of a service class are $0.00 */
    IHP__LEVEL_ZERO_SHARE,  /* far more lines of $0.00 than other payers have */
};

/* What is found in all periods. The numbers are those of the last period that could be judged. */
struct ihp__payer_level {
    enum ihp__level_kind kind;
    uint16_t payer;        /* or IHP__ALL_PAYERS */
    uint8_t service_class; /* or IHP__ALL_CLASSES */
    int32_t first, last;   /* of the period, months since 1970-01 */
    double lines, members, zero;
    double per_line, per_month;     /* cents of lines that are not $0.00: per line, and per member
                                       month, 0 without enrollment */
    double usual_line, usual_month; /* the same of payers in the middle, or the bound */
    double lines_expected, zero_usual; /* zero_usual: the share of payers in the middle */
};

/* Begins with zeros; the caller frees `level`. */
struct ihp__payer_levels {
    struct ihp__payer_level *level;
    size_t count, capacity;
};

/* Adds what is wrong in all of the periods, at most IHP__LEVEL_PERIODS: of all payers together
 * first, then by payer and class. The cells must be sorted. Fails if memory is short. */
enum { IHP__LEVEL_PERIODS = 8 };
enum ihp_status ihp__payer_levels_find(const struct ihp__payer_months *months,
                                       const struct ihp__due_period *period, size_t periods,
                                       struct ihp__payer_levels *levels, struct ihp_error *err);

/* Writes what was found into `text`, without the payer. Counts of 1 to 10 are hidden unless
 * `show_small`. */
enum { IHP__LEVEL_TEXT = 512 };
const char *ihp__payer_level_text(const struct ihp__payer_level *level, bool show_small,
                                  char text[IHP__LEVEL_TEXT]);

#endif
