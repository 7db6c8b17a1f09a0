/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp settle --dry-run and --estimate: prints what a run would take, from the deck, the program and
 * the head of the store. */
#include "jobs/settle/needs.h"
#include "jobs/settle/settling.h"

#include <inttypes.h>
#include <math.h>

/* ---- the passes of a run --------------------------------------------------------------------- */

/* Returns the number of views of a plan of which each member's facts are kept, as make_view_facts
 * of planned.c keeps them. */
static uint64_t slots_of(const struct ihp__deck *deck, const struct ihp__plan *plan)
{
    return deck->bootstrap.replicates == 0 ? 0
           : deck->bootstrap_scenarios     ? plan->views
                                           : IHP__PERIODS;
}

/* Adds the plan's pass. */
static void add_plan(const struct ihp__settling *s, struct ihp__work *w)
{
    const struct ihp__plan *plan = s->planned.plan;
    const struct ihp__tally_shape shape = {.partnerships = s->job.context.program->partnerships,
                                           .acgs = s->job.context.info->acgs,
                                           .caps = plan->caps};
    uint64_t bytes = s->job.context.deck.sweep == NULL ? 0 : ihp__views_bytes(&shape, plan->views);
    uint64_t slots = slots_of(&s->job.context.deck, plan);
    w->most_view_bytes = bytes > w->most_view_bytes ? bytes : w->most_view_bytes;
    w->most_slots = slots > w->most_slots ? slots : w->most_slots;
    w->most_readings = plan->readings > w->most_readings ? plan->readings : w->most_readings;
    w->readings += plan->readings;
    w->views += plan->views;
    w->scenarios += plan->scenarios;
    w->passes++;
}

