/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are written under another name and renamed once complete. */
#include "base/outfile.h"

#include "base/error.h"
#include "base/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ihp__outfile {
    FILE *stream;
    char *path, *part;
};

static void outfile_free(struct ihp__outfile **out)
{
    free((*out)->path);
    free((*out)->part);
    free(*out);
    *out = NULL;
}

enum ihp_status ihp__outfile_open(const char *path, int mode, struct ihp__outfile **out,
                                  struct ihp_error *err)
{
    struct ihp__outfile *fresh = calloc(1, sizeof *fresh);
    size_t size = strlen(path) + 32;
    if (fresh == NULL || (fresh->path = strdup(path)) == NULL ||
        (fresh->part = malloc(size)) == NULL) {
        if (fresh != NULL) {
            outfile_free(&fresh);
        }
        return ihp__fail_memory(err, "an output file");
    }
    snprintf(fresh->part, size, "%s.part-%ld", path, (long)getpid());
    unlink(fresh->part); /* left by an earlier process with the same number */
    int fd = open(fresh->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    fresh->stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (fresh->stream == NULL) {
        int reason = errno;
        if (fd >= 0) {
            close(fd);
            unlink(fresh->part);
        }
        outfile_free(&fresh);
        errno = reason;
        return ihp__fail_system(err, IHP_ERR_RUN, path, "cannot be written");
    }
    *out = fresh;
    return IHP_OK;
}

FILE *ihp__outfile_stream(struct ihp__outfile *out)
{
    return out->stream;
}

enum ihp_status ihp__outfile_commit(struct ihp__outfile **out, struct ihp_error *err)
{
    struct ihp__outfile *file = *out;
    errno = 0;
    bool failed = ferror(file->stream) != 0; /* flushing again says why */
    bool whole =
        fflush(file->stream) == 0 && !failed && ihp__sync_file(fileno(file->stream), file->path);
    int reason = errno;
    if (fclose(file->stream) != 0 && whole) {
        whole = false;
        reason = errno;
    }
    if (whole && rename(file->part, file->path) != 0) {
        whole = false;
        reason = errno;
    }
    enum ihp_status status = IHP_OK;
    if (!whole) {
        unlink(file->part);
        status = ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written to its end (%s)", file->path,
                           strerror(reason != 0 ? reason : EIO));
    }
    outfile_free(out);
    return status;
}

void ihp__outfile_abandon(struct ihp__outfile **out)
{
    if (out == NULL || *out == NULL) {
        return;
    }
    fclose((*out)->stream);
    unlink((*out)->part);
    outfile_free(out);
}
