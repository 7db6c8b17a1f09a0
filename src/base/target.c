/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a run is asked to write: checking and naming them. */
#include "base/target.h"

#include "base/error.h"
#include "base/leftover.h"
#include "base/rename.h"
#include "base/sync.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum ihp_status ihp__target_begin(struct ihp__target *output, const char *path, bool force,
                                  struct ihp_notices *notices, struct ihp_error *err)
{
    struct stat info;
    output->given = path;
    output->force = force;
    output->notices = notices;
    if (ihp__path_resolve(output->path, sizeof output->path, path, err) != IHP_OK) {
        return err->status;
    }
    if (stat(output->path, &info) == 0 && !S_ISREG(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: is a %s; give the name of a file", path,
                         S_ISDIR(info.st_mode) ? "folder" : "device");
    }
    if (ihp__lease_take(path, notices, &output->lease, err) == IHP_OK) {
        ihp__leftover_remove(output->path);
    }
    return err->status;
}

static enum ihp_status fail_exists(const struct ihp__target *output, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_USAGE,
                     "%s: exists already; name another file, or give --force to replace it",
                     output->given);
}

enum ihp_status ihp__target_check_new(const struct ihp__target *output, struct ihp_error *err)
{
    struct stat info;
    return !output->force && lstat(output->path, &info) == 0 ? fail_exists(output, err) : IHP_OK;
}

/* ---- inputs and other outputs ---------------------------------------------------------------- */

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Returns true if errno, left by stat, says that there is no such file. */
static bool is_missing(void)
{
    return errno == ENOENT || errno == ENOTDIR;
}

/* Finds the folder that `path` lies in. Returns false if it does not exist. */
static bool find_folder(const char *path, struct stat *folder)
{
    char parent[IHP__PATH_MAX];
    int length = (int)(ihp__path_base(path) - path);
    snprintf(parent, sizeof parent, "%.*s", length, path);
    return stat(length == 0 ? "." : parent, folder) == 0;
}

/* Returns true if a folder has the file under any name. */
static bool has_file(const char *folder, const struct stat *file)
{
    DIR *open = opendir(folder);
    char path[IHP__PATH_MAX];
    struct stat info;
    bool found = false;
    for (const struct dirent *entry; open != NULL && !found && (entry = readdir(open)) != NULL;) {
        found = ihp__path_join(path, sizeof path, folder, entry->d_name, NULL) == IHP_OK &&
                stat(path, &info) == 0 && is_same_file(&info, file);
    }
    if (open != NULL) {
        closedir(open);
    }
    return found;
}

enum ihp_status ihp__target_check_input(const struct ihp__target *output, const char *input,
                                        const char *what, struct ihp_error *err)
{
    struct stat own, other, folder;
    if (input == NULL || input[0] == '\0') {
        return IHP_OK;
    }
    if (stat(input, &other) != 0) {
        return is_missing() ? IHP_OK : ihp__fail_system(err, IHP_ERR_RUN, input, "cannot be read");
    }
    bool exists = stat(output->path, &own) == 0;
    if (!exists && !is_missing()) {
        return ihp__fail_system(err, IHP_ERR_RUN, output->given, "cannot be read");
    }
    if (!S_ISDIR(other.st_mode)) {
        return exists && is_same_file(&own, &other)
                   ? ihp__fail(err, IHP_ERR_USAGE,
                               "%s: is %s and would be overwritten; name another file",
                               output->given, what)
                   : IHP_OK;
    }
    bool inside = find_folder(output->path, &folder) && is_same_file(&folder, &other);
    return inside || (exists && has_file(input, &own))
               ? ihp__fail(err, IHP_ERR_USAGE,
                           "%s: is in %s, or is a file of it; name a file elsewhere", output->given,
                           what)
               : IHP_OK;
}

