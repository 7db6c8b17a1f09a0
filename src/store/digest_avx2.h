/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest_avx2.h - the digest of a block for processors with AVX2, where the compiler can make it.
 */
#ifndef IHP_STORE_DIGEST_AVX2_H
#define IHP_STORE_DIGEST_AVX2_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define IHP__DIGEST_AVX2 1
/* Call it only if the processor has AVX2. */
uint64_t ihp__block_digest_avx2(const void *data, size_t bytes, uint64_t block);
#endif

#endif
