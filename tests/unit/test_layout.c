/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a layout: the form of files, the files that it names, and each refusal. */
#include "layout_fixture.h"

static void form_of_files(void **state)
{
    (void)state;
    struct ihp__layout *layout =
        good_layout("claims:\n  delimiter: pipe\n  encoding: latin-1\n  header: [A, B]\n"
                    "  repeated_rows: keep_one\nenrollment:\n  delimiter: '~'\n");
    const struct ihp__csv_format *claims = ihp__layout_format(layout, CLAIMS);
    const struct ihp__csv_format *spans = ihp__layout_format(layout, SPANS);
    assert_int_equal(claims->delimiter, '|');
    assert_true(claims->latin1 && claims->any_case);
    assert_int_equal(claims->header_columns, 2);
    assert_string_equal(claims->header[1], "B");
    assert_int_equal(spans->delimiter, '~');
    assert_null(spans->header);
    assert_false(spans->latin1);
    assert_true(ihp__layout_keeps_one(layout, CLAIMS));
    assert_false(ihp__layout_keeps_one(layout, SPANS));
    ihp__layout_free(&layout);
}

/* ---- files ----------------------------------------------------------------------------------- */

static enum ihp_status add_file(void *context, const char *path, struct ihp_error *err)
{
    char *list = context;
    (void)err;
    snprintf(list + strlen(list), 200 - strlen(list), " %s", strrchr(path, '/') + 1);
    return IHP_OK;
}

static void files_by_patterns(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    char list[200] = "", path[PATH_BYTES], text[PATH_BYTES + 100];
    assert_int_equal(mkdir(in_folder("a[1]"), 0700), 0);
    write_text(in_folder("a[1]/b.psv"), "");
    write_text(in_folder("a[1]/B.psv"), "");
    write_text(in_folder("a[1]/c.psv"), "");
    write_text(in_folder("a[1]/c.csv"), "");
    snprintf(path, sizeof path, "%s", in_folder("a[1]/l.yaml"));
    snprintf(text, sizeof text, "claims: {files: ['c.*', '*.psv', %s/a?1?/*.csv]}\n", test_folder);
    write_text(path, text);
    struct ihp__layout *layout;
    assert_int_equal(ihp__layout_load(path, layout_schema, TABLES, &layout, &err), IHP_OK);
    assert_true(ihp__layout_names_files(layout, CLAIMS));
    assert_int_equal(ihp__layout_each_file(layout, CLAIMS, add_file, list, &err), IHP_OK);
    assert_string_equal(list, " c.csv c.psv B.psv b.psv"); /* none of them twice */
    ihp__layout_free(&layout);
}

