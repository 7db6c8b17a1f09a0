/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing sentences that fit the terminal. */
#include "result/print_sentence.h"

#include "result/print_table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Returns how many bytes of a line to print: all, or those before the last blank with which they
 * fit into `room` characters, or else before the first blank. The first `skip` bytes are not looked
 * at for blanks. */
static size_t bytes_that_fit(const char *line, size_t length, size_t skip, size_t room)
{
    size_t used = 0, fit = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_blank = i >= skip && line[i] == ' ';
        if (is_blank && (used <= room || fit == 0)) {
            fit = i;
        }
        used += ((unsigned char)line[i] & 0xc0) != 0x80;
        if (used > room && fit > 0) {
            return fit;
        }
    }
    return length;
}

/* Prints a line and its end. */
static void put_wrapped(FILE *stream, size_t width, const char *line, size_t length)
{
    size_t blanks = strspn(line, " "), room = width;
    size_t begin = blanks < length ? blanks : length, indent = begin + 2;
    while (width > 0 && length > 0) {
        size_t fit = bytes_that_fit(line, length, begin, room);
        if (fit == length) {
            break;
        }
        size_t kept = fit;
        while (kept > 0 && line[kept - 1] == ' ') {
            kept--;
        }
        fprintf(stream, "%.*s\n%*s", (int)kept, line, (int)indent, "");
        while (fit < length && line[fit] == ' ') {
            fit++;
        }
        line += fit;
        length -= fit;
        begin = 0;
        room = width > indent ? width - indent : 1;
    }
    fprintf(stream, "%.*s", (int)length, line);
}

void ihp__print_wrapped(FILE *stream, size_t width, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        put_wrapped(stream, width, text, length);
        text += length;
        if (*text == '\n') {
            fputc('\n', stream);
            text++;
        }
    }
}

void ihp__print_sentence(FILE *stream, const char *format, ...)
{
    size_t width = ihp__print_width(stream);
    char *text = NULL;
    int size = -1;
    va_list arguments;
    if (width > 0) {
        va_start(arguments, format);
        size = vsnprintf(NULL, 0, format, arguments);
        va_end(arguments);
        text = size < 0 ? NULL : malloc((size_t)size + 1);
    }
    va_start(arguments, format);
    if (text == NULL) {
        vfprintf(stream, format, arguments);
    } else {
        vsnprintf(text, (size_t)size + 1, format, arguments);
        ihp__print_wrapped(stream, width, text);
    }
    va_end(arguments);
    free(text);
}
