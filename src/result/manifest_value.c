/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a deck in a manifest, with their types, and as texts again. */
#include "result/manifest_value.h"

#include "ihp/version.h"
#include "result/json.h"

#include <math.h>
#include <stdlib.h>

bool ihp__manifest_is_known(const json_t *manifest)
{
    const json_t *version = json_object_get(manifest, "format_version");
    return json_is_integer(version) && json_integer_value(version) >= IHP__MANIFEST_OLDEST &&
           json_integer_value(version) <= IHP__MANIFEST_VERSION;
}

enum ihp_status ihp__manifest_check_version(const json_t *manifest, const char *path,
                                            const char *advice, struct ihp_error *err)
{
    const json_t *version = json_object_get(manifest, "format_version");
    const char *writer = json_string_value(json_object_get(manifest, "program_version"));
    if (ihp__manifest_is_known(manifest)) {
        return IHP_OK;
    }
    if (!json_is_integer(version)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: format_version is missing or not a whole number; ihp %s reads %d to "
                         "%d; make the folder again",
                         path, IHP_VERSION, IHP__MANIFEST_OLDEST, IHP__MANIFEST_VERSION);
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: format_version is %lld, and ihp %s reads %d to %d; %s with the version "
                     "that wrote it, %.40s",
                     path, (long long)json_integer_value(version), IHP_VERSION,
                     IHP__MANIFEST_OLDEST, IHP__MANIFEST_VERSION, advice,
                     writer == NULL ? "" : writer);
}

/* ---- from a deck ----------------------------------------------------------------------------- */

/* Takes a number at the beginning of a text. Returns what follows, or NULL if there is none, or if
 * the number would not be the same again after it was written. */
static const char *take_number(const char *text, double *number)
{
    char written[40], *end;
    *number = strtod(text, &end);
    snprintf(written, sizeof written, "%.*g", IHP__JSON_DIGITS, *number);
    return end != text && fabs(strtod(written, NULL) - *number) <= 0.0 ? end : NULL;
}

/* Takes the numbers of "[0.9, 0.95]", at most IHP__LEVELS_MAX. Returns their count, or 0 if they
 * cannot be written exactly. */
static size_t take_numbers(const char *text, double number[IHP__LEVELS_MAX])
{
    size_t count = 0;
    while (text != NULL && *text != ']' && count < IHP__LEVELS_MAX) {
        text = take_number(text + 1, &number[count++]);
    }
    return text != NULL && *text == ']' ? count : 0;
}

static json_t *json_numbers(const double *number, size_t count)
{
    json_t *list = json_array();
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        whole = json_array_append_new(list, json_real(number[i])) == 0 && whole;
    }
    return ihp__json_whole(list, whole);
}

json_t *ihp__manifest_value(const struct ihp__deck_key *key)
{
    double number[IHP__LEVELS_MAX];
    size_t count;
    switch (key->type) {
    case IHP__VALUE_TEXT:
        break;
    case IHP__VALUE_INTEGER:
        return json_integer(strtoll(key->value, NULL, 10));
    case IHP__VALUE_BOOLEAN:
        return json_boolean(key->value[0] == 't');
    case IHP__VALUE_NUMBER:
        if (take_number(key->value, number) != NULL) {
            return json_real(number[0]);
        }
        break;
    case IHP__VALUE_NUMBERS:
        count = take_numbers(key->value, number);
        if (count > 0) {
            return json_numbers(number, count);
        }
        break;
    }
    return ihp__json_text(key->value);
}

/* ---- to a text ------------------------------------------------------------------------------- */

/* Writes a number as a deck has it: as few places as give the same number, without an exponent. */
static void format_decimal(double number, char text[IHP__MANIFEST_TEXT])
{
    for (int places = 0; places <= 30; places++) {
        snprintf(text, IHP__MANIFEST_TEXT, "%.*f", places, number);
        if (fabs(strtod(text, NULL) - number) <= 0.0) {
            return;
        }
    }
}

/* Writes numbers as a deck has them: "[0.9, 0.95]". */
static void format_numbers(const json_t *list, char text[IHP__MANIFEST_TEXT])
{
    size_t used = 1, i;
    json_t *item;
    snprintf(text, IHP__MANIFEST_TEXT, "[");
    json_array_foreach(list, i, item)
    {
        char number[40] = "";
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(number, sizeof number, "%.*g", digits, json_number_value(item));
            if (fabs(strtod(number, NULL) - json_number_value(item)) <= 0.0) {
                break;
            }
        }
        int more =
            snprintf(text + used, IHP__MANIFEST_TEXT - used, "%s%s", i == 0 ? "" : ", ", number);
        used += more > 0 ? (size_t)more : 0;
        if (used >= IHP__MANIFEST_TEXT) {
            return;
        }
    }
    snprintf(text + used, IHP__MANIFEST_TEXT - used, "]");
}

const char *ihp__manifest_text(const json_t *deck, const char *key, char text[IHP__MANIFEST_TEXT])
{
    return ihp__manifest_value_text(json_object_get(deck, key), text);
}

const char *ihp__manifest_value_text(const json_t *value, char text[IHP__MANIFEST_TEXT])
{
    text[0] = '\0';
    if (json_is_string(value)) {
        snprintf(text, IHP__MANIFEST_TEXT, "%s", json_string_value(value));
    } else if (json_is_integer(value)) {
        snprintf(text, IHP__MANIFEST_TEXT, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        format_decimal(json_real_value(value), text);
    } else if (json_is_boolean(value)) {
        snprintf(text, IHP__MANIFEST_TEXT, "%s", json_is_true(value) ? "true" : "false");
    } else if (json_is_array(value)) {
        format_numbers(value, text);
    }
    return text;
}
