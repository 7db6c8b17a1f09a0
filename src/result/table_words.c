/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table's cells as 64-bit words and back, for a checkpoint: no number is rounded. */
#include "result/table.h"

#include <stdlib.h>
#include <string.h>

/* Bits of the first word of a cell. The length of its text is above them, and the text follows. */
enum { BLANK = 1, MONEY = 2, TEXT = 4, BITS = 7, LENGTH_SHIFT = 8, CELL_WORDS = 3 };

static size_t text_words(size_t length)
{
    return (length + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

size_t ihp__table_count_words(const struct ihp__table *table)
{
    size_t words = 0;
    for (size_t i = 0; i < table->used; i++) {
        const char *text = table->cell[i].text;
        words += CELL_WORDS + (text == NULL ? 0 : text_words(strlen(text)));
    }
    return words;
}

bool ihp__table_put_words(const struct ihp__table *table, uint64_t *word)
{
    if (!ihp__table_whole(table)) {
        return false;
    }
    for (size_t i = 0; i < table->used; i++) {
        const struct ihp__cell *cell = &table->cell[i];
        size_t length = cell->text == NULL ? 0 : strlen(cell->text);
        word[0] = (cell->blank ? BLANK : 0u) | (cell->money ? MONEY : 0u) |
                  (cell->text != NULL ? TEXT : 0u) | (uint64_t)length << LENGTH_SHIFT;
        memcpy(&word[1], &cell->integer, sizeof word[1]);
        memcpy(&word[2], &cell->ratio, sizeof word[2]);
        word += CELL_WORDS;
        memset(word, 0, text_words(length) * sizeof *word);
        if (length > 0) {
            memcpy(word, cell->text, length);
        }
        word += text_words(length);
    }
    return true;
}

/* Returns true if `first` begins a cell of a column of `kind`, with a text of at most `most` bytes
 * if it has one. */
static bool begins_cell(uint64_t first, enum ihp__cell_kind kind, uint64_t most)
{
    bool with_text = kind == IHP__CELL_TEXT && (first & BLANK) == 0;
    uint64_t length = first >> LENGTH_SHIFT;
    return (first & ((1u << LENGTH_SHIFT) - 1) & ~(uint64_t)BITS) == 0 &&
           ((first & TEXT) != 0) == with_text && length <= (with_text ? most : 0);
}

bool ihp__table_take_words(struct ihp__table *table, const uint64_t *word, size_t count)
{
    size_t at = 0;
    while (at + CELL_WORDS <= count) {
        uint64_t first = word[at], length = first >> LENGTH_SHIFT;
        struct ihp__cell cell = {.blank = (first & BLANK) != 0, .money = (first & MONEY) != 0};
        memcpy(&cell.integer, &word[at + 1], sizeof cell.integer);
        memcpy(&cell.ratio, &word[at + 2], sizeof cell.ratio);
        at += CELL_WORDS;
        if (!begins_cell(first, table->column[table->used % table->columns].kind,
                         (count - at) * sizeof *word)) {
            return false;
        }
        if ((first & TEXT) != 0) {
            cell.text = strndup((const char *)&word[at], (size_t)length);
            table->short_of_memory = table->short_of_memory || cell.text == NULL;
        }
        at += text_words((size_t)length);
        ihp__table_copy(table, &cell);
        free(cell.text);
    }
    return at == count && table->used == table->rows * table->columns;
}
