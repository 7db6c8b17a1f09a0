/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replicates under the risk weights of the whole population: six weighted sums for each IHP. */
#include "bootstrap/bootstrap.h"

#include "base/agree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The sums over members in a period. Risk is counted in whole parts of a member month of weight 1,
 * so that sums stay integers. */
enum { MONTHS, CENTS, RISK, KINDS, QUANTITIES = KINDS * IHP__PERIODS };
_Static_assert((int)QUANTITIES == (int)IHP__FIXED_QUANTITIES, "as an estimate of memory counts");

/* Replicates of a block: so many that cutting up the members' values for a block costs next to
 * nothing. */
enum { BLOCK = 1024 };

/* Returns the parts of a member month of weight 1: a million, or fewer where a weight is so great
 * that a year of it would not fit a value. */
static double risk_parts(const struct ihp__case *c)
{
    double greatest = 1, parts = 1048576.0;
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (size_t i = 0; i < c->shape->caps * c->shape->acgs; i++) {
            greatest = fmax(greatest, fabs(c->weight[period][i]));
        }
    }
    while (12 * greatest * parts > 8e12) {
        parts /= 2;
    }
    return parts;
}

/* The periods of a member that a record holds. Most members are attributed to one IHP in both
 * periods and make one record. A member who moved makes two, and its weights are drawn twice: pairs
 * of IHPs would make hundreds of small segments, which cost more. */
enum { BOTH, BASE_ALONE, PERFORMANCE_ALONE, SORTS };

/* The members of this rank that some IHP of the group has in some period, sorted by segment:
 * sort and IHP. Those of one segment go into the same sums. */
struct records {
    size_t segments; /* SORTS x IHPs of the group */
    uint64_t *key;
    int64_t *value[QUANTITIES];
    size_t *end;  /* of each segment */
    double parts; /* of a member month, in which risk is counted */
};

/* Returns the position of an IHP in the group, or `count` for all others. */
static size_t side_of(const struct ihp__replicates *r, int partnership)
{
    bool inside = partnership >= 0 && (size_t)partnership >= r->first &&
                  (size_t)partnership - r->first < r->count;
    return inside ? (size_t)partnership - r->first : r->count;
}

/* Finds the segments of a member's records: one, two or none. Returns their number. */
static size_t segments_of(const struct ihp__case *c, const struct ihp__replicates *r, uint64_t m,
                          size_t segment[2])
{
    size_t base = side_of(r, c->fact[IHP__BASE][m].partnership), count = 0;
    size_t performance = side_of(r, c->fact[IHP__PERFORMANCE][m].partnership);
    if (base == performance && base < r->count) {
        segment[count++] = BOTH * r->count + base;
        return count;
    }
    if (base < r->count) {
        segment[count++] = BASE_ALONE * r->count + base;
    }
    if (performance < r->count) {
        segment[count++] = PERFORMANCE_ALONE * r->count + performance;
    }
    return count;
}

static void free_records(struct records *records)
{
    free(records->key);
    free(records->end);
    for (int quantity = 0; quantity < QUANTITIES; quantity++) {
        free(records->value[quantity]);
    }
}

/* Puts a member's quantities of a period. */
static void put_values(const struct ihp__case *c, uint64_t m, int period,
                       const struct records *records, size_t at)
{
    const struct ihp__view_fact *f = &c->fact[period][m];
    size_t cap = c->shape->cap_of[f->partnership];
    double weight = c->weight[period][cap * c->shape->acgs + f->acg];
    int64_t *const *value = records->value + period * KINDS;
    value[MONTHS][at] = f->months;
    value[CENTS][at] = ihp__capped_cost(f->cost, c->shape->cap[cap]);
    value[RISK][at] = llround(f->months * weight * records->parts);
}

/* Counts the records of each segment, and makes room for all of them. */
static enum ihp_status make_room(const struct ihp__case *c, const struct ihp__replicates *r,
                                 struct records *records, struct ihp_error *err)
{
    size_t segment[2], start = 0;
    records->end = calloc(records->segments, sizeof *records->end);
    if (records->end == NULL) {
        return ihp__fail_memory(err, "the members to resample");
    }
    for (uint64_t m = 0; m < c->members; m++) {
        for (size_t i = segments_of(c, r, m, segment); i > 0; i--) {
            records->end[segment[i - 1]]++;
        }
    }
    for (size_t s = 0; s < records->segments; s++) {
        size_t here = records->end[s];
        records->end[s] = start; /* moved to the segment's end as its members are placed */
        start += here;
    }
    records->key = malloc((start + 1) * sizeof *records->key);
    bool whole = records->key != NULL;
    for (int quantity = 0; quantity < QUANTITIES; quantity++) {
        records->value[quantity] = malloc((start + 1) * sizeof *records->value[quantity]);
        whole = whole && records->value[quantity] != NULL;
    }
    return whole ? IHP_OK : ihp__fail_memory(err, "the members to resample");
}

