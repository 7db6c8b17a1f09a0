/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bootstrap: intervals of ratio and final amount, and the chances of each outcome. */
#include "report/report.h"

#include <string.h>

/* Keeps the rows of a statistic. */
static enum ihp_status keep_rows(struct ihp__report *r, const struct ihp__table *bootstrap,
                                 const char *statistic, struct ihp__table *kept)
{
    size_t at = ihp__table_column_of(bootstrap, "statistic");
    *kept = ihp__table_empty(bootstrap->name, bootstrap->column, bootstrap->columns);
    for (size_t i = 0; i < bootstrap->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(bootstrap, i);
        for (size_t c = 0; strcmp(row[at].text, statistic) == 0 && c < bootstrap->columns; c++) {
            ihp__table_copy(kept, &row[c]);
        }
    }
    return ihp__table_whole(kept) ? IHP_OK : ihp__fail_memory(r->err, "the intervals of a report");
}

#define INTERVAL_COLUMNS(form)                                                                     \
    {"ihp_id", "IHP", IHP__HTML_AS_ITSELF}, {"estimate", "Settlement", form},                      \
        {"mean", "Mean", form}, {"std_error", "Standard error", form},                             \
        {"level", "Level", IHP__HTML_AS_ITSELF}, {"method", "Method", IHP__HTML_AS_ITSELF},        \
        {"lower", "From", form},                                                                   \
    {                                                                                              \
        "upper", "To", form                                                                        \
    }

static void put_intervals(struct ihp__report *r, const struct ihp__table *bootstrap)
{
    static const struct ihp__html_column ratio[] = {INTERVAL_COLUMNS(IHP__HTML_PERCENT)};
    static const struct ihp__html_column amount[] = {INTERVAL_COLUMNS(IHP__HTML_DOLLARS)};
    static const struct {
        const char *statistic;
        struct ihp__html_table shown;
    } tables[] = {
        {"ratio",
         {.id = "intervals-ratio",
          .caption = "Intervals of the ratio",
          IHP__HTML_COLUMNS(ratio),
          .sorts = true}},
        {"final_amount",
         {.id = "intervals-amount",
          .caption = "Intervals of the final amount",
          IHP__HTML_COLUMNS(amount),
          .sorts = true}},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct ihp__table kept;
        if (keep_rows(r, bootstrap, tables[i].statistic, &kept) == IHP_OK) {
            fprintf(r->out, "<details open><summary>%s</summary>\n", tables[i].shown.caption);
            ihp__html_table(r->out, &kept, &tables[i].shown);
            fputs("</details>\n", r->out);
        }
        ihp__table_free(&kept);
    }
}

void ihp__report_put_uncertainty(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"p_savings", "Chance of savings", IHP__HTML_PERCENT},
        {"p_inside", "Inside the threshold", IHP__HTML_PERCENT},
        {"p_losses", "Chance of losses", IHP__HTML_PERCENT},
        {"expected_amount", "Mean final amount", IHP__HTML_AS_ITSELF}};
    const struct ihp__table *bootstrap = ihp__report_table(r, IHP__TABLE_BOOTSTRAP);
    const struct ihp__table *outcomes = ihp__report_table(r, IHP__TABLE_BOOTSTRAP_OUTCOMES);
    char replicates[IHP__FINISHED_VALUE_TEXT];
    if (bootstrap == NULL || outcomes == NULL) {
        fputs("<p>The deck has no bootstrap, so the report cannot say how certain the amounts "
              "are.</p>\n",
              r->out);
        return;
    }
    fputs("<p>The settlement was computed again for ", r->out);
    ihp__html_text(r->out,
                   ihp__finished_deck_value(&r->finished, "bootstrap.replicates", replicates));
    fputs(" populations that were drawn, with replacement, from the members. The spread of the "
          "results shows how much the ratios and amounts owe to chance. An IHP of Track 1 has no "
          "settlement, and so no chances.</p>\n",
          r->out);
    ihp__report_put_picture(r, IHP__PICTURE_OUTCOMES);
    ihp__report_put_picture(r, IHP__PICTURE_AMOUNTS);
    ihp__html_table(r->out, outcomes,
                    &(struct ihp__html_table){.id = "outcomes",
                                              .caption = "Outcomes of the replicates",
                                              IHP__HTML_COLUMNS(columns),
                                              .sorts = true});
    put_intervals(r, bootstrap);
}
