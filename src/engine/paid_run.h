/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paid_run.h - the folder of a finished `ihp pay`: which months it paid for, by which numbers, and
 * how much to each IHP.
 *
 * `ihp__paid_run_open` reads payments.json and payments.csv and checks that they belong together
 * and to the program; `ihp__paid_runs_check` checks that no month is paid twice. Not collective.
 */
#ifndef IHP_ENGINE_PAID_RUN_H
#define IHP_ENGINE_PAID_RUN_H

#include "base/hash_hex.h"
#include "base/path.h"
#include "program/program.h"
#include "result/file_list.h"

/* Most folders that a job takes: a year's quarters, or those that twelve months reach. */
#define IHP__PAID_RUNS_MAX 5

struct ihp__paid_run {
    const char *folder;              /* borrowed */
    char span[8];                    /* "2025Q2" or "2025" */
    char hash[IHP__HASH_TEXT];       /* of payments.json and payments.csv */
    int32_t first_month;             /* months since 1970-01 */
    int months;                      /* 3 or 12 */
    struct ihp__payment_terms terms; /* its payment.csv */
    bool pays_attributed;            /* its policy pbp_months is "attributed" [15.4.1] */
    int64_t *pbp;                    /* owned; [months][partnerships], cents */
    int64_t *eligible; /* likewise, owned; members paid for, -1 if payments.csv lacks the column */
    bool *listed;      /* owned; [partnerships]: the run had this IHP */
};

/* Opens the payments in a folder, which is borrowed. Refuses (IHP_ERR_DATA), naming file and key or
 * line and column, a folder without finished payments, a damaged file, and an IHP that the program
 * does not have, and one of which a file has changed since it was finished: `check` says if files
 * of members are read. The caller frees the run with `ihp__paid_run_free`, also after a failure. */
enum ihp_status ihp__paid_run_open(const char *folder, const struct ihp__program *program,
                                   enum ihp__list_check check, struct ihp__paid_run *run,
                                   struct ihp_notices *notices, struct ihp_error *err);
void ihp__paid_run_free(struct ihp__paid_run *run);

/* Refuses (IHP_ERR_DATA) runs that have a month in common, and one that has none of the months
 * `first` .. `last`; `period` says in messages what these are: "2025". */
enum ihp_status ihp__paid_runs_check(const struct ihp__paid_run *run, size_t runs, int32_t first,
                                     int32_t last, const char *period, struct ihp_error *err);

/* Notes what the runs paid an IHP for those of the months `first` .. `last` that are after the end
 * of its contract, which was entered after they paid: a reconciliation has no reason to take it
 * back [6.1.2.1.1, 15.5]. */
void ihp__paid_runs_note_ended(const struct ihp__paid_run *run, size_t runs, int32_t first,
                               int32_t last, const struct ihp__program *program,
                               struct ihp_notices *notices);

/* Returns the place of a month that the run paid for, and of an IHP, in `pbp` and `eligible`. */
size_t ihp__paid_run_place(const struct ihp__paid_run *run, const struct ihp__program *program,
                           int32_t month, size_t partnership);

/* Returns true if a run paid for a month. */
bool ihp__paid_run_has(const struct ihp__paid_run *run, int32_t month);

#endif
