/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of deck keys: type, bounds, default, contract section, meaning and what each acts on;
 * and how a text becomes a value. The rows of the policies are in policies.h. */
#include "deck_keys.h"

#include "base/text.h"

#include <string.h>

#define AT(field) offsetof(struct ihp__deck, field)

static const char *const kinds[] = {"interim", "final", "quarterly", NULL};
static const char *const designs[] = {"one_at_a_time", "grid", "named", "readings", NULL};
static const char *const no_yes[] = {"false", "true", NULL};

static const char a_year[] = "a year from 1981 to 2147";

/* The texts of each choice among the policies: `count_unit_values`. */
#define TEXT(enumerator, text)   text,
#define VALUES_CHOICE(name, ...) static const char *const name##_values[] = {__VA_ARGS__ NULL};
#define VALUES_BOOLEAN(name, ...)
#define VALUES_INTEGER(name, ...)
#define VALUES_TEXT(name, ...)
#define VALUES(name, type, values, fallback, section, meaning, acts_on) VALUES_##type(name, values)
IHP__POLICY_LIST(VALUES, TEXT)

/* A policy as a row of the table. */
#define BOUNDS(low, high)           low, high, NULL
#define RANGE_CHOICE(name, ...)     0, 0, name##_values
#define RANGE_BOOLEAN(name, ...)    0, 0, NULL
#define RANGE_INTEGER(name, values) BOUNDS values
#define RANGE_TEXT(name, ...)       0, 0, NULL
#define ROW(name, type, values, fallback, section, meaning, acts_on)                               \
    {"policies." #name,                                                                            \
     IHP__DECK_##type,                                                                             \
     AT(policies.IHP__BY_##acts_on(claims., decision., ) name),                                    \
     RANGE_##type(name, values),                                                                   \
     NULL,                                                                                         \
     fallback,                                                                                     \
     section,                                                                                      \
     meaning,                                                                                      \
     IHP__ACTS_ON_##acts_on},

const struct ihp__deck_spec ihp__deck_spec[] = {
    {"store", IHP__DECK_PATH, AT(store), 0, 0, NULL, NULL, NULL, "", "the store to settle",
     IHP__ACTS_ON_RUN},
    {"program", IHP__DECK_PATH, AT(program), 0, 0, NULL, NULL, NULL, "", "the program folder",
     IHP__ACTS_ON_RUN},
    {"output", IHP__DECK_PATH, AT(output), 0, 0, NULL, NULL, NULL, "", "the result folder to make",
     IHP__ACTS_ON_RUN},
    {"settlement", IHP__DECK_CHOICE, AT(settlement), 0, 0, kinds, NULL, NULL, "16.6",
     "interim: up to 3 months of run-out; final: at least 12; quarterly: a statement of twelve "
     "months, from which nothing is due",
     IHP__ACTS_ON_MONEY},
    {"interim", IHP__DECK_PATH, AT(interim), 0, 0, NULL, NULL, "", "2.12",
     "only in a final settlement: the result folder of its interim settlement, of the same years "
     "and "
     "terms; the amounts due there count as paid",
     IHP__ACTS_ON_RUN},
    {"payments", IHP__DECK_PATHS, AT(payments), 0, 0, NULL, "a list of 1 to 5 folders", "",
     "16.8.2.2", "folders of the payment runs of the performance period, which paid pbp_dollars",
     IHP__ACTS_ON_MONEY},
    {"reconciliation", IHP__DECK_PATH, AT(reconciliation), 0, 0, NULL, NULL, "", "15.5",
     "the folder of the reconciliation of these payment runs; its amounts are subtracted from "
     "pbp_dollars",
     IHP__ACTS_ON_RUN},
    {"base.year", IHP__DECK_INTEGER, AT(base.year), 1981, 2147, NULL, a_year, NULL, "16.1.1",
     "the base period", IHP__ACTS_ON_CLAIMS},
    {"base.paid_through", IHP__DECK_DATE, AT(base.paid_through), 0, 0, NULL, NULL, NULL, "2.7",
     "the run-out cut-off of the base period", IHP__ACTS_ON_CLAIMS},
    {"performance.year", IHP__DECK_INTEGER, AT(performance.year), 1981, 2147, NULL, a_year, NULL,
     "16.1", "the performance period, after the base year; a quarterly statement has none",
     IHP__ACTS_ON_CLAIMS},
    {"performance.through", IHP__DECK_MONTH, AT(performance.through), 0, 0, NULL, NULL, "", "4.6.2",
     "only in a quarterly statement: the last of its twelve months, after the base year",
     IHP__ACTS_ON_CLAIMS},
    {"performance.paid_through", IHP__DECK_DATE, AT(performance.paid_through), 0, 0, NULL, NULL,
     NULL, "2.7", "the run-out cut-off of the performance period", IHP__ACTS_ON_CLAIMS},
    {"threshold", IHP__DECK_DECIMAL, AT(threshold), 0, 1, NULL,
     "a number from 0 to below 1, such as 0.02", "0.02", "16.7",
     "savings and losses are shared only if the ratio differs from 1 by more than this",
     IHP__ACTS_ON_MONEY},
    {"quality_share", IHP__DECK_SHARE, AT(quality_share), 0, 1, NULL, NULL, "0.5", "18.2",
     "the share of savings and losses that the quality score multiplies", IHP__ACTS_ON_QUALITY},
    {"strict_categories", IHP__DECK_BOOLEAN, AT(strict_categories), 0, 0, NULL, NULL, "false",
     "16.10", "refuse lines whose category of service no table lists", IHP__ACTS_ON_REFUSALS},
    {"allow_nonstandard_runout", IHP__DECK_BOOLEAN, AT(allow_nonstandard_runout), 0, 0, NULL, NULL,
     "false", "16.6.1.1", "accept any run-out cut-off", IHP__ACTS_ON_REFUSALS},
    IHP__POLICY_LIST(ROW, IHP__POLICY_NO_VALUE){
        "bootstrap_scenarios", IHP__DECK_BOOLEAN, AT(bootstrap_scenarios), 0, 0, NULL, NULL,
        "false", "",
        "intervals for each scenario of the sweep too; requires the sections bootstrap and sweep",
        IHP__ACTS_ON_INTERVALS},
    {"checkpoint_minutes", IHP__DECK_DECIMAL, AT(checkpoint_minutes), 0, 1440, NULL,
     "a number from 0 to below 1440", "10", "",
     "minutes between two checkpoints of a long run; 0: only when the run is asked to stop",
     IHP__ACTS_ON_RUN},
    {"bootstrap.replicates", IHP__DECK_SECTION, 0, 0, 0, NULL, "a whole number from 1 to 1000000",
     NULL, "", "how many times the members are drawn", IHP__ACTS_ON_INTERVALS},
    {"bootstrap.seed", IHP__DECK_SECTION, 0, 0, 0, NULL,
     "a whole number from 0 to 9223372036854775807", "1", "", "equal seeds draw alike",
     IHP__ACTS_ON_INTERVALS},
    {"bootstrap.levels", IHP__DECK_SECTION, 0, 0, 0, NULL,
     "a list of 1 to 8 numbers between 0 and 1", "[0.95]", "",
     "confidence levels of the intervals, each once; stored in ascending order",
     IHP__ACTS_ON_INTERVALS},
    {"sweep.design", IHP__DECK_SECTION, 0, 0, 0, designs, NULL, NULL, "",
     "which scenarios the sweep has", IHP__ACTS_ON_SCENARIOS},
    {"sweep.vary", IHP__DECK_SECTION, 0, 0, 0, NULL, "keys, each with a list of values", "", "",
     "the keys that the designs one_at_a_time and grid vary; required there",
     IHP__ACTS_ON_SCENARIOS},
    {"sweep.scenarios", IHP__DECK_SECTION, 0, 0, 0, NULL,
     "a list of {name: text, set: {key: value}}", "", "",
     "the scenarios of the design named, with what each sets; required there",
     IHP__ACTS_ON_SCENARIOS},
    {"sweep.max_scenarios", IHP__DECK_SECTION, 0, 0, 0, NULL, "a whole number from 1 to 100000",
     "10000", "", "a sweep of more scenarios is refused", IHP__ACTS_ON_REFUSALS},
};
const size_t ihp__deck_specs = sizeof ihp__deck_spec / sizeof ihp__deck_spec[0];

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

bool ihp__deck_is_plain(const struct ihp__deck_spec *spec)
{
    return spec->type == IHP__DECK_INTEGER || spec->type == IHP__DECK_DECIMAL ||
           spec->type == IHP__DECK_SHARE || spec->type == IHP__DECK_BOOLEAN;
}

/* Writes "a, b or c". */
static void list_choices(const char *const *choice, char text[IHP__DECK_ALLOWED])
{
    size_t used = 0;
    for (size_t i = 0; choice[i] != NULL && used < IHP__DECK_ALLOWED; i++) {
        const char *between = i == 0 ? "" : choice[i + 1] == NULL ? " or " : ", ";
        used += (size_t)snprintf(text + used, IHP__DECK_ALLOWED - used, "%s%s", between, choice[i]);
    }
}

const char *ihp__deck_allowed(const struct ihp__deck_spec *spec, char text[IHP__DECK_ALLOWED])
{
    static const char *const of_type[] = {
        [IHP__DECK_PATH] = "a path",
        [IHP__DECK_DATE] = "a date, YYYY-MM-DD, from 1970-01-02 to 2149-06-04",
        [IHP__DECK_MONTH] = "a month, YYYY-MM, from 1981-01 to 2147-12",
        [IHP__DECK_SHARE] = "a number from 0 to 1, such as 0.5",
        [IHP__DECK_BOOLEAN] = "true or false",
        [IHP__DECK_TEXT] =
            "a text of 1 to 40 bytes on one line that does not begin with = + - or @",
    };
    static_assert(IHP__GROUP_MAX == 40, "the text above");
    if (spec->allowed != NULL) {
        snprintf(text, IHP__DECK_ALLOWED, "%s", spec->allowed);
    } else if (spec->choices != NULL) {
        list_choices(spec->choices, text);
    } else if (spec->type == IHP__DECK_INTEGER) {
        snprintf(text, IHP__DECK_ALLOWED, "a whole number from %.0f to %.0f", spec->low,
                 spec->high);
    } else {
        snprintf(text, IHP__DECK_ALLOWED, "%s", of_type[spec->type]);
    }
    return text;
}

/* ---- from a text to a value ------------------------------------------------------------------ */

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

bool ihp__deck_is_line(const char *text, size_t most)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            return false;
        }
    }
    return length > 0 && length <= most;
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

