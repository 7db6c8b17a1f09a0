/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claim lines on their way to the rank that writes them: from memory to memory, or through
 * temporary files. The store has the same bytes. */
#include "case_folder.h"

/* Imports the extract of a case, sorting at most `run_lines` lines at once; 0: all. Returns
 * the number of runs that were written. Collective. */
static uint64_t import_case(const char *extract, const char *store, uint64_t run_lines)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX];
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    snprintf(from, sizeof from, "%s/tests/cases/%s/extract", IHP_TEST_SOURCE, extract);
    const struct ihp_import_options options = {.comm = comm,
                                               .extract_dir = from,
                                               .store_path = path_of(store, to),
                                               .run_lines = run_lines};
    enum ihp_status status = ihp_import(&options, &report, NULL, &err);
    const uint64_t runs = report.sort_runs;
    ihp_import_report_clear(&report);
    assert_string_equal(err.text, "");
    assert_int_equal(status, IHP_OK);
    return runs;
}

/* Returns true if two files of the test's folder have the same bytes, and removes the second. */
static bool same_files(const char *a, const char *b)
{
    char path[IHP__PATH_MAX];
    FILE *one = fopen(path_of(a, path), "rb"), *two = fopen(path_of(b, path), "rb");
    assert_true(one != NULL && two != NULL);
    int c, d;
    do {
        c = fgetc(one);
        d = fgetc(two);
    } while (c == d && c != EOF);
    fclose(one);
    fclose(two);
    unlink(path_of(b, path));
    return c == d;
}

static void check_case(const char *name)
{
    uint64_t in_memory = import_case(name, "state.h5", 0),
             in_files = import_case(name, "runs.h5", 500);
    bool same = rank != 0 || same_files("state.h5", "runs.h5");
    assert_true(same);
    if (rank == 0) {
        assert_int_equal(in_memory, 0);
        assert_true(in_files > 1);
    }
}

static void test_lines_of_one_rank(void **state)
{
    (void)state;
    check_case("synpuf500");
}

static void test_lines_of_each_rank(void **state)
{
    (void)state;
    check_case("ties");
}

int main(int argc, char **argv)
{
    ranks_begin(&argc, &argv);
    const struct CMUnitTest tests[] = {
        IN_SHARED_FOLDER(test_lines_of_one_rank),
        IN_SHARED_FOLDER(test_lines_of_each_rank),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return ranks_end(failed);
}
