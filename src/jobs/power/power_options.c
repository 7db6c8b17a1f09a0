/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of ihp power: checks them and fills in their defaults. */
#include "jobs/power/power.h"

#include <inttypes.h>
#include <string.h>

#define ITEM(number) number,
static const int64_t default_sizes[] = {IHP_POWER_SIZES(ITEM)};
static const double default_effects[] = {IHP_POWER_EFFECTS(ITEM)};
#undef ITEM

static enum ihp_status check_sizes(const struct ihp_power_options *o, struct ihp_error *err)
{
    for (size_t i = 0; i < o->sizes && i < IHP_POWER_LIST_MAX; i++) {
        if (o->size[i] < 1 || o->size[i] > IHP_POWER_SIZE_MAX) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "power: --sizes: %" PRId64
                             " is not allowed; sizes are 1 to %d members",
                             o->size[i], IHP_POWER_SIZE_MAX);
        }
        for (size_t j = 0; j < i; j++) {
            if (o->size[j] == o->size[i]) {
                return ihp__fail(err, IHP_ERR_USAGE,
                                 "power: --sizes: %" PRId64 " is given twice; give each size once",
                                 o->size[i]);
            }
        }
    }
    return o->sizes <= IHP_POWER_LIST_MAX
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE, "power: --sizes: %zu are not allowed; at most %d",
                           o->sizes, IHP_POWER_LIST_MAX);
}

static enum ihp_status check_effects(const struct ihp_power_options *o, struct ihp_error *err)
{
    for (size_t i = 0; i < o->effects && i < IHP_POWER_LIST_MAX; i++) {
        if (!(o->effect[i] > -1 && o->effect[i] <= 1)) {
            return ihp__fail(
                err, IHP_ERR_USAGE,
                "power: --effects: %g is not allowed; effects are above -1 and at most "
                "1, such as -0.05 for 5 %% true savings",
                o->effect[i]);
        }
        for (size_t j = 0; j < i; j++) {
            if (o->effect[j] == o->effect[i]) {
                return ihp__fail(err, IHP_ERR_USAGE,
                                 "power: --effects: %g is given twice; give each effect once",
                                 o->effect[i]);
            }
        }
    }
    return o->effects <= IHP_POWER_LIST_MAX
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE, "power: --effects: %zu are not allowed; at most %d",
                           o->effects, IHP_POWER_LIST_MAX);
}

enum ihp_status ihp__power_check_options(const struct ihp_power_options *o, struct ihp_error *err)
{
    if (check_sizes(o, err) != IHP_OK || check_effects(o, err) != IHP_OK) {
        return err->status;
    }
    if (o->draws != 0 && (o->draws < 1 || o->draws > IHP_POWER_DRAWS_MAX)) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "power: --draws: %" PRId64 " is not allowed; 1 to %d draws", o->draws,
                         IHP_POWER_DRAWS_MAX);
    }
    if (o->seed_given && o->seed < 0) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "power: --seed: %" PRId64 " is not allowed; 0 to %" PRId64, o->seed,
                         INT64_MAX);
    }
    return IHP_OK;
}

void ihp__power_set_terms(struct ihp__power_run *run)
{
    const struct ihp_power_options *o = run->options;
    struct ihp__power_terms *t = &run->terms;
    t->sizes = o->sizes > 0 ? o->sizes : sizeof default_sizes / sizeof default_sizes[0];
    memcpy(t->size, o->sizes > 0 ? o->size : default_sizes, t->sizes * sizeof *t->size);
    t->effects = o->effects > 0 ? o->effects : sizeof default_effects / sizeof default_effects[0];
    memcpy(t->effect, o->effects > 0 ? o->effect : default_effects, t->effects * sizeof *t->effect);
    t->draws = o->draws > 0 ? (uint64_t)o->draws : IHP_POWER_DRAWS;
    const struct ihp__bootstrap_spec *bootstrap = &run->job.context.deck.bootstrap;
    t->seed = (uint64_t)(o->seed_given ? o->seed : bootstrap->replicates > 0 ? bootstrap->seed : 1);
    for (size_t i = 0; i < t->sizes; i++) {
        run->to_draw += (uint64_t)t->size[i] * t->draws * run->job.context.shape.caps;
    }
}
