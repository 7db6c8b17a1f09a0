/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of a run that writes its output, by name: making the names, and finishing what a
 * killed run left. */
#define _GNU_SOURCE /* for memrchr */
#include "result/output_leftover.h"

#include "base/base.h"
#include "base/rename.h"
#include "base/seal.h"
#include "result/folder_tree.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOST_BYTES = 64, TAIL_BYTES = HOST_BYTES + 32 + IHP__SEAL_BYTES };

/* ---- names ----------------------------------------------------------------------------------- */

/* Writes the name of this host. */
static void name_host(char host[HOST_BYTES])
{
    if (gethostname(host, HOST_BYTES) != 0 || host[0] == '\0') {
        snprintf(host, HOST_BYTES, "host");
    }
    host[HOST_BYTES - 1] = '\0'; /* a name that was cut may lack its end */
    for (char *slash = host; (slash = strchr(slash, '/')) != NULL;) {
        *slash = '_';
    }
}

static void make_tail(char tail[TAIL_BYTES], const char *kind)
{
    char host[HOST_BYTES];
    name_host(host);
    snprintf(tail, TAIL_BYTES, "%s%s-%ld", kind, host, (long)getpid());
}

enum ihp_status ihp__output_name(char *path, size_t size, const char *output, const char *kind,
                                 struct ihp_error *err)
{
    char tail[TAIL_BYTES];
    make_tail(tail, kind);
    if (ihp__path_next_to(path, size - IHP__SEAL_BYTES, output, tail, err) == IHP_OK) {
        ihp__seal_name(path);
    }
    return err->status;
}

enum ihp_status ihp__output_inner_name(char *path, size_t size, const char *output,
                                       struct ihp_error *err)
{
    char tail[TAIL_BYTES];
    make_tail(tail, IHP__OUTPUT_PART);
    if (ihp__path_join(path, size - IHP__SEAL_BYTES, output, tail, err) == IHP_OK) {
        ihp__seal_name(path);
    }
    return err->status;
}

/* ---- leftovers ------------------------------------------------------------------------------- */

/* Returns true if the `length` bytes at `tail`, "HOST-PID", name a process that does not run any
 * more. One on another host counts as ended, because this process has the lease of the output. */
static bool has_ended(const char *tail, size_t length)
{
    char host[HOST_BYTES], *end;
    const char *dash = memrchr(tail, '-', length);
    name_host(host);
    if (dash == NULL || dash == tail || dash[1] < '0' || dash[1] > '9') {
        return false; /* not a name of ours */
    }
    long pid = strtol(dash + 1, &end, 10);
    if (end != tail + length || pid <= 0) {
        return false;
    }
    bool here = (size_t)(dash - tail) == strlen(host) && strncmp(tail, host, strlen(host)) == 0;
    return !here || pid == (long)getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

/* Returns true if an entry of a folder is a leftover of this beginning. The seal of its name says
 * that a run made it, and not the user. */
static bool is_leftover(const char *folder, const char *name, const char *beginning)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    const size_t length = strlen(beginning), sealed = ihp__seal_find(name);
    return sealed > length && name[sealed + IHP__SEAL_BYTES] == '\0' &&
           strncmp(name, beginning, length) == 0 && has_ended(name + length, sealed - length) &&
           ihp__path_join(path, sizeof path, folder, name, NULL) == IHP_OK &&
           lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Removes or puts back one leftover. Returns false if it cannot. */
static bool finish(const char *path, const char *kind, const char *output,
                   struct ihp_notices *notices)
{
    struct stat info;
    bool exists = lstat(output, &info) == 0;
    if (strcmp(kind, IHP__OUTPUT_PART) == 0) {
        return ihp__tree_remove(path);
    }
    if (exists) {
        return ihp__tree_sweep(path, output);
    }
    if (strcmp(kind, IHP__OUTPUT_OLD) == 0 && ihp__rename_new(path, output) == 0) {
        ihp__notice_add(notices,
                        "%s: was put back as it was before a run that was killed while it replaced "
                        "the folder",
                        output);
        return true;
    }
    return strcmp(kind, IHP__OUTPUT_OLD) != 0 && ihp__tree_remove(path);
}

/* Finishes the leftovers of one kind in a folder, whose names start with `beginning`. */
static void finish_kind(const char *folder, const char *beginning, const char *kind,
                        const char *output, struct ihp_notices *notices)
{
    char path[IHP__PATH_MAX];
    struct dirent *entry;
    DIR *entries = opendir(folder);
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        if (is_leftover(folder, entry->d_name, beginning) &&
            ihp__path_join(path, sizeof path, folder, entry->d_name, NULL) == IHP_OK &&
            !finish(path, kind, output, notices)) {
            ihp__notice_add(notices,
                            "%s: is left of a run that was killed, and cannot be removed (%s); "
                            "remove it, because it may hold protected data",
                            path, strerror(errno));
        }
    }
    if (entries != NULL) {
        closedir(entries);
    }
}

void ihp__output_recover(const char *output, struct ihp_notices *notices)
{
    /* An earlier output is put back first: what is about to be swept up may belong to it. */
    static const char *const kinds[] = {IHP__OUTPUT_OLD, IHP__OUTPUT_SWAP, IHP__OUTPUT_PART};
    char folder[IHP__PATH_MAX], beginning[IHP__PATH_MAX + 8];
    const char *base = ihp__path_base(output);
    snprintf(folder, sizeof folder, "%.*s", (int)(base - output), output);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        snprintf(beginning, sizeof beginning, "%s%s", base, kinds[i]);
        finish_kind(folder[0] == '\0' ? "." : folder, beginning, kinds[i], output, notices);
    }
    finish_kind(output, IHP__OUTPUT_PART, IHP__OUTPUT_PART, output, notices);
}
