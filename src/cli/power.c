/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp power */
#include "cli.h"
#include "progress.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_power_options options;
    struct ihp__cli_log log;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Shows how large an IHP must be before its ratio means something. Populations of given sizes "
    "are drawn with replacement from the members eligible in either period, whatever their "
    "attribution. The target follows the growth of the whole eligible population, so a drawn "
    "population's cost changes only by a known true change.",
    "Each population is settled under the deck's threshold and each claims cap of the program "
    "folder. The table has the chances of savings, of losses and of neither, and marks false "
    "rewards and false penalties. It is the same on any number of ranks.",
    NULL};

static const char *const more[] = {
    "The deck's result folder is not touched. The deck's sections bootstrap (except its seed) and "
    "sweep are not used.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
};

static const struct ihp__cli_option options[] = {
    {.name = "sizes",
     .value = {.name = "LIST",
               .kind = IHP__CLI_WHOLES,
               .field = IHP__CLI_FIELD(struct request, options.size),
               .count = IHP__CLI_FIELD(struct request, options.sizes),
               .items = IHP_POWER_LIST_MAX,
               .whole = {1, IHP_POWER_SIZE_MAX}},
     .preset = IHP__CLI_PRESET_LIST(IHP_POWER_SIZES),
     .section = "Populations",
     .help = "members of a population"},
    {.name = "effects",
     .value = {.name = "LIST",
               .kind = IHP__CLI_DECIMALS,
               .field = IHP__CLI_FIELD(struct request, options.effect),
               .count = IHP__CLI_FIELD(struct request, options.effects),
               .items = IHP_POWER_LIST_MAX,
               .decimal = {-1, 1, true}},
     .preset = IHP__CLI_PRESET_LIST(IHP_POWER_EFFECTS),
     .section = "Populations",
     .help = "true changes of cost; -0.05 means 5% true savings"},
    {.name = "draws",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.draws),
               .whole = {1, IHP_POWER_DRAWS_MAX}},
     .preset = IHP__CLI_PRESET(IHP_POWER_DRAWS),
     .section = "Populations",
     .help = "number of populations of each size"},
    {.name = "seed",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.seed),
               .whole = {0, INT64_MAX}},
     .given = IHP__CLI_FIELD(struct request, options.seed_given),
     .otherwise = "bootstrap.seed of the deck, or 1",
     .section = "Populations",
     .help = "seed of the draws; equal seeds draw the same populations"},
    {.name = "output",
     .letter = 'o',
     .value = {.name = "FILE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.output),
               .endings = "csv"},
     .otherwise = "none",
     .section = "Output",
     .help = "CSV file to write the table to as well"},
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace an earlier table"),
    IHP__CLI_ROW_PROGRESS(struct request),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"the default sizes and effects", "ihp power deck.yaml"},
    {"how often chance alone makes savings or losses of 5,000 and 50,000 members",
     "mpirun -n 8 ihp power deck.yaml --sizes 5000,50000 --effects 0 -o power.csv"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    ihp__cli_report_begin(&r->log, r->quiet, &r->options.report, &r->options.progress,
                          &r->options.progress_context);
    return ihp_power(&r->options, cli->comm, cli->notices, cli->err);
}

const struct ihp__command ihp__command_power = {
    .name = "power",
    .summary = "show how large an IHP must be before its ratio means something",
    .paragraphs = paragraphs,
    .more = more,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .run = run,
};
