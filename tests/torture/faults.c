/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library for LD_PRELOAD that makes system calls and allocations of ihp fail, as disks, networks
 * and a lack of memory make them fail. TORTURE_FAULT says which:
 *
 *     KIND:N:HOW:VALUE
 *
 * The N-th call of KIND (kind_name below), counted from 1, does not do its work. HOW:
 *
 *     once    it fails with errno VALUE
 *     on      so do all later calls of the kind
 *     short   it reads or writes half of what it was asked to; so do all later ones
 *     delay   it sleeps VALUE milliseconds before it works; so do all later ones
 *     signal  the process gets signal VALUE, and the call works
 *
 * Kind `space` is a disk of N bytes: writes fail with errno VALUE when N bytes have been written.
 *
 * Only calls from the program itself and from the libraries with which it reads and writes count,
 * not those of MPI. TORTURE_RANK restricts all this to one rank. TORTURE_REPORT names a file that
 * gets the number of calls of each kind, as 64-bit numbers in the order of kind_name, and then the
 * number of calls that did not work as asked. If it is a folder, each rank has a file in it, whose
 * name is the rank's number: a file that another rank emptied while this one has it mapped would
 * end this one by SIGBUS.
 *
 * A FILE of these callers is made of the functions below (fopencookie), because the C library does
 * not call them for its own. */
#define _GNU_SOURCE /* for fopencookie, dl_iterate_phdr and RTLD_NEXT */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind {
    OPEN,
    READ,
    WRITE,
    RENAME,
    SYNC,
    LINK,
    UNLINK,
    MAKE_FOLDER,
    LOOK, /* stat and its like */
    LIST, /* opendir, readdir */
    LOCK,
    LENGTH, /* ftruncate, posix_fallocate */
    CLOSE,
    CHANGE_MODE,
    ALLOCATE,
    ALLOCATE_HDF5, /* the allocations of HDF5, of which there are many */
    KINDS,
    SPACE /* not counted */
};

static const char *const kind_name[KINDS] = {
    "open", "read", "write", "rename", "sync",  "link", "unlink",   "mkdir",
    "stat", "list", "lock",  "length", "close", "mode", "allocate", "allocate-hdf5"};

enum how { ONCE, ON, SHORT, DELAY, SIGNAL, HOWS };
static const char *const how_name[HOWS] = {"once", "on", "short", "delay", "signal"};

/* ---- what fails ------------------------------------------------------------------------------ */

struct counts {
    uint64_t calls[KINDS];
    uint64_t hits;
};

static struct counts own_counts, *counts = &own_counts;
static struct {
    bool armed;
    enum kind kind;
    enum how how;
    uint64_t n;
    int value;
    int64_t space; /* bytes that can still be written */
} fault;

struct code {
    uintptr_t from, end;
    bool is_hdf5;
};

enum { CODES = 16, STREAMS = 64 };
static struct code code[CODES];
static int codes;

/* The libraries whose calls count; the program itself has an empty name. */
static int note_code(struct dl_phdr_info *info, size_t size, void *unused)
{
    static const char *const names[] = {"libhdf5", "libjansson", "libyaml", "libz.", "libcsv"};
    bool counted = info->dlpi_name[0] == '\0';
    (void)size;
    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        counted = counted || strstr(info->dlpi_name, names[i]) != NULL;
    }
    for (int i = 0; counted && i < info->dlpi_phnum && codes < CODES; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            uintptr_t from = info->dlpi_addr + part->p_vaddr;
            code[codes++] = (struct code){.from = from,
                                          .end = from + part->p_memsz,
                                          .is_hdf5 = strstr(info->dlpi_name, "libhdf5") != NULL};
        }
    }
    return 0;
}

static const struct code *code_of(const void *caller)
{
    for (int i = 0; i < codes; i++) {
        if ((uintptr_t)caller >= code[i].from && (uintptr_t)caller < code[i].end) {
            return &code[i];
        }
    }
    return NULL;
}

static void stop(const char *text)
{
    fprintf(stderr, "faults: %s\n", text);
    _exit(99);
}

