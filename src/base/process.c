/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the operating system about processes: one that may have ended, and the memory of this one.
 */
#include "base/process.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Reads state and start of a process from /proc/PID/stat. Both come after the name in parentheses,
 * which may contain anything. */
static bool read_stat(int64_t pid, char *state, uint64_t *start)
{
    char path[64], text[1024], *save = NULL;
    snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
    FILE *file = fopen(path, "r");
    size_t size = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    if (file != NULL) {
        fclose(file);
    }
    text[size] = '\0';
    char *field = strrchr(text, ')');
    field = field == NULL ? NULL : strtok_r(field + 1, " ", &save);
    *state = field == NULL ? '\0' : field[0];
    /* The 3rd field is the state, the 22nd the start. */
    for (int i = 3; field != NULL && i < 22; i++) {
        field = strtok_r(NULL, " ", &save);
    }
    *start = field == NULL ? 0 : strtoull(field, NULL, 10);
    return field != NULL;
}

bool ihp__process_find(int64_t pid, uint64_t *start)
{
    char state;
    if (read_stat(pid, &state, start)) {
        return state != 'Z' && state != 'X'; /* dead, but nobody has asked for its exit code yet */
    }
    return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

uint64_t ihp__peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}
