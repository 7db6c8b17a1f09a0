/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting until files and folders are on disk, where the file system can do it. */
#include "base/sync.h"

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first file of this process whose file system has no fsync. The functions that write files
 * have no list of notices, so the command asks for it at its end. */
static struct {
    int reason; /* errno; 0: no such file */
    char path[IHP__PATH_MAX];
} without;

static bool has_no_fsync(int reason)
{
    return reason == EINVAL || reason == ENOTSUP || reason == EOPNOTSUPP || reason == ENOSYS;
}

bool ihp__sync_file(int fd, const char *path)
{
    int result;
    while ((result = fsync(fd)) != 0 && errno == EINTR) {
    }
    if (result == 0) {
        return true;
    }
    if (!has_no_fsync(errno)) {
        return false;
    }
    if (without.reason == 0) {
        without.reason = errno;
        snprintf(without.path, sizeof without.path, "%s", path);
    }
    return true;
}

bool ihp__sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno == EACCES;
    }
    bool done = ihp__sync_file(fd, folder);
    int reason = errno;
    close(fd);
    errno = reason;
    return done;
}

bool ihp__sync_folder_of(const char *path)
{
    char *folder = strndup(path, (size_t)(ihp__path_base(path) - path));
    if (folder == NULL) {
        errno = ENOMEM;
        return false;
    }
    bool done = ihp__sync_folder(folder[0] == '\0' ? "." : folder);
    int reason = errno;
    free(folder);
    errno = reason;
    return done;
}

void ihp__sync_notice(struct ihp_notices *notices)
{
    if (without.reason != 0) {
        ihp__notice_add(notices,
                        "%s: this file system cannot confirm that a file is on disk (fsync: %s); "
                        "the output is complete, but may be lost if the machine stops in the next "
                        "minutes",
                        without.path, strerror(without.reason));
        without.reason = 0;
    }
}
