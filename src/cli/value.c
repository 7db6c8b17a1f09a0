/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of values: how each is read, what it says of its bounds, and how it is refused. */
#include "value.h"

#include "base/base.h"
#include "base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longest item of a list that can be valid, and most bytes of a refused text that are repeated. */
enum { ITEM_MAX = 40 };

/* Reads digits into a whole number of 64 bits without sign. */
static bool parse_whole(const char *text, uint64_t *number)
{
    uint64_t sum = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        unsigned digit = (unsigned)(unsigned char)*text - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *number = sum;
    return true;
}

/* Reads bytes such as "512M", "2GiB" or "1073741824". */
static bool parse_size(const char *text, uint64_t *bytes)
{
    static const struct {
        const char *unit;
        int shift;
    } units[] = {{"", 0},     {"K", 10},   {"M", 20},   {"G", 30},  {"T", 40},
                 {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15) {
        return false;
    }
    uint64_t number = strtoull(text, NULL, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + digits, units[i].unit) == 0 && number <= UINT64_MAX >> units[i].shift) {
            *bytes = number << units[i].shift;
            return true;
        }
    }
    return false;
}

static bool read_whole(const struct ihp__cli_value *value, const char *text, uint64_t *number)
{
    return parse_whole(text, number) && *number >= value->whole.low && *number <= value->whole.high;
}

static bool read_decimal(const struct ihp__cli_value *value, const char *text, double *number)
{
    return ihp__decimal_parse(text, number) && *number <= value->decimal.high &&
           (value->decimal.above_low ? *number > value->decimal.low
                                     : *number >= value->decimal.low);
}

const char *ihp__cli_value_bounds(const struct ihp__cli_value *value,
                                  char text[IHP__CLI_VALUE_TEXT])
{
    unsigned long long low = value->whole.low, high = value->whole.high;
    text[0] = '\0';
    switch (value->kind) {
    case IHP__CLI_WHOLE:
        snprintf(text, IHP__CLI_VALUE_TEXT, "%llu to %llu", low, high);
        break;
    case IHP__CLI_DECIMAL:
        snprintf(text, IHP__CLI_VALUE_TEXT, "%.10g to %.10g", value->decimal.low,
                 value->decimal.high);
        break;
    case IHP__CLI_SIZE:
        snprintf(text, IHP__CLI_VALUE_TEXT, "at least %lluM", low >> 20);
        break;
    case IHP__CLI_WHOLES:
        snprintf(text, IHP__CLI_VALUE_TEXT,
                 "1 to %zu different whole numbers from %llu to %llu, separated by commas",
                 value->items, low, high);
        break;
    case IHP__CLI_DECIMALS:
        snprintf(text, IHP__CLI_VALUE_TEXT,
                 "1 to %zu different fractions %s %.10g and at most %.10g, separated by commas",
                 value->items, value->decimal.above_low ? "above" : "of at least",
                 value->decimal.low, value->decimal.high);
        break;
    default:
        break;
    }
    return text;
}

/* Writes what is allowed, to stand after "use ". */
static const char *allowed(const struct ihp__cli_value *value, char text[IHP__CLI_VALUE_TEXT])
{
    char bounds[IHP__CLI_VALUE_TEXT];
    ihp__cli_value_bounds(value, bounds);
    switch (value->kind) {
    case IHP__CLI_WHOLE:
        snprintf(text, IHP__CLI_VALUE_TEXT, "a whole number from %.100s", bounds);
        break;
    case IHP__CLI_DECIMAL:
        snprintf(text, IHP__CLI_VALUE_TEXT, "a number from %.100s", bounds);
        break;
    case IHP__CLI_SIZE:
        snprintf(text, IHP__CLI_VALUE_TEXT, "a size such as 512M or 2G, %.100s", bounds);
        break;
    case IHP__CLI_WHOLES:
    case IHP__CLI_DECIMALS:
        memcpy(text, bounds, sizeof bounds);
        break;
    case IHP__CLI_SPECIAL:
        snprintf(text, IHP__CLI_VALUE_TEXT, "%s", value->allowed);
        break;
    default:
        snprintf(text, IHP__CLI_VALUE_TEXT, "a %s that is not empty", value->name);
        break;
    }
    return text;
}

