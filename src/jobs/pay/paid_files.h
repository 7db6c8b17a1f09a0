/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paid_files.h - what payment runs wrote of their members and risk categories. */
#ifndef IHP_JOBS_PAY_PAID_FILES_H
#define IHP_JOBS_PAY_PAID_FILES_H

#include "ihp/error.h"

struct ihp__pay_run; /* pay.h */

/* Reads paid/IHP_ID.csv and payment_categories.csv of all runs of a reconciliation: the paid member
 * months of this rank's members, sorted by member and month, and the dollar curve of each month.
 * Refuses (IHP_ERR_DATA), naming file, line and column, and never a member: a missing or damaged
 * file, a month that the run does not have, rows of an IHP and month that do not come to the
 * members and dollars of payments.csv, and a member month that is paid twice. Notes member months
 * and dollars of members whom the store does not have. Not collective. */
enum ihp_status ihp__paid_files_read(struct ihp__pay_run *run);

#endif
