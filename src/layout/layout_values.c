/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a layout: how the columns of the extract are made of those of the files. */
#include "layout/layout_read.h"

#include "base/array.h"
#include "base/error.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

/* How deep values may have values inside, and how many a table may have: aliases of YAML could make
 * more of them than there is memory. */
enum { DEPTH_MAX = 6, VALUES_MAX = 2000 };

/* The keys of a value. */
enum {
    KEY_COLUMN,
    KEY_CONSTANT,
    KEY_JOIN,
    KEY_WITH,
    KEY_TEXT,
    KEY_THEN,
    KEY_LOOKUP,
    KEY_FROM,
    KEY_KEY,
    KEY_RULES,
    KEY_VALUE,
    KEY_OTHERWISE,
    KEYS
};
static const char *const key_name[KEYS] = {"column", "constant", "join",   "with",
                                           "text",   "then",     "lookup", "from",
                                           "key",    "rules",    "value",  "otherwise"};

/* The sorts of values: the key that says so, and the keys that they must have and may have. */
static const struct {
    size_t key;
    unsigned required, allowed; /* bits */
    const char *keys;           /* for a message */
} sorts[] = {
    {KEY_COLUMN, 0, 0, "column"},
    {KEY_CONSTANT, 0, 0, "constant"},
    {KEY_JOIN, 0, 1U << KEY_WITH, "join and perhaps with"},
    {KEY_TEXT, 1U << KEY_THEN, 0, "text and then"},
    {KEY_LOOKUP, 1U << KEY_FROM | 1U << KEY_KEY, 1U << KEY_VALUE | 1U << KEY_OTHERWISE,
     "lookup, from, key and perhaps value and otherwise"},
    {KEY_RULES, 0, 1U << KEY_VALUE | 1U << KEY_OTHERWISE, "rules and perhaps value and otherwise"},
};

/* A value that is being read. */
struct reading {
    struct ihp__layout_loading *l;
    const char *where;
    int depth;
    bool is_plain; /* the text becomes a part of the value, and is not only looked for */
};

static const struct ihp__layout_field *field_of(const struct ihp__layout_loading *l)
{
    return &l->table->schema->field[l->field];
}

/* ---- values ---------------------------------------------------------------------------------- */

static enum ihp_status add_value(const struct reading *r, const yaml_node_t *node,
                                 enum ihp__layout_kind kind, size_t *number)
{
    struct ihp__layout_table *table = r->l->table;
    if (table->values == VALUES_MAX) {
        return ihp__layout_fail(r->l, ihp__yaml_line(node), r->where,
                                "the table has more than %d values", VALUES_MAX);
    }
    if (!ihp__array_reserve(&table->value, &table->value_capacity, table->values + 1,
                            sizeof *table->value)) {
        return ihp__fail_memory(r->l->err, "the layout");
    }
    *number = table->values++;
    table->value[*number] = (struct ihp__layout_value){.kind = kind,
                                                       .line = ihp__yaml_line(node),
                                                       .part = IHP__LAYOUT_NONE,
                                                       .next = IHP__LAYOUT_NONE,
                                                       .otherwise = IHP__LAYOUT_NONE,
                                                       .field = r->l->field,
                                                       .text = ""};
    if (kind == IHP__LAYOUT_JOIN || kind == IHP__LAYOUT_PREFIX) {
        table->value[*number].built = table->built++;
    }
    return IHP_OK;
}

static enum ihp_status read_value(const struct reading *r, const yaml_node_t *node, size_t *number);

/* Reads a value that is inside another one. */
static enum ihp_status read_part(const struct reading *r, const yaml_node_t *node, bool is_plain,
                                 size_t *number)
{
    const struct reading inner = {r->l, r->where, r->depth + 1, r->is_plain && is_plain};
    if (inner.depth > DEPTH_MAX) {
        return ihp__layout_fail(r->l, ihp__yaml_line(node), r->where,
                                "values are inside each other more than %d times", DEPTH_MAX);
    }
    return read_value(&inner, node, number);
}

