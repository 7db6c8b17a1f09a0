/* SPDX-License-Identifier: GPL-3.0-or-later */
/* missing_months.h - notices of claims that seem to be missing in the months of a deck, by the
 * control totals that the import has left in the store, so that no claim is read for them.
 * `ihp check` looks at the claims and finds more (claims_judge.h). */
#ifndef IHP_ENGINE_MISSING_MONTHS_H
#define IHP_ENGINE_MISSING_MONTHS_H

#include "deck/deck.h"
#include "store/store.h"

/* Adds a notice for each payer and service class with missing months, of service or of payment,
 * whose claims end early, or whose periods are far apart, and for each payer with lines of $0.00,
 * at most ten of each kind. A store without control totals has no notices. Not collective. Fails
 * with IHP_ERR_DATA if the record of the import is damaged. */
enum ihp_status ihp__note_missing_months(const struct ihp__deck *deck,
                                         const struct ihp__store *store,
                                         struct ihp_notices *notices, struct ihp_error *err);

#endif