static void read_fault(const char *text)
{
    char kind[32], how[32];
    unsigned long long n;
    if (sscanf(text, "%31[^:]:%llu:%31[^:]:%d", kind, &n, how, &fault.value) != 4) {
        stop("TORTURE_FAULT is not KIND:N:HOW:VALUE");
    }
    fault.n = n;
    fault.kind = strcmp(kind, "space") == 0 ? SPACE : 0;
    while (fault.kind < KINDS && strcmp(kind, kind_name[fault.kind]) != 0) {
        fault.kind++;
    }
    while (fault.how < HOWS && strcmp(how, how_name[fault.how]) != 0) {
        fault.how++;
    }
    if ((fault.kind == KINDS && strcmp(kind, "none") != 0) || fault.how == HOWS) {
        stop("TORTURE_FAULT has an unknown kind or how");
    }
    fault.space = (int64_t)n;
}

static void share_counts(const char *path, const char *rank)
{
    char own[4096];
    struct stat info;
    if (rank != NULL && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        snprintf(own, sizeof own, "%s/%s", path, rank);
        path = own;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *counts) != 0) {
        stop("TORTURE_REPORT cannot be written");
    }
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (counts == MAP_FAILED) {
        stop("TORTURE_REPORT cannot be mapped");
    }
    close(fd);
}

/* Begins to count, and to fail if TORTURE_FAULT asks for it. */
void torture_arm(void);
void torture_arm(void)
{
    const char *text = getenv("TORTURE_FAULT"), *report = getenv("TORTURE_REPORT");
    const char *rank = getenv("TORTURE_RANK"), *own = getenv("OMPI_COMM_WORLD_RANK");
    if (text == NULL || (rank != NULL && own != NULL && strcmp(rank, own) != 0)) {
        return;
    }
    read_fault(text);
    if (report != NULL) {
        share_counts(report, own);
    }
    codes = 0;
    dl_iterate_phdr(note_code, NULL);
    fault.armed = true;
}

__attribute__((constructor)) static void begin(void)
{
    torture_arm();
}

static void wait_milliseconds(long milliseconds)
{
    struct timespec t = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&t, NULL);
}

enum verdict { WORKS, FAILS, HALF };

/* Counts a call. Returns what it must do, and sets errno if it must fail. */
static enum verdict count_call(enum kind kind, const void *caller)
{
    const struct code *from = fault.armed ? code_of(caller) : NULL;
    if (from == NULL) {
        return WORKS;
    }
    if (kind == ALLOCATE && from->is_hdf5) {
        kind = ALLOCATE_HDF5;
    }
    uint64_t n = __atomic_add_fetch(&counts->calls[kind], 1, __ATOMIC_RELAXED);
    bool stays = fault.how == ON || fault.how == SHORT || fault.how == DELAY;
    if (kind != fault.kind || n < fault.n || (n > fault.n && !stays) || fault.n == 0) {
        return WORKS;
    }
    __atomic_add_fetch(&counts->hits, 1, __ATOMIC_RELAXED);
    if (fault.how == DELAY) {
        wait_milliseconds(fault.value);
        return WORKS;
    }
    if (fault.how == SIGNAL) {
        kill(getpid(), fault.value);
        return WORKS;
    }
    if (fault.how == SHORT) {
        return HALF;
    }
    errno = fault.value;
    return FAILS;
}

/* Returns how many of the bytes the disk takes; 0 with errno if it is full. */
static size_t room_for(size_t size, const void *caller)
{
    if (!fault.armed || fault.kind != SPACE || code_of(caller) == NULL) {
        return size;
    }
    int64_t left = __atomic_sub_fetch(&fault.space, (int64_t)size, __ATOMIC_RELAXED);
    if (left >= 0) {
        return size;
    }
    __atomic_add_fetch(&counts->hits, 1, __ATOMIC_RELAXED);
    int64_t taken = left + (int64_t)size;
    if (taken > 0) {
        __atomic_store_n(&fault.space, 0, __ATOMIC_RELAXED);
        return (size_t)taken;
    }
    errno = fault.value;
    return 0;
}

#define CALLER           __builtin_return_address(0)
#define FAILS_HERE(kind) (count_call(kind, CALLER) == FAILS)

