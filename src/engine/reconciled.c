/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads reconcile.json and reconcile.csv of a finished reconciliation. */
#include "engine/reconciled.h"

#include "base/json_load.h"
#include "finance/payment.h"
#include "result/file_list.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reading {
    const struct ihp__reconciled_source *source;
    int64_t *pbp;  /* [partnerships], cents */
    bool *seen;    /* owned; [partnerships][IHP__RECONCILE_REASONS]: reconcile.csv has the row */
    uint64_t line; /* of the last row */
    struct ihp_error *err;
};

/* ---- reconcile.json -------------------------------------------------------------------------- */

/* Returns true if the reconciliation used a payment run as it is now. */
static bool used(const json_t *paid, const struct ihp__paid_run *run)
{
    bool found = false;
    for (size_t i = 0; !found && i < json_array_size(paid); i++) {
        const char *hash = json_string_value(json_object_get(json_array_get(paid, i), "hash"));
        found = hash != NULL && strcmp(hash, run->hash) == 0;
    }
    return found;
}

/* Checks that the reconciliation is of the payment runs of the deck, no more and no less. */
static enum ihp_status check_runs(const struct reading *r, const char *path, const json_t *manifest)
{
    const struct ihp__reconciled_source *source = r->source;
    const json_t *paid = json_object_get(manifest, "paid");
    if (json_array_size(paid) == 0) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: paid: has no payment run, so the reconciliation computed payments "
                         "again; reconcile again with --paid for each folder of the deck's "
                         "payments [15.5]",
                         path);
    }
    for (size_t i = 0; i < source->runs; i++) {
        if (!used(paid, &source->run[i])) {
            return ihp__fail(r->err, IHP_ERR_DATA,
                             "%s: paid: does not have %s (%s) of the deck's payments, as it is "
                             "now; reconcile again with --paid for each of them, or name the runs "
                             "that were reconciled [15.5]",
                             path, source->run[i].folder, source->run[i].span);
        }
    }
    if (json_array_size(paid) != source->runs) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: paid: has %zu runs, but the deck's payments have %zu of them; name "
                         "all runs that were reconciled [15.5]",
                         path, json_array_size(paid), source->runs);
    }
    return IHP_OK;
}

/* Checks that the overrides of the year are those of the reconciliation. */
static enum ihp_status check_overrides(const struct reading *r, const char *path,
                                       const json_t *manifest)
{
    const struct ihp__reconciled_source *source = r->source;
    const char *hash = json_string_value(json_object_get(manifest, "overrides_hash"));
    char now[IHP__HASH_TEXT];
    ihp__program_overrides_hash(source->program, source->deck->performance.year, now);
    return hash != NULL && strcmp(hash, now) == 0
               ? IHP_OK
               : ihp__fail(r->err, IHP_ERR_DATA,
                           "%s: overrides_hash: is of other overrides of %d than %s has; "
                           "reconcile again [15.5, 4.6.4.2]",
                           path, source->deck->performance.year, source->program->folder);
}

/* Checks that the reconciliation is finished and of the performance year and of the deck's
 * payments. */