static enum ihp_status read_column(const struct reading *r, const yaml_node_t *node, size_t *number)
{
    struct ihp__layout_table *table = r->l->table;
    size_t column;
    const char *name = ihp__layout_scalar(r->l, node, r->where, 1, "the name of a column");
    if (name == NULL || add_value(r, node, IHP__LAYOUT_COLUMN, number) != IHP_OK ||
        ihp__layout_column(r->l, name, true, ihp__yaml_line(node), r->where, &column) != IHP_OK) {
        return r->l->err->status;
    }
    table->value[*number].column = column;
    table->is_private[column] |= field_of(r->l)->is_private;
    table->is_public[column] |= r->is_plain && !field_of(r->l)->is_private;
    table->texts |= (uint64_t)(r->is_plain && field_of(r->l)->is_text) << column;
    return IHP_OK;
}

static enum ihp_status read_constant(const struct reading *r, const yaml_node_t *node,
                                     enum ihp__layout_kind kind, size_t *number)
{
    const char *text = ihp__layout_scalar(r->l, node, r->where, 0, "a text");
    if (text == NULL || add_value(r, node, kind, number) != IHP_OK) {
        return r->l->err->status;
    }
    r->l->table->value[*number].text = text;
    r->l->table->value[*number].length = strlen(text);
    return IHP_OK;
}

/* Reads the parts of a value. */
static enum ihp_status read_parts(const struct reading *r, const yaml_node_t *node, size_t number,
                                  bool is_plain)
{
    size_t part, last = IHP__LAYOUT_NONE;
    if (node->type != YAML_SEQUENCE_NODE ||
        node->data.sequence.items.start == node->data.sequence.items.top) {
        return ihp__layout_fail_node(r->l, node, r->where, "a list of columns");
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top; item++) {
        if (read_part(r, ihp__layout_node(r->l, *item), is_plain, &part) != IHP_OK) {
            return r->l->err->status;
        }
        struct ihp__layout_value *value = r->l->table->value;
        *(last == IHP__LAYOUT_NONE ? &value[number].part : &value[last].next) = part;
        last = part;
    }
    return IHP_OK;
}

static enum ihp_status read_join(const struct reading *r, const struct ihp__layout_entry *entry,
                                 size_t *number)
{
    const yaml_node_t *with = entry[KEY_WITH].node;
    if (with != NULL) {
        if (read_constant(r, with, IHP__LAYOUT_JOIN, number) != IHP_OK) {
            return r->l->err->status;
        }
    } else if (add_value(r, entry[KEY_JOIN].node, IHP__LAYOUT_JOIN, number) != IHP_OK) {
        return r->l->err->status;
    }
    return read_parts(r, entry[KEY_JOIN].node, *number, true);
}

static enum ihp_status read_prefix(const struct reading *r, const struct ihp__layout_entry *entry,
                                   size_t *number)
{
    size_t part;
    if (read_constant(r, entry[KEY_TEXT].node, IHP__LAYOUT_PREFIX, number) != IHP_OK ||
        read_part(r, entry[KEY_THEN].node, true, &part) != IHP_OK) {
        return r->l->err->status;
    }
    r->l->table->value[*number].part = part;
    return IHP_OK;
}

/* ---- lookups and rules ----------------------------------------------------------------------- */

/* Reads the value of 'otherwise': a text, or a group of keys. */
static enum ihp_status read_otherwise(const struct reading *r,
                                      const struct ihp__layout_entry *entry, size_t number)
{
    const yaml_node_t *node = entry[KEY_OTHERWISE].node;
    size_t otherwise = IHP__LAYOUT_NONE;
    if (node == NULL) {
        return IHP_OK;
    }
    if ((node->type == YAML_SCALAR_NODE ? read_constant(r, node, IHP__LAYOUT_CONSTANT, &otherwise)
                                        : read_part(r, node, true, &otherwise)) != IHP_OK) {
        return r->l->err->status;
    }
    r->l->table->value[number].otherwise = otherwise;
    return IHP_OK;
}

