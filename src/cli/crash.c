/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices crashes, and ends of the process that are not the program's own. Sanitizers report
 * crashes themselves. */
#define _XOPEN_SOURCE 700 /* for sigaltstack */
#include "crash.h"
#include "ranks.h"

#include "base/unfinished.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static const struct {
    int number;
    const char *text;
} crash[] = {{SIGSEGV, "SIGSEGV"},
             {SIGBUS, "SIGBUS"},
             {SIGABRT, "SIGABRT"},
             {SIGFPE, "SIGFPE"},
             {SIGILL, "SIGILL"}};

enum { CRASHES = sizeof crash / sizeof crash[0] };

static volatile sig_atomic_t watching;
static char place[32]; /* " on rank N" if there are several */

/* Prints the error line and ends the process. Calls only what a signal handler may call. All
 * signals must be blocked: a rank that has crashed is ended by others that have, too, and by
 * mpirun, and must first remove what it has not finished. */
static void end_with(const char *what)
{
    char line[512] = "ihp: error: the program ";
    size_t used = strlen(line), size = strlen(what);
    static const char rest[] =
        "; HDF5 does so where it is out of memory. Give the run more memory; "
        "if this happens again, report it\n";
    memcpy(line + used, what, size);
    used += size;
    memcpy(line + used, place, strlen(place));
    used += strlen(place);
    memcpy(line + used, rest, sizeof rest - 1);
    size = used + sizeof rest - 1;
    ihp__cli_end_other_ranks(); /* first, so that those that would crash, too, say no more */
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(STDERR_FILENO, line + done, size - done);
        if (wrote <= 0) {
            break;
        }
        done += (size_t)wrote;
    }
    ihp__unfinished_remove_all();
    ihp__cli_await_other_ranks(); /* mpirun kills those that still run when one ends */
    _exit(1);
}

static void at_crash(int number)
{
    static const char crashed[] = "crashed (";
    char what[64] = "crashed (";
    size_t used = sizeof crashed - 1;
    for (size_t i = 0; i < CRASHES; i++) {
        if (crash[i].number == number) {
            memcpy(what + used, crash[i].text, strlen(crash[i].text));
            used += strlen(crash[i].text);
        }
    }
    what[used] = ')';
    end_with(what);
}

static void at_exit(void)
{
    sigset_t all;
    if (watching) {
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, NULL);
        end_with("was ended by a library");
    }
}

void ihp__cli_watch_crashes(void)
{
    static char stack[65536]; /* the program's own may be what has no room */
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = at_crash,
                               .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
    if (SANITIZED || (!watching && atexit(at_exit) != 0) || sigaltstack(&other, NULL) != 0) {
        return;
    }
    watching = 1;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < CRASHES; i++) {
        sigaction(crash[i].number, &action, NULL);
    }
}

void ihp__cli_watch_rank(int rank)
{
    snprintf(place, sizeof place, " on rank %d", rank);
}

void ihp__cli_watch_no_more(void)
{
    watching = 0;
}
