/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables for people: their look without a terminal, and how they fit one without cutting an id or a
 * number. */
#include "files.h"

#include "result/print_sentence.h"
#include "result/print_table.h"

#include <math.h>

static const struct ihp__print_column columns[] = {{"IHP", IHP__PRINT_ID, false},
                                                   {"Members", IHP__PRINT_NUMBER, false},
                                                   {"Outcome", IHP__PRINT_TEXT, false},
                                                   {"Final amount", IHP__PRINT_NUMBER, false},
                                                   {"Note", IHP__PRINT_TEXT, true}};

/* Ids that differ in their last character alone. */
#define FIRST  "AN_IHP_WITH_AN_ID_OF_FORTY_CHARACTERS_01"
#define SECOND "AN_IHP_WITH_AN_ID_OF_FORTY_CHARACTERS_02"

/* Prints two rows on a terminal of this width (0: none). The caller frees the text. */
static char *printed(const char *first, const char *second, const char *note, size_t width)
{
    char *text = NULL;
    size_t size;
    struct ihp_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    assert_int_equal(print.width, 0); /* a stream in memory is not a terminal */
    print.width = width;
    for (int i = 0; i < 2; i++) {
        ihp__print_text(&print, i == 0 ? first : second);
        ihp__print_count(&print, i == 0 ? 39 : 1234567);
        ihp__print_text(&print, i == 0 ? "savings" : "losses");
        ihp__print_dollars(&print, i == 0 ? 2576.48 : -123456789.125);
        ihp__print_text(&print, i == 0 ? "" : note);
    }
    assert_int_equal(ihp__print_end(&print, &err), IHP_OK);
    assert_null(print.cell);
    fclose(stream);
    return text;
}

static size_t widest_line(const char *text)
{
    size_t widest = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        widest = length > widest ? length : widest;
        text += length + (text[length] == '\n');
    }
    return widest;
}

static void test_without_terminal(void **state)
{
    (void)state;
    char *text = printed("NORTH", FIRST, "", 0);
    assert_string_equal(text,
                        "IHP                                         Members  Outcome"
                        "      Final amount\n"
                        "NORTH                                            39  savings"
                        "         $2,576.48\n" FIRST "  1,234,567  losses   -$123,456,789.13\n");
    free(text);
    text = printed("A", "B", "too few members", 0);
    assert_string_equal(text, "IHP    Members  Outcome      Final amount  Note\n"
                              "A           39  savings         $2,576.48\n"
                              "B    1,234,567  losses   -$123,456,789.13  too few members\n");
    free(text);
}

/* Columns that do not fit follow in a second block, which repeats the key. */
static void test_two_blocks(void **state)
{
    (void)state;
    char *text = printed("NORTH", "SOUTH", "", 30);
    assert_string_equal(text, "IHP      Members  Outcome\n"
                              "NORTH         39  savings\n"
                              "SOUTH  1,234,567  losses\n"
                              "\n"
                              "IHP        Final amount\n"
                              "NORTH         $2,576.48\n"
                              "SOUTH  -$123,456,789.13\n");
    free(text);
}

/* A table that just fits is one block. */
static void test_exact_width(void **state)
{
    (void)state;
    char *wide = printed("NORTH", "SOUTH", "", 0);
    size_t width = widest_line(wide);
    char *text = printed("NORTH", "SOUTH", "", width);
    assert_string_equal(text, wide);
    free(text);
    text = printed("NORTH", "SOUTH", "", width - 1);
    assert_true(widest_line(text) < width);
    assert_non_null(strstr(text, "\n\nIHP"));
    free(text);
    free(wide);
}

/* Joins the key column: the parts of an id on several lines, without the marks at their ends. */
static void join_keys(const char *text, size_t width, char *keys)
{
    *keys = '\0';
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        size_t used = strcspn(line, " \n");
        assert_true(used <= width);
        strncat(keys, line, used > 0 && line[used - 1] == '\\' ? used - 1 : used);
        line += length + (line[length] == '\n');
    }
}

