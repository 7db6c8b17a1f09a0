/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_scan.h - counts over all claims and members of a store, for `ihp check`. Nothing here is
 * collective. */
#ifndef IHP_JOBS_CHECK_SCAN_H
#define IHP_JOBS_CHECK_SCAN_H

#include "deck/deck.h"
#include "ihp/jobs.h"
#include "program/program.h"
#include "store/payer_months.h"
#include "store/store.h"

/* An amount beyond this, of either sign, is pointed out: nobody pays a million dollars for a line
 * without a look at it. In cents. */
#define IHP__IMPLAUSIBLE_CENTS 100000000

enum { IHP__CHECK_YEARS = 182, IHP__CHECK_FIRST_YEAR = 1969 };

#define IHP__SEEN_BILLING  1u
#define IHP__SEEN_TREATING 2u

/* Counts of a payer. */
struct ihp__payer_scan {
    uint64_t lines;
    uint64_t paid, paid_zero;     /* known lines, and those of $0.00 among them */
    uint64_t dollar_lines;        /* lines of status P of more than $0.00 */
    uint64_t repeated;            /* of these, lines that another claim has, too */
    uint64_t several, one_amount; /* claims of three lines or more of one day, and those with one
                                     amount that is not 0 on all of them */
    uint64_t members, silent;     /* last enrolled with the payer, a year or more in all; without a
                                     line among them */
};

struct ihp__check_scan {
    uint64_t status[3], service_class[7], year[IHP__CHECK_YEARS];
    uint64_t void_dates;  /* lines that have one */
    uint64_t repeated[7]; /* by service class: claims of three lines or more of one day, all with
                             one amount that is not 0 */
    uint64_t several[7];  /* all claims of three lines or more of one day, by their first line */
    struct ihp__payer_scan *payer; /* [payers], owned */
    uint64_t *service;             /* [IHP__SERVICES], owned */
    uint8_t *npi_seen;             /* [npis], IHP__SEEN_*, owned */
    uint8_t *procedure_seen;       /* [procedures], owned */
    uint64_t *treating_lines;      /* [npis], owned */
    uint8_t *npi_wrong;            /* [npis], 1: the check digit is wrong, owned */
    uint64_t wrong_npi_lines;      /* with such an NPI */
    uint64_t negative, zero, implausible;
    uint64_t unmatched; /* negative lines without one that they reverse */
    ihp__day16 service_first, service_last, paid_first, paid_last;
    uint64_t members_without_claims, members_without_spans;
    uint64_t members_died, members_before_birth, members_after_death; /* the last two: enrolled */
    uint64_t members_without_recent_line; /* enrolled in the last month of service, but without a
                                             line in the twelve months that end with it */
    uint64_t span_months, other_months;   /* months of spans, and of those whose program does not
                                             qualify; up to the last month of service */
    int32_t month_first, month_last;      /* of enrollment */
    int32_t due_first, due_last;      /* of a deck with its look-back; last before first: none */
    int year_first, year_last;        /* of service; last before first: no lines */
    uint64_t *without_acg;            /* [year_last - year_first + 1] enrolled members, owned */
    uint64_t *enrolled;               /* the same, of all enrolled members, owned */
    struct ihp__payer_months months;  /* sorted */
    struct ihp__payer_months without; /* sorted: lines of members who are not enrolled in their
                                         month */
};

/* Scans a store in batches. With a deck, lines of its periods count in the months if they are known
 * at the cut-off of the period, and others if they are at the later one. `*scan` is untouched on
 * failure; the caller frees it with `ihp__check_scan_free`. */
enum ihp_status ihp__check_scan_store(const struct ihp__store *store, const struct ihp__deck *deck,
                                      struct ihp__check_scan *scan, struct ihp_error *err);
void ihp__check_scan_free(struct ihp__check_scan *scan);

/* The lines of one member and day, in which reversals are looked for. Begins with zeros. */
struct ihp__reversal_line {
    int64_t amount; /* of either sign, cents, without the sign */
    uint32_t billing, treating;
    uint16_t procedure, service, payer;
    uint64_t claim; /* a hash of the claim id */
    bool negative, paid;
};
struct ihp__reversal_day {
    struct ihp__reversal_line *line; /* owned */
    size_t lines, capacity;
    bool negative; /* some line is */
};

/* Sorts the lines of a day, as the next two functions require. */
void ihp__reversals_sort(struct ihp__reversal_day *day);

/* Counts lines by payer: those of more than $0.00, and of these the ones that have the same codes,
 * providers and dollars on another claim and are not reversed. */
void ihp__reversals_repeated(const struct ihp__reversal_day *day, struct ihp__payer_scan *payer);

/* Returns how many negative lines have no line with the same codes, providers and dollars that they
 * reverse, and empties the day. */
uint64_t ihp__reversals_unmatched(struct ihp__reversal_day *day);

#endif
