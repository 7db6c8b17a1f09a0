/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint_fixture.h - writes a small checkpoint, and reads everything in it. */
#ifndef IHP_TEST_CHECKPOINT_FIXTURE_H
#define IHP_TEST_CHECKPOINT_FIXTURE_H

#include "files.h"

#include "checkpoint/checkpoint.h"

#include <hdf5.h>

enum { WORDS = 5, MEMBERS = 12, ROW_BYTES = 11, SMALL = 3 };

static const char SAYS[] = "deck of 2025: \xc3\xa9t\xc3\xa9";
static const char FRESH[] = "; use --fresh to start over";

/* Bit patterns that a conversion to any other type would change. */
static const uint64_t awkward[WORDS] = {
    0x7ff0000000000001u, /* a signalling NaN */
    0xfff8000000abcdefu, /* a negative NaN with a payload */
    0x8000000000000000u, /* INT64_MIN, and -0.0 */
    UINT64_MAX,          1,
};

static inline unsigned char row_byte(uint64_t member, size_t byte)
{
    return (unsigned char)(member * 37 + byte * 11 + 5);
}

/* Makes rows of a rank whose first member is *(uint64_t *)context. */
static inline void pack_rows(const void *context, uint64_t place, size_t count, unsigned char *rows)
{
    uint64_t first = *(const uint64_t *)context + place;
    for (size_t i = 0; i < count; i++) {
        for (size_t b = 0; b < ROW_BYTES; b++) {
            rows[i * ROW_BYTES + b] = row_byte(first + i, b);
        }
    }
}

/* Rows read; `refuse` is the place that is refused. */
struct got_rows {
    unsigned char rows[MEMBERS * ROW_BYTES];
    uint64_t refuse;
};

static inline bool unpack_rows(void *context, uint64_t place, size_t count,
                               const unsigned char *rows)
{
    struct got_rows *got = context;
    assert_true(place + count <= MEMBERS);
    memcpy(got->rows + place * ROW_BYTES, rows, count * ROW_BYTES);
    return got->refuse < place || got->refuse >= place + count;
}

/* Returns the rows of members first .. first + count - 1 of the array "facts". */
static inline struct ihp__checkpoint_rows facts(uint64_t first, uint64_t count)
{
    return (struct ihp__checkpoint_rows){"facts", ROW_BYTES, {first, count}, MEMBERS};
}

static inline struct ihp__checkpoint_writer *create_checkpoint(const char *path)
{
    struct ihp__checkpoint_writer *w = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__checkpoint_create(path, MPI_COMM_NULL, &w, &err), IHP_OK);
    return w;
}

static inline struct ihp__checkpoint *open_checkpoint(const char *path)
{
    struct ihp__checkpoint *c = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__checkpoint_open(path, &c, &err), IHP_OK);
    return c;
}

static inline void put_all(struct ihp__checkpoint_writer *w)
{
    const struct ihp__checkpoint_rows all = facts(0, MEMBERS);
    const uint64_t first = 0;
    struct ihp_error err = {0};
    assert_int_equal(ihp__checkpoint_put_text(w, "terms/says", SAYS, &err), IHP_OK);
    assert_int_equal(ihp__checkpoint_put_text(w, "terms/empty", "", &err), IHP_OK);
    assert_int_equal(
        ihp__checkpoint_put_words(w, "awkward", IHP__WORDS_OF_RANK_0, awkward, WORDS, &err),
        IHP_OK);
    assert_int_equal(ihp__checkpoint_put_words(w, "none", IHP__WORDS_SUM, NULL, 0, &err), IHP_OK);
    assert_int_equal(ihp__checkpoint_put_words(w, "sums", IHP__WORDS_SUM, awkward, SMALL, &err),
                     IHP_OK);
    assert_int_equal(ihp__checkpoint_put_words(w, "bits", IHP__WORDS_OR, awkward, SMALL, &err),
                     IHP_OK);
    assert_int_equal(ihp__checkpoint_put_rows(w, &all, pack_rows, &first, &err), IHP_OK);
}

