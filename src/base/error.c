/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording errors and notices. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t ihp__control_bytes(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) {
        return 2;
    }
    return (c[0] != '\0' && c[0] < ' ') || c[0] == 127;
}

/* Replaces control characters, which a hostile file may have put into the text, so that each error
 * and each notice is one line. */
static void make_one_line(char *text)
{
    for (char *c = text; *c != '\0'; c++) {
        for (size_t left = ihp__control_bytes(c); left > 0; left--) {
            c[left - 1] = '?';
        }
    }
}

/* Records the error unless there is an earlier one. */
__attribute__((format(printf, 3, 0))) static void
record(struct ihp_error *err, enum ihp_status status, const char *format, va_list args)
{
    if (err != NULL && err->status == IHP_OK) {
        vsnprintf(err->text, sizeof err->text, format, args);
        make_one_line(err->text);
        err->status = status;
    }
}

enum ihp_status ihp__fail(struct ihp_error *err, enum ihp_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(err, status, format, args);
    va_end(args);
    return err == NULL ? status : err->status;
}

void ihp__error_set(struct ihp_error *err, enum ihp_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(err, status, format, args);
    va_end(args);
}

enum ihp_status ihp__fail_memory(struct ihp_error *err, const char *purpose)
{
    return ihp__fail(err, IHP_ERR_RUN, "out of memory for %s", purpose);
}

bool ihp__is_system_error(int reason)
{
    switch (reason) {
    case 0:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:
    case ENODEV:
    case EINVAL:
    case EFAULT:
    case EOVERFLOW:
        return false; /* of the name, of the kind of file, or of a place in the file */
    default:
        return true;
    }
}

bool ihp__system_failed(void)
{
    return ihp__is_system_error(errno);
}

/* Returns what a user can do about an errno, as the end of a sentence; "" if its own words say
 * all. */
static const char *advice_on(int reason)
{
    switch (reason) {
    case EIO:
    case ESTALE:
    case ETIMEDOUT:
    case EREMOTEIO:
        return "; check the file system and start again";
    case EMFILE:
    case ENFILE:
        return "; raise the limit of open files (ulimit -n) and start again";
    case EACCES:
    case EPERM:
        return "; give this user access to it";
    case EAGAIN:
    case ENOLCK:
        return "; another program has locked it, or the file system has no locks";
    default:
        return "";
    }
}

enum ihp_status ihp__fail_system(struct ihp_error *err, enum ihp_status status, const char *path,
                                 const char *what)
{
    if (errno == 0 || errno == ENOMEM) {
        return ihp__fail_memory(err, path);
    }
    int reason = errno;
    return ihp__fail(err, ihp__is_system_error(reason) ? IHP_ERR_RUN : status, "%s: %s (%s)%s",
                     path, what, strerror(reason), advice_on(reason));
}

const char *ihp_status_text(enum ihp_status status)
{
#define IHP__STATUS_CASE(name, code, text)                                                         \
    case name:                                                                                     \
        return text;
    switch (status) {
        IHP_STATUS_LIST(IHP__STATUS_CASE)
    }
#undef IHP__STATUS_CASE
    return "unknown status";
}

void ihp__notice_add(struct ihp_notices *notices, const char *format, ...)
{
    if (notices == NULL) {
        return;
    }
    char text[1000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    make_one_line(text);
    for (size_t i = 0; i < notices->count; i++) {
        if (strcmp(notices->text[i], text) == 0) {
            return;
        }
    }
    char *copy = strdup(text);
    char **grown = realloc(notices->text, (notices->count + 1) * sizeof *grown);
    if (grown != NULL) {
        notices->text = grown;
    }
    if (copy == NULL || grown == NULL) {
        free(copy);
        return;
    }
    notices->text[notices->count++] = copy;
}

void ihp__notices_cut(struct ihp_notices *notices, size_t count)
{
    while (notices != NULL && notices->count > count) {
        free(notices->text[--notices->count]);
    }
}

void ihp_notices_clear(struct ihp_notices *notices)
{
    for (size_t i = 0; i < notices->count; i++) {
        free(notices->text[i]);
    }
    free(notices->text);
    *notices = (struct ihp_notices){0};
}
