/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The summary of the report: sums over all IHPs, and the table of the IHPs. */
#include "report/report.h"
#include "result/hide_small.h"

#include <string.h>

/* ---- sums ------------------------------------------------------------------------------------ */

void ihp__report_sums_make(struct ihp__report *r)
{
    const struct ihp__table *t = &r->finished.table[IHP__TABLE_SETTLEMENT];
    size_t outcome = ihp__table_column_of(t, "outcome");
    size_t final_ = ihp__table_column_of(t, "final_amount");
    size_t due = ihp__table_column_of(t, "amount_due");
    struct ihp__report_sums *sums = &r->sums;
    *sums = (struct ihp__report_sums){0};
    for (size_t i = 0; i < t->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(t, i);
        sums->hidden += row[final_].hidden;
        for (int o = 0; o <= IHP__OUTCOME_NO_SETTLEMENT && !row[final_].hidden; o++) {
            sums->outcome[o] +=
                strcmp(row[outcome].text, ihp__outcome_text((enum ihp__outcome)o)) == 0;
        }
        int64_t amount = row[final_].integer;
        sums->savings += amount > 0 ? amount : 0;
        sums->losses += amount < 0 ? amount : 0;
        sums->final_ += amount;
        sums->due += row[due].integer;
    }
    sums->shown = !ihp__hides_amounts(t);
}

/* ---- cards ----------------------------------------------------------------------------------- */

static void put_card(struct ihp__report *r, const char *name, const char *value)
{
    fprintf(r->out, "<div><dt>%s</dt><dd>", name);
    ihp__html_text(r->out, value);
    fputs("</dd></div>\n", r->out);
}

static void put_dollars(struct ihp__report *r, const char *name, int64_t cents)
{
    char text[IHP__MONEY_TEXT];
    put_card(r, name, r->sums.shown ? ihp__money_format_grouped(cents, text) : "hidden");
}

static void put_count(struct ihp__report *r, const char *name, int64_t count, bool hidden)
{
    char text[IHP__COUNT_TEXT];
    put_card(r, name, hidden ? "hidden" : ihp__count_format(count < 0 ? 0 : (uint64_t)count, text));
}

void ihp__report_put_summary(struct ihp__report *r)
{
    static const char *const outcomes[] = {
        [IHP__OUTCOME_SAVINGS] = "IHPs with savings",
        [IHP__OUTCOME_LOSSES] = "IHPs with losses",
        [IHP__OUTCOME_INSIDE_THRESHOLD] = "IHPs inside the threshold",
        [IHP__OUTCOME_NO_SETTLEMENT] = "IHPs without a settlement"};
    char months[IHP__PERIOD_TEXT], name[80];
    const struct ihp__report_count *attributed = r->members.attributed;
    fputs("<dl class=\"cards\">\n", r->out);
    put_count(r, "Members in the store", r->head.members, r->members.store_hidden);
    snprintf(name, sizeof name, "Attributed in %d", r->deck.base.year);
    put_count(r, name, attributed[IHP__BASE].count, attributed[IHP__BASE].hidden);
    snprintf(name, sizeof name, "Attributed in %s",
             ihp__period_months(&r->deck.performance, months));
    put_count(r, name, attributed[IHP__PERFORMANCE].count, attributed[IHP__PERFORMANCE].hidden);
    for (int o = 0; o <= IHP__OUTCOME_NO_SETTLEMENT; o++) {
        put_count(r, outcomes[o], (int64_t)r->sums.outcome[o], false);
    }
    if (r->sums.hidden > 0) {
        put_count(r, "IHPs with hidden numbers", (int64_t)r->sums.hidden, false);
    }
    put_dollars(r, "Final amounts, savings", r->sums.savings);
    put_dollars(r, "Final amounts, losses", r->sums.losses);
    put_dollars(r, "Final amounts, net", r->sums.final_);
    put_dollars(r, "Amounts due, net", r->sums.due);
    fputs("</dl>\n", r->out);
}

/* ---- the IHPs -------------------------------------------------------------------------------- */

void ihp__report_put_ihps(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"track", "Track", IHP__HTML_AS_ITSELF},
        {"members", "Members", IHP__HTML_AS_ITSELF},
        {"base_tcoc_pmpm", "Base PMPM", IHP__HTML_AS_ITSELF},
        {"risk", "Risk", IHP__HTML_DECIMALS},
        {"adjusted_target_pmpm", "Adjusted target", IHP__HTML_AS_ITSELF},
        {"tcoc_pmpm", "PMPM", IHP__HTML_AS_ITSELF},
        {"ratio", "Ratio", IHP__HTML_PERCENT},
        {"outcome", "Outcome", IHP__HTML_WORDS},
        {"final_amount", "Final amount", IHP__HTML_AS_ITSELF},
        {"amount_due", "Amount due", IHP__HTML_AS_ITSELF},
    };
    ihp__html_table(r->out, &r->finished.table[IHP__TABLE_SETTLEMENT],
                    &(struct ihp__html_table){.id = "settlement",
                                              .caption = "The settlement of each IHP",
                                              IHP__HTML_COLUMNS(columns),
                                              .sorts = true});
}
