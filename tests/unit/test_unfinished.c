/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not finished is removed when a signal ends the process; and which signals do. */
#include "files.h"

#include "base/agree.h"
#include "base/lease.h"
#include "base/leftover.h"
#include "base/outfile.h"
#include "base/seal.h"
#include "base/unfinished.h"
#include "cli/signals.h"
#include "extract/temp_file.h"
#include "store/shared_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

static void test_removed(void **state)
{
    (void)state;
    assert_int_equal(ihp__unfinished_add(in_folder("missing")), 0);
    write_text(in_folder("a"), "a");
    write_text(in_folder("b"), "b");
    write_text(in_folder("c"), "c");
    int a = ihp__unfinished_add(in_folder("a")), b = ihp__unfinished_add(in_folder("b"));
    int c = ihp__unfinished_add(in_folder("c"));
    assert_true(a > 0 && b > 0 && c > 0 && a != b && b != c);
    ihp__unfinished_done(&b);
    assert_int_equal(b, 0);
    ihp__unfinished_done(&b);
    assert_int_equal(rename(in_folder("c"), in_folder("kept")), 0);
    write_text(in_folder("c"), "of another run");
    ihp__unfinished_remove_all();
    assert_int_not_equal(access(in_folder("a"), F_OK), 0);
    assert_file_holds(in_folder("b"), "b");
    assert_file_holds(in_folder("c"), "of another run");
    assert_file_holds(in_folder("kept"), "c");
    ihp__unfinished_done(&a);
    ihp__unfinished_done(&c);
}

/* A folder goes with everything in it, but what a link names stays. */
static void test_whole_folder(void **state)
{
    (void)state;
    char name[64];
    write_text(in_folder("outside"), "kept");
    assert_int_equal(mkdir(in_folder("part"), 0700), 0);
    assert_int_equal(mkdir(in_folder("part/paid"), 0700), 0);
    assert_int_equal(symlink("../outside", in_folder("part/link")), 0);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "part/paid/a-partnership-%d.csv", i);
        write_text(in_folder(name), "rows");
    }
    int entry = ihp__unfinished_add(in_folder("part"));
    ihp__unfinished_remove_all();
    assert_int_not_equal(access(in_folder("part"), F_OK), 0);
    assert_file_holds(in_folder("outside"), "kept");
    ihp__unfinished_done(&entry);
}

/* A folder that others may use is removed only if it is empty. */
static void test_empty_folder(void **state)
{
    (void)state;
    int entry[4];
    assert_int_equal(mkdir(in_folder("used"), 0700), 0);
    assert_int_equal(mkdir(in_folder("new"), 0700), 0);
    write_text(in_folder("used/notes"), "of somebody");
    entry[0] = ihp__unfinished_add_empty(in_folder("used"));
    entry[1] = ihp__unfinished_add_empty(in_folder("new"));
    write_text(in_folder("used/part"), "rows");
    write_text(in_folder("new/part"), "rows");
    entry[2] = ihp__unfinished_add(in_folder("used/part"));
    entry[3] = ihp__unfinished_add(in_folder("new/part"));
    ihp__unfinished_remove_all();
    assert_int_not_equal(access(in_folder("new"), F_OK), 0);
    assert_int_not_equal(access(in_folder("used/part"), F_OK), 0);
    assert_file_holds(in_folder("used/notes"), "of somebody");
    for (int i = 0; i < 4; i++) {
        ihp__unfinished_done(&entry[i]);
    }
}

/* More than there is room for: the others are left. */
static void test_many(void **state)
{
    (void)state;
    char name[64];
    int entry[200], added = 0;
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "%d", i);
        write_text(in_folder(name), "x");
        entry[i] = ihp__unfinished_add(in_folder(name));
        added += entry[i] > 0;
    }
    assert_true(added >= 100 && added < 200);
    ihp__unfinished_remove_all();
    assert_int_equal(files_in_folder(), 200 - added);
    for (int i = 0; i < 200; i++) {
        ihp__unfinished_done(&entry[i]);
    }
}

/* ---- signals --------------------------------------------------------------------------------- */