static bool refuse(const struct ihp__cli_value *value, const char *text,
                   char why[IHP__CLI_VALUE_TEXT])
{
    char use[IHP__CLI_VALUE_TEXT];
    snprintf(why, IHP__CLI_VALUE_TEXT, "'%.*s' is not valid; use %.200s", ITEM_MAX, text,
             allowed(value, use));
    return false;
}

static bool put_choice(const struct ihp__cli_value *value, const char *text, const char **choice,
                       char why[IHP__CLI_VALUE_TEXT])
{
    size_t count = 0;
    for (; value->choices[count] != NULL; count++) {
        if (strcmp(value->choices[count], text) == 0) {
            *choice = value->choices[count];
            return true;
        }
    }
    const char *nearest = ihp__nearest(text, value->choices, count);
    snprintf(why, IHP__CLI_VALUE_TEXT, "unknown %s '%.*s'%s%s%s", value->name, ITEM_MAX, text,
             nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
             nearest == NULL ? "" : "'?");
    return false;
}

/* Puts the next item of a list into its place. */
static bool put_item(const struct ihp__cli_value *value, void *array, size_t number,
                     const char *item)
{
    if (value->kind == IHP__CLI_DECIMALS) {
        return read_decimal(value, item, (double *)array + number);
    }
    uint64_t whole;
    if (!read_whole(value, item, &whole)) {
        return false;
    }
    ((int64_t *)array)[number] = (int64_t)whole;
    return true;
}

static bool put_list(const struct ihp__cli_value *value, void *array, size_t *count,
                     const char *list, char why[IHP__CLI_VALUE_TEXT])
{
    *count = 0;
    for (const char *at = list; at != NULL;) {
        const char *comma = strchr(at, ',');
        size_t length = comma == NULL ? strlen(at) : (size_t)(comma - at);
        char item[ITEM_MAX + 1];
        snprintf(item, sizeof item, "%.*s", length < ITEM_MAX ? (int)length : ITEM_MAX, at);
        if (*count == value->items) {
            snprintf(why, IHP__CLI_VALUE_TEXT, "the list has more than %zu items", value->items);
            return false;
        }
        if (length >= ITEM_MAX || !put_item(value, array, *count, item)) {
            return refuse(value, item, why);
        }
        ++*count;
        at = comma == NULL ? NULL : comma + 1;
    }
    return true;
}

/* Stores a number that is within its bounds; the size of the field tells its type. */
static void store_whole(const struct ihp__cli_value *value, void *field, uint64_t number)
{
    if (value->field.size == sizeof(int)) {
        *(int *)field = (int)number;
    } else {
        *(uint64_t *)field = number;
    }
}

bool ihp__cli_value_put(const struct ihp__cli_value *value, void *request, const char *text,
                        char why[IHP__CLI_VALUE_TEXT])
{
    void *field = (char *)request + value->field.offset;
    uint64_t number;
    double decimal;
    switch (value->kind) {
    case IHP__CLI_FLAG:
        *(bool *)field = true;
        return true;
    case IHP__CLI_CHOICE:
        return put_choice(value, text, field, why);
    case IHP__CLI_WHOLE:
        if (!read_whole(value, text, &number)) {
            return refuse(value, text, why);
        }
        store_whole(value, field, number);
        return true;
    case IHP__CLI_DECIMAL:
        if (!read_decimal(value, text, &decimal)) {
            return refuse(value, text, why);
        }
        *(double *)field = decimal;
        return true;
    case IHP__CLI_SIZE:
        if (!parse_size(text, &number) || number < value->whole.low) {
            return refuse(value, text, why);
        }
        *(uint64_t *)field = number;
        return true;
    case IHP__CLI_WHOLES:
    case IHP__CLI_DECIMALS:
        return put_list(value, field, (size_t *)((char *)request + value->count.offset), text, why);
    case IHP__CLI_SPECIAL:
        return value->take(request, text) || refuse(value, text, why);
    default:
        *(const char **)field = text;
        return text[0] != '\0' || refuse(value, text, why);
    }
}
