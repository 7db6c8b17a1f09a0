/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at a lease: who holds it, and whether that run still works. */
#define _DEFAULT_SOURCE /* for realpath and flock's constants */
#include "base/lease_look.h"

#include "base/error.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

double ihp__lease_seconds(struct timespec time)
{
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Looks at an open lease whose lock this process has, or which has no lock. */
static enum ihp__lease_found judge(const struct ihp__lease_probe *probe, int fd,
                                   struct ihp__lease_other *other)
{
    struct stat now;
    struct ihp__lease_text *text = &other->text;
    futimens(probe->fd, NULL); /* for the file system's own time */
    if (fstat(fd, &other->stat) != 0 || fstat(probe->fd, &now) != 0) {
        return IHP__FOUND_UNREADABLE;
    }
    if (!S_ISREG(other->stat.st_mode)) {
        return IHP__FOUND_FOREIGN;
    }
    other->age = ihp__lease_seconds(now.st_mtim) - ihp__lease_seconds(other->stat.st_mtim);
    enum ihp__lease_form form = ihp__lease_text_read(fd, text);
    if (form == IHP__LEASE_UNREADABLE || form == IHP__LEASE_FOREIGN) {
        return form == IHP__LEASE_FOREIGN ? IHP__FOUND_FOREIGN : IHP__FOUND_UNREADABLE;
    }
    if (other->locked) {
        return IHP__FOUND_HELD;
    }
    /* One without text was cut short when its host went down. */
    other->ended = form == IHP__LEASE_WHOLE && ihp__lease_text_has_ended(text);
    bool here = form == IHP__LEASE_WHOLE && ihp__lease_text_is_here(text);
    return other->ended || (!here && other->age > IHP__LEASE_STALE_SECONDS) ? IHP__FOUND_STALE
                                                                            : IHP__FOUND_HELD;
}

enum ihp__lease_found ihp__lease_look(const struct ihp__lease_probe *probe, const char *path,
                                      int *fd, struct ihp__lease_other *other)
{
    *other = (struct ihp__lease_other){.locked = false};
    int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int opened = open(path, O_RDWR | flags);
    if (opened < 0 && (errno == EACCES || errno == EROFS || errno == EISDIR)) {
        opened = open(path, O_RDONLY | flags);
    }
    if (opened < 0) {
        return errno == ENOENT  ? IHP__FOUND_NONE
               : errno == ELOOP ? IHP__FOUND_FOREIGN
                                : IHP__FOUND_UNREADABLE;
    }
    if (probe->locks && flock(opened, LOCK_EX | LOCK_NB) != 0) {
        other->locked = errno == EWOULDBLOCK;
    }
    enum ihp__lease_found found = judge(probe, opened, other);
    if (found == IHP__FOUND_STALE) {
        *fd = opened;
    } else {
        int reason = errno;
        close(opened);
        errno = reason;
    }
    return found;
}

enum ihp_status ihp__lease_fail_in_use(const char *output, const char *path,
                                       const struct ihp__lease_other *other, struct ihp_error *err)
{
    char holder[IHP__LEASE_HOLDER];
    ihp__lease_text_describe(&other->text, holder);
    return ihp__fail(err, IHP_ERR_USAGE,
                     "%s: in use by %s; wait until it has ended, or write to another place (its "
                     "lease is %s)",
                     output, holder, path);
}

enum ihp_status ihp__lease_fail_found(const char *output, const char *path,
                                      enum ihp__lease_found found, struct ihp_error *err)
{
    if (found == IHP__FOUND_FOREIGN) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: not a lease of ihp, which writes one there while it writes %s; give "
                         "the file another name",
                         path, output);
    }
    return ihp__fail_system(err, IHP_ERR_RUN, path, "cannot be read");
}

/* ---- runs around an output ------------------------------------------------------------------- */

/* Refuses to go on if a run other than this one holds the lease `path`. What is not a lease says
 * nothing. */
static enum ihp_status check_one(const struct ihp__lease_probe *probe, const char *output,
                                 const char *path, struct ihp_error *err)
{
    int fd = -1;
    struct ihp__lease_other other;
    enum ihp__lease_found found = ihp__lease_look(probe, path, &fd, &other);
    if (fd >= 0) {
        close(fd);
    }
    return found == IHP__FOUND_HELD && !ihp__lease_text_is_own(&other.text)
               ? ihp__lease_fail_in_use(output, path, &other, err)
               : IHP_OK;
}

/* Does this for the two places of a folder's lease. */
static enum ihp_status check_folder(const struct ihp__lease_probe *probe, const char *output,
                                    const char *folder, struct ihp_error *err)
{
    static const char *const endings[] = {".lease", "/ihp.lease"};
    char path[IHP__PATH_MAX + 16];
    enum ihp_status status = IHP_OK;
    for (size_t i = 0; status == IHP_OK && i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(path, sizeof path, "%s%s", folder, endings[i]);
        status = check_one(probe, output, path, err);
    }
    return status;
}

enum ihp_status ihp__lease_check_above(const struct ihp__lease_probe *probe, const char *output,
                                       const char *resolved, struct ihp_error *err)
{
    char folder[IHP__PATH_MAX];
    const char *base = ihp__path_base(resolved);
    snprintf(folder, sizeof folder, "%.*s", (int)(base - resolved), resolved);
    char *real = realpath(folder[0] == '\0' ? "." : folder, NULL); /* a folder may be a link */
    if (real == NULL) {
        return ihp__fail_system(err, IHP_ERR_RUN, resolved, "cannot be written");
    }
    enum ihp_status status = IHP_OK;
    for (char *end = real + strlen(real); status == IHP_OK && end != NULL && end != real;
         end = strrchr(real, '/')) {
        *end = '\0';
        status = check_folder(probe, output, real, err);
    }
    free(real);
    return status;
}

static bool is_folder(int parent, const struct dirent *entry)
{
    struct stat info;
    return entry->d_type == DT_DIR ||
           (entry->d_type == DT_UNKNOWN &&
            fstatat(parent, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(info.st_mode));
}

static bool is_lease(const char *name)
{
    static const char ending[] = ".lease";
    size_t length = strlen(name);
    return length >= sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0;
}

enum ihp_status ihp__lease_check_below(const struct ihp__lease_probe *probe, const char *output,
                                       const char *folder, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    enum ihp_status status = IHP_OK;
    DIR *open = opendir(folder);
    for (const struct dirent *entry;
         open != NULL && status == IHP_OK && (entry = readdir(open)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            ihp__path_join(path, sizeof path, folder, entry->d_name, NULL) != IHP_OK) {
            continue;
        }
        if (is_folder(dirfd(open), entry)) {
            status = ihp__lease_check_below(probe, output, path, err);
        } else if (is_lease(entry->d_name)) {
            status = check_one(probe, output, path, err);
        }
    }
    if (open != NULL) {
        closedir(open);
    }
    return status;
}
