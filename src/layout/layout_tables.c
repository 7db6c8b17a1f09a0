/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a layout: its tables, and the form of their files. */
#include "layout/layout_read.h"

#include "base/array.h"
#include "base/error.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

/* The keys of a table. */
enum {
    KEY_FILES,
    KEY_DELIMITER,
    KEY_HEADER,
    KEY_ENCODING,
    KEY_DATES,
    KEY_PARTIAL,
    KEY_REPEATED,
    KEY_COLUMNS,
    KEY_LEAVE,
    KEYS
};
static const char *const key_name[KEYS] = {"files",         "delimiter", "header",
                                           "encoding",      "dates",     "partial_months",
                                           "repeated_rows", "columns",   "leave_out"};

static void where_of(const struct ihp__layout_loading *l, const char *key,
                     char where[IHP__LAYOUT_WHERE])
{
    snprintf(where, IHP__LAYOUT_WHERE, "%s.%s", l->table->schema->name, key);
}

/* ---- the form of the files ------------------------------------------------------------------- */

static enum ihp_status read_delimiter(struct ihp__layout_loading *l, const yaml_node_t *node,
                                      const char *where)
{
    static const struct {
        const char *name;
        char delimiter;
    } known[] = {{"comma", ','}, {"pipe", '|'}, {"tab", '\t'}, {"semicolon", ';'}};
    const char *text = ihp__yaml_text(node);
    for (size_t i = 0; text != NULL && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(text, known[i].name) == 0) {
            l->table->format.delimiter = known[i].delimiter;
            return IHP_OK;
        }
    }
    if (text == NULL || strlen(text) != 1 || strchr("\"\n\r", text[0]) != NULL ||
        (unsigned char)text[0] > 126 || ((unsigned char)text[0] < ' ' && text[0] != '\t')) {
        return ihp__layout_fail_node(l, node, where,
                                     "comma, pipe, tab, semicolon or one character but \"");
    }
    l->table->format.delimiter = text[0];
    return IHP_OK;
}

static const char *const date_forms[] = {"YYYY-MM-DD", "CCYYMMDD", "MM/DD/YYYY",
                                         "DD/MM/YYYY", "SAS days", NULL};

/* Keeps what is wrong with texts of columns of dates that do not have the form `dates`. */
static enum ihp_status describe_dates(struct ihp__layout_loading *l, const yaml_node_t *node)
{
    const struct ihp__layout_schema *schema = l->table->schema;
    const char *form = date_forms[l->table->dates - 1];
    char text[200];
    l->table->not_a_date = calloc(schema->fields, sizeof *l->table->not_a_date);
    if (l->table->not_a_date == NULL) {
        return ihp__fail_memory(l->err, "the layout");
    }
    for (size_t f = 0; f < schema->fields; f++) {
        if (schema->field[f].type == IHP__LAYOUT_DAY) {
            snprintf(text, sizeof text,
                     "%.40s is not a date of the form %s, which line %zu of %.60s names",
                     schema->field[f].name, form, ihp__yaml_line(node),
                     ihp__path_base(l->layout->path));
            l->table->not_a_date[f] = ihp__layout_keep(l, text);
        }
    }
    return l->err->status;
}

static enum ihp_status read_form(struct ihp__layout_loading *l, size_t key, const char *where,
                                 const yaml_node_t *node)
{
    static const char *const encodings[] = {"utf-8", "latin-1", NULL};
    static const char *const partial[] = {"count", "whole", NULL};
    static const char *const repeated[] = {"bad", "keep_one", NULL};
    struct ihp__layout_table *table = l->table;
    enum ihp_status status = IHP_OK;
    int choice = 0;
    switch (key) {
    case KEY_FILES:
        return ihp__layout_list(l, node, where, &table->files, "the name of a file or a pattern");
    case KEY_DELIMITER:
        return read_delimiter(l, node, where);
    case KEY_HEADER:
        return ihp__layout_list(l, node, where, &table->header, "names of columns");
    case KEY_ENCODING:
        status = ihp__layout_choice(l, node, where, encodings, &choice);
        table->format.latin1 = choice == 1;
        return status;
    case KEY_DATES:
        status = ihp__layout_choice(l, node, where, date_forms, &choice);
        table->dates = (enum ihp__layout_dates)(choice + 1);
        return status == IHP_OK ? describe_dates(l, node) : status;
    case KEY_PARTIAL:
        status = ihp__layout_choice(l, node, where, partial, &choice);
        table->partial = choice == 1 ? IHP__LAYOUT_PARTIAL_WHOLE : IHP__LAYOUT_PARTIAL_COUNT;
        return status;
    default:
        status = ihp__layout_choice(l, node, where, repeated, &choice);
        table->keeps_one = choice == 1;
        return status;
    }
}

/* ---- rows to leave out ----------------------------------------------------------------------- */

enum { LEAVE_COLUMN, LEAVE_VALUES, LEAVE_BEGINS, LEAVE_BECAUSE, LEAVE_KEYS };

