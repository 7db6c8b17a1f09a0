/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a layout: the columns that a table's files must have. */
#include "layout/layout_read.h"

#include "base/array.h"
#include "base/error.h"
#include "base/path.h"

#include <stdio.h>
#include <string.h>

static bool is_same_name(const char *a, const char *b)
{
    struct ihp__layout_text p = ihp__layout_trim(a, strlen(a)), q = ihp__layout_trim(b, strlen(b));
    bool same = p.length == q.length;
    for (size_t i = 0; i < p.length && same; i++) {
        char c = p.text[i], d = q.text[i];
        c = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        d = (char)(d >= 'A' && d <= 'Z' ? d - 'A' + 'a' : d);
        same = c == d;
    }
    return same;
}

enum ihp_status ihp__layout_column(const struct ihp__layout_loading *l, const char *name,
                                   bool required, size_t line, const char *where, size_t *column)
{
    struct ihp__layout_table *table = l->table;
    size_t at = 0;
    while (at < table->columns && !is_same_name(table->column[at].name, name)) {
        at++;
    }
    if (at == table->columns) {
        if (at == IHP__CSV_WANTED_MAX) {
            return ihp__layout_fail(l, line, where,
                                    "the table uses too many columns of its files; at most %d are "
                                    "allowed",
                                    IHP__CSV_WANTED_MAX);
        }
        if (!ihp__array_reserve(&table->column, &table->column_capacity, at + 1,
                                sizeof *table->column) ||
            !ihp__array_reserve(&table->named_by, &table->named_capacity, at + 1,
                                sizeof *table->named_by) ||
            !ihp__array_reserve(&table->is_private, &table->private_capacity, at + 1,
                                sizeof *table->is_private) ||
            !ihp__array_reserve(&table->is_public, &table->public_capacity, at + 1,
                                sizeof *table->is_public)) {
            return ihp__fail_memory(l->err, "the layout");
        }
        char by[200];
        snprintf(by, sizeof by, "line %zu of %.60s, %.80s", line, ihp__path_base(l->layout->path),
                 where);
        table->column[at].name = name;
        table->named_by[at] = ihp__layout_keep(l, by);
        table->columns++;
    }
    table->column[at].required |= required;
    *column = at;
    return l->err->status;
}
