/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns members' facts into rows of bytes, little endian as the store is, and back. */
#include "engine/fact_rows.h"

#include <string.h>

/* Puts the next `size` bytes of a row. Returns what follows them. */
static unsigned char *put(unsigned char *at, const void *value, size_t size)
{
    memcpy(at, value, size);
    return at + size;
}

/* Takes the next `size` bytes of a row. Returns what follows them. */
static const unsigned char *take(const unsigned char *at, void *value, size_t size)
{
    memcpy(value, at, size);
    return at + size;
}

void ihp__member_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes)
{
    const struct ihp__member_fact *f =
        ((const struct ihp__fact_rows *)rows)->fact + place * IHP__PERIODS;
    for (size_t i = 0; i < count * IHP__PERIODS; i++, f++) {
        bytes = put(bytes, &f->cost, sizeof f->cost);
        bytes = put(bytes, &f->qualifying, sizeof f->qualifying);
        bytes = put(bytes, &f->acg, sizeof f->acg);
        bytes = put(bytes, &f->partnership, sizeof f->partnership);
        bytes = put(bytes, &f->reason, sizeof f->reason);
        bytes = put(bytes, &f->window, sizeof f->window);
    }
}

/* Returns true if the numbers are among those of the program and the store. */
static bool is_allowed(const struct ihp__fact_rows *rows, uint16_t acg, int partnership)
{
    return acg < rows->acgs && partnership >= -1 && partnership < (int)rows->partnerships;
}

bool ihp__member_fact_unpack(void *context, uint64_t place, size_t count,
                             const unsigned char *bytes)
{
    const struct ihp__fact_rows *rows = context;
    struct ihp__member_fact *f = rows->fact + place * IHP__PERIODS;
    for (size_t i = 0; i < count * IHP__PERIODS; i++, f++) {
        bytes = take(bytes, &f->cost, sizeof f->cost);
        bytes = take(bytes, &f->qualifying, sizeof f->qualifying);
        bytes = take(bytes, &f->acg, sizeof f->acg);
        bytes = take(bytes, &f->partnership, sizeof f->partnership);
        bytes = take(bytes, &f->reason, sizeof f->reason);
        bytes = take(bytes, &f->window, sizeof f->window);
        if (!is_allowed(rows, f->acg, f->partnership) || f->qualifying >= 1u << 12 ||
            f->reason >= IHP__REASONS || f->window > 2) {
            return false;
        }
    }
    return true;
}

void ihp__view_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes)
{
    const struct ihp__view_fact *f = ((const struct ihp__fact_rows *)rows)->view_fact + place;
    for (size_t i = 0; i < count; i++, f++) {
        const uint8_t population = (uint8_t)(f->enough | f->weighs << 1);
        bytes = put(bytes, &f->cost, sizeof f->cost);
        bytes = put(bytes, &f->acg, sizeof f->acg);
        bytes = put(bytes, &f->partnership, sizeof f->partnership);
        bytes = put(bytes, &f->months, sizeof f->months);
        bytes = put(bytes, &population, sizeof population);
    }
}

bool ihp__view_fact_unpack(void *context, uint64_t place, size_t count, const unsigned char *bytes)
{
    const struct ihp__fact_rows *rows = context;
    struct ihp__view_fact *f = rows->view_fact + place;
    for (size_t i = 0; i < count; i++, f++) {
        uint8_t population;
        bytes = take(bytes, &f->cost, sizeof f->cost);
        bytes = take(bytes, &f->acg, sizeof f->acg);
        bytes = take(bytes, &f->partnership, sizeof f->partnership);
        bytes = take(bytes, &f->months, sizeof f->months);
        bytes = take(bytes, &population, sizeof population);
        if (!is_allowed(rows, f->acg, f->partnership) || f->months > 12 || population > 3 ||
            population == 2) {
            return false;
        }
        f->enough = population != 0;
        f->weighs = population == 3;
    }
    return true;
}
