/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims_judge.h - judges the claims of a store as a whole: months that are missing or unusual
 * (completeness.h), periods that differ far (level_shifts.h), payers that do (payer_levels.h), and
 * claims that end early (claims_end.h). `ihp check` judges the lines themselves and `ihp settle`
 * the control totals of the import, both in this way. Start with ihp__claims_judge. Everything here
 * is a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_CLAIMS_JUDGE_H
#define IHP_ENGINE_CLAIMS_JUDGE_H

#include "engine/claims_end.h"
#include "engine/level_shifts.h"
#include "engine/payer_levels.h"

/* What is wrong with the claims. Free with ihp__claims_judged_free. */
struct ihp__claims_judged {
    struct ihp__month_finding *finding; /* owned */
    size_t findings;
    struct ihp__shifts shifts;       /* between the periods of a deck, or between calendar years */
    struct ihp__payer_levels levels; /* in both periods of a deck, or in all calendar years */
    struct ihp__claims_end *end;     /* owned; of the periods of a deck */
    size_t ends;
    int32_t late_begin; /* the first month of the claims, if that is after the month to which
                           attribution looks back; else 0 */
};

/* Judges claims: with a deck the months of its periods and of the look-back before them, without
 * one (NULL) all months that the claims have. The cells must be sorted. What several of the judges
 * find about the same lines is in `judged` once. Fails if memory is short; `judged` is empty then.
 */
enum ihp_status ihp__claims_judge(const struct ihp__payer_months *months,
                                  const struct ihp__deck *deck, struct ihp__claims_judged *judged,
                                  struct ihp_error *err);
void ihp__claims_judged_free(struct ihp__claims_judged *judged);

/* Returns the day by which a line of a month of service must be paid to count: the cut-off of the
 * month's period, the later cut-off for other months, INT32_MAX without a deck (NULL). */
int32_t ihp__claims_cutoff(const struct ihp__deck *deck, int32_t month);

/* Returns the first month that counts: that to which the attribution of the base period looks back.
 */
int32_t ihp__claims_first_month(const struct ihp__deck *deck);

/* Returns the last whole month of payment that counts for a month of service. */
int32_t ihp__claims_paid_through(const struct ihp__deck *deck, int32_t month);

#endif
