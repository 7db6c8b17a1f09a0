/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp workbook: a finished settlement as a workbook, in which every amount is a formula. */
#include "base/outfile.h"
#include "base/path.h"
#include "ihp/jobs.h"
#include "result/keep_finished.h"
#include "result/result_files.h"
#include "workbook/book.h"

#include <string.h>

#ifdef IHP_XLSX

static const char file_name[] = "settlement.xlsx";

/* Refuses a folder without what a workbook is made of. */
static enum ihp_status check_settlement(const struct ihp__finished *finished, struct ihp_error *err)
{
    if (!finished->present[IHP__TABLE_SETTLEMENT]) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has no settlement, so there is nothing to make a workbook of; name "
                         "the result folder of settle or merge",
                         finished->folder);
    }
    if (!finished->present[IHP__TABLE_TERMS] || !finished->present[IHP__TABLE_RISK_SCORES]) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has no terms.csv or risk_scores.csv, which earlier versions did not "
                         "write; settle again with this version",
                         finished->folder);
    }
    return finished->table[IHP__TABLE_SETTLEMENT].rows > 0
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s/settlement.csv: has no IHP; make the result again",
                           finished->folder);
}

/* Finds the file to write, takes its lease and refuses what must not be replaced. */
static enum ihp_status begin_output(const struct ihp_workbook_options *options,
                                    char path[IHP__PATH_MAX], struct ihp__target *output,
                                    struct ihp_notices *notices, struct ihp_error *err)
{
    if (options->output == NULL
            ? ihp__path_join(path, IHP__PATH_MAX, options->folder, file_name, err) != IHP_OK
            : ihp__path_copy(path, IHP__PATH_MAX, options->output, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__keep_finished_file(path, options->folder, file_name, err) != IHP_OK) {
        return err->status;
    }
    return ihp__target_begin(output, path, options->force, notices, err) == IHP_OK &&
                   ihp__target_check_new(output, err) == IHP_OK
               ? ihp__target_check_earlier(output, "PK\003\004", "workbook", err)
               : err->status;
}

static enum ihp_status write_workbook(const struct ihp_workbook_options *options,
                                      struct ihp__finished *finished, struct ihp_notices *notices,
                                      struct ihp_error *err)
{
    const int mode = ihp__result_file_find(IHP__FILES_DERIVED, file_name)->mode;
    char path[IHP__PATH_MAX];
    struct ihp__target output = {0};
    struct ihp__outfile *out = NULL;
    if (begin_output(options, path, &output, notices, err) == IHP_OK &&
        ihp__outfile_open(output.path, mode, &out, err) == IHP_OK &&
        ihp__book_write(finished, NULL, ihp__outfile_part(out), path, notices, err) == IHP_OK &&
        ihp__outfile_name(&out, &output, err) == IHP_OK && options->report != NULL) {
        fprintf(options->report, "Workbook: %s\n", path);
    }
    ihp__outfile_abandon(&out);
    ihp__target_end(&output);
    return err->status;
}

enum ihp_status ihp_workbook(const struct ihp_workbook_options *options,
                             struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__finished finished;
    enum ihp_status status = ihp__finished_read(options->folder, NULL, &finished, notices, err);
    if (status == IHP_OK) {
        status = check_settlement(&finished, err);
    }
    if (status == IHP_OK) {
        status = write_workbook(options, &finished, notices, err);
    }
    ihp__finished_free(&finished);
    return status;
}

#else

enum ihp_status ihp_workbook(const struct ihp_workbook_options *options,
                             struct ihp_notices *notices, struct ihp_error *err)
{
    (void)notices;
    return ihp__fail(err, IHP_ERR_USAGE,
                     "%s: this ihp cannot write workbooks, because it was built without "
                     "libxlsxwriter; install libxlsxwriter-dev and build ihp again, or use 'ihp "
                     "show'",
                     options->folder);
}

#endif
