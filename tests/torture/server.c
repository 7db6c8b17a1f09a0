/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs many commands of ihp one after another, each in a child process, and starts MPI once for all
 * of them, which takes longer than a command of a small case.
 *
 * Each line of standard input is a request, fields separated by the character 0x1f:
 *
 *     STDOUT STDERR FAULT REPORT COMMAND ARG...     (files; TORTURE_FAULT and TORTURE_REPORT, or
 * "-")
 *
 * The answers are two lines: the number of the child's process when it has started, and what
 * waitpid() returned of it when it has ended. The child is the leader of a process group.
 *
 * `columns FILE` prints where the elements of each dataset of an HDF5 file are:
 * NAME OFFSET BYTES, a line for each chunk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <hdf5.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIELDS = 64, BEFORE_COMMAND = 4 };

int ihp_main(int argc,
             char **argv); /* main of src/cli/main.c, which is compiled for this program */

/* ---- the MPI of the children ------------------------------------------------------------------
 */

/* The parent has done so. */
int MPI_Init(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return MPI_SUCCESS;
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
{
    (void)argc;
    (void)argv;
    *provided = required;
    return MPI_SUCCESS;
}

int MPI_Finalize(void)
{
    return MPI_SUCCESS;
}

/* ---- children -------------------------------------------------------------------------------- */

static void stop(const char *what)
{
    perror(what);
    _exit(99);
}

static void redirect(const char *path, int flags, int stream)
{
    int fd = open(path, flags, 0600);
    if (fd < 0 || dup2(fd, stream) < 0) {
        stop(path);
    }
    close(fd);
}

static void set(const char *name, const char *value)
{
    if (strcmp(value, "-") != 0 && setenv(name, value, 1) != 0) {
        stop(name);
    }
}

static void run_child(int fields, char **field)
{
    void (*arm)(void);
    *(void **)&arm = dlsym(RTLD_DEFAULT, "torture_arm");
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    redirect("/dev/null", O_RDONLY, 0);
    redirect(field[0], O_WRONLY | O_CREAT | O_TRUNC, 1);
    redirect(field[1], O_WRONLY | O_CREAT | O_TRUNC, 2);
    set("TORTURE_FAULT", field[2]);
    set("TORTURE_REPORT", field[3]);
    if (arm != NULL) {
        arm();
    }
    /* The fields are followed by NULL; the one before the command is the name of the program. */
    field[BEFORE_COMMAND - 1] = "ihp";
    exit(ihp_main(fields - BEFORE_COMMAND + 1, field + BEFORE_COMMAND - 1));
}

static int split(char *line, char **field)
{
    int fields = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at != NULL && fields < FIELDS;) {
        field[fields++] = strsep(&at, "\x1f");
    }
    field[fields] = NULL;
    return fields;
}

static void serve(void)
{
    char *line = NULL, *field[FIELDS + 1];
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        int fields = split(line, field), status = 0;
        if (fields <= BEFORE_COMMAND) {
            stop("request");
        }
        pid_t child = fork();
        if (child < 0) {
            stop("fork");
        }
        if (child == 0) {
            run_child(fields, field);
        }
        setpgid(child, child);
        printf("%ld\n", (long)child);
        fflush(stdout);
        if (waitpid(child, &status, 0) != child) {
            stop("waitpid");
        }
        printf("%d\n", status);
        fflush(stdout);
    }
    free(line);
}

/* ---- columns --------------------------------------------------------------------------------- */

static herr_t print_column(hid_t file, const char *name, const H5O_info_t *info, void *unused)
{
    (void)unused;
    if (info->type != H5O_TYPE_DATASET) {
        return 0;
    }
    hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(set);
    haddr_t at = H5Dget_offset(set);
    hsize_t chunks = 0;
    if (at != HADDR_UNDEF) {
        printf("%s %llu %llu\n", name, (unsigned long long)at,
               (unsigned long long)H5Dget_storage_size(set));
    } else if (H5Dget_num_chunks(set, space, &chunks) >= 0) {
        for (hsize_t i = 0; i < chunks; i++) {
            hsize_t size;
            H5Dget_chunk_info(set, space, i, NULL, NULL, &at, &size);
            printf("%s %llu %llu\n", name, (unsigned long long)at, (unsigned long long)size);
        }
    }
    H5Sclose(space);
    H5Dclose(set);
    return 0;
}

static int print_columns(const char *path)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) {
        fprintf(stderr, "server: error: %s cannot be opened\n", path);
        return 1;
    }
    H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, print_column, NULL, H5O_INFO_BASIC);
    H5Fclose(file);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "columns") == 0) {
        return print_columns(argv[2]);
    }
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    PMPI_Init(NULL, NULL);
    signal(SIGSEGV, SIG_DFL); /* without MPI's handler, a child that has one has its own */
    puts("ready");
    fflush(stdout);
    serve();
    PMPI_Finalize();
    return 0;
}
