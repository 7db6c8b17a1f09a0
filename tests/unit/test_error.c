/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors, notices and growing arrays. */
#include "files.h"

#include <errno.h>

static void test_first_error_is_kept(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    assert_int_equal(ihp__fail(&err, IHP_ERR_DATA, "%s:%d: first", "a.csv", 7), IHP_ERR_DATA);
    assert_int_equal(ihp__fail(&err, IHP_ERR_RUN, "second"), IHP_ERR_DATA);
    assert_int_equal(ihp__fail_memory(&err, "rows"), IHP_ERR_DATA);
    assert_int_equal(err.status, IHP_ERR_DATA);
    assert_string_equal(err.text, "a.csv:7: first");
}

static void test_no_error_to_record_in(void **state)
{
    (void)state;
    assert_int_equal(ihp__fail(NULL, IHP_ERR_USAGE, "lost"), IHP_ERR_USAGE);
    assert_int_equal(ihp__fail_memory(NULL, "lost"), IHP_ERR_RUN);
}

static void test_control_characters_are_cleaned(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    ihp__error_set(&err, IHP_ERR_DATA,
                   "a\nb\rc\td\x1b[31me\x7f"
                   "f\x01 \xc3\xa9~");
    assert_string_equal(err.text, "a?b?c?d?[31me?f? \xc3\xa9~");
    /* U+0080 to U+009F are replaced; U+00A0 and an incomplete character are not. */
    err = (struct ihp_error){0};
    ihp__error_set(&err, IHP_ERR_DATA,
                   "a\xc2\x80"
                   "b\xc2\x9b"
                   "31mc\xc2\x9f\xc2\xa0\xc2");
    assert_string_equal(err.text, "a??b??31mc??\xc2\xa0\xc2");
}

static void test_long_error_is_cut(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ihp__error_set(&err, IHP_ERR_DATA, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    assert_int_equal(ihp__fail_memory(&err, "the index"), IHP_ERR_RUN);
    assert_string_equal(err.text, "out of memory for the index");
}

static void test_status_texts_and_codes(void **state)
{
    (void)state;
    assert_int_equal(IHP_OK, 0); /* exit codes that scripts rely on */
    assert_int_equal(IHP_ERR_RUN, 1);
    assert_int_equal(IHP_ERR_USAGE, 2);
    assert_int_equal(IHP_ERR_DATA, 3);
    assert_string_equal(ihp_status_text(IHP_OK), "done");
    assert_string_equal(ihp_status_text(IHP_ERR_DATA), "bad data");
    assert_string_equal(ihp_status_text((enum ihp_status)9), "unknown status");
}

static void test_error_of_a_field(void **state)
{
    (void)state;
    static const struct ihp__csv_column column[] = {{"ihp_id", true}, {"npi", true}};
    static const char *const field[] = {"", "12"};
    static const size_t length[] = {0, 2};
    const struct ihp__csv_row row = {
        .file = "in/rosters.csv", .column = column, .line = 12, .field = field, .length = length};
    struct ihp_error err = {0};
    assert_int_equal(ihp__fail_value(&err, &row, 1, "10 digits"), IHP_ERR_DATA);
    assert_string_equal(err.text,
                        "in/rosters.csv:12: column npi: '12' is not valid; expected 10 digits");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__fail_value(&err, &row, 0, "an ihp_id"), IHP_ERR_DATA);
    assert_string_equal(
        err.text, "in/rosters.csv:12: column ihp_id: a blank is not valid; expected an ihp_id");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__fail_field(&err, &row, 1, "%d appears twice", 12), IHP_ERR_DATA);
    assert_string_equal(err.text, "in/rosters.csv:12: column npi: 12 appears twice");
}

static void test_error_of_the_system(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    errno = ENOENT;
    assert_int_equal(ihp__fail_system(&err, IHP_ERR_DATA, "x", "cannot be read"), IHP_ERR_DATA);
    assert_string_equal(err.text, "x: cannot be read (No such file or directory)");
    static const int memory[] = {0, ENOMEM};
    for (size_t i = 0; i < 2; i++) {
        err = (struct ihp_error){0};
        errno = memory[i];
        assert_int_equal(ihp__fail_system(&err, IHP_ERR_DATA, "x", "cannot be read"), IHP_ERR_RUN);
        assert_string_equal(err.text, "out of memory for x");
    }
}

