/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting claim lines in a block of memory. */
#include "extract/claim_block.h"

#include <string.h>

enum {
    LINE_BYTES =
        72, /* of a record with a claim ID of usual length; decides how the block is divided */
    SMALL_GROUP = 12,
};

void ihp__import_block_begin(struct ihp__import_block *block, char *memory, size_t bytes)
{
    const size_t lines = bytes / (LINE_BYTES + 2 * sizeof(struct ihp__import_entry));
    *block = (struct ihp__import_block){.most_lines = lines};
    block->entry = (struct ihp__import_entry *)(void *)memory;
    block->spare = block->entry + lines;
    block->record = (char *)(block->spare + lines);
    block->record_bytes = bytes - 2 * lines * sizeof(struct ihp__import_entry);
}

void ihp__import_block_add(struct ihp__import_block *block, uint64_t key,
                           const struct ihp__import_claim *claim)
{
    const size_t bytes = ihp__import_claim_bytes(claim);
    char *record = block->record + block->used;
    memcpy(record, claim, bytes);
    block->entry[block->lines++] =
        (struct ihp__import_entry){key, (const struct ihp__import_claim *)(const void *)record};
    block->used += bytes;
    block->packed += ihp__import_claim_packed_bytes(claim);
}

/* Returns true if the keys ascend, as they do where a file is written in the order of a store. */
static bool is_sorted(const struct ihp__import_block *b)
{
    size_t i = 1;
    while (i < b->lines && b->entry[i - 1].key <= b->entry[i].key) {
        i++;
    }
    return i >= b->lines;
}

/* Sorts by key, byte by byte from the lowest; a byte that is the same in all keys is left out. The
 * sorted entries may end up in either array; `block->entry` points to it. */
static void sort_by_key(struct ihp__import_block *b)
{
    size_t count[8][256];
    if (is_sorted(b)) {
        return;
    }
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < b->lines; i++) {
        for (unsigned byte = 0; byte < 8; byte++) {
            count[byte][b->entry[i].key >> (8 * byte) & 0xff]++;
        }
    }
    for (unsigned byte = 0; byte < 8; byte++) {
        if (count[byte][b->entry[0].key >> (8 * byte) & 0xff] == b->lines) {
            continue;
        }
        size_t at = 0;
        for (unsigned v = 0; v < 256; v++) {
            size_t here = count[byte][v];
            count[byte][v] = at;
            at += here;
        }
        for (size_t i = 0; i < b->lines; i++) {
            b->spare[count[byte][b->entry[i].key >> (8 * byte) & 0xff]++] = b->entry[i];
        }
        struct ihp__import_entry *sorted = b->spare;
        b->spare = b->entry;
        b->entry = sorted;
    }
}

static void sort_small(struct ihp__import_entry *entry, size_t count,
                       ihp__import_claim_compare_fn compare)
{
    for (size_t i = 1; i < count; i++) {
        struct ihp__import_entry moving = entry[i];
        size_t at = i;
        while (at > 0 && compare(entry[at - 1].claim, moving.claim) > 0) {
            entry[at] = entry[at - 1];
            at--;
        }
        entry[at] = moving;
    }
}

/* Merge sort of entries of one key. In a real extract no member has many on one day. */
static void sort_large(struct ihp__import_entry *entry, struct ihp__import_entry *spare,
                       size_t count, ihp__import_claim_compare_fn compare)
{
    for (size_t i = 0; i < count; i += SMALL_GROUP) {
        sort_small(entry + i, count - i < SMALL_GROUP ? count - i : SMALL_GROUP, compare);
    }
    for (size_t width = SMALL_GROUP; width < count; width *= 2) {
        for (size_t first = 0; first < count; first += 2 * width) {
            size_t middle = count - first < width ? count : first + width;
            size_t end = count - first < 2 * width ? count : first + 2 * width;
            size_t a = first, b = middle;
            for (size_t to = first; to < end; to++) {
                bool from_a =
                    b == end || (a < middle && compare(entry[a].claim, entry[b].claim) <= 0);
                spare[to] = entry[from_a ? a++ : b++];
            }
        }
        memcpy(entry, spare, count * sizeof *entry);
    }
}

void ihp__import_block_sort(struct ihp__import_block *b, ihp__import_claim_compare_fn compare)
{
    if (b->lines < 2) {
        return;
    }
    sort_by_key(b);
    for (size_t first = 0, end; first < b->lines; first = end) {
        for (end = first + 1; end < b->lines && b->entry[end].key == b->entry[first].key; end++) {
        }
        if (end - first <= SMALL_GROUP) {
            sort_small(b->entry + first, end - first, compare);
        } else {
            sort_large(b->entry + first, b->spare + first, end - first, compare);
        }
    }
}

void ihp__import_block_empty(struct ihp__import_block *block)
{
    block->used = block->lines = block->packed = 0;
}
