/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.h - files for tests: a folder that exists during one test, and files in it.
 *
 * List a test as IN_FOLDER(test); `in_folder` makes paths. Every failure here fails the test. */
#ifndef IHP_TEST_FILES_H
#define IHP_TEST_FILES_H

#include "base/base.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h> /* after the headers it needs */

enum { PATH_BYTES = 512 };

/* A test with a folder of its own. */
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

/* The folder of the test that runs. */
static char test_folder[64];

/* Removes a folder and what is in it. */
static inline void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inside[PATH_BYTES];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        assert_int_equal(ihp__path_join(inside, sizeof inside, path, entry->d_name, NULL), IHP_OK);
        struct stat info;
        assert_int_equal(lstat(inside, &info), 0);
        if (S_ISDIR(info.st_mode)) {
            remove_folder(inside);
        } else {
            assert_int_equal(unlink(inside), 0);
        }
    }
    closedir(folder);
    assert_int_equal(rmdir(path), 0);
}

static inline int folder_set_up(void **state)
{
    (void)state;
    snprintf(test_folder, sizeof test_folder, "/tmp/ihp-test-XXXXXX");
    return mkdtemp(test_folder) == NULL ? -1 : 0;
}

static inline int folder_tear_down(void **state)
{
    (void)state;
    remove_folder(test_folder);
    return 0;
}

/* Returns a path in the folder, valid until the fourth call after this one. */
static inline const char *in_folder(const char *name)
{
    static char path[4][PATH_BYTES];
    static unsigned turn;
    char *chosen = path[turn++ % 4];
    assert_int_equal(ihp__path_join(chosen, PATH_BYTES, test_folder, name, NULL), IHP_OK);
    return chosen;
}

static inline void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

/* Adds one gzip member to a file. */
static inline void append_gzip(const char *path, const char *text)
{
    gzFile file = gzopen(path, "ab");
    assert_non_null(file);
    if (text[0] != '\0') {
        assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), strlen(text));
    }
    assert_int_equal(gzclose(file), Z_OK);
}

/* Returns the bytes of a file, followed by a NUL; the caller frees them. `size` may be NULL. */
static inline char *read_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct stat info;
    assert_int_equal(fstat(fileno(file), &info), 0);
    char *bytes = calloc((size_t)info.st_size + 1, 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)info.st_size, file), info.st_size);
    fclose(file);
    if (size != NULL) {
        *size = (size_t)info.st_size;
    }
    return bytes;
}

static inline void assert_file_holds(const char *path, const char *text)
{
    char *held = read_bytes(path, NULL);
    assert_string_equal(held, text);
    free(held);
}

/* Returns the number of files in the folder of the test. */
static inline int files_in_folder(void)
{
    DIR *folder = opendir(test_folder);
    assert_non_null(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return count;
}

/* Checks the status of an error, and that its text contains `part`. */
static inline void assert_error(const struct ihp_error *err, enum ihp_status status,
                                const char *part)
{
    assert_int_equal(err->status, status);
    if (strstr(err->text, part) == NULL) {
        fail_msg("the message lacks \"%s\": %s", part, err->text);
    }
    assert_null(strchr(err->text, '\n'));
}

#endif
