/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of payments and of their reconciliation, and the same for people [15, 5.2.1]. */
#include "result/payment_tables.h"

#include "finance/finance.h"
#include "result/print_sentence.h"
#include "result/print_table.h"

#include <stdlib.h>

/* ---- payments.csv ---------------------------------------------------------------------------- */

static const struct ihp__table_column month_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},         {"month", IHP__CELL_TEXT},
    {"attributed", IHP__CELL_INTEGER},  {"pbp_eligible", IHP__CELL_INTEGER},
    {"pbp_dollars", IHP__CELL_DOLLARS}, {"ctc_members", IHP__CELL_INTEGER}};

static void put_months(const struct ihp__payment_input *in, struct ihp__table *table)
{
    char text[IHP__DATE_TEXT];
    for (size_t month = 0; month < in->months; month++) {
        ihp__month_format(in->first_month + (int32_t)month, text);
        for (size_t p = 0; p < in->program->partnerships; p++) {
            const struct ihp__payment *pay = &in->payment[month * in->program->partnerships + p];
            ihp__table_text(table, in->program->partnership[p].id);
            ihp__table_text(table, text);
            ihp__table_integer(table, pay->attributed);
            ihp__table_integer(table, pay->eligible);
            ihp__table_cents(table, pay->pbp);
            ihp__table_integer(table, pay->ctc_members);
        }
    }
}

/* ---- payments_quarter.csv -------------------------------------------------------------------- */

enum { AT_IHP, AT_QUARTER, AT_MONTHS, AT_AVERAGE, AT_PBP, AT_CTC };

static const struct ihp__table_column quarter_columns[] = {
    [AT_IHP] = {"ihp_id", IHP__CELL_TEXT},
    [AT_QUARTER] = {"quarter", IHP__CELL_TEXT},
    [AT_MONTHS] = {"member_months", IHP__CELL_INTEGER},
    [AT_AVERAGE] = {"average_pmpm", IHP__CELL_DOLLARS},
    [AT_PBP] = {"pbp_payment", IHP__CELL_DOLLARS},
    [AT_CTC] = {"ctc_dollars", IHP__CELL_DOLLARS}};

/* Adds the row of an IHP and quarter, which is the sum of its rounded months [15.4]. Its member
 * months and average are of the PBP-eligible members, or of all attributed ones [15.4.1]. */
static void put_quarter(const struct ihp__payment_input *in, size_t first, size_t p,
                        struct ihp__table *table)
{
    bool all = in->policies->pbp_months == IHP__PBP_MONTHS_ATTRIBUTED;
    int64_t months = 0, cents = 0;
    double ctc = 0;
    char text[IHP__DATE_TEXT];
    int32_t month = in->first_month + (int32_t)first;
    for (size_t m = first; m < first + 3; m++) {
        const struct ihp__payment *pay = &in->payment[m * in->program->partnerships + p];
        months += all ? pay->attributed : pay->eligible;
        cents += pay->pbp;
        ctc += pay->ctc;
    }
    ihp__table_text(table, in->program->partnership[p].id);
    ihp__table_text(table, ihp__quarter_format(1970 * 4 + month / 3, text));
    ihp__table_integer(table, months);
    ihp__table_dollars(table, ihp__pmpm(cents, months));
    ihp__table_cents(table, cents);
    ihp__table_dollars(table, ctc);
}

/* ---- payment_categories.csv ------------------------------------------------------------------ */

static const struct ihp__table_column category_columns[] = {{"month", IHP__CELL_TEXT},
                                                            {"acg", IHP__CELL_TEXT},
                                                            {"member_months", IHP__CELL_INTEGER},
                                                            {"weight", IHP__CELL_RATIO},
                                                            {"percentile", IHP__CELL_RATIO},
                                                            {"dollars", IHP__CELL_DOLLARS}};

static int by_acg(const void *a, const void *b)
{
    const struct ihp__payment_category *x = *(const struct ihp__payment_category *const *)a;
    const struct ihp__payment_category *y = *(const struct ihp__payment_category *const *)b;
    return (x->acg > y->acg) - (x->acg < y->acg);
}

/* Adds the categories of a month in the order of their names, which is that of their numbers.
 * Returns false when memory is short. */
static bool put_categories(const struct ihp__payment_input *in, size_t month,
                           struct ihp__table *table)
{
    const struct ihp__payment_curve *curve = &in->curve[month];
    const struct ihp__payment_category **row = calloc(curve->categories + 1, sizeof *row);
    char text[IHP__DATE_TEXT];
    if (row == NULL) {
        return false;
    }
    for (size_t i = 0; i < curve->categories; i++) {
        row[i] = &curve->category[i];
    }
    qsort(row, curve->categories, sizeof *row, by_acg);
    for (size_t i = 0; i < curve->categories; i++) {
        ihp__table_text(table, ihp__month_format(in->first_month + (int32_t)month, text));
        ihp__table_text(table, in->acg_text[row[i]->acg]);
        ihp__table_integer(table, row[i]->months);
        ihp__table_ratio(table, row[i]->weight);
        ihp__table_ratio(table, row[i]->percentile);
        ihp__table_dollars(table, row[i]->dollars);
    }
    free(row);
    return true;
}

