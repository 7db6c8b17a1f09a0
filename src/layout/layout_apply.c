/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a row of the extract of a row of a file. This runs for every row: nothing is allocated. */
#include "layout/layout_internal.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { NOT_JUDGED = -2, NO_RULE = -1 };

/* Rows of a State have few combinations of codes. The rule that fits a combination is remembered,
 * as looking through all rules for each row would take longer than all else. */
enum { MEMOS = 1024, MEMO_KEY = 56 };
struct memo {
    uint8_t length; /* of the key; 0: there is none */
    char key[MEMO_KEY];
    int64_t rule;
};

struct ihp__layout_reader {
    struct ihp__layout *layout;
    const struct ihp__layout_table *table;
    const struct ihp__csv_column *column;
    bool counts;
    const struct ihp__csv_row *row;   /* the row of the file */
    const char **field;               /* owned: of the row that is made */
    size_t *length;                   /* owned */
    int64_t *rule;                    /* owned: of each rule table, the rule that fits the row */
    struct memo *memo;                /* owned: MEMOS of each rule table */
    char (*built)[IHP__LAYOUT_BUILT]; /* owned: texts that are put together */
    struct ihp__layout_dated *dated;  /* owned: a date of each field */
    struct ihp__layout_change_of *change; /* owned: of the row, at most one of each field */
    size_t changes;
    const char *problem; /* of the row, the first */
    int32_t span[2];     /* first and last day of the span */
    bool has_span[2];
};

enum ihp_status ihp__layout_reader_create(struct ihp__layout *layout, size_t table,
                                          const struct ihp__csv_column *columns, bool again,
                                          struct ihp__layout_reader **reader, struct ihp_error *err)
{
    const struct ihp__layout_table *t = &layout->table[table];
    size_t fields = t->schema->fields;
    struct ihp__layout_reader *made = calloc(1, sizeof *made);
    *reader = NULL;
    if (made == NULL) {
        return ihp__fail_memory(err, "the rows of a layout");
    }
    *made =
        (struct ihp__layout_reader){.layout = layout,
                                    .table = t,
                                    .column = columns,
                                    .counts = !again,
                                    .field = calloc(fields, sizeof *made->field),
                                    .length = calloc(fields, sizeof *made->length),
                                    .rule = calloc(t->rule_tables + 1, sizeof *made->rule),
                                    .memo = calloc(t->rule_tables * MEMOS + 1, sizeof *made->memo),
                                    .built = calloc(t->built + 1, sizeof *made->built),
                                    .dated = calloc(fields, sizeof *made->dated),
                                    .change = calloc(fields, sizeof *made->change)};
    if (made->field == NULL || made->length == NULL || made->rule == NULL || made->memo == NULL ||
        made->built == NULL || made->dated == NULL || made->change == NULL) {
        ihp__layout_reader_free(&made);
        return ihp__fail_memory(err, "the rows of a layout");
    }
    *reader = made;
    return IHP_OK;
}

void ihp__layout_reader_free(struct ihp__layout_reader **reader)
{
    if (*reader != NULL) {
        free((*reader)->field);
        free((*reader)->length);
        free((*reader)->rule);
        free((*reader)->memo);
        free((*reader)->built);
        free((*reader)->dated);
        free((*reader)->change);
        free(*reader);
        *reader = NULL;
    }
}

static struct ihp__layout_text column_of(const struct ihp__layout_reader *r, size_t column)
{
    return (struct ihp__layout_text){r->row->field[column], r->row->length[column]};
}

/* ---- texts without a value ------------------------------------------------------------------- */

/* Puts what fits of a text, without a part of a character, behind `used` bytes of another. */
static size_t put_text(char to[IHP__LAYOUT_SEEN_TEXT], size_t used, const char *text, size_t length)
{
    size_t room = IHP__LAYOUT_SEEN_TEXT - 1 - used;
    if (length > room) {
        for (length = room; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;) {
            length--;
        }
    }
    memcpy(to + used, text, length);
    to[used + length] = '\0';
    return used + length;
}

/* Returns the value of 'otherwise'; without one, notes the problem. `text` may be in a message,
 * unless it is empty. */
