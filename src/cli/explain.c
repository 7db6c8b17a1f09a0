/* ihp explain */
#include "cli.h"

#include "ihp/run.h"
#include "ihp/agree.h"

static const char help[] =
    "Usage: ihp explain DECK MEMBER_ID\n"
    "\n"
    "Prints why a member is where it is, for an appeal [4.6.4]: qualifying months, every claim line and\n"
    "what it counts as, the counts by entity, every rule that was tried with its contract section, the\n"
    "outcome. What it prints is protected health information.\n"
    "\n"
    "Example:\n"
    "  ihp explain decks/final-2025.yaml M00042\n";

static enum ihp_status run(struct ihp_cli *cli, int argc, char **argv)
{
    if (argc != 3) {
        ihp_cli_usage(cli, "explain", "a DECK and a MEMBER_ID are wanted");
    }
    if (ihp_agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (cli->rank == 0) {
        ihp_explain(argv[1], argv[2], stdout, cli->notices, cli->err);
    }
    return ihp_agree(cli->comm, cli->err);
}

const struct ihp_command ihp_command_explain = {
    "explain", "why is a member where it is?", help, run};