/* Declares `real` as the C library's function of this name. */
#define REAL(name)                                                                                 \
    static __typeof__(&name) real;                                                                 \
    if (real == NULL) {                                                                            \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                                 \
    }

/* Declares a function that fails when its turn comes, and otherwise calls the real one. */
#define WRAP(kind, failed, type, name, parameters, arguments)                                      \
    type name parameters                                                                           \
    {                                                                                              \
        REAL(name)                                                                                 \
        return FAILS_HERE(kind) ? (failed) : real arguments;                                       \
    }

/* ---- files and folders ----------------------------------------------------------------------- */

#define WRAP_OPEN(name)                                                                            \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(name)                                                                                 \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;             \
        va_end(more);                                                                              \
        return FAILS_HERE(OPEN) ? -1 : real(path, flags, mode);                                    \
    }
#define WRAP_OPENAT(name)                                                                          \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        REAL(name)                                                                                 \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;             \
        va_end(more);                                                                              \
        return FAILS_HERE(OPEN) ? -1 : real(folder, path, flags, mode);                            \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)

/* Reads or writes half if the call must be short; a call of one byte cannot be. */
static size_t half_if(enum verdict verdict, size_t size)
{
    return verdict == HALF && size > 1 ? size / 2 : size;
}

static ssize_t read_from(int fd, void *to, size_t size, const void *caller)
{
    REAL(read)
    enum verdict verdict = count_call(READ, caller);
    return verdict == FAILS ? -1 : real(fd, to, half_if(verdict, size));
}

ssize_t read(int fd, void *to, size_t size)
{
    return read_from(fd, to, size, CALLER);
}

static ssize_t write_to(int fd, const void *from, size_t size, const void *caller)
{
    REAL(write)
    if (fd == STDERR_FILENO) {
        return real(fd, from, size);
    }
    enum verdict verdict = count_call(WRITE, caller);
    if (verdict == FAILS) {
        return -1;
    }
    size_t taken = room_for(half_if(verdict, size), caller);
    return size > 0 && taken == 0 ? -1 : real(fd, from, taken);
}

ssize_t write(int fd, const void *from, size_t size)
{
    return write_to(fd, from, size, CALLER);
}

#define WRAP_PREAD(name, offset_type)                                                              \
    ssize_t name(int fd, void *to, size_t size, offset_type at)                                    \
    {                                                                                              \
        REAL(name)                                                                                 \
        enum verdict verdict = count_call(READ, CALLER);                                           \
        return verdict == FAILS ? -1 : real(fd, to, half_if(verdict, size), at);                   \
    }
#define WRAP_PREADV(name, offset_type)                                                             \
    ssize_t name(int fd, const struct iovec *to, int pieces, offset_type at)                       \
    {                                                                                              \
        REAL(name)                                                                                 \
        enum verdict verdict = count_call(READ, CALLER);                                           \
        const struct iovec part = {to->iov_base, half_if(verdict, to->iov_len)};                   \
        bool whole = part.iov_len == to->iov_len;                                                  \
        return verdict == FAILS ? -1 : real(fd, whole ? to : &part, whole ? pieces : 1, at);       \
    }
#define WRAP_PWRITE(name, offset_type)                                                             \
    ssize_t name(int fd, const void *from, size_t size, offset_type at)                            \
    {                                                                                              \
        REAL(name)                                                                                 \
        enum verdict verdict = count_call(WRITE, CALLER);                                          \
        if (verdict == FAILS) {                                                                    \
            return -1;                                                                             \
        }                                                                                          \
        size_t taken = room_for(half_if(verdict, size), CALLER);                                   \
        return size > 0 && taken == 0 ? -1 : real(fd, from, taken, at);                            \
    }

WRAP_PREAD(pread, off_t)
WRAP_PREAD(pread64, off64_t)
WRAP_PREADV(preadv, off_t)
WRAP_PREADV(preadv64, off64_t)
WRAP_PWRITE(pwrite, off_t)
WRAP_PWRITE(pwrite64, off64_t)

