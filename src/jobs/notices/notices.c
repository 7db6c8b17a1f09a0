/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp notices: what each IHP and payer of a finished settlement is owed or owes, and by when [5.4].
 */
#include "jobs/notices/notices.h"

#include "ihp/version.h"
#include "result/folder.h"
#include "result/json.h"
#include "result/manifest_value.h"
#include "result/result_readme.h"

#include <stdlib.h>
#include <string.h>

static enum ihp_status open_all(struct ihp__notices_run *run)
{
    const struct ihp_notices_options *options = run->options;
    enum ihp_status named;
    if (ihp__deck_load(options->deck_path, &run->deck, run->err) != IHP_OK ||
        ihp__program_load(run->deck.program, &run->program, run->notices, run->err) != IHP_OK ||
        ihp__program_holidays(run->program, &run->holiday_days, &run->holidays, run->err) !=
            IHP_OK) {
        return run->err->status;
    }
    named =
        options->folder == NULL
            ? ihp__path_join(run->folder, sizeof run->folder, run->deck.output, "notices", run->err)
            : ihp__path_copy(run->folder, sizeof run->folder, options->folder, run->err);
    if (named != IHP_OK || ihp__notices_read(run) != IHP_OK || ihp__notices_plan(run) != IHP_OK) {
        return run->err->status;
    }
    const struct ihp__output_request request = {.folder = run->folder,
                                                .program = run->program->folder,
                                                .group = IHP__FILES_NOTICES,
                                                .force = options->force,
                                                .closed = true,
                                                .first = true};
    return ihp__output_open(&run->output, &request, run->err);
}

/* ---- notices.json ---------------------------------------------------------------------------- */

static json_t *notices_json(const struct ihp_notices *notices)
{
    json_t *texts = json_array();
    bool whole = true;
    for (size_t i = 0; i < notices->count; i++) {
        whole = json_array_append_new(texts, ihp__json_text(notices->text[i])) == 0 && whole;
    }
    return ihp__json_whole(texts, whole);
}

/* Writes the file that makes the notices finished: the settlement that they are of, and the day;
 * and finishes the output. */
static enum ihp_status write_json(struct ihp__notices_run *run)
{
    char day[IHP__DATE_TEXT];
    json_t *json = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:O, s:O, s:O, s:o}", "format", "ihp-job", "format_version",
        IHP__MANIFEST_VERSION, "program_version", IHP_VERSION, "job", "notices", "notified",
        ihp__day_format(run->dates.notified, day), "deck", json_object_get(run->manifest, "deck"),
        "store", json_object_get(run->manifest, "store"), "program",
        json_object_get(run->manifest, "program"), "notices", notices_json(run->notices));
    if (json == NULL) {
        return ihp__fail_memory(run->err, "notices.json");
    }
    enum ihp_status status = ihp__output_finish(&run->output, json, run->err);
    json_decref(json);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum ihp_status write_all(struct ihp__notices_run *run)
{
    if (ihp__output_begin(&run->output, MPI_COMM_NULL, run->err) != IHP_OK ||
        ihp__notices_write_letters(run) != IHP_OK || ihp__notices_write_outreach(run) != IHP_OK ||
        ihp__notices_write_tables(run) != IHP_OK ||
        ihp__result_readme_write(run->output.path, NULL, IHP__FILES_NOTICES, run->err) != IHP_OK) {
        return run->err->status;
    }
    return write_json(run);
}

static void print_report(const struct ihp__notices_run *run)
{
    char day[IHP__DATE_TEXT];
    fprintf(run->options->report, "Notices of %s to %zu IHPs and %zu payers\n\nResults: %s\n",
            ihp__day_format(run->dates.notified, day), run->program->partnerships, run->payers,
            run->folder);
}

static void end(struct ihp__notices_run *run)
{
    ihp__output_close(&run->output, run->notices, run->err);
    for (size_t i = 0; i < run->rows; i++) {
        free(run->row[i].payer);
    }
    free(run->row);
    free(run->ihp);
    free(run->payer);
    free(run->holiday_days);
    json_decref(run->manifest);
    ihp__program_destroy(&run->program);
    ihp__deck_free(&run->deck);
}

enum ihp_status ihp_notices_run(const struct ihp_notices_options *options,
                                struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__notices_run run = {.options = options, .notices = notices, .err = err};
    if (open_all(&run) == IHP_OK && write_all(&run) == IHP_OK && options->report != NULL) {
        print_report(&run);
    }
    end(&run);
    return err->status;
}
