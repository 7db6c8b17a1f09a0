/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays that grow. */
#include "base/array.h"

#include "base/touch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool ihp__array_reserve(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity) {
        return true;
    }
    size_t room = *capacity < 16 ? 16 : *capacity;
    while (room < need) {
        if (room > SIZE_MAX / 2) {
            return false;
        }
        room *= 2;
    }
    if (room > SIZE_MAX / 2 / size) {
        return false;
    }
    void *old;
    memcpy(&old, array, sizeof old); /* `array` is the address of a pointer of any type */
    char *grown = realloc(old, room * size);
    if (grown == NULL) {
        return false;
    }
    ihp__prefer_large(grown, room * size);
    memset(grown + *capacity * size, 0, (room - *capacity) * size);
    memcpy(array, &grown, sizeof grown);
    *capacity = room;
    return true;
}