/* Makes one plan after the other, as the run does; the first one has been made. */
static enum ihp_status add_plans(struct ihp__settling *s, struct ihp__work *w)
{
    bool bridge = s->job.context.deck.interim[0] != '\0';
    add_plan(s, w);
    while (s->block.first + w->scenarios < s->block.end) {
        ihp__planned_forget(&s->planned);
        if (ihp__planned_make(s, s->block.first + w->scenarios) != IHP_OK) {
            return s->job.err->status;
        }
        add_plan(s, w);
    }
    if (bridge) { /* as the interim judged them, in the first pass */
        w->moved_files = w->member_files;
        w->readings += IHP__PERIODS;
        w->views += IHP__PERIODS;
        w->most_readings += IHP__PERIODS;
    }
    w->tallies = 1u + (bridge ? 2u : 0u) + (w->passes > 1 ? 1u : 0u);
    return IHP_OK;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void print_bytes(FILE *stream, const char *what, uint64_t bytes)
{
    char text[IHP__BYTES_TEXT];
    fprintf(stream, "%-34s %s\n", what, ihp__bytes_format(bytes, text));
}

/* Prints how many scenarios have to go how far back in the computation. */
static void print_scenarios(const struct ihp__sweep *sweep, const struct ihp__block *block,
                            FILE *stream)
{
    size_t money = 0, decision = 0, claims = 0;
    for (size_t i = block->first; i < block->end; i++) {
        enum ihp__acts_on acts_on = sweep->scenario[i].acts_on;
        claims += acts_on == IHP__ACTS_ON_CLAIMS;
        decision += acts_on == IHP__ACTS_ON_DECISION;
        money += acts_on < IHP__ACTS_ON_DECISION; /* or quality, or intervals */
    }
    if (block->blocks > 0) {
        fprintf(stream, "%-34s %zu of %zu\n", "block", block->number, block->blocks);
    }
    fprintf(stream, "%-34s %zu\n", "scenarios", block->end - block->first);
    fprintf(stream, "%-34s %zu\n", "  that change amounts only", money);
    fprintf(stream, "%-34s %zu\n", "  that decide again", decision);
    fprintf(stream, "%-34s %zu\n", "  that read the claims again", claims);
}

static void print_dry_run(const struct ihp__settling *s, const struct ihp__work *w, FILE *stream)
{
    const struct ihp__deck *deck = &s->job.context.deck;
    fprintf(stream, "%-34s %" PRIu64 "\n", "members", w->members);
    fprintf(stream, "%-34s %" PRIu64 "\n", "claim lines", w->lines);
    if (deck->sweep != NULL) {
        print_scenarios(deck->sweep, &s->block, stream);
    }
    fprintf(stream, "%-34s %" PRIu64 "\n", "readings of a period", w->readings);
    fprintf(stream, "%-34s %" PRIu64 "\n", "decisions on each member", w->views);
    fprintf(stream, "%-34s %" PRIu64 "\n", "passes over the claims", w->passes);
    print_bytes(stream, "bytes of claims read", w->bytes * w->passes);
    print_bytes(stream, "memory of a rank for their sums", w->most_view_bytes);
}

/* ---- for a batch job ------------------------------------------------------------------------- */

/* Returns the bytes of what is read before the pass: dictionaries, digests, the program's rosters,
 * those of each quarter by NPI, and the scenarios with their texts. */
static uint64_t head_bytes(const struct ihp__settling *s)
{
    const struct ihp__context *c = &s->job.context;
    uint64_t npi = sizeof(int64_t) + sizeof(uint32_t) + sizeof(char *);
    uint64_t by_npi = 2 * sizeof(uint32_t) + sizeof(int16_t) + 1;
    uint64_t quarter =
        c->info->npis * by_npi + c->program->roster_rows * sizeof(struct ihp__roster_entry);
    uint64_t scenarios = c->deck.sweep == NULL ? 0 : c->deck.sweep->scenarios;
    return c->info->npis * npi + c->rosters * quarter + c->info->digests * sizeof(uint64_t) +
           2 * c->program->roster_rows *
               sizeof(struct ihp__roster_row) + /* an array that doubles */
           scenarios * (sizeof(struct ihp__scenario) + 256);
}

/* Returns the number of cells of the tables, which rank 0 has: some 40 for each scenario and IHP,
 * with the price of a reading; and 16 for each row of a bootstrap, by statistic, level and method.
 */
static uint64_t table_cells(const struct ihp__settling *s, uint64_t scenarios)
{
    const struct ihp__deck *deck = &s->job.context.deck;
    uint64_t rows = deck->bootstrap.replicates == 0 ? 0 : 2 * deck->bootstrap.levels;
    uint64_t statistics = 8 + (deck->bootstrap_scenarios ? 3 * scenarios : 0);
    return s->job.context.program->partnerships * ((1 + scenarios) * 40 + statistics * rows * 16);
}

static void add_money(const struct ihp__settling *s, struct ihp__work *w)
{
    const struct ihp__context *c = &s->job.context;
    w->partnerships = c->program->partnerships;
    w->acgs = c->info->acgs;
    w->caps = c->shape.caps;
    w->overrides = c->overrides;
    w->tally_bytes = ihp__tally_bytes(&c->shape);
    w->head_bytes = head_bytes(s);
    w->table_cells = table_cells(s, w->scenarios);
    w->replicates = (uint64_t)c->deck.bootstrap.replicates;
    w->refit = c->deck.policies.bootstrap_weights == IHP__BOOTSTRAP_REFIT;
    w->scenario_replicates = c->deck.bootstrap_scenarios;
}

static void print_estimate(const struct ihp__work *w, FILE *stream)
{
    struct ihp__needs needs = ihp__needs_of(w);
    double seconds = needs.start + needs.read + needs.draw + needs.settle;
    const struct {
        const char *name;
        uint64_t value;
    } lines[] = {
        {"members", w->members},
        {"claim_lines", w->lines},
        {"replicates", w->replicates},
        {"scenarios", w->scenarios},
        {"passes", w->passes},
        {"bytes_read", w->bytes * w->passes},
        {"ranks", w->ranks},
        {"memory_mib_per_rank", (needs.bytes + (1 << 20) - 1) >> 20},
        {"seconds", (uint64_t)ceil(seconds)},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        fprintf(stream, "%-20s %" PRIu64 "\n", lines[i].name, lines[i].value);
    }
}

/* ---- the estimate ---------------------------------------------------------------------------- */

enum ihp_status ihp__settling_estimate(struct ihp__settling *s, FILE *stream)
{
    const struct ihp__store_info *info = s->job.context.info;
    bool indexed = !s->options->no_index && ihp__pass_index_serves(&s->job.context);
    struct ihp__work work = {
        .members = info->members,
        .lines = info->lines,
        .spans = info->spans,
        .morbidity_rows = info->morbidity_rows,
        .index_years = (uint64_t)info->index_years,
        .indexed = indexed,
        .wide_amounts = info->wide_amounts,
        .void_dates = info->has_void_dates,
        .compressed = !info->contiguous,
        .bytes = ihp__pass_bytes(info, info->lines, indexed ? info->index_rows : 0, indexed),
        .member_files = s->options->member_files,
        .ranks = (uint64_t)s->plan_ranks,
        .batch_lines = s->job.stats.batch_lines,
        .rate = s->options->rate > 0 ? s->options->rate : IHP_ESTIMATE_RATE,
    };
    if (add_plans(s, &work) != IHP_OK) {
        return s->job.err->status;
    }
    add_money(s, &work);
    if (s->options->estimate) {
        print_estimate(&work, stream);
    } else {
        print_dry_run(s, &work, stream);
    }
    return IHP_OK;
}
