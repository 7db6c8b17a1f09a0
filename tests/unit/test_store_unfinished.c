/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store that cannot be finished leaves no file: too few or too many lines, too large, a full
 * disk. */
#include "store_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static uint64_t growing(uint64_t member)
{
    return member;
}

static void test_too_few_lines(void **state)
{
    (void)state;
    const struct plan plan = {.members = 20, .lines_of = zero_to_four_lines};
    for (int begun = 0; begun < 2; begun++) {
        struct ihp__store_writer *writer;
        struct ihp_error err = {0};
        uint64_t lines;
        assert_int_equal(begin_store(in_folder("s.h5"), &plan, &writer, &lines, &err), IHP_OK);
        if (begun == 1) {
            assert_int_equal(ihp__store_claims_begin(writer, lines, CLAIM_ID_WIDTH, false, &err),
                             IHP_OK);
            assert_int_equal(put_claims(writer, &plan, 0, (size_t)lines - 1, &err), IHP_OK);
        }
        assert_int_equal(files_in_folder(), 1); /* the temporary file */
        assert_int_equal(access(in_folder("s.h5"), F_OK), -1);
        assert_int_equal(ihp__store_commit(&writer, &err), IHP_ERR_RUN);
        assert_error(&err, IHP_ERR_RUN, begun == 1 ? "s.h5: 39 of 40 announced" : "s.h5: 0 of 0");
        assert_null(writer);
        assert_int_equal(files_in_folder(), 0);
    }
}

static void test_too_many_lines(void **state)
{
    (void)state;
    const struct plan plan = {.members = 20, .lines_of = zero_to_four_lines};
    struct ihp__store_writer *writer;
    struct ihp_error err = {0};
    uint64_t lines;
    assert_int_equal(begin_store(in_folder("s.h5"), &plan, &writer, &lines, &err), IHP_OK);
    assert_int_equal(ihp__store_claims_begin(writer, lines, CLAIM_ID_WIDTH, false, &err), IHP_OK);
    assert_int_equal(put_claims(writer, &plan, 0, 30, &err), IHP_OK);
    assert_int_equal(put_claims(writer, &plan, 30, (size_t)lines - 29, &err), IHP_ERR_RUN);
    assert_error(&err, IHP_ERR_RUN, "more claim lines were written than announced (40)");
    ihp__store_abandon(&writer);
    assert_int_equal(files_in_folder(), 0);
}

/* Numbers of 16 and 32 bits limit the size of a store; more is refused before it is written. */
static void test_more_than_a_store_can_hold(void **state)
{
    (void)state;
    struct ihp__store_writer *writer;
    struct ihp_error err = {0};
    struct ihp__dict *dict = ihp__dict_create(100000);
    char text[8];
    for (int i = 0; i < 65535; i++) {
        ihp__dict_add(dict, text, (size_t)snprintf(text, sizeof text, "%05d", i));
    }
    assert_int_equal(ihp__store_create(in_folder("s.h5"), MPI_COMM_NULL, &writer, &err), IHP_OK);
    assert_int_equal(ihp__store_put_dict(writer, IHP__COLUMN_DICT_PAYER, dict, &err), IHP_OK);
    ihp__dict_add(dict, "one more", 8);
    assert_int_equal(ihp__store_put_dict(writer, IHP__COLUMN_DICT_TAXONOMY, dict, &err), IHP_OK);
    assert_int_equal(ihp__store_put_dict(writer, IHP__COLUMN_DICT_ACG, dict, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "dictionary/acg would have 65536 entries; at most 65535 are");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__store_claims_begin(writer, 1ULL << 32, 6, false, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "4294967296 claim lines are too many");
    ihp__store_abandon(&writer);
    ihp__dict_destroy(&dict);
    assert_int_equal(files_in_folder(), 0);
}

static void test_abandon(void **state)
{
    (void)state;
    const struct plan plan = {.members = 20, .lines_of = zero_to_four_lines};
    struct ihp__store_writer *writer;
    struct ihp_error err = {0};
    write_text(in_folder("s.h5"), "an older store");
    uint64_t lines;
    assert_int_equal(begin_store(in_folder("s.h5"), &plan, &writer, &lines, &err), IHP_OK);
    ihp__store_abandon(&writer);
    assert_null(writer);
    assert_int_equal(files_in_folder(), 1);
    assert_file_holds(in_folder("s.h5"), "an older store");
    ihp__store_abandon(&writer); /* harmless */
    ihp__store_abandon(NULL);
}

/* A store is protected data: only its owner may read it, also while it is being written. */
static void test_mode(void **state)
{
    (void)state;
    const struct plan plan = {.members = 3};
    struct stat info;
    mode_t mask = umask(0);
    write_store(in_folder("s.h5"), &plan);
    assert_int_equal(umask(mask), 0); /* unchanged */
    assert_int_equal(stat(in_folder("s.h5"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void test_no_folder(void **state)
{
    (void)state;
    struct ihp__store_writer *writer = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__store_create(in_folder("none/s.h5"), MPI_COMM_NULL, &writer, &err),
                     IHP_ERR_RUN);
    assert_null(writer);
    assert_error(&err, IHP_ERR_RUN, "none/s.h5: the store cannot be written (");
}

/* Writes a store while files are limited to `limit` bytes, as on a full disk. */
static enum ihp_status write_on_full_disk(const struct plan *plan, rlim_t limit,
                                          struct ihp_error *err)
{
    struct ihp__store_writer *writer;
    struct rlimit tiny = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tiny);
    uint64_t lines;
    if (begin_store(in_folder("s.h5"), plan, &writer, &lines, err) != IHP_OK ||
        ihp__store_claims_begin(writer, lines, CLAIM_ID_WIDTH, false, err) != IHP_OK ||
        put_claims(writer, plan, 0, (size_t)lines, err) != IHP_OK) {
        ihp__store_abandon(&writer);
        return err->status;
    }
    return ihp__store_commit(&writer, err);
}

/* Runs in a process of its own, which ends without exit handlers: the limit applies to files in
 * memory too, so that HDF5 cannot finish a dropped file, as it can on a full disk, and would crash
 * at exit. */
static void test_full_disk(void **state)
{
    (void)state;
    const struct plan plan = {.members = 60, .lines_of = growing};
    static const rlim_t limits[] = {3000, 12000, 40000, 60000, 80000};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        int end;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct ihp_error err = {0};
            enum ihp_status status = write_on_full_disk(&plan, limits[i], &err);
            bool right = status == IHP_ERR_RUN && err.status == IHP_ERR_RUN &&
                         strstr(err.text, "s.h5: ") != NULL &&
                         strstr(err.text, " cannot be written (") != NULL;
            _exit(right ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &end, 0), child);
        assert_true(WIFEXITED(end));
        assert_int_equal(WEXITSTATUS(end), 0);
        assert_int_equal(files_in_folder(), 0);
    }
    write_store(in_folder("s.h5"), &plan); /* and now there is room */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_too_few_lines),
        IN_FOLDER(test_too_many_lines),
        IN_FOLDER(test_more_than_a_store_can_hold),
        IN_FOLDER(test_abandon),
        IN_FOLDER(test_mode),
        IN_FOLDER(test_no_folder),
        IN_FOLDER(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
