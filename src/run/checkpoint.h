/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint.h - saving a settlement under way and going on from what was saved.
 *
 * A run may be saved where all ranks are in step: between blocks of members of a pass, between
 * blocks of replicates, and between scenarios. What is saved is what is done: the sums and the
 * members' facts of the pass, the rows of finished scenarios and replicates, and the replicates
 * under way. All that follows from these is made anew. A later start takes the same way through
 * the code; what is done is put in place where the run would have come to it, and the work for
 * it is left out. */
#ifndef IHP_RUN_CHECKPOINT_H
#define IHP_RUN_CHECKPOINT_H

#include "bootstrap.h"

/* Names of what a checkpoint holds, that saving and restoring share. */
#define IHP__SAVED_DONE     "done"
#define IHP__SAVED_TODO     "todo"
#define IHP__SAVED_TALLY    "tally"
#define IHP__SAVED_INTERIM  "bridge/interim"
#define IHP__SAVED_HYBRID   "bridge/hybrid"
#define IHP__SAVED_MOVES    "bridge/moves"
#define IHP__SAVED_FACT     "members/fact"
#define IHP__SAVED_VIEWS    "views"
#define IHP__SAVED_EFFECT   "effect"
#define IHP__SAVED_AMOUNTS  "replicates/amounts"
#define IHP__SAVED_LEFT_OUT "replicates/left_out"
#define IHP__SAVED_REPORT   "case/report"
#define IHP__SAVED_VALUE    "case/value"
#define IHP__SAVED_OUTCOME  "case/outcome"

/* The tables that are saved: those of scenarios and replicates. `name` is that of a saved array. */
struct ihp__saved_table {
    int table;
    const char *name;
};
enum { IHP__SAVED_TABLES = 4 };
extern const struct ihp__saved_table ihp__saved_table[IHP__SAVED_TABLES];

/* Texts that say what a checkpoint is of, and how a refusal calls each. */
enum {
    IHP__IDENTITY_VERSION,
    IHP__IDENTITY_DECK,
    IHP__IDENTITY_STORE,
    IHP__IDENTITY_PROGRAM,
    IHP__IDENTITY_INTERIM,
    IHP__IDENTITY_OPTIONS,
    IHP__IDENTITIES
};
enum { IHP__IDENTITY_TEXT = 200 };
struct ihp__identity {
    char text[IHP__IDENTITIES][IHP__IDENTITY_TEXT];
};
extern const char *const ihp__identity_name[IHP__IDENTITIES];
enum ihp_status ihp__identity_of(const struct ihp__settling *s, struct ihp__identity *identity,
                                 struct ihp_error *err);

/* Members' facts as rows of bytes, for ihp__pack_fn and ihp__unpack_fn, which refuses numbers
 * beyond those of the program and store. A row has the facts of both periods, of each what a
 * member file shows; or the fact under one view. */
struct ihp__member_fact_rows {
    struct ihp__member_fact *fact;    /* [members][IHP__PERIODS] */
    struct ihp__view_fact *view_fact; /* [members] */
    size_t partnerships, acgs;
};
enum { IHP__FACT_ROW = 16 * IHP__PERIODS, IHP__VIEW_FACT_ROW = 14 };
void ihp__member_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes);
bool ihp__member_fact_unpack(void *rows, uint64_t place, size_t count, const unsigned char *bytes);
void ihp__view_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes);
bool ihp__view_fact_unpack(void *rows, uint64_t place, size_t count, const unsigned char *bytes);

/* The rows of the settlement: its facts, and its view facts in a slot; and the slots it has. */
struct ihp__member_fact_rows ihp__member_fact_rows_of(const struct ihp__settling *s, size_t slot);
size_t ihp__settling_slots(const struct ihp__settling *s);

/* The name of the view facts in a slot. */
const char *ihp__saved_slot(size_t slot, char name[40]);

/* ---- saving ---------------------------------------------------------------------------------- */

/* Not collective: where the run saves, and by when first. Called once the output is known. */
enum ihp_status ihp__saving_start(struct ihp__settling *s);

/* Collective, where all ranks are in step outside a pass: saves when it is time, and when some
 * rank was asked to stop ends the run with IHP_STOPPED. A fault of a rank becomes that of all. */
enum ihp_status ihp__saving_pause(struct ihp__settling *s);

/* The same within a pass, where ranks are not in step: they ask each other in rounds without
 * waiting, and act together one round later. `ihp__saving_begin_rounds` comes first;
 * `ihp__saving_round` after each block of members, and the rank's pass ends unless it returns
 * IHP_OK; `ihp__saving_last_rounds` when a rank has done its own, until all have. Collective over
 * the pass as a whole. */
void ihp__saving_begin_rounds(struct ihp__settling *s);
enum ihp_status ihp__saving_round(struct ihp__settling *s);
void ihp__saving_last_rounds(struct ihp__settling *s);

/* Collective: writes the checkpoint; `in_pass` while claims are passed. Fails with IHP_ERR_RUN,
 * and with IHP_ERR_DATA when the store has changed, so that nothing of it is saved; an earlier
 * checkpoint stays then. */
enum ihp_status ihp__saving_write(struct ihp__settling *s, bool in_pass, struct ihp_error *err);

/* Not collective: the run is finished, its checkpoint is not needed any more. */
void ihp__saving_remove(const struct ihp__settling *s);

/* ---- going on -------------------------------------------------------------------------------- */

/* Not collective: opens the checkpoint that an earlier start has left, if any, and takes from it
 * how far that was. Refuses (IHP_ERR_USAGE) one of another deck, store, program, interim, version
 * or other options, and (IHP_ERR_DATA) a damaged one. */
enum ihp_status ihp__resume_open(struct ihp__settling *s);
void ihp__resume_close(struct ihp__settling *s);

/* Whether the numbers can be those of a run of this deck and part of its sweep. Not collective. */
bool ihp__resume_is_possible(const struct ihp__settling *s, const struct ihp__done *done);

/* Whether the plan from scenario `first` on is the one that the checkpoint has views of. */
bool ihp__resume_has_plan(const struct ihp__settling *s, size_t first);

/* Collective: puts back the sums and the members' facts under the deck's reading. */
enum ihp_status ihp__resume_deck(struct ihp__settling *s);

/* Collective: puts back the views and their members' facts, and what of the pass is still to do;
 * all of it where the checkpoint has nothing of this plan. */
enum ihp_status ihp__resume_views(struct ihp__settling *s);

/* Rank 0: puts back the rows of a table that has its columns; the others have none. */
enum ihp_status ihp__resume_table(struct ihp__settling *s, int table);

/* Rank 0: what scenarios before the first that is left have changed. */
enum ihp_status ihp__resume_effects(struct ihp__settling *s);

/* Not collective: amounts of the deck's replicates. */
enum ihp_status ihp__resume_amounts(struct ihp__settling *s);

/* The group of IHPs that a case begins with: 0, or the one that the checkpoint has under way. */
size_t ihp__resume_group(const struct ihp__settling *s, size_t case_number);

/* Not collective: puts back the replicates of a group of a case and the reports of the groups
 * before it, where the checkpoint has them. */
enum ihp_status ihp__resume_case(struct ihp__settling *s, size_t case_number,
                                 struct ihp__replicates *replicates, void *report,
                                 size_t report_words);

#endif
