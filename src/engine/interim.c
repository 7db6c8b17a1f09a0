/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a finished interim run: checks that it is the interim of this final settlement, and takes
 * what it paid [2.12]. */
#include "engine/interim.h"

#include "base/json_load.h"
#include "engine/interim_payers.h"
#include "result/file_list.h"
#include "result/manifest_value.h"
#include "result/what_if.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reading {
    const struct ihp__context *context;
    struct ihp__interim *interim;
    char path[IHP__PATH_MAX]; /* of the file being read */
    json_t *manifest;
    bool same_deck; /* no key of the deck differs so far */
    size_t rows;
    struct ihp_error *err;
};

/* ---- manifest.json --------------------------------------------------------------------------- */

/* Returns the text of a key in `text`, or NULL after recording that it has none. */
static const char *text_of(struct reading *r, const char *group, const char *key,
                           char text[IHP__MANIFEST_TEXT])
{
    ihp__manifest_text(json_object_get(r->manifest, group), key, text);
    if (text[0] == '\0') {
        ihp__error_set(r->err, IHP_ERR_DATA,
                       "%s: %s.%s: is missing or has no value; settle the interim again with this "
                       "version",
                       r->path, group, key);
        return NULL;
    }
    return text;
}

/* Returns true if a key has the text `expected`; otherwise records why it must. */
static bool has_text(struct reading *r, const char *group, const char *key, const char *expected,
                     const char *why)
{
    char buffer[IHP__MANIFEST_TEXT];
    const char *text = text_of(r, group, key, buffer);
    if (text != NULL && strcmp(text, expected) != 0) {
        ihp__error_set(r->err, IHP_ERR_DATA, "%s: %s.%s: '%.64s' is not '%.64s'; %s", r->path,
                       group, key, text, expected, why);
    }
    return text != NULL && strcmp(text, expected) == 0;
}

/* Returns true for a key of the deck that must be the same in an interim and its final: every key
 * that acts on money or before, except for what an interim has of its own. Quality is not part of
 * an interim [2.18], and a bootstrap changes no amount. */
static bool is_common(const struct ihp__deck_key *key)
{
    static const char *const own[] = {"settlement", "base.paid_through", "performance.paid_through",
                                      "payments"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strcmp(key->path, own[i]) == 0) {
            return false;
        }
    }
    return key->acts_on >= IHP__ACTS_ON_MONEY;
}

/* Returns true if a manifest lacks a policy: an earlier version of this program, which did not know
 * it, wrote the manifest. */
static bool lacks_policy(const struct reading *r, const char *path)
{
    return strncmp(path, "policies.", strlen("policies.")) == 0 &&
           json_object_get(json_object_get(r->manifest, "deck"), path) == NULL;
}

static void compare_key(void *context, const struct ihp__deck_key *key)
{
    static const char why[] = "a final settles the same terms as its interim [16.6]";
    struct reading *r = context;
    if (!r->same_deck || !is_common(key)) {
        return;
    }
    if (!lacks_policy(r, key->path)) {
        r->same_deck = has_text(r, "deck", key->path, key->value, why);
    } else if (key->fallback != NULL && strcmp(key->fallback, key->value) != 0) {
        ihp__error_set(r->err, IHP_ERR_DATA,
                       "%s: deck.%s: is missing, which means its default, '%.64s', not '%.64s'; %s",
                       r->path, key->path, key->fallback, key->value, why);
        r->same_deck = false;
    }
}

static enum ihp_status read_cutoff(struct reading *r, enum ihp__period period, const char *key)
{
    char buffer[IHP__MANIFEST_TEXT];
    const char *text = text_of(r, "deck", key, buffer);
    int32_t day = 0;
    if (text == NULL) {
        return r->err->status;
    }
    if (!ihp__day_parse(text, &day) || day <= IHP__DAY16_BEFORE || day >= IHP__DAY16_AFTER - 1) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: deck.%s: is not a valid date; settle the interim again", r->path,
                         key);
    }
    r->interim->paid_through[period] = day;
    return IHP_OK;
}

