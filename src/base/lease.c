/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking, keeping and releasing the lease of an output. lease_text.c has what its file says.
 *
 * A lease file appears whole: it is made under another name, locked and written, and then renamed
 * to a name that nothing has. A stale lease is replaced by a rename while its own lock is held, so
 * that of two newcomers one replaces it and the other finds the new one.
 */
#define _DEFAULT_SOURCE /* for flock's constants and struct timespec */
#include "base/lease.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/lease_look.h"
#include "base/lease_text.h"
#include "base/path.h"
#include "base/rename.h"
#include "base/unfinished.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    TOUCH_SECONDS = 20,
    ATTEMPTS = 100,    /* to take a lease that others are taking or releasing */
    PAUSE_MS = 20,     /* between them */
    CONFIRM_MS = 250,  /* until a lease that was taken over without locks is looked at again */
    ENDING_BYTES = 32, /* of the unfinished file */
};

struct ihp__lease {
    char output[IHP__PATH_MAX];
    char path[IHP__PATH_MAX]; /* of the lease */
    char unfinished[IHP__PATH_MAX + ENDING_BYTES];
    int fd;
    int entry;  /* in the list of what a signal removes */
    bool locks; /* the file system has them */
    bool keeping;
    pthread_t keeper;
    pthread_mutex_t mutex; /* guards `ending` */
    pthread_cond_t ended;
    bool ending;
};

static void pause_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* ---- keeping --------------------------------------------------------------------------------- */

/* Touches the file until the lease ends. */
static void *keep(void *context)
{
    struct ihp__lease *lease = context;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&lease->mutex);
    while (!lease->ending) {
        next.tv_sec += TOUCH_SECONDS;
        while (!lease->ending &&
               pthread_cond_timedwait(&lease->ended, &lease->mutex, &next) != ETIMEDOUT) {
        }
        if (!lease->ending) {
            futimens(lease->fd, NULL); /* the clock is the file system's; `check` finds failures */
        }
        clock_gettime(CLOCK_MONOTONIC, &next);
    }
    pthread_mutex_unlock(&lease->mutex);
    return NULL;
}

/* Starts the thread that keeps the lease. It receives no signals: they are for the run. */
static enum ihp_status start_keeper(struct ihp__lease *lease, struct ihp_error *err)
{
    pthread_condattr_t clock;
    sigset_t all, old;
    pthread_mutex_init(&lease->mutex, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&lease->ended, &clock);
    pthread_condattr_destroy(&clock);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int reason = pthread_create(&lease->keeper, NULL, keep, lease);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (reason != 0) {
        pthread_cond_destroy(&lease->ended);
        pthread_mutex_destroy(&lease->mutex);
        return ihp__fail(err, IHP_ERR_RUN, "%s: the thread that keeps it cannot be started (%s)",
                         lease->path, strerror(reason));
    }
    lease->keeping = true;
    return IHP_OK;
}

static void stop_keeper(struct ihp__lease *lease)
{
    if (!lease->keeping) {
        return;
    }
    pthread_mutex_lock(&lease->mutex);
    lease->ending = true;
    pthread_cond_signal(&lease->ended);
    pthread_mutex_unlock(&lease->mutex);
    pthread_join(lease->keeper, NULL);
    pthread_cond_destroy(&lease->ended);
    pthread_mutex_destroy(&lease->mutex);
    lease->keeping = false;
}

/* ---- the unfinished file --------------------------------------------------------------------- */

/* Closes and removes the unfinished file. Keeps errno. */
static void drop_unfinished(struct ihp__lease *lease)
{
    int reason = errno;
    if (lease->fd >= 0) {
        unlink(lease->unfinished);
        close(lease->fd);
        lease->fd = -1;
    }
    ihp__unfinished_done(&lease->entry);
    errno = reason;
}

