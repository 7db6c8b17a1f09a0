/* run.h - whole jobs: settling a deck, explaining a member, checking a store against a program.
 *
 * This is what the subcommands of `ihp` do, callable from C. `ihp_settle` is collective over the
 * communicator it is given (duplicated, never the world's own); the others are not.
 */
#ifndef IHP_RUN_H
#define IHP_RUN_H

#include "ihp/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far a stage is, on the rank that is told. */
struct ihp_progress {
    const char *stage;  /* "settle", "bootstrap", "scenarios" */
    const char *what;   /* is counted: "members of rank 0", ... */
    uint64_t done, all;
};
typedef void (*ihp_progress_fn)(void *context, const struct ihp_progress *progress);

/* Claim lines of a batch unless told otherwise: a few megabytes that stay in a cache. */
#define IHP_BATCH_LINES 131072

struct ihp_settle_options {
    const char *deck_path;
    bool force;           /* replace a finished run */
    bool member_files;    /* write attributed/ */
    bool dry_run;         /* print what the run would take, and do nothing */
    bool no_index;        /* judge every line, also where the store's index would serve */
    uint64_t batch_lines; /* 0: IHP_BATCH_LINES */
    FILE *report;         /* for the table of the settlement; NULL for none; used on rank 0 */
    ihp_progress_fn progress; /* may be NULL; called on rank 0 */
    void *progress_context;
};

/* Collective over `comm`: settles a deck and writes its result folder. On failure every rank returns
 * the same status and message and no result is left; a folder that was there before stays. Notices
 * are those of rank 0 and the same on every rank; the caller clears them. */
enum ihp_status ihp_settle(const struct ihp_settle_options *options, MPI_Comm comm,
                           struct ihp_notices *notices, struct ihp_error *err);

/* Not collective: prints why a member is where it is [4.6.4]. The text is protected data. */
enum ihp_status ihp_explain(const char *deck_path, const char *member_id, FILE *stream,
                            struct ihp_notices *notices, struct ihp_error *err);

/* Not collective: prints what is in a store and, unless `program_folder` is NULL, how the program
 * fits it. Counts below 11 members are not shown. */
enum ihp_status ihp_check(const char *store_path, const char *program_folder, FILE *stream,
                          struct ihp_notices *notices, struct ihp_error *err);

/* Not collective: prints what a store or a result (manifest.json, results.h5 or the folder) is. */
enum ihp_status ihp_info(const char *path, FILE *stream, struct ihp_error *err);

#ifdef __cplusplus
}
#endif
#endif
