/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening what a deck names and making the look-up tables of both periods. */
#include "context.h"

#include "base/search.h"
#include "finance/quality.h"

#include <stdlib.h>
#include <string.h>

const char **ihp__nppes_taxonomies(const struct ihp__store_info *info)
{
    const char **taxonomy = calloc(info->npis + 1, sizeof *taxonomy);
    for (size_t n = 0; taxonomy != NULL && n < info->npis; n++) {
        if (info->npi_taxonomy[n] != UINT32_MAX) {
            taxonomy[n] = info->taxonomy[info->npi_taxonomy[n]];
        }
    }
    return taxonomy;
}

static void note_empty_rosters(const struct ihp__context *c, int32_t quarter,
                               struct ihp_notices *notices)
{
    for (size_t p = 0; p < c->program->partnerships; p++) {
        size_t rows;
        char text[IHP__DATE_TEXT];
        ihp__program_roster(c->program, (int)p, quarter, &rows);
        if (rows == 0) {
            ihp__notice_add(notices, "rosters.csv: %s has no roster in force in %s",
                            c->program->partnership[p].id, ihp__quarter_format(quarter, text));
        }
    }
}

enum ihp_status ihp__context_roster_of(struct ihp__context *c, int32_t quarter,
                                       struct ihp_notices *notices,
                                       const struct ihp__roster_index **out, struct ihp_error *err)
{
    for (size_t i = 0; i < c->rosters; i++) {
        if (c->roster[i].quarter == quarter) {
            *out = c->roster[i].index;
            return IHP_OK;
        }
    }
    const char **taxonomy = ihp__nppes_taxonomies(c->info);
    if (taxonomy == NULL ||
        !ihp__array_reserve(&c->roster, &c->roster_capacity, c->rosters + 1, sizeof *c->roster)) {
        free(taxonomy);
        return ihp__fail_memory(err, "rosters by NPI");
    }
    struct ihp__context_roster *fresh = &c->roster[c->rosters];
    *fresh = (struct ihp__context_roster){.quarter = quarter};
    if (ihp__roster_index_create(c->program, quarter, c->info->npi, taxonomy, c->info->npis,
                                 &fresh->index, err) == IHP_OK) {
        note_empty_rosters(c, quarter, notices);
        c->rosters++;
        *out = fresh->index;
    }
    free(taxonomy);
    return err->status;
}

enum ihp_status ihp__context_rules(struct ihp__context *c, const struct ihp__reading *reading,
                                   struct ihp_notices *notices, struct ihp__period_rules *rules,
                                   struct ihp_error *err)
{
    const struct ihp__period_spec spec = {reading->period == IHP__BASE ? c->deck.base.year
                                                                       : c->deck.performance.year,
                                          reading->paid_through};
    ihp__period_rules_init(rules, reading->period, &spec, &reading->policies);
    ihp__period_rules_decide(rules, reading->decision, reading->decisions);
    rules->inclusion = c->program->inclusion;
    rules->code_sets = c->code_sets;
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
    for (int k = 0; k < months; k++) {
        struct ihp__period_rules *month = &rules->month[k];
        month->inclusion = c->program->inclusion;
        month->code_sets = c->code_sets;
        month->partnerships = (uint32_t)c->program->partnerships;
        if (ihp__context_roster_of(c, 1970 * 4 + (first_month + k) / 3, notices, &month->roster,
                                   err) != IHP_OK) {
            return err->status;
        }
        if (before != NULL && ihp__roster_index_same(before, month->roster)) {
            month->roster = before; /* so that lines need not be judged again */
        }
        before = month->roster;
    }
    return IHP_OK;
}

/* What a procedure counts as, and the category of who has none. */
static enum ihp_status make_lookups(struct ihp__context *c, struct ihp_error *err)
{
    c->code_sets = calloc(c->info->procedures + 1, sizeof *c->code_sets);
    if (c->code_sets == NULL) {
        return ihp__fail_memory(err, "procedure codes");
    }
    for (size_t i = 0; i < c->info->procedures; i++) {
        c->code_sets[i] = (uint8_t)ihp__program_code_sets(c->program, c->info->procedure[i]);
    }
    for (size_t i = 0; i < c->info->acgs; i++) {
        if (strcmp(c->info->acg[i], "NONE") == 0) {
            c->none_acg = (uint16_t)i;
            return IHP_OK;
        }
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: dictionary/acg lacks NONE; make the store anew with "
                     "'ihp import'",
                     c->info->path);
}

