/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp appeal: answers the error reports of IHPs on their lists of attributed members [4.6.4]. */
#include "jobs/appeal/appeal.h"

#include "result/folder.h"
#include "result/job_files.h"
#include "result/manifest.h"
#include "result/result_readme.h"

#include <stdlib.h>
#include <string.h>

/* Finds the days of the Final Payment calculation and of the answers. The calculation is that of
 * the Performance Period, of a quarterly statement that of its year. */
static enum ihp_status plan(struct ihp__appeal *appeal)
{
    const struct ihp_appeal_options *options = appeal->options;
    int32_t december = (appeal->settlement.context.deck.performance.year - 1970) * 12 + 11;
    char answered[IHP__DATE_TEXT], due[IHP__DATE_TEXT];
    appeal->final = options->final_given
                        ? options->final_day
                        : ihp__deadline_months(&appeal->holidays, december, IHP__FINAL_MONTHS).due;
    appeal->response =
        ihp__deadline_before(&appeal->holidays, appeal->final, IHP__ERROR_RESPONSE_DAYS);
    if (options->answered_given && options->answered > appeal->response.due) {
        ihp__notice_add(appeal->notices,
                        "the answers of %s are late: they were due by %s, at least 30 days before "
                        "the Final Payment calculation [4.6.4.2]",
                        ihp__day_format(options->answered, answered),
                        ihp__day_format(appeal->response.due, due));
    }
    return IHP_OK;
}

static enum ihp_status open_all(struct ihp__appeal *appeal)
{
    const struct ihp_appeal_options *options = appeal->options;
    struct ihp__context *c = &appeal->settlement.context;
    enum ihp_status named;
    if (ihp__context_open(options->deck_path, c, appeal->notices, appeal->err) != IHP_OK) {
        return appeal->err->status;
    }
    appeal->settlement_open = true;
    named = options->folder == NULL ? ihp__path_join(appeal->folder, sizeof appeal->folder,
                                                     c->deck.output, "appeal", appeal->err)
                                    : ihp__path_copy(appeal->folder, sizeof appeal->folder,
                                                     options->folder, appeal->err);
    if (named != IHP_OK ||
        ihp__program_holidays(c->program, &appeal->holiday_days, &appeal->holidays, appeal->err) !=
            IHP_OK ||
        plan(appeal) != IHP_OK) {
        return appeal->err->status;
    }
    const struct ihp__output_request request = {.folder = appeal->folder,
                                                .program = c->program->folder,
                                                .group = IHP__FILES_APPEAL,
                                                .force = options->force,
                                                .closed = true,
                                                .first = true};
    return ihp__output_open(&appeal->output, &request, appeal->err);
}

/* Reports lists that came too late for the only calculation that could include a change. */
static void note_late_lists(const struct ihp__appeal *appeal)
{
    char final[IHP__DATE_TEXT];
    for (size_t i = 0; i < appeal->rows; i++) {
        if (appeal->row[i].received >= appeal->final) {
            ihp__notice_add(appeal->notices,
                            "some lists were received on or after the Final Payment calculation of "
                            "%s, so no later settlement can include a change [4.6.4.2]; --final "
                            "sets another day",
                            ihp__day_format(appeal->final, final));
            return;
        }
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Writes the file that makes the answers finished, and finishes the output. */
static enum ihp_status write_json(struct ihp__appeal *appeal)
{
    const struct ihp__context *c = &appeal->settlement.context;
    char span[IHP__DATE_TEXT];
    snprintf(span, sizeof span, "%d", c->deck.performance.year);
    const struct ihp__job_files job = {.name = "appeal",
                                       .group = IHP__FILES_APPEAL,
                                       .span = span,
                                       .deck = &c->deck,
                                       .program = c->program,
                                       .store = c->info};
    json_t *json = ihp__manifest_job(&job, appeal->notices);
    if (json == NULL) {
        return ihp__fail_memory(appeal->err, "appeal.json");
    }
    enum ihp_status status = ihp__output_finish(&appeal->output, json, appeal->err);
    json_decref(json);
    return status;
}

static enum ihp_status write_all(struct ihp__appeal *appeal)
{
    if (ihp__store_check_unchanged(appeal->settlement.context.store, appeal->err) != IHP_OK ||
        ihp__output_begin(&appeal->output, MPI_COMM_NULL, appeal->err) != IHP_OK ||
        ihp__appeal_write_answers(appeal) != IHP_OK || ihp__appeal_write_tables(appeal) != IHP_OK ||
        ihp__result_readme_write(appeal->output.path, NULL, IHP__FILES_APPEAL, appeal->err) !=
            IHP_OK) {
        return appeal->err->status;
    }
    return write_json(appeal);
}

static void print_report(const struct ihp__appeal *appeal)
{
    size_t count[IHP__APPEAL_PROPOSED + 1] = {0};
    FILE *out = appeal->options->report;
    for (size_t i = 0; i < appeal->rows; i++) {
        count[appeal->row[i].result]++;
    }
    fprintf(out, "Answers to %zu rows:", appeal->rows);
    for (int result = 0; result <= IHP__APPEAL_PROPOSED; result++) {
        fprintf(out, "%s %s %zu", result == 0 ? "" : ",",
                ihp__appeal_result_text((enum ihp__appeal_result)result), count[result]);
    }
    fprintf(out, "\n\nResults: %s\n", appeal->folder);
}

static void end(struct ihp__appeal *appeal)
{
    ihp__output_close(&appeal->output, appeal->notices, appeal->err);
    ihp__explain_forget(&appeal->settlement);
    ihp__explain_forget(&appeal->payment);
    if (appeal->settlement_open) {
        ihp__context_close(&appeal->settlement.context);
    }
    if (appeal->payment_open) {
        ihp__context_close(&appeal->payment.context);
    }
    free(appeal->row);
    free(appeal->holiday_days);
}

enum ihp_status ihp_appeal(const struct ihp_appeal_options *options, struct ihp_notices *notices,
                           struct ihp_error *err)
{
    struct ihp__appeal appeal = {.options = options,
                                 .settlement = {.out = stdout, .err = err},
                                 .notices = notices,
                                 .err = err};
    if (open_all(&appeal) == IHP_OK && ihp__appeal_read(&appeal) == IHP_OK &&
        ihp__appeal_judge(&appeal) == IHP_OK) {
        note_late_lists(&appeal);
        if (write_all(&appeal) == IHP_OK && options->report != NULL) {
            print_report(&appeal);
        }
    }
    end(&appeal);
    return err->status;
}
