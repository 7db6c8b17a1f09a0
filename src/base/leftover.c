/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unfinished files of killed runs. */
#include "base/leftover.h"

#include "base/path.h"
#include "base/process.h"
#include "base/seal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Returns the process that made an unfinished file of `base`; 0 if the name is not of that form. */
static int64_t find_maker(const char *name, const char *base)
{
    static const char *const marks[] = {".part-", ".sort-"};
    const size_t length = strlen(base), sealed = ihp__seal_find(name);
    if (sealed == 0 || strncmp(name, base, length) != 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const size_t mark = strlen(marks[i]);
        if (strncmp(name + length, marks[i], mark) == 0) {
            const char *at = name + length + mark;
            const size_t digits = strspn(at, "0123456789");
            const bool is_known =
                digits > 0 && digits < 19 && (at + digits == name + sealed || at[digits] == '-');
            return is_known ? strtoll(at, NULL, 10) : 0;
        }
    }
    return 0;
}

void ihp__leftover_remove(const char *path)
{
    char folder[IHP__PATH_MAX];
    const char *base = ihp__path_base(path);
    uint64_t start;
    snprintf(folder, sizeof folder, "%.*s", (int)(base - path), path);
    DIR *open = opendir(folder[0] == '\0' ? "." : folder);
    if (open == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        int64_t maker = find_maker(entry->d_name, base);
        if (maker > 0 && !ihp__process_find(maker, &start)) {
            unlinkat(dirfd(open), entry->d_name, 0);
        }
    }
    closedir(open);
}
