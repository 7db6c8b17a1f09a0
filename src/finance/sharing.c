/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threshold, corridors, and the shares of payers [16.7, 16.8, 5.4]. */
#include "finance/finance.h"

#include <math.h>
#include <string.h>

const char *ihp__outcome_text(enum ihp__outcome outcome)
{
    static const char *const texts[] = {"savings", "losses", "inside_threshold", "no_settlement"};
    return texts[outcome];
}

enum ihp__outcome ihp__outcome_of(double ratio, double threshold)
{
    if (isnan(ratio)) {
        return IHP__OUTCOME_NO_SETTLEMENT;
    }
    double r = ihp__round12(ratio);
    if (r < ihp__round12(1.0 - threshold)) {
        return IHP__OUTCOME_SAVINGS;
    }
    return r > ihp__round12(1.0 + threshold) ? IHP__OUTCOME_LOSSES : IHP__OUTCOME_INSIDE_THRESHOLD;
}

double ihp__corridor_between(double from, double to, const struct ihp__corridor *corridor,
                             size_t count, const double *share)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double low = fmax(from, corridor[i].from), high = fmin(to, corridor[i].to);
        if (high > low) {
            sum += (high - low) * (share != NULL ? *share : corridor[i].share);
        }
    }
    return sum;
}

double ihp__corridor_sum(double ratio, const struct ihp__corridor *corridor, size_t count,
                         const double *share)
{
    return ihp__corridor_between(fmin(ratio, 1.0), fmax(ratio, 1.0), corridor, count, share);
}

double ihp__corridor_share(double ratio, const struct ihp__corridor *corridor, size_t count,
                           bool outermost, const double *given)
{
    double r = ihp__round12(ratio);
    bool savings = r < 1.0, beyond = true;
    double share = 0;
    /* Corridors ascend and do not overlap. From 1 outward, the first corridor that contains r is
     * the one nearer to 1 if r is on a boundary. */
    for (size_t i = 0; i < count; i++) {
        const struct ihp__corridor *c = &corridor[savings ? count - 1 - i : i];
        if (savings ? c->from >= 1.0 : c->to <= 1.0) {
            continue; /* on the other side of 1 */
        }
        if (r >= c->from && r <= c->to) {
            return given != NULL ? *given : c->share;
        }
        beyond = savings ? r < c->from : r > c->to;
        share = given != NULL ? *given : c->share;
    }
    return outermost && beyond ? share : 0.0;
}

void ihp__payer_split(int64_t cents, const int64_t *weight, size_t count, int64_t *part)
{
    uint64_t amount = cents < 0 ? -(uint64_t)cents : (uint64_t)cents, left = amount, all = 0;
    memset(part, 0, count * sizeof *part);
    for (size_t i = 0; i < count; i++) {
        all += (uint64_t)weight[i];
    }
    if (all == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        part[i] = (int64_t)((unsigned __int128)amount * (uint64_t)weight[i] / all);
        left -= (uint64_t)part[i];
    }
    /* `left` is below the number of payers. Each remaining cent goes to the largest remainder that
     * has not had one. A new search finds it each time, as there are few payers. */
    uint64_t last_remainder = UINT64_MAX;
    size_t last = 0;
    for (; left > 0; left--) {
        size_t best = count;
        uint64_t best_remainder = 0;
        for (size_t i = 0; i < count; i++) {
            uint64_t remainder = (uint64_t)((unsigned __int128)amount * (uint64_t)weight[i] % all);
            bool had_one = remainder > last_remainder || (remainder == last_remainder && i <= last);
            if (!had_one && (best == count || remainder > best_remainder)) {
                best = i;
                best_remainder = remainder;
            }
        }
        part[best]++;
        last = best;
        last_remainder = best_remainder;
    }
    for (size_t i = 0; cents < 0 && i < count; i++) {
        part[i] = -part[i];
    }
}