/* Writes the checkpoint "c.h5" into the test's folder and returns its path. */
static const char *write_checkpoint(void)
{
    static char path[PATH_BYTES];
    struct ihp_error err = {0};
    snprintf(path, sizeof path, "%s", in_folder("c.h5"));
    struct ihp__checkpoint_writer *w = create_checkpoint(path);
    put_all(w);
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_OK);
    assert_null(w);
    return path;
}

/* Everything that the checkpoint has. */
struct content {
    char says[64], empty[64];
    uint64_t words[WORDS], sums[SMALL], bits[SMALL], counted;
    struct got_rows got;
};

static inline enum ihp_status read_content(const struct ihp__checkpoint *c, struct content *content,
                                           struct ihp_error *err)
{
    uint64_t digest = 0, none = 9;
    const struct ihp__checkpoint_rows one = facts(0, 5), two = facts(5, 0),
                                      three = facts(5, MEMBERS - 5);
    struct got_rows part = {.refuse = MEMBERS};
    content->got.refuse = MEMBERS;
    if (ihp__checkpoint_get_text(c, "terms/says", content->says, sizeof content->says, err) ||
        ihp__checkpoint_get_text(c, "terms/empty", content->empty, sizeof content->empty, err) ||
        ihp__checkpoint_get_words(c, "awkward", content->words, WORDS, err) ||
        ihp__checkpoint_count_words(c, "awkward", &content->counted, err) ||
        ihp__checkpoint_count_words(c, "none", &none, err) ||
        ihp__checkpoint_get_words(c, "none", NULL, 0, err) ||
        ihp__checkpoint_get_words(c, "sums", content->sums, SMALL, err) ||
        ihp__checkpoint_get_words(c, "bits", content->bits, SMALL, err) ||
        ihp__checkpoint_get_rows(c, &one, unpack_rows, &content->got, &digest, err) ||
        ihp__checkpoint_get_rows(c, &two, unpack_rows, &part, &digest, err) ||
        ihp__checkpoint_get_rows(c, &three, unpack_rows, &part, &digest, err) ||
        ihp__checkpoint_check_rows(c, "facts", digest, MPI_COMM_NULL, err)) {
        return err->status;
    }
    assert_int_equal(none, 0);
    memcpy(content->got.rows + 5 * ROW_BYTES, part.rows, (MEMBERS - 5) * ROW_BYTES);
    return IHP_OK;
}

static inline void assert_content(const struct content *content)
{
    assert_string_equal(content->says, SAYS);
    assert_string_equal(content->empty, "");
    assert_int_equal(content->counted, WORDS);
    assert_memory_equal(content->words, awkward, sizeof awkward);
    assert_memory_equal(content->sums, awkward, sizeof content->sums);
    assert_memory_equal(content->bits, awkward, sizeof content->bits);
    for (uint64_t m = 0; m < MEMBERS; m++) {
        for (size_t b = 0; b < ROW_BYTES; b++) {
            assert_int_equal(content->got.rows[m * ROW_BYTES + b], row_byte(m, b));
        }
    }
}

static inline void assert_nothing_open(void)
{
    unsigned kinds = H5F_OBJ_FILE | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_ATTR;
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, kinds), 0);
}

/* Opens a file and reads everything. Asserts that what is not refused is what was written. */
static inline enum ihp_status read_all(const char *path, struct ihp_error *err)
{
    struct ihp__checkpoint *c = NULL;
    struct content content = {0};
    *err = (struct ihp_error){0};
    enum ihp_status status = ihp__checkpoint_open(path, &c, err);
    if (status == IHP_OK) {
        status = read_content(c, &content, err);
        ihp__checkpoint_close(&c);
        if (status == IHP_OK) {
            assert_content(&content);
        }
    }
    assert_null(c);
    assert_nothing_open();
    assert_int_equal(status, err->status);
    return status;
}

static inline void assert_refused(const char *path, const char *part)
{
    struct ihp_error err;
    if (read_all(path, &err) == IHP_OK) {
        fail_msg("not refused; expected: %s", part);
    }
    assert_error(&err, IHP_ERR_DATA, part);
    assert_error(&err, IHP_ERR_DATA, path);
    assert_string_equal(err.text + strlen(err.text) - strlen(FRESH), FRESH);
}

#endif
