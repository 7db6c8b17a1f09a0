/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roff.h - writes plain text as roff, the language of manual pages. */
#ifndef IHP_CLI_ROFF_H
#define IHP_CLI_ROFF_H

#include "table.h"

#include <stdio.h>

/* A page, and the names that its text may have. */
struct ihp__roff {
    FILE *stream;
    const struct ihp__command *command; /* the page's own; NULL for another page */
    const struct ihp__command *const *list;
    size_t count;
};

/* Writes bytes so that roff shows them. In words that are no prose a dash becomes a minus sign, so
 * that readers can copy it. */
void ihp__roff_bytes(FILE *stream, const char *text, size_t length, bool prose);

/* Writes a text word by word in short lines, none of which begins as a request of roff does. A
 * phrase becomes a `sentence`: its first letter a capital, a full stop at its end. */
void ihp__roff_text(const struct ihp__roff *page, const char *text, bool sentence);

#endif
