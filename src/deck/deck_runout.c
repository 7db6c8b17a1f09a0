/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks the years and the run-out of a deck [16.1, 16.6]. */
#include "deck_read.h"

enum ihp_status ihp__deck_check_runout(struct ihp__deck_loading *l)
{
    const struct ihp__deck *deck = &l->deck;
    char date[IHP__DATE_TEXT];
    int32_t base_least = ihp__day_of_civil(deck->base.year + 1, 12, 31);
    int32_t final_least = ihp__day_of_civil(deck->performance.year + 1, 12, 31);
    int32_t interim_most = ihp__day_of_civil(deck->performance.year + 1, 3, 31);
    if (deck->performance.year <= deck->base.year) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: performance.year: %d is not allowed; expected a year after the "
                         "base year %d [16.1]",
                         l->path, ihp__deck_line_given(l, "performance.year"),
                         deck->performance.year, deck->base.year);
    }
    if (deck->allow_nonstandard_runout) {
        return IHP_OK;
    }
    const char *advice = "or set allow_nonstandard_runout: true";
    if (deck->base.paid_through < base_least) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: base.paid_through: less than 12 months of run-out [16.6.1.1]; "
                         "expected %s or later, %s",
                         l->path, ihp__deck_line_given(l, "base.paid_through"),
                         ihp__day_format(base_least, date), advice);
    }
    size_t line = ihp__deck_line_given(l, "performance.paid_through");
    if (deck->settlement == IHP__FINAL && deck->performance.paid_through < final_least) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: performance.paid_through: a final settlement needs at least 12 "
                         "months of run-out [16.6.1.1]; expected %s or later, %s",
                         l->path, line, ihp__day_format(final_least, date), advice);
    }
    if (deck->settlement == IHP__INTERIM && deck->performance.paid_through > interim_most) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: performance.paid_through: an interim settlement has at most 3 "
                         "months of run-out [16.6.1.1]; expected %s or earlier, %s",
                         l->path, line, ihp__day_format(interim_most, date), advice);
    }
    return IHP_OK;
}