/* On a narrow terminal a long id goes on in the next line, marked. */
static void test_long_ids(void **state)
{
    (void)state;
    for (size_t width = 25; width < 80; width += 5) {
        char *text = printed(FIRST, SECOND, "", width), keys[2000];
        assert_true(widest_line(text) <= width);
        join_keys(text, width, keys);
        assert_non_null(strstr(keys, FIRST SECOND));
        assert_true(width > 44 || strstr(text, "\\ ") != NULL);
        assert_non_null(strstr(text, "-$123,456,789.13"));
        free(text);
    }
}

/* A number is never cut, on however narrow a terminal. */
static void test_numbers_stay_whole(void **state)
{
    (void)state;
    for (size_t width = 1; width < 30; width++) {
        char *text = printed("A", "B", "a note", width);
        assert_non_null(strstr(text, " 1,234,567"));
        assert_non_null(strstr(text, "-$123,456,789.13"));
        assert_non_null(strstr(text, "a note"));
        free(text);
    }
}

/* Prints the files of a folder on a terminal of this width. The caller frees the text. */
static char *printed_files(size_t width)
{
    static const struct ihp__print_column files[] = {{"File", IHP__PRINT_TEXT, false},
                                                     {"Contents", IHP__PRINT_PROSE, false}};
    char *text = NULL;
    size_t size;
    struct ihp_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, files, 1);
    print.width = width;
    ihp__print_text(&print, "notices.csv");
    ihp__print_text(&print, "notices of the settlement");
    ihp__print_text(&print, "a.csv");
    ihp__print_text(&print, "counterbalances, abc");
    assert_int_equal(ihp__print_end(&print, &err), IHP_OK);
    fclose(stream);
    return text;
}

/* Prose is wrapped at its blanks, and gets all of the terminal that is left. */
static void test_prose(void **state)
{
    (void)state;
    char *text = printed_files(38);
    assert_string_equal(text, "File         Contents\n"
                              "notices.csv  notices of the settlement\n"
                              "a.csv        counterbalances, abc\n");
    free(text);
    text = printed_files(37);
    assert_string_equal(text, "File         Contents\n"
                              "notices.csv  notices of the\n"
                              "             settlement\n"
                              "a.csv        counterbalances, abc\n");
    free(text);
    for (size_t width = 1; width < 33;
         width++) { /* too narrow for the longest word next to a file */
        text = printed_files(width);
        assert_string_equal(text, "File         Contents\n"
                                  "notices.csv  notices of the\n"
                                  "             settlement\n"
                                  "a.csv        counterbalances,\n"
                                  "             abc\n");
        free(text);
    }
}

/* Two keys leave room for the widest number. */
static void test_narrow_keys(void **state)
{
    (void)state;
    static const struct ihp__print_column effects[] = {{"Policy", IHP__PRINT_ID, false},
                                                       {"Reading", IHP__PRINT_ID, false},
                                                       {"Net change", IHP__PRINT_NUMBER, false}};
    char *text = NULL;
    size_t size;
    struct ihp_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, effects, 2);
    print.width = 30;
    ihp__print_text(&print, "roster_quarter_of_month");
    ihp__print_text(&print, "first");
    ihp__print_cents(&print, -1234567);
    assert_int_equal(ihp__print_end(&print, &err), IHP_OK);
    fclose(stream);
    assert_string_equal(text, "Policy    Reading   Net change\n"
                              "roster_\\  first    -$12,345.67\n"
                              "quarter\\\n"
                              "_of_mon\\\n"
                              "th\n");
    free(text);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct ihp__print_column one[] = {{"", IHP__PRINT_TEXT, false},
                                                   {"n", IHP__PRINT_NUMBER, false}};
    char *text = NULL;
    size_t size;
    struct ihp_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, one, 1);
    static const int64_t counts[] = {0, -1, 999, 1000, -1000, 1234567890, -123456};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        ihp__print_text(&print, "count");
        ihp__print_count(&print, counts[i]);
    }
    ihp__print_gap(&print);
    ihp__print_text(&print, "undefined");
    ihp__print_dollars(&print, NAN);
    ihp__print_text(&print, "undefined");
    ihp__print_percent(&print, NAN, 2);
    ihp__print_text(&print, "undefined");
    ihp__print_number(&print, NAN, 4);
    ihp__print_text(&print, "ratio");
    ihp__print_percent(&print, 0.93357, 2);
    ihp__print_text(&print, "risk");
    ihp__print_number(&print, 0.97231, 4);
    ihp__print_text(&print, "cents");
    ihp__print_cents(&print, -5);
    assert_int_equal(ihp__print_end(&print, &err), IHP_OK);
    fclose(stream);
    assert_string_equal(text, "                       n\n"
                              "count                  0\n"
                              "count                 -1\n"
                              "count                999\n"
                              "count              1,000\n"
                              "count             -1,000\n"
                              "count      1,234,567,890\n"
                              "count           -123,456\n"
                              "\n"
                              "undefined              -\n"
                              "undefined              -\n"
                              "undefined              -\n"
                              "ratio             93.36%\n"
                              "risk              0.9723\n"
                              "cents             -$0.05\n");
    free(text);
}

