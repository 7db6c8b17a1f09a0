/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are written under another name and renamed once complete. */
#include "base/outfile.h"

#include "base/error.h"
#include "base/seal.h"
#include "base/sync.h"
#include "base/unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ihp__outfile {
    FILE *stream;
    char *path, *part;
    int unfinished; /* of the .part file */
};

static void outfile_free(struct ihp__outfile **out)
{
    ihp__unfinished_done(&(*out)->unfinished);
    free((*out)->path);
    free((*out)->part);
    free(*out);
    *out = NULL;
}

enum ihp_status ihp__outfile_open(const char *path, int mode, struct ihp__outfile **out,
                                  struct ihp_error *err)
{
    struct ihp__outfile *fresh = calloc(1, sizeof *fresh);
    size_t size = strlen(path) + 32 + IHP__SEAL_BYTES;
    if (fresh == NULL || (fresh->path = strdup(path)) == NULL ||
        (fresh->part = malloc(size)) == NULL) {
        if (fresh != NULL) {
            outfile_free(&fresh);
        }
        return ihp__fail_memory(err, "an output file");
    }
    snprintf(fresh->part, size, "%s.part-%ld", path, (long)getpid());
    ihp__seal_name(fresh->part);
    unlink(fresh->part); /* left by an earlier process with the same number */
    ihp__unfinished_hold();
    int fd = open(fresh->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    fresh->unfinished = fd >= 0 ? ihp__unfinished_add(fresh->part) : 0;
    ihp__unfinished_release();
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

const char *ihp__outfile_part(const struct ihp__outfile *out)
{
    return out->part;
}

/* Removes the unfinished file and reports why it cannot be written. */
static enum ihp_status fail_whole(struct ihp__outfile *file, int reason, struct ihp_error *err)
{
    unlink(file->part);
    return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written to its end (%s)", file->path,
                     strerror(reason != 0 ? reason : EIO));
}

enum ihp_status ihp__outfile_finish(struct ihp__outfile *file, struct ihp_error *err)
{
    if (file->stream == NULL) {
        return IHP_OK;
    }
    errno = 0;
    bool failed = ferror(file->stream) != 0;
    if (failed) {
        fputc('\0', file->stream); /* flushing again says why, if there is something to flush */
    }
    bool whole =
        fflush(file->stream) == 0 && !failed && ihp__sync_file(fileno(file->stream), file->path);
    int reason = errno;
    if (fclose(file->stream) != 0 && whole) {
        whole = false;
        reason = errno;
    }
    file->stream = NULL;
    return whole ? IHP_OK : fail_whole(file, reason, err);
}

enum ihp_status ihp__outfile_commit(struct ihp__outfile **out, struct ihp_error *err)
{
    struct ihp__outfile *file = *out;
    enum ihp_status status = ihp__outfile_finish(file, err);
    if (status == IHP_OK && rename(file->part, file->path) != 0) {
        status = fail_whole(file, errno, err);
    }
    outfile_free(out);
    return status;
}

enum ihp_status ihp__outfile_name(struct ihp__outfile **out, const struct ihp__target *output,
                                  struct ihp_error *err)
{
    enum ihp_status status = ihp__outfile_finish(*out, err);
    if (status == IHP_OK && (status = ihp__target_name(output, (*out)->part, err)) != IHP_OK) {
        unlink((*out)->part);
    }
    outfile_free(out);
    return status;
}

void ihp__outfile_abandon(struct ihp__outfile **out)
{
    if (out == NULL || *out == NULL) {
        return;
    }
    if ((*out)->stream != NULL) {
        fclose((*out)->stream);
    }
    unlink((*out)->part);
    outfile_free(out);
}
