/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_read.h - what the files that read a layout share: the layout as far as it is read, nodes
 * of its YAML, and refusals, "FILE:LINE: KEY: ...". */
#ifndef IHP_LAYOUT_READ_H
#define IHP_LAYOUT_READ_H

#include "base/yaml_file.h"
#include "layout/layout_internal.h"

struct ihp__layout_loading {
    struct ihp__layout *layout;
    yaml_document_t *document;
    struct ihp__layout_table *table; /* that is being read */
    size_t field;                    /* of the extract, whose value is being read */
    struct ihp_error *err;
};

/* A key that a mapping may have, and where it is; `node` is NULL if it is not there. */
struct ihp__layout_entry {
    const char *name;
    const yaml_node_t *node;
    size_t line;
};

enum { IHP__LAYOUT_WHERE = 160 };

/* Returns a node of the document. */
const yaml_node_t *ihp__layout_node(const struct ihp__layout_loading *l, int number);

/* Refuses something: "FILE:LINE: WHERE: " and the text. */
enum ihp_status ihp__layout_fail(const struct ihp__layout_loading *l, size_t line,
                                 const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Refuses a node that is not what is `expected`. */
enum ihp_status ihp__layout_fail_node(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                      const char *where, const char *expected);

/* Refuses a name that is none of `count` names, with the one that was probably meant. */
enum ihp_status ihp__layout_fail_name(const struct ihp__layout_loading *l, size_t line,
                                      const char *where, const char *name, const char *const *names,
                                      size_t count);

/* Finds `count` entries in a mapping. Refuses other keys, keys given twice and other nodes. */
enum ihp_status ihp__layout_entries(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                    const char *where, struct ihp__layout_entry *entry,
                                    size_t count);

/* Keeps a copy of a text as long as the layout; NULL, with the error set, if memory is short. */
const char *ihp__layout_keep(const struct ihp__layout_loading *l, const char *text);

/* Reads a text of one line without control characters, `least` to 200 bytes; NULL, with the error
 * set, for another node. The text is kept. */
const char *ihp__layout_scalar(const struct ihp__layout_loading *l, const yaml_node_t *node,
                               const char *where, size_t least, const char *expected);

/* Reads one of some texts as its position. */
enum ihp_status ihp__layout_choice(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                   const char *where, const char *const *choices, int *choice);

/* Reads a list of texts, or one text. */
enum ihp_status ihp__layout_list(const struct ihp__layout_loading *l, const yaml_node_t *node,
                                 const char *where, struct ihp__layout_texts *texts,
                                 const char *expected);

/* Returns the sheet of a file that the layout names, reads it if it is new; NULL, with the error
 * set, if it cannot be read. */
const struct ihp__sheet *ihp__layout_sheet(const struct ihp__layout_loading *l, const char *name);

/* Finds a column of a sheet. */
enum ihp_status ihp__layout_sheet_column(const struct ihp__layout_loading *l,
                                         const struct ihp__sheet *sheet, const char *name,
                                         size_t line, const char *where, size_t *column);

/* Finds a column of the files among those of the table, or adds it. */
enum ihp_status ihp__layout_column(const struct ihp__layout_loading *l, const char *name,
                                   bool required, size_t line, const char *where, size_t *column);

/* Reads the key 'columns' (NULL: there is none), and takes the other columns of the extract from
 * columns of the same name. */
enum ihp_status ihp__layout_read_columns(struct ihp__layout_loading *l,
                                         const struct ihp__layout_entry *entry);

/* Compiles the rule tables of the table, when all its columns are read. */
enum ihp_status ihp__layout_read_rules(const struct ihp__layout_loading *l);

/* Returns the rules of a sheet in this table, made if they are new; SIZE_MAX, with the error set,
 * if memory is short. */
size_t ihp__layout_rules_of(const struct ihp__layout_loading *l, const struct ihp__sheet *sheet);

/* Makes a lookup. */
enum ihp_status ihp__layout_lookup_add(const struct ihp__layout_loading *l,
                                       const struct ihp__layout_lookup *lookup, size_t *number);

/* Decides, when all tables are read, which texts may appear in messages. */
void ihp__layout_hide(struct ihp__layout *layout);

/* Reads the document. */
enum ihp_status ihp__layout_read(struct ihp__layout_loading *l);

#endif
