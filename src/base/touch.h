/* SPDX-License-Identifier: GPL-3.0-or-later */
/* touch.h - taking fresh memory from the system in large pieces. */
#ifndef IHP_BASE_TOUCH_H
#define IHP_BASE_TOUCH_H

#include <stddef.h>

/* Takes the pages of some allocated memory from the system, where it can do that in one call.
 * Otherwise it gives each page at its first use, by an interrupt, which costs more. The contents
 * are not changed. */
void ihp__touch(void *memory, size_t bytes);

/* Asks for large pages in that part of some allocated memory that can consist of them. */
void ihp__prefer_large(void *memory, size_t bytes);

/* Allocates memory, which the caller frees, in large pages where the system has them: one page
 * fault then gives 2 MiB instead of 4 KiB, and the processor finds more of the memory without
 * looking its address up. Returns NULL if there is too little memory. */
void *ihp__allocate_large(size_t bytes);

#endif
