/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which outputs would damage a finished folder: every kind of folder by every group of files. */
#include "files.h"

#include "result/keep_finished.h"

static const enum ihp__file_group with_last[] = {IHP__FILES_RESULT,         IHP__FILES_PAYMENTS,
                                                 IHP__FILES_RECONCILIATION, IHP__FILES_PACKAGE,
                                                 IHP__FILES_NOTICES,        IHP__FILES_APPEAL};
enum { KINDS = sizeof with_last / sizeof with_last[0], SHARING = 3 };

/* Makes a folder in which a group is finished, with a package of the IHP `A` if that is the group.
 */
static void finish(const char *name, enum ihp__file_group group)
{
    char path[PATH_BYTES];
    assert_int_equal(mkdir(in_folder(name), 0700), 0);
    snprintf(path, sizeof path, "%s/%s", name, ihp__result_file_last(group));
    write_text(in_folder(path), "{\"ihps\": [{\"ihp_id\": \"A\"}]}");
}

static enum ihp_status keep_file(const char *name, const char *folder, const char *own)
{
    struct ihp_error err = {0};
    enum ihp_status status = ihp__keep_finished_file(in_folder(name), folder, own, &err);
    if (status != IHP_OK) {
        assert_error(&err, IHP_ERR_USAGE, "name a file elsewhere");
        assert_error(&err, IHP_ERR_USAGE, name);
    }
    return status;
}

static enum ihp_status keep_folder(const char *name, enum ihp__file_group group)
{
    struct ihp_error err = {0};
    enum ihp_status status = ihp__keep_finished_folder(in_folder(name), group, &err);
    if (status != IHP_OK) {
        assert_error(&err, IHP_ERR_USAGE, "name another folder");
    }
    return status;
}

/* Every file of the list is refused in every finished folder, and in no other. */
static void test_files(void **state)
{
    (void)state;
    char path[PATH_BYTES], inside[IHP__FILE_TEXT];
    assert_int_equal(mkdir(in_folder("mine"), 0700), 0);
    for (size_t kind = 0; kind < KINDS; kind++) {
        char folder[] = {'0', '\0'};
        folder[0] = (char)(folder[0] + (int)kind);
        finish(folder, with_last[kind]);
        for (size_t i = 0; ihp__result_file(i) != NULL; i++) {
            const struct ihp__result_file *file = ihp__result_file(i);
            if (file->folder != NULL || file->group == IHP__FILES_PACKAGE_OF_IHP) {
                continue; /* below */
            }
            snprintf(path, sizeof path, "%s/%s", folder, ihp__result_file_path(file, inside));
            assert_int_equal(keep_file(path, NULL, NULL), IHP_ERR_USAGE);
            snprintf(path, sizeof path, "mine/%s", inside);
            assert_int_equal(keep_file(path, NULL, NULL), IHP_OK);
        }
        snprintf(path, sizeof path, "%s/my_notes.csv", folder);
        assert_int_equal(keep_file(path, NULL, NULL), kind < SHARING ? IHP_OK : IHP_ERR_USAGE);
    }
    assert_int_equal(keep_file("nowhere/settlement.csv", NULL, NULL), IHP_OK);
}

