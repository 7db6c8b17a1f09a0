/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which texts of the State's files may appear in messages: never those of a member. A layout says
 * of few columns what they have, so that what it does not say is judged with care. */
#include "layout/layout_read.h"

#include "base/csv.h"

#include <string.h>
#include <strings.h>

/* Returns true if a name contains a word, in any case. */
static bool has_word(const char *name, const char *word)
{
    const size_t length = strlen(word);
    for (; *name != '\0'; name++) {
        if (strncasecmp(name, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns true if a column is probably a member's by its name. */
static bool is_personal(const char *name)
{
    static const char *const words[] = {"name",   "birth", "brth",  "dob",  "ssn",   "death",
                                        "dth_dt", "addr",  "phone", "mail", "ident", "mbr",
                                        "member", "rcpnt", "recip", "bene", "zip",   "race"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (has_word(name, words[i])) {
            return true;
        }
    }
    return false;
}

/* Returns true if any table makes a column with a member's data of a column of this name. */
static bool is_a_members(const struct ihp__layout *layout, const char *name)
{
    for (size_t t = 0; t < layout->tables; t++) {
        const struct ihp__layout_table *table = &layout->table[t];
        for (size_t c = 0; c < table->columns; c++) {
            if (table->is_private[c] && ihp__csv_same_name(name, table->column[c].name)) {
                return true;
            }
        }
        for (size_t f = 0; f < table->schema->fields; f++) {
            if (table->schema->field[f].is_private &&
                ihp__csv_same_name(name, table->schema->field[f].name)) {
                return true;
            }
        }
    }
    return false;
}

/* Returns the longest text of a column that may be shown: any where the extract has the texts as
 * they are in a column without a member's data, else those as long as the `codes` that the layout
 * expects there; 0 if none may. */
static size_t longest_of(const struct ihp__layout *layout, const struct ihp__layout_table *table,
                         size_t column, size_t codes)
{
    const char *name = table->column[column].name;
    if (is_a_members(layout, name)) {
        return 0;
    }
    return table->is_public[column] ? SIZE_MAX : is_personal(name) ? 0 : codes;
}

/* Returns the longest text of a value, or of a part of it, that may be shown. */
static size_t longest_of_value(const struct ihp__layout *layout,
                               const struct ihp__layout_table *table, size_t number, size_t codes)
{
    const struct ihp__layout_value *value = &table->value[number];
    if (value->kind == IHP__LAYOUT_COLUMN) {
        return longest_of(layout, table, value->column, codes);
    }
    size_t longest = value->otherwise == IHP__LAYOUT_NONE
                         ? SIZE_MAX
                         : longest_of_value(layout, table, value->otherwise, codes);
    for (size_t part = value->part; part != IHP__LAYOUT_NONE; part = table->value[part].next) {
        size_t of_part = longest_of_value(layout, table, part, codes);
        longest = of_part < longest ? of_part : longest;
    }
    return longest;
}

/* Returns the length of the longest key of a lookup, or `least` if that is longer. */
static size_t longest_key(const struct ihp__layout_lookup *lookup, size_t least)
{
    size_t longest = least;
    for (size_t row = 0; row < lookup->sheet->rows; row++) {
        size_t length = strlen(ihp__sheet_cell(lookup->sheet, row, lookup->key));
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* Returns the length of the longest text that the conditions in a column name. */
static size_t longest_condition(const struct ihp__layout_rules *rules, size_t column)
{
    size_t longest = 0;
    for (size_t row = 0; row < rules->sheet->rows; row++) {
        const size_t *first = &rules->first[row * rules->sheet->columns + column];
        for (size_t i = first[0]; i < first[1]; i++) {
            const struct ihp__pattern *pattern = &rules->patterns.pattern[i];
            size_t length = pattern->kind == IHP__PATTERN_EQUAL ||
                                    pattern->kind == IHP__PATTERN_PREFIX ||
                                    pattern->kind == IHP__PATTERN_TEXTS
                                ? pattern->length
                                : 1;
            longest = length > longest ? length : longest;
        }
    }
    return longest;
}

void ihp__layout_hide(struct ihp__layout *layout)
{
    for (size_t t = 0; t < layout->tables; t++) {
        struct ihp__layout_table *table = &layout->table[t];
        for (size_t i = 0; i < table->rule_tables; i++) {
            struct ihp__layout_rules *rules = &table->rules[i];
            for (size_t c = 0; c < rules->sheet->columns; c++) {
                if (rules->column[c] != IHP__LAYOUT_NONE) {
                    rules->longest[c] =
                        longest_of(layout, table, rules->column[c], longest_condition(rules, c));
                }
            }
        }
        for (size_t i = 0; i < table->values; i++) {
            struct ihp__layout_value *value = &table->value[i];
            const bool is_lookup = value->kind == IHP__LAYOUT_LOOKUP;
            const struct ihp__layout_field *field = &table->schema->field[value->field];
            value->longest =
                field->is_private ? 0
                : is_lookup
                    ? longest_of_value(layout, table, value->part,
                                       longest_key(&layout->lookup[value->table], field->shown))
                    : SIZE_MAX;
        }
    }
}
