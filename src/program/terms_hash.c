/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of the hash of the terms. Their text must not change: a final settlement compares the
 * hash with that of its interim, which an older version may have made. */
#include "program/load.h"

#include <stdarg.h>
#include <string.h>
#include <xxhash.h>

void ihp__terms_add(struct ihp__terms_hash *terms, const char *format, ...)
{
    char text[256];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    XXH128_hash_t hash = XXH3_128bits(text, length > 0 ? strlen(text) : 0);
    terms->high += hash.high64;
    terms->low += hash.low64;
}

bool ihp__terms_months(const struct ihp__terms_hash *terms, struct ihp__in_force *months)
{
    int32_t last = (terms->performance_year - 1970) * 12 + 11;
    if (months->to >= last) {
        months->to = INT32_MAX;
    }
    return months->from <= last;
}
