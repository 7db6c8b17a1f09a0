/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp - settles Minnesota's Integrated Health Partnerships from a state's claims.
 *
 * Finds the command, parses its arguments, starts MPI, runs it, and reports an error on one line.
 * Help and version do not need MPI. */
#include "cli.h"
#include "crash.h"
#include "dumps.h"
#include "help.h"
#include "parse.h"
#include "ranks.h"
#include "signals.h"

#include "base/agree.h"
#include "base/base.h"
#include "base/sync.h"
#include "ihp/version.h"
#include "store/store.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* Fails if what was printed did not arrive. */
static enum ihp_status check_output(struct ihp_error *err)
{
    bool failed = ferror(stdout) != 0;
    errno = 0;
    if (fflush(stdout) == 0 && !failed) {
        return IHP_OK;
    }
    /* What could not be written is gone; a line end finds out why. */
    if (errno == 0 && fputc('\n', stdout) != EOF && fflush(stdout) == 0) {
        errno = EIO;
    }
    return ihp__fail(err, IHP_ERR_RUN, "standard output cannot be written (%s)",
                     strerror(errno != 0 ? errno : EIO));
}

/* Prints the version, or the help of a command, or of the program if `command` is NULL. */
static void print_asked(enum ihp__cli_asked asked, const struct ihp__command *command)
{
    if (asked == IHP__CLI_VERSION) {
        printf("ihp %s\n", IHP_VERSION);
    } else if (command != NULL) {
        ihp__help_print(stdout, command);
    } else {
        ihp__help_print_overview(stdout, ihp__command, ihp__commands);
    }
}

/* Collective over cli->comm: agrees on the status with which this rank ended, whose error is in
 * cli->err, and prints the error after the notices. Returns the exit code. */
static int finish(const struct ihp__cli *cli, enum ihp_status status)
{
    enum ihp_status printed = check_output(cli->err);
    status = status == IHP_OK ? printed : status;
    if (cli->comm != MPI_COMM_NULL) {
        status = ihp__agree(cli->comm, cli->err);
    }
    ihp__sync_notice(cli->notices);
    for (size_t i = 0; cli->rank == 0 && i < cli->notices->count; i++) {
        fprintf(stderr, "ihp: notice: %s\n", cli->notices->text[i]);
    }
    if (cli->rank == 0 && status != IHP_OK) {
        fprintf(stderr, "ihp: %s: %s\n", status == IHP_STOPPED ? "stopped" : "error",
                cli->err->text);
    }
    return (int)status;
}

/* Collective: all ranks must have been given one command, or they would wait for each other. */
static enum ihp_status check_same_command(const struct ihp__cli *cli,
                                          const struct ihp__command *command)
{
    int own = 0, range[2];
    while (ihp__command[own] != command) {
        own++;
    }
    range[0] = own;
    range[1] = -own;
    MPI_Allreduce(MPI_IN_PLACE, range, 2, MPI_INT, MPI_MAX, cli->comm);
    return range[0] == -range[1]
               ? IHP_OK
               : ihp__fail(cli->err, IHP_ERR_USAGE,
                           "the ranks were given different commands, %s and %s; give all of "
                           "them the same command line",
                           ihp__command[-range[1]]->name, ihp__command[range[0]]->name);
}

/* Collective: runs the job on the ranks that take part, unless a rank could not parse its command
 * line. */
static enum ihp_status run_job(struct ihp__cli *cli, const struct ihp__command *command,
                               void *request)
{
    if (check_same_command(cli, command) != IHP_OK || ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (command->ranks == IHP__CLI_ALL_RANKS || cli->rank == 0) {
        return command->run(cli, request);
    }
    return IHP_OK;
}

/* Runs a command under MPI. cli->err has what parsing found on this rank. Returns the exit code. */
static int run_with_mpi(struct ihp__cli *cli, const struct ihp__command *command, void *request)
{
    if (command->prepare != NULL) {
        command->prepare();
    }
    MPI_Init(NULL, NULL);
    ihp__cli_watch_crashes();
    cli->comm = MPI_COMM_WORLD;
    MPI_Comm_rank(cli->comm, &cli->rank);
    int ranks;
    MPI_Comm_size(cli->comm, &ranks);
    if (ranks > 1) {
        ihp__cli_find_ranks(cli->comm);
        ihp__cli_watch_rank(cli->rank);
    }
    ihp__cli_forbid_dumps(ranks == 1);
    int code = finish(cli, run_job(cli, command, request));
    MPI_Finalize();
    return code;
}

/* Parses and runs a command; argv[0] is its name. Returns the exit code. */
static int run_command(struct ihp__cli *cli, const struct ihp__command *command, int argc,
                       char **argv)
{
    enum ihp__cli_asked asked;
    void *request = calloc(1, command->request_size);
    if (request == NULL) {
        return finish(cli, ihp__fail_memory(cli->err, "the command line"));
    }
    int code;
    ihp__cli_watch_crashes();
    ihp__h5_stay_open();
    enum ihp_status status = ihp__cli_parse(command, argc, argv, request, &asked, cli->err);
    if (status == IHP_OK && asked != IHP__CLI_RUN) {
        print_asked(asked, command);
        code = finish(cli, IHP_OK);
    } else if (command->ranks != IHP__CLI_NO_MPI) {
        code = run_with_mpi(cli, command, request);
    } else {
        code = finish(cli, status == IHP_OK ? command->run(cli, request) : status);
    }
    free(request);
    ihp__cli_watch_no_more();
    return code;
}

/* Returns what the first word asks for if it is an option; IHP__CLI_RUN if it is not one. */
static enum ihp__cli_asked asked_first(const char *word)
{
    for (size_t i = 0; i < IHP__CLI_COMMONS; i++) {
        char letter[] = {'-', ihp__cli_common[i].letter, '\0'};
        if (strcmp(word, letter) == 0 ||
            (strncmp(word, "--", 2) == 0 && strcmp(word + 2, ihp__cli_common[i].name) == 0)) {
            return i == IHP__CLI_COMMON_HELP ? IHP__CLI_HELP : IHP__CLI_VERSION;
        }
    }
    return IHP__CLI_RUN;
}

int main(int argc, char **argv)
{
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    struct ihp__cli cli = {.comm = MPI_COMM_NULL,
                           .notices = &notices,
                           .err = &err,
                           .command = ihp__command,
                           .commands = ihp__commands};
    int code;
    ihp__cli_forbid_dumps(false);
    ihp__cli_end_at_signals();
    setlocale(LC_CTYPE, ""); /* for printed tables: whether the terminal takes UTF-8 */
    if (argc < 2) {
        ihp__help_print_overview(stderr, ihp__command, ihp__commands);
        return IHP_ERR_USAGE;
    }
    enum ihp__cli_asked asked = asked_first(argv[1]);
    const struct ihp__command *command = ihp__command_find(ihp__command, ihp__commands, argv[1]);
    if (asked != IHP__CLI_RUN) {
        print_asked(asked, NULL);
        code = finish(&cli, IHP_OK);
    } else if (command != NULL) {
        code = run_command(&cli, command, argc - 1, argv + 1);
    } else {
        code = finish(&cli, ihp__command_fail_unknown(&err, ihp__command, ihp__commands, argv[1]));
    }
    ihp_notices_clear(&notices);
    return code;
}
