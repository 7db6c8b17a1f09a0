/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_scan.h - counts over all claims and members of a store, for `ihp check`. Nothing here is
 * collective. */
#ifndef IHP_JOBS_CHECK_SCAN_H
#define IHP_JOBS_CHECK_SCAN_H

#include "ihp/jobs.h"
#include "program/program.h"
#include "store/store.h"

/* An amount beyond this, of either sign, is pointed out: nobody pays a million dollars for a line
 * without a look at it. In cents. */
#define IHP__IMPLAUSIBLE_CENTS 100000000

enum { IHP__CHECK_YEARS = 182, IHP__CHECK_FIRST_YEAR = 1969 };

#define IHP__SEEN_BILLING  1u
#define IHP__SEEN_TREATING 2u

struct ihp__check_scan {
    uint64_t status[3], service_class[7], year[IHP__CHECK_YEARS];
    uint64_t void_dates;  /* lines that have one */
    uint64_t repeated[7]; /* by service class: claims of three lines or more of one day, all with
                             one amount that is not 0 */
    uint64_t *payer;      /* [payers], owned */
    uint64_t *service;    /* [IHP__SERVICES], owned */
    uint8_t *npi_seen;    /* [npis], IHP__SEEN_*, owned */
    uint64_t *treating_lines; /* [npis], owned */
    uint64_t negative, zero, implausible;
    ihp__day16 service_first, service_last, paid_first, paid_last;
    uint64_t members_without_claims, members_without_spans;
    uint64_t members_died, members_before_birth, members_after_death; /* the last two: enrolled */
    uint64_t members_without_recent_line; /* enrolled in the last month of service, but without a
                                             line in the twelve months that end with it */
    int32_t month_first, month_last;      /* of enrollment */
    int year_first, year_last;            /* of service; last before first: no lines */
    uint64_t *without_acg;                /* [year_last - year_first + 1] enrolled members, owned */
};

/* Scans a store in batches. `*scan` is untouched on failure; the caller frees it with
 * `ihp__check_scan_free`. */
enum ihp_status ihp__check_scan_store(const struct ihp__store *store, struct ihp__check_scan *scan,
                                      struct ihp_error *err);
void ihp__check_scan_free(struct ihp__check_scan *scan);

#endif
