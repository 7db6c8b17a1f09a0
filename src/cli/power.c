/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp power */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>
#include <string.h>

static const char help[] =
    "Usage: ihp power DECK [--sizes LIST] [--effects LIST] [--draws N] [--seed N] [-o FILE]\n"
    "                 [--progress-seconds N]\n"
    "       mpirun -n N ihp power DECK ...\n"
    "\n"
    "How large must an IHP be before its ratio means something? Draws populations of given sizes\n"
    "from the members eligible in either period, lets nothing but a known true change happen to\n"
    "their cost, settles each under the deck's threshold and the program's claims caps, and\n"
    "prints how often they come to savings, to losses or to neither. The result is the same bytes\n"
    "on any number of ranks.\n"
    "\n"
    "  --sizes LIST        members of a population, 1 to 50 different numbers from 1 to 10000000\n"
    "                      (default 1000,2000,5000,10000,20000,50000,100000)\n"
    "  --effects LIST      true changes of cost, 1 to 50 different fractions above -1 and at most\n"
    "                      1; -0.05 stands for 5% true savings\n"
    "                      (default -0.10,-0.05,-0.02,0,0.02,0.05,0.10)\n"
    "  --draws N           populations of each size, 1 to 1000000 (default 1000)\n"
    "  --seed N            equal seeds draw alike, 0 to 9223372036854775807 (default: that of the\n"
    "                      deck's bootstrap, or 1)\n"
    "  -o, --output FILE   write the table as CSV too\n"
    "  --progress-seconds N  unless standard error is a terminal, a line of progress every N\n"
    "                      seconds, 0 to 86400 (default 30); 0: no progress, also on a terminal\n"
    "\n"
    "Examples:\n"
    "  ihp power deck.yaml\n"
    "  mpirun -n 8 ihp power deck.yaml --sizes 5000,50000 --effects 0 --draws 10000 -o power.csv\n";

/* Records that an item of a list, or a number, is none. */
static enum ihp_status fail_number(struct ihp__cli *cli, const char *option, const char *text,
                                   const char *allowed)
{
    char what[200];
    snprintf(what, sizeof what, "%s: '%.40s' is not allowed; %s", option, text, allowed);
    return ihp__cli_usage(cli, "power", what);
}

/* Takes the items of a list apart and calls `put` for each, which says whether it is a number. */
static enum ihp_status take_list(struct ihp__cli *cli, const char *option, const char *list,
                                 const char *allowed,
                                 bool (*put)(struct ihp_power_options *options, const char *item),
                                 struct ihp_power_options *options)
{
    size_t count = 0;
    for (const char *at = list; at != NULL; count++) {
        const char *comma = strchr(at, ',');
        size_t length = comma == NULL ? strlen(at) : (size_t)(comma - at);
        char item[41];
        snprintf(item, sizeof item, "%.*s", length < 40 ? (int)length : 40, at);
        if (count == IHP_POWER_LIST_MAX) {
            return fail_number(cli, option, item, "the list has more than 50 items");
        }
        if (length >= 40 || !put(options, item)) {
            return fail_number(cli, option, item, allowed);
        }
        at = comma == NULL ? NULL : comma + 1;
    }
    return IHP_OK;
}

static bool put_size(struct ihp_power_options *options, const char *item)
{
    return ihp__integer_parse(item, INT64_MIN, INT64_MAX, &options->size[options->sizes++]);
}

static bool put_effect(struct ihp_power_options *options, const char *item)
{
    return ihp__decimal_parse(item, &options->effect[options->effects++]);
}

static enum ihp_status take(struct ihp__cli *cli, int option, const char *value,
                            struct ihp_power_options *options)
{
    switch (option) {
    case 'o':
        options->output = value;
        break;
    case 's':
        options->sizes = 0;
        return take_list(cli, "--sizes", value, "whole numbers from 1 to 10000000 with commas",
                         put_size, options);
    case 'e':
        options->effects = 0;
        return take_list(cli, "--effects", value,
                         "fractions above -1 and at most 1 with commas, such as -0.05,0,0.05",
                         put_effect, options);
    case 'd':
        if (!ihp__integer_parse(value, 1, IHP_POWER_DRAWS_MAX, &options->draws)) {
            return fail_number(cli, "--draws", value, "a whole number from 1 to 1000000");
        }
        break;
    case 'p':
        return ihp__cli_take_log(cli, "power", value, options->progress_context);
    case 'r':
        options->seed_given = true;
        if (!ihp__integer_parse(value, 0, INT64_MAX, &options->seed)) {
            return fail_number(cli, "--seed", value,
                               "a whole number from 0 to 9223372036854775807");
        }
        break;
    }
    return IHP_OK;
}

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             struct ihp_power_options *options)
{
    static const struct option longs[] = {{"sizes", required_argument, NULL, 's'},
                                          {"effects", required_argument, NULL, 'e'},
                                          {"draws", required_argument, NULL, 'd'},
                                          {"seed", required_argument, NULL, 'r'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"progress-seconds", required_argument, NULL, 'p'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        if (c == '?') {
            return ihp__cli_bad_option(cli, "power", argv);
        }
        if (take(cli, c, optarg, options) != IHP_OK) {
            return cli->err->status;
        }
    }
    if (optind != argc - 1) {
        return ihp__cli_usage(cli, "power", "one DECK is wanted");
    }
    options->deck_path = argv[optind];
    return IHP_OK;
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct ihp__cli_log log = {.seconds = IHP__CLI_LOG_SECONDS};
    struct ihp_power_options options = {.report = stdout, .progress_context = &log};
    parse(cli, argc, argv, &options);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    options.progress = ihp__cli_begin_log(&log);
    return ihp_power(&options, cli->comm, cli->notices, cli->err);
}

const struct ihp__command ihp__command_power = {
    "power", "how large must an IHP be before its ratio means something?", help, run, NULL};
