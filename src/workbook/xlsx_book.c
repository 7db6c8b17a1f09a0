/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the sheets of a workbook together. */
#include "result/hide_small.h"
#include "workbook/book.h"
#include "workbook/terms.h"
#include "workbook/xlsx.h"

#include <stdlib.h>

/* Hides the member months of an IHP and quarter that can be those of fewer than 11 members, and of
 * others by the rule of counts whose sum is known. */
static void hide_payments(struct ihp__finished *finished)
{
    enum { MONTHS_OF_QUARTER = 3 };
    struct ihp__table *t = &finished->table[IHP__FINISHED_PAYMENTS + IHP__TABLE_PAYMENTS_QUARTER];
    size_t months = ihp__table_column_of(t, "member_months");
    size_t average = ihp__table_column_of(t, "average_pmpm");
    struct ihp__shown_count *count = calloc(t->rows + 1, sizeof *count);
    for (size_t r = 0; count != NULL && r < t->rows; r++) {
        int64_t number = ihp__table_row(t, r)[months].integer;
        count[r] =
            (struct ihp__shown_count){.count = number / MONTHS_OF_QUARTER, .present = number > 0};
    }
    if (count != NULL) {
        ihp__counts_hide(count, t->rows);
    }
    for (size_t r = 0; r < t->rows; r++) {
        if (count == NULL || count[r].hidden) { /* short of memory: nothing is shown */
            ihp__table_hide(t, r, months);
            ihp__table_hide(t, r, average);
        }
    }
    free(count);
}

static enum ihp_status put_sheets(struct ihp__book *book, struct ihp_notices *notices,
                                  struct ihp_error *err)
{
    const struct ihp__table *settlement = &book->finished->table[IHP__TABLE_SETTLEMENT];
    ihp__put_summary_sheet(book);
    ihp__put_terms_sheet(book);
    for (size_t r = 0; r < settlement->rows; r++) {
        if (ihp__put_ihp_sheet(book, r, err) != IHP_OK) {
            return err->status;
        }
    }
    ihp__put_table_sheets(book, notices);
    ihp__put_manifest_sheet(book);
    return IHP_OK;
}

/* Computes the risk scores of all rows, and then hides small numbers in the tables. The caller
 * frees
 * `*risk`. */
static enum ihp_status prepare(struct ihp__finished *finished, struct ihp__exact_risk **risk,
                               struct ihp_error *err)
{
    const struct ihp__table *settlement = &finished->table[IHP__TABLE_SETTLEMENT];
    *risk = calloc(settlement->rows + 1, sizeof **risk);
    if (*risk == NULL) {
        return ihp__fail_memory(err, "the risk scores of a workbook");
    }
    for (size_t r = 0; r < settlement->rows; r++) {
        for (int period = 0; period < IHP__PERIODS; period++) {
            (*risk)[r].score[period] = ihp__exact_risk(finished, r, (enum ihp__period)period);
        }
    }
    if (ihp__hide_small(finished->table, err) == IHP_OK) {
        hide_payments(finished);
    }
    return err->status;
}

enum ihp_status ihp__book_write(struct ihp__finished *finished, const struct ihp__exact_risk *risk,
                                const char *path, const char *name, struct ihp_notices *notices,
                                struct ihp_error *err)
{
    struct ihp__deck deck;
    struct ihp__settlement_head head;
    struct ihp__exact_risk *own = NULL;
    if (ihp__finished_head(finished, &deck, &head, err) != IHP_OK ||
        (risk == NULL && prepare(finished, &own, err) != IHP_OK)) {
        free(own);
        return err->status;
    }
    struct ihp__book book = {
        .finished = finished, .risk = risk == NULL ? own : risk, .deck = &deck};
    enum ihp_status status = ihp__book_begin(&book, path, err);
    if (status == IHP_OK) {
        status = put_sheets(&book, notices, err);
    }
    if (ihp__book_close(&book, name, err) != IHP_OK) {
        status = err->status;
    }
    free(own);
    return status;
}
