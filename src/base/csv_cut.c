/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the text of a CSV file can be cut. */
#include "base/csv_cut.h"

#include <string.h>

enum { COUNT_BYTES = 128 };

/* Counts in groups so short that a count fits into a byte. The compiler then counts many bytes at
 * once. */
void ihp__csv_count_marks(const char *text, size_t size, struct ihp__csv_marks *marks)
{
    for (size_t first = 0; first < size; first += COUNT_BYTES) {
        size_t end = size - first < COUNT_BYTES ? size : first + COUNT_BYTES;
        uint8_t quotes = 0, line_ends = 0;
        for (size_t i = first; i < end; i++) {
            quotes = (uint8_t)(quotes + (text[i] == '"'));
            line_ends = (uint8_t)(line_ends + (text[i] == '\n'));
        }
        marks->quotes += quotes;
        marks->line_ends += line_ends;
    }
}

size_t ihp__csv_whole_rows(const char *text, size_t size, bool quoted)
{
    struct ihp__csv_marks marks = {0, 0};
    ihp__csv_count_marks(text, size, &marks);
    quoted ^= marks.quotes % 2 != 0;
    while (size > 0 && (quoted || (text[size - 1] != '\n' && text[size - 1] != '\r'))) {
        size--;
        quoted ^= text[size] == '"';
    }
    return size;
}

size_t ihp__csv_first_row(const char *text, size_t size)
{
    size_t at = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool quoted = false;
    while (at < size && (text[at] == '\n' || text[at] == '\r')) {
        at++;
    }
    for (; at < size; at++) {
        quoted ^= text[at] == '"';
        if (!quoted && (text[at] == '\n' || text[at] == '\r')) {
            return at + 1;
        }
    }
    return 0;
}
