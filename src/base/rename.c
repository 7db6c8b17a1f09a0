/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renaming without replacing. */
#define _GNU_SOURCE /* for renameat2 */
#include "base/rename.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns true if errno says that the file system has no such operation. A link of a folder, and of
 * a file on a file system without links, is refused with EPERM. */
static bool is_not_supported(void)
{
    return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP || errno == EOPNOTSUPP ||
           errno == EPERM;
}

/* Gives a file its new name as a second link. Over NFS the answer to a link may be lost and asked
 * for again, so the number of links says if it was made. */
static int link_new(const char *from, const char *to)
{
    struct stat before, after;
    if (lstat(from, &before) != 0) {
        return -1;
    }
    if (link(from, to) != 0) {
        int reason = errno;
        bool linked =
            reason == EEXIST && lstat(from, &after) == 0 && after.st_nlink == before.st_nlink + 1;
        if (!linked) {
            errno = reason;
            return -1;
        }
    }
    return unlink(from);
}

int ihp__rename_new(const char *from, const char *to)
{
    struct stat found;
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (!is_not_supported()) {
        return -1;
    }
    if (link_new(from, to) == 0) {
        return 0;
    }
    if (!is_not_supported()) {
        return -1;
    }
    if (lstat(to, &found) == 0) {
        errno = EEXIST;
        return -1;
    }
    return errno == ENOENT ? rename(from, to) : -1;
}