enum child { ENDS, SAVES, HOLDS };

static void pause_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&time, &time) != 0) { /* a signal came */
    }
}

/* Starts a process with an unfinished file. It ends with code 75 when it was asked to stop. */
static pid_t start(enum child kind, int ready)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        write_text(in_folder("part"), "rows");
        ihp__unfinished_add(in_folder("part"));
        ihp__cli_end_at_signals();
        if (kind == SAVES) {
            ihp__cli_save_at_signals();
        } else if (kind == HOLDS) {
            ihp__unfinished_hold();
            ihp__unfinished_hold(); /* holds nest */
            ihp__unfinished_release();
        }
        ssize_t told = write(ready, "r", 1);
        while (told == 1 && kind == ENDS) {
            pause();
        }
        while (kind == SAVES && !*ihp__cli_stop()) {
            pause_ms(1);
        }
        if (kind == SAVES) {
            pause_ms(500); /* it takes a while until it has saved */
        } else {
            pause_ms(200);
            rename(in_folder("part"), in_folder("finished"));
            ihp__unfinished_release();
        }
        _exit(75);
    }
    return child;
}

/* Starts a process, sends it signals with pauses between them, and returns how it ended. */
static int end_of(enum child kind, int first, int second, long between_ms)
{
    int ready[2], code;
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = start(kind, ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(kill(child, first), 0);
    if (second != 0) {
        pause_ms(between_ms);
        kill(child, second);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    close(ready[0]);
    close(ready[1]);
    return code;
}

static bool is_signal(int code, int number)
{
    return WIFSIGNALED(code) && WTERMSIG(code) == number;
}

static void test_signals_that_end(void **state)
{
    (void)state;
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(is_signal(end_of(ENDS, numbers[i], 0, 0), numbers[i]));
        assert_int_equal(files_in_folder(), 0);
    }
    assert_true(is_signal(end_of(SAVES, SIGHUP, 0, 0), SIGHUP));
    assert_int_equal(files_in_folder(), 0);
}

static void test_signals_that_save(void **state)
{
    (void)state;
    static const int numbers[] = {SIGTERM, SIGINT, SIGUSR1};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int code = end_of(SAVES, numbers[i], 0, 0);
        assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 75);
    }
    int code = end_of(SAVES, SIGTERM, SIGTERM, 5); /* as timeout(1) sends them */
    assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 75);
    code = end_of(SAVES, SIGUSR1, SIGTERM, 150); /* as Slurm does at the end of the time */
    assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 75);
    assert_int_equal(unlink(in_folder("part")), 0);
    assert_true(is_signal(end_of(SAVES, SIGTERM, SIGTERM, 150), SIGTERM));
    assert_true(is_signal(end_of(SAVES, SIGTERM, SIGINT, 150), SIGINT));
    assert_int_equal(files_in_folder(), 0);
}

/* A signal waits for a step that must not be cut in two; a second one does not. */
static void test_hold(void **state)
{
    (void)state;
    assert_true(is_signal(end_of(HOLDS, SIGTERM, 0, 0), SIGTERM));
    assert_file_holds(in_folder("finished"), "rows");
    assert_int_equal(unlink(in_folder("finished")), 0);
    assert_true(is_signal(end_of(HOLDS, SIGTERM, SIGTERM, 50), SIGTERM));
    assert_int_equal(files_in_folder(), 0);
}

/* Another signal comes while what is not finished is removed. */
static void test_two_at_once(void **state)
{
    (void)state;
    char name[64];
    assert_int_equal(mkdir(in_folder("whole"), 0700), 0);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "whole/part-%d", i);
        write_text(in_folder(name), "rows");
    }
    int entry = ihp__unfinished_add(in_folder("whole"));
    int code = end_of(ENDS, SIGTERM, SIGINT, 1);
    assert_true(WIFSIGNALED(code));
    assert_int_equal(files_in_folder(), 0);
    ihp__unfinished_done(&entry);
}

/* ---- new files ------------------------------------------------------------------------------- */

static bool armed;

