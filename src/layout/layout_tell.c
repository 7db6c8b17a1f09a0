/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices on what an import has seen of its layout: texts without a value, rules and entries of
 * 'leave_out' that no row fitted. */
#include "layout/layout_internal.h"

#include "base/error.h"

#include <inttypes.h>
#include <stdio.h>

static const struct ihp__sheet *sheet_of(const struct ihp__layout *layout,
                                         const struct ihp__layout_table *table,
                                         const struct ihp__layout_value *value)
{
    return value->kind == IHP__LAYOUT_LOOKUP ? layout->lookup[value->table].sheet
                                             : table->rules[value->table].sheet;
}

/* Says which texts have no value in a lookup or rule table. */
static void tell_seen(const struct ihp__layout *layout, const struct ihp__layout_table *table,
                      const struct ihp__layout_value *value, struct ihp_notices *notices)
{
    const struct ihp__layout_seen *seen = &layout->seen[value->seen];
    const struct ihp__sheet *sheet = sheet_of(layout, table, value);
    char texts[IHP__LAYOUT_TOLD * (IHP__LAYOUT_SEEN_TEXT + 4)] = "";
    size_t used = 0;
    if (seen->rows == 0 || seen->text[0][0] == '\0') {
        return;
    }
    for (size_t i = 0; i < IHP__LAYOUT_TOLD && seen->text[i][0] != '\0'; i++) {
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
                    seen->text[IHP__LAYOUT_TOLD - 1][0] == '\0' ? "" : ", and perhaps others");
}

/* Says for which texts 'otherwise' has given the value, and how often. */
static void tell_otherwise(const struct ihp__layout *layout, const struct ihp__layout_table *table,
                           const struct ihp__layout_value *value, struct ihp_notices *notices)
{
    const struct ihp__layout_seen *seen = &layout->seen[value->seen + 1];
    char texts[IHP__LAYOUT_SEEN * (IHP__LAYOUT_SEEN_TEXT + 32)] = "";
    size_t used = 0;
    uint64_t others = seen->rows;
    if (seen->rows == 0) {
        return;
    }
    for (size_t i = 0; i < IHP__LAYOUT_SEEN && seen->text[i][0] != '\0'; i++) {
        used += (size_t)snprintf(texts + used, sizeof texts - used, "%s%s (%" PRIu64 ")",
                                 used == 0 ? ": " : "; ", seen->text[i], seen->rows_of[i]);
        others -= seen->rows_of[i];
    }
    if (used > 0 && others > 0) {
        snprintf(texts + used, sizeof texts - used, "; others (%" PRIu64 ")", others);
    }
    ihp__notice_add(
        notices, "%s: has no %s for %" PRIu64 " row%s of %s, whose %s 'otherwise' gives%s",
        ihp__path_base(sheet_of(layout, table, value)->path),
        value->kind == IHP__LAYOUT_LOOKUP ? "key" : "rule", seen->rows, seen->rows == 1 ? "" : "s",
        table->schema->name, table->schema->field[value->field].name, texts);
}

static bool is_asked(const struct ihp__layout_value *value)
{
    return value->kind == IHP__LAYOUT_LOOKUP || value->kind == IHP__LAYOUT_RULES;
}

/* Gives the texts of one value for which 'otherwise' was taken. */
static enum ihp_status give_others(const struct ihp__layout *layout,
                                   const struct ihp__layout_table *table,
                                   const struct ihp__layout_value *value,
                                   const struct ihp__layout_others *others, struct ihp_error *err)
{
    const struct ihp__layout_seen *seen = &layout->seen[value->seen + 1];
    const char *what = value->kind == IHP__LAYOUT_LOOKUP ? "key" : "rule";
    const char *file = ihp__path_base(sheet_of(layout, table, value)->path);
    char note[IHP__LAYOUT_SEEN_TEXT + 200];
    uint64_t rest = seen->rows;
    enum ihp_status status = IHP_OK;
    struct ihp__layout_other other = {table->schema->name, table->schema->field[value->field].name,
                                      note, 0};
    for (size_t i = 0; i < IHP__LAYOUT_SEEN && seen->text[i][0] != '\0' && status == IHP_OK; i++) {
        snprintf(note, sizeof note, "'otherwise', as %.100s has no %s for: %s", file, what,
                 seen->text[i]);
        other.rows = seen->rows_of[i];
        rest -= other.rows;
        status = others->take(others->context, &other, err);
    }
    snprintf(note, sizeof note, "'otherwise', as %.100s has no %s", file, what);
    other.rows = rest;
    return rest == 0 || status != IHP_OK ? status : others->take(others->context, &other, err);
}

enum ihp_status ihp__layout_each_other(const struct ihp__layout *layout,
                                       const struct ihp__layout_others *others,
                                       struct ihp_error *err)
{
    for (size_t t = 0; t < layout->tables; t++) {
        const struct ihp__layout_table *table = &layout->table[t];
        for (size_t i = 0; i < table->values; i++) {
            if (is_asked(&table->value[i]) &&
                give_others(layout, table, &table->value[i], others, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
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

/* Says which entries of 'leave_out' have left out no row: their rows may count as they are. */
static void tell_leaves(const struct ihp__layout *layout, const struct ihp__layout_table *table,
                        struct ihp_notices *notices)
{
    for (size_t i = 0; i < table->leaves; i++) {
        const struct ihp__layout_leave *leave = &table->leave[i];
        if (layout->hit[leave->hit] == 0) {
            ihp__notice_add(notices,
                            "%s:%zu: %s.leave_out: no row is left out for its %.200s; look at what "
                            "the column has (zeros in front count: 2 is not 02), and whether an "
                            "entry above leaves out the same rows",
                            ihp__path_base(layout->path), leave->line, table->schema->name,
                            table->column[leave->column].name);
        }
    }
}

void ihp__layout_tell(const struct ihp__layout *layout, struct ihp_notices *notices)
{
    for (size_t t = 0; t < layout->tables; t++) {
        const struct ihp__layout_table *table = &layout->table[t];
        for (size_t i = 0; i < table->rule_tables; i++) {
            tell_hits(layout, table, &table->rules[i], notices);
        }
        tell_leaves(layout, table, notices);
        for (size_t i = 0; i < table->values; i++) {
            if (is_asked(&table->value[i])) {
                tell_seen(layout, table, &table->value[i], notices);
                tell_otherwise(layout, table, &table->value[i], notices);
            }
        }
    }
}
