/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading CSV in other formats: delimiters, encodings, names of columns, files without a header
 * row, trailers; whole and in chunks; and recognising a file by its first row. */
#include "files.h"

#include "source/source.h"

static const struct ihp__csv_column columns[] = {{"a", true}, {"b", true}, {"c", false}};

struct seen {
    char text[400];
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct seen *seen = context;
    size_t size = strlen(seen->text);
    (void)err;
    char trailer[24] = "";
    if (row->trailer > 0) {
        snprintf(trailer, sizeof trailer, "#%zu", row->trailer);
    }
    snprintf(seen->text + size, sizeof seen->text - size, "%llu:%s|%s|%s%s;",
             (unsigned long long)row->line, row->field[0], row->field[1], row->field[2], trailer);
    return IHP_OK;
}

/* Reads the file "t.csv" of the test's folder whole, and as one chunk, and checks the rows. Returns
 * how many rows were left out. */
static uint64_t assert_reads(const char *text, const struct ihp__csv_format *format,
                             const char *rows)
{
    struct seen whole = {""}, chunk = {""};
    struct ihp_error err = {0};
    struct ihp__source_size size;
    const char *path = in_folder("t.csv");
    write_text(path, text);
    struct ihp__source_part part = {.whole = true};
    const struct ihp__source_input input = {.path = path, .format = format, .part = &part};
    struct ihp__csv_rows taken = {.row_fn = on_row, .context = &whole};
    if (ihp__source_read(&input, columns, 3, &taken, NULL, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    assert_string_equal(whole.text, rows);
    uint64_t left_out = taken.left_out;
    assert_int_equal(ihp__source_measure(&input, columns, 3, &size, NULL, &err), IHP_OK);
    assert_int_equal(size.form, IHP__SOURCE_PLAIN);
    part = (struct ihp__source_part){.chunk = size.body};
    taken.context = &chunk;
    assert_int_equal(ihp__source_read(&input, columns, 3, &taken, NULL, &err), IHP_OK);
    assert_string_equal(chunk.text, rows);
    assert_int_equal(taken.left_out, left_out);
    return left_out;
}

static void assert_refuses(const char *text, const struct ihp__csv_format *format, const char *part)
{
    struct seen seen = {""};
    struct ihp_error err = {0};
    const struct ihp__source_part whole = {.whole = true};
    write_text(in_folder("t.csv"), text);
    const struct ihp__source_input input = {
        .path = in_folder("t.csv"), .format = format, .part = &whole};
    struct ihp__csv_rows taken = {.row_fn = on_row, .context = &seen};
    assert_int_equal(ihp__source_read(&input, columns, 3, &taken, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, part);
}

static void test_delimiters(void **state)
{
    (void)state;
    const struct ihp__csv_format pipe = {.delimiter = '|'}, tab = {.delimiter = '\t'};
    assert_reads("a|b\n1,5|\"2|3\"\n", &pipe, "2:1,5|2|3|;");
    assert_reads("b\ta\n1\t\n", &tab, "2:|1|;");
    assert_refuses("a,b\n1,2\n", &pipe, "t.csv:1: column a is missing");
}

static void test_latin1(void **state)
{
    (void)state;
    const struct ihp__csv_format format = {.latin1 = true};
    assert_reads("a,b\nJos\xe9,\x80\x8d\n\xff,\"\xa0\"\n", &format,
                 "2:Jos\xc3\xa9|\xe2\x82\xac\xc2\x8d|;3:\xc3\xbf|\xc2\xa0|;");
}

static void test_names_in_any_case(void **state)
{
    (void)state;
    const struct ihp__csv_format format = {.any_case = true};
    assert_reads(" A ,B\t,\xc2\xa0"
                 "c\n1,2,3\n",
                 &format, "2:1|2|3;");
    /* A name that is exact is the one that counts. */
    assert_reads("A,a,b\n1,2,3\n", &format, "2:2|3|;");
    assert_refuses("A,B,A \n1,2,3\n", &format, "t.csv:1: column a appears twice in the header");
    assert_refuses("A,B\n1,2\n", NULL, "t.csv:1: column a is missing");
}

static void test_no_header_row(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "x\xc3\xa9", "a"};
    const struct ihp__csv_format format = {.header = names, .header_columns = 3, .latin1 = true};
    assert_reads("1,2,3\n\n4,5,6", &format, "1:3|1|;3:6|4|;");
    assert_reads("\xef\xbb\xbf"
                 "1,2,3\n",
                 &format, "1:3|1|;");
    assert_reads("", &format, "");
    assert_refuses("1,2\n", &format, "t.csv:1: the row has 2 fields where the header has 3");
}

static void test_trailers(void **state)
{
    (void)state;
    static const char *const texts[] = {"TRAILER,", "(# row", "#x#"};
    const struct ihp__csv_format format = {.trailer = texts, .trailers = 3};
    assert_int_equal(assert_reads("a,b\nTRAILER,2,3\n(12 rows affected)\n3x45\n", &format, ""), 3);
    /* A row that has all its fields may be a claim line. */
    assert_int_equal(assert_reads("a,b\nTRAILER,2\n1,2\n", &format, "2:TRAILER|2|#1;3:1|2|;"), 0);
    static const bool is_given[] = {false, true, false};
    const struct ihp__csv_format given = {.trailer = texts, .trailers = 3, .is_given = is_given};
    assert_int_equal(assert_reads("a,b\n(12 rows affected)\n3x45\n", &given, "2:||#2;"), 1);
    assert_int_equal(assert_reads("a,b\nTRAILER2,2\n1x,3\n", &format, "2:TRAILER2|2|;3:1x|3|;"), 0);
    assert_refuses("a,b\nTRAILER\n", &format, "t.csv:2: the row has 1 fields");
}

/* Any number of digits may be grouped by commas, which may be between fields. */
static void test_grouped_digits(void **state)
{
    (void)state;
    static const char *const texts[] = {"# rows", "(#|", "#,100,"};
    const struct ihp__csv_format format = {.trailer = texts, .trailers = 3};
    assert_int_equal(
        assert_reads("a,b,c,d,e\n258 rows\n3,258 rows.\n1,003,258 rows\n", &format, ""), 3);
    assert_refuses("a,b,c,d,e\n3,25 rows\n", &format, "t.csv:2: the row has 2 fields");
    assert_refuses("a,b,c,d,e\n3,2580 rows\n", &format, "t.csv:2: the row has 2 fields");
    assert_int_equal(assert_reads("a,b,c,d,e\n5,100,x\n", &format, ""), 1); /* not one number */
    const struct ihp__csv_format pipes = {.trailer = texts, .trailers = 3, .delimiter = '|'};
    assert_int_equal(assert_reads("a|b|c|d|e\n3,258 rows\n(1,234|x\n", &pipes, ""), 2);
    assert_refuses("a|b|c|d|e\n3|258 rows\n", &pipes, "t.csv:2: the row has 2 fields");
}

static void test_rows_that_are_not_data(void **state)
{
    (void)state;
    const struct ihp__csv_format format = {.any_case = true};
    assert_reads("a,b\n1,2\n \t\n", &format, "2:1|2|;");
    assert_reads("a,b\n1,2\n\x1a", &format, "2:1|2|;");
    assert_reads("a,b\n1,2\r\n\x1a\r\n", &format, "2:1|2|;");
    assert_refuses("a,b\n\x1a\n", NULL, "the row has 1 fields");
    assert_refuses("a,b,c\n3,258 rows selected.\n", &format, "leave_out: [{begins: \"# row\"}]");
    assert_refuses("a,b\n(1,003,258 rows affected)\n", &format, "begins: \"(# row\"}]");
    assert_refuses("a,b,c\n3,25 rows\n", &format, "the file may be cut short");
    assert_refuses("a,b,c\n1|2|3\n", &format,
                   "it has pipes; if they are between the fields, say so in a layout (--layout): "
                   "delimiter: pipe");
    assert_refuses("a,b,c\n1;2\n", &format, "the file may be cut short");
    assert_refuses("a,b\n20 rows selected.\n", &format, "leave_out: [{begins: \"# row\"}]");
    assert_refuses("a,b\n(1 record)\n", &format, "leave_out: [{begins: \"(# record\"}]");
    assert_refuses("a,b\nTrailer,20,x\n", &format, "leave_out: [{begins: \"Trailer\"}]");
    assert_refuses("a,b\nTRAILERS,20,x\n", &format, "the file may be cut short");
    assert_refuses("a,b\n20 rowers\n", NULL, "the file may be cut short");
}

static void test_words_of_trailers(void **state)
{
    (void)state;
    assert_int_equal(ihp__csv_trailer_word("TRAILER"), 7);
    assert_int_equal(ihp__csv_trailer_word("Eof"), 3);
    assert_int_equal(ihp__csv_trailer_word("TRL-0001"), 0); /* may be an ID */
    assert_int_equal(ihp__csv_trailer_word("TRAILERS"), 0);
    assert_int_equal(ihp__csv_trailer_word(""), 0);
}

static void assert_recognises(const char *text, char delimiter)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    const struct ihp__source_table table = {"claims", columns, 3};
    char found;
    write_text(in_folder("t.csv"), text);
    assert_int_equal(ihp__source_recognise(in_folder("t.csv"), &table, &found, &notices, &err),
                     IHP_OK);
    assert_int_equal(found, delimiter);
    assert_int_equal(notices.count, delimiter != ',' && delimiter != 0);
    ihp_notices_clear(&notices);
}

static void assert_unknown(const char *text, const char *part)
{
    struct ihp_error err = {0};
    const struct ihp__source_table table = {"claims", columns, 3}, quiet = {NULL, columns, 3};
    char found;
    write_text(in_folder("t.csv"), text);
    assert_int_equal(ihp__source_recognise(in_folder("t.csv"), &table, &found, NULL, &err),
                     IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, part);
    err = (struct ihp_error){0};
    assert_int_equal(ihp__source_recognise(in_folder("t.csv"), &quiet, &found, NULL, &err), IHP_OK);
    assert_int_equal(found, 0);
}

static void test_recognises(void **state)
{
    (void)state;
    assert_recognises("a,b\n1,2\n", ',');
    assert_recognises("\xef\xbb\xbf\n\r\n\"B\"|\" a\"\r\n1|2\r\n", '|');
    assert_recognises("x\tb\ta", '\t');
    assert_recognises("a;b;c\n", ';');
    assert_recognises("", 0);
    assert_unknown("a|c\n",
                   "t.csv:1: column b is missing; add it to the header and the rows, or say "
                   "in a layout (--layout) which column it is: claims: {delimiter: pipe, "
                   "columns: {b: NAME}}");
    assert_unknown("SECRET;1\n", "t.csv:1: column a is missing, and so are the others of "
                                 "claims.csv (the first row has semicolons between its fields)");
    assert_unknown("SECRET\n",
                   "t.csv:1: column a is missing, and so are the others of claims.csv;");
    assert_recognises("a|b|b\n", '|'); /* the reader refuses b */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_delimiters),        IN_FOLDER(test_latin1),
        IN_FOLDER(test_names_in_any_case), IN_FOLDER(test_no_header_row),
        IN_FOLDER(test_trailers),          IN_FOLDER(test_rows_that_are_not_data),
        IN_FOLDER(test_recognises),        IN_FOLDER(test_grouped_digits),
        IN_FOLDER(test_words_of_trailers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
