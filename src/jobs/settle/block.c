/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes from the options which scenarios of its deck a run settles, and where it writes. */
#include "jobs/settle/settling.h"

#include "base/path.h"

#include <string.h>
#include <sys/stat.h>

/* Refuses a what-if that would be taken for the settlement of its deck, because it has the same
 * folder. */
static enum ihp_status check_what_if(const struct ihp__settling *s, const char *output)
{
    const struct ihp__deck *deck = &s->job.context.deck;
    struct stat own, given;
    bool own_found = false, given_found = false;
    if (deck->what_if.count == 0 || s->options->dry_run || s->options->estimate) {
        return IHP_OK;
    }
    if (output != NULL && (ihp__path_look(deck->output, &own, &own_found, s->job.err) != IHP_OK ||
                           ihp__path_look(output, &given, &given_found, s->job.err) != IHP_OK)) {
        return s->job.err->status;
    }
    bool same =
        output == NULL || strcmp(output, deck->output) == 0 ||
        (own_found && given_found && own.st_dev == given.st_dev && own.st_ino == given.st_ino);
    return same ? ihp__fail(s->job.err, IHP_ERR_USAGE,
                            "--set: %s is the folder of the deck's own settlement; name another "
                            "folder for the what-if with -o",
                            deck->output)
                : IHP_OK;
}

static enum ihp_status take_output(struct ihp__settling *s)
{
    struct ihp__deck *deck = &s->job.context.deck;
    const char *output = s->options->output;
    if (check_what_if(s, output) != IHP_OK || output == NULL) {
        return s->job.err->status;
    }
    if (output[0] == '\0') {
        return ihp__fail(s->job.err, IHP_ERR_USAGE,
                         "--output: an empty text is not a path; name a folder");
    }
    return ihp__path_copy(deck->output, sizeof deck->output, output, s->job.err);
}

static enum ihp_status take_block(struct ihp__settling *s)
{
    const struct ihp_settle_options *o = s->options;
    const struct ihp__deck *deck = &s->job.context.deck;
    size_t scenarios = deck->sweep == NULL ? 0 : deck->sweep->scenarios;
    if (o->blocks == 0) {
        s->block = (struct ihp__block){.end = scenarios, .scenarios = scenarios};
        return IHP_OK;
    }
    if (deck->sweep == NULL) {
        return ihp__fail(s->job.err, IHP_ERR_USAGE,
                         "%s: sweep: is missing, and --block settles a block of a sweep; settle "
                         "this deck without it",
                         deck->path);
    }
    size_t most = scenarios < IHP__BLOCKS_MAX ? scenarios : IHP__BLOCKS_MAX;
    if (!ihp__block_of(scenarios, o->block, o->blocks, &s->block)) {
        return ihp__fail(s->job.err, IHP_ERR_USAGE,
                         "--block: %zu/%zu is not allowed; expected K/N with K from 1 to N and N "
                         "at most %zu (%s has %zu scenarios)",
                         o->block, o->blocks, most, deck->path, scenarios);
    }
    return IHP_OK;
}

/* Notes that scenarios which vary policies of payments alone have the deck's settlement: their
 * price is not in this run. */
static void note_payment_scenarios(const struct ihp__settling *s)
{
    const struct ihp__sweep *sweep = s->job.context.deck.sweep;
    size_t scenarios = 0;
    for (size_t i = 0; sweep != NULL && i < sweep->scenarios; i++) {
        scenarios += sweep->scenario[i].acts_on == IHP__ACTS_ON_PAYMENT;
    }
    if (scenarios > 0) {
        ihp__notice_add(s->job.notices,
                        "sweep: scenarios that vary pbp_months or pbp_percentiles alone: %zu; "
                        "these policies change payments, and no amount of a settlement; 'ihp pay' "
                        "with each value has their price [15]",
                        scenarios);
    }
}

enum ihp_status ihp__settling_take_block(struct ihp__settling *s)
{
    struct ihp__context *c = &s->job.context;
    if (take_output(s) != IHP_OK || take_block(s) != IHP_OK) {
        return s->job.err->status;
    }
    note_payment_scenarios(s);
    for (size_t i = 0; i < s->block.scenarios; i++) {
        const struct ihp__terms *terms = &c->deck.sweep->scenario[i].terms;
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__roster_index *unused;
            int32_t quarter = ihp__terms_quarter(&c->deck, terms, (enum ihp__period)period);
            if (ihp__context_roster_of(c, quarter, s->job.notices, &unused, s->job.err) != IHP_OK) {
                return s->job.err->status;
            }
        }
    }
    return IHP_OK;
}
