/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lease of an output: who has it, when it is taken over, and that only one newcomer does so. */
#include "files.h"

#include "base/lease.h"
#include "base/lease_text.h"
#include "base/rename.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

static char output[PATH_BYTES], lease_path[PATH_BYTES];

static void name_output(const char *name)
{
    snprintf(output, sizeof output, "%s", in_folder(name));
    snprintf(lease_path, sizeof lease_path, "%s.lease", in_folder(name));
}

static struct ihp__lease *take(struct ihp_notices *notices)
{
    struct ihp_error err = {0};
    struct ihp__lease *lease = NULL;
    enum ihp_status status = ihp__lease_take(output, notices, &lease, &err);
    if (status != IHP_OK) {
        fail_msg("%s", err.text);
    }
    assert_non_null(lease);
    return lease;
}

/* Fails to take the lease; the report has `words`. */
static void be_refused(enum ihp_status status, const char *words)
{
    struct ihp_error err = {0};
    struct ihp__lease *lease = NULL;
    assert_int_equal(ihp__lease_take(output, NULL, &lease, &err), status);
    assert_null(lease);
    if (strstr(err.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, err.text);
    }
}

/* Writes a lease as another run left it, `age` seconds ago. */
static void put_lease(const char *text, int64_t age)
{
    struct timespec now, times[2];
    write_text(lease_path, text);
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= (time_t)age;
    times[0] = times[1] = now;
    assert_int_equal(utimensat(AT_FDCWD, lease_path, times, 0), 0);
}

/* Returns this process's lease with another line for one that begins with `field`. */
static const char *text_with(const char *field, const char *line)
{
    static char changed[2 * IHP__LEASE_BYTES];
    char text[IHP__LEASE_BYTES];
    ihp__lease_text_make(text);
    char *at = strstr(text, field);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, line, strchr(at, '\n'));
    return changed;
}

static void test_taken_and_released(void **state)
{
    (void)state;
    struct stat info;
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    name_output("out");
    struct ihp__lease *lease = take(&notices);
    assert_int_equal(stat(lease_path, &info), 0);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(ihp__lease_check(lease, &err), IHP_OK);
    ihp__lease_release(&lease);
    assert_null(lease);
    assert_int_equal(files_in_folder(), 0);
    assert_int_equal(notices.count, 0);
    ihp__lease_release(&lease);
    assert_int_equal(ihp__lease_check(NULL, &err), IHP_OK);
}

static void test_second_is_refused(void **state)
{
    (void)state;
    char words[128];
    name_output("out");
    struct ihp__lease *lease = take(NULL);
    snprintf(words, sizeof words, "out: in use by process %ld on host ", (long)getpid());
    be_refused(IHP_ERR_USAGE, words);
    be_refused(IHP_ERR_USAGE, " since 20");
    strcat(output, "//"); /* the same output */
    be_refused(IHP_ERR_USAGE, words + strlen("out: "));
    assert_int_equal(files_in_folder(), 1);
    ihp__lease_release(&lease);
}

/* Two names of one output are one output. */
static void test_link(void **state)
{
    (void)state;
    name_output("out");
    assert_int_equal(symlink("out", in_folder("link")), 0);
    struct ihp__lease *lease = take(NULL);
    name_output("link");
    be_refused(IHP_ERR_USAGE, "link: in use by process ");
    ihp__lease_release(&lease);
}

/* A child takes the lease and is killed. */
static void test_process_that_was_killed(void **state)
{
    (void)state;
    int ready[2];
    char byte, words[128];
    struct ihp_notices notices = {0};
    name_output("out");
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ihp__lease *lease = NULL;
        enum ihp_status status = ihp__lease_take(output, NULL, &lease, NULL);
        byte = status == IHP_OK ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1) {
            pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    snprintf(words, sizeof words, "in use by process %ld ", (long)child);
    be_refused(IHP_ERR_USAGE, words);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    struct ihp__lease *lease = take(&notices);
    assert_int_equal(notices.count, 1);
    snprintf(words, sizeof words, "took over from process %ld on host ", (long)child);
    assert_non_null(strstr(notices.text[0], words));
    assert_non_null(strstr(notices.text[0], "which has ended without finishing"));
    be_refused(IHP_ERR_USAGE, "in use by process ");
    ihp__lease_release(&lease);
    assert_int_equal(files_in_folder(), 0);
    ihp_notices_clear(&notices);
    close(ready[0]);
    close(ready[1]);
}

/* Starts a process that takes the lease of an output and holds it until it is killed; returns when
 * the process has the lease. */
