/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How sure a settlement is: replicates of the deck's and of each scenario's, and what they say.
 * The replicates of an IHP stand on one rank, which sums them up; rank 0 gathers and writes the
 * tables. */
#include "checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MEMBERS = 65536 };

static const struct {
    const char *name;
    bool dollars;
} statistics[IHP__STATISTICS] = {
    {"base_tcoc_pmpm", true},
    {"base_risk", false},
    {"tcoc_pmpm", true},
    {"risk", false},
    {"adjusted_target_pmpm", true},
    {"ratio", false},
    {"gross_difference", true},
    {"final_amount", true},
};

/* What the members' keys and the deck's own replicates serve again and again. */
struct ihp__bootstrap_run {
    uint64_t *key;    /* of this rank's members */
    double *amount;   /* of the deck: [partnerships][replicates], where a rank has them */
    double *left_out; /* the same of the jackknife's: [partnerships][groups] */
};

/* What is told of an IHP; doubles alone, zero on ranks that do not have it. */
struct report {
    struct ihp__outlook outlook;
    struct ihp__confidence statistic[IHP__STATISTICS];
    struct ihp__confidence change; /* of a scenario against the deck */
};

void ihp__settling_bootstrap_free(struct ihp__settling *s)
{
    if (s->bootstrap != NULL) {
        free(s->bootstrap->key);
        free(s->bootstrap->amount);
        free(s->bootstrap->left_out);
        free(s->bootstrap);
        s->bootstrap = NULL;
    }
}

double *ihp__settling_deck_amounts(const struct ihp__settling *s, size_t *words)
{
    *words = s->context.program->partnerships * (size_t)s->context.deck.bootstrap.replicates;
    return s->bootstrap == NULL ? NULL : s->bootstrap->amount;
}

double *ihp__settling_deck_left_out(const struct ihp__settling *s, size_t *words)
{
    *words = s->context.program->partnerships * IHP__JACKKNIFE_GROUPS;
    return s->bootstrap == NULL ? NULL : s->bootstrap->left_out;
}

/* The keys of this rank's members, from their IDs. */
static enum ihp_status read_keys(struct ihp__settling *s, uint64_t *key)
{
    for (uint64_t done = 0; done < s->range.count; done += READ_MEMBERS) {
        uint64_t left = s->range.count - done;
        struct ihp__range part = {s->range.first + done, left < READ_MEMBERS ? left : READ_MEMBERS};
        char(*id)[IHP__MEMBER_ID_MAX + 1] = NULL;
        if (ihp__store_read_ids(s->context.store, part, &id, s->err) != IHP_OK) {
            return s->err->status;
        }
        for (uint64_t m = 0; m < part.count; m++) {
            key[done + m] = ihp__member_key(id[m]);
        }
        free(id);
    }
    return IHP_OK;
}

static enum ihp_status begin(struct ihp__settling *s)
{
    size_t partnerships = s->context.program->partnerships;
    size_t replicates = (size_t)s->context.deck.bootstrap.replicates;
    struct ihp__bootstrap_run *run = calloc(1, sizeof *run);
    s->bootstrap = run;
    if (run == NULL) {
        return ihp__fail_memory(s->err, "the bootstrap");
    }
    run->key = calloc((size_t)s->range.count + 1, sizeof *run->key);
    if (s->context.deck.bootstrap_scenarios) {
        run->amount = calloc(partnerships * replicates, sizeof *run->amount);
        run->left_out = calloc(partnerships * IHP__JACKKNIFE_GROUPS, sizeof *run->left_out);
    }
    if (run->key == NULL ||
        (s->context.deck.bootstrap_scenarios && (run->amount == NULL || run->left_out == NULL))) {
        return ihp__fail_memory(s->err, "the bootstrap");
    }
    if (s->done.resampled != 0 || s->done.in_case != 0) {
        ihp__resume_amounts(s);
    }
    return s->err->status == IHP_OK ? read_keys(s, run->key) : s->err->status;
}

