/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that mean one thing only, although they are not written as an extract should have them. */
#include "extract/convert.h"

#include "base/calendar.h"
#include "base/money.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns how many digits a text begins with. */
static size_t digits_in(const char *text, size_t length)
{
    size_t digits = 0;
    while (digits < length && is_digit(text[digits])) {
        digits++;
    }
    return digits;
}

/* Returns the number of `digits` digits, at most 9. */
static int number_of(const char *text, size_t digits)
{
    int number = 0;
    for (size_t i = 0; i < digits; i++) {
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static bool all_of(const char *text, size_t length, char c)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != c) {
            return false;
        }
    }
    return true;
}

/* ---- blanks ---------------------------------------------------------------------------------- */

/* Returns the bytes of the blank that a text begins with, or ends with; 0 if there is none. */
static size_t blank_at(const char *text, size_t length, bool at_end)
{
    static const char *const wide[] = {"\xc2\xa0", "\xe2\x80\x8b", "\xef\xbb\xbf"};
    if (length == 0) {
        return 0;
    }
    char c = text[at_end ? length - 1 : 0];
    if (c == ' ' || c == '\t') {
        return 1;
    }
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        size_t size = strlen(wide[i]);
        if (size <= length && memcmp(at_end ? text + length - size : text, wide[i], size) == 0) {
            return size;
        }
    }
    return 0;
}

