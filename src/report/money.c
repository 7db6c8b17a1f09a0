/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections that a report has only if the folder has their tables: the amounts by payer, quality,
 * population-based payments and their reconciliation. */
#include "report/report.h"

#include <string.h>

/* Writes a table of the folder with the columns of an array. */
#define PUT(report, number, name, text, array)                                                     \
    ihp__html_table((report)->out, &(report)->finished.table[number],                              \
                    &(struct ihp__html_table){                                                     \
                        .id = name, .caption = text, IHP__HTML_COLUMNS(array), .sorts = true})

enum { PAYMENTS = IHP__FINISHED_PAYMENTS + IHP__TABLE_PAYMENTS_QUARTER };

static void put_payers(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"payer", "Payer", IHP__HTML_AS_ITSELF},
        {"member_months", "Member months", IHP__HTML_AS_ITSELF},
        {"share", "Share", IHP__HTML_AS_ITSELF},
        {"interim_paid", "Paid for the interim", IHP__HTML_AS_ITSELF},
        {"amount", "Amount due", IHP__HTML_AS_ITSELF}};
    fputs("<p>Each payer of an IHP's members has a part of its amount [5.4].</p>\n", r->out);
    PUT(r, IHP__TABLE_PAYER_SPLIT, "payer-split", "The amount due of each IHP, by payer", columns);
}

/* Removes the rows of IHPs whose score is hidden with their amounts. */
static enum ihp_status keep_shown(struct ihp__report *r, int number)
{
    const struct ihp__table *settlement = &r->finished.table[IHP__TABLE_SETTLEMENT];
    size_t score = ihp__table_column_of(settlement, "quality_score");
    struct ihp__table *t = &r->finished.table[number];
    struct ihp__table kept = ihp__table_empty(t->name, t->column, t->columns);
    for (size_t i = 0; i < t->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(t, i);
        bool hidden = false;
        for (size_t s = 0; s < settlement->rows; s++) {
            const struct ihp__cell *ihp = ihp__table_row(settlement, s);
            hidden = hidden || (ihp[score].hidden && strcmp(ihp[0].text, row[0].text) == 0);
        }
        for (size_t c = 0; c < t->columns && !hidden; c++) {
            ihp__table_copy(&kept, &row[c]);
        }
    }
    ihp__table_free(t);
    *t = kept;
    return ihp__table_whole(t) ? IHP_OK : ihp__fail_memory(r->err, "the quality of a report");
}

static void put_quality(struct ihp__report *r)
{
    static const struct ihp__html_column scores[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"section", "Section", IHP__HTML_AS_ITSELF},
        {"category", "Category", IHP__HTML_WORDS},
        {"points", "Points", IHP__HTML_AS_ITSELF},
        {"points_available", "Points available", IHP__HTML_AS_ITSELF},
        {"weight", "Weight", IHP__HTML_AS_ITSELF},
        {"score", "Score", IHP__HTML_DECIMALS}};
    static const struct ihp__html_column points[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"measure", "Measure", IHP__HTML_AS_ITSELF},
        {"rate", "Rate", IHP__HTML_DECIMALS},
        {"baseline", "Baseline", IHP__HTML_DECIMALS},
        {"benchmark", "Benchmark", IHP__HTML_DECIMALS},
        {"achievement_points", "Achievement points", IHP__HTML_DECIMALS},
        {"improvement_points", "Improvement points", IHP__HTML_DECIMALS},
        {"points", "Points", IHP__HTML_DECIMALS},
        {"points_available", "Points available", IHP__HTML_DECIMALS}};
    if (keep_shown(r, IHP__TABLE_QUALITY_SCORES) != IHP_OK ||
        keep_shown(r, IHP__TABLE_QUALITY) != IHP_OK) {
        return;
    }
    fputs("<p>The overall score of an IHP changes the part of its amount that depends on quality "
          "[18.2]. IHPs whose amounts are hidden are not listed.</p>\n",
          r->out);
    PUT(r, IHP__TABLE_QUALITY_SCORES, "quality-scores", "Quality scores by category", scores);
    fputs("<details open><summary>Points of each measure</summary>\n", r->out);
    PUT(r, IHP__TABLE_QUALITY, "quality-points", "Points of each measure", points);
    fputs("</details>\n", r->out);
}

static void put_payments(struct ihp__report *r)
{
    static const struct ihp__html_column quarters[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"quarter", "Quarter", IHP__HTML_AS_ITSELF},
        {"member_months", "Member months", IHP__HTML_AS_ITSELF},
        {"average_pmpm", "Average PMPM", IHP__HTML_AS_ITSELF},
        {"pbp_payment", "Payment", IHP__HTML_AS_ITSELF},
        {"ctc_dollars", "C&amp;TC outreach", IHP__HTML_AS_ITSELF}};
    fputs("<p>Population-based payments [15] and dollars of Child and Teen Checkups outreach "
          "[5.2.1] that <code>ihp pay</code> computed in this folder.</p>\n",
          r->out);
    PUT(r, PAYMENTS, "payments-quarter", "Payments of each IHP by quarter", quarters);
}

static void put_reconciliation(struct ihp__report *r)
{
    static const struct ihp__html_column reasons[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"reason", "Reason", IHP__HTML_WORDS},
        {"member_months", "Member months", IHP__HTML_AS_ITSELF},
        {"amount", "Taken back", IHP__HTML_AS_ITSELF}};
    fputs("<p>The State takes back what was paid for member months without care coordination "
          "[15.5]; a negative amount is owed to the IHP.</p>\n",
          r->out);
    PUT(r, IHP__FINISHED_RECONCILE, "reconcile", "What is taken back from each IHP", reasons);
}

static const struct {
    const char *id, *title;
    int table; /* without which there is no section */
    void (*put)(struct ihp__report *report);
} sections[] = {
    {"payers", "Payers", IHP__TABLE_PAYER_SPLIT, put_payers},
    {"quality", "Quality", IHP__TABLE_QUALITY_SCORES, put_quality},
    {"payments", "Population-based payments", PAYMENTS, put_payments},
    {"reconciliation", "Reconciliation of payments", IHP__FINISHED_RECONCILE, put_reconciliation},
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

void ihp__report_put_money_links(struct ihp__report *r)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        if (r->finished.present[sections[i].table]) {
            fprintf(r->out, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].title);
        }
    }
}

void ihp__report_put_money(struct ihp__report *r)
{
    for (size_t i = 0; i < SECTIONS && r->err->status == IHP_OK; i++) {
        if (r->finished.present[sections[i].table]) {
            fprintf(r->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n",
                    sections[i].id, sections[i].id, sections[i].title);
            sections[i].put(r);
            fputs("</section>\n", r->out);
        }
    }
}
