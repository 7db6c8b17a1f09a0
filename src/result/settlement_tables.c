/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a settlement, with the columns that docs/data.md lists. */
#include "result/settlement_tables.h"

#include "result/quality_tables.h"
#include "result/terms_table.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS(array) array, sizeof array / sizeof array[0]

static const struct ihp__table_column settlement_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},
    IHP__SETTLEMENT_COLUMNS,
};

void ihp__put_settlement(struct ihp__table *t, const struct ihp__program *program,
                         const struct ihp__settlement *s)
{
    ihp__table_integer(t, program->partnership[s->partnership].track);
    ihp__table_integer(t, s->base_members);
    ihp__table_integer(t, s->base_months);
    ihp__table_cents(t, s->base_capped);
    ihp__table_dollars(t, s->base_pmpm);
    ihp__table_ratio(t, s->base_risk);
    ihp__table_integer(t, s->members);
    ihp__table_integer(t, s->months);
    ihp__table_cents(t, s->capped);
    ihp__table_dollars(t, s->pmpm);
    ihp__table_ratio(t, s->risk);
    ihp__table_ratio(t, s->trend_factor);
    ihp__table_dollars(t, s->target_pmpm);
    ihp__table_dollars(t, s->adjusted_target_pmpm);
    ihp__table_ratio(t, s->ratio);
    ihp__table_dollars(t, s->gross_difference);
    ihp__table_text(t, ihp__outcome_text(s->outcome));
    ihp__table_dollars(t, s->shared_before_pbp);
    ihp__table_dollars(t, s->pbp_offset);
    ihp__table_dollars(t, s->shared_amount);
    ihp__table_ratio(t, s->quality_score);
    ihp__table_dollars(t, s->quality_adjusted);
    ihp__table_dollars(t, s->circumstance_reduction);
    ihp__table_ratio(t, s->termination_factor);
    ihp__table_dollars(t, s->final_amount);
    ihp__table_cents(t, s->interim_paid);
    ihp__table_cents(t, s->amount_due);
}

static void fill_settlement(const struct ihp__result_input *in, struct ihp__table *t)
{
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        ihp__table_text(t, in->program->partnership[p].id);
        ihp__put_settlement(t, in->program, &in->finance->settlement[p]);
    }
}

static const struct ihp__table_column payer_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},           {"payer", IHP__CELL_TEXT},
    {"member_months", IHP__CELL_INTEGER}, {"share", IHP__CELL_DOLLARS},
    {"interim_paid", IHP__CELL_DOLLARS},  {"amount", IHP__CELL_DOLLARS},
};

static void cents_if(struct ihp__table *t, bool defined, int64_t cents)
{
    if (defined) {
        ihp__table_cents(t, cents);
    } else {
        ihp__table_blank(t);
    }
}

static void fill_payers(const struct ihp__result_input *in, struct ihp__table *t)
{
    size_t payers = in->tally->shape.payers;
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        const struct ihp__payer_months months = {
            in->store->payer, in->tally->period[IHP__PERFORMANCE].payer_months + p * payers,
            payers};
        struct ihp__payer_rows rows;
        struct ihp_error err = {0};
        if (ihp__payer_rows_create(in->program, in->deck, &in->finance->settlement[p], &months,
                                   &rows, &err) != IHP_OK) {
            t->short_of_memory = true;
            return;
        }
        for (size_t i = 0; i < rows.rows; i++) {
            const struct ihp__payer_row *row = &rows.row[i];
            ihp__table_text(t, in->program->partnership[p].id);
            ihp__table_text(t, row->payer);
            ihp__table_integer(t, row->months);
            cents_if(t, row->has_share, row->share);
            cents_if(t, row->has_paid, row->interim_paid);
            ihp__table_cents(t, row->amount);
        }
        free(rows.row);
    }
}

static const struct ihp__table_column summary_columns[] = {
    {"period", IHP__CELL_TEXT}, {"reason", IHP__CELL_TEXT},     {"window", IHP__CELL_INTEGER},
    {"ihp_id", IHP__CELL_TEXT}, {"members", IHP__CELL_INTEGER},
};

