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

/* The same within a second member. Only a cut between members looks like a whole file. */
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
    for (size_t cut = seam + 1; cut < size; cut++) {
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

/* After a member comes another one or the end of the file, never anything else. */
static void test_behind_a_member(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *found;
    } cases[] = {
        {"3,z\n", 4, "other bytes"},
        {"\0\0\0\0", 4, "zeros"},
        {"\0", 1, "zeros"},
        {"\x1f", 1, "other bytes"},
        {"\x1f\x8c\x08\0\0\0\0\0\0\x03", 10, "other bytes"},
        {"\x1f\x8b\x07\0\0\0\0\0\0\x03", 10, "unknown compression method"},
        {"\x1f\x8b\x08\xe0\0\0\0\0\0\x03", 10, "unknown header flags set"},
        {"\x1f\x8b\x08\0\0\0\0\0\0\x03", 10, "ends within a gzip member"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sums sums;
        struct ihp_error err;
        const char *path = in_folder("t.csv.gz");
        size_t size;
        char *whole = write_two_rows(path, &size);
        char *longer = calloc(size + cases[i].size, 1);
        assert_non_null(longer);
        memcpy(longer, whole, size);
        memcpy(longer + size, cases[i].bytes, cases[i].size);
        write_bytes(path, longer, size + cases[i].size);
        assert_int_equal(read_path(path, &sums, &err), IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, "t.csv.gz: cannot be read to its end (");
        assert_error(&err, IHP_ERR_DATA, cases[i].found);
        assert_int_equal(unlink(path), 0);
        free(whole);
        free(longer);
    }
}

/* Appends a gzip member with an extra field, as bgzip makes its blocks. */
static void append_member(const char *path, const char *text, const char *extra, size_t extra_size)
{
    unsigned char bytes[1000] = {0}, field[100];
    gz_header header = {.extra = field, .extra_len = (uInt)extra_size, .os = 255};
    z_stream stream = {0};
    memcpy(field, extra, extra_size);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflateSetHeader(&stream, &header), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)strlen(text);
    stream.next_out = bytes;
    stream.avail_out = sizeof bytes;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, stream.total_out, file), stream.total_out);
    assert_int_equal(fclose(file), 0);
    deflateEnd(&stream);
}

/* A file of bgzip ends with an empty block; without it, a whole number of blocks may be missing. */
static void test_blocks_of_bgzip(void **state)
{
    (void)state;
    enum { BLOCK, BEHIND, OTHER }; /* "BC" alone, behind another subfield, and another subfield */
    static const struct {
        const char *bytes;
        size_t size;
    } extra[] = {{"BC\2\0\x55\0", 6}, {"XY\3\0abcBC\2\0\x55\0", 13}, {"XY\2\0BC", 6}};
    static const struct {
        struct {
            int extra;
            const char *text;
        } member[4];
        enum ihp_status status;
    } cases[] = {
        {{{BLOCK, "n,pad\n1,x\n"}, {BLOCK, "2,y\n"}, {BLOCK, ""}}, IHP_OK},
        {{{BLOCK, "n,pad\n1,x\n2,y\n"}}, IHP_ERR_DATA},
        {{{BLOCK, "n,pad\n1,x\n"}, {BLOCK, "2,y\n"}}, IHP_ERR_DATA},
        {{{BEHIND, "n,pad\n1,x\n"}, {BEHIND, "2,y\n"}}, IHP_ERR_DATA},
        {{{OTHER, "n,pad\n1,x\n"}, {OTHER, "2,y\n"}}, IHP_OK},
        /* two files, one after the other */
        {{{BLOCK, "n,pad\n1,x\n"}, {BLOCK, ""}, {BLOCK, "2,y\n"}, {BLOCK, ""}}, IHP_OK},
        {{{BLOCK, "n,pad\n1,x\n"}, {BLOCK, ""}, {BLOCK, "2,y\n"}}, IHP_ERR_DATA},
        {{{BLOCK, "n,pad\n1,x\n"}, {BLOCK, ""}, {OTHER, "2,y\n"}}, IHP_OK},
        {{{BLOCK, "n,pad\n1,x\n"}, {OTHER, "2,y\n"}, {BLOCK, ""}}, IHP_ERR_DATA},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sums sums;
        struct ihp_error err;
        const char *path = in_folder("t.csv.gz");
        for (size_t m = 0; m < 4 && cases[i].member[m].text != NULL; m++) {
            int kind = cases[i].member[m].extra;
            append_member(path, cases[i].member[m].text, extra[kind].bytes, extra[kind].size);
        }
        assert_int_equal(read_path(path, &sums, &err), cases[i].status);
        if (cases[i].status == IHP_OK) {
            assert_int_equal(sums.total, 3);
        } else {
            assert_error(&err, IHP_ERR_DATA, "the end block of BGZF is missing");
        }
        assert_int_equal(unlink(path), 0);
    }
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
        IN_FOLDER(test_behind_a_member),
        IN_FOLDER(test_blocks_of_bgzip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
