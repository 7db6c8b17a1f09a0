/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a command of ihp repeatedly, each time with one more of its allocations failing:
 *
 *     fail_allocations [--in LIBRARY EVERY] FOLDER COMMAND ARG...
 *
 * such as `fail_allocations out settle deck.yaml -o out/result`. FOLDER is where the command
 * writes, and is empty at the start. Of the allocations that the same calls lead to, such as those
 * for the rows of a table, the first, the second and the last one fail, or each one if the
 * environment has IHP_ALL_ALLOCATIONS. Each run must end in one of two ways. Either it fails with
 * exit code 1 and one error line that reports the lack of memory, and leaves nothing in FOLDER but
 * the status of the run. Or it succeeds without that memory, and leaves the files of a normal run
 * with the same content, or prints the same if it leaves none.
 *
 * Without --in, the allocations of ihp's own objects fail: the linker replaces them with the
 * functions __wrap_... below (--wrap). With it, those of a library that ihp uses (jansson, libyaml,
 * libhdf5_openmpi) fail, and of these every EVERY-th. The program is main.c of ihp, in a child
 * process for each run. The parent has initialised MPI for all of them, which takes far longer than
 * a run. */
#define _GNU_SOURCE /* for dl_iterate_phdr */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <jansson.h>
#include <link.h>
#include <mpi.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum { DEPTH = 24, MOST_ALLOCATIONS = 1 << 15 };

/* The child's report, in memory that both processes share. */
struct report {
    unsigned long failing; /* number of the allocation that fails; 0: none */
    unsigned long seen;    /* allocations so far */
    int depth;             /* length of `place`; 0 while nothing has failed */
    void *place[DEPTH];    /* the calls that led to the allocation that failed */
    bool died_inside;      /* the library whose allocations fail crashed or ended the process */
    unsigned long path[MOST_ALLOCATIONS + 1]; /* of a normal run: what led to each allocation */
};

static struct report *report;
static bool in_library; /* the allocations of a library fail, and not those of ihp */

/* The library may crash or end the process when it has no memory. Only HDF5 may: version 1.10 uses
 * structures that it has failed to make, and calls exit() where its skip lists cannot grow. Nothing
 * that ihp does can prevent that. It may do so in a quarter of the runs at most. */
static bool may_die_inside;

int ihp_main(int argc, char **argv); /* main of src/cli/main.c, which is compiled for this test */

/* ---- allocations -------------------------------------------------------------------------------
 */

/* Returns a checksum of the calls that lead to this allocation. */
static unsigned long path_here(void)
{
    void *place[DEPTH];
    int depth = backtrace(place, DEPTH);
    return crc32(0, (const unsigned char *)place, (unsigned)depth * sizeof place[0]);
}

/* Counts an allocation. Returns true if it must fail. */
static bool counts(void)
{
    if (report == NULL) {
        return false;
    }
    if (++report->seen != report->failing) {
        if (report->failing == 0 && !in_library && report->seen <= MOST_ALLOCATIONS) {
            report->path[report->seen] = path_here();
        }
        return false;
    }
    report->depth = backtrace(report->place, DEPTH);
    errno = ENOMEM;
    return true;
}

static bool fails(void)
{
    return !in_library && counts();
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

/* This program notices itself where a run crashes. */
void __wrap_ihp__cli_watch_crashes(void);
void __wrap_ihp__cli_watch_crashes(void)
{
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

/* ---- allocations of a library ------------------------------------------------------------------
 */

/* Code in memory. */
struct code {
    const char *name; /* part of the name of its file; empty for the program itself */
    uintptr_t from, end;
};

static struct code library, program = {.name = ""};

static bool is_in(const struct code *code, const void *place)
{
    return (uintptr_t)place >= code->from && (uintptr_t)place < code->end;
}

#ifndef IHP_SANITIZED /* sanitizers have their own allocations */

/* What the C library's allocations are behind the names below, which all libraries call. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

/* Returns true if the allocation is called from the library and must fail. */
static bool fails_there(const void *caller)
{
    return is_in(&library, caller) && counts();
}

void *malloc(size_t size)
{
    return fails_there(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails_there(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails_there(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = fails_there(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}
#endif

static int find_code(struct dl_phdr_info *info, size_t size, void *context)
{
    struct code *code = context;
    (void)size;
    for (int i = 0; strstr(info->dlpi_name, code->name) != NULL && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            code->from = info->dlpi_addr + part->p_vaddr;
            code->end = code->from + part->p_memsz;
        }
    }
    return code->end != 0;
}

/* Notes if the process dies in the library: if the innermost call is of the library, not of ihp. */
static void look_where_it_dies(void)
{
    void *place[DEPTH];
    int depth = backtrace(place, DEPTH), i = 0;
    while (i < depth && is_in(&program, place[i])) { /* this function */
        i++;
    }
    while (i < depth && !is_in(&program, place[i]) && !is_in(&library, place[i])) {
        i++;
    }
    report->died_inside = i < depth && is_in(&library, place[i]);
}

static void die(int number)
{
    look_where_it_dies();
    signal(number, SIG_DFL);
    raise(number);
}

/* The handler has a stack of its own: HDF5 may die of calls without end. */
static void watch_death(void)
{
    static char stack[1 << 16];
    const struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK};
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGABRT, &action, NULL);
    atexit(look_where_it_dies);
}

/* jansson calls an allocation function that it is given. */
static void *allocate_for_jansson(size_t size)
{
    return counts() ? NULL : malloc(size);
}

/* Lets the allocations of a library fail. Returns false if the program does not use it. */
static bool choose_library(const char *name)
{
    in_library = true;
    library.name = name;
    may_die_inside = strcmp(name, "libhdf5_openmpi") == 0;
    dl_iterate_phdr(find_code, &program); /* comes first */
    if (strcmp(name, "jansson") == 0) {
        json_set_alloc_funcs(allocate_for_jansson, free);
        return true;
    }
    return dl_iterate_phdr(find_code, &library) != 0;
}

/* ---- runs --------------------------------------------------------------------------------------
 */

struct outcome {
    int status;                /* as wait() returns it */
    char error[TEXT_BYTES];    /* what the program wrote to standard error */
    char printed[NAMES_BYTES]; /* and to standard output */
    char names[NAMES_BYTES];   /* the files it left */
};

/* Opens a file in the place of one of the standard streams of this process. */
static void redirect(const char *path, int stream)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, stream) < 0) {
        stop(path);
    }
    close(fd);
}