static struct ihp__layout_text value_of(struct ihp__layout_reader *r, size_t number);
static struct ihp__layout_text otherwise_of(struct ihp__layout_reader *r,
                                            const struct ihp__layout_value *value, const char *text)
{
    const bool has_value = value->otherwise != IHP__LAYOUT_NONE;
    if (r->counts) {
        struct ihp__layout_seen *seen = &r->layout->seen[value->seen + has_value];
        seen->rows++;
        if (text[0] != '\0') {
            ihp__layout_see(
                seen, ihp__text_problem(text, strlen(text)) == NULL ? text : "(no UTF-8 text)", 1);
        }
    }
    if (has_value) {
        return value_of(r, value->otherwise);
    }
    r->problem = r->problem == NULL ? value->problem : r->problem;
    return (struct ihp__layout_text){"", 0};
}

/* ---- values ---------------------------------------------------------------------------------- */

static struct ihp__layout_text first_of(struct ihp__layout_reader *r, size_t part)
{
    struct ihp__layout_text text = {"", 0};
    for (; part != IHP__LAYOUT_NONE; part = r->table->value[part].next) {
        text = value_of(r, part);
        if (ihp__layout_trim(text.text, text.length).length > 0) {
            return text;
        }
    }
    return text;
}

/* Puts bytes behind a text that is put together. */
static void append(char *built, size_t *used, const char *text, size_t length)
{
    size_t room = IHP__LAYOUT_BUILT - 1 - *used;
    length = length < room ? length : room;
    memcpy(built + *used, text, length);
    *used += length;
    built[*used] = '\0';
}

static struct ihp__layout_text join(struct ihp__layout_reader *r,
                                    const struct ihp__layout_value *value)
{
    char *built = r->built[value->built];
    size_t used = 0;
    bool is_first = true;
    built[0] = '\0';
    for (size_t part = value->part; part != IHP__LAYOUT_NONE; part = r->table->value[part].next) {
        struct ihp__layout_text text = value_of(r, part);
        text = ihp__layout_trim(text.text, text.length);
        if (text.length == 0) {
            continue;
        }
        if (!is_first) {
            append(built, &used, value->text, value->length);
        }
        append(built, &used, text.text, text.length);
        is_first = false;
    }
    return (struct ihp__layout_text){built, used};
}

static struct ihp__layout_text prefix(struct ihp__layout_reader *r,
                                      const struct ihp__layout_value *value)
{
    char *built = r->built[value->built];
    size_t used = 0;
    struct ihp__layout_text text = value_of(r, value->part);
    text = ihp__layout_trim(text.text, text.length);
    built[0] = '\0';
    if (text.length > 0) {
        append(built, &used, value->text, value->length);
        append(built, &used, text.text, text.length);
    }
    return (struct ihp__layout_text){built, used};
}

static struct ihp__layout_text text_of_cell(const char *cell)
{
    return (struct ihp__layout_text){cell, strlen(cell)};
}