/* A machine that fails says nothing about the file. */
static void test_error_of_the_machine(void **state)
{
    (void)state;
    static const int machine[] = {EMFILE, ENFILE, EIO,       EACCES, EPERM,     ENOLCK,
                                  EAGAIN, ESTALE, ETIMEDOUT, 524,    EREMOTEIO, ENOSPC};
    for (size_t i = 0; i < sizeof machine / sizeof machine[0]; i++) {
        struct ihp_error err = {0};
        char text[100];
        errno = machine[i];
        assert_true(ihp__system_failed());
        assert_int_equal(ihp__fail_system(&err, IHP_ERR_DATA, "x", "cannot be read"), IHP_ERR_RUN);
        snprintf(text, sizeof text, "x: cannot be read (%s)", strerror(machine[i]));
        assert_int_equal(strncmp(err.text, text, strlen(text)), 0);
    }
    static const int file[] = {ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, ENXIO, EINVAL};
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++) {
        struct ihp_error err = {0};
        errno = file[i];
        assert_false(ihp__system_failed());
        assert_int_equal(ihp__fail_system(&err, IHP_ERR_DATA, "x", "cannot be read"), IHP_ERR_DATA);
    }
}

static void test_notices_are_unique_and_in_order(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    ihp__notice_add(&notices, "b %d", 1);
    ihp__notice_add(&notices, "a");
    ihp__notice_add(&notices, "b %d", 1);
    ihp__notice_add(&notices, "b %d", 2);
    assert_int_equal(notices.count, 3);
    assert_string_equal(notices.text[0], "b 1");
    assert_string_equal(notices.text[1], "a");
    assert_string_equal(notices.text[2], "b 2");
    ihp_notices_clear(&notices);
    assert_int_equal(notices.count, 0);
    ihp_notices_clear(&notices); /* harmless */
    ihp__notice_add(&notices, "a");
    assert_int_equal(notices.count, 1);
    ihp_notices_clear(&notices);
    ihp__notice_add(NULL, "nobody reads it");
}

/* A notice is one line even if a header contains control characters. */
static void test_notice_is_one_line(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    ihp__notice_add(&notices, "column '%s' is not used", "x\ny\x1b[2J");
    assert_int_equal(notices.count, 1);
    for (const char *c = notices.text[0]; *c != '\0'; c++) {
        assert_true((unsigned char)*c >= ' ' && *c != 127);
    }
    ihp_notices_clear(&notices);
}

static void test_array_grows_with_zeros(void **state)
{
    (void)state;
    int64_t *array = NULL;
    size_t capacity = 0, seen = 0;
    for (size_t need = 1; need < 5000; need += 37) {
        size_t before = capacity;
        assert_true(ihp__array_reserve(&array, &capacity, need, sizeof *array));
        assert_true(capacity >= need);
        assert_true(capacity == before || capacity >= 2 * before);
        for (size_t i = 0; i < capacity; i++) {
            assert_true(array[i] == (i < seen ? (int64_t)i + 1 : 0));
        }
        for (size_t i = seen; i < need; i++) {
            array[i] = (int64_t)i + 1;
        }
        seen = need;
    }
    free(array);
}

static void test_array_size_overflows(void **state)
{
    (void)state;
    char *array = NULL;
    size_t capacity = 0;
    assert_true(ihp__array_reserve(&array, &capacity, 3, 1));
    char *before = array;
    size_t capacity_before = capacity;
    assert_false(ihp__array_reserve(&array, &capacity, SIZE_MAX, 1));
    assert_false(ihp__array_reserve(&array, &capacity, SIZE_MAX / 2, 4));
    assert_false(ihp__array_reserve(&array, &capacity, SIZE_MAX / 16 + 1, 16));
    assert_ptr_equal(array, before);
    assert_int_equal(capacity, capacity_before);
    free(array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_error_is_kept),
        cmocka_unit_test(test_no_error_to_record_in),
        cmocka_unit_test(test_control_characters_are_cleaned),
        cmocka_unit_test(test_long_error_is_cut),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_status_texts_and_codes),
        cmocka_unit_test(test_error_of_a_field),
        cmocka_unit_test(test_error_of_the_system),
        cmocka_unit_test(test_error_of_the_machine),
        cmocka_unit_test(test_notices_are_unique_and_in_order),
        cmocka_unit_test(test_notice_is_one_line),
        cmocka_unit_test(test_array_grows_with_zeros),
        cmocka_unit_test(test_array_size_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
