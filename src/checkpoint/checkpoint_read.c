/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a checkpoint. The file may be cut short, damaged, or made to deceive, so everything in it
 * is checked before it is used: shapes against what the caller expects, contents against digests.
 */
#include "checkpoint_internal.h"

#include "base/agree.h"
#include "store/hdf5_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

struct ihp__checkpoint {
    char *path; /* owned */
    hid_t file;
    int fd; /* HDF5's own, so that both read the same file even if another takes its name */
    uint64_t bytes;
};

/* An array in the file. */
struct array {
    hid_t dataset;
    uint64_t count, address;
    size_t element;
};

static enum ihp_status fail(const char *path, const char *problem, struct ihp_error *err)
{
    if (ihp__h5_fail_system(path, "the checkpoint cannot be read", err)) {
        return err->status;
    }
    return ihp__fail(err, IHP_ERR_DATA, "%s: %s; use --fresh to start over", path, problem);
}

static enum ihp_status fail_array(const struct ihp__checkpoint *c, const char *name,
                                  const char *problem, struct ihp_error *err)
{
    char what[160];
    snprintf(what, sizeof what, "array %s cannot be read", name);
    if (ihp__h5_fail_system(c->path, what, err)) {
        return err->status;
    }
    return ihp__fail(err, IHP_ERR_DATA, "%s: array %s %s; use --fresh to start over", c->path, name,
                     problem);
}

/* Records that a positional read failed: errno has the system's reason, or 0 if the file ended. */
static enum ihp_status fail_read(const struct ihp__checkpoint *c, const char *name,
                                 struct ihp_error *err)
{
    char what[160];
    if (errno == 0) {
        return fail_array(c, name, "is cut short", err);
    }
    snprintf(what, sizeof what, "array %s cannot be read", name);
    return ihp__fail_system(err, IHP_ERR_RUN, c->path, what);
}

static enum ihp_status fail_count(const struct ihp__checkpoint *c, const char *name, uint64_t has,
                                  const char *unit, uint64_t expected, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: array %s has %llu %s where %llu are expected; use --fresh to start over",
                     c->path, name, (unsigned long long)has, unit, (unsigned long long)expected);
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum ihp_status open_file(struct ihp__checkpoint *c, struct ihp_error *err)
{
    struct stat info;
    void *handle = NULL;
    bool found;
    if (ihp__path_look(c->path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return fail(c->path, "the checkpoint does not exist", err);
    }
    if (!S_ISREG(info.st_mode) || !ihp__h5_is_file(c->path)) {
        return fail(c->path, "is not an ihp checkpoint", err);
    }
    c->file = ihp__h5_open_file(c->path);
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
        return fail(c->path, "is not an ihp checkpoint", err);
    }
    if (!ihp__h5_get_u64_attribute(c->file, "format_version", &version) ||
        version != IHP__CHECKPOINT_VERSION) {
        return fail(c->path, "has a format version that this version of ihp does not read", err);
    }
    if (!ihp__h5_get_u64_attribute(c->file, "complete", &complete) || complete != 1) {
        return fail(c->path, "was not finished", err);
    }
    return IHP_OK;
}

enum ihp_status ihp__checkpoint_open(const char *path, struct ihp__checkpoint **out,
                                     struct ihp_error *err)
{
    if (ihp__h5_begin(err) != IHP_OK) {
        return err->status;
    }
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

bool ihp__checkpoint_is_locked(const struct ihp__checkpoint *c)
{
    if (flock(c->fd, LOCK_SH | LOCK_NB) == 0) {
        flock(c->fd, LOCK_UN);
        return false;
    }
    return errno == EWOULDBLOCK;
}

void ihp__checkpoint_close(struct ihp__checkpoint **c)
{
    if (c == NULL || *c == NULL) {
        return;
    }
    if ((*c)->file >= 0) {
        ihp__h5_close_file((*c)->file);
    }
    free((*c)->path);
    free(*c);
    *c = NULL;
}

/* ---- arrays ---------------------------------------------------------------------------------- */

/* Finds where the elements of an array start. Returns false if they are not in one piece in the
 * file. */
static bool find_place(const struct ihp__checkpoint *c, struct array *array)
{
    bool plain = ihp__h5_is_plain(array->dataset);
    if (!plain || array->count == 0) {
        return plain;
    }
    haddr_t at = H5Dget_offset(array->dataset);
    array->address = at;
    return at != HADDR_UNDEF && at <= c->bytes && array->count <= (c->bytes - at) / array->element;
}

/* Returns true if an array has one dimension and elements of `type`, and sets its count. */
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
    const char *problem;
    struct array array = {.dataset = ihp__h5_open_own(c->file, name, &problem),
                          .element = H5Tget_size(type)};
    if (array.dataset < 0) {
        return fail_array(c, name, problem, err);
    }
    problem = !has_shape(&array, type) ? "has another shape than this version writes"
              : !find_place(c, &array) ? "is not in one piece in the file"
                                       : NULL;
    if (problem != NULL) {
        H5Dclose(array.dataset);
        return fail_array(c, name, problem, err);
    }
    *out = array;
    return IHP_OK;
}

