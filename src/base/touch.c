/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes pages with madvise, as Linux has it from version 5.14 on. */
#define _DEFAULT_SOURCE /* for madvise */
#include "base/touch.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void ihp__touch(void *memory, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t before = (uintptr_t)memory % page;
    if (madvise((char *)memory - before, before + bytes, MADV_POPULATE_WRITE) != 0) {
        return; /* an older system: the pages come at their first use */
    }
#else
    (void)memory;
    (void)bytes;
#endif
}

enum { LARGE_PAGE = 1 << 21 };

void ihp__prefer_large(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const size_t before = (size_t) - (uintptr_t)memory % LARGE_PAGE;
    if (bytes < before + 2 * (size_t)LARGE_PAGE) {
        return;
    }
    if (madvise((char *)memory + before, (bytes - before) / LARGE_PAGE * LARGE_PAGE,
                MADV_HUGEPAGE) != 0) {
        return; /* the system has small pages alone, and the memory is as good */
    }
#else
    (void)memory;
    (void)bytes;
#endif
}

void *ihp__allocate_large(size_t bytes)
{
    if (bytes < LARGE_PAGE) {
        return malloc(bytes);
    }
    bytes = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    void *memory = aligned_alloc(LARGE_PAGE, bytes);
#ifdef MADV_HUGEPAGE
    if (memory != NULL && madvise(memory, bytes, MADV_HUGEPAGE) != 0) {
        return memory; /* the system has small pages alone, and the memory is as good */
    }
#endif
    return memory;
}
