/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders with everything in them: removing, carrying, sweeping up, exchanging. */
#define _GNU_SOURCE /* for renameat2 and statx */
#include "result/folder_tree.h"

#include "base/sync.h"
#include "result/result_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x00002000
#endif

/* ---- folders --------------------------------------------------------------------------------- */

int ihp__tree_open(int folder, const char *name)
{
    return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Reads the entries of an open folder, whose descriptor stays open. */
static DIR *read_entries(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (entries == NULL && fd >= 0) {
        int reason = errno;
        close(fd);
        errno = reason;
    }
    return entries;
}

/* Returns the next entry, or NULL at the end and on failure, with errno then. */
static const char *next_entry(DIR *entries)
{
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(entries);
    } while (entry != NULL && is_dots(entry->d_name));
    return entry == NULL ? NULL : entry->d_name;
}

static void close_keeping_errno(int fd)
{
    int reason = errno;
    close(fd);
    errno = reason;
}

static void close_entries(DIR *entries)
{
    int reason = errno;
    closedir(entries);
    errno = reason;
}

/* ---- removing -------------------------------------------------------------------------------- */

static bool remove_entry(int folder, const char *name);

static bool remove_entries(int folder)
{
    DIR *entries = read_entries(folder);
    const char *name;
    bool done = entries != NULL;
    while (done && (name = next_entry(entries)) != NULL) {
        done = remove_entry(folder, name);
    }
    done = done && errno == 0;
    if (entries != NULL) {
        close_entries(entries);
    }
    return done;
}

/* Returns true if another file system is mounted at a folder inside another. */
static bool is_elsewhere(int folder, int inside)
{
    struct stat outer, inner;
    return folder != AT_FDCWD && fstat(folder, &outer) == 0 && fstat(inside, &inner) == 0 &&
           outer.st_dev != inner.st_dev;
}

/* Removes an entry. It is opened and not looked at, so that as few system calls as possible can
 * fail where a run ends because one did. */
static bool remove_entry(int folder, const char *name)
{
    int inside = ihp__tree_open(folder, name);
    if (inside < 0) {
        return errno == ENOENT || unlinkat(folder, name, 0) == 0 || errno == ENOENT;
    }
    bool elsewhere = is_elsewhere(folder, inside);
    bool done = !elsewhere && remove_entries(inside);
    close_keeping_errno(inside);
    if (elsewhere) {
        errno = EXDEV;
    }
    return done && (unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT);
}

bool ihp__tree_remove(const char *path)
{
    return remove_entry(AT_FDCWD, path);
}

/* ---- carrying -------------------------------------------------------------------------------- */

