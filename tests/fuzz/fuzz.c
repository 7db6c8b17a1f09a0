/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a process, its files, and what must hold of every message. */
#define _XOPEN_SOURCE 700 /* for nftw */
#include "fuzz.h"

#include "edits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <hdf5.h>
#include <mpi.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[64];
static pid_t owner;
static bool secret_allowed = true;
static FILE *nowhere;

void fuzz_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", fuzz_target.name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

/* ---- files ----------------------------------------------------------------------------------- */

const char *fuzz_path(const char *name)
{
    static char path[16][FUZZ_PATH_MAX];
    static unsigned turn;
    char *chosen = path[turn++ % 16];
    if (snprintf(chosen, FUZZ_PATH_MAX, "%s/%s", folder, name) >= FUZZ_PATH_MAX) {
        fuzz_fail("the path of %s is too long", name);
    }
    return chosen;
}

static void put(const char *path, const void *data, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) {
        fuzz_fail("%s cannot be written (%s)", path, strerror(errno));
    }
    for (size_t done = 0; done < size;) {
        ssize_t part = write(file, (const char *)data + done, size - done);
        if (part <= 0) {
            fuzz_fail("%s cannot be written (%s)", path, strerror(errno));
        }
        done += (size_t)part;
    }
    close(file);
}

void fuzz_put(const char *name, const void *data, size_t size)
{
    put(fuzz_path(name), data, size);
}

void fuzz_put_gzip(const char *name, const void *data, size_t size)
{
    gzFile file = gzopen(fuzz_path(name), "wb1");
    if (file == NULL || (size > 0 && gzwrite(file, data, (unsigned)size) <= 0) ||
        gzclose(file) != Z_OK) {
        fuzz_fail("%s cannot be written", name);
    }
}

void fuzz_folder(const char *name)
{
    if (mkdir(fuzz_path(name), 0700) != 0 && errno != EEXIST) {
        fuzz_fail("the folder %s cannot be made (%s)", name, strerror(errno));
    }
}

char *fuzz_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0) {
        fuzz_fail("%s cannot be read (%s)", path, strerror(errno));
    }
    char *bytes = calloc((size_t)info.st_size + 1, 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)info.st_size, file) != (size_t)info.st_size) {
        fuzz_fail("%s cannot be read (%s)", path, strerror(errno));
    }
    fclose(file);
    *size = (size_t)info.st_size;
    return bytes;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void fuzz_remove(const char *path)
{
    struct stat info;
    if (lstat(path, &info) != 0) {
        return;
    }
    if (!S_ISDIR(info.st_mode)) {
        unlink(path);
    } else if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        fuzz_fail("%s cannot be removed (%s)", path, strerror(errno));
    }
}

/* A folder that is read file by file. */
struct walk {
    const char *root;
    void (*found)(const char *name, void *context);
    void *context;
};

static void walk_below(const struct walk *walk, const char *inside)
{
    char path[FUZZ_PATH_MAX], name[FUZZ_PATH_MAX];
    struct dirent **entry;
    snprintf(path, sizeof path, "%s%s%s", walk->root, inside[0] == '\0' ? "" : "/", inside);
    int entries = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < entries; i++) {
        struct stat info;
        int room = snprintf(name, sizeof name, "%s%s%s", inside, inside[0] == '\0' ? "" : "/",
                            entry[i]->d_name);
        int all = snprintf(path, sizeof path, "%s/%s", walk->root, name);
        bool dots = strcmp(entry[i]->d_name, ".") == 0 || strcmp(entry[i]->d_name, "..") == 0;
        free(entry[i]);
        if (dots || room >= (int)sizeof name || all >= (int)sizeof path ||
            lstat(path, &info) != 0) {
            continue;
        }
        if (S_ISDIR(info.st_mode)) {
            walk_below(walk, name);
        } else {
            walk->found(name, walk->context);
        }
    }
    if (entries >= 0) {
        free(entry);
    }
}

void fuzz_each_file(const char *root, void (*found)(const char *name, void *context), void *context)
{
    char copy[FUZZ_PATH_MAX]; /* `root` may be of fuzz_path, which `found` calls */
    const struct walk walk = {copy, found, context};
    if (snprintf(copy, sizeof copy, "%s", root) < (int)sizeof copy) {
        walk_below(&walk, "");
    }
}

#define BASE IHP_TEST_SOURCE "/tests/fuzz/base"

static void copy_file(const char *name, void *context)
{
    char path[FUZZ_PATH_MAX + sizeof BASE];
    size_t size;
    (void)context;
    snprintf(path, sizeof path, "%s/%s", BASE, name);
    char *bytes = fuzz_read(path, &size);
    fuzz_put(name, bytes, size);
    free(bytes);
}

void fuzz_copy_base(void)
{
    fuzz_folder("extract");
    fuzz_folder("program");
    fuzz_each_file(BASE, copy_file, NULL);
}

size_t fuzz_split(const uint8_t *data, size_t size, struct fuzz_section *section, size_t most)
{
    static const char mark[] = "=== ";
    const size_t mark_size = sizeof mark - 1;
    size_t sections = 0;
    struct fuzz_section *open = NULL;
    for (size_t at = 0, next; at < size; at = next) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        next = end == NULL ? size : (size_t)(end - data) + 1;
        if (next - at <= mark_size || memcmp(data + at, mark, mark_size) != 0) {
            if (open != NULL) {
                open->size = next - (size_t)(open->data - data);
            }
            continue;
        }
        if (sections == most) {
            break;
        }
        open = &section[sections++];
        size_t length = next - at - mark_size - (end != NULL);
        length = length < sizeof open->name ? length : sizeof open->name - 1;
        *open = (struct fuzz_section){.data = data + next};
        memcpy(open->name, data + at + mark_size, length);
    }
    return sections;
}

