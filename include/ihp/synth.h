/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synth.h - a synthetic state: members, enrollment, claims and a program that looks like
 * Minnesota's.
 *
 * Call `ihp_synth`. It writes a store, its program folder, a run deck, and on request the same
 * state as a CSV extract, whose import gives a store of the same content hash. Nobody in it is
 * real; NPIs begin with 9, as no issued one does. Claims are of service in 2023 to 2025; the deck
 * settles 2025 against 2024.
 *
 * Every partnership can be given a known effect on cost: the amounts of claims of service in the
 * performance year are multiplied by 1 + effect for all members whose home it is in that year. What
 * the engine finds can be held against it (`ihp_synth_effect`, and `effects.csv` beside the
 * program).
 *
 * All draws come from a counter-based generator keyed by seed, member and purpose: equal members,
 * seed, ihps and effect give the same bytes on any number of ranks.
 */
#ifndef IHP_SYNTH_H
#define IHP_SYNTH_H

#include "ihp/error.h"

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the options may be. */
#define IHP_SYNTH_MEMBERS_MAX  UINT64_C(4000000000)
#define IHP_SYNTH_IHPS_MAX     200
#define IHP_SYNTH_IHPS_DEFAULT 25
#define IHP_SYNTH_EFFECT_MAX   0.5

/* How far it is: `done` of `all` members of this rank. */
struct ihp_synth_progress {
    const char *stage; /* a static text: "writing claims" */
    uint64_t done, all;
};
typedef void (*ihp_synth_progress_fn)(void *context, const struct ihp_synth_progress *progress);

struct ihp_synth_options {
    const char *store_path;
    const char *program_dir; /* NULL: the folder "program" beside the store */
    const char *extract_dir; /* NULL: no extract */
    uint64_t members;        /* 1 to IHP_SYNTH_MEMBERS_MAX */
    uint64_t seed;
    int ihps;      /* 1 to IHP_SYNTH_IHPS_MAX */
    double effect; /* 0 to IHP_SYNTH_EFFECT_MAX: effects run evenly from -effect to +effect */
    ihp_synth_progress_fn progress; /* may be NULL */
    void *progress_context;
};

/* What was made, over all ranks. */
struct ihp_synth_report {
    uint64_t members, lines, spans, morbidity_rows, social_risk_rows, coordination_rows;
    uint64_t providers;
};

/* Collective over `comm`; a process alone may give MPI_COMM_NULL and needs no MPI. All ranks give
 * the same options. Errors: IHP_ERR_USAGE names an option with an impossible value or a folder that
 * holds what would not belong to this state; IHP_ERR_RUN what could not be written. On failure no
 * store stands under its name; the other files may have been written. */
IHP_API enum ihp_status ihp_synth(const struct ihp_synth_options *options, MPI_Comm comm,
                                  struct ihp_synth_report *report, struct ihp_error *err);

/* The effect of partnership `k` of `ihps`, from 0: what `--effect effect` gives it. */
IHP_API double ihp_synth_effect(double effect, int ihps, int k);

#ifdef __cplusplus
}
#endif
#endif
