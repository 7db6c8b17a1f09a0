/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interim_payers.h - who paid an interim, from the payer_split.csv of its folder [2.12, 5.4.2]. */
#ifndef IHP_ENGINE_INTERIM_PAYERS_H
#define IHP_ENGINE_INTERIM_PAYERS_H

#include "program/program.h"

/* Reads what each payer paid from the folder of an interim, and puts it in the place of the
 * program's own list. Refuses (IHP_ERR_DATA), naming file, line and column: amounts that do not add
 * up to `amount_due` of each IHP, in cents; a payer twice; and an interim_payers.csv that says
 * otherwise. Not collective. */
enum ihp_status ihp__interim_payers_read(const char *folder, struct ihp__program *program,
                                         const int64_t *amount_due, struct ihp_error *err);

#endif
