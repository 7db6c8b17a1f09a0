/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What attribution, cost and target rest on, as one hash: equal terms have equal hashes whatever
 * the order of rows, so that a final settlement can tell whether its interim was of the same
 * terms. */
#include "program_internal.h"

#include "base/hash_hex.h"

#include <stdarg.h>
#include <string.h>
#include <xxhash.h>

/* Sums of the hashes of all entries, so that their order does not matter. */
struct terms {
    uint64_t high, low;
};

__attribute__((format(printf, 2, 3))) static void add(struct terms *terms, const char *format, ...)
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

static void add_partnerships(struct terms *terms, const struct ihp__program *program)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        const struct ihp__partnership *ihp = &program->partnership[p];
        size_t count;
        const struct ihp__corridor *corridor = ihp__program_corridors(program, (int)p, &count);
        add(terms, "ihp %zu %s %d %d %lld", p, ihp->id, ihp->track, ihp->all_in,
            (long long)ihp->claims_cap);
        for (size_t i = 0; i < count; i++) { /* those in force for it */
            add(terms, "corridor %zu %.17g %.17g %.17g", p, corridor[i].from, corridor[i].to,
                corridor[i].share);
        }
    }
}

static void add_tables(struct terms *terms, const struct ihp__program *program)
{
    for (size_t i = 0; i < ihp__dict_count(program->taxonomy); i++) {
        add(terms, "taxonomy %s %d", ihp__dict_text(program->taxonomy, i),
            program->taxonomy_class[i]);
    }
    for (size_t i = 0; i < IHP__SERVICES; i++) {
        if (program->inclusion[i] != IHP__SERVICE_UNKNOWN) {
            add(terms, "service %zu %d", i, program->inclusion[i]);
        }
    }
    for (size_t i = 0; i < program->codes; i++) {
        add(terms, "code %u %s %s", program->code[i].set, program->code[i].from,
            program->code[i].to);
    }
}

void ihp__program_terms_hash(const struct ihp__program *program, int base_year,
                             int performance_year, char hex[33])
{
    struct terms terms = {0, 0};
    add_partnerships(&terms, program);
    add_tables(&terms, program);
    for (size_t i = 0; i < program->roster_rows; i++) {
        const struct ihp__roster_row *row = &program->roster[i];
        if (row->quarter <= performance_year * 4 + 3) {
            add(&terms, "roster %d %d %d %lld %d %s", row->partnership, row->quarter,
                (int)row->role, (long long)row->npi, row->designation, row->taxonomy);
        }
    }
    for (int year = base_year + 1; year <= performance_year; year++) {
        const struct ihp__trend *trend = ihp__program_trend(program, year);
        if (trend != NULL) {
            add(&terms, "trend %d %.17g %.17g", year, trend->rate, trend->adjustment);
        }
    }
    ihp__hash_hex(terms.high, terms.low, hex);
}
