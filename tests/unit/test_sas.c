/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading SAS tables: rows, ranges of rows, numbers and dates as texts, and each refusal. The
 * tables are written by ReadStat, in all forms that it writes. */
#include "files.h"

#include "source/sas.h"
#include "source/sas_value.h"

#include <math.h>

/* ---- values ---------------------------------------------------------------------------------- */

static void assert_value(enum ihp__sas_kind kind, double value, const char *expected)
{
    char text[IHP__SAS_VALUE_TEXT];
    size_t length = ihp__sas_value_format(kind, value, text);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-17, "-17"},
        {1234567893, "1234567893"},
        {9007199254740991.0, "9007199254740991"},
        {142.12, "142.12"},
        {-142.12, "-142.12"},
        {142.5, "142.50"},
        {0.1 + 0.2, "0.30"},
        {-0.01, "-0.01"},
        {1e-14, "0.00"},
        {-1e-14, "0.00"},
        {123456789012.34, "123456789012.34"},
        {142.125, "142.125"},
        {-142.125, "-142.125"},
        {0.005, "0.005"},
        {1.0 / 3, "0.333333333333333"},
        {0.00001, "0.00001"},
        {12345.6789, "12345.6789"},
        {1e300, "1.0000000000000001e+300"},
        {9007199254740992.0, "9007199254740992"},
        {18014398509481984.0, "18014398509481984"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_value(IHP__SAS_NUMBER, cases[i].value, cases[i].text);
    }
}

static void test_dates(void **state)
{
    (void)state;
    assert_value(IHP__SAS_DATE, 0, "1960-01-01");
    assert_value(IHP__SAS_DATE, -1, "1959-12-31");
    assert_value(IHP__SAS_DATE, 23165, "2023-06-04");
    assert_value(IHP__SAS_DATE, 23165.75, "2023-06-04");
    assert_value(IHP__SAS_DATE, 2936549, "9999-12-31");
    assert_value(IHP__SAS_DATE, 2936550, "2936550");
    assert_value(IHP__SAS_DATE, -1e9, "-1000000000");
    assert_value(IHP__SAS_MOMENT, 0, "1960-01-01");
    assert_value(IHP__SAS_MOMENT, 23165.0 * 86400, "2023-06-04");
    assert_value(IHP__SAS_MOMENT, 23165.0 * 86400 + 3600 * 13 + 61, "2023-06-04 13:01:01");
    assert_value(IHP__SAS_MOMENT, -1, "1959-12-31 23:59:59");
    assert_value(IHP__SAS_MOMENT, 2936550.0 * 86400, "253717920000");
}

static void test_formats(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        enum ihp__sas_kind kind;
    } cases[] = {
        {"", IHP__SAS_NUMBER},           {"BEST12.", IHP__SAS_NUMBER},
        {"DOLLAR12.2", IHP__SAS_NUMBER}, {"Z8.", IHP__SAS_NUMBER},
        {"TIME8.", IHP__SAS_NUMBER},     {"D12.3", IHP__SAS_NUMBER},
        {"DATE9.", IHP__SAS_DATE},       {"DATE", IHP__SAS_DATE},
        {"date9", IHP__SAS_DATE},        {"YYMMDD10.", IHP__SAS_DATE},
        {"YYMMDDN8.", IHP__SAS_DATE},    {"MMDDYY10.", IHP__SAS_DATE},
        {"E8601DA10.", IHP__SAS_DATE},   {"MONYY7.", IHP__SAS_DATE},
        {"YYMMN6.", IHP__SAS_DATE},      {"DATETIME20.", IHP__SAS_MOMENT},
        {"DATETIME", IHP__SAS_MOMENT},   {"E8601DT19.", IHP__SAS_MOMENT},
        {"DTDATE9.", IHP__SAS_MOMENT},   {"DATEAMPM.", IHP__SAS_MOMENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ihp__sas_kind_of_format(cases[i].format), cases[i].kind);
    }
}

#ifdef IHP_READSTAT

#include "sas_fixture.h"

/* ---- a table, and what is read of it --------------------------------------------------------- */

enum { ID, DAY, MOMENT, AMOUNT, UNUSED, COLUMNS };
static const struct sas_column table_column[COLUMNS] = {{"Member_ID", 10, NULL},
                                                        {"PAID_DATE", 0, "DATE9"},
                                                        {"seen", 0, "DATETIME20"},
                                                        {"AMOUNT", 0, "DOLLAR12.2"},
                                                        {"note", 30, NULL}};

