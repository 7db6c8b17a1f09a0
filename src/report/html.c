/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts and tables of a result as HTML. */
#include "report/html.h"

#include <string.h>

/* ---- texts ----------------------------------------------------------------------------------- */

/* Returns the length of the character of UTF-8 at `c`; 0 if the bytes are not one. */
static size_t character(const unsigned char *c)
{
    static const struct {
        unsigned char mask, lead; /* of the first byte */
        size_t length;
    } forms[] = {{0xe0, 0xc0, 2}, {0xf0, 0xe0, 3}, {0xf8, 0xf0, 4}};
    if (c[0] < 0x80) {
        return 1;
    }
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        if ((c[0] & forms[f].mask) != forms[f].lead) {
            continue;
        }
        for (size_t i = 1; i < forms[f].length; i++) {
            if ((c[i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        bool longer_than_needed =
            c[0] < 0xc2 || (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
        bool no_character =
            (c[0] == 0xed && c[1] >= 0xa0) || c[0] > 0xf4 || (c[0] == 0xf4 && c[1] >= 0x90);
        return longer_than_needed || no_character ? 0 : forms[f].length;
    }
    return 0;
}

void ihp__html_text(FILE *out, const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    while (*c != '\0') {
        size_t length = character(c);
        if (length == 0 || (*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f) {
            fputs("\xef\xbf\xbd", out);
            length = 1;
        } else if (*c == '&') {
            fputs("&amp;", out);
        } else if (*c == '<') {
            fputs("&lt;", out);
        } else if (*c == '>') {
            fputs("&gt;", out);
        } else if (*c == '"') {
            fputs("&quot;", out);
        } else if (*c == '\'') {
            fputs("&#39;", out);
        } else {
            fwrite(c, 1, length, out);
        }
        c += length;
    }
}

/* ---- numbers --------------------------------------------------------------------------------- */

void ihp__html_number(FILE *out, const struct ihp__cell *cell, enum ihp__cell_kind kind,
                      enum ihp__html_form form)
{
    char text[64];
    double number = ihp__cell_number(cell, kind);
    if (cell->hidden || cell->blank) {
        fputs(cell->hidden ? "hidden" : "-", out);
    } else if (form == IHP__HTML_DECIMALS) {
        fprintf(out, "%.4f", number);
    } else if (form == IHP__HTML_PERCENT) {
        fprintf(out, "%.2f%%", 100 * number);
    } else if (kind == IHP__CELL_INTEGER && cell->integer >= 0) {
        fputs(ihp__count_format((uint64_t)cell->integer, text), out);
    } else if (kind == IHP__CELL_DOLLARS) {
        fputs(ihp__money_format_grouped(cell->integer, text), out);
    } else if (cell->money || form == IHP__HTML_DOLLARS) {
        fputs(ihp__money_format_grouped(ihp__cents_of_dollars(cell->ratio), text), out);
    } else {
        fputs(ihp__cell_format(cell, kind, text, sizeof text), out);
    }
}

/* Writes a text with blanks for its "_". */
static void put_words(FILE *out, const char *text)
{
    char words[64];
    snprintf(words, sizeof words, "%s", text);
    for (char *c = words; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    ihp__html_text(out, words);
}

void ihp__html_cell(FILE *out, const struct ihp__cell *cell, enum ihp__cell_kind kind,
                    enum ihp__html_form form)
{
    char text[64];
    if (kind == IHP__CELL_TEXT) {
        fputs("<td>", out);
        if (form == IHP__HTML_WORDS && !cell->hidden) {
            put_words(out, cell->text);
        } else {
            ihp__html_text(out, cell->hidden ? "hidden" : cell->text);
        }
    } else {
        fprintf(out, "<td class=\"n\" data-v=\"%s\">",
                ihp__cell_format(cell, kind, text, sizeof text));
        ihp__html_number(out, cell, kind, form);
    }
    fputs("</td>", out);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Returns true if a column of a table has numbers. */
static bool has_numbers(const struct ihp__table *table, const char *name)
{
    size_t at = table == NULL || name == NULL ? 0 : ihp__table_column_of(table, name);
    return table != NULL && at < table->columns && table->column[at].kind != IHP__CELL_TEXT;
}

void ihp__html_table_begin(FILE *out, const struct ihp__table *table,
                           const struct ihp__html_table *shown)
{
    fprintf(out,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s-caption\">\n"
            "<table id=\"%s\"%s>\n<caption id=\"%s-caption\">%s",
            shown->id, shown->id, shown->sorts ? " class=\"sorts\"" : "", shown->id,
            shown->caption);
    if (shown->about != NULL) {
        fputc(' ', out);
        ihp__html_text(out, shown->about);
    }
    fputs("</caption>\n<thead><tr>", out);
    for (size_t i = 0; i < shown->columns; i++) {
        bool number = i > 0 && has_numbers(table, shown->column[i].name);
        fprintf(out, "<th scope=\"col\"%s>%s</th>", number ? " class=\"n\"" : "",
                shown->column[i].title);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

void ihp__html_table_end(FILE *out)
{
    fputs("</tbody>\n</table>\n</div>\n", out);
}

/* Writes the first cell of a row, which is its head. */
static void put_head(FILE *out, const struct ihp__cell *cell, enum ihp__cell_kind kind,
                     enum ihp__html_form form)
{
    char text[64];
    if (kind == IHP__CELL_TEXT) {
        fputs("<th scope=\"row\">", out);
        ihp__html_text(out, cell->text);
    } else {
        fprintf(out, "<th scope=\"row\" data-v=\"%s\">",
                ihp__cell_format(cell, kind, text, sizeof text));
        ihp__html_number(out, cell, kind, form);
    }
    fputs("</th>", out);
}

void ihp__html_table(FILE *out, const struct ihp__table *table, const struct ihp__html_table *shown)
{
    ihp__html_table_begin(out, table, shown);
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(table, r);
        fputs("<tr>", out);
        for (size_t i = 0; i < shown->columns; i++) {
            size_t at = ihp__table_column_of(table, shown->column[i].name);
            (i == 0 ? put_head : ihp__html_cell)(out, &row[at], table->column[at].kind,
                                                 shown->column[i].form);
        }
        fputs("</tr>\n", out);
    }
    ihp__html_table_end(out);
}
