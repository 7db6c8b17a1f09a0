/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the chances of savings and losses by size, and the same for people. */
#include "result/power_table.h"

#include "result/print_sentence.h"
#include "result/print_table.h"

#include <math.h>

/* The columns of power.csv. */
enum { AT_CAP, AT_MEMBERS, AT_EFFECT, AT_DRAWS, AT_SAVINGS, AT_LOSSES, AT_INSIDE, AT_MEAN, AT_SD };

static const struct ihp__table_column columns[] = {
    [AT_CAP] = {"cap", IHP__CELL_DOLLARS},         [AT_MEMBERS] = {"members", IHP__CELL_INTEGER},
    [AT_EFFECT] = {"effect", IHP__CELL_RATIO},     [AT_DRAWS] = {"draws", IHP__CELL_INTEGER},
    [AT_SAVINGS] = {"p_savings", IHP__CELL_RATIO}, [AT_LOSSES] = {"p_losses", IHP__CELL_RATIO},
    [AT_INSIDE] = {"p_inside", IHP__CELL_RATIO},   [AT_MEAN] = {"mean_ratio", IHP__CELL_RATIO},
    [AT_SD] = {"sd_ratio", IHP__CELL_RATIO}};

void ihp__power_table_begin(struct ihp__table *table)
{
    *table = IHP__TABLE_OF("power", columns);
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

/* Adds a share in percent. The blank behind it, if there is no mark, keeps the columns aligned. */
static void add_share(struct ihp__print *print, const struct ihp__cell *cell, int decimals,
                      bool marked)
{
    char text[64] = "- ";
    if (!cell->blank) {
        snprintf(text, sizeof text, "%.*f%%%c", decimals, cell->ratio * 100.0, marked ? '*' : ' ');
    }
    ihp__print_text(print, text);
}

/* Savings without true savings and losses without true losses are marked. */
static void add_row(struct ihp__print *print, const struct ihp__cell *row)
{
    char text[64];
    double effect = row[AT_EFFECT].ratio;
    snprintf(text, sizeof text, effect == 0 ? "%.4g%% " : "%+.4g%% ", effect * 100.0);
    ihp__print_count(print, row[AT_MEMBERS].integer);
    ihp__print_text(print, text);
    add_share(print, &row[AT_SAVINGS], 1, effect >= 0);
    add_share(print, &row[AT_LOSSES], 1, effect <= 0);
    add_share(print, &row[AT_INSIDE], 1, false);
    add_share(print, &row[AT_MEAN], 2, false);
    add_share(print, &row[AT_SD], 2, false);
}

/* Prints the rows of one cap, from row `first` on; `*end` becomes the row behind them. */
static enum ihp_status print_cap(FILE *stream, const struct ihp__table *table, size_t first,
                                 size_t *end, struct ihp_error *err)
{
    static const struct ihp__print_column titles[] = {
        {"Members", IHP__PRINT_NUMBER, false},  {"True change ", IHP__PRINT_NUMBER, false},
        {"Savings ", IHP__PRINT_NUMBER, false}, {"Losses ", IHP__PRINT_NUMBER, false},
        {"Inside ", IHP__PRINT_NUMBER, false},  {"Mean ratio ", IHP__PRINT_NUMBER, false},
        {"Std dev ", IHP__PRINT_NUMBER, false},
    };
    struct ihp__print print = IHP__PRINT_BEGIN(stream, titles, 2);
    char money[IHP__MONEY_TEXT];
    int64_t cap = ihp__table_row(table, first)[AT_CAP].integer;
    for (*end = first; *end < table->rows; (*end)++) {
        const struct ihp__cell *row = ihp__table_row(table, *end);
        if (row[AT_CAP].integer != cap) {
            break;
        }
        if (*end > first &&
            row[AT_MEMBERS].integer != ihp__table_row(table, *end - 1)[AT_MEMBERS].integer) {
            ihp__print_gap(&print);
        }
        add_row(&print, row);
    }
    if (cap == 0) {
        fprintf(stream, "\nNo claims cap\n");
    } else {
        fprintf(stream, "\nClaims cap %s\n", ihp__money_format_grouped(cap, money));
    }
    return ihp__print_end(&print, err);
}

enum ihp_status ihp__power_print(FILE *stream, const struct ihp__table *table, double threshold,
                                 struct ihp_error *err)
{
    for (size_t first = 0, end; first < table->rows; first = end) {
        if (print_cap(stream, table, first, &end, err) != IHP_OK) {
            return err->status;
        }
    }
    ihp__print_sentence(
        stream,
        "\nTrue change is the change in the cost of care: -5%% means 5%% true savings.\n"
        "Savings is the chance of a ratio below %.6g%%, losses of one above %.6g%%.\n"
        "* by chance alone: a false reward or a false penalty.\n"
        "A false reward: savings, although the IHP saved nothing or cost more.\n"
        "A false penalty: losses, although the IHP cost nothing more or saved.\n",
        (1.0 - threshold) * 100.0, (1.0 + threshold) * 100.0);
    return IHP_OK;
}
