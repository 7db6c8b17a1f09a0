/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting the text of a CSV file behind whole rows, and reading it in such blocks. */
#include "files.h"

#include "base/csv.h"
#include "base/csv_cut.h"

static void test_marks(void **state)
{
    (void)state;
    char text[1000];
    for (size_t size = 0; size < sizeof text; size += 37) {
        struct ihp__csv_marks marks = {5, 7};
        for (size_t i = 0; i < size; i++) {
            text[i] = "\"\nx"[i % 3];
        }
        ihp__csv_count_marks(text, size, &marks);
        assert_int_equal(marks.quotes, 5 + (size + 2) / 3);
        assert_int_equal(marks.line_ends, 7 + (size + 1) / 3);
    }
}

static size_t whole_rows(const char *text, bool quoted)
{
    return ihp__csv_whole_rows(text, strlen(text), quoted);
}

static void test_whole_rows(void **state)
{
    (void)state;
    assert_int_equal(whole_rows("", false), 0);
    assert_int_equal(whole_rows("a,b", false), 0);
    assert_int_equal(whole_rows("a,b\nc,d", false), 4);
    assert_int_equal(whole_rows("a,b\nc,d\n", false), 8);
    assert_int_equal(whole_rows("a,b\r\nc,d\r", false), 9);
    assert_int_equal(whole_rows("a,\"b\nc\"\"\n", false), 0);
    assert_int_equal(whole_rows("1\na,\"b\nc\n", false), 2);
    assert_int_equal(whole_rows("a\n\"", true), 0);
    assert_int_equal(whole_rows("a\n\"\nb", true), 4);
    assert_int_equal(whole_rows("\"\"\"\n\"\nx", false), 6);
}

static size_t first_row(const char *text)
{
    return ihp__csv_first_row(text, strlen(text));
}

static void test_first_row(void **state)
{
    (void)state;
    assert_int_equal(first_row(""), 0);
    assert_int_equal(first_row("a,b"), 0);
    assert_int_equal(first_row("a,b\nc"), 4);
    assert_int_equal(first_row("\xef\xbb\xbf\r\n\na,b\nc"), 10);
    assert_int_equal(first_row("\n\n"), 0);
    assert_int_equal(first_row("\"a\n\",b\rc"), 7);
}

/* ---- inside quotes or not -------------------------------------------------------------------- */

enum side { OUTSIDE, INSIDE, UNKNOWN };

static enum side side(const char *text, size_t size, char before, bool is_last, char delimiter)
{
    const struct ihp__csv_piece piece = {text, size, before, is_last, delimiter, 50};
    bool quoted;
    return !ihp__csv_shows_side(&piece, &quoted) ? UNKNOWN : quoted ? INSIDE : OUTSIDE;
}

static enum side side_of(const char *text, char before)
{
    return side(text, strlen(text), before, false, ',');
}

static void test_sides(void **state)
{
    (void)state;
    /* one quote: it opens a field, ends one, or may do either */
    assert_int_equal(side_of("a,\"b", 'x'), OUTSIDE);
    assert_int_equal(side_of("a\n\"b", 'x'), OUTSIDE);
    assert_int_equal(side_of("a\",b", 'x'), INSIDE);
    assert_int_equal(side_of("a\"\r", 'x'), INSIDE);
    assert_int_equal(side_of("a,\",b", 'x'), UNKNOWN);
    assert_int_equal(side_of("a,\"", 'x'), UNKNOWN); /* more may follow */
    /* several: what the second one shows, turned around */
    assert_int_equal(side_of("a,\",\"b", 'x'), INSIDE);
    assert_int_equal(side_of("a,\",b\",", 'x'), OUTSIDE);
    /* two in a row: an empty field, or a quote inside a field */
    assert_int_equal(side_of("a,\"\",b", 'x'), UNKNOWN);
    assert_int_equal(side_of("a\"\",b", 'x'), INSIDE);
    assert_int_equal(side_of("a,\"\"b", 'x'), INSIDE);
    /* three: a field that begins or ends with a quote */
    assert_int_equal(side_of("a,\"\"\"b", 'x'), OUTSIDE);
    assert_int_equal(side_of("a\"\"\",b", 'x'), INSIDE);
    assert_int_equal(side_of(",\"\"\",", 'x'), UNKNOWN);
    /* the byte in front counts; of quotes that it begins, the number is not known */
    assert_int_equal(side_of("\"b", ','), OUTSIDE);
    assert_int_equal(side_of("\"b", '\n'), OUTSIDE);
    assert_int_equal(side_of("\",", 'x'), INSIDE);
    assert_int_equal(side_of("\"b", '"'), UNKNOWN);
    assert_int_equal(side_of("b\",", '"'), INSIDE);
    assert_int_equal(side_of("\"b\",", '"'), OUTSIDE);
    /* other delimiters; the comma is then a letter */
    assert_int_equal(side("a|\"b", 4, 'x', false, '|'), OUTSIDE);
    assert_int_equal(side("a,\"b", 4, 'x', false, '|'), INSIDE);
}

static void test_side_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(side("abc", 3, 'x', true, ','), OUTSIDE);
    assert_int_equal(side("", 0, 'x', true, ','), OUTSIDE);
    assert_int_equal(side("", 0, 'x', false, ','), UNKNOWN);
    assert_int_equal(side("a,\"", 3, 'x', true, ','), INSIDE);
    assert_int_equal(side("a,\",\"", 5, 'x', true, ','), OUTSIDE);
}

