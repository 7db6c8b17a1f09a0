/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads from the folder of an interim what each payer paid: its payer_split.csv [2.12, 5.4.2]. */
#include "engine/interim_payers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ID, PAYER, AMOUNT, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true}, {"payer", true}, {"amount", true}};

struct reading {
    const struct ihp__program *program;
    struct ihp__interim_payer *paid;
    size_t rows, capacity;
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct reading *r = context;
    struct ihp__interim_payer paid = {.partnership = ihp__program_find(r->program, row->field[ID]),
                                      .line = row->line};
    if (paid.partnership < 0) {
        return ihp__fail_value(err, row, ID, "an ihp_id of ihps.csv");
    }
    if (row->length[PAYER] >= sizeof paid.payer) {
        return ihp__fail_value(err, row, PAYER, "a payer");
    }
    if (!ihp__money_parse(row->field[AMOUNT], &paid.amount)) {
        return ihp__fail_value(err, row, AMOUNT, "dollars with two decimals");
    }
    memcpy(paid.payer, row->field[PAYER], row->length[PAYER]);
    if (!ihp__array_reserve(&r->paid, &r->capacity, r->rows + 1, sizeof *r->paid)) {
        return ihp__fail_memory(err, "the payers of the interim");
    }
    r->paid[r->rows++] = paid;
    return IHP_OK;
}

/* Checks that the payers of each IHP paid what was due to it, and that none is listed twice. */
static enum ihp_status check_sums(const struct reading *r, const char *path,
                                  const int64_t *amount_due, struct ihp_error *err)
{
    for (size_t i = 0, end = 0, p = 0; p < r->program->partnerships; p++, i = end) {
        int64_t sum = 0;
        uint64_t line = UINT64_MAX;
        for (; end < r->rows && r->paid[end].partnership == (int)p; end++) {
            sum += r->paid[end].amount;
            line = r->paid[end].line < line ? r->paid[end].line : line;
            if (end > i && strcmp(r->paid[end].payer, r->paid[end - 1].payer) == 0) {
                return ihp__fail(err, IHP_ERR_DATA,
                                 "%s:%" PRIu64 ": column payer: line %" PRIu64
                                 " has the same payer of %s; settle the interim again",
                                 path, r->paid[end].line, r->paid[end - 1].line,
                                 r->program->partnership[p].id);
            }
        }
        if (sum != amount_due[p]) {
            char found[IHP__MONEY_TEXT], due[IHP__MONEY_TEXT];
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s:%" PRIu64 ": column amount: the payers of %s paid %s together, "
                             "but settlement.csv has %s in amount_due; settle the interim again",
                             path, end > i ? line : 1, r->program->partnership[p].id,
                             ihp__money_format(sum, found), ihp__money_format(amount_due[p], due));
        }
    }
    return IHP_OK;
}

/* Returns the row of an IHP's payer in a list, or NULL. */
static const struct ihp__interim_payer *find(const struct ihp__interim_payer *list, size_t rows,
                                             const struct ihp__interim_payer *wanted)
{
    for (size_t i = 0; i < rows; i++) {
        if (list[i].partnership == wanted->partnership &&
            strcmp(list[i].payer, wanted->payer) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

static enum ihp_status differs(const struct reading *r, const char *path, uint64_t line,
                               const struct ihp__interim_payer *payer, int64_t given, int64_t paid,
                               struct ihp_error *err)
{
    char first[IHP__MONEY_TEXT], second[IHP__MONEY_TEXT];
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/interim_payers.csv:%" PRIu64 ": column amount: %s of payer '%s' of %s is "
                     "not %s, which it paid according to %s; remove the rows of the IHP [2.12]",
                     r->program->folder, line, ihp__money_format(given, first), payer->payer,
                     r->program->partnership[payer->partnership].id,
                     ihp__money_format(paid, second), path);
}

/* interim_payers.csv may name an IHP's payers if they are those of the folder. */
static enum ihp_status check_given(const struct reading *r, const char *path, struct ihp_error *err)
{
    const struct ihp__program *program = r->program;
    for (size_t i = 0; i < program->interim_payers; i++) {
        const struct ihp__interim_payer *given = &program->interim_payer[i];
        const struct ihp__interim_payer *paid = find(r->paid, r->rows, given);
        if (given->amount != (paid == NULL ? 0 : paid->amount)) {
            return differs(r, path, given->line, given, given->amount,
                           paid == NULL ? 0 : paid->amount, err);
        }
    }
    for (size_t i = 0; i < r->rows; i++) {
        const struct ihp__interim_payer *paid = &r->paid[i];
        size_t count;
        const struct ihp__interim_payer *given =
            ihp__program_interim_payers(program, paid->partnership, &count);
        if (given != NULL && paid->amount != 0 && find(given, count, paid) == NULL) {
            return differs(r, path, given->line, paid, 0, paid->amount, err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__interim_payers_read(const char *folder, struct ihp__program *program,
                                         const int64_t *amount_due, struct ihp_error *err)
{
    struct reading r = {.program = program};
    char path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, folder, "payer_split.csv", err) != IHP_OK) {
        return err->status;
    }
    if (ihp__csv_read(path, columns, COLUMNS, on_row, &r, NULL, err) == IHP_OK) {
        if (r.rows > 0) {
            qsort(r.paid, r.rows, sizeof *r.paid, ihp__interim_payers_order);
        }
        if (check_sums(&r, path, amount_due, err) == IHP_OK &&
            check_given(&r, path, err) == IHP_OK) {
            free(program->interim_payer);
            program->interim_payer = r.paid;
            program->interim_payers = r.rows;
            return IHP_OK;
        }
    }
    free(r.paid);
    return err->status;
}
