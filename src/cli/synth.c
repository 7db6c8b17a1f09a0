/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp synth */
#include "cli.h"

#include "base/agree.h"
#include "base/base.h"
#include "ihp/synth.h"

#include <getopt.h>

static const char help[] =
    "Usage: ihp synth -o STORE --members N --seed S [--ihps K] [--effect X] [--program DIR]\n"
    "                 [--extract DIR]\n"
    "       mpirun -n RANKS ihp synth ...\n"
    "\n"
    "Makes a synthetic state that looks like Minnesota's programs: claims of three years (2023 to\n"
    "2025), about 100 lines a member, partnerships of very different sizes. Nobody in it is real.\n"
    "With it come a program folder, and beside that a run deck, deck.yaml, and effects.csv, which\n"
    "says by how much each partnership really changed the cost of its people in 2025. Equal\n"
    "options give the same state on any number of ranks.\n"
    "\n"
    "  -o, --output STORE    the store to make\n"
    "  --members N           how many members, 1 to 4000000000; the whole state has 1500000\n"
    "  --seed S              which state of that size, 0 to 18446744073709551615\n"
    "  --ihps K              how many partnerships, 1 to 200 (default 25)\n"
    "  --effect X            their true effects run evenly from -X to +X, 0 to 0.5 (default 0)\n"
    "  --program DIR         the program folder (default: program, beside STORE)\n"
    "  --extract DIR         write it as a CSV extract too; importing that gives the same store\n"
    "\n"
    "Examples:\n"
    "  ihp synth -o state.h5 --members 20000 --seed 1 && ihp settle deck.yaml\n"
    "  mpirun -n 2 ihp synth -o state.h5 --members 1500000 --seed 2025 --effect 0.05\n"
    "  ihp synth -o state.h5 --members 5000 --seed 7 --ihps 5 --extract extract/\n";

static void show(void *context, const struct ihp_synth_progress *p)
{
    char text[80];
    (void)context;
    snprintf(text, sizeof text, "%llu of %llu members", (unsigned long long)p->done,
             (unsigned long long)p->all);
    ihp__cli_progress(p->stage, text, p->done, p->all);
}

/* A whole number without sign, of all 64 bits. */
static bool parse_whole(const char *text, uint64_t *value)
{
    uint64_t sum = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        unsigned digit = (unsigned)(unsigned char)*text - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

/* What stands on the command line. */
struct arguments {
    struct ihp_synth_options options;
    bool members, seed;
};

static enum ihp_status take(struct ihp__cli *cli, int option, const char *value,
                            struct arguments *a)
{
    struct ihp_synth_options *o = &a->options;
    uint64_t number;
    switch (option) {
    case 'o':
        o->store_path = value;
        break;
    case 'p':
        o->program_dir = value;
        break;
    case 'x':
        o->extract_dir = value;
        break;
    case 'm':
        a->members = true;
        if (!parse_whole(value, &o->members)) {
            return ihp__cli_usage(cli, "synth", "--members wants a whole number, 1 to 4000000000");
        }
        break;
    case 's':
        a->seed = true;
        if (!parse_whole(value, &o->seed)) {
            return ihp__cli_usage(cli, "synth", "--seed wants a whole number of at most 64 bits");
        }
        break;
    case 'k':
        if (!parse_whole(value, &number) || number > IHP_SYNTH_IHPS_MAX) {
            return ihp__cli_usage(cli, "synth", "--ihps wants a whole number, 1 to 200");
        }
        o->ihps = (int)number;
        break;
    case 'e':
        if (!ihp__decimal_parse(value, &o->effect)) {
            return ihp__cli_usage(cli, "synth", "--effect wants a number such as 0.05, 0 to 0.5");
        }
        break;
    }
    return IHP_OK;
}

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv, struct arguments *a)
{
    static const struct option longs[] = {
        {"output", required_argument, NULL, 'o'},  {"members", required_argument, NULL, 'm'},
        {"seed", required_argument, NULL, 's'},    {"ihps", required_argument, NULL, 'k'},
        {"effect", required_argument, NULL, 'e'},  {"program", required_argument, NULL, 'p'},
        {"extract", required_argument, NULL, 'x'}, {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        if (c == '?') {
            return ihp__cli_bad_option(cli, "synth", argv);
        }
        if (take(cli, c, optarg, a) != IHP_OK) {
            return cli->err->status;
        }
    }
    if (optind != argc || a->options.store_path == NULL || !a->members || !a->seed) {
        return ihp__cli_usage(cli, "synth", "-o STORE, --members N and --seed S are wanted");
    }
    return IHP_OK;
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct arguments a = {.options = {.ihps = IHP_SYNTH_IHPS_DEFAULT}};
    struct ihp_synth_report report;
    parse(cli, argc, argv, &a);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    a.options.progress = cli->rank == 0 && ihp__cli_shows_progress() ? show : NULL;
    if (ihp_synth(&a.options, cli->comm, &report, cli->err) != IHP_OK || cli->rank != 0) {
        return cli->err->status;
    }
    printf("%s: %llu members, %llu claim lines, %llu enrollment spans, %llu morbidity rows, %llu "
           "providers\n",
           a.options.store_path, (unsigned long long)report.members,
           (unsigned long long)report.lines, (unsigned long long)report.spans,
           (unsigned long long)report.morbidity_rows, (unsigned long long)report.providers);
    return IHP_OK;
}

const struct ihp__command ihp__command_synth = {
    "synth", "a synthetic state with known effects, to try the engine on", help, run, NULL};
