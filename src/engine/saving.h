/* SPDX-License-Identifier: GPL-3.0-or-later */
/* saving.h - saves a run under way, and gives back what an earlier start has saved.
 *
 * A run may be saved where all ranks are in step: between blocks of members of a pass, between
 * blocks of replicates, between scenarios. What is saved is what is done; all that follows from it
 * is computed again. A later start takes the same way through the code; where it comes to something
 * that is done, it puts that in place and skips the work.
 *
 * Saving does not know what a run computes. The job hands in one function, `save`, which puts
 * whatever its stages have: each thing is a `struct ihp__saved`, which says its name, its kind, and
 * how it is put into the file and got back. The same description is used both ways.
 */
#ifndef IHP_ENGINE_SAVING_H
#define IHP_ENGINE_SAVING_H

#include "checkpoint/checkpoint.h"
#include "engine/job.h"
#include "result/table.h"

/* How the words of the ranks become those of the file, or rows of members. */
enum ihp__saved_kind {
    IHP__SAVED_OF_RANK_0, /* words of rank 0; the other ranks' are not looked at */
    IHP__SAVED_SUM,       /* words of all ranks, added up as integers */
    IHP__SAVED_OR,  /* words that one rank has, or several alike, and that are zero elsewhere */
    IHP__SAVED_ROWS /* a row for each member of the store; each rank has those of its range */
};

/* Something that is saved: `count` 64-bit words in memory, as many on every rank, or rows that
 * `pack` and `unpack` turn into bytes and back. Borrowed. */
struct ihp__saved {
    const char *name; /* of the array in the checkpoint */
    enum ihp__saved_kind kind;
    void *words;
    uint64_t count;
    size_t row_bytes;
    ihp__pack_fn pack;
    ihp__unpack_fn unpack;
    void *rows; /* the context of both */
};

/* A checkpoint that is being written. */
struct ihp__saver;

/* Something that identifies a run, such as its deck: a name for messages, and a text to compare. */
enum { IHP__IDENTITY_TEXT = 200 };
struct ihp__identity {
    const char *name; /* a static text: "interim" */
    char text[IHP__IDENTITY_TEXT];
};
enum { IHP__IDENTITIES_OF_JOB = 2, IHP__IDENTITIES = 4 + IHP__IDENTITIES_OF_JOB };

/* What the job gives to saving. */
struct ihp__saving_terms {
    bool fresh;                        /* do not look for an earlier start's checkpoint */
    const volatile sig_atomic_t *stop; /* not 0: save and end; may be NULL */
    volatile sig_atomic_t *listens;    /* becomes 1 when `stop` is looked at; may be NULL */
    FILE *log;                         /* a line for each checkpoint, on rank 0; NULL: none */
    struct ihp__identity
        identity[IHP__IDENTITIES_OF_JOB]; /* beyond version, deck, store, program */
    /* Puts all that is done. Collective: calls ihp__saver_put and its like, the same on every rank,
     * and returns their first failure. */
    enum ihp_status (*save)(void *context, struct ihp__saver *saver);
    void *context;
};

struct ihp__saving {
    struct ihp__job *job;
    struct ihp__saving_terms terms;
    struct ihp__identity identity[IHP__IDENTITIES];
    char path[IHP__PATH_MAX];
    double last;       /* MPI_Wtime of the start or of the last checkpoint */
    MPI_Request round; /* the ranks' question to each other during a pass */
    bool rounds_over;
    int asked[4], common[4];
    struct ihp__checkpoint *from; /* what an earlier start has left; NULL: nothing */
    uint64_t starts, moment; /* of that: starts of the run, and when it was saved (ns since 1970) */
};

/* ---- saving ---------------------------------------------------------------------------------- */

/* Prepares saving next to the deck's output, and opens the checkpoint that an earlier start has
 * left, if any. Refuses (IHP_ERR_USAGE) one of another deck, store, program, version or identity of
 * the job, and (IHP_ERR_DATA) a damaged one. Not collective. The caller ends it with
 * `ihp__saving_close`, which is harmless where nothing was opened. */
