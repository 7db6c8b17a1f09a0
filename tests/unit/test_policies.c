/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every policy of policies.h, value by value: it changes the results of what its row says it acts
 * on and nothing before that, and a sweep that varies it gives what a deck with it gives. A new
 * policy is tested here without a change to this file, unless no case below depends on it: then the
 * test fails until the list has a case that does. */
#include "deck/deck_keys.h"
#include "deck_text.h"
#include "ihp/import.h"
#include "ihp/jobs.h"

/* Folders of tests/cases: one must depend on every value of a policy. */
static const char *const cases[] = {"money", "policies", "reversals", "ties"};
static const char payment_case[] = "payments";

/* Values of the policies that are texts, as no table has them. */
static const struct {
    const char *policy, *value;
} text_values[] = {{"reference_group", "Black"}};

/* ---- policies and values --------------------------------------------------------------------- */

/* A policy with one value that is not its default. */
struct trial {
    const struct ihp__deck_spec *spec;
    const char *policy; /* the path behind "policies." */
    char value[IHP__POLICY_TEXT];
};

enum { TRIALS_MAX = 400 };
static struct trial trial[TRIALS_MAX];
static size_t trials;

static void add_trial(const struct ihp__deck_spec *spec, const char *value)
{
    struct trial *t = &trial[trials++];
    assert_in_range(trials, 1, TRIALS_MAX - 1);
    t->spec = spec;
    t->policy = strchr(spec->path, '.') + 1;
    snprintf(t->value, sizeof t->value, "%s", value);
    if (strcmp(t->value, spec->fallback) == 0) {
        trials--;
    }
}

/* The ends of a range, and the neighbors of the default. */
static void add_numbers(const struct ihp__deck_spec *spec)
{
    int fallback = atoi(spec->fallback), low = (int)spec->low, high = (int)spec->high;
    const int number[] = {low, fallback - 1, fallback + 1, high};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        char value[20];
        snprintf(value, sizeof value, "%d", number[i]);
        if (number[i] >= low && number[i] <= high && (i == 0 || number[i] != number[i - 1])) {
            add_trial(spec, value);
        }
    }
}

static void add_policy(const struct ihp__deck_spec *spec)
{
    size_t before = trials;
    const char *const *choice = ihp__deck_choices(spec);
    for (size_t i = 0; choice != NULL && choice[i] != NULL; i++) {
        add_trial(spec, choice[i]);
    }
    if (spec->type == IHP__DECK_INTEGER) {
        add_numbers(spec);
    }
    for (size_t i = 0; i < sizeof text_values / sizeof text_values[0]; i++) {
        if (strcmp(spec->path + strlen("policies."), text_values[i].policy) == 0) {
            add_trial(spec, text_values[i].value);
        }
    }
    if (trials == before) {
        fail_msg("%s: no value to try; add one to text_values", spec->path);
    }
}

static void list_trials(void)
{
    int policies = 0;
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        if (strncmp(ihp__deck_spec[i].path, "policies.", strlen("policies.")) == 0) {
            add_policy(&ihp__deck_spec[i]);
            policies++;
        }
    }
    assert_int_equal(policies, IHP__POLICIES);
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* Writes a deck that settles a case with a bootstrap, and `more` behind it. */
static void write_deck(const char *case_name, const char *more)
{
    static char text[20000];
    int size = snprintf(text, sizeof text,
                        "store: %s.h5\nprogram: %s/tests/cases/%s/program\noutput: result\n"
                        "settlement: final\nbase: {year: 2024, paid_through: 2025-12-31}\n"
                        "performance: {year: 2025, paid_through: 2026-12-31}\n"
                        "bootstrap: {replicates: 40}\n%s",
                        case_name, IHP_TEST_SOURCE, case_name, more);
    assert_in_range(size, 1, sizeof text - 1);
    write_text(in_folder("deck.yaml"), text);
}

static void write_deck_with(const char *case_name, const struct trial *t)
{
    char more[200];
    snprintf(more, sizeof more, "policies: {%s: %s}\n", t->policy, t->value);
    write_deck(case_name, more);
}

static void must(enum ihp_status status, const struct ihp_error *err)
{
    if (status != IHP_OK) {
        fail_msg("%s", err->text);
    }
}

static void import_case(const char *case_name)
{
    char extract[PATH_BYTES], store[64];
    snprintf(extract, sizeof extract, "%s/tests/cases/%s/extract", IHP_TEST_SOURCE, case_name);
    snprintf(store, sizeof store, "%s.h5", case_name);
    const struct ihp_import_options options = {
        .comm = MPI_COMM_NULL, .extract_dir = extract, .store_path = in_folder(store)};
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    must(ihp_import(&options, &report, NULL, &err), &err);
    ihp_import_report_clear(&report);
}

