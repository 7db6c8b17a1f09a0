/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_runs.h - runs: sorted packed claim lines, in memory or in a temporary file.
 *
 * A mark is the key of a line and the place where it begins. A run has one about every 64 KiB, so
 * that the lines of a range of keys are found without reading those before it. */
#ifndef IHP_EXTRACT_CLAIM_RUNS_H
#define IHP_EXTRACT_CLAIM_RUNS_H

#include "extract/claim_block.h"
#include "extract/temp_file.h"

typedef uint64_t (*ihp__import_claim_key_fn)(const struct ihp__import_claim *claim);

/* The order of lines. */
struct ihp__import_claim_order {
    ihp__import_claim_key_fn key;
    ihp__import_claim_compare_fn compare;
};

/* The keys from `low` to `last`, both included; none if `empty`. */
struct ihp__import_key_range {
    uint64_t low, last;
    bool empty;
};

struct ihp__import_run {
    uint64_t at, end; /* bytes in the memory or in the file */
    uint64_t first_mark, marks;
    const char *memory;                /* not owned; NULL if the run is in a file */
    const struct ihp__temp_file *file; /* not owned; NULL if the run is in memory */
    uint64_t source;                   /* rank that added the lines */
};

struct ihp__import_mark {
    uint64_t key, at;
};

struct ihp__import_runs {
    struct ihp__import_run *run; /* owned */
    size_t count, capacity;
    struct ihp__import_mark *mark; /* owned; of all runs, one after another */
    size_t marks, mark_capacity;
};

void ihp__import_runs_free(struct ihp__import_runs *runs);

/* Begins a run at `at`, the end of the memory or file that `run` names. Its lines follow, each with
 * a call of `ihp__import_runs_mark`; `ihp__import_runs_end` adds the run to the list. */
void ihp__import_runs_begin(const struct ihp__import_runs *runs, uint64_t at,
                            struct ihp__import_run *run);

/* Notes a line that begins at `at`. Returns false if memory is short. */
bool ihp__import_runs_mark(struct ihp__import_runs *runs, const struct ihp__import_run *run,
                           uint64_t key, uint64_t at);
enum ihp_status ihp__import_runs_end(struct ihp__import_runs *runs, struct ihp__import_run *run,
                                     uint64_t end, struct ihp_error *err);

/* Adds a run without marks. */
enum ihp_status ihp__import_runs_add(struct ihp__import_runs *runs,
                                     const struct ihp__import_run *run, struct ihp_error *err);

/* Moves the beginning of a run, whose marks are `mark`, to the last mark before a key, so that few
 * lines are read for nothing. */
void ihp__import_run_skip(struct ihp__import_run *run, const struct ihp__import_mark *mark,
                          uint64_t low);

/* Cuts a run in memory to the lines of a range. */
void ihp__import_run_cut(struct ihp__import_run *run, const struct ihp__import_mark *mark,
                         const struct ihp__import_key_range *range, ihp__import_claim_key_fn key);

#endif
