/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts that a cell of a rule table fits: "a|b", "pre*", "100..199", "*" and "(blank)". */
#include "layout/layout_internal.h"

#include "base/array.h"

#include <string.h>
#include <strings.h>

static bool is_blank_at(const char *text, size_t length, size_t *bytes)
{
    *bytes = 1;
    if (length >= 2 && text[0] == '\xc2' && text[1] == '\xa0') {
        *bytes = 2;
        return true;
    }
    return length > 0 && (text[0] == ' ' || text[0] == '\t');
}

struct ihp__layout_text ihp__layout_trim(const char *text, size_t length)
{
    size_t bytes;
    while (is_blank_at(text, length, &bytes)) {
        text += bytes;
        length -= bytes;
    }
    while (length > 0) {
        if (text[length - 1] == ' ' || text[length - 1] == '\t') {
            length--;
        } else if (length >= 2 && text[length - 2] == '\xc2' && text[length - 1] == '\xa0') {
            length -= 2;
        } else {
            break;
        }
    }
    return (struct ihp__layout_text){text, length};
}

/* Reads 1 to 18 decimal digits. */
static bool number_of(const char *text, size_t length, int64_t *number)
{
    int64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = length <= 18 ? value * 10 + (text[i] - '0') : 0;
    }
    *number = value;
    return length >= 1 && length <= 18;
}

/* Returns where ".." is, or NULL. */
static const char *dots_in(const char *text, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++) {
        if (text[i] == '.' && text[i + 1] == '.') {
            return text + i;
        }
    }
    return NULL;
}

static const char *read_range(struct ihp__pattern *pattern, struct ihp__layout_text cell,
                              const char *dots)
{
    struct ihp__layout_text from = ihp__layout_trim(cell.text, (size_t)(dots - cell.text));
    struct ihp__layout_text to =
        ihp__layout_trim(dots + 2, cell.length - (size_t)(dots - cell.text) - 2);
    if (number_of(from.text, from.length, &pattern->low) &&
        number_of(to.text, to.length, &pattern->high)) {
        pattern->kind = IHP__PATTERN_NUMBERS;
        return pattern->low <= pattern->high ? NULL
                                             : "is a range whose end is before its beginning";
    }
    if (from.length == 0 || from.length != to.length) {
        return "is a range whose ends have different lengths; give two numbers, or two texts of "
               "one length";
    }
    pattern->kind = IHP__PATTERN_TEXTS;
    pattern->text = from.text;
    pattern->to = to.text;
    pattern->length = from.length;
    return strncasecmp(from.text, to.text, to.length) <= 0
               ? NULL
               : "is a range whose end is before its beginning";
}

static const char *read_pattern(struct ihp__pattern *pattern, struct ihp__layout_text cell)
{
    const char *dots = dots_in(cell.text, cell.length);
    *pattern =
        (struct ihp__pattern){.kind = IHP__PATTERN_EQUAL, .text = cell.text, .length = cell.length};
    if (cell.length == 0) {
        return "has an alternative that is blank; write (blank) for a blank";
    }
    if (cell.length == 7 && memcmp(cell.text, "(blank)", 7) == 0) {
        pattern->kind = IHP__PATTERN_BLANK;
    } else if (cell.length == 1 && cell.text[0] == '*') {
        pattern->kind = IHP__PATTERN_ANY;
    } else if (dots != NULL) {
        return read_range(pattern, cell, dots);
    } else if (cell.text[cell.length - 1] == '*') {
        pattern->kind = IHP__PATTERN_PREFIX;
        pattern->length--;
    }
    return memchr(cell.text, '*', pattern->length) != NULL && pattern->kind != IHP__PATTERN_ANY
               ? "has a '*' that is not at its end"
               : NULL;
}

const char *ihp__patterns_add(struct ihp__patterns *patterns, const char *cell)
{
    const char *problem = NULL;
    while (problem == NULL) {
        size_t length = strcspn(cell, "|");
        if (!ihp__array_reserve(&patterns->pattern, &patterns->capacity, patterns->count + 1,
                                sizeof *patterns->pattern)) {
            return "";
        }
        problem =
            read_pattern(&patterns->pattern[patterns->count++], ihp__layout_trim(cell, length));
        if (cell[length] == '\0') {
            break;
        }
        cell += length + 1;
    }
    return problem;
}

static bool fits(const struct ihp__pattern *pattern, const char *text, size_t length)
{
    int64_t number;
    switch (pattern->kind) {
    case IHP__PATTERN_EQUAL:
        return length == pattern->length && strncasecmp(text, pattern->text, length) == 0;
    case IHP__PATTERN_PREFIX:
        return length >= pattern->length && strncasecmp(text, pattern->text, pattern->length) == 0;
    case IHP__PATTERN_ANY:
        return length > 0;
    case IHP__PATTERN_BLANK:
        return length == 0;
    case IHP__PATTERN_NUMBERS:
        return number_of(text, length, &number) && pattern->low <= number &&
               number <= pattern->high;
    default:
        return length == pattern->length && strncasecmp(pattern->text, text, length) <= 0 &&
               strncasecmp(text, pattern->to, length) <= 0;
    }
}

bool ihp__patterns_fit(const struct ihp__pattern *pattern, size_t count, const char *text,
                       size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (fits(&pattern[i], text, length)) {
            return true;
        }
    }
    return false;
}
