/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a deck that have one value: type, bounds, default, contract section and meaning, and
 * how a text becomes a value. */
#include "deck_keys.h"

#include <string.h>

#define AT(field)    offsetof(struct ihp__deck, field)
#define POLICY(name) "policies." #name, IHP__DECK_CHOICE, AT(policies.name), 0, 0

static const char *const kinds[] = {"interim", "final", NULL};
static const char *const scopes[] = {"month", "period", NULL};
static const char *const base_rosters[] = {"performance", "own", NULL};
static const char *const units[] = {"billing", "treating", NULL};
static const char *const counts[] = {"line", "visit", NULL};
static const char *const gates[] = {"any_roster", "attributed_ihp", NULL};
static const char *const elsewheres[] = {"step3", "blocks", NULL};
static const char *const specialties[] = {"all_em", "specialty", NULL};
static const char *const ties[] = {"unattributed", "lowest_ihp", NULL};
static const char *const costs[] = {"qualifying", "all", NULL};
static const char *const weights[] = {"own", "base", NULL};
static const char *const outsides[] = {"none", "outermost", NULL};
static const char *const losses[] = {"as_written", "none", NULL};
static const char *const differences[] = {"relative", "points", NULL};
static const char *const replicate_weights[] = {"fixed", "refit", NULL};
static const char *const no_yes[] = {"false", "true", NULL};

static const char a_date[] = "a date, YYYY-MM-DD, from 1970-01-02 to 2149-06-04";
static const char a_year[] = "a year from 1981 to 2147";
static const char months[] = "a whole number from 0 to 12";

const struct ihp__deck_spec ihp__deck_spec[] = {
    {"store", IHP__DECK_PATH, AT(store), 0, 0, NULL, "a path", NULL, "", "the store to settle"},
    {"program", IHP__DECK_PATH, AT(program), 0, 0, NULL, "a path", NULL, "", "the program folder"},
    {"output", IHP__DECK_PATH, AT(output), 0, 0, NULL, "a path", NULL, "",
     "the result folder to make"},
    {"settlement", IHP__DECK_CHOICE, AT(settlement), 0, 0, kinds, "interim or final", NULL, "16.6",
     "interim: up to 3 months of run-out; final: at least 12"},
    {"interim", IHP__DECK_PATH, AT(interim), 0, 0, NULL, "a path", "", "2.12",
     "of a final: the result folder of the interim run, whose amounts due were paid"},
    {"base.year", IHP__DECK_INTEGER, AT(base.year), 1981, 2147, NULL, a_year, NULL, "16.1.1",
     "the base period"},
    {"base.paid_through", IHP__DECK_DATE, AT(base.paid_through), 0, 0, NULL, a_date, NULL, "2.7",
     "the base period's run-out cut-off"},
    {"performance.year", IHP__DECK_INTEGER, AT(performance.year), 1981, 2147, NULL, a_year, NULL,
     "16.1", "the performance period"},
    {"performance.paid_through", IHP__DECK_DATE, AT(performance.paid_through), 0, 0, NULL, a_date,
     NULL, "2.7", "the performance period's run-out cut-off"},
    {"threshold", IHP__DECK_DECIMAL, AT(threshold), 0, 1, NULL,
     "a number from 0 to below 1, such as 0.02", "0.02", "16.7",
     "no sharing unless the ratio lies further than this from 1"},
    {"strict_categories", IHP__DECK_BOOLEAN, AT(strict_categories), 0, 0, NULL, "true or false",
     "false", "16.10", "refuse lines whose category of service no table lists"},
    {"allow_nonstandard_runout", IHP__DECK_BOOLEAN, AT(allow_nonstandard_runout), 0, 0, NULL,
     "true or false", "false", "16.6.1.1", "accept any run-out cut-off"},
    {"policies.msc_plus_excluded", IHP__DECK_BOOLEAN, AT(policies.msc_plus_excluded), 0, 0, NULL,
     "true or false", "true", "13.2.10", "Minnesota Senior Care Plus does not qualify"},
    {POLICY(exclusion_scope), scopes, "month or period", "month", "13.2",
     "an excluded month spoils itself, or the whole period"},
    {"policies.min_continuous_months", IHP__DECK_INTEGER, AT(policies.min_continuous_months), 0, 12,
     NULL, months, "6", "13.3.2", "qualifying months in a row that a member needs"},
    {"policies.min_total_months", IHP__DECK_INTEGER, AT(policies.min_total_months), 0, 12, NULL,
     months, "9", "13.3.2", "qualifying months in all that a member needs"},
    {POLICY(base_roster), base_rosters, "performance or own", "performance", "3.8.5",
     "the base period uses the performance year's roster, or its own year's"},
    {POLICY(non_ihp_unit), units, "billing or treating", "billing", "13.3.1.3",
     "what makes a non-IHP provider: the billing or the treating NPI"},
    {POLICY(count_unit), counts, "line or visit", "line", "13.3.3",
     "count claim lines, or distinct date, treating NPI and entity"},
    {POLICY(visit_gate), gates, "any_roster or attributed_ihp", "any_roster", "13.3.2",
     "a line at any IHP in the period suffices, or one at the attributed IHP is needed"},
    {POLICY(primary_care_elsewhere), elsewheres, "step3 or blocks", "step3", "13.3.5.6",
     "primary care at non-IHP providers alone leads to Step 3, or ends attribution"},
    {POLICY(specialty_elsewhere), specialties, "all_em or specialty", "all_em", "13.3.6.7",
     "Step 3 compares all E&M lines of a non-IHP provider, or its specialty lines"},
    {POLICY(unresolved_tie), ties, "unattributed or lowest_ihp", "unattributed", "13.3.7",
     "what becomes of a tie that no date breaks"},
    {"policies.lookback_months", IHP__DECK_INTEGER, AT(policies.lookback_months), 0, 120, NULL,
     "a whole number from 0 to 120", "12", "13.3.8",
     "months before the period that decide where the period has no E&M line; 0: none"},
    {POLICY(cost_months), costs, "qualifying or all", "qualifying", "16.5.1",
     "cost counts in qualifying months, or in all"},
    {POLICY(risk_weights), weights, "own or base", "own", "16.5.2",
     "each period has its own risk weights, or both have the base year's"},
    {POLICY(pbp_offset_outside), outsides, "none or outermost", "none", "16.8.2.2",
     "share of the PBP offset beyond the outermost corridor"},
    {POLICY(quality_on_losses), losses, "as_written or none", "as_written", "18.4.13",
     "the quality score changes losses as it does savings, or leaves them alone"},
    {POLICY(benchmark_difference), differences, "relative or points", "relative", "18.4.4.1",
     "differences from a benchmark are relative to it, or in percentage points"},
    {"policies.reference_group", IHP__DECK_TEXT, AT(policies.reference_group), 0, 0, NULL,
     "a text of 1 to 40 bytes on one line", "White", "18.4.9.2",
     "the group that gaps in equitable care are measured from"},
    {POLICY(bootstrap_weights), replicate_weights, "fixed or refit", "fixed", "",
     "a replicate has the risk weights of the full population, or its own"},
    {"bootstrap_scenarios", IHP__DECK_BOOLEAN, AT(bootstrap_scenarios), 0, 0, NULL, "true or false",
     "false", "", "intervals for each scenario of the sweep too"},
    {"checkpoint_minutes", IHP__DECK_DECIMAL, AT(checkpoint_minutes), 0, 1440, NULL,
     "a number from 0 to below 1440", "10", "",
     "between two checkpoints of a long run; 0: only when it is asked to stop"},
};
const size_t ihp__deck_specs = sizeof ihp__deck_spec / sizeof ihp__deck_spec[0];

