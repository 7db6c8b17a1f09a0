/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as JSON. The numbers are the texts of the CSV files: jansson would write doubles of its
 * own, so the text is written here. */
#include "result/table.h"

/* Writes a text of UTF-8 as JSON. */
static void put_text(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            fputc('\\', stream);
            fputc(c, stream);
        } else if (c < 0x20 || c == 0x7f) {
            fprintf(stream, "\\u%04x", c);
        } else {
            fputc(c, stream);
        }
    }
    fputc('"', stream);
}

static void put_cell(FILE *stream, const struct ihp__cell *cell, enum ihp__cell_kind kind)
{
    char text[64];
    if (kind == IHP__CELL_TEXT) {
        put_text(stream, cell->text);
    } else {
        fputs(cell->blank ? "null" : ihp__cell_format(cell, kind, text, sizeof text), stream);
    }
}

void ihp__table_put_json(const struct ihp__table *table, FILE *stream)
{
    fputc('[', stream);
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(table, r);
        fputs(r == 0 ? "\n    {" : ",\n    {", stream);
        for (size_t c = 0; c < table->columns; c++) {
            fprintf(stream, "%s\"%s\": ", c == 0 ? "" : ", ", table->column[c].name);
            put_cell(stream, &row[c], table->column[c].kind);
        }
        fputc('}', stream);
    }
    fputs(table->rows == 0 ? "]" : "\n  ]", stream);
}

void ihp__tables_put_json(const struct ihp__table *const table[], size_t tables, FILE *stream)
{
    const char *before = "{\n  ";
    for (size_t t = 0; t < tables; t++) {
        fprintf(stream, "%s\"%s\": ", before, table[t]->name);
        ihp__table_put_json(table[t], stream);
        before = ",\n  ";
    }
    fputs("\n}\n", stream);
}