/* Stands for that of the C library, with which a new file is looked at when it is put on the list:
 * a signal comes at that moment. */
int lstat(const char *path, struct stat *info)
{
    int found = fstatat(AT_FDCWD, path, info, AT_SYMLINK_NOFOLLOW);
    if (armed && found == 0 && strstr(path, "/new") != NULL) {
        armed = false;
        raise(SIGTERM);
    }
    return found;
}

static void make_outfile(struct ihp_error *err)
{
    struct ihp__outfile *file;
    ihp__until_agreed(ihp__outfile_open(in_folder("new"), 0600, &file, err));
}

static void make_temp_file(struct ihp_error *err)
{
    struct ihp__temp_file *file;
    ihp__until_agreed(ihp__temp_file_create_named(in_folder("new"), 1, 0, "tag", &file, err));
}

static void make_lease(struct ihp_error *err)
{
    struct ihp_notices notices = {0};
    struct ihp__lease *lease;
    ihp__until_agreed(ihp__lease_take(in_folder("new"), &notices, &lease, err));
}

static void make_store(struct ihp_error *err)
{
    struct ihp__shared_file file;
    ihp__until_agreed(
        ihp__shared_create(&file, in_folder("new"), "a store", 1, MPI_COMM_NULL, err));
}

/* A signal between the making of a file and its place on the list. */
static void test_new_files(void **state)
{
    (void)state;
    static void (*const make[])(struct ihp_error *) = {make_outfile, make_temp_file, make_lease,
                                                       make_store};
    for (size_t i = 0; i < sizeof make / sizeof make[0]; i++) {
        int code;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct ihp_error err = {0};
            ihp__cli_end_at_signals();
            armed = true;
            make[i](&err);
            _exit(1);
        }
        assert_int_equal(waitpid(child, &code, 0), child);
        assert_true(is_signal(code, SIGTERM));
        assert_int_equal(files_in_folder(), 0);
    }
}

/* ---- what killed runs left ------------------------------------------------------------------- */

static void test_leftovers(void **state)
{
    (void)state;
    static const char *const kept[] = {"s.h5",           "s.h5.part-",        "s.h5.part-x",
                                       "s.h5.part-1x",   "s.h5.part-1-other", "other.part-%ld",
                                       "s.h5.sort-file", "s.h5.backup",       "s.h5.part",
                                       "s.h5.part-01",   "s.h5.part-1-packed"};
    static const char *const removed[] = {"s.h5.part-%ld", "s.h5.part-%ld-packed", "s.h5.sort-%ld",
                                          "s.h5.sort-%ld-bad-1"};
    char name[128];
    pid_t child = fork(); /* a process that has ended */
    assert_true(child >= 0);
    if (child == 0) {
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        snprintf(name, sizeof name, "%s", kept[i]);
        write_text(in_folder(name), "x");
    }
    for (size_t i = 0; i < sizeof removed / sizeof removed[0]; i++) {
        char *mark = strstr(removed[i], "%ld");
        snprintf(name, sizeof name, "%.*s%ld%s", (int)(mark - removed[i]), removed[i], (long)child,
                 i == 1 ? "" : mark + strlen("%ld"));
        ihp__seal_name(name);
        strcat(name, i == 1 ? mark + strlen("%ld") : "");
        write_text(in_folder(name), "x");
    }
    snprintf(name, sizeof name, "s.h5.part-%ld", (long)getpid()); /* of a process that works */
    ihp__seal_name(name);
    write_text(in_folder(name), "x");
    ihp__leftover_remove(in_folder("s.h5"));
    assert_int_equal(files_in_folder(), sizeof kept / sizeof kept[0] + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_removed),
        IN_FOLDER(test_whole_folder),
        IN_FOLDER(test_empty_folder),
        IN_FOLDER(test_many),
        IN_FOLDER(test_signals_that_end),
        IN_FOLDER(test_signals_that_save),
        IN_FOLDER(test_hold),
        IN_FOLDER(test_two_at_once),
        IN_FOLDER(test_new_files),
        IN_FOLDER(test_leftovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
