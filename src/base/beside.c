/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name of a file that a run keeps beside its output, folder or file. */
#define _XOPEN_SOURCE 700 /* for realpath */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

/* Whether a path ends with "." or "..", which are no names to put an ending behind. */
static bool ends_with_dots(const char *path, size_t length)
{
    size_t dots = 0;
    while (dots < length && path[length - 1 - dots] == '.') {
        dots++;
    }
    return (dots == 1 || dots == 2) && (dots == length || path[length - 1 - dots] == '/');
}

bool ihp__path_beside(const char *output, const char *ending, char *path, size_t size)
{
    size_t length = strlen(output);
    while (length > 1 && output[length - 1] == '/') {
        length--;
    }
    char *real = ends_with_dots(output, length) ? realpath(output, NULL) : NULL;
    int written = real == NULL ? snprintf(path, size, "%.*s%s", (int)length, output, ending)
                               : snprintf(path, size, "%s%s", real, ending);
    free(real);
    return written >= 0 && (size_t)written < size;
}
