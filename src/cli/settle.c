/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp settle */
#include "cli.h"
#include "progress.h"
#include "signals.h"

#include "base/base.h"
#include "ihp/jobs.h"
#include "sweep/sweep.h"

#include <string.h>

enum { SET_MAX = 64 };

struct request {
    struct ihp_settle_options options;
    const char *set[SET_MAX];
    struct ihp__cli_log log;
    bool quiet;
};

/* Takes "K/N". Whether the deck's sweep has such a block is checked when the deck is read. */
static bool take_block(void *request, const char *text)
{
    struct request *r = request;
    char block[8];
    const char *slash = strchr(text, '/');
    int64_t k, n;
    if (slash == NULL || (size_t)(slash - text) >= sizeof block) {
        return false;
    }
    memcpy(block, text, (size_t)(slash - text));
    block[slash - text] = '\0';
    if (!ihp__integer_parse(slash + 1, 1, IHP__BLOCKS_MAX, &n) ||
        !ihp__integer_parse(block, 1, n, &k)) {
        return false;
    }
    r->options.block = (size_t)k;
    r->options.blocks = (size_t)n;
    return true;
}

/* Takes "KEY=VALUE", which is checked when the deck is read. */
static bool take_set(void *request, const char *text)
{
    struct request *r = request;
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || r->options.sets == SET_MAX) {
        return false;
    }
    r->set[r->options.sets++] = text;
    r->options.set = r->set;
    return true;
}

static const char *check(const void *request)
{
    const struct ihp_settle_options *o = &((const struct request *)request)->options;
    bool writes = o->output == NULL && !o->dry_run && !o->estimate;
    return writes && o->blocks > 0 ? "--block requires -o FOLDER, another folder for each block"
           : writes && o->sets > 0
               ? "--set requires -o FOLDER, another folder than the deck's output"
               : NULL;
}

static const char *const paragraphs[] = {
    "Settles the IHPs of a deck, prints the settlement and writes the result folder. The results "
    "have the same bytes on any number of ranks.",
    "A long run saves its work as FOLDER.checkpoint.h5 next to the result folder, every "
    "checkpoint_minutes of the deck and when SIGUSR1, SIGTERM or SIGINT asks it to stop; it then "
    "ends with "
    "code 75. The same command, on any number of ranks, continues from the checkpoint and ends "
    "with the same bytes. A checkpoint is protected data and has mode 0600.",
    NULL};

static const char *const more[] = {
    "The signal may reach any of the ranks. mpirun passes SIGUSR1 on to the ranks. On SIGTERM and "
    "SIGINT it may not leave them the time to save, so send SIGTERM to a rank. A second SIGTERM or "
    "SIGINT ends a run at once, without saving. A finished run removes its checkpoint.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
};