bool ihp__convert_trim(const char **text, size_t *length)
{
    size_t before = *length, blank;
    while ((blank = blank_at(*text, *length, false)) > 0) {
        *text += blank;
        *length -= blank;
    }
    while ((blank = blank_at(*text, *length, true)) > 0) {
        *length -= blank;
    }
    return *length != before;
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* The least year of a month without a dash: `012012` must not become a month of the year 120. */
enum { YEAR_LEAST = 1800 };

/* Returns true if the text is " 00:00:00", "T00:00:00" or SAS's ":00:00:00", also with decimals of
 * zeros. Says why if it is another time of day. */
static bool is_midnight(const char *text, size_t length, const char **problem)
{
    static const char midnight[] = "00:00:00";
    enum { TIME = sizeof midnight - 1 };
    if (length < 1 + TIME || (text[0] != ' ' && text[0] != 'T' && text[0] != ':') ||
        !is_digit(text[1])) {
        return false;
    }
    size_t rest = length - 1 - TIME;
    const char *end = text + 1 + TIME;
    if (memcmp(text + 1, midnight, TIME) == 0 &&
        (rest == 0 || (end[0] == '.' && rest > 1 && all_of(end + 1, rest - 1, '0')))) {
        return true;
    }
    *problem = "has a time of day other than 00:00:00, or a time zone";
    return false;
}

const char ihp__convert_two_orders[] =
    "may have the month or the day first (a layout can say which, such as dates: MM/DD/YYYY)";

/* Returns true for 30APR24 and 30-Apr-24. */
static bool has_two_digits(const char *text, size_t length)
{
    size_t at = digits_in(text, length);
    int month;
    const char mark = at < length ? text[at] : '\0';
    const bool has_marks = mark == '-' || mark == '/' || mark == ' ';
    at += has_marks;
    if (at >= length || ihp__month_name_read(text + at, length - at, &month) == 0) {
        return false;
    }
    at += 3;
    at += has_marks && at < length && text[at] == mark;
    return at + 2 == length && digits_in(text + at, 2) == 2;
}

/* Says what a text looks like that is not a date of one meaning. */
static void explain_day(const char *text, size_t length, const char **problem)
{
    size_t first = digits_in(text, length);
    char mark = first < length ? text[first] : '\0';
    if (first == length && first == 5) {
        *problem =
            "looks like days since a first day, as spreadsheets and SAS count them (a layout "
            "can say dates: SAS days)";
    }
    if (first >= 1 && first <= 2 && has_two_digits(text, length)) {
        *problem = "has a year of two digits";
    }
    if (mark != '/' && mark != '-' && mark != '.') {
        return;
    }
    size_t second = digits_in(text + first + 1, length - first - 1);
    size_t at = first + 1 + second + 1;
    size_t third = at < length ? digits_in(text + at, length - at) : 0;
    if (second == 0 || third == 0 || at + third != length || text[at - 1] != mark) {
        return;
    }
    if (first <= 2 && third == 4) {
        *problem = ihp__convert_two_orders;
    } else if (first <= 2 && third <= 2) {
        *problem = "has a year of two digits";
    } else if (first == 4 && (second == 1 || third == 1)) {
        *problem = "has a month or day of one digit";
    }
}

bool ihp__convert_day(const char *text, size_t length, int32_t *day, const char **problem)
{
    int32_t read;
    size_t used = ihp__day_read(text, length, &read);
    if (used > 0 && (used == length || is_midnight(text + used, length - used, problem))) {
        *day = read;
        return true;
    }
    explain_day(text, length, problem);
    return false;
}

/* Reads a month: 2024-04, 2024/04, 202404, APR2024 or Apr-2024. */
static bool read_month(const char *text, size_t length, int32_t *month)
{
    int number = 0, year = 0;
    size_t name = ihp__month_name_read(text, length, &number);
    const bool has_mark = name > 0 ? length == 8 && (text[name] == '-' || text[name] == ' ')
                                   : length == 7 && (text[4] == '-' || text[4] == '/');
    const char *at = name > 0 ? text + name + has_mark : text;
    if (length != (name > 0 ? name + 4 : 6) + has_mark || digits_in(at, 4) != 4) {
        return false;
    }
    year = number_of(at, 4);
    if (name == 0) {
        if (digits_in(text + 4 + has_mark, 2) != 2 || (!has_mark && year < YEAR_LEAST)) {
            return false;
        }
        number = number_of(text + 4 + has_mark, 2);
    }
    if (year < 1 || number < 1 || number > 12) {
        return false;
    }
    *month = (year - 1970) * 12 + number - 1;
    return true;
}

bool ihp__convert_month(const char *text, size_t length, bool last, int32_t *month,
                        const char **problem)
{
    int32_t day;
    if (read_month(text, length, month)) {
        return true;
    }
    if (!ihp__convert_day(text, length, &day, problem)) {
        return false;
    }
    int32_t own = ihp__month_of_day(day);
    if (last ? day + 1 != ihp__day_of_month_start(own + 1) : day != ihp__day_of_month_start(own)) {
        *problem = last ? "is a day before the last of its month (a layout can say what becomes of "
                          "the month: partial_months)"
                        : "is a day after the first of its month (a layout can say what becomes of "
                          "the month: partial_months)";
        return false;
    }
    *month = own;
    return true;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Returns true if a text is a number with an exponent, "1.23E+09". */
static bool is_exponent(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-' ? 1 : 0;
    size_t digits = digits_in(text + at, length - at);
    at += digits;
    if (at < length && text[at] == '.') {
        at += 1 + digits_in(text + at + 1, length - at - 1);
    }
    if (digits == 0 || at >= length || (text[at] != 'E' && text[at] != 'e')) {
        return false;
    }
    at += at + 1 < length && (text[at + 1] == '+' || text[at + 1] == '-') ? 2 : 1;
    return at < length && digits_in(text + at, length - at) == length - at;
}

static const char exponent_problem[] =
    "is a spreadsheet's number, such as 1.23E+09, whose other digits are lost; take it from the "
    "source again";

size_t ihp__convert_whole(const char *text, size_t length, const char **problem)
{
    size_t sign = length > 0 && text[0] == '-' ? 1 : 0;
    size_t digits = digits_in(text + sign, length - sign);
    size_t point = sign + digits;
    if (digits > 0 && point + 1 < length && text[point] == '.' &&
        all_of(text + point + 1, length - point - 1, '0')) {
        return point;
    }
    if (is_exponent(text, length)) {
        *problem = exponent_problem;
    }
    return 0;
}

/* The parts of an amount. */
struct amount {
    const char *text; /* what is left to read */
    size_t length;
    int signs; /* minus signs and pairs of parentheses */
    bool commas;
};

static bool take(struct amount *amount, char c)
{
    if (amount->length == 0 || amount->text[0] != c) {
        return false;
    }
    amount->text++;
    amount->length--;
    return true;
}

static bool take_last(struct amount *amount, char c)
{
    if (amount->length == 0 || amount->text[amount->length - 1] != c) {
        return false;
    }
    amount->length--;
    return true;
}

static bool take_dollar(struct amount *amount)
{
    bool taken = take(amount, '$');
    if (taken) {
        ihp__convert_trim(&amount->text, &amount->length);
    }
    return taken;
}

/* Takes off parentheses, signs and the dollar sign, which leaves digits, commas and a point. */
static bool take_signs(struct amount *amount)
{
    bool dollar = take_dollar(amount);
    if (take(amount, '(')) {
        amount->signs++;
        if (!take_last(amount, ')')) {
            return false;
        }
        ihp__convert_trim(&amount->text, &amount->length);
    }
    bool plus = take(amount, '+');
    amount->signs += take(amount, '-');
    if (!dollar && take_dollar(amount)) {
        amount->signs += take(amount, '-');
    }
    if (take_last(amount, '-')) {
        amount->signs++;
        ihp__convert_trim(&amount->text, &amount->length);
    }
    return amount->signs + plus <= 1;
}

/* Reads the digits before the point, and the commas that group them by three. Returns false if a
 * comma does not, or if there are too many digits. */
static bool take_dollars(struct amount *amount, int64_t *dollars, size_t *digits)
{
    size_t group = 0;
    *dollars = 0;
    *digits = 0;
    for (; amount->length > 0; amount->text++, amount->length--) {
        char c = amount->text[0];
        if (c == ',') {
            bool fits = amount->commas ? group == 3 : group >= 1 && group <= 3 && *dollars > 0;
            if (!fits) {
                return false;
            }
            amount->commas = true;
            group = 0;
            continue;
        }
        if (!is_digit(c)) {
            break;
        }
        *dollars = *dollars * 10 + (c - '0');
        if (*dollars > IHP__MONEY_MAX / 100) {
            return false;
        }
        group++;
        (*digits)++;
    }
    return !amount->commas || group == 3;
}

/* Reads the decimals. All behind the second must be zeros. */
static bool take_cents(struct amount *amount, int *cents, size_t *digits, const char **problem)
{
    *cents = 0;
    if (!take(amount, '.')) {
        return amount->length == 0;
    }
    size_t decimals = digits_in(amount->text, amount->length);
    if (decimals != amount->length) {
        return false;
    }
    *digits += decimals;
    *cents = number_of(amount->text, decimals < 2 ? decimals : 2) * (decimals == 1 ? 10 : 1);
    if (decimals > 2 && !all_of(amount->text + 2, decimals - 2, '0')) {
        *problem = "has a part of a cent";
        return false;
    }
    return true;
}

bool ihp__convert_money(const char *text, size_t length, int64_t *cents, const char **problem)
{
    struct amount amount = {.text = text, .length = length};
    int64_t dollars = 0;
    int rest = 0;
    size_t digits = 0;
    if (is_exponent(text, length)) {
        *problem = exponent_problem;
        return false;
    }
    if (!take_signs(&amount)) {
        return false;
    }
    bool has_comma = memchr(amount.text, ',', amount.length) != NULL;
    if (!take_dollars(&amount, &dollars, &digits) ||
        !take_cents(&amount, &rest, &digits, problem)) {
        if (has_comma) {
            *problem = "has a comma that does not group dollars by three digits (is it a decimal "
                       "comma?)";
        }
        return false;
    }
    int64_t value = dollars * 100 + rest;
    if (digits == 0 || value > IHP__MONEY_MAX) {
        return false;
    }
    *cents = amount.signs > 0 ? -value : value;
    return true;
}
