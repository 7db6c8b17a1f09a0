/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claim lines in memory, column by column, to be written to a store. */
#include "store/claim_batch.h"

#include <stdlib.h>
#include <string.h>

/* Where the pointer of each column is in the batch, and how long an element is. */
#define COLUMN(member)                                                                             \
    {                                                                                              \
        offsetof(struct ihp__claim_batch, member), sizeof *((struct ihp__claim_batch *)0)->member  \
    }
static const struct {
    size_t at, size;
} columns[] = {
    COLUMN(service_date), COLUMN(known_from), COLUMN(service),   COLUMN(procedure),
    COLUMN(paid_date),    COLUMN(payer),      COLUMN(amount32),  COLUMN(amount64),
    COLUMN(billing),      COLUMN(treating),   COLUMN(status),    COLUMN(line),
    COLUMN(claim_id),     COLUMN(version),    COLUMN(void_date),
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* Returns the length of an element of a column; 0 for a column that the batch does not have. */
static size_t element_size(const struct ihp__claim_batch *batch, size_t column)
{
    size_t at = columns[column].at;
    if (at == offsetof(struct ihp__claim_batch, claim_id)) {
        return batch->claim_id_width;
    }
    if (at == offsetof(struct ihp__claim_batch, version)) {
        return batch->version_width;
    }
    if (at == offsetof(struct ihp__claim_batch, void_date)) {
        return batch->void_dates ? columns[column].size : 0;
    }
    bool unused = at == (batch->wide_amounts ? offsetof(struct ihp__claim_batch, amount32)
                                             : offsetof(struct ihp__claim_batch, amount64));
    return unused ? 0 : columns[column].size;
}

/* Returns the pointer of a column. Pointers of all types are stored alike (POSIX). */
static void *get(const struct ihp__claim_batch *batch, size_t column)
{
    void *data;
    memcpy(&data, (const char *)batch + columns[column].at, sizeof data);
    return data;
}

static void set(struct ihp__claim_batch *batch, size_t column, void *data)
{
    memcpy((char *)batch + columns[column].at, &data, sizeof data);
}

enum ihp_status ihp__claim_batch_reserve(struct ihp__claim_batch *batch, size_t lines,
                                         struct ihp_error *err)
{
    size_t capacity = batch->count + lines;
    if (capacity <= batch->capacity) {
        return IHP_OK;
    }
    capacity = capacity < 2 * batch->capacity ? 2 * batch->capacity : capacity;
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t size = element_size(batch, c);
        void *data = size == 0 ? NULL : realloc(get(batch, c), capacity * size);
        if (size != 0 && data == NULL) {
            return ihp__fail_memory(err, "claim lines");
        }
        set(batch, c, data);
    }
    batch->capacity = capacity;
    return IHP_OK;
}

void ihp__claim_batch_free(struct ihp__claim_batch *batch)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        free(get(batch, c));
    }
    *batch = (struct ihp__claim_batch){0};
}

enum ihp_status ihp__claim_batch_write(struct ihp__claim_batch *batch,
                                       struct ihp__store_writer *writer, uint64_t first_line,
                                       struct ihp_error *err)
{
    const struct ihp__claims claims = {
        .first = first_line,
        .count = batch->count,
        .service_date = batch->service_date,
        .known_from = batch->known_from,
        .service = batch->service,
        .procedure = batch->procedure,
        .paid_date = batch->paid_date,
        .payer = batch->payer,
        .amount32 = batch->amount32,
        .amount64 = batch->amount64,
        .billing = batch->billing,
        .treating = batch->treating,
        .status = batch->status,
        .line = batch->line,
        .claim_id = batch->claim_id,
        .claim_id_width = batch->claim_id_width,
        .version = batch->version,
        .version_width = batch->version_width,
        .void_date = batch->void_date,
    };
    batch->count = 0;
    return claims.count == 0 ? IHP_OK : ihp__store_claims_write(writer, first_line, &claims, err);
}