/* A number that is listed in the order of its text. */
struct text_order {
    const char *text;
    size_t number;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct text_order *)a)->text, ((const struct text_order *)b)->text);
}

static void summary_of_reason(const struct ihp__result_input *in, struct ihp__table *t,
                              enum ihp__period period, size_t reason, const struct text_order *ihps)
{
    size_t partnerships = in->finance->partnerships;
    for (size_t window = 0; window < 2; window++) {
        const int64_t *row =
            in->tally->period[period].summary + (reason * 2 + window) * (partnerships + 1);
        for (size_t i = 0; i <= partnerships; i++) {
            if (row[ihps[i].number] > 0) {
                ihp__table_text(t, ihp__period_text(period));
                ihp__table_text(t, ihp__reason_text((enum ihp__reason)reason));
                ihp__table_integer(t, (int64_t)window + 1);
                ihp__table_text(t, ihps[i].text);
                ihp__table_integer(t, row[ihps[i].number]);
            }
        }
    }
}

static void fill_summary(const struct ihp__result_input *in, struct ihp__table *t)
{
    size_t partnerships = in->finance->partnerships;
    struct text_order reasons[IHP__REASONS];
    struct text_order *ihps = calloc(partnerships + 1, sizeof *ihps);
    if (ihps == NULL) {
        t->short_of_memory = true;
        return;
    }
    for (size_t r = 0; r < IHP__REASONS; r++) {
        reasons[r] = (struct text_order){ihp__reason_text((enum ihp__reason)r), r};
    }
    for (size_t p = 0; p < partnerships; p++) {
        ihps[p] = (struct text_order){in->program->partnership[p].id, p};
    }
    ihps[partnerships] = (struct text_order){"", partnerships}; /* not attributed */
    qsort(reasons, IHP__REASONS, sizeof *reasons, by_text);
    qsort(ihps, partnerships + 1, sizeof *ihps, by_text);
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (size_t r = 0; r < IHP__REASONS; r++) {
            summary_of_reason(in, t, (enum ihp__period)period, reasons[r].number, ihps);
        }
    }
    free(ihps);
}

static const struct ihp__table_column exclusion_columns[] = {
    {"period", IHP__CELL_TEXT},         {"stage", IHP__CELL_TEXT},
    {"members", IHP__CELL_INTEGER},     {"claim_lines", IHP__CELL_INTEGER},
    {"paid_amount", IHP__CELL_DOLLARS},
};

static void exclusion_row(struct ihp__table *t, enum ihp__period period, const char *stage,
                          int64_t members, int64_t lines, int64_t amount)
{
    ihp__table_text(t, ihp__period_text(period));
    ihp__table_text(t, stage);
    ihp__table_integer(t, members);
    ihp__table_integer(t, lines);
    ihp__table_cents(t, amount);
}

static void fill_exclusions(const struct ihp__result_input *in, struct ihp__table *t)
{
    for (int i = 0; i < IHP__PERIODS; i++) {
        enum ihp__period period = (enum ihp__period)i;
        const struct ihp__period_tally *sums = &in->tally->period[period];
        const int64_t *store = in->tally->store;
        exclusion_row(t, period, "store", store[0], store[1], store[2]);
        for (int s = 0; s < IHP__DISPOSITION_COUNTED; s++) {
            exclusion_row(t, period, ihp__disposition_text((enum ihp__disposition)s), 0,
                          sums->disposition_lines[s], sums->disposition_amount[s]);
        }
        for (int r = IHP__REASON_ENROLLMENT; r < IHP__REASONS; r++) {
            exclusion_row(t, period, ihp__reason_text((enum ihp__reason)r), sums->reason_members[r],
                          sums->reason_lines[r], sums->reason_amount[r]);
        }
        const int64_t *all = sums->attributed, *above = sums->above_cap;
        exclusion_row(t, period, "attributed", all[0], all[1], all[2]);
        exclusion_row(t, period, "above_cap", above[0], 0, above[1]);
        exclusion_row(t, period, "capped_attributed", all[0], all[1], all[2] - above[1]);
    }
}

