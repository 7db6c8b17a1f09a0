/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the report of the data package of one IHP has [4.6.2]: payers, members by reason and
 * risk category, and terms. */
#include "report/report.h"

void ihp__report_put_payers(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {
        {"payer", "Payer", IHP__HTML_AS_ITSELF},
        {"member_months", "Member months", IHP__HTML_AS_ITSELF},
        {"share", "Share", IHP__HTML_AS_ITSELF},
        {"interim_paid", "Paid for the interim", IHP__HTML_AS_ITSELF},
        {"amount", "Amount due", IHP__HTML_AS_ITSELF}};
    ihp__html_table(r->out, &r->finished.table[IHP__TABLE_PAYER_SPLIT],
                    &(struct ihp__html_table){.id = "payer-split",
                                              .caption = "The amount due, by payer",
                                              IHP__HTML_COLUMNS(columns)});
}

void ihp__report_put_own_members(struct ihp__report *r)
{
    static const struct ihp__html_column reasons[] = {{"period", "Period", IHP__HTML_WORDS},
                                                      {"reason", "Reason", IHP__HTML_WORDS},
                                                      {"window", "Window", IHP__HTML_AS_ITSELF},
                                                      {"members", "Members", IHP__HTML_AS_ITSELF}};
    static const struct ihp__html_column categories[] = {
        {"period", "Period", IHP__HTML_WORDS},
        {"acg", "Risk category", IHP__HTML_AS_ITSELF},
        {"members", "Members", IHP__HTML_AS_ITSELF},
        {"member_months", "Member months", IHP__HTML_AS_ITSELF},
        {"weight", "Weight", IHP__HTML_DECIMALS}};
    ihp__html_table(
        r->out, r->attribution,
        &(struct ihp__html_table){.id = "attribution",
                                  .caption = "Members by reason; window 1: the period itself, 2: "
                                             "the twelve months before it",
                                  IHP__HTML_COLUMNS(reasons)});
    ihp__html_table(r->out, &r->finished.table[IHP__TABLE_RISK_SCORES],
                    &(struct ihp__html_table){.id = "risk-scores",
                                              .caption = "Members by risk category",
                                              IHP__HTML_COLUMNS(categories)});
}

void ihp__report_put_terms(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {{"term", "Term", IHP__HTML_AS_ITSELF},
                                                      {"value", "Value", IHP__HTML_AS_ITSELF},
                                                      {"section", "Section", IHP__HTML_AS_ITSELF}};
    ihp__html_table(
        r->out, &r->finished.table[IHP__TABLE_TERMS],
        &(struct ihp__html_table){.id = "terms-table",
                                  .caption = "Everything that the amount depends on, next to the "
                                             "numbers of members and their cost",
                                  IHP__HTML_COLUMNS(columns)});
}