static enum ihp_status check_manifest(struct reading *r)
{
    const struct ihp__context *c = r->context;
    const struct ihp__deck own = ihp__deck_as_it_is(&c->deck); /* a what-if has the same interim */
    const char *format = json_string_value(json_object_get(r->manifest, "format"));
    char terms[33], buffer[IHP__MANIFEST_TEXT];
    if (format == NULL || strcmp(format, "ihp-result") != 0) {
        return ihp__fail(r->err, IHP_ERR_DATA, "%s: format: is not 'ihp-result'", r->path);
    }
    if (ihp__manifest_check_version(r->manifest, r->path,
                                    "settle the interim again with this version, or the final",
                                    r->err) != IHP_OK ||
        ihp__what_if_refuse(r->manifest, r->path, "be the interim of a final settlement [2.12]",
                            r->err) != IHP_OK) {
        return r->err->status;
    }
    if (!has_text(r, "deck", "settlement", "interim",
                  "the run is not an interim settlement [2.18]")) {
        return r->err->status;
    }
    r->same_deck = true;
    ihp__deck_each_key(&own, compare_key, r);
    ihp__program_terms_hash(c->program, c->deck.base.year, c->deck.performance.year, terms);
    const char *store = r->same_deck ? text_of(r, "store", "content_hash", buffer) : NULL;
    if (store == NULL ||
        !has_text(r, "program", "terms_hash", terms,
                  "the interim had other IHPs, rosters, categories, codes, corridors or trends") ||
        read_cutoff(r, IHP__BASE, "base.paid_through") != IHP_OK) {
        return r->err->status;
    }
    r->interim->same_store = strcmp(store, c->info->content_hash) == 0;
    r->interim->repeats = r->interim->same_store && c->deck.what_if.count == 0;
    return read_cutoff(r, IHP__PERFORMANCE, "performance.paid_through");
}

static enum ihp_status read_manifest(struct reading *r)
{
    struct stat info;
    bool found;
    json_error_t error;
    if (ihp__path_join(r->path, sizeof r->path, r->context->deck.interim, "manifest.json",
                       r->err) != IHP_OK) {
        return r->err->status;
    }
    if (ihp__path_look(r->path, &info, &found, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (!found) {
        return ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: is missing; the deck's interim must be the folder of a finished run",
                         r->path);
    }
    if (ihp__json_load_file(r->path, JSON_REJECT_DUPLICATES, &r->manifest, &error, r->err) !=
        IHP_OK) {
        return r->err->status;
    }
    if (r->manifest == NULL) {
        return ihp__fail(r->err, IHP_ERR_DATA, "%s:%d: is not a valid manifest (%.100s)", r->path,
                         error.line, error.text);
    }
    return check_manifest(r);
}

/* ---- settlement.csv -------------------------------------------------------------------------- */

enum {
    ID,
    BASE_MEMBERS,
    BASE_MONTHS,
    MEMBERS,
    MONTHS,
    BEFORE_PBP,
    SHARED,
    QUALITY,
    CIRCUMSTANCES,
    FINAL,
    DUE,
    TERMINATION,
    COLUMNS
};

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true},        {"base_members", true},     {"base_member_months", true},
    {"members", true},       {"member_months", true},    {"shared_before_pbp", true},
    {"shared_amount", true}, {"quality_adjusted", true}, {"circumstance_reduction", true},
    {"final_amount", true},  {"amount_due", true},       {"termination_factor", true},
};

/* Returns true if the amounts of a row follow from each other, apart from their rounding to cents:
 * an interim has no quality score [2.18], and the final amount is what circumstances and a
 * termination leave. */
static bool amounts_fit(const struct ihp__bridge_amounts *a, double factor)
{
    double left = (double)(a->quality_adjusted + a->circumstance_reduction) * factor;
    return a->quality_adjusted == a->shared_amount && fabs((double)a->final_amount - left) < 2.0;
}

static enum ihp_status read_numbers(const struct ihp__csv_row *row, struct ihp__interim_row *out,
                                    struct ihp_error *err)
{
    int64_t *const count[] = {&out->members[IHP__BASE], &out->months[IHP__BASE],
                              &out->members[IHP__PERFORMANCE], &out->months[IHP__PERFORMANCE]};
    int64_t *const money[] = {&out->amounts.shared_before_pbp, &out->amounts.shared_amount,
                              &out->amounts.quality_adjusted,  &out->amounts.circumstance_reduction,
                              &out->amounts.final_amount,      &out->amount_due};
    for (int i = BASE_MEMBERS; i < TERMINATION; i++) {
        bool good = i < BEFORE_PBP
                        ? ihp__integer_parse(row->field[i], 0, INT64_MAX, count[i - BASE_MEMBERS])
                        : ihp__money_parse(row->field[i], money[i - BEFORE_PBP]);
        if (!good) {
            return ihp__fail_value(err, row, (size_t)i,
                                   i < BEFORE_PBP ? "a whole number" : "dollars with two decimals");
        }
    }
    double factor;
    if (!ihp__decimal_parse(row->field[TERMINATION], &factor) || factor < 0 || factor > 1) {
        return ihp__fail_value(err, row, TERMINATION, "a number from 0 to 1");
    }
    if (!amounts_fit(&out->amounts, factor)) {
        return ihp__fail_value(err, row, FINAL,
                               "shared_amount with quality_adjusted, circumstance_reduction and "
                               "termination_factor applied");
    }
    out->amounts.whole = factor >= 1.0;
    return IHP_OK;
}

