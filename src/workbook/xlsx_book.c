/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the sheets of a workbook together. */
#include "result/hide_payments.h"
#include "result/hide_small.h"
#include "workbook/book.h"
#include "workbook/hide.h"
#include "workbook/terms.h"
#include "workbook/xlsx.h"

#include <stdlib.h>

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

/* Says what a what-if has in place of the deck's values. */
static void take_what_if(struct ihp__book *book)
{
    struct ihp__what_if what_if;
    char values[IHP__WHAT_IF_TEXT];
    ihp__what_if_take(book->finished->manifest, &what_if);
    if (what_if.count > 0) {
        snprintf(book->what_if, sizeof book->what_if,
                 "A what-if, not a settlement: %s in place of the deck's values. ",
                 ihp__what_if_format(&what_if, values));
    }
}

/* Hides small numbers in the tables. risk_scores.csv is kept, other than in a report. */
static enum ihp_status hide_small(struct ihp__finished *finished, struct ihp_error *err)
{
    struct ihp__table *table = finished->table;
    struct ihp__table scores = table[IHP__TABLE_RISK_SCORES];
    table[IHP__TABLE_RISK_SCORES] = ihp__table_empty(scores.name, scores.column, scores.columns);
    enum ihp_status status = ihp__hide_small(table, err);
    table[IHP__TABLE_RISK_SCORES] = scores;
    return status == IHP_OK && ihp__hide_risk_scores(&table[IHP__TABLE_RISK_SCORES],
                                                     &table[IHP__TABLE_RISK_WEIGHTS],
                                                     &table[IHP__TABLE_SETTLEMENT], err) == IHP_OK
               ? ihp__hide_payments(finished, err)
               : err->status;
}

/* Computes the risk scores of all rows, and then hides small numbers in the tables. The caller
 * frees `*risk`. */
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
    return hide_small(finished, err);
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
    take_what_if(&book);
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
