/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp quality */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_quality_options options;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Scores quality [17, 18] from the deck and its program folder alone; no store is opened. "
    "Prints the points and scores of each IHP by section and category, and writes quality.csv and "
    "quality_scores.csv.",
    "The score of section 18 changes shared savings and losses of a final settlement [18.2]. The "
    "score of section 17 decides on eligibility for the population-based payment and changes no "
    "amount [17.1.3]. The deck may be of an interim settlement, to see scores before they count.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
};

static const struct ihp__cli_option options[] = {
    IHP__CLI_ROW_OUTPUT(struct request, options.output, "the deck's output"),
    IHP__CLI_ROW_FORCE(struct request, options.force,
                       "replace other scores, but never those of a settlement"),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"score quality", "ihp quality decks/final-2025.yaml"},
    {"score what is known so far", "ihp quality decks/interim-2025.yaml -o scores-so-far"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.report = r->quiet ? NULL : stdout;
    return ihp_quality_run(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_quality = {
    .name = "quality",
    .summary = "score quality: points, category scores and overall scores",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_FIRST_RANK,
    .request_size = sizeof(struct request),
    .run = run,
};
