/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads payments.json and payments.csv of a finished payment run. */
#include "engine/paid_run.h"

#include "base/json_load.h"
#include "result/manifest_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

struct reading {
    XXH128_hash_t described; /* what payments.json says of the run */
    const struct ihp__program *program;
    struct ihp__paid_run *run;
    char path[IHP__PATH_MAX]; /* of the file being read */
    size_t rows;
    struct ihp_error *err;
};

/* ---- payments.json --------------------------------------------------------------------------- */

/* Reads "2025Q2", or "2025" of four quarters. */
static enum ihp_status read_span(struct reading *r, const json_t *manifest)
{
    const char *span = json_string_value(json_object_get(manifest, "span"));
    char first[IHP__DATE_TEXT];
    int32_t quarter;
    snprintf(first, sizeof first, "%.6s%s", span == NULL ? "" : span,
             span != NULL && strlen(span) == 4 ? "Q1" : "");
    if (span == NULL || !ihp__quarter_parse(first, &quarter)) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: span: is missing or not a quarter or a year; pay again", r->path);
    }
    snprintf(r->run->span, sizeof r->run->span, "%s", span);
    r->run->first_month = (quarter - 1970 * 4) * 3;
    r->run->months = strlen(span) == 4 ? 12 : 3;
    return IHP_OK;
}

/* Reads the numbers that the run had in its payment.csv. */
static enum ihp_status read_terms(struct reading *r, const json_t *manifest)
{
    const json_t *terms = json_object_get(manifest, "payment");
    for (size_t i = 0; ihp__payment_name(i) != NULL; i++) {
        const json_t *number = json_object_get(terms, ihp__payment_name(i));
        if (!json_is_number(number)) {
            return ihp__fail(r->err, IHP_ERR_DATA,
                             "%s: payment.%s: is missing or not a number; pay again with this "
                             "version",
                             r->path, ihp__payment_name(i));
        }
        *ihp__payment_number(&r->run->terms, i) = json_number_value(number);
    }
    r->run->terms.given = true;
    return IHP_OK;
}

static enum ihp_status check_manifest(struct reading *r, const json_t *manifest)
{
    const char *format = json_string_value(json_object_get(manifest, "format"));
    const char *job = json_string_value(json_object_get(manifest, "job"));
    if (format == NULL || strcmp(format, "ihp-job") != 0) {
        return ihp__fail(r->err, IHP_ERR_DATA, "%s: format: is not 'ihp-job'", r->path);
    }
    if (ihp__manifest_check_version(manifest, r->path, "settle or reconcile these payments",
                                    r->err) != IHP_OK) {
        return r->err->status;
    }
    if (job == NULL || strcmp(job, "payments") != 0) {
        return ihp__fail(r->err, IHP_ERR_DATA, "%s: job: is not 'payments'", r->path);
    }
    const char *months = json_string_value(
        json_object_get(json_object_get(manifest, "deck"), "policies.pbp_months"));
    r->run->pays_attributed = months != NULL && strcmp(months, "attributed") == 0;
    return read_span(r, manifest) != IHP_OK ? r->err->status : read_terms(r, manifest);
}

/* Makes the hash of the manifest, without what may differ between equal runs, and without the list
 * of files, which is longer with member files. */
static enum ihp_status hash_manifest(struct reading *r, json_t *manifest)
{
    json_object_del(manifest, "run");
    json_object_del(manifest, "files");
    json_object_del(manifest, "hash");
    char *text = json_dumps(manifest, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL) {
        return ihp__fail_memory(r->err, "the description of the payments");
    }
    r->described = XXH3_128bits(text, strlen(text));
    free(text);
    return IHP_OK;
}

