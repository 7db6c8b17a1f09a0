/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting plain rows: the same rows, lines and errors as libcsv gives, which a reader uses for all
 * rows when it gets its bytes one at a time. */
#include "files.h"

#include "base/csv_rows.h"

#include <stdlib.h>

/* Returns the next of a fixed sequence of numbers below `below`. */
static unsigned next_number(uint64_t *state, unsigned below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*state >> 33) % below;
}

/* What a reader has given. */
struct given {
    char text[1 << 16];
    size_t size;
};

static void give(struct given *given, const char *text, size_t length)
{
    assert_true(given->size + length < sizeof given->text);
    memcpy(given->text + given->size, text, length);
    given->size += length;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    char number[32] = "";
    const int length =
        snprintf(number, sizeof number, "%llu %zu", (unsigned long long)row->line, row->trailer);
    (void)err;
    give(context, number, (size_t)length);
    give(context, row->first, strlen(row->first));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(row->field[i][row->length[i]], '\0');
        give(context, "<", 1);
        give(context, row->field[i], row->length[i]);
        give(context, ">", 1);
    }
    give(context, "\n", 1);
    return IHP_OK;
}

static const struct ihp__csv_column columns[] = {{"b", true}, {"a", true}};

/* Reads a text in blocks of `block` bytes, each in memory of its own, behind which nothing may be
 * read. */
static void read_text(const char *text, size_t size, size_t block,
                      const struct ihp__csv_format *format, struct given *given)
{
    struct ihp_error err = {0};
    struct ihp__csv_rows rows = {.row_fn = on_row, .context = given};
    struct ihp__csv_reader r = {.path = "t.csv",
                                .columns = columns,
                                .wanted = 2,
                                .format = format,
                                .rows = &rows,
                                .err = &err};
    given->size = 0;
    assert_int_equal(ihp__csv_reader_open(&r), IHP_OK);
    for (size_t at = 0; at < size && r.status == IHP_OK; at += block) {
        size_t bytes = size - at < block ? size - at : block;
        char *copy = malloc(bytes);
        assert_non_null(copy);
        memcpy(copy, text + at, bytes);
        ihp__csv_reader_parse(&r, copy, bytes);
        free(copy);
    }
    ihp__csv_reader_end(&r);
    give(given, err.text, strlen(err.text));
    give(given, rows.left_out % 2 == 1 ? "!" : ".", 2);
    ihp__csv_reader_close(&r);
}

/* Writes a text of rows of two fields, of which one in `odd` pieces is something else. */
static size_t make_text(uint64_t *state, unsigned odd, char *text, size_t size)
{
    static const char *const others[] = {"\"", "\r", "\n", "\r\n", ",",          "\"x,\ny\"",
                                         ";",  " ",  "\t", "\x1a", "\"a\"\"b\"", "\xc3\xa9"};
    static const char plain[] = "abcdefg-0123456789";
    size_t used = (size_t)snprintf(text, size, "a,b%s", next_number(state, 2) ? "\n" : "\r\n");
    for (unsigned piece = 0; piece < 300 && used + 40 < size; piece++) {
        unsigned length = next_number(state, 30);
        for (unsigned i = 0; i < length; i++) {
            text[used++] = plain[next_number(state, sizeof plain - 1)];
        }
        const char *end = piece % 2 == 0 ? "," : "\n";
        if (next_number(state, odd) == 0) {
            end = others[next_number(state, sizeof others / sizeof others[0])];
        }
        used += (size_t)snprintf(text + used, size - used, "%s", end);
    }
    return used;
}

static void test_same_rows_as_libcsv(void **state)
{
    static const char *const trailer[] = {"c#", "a"};
    static const bool is_given[] = {false, true};
    static struct given one, many;
    const struct ihp__csv_format formats[] = {
        {.any_case = true},
        {.latin1 = true},
        {.trailer = trailer, .is_given = is_given, .trailers = 2},
    };
    uint64_t numbers = 1;
    (void)state;
    for (unsigned i = 0; i < 900; i++) {
        char text[12000];
        size_t size = make_text(&numbers, 4u << i % 8, text, sizeof text);
        const struct ihp__csv_format *format = i % 4 < 3 ? &formats[i % 4] : NULL;
        read_text(text, size, 1, format, &one);
        read_text(text, size, i % 3 == 0 ? 100 + i : size, format, &many);
        assert_int_equal(one.size, many.size);
        assert_memory_equal(one.text, many.text, one.size);
    }
}

static void test_bytes_that_end_the_plain(void **state)
{
    static struct given one, many;
    static const char nul[] = "a,b\n1,2\n3,4\n5\0,6\n7,8\n";
    (void)state;
    read_text(nul, sizeof nul - 1, 1, NULL, &one);
    read_text(nul, sizeof nul - 1, sizeof nul - 1, NULL, &many);
    assert_string_equal(many.text, "2 01<2><1>\n3 03<4><3>\n"
                                   "t.csv:4: field 1 has a NUL byte; the file must be UTF-8 text.");
    assert_string_equal(one.text, many.text);
}

static void test_too_many_fields(void **state)
{
    static struct given one, many;
    static char text[4000];
    size_t size = (size_t)snprintf(text, sizeof text, "a,b\n1,2\n");
    (void)state;
    memset(text + size, ',', 2 * IHP__CSV_COLUMNS_MAX);
    size += 2 * IHP__CSV_COLUMNS_MAX;
    text[size++] = '\n';
    read_text(text, size, 1, NULL, &one);
    read_text(text, size, size, NULL, &many);
    assert_non_null(strstr(many.text, "t.csv:3: the row is too long"));
    assert_string_equal(one.text, many.text);
}

static void test_marks(void **state)
{
    static struct ihp__csv_split split, other;
    static char bytes[IHP__CSV_MARK_BITS * 50];
    uint64_t numbers = 7, found = 0;
    (void)state;
    for (unsigned turn = 0; turn < 64; turn++) {
        split.delimiter = ",|\t;"[turn % 4];
        split.ascii = turn % 8 < 4;
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (char)(unsigned char)next_number(&numbers, turn % 2 == 0 ? 256 : 60);
        }
        ihp__csv_split_begin(&split, bytes, sizeof bytes);
        ihp__csv_marks_portable(&split, bytes, 50, other.mark);
        assert_memory_equal(split.mark, other.mark, 50 * sizeof other.mark[0]);
        found |= split.mark[turn % 50];
    }
    assert_true(found != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_rows_as_libcsv),
        cmocka_unit_test(test_bytes_that_end_the_plain),
        cmocka_unit_test(test_too_many_fields),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
