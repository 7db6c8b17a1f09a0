/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of an IHP as numbers, and its risk scores with all their digits [16.4, 16.8, 5.9]. */
#include "workbook/terms.h"

#include "tally/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double ihp__ihp_term_number(const struct ihp__waterfall *w, const char *name)
{
    const char *text = ihp__waterfall_term(w, name);
    char *end;
    double value = strtod(text, &end);
    return end != text && *end == '\0' ? value : NAN;
}

/* ---- corridors and months -------------------------------------------------------------------- */

static double part_of(const struct ihp__waterfall *w, size_t i, const char *part)
{
    char name[80];
    snprintf(name, sizeof name, "corridor.%zu.%s", i + 1, part);
    return ihp__ihp_term_number(w, name);
}

static enum ihp_status take_corridors(const struct ihp__waterfall *w, struct ihp__ihp_terms *terms,
                                      struct ihp_error *err)
{
    size_t count = 0;
    while (!isnan(part_of(w, count, "share"))) {
        count++;
    }
    terms->corridor = calloc(count + 1, sizeof *terms->corridor);
    if (terms->corridor == NULL) {
        return ihp__fail_memory(err, "the corridors of an IHP");
    }
    for (size_t i = 0; i < count; i++) {
        terms->corridor[i].from = part_of(w, i, "from");
        terms->corridor[i].to = part_of(w, i, "to");
        terms->corridor[i].share = part_of(w, i, "share");
    }
    terms->corridors = count;
    return IHP_OK;
}

/* Returns true if a term of the IHP is hidden. */
static bool is_hidden(const struct ihp__waterfall *w, const char *name)
{
    for (size_t r = 0; r < w->terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(w->terms, r);
        if (strcmp(row[1].text, name) == 0 && strcmp(row[0].text, w->row[0].text) == 0) {
            return row[2].hidden;
        }
    }
    return false;
}

enum ihp_status ihp__ihp_terms_take(const struct ihp__waterfall *w, const char *folder,
                                    struct ihp__ihp_terms *terms, struct ihp_error *err)
{
    char name[80], month[IHP__DATE_TEXT];
    *terms = (struct ihp__ihp_terms){0};
    if (!ihp__month_parse(ihp__waterfall_term(w, "period.first_month"), &terms->first_month)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/terms.csv: is not as ihp writes it: %.80s needs period.first_month, a "
                         "month; make the result again",
                         folder, w->row[0].text);
    }
    for (int m = 0; m < IHP__WORKBOOK_MONTHS; m++) {
        snprintf(name, sizeof name, "circumstances.%s",
                 ihp__month_format(terms->first_month + m, month));
        double affected = ihp__ihp_term_number(w, name);
        terms->affected[m] = affected > 0 ? (int64_t)affected : 0;
        terms->hides_month[m] = is_hidden(w, name);
        terms->hides_affected = terms->hides_affected || terms->hides_month[m];
    }
    return take_corridors(w, terms, err);
}

void ihp__ihp_terms_free(struct ihp__ihp_terms *terms)
{
    free(terms->corridor);
    *terms = (struct ihp__ihp_terms){0};
}

double ihp__corridor_share_of(const struct ihp__ihp_terms *terms, size_t i, double ratio,
                              bool outermost)
{
    if (isnan(ratio)) {
        return 0;
    }
    /* A corridor has the ratio if taking away what is on its far side does not change the share,
     * and taking it away does. */
    const struct ihp__corridor *c = &terms->corridor[i];
    bool savings = ihp__round12(ratio) < 1.0;
    size_t nearer = savings ? terms->corridors - 1 - i : i; /* corridors between it and 1 */
    const struct ihp__corridor *first = savings ? c + 1 : terms->corridor;
    double without = ihp__corridor_share(ratio, first, nearer, false, NULL);
    bool is_outermost = savings ? i == 0 : i + 1 == terms->corridors;
    double with = ihp__corridor_share(ratio, savings ? c : terms->corridor, nearer + 1,
                                      outermost && is_outermost, NULL);
    return with - without;
}

/* ---- risk ------------------------------------------------------------------------------------ */

/* Sums of the population of a period and cap. */
struct population {
    const struct ihp__table *table;
    const char *period;
    int64_t cap; /* cents; 0: none */
    int64_t cost, months;
};

/* Columns of risk_weights.csv and risk_scores.csv, in the order of docs/data.md. */
enum { AT_PERIOD, AT_CAP, AT_ACG, AT_MONTHS = 4, AT_COST };
enum { SCORE_IHP, SCORE_PERIOD, SCORE_ACG, SCORE_MONTHS = 4 };

static bool is_of(const struct population *p, const struct ihp__cell *row)
{
    return row[AT_CAP].integer == p->cap && strcmp(row[AT_PERIOD].text, p->period) == 0;
}

static double weight_of(const struct population *p, const char *acg)
{
    for (size_t r = 0; r < p->table->rows && p->cost != 0; r++) {
        const struct ihp__cell *row = ihp__table_row(p->table, r);
        if (is_of(p, row) && strcmp(row[AT_ACG].text, acg) == 0 && row[AT_MONTHS].integer > 0) {
            return ((double)row[AT_COST].integer / (double)row[AT_MONTHS].integer) /
                   ((double)p->cost / (double)p->months);
        }
    }
    return 1.0;
}

static double score_of(const struct population *p, const struct ihp__table *scores, const char *id,
                       const char *period)
{
    int64_t months = 0;
    double sum = 0;
    for (size_t r = 0; r < scores->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(scores, r);
        if (strcmp(row[SCORE_IHP].text, id) == 0 && strcmp(row[SCORE_PERIOD].text, period) == 0) {
            months += row[SCORE_MONTHS].integer;
            sum += (double)row[SCORE_MONTHS].integer * weight_of(p, row[SCORE_ACG].text);
        }
    }
    return months == 0 ? NAN : sum / (double)months;
}

double ihp__exact_risk(const struct ihp__finished *finished, size_t r, enum ihp__period period)
{
    const struct ihp__table *settlement = &finished->table[IHP__TABLE_SETTLEMENT];
    const struct ihp__cell *row = ihp__table_row(settlement, r);
    const char *text = ihp__period_text(period);
    size_t at = ihp__table_column_of(settlement, period == IHP__BASE ? "base_risk" : "risk");
    struct ihp__waterfall w = {
        .settlement = settlement, .terms = &finished->table[IHP__TABLE_TERMS], .row = row};
    bool base = strcmp(ihp__waterfall_term(&w, "policies.risk_weights"), "base") == 0;
    struct population p = {.table = &finished->table[IHP__TABLE_RISK_WEIGHTS],
                           .period = base ? ihp__period_text(IHP__BASE) : text};
    if (!ihp__money_parse(ihp__waterfall_term(&w, "claims_cap"), &p.cap)) {
        p.cap = 0;
    }
    for (size_t i = 0; i < p.table->rows; i++) {
        const struct ihp__cell *weight = ihp__table_row(p.table, i);
        p.cost += is_of(&p, weight) ? weight[AT_COST].integer : 0;
        p.months += is_of(&p, weight) ? weight[AT_MONTHS].integer : 0;
    }
    double known = row[at].blank ? NAN : row[at].ratio;
    double exact =
        score_of(&p, &finished->table[IHP__TABLE_RISK_SCORES], row[SCORE_IHP].text, text);
    return fabs(exact - known) <= fabs(known) * 1e-11 ? exact : known;
}