static pid_t start_holder(const char *name)
{
    int ready[2];
    char byte = 'n';
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ihp__lease *lease = NULL;
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* also if the test fails */
        name_output(name);
        byte = ihp__lease_take(output, NULL, &lease, NULL) == IHP_OK ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1) {
            pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void end_holder(pid_t child)
{
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* A run that replaces a folder would take along what another run writes inside it. So no run
 * begins in a folder that another replaces, nor replaces one in which another works. */
static void test_runs_around(void **state)
{
    (void)state;
    char words[128];
    assert_int_equal(mkdir(in_folder("result"), 0755), 0);
    assert_int_equal(mkdir(in_folder("result/a"), 0755), 0);
    assert_int_equal(mkdir(in_folder("result/a/b"), 0755), 0);
    assert_int_equal(symlink("result/a", in_folder("link")), 0);
    pid_t above = start_holder("result");
    snprintf(words, sizeof words, "in use by process %ld on host ", (long)above);
    static const char *const inside[] = {"result/package", "result/a/b/x.h5", "link/b/x.csv"};
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        name_output(inside[i]);
        be_refused(IHP_ERR_USAGE, words);
        be_refused(IHP_ERR_USAGE, "result.lease)");
    }
    name_output("results"); /* another output */
    struct ihp__lease *lease = take(NULL);
    ihp__lease_release(&lease);
    end_holder(above);
    name_output("result/package"); /* a lease of a run that has ended says nothing */
    lease = take(NULL);
    ihp__lease_release(&lease);

    pid_t below = start_holder("result/a/b/x.h5");
    snprintf(words, sizeof words, "result: in use by process %ld on host ", (long)below);
    name_output("result");
    be_refused(IHP_ERR_USAGE, words);
    be_refused(IHP_ERR_USAGE, "result/a/b/x.h5.lease)");
    name_output("result/a/b/y.h5"); /* next to it, both can work */
    lease = take(NULL);
    ihp__lease_release(&lease);
    write_text(in_folder("result/notes.lease"), "the lease of our office"); /* not one of ihp */
    end_holder(below);
    name_output("result");
    lease = take(NULL);
    struct ihp__lease *own = lease; /* a run may have several outputs in one folder */
    name_output("result/own");
    lease = take(NULL);
    ihp__lease_release(&lease);
    ihp__lease_release(&own);
}

/* A process number may be used again: the start of the process tells. */
static void test_another_process_with_the_number(void **state)
{
    (void)state;
    name_output("out");
    put_lease(text_with("start ", "start 1"), 0);
    struct ihp__lease *lease = take(NULL);
    ihp__lease_release(&lease);
}

static void test_process_of_this_host(void **state)
{
    (void)state;
    name_output("out");
    put_lease(text_with("command ", "command ihp settle"), 86400);
    be_refused(IHP_ERR_USAGE, "(ihp settle");
    assert_int_equal(files_in_folder(), 1);
}

static void test_another_host(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    name_output("out");
    put_lease(text_with("host ", "host elsewhere"), 100);
    be_refused(IHP_ERR_USAGE, " on host elsewhere (");
    put_lease(text_with("host ", "host elsewhere"), 185);
    struct ihp__lease *lease = take(&notices);
    assert_int_equal(notices.count, 1);
    assert_non_null(strstr(notices.text[0], "has not renewed its lease for 3 minutes"));
    ihp__lease_release(&lease);
    ihp_notices_clear(&notices);
    /* The same name, started again, or a container of that name. */
    put_lease(text_with("place ", "place another"), 100);
    be_refused(IHP_ERR_USAGE, "in use by process ");
    put_lease(text_with("place ", "place another"), 130);
    lease = take(NULL);
    ihp__lease_release(&lease);
}

/* A run that is killed while it takes a lease leaves an unfinished one. */
static void test_killed_newcomers(void **state)
{
    (void)state;
    name_output("out");
    write_text(in_folder("out.lease-0dc221a3"), text_with("start ", "start 1"));
    write_text(in_folder("out.lease-0dc221a4"), text_with("command ", "command x")); /* alive */
    write_text(in_folder("out.lease-0dc221a"), text_with("start ", "start 1"));
    write_text(in_folder("out.lease-notes"), text_with("start ", "start 1"));
    struct ihp__lease *lease = take(NULL);
    ihp__lease_release(&lease);
    assert_int_not_equal(access(in_folder("out.lease-0dc221a3"), F_OK), 0);
    assert_int_equal(files_in_folder(), 3);
}

static void test_other_files(void **state)
{
    (void)state;
    name_output("out");
    put_lease("A list of apartments.\n", 86400);
    be_refused(IHP_ERR_USAGE, "out.lease: not a lease of ihp");
    put_lease("ihp lease 1\nhost x\nprocess many\n", 86400);
    be_refused(IHP_ERR_USAGE, "out.lease: not a lease of ihp");
    put_lease("", 10); /* its host went down, or it is being written */
    be_refused(IHP_ERR_USAGE, "out: in use by an unknown process;");
    put_lease("", 130);
    struct ihp__lease *lease = take(NULL);
    ihp__lease_release(&lease);
    assert_int_equal(mkfifo(lease_path, 0600), 0);
    be_refused(IHP_ERR_USAGE, "out.lease: not a lease of ihp");
    assert_int_equal(unlink(lease_path), 0);
    assert_int_equal(symlink("/etc/passwd", lease_path), 0);
    be_refused(IHP_ERR_USAGE, "out.lease: not a lease of ihp");
    assert_int_equal(unlink(lease_path), 0);
    assert_int_equal(mkdir(lease_path, 0700), 0);
    be_refused(IHP_ERR_USAGE, "out.lease: not a lease of ihp");
    assert_int_equal(files_in_folder(), 1);
}

static void test_lost(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    name_output("out");
    struct ihp__lease *lease = take(NULL);
    assert_int_equal(unlink(lease_path), 0);
    assert_int_equal(ihp__lease_check(lease, &err), IHP_ERR_USAGE);
    assert_non_null(strstr(err.text, "out.lease) is gone or that of another run"));
    put_lease(text_with("host ", "host elsewhere"), 0);
    assert_int_equal(ihp__lease_check(lease, NULL), IHP_ERR_USAGE);
    ihp__lease_release(&lease); /* leaves the other's lease alone */
    assert_int_equal(files_in_folder(), 1);
}

static void test_no_folder(void **state)
{
    (void)state;
    name_output("missing/out");
    be_refused(IHP_ERR_RUN, "missing/out: cannot be written (No such file or directory)");
}

/* One child of a race. Tells the parent if it took the lease, and keeps it until the parent has
 * heard of both. */
static pid_t start_racer(int start, int result, int end)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char byte;
        struct ihp__lease *lease = NULL;
        if (read(start, &byte, 1) >= 0) {
            enum ihp_status status = ihp__lease_take(output, NULL, &lease, NULL);
            byte = status == IHP_OK ? 'y' : status == IHP_ERR_USAGE ? 'n' : '?';
        }
        ssize_t done = write(result, &byte, 1);
        done += read(end, &byte, 1);
        ihp__lease_release(&lease);
        _exit(done == 1 ? 0 : 1);
    }
    return child;
}

