/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of payments and of their reconciliation, and the same for people [15, 5.2.1]. */
#include "result/result.h"

#include <math.h>
#include <stdlib.h>

/* ---- payments.csv ---------------------------------------------------------------------------- */

static const struct ihp__table_column month_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},         {"month", IHP__CELL_TEXT},
    {"attributed", IHP__CELL_INTEGER},  {"pbp_eligible", IHP__CELL_INTEGER},
    {"pbp_dollars", IHP__CELL_DOLLARS}, {"ctc_members", IHP__CELL_INTEGER}};

static void put_months(const struct ihp__payment_input *in, struct ihp__table *table)
{
    char text[IHP__DATE_TEXT];
    for (size_t k = 0; k < in->months; k++) {
        ihp__month_format(in->first_month + (int32_t)k, text);
        for (size_t p = 0; p < in->program->partnerships; p++) {
            const struct ihp__payment *pay = &in->payment[k * in->program->partnerships + p];
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

/* A quarter is the sum of its months as rounded [15.4]. */
static void put_quarter(const struct ihp__payment_input *in, size_t first, size_t p,
                        struct ihp__table *table)
{
    int64_t months = 0, cents = 0, ctc = 0;
    char text[IHP__DATE_TEXT];
    int32_t month = in->first_month + (int32_t)first;
    for (size_t k = first; k < first + 3; k++) {
        const struct ihp__payment *pay = &in->payment[k * in->program->partnerships + p];
        months += pay->eligible;
        cents += pay->pbp;
        ctc += pay->ctc_members;
    }
    ihp__table_text(table, in->program->partnership[p].id);
    ihp__table_text(table, ihp__quarter_format(1970 * 4 + month / 3, text));
    ihp__table_integer(table, months);
    ihp__table_dollars(table, ihp__pmpm(cents, months));
    ihp__table_cents(table, cents);
    ihp__table_dollars(table, (double)ctc * in->program->payment.ctc);
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

/* The categories of a month in the order of their names, which their numbers are. */
static bool put_categories(const struct ihp__payment_input *in, size_t k, struct ihp__table *table)
{
    const struct ihp__payment_curve *curve = &in->curve[k];
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
        ihp__table_text(table, ihp__month_format(in->first_month + (int32_t)k, text));
        ihp__table_text(table, in->acg_text[row[i]->acg]);
        ihp__table_integer(table, row[i]->months);
        ihp__table_ratio(table, row[i]->weight);
        ihp__table_ratio(table, row[i]->percentile);
        ihp__table_dollars(table, row[i]->dollars);
    }
    free(row);
    return true;
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum ihp_status ihp__payment_tables_create(const struct ihp__payment_input *in,
                                           struct ihp__table table[IHP__PAYMENT_TABLES],
                                           struct ihp_error *err)
{
    bool whole = true;
    table[IHP__TABLE_PAYMENTS] = (struct ihp__table){
        .name = "payments", .column = month_columns, .columns = COUNT_OF(month_columns)};
    table[IHP__TABLE_PAYMENTS_QUARTER] = (struct ihp__table){.name = "payments_quarter",
                                                             .column = quarter_columns,
                                                             .columns = COUNT_OF(quarter_columns)};
    table[IHP__TABLE_PAYMENT_CATEGORIES] =
        (struct ihp__table){.name = "payment_categories",
                            .column = category_columns,
                            .columns = COUNT_OF(category_columns)};
    put_months(in, &table[IHP__TABLE_PAYMENTS]);
    for (size_t k = 0; k < in->months; k += 3) {
        for (size_t p = 0; p < in->program->partnerships; p++) {
            put_quarter(in, k, p, &table[IHP__TABLE_PAYMENTS_QUARTER]);
        }
    }
    for (size_t k = 0; k < in->months; k++) {
        whole = put_categories(in, k, &table[IHP__TABLE_PAYMENT_CATEGORIES]) && whole;
    }
    for (int t = 0; t < IHP__PAYMENT_TABLES; t++) {
        whole = whole && ihp__table_whole(&table[t]);
    }
    return whole ? IHP_OK : ihp__fail_memory(err, "the tables of the payments");
}

/* ---- reconcile.csv [15.5] -------------------------------------------------------------------- */

static const struct ihp__table_column reconcile_columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                             {"member_months", IHP__CELL_INTEGER},
                                                             {"amount", IHP__CELL_DOLLARS}};

enum ihp_status ihp__reconcile_table_create(const struct ihp__payment_input *in,
                                            struct ihp__table *table, struct ihp_error *err)
{
    *table = (struct ihp__table){
        .name = "reconcile", .column = reconcile_columns, .columns = COUNT_OF(reconcile_columns)};
    for (size_t p = 0; p < in->program->partnerships; p++) {
        int64_t months = 0;
        double dollars = 0;
        for (size_t k = 0; k < in->months; k++) {
            months += in->payment[k * in->program->partnerships + p].later_members;
            dollars += in->payment[k * in->program->partnerships + p].later_dollars;
        }
        ihp__table_text(table, in->program->partnership[p].id);
        ihp__table_integer(table, months);
        ihp__table_dollars(table, dollars);
    }
    return ihp__table_whole(table) ? IHP_OK
                                   : ihp__fail_memory(err, "the table of the reconciliation");
}

/* ---- for people ------------------------------------------------------------------------------ */

static const char *money(const struct ihp__cell *cell, char buffer[IHP__MONEY_TEXT])
{
    return cell->blank ? "-" : ihp__money_format_grouped(cell->integer, buffer);
}

void ihp__payments_print(FILE *stream, const struct ihp__table *table)
{
    int64_t pbp = 0, ctc = 0;
    char a[IHP__MONEY_TEXT], b[IHP__MONEY_TEXT], c[IHP__MONEY_TEXT];
    fprintf(stream, "%-12s %-7s %13s %12s %16s %14s\n", "IHP", "Quarter", "Member months",
            "Average PMPM", "PBP", "C&TC");
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = table->cell + r * table->columns;
        fprintf(stream, "%-12.12s %-7s %13lld %12s %16s %14s\n", row[AT_IHP].text,
                row[AT_QUARTER].text, (long long)row[AT_MONTHS].integer, money(&row[AT_AVERAGE], a),
                money(&row[AT_PBP], b), money(&row[AT_CTC], c));
        pbp += row[AT_PBP].integer;
        ctc += row[AT_CTC].integer;
    }
    fprintf(stream, "\nIn all: %s of population-based payments, %s for C&TC outreach\n",
            ihp__money_format_grouped(pbp, a), ihp__money_format_grouped(ctc, b));
}

void ihp__reconcile_print(FILE *stream, const struct ihp__table *table)
{
    int64_t months = 0, cents = 0;
    char text[IHP__MONEY_TEXT];
    fprintf(stream, "%-12s %13s %16s\n", "IHP", "Member months", "Taken back");
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = table->cell + r * table->columns;
        fprintf(stream, "%-12.12s %13lld %16s\n", row[0].text, (long long)row[1].integer,
                money(&row[2], text));
        months += row[1].integer;
        cents += row[2].integer;
    }
    fprintf(stream, "\nIn all: %s for %lld member months\n", ihp__money_format_grouped(cents, text),
            (long long)months);
}
