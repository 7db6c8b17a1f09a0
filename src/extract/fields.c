/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of an extract. Where speed matters, fields of claims are parsed here and not with the
 * functions of base/. Both accept the same texts, and a test compares them. */
#include "extract/fields.h"

#include "base/npi.h"
#include "base/text.h"

#include <string.h>

static const char *field_of(const struct ihp__import_row *row, int column, size_t *length)
{
    *length = row->length[column];
    return row->field[column];
}

static const struct ihp__extract_column *schema_of(const struct ihp__import_row *row, int column)
{
    return &ihp__extract_schemas[row->file].column[column];
}

/* Says why a field is bad: it is blank, or it has `problem`; NULL: it is not valid. */
static bool refuse(const struct ihp__import_row *row, int column, const char *problem,
                   struct ihp__import_reason *reason)
{
    reason->column = schema_of(row, column);
    reason->problem = row->length[column] == 0 ? "is blank" : problem;
    return false;
}

/* Returns the number of `digits` decimal digits at `text`, or -1. */
static int64_t digits_at(const char *text, size_t digits)
{
    int64_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        if (digit > 9) {
            return -1;
        }
        value = value * 10 + (int64_t)digit;
    }
    return value;
}

/* ---- values ---------------------------------------------------------------------------------- */

static int last_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

bool ihp__import_parse_day(struct ihp__import_row *row, int column, int32_t *day,
                           struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    if (length == 10 && text[4] == '-' && text[7] == '-') {
        int year = (int)digits_at(text, 4), month = (int)digits_at(text + 5, 2);
        int date = (int)digits_at(text + 8, 2);
        if (year >= 1 && month >= 1 && month <= 12 && date >= 1 &&
            date <= last_of_month(year, month)) {
            *day = ihp__day_of_civil(year, month, date);
            return true;
        }
    }
    return refuse(row, column, NULL, reason);
}

bool ihp__import_parse_day_if_any(struct ihp__import_row *row, int column, int32_t blank,
                                  int32_t *day, struct ihp__import_reason *reason)
{
    *day = blank;
    return row->length[column] == 0 || ihp__import_parse_day(row, column, day, reason);
}

bool ihp__import_parse_month(struct ihp__import_row *row, int column, int32_t *month,
                             struct ihp__import_reason *reason)
{
    return ihp__month_parse(row->field[column], month) || refuse(row, column, NULL, reason);
}

bool ihp__import_parse_last_month(struct ihp__import_row *row, int column, int32_t *month,
                                  struct ihp__import_reason *reason)
{
    if (row->field[column][0] == '\0') {
        *month = (9999 - 1970) * 12 + 11;
        return true;
    }
    return ihp__import_parse_month(row, column, month, reason);
}

bool ihp__import_parse_year(struct ihp__import_row *row, int column, int16_t *year,
                            struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    int64_t value = length == 4 ? digits_at(text, 4) : -1;
    if (value < 1) {
        return refuse(row, column, NULL, reason);
    }
    *year = (int16_t)value;
    return true;
}

bool ihp__import_parse_county(struct ihp__import_row *row, int column, uint32_t *county,
                              struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    int64_t value = length == 0 ? 0 : length == 5 ? digits_at(text, 5) : -1;
    if (value < 0) {
        return refuse(row, column, NULL, reason);
    }
    *county = (uint32_t)value;
    return true;
}

bool ihp__import_parse_code(struct ihp__import_row *row, int column, uint8_t *code,
                            struct ihp__import_reason *reason)
{
    int number = ihp__code_find(schema_of(row, column)->codes, row->field[column]);
    if (number < 0) {
        return refuse(row, column, NULL, reason);
    }
    *code = (uint8_t)number;
    return true;
}

bool ihp__import_parse_npi(struct ihp__import_row *row, int column, int64_t *npi,
                           struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    if (length == 0 && schema_of(row, column)->may_be_blank) {
        *npi = IHP__NPI_BLANK;
        return true;
    }
    int64_t value = length == 10 ? digits_at(text, 10) : -1;
    if (value < 0) {
        return refuse(row, column, NULL, reason);
    }
    *npi = value;
    return true;
}

bool ihp__import_parse_integer(struct ihp__import_row *row, int column, int64_t *value,
                               struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    int64_t number = length >= 1 && length <= 18 ? digits_at(text, length) : -1;
    if (number >= 0) {
        *value = number;
        return true;
    }
    return ihp__integer_parse(text, INT64_MIN, INT64_MAX, value) ||
           refuse(row, column, NULL, reason);
}

bool ihp__import_parse_money(struct ihp__import_row *row, int column, int64_t *cents,
                             struct ihp__import_reason *reason)
{
    return ihp__money_parse(row->field[column], cents) || refuse(row, column, NULL, reason);
}

bool ihp__import_parse_category(struct ihp__import_row *row, int column, int *category,
                                struct ihp__import_reason *reason)
{
    int number = ihp__category_parse(row->field[column]);
    if (number < 0) {
        return refuse(row, column, NULL, reason);
    }
    *category = number;
    return true;
}

bool ihp__import_parse_member(const struct ihp__import *import, struct ihp__import_row *row,
                              int column, uint32_t *member, struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    if (ihp__import_member_find(&import->members, text, length, member)) {
        return true;
    }
    *reason = (struct ihp__import_reason){
        NULL, "member_id is not in members.csv, or only in a bad row of it"};
    return false;
}

/* ---- texts ----------------------------------------------------------------------------------- */

bool ihp__import_check_member_id(struct ihp__import_row *row, int column,
                                 struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    return ihp__member_id_valid(text, length) || refuse(row, column, NULL, reason);
}

bool ihp__import_check_procedure(struct ihp__import_row *row, int column,
                                 struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    bool good = length == 0 || length == IHP__PROCEDURE_LENGTH;
    for (size_t i = 0; i < length && good; i++) {
        good = text[i] > ' ' && text[i] <= '~';
    }
    return good || refuse(row, column, NULL, reason);
}

bool ihp__import_check_text(struct ihp__import_row *row, int column,
                            struct ihp__import_reason *reason)
{
    const struct ihp__extract_column *schema = schema_of(row, column);
    size_t length;
    const unsigned char *text = (const unsigned char *)field_of(row, column, &length);
    if (length == 0 && !schema->may_be_blank) {
        return refuse(row, column, NULL, reason);
    }
    size_t characters = 0;
    bool plain = true; /* printable ASCII, as almost every text is */
    for (size_t i = 0; i < length; i++) {
        characters += (text[i] & 0xc0) != 0x80; /* bytes that continue a character do not count */
        plain &= text[i] >= ' ' && text[i] < 0x7f;
    }
    if (characters > schema->longest) {
        return refuse(row, column, "is too long", reason);
    }
    const char *problem = plain ? NULL : ihp__text_problem((const char *)text, length);
    return problem == NULL || refuse(row, column, problem, reason);
}

bool ihp__import_check_bytes(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason)
{
    size_t length;
    field_of(row, column, &length);
    if (length > schema_of(row, column)->longest) {
        return refuse(row, column, "is too long", reason);
    }
    return ihp__import_check_text(row, column, reason);
}

bool ihp__import_check_order(int32_t from, int32_t to, const char *problem,
                             struct ihp__import_reason *reason)
{
    if (from <= to) {
        return true;
    }
    *reason = (struct ihp__import_reason){NULL, problem};
    return false;
}