static const struct ihp__table_column weight_columns[] = {
    {"period", IHP__CELL_TEXT},
    {"cap", IHP__CELL_DOLLARS},
    {"acg", IHP__CELL_TEXT},
    {"members", IHP__CELL_INTEGER},
    {"member_months", IHP__CELL_INTEGER},
    {"capped_cost", IHP__CELL_DOLLARS},
    {"weight", IHP__CELL_RATIO},
};

static void fill_weights(const struct ihp__result_input *in, struct ihp__table *t)
{
    size_t acgs = in->finance->acgs;
    int periods = in->deck->policies.risk_weights == IHP__WEIGHTS_BASE ? 1 : IHP__PERIODS;
    for (int period = 0; period < periods; period++) {
        const struct ihp__period_tally *sums = &in->tally->period[period];
        for (size_t cap = 0; cap < in->finance->caps; cap++) {
            for (size_t acg = 0; acg < acgs; acg++) {
                if (sums->eligible_members[acg] == 0) {
                    continue;
                }
                ihp__table_text(t, ihp__period_text((enum ihp__period)period));
                ihp__table_cents(t, in->tally->shape.cap[cap]);
                ihp__table_text(t, in->store->acg[acg]);
                ihp__table_integer(t, sums->eligible_members[acg]);
                ihp__table_integer(t, sums->eligible_months[acg]);
                ihp__table_cents(t, sums->eligible_capped[cap * acgs + acg]);
                ihp__table_ratio(t, in->finance->weight[period][cap * acgs + acg]);
            }
        }
    }
}

static const struct {
    const char *name;
    const struct ihp__table_column *column;
    size_t columns;
    void (*fill)(const struct ihp__result_input *input, struct ihp__table *table);
} spec[IHP__TABLES] = {
    [IHP__TABLE_SETTLEMENT] = {"settlement", COLUMNS(settlement_columns), fill_settlement},
    [IHP__TABLE_PAYER_SPLIT] = {"payer_split", COLUMNS(payer_columns), fill_payers},
    [IHP__TABLE_ATTRIBUTION_SUMMARY] = {"attribution_summary", COLUMNS(summary_columns),
                                        fill_summary},
    [IHP__TABLE_EXCLUSIONS] = {"exclusions", COLUMNS(exclusion_columns), fill_exclusions},
    [IHP__TABLE_RISK_WEIGHTS] = {"risk_weights", COLUMNS(weight_columns), fill_weights},
    [IHP__TABLE_RISK_SCORES] = {"risk_scores", ihp__risk_score_columns, IHP__RISK_SCORE_COLUMNS,
                                ihp__put_risk_scores},
    [IHP__TABLE_TERMS] = {"terms", ihp__terms_columns, IHP__TERMS_COLUMNS, ihp__put_terms},
};

void ihp__settlement_tables_begin(struct ihp__table table[IHP__TABLES])
{
    for (int i = 0; i < IHP__TABLES && spec[i].fill != NULL; i++) {
        table[i] = ihp__table_empty(spec[i].name, spec[i].column, spec[i].columns);
    }
}

enum ihp_status ihp__result_tables_create(const struct ihp__result_input *input,
                                          struct ihp__table table[IHP__TABLES],
                                          struct ihp_error *err)
{
    bool whole = true;
    ihp__settlement_tables_begin(table);
    for (int i = 0; i < IHP__TABLES && spec[i].fill != NULL; i++) {
        spec[i].fill(input, &table[i]);
        whole = whole && ihp__table_whole(&table[i]);
    }
    if (!whole) {
        return ihp__fail_memory(err, "the result tables");
    }
    if (!input->program->has_quality || input->deck->settlement != IHP__FINAL) {
        return IHP_OK;
    }
    const struct ihp__quality quality = {input->program, &input->deck->policies,
                                         input->deck->performance.year};
    return ihp__quality_tables_create(&quality, &table[IHP__TABLE_QUALITY],
                                      &table[IHP__TABLE_QUALITY_SCORES], err);
}
