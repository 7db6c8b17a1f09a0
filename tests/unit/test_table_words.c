/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of a table as words and back: every kind comes back bit by bit. Words that are not whole
 * rows of the table are refused and not read beyond their end. */
#include "files.h"
#include "result/table.h"

#include <math.h>

static const struct ihp__table_column columns[] = {{"name", IHP__CELL_TEXT},
                                                   {"count", IHP__CELL_INTEGER},
                                                   {"paid", IHP__CELL_DOLLARS},
                                                   {"value", IHP__CELL_RATIO}};
enum { COLUMNS = 4, CELL = 3 }; /* words of a cell without a text */

static struct ihp__table empty(void)
{
    return (struct ihp__table){.name = "table", .column = columns, .columns = COLUMNS};
}

/* Returns the words of a table, in exactly the room they need, so that sanitizers find a step
 * beyond.
 */
static uint64_t *words_of(const struct ihp__table *table, size_t *count)
{
    *count = ihp__table_count_words(table);
    uint64_t *word = malloc(*count * sizeof *word);
    assert_non_null(word);
    assert_true(ihp__table_put_words(table, word));
    return word;
}

/* Returns true if `count` words are taken, from room that ends just behind them. */
static bool takes(const uint64_t *word, size_t count)
{
    struct ihp__table table = empty();
    uint64_t *exact = malloc(count * sizeof *exact);
    assert_true(exact != NULL || count == 0);
    if (count > 0) {
        memcpy(exact, word, count * sizeof *exact);
    }
    bool taken = ihp__table_take_words(&table, exact, count);
    ihp__table_free(&table);
    free(exact);
    return taken;
}

static void assert_same_cells(const struct ihp__table *a, const struct ihp__table *b)
{
    assert_int_equal(a->used, b->used);
    assert_int_equal(a->rows, b->rows);
    for (size_t i = 0; i < a->used; i++) {
        const struct ihp__cell *x = &a->cell[i], *y = &b->cell[i];
        assert_int_equal(x->blank, y->blank);
        assert_int_equal(x->money, y->money);
        assert_int_equal(x->integer, y->integer);
        assert_memory_equal(&x->ratio, &y->ratio, sizeof x->ratio);
        assert_int_equal(x->text == NULL, y->text == NULL);
        if (x->text != NULL) {
            assert_string_equal(x->text, y->text);
        }
    }
}

static void fill(struct ihp__table *table)
{
    static const double ratios[] = {0.1, -0.0, 5e-324, -1.7976931348623157e308, INFINITY, 1.0 / 3};
    static const char *const texts[] = {"",          "seven b",           "eight by",
                                        "nine byte", "a,\"b\"\n\xc3\xa9", "sixteen bytes ok"};
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
        ihp__table_text(table, texts[i]);
        ihp__table_integer(table, i % 2 == 0 ? INT64_MIN : INT64_MAX);
        ihp__table_cents(table, i % 2 == 0 ? -1 : INT64_C(900000000000000001));
        ihp__table_ratio(table, ratios[i]);
    }
    ihp__table_blank(table); /* also in a column of texts */
    ihp__table_blank(table);
    ihp__table_dollars(table, NAN);
    ihp__table_ratio(table, NAN);
    ihp__table_text(table, "money in a column of ratios");
    ihp__table_integer(table, 0);
    ihp__table_dollars(table, -12.345);
    ihp__table_amount(table, -12.345);
    ihp__table_text(table, "none");
    ihp__table_integer(table, -1);
    ihp__table_cents(table, 0);
    ihp__table_amount(table, NAN);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct ihp__table table = empty(), again = empty();
    size_t count, count_again;
    fill(&table);
    uint64_t *word = words_of(&table, &count);
    assert_int_equal(table.rows, 9);
    /* 36 cells; texts of 0, 7, 8, 9, 8, 16, 27 and 4 bytes. */
    assert_int_equal(count, 9 * COLUMNS * CELL + 0 + 1 + 1 + 2 + 1 + 2 + 4 + 1);
    assert_true(ihp__table_take_words(&again, word, count));
    assert_same_cells(&table, &again);
    uint64_t *word_again = words_of(&again, &count_again);
    assert_int_equal(count, count_again);
    assert_memory_equal(word, word_again, count * sizeof *word);
    const struct ihp__cell *money = &again.cell[7 * COLUMNS + 3];
    assert_true(money->money && money->ratio == -12.35); /* half away from zero */
    assert_true(again.cell[8 * COLUMNS + 3].money && again.cell[8 * COLUMNS + 3].blank);
    assert_true(signbit(again.cell[1 * COLUMNS + 3].ratio));
    assert_true(ihp__table_take_words(&again, word, count)); /* added to the rows it has */
    assert_int_equal(again.rows, 18);
    assert_true(ihp__table_whole(&again));
    free(word);
    free(word_again);
    ihp__table_free(&table);
    ihp__table_free(&again);
}