/* Settles the deck into a folder of the test's. */
static void settle(const char *folder)
{
    const struct ihp_settle_options options = {
        .deck_path = in_folder("deck.yaml"), .output = in_folder(folder), .force = true};
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    must(ihp_settle(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
}

/* Pays a quarter of the deck into a folder of the test's. */
static void pay(const char *folder)
{
    const struct ihp_pay_options options = {.deck_path = in_folder("deck.yaml"),
                                            .output = in_folder(folder),
                                            .force = true,
                                            .first_quarter = 2025 * 4 + 1,
                                            .quarters = 1};
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    must(ihp_pay(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
}

/* ---- tables ---------------------------------------------------------------------------------- */

enum { LINES_MAX = 20000 };

/* A file of a result folder by its lines. */
struct lines {
    char *bytes, **line;
    size_t count;
};

static struct lines read_lines(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    struct lines l = {.line = calloc(LINES_MAX, sizeof(char *))};
    assert_non_null(l.line);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    l.bytes = read_bytes(in_folder(path), NULL);
    for (char *line = strtok(l.bytes, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_in_range(l.count, 0, LINES_MAX - 1);
        l.line[l.count++] = line;
    }
    return l;
}

static void free_lines(struct lines *l)
{
    free(l->bytes);
    free(l->line);
}

static bool same_lines(const struct lines *a, const struct lines *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = strcmp(a->line[i], b->line[i]) == 0;
    }
    return same;
}

/* The results of a deck that a policy may change. */
struct results {
    struct lines settlement, bootstrap;
};

static struct results read_results(const char *folder)
{
    return (struct results){read_lines(folder, "settlement.csv"),
                            read_lines(folder, "bootstrap.csv")};
}

static void free_results(struct results *r)
{
    free_lines(&r->settlement);
    free_lines(&r->bootstrap);
}

/* ---- what a value changes -------------------------------------------------------------------- */

/* What a column of settlement.csv follows from, at the latest. */
static enum ihp__acts_on kind_of_column(const char *name)
{
    static const char *const members[] = {
        "base_members", "base_member_months", "base_capped_cost", "base_tcoc_pmpm",
        "members",      "member_months",      "capped_cost",      "tcoc_pmpm"};
    static const char *const quality[] = {
        "quality_score",      "quality_adjusted", "circumstance_reduction",
        "termination_factor", "final_amount",     "interim_paid",
        "amount_due"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(name, members[i]) == 0) {
            return IHP__ACTS_ON_CLAIMS;
        }
    }
    for (size_t i = 0; i < sizeof quality / sizeof quality[0]; i++) {
        if (strcmp(name, quality[i]) == 0) {
            return IHP__ACTS_ON_QUALITY;
        }
    }
    return IHP__ACTS_ON_MONEY;
}

/* The earliest step of which a row has another value: CLAIMS for members, months and cost, whether
 * claims or decisions made them; RUN where the rows are equal. */
static enum ihp__acts_on earliest_difference(const char *header, const char *row, const char *other)
{
    enum ihp__acts_on earliest = IHP__ACTS_ON_RUN;
    while (*header != '\0') {
        char name[64];
        size_t length = strcspn(header, ","), width = strcspn(row, ","),
               other_width = strcspn(other, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, header);
        if (width != other_width || strncmp(row, other, width) != 0) {
            enum ihp__acts_on kind = kind_of_column(name);
            earliest = kind > earliest ? kind : earliest;
        }
        header += length + (header[length] == ',');
        row += width + (row[width] == ',');
        other += other_width + (other[other_width] == ',');
    }
    return earliest;
}

static enum ihp__acts_on what_changed(const struct results *usual, const struct results *r)
{
    enum ihp__acts_on earliest = IHP__ACTS_ON_RUN;
    assert_int_equal(usual->settlement.count, r->settlement.count);
    for (size_t i = 1; i < r->settlement.count; i++) {
        enum ihp__acts_on row = earliest_difference(r->settlement.line[0], r->settlement.line[i],
                                                    usual->settlement.line[i]);
        earliest = row > earliest ? row : earliest;
    }
    if (earliest == IHP__ACTS_ON_RUN && !same_lines(&usual->bootstrap, &r->bootstrap)) {
        earliest = IHP__ACTS_ON_INTERVALS;
    }
    return earliest;
}

/* Returns the earliest step of settlement.csv that a policy shows in. Of decisions, that is who is
 * attributed, which all columns on members show, but for the one that only decides of whom risk
 * weights are computed. */
static enum ihp__acts_on shows_in(const struct trial *t)
{
    enum ihp__acts_on says = t->spec->acts_on;
    if (strcmp(t->policy, "weights_population") == 0) {
        return IHP__ACTS_ON_MONEY;
    }
    return says == IHP__ACTS_ON_DECISION ? IHP__ACTS_ON_CLAIMS : says;
}

/* Compares what a value changes, in the case where it changes most, with what its row says. Which
 * of the two changed the members, claims or decisions, the compiler checks: a rule sees the
 * policies of its own step alone. */
static void check_effect(const struct trial *t, enum ihp__acts_on changed)
{
    enum ihp__acts_on says = t->spec->acts_on;
    if (changed == IHP__ACTS_ON_RUN) {
        fail_msg("%s: %s: no case changes; add a case that depends on it", t->spec->path, t->value);
    }
    if (changed != shows_in(t)) {
        fail_msg("%s: policies.h says that it acts on %s, but '%s' changes %s", t->spec->path,
                 acts_on_text(says), t->value, acts_on_text(changed));
    }
}

/* ---- what a sweep gives ---------------------------------------------------------------------- */

/* Sweeps over every trial, one scenario each, with intervals. */
static void settle_sweep(const char *case_name)
{
    static char more[16000];
    size_t size = (size_t)snprintf(more, sizeof more,
                                   "bootstrap_scenarios: true\n"
                                   "sweep:\n  design: named\n  scenarios:\n");
    for (size_t i = 0; i < trials; i++) {
        size +=
            (size_t)snprintf(more + size, sizeof more - size, "    - {name: T%zu, set: {%s: %s}}\n",
                             i, trial[i].policy, trial[i].value);
        assert_in_range(size, 1, sizeof more - 1);
    }
    write_deck(case_name, more);
    settle("sweep");
}

/* Checks that each row of a scenario is its number, key and value, and then a row of the settlement
 * with the policy. What only a scenario has, its change from the deck, is left out. */
static void check_scenario(const struct trial *t, size_t number, const struct lines *scenarios,
                           const struct lines *plain)
{
    char begins[100];
    size_t length =
        (size_t)snprintf(begins, sizeof begins, "%zu,%s,%s,", number, t->policy, t->value);
    size_t seen = 0;
    for (size_t i = 1; i < scenarios->count; i++) {
        const char *row = scenarios->line[i];
        bool found = false;
        if (strncmp(row, begins, length) != 0 || strstr(row, ",change_in_amount,") != NULL) {
            continue;
        }
        for (size_t j = 1; j < plain->count && !found; j++) {
            size_t width = strlen(plain->line[j]);
            found = strncmp(row + length, plain->line[j], width) == 0 &&
                    (row[length + width] == '\0' || row[length + width] == ',');
        }
        if (!found) {
            fail_msg("%s: %s: a settlement with it does not have this row of the sweep: %s",
                     t->spec->path, t->value, row);
        }
        seen++;
    }
    assert_true(seen > 0);
}

/* ---- the tests ------------------------------------------------------------------------------- */

/* Settles a case under the defaults, as a sweep of all trials, and with each of them; keeps the
 * earliest step that each changes. */
static void try_case(const char *case_name, enum ihp__acts_on *changed)
{
    import_case(case_name);
    write_deck(case_name, "");
    settle("usual");
    settle_sweep(case_name);
    struct results usual = read_results("usual");
    struct lines scenarios = read_lines("sweep", "scenarios.csv");
    struct lines intervals = read_lines("sweep", "scenario_bootstrap.csv");
    for (size_t i = 0; i < trials; i++) {
        write_deck_with(case_name, &trial[i]);
        settle("plain");
        struct results plain = read_results("plain");
        enum ihp__acts_on here = what_changed(&usual, &plain);
        changed[i] = here > changed[i] ? here : changed[i];
        check_scenario(&trial[i], i + 1, &scenarios, &plain.settlement);
        check_scenario(&trial[i], i + 1, &intervals, &plain.bootstrap);
        free_results(&plain);
    }
    free_results(&usual);
    free_lines(&scenarios);
    free_lines(&intervals);
}

static void test_every_value_acts_on_what_its_row_says(void **state)
{
    (void)state;
    static enum ihp__acts_on changed[TRIALS_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        try_case(cases[i], changed);
    }
    for (size_t i = 0; i < trials; i++) {
        if (trial[i].spec->acts_on != IHP__ACTS_ON_PAYMENT) {
            check_effect(&trial[i], changed[i]);
        } else {
            assert_int_equal(changed[i], IHP__ACTS_ON_RUN);
        }
    }
}

/* Returns true if a value changes the payments of a quarter. */
static bool changes_payments(const struct trial *t, const struct lines *usual)
{
    write_deck_with(payment_case, t);
    pay("paid");
    struct lines paid = read_lines("paid", "payments.csv");
    bool changes = !same_lines(usual, &paid);
    free_lines(&paid);
    return changes;
}

/* The values of a policy of payments change payments, and those of a policy of money or quality do
 * not; a policy of claims or decisions changes them where somebody is attributed otherwise. */
static void test_payments(void **state)
{
    (void)state;
    bool any = false;
    import_case(payment_case);
    write_deck(payment_case, "");
    pay("usual");
    struct lines usual = read_lines("usual", "payments.csv");
    for (size_t i = 0; i < trials; i++) {
        enum ihp__acts_on acts_on = trial[i].spec->acts_on;
        bool changes = changes_payments(&trial[i], &usual);
        if (acts_on < IHP__ACTS_ON_DECISION && changes != (acts_on == IHP__ACTS_ON_PAYMENT)) {
            fail_msg("%s: policies.h says that it acts on %s, but '%s' %s payments",
                     trial[i].spec->path, acts_on_text(acts_on), trial[i].value,
                     changes ? "changes" : "does not change");
        }
        any |= changes;
    }
    assert_true(any);
    free_lines(&usual);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_every_value_acts_on_what_its_row_says),
        IN_FOLDER(test_payments),
    };
    MPI_Init(&argc, &argv);
    list_trials();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    MPI_Finalize();
    return failed;
}
