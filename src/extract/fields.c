/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of an extract. Where speed matters, fields of claims are parsed here and not with the
 * functions of base/. Both accept the same texts, and a test compares them. A field that is not as
 * documented may still mean one thing: it is then converted (values.h) and read again. */
#include "extract/fields.h"

#include "extract/convert.h"
#include "extract/values.h"

#include "base/npi.h"
#include "base/text.h"

#include <string.h>

static const struct ihp__extract_column *schema_of(const struct ihp__import_row *row, int column)
{
    return &ihp__extract_schemas[row->file].column[column];
}

bool ihp__import_field_bad(const struct ihp__import_row *row, int column, const char *problem,
                           struct ihp__import_reason *reason)
{
    if (!ihp__text_is_utf8(row->field[column], row->length[column])) {
        problem = "is not UTF-8 text (a layout can say encoding: latin-1)";
    }
    *reason =
        (struct ihp__import_reason){.column = schema_of(row, column),
                                    .problem = row->length[column] == 0 ? "is blank" : problem};
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

/* Returns the number of the 8 digits that are in a word as text is in memory, or -1. Neighbours are
 * put together: digits to pairs, pairs to fours, fours to the number. */
static int64_t eight_digits(uint64_t text)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    text = __builtin_bswap64(text);
#endif
    uint64_t digits = text - UINT64_C(0x3030303030303030);
    if (((digits | (digits + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080)) != 0) {
        return -1;
    }
    digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (int64_t)((digits * 10000 + (digits >> 32)) & UINT64_C(0xffffffff));
}

/* Returns the number of 10 digits, or -1. */
static int64_t ten_digits(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    const int64_t first = eight_digits(word), last = digits_at(text + 8, 2);
    return first < 0 || last < 0 ? -1 : first * 100 + last;
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* Returns the number of a day. From 1901 to 2099 every fourth year is a leap year. */
static int32_t day_number(int year, int month, int date)
{
    static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    if (year < 1901 || year > 2099) {
        return ihp__day_of_civil(year, month, date);
    }
    const int leap_day = year % 4 == 0 && month > 2, leap_years = (year - 1901) / 4 - 17;
    return (year - 1970) * 365 + leap_years + before[month - 1] + leap_day + date - 1;
}

static int last_of_month(int year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Reads YYYY-MM-DD. */
static bool read_day(const char *text, size_t length, int32_t *day)
{
    if (length != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    char digits[8];
    uint64_t word;
    memcpy(digits, text, 4);
    memcpy(digits + 4, text + 5, 2);
    memcpy(digits + 6, text + 8, 2);
    memcpy(&word, digits, sizeof word);
    const int number = (int)eight_digits(word); /* YYYYMMDD */
    const int year = number / 10000, month = number / 100 % 100, date = number % 100;
    if (number < 0 || year < 1 || month < 1 || month > 12 || date < 1 ||
        (date > 28 && date > last_of_month(year, month))) {
        return false;
    }
    *day = day_number(year, month, date);
    return true;
}

/* Reads a day that is not written as it should be. */
IHP__IMPORT_SELDOM static bool convert_day(struct ihp__import_row *row, int column, int32_t *day,
                                           struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    ihp__import_value_trim(row, column);
    if (read_day(row->field[column], row->length[column], day)) {
        return true;
    }
    if (!ihp__convert_day(row->field[column], row->length[column], day, &problem)) {
        return ihp__import_field_bad(row, column, problem, reason);
    }
    ihp__import_value_note(row, column, IHP__IMPORT_DATE);
    return true;
}

bool ihp__import_parse_day(struct ihp__import_row *row, int column, int32_t *day,
                           struct ihp__import_reason *reason)
{
    return read_day(row->field[column], row->length[column], day) ||
           convert_day(row, column, day, reason);
}

bool ihp__import_parse_past_day(struct ihp__import_row *row, int column, int32_t *day,
                                struct ihp__import_reason *reason)
{
    if (!ihp__import_parse_day(row, column, day, reason)) {
        return false;
    }
    return *day != IHP__CONVERT_OPEN_DAY ||
           ihp__import_field_bad(row, column, "is 9999-12-31, which stands for no date", reason);
}

bool ihp__import_parse_day_if_any(struct ihp__import_row *row, int column, int32_t blank,
                                  int32_t *day, struct ihp__import_reason *reason)
{
    *day = blank;
    if (row->length[column] == 0) {
        return true;
    }
    if (!ihp__import_parse_day(row, column, day, reason)) {
        *day = blank;
        return row->length[column] == 0; /* there were only blanks */
    }
    if (*day == IHP__CONVERT_OPEN_DAY) {
        *day = blank;
        ihp__import_value_note(row, column, IHP__IMPORT_OPEN);
    }
    return true;
}

/* Reads a month that is not written as YYYY-MM: the first of a span, or the last. */
IHP__IMPORT_SELDOM static bool convert_month(struct ihp__import_row *row, int column, bool last,
                                             int32_t *month, struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    ihp__import_value_trim(row, column);
    if (ihp__month_parse(row->field[column], month)) {
        return true;
    }
    if (row->length[column] == 0 && schema_of(row, column)->may_be_blank) {
        *month = IHP__CONVERT_OPEN_MONTH;
        ihp__import_value_note(row, column, IHP__IMPORT_BLANK_END);
        return true;
    }
    if (!ihp__convert_month(row->field[column], row->length[column], last, month, &problem)) {
        return ihp__import_field_bad(row, column, problem, reason);
    }
    bool open = last && *month == IHP__CONVERT_OPEN_MONTH;
    ihp__import_value_note(row, column, open ? IHP__IMPORT_OPEN : IHP__IMPORT_MONTH);
    return true;
}

bool ihp__import_parse_month(struct ihp__import_row *row, int column, int32_t *month,
                             struct ihp__import_reason *reason)
{
    return ihp__month_parse(row->field[column], month) ||
           convert_month(row, column, false, month, reason);
}

bool ihp__import_parse_last_month(struct ihp__import_row *row, int column, int32_t *month,
                                  struct ihp__import_reason *reason)
{
    if (row->length[column] == 0 && schema_of(row, column)->may_be_blank) {
        *month = IHP__CONVERT_OPEN_MONTH;
        ihp__import_value_note(row, column, IHP__IMPORT_BLANK_END);
        return true;
    }
    return ihp__month_parse(row->field[column], month) ||
           convert_month(row, column, true, month, reason);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Reads `digits` digits. Takes off outer blanks and decimals of zeros if it must. */
static bool read_digits(struct ihp__import_row *row, int column, size_t digits, int64_t *value,
                        struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    *value = row->length[column] == digits ? digits_at(row->field[column], digits) : -1;
    if (*value < 0) {
        ihp__import_value_trim(row, column);
        ihp__import_value_whole(row, column, &problem);
        *value = row->length[column] == digits ? digits_at(row->field[column], digits) : -1;
    }
    return *value >= 0 || ihp__import_field_bad(row, column, problem, reason);
}

bool ihp__import_parse_year(struct ihp__import_row *row, int column, int16_t *year,
                            struct ihp__import_reason *reason)
{
    int64_t value;
    if (!read_digits(row, column, 4, &value, reason)) {
        return false;
    }
    if (value < 1) {
        return ihp__import_field_bad(row, column, NULL, reason);
    }
    *year = (int16_t)value;
    return true;
}

uint32_t ihp__import_parse_county(struct ihp__import_row *row, int column)
{
    int64_t value;
    struct ihp__import_reason unused;
    if (row->length[column] == 0) {
        return 0;
    }
    if (!read_digits(row, column, 5, &value, &unused)) {
        if (row->length[column] > 0) {
            ihp__import_value_blank(row, column, IHP__IMPORT_LEFT_BLANK);
        }
        return 0;
    }
    return (uint32_t)value;
}

/* Reads an NPI that is not 10 digits: a UMPI, or a number with blanks or decimals of zeros. In a
 * column that may be blank, an NPI that is not valid becomes blank. */
IHP__IMPORT_SELDOM static bool convert_npi(struct ihp__import_row *row, int column, int64_t *npi,
                                           struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    ihp__import_value_trim(row, column);
    ihp__import_value_whole(row, column, &problem);
    char letter = row->field[column][0];
    if (row->length[column] == 10 && letter >= 'a' && letter <= 'z') {
        ihp__import_value_case(row, column, true);
    }
    if ((row->length[column] > 0 || schema_of(row, column)->may_be_blank) &&
        ihp__npi_parse(row->field[column], npi)) {
        return true;
    }
    if (schema_of(row, column)->may_be_blank) {
        ihp__import_value_blank(row, column,
                                problem == NULL ? IHP__IMPORT_LEFT_BLANK : IHP__IMPORT_LEFT_SHEET);
        *npi = IHP__NPI_BLANK;
        return true;
    }
    return ihp__import_field_bad(row, column, problem, reason);
}

bool ihp__import_parse_npi(struct ihp__import_row *row, int column, int64_t *npi,
                           struct ihp__import_reason *reason)
{
    const struct ihp__extract_column *schema = schema_of(row, column);
    if (row->length[column] == 0 && schema->may_be_blank) {
        *npi = IHP__NPI_BLANK;
        return true;
    }
    int64_t value = row->length[column] == 10 ? ten_digits(row->field[column]) : -1;
    if (value < 0 && !convert_npi(row, column, &value, reason)) {
        return false;
    }
    if (schema->may_be_blank && ihp__npi_is_placeholder(value)) {
        ihp__import_value_blank(row, column, IHP__IMPORT_NOBODY);
        value = IHP__NPI_BLANK;
    }
    *npi = value;
    return true;
}

bool ihp__import_parse_integer(struct ihp__import_row *row, int column, int64_t *value,
                               struct ihp__import_reason *reason)
{
    const char *text = row->field[column], *problem = NULL;
    size_t length = row->length[column];
    int64_t number = length >= 1 && length <= 18 ? digits_at(text, length) : -1;
    if (number >= 0) {
        *value = number;
        return true;
    }
    if (ihp__integer_parse(text, INT64_MIN, INT64_MAX, value)) {
        return true;
    }
    bool changed = ihp__import_value_trim(row, column);
    changed |= ihp__import_value_whole(row, column, &problem);
    return (changed && ihp__integer_parse(row->field[column], INT64_MIN, INT64_MAX, value)) ||
           ihp__import_field_bad(row, column, problem, reason);
}

/* Reads an amount that is not plain dollars. */
IHP__IMPORT_SELDOM static bool convert_money(struct ihp__import_row *row, int column,
                                             int64_t *cents, struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    if (ihp__import_value_trim(row, column) && ihp__money_parse(row->field[column], cents)) {
        return true;
    }
    if (!ihp__convert_money(row->field[column], row->length[column], cents, &problem)) {
        return ihp__import_field_bad(row, column, problem, reason);
    }
    ihp__import_value_note(row, column, IHP__IMPORT_DOLLARS);
    return true;
}

/* Reads dollars of at most 9 digits with two decimals, as almost all amounts are. */
static bool read_money(const char *text, size_t length, int64_t *cents)
{
    const size_t sign = text[0] == '-';
    if (length < sign + 4 || length > sign + 12 || text[length - 3] != '.') {
        return false;
    }
    const int64_t dollars = digits_at(text + sign, length - sign - 3);
    const int64_t rest = digits_at(text + length - 2, 2);
    if (dollars < 0 || rest < 0) {
        return false;
    }
    *cents = sign != 0 ? -(dollars * 100 + rest) : dollars * 100 + rest;
    return true;
}

bool ihp__import_parse_money(struct ihp__import_row *row, int column, int64_t *cents,
                             struct ihp__import_reason *reason)
{
    return read_money(row->field[column], row->length[column], cents) ||
           ihp__money_parse(row->field[column], cents) || convert_money(row, column, cents, reason);
}

/* ---- codes ----------------------------------------------------------------------------------- */

/* Finds a code with outer blanks, or with letters of the other case. Returns -1 for no code. */
IHP__IMPORT_SELDOM static int convert_code(struct ihp__import_row *row, int column)
{
    const struct ihp__code_list *codes = schema_of(row, column)->codes;
    ihp__import_value_trim(row, column);
    int number = ihp__code_find(codes, row->field[column]);
    if (number >= 0) {
        return number;
    }
    number = ihp__code_find_any_case(codes, row->field[column]);
    if (number >= 0) {
        char first = ihp__code_text(codes, number)[0];
        ihp__import_value_case(row, column, first >= 'A' && first <= 'Z');
    }
    return number;
}

bool ihp__import_parse_code(struct ihp__import_row *row, int column, uint8_t *code,
                            struct ihp__import_reason *reason)
{
    int number = ihp__code_find(schema_of(row, column)->codes, row->field[column]);
    if (number < 0) {
        number = convert_code(row, column);
    }
    if (number < 0) {
        return ihp__import_field_bad(row, column, NULL, reason);
    }
    *code = (uint8_t)number;
    return true;
}

uint8_t ihp__import_parse_program(struct ihp__import_row *row, int column)
{
    int number = ihp__code_find(&ihp__major_programs, row->field[column]);
    number = number < 0 ? convert_code(row, column) : number;
    return number < 0 ? IHP__MAJOR_PROGRAM_OTHER : (uint8_t)number;
}

/* Reads a category that is not three digits or 999 with a capital. */
IHP__IMPORT_SELDOM static int convert_category(struct ihp__import_row *row, int column,
                                               const char **problem)
{
    ihp__import_value_trim(row, column);
    ihp__import_value_case(row, column, true);
    if (row->length[column] > 3) {
        ihp__import_value_whole(row, column, problem);
    }
    size_t length = row->length[column];
    if ((length == 1 || length == 2) && digits_at(row->field[column], length) >= 0) {
        *problem = length == 2 ? "has two digits (did a spreadsheet drop a zero?)"
                               : "has one digit (did a spreadsheet drop zeros?)";
    }
    return ihp__category_parse(row->field[column]);
}

bool ihp__import_parse_category(struct ihp__import_row *row, int column, int *category,
                                struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    int number = row->length[column] == 3 ? (int)digits_at(row->field[column], 3) : -1;
    number = number < 0 ? ihp__category_parse(row->field[column]) : number;
    number = number < 0 ? convert_category(row, column, &problem) : number;
    if (number < 0) {
        return ihp__import_field_bad(row, column, problem, reason);
    }
    *category = number;
    return true;
}
