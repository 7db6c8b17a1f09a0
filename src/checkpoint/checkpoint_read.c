/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a checkpoint. What the file says of itself is checked before it is used, and what it
 * holds has a digest: the file may be cut short, damaged or made to deceive. */
#include "checkpoint_internal.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct ihp__checkpoint {
    char *path; /* owned */
    hid_t file;
    int fd; /* HDF5's own, so that both are one file also while another takes its name */
    uint64_t bytes;
};

/* An array in the file. */
struct array {
    hid_t dataset;
    uint64_t count, address;
    size_t element;
};

static enum ihp_status fail(const char *path, const char *what, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA, "%s: %s; give --fresh to begin anew", path, what);
}

static enum ihp_status fail_array(const struct ihp__checkpoint *c, const char *name,
                                  const char *what, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA, "%s: array %s %s; give --fresh to begin anew", c->path,
                     name, what);
}

static enum ihp_status fail_count(const struct ihp__checkpoint *c, const char *name, uint64_t has,
                                  const char *of, uint64_t wanted, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: array %s has %llu %s where %llu are expected; give --fresh to begin anew",
                     c->path, name, (unsigned long long)has, of, (unsigned long long)wanted);
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum ihp_status open_file(struct ihp__checkpoint *c, struct ihp_error *err)
{
    struct stat info;
    void *handle = NULL;
    if (stat(c->path, &info) != 0) {
        return fail(c->path, "there is no such checkpoint", err);
    }
    if (!S_ISREG(info.st_mode) || H5Fis_hdf5(c->path) <= 0) {
        return fail(c->path, "is no checkpoint of ihp", err);
    }
    c->file = H5Fopen(c->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (c->file < 0 || H5Fget_vfd_handle(c->file, H5P_DEFAULT, &handle) < 0 || handle == NULL ||
        fstat(*(int *)handle, &info) != 0) {
        return fail(c->path, "was not finished, or is cut short or damaged", err);
    }
    c->fd = *(int *)handle;
    c->bytes = (uint64_t)info.st_size;
    return IHP_OK;
}

static enum ihp_status read_root(const struct ihp__checkpoint *c, struct ihp_error *err)
{
    char format[32];
    uint64_t version, complete;
    if (!ihp__h5_get_text_attribute(c->file, "format", format, sizeof format) ||
        strcmp(format, IHP__CHECKPOINT_FORMAT) != 0) {
        return fail(c->path, "is no checkpoint of ihp", err);
    }
    if (!ihp__h5_get_u64_attribute(c->file, "format_version", &version) ||
        version != IHP__CHECKPOINT_VERSION) {
        return fail(c->path, "is of another format version", err);
    }
    if (!ihp__h5_get_u64_attribute(c->file, "complete", &complete) || complete != 1) {
        return fail(c->path, "was not finished", err);
    }
    return IHP_OK;
}

enum ihp_status ihp__checkpoint_open(const char *path, struct ihp__checkpoint **out,
                                     struct ihp_error *err)
{
    ihp__h5_quiet();
    struct ihp__checkpoint *c = calloc(1, sizeof *c);
    if (c == NULL || (c->path = strdup(path)) == NULL) {
        free(c);
        return ihp__fail_memory(err, "a checkpoint");
    }
    c->file = H5I_INVALID_HID;
    if (open_file(c, err) != IHP_OK || read_root(c, err) != IHP_OK) {
        ihp__checkpoint_close(&c);
        return err->status;
    }
    *out = c;
    return IHP_OK;
}

void ihp__checkpoint_close(struct ihp__checkpoint **c)
{
    if (c == NULL || *c == NULL) {
        return;
    }
    if ((*c)->file >= 0) {
        H5Fclose((*c)->file);
    }
    free((*c)->path);
    free(*c);
    *c = NULL;
}

/* ---- arrays ---------------------------------------------------------------------------------- */

/* Whether `name` is reached by hard links alone: any other may lead to another file, and to one
 * whose opening never ends. */
static bool is_own(const struct ihp__checkpoint *c, const char *name)
{
    char path[256];
    H5L_info_t info;
    for (size_t end = 0, length = strlen(name); end < length; end++) {
        end += strcspn(name + end, "/");
        if (end >= sizeof path) {
            return false;
        }
        memcpy(path, name, end);
        path[end] = '\0';
        if (H5Lget_info(c->file, path, &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD) {
            return false;
        }
    }
    return true;
}

/* Where the elements of a dataset of one run of bytes begin. */
static bool find_place(const struct ihp__checkpoint *c, struct array *array)
{
    hid_t creation = H5Dget_create_plist(array->dataset);
    bool plain = creation >= 0 && H5Pget_layout(creation) == H5D_CONTIGUOUS &&
                 H5Pget_external_count(creation) == 0 && H5Pget_nfilters(creation) == 0;
    H5Pclose(creation);
    if (!plain || array->count == 0) {
        return plain;
    }
    haddr_t at = H5Dget_offset(array->dataset);
    array->address = at;
    return at != HADDR_UNDEF && at <= c->bytes && array->count <= (c->bytes - at) / array->element;
}

static bool has_shape(struct array *array, hid_t type)
{
    hid_t space = H5Dget_space(array->dataset), held = H5Dget_type(array->dataset);
    hsize_t size = 0;
    bool right = space >= 0 && held >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                 H5Sget_simple_extent_dims(space, &size, NULL) == 1 && H5Tequal(held, type) > 0;
    H5Tclose(held);
    H5Sclose(space);
    array->count = size;
    return right;
}

/* Opens the array `name` of elements of `type`; the caller H5Dcloses its dataset. */
static enum ihp_status open_array(const struct ihp__checkpoint *c, const char *name, hid_t type,
                                  struct array *out, struct ihp_error *err)
{
    if (!is_own(c, name)) {
        return fail_array(c, name, "is missing", err);
    }
    struct array array = {.dataset = H5Dopen2(c->file, name, H5P_DEFAULT),
                          .element = H5Tget_size(type)};
    if (array.dataset < 0) {
        return fail_array(c, name, "is missing", err);
    }
    if (!has_shape(&array, type)) {
        fail_array(c, name, "has another shape than this version writes", err);
    } else if (!find_place(c, &array)) {
        fail_array(c, name, "does not lie in one piece in the file", err);
    } else {
        *out = array;
        return IHP_OK;
    }
    H5Dclose(array.dataset);
    return err->status;
}

/* The whole array into `data`, and whether it is what was written. */
static enum ihp_status read_array(const struct ihp__checkpoint *c, const char *name,
                                  const struct array *array, void *data, struct ihp_error *err)
{
    uint64_t digest, size = array->count * array->element;
    uint64_t seed = ihp__checkpoint_seed(name, array->count, array->element);
    if (!ihp__read_at(c->fd, data, size, array->address)) {
        return fail_array(c, name, "cannot be read", err);
    }
    if (!ihp__h5_get_u64_attribute(array->dataset, IHP__CHECKPOINT_DIGEST, &digest) ||
        digest != XXH3_64bits_withSeed(data, size, seed)) {
        return fail_array(c, name, "is damaged", err);
    }
    return IHP_OK;
}

enum ihp_status ihp__checkpoint_get_text(const struct ihp__checkpoint *c, const char *name,
                                         char *text, size_t size, struct ihp_error *err)
{
    struct array array;
    if (open_array(c, name, H5T_STD_U8LE, &array, err) != IHP_OK) {
        return err->status;
    }
    if (array.count >= size || array.count > IHP__CHECKPOINT_TEXT_MAX) {
        fail_array(c, name, "is longer than it may be", err);
    } else if (read_array(c, name, &array, text, err) == IHP_OK) {
        text[array.count] = '\0';
    }
    H5Dclose(array.dataset);
    return err->status;
}

enum ihp_status ihp__checkpoint_count_words(const struct ihp__checkpoint *c, const char *name,
                                            uint64_t *count, struct ihp_error *err)
{
    struct array array;
    if (open_array(c, name, H5T_STD_U64LE, &array, err) == IHP_OK) {
        H5Dclose(array.dataset);
        *count = array.count;
    }
    return err->status;
}

enum ihp_status ihp__checkpoint_get_words(const struct ihp__checkpoint *c, const char *name,
                                          void *words, uint64_t count, struct ihp_error *err)
{
    struct array array;
    if (open_array(c, name, H5T_STD_U64LE, &array, err) != IHP_OK) {
        return err->status;
    }
    if (array.count != count) {
        fail_count(c, name, array.count, "words", count, err);
    } else {
        read_array(c, name, &array, words, err);
    }
    H5Dclose(array.dataset);
    return err->status;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum ihp_status open_rows(const struct ihp__checkpoint *c, const char *name,
                                 size_t row_bytes, uint64_t members, struct array *array,
                                 struct ihp_error *err)
{
    hid_t type = ihp__checkpoint_row_type(row_bytes);
    enum ihp_status status = open_array(c, name, type, array, err);
    if (status == IHP_OK && array->count != members) {
        status = fail_count(c, name, array->count, "rows", members, err);
        H5Dclose(array->dataset);
    }
    H5Tclose(type);
    return status;
}

/* The rows of a range, piece by piece through `rows`, which has room for `most` of them. */
static enum ihp_status take_rows(const struct ihp__checkpoint *c, const char *name,
                                 const struct array *array, struct ihp__range range,
                                 ihp__unpack_fn unpack, void *context, unsigned char *rows,
                                 uint64_t most, uint64_t *digest, struct ihp_error *err)
{
    for (uint64_t done = 0; done < range.count; done += most) {
        size_t part = (size_t)(range.count - done < most ? range.count - done : most);
        uint64_t first = range.first + done;
        if (!ihp__read_at(c->fd, rows, part * array->element,
                          array->address + first * array->element)) {
            return fail_array(c, name, "cannot be read", err);
        }
        *digest += ihp__checkpoint_hash_rows(rows, first, part, array->element);
        if (!unpack(context, done, part, rows)) {
            return fail_array(c, name, "holds a value that cannot be", err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__checkpoint_get_rows(const struct ihp__checkpoint *c, const char *name,
                                         size_t row_bytes, struct ihp__range range,
                                         uint64_t members, ihp__unpack_fn unpack, void *context,
                                         uint64_t *digest, struct ihp_error *err)
{
    struct array array;
    if (row_bytes < 1 || row_bytes > IHP__CHECKPOINT_ROW_MAX || range.count > members ||
        range.first > members - range.count) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "%s: rows of %s beyond the end or too wide were asked for", c->path, name);
    }
    if (open_rows(c, name, row_bytes, members, &array, err) != IHP_OK) {
        return err->status;
    }
    const uint64_t full = IHP__CHECKPOINT_PIECE / row_bytes;
    const uint64_t most = range.count < full ? range.count + (range.count == 0) : full;
    unsigned char *rows = malloc((size_t)most * row_bytes);
    if (rows == NULL) {
        ihp__fail_memory(err, "rows of a checkpoint");
    } else {
        take_rows(c, name, &array, range, unpack, context, rows, most, digest, err);
    }
    free(rows);
    H5Dclose(array.dataset);
    return err->status;
}

/* Whether `sum` is the digest of all rows of an array. */
static void compare_rows(const struct ihp__checkpoint *c, const char *name, uint64_t sum,
                         struct ihp_error *err)
{
    hid_t dataset = is_own(c, name) ? H5Dopen2(c->file, name, H5P_DEFAULT) : H5I_INVALID_HID;
    struct array array = {.dataset = dataset};
    uint64_t wanted;
    hid_t type = H5Dget_type(dataset);
    if (dataset < 0 || type < 0 || !has_shape(&array, type) ||
        !ihp__h5_get_u64_attribute(dataset, IHP__CHECKPOINT_DIGEST, &wanted) ||
        wanted != sum + ihp__checkpoint_seed(name, array.count, H5Tget_size(type))) {
        fail_array(c, name, "is damaged", err);
    }
    H5Tclose(type);
    H5Dclose(dataset);
}

enum ihp_status ihp__checkpoint_check_rows(const struct ihp__checkpoint *c, const char *name,
                                           uint64_t digest, MPI_Comm comm, struct ihp_error *err)
{
    if (ihp__agree(comm, err) != IHP_OK) {
        return err->status;
    }
    ihp__sum_u64(comm, &digest, 1);
    compare_rows(c, name, digest, err);
    return ihp__agree(comm, err);
}
