/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_scan.h - what one look over all claims and members of a store finds, for `ihp check`. */
#ifndef IHP_RUN_CHECK_SCAN_H
#define IHP_RUN_CHECK_SCAN_H

#include "ihp/jobs.h"
#include "result/result.h"

/* An amount beyond this, either sign, is pointed out: no line of a member costs a million dollars
 * without somebody having looked at it. In cents. */
#define IHP_IMPLAUSIBLE_CENTS 100000000

enum { IHP_CHECK_YEARS = 182, IHP_CHECK_FIRST_YEAR = 1969 };

#define IHP_SEEN_BILLING  1u
#define IHP_SEEN_TREATING 2u

struct ihp_check_scan {
    uint64_t status[3], class_[7], year[IHP_CHECK_YEARS];
    uint64_t *payer;          /* [payers], owned */
    uint64_t *service;        /* [IHP_SERVICES], owned */
    uint8_t *npi_seen;        /* [npis], IHP_SEEN_*, owned */
    uint64_t *treating_lines; /* [npis], owned */
    uint64_t negative, zero, implausible;
    ihp_day16 service_first, service_last, paid_first, paid_last;
    uint64_t members_without_claims, members_without_spans;
    int32_t month_first, month_last; /* of enrollment */
    int year_first, year_last;       /* of service; last before first: no lines */
    uint64_t *without_acg;           /* [year_last - year_first + 1] enrolled members, owned */
};

/* Scans a store in batches. The caller frees with `ihp_check_scan_free`. */
enum ihp_status ihp_check_scan_store(const struct ihp_store *store, struct ihp_check_scan *scan,
                                     struct ihp_error *err);
void ihp_check_scan_free(struct ihp_check_scan *scan);

#endif
