/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equitable care from Performance Period 2 on: gaps between race/ethnicity groups [18.4.9.2]. */
#include "quality_internal.h"

#include <math.h>
#include <string.h>

/* The rate of all members, if there is one, must not drop by more than this, and neither must that
 * of a group with a denominator of LARGE_GROUP or more in the performance year. A group "maintains"
 * its rate if it does not drop at all, or by policy not by more than this. If the reference group
 * does not drop, a group that comes closer to it does not drop either. */
#define LARGEST_DROP 0.01

enum { LARGE_GROUP = 100 };

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

/* What a measure's groups are compared by. */
struct rule {
    const struct ihp__policies *policies;
    bool lower;    /* a lower rate is better */
    int64_t large; /* denominator of a group that must not drop much */
};

/* Returns true if a rate drops by more than LARGEST_DROP; relative to 0, any drop is more. */
static bool drops_much(const struct rule *rule, const struct pair *p)
{
    double drop = ihp__rate_lead(p->before, p->now, rule->lower);
    if (rule->policies->equity_drop == IHP__DROP_RELATIVE) {
        return p->before.numerator == 0
                   ? drop > 0
                   : ihp__round12(ihp__rate_improvement(p->now, p->before, rule->lower)) <
                         -LARGEST_DROP;
    }
    return ihp__round12(drop) > LARGEST_DROP;
}

/* Returns true if a group maintains or improves its rate. */
static bool maintains(const struct rule *rule, const struct pair *p)
{
    return rule->policies->equity_maintain == IHP__MAINTAIN_TOLERANCE
               ? !drops_much(rule, p)
               : ihp__rate_lead(p->now, p->before, rule->lower) >= 0;
}

/* Finds the points of a group by its gap to the reference group. Returns false if the group makes
 * the IHP ineligible: a group that is behind in either year must come closer, and if it is large it
 * must not drop much; another group must maintain its rate. `*below` is true if the group is behind
 * in the performance year; only then it has points. */
static bool group_points(const struct rule *rule, const struct pair *group,
                         const struct pair *reference, bool *below, double *points)
{
    double before = ihp__rate_lead(reference->before, group->before, rule->lower);
    double now = ihp__rate_lead(reference->now, group->now, rule->lower);
    *below = now > 0;
    if (before <= 0 && now <= 0) {
        return maintains(rule, group);
    }
    if (ihp__round12(now) >= ihp__round12(before) ||
        (group->now.denominator >= rule->large && drops_much(rule, group))) {
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
    const struct rule rule = {quality->policies, m->lower_is_better,
                              LARGE_GROUP * (m->ratio ? IHP__RATIO_UNITS : 1)};
    if (!is_whole(&reference) || !ihp__quality_is_comparable(quality, m)) {
        return NAN;
    }
    if ((is_whole(&all) && drops_much(&rule, &all)) || !maintains(&rule, &reference)) {
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
        if (!group_points(&rule, &group, &reference, &below, &points)) {
            return 0;
        }
        sum += below ? points * (double)group.now.denominator : 0;
        behind += below ? group.now.denominator : 0;
    }
    return behind > 0 ? sum / (double)behind : IHP__QUALITY_POINTS;
}
