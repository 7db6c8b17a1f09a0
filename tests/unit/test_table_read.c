/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a table: one that ihp wrote comes back unchanged, and any other is refused with file,
 * line and column. */
#include "files.h"
#include "result/table.h"

#include <math.h>

static const struct ihp__table_column columns[] = {{"name", IHP__CELL_TEXT},
                                                   {"count", IHP__CELL_INTEGER},
                                                   {"paid", IHP__CELL_DOLLARS},
                                                   {"value", IHP__CELL_RATIO}};
#define HEADER "name,count,paid,value\n"

static struct ihp__table empty(void)
{
    return (struct ihp__table){.name = "table", .column = columns, .columns = 4};
}

/* Reads a text as a table of at most `rows` rows. */
static enum ihp_status read_text(const char *text, size_t rows, struct ihp__table *table,
                                 struct ihp_error *err)
{
    *table = empty();
    *err = (struct ihp_error){0};
    write_text(in_folder("table.csv"), text);
    return ihp__table_read_csv(in_folder("table.csv"), table, rows, err);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct ihp__table table = empty(), again = empty();
    struct ihp_error err = {0};
    static const double ratios[] = {0.1, 1.0 / 3, -2e-7, 1e300, 12.5, 100, 123456789012.0};
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
        ihp__table_text(&table, i == 0 ? "" : "a,\"b\"\nc");
        ihp__table_integer(&table, i == 0 ? -INT64_MAX : (int64_t)i);
        ihp__table_cents(&table, i == 0 ? INT64_C(-900000000000000001) : (int64_t)i * 5);
        ihp__table_ratio(&table, ratios[i]);
    }
    ihp__table_text(&table, "blank");
    ihp__table_blank(&table);
    ihp__table_dollars(&table, NAN);
    ihp__table_ratio(&table, NAN);
    ihp__table_text(&table, "dollars in a column of ratios");
    ihp__table_integer(&table, 0);
    ihp__table_cents(&table, 0);
    ihp__table_amount(&table, -12.5);
    assert_int_equal(ihp__table_write_csv(&table, test_folder, 0600, &err), IHP_OK);
    size_t size, size_again;
    char *written = read_bytes(in_folder("table.csv"), &size);
    assert_int_equal(ihp__table_read_csv(in_folder("table.csv"), &again, 9, &err), IHP_OK);
    assert_int_equal(again.rows, 9);
    const struct ihp__cell *last = again.cell + 8 * 4;
    assert_int_equal(again.cell[1].integer, -INT64_MAX);
    assert_true(again.cell[7 * 4 + 1].blank && again.cell[7 * 4 + 2].blank);
    assert_true(last[3].money && last[3].ratio == -12.5);
    assert_false(again.cell[4 * 4 + 3].money); /* 12.5 as a ratio */
    assert_int_equal(ihp__table_write_csv(&again, test_folder, 0600, &err), IHP_OK);
    char *rewritten = read_bytes(in_folder("table.csv"), &size_again);
    assert_int_equal(size, size_again);
    assert_memory_equal(written, rewritten, size);
    free(written);
    free(rewritten);
    ihp__table_free(&table);
    ihp__table_free(&again);
}

static void test_rows_are_added(void **state)
{
    (void)state;
    struct ihp__table table;
    struct ihp_error err;
    assert_int_equal(read_text(HEADER "a,1,2.00,3\n", 1, &table, &err), IHP_OK);
    assert_int_equal(ihp__table_read_csv(in_folder("table.csv"), &table, 1, &err), IHP_OK);
    assert_int_equal(table.rows, 2);
    ihp__table_free(&table);
    assert_int_equal(read_text(HEADER "a,1,2.00,3\nb,1,2.00,3\n", 1, &table, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA,
                 "table.csv:3: is one row too many; at most 1 rows belong here");
    ihp__table_free(&table);
}

/* Texts that are not numbers, or that ihp writes in another way. */
static void test_cells_refused(void **state)
{
    (void)state;
    static const struct {
        const char *row, *column;
    } wrong[] = {
        {"a,1.0,2.00,3\n", "count"},
        {"a,01,2.00,3\n", "count"},
        {"a,-0,2.00,3\n", "count"},
        {"a,9223372036854775808,2.00,3\n", "count"},
        {"a,x,2.00,3\n", "count"},
        {"a,1,2,3\n", "paid"},
        {"a,1,2.0,3\n", "paid"},
        {"a,1,.50,3\n", "paid"},
        {"a,1,-0.00,3\n", "paid"},
        {"a,1,02.00,3\n", "paid"},
        {"a,1,2.000,3\n", "paid"},
        {"a,1,nan,3\n", "paid"},
        {"a,1,1e3.00,3\n", "paid"},
        {"a,1,99999999999999999999.00,3\n", "paid"},
        {"a,1,2.00,nan\n", "value"},
        {"a,1,2.00,inf\n", "value"},
        {"a,1,2.00,-inf\n", "value"},
        {"a,1,2.00,1e999\n", "value"},
        {"a,1,2.00,0x1\n", "value"},
        {"a,1,2.00,1.\n", "value"},
        {"a,1,2.00,-0\n", "value"},
        {"a,1,2.00,1.500\n", "value"},
        {"a,1,2.00, 1\n", "value"},
        {"a,1,2.00,1x\n", "value"},
        {"a,1,2.00,0.12345678901234\n", "value"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[200], message[80];
        struct ihp__table table;
        struct ihp_error err;
        snprintf(text, sizeof text, HEADER "a,1,2.00,3\n%s", wrong[i].row);
        snprintf(message, sizeof message, "table.csv:3: column %s: ", wrong[i].column);
        assert_int_equal(read_text(text, 9, &table, &err), IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, message);
        ihp__table_free(&table);
    }
}

static void test_files_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"", "table.csv:1: has other columns"},
        {"name,count,paid\n", "table.csv:1: has other columns"},
        {"count,name,paid,value\n", "table.csv:1: has other columns"},
        {"name,count,paid,value,more\n", "table.csv:1: has other columns"},
        {"name,count,paid,value", "table.csv:1: has other columns"},
        {HEADER "a,1,2.00\n", "table.csv:2: the row has 3 fields"},
        {HEADER "\"a,1,2.00,3\n", "table.csv:2: the file ends inside"},
    };
    struct ihp__table table;
    struct ihp_error err;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(read_text(wrong[i].text, 9, &table, &err), IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, wrong[i].message);
        ihp__table_free(&table);
    }
    char *text = calloc(5000, 1);
    assert_non_null(text);
    int used = snprintf(text, 5000, HEADER);
    memset(text + used, 'x', 4097);
    strcat(text, ",1,2.00,3\n");
    assert_int_equal(read_text(text, 9, &table, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "table.csv:2: column name: ");
    ihp__table_free(&table);
    memmove(text + used, text + used + 1, strlen(text + used)); /* 4096 are allowed */
    assert_int_equal(read_text(text, 9, &table, &err), IHP_OK);
    ihp__table_free(&table);
    free(text);
    /* a table of any number of rows is bounded by its bytes; the file has a hole */
    assert_int_equal(truncate(in_folder("table.csv"), (off_t)IHP__TABLE_BYTES_MAX + 1), 0);
    table = empty();
    assert_int_equal(ihp__table_read_csv(in_folder("table.csv"), &table, 0, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "134217729 bytes");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__table_read_csv(test_folder, &table, 0, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "is not a file");
    ihp__table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_FOLDER(test_round_trip), IN_FOLDER(test_rows_are_added),
                                       IN_FOLDER(test_cells_refused),
                                       IN_FOLDER(test_files_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
