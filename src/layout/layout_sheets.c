/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a layout: its lookup and rule tables. */
#include "layout/layout_read.h"

#include "base/array.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

const struct ihp__sheet *ihp__layout_sheet(const struct ihp__layout_loading *l, const char *name)
{
    struct ihp__layout *layout = l->layout;
    char path[IHP__PATH_MAX];
    enum ihp_status status = name[0] == '/'
                                 ? ihp__path_copy(path, sizeof path, name, l->err)
                                 : ihp__path_join(path, sizeof path, layout->folder, name, l->err);
    if (status != IHP_OK) {
        return NULL;
    }
    for (size_t i = 0; i < layout->sheets; i++) {
        if (strcmp(layout->sheet[i]->path, path) == 0) {
            return layout->sheet[i];
        }
    }
    if (!ihp__array_reserve(&layout->sheet, &layout->sheet_capacity, layout->sheets + 1,
                            sizeof *layout->sheet)) {
        ihp__error_set(l->err, IHP_ERR_RUN, "%s: out of memory", path);
        return NULL;
    }
    struct ihp__sheet *sheet = NULL;
    if (ihp__sheet_load(path, &sheet, l->err) != IHP_OK) {
        return NULL;
    }
    layout->sheet[layout->sheets++] = sheet;
    return sheet;
}

enum ihp_status ihp__layout_sheet_column(const struct ihp__layout_loading *l,
                                         const struct ihp__sheet *sheet, const char *name,
                                         size_t line, const char *where, size_t *column)
{
    *column = ihp__sheet_column(sheet, name);
    if (*column != SIZE_MAX) {
        return IHP_OK;
    }
    char listed[300] = "", meant[100] = "", asked[IHP__PATH_MAX + 40] = "";
    const char *nearest = ihp__nearest(name, (const char *const *)sheet->name, sheet->columns);
    size_t used = 0;
    for (size_t i = 0; i < sheet->columns && used < sizeof listed; i++) {
        used += (size_t)snprintf(listed + used, sizeof listed - used, " %.40s", sheet->name[i]);
    }
    if (nearest != NULL) {
        snprintf(meant, sizeof meant, "did you mean '%.60s'? ", nearest);
    }
    if (line != 0) {
        snprintf(asked, sizeof asked, ", which line %zu of %s names", line,
                 ihp__path_base(l->layout->path));
    }
    return ihp__fail(l->err, IHP_ERR_DATA,
                     "%s: has no column '%.60s' for %s%s; %sthe columns are:%s", sheet->path, name,
                     where, asked, meant, listed);
}

/* ---- lookups --------------------------------------------------------------------------------- */

/* Puts a row into the hash table; refuses a key that is there with another value. */
static enum ihp_status put_key(const struct ihp__layout_loading *l,
                               struct ihp__layout_lookup *lookup, size_t row)
{
    const struct ihp__sheet *sheet = lookup->sheet;
    const char *key = ihp__sheet_cell(sheet, row, lookup->key);
    size_t length = strlen(key), mask = lookup->slots - 1;
    size_t found = ihp__layout_lookup_find(lookup, key, length, true);
    if (found != SIZE_MAX) {
        return strcmp(ihp__sheet_cell(sheet, found, lookup->value),
                      ihp__sheet_cell(sheet, row, lookup->value)) == 0
                   ? IHP_OK
                   : ihp__fail(l->err, IHP_ERR_DATA,
                               "%s:%zu: the key on line %zu appears again with another %.40s; "
                               "keep one",
                               sheet->path, sheet->line[row], sheet->line[found],
                               sheet->name[lookup->value]);
    }
    size_t at = ihp__layout_lookup_hash(key, length) & mask;
    while (lookup->slot[at] != 0) {
        at = (at + 1) & mask;
    }
    lookup->slot[at] = (uint32_t)(row + 1);
    return IHP_OK;
}

