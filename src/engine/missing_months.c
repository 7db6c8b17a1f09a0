/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the control totals of an import as ihp check judges claims, and says the gravest of what
 * is wrong. */
#include "engine/missing_months.h"

#include "engine/claims_judge.h"
#include "engine/no_enrollment.h"
#include "engine/recorded_months.h"
#include "engine/set_aside.h"
#include "engine/zero_dollars.h"
#include "engine/zero_months.h"
#include "store/store_record.h"

#include <stdlib.h>

enum { NOTICES = 10 }; /* of each kind */

/* Where notices go, and what they are about. */
struct noting {
    const struct ihp__store_info *info;
    struct ihp_notices *notices;
};

/* Returns true for the first notices of a kind, and counts them all. */
static bool is_told(size_t *count)
{
    return (*count)++ < NOTICES;
}

static void say_more(const struct noting *noting, size_t count, const char *what)
{
    if (count > NOTICES) {
        ihp__notice_add(noting->notices, "the store: %zu more %s; 'ihp check' lists them",
                        count - NOTICES, what);
    }
}

static void note_ends(const struct noting *noting, const struct ihp__claims_judged *judged)
{
    size_t count = 0;
    for (size_t i = 0; i < judged->ends; i++) {
        char text[IHP__MONTH_FINDING_TEXT];
        const struct ihp__claims_end *end = &judged->end[i];
        if (is_told(&count)) {
            ihp__notice_add(noting->notices, "the store: %s, %s; 'ihp check' says more",
                            end->all_payers ? "all payers"
                                            : ihp__noted_payer(noting->info, end->payer),
                            ihp__claims_end_text(end, false, text));
        }
    }
    say_more(noting, count, "payers have claims that end early");
}

static void note_shifts(const struct noting *noting, const struct ihp__claims_judged *judged)
{
    size_t count = 0;
    for (size_t i = 0; i < judged->shifts.count; i++) {
        char text[IHP__SHIFT_TEXT];
        const struct ihp__shift *shift = &judged->shifts.shift[i];
        if (shift->kind != IHP__SHIFT_NEW && is_told(&count)) {
            ihp__notice_add(noting->notices, "the store: %s, %s; 'ihp check' says more",
                            ihp__noted_payer(noting->info, shift->payer),
                            ihp__shift_text(shift, false, text));
        }
    }
    say_more(noting, count, "payers and service classes differ far between the periods");
}

static void note_levels(const struct noting *noting, const struct ihp__claims_judged *judged)
{
    size_t count = 0;
    for (size_t i = 0; i < judged->levels.count; i++) {
        char text[IHP__LEVEL_TEXT];
        const struct ihp__payer_level *level = &judged->levels.level[i];
        if (is_told(&count)) {
            ihp__notice_add(noting->notices, "the store: %s, %s; 'ihp check' says more",
                            ihp__noted_payer(noting->info, level->payer),
                            ihp__payer_level_text(level, false, text));
        }
    }
    say_more(noting, count, "payers and service classes differ far from other payers");
}

static void note_months(const struct noting *noting, const struct ihp__claims_judged *judged)
{
    size_t count = 0;
    for (size_t i = 0; i < judged->findings; i++) {
        char text[IHP__MONTH_FINDING_TEXT];
        const struct ihp__month_finding *month = &judged->finding[i];
        if ((month->kind == IHP__MONTH_MISSING || month->kind == IHP__MONTH_UNPAID) &&
            is_told(&count)) {
            ihp__notice_add(noting->notices, "the store: %s, %s; 'ihp check' says more",
                            ihp__noted_payer(noting->info, month->payer),
                            ihp__month_finding_text(month, false, text));
        }
    }
    say_more(noting, count, "months are missing");
}

static void note_zero_months(const struct noting *noting, const struct ihp__claims_judged *judged)
{
    size_t count = 0;
    for (size_t i = 0; i < judged->findings; i++) {
        char text[IHP__MONTH_FINDING_TEXT];
        const struct ihp__month_finding *month = &judged->finding[i];
        if (ihp__is_zero_month(month) && is_told(&count)) {
            ihp__notice_add(noting->notices, "the store: %s, %s; 'ihp check' says more",
                            ihp__noted_payer(noting->info, month->payer),
                            ihp__month_finding_text(month, false, text));
        }
    }
    say_more(noting, count, "months of payers have lines of $0.00");
}

