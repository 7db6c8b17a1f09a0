/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synth.h - a synthetic state: members, enrollment, claims and a program folder that look like
 * Minnesota's.
 *
 * Call `ihp_synth`. It writes a store, its program folder, a run deck, and on request the same
 * state as a CSV extract; importing that extract gives a store with the same content hash. Nobody
 * in the state is real; NPIs begin with 9, as no issued NPI does. Claims have dates of service in
 * 2023 to 2025. The deck settles 2025 against 2024.
 *
 * Every partnership can have a known effect on cost: the amounts of claims with service in the
 * performance year are multiplied by 1 + effect for all members whose home it is in that year. The
 * settlement's result can be compared with the effect (`ihp_synth_effect`, and `effects.csv` next
 * to the program folder).
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

/* Bounds of the options. */
#define IHP_SYNTH_MEMBERS_MAX  UINT64_C(4000000000)
#define IHP_SYNTH_IHPS_MAX     200
#define IHP_SYNTH_IHPS_DEFAULT 25
#define IHP_SYNTH_EFFECT_MAX   0.5

/* The progress of a rank: `done` of `all` its members. */
struct ihp_synth_progress {
    const char *stage; /* a static text: "writing claims" */
    uint64_t done, all;
};
typedef void (*ihp_synth_progress_fn)(void *context, const struct ihp_synth_progress *progress);

struct ihp_synth_options {
    const char *store_path;  /* the store to make; a link is written through */
    const char *program_dir; /* NULL: the folder "program" next to the store */
    const char *extract_dir; /* NULL: no extract */
    bool force;              /* replace files that exist */
    uint64_t members;        /* 1 to IHP_SYNTH_MEMBERS_MAX */
    uint64_t seed;
    int ihps;      /* 1 to IHP_SYNTH_IHPS_MAX */
    double effect; /* 0 to IHP_SYNTH_EFFECT_MAX: effects run evenly from -effect to +effect */
    ihp_synth_progress_fn progress; /* may be NULL */
    void *progress_context;
};

/* How much was made, on all ranks together. */
struct ihp_synth_report {
    uint64_t members, lines, spans, morbidity_rows, social_risk_rows, coordination_rows;
    uint64_t providers;
};

/* Makes a synthetic state. Collective over `comm`; with MPI_COMM_NULL MPI need not be initialized.
 * All ranks give the same options.
 *
 * Returns IHP_OK, IHP_ERR_USAGE for an option that is not valid, a folder that has files of another
 * state, a file that exists (without `force`) or that another run is writing, IHP_ERR_RUN if
 * something cannot be written. After a failure nothing new is left. `notices` may be NULL; rank 0
 * adds to them. */
IHP_API enum ihp_status ihp_synth(const struct ihp_synth_options *options, MPI_Comm comm,
                                  struct ihp_synth_report *report, struct ihp_notices *notices,
                                  struct ihp_error *err);

/* Returns the effect of a partnership, numbered from 0, of `ihps`. The effects are evenly spaced
 * from -effect to +effect. */
IHP_API double ihp_synth_effect(double effect, int ihps, int partnership);

#ifdef __cplusplus
}
#endif
#endif
