/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members' facts as rows of bytes, little endian as the store is, and back. */
#include "checkpoint.h"

#include <string.h>

/* Takes the next `size` bytes of a row, or puts them there. */
static unsigned char *put(unsigned char *at, const void *value, size_t size)
{
    memcpy(at, value, size);
    return at + size;
}

static const unsigned char *take(const unsigned char *at, void *value, size_t size)
{
    memcpy(value, at, size);
    return at + size;
}

void ihp__member_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes)
{
    const struct ihp__member_fact *f =
        ((const struct ihp__member_fact_rows *)rows)->fact + place * IHP__PERIODS;
    for (size_t i = 0; i < count * IHP__PERIODS; i++, f++) {
        bytes = put(bytes, &f->cost, sizeof f->cost);
        bytes = put(bytes, &f->qualifying, sizeof f->qualifying);
        bytes = put(bytes, &f->acg, sizeof f->acg);
        bytes = put(bytes, &f->partnership, sizeof f->partnership);
        bytes = put(bytes, &f->reason, sizeof f->reason);
        bytes = put(bytes, &f->window, sizeof f->window);
    }
}

static bool is_allowed(const struct ihp__member_fact_rows *rows, uint16_t acg, int partnership)
{
    return acg < rows->acgs && partnership >= -1 && partnership < (int)rows->partnerships;
}

bool ihp__member_fact_unpack(void *context, uint64_t place, size_t count,
                             const unsigned char *bytes)
{
    const struct ihp__member_fact_rows *rows = context;
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
    const struct ihp__view_fact *f =
        ((const struct ihp__member_fact_rows *)rows)->view_fact + place;
    for (size_t i = 0; i < count; i++, f++) {
        const uint8_t enough = f->enough;
        bytes = put(bytes, &f->cost, sizeof f->cost);
        bytes = put(bytes, &f->acg, sizeof f->acg);
        bytes = put(bytes, &f->partnership, sizeof f->partnership);
        bytes = put(bytes, &f->months, sizeof f->months);
        bytes = put(bytes, &enough, sizeof enough);
    }
}

bool ihp__view_fact_unpack(void *context, uint64_t place, size_t count, const unsigned char *bytes)
{
    const struct ihp__member_fact_rows *rows = context;
    struct ihp__view_fact *f = rows->view_fact + place;
    for (size_t i = 0; i < count; i++, f++) {
        uint8_t enough;
        bytes = take(bytes, &f->cost, sizeof f->cost);
        bytes = take(bytes, &f->acg, sizeof f->acg);
        bytes = take(bytes, &f->partnership, sizeof f->partnership);
        bytes = take(bytes, &f->months, sizeof f->months);
        bytes = take(bytes, &enough, sizeof enough);
        if (!is_allowed(rows, f->acg, f->partnership) || f->months > 12 || enough > 1) {
            return false;
        }
        f->enough = enough != 0;
    }
    return true;
}

size_t ihp__settling_slots(const struct ihp__settling *s)
{
    return s->view_fact == NULL                       ? 0
           : s->context.deck.bootstrap_scenarios != 0 ? s->plan->views
                                                      : IHP__PERIODS;
}

struct ihp__member_fact_rows ihp__member_fact_rows_of(const struct ihp__settling *s, size_t slot)
{
    return (struct ihp__member_fact_rows){
        .fact = s->fact,
        .view_fact = s->view_fact == NULL ? NULL : s->view_fact + slot * (size_t)s->range.count,
        .partnerships = s->context.program->partnerships,
        .acgs = s->context.info->acgs,
    };
}

const char *ihp__saved_slot(size_t slot, char name[40])
{
    snprintf(name, 40, "members/view_fact.%zu", slot);
    return name;
}
