/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a CSV file in chunks gives the same rows and line numbers as reading it whole. */
#include "extract_fixture.h"

static const struct ihp__csv_column columns[] = {{"a", true}, {"b", false}};

/* The rows that were read, each as "line:a|b;". */
struct seen {
    char text[2000];
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct seen *seen = context;
    size_t size = strlen(seen->text);
    (void)err;
    snprintf(seen->text + size, sizeof seen->text - size, "%llu:%s|%s;",
             (unsigned long long)row->line, row->field[0], row->field[1]);
    return IHP_OK;
}

static void put(const struct fixture *f, char path[256], const char *text)
{
    snprintf(path, 256, "%s/parts.csv", f->folder);
    write_text(path, text);
}

/* Reads the body in two chunks, cut at each position where a row may begin. */
static void read_cut(struct fixture *f, const char *text)
{
    char path[256];
    struct ihp__csv_chunk body;
    bool plain;
    struct seen whole = {""};
    put(f, path, text);
    assert_int_equal(ihp__csv_read(path, columns, 2, on_row, &whole, NULL, &f->err), IHP_OK);
    assert_int_equal(ihp__csv_body(path, columns, 2, &body, &plain, NULL, &f->err), IHP_OK);
    assert_true(plain);
    assert_int_equal(body.end, strlen(text));
    bool quoted = false;
    uint64_t line = body.line;
    for (uint64_t at = body.first; at <= body.end; at++) {
        bool begins = at == body.first || (!quoted && strchr("\r\n", text[at - 1]) != NULL);
        if (begins) {
            const struct ihp__csv_chunk first = {body.first, at, body.line};
            const struct ihp__csv_chunk second = {at, body.end, line};
            struct seen parts = {""};
            assert_int_equal(ihp__csv_read_chunk(path, columns, 2, &first, on_row, &parts, &f->err),
                             0);
            assert_int_equal(
                ihp__csv_read_chunk(path, columns, 2, &second, on_row, &parts, &f->err), 0);
            assert_string_equal(parts.text, whole.text);
        }
        quoted ^= text[at] == '"';
        line += text[at] == '\n';
    }
}

static void chunks_have_the_rows_of_the_file(void **state)
{
    struct fixture *f = *state;
    read_cut(f, "a,b\n1,2\n3,4\n");
    read_cut(f, "a,b\n1,2\n3,4");
    read_cut(f, "\n\r\na,b\r\n1,2\r\n\r\n3,4\r\n");
    read_cut(f, "\xef\xbb\xbf"
                "b,a,c\n\"x\ny\",1,\"\"\n,\"\"\"q\"\"\r\n\n\",2\n");
    read_cut(f, "a\r1\r2\r");
    read_cut(f, "a,b\n");
    read_cut(f, "a");
}

static void expect(struct fixture *f, const char *text, const char *part)
{
    char path[256];
    struct ihp__csv_chunk body;
    bool plain;
    put(f, path, text);
    f->err = (struct ihp_error){0};
    assert_int_equal(ihp__csv_body(path, columns, 2, &body, &plain, NULL, &f->err), IHP_ERR_DATA);
    assert_non_null(strstr(f->err.text, part));
}

static void headers_are_refused_as_in_the_whole_file(void **state)
{
    struct fixture *f = *state;
    expect(f, "", "parts.csv: has no header row");
    expect(f, "\n\n", "parts.csv: has no header row");
    expect(f, "b\n1\n", "parts.csv:1: column a is missing");
    expect(f, "a,a\n1\n", "parts.csv:1: column a appears twice in the header");
    expect(f, "a,\"b", "the file ends inside a quoted field");
}

/* A chunk that ends after the end of the file, which has become shorter. */
static void a_file_that_became_shorter_is_refused(void **state)
{
    struct fixture *f = *state;
    char path[256];
    struct seen seen = {""};
    put(f, path, "a\n1\n");
    const struct ihp__csv_chunk part = {2, 9, 2};
    assert_int_equal(ihp__csv_read_chunk(path, columns, 2, &part, on_row, &seen, &f->err),
                     IHP_ERR_DATA);
    assert_non_null(strstr(f->err.text, "became shorter"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(chunks_have_the_rows_of_the_file),
                                       TEST(headers_are_refused_as_in_the_whole_file),
                                       TEST(a_file_that_became_shorter_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
