/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a command of ihp repeatedly, each time with one more of its allocations failing:
 *
 *     fail_allocations FOLDER COMMAND ARG...
 *
 * such as `fail_allocations out settle deck.yaml -o out/result`. FOLDER is where the command
 * writes, and is empty at the start. Each run must end in one of two ways. Either it fails with
 * exit code 1 and one error line that reports the lack of memory, and leaves nothing in FOLDER but
 * the status of the run. Or it succeeds without that memory, and leaves the files of a normal run.
 *
 * The linker replaces the allocations of ihp's own objects with the functions __wrap_... below
 * (--wrap); the libraries that ihp uses allocate normally. The program is main.c of ihp, in a
 * child process for each run. The parent has initialised MPI for all of them, which takes far
 * longer than a run. */
#define _DEFAULT_SOURCE /* for MAP_ANONYMOUS */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <mpi.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum { DEPTH = 24, NAMES_BYTES = 1 << 16, TEXT_BYTES = 4096 };

/* The child's report, in memory that both processes share. */
struct report {
    unsigned long failing; /* number of the allocation that fails; 0: none */
    unsigned long seen;    /* allocations so far */
    int depth;             /* length of `place`; 0 while nothing has failed */
    void *place[DEPTH];    /* the calls that led to the allocation that failed */
};

static struct report *report;

int ihp_main(int argc, char **argv); /* main of src/cli/main.c, which is compiled for this test */

/* ---- allocations -------------------------------------------------------------------------------
 */

static bool fails(void)
{
    if (report == NULL || ++report->seen != report->failing) {
        return false;
    }
    report->depth = backtrace(report->place, DEPTH);
    errno = ENOMEM;
    return true;
}

/* Declares a function that fails when its turn comes, and otherwise calls the real one. */
#define WRAP(type, name, parameters, arguments)                                                    \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails() ? NULL : __real_##name arguments;                                           \
    }

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(void *, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t length), (text, length))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, fdopen, (int fd, const char *mode), (fd, mode))
WRAP(FILE *, open_memstream, (char **text, size_t *size), (text, size))
WRAP(DIR *, opendir, (const char *path), (path))
WRAP(char *, realpath, (const char *path, char *resolved), (path, resolved))
WRAP(gzFile, gzopen, (const char *path, const char *mode), (path, mode))

/* The parent has done so. */
int __wrap_MPI_Init(int *argc, char ***argv);
int __wrap_MPI_Init(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return MPI_SUCCESS;
}

int __wrap_MPI_Finalize(void);
int __wrap_MPI_Finalize(void)
{
    return MPI_SUCCESS;
}

int __real_MPI_Init(int *argc, char ***argv);
int __real_MPI_Finalize(void);

/* Nothing here outlives the machine. */
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    (void)fd;
    return 0;
}

/* ---- the folder --------------------------------------------------------------------------------
 */