static void read_file(const char *path, char *text, size_t room)
{
    int fd = open(path, O_RDONLY);
    ssize_t size = fd < 0 ? -1 : read(fd, text, room - 1);
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
    char error[TEXT_BYTES], printed[TEXT_BYTES];
    snprintf(error, sizeof error, "%s.stderr", folder);
    snprintf(printed, sizeof printed, "%s.stdout", folder);
    report->failing = failing;
    report->seen = 0;
    report->depth = 0;
    report->died_inside = false;
    pid_t child = fork();
    if (child < 0) {
        stop("fork");
    }
    if (child == 0) {
        redirect(error, 2);
        redirect(printed, 1);
        watch_death();
        int code = ihp_main(argc, argv);
        fflush(NULL);
        _exit(code);
    }
    if (waitpid(child, &outcome->status, 0) != child) {
        stop("waitpid");
    }
    read_file(error, outcome->error, sizeof outcome->error);
    read_file(printed, outcome->printed, sizeof outcome->printed);
    outcome->names[0] = '\0';
    list_folder(folder, outcome->names, true, in_library);
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
    if (report->died_inside && may_die_inside) {
        return NULL;
    }
    if (!WIFEXITED(o->status)) {
        return "crashed";
    }
    bool is_whole = strcmp(o->names, normal->names) == 0;
    if (WEXITSTATUS(o->status) == 0 && normal->names[0] == '\0' &&
        strcmp(o->printed, normal->printed) != 0) {
        return "succeeded and printed something else";
    }
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

/* Returns true if the n-th of all allocations is the first, the second or the last one that the
 * same calls lead to. */
static bool is_chosen(unsigned long n, unsigned long all)
{
    unsigned long before = 0, after = 0;
    for (unsigned long other = 1; other < n; other++) {
        before += report->path[other] == report->path[n];
    }
    for (unsigned long other = n + 1; other <= all && after == 0; other++) {
        after += report->path[other] == report->path[n];
    }
    return before < 2 || after == 0;
}

/* Runs the command with every EVERY-th of its allocations failing, or for 0 with those that are
 * chosen, after a normal run. Returns true if no run went wrong. */
static bool run_each(int argc, char **argv, unsigned long every, const struct outcome *normal)
{
    static struct outcome outcome;
    unsigned long all = report->seen, runs = 0, wrong = 0, did_without = 0, died = 0;
    for (unsigned long n = 1; n <= all; n += every == 0 ? 1 : every) {
        if (every == 0 && !is_chosen(n, all)) {
            continue;
        }
        runs++;
        run(argv[1], argc - 1, argv + 1, n, &outcome);
        const char *text = wrong_with(&outcome, normal);
        did_without += text == NULL && outcome.status == 0;
        wrong += text != NULL;
        died += text == NULL && report->died_inside;
        if (text != NULL && wrong <= 20) {
            print_wrong(text, &outcome);
        }
    }
    printf(
        "%s: %lu allocations, of which %lu failed; the run did without %lu of them; %lu runs went "
        "wrong\n",
        argv[2], all, runs, did_without, wrong);
    if (died > 0) {
        printf("the library died in %lu of the runs\n", died);
    }
    return wrong == 0 && runs > 0 && died <= runs / 4;
}

int main(int argc, char **argv)
{
    static struct outcome normal;
    unsigned long every = getenv("IHP_ALL_ALLOCATIONS") != NULL;
    if (argc > 3 && strcmp(argv[1], "--in") == 0) {
        every = strtoul(argv[3], NULL, 10);
        if (!choose_library(argv[2]) || every == 0) {
            fprintf(stderr, "fail_allocations: no library or number: %s %s\n", argv[2], argv[3]);
            return 2;
        }
        argv += 3;
        argc -= 3;
    }
    if (argc < 3) {
        fprintf(stderr, "usage: fail_allocations [--in LIBRARY EVERY] FOLDER COMMAND ARG...\n");
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
    if (!in_library && report->seen > MOST_ALLOCATIONS) {
        printf("%lu allocations are more than MOST_ALLOCATIONS\n", report->seen);
        return 1;
    }
    if (normal.status != 0 || (normal.names[0] == '\0' && normal.printed[0] == '\0')) {
        printf(
            "without a failed allocation, the command ends with wait status %#x and leaves:\n%s%s",
            (unsigned)normal.status, normal.names, normal.error);
        return 1;
    }
    bool good = run_each(argc, argv, every, &normal);
    __real_MPI_Finalize();
    return good ? 0 : 1;
}
