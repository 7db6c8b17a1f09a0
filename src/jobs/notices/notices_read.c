/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a finished settlement says of each IHP and payer. */
#include "jobs/notices/notices.h"

#include "base/array.h"
#include "base/json_load.h"
#include "engine/payments.h"
#include "result/file_list.h"
#include "result/manifest_value.h"
#include "result/what_if.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- manifest.json --------------------------------------------------------------------------- */

/* The comparison of the deck with that of the manifest. */
struct comparing {
    struct ihp__notices_run *run;
    const char *path;
    const json_t *deck;
};

static void compare_key(void *context, const struct ihp__deck_key *key)
{
    const struct comparing *c = context;
    if (key->acts_on == IHP__ACTS_ON_RUN) {
        return;
    }
    char text[IHP__MANIFEST_TEXT];
    if (strcmp(ihp__manifest_text(c->deck, key->path, text), key->value) != 0) {
        ihp__error_set(c->run->err, IHP_ERR_DATA,
                       "%s: deck.%s: '%.64s' is not '%.64s', as the deck has it; settle the deck "
                       "again",
                       c->path, key->path, text, key->value);
    }
}

/* Reads what the payment runs of the deck have paid, which the key `payments` of the manifest
 * describes. Their notices are those of the settlement. */
static enum ihp_status describe_payments(struct ihp__notices_run *run)
{
    struct ihp_notices repeated = {0};
    enum ihp_status status = ihp__payments_read(&run->deck, run->program, &repeated, run->err);
    ihp_notices_clear(&repeated);
    return status;
}

/* Compares the program folder, every file of it: also those that may change between an interim and
 * its final decide the amounts of this settlement. */
static enum ihp_status check_program(const struct ihp__notices_run *run, const char *path)
{
    const json_t *program = json_object_get(run->manifest, "program");
    const char *terms = json_string_value(json_object_get(program, "terms_hash"));
    const char *all = json_string_value(json_object_get(program, "hash"));
    char hash[IHP__HASH_TEXT];
    ihp__program_terms_hash(run->program, run->deck.base.year, run->deck.performance.year, hash);
    if (terms == NULL || strcmp(terms, hash) != 0) {
        return ihp__fail(run->err, IHP_ERR_DATA,
                         "%s: program.terms_hash: the program folder has changed since the "
                         "settlement; settle the deck again",
                         path);
    }
    if (all == NULL || strcmp(all, run->program->hash) != 0) {
        return ihp__fail(run->err, IHP_ERR_DATA,
                         "%s: program.hash: a file of %s was changed, added or removed since the "
                         "settlement; settle the deck again",
                         path, run->program->folder);
    }
    return IHP_OK;
}

enum ihp_status ihp__notices_open_store(const struct ihp__notices_run *run,
                                        struct ihp__store **store)
{
    const char *hash =
        json_string_value(json_object_get(json_object_get(run->manifest, "store"), "content_hash"));
    if (ihp__store_open(run->deck.store, store, run->err) != IHP_OK) {
        return run->err->status;
    }
    return hash != NULL && strcmp(hash, ihp__store_info(*store)->content_hash) == 0
               ? IHP_OK
               : ihp__fail(run->err, IHP_ERR_DATA,
                           "%s/manifest.json: store.content_hash: %s is not the store that was "
                           "settled; settle the deck again",
                           run->deck.output, run->deck.store);
}

static enum ihp_status check_store(const struct ihp__notices_run *run)
{
    struct ihp__store *store = NULL;
    enum ihp_status status = ihp__notices_open_store(run, &store);
    if (status == IHP_OK) {
        ihp__store_note_digests(store, run->notices);
    }
    ihp__store_close(&store);
    return status;
}

static enum ihp_status check_manifest(struct ihp__notices_run *run, const char *path)
{
    const char *format = json_string_value(json_object_get(run->manifest, "format"));
    struct comparing comparing = {run, path, json_object_get(run->manifest, "deck")};
    if (format == NULL || strcmp(format, "ihp-result") != 0) {
        return ihp__fail(run->err, IHP_ERR_DATA, "%s: format: is not 'ihp-result'", path);
    }
    if (ihp__manifest_check_version(run->manifest, path, "write the notices", run->err) != IHP_OK ||
        ihp__what_if_refuse(run->manifest, path, "be sent to IHPs and payers", run->err) !=
            IHP_OK ||
        describe_payments(run) != IHP_OK) {
        return run->err->status;
    }
    ihp__deck_each_key(&run->deck, compare_key, &comparing);
    if (run->err->status != IHP_OK || check_program(run, path) != IHP_OK) {
        return run->err->status;
    }
    return check_store(run);
}

