/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that appear whole: nothing can be seen before commit, and nothing is left after a failure.
 * And writing CSV fields. */
#include "files.h"

#include "base/seal.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static int mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (int)info.st_mode & 07777;
}

static void test_commit(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out = NULL;
    const char *path = in_folder("table.csv");
    assert_int_equal(ihp__outfile_open(path, 0644, &out, &err), IHP_OK);
    fputs("a,b\n", ihp__outfile_stream(out));
    assert_int_equal(access(path, F_OK), -1); /* not under this name yet */
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_OK);
    assert_null(out);
    assert_file_holds(path, "a,b\n");
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(err.status, IHP_OK);
}

/* The old file is there whole until the new one takes its name. */
static void test_commit_replaces(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out;
    const char *path = in_folder("table.csv");
    write_text(path, "old");
    assert_int_equal(ihp__outfile_open(path, 0644, &out, &err), IHP_OK);
    fputs("new", ihp__outfile_stream(out));
    fflush(ihp__outfile_stream(out));
    assert_file_holds(path, "old");
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_OK);
    assert_file_holds(path, "new");
}

static void test_mode(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out;
    const char *private = in_folder("members.csv"), *public = in_folder("table.csv");
    mode_t mask = umask(022);
    write_text(private, "an old file that all can read");
    assert_int_equal(chmod(private, 0666), 0);
    assert_int_equal(ihp__outfile_open(private, 0600, &out, &err), IHP_OK);
    fputs("secret", ihp__outfile_stream(out));
    fflush(ihp__outfile_stream(out));
    char part[PATH_BYTES];
    snprintf(part, sizeof part, "%s.part-%ld", private, (long)getpid());
    ihp__seal_name(part);
    assert_int_equal(mode_of(part), 0600); /* also while it is written */
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_OK);
    assert_int_equal(mode_of(private), 0600);
    assert_int_equal(ihp__outfile_open(public, 0644, &out, &err), IHP_OK);
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_OK);
    assert_int_equal(mode_of(public), 0644);
    umask(mask);
}

/* A .part file of the same name that another process left does not pass on its mode or contents,
 * and a link of that name is not followed. */
static void test_part_file_left_behind(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out;
    const char *path = in_folder("members.csv"), *victim = in_folder("victim");
    char part[PATH_BYTES];
    snprintf(part, sizeof part, "%s.part-%ld", path, (long)getpid());
    ihp__seal_name(part);
    write_text(part, "a long text that was left behind");
    assert_int_equal(chmod(part, 0666), 0);
    assert_int_equal(ihp__outfile_open(path, 0600, &out, &err), IHP_OK);
    fputs("new", ihp__outfile_stream(out));
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_OK);
    assert_file_holds(path, "new");
    assert_int_equal(mode_of(path), 0600);
    write_text(victim, "untouched");
    assert_int_equal(symlink(victim, part), 0);
    assert_int_equal(ihp__outfile_open(path, 0600, &out, &err), IHP_OK);
    fputs("newer", ihp__outfile_stream(out));
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_OK);
    assert_file_holds(victim, "untouched");
    assert_file_holds(path, "newer");
}

static void test_abandon(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out;
    const char *path = in_folder("table.csv");
    assert_int_equal(ihp__outfile_open(path, 0644, &out, &err), IHP_OK);
    fputs("half", ihp__outfile_stream(out));
    ihp__outfile_abandon(&out);
    assert_null(out);
    assert_int_equal(files_in_folder(), 0);
    ihp__outfile_abandon(&out); /* harmless */
    ihp__outfile_abandon(NULL);
}

static void test_open_fails(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out = NULL;
    const char *path = in_folder("no-such-folder/table.csv");
    assert_int_equal(ihp__outfile_open(path, 0644, &out, &err), IHP_ERR_RUN);
    assert_null(out);
    assert_error(&err, IHP_ERR_RUN, "no-such-folder/table.csv: cannot be written (");
    assert_error(&err, IHP_ERR_RUN, strerror(ENOENT));
}

static void test_commit_onto_a_folder_fails(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__outfile *out;
    const char *path = in_folder("taken");
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(ihp__outfile_open(path, 0644, &out, &err), IHP_OK);
    fputs("text", ihp__outfile_stream(out));
    assert_int_equal(ihp__outfile_commit(&out, &err), IHP_ERR_RUN);
    assert_null(out);
    assert_error(&err, IHP_ERR_RUN, "taken: cannot be written to its end (");
    assert_int_equal(files_in_folder(), 1); /* only the folder */
}

/* Writes `bytes` while no file may grow beyond 4096 bytes, as on a full disk; there may be room
 * again at commit. */
static enum ihp_status commit_on_full_disk(const char *path, size_t bytes, bool room_again,
                                           struct ihp_error *err)
{
    struct rlimit old, tiny;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tiny = (struct rlimit){4096, old.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct ihp__outfile *out;
    assert_int_equal(ihp__outfile_open(path, 0644, &out, err), IHP_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tiny), 0);
    for (size_t i = 0; i < bytes; i++) {
        fputc('x', ihp__outfile_stream(out));
    }
    if (room_again) {
        setrlimit(RLIMIT_FSIZE, &old);
    }
    enum ihp_status status = ihp__outfile_commit(&out, err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    assert_null(out);
    return status;
}

static void test_full_disk(void **state)
{
    (void)state;
    /* Fits; fails in the last flush; fails long before commit. */
    static const size_t bytes[] = {4096, 4097, 1000000};
    const char *path = in_folder("table.csv");
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
        struct ihp_error err = {0};
        enum ihp_status status = commit_on_full_disk(path, bytes[i], false, &err);
        assert_int_equal(status, i == 0 ? IHP_OK : IHP_ERR_RUN);
        assert_int_equal(files_in_folder(), i == 0 ? 1 : 0);
        if (i == 0) {
            unlink(path);
        } else {
            assert_error(&err, IHP_ERR_RUN, "table.csv: cannot be written to its end (");
        }
    }
}

/* Lost bytes stay lost: room at commit does not make the file whole. */
static void test_disk_full_for_a_while(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    assert_int_equal(commit_on_full_disk(in_folder("table.csv"), 1000000, true, &err), IHP_ERR_RUN);
    assert_int_equal(files_in_folder(), 0);
}

static void test_csv_put(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {" blanks ", " blanks "},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"\"", "\"\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"cr\r", "\"cr\r\""},
        {"\xc3\xa9;'", "\xc3\xa9;'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buffer[64] = "";
        FILE *stream = fmemopen(buffer, sizeof buffer, "w");
        assert_non_null(stream);
        ihp__csv_put(stream, cases[i].text);
        fclose(stream);
        assert_string_equal(buffer, cases[i].written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_commit),
        IN_FOLDER(test_commit_replaces),
        IN_FOLDER(test_mode),
        IN_FOLDER(test_part_file_left_behind),
        IN_FOLDER(test_abandon),
        IN_FOLDER(test_open_fails),
        IN_FOLDER(test_commit_onto_a_folder_fails),
        IN_FOLDER(test_full_disk),
        IN_FOLDER(test_disk_full_for_a_while),
        cmocka_unit_test(test_csv_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
