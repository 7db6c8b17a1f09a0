/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completeness.h - finds the months in which claims of a payer are missing.
 *
 * A month of a payer, of all service classes or of one, is compared with up to twelve months around
 * it: lines and dollars per member month, of the payer and of everyone, corrected for run-out. The
 * share of lines that is paid within so many months follows from the claims themselves. A month is
 * reported only if it is outside of the band by both measures, and if the month has enough members
 * that chance does not explain it. Everything here is a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_COMPLETENESS_H
#define IHP_ENGINE_COMPLETENESS_H

#include "deck/deck.h"
#include "store/payer_months.h"

enum ihp__month_finding_kind {
    IHP__MONTH_MISSING,      /* no line, or hardly any */
    IHP__MONTH_UNPAID,       /* the same by month of payment */
    IHP__MONTH_LOW,          /* fewer lines than the band */
    IHP__MONTH_HIGH,         /* more lines than the band */
    IHP__MONTH_LOW_DOLLARS,  /* lines as expected, but fewer dollars */
    IHP__MONTH_HIGH_DOLLARS, /* or more dollars */
    IHP__MONTH_ZERO,         /* nearly all lines are $0.00 (zero_months.h) */
    IHP__MONTH_NEGATIVE,     /* the dollars of all lines are negative (zero_months.h) */
};

/* Consecutive months of a payer that are outside of the band in the same way. Sums of them all. */
struct ihp__month_finding {
    enum ihp__month_finding_kind kind;
    uint16_t payer;        /* or IHP__ALL_PAYERS */
    uint8_t service_class; /* enum ihp__service_class, or IHP__ALL_CLASSES */
    int32_t first, last;   /* months since 1970-01 */
    uint64_t lines;
    int64_t cents;
    double lines_expected, members_expected, cents_expected; /* members are 0 if it is not
                                                               known how many have a line */
};

/* A period that is judged, at most twelve months. All are months since 1970-01. */
struct ihp__due_period {
    int32_t first, last; /* of service */
    int32_t through;     /* the last whole month of payment that counts */
};

/* Returns a period of a deck, with the last whole month before its cut-off. */
struct ihp__due_period ihp__due_period_of(const struct ihp__period_spec *spec);

/* The months to look at. */
struct ihp__month_window {
    int32_t first, last;           /* both are looked at */
    int32_t paid_first, paid_last; /* the months of payment to look at */
    int32_t end;                   /* the last month of payment that the claims have as a whole */
    int32_t (*through)(const void *context, int32_t month); /* the last whole month of payment that
                                                               counts for a month; NULL: `end` */
    const void *context;
};

/* Finds the months of claims that have all payers: without months at both ends that have less than
 * half as many lines as the middle one. `window->last` is before `window->first` if there are too
 * few months. */
enum ihp_status ihp__payer_months_window(const struct ihp__payer_months *months,
                                         struct ihp__month_window *window, struct ihp_error *err);

/* Finds the months outside of the band, of all payers together first, then ordered by payer, class
 * and month. A payer is named only for what is not true of all payers together. The cells must be
 * sorted. The caller frees `*finding`. Fails if memory is short. */
enum ihp_status ihp__payer_months_judge(const struct ihp__payer_months *months,
                                        const struct ihp__month_window *window,
                                        struct ihp__month_finding **finding, size_t *findings,
                                        struct ihp_error *err);

/* Writes what is wrong with a month into `text`, without its payer: "2024-06: no line; about 3,412
 * lines of 812 members and $412,345 are to be expected". Counts of 1 to 10 are hidden unless
 * `show_small`. */
enum { IHP__MONTH_FINDING_TEXT = 400 };
const char *ihp__month_finding_text(const struct ihp__month_finding *finding, bool show_small,
                                    char text[IHP__MONTH_FINDING_TEXT]);

#endif
