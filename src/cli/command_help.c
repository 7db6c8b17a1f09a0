/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp help */
#include "cli.h"
#include "help.h"
#include "parse.h"

struct request {
    const char *command;
};

#define COMMAND_NAME(name) #name,
static const char *const names[] = {IHP__COMMAND_LIST(COMMAND_NAME) NULL};
#undef COMMAND_NAME

static const char *const paragraphs[] = {
    "Prints the help of a command, or an overview of all commands.", NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "COMMAND",
               .kind = IHP__CLI_CHOICE,
               .field = IHP__CLI_FIELD(struct request, command),
               .choices = names},
     .help = "command to describe",
     .optional = true},
};

static const struct ihp__cli_example examples[] = {
    {"describe the options of a settlement", "ihp help settle"},
};

static const struct ihp__cli_exit exits[] = {
    {IHP_OK, NULL},
    {IHP_ERR_RUN, "standard output cannot be written"},
    {IHP_ERR_USAGE, "wrong usage"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    if (r->command == NULL) {
        ihp__help_print_overview(stdout, cli->command, cli->commands);
    } else {
        ihp__help_print(stdout, ihp__command_find(cli->command, cli->commands, r->command));
    }
    return IHP_OK;
}

const struct ihp__command ihp__command_help = {
    .name = "help",
    .summary = "describe a command",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(exits),
    .ranks = IHP__CLI_NO_MPI,
    .request_size = sizeof(struct request),
    .run = run,
};
