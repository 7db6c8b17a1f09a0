/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hide_payments.h - hides in the tables of payments and of their reconciliation what would reveal a
 * number of 1 to 10 members, for the same documents as hide_small.h. Nothing here is collective.
 */
#ifndef IHP_HIDE_PAYMENTS_H
#define IHP_HIDE_PAYMENTS_H

#include "result/finished.h"

/* Hides numbers in the tables of payments and reconciliation of a folder in whose settlement
 * numbers are hidden (ihp__hide_small). Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__hide_payments(struct ihp__finished *finished, struct ihp_error *err);

#endif