void ihp__payment_tables_begin(struct ihp__table table[IHP__PAYMENT_TABLES])
{
    table[IHP__TABLE_PAYMENTS] = IHP__TABLE_OF("payments", month_columns);
    table[IHP__TABLE_PAYMENTS_QUARTER] = IHP__TABLE_OF("payments_quarter", quarter_columns);
    table[IHP__TABLE_PAYMENT_CATEGORIES] = IHP__TABLE_OF("payment_categories", category_columns);
}

enum ihp_status ihp__payment_tables_create(const struct ihp__payment_input *in,
                                           struct ihp__table table[IHP__PAYMENT_TABLES],
                                           struct ihp_error *err)
{
    bool whole = true;
    ihp__payment_tables_begin(table);
    put_months(in, &table[IHP__TABLE_PAYMENTS]);
    for (size_t month = 0; month < in->months; month += 3) {
        for (size_t p = 0; p < in->program->partnerships; p++) {
            put_quarter(in, month, p, &table[IHP__TABLE_PAYMENTS_QUARTER]);
        }
    }
    for (size_t month = 0; month < in->months; month++) {
        whole = put_categories(in, month, &table[IHP__TABLE_PAYMENT_CATEGORIES]) && whole;
    }
    for (int t = 0; t < IHP__PAYMENT_TABLES; t++) {
        whole = whole && ihp__table_whole(&table[t]);
    }
    return whole ? IHP_OK : ihp__fail_memory(err, "the tables of the payments");
}

/* ---- reconcile.csv [15.5] -------------------------------------------------------------------- */

static const struct ihp__table_column reconcile_columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                             {"reason", IHP__CELL_TEXT},
                                                             {"member_months", IHP__CELL_INTEGER},
                                                             {"amount", IHP__CELL_DOLLARS}};

void ihp__reconcile_table_begin(struct ihp__table *table)
{
    *table = IHP__TABLE_OF("reconcile", reconcile_columns);
}

enum ihp_status ihp__reconcile_table_create(const struct ihp__program *program,
                                            const struct ihp__reconciled *result,
                                            struct ihp__table *table, struct ihp_error *err)
{
    ihp__reconcile_table_begin(table);
    for (size_t i = 0; i < program->partnerships * IHP__RECONCILE_REASONS; i++) {
        ihp__table_text(table, program->partnership[i / IHP__RECONCILE_REASONS].id);
        ihp__table_text(table, ihp__reconcile_reason_text((int)(i % IHP__RECONCILE_REASONS)));
        ihp__table_integer(table, result[i].months);
        ihp__table_dollars(table, result[i].dollars);
    }
    return ihp__table_whole(table) ? IHP_OK
                                   : ihp__fail_memory(err, "the table of the reconciliation");
}

/* ---- for people ------------------------------------------------------------------------------ */

static void print_cell(struct ihp__print *print, const struct ihp__cell *cell)
{
    if (cell->blank) {
        ihp__print_text(print, "-");
    } else {
        ihp__print_cents(print, cell->integer);
    }
}

enum ihp_status ihp__payments_print(FILE *stream, const struct ihp__table *quarters,
                                    struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"IHP", IHP__PRINT_ID, false},
        {"Quarter", IHP__PRINT_TEXT, false},
        {"Member months", IHP__PRINT_NUMBER, false},
        {"Average PMPM", IHP__PRINT_NUMBER, false},
        {"PBP", IHP__PRINT_NUMBER, false},
        {"C&TC", IHP__PRINT_NUMBER, false},
    };
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    int64_t pbp = 0, ctc = 0;
    char a[IHP__MONEY_TEXT], b[IHP__MONEY_TEXT];
    for (size_t r = 0; r < quarters->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(quarters, r);
        ihp__print_text(&print, row[AT_IHP].text);
        ihp__print_text(&print, row[AT_QUARTER].text);
        ihp__print_count(&print, row[AT_MONTHS].integer);
        print_cell(&print, &row[AT_AVERAGE]);
        print_cell(&print, &row[AT_PBP]);
        print_cell(&print, &row[AT_CTC]);
        pbp += row[AT_PBP].integer;
        ctc += row[AT_CTC].integer;
    }
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream, "\nTotal: %s of population-based payments, %s for C&TC outreach\n",
                        ihp__money_format_grouped(pbp, a), ihp__money_format_grouped(ctc, b));
    return IHP_OK;
}

enum ihp_status ihp__reconcile_print(FILE *stream, const struct ihp__table *table,
                                     struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {{"IHP", IHP__PRINT_ID, false},
                                                       {"Reason", IHP__PRINT_PROSE, false},
                                                       {"Member months", IHP__PRINT_NUMBER, false},
                                                       {"Taken back", IHP__PRINT_NUMBER, false}};
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    int64_t back = 0, owed = 0;
    char a[IHP__MONEY_TEXT], b[IHP__MONEY_TEXT];
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(table, r);
        ihp__print_text(&print, row[0].text);
        ihp__print_text(&print, row[1].text);
        ihp__print_count(&print, row[2].integer);
        print_cell(&print, &row[3]);
        back += row[3].integer > 0 ? row[3].integer : 0;
        owed -= row[3].integer < 0 ? row[3].integer : 0;
    }
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream, "\nTotal: %s taken back, %s owed to IHPs\n",
                        ihp__money_format_grouped(back, a), ihp__money_format_grouped(owed, b));
    return IHP_OK;
}
