/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims_repeated.h - leaves out what the judges of claims_judge.h have found twice. Nothing here
 * is collective. */
#ifndef IHP_ENGINE_CLAIMS_REPEATED_H
#define IHP_ENGINE_CLAIMS_REPEATED_H

#include "engine/claims_judge.h"

/* Leaves out findings whose lines a larger finding has, too:
 * - months, and periods that differ, at an early end of the claims of the payer;
 * - a month of payment in which little was paid because months of service are missing;
 * - months of few lines because a month of payment, or a service class, is missing;
 * - months that a shift between two periods explains, and shifts that missing months explain. */
void ihp__claims_leave_out_repeated(struct ihp__claims_judged *judged);

#endif
