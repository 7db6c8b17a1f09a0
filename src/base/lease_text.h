/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lease_text.h - what the file of a lease says: which process holds it, and on which host.
 *
 * Nothing here is collective.
 */
#ifndef IHP_LEASE_TEXT_H
#define IHP_LEASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    IHP__LEASE_BYTES = 1024, /* most bytes of the file, with the end of the text */
    IHP__LEASE_HOLDER = 512, /* of the description of a holder */
    IHP__LEASE_FIELD = 96,   /* of a field */
};

struct ihp__lease_text {
    char host[IHP__LEASE_FIELD];
    char place[IHP__LEASE_FIELD]; /* which start of the host, and which process numbers count */
    char command[IHP__LEASE_FIELD], job[IHP__LEASE_FIELD], since[IHP__LEASE_FIELD];
    int64_t pid;
    uint64_t start; /* of the process, as /proc has it; 0: not known */
};

/* Finds where the numbers of processes mean the same as in this process. Containers may share the
 * name of a host and have process numbers of their own, and a host that was started again has other
 * processes. */
void ihp__lease_text_find_place(char place[IHP__LEASE_FIELD]);

/* Writes the text of a lease of this process. */
void ihp__lease_text_make(char text[IHP__LEASE_BYTES]);

enum ihp__lease_form {
    IHP__LEASE_WHOLE,
    IHP__LEASE_EMPTY,      /* no text, or only zeros: the host went down while it was written */
    IHP__LEASE_FOREIGN,    /* another file */
    IHP__LEASE_UNREADABLE, /* errno says why */
};

/* Reads the text of a lease from an open file, which may hold anything. */
enum ihp__lease_form ihp__lease_text_read(int fd, struct ihp__lease_text *text);

/* Returns true if the lease is of a process whose number means something in this process. */
bool ihp__lease_text_is_here(const struct ihp__lease_text *text);

/* Returns true if this process holds the lease. */
bool ihp__lease_text_is_own(const struct ihp__lease_text *text);

/* Returns true if the process has certainly ended. */
bool ihp__lease_text_has_ended(const struct ihp__lease_text *text);

/* Writes "process 123 on host x (ihp settle, job 45) since 2026-01-31T10:00:00Z". */
void ihp__lease_text_describe(const struct ihp__lease_text *text, char holder[IHP__LEASE_HOLDER]);

#endif
