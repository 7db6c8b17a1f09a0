/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain file of claims is cut among ranks by what the text around each cut shows, so that it is
 * read once. After an error it is read again, and the error has its line. */
#include "case_folder.h"

/* What each row has in a column that is not used. */
static const char *const tell[] = {"\"two\nlines, \"\"quoted\"\"\"", "plain"};
static const char *const hide[] = {"\",\"", "\"\n,\""}; /* a quote between two edges */

enum { ROWS = 300000 };

static void put(const char *name, const char *text)
{
    char path[IHP__PATH_MAX];
    FILE *file = fopen(path_of(name, path), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Writes an extract on rank 0. Row `bad` has a quote that is out of place; -1: none has. Returns
 * the bytes of the claims, on rank 0. */
static uint64_t write_extract(const char *const note[2], int bad)
{
    char path[IHP__PATH_MAX];
    put("members.csv", "member_id,birth_date,sex,county,race_ethnicity\nM1,1980-01-01,F,27053,\n");
    put("enrollment.csv", "member_id,month_from,month_to,program,payer,exclusion\n"
                          "M1,2024-01,2024-12,MA,FFS,\n");
    put("morbidity.csv", "member_id,year,acg\nM1,2024,0300\n");
    put("providers.csv", "npi,taxonomy\n9000000001,207Q00000X\n");
    FILE *file = fopen(path_of("claims.csv", path), "w");
    assert_non_null(file);
    fputs("claim_id,note,line,member_id,service_date,paid_date,status,procedure,service_class,"
          "category,billing_npi,treating_npi,payer,paid_amount\n",
          file);
    for (int i = 0; i < ROWS; i++) {
        fprintf(file, "%s%d,%s,1,M1,2024-03-05,2024-06-01,P,99213,other,000,9000000001,,FFS,1.50\n",
                i == bad ? "x\"" : "", i, note[i % 2]);
    }
    const long size = ftell(file);
    assert_int_equal(fclose(file), 0);
    return (uint64_t)size;
}

/* Returns how many bytes this process has read. */
static uint64_t bytes_read(void)
{
    unsigned long long bytes = 0;
    FILE *file = fopen("/proc/self/io", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "rchar: %llu", &bytes), 1);
    fclose(file);
    return bytes;
}

/* Imports. Returns how many bytes all ranks have read for that, on every rank. Collective. */
static uint64_t import(struct ihp_import_report *report, struct ihp_error *err)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX];
    const struct ihp_import_options options = {.comm = comm,
                                               .extract_dir = path_of("", from),
                                               .store_path = path_of("state.h5", to),
                                               .force = true};
    uint64_t bytes = bytes_read();
    enum ihp_status status = ihp_import(&options, report, NULL, err);
    bytes = bytes_read() - bytes;
    assert_int_equal(status, err->status);
    ihp__sum_u64(comm, &bytes, 1);
    return bytes;
}

/* Imports an extract, and checks that the ranks together read `least` to `most` times the bytes of
 * the claims; with the store and the messages between ranks, which take about half as much. A
 * single rank reads the claims once. */
static void check(const char *const note[2], int bad, double least, double most)
{
    int ranks;
    MPI_Comm_size(comm, &ranks);
    least = ranks > 1 ? least : 0.4;
    most = ranks > 1 ? most : 1.5;
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    uint64_t size = rank == 0 ? write_extract(note, bad) : 0;
    ihp__share_u64(comm, &size, 1);
    const uint64_t bytes = import(&report, &err);
    assert_true((double)bytes > least * (double)size && (double)bytes < most * (double)size);
    if (bad < 0) {
        assert_string_equal(err.text, "");
        assert_int_equal(rank == 0 ? report.lines : ROWS, ROWS);
    } else {
        char line[40]; /* of every two rows, the first has two lines */
        snprintf(line, sizeof line, "claims.csv:%d: a quote is out", 2 + bad / 2 * 3 + bad % 2 * 2);
        assert_non_null(strstr(err.text, line));
    }
    ihp_import_report_clear(&report);
}

static void remove_extract(void)
{
    static const char *const name[] = {"members.csv", "enrollment.csv", "morbidity.csv",
                                       "providers.csv", "claims.csv"};
    char path[IHP__PATH_MAX];
    for (size_t i = 0; rank == 0 && i < sizeof name / sizeof name[0]; i++) {
        unlink(path_of(name[i], path));
    }
}

/* Removes the extract also after a failed check. */
static int tear_down_extract(void **state)
{
    MPI_Barrier(comm);
    remove_extract();
    return tear_down(state);
}

static void test_claims_are_read_once(void **state)
{
    (void)state;
    check(tell, -1, 1, 2);
}

static void test_claims_that_do_not_tell_are_counted(void **state)
{
    (void)state;
    check(hide, -1, 2.2, 4);
}

static void test_an_error_has_its_line(void **state)
{
    (void)state;
    check(tell, ROWS - 1, 2.2, 5);
    check(tell, ROWS / 2, 2.2, 5);
}

int main(int argc, char **argv)
{
#define WITH_EXTRACT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down_extract)
    ranks_begin(&argc, &argv);
    const struct CMUnitTest tests[] = {
        WITH_EXTRACT(test_claims_are_read_once),
        WITH_EXTRACT(test_claims_that_do_not_tell_are_counted),
        WITH_EXTRACT(test_an_error_has_its_line),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return ranks_end(failed);
}
