/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes of a layout's YAML, and refusals. */
#include "layout/layout_read.h"

#include "base/array.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 200 };

const yaml_node_t *ihp__layout_node(const struct ihp__layout_loading *l, int number)
{
    return yaml_document_get_node(l->document, number);
}

/* ---- refusals -------------------------------------------------------------------------------- */

enum ihp_status ihp__layout_fail(const struct ihp__layout_loading *l, size_t line,
                                 const char *where, const char *format, ...)
{
    char text[sizeof l->err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s%s%s", l->layout->path, line, where,
                     where[0] == '\0' ? "" : ": ", text);
}

enum ihp_status ihp__layout_fail_node(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                      const char *where, const char *expected)
{
    const char *text = ihp__yaml_text(node);
    return text == NULL
               ? ihp__layout_fail(l, ihp__yaml_line(node), where, "%s is not allowed; expected %s",
                                  ihp__yaml_kind(node), expected)
               : ihp__layout_fail(l, ihp__yaml_line(node), where,
                                  "'%.60s' is not allowed; expected %s", text, expected);
}

enum ihp_status ihp__layout_fail_name(const struct ihp__layout_loading *l, size_t line,
                                      const char *where, const char *name, const char *const *names,
                                      size_t count)
{
    char listed[500] = "", meant[100] = "";
    const char *nearest = ihp__nearest(name, names, count);
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof listed; i++) {
        used += (size_t)snprintf(listed + used, sizeof listed - used, " %.40s", names[i]);
    }
    if (nearest != NULL) {
        snprintf(meant, sizeof meant, " did you mean '%.60s'?", nearest);
    }
    return ihp__layout_fail(l, line, where, "unknown key '%.60s';%s the keys here are:%s%s", name,
                            meant, listed, used < sizeof listed ? "" : "...");
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static enum ihp_status fail_unknown(const struct ihp__layout_loading *l, size_t line,
                                    const char *where, const char *name,
                                    const struct ihp__layout_entry *entry, size_t count)
{
    const char *names[32];
    size_t listed = 0;
    for (; listed < count && listed < sizeof names / sizeof names[0]; listed++) {
        names[listed] = entry[listed].name;
    }
    return ihp__layout_fail_name(l, line, where, name, names, listed);
}

enum ihp_status ihp__layout_entries(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                    const char *where, struct ihp__layout_entry *entry,
                                    size_t count)
{
    if (node->type != YAML_MAPPING_NODE) {
        return ihp__layout_fail_node(l, node, where, "a group of keys");
    }
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = ihp__layout_node(l, pair->key);
        const char *name = ihp__yaml_text(key);
        size_t i = 0, line = ihp__yaml_line(key);
        if (name == NULL) {
            return ihp__layout_fail_node(l, key, where, "a key that is a text");
        }
        while (i < count && strcmp(entry[i].name, name) != 0) {
            i++;
        }
        if (i == count) {
            return fail_unknown(l, line, where, name, entry, count);
        }
        if (entry[i].node != NULL) {
            return ihp__layout_fail(l, line, where,
                                    "the key '%s' was given on line %zu already; keep one", name,
                                    entry[i].line);
        }
        entry[i].node = ihp__layout_node(l, pair->value);
        entry[i].line = line;
    }
    return IHP_OK;
}

const char *ihp__layout_keep(const struct ihp__layout_loading *l, const char *text)
{
    struct ihp__layout *layout = l->layout;
    char *copy = strdup(text);
    if (copy == NULL || !ihp__array_reserve(&layout->text, &layout->text_capacity,
                                            layout->texts + 1, sizeof *layout->text)) {
        free(copy);
        ihp__error_set(l->err, IHP_ERR_RUN, "out of memory for the layout");
        return NULL;
    }
    layout->text[layout->texts++] = copy;
    return copy;
}

const char *ihp__layout_scalar(const struct ihp__layout_loading *l, const yaml_node_t *node,
                               const char *where, size_t least, const char *expected)
{
    const char *text = ihp__yaml_text(node);
    size_t length = text == NULL ? 0 : strlen(text);
    if (text == NULL || length < least || length > TEXT_MAX ||
        ihp__text_problem(text, length) != NULL) {
        ihp__error_set(l->err, IHP_ERR_USAGE, "%s:%zu: %s: %s%.60s%s is not allowed; expected %s",
                       l->layout->path, ihp__yaml_line(node), where, text == NULL ? "" : "'",
                       text == NULL ? ihp__yaml_kind(node) : text, text == NULL ? "" : "'",
                       expected);
        return NULL;
    }
    return ihp__layout_keep(l, text);
}

enum ihp_status ihp__layout_choice(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                   const char *where, const char *const *choices, int *choice)
{
    char listed[160] = "";
    const char *text = ihp__yaml_text(node);
    size_t used = 0;
    for (int i = 0; choices[i] != NULL; i++) {
        if (text != NULL && strcmp(text, choices[i]) == 0) {
            *choice = i;
            return IHP_OK;
        }
        used += (size_t)snprintf(listed + used, sizeof listed - used, "%s%s",
                                 i == 0                   ? ""
                                 : choices[i + 1] == NULL ? " or "
                                                          : ", ",
                                 choices[i]);
    }
    return ihp__layout_fail_node(l, node, where, listed);
}

static enum ihp_status add_text(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                const char *where, struct ihp__layout_texts *texts,
                                const char *expected)
{
    const char *text = ihp__layout_scalar(l, node, where, 1, expected);
    if (text == NULL) {
        return l->err->status;
    }
    if (!ihp__array_reserve(&texts->text, &texts->capacity, texts->count + 1,
                            sizeof *texts->text)) {
        return ihp__fail_memory(l->err, "the layout");
    }
    texts->text[texts->count++] = text;
    return IHP_OK;
}

enum ihp_status ihp__layout_list(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                 const char *where, struct ihp__layout_texts *texts,
                                 const char *expected)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return add_text(l, node, where, texts, expected);
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top; item++) {
        if (add_text(l, ihp__layout_node(l, *item), where, texts, expected) != IHP_OK) {
            return l->err->status;
        }
    }
    return texts->count > 0 ? IHP_OK
                            : ihp__layout_fail(l, ihp__yaml_line(node), where,
                                               "the list is empty; expected %s", expected);
}
