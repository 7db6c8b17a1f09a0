/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - what a text may contain that goes into a store and from there into files and onto
 * terminals: UTF-8 without control characters.
 */
#ifndef IHP_TEXT_H
#define IHP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Returns what is wrong with `length` bytes of text, as "has control characters" (a NUL and the
 * controls U+0080 to U+009F are among them) or "is not UTF-8 text"; NULL if nothing is. */
const char *ihp__text_problem(const char *text, size_t length);

/* Returns true if a spreadsheet that opens a CSV file may take a text for a formula: it begins with
 * = + - or @. Such a text must not get into a result, which has every text as it is. */
bool ihp__text_is_formula(const char *text);

/* Returns true if `length` bytes are UTF-8 text, perhaps with control characters. */
bool ihp__text_is_utf8(const char *text, size_t length);

#endif