/* Writes the text into the file. Returns false on failure (errno). */
static bool write_text(int fd, const char *text)
{
    size_t size = strlen(text), done = 0;
    while (done < size) {
        ssize_t wrote = write(fd, text + done, size - done);
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

/* Makes, locks and writes the lease under another name. A new file that cannot be locked is on a
 * file system without locks. Returns false on failure (errno). */
static bool make_unfinished(struct ihp__lease *lease, const char *text)
{
    struct timespec now;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        clock_gettime(CLOCK_REALTIME, &now);
        snprintf(lease->unfinished, sizeof lease->unfinished, "%s-%08lx", lease->path,
                 ((unsigned long)now.tv_nsec ^ ((unsigned long)getpid() << 12)) & 0xffffffffUL);
        ihp__unfinished_hold();
        lease->fd = open(lease->unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        lease->entry = lease->fd >= 0 ? ihp__unfinished_add(lease->unfinished) : 0;
        ihp__unfinished_release();
        if (lease->fd >= 0 || errno != EEXIST) {
            break;
        }
    }
    if (lease->fd < 0) {
        return false;
    }
    lease->locks = flock(lease->fd, LOCK_EX | LOCK_NB) == 0;
    if (write_text(lease->fd, text)) {
        return true;
    }
    drop_unfinished(lease);
    return false;
}

/* ---- what killed newcomers left ---------------------------------------------------------------
 */

/* Removes an unfinished lease if its process has ended, or if it is empty and old. */
static void remove_dead(const struct ihp__lease *lease, const char *path)
{
    struct ihp__lease_text text;
    struct stat info, now;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return;
    }
    if (fstat(fd, &info) == 0 && fstat(lease->fd, &now) == 0 && S_ISREG(info.st_mode) &&
        !(lease->locks && flock(fd, LOCK_EX | LOCK_NB) != 0)) {
        enum ihp__lease_form form = ihp__lease_text_read(fd, &text);
        bool old = ihp__lease_seconds(now.st_mtim) - ihp__lease_seconds(info.st_mtim) >
                   IHP__LEASE_STALE_SECONDS;
        if ((form == IHP__LEASE_WHOLE && ihp__lease_text_has_ended(&text)) ||
            (form == IHP__LEASE_EMPTY && old)) {
            unlink(path);
        }
    }
    close(fd);
}

/* Removes the unfinished leases of newcomers that were killed. */
static void remove_unfinished(const struct ihp__lease *lease)
{
    char folder[IHP__PATH_MAX], path[IHP__PATH_MAX];
    const char *base = ihp__path_base(lease->path);
    size_t length = strlen(base);
    snprintf(folder, sizeof folder, "%.*s", (int)(base - lease->path), lease->path);
    DIR *open = opendir(folder[0] == '\0' ? "." : folder);
    for (const struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        const char *name = entry->d_name;
        if (strncmp(name, base, length) == 0 && name[length] == '-' &&
            strspn(name + length + 1, "0123456789abcdef") == 8 && name[length + 9] == '\0' &&
            ihp__path_join(path, sizeof path, folder[0] == '\0' ? "." : folder, name, NULL) ==
                IHP_OK) {
            remove_dead(lease, path);
        }
    }
    if (open != NULL) {
        closedir(open);
    }
}

/* ---- taking ---------------------------------------------------------------------------------- */

enum naming { NAMED, NOT_NAMED, UNKNOWN };

/* Says if the name `path` is that of the open file. UNKNOWN: the system failed (errno). */
static enum naming find_naming(const char *path, int fd)
{
    struct stat at_path, open_file;
    /* Opening is what makes NFS ask its server. */
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (opened < 0) {
        return errno == ENOENT || errno == ELOOP ? NOT_NAMED : UNKNOWN;
    }
    bool known = fstat(opened, &at_path) == 0 && fstat(fd, &open_file) == 0;
    int reason = errno;
    close(opened);
    errno = reason;
    return !known ? UNKNOWN : is_same_file(&at_path, &open_file) ? NAMED : NOT_NAMED;
}

/* Reports that the lease, which this run has just put in its place, cannot be looked at, and
 * removes it. */
static enum ihp_status fail_taken(const struct ihp__lease *lease, struct ihp_error *err)
{
    int reason = errno;
    unlink(lease->path);
    errno = reason;
    return ihp__fail_system(err, IHP_ERR_RUN, lease->path, "cannot be read");
}

/* Looks if this run has the lease, after it was put in its place. */
static enum ihp_status confirm(const struct ihp__lease *lease, bool *taken, struct ihp_error *err)
{
    enum naming naming = find_naming(lease->path, lease->fd);
    *taken = naming == NAMED;
    return naming == UNKNOWN ? fail_taken(lease, err) : IHP_OK;
}

/* Puts the lease on the list of unfinished files by the name that it has now. */
static void list_named(struct ihp__lease *lease)
{
    ihp__unfinished_done(&lease->entry);
    lease->entry = ihp__unfinished_add(lease->path);
}

/* Replaces a stale lease, which is open as `stale`. `*taken`: this run has it. */
static enum ihp_status take_over(struct ihp__lease *lease, int stale,
                                 const struct ihp__lease_other *other, struct ihp_notices *notices,
                                 bool *taken, struct ihp_error *err)
{
    char holder[IHP__LEASE_HOLDER];
    enum naming naming = find_naming(lease->path, stale);
    if (naming != NAMED) { /* or another newcomer was faster */
        return naming == NOT_NAMED
                   ? IHP_OK
                   : ihp__fail_system(err, IHP_ERR_RUN, lease->path, "cannot be read");
    }
    ihp__unfinished_hold(); /* a signal finds one name or the other on the list */
    bool replaced = rename(lease->unfinished, lease->path) == 0;
    int reason = errno;
    if (replaced) {
        list_named(lease);
    }
    ihp__unfinished_release();
    errno = reason;
    if (!replaced) {
        return ihp__fail_system(err, IHP_ERR_RUN, lease->path, "cannot be replaced");
    }
    /* Without a lock that both respect, two newcomers may replace it: the later one has it. */
    if (!lease->locks || !other->ended) {
        pause_ms(CONFIRM_MS);
    }
    if (confirm(lease, taken, err) != IHP_OK) {
        return err->status;
    }
    if (*taken) {
        ihp__lease_text_describe(&other->text, holder);
        if (other->ended) {
            ihp__notice_add(notices, "%s: took over from %s, which has ended without finishing",
                            lease->output, holder);
        } else {
            ihp__notice_add(notices,
                            "%s: took over from %s, which has not renewed its lease for %.0f "
                            "minutes",
                            lease->output, holder, other->age / 60);
        }
    }
    return IHP_OK;
}

/* Tries once. `*taken`: this run has the lease; if not, and nothing failed, try again. `last`: this
 * is the last attempt, so a lease that another run is taking or leaving counts as held. */
static enum ihp_status try_to_take(struct ihp__lease *lease, bool last, struct ihp_notices *notices,
                                   bool *taken, struct ihp_error *err)
{
    int fd = -1;
    struct ihp__lease_other other;
    const struct ihp__lease_probe probe = {lease->fd, lease->locks};
    ihp__unfinished_hold(); /* a signal finds one name or the other on the list */
    bool named = ihp__rename_new(lease->unfinished, lease->path) == 0;
    int reason = errno;
    if (named) {
        list_named(lease);
    }
    ihp__unfinished_release();
    errno = reason;
    if (named) {
        return confirm(lease, taken, err);
    }
    if (errno != EEXIST) {
        return ihp__fail_system(err, IHP_ERR_RUN, lease->path, "cannot be written");
    }
    enum ihp__lease_found found = ihp__lease_look(&probe, lease->path, &fd, &other);
    if (found == IHP__FOUND_FOREIGN || found == IHP__FOUND_UNREADABLE) {
        bool again =
            found == IHP__FOUND_UNREADABLE && errno == ESTALE && !last; /* removed over NFS */
        return again ? IHP_OK : ihp__lease_fail_found(lease->output, lease->path, found, err);
    }
    if (found == IHP__FOUND_HELD) {
        /* One that is locked although its process has ended is being taken over. */
        bool changing = other.locked && ihp__lease_text_has_ended(&other.text);
        return changing && !last ? IHP_OK
                                 : ihp__lease_fail_in_use(lease->output, lease->path, &other, err);
    }
    if (found == IHP__FOUND_STALE) {
        enum ihp_status status = take_over(lease, fd, &other, notices, taken, err);
        close(fd);
        return status;
    }
    return last ? ihp__fail(err, IHP_ERR_RUN, "%s: cannot be made; it appears and disappears",
                            lease->path)
                : IHP_OK;
}

/* Takes the lease whose file is `lease->path`. `*writable`: the file can be made there. */
static enum ihp_status take_at_path(struct ihp__lease *lease, const char *text, bool *writable,
                                    struct ihp_notices *notices, struct ihp_error *err)
{
    bool taken = false;
    enum ihp_status status = IHP_OK;
    *writable = true;
    for (int attempt = 1; status == IHP_OK && !taken; attempt++) {
        if (lease->fd < 0 && !make_unfinished(lease, text)) {
            *writable = errno != EACCES && errno != EPERM && errno != EROFS;
            return ihp__fail_system(err, IHP_ERR_RUN, lease->output, "cannot be written");
        }
        status = try_to_take(lease, attempt >= ATTEMPTS, notices, &taken, err);
        if (status == IHP_OK && !taken) {
            pause_ms(PAUSE_MS);
            if (find_naming(lease->unfinished, lease->fd) != NAMED) {
                drop_unfinished(lease); /* it replaced a stale lease, and was replaced */
            }
        }
    }
    if (status != IHP_OK) {
        drop_unfinished(lease);
    } else {
        remove_unfinished(lease);
    }
    return status;
}

/* Refuses to go on if another run holds the lease at the other of the two places, which it uses if
 * its user may write there. */
static enum ihp_status check_other_place(struct ihp__lease *lease, const char *path,
                                         struct ihp_error *err)
{
    int fd = -1;
    struct ihp__lease_other other;
    const struct ihp__lease_probe probe = {lease->fd, lease->locks};
    enum ihp__lease_found found = ihp__lease_look(&probe, path, &fd, &other);
    if (fd >= 0) {
        close(fd);
    }
    if (found == IHP__FOUND_NONE || found == IHP__FOUND_STALE) {
        return IHP_OK;
    }
    return found == IHP__FOUND_HELD ? ihp__lease_fail_in_use(lease->output, path, &other, err)
                                    : ihp__lease_fail_found(lease->output, path, found, err);
}

/* Refuses to go on if another run writes to a folder that the output is in, or inside the output.
 */
static enum ihp_status check_around(const struct ihp__lease *lease, const char *resolved,
                                    bool is_folder, struct ihp_error *err)
{
    const struct ihp__lease_probe probe = {lease->fd, lease->locks};
    return ihp__lease_check_above(&probe, lease->output, resolved, err) == IHP_OK && is_folder
               ? ihp__lease_check_below(&probe, lease->output, resolved, err)
               : err->status;
}

/* Takes the lease next to the output or, where nothing can be made there, inside the folder. */
static enum ihp_status take_somewhere(struct ihp__lease *lease, const char *resolved,
                                      struct ihp_notices *notices, struct ihp_error *err)
{
    char next_to[IHP__PATH_MAX], inside[IHP__PATH_MAX], text[IHP__LEASE_BYTES];
    struct ihp_error first = {0};
    struct stat output;
    bool writable, in_folder = stat(resolved, &output) == 0 && S_ISDIR(output.st_mode);
    if (ihp__path_next_to(next_to, sizeof next_to, resolved, ".lease", err) != IHP_OK ||
        ihp__path_join(inside, sizeof inside, resolved, "ihp.lease", err) != IHP_OK) {
        return err->status;
    }
    ihp__lease_text_make(text);
    memcpy(lease->path, next_to, sizeof next_to);
    enum ihp_status status = take_at_path(lease, text, &writable, notices, &first);
    if (status != IHP_OK && !writable && in_folder) {
        memcpy(lease->path, inside, sizeof inside);
        if (take_at_path(lease, text, &writable, notices, err) != IHP_OK) {
            return err->status;
        }
        status = check_other_place(lease, next_to, err);
    } else if (status != IHP_OK) {
        return ihp__fail(err, status, "%s", first.text);
    } else if (in_folder) {
        status = check_other_place(lease, inside, err);
    }
    return status == IHP_OK ? check_around(lease, resolved, in_folder, err) : status;
}

enum ihp_status ihp__lease_take(const char *output, struct ihp_notices *notices,
                                struct ihp__lease **lease, struct ihp_error *err)
{
    char resolved[IHP__PATH_MAX];
    struct ihp_error found = {0};
    struct ihp__lease *fresh = calloc(1, sizeof *fresh);
    *lease = NULL;
    if (fresh == NULL) {
        return ihp__fail_memory(err, "the lease of the output");
    }
    fresh->fd = -1;
    if (ihp__path_copy(fresh->output, sizeof fresh->output, output, &found) != IHP_OK ||
        ihp__path_resolve(resolved, sizeof resolved, output, &found) != IHP_OK ||
        take_somewhere(fresh, resolved, notices, &found) != IHP_OK ||
        start_keeper(fresh, &found) != IHP_OK) {
        ihp__lease_release(&fresh);
        return ihp__fail(err, found.status, "%s", found.text);
    }
    *lease = fresh;
    return IHP_OK;
}

enum ihp_status ihp__lease_check(const struct ihp__lease *lease, struct ihp_error *err)
{
    enum naming naming = lease == NULL ? NAMED : find_naming(lease->path, lease->fd);
    if (naming != NOT_NAMED) {
        return naming == NAMED ? IHP_OK
                               : ihp__fail_system(err, IHP_ERR_RUN, lease->path, "cannot be read");
    }
    return ihp__fail(err, IHP_ERR_USAGE,
                     "%s: the lease of this run (%s) is gone or that of another run, so nothing is "
                     "written; the run was cut off from the file system for minutes, or somebody "
                     "removed the lease",
                     lease->output, lease->path);
}

void ihp__lease_release(struct ihp__lease **lease)
{
    if (*lease == NULL) {
        return;
    }
    stop_keeper(*lease);
    if ((*lease)->fd >= 0) {
        if (find_naming((*lease)->path, (*lease)->fd) != NOT_NAMED) {
            unlink((*lease)->path);
        }
        ihp__unfinished_done(&(*lease)->entry);
        close((*lease)->fd);
    }
    free(*lease);
    *lease = NULL;
}
