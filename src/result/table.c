/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: cells row by row, and how a cell is written. */
#include "result/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void put(struct ihp_table *table, struct ihp_cell cell)
{
    if (table->short_of_memory ||
        !ihp_array_reserve(&table->cell, &table->capacity, table->used + 1, sizeof *table->cell)) {
        table->short_of_memory = true;
        free(cell.text);
        return;
    }
    table->cell[table->used++] = cell;
    table->rows = table->used / table->columns;
}

void ihp_table_text(struct ihp_table *table, const char *text)
{
    struct ihp_cell cell = {.text = strdup(text)};
    table->short_of_memory = table->short_of_memory || cell.text == NULL;
    put(table, cell);
}

void ihp_table_integer(struct ihp_table *table, int64_t value)
{
    put(table, (struct ihp_cell){.integer = value});
}

void ihp_table_cents(struct ihp_table *table, int64_t cents)
{
    put(table, (struct ihp_cell){.integer = cents});
}

void ihp_table_dollars(struct ihp_table *table, double dollars)
{
    if (isnan(dollars)) {
        put(table, (struct ihp_cell){.blank = true});
    } else {
        ihp_table_cents(table, ihp_cents_of_dollars(dollars));
    }
}

void ihp_table_ratio(struct ihp_table *table, double value)
{
    put(table, (struct ihp_cell){.blank = isnan(value), .ratio = value});
}

void ihp_table_amount(struct ihp_table *table, double dollars)
{
    double rounded = isnan(dollars) ? NAN : (double)ihp_cents_of_dollars(dollars) / 100.0;
    put(table, (struct ihp_cell){.blank = isnan(dollars), .money = true, .ratio = rounded});
}

void ihp_table_copy(struct ihp_table *table, const struct ihp_cell *cell)
{
    struct ihp_cell copy = *cell;
    if (cell->text != NULL) {
        copy.text = strdup(cell->text);
        table->short_of_memory = table->short_of_memory || copy.text == NULL;
    }
    put(table, copy);
}

void ihp_table_blank(struct ihp_table *table)
{
    put(table, (struct ihp_cell){.blank = true});
}

bool ihp_table_whole(const struct ihp_table *table)
{
    return !table->short_of_memory && table->used == table->rows * table->columns;
}

void ihp_table_free(struct ihp_table *table)
{
    for (size_t i = 0; i < table->used; i++) {
        free(table->cell[i].text);
    }
    free(table->cell);
    *table = (struct ihp_table){0};
}

const char *ihp_cell_format(const struct ihp_cell *cell, enum ihp_cell_kind kind, char *buffer,
                            size_t size)
{
    char money[IHP_MONEY_TEXT];
    if (cell->blank) {
        buffer[0] = '\0';
        return buffer;
    }
    switch (kind) {
    case IHP_CELL_TEXT:
        snprintf(buffer, size, "%s", cell->text);
        break;
    case IHP_CELL_INTEGER:
        snprintf(buffer, size, "%lld", (long long)cell->integer);
        break;
    case IHP_CELL_DOLLARS:
        snprintf(buffer, size, "%s", ihp_money_format(cell->integer, money));
        break;
    case IHP_CELL_RATIO:
    case IHP_CELL_SECONDS:
        if (cell->money) {
            snprintf(buffer, size, "%s",
                     ihp_money_format(ihp_cents_of_dollars(cell->ratio), money));
        } else {
            snprintf(buffer, size, "%.12g", cell->ratio == 0 ? 0.0 : cell->ratio); /* no "-0" */
        }
        break;
    }
    return buffer;
}

void ihp_table_put_csv(const struct ihp_table *table, FILE *stream)
{
    for (size_t c = 0; c < table->columns; c++) {
        fprintf(stream, "%s%s", c > 0 ? "," : "", table->column[c].name);
    }
    fputc('\n', stream);
    for (size_t i = 0; i < table->used; i++) {
        size_t c = i % table->columns;
        char text[64];
        if (c > 0) {
            fputc(',', stream);
        }
        ihp_csv_put(stream, table->column[c].kind == IHP_CELL_TEXT && !table->cell[i].blank
                                ? table->cell[i].text
                                : ihp_cell_format(&table->cell[i], table->column[c].kind, text,
                                                  sizeof text));
        if (c == table->columns - 1) {
            fputc('\n', stream);
        }
    }
}

enum ihp_status ihp_table_write_csv(const struct ihp_table *table, const char *folder, int mode,
                                    struct ihp_error *err)
{
    char path[IHP_PATH_MAX], file[80];
    struct ihp_outfile *out;
    snprintf(file, sizeof file, "%s.csv", table->name);
    if (!ihp_path_join(path, sizeof path, folder, file)) {
        return ihp_fail(err, IHP_ERR_USAGE, "%.200s: the path is too long", folder);
    }
    if (ihp_outfile_open(path, mode, &out, err) != IHP_OK) {
        return err->status;
    }
    ihp_table_put_csv(table, ihp_outfile_stream(out));
    return ihp_outfile_commit(&out, err);
}