/* Reads a whole array into `data` and checks its digest. */
static enum ihp_status read_array(const struct ihp__checkpoint *c, const char *name,
                                  const struct array *array, void *data, struct ihp_error *err)
{
    uint64_t digest, size = array->count * array->element;
    uint64_t seed = ihp__checkpoint_seed(name, array->count, array->element);
    if (!ihp__read_at(c->fd, data, size, array->address)) {
        return fail_read(c, name, err);
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
    struct array array = {0};
    if (open_array(c, name, H5T_STD_U8LE, &array, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = array.count >= size || array.count > IHP__CHECKPOINT_TEXT_MAX
                                 ? fail_array(c, name, "is too long", err)
                                 : read_array(c, name, &array, text, err);
    if (status == IHP_OK) {
        text[array.count] = '\0';
    }
    H5Dclose(array.dataset);
    return status;
}

enum ihp_status ihp__checkpoint_count_words(const struct ihp__checkpoint *c, const char *name,
                                            uint64_t *count, struct ihp_error *err)
{
    struct array array = {0};
    if (open_array(c, name, H5T_STD_U64LE, &array, err) == IHP_OK) {
        H5Dclose(array.dataset);
        *count = array.count;
    }
    return err->status;
}

enum ihp_status ihp__checkpoint_get_words(const struct ihp__checkpoint *c, const char *name,
                                          void *words, uint64_t count, struct ihp_error *err)
{
    struct array array = {0};
    if (open_array(c, name, H5T_STD_U64LE, &array, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = array.count != count
                                 ? fail_count(c, name, array.count, "words", count, err)
                                 : read_array(c, name, &array, words, err);
    H5Dclose(array.dataset);
    return status;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum ihp_status open_rows(const struct ihp__checkpoint *c,
                                 const struct ihp__checkpoint_rows *rows, struct array *array,
                                 struct ihp_error *err)
{
    hid_t type = ihp__checkpoint_row_type(rows->row_bytes);
    enum ihp_status status = open_array(c, rows->name, type, array, err);
    if (status == IHP_OK && array->count != rows->members) {
        status = fail_count(c, rows->name, array->count, "rows", rows->members, err);
        H5Dclose(array->dataset);
    }
    H5Tclose(type);
    return status;
}

/* The receiver of rows, and a buffer for them. */
struct receiver {
    ihp__unpack_fn unpack;
    void *context;
    unsigned char *piece; /* owned; room for `most` rows */
    uint64_t most;
};

/* Reads the rows of a range, piece by piece, and adds their hashes to `*digest`. */
static enum ihp_status take_rows(const struct ihp__checkpoint *c,
                                 const struct ihp__checkpoint_rows *rows, const struct array *array,
                                 const struct receiver *to, uint64_t *digest, struct ihp_error *err)
{
    const struct ihp__range range = rows->range;
    for (uint64_t done = 0; done < range.count; done += to->most) {
        size_t count = (size_t)(range.count - done < to->most ? range.count - done : to->most);
        uint64_t first = range.first + done;
        if (!ihp__read_at(c->fd, to->piece, count * array->element,
                          array->address + first * array->element)) {
            return fail_read(c, rows->name, err);
        }
        *digest += ihp__checkpoint_hash_rows(to->piece, first, count, array->element);
        if (!to->unpack(to->context, done, count, to->piece)) {
            return fail_array(c, rows->name, "has a value that is not valid", err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__checkpoint_get_rows(const struct ihp__checkpoint *c,
                                         const struct ihp__checkpoint_rows *rows,
                                         ihp__unpack_fn unpack, void *context, uint64_t *digest,
                                         struct ihp_error *err)
{
    struct array array = {0};
    const struct ihp__range range = rows->range;
    if (rows->row_bytes < 1 || rows->row_bytes > IHP__CHECKPOINT_ROW_MAX ||
        range.count > rows->members || range.first > rows->members - range.count) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "%s: rows of %s were requested that are too wide or beyond the end",
                         c->path, rows->name);
    }
    if (open_rows(c, rows, &array, err) != IHP_OK) {
        return err->status;
    }
    const uint64_t full = IHP__CHECKPOINT_PIECE / rows->row_bytes;
    struct receiver to = {unpack, context, NULL,
                          range.count < full ? range.count + (range.count == 0) : full};
    to.piece = malloc((size_t)to.most * rows->row_bytes);
    enum ihp_status status = to.piece == NULL ? ihp__fail_memory(err, "rows of a checkpoint")
                                              : take_rows(c, rows, &array, &to, digest, err);
    free(to.piece);
    H5Dclose(array.dataset);
    return status;
}

/* Checks that `sum` is the digest of all rows of an array. */
static enum ihp_status compare_rows(const struct ihp__checkpoint *c, const char *name, uint64_t sum,
                                    struct ihp_error *err)
{
    const char *problem;
    hid_t dataset = ihp__h5_open_own(c->file, name, &problem);
    if (dataset < 0) {
        return fail_array(c, name, problem, err);
    }
    struct array array = {.dataset = dataset};
    uint64_t digest;
    hid_t type = H5Dget_type(dataset);
    bool equal = type >= 0 && has_shape(&array, type) &&
                 ihp__h5_get_u64_attribute(dataset, IHP__CHECKPOINT_DIGEST, &digest) &&
                 digest == sum + ihp__checkpoint_seed(name, array.count, H5Tget_size(type));
    H5Tclose(type);
    H5Dclose(dataset);
    return equal ? IHP_OK : fail_array(c, name, "is damaged", err);
}

enum ihp_status ihp__checkpoint_check_rows(const struct ihp__checkpoint *c, const char *name,
                                           uint64_t digest, MPI_Comm comm, struct ihp_error *err)
{
    if (ihp__agree(comm, err) != IHP_OK) {
        return err->status;
    }
    ihp__sum_u64(comm, &digest, 1);
    ihp__until_agreed(compare_rows(c, name, digest, err));
    return ihp__agree(comm, err);
}