/* Runs a race of three processes and returns how many took the lease. */
static int race(void)
{
    int start[2], result[2], end[2], winners = 0;
    pid_t child[3];
    assert_int_equal(pipe(start), 0);
    assert_int_equal(pipe(result), 0);
    assert_int_equal(pipe(end), 0);
    for (int i = 0; i < 3; i++) {
        child[i] = start_racer(start[0], result[1], end[0]);
    }
    assert_int_equal(write(start[1], "xxx", 3), 3);
    for (int i = 0; i < 3; i++) {
        char byte;
        assert_int_equal(read(result[0], &byte, 1), 1);
        assert_true(byte == 'y' || byte == 'n');
        winners += byte == 'y';
    }
    assert_int_equal(write(end[1], "xxx", 3), 3);
    for (int i = 0; i < 3; i++) {
        int code;
        assert_int_equal(waitpid(child[i], &code, 0), child[i]);
    }
    for (int i = 0; i < 2; i++) {
        close(start[i]);
        close(result[i]);
        close(end[i]);
    }
    return winners;
}

static void test_races(void **state)
{
    (void)state;
    name_output("out");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(race(), 1);
        put_lease(text_with("start ", "start 1"), 0); /* one to take over */
        assert_int_equal(race(), 1);
    }
    assert_int_equal(files_in_folder(), 0);
}

/* Where nothing can be made next to a folder, the lease is inside it. */
static void test_parent_not_writable(void **state)
{
    (void)state;
    struct stat info;
    if (geteuid() == 0) {
        skip(); /* root may write everywhere */
    }
    name_output("out");
    assert_int_equal(mkdir(output, 0700), 0);
    assert_int_equal(chmod(test_folder, 0500), 0);
    struct ihp__lease *lease = take(NULL);
    assert_int_equal(stat(in_folder("out/ihp.lease"), &info), 0);
    be_refused(IHP_ERR_USAGE, "in use by process ");
    ihp__lease_release(&lease);
    assert_int_equal(chmod(test_folder, 0700), 0);
}

static void test_rename_new(void **state)
{
    (void)state;
    name_output("to");
    const char *from = in_folder("from");
    assert_int_equal(close(open(from, O_CREAT | O_WRONLY, 0600)), 0);
    assert_int_equal(ihp__rename_new(from, output), 0);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(close(open(from, O_CREAT | O_WRONLY, 0600)), 0);
    errno = 0;
    assert_int_equal(ihp__rename_new(from, output), -1);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(files_in_folder(), 2);
    assert_int_equal(mkdir(lease_path, 0700), 0);
    assert_int_equal(ihp__rename_new(lease_path, output), -1);
    assert_int_equal(errno, EEXIST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_taken_and_released),
        IN_FOLDER(test_second_is_refused),
        IN_FOLDER(test_link),
        IN_FOLDER(test_process_that_was_killed),
        IN_FOLDER(test_runs_around),
        IN_FOLDER(test_another_process_with_the_number),
        IN_FOLDER(test_process_of_this_host),
        IN_FOLDER(test_another_host),
        IN_FOLDER(test_killed_newcomers),
        IN_FOLDER(test_other_files),
        IN_FOLDER(test_lost),
        IN_FOLDER(test_no_folder),
        IN_FOLDER(test_races),
        IN_FOLDER(test_parent_not_writable),
        IN_FOLDER(test_rename_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