static enum ihp_status read_manifest(struct ihp__notices_run *run)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    bool found;
    json_error_t error;
    if (ihp__path_join(path, sizeof path, run->deck.output, "manifest.json", run->err) != IHP_OK) {
        return run->err->status;
    }
    if (ihp__path_look(path, &info, &found, run->err) != IHP_OK) {
        return run->err->status;
    }
    if (!found) {
        return ihp__fail(run->err, IHP_ERR_DATA,
                         "%s: is missing; settle the deck first (ihp settle %s)", path,
                         run->deck.path);
    }
    if (ihp__json_load_file(path, JSON_REJECT_DUPLICATES, &run->manifest, &error, run->err) !=
        IHP_OK) {
        return run->err->status;
    }
    if (run->manifest == NULL) {
        return ihp__fail(run->err, IHP_ERR_DATA, "%s:%d: is not a valid manifest (%.100s)", path,
                         error.line, error.text);
    }
    return check_manifest(run, path);
}

/* ---- settlement.csv -------------------------------------------------------------------------- */

enum { ID, OUTCOME, MEMBERS, FINAL, PAID, DUE, SETTLEMENT_COLUMNS };

static const struct ihp__csv_column settlement_columns[SETTLEMENT_COLUMNS] = {
    {"ihp_id", true},       {"outcome", true},      {"members", true},
    {"final_amount", true}, {"interim_paid", true}, {"amount_due", true},
};

/* The rows of a table as they are read. */
struct reading {
    struct ihp__notices_run *run;
    size_t ihps; /* of settlement.csv so far */
};

static enum ihp_status on_settlement(void *context, const struct ihp__csv_row *row,
                                     struct ihp_error *err)
{
    struct reading *r = context;
    const struct ihp__program *program = r->run->program;
    if (r->ihps == program->partnerships ||
        strcmp(row->field[ID], program->partnership[r->ihps].id) != 0) {
        return ihp__fail_value(err, row, ID, "a row for each IHP, in the order of ihps.csv");
    }
    struct ihp__notice_ihp *ihp = &r->run->ihp[r->ihps++];
    int64_t *const money[] = {&ihp->final_amount, &ihp->interim_paid, &ihp->amount_due};
    if (row->length[OUTCOME] >= sizeof ihp->outcome) {
        return ihp__fail_value(err, row, OUTCOME, "an outcome");
    }
    memcpy(ihp->outcome, row->field[OUTCOME], row->length[OUTCOME] + 1);
    if (!ihp__integer_parse(row->field[MEMBERS], 0, INT64_MAX, &ihp->members)) {
        return ihp__fail_value(err, row, MEMBERS, "a whole number");
    }
    for (int i = FINAL; i <= DUE; i++) {
        if (!ihp__money_parse(row->field[i], money[i - FINAL])) {
            return ihp__fail_value(err, row, (size_t)i, "dollars with two decimals");
        }
    }
    return IHP_OK;
}

/* ---- payer_split.csv ------------------------------------------------------------------------- */

enum { SPLIT_ID, PAYER, MONTHS, SHARE, SPLIT_PAID, AMOUNT, SPLIT_COLUMNS };

static const struct ihp__csv_column split_columns[SPLIT_COLUMNS] = {
    {"ihp_id", true}, {"payer", true},         {"member_months", true},
    {"share", false}, {"interim_paid", false}, {"amount", true},
};

static enum ihp_status read_split(const struct ihp__csv_row *row, struct ihp__notice_row *out,
                                  struct ihp_error *err)
{
    static const char dollars[] = "dollars with two decimals";
    if (!ihp__integer_parse(row->field[MONTHS], 0, INT64_MAX, &out->months)) {
        return ihp__fail_value(err, row, MONTHS, "a whole number");
    }
    if (!ihp__money_parse(row->field[AMOUNT], &out->amount)) {
        return ihp__fail_value(err, row, AMOUNT, dollars);
    }
    out->has_parts = row->length[SHARE] > 0 && row->length[SPLIT_PAID] > 0;
    if (out->has_parts && !ihp__money_parse(row->field[SHARE], &out->share)) {
        return ihp__fail_value(err, row, SHARE, dollars);
    }
    if (out->has_parts && !ihp__money_parse(row->field[SPLIT_PAID], &out->interim_paid)) {
        return ihp__fail_value(err, row, SPLIT_PAID, dollars);
    }
    return IHP_OK;
}

static enum ihp_status on_split(void *context, const struct ihp__csv_row *row,
                                struct ihp_error *err)
{
    struct ihp__notices_run *run = ((struct reading *)context)->run;
    struct ihp__notice_row split = {0};
    int number = ihp__program_find(run->program, row->field[SPLIT_ID]);
    if (number < 0 || (run->rows > 0 && (size_t)number < run->row[run->rows - 1].ihp)) {
        return ihp__fail_value(err, row, SPLIT_ID, "an ihp_id, in the order of ihps.csv");
    }
    if (read_split(row, &split, err) != IHP_OK) {
        return err->status;
    }
    split.ihp = (size_t)number;
    if (!ihp__array_reserve(&run->row, &run->row_capacity, run->rows + 1, sizeof *run->row) ||
        (split.payer = strdup(row->field[PAYER])) == NULL) {
        return ihp__fail_memory(err, "the amounts by payer");
    }
    struct ihp__notice_ihp *ihp = &run->ihp[split.ihp];
    ihp->first = ihp->count == 0 ? run->rows : ihp->first;
    ihp->count++;
    run->row[run->rows++] = split;
    return IHP_OK;
}