/* ---- what replicates say --------------------------------------------------------------------- */

/* Sums up the replicates of a statistic, sorting them. */
static struct ihp__confidence sum_up(double *value, size_t count, double estimate,
                                     const double *left_out, const struct ihp__bootstrap_spec *spec,
                                     bool too_small)
{
    struct ihp__resample_summary summary = ihp__resample_summarise(value, count, estimate);
    double acceleration = ihp__jackknife_acceleration(left_out, IHP__JACKKNIFE_GROUPS);
    struct ihp__confidence c = {estimate, summary.mean, summary.bias, summary.std_error, {{{0}}}};
    for (size_t l = 0; l < spec->levels && l < IHP__LEVELS_MAX; l++) {
        struct ihp__interval percentile = {NAN, NAN}, bca = {NAN, NAN};
        if (!too_small && summary.defined > 0 && !isnan(estimate)) {
            percentile = ihp__interval_percentile(value, summary.defined, spec->level[l]);
            bca = ihp__interval_bca(value, summary.defined, estimate, acceleration, spec->level[l]);
        }
        c.bound[l][IHP__METHOD_PERCENTILE][0] = percentile.lower;
        c.bound[l][IHP__METHOD_PERCENTILE][1] = percentile.upper;
        c.bound[l][IHP__METHOD_BCA][0] = bca.lower;
        c.bound[l][IHP__METHOD_BCA][1] = bca.upper;
    }
    return c;
}

static bool is_too_small(const struct ihp__settlement *estimate)
{
    return estimate->members < IHP__BOOTSTRAP_LEAST_MEMBERS ||
           estimate->base_members < IHP__BOOTSTRAP_LEAST_MEMBERS;
}

/* The change of a scenario's amount from the deck's, replicate by replicate. */
static void sum_up_change(const struct ihp__settling *s, const struct ihp__case *c, size_t p,
                          const double *amount, const double *left_out, double *scratch,
                          struct report *report)
{
    const struct ihp__bootstrap_spec *spec = &c->deck->bootstrap;
    size_t replicates = (size_t)spec->replicates;
    double without[IHP__JACKKNIFE_GROUPS];
    for (size_t b = 0; b < replicates; b++) {
        scratch[b] = amount[b] - s->bootstrap->amount[p * replicates + b];
    }
    for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
        without[g] = left_out[g] - s->bootstrap->left_out[p * IHP__JACKKNIFE_GROUPS + g];
    }
    double change = c->estimate[p].final_amount - s->finance.settlement[p].final_amount;
    report->change =
        sum_up(scratch, replicates, change, without, spec,
               is_too_small(&c->estimate[p]) || is_too_small(&s->finance.settlement[p]));
}

/* Sums up the replicates of IHP `i` of a group into its report. */
static void report_ihp(const struct ihp__settling *s, const struct ihp__case *c,
                       const struct ihp__replicates *r, size_t i, bool scenario, double *scratch,
                       struct report *report)
{
    size_t p = r->first + i, n = r->replicates;
    const struct ihp__bootstrap_spec *spec = &c->deck->bootstrap;
    const int64_t *outcome = r->outcome + i * IHP__OUTCOMES;
    double estimate[IHP__STATISTICS];
    double *amount = r->value + (i * IHP__STATISTICS + IHP__STATISTIC_AMOUNT) * n;
    const double *left_out =
        r->left_out + (i * IHP__STATISTICS + IHP__STATISTIC_AMOUNT) * IHP__JACKKNIFE_GROUPS;
    ihp__case_statistics(&c->estimate[p], estimate);
    if (scenario) {
        sum_up_change(s, c, p, amount, left_out, scratch, report);
    } else if (s->bootstrap->amount != NULL) { /* before they are sorted */
        memcpy(s->bootstrap->amount + p * n, amount, n * sizeof *amount);
        memcpy(s->bootstrap->left_out + p * IHP__JACKKNIFE_GROUPS, left_out,
               IHP__JACKKNIFE_GROUPS * sizeof *left_out);
    }
    for (size_t k = 0; k < IHP__STATISTICS; k++) {
        report->statistic[k] =
            sum_up(r->value + (i * IHP__STATISTICS + k) * n, n, estimate[k],
                   r->left_out + (i * IHP__STATISTICS + k) * IHP__JACKKNIFE_GROUPS, spec,
                   is_too_small(&c->estimate[p]));
    }
    report->outlook = (struct ihp__outlook){
        .savings = (double)outcome[IHP__OUTCOME_SAVINGS] / (double)n,
        .losses = (double)outcome[IHP__OUTCOME_LOSSES] / (double)n,
        .inside = (double)outcome[IHP__OUTCOME_INSIDE_THRESHOLD] / (double)n,
        .expected = report->statistic[IHP__STATISTIC_AMOUNT].mean,
    };
}

