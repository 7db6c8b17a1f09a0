/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text dictionaries: a hash table with open addressing over texts in the order of their arrival. */
#include "base/dictionary.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL /* a call for a short text costs more than its hash */
#include <xxhash.h>

struct ihp__dict {
    char **text; /* owned, each owned */
    size_t count, capacity, limit;
    uint32_t *slot; /* number + 1, 0 free; `slots` is a power of two, at most half full */
    size_t slots;
};

static size_t slot_of(const struct ihp__dict *dict, const char *text, size_t length)
{
    size_t at = (size_t)XXH3_64bits(text, length) & (dict->slots - 1);
    while (dict->slot[at] != 0) {
        const char *held = dict->text[dict->slot[at] - 1];
        if (strncmp(held, text, length) == 0 && held[length] == '\0') {
            break;
        }
        at = (at + 1) & (dict->slots - 1);
    }
    return at;
}

static bool rebuild_slots(struct ihp__dict *dict, size_t slots)
{
    uint32_t *fresh = calloc(slots, sizeof *fresh);
    if (fresh == NULL) {
        return false;
    }
    free(dict->slot);
    dict->slot = fresh;
    dict->slots = slots;
    for (size_t i = 0; i < dict->count; i++) {
        dict->slot[slot_of(dict, dict->text[i], strlen(dict->text[i]))] = (uint32_t)i + 1;
    }
    return true;
}

struct ihp__dict *ihp__dict_create(size_t limit)
{
    struct ihp__dict *dict = calloc(1, sizeof *dict);
    if (dict == NULL || !rebuild_slots(dict, 64)) {
        free(dict);
        return NULL;
    }
    dict->limit = limit < UINT32_MAX - 1 ? limit : UINT32_MAX - 1;
    return dict;
}

void ihp__dict_destroy(struct ihp__dict **dict)
{
    if (dict == NULL || *dict == NULL) {
        return;
    }
    for (size_t i = 0; i < (*dict)->count; i++) {
        free((*dict)->text[i]);
    }
    free((*dict)->text);
    free((*dict)->slot);
    free(*dict);
    *dict = NULL;
}

int64_t ihp__dict_add(struct ihp__dict *dict, const char *text, size_t length)
{
    size_t at = slot_of(dict, text, length);
    if (dict->slot[at] != 0) {
        return (int64_t)dict->slot[at] - 1;
    }
    if (dict->count == dict->limit) {
        return -1;
    }
    if (2 * (dict->count + 1) > dict->slots) {
        if (!rebuild_slots(dict, dict->slots * 2)) {
            return -2;
        }
        at = slot_of(dict, text, length);
    }
    char *copy = malloc(length + 1);
    if (copy == NULL ||
        !ihp__array_reserve(&dict->text, &dict->capacity, dict->count + 1, sizeof *dict->text)) {
        free(copy);
        return -2;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    dict->text[dict->count] = copy;
    dict->slot[at] = (uint32_t)++dict->count;
    return (int64_t)dict->count - 1;
}

int64_t ihp__dict_find(const struct ihp__dict *dict, const char *text)
{
    return (int64_t)dict->slot[slot_of(dict, text, strlen(text))] - 1;
}

size_t ihp__dict_count(const struct ihp__dict *dict)
{
    return dict->count;
}

const char *ihp__dict_text(const struct ihp__dict *dict, size_t number)
{
    return dict->text[number];
}

struct numbered_text {
    char *text;
    uint32_t number;
};

static int by_text(const void *a, const void *b)
{
    const struct numbered_text *x = a, *y = b;
    return strcmp(x->text, y->text);
}

bool ihp__dict_sort(struct ihp__dict *dict, uint32_t *new_number)
{
    struct numbered_text *order = malloc((dict->count + 1) * sizeof *order);
    if (order == NULL) {
        return false;
    }
    for (size_t i = 0; i < dict->count; i++) {
        order[i] = (struct numbered_text){dict->text[i], (uint32_t)i};
    }
    qsort(order, dict->count, sizeof *order, by_text);
    for (size_t i = 0; i < dict->count; i++) {
        dict->text[i] = order[i].text;
        new_number[order[i].number] = (uint32_t)i;
    }
    free(order);
    memset(dict->slot, 0, dict->slots * sizeof *dict->slot);
    for (size_t i = 0; i < dict->count; i++) {
        dict->slot[slot_of(dict, dict->text[i], strlen(dict->text[i]))] = (uint32_t)i + 1;
    }
    return true;
}
