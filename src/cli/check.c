/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp check */
#include "cli.h"

#include "ihp/jobs.h"
#include "program/program.h"

#include <stdio.h>

struct request {
    const char *store, *program;
    bool verify;
};

static const char *const paragraphs[] = {
    "Prints what a store contains: members, enrollment, dates, claim lines by status, service "
    "class, payer and year, amounts, and providers without a taxonomy. With --program it also "
    "checks the program folder against the store: services that categories.csv does not list, "
    "roster entries without claims, and rosters that overlap.",
    "It reads all of the store and compares what the store says twice. With --verify it first "
    "compares every block of every column with its digest, which takes little time, and says how "
    "much it has compared: run it on a store that was copied or has been kept for long.",
    "Counts of 1 to 10 are hidden, and so is the next smallest count of a group where a single "
    "hidden count could be computed from the total. A reader can still narrow down several hidden "
    "counts together, and the first and last dates are exact, so read the output before you share "
    "it.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "STORE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, store),
               .endings = "h5"},
     .help = "store to look at"},
};

static const struct ihp__cli_option options[] = {
    {.name = "program",
     .value = {.name = "DIR",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, program)},
     .otherwise = "none, only the store is checked",
     .section = "Input",
     .help = "program folder to check against the store",
     .more = "Up to ten NPIs of each IHP's latest roster that are on no claim line are named."},
    IHP__CLI_ROW_FLAG(struct request, verify, "verify", "Input",
                      "compare every block of the store with its digest first",
                      "The message for damage names the column, the block and its elements. A "
                      "store that an earlier version made has no digests; a notice says so."),
};

static bool program_file(size_t i, char name[40], char text[200])
{
    const struct ihp__program_file *file = ihp__program_file(i);
    if (file == NULL) {
        return false;
    }
    snprintf(name, 40, "%s.csv", file->name);
    snprintf(text, 200, "%s (%s) [%s]", file->meaning, file->required ? "required" : "optional",
             file->section);
    return true;
}

static const struct ihp__cli_list files = {"Files of a program folder", program_file};

static const struct ihp__cli_example examples[] = {
    {"check that the store and the program folder fit each other",
     "ihp check state.h5 --program program/"},
    {"compare a store that was copied with its digests", "ihp check state.h5 --verify"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    const struct ihp_check_options checked = {
        .store_path = r->store, .program_folder = r->program, .verify = r->verify};
    return ihp_check(&checked, stdout, cli->notices, cli->err);
}

const struct ihp__command ihp__command_check = {
    .name = "check",
    .summary = "print what a store contains, and whether a program folder fits it",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    .list = &files,
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_FIRST_RANK,
    .request_size = sizeof(struct request),
    .run = run,
};
