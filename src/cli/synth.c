/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp synth */
#include "cli.h"
#include "progress.h"

#include "base/agree.h"
#include "base/base.h"
#include "ihp/synth.h"
#include "result/folder.h"
#include "result/keep_finished.h"
#include "result/print_sentence.h"
#include "synth/folder.h"

#include <stdio.h>
#include <string.h>

struct request {
    struct ihp_synth_options options;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Makes a synthetic state that looks like Minnesota's programs: three years of claims (2023 to "
    "2025), about 100 claim lines per member, and partnerships of very different sizes. Nobody in "
    "it is real.",
    "It also writes a program folder and, next to it, a run deck (deck.yaml) and effects.csv, "
    "which lists by how much each partnership really changed the cost of its members in 2025, so "
    "that a settlement's estimate can be compared with the truth. The program folder has quality "
    "results too, so that every command works on the state.",
    "Equal --members, --seed, --ihps and --effect make the same state on any number of ranks.",
    NULL};

static const char *const more[] = {
    "The folders that contain STORE, the program folder and the extract must exist. A program "
    "folder with other CSV files is refused. A store has room for the claim lines of about 40 "
    "million members.",
    NULL};

static const struct ihp__cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .value = {.name = "STORE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.store_path),
               .endings = "h5"},
     .required = true,
     .section = "Output",
     .help = "store to write"},
    IHP__CLI_ROW_FORCE(struct request, options.force,
                       "replace files that exist: the store and those of the folders"),
    {.name = "program",
     .value = {.name = "DIR",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.program_dir)},
     .otherwise = "program, next to STORE",
     .section = "Output",
     .help = "program folder to write"},
    {.name = "extract",
     .value = {.name = "DIR",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.extract_dir)},
     .otherwise = "not written",
     .section = "Output",
     .help = "folder to write the state to as a CSV extract as well",
     .more = "Importing the extract gives the same store. Its files have mode 0600."},
    {.name = "members",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.members),
               .whole = {1, IHP_SYNTH_MEMBERS_MAX}},
     .required = true,
     .section = "State",
     .help = "number of members; Minnesota's programs have about 1500000"},
    {.name = "seed",
     .value = {.name = "S",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.seed),
               .whole = {0, UINT64_MAX}},
     .required = true,
     .section = "State",
     .help = "seed of the state; equal seeds make the same state"},
    {.name = "ihps",
     .value = {.name = "K",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, options.ihps),
               .whole = {1, IHP_SYNTH_IHPS_MAX}},
     .preset = IHP__CLI_PRESET(IHP_SYNTH_IHPS_DEFAULT),
     .section = "State",
     .help = "number of IHPs"},
    {.name = "effect",
     .value = {.name = "X",
               .kind = IHP__CLI_DECIMAL,
               .field = IHP__CLI_FIELD(struct request, options.effect),
               .decimal = {0, IHP_SYNTH_EFFECT_MAX, false}},
     .preset = "0",
     .section = "State",
     .help = "largest true effect, a fraction of the cost; the effects of the partnerships run "
             "evenly from -X to X"},
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"make a state and settle it", "ihp synth -o state.h5 --members 20000 --seed 1\n"
                                   "ihp settle deck.yaml"},
    {"make a state of Minnesota's size with known effects, on two ranks",
     "mpirun -n 2 ihp synth -o state.h5 --members 1500000 --seed 2025 --effect 0.05"},
    {"make a small state and its extract",
     "ihp synth -o state.h5 --members 5000 --seed 7 --ihps 5 --extract extract/"},
};

/* Shows the progress of the writing on a terminal. */
static void show(void *context, const struct ihp_synth_progress *p)
{
    char text[80];
    (void)context;
    snprintf(text, sizeof text, "%llu of %llu members", (unsigned long long)p->done,
             (unsigned long long)p->all);
    ihp__cli_progress(p->stage, text, p->done, p->all);
}

/* Removes the slashes at the end of a path. */
static void strip_slashes(char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        path[--length] = '\0';
    }
}

/* Prints the files and folders that were written. The deck is next to the program folder, which may
 * be a link to a folder elsewhere. */
static enum ihp_status print_written(const struct ihp_synth_options *o, struct ihp_error *err)
{
    char program[IHP__PATH_MAX], parent[IHP__PATH_MAX], real[IHP__PATH_MAX];
    if (ihp__synth_program_path(o, program, sizeof program, err) != IHP_OK) {
        return err->status;
    }
    strip_slashes(program);
    if (ihp__path_join(real, sizeof real, program, "..", err) != IHP_OK) {
        return err->status;
    }
    snprintf(parent, sizeof parent, "%.*s", (int)(ihp__path_base(program) - program), program);
    const char *folder = ihp__is_same_place(parent[0] == '\0' ? "." : parent, real) ? parent : real;
    const char *slash = folder == real ? "/" : ""; /* parent ends with its own */
    char extract[IHP__PATH_MAX] = "";
    if (o->extract_dir != NULL) {
        snprintf(extract, sizeof extract, "%s", o->extract_dir);
        strip_slashes(extract);
    }
    ihp__print_sentence(stdout, "\nResults: %s, %s/, %s%sdeck.yaml, %s%seffects.csv%s%s%s\n",
                        o->store_path, program, folder, slash, folder, slash,
                        extract[0] == '\0' ? "" : ", ", extract, extract[0] == '\0' ? "" : "/");
    return IHP_OK;
}

/* Refuses outputs that would damage a finished folder. Collective. */
static enum ihp_status check_outputs(const struct ihp_synth_options *o, const struct ihp__cli *cli)
{
    if (cli->rank == 0 && ihp__keep_finished_file(o->store_path, NULL, NULL, cli->err) == IHP_OK &&
        ihp__keep_finished_folders(o->program_dir, cli->err) == IHP_OK) {
        ihp__until_agreed(ihp__keep_finished_folders(o->extract_dir, cli->err));
    }
    return ihp__agree(cli->comm, cli->err);
}

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    struct ihp_synth_report report;
    bool shown = cli->rank == 0 && !r->quiet;
    r->options.progress = shown && ihp__cli_on_terminal() ? show : NULL;
    if (check_outputs(&r->options, cli) != IHP_OK ||
        ihp_synth(&r->options, cli->comm, &report, cli->notices, cli->err) != IHP_OK || !shown) {
        return cli->err->status;
    }
    ihp__print_sentence(
        stdout,
        "%s: %llu members, %llu claim lines, %llu enrollment spans, %llu morbidity rows, %llu "
        "providers\n",
        r->options.store_path, (unsigned long long)report.members, (unsigned long long)report.lines,
        (unsigned long long)report.spans, (unsigned long long)report.morbidity_rows,
        (unsigned long long)report.providers);
    return print_written(&r->options, cli->err);
}

const struct ihp__command ihp__command_synth = {
    .name = "synth",
    .summary = "make a synthetic state with known effects, to try the program on",
    .paragraphs = paragraphs,
    .more = more,
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .run = run,
};