static enum ihp_status make_records(const struct ihp__case *c, const struct ihp__replicates *r,
                                    struct records *records, struct ihp_error *err)
{
    size_t segment[2];
    *records = (struct records){.segments = SORTS * r->count, .parts = risk_parts(c)};
    if (make_room(c, r, records, err) != IHP_OK) {
        return err->status;
    }
    for (uint64_t m = 0; m < c->members; m++) {
        for (size_t i = segments_of(c, r, m, segment); i > 0; i--) {
            size_t sort = segment[i - 1] / r->count, at = records->end[segment[i - 1]]++;
            records->key[at] = c->key[m];
            if (sort != PERFORMANCE_ALONE) {
                put_values(c, m, IHP__BASE, records, at);
            }
            if (sort != BASE_ALONE) {
                put_values(c, m, IHP__PERFORMANCE, records, at);
            }
        }
    }
    return IHP_OK;
}

/* Returns the members of a segment with the sums they go into: [IHP of the group][quantity]
 * [replicates]. */
static struct ihp__segment segment_at(const struct records *records, size_t s, size_t replicates,
                                      int64_t *sum)
{
    size_t first = s == 0 ? 0 : records->end[s - 1], ihps = records->segments / SORTS;
    size_t sort = s / ihps, at = s % ihps;
    struct ihp__segment segment = {.members = records->end[s] - first, .key = records->key + first};
    for (int quantity = sort == PERFORMANCE_ALONE ? KINDS : 0;
         quantity < (sort == BASE_ALONE ? KINDS : QUANTITIES); quantity++) {
        segment.value[segment.quantities] = records->value[quantity] + first;
        segment.sum[segment.quantities++] = sum + (at * QUANTITIES + (size_t)quantity) * replicates;
    }
    return segment;
}

/* The share of a block, as that of all replicates. */
struct share {
    const struct ihp__case *c;
    double before, block;
};

static void report_share(void *context, double share)
{
    const struct share *s = context;
    s->c->hooks.progress(s->c->hooks.context, s->before + share * s->block);
}

/* Adds up replicates first .. first + count - 1 over this rank's members. */
static enum ihp_status add_replicates(const struct ihp__case *c, const struct records *records,
                                      size_t first, size_t count, int64_t *sum,
                                      struct ihp_error *err)
{
    double all = (double)c->deck->bootstrap.replicates;
    struct share share = {c, (double)first / all, (double)count / all};
    struct ihp__segment *segment = calloc(records->segments, sizeof *segment);
    if (segment == NULL) {
        return ihp__fail_memory(err, "the segments to resample");
    }
    for (size_t s = 0; s < records->segments; s++) {
        segment[s] = segment_at(records, s, count, sum);
    }
    const struct ihp__draws draws = {(uint64_t)c->deck->bootstrap.seed, (uint32_t)first,
                                     (uint32_t)count};
    enum ihp_status status =
        ihp__resample_sums(&draws, segment, records->segments,
                           c->hooks.progress != NULL ? report_share : NULL, &share, err);
    free(segment);
    return status;
}

/* Adds up each group of the jackknife: [IHP of the group][quantity][groups]. */
static void add_groups(const struct records *records, int64_t *group)
{
    for (size_t s = 0; s < records->segments; s++) {
        struct ihp__segment at = segment_at(records, s, IHP__JACKKNIFE_GROUPS, group);
        for (size_t i = 0; i < at.members; i++) {
            for (size_t quantity = 0; quantity < at.quantities; quantity++) {
                at.sum[quantity][at.key[i] % IHP__JACKKNIFE_GROUPS] += at.value[quantity][i];
            }
        }
    }
}

/* Returns the settlement of IHP `i` of the group from its sums, `stride` apart. */
static struct ihp__settlement settle(const struct ihp__case *c, const struct ihp__replicates *r,
                                     size_t i, const int64_t *sum, size_t stride, double parts)
{
    struct ihp__measured measured;
    for (size_t period = 0; period < IHP__PERIODS; period++) {
        const int64_t *of = sum + period * KINDS * stride;
        measured.months[period] = of[MONTHS * stride];
        measured.cents[period] = of[CENTS * stride];
        measured.risk[period] = measured.months[period] == 0 ? NAN
                                                             : (double)of[RISK * stride] / parts /
                                                                   (double)measured.months[period];
    }
    return ihp__case_settle(c, r->first + i, &measured);
}

/* Evaluates IHP `i` of the group in the block of `count` replicates after those done. */
static void evaluate(const struct ihp__case *c, struct ihp__replicates *r, size_t i, size_t count,
                     const int64_t *sum, double parts)
{
    for (size_t b = 0; b < count; b++) {
        double statistic[IHP__STATISTICS];
        struct ihp__settlement s = settle(c, r, i, sum + i * QUANTITIES * count + b, count, parts);
        ihp__case_statistics(&s, statistic);
        r->outcome[i * IHP__OUTCOMES + s.outcome]++;
        for (size_t k = 0; k < IHP__STATISTICS; k++) {
            r->value[(i * IHP__STATISTICS + k) * r->replicates + r->done + b] = statistic[k];
        }
    }
}

