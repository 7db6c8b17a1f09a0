/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money and numbers: parsing, formatting and the two roundings. */
#include "files.h"

#include <math.h>

static void test_money_parse_accepts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t cents;
    } cases[] = {
        {"0", 0},
        {"5", 500},
        {"5.0", 500},
        {"5.05", 505},
        {"5.5", 550},
        {"-12.3", -1230},
        {"+7", 700},
        {"-0", 0},
        {"-0.01", -1},
        {"0.99", 99},
        {"007", 700},
        {"0.00", 0},
        {"21474836.48", 2147483648LL},
        {"9999999999.99", 999999999999LL},
        {"-9999999999.99", -999999999999LL},
        {"00000000000000000000001", 100},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t cents = -77;
        assert_true(ihp__money_parse(cases[i].text, &cents));
        assert_int_equal(cents, cases[i].cents);
    }
}

static void test_money_parse_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "-",
        "+",
        ".",
        ".50",
        "5.",
        "1.234",
        "1,000",
        "$5",
        "5 ",
        " 5",
        "1e3",
        "0x10",
        "--5",
        "+-5",
        "5-",
        "1.2.3",
        "nan",
        "inf",
        "1.-2",
        "- 5",
        "1.2 ",
        "\t1",
        "5a",
        ("\xc2\xa0"
         "5"),
        "1._",
        "10000000000",
        "10000000000.00",
        "-10000000000",
        "9999999999.990",
        "99999999999999999999",
        "18446744073709551616",
        "184467440737095516.16",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t cents = -77;
        if (ihp__money_parse(bad[i], &cents)) {
            fail_msg("'%s' was taken for %lld cents", bad[i], (long long)cents);
        }
        assert_int_equal(cents, -77);
    }
}

