/* SPDX-License-Identifier: GPL-3.0-or-later */
/* no_enrollment.h - finds payers whose paid lines are of members who are not enrolled when they are
 * served, as where a file of enrollment is missing. Start with ihp__no_enrollment_find. Everything
 * here is a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_NO_ENROLLMENT_H
#define IHP_ENGINE_NO_ENROLLMENT_H

#include "engine/completeness.h"

/* Months of a payer that have many such lines. Sums of them all. */
struct ihp__no_enrollment {
    uint16_t payer;      /* or IHP__ALL_PAYERS */
    int32_t first, last; /* months since 1970-01 */
    uint64_t paid;       /* lines that were paid */
    uint64_t lines;      /* of these, lines of members who are not enrolled in their month */
    int64_t cents;       /* of the latter */
};

/* Begins with zeros; the caller frees `found`. */
struct ihp__no_enrollments {
    struct ihp__no_enrollment *found;
    size_t count, capacity;
};

/* Judges the periods of a deck, or without one (NULL) the calendar years from the first month to
 * the last that have members. `without` has the paid lines of members who are not enrolled in their
 * month, of all classes. Both must be sorted. Fails if memory is short. */
enum ihp_status ihp__no_enrollment_find(const struct ihp__payer_months *months,
                                        const struct ihp__payer_months *without,
                                        const struct ihp__deck *deck,
                                        struct ihp__no_enrollments *list, struct ihp_error *err);

/* Estimates the least that `without` can have from months alone: of a payer with hardly any member
 * month its members with a line, and if all payers have more members with a line than members, so
 * many more. Sorts what it makes. Returns false if memory is short. */
bool ihp__no_enrollment_estimate(const struct ihp__payer_months *months,
                                 struct ihp__payer_months *without);

/* Writes "2025: 48% of 41,220 lines, with $1,230,000, are of members who are not enrolled in the
 * month of service" into `text`, without the payer; of an estimate that it is the least. */
enum { IHP__NO_ENROLLMENT_TEXT = 300 };
const char *ihp__no_enrollment_text(const struct ihp__no_enrollment *found, bool estimated,
                                    char text[IHP__NO_ENROLLMENT_TEXT]);

#endif