/* ---- what follows from the tables ------------------------------------------------------------ */

/* Member months of 11 members who have all 12 months: fewer months may be those of fewer members.
 */
enum { LEAST_MEMBERS = 11, LEAST_MONTHS = 12 * LEAST_MEMBERS };

/* Checks that the amounts by payer add up, and decides if the number of members may be mailed: with
 * it, a payer's share of the amount would reveal how many members a small payer has. */
static enum ihp_status finish_ihp(struct ihp__notices_run *run, size_t number, const char *path)
{
    struct ihp__notice_ihp *ihp = &run->ihp[number];
    int64_t sum = 0;
    ihp->shows_members = ihp->members == 0 || ihp->members >= LEAST_MEMBERS;
    for (size_t i = ihp->first; i < ihp->first + ihp->count; i++) {
        const struct ihp__notice_row *row = &run->row[i];
        sum += row->amount;
        ihp->shows_members =
            ihp->shows_members && (row->months == 0 || row->months >= LEAST_MONTHS);
    }
    return sum == ihp->amount_due
               ? IHP_OK
               : ihp__fail(run->err, IHP_ERR_DATA,
                           "%s: the amounts of %s do not add up to its amount_due in "
                           "settlement.csv; settle the deck again",
                           path, run->program->partnership[number].id);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum ihp_status list_payers(struct ihp__notices_run *run)
{
    run->payer = calloc(run->rows + 1, sizeof *run->payer);
    if (run->payer == NULL) {
        return ihp__fail_memory(run->err, "the payers");
    }
    size_t count = 0;
    for (size_t i = 0; i < run->rows; i++) {
        if (run->row[i].payer[0] != '\0') {
            run->payer[count++] = run->row[i].payer;
        }
    }
    qsort(run->payer, count, sizeof *run->payer, by_text);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(run->payer[i], run->payer[run->payers - 1]) != 0) {
            run->payer[run->payers++] = run->payer[i];
        }
    }
    return IHP_OK;
}

static enum ihp_status read_tables(struct ihp__notices_run *run)
{
    char settlement[IHP__PATH_MAX], split[IHP__PATH_MAX];
    struct reading r = {run, 0};
    size_t partnerships = run->program->partnerships;
    run->ihp = calloc(partnerships + 1, sizeof *run->ihp);
    if (run->ihp == NULL) {
        return ihp__fail_memory(run->err, "the settlement");
    }
    if (ihp__path_join(settlement, sizeof settlement, run->deck.output, "settlement.csv",
                       run->err) != IHP_OK ||
        ihp__path_join(split, sizeof split, run->deck.output, "payer_split.csv", run->err) !=
            IHP_OK ||
        ihp__csv_read(settlement, settlement_columns, SETTLEMENT_COLUMNS, on_settlement, &r, NULL,
                      run->err) != IHP_OK) {
        return run->err->status;
    }
    if (r.ihps < partnerships) {
        return ihp__fail(run->err, IHP_ERR_DATA, "%s: ends after %zu of %zu IHPs", settlement,
                         r.ihps, partnerships);
    }
    if (ihp__csv_read(split, split_columns, SPLIT_COLUMNS, on_split, &r, NULL, run->err) !=
        IHP_OK) {
        return run->err->status;
    }
    for (size_t i = 0; i < partnerships; i++) {
        if (finish_ihp(run, i, split) != IHP_OK) {
            return run->err->status;
        }
    }
    return list_payers(run);
}

static enum ihp_status find_member_files(struct ihp__notices_run *run)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    bool found;
    if (ihp__path_join(path, sizeof path, run->deck.output, "attributed", run->err) != IHP_OK ||
        ihp__path_look(path, &info, &found, run->err) != IHP_OK) {
        return run->err->status;
    }
    run->has_member_files = found && S_ISDIR(info.st_mode);
    return IHP_OK;
}

enum ihp_status ihp__notices_read(struct ihp__notices_run *run)
{
    return read_manifest(run) == IHP_OK &&
                   ihp__file_list_check(run->deck.output, IHP__FILES_RESULT, run->manifest,
                                        IHP__CHECK_ALL, "the settlement", run->notices,
                                        run->err) == IHP_OK &&
                   read_tables(run) == IHP_OK
               ? find_member_files(run)
               : run->err->status;
}
