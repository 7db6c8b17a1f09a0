/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a run is asked to write: what exists is not replaced by surprise, an input never. */
#include "files.h"

#include "base/target.h"

static struct ihp__target output;

/* Begins the output `name` of the folder. Its path stays valid until the next call. */
static enum ihp_status begin(const char *name, bool force, struct ihp_error *err)
{
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s", in_folder(name));
    output = (struct ihp__target){.force = false};
    *err = (struct ihp_error){0};
    return ihp__target_begin(&output, path, force, NULL, err);
}

static void begin_well(const char *name, bool force)
{
    struct ihp_error err;
    if (begin(name, force, &err) != IHP_OK) {
        fail_msg("%s", err.text);
    }
}

static void test_existing(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    begin_well("out", false);
    assert_int_equal(ihp__target_check_new(&output, &err), IHP_OK);
    write_text(in_folder("part"), "new");
    write_text(in_folder("out"), "old"); /* appears meanwhile */
    assert_int_equal(ihp__target_name(&output, in_folder("part"), &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE,
                 "out: exists already; name another file, or give --force to replace it");
    assert_file_holds(in_folder("out"), "old");
    assert_file_holds(in_folder("part"), "new");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__target_check_new(&output, &err), IHP_ERR_USAGE);
    ihp__target_end(&output);
    begin_well("out", true);
    err = (struct ihp_error){0};
    assert_int_equal(ihp__target_check_new(&output, &err), IHP_OK);
    assert_int_equal(ihp__target_name(&output, in_folder("part"), &err), IHP_OK);
    assert_file_holds(in_folder("out"), "new");
    ihp__target_end(&output);
    ihp__target_end(&output);
    assert_int_equal(files_in_folder(), 1);
}

static void test_same_content(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    begin_well("out", false);
    output.notices = &notices;
    write_text(in_folder("part"), "one");
    write_text(in_folder("out"), "two");
    assert_int_equal(ihp__target_check_part(&output, in_folder("part"), &err), IHP_ERR_USAGE);
    write_text(in_folder("out"), "one");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__target_check_part(&output, in_folder("part"), &err), IHP_OK);
    assert_int_equal(ihp__target_name(&output, in_folder("part"), &err), IHP_OK);
    assert_int_equal(notices.count, 1);
    assert_non_null(strstr(notices.text[0], "out: exists already with the same content"));
    ihp__target_end(&output);
    assert_int_equal(files_in_folder(), 1);
    ihp_notices_clear(&notices);
}

/* What a link names is written, and the link stays. */
static void test_links(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct stat info;
    assert_int_equal(mkdir(in_folder("elsewhere"), 0700), 0);
    assert_int_equal(symlink("elsewhere/real", in_folder("link")), 0);
    begin_well("link", false);
    assert_int_equal(ihp__target_check_new(&output, &err), IHP_OK);
    write_text(in_folder("part"), "new");
    assert_int_equal(ihp__target_name(&output, in_folder("part"), &err), IHP_OK);
    ihp__target_end(&output);
    assert_file_holds(in_folder("elsewhere/real"), "new");
    assert_int_equal(lstat(in_folder("link"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    begin_well("link", false);
    assert_int_equal(ihp__target_check_new(&output, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "link: exists already");
    ihp__target_end(&output);
}

static void test_not_a_file(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    assert_int_equal(mkdir(in_folder("folder"), 0700), 0);
    assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
    assert_int_equal(begin("folder", true, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "folder: is a folder; give the name of a file");
    assert_int_equal(begin("fifo", true, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "fifo: is a device; give the name of a file");
    assert_int_equal(files_in_folder(), 2);
}

static void assert_input(const char *input, const char *words)
{
    struct ihp_error err = {0};
    assert_int_equal(ihp__target_check_input(&output, input, "the store", &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, words);
}

static void test_inputs(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    assert_int_equal(mkdir(in_folder("program"), 0700), 0);
    write_text(in_folder("program/ihps.csv"), "ihps");
    assert_int_equal(link(in_folder("program/ihps.csv"), in_folder("hard")), 0);
    assert_int_equal(symlink("program/ihps.csv", in_folder("soft")), 0);
    begin_well("soft", true);
    assert_input(in_folder("hard"), "soft: is the store and would be overwritten");
    assert_input(in_folder("program"), "soft: is in the store, or is a file of it");
    ihp__target_end(&output);
    begin_well("hard", true); /* the same file under another name */
    assert_input(in_folder("program"), "hard: is in the store, or is a file of it");
    ihp__target_end(&output);
    begin_well("program/new", false);
    assert_input(in_folder("program"), "program/new: is in the store");
    ihp__target_end(&output);
    begin_well("new", false);
    assert_int_equal(ihp__target_check_input(&output, in_folder("program"), "x", &err), IHP_OK);
    assert_int_equal(ihp__target_check_input(&output, in_folder("hard"), "x", &err), IHP_OK);
    assert_int_equal(ihp__target_check_input(&output, in_folder("missing"), "x", &err), IHP_OK);
    assert_int_equal(ihp__target_check_input(&output, NULL, "x", &err), IHP_OK);
    ihp__target_end(&output);
}

static void test_two_outputs(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    assert_int_equal(symlink("out", in_folder("link")), 0);
    begin_well("out", false);
    assert_int_equal(ihp__target_check_other(&output, in_folder("other"), "two files", &err),
                     IHP_OK);
    assert_int_equal(ihp__target_check_other(&output, in_folder("link"), "two files", &err),
                     IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "out: cannot be two files; name another file");
    ihp__target_end(&output);
}

/* Only a file that begins as every output of its kind is replaced. */
static void test_earlier(void **state)
{
    (void)state;
    static const char *const texts[] = {"a,b\n", "a,b\n1,2\n", "", "a,b", "store: x\n"};
    struct ihp_error err = {0};
    begin_well("out", true);
    assert_int_equal(ihp__target_check_earlier(&output, "a,b\n", "list", &err), IHP_OK);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_text(in_folder("out"), texts[i]);
        assert_int_equal(ihp__target_check_earlier(&output, "a,b\n", "list", &err),
                         i < 3 ? IHP_OK : IHP_ERR_USAGE);
    }
    assert_error(&err, IHP_ERR_USAGE, "out: is not an earlier list, and is not replaced");
    ihp__target_end(&output);
}

static void test_lease(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    begin_well("out", false);
    write_text(in_folder("part"), "new");
    assert_int_equal(unlink(in_folder("out.lease")), 0);
    assert_int_equal(ihp__target_name(&output, in_folder("part"), &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "out: the lease of this run");
    assert_int_not_equal(access(in_folder("out"), F_OK), 0);
    ihp__target_end(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_existing),   IN_FOLDER(test_same_content), IN_FOLDER(test_links),
        IN_FOLDER(test_not_a_file), IN_FOLDER(test_inputs),       IN_FOLDER(test_two_outputs),
        IN_FOLDER(test_lease),      IN_FOLDER(test_earlier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
