/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of unfinished files. Everything that a handler of signals may call uses nothing but
 * system calls that are allowed there; that of getdents64 stands for readdir, which is not. */
#define _GNU_SOURCE /* for syscall and O_PATH */
#include "base/unfinished.h"

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES = 128, FREE = 0, FILLING, USED, MOST_DEPTH = 8, LISTED = 2048 };

static struct entry {
    atomic_int state;
    bool only_empty; /* a folder that others may use */
    dev_t device;
    ino_t inode;
    char path[IHP__PATH_MAX];
} list[ENTRIES];

static atomic_int holds;              /* that are not released yet */
static volatile sig_atomic_t waiting; /* the signal that waits for the release */

static int add(const char *path, bool only_empty)
{
    struct stat info;
    size_t size = strlen(path) + 1;
    int reason = errno;
    bool exists = size <= IHP__PATH_MAX && lstat(path, &info) == 0;
    errno = reason;
    if (!exists) {
        return 0;
    }
    for (int i = 0; i < ENTRIES; i++) {
        int expected = FREE;
        if (atomic_compare_exchange_strong(&list[i].state, &expected, FILLING)) {
            memcpy(list[i].path, path, size);
            list[i].only_empty = only_empty;
            list[i].device = info.st_dev;
            list[i].inode = info.st_ino;
            atomic_store(&list[i].state, USED);
            return i + 1;
        }
    }
    return 0;
}

int ihp__unfinished_add(const char *path)
{
    return add(path, false);
}

int ihp__unfinished_add_empty(const char *folder)
{
    return add(folder, true);
}

void ihp__unfinished_done(int *entry)
{
    if (*entry > 0) {
        atomic_store(&list[*entry - 1].state, FREE);
    }
    *entry = 0;
}

/* ---- removing -------------------------------------------------------------------------------- */

/* An entry of a folder as the system lists it. */
struct listed {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

static void empty_folder(int folder, int depth);

static void remove_at(int folder, const char *name, int depth)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || unlinkat(folder, name, 0) == 0) {
        return;
    }
    int inside = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inside >= 0) {
        empty_folder(inside, depth + 1);
        close(inside);
        unlinkat(folder, name, AT_REMOVEDIR);
    }
}

/* Removes what is in an open folder. Removing changes what is listed, so it is listed again until
 * nothing is left or nothing can be removed. */
static void empty_folder(int folder, int depth)
{
    _Alignas(struct listed) char buffer[LISTED];
    for (int round = 0; depth < MOST_DEPTH && round < 1000; round++) {
        long size = 0, seen = 0;
        if (lseek(folder, 0, SEEK_SET) != 0) {
            return;
        }
        while ((size = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
            for (long at = 0; at < size;) {
                const struct listed *one = (const struct listed *)(const void *)(buffer + at);
                remove_at(folder, one->name, depth);
                at += one->size;
                seen++;
            }
        }
        if (seen <= 2) { /* "." and ".." */
            return;
        }
    }
}

static void remove_entry(const struct entry *entry)
{
    struct stat info;
    if (lstat(entry->path, &info) != 0 || info.st_dev != entry->device ||
        info.st_ino != entry->inode) {
        return; /* it has its name, or another run has replaced it */
    }
    if (entry->only_empty) {
        rmdir(entry->path);
    } else {
        remove_at(AT_FDCWD, entry->path, 0);
    }
}

void ihp__unfinished_remove_all(void)
{
    for (int last = 0; last <= 1; last++) {
        for (int i = 0; i < ENTRIES; i++) {
            int expected = USED;
            if (list[i].only_empty == (last == 1) &&
                atomic_compare_exchange_strong(&list[i].state, &expected, FILLING)) {
                remove_entry(&list[i]);
            }
        }
    }
}

/* ---- signals --------------------------------------------------------------------------------- */

void ihp__unfinished_end(int signal_number)
{
    sigset_t all, own;
    if (atomic_load(&holds) != 0 && waiting == 0) {
        waiting = signal_number;
        return;
    }
    /* Another signal that ended the process now would leave what is being removed. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    ihp__unfinished_remove_all();
    if (signal_number == IHP__UNFINISHED_OTHER_RANK) {
        _exit(1);
    }
    signal(signal_number, SIG_DFL);
    sigemptyset(&own);
    sigaddset(&own, signal_number);
    pthread_sigmask(SIG_UNBLOCK, &own, NULL);
    kill(getpid(), signal_number);
}

void ihp__unfinished_hold(void)
{
    atomic_fetch_add(&holds, 1);
}

void ihp__unfinished_release(void)
{
    if (atomic_fetch_sub(&holds, 1) == 1 && waiting != 0) {
        ihp__unfinished_end(waiting);
    }
}
