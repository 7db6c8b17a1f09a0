/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set_aside.h - whether the bad rows that an import set aside have so many dollars that a
 * settlement would be off without them. Everything here is a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_SET_ASIDE_H
#define IHP_ENGINE_SET_ASIDE_H

#include "deck/deck.h"

#include <jansson.h>

/* Claim lines that were set aside, without those that repeat a line that is in the store. */
struct ihp__set_aside {
    uint64_t lines, unreadable; /* all; those whose amount could not be read */
    double cents, period_cents; /* of the others; of the smaller period, or of an average year */
    bool is_much;               /* more than 1% of the period's, or unknown */
};

/* Returns what the record of an import says was set aside; nothing without a record (NULL). The
 * period is the smaller one of a deck, or an average year without one (NULL). */
struct ihp__set_aside ihp__set_aside_of(const json_t *record, const struct ihp__deck *deck);

/* Writes what was set aside into `text`. Counts of 1 to 10, and their dollars, are hidden unless
 * `show_small`. Returns `text`. */
enum { IHP__SET_ASIDE_TEXT = 320 };
const char *ihp__set_aside_text(const struct ihp__set_aside *aside, bool show_small,
                                char text[IHP__SET_ASIDE_TEXT]);

#endif
