/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shown.h - the numbers that an IHP may see in its data package [4.6.2].
 *
 * `ihp__counts_hide` (shown_counts.h) is the rule for small counts; `ihp__shown_decide` applies it
 * to everything that the files of an IHP contain without protection.
 *
 * Rules: docs/methodology.md, "Data package". Nothing here is collective.
 */
#ifndef IHP_SHOWN_H
#define IHP_SHOWN_H

#include "member/member.h"
#include "result/settlement_tables.h"
#include "result/shown_counts.h"

/* ---- columns of settlement.csv --------------------------------------------------------------- */

/* The numbers on which a column rests, as bits. */
enum {
    IHP__NEEDS_BASE_MEMBERS = 1,
    IHP__NEEDS_MEMBERS = 2,
    IHP__NEEDS_BASE_COST = 4,
    IHP__NEEDS_COST = 8,
    IHP__NEEDS_RISK = 16,     /* the risk scores */
    IHP__NEEDS_MONEY = 31,    /* all of these: what is shared */
    IHP__NEEDS_AFFECTED = 32, /* members in counties of extreme circumstances */
    IHP__NEEDS_ALL = 63
};

/* Returns the numbers on which a column of settlement.csv rests: it is shown if all of them may
 * be. */
unsigned ihp__column_needs(const char *column);

/* ---- sums that only a package needs -----------------------------------------------------------
 */

/* Numbers of members, of all ranks. */
struct ihp__package_sums {
    size_t partnerships, payers;
    int64_t *block; /* owned; everything below points into it */
    size_t size;
    int64_t *enrolled[IHP__PERIODS]; /* [partnerships]: attributed, with a qualifying month */
    int64_t *part2[IHP__PERIODS];    /* [partnerships]: with another capped cost if the lines of
                                        part2.csv are left out [4.6.1.2] */
    /* [partnerships][payers], performance period: each enrolled member counts once, with the payer
     * of its first qualifying month */
    int64_t *payer_members;
};
enum ihp_status ihp__package_sums_create(size_t partnerships, size_t payers,
                                         struct ihp__package_sums *sums, struct ihp_error *err);
void ihp__package_sums_free(struct ihp__package_sums *sums);

/* Adds an attributed member of a period. `left_out` is the cost of the lines that are left out,
 * `cap` the IHP's, both in cents. */
void ihp__package_sums_add(struct ihp__package_sums *sums, enum ihp__period period,
                           const struct ihp__member_fact *fact, int64_t left_out, int64_t cap);

/* ---- what may be shown of an IHP ------------------------------------------------------------- */

/* Members of an IHP in a period by reason and window, and how many of them are enrolled. */
#define IHP__ATTRIBUTIONS (IHP__REASONS * 2)
struct ihp__population {
    int64_t members[IHP__ATTRIBUTIONS]; /* reason x 2 + window - 1 */
    int64_t enrolled;
};

/* Sets `hidden` of each attribution. Returns true if the number of members may be shown. */
bool ihp__population_hide(const struct ihp__population *population,
                          struct ihp__shown_count shown[IHP__ATTRIBUTIONS]);

struct ihp__shown {
    bool members[IHP__PERIODS]; /* counts, months and averages over members */
    bool cost[IHP__PERIODS];    /* cost too: it does not reveal the cost of lines left out */
    bool risk_scores;           /* they do not reveal a weight that is hidden */
    bool reduction;             /* and what is computed from `affected` */
    bool affected[12];          /* the members in counties of extreme circumstances, by month */
    struct ihp__shown_count attribution[IHP__PERIODS][IHP__ATTRIBUTIONS];
    struct ihp__shown_count *payer;                /* [payers], owned */
    struct ihp__shown_count *weight[IHP__PERIODS]; /* [acgs], owned */
    struct ihp__shown_count *risk[IHP__PERIODS];   /* [acgs], owned: the IHP's own members */
};

/* Decides what may be shown of an IHP. With `own_figures` its settlement and its numbers of members
 * by risk category are shown however few members it has; the State decides that. The caller frees
 * `shown`. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__shown_decide(const struct ihp__result_input *input,
                                  const struct ihp__package_sums *sums, int partnership,
                                  bool own_figures, struct ihp__shown *shown,
                                  struct ihp_error *err);
void ihp__shown_free(struct ihp__shown *shown);

#endif