enum ihp_status ihp__target_check_other(const struct ihp__target *output, const char *other,
                                        const char *what, struct ihp_error *err)
{
    struct stat a, b;
    char path[IHP__PATH_MAX];
    if (ihp__path_resolve(path, sizeof path, other, err) != IHP_OK) {
        return err->status;
    }
    bool same = stat(output->path, &a) == 0 && stat(path, &b) == 0 && is_same_file(&a, &b);
    bool same_name = strcmp(ihp__path_base(output->path), ihp__path_base(path)) == 0 &&
                     find_folder(output->path, &a) && find_folder(path, &b) && is_same_file(&a, &b);
    return same || same_name ? ihp__fail(err, IHP_ERR_USAGE, "%s: cannot be %s; name another file",
                                         output->given, what)
                             : IHP_OK;
}

/* ---- the same content -------------------------------------------------------------------------
 */

/* Reads up to `size` bytes. Returns false on failure. */
static bool read_piece(int fd, char *piece, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t now = read(fd, piece + *got, size - *got);
        if (now < 0 && errno == EINTR) {
            continue;
        }
        if (now <= 0) {
            return now == 0;
        }
        *got += (size_t)now;
    }
    return true;
}

/* Returns true if two files have the same bytes. */
static bool has_same_bytes(const char *path, const char *other)
{
    enum { PIECE = 1 << 15 };
    char a[PIECE], b[PIECE];
    size_t in_a = PIECE, in_b = PIECE;
    struct stat info, other_info;
    int fd = open(path, O_RDONLY | O_CLOEXEC), other_fd = open(other, O_RDONLY | O_CLOEXEC);
    bool same = fd >= 0 && other_fd >= 0 && fstat(fd, &info) == 0 &&
                fstat(other_fd, &other_info) == 0 && info.st_size == other_info.st_size;
    while (same && in_a == PIECE) {
        same = read_piece(fd, a, PIECE, &in_a) && read_piece(other_fd, b, PIECE, &in_b) &&
               in_a == in_b && memcmp(a, b, in_a) == 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (other_fd >= 0) {
        close(other_fd);
    }
    return same;
}

enum ihp_status ihp__target_check_earlier(const struct ihp__target *output, const char *begins,
                                          const char *what, struct ihp_error *err)
{
    enum { BEGIN_MAX = 512 };
    char begin[BEGIN_MAX];
    size_t length = strlen(begins) < BEGIN_MAX ? strlen(begins) : BEGIN_MAX, got = 0;
    int fd = open(output->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return is_missing() ? IHP_OK
                            : ihp__fail_system(err, IHP_ERR_RUN, output->given, "cannot be read");
    }
    enum ihp_status status =
        read_piece(fd, begin, length, &got)
            ? IHP_OK
            : ihp__fail_system(err, IHP_ERR_RUN, output->given, "cannot be read");
    close(fd);
    if (status == IHP_OK && got > 0 && (got < length || memcmp(begin, begins, length) != 0)) {
        status = ihp__fail(err, IHP_ERR_USAGE,
                           "%s: is not an earlier %s, and is not replaced, even with --force; name "
                           "another file",
                           output->given, what);
    }
    return status;
}

enum ihp_status ihp__target_check_part(const struct ihp__target *output, const char *part,
                                       struct ihp_error *err)
{
    struct stat info;
    return output->force || lstat(output->path, &info) != 0 || has_same_bytes(part, output->path)
               ? IHP_OK
               : fail_exists(output, err);
}

/* ---- the end --------------------------------------------------------------------------------- */

enum ihp_status ihp__target_name(const struct ihp__target *output, const char *part,
                                 struct ihp_error *err)
{
    if (ihp__lease_check(output->lease, err) != IHP_OK) {
        return err->status;
    }
    int named = output->force ? rename(part, output->path) : ihp__rename_new(part, output->path);
    if (named != 0 && errno == EEXIST) {
        if (!has_same_bytes(part, output->path)) {
            return fail_exists(output, err);
        }
        ihp__notice_add(output->notices,
                        "%s: exists already with the same content, and was left as it is",
                        output->given);
        named = unlink(part);
    }
    if (named != 0 || !ihp__sync_folder_of(output->path)) {
        return ihp__fail_system(err, IHP_ERR_RUN, output->given, "cannot be written");
    }
    return IHP_OK;
}

void ihp__target_end(struct ihp__target *output)
{
    ihp__lease_release(&output->lease);
}
