/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files and folders. */
#define _XOPEN_SOURCE 700 /* for realpath */
#include "base/path.h"

#include "base/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum ihp_status ihp__fail_long_path(struct ihp_error *err, const char *beginning, size_t size)
{
    return ihp__fail(err, IHP_ERR_USAGE, "%.200s: the path is too long; at most %zu bytes fit",
                     beginning, size - 1);
}

/* Reports a path that snprintf could not write whole: `written` is what snprintf returned. */
static enum ihp_status check_length(int written, const char *beginning, size_t size,
                                    struct ihp_error *err)
{
    return written >= 0 && (size_t)written < size ? IHP_OK
                                                  : ihp__fail_long_path(err, beginning, size);
}

enum ihp_status ihp__path_join(char *path, size_t size, const char *folder, const char *name,
                               struct ihp_error *err)
{
    return check_length(snprintf(path, size, "%s/%s", folder, name), folder, size, err);
}

/* Returns true if a path ends with "." or "..", which cannot be followed by an ending. */
static bool ends_with_dots(const char *path, size_t length)
{
    size_t dots = 0;
    while (dots < length && path[length - 1 - dots] == '.') {
        dots++;
    }
    return (dots == 1 || dots == 2) && (dots == length || path[length - 1 - dots] == '/');
}

enum ihp_status ihp__path_next_to(char *path, size_t size, const char *output, const char *ending,
                                  struct ihp_error *err)
{
    size_t length = strlen(output);
    while (length > 1 && output[length - 1] == '/') {
        length--;
    }
    char *real = ends_with_dots(output, length) ? realpath(output, NULL) : NULL;
    int written = real == NULL ? snprintf(path, size, "%.*s%s", (int)length, output, ending)
                               : snprintf(path, size, "%s%s", real, ending);
    free(real);
    return check_length(written, output, size, err);
}

enum ihp_status ihp__path_copy(char *path, size_t size, const char *from, struct ihp_error *err)
{
    return check_length(snprintf(path, size, "%s", from), from, size, err);
}

enum { MOST_LINKS = 40 }; /* as many as Linux follows */

enum ihp_status ihp__path_resolve(char *path, size_t size, const char *output,
                                  struct ihp_error *err)
{
    char link[IHP__PATH_MAX];
    if (ihp__path_next_to(path, size, output, "", err) != IHP_OK) {
        return err == NULL ? IHP_ERR_USAGE : err->status;
    }
    for (int links = 0; links < MOST_LINKS; links++) {
        ssize_t length = readlink(path, link, sizeof link);
        if (length < 0) { /* EINVAL: not a link */
            return errno == EINVAL || errno == ENOENT || errno == ENOTDIR || errno == EACCES
                       ? IHP_OK
                       : ihp__fail_system(err, IHP_ERR_RUN, output, "cannot be written");
        }
        if ((size_t)length == sizeof link) {
            return ihp__fail_long_path(err, output, sizeof link);
        }
        link[length] = '\0';
        size_t folder = link[0] == '/' ? 0 : (size_t)(ihp__path_base(path) - path);
        if (folder + (size_t)length >= size) {
            return ihp__fail_long_path(err, output, size);
        }
        memcpy(path + folder, link, (size_t)length + 1);
        while (length > 1 && path[folder + (size_t)length - 1] == '/') {
            path[folder + (size_t)--length] = '\0';
        }
    }
    errno = ELOOP;
    return ihp__fail_system(err, IHP_ERR_RUN, output, "cannot be written");
}

enum ihp_status ihp__path_look(const char *path, struct stat *info, bool *found,
                               struct ihp_error *err)
{
    *found = stat(path, info) == 0;
    return *found || errno == ENOENT || errno == ENOTDIR
               ? IHP_OK
               : ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be accessed");
}

const char *ihp__path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
