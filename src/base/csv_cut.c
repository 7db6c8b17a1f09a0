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

/* ---- inside quotes or not -------------------------------------------------------------------- */

/* Returns true if a byte may be next to a quoted field. */
static bool is_edge(const struct ihp__csv_piece *piece, char c)
{
    return c == piece->delimiter || c == '\n' || c == '\r';
}

/* Returns true if quotes in a row, `count` of them between two bytes, show on which side they
 * begin. A quoted field begins and ends next to an edge, and quotes inside it are doubled. */
static bool run_shows_side(bool edge_before, bool edge_behind, size_t count, bool *quoted)
{
    if (!edge_before) {
        *quoted = true;
        return true;
    }
    /* An odd number would have ended the field, or opens one. An even number would be a whole
     * field, which has an edge behind it. */
    *quoted = count % 2 == 0;
    return !edge_behind;
}

bool ihp__csv_shows_side(const struct ihp__csv_piece *piece, bool *quoted)
{
    const char *text = piece->text;
    const size_t size = piece->size;
    bool odd = false;                     /* the number of quotes so far */
    bool is_whole = piece->before != '"'; /* a run of quotes begins in the piece */
    size_t at = 0;
    for (const char *found; (found = memchr(text + at, '"', size - at)) != NULL; is_whole = true) {
        const size_t first = (size_t)(found - text);
        is_whole = is_whole || first > 0;
        for (at = first; at < size && text[at] == '"';) {
            at++;
        }
        if (at == size && !piece->is_last) {
            return false;
        }
        const bool before = is_edge(piece, first == 0 ? piece->before : text[first - 1]);
        const bool behind = at == size || is_edge(piece, text[at]);
        bool inside;
        if (is_whole && run_shows_side(before, behind, at - first, &inside)) {
            *quoted = inside != odd;
            return true;
        }
        odd ^= (at - first) % 2 != 0;
    }
    *quoted = odd; /* it ends outside quotes */
    return piece->is_last || (!odd && at == 0 && size > piece->row_max);
}
