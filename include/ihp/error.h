/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - how every function of the library reports: a status, one error, and notices.
 *
 * A job returns an `ihp_status` and, if it fails, writes one line of text into the `ihp_error` that
 * the caller passed. Notices are remarks that are not errors. Nothing here is collective.
 */
#ifndef IHP_ERROR_H
#define IHP_ERROR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the shared library exports. */
#if defined(__GNUC__)
#define IHP_API __attribute__((visibility("default")))
#else
#define IHP_API
#endif

/* Status of a call and exit code of the ihp command: name, code, meaning. */
#define IHP_STATUS_LIST(X)                                                                         \
    X(IHP_OK, 0, "done")                                                                           \
    X(IHP_ERR_RUN, 1, "the run failed")                                                            \
    X(IHP_ERR_USAGE, 2, "wrong usage or deck")                                                     \
    X(IHP_ERR_DATA, 3, "bad data")                                                                 \
    X(IHP_STOPPED, 75, "stopped when asked, to be started again")

/* The compiler reports a call whose status is not used, whatever function it is (CONTRIBUTING.md,
 * "Errors"). */
#if defined(__clang__)
#define IHP_CHECKED_ENUM enum __attribute__((warn_unused_result))
#elif defined(__GNUC__) && __GNUC__ >= 10
#define IHP_CHECKED_ENUM __extension__ enum [[nodiscard]]
#else
#define IHP_CHECKED_ENUM enum
#endif

#define IHP_STATUS_ENUM(name, code, text) name = (code),
IHP_CHECKED_ENUM ihp_status{IHP_STATUS_LIST(IHP_STATUS_ENUM)};
#undef IHP_STATUS_ENUM

/* One error: its status, and one line that names file, line or key, the value found (never a
 * member's data), the values allowed, and what to do. Initialized with zeros it means no error. */
struct ihp_error {
    enum ihp_status status;
    char text[1000];
};

/* Returns the meaning of a status, a static text. */
IHP_API const char *ihp_status_text(enum ihp_status status);

/* Remarks about a run that are not errors, in the order in which they arose; each is one line. */
struct ihp_notices {
    char **text; /* owned */
    size_t count;
};

/* Frees the notices and leaves an empty list. */
IHP_API void ihp_notices_clear(struct ihp_notices *notices);

#ifdef __cplusplus
}
#endif
#endif
