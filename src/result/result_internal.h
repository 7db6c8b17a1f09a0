/* result_internal.h - what the files of this room share. */
#ifndef IHP_RESULT_INTERNAL_H
#define IHP_RESULT_INTERNAL_H

#include "ihp/result.h"

#include <jansson.h>

/* Writes `folder`/results.h5: the tables, and every entry of `manifest` as an attribute. */
enum ihp_status ihp_results_h5_write(const char *folder, const struct ihp_table *table, size_t tables,
                                     const json_t *manifest, struct ihp_error *err);

/* The manifest of a run: version, deck, store, program, counts, notices. What may differ between
 * equal runs (ranks, timings, paths) is not in it. NULL when memory is short. */
json_t *ihp_manifest_create(const struct ihp_result_input *input, const struct ihp_notices *notices);

/* The part of the manifest that may differ between equal runs. */
json_t *ihp_manifest_run(const struct ihp_result_input *input, const struct ihp_run_facts *facts);

#endif