/* Returns true if a hard link failed for a reason that a copy does not have. */
static bool can_copy_instead(int reason)
{
    return reason == EPERM || reason == EACCES || reason == EMLINK || reason == ENOTSUP ||
           reason == EOPNOTSUPP || reason == ENOSYS || reason == EINVAL;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

/* Copies the bytes of a file, and its mode and times. */
static bool copy_bytes(int in, int out, const char *name)
{
    char bytes[65536];
    struct stat info;
    ssize_t got = 1;
    bool done = fstat(in, &info) == 0;
    while (done && got > 0) {
        got = read(in, bytes, sizeof bytes);
        done = got >= 0 ? write_all(out, bytes, (size_t)got) : errno == EINTR;
        got = got < 0 ? 1 : got;
    }
    const struct timespec times[2] = {info.st_atim, info.st_mtim};
    return done && fchmod(out, info.st_mode & 07777) == 0 && futimens(out, times) == 0 &&
           ihp__sync_file(out, name);
}

static bool copy_file(int from, int to, const char *name)
{
    int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int out = in < 0 ? -1 : openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done = out >= 0 && copy_bytes(in, out, name);
    if (in >= 0) {
        close_keeping_errno(in);
    }
    if (out >= 0) {
        close_keeping_errno(out);
    }
    return done;
}

static bool copy_link(int from, int to, const char *name)
{
    char target[4096];
    ssize_t length = readlinkat(from, name, target, sizeof target - 1);
    if (length < 0) {
        return false;
    }
    target[length] = '\0';
    return symlinkat(target, to, name) == 0;
}

/* Carries what is in a folder, which has been made in `to`, and gives it the same mode and times.
 * Its group is kept where that is allowed. */
static bool carry_folder(int from, int to, const char *name, const struct stat *info)
{
    int old = ihp__tree_open(from, name), fresh = old < 0 ? -1 : ihp__tree_open(to, name);
    DIR *entries = fresh < 0 ? NULL : read_entries(old);
    const char *inside;
    bool done = entries != NULL;
    while (done && (inside = next_entry(entries)) != NULL) {
        done = ihp__tree_carry(old, fresh, inside);
    }
    done = done && errno == 0;
    if (done) {
        const struct timespec times[2] = {info->st_atim, info->st_mtim};
        int kept = fchown(fresh, (uid_t)-1, info->st_gid);
        done = (kept == 0 || errno == EPERM) && fchmod(fresh, info->st_mode & 07777) == 0 &&
               futimens(fresh, times) == 0 && ihp__sync_file(fresh, name);
    }
    if (entries != NULL) {
        close_entries(entries);
    }
    if (fresh >= 0) {
        close_keeping_errno(fresh);
    }
    if (old >= 0) {
        close_keeping_errno(old);
    }
    return done;
}

bool ihp__tree_carry(int from, int to, const char *name)
{
    struct stat info, folder;
    if (fstatat(from, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT;
    }
    if (S_ISDIR(info.st_mode)) {
        if (fstat(from, &folder) != 0) {
            return false;
        }
        if (info.st_dev != folder.st_dev) {
            errno = EXDEV;
            return false;
        }
        return mkdirat(to, name, 0700) == 0 && carry_folder(from, to, name, &info);
    }
    if (linkat(from, name, to, name, 0) == 0 || errno == ENOENT) {
        return true;
    }
    if (!can_copy_instead(errno)) {
        return false;
    }
    return S_ISREG(info.st_mode)   ? copy_file(from, to, name)
           : S_ISLNK(info.st_mode) ? copy_link(from, to, name)
                                   : false;
}

/* ---- sweeping up ----------------------------------------------------------------------------- */

static bool sweep_entries(int old, int now, const char *folder);

/* Returns true if every file in a folder has the name of a result file, so that none was put there
 * by somebody else. */
static bool has_only_ours(int parent, const char *name)
{
    int folder = ihp__tree_open(parent, name);
    DIR *entries = folder < 0 ? NULL : read_entries(folder);
    const char *inside;
    bool ours = entries != NULL;
    while (ours && (inside = next_entry(entries)) != NULL) {
        struct stat info;
        ours = fstatat(folder, inside, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
               (S_ISDIR(info.st_mode) ? has_only_ours(folder, inside)
                                      : ihp__result_file_named(name, inside));
    }
    if (entries != NULL) {
        closedir(entries);
    }
    if (folder >= 0) {
        close(folder);
    }
    return ours;
}

static bool sweep_folder(int old, int now, const char *name)
{
    struct stat there;
    if (fstatat(now, name, &there, AT_SYMLINK_NOFOLLOW) != 0) {
        return has_only_ours(old, name) ? remove_entry(old, name)
                                        : renameat(old, name, now, name) == 0;
    }
    if (!S_ISDIR(there.st_mode)) {
        return remove_entry(old, name);
    }
    int from = ihp__tree_open(old, name), to = from < 0 ? -1 : ihp__tree_open(now, name);
    bool done = to >= 0 && sweep_entries(from, to, name);
    if (to >= 0) {
        close_keeping_errno(to);
    }
    if (from >= 0) {
        close_keeping_errno(from);
    }
    return done && unlinkat(old, name, AT_REMOVEDIR) == 0;
}

static bool sweep_entry(int old, int now, const char *folder, const char *name)
{
    struct stat info, there;
    if (fstatat(old, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT;
    }
    if (S_ISDIR(info.st_mode)) {
        return sweep_folder(old, now, name);
    }
    bool goes = fstatat(now, name, &there, AT_SYMLINK_NOFOLLOW) == 0 ||
                ihp__result_file_named(folder, name);
    return goes ? unlinkat(old, name, 0) == 0 || errno == ENOENT
                : renameat(old, name, now, name) == 0;
}

static bool sweep_entries(int old, int now, const char *folder)
{
    DIR *entries = read_entries(old);
    const char *name;
    bool done = entries != NULL;
    while (done && (name = next_entry(entries)) != NULL) {
        done = sweep_entry(old, now, folder, name);
    }
    done = done && errno == 0;
    if (entries != NULL) {
        close_entries(entries);
    }
    return done;
}

bool ihp__tree_sweep(const char *old, const char *now)
{
    int from = ihp__tree_open(AT_FDCWD, old);
    int to = from < 0 ? -1 : ihp__tree_open(AT_FDCWD, now);
    bool done = to >= 0 && sweep_entries(from, to, NULL);
    if (to >= 0) {
        close_keeping_errno(to);
    }
    if (from >= 0) {
        close_keeping_errno(from);
    }
    return done && rmdir(old) == 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

enum ihp__exchange ihp__tree_exchange(const char *path, const char *other)
{
    if (renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE) == 0) {
        return IHP__EXCHANGED;
    }
    return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP || errno == EOPNOTSUPP
               ? IHP__CANNOT
               : IHP__NOT_EXCHANGED;
}

bool ihp__tree_is_mount(const char *path)
{
    struct statx info;
    return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &info) == 0 &&
           (info.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0 &&
           (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}
