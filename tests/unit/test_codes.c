/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Code lists, categories of service, identifiers. */
#include "base/codes.h"
#include "files.h"

static void test_texts_and_numbers(void **state)
{
    (void)state;
    static const struct ihp__code_list *const lists[] = {
        &ihp__major_programs, &ihp__exclusions,   &ihp__claim_statuses, &ihp__service_classes,
        &ihp__sexes,          &ihp__social_risks, &ihp__coordinations,
    };
    static const int counts[] = {4, 13, 3, 7, 3, 10, 3};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        assert_int_equal(lists[i]->count, counts[i]);
        for (int n = 0; n < lists[i]->count; n++) {
            const char *text = ihp__code_text(lists[i], n);
            assert_int_equal(ihp__code_find(lists[i], text), n);
            assert_non_null(strstr(lists[i]->allowed, text));
        }
        assert_int_equal(ihp__code_find(lists[i], "?"), -1);
        assert_string_equal(ihp__code_text(lists[i], -1), "?");
        assert_string_equal(ihp__code_text(lists[i], lists[i]->count), "?");
    }
    assert_int_equal(ihp__code_find(&ihp__major_programs, "MA_BD"), IHP__MAJOR_PROGRAM_MA_BD);
    assert_int_equal(ihp__code_find(&ihp__major_programs, "ma"), -1);
    assert_int_equal(ihp__code_find(&ihp__claim_statuses, "V"), IHP__CLAIM_VOID);
    assert_int_equal(ihp__code_find(&ihp__claim_statuses, ""), -1);
    assert_int_equal(ihp__code_find(&ihp__exclusions, ""), IHP__EXCLUSION_NONE);
}

static void test_categories(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "1",    "43",  "0043", "04a",  "999e", "998E",
                                      "999EI", "000E", " 43", "-43",  "999X", "04 "};
    for (int i = 0; i < 1000; i++) {
        char text[8];
        snprintf(text, sizeof text, "%03d", i);
        assert_int_equal(ihp__category_parse(text), i);
    }
    assert_int_equal(ihp__category_parse("999E"), 1000);
    assert_int_equal(ihp__category_parse("999I"), 1001);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(ihp__category_parse(bad[i]), -1);
    }
}

static void test_services(void **state)
{
    (void)state;
    char text[IHP__SERVICE_TEXT];
    assert_string_equal(ihp__service_format(0, text), "inpatient/000");
    assert_string_equal(ihp__service_format(6 * 1002 + 43, text), "professional/043");
    assert_string_equal(ihp__service_format(1002 + 1000, text), "long_term_care/999E");
    assert_string_equal(ihp__service_format(5 * 1002 + 1001, text), "pharmacy/999I");
    assert_string_equal(ihp__service_format(IHP__SERVICES - 1, text), "professional/999I");
}

static void test_member_ids(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "A-z_9", "12345678901234567890", "-", "_"};
    static const char *const bad[] = {"",    "123456789012345678901",
                                      "a b", "a.b",
                                      "a,b", "\xc3\xa9",
                                      "a\n", "@",
                                      "[",   "`",
                                      "{",   "/",
                                      ":",   "a\"b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ihp__member_id_valid(good[i], strlen(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ihp__member_id_valid(bad[i], strlen(bad[i])));
    }
    assert_false(ihp__member_id_valid("a\0b", 3));
}

static void test_codes_of_the_contract(void **state)
{
    (void)state;
    static const char *const in[] = {"99201", "99213", "99215", "99304", "99350", "99381",
                                     "99387", "99391", "99397", "99441", "99443", "G0402",
                                     "G0438", "G0439", "S0280", "S0281"};
    static const char *const out[] = {
        "",      "99200", "99216", "99303", "99351", "99380", "99388", "99390", "99398",  "99440",
        "99444", "G0401", "G0403", "G0437", "G0440", "S0279", "S0282", "9921",  "992133", "g0402"};
    for (size_t i = 0; i < sizeof in / sizeof in[0]; i++) {
        assert_true(ihp__procedure_in_contract(in[i]));
    }
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        assert_false(ihp__procedure_in_contract(out[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_and_numbers),
        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_member_ids),
        cmocka_unit_test(test_codes_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
