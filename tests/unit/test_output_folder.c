/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output folders that appear whole: what is in place before, during and after a run, what a failed
 * or killed run leaves, and what becomes of files that are not the run's. */
#define _GNU_SOURCE /* for renameat2 */
#include "files.h"

#include "base/agree.h"
#include "base/seal.h"
#include "result/folder.h"
#include "result/output_folder.h"
#include "result/output_leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

/* ---- a file system that cannot do everything ------------------------------------------------- */

static int no_exchange; /* errno of an exchange of two names; 0: they can be exchanged */
static bool no_links;

/* Takes the place of the C library's function. */
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if ((flags & RENAME_EXCHANGE) != 0 && no_exchange != 0) {
        errno = no_exchange;
        return -1;
    }
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

/* Takes the place of the C library's function. */
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    if (no_links) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

/* ---- a run ----------------------------------------------------------------------------------- */

static struct ihp__output_request request_of(const char *folder, bool force)
{
    return (struct ihp__output_request){
        .folder = folder, .program = "", .group = IHP__FILES_RESULT, .force = force, .first = true};
}

/* Opens and begins an output, and writes a table of one text into it. */
static void begin(struct ihp__output *output, const struct ihp__output_request *request,
                  const char *text)
{
    struct ihp_error err = {0};
    char path[IHP__PATH_MAX + 32];
    assert_int_equal(ihp__output_open(output, request, &err), IHP_OK);
    assert_int_equal(ihp__output_begin(output, MPI_COMM_NULL, &err), IHP_OK);
    snprintf(path, sizeof path, "%s/settlement.csv", output->path);
    write_text(path, text);
}

/* Finishes an output with a manifest that has the same text. */
static enum ihp_status finish(struct ihp__output *output, const char *text, struct ihp_error *err)
{
    json_t *manifest = json_pack("{s:s}", "text", text);
    enum ihp_status status = ihp__output_finish(output, manifest, err);
    json_decref(manifest);
    return status;
}

/* Makes a whole run. */
static void run(const char *folder, bool force, const char *text)
{
    struct ihp__output output;
    struct ihp_error err = {0};
    const struct ihp__output_request request = request_of(folder, force);
    begin(&output, &request, text);
    assert_int_equal(finish(&output, text, &err), IHP_OK);
    ihp__output_close(&output, NULL, &err);
    assert_int_equal(err.status, IHP_OK);
}

static bool exists(const char *name)
{
    struct stat info;
    return lstat(in_folder(name), &info) == 0;
}

static mode_t mode_of(const char *name)
{
    struct stat info;
    assert_int_equal(lstat(in_folder(name), &info), 0);
    return info.st_mode & 07777;
}

/* ---- new, replaced, failed ------------------------------------------------------------------- */