static const struct ihp__cli_option options[] = {
    IHP__CLI_ROW_OUTPUT(struct request, options.output, "the deck's output"),
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace a finished run in that folder"),
    IHP__CLI_ROW_FLAG(struct request, options.member_files, "member-files", "Output",
                      "also write attributed/<ihp_id>.csv, the members of each IHP, and "
                      "unattributed/members.csv, those of none (protected data)",
                      "The files have mode 0600. unattributed/members.csv gives the reason why no "
                      "IHP has the member. A final settlement that names its interim also writes "
                      "moved/<ihp_id>.csv, the members who joined or left since."),
    {.name = "block",
     .value = {.name = "K/N",
               .kind = IHP__CLI_SPECIAL,
               .take = take_block,
               .allowed = "K/N, block K of N, with K from 1 to N and N from 1 to 10000"},
     .otherwise = "all scenarios",
     .section = "Scope",
     .help = "settle the deck, and of its sweep only block K of N, for ihp merge",
     .more = "Blocks are contiguous in the deck's order, and their numbers of scenarios differ by "
             "at most one. N is at most 10000 and at most the number of scenarios. The result of a "
             "block requires a folder of its own, -o."},
    {.name = "set",
     .value = {.name = "KEY=VALUE",
               .kind = IHP__CLI_SPECIAL,
               .take = take_set,
               .allowed = "KEY=VALUE, such as claims_cap=50000, at most 64 times"},
     .otherwise = "the deck as it is",
     .section = "Scope",
     .help = "settle what-if: with another value of a key; once for each key",
     .more = "The keys are those of a sweep: claims_cap and corridor_share (of all IHPs), trend "
             "(added to the rate of each year), threshold, quality_share, base_paid_through, "
             "performance_paid_through, roster_quarter, and every policy by its name. The result "
             "requires a folder of its own, -o, and says that it is a what-if. It cannot be the "
             "interim of a final settlement, and no notices are made of it."},
    IHP__CLI_ROW_FLAG(struct request, options.fresh, "fresh", "Scope",
                      "start over, and ignore a checkpoint of an earlier start",
                      "The checkpoint is not read, even if it is damaged or of another run. "
                      "Without --fresh the run continues from the checkpoint of the same run and "
                      "refuses another."),
    {.name = "dry-run",
     .value = {.field = IHP__CLI_FIELD(struct request, options.dry_run)},
     .excludes = "estimate",
     .section = "Planning",
     .help = "print how many scenarios, passes and bytes the run would take, and exit"},
    {.name = "estimate",
     .value = {.field = IHP__CLI_FIELD(struct request, options.estimate)},
     .excludes = "dry-run",
     .section = "Planning",
     .help = "print what a batch job should ask for, and exit",
     .more =
         "Each line is a name, spaces and a whole number: members, claim_lines, replicates, "
         "scenarios, passes over the claims, bytes_read by all ranks in all passes, ranks, "
         "memory_mib_per_rank, and seconds, rounded up. The deck, the program folder and the head "
         "of the store are read. The output folder and the folder of an interim settlement are "
         "not, and --block does not require -o. The figures are careful, without a margin for what "
         "else a machine does; docs/performance.md explains them."},
    {.name = "ranks",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.ranks),
               .whole = {1, IHP_ESTIMATE_RANKS_MAX}},
     .otherwise = "the ranks that run",
     .needs = "estimate",
     .section = "Planning",
     .help = "number of ranks of the job that --estimate describes"},
    {.name = "rate",
     .value = {.name = "MB_PER_S",
               .kind = IHP__CLI_DECIMAL,
               .field = IHP__CLI_FIELD(struct request, options.rate),
               .decimal = {IHP_ESTIMATE_RATE_MIN, IHP_ESTIMATE_RATE_MAX, false}},
     .preset = IHP__CLI_PRESET(IHP_ESTIMATE_RATE),
     .needs = "estimate",
     .section = "Planning",
     .help = "megabytes of claims that a rank of that job processes per second",
     .more = "The default is meant for a cold file system."},
    {.name = "batch-lines",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.batch_lines),
               .whole = {1, 1 << 24}},
     .preset = IHP__CLI_PRESET(IHP_BATCH_LINES),
     .section = "Performance",
     .help = "claim lines that a rank keeps in memory at a time",
     .more = "The result does not depend on it."},
    IHP__CLI_ROW_FLAG(struct request, options.no_index, "no-index", "Performance",
                      "judge every claim line, without the store's index",
                      "This is slower and gives the same result; it is for comparing. The index is "
                      "used otherwise where it has every procedure of codes.csv and both years."),
    IHP__CLI_ROW_PROGRESS(struct request),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"settle on one process", "ihp settle deck.yaml"},
    {"settle on eight ranks, with the lists of attributed members",
     "mpirun -n 8 ihp settle decks/final-2025.yaml --member-files"},
    {"settle the third of twelve blocks of a sweep",
     "ihp settle sweep.yaml --block 3/12 -o blocks/3"},
    {"settle with a claims cap of $50,000 for all IHPs",
     "ihp settle deck.yaml --set claims_cap=50000 -o results/cap-50000"},
    {"print what a job of 64 ranks should ask for", "ihp settle deck.yaml --estimate --ranks 64"},
};

static const struct ihp__cli_exit exits[] = {
    {IHP_OK, NULL},       {IHP_ERR_RUN, NULL}, {IHP_ERR_USAGE, NULL},
    {IHP_ERR_DATA, NULL}, {IHP_STOPPED, NULL},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    struct ihp_settle_options *o = &r->options;
    ihp__cli_report_begin(&r->log, r->quiet, &o->report, &o->progress, &o->progress_context);
    if (o->estimate) {
        o->report = stdout; /* --quiet leaves an estimate, which is what was asked for */
    }
    o->stop = ihp__cli_stop();
    o->listens = ihp__cli_listens();
    o->log = stderr;
    return ihp_settle(o, cli->comm, cli->notices, cli->err);
}

const struct ihp__command ihp__command_settle = {
    .name = "settle",
    .summary = "settle the IHPs of a deck",
    .paragraphs = paragraphs,
    .more = more,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .check = check,
    .prepare = ihp__cli_save_at_signals,
    .run = run,
};
