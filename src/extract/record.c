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

void ihp__record_free(struct ihp__record *record)
{
    for (size_t i = 0; i < record->entries; i++) {
        free(record->entry[i].texts);
    }
    free(record->entry);
    *record = (struct ihp__record){0};
}
