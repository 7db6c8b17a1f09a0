/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices on what an import has seen of its layout. */
#include "layout/layout_internal.h"

#include "base/error.h"

#include <inttypes.h>
#include <stdio.h>

/* Says which texts have no value in a lookup or rule table. */
static void tell_seen(const struct ihp__layout *layout, const struct ihp__layout_table *table,
                      const struct ihp__layout_value *value, struct ihp_notices *notices)
{
    const struct ihp__layout_seen *seen = &layout->seen[value->seen];
    const struct ihp__sheet *sheet = value->kind == IHP__LAYOUT_LOOKUP
                                         ? layout->lookup[value->table].sheet
                                         : table->rules[value->table].sheet;
    char texts[IHP__LAYOUT_SEEN * (IHP__LAYOUT_SEEN_TEXT + 4)] = "";
    size_t used = 0;
    if (seen->rows == 0 || seen->text[0][0] == '\0') {
        return;
    }
    for (size_t i = 0; i < IHP__LAYOUT_SEEN && seen->text[i][0] != '\0'; i++) {
        used += (size_t)snprintf(texts + used, sizeof texts - used,
                                 value->kind == IHP__LAYOUT_LOOKUP ? "%s'%s'" : "%s%s",
                                 used == 0                           ? ""
                                 : value->kind == IHP__LAYOUT_LOOKUP ? ", "
                                                                     : "; ",
                                 seen->text[i]);
    }
    ihp__notice_add(notices, "%s: has no %s for %" PRIu64 " row%s of %s, to make %s of them: %s%s",
                    ihp__path_base(sheet->path), value->kind == IHP__LAYOUT_LOOKUP ? "key" : "rule",
                    seen->rows, seen->rows == 1 ? "" : "s", table->schema->name,
                    table->schema->field[value->field].name, texts,
                    seen->text[IHP__LAYOUT_SEEN - 1][0] == '\0' ? "" : ", and perhaps others");
}

/* Says which rules no row of the table has fitted. */
static void tell_hits(const struct ihp__layout *layout, const struct ihp__layout_table *table,
                      const struct ihp__layout_rules *rules, struct ihp_notices *notices)
{
    char lines[80] = "";
    size_t unused = 0, used = 0;
    for (size_t row = 0; row < rules->sheet->rows; row++) {
        if (layout->hit[rules->hits + row] != 0) {
            continue;
        }
        if (unused++ < 5) {
            used += (size_t)snprintf(lines + used, sizeof lines - used, "%s%zu",
                                     unused == 1 ? "" : ", ", rules->sheet->line[row]);
        }
    }
    if (unused > 0) {
        ihp__notice_add(notices,
                        "%s: no row of %s fits %s on line%s %s%s before another; is the order of "
                        "the rules right?",
                        ihp__path_base(rules->sheet->path), table->schema->name,
                        unused == 1 ? "the rule" : "the rules", unused == 1 ? "" : "s", lines,
                        unused > 5 ? " and others" : "");
    }
}

void ihp__layout_tell(const struct ihp__layout *layout, struct ihp_notices *notices)
{
    for (size_t t = 0; t < layout->tables; t++) {
        const struct ihp__layout_table *table = &layout->table[t];
        for (size_t i = 0; i < table->rule_tables; i++) {
            tell_hits(layout, table, &table->rules[i], notices);
        }
        for (size_t i = 0; i < table->values; i++) {
            if (table->value[i].kind == IHP__LAYOUT_LOOKUP ||
                table->value[i].kind == IHP__LAYOUT_RULES) {
                tell_seen(layout, table, &table->value[i], notices);
            }
        }
    }
}
