/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are not read, known by their first bytes, and texts that look almost like them. */
#include "files.h"

#include "base/csv.h"
#include "base/file_kind.h"

struct kind_case {
    const char *bytes;
    size_t size;
    const char *part; /* of what is said; NULL: nothing */
};

static const struct kind_case cases[] = {
    {"\xff\xfe"
     "m\0e\0m\0",
     8, "is UTF-16 text; convert it to UTF-8, such as by iconv"},
    {"\xfe\xff\0m\0e\0m", 8, "is UTF-16 text"},
    {"m\0e\0m\0b\0", 8, "is UTF-16 text"},
    {"\0m\0e\0m\0b", 8, "is UTF-16 text"},
    {"\xff\xfe\0\0m\0\0\0", 8, "is UTF-32 text"},
    {"\xfd"
     "7zXZ\0\0\x04",
     8, "is compressed by xz; unpack it, or pack it as gzip, zip or zstd"},
    {"BZh91AY&SY\x12\x34", 12, "is compressed by bzip2; unpack it"},
    {"7z\xbc\xaf\x27\x1c\0\x04", 8, "is compressed by 7-Zip; unpack it"},
    {"PAR1\x15\x04\x15\x10", 8,
     "is a Parquet file; write it as CSV, such as by DuckDB: COPY (FROM 'FILE') TO 'NEW.csv'"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "save the sheet as 'CSV UTF-8'"},
    {"HEADER RECORD*******LIBRARY", 27, "is a SAS transport file"},
    {"\x89HDF\r\n\x1a\n", 8, "is an HDF5 file"},
    {"BZh9,amount\n", 12, NULL}, /* a header may begin so */
    {"PAR,1\n", 6, NULL},
    {"7z,b\n", 5, NULL},
    {"m\0e,memb", 8, NULL},
    {"\xfd"
     "7zXZ",
     5, NULL},
    {"", 0, NULL},
    {"a", 1, NULL},
};

static void kinds_by_first_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = ihp__file_kind((const unsigned char *)cases[i].bytes, cases[i].size);
        if ((text == NULL) != (cases[i].part == NULL) ||
            (text != NULL && strstr(text, cases[i].part) == NULL)) {
            fail_msg("case %zu: %s", i, text == NULL ? "(nothing)" : text);
        }
    }
}

static enum ihp_status take_row(void *context, const struct ihp__csv_row *row,
                                struct ihp_error *err)
{
    (void)context;
    (void)row;
    (void)err;
    fail_msg("%s", "a row was read");
    return IHP_OK;
}

/* A table that is one of these is refused with its path, whichever way it is opened. */
static void refused_as_a_table(void **state)
{
    (void)state;
    static const struct ihp__csv_column columns[] = {{"member_id", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp_error err = {0};
        struct ihp__csv_chunk body;
        bool plain;
        if (cases[i].part == NULL) {
            continue;
        }
        FILE *file = fopen(in_folder("members.csv"), "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(cases[i].bytes, 1, cases[i].size, file), cases[i].size);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(
            ihp__csv_read(in_folder("members.csv"), columns, 1, take_row, NULL, NULL, &err),
            IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, "members.csv: is ");
        err = (struct ihp_error){0};
        assert_int_equal(
            ihp__csv_body(in_folder("members.csv"), columns, 1, &body, &plain, NULL, &err),
            IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, cases[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(kinds_by_first_bytes),
        IN_FOLDER(refused_as_a_table),
    };
    return cmocka_run_group_tests_name("file_kind", tests, NULL, NULL);
}
