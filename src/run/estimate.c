/* ihp settle --dry-run: what a run would take, from the deck and the head of the store. */
#include "settling.h"

#include <inttypes.h>

static void print_bytes(FILE *stream, const char *what, uint64_t bytes)
{
    char text[IHP_BYTES_TEXT];
    fprintf(stream, "%-34s %s\n", what, ihp_bytes_format(bytes, text));
}

/* Bytes of claims that one pass reads. */
static uint64_t bytes_of_pass(const struct ihp_settling *s)
{
    const struct ihp_store_info *info = s->context.info;
    bool indexed = !s->options->no_index && info->index_years > 0;
    uint64_t line = (info->wide_amounts ? 22u : 18u) + (indexed ? 0u : 2u);
    return info->lines * line + (indexed ? info->index_rows * 14u : 0u);
}

static void print_levels(const struct ihp_sweep *sweep, const struct ihp_part *part, FILE *stream)
{
    static const char *const names[] = {
        [IHP_LEVEL_MONEY] = "  that change money alone",
        [IHP_LEVEL_DECISION] = "  that decide again",
        [IHP_LEVEL_CLAIMS] = "  that judge claims again",
    };
    size_t count[3] = {0};
    for (size_t i = part->first; i < part->end; i++) {
        count[sweep->scenario[i].level]++;
    }
    if (part->blocks > 0) {
        fprintf(stream, "%-34s %zu of %zu\n", "block", part->block, part->blocks);
    }
    fprintf(stream, "%-34s %zu\n", "scenarios", part->end - part->first);
    for (int level = 0; level < 3; level++) {
        fprintf(stream, "%-34s %zu\n", names[level], count[level]);
    }
}

enum ihp_status ihp_settling_estimate(struct ihp_settling *s, FILE *stream)
{
    const struct ihp_deck *deck = &s->context.deck;
    size_t passes = 0, readings = 0, views = 0, done = s->part.first, end = s->part.end;
    uint64_t most = 0;
    if (s->bridge.steps != NULL) { /* as the interim judged them */
        readings += IHP_PERIODS;
        views += IHP_PERIODS;
    }
    do { /* the first plan is made already */
        if (passes > 0) {
            ihp_settling_forget_plan(s);
            if (ihp_settling_plan(s, done) != IHP_OK) {
                return s->err->status;
            }
        }
        const struct ihp_tally_shape shape = {.partnerships = s->context.program->partnerships,
                                              .acgs = s->context.info->acgs,
                                              .caps = s->plan->caps};
        uint64_t bytes = deck->sweep == NULL ? 0 : ihp_views_bytes(&shape, s->plan->views);
        most = bytes > most ? bytes : most;
        readings += s->plan->readings;
        views += s->plan->views;
        done += s->plan->scenarios;
        passes++;
    } while (done < end);
    fprintf(stream, "%-34s %" PRIu64 "\n", "members", s->context.info->members);
    fprintf(stream, "%-34s %" PRIu64 "\n", "claim lines", s->context.info->lines);
    if (deck->sweep != NULL) {
        print_levels(deck->sweep, &s->part, stream);
    }
    fprintf(stream, "%-34s %zu\n", "readings of a period", readings);
    fprintf(stream, "%-34s %zu\n", "decisions on each member", views);
    fprintf(stream, "%-34s %zu\n", "passes over the claims", passes);
    print_bytes(stream, "bytes of claims read", bytes_of_pass(s) * passes);
    print_bytes(stream, "memory of a rank for their sums", most);
    return IHP_OK;
}
