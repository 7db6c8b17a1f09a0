/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_columns - measures how long N processes need to read the bytes that a settlement reads
 *
 *   read_columns STORE PROCESSES [BLOCK_BYTES]
 *
 * scripts/bench.sh compares a settlement with this program. It finds the columns of a store that
 * `ihp settle` reads, and lets each process read its share of every column with pread, in blocks,
 * and do nothing with them. It prints the number of bytes, and the seconds from the start of the
 * first process to the end of the last one. */
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {
    "claims/service_date", "claims/known_from",   "claims/service",     "claims/paid_amount",
    "claims/billing_npi",  "claims/treating_npi", "index/service_date", "index/known_from",
    "index/procedure",     "index/billing_npi",   "index/treating_npi", "index/negative",
};
enum { COLUMNS = sizeof names / sizeof names[0] };

struct place {
    uint64_t address, bytes;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int find_columns(const char *path, struct place place[COLUMNS])
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) {
        fprintf(stderr, "read_columns: %s: cannot be opened\n", path);
        return 1;
    }
    for (int c = 0; c < COLUMNS; c++) {
        hid_t dataset = H5Dopen2(file, names[c], H5P_DEFAULT);
        haddr_t address = dataset < 0 ? HADDR_UNDEF : H5Dget_offset(dataset);
        if (address == HADDR_UNDEF) {
            fprintf(stderr, "read_columns: %s: %s is not there or not contiguous\n", path,
                    names[c]);
            return 1;
        }
        place[c] = (struct place){address, H5Dget_storage_size(dataset)};
        H5Dclose(dataset);
    }
    H5Fclose(file);
    return 0;
}

/* Reads share `part` of `parts` of every column. */
static int read_part(const char *path, const struct place place[COLUMNS], uint64_t part,
                     uint64_t parts, size_t block)
{
    char *buffer = malloc(block);
    int fd = open(path, O_RDONLY);
    if (buffer == NULL || fd < 0) {
        return 1;
    }
    for (int c = 0; c < COLUMNS; c++) {
        uint64_t at = place[c].bytes / parts * part;
        uint64_t end = part + 1 == parts ? place[c].bytes : place[c].bytes / parts * (part + 1);
        while (at < end) {
            size_t want = end - at < block ? (size_t)(end - at) : block;
            ssize_t got = pread(fd, buffer, want, (off_t)(place[c].address + at));
            if (got <= 0) {
                return 1;
            }
            at += (uint64_t)got;
        }
    }
    close(fd);
    free(buffer);
    return 0;
}

int main(int argc, char **argv)
{
    struct place place[COLUMNS];
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: read_columns STORE PROCESSES [BLOCK_BYTES]\n");
        return 2;
    }
    int processes = atoi(argv[2]);
    size_t block = argc == 4 ? strtoull(argv[3], NULL, 10) : 262144;
    if (processes < 1 || block < 1 || find_columns(argv[1], place) != 0) {
        return 2;
    }
    uint64_t bytes = 0;
    for (int c = 0; c < COLUMNS; c++) {
        bytes += place[c].bytes;
    }
    double start = now();
    for (int p = 0; p < processes; p++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(read_part(argv[1], place, (uint64_t)p, (uint64_t)processes, block));
        }
        if (child < 0) {
            fprintf(stderr, "read_columns: cannot start a process (%s)\n", strerror(errno));
            return 1;
        }
    }
    int failed = 0;
    for (int status; wait(&status) > 0;) {
        failed |= status;
    }
    printf("%llu %.6f\n", (unsigned long long)bytes, now() - start);
    return failed != 0;
}
