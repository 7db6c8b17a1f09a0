/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a run leaves in its folder. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

__attribute__((noreturn)) void stop(const char *what)
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

/* Returns a checksum of a file, or 0 for one that may differ: from run to run, as it has the times
 * of the run, or unless `is_exact` because it has the notices, which are lost when ihp has no
 * memory for them. */
static unsigned long checksum(const char *path, const struct stat *info, bool is_exact)
{
    static const char *const differ[] = {".json", "/timings.h5", "/results.h5", "/payments.h5",
                                         "/reconcile.h5"};
    unsigned char chunk[1 << 14];
    unsigned long sum = crc32(0, NULL, 0);
    bool same = S_ISREG(info->st_mode);
    for (size_t i = 0; i < (is_exact ? 2 : sizeof differ / sizeof differ[0]); i++) {
        same = same && strstr(path, differ[i]) == NULL;
    }
    if (!same) {
        return 0;
    }
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0) {
        got = read(fd, chunk, sizeof chunk);
        sum = got > 0 ? crc32(sum, chunk, (unsigned)got) : sum;
    }
    if (got < 0) {
        stop(path);
    }
    close(fd);
    return sum;
}

void list_folder(const char *path, char *names, bool removes, bool is_exact)
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
        if (lstat(inside, &info) != 0) {
            stop(inside);
        }
        if (!is_left_on_purpose(entry[i]->d_name)) {
            snprintf(names + size, NAMES_BYTES - size, "%s %lx\n", inside,
                     checksum(inside, &info, is_exact));
        }
        if (S_ISDIR(info.st_mode)) {
            list_folder(inside, names, removes, is_exact);
        }
        if (removes && remove(inside) != 0) {
            stop(inside);
        }
        free(entry[i]);
    }
    free(entry);
}