/* The rules of both periods as the deck reads the contract. */
static enum ihp_status make_rules(struct ihp__context *c, struct ihp_notices *notices,
                                  struct ihp_error *err)
{
    const struct ihp__terms terms = ihp__deck_terms(&c->deck);
    if (ihp__program_affected(c->program, (c->deck.performance.year - 1970) * 12, &c->affected,
                              &c->affected_counties, err) != IHP_OK) {
        return err->status;
    }
    for (int q = IHP__PERIODS - 1; q >= 0; q--) { /* the settlement's own rosters are noted first */
        const struct ihp__reading reading = {
            .period = (enum ihp__period)q,
            .paid_through =
                q == IHP__BASE ? terms.base_paid_through : terms.performance_paid_through,
            .roster_quarter = ihp__terms_quarter(&c->deck, &terms, (enum ihp__period)q),
            .policies = terms.policies,
        };
        if (ihp__context_rules(c, &reading, notices, &c->rules[q], err) != IHP_OK) {
            return err->status;
        }
        c->rules[q].policies = &c->deck.policies;
        ihp__period_rules_decide(&c->rules[q], &c->deck.policies, 1);
    }
    return IHP_OK;
}

static int by_cents(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The distinct caps of the IHPs: one set of risk weights for each [16.4.1.2]. */
static enum ihp_status make_caps(struct ihp__context *c, struct ihp_error *err)
{
    size_t count = c->program->partnerships;
    c->cap = calloc(count, sizeof *c->cap);
    c->cap_of = calloc(count, sizeof *c->cap_of);
    if (c->cap == NULL || c->cap_of == NULL) {
        return ihp__fail_memory(err, "claims caps");
    }
    for (size_t p = 0; p < count; p++) {
        c->cap[p] = c->program->partnership[p].claims_cap;
    }
    qsort(c->cap, count, sizeof *c->cap, by_cents);
    for (size_t i = 0; i < count; i++) {
        if (c->caps == 0 || c->cap[i] != c->cap[c->caps - 1]) {
            c->cap[c->caps++] = c->cap[i];
        }
    }
    for (size_t p = 0; p < count; p++) {
        while (c->cap[c->cap_of[p]] != c->program->partnership[p].claims_cap) {
            c->cap_of[p]++;
        }
    }
    return IHP_OK;
}

/* Puts an override of program row `o` with its member in the store. */
static enum ihp_status place_override(struct ihp__context *c, const struct ihp__override *o,
                                      enum ihp__period q, struct ihp_error *err)
{
    uint64_t member;
    bool found;
    if (ihp__store_find_member(c->store, o->member_id, &member, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/overrides.csv:%llu: member_id: a member that the store does not have; "
                         "correct or remove the row",
                         c->program->folder, (unsigned long long)o->line);
    }
    struct ihp__context_override *last = c->overrides == 0 ? NULL : &c->override_[c->overrides - 1];
    if (last == NULL || last->member != member) { /* rows come in member order */
        last = &c->override_[c->overrides++];
        last->member = member;
    }
    last->value[q] = (struct ihp__override_value){true, o->partnership};
    return IHP_OK;
}

/* Adds a line number to a list for people, or "..." once where no more fits. */
static void list_line(char *list, size_t size, uint64_t line)
{
    char number[24];
    size_t used = strlen(list);
    snprintf(number, sizeof number, "%s%llu", used > 0 ? ", " : "", (unsigned long long)line);
    if (used + strlen(number) + 8 < size) {
        memcpy(list + used, number, strlen(number) + 1);
    } else if (used < 3 || strcmp(list + used - 3, "...") != 0) {
        memcpy(list + used, ", ...", 6);
    }
}

/* Overrides of a final settlement [4.6.4.2]; an interim does without. */
static enum ihp_status make_overrides(struct ihp__context *c, struct ihp_notices *notices,
                                      struct ihp_error *err)
{
    size_t applied[IHP__PERIODS] = {0};
    char lines[600] = "";
    if (c->program->overrides == 0) {
        return IHP_OK;
    }
    if (c->deck.settlement == IHP__INTERIM) {
        ihp__notice_add(notices, "overrides.csv: not applied, because an interim settlement has no "
                                 "overrides [4.6.4.2]");
        return IHP_OK;
    }
    c->override_ = calloc(c->program->overrides, sizeof *c->override_);
    if (c->override_ == NULL) {
        return ihp__fail_memory(err, "overrides");
    }
    for (size_t i = 0; i < c->program->overrides; i++) {
        const struct ihp__override *o = &c->program->override_[i];
        for (int q = 0; q < IHP__PERIODS; q++) {
            if (o->year == c->rules[q].year) {
                if (place_override(c, o, (enum ihp__period)q, err) != IHP_OK) {
                    return err->status;
                }
                applied[q]++;
                list_line(lines, sizeof lines, o->line);
            }
        }
    }
    ihp__notice_add(notices,
                    "overrides.csv: %zu applied to the base period, %zu to the performance "
                    "period [4.6.4.2]; lines %s",
                    applied[IHP__BASE], applied[IHP__PERFORMANCE],
                    lines[0] == '\0' ? "none" : lines);
    return IHP_OK;
}

/* Whether quality can be scored; an interim settlement does without. */
static enum ihp_status check_quality(struct ihp__context *c, struct ihp_notices *notices,
                                     struct ihp_error *err)
{
    if (c->program->has_quality && c->deck.settlement == IHP__FINAL) {
        return ihp__quality_check(c->program, &c->deck, err);
    }
    if (c->program->has_quality) {
        ihp__notice_add(notices,
                        "quality.csv: not used, because an interim settlement has no quality "
                        "score [2.18]");
    }
    return IHP_OK;
}

enum ihp_status ihp__context_open_inputs(const char *deck_path, struct ihp__context *c,
                                         struct ihp_notices *notices, struct ihp_error *err)
{
    *c = (struct ihp__context){0};
    if (ihp__deck_load(deck_path, &c->deck, err) == IHP_OK &&
        ihp__program_load(c->deck.program, &c->program, notices, err) == IHP_OK &&
        ihp__store_open(c->deck.store, &c->store, err) == IHP_OK) {
        c->info = ihp__store_info(c->store);
        make_lookups(c, err);
    }
    if (err->status != IHP_OK) {
        ihp__context_close(c);
    }
    return err->status;
}

enum ihp_status ihp__context_open(const char *deck_path, struct ihp__context *c,
                                  struct ihp_notices *notices, struct ihp_error *err)
{
    if (ihp__context_open_inputs(deck_path, c, notices, err) != IHP_OK) {
        return err->status;
    }
    if (check_quality(c, notices, err) != IHP_OK ||
        ihp__program_check_terminations(c->program, c->deck.base.year, c->deck.performance.year,
                                        err) != IHP_OK ||
        make_rules(c, notices, err) != IHP_OK || make_caps(c, err) != IHP_OK ||
        make_overrides(c, notices, err) != IHP_OK) {
        ihp__context_close(c);
    }
    return err->status;
}

void ihp__context_close(struct ihp__context *c)
{
    for (size_t i = 0; i < c->rosters; i++) {
        ihp__roster_index_destroy(&c->roster[i].index);
    }
    free(c->roster);
    free(c->code_sets);
    free(c->override_);
    free(c->affected);
    free(c->cap);
    free(c->cap_of);
    ihp__deck_free(&c->deck);
    ihp__store_close(&c->store);
    ihp__program_destroy(&c->program);
    *c = (struct ihp__context){0};
}

const struct ihp__override_value *ihp__context_overrides(const struct ihp__context *c,
                                                         uint64_t member)
{
    static const struct ihp__override_value none[IHP__PERIODS] = {{false, -1}, {false, -1}};
    size_t at;
    IHP__LOWER_BOUND(at, c->overrides, c->override_[at].member < member);
    return at < c->overrides && c->override_[at].member == member ? c->override_[at].value : none;
}