static void no_file_fits(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    char list[200] = "";
    struct ihp__layout *layout = good_layout("claims:\n  files: [x/*.psv]\n");
    assert_int_equal(ihp__layout_each_file(layout, CLAIMS, add_file, list, &err), IHP_ERR_DATA);
    assert_non_null(strstr(err.text, "claims.files: 'x/*.psv' fits no file in "));
    ihp__layout_free(&layout);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static void inputs_and_digest(void **state)
{
    (void)state;
    static const char text[] = "claims: {columns: {service_class: {lookup: m.csv, from: A, key: a, "
                               "value: b}, county: {lookup: ./m.csv, from: A, key: a, value: b}}}";
    char first[IHP__HASH_TEXT], second[IHP__HASH_TEXT];
    write_text(in_folder("m.csv"), "a,b\n1,2\n");
    struct ihp__layout *layout = good_layout(text);
    assert_string_equal(ihp__layout_input(layout, 0), in_folder("layout.yaml"));
    assert_string_equal(ihp__layout_input(layout, 1), in_folder("m.csv"));
    assert_string_equal(ihp__layout_input(layout, 2), in_folder("./m.csv"));
    assert_null(ihp__layout_input(layout, 3));
    ihp__layout_digest(layout, first);
    ihp__layout_free(&layout);
    write_text(in_folder("m.csv"), "a,b\n1,3\n");
    layout = good_layout(text);
    ihp__layout_digest(layout, second);
    assert_string_not_equal(first, second);
    ihp__layout_free(&layout);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static const struct {
    const char *text, *part;
} refused_layout[] = {
    {"", "layout.yaml:1: is not a layout; expected tables"},
    {"- claims\n", "is not a layout"},
    {"claims: {}\n---\nclaims: {}\n", ":3: a second document begins; a layout is one document"},
    {"claim: {}\n", ":1: unknown key 'claim'; did you mean 'claims'? the keys here are: "
                    "enrollment claims"},
    {"claims: {}\n\nclaims: {}\n", ":3: claims: was given on line 1 already; keep one"},
    {"claims: x\n", ":1: claims: 'x' is not allowed; expected a group of keys"},
    {"claims:\n  delimeter: pipe\n",
     ":2: claims: unknown key 'delimeter'; did you mean 'delimiter'? the keys here are: files "
     "delimiter header encoding dates partial_months repeated_rows columns leave_out"},
    {"claims: {delimiter: bar}\n", "claims.delimiter: 'bar' is not allowed; expected comma, "
                                   "pipe, tab, semicolon or one character but \""},
    {"claims: {delimiter: '\"'}\n", "is not allowed"},
    {"claims: {delimiter: [a]}\n", "claims.delimiter: a list is not allowed"},
    {"claims: {dates: DDMMYYYY}\n", "claims.dates: 'DDMMYYYY' is not allowed; expected "
                                    "YYYY-MM-DD, CCYYMMDD, MM/DD/YYYY, DD/MM/YYYY or SAS days"},
    {"claims: {encoding: cp1252}\n", "expected utf-8 or latin-1"},
    {"claims: {partial_months: some}\n", "expected count or whole"},
    {"claims: {repeated_rows: all}\n", "expected bad or keep_one"},
    {"claims: {files: []}\n", "claims.files: the list is empty; expected the name of a file"},
    {"claims: {files: {a: b}}\n", "claims.files: a group of keys is not allowed"},
    {"claims: {columns: [a]}\n", "claims.columns: a list is not allowed; expected columns of the "
                                 "extract, such as 'paid_date: PAID_DT'"},
    {"claims:\n  columns:\n    paid_amont: A\n",
     ":3: claims.columns: unknown key 'paid_amont'; did you mean 'paid_amount'? the keys here "
     "are: claim_id service_date service_class county paid_amount version"},
    {"claims: {columns: {county: A, county: B}}\n", "the column 'county' was given already"},
    {"claims: {columns: {county: }}\n",
     "claims.columns.county: '' is not allowed; expected the name of a column"},
    {"claims: {columns: {county: []}}\n", "a list is not allowed; expected a list of columns"},
    {"claims: {columns: {county: {with: x}}}\n",
     "expected a column, a list of columns, or one of the keys column, constant, join, text, "
     "lookup and rules"},
    {"claims: {columns: {county: {constant: x, with: y}}}\n",
     "the keys do not belong together; with 'constant', the keys are constant"},
    {"claims: {columns: {county: {text: x}}}\n", "with 'text', the keys are text and then"},
    {"claims: {columns: {county: {lookup: x, from: y}}}\n",
     "with 'lookup', the keys are lookup, from, key and perhaps value and otherwise"},
    {"claims: {columns: {county: {konstant: x}}}\n",
     "unknown key 'konstant'; did you mean 'constant'?"},
    {"claims: {columns: {county: &a [*a]}}\n", "values are inside each other more than 6 times"},
    {"claims: {columns: {county: \"a\\x01b\"}}\n", "is not allowed"},
    {"claims: {leave_out: {begins: x}}\n", "claims.leave_out: a group of keys is not allowed; "
                                           "expected a list, such as - {begins: \"TRAILER\"}"},
    {"claims: {leave_out: [{column: A}]}\n",
     "claims.leave_out: expected the keys column and values, "
     "or the key begins, and perhaps because"},
    {"claims: {leave_out: [{column: A, values: [1..x1]}]}\n",
     "claims.leave_out: '1..x1' is a range whose ends have different lengths"},
    {"claims: {leave_out: [{column: A, values: [a*b]}]}\n", "has a '*' that is not at its end"},
    {"claims: {leave_out: [{column: A, values: [9..3]}]}\n",
     "is a range whose end is before its beginning"},
    {"claims: {leave_out: [{column: A, values: [b9..a3]}]}\n",
     "is a range whose end is before its beginning"},
    {"claims: {leave_out: [{column: A, values: [a|]}]}\n",
     "has an alternative that is blank; write (blank) for a blank"},
};

static void layouts_that_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_layout / sizeof refused_layout[0]; i++) {
        assert_no_layout(refused_layout[i].text, IHP_ERR_USAGE, refused_layout[i].part);
    }
}

