/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp check */
#include "cli.h"

#include "ihp/jobs.h"
#include "jobs/check/check_flags.h"
#include "program/program.h"

#include <stdio.h>

struct request {
    const char *path, *program, *flags;
    bool verify, by_class, show_small, strict;
};

static const char *const paragraphs[] = {
    "Prints what a store contains: members, enrollment, dates, claim lines by status, service "
    "class, payer and year, amounts, months of each payer, and providers without a taxonomy. With "
    "--program, or with a run deck, it also checks the program folder against the store: services "
    "and taxonomies that no table lists, codes and roster entries without claims, and rosters that "
    "overlap. With a run deck it looks at the months of the deck's periods, as far as they are "
    "known at their cut-offs, and at the rosters of the deck's quarter.",
    "At the end it prints flags: what looks wrong, such as a month in which a payer has no line. A "
    "month is compared with the months around it, and flagged only if neither members who come and "
    "go, nor run-out, nor chance explain the difference. With --strict the command fails if a flag "
    "is raised that a site cannot accept.",
    "It reads all of the store and compares what the store says twice. With --verify it first "
    "compares every block of every column with its digest, which takes little time, and says how "
    "much it has compared: run it on a store that was copied or has been kept for long.",
    "Counts of 1 to 10 are hidden, and so are the smallest others of a group until no hidden count "
    "can be computed from the total. The first and last dates are exact, so read the output before "
    "you share it.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "STORE_OR_DECK",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, path),
               .endings = "h5 yaml yml"},
     .help = "store to look at, or run deck (.yaml) that names store and program folder"},
};

static const struct ihp__cli_option options[] = {
    {.name = "program",
     .value = {.name = "DIR",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, program)},
     .otherwise = "the deck's; of a store none, only the store is checked",
     .section = "Input",
     .help = "program folder to check against the store",
     .more = "Up to ten NPIs of each IHP's roster that are on no claim line are named."},
    IHP__CLI_ROW_FLAG(struct request, verify, "verify", "Input",
                      "compare every block of the store with its digest first",
                      "The message for damage names the column, the block and its elements. A "
                      "store that an earlier version made has no digests; a notice says so."),
    IHP__CLI_ROW_FLAG(struct request, by_class, "by-class", "Output",
                      "print the months of each payer by service class, too", NULL),
    IHP__CLI_ROW_FLAG(struct request, show_small, "show-small", "Output",
                      "print counts of 1 to 10; the output is then for the State alone", NULL),
    IHP__CLI_ROW_FLAG(struct request, strict, "strict", "Flags",
                      "fail with exit code 3 if a flag is raised that must not be", NULL),
    {.name = "flags",
     .value = {.name = "LIST",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, flags)},
     .otherwise =
         "empty_tables, no_enrollment, no_morbidity, missing_months, early_end, missing_years, "
         "level_shifts, missing_classes, odd_amounts, zero_months, repeated_claims, quarantined, "
         "unseen_codes, overlapping_rosters",
     .needs = "strict",
     .section = "Flags",
     .help = "flags that must not be raised, with commas"},
};

static bool flag(size_t i, char name[40], char text[200])
{
    const char *meaning;
    bool strict;
    const char *found = ihp__flag_name(i, &meaning, &strict);
    if (found == NULL) {
        return false;
    }
    snprintf(name, 40, "%s", found);
    snprintf(text, 200, "%s", meaning);
    return true;
}

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

/* Lists the flags, then the files of a program folder. */
static bool entry(size_t i, char name[40], char text[200])
{
    return i < IHP__CHECK_FLAGS ? flag(i, name, text)
                                : program_file(i - IHP__CHECK_FLAGS, name, text);
}

static const struct ihp__cli_list flags = {"Flags, and files of a program folder", entry};

static const struct ihp__cli_example examples[] = {
    {"check that the store and the program folder fit each other",
     "ihp check state.h5 --program program/"},
    {"check what a deck settles, and fail if a month of a payer is missing",
     "ihp check deck.yaml --strict"},
    {"compare a store that was copied with its digests", "ihp check state.h5 --verify"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    const struct ihp_check_options checked = {.path = r->path,
                                              .program_folder = r->program,
                                              .verify = r->verify,
                                              .by_class = r->by_class,
                                              .show_small = r->show_small,
                                              .strict = r->strict,
                                              .strict_flags = r->flags};
    return ihp_check(&checked, stdout, cli->notices, cli->err);
}

const struct ihp__command ihp__command_check = {
    .name = "check",
    .summary = "print what a store contains and what looks wrong in it",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    .list = &flags,
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_FIRST_RANK,
    .request_size = sizeof(struct request),
    .run = run,
};
