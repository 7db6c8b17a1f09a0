/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps to the amount of each IHP, one after the other. */
#include "report/report.h"
#include "result/waterfall.h"

#include <string.h>

/* Returns true if the outcome of the IHP is hidden: the formulas would tell it. */
static bool is_hidden(const struct ihp__table *settlement, size_t row)
{
    return ihp__table_row(settlement, row)[ihp__table_column_of(settlement, "outcome")].hidden;
}

static void put_row(struct ihp__report *r, const struct ihp__waterfall *w,
                    const struct ihp__table *steps, size_t i)
{
    enum { AT_LINE, AT_STEP, AT_FORMULA, AT_INPUTS, AT_SECTION };
    const struct ihp__waterfall_step *step = &ihp__waterfall_step[i];
    const struct ihp__cell *row = ihp__table_row(steps, i);
    size_t at = ihp__table_column_of(w->settlement, step->column);
    fprintf(r->out, "<tr%s><td class=\"n\">%zu</td><th scope=\"row\">",
            i + 1 == IHP__WATERFALL_STEPS ? " class=\"last\"" : "", i + 1);
    ihp__html_text(r->out, step->title);
    fputs("</th>", r->out);
    ihp__html_cell(r->out, &w->row[at], w->settlement->column[at].kind, IHP__HTML_AS_ITSELF);
    fputs("<td>", r->out);
    ihp__html_text(r->out, row[AT_SECTION].text);
    fputs("</td><td class=\"w\">", r->out);
    ihp__html_text(r->out, row[AT_FORMULA].text);
    fputs("</td><td class=\"w\">", r->out);
    ihp__html_text(r->out, row[AT_INPUTS].text);
    fputs("</td></tr>\n", r->out);
}

static void put_table(struct ihp__report *r, size_t number, const struct ihp__waterfall *w,
                      const struct ihp__table *steps)
{
    static const struct ihp__html_column columns[] = {
        {NULL, "Line", IHP__HTML_AS_ITSELF},    {NULL, "Step", IHP__HTML_AS_ITSELF},
        {NULL, "Result", IHP__HTML_AS_ITSELF},  {NULL, "Section", IHP__HTML_AS_ITSELF},
        {NULL, "Formula", IHP__HTML_AS_ITSELF}, {NULL, "Inputs", IHP__HTML_AS_ITSELF}};
    char id[40];
    snprintf(id, sizeof id, "steps-%zu", number);
    const struct ihp__html_table shown = {.id = id,
                                          .caption = "Steps to the amount of",
                                          .about = w->row[0].text,
                                          IHP__HTML_COLUMNS(columns)};
    ihp__html_table_begin(r->out, NULL, &shown);
    for (size_t i = 0; i < IHP__WATERFALL_STEPS; i++) {
        put_row(r, w, steps, i);
    }
    ihp__html_table_end(r->out);
}

/* Writes the steps of the IHP in a row of settlement.csv. */
static enum ihp_status put_ihp(struct ihp__report *r, size_t row)
{
    const struct ihp__table *settlement = &r->finished.table[IHP__TABLE_SETTLEMENT];
    const struct ihp__cell *cell = ihp__table_row(settlement, row);
    size_t due = ihp__table_column_of(settlement, "amount_due");
    struct ihp__waterfall w;
    struct ihp__table steps = {0};
    enum ihp_status status = IHP_OK;
    fprintf(r->out, "<details open id=\"ihp-%zu\"><summary>", row + 1);
    ihp__html_text(r->out, cell[0].text);
    fputs(" <span>amount due ", r->out);
    ihp__html_number(r->out, &cell[due], settlement->column[due].kind, IHP__HTML_AS_ITSELF);
    fputs("</span></summary>\n", r->out);
    if (is_hidden(settlement, row)) {
        fputs("<p>The steps are hidden: with them, a number of 1 to 10 members of this IHP or of "
              "another could be computed.</p>\n",
              r->out);
    } else {
        status = ihp__waterfall_find(settlement, &r->finished.table[IHP__TABLE_TERMS],
                                     "settlement.csv", cell[0].text, &w, r->err);
        w.files = r->finished.files;
        if (status == IHP_OK && (status = ihp__waterfall_create(&w, &steps, r->err)) == IHP_OK) {
            put_table(r, row + 1, &w, &steps);
        }
    }
    ihp__table_free(&steps);
    fputs("</details>\n", r->out);
    return status;
}

void ihp__report_put_steps(struct ihp__report *r)
{
    const struct ihp__table *settlement = &r->finished.table[IHP__TABLE_SETTLEMENT];
    if (ihp__report_table(r, IHP__TABLE_TERMS) == NULL) {
        fputs("<p>The folder has no terms.csv, which earlier versions did not write, so the steps "
              "cannot be shown. Settle again with this version.</p>\n",
              r->out);
        return;
    }
    fprintf(r->out,
            "<p>Each line is a number of settlement.csv with its formula, its inputs and its "
            "section of the contract. A number in parentheses is another line. PMPMs and amounts "
            "are printed to the cent; the settlement computes with all their digits and rounds the "
            "final amount once. %s</p>\n",
            ihp__settlement_amounts(&r->deck));
    for (size_t row = 0; row < settlement->rows; row++) {
        if (put_ihp(r, row) != IHP_OK) {
            return;
        }
    }
}
