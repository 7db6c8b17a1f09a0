/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens what a deck names and makes the look-up tables of both periods. */
#include "engine/context.h"

#include "base/text.h"
#include "engine/payments.h"
#include "finance/quality.h"

#include <stdlib.h>
#include <string.h>

/* Finds what each procedure counts as, and the risk category of a member who has none. */
static enum ihp_status make_lookups(struct ihp__context *c, struct ihp_error *err)
{
    c->code_sets = calloc(c->info->procedures + 1, sizeof *c->code_sets);
    if (c->code_sets == NULL) {
        return ihp__fail_memory(err, "procedure codes");
    }
    if (ihp__program_code_table(c->program, c->info->procedure, c->info->procedures, c->code_sets,
                                &c->dated_codes, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < c->info->acgs; i++) {
        if (strcmp(c->info->acg[i], "NONE") == 0) {
            c->none_acg = (uint16_t)i;
            return IHP_OK;
        }
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: dictionary/acg lacks NONE; make the store again with 'ihp import'",
                     c->info->path);
}

/* Makes the rules of both periods as the deck reads the contract. */
static enum ihp_status make_rules(struct ihp__context *c, struct ihp_notices *notices,
                                  struct ihp_error *err)
{
    const struct ihp__terms terms = ihp__deck_terms(&c->deck);
    if (ihp__program_affected(c->program, ihp__period_first_month(&c->deck.performance),
                              &c->affected, &c->affected_counties, err) != IHP_OK) {
        return err->status;
    }
    /* The performance period comes first, so that its rosters are noted first. */
    for (int period = IHP__PERIODS - 1; period >= 0; period--) {
        const struct ihp__reading reading = {
            .period = (enum ihp__period)period,
            .paid_through =
                period == IHP__BASE ? terms.base_paid_through : terms.performance_paid_through,
            .roster_quarter = ihp__terms_quarter(&c->deck, &terms, (enum ihp__period)period),
            .policies = terms.policies.claims,
        };
        if (ihp__context_rules(c, &reading, notices, &c->rules[period], err) != IHP_OK) {
            return err->status;
        }
        c->rules[period].policies = &c->deck.policies.claims;
        ihp__period_rules_decide(&c->rules[period], &c->deck.policies.decision, 1);
    }
    return IHP_OK;
}

static int by_cents(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Makes the shape of the deck's tallies. Each distinct cap of the IHPs has a set of risk weights of
 * its own [16.4.1.2]. */
static enum ihp_status make_shape(struct ihp__context *c, struct ihp_error *err)
{
    size_t count = c->program->partnerships, caps = 0;
    c->cap = calloc(count, sizeof *c->cap);
    c->cap_of = calloc(count, sizeof *c->cap_of);
    const struct ihp__terms terms = ihp__deck_terms(&c->deck);
    if (c->cap == NULL || c->cap_of == NULL) {
        return ihp__fail_memory(err, "claims caps");
    }
    for (size_t p = 0; p < count; p++) {
        c->cap[p] = ihp__terms_cap(&terms, &c->program->partnership[p]);
    }
    qsort(c->cap, count, sizeof *c->cap, by_cents);
    for (size_t i = 0; i < count; i++) {
        if (caps == 0 || c->cap[i] != c->cap[caps - 1]) {
            c->cap[caps++] = c->cap[i];
        }
    }
    for (size_t p = 0; p < count; p++) {
        while (c->cap[c->cap_of[p]] != ihp__terms_cap(&terms, &c->program->partnership[p])) {
            c->cap_of[p]++;
        }
    }
    c->shape =
        (struct ihp__tally_shape){count, c->info->acgs, c->info->payers, caps, c->cap, c->cap_of};
    return IHP_OK;
}

/* Checks that quality can be scored. Only a final settlement needs scores. */
static enum ihp_status check_quality(struct ihp__context *c, struct ihp_notices *notices,
                                     struct ihp_error *err)
{
    if (c->program->has_quality && c->deck.settlement == IHP__FINAL) {
        return ihp__quality_check(c->program, &c->deck, err);
    }
    if (c->program->has_quality) {
        ihp__notice_add(notices, "quality.csv: not used, because %s has no quality score [2.18]",
                        ihp__settlement_name(&c->deck));
    }
    return IHP_OK;
}

/* Refuses a store, which an earlier version made, with a text that a spreadsheet takes for a
 * formula. */
static enum ihp_status check_texts(const struct ihp__context *c, struct ihp_error *err)
{
    const struct ihp__store_info *s = c->info;
    const char *formula = NULL;
    for (size_t i = 0; i < s->payers; i++) {
        formula = formula == NULL && ihp__text_is_formula(s->payer[i]) ? s->payer[i] : formula;
    }
    for (size_t i = 0; i < s->acgs; i++) {
        formula = formula == NULL && ihp__text_is_formula(s->acg[i]) ? s->acg[i] : formula;
    }
    return formula == NULL
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s: has the payer or risk category '%.80s', which a spreadsheet would "
                           "compute in the results; correct it in the extract and import again",
                           s->path, formula);
}

/* Opens deck, program and store, and looks up procedures. */
static enum ihp_status open_inputs(const char *deck_path, const struct ihp__settings *settings,
                                   struct ihp__context *c, struct ihp_notices *notices,
                                   struct ihp_error *err)
{
    *c = (struct ihp__context){0};
    enum ihp_status status = ihp__deck_load_with(deck_path, settings, &c->deck, err);
    if (status == IHP_OK) {
        status = ihp__program_load(c->deck.program, &c->program, notices, err);
    }
    if (status == IHP_OK) {
        status = ihp__store_open(c->deck.store, &c->store, err);
    }
    if (status == IHP_OK) {
        c->info = ihp__store_info(c->store);
        ihp__store_note_digests(c->store, notices);
        status = check_texts(c, err) == IHP_OK ? make_lookups(c, err) : err->status;
    }
    if (status != IHP_OK) {
        ihp__context_close(c);
    }
    return status;
}

enum ihp_status ihp__context_open_inputs(const char *deck_path, struct ihp__context *c,
                                         struct ihp_notices *notices, struct ihp_error *err)
{
    return open_inputs(deck_path, NULL, c, notices, err);
}

enum ihp_status ihp__context_open(const char *deck_path, struct ihp__context *c,
                                  struct ihp_notices *notices, struct ihp_error *err)
{
    return ihp__context_open_with(deck_path, NULL, c, notices, err);
}

enum ihp_status ihp__context_open_with(const char *deck_path, const struct ihp__settings *settings,
                                       struct ihp__context *c, struct ihp_notices *notices,
                                       struct ihp_error *err)
{
    if (open_inputs(deck_path, settings, c, notices, err) != IHP_OK) {
        return err->status;
    }
    if (check_quality(c, notices, err) != IHP_OK ||
        ihp__program_check_terminations(c->program, c->deck.base.year, c->deck.performance.year,
                                        err) != IHP_OK ||
        ihp__program_check_interim_payers(c->program, c->deck.interim[0] != '\0', err) != IHP_OK ||
        ihp__payments_read(&c->deck, c->program, notices, err) != IHP_OK ||
        make_rules(c, notices, err) != IHP_OK || make_shape(c, err) != IHP_OK ||
        ihp__context_make_overrides(c, notices, err) != IHP_OK) {
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
    ihp__dated_codes_free(&c->dated_codes);
    free(c->override_);
    free(c->affected);
    free(c->cap);
    free(c->cap_of);
    ihp__deck_free(&c->deck);
    ihp__store_close(&c->store);
    ihp__program_destroy(&c->program);
    *c = (struct ihp__context){0};
}
