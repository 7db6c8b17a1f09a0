/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notices.h - the notices of a finished settlement under way, as the files of this job share them.
 *
 * `ihp__notices_read` takes the amounts from the result folder, `ihp__notices_plan` finds the
 * dates, and the others write. Nothing here is collective. Money in cents, days since 1970-01-01.
 */
#ifndef IHP_JOBS_NOTICES_H
#define IHP_JOBS_NOTICES_H

#include "deck/deck.h"
#include "engine/deadlines.h"
#include "ihp/jobs.h"
#include "program/program.h"
#include "result/output_folder.h"
#include "store/store.h"

#include <jansson.h>

/* An IHP as settlement.csv has it. */
struct ihp__notice_ihp {
    char outcome[24];
    int64_t members, final_amount, interim_paid, amount_due;
    size_t first, count; /* its rows of payer_split.csv */
    bool shows_members;  /* its number of members may be mailed */
};

/* A row of payer_split.csv. */
struct ihp__notice_row {
    size_t ihp;  /* number in the program */
    char *payer; /* owned; "" where the settlement names none */
    bool has_parts;
    int64_t months, share, interim_paid; /* the latter two if `has_parts` */
    int64_t amount;                      /* positive: paid to the IHP; negative: owed by it */
};

/* The dates of the settlement. */
struct ihp__notice_dates {
    int32_t notified;                  /* the day of the notices */
    struct ihp__deadline report;       /* of the notices [5.4.2.1, 5.4.3.1, 4.6.2] */
    struct ihp__deadline mco, losses;  /* of payments [5.4.2.3, 5.4.3.3, 5.4.3.4] */
    struct ihp__deadline error_report; /* [4.6.4.1] */
    struct ihp__deadline response;     /* [4.6.4.2] */
    struct ihp__deadline final;        /* of the Final Payment calculation [5.4.3.1] */
};

struct ihp__notices_run {
    const struct ihp_notices_options *options;
    struct ihp__deck deck;
    struct ihp__program *program;
    char folder[IHP__PATH_MAX]; /* to write to */
    struct ihp__output output;
    json_t *manifest;      /* of the settlement */
    int32_t *holiday_days; /* owned */
    struct ihp__holidays holidays;
    struct ihp__notice_ihp *ihp; /* by number in the program; owned */
    struct ihp__notice_row *row; /* by IHP, then payer; owned */
    size_t rows, row_capacity;
    const char **payer; /* the payers in text order, each once; owned, the texts are not */
    size_t payers;
    struct ihp__notice_dates dates;
    bool has_member_files; /* the settlement has attributed/ */
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* The payer that the State itself is; any other is an MCO [2.11, 2.19]. */
#define IHP__NOTICE_STATE "FFS"

/* Reads manifest.json, settlement.csv and payer_split.csv of the deck's result folder. Fails with
 * IHP_ERR_DATA unless they are a finished run of this deck, payments, program folder and store. */
enum ihp_status ihp__notices_read(struct ihp__notices_run *run);

/* Opens the deck's store, which the caller closes, also after a failure. Fails with IHP_ERR_DATA
 * unless it is the settlement's. The manifest has been read. */
enum ihp_status ihp__notices_open_store(const struct ihp__notices_run *run,
                                        struct ihp__store **store);

/* Finds the dates, from the last month of the Performance Period and the day of the notices. Fails
 * with IHP_ERR_USAGE if that day is before the settlement's cut-off. */
enum ihp_status ihp__notices_plan(struct ihp__notices_run *run);

/* Returns true if the Performance Period ends in the first quarter of a year: the data package of
 * that quarter is the interim settlement of the year before [4.6.2]. */
bool ihp__notices_of_first_quarter(const struct ihp__notices_run *run);

/* Return the section of the contract on which a row rests, "" if nothing is due, and the day by
 * which it is due, NULL where the contract names none. */
const char *ihp__notice_section(const struct ihp__notices_run *run,
                                const struct ihp__notice_row *row);
const struct ihp__deadline *ihp__notice_due(const struct ihp__notices_run *run,
                                            const struct ihp__notice_row *row);

/* Writes notices.csv and deadlines.csv. */
enum ihp_status ihp__notices_write_tables(const struct ihp__notices_run *run);

/* Writes the letters of all IHPs and payers. */
enum ihp_status ihp__notices_write_letters(const struct ihp__notices_run *run);

/* Writes the C&TC outreach list of each IHP [4.11.6] from attributed/ and the store. Months
 * after the IHP's contract has ended are not counted [6.1]. */
enum ihp_status ihp__notices_write_outreach(const struct ihp__notices_run *run);

#endif
