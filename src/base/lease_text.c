/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a lease: one line for each field, its name first. */
#include "base/lease_text.h"

#include "base/calendar.h"
#include "base/path.h"
#include "base/process.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TITLE "ihp lease 1\n"

/* ---- this process ---------------------------------------------------------------------------- */

/* Reads the beginning of a small file. Returns its length without the end. */
static size_t read_small(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

static void find_host(char host[IHP__LEASE_FIELD])
{
    host[0] = '\0';
    gethostname(host, IHP__LEASE_FIELD);
    host[IHP__LEASE_FIELD - 1] = '\0';
    if (host[0] == '\0') {
        strcpy(host, "unknown");
    }
}

void ihp__lease_text_find_place(char place[IHP__LEASE_FIELD])
{
    char boot[40], numbers[40];
    read_small("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, "\n")] = '\0';
    ssize_t length = readlink("/proc/self/ns/pid", numbers, sizeof numbers - 1);
    numbers[length > 0 ? length : 0] = '\0';
    snprintf(place, IHP__LEASE_FIELD, "%s/%s", boot, numbers);
}

/* Writes the program and the command: "ihp settle". Other arguments may name members. */
static void find_command(char command[IHP__LEASE_FIELD])
{
    char line[IHP__PATH_MAX + IHP__LEASE_FIELD];
    size_t size = read_small("/proc/self/cmdline", line, sizeof line);
    size_t first = strlen(line) + 1;
    const char *word = first < size ? line + first : "";
    size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz");
    bool is_command = letters > 0 && letters < 20 && word[letters] == '\0';
    snprintf(command, IHP__LEASE_FIELD, "%.60s%s%.20s", ihp__path_base(line), is_command ? " " : "",
             is_command ? word : "");
}

/* Finds the number of the batch job that this process belongs to, if any. */
static void find_job(char job[IHP__LEASE_FIELD])
{
    static const char *const variables[] = {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID"};
    job[0] = '\0';
    for (size_t i = 0; job[0] == '\0' && i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        snprintf(job, IHP__LEASE_FIELD, "%s", value == NULL ? "" : value);
    }
    job[strcspn(job, "\n")] = '\0';
}

void ihp__lease_text_make(char text[IHP__LEASE_BYTES])
{
    struct ihp__lease_text own = {.pid = getpid()};
    char since[IHP__MOMENT_TEXT];
    find_host(own.host);
    ihp__lease_text_find_place(own.place);
    find_command(own.command);
    find_job(own.job);
    ihp__process_find(own.pid, &own.start);
    snprintf(text, IHP__LEASE_BYTES,
             TITLE "host %s\nplace %s\nprocess %" PRId64 "\nstart %" PRIu64
                   "\ncommand %s\njob %s\nsince %s\n",
             own.host, own.place, own.pid, own.start, own.command, own.job,
             ihp__moment_format((int64_t)time(NULL), since));
}

/* ---- another process ------------------------------------------------------------------------- */

/* Copies the field `name` from the lines of a lease; none: an empty text. */
static void get_field(const char *lines, const char *name, char field[IHP__LEASE_FIELD])
{
    char begin[16];
    int length = snprintf(begin, sizeof begin, "\n%s ", name);
    const char *at = strstr(lines, begin);
    field[0] = '\0';
    if (at != NULL) {
        at += length;
        snprintf(field, IHP__LEASE_FIELD, "%.*s", (int)strcspn(at, "\n"), at);
    }
}

enum ihp__lease_form ihp__lease_text_read(int fd, struct ihp__lease_text *text)
{
    char bytes[IHP__LEASE_BYTES], number[IHP__LEASE_FIELD];
    *text = (struct ihp__lease_text){.pid = 0};
    ssize_t size = pread(fd, bytes, sizeof bytes - 1, 0);
    if (size < 0) {
        return IHP__LEASE_UNREADABLE;
    }
    bytes[size] = '\0';
    if (bytes[0] == '\0') {
        return IHP__LEASE_EMPTY;
    }
    if (strncmp(bytes, TITLE, strlen(TITLE)) != 0) {
        return IHP__LEASE_FOREIGN;
    }
    get_field(bytes, "host", text->host);
    get_field(bytes, "place", text->place);
    get_field(bytes, "command", text->command);
    get_field(bytes, "job", text->job);
    get_field(bytes, "since", text->since);
    get_field(bytes, "process", number);
    text->pid = strtoll(number, NULL, 10);
    get_field(bytes, "start", number);
    text->start = strtoull(number, NULL, 10);
    return text->pid > 0 ? IHP__LEASE_WHOLE : IHP__LEASE_FOREIGN;
}

bool ihp__lease_text_is_here(const struct ihp__lease_text *text)
{
    char host[IHP__LEASE_FIELD], place[IHP__LEASE_FIELD];
    find_host(host);
    ihp__lease_text_find_place(place);
    return strcmp(text->host, host) == 0 && strcmp(text->place, place) == 0;
}

bool ihp__lease_text_is_own(const struct ihp__lease_text *text)
{
    return text->pid == (int64_t)getpid() && ihp__lease_text_is_here(text);
}

bool ihp__lease_text_has_ended(const struct ihp__lease_text *text)
{
    uint64_t start = 0;
    if (text->pid <= 0 || !ihp__lease_text_is_here(text)) {
        return false;
    }
    return !ihp__process_find(text->pid, &start) ||
           (text->start != 0 && start != 0 && start != text->start);
}

void ihp__lease_text_describe(const struct ihp__lease_text *text, char holder[IHP__LEASE_HOLDER])
{
    if (text->pid <= 0) {
        snprintf(holder, IHP__LEASE_HOLDER, "an unknown process");
        return;
    }
    snprintf(holder, IHP__LEASE_HOLDER, "process %" PRId64 " on host %s (%s%s%s) since %s",
             text->pid, text->host, text->command, text->job[0] != '\0' ? ", job " : "", text->job,
             text->since);
}
