/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of an import's record. There are few, so that a list is fast enough: what happens
 * for many rows is counted by the number of its counter. */
#include "extract/record.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static bool is_key(const struct ihp__record_entry *entry, const struct ihp__record_key *key)
{
    return entry->key.section == key->section && strcmp(entry->key.table, key->table) == 0 &&
           strcmp(entry->key.column, key->column) == 0 && strcmp(entry->key.text, key->text) == 0;
}

/* Copies the texts of a key, one after another. Returns false if memory is short. */
static bool copy_key(struct ihp__record_entry *entry, const struct ihp__record_key *key)
{
    const size_t table = strlen(key->table) + 1, column = strlen(key->column) + 1,
                 text = strlen(key->text) + 1;
    entry->texts = malloc(table + column + text);
    if (entry->texts == NULL) {
        return false;
    }
    memcpy(entry->texts, key->table, table);
    memcpy(entry->texts + table, key->column, column);
    memcpy(entry->texts + table + column, key->text, text);
    entry->key = (struct ihp__record_key){.section = key->section,
                                          .table = entry->texts,
                                          .column = entry->texts + table,
                                          .text = entry->texts + table + column};
    return true;
}

enum ihp_status ihp__record_find(struct ihp__record *record, const struct ihp__record_key *key,
                                 size_t *number, struct ihp_error *err)
{
    const struct ihp__record_key whole = {.section = key->section,
                                          .table = key->table == NULL ? "" : key->table,
                                          .column = key->column == NULL ? "" : key->column,
                                          .text = key->text == NULL ? "" : key->text};
    for (size_t i = 0; i < record->entries; i++) {
        if (is_key(&record->entry[i], &whole)) {
            *number = i;
            return IHP_OK;
        }
    }
    if (!ihp__array_reserve(&record->entry, &record->capacity, record->entries + 1,
                            sizeof *record->entry) ||
        !copy_key(&record->entry[record->entries], &whole)) {
        return ihp__fail_memory(err, "the record of the import");
    }
    *number = record->entries++;
    return IHP_OK;
}

enum ihp_status ihp__record_add(struct ihp__record *record, const struct ihp__record_key *key,
                                uint64_t rows, int64_t amount, struct ihp_error *err)
{
    size_t number;
    if (ihp__record_find(record, key, &number, err) != IHP_OK) {
        return err->status;
    }
    ihp__record_count(record, number, rows, amount);
    return IHP_OK;
}

/* ---- ranks and order ------------------------------------------------------------------------- */

/* The numbers of a packed counter. Its texts follow, each with its NUL. */
struct packed_numbers {
    uint64_t section, rows;
    int64_t amount;
};

static size_t texts_size(const struct ihp__record_entry *entry)
{
    return strlen(entry->key.table) + strlen(entry->key.column) + strlen(entry->key.text) + 3;
}

enum ihp_status ihp__record_pack(const struct ihp__record *record, char **bytes, size_t *size,
                                 struct ihp_error *err)
{
    size_t all = 0;
    for (size_t i = 0; i < record->entries; i++) {
        all += sizeof(struct packed_numbers) + texts_size(&record->entry[i]);
    }
    char *packed = malloc(all + 1), *at = packed;
    if (packed == NULL) {
        return ihp__fail_memory(err, "the record of the import");
    }
    for (size_t i = 0; i < record->entries; i++) {
        const struct ihp__record_entry *entry = &record->entry[i];
        const struct packed_numbers numbers = {(uint64_t)entry->key.section, entry->rows,
                                               entry->amount};
        memcpy(at, &numbers, sizeof numbers);
        memcpy(at + sizeof numbers, entry->texts, texts_size(entry));
        at += sizeof numbers + texts_size(entry);
    }
    *bytes = packed;
    *size = all;
    return IHP_OK;
}

enum ihp_status ihp__record_unpack(struct ihp__record *record, const char *bytes, size_t size,
                                   struct ihp_error *err)
{
    const char *end = bytes + size;
    while (bytes < end) {
        struct packed_numbers numbers;
        struct ihp__record_key key;
        memcpy(&numbers, bytes, sizeof numbers);
        key.section = (enum ihp__record_section)numbers.section;
        key.table = bytes + sizeof numbers;
        key.column = key.table + strlen(key.table) + 1;
        key.text = key.column + strlen(key.column) + 1;
        bytes = key.text + strlen(key.text) + 1;
        if (ihp__record_add(record, &key, numbers.rows, numbers.amount, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct ihp__record_key *p = &((const struct ihp__record_entry *)a)->key;
    const struct ihp__record_key *q = &((const struct ihp__record_entry *)b)->key;
    int order = (p->section > q->section) - (p->section < q->section);
    order = order != 0 ? order : strcmp(p->table, q->table);
    order = order != 0 ? order : strcmp(p->column, q->column);
    return order != 0 ? order : strcmp(p->text, q->text);
}

void ihp__record_sort(struct ihp__record *record)
{
    if (record->entries > 0) {
        qsort(record->entry, record->entries, sizeof *record->entry, by_key);
    }
}

void ihp__record_free(struct ihp__record *record)
{
    for (size_t i = 0; i < record->entries; i++) {
        free(record->entry[i].texts);
    }
    free(record->entry);
    *record = (struct ihp__record){0};
}