/* Text without quotes is outside if it is longer than any row. */
static void test_side_of_long_text(void **state)
{
    (void)state;
    char text[60];
    memset(text, 'x', sizeof text);
    assert_int_equal(side(text, 50, 'x', false, ','), UNKNOWN);
    assert_int_equal(side(text, 51, 'x', false, ','), OUTSIDE);
    memcpy(text, ",\",", 3);
    assert_int_equal(side(text, 60, 'x', false, ','), UNKNOWN);
}

/* Every piece of texts of random fields: what it shows must be so. The sides are noted as the texts
 * are written. */
static void test_sides_of_random_text(void **state)
{
    (void)state;
    static const char *const plain[] = {"", "a", "bc"};
    static const char *const quoted[] = {"\"\"",       "\"a,b\"",   "\"\n\"",       "\"\"\"\"",
                                         "\",\"\",\"", "\"c\"\"\"", "\"\"\"\"\"\"", "\",\""};
    unsigned long shown = 0, silent = 0;
    srand(1);
    for (int round = 0; round < 2000; round++) {
        char text[200] = "";
        bool inside[200] = {false};
        size_t size = 0;
        for (int field = 0; field < 12; field++) {
            const bool is_quoted = rand() % 2 == 0;
            const char *next = is_quoted ? quoted[rand() % 8] : plain[rand() % 3];
            const size_t length = strlen(next);
            memcpy(text + size, next, length);
            for (size_t i = 1, is_in = is_quoted; i < length; i++) {
                inside[size + i] = is_in; /* before byte i */
                is_in ^= next[i] == '"';
            }
            size += length;
            text[size++] = ",\n\r"[rand() % 3];
        }
        for (size_t at = 1; at < size; at++) {
            for (size_t end = at; end <= size; end++) {
                enum side found = side(text + at, end - at, text[at - 1], end == size, ',');
                silent += found == UNKNOWN;
                shown += found != UNKNOWN;
                assert_true(found == UNKNOWN || (found == INSIDE) == inside[at]);
            }
        }
    }
    assert_true(shown > 500000 && silent > 500000); /* short pieces show little */
}

/* ---- reading in runs ------------------------------------------------------------------------- */

static const struct ihp__csv_column columns[] = {{"a", true}, {"b", true}};

/* A text that is given in runs: first the header, then blocks of about `block` bytes. */
struct text {
    char *bytes;
    size_t size, at, block;
    uint64_t line;
};

static enum ihp_status next_run(void *context, struct ihp__csv_run *run, struct ihp_error *err)
{
    struct text *text = context;
    char *bytes = text->bytes + text->at;
    size_t left = text->size - text->at, size = 0;
    struct ihp__csv_marks marks = {0, 0};
    if (text->at == 0) {
        size = ihp__csv_first_row(bytes, left);
    }
    for (size_t most = text->block; size == 0 && left > 0; most += text->block) {
        size = most < left ? ihp__csv_whole_rows(bytes, most, false) : left;
    }
    ihp__csv_count_marks(bytes, size, &marks);
    *run = (struct ihp__csv_run){.bytes = bytes, .size = size, .at = text->at, .line = text->line};
    text->at += size;
    text->line += marks.line_ends;
    return err->status;
}

/* Adds the line and the fields of a row to a text. */
static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    char *found = context;
    size_t used = strlen(found);
    snprintf(found + used, 100000 - used, "%llu|%s|%s;", (unsigned long long)row->line,
             row->field[0], row->field[1]);
    return err->status;
}

/* Reads a text whole, and in blocks of every size; the rows or the error must be the same. */
static void check_text(const char *bytes)
{
    const char *path = in_folder("t.csv");
    char *whole = malloc(100000), *found = malloc(100000);
    assert_true(whole != NULL && found != NULL);
    whole[0] = '\0';
    write_bytes(path, bytes, strlen(bytes));
    struct ihp_error expected = {0};
    struct ihp__csv_rows rows = {.row_fn = on_row, .context = whole};
    struct ihp__csv_input input = {.path = path};
    enum ihp_status status = ihp__csv_read_rows(&input, columns, 2, &rows, NULL, &expected);
    bool open_end = rows.open_end;
    for (size_t block = 1; block < strlen(bytes) + 2; block += 1 + block / 8) {
        struct text text = {.size = strlen(bytes), .block = block, .line = 1};
        struct ihp__csv_feed feed = {next_run, &text};
        struct ihp_error err = {0};
        text.bytes = strdup(bytes);
        found[0] = '\0';
        rows = (struct ihp__csv_rows){.row_fn = on_row, .context = found};
        input.feed = &feed;
        assert_int_equal(ihp__csv_read_rows(&input, columns, 2, &rows, NULL, &err), status);
        assert_string_equal(err.text, expected.text);
        assert_string_equal(found, whole);
        assert_int_equal(rows.open_end, open_end);
        free(text.bytes);
    }
    free(whole);
    free(found);
}

static void test_runs(void **state)
{
    (void)state;
    check_text("a,b\n1,2\n3,4\n");
    check_text("\xef\xbb\xbf\n\na,b\r\n1,2\r\n\r\n3,\"4\r\n5\"\r\n6,7");
    check_text("b,a\r1,\"2\"\r\"3\r\",4\r");
    check_text("a,b\n1,2\n3,\"4\"\"\n5,\"\n\n6,7\n8\n9,0\n");
    check_text("a,b\n1,2\n3,4\"\n5,6\n");
    check_text("a,b\n1,2\n\"3,4\n5,6\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_whole_rows),
        cmocka_unit_test(test_first_row),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_side_at_the_end),
        cmocka_unit_test(test_side_of_long_text),
        cmocka_unit_test(test_sides_of_random_text),
        IN_FOLDER(test_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
