/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.h - the manifest of a result: everything that is needed to compute it again.
 *
 * Nothing here is collective. A function that makes JSON returns NULL when memory is short: no
 * entry is ever left out for that reason.
 */
#ifndef IHP_MANIFEST_H
#define IHP_MANIFEST_H

#include "result/run_stats.h"
#include "result/settlement_tables.h"

#include <jansson.h>

/* Returns the manifest of a settlement: version, deck, store, program, counts, notices. Numbers
 * that may differ between equal runs (ranks, timings, paths) are not in it. */
json_t *ihp__manifest_create(const struct ihp__result_input *input,
                             const struct ihp_notices *notices);

struct ihp__job_files; /* job_files.h, whose functions use this header's */

/* Returns the manifest of a job next to a settlement. */
json_t *ihp__manifest_job(const struct ihp__job_files *job, const struct ihp_notices *notices);

/* Returns the entry `run` of a manifest, which may differ between equal runs. */
json_t *ihp__manifest_run(const struct ihp__deck *deck, const struct ihp__run_stats *stats);

#endif