/* ---- a case ---------------------------------------------------------------------------------- */

/* Collective: between blocks of replicates a run can be saved. */
static enum ihp_status between_blocks(void *context, const struct ihp__replicates *replicates)
{
    struct ihp__settling *s = context;
    s->saving.replicates = replicates;
    enum ihp_status status = ihp__saving_pause(s);
    s->saving.replicates = NULL;
    return status;
}

static size_t report_words(const struct ihp__settling *s)
{
    return s->context.program->partnerships * sizeof(struct report) / sizeof(uint64_t);
}

/* Collective: replicates of IHPs first .. first + count - 1, and the reports of those that this
 * rank has. */
static enum ihp_status run_group(struct ihp__settling *s, const struct ihp__case *c, size_t first,
                                 size_t count, size_t number, struct report *report)
{
    size_t n = (size_t)c->deck->bootstrap.replicates;
    struct ihp__replicates r = {.first = first, .count = count, .replicates = n};
    double *scratch = calloc(n, sizeof *scratch);
    r.value = calloc(count * IHP__STATISTICS * n, sizeof *r.value);
    r.outcome = calloc(count * IHP__OUTCOMES, sizeof *r.outcome);
    r.left_out = calloc(count * IHP__STATISTICS * IHP__JACKKNIFE_GROUPS, sizeof *r.left_out);
    if (scratch == NULL || r.value == NULL || r.outcome == NULL || r.left_out == NULL) {
        ihp__fail_memory(s->err, "the replicates");
    } else {
        ihp__resume_case(s, number, &r, report, report_words(s));
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        if (c->deck->policies.bootstrap_weights == IHP__BOOTSTRAP_REFIT) {
            ihp__bootstrap_refit(c, &r, s->err);
        } else {
            ihp__bootstrap_fixed(c, &r, s->err);
        }
    }
    for (size_t i = 0; s->err->status == IHP_OK && i < count; i++) {
        if ((first + i) % (size_t)s->ranks == (size_t)s->rank) {
            report_ihp(s, c, &r, i, number > 0, scratch, &report[first + i]);
        }
    }
    free(scratch);
    free(r.value);
    free(r.outcome);
    free(r.left_out);
    return s->err->status;
}

/* Collective: all IHPs of a case, as many at a time as memory allows; the reports of all on rank 0.
 * `number` is the scenario's, 0 for the deck. */
static enum ihp_status run_case(struct ihp__settling *s, const struct ihp__case *c, size_t number,
                                struct report *report)
{
    size_t partnerships = c->program->partnerships;
    uint64_t each = (uint64_t)c->deck->bootstrap.replicates * IHP__STATISTICS * sizeof(double);
    size_t count = each > IHP__REPLICATE_BYTES ? 1 : (size_t)(IHP__REPLICATE_BYTES / each);
    s->saving.case_number = number;
    s->saving.report = report;
    s->saving.report_words = report_words(s);
    for (size_t first = ihp__resume_group(s, number); first < partnerships; first += count) {
        size_t left = partnerships - first;
        if (run_group(s, c, first, left < count ? left : count, number, report) != IHP_OK) {
            return s->err->status;
        }
    }
    int doubles = (int)(partnerships * sizeof *report / sizeof(double));
    MPI_Reduce(s->rank == 0 ? MPI_IN_PLACE : report, report, doubles, MPI_DOUBLE, MPI_SUM, 0,
               s->comm);
    return IHP_OK;
}

