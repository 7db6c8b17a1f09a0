/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory of an import: tables are counted as they grow, and claims get the rest. */
#include "extract/import.h"

#include <stdlib.h>
#include <string.h>

/* Memory that tables do not get: for reading CSV, HDF5 and batches of columns, and the least memory
 * for sorting claims. */
static const uint64_t reserve_libraries = UINT64_C(20) << 20;
static const uint64_t reserve_claims = UINT64_C(24) << 20;

enum ihp_status ihp__import_memory_begin(struct ihp__import *import, struct ihp_error *err)
{
    uint64_t given = import->options->memory_bytes;
    if (given == 0) {
        given = IHP_IMPORT_MEMORY_DEFAULT;
    }
    if (given < IHP_IMPORT_MEMORY_MIN) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "memory: %llu bytes are not enough for an import; give at least %llu MiB",
                         (unsigned long long)given,
                         (unsigned long long)(IHP_IMPORT_MEMORY_MIN >> 20));
    }
    import->memory =
        (struct ihp__import_memory){given, given - reserve_libraries - reserve_claims, 0};
    return IHP_OK;
}

static enum ihp_status fail_budget(const struct ihp__import *import, uint64_t others,
                                   uint64_t bytes, const struct ihp__import_row *row,
                                   struct ihp_error *err)
{
    double share = 1.0; /* of the file that has been read, and so of the table */
    uint64_t all = row != NULL ? ihp__import_bytes_to_read(import, row->file) : 0;
    if (all > 0 && row->bytes_read > 0) {
        share = (double)row->bytes_read / (double)all;
    }
    /* Arrays grow by doubling, and sorting needs a second one of the same size. */
    double whole = (double)others + 4.0 * (double)bytes / share;
    uint64_t need = ((uint64_t)whole + reserve_libraries + reserve_claims) >> 20;
    uint64_t given = import->memory.given >> 20;
    need = need > given + given / 4 ? need : given + given / 4;
    return ihp__fail(err, IHP_ERR_USAGE,
                     "%s: does not fit into the given memory (%llu MiB); give about %llu MiB "
                     "(--memory)",
                     row != NULL                            ? row->csv->file
                     : import->options->extract_dir != NULL ? import->options->extract_dir
                                                            : import->options->layout_path,
                     (unsigned long long)given, (unsigned long long)need + 1);
}

enum ihp_status ihp__import_reserve(struct ihp__import *import, void *array, size_t *capacity,
                                    size_t need, size_t size, const struct ihp__import_row *row,
                                    struct ihp_error *err)
{
    if (need <= *capacity) {
        return IHP_OK;
    }
    struct ihp__import_memory *memory = &import->memory;
    uint64_t others = memory->used - (uint64_t)*capacity * size;
    uint64_t room = *capacity < 16 ? 16 : *capacity;
    while (room < need) {
        room *= 2; /* ihp__array_reserve does the same */
    }
    if (others + room * size > memory->limit) {
        return fail_budget(import, others, (uint64_t)need * size, row, err);
    }
    if (!ihp__array_reserve(array, capacity, need, size)) {
        return ihp__fail_memory(err, "a table of the import");
    }
    memory->used = others + (uint64_t)*capacity * size;
    return IHP_OK;
}

void ihp__import_release(struct ihp__import *import, void *array, size_t *capacity, size_t size)
{
    void *held;
    memcpy(&held, array, sizeof held); /* `array` is the address of a pointer of any type */
    free(held);
    held = NULL;
    memcpy(array, &held, sizeof held);
    import->memory.used -= (uint64_t)*capacity * size;
    *capacity = 0;
}

uint64_t ihp__import_memory_for_claims(struct ihp__import *import)
{
    struct ihp__import_memory *memory = &import->memory;
    uint64_t offsets =
        (uint64_t)import->members.count * 2 * sizeof(uint64_t); /* see claim_write.c */
    uint64_t left = memory->given - reserve_libraries - memory->used;
    offsets = offsets < left / 4 ? offsets : left / 4;
    left -= offsets;
    memory->limit = memory->used + offsets + left / 8;
    return left - left / 8;
}
