/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interim_payers.csv: what each payer paid for the interim settlement [2.12, 5.4.2]. */
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { IHP, PAYER, AMOUNT, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true}, {"payer", true}, {"amount", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__interim_payer paid = {.line = row->line};
    if (ihp__field_partnership(program, row, IHP, &paid.partnership, err) != IHP_OK ||
        ihp__field_label(row, PAYER, sizeof paid.payer - 1, false, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__money_parse(row->field[AMOUNT], &paid.amount)) {
        return ihp__fail_value(err, row, AMOUNT, "dollars with at most two decimals");
    }
    memcpy(paid.payer, row->field[PAYER], row->length[PAYER]);
    if (!ihp__array_reserve(&program->interim_payer, &load->interim_payer_capacity,
                            program->interim_payers + 1, sizeof *program->interim_payer)) {
        return ihp__fail_memory(err, "interim_payers.csv");
    }
    program->interim_payer[program->interim_payers++] = paid;
    return IHP_OK;
}

int ihp__interim_payers_order(const void *a, const void *b)
{
    const struct ihp__interim_payer *x = a, *y = b;
    if (x->partnership != y->partnership) {
        return x->partnership < y->partnership ? -1 : 1;
    }
    int order = strcmp(x->payer, y->payer);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

enum ihp_status ihp__read_interim_payers(struct ihp__program_load *load, const char *path,
                                         struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->interim_payers == 0) {
        return err->status;
    }
    qsort(program->interim_payer, program->interim_payers, sizeof *program->interim_payer,
          ihp__interim_payers_order);
    for (size_t i = 1; i < program->interim_payers; i++) {
        const struct ihp__interim_payer *x = &program->interim_payer[i - 1], *y = x + 1;
        if (x->partnership == y->partnership && strcmp(x->payer, y->payer) == 0) {
            return ihp__fail_repeated(program, "interim_payers", y->line, x->line,
                                      "this ihp_id and payer", err);
        }
    }
    return IHP_OK;
}

const struct ihp__interim_payer *ihp__program_interim_payers(const struct ihp__program *program,
                                                             int partnership, size_t *count)
{
    size_t first = 0;
    while (first < program->interim_payers &&
           program->interim_payer[first].partnership < partnership) {
        first++;
    }
    size_t end = first;
    while (end < program->interim_payers &&
           program->interim_payer[end].partnership == partnership) {
        end++;
    }
    *count = end - first;
    return *count > 0 ? program->interim_payer + first : NULL;
}

enum ihp_status ihp__program_check_interim_payers(const struct ihp__program *program,
                                                  bool folder_named, struct ihp_error *err)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        const struct ihp__partnership *ihp = &program->partnership[p];
        size_t count;
        const struct ihp__interim_payer *paid =
            ihp__program_interim_payers(program, (int)p, &count);
        int64_t sum = 0;
        uint64_t line = UINT64_MAX;
        for (size_t i = 0; i < count; i++) {
            sum += paid[i].amount;
            line = paid[i].line < line ? paid[i].line : line;
        }
        if (count > 0 && sum != ihp->interim_paid && (ihp->interim_given || !folder_named)) {
            char found[IHP__MONEY_TEXT], expected[IHP__MONEY_TEXT];
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/interim_payers.csv:%" PRIu64 ": column amount: the payers of %s paid %s "
                "together, but line %" PRIu64 " of ihps.csv has %s in interim_paid; correct one of "
                "them [2.12]",
                program->folder, line, ihp->id, ihp__money_format(sum, found), ihp->line,
                ihp__money_format(ihp->interim_paid, expected));
        }
    }
    return IHP_OK;
}
