/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the chances of savings and losses by size, and the same for people. */
#include "result/result.h"

#include <math.h>

/* Columns of power.csv, for the print. */
enum { AT_CAP, AT_MEMBERS, AT_EFFECT, AT_DRAWS, AT_SAVINGS, AT_LOSSES, AT_INSIDE, AT_MEAN, AT_SD };

static const struct ihp__table_column columns[] = {
    [AT_CAP] = {"cap", IHP__CELL_DOLLARS},         [AT_MEMBERS] = {"members", IHP__CELL_INTEGER},
    [AT_EFFECT] = {"effect", IHP__CELL_RATIO},     [AT_DRAWS] = {"draws", IHP__CELL_INTEGER},
    [AT_SAVINGS] = {"p_savings", IHP__CELL_RATIO}, [AT_LOSSES] = {"p_losses", IHP__CELL_RATIO},
    [AT_INSIDE] = {"p_inside", IHP__CELL_RATIO},   [AT_MEAN] = {"mean_ratio", IHP__CELL_RATIO},
    [AT_SD] = {"sd_ratio", IHP__CELL_RATIO}};

void ihp__power_table_begin(struct ihp__table *table)
{
    *table = (struct ihp__table){
        .name = "power", .column = columns, .columns = sizeof columns / sizeof columns[0]};
}

void ihp__power_table_add(struct ihp__table *table, const struct ihp__power_row *row)
{
    ihp__table_cents(table, row->cap);
    ihp__table_integer(table, row->members);
    ihp__table_ratio(table, row->effect);
    ihp__table_integer(table, row->draws);
    ihp__table_ratio(table, row->savings);
    ihp__table_ratio(table, row->losses);
    ihp__table_ratio(table, row->inside);
    ihp__table_ratio(table, row->mean_ratio);
    ihp__table_ratio(table, row->sd_ratio);
}

/* ---- for people ------------------------------------------------------------------------------ */

enum { TEXT = 32 };

/* A share in per cent, with `mark` behind it or a blank. */
static const char *percent(const struct ihp__cell *cell, int decimals, char mark, char buffer[TEXT])
{
    if (cell->blank) {
        return "- ";
    }
    snprintf(buffer, TEXT, "%.*f%%%c", decimals, cell->ratio * 100.0, mark);
    return buffer;
}

static const char *change(double effect, char buffer[TEXT])
{
    snprintf(buffer, TEXT, effect == 0 ? "%.4g%% " : "%+.4g%% ", effect * 100.0);
    return buffer;
}

/* A count with commas. */
static const char *count(int64_t value, char buffer[TEXT])
{
    char digits[TEXT];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)value), out = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            buffer[out++] = ',';
        }
        buffer[out++] = digits[i];
    }
    buffer[out] = '\0';
    return buffer;
}

static void print_heading(FILE *stream, int64_t cap)
{
    char money[IHP__MONEY_TEXT];
    if (cap == 0) {
        fprintf(stream, "\nNo claims cap\n");
    } else {
        fprintf(stream, "\nClaims cap %s\n", ihp__money_format_grouped(cap, money));
    }
    fprintf(stream, "%11s %13s %10s %10s %10s %11s %10s\n", "Members", "True change ", "Savings ",
            "Losses ", "Inside ", "Mean ratio ", "Std dev ");
}

/* Savings without true savings and losses without true losses are marked. */
static void print_row(FILE *stream, const struct ihp__cell *row, bool first_of_size)
{
    char a[TEXT], b[TEXT], c[TEXT], d[TEXT], e[TEXT], f[TEXT], g[TEXT];
    double effect = row[AT_EFFECT].ratio;
    fprintf(stream, "%11s %13s %10s %10s %10s %11s %10s\n",
            first_of_size ? count(row[AT_MEMBERS].integer, a) : "", change(effect, b),
            percent(&row[AT_SAVINGS], 1, effect >= 0 ? '*' : ' ', c),
            percent(&row[AT_LOSSES], 1, effect <= 0 ? '*' : ' ', d),
            percent(&row[AT_INSIDE], 1, ' ', e), percent(&row[AT_MEAN], 2, ' ', f),
            percent(&row[AT_SD], 2, ' ', g));
}

void ihp__power_print(FILE *stream, const struct ihp__table *table, double threshold)
{
    const struct ihp__cell *last = NULL;
    for (size_t i = 0; i < table->rows; i++) {
        const struct ihp__cell *row = table->cell + i * table->columns;
        bool same_cap = last != NULL && last[AT_CAP].integer == row[AT_CAP].integer;
        bool same_size = same_cap && last[AT_MEMBERS].integer == row[AT_MEMBERS].integer;
        if (!same_cap) {
            print_heading(stream, row[AT_CAP].integer);
        } else if (!same_size) {
            fputc('\n', stream);
        }
        print_row(stream, row, !same_size);
        last = row;
    }
    fprintf(stream,
            "\nTrue change is that of the cost of care: -5%% stands for 5%% true savings. Savings\n"
            "is the chance of a ratio below %.6g%%, losses of one above %.6g%%.\n"
            "* by chance alone. A false reward: savings, although the IHP saved nothing or cost\n"
            "  more. A false penalty: losses, although it cost nothing more or saved.\n",
            (1.0 - threshold) * 100.0, (1.0 + threshold) * 100.0);
}
