/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library for LD_PRELOAD in which the system fails for one file, for
 * integration/test_read_faults.sh:
 *
 *   FAULT_FILE    the last part of its path
 *   FAULT_CALL    open, read or stat
 *   FAULT_ERRNO   the reason
 *   FAULT_AFTER   how many such calls succeed first (0)
 */
#define _GNU_SOURCE /* RTLD_NEXT, fopencookie */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024 };

static bool is_of_file[DESCRIPTORS];
static long calls;

/* Sets a pointer to the function of the C library of this name. */
static void find(const char *name, void *function, size_t size)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, size);
}

#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (real == NULL) {                                                                            \
        find(name, &real, sizeof real);                                                            \
    }

static bool is_file(const char *path)
{
    const char *file = getenv("FAULT_FILE"), *slash = strrchr(path, '/');
    return file != NULL && strcmp(slash == NULL ? path : slash + 1, file) == 0;
}

/* Returns true if this call of the file fails, and sets errno. */
static bool fails(const char *call)
{
    const char *failing = getenv("FAULT_CALL"), *reason = getenv("FAULT_ERRNO");
    const char *after = getenv("FAULT_AFTER");
    if (failing == NULL || reason == NULL || strcmp(call, failing) != 0 ||
        calls++ < (after == NULL ? 0 : strtol(after, NULL, 10))) {
        return false;
    }
    errno = (int)strtol(reason, NULL, 10);
    return true;
}

static int note(int fd, const char *path)
{
    if (fd >= 0 && fd < DESCRIPTORS) {
        is_of_file[fd] = is_file(path);
    }
    return fd;
}

static bool read_fails(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS && is_of_file[fd] && fails("read");
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(int, #name, const char *, int, ...)                                                   \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        int mode = (flags & O_CREAT) != 0 ? va_arg(args, int) : 0;                                 \
        va_end(args);                                                                              \
        return is_file(path) && fails("open") ? -1 : note(real(path, flags, mode), path);          \
    }
OPEN(open)
OPEN(open64)

ssize_t read(int fd, void *data, size_t size)
{
    REAL(ssize_t, "read", int, void *, size_t)
    return read_fails(fd) ? -1 : real(fd, data, size);
}

#define PREAD(name)                                                                                \
    ssize_t name(int fd, void *data, size_t size, off_t at)                                        \
    {                                                                                              \
        REAL(ssize_t, #name, int, void *, size_t, off_t)                                           \
        return read_fails(fd) ? -1 : real(fd, data, size, at);                                     \
    }
PREAD(pread)
PREAD(pread64)

#define PREADV(name)                                                                               \
    ssize_t name(int fd, const struct iovec *piece, int pieces, off_t at)                          \
    {                                                                                              \
        REAL(ssize_t, #name, int, const struct iovec *, int, off_t)                                \
        return read_fails(fd) ? -1 : real(fd, piece, pieces, at);                                  \
    }
PREADV(preadv)
PREADV(preadv64)

#define STAT(name)                                                                                 \
    int name(const char *path, struct name *info)                                                  \
    {                                                                                              \
        REAL(int, #name, const char *, struct name *)                                              \
        return is_file(path) && fails("stat") ? -1 : real(path, info);                             \
    }
STAT(stat)
STAT(stat64)

/* The C library reads a stream without calling `read` of this library, so a stream of the file
 * reads through here. */
static ssize_t stream_read(void *cookie, char *data, size_t size)
{
    return fails("read") ? -1 : (ssize_t)fread(data, 1, size, cookie);
}

static int stream_seek(void *cookie, off64_t *at, int whence)
{
    int result = fseeko(cookie, *at, whence);
    *at = ftello(cookie);
    return result;
}

static int stream_close(void *cookie)
{
    return fclose(cookie);
}

static FILE *wrap(FILE *file, const char *mode)
{
    const cookie_io_functions_t io = {stream_read, NULL, stream_seek, stream_close};
    return file == NULL || mode[0] != 'r' ? file : fopencookie(file, mode, io);
}

FILE *fdopen(int fd, const char *mode)
{
    REAL(FILE *, "fdopen", int, const char *)
    FILE *file = real(fd, mode);
    return fd >= 0 && fd < DESCRIPTORS && is_of_file[fd] ? wrap(file, mode) : file;
}

#define FOPEN(name)                                                                                \
    FILE *name(const char *path, const char *mode)                                                 \
    {                                                                                              \
        REAL(FILE *, #name, const char *, const char *)                                            \
        if (!is_file(path)) {                                                                      \
            return real(path, mode);                                                               \
        }                                                                                          \
        return wrap(fails("open") ? NULL : real(path, mode), mode);                                \
    }
FOPEN(fopen)
FOPEN(fopen64)

DIR *opendir(const char *path)
{
    REAL(DIR *, "opendir", const char *)
    return is_file(path) && fails("open") ? NULL : real(path);
}
