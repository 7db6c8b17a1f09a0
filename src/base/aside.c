/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are aside while new ones take their names. */
#include "base/aside.h"

#include "base/array.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/seal.h"
#include "base/sync.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char mark[] = ".old-";

enum { ASIDE_PATH = IHP__PATH_MAX + 32 + IHP__SEAL_BYTES };

static const char *aside_name(char name[ASIDE_PATH], const char *path)
{
    snprintf(name, ASIDE_PATH - IHP__SEAL_BYTES, "%s%s%ld", path, mark, (long)getpid());
    ihp__seal_name(name);
    return name;
}

enum ihp_status ihp__aside_put(struct ihp__asides *asides, const char *path, struct ihp_error *err)
{
    char name[ASIDE_PATH];
    struct stat info;
    bool found;
    if (ihp__path_look(path, &info, &found, err) != IHP_OK || !found) {
        return err->status;
    }
    char *kept = strdup(path);
    if (kept == NULL || !ihp__array_reserve(&asides->path, &asides->capacity, asides->count + 1,
                                            sizeof *asides->path)) {
        free(kept);
        return ihp__fail_memory(err, "the names of files that are replaced");
    }
    if (rename(path, aside_name(name, path)) != 0) {
        free(kept);
        return ihp__fail_system(err, IHP_ERR_RUN, path, "cannot be replaced");
    }
    asides->path[asides->count++] = kept;
    return IHP_OK;
}

/* Gives a file its own name again. Where the system refuses to rename, a second link may do. */
static bool put_back(const char *aside, const char *path)
{
    if (rename(aside, path) == 0) {
        return true;
    }
    unlink(path);
    return link(aside, path) == 0 && unlink(aside) == 0;
}

static void empty(struct ihp__asides *asides)
{
    for (size_t i = 0; i < asides->count; i++) {
        free(asides->path[i]);
    }
    free(asides->path);
    *asides = (struct ihp__asides){0};
}

void ihp__aside_restore(struct ihp__asides *asides, struct ihp_notices *notices)
{
    char name[ASIDE_PATH];
    for (size_t i = asides->count; i-- > 0;) { /* the first one last */
        const char *path = asides->path[i];
        if (!put_back(aside_name(name, path), path)) {
            ihp__notice_add(notices, "%s: what was there before is now %s (%s); rename it", path,
                            name, strerror(errno));
        } else if (!ihp__sync_folder_of(path)) {
            ihp__notice_add(notices, "%s: may not be on the disk (%s)", path, strerror(errno));
        }
    }
    empty(asides);
}

void ihp__aside_drop(struct ihp__asides *asides, struct ihp_notices *notices)
{
    char name[ASIDE_PATH];
    for (size_t i = 0; i < asides->count; i++) {
        if (unlink(aside_name(name, asides->path[i])) != 0) {
            ihp__notice_add(notices, "%s: was replaced, and cannot be removed (%s); remove it",
                            name, strerror(errno));
        }
    }
    empty(asides);
}

/* ---- what runs left that have ended ---------------------------------------------------------- */

/* Returns true if `name` is that of a file which was put aside from `base` by a process that has
 * ended. This process has put nothing aside yet, so that its number was another's. */
static bool is_left(const char *name, const char *base)
{
    const size_t length = strlen(base), sealed = ihp__seal_find(name);
    uint64_t start;
    if (sealed == 0 || name[sealed + IHP__SEAL_BYTES] != '\0' || strncmp(name, base, length) != 0 ||
        strncmp(name + length, mark, sizeof mark - 1) != 0) {
        return false;
    }
    const char *number = name + length + sizeof mark - 1;
    size_t digits = strspn(number, "0123456789");
    if (digits == 0 || digits > 18 || number + digits != name + sealed) {
        return false;
    }
    int64_t maker = strtoll(number, NULL, 10);
    return maker == (int64_t)getpid() || !ihp__process_find(maker, &start);
}

/* Finds the next file that was left of `path`. Returns false if there is none. */
static bool find_left(const char *path, char left[ASIDE_PATH])
{
    const char *base = ihp__path_base(path);
    int folder = (int)(base - path);
    char parent[IHP__PATH_MAX];
    bool found = false;
    snprintf(parent, sizeof parent, "%.*s", folder, path);
    DIR *open = opendir(folder == 0 ? "." : parent);
    if (open == NULL) {
        return false;
    }
    for (const struct dirent *entry; !found && (entry = readdir(open)) != NULL;) {
        int length = snprintf(left, ASIDE_PATH, "%s%s", parent, entry->d_name);
        found = is_left(entry->d_name, base) && length > 0 && length < ASIDE_PATH;
    }
    closedir(open);
    return found;
}

bool ihp__aside_is_left(const char *path)
{
    char left[ASIDE_PATH];
    return find_left(path, left);
}

void ihp__aside_recover(const char *path, bool undo, struct ihp_notices *notices)
{
    char left[ASIDE_PATH];
    struct stat info;
    while (find_left(path, left)) {
        bool back = undo || (lstat(path, &info) != 0 && errno == ENOENT);
        if (back ? !put_back(left, path) : unlink(left) != 0) {
            ihp__notice_add(notices, "%s: was left by a run that was killed, and stays (%s)", left,
                            strerror(errno));
            return;
        }
        if (back) {
            ihp__notice_add(notices, "a run was killed while it replaced files that belong "
                                     "together; the files that were there before are put back");
            undo = false;
        }
    }
}