static void tables_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *sheet, *part;
    } refused[] = {
        {"", "m.csv:1: has no header row"},
        {"code,service_class\n1\n", "m.csv:2: the row has 1 cells where the header has 2"},
        {"code,code\n", "m.csv:1: column 'code' appears twice in the header; keep one"},
        {"code,\n", "m.csv:1: a column has no name"},
        {"code,service_class\n1,\"a\n", "m.csv:2: a quote is out of place"},
        {"code,class\n",
         "m.csv: has no column 'service_class' for claims.columns.service_class; the "
         "columns are: code class"},
        {"cod,service_class\n",
         "m.csv: has no column 'code' for claims.columns.service_class, which "
         "line 1 of layout.yaml names; did you mean 'cod'? the columns are:"},
        {"code,service_class\n1,a\n2,b\n1,c\n",
         "m.csv:4: the key on line 2 appears again with another service_class; keep one"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        write_text(in_folder("m.csv"), refused[i].sheet);
        assert_no_layout(
            "claims: {columns: {service_class: {lookup: m.csv, from: A, key: code}}}\n",
            IHP_ERR_DATA, refused[i].part);
    }
    write_text(in_folder("m.csv"), "TYPE,service_class\n1,x\n5..3,y\n");
    assert_no_layout("claims: {columns: {service_class: {rules: m.csv}}}\n", IHP_ERR_DATA,
                     "m.csv:3: column TYPE: '5..3' is a range whose end is before its beginning");
    assert_no_layout("claims: {columns: {service_class: {rules: none.csv}}}\n", IHP_ERR_DATA,
                     "none.csv: cannot be read (No such file or directory)");
    write_bytes(in_folder("m.csv"), "a,b\n\0,1\n", 8);
    assert_no_layout("claims: {columns: {service_class: {rules: m.csv}}}\n", IHP_ERR_DATA,
                     "m.csv:2: a cell has a NUL byte");
}

static void too_many_columns(void **state)
{
    (void)state;
    char text[2000];
    size_t used = (size_t)snprintf(text, sizeof text, "claims: {columns: {county: [");
    for (int i = 0; i < 66; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "C%d, ", i);
    }
    snprintf(text + used, sizeof text - used, "Z]}}\n");
    assert_no_layout(text, IHP_ERR_USAGE,
                     "claims.columns.county: the table uses too many columns of its files; at most "
                     "64 are allowed");
}

/* A few hundred bytes of YAML must not become more values than there is memory for. */
static void values_that_multiply(void **state)
{
    (void)state;
    assert_no_layout("claims:\n  columns:\n"
                     "    county: &a [A, A, A, A, A, A, A, A, A, A, A, A]\n"
                     "    version: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                     "    paid_amount: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n",
                     IHP_ERR_USAGE, "the table has more than 2000 values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(form_of_files),
        IN_FOLDER(files_by_patterns),
        IN_FOLDER(no_file_fits),
        IN_FOLDER(inputs_and_digest),
        IN_FOLDER(layouts_that_are_refused),
        IN_FOLDER(tables_that_are_refused),
        IN_FOLDER(too_many_columns),
        IN_FOLDER(values_that_multiply),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