static struct ihp__layout_text look_up(struct ihp__layout_reader *r,
                                       const struct ihp__layout_value *value)
{
    const struct ihp__layout_lookup *lookup = &r->layout->lookup[value->table];
    struct ihp__layout_text key = value_of(r, value->part);
    key = ihp__layout_trim(key.text, key.length);
    size_t row = ihp__layout_lookup_find(lookup, key.text, key.length, false);
    if (row != SIZE_MAX) {
        return text_of_cell(ihp__sheet_cell(lookup->sheet, row, lookup->value));
    }
    char text[IHP__LAYOUT_SEEN_TEXT] = "";
    if (value->longest > 0 && key.length == 0) {
        put_text(text, 0, "(blank)", 7);
    } else if (key.length <= value->longest) {
        put_text(text, 0, key.text, key.length);
    }
    return otherwise_of(r, value, text);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool fits(const struct ihp__layout_reader *r, const struct ihp__layout_rules *rules,
                 size_t row)
{
    for (size_t c = 0; c < rules->sheet->columns; c++) {
        const size_t *first = &rules->first[row * rules->sheet->columns + c];
        if (first[0] == first[1]) {
            continue;
        }
        struct ihp__layout_text text = column_of(r, rules->column[c]);
        text = ihp__layout_trim(text.text, text.length);
        if (!ihp__patterns_fit(&rules->patterns.pattern[first[0]], first[1] - first[0], text.text,
                               text.length)) {
            return false;
        }
    }
    return true;
}

/* Writes what the rules look at in the row, each text with its length. Returns the length of all,
 * 0 if it is too long to be remembered. */
static size_t write_key(const struct ihp__layout_reader *r, const struct ihp__layout_rules *rules,
                        char key[MEMO_KEY])
{
    size_t used = 0;
    for (size_t c = 0; c < rules->sheet->columns; c++) {
        if (rules->column[c] == IHP__LAYOUT_NONE) {
            continue;
        }
        struct ihp__layout_text text = column_of(r, rules->column[c]);
        if (text.length > MEMO_KEY || used + 1 + text.length > MEMO_KEY) {
            return 0;
        }
        key[used++] = (char)text.length;
        memcpy(key + used, text.text, text.length);
        used += text.length;
    }
    return used;
}

static int64_t find_rule(const struct ihp__layout_reader *r, const struct ihp__layout_rules *rules)
{
    for (size_t row = 0; row < rules->sheet->rows; row++) {
        if (fits(r, rules, row)) {
            return (int64_t)row;
        }
    }
    return NO_RULE;
}

/* Returns the first rule that fits the row, or NO_RULE. Values that use the same rules judge the
 * row once. */
static int64_t judge(struct ihp__layout_reader *r, size_t table)
{
    const struct ihp__layout_rules *rules = &r->table->rules[table];
    if (r->rule[table] != NOT_JUDGED) {
        return r->rule[table];
    }
    char key[MEMO_KEY] = {0};
    size_t length = write_key(r, rules, key);
    struct memo *memo = &r->memo[table * MEMOS + (size_t)XXH3_64bits(key, length) % MEMOS];
    int64_t rule;
    if (length > 0 && memo->length == length && memcmp(memo->key, key, length) == 0) {
        rule = memo->rule;
    } else {
        rule = find_rule(r, rules);
        if (length > 0) {
            memo->length = (uint8_t)length;
            memo->rule = rule;
            memcpy(memo->key, key, length);
        }
    }
    r->rule[table] = rule;
    if (rule != NO_RULE && r->counts) {
        r->layout->hit[rules->hits + (size_t)rule]++;
    }
    return rule;
}

/* Writes what the rules asked about: "CLM_TYPE '1', POS '11'". Texts that may be a member's are
 * left out. */
static void write_asked(const struct ihp__layout_reader *r, const struct ihp__layout_rules *rules,
                        char text[IHP__LAYOUT_SEEN_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t c = 0; c < rules->sheet->columns; c++) {
        if (rules->column[c] == IHP__LAYOUT_NONE || rules->longest[c] == 0) {
            continue;
        }
        struct ihp__layout_text cell = column_of(r, rules->column[c]);
        cell = ihp__layout_trim(cell.text, cell.length);
        if (cell.length <= rules->longest[c]) {
            used = put_text(text, used, ", ", used == 0 ? 0 : 2);
            used = put_text(text, used, rules->sheet->name[c], strlen(rules->sheet->name[c]));
            used = put_text(text, used, " '", 2);
            used = put_text(text, used, cell.text, cell.length);
            used = put_text(text, used, "'", 1);
        }
    }
}

static struct ihp__layout_text by_rules(struct ihp__layout_reader *r,
                                        const struct ihp__layout_value *value)
{
    const struct ihp__layout_rules *rules = &r->table->rules[value->table];
    int64_t row = judge(r, value->table);
    if (row != NO_RULE) {
        return text_of_cell(ihp__sheet_cell(rules->sheet, (size_t)row, value->result));
    }
    char text[IHP__LAYOUT_SEEN_TEXT] = "";
    if (value->longest > 0) {
        write_asked(r, rules, text);
    }
    return otherwise_of(r, value, text);
}

static struct ihp__layout_text value_of(struct ihp__layout_reader *r, size_t number)
{
    const struct ihp__layout_value *value = &r->table->value[number];
    switch (value->kind) {
    case IHP__LAYOUT_COLUMN:
        return column_of(r, value->column);
    case IHP__LAYOUT_CONSTANT:
        return (struct ihp__layout_text){value->text, value->length};
    case IHP__LAYOUT_FIRST:
        return first_of(r, value->part);
    case IHP__LAYOUT_JOIN:
        return join(r, value);
    case IHP__LAYOUT_PREFIX:
        return prefix(r, value);
    case IHP__LAYOUT_LOOKUP:
        return look_up(r, value);
    default:
        return by_rules(r, value);
    }
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* Writes a date as the extract has it. A text that is none is a problem; of a month, the import
 * says so. */
static void convert_date(struct ihp__layout_reader *r, size_t field)
{
    enum ihp__layout_type type = r->table->schema->field[field].type;
    const struct ihp__layout_text text = {r->field[field], r->length[field]};
    struct ihp__layout_dated *dated = &r->dated[field];
    const bool is_month = ihp__layout_is_month(type);
    if (type == IHP__LAYOUT_TEXT || ihp__layout_trim(text.text, text.length).length == 0 ||
        (r->table->dates == IHP__LAYOUT_DATES_ANY &&
         (!is_month || r->table->partial == IHP__LAYOUT_PARTIAL_BAD))) {
        return;
    }
    if (!ihp__layout_convert(r->table, type, text, dated)) {
        if (type == IHP__LAYOUT_DAY && r->problem == NULL) {
            r->problem = r->table->not_a_date[field];
        }
        return;
    }
    if (type == IHP__LAYOUT_FIRST_MONTH || type == IHP__LAYOUT_LAST_MONTH) {
        r->span[type == IHP__LAYOUT_LAST_MONTH] = dated->day;
        r->has_span[type == IHP__LAYOUT_LAST_MONTH] = true;
    }
    if (dated->change != IHP__LAYOUT_SAME) {
        r->change[r->changes++] = (struct ihp__layout_change_of){field, dated->change};
    }
    r->field[field] = dated->text;
    r->length[field] = strlen(dated->text);
}

/* Returns true for a span in the right order that has no whole month. */
static bool has_no_month(const struct ihp__layout_reader *r)
{
    int32_t months[2] = {0, 0};
    for (size_t f = 0; f < r->table->schema->fields; f++) {
        enum ihp__layout_type type = r->table->schema->field[f].type;
        if ((type == IHP__LAYOUT_FIRST_MONTH || type == IHP__LAYOUT_LAST_MONTH) &&
            !ihp__month_parse(r->field[f], &months[type == IHP__LAYOUT_LAST_MONTH])) {
            return false;
        }
    }
    return r->has_span[0] && r->has_span[1] && r->span[0] <= r->span[1] && months[0] > months[1];
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const struct ihp__layout_leave *leave_of(const struct ihp__layout_reader *r)
{
    for (size_t i = 0; i < r->table->leaves; i++) {
        const struct ihp__layout_leave *leave = &r->table->leave[i];
        struct ihp__layout_text text = column_of(r, leave->column);
        text = ihp__layout_trim(text.text, text.length);
        if (ihp__patterns_fit(leave->patterns.pattern, leave->patterns.count, text.text,
                              text.length)) {
            return leave;
        }
    }
    return NULL;
}

enum ihp__layout_outcome ihp__layout_apply(struct ihp__layout_reader *r,
                                           const struct ihp__csv_row *row,
                                           struct ihp__layout_made *made)
{
    r->row = row;
    r->problem = NULL;
    r->changes = 0;
    r->has_span[0] = r->has_span[1] = false;
    for (size_t i = 0; i < r->table->rule_tables; i++) {
        r->rule[i] = NOT_JUDGED;
    }
    *made = (struct ihp__layout_made){.row = {row->file, r->column, row->line, r->field, r->length,
                                              row->bytes_read, 0, row->first}};
    const struct ihp__layout_leave *leave = row->trailer > 0 ? NULL : leave_of(r);
    const bool is_left = row->trailer > 0 || leave != NULL;
    bool counts = r->counts;
    if (leave != NULL && counts) {
        r->layout->hit[leave->hit]++;
    }
    r->counts &= !is_left; /* a row that is left out needs no rule and no key */
    for (size_t f = 0; f < r->table->schema->fields; f++) {
        struct ihp__layout_text text = value_of(r, r->table->of_field[f]);
        r->field[f] = text.text;
        r->length[f] = text.length;
        convert_date(r, f);
    }
    r->counts = counts;
    if (r->problem == NULL && r->has_span[0] && r->has_span[1] && r->span[0] > r->span[1]) {
        r->problem = "the span ends before it begins"; /* in whole months it might not */
    }
    made->problem = r->problem;
    made->change = r->change;
    made->changes = r->changes;
    if (is_left) {
        made->reason = leave != NULL ? leave->reason : r->table->trailer_reason[row->trailer - 1];
        return IHP__LAYOUT_LEFT_OUT;
    }
    if (r->problem == NULL && r->table->no_month != IHP__LAYOUT_NONE && has_no_month(r)) {
        made->reason = r->table->no_month;
        return IHP__LAYOUT_LEFT_OUT;
    }
    return r->problem == NULL ? IHP__LAYOUT_KEPT : IHP__LAYOUT_BAD;
}
