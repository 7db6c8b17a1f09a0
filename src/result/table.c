/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: cells row by row, and their CSV form. */
#include "result/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void put(struct ihp__table *table, struct ihp__cell cell)
{
    if (table->short_of_memory ||
        !ihp__array_reserve(&table->cell, &table->capacity, table->used + 1, sizeof *table->cell)) {
        table->short_of_memory = true;
        free(cell.text);
        return;
    }
    table->cell[table->used++] = cell;
    table->rows = table->used / table->columns;
}

void ihp__table_text(struct ihp__table *table, const char *text)
{
    struct ihp__cell cell = {.text = strdup(text)};
    table->short_of_memory = table->short_of_memory || cell.text == NULL;
    put(table, cell);
}

void ihp__table_integer(struct ihp__table *table, int64_t value)
{
    put(table, (struct ihp__cell){.integer = value});
}

void ihp__table_cents(struct ihp__table *table, int64_t cents)
{
    put(table, (struct ihp__cell){.integer = cents});
}

void ihp__table_dollars(struct ihp__table *table, double dollars)
{
    if (isnan(dollars)) {
        put(table, (struct ihp__cell){.blank = true});
    } else {
        ihp__table_cents(table, ihp__cents_of_dollars(dollars));
    }
}

void ihp__table_ratio(struct ihp__table *table, double value)
{
    put(table, (struct ihp__cell){.blank = isnan(value), .ratio = value});
}

void ihp__table_amount(struct ihp__table *table, double dollars)
{
    double rounded = isnan(dollars) ? NAN : (double)ihp__cents_of_dollars(dollars) / 100.0;
    put(table, (struct ihp__cell){.blank = isnan(dollars), .money = true, .ratio = rounded});
}

size_t ihp__table_column_of(const struct ihp__table *table, const char *name)
{
    size_t at = 0;
    while (at < table->columns && strcmp(table->column[at].name, name) != 0) {
        at++;
    }
    return at;
}

double ihp__cell_number(const struct ihp__cell *cell, enum ihp__cell_kind kind)
{
    char text[64];
    return cell->blank || kind == IHP__CELL_TEXT
               ? NAN
               : strtod(ihp__cell_format(cell, kind, text, sizeof text), NULL);
}

void ihp__table_copy(struct ihp__table *table, const struct ihp__cell *cell)
{
    struct ihp__cell copy = *cell;
    if (cell->text != NULL) {
        copy.text = strdup(cell->text);
        table->short_of_memory = table->short_of_memory || copy.text == NULL;
    }
    put(table, copy);
}

void ihp__table_blank(struct ihp__table *table)
{
    put(table, (struct ihp__cell){.blank = true});
}

void ihp__table_hidden(struct ihp__table *table)
{
    struct ihp__cell cell = {.blank = true, .hidden = true};
    if (table->column[table->used % table->columns].kind == IHP__CELL_TEXT) {
        cell.text = strdup("");
        table->short_of_memory = table->short_of_memory || cell.text == NULL;
    }
    put(table, cell);
}

bool ihp__table_whole(const struct ihp__table *table)
{
    return !table->short_of_memory && table->used == table->rows * table->columns;
}

void ihp__table_hide(struct ihp__table *table, size_t row, size_t column)
{
    struct ihp__cell *cell = &table->cell[row * table->columns + column];
    char *text = cell->text;
    if (text != NULL) {
        text[0] = '\0';
    }
    *cell = (struct ihp__cell){.blank = true, .hidden = true, .text = text};
}

void ihp__table_free(struct ihp__table *table)
{
    for (size_t i = 0; i < table->used; i++) {
        free(table->cell[i].text);
    }
    free(table->cell);
    *table = (struct ihp__table){0};
}

const struct ihp__cell *ihp__table_row(const struct ihp__table *table, size_t row)
{
    return table->cell + row * table->columns;
}

const char *ihp__cell_format(const struct ihp__cell *cell, enum ihp__cell_kind kind, char *buffer,
                             size_t size)
{
    char money[IHP__MONEY_TEXT];
    if (cell->blank) {
        buffer[0] = '\0';
        return buffer;
    }
    switch (kind) {
    case IHP__CELL_TEXT:
        snprintf(buffer, size, "%s", cell->text);
        break;
    case IHP__CELL_INTEGER:
        snprintf(buffer, size, "%lld", (long long)cell->integer);
        break;
    case IHP__CELL_DOLLARS:
        snprintf(buffer, size, "%s", ihp__money_format(cell->integer, money));
        break;
    case IHP__CELL_RATIO:
    case IHP__CELL_SECONDS:
        if (cell->money) {
            snprintf(buffer, size, "%s",
                     ihp__money_format(ihp__cents_of_dollars(cell->ratio), money));
        } else {
            snprintf(buffer, size, "%.12g", cell->ratio == 0 ? 0.0 : cell->ratio); /* not "-0" */
        }
        break;
    }
    return buffer;
}

void ihp__table_put_csv(const struct ihp__table *table, FILE *stream)
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
        ihp__csv_put(stream, table->column[c].kind == IHP__CELL_TEXT && !table->cell[i].blank
                                 ? table->cell[i].text
                                 : ihp__cell_format(&table->cell[i], table->column[c].kind, text,
                                                    sizeof text));
        if (c == table->columns - 1) {
            fputc('\n', stream);
        }
    }
}

enum ihp_status ihp__table_write_csv(const struct ihp__table *table, const char *folder, int mode,
                                     struct ihp_error *err)
{
    char path[IHP__PATH_MAX], file[80];
    struct ihp__outfile *out;
    snprintf(file, sizeof file, "%s.csv", table->name);
    if (ihp__path_join(path, sizeof path, folder, file, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__outfile_open(path, mode, &out, err) != IHP_OK) {
        return err->status;
    }
    ihp__table_put_csv(table, ihp__outfile_stream(out));
    return ihp__outfile_commit(&out, err);
}
