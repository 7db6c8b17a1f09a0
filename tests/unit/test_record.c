/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of an import's record. */
#include "extract/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

static size_t find(struct ihp__record *record, struct ihp__record_key key)
{
    struct ihp_error err = {0};
    size_t number = SIZE_MAX;
    assert_int_equal(ihp__record_find(record, &key, &number, &err), IHP_OK);
    return number;
}

static void test_equal_keys_share_a_counter(void **state)
{
    (void)state;
    struct ihp__record record = {0};
    struct ihp_error err = {0};
    char text[] = "capitation";
    const struct ihp__record_key key = {IHP__RECORD_LEFT_OUT, "claims", NULL, text};
    assert_int_equal(ihp__record_add(&record, &key, 2, -150, &err), IHP_OK);
    assert_int_equal(ihp__record_add(&record, &key, 1, 40, &err), IHP_OK);
    text[0] = 'x'; /* the record has its own copy */
    size_t number =
        find(&record, (struct ihp__record_key){IHP__RECORD_LEFT_OUT, "claims", "", "capitation"});
    assert_int_equal(record.entries, 1);
    assert_int_equal(record.entry[number].rows, 3);
    assert_int_equal(record.entry[number].amount, -110);
    ihp__record_free(&record);
    assert_int_equal(record.entries, 0);
}

static void test_every_part_of_a_key_counts(void **state)
{
    (void)state;
    struct ihp__record record = {0};
    const struct ihp__record_key keys[] = {{IHP__RECORD_NOTED, "claims", "payer", "a"},
                                           {IHP__RECORD_CONVERTED, "claims", "payer", "a"},
                                           {IHP__RECORD_NOTED, "members", "payer", "a"},
                                           {IHP__RECORD_NOTED, "claims", "pay", "era"},
                                           {IHP__RECORD_NOTED, "claims", "payer", "b"},
                                           {IHP__RECORD_NOTED, "claims", "payer", NULL}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_int_equal(find(&record, keys[i]), i);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_int_equal(find(&record, keys[i]), i);
    }
    ihp__record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_keys_share_a_counter),
                                       cmocka_unit_test(test_every_part_of_a_key_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
