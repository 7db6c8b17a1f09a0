/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dictionary.h - a growing set of short texts, each with a number.
 *
 * While the set grows, numbers are in the order in which texts arrive. `ihp__dict_sort` renumbers
 * them in the order of the texts (by bytes), so that equal sets have equal numbers.
 */
#ifndef IHP_DICTIONARY_H
#define IHP_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ihp__dict;

/* Makes an empty dictionary of at most `limit` texts. Returns NULL if memory is short. */
struct ihp__dict *ihp__dict_create(size_t limit);
void ihp__dict_destroy(struct ihp__dict **dict);

/* Returns the number of a text, which is added if it is new; -1 if the dictionary is full, -2 if
 * memory is short. */
int64_t ihp__dict_add(struct ihp__dict *dict, const char *text, size_t length);

/* Returns the number of a text, or -1. */
int64_t ihp__dict_find(const struct ihp__dict *dict, const char *text);

size_t ihp__dict_count(const struct ihp__dict *dict);

/* Returns the text with a number, owned by the dictionary and valid until it is destroyed. */
const char *ihp__dict_text(const struct ihp__dict *dict, size_t number);

/* Sorts by text. `new_number[old]` (the caller's, `ihp__dict_count` elements) receives the new
 * numbers. Returns false, with the dictionary unchanged, if memory is short. */
bool ihp__dict_sort(struct ihp__dict *dict, uint32_t *new_number);

#endif