/* ---- what must hold -------------------------------------------------------------------------- */

/* libFuzzer learns from comparisons what to put into inputs. This one would teach it the secret. */
#ifdef __clang__
#define NOT_TRACED __attribute__((no_sanitize("coverage")))
#else
#define NOT_TRACED
#endif

NOT_TRACED bool fuzz_has_secret(const uint8_t *data, size_t size)
{
    static const char secret[] = FUZZ_SECRET;
    for (size_t i = 0; i + sizeof secret <= size + 1; i++) {
        size_t same = 0;
        while (same < sizeof secret - 1 && data[i + same] == (uint8_t)secret[same]) {
            same++;
        }
        if (same == sizeof secret - 1) {
            return true;
        }
    }
    return false;
}

static void check_text(const char *text, bool is_notice)
{
    if (text[0] == '\0') {
        fuzz_fail("a %s without a text", is_notice ? "notice" : "failure");
    }
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < ' ' || *c == 0x7f) {
            fuzz_fail("a message has the character %d: %s", *c, text);
        }
    }
    if (!secret_allowed && fuzz_has_secret((const uint8_t *)text, strlen(text))) {
        fuzz_fail("a message has a member's data: %s", text);
    }
}

void fuzz_check(enum ihp_status status, struct ihp_error *err)
{
    if (getenv("IHP_FUZZ_SHOW") != NULL) {
        fprintf(stderr, "status %d: %s\n", (int)status, err->text);
    }
    if (status != err->status) {
        fuzz_fail("returned %d, but the error has %d: %s", (int)status, (int)err->status,
                  err->text);
    }
    if (status != IHP_OK) {
        check_text(err->text, false);
    }
    *err = (struct ihp_error){0};
}

void fuzz_check_notices(struct ihp_notices *notices)
{
    for (size_t i = 0; i < notices->count; i++) {
        check_text(notices->text[i], true);
    }
    ihp_notices_clear(notices);
}

void fuzz_secret_allowed(bool allowed)
{
    secret_allowed = allowed;
}

bool fuzz_header_has_secret(const struct fuzz_section *section)
{
    const uint8_t *end = memchr(section->data, '\n', section->size);
    return fuzz_has_secret(section->data,
                           end == NULL ? section->size : (size_t)(end - section->data));
}

void fuzz_require(enum ihp_status status, const struct ihp_error *err)
{
    if (status != IHP_OK) {
        fuzz_fail("setting up: %s", err->text);
    }
}

FILE *fuzz_nowhere(void)
{
    return nowhere;
}

/* ---- random numbers -------------------------------------------------------------------------- */

uint64_t fuzz_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

size_t fuzz_below(uint64_t *state, size_t bound)
{
    return (size_t)(fuzz_random(state) % bound);
}

/* ---- MPI ------------------------------------------------------------------------------------- */

/* Open MPI keeps memory until the process ends, which the leak sanitizer must not report. Without
 * it there are no such functions. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

static void begin_mpi(int *argc, char ***argv)
{
    if (__lsan_disable != NULL && __lsan_enable != NULL) {
        __lsan_disable();
        MPI_Init(argc, argv);
        __lsan_enable();
    } else {
        MPI_Init(argc, argv);
    }
}

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libmpi\nleak:libopen-\nleak:libpmix\nleak:mca_\n";
}

/* ---- entries --------------------------------------------------------------------------------- */

static void leave(void)
{
    if (getpid() != owner) {
        return;
    }
    if (fuzz_target.uses_mpi) {
        int finalized = 0;
        MPI_Finalized(&finalized);
        if (!finalized) {
            MPI_Finalize();
        }
    }
    fclose(nowhere);
    fuzz_remove(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    /* Memory is faster than a disk, as jobs write everything to the disk before they end. */
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(folder, sizeof folder, "%s/ihp-fuzz-XXXXXX", place);
    nowhere = fopen("/dev/null", "w");
    if (mkdtemp(folder) == NULL || nowhere == NULL) {
        fuzz_fail("no folder in %s (%s)", place, strerror(errno));
    }
    owner = getpid();
    if (fuzz_target.uses_mpi) {
        begin_mpi(argc, argv);
    }
    atexit(leave);
    if (fuzz_target.begin != NULL) {
        fuzz_target.begin();
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const unsigned kinds = H5F_OBJ_FILE | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_ATTR;
    if (size <= FUZZ_INPUT_MAX) {
        fuzz_target.run(data, size);
    }
    if (H5Fget_obj_count(H5F_OBJ_ALL, kinds) != 0) {
        fuzz_fail("something of an HDF5 file is left open");
    }
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    uint64_t state = seed;
    if (fuzz_target.vocabulary != NULL && fuzz_below(&state, 16) > 0) {
        return fuzz_edits_mutate(fuzz_target.vocabulary(), data, size, max_size,
                                 fuzz_random(&state));
    }
    return LLVMFuzzerMutate(data, size, max_size);
}