/* Makes the place for texts without a value, and the problem of a row that has one. `what` says
 * what the table lacks: "no key for this value of STATE_CODE". */
static enum ihp_status add_seen(const struct reading *r, size_t number,
                                const struct ihp__sheet *sheet, const char *what)
{
    struct ihp__layout *layout = r->l->layout;
    char problem[400];
    if (!ihp__array_reserve(&layout->seen, &layout->seen_capacity, layout->seens + 2,
                            sizeof *layout->seen)) {
        return ihp__fail_memory(r->l->err, "the layout");
    }
    struct ihp__layout_value *value = &r->l->table->value[number];
    snprintf(
        problem, sizeof problem,
        "%.40s: %.60s has %.120s; add it there, or give the key 'otherwise' on line %zu of %.40s",
        field_of(r->l)->name, ihp__path_base(sheet->path), what, value->line,
        ihp__path_base(layout->path));
    value->seen = layout->seens; /* and behind it, those that 'otherwise' gives a value */
    layout->seens += 2;
    value->problem = ihp__layout_keep(r->l, problem);
    return r->l->err->status;
}

/* Reads the name of the column of a sheet that has the values: that of the extract's column unless
 * the key is there. */
static enum ihp_status read_result(const struct reading *r, const struct ihp__layout_entry *entry,
                                   const struct ihp__sheet *sheet, size_t *result)
{
    const struct ihp__layout_entry *given = &entry[KEY_VALUE];
    const char *name = given->node == NULL ? field_of(r->l)->name
                                           : ihp__layout_scalar(r->l, given->node, r->where, 1,
                                                                "the name of a column");
    if (name == NULL) {
        return r->l->err->status;
    }
    return ihp__layout_sheet_column(r->l, sheet, name, given->line, r->where, result);
}

static const struct ihp__sheet *read_sheet(const struct reading *r, const yaml_node_t *node)
{
    const char *name = ihp__layout_scalar(r->l, node, r->where, 1, "the name of a CSV file");
    return name == NULL ? NULL : ihp__layout_sheet(r->l, name);
}

static enum ihp_status read_lookup(const struct reading *r, const struct ihp__layout_entry *entry,
                                   size_t *number)
{
    struct ihp__layout_lookup lookup = {0};
    size_t part, table;
    const yaml_node_t *from = entry[KEY_FROM].node, *key_node = entry[KEY_KEY].node;
    const char *key =
        ihp__layout_scalar(r->l, key_node, r->where, 1, "the name of a column of the lookup table");
    lookup.sheet = key == NULL ? NULL : read_sheet(r, entry[KEY_LOOKUP].node);
    if (lookup.sheet == NULL ||
        ihp__layout_sheet_column(r->l, lookup.sheet, key, entry[KEY_KEY].line, r->where,
                                 &lookup.key) != IHP_OK ||
        read_result(r, entry, lookup.sheet, &lookup.value) != IHP_OK ||
        ihp__layout_lookup_add(r->l, &lookup, &table) != IHP_OK ||
        add_value(r, entry[KEY_LOOKUP].node, IHP__LAYOUT_LOOKUP, number) != IHP_OK ||
        read_part(r, from, false, &part) != IHP_OK) {
        return r->l->err->status;
    }
    const char *source = ihp__yaml_text(from);
    char what[160];
    snprintf(what, sizeof what, "no key for a value of %.60s", source == NULL ? "a row" : source);
    r->l->table->value[*number].part = part;
    r->l->table->value[*number].table = table;
    if (add_seen(r, *number, lookup.sheet, what) != IHP_OK) {
        return r->l->err->status;
    }
    return read_otherwise(r, entry, *number);
}

