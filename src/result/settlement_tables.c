/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a settlement, column by column as docs/data.md has them. */
#include "result_internal.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS(array) array, sizeof array / sizeof array[0]

static const struct ihp_table_column settlement_columns[] = {
    {"ihp_id", IHP_CELL_TEXT},
    IHP_SETTLEMENT_COLUMNS,
};

void ihp_put_settlement(struct ihp_table *t, const struct ihp_program *program,
                        const struct ihp_settlement *s)
{
    ihp_table_integer(t, program->partnership[s->partnership].track);
    ihp_table_integer(t, s->base_members);
    ihp_table_integer(t, s->base_months);
    ihp_table_dollars(t, s->base_pmpm);
    ihp_table_ratio(t, s->base_risk);
    ihp_table_integer(t, s->members);
    ihp_table_integer(t, s->months);
    ihp_table_dollars(t, s->pmpm);
    ihp_table_ratio(t, s->risk);
    ihp_table_ratio(t, s->trend_factor);
    ihp_table_dollars(t, s->target_pmpm);
    ihp_table_dollars(t, s->adjusted_target_pmpm);
    ihp_table_ratio(t, s->ratio);
    ihp_table_dollars(t, s->gross_difference);
    ihp_table_text(t, ihp_outcome_text(s->outcome));
    ihp_table_dollars(t, s->shared_before_pbp);
    ihp_table_dollars(t, s->pbp_offset);
    ihp_table_dollars(t, s->shared_amount);
    ihp_table_ratio(t, s->quality_score);
    ihp_table_dollars(t, s->quality_adjusted);
    ihp_table_dollars(t, s->circumstance_reduction);
    ihp_table_ratio(t, s->termination_factor);
    ihp_table_dollars(t, s->final_amount);
    ihp_table_cents(t, s->interim_paid);
    ihp_table_cents(t, s->amount_due);
}

static void fill_settlement(const struct ihp_result_input *in, struct ihp_table *t)
{
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        ihp_table_text(t, in->program->partnership[p].id);
        ihp_put_settlement(t, in->program, &in->finance->settlement[p]);
    }
}

static const struct ihp_table_column payer_columns[] = {
    {"ihp_id", IHP_CELL_TEXT},
    {"payer", IHP_CELL_TEXT},
    {"member_months", IHP_CELL_INTEGER},
    {"amount", IHP_CELL_DOLLARS},
};

static void fill_payers(const struct ihp_result_input *in, struct ihp_table *t)
{
    size_t payers = in->finance->payers;
    const int64_t *months = in->tally->period[IHP_PERFORMANCE].payer_months;
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        for (size_t k = 0; k < payers; k++) {
            if (months[p * payers + k] > 0) {
                ihp_table_text(t, in->program->partnership[p].id);
                ihp_table_text(t, in->store->payer[k]);
                ihp_table_integer(t, months[p * payers + k]);
                ihp_table_cents(t, in->finance->payer_amount[p * payers + k]);
            }
        }
    }
}

static const struct ihp_table_column summary_columns[] = {
    {"period", IHP_CELL_TEXT}, {"reason", IHP_CELL_TEXT},     {"window", IHP_CELL_INTEGER},
    {"ihp_id", IHP_CELL_TEXT}, {"members", IHP_CELL_INTEGER},
};

/* Numbers 0 .. count - 1 in order of their texts. */
struct text_order {
    const char *text;
    size_t number;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct text_order *)a)->text, ((const struct text_order *)b)->text);
}

static void summary_of_reason(const struct ihp_result_input *in, struct ihp_table *t,
                              enum ihp_period q, size_t reason, const struct text_order *ihps)
{
    size_t partnerships = in->finance->partnerships;
    for (size_t window = 0; window < 2; window++) {
        const int64_t *row =
            in->tally->period[q].summary + (reason * 2 + window) * (partnerships + 1);
        for (size_t i = 0; i <= partnerships; i++) {
            if (row[ihps[i].number] > 0) {
                ihp_table_text(t, ihp_period_text(q));
                ihp_table_text(t, ihp_reason_text((enum ihp_reason)reason));
                ihp_table_integer(t, (int64_t)window + 1);
                ihp_table_text(t, ihps[i].text);
                ihp_table_integer(t, row[ihps[i].number]);
            }
        }
    }
}

static void fill_summary(const struct ihp_result_input *in, struct ihp_table *t)
{
    size_t partnerships = in->finance->partnerships;
    struct text_order reasons[IHP_REASONS];
    struct text_order *ihps = calloc(partnerships + 1, sizeof *ihps);
    if (ihps == NULL) {
        t->short_of_memory = true;
        return;
    }
    for (size_t r = 0; r < IHP_REASONS; r++) {
        reasons[r] = (struct text_order){ihp_reason_text((enum ihp_reason)r), r};
    }
    for (size_t p = 0; p < partnerships; p++) {
        ihps[p] = (struct text_order){in->program->partnership[p].id, p};
    }
    ihps[partnerships] = (struct text_order){"", partnerships}; /* not attributed */
    qsort(reasons, IHP_REASONS, sizeof *reasons, by_text);
    qsort(ihps, partnerships + 1, sizeof *ihps, by_text);
    for (int q = 0; q < IHP_PERIODS; q++) {
        for (size_t r = 0; r < IHP_REASONS; r++) {
            summary_of_reason(in, t, (enum ihp_period)q, reasons[r].number, ihps);
        }
    }
    free(ihps);
}

