/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms.h - the terms of an IHP as numbers, and its risk scores with all their digits.
 *
 * Nothing here is collective.
 */
#ifndef IHP_WORKBOOK_TERMS_H
#define IHP_WORKBOOK_TERMS_H

#include "finance/finance.h"
#include "result/finished.h"
#include "result/waterfall.h"

enum { IHP__WORKBOOK_MONTHS = 12 };

/* The terms of an IHP that are more than one number. */
struct ihp__ihp_terms {
    struct ihp__corridor *corridor; /* ascending, owned */
    size_t corridors;
    int32_t first_month;                    /* of the performance period */
    int64_t affected[IHP__WORKBOOK_MONTHS]; /* members in affected counties, by month */
    bool hides_month[IHP__WORKBOOK_MONTHS]; /* they are not shown, and 0 here */
    bool hides_affected;                    /* in any month */
};

/* Takes the terms of an IHP. The caller frees them in any case. Returns IHP_ERR_RUN when memory is
 * short, IHP_ERR_DATA for terms that ihp does not write; messages begin with `folder`. */
enum ihp_status ihp__ihp_terms_take(const struct ihp__waterfall *waterfall, const char *folder,
                                    struct ihp__ihp_terms *terms, struct ihp_error *err);
void ihp__ihp_terms_free(struct ihp__ihp_terms *terms);

/* Returns a term as a number, NaN without one. */
double ihp__ihp_term_number(const struct ihp__waterfall *waterfall, const char *name);

/* Returns the share of the corridor in which a ratio lies if that is corridor `i`, else 0. */
double ihp__corridor_share_of(const struct ihp__ihp_terms *terms, size_t i, double ratio,
                              bool outermost);

/* Computes the risk score of row `r` of the settlement from risk_weights and risk_scores, as the
 * settlement did [16.4.1.2, 16.5.2]: the settlement's table has only 12 of its digits. Returns the
 * number of that table if the two do not agree, NaN if it is blank. */
double ihp__exact_risk(const struct ihp__finished *finished, size_t r, enum ihp__period period);

#endif
