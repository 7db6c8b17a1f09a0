/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp explain --ihp: the steps to the amount of one IHP, with the numbers of a deck that need not
 * have been settled. */
#include "engine/own_settlement.h"
#include "ihp/jobs.h"
#include "result/waterfall.h"

/* Makes the tables of the settlement and prints the steps from them, as `ihp show` does from the
 * files. */
static enum ihp_status print_steps(const struct ihp__own_settlement *own,
                                   const struct ihp_explain_ihp_options *options)
{
    struct ihp_error *err = own->job.err;
    const struct ihp__result_input input = ihp__own_settlement_result(own);
    struct ihp__table table[IHP__TABLES] = {{0}};
    struct ihp__waterfall waterfall;
    char source[IHP__PATH_MAX];
    if (ihp__path_join(source, sizeof source, input.program->folder, "ihps.csv", err) == IHP_OK &&
        ihp__result_tables_create(&input, table, err) == IHP_OK &&
        ihp__waterfall_find(&table[IHP__TABLE_SETTLEMENT], &table[IHP__TABLE_TERMS], source,
                            options->ihp, &waterfall, err) == IHP_OK) {
        waterfall.files = IHP__FILES_NONE;
        waterfall.base_year = input.deck->base.year;
        if (options->format == IHP_SHOW_TEXT) {
            ihp__settlement_print_title(options->stream, input.deck, input.deck->path);
        }
        ihp__until_agreed(ihp__waterfall_print(options->stream, &waterfall, options->format, err));
    }
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&table[t]);
    }
    return err->status;
}

enum ihp_status ihp_explain_ihp(const struct ihp_explain_ihp_options *options, MPI_Comm comm,
                                struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__own_settlement own = {.tally = NULL};
    const struct ihp__settings settings = {options->set, options->sets};
    if (ihp__job_start(&own.job, "explain", NULL, NULL, comm, notices, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = ihp__own_settlement_make(&own, options->deck_path, &settings, false);
    if (status == IHP_OK) {
        if (own.job.rank == 0) {
            ihp__until_agreed(print_steps(&own, options));
        }
        status = ihp__agree(own.job.comm, err);
    }
    ihp__own_settlement_end(&own);
    return status;
}
