/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settles a deck under its own terms, without a file. */
#include "engine/own_settlement.h"

#include <stdlib.h>

static enum ihp_status open_inputs(struct ihp__own_settlement *own, const char *deck_path,
                                   const struct ihp__settings *settings)
{
    struct ihp__job *job = &own->job;
    if (ihp__job_open_with(job, deck_path, settings) != IHP_OK ||
        ihp__interim_read(&job->context, &own->interim, job->notices, job->err) != IHP_OK) {
        return job->err->status;
    }
    ihp__job_own_terms(job);
    return ihp__tally_create(&job->context.shape, &own->tally, job->err);
}

enum ihp_status ihp__own_settlement_make(struct ihp__own_settlement *own, const char *deck_path,
                                         const struct ihp__settings *settings, bool no_index)
{
    struct ihp__job *job = &own->job;
    const struct ihp__context *c = &job->context;
    const uint64_t common[] = {no_index, job->stats.batch_lines};
    const struct ihp__pass_options options = {.stage = "settle",
                                              .index_advice = ", or settle with --no-index",
                                              .batch_lines = job->stats.batch_lines,
                                              .use_index = !no_index,
                                              .rules = c->rules,
                                              .rule_count = IHP__PERIODS,
                                              .progress = ihp__watch_report,
                                              .progress_context = &job->watch};
    ihp__until_agreed(open_inputs(own, deck_path, settings));
    if (ihp__job_agree_on_input(job, common, sizeof common) != IHP_OK) {
        return job->err->status;
    }
    const struct ihp__pass_sums sums = {.tally = own->tally};
    if (ihp__job_pass(job, &options, &sums) != IHP_OK) {
        return job->err->status;
    }
    if (ihp__finance_settle(own->tally, c->program, &c->deck, c->info->acg, &own->finance,
                            job->notices, job->err) == IHP_OK) {
        ihp__until_agreed(ihp__store_check_unchanged(c->store, job->err));
    }
    return ihp__agree(job->comm, job->err);
}

struct ihp__result_input ihp__own_settlement_result(const struct ihp__own_settlement *own)
{
    const struct ihp__context *c = &own->job.context;
    return (struct ihp__result_input){.deck = &c->deck,
                                      .program = c->program,
                                      .store = c->info,
                                      .tally = own->tally,
                                      .finance = &own->finance};
}

void ihp__own_settlement_end(struct ihp__own_settlement *own)
{
    free(own->interim.row);
    ihp__finance_free(&own->finance);
    ihp__tally_destroy(&own->tally);
    ihp__job_end(&own->job);
}