static void test_new(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    const struct ihp__output_request request = request_of(in_folder("a/b/result"), false);
    begin(&output, &request, "x");
    const char *beginning = in_folder("a/b/result.part-");
    assert_memory_equal(output.path, beginning, strlen(beginning));
    assert_true(exists("a/b/result.lease"));
    assert_false(exists("a/b/result"));
    struct stat info;
    assert_int_equal(stat(output.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(finish(&output, "x", &err), IHP_OK);
    ihp__output_close(&output, NULL, &err);
    assert_file_holds(in_folder("a/b/result/settlement.csv"), "x");
    assert_true(exists("a/b/result/manifest.json"));
    DIR *folder = opendir(in_folder("a/b"));
    int entries = 0;
    while (readdir(folder) != NULL) {
        entries++;
    }
    closedir(folder);
    assert_int_equal(entries, 3); /* with . and .. */
}

/* A run that fails leaves nothing, not even the folders above its output. */
static void test_failed(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    const struct ihp__output_request request = request_of(in_folder("a/b/result"), false);
    char path[PATH_BYTES];
    begin(&output, &request, "x");
    ihp__error_set(&err, IHP_ERR_RUN, "%s/settlement.csv: cannot be written", output.path);
    ihp__output_close(&output, NULL, &err);
    assert_int_equal(files_in_folder(), 0);
    snprintf(path, sizeof path, "%s/settlement.csv: cannot be written", request.folder);
    assert_string_equal(err.text, path);
}

static void test_refused(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    run(in_folder("result"), false, "one");
    const struct ihp__output_request request = request_of(in_folder("result"), false);
    assert_int_equal(ihp__output_open(&output, &request, &err), IHP_ERR_USAGE);
    ihp__output_close(&output, NULL, &err);
    assert_file_holds(in_folder("result/settlement.csv"), "one");
    assert_int_equal(files_in_folder(), 1);
}

/* Until the new one is whole, the earlier result stays, and if the run fails for good. */
static void test_forced(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    run(in_folder("result"), false, "one");
    write_text(in_folder("result/readings.csv"), "one");
    const struct ihp__output_request request = request_of(in_folder("result"), true);
    begin(&output, &request, "two");
    assert_file_holds(in_folder("result/settlement.csv"), "one");
    ihp__error_set(&err, IHP_ERR_RUN, "some error");
    ihp__output_close(&output, NULL, &err);
    assert_file_holds(in_folder("result/settlement.csv"), "one");
    assert_int_equal(files_in_folder(), 1);
    run(in_folder("result"), true, "two");
    assert_file_holds(in_folder("result/settlement.csv"), "two");
    assert_false(exists("result/readings.csv"));
    assert_int_equal(files_in_folder(), 1);
}

/* A run that finds another one finished at its end leaves that one alone. */
static void test_finished_meanwhile(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    const struct ihp__output_request request = request_of(in_folder("result"), false);
    begin(&output, &request, "late");
    assert_int_equal(mkdir(in_folder("result"), 0755), 0);
    write_text(in_folder("result/manifest.json"), "{}");
    assert_int_equal(finish(&output, "late", &err), IHP_ERR_USAGE);
    ihp__output_close(&output, NULL, &err);
    assert_file_holds(in_folder("result/manifest.json"), "{}");
    assert_int_equal(files_in_folder(), 1);
}

/* A second run is refused while the first one writes, and says which one that is. */
static void test_in_use(void **state)
{
    (void)state;
    struct ihp__output first, second;
    struct ihp_error err = {0};
    const struct ihp__output_request request = request_of(in_folder("result"), true);
    begin(&first, &request, "one");
    assert_int_equal(ihp__output_open(&second, &request, &err), IHP_ERR_USAGE);
    assert_non_null(strstr(err.text, "in use by process"));
    ihp__output_close(&second, NULL, &err);
    err = (struct ihp_error){0};
    assert_int_equal(finish(&first, "one", &err), IHP_OK);
    ihp__output_close(&first, NULL, &err);
    assert_file_holds(in_folder("result/settlement.csv"), "one");
}

/* ---- other files ----------------------------------------------------------------------------- */

/* Files of other groups and the user's own stay, as they are: not as copies. */
static void test_others_stay(void **state)
{
    (void)state;
    struct stat before, after;
    assert_int_equal(mkdir(in_folder("result"), 0750), 0);
    assert_int_equal(mkdir(in_folder("result/paid"), 0700), 0);
    assert_int_equal(mkdir(in_folder("result/attributed"), 0755), 0);
    assert_int_equal(mkdir(in_folder("result/mine"), 0711), 0);
    write_text(in_folder("result/payments.json"), "{}");
    write_text(in_folder("result/paid/A.csv"), "paid");
    write_text(in_folder("result/attributed/A.csv"), "earlier");
    write_text(in_folder("result/attributed/notes.txt"), "mine");
    write_text(in_folder("result/mine/settlement.csv"), "mine");
    assert_int_equal(symlink("nowhere", in_folder("result/link")), 0);
    assert_int_equal(stat(in_folder("result/mine/settlement.csv"), &before), 0);
    run(in_folder("result"), false, "new");
    assert_file_holds(in_folder("result/paid/A.csv"), "paid");
    assert_file_holds(in_folder("result/attributed/notes.txt"), "mine");
    assert_false(exists("result/attributed/A.csv"));
    assert_int_equal(stat(in_folder("result/mine/settlement.csv"), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_true(exists("result/payments.json"));
    assert_true(exists("result/link"));
    assert_int_equal(mode_of("result"), 0750);
    assert_int_equal(mode_of("result/mine"), 0711);
    assert_int_equal(files_in_folder(), 1);
}

/* Makes a result with files of others, replaces it, and checks that all is as it must be. */
static void assert_replaced(void)
{
    struct stat before, after;
    const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    run(in_folder("result"), false, "one");
    write_text(in_folder("result/exclusions.csv"), "one");
    write_text(in_folder("result/notes.txt"), "mine");
    assert_int_equal(chmod(in_folder("result/notes.txt"), 0604), 0);
    assert_int_equal(utimensat(AT_FDCWD, in_folder("result/notes.txt"), times, 0), 0);
    assert_int_equal(symlink("nowhere", in_folder("result/link")), 0);
    assert_int_equal(mkdir(in_folder("result/mine"), 0711), 0);
    write_text(in_folder("result/mine/settlement.csv"), "mine");
    assert_int_equal(stat(in_folder("result/notes.txt"), &before), 0);
    run(in_folder("result"), true, "two");
    assert_file_holds(in_folder("result/settlement.csv"), "two");
    assert_file_holds(in_folder("result/mine/settlement.csv"), "mine");
    assert_file_holds(in_folder("result/notes.txt"), "mine");
    assert_false(exists("result/exclusions.csv"));
    assert_true(exists("result/link"));
    assert_int_equal(mode_of("result/mine"), 0711);
    assert_int_equal(stat(in_folder("result/notes.txt"), &after), 0);
    assert_int_equal(after.st_mode, before.st_mode);
    assert_int_equal(after.st_mtime, before.st_mtime);
    assert_int_equal(files_in_folder(), 1);
}

/* Where two names cannot be exchanged, the earlier folder is moved aside first. */
static void test_two_steps(void **state)
{
    (void)state;
    no_exchange = EINVAL;
    assert_replaced();
    no_exchange = 0;
}

/* Where a folder cannot be renamed at all, files are replaced one by one. */
static void test_one_by_one(void **state)
{
    (void)state;
    no_exchange = EXDEV;
    assert_replaced();
    no_exchange = 0;
}

/* Where there are no links, files of others are copied. */
static void test_copies(void **state)
{
    (void)state;
    no_links = true;
    assert_replaced();
    no_links = false;
}

/* What has the name of something that the run writes, and is something else, is not removed. */
static void test_in_the_way(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    const struct ihp__output_request request = request_of(in_folder("result"), false);
    assert_int_equal(mkdir(in_folder("result"), 0755), 0);
    assert_int_equal(mkdir(in_folder("result/settlement.csv"), 0755), 0);
    begin(&output, &request, "new");
    assert_int_equal(finish(&output, "new", &err), IHP_ERR_RUN);
    assert_non_null(
        strstr(err.text, "result/settlement.csv: cannot be written, because something"));
    ihp__output_close(&output, NULL, &err);
    assert_true(exists("result/settlement.csv"));
    assert_false(exists("result/manifest.json"));
    assert_int_equal(files_in_folder(), 1);
}

/* A run that adds files replaces those alone. */
static void test_adds(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    struct ihp__output_request request = request_of(in_folder("result"), true);
    run(in_folder("result"), false, "one");
    write_text(in_folder("result/quality.csv"), "q");
    request.adds = true;
    begin(&output, &request, "two");
    assert_int_equal(ihp__output_put(&output, &err), IHP_OK);
    ihp__output_close(&output, NULL, &err);
    assert_file_holds(in_folder("result/settlement.csv"), "two");
    assert_file_holds(in_folder("result/quality.csv"), "q");
    assert_true(exists("result/manifest.json"));
}

/* A link is written through, and stays a link. */
static void test_link(void **state)
{
    (void)state;
    assert_int_equal(mkdir(in_folder("real"), 0755), 0);
    assert_int_equal(symlink("real", in_folder("result")), 0);
    run(in_folder("result"), false, "one");
    run(in_folder("result"), true, "two");
    struct stat info;
    assert_int_equal(lstat(in_folder("result"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_file_holds(in_folder("real/settlement.csv"), "two");
    assert_int_equal(files_in_folder(), 2);
}

/* In the working folder, files are replaced one by one. */
static void test_in_place(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    char before[PATH_BYTES];
    run(in_folder("result"), false, "one");
    assert_int_equal(mkdir(in_folder("result/attributed"), 0700), 0);
    write_text(in_folder("result/attributed/A.csv"), "earlier");
    write_text(in_folder("result/notes.txt"), "mine");
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(in_folder("result")), 0);
    const struct ihp__output_request request = request_of(in_folder("result"), true);
    begin(&output, &request, "two");
    assert_file_holds(in_folder("result/settlement.csv"), "one");
    assert_int_equal(finish(&output, "two", &err), IHP_OK);
    ihp__output_close(&output, &notices, &err);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(notices.count, 1);
    assert_non_null(strstr(notices.text[0], "it is the working folder"));
    ihp_notices_clear(&notices);
    assert_file_holds(in_folder("result/settlement.csv"), "two");
    assert_file_holds(in_folder("result/notes.txt"), "mine");
    assert_false(exists("result/attributed"));
    DIR *folder = opendir(in_folder("result"));
    int entries = 0;
    while (readdir(folder) != NULL) {
        entries++;
    }
    closedir(folder);
    assert_int_equal(entries, 5); /* settlement.csv, manifest.json, notes.txt, . and .. */
}

/* ---- what a killed run left ------------------------------------------------------------------ */

/* Makes a folder that a process with this number would have left. */
static void leave(const char *kind, long pid, const char *file)
{
    char host[64], path[PATH_BYTES], inside[2 * PATH_BYTES];
    assert_int_equal(gethostname(host, sizeof host), 0);
    snprintf(path, sizeof path, "%s%s%s-%ld", in_folder("result"), kind, host, pid);
    ihp__seal_name(path);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(inside, sizeof inside, "%s/%s", path, file);
    write_text(inside, "left");
}

enum { NOBODY = 99999999 }; /* no process has this number */

static void test_killed(void **state)
{
    (void)state;
    run(in_folder("result"), false, "one");
    leave(IHP__OUTPUT_PART, NOBODY, "attributed.csv");
    leave(IHP__OUTPUT_SWAP, NOBODY, "settlement.csv");
    leave(IHP__OUTPUT_PART, (long)getppid(), "settlement.csv"); /* it lives */
    write_text(in_folder("result.part-1"), "not a folder");
    run(in_folder("result"), true, "two");
    assert_file_holds(in_folder("result/settlement.csv"), "two");
    assert_false(exists("result/attributed.csv"));
    assert_int_equal(files_in_folder(), 3);
}

/* Folders of the user's stay, whatever they are called: an archive by date, one of another run that
 * was given another name, a copy of what a killed run left. */
static void test_archives(void **state)
{
    (void)state;
    static const char *const mine[] = {"result.old-2025-12-31", "result.part-time-2",
                                       "result.swap-node1-123", "result.old-2025"};
    char name[PATH_BYTES];
    run(in_folder("result"), false, "one");
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(mkdir(in_folder(mine[i]), 0755), 0);
        snprintf(name, sizeof name, "%s/notes.txt", mine[i]);
        write_text(in_folder(name), "mine");
    }
    leave(IHP__OUTPUT_OLD, NOBODY, "settlement.csv");
    char host[64], left[PATH_BYTES], copy[PATH_BYTES + 8];
    assert_int_equal(gethostname(host, sizeof host), 0);
    snprintf(left, sizeof left, "%s%s%s-%d", in_folder("result"), IHP__OUTPUT_OLD, host, NOBODY);
    ihp__seal_name(left);
    snprintf(copy, sizeof copy, "%s-copy", left);
    assert_int_equal(rename(left, copy), 0);
    run(in_folder("result"), true, "two");
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s/notes.txt", mine[i]);
        assert_file_holds(in_folder(name), "mine");
    }
    assert_int_equal(files_in_folder(), 6);
    assert_int_equal(rename(in_folder("result"), in_folder("result.old-2026-01-31")), 0);
    run(in_folder("result"), false, "three"); /* an archive is not put back */
    assert_file_holds(in_folder("result/settlement.csv"), "three");
    assert_int_equal(files_in_folder(), 7);
}

/* What was put into the earlier folder while it was replaced is kept. */
static void test_killed_with_others(void **state)
{
    (void)state;
    run(in_folder("result"), false, "one");
    leave(IHP__OUTPUT_SWAP, NOBODY, "notes.txt");
    run(in_folder("result"), true, "two");
    assert_file_holds(in_folder("result/notes.txt"), "left");
    assert_int_equal(files_in_folder(), 1);
}

/* A run that was killed between two renames: the earlier folder is put back. */
static void test_put_back(void **state)
{
    (void)state;
    struct ihp__output output;
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    leave(IHP__OUTPUT_OLD, NOBODY, "manifest.json");
    leave(IHP__OUTPUT_SWAP, NOBODY, "manifest.json");
    const struct ihp__output_request request = request_of(in_folder("result"), false);
    assert_int_equal(ihp__output_open(&output, &request, &err), IHP_ERR_USAGE);
    ihp__output_close(&output, &notices, &err);
    assert_file_holds(in_folder("result/manifest.json"), "left");
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(notices.count, 1);
    ihp_notices_clear(&notices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_new),         IN_FOLDER(test_failed),     IN_FOLDER(test_refused),
        IN_FOLDER(test_forced),      IN_FOLDER(test_in_use),     IN_FOLDER(test_finished_meanwhile),
        IN_FOLDER(test_others_stay), IN_FOLDER(test_in_the_way), IN_FOLDER(test_adds),
        IN_FOLDER(test_link),        IN_FOLDER(test_in_place),   IN_FOLDER(test_killed),
        IN_FOLDER(test_archives),    IN_FOLDER(test_put_back),   IN_FOLDER(test_killed_with_others),
        IN_FOLDER(test_two_steps),   IN_FOLDER(test_one_by_one), IN_FOLDER(test_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
