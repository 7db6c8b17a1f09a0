/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting until files are on disk: a file system without fsync is passed over with one notice, and
 * every other error counts. */
#include "files.h"

#include "base/sync.h"

#include <errno.h>
#include <fcntl.h>

/* The errno with which fsync fails, 0 for success, and how often it was called. */
static int reason, calls;

/* Takes the place of the C library's function in this program. */
int fsync(int fd)
{
    (void)fd;
    calls++;
    errno = reason;
    return reason == 0 ? 0 : -1;
}

static int open_folder(void)
{
    int fd = open(test_folder, O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    return fd;
}

static void test_done(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    int fd = open_folder();
    reason = 0;
    calls = 0;
    assert_true(ihp__sync_file(fd, "store.h5"));
    assert_true(ihp__sync_folder(test_folder));
    assert_true(ihp__sync_folder_of(in_folder("store.h5")));
    assert_true(ihp__sync_folder_of("a-file-of-this-folder"));
    assert_true(ihp__sync_folder_of("/"));
    assert_int_equal(calls, 5);
    ihp__sync_notice(&notices);
    assert_int_equal(notices.count, 0);
    close(fd);
}

static void test_file_system_without_fsync(void **state)
{
    (void)state;
    const int none[] = {EINVAL, ENOTSUP, EOPNOTSUPP, ENOSYS};
    int fd = open_folder();
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct ihp_notices notices = {0};
        reason = none[i];
        assert_true(ihp__sync_file(fd, "first.h5"));
        assert_true(ihp__sync_file(fd, "second.h5"));
        assert_true(ihp__sync_folder(test_folder));
        ihp__sync_notice(&notices);
        ihp__sync_notice(&notices);
        assert_int_equal(notices.count, 1);
        assert_non_null(strstr(notices.text[0], "first.h5: "));
        assert_non_null(strstr(notices.text[0], strerror(reason)));
        ihp_notices_clear(&notices);
    }
    close(fd);
}

static void test_data_lost(void **state)
{
    (void)state;
    const int lost[] = {EIO, ENOSPC, EDQUOT, EBADF};
    struct ihp_notices notices = {0};
    int fd = open_folder();
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        reason = lost[i];
        assert_false(ihp__sync_file(fd, "store.h5"));
        assert_int_equal(errno, lost[i]);
        assert_false(ihp__sync_folder(test_folder));
        assert_int_equal(errno, lost[i]);
        assert_false(ihp__sync_folder_of(in_folder("store.h5")));
        assert_int_equal(errno, lost[i]);
    }
    ihp__sync_notice(&notices);
    assert_int_equal(notices.count, 0);
    close(fd);
}

static void test_no_folder(void **state)
{
    (void)state;
    reason = 0;
    assert_false(ihp__sync_folder(in_folder("missing")));
    assert_int_equal(errno, ENOENT);
}

/* The .part file goes away, and the file that was there stays, if its data may be lost. */
static void test_outfile(void **state)
{
    (void)state;
    struct ihp__outfile *out = NULL;
    const char *path = in_folder("table.csv");
    write_text(path, "old");
    const struct {
        int reason;
        enum ihp_status status;
        const char *text;
    } cases[] = {{EIO, IHP_ERR_RUN, "old"}, {EINVAL, IHP_OK, "new"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp_error err = {0};
        reason = cases[i].reason;
        assert_int_equal(ihp__outfile_open(path, 0644, &out, &err), IHP_OK);
        fputs("new", ihp__outfile_stream(out));
        assert_int_equal(ihp__outfile_commit(&out, &err), cases[i].status);
        assert_true((err.status == IHP_OK) == (strstr(err.text, strerror(EIO)) == NULL));
        assert_file_holds(path, cases[i].text);
        assert_int_equal(files_in_folder(), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_done),      IN_FOLDER(test_file_system_without_fsync),
        IN_FOLDER(test_data_lost), IN_FOLDER(test_no_folder),
        IN_FOLDER(test_outfile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