static enum ihp_status read_manifest(struct reading *r)
{
    struct stat info;
    bool found;
    json_error_t error;
    if (ihp__path_join(r->path, sizeof r->path, r->run->folder, "payments.json", r->err) !=
        IHP_OK) {
        return r->err->status;
    }
    if (ihp__path_look(r->path, &info, &found, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (!found) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: is missing; name the folder of finished payments [15.4]", r->path);
    }
    json_t *manifest;
    if (ihp__json_load_file(r->path, JSON_REJECT_DUPLICATES, &manifest, &error, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (manifest == NULL) {
        return ihp__fail(r->err, IHP_ERR_DATA, "%s:%d: is not valid JSON (%.100s)", r->path,
                         error.line, error.text);
    }
    enum ihp_status status = check_manifest(r, manifest);
    if (status == IHP_OK) {
        status = hash_manifest(r, manifest);
    }
    json_decref(manifest);
    return status;
}

/* ---- payments.csv ---------------------------------------------------------------------------- */

enum { ID, MONTH, ELIGIBLE, PBP, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true}, {"month", true}, {"pbp_eligible", false}, {"pbp_dollars", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct reading *r = context;
    struct ihp__paid_run *run = r->run;
    int32_t month;
    int64_t cents, eligible = -1;
    int partnership = ihp__program_find(r->program, row->field[ID]);
    if (partnership < 0) {
        return ihp__fail_value(err, row, ID,
                               "an ihp_id of the deck's ihps.csv; payments of another program do "
                               "not belong here");
    }
    if (!ihp__month_parse(row->field[MONTH], &month) || !ihp__paid_run_has(run, month)) {
        return ihp__fail_value(err, row, MONTH, "a month of the span of payments.json");
    }
    if (!ihp__money_parse(row->field[PBP], &cents) || cents < 0) {
        return ihp__fail_value(err, row, PBP, "dollars, not negative, with two decimals");
    }
    if (row->field[ELIGIBLE] != ihp__csv_absent &&
        !ihp__integer_parse(row->field[ELIGIBLE], 0, INT32_MAX, &eligible)) {
        return ihp__fail_value(err, row, ELIGIBLE, "a number of members");
    }
    size_t place = ihp__paid_run_place(run, r->program, month, (size_t)partnership);
    if (run->pbp[place] >= 0) {
        return ihp__fail_value(err, row, MONTH, "each month once for an IHP");
    }
    run->pbp[place] = cents;
    run->eligible[place] = eligible;
    run->listed[partnership] = true;
    r->rows++;
    return IHP_OK;
}

/* Checks that each IHP of the run has all months, and puts 0 for IHPs that the run did not have. */
static enum ihp_status check_rows(const struct reading *r)
{
    struct ihp__paid_run *run = r->run;
    size_t count = r->program->partnerships, listed = 0;
    for (size_t p = 0; p < count; p++) {
        listed += run->listed[p];
    }
    for (size_t i = 0; i < count * (size_t)run->months; i++) {
        run->pbp[i] = run->pbp[i] < 0 ? 0 : run->pbp[i];
    }
    if (listed == 0 || r->rows != listed * (size_t)run->months) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: has %zu rows for %zu IHPs; expected a row for each month of the span "
                         "and each IHP",
                         r->path, r->rows, listed);
    }
    return IHP_OK;
}

/* Makes the hash of the run, of what payments.json says and the bytes of payments.csv. */
static enum ihp_status hash_run(struct reading *r)
{
    char chunk[16384];
    FILE *file = fopen(r->path, "rb");
    if (file == NULL) {
        return ihp__fail_system(r->err, IHP_ERR_DATA, r->path, "cannot be read");
    }
    XXH128_hash_t hash = r->described;
    errno = 0;
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        XXH128_hash_t bytes = XXH3_128bits_withSeed(chunk, got, hash.low64);
        hash.low64 = bytes.low64;
        hash.high64 ^= bytes.high64;
    }
    enum ihp_status status = ferror(file) != 0 ? ihp__fail_system(r->err, IHP_ERR_DATA, r->path,
                                                                  "cannot be read to its end")
                                               : IHP_OK;
    fclose(file);
    ihp__hash_hex(hash.high64, hash.low64, r->run->hash);
    return status;
}

/* Checks that no file of the run has changed. */
static enum ihp_status check_files(const struct reading *r, enum ihp__list_check check,
                                   struct ihp_notices *notices)
{
    char label[sizeof r->run->span + 16];
    snprintf(label, sizeof label, "payments %s", r->run->span);
    return ihp__file_list_check_folder(r->run->folder, IHP__FILES_PAYMENTS, check, label, notices,
                                       r->err);
}

enum ihp_status ihp__paid_run_open(const char *folder, const struct ihp__program *program,
                                   enum ihp__list_check check, struct ihp__paid_run *run,
                                   struct ihp_notices *notices, struct ihp_error *err)
{
    struct reading r = {.program = program, .run = run, .err = err};
    *run = (struct ihp__paid_run){.folder = folder};
    if (read_manifest(&r) != IHP_OK || check_files(&r, check, notices) != IHP_OK) {
        return err->status;
    }
    size_t cells = program->partnerships * (size_t)run->months;
    run->pbp = malloc((cells + 1) * sizeof *run->pbp);
    run->eligible = malloc((cells + 1) * sizeof *run->eligible);
    run->listed = calloc(program->partnerships + 1, sizeof *run->listed);
    if (run->pbp == NULL || run->eligible == NULL || run->listed == NULL) {
        return ihp__fail_memory(err, "the payments");
    }
    for (size_t i = 0; i < cells; i++) {
        run->pbp[i] = run->eligible[i] = -1;
    }
    if (ihp__path_join(r.path, sizeof r.path, folder, "payments.csv", err) != IHP_OK ||
        ihp__csv_read(r.path, columns, COLUMNS, on_row, &r, NULL, err) != IHP_OK) {
        return err->status;
    }
    return check_rows(&r) == IHP_OK ? hash_run(&r) : err->status;
}

