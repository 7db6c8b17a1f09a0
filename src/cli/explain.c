/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp explain */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>

static const char help[] = "Usage: ihp explain DECK MEMBER_ID [--month YYYY-MM]\n"
                           "\n"
                           "Prints why a member is where it is, for an appeal [4.6.4]: qualifying "
                           "months, every claim line and\n"
                           "what it counts as, the counts by entity, every rule that was tried "
                           "with its contract section, the\n"
                           "outcome. What it prints is protected health information.\n"
                           "\n"
                           "  --month YYYY-MM   a month that 'ihp pay' pays for, with what decides "
                           "its payment, instead of the\n"
                           "                    settlement\n"
                           "\n"
                           "A MEMBER_ID that begins with a dash stands behind --.\n"
                           "\n"
                           "Examples:\n"
                           "  ihp explain decks/final-2025.yaml M00042\n"
                           "  ihp explain decks/final-2025.yaml M00042 --month 2025-04\n";

/* What to explain. */
struct request {
    const char *deck, *member;
    bool by_month;
    int32_t month;
};

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv, struct request *request)
{
    static const struct option longs[] = {{"month", required_argument, NULL, 'm'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (c != 'm') {
            return ihp__cli_bad_option(cli, "explain", argv);
        }
        request->by_month = true;
        if (!ihp__month_parse(optarg, &request->month) || request->month < (1981 - 1970) * 12 ||
            request->month >= (2148 - 1970) * 12) {
            return ihp__cli_usage(
                cli, "explain", "--month wants a month such as 2025-04, of the years 1981 to 2147");
        }
    }
    if (optind != argc - 2) {
        return ihp__cli_usage(cli, "explain", "a DECK and a MEMBER_ID are wanted");
    }
    request->deck = argv[optind];
    request->member = argv[optind + 1];
    return IHP_OK;
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct request r = {0};
    parse(cli, argc, argv, &r);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (cli->rank == 0 && r.by_month) {
        ihp_explain_month(r.deck, r.member, r.month, stdout, cli->notices, cli->err);
    } else if (cli->rank == 0) {
        ihp_explain(r.deck, r.member, stdout, cli->notices, cli->err);
    }
    return ihp__agree(cli->comm, cli->err);
}

const struct ihp__command ihp__command_explain = {"explain", "why is a member where it is?", help,
                                                  run, NULL};