enum ihp_status ihp__layout_lookup_add(const struct ihp__layout_loading *l,
                                       const struct ihp__layout_lookup *lookup, size_t *number)
{
    struct ihp__layout *layout = l->layout;
    for (*number = 0; *number < layout->lookups; ++*number) {
        const struct ihp__layout_lookup *other = &layout->lookup[*number];
        if (other->sheet == lookup->sheet && other->key == lookup->key &&
            other->value == lookup->value) {
            return IHP_OK;
        }
    }
    if (!ihp__array_reserve(&layout->lookup, &layout->lookup_capacity, layout->lookups + 1,
                            sizeof *layout->lookup)) {
        return ihp__fail_memory(l->err, "the layout");
    }
    struct ihp__layout_lookup *made = &layout->lookup[layout->lookups++];
    *made = *lookup;
    for (made->slots = 4; made->slots < 2 * made->sheet->rows;) {
        made->slots *= 2;
    }
    made->slot = calloc(made->slots, sizeof *made->slot);
    if (made->slot == NULL) {
        return ihp__fail_memory(l->err, made->sheet->path);
    }
    for (size_t row = 0; row < made->sheet->rows; row++) {
        if (put_key(l, made, row) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

/* ---- rules ----------------------------------------------------------------------------------- */

size_t ihp__layout_rules_of(const struct ihp__layout_loading *l, const struct ihp__sheet *sheet)
{
    struct ihp__layout_table *table = l->table;
    for (size_t i = 0; i < table->rule_tables; i++) {
        if (table->rules[i].sheet == sheet) {
            return i;
        }
    }
    if (!ihp__array_reserve(&table->rules, &table->rules_capacity, table->rule_tables + 1,
                            sizeof *table->rules)) {
        ihp__error_set(l->err, IHP_ERR_RUN, "out of memory for the layout");
        return SIZE_MAX;
    }
    struct ihp__layout_rules *rules = &table->rules[table->rule_tables++];
    *rules = (struct ihp__layout_rules){
        .sheet = sheet,
        .is_result = calloc(sheet->columns, sizeof *rules->is_result),
        .longest = calloc(sheet->columns, sizeof *rules->longest),
        .column = calloc(sheet->columns, sizeof *rules->column),
        .first = calloc(sheet->rows * sheet->columns + 1, sizeof *rules->first)};
    if (rules->is_result == NULL || rules->longest == NULL || rules->column == NULL ||
        rules->first == NULL) {
        ihp__error_set(l->err, IHP_ERR_RUN, "%s: out of memory", sheet->path);
        return SIZE_MAX;
    }
    return table->rule_tables - 1;
}

/* Compiles a cell. */
static enum ihp_status add_cell(const struct ihp__layout_loading *l,
                                struct ihp__layout_rules *rules, size_t row, size_t column)
{
    const struct ihp__sheet *sheet = rules->sheet;
    const char *cell = ihp__sheet_cell(sheet, row, column);
    rules->first[row * sheet->columns + column] = rules->patterns.count;
    if (rules->column[column] == IHP__LAYOUT_NONE || cell[0] == '\0') {
        return IHP_OK;
    }
    const char *problem = ihp__patterns_add(&rules->patterns, cell);
    return problem == NULL ? IHP_OK
           : problem[0] == '\0'
               ? ihp__fail_memory(l->err, sheet->path)
               : ihp__fail(l->err, IHP_ERR_DATA, "%s:%zu: column %.40s: '%.60s' %s", sheet->path,
                           sheet->line[row], sheet->name[column], cell, problem);
}

/* Takes a column of the sheet for a condition on a column of the files. */
static enum ihp_status add_condition(const struct ihp__layout_loading *l,
                                     struct ihp__layout_rules *rules, size_t c)
{
    struct ihp__layout_table *table = l->table;
    const struct ihp__sheet *sheet = rules->sheet;
    const size_t before = table->columns;
    char by[200];
    if (ihp__layout_column(l, sheet->name[c], true, table->line, table->schema->name,
                           &rules->column[c]) != IHP_OK) {
        return l->err->status;
    }
    if (table->columns > before) {
        snprintf(by, sizeof by, "line %zu of %.80s", sheet->header_line,
                 ihp__path_base(sheet->path));
        table->named_by[before] = ihp__layout_keep(l, by);
    }
    return l->err->status;
}

static enum ihp_status compile(const struct ihp__layout_loading *l, struct ihp__layout_rules *rules)
{
    struct ihp__layout *layout = l->layout;
    const struct ihp__sheet *sheet = rules->sheet;
    for (size_t c = 0; c < sheet->columns; c++) {
        rules->column[c] = IHP__LAYOUT_NONE;
        if (!rules->is_result[c] && strcmp(sheet->name[c], "note") != 0 &&
            add_condition(l, rules, c) != IHP_OK) {
            return l->err->status;
        }
    }
    for (size_t row = 0; row < sheet->rows; row++) {
        for (size_t c = 0; c < sheet->columns; c++) {
            if (add_cell(l, rules, row, c) != IHP_OK) {
                return l->err->status;
            }
        }
    }
    rules->first[sheet->rows * sheet->columns] = rules->patterns.count;
    rules->hits = layout->hits;
    if (!ihp__array_reserve(&layout->hit, &layout->hit_capacity, layout->hits + sheet->rows + 1,
                            sizeof *layout->hit)) {
        return ihp__fail_memory(l->err, sheet->path);
    }
    layout->hits += sheet->rows;
    return IHP_OK;
}

enum ihp_status ihp__layout_read_rules(const struct ihp__layout_loading *l)
{
    struct ihp__layout_table *table = l->table;
    for (size_t i = 0; i < table->rule_tables; i++) {
        if (compile(l, &table->rules[i]) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}
