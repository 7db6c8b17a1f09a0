/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp settle */
#include "cli.h"
#include "sweep/sweep.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>
#include <signal.h>
#include <string.h>

static const char help[] =
    "Usage: ihp settle DECK [-o FOLDER] [--block K/N] [--force] [--member-files] [--dry-run]\n"
    "                  [--fresh] [--batch-lines N] [--no-index] [--progress-seconds N]\n"
    "                  [--quiet]\n"
    "       ihp settle DECK --estimate [--ranks N] [--rate MB_PER_S] [--block K/N]\n"
    "                  [--member-files] [--batch-lines N] [--no-index]\n"
    "       mpirun -n N ihp settle DECK ...\n"
    "\n"
    "Settles the IHPs of a deck and writes its result folder. The results are the same bytes on "
    "any\n"
    "number of ranks.\n"
    "\n"
    "  -o, --output FOLDER  where to write (default: the deck's output)\n"
    "  --block K/N       settle the deck and block K of N of its sweep's scenarios, a part for\n"
    "                    'ihp merge'; N at most 10000 and the number of scenarios; wants -o\n"
    "  --force           replace a finished run in the output folder\n"
    "  --fresh           begin anew where an earlier start left FOLDER.checkpoint.h5\n"
    "  --member-files    write attributed/<ihp_id>.csv too (protected data, mode 0600)\n"
    "  --dry-run         print how many scenarios, passes and bytes the run would take, and stop\n"
    "  --estimate        print what a batch job should ask for, a name and a whole number a line,\n"
    "                    and stop: memory_mib_per_rank, seconds, and what they come from\n"
    "  --ranks N         of that job, 1 to 65536 (default: as many as run)\n"
    "  --rate MB_PER_S   of claims that one of its ranks reads and decides on, 0.001 to 1000000\n"
    "                    (default 200, a careful figure for a cold file system)\n"
    "  --batch-lines N   claim lines in memory at a time, 1 to 16777216 (default 131072)\n"
    "  --no-index        judge every line, also where the store's index would serve (slower; for\n"
    "                    comparing)\n"
    "  --progress-seconds N  unless standard error is a terminal, a line of progress every N\n"
    "                    seconds, 0 to 86400 (default 30); 0: no progress, also on a terminal\n"
    "  --quiet           no table of the settlement\n"
    "\n"
    "A long run saves what is done as FOLDER.checkpoint.h5 (protected data, mode 0600) every\n"
    "checkpoint_minutes of the deck, and when SIGUSR1 or SIGTERM asks it to stop; it ends with "
    "code 75\n"
    "then. Started again in the same way, on any number of ranks, it goes on from there.\n"
    "\n"
    "Examples:\n"
    "  ihp settle deck.yaml\n"
    "  mpirun -n 8 ihp settle decks/final-2025.yaml --member-files\n"
    "  ihp settle deck.yaml --block 3/12 -o parts/3\n"
    "  ihp settle deck.yaml --estimate --ranks 64\n";

/* "K/N"; whether the deck's sweep has such a block is looked at when it is read. */
static bool parse_block(const char *text, struct ihp_settle_options *options)
{
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
    options->block = (size_t)k;
    options->blocks = (size_t)n;
    return true;
}

/* --ranks and --rate. */
static enum ihp_status take_job(struct ihp__cli *cli, int option, const char *value,
                                struct ihp_settle_options *options)
{
    int64_t ranks;
    double rate;
    if (option == 'r') {
        if (!ihp__integer_parse(value, 1, IHP_ESTIMATE_RANKS_MAX, &ranks)) {
            return ihp__cli_usage(cli, "settle", "--ranks wants a whole number from 1 to 65536");
        }
        options->ranks = (int)ranks;
        return IHP_OK;
    }
    if (!ihp__decimal_parse(value, &rate) || rate < IHP_ESTIMATE_RATE_MIN ||
        rate > IHP_ESTIMATE_RATE_MAX) {
        return ihp__cli_usage(cli, "settle",
                              "--rate wants MB a second as a number from 0.001 to 1000000");
    }
    options->rate = rate;
    return IHP_OK;
}

