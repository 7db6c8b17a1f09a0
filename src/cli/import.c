/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp import */
#include "cli.h"

#include "base/agree.h"
#include "base/base.h"
#include "ihp/import.h"

#include <getopt.h>

static const char help[] =
    "Usage: ihp import EXTRACT_DIR -o STORE [--memory SIZE] [--quarantine FILE] [--compress]\n"
    "       mpirun -n N ihp import EXTRACT_DIR -o STORE ...\n"
    "\n"
    "Makes a store of a state extract (members.csv, enrollment.csv, claims.csv, morbidity.csv,\n"
    "providers.csv and what else there is, plain or .csv.gz). A store that is there already is "
    "replaced\n"
    "when, and only when, the import succeeds. Bad rows are listed by kind, and nothing is "
    "imported\n"
    "unless they may go to a quarantine file. Ranks share the work on a claims.csv that is not\n"
    "compressed; the store is the same for any number of them.\n"
    "\n"
    "  -o, --output STORE    the store to make\n"
    "  --memory SIZE         memory a rank may use, at least 64M (default 1G)\n"
    "  --quarantine FILE     bad rows go to this CSV file (protected data, mode 0600)\n"
    "  --compress            chunks with HDF5's shuffle and deflate: smaller, slower to settle\n"
    "\n"
    "Examples:\n"
    "  ihp import extract/ -o state.h5\n"
    "  ihp import /data/2025 -o state.h5 --memory 8G --quarantine bad-rows.csv\n"
    "  mpirun -n 16 ihp import /data/2025 -o state.h5 --memory 4G\n";

static void show(void *context, const struct ihp_import_progress *p)
{
    char text[120];
    (void)context;
    snprintf(text, sizeof text, "%llu rows, %.1f of %.1f MB", (unsigned long long)p->rows,
             (double)p->bytes_done / 1e6, (double)p->bytes_total / 1e6);
    ihp__cli_progress(p->stage, text, p->bytes_done, p->bytes_total);
}

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             struct ihp_import_options *options)
{
    static const struct option longs[] = {{"output", required_argument, NULL, 'o'},
                                          {"memory", required_argument, NULL, 'm'},
                                          {"quarantine", required_argument, NULL, 'q'},
                                          {"compress", no_argument, NULL, 'c'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        switch (c) {
        case 'o':
            options->store_path = optarg;
            break;
        case 'c':
            options->compress = true;
            break;
        case 'q':
            options->quarantine_path = optarg;
            break;
        case 'm':
            if (!ihp__cli_parse_size(optarg, &options->memory_bytes) ||
                options->memory_bytes < IHP_IMPORT_MEMORY_MIN) {
                return ihp__cli_usage(cli, "import",
                                      "--memory wants a size such as 512M or 2G, at "
                                      "least 64M");
            }
            break;
        default:
            return ihp__cli_bad_option(cli, "import", argv);
        }
    }
    if (optind != argc - 1 || options->store_path == NULL) {
        return ihp__cli_usage(cli, "import", "one EXTRACT_DIR and -o STORE are wanted");
    }
    options->extract_dir = argv[optind];
    return IHP_OK;
}

static void print_report(const struct ihp_import_options *options,
                         const struct ihp_import_report *report, enum ihp_status status)
{
    char text[IHP_IMPORT_BAD_KIND_TEXT];
    for (size_t i = 0; i < report->bad_kinds; i++) {
        fprintf(stderr, "ihp: %s: %s\n", status == IHP_OK ? "quarantined" : "error",
                ihp_import_bad_kind_format(&report->bad_kind[i], text));
    }
    if (status == IHP_OK) {
        printf("%s: %llu members, %llu claim lines, %llu enrollment spans, %llu morbidity rows, "
               "%llu providers\n",
               options->store_path, (unsigned long long)report->members,
               (unsigned long long)report->lines, (unsigned long long)report->spans,
               (unsigned long long)report->morbidity_rows, (unsigned long long)report->providers);
        if (report->bad_rows > 0) {
            printf("%llu bad rows are in %s\n", (unsigned long long)report->bad_rows,
                   options->quarantine_path);
        }
    }
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct ihp_import_options options = {.comm = cli->comm,
                                         .memory_bytes = IHP_IMPORT_MEMORY_DEFAULT};
    struct ihp_import_report report = {0};
    parse(cli, argc, argv, &options);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    options.progress = ihp__cli_shows_progress() ? show : NULL;
    enum ihp_status status = ihp_import(&options, &report, cli->notices, cli->err);
    if (cli->rank == 0) {
        print_report(&options, &report, status);
    }
    ihp_import_report_clear(&report);
    return status;
}

const struct ihp__command ihp__command_import = {
    "import", "a state extract (CSV) becomes a store (HDF5)", help, run, NULL};