static void test_money_format(void **state)
{
    (void)state;
    static const struct {
        int64_t cents;
        const char *plain, *grouped;
    } cases[] = {
        {0, "0.00", "$0.00"},
        {5, "0.05", "$0.05"},
        {-5, "-0.05", "-$0.05"},
        {-100, "-1.00", "-$1.00"},
        {99999, "999.99", "$999.99"},
        {100000, "1000.00", "$1,000.00"},
        {-123450, "-1234.50", "-$1,234.50"},
        {12345678901, "123456789.01", "$123,456,789.01"},
        {99999999999, "999999999.99", "$999,999,999.99"},
        {100000000000, "1000000000.00", "$1,000,000,000.00"},
        {INT64_MAX, "92233720368547758.07", "$92,233,720,368,547,758.07"},
        {INT64_MIN, "-92233720368547758.08", "-$92,233,720,368,547,758.08"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buffer[IHP__MONEY_TEXT];
        const char *text = ihp__money_format(cases[i].cents, buffer);
        assert_ptr_equal(text, buffer);
        assert_string_equal(text, cases[i].plain);
        assert_string_equal(ihp__money_format_grouped(cases[i].cents, buffer), cases[i].grouped);
    }
}

/* A text that is written can be read again. */
static void test_money_round_trip(void **state)
{
    (void)state;
    char buffer[IHP__MONEY_TEXT];
    for (int64_t cents = -100000; cents <= 100000; cents++) {
        int64_t again;
        assert_true(ihp__money_parse(ihp__money_format(cents * 9999999, buffer), &again));
        assert_true(again == cents * 9999999);
    }
}

static void assert_same_double(double value, double expected)
{
    if (value != expected || signbit(value) != signbit(expected)) {
        fail_msg("%.17g is not %.17g", value, expected);
    }
}

/* Compared with rounding through a text: values of every size, some at or just below a half of the
 * last digit. */
static void test_round12_is_as_by_text(void **state)
{
    (void)state;
    unsigned long long number = 1;
    for (int i = 0; i < 400000; i++) {
        number = number * 6364136223846793005u + 1442695040888963407u;
        double value = ldexp((double)(number >> 11), (int)(number % 120) - 100);
        char text[40];
        if (i % 3 == 0) {
            snprintf(text, sizeof text, "%llu.5e%d", (number >> 24) % 1000000000000ull,
                     (int)(number % 40) - 30);
            value = strtod(text, NULL);
            value = i % 2 == 0 ? nextafter(value, 0) : value;
        }
        value = i % 5 == 0 ? -value : value;
        snprintf(text, sizeof text, "%.11e", value);
        assert_same_double(ihp__round12(value), strtod(text, NULL));
    }
}

static void test_round12(void **state)
{
    (void)state;
    assert_same_double(ihp__round12(0.0), 0.0);
    assert_same_double(ihp__round12(-0.0), -0.0);
    assert_same_double(ihp__round12(1.0), 1.0);
    assert_same_double(ihp__round12(0.1 + 0.2), 0.3);
    assert_same_double(ihp__round12(-(0.1 + 0.2)), -0.3);
    assert_same_double(ihp__round12(1.23456789012345), 1.23456789012);
    assert_same_double(ihp__round12(123456789012.4), 123456789012.0);
    assert_same_double(ihp__round12(1234567890126.0), 1234567890130.0); /* 13 digits */
    assert_same_double(ihp__round12(1e300 / 3), 3.33333333333e299);
    assert_same_double(ihp__round12(5e-324), 4.94065645841e-324); /* the least positive double */
    assert_same_double(ihp__round12(0.999999999999951), 1.0);
    assert_same_double(ihp__round12(0.999999999999449), 0.999999999999);
    assert_true(isnan(ihp__round12(NAN)));
    assert_same_double(ihp__round12(INFINITY), INFINITY);
    assert_same_double(ihp__round12(-INFINITY), -INFINITY);
}

static void test_cents_of_dollars(void **state)
{
    (void)state;
    static const struct {
        double dollars;
        int64_t cents;
    } cases[] = {
        {0.0, 0},
        {0.005, 1},
        {-0.005, -1},
        {0.004999, 0},
        {-0.004999, 0},
        {1.005, 101}, /* 1.005 in binary is less: 100.49999999999999 cents */
        {-1.005, -101},
        {2.675, 268},
        {1.115, 112},
        {0.285, 29},
        {-0.285, -29},
        {1e7 / 3, 333333333},
        {0.1 + 0.2, 30},
        {1234.5, 123450},
        {9999999999.99, 999999999999LL},
        {1e16, 900000000000000000LL},
        {-1e16, -900000000000000000LL},
        {1e308, 900000000000000000LL},
        {-1e308, -900000000000000000LL},
        {INFINITY, 900000000000000000LL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ihp__cents_of_dollars(cases[i].dollars), cases[i].cents);
    }
    /* Every half cent to 100 dollars goes away from zero: k + 1/2 cents are k + 1. */
    for (int64_t k = 0; k < 10000; k++) {
        assert_int_equal(ihp__cents_of_dollars((double)(2 * k + 1) / 200), k + 1);
        assert_int_equal(ihp__cents_of_dollars(-(double)(2 * k + 1) / 200), -(k + 1));
    }
}

static void test_decimal_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"0", 0.0},
        {"0.98", 0.98},
        {"-3", -3.0},
        {"+0.5", 0.5},
        {"12.000", 12.0},
        {"00.5", 0.5},
        {"1000", 1e3},
        {"-0.004", -0.004},
        {"0.12345678901234567890123456789", 0.12345678901234567890123456789}, /* 30 digits */
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = -77;
        assert_true(ihp__decimal_parse(good[i].text, &value));
        assert_same_double(value, good[i].value);
    }
    static const char *const bad[] = {"",
                                      ".",
                                      "-",
                                      "+.",
                                      "1e3",
                                      "0x1",
                                      "inf",
                                      "-inf",
                                      "nan",
                                      "1 ",
                                      " 1",
                                      "1,5",
                                      "--1",
                                      "1.2.3",
                                      "1f",
                                      "1_0",
                                      "0.1234567890123456789012345678901"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value = -77;
        assert_false(ihp__decimal_parse(bad[i], &value));
        assert_same_double(value, -77);
    }
}

static void test_integer_parse(void **state)
{
    (void)state;
    int64_t value = -77;
    assert_true(ihp__integer_parse("12", 0, 12, &value));
    assert_int_equal(value, 12);
    assert_true(ihp__integer_parse("-4", -4, 12, &value));
    assert_int_equal(value, -4);
    assert_true(ihp__integer_parse("007", 0, 12, &value));
    assert_int_equal(value, 7);
    assert_true(ihp__integer_parse("9223372036854775807", INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MAX);
    assert_true(ihp__integer_parse("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MIN);
    value = -77;
    static const char *const bad[] = {"",
                                      "13",
                                      "-1",
                                      "+5",
                                      " 5",
                                      "5 ",
                                      "5.0",
                                      "0x5",
                                      "1e1",
                                      "-",
                                      "--1",
                                      "5a",
                                      "a5",
                                      "- 1",
                                      "\n5",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ihp__integer_parse(bad[i], 0, 12, &value));
        assert_int_equal(value, -77);
    }
    /* Numbers beyond 64 bits are not taken for the bounds. */
    assert_false(ihp__integer_parse("9223372036854775808", INT64_MIN, INT64_MAX, &value));
    assert_false(ihp__integer_parse("-9223372036854775809", INT64_MIN, INT64_MAX, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_parse_accepts),
        cmocka_unit_test(test_money_parse_refuses),
        cmocka_unit_test(test_money_format),
        cmocka_unit_test(test_money_round_trip),
        cmocka_unit_test(test_round12),
        cmocka_unit_test(test_cents_of_dollars),
        cmocka_unit_test(test_round12_is_as_by_text),
        cmocka_unit_test(test_decimal_parse),
        cmocka_unit_test(test_integer_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
