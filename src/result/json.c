/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON that reports when memory is short. */
#include "result/json.h"

#include "base/path.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

json_t *ihp__json_measured(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.6g", value);
    return json_real(strtod(text, NULL));
}

json_t *ihp__json_text(const char *text)
{
    json_t *json = json_string(text);
    if (json == NULL) {
        char plain[IHP__PATH_MAX];
        size_t length = 0;
        for (; length < sizeof plain - 1 && text[length] != '\0'; length++) {
            plain[length] = (signed char)text[length] < 0 ? '?' : text[length];
        }
        plain[length] = '\0';
        json = json_string(plain);
    }
    return json;
}

json_t *ihp__json_whole(json_t *json, bool whole)
{
    if (!whole) {
        json_decref(json);
        return NULL;
    }
    return json;
}

json_t *ihp__json_copy(const json_t *object)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)object);
    return ihp__json_whole(copy, json_object_size(copy) == json_object_size(object));
}
