/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index from member IDs to numbers. */
#include "extract/convert.h"
#include "extract/ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL /* a call for a short text costs more than its hash */
#include <xxhash.h>

static size_t first_slot(const struct ihp__import_member_index *index,
                         const char id[IHP__MEMBER_ID_MAX])
{
    return (size_t)XXH3_64bits(id, IHP__MEMBER_ID_MAX) & (index->slots - 1);
}

/* Returns the slot of an ID that is padded with NUL, or the free slot for it. */
static struct ihp__import_member_slot *slot_of(const struct ihp__import_member_index *index,
                                               const char id[IHP__MEMBER_ID_MAX])
{
    size_t at = first_slot(index, id);
    while (index->slot[at].number != 0 && memcmp(index->slot[at].id, id, IHP__MEMBER_ID_MAX) != 0) {
        at = (at + 1) & (index->slots - 1);
    }
    return &index->slot[at];
}

/* Copies an ID and pads it. Returns false if it is too long for an ID. */
static bool pad_id(const char *id, size_t length, char padded[IHP__MEMBER_ID_MAX])
{
    memset(padded, 0, IHP__MEMBER_ID_MAX);
    if (length == 0 || length > IHP__MEMBER_ID_MAX) {
        return false;
    }
    memcpy(padded, id, length);
    return true;
}

void ihp__import_member_expect(const struct ihp__import_member_index *index, const char *id,
                               size_t length)
{
    char padded[IHP__MEMBER_ID_MAX];
    if (pad_id(id, length, padded)) {
        __builtin_prefetch(&index->slot[first_slot(index, padded)]);
    }
}

bool ihp__import_member_find(const struct ihp__import_member_index *index, const char *id,
                             size_t length, uint32_t *number)
{
    char padded[IHP__MEMBER_ID_MAX];
    if (index->slots == 0 || !pad_id(id, length, padded)) {
        return false;
    }
    const struct ihp__import_member_slot *slot = slot_of(index, padded);
    if (slot->number == 0) {
        return false;
    }
    *number = slot->number - 1;
    return true;
}

bool ihp__import_member_near(const struct ihp__import_member_index *index, const char *id,
                             size_t length, bool fewer)
{
    char other[IHP__MEMBER_ID_MAX];
    size_t zeros = 0;
    uint32_t unused;
    while (zeros < length && id[zeros] == '0') {
        zeros++;
    }
    size_t rest = length - zeros; /* a text of zeros keeps none or one of them, as a number does */
    size_t most = fewer ? length : IHP__MEMBER_ID_MAX + 1;
    memset(other, '0', sizeof other);
    for (size_t size = rest > 0 ? rest : 1; size < most && size <= sizeof other; size++) {
        if (size == length || (index->lengths >> size & 1u) == 0) {
            continue;
        }
        memset(other, '0', size - rest);
        memcpy(other + size - rest, id + zeros, rest);
        if (ihp__import_member_find(index, other, size, &unused)) {
            return true;
        }
    }
    return false;
}

enum ihp_status ihp__import_bad_member_add(struct ihp__import *import,
                                           const struct ihp__import_row *row, struct ihp_error *err)
{
    const char *text = row->field[IHP__EXTRACT_MEMBER_ID];
    size_t length = row->length[IHP__EXTRACT_MEMBER_ID];
    ihp__convert_trim(&text, &length);
    if (length == 0 || length > IHP__MEMBER_ID_MAX) {
        return IHP_OK;
    }
    if (ihp__import_reserve(import, &import->bad_id, &import->bad_id_capacity, import->bad_ids + 1,
                            sizeof *import->bad_id, row, err) != IHP_OK) {
        return err->status;
    }
    pad_id(text, length, import->bad_id[import->bad_ids++]);
    return IHP_OK;
}

enum ihp_status ihp__import_member_index_build(struct ihp__import *import,
                                               struct ihp__import_member_index *index,
                                               const struct ihp__import_member_ids *ids,
                                               struct ihp_error *err)
{
    if (ids->count > UINT32_MAX / 4) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more members than a store can have",
                         import->source[IHP__EXTRACT_MEMBERS].file[0].path);
    }
    if (ihp__import_reserve(import, &index->slot, &index->slots, ids->count / 3 * 4 + 4,
                            sizeof *index->slot, NULL, err) != IHP_OK) {
        return err->status; /* a reserved size is a power of two */
    }
    index->count = ids->count;
    for (size_t m = 0; m < ids->count; m++) {
        const char *id = ids->id + m * ids->stride;
        struct ihp__import_member_slot *slot = slot_of(index, id);
        memcpy(slot->id, id, sizeof slot->id);
        slot->number = (uint32_t)m + 1;
        index->lengths |= UINT64_C(1) << strnlen(id, IHP__MEMBER_ID_MAX);
    }
    return IHP_OK;
}

enum ihp_status ihp__import_member_index_share(struct ihp__import *import,
                                               struct ihp__import_member_index *index,
                                               struct ihp_error *err)
{
    if (import->ranks == 1 || ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    uint64_t sizes[3] = {index->count, index->slots, index->lengths};
    ihp__share_u64(import->comm, sizes, 3);
    if (sizes[1] == 0) {
        return IHP_OK;
    }
    /* The size is a power of two, so that exactly as many slots are made. */
    if (ihp__import_reserve(import, &index->slot, &index->slots, (size_t)sizes[1],
                            sizeof *index->slot, NULL, err) != IHP_OK ||
        ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    index->count = (size_t)sizes[0];
    index->lengths = sizes[2];
    ihp__share_bytes(import->comm, index->slot, index->slots * sizeof *index->slot);
    return IHP_OK;
}

void ihp__import_member_index_free(struct ihp__import_member_index *index)
{
    free(index->slot);
    *index = (struct ihp__import_member_index){0};
}
