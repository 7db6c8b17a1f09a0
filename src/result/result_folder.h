/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_folder.h - the result folder of a settlement.
 *
 * The output is opened and begun as output_folder.h says; `ihp__member_files_write` and
 * `ihp__result_write` fill it. The latter ends with manifest.json, so that a folder which has one
 * is a finished run.
 *
 * Only `ihp__member_files_write` and `ihp__moved_files_write` are collective; rank 0 calls the
 * others.
 */
#ifndef IHP_RESULT_FOLDER_H
#define IHP_RESULT_FOLDER_H

#include "member/member.h"
#include "result/output_folder.h"
#include "result/run_stats.h"
#include "result/settlement_tables.h"
#include "store/store.h"

#include <jansson.h>
#include <mpi.h>

/* Writes tables, results.h5, timings.h5 and, last, manifest.json, and finishes the output. */
enum ihp_status ihp__result_write(struct ihp__output *output, const struct ihp__result_input *input,
                                  const struct ihp__table table[IHP__TABLES],
                                  const struct ihp_notices *notices,
                                  const struct ihp__run_stats *stats, struct ihp_error *err);

/* The same with a manifest of the caller's. `run` becomes its entry `run`, which may differ between
 * equal runs; it is consumed, and NULL when memory is short. */
enum ihp_status ihp__result_fill(struct ihp__output *output,
                                 const struct ihp__table table[IHP__TABLES], json_t *manifest,
                                 json_t *run, struct ihp_error *err);

/* Collective over `comm`. Writes attributed/IHP_ID.csv and unattributed/members.csv (mode 0600)
 * from every rank's members. `fact` has range.count x IHP__PERIODS elements, `ids` range.count. */
enum ihp_status ihp__member_files_write(const char *folder, const struct ihp__result_input *input,
                                        struct ihp__range range,
                                        const struct ihp__member_fact *fact,
                                        const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                        struct ihp_error *err);

/* The facts of a rank's members as the final judges them, and as the interim's rules do: each has
 * range.count x IHP__PERIODS elements. */
struct ihp__moved_facts {
    const struct ihp__member_fact *final_, *interim;
};

/* Collective over `comm`. Writes moved/IHP_ID.csv (mode 0600) from every rank's members. `ids` has
 * range.count elements. */
enum ihp_status ihp__moved_files_write(const char *folder, const struct ihp__program *program,
                                       struct ihp__range range,
                                       const struct ihp__moved_facts *facts,
                                       const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                       struct ihp_error *err);

#endif
