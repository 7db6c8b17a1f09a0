/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files and folders, and the report of one that is too long. */
#include "files.h"

static void test_join(void **state)
{
    (void)state;
    char path[8];
    struct ihp_error err = {0};
    assert_int_equal(ihp__path_join(path, sizeof path, "abc", "def", &err), IHP_OK);
    assert_string_equal(path, "abc/def");
    assert_int_equal(ihp__path_join(path, sizeof path, "abc", "defg", &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "abc: the path is too long; at most 7 bytes fit");
    assert_int_equal(ihp__path_join(path, sizeof path, "abc", "defg", NULL), IHP_ERR_USAGE);
}

static void test_copy(void **state)
{
    (void)state;
    char path[4];
    struct ihp_error err = {0};
    assert_int_equal(ihp__path_copy(path, sizeof path, "a/b", &err), IHP_OK);
    assert_string_equal(path, "a/b");
    assert_int_equal(ihp__path_copy(path, sizeof path, "a/bc", &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "a/bc: the path is too long; at most 3 bytes fit");
}

static void test_next_to(void **state)
{
    (void)state;
    static const struct {
        const char *output, *path;
    } cases[] = {
        {"out", "out.x"}, {"out/", "out.x"},  {"a/out///", "a/out.x"}, {"/", "/.x"},
        {"a..", "a...x"}, {"a/.b", "a/.b.x"}, {"...", "....x"},
    };
    char path[PATH_BYTES], real[PATH_BYTES];
    struct ihp_error err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ihp__path_next_to(path, sizeof path, cases[i].output, ".x", &err), IHP_OK);
        assert_string_equal(path, cases[i].path);
    }
    assert_non_null(getcwd(real, sizeof real - 2));
    strcat(real, ".x");
    assert_int_equal(ihp__path_next_to(path, sizeof path, "./", ".x", &err), IHP_OK);
    assert_string_equal(path, real);
    assert_int_equal(ihp__path_next_to(path, 5, "out", ".x", &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "out: the path is too long; at most 4 bytes fit");
}

/* The output of a run may be a link, also to something that does not exist yet. */
static void test_resolve(void **state)
{
    (void)state;
    char path[PATH_BYTES], circle[] = "circle: cannot be written (Too many levels";
    struct ihp_error err = {0};
    assert_int_equal(ihp__path_resolve(path, sizeof path, in_folder("new//"), &err), IHP_OK);
    assert_string_equal(path, in_folder("new"));
    assert_int_equal(mkdir(in_folder("folder"), 0700), 0);
    assert_int_equal(symlink("folder/new", in_folder("a")), 0);
    assert_int_equal(symlink("../a", in_folder("folder/b")), 0);
    assert_int_equal(symlink(in_folder("folder/b"), in_folder("c")), 0);
    assert_int_equal(ihp__path_resolve(path, sizeof path, in_folder("c/"), &err), IHP_OK);
    assert_string_equal(path, in_folder("folder/../folder/new"));
    assert_int_equal(symlink("folder//", in_folder("d")), 0);
    assert_int_equal(ihp__path_resolve(path, sizeof path, in_folder("d"), &err), IHP_OK);
    assert_string_equal(path, in_folder("folder"));
    assert_int_equal(symlink("circle", in_folder("circle")), 0);
    assert_int_equal(ihp__path_resolve(path, sizeof path, in_folder("circle"), &err), IHP_ERR_RUN);
    assert_error(&err, IHP_ERR_RUN, circle);
}

static void test_base(void **state)
{
    (void)state;
    const char whole[] = "x/y";
    assert_string_equal(ihp__path_base("a/b/c.csv"), "c.csv");
    assert_string_equal(ihp__path_base("c.csv"), "c.csv");
    assert_string_equal(ihp__path_base("a/"), "");
    assert_ptr_equal(ihp__path_base(whole), whole + 2);
}

/* Only a name that nothing has counts as not found. */
static void test_look(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct stat info;
    bool found = false;
    assert_int_equal(ihp__path_look("/", &info, &found, &err), IHP_OK);
    assert_true(found && S_ISDIR(info.st_mode));
    assert_int_equal(ihp__path_look("/no such file", &info, &found, &err), IHP_OK);
    assert_false(found);
    assert_int_equal(ihp__path_look("/dev/null/file", &info, &found, &err), IHP_OK);
    assert_false(found);
    char name[400] = "/";
    memset(name + 1, 'x', sizeof name - 2);
    assert_int_equal(ihp__path_look(name, &info, &found, &err), IHP_ERR_DATA);
    assert_non_null(strstr(err.text, "cannot be accessed (File name too long)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join), cmocka_unit_test(test_copy), cmocka_unit_test(test_next_to),
        IN_FOLDER(test_resolve),     cmocka_unit_test(test_base), cmocka_unit_test(test_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
