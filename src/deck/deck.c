/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a deck owns, its periods, and its terms, which scenarios vary. */
#include "deck_sweep.h"

int32_t ihp__period_last_month(const struct ihp__period_spec *spec)
{
    return spec->through != 0 ? spec->through : (spec->year - 1970) * 12 + 11;
}

int32_t ihp__period_first_month(const struct ihp__period_spec *spec)
{
    return ihp__period_last_month(spec) - 11;
}

int ihp__period_acg_year(const struct ihp__period_spec *spec)
{
    return ihp__period_last_month(spec) % 12 == 11 ? spec->year : spec->year - 1;
}

const char *ihp__period_months(const struct ihp__period_spec *spec, char text[IHP__PERIOD_TEXT])
{
    char first[IHP__DATE_TEXT], last[IHP__DATE_TEXT];
    if (spec->through == 0) {
        snprintf(text, IHP__PERIOD_TEXT, "%d", spec->year);
    } else {
        snprintf(text, IHP__PERIOD_TEXT, "%s to %s",
                 ihp__month_format(ihp__period_first_month(spec), first),
                 ihp__month_format(ihp__period_last_month(spec), last));
    }
    return text;
}

const char *ihp__settlement_title(const struct ihp__deck *deck)
{
    static const char *const titles[] = {[IHP__INTERIM] = "Interim settlement",
                                         [IHP__FINAL] = "Final settlement",
                                         [IHP__QUARTERLY] = "Quarterly statement"};
    return titles[deck->settlement];
}

const char *ihp__settlement_name(const struct ihp__deck *deck)
{
    static const char *const names[] = {[IHP__INTERIM] = "an interim settlement",
                                        [IHP__FINAL] = "a final settlement",
                                        [IHP__QUARTERLY] = "a quarterly statement"};
    return names[deck->settlement];
}

const char *ihp__settlement_amounts(const struct ihp__deck *deck)
{
    static const char *const amounts[] = {
        [IHP__INTERIM] = ("An interim settlement pays savings alone: losses are not due before the "
                          "final one [16.6.1.1]."),
        [IHP__FINAL] =
            "A positive amount due is paid to the IHP; a negative one is owed by it [5.4].",
        [IHP__QUARTERLY] =
            "A quarterly statement pays nothing, so every amount due is $0.00 [4.6.2]."};
    return amounts[deck->settlement];
}

void ihp__deck_free(struct ihp__deck *deck)
{
    ihp__sweep_free(&deck->sweep);
}

struct ihp__terms ihp__deck_terms(const struct ihp__deck *deck)
{
    return (struct ihp__terms){.base_paid_through = deck->base.paid_through,
                               .performance_paid_through = deck->performance.paid_through,
                               .threshold = deck->threshold,
                               .quality_share = deck->quality_share,
                               .policies = deck->policies,
                               .changes = deck->changes};
}

void ihp__deck_apply(struct ihp__deck *deck, const struct ihp__terms *terms)
{
    deck->base.paid_through = terms->base_paid_through;
    deck->performance.paid_through = terms->performance_paid_through;
    deck->threshold = terms->threshold;
    deck->quality_share = terms->quality_share;
    deck->policies = terms->policies;
    deck->changes = terms->changes;
}
