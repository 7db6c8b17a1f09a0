/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.h - arrays that grow. */
#ifndef IHP_ARRAY_H
#define IHP_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for `need` elements of `size` bytes in `*array`, a pointer of any type (owned by the
 * caller, may be NULL), at least doubling `*capacity`. New elements are zero. Returns false, with
 * the array unchanged, if memory is short or the size overflows. */
bool ihp__array_reserve(void *array, size_t *capacity, size_t need, size_t size);

#endif
