/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the rules of a reading or of the months of a payment, with the rosters of each quarter. */
#include "engine/context.h"

#include <stdlib.h>

/* Looks up the NPPES taxonomy of each NPI of a store. Returns NULL when memory is short; the caller
 * frees the array. */
static const char **nppes_taxonomies(const struct ihp__store_info *info)
{
    const char **taxonomy = calloc(info->npis + 1, sizeof *taxonomy);
    for (size_t n = 0; taxonomy != NULL && n < info->npis; n++) {
        if (info->npi_taxonomy[n] != UINT32_MAX) {
            taxonomy[n] = info->taxonomy[info->npi_taxonomy[n]];
        }
    }
    return taxonomy;
}

/* Returns the last day before `day` on which a contract ended; INT32_MIN if none did. */
static int32_t ended_before(const struct ihp__program *program, int32_t day)
{
    int32_t last = INT32_MIN;
    for (size_t p = 0; p < program->partnerships; p++) {
        const struct ihp__partnership *ihp = &program->partnership[p];
        if (!ihp__partnership_in_force(ihp, day) && ihp->terminated_on > last) {
            last = ihp->terminated_on;
        }
    }
    return last;
}

/* Notes each IHP that has no roster, though its contract did not end by the day `ended`. */
static void note_empty_rosters(const struct ihp__context *c, int32_t quarter, int32_t ended,
                               struct ihp_notices *notices)
{
    for (size_t p = 0; p < c->program->partnerships; p++) {
        size_t rows;
        char text[IHP__DATE_TEXT];
        const struct ihp__partnership *ihp = &c->program->partnership[p];
        ihp__program_roster(c->program, (int)p, quarter, &rows);
        if (rows == 0 && (ended == INT32_MIN || ihp__partnership_in_force(ihp, ended + 1))) {
            ihp__notice_add(notices, "rosters.csv: %s has no roster in force in %s",
                            c->program->partnership[p].id, ihp__quarter_format(quarter, text));
        }
    }
}

/* Makes the index of the rosters of a quarter without those of contracts that ended by a day. */
static enum ihp_status make_roster(const struct ihp__context *c, struct ihp__context_roster *roster,
                                   struct ihp_error *err)
{
    struct ihp__program view = {0};
    const char **taxonomy = nppes_taxonomies(c->info);
    enum ihp_status status = taxonomy == NULL ? ihp__fail_memory(err, "rosters by NPI")
                             : roster->ended == INT32_MIN
                                 ? IHP_OK
                                 : ihp__program_in_force(c->program, roster->ended + 1, &view, err);
    if (status == IHP_OK) {
        status = ihp__roster_index_create(roster->ended == INT32_MIN ? c->program : &view,
                                          roster->quarter, c->info->npi, taxonomy, c->info->npis,
                                          &roster->index, err);
    }
    free(view.roster);
    free(taxonomy);
    return status;
}

/* Finds the rosters of a quarter without those of contracts that ended before `day`. */
static enum ihp_status roster_on(struct ihp__context *c, int32_t quarter, int32_t day,
                                 struct ihp_notices *notices, const struct ihp__roster_index **out,
                                 struct ihp_error *err)
{
    int32_t ended = ended_before(c->program, day);
    for (size_t i = 0; i < c->rosters; i++) {
        if (c->roster[i].quarter == quarter && c->roster[i].ended == ended) {
            *out = c->roster[i].index;
            return IHP_OK;
        }
    }
    if (!ihp__array_reserve(&c->roster, &c->roster_capacity, c->rosters + 1, sizeof *c->roster)) {
        return ihp__fail_memory(err, "rosters by NPI");
    }
    struct ihp__context_roster *fresh = &c->roster[c->rosters];
    *fresh = (struct ihp__context_roster){.quarter = quarter, .ended = ended};
    if (make_roster(c, fresh, err) != IHP_OK) {
        return err->status;
    }
    note_empty_rosters(c, quarter, ended, notices);
    c->rosters++;
    *out = fresh->index;
    return IHP_OK;
}

enum ihp_status ihp__context_roster_of(struct ihp__context *c, int32_t quarter,
                                       struct ihp_notices *notices,
                                       const struct ihp__roster_index **out, struct ihp_error *err)
{
    return roster_on(c, quarter, INT32_MIN, notices, out, err);
}

enum ihp_status ihp__context_rules(struct ihp__context *c, const struct ihp__reading *reading,
                                   struct ihp_notices *notices, struct ihp__period_rules *rules,
                                   struct ihp_error *err)
{
    struct ihp__period_spec spec =
        reading->period == IHP__BASE ? c->deck.base : c->deck.performance;
    spec.paid_through = reading->paid_through;
    ihp__period_rules_init(rules, reading->period, &spec, &reading->policies);
    ihp__period_rules_decide(rules, reading->decision, reading->decisions);
    rules->inclusion = c->program->inclusion;
    rules->code_sets = c->code_sets;
    rules->dated_codes = &c->dated_codes;
    rules->partnerships = (uint32_t)c->program->partnerships;
    if (reading->period == IHP__PERFORMANCE) {
        rules->affected = c->affected;
        rules->affected_counties = c->affected_counties;
    }
    return ihp__context_roster_of(c, reading->roster_quarter, notices, &rules->roster, err);
}

enum ihp_status ihp__context_monthly_rules(struct ihp__context *c, int32_t first_month, int months,
                                           struct ihp_notices *notices,
                                           struct ihp__monthly_rules *rules, struct ihp_error *err)
{
    const struct ihp__roster_index *before = NULL;
    ihp__monthly_rules_init(rules, first_month, months, c->deck.performance.paid_through,
                            &c->deck.policies);
    for (int i = 0; i < months; i++) {
        struct ihp__period_rules *month = &rules->month[i];
        month->inclusion = c->program->inclusion;
        month->code_sets = c->code_sets;
        month->dated_codes = &c->dated_codes;
        month->partnerships = (uint32_t)c->program->partnerships;
        if (roster_on(c, 1970 * 4 + (first_month + i) / 3, ihp__day_of_month_start(first_month + i),
                      notices, &month->roster, err) != IHP_OK) {
            return err->status;
        }
        if (before != NULL && ihp__roster_index_same(before, month->roster)) {
            month->roster = before; /* so that lines need not be judged again */
        }
        before = month->roster;
    }
    return IHP_OK;
}
