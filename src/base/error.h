/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - recording errors and notices: the private side of ihp/error.h.
 *
 * A function that fails returns `ihp__fail(...)`, which records one line of text and gives the
 * status back. The first error is kept, as it is the cause of the others. A text names file and
 * line, what was found, what is allowed and what to do, and never a member's data. Nothing here is
 * collective; base/agree.h makes the error of one rank that of all.
 */
#ifndef IHP_BASE_ERROR_H
#define IHP_BASE_ERROR_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Records an error and returns its status, or that of an earlier error. `err` may be NULL. */
enum ihp_status ihp__fail(struct ihp_error *err, enum ihp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records an error where there is no status to return: the caller looks at `err` itself. */
void ihp__error_set(struct ihp_error *err, enum ihp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records "out of memory for PURPOSE". Returns IHP_ERR_RUN, or the status of an earlier error. */
enum ihp_status ihp__fail_memory(struct ihp_error *err, const char *purpose);

/* Returns true if an errno says that the system failed and nothing about the file that was asked
 * for: memory or file descriptors are short, a device or a file server has an error, a permission
 * is missing, another program has a lock. False for 0, and if the name does not lead to a file of
 * the right kind. */
bool ihp__is_system_error(int reason);

/* Returns the same for errno, which stays. */
bool ihp__system_failed(void);

/* Records a system call that failed, by errno: "PATH: WHAT (REASON)", and what to do where the
 * reason says so. Returns `status`, which says what is wrong with the file; but IHP_ERR_RUN if the
 * system failed. If memory was short, it records that. Some library functions leave errno alone
 * when memory is short: set it to 0 before calling them, and 0 counts as that. */
enum ihp_status ihp__fail_system(struct ihp_error *err, enum ihp_status status, const char *path,
                                 const char *what);

/* Adds a notice; a text that is there already is not repeated. Without memory the notice is lost.
 * `notices` may be NULL. */
void ihp__notice_add(struct ihp_notices *notices, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes back all notices but the first `count`. `notices` may be NULL. */
void ihp__notices_cut(struct ihp_notices *notices, size_t count);

/* Returns the number of bytes of the control character with which a text begins: 0 if it begins
 * with none, 1, or 2 for UTF-8's U+0080 to U+009F, which terminals obey as well. */
size_t ihp__control_bytes(const char *text);

#endif
