/* SPDX-License-Identifier: GPL-3.0-or-later */
/* appeal.h - the answers to error reports of IHPs [4.6.4] under way, as the files of this job share
 * them.
 *
 * `ihp__appeal_read` takes errors.csv, `ihp__appeal_judge` decides each row as the settlement did,
 * and the others write. Nothing here is collective. All of it is protected data: no message has a
 * field of errors.csv.
 */
#ifndef IHP_JOBS_APPEAL_H
#define IHP_JOBS_APPEAL_H

#include "engine/deadlines.h"
#include "explain/explanation.h"
#include "ihp/jobs.h"
#include "result/output_folder.h"

/* What becomes of a row, in the order in which they are tried. */
#define IHP__APPEAL_LIST(X)                                                                        \
    X(IHP__APPEAL_LATE, "late")               /* reported after the 60 days [4.6.4.1] */           \
    X(IHP__APPEAL_DECIDED, "decided")         /* overrides.csv has the State's determination */    \
    X(IHP__APPEAL_ALREADY, "already")         /* the member is attributed as claimed */            \
    X(IHP__APPEAL_NO_CONTRACT, "no_contract") /* a month after the IHP's contract [6.1] */         \
    X(IHP__APPEAL_CONFLICT, "conflict")       /* another row in time claims something else */      \
    X(IHP__APPEAL_PROPOSED, "proposed") /* overrides.csv has a row that the State may accept */
#define IHP__APPEAL_ENUM(name, text) name,
enum ihp__appeal_result { IHP__APPEAL_LIST(IHP__APPEAL_ENUM) };
#undef IHP__APPEAL_ENUM

/* A row of errors.csv. Days since 1970-01-01, months since 1970-01. */
struct ihp__appeal_row {
    uint64_t line;
    char member_id[IHP__MEMBER_ID_MAX + 1];
    int reporter;                    /* the IHP that reports, by its number in the program */
    int claimed;                     /* the IHP that it claims; -1: none */
    bool of_month;                   /* of the list of a payment, else of the settlement's */
    int year;                        /* of the settlement's period, or of the month */
    int32_t month;                   /* if `of_month` */
    int32_t received, reported;      /* the list, the report */
    struct ihp__deadline report_due; /* [4.6.4.1] */
    /* as decided by the rules */
    int attributed; /* -1: none */
    int reason, window;
    const char *section; /* of the contract; static */
    enum ihp__appeal_result result;
};

struct ihp__appeal {
    const struct ihp_appeal_options *options;
    char folder[IHP__PATH_MAX]; /* to write to */
    struct ihp__output output;
    struct ihp__explanation settlement; /* the rules of the deck's settlement */
    struct ihp__explanation payment;    /* the rules of a month */
    bool settlement_open, payment_open;
    int32_t *holiday_days; /* owned */
    struct ihp__holidays holidays;
    int32_t final;                 /* day of the Final Payment calculation */
    struct ihp__deadline response; /* of the answers [4.6.4.2] */
    struct ihp__appeal_row *row;   /* owned; by IHP, then in the order of the file */
    size_t rows, capacity;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* Reads errors.csv and checks each row by itself, and that none repeats another. Fails with
 * IHP_ERR_DATA, naming file, line and column. */
enum ihp_status ihp__appeal_read(struct ihp__appeal *appeal);

/* Decides the rows by the rules, and what becomes of each. Fails with IHP_ERR_DATA for a row about
 * a member who is not on the list of the IHP that reports it. */
enum ihp_status ihp__appeal_judge(struct ihp__appeal *appeal);

/* Judges the member of a row again, and returns its explanation, of which `*period` is meant. The
 * caller calls `ihp__explain_forget` afterwards. NULL after a failure. */
struct ihp__explanation *ihp__appeal_explain(struct ihp__appeal *appeal,
                                             const struct ihp__appeal_row *row,
                                             enum ihp__period *period);

/* Writes answers.csv and overrides.csv (mode 0600). */
enum ihp_status ihp__appeal_write_tables(const struct ihp__appeal *appeal);

/* Writes answers/IHP_ID.txt and traces.txt (mode 0600). */
enum ihp_status ihp__appeal_write_answers(struct ihp__appeal *appeal);

/* Return the texts of a result, of the IHP with a number ("NONE" for -1), and of the period of a
 * row. */
const char *ihp__appeal_result_text(enum ihp__appeal_result result);
const char *ihp__appeal_ihp_text(const struct ihp__appeal *appeal, int partnership);
const char *ihp__appeal_period_text(const struct ihp__appeal_row *row, char text[IHP__DATE_TEXT]);

#endif