/* Evaluates an IHP with one group of members left out at a time. */
static void leave_out(const struct ihp__case *c, struct ihp__replicates *r, size_t i,
                      const int64_t *group, double parts)
{
    const int64_t *of = group + i * QUANTITIES * IHP__JACKKNIFE_GROUPS;
    int64_t all[QUANTITIES] = {0};
    for (size_t quantity = 0; quantity < QUANTITIES; quantity++) {
        for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
            all[quantity] += of[quantity * IHP__JACKKNIFE_GROUPS + g];
        }
    }
    for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
        int64_t rest[QUANTITIES];
        double statistic[IHP__STATISTICS];
        for (size_t quantity = 0; quantity < QUANTITIES; quantity++) {
            rest[quantity] = all[quantity] - of[quantity * IHP__JACKKNIFE_GROUPS + g];
        }
        struct ihp__settlement s = settle(c, r, i, rest, 1, parts);
        ihp__case_statistics(&s, statistic);
        for (size_t k = 0; k < IHP__STATISTICS; k++) {
            r->left_out[(i * IHP__STATISTICS + k) * IHP__JACKKNIFE_GROUPS + g] = statistic[k];
        }
    }
}

/* Evaluates the IHPs of the group that this rank has. */
static void evaluate_own(const struct ihp__case *c, struct ihp__replicates *r, size_t count,
                         const int64_t *sum, double parts)
{
    int rank, ranks;
    MPI_Comm_rank(c->comm, &rank);
    MPI_Comm_size(c->comm, &ranks);
    for (size_t i = 0; i < r->count; i++) {
        if ((r->first + i) % (size_t)ranks == (size_t)rank) {
            evaluate(c, r, i, count, sum, parts);
        }
    }
}

/* Makes the replicates block by block; `sum` has room for a block. Collective; returns the same
 * status on every rank. */
static enum ihp_status run_blocks(const struct ihp__case *c, const struct records *records,
                                  struct ihp__replicates *r, int64_t *sum, struct ihp_error *err)
{
    enum ihp_status status = IHP_OK;
    while (status == IHP_OK && r->done < r->replicates) {
        size_t left = r->replicates - r->done, count = left < BLOCK ? left : BLOCK;
        size_t sums = r->count * QUANTITIES * count;
        memset(sum, 0, sums * sizeof *sum);
        ihp__until_agreed(add_replicates(c, records, r->done, count, sum, err));
        if (ihp__agree(c->comm, err) != IHP_OK) {
            return err->status;
        }
        if (!ihp__tally_sum(sum, sums, c->comm)) {
            ihp__error_set(err, IHP_ERR_RUN, "MPI could not add the sums of the replicates");
        } else {
            evaluate_own(c, r, count, sum, records->parts);
            r->done += count;
        }
        status = ihp__case_pause(c, r, err);
    }
    return status;
}

/* Makes the jackknife. Collective; returns the same status on every rank. */
static enum ihp_status run_groups(const struct ihp__case *c, const struct records *records,
                                  struct ihp__replicates *r, int64_t *group, struct ihp_error *err)
{
    int rank, ranks;
    MPI_Comm_rank(c->comm, &rank);
    MPI_Comm_size(c->comm, &ranks);
    add_groups(records, group);
    if (!ihp__tally_sum(group, r->count * QUANTITIES * IHP__JACKKNIFE_GROUPS, c->comm)) {
        ihp__error_set(err, IHP_ERR_RUN, "MPI could not add the sums of the jackknife");
    }
    for (size_t i = 0; i < r->count; i++) {
        if ((r->first + i) % (size_t)ranks == (size_t)rank) {
            leave_out(c, r, i, group, records->parts);
        }
    }
    return ihp__agree(c->comm, err);
}

enum ihp_status ihp__bootstrap_fixed(const struct ihp__case *c, struct ihp__replicates *r,
                                     struct ihp_error *err)
{
    struct records records = {0};
    size_t block = r->replicates < BLOCK ? r->replicates : BLOCK;
    int64_t *sum = calloc(r->count * QUANTITIES * block, sizeof *sum);
    int64_t *group = calloc(r->count * QUANTITIES * IHP__JACKKNIFE_GROUPS, sizeof *group);
    ihp__until_agreed(sum == NULL || group == NULL
                          ? ihp__fail_memory(err, "the sums of the replicates")
                          : make_records(c, r, &records, err));
    enum ihp_status status = ihp__agree(c->comm, err);
    if (status == IHP_OK) {
        status = run_blocks(c, &records, r, sum, err);
    }
    if (status == IHP_OK) {
        status = run_groups(c, &records, r, group, err);
    }
    free_records(&records);
    free(sum);
    free(group);
    return status;
}
