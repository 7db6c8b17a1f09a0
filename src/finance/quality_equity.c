/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equitable care from Performance Period 2 on: gaps between race/ethnicity groups [18.4.9.2]. */
#include "quality_internal.h"

#include <math.h>
#include <string.h>

/* The rate of all members must not drop by more than this. The contract says the same of a group
 * with a denominator of 100 or more, but no group that is still eligible at that point has dropped
 * at all: a group behind has come closer to a reference group that has not dropped, and another
 * group must not drop. */
#define LARGEST_DROP 0.01

/* The rates of a group in the baseline and the performance year. */
struct pair {
    struct ihp__rate before, now;
};

static bool is_whole(const struct pair *p)
{
    return p->before.denominator > 0 && p->now.denominator > 0;
}

static struct pair pair_of(const struct ihp__results *before, const struct ihp__results *now,
                           const char *group)
{
    return (struct pair){ihp__rate_of(ihp__quality_row_of(before, group)),
                         ihp__rate_of(ihp__quality_row_of(now, group))};
}

static bool drops_much(const struct pair *p, bool lower)
{
    return ihp__round12(ihp__rate_improvement(p->now, p->before, lower)) < -LARGEST_DROP;
}

/* Finds the points of a group by its gap to the reference group. Returns false if the group makes
 * the IHP ineligible: a group that is behind in either year must come closer, and another group
 * must not drop. `*below` is true if the group is behind in the performance year; only then it has
 * points. */
static bool group_points(const struct pair *group, const struct pair *reference, bool lower,
                         bool *below, double *points)
{
    double before = ihp__rate_lead(reference->before, group->before, lower);
    double now = ihp__rate_lead(reference->now, group->now, lower);
    *below = now > 0;
    if (before <= 0 && now <= 0) {
        return ihp__rate_lead(group->now, group->before, lower) >= 0;
    }
    if (ihp__round12(now) >= ihp__round12(before)) {
        return false;
    }
    *points = *below ? ihp__quality_gap((before - now) / before) : 0;
    return true;
}

double ihp__quality_equity(const struct ihp__quality *quality, int partnership, size_t measure)
{
    const struct ihp__measure *m = &quality->program->measure[measure];
    const struct ihp__results before =
        ihp__quality_results(quality, partnership, m->first, quality->year - 1);
    const struct ihp__results now =
        ihp__quality_results(quality, partnership, m->first, quality->year);
    const char *reference_group = quality->policies->reference_group;
    const struct pair all = pair_of(&before, &now, "");
    const struct pair reference = pair_of(&before, &now, reference_group);
    bool lower = m->lower_is_better;
    if (!is_whole(&all) || !is_whole(&reference) || !ihp__quality_is_comparable(quality, m)) {
        return NAN;
    }
    if (drops_much(&all, lower) || ihp__rate_lead(reference.now, reference.before, lower) < 0) {
        return 0;
    }
    double sum = 0;
    int64_t behind = 0; /* sum of the denominators of groups below */
    for (size_t i = 0; i < now.rows; i++) {
        const char *name = now.row[i].group;
        const struct pair group = pair_of(&before, &now, name);
        bool below;
        double points = 0;
        if (name[0] == '\0' || strcmp(name, reference_group) == 0 || !is_whole(&group)) {
            continue;
        }
        if (!group_points(&group, &reference, lower, &below, &points)) {
            return 0;
        }
        sum += below ? points * (double)group.now.denominator : 0;
        behind += below ? group.now.denominator : 0;
    }
    return behind > 0 ? sum / (double)behind : IHP__QUALITY_POINTS;
}