/* Notes tables of the extract that were empty. A small store may be made without them. */
static void note_tables(const struct ihp__store_info *info, struct ihp_notices *notices)
{
    enum { MEMBERS_LEAST = 100 };
    size_t classified = 0;
    for (size_t n = 1; n < info->npis; n++) {
        classified += info->npi_taxonomy[n] != UINT32_MAX;
    }
    if (info->members < MEMBERS_LEAST) {
        return;
    }
    if (info->spans == 0) {
        ihp__notice_add(notices,
                        "the store: no member has an enrollment span, so nobody is enrolled");
    }
    if (classified == 0) {
        ihp__notice_add(notices,
                        "the store: no provider has a taxonomy, so all are specialty [3.8.4.2]");
    }
    if (info->morbidity_rows == 0) {
        ihp__notice_add(notices,
                        "the store: no member has an ACG, so all are in the risk category NONE");
    }
}

/* Notes payers with lines of more members than are enrolled. */
static enum ihp_status note_enrollment(const struct ihp__deck *deck,
                                       const struct ihp__payer_months *months,
                                       const struct noting *noting, struct ihp_error *err)
{
    size_t count = 0;
    struct ihp__payer_months without = {0};
    struct ihp__no_enrollments list = {0};
    enum ihp_status status = ihp__no_enrollment_estimate(months, &without)
                                 ? ihp__no_enrollment_find(months, &without, deck, &list, err)
                                 : ihp__fail_memory(err, "the months of claims");
    for (size_t i = 0; i < list.count; i++) {
        char text[IHP__NO_ENROLLMENT_TEXT];
        if (is_told(&count)) {
            ihp__notice_add(noting->notices, "the store: %s, %s; 'ihp check' says more",
                            ihp__noted_payer(noting->info, list.found[i].payer),
                            ihp__no_enrollment_text(&list.found[i], true, text));
        }
    }
    say_more(noting, count, "payers have lines of members who are not enrolled");
    free(list.found);
    ihp__payer_months_free(&without);
    return status;
}

/* Judges control totals and adds notices. */
static enum ihp_status note_totals(const struct ihp__deck *deck, const json_t *totals,
                                   const struct noting *noting, struct ihp_error *err)
{
    struct ihp__payer_months months = {0};
    struct ihp__claims_judged judged = {0};
    enum ihp_status status = ihp__recorded_months_take(totals, noting->info, deck, &months, err);
    if (status == IHP_OK) {
        status = ihp__claims_judge(&months, deck, &judged, err);
    }
    if (status == IHP_OK) {
        note_ends(noting, &judged);
        note_shifts(noting, &judged);
        note_levels(noting, &judged);
        status = ihp__note_zero_dollars(deck, json_object_get(totals, "claims"), noting->info,
                                        &judged, noting->notices, err);
        note_zero_months(noting, &judged);
        note_months(noting, &judged);
    }
    if (status == IHP_OK && noting->info->spans > 0) {
        status = note_enrollment(deck, &months, noting, err);
    }
    ihp__claims_judged_free(&judged);
    ihp__payer_months_free(&months);
    return status;
}

static void note_set_aside(const struct ihp__deck *deck, const json_t *record,
                           const struct noting *noting)
{
    const struct ihp__set_aside aside = ihp__set_aside_of(record, deck);
    char text[IHP__SET_ASIDE_TEXT];
    if (aside.is_much) {
        ihp__notice_add(noting->notices, "the store: %s; 'ihp check' says more",
                        ihp__set_aside_text(&aside, false, text));
    }
}

enum ihp_status ihp__note_missing_months(const struct ihp__deck *deck,
                                         const struct ihp__store *store,
                                         struct ihp_notices *notices, struct ihp_error *err)
{
    const struct noting noting = {ihp__store_info(store), notices};
    json_t *record;
    note_tables(noting.info, notices);
    enum ihp_status status = ihp__store_read_record(store, &record, err);
    const json_t *totals = json_object_get(record, "totals");
    if (status == IHP_OK) {
        note_set_aside(deck, record, &noting);
    }
    if (status == IHP_OK && ihp__recorded_paid(totals)) {
        status = note_totals(deck, totals, &noting, err);
    } else if (status == IHP_OK && record != NULL) {
        ihp__notice_add(notices,
                        "store: the record of its import does not say when lines were paid, so "
                        "this run does not look for months that are missing; 'ihp check' does");
    }
    json_decref(record);
    return status;
}
