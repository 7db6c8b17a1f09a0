/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the word that somebody probably meant: optimal string alignment distance. */
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

/* Longest word for which something near is looked for, and longest text that can be near to it. */
enum { WORD_MAX = 64, NEAR_MAX = WORD_MAX + WORD_MAX / 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Returns the distance of two texts of at most NEAR_MAX bytes. Row i of the classic table holds the
 * distances of the first i bytes of `a` from every beginning of `b`; swaps look two rows back. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][NEAR_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(replaced, 1 + least(above[j], row[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b_length];
}

const char *ihp__nearest(const char *word, const char *const *list, size_t count)
{
    const size_t length = strlen(word), limit = length < 6 ? 1 : length / 3;
    const char *nearest = NULL;
    size_t nearest_distance = SIZE_MAX;
    for (size_t i = 0; i < count && length <= WORD_MAX; i++) {
        const size_t other = list[i] == NULL ? 0 : strlen(list[i]);
        if (other == 0 || other > length + limit || other + limit < length) {
            continue;
        }
        const size_t edits = distance(word, length, list[i], other);
        if (edits <= limit && edits < nearest_distance &&
            edits < (length > other ? length : other)) {
            nearest = list[i];
            nearest_distance = edits;
        }
    }
    return nearest;
}
