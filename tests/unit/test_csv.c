/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading CSV: fields by RFC 4180, the line on which a row begins, and each refusal. */
#include "files.h"

/* The rows read, one line each: the line number, then each column in <>. */
struct seen {
    char *text;
    size_t size, capacity, rows;
    size_t stop_after; /* rows, 0 never */
    enum ihp_status stop_with;
};

static void see(struct seen *seen, const char *text, size_t length)
{
    assert_true(ihp__array_reserve(&seen->text, &seen->capacity, seen->size + length + 1, 1));
    memcpy(seen->text + seen->size, text, length);
    seen->size += length;
    seen->text[seen->size] = '\0';
}

static const struct ihp__csv_column columns[] = {{"a", true}, {"b", true}, {"c", false}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct seen *seen = context;
    char number[32];
    see(seen, number,
        (size_t)snprintf(number, sizeof number, "%llu", (unsigned long long)row->line));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(row->field[i][row->length[i]], '\0');
        assert_int_equal(strlen(row->field[i]), row->length[i]);
        see(seen, "<", 1);
        see(seen, row->field[i], row->length[i]);
        see(seen, ">", 1);
    }
    see(seen, "\n", 1);
    seen->rows++;
    if (seen->rows == seen->stop_after) {
        return ihp__fail(err, seen->stop_with, "%s:%llu: that will do", row->file,
                         (unsigned long long)row->line);
    }
    return IHP_OK;
}

/* Reads the file "t.csv" of the test's folder. */
static enum ihp_status read_file(struct seen *seen, struct ihp_notices *notices,
                                 struct ihp_error *err)
{
    *err = (struct ihp_error){0};
    see(seen, "", 0);
    return ihp__csv_read(in_folder("t.csv"), columns, 3, on_row, seen, notices, err);
}

