/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payer_months.h - sums of claims by payer, month of service and service class, with the months
 * that passed until payment, and member months by payer: what is needed to see whether a month of a
 * payer is missing (engine/completeness.h).
 *
 * Add lines and member months, then sort. All sums are integers, so that the order in which lines
 * come, and sums of several ranks, do not matter. Nothing here is collective.
 */
#ifndef IHP_STORE_PAYER_MONTHS_H
#define IHP_STORE_PAYER_MONTHS_H

#include "base/base.h"
#include "base/codes.h"

/* The number of the class of a cell that has the lines of all service classes. */
enum { IHP__ALL_CLASSES = 7 };

/* The number of the payer of a cell that has the lines of all payers. */
enum { IHP__ALL_PAYERS = UINT16_MAX };

/* Lags are in months from service to payment; the last one holds all later months, too. */
enum { IHP__LAGS = 25 };

struct ihp__payer_month_cell {
    int32_t month;            /* months since 1970-01 */
    uint16_t payer;           /* number in dictionary/payer, or IHP__ALL_PAYERS */
    uint8_t service_class;    /* enum ihp__service_class, or IHP__ALL_CLASSES */
    uint64_t lines;           /* that were paid */
    uint64_t zero;            /* of these, lines of $0.00 */
    uint64_t members;         /* with such a line */
    int64_t cents;            /* of these lines */
    uint64_t member_months;   /* of enrollment with the payer; only of all classes */
    uint64_t paid[IHP__LAGS]; /* lines by lag: those above, and those that were paid later than a
                                 cut-off by which `lines` were counted */
    uint64_t last_member;     /* private: the member of the last line, and 1 */
};

/* Begins with zeros. */
struct ihp__payer_months {
    struct ihp__payer_month_cell *cell; /* owned; in the order of payer, class, month once sorted */
    size_t cells, capacity;
    uint32_t *slot; /* owned: the positions of cells, and 1, by a hash of their keys */
    size_t slots;
    size_t last[2]; /* the cells found last, of all classes and of one */
};

/* What is added of a claim line. */
struct ihp__payer_month_line {
    ihp__day16 service_date, paid_date;
    uint16_t payer;
    uint8_t service_class;
    bool known; /* false: the line was paid later than the cut-off, so that only its lag counts */
    int64_t cents;
    uint64_t member; /* lines of one member come one after the other */
};

/* Adds a paid line to the cell of all classes, and with `by_class` to that of its own. Returns
 * false if memory is short. */
bool ihp__payer_months_add(struct ihp__payer_months *months,
                           const struct ihp__payer_month_line *line, bool by_class);

/* Adds a line whose months of service and payment are known to the cell of its class. That of all
 * classes gets its member alone. Returns false if memory is short. */
bool ihp__payer_months_add_class(struct ihp__payer_months *months,
                                 const struct ihp__payer_month_line *line, int32_t month,
                                 int32_t paid);

/* Adds member months of a payer. Returns false if memory is short. */
bool ihp__payer_months_enroll(struct ihp__payer_months *months, uint16_t payer, int32_t month,
                              uint64_t count);

/* Adds the sums of a cell that another process has made. Returns false if memory is short. */
bool ihp__payer_months_join(struct ihp__payer_months *months,
                            const struct ihp__payer_month_cell *cell);

/* Sorts the cells by payer, class and month. Nothing can be added afterwards. */
void ihp__payer_months_sort(struct ihp__payer_months *months);

/* Finds a cell among sorted ones; NULL if there is none. */
struct ihp__payer_month_cell *ihp__payer_months_find(const struct ihp__payer_months *months,
                                                     uint16_t payer, uint8_t service_class,
                                                     int32_t month);

/* Frees the cells; `months` is empty then. */
void ihp__payer_months_free(struct ihp__payer_months *months);

#endif