/* ihps.csv may have an amount if it is the amount that was due. */
static enum ihp_status check_given(const struct reading *r, const struct ihp__partnership *ihp,
                                   const struct ihp__interim_row *row)
{
    char given[IHP__MONEY_TEXT], due[IHP__MONEY_TEXT];
    if (!ihp->interim_given || ihp->interim_paid == row->amount_due) {
        return IHP_OK;
    }
    return ihp__fail(
        r->err, IHP_ERR_DATA,
        "%s/ihps.csv:%llu: column interim_paid: %s is not %s, which was due according to %s; "
        "leave it blank [2.12]",
        r->context->program->folder, (unsigned long long)ihp->line,
        ihp__money_format(ihp->interim_paid, given), ihp__money_format(row->amount_due, due),
        r->path);
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct reading *r = context;
    const struct ihp__program *program = r->context->program;
    if (r->rows == program->partnerships ||
        strcmp(row->field[ID], program->partnership[r->rows].id) != 0) {
        return ihp__fail_value(err, row, ID, "a row for each IHP, in the order of ihps.csv");
    }
    struct ihp__interim_row *out = &r->interim->row[r->rows];
    if (read_numbers(row, out, err) != IHP_OK) {
        return err->status;
    }
    int64_t final_amount = out->amounts.final_amount;
    if (out->amount_due != (final_amount > 0 ? final_amount : 0)) {
        return ihp__fail_value(err, row, DUE, "a positive final_amount, else 0.00 [2.18]");
    }
    return check_given(r, &program->partnership[r->rows++], out);
}

static enum ihp_status read_settlement(struct reading *r)
{
    size_t partnerships = r->context->program->partnerships;
    if (ihp__path_join(r->path, sizeof r->path, r->context->deck.interim, "settlement.csv",
                       r->err) != IHP_OK) {
        return r->err->status;
    }
    r->interim->row = calloc(partnerships, sizeof *r->interim->row);
    if (r->interim->row == NULL) {
        return ihp__fail_memory(r->err, "the interim settlement");
    }
    if (ihp__csv_read(r->path, columns, COLUMNS, on_row, r, NULL, r->err) != IHP_OK) {
        return r->err->status;
    }
    return r->rows == partnerships
               ? IHP_OK
               : ihp__fail(r->err, IHP_ERR_DATA, "%s: ends after %zu of %zu IHPs", r->path, r->rows,
                           partnerships);
}

/* ---- all files ------------------------------------------------------------------------------- */

/* The final settlement must not replace the folder it builds on. */
static enum ihp_status check_output(const struct ihp__deck *deck, struct ihp_error *err)
{
    struct stat interim, output;
    if (stat(deck->interim, &interim) == 0 && stat(deck->output, &output) == 0 &&
        interim.st_dev == output.st_dev && interim.st_ino == output.st_ino) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: output: is the folder of the interim; name another", deck->output);
    }
    return IHP_OK;
}

static enum ihp_status read_payers(struct ihp__context *context, const struct ihp__interim *interim,
                                   struct ihp_error *err)
{
    size_t partnerships = context->program->partnerships;
    int64_t *due = calloc(partnerships, sizeof *due);
    if (due == NULL) {
        return ihp__fail_memory(err, "the payers of the interim");
    }
    for (size_t p = 0; p < partnerships; p++) {
        due[p] = interim->row[p].amount_due;
    }
    enum ihp_status status =
        ihp__interim_payers_read(context->deck.interim, context->program, due, err);
    free(due);
    return status;
}

enum ihp_status ihp__interim_read(struct ihp__context *context, struct ihp__interim *interim,
                                  struct ihp_notices *notices, struct ihp_error *err)
{
    struct reading r = {.context = context, .interim = interim, .err = err};
    char date[IHP__DATE_TEXT];
    if (context->deck.interim[0] == '\0') {
        return IHP_OK;
    }
    /* The files are compared with their list before they are read: a table that has changed is
     * reported as that, not by what its rows now lack. */
    bool read = check_output(&context->deck, err) == IHP_OK && read_manifest(&r) == IHP_OK &&
                ihp__file_list_check(context->deck.interim, IHP__FILES_RESULT, r.manifest,
                                     IHP__CHECK_TABLES, "interim", notices, err) == IHP_OK &&
                read_settlement(&r) == IHP_OK && read_payers(context, interim, err) == IHP_OK;
    json_decref(r.manifest);
    if (!read) {
        return err->status;
    }
    for (size_t p = 0; p < context->program->partnerships; p++) {
        context->program->partnership[p].interim_paid = interim->row[p].amount_due;
    }
    if (!interim->same_store) {
        ihp__notice_add(notices,
                        "interim: was settled from another store, so its amounts are taken as they "
                        "are in its folder; the step 'restated' of bridge.csv is what today's "
                        "store changes in them [2.12]");
    }
    ihp__notice_add(notices,
                    "interim: the amounts paid are those of the interim settlement with "
                    "claims paid through %s [2.12]",
                    ihp__day_format(interim->paid_through[IHP__PERFORMANCE], date));
    return IHP_OK;
}
