/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package.h - the quarterly data package [4.6.2]: what an IHP is shown, and its folder.
 *
 * `ihp__counts_hide` is the rule for small counts, `ihp__shown_decide` applies it to all that an
 * IHP's unprotected files say, `ihp__package_tables_create` makes these files' tables.
 * `ihp__package_begin` makes the folder, `ihp__package_members_write` and
 * `ihp__package_changes_write` the protected files, `ihp__package_finish` ends it with
 * `package.json`, so that a folder which has one is whole.
 *
 * Rules: docs/methodology.md, "Data package". Collective where said.
 */
#ifndef IHP_PACKAGE_H
#define IHP_PACKAGE_H

#include "result/result.h"

/* ---- small counts ---------------------------------------------------------------------------- */

/* Counts of 1 to 10 members are not shown. */
#define IHP__LEAST_SHOWN 11

/* A count of a group whose sum is known; one that is not `present` stands nowhere. */
struct ihp__shown_count {
    int64_t count;
    bool present, hidden;
};

/* Hides the counts below IHP__LEAST_SHOWN, and then the smallest others, the earlier of equals,
 * until each of the hidden could still be any number from 1 to 10 for who knows the sum of the
 * group: at least two, and their sum at least their number plus 9. False when even all do not
 * suffice. */
bool ihp__counts_hide(struct ihp__shown_count *count, size_t counts);

/* ---- what may be shown of an IHP ------------------------------------------------------------- */

/* Numbers of members that only a package needs, of all ranks. */
struct ihp__package_sums {
    size_t partnerships, payers;
    int64_t *block; /* owned; everything below points into it */
    size_t size;
    int64_t *enrolled[IHP__PERIODS]; /* [partnerships]: attributed, with a qualifying month */
    int64_t *part2[IHP__PERIODS]; /* [partnerships]: whose capped cost is another without the lines
                                    that are left out [4.6.1.2] */
    /* [partnerships][payers], performance period: each enrolled member counts once, with the payer
     * of its first qualifying month */
    int64_t *payer_members;
};
enum ihp_status ihp__package_sums_create(size_t partnerships, size_t payers,
                                         struct ihp__package_sums *sums, struct ihp_error *err);
void ihp__package_sums_free(struct ihp__package_sums *sums);

/* Adds an attributed member of a period. `left_out` is the cost of lines that are left out, `cap`
 * the IHP's, both in cents. */
void ihp__package_sums_add(struct ihp__package_sums *sums, enum ihp__period period,
                           const struct ihp__member_fact *fact, int64_t left_out, int64_t cap);

/* Members of an IHP in a period by reason and window, and how many of them are enrolled. */
#define IHP__ATTRIBUTIONS (IHP__REASONS * 2)
struct ihp__population {
    int64_t members[IHP__ATTRIBUTIONS]; /* reason x 2 + window - 1 */
    int64_t enrolled;
};

/* Whether the number of members may be shown; sets `hidden` of each attribution. */
bool ihp__population_hide(const struct ihp__population *population,
                          struct ihp__shown_count shown[IHP__ATTRIBUTIONS]);

/* What of an IHP may be shown. */
struct ihp__shown {
    bool members[IHP__PERIODS]; /* counts, months and averages over members */
    bool cost[IHP__PERIODS]; /* also the cost, from which what was left out could be worked out */
    struct ihp__shown_count attribution[IHP__PERIODS][IHP__ATTRIBUTIONS];
    struct ihp__shown_count *payer;                /* [payers], owned */
    struct ihp__shown_count *weight[IHP__PERIODS]; /* [acgs], owned */
};
enum ihp_status ihp__shown_decide(const struct ihp__result_input *input,
                                  const struct ihp__package_sums *sums, int partnership,
                                  struct ihp__shown *shown, struct ihp_error *err);
void ihp__shown_free(struct ihp__shown *shown);

/* ---- changes since an earlier package -------------------------------------------------------- */

/* Reasons of a change: those of attribution, and two for who left. */
enum { IHP__CHANGE_OTHER_IHP = IHP__REASONS, IHP__CHANGE_NOT_IN_STORE, IHP__CHANGE_REASONS };
const char *ihp__change_reason_text(int reason);

/* A member who came or left. */
struct ihp__package_change {
    char member_id[IHP__MEMBER_ID_MAX + 1];
    int32_t birth_day;
    enum ihp__period period;
    bool in;
    int reason_now;  /* IHP__CHANGE_REASONS of them */
    int reason_then; /* -1: was not there */
};

