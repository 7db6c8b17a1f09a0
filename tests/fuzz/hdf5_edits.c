/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of HDF5 files: elements, attributes, and objects of another kind. */
#include "edits.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Names of the same kind, of a file. */
struct names {
    char name[FUZZ_NAMES_MAX][FUZZ_NAME_MAX];
    size_t count;
};

static void add_name(struct names *names, const char *name)
{
    if (names->count < FUZZ_NAMES_MAX && strlen(name) < FUZZ_NAME_MAX) {
        snprintf(names->name[names->count++], FUZZ_NAME_MAX, "%s", name);
    }
}

static herr_t visit_object(hid_t file, const char *name, const H5O_info_t *info, void *context)
{
    (void)file;
    if (info->type == H5O_TYPE_DATASET) {
        add_name(context, name);
    }
    return 0;
}

static herr_t visit_attribute(hid_t file, const char *name, const H5A_info_t *info, void *context)
{
    (void)file;
    (void)info;
    add_name(context, name);
    return 0;
}

static void find_datasets(hid_t file, struct names *names)
{
    names->count = 0;
    H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit_object, names, H5O_INFO_BASIC);
}

static void find_attributes(hid_t file, struct names *names)
{
    names->count = 0;
    H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_attribute, names);
}

static const char *choose(const struct names *names, const char *name)
{
    return names->name[fuzz_choose(name, names->name[0], FUZZ_NAME_MAX, names->count)];
}

void fuzz_hdf5_names(const char *path, const char *prefix, struct fuzz_vocabulary *vocabulary)
{
    struct names names;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) {
        fuzz_fail("%s cannot be opened", path);
    }
    for (int kind = 0; kind < 2; kind++) {
        (kind == 0 ? find_datasets : find_attributes)(file, &names);
        for (size_t i = 0; i < names.count; i++) {
            char name[2 * FUZZ_NAME_MAX];
            snprintf(name, sizeof name, "%s%s", prefix, names.name[i]);
            fuzz_vocabulary_add(vocabulary, name);
        }
    }
    H5Fclose(file);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Changes elements in memory: `count` of `size` bytes each. Those of texts are bytes. */
static void edit_elements(const struct fuzz_edit *edit, unsigned char *bytes, size_t count,
                          size_t size)
{
    unsigned char *element = bytes + fuzz_wrap(edit->at, count) * size;
    size_t width = size < sizeof edit->value ? size : sizeof edit->value;
    uint64_t value = (uint64_t)edit->value;
    if (strcmp(edit->operation, "set") == 0) {
        memcpy(element, &value, width);
    } else if (strcmp(edit->operation, "flip") == 0) {
        size_t bit = fuzz_wrap(edit->value, size * 8);
        element[bit / 8] = (unsigned char)(element[bit / 8] ^ 1u << bit % 8);
    } else if (strcmp(edit->operation, "add") == 0) {
        uint64_t sum = 0;
        memcpy(&sum, element, width);
        sum += value;
        memcpy(element, &sum, width);
    } else if (strcmp(edit->operation, "copy") == 0) {
        memmove(element, bytes + fuzz_wrap(edit->value, count) * size, size);
    } else if (strcmp(edit->operation, "fill") == 0) {
        for (size_t i = 0; i < count; i++) {
            memcpy(bytes + i * size, &value, width);
        }
    } else if (strcmp(edit->operation, "text") == 0) {
        memset(element, 0, size);
        memcpy(element, edit->text, strlen(edit->text) < size ? strlen(edit->text) : size);
    }
}

static void edit_values(hid_t file, const char *name, const struct fuzz_edit *edit)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t size = H5Tget_size(type);
    if (count > 0 && (size_t)count < SIZE_MAX / size && !(H5Tis_variable_str(type) > 0)) {
        unsigned char *bytes = calloc((size_t)count, size);
        if (bytes != NULL && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0) {
            edit_elements(edit, bytes, (size_t)count, size);
            H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
        }
        free(bytes);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
}

