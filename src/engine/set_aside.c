/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up what the record of an import says of the claim lines that were set aside. */
#include "engine/set_aside.h"

#include "engine/completeness_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double much = 0.01; /* of a period's dollars */
enum { YEARS = 400, FIRST_YEAR = 1800 };

static double number_of(const json_t *object, const char *key)
{
    double number = (double)json_integer_value(json_object_get(object, key));
    return number;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static bool is_in(const struct ihp__period_spec *spec, int32_t month)
{
    return month >= ihp__period_first_month(spec) && month <= ihp__period_last_month(spec);
}

/* Returns the paid cents of the smaller period of a deck, or of an average year. */
static double period_cents(const json_t *claims, const struct ihp__deck *deck)
{
    double base = 0, performance = 0, all = 0, years = 0;
    bool seen[YEARS] = {false};
    size_t i;
    const json_t *row;
    json_array_foreach(claims, i, row)
    {
        const char *when = json_string_value(json_array_get(row, 0));
        const char *status = json_string_value(json_array_get(row, 3));
        double cents = (double)json_integer_value(json_array_get(row, 5));
        int32_t month;
        if (when == NULL || status == NULL ||
            strcmp(status, ihp__code_text(&ihp__claim_statuses, IHP__CLAIM_PAID)) != 0 ||
            !ihp__month_parse(when, &month)) {
            continue;
        }
        int year = (int)(month / 12) + 1970 - FIRST_YEAR;
        bool is_new = year >= 0 && year < YEARS && !seen[year];
        if (is_new) {
            seen[year] = true;
        }
        years += is_new ? 1 : 0;
        all += cents;
        base += deck != NULL && is_in(&deck->base, month) ? cents : 0;
        performance += deck != NULL && is_in(&deck->performance, month) ? cents : 0;
    }
    if (deck == NULL) {
        return years > 0 ? all / years : 0;
    }
    return base < performance ? base : performance;
}

/* Adds the rows of a kind. */
static void add_kind(struct ihp__set_aside *aside, const json_t *kind)
{
    const json_t *unreadable = json_object_get(kind, "unreadable");
    double lines = number_of(kind, "rows"), unknown = number_of(kind, "unreadable");
    if (strcmp(text_of(kind, "table"), "claims") != 0 ||
        json_is_true(json_object_get(kind, "repeats"))) {
        return;
    }
    if (unreadable == NULL && strncmp(text_of(kind, "reason"), "paid_amount ", 12) == 0) {
        unknown = lines; /* a record of an earlier version */
    }
    aside->lines += lines > 0 ? (uint64_t)lines : 0;
    aside->unreadable += unknown > 0 ? (uint64_t)unknown : 0;
    aside->cents += fabs(number_of(kind, "cents"));
}

struct ihp__set_aside ihp__set_aside_of(const json_t *record, const struct ihp__deck *deck)
{
    struct ihp__set_aside aside = {0};
    size_t i;
    const json_t *kind;
    json_array_foreach(json_object_get(record, "bad_rows"), i, kind)
    {
        add_kind(&aside, kind);
    }
    if (aside.lines > 0) {
        aside.period_cents =
            period_cents(json_object_get(json_object_get(record, "totals"), "claims"), deck);
        aside.is_much =
            aside.unreadable > 0 || (aside.cents > 0 && aside.cents > much * aside.period_cents);
    }
    return aside;
}

const char *ihp__set_aside_text(const struct ihp__set_aside *aside, bool show_small,
                                char text[IHP__SET_ASIDE_TEXT])
{
    char lines[IHP__FINDING_SUM_TEXT], unknown[IHP__FINDING_SUM_TEXT],
        dollars[IHP__FINDING_SUM_TEXT], share[32] = "";
    uint64_t known = aside->lines - aside->unreadable;
    bool shown = show_small || known >= IHP__LEAST_SHOWN;
    if (aside->period_cents > 0) {
        snprintf(share, sizeof share, " (%.1f%% of a period's)",
                 100 * aside->cents / aside->period_cents);
    }
    size_t used = (size_t)snprintf(text, IHP__SET_ASIDE_TEXT, "the import set aside");
    if (known > 0) {
        used += (size_t)snprintf(text + used, IHP__SET_ASIDE_TEXT - used, " %s%s%s%s",
                                 ihp__lines_text(known, show_small, lines), shown ? " of " : "",
                                 shown ? ihp__dollars_text(aside->cents, dollars) : "",
                                 shown ? share : "");
    }
    if (aside->unreadable > 0) {
        snprintf(text + used, IHP__SET_ASIDE_TEXT - used,
                 "%s %s of unknown dollars, as the amount could not be read",
                 known > 0 ? " and" : "", ihp__lines_text(aside->unreadable, show_small, unknown));
    }
    return text;
}
