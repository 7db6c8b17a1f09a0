/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_patch.h - damaging a good store on purpose, and reading all that a store has. */
#ifndef IHP_TEST_STORE_PATCH_H
#define IHP_TEST_STORE_PATCH_H

#include "store_fixture.h"

#include <hdf5.h>

/* No file, dataset, group or attribute may stay open. */
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
}

static inline void patch_delete(const char *path, const char *link)
{
    hid_t file = patch_begin(path);
    assert_true(H5Ldelete(file, link, H5P_DEFAULT) >= 0);
    patch_end(file);
}

/* Puts another dataset in the place of a column, filled with zeros as it is read. */
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

/* Puts a column of texts of `width` bytes each in the place of another. */
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
}

/* Puts an attribute of the root in the place of another: `count` values of `type`, or NULL for none
 * at all. */
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

static inline void read_members(const struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__members members = {0};
    struct ihp__range all = {0, ihp__store_info(store)->members};
    char(*ids)[IHP__MEMBER_ID_MAX + 1];
    uint64_t member;
    bool found;
    ihp__store_read_members(store, all, &members, err);
    ihp__members_free(&members);
    if (err->status == IHP_OK && ihp__store_read_ids(store, all, &ids, err) == IHP_OK) {
        free(ids);
        ihp__store_find_member(store, "M00007", &member, &found, err);
    }
    for (int part = 0; part < 3 && err->status == IHP_OK; part++) {
        struct ihp__range range;
        ihp__store_partition(store, part, 3, &range, err);
    }
}

static inline void read_claims(const struct ihp__store *store, struct ihp_error *err)
{
    enum { BATCH = 50 };
    const struct ihp__store_info *info = ihp__store_info(store);
    struct ihp__claim_buffer *buffer = NULL;
    struct ihp__index_buffer *index = ihp__index_buffer_create();
    struct ihp__claims claims;
    struct ihp__index_rows rows;
    if (ihp__claim_buffer_create(store, ALL_COLUMNS, BATCH, &buffer, err) == IHP_OK) {
        for (uint64_t first = 0; first < info->lines && err->status == IHP_OK; first += BATCH) {
            uint64_t left = info->lines - first;
            ihp__store_read_claims(store, first, left < BATCH ? (size_t)left : BATCH, buffer,
                                   &claims, err);
        }
    }
    for (uint64_t first = 0; first < info->index_rows && err->status == IHP_OK; first += BATCH) {
        uint64_t left = info->index_rows - first;
        ihp__store_read_index(store, first, left < BATCH ? (size_t)left : BATCH, index, &rows, err);
    }
    ihp__claim_buffer_destroy(&buffer);
    ihp__index_buffer_destroy(&index);
}

/* Opens a store and reads all there is. */
static inline enum ihp_status read_all(const char *path, struct ihp_error *err)
{
    struct ihp__store *store = NULL;
    *err = (struct ihp_error){0};
    if (ihp__store_open(path, &store, err) == IHP_OK) {
        read_members(store, err);
        if (err->status == IHP_OK) {
            read_claims(store, err);
        }
        ihp__store_close(&store);
    } else {
        assert_null(store);
    }
    assert_nothing_open();
    return err->status;
}

/* The store "s.h5" of the test's folder, fresh and good. */
static inline const char *good_store(void)
{
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s", in_folder("s.h5"));
    write_store(path, &plan);
    return path;
}

/* The store is refused as bad data, with `part` in the message. */
static inline void assert_store_refused(const char *path, const char *part)
{
    struct ihp_error err;
    if (read_all(path, &err) == IHP_OK) {
        fail_msg("not refused; expected: %s", part);
    }
    assert_fault(&err, IHP_ERR_DATA, path);
    assert_fault(&err, IHP_ERR_DATA, part);
}

#endif