static void stop(const char *what)
{
    fprintf(stderr, "fail_allocations: %s (%s)\n", what, strerror(errno));
    exit(1);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Returns true for the status and the checkpoint of a run, but not for a part of one. */
static bool is_left_on_purpose(const char *name)
{
    return (strstr(name, ".status.json") != NULL || strstr(name, ".checkpoint.h5") != NULL) &&
           strstr(name, ".part") == NULL;
}

/* Appends the name of each file below a folder that is not left on purpose to a text of
 * NAMES_BYTES, sorted. Removes all files if `removes`. */
static void list_folder(const char *path, char *names, bool removes)
{
    struct dirent **entry;
    int count = scandir(path, &entry, is_entry, alphasort);
    if (count < 0) {
        stop(path);
    }
    for (int i = 0; i < count; i++) {
        char inside[TEXT_BYTES];
        struct stat info;
        size_t size = strlen(names);
        snprintf(inside, sizeof inside, "%s/%s", path, entry[i]->d_name);
        if (!is_left_on_purpose(entry[i]->d_name)) {
            snprintf(names + size, NAMES_BYTES - size, "%s\n", inside);
        }
        if (lstat(inside, &info) != 0) {
            stop(inside);
        }
        if (S_ISDIR(info.st_mode)) {
            list_folder(inside, names, removes);
        }
        if (removes && remove(inside) != 0) {
            stop(inside);
        }
        free(entry[i]);
    }
    free(entry);
}

/* ---- runs --------------------------------------------------------------------------------------
 */

struct outcome {
    int status;              /* as wait() returns it */
    char error[TEXT_BYTES];  /* what the program wrote to standard error */
    char names[NAMES_BYTES]; /* the files it left */
};

static void read_file(const char *path, char text[static TEXT_BYTES])
{
    int fd = open(path, O_RDONLY);
    ssize_t size = fd < 0 ? -1 : read(fd, text, TEXT_BYTES - 1);
    if (size < 0) {
        stop(path);
    }
    text[size] = '\0';
    close(fd);
}

/* Runs the command with one allocation failing, or none for 0; leaves the folder empty. */
static void run(const char *folder, int argc, char **argv, unsigned long failing,
                struct outcome *outcome)
{
    char path[TEXT_BYTES];
    snprintf(path, sizeof path, "%s.stderr", folder);
    *report = (struct report){.failing = failing};
    pid_t child = fork();
    if (child < 0) {
        stop("fork");
    }
    if (child == 0) {
        int error = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int null = open("/dev/null", O_WRONLY);
        if (error < 0 || null < 0 || dup2(error, 2) < 0 || dup2(null, 1) < 0) {
            stop(path);
        }
        int code = ihp_main(argc, argv);
        fflush(NULL);
        _exit(code);
    }
    if (waitpid(child, &outcome->status, 0) != child) {
        stop("waitpid");
    }
    read_file(path, outcome->error);
    outcome->names[0] = '\0';
    list_folder(folder, outcome->names, true);
}

/* Counts how often a text occurs in another. */
static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) {
        count++;
    }
    return count;
}

/* Returns the error of a run in which an allocation failed, or NULL. */
static const char *wrong_with(const struct outcome *o, const struct outcome *normal)
{
    if (!WIFEXITED(o->status)) {
        return "crashed";
    }
    bool is_whole = strcmp(o->names, normal->names) == 0;
    if (WEXITSTATUS(o->status) == 0) {
        return is_whole ? NULL : "succeeded without its files";
    }
    if (WEXITSTATUS(o->status) != 1) {
        return "ended with an exit code other than 1";
    }
    if (count_of(o->error, "ihp: error: ") != 1) {
        return "did not write one error line";
    }
    const char *line = strstr(o->error, "ihp: error: ");
    if (strstr(line, "out of memory") == NULL && strstr(line, strerror(ENOMEM)) == NULL) {
        return "did not report the lack of memory";
    }
    return o->names[0] != '\0' && !is_whole ? "left files" : NULL;
}

static void print_wrong(const char *wrong, const struct outcome *o)
{
    printf("allocation %lu: %s; wait status %#x\n%s%s", report->failing, wrong, (unsigned)o->status,
           o->error, o->names);
    fflush(stdout);
    backtrace_symbols_fd(report->place, report->depth, 1);
}

int main(int argc, char **argv)
{
    static struct outcome normal, outcome;
    if (argc < 3) {
        fprintf(stderr, "usage: fail_allocations FOLDER COMMAND ARG...\n");
        return 2;
    }
    /* cppcheck-suppress invalidFunctionArg; -1 is right without a file */
    report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED) {
        stop("mmap");
    }
    void *place[1];
    backtrace(place, 1); /* the first call allocates */
    __real_MPI_Init(NULL, NULL);
    run(argv[1], argc - 1, argv + 1, 0, &normal);
    if (normal.status != 0 || normal.names[0] == '\0') {
        printf(
            "without a failed allocation, the command ends with wait status %#x and leaves:\n%s%s",
            (unsigned)normal.status, normal.names, normal.error);
        return 1;
    }
    unsigned long all = report->seen, wrong = 0, did_without = 0;
    for (unsigned long n = 1; n <= all; n++) {
        run(argv[1], argc - 1, argv + 1, n, &outcome);
        const char *text = wrong_with(&outcome, &normal);
        did_without += text == NULL && outcome.status == 0;
        wrong += text != NULL;
        if (text != NULL && wrong <= 20) {
            print_wrong(text, &outcome);
        }
    }
    printf("%s: %lu allocations; the run did without %lu of them; %lu runs went wrong\n", argv[2],
           all, did_without, wrong);
    __real_MPI_Finalize();
    return wrong == 0 && all > 0 ? 0 : 1;
}