/* So are files of its inner folders, by whatever way they are named. */
static void test_files_inside(void **state)
{
    (void)state;
    finish("result", IHP__FILES_RESULT);
    finish("package", IHP__FILES_PACKAGE);
    assert_int_equal(mkdir(in_folder("result/attributed"), 0700), 0);
    assert_int_equal(mkdir(in_folder("package/A"), 0700), 0);
    assert_int_equal(keep_file("result/attributed/A.csv", NULL, NULL), IHP_ERR_USAGE);
    assert_int_equal(keep_file("result/attributed/notes.txt", NULL, NULL), IHP_OK);
    assert_int_equal(keep_file("package/A/terms.csv", NULL, NULL), IHP_ERR_USAGE);
    assert_int_equal(keep_file("package/A/my_notes.csv", NULL, NULL), IHP_ERR_USAGE);
    finish("answered", IHP__FILES_APPEAL);
    assert_int_equal(mkdir(in_folder("answered/answers"), 0700), 0);
    assert_int_equal(mkdir(in_folder("answered/mine"), 0700), 0);
    assert_int_equal(keep_file("answered/answers/my_notes.csv", NULL, NULL), IHP_ERR_USAGE);
    assert_int_equal(keep_file("answered/mine/my_notes.csv", NULL, NULL), IHP_OK);
    assert_int_equal(symlink("result/attributed", in_folder("link")), 0);
    assert_int_equal(keep_file("link/A.csv", NULL, NULL), IHP_ERR_USAGE);
    assert_int_equal(symlink("result/settlement.csv", in_folder("mine.csv")), 0);
    assert_int_equal(keep_file("mine.csv", NULL, NULL), IHP_ERR_USAGE);

    char here[PATH_BYTES];
    struct ihp_error err = {0};
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(in_folder("result/attributed")), 0);
    assert_int_equal(ihp__keep_finished_file("B.csv", NULL, NULL, &err), IHP_ERR_USAGE);
    assert_int_equal(chdir(here), 0);
}

/* The file that a job makes of a folder may be there, and nowhere else. */
static void test_own_file(void **state)
{
    (void)state;
    finish("one", IHP__FILES_RESULT);
    finish("other", IHP__FILES_RESULT);
    const char *one = in_folder("one");
    assert_int_equal(keep_file("one/report.html", one, "report.html"), IHP_OK);
    assert_int_equal(keep_file("one/settlement.csv", one, "report.html"), IHP_ERR_USAGE);
    one = in_folder("one");
    assert_int_equal(keep_file("one/settlement.xlsx", one, "report.html"), IHP_ERR_USAGE);
    assert_int_equal(keep_file("other/report.html", one, "report.html"), IHP_ERR_USAGE);
}

/* A settlement, payments and a reconciliation share a folder; every other group has its own. */
static void test_folders(void **state)
{
    (void)state;
    for (size_t there = 0; there < KINDS; there++) {
        char folder[] = {'0', '\0'};
        folder[0] = (char)(folder[0] + (int)there);
        finish(folder, with_last[there]);
        for (size_t group = 0; group < KINDS; group++) {
            bool shares = there == group || (there < SHARING && group < SHARING);
            assert_int_equal(keep_folder(folder, with_last[group]),
                             shares ? IHP_OK : IHP_ERR_USAGE);
            assert_int_equal(keep_folder("new", with_last[group]), IHP_OK);
        }
        struct ihp_error err = {0};
        assert_int_equal(ihp__keep_finished_folders(in_folder(folder), &err), IHP_ERR_USAGE);
    }
    struct ihp_error err = {0};
    assert_int_equal(ihp__keep_finished_folders(NULL, &err), IHP_OK);
    assert_int_equal(ihp__keep_finished_folders(in_folder("new"), &err), IHP_OK);
}

/* A folder inside a finished one that belongs to it is not an output; any other is. */
static void test_folders_inside(void **state)
{
    (void)state;
    finish("result", IHP__FILES_RESULT);
    finish("package", IHP__FILES_PACKAGE);
    assert_int_equal(keep_folder("result/attributed", IHP__FILES_RESULT), IHP_ERR_USAGE);
    assert_int_equal(keep_folder("result/moved", IHP__FILES_PAYMENTS), IHP_ERR_USAGE);
    assert_int_equal(keep_folder("result/package", IHP__FILES_PACKAGE), IHP_OK);
    assert_int_equal(keep_folder("result/letters", IHP__FILES_NOTICES), IHP_OK);
    assert_int_equal(keep_folder("package/A", IHP__FILES_RESULT), IHP_ERR_USAGE);
    assert_int_equal(keep_folder("package/B", IHP__FILES_RESULT), IHP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_FOLDER(test_files), IN_FOLDER(test_files_inside),
                                       IN_FOLDER(test_own_file), IN_FOLDER(test_folders),
                                       IN_FOLDER(test_folders_inside)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
