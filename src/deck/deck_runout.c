/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks the years and the run-out of a deck [16.1, 16.6]. */
#include "deck_read.h"

enum ihp_status ihp__deck_check_kind(struct ihp__deck_loading *l)
{
    bool quarterly = l->deck.settlement == IHP__QUARTERLY;
    const char *own = quarterly ? "performance.through" : "performance.year";
    const char *other = quarterly ? "performance.year" : "performance.through";
    size_t line = ihp__deck_line_given(l, other);
    if (line != 0 && ihp__deck_line_given(l, "settlement") != 0) {
        return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: %s; remove it%s%s [4.6.2, 16.1]",
                         l->path, line, other,
                         quarterly ? "a quarterly statement covers the twelve months that end with "
                                     "performance.through"
                                   : "only a quarterly statement ends with a month; an interim or "
                                     "final settlement covers a calendar year",
                         ihp__deck_line_given(l, own) != 0 ? "" : " and give ",
                         ihp__deck_line_given(l, own) != 0 ? "" : own);
    }
    return IHP_OK;
}

/* Refuses a performance period that does not come after the base year [16.1]. */
static enum ihp_status check_years(struct ihp__deck_loading *l)
{
    const struct ihp__deck *deck = &l->deck;
    char month[IHP__DATE_TEXT];
    if (deck->performance.year > deck->base.year) {
        return IHP_OK;
    }
    if (deck->performance.through != 0) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: performance.through: %s is not allowed; expected a month of a "
                         "year after the base year %d [16.1]",
                         l->path, ihp__deck_line_given(l, "performance.through"),
                         ihp__month_format(deck->performance.through, month), deck->base.year);
    }
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: performance.year: %d is not allowed; expected a year after the "
                     "base year %d [16.1]",
                     l->path, ihp__deck_line_given(l, "performance.year"), deck->performance.year,
                     deck->base.year);
}

/* Refuses a cut-off before the end of a quarterly statement's last month. */
static enum ihp_status check_ended(struct ihp__deck_loading *l)
{
    const struct ihp__period_spec *spec = &l->deck.performance;
    char date[IHP__DATE_TEXT], month[IHP__DATE_TEXT];
    int32_t least = ihp__day_of_month_start(spec->through + 1) - 1;
    if (spec->paid_through >= least) {
        return IHP_OK;
    }
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: performance.paid_through: is before the end of %s, the last month of "
                     "the quarterly statement [4.6.2]; expected %s or later, or set "
                     "allow_nonstandard_runout: true",
                     l->path, ihp__deck_line_given(l, "performance.paid_through"),
                     ihp__month_format(spec->through, month), ihp__day_format(least, date));
}

enum ihp_status ihp__deck_check_runout(struct ihp__deck_loading *l)
{
    struct ihp__deck *deck = &l->deck;
    char date[IHP__DATE_TEXT];
    if (deck->performance.through != 0) {
        deck->performance.year = 1970 + deck->performance.through / 12;
    }
    if (check_years(l) != IHP_OK) {
        return l->err->status;
    }
    if (deck->allow_nonstandard_runout) {
        return IHP_OK;
    }
    if (deck->settlement == IHP__QUARTERLY) {
        return check_ended(l);
    }
    int32_t base_least = ihp__day_of_civil(deck->base.year + 1, 12, 31);
    int32_t final_least = ihp__day_of_civil(deck->performance.year + 1, 12, 31);
    int32_t interim_most = ihp__day_of_civil(deck->performance.year + 1, 3, 31);
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
