/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clones.h - versions of a function for newer processors; the right one is chosen when the program
 * starts. For loops over every element of a batch where measurements showed a gain
 * (docs/performance.md). */
#ifndef IHP_BASE_CLONES_H
#define IHP_BASE_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define IHP__CLONES __attribute__((target_clones("avx2", "default")))
#else
#define IHP__CLONES
#endif

#endif
