/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch of a job on several ranks: rank 0 receives every message about the memory of the
 * others, whichever rank fails and also if rank 0 reports nothing, and the status file says how the
 * job ended. Assertions come after the last collective call of a test, so that no rank waits for
 * one that fails. */
#include "engine/watch.h"

#include "base/agree.h"
#include "result/run_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

static MPI_Comm comm = MPI_COMM_NULL;
static int rank, ranks;
static char output[64];      /* the same text on all ranks */
static uint64_t reports = 0; /* reports of progress that the caller of rank 0 got */

static void count_progress(void *context, const struct ihp_progress *progress)
{
    assert_ptr_equal(context, &reports);
    reports += progress->done > 0;
}

static void report(struct ihp__watch *watch, uint64_t done)
{
    ihp__watch_report(watch, &(struct ihp_progress){
                                 .stage = "settle", .what = "members", .done = done, .all = 10});
}

/* Runs a job in which every rank but rank 0 reports its work, rank 0 only if `rank_0_reports`, and
 * rank `failing` ends with status `how`; -1: none does. On rank 0, `status` receives the contents
 * of the status file. Collective. */
static void run_job(int failing, enum ihp_status how, bool rank_0_reports, struct ihp__watch *watch,
                    struct ihp__run_status *status)
{
    struct ihp_error err = {0}, read = {0};
    char path[IHP__PATH_MAX];
    enum ihp_status started =
        ihp__watch_start(watch, "settle", count_progress, &reports, comm, &err);
    ihp__watch_open(watch, output);
    for (uint64_t done = 1; done <= 5 && (rank != 0 || rank_0_reports); done++) {
        report(watch, done);
    }
    if (rank == failing) {
        ihp__error_set(&err, how, "rank %d has enough", failing);
    }
    enum ihp_status agreed = ihp__agree(comm, &err);
    ihp__watch_end(watch, &err);
    assert_int_equal(started, IHP_OK);
    assert_int_equal(agreed, failing < 0 ? IHP_OK : how);
    if (rank == 0) {
        assert_int_equal(ihp__run_status_path(output, path, &read), IHP_OK);
        assert_int_equal(ihp__run_status_read(path, status, &read), IHP_OK);
        assert_int_equal(unlink(path), 0);
    }
}

/* Seconds within which a rank sends no second message. */
static const double QUIET = 5;

/* Checks that every rank sent a message with its first report and, unless the machine stalled, no
 * second one; that rank 0 received as many as were sent; and that none is left. Collective. */
static void assert_messages(const struct ihp__watch *watch, double began)
{
    uint64_t sent = rank == 0 ? 0 : watch->messages, all = 0;
    MPI_Allreduce(&sent, &all, 1, MPI_UINT64_T, MPI_SUM, comm);
    assert_true(rank == 0 || sent >= 1);
    assert_true(rank == 0 || sent == 1 || MPI_Wtime() - began >= QUIET);
    assert_true(rank != 0 || watch->messages == all);
    assert_true(watch->request == MPI_REQUEST_NULL);
    assert_true(watch->comm == MPI_COMM_NULL);
}

static void test_done(void **state)
{
    (void)state;
    struct ihp__watch watch;
    struct ihp__run_status s = {0};
    double began = MPI_Wtime();
    reports = 0;
    run_job(-1, IHP_OK, true, &watch, &s);
    assert_messages(&watch, began);
    assert_int_equal(reports, rank == 0 ? 5 : 0);
    if (rank == 0) {
        assert_int_equal(s.state, IHP__RUN_DONE);
        assert_string_equal(s.error, "");
        assert_string_equal(s.stage, "settle");
        assert_int_equal(s.done, 5);
        assert_int_equal(s.all, 10);
        assert_int_equal(s.ranks, ranks);
        assert_true(s.peak_bytes > 1 << 20);
        assert_int_equal(s.pid, getpid());
    }
}

static void test_error_of_each_rank(void **state)
{
    (void)state;
    for (int failing = 0; failing < ranks; failing++) {
        for (int reporting = 0; reporting < 2; reporting++) {
            struct ihp__watch watch;
            struct ihp__run_status s = {0};
            char says[40];
            double began = MPI_Wtime();
            run_job(failing, IHP_ERR_DATA, reporting != 0, &watch, &s);
            assert_messages(&watch, began);
            snprintf(says, sizeof says, "rank %d has enough", failing);
            if (rank == 0) {
                assert_int_equal(s.state, IHP__RUN_FAILED);
                assert_string_equal(s.error, says);
                assert_string_equal(s.stage, reporting ? "settle" : "open");
            }
        }
    }
}

/* The status of a run that was stopped has no error. */
static void test_stopped(void **state)
{
    (void)state;
    struct ihp__watch watch;
    struct ihp__run_status s = {0};
    double began = MPI_Wtime();
    run_job(ranks - 1, IHP_STOPPED, true, &watch, &s);
    assert_messages(&watch, began);
    if (rank == 0) {
        assert_int_equal(s.state, IHP__RUN_STOPPED);
        assert_string_equal(s.error, "");
    }
}

/* A job whose status file cannot be written, at its beginning or its end, continues without it. */
static void test_no_place_for_a_status(void **state)
{
    (void)state;
    struct ihp__watch watch;
    struct ihp_error err = {0};
    double began = MPI_Wtime();
    char path[IHP__PATH_MAX] = "", entry[IHP__PATH_MAX + 8];
    bool made = true;
    if (rank == 0) {
        made = ihp__run_status_path(output, path, &err) == IHP_OK && mkdir(path, 0700) == 0;
        snprintf(entry, sizeof entry, "%s/entry", path);
        made = made && mkdir(entry, 0700) == 0;
    }
    enum ihp_status started = ihp__watch_start(&watch, "settle", NULL, NULL, comm, &err);
    ihp__watch_open(&watch, output);
    report(&watch, 1);
    ihp__watch_end(&watch, &err);
    assert_messages(&watch, began);
    assert_true(made);
    assert_int_equal(started, IHP_OK);
    assert_int_equal(err.status, IHP_OK);
    if (rank == 0) {
        assert_int_equal(rmdir(entry), 0);
        assert_int_equal(rmdir(path), 0);
    }
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    snprintf(output, sizeof output, "/tmp/ihp-test-XXXXXX");
    bool made = rank != 0 || mkdtemp(output) != NULL;
    MPI_Bcast(output, sizeof output, MPI_CHAR, 0, comm);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_done),
        cmocka_unit_test(test_error_of_each_rank),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_no_place_for_a_status),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL), most = 0;
    failed += rank == 0 && (!made || rmdir(output) != 0);
    MPI_Allreduce(&failed, &most, 1, MPI_INT, MPI_MAX, comm);
    MPI_Comm_free(&comm);
    MPI_Finalize();
    return most;
}
