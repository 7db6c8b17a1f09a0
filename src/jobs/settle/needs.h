/* SPDX-License-Identifier: GPL-3.0-or-later */
/* needs.h - the memory and the time that a settlement should request from a batch system, computed
 * from sizes alone: no store is opened here, and equal sizes give equal answers on every machine.
 *
 * Both are generous rather than close. docs/performance.md has the reasons and the source of each
 * constant. */
#ifndef IHP_JOBS_SETTLE_NEEDS_H
#define IHP_JOBS_SETTLE_NEEDS_H

#include <stdbool.h>
#include <stdint.h>

/* A process before it has read anything large: the program, MPI and HDF5. */
#define IHP__NEEDS_PROCESS (UINT64_C(64) << 20)
/* What MPI keeps for each other rank. */
#define IHP__NEEDS_PEER (UINT64_C(64) << 10)
/* At most, the buffer through which a checkpoint is written. */
#define IHP__NEEDS_CHECKPOINT (UINT64_C(16) << 20)
/* HDF5's chunks of the columns of a compressed store, all of which stay open. */
#define IHP__NEEDS_CHUNKS (UINT64_C(48) << 20)

/* Seconds to start and to end, whatever the size. */
#define IHP__NEEDS_START 15.0
/* Members x replicates per second that a rank draws and adds up, with fixed and refitted weights.
 */
#define IHP__NEEDS_FIXED 500e6
#define IHP__NEEDS_REFIT 200e6
/* Seconds for an IHP's settlement in one replicate, with its share of sorting them. */
#define IHP__NEEDS_REPLICATE 10e-6
/* Seconds for an IHP's settlement under a scenario, with its rows in the tables. */
#define IHP__NEEDS_SCENARIO 20e-6

/* What a run works on. Sums over several passes are of the whole run; "most" is of the pass that
 * has the most. */
struct ihp__work {
    uint64_t members, lines, spans, morbidity_rows; /* of the store */
    uint64_t index_years;                           /* 0: no index */
    bool indexed;                                   /* the run uses it */
    bool wide_amounts, void_dates, compressed;
    uint64_t bytes; /* of claims and index, read in one pass by all ranks together */

    uint64_t partnerships, acgs, caps; /* the deck's own caps, distinct */
    uint64_t overrides;
    uint64_t scenarios, passes, readings, views;
    uint64_t most_readings, most_view_bytes;
    uint64_t most_slots; /* views whose members' facts are kept for a bootstrap */
    uint64_t head_bytes; /* program, dictionaries, rosters, scenarios */
    uint64_t tally_bytes, tallies;
    uint64_t table_cells;

    uint64_t replicates; /* 0: no bootstrap */
    bool refit, scenario_replicates;
    bool member_files;
    bool moved_files; /* a final that names its interim also writes moved/ */

    uint64_t ranks, batch_lines;
    double rate; /* MB (10^6 bytes) per second that a rank reads and decides on */
};

struct ihp__needs {
    uint64_t members;                 /* of a rank, at most */
    uint64_t bytes;                   /* of memory of a rank, at most */
    double start, read, draw, settle; /* seconds, one after the other */
};

/* Returns the needs of a run on work->ranks ranks; `ranks`, `partnerships`, `passes` and `rate` are
 * not 0. */
struct ihp__needs ihp__needs_of(const struct ihp__work *work);

#endif
