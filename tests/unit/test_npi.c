/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NPIs and UMPIs as texts and numbers, placeholders and check digits. */
#include "base/npi.h"
#include "files.h"

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t npi;
    } good[] = {
        {"", IHP__NPI_BLANK},        {"9999999999", 9999999999},  {"0000000012", 12},
        {"A000000000", 10000000000}, {"A123456789", 10123456789}, {"Z999999999", IHP__NPI_GREATEST},
    };
    static const char *const bad[] = {"1",          "123456789",  "12345678901", "12345 7890",
                                      "-234567890", "123456789x", " 1234567890", "1234567890 ",
                                      "12345678.0", "a123456789", "A12345678",   "A1234567890",
                                      "AA23456789", "[123456789", "@123456789",  "A12345678A"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t npi = 77;
        char text[IHP__NPI_TEXT];
        assert_true(ihp__npi_parse(good[i].text, &npi));
        assert_true(npi == good[i].npi);
        assert_true(ihp__npi_valid(npi));
        assert_string_equal(ihp__npi_format(npi, text), good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t npi = 77;
        assert_false(ihp__npi_parse(bad[i], &npi));
        assert_int_equal(npi, 77);
    }
}

static void test_numbers_that_are_no_npi(void **state)
{
    (void)state;
    static const int64_t bad[] = {-2,        11000000000, 29999999999, IHP__NPI_GREATEST + 1,
                                  INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ihp__npi_valid(bad[i]));
    }
    assert_true(ihp__npi_valid(20999999999));
}

static void test_placeholders(void **state)
{
    (void)state;
    assert_true(ihp__npi_is_placeholder(0));
    assert_true(ihp__npi_is_placeholder(1111111111));
    assert_true(ihp__npi_is_placeholder(9999999999));
    assert_false(ihp__npi_is_placeholder(9999999998));
    assert_false(ihp__npi_is_placeholder(IHP__NPI_BLANK));
    assert_false(ihp__npi_is_placeholder(11111111110)); /* A111111110 */
}

/* 1234567893 and 1245319599 are the examples that CMS publishes for the check digit and in NPPES.
 */
static void test_check_digits(void **state)
{
    (void)state;
    assert_true(ihp__npi_check_digit_fits(1234567893));
    assert_true(ihp__npi_check_digit_fits(1245319599));
    for (int64_t digit = 0; digit < 9; digit++) {
        assert_true(ihp__npi_check_digit_fits(1234567890 + digit) == (digit == 3));
    }
    assert_false(ihp__npi_check_digit_fits(1234567983)); /* two digits changed places */
    assert_false(ihp__npi_check_digit_fits(0));
    assert_true(ihp__npi_check_digit_fits(IHP__NPI_BLANK));
    assert_true(ihp__npi_check_digit_fits(10123456789));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_numbers_that_are_no_npi),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_check_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
