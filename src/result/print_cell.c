/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells and whole tables of a result for people. */
#include "result/print_cell.h"

#include <stdlib.h>

void ihp__print_cell(struct ihp__print *print, const struct ihp__cell *cell,
                     enum ihp__cell_kind kind)
{
    char text[64];
    if (kind == IHP__CELL_TEXT) {
        ihp__print_text(print, cell->text);
    } else if (cell->blank) {
        ihp__print_text(print, "-");
    } else if (kind == IHP__CELL_INTEGER) {
        ihp__print_count(print, cell->integer);
    } else if (kind == IHP__CELL_DOLLARS) {
        ihp__print_cents(print, cell->integer);
    } else if (cell->money) {
        ihp__print_dollars(print, cell->ratio);
    } else {
        ihp__print_text(print, ihp__cell_format(cell, kind, text, sizeof text));
    }
}

enum ihp_status ihp__print_whole_table(FILE *stream, const struct ihp__table *table,
                                       struct ihp_error *err)
{
    struct ihp__print_column *column = calloc(table->columns, sizeof *column);
    if (column == NULL) {
        return ihp__fail_memory(err, "a table");
    }
    for (size_t i = 0; i < table->columns; i++) {
        bool text = table->column[i].kind == IHP__CELL_TEXT;
        column[i] = (struct ihp__print_column){table->column[i].name,
                                               text ? IHP__PRINT_ID : IHP__PRINT_NUMBER, false};
    }
    struct ihp__print print = ihp__print_begin(stream, column, table->columns, 1);
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(table, r);
        for (size_t i = 0; i < table->columns; i++) {
            ihp__print_cell(&print, &row[i], table->column[i].kind);
        }
    }
    enum ihp_status status = ihp__print_end(&print, err);
    free(column);
    return status;
}