static struct report *make_reports(struct ihp__settling *s)
{
    struct report *report = calloc(s->context.program->partnerships, sizeof *report);
    if (report == NULL) {
        ihp__fail_memory(s->err, "what the replicates say");
    }
    return report;
}

/* The facts of the members under a view. */
static const struct ihp__view_fact *facts_of(const struct ihp__settling *s, size_t view)
{
    return s->view_fact + s->slot[view] * (size_t)s->range.count;
}

static enum ihp_status fill_tables(struct ihp__settling *s, const struct report *report)
{
    const struct ihp__bootstrap_spec *spec = &s->context.deck.bootstrap;
    struct ihp__table *table = &s->table[IHP__TABLE_BOOTSTRAP];
    struct ihp__table *outcomes = &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES];
    ihp__bootstrap_tables_begin(table, outcomes);
    for (size_t p = 0; p < s->context.program->partnerships; p++) {
        const char *id = s->context.program->partnership[p].id;
        bool too_small = is_too_small(&s->finance.settlement[p]);
        for (size_t k = 0; k < IHP__STATISTICS; k++) {
            const struct ihp__estimate found = {id, statistics[k].name, statistics[k].dollars,
                                                &report[p].statistic[k], too_small};
            ihp__bootstrap_table_add(table, spec, &found);
        }
        ihp__bootstrap_outcomes_add(outcomes, id, &report[p].outlook);
    }
    return ihp__table_whole(table) && ihp__table_whole(outcomes)
               ? IHP_OK
               : ihp__fail_memory(s->err, "the tables of the bootstrap");
}

/* Collective: counts the members whose weights are drawn. */
static void count_resampled(struct ihp__settling *s, const struct ihp__case *c)
{
    bool refit = c->deck->policies.bootstrap_weights == IHP__BOOTSTRAP_REFIT;
    int64_t members = 0;
    for (uint64_t m = 0; m < c->members; m++) {
        bool drawn = false;
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__view_fact *f = &c->fact[period][m];
            drawn = drawn || f->partnership >= 0 || (refit && f->enough);
        }
        members += drawn;
    }
    ihp__tally_sum(&members, 1, c->comm);
    s->stats.resampled = (uint64_t)members;
}

/* The share of a group of IHPs, as replicates, for people. */
static void tell_progress(void *context, double share)
{
    struct ihp__settling *s = context;
    uint64_t all = (uint64_t)s->context.deck.bootstrap.replicates;
    ihp__watch_report(&s->watch, &(struct ihp_progress){.stage = "bootstrap",
                                                        .what = "replicates",
                                                        .done = (uint64_t)(share * (double)all),
                                                        .all = all});
}

/* Collective: replicates of the deck's settlement, and their tables. */
static void resample_deck(struct ihp__settling *s, struct report *report)
{
    const struct ihp__case c = {
        .deck = &s->context.deck,
        .program = s->context.program,
        .shape = &s->tally->shape,
        .estimate = s->finance.settlement,
        .weight = {s->finance.weight[IHP__BASE], s->finance.weight[IHP__PERFORMANCE]},
        .members = s->range.count,
        .key = s->bootstrap->key,
        .fact = {facts_of(s, 0), facts_of(s, s->plan->reading[IHP__PERFORMANCE].first_view)},
        .progress = tell_progress,
        .progress_context = s,
        .between = between_blocks,
        .between_context = s,
        .comm = s->comm,
    };
    count_resampled(s, &c);
    if (run_case(s, &c, 0, report) == IHP_OK && s->rank == 0) {
        fill_tables(s, report);
    }
    s->saving.resampled = 1;
}

