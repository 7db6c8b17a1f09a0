/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rows have shown of a layout, for sums over ranks: rules that fitted, texts without a value.
 */
#include "layout/layout_internal.h"

#include <stdio.h>
#include <string.h>

void ihp__layout_see(struct ihp__layout_seen *seen, const char *text, uint64_t rows)
{
    size_t at = 0;
    while (at < IHP__LAYOUT_SEEN && seen->text[at][0] != '\0') {
        int order = strcmp(text, seen->text[at]);
        if (order == 0) {
            seen->rows_of[at] += rows;
            return;
        }
        if (order < 0) {
            break;
        }
        at++;
    }
    for (size_t i = IHP__LAYOUT_SEEN - 1; i > at; i--) {
        memcpy(seen->text[i], seen->text[i - 1], IHP__LAYOUT_SEEN_TEXT);
        seen->rows_of[i] = seen->rows_of[i - 1];
    }
    if (at < IHP__LAYOUT_SEEN) {
        snprintf(seen->text[at], IHP__LAYOUT_SEEN_TEXT, "%s", text);
        seen->rows_of[at] = rows;
    }
}

uint64_t *ihp__layout_hits(struct ihp__layout *layout, size_t *count)
{
    *count = layout->hits;
    return layout->hit;
}

const void *ihp__layout_seen(const struct ihp__layout *layout, size_t *bytes)
{
    *bytes = layout->seens * sizeof *layout->seen;
    return layout->seen;
}

void ihp__layout_seen_merge(struct ihp__layout *layout, const void *seen, size_t bytes)
{
    size_t count = bytes / sizeof *layout->seen;
    for (size_t i = 0; i < layout->seens && i < count; i++) {
        struct ihp__layout_seen other;
        memcpy(&other, (const char *)seen + i * sizeof other, sizeof other);
        layout->seen[i].rows += other.rows;
        for (size_t t = 0; t < IHP__LAYOUT_SEEN && other.text[t][0] != '\0'; t++) {
            ihp__layout_see(&layout->seen[i], other.text[t], other.rows_of[t]);
        }
    }
}
