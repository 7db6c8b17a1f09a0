/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.h - what the sections of `ihp check` share. Each prints to the stream and raises flags.
 * Nothing here is collective. */
#ifndef IHP_JOBS_CHECK_H
#define IHP_JOBS_CHECK_H

#include "engine/claims_judge.h"
#include "jobs/check/check_flags.h"
#include "jobs/check/check_scan.h"
#include "result/shown_counts.h"

struct ihp__check {
    const struct ihp_check_options *options;
    FILE *stream;
    const struct ihp__store_info *info;
    const struct ihp__check_scan *scan;
    const struct ihp__deck *deck;       /* NULL: a store was named */
    const struct ihp__program *program; /* NULL: none was named */
    struct ihp__flags flags;
};

/* Counts from here on are shown without --show-small. */
enum { IHP__CHECK_SHOWN = IHP__LEAST_SHOWN };

/* Size of the text of a count. */
enum { IHP__CHECK_COUNT_TEXT = 32 };

/* Writes a count; "under 11" for 1 to 10 unless small counts are shown. */
const char *ihp__check_shown(const struct ihp__check *check, uint64_t count,
                             char text[IHP__CHECK_COUNT_TEXT]);

/* Prints a line with a name and its count. */
void ihp__check_count(const struct ihp__check *check, const char *name, uint64_t count);

/* Returns the text of a payer, "(blank)" for the empty one and "all payers together" for
 * IHP__ALL_PAYERS. Where columns are shifted, a text of
 * few lines may be a member's, so "(of few lines)" is returned for it unless small counts are
 * shown. */
const char *ihp__check_payer(const struct ihp__check *check, size_t payer);

/* Raises flags for the shifts between two periods. */
void ihp__check_raise_shifts(struct ihp__check *check, const struct ihp__shifts *shifts);

/* Raises flags for payers that differ from others, or all payers from what any program has. */
void ihp__check_raise_levels(struct ihp__check *check, const struct ihp__payer_levels *levels);

/* Print a section each. */
void ihp__check_store(struct ihp__check *check);
enum ihp_status ihp__check_months(struct ihp__check *check, struct ihp_error *err);
enum ihp_status ihp__check_import(struct ihp__check *check, const struct ihp__store *store,
                                  struct ihp_error *err);
enum ihp_status ihp__check_program(struct ihp__check *check, struct ihp_error *err);

#endif