static void edit_attribute(hid_t file, const struct names *names, const struct fuzz_edit *edit)
{
    const char *name = choose(names, edit->name);
    if (strcmp(edit->operation, "drop") == 0) {
        H5Adelete(file, name);
        return;
    }
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t size = H5Tget_size(type);
    unsigned char *bytes = calloc((size_t)(count > 0 ? count : 1), size);
    if (bytes != NULL && H5Aread(attribute, type, bytes) >= 0) {
        struct fuzz_edit one = *edit;
        snprintf(one.operation, sizeof one.operation, "%s",
                 H5Tget_class(type) == H5T_STRING ? "text" : "set");
        edit_elements(&one, bytes, (size_t)(count > 0 ? count : 1), size);
        H5Awrite(attribute, type, bytes);
    }
    free(bytes);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static hid_t type_by_number(int64_t number)
{
    switch (fuzz_wrap(number, 7)) {
    case 0:
        return H5T_STD_U8LE;
    case 1:
        return H5T_STD_U16LE;
    case 2:
        return H5T_STD_I32LE;
    case 3:
        return H5T_STD_I64LE;
    case 4:
        return H5T_IEEE_F64LE;
    case 5:
        return H5T_C_S1;
    default:
        return H5T_STD_U32BE;
    }
}

/* The shape of a dataset that takes the place of another. */
struct shape {
    hid_t type;
    int rank;
    hsize_t dims[2];
    bool chunked;
};

/* Replaces a dataset by one of another shape with the same first elements, as far as they fit. */
static void reshape(hid_t file, const char *name, const struct shape *shape)
{
    hid_t old = H5Dopen2(file, name, H5P_DEFAULT), old_space = H5Dget_space(old);
    size_t size = H5Tget_size(shape->type);
    hssize_t had = H5Sget_simple_extent_npoints(old_space);
    hsize_t count = shape->dims[0] * (shape->rank == 2 ? shape->dims[1] : 1);
    unsigned char *bytes =
        calloc((size_t)(had > (hssize_t)count ? had : (hssize_t)count) + 1, size);
    if (bytes != NULL) {
        H5Dread(old, shape->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
        H5Ldelete(file, name, H5P_DEFAULT);
        hid_t space = H5Screate_simple(shape->rank, shape->dims, NULL);
        hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
        if (shape->chunked && count > 0) {
            H5Pset_chunk(properties, shape->rank, shape->dims);
            H5Pset_deflate(properties, 1);
        }
        hid_t dataset =
            H5Dcreate2(file, name, shape->type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
        if (count > 0) {
            H5Dwrite(dataset, shape->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
        }
        H5Dclose(dataset);
        H5Pclose(properties);
        H5Sclose(space);
    }
    free(bytes);
    H5Sclose(old_space);
    H5Dclose(old);
}

static void edit_shape(hid_t file, const char *name, const struct fuzz_edit *edit)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    H5Dclose(dataset);
    struct shape shape = {type, 1, {(hsize_t)(count > 0 ? count : 0), 1}, false};
    if (strcmp(edit->operation, "resize") == 0) {
        shape.dims[0] = fuzz_wrap(edit->value, 100000);
    } else if (strcmp(edit->operation, "retype") == 0) {
        shape.type = type_by_number(edit->value);
    } else if (strcmp(edit->operation, "rank") == 0) {
        shape.rank = 2;
    } else {
        shape.chunked = true;
    }
    reshape(file, name, &shape);
    H5Tclose(type);
}

static void replace_object(hid_t file, const char *name, const struct fuzz_edit *edit)
{
    H5Ldelete(file, name, H5P_DEFAULT);
    if (strcmp(edit->operation, "group") == 0) {
        H5Gclose(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    } else if (strcmp(edit->operation, "soft") == 0 && edit->text[0] != '\0') {
        H5Lcreate_soft(edit->text, file, name, H5P_DEFAULT, H5P_DEFAULT);
    } else if (strcmp(edit->operation, "external") == 0 && edit->text[0] != '\0') {
        H5Lcreate_external(edit->text, "/x", file, name, H5P_DEFAULT, H5P_DEFAULT);
    }
}

/* ---- applying -------------------------------------------------------------------------------- */

static bool is_one_of(const char *operation, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(operation, *list) == 0) {
            return true;
        }
    }
    return false;
}

static void apply(hid_t file, const struct fuzz_edit *edit)
{
    static const char *const values[] = {"set", "flip", "add", "copy", "fill", "text", NULL};
    static const char *const attributes[] = {"attribute", "drop", NULL};
    static const char *const shapes[] = {"resize", "retype", "rank", "chunk", NULL};
    static const char *const objects[] = {"delete", "group", "soft", "external", NULL};
    struct names names;
    if (is_one_of(edit->operation, attributes)) {
        find_attributes(file, &names);
        if (names.count > 0) {
            edit_attribute(file, &names, edit);
        }
        return;
    }
    find_datasets(file, &names);
    if (names.count == 0) {
        return;
    }
    const char *name = choose(&names, edit->name);
    if (is_one_of(edit->operation, values)) {
        edit_values(file, name, edit);
    } else if (is_one_of(edit->operation, shapes)) {
        edit_shape(file, name, edit);
    } else if (is_one_of(edit->operation, objects)) {
        replace_object(file, name, edit);
    }
}

void fuzz_hdf5_edit(const char *path, const struct fuzz_edit *edit, size_t edits)
{
    H5E_auto2_t handler;
    void *context;
    H5Eget_auto2(H5E_DEFAULT, &handler, &context);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    for (size_t i = 0; i < edits && file >= 0; i++) {
        apply(file, &edit[i]);
    }
    if (file >= 0) {
        H5Fclose(file);
    }
    if (H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) != 0) {
        fuzz_fail("an edit leaves something of a file open");
    }
    H5Eclear2(H5E_DEFAULT);
    H5Eset_auto2(H5E_DEFAULT, handler, context);
    for (size_t i = 0; i < edits; i++) {
        size_t size;
        if (strcmp(edit[i].operation, "cut") == 0) {
            free(fuzz_read(path, &size));
            if (truncate(path, (off_t)(size - fuzz_wrap(edit[i].at, size))) != 0) {
                fuzz_fail("%s cannot be cut", path);
            }
        }
    }
}