static enum ihp_status read_rules(const struct reading *r, const struct ihp__layout_entry *entry,
                                  size_t *number)
{
    const struct ihp__sheet *sheet = read_sheet(r, entry[KEY_RULES].node);
    size_t result;
    if (sheet == NULL || read_result(r, entry, sheet, &result) != IHP_OK) {
        return r->l->err->status;
    }
    size_t table = ihp__layout_rules_of(r->l, sheet);
    if (table == SIZE_MAX ||
        add_value(r, entry[KEY_RULES].node, IHP__LAYOUT_RULES, number) != IHP_OK) {
        return r->l->err->status;
    }
    r->l->table->rules[table].is_result[result] = true;
    r->l->table->value[*number].table = table;
    r->l->table->value[*number].result = result;
    if (add_seen(r, *number, sheet, "no rule that fits the row") != IHP_OK) {
        return r->l->err->status;
    }
    return read_otherwise(r, entry, *number);
}

/* ---- any value ------------------------------------------------------------------------------- */

static enum ihp_status check_keys(const struct reading *r, const yaml_node_t *node,
                                  const struct ihp__layout_entry *entry, size_t *sort)
{
    const size_t count = sizeof sorts / sizeof sorts[0];
    unsigned given = 0;
    for (size_t k = 0; k < KEYS; k++) {
        given |= (unsigned)(entry[k].node != NULL) << k;
    }
    for (*sort = 0; *sort < count && (given & 1U << sorts[*sort].key) == 0; ++*sort) {
    }
    if (*sort == count) {
        return ihp__layout_fail(r->l, ihp__yaml_line(node), r->where,
                                "expected a column, a list of columns, or one of the keys column, "
                                "constant, join, text, lookup and rules");
    }
    unsigned required = sorts[*sort].required | 1U << sorts[*sort].key;
    if ((given & required) != required || (given & ~(required | sorts[*sort].allowed)) != 0) {
        return ihp__layout_fail(r->l, ihp__yaml_line(node), r->where,
                                "the keys do not belong together; with '%s', the keys are %s",
                                key_name[sorts[*sort].key], sorts[*sort].keys);
    }
    return IHP_OK;
}

static enum ihp_status read_group(const struct reading *r, const yaml_node_t *node, size_t *number)
{
    struct ihp__layout_entry entry[KEYS] = {0};
    size_t sort;
    for (size_t i = 0; i < KEYS; i++) {
        entry[i].name = key_name[i];
    }
    if (ihp__layout_entries(r->l, node, r->where, entry, KEYS) != IHP_OK ||
        check_keys(r, node, entry, &sort) != IHP_OK) {
        return r->l->err->status;
    }
    switch (sorts[sort].key) {
    case KEY_COLUMN:
        return read_column(r, entry[KEY_COLUMN].node, number);
    case KEY_CONSTANT:
        return read_constant(r, entry[KEY_CONSTANT].node, IHP__LAYOUT_CONSTANT, number);
    case KEY_JOIN:
        return read_join(r, entry, number);
    case KEY_TEXT:
        return read_prefix(r, entry, number);
    case KEY_LOOKUP:
        return read_lookup(r, entry, number);
    default:
        return read_rules(r, entry, number);
    }
}

static enum ihp_status read_value(const struct reading *r, const yaml_node_t *node, size_t *number)
{
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return read_column(r, node, number);
    case YAML_SEQUENCE_NODE:
        if (add_value(r, node, IHP__LAYOUT_FIRST, number) != IHP_OK) {
            return r->l->err->status;
        }
        return read_parts(r, node, *number, true);
    default:
        return read_group(r, node, number);
    }
}

/* ---- the columns of a table ------------------------------------------------------------------ */