static enum ihp_status add_reason(struct ihp__layout_loading *l, const char *reason, size_t *number)
{
    struct ihp__layout_texts *reasons = &l->table->reasons;
    if (reason == NULL) {
        return l->err->status;
    }
    for (*number = 0; *number < reasons->count; ++*number) {
        if (strcmp(reasons->text[*number], reason) == 0) {
            return IHP_OK;
        }
    }
    if (!ihp__array_reserve(&reasons->text, &reasons->capacity, reasons->count + 1,
                            sizeof *reasons->text)) {
        return ihp__fail_memory(l->err, "the layout");
    }
    reasons->text[reasons->count++] = reason;
    return IHP_OK;
}

static enum ihp_status add_values(struct ihp__layout_loading *l, const yaml_node_t *node,
                                  const char *where, struct ihp__patterns *patterns)
{
    struct ihp__layout_texts values = {0};
    enum ihp_status status = ihp__layout_list(l, node, where, &values, "values");
    for (size_t i = 0; i < values.count && status == IHP_OK; i++) {
        const char *problem = ihp__patterns_add(patterns, values.text[i]);
        if (problem != NULL) {
            status = problem[0] == '\0' ? ihp__fail_memory(l->err, "the layout")
                                        : ihp__layout_fail(l, ihp__yaml_line(node), where,
                                                           "'%.60s' %s", values.text[i], problem);
        }
    }
    free(values.text);
    return status;
}

static enum ihp_status leave_by_column(struct ihp__layout_loading *l,
                                       const struct ihp__layout_entry *entry, const char *where)
{
    struct ihp__layout *layout = l->layout;
    struct ihp__layout_table *table = l->table;
    char reason[300];
    if (!ihp__array_reserve(&table->leave, &table->leave_capacity, table->leaves + 1,
                            sizeof *table->leave) ||
        !ihp__array_reserve(&layout->hit, &layout->hit_capacity, layout->hits + 1,
                            sizeof *layout->hit)) {
        return ihp__fail_memory(l->err, "the layout");
    }
    struct ihp__layout_leave *leave = &table->leave[table->leaves++];
    leave->hit = layout->hits++;
    leave->line = entry[LEAVE_VALUES].line;
    const char *name =
        ihp__layout_scalar(l, entry[LEAVE_COLUMN].node, where, 1, "the name of a column");
    if (name == NULL ||
        ihp__layout_column(l, name, true, entry[LEAVE_COLUMN].line, where, &leave->column) !=
            IHP_OK ||
        add_values(l, entry[LEAVE_VALUES].node, where, &leave->patterns) != IHP_OK) {
        return l->err->status;
    }
    if (entry[LEAVE_BECAUSE].node != NULL) {
        return add_reason(
            l, ihp__layout_scalar(l, entry[LEAVE_BECAUSE].node, where, 1, "a reason in words"),
            &leave->reason);
    }
    snprintf(reason, sizeof reason, "%.200s has a value of 'leave_out' on line %zu", name,
             entry[LEAVE_VALUES].line);
    return add_reason(l, ihp__layout_keep(l, reason), &leave->reason);
}

/* Reads beginnings of rows. Without a reason of its own, a row that has all its fields is told
 * apart from the trailers that have not. */
