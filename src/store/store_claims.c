/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading claim lines in batches into reused buffers. Every number that will be used as an index is
 * checked once per batch rather than where it is used. */
#include "store_internal.h"

#include "../base/clones.h"

#include <stdlib.h>

struct ihp__claim_buffer {
    unsigned columns; /* that were requested and that the store has */
    size_t capacity;
    size_t claim_id_width, version_width;
    bool wide_amounts;
    void *data[IHP__CLAIM_COLUMNS]; /* owned */
};

enum ihp_status ihp__claim_buffer_create(const struct ihp__store *store, unsigned columns,
                                         size_t capacity, struct ihp__claim_buffer **out,
                                         struct ihp_error *err)
{
    struct ihp__claim_buffer *buffer = calloc(1, sizeof *buffer);
    if (buffer == NULL) {
        return ihp__fail_memory(err, "claim lines");
    }
    buffer->columns = columns;
    buffer->capacity = capacity;
    buffer->claim_id_width = store->info.claim_id_width;
    buffer->version_width = store->info.version_width;
    buffer->wide_amounts = store->info.wide_amounts;
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        const struct ihp__open_column *column = &store->column[ihp__column_of_claim(c)];
        if (column->dataset <= 0) {
            buffer->columns &= ~IHP__COLUMN_BIT(c);
        }
        if ((buffer->columns & IHP__COLUMN_BIT(c)) == 0) {
            continue;
        }
        buffer->data[c] = calloc(capacity, column->element);
        if (buffer->data[c] == NULL) {
            ihp__claim_buffer_destroy(&buffer);
            return ihp__fail_memory(err, "claim lines");
        }
    }
    *out = buffer;
    return IHP_OK;
}

void ihp__claim_buffer_destroy(struct ihp__claim_buffer **buffer)
{
    if (buffer == NULL || *buffer == NULL) {
        return;
    }
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        free((*buffer)->data[c]);
    }
    free(*buffer);
    *buffer = NULL;
}

IHP__CLONES static bool all_below_u16(const uint16_t *data, size_t count, size_t limit)
{
    uint16_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        greatest = data[i] > greatest ? data[i] : greatest;
    }
    return data == NULL || count == 0 || greatest < limit;
}

IHP__CLONES static bool all_below_u32(const uint32_t *data, size_t count, size_t limit)
{
    uint32_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        greatest = data[i] > greatest ? data[i] : greatest;
    }
    return data == NULL || count == 0 || greatest < limit;
}

static bool all_below_u8(const uint8_t *data, size_t count, int limit)
{
    uint8_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        greatest = data[i] > greatest ? data[i] : greatest;
    }
    return data == NULL || count == 0 || greatest < limit;
}

static bool amounts_in_bounds(const int64_t *data, size_t count)
{
    bool inside = true;
    for (size_t i = 0; i < count; i++) {
        inside &= data[i] >= -IHP__MONEY_MAX && data[i] <= IHP__MONEY_MAX;
    }
    return inside;
}

static enum ihp_status check_numbers(const struct ihp__store *store,
                                     const struct ihp__claims *claims, struct ihp_error *err)
{
    const struct ihp__store_info *info = &store->info;
    size_t n = claims->count;
    const char *bad = NULL;
    if (claims->service != NULL && !all_below_u16(claims->service, n, IHP__SERVICES)) {
        bad = IHP__COLUMN_NAME(CLAIM_SERVICE);
    } else if (claims->procedure != NULL &&
               !all_below_u16(claims->procedure, n, info->procedures)) {
        bad = IHP__COLUMN_NAME(CLAIM_PROCEDURE);
    } else if (claims->payer != NULL && !all_below_u16(claims->payer, n, info->payers)) {
        bad = IHP__COLUMN_NAME(CLAIM_PAYER);
    } else if (claims->billing != NULL && !all_below_u32(claims->billing, n, info->npis)) {
        bad = IHP__COLUMN_NAME(CLAIM_BILLING);
    } else if (claims->treating != NULL && !all_below_u32(claims->treating, n, info->npis)) {
        bad = IHP__COLUMN_NAME(CLAIM_TREATING);
    } else if (claims->status != NULL &&
               !all_below_u8(claims->status, n, ihp__claim_statuses.count)) {
        bad = IHP__COLUMN_NAME(CLAIM_STATUS);
    } else if (claims->amount64 != NULL && !amounts_in_bounds(claims->amount64, n)) {
        bad = IHP__COLUMN_NAME(CLAIM_AMOUNT);
    }
    return bad == NULL ? IHP_OK
                       : ihp__store_fail_column(store, bad, "has a number out of range", err);
}

