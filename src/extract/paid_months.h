/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paid_months.h - paid lines by month of service and of payment, payer and service class: the part
 * of the control totals by which `ihp settle` judges whether claims are missing
 * (engine/claims_judge.h).
 *
 * Each rank adds the lines that it writes. All sums are integers of the lines of whole members, so
 * they are the same on any number of ranks. Nothing here is collective. */
#ifndef IHP_EXTRACT_PAID_MONTHS_H
#define IHP_EXTRACT_PAID_MONTHS_H

#include "store/payer_months.h"

/* The most sums by month of service, payer and class. A state with more has none: the months of so
 * many payers are those of few lines. A rank requires 256 bytes for each. */
#define IHP__PAID_MONTHS_MAX 32768

/* Begins with zeros. The cells of all classes have members only. */
struct ihp__paid_months {
    struct ihp__payer_months sums; /* of this rank; in the end rank 0 has those of all ranks */
    bool too_many;                 /* there are no sums */
};

/* Adds a paid line, whose months of service and of payment are given, too. The lines of one member
 * come one after the other. */
enum ihp_status ihp__paid_months_add(struct ihp__paid_months *paid,
                                     const struct ihp__payer_month_line *line, int32_t month,
                                     int32_t month_paid, struct ihp_error *err);

/* Packs sums into `*bytes`, which the caller frees, and adds such packed sums to others. */
enum ihp_status ihp__paid_months_pack(const struct ihp__paid_months *paid, char **bytes,
                                      size_t *size, struct ihp_error *err);
enum ihp_status ihp__paid_months_unpack(struct ihp__paid_months *paid, const char *bytes,
                                        size_t size, struct ihp_error *err);

void ihp__paid_months_free(struct ihp__paid_months *paid);

#endif