enum ihp_status ihp__saving_open(struct ihp__saving *saving, struct ihp__job *job,
                                 const struct ihp__saving_terms *terms);
void ihp__saving_close(struct ihp__saving *saving);

/* Saves when it is time, and ends the run with IHP_STOPPED when some rank was asked to stop. An
 * error of a rank becomes that of all. Collective, where all ranks are in step outside a pass. */
enum ihp_status ihp__saving_pause(struct ihp__saving *saving);

/* Do the same within a pass, where ranks are not in step: they ask each other in rounds without
 * waiting, and act together one round later. `ihp__saving_begin_rounds` comes first;
 * `ihp__saving_round` after each block of members, and the pass of the rank ends unless it returns
 * IHP_OK; `ihp__saving_last_rounds` when a rank has done its own, until all have. Collective over
 * the pass as a whole. */
void ihp__saving_begin_rounds(struct ihp__saving *saving);
enum ihp_status ihp__saving_round(struct ihp__saving *saving);
void ihp__saving_last_rounds(struct ihp__saving *saving);

/* Removes the checkpoint of a finished run. Not collective; only rank 0 acts. */
void ihp__saving_remove(const struct ihp__saving *saving);

/* ---- putting, within `save` ------------------------------------------------------------------ */

/* Puts something into the checkpoint. Collective; returns the same status on every rank. */
enum ihp_status ihp__saver_put(struct ihp__saver *saver, const struct ihp__saved *saved);

/* Puts the cells that rank 0 has of a table. Collective, as ihp__saver_put. */
enum ihp_status ihp__saver_put_table(struct ihp__saver *saver, const char *name,
                                     const struct ihp__table *table);

/* Puts ranges of members that each rank hands in, in order of ranks. Collective, as
 * ihp__saver_put. */
enum ihp_status ihp__saver_put_ranges(struct ihp__saver *saver, const char *name,
                                      const struct ihp__range *range, size_t count);

/* ---- getting back: with an earlier checkpoint (`from` is not NULL) --------------------------- */

/* Gets something back into its place. IHP_ERR_DATA when it is missing, damaged or not possible.
 * Collective for rows, which every rank gets for its range; not collective for words. */
enum ihp_status ihp__saving_get(struct ihp__saving *saving, const struct ihp__saved *saved);

/* Adds the saved rows to a table that has its columns. Not collective. */
enum ihp_status ihp__saving_get_table(struct ihp__saving *saving, const char *name,
                                      struct ihp__table *table);

/* Gets the ranges that all ranks handed in. The caller frees `*range`. Not collective. */
enum ihp_status ihp__saving_get_ranges(struct ihp__saving *saving, const char *name,
                                       struct ihp__range **range, size_t *count);

/* Writes a line on rank 0: the run continues from the checkpoint, with `what`. Not collective. */
void ihp__saving_log_going_on(const struct ihp__saving *saving, const char *what);

/* Refuses the checkpoint because `what` in it is not possible. Returns IHP_ERR_DATA. */
enum ihp_status ihp__saving_fail_damaged(const struct ihp__saving *saving, const char *what);

/* ---- within this room ------------------------------------------------------------------------ */

/* Writes the checkpoint. Collective. Fails with IHP_ERR_RUN, and with IHP_ERR_DATA when the store
 * has changed, so that nothing of it is saved; an earlier checkpoint stays then. */
enum ihp_status ihp__saving_write(struct ihp__saving *saving, struct ihp_error *err);

/* Makes the texts that identify a run of `job`; the job's own come last. */
enum ihp_status ihp__identity_make(struct ihp__job *job,
                                   const struct ihp__identity own[IHP__IDENTITIES_OF_JOB],
                                   struct ihp__identity identity[IHP__IDENTITIES]);

#endif