void ihp__paid_run_free(struct ihp__paid_run *run)
{
    free(run->pbp);
    free(run->eligible);
    free(run->listed);
    *run = (struct ihp__paid_run){0};
}

/* ---- several runs ---------------------------------------------------------------------------- */

size_t ihp__paid_run_place(const struct ihp__paid_run *run, const struct ihp__program *program,
                           int32_t month, size_t partnership)
{
    return (size_t)(month - run->first_month) * program->partnerships + partnership;
}

bool ihp__paid_run_has(const struct ihp__paid_run *run, int32_t month)
{
    return month >= run->first_month && month < run->first_month + run->months;
}

enum ihp_status ihp__paid_runs_check(const struct ihp__paid_run *run, size_t runs, int32_t first,
                                     int32_t last, const char *period, struct ihp_error *err)
{
    char month[IHP__DATE_TEXT];
    for (size_t i = 0; i < runs; i++) {
        int32_t begins = run[i].first_month, ends = begins + run[i].months - 1;
        if (ends < first || begins > last) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/payments.json: span: has no month of %s; it begins with %s; leave "
                             "the folder out [15.4]",
                             run[i].folder, period, ihp__month_format(begins, month));
        }
        for (size_t j = 0; j < i; j++) {
            int32_t common = begins > run[j].first_month ? begins : run[j].first_month;
            if (ihp__paid_run_has(&run[i], common) && ihp__paid_run_has(&run[j], common)) {
                return ihp__fail(err, IHP_ERR_DATA,
                                 "%s/payments.json: span: has %s, which %s has too; name one run "
                                 "for each quarter [15.4]",
                                 run[i].folder, ihp__month_format(common, month), run[j].folder);
            }
        }
    }
    return IHP_OK;
}

/* What was paid to an IHP for months after the end of its contract. */
struct after_end {
    int64_t cents, members;
    bool counted; /* each payments.csv has the number of members */
};

/* Adds the months of a run that are after the end of an IHP's contract. */
static void add_after_end(const struct ihp__paid_run *run, int32_t month,
                          const struct ihp__program *program, size_t p, struct after_end *after)
{
    if (ihp__paid_run_has(run, month)) {
        size_t place = ihp__paid_run_place(run, program, month, p);
        after->cents += run->pbp[place];
        after->counted = after->counted && (run->eligible[place] >= 0 || run->pbp[place] == 0);
        after->members += run->eligible[place] > 0 ? run->eligible[place] : 0;
    }
}

void ihp__paid_runs_note_ended(const struct ihp__paid_run *run, size_t runs, int32_t first,
                               int32_t last, const struct ihp__program *program,
                               struct ihp_notices *notices)
{
    char date[IHP__DATE_TEXT], dollars[IHP__MONEY_TEXT], members[48];
    for (size_t p = 0; p < program->partnerships; p++) {
        const struct ihp__partnership *ihp = &program->partnership[p];
        struct after_end after = {.counted = true};
        for (int32_t month = first; month <= last; month++) {
            bool ended = !ihp__partnership_in_force(ihp, ihp__day_of_month_start(month));
            for (size_t i = 0; ended && i < runs; i++) {
                add_after_end(&run[i], month, program, p, &after);
            }
        }
        if (after.cents == 0 && after.members == 0) {
            continue;
        }
        snprintf(members, sizeof members, "%lld member months", (long long)after.members);
        ihp__notice_add(notices,
                        "%s: the contract ended on %s, but the payment runs paid %s for %s after "
                        "it; the reconciliation has no reason to take that back, so recover it "
                        "otherwise, or pay these months again with the termination "
                        "[6.1.2.1.1, 15.5]",
                        ihp->id, ihp__day_format(ihp->terminated_on, date),
                        ihp__money_format_grouped(after.cents, dollars),
                        after.counted ? members : "months");
    }
}
