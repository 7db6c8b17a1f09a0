/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shown_counts.h - the one rule for small counts, of data packages, reports and `ihp check`.
 *
 * Rules: docs/methodology.md, "Data package". Nothing here is collective.
 */
#ifndef IHP_SHOWN_COUNTS_H
#define IHP_SHOWN_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts of 1 to 10 members are not shown. */
#define IHP__LEAST_SHOWN 11

/* Returns true for a count that is not shown by itself. */
static inline bool ihp__count_is_small(int64_t count)
{
    return count > 0 && count < IHP__LEAST_SHOWN;
}

/* Returns true for a count that may be shown; false also for a negative one, which no data have. */
static inline bool ihp__count_is_shown(int64_t count)
{
    return count == 0 || count >= IHP__LEAST_SHOWN;
}

/* A count of a group whose sum is known. */
struct ihp__shown_count {
    int64_t count;
    bool present; /* has a row */
    bool hidden;
};

/* Hides the counts below IHP__LEAST_SHOWN, and then the smallest of the others, the first of
 * equals, until a reader who knows the sum of the group cannot rule out any number from 1 to 10 for
 * a hidden count: at least two are hidden, and their sum is at least their number plus 9. Returns
 * false when even hiding all is not enough. */
bool ihp__counts_hide(struct ihp__shown_count *count, size_t counts);

#endif