/* The tables of replicates that an earlier start has made. */
static void resume_tables(struct ihp__settling *s)
{
    s->stats.resampled = s->done.resampled_members;
    if (s->rank == 0) {
        ihp__bootstrap_tables_begin(&s->table[IHP__TABLE_BOOTSTRAP],
                                    &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES]);
        ihp__resume_table(s, IHP__TABLE_BOOTSTRAP);
        ihp__resume_table(s, IHP__TABLE_BOOTSTRAP_OUTCOMES);
    }
}

enum ihp_status ihp__settling_bootstrap(struct ihp__settling *s)
{
    if (s->context.deck.bootstrap.replicates == 0) {
        return IHP_OK;
    }
    double start = MPI_Wtime();
    struct report *report = make_reports(s);
    if (s->err->status == IHP_OK) {
        begin(s);
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        if (s->saving.resampled != 0) {
            resume_tables(s);
        } else {
            resample_deck(s, report);
        }
    }
    free(report);
    s->stats.own.bootstrap = MPI_Wtime() - start;
    return ihp__agree(s->comm, s->err);
}

/* ---- scenarios ------------------------------------------------------------------------------- */

static void fill_scenario(struct ihp__settling *s, size_t number,
                          const struct ihp__settlement *estimate, const struct report *report)
{
    const struct ihp__bootstrap_spec *spec = &s->context.deck.bootstrap;
    const struct ihp__scenario *scenario = &s->context.deck.sweep->scenario[number];
    struct ihp__table *table = &s->table[IHP__TABLE_SCENARIO_BOOTSTRAP];
    for (size_t p = 0; p < s->context.program->partnerships; p++) {
        const char *id = s->context.program->partnership[p].id;
        bool too_small = is_too_small(&estimate[p]);
        const struct ihp__confidence *of = report[p].statistic;
        const struct ihp__estimate found[] = {
            {id, "ratio", false, &of[IHP__STATISTIC_RATIO], too_small},
            {id, "final_amount", true, &of[IHP__STATISTIC_AMOUNT], too_small},
            {id, "change_in_amount", true, &report[p].change,
             too_small || is_too_small(&s->finance.settlement[p])}};
        for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
            ihp__scenario_bootstrap_table_add(table, number + 1, scenario, spec, &found[i]);
        }
    }
}

/* A scenario that takes long must not seem dead: what is done is told again. */
static void tell_scenarios(void *context, double share)
{
    (void)share;
    ihp__settling_tell_scenarios(context);
}

enum ihp_status ihp__settling_bootstrap_scenario(struct ihp__settling *s, size_t i,
                                                 const struct ihp__deck *deck,
                                                 const struct ihp__tally *tally,
                                                 const struct ihp__finance *finance)
{
    struct report *report = make_reports(s);
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        const size_t *view = s->plan->view[i];
        const struct ihp__case c = {
            .deck = deck,
            .program = s->context.program,
            .shape = &tally->shape,
            .estimate = finance->settlement,
            .weight = {finance->weight[IHP__BASE], finance->weight[IHP__PERFORMANCE]},
            .members = s->range.count,
            .key = s->bootstrap->key,
            .fact = {facts_of(s, view[IHP__BASE]), facts_of(s, view[IHP__PERFORMANCE])},
            .progress = tell_scenarios,
            .progress_context = s,
            .between = between_blocks,
            .between_context = s,
            .comm = s->comm,
        };
        run_case(s, &c, s->plan->first + i + 1, report);
        if (s->err->status == IHP_OK && s->rank == 0) {
            fill_scenario(s, s->plan->first + i, finance->settlement, report);
        }
    }
    free(report);
    return s->err->status;
}
