/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_patch.h - damages a good store on purpose, and reads everything that a store has. A store
 * whose elements, texts or links are changed gets the digests of what it then holds: damage that
 * digests show is in test_store_digests.c. */
#ifndef IHP_TEST_STORE_PATCH_H
#define IHP_TEST_STORE_PATCH_H

#include "store_fixture.h"
#include "store_seal.h"

#include <hdf5.h>

/* Asserts that no file, dataset, group or attribute is open. */
static inline void assert_nothing_open(void)
{
    unsigned kinds = H5F_OBJ_FILE | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_ATTR;
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, kinds), 0);
}

/* ---- damaging -------------------------------------------------------------------------------- */

static inline hid_t patch_begin(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static inline void patch_end(hid_t file)
{
    assert_true(H5Fclose(file) >= 0);
    assert_nothing_open();
}

/* Sets element `at` of a column of integers. */
static inline void patch_element(const char *path, const char *column, hsize_t at, int64_t value)
{
    hid_t file = patch_begin(path), dataset = H5Dopen2(file, column, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset), one = H5Screate(H5S_SCALAR), type = H5Dget_type(dataset);
    bool is_unsigned = H5Tget_sign(type) == H5T_SGN_NONE;
    uint64_t bits = (uint64_t)value;
    assert_true(H5Sselect_elements(space, H5S_SELECT_SET, 1, &at) >= 0);
    assert_true(H5Dwrite(dataset, is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64, one, space,
                         H5P_DEFAULT, &bits) >= 0);
    H5Tclose(type);
    H5Sclose(one);
    H5Sclose(space);
    H5Dclose(dataset);
    patch_end(file);
    seal_store(path);
}

static inline void patch_delete(const char *path, const char *link)
{
    hid_t file = patch_begin(path);
    assert_true(H5Ldelete(file, link, H5P_DEFAULT) >= 0);
    patch_end(file);
    seal_store(path);
}

/* Replaces a column by a dataset of another type or shape, all zeros. */
static inline void patch_replace(const char *path, const char *column, hid_t type, int rank,
                                 const hsize_t *dims)
{
    hid_t file = patch_begin(path);
    assert_true(H5Ldelete(file, column, H5P_DEFAULT) >= 0);
    hid_t space = rank < 0 ? H5Screate(H5S_NULL) : H5Screate_simple(rank, dims, NULL);
    hid_t dataset = H5Dcreate2(file, column, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
    patch_end(file);
}

/* Replaces a column by texts of `width` bytes each. */
static inline void patch_texts(const char *path, const char *column, size_t width,
                               const char *texts, hsize_t count)
{
    hid_t file = patch_begin(path), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    assert_true(H5Ldelete(file, column, H5P_DEFAULT) >= 0);
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t dataset = H5Dcreate2(file, column, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
    patch_end(file);
    seal_store(path);
}

/* Replaces an attribute of the root by `count` values of `type`, 0 for a scalar, or removes it if
 * `value` is NULL. */
static inline void patch_attribute(const char *path, const char *name, hid_t type, hsize_t count,
                                   const void *value)
{
    hid_t file = patch_begin(path);
    assert_true(H5Adelete(file, name) >= 0);
    if (value != NULL) {
        hid_t space = count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
        hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(attribute >= 0 && H5Awrite(attribute, type, value) >= 0);
        H5Aclose(attribute);
        H5Sclose(space);
    }
    patch_end(file);
}

/* ---- reading all of it ----------------------------------------------------------------------- */

static inline enum ihp_status read_members(const struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__members members = {0};
    struct ihp__range all = {0, ihp__store_info(store)->members}, range;
    char(*ids)[IHP__MEMBER_ID_MAX + 1];
    uint64_t member;
    bool found;
    enum ihp_status status = ihp__store_read_members(store, all, &members, err);
    ihp__members_free(&members);
    if (status != IHP_OK || ihp__store_read_ids(store, all, &ids, err) != IHP_OK) {
        return err->status;
    }
    free(ids);
    if (ihp__store_find_member(store, "M00007", &member, &found, err) != IHP_OK) {
        return err->status;
    }
    for (int part = 0; part < 3; part++) {
        if (ihp__store_partition(store, part, 3, &range, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static inline enum ihp_status read_claims(const struct ihp__store *store,
                                          struct ihp__claim_buffer *buffer,
                                          struct ihp__index_buffer *index, size_t batch,
                                          struct ihp_error *err)
{
    const struct ihp__store_info *info = ihp__store_info(store);
    struct ihp__claims claims;
    struct ihp__index_rows rows;
    for (uint64_t first = 0, left; first < info->lines; first += batch) {
        left = info->lines - first;
        if (ihp__store_read_claims(store, first, left < batch ? (size_t)left : batch, buffer,
                                   &claims, err) != IHP_OK) {
            return err->status;
        }
    }
    for (uint64_t first = 0, left; first < info->index_rows; first += batch) {
        left = info->index_rows - first;
        if (ihp__store_read_index(store, first, left < batch ? (size_t)left : batch, index, &rows,
                                  err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static inline enum ihp_status read_open_store(const struct ihp__store *store, struct ihp_error *err)
{
    enum { BATCH = 50 };
    struct ihp__claim_buffer *buffer = NULL;
    struct ihp__index_buffer *index = ihp__index_buffer_create();
    enum ihp_status status = read_members(store, err);
    if (status == IHP_OK) {
        status = ihp__claim_buffer_create(store, ALL_COLUMNS, BATCH, &buffer, err);
    }
    if (status == IHP_OK) {
        status = read_claims(store, buffer, index, BATCH, err);
    }
    ihp__claim_buffer_destroy(&buffer);
    ihp__index_buffer_destroy(&index);
    return status;
}

/* Opens a store and reads everything. */
static inline enum ihp_status read_all(const char *path, struct ihp_error *err)
{
    struct ihp__store *store = NULL;
    *err = (struct ihp_error){0};
    enum ihp_status status = ihp__store_open(path, &store, err);
    if (status == IHP_OK) {
        status = read_open_store(store, err);
        ihp__store_close(&store);
    } else {
        assert_null(store);
    }
    assert_int_equal(status, err->status);
    assert_nothing_open();
    return status;
}

/* Writes a good store as "s.h5" into the test's folder and returns its path. */
static inline const char *good_store(void)
{
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s", in_folder("s.h5"));
    write_store(path, &plan);
    return path;
}

/* Asserts that a store is refused as bad data, with `part` in the message. */
static inline void assert_store_refused(const char *path, const char *part)
{
    struct ihp_error err;
    if (read_all(path, &err) == IHP_OK) {
        fail_msg("not refused; expected: %s", part);
    }
    assert_error(&err, IHP_ERR_DATA, path);
    assert_error(&err, IHP_ERR_DATA, part);
}

#endif
