/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp - settles Minnesota's Integrated Health Partnerships from a state's claims.
 *
 * Finds the subcommand, starts MPI, runs it, and tells what went wrong on one line. Help and
 * version need no MPI. */
#include "cli.h"

#include "base/agree.h"
#include "ihp/version.h"

#include <string.h>

static const struct ihp__command *const commands[] = {
    &ihp__command_import,    &ihp__command_settle,  &ihp__command_quality, &ihp__command_pay,
    &ihp__command_reconcile, &ihp__command_package, &ihp__command_explain, &ihp__command_check,
    &ihp__command_info,      &ihp__command_power,   &ihp__command_synth,   &ihp__command_merge,
    &ihp__command_status,
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(FILE *stream)
{
    fprintf(stream,
            "ihp %s: settles Integrated Health Partnerships from a state's claims\n\n"
            "Usage: ihp SUBCOMMAND [ARGUMENTS]\n"
            "       mpirun -n N ihp settle DECK\n\n"
            "Subcommands:\n",
            IHP_VERSION);
    for (int i = 0; i < COMMANDS; i++) {
        fprintf(stream, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    }
    fprintf(
        stream,
        "\nExamples:\n"
        "  ihp import extract/ -o state.h5        a state extract becomes a store\n"
        "  ihp check state.h5 --program program/  does the program fit it?\n"
        "  mpirun -n 2 ihp settle deck.yaml       settle on two ranks\n"
        "  ihp merge parts/*/ -o sweep            parts of a sweep become a whole\n"
        "  ihp pay deck.yaml --quarter 2025Q2     population-based payments\n"
        "  ihp package deck.yaml                  what each partnership is sent\n"
        "  ihp explain deck.yaml M00042           why is this member where it is?\n"
        "  ihp info results/final-2025            what came of it\n"
        "  ihp status results/final-2025          how far is the run?\n"
        "  ihp power deck.yaml                    how much of it could be chance?\n"
        "  ihp quality deck.yaml                  quality scores, without a store\n\n"
        "'ihp SUBCOMMAND --help' tells more; so does 'man ihp'.\n"
        "Exit codes: 0 done, 1 the run failed, 2 wrong usage or deck, 3 bad data, 75 stopped when\n"
        "asked, to be started again.\n");
}

static const struct ihp__command *find_command(const char *name)
{
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

/* Collective: all ranks must have been given one subcommand, or they would wait for each other. */
static enum ihp_status check_same_command(const struct ihp__cli *cli,
                                          const struct ihp__command *command)
{
    int own = 0, range[2];
    while (commands[own] != command) {
        own++;
    }
    range[0] = own;
    range[1] = -own;
    MPI_Allreduce(MPI_IN_PLACE, range, 2, MPI_INT, MPI_MAX, cli->comm);
    return range[0] == -range[1]
               ? IHP_OK
               : ihp__fail(cli->err, IHP_ERR_USAGE,
                           "the ranks were given different subcommands, %s and %s",
                           commands[-range[1]]->name, commands[range[0]]->name);
}

/* Runs `ihp status`, asked where no MPI may be started: on a login node, in a job's shell. */
static int run_alone(const struct ihp__command *command, int argc, char **argv)
{
    struct ihp_error err = {0};
    struct ihp__cli cli = {.comm = MPI_COMM_NULL, .err = &err};
    command->run(&cli, argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        ihp__fail(&err, IHP_ERR_RUN, "standard output cannot be written");
    }
    if (err.status != IHP_OK) {
        fprintf(stderr, "ihp: error: %s\n", err.text);
    }
    return (int)err.status;
}

static int run_command(const struct ihp__command *command, int argc, char **argv)
{
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    struct ihp__cli cli = {.comm = MPI_COMM_WORLD, .notices = &notices, .err = &err};
    if (command->prepare != NULL) {
        command->prepare();
    }
    MPI_Init(NULL, NULL);
    MPI_Comm_rank(MPI_COMM_WORLD, &cli.rank);
    if (check_same_command(&cli, command) == IHP_OK) {
        command->run(&cli, argc, argv);
    }
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        ihp__fail(&err, IHP_ERR_RUN, "standard output cannot be written");
    }
    ihp__agree(cli.comm, &err);
    for (size_t i = 0; cli.rank == 0 && i < notices.count; i++) {
        fprintf(stderr, "ihp: notice: %s\n", notices.text[i]);
    }
    if (cli.rank == 0 && err.status != IHP_OK) {
        fprintf(stderr, "ihp: %s: %s\n", err.status == IHP_STOPPED ? "stopped" : "error", err.text);
    }
    ihp_notices_clear(&notices);
    MPI_Finalize();
    return (int)err.status;
}

/* What was printed must have arrived. */
static int end_of_text(void)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return IHP_OK;
    }
    fprintf(stderr, "ihp: error: standard output cannot be written\n");
    return IHP_ERR_RUN;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return IHP_ERR_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("ihp %s\n", IHP_VERSION);
        return end_of_text();
    }
    const struct ihp__command *command = find_command(argv[1]);
    if (command == NULL && asks_for_help(2, argv)) {
        print_help(stdout);
        return end_of_text();
    }
    if (command == NULL) {
        fprintf(stderr, "ihp: error: '%s' is no subcommand; 'ihp --help' lists them\n", argv[1]);
        return IHP_ERR_USAGE;
    }
    if (asks_for_help(argc - 1, argv + 1)) {
        fputs(command->help, stdout);
        return end_of_text();
    }
    return command == &ihp__command_status ? run_alone(command, argc - 1, argv + 1)
                                           : run_command(command, argc - 1, argv + 1);
}
