/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The amount due of an IHP by payer: each payer's part of the settlement, less what it paid for the
 * interim [5.4.2.2, 5.4.2.3, 5.4.3]. */
#include "finance/finance.h"

#include <stdlib.h>
#include <string.h>

/* Adds the payers that have member months or paid for the interim, in the order of their texts.
 * Both lists are in that order. */
static void list_payers(const struct ihp__payer_months *months,
                        const struct ihp__interim_payer *paid, size_t paid_count,
                        struct ihp__payer_rows *rows)
{
    size_t i = 0, j = 0;
    while (i < months->payers || j < paid_count) {
        if (i < months->payers && months->months[i] == 0) {
            i++;
            continue;
        }
        int order = i == months->payers ? 1
                    : j == paid_count   ? -1
                                        : strcmp(months->payer[i], paid[j].payer);
        struct ihp__payer_row *row = &rows->row[rows->rows++];
        *row = (struct ihp__payer_row){.payer = order <= 0 ? months->payer[i] : paid[j].payer,
                                       .months = order <= 0 ? months->months[i] : 0,
                                       .interim_paid = order >= 0 ? paid[j].amount : 0};
        i += order <= 0;
        j += order >= 0;
    }
}

/* Splits an amount over the rows by member months. */
static enum ihp_status share(struct ihp__payer_rows *rows, int64_t cents, struct ihp_error *err)
{
    int64_t *months = calloc(2 * rows->rows + 1, sizeof *months);
    if (months == NULL) {
        return ihp__fail_memory(err, "the payers of a settlement");
    }
    for (size_t i = 0; i < rows->rows; i++) {
        months[i] = rows->row[i].months;
    }
    ihp__payer_split(cents, months, rows->rows, months + rows->rows);
    for (size_t i = 0; i < rows->rows; i++) {
        rows->row[i].share = months[rows->rows + i];
    }
    free(months);
    return IHP_OK;
}

enum ihp_status ihp__payer_rows_create(const struct ihp__program *program,
                                       const struct ihp__deck *deck,
                                       const struct ihp__settlement *s,
                                       const struct ihp__payer_months *months,
                                       struct ihp__payer_rows *out, struct ihp_error *err)
{
    bool final_ = deck->settlement == IHP__FINAL;
    bool settles = final_ && program->partnership[s->partnership].track == 2;
    size_t paid_count = 0;
    const struct ihp__interim_payer *paid =
        settles ? ihp__program_interim_payers(program, s->partnership, &paid_count) : NULL;
    bool known = s->interim_paid == 0 || paid != NULL;
    struct ihp__payer_rows rows = {calloc(months->payers + paid_count + 1, sizeof *rows.row), 0};
    if (rows.row == NULL) {
        return ihp__fail_memory(err, "the payers of a settlement");
    }
    list_payers(months, paid, paid_count, &rows);
    if (rows.rows == 0 && s->amount_due != 0) {
        rows.row[rows.rows++] = (struct ihp__payer_row){.payer = "", .amount = s->amount_due};
        *out = rows;
        return IHP_OK;
    }
    int64_t cents = settles && known ? ihp__cents_of_dollars(s->final_amount) : s->amount_due;
    if (share(&rows, cents, err) != IHP_OK) {
        free(rows.row);
        return err->status;
    }
    for (size_t i = 0; i < rows.rows; i++) {
        struct ihp__payer_row *row = &rows.row[i];
        row->has_share = known;
        row->has_paid = known && final_;
        row->amount = row->share - row->interim_paid;
    }
    *out = rows;
    return IHP_OK;
}
