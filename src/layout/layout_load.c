/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading a layout, and what others ask about it. */
#include "layout/layout_read.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* ---- loading --------------------------------------------------------------------------------- */

/* Keeps the layout's path, and the folder to which its paths are relative. */
static enum ihp_status set_path(struct ihp__layout *layout, const char *path, struct ihp_error *err)
{
    const char *slash = strrchr(path, '/');
    if (ihp__path_copy(layout->path, sizeof layout->path, path, err) != IHP_OK) {
        return err->status;
    }
    snprintf(layout->folder, sizeof layout->folder, "%.*s",
             slash == NULL   ? 1
             : slash == path ? 1
                             : (int)(slash - path),
             slash == NULL ? "." : path);
    return IHP_OK;
}

static enum ihp_status make_tables(struct ihp__layout *layout,
                                   const struct ihp__layout_schema *schema, size_t schemas,
                                   struct ihp_error *err)
{
    layout->table = calloc(schemas, sizeof *layout->table);
    if (layout->table == NULL) {
        return ihp__fail_memory(err, "the layout");
    }
    for (size_t i = 0; i < schemas; i++) {
        struct ihp__layout_table *table = &layout->table[i];
        table->schema = &schema[i];
        table->of_field = calloc(schema[i].fields, sizeof *table->of_field);
        layout->tables++;
        if (table->of_field == NULL) {
            return ihp__fail_memory(err, "the layout");
        }
        for (size_t f = 0; f < schema[i].fields; f++) {
            table->of_field[f] = IHP__LAYOUT_NONE;
        }
    }
    return IHP_OK;
}

static enum ihp_status take_document(void *context, yaml_document_t *document,
                                     struct ihp_error *err)
{
    struct ihp__layout_loading l = {.layout = context, .document = document, .err = err};
    return ihp__layout_read(&l);
}

/* Digests the file. */
static enum ihp_status digest_file(const char *path, XXH3_state_t *state, struct ihp_error *err)
{
    char buffer[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ihp__fail_system(err, IHP_ERR_USAGE, path, "the layout cannot be read");
    }
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0) {
        XXH3_128bits_update(state, buffer, got);
    }
    fclose(file);
    return IHP_OK;
}

static enum ihp_status set_digest(struct ihp__layout *layout, struct ihp_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(err, "the layout");
    }
    XXH3_128bits_reset(state);
    enum ihp_status status = digest_file(layout->path, state, err);
    for (size_t i = 0; i < layout->sheets; i++) {
        XXH3_128bits_update(state, layout->sheet[i]->digest, sizeof layout->sheet[i]->digest);
    }
    XXH128_hash_t digest = XXH3_128bits_digest(state);
    ihp__hash_hex(digest.high64, digest.low64, layout->digest);
    XXH3_freeState(state);
    return status;
}

enum ihp_status ihp__layout_load(const char *path, const struct ihp__layout_schema *schema,
                                 size_t schemas, struct ihp__layout **layout, struct ihp_error *err)
{
    struct ihp__layout *made = calloc(1, sizeof *made);
    *layout = NULL;
    if (made == NULL) {
        return ihp__fail_memory(err, "the layout");
    }
    if (set_path(made, path, err) != IHP_OK || make_tables(made, schema, schemas, err) != IHP_OK ||
        ihp__yaml_load(path, "layout", take_document, made, err) != IHP_OK ||
        set_digest(made, err) != IHP_OK) {
        ihp__layout_free(&made);
        return err->status;
    }
    *layout = made;
    return IHP_OK;
}

static void free_table(struct ihp__layout_table *table)
{
    for (size_t i = 0; i < table->rule_tables; i++) {
        free(table->rules[i].is_result);
        free(table->rules[i].longest);
        free(table->rules[i].column);
        free(table->rules[i].first);
        free(table->rules[i].patterns.pattern);
    }
    for (size_t i = 0; i < table->leaves; i++) {
        free(table->leave[i].patterns.pattern);
    }
    free(table->files.text);
    free(table->header.text);
    free(table->trailers.text);
    free(table->reasons.text);
    free(table->trailer_reason);
    free(table->trailer_given);
    free(table->is_public);
    free(table->column);
    free(table->named_by);
    free(table->not_a_date);
    free(table->is_private);
    free(table->value);
    free(table->of_field);
    free(table->rules);
    free(table->leave);
}

void ihp__layout_free(struct ihp__layout **layout)
{
    struct ihp__layout *l = *layout;
    if (l == NULL) {
        return;
    }
    for (size_t i = 0; i < l->tables; i++) {
        free_table(&l->table[i]);
    }
    for (size_t i = 0; i < l->sheets; i++) {
        ihp__sheet_free(&l->sheet[i]);
    }
    for (size_t i = 0; i < l->lookups; i++) {
        free(l->lookup[i].slot);
    }
    for (size_t i = 0; i < l->texts; i++) {
        free(l->text[i]);
    }
    free(l->table);
    free(l->sheet);
    free(l->lookup);
    free(l->hit);
    free(l->seen);
    free(l->text);
    free(l);
    *layout = NULL;
}

/* ---- questions ------------------------------------------------------------------------------- */

const char *ihp__layout_input(const struct ihp__layout *layout, size_t number)
{
    return number == 0                ? layout->path
           : number <= layout->sheets ? layout->sheet[number - 1]->path
                                      : NULL;
}

void ihp__layout_digest(const struct ihp__layout *layout, char hex[IHP__HASH_TEXT])
{
    memcpy(hex, layout->digest, IHP__HASH_TEXT);
}

bool ihp__layout_has(const struct ihp__layout *layout, size_t table)
{
    return layout->table[table].is_given;
}

bool ihp__layout_names_files(const struct ihp__layout *layout, size_t table)
{
    return layout->table[table].files.count > 0;
}

bool ihp__layout_keeps_one(const struct ihp__layout *layout, size_t table)
{
    return layout->table[table].keeps_one;
}

bool ihp__layout_names_dates(const struct ihp__layout *layout, size_t table)
{
    return layout->table[table].dates != IHP__LAYOUT_DATES_ANY;
}

const struct ihp__csv_format *ihp__layout_format(const struct ihp__layout *layout, size_t table)
{
    return &layout->table[table].format;
}

struct ihp__layout_columns ihp__layout_columns(const struct ihp__layout *layout, size_t table)
{
    const struct ihp__layout_table *t = &layout->table[table];
    return (struct ihp__layout_columns){t->column, t->columns, t->texts};
}

const char *ihp__layout_reason(const struct ihp__layout *layout, size_t table, size_t reason)
{
    const struct ihp__layout_texts *reasons = &layout->table[table].reasons;
    return reason < reasons->count ? reasons->text[reason] : NULL;
}