WRAP(RENAME, -1, int, rename, (const char *from, const char *to), (from, to))
WRAP(RENAME, -1, int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP(RENAME, -1, int, renameat2,
     (int a, const char *from, int b, const char *to, unsigned int flags), (a, from, b, to, flags))
/* Nothing here outlives the machine, so nothing is waited for. */
int fsync(int fd)
{
    REAL(fsync)
    return FAILS_HERE(SYNC) ? -1 : fault.armed ? 0 : real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync)
    return FAILS_HERE(SYNC) ? -1 : fault.armed ? 0 : real(fd);
}

WRAP(LINK, -1, int, link, (const char *from, const char *to), (from, to))
WRAP(LINK, -1, int, linkat, (int a, const char *from, int b, const char *to, int flags),
     (a, from, b, to, flags))
WRAP(LINK, -1, int, symlink, (const char *to, const char *path), (to, path))
WRAP(UNLINK, -1, int, unlink, (const char *path), (path))
WRAP(UNLINK, -1, int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
WRAP(UNLINK, -1, int, rmdir, (const char *path), (path))
WRAP(UNLINK, -1, int, remove, (const char *path), (path))
WRAP(MAKE_FOLDER, -1, int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(MAKE_FOLDER, -1, int, mkdirat, (int folder, const char *path, mode_t mode),
     (folder, path, mode))
WRAP(MAKE_FOLDER, NULL, char *, mkdtemp, (char *path), (path))
WRAP(LOOK, -1, int, stat, (const char *path, struct stat *to), (path, to))
WRAP(LOOK, -1, int, stat64, (const char *path, struct stat64 *to), (path, to))
WRAP(LOOK, -1, int, lstat, (const char *path, struct stat *to), (path, to))
WRAP(LOOK, -1, int, lstat64, (const char *path, struct stat64 *to), (path, to))
WRAP(LOOK, -1, int, fstat, (int fd, struct stat *to), (fd, to))
WRAP(LOOK, -1, int, fstat64, (int fd, struct stat64 *to), (fd, to))
WRAP(LOOK, -1, int, fstatat, (int folder, const char *path, struct stat *to, int flags),
     (folder, path, to, flags))
WRAP(LOOK, -1, int, fstatat64, (int folder, const char *path, struct stat64 *to, int flags),
     (folder, path, to, flags))
WRAP(LOOK, -1, int, access, (const char *path, int mode), (path, mode))
WRAP(LOOK, NULL, char *, realpath, (const char *path, char *to), (path, to))
WRAP(LIST, NULL, DIR *, opendir, (const char *path), (path))
WRAP(LIST, NULL, DIR *, fdopendir, (int fd), (fd))
WRAP(LIST, NULL, struct dirent *, readdir, (DIR * folder), (folder))
WRAP(LIST, NULL, struct dirent64 *, readdir64, (DIR * folder), (folder))
WRAP(LOCK, -1, int, flock, (int fd, int how), (fd, how))
WRAP(LENGTH, -1, int, ftruncate, (int fd, off_t length), (fd, length))
WRAP(LENGTH, -1, int, ftruncate64, (int fd, off64_t length), (fd, length))
WRAP(LENGTH, fault.value, int, posix_fallocate, (int fd, off_t at, off_t size), (fd, at, size))
WRAP(LENGTH, fault.value, int, posix_fallocate64, (int fd, off64_t at, off64_t size),
     (fd, at, size))
WRAP(CHANGE_MODE, -1, int, chmod, (const char *path, mode_t mode), (path, mode))
WRAP(CHANGE_MODE, -1, int, fchmod, (int fd, mode_t mode), (fd, mode))

static int close_it(int fd, const void *caller)
{
    REAL(close)
    bool fails = count_call(CLOSE, caller) == FAILS;
    int code_of_close = real(fd);
    if (fails) {
        errno = fault.value;
    }
    return fails ? -1 : code_of_close;
}

int close(int fd)
{
    return close_it(fd, CALLER);
}

/* ---- streams --------------------------------------------------------------------------------- */

/* A stream that is made of the functions above, on behalf of the code that opened it. */
struct stream {
    FILE *file;
    int fd;
    const void *caller;
};

static struct stream stream[STREAMS];
static pthread_mutex_t streams_lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t stream_read(void *cookie, char *to, size_t size)
{
    struct stream *s = cookie;
    return read_from(s->fd, to, size, s->caller);
}

/* Returns 0 for an error, as fopencookie wants it. */
static ssize_t stream_write(void *cookie, const char *from, size_t size)
{
    struct stream *s = cookie;
    size_t done = 0;
    while (done < size) {
        ssize_t n = write_to(s->fd, from + done, size - done, s->caller);
        if (n <= 0) {
            return 0;
        }
        done += (size_t)n;
    }
    return (ssize_t)size;
}

static int stream_seek(void *cookie, off64_t *at, int from)
{
    struct stream *s = cookie;
    off64_t place = lseek64(s->fd, *at, from);
    *at = place;
    return place < 0 ? -1 : 0;
}

static int stream_close(void *cookie)
{
    struct stream *s = cookie;
    int fd = s->fd;
    const void *caller = s->caller;
    pthread_mutex_lock(&streams_lock);
    s->file = NULL;
    pthread_mutex_unlock(&streams_lock);
    return close_it(fd, caller);
}

/* Returns a stream for the file, or NULL with errno. */
static FILE *stream_of(int fd, const char *mode, const void *caller)
{
    static const cookie_io_functions_t functions = {
        .read = stream_read, .write = stream_write, .seek = stream_seek, .close = stream_close};
    FILE *file = NULL;
    pthread_mutex_lock(&streams_lock);
    for (int i = 0; i < STREAMS && file == NULL; i++) {
        if (stream[i].file == NULL) {
            stream[i] = (struct stream){.fd = fd, .caller = caller};
            file = stream[i].file = fopencookie(&stream[i], mode, functions);
        }
    }
    pthread_mutex_unlock(&streams_lock);
    if (file == NULL) {
        stop("too many streams");
    }
    return file;
}

static int flags_of(const char *mode)
{
    int flags = strchr(mode, 'e') != NULL ? O_CLOEXEC : 0;
    flags |= strchr(mode, 'x') != NULL ? O_EXCL : 0;
    flags |= strchr(mode, '+') != NULL ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
    return flags | (mode[0] == 'r' ? 0 : mode[0] == 'w' ? O_CREAT | O_TRUNC : O_CREAT | O_APPEND);
}

static FILE *open_stream(const char *path, const char *mode, const void *caller)
{
    REAL(open)
    if (count_call(OPEN, caller) == FAILS) {
        return NULL;
    }
    int fd = real(path, flags_of(mode), 0666);
    return fd < 0 ? NULL : stream_of(fd, mode, caller);
}

static bool is_counted(const void *caller)
{
    return fault.armed && code_of(caller) != NULL;
}

FILE *fopen(const char *path, const char *mode)
{
    REAL(fopen)
    return is_counted(CALLER) ? open_stream(path, mode, CALLER) : real(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    REAL(fopen64)
    return is_counted(CALLER) ? open_stream(path, mode, CALLER) : real(path, mode);
}

FILE *fdopen(int fd, const char *mode)
{
    REAL(fdopen)
    if (!is_counted(CALLER)) {
        return real(fd, mode);
    }
    return count_call(OPEN, CALLER) == FAILS ? NULL : stream_of(fd, mode, CALLER);
}

int fileno(FILE *file)
{
    REAL(fileno)
    for (int i = 0; i < STREAMS; i++) {
        if (stream[i].file == file) {
            return stream[i].fd;
        }
    }
    return real(file);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* What the C library's allocations are behind the names below. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    return FAILS_HERE(ALLOCATE) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return FAILS_HERE(ALLOCATE) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return FAILS_HERE(ALLOCATE) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return FAILS_HERE(ALLOCATE) ? NULL : __libc_memalign(alignment, size);
}

char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = FAILS_HERE(ALLOCATE) ? NULL : __libc_malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

char *strndup(const char *text, size_t length)
{
    size_t size = strnlen(text, length);
    char *copy = FAILS_HERE(ALLOCATE) ? NULL : __libc_malloc(size + 1);
    if (copy != NULL) {
        memcpy(copy, text, size);
        copy[size] = '\0';
    }
    return copy;
}

FILE *open_memstream(char **text, size_t *size)
{
    REAL(open_memstream)
    return FAILS_HERE(ALLOCATE) ? NULL : real(text, size);
}
