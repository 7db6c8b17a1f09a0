/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print_sentence.h - sentences and headings for people, next to the tables of print_table.h.
 *
 * On a terminal a line that is too wide goes on in the next one, two blanks deeper than it begins;
 * it breaks at blanks alone, so a word that is wider than the terminal stays whole. Elsewhere lines
 * are as wide as their text. Nothing here is collective.
 */
#ifndef IHP_PRINT_SENTENCE_H
#define IHP_PRINT_SENTENCE_H

#include <stddef.h>
#include <stdio.h>

/* Prints a text, formatted as by printf, at the width of the terminal that `stream` is. If memory
 * is short, lines may be wider. */
void ihp__print_sentence(FILE *stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints a text whose lines have at most `width` characters; 0: no limit. */
void ihp__print_wrapped(FILE *stream, size_t width, const char *text);

#endif
