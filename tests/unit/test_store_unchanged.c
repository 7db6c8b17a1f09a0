/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store whose file changes after it was opened is refused; other events are not. */
#include "store_fixture.h"

#include <fcntl.h>

static const struct plan plan = {.members = 20, .lines_of = zero_to_four_lines};
static struct ihp__store *store;
static struct ihp_error err;

/* Writes a store into the folder and opens it. */
static int set_up(void **state)
{
    if (folder_set_up(state) != 0) {
        return -1;
    }
    write_store(in_folder("state.h5"), &plan);
    store = opened_store(in_folder("state.h5"));
    err = (struct ihp_error){0};
    return 0;
}

static int tear_down(void **state)
{
    ihp__store_close(&store);
    return folder_tear_down(state);
}

static void assert_unchanged(void)
{
    if (ihp__store_check_unchanged(store, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
}

static void assert_changed(const char *says)
{
    assert_int_equal(ihp__store_check_unchanged(store, &err), IHP_ERR_DATA);
    assert_int_equal(err.status, IHP_ERR_DATA);
    if (strstr(err.text, in_folder("state.h5")) == NULL || strstr(err.text, says) == NULL ||
        strchr(err.text, '\n') != NULL) {
        fail_msg("'%s' lacks the path or '%s'", err.text, says);
    }
}

/* Sets the time of modification, to the nanosecond. */
static void set_time(const char *path, time_t seconds, long nanoseconds)
{
    const struct timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_untouched(void **state)
{
    (void)state;
    assert_unchanged();
    assert_int_equal(chmod(in_folder("state.h5"), 0400), 0); /* the content is the same */
    assert_unchanged();
}

static void test_touched(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(stat(in_folder("state.h5"), &info), 0);
    set_time(in_folder("state.h5"), info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    assert_unchanged();
    set_time(in_folder("state.h5"), info.st_mtim.tv_sec, info.st_mtim.tv_nsec ^ 1);
    assert_changed("was written to while it was read");
    err = (struct ihp_error){0};
    set_time(in_folder("state.h5"), info.st_mtim.tv_sec - 1, info.st_mtim.tv_nsec);
    assert_changed("was written to while it was read");
}

/* Another length, although the time of modification is restored. */
static void test_length(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(stat(in_folder("state.h5"), &info), 0);
    for (int by = -1; by <= 1; by += 2) {
        err = (struct ihp_error){0};
        assert_int_equal(truncate(in_folder("state.h5"), info.st_size + by), 0);
        set_time(in_folder("state.h5"), info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
        assert_changed("was written to while it was read");
        assert_int_equal(truncate(in_folder("state.h5"), info.st_size), 0);
        set_time(in_folder("state.h5"), info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    }
    err = (struct ihp_error){0};
    assert_unchanged();
    assert_int_equal(truncate(in_folder("state.h5"), 0), 0);
    assert_changed("now 0)");
}

static void test_removed(void **state)
{
    (void)state;
    assert_int_equal(rename(in_folder("state.h5"), in_folder("away.h5")), 0);
    assert_changed("has disappeared since it was opened");
    err = (struct ihp_error){0};
    assert_int_equal(rename(in_folder("away.h5"), in_folder("state.h5")), 0);
    assert_unchanged();
}

/* Replaces the store by a new file of these bytes. */
static void put_in_place(const void *bytes, size_t size)
{
    write_bytes(in_folder("new.h5"), bytes, size);
    assert_int_equal(rename(in_folder("new.h5"), in_folder("state.h5")), 0);
}

static void test_identical_copy(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_bytes(in_folder("state.h5"), &size);
    put_in_place(bytes, size);
    assert_unchanged();
    put_in_place(bytes, size - 1); /* cut short */
    assert_changed("by a file that is not a store");
    free(bytes);
}

static void test_other_store(void **state)
{
    (void)state;
    struct plan other = plan;
    other.salt = 1;
    write_store(in_folder("new.h5"), &other); /* of the same size */
    assert_int_equal(rename(in_folder("new.h5"), in_folder("state.h5")), 0);
    assert_changed("was replaced while it was read (content hash ");
}

/* The same content with another layout: its columns are in other places. */
static void test_other_layout(void **state)
{
    (void)state;
    struct plan other = plan;
    other.compressed = true;
    write_store(in_folder("new.h5"), &other);
    assert_int_equal(rename(in_folder("new.h5"), in_folder("state.h5")), 0);
    assert_changed("was replaced while it was read (content hash ");
}

static void test_garbage(void **state)
{
    (void)state;
    put_in_place("", 0);
    assert_changed("by a file that is not a store");
    err = (struct ihp_error){0};
    put_in_place("no store at all", 15);
    assert_changed("by a file that is not a store");
    err = (struct ihp_error){0};
    assert_int_equal(unlink(in_folder("state.h5")), 0);
    assert_int_equal(mkdir(in_folder("state.h5"), 0700), 0);
    assert_changed("by a file that is not a store");
}

/* ---- changes noticed by reading -------------------------------------------------------------- */

/* Asserts that reading fails: claims straight from the file, or small tables through HDF5. */
static void assert_read_fails(bool claims, enum ihp_status status, const char *says)
{
    enum { LINES = 10 };
    struct ihp__members members = {0};
    struct ihp__claim_buffer *buffer = NULL;
    struct ihp__claims read;
    const struct ihp__range all = {0, plan.members};
    assert_int_equal(ihp__claim_buffer_create(store, IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE),
                                              LINES, &buffer, &err),
                     IHP_OK);
    assert_int_equal(claims ? ihp__store_read_claims(store, 0, LINES, buffer, &read, &err)
                            : ihp__store_read_members(store, all, &members, &err),
                     status);
    ihp__claim_buffer_destroy(&buffer);
    assert_int_equal(err.status, status);
    if (strstr(err.text, in_folder("state.h5")) == NULL || strstr(err.text, says) == NULL) {
        fail_msg("'%s' lacks the path or '%s'", err.text, says);
    }
    ihp__members_free(&members);
    err = (struct ihp_error){0};
}

/* A store that is overwritten while it is read can look damaged. The message must say that it was
 * written to, not that it must be made again. */
static void test_written_over_and_read(void **state)
{
    (void)state;
    static const char nonsense[4096] = {(char)0xff};
    struct stat info;
    assert_int_equal(stat(in_folder("state.h5"), &info), 0);
    int fd = open(in_folder("state.h5"), O_WRONLY);
    for (off_t at = 0; at < info.st_size; at += (off_t)sizeof nonsense) {
        assert_int_equal(pwrite(fd, nonsense, sizeof nonsense, at), sizeof nonsense);
    }
    close(fd);
    assert_read_fails(false, IHP_ERR_DATA, "was written to while it was read");
    assert_int_equal(truncate(in_folder("state.h5"), 100), 0);
    assert_read_fails(true, IHP_ERR_DATA, "bytes, now 100); start again");
    assert_int_equal(unlink(in_folder("state.h5")), 0);
    assert_read_fails(true, IHP_ERR_DATA, "has disappeared since it was opened");
}

/* An error of the file system does not mean that the store is damaged. Reading a folder fails like
 * a bad disk. */
static void test_read_fault(void **state)
{
    (void)state;
    struct stat own, other;
    assert_int_equal(stat(in_folder("state.h5"), &own), 0);
    int folder = open(in_folder(""), O_RDONLY);
    assert_true(folder >= 0);
    for (int fd = 3; fd < 100; fd++) {
        if (fstat(fd, &other) == 0 && other.st_ino == own.st_ino && other.st_dev == own.st_dev) {
            assert_int_equal(dup2(folder, fd), fd);
        }
    }
    close(folder);
    assert_read_fails(true, IHP_ERR_RUN, "cannot be read (Is a directory)");
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_untouched),
        WITH_STORE(test_touched),
        WITH_STORE(test_length),
        WITH_STORE(test_removed),
        WITH_STORE(test_identical_copy),
        WITH_STORE(test_other_store),
        WITH_STORE(test_other_layout),
        WITH_STORE(test_garbage),
        WITH_STORE(test_written_over_and_read),
        WITH_STORE(test_read_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
