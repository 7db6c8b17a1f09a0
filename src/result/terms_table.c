/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of each IHP and the make-up of its risk scores [16, 18, 5.9, 6.1]. */
#include "result/terms_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct ihp__table_column ihp__terms_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},
    {"term", IHP__CELL_TEXT},
    {"value", IHP__CELL_TEXT},
    {"section", IHP__CELL_TEXT},
};

const struct ihp__table_column ihp__risk_score_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},
    {"period", IHP__CELL_TEXT},
    {"acg", IHP__CELL_TEXT},
    {"members", IHP__CELL_INTEGER},
    {"member_months", IHP__CELL_INTEGER},
    {"weight", IHP__CELL_RATIO},
};

static_assert(sizeof ihp__terms_columns / sizeof ihp__terms_columns[0] == IHP__TERMS_COLUMNS &&
                  sizeof ihp__risk_score_columns / sizeof ihp__risk_score_columns[0] ==
                      IHP__RISK_SCORE_COLUMNS,
              "the header counts the columns");

/* An IHP's terms on their way into the table. */
struct terms {
    const struct ihp__result_input *in;
    const struct ihp__partnership *ihp;
    const struct ihp__settlement *settlement;
    struct ihp__table *table;
};

enum { TERM_TEXT = 80 };

static void put(const struct terms *t, const char *name, const char *value, const char *section)
{
    ihp__table_text(t->table, t->ihp->id);
    ihp__table_text(t->table, name);
    ihp__table_text(t->table, value);
    ihp__table_text(t->table, section);
}

static void put_integer(const struct terms *t, const char *name, int64_t value, const char *section)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    put(t, name, text, section);
}

static void put_cents(const struct terms *t, const char *name, int64_t cents, const char *section)
{
    char text[IHP__MONEY_TEXT];
    put(t, name, ihp__money_format(cents, text), section);
}

/* Blank if the number is undefined. */
static void put_number(const struct terms *t, const char *name, double value, const char *section)
{
    char text[40] = "";
    for (int digits = 1; !isnan(value) && digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value == 0 ? 0.0 : value); /* not "-0" */
        if (fabs(strtod(text, NULL) - value) <= 0.0) {
            break;
        }
    }
    put(t, name, text, section);
}

/* ---- groups of terms ------------------------------------------------------------------------- */

static void put_key(void *context, const struct ihp__deck_key *key)
{
    bool is_set = strncmp(key->path, IHP__WHAT_IF, strlen(IHP__WHAT_IF)) == 0;
    if (is_set || key->acts_on == IHP__ACTS_ON_MONEY || key->acts_on == IHP__ACTS_ON_QUALITY) {
        put(context, key->path, key->value, key->section);
    }
}

static void put_rosters(const struct terms *t)
{
    const struct ihp__deck *deck = t->in->deck;
    const struct ihp__terms terms = ihp__deck_terms(deck);
    char name[TERM_TEXT], text[IHP__DATE_TEXT];
    put(t, "roster_type", t->ihp->all_in ? "all_in" : "billing_treating", "3.8.4");
    for (int period = 0; period < IHP__PERIODS; period++) {
        int32_t quarter = ihp__terms_quarter(deck, &terms, (enum ihp__period)period);
        size_t rows;
        char digest[IHP__HASH_TEXT];
        const struct ihp__roster_row *roster =
            ihp__program_roster(t->in->program, t->settlement->partnership, quarter, &rows);
        snprintf(name, sizeof name, "roster.%s.quarter",
                 ihp__period_text((enum ihp__period)period));
        put(t, name, ihp__quarter_format(quarter, text), "3.8.5");
        snprintf(name, sizeof name, "roster.%s.rows", ihp__period_text((enum ihp__period)period));
        put_integer(t, name, (int64_t)rows, "3.8.4.1");
        ihp__roster_digest(roster, rows, digest);
        snprintf(name, sizeof name, "roster.%s.digest", ihp__period_text((enum ihp__period)period));
        put(t, name, digest, "3.8.4.1");
    }
}

/* Returns a rate with what a run added to it, without the digits that only the sum of doubles has.
 */
static double rate_of(const struct ihp__trend *trend, double added)
{
    return fabs(added) > 0 ? ihp__round12(trend->rate + added) : trend->rate;
}

static void put_trend(const struct terms *t)
{
    const struct ihp__deck *deck = t->in->deck;
    char name[TERM_TEXT];
    for (int year = deck->base.year + 1; year <= deck->performance.year; year++) {
        const struct ihp__trend *trend = ihp__program_trend(t->in->program, year);
        snprintf(name, sizeof name, "trend.%d.rate", year);
        put_number(t, name, trend != NULL ? rate_of(trend, deck->changes.trend) : NAN, "16.4.2");
        snprintf(name, sizeof name, "trend.%d.adjustment", year);
        put_number(t, name, trend != NULL ? trend->adjustment : NAN, "16.4.2");
    }
}

