/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON of manifests: nothing is lost without a word when memory is short. */
#include "files.h"

#include "result/json.h"

static long allocations, failing;

static void *allocate(size_t size)
{
    return ++allocations == failing ? NULL : malloc(size);
}

/* A copy has every key, or there is none. jansson's own copy loses keys. */
static void test_copy(void **state)
{
    (void)state;
    json_set_alloc_funcs(allocate, free);
    json_t *object = json_object();
    for (int i = 0; i < 100; i++) {
        char key[16];
        snprintf(key, sizeof key, "key %d", i);
        assert_int_equal(json_object_set_new(object, key, json_integer(i)), 0);
    }
    bool whole = false;
    int refused = 0;
    for (long n = 1; !whole; n++) {
        allocations = 0;
        failing = n;
        json_t *copy = ihp__json_copy(object);
        whole = allocations < n;
        refused += copy == NULL;
        assert_true(copy == NULL || json_equal(copy, object));
        assert_true(!whole || copy != NULL);
        json_decref(copy);
    }
    assert_true(refused > 100);
    failing = 0;
    json_decref(object);
    json_set_alloc_funcs(malloc, free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_copy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