static void test_long_text(void **state)
{
    (void)state;
    enum { LENGTH = 100003 };
    struct ihp__table table = empty(), again = empty();
    size_t count;
    char *text = malloc(LENGTH + 1);
    assert_non_null(text);
    memset(text, 'x', LENGTH);
    text[LENGTH] = '\0';
    ihp__table_text(&table, text);
    ihp__table_integer(&table, 1);
    ihp__table_cents(&table, 2);
    ihp__table_ratio(&table, 3);
    uint64_t *word = words_of(&table, &count);
    assert_int_equal(count, COLUMNS * CELL + 12501);
    assert_true(ihp__table_take_words(&again, word, count));
    assert_same_cells(&table, &again);
    free(word);
    free(text);
    ihp__table_free(&table);
    ihp__table_free(&again);
}

static void test_nothing(void **state)
{
    (void)state;
    struct ihp__table table = empty();
    assert_int_equal(ihp__table_count_words(&table), 0);
    assert_true(takes(NULL, 0));
}

/* Words that end anywhere but between rows are refused. */
static void test_cut_short(void **state)
{
    (void)state;
    struct ihp__table table = empty();
    size_t count, whole = 0;
    fill(&table);
    uint64_t *word = words_of(&table, &count);
    for (size_t cut = 0; cut <= count; cut++) {
        whole += takes(word, cut);
    }
    assert_int_equal(whole, 10); /* none of the nine rows, one, ... all */
    free(word);
    ihp__table_free(&table);
}

/* A row of one cell of each kind; `text` is its first. */
static uint64_t *row_of(const char *text, size_t *count)
{
    struct ihp__table table = empty();
    if (text == NULL) {
        ihp__table_blank(&table);
    } else {
        ihp__table_text(&table, text);
    }
    ihp__table_integer(&table, 1);
    ihp__table_cents(&table, 2);
    ihp__table_ratio(&table, 3);
    uint64_t *word = words_of(&table, count);
    ihp__table_free(&table);
    return word;
}

static void test_garbled_cells(void **state)
{
    (void)state;
    size_t count;
    uint64_t *word = row_of("abc", &count);
    assert_true(takes(word, count));
    static const struct {
        size_t at;
        uint64_t first;
    } wrong[] = {
        {0, 4 | UINT64_C(9) << 8},  /* a text into the next cell's words */
        {0, 4 | UINT64_C(81) << 8}, /* a byte beyond the end */
        {0, 4 | UINT64_C(0xffffffffffffff) << 8},
        {0, UINT64_C(3) << 8},      /* no text in a column of texts */
        {0, 5 | UINT64_C(3) << 8},  /* a text that is blank */
        {0, 1 | UINT64_C(3) << 8},  /* a blank with a length */
        {0, 12 | UINT64_C(3) << 8}, /* a bit without a meaning */
        {0, 132 | UINT64_C(3) << 8},
        {4, 4},                /* a text in a column of numbers */
        {4, UINT64_C(8) << 8}, /* a number with a length */
        {7, 8},
        {10, 1 | UINT64_C(1) << 8},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint64_t kept = word[wrong[i].at];
        word[wrong[i].at] = wrong[i].first;
        if (takes(word, count)) {
            fail_msg("word %zu as %llx is taken", wrong[i].at, (unsigned long long)wrong[i].first);
        }
        word[wrong[i].at] = kept;
    }
    free(word);
    word = row_of(NULL, &count);
    assert_int_equal(count, COLUMNS * CELL);
    assert_true(takes(word, count));
    word[0] = 0; /* neither blank nor a text */
    assert_false(takes(word, count));
    free(word);
}

/* Any bits: they are taken or refused, and what is taken can be written again. */
static void test_random_words(void **state)
{
    (void)state;
    uint64_t seed = 12345, word[64];
    size_t taken = 0;
    for (int i = 0; i < 20000; i++) {
        size_t count = (size_t)i % 64;
        for (size_t k = 0; k < count; k++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            word[k] = (seed >> 33) % 3 == 0 ? seed : (seed >> 40) % 16 | ((seed >> 50) % 4) << 8;
        }
        taken += takes(word, count);
    }
    assert_true(taken >= 312); /* the empty ones at least */
}

/* A table for which memory was short may have whole rows, but not all. If it were saved, nobody
 * would notice the missing rows. */
static void test_lost_rows(void **state)
{
    (void)state;
    uint64_t word[COLUMNS * (CELL + 1)];
    struct ihp__table table = empty();
    ihp__table_text(&table, "A");
    assert_false(ihp__table_put_words(&table, word)); /* in the middle of a row */
    for (int column = 1; column < COLUMNS; column++) {
        ihp__table_integer(&table, column);
    }
    assert_true(ihp__table_put_words(&table, word));
    table.short_of_memory = true;
    assert_false(ihp__table_put_words(&table, word));
    ihp__table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_nothing),       cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_garbled_cells), cmocka_unit_test(test_random_words),
        cmocka_unit_test(test_lost_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