static bool month_number(const char *text, double *number)
{
    int32_t month;
    if (!ihp__month_parse(text, &month) || month < (1981 - 1970) * 12 ||
        month >= (2148 - 1970) * 12) {
        return false;
    }
    *number = month;
    return true;
}

bool ihp__deck_number(const struct ihp__deck_spec *spec, const char *text, double *number)
{
    int64_t integer;
    double decimal;
    switch (spec->type) {
    case IHP__DECK_PATH:
    case IHP__DECK_PATHS:
    case IHP__DECK_SECTION:
        return false;
    case IHP__DECK_CHOICE:
    case IHP__DECK_BOOLEAN:
        return choice_number(ihp__deck_choices(spec), text, number);
    case IHP__DECK_DATE:
        return date_number(text, number);
    case IHP__DECK_MONTH:
        return month_number(text, number);
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
    case IHP__DECK_SHARE:
        return ihp__decimal_parse(text, number) && *number >= 0 && *number <= 1;
    case IHP__DECK_TEXT:
        *number = 0;
        return ihp__deck_is_line(text, IHP__GROUP_MAX) && !ihp__text_is_formula(text);
    }
    return false;
}

void ihp__deck_set_text(char field[IHP__POLICY_TEXT], const char *text)
{
    memset(field, 0, IHP__POLICY_TEXT);
    memcpy(field, text, strlen(text));
}

/* Adds a folder to the payment runs. */
static bool add_run(struct ihp__deck_payments *payments, const char *text, const char *folder)
{
    if (payments->runs == IHP__DECK_RUNS_MAX ||
        !set_path(payments->folder[payments->runs], text, folder)) {
        return false;
    }
    payments->runs++;
    return true;
}

bool ihp__deck_set(struct ihp__deck *deck, const struct ihp__deck_spec *spec, const char *text,
                   const char *folder)
{
    void *field = (char *)deck + spec->offset;
    double number;
    if (spec->type == IHP__DECK_PATH) {
        return set_path(field, text, folder);
    }
    if (spec->type == IHP__DECK_PATHS) {
        return add_run(field, text, folder);
    }
    if (!ihp__deck_number(spec, text, &number)) {
        return false;
    }
    if (spec->type == IHP__DECK_DECIMAL || spec->type == IHP__DECK_SHARE) {
        *(double *)field = number;
    } else if (spec->type == IHP__DECK_TEXT) {
        ihp__deck_set_text(field, text);
    } else {
        *(int *)field = (int)number;
    }
    return true;
}
