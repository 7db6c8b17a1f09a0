/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are put aside while new ones take their names, and what killed runs left of them. */
#include "files.h"

#include "base/aside.h"
#include "base/seal.h"

static void put_aside(struct ihp__asides *asides, const char *first, const char *second)
{
    struct ihp_error err = {0};
    write_text(first, "old first");
    write_text(second, "old second");
    assert_int_equal(ihp__aside_put(asides, first, &err), IHP_OK);
    assert_int_equal(ihp__aside_put(asides, second, &err), IHP_OK);
    assert_int_equal(ihp__aside_put(asides, in_folder("missing"), &err), IHP_OK);
    assert_int_equal(asides->count, 2);
    assert_int_equal(access(first, F_OK), -1);
    assert_int_equal(access(second, F_OK), -1);
    assert_int_equal(files_in_folder(), 2);
}

static void test_restore(void **state)
{
    (void)state;
    struct ihp__asides asides = {0};
    const char *first = in_folder("first.csv"), *second = in_folder("second.csv");
    put_aside(&asides, first, second);
    write_text(first, "new first");
    ihp__aside_restore(&asides, NULL);
    assert_file_holds(first, "old first");
    assert_file_holds(second, "old second");
    assert_int_equal(files_in_folder(), 2);
    assert_int_equal(asides.count, 0);
}

static void test_drop(void **state)
{
    (void)state;
    struct ihp__asides asides = {0};
    const char *first = in_folder("first.csv"), *second = in_folder("second.csv");
    put_aside(&asides, first, second);
    write_text(first, "new first");
    ihp__aside_drop(&asides, NULL);
    assert_file_holds(first, "new first");
    assert_int_equal(files_in_folder(), 1);
}

/* Writes the name that a file got from a process which put it aside. */
static const char *aside_of(const char *base, long process)
{
    static char name[PATH_BYTES];
    snprintf(name, sizeof name, "%s.old-%ld", in_folder(base), process);
    ihp__seal_name(name);
    return name;
}

enum { NOBODY = 999999999 }; /* no process can have this number */

static void test_recover(void **state)
{
    (void)state;
    static const struct {
        const char *now; /* what has the name; NULL: nothing */
        bool undo;
        const char *then;
    } cases[] = {
        {NULL, false, "old"}, {NULL, true, "old"}, {"new", false, "new"}, {"new", true, "old"}};
    const char *path = in_folder("table.csv"), *left = aside_of("table.csv", NOBODY);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp_notices notices = {0};
        write_text(left, "old");
        unlink(path);
        if (cases[i].now != NULL) {
            write_text(path, cases[i].now);
        }
        assert_true(ihp__aside_is_left(path));
        ihp__aside_recover(path, cases[i].undo, &notices);
        assert_file_holds(path, cases[i].then);
        assert_false(ihp__aside_is_left(path));
        assert_int_equal(files_in_folder(), 1);
        assert_int_equal(notices.count, strcmp(cases[i].then, "old") == 0);
        ihp_notices_clear(&notices);
    }
}

/* Files of a process that is alive, and files whose names only look alike, are nobody's to remove.
 */
static void test_recover_others(void **state)
{
    (void)state;
    static const char *const mine[] = {"table.csv.old-", "table.csv.old-2024x",
                                       "table.csv.old-2024", "table.csv.old-999999999"};
    write_text(aside_of("table.csv", (long)getppid()), "of a run");
    write_text(aside_of("other.csv", NOBODY), "of another file");
    for (size_t i = 0; i < sizeof mine / sizeof mine[0]; i++) {
        write_text(in_folder(mine[i]), "mine");
    }
    const char *path = in_folder("table.csv");
    assert_false(ihp__aside_is_left(path));
    ihp__aside_recover(path, true, NULL);
    assert_int_equal(files_in_folder(), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_restore),
        IN_FOLDER(test_drop),
        IN_FOLDER(test_recover),
        IN_FOLDER(test_recover_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
