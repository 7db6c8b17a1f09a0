/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handlers of signals. */
#include "signals.h"

#include "base/unfinished.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

/* Programs such as timeout(1) and job managers send one signal twice, to the process and to its
 * group: two that come so close together count as one. */
#define ONE_SIGNAL_NS INT64_C(100000000)

/* Set by a signal: a handler may do no more, and knows no address but these. */
static volatile sig_atomic_t stop;
static volatile int64_t first_ns; /* when the first came; 0: none */

/* A command that was asked to stop, and does not look at `stop` yet, is opening its input. It is
 * ended if it still does so after some seconds: a file server may not answer. */
enum { OPENING_SECONDS = 5 };
static volatile sig_atomic_t listens;
static volatile sig_atomic_t asked_by; /* the first signal */

static pthread_t own_thread; /* the one that works */

/* Passes a signal on to the thread that works, so that it does not go on while its unfinished files
 * are removed. Returns false if this is that thread. */
static bool pass_on(int signal_number)
{
    return !pthread_equal(pthread_self(), own_thread) &&
           pthread_kill(own_thread, signal_number) == 0;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    stop = 1;
}

static void end(int signal_number)
{
    if (!pass_on(signal_number)) {
        ihp__unfinished_end(signal_number);
    }
}

static void ask_or_end(int signal_number)
{
    if (pass_on(signal_number)) {
        return;
    }
    int64_t now = now_ns();
    if (first_ns == 0) {
        first_ns = now;
        asked_by = signal_number;
        alarm(listens != 0 ? 0 : OPENING_SECONDS);
    } else if (now - first_ns > ONE_SIGNAL_NS) {
        ihp__unfinished_end(signal_number);
    }
    stop = 1;
}

static void end_opening(int signal_number)
{
    if (!pass_on(signal_number) && (asked_by == 0 || listens == 0)) {
        ihp__unfinished_end(asked_by != 0 ? asked_by : signal_number);
    }
}

static void handle(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void ihp__cli_end_at_signals(void)
{
    struct sigaction earlier;
    own_thread = pthread_self();
    handle(SIGTERM, end);
    handle(SIGINT, end);
    handle(SIGXCPU, end);
    handle(SIGALRM, end);
    handle(SIGVTALRM, end);
    handle(SIGXFSZ, SIG_IGN);
    handle(IHP__UNFINISHED_OTHER_RANK, end);
    if (sigaction(SIGHUP, NULL, &earlier) == 0 && earlier.sa_handler != SIG_IGN) {
        handle(SIGHUP, end); /* under nohup it stays ignored */
    }
}

void ihp__cli_save_at_signals(void)
{
    handle(SIGUSR1, ask_to_stop);
    handle(SIGTERM, ask_or_end);
    handle(SIGINT, ask_or_end);
    handle(SIGALRM, end_opening);
}

const volatile sig_atomic_t *ihp__cli_stop(void)
{
    return &stop;
}

volatile sig_atomic_t *ihp__cli_listens(void)
{
    return &listens;
}
