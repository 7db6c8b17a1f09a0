/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_seal.h - gives a store that a test has changed the digests and the content hash of what it
 * holds now, or makes it a store of a version that had no digests, so that what else is wrong with
 * it is seen. */
#ifndef IHP_TEST_STORE_SEAL_H
#define IHP_TEST_STORE_SEAL_H

#include "store/digest.h"
#include "store/hdf5_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

/* A column as it is in a file: its elements, owned, unless it is no array of the right kind. */
struct sealed_column {
    bool is_there;
    size_t element;
    hsize_t count;
    unsigned char *data;
};

static inline struct sealed_column sealed_column(hid_t file, const char *name)
{
    enum { BYTES_MAX = 1 << 28 };
    struct sealed_column column = {0};
    hid_t dataset;
    H5E_BEGIN_TRY
    {
        dataset = H5Dopen2(file, name, H5P_DEFAULT);
    }
    H5E_END_TRY;
    if (dataset < 0) {
        return column;
    }
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    if (H5Sget_simple_extent_ndims(space) == 1) {
        H5Sget_simple_extent_dims(space, &column.count, NULL);
        column.element = H5Tget_size(type);
        column.is_there = column.count < BYTES_MAX / column.element;
    }
    if (column.is_there) {
        column.data = calloc((size_t)column.count + 1, column.element);
        assert_non_null(column.data);
        assert_true(column.count == 0 ||
                    H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, column.data) >= 0);
    }
    H5Tclose(type);
    H5Sclose(space);
    H5Dclose(dataset);
    return column;
}

/* Reads the columns and attributes of a store. Returns the digests, owned. */
static inline uint64_t *sealed_content(hid_t file, struct ihp__content *content)
{
    const struct {
        const char *name;
        uint64_t *value;
    } attributes[] = {{"format_version", &content->format_version},
                      {"life", &content->life},
                      {"members", &content->members},
                      {"claim_lines", &content->lines},
                      {"enrollment_spans", &content->spans},
                      {"morbidity_rows", &content->morbidity_rows},
                      {"index_rows", &content->index_rows},
                      {"index_year", &content->index_year},
                      {"index_years", &content->index_years}};
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        bool of_no_index = strncmp(attributes[i].name, "index", 5) == 0 &&
                           H5Lexists(file, "index", H5P_DEFAULT) <= 0;
        if (of_no_index || H5Aexists(file, attributes[i].name) <= 0 ||
            !ihp__h5_get_u64_attribute(file, attributes[i].name, attributes[i].value)) {
            *attributes[i].value = 0;
        }
    }
    uint64_t *digest = NULL, digests = 0;
    for (int c = 0; c < IHP__COLUMNS; c++) {
        struct sealed_column column = sealed_column(file, ihp__column_spec[c].name);
        content->column[c].is_there = column.is_there;
        content->column[c].element = column.element;
        content->column[c].count = column.count;
        content->column[c].type = ihp__column_type((enum ihp__column)c, column.element == 8);
        uint64_t *longer = realloc(digest, (size_t)(digests + ihp__blocks(column.count) + 1) * 8);
        assert_non_null(longer);
        digest = longer;
        for (uint64_t b = 0; column.is_there && b < ihp__blocks(column.count); b++) {
            digest[digests++] =
                ihp__block_digest(column.data + b * IHP__BLOCK_ELEMENTS * column.element,
                                  ihp__block_size(column.count, b) * column.element, b);
        }
        free(column.data);
    }
    content->digest = digest;
    return digest;
}

static inline hid_t seal_begin(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* Gives a store the digests and the content hash of what it holds. A store without digests stays as
 * it is. */
static inline void seal_store(const char *path)
{
    hid_t file = seal_begin(path);
    if (H5Lexists(file, IHP__DIGESTS, H5P_DEFAULT) > 0) {
        struct ihp__content content = {0};
        char hash[IHP__HASH_TEXT];
        uint64_t *digest = sealed_content(file, &content), digests = ihp__content_digests(&content);
        assert_true(H5Ldelete(file, IHP__DIGESTS, H5P_DEFAULT) >= 0);
        hid_t made = ihp__h5_create_column(file, IHP__DIGESTS, H5T_STD_U64LE, digests);
        assert_true(made >= 0);
        assert_true(digests == 0 ||
                    H5Dwrite(made, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, digest) >= 0);
        H5Dclose(made);
        ihp__content_hash(&content, hash);
        if (H5Aexists(file, "content_hash") > 0) {
            H5Adelete(file, "content_hash");
        }
        assert_true(ihp__h5_put_text_attribute(file, "content_hash", hash));
        free(digest);
    }
    assert_true(H5Fclose(file) >= 0);
}

/* Makes a store one of an earlier version, which has no digests. */
static inline void unseal_store(const char *path)
{
    hid_t file = seal_begin(path);
    uint64_t life = 0;
    assert_true(H5Ldelete(file, IHP__DIGESTS, H5P_DEFAULT) >= 0);
    assert_true(ihp__h5_get_u64_attribute(file, "life", &life));
    assert_true(H5Adelete(file, "format_version") >= 0);
    assert_true(ihp__h5_put_u64_attribute(file, "format_version", life == 0 ? 1 : 2));
    if (life == 0) {
        assert_true(H5Adelete(file, "life") >= 0);
    }
    assert_true(H5Fclose(file) >= 0);
}

#endif
