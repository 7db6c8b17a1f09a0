/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp import */
#include "cli.h"
#include "progress.h"

#include "base/agree.h"
#include "base/json_load.h"
#include "base/money.h"
#include "engine/set_aside.h"
#include "extract/schema.h"
#include "ihp/import.h"
#include "result/import_record.h"
#include "result/keep_finished.h"
#include "result/print_sentence.h"

#include <string.h>

struct request {
    struct ihp_import_options options;
    bool quiet;
    const char *npi_check;
};

static const char *const npi_checks[] = {"keep", "refuse", NULL};

static const char *const paragraphs[] = {
    "Reads the state extract in EXTRACT_DIR and writes it as a store. A file that exists is "
    "replaced only with --force, and only when the import succeeds.",
    "An extract has " IHP__EXTRACT_REQUIRED_NAMES "and it may have " IHP__EXTRACT_OPTIONAL_NAMES
    "each of them plain or compressed as .csv.gz, .csv.zst or .csv.zip. docs/data.md describes "
    "their columns.",
    "A layout (--layout) says what the State's files look like, where they are, and how each "
    "column of the extract is made of theirs. docs/layouts.md describes it. Tables that it does "
    "not name are in EXTRACT_DIR, which may be left out if it names all of them.",
    "Bad rows are counted by kind and listed with their first line numbers. Any bad row makes the "
    "import fail, unless --quarantine names a file to move bad rows to. It fails all the same if "
    "more than --quarantine-limit of the rows of a table are bad.",
    "Ranks share the work on claims that are not compressed; of compressed files each is read by "
    "one rank. The store has the same bytes on any number of ranks.",
    NULL};

/* Reads the share of --quarantine-limit: "5%", or 0.05. */
static bool take_limit(void *request, const char *text)
{
    struct request *r = request;
    char number[24];
    double share;
    const size_t length = strlen(text);
    const bool percent = length > 0 && text[length - 1] == '%';
    if (length >= sizeof number) {
        return false;
    }
    snprintf(number, sizeof number, "%.*s", (int)length - (percent ? 1 : 0), text);
    if (!ihp__decimal_parse(number, &share)) {
        return false;
    }
    share = percent ? share / 100 : share;
    if (!(share > 0) || share > 1) {
        return false;
    }
    r->options.quarantine_limit = share;
    return true;
}

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "EXTRACT_DIR",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.extract_dir)},
     .help = "folder with the CSV files of the extract",
     .optional = true},
};

static const struct ihp__cli_option options[] = {
    {.name = "layout",
     .value = {.name = "FILE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.layout_path),
               .endings = "yaml yml"},
     .otherwise = "none, the files are as docs/data.md describes them",
     .section = "Input",
     .help = "import layout (YAML): files, their form, and where columns come from",
     .more = "Paths in the layout are relative to its folder."},
    {.name = "output",
     .letter = 'o',
     .value = {.name = "STORE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.store_path),
               .endings = "h5"},
     .required = true,
     .section = "Output",
     .help = "store to write (mode 0600)"},
    IHP__CLI_ROW_FORCE(struct request, options.force,
                       "replace a store or a quarantine file that exists"),
    IHP__CLI_ROW_FLAG(struct request, options.compress, "compress", "Output",
                      "compress the store with HDF5's shuffle and deflate filters",
                      "The file is smaller and any HDF5 reads it, but ihp settle takes longer."),
    {.name = "quarantine",
     .value = {.name = "FILE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.quarantine_path),
               .endings = "csv"},
     .otherwise = "none, bad rows are refused",
     .section = "Bad rows",
     .help = "CSV file to move bad rows to (protected data); the other rows are "
             "imported",
     .more = "The file has mode 0600."},
    {.name = "quarantine-limit",
     .value = {.name = "SHARE",
               .kind = IHP__CLI_SPECIAL,
               .take = take_limit,
               .allowed = "a share above 0% and at most 100%, such as 2% or 0.02"},
     .preset = "1%",
     .needs = "quarantine",
     .section = "Bad rows",
     .help = "largest share of the rows of a table that may be bad",
     .more = "An import of which more is bad fails, because its result would lack too much."},
    IHP__CLI_ROW_FLAG(struct request, options.allow_empty, "allow-empty", "Bad rows",
                      "make a store without members or without claims", NULL),
    {.name = "npi-check",
     .value = {.name = "WHAT",
               .kind = IHP__CLI_CHOICE,
               .field = IHP__CLI_FIELD(struct request, npi_check),
               .choices = npi_checks},
     .preset = "keep",
     .section = "Bad rows",
     .help = "what becomes of an NPI whose check digit does not fit",
     .more = "With keep it is a provider like any other; with refuse it is nobody's, as if it were "
             "blank. In either case a notice counts the lines and dollars."},
    {.name = "memory",
     .value = {.name = "SIZE",
               .kind = IHP__CLI_SIZE,
               .field = IHP__CLI_FIELD(struct request, options.memory_bytes),
               .whole = {IHP_IMPORT_MEMORY_MIN, UINT64_MAX}},
     .preset = "1G",
     .section = "Resources",
     .help = "memory that each rank may use",
     .more = "SIZE is a number of bytes, or a number with the unit K, M, G or T (also KiB to TiB), "
             "which are powers of 1024. Claims that do not fit are sorted through temporary files "
             "next to the store, mode 0600."},
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"import an extract", "ihp import extract/ -o state.h5"},
    {"move bad rows aside and import the others",
     "ihp import extract/ -o state.h5 --memory 8G --quarantine bad-rows.csv"},
    {"import files as the State has them, by a layout",
     "ihp import --layout layout.yaml -o state.h5"},
    {"import on sixteen ranks, each with 4 GiB",
     "mpirun -n 16 ihp import extract/ -o state.h5 --memory 4G"},
};