static const struct ihp_table_column exclusion_columns[] = {
    {"period", IHP_CELL_TEXT},         {"stage", IHP_CELL_TEXT},
    {"members", IHP_CELL_INTEGER},     {"claim_lines", IHP_CELL_INTEGER},
    {"paid_amount", IHP_CELL_DOLLARS},
};

static void exclusion_row(struct ihp_table *t, enum ihp_period q, const char *stage,
                          int64_t members, int64_t lines, int64_t amount)
{
    ihp_table_text(t, ihp_period_text(q));
    ihp_table_text(t, stage);
    ihp_table_integer(t, members);
    ihp_table_integer(t, lines);
    ihp_table_cents(t, amount);
}

static void fill_exclusions(const struct ihp_result_input *in, struct ihp_table *t)
{
    for (int i = 0; i < IHP_PERIODS; i++) {
        enum ihp_period q = (enum ihp_period)i;
        const struct ihp_period_tally *sums = &in->tally->period[q];
        const int64_t *store = in->tally->store;
        exclusion_row(t, q, "store", store[0], store[1], store[2]);
        for (int s = 0; s < IHP_STAGE_COUNTED; s++) {
            exclusion_row(t, q, ihp_stage_text((enum ihp_stage)s), 0, sums->stage_lines[s],
                          sums->stage_amount[s]);
        }
        for (int r = IHP_REASON_ENROLLMENT; r < IHP_REASONS; r++) {
            exclusion_row(t, q, ihp_reason_text((enum ihp_reason)r), sums->reason_members[r],
                          sums->reason_lines[r], sums->reason_amount[r]);
        }
        const int64_t *all = sums->attributed, *above = sums->above_cap;
        exclusion_row(t, q, "attributed", all[0], all[1], all[2]);
        exclusion_row(t, q, "above_cap", above[0], 0, above[1]);
        exclusion_row(t, q, "capped_attributed", all[0], all[1], all[2] - above[1]);
    }
}

static const struct ihp_table_column weight_columns[] = {
    {"period", IHP_CELL_TEXT},
    {"cap", IHP_CELL_DOLLARS},
    {"acg", IHP_CELL_TEXT},
    {"members", IHP_CELL_INTEGER},
    {"member_months", IHP_CELL_INTEGER},
    {"capped_cost", IHP_CELL_DOLLARS},
    {"weight", IHP_CELL_RATIO},
};

static void fill_weights(const struct ihp_result_input *in, struct ihp_table *t)
{
    size_t acgs = in->finance->acgs;
    int periods = in->deck->policies.risk_weights == IHP_WEIGHTS_BASE ? 1 : IHP_PERIODS;
    for (int q = 0; q < periods; q++) {
        const struct ihp_period_tally *sums = &in->tally->period[q];
        for (size_t k = 0; k < in->finance->caps; k++) {
            for (size_t c = 0; c < acgs; c++) {
                if (sums->eligible_members[c] == 0) {
                    continue;
                }
                ihp_table_text(t, ihp_period_text((enum ihp_period)q));
                ihp_table_cents(t, in->tally->shape.cap[k]);
                ihp_table_text(t, in->store->acg[c]);
                ihp_table_integer(t, sums->eligible_members[c]);
                ihp_table_integer(t, sums->eligible_months[c]);
                ihp_table_cents(t, sums->eligible_capped[k * acgs + c]);
                ihp_table_ratio(t, in->finance->weight[q][k * acgs + c]);
            }
        }
    }
}

static const struct {
    const char *name;
    const struct ihp_table_column *column;
    size_t columns;
    void (*fill)(const struct ihp_result_input *input, struct ihp_table *table);
} spec[IHP_TABLES] = {
    [IHP_TABLE_SETTLEMENT] = {"settlement", COLUMNS(settlement_columns), fill_settlement},
    [IHP_TABLE_PAYER_SPLIT] = {"payer_split", COLUMNS(payer_columns), fill_payers},
    [IHP_TABLE_ATTRIBUTION_SUMMARY] = {"attribution_summary", COLUMNS(summary_columns),
                                       fill_summary},
    [IHP_TABLE_EXCLUSIONS] = {"exclusions", COLUMNS(exclusion_columns), fill_exclusions},
    [IHP_TABLE_RISK_WEIGHTS] = {"risk_weights", COLUMNS(weight_columns), fill_weights},
};

void ihp_settlement_tables_begin(struct ihp_table table[IHP_TABLES])
{
    for (int i = 0; i < IHP_TABLES && spec[i].fill != NULL; i++) {
        table[i] = (struct ihp_table){
            .name = spec[i].name, .column = spec[i].column, .columns = spec[i].columns};
    }
}

enum ihp_status ihp_result_tables_create(const struct ihp_result_input *input,
                                         struct ihp_table table[IHP_TABLES], struct ihp_error *err)
{
    bool whole = true;
    ihp_settlement_tables_begin(table);
    for (int i = 0; i < IHP_TABLES && spec[i].fill != NULL; i++) {
        spec[i].fill(input, &table[i]);
        whole = whole && ihp_table_whole(&table[i]);
    }
    if (input->program->has_quality && input->deck->settlement == IHP_FINAL) {
        const struct ihp_quality quality = {input->program, &input->deck->policies,
                                            input->deck->performance.year};
        ihp_quality_tables_create(&quality, &table[IHP_TABLE_QUALITY],
                                  &table[IHP_TABLE_QUALITY_SCORES], err);
    }
    return whole ? err->status : ihp_fail_memory(err, "the result tables");
}