/* Memory that was short for a cell is reported at the end, and nothing is printed. */
static void test_short_of_memory(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    struct ihp_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    ihp__print_text(&print, "NORTH");
    print.short_of_memory = true;
    assert_int_equal(ihp__print_end(&print, &err), IHP_ERR_RUN);
    assert_string_equal(err.text, "out of memory for a printed table");
    fclose(stream);
    assert_string_equal(text, "");
    free(text);
}

static void test_indent(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    struct ihp_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    print.width = 44;
    ihp__print_set_indent(&print, 4);
    assert_int_equal(print.width, 40);
    ihp__print_text(&print, "NORTH");
    ihp__print_count(&print, 39);
    ihp__print_text(&print, "savings");
    ihp__print_dollars(&print, 1234567.5);
    ihp__print_text(&print, "");
    assert_int_equal(ihp__print_end(&print, &err), IHP_OK);
    fclose(stream);
    assert_string_equal(text, "    IHP    Members  Outcome   Final amount\n"
                              "    NORTH       39  savings  $1,234,567.50\n");
    free(text);
}

/* ---- sentences ------------------------------------------------------------------------------- */

static void assert_wrapped(size_t width, const char *sentence, const char *expected)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    ihp__print_wrapped(stream, width, sentence);
    fclose(stream);
    assert_string_equal(text, expected);
    free(text);
}

static void test_sentences(void **state)
{
    (void)state;
    assert_wrapped(0, "a sentence of any width\n", "a sentence of any width\n");
    assert_wrapped(12, "exactly  12.\n", "exactly  12.\n");
    assert_wrapped(11, "exactly  12.\n", "exactly\n  12.\n");
    assert_wrapped(12, "\none two three four\n\nfive", "\none two\n  three four\n\nfive");
    assert_wrapped(12, "    one two three\n", "    one two\n      three\n");
    assert_wrapped(8, "a_word_that_is_wide b\n", "a_word_that_is_wide\n  b\n");
    assert_wrapped(3, "    a b c\n", "    a\n      b\n      c\n");
    assert_wrapped(6, "\xc3\xa4\xc3\xb6\xc3\xbc ab c\n", "\xc3\xa4\xc3\xb6\xc3\xbc ab\n  c\n");
    assert_wrapped(9, "", "");
}

/* A stream that is not a terminal has no width. */
static void test_sentence_without_terminal(void **state)
{
    (void)state;
    char *text = NULL, word[400];
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    memset(word, 'x', sizeof word);
    word[sizeof word - 1] = '\0';
    ihp__print_sentence(stream, "%s %d %s\n", word, 5, word);
    fclose(stream);
    assert_int_equal(strlen(text), 2 * (sizeof word - 1) + 4);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_terminal),
                                       cmocka_unit_test(test_two_blocks),
                                       cmocka_unit_test(test_exact_width),
                                       cmocka_unit_test(test_long_ids),
                                       cmocka_unit_test(test_numbers_stay_whole),
                                       cmocka_unit_test(test_prose),
                                       cmocka_unit_test(test_narrow_keys),
                                       cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_short_of_memory),
                                       cmocka_unit_test(test_indent),
                                       cmocka_unit_test(test_sentences),
                                       cmocka_unit_test(test_sentence_without_terminal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
