/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binary search, against a search from the beginning; and the text of a hash. */
#include "base/hash_hex.h"
#include "base/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */
#include <xxhash.h>

static void test_lower_bound(void **state)
{
    (void)state;
    const int64_t number[] = {INT64_MIN, -3, -3, 0, 7, 7, 7, 8, INT64_MAX};
    const int64_t wanted[] = {INT64_MIN, -4, -3, -1, 0, 1, 6, 7, 8, 9, INT64_MAX};
    for (size_t count = 0; count <= sizeof number / sizeof number[0]; count++) {
        for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++) {
            size_t at, expected = 0;
            while (expected < count && number[expected] < wanted[w]) {
                expected++;
            }
            IHP__LOWER_BOUND(at, count, number[at] < wanted[w]);
            assert_int_equal(at, expected);
        }
    }
}

static void test_hash_hex_is_the_canonical_text(void **state)
{
    (void)state;
    char hex[IHP__HASH_TEXT], expected[IHP__HASH_TEXT];
    ihp__hash_hex(0x0123456789abcdef, 0x1, hex);
    assert_string_equal(hex, "0123456789abcdef0000000000000001");
    XXH128_hash_t hash = XXH3_128bits("claims", 6);
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    for (size_t i = 0; i < sizeof canonical.digest; i++) {
        snprintf(expected + 2 * i, 3, "%02x", canonical.digest[i]);
    }
    ihp__hash_hex(hash.high64, hash.low64, hex);
    assert_string_equal(hex, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lower_bound),
        cmocka_unit_test(test_hash_hex_is_the_canonical_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
