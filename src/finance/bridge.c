/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps from what an interim paid to the final amount [2.12, 16.6]: differences of amounts in
 * cents. Each step starts where the one before ended, so that the steps add up. */
#include "finance/finance.h"

const char *ihp__bridge_text(enum ihp__bridge_step step)
{
#define IHP__BRIDGE_TEXT(name, text) text,
    static const char *const texts[] = {IHP__BRIDGE_LIST(IHP__BRIDGE_TEXT)};
#undef IHP__BRIDGE_TEXT
    return texts[step];
}

struct ihp__bridge_amounts ihp__bridge_amounts_of(const struct ihp__settlement *s)
{
    return (struct ihp__bridge_amounts){
        .shared_before_pbp = ihp__cents_of_dollars(s->shared_before_pbp),
        .shared_amount = ihp__cents_of_dollars(s->shared_amount),
        .quality_adjusted = ihp__cents_of_dollars(s->quality_adjusted),
        .circumstance_reduction = ihp__cents_of_dollars(s->circumstance_reduction),
        .final_amount = ihp__cents_of_dollars(s->final_amount),
        .whole = s->termination_factor >= 1.0,
    };
}

/* The next four functions return what each part of a settlement changed in the amount. */

static int64_t of_pbp(const struct ihp__bridge_amounts *a)
{
    return a->shared_amount - a->shared_before_pbp;
}

static int64_t of_quality(const struct ihp__bridge_amounts *a)
{
    return a->quality_adjusted - a->shared_amount;
}

/* Without a termination, a cent of rounding belongs to the circumstances. */
static int64_t of_circumstances(const struct ihp__bridge_amounts *a)
{
    return a->whole ? a->final_amount - a->quality_adjusted : a->circumstance_reduction;
}

static int64_t of_termination(const struct ihp__bridge_amounts *a)
{
    return a->final_amount - a->quality_adjusted - of_circumstances(a);
}

struct ihp__bridge ihp__bridge_between(int64_t paid, const struct ihp__bridge_amounts *interim,
                                       int64_t members, int64_t run_out,
                                       const struct ihp__bridge_amounts *final_)
{
    return (struct ihp__bridge){
        .step =
            {
                [IHP__BRIDGE_RESTATED] = interim->final_amount - paid,
                [IHP__BRIDGE_MEMBERS] = members - interim->shared_before_pbp,
                [IHP__BRIDGE_RUN_OUT] = run_out - members,
                [IHP__BRIDGE_RISK] = final_->shared_before_pbp - run_out,
                [IHP__BRIDGE_PBP] = of_pbp(final_) - of_pbp(interim),
                [IHP__BRIDGE_QUALITY] = of_quality(final_) - of_quality(interim),
                [IHP__BRIDGE_CIRCUMSTANCES] = of_circumstances(final_) - of_circumstances(interim),
                [IHP__BRIDGE_TERMINATION] = of_termination(final_) - of_termination(interim),
            },
        .final_amount = final_->final_amount,
        .interim_paid = paid,
        .amount_due = final_->final_amount - paid,
    };
}