/* Options that do not go together. */
static enum ihp_status check(struct ihp__cli *cli, const struct ihp_settle_options *options)
{
    if (options->estimate && options->dry_run) {
        return ihp__cli_usage(cli, "settle",
                              "--estimate and --dry-run exclude each other; give one");
    }
    if (!options->estimate && (options->ranks > 0 || options->rate > 0)) {
        return ihp__cli_usage(cli, "settle", "--ranks and --rate are for --estimate alone");
    }
    if (options->blocks > 0 && options->output == NULL && !options->dry_run && !options->estimate) {
        return ihp__cli_usage(cli, "settle", "--block wants -o FOLDER, one for each part");
    }
    return IHP_OK;
}

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             struct ihp_settle_options *options)
{
    static const struct option longs[] = {{"output", required_argument, NULL, 'o'},
                                          {"block", required_argument, NULL, 'k'},
                                          {"force", no_argument, NULL, 'f'},
                                          {"fresh", no_argument, NULL, 'x'},
                                          {"member-files", no_argument, NULL, 'm'},
                                          {"dry-run", no_argument, NULL, 'd'},
                                          {"estimate", no_argument, NULL, 'e'},
                                          {"ranks", required_argument, NULL, 'r'},
                                          {"rate", required_argument, NULL, 'a'},
                                          {"batch-lines", required_argument, NULL, 'b'},
                                          {"no-index", no_argument, NULL, 'n'},
                                          {"progress-seconds", required_argument, NULL, 'p'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        int64_t lines;
        switch (c) {
        case 'o':
            options->output = optarg;
            break;
        case 'k':
            if (!parse_block(optarg, options)) {
                return ihp__cli_usage(cli, "settle",
                                      "--block wants K/N, a block K from 1 to N of N up to 10000");
            }
            break;
        case 'f':
            options->force = true;
            break;
        case 'x':
            options->fresh = true;
            break;
        case 'd':
            options->dry_run = true;
            break;
        case 'e':
            options->estimate = true;
            break;
        case 'r':
        case 'a':
            if (take_job(cli, c, optarg, options) != IHP_OK) {
                return cli->err->status;
            }
            break;
        case 'm':
            options->member_files = true;
            break;
        case 'n':
            options->no_index = true;
            break;
        case 'p':
            if (ihp__cli_take_log(cli, "settle", optarg, options->progress_context) != IHP_OK) {
                return cli->err->status;
            }
            break;
        case 'q':
            options->report = NULL;
            break;
        case 'b':
            if (!ihp__integer_parse(optarg, 1, 1 << 24, &lines)) {
                return ihp__cli_usage(cli, "settle",
                                      "--batch-lines wants a number from 1 to 16777216");
            }
            options->batch_lines = (uint64_t)lines;
            break;
        default:
            return ihp__cli_bad_option(cli, "settle", argv);
        }
    }
    if (optind != argc - 1) {
        return ihp__cli_usage(cli, "settle", "one DECK is wanted");
    }
    options->deck_path = argv[optind];
    return check(cli, options);
}

/* Set by a signal: a handler may do no more, and knows no address but this. */
static volatile sig_atomic_t stop;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    stop = 1;
}

static void take_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct ihp__cli_log log = {.seconds = IHP__CLI_LOG_SECONDS};
    struct ihp_settle_options options = {
        .report = stdout, .progress_context = &log, .stop = &stop, .log = stderr};
    parse(cli, argc, argv, &options);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (options.estimate) { /* which is no table of the settlement: --quiet leaves it */
        options.report = stdout;
    }
    options.progress = ihp__cli_begin_log(&log);
    return ihp_settle(&options, cli->comm, cli->notices, cli->err);
}

const struct ihp__command ihp__command_settle = {
    "settle", "settle the IHPs of a deck, alone or under mpirun", help, run, take_signals};
