/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of result files: docs/data.md agrees with it, every table that is written has its row,
 * and the removal of an earlier run's files removes these files and no others. */
#include "files.h"

#include "result/all_tables.h"
#include "result/column_meanings.h"
#include "result/folder.h"
#include "result/payment_tables.h"

#include <sys/stat.h>
#include <unistd.h>

/* ---- the list -------------------------------------------------------------------------------- */

/* docs/data.md has the rows of the list in its order, and no others. */
static void test_documented(void **state)
{
    (void)state;
    static const char head[] = "\n| file | form | written by | when | mode | access | contents |\n"
                               "|---|---|---|---|---|---|---|\n";
    char *text = read_bytes(IHP_TEST_SOURCE "/docs/data.md", NULL), path[IHP__FILE_TEXT];
    const char *list = strstr(text, head);
    assert_non_null(list);
    list += strlen(head);
    for (size_t i = 0; ihp__result_file(i) != NULL; i++) {
        const struct ihp__result_file *file = ihp__result_file(i);
        char row[400];
        snprintf(row, sizeof row, "| `%s` | %s | %s | %s | %04o | %s | %s |\n",
                 ihp__result_file_path(file, path), ihp__file_form_text(file->form), file->commands,
                 file->when, (unsigned)file->mode, ihp__file_access_text(file->access),
                 file->meaning);
        if (strncmp(list, row, strlen(row)) != 0) {
            fail_msg("docs/data.md lacks this row, or has it in another place: %s", row);
        }
        list += strlen(row);
    }
    assert_int_equal(*list, '\n');
    free(text);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; ihp__result_file(i) != NULL; i++) {
        const struct ihp__result_file *file = ihp__result_file(i);
        bool own_folder = file->group >= IHP__FILES_PACKAGE;
        bool closed = own_folder || file->access == IHP__ACCESS_PROTECTED;
        assert_int_equal(file->mode, closed                               ? 0600
                                     : file->access == IHP__ACCESS_REVIEW ? 0640
                                                                          : 0666);
        if (file->folder == NULL) {
            assert_ptr_equal(ihp__result_file_find(file->group, file->name), file);
        } else {
            assert_int_equal(file->mode, 0600);
            assert_null(ihp__result_file_find(file->group, file->name));
        }
    }
    assert_string_equal(ihp__result_file_last(IHP__FILES_RESULT), "manifest.json");
    assert_string_equal(ihp__result_file_last(IHP__FILES_PAYMENTS), "payments.json");
    assert_string_equal(ihp__result_file_last(IHP__FILES_RECONCILIATION), "reconcile.json");
    assert_string_equal(ihp__result_file_last(IHP__FILES_PACKAGE), "package.json");
    assert_string_equal(ihp__result_file_last(IHP__FILES_NOTICES), "notices.json");
    assert_string_equal(ihp__result_file_last(IHP__FILES_APPEAL), "appeal.json");
    assert_null(ihp__result_file_last(IHP__FILES_PACKAGE_OF_IHP));
    assert_null(ihp__result_file_find(IHP__FILES_RESULT, "payments.csv"));
}

/* Every table of a settlement has a row. */
static void test_tables(void **state)
{
    (void)state;
    struct ihp__table table[IHP__TABLES] = {{0}};
    ihp__result_tables_begin(table);
    for (int t = 0; t < IHP__TABLES; t++) {
        char name[IHP__FILE_TEXT];
        assert_non_null(table[t].name);
        snprintf(name, sizeof name, "%s.csv", table[t].name);
        assert_non_null(ihp__result_file_find(IHP__FILES_RESULT, name));
    }
}

static void assert_meanings(const struct ihp__table *table)
{
    char name[IHP__FILE_TEXT];
    snprintf(name, sizeof name, "%s.csv", table->name);
    const struct ihp__column_meaning *m = ihp__column_meanings(name);
    assert_non_null(m);
    for (size_t c = 0; c < table->columns; c++, m++) {
        assert_non_null(m->column);
        assert_string_equal(m->column, table->column[c].name);
        assert_true(strlen(m->meaning) > 0 && strchr(m->meaning, '|') == NULL);
    }
    assert_null(m->column);
}