static readstat_error_t put_value(readstat_writer_t *writer, const readstat_variable_t *variable,
                                  int row, int column, void *context)
{
    char text[32];
    (void)context;
    if (row % 10 == 9 && column != ID) { /* missing, and one of the special missing values */
        return column == UNUSED   ? readstat_insert_string_value(writer, variable, "")
               : column == MOMENT ? readstat_insert_tagged_missing_value(writer, variable, 'B')
                                  : readstat_insert_missing_value(writer, variable);
    }
    switch (column) {
    case ID:
        snprintf(text, sizeof text, "M%07d", row);
        return readstat_insert_string_value(writer, variable, text);
    case DAY:
        return readstat_insert_double_value(writer, variable, 23000 + row % 100);
    case MOMENT:
        return readstat_insert_double_value(writer, variable, 86400.0 * 23000 + row % 2);
    case AMOUNT:
        return readstat_insert_double_value(writer, variable, row / 100.0);
    default:
        return readstat_insert_string_value(writer, variable, row % 3 == 0 ? "caf\xc3\xa9" : "x");
    }
}

static const char *write_table(const char *name, int rows, bool compressed, bool narrow)
{
    const char *path = in_folder(name);
    const struct sas_table table = {path, table_column, COLUMNS, rows, compressed, narrow};
    assert_true(sas_write(&table, put_value, NULL));
    return path;
}

static const struct ihp__csv_column wanted[] = {{"amount", true},
                                                {"member_id", true},
                                                {"paid_date", true},
                                                {"seen", false},
                                                {"void_date", false}};
enum { WANTED = sizeof wanted / sizeof wanted[0] };

/* The rows that are expected next. */
struct seen {
    uint64_t next, count;
    uint64_t stop_after;
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct seen *seen = context;
    unsigned n = (unsigned)seen->next++;
    char id[16], day[IHP__DATE_TEXT] = "", moment[32] = "", amount[32] = "";
    snprintf(id, sizeof id, "M%07u", n);
    if (n % 10 != 9) {
        ihp__day_format((int32_t)(23000 + n % 100 - 3653), day);
        snprintf(moment, sizeof moment, "2022-12-21%s", n % 2 == 1 ? " 00:00:01" : "");
        snprintf(amount, sizeof amount, n % 100 == 0 ? "%u" : "%u.%02u", n / 100, n % 100);
    }
    const char *expected[WANTED] = {amount, id, day, moment, ""};
    assert_int_equal(row->line, n + 1);
    for (size_t i = 0; i < WANTED; i++) {
        assert_string_equal(row->field[i], expected[i]);
        assert_int_equal(row->length[i], strlen(expected[i]));
    }
    seen->count++;
    return seen->count == seen->stop_after ? ihp__fail(err, IHP_ERR_USAGE, "that will do") : IHP_OK;
}

static struct ihp__sas_input input_of(const char *path, uint64_t first, uint64_t rows)
{
    return (struct ihp__sas_input){path, wanted, WANTED, 1u << 1, first, rows, {0}, NULL};
}