/* Returns true if every line is known from the day that its status and its dates give. */
static bool known_fits(const struct ihp__claims *claims)
{
    bool fits = true;
    for (size_t i = 0; i < claims->count; i++) {
        uint16_t voided = claims->void_date == NULL ? IHP__NEVER_VOID : claims->void_date[i];
        fits &= claims->known_from[i] ==
                ihp__known_from(claims->status[i], claims->paid_date[i], voided);
    }
    return fits;
}

/* Compares the columns that say a thing twice, and checks texts, where they were requested. */
static enum ihp_status check_values(const struct ihp__store *store,
                                    const struct ihp__claims *claims, struct ihp_error *err)
{
    if (claims->status != NULL && claims->paid_date != NULL && claims->known_from != NULL &&
        (claims->void_date != NULL) == store->info.has_void_dates && !known_fits(claims)) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(CLAIM_KNOWN_FROM),
                                      "does not fit status and paid_date", err);
    }
    if (claims->claim_id != NULL &&
        ihp__store_check_texts(store, IHP__COLUMN_CLAIM_CLAIM_ID, claims->claim_id,
                               claims->claim_id_width, claims->count, err) != IHP_OK) {
        return err->status;
    }
    return claims->version == NULL
               ? IHP_OK
               : ihp__store_check_texts(store, IHP__COLUMN_CLAIM_VERSION, claims->version,
                                        claims->version_width, claims->count, err);
}

enum ihp_status ihp__store_read_claims(const struct ihp__store *store, uint64_t first, size_t count,
                                       struct ihp__claim_buffer *buffer, struct ihp__claims *claims,
                                       struct ihp_error *err)
{
    if (count > buffer->capacity || first > store->info.lines ||
        count > store->info.lines - first) {
        return ihp__fail(
            err, IHP_ERR_RUN,
            "%s: claim lines beyond the end of the store or of the buffer were requested",
            store->path);
    }
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        if ((buffer->columns & IHP__COLUMN_BIT(c)) != 0 &&
            ihp__column_read(store, &store->column[ihp__column_of_claim(c)], first, count,
                             buffer->data[c], err) != IHP_OK) {
            return err->status;
        }
    }
    struct ihp__claims read = {
        .first = first,
        .count = count,
        .service_date = buffer->data[IHP__CLAIM_SERVICE_DATE],
        .known_from = buffer->data[IHP__CLAIM_KNOWN_FROM],
        .service = buffer->data[IHP__CLAIM_SERVICE],
        .procedure = buffer->data[IHP__CLAIM_PROCEDURE],
        .paid_date = buffer->data[IHP__CLAIM_PAID_DATE],
        .payer = buffer->data[IHP__CLAIM_PAYER],
        .amount32 = buffer->wide_amounts ? NULL : buffer->data[IHP__CLAIM_AMOUNT],
        .amount64 = buffer->wide_amounts ? buffer->data[IHP__CLAIM_AMOUNT] : NULL,
        .billing = buffer->data[IHP__CLAIM_BILLING],
        .treating = buffer->data[IHP__CLAIM_TREATING],
        .status = buffer->data[IHP__CLAIM_STATUS],
        .line = buffer->data[IHP__CLAIM_LINE],
        .claim_id = buffer->data[IHP__CLAIM_CLAIM_ID],
        .claim_id_width = buffer->claim_id_width,
        .version = buffer->data[IHP__CLAIM_VERSION],
        .version_width = buffer->version_width,
        .void_date = buffer->data[IHP__CLAIM_VOID_DATE],
    };
    if (check_numbers(store, &read, err) != IHP_OK || check_values(store, &read, err) != IHP_OK) {
        return err->status;
    }
    *claims = read;
    return IHP_OK;
}