static void put_corridors(const struct terms *t)
{
    size_t count;
    const struct ihp__corridor *corridor =
        ihp__program_corridors(t->in->program, t->settlement->partnership, &count);
    const struct ihp__changes *changes = &t->in->deck->changes;
    char name[TERM_TEXT];
    for (size_t i = 0; i < count; i++) {
        const struct {
            const char *text;
            double value;
        } part[] = {{"from", corridor[i].from},
                    {"to", corridor[i].to},
                    {"share", changes->share_given ? changes->corridor_share : corridor[i].share}};
        for (size_t k = 0; k < sizeof part / sizeof part[0]; k++) {
            snprintf(name, sizeof name, "corridor.%zu.%s", i + 1, part[k].text);
            put_number(t, name, part[k].value, "16.8.2.3");
        }
    }
}

/* Members in affected counties, in months that have any. */
static void put_circumstances(const struct terms *t)
{
    const int64_t *affected =
        t->in->tally->period[IHP__PERFORMANCE].affected + (size_t)t->settlement->partnership * 12;
    int32_t first = ihp__period_first_month(&t->in->deck->performance);
    char name[TERM_TEXT], month[IHP__DATE_TEXT];
    for (int m = 0; m < 12; m++) {
        if (affected[m] > 0) {
            snprintf(name, sizeof name, "circumstances.%s", ihp__month_format(first + m, month));
            put_integer(t, name, affected[m], "5.9");
        }
    }
}

static void put_termination(const struct terms *t)
{
    char day[IHP__DATE_TEXT];
    int32_t of_period;
    int32_t first = ihp__period_first_month(&t->in->deck->performance);
    int32_t days = ihp__days_in_force(t->ihp, first, &of_period);
    const char *released = ihp__losses_released_by(t->ihp, first);
    if (t->ihp->terminated) {
        put(t, "termination", ihp__termination_text(t->ihp->termination), "6.1");
        put(t, "terminated_on", ihp__day_format(t->ihp->terminated_on, day), "6.1");
    }
    put_integer(t, "days_in_force", days, "6.1");
    put_integer(t, "days_of_period", of_period, "6.1");
    put(t, "released_from_losses", released != NULL ? "true" : "false",
        released != NULL ? released : "6.1");
}

static void put_all(struct terms *t)
{
    const struct ihp__deck *deck = t->in->deck;
    const struct ihp__terms terms = ihp__deck_terms(deck);
    int64_t cap = ihp__terms_cap(&terms, t->ihp);
    char month[IHP__DATE_TEXT];
    put(t, "period.first_month",
        ihp__month_format(ihp__period_first_month(&deck->performance), month), "2.26");
    put(t, "period.last_month",
        ihp__month_format(ihp__period_last_month(&deck->performance), month), "2.26");
    ihp__deck_each_key(deck, put_key, t);
    put_integer(t, "track", t->ihp->track, "4.4");
    put_rosters(t);
    if (cap > 0) {
        put_cents(t, "claims_cap", cap, "16.9");
    } else {
        put(t, "claims_cap", "none", "16.9");
    }
    put_trend(t);
    put_corridors(t);
    put_cents(t, "pbp", t->ihp->pbp, "16.8.2.2");
    put_number(t, "quality_score", t->settlement->quality_score, "18.2");
    put_circumstances(t);
    put_termination(t);
    put_cents(t, "interim_paid", t->ihp->interim_paid, "2.12");
}

void ihp__put_terms(const struct ihp__result_input *in, struct ihp__table *table)
{
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        put_all(
            &(struct terms){in, &in->program->partnership[p], &in->finance->settlement[p], table});
    }
}

void ihp__put_risk_scores(const struct ihp__result_input *in, struct ihp__table *table)
{
    size_t acgs = in->finance->acgs;
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        size_t cap = in->tally->shape.cap_of[p];
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__period_tally *sums = &in->tally->period[period];
            for (size_t acg = 0; acg < acgs; acg++) {
                if (sums->acg_members[p * acgs + acg] == 0) {
                    continue;
                }
                ihp__table_text(table, in->program->partnership[p].id);
                ihp__table_text(table, ihp__period_text((enum ihp__period)period));
                ihp__table_text(table, in->store->acg[acg]);
                ihp__table_integer(table, sums->acg_members[p * acgs + acg]);
                ihp__table_integer(table, sums->acg_months[p * acgs + acg]);
                ihp__table_ratio(table, in->finance->weight[period][cap * acgs + acg]);
            }
        }
    }
}
