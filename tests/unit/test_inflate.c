/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gzip files with and without ISA-L: the same texts, and the same errors, byte for byte. */
#include "files.h"

#include "base/gzip_read.h"
#include "base/inflate.h"

#include <zlib.h>

enum { TEXT_MAX = 700000 };

/* Returns `size` bytes that compress, but not well. The caller frees them. */
static char *make_text(size_t size)
{
    char *text = malloc(size + 1);
    assert_non_null(text);
    uint32_t random = 99;
    for (size_t i = 0; i < size; i++) {
        random = random * 1664525u + 1013904223u;
        text[i] = (char)("0123456789,\nMA-P"[random >> 28]);
    }
    text[size] = '\0';
    return text;
}

/* Appends a member to `bytes`, with a header that has all that it can have. Returns the new size.
 */
static size_t add_member(unsigned char *bytes, size_t size, const char *text, int level)
{
    unsigned char extra[4] = {'X', 'Y', 0, 0}, name[] = "claims.csv", comment[] = "monthly";
    gz_header header = {.text = 1,
                        .os = 3,
                        .extra = extra,
                        .extra_len = sizeof extra,
                        .name = name,
                        .comment = comment,
                        .hcrc = 1};
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)strlen(text)};
    stream.next_out = bytes + size;
    stream.avail_out = 2 * TEXT_MAX;
    assert_int_equal(deflateInit2(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflateSetHeader(&stream, &header), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size += stream.total_out;
    deflateEnd(&stream);
    return size;
}

/* Reads a file in pieces of `piece` bytes into `text`. */
static enum ihp_status read_file(const char *path, bool fast, size_t piece, char *text,
                                 size_t *size, struct ihp_error *err)
{
    struct ihp__gzip_file *file;
    size_t got = 1;
    *size = 0;
    *err = (struct ihp_error){0};
    assert_int_equal(
        fast ? ihp__gzip_open(path, &file, err) : ihp__gzip_open_slow(path, &file, err), IHP_OK);
    while (got > 0 && ihp__gzip_read(file, text + *size, piece, &got, err) == IHP_OK) {
        *size += got;
    }
    ihp__gzip_close(&file);
    return err->status;
}

static void test_same_text(void **state)
{
    (void)state;
    static const int level[] = {0, 1, 6, 9};
    static const size_t piece[] = {1, 7, 1000, 1 << 18};
    char *text = make_text(TEXT_MAX / 2), *found = malloc(2 * TEXT_MAX);
    unsigned char *bytes = malloc(4 * TEXT_MAX);
    assert_true(found != NULL && bytes != NULL);
    for (size_t l = 0; l < sizeof level / sizeof level[0]; l++) {
        size_t size = add_member(bytes, 0, text, level[l]);
        size = add_member(bytes, size, "", level[l]);
        size = add_member(bytes, size, "last\n", level[l]);
        write_bytes(in_folder("t.gz"), (const char *)bytes, size);
        for (size_t p = 0; p < sizeof piece / sizeof piece[0]; p++) {
            for (int fast = 0; fast < 2; fast++) {
                struct ihp_error err;
                assert_int_equal(
                    read_file(in_folder("t.gz"), fast != 0, piece[p], found, &size, &err), IHP_OK);
                assert_int_equal(size, TEXT_MAX / 2 + 5);
                assert_memory_equal(found, text, TEXT_MAX / 2);
                assert_memory_equal(found + TEXT_MAX / 2, "last\n", 5);
            }
        }
    }
    free(text);
    free(found);
    free(bytes);
}

/* However the input is cut, as much of it is used as there is of the member, and no byte more. */
static void test_pieces(void **state)
{
    (void)state;
    enum { SIZE = 3000, BEHIND = 20 };
    char *text = make_text(SIZE), found[SIZE + 1];
    unsigned char *bytes = malloc(4 * TEXT_MAX);
    assert_non_null(bytes);
    size_t size = add_member(bytes, 0, text, 6);
    memset(bytes + size, 0xff, BEHIND);
    for (size_t piece = 1; piece < 40; piece++) {
        struct ihp__inflater *inflater = ihp__inflater_create(true);
        assert_true(inflater != NULL && ihp__inflater_begin(inflater));
        enum ihp__inflate_result result = IHP__INFLATE_GOES_ON;
        ptrdiff_t at = 0;
        for (size_t have = 0; result == IHP__INFLATE_GOES_ON;) {
            size_t left = size + BEHIND - (size_t)at;
            struct ihp__inflate_run run = {.input = bytes + at,
                                           .size = left < piece ? left : piece,
                                           .text = found + have,
                                           .room = sizeof found - have};
            result = ihp__inflater_run(inflater, &run);
            assert_true(run.used >= -IHP__INFLATE_BACK && run.used <= (ptrdiff_t)run.size);
            at += run.used;
            have += run.got;
            assert_true(have <= SIZE);
        }
        assert_int_equal(result, IHP__INFLATE_ENDED);
        assert_int_equal(at, size);
        assert_memory_equal(found, text, SIZE);
        assert_true(ihp__inflater_has_text(inflater));
        ihp__inflater_free(&inflater);
    }
    free(text);
    free(bytes);
}

/* Compares the errors of a damaged file. */
static void check_error(const char *bytes, size_t size, char *found)
{
    struct ihp_error fast, slow;
    size_t got;
    write_bytes(in_folder("t.gz"), bytes, size);
    enum ihp_status expected = read_file(in_folder("t.gz"), false, TEXT_MAX, found, &got, &slow);
    assert_int_equal(read_file(in_folder("t.gz"), true, TEXT_MAX, found, &got, &fast), expected);
    assert_string_equal(fast.text, slow.text);
}

static void test_same_errors(void **state)
{
    (void)state;
    char *text = make_text(60), *found = malloc(TEXT_MAX);
    unsigned char *bytes = malloc(4 * TEXT_MAX);
    assert_true(found != NULL && bytes != NULL);
    for (int level = 0; level < 10; level += 6) {
        size_t size = add_member(bytes, 0, text, level);
        for (size_t i = 0; i < size; i++) {
            check_error((const char *)bytes, i, found);
            for (unsigned bit = 0; bit < 8; bit++) {
                bytes[i] ^= (unsigned char)(1u << bit);
                check_error((const char *)bytes, size, found);
                bytes[i] ^= (unsigned char)(1u << bit);
            }
        }
    }
    free(text);
    free(found);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_same_text),
        IN_FOLDER(test_pieces),
        IN_FOLDER(test_same_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