static bool set_path(char *field, const char *text, const char *folder)
{
    if (text[0] == '\0') {
        return false;
    }
    int size = text[0] == '/' || folder[0] == '\0'
                   ? snprintf(field, IHP__PATH_MAX, "%s", text)
                   : snprintf(field, IHP__PATH_MAX, "%s/%s", folder, text);
    return size >= 0 && size < IHP__PATH_MAX;
}

static bool is_text(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            return false;
        }
    }
    return length > 0 && length <= IHP__GROUP_MAX;
}

static bool choice_number(const char *const *choices, const char *text, double *number)
{
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], text) == 0) {
            *number = i;
            return true;
        }
    }
    return false;
}

static bool date_number(const char *text, double *number)
{
    int32_t day;
    if (!ihp__day_parse(text, &day) || day <= IHP__DAY16_BEFORE || day >= IHP__DAY16_AFTER - 1) {
        return false;
    }
    *number = day;
    return true;
}

const struct ihp__deck_spec *ihp__deck_find(const char *path)
{
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        if (strcmp(ihp__deck_spec[i].path, path) == 0) {
            return &ihp__deck_spec[i];
        }
    }
    return NULL;
}

const char *const *ihp__deck_choices(const struct ihp__deck_spec *spec)
{
    return spec->type == IHP__DECK_BOOLEAN ? no_yes : spec->choices;
}

bool ihp__deck_wants_plain(const struct ihp__deck_spec *spec)
{
    return spec->type == IHP__DECK_INTEGER || spec->type == IHP__DECK_DECIMAL ||
           spec->type == IHP__DECK_BOOLEAN;
}

bool ihp__deck_number(const struct ihp__deck_spec *spec, const char *text, double *number)
{
    int64_t integer;
    double decimal;
    switch (spec->type) {
    case IHP__DECK_PATH:
        return false;
    case IHP__DECK_CHOICE:
    case IHP__DECK_BOOLEAN:
        return choice_number(ihp__deck_choices(spec), text, number);
    case IHP__DECK_DATE:
        return date_number(text, number);
    case IHP__DECK_INTEGER:
        if (!ihp__integer_parse(text, (int64_t)spec->low, (int64_t)spec->high, &integer)) {
            return false;
        }
        *number = (double)integer;
        return true;
    case IHP__DECK_DECIMAL:
        if (!ihp__decimal_parse(text, &decimal) || decimal < spec->low || decimal >= spec->high) {
            return false;
        }
        *number = decimal;
        return true;
    case IHP__DECK_TEXT:
        *number = 0;
        return is_text(text);
    }
    return false;
}

void ihp__deck_set_text(char field[IHP__POLICY_TEXT], const char *text)
{
    memset(field, 0, IHP__POLICY_TEXT);
    memcpy(field, text, strlen(text));
}

bool ihp__deck_set(struct ihp__deck *deck, const struct ihp__deck_spec *spec, const char *text,
                   const char *folder)
{
    void *field = (char *)deck + spec->offset;
    double number;
    if (spec->type == IHP__DECK_PATH) {
        return set_path(field, text, folder);
    }
    if (!ihp__deck_number(spec, text, &number)) {
        return false;
    }
    if (spec->type == IHP__DECK_DECIMAL) {
        *(double *)field = number;
    } else if (spec->type == IHP__DECK_TEXT) {
        ihp__deck_set_text(field, text);
    } else {
        *(int *)field = (int)number;
    }
    return true;
}
