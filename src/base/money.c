/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts as integer cents, the two roundings of a settlement, and numbers in texts. */
#include "base/money.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ihp__money_parse(const char *text, int64_t *cents)
{
    const char *c = text;
    bool negative = *c == '-';
    if (*c == '-' || *c == '+') {
        c++;
    }
    if (!isdigit((unsigned char)*c)) {
        return false;
    }
    int64_t value = 0;
    for (; isdigit((unsigned char)*c); c++) {
        value = value * 10 + (*c - '0');
        if (value > IHP__MONEY_MAX) {
            return false;
        }
    }
    int decimals = 0;
    if (*c == '.') {
        for (c++; isdigit((unsigned char)*c) && decimals < 2; c++, decimals++) {
            value = value * 10 + (*c - '0');
        }
        if (decimals == 0) {
            return false;
        }
    }
    for (; decimals < 2; decimals++) {
        value *= 10;
    }
    if (*c != '\0' || value > IHP__MONEY_MAX) {
        return false;
    }
    *cents = negative ? -value : value;
    return true;
}

const char *ihp__money_format(int64_t cents, char buffer[IHP__MONEY_TEXT])
{
    uint64_t size = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
    snprintf(buffer, IHP__MONEY_TEXT, "%s%llu.%02llu", cents < 0 ? "-" : "",
             (unsigned long long)(size / 100), (unsigned long long)(size % 100));
    return buffer;
}

const char *ihp__count_format(uint64_t count, char buffer[IHP__COUNT_TEXT])
{
    char digits[IHP__COUNT_TEXT];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    char *out = buffer;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *out++ = ',';
        }
        *out++ = digits[i];
    }
    *out = '\0';
    return buffer;
}

const char *ihp__money_format_grouped(int64_t cents, char buffer[IHP__MONEY_TEXT])
{
    uint64_t size = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
    char dollars[IHP__COUNT_TEXT];
    snprintf(buffer, IHP__MONEY_TEXT, "%s$%s.%02u", cents < 0 ? "-" : "",
             ihp__count_format(size / 100, dollars), (unsigned)(size % 100));
    return buffer;
}

/* Rounds to 12 significant digits without going through a text, which is slow. A product with a
 * power of ten puts twelve digits before the point; its error, less than 0.0001, cannot change
 * which side of the half the rest is on unless the rest is near it. The quotient of the whole
 * number and the power, both exact, is the double that reading the twelve digits would give.
 * Returns false where the result is not certain; the caller then goes through a text. */
static bool round_by_product(double value, double *rounded)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const double size = fabs(value);
    if (!(size >= 1e-10 && size < 1e11)) {
        return false;
    }
    const double ten = power[11 - (int)floor(log10(size))];
    const double scaled = size * ten;
    if (scaled < 1e11 || scaled > 999999999999.0) {
        return false;
    }
    const double whole = floor(scaled), rest = scaled - whole;
    *rounded = copysign((whole + (rest > 0.5)) / ten, value);
    return fabs(rest - 0.5) > 0.001;
}

double ihp__round12(double value)
{
    double rounded;
    if (!isfinite(value) || value == 0.0) {
        return value;
    }
    if (round_by_product(value, &rounded)) {
        return rounded;
    }
    char text[40];
    snprintf(text, sizeof text, "%.11e", value);
    return strtod(text, NULL);
}

int64_t ihp__cents_of_dollars(double dollars)
{
    double cents = round(ihp__round12(dollars * 100.0)); /* round() goes half away from zero */
    if (cents >= 9e17) {
        return 900000000000000000LL;
    }
    if (cents <= -9e17) {
        return -900000000000000000LL;
    }
    return (int64_t)cents;
}

bool ihp__decimal_parse(const char *text, double *value)
{
    const char *c = text;
    if (*c == '-' || *c == '+') {
        c++;
    }
    size_t whole = strspn(c, "0123456789");
    c += whole;
    size_t fraction = 0;
    if (*c == '.') {
        fraction = strspn(++c, "0123456789");
        c += fraction;
    }
    if (whole + fraction == 0 || whole + fraction > 30 || *c != '\0') {
        return false;
    }
    *value = strtod(text, NULL);
    return true;
}

bool ihp__integer_parse(const char *text, int64_t low, int64_t high, int64_t *value)
{
    if (!isdigit((unsigned char)text[0]) && !(text[0] == '-' && isdigit((unsigned char)text[1]))) {
        return false;
    }
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || parsed < low || parsed > high) {
        return false;
    }
    *value = parsed;
    return true;
}
