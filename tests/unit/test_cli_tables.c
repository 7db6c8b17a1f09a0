/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the commands: every row is whole, and defaults are those of the library. */
#include "cli/cli.h"
#include "cli/parse.h"
#include "ihp/import.h"
#include "ihp/jobs.h"
#include "ihp/synth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A phrase begins with a small letter, or an abbreviation, and has no full stop. */
static void assert_phrase(const char *text)
{
    size_t length = strlen(text);
    assert_true(length > 0);
    assert_true(islower((unsigned char)text[0]) || isupper((unsigned char)text[1]));
    assert_true(text[length - 1] != '.');
}

static void assert_sentence(const char *text)
{
    assert_true(isupper((unsigned char)text[0]) && text[strlen(text) - 1] == '.');
}

static void test_commands_have_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ihp__commands; i++) {
        const struct ihp__command *c = ihp__command[i];
        assert_phrase(c->summary);
        assert_non_null(c->paragraphs[0]);
        for (const char *const *text = c->paragraphs; *text != NULL; text++) {
            assert_sentence(*text);
        }
        for (const char *const *text = c->more; text != NULL && *text != NULL; text++) {
            assert_sentence(*text);
        }
        for (size_t e = 0; e < c->examples; e++) {
            assert_phrase(c->example[e].text);
            assert_non_null(strstr(c->example[e].lines, c->name));
        }
        assert_true(c->examples > 0 && c->exits > 0 && c->run != NULL && c->request_size > 0);
        assert_ptr_equal(ihp__command_find(ihp__command, ihp__commands, c->name), c);
    }
    assert_null(ihp__command_find(ihp__command, ihp__commands, "settl"));
}

static void test_values_have_a_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ihp__commands; i++) {
        const struct ihp__command *c = ihp__command[i];
        assert_true(ihp__cli_option_count(c) <= IHP__CLI_OPTIONS_MAX);
        for (size_t o = 0; o < c->options; o++) {
            const struct ihp__cli_value *v = &c->option[o].value;
            assert_int_equal(v->kind == IHP__CLI_FLAG, v->name == NULL);
            assert_int_equal(v->kind == IHP__CLI_SPECIAL, v->take != NULL && v->allowed != NULL);
            assert_true(v->take != NULL || v->field.size > 0);
            assert_true(v->field.offset + v->field.size <= c->request_size);
            assert_true(v->kind != IHP__CLI_WHOLE || v->field.size == sizeof(int) ||
                        v->field.size == sizeof(uint64_t));
            assert_true(v->kind != IHP__CLI_FLAG || v->field.size == sizeof(bool));
            assert_phrase(c->option[o].help);
            if (c->option[o].more != NULL) {
                assert_sentence(c->option[o].more);
            }
        }
        for (size_t a = 0; a < c->arguments; a++) {
            assert_phrase(c->argument[a].help);
            assert_true(c->argument[a].value.field.size > 0);
            assert_true(a + 1 == c->arguments ||
                        (!c->argument[a].optional && !c->argument[a].repeats));
        }
    }
}

static const struct ihp__cli_option *find(const struct ihp__command *command, const char *name)
{
    for (size_t i = 0; i < command->options; i++) {
        if (strcmp(command->option[i].name, name) == 0) {
            return &command->option[i];
        }
    }
    return NULL;
}

static void test_options_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ihp__commands; i++) {
        const struct ihp__command *c = ihp__command[i];
        for (size_t o = 0; o < ihp__cli_option_count(c); o++) {
            const struct ihp__cli_option *option = ihp__cli_option_at(c, o);
            for (size_t other = 0; other < o; other++) {
                assert_string_not_equal(ihp__cli_option_at(c, other)->name, option->name);
                assert_true(option->letter == '\0' ||
                            ihp__cli_option_at(c, other)->letter != option->letter);
            }
            assert_true(option->needs == NULL || find(c, option->needs) != NULL);
            assert_true(option->excludes == NULL || find(c, option->excludes) != NULL);
            assert_true(option->preset == NULL || option->otherwise == NULL);
        }
    }
}

/* A default that is not valid would be an error of every command line. */
static void test_defaults_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < ihp__commands; i++) {
        struct ihp_error err = {0};
        enum ihp__cli_asked asked;
        char name[] = "x", help[] = "--help";
        char *argv[] = {name, help, NULL};
        void *request = calloc(1, ihp__command[i]->request_size);
        assert_int_equal(ihp__cli_parse(ihp__command[i], 2, argv, request, &asked, &err), IHP_OK);
        assert_int_equal(asked, IHP__CLI_HELP);
        free(request);
    }
}

static void assert_default(const struct ihp__command *command, const char *name, double value,
                           const char *text)
{
    const struct ihp__cli_option *option = find(command, name);
    assert_non_null(option);
    assert_true(strtod(option->preset, NULL) == value);
    assert_string_equal(option->preset, text);
}

static void test_defaults_are_those_of_the_library(void **state)
{
    (void)state;
    assert_default(&ihp__command_settle, "batch-lines", IHP_BATCH_LINES, "131072");
    assert_default(&ihp__command_settle, "rate", IHP_ESTIMATE_RATE, "200");
    assert_default(&ihp__command_power, "draws", IHP_POWER_DRAWS, "1000");
    assert_default(&ihp__command_synth, "ihps", IHP_SYNTH_IHPS_DEFAULT, "25");
    assert_default(&ihp__command_power, "sizes", 1000, "1000,2000,5000,10000,20000,50000,100000");
    assert_default(&ihp__command_power, "effects", -0.10, "-0.10,-0.05,-0.02,0,0.02,0.05,0.10");
    assert_string_equal(find(&ihp__command_import, "memory")->preset, "1G");
    assert_int_equal(IHP_IMPORT_MEMORY_DEFAULT, UINT64_C(1) << 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_have_texts),
        cmocka_unit_test(test_values_have_a_place),
        cmocka_unit_test(test_options_are_told_apart),
        cmocka_unit_test(test_defaults_are_valid),
        cmocka_unit_test(test_defaults_are_those_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