static enum ihp_status leave_by_beginning(struct ihp__layout_loading *l,
                                          const struct ihp__layout_entry *entry, const char *where)
{
    struct ihp__layout_table *table = l->table;
    const yaml_node_t *because = entry[LEAVE_BECAUSE].node;
    const char *given =
        because == NULL ? NULL : ihp__layout_scalar(l, because, where, 1, "a reason in words");
    size_t first = table->trailers.count;
    if ((because != NULL && given == NULL) ||
        ihp__layout_list(l, entry[LEAVE_BEGINS].node, where, &table->trailers,
                         "the beginning of a row") != IHP_OK) {
        return l->err->status;
    }
    if (!ihp__array_reserve(&table->trailer_reason, &table->reason_capacity, table->trailers.count,
                            sizeof *table->trailer_reason) ||
        !ihp__array_reserve(&table->trailer_given, &table->given_capacity, table->trailers.count,
                            sizeof *table->trailer_given)) {
        return ihp__fail_memory(l->err, "the layout");
    }
    for (size_t i = first; i < table->trailers.count; i++) {
        char reason[300];
        snprintf(reason, sizeof reason, "they begin with '%.200s'", table->trailers.text[i]);
        const char *text = given != NULL ? given : ihp__layout_keep(l, reason);
        table->trailer_given[i] = given != NULL;
        if (add_reason(l, text, &table->trailer_reason[i]) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status read_leave(struct ihp__layout_loading *l, const yaml_node_t *node,
                                  const char *where)
{
    struct ihp__layout_entry entry[LEAVE_KEYS] = {
        {.name = "column"}, {.name = "values"}, {.name = "begins"}, {.name = "because"}};
    if (ihp__layout_entries(l, node, where, entry, LEAVE_KEYS) != IHP_OK) {
        return l->err->status;
    }
    bool by_column = entry[LEAVE_COLUMN].node != NULL && entry[LEAVE_VALUES].node != NULL &&
                     entry[LEAVE_BEGINS].node == NULL;
    if (by_column) {
        return leave_by_column(l, entry, where);
    }
    if (entry[LEAVE_BEGINS].node == NULL || entry[LEAVE_COLUMN].node != NULL ||
        entry[LEAVE_VALUES].node != NULL) {
        return ihp__layout_fail(l, ihp__yaml_line(node), where,
                                "expected the keys column and values, or the key begins, and "
                                "perhaps because");
    }
    return leave_by_beginning(l, entry, where);
}

static enum ihp_status read_leaves(struct ihp__layout_loading *l,
                                   const struct ihp__layout_entry *entry)
{
    char where[IHP__LAYOUT_WHERE];
    where_of(l, "leave_out", where);
    if (entry->node == NULL) {
        return IHP_OK;
    }
    if (entry->node->type != YAML_SEQUENCE_NODE) {
        return ihp__layout_fail_node(l, entry->node, where,
                                     "a list, such as - {begins: \"TRAILER\"}");
    }
    const yaml_node_item_t *item = entry->node->data.sequence.items.start;
    for (; item < entry->node->data.sequence.items.top; item++) {
        if (read_leave(l, ihp__layout_node(l, *item), where) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static enum ihp_status finish_table(struct ihp__layout_loading *l)
{
    struct ihp__layout_table *table = l->table;
    table->no_month = IHP__LAYOUT_NONE;
    if (table->partial == IHP__LAYOUT_PARTIAL_WHOLE &&
        add_reason(l, "the span has no whole month", &table->no_month) != IHP_OK) {
        return l->err->status;
    }
    if (ihp__layout_read_rules(l) != IHP_OK) {
        return l->err->status;
    }
    table->format.any_case = true;
    table->format.named_by = table->named_by;
    table->format.header = table->header.count == 0 ? NULL : table->header.text;
    table->format.header_columns = table->header.count;
    table->format.trailer = table->trailers.text;
    table->format.is_given = table->trailer_given;
    table->format.trailers = table->trailers.count;
    return IHP_OK;
}

static enum ihp_status read_table(struct ihp__layout_loading *l, const yaml_node_t *node)
{
    struct ihp__layout_entry entry[KEYS] = {0};
    char where[IHP__LAYOUT_WHERE];
    for (size_t i = 0; i < KEYS; i++) {
        entry[i].name = key_name[i];
    }
    if (ihp__layout_entries(l, node, l->table->schema->name, entry, KEYS) != IHP_OK) {
        return l->err->status;
    }
    for (size_t i = 0; i < KEY_COLUMNS; i++) {
        where_of(l, key_name[i], where);
        if (entry[i].node != NULL && read_form(l, i, where, entry[i].node) != IHP_OK) {
            return l->err->status;
        }
    }
    if (ihp__layout_read_columns(l, &entry[KEY_COLUMNS]) != IHP_OK ||
        read_leaves(l, &entry[KEY_LEAVE]) != IHP_OK) {
        return l->err->status;
    }
    return finish_table(l);
}

static enum ihp_status read_pair(struct ihp__layout_loading *l, const yaml_node_pair_t *pair)
{
    struct ihp__layout *layout = l->layout;
    const yaml_node_t *key = ihp__layout_node(l, pair->key);
    const char *name = ihp__yaml_text(key), *names[16];
    size_t line = ihp__yaml_line(key), i = 0;
    if (name == NULL) {
        return ihp__layout_fail_node(l, key, "layout", "a table of the extract, such as 'claims:'");
    }
    for (size_t t = 0; t < layout->tables && t < 16; t++) {
        names[t] = layout->table[t].schema->name;
    }
    while (i < layout->tables && strcmp(name, layout->table[i].schema->name) != 0) {
        i++;
    }
    if (i == layout->tables) {
        return ihp__layout_fail_name(l, line, "", name, names, layout->tables);
    }
    l->table = &layout->table[i];
    if (l->table->is_given) {
        return ihp__layout_fail(l, line, name, "was given on line %zu already; keep one",
                                l->table->line);
    }
    l->table->is_given = true;
    l->table->line = line;
    return read_table(l, ihp__layout_node(l, pair->value));
}

enum ihp_status ihp__layout_read(struct ihp__layout_loading *l)
{
    const yaml_node_t *root = yaml_document_get_root_node(l->document);
    if (root == NULL || root->type != YAML_MAPPING_NODE ||
        root->data.mapping.pairs.start == root->data.mapping.pairs.top) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:1: is not a layout; expected tables of the extract, such as "
                         "'claims:' with keys below",
                         l->layout->path);
    }
    const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
    for (; pair < root->data.mapping.pairs.top; pair++) {
        if (read_pair(l, pair) != IHP_OK) {
            return l->err->status;
        }
    }
    ihp__layout_hide(l->layout);
    return IHP_OK;
}