/* Every column of a table has its meaning, in the order of the table, and so has every CSV file. */
static void test_meanings(void **state)
{
    (void)state;
    struct ihp__table table[IHP__TABLES] = {{0}}, payments[IHP__PAYMENT_TABLES] = {{0}}, reconcile;
    char path[IHP__FILE_TEXT];
    ihp__result_tables_begin(table);
    ihp__payment_tables_begin(payments);
    ihp__reconcile_table_begin(&reconcile);
    for (int t = 0; t < IHP__TABLES; t++) {
        assert_meanings(&table[t]);
    }
    for (int t = 0; t < IHP__PAYMENT_TABLES; t++) {
        assert_meanings(&payments[t]);
    }
    assert_meanings(&reconcile);
    for (size_t i = 0; ihp__result_file(i) != NULL; i++) {
        const struct ihp__result_file *file = ihp__result_file(i);
        const char *slash = strrchr(ihp__result_file_path(file, path), '/');
        if (file->form == IHP__FORM_CSV && file->group < IHP__FILES_NOTICES) {
            bool of_ihp = file->group == IHP__FILES_PACKAGE_OF_IHP;
            assert_non_null(ihp__column_meanings(of_ihp ? slash + 1 : path));
        }
    }
}

/* A table that is not in the list is refused: nothing would ever remove its file. */
static void test_unlisted(void **state)
{
    (void)state;
    static const struct ihp__table_column column[] = {{"n", IHP__CELL_INTEGER}};
    const struct ihp__table table = IHP__TABLE_OF("unlisted", column);
    struct ihp_error err = {0};
    assert_int_equal(ihp__folder_write_tables(test_folder, IHP__FILES_RESULT, &table, 1, &err),
                     IHP_ERR_RUN);
    assert_string_equal(err.text, "unlisted.csv: is not in the list of result files");
    assert_int_not_equal(access(in_folder("unlisted.csv"), F_OK), 0);
}

/* ---- removing -------------------------------------------------------------------------------- */

static bool exists(const char *name)
{
    struct stat info;
    return lstat(in_folder(name), &info) == 0;
}

static void test_remove(void **state)
{
    (void)state;
    static const char *const ours[] = {"manifest.json",    "settlement.csv",
                                       "results.h5.part",  "scenarios.csv.part-123",
                                       "attributed/A.csv", "attributed/B.csv.part"};
    static const char *const others[] = {"payments.json",   "payments.csv",
                                         "notes.txt",       "my_settlement.csv",
                                         "settlement.csv2", "attributed/notes.txt"};
    assert_int_equal(mkdir(in_folder("attributed"), 0700), 0);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        write_text(in_folder(ours[i]), "x");
        write_text(in_folder(others[i]), "x");
    }
    ihp__result_files_remove(test_folder, IHP__FILES_RESULT);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        assert_false(exists(ours[i]));
        assert_true(exists(others[i]));
    }
    assert_int_equal(unlink(in_folder("attributed/notes.txt")), 0);
    ihp__result_files_remove(test_folder, IHP__FILES_RESULT);
    assert_false(exists("attributed"));
    ihp__result_files_remove(test_folder, IHP__FILES_PAYMENTS);
    assert_false(exists("payments.json"));
    assert_false(exists("payments.csv"));
    assert_true(exists("notes.txt"));
}

/* A link in place of a folder is not followed. */
static void test_remove_behind_link(void **state)
{
    (void)state;
    assert_int_equal(mkdir(in_folder("elsewhere"), 0700), 0);
    write_text(in_folder("elsewhere/A.csv"), "x");
    assert_int_equal(symlink("elsewhere", in_folder("attributed")), 0);
    ihp__result_files_remove(test_folder, IHP__FILES_RESULT);
    assert_true(exists("elsewhere/A.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documented), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_tables),     cmocka_unit_test(test_meanings),
        IN_FOLDER(test_unlisted),          IN_FOLDER(test_remove),
        IN_FOLDER(test_remove_behind_link)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
