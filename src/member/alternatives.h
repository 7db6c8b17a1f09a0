/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alternatives.h - what a member's claims would have had to be for another attribution, for an
 * appeal: so many more lines of one kind at one entity, all else equal.
 *
 * The rules themselves decide each try, so that an alternative holds under every policy. Nothing
 * here is collective.
 */
#ifndef IHP_ALTERNATIVES_H
#define IHP_ALTERNATIVES_H

#include "member/member.h"

/* The lines that Steps 1, 2 and 3 count [13.3.4-13.3.6]. */
enum ihp__line_kind { IHP__LINE_HEALTH_HOME, IHP__LINE_PRIMARY, IHP__LINE_SPECIALTY };

/* Which lines are tried. */
struct ihp__more_lines {
    uint32_t entity; /* an IHP, to be attributed to it; or a non-IHP provider, to end without one */
    enum ihp__line_kind kind;
    int window;             /* in which they are: 1 the period, 2 the look-back */
    ihp__day16 first, last; /* days of that window */
};

/* A number of more lines, and what follows from them. */
struct ihp__enough_lines {
    uint32_t lines;  /* the least number; 0: no number of them is enough */
    ihp__day16 from; /* one of them on this day or later; the first of the window: on any day */
    struct ihp__decision decision;
    const char *section; /* of the rule that decides then, static */
};

/* Finds the least number of more lines that is enough: `found[0]` if they may be late in the
 * window, and if that depends on their days, `found[1]` for lines on any day; otherwise its number
 * is 0. An override of `input` is disregarded. Returns false if memory is short. */
bool ihp__alternative_find(const struct ihp__attribution_input *input,
                           const struct ihp__decision_policies *policies,
                           const struct ihp__more_lines *more, struct ihp__enough_lines found[2]);

/* Returns the least number of more qualifying months with which there are enough [13.3.2]; 13 if
 * all months of the period would not be enough. */
int ihp__months_lacking(uint16_t qualifying, const struct ihp__decision_policies *policies);

/* ---- ranks ----------------------------------------------------------------------------------- */

/* Returns what a step compares of an entity: health-home lines, PCP E&M lines, or specialty E&M
 * lines, for which `specialty_elsewhere` may count all E&M lines of a non-IHP provider. */
uint32_t ihp__step_count(const struct ihp__entity_counts *counts, enum ihp__line_kind kind,
                         uint32_t partnerships, const struct ihp__decision_policies *policies);

/* Returns the place of an entity among those that have such lines, 1 for the most; equal numbers
 * have equal places. 0: it has none. */
int ihp__step_rank(const struct ihp__counts *counts, const struct ihp__entity_counts *of,
                   enum ihp__line_kind kind, uint32_t partnerships,
                   const struct ihp__decision_policies *policies);

#endif