/* Checks the rows of a text. */
static void assert_reads(const char *text, const char *rows)
{
    struct seen seen = {0};
    struct ihp_error err;
    write_text(in_folder("t.csv"), text);
    if (read_file(&seen, NULL, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    assert_string_equal(seen.text, rows);
    free(seen.text);
}

/* Checks that a text is refused after `rows`, with a message that begins with the path and `part`.
 */
static void assert_refuses_bytes(const void *bytes, size_t size, const char *rows, const char *part)
{
    struct seen seen = {0};
    struct ihp_error err;
    char begin[PATH_BYTES];
    write_bytes(in_folder("t.csv"), bytes, size);
    assert_int_equal(read_file(&seen, NULL, &err), IHP_ERR_DATA);
    snprintf(begin, sizeof begin, "%s%s", in_folder("t.csv"), part);
    assert_error(&err, IHP_ERR_DATA, begin);
    assert_string_equal(seen.text, rows);
    free(seen.text);
}

static void assert_refuses(const char *text, const char *rows, const char *part)
{
    assert_refuses_bytes(text, strlen(text), rows, part);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void test_plain_rows(void **state)
{
    (void)state;
    assert_reads("a,b,c\n1,2,3\nx,y,z\n", "2<1><2><3>\n3<x><y><z>\n");
    assert_reads("c,a,b\n3,1,2\n", "2<1><2><3>\n"); /* columns are found by name */
    assert_reads("a,b\n1,2\n", "2<1><2><>\n");      /* c may be absent */
    assert_reads("a,b,c\n1,2,3", "2<1><2><3>\n");   /* no final newline */
    assert_reads("a,b,c\n", "");
    assert_reads("a,b,c", "");
}

static void test_empty_fields_and_blanks(void **state)
{
    (void)state;
    assert_reads("a,b,c\n,,\n1,,\n,,3\n", "2<><><>\n3<1><><>\n4<><><3>\n");
    assert_reads("a,b,c\n,,", "2<><><>\n");
    assert_reads("a,b,c\n 1 ,\t2,3 \n", "2< 1 ><\t2><3 >\n");
    assert_reads("a,b,c\n\"\",\" \",\"3\"\n", "2<>< ><3>\n");
}

static void test_quotes(void **state)
{
    (void)state;
    assert_reads("\"a\",\"b\",c\n\"1,1\",\"say \"\"hi\"\"\",\"\"\"\"\n",
                 "2<1,1><say \"hi\"><\">\n");
    assert_reads("a,b,c\n1,2,\"3\"", "2<1><2><3>\n"); /* a closing quote ends the file */
}

static void test_lines_after_embedded_newlines(void **state)
{
    (void)state;
    assert_reads("a,b,c\n\"1\n1\",2,\"3\n\n3\"\nx,y,z\n\"\n\",,\n4,5,6\n",
                 "2<1\n1><2><3\n\n3>\n6<x><y><z>\n7<\n><><>\n9<4><5><6>\n");
    assert_reads("a,\"b\n\",b,c\n1,-,2,3\n", "3<1><2><3>\n"); /* in the header too */
}

static void test_crlf(void **state)
{
    (void)state;
    assert_reads("a,b,c\r\n1,2,3\r\n\"4\r\n4\",5,6\r\n7,8,9",
                 "2<1><2><3>\n3<4\r\n4><5><6>\n5<7><8><9>\n");
    assert_reads("a,b,c\r\n\r\n1,2,3\r\n", "3<1><2><3>\n");
    assert_reads("a,b,c\r\n1,2,3\n4,5,6\r\n", "2<1><2><3>\n3<4><5><6>\n"); /* mixed */
}

/* A CR alone ends a row, as on old machines, and is never part of a field. */
static void test_lone_cr(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct ihp_error err;
    write_text(in_folder("t.csv"), "a,b,c\r1,2,3\r4,5,6");
    assert_int_equal(read_file(&seen, NULL, &err), IHP_OK);
    assert_int_equal(seen.rows, 2);
    assert_non_null(strstr(seen.text, "<1><2><3>\n"));
    assert_non_null(strstr(seen.text, "<4><5><6>\n"));
    free(seen.text);
    assert_reads("a,b,c\n\"1\r1\",2,3\n4,5,6\n", "2<1\r1><2><3>\n3<4><5><6>\n");
}

static void test_blank_lines(void **state)
{
    (void)state;
    assert_reads("\n\na,b,c\n\n1,2,3\n\n\n4,5,6\n\n", "5<1><2><3>\n8<4><5><6>\n");
}

static void test_byte_order_mark(void **state)
{
    (void)state;
    assert_reads("\xef\xbb\xbf"
                 "a,b,c\n1,2,3\n",
                 "2<1><2><3>\n");
    assert_reads("\xef\xbb\xbf\"a\",b,c\n1,2,3\n", "2<1><2><3>\n");
    assert_reads("a,b,c\n\xef\xbb\xbf"
                 "1,2,3\n",
                 "2<\xef\xbb\xbf"
                 "1><2><3>\n"); /* only first */
}

/* The same bytes belong to their field anywhere else, also where a piece of the file begins. */
static void test_byte_order_mark_later(void **state)
{
    (void)state;
    enum { ROWS = 80000, ROW_BYTES = 8 }; /* also at 2^12, 2^13, ... 2^19 bytes */
    char *text = calloc(ROWS, ROW_BYTES + 1);
    assert_non_null(text);
    memcpy(text, "a,b,c\n\n\n", ROW_BYTES);
    for (size_t i = 1; i < ROWS; i++) {
        memcpy(text + i * ROW_BYTES,
               "\xef\xbb\xbf"
               "1,2,\n",
               ROW_BYTES);
    }
    char *expected = calloc(ROWS, 24);
    assert_non_null(expected);
    size_t size = 0;
    for (int i = 1; i < ROWS; i++) { /* the first of them is on line 4 */
        size += (size_t)sprintf(expected + size,
                                "%d<\xef\xbb\xbf"
                                "1><2><>\n",
                                i + 3);
    }
    assert_reads(text, expected);
    free(expected);
    free(text);
}

/* Rows that span the pieces in which a file is read. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 60000 };
    char *text = NULL, *expected = NULL;
    size_t size = 0, capacity = 0, expected_size = 0, expected_capacity = 0;
    assert_true(ihp__array_reserve(&text, &capacity, ROWS * 40, 1));
    assert_true(ihp__array_reserve(&expected, &expected_capacity, ROWS * 40, 1));
    size = (size_t)sprintf(text, "a,b,c\r\n");
    for (int i = 0; i < ROWS; i++) {
        size += (size_t)sprintf(text + size, "%d,\"q\"\"\n%d\",\r\n", i, i % 7);
        expected_size +=
            (size_t)sprintf(expected + expected_size, "%d<%d><q\"\n%d><>\n", 2 + 2 * i, i, i % 7);
    }
    assert_reads(text, expected);
    free(text);
    free(expected);
}

/* ---- columns --------------------------------------------------------------------------------- */

static void test_unused_columns_are_noticed_once(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct ihp_notices notices = {0};
    struct ihp_error err;
    write_text(in_folder("t.csv"), "x,a,y,b\n9,1,8,2\n7,3,6,4\n");
    assert_int_equal(read_file(&seen, &notices, &err), IHP_OK);
    assert_string_equal(seen.text, "2<1><2><>\n3<3><4><>\n");
    assert_int_equal(notices.count, 2);
    assert_string_equal(notices.text[0], "t.csv: column 'x' is not used");
    assert_string_equal(notices.text[1], "t.csv: column 'y' is not used");
    ihp_notices_clear(&notices);
    free(seen.text);
}

static void test_header_errors(void **state)
{
    (void)state;
    assert_refuses("a,c\n1,3\n", "", ":1: column b is missing");
    assert_refuses("a,B\n1,3\n", "", ":1: column b is missing"); /* names are exact */
    assert_refuses("a, b\n1,3\n", "", ":1: column b is missing");
    assert_refuses("a;b\n1;3\n", "", ":1: column a is missing");
    assert_refuses("a,b,a\n1,2,3\n", "", ":1: column a appears twice in the header");
    assert_refuses("a,b,c,c\n1,2,3,4\n", "", ":1: column c appears twice in the header");
    assert_refuses("", "", ": has no header row");
    assert_refuses("\n\n", "", ": has no header row");
    assert_refuses("\xef\xbb\xbf", "", ": has no header row");
}

/* ---- rows that are refused ------------------------------------------------------------------- */

static void test_field_counts(void **state)
{
    (void)state;
    assert_refuses("a,b,c\n1,2,3\n4,5\n6,7,8\n", "2<1><2><3>\n",
                   ":3: the row has 2 fields where the header has 3");
    assert_refuses("a,b,c\n1,2,3,4\n", "", ":2: the row has 4 fields where the header has 3");
    assert_refuses("a,b,c\n1,2,3\n4,5", "2<1><2><3>\n", ":3: the row has 2 fields"); /* cut short */
    assert_refuses("a,b,c\n\"1\n1\",2,3\n4\n", "2<1\n1><2><3>\n", ":4: the row has 1 fields");
    assert_refuses("a,b,c\n \n", "", ":2: the row has 1 fields");
}

static void test_quote_errors(void **state)
{
    (void)state;
    assert_refuses("a,b,c\n1,2\",3\n", "", ":2: a quote is out of place");
    assert_refuses("a,b,c\n1,2,3\n1,\"2\"x,3\n", "2<1><2><3>\n", ":3: a quote is out");
    assert_refuses("a,b,c\n1,\"2\" ,3\n", "", ":2: a quote is out");
    assert_refuses("a,b,c\n1, \"2\",3\n", "", ":2: a quote is out");
    assert_refuses("a,b,c\n1,\"2,3\n", "", ":2: the file ends inside a quoted field");
    assert_refuses("a,b,c\n1,2,3\n4,\"5,6\n7,8,9\n", "2<1><2><3>\n",
                   ":3: the file ends inside a quoted field");
}

/* Also where the open quote is in the first field, so that the row has no field yet. */
static void test_open_quote_in_first_field(void **state)
{
    (void)state;
    assert_refuses("a,b,c\n1,2,3\n4,5,6\n\"7,8,9\n1,2,3\n", "2<1><2><3>\n3<4><5><6>\n",
                   ":4: the file ends inside a quoted field");
}

static void test_nul_bytes(void **state)
{
    (void)state;
    static const char in_row[] = "a,b,c\n1,2,3\n4,5\0,6\n", in_header[] = "a,b\0,c\n1,2,3\n",
                      quoted[] = "a,b,c\n\"\0\",2,3\n";
    assert_refuses_bytes(in_row, sizeof in_row - 1, "2<1><2><3>\n", ":3: field 2 has a NUL byte");
    assert_refuses_bytes(in_header, sizeof in_header - 1, "", ":1: field 2 has a NUL byte");
    assert_refuses_bytes(quoted, sizeof quoted - 1, "", ":2: field 1 has a NUL byte");
    static const char utf16[] = "\xff\xfe"
                                "a\0,\0b\0";
    assert_refuses_bytes(utf16, sizeof utf16 - 1, "", ": is UTF-16 text; convert it to UTF-8");
}

static void test_too_many_columns(void **state)
{
    (void)state;
    char text[8 * (IHP__CSV_COLUMNS_MAX + 2)] = "a,b";
    size_t size = 3;
    for (int i = 3; i <= IHP__CSV_COLUMNS_MAX; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, ",x%d", i);
    }
    struct seen seen = {0};
    struct ihp_error err;
    write_text(in_folder("t.csv"), text);
    assert_int_equal(read_file(&seen, NULL, &err), IHP_OK); /* 512 are allowed */
    free(seen.text);
    snprintf(text + size, sizeof text - size, ",more");
    assert_refuses(text, "", ":1: the row is too long; at most 512 fields");
}

/* Rows of 999,999 and of 1,000,001 bytes, counting an end for each field, and a quote that is never
 * closed in a file that is longer than any row. */
static void test_row_limit(void **state)
{
    (void)state;
    size_t size = 6 + IHP__CSV_ROW_MAX * 4;
    char *text = calloc(size + 1, 1);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text, "a,b,c\n1,2,", 10);
    text[6 + IHP__CSV_ROW_MAX - 2] = '\0';
    struct seen seen = {0};
    struct ihp_error err;
    write_text(in_folder("t.csv"), text);
    assert_int_equal(read_file(&seen, NULL, &err), IHP_OK);
    assert_int_equal(seen.rows, 1);
    free(seen.text);
    text[6 + IHP__CSV_ROW_MAX - 2] = 'x';
    text[6 + IHP__CSV_ROW_MAX] = '\0';
    assert_refuses(text, "", ":2: the row is too long; at most 512 fields and 1000000 bytes");
    text[6 + IHP__CSV_ROW_MAX] = 'x';
    text[10] = '"';
    assert_refuses(text, "", ":2: a field is longer than 1000000 bytes; a quote may be missing");
    free(text);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void test_what_is_not_a_file(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct ihp_error err;
    assert_int_equal(read_file(&seen, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "t.csv: cannot be read (No such file");
    assert_int_equal(mkdir(in_folder("t.csv"), 0755), 0);
    assert_int_equal(read_file(&seen, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "t.csv: is not a file");
    assert_int_equal(rmdir(in_folder("t.csv")), 0);
    assert_int_equal(mkfifo(in_folder("t.csv"), 0600), 0);
    assert_int_equal(read_file(&seen, NULL, &err), IHP_ERR_DATA); /* without waiting for a writer */
    assert_error(&err, IHP_ERR_DATA, "t.csv: is not a file");
    free(seen.text);
}

static void test_status_of_the_caller_is_passed_on(void **state)
{
    (void)state;
    static const enum ihp_status status[] = {IHP_ERR_RUN, IHP_ERR_USAGE, IHP_ERR_DATA};
    write_text(in_folder("t.csv"), "a,b\n1,2\n3,4\n5,6\n");
    for (size_t i = 0; i < sizeof status / sizeof status[0]; i++) {
        struct seen seen = {.stop_after = 2, .stop_with = status[i]};
        struct ihp_error err;
        assert_int_equal(read_file(&seen, NULL, &err), status[i]);
        assert_error(&err, status[i], "t.csv:3: that will do");
        assert_string_equal(seen.text, "2<1><2><>\n3<3><4><>\n"); /* and no other row */
        free(seen.text);
    }
}

static void test_find(void **state)
{
    (void)state;
    char path[PATH_BYTES];
    bool found = true;
    struct ihp_error err = {0};
    assert_int_equal(ihp__csv_find(test_folder, "t", false, path, sizeof path, &found, &err),
                     IHP_OK);
    assert_false(found);
    assert_int_equal(ihp__csv_find(test_folder, "t", true, path, sizeof path, &found, &err),
                     IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "/t.csv: is missing, and so are t.csv.gz, .zst and .zip");
    err = (struct ihp_error){0};
    write_text(in_folder("t.csv.gz"), "");
    assert_int_equal(ihp__csv_find(test_folder, "t", true, path, sizeof path, &found, &err),
                     IHP_OK);
    assert_true(found);
    assert_string_equal(path, in_folder("t.csv.gz"));
    write_text(in_folder("t.csv"), "");
    assert_int_equal(ihp__csv_find(test_folder, "t", false, path, sizeof path, &found, &err),
                     IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "/t.csv: exists next to t.csv.gz; keep one of the two");
    assert_string_equal(ihp__csv_ending("t.csv"), ".csv");
    assert_string_equal(ihp__csv_ending("t.csv.zst"), ".csv.zst");
    assert_null(ihp__csv_ending("t.csv.gzip"));
    assert_null(ihp__csv_ending("csv"));
    unlink(in_folder("t.csv.gz"));
    err = (struct ihp_error){0};
    assert_int_equal(ihp__csv_find(test_folder, "t", true, path, sizeof path, &found, &err),
                     IHP_OK);
    assert_string_equal(path, in_folder("t.csv"));
    char small[8];
    assert_int_equal(ihp__csv_find(test_folder, "t", true, small, sizeof small, &found, &err),
                     IHP_ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_plain_rows),
        IN_FOLDER(test_empty_fields_and_blanks),
        IN_FOLDER(test_quotes),
        IN_FOLDER(test_lines_after_embedded_newlines),
        IN_FOLDER(test_crlf),
        IN_FOLDER(test_lone_cr),
        IN_FOLDER(test_blank_lines),
        IN_FOLDER(test_byte_order_mark),
        IN_FOLDER(test_byte_order_mark_later),
        IN_FOLDER(test_many_rows),
        IN_FOLDER(test_unused_columns_are_noticed_once),
        IN_FOLDER(test_header_errors),
        IN_FOLDER(test_field_counts),
        IN_FOLDER(test_quote_errors),
        IN_FOLDER(test_open_quote_in_first_field),
        IN_FOLDER(test_nul_bytes),
        IN_FOLDER(test_too_many_columns),
        IN_FOLDER(test_row_limit),
        IN_FOLDER(test_what_is_not_a_file),
        IN_FOLDER(test_status_of_the_caller_is_passed_on),
        IN_FOLDER(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
