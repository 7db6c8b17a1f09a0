/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of control.csv against what was read, on rank 0. */
#include "extract/control_internal.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { DIFFERENCES_TOLD = 20 };

/* What was read of that which a row of control.csv is about. */
struct found {
    enum ihp__extract_file table;
    bool any;     /* the import has such a file */
    size_t named; /* how many files have the name */
    int64_t rows, cents;
    int64_t without_amount;
};

/* Returns true if `name` names a table: its name, with or without ".csv". */
static bool names_table(const char *name, const char *table)
{
    const size_t length = strlen(table);
    return strncmp(name, table, length) == 0 &&
           (name[length] == '\0' || strcmp(name + length, ".csv") == 0);
}

/* Returns true if `name` is a file's name, with some of its folders or without. */
static bool names_file(const char *name, const char *path)
{
    const size_t length = strlen(name), all = strlen(path);
    return length > 0 && length <= all && strcmp(path + all - length, name) == 0 &&
           (length == all || name[0] == '/' || path[all - length - 1] == '/');
}

/* Returns true if a row of control.csv is about file `i` of a table. */
static bool is_about(const struct ihp__import *import, const struct ihp__control_expected *expected,
                     enum ihp__extract_file table, size_t i)
{
    return names_table(expected->file, ihp__extract_schemas[table].name) ||
           names_file(expected->file, import->source[table].file[i].path);
}

static void find_table(const struct ihp__import *import,
                       const struct ihp__control_expected *expected, struct found *found)
{
    for (int t = 0; t < IHP__EXTRACT_FILES; t++) {
        const struct ihp__import_source *source = &import->source[t];
        const bool one = t != IHP__EXTRACT_CLAIMS; /* the record has their names without folders */
        for (size_t i = 0; i < source->files; i++) {
            if (!is_about(import, expected, (enum ihp__extract_file)t, i)) {
                continue;
            }
            found->table = (enum ihp__extract_file)t;
            found->any = true;
            const char *name = one ? ihp__path_base(expected->file) : expected->file;
            size_t named = 0;
            for (size_t other = 0; other < source->files; other++) {
                named += names_file(name, source->file[other].path);
            }
            found->named = named > found->named ? named : found->named;
        }
    }
}

/* Refuses a name that several files have, as they may be in two folders by mistake. */
static bool is_one_file(const struct ihp__import *import,
                        const struct ihp__control_expected *expected, const struct found *found,
                        struct ihp_error *err)
{
    const char *table = ihp__extract_schemas[found->table].name;
    if (found->named < 2 || strcmp(expected->file, table) == 0) {
        return true;
    }
    ihp__error_set(err, IHP_ERR_DATA,
                   "%s:%" PRIu64 ": column file: %zu files are named '%.80s'; write %s'%s' for all "
                   "files of the table",
                   import->control_file->path, expected->line, found->named, expected->file,
                   found->table == IHP__EXTRACT_CLAIMS ? "one with its folder, such as "
                                                         "'2025/claims.csv', or "
                                                       : "",
                   table);
    return false;
}

/* Adds the claims. */
static void add_claims(const struct ihp__import *import,
                       const struct ihp__control_expected *expected, struct found *found)
{
    const struct ihp__control_file *control = import->control_file;
    const int64_t payer = ihp__dict_find(control->payers, expected->payer);
    for (size_t i = 0; i < control->read.cells; i++) {
        const struct ihp__control_cell *cell = &control->read.slot[i];
        const struct ihp__control_kind kind = ihp__control_kind_of(cell);
        const size_t file = (size_t)kind.service_class << 8 | kind.status;
        if ((expected->payer[0] == '\0' || payer == kind.payer) &&
            (expected->year == IHP__CONTROL_ANY || expected->year == kind.month) &&
            is_about(import, expected, IHP__EXTRACT_CLAIMS, file)) {
            found->rows += (int64_t)cell->lines;
            found->cents += cell->cents;
            found->without_amount += (int64_t)cell->zero_lines;
        }
    }
}

/* Adds the rows of another table from the record. */
static void add_rows(const struct ihp__import *import, const struct ihp__control_expected *expected,
                     struct found *found)
{
    const char *table = ihp__extract_schemas[found->table].name;
    for (size_t i = 0; i < import->record.entries; i++) {
        const struct ihp__record_entry *entry = &import->record.entry[i];
        if (entry->key.section == IHP__RECORD_FILE && strcmp(entry->key.table, table) == 0 &&
            (names_table(expected->file, table) ||
             strcmp(ihp__path_base(expected->file), entry->key.text) == 0)) {
            found->rows += (int64_t)entry->rows;
        }
    }
}

/* Returns how many rows of a table are bad. */
static uint64_t bad_rows_of(const struct ihp__import *import, enum ihp__extract_file table)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < import->bad_rows.kinds; i++) {
        rows += import->bad_rows.file[i] == table ? import->bad_rows.kind[i].rows : 0;
    }
    return rows;
}

/* Returns a payer of the claims that differs from the expected one in case alone, if that is none
 * of the claims; NULL: there is none. */
