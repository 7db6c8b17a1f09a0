/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp report: a finished settlement as one HTML file. */
#include "report/report.h"
#include "base/outfile.h"
#include "result/hide_payments.h"
#include "result/hide_small.h"
#include "result/keep_finished.h"
#include "result/print_sentence.h"
#include "result/result_files.h"

#include <string.h>

static const char name_of_report[] = "report.html";

/* Reads the folder, and hides what must not be shown. */
static enum ihp_status read_folder(const struct ihp_report_options *options, struct ihp__report *r,
                                   struct ihp_notices *notices)
{
    if (ihp__finished_read(options->folder, NULL, &r->finished, notices, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (!r->finished.present[IHP__TABLE_SETTLEMENT]) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: has no settlement, so there is nothing to report; name the result "
                         "folder of settle or merge ('ihp show %s' prints what it has)",
                         options->folder, options->folder);
    }
    if (ihp__finished_head(&r->finished, &r->deck, &r->head, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (ihp__report_members_make(r) != IHP_OK || ihp__report_lines_make(r, &r->members) != IHP_OK ||
        ihp__hide_small(r->finished.table, r->err) != IHP_OK ||
        ihp__hide_payments(&r->finished, r->err) != IHP_OK ||
        ihp__report_scenarios_make(r) != IHP_OK) {
        return r->err->status;
    }
    ihp__report_sums_make(r);
    if (ihp__report_pictures_make(r) == IHP_OK && r->no_pictures[0] != '\0') {
        ihp__notice_add(notices, "the report has no pictures: %s; its tables have all numbers",
                        r->no_pictures);
    }
    return r->err->status;
}

/* Writes the file next to its name, and gives it the name. */
static enum ihp_status write_file(struct ihp__report *r, const struct ihp__target *target)
{
    struct ihp__outfile *out = NULL;
    const int mode = ihp__result_file_find(IHP__FILES_DERIVED, name_of_report)->mode;
    if (ihp__outfile_open(target->path, mode, &out, r->err) != IHP_OK) {
        return r->err->status;
    }
    r->out = ihp__outfile_stream(out);
    ihp__report_put_page(r);
    if (r->err->status != IHP_OK) {
        ihp__outfile_abandon(&out);
        return r->err->status;
    }
    return ihp__outfile_name(&out, target, r->err);
}

/* How a report begins: few other pages forbid themselves the network. */
static const char earlier_begins[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';";

static enum ihp_status make(const struct ihp_report_options *options, struct ihp__report *r,
                            struct ihp__target *target, struct ihp_notices *notices)
{
    char path[IHP__PATH_MAX];
    const char *output = options->output;
    if (output == NULL) {
        if (ihp__path_join(path, sizeof path, options->folder, name_of_report, r->err) != IHP_OK) {
            return r->err->status;
        }
        output = path;
    }
    if (ihp__keep_finished_file(output, options->folder, name_of_report, r->err) != IHP_OK ||
        read_folder(options, r, notices) != IHP_OK ||
        ihp__target_begin(target, output, options->force, notices, r->err) != IHP_OK ||
        ihp__target_check_new(target, r->err) != IHP_OK ||
        ihp__target_check_earlier(target, earlier_begins, "report", r->err) != IHP_OK ||
        write_file(r, target) != IHP_OK) {
        return r->err->status;
    }
    if (options->report != NULL) {
        ihp__print_sentence(options->report, "Report: %s\n", output);
    }
    return IHP_OK;
}

enum ihp_status ihp_report(const struct ihp_report_options *options, struct ihp_notices *notices,
                           struct ihp_error *err)
{
    struct ihp__report report = {.err = err};
    struct ihp__target target = {0};
    enum ihp_status status = make(options, &report, &target, notices);
    ihp__target_end(&target);
    ihp__report_members_free(&report.members);
    ihp__table_free(&report.scenarios);
    for (int i = 0; i < IHP__PICTURES; i++) {
        ihp__picture_free(&report.picture[i]);
    }
    ihp__finished_free(&report.finished);
    return status;
}
