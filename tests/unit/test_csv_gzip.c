/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading gzip files: whole, in members, and cut short at every byte. */
#include "files.h"

/* The number of rows read, and the sum of their numbers. */
struct sums {
    uint64_t rows, total, last_line;
};

static const struct ihp__csv_column columns[] = {{"n", true}, {"pad", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct sums *sums = context;
    int64_t n;
    if (!ihp__integer_parse(row->field[0], 0, 1000000, &n)) {
        return ihp__fail_value(err, row, 0, "a number");
    }
    sums->rows++;
    sums->total += (uint64_t)n;
    sums->last_line = row->line;
    return IHP_OK;
}

static enum ihp_status read_path(const char *path, struct sums *sums, struct ihp_error *err)
{
    *err = (struct ihp_error){0};
    *sums = (struct sums){0};
    return ihp__csv_read(path, columns, 2, on_row, sums, NULL, err);
}

/* Returns rows `first` to `last`, each with padding that does not compress well. */
static char *rows_text(const char *header, int first, int last)
{
    char *text = calloc((size_t)(last - first + 1) * 32 + 64, 1);
    assert_non_null(text);
    size_t size = (size_t)sprintf(text, "%s", header);
    uint32_t random = 12345;
    for (int n = first; n <= last; n++) {
        random = random * 1664525u + 1013904223u;
        size += (size_t)sprintf(text + size, "%d,%08x\n", n, random);
    }
    return text;
}

static void test_gzip(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    char *text = rows_text("n,pad\n", 1, 40000);
    append_gzip(in_folder("t.csv.gz"), text);
    assert_int_equal(read_path(in_folder("t.csv.gz"), &sums, &err), IHP_OK);
    assert_int_equal(sums.rows, 40000);
    assert_int_equal(sums.total, 40000ULL * 40001 / 2);
    assert_int_equal(sums.last_line, 40001);
    free(text);
}

/* The contents decide, not the name: a plain file whose name ends in .gz, and a gzip file. */
static void test_contents_decide(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    write_text(in_folder("plain.csv.gz"), "n,pad\n5,x\n");
    append_gzip(in_folder("zipped.csv"), "n,pad\n6,x\n7,y\n");
    assert_int_equal(read_path(in_folder("plain.csv.gz"), &sums, &err), IHP_OK);
    assert_int_equal(sums.total, 5);
    assert_int_equal(read_path(in_folder("zipped.csv"), &sums, &err), IHP_OK);
    assert_int_equal(sums.total, 13);
}

/* Gzip members one after another, as `cat a.gz b.gz` and pigz make them; a row may span two. */
static void test_members(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    const char *path = in_folder("t.csv.gz");
    append_gzip(path, "n,pad\n1,x\n2");
    append_gzip(path, "0,x\n300,y\n");
    append_gzip(path, "");
    append_gzip(path, "4000,z\n");
    assert_int_equal(read_path(path, &sums, &err), IHP_OK);
    assert_int_equal(sums.rows, 4);
    assert_int_equal(sums.total, 4321);
}

/* A gzip file that is cut short at any byte is refused, and never taken for a shorter file. */
static void test_every_truncation(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    char *text = rows_text("n,pad\n", 1, 150);
    const char *path = in_folder("t.csv.gz");
    append_gzip(path, text);
    size_t size;
    char *whole = read_bytes(path, &size);
    for (size_t cut = 0; cut < size; cut++) {
        write_bytes(path, whole, cut);
        if (read_path(path, &sums, &err) != IHP_ERR_DATA) {
            fail_msg("%zu bytes of %zu were taken for a whole file", cut, size);
        }
        assert_error(&err, IHP_ERR_DATA, path);
    }
    write_bytes(path, whole, size);
    assert_int_equal(read_path(path, &sums, &err), IHP_OK);
    free(text);
    free(whole);
}

/* The same within a second member. A cut between members looks like a whole file, and one byte of a
 * member looks like padding. */
static void test_truncation_in_second_member(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    const char *path = in_folder("t.csv.gz");
    append_gzip(path, "n,pad\n1,x\n2,y\n");
    size_t seam, size;
    free(read_bytes(path, &seam));
    char *more = rows_text("", 3, 60);
    append_gzip(path, more);
    char *whole = read_bytes(path, &size);
    for (size_t cut = seam + 2; cut < size; cut++) {
        write_bytes(path, whole, cut);
        if (read_path(path, &sums, &err) != IHP_ERR_DATA) {
            fail_msg("%zu bytes of %zu were taken for a whole file", cut, size);
        }
    }
    write_bytes(path, whole, size);
    assert_int_equal(read_path(path, &sums, &err), IHP_OK);
    assert_int_equal(sums.rows, 60);
    free(more);
    free(whole);
}

/* Writes a gzip file of two rows. Returns its bytes, which the caller frees. */
static char *write_two_rows(const char *path, size_t *size)
{
    append_gzip(path, "n,pad\n1,x\n2,y\n");
    return read_bytes(path, size);
}

/* A cut that falls after the last row is reported as one of the gzip file. */
static void test_truncated_message(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    const char *path = in_folder("t.csv.gz");
    size_t size;
    char *whole = write_two_rows(path, &size);
    write_bytes(path, whole, size - 4); /* within the check sum and length at the end */
    assert_int_equal(read_path(path, &sums, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "cut short");
    assert_int_equal(sums.rows, 2);
    free(whole);
}

/* A damaged byte in the check sum is found. */
static void test_damaged(void **state)
{
    (void)state;
    struct sums sums;
    struct ihp_error err;
    const char *path = in_folder("t.csv.gz");
    size_t size;
    char *whole = write_two_rows(path, &size);
    whole[size - 6] ^= 1;
    write_bytes(path, whole, size);
    assert_int_equal(read_path(path, &sums, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "t.csv.gz: cannot be read to its end");
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_gzip),
        IN_FOLDER(test_contents_decide),
        IN_FOLDER(test_members),
        IN_FOLDER(test_every_truncation),
        IN_FOLDER(test_truncation_in_second_member),
        IN_FOLDER(test_truncated_message),
        IN_FOLDER(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