/* Shows the progress of an import on a terminal. */
static void show(void *context, const struct ihp_import_progress *p)
{
    char text[120];
    (void)context;
    snprintf(text, sizeof text, "%llu rows, %.1f of %.1f MB", (unsigned long long)p->rows,
             (double)p->bytes_done / 1e6, (double)p->bytes_total / 1e6);
    ihp__cli_progress(p->stage, text, p->bytes_done, p->bytes_total);
}

static void print_bad_rows(const struct ihp_import_report *report, enum ihp_status status)
{
    char text[IHP_IMPORT_BAD_KIND_TEXT];
    for (size_t i = 0; i < report->bad_kinds; i++) {
        fprintf(stderr, "ihp: %s: %s\n", status == IHP_OK ? "quarantined" : "error",
                ihp_import_bad_kind_format(&report->bad_kind[i], text));
    }
}

static void print_counts(const struct ihp_import_options *o, const struct ihp_import_report *report)
{
    ihp__print_sentence(stdout,
                        "%s: %llu members, %llu claim lines, %llu enrollment spans, "
                        "%llu morbidity rows, %llu providers\n",
                        o->store_path, (unsigned long long)report->members,
                        (unsigned long long)report->lines, (unsigned long long)report->spans,
                        (unsigned long long)report->morbidity_rows,
                        (unsigned long long)report->providers);
    if (report->bad_rows > 0) {
        ihp__print_sentence(stdout, "%llu bad rows are in %s\n",
                            (unsigned long long)report->bad_rows, o->quarantine_path);
    }
}

/* Notes what was set aside if it is much, and prints it with the control totals unless `quiet`. */
static enum ihp_status print_record(const struct ihp_import_report *report, bool quiet,
                                    struct ihp_notices *notices, struct ihp_error *err)
{
    json_t *record;
    char text[IHP__SET_ASIDE_TEXT];
    if (ihp__json_load_text(report->record, strlen(report->record), "the record of the import",
                            &record, err) != IHP_OK) {
        return err->status;
    }
    const struct ihp__set_aside aside = ihp__set_aside_of(record, NULL);
    if (aside.is_much) {
        ihp__notice_add(notices, "%s", ihp__set_aside_text(&aside, true, text));
    }
    enum ihp_status status = quiet ? IHP_OK : ihp__record_print(stdout, record, false, err);
    json_decref(record);
    return status;
}

/* Refuses outputs that would damage a finished folder. Collective. */
static enum ihp_status check_outputs(const struct ihp_import_options *o, const struct ihp__cli *cli)
{
    if (cli->rank == 0 && ihp__keep_finished_file(o->store_path, NULL, NULL, cli->err) == IHP_OK &&
        o->quarantine_path != NULL) {
        ihp__until_agreed(ihp__keep_finished_file(o->quarantine_path, NULL, NULL, cli->err));
    }
    return ihp__agree(cli->comm, cli->err);
}

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    struct ihp_import_report report = {0};
    if (r->options.extract_dir == NULL && r->options.layout_path == NULL) {
        return ihp__cli_fail(cli->err, &ihp__command_import,
                             "expected EXTRACT_DIR, or a layout that names its files (--layout "
                             "FILE)");
    }
    if (check_outputs(&r->options, cli) != IHP_OK) {
        return cli->err->status;
    }
    r->options.comm = cli->comm;
    r->options.refuse_npis = r->npi_check != NULL && strcmp(r->npi_check, "refuse") == 0;
    r->options.progress = !r->quiet && ihp__cli_on_terminal() ? show : NULL;
    enum ihp_status status = ihp_import(&r->options, &report, cli->notices, cli->err);
    if (cli->rank == 0) {
        print_bad_rows(&report, status);
    }
    if (cli->rank == 0 && status == IHP_OK && !r->quiet) {
        print_counts(&r->options, &report);
    }
    if (cli->rank == 0 && status == IHP_OK) {
        status = print_record(&report, r->quiet, cli->notices, cli->err);
    }
    if (cli->rank == 0 && status == IHP_OK && !r->quiet) {
        printf("\nResults: %s\n", r->options.store_path);
    }
    ihp_import_report_clear(&report);
    return status;
}

const struct ihp__command ihp__command_import = {
    .name = "import",
    .summary = "read a state extract (CSV, SAS) into a store (HDF5)",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .run = run,
};
