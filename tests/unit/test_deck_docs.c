/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docs/data.md and docs/methodology.md list the deck's keys and the policies as the program has
 * them: the same names in the same order, with the same values, defaults and sections. */
#include "deck/deck_keys.h"
#include "deck/deck_sweep.h"
#include "deck_text.h"

/* A document, with the place of the table that is being compared. */
struct document {
    const char *name;
    char *text;
    const char *at; /* the next row */
};

/* Opens a document at the row below the two lines of a table's head. */
static struct document open_at(const char *name, const char *head)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/docs/%s", IHP_TEST_SOURCE, name);
    struct document d = {.name = name, .text = read_bytes(path, NULL)};
    const char *found = strstr(d.text, head);
    if (found == NULL) {
        fail_msg("docs/%s lacks the table with this head: %s", name, head);
    }
    d.at = strchr(found, '\n') + 1; /* behind the head, then behind the rule below it */
    d.at = strchr(d.at, '\n') + 1;
    return d;
}

/* Takes the next row, which must begin with `row`. */
static void take_row(struct document *d, const char *row)
{
    if (strncmp(d->at, row, strlen(row)) != 0) {
        fail_msg("docs/%s: instead of this row there is another: %s", d->name, row);
    }
    d->at = strchr(d->at, '\n') + 1;
}

/* Ends the table, which must have no other rows. */
static void close_table(struct document *d)
{
    if (*d->at == '|') {
        fail_msg("docs/%s: this row is of no key: %.*s", d->name, (int)strcspn(d->at, "\n"), d->at);
    }
    free(d->text);
}

static bool is_policy(const struct ihp__deck_spec *spec)
{
    return strncmp(spec->path, "policies.", strlen("policies.")) == 0;
}

/* Writes the texts of a choice, the default first, as "`a`, `b` or `c`" with `last` before the last
 * one; else what a value may be. */
static const char *values_of(const struct ihp__deck_spec *spec, const char *last,
                             char text[4 * IHP__DECK_ALLOWED])
{
    const char *const *choice = ihp__deck_choices(spec), *fallback = spec->fallback;
    size_t used = 0, count = 0, first = 0, written = 0;
    if (choice == NULL) {
        return ihp__deck_allowed(spec, text);
    }
    for (; choice[count] != NULL; count++) {
        first = fallback != NULL && strcmp(choice[count], fallback) == 0 ? count : first;
    }
    for (size_t i = 0; i <= count; i++) { /* the default, then the others in their order */
        size_t c = i == 0 ? first : i - 1;
        if (i == 0 || c != first) {
            const char *before = i == 0 ? "" : ++written == count - 1 ? last : ", ";
            used += (size_t)snprintf(text + used, 4 * IHP__DECK_ALLOWED - used, "%s`%s`", before,
                                     choice[c]);
        }
    }
    return text;
}

/* Writes the default of a key. */
static const char *fallback_of(const struct ihp__deck_spec *spec, char text[IHP__DECK_ALLOWED])
{
    if (spec->fallback == NULL && spec->type == IHP__DECK_SECTION) {
        snprintf(text, IHP__DECK_ALLOWED, "required in `%.*s`", (int)strcspn(spec->path, "."),
                 spec->path);
    } else if (spec->fallback == NULL || spec->fallback[0] == '\0') {
        snprintf(text, IHP__DECK_ALLOWED, spec->fallback == NULL ? "required" : "none");
    } else {
        snprintf(text, IHP__DECK_ALLOWED, "`%s`", spec->fallback);
    }
    return text;
}

/* ---- the tables ------------------------------------------------------------------------------ */

static void test_keys(void **state)
{
    (void)state;
    struct document d = open_at("data.md", "| key | values | default | section | meaning |\n");
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *spec = &ihp__deck_spec[i];
        char row[1000], values[4 * IHP__DECK_ALLOWED], fallback[IHP__DECK_ALLOWED];
        if (!is_policy(spec)) {
            snprintf(row, sizeof row, "| `%s` | %s | %s | %s%s| %s |\n", spec->path,
                     values_of(spec, " or ", values), fallback_of(spec, fallback), spec->section,
                     spec->section[0] == '\0' ? "" : " ", spec->help);
            take_row(&d, row);
        }
    }
    close_table(&d);
}

static void test_policies(void **state)
{
    (void)state;
    struct document d =
        open_at("data.md", "| policy | values | default | section | acts on | meaning |\n");
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *spec = &ihp__deck_spec[i];
        char row[1000], values[4 * IHP__DECK_ALLOWED], fallback[IHP__DECK_ALLOWED];
        if (is_policy(spec)) {
            snprintf(row, sizeof row, "| `%s` | %s | %s | %s%s| %s | %s |\n",
                     strchr(spec->path, '.') + 1, values_of(spec, " or ", values),
                     fallback_of(spec, fallback), spec->section,
                     spec->section[0] == '\0' ? "" : " ", acts_on_text(spec->acts_on), spec->help);
            take_row(&d, row);
        }
    }
    close_table(&d);
}

/* The keys of a sweep that are not policies. */
static void test_keys_of_sweeps(void **state)
{
    (void)state;
    struct document d = open_at("data.md", "| key that can vary | values | section | acts on |\n");
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        const struct ihp__sweep_key *key = &ihp__sweep_key[i];
        char row[1000], allowed[IHP__DECK_ALLOWED];
        if (key->deck_key == NULL || strncmp(key->deck_key, "policies.", 9) != 0) {
            snprintf(row, sizeof row, "| `%s` | %s | %s | %s", key->name,
                     ihp__sweep_allowed(key, allowed), ihp__sweep_section(key),
                     acts_on_text(ihp__sweep_acts_on(key)));
            take_row(&d, row);
        }
    }
    close_table(&d);
}

/* The table of docs/methodology.md says in its own words what a policy decides. */
static void test_methodology(void **state)
{
    (void)state;
    struct document d =
        open_at("methodology.md", "| policy | values | section | what it decides |\n");
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *spec = &ihp__deck_spec[i];
        char row[1000], values[4 * IHP__DECK_ALLOWED];
        if (is_policy(spec)) {
            bool choice = ihp__deck_choices(spec) != NULL; /* which has its default first */
            snprintf(row, sizeof row, "| `%s` | %s%s%s%s | %s%s| ", strchr(spec->path, '.') + 1,
                     choice ? "" : "`", choice ? "" : spec->fallback, choice ? "" : "`; ",
                     values_of(spec, ", ", values), spec->section,
                     spec->section[0] == '\0' ? "" : " ");
            take_row(&d, row);
        }
    }
    close_table(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_keys_of_sweeps),
        cmocka_unit_test(test_methodology),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