static const char *other_payer(const struct ihp__control_file *control,
                               const struct ihp__control_expected *expected)
{
    if (ihp__dict_find(control->payers, expected->payer) >= 0) {
        return NULL;
    }
    for (size_t i = 0; i < ihp__dict_count(control->payers); i++) {
        const char *payer = ihp__dict_text(control->payers, i);
        if (strcasecmp(payer, expected->payer) == 0) {
            return payer;
        }
    }
    return NULL;
}

/* Writes what was found and what is expected. */
static void describe(const struct ihp__import *import, const struct ihp__control_expected *expected,
                     const struct found *found, char *text, size_t size)
{
    char year[8] = "all", wanted[IHP__MONEY_TEXT], read[IHP__MONEY_TEXT];
    if (expected->year != IHP__CONTROL_ANY) {
        snprintf(year, sizeof year, "%d", expected->year);
    }
    int end = snprintf(text, size, "%.80s", expected->file);
    if (found->table == IHP__EXTRACT_CLAIMS) {
        end += snprintf(text + end, size - (size_t)end, ", payer %.64s, year %s",
                        expected->payer[0] == '\0' ? "all" : expected->payer, year);
    }
    end += snprintf(text + end, size - (size_t)end, ": %" PRId64 " rows", expected->rows);
    if (expected->has_cents) {
        end += snprintf(text + end, size - (size_t)end, " and %s",
                        ihp__money_format_grouped(expected->cents, wanted));
    }
    end += snprintf(text + end, size - (size_t)end, " are expected, %" PRId64 " rows", found->rows);
    if (expected->has_cents) {
        end += snprintf(text + end, size - (size_t)end, " and %s",
                        ihp__money_format_grouped(found->cents, read));
    }
    end += snprintf(text + end, size - (size_t)end, " were read");
    if (found->without_amount > 0 && expected->has_cents) {
        end += snprintf(text + end, size - (size_t)end,
                        "; %" PRId64 " of them have no valid amount", found->without_amount);
    }
    const char *payer = other_payer(import->control_file, expected);
    if (payer != NULL) {
        end += snprintf(text + end, size - (size_t)end, "; the claims have payer '%.64s'", payer);
    }
    const uint64_t bad = bad_rows_of(import, found->table);
    if (bad > 0) {
        snprintf(text + end, size - (size_t)end,
                 "; %" PRIu64 " rows of %s, which are bad, count too", bad,
                 ihp__extract_schemas[found->table].name);
    }
}

/* Compares a row. Returns true if it holds; otherwise records that it does not. */
static bool compare_row(const struct ihp__import *import,
                        const struct ihp__control_expected *expected, struct ihp_error *err)
{
    const struct ihp__control_file *control = import->control_file;
    struct found found = {0};
    char text[600];
    find_table(import, expected, &found);
    if (!found.any) {
        ihp__error_set(err, IHP_ERR_DATA,
                       "%s:%" PRIu64 ": column file: '%.80s' is not a file or table of this import",
                       control->path, expected->line, expected->file);
        return false;
    }
    if (!is_one_file(import, expected, &found, err)) {
        return false;
    }
    const bool claims = found.table == IHP__EXTRACT_CLAIMS;
    if (!claims &&
        (expected->payer[0] != '\0' || expected->year != IHP__CONTROL_ANY || expected->has_cents)) {
        ihp__error_set(err, IHP_ERR_DATA,
                       "%s:%" PRIu64 ": only files of claims have payer, year and paid_amount; "
                       "leave them blank for %.80s",
                       control->path, expected->line, expected->file);
        return false;
    }
    if (claims) {
        add_claims(import, expected, &found);
    } else {
        add_rows(import, expected, &found);
    }
    if (found.rows == expected->rows && (!expected->has_cents || found.cents == expected->cents)) {
        return true;
    }
    describe(import, expected, &found, text, sizeof text);
    ihp__error_set(err, IHP_ERR_DATA, "%s:%" PRIu64 ": %s", control->path, expected->line, text);
    return false;
}

enum ihp_status ihp__control_compare_rows(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__control_file *control = import->control_file;
    size_t different = 0;
    struct ihp_error first = {0};
    ihp__control_sort(&control->read);
    for (size_t i = 0; i < control->rows; i++) {
        struct ihp_error now = {0};
        if (compare_row(import, &control->row[i], &now)) {
            continue;
        }
        if (different == 0) {
            first = now;
        } else if (different < DIFFERENCES_TOLD) {
            ihp__notice_add(import->notices, "%s", now.text);
        }
        different++;
    }
    if (different == 0) {
        char text[40];
        const struct ihp__record_key key = {
            .section = IHP__RECORD_OPTION, .column = "control.csv", .text = text};
        snprintf(text, sizeof text, "%zu rows compared, all equal", control->rows);
        return ihp__record_add(&import->record, &key, 0, 0, err);
    }
    char named[48] = "the notices name them";
    if (different == 1) {
        return ihp__fail(err, IHP_ERR_DATA, "%s", first.text);
    }
    if (different > DIFFERENCES_TOLD) {
        snprintf(named, sizeof named, "the notices name the first %d of them",
                 DIFFERENCES_TOLD - 1);
    }
    return ihp__fail(err, IHP_ERR_DATA, "%s (and %zu more rows differ; %s)", first.text,
                     different - 1, named);
}
