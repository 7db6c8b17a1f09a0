/* One pass over the claims of a range of members: batches of lines flow through the member rules into
 * the sums. Memory is one batch, one member's counts and the small tables of the range. */
#include "pass.h"

#include <math.h>
#include <stdlib.h>

/* Columns that the rules read. */
static const unsigned rule_columns =
    IHP_COLUMN_BIT(IHP_CLAIM_SERVICE_DATE) | IHP_COLUMN_BIT(IHP_CLAIM_KNOWN_FROM) |
    IHP_COLUMN_BIT(IHP_CLAIM_SERVICE) | IHP_COLUMN_BIT(IHP_CLAIM_AMOUNT) |
    IHP_COLUMN_BIT(IHP_CLAIM_PROCEDURE) | IHP_COLUMN_BIT(IHP_CLAIM_BILLING) |
    IHP_COLUMN_BIT(IHP_CLAIM_TREATING);

struct pass {
    const struct ihp_context *context;
    uint64_t batch_lines;
    struct ihp_members members;
    struct ihp_member_state *state;
    struct ihp_claim_buffer *buffer;
    struct ihp_claims claims; /* the batch in memory */
    struct ihp_line_sums *sums;
    double magnitude; /* sum of |amount| where amounts are wide */
    ihp_progress_fn progress;
    void *progress_context;
    struct ihp_pass_time time;
};

/* Sums of wide amounts could leave 64 bits; a store of narrow ones cannot be large enough. The limit
 * leaves room for a thousand ranks. */
static enum ihp_status check_magnitude(struct pass *p, struct ihp_error *err)
{
    for (size_t i = 0; p->claims.amount64 != NULL && i < p->claims.count; i++) {
        p->magnitude += fabs((double)p->claims.amount64[i]);
    }
    return p->magnitude < 4e15 ? IHP_OK
                               : ihp_fail(err, IHP_ERR_DATA,
                                          "%s: column claims/paid_amount adds up to more than $40 "
                                          "trillion; look for amounts that cannot be true with "
                                          "'ihp check'",
                                          p->context->info->path);
}

static enum ihp_status load_batch(struct pass *p, uint64_t first, uint64_t end,
                                  struct ihp_error *err)
{
    uint64_t count = end - first < p->batch_lines ? end - first : p->batch_lines;
    double before = MPI_Wtime();
    ihp_store_read_claims(p->context->store, first, (size_t)count, p->buffer, &p->claims, err);
    p->time.read += MPI_Wtime() - before;
    if (err->status == IHP_OK && p->progress != NULL) {
        uint64_t start = p->members.claim_offset[0];
        p->progress(p->progress_context,
                    &(struct ihp_progress){"settle", first - start, end - start});
    }
    return err->status != IHP_OK ? err->status : check_magnitude(p, err);
}

/* Takes all lines of member m (counted from the range's first), loading batches on the way. */
static enum ihp_status take_member(struct pass *p, size_t m, struct ihp_error *err)
{
    const struct ihp_members *members = &p->members;
    uint64_t line = members->claim_offset[m], end = members->claim_offset[m + 1];
    uint64_t range_end = members->claim_offset[members->range.count];
    ihp_member_begin(p->state, members->span + members->span_offset[m],
                     (size_t)(members->span_offset[m + 1] - members->span_offset[m]));
    while (line < end) {
        uint64_t loaded = p->claims.first + p->claims.count;
        if (line >= loaded) {
            if (load_batch(p, line, range_end, err) != IHP_OK) {
                return err->status;
            }
            continue;
        }
        uint64_t stop = end < loaded ? end : loaded;
        if (!ihp_member_lines(p->state, &p->claims, (size_t)(line - p->claims.first),
                              (size_t)(stop - p->claims.first), p->sums)) {
            return ihp_fail_memory(err, "a member's counts");
        }
        line = stop;
    }
    return IHP_OK;
}

static enum ihp_status run_members(struct pass *p, struct ihp_tally *tally, struct ihp_fact *fact,
                                   struct ihp_error *err)
{
    const struct ihp_members *members = &p->members;
    p->claims = (struct ihp_claims){.first = members->claim_offset[0]};
    for (size_t m = 0; m < members->range.count; m++) {
        struct ihp_fact mine[IHP_PERIODS];
        if (take_member(p, m, err) != IHP_OK) {
            return err->status;
        }
        uint64_t row = members->morbidity_offset[m];
        if (!ihp_member_finish(p->state, members->morbidity + row,
                               (size_t)(members->morbidity_offset[m + 1] - row),
                               p->context->none_acg,
                               ihp_context_overrides(p->context, members->range.first + m), mine,
                               NULL)) {
            return ihp_fail_memory(err, "a member's counts");
        }
        ihp_tally_add(tally, mine);
        for (int q = 0; fact != NULL && q < IHP_PERIODS; q++) {
            fact[m * IHP_PERIODS + (size_t)q] = mine[q];
        }
    }
    ihp_tally_add_lines(tally, p->sums);
    return IHP_OK;
}

enum ihp_status ihp_pass(const struct ihp_context *context, struct ihp_range range,
                         uint64_t batch_lines, struct ihp_tally *tally, struct ihp_fact *fact,
                         ihp_progress_fn progress, void *progress_context,
                         struct ihp_pass_time *time, struct ihp_error *err)
{
    struct pass p = {.context = context, .batch_lines = batch_lines, .progress = progress,
                     .progress_context = progress_context};
    double start = MPI_Wtime();
    p.sums = calloc(1, sizeof *p.sums);
    p.state = ihp_member_state_create(context->rules);
    if (p.sums == NULL || p.state == NULL) {
        ihp_fail_memory(err, "the pass over the claims");
    } else if (ihp_claim_buffer_create(context->store, rule_columns, (size_t)batch_lines, &p.buffer,
                                       err) == IHP_OK &&
               ihp_store_read_members(context->store, range, &p.members, err) == IHP_OK) {
        run_members(&p, tally, fact, err);
    }
    ihp_members_free(&p.members);
    ihp_claim_buffer_destroy(&p.buffer);
    ihp_member_state_destroy(&p.state);
    free(p.sums);
    p.time.decide = MPI_Wtime() - start - p.time.read;
    *time = p.time;
    return err->status;
}