/* Numbers of an IHP's changes, all int64_t so that they can be added up over ranks. */
struct ihp__package_moves {
    int64_t in[IHP__PERIODS][IHP__CHANGE_REASONS], out[IHP__PERIODS][IHP__CHANGE_REASONS];
    struct ihp__population then[IHP__PERIODS]; /* of the earlier package */
};

/* ---- the tables ------------------------------------------------------------------------------ */

enum {
    IHP__PACKAGE_SETTLEMENT,
    IHP__PACKAGE_PAYER_SPLIT,
    IHP__PACKAGE_ATTRIBUTION,
    IHP__PACKAGE_CHANGES, /* without columns where there is no earlier package */
    IHP__PACKAGE_TABLES
};

/* Fills the unprotected tables of an IHP from those of the settlement; `moves` is NULL without an
 * earlier package. The caller frees each. */
enum ihp_status ihp__package_tables_create(const struct ihp__result_input *input,
                                           const struct ihp__table settlement[IHP__TABLES],
                                           int partnership, const struct ihp__shown *shown,
                                           const struct ihp__package_moves *moves,
                                           struct ihp__table table[IHP__PACKAGE_TABLES],
                                           struct ihp_error *err);

/* ---- the folder ------------------------------------------------------------------------------ */

/* Refuses (IHP_ERR_USAGE) a folder that is the program folder, or that has a finished package,
 * unless `force`. Writes nothing. */
enum ihp_status ihp__package_check(const char *folder, const char *program, bool force,
                                   struct ihp_error *err);

/* Makes the folder with one for each IHP (mode 0700), or takes what an earlier package left out of
 * it;
 * `*made` says that it was not there before. */
enum ihp_status ihp__package_begin(const char *folder, const struct ihp__program *program,
                                   bool *made, struct ihp_error *err);

/* Takes back what a failed run wrote. */
void ihp__package_abandon(const char *folder, const struct ihp__program *program, bool made);

/* Members of this rank, and what is written of them. */
struct ihp__package_members {
    struct ihp__range range;
    const struct ihp__member_fact *fact; /* [range.count][IHP__PERIODS] */
    const int64_t *left_out;             /* the same: cents of lines that are left out */
    const char (*ids)[IHP__MEMBER_ID_MAX + 1];
    const int32_t *birth_day;
};

/* Collective over `comm`: `folder`/protected_members.csv of an IHP (mode 0600). */
enum ihp_status ihp__package_members_write(const char *folder,
                                           const struct ihp__result_input *input, int partnership,
                                           const struct ihp__package_members *members,
                                           const struct ihp__shown *shown, MPI_Comm comm,
                                           struct ihp_error *err);

/* Collective over `comm`: `folder`/protected_changes.csv (mode 0600) of this rank's changes, by
 * period and then in order of ids. */
enum ihp_status ihp__package_changes_write(const char *folder,
                                           const struct ihp__package_change *change, size_t changes,
                                           MPI_Comm comm, struct ihp_error *err);

/* The unprotected files of an IHP, README.txt among them (mode 0600). */
enum ihp_status ihp__package_tables_write(const char *folder, const struct ihp__result_input *input,
                                          int partnership,
                                          const struct ihp__table table[IHP__PACKAGE_TABLES],
                                          const char *previous, struct ihp_error *err);

/* Writes package.json, last (mode 0600). `previous` describes the earlier package, or is NULL. */
enum ihp_status ihp__package_finish(const char *folder, const struct ihp__result_input *input,
                                    const struct ihp_notices *notices, const char *previous,
                                    struct ihp_error *err);

/* What the package.json of an earlier package says, as far as it must fit this one. */
struct ihp__package_previous {
    bool *has; /* [partnerships], the caller's: the earlier package has the IHP */
    char text[IHP__DATE_TEXT + 40]; /* which one it is, for people */
};

/* Reads it. IHP_ERR_USAGE for a folder that is no finished package, or one of other years or of
 * another program: no IHP in both, or one of another track or kind of roster. */
enum ihp_status ihp__package_read_previous(const char *folder, const struct ihp__deck *deck,
                                           const struct ihp__program *program,
                                           struct ihp__package_previous *previous,
                                           struct ihp_error *err);

#endif