static enum ihp_status fail_field(const struct ihp__layout_loading *l, size_t line,
                                  const char *where, const char *name)
{
    const char *names[IHP__CSV_WANTED_MAX];
    const struct ihp__layout_schema *schema = l->table->schema;
    for (size_t i = 0; i < schema->fields; i++) {
        names[i] = schema->field[i].name;
    }
    return ihp__layout_fail_name(l, line, where, name, names, schema->fields);
}

static enum ihp_status read_pair(struct ihp__layout_loading *l, const yaml_node_pair_t *pair)
{
    struct ihp__layout_table *table = l->table;
    const yaml_node_t *key = ihp__layout_node(l, pair->key);
    const char *name = ihp__yaml_text(key);
    char where[IHP__LAYOUT_WHERE];
    snprintf(where, sizeof where, "%s.columns", table->schema->name);
    if (name == NULL) {
        return ihp__layout_fail_node(l, key, where, "the name of a column of the extract");
    }
    for (l->field = 0; l->field < table->schema->fields && strcmp(name, field_of(l)->name) != 0;) {
        l->field++;
    }
    if (l->field == table->schema->fields) {
        return fail_field(l, ihp__yaml_line(key), where, name);
    }
    if (table->of_field[l->field] != IHP__LAYOUT_NONE) {
        return ihp__layout_fail(l, ihp__yaml_line(key), where,
                                "the column '%s' was given already; keep one", name);
    }
    snprintf(where, sizeof where, "%s.columns.%s", table->schema->name, name);
    const struct reading reading = {l, where, 0, true};
    size_t number;
    if (read_value(&reading, ihp__layout_node(l, pair->value), &number) != IHP_OK) {
        return l->err->status;
    }
    table->of_field[l->field] = number;
    return IHP_OK;
}

/* Takes a column that the layout does not name from one of the same name. */
static enum ihp_status read_same(struct ihp__layout_loading *l)
{
    struct ihp__layout_table *table = l->table;
    size_t number = table->values, column;
    if (!ihp__array_reserve(&table->value, &table->value_capacity, number + 1,
                            sizeof *table->value)) {
        return ihp__fail_memory(l->err, "the layout");
    }
    if (ihp__layout_column(l, field_of(l)->name, field_of(l)->required, table->line,
                           table->schema->name, &column) != IHP_OK) {
        return l->err->status;
    }
    table->value[number] = (struct ihp__layout_value){.kind = IHP__LAYOUT_COLUMN,
                                                      .column = column,
                                                      .part = IHP__LAYOUT_NONE,
                                                      .next = IHP__LAYOUT_NONE,
                                                      .otherwise = IHP__LAYOUT_NONE,
                                                      .field = l->field};
    table->is_private[column] |= field_of(l)->is_private;
    table->is_public[column] |= !field_of(l)->is_private;
    table->texts |= (uint64_t)field_of(l)->is_text << column;
    table->of_field[l->field] = number;
    table->values++;
    return IHP_OK;
}

enum ihp_status ihp__layout_read_columns(struct ihp__layout_loading *l,
                                         const struct ihp__layout_entry *entry)
{
    char where[IHP__LAYOUT_WHERE];
    snprintf(where, sizeof where, "%s.columns", l->table->schema->name);
    if (entry->node != NULL && entry->node->type != YAML_MAPPING_NODE) {
        return ihp__layout_fail_node(l, entry->node, where,
                                     "columns of the extract, such as 'paid_date: PAID_DT'");
    }
    const yaml_node_pair_t *pair =
        entry->node == NULL ? NULL : entry->node->data.mapping.pairs.start;
    for (; pair != NULL && pair < entry->node->data.mapping.pairs.top; pair++) {
        if (read_pair(l, pair) != IHP_OK) {
            return l->err->status;
        }
    }
    for (l->field = 0; l->field < l->table->schema->fields; l->field++) {
        if (l->table->of_field[l->field] == IHP__LAYOUT_NONE && read_same(l) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}