static enum ihp_status check_manifest(const struct reading *r, const char *path)
{
    const struct ihp__deck *deck = r->source->deck;
    struct stat info;
    bool found;
    json_error_t error;
    char year[16], period[IHP__PERIOD_TEXT];
    if (ihp__path_look(path, &info, &found, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (!found) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: is missing; the deck's reconciliation must be the folder of a "
                         "finished one [15.5]",
                         path);
    }
    json_t *manifest;
    if (ihp__json_load_file(path, JSON_REJECT_DUPLICATES, &manifest, &error, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (manifest == NULL) {
        return ihp__fail(r->err, IHP_ERR_DATA, "%s:%d: cannot be read as JSON (%.100s)", path,
                         error.line, error.text);
    }
    const char *job = json_string_value(json_object_get(manifest, "job"));
    const char *span = json_string_value(json_object_get(manifest, "span"));
    snprintf(year, sizeof year, "%d", deck->performance.year);
    enum ihp_status status = IHP_OK;
    if (job == NULL || strcmp(job, "reconcile") != 0) {
        status = ihp__fail(r->err, IHP_ERR_DATA, "%s: job: is not 'reconcile'", path);
    } else if (span == NULL || deck->performance.through != 0 || strcmp(span, year) != 0) {
        status = ihp__fail(r->err, IHP_ERR_DATA,
                           "%s: span: '%.16s' is not the performance period, %s; name its "
                           "reconciliation, or leave the key out [15.5]",
                           path, span == NULL ? "" : span,
                           ihp__period_months(&deck->performance, period));
    } else if (check_runs(r, path, manifest) == IHP_OK) {
        status = check_overrides(r, path, manifest);
    } else {
        status = r->err->status;
    }
    json_decref(manifest);
    return status;
}

/* ---- reconcile.csv --------------------------------------------------------------------------- */

enum { ID, REASON, AMOUNT, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true}, {"reason", true}, {"amount", true}};

/* Returns the number of a reason; IHP__RECONCILE_REASONS if there is none of that name. */
static int find_reason(const char *text)
{
    int reason = 0;
    while (reason < IHP__RECONCILE_REASONS &&
           strcmp(text, ihp__reconcile_reason_text(reason)) != 0) {
        reason++;
    }
    return reason;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct reading *r = context;
    int64_t cents;
    int partnership = ihp__program_find(r->source->program, row->field[ID]);
    int reason = find_reason(row->field[REASON]);
    if (partnership < 0) {
        return ihp__fail_value(err, row, ID, "an ihp_id of the deck's ihps.csv");
    }
    if (reason == IHP__RECONCILE_REASONS) {
        return ihp__fail_value(err, row, REASON, "care_coordination, override_out or override_in");
    }
    if (!ihp__money_parse(row->field[AMOUNT], &cents)) {
        return ihp__fail_value(err, row, AMOUNT, "dollars with two decimals");
    }
    if (reason == IHP__RECONCILE_OVERRIDE_IN ? cents > 0 : cents < 0) {
        return ihp__fail_value(err, row, AMOUNT,
                               "an amount that is not negative if it is taken back, and not "
                               "positive if it is owed (override_in)");
    }
    bool *seen = &r->seen[(size_t)partnership * IHP__RECONCILE_REASONS + (size_t)reason];
    if (*seen) {
        return ihp__fail_value(err, row, REASON, "each reason once for an IHP");
    }
    *seen = true;
    r->pbp[partnership] -= cents;
    r->line = row->line;
    return IHP_OK;
}

/* Checks that each IHP has a row for each reason. */
static enum ihp_status check_rows(const struct reading *r, const char *path)
{
    const struct ihp__program *program = r->source->program;
    for (size_t i = 0; i < program->partnerships * IHP__RECONCILE_REASONS; i++) {
        if (!r->seen[i]) {
            return ihp__fail(r->err, IHP_ERR_DATA,
                             "%s:%llu: column reason: the file ends here and has no row '%s' of "
                             "%s; each IHP has a row for each of the %d reasons; reconcile again "
                             "[15.5]",
                             path, (unsigned long long)r->line,
                             ihp__reconcile_reason_text((int)(i % IHP__RECONCILE_REASONS)),
                             program->partnership[i / IHP__RECONCILE_REASONS].id,
                             IHP__RECONCILE_REASONS);
        }
    }
    return IHP_OK;
}

static enum ihp_status read_rows(struct reading *r)
{
    char path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, r->source->deck->reconciliation, "reconcile.csv",
                       r->err) != IHP_OK ||
        ihp__csv_read(path, columns, COLUMNS, on_row, r, NULL, r->err) != IHP_OK) {
        return r->err->status;
    }
    return check_rows(r, path);
}

enum ihp_status ihp__reconciled_read(const struct ihp__reconciled_source *source, int64_t *pbp,
                                     struct ihp_error *err)
{
    struct reading r = {.source = source, .pbp = pbp, .line = 1, .err = err};
    char path[IHP__PATH_MAX];
    r.seen = calloc(source->program->partnerships * IHP__RECONCILE_REASONS + 1, sizeof *r.seen);
    enum ihp_status status = r.seen == NULL
                                 ? ihp__fail_memory(err, "the reconciliation")
                                 : ihp__path_join(path, sizeof path, source->deck->reconciliation,
                                                  "reconcile.json", err);
    if (status == IHP_OK) {
        status = check_manifest(&r, path);
    }
    if (status == IHP_OK) {
        status =
            ihp__file_list_check_folder(source->deck->reconciliation, IHP__FILES_RECONCILIATION,
                                        IHP__CHECK_TABLES, "reconciliation", source->notices, err);
    }
    if (status == IHP_OK) {
        status = read_rows(&r);
    }
    free(r.seen);
    return status;
}