static uint64_t read_rows_with(const char *path, uint64_t first, uint64_t rows,
                               struct ihp__sas_run run)
{
    struct ihp_error err = {0};
    struct seen seen = {.next = first};
    struct ihp__sas_input input = input_of(path, first, rows);
    input.run = run;
    if (ihp__sas_read(&input, on_row, &seen, NULL, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return seen.count;
}

static uint64_t read_rows(const char *path, uint64_t first, uint64_t rows)
{
    return read_rows_with(path, first, rows, (struct ihp__sas_run){0});
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void test_every_range(void **state)
{
    (void)state;
    for (int form = 0; form < 4; form++) {
        enum { ROWS = 700 };
        const char *path = write_table("t.sas7bdat", ROWS, form % 2 == 1, form >= 2);
        assert_true(ihp__sas_is(path));
        struct ihp__sas_size size = {0};
        struct ihp_error err = {0};
        const struct ihp__sas_input all = input_of(path, 0, 0);
        assert_int_equal(ihp__sas_measure(&all, &size, NULL, &err), IHP_OK);
        assert_int_equal(size.rows, ROWS);
        assert_int_equal(size.run.pages > 0, form % 2 == 0); /* not of a compressed table */
        assert_int_equal(read_rows(path, 0, UINT64_MAX), ROWS);
        for (uint64_t first = 0; first < ROWS; first += first < 200 ? 1 : 29) {
            uint64_t end = first + 1 + first * 7 % 150;
            end = end < ROWS ? end : ROWS;
            assert_int_equal(read_rows(path, first, end - first), end - first);
            assert_int_equal(read_rows_with(path, first, end - first, size.run), end - first);
            assert_int_equal(read_rows(path, first, UINT64_MAX), ROWS - first);
        }
        assert_int_equal(read_rows(path, 5, 0), 0);
    }
}

/* Changes bytes of a file. */
static void patch(const char *path, size_t at, const void *bytes, size_t count)
{
    size_t size;
    char *all = read_bytes(path, &size);
    assert_true(at + count <= size);
    memcpy(all + at, bytes, count);
    write_bytes(path, all, size);
    free(all);
}

/* Of ReadStat's tables. */
enum { HEADER = 8192, PAGE = 4096, KIND_AT = 32 };

static enum ihp_status take_any(void *context, const struct ihp__csv_row *row,
                                struct ihp_error *err)
{
    (void)context;
    (void)row;
    (void)err;
    return IHP_OK;
}

/* A rank does not even look at pages of rows that are not its own, once the table is measured. */
static void test_other_pages_are_not_read(void **state)
{
    (void)state;
    enum { ROWS = 700, FIRST_PAGE = 2 };
    static const unsigned char other[2] = {0, 2};
    const char *path = write_table("t.sas7bdat", ROWS, false, false);
    struct ihp_error err = {0};
    struct ihp__sas_size size = {0};
    struct ihp__sas_input input = input_of(path, 600, 50);
    assert_int_equal(ihp__sas_measure(&input, &size, NULL, &err), IHP_OK);
    assert_true(size.run.pages > 10);
    patch(path, HEADER + FIRST_PAGE * PAGE + KIND_AT, other, sizeof other);
    assert_int_equal(read_rows_with(path, 600, 50, size.run), 50);
    assert_int_equal(ihp__sas_read(&input, take_any, NULL, NULL, &err), IHP_ERR_DATA);
}

static void test_small_tables(void **state)
{
    (void)state;
    for (int rows = 0; rows < 3; rows++) {
        const char *path = write_table("t.sas7bdat", rows, false, false);
        assert_int_equal(read_rows(path, 0, UINT64_MAX), rows);
        path = write_table("t.sas7bdat", rows, true, false);
        assert_int_equal(read_rows(path, 0, UINT64_MAX), rows);
    }
}

static void test_notices(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    struct seen seen = {0};
    const struct ihp__sas_input input =
        input_of(write_table("t.sas7bdat", 3, false, false), 0, UINT64_MAX);
    assert_int_equal(ihp__sas_read(&input, on_row, &seen, &notices, &err), IHP_OK);
    assert_int_equal(notices.count, 1);
    assert_string_equal(notices.text[0], "t.sas7bdat: column 'note' is not used");
    ihp_notices_clear(&notices);
}

static void test_row_function_ends_it(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct seen seen = {.next = 7, .stop_after = 4};
    const struct ihp__sas_input input =
        input_of(write_table("t.sas7bdat", 30, false, false), 7, 20);
    assert_int_equal(ihp__sas_read(&input, on_row, &seen, NULL, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "that will do");
    assert_int_equal(seen.count, 4);
}

static enum ihp_status count_row(void *context, const struct ihp__csv_row *row,
                                 struct ihp_error *err)
{
    (void)err;
    assert_int_equal(row->length[0], 0);
    ++*(int *)context;
    return IHP_OK;
}

static void test_no_column_in_common(void **state)
{
    (void)state;
    static const struct ihp__csv_column other[] = {{"elsewhere", false}};
    struct ihp_error err = {0};
    int count = 0;
    const struct ihp__sas_input input = {
        write_table("t.sas7bdat", 30, false, false), other, 1, 0, 0, UINT64_MAX, {0}, NULL};
    assert_int_equal(ihp__sas_read(&input, count_row, &count, NULL, &err), IHP_OK);
    assert_int_equal(count, 30);
}

/* ---- refusals -------------------------------------------------------------------------------- */

/* Checks that both functions refuse a table, the second one also from a row on. */
static void assert_refused(const char *path, const struct ihp__csv_column *columns, size_t count,
                           uint64_t texts, const char *part)
{
    struct ihp_error err = {0};
    struct ihp__sas_size size;
    struct ihp__sas_input input = {path, columns, count, texts, 0, UINT64_MAX, {0}, NULL};
    assert_int_equal(ihp__sas_measure(&input, &size, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, part);
    assert_memory_equal(err.text, path, strlen(path));
    err = (struct ihp_error){0};
    assert_int_equal(ihp__sas_read(&input, take_any, NULL, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, part);
}

static void test_columns_are_refused(void **state)
{
    (void)state;
    const char *path = write_table("t.sas7bdat", 30, false, false);
    static const struct ihp__csv_column missing[] = {{"member_id", true}, {"line", true}};
    assert_refused(path, missing, 2, 0,
                   "column line is missing; the table has Member_ID, PAID_DATE, seen, AMOUNT, "
                   "note");
    static const struct ihp__csv_column near[] = {{"paid_dat", true}};
    assert_refused(path, near, 1, 0, "column paid_dat is missing; did you mean 'PAID_DATE'?");
    assert_refused(path, wanted, WANTED, 1u << 0, "column amount is a number in SAS");
}

static void test_deleted_rows(void **state)
{
    (void)state;
    static const unsigned char data[2] = {0x80, 0x01}, deleted = 5, count = 1;
    const char *path = write_table("t.sas7bdat", 700, false, false);
    patch(path, HEADER + 3 * PAGE + KIND_AT, data, sizeof data);
    assert_refused(path, wanted, WANTED, 0, "has rows that were deleted in SAS");

    /* Of a compressed table: the third block of the third page. Only a reader of that page sees it.
     */
    path = write_table("t.sas7bdat", 700, true, false);
    patch(path, HEADER + 2 * PAGE + 40 + 2 * 24 + 16, &deleted, 1);
    struct ihp_error err = {0};
    struct ihp__sas_input input = input_of(path, 0, UINT64_MAX);
    assert_int_equal(ihp__sas_read(&input, take_any, NULL, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "has rows that were deleted in SAS");

    /* The number of deleted rows, of the table's first block at 3288. */
    path = write_table("t.sas7bdat", 700, true, false);
    patch(path, HEADER + 3288 + 56, &count, 1);
    assert_refused(path, wanted, WANTED, 0, "has rows that were deleted in SAS");
}

static void test_every_truncation(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        size_t size;
        char *all = read_bytes(write_table("t.sas7bdat", 100, compressed == 1, false), &size);
        const char *path = in_folder("cut.sas7bdat");
        for (size_t left = 32; left < size; left += left < 2000 ? 97 : 997) {
            write_bytes(path, all, left);
            assert_refused(path, wanted, WANTED, 0, "damaged or cut short");
        }
        /* Whole pages are missing, and the header says so. */
        unsigned char pages = (unsigned char)((size - HEADER) / PAGE - 1);
        all[204] = (char)pages;
        write_bytes(path, all, size - PAGE);
        struct ihp_error err = {0};
        struct ihp__sas_input input = input_of(path, 0, UINT64_MAX);
        assert_int_equal(ihp__sas_read(&input, take_any, NULL, NULL, &err), IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, "rows and says that it has 100");
        err = (struct ihp_error){0};
        input.first_row = 60;
        input.rows = 40;
        assert_int_equal(ihp__sas_read(&input, take_any, NULL, NULL, &err), IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, "rows and says that it has 100");
        free(all);
    }
}

static void test_more_rows_than_it_says(void **state)
{
    (void)state;
    static const unsigned char rows = 99;
    const char *path = write_table("t.sas7bdat", 100, false, false);
    patch(path, HEADER + 3288 + 48, &rows, 1);
    assert_refused(path, wanted, WANTED, 0, "it has more rows than it says");
}

static readstat_error_t put_latin1(readstat_writer_t *writer, const readstat_variable_t *variable,
                                   int row, int column, void *context)
{
    (void)row;
    (void)column;
    (void)context;
    return readstat_insert_string_value(writer, variable, "caf\xe9  ");
}

static enum ihp_status on_latin1(void *context, const struct ihp__csv_row *row,
                                 struct ihp_error *err)
{
    (void)err;
    assert_string_equal(row->field[0], "caf\xc3\xa9");
    assert_int_equal(row->length[0], 5);
    ++*(int *)context;
    return IHP_OK;
}

static void test_latin1(void **state)
{
    (void)state;
    static const struct sas_column text[] = {{"note", 8, NULL}};
    static const struct ihp__csv_column note[] = {{"note", true}};
    static const unsigned char encodings[] = {29, 62, 0}; /* ISO 8859-1, Windows 1252, not said */
    for (size_t i = 0; i < sizeof encodings; i++) {
        struct ihp_error err = {0};
        int count = 0;
        const struct sas_table table = {in_folder("t.sas7bdat"), text, 1, 3, false, false};
        assert_true(sas_write(&table, put_latin1, NULL));
        patch(table.path, 70, &encodings[i], 1);
        const struct ihp__sas_input input = {table.path, note, 1, 1, 0, UINT64_MAX, {0}, NULL};
        assert_int_equal(ihp__sas_read(&input, on_latin1, &count, NULL, &err), IHP_OK);
        assert_int_equal(count, 3);
    }
}

static void test_encoding(void **state)
{
    (void)state;
    static const struct ihp__csv_column note[] = {{"note", true}};
    /* 28: ASCII, which the accent is not. */
    static const unsigned char ascii = 28, unknown = 255;
    struct ihp_error err = {0};
    const char *path = write_table("t.sas7bdat", 20, false, false);
    patch(path, 70, &ascii, 1);
    struct ihp__sas_input input = {path, note, 1, 0, 0, UINT64_MAX, {0}, NULL};
    assert_int_equal(ihp__sas_read(&input, take_any, NULL, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, ":1: a text is not valid in the encoding");
    patch(path, 70, &unknown, 1);
    assert_refused(path, note, 1, 0, "encoding is not known");
}

/* Damages one byte after the other: nothing but an error, or rows. */
static void test_damage(void **state)
{
    (void)state;
    for (int form = 0; form < 4; form++) {
        size_t size;
        char *all = read_bytes(write_table("t.sas7bdat", 60, form % 2 == 1, form >= 2), &size);
        const char *path = in_folder("damaged.sas7bdat");
        for (size_t at = 0; at < size; at += at % 7 == 0 ? 11 : 17) {
            char before = all[at];
            all[at] = (char)(before ^ (1 << at % 8));
            write_bytes(path, all, size);
            struct ihp_error err = {0};
            struct ihp__sas_input input = {path,    wanted,     WANTED, 1u << 1,
                                           at % 60, UINT64_MAX, {0},    NULL};
            enum ihp_status status = ihp__sas_read(&input, take_any, NULL, NULL, &err);
            assert_int_equal(err.status, status);
            assert_true(status == IHP_OK || status == IHP_ERR_DATA);
            all[at] = before;
        }
        free(all);
    }
}

#else

static void test_without_readstat(void **state)
{
    (void)state;
    static const unsigned char begin[32] = {0,    0,    0,    0,    0,    0,    0,    0,
                                            0,    0,    0,    0,    0xc2, 0xea, 0x81, 0x60,
                                            0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 0x08, 0,
                                            0x09, 0xc7, 0x31, 0x8c, 0x18, 0x1f, 0x10, 0x11};
    static const struct ihp__csv_column column[] = {{"a", true}};
    struct ihp_error err = {0};
    struct ihp__sas_size size;
    const char *path = in_folder("t.sas7bdat");
    write_bytes(path, begin, sizeof begin);
    assert_true(ihp__sas_is(path));
    const struct ihp__sas_input input = {path, column, 1, 0, 0, UINT64_MAX, {0}, NULL};
    assert_int_equal(ihp__sas_measure(&input, &size, NULL, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "was built without ReadStat");
}

#endif

static void test_other_files(void **state)
{
    (void)state;
    const char *path = in_folder("t.csv");
    assert_false(ihp__sas_is(path));
    write_text(path, "");
    assert_false(ihp__sas_is(path));
    write_text(path, "member_id,birth_date,sex,county,race\n1,2000-01-01,F,,\n");
    assert_false(ihp__sas_is(path));
    assert_false(ihp__sas_is("/tmp"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_formats),
        IN_FOLDER(test_other_files),
#ifdef IHP_READSTAT
        IN_FOLDER(test_every_range),
        IN_FOLDER(test_other_pages_are_not_read),
        IN_FOLDER(test_small_tables),
        IN_FOLDER(test_notices),
        IN_FOLDER(test_row_function_ends_it),
        IN_FOLDER(test_no_column_in_common),
        IN_FOLDER(test_columns_are_refused),
        IN_FOLDER(test_deleted_rows),
        IN_FOLDER(test_every_truncation),
        IN_FOLDER(test_more_rows_than_it_says),
        IN_FOLDER(test_latin1),
        IN_FOLDER(test_encoding),
        IN_FOLDER(test_damage),
#else
        IN_FOLDER(test_without_readstat),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
