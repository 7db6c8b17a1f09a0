/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part2.csv: the services and procedures that it marks, and rows that are refused. */
#include "program_folder.h"

#define PART2 "kind,service_class,category,code_from,code_to,name\n"

static unsigned service(const char *service_class, const char *category)
{
    return (unsigned)(ihp__code_find(&ihp__service_classes, service_class) * IHP__CATEGORIES +
                      ihp__category_parse(category));
}

static void test_absent(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    assert_false(program->has_part2);
    assert_false(ihp__program_part2_procedure(program, "H0005"));
    ihp__program_destroy(&program);
    program = loaded_program("part2.csv", PART2, NULL); /* a header alone lists nothing */
    assert_false(program->has_part2);
    ihp__program_destroy(&program);
}

static void test_marks(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "part2.csv",
        PART2 "service,mh_cd,062,,,Fund\nservice,pharmacy,999I,,,\nprocedure,,,H0005,H0016,\n"
              "procedure,,,H0020,H0020,\nservice,mh_cd,062,,,again\n",
        NULL);
    size_t marked = 0;
    for (size_t s = 0; s < IHP__SERVICES; s++) {
        marked += program->part2_service[s];
    }
    assert_true(program->has_part2);
    assert_int_equal(marked, 2);
    assert_int_equal(program->part2_service[service("mh_cd", "062")], 1);
    assert_int_equal(program->part2_service[service("pharmacy", "999I")], 1);
    static const struct {
        const char *code;
        bool listed;
    } cases[] = {{"H0004", false},  {"H0005", true},  {"H0016", true}, {"H0017", false},
                 {"H0020", true},   {"H0021", false}, {"", false},     {"H001", false},
                 {"H00100", false}, {"h0005", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ihp__program_part2_procedure(program, cases[i].code), cases[i].listed);
    }
    ihp__program_destroy(&program);
}

static void test_hash(void **state)
{
    (void)state;
    struct ihp__program *without = loaded_program(NULL, NULL, NULL);
    struct ihp__program *with =
        loaded_program("part2.csv", PART2 "procedure,,,H0005,H0016,\n", NULL);
    assert_string_not_equal(without->hash, with->hash);
    ihp__program_destroy(&without);
    ihp__program_destroy(&with);
}

static void test_defaults(void **state)
{
    (void)state;
    char *text = read_bytes(IHP_TEST_SOURCE "/inputs/program-defaults/part2.csv", NULL);
    struct ihp__program *program = loaded_program("part2.csv", text, NULL);
    assert_true(program->has_part2);
    assert_int_equal(program->part2_service[service("mh_cd", "062")], 1);
    assert_int_equal(program->part2_service[service("mh_cd", "046")], 0);
    assert_true(ihp__program_part2_procedure(program, "H2036"));
    assert_false(ihp__program_part2_procedure(program, "99213"));
    ihp__program_destroy(&program);
    free(text);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",mh_cd,062,,,\n", ":2: column kind: a blank is not valid", "service or procedure"},
        {"Service,mh_cd,062,,,\n", ":2: column kind: 'Service' is not valid",
         "service or procedure"},
        {"service,mhcd,062,,,\n", ":2: column service_class: 'mhcd' is not valid", "mh_cd"},
        {"service,,062,,,\n", ":2: column service_class: a blank is not valid", "mh_cd"},
        {"service,mh_cd,62,,,\n", ":2: column category: '62' is not valid", "3 digits"},
        {"service,mh_cd,,,,\n", ":2: column category: a blank is not valid", "3 digits"},
        {"service,mh_cd,062,H0001,,\n", ":2: column code_from: 'H0001' is not valid",
         "kind service"},
        {"service,mh_cd,062,,H0001,\n", ":2: column code_to: 'H0001' is not valid", "kind service"},
        {"procedure,mh_cd,,H0001,H0001,\n", ":2: column service_class: 'mh_cd' is not",
         "kind procedure"},
        {"procedure,,062,H0001,H0001,\n", ":2: column category: '062' is not valid",
         "kind procedure"},
        {"procedure,,,,H0001,\n", ":2: column code_from: a blank is not valid", "five characters"},
        {"procedure,,,H001,H0001,\n", ":2: column code_from: 'H001' is not valid",
         "five characters"},
        {"procedure,,,H0001,,\n", ":2: column code_to: a blank is not valid", "five characters"},
        {"procedure,,,H0001,H00010,\n", ":2: column code_to: 'H00010' is not valid",
         "five characters"},
        {"procedure,,,H0002,H0001,\n", ":2: column code_to: 'H0001' is not valid", "not before"},
        {"procedure,,,H0001,H0001\n", ":2: ", "fields"},
    };
    ASSERT_REFUSALS("part2.csv", PART2, cases);
    assert_program_refused("part2.csv", "kind,service_class,category,code_from\n",
                           "part2.csv:1: column code_to is missing", "add it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_absent),   IN_FOLDER(test_marks),    IN_FOLDER(test_hash),
        IN_FOLDER(test_defaults), IN_FOLDER(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
