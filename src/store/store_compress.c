/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the compressed form of a store from a finished plain file, column by column: the same
 * datasets in chunks, with HDF5's own shuffle and deflate filters, which any HDF5 can read. */
#include "base/unfinished.h"
#include "store/store_record.h"
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 65536,  /* elements; HDF5's cache of a dataset has room for a few chunks */
    SMALLEST = 4096 /* elements; a shorter column stays plain, as there is little to gain */
};

struct packing {
    hid_t from, to;
};

/* Returns the creation properties of a chunked, shuffled and deflated dataset of `count` elements,
 * or a negative id. */
static hid_t packed_properties(hsize_t count)
{
    const hsize_t chunk = count < CHUNK ? count : CHUNK;
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (creation >= 0 &&
        (H5Pset_obj_track_times(creation, false) < 0 || H5Pset_chunk(creation, 1, &chunk) < 0 ||
         H5Pset_shuffle(creation) < 0 || H5Pset_deflate(creation, 1) < 0)) {
        H5Pclose(creation);
        creation = H5I_INVALID_HID;
    }
    return creation;
}

static bool copy_elements(hid_t from, hid_t to, hid_t type, hsize_t count)
{
    size_t element = H5Tget_size(type);
    char *piece = malloc(CHUNK * element);
    bool done = piece != NULL;
    for (hsize_t at = 0; done && at < count; at += CHUNK) {
        hsize_t size = count - at < CHUNK ? count - at : CHUNK;
        hid_t memory = H5Screate_simple(1, &size, NULL), space = H5Dget_space(from);
        done = H5Sselect_hyperslab(space, H5S_SELECT_SET, &at, NULL, &size, NULL) >= 0 &&
               H5Dread(from, type, memory, space, H5P_DEFAULT, piece) >= 0 &&
               H5Dwrite(to, type, memory, space, H5P_DEFAULT, piece) >= 0;
        H5Sclose(space);
        H5Sclose(memory);
    }
    free(piece);
    return done;
}

static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info, void *context)
{
    hid_t to = *(hid_t *)context;
    hid_t attribute = H5Aopen(from, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hid_t copy = H5Acreate2(to, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    void *value = malloc((size_t)info->data_size + 1);
    bool done = copy >= 0 && value != NULL && H5Aread(attribute, type, value) >= 0 &&
                H5Awrite(copy, type, value) >= 0;
    free(value);
    H5Aclose(copy);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return done ? 0 : -1;
}

/* Copies the dataset `name` of `count` elements into the new file, compressed if that saves
 * anything. H5Ocopy crashes where it cannot read. */
static bool pack_dataset(const struct packing *p, const char *name, hid_t from, hsize_t count)
{
    hid_t creation = count < SMALLEST ? H5Dget_create_plist(from) : packed_properties(count);
    hid_t type = H5Dget_type(from), space = H5Dget_space(from);
    hid_t to = H5Dcreate2(p->to, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool done = to >= 0 && copy_elements(from, to, type, count) &&
                H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, NULL, copy_attribute, &to) >= 0;
    if (to >= 0 && H5Dclose(to) < 0) {
        done = false;
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(creation);
    return done;
}

/* Copies the dataset `name` if the file has it. */
static bool pack(const struct packing *p, const char *name)
{
    char group[64];
    hsize_t count = 0;
    snprintf(group, sizeof group, "%.*s", (int)strcspn(name, "/"), name);
    htri_t there = H5Lexists(p->from, group, H5P_DEFAULT);
    if (there > 0) {
        there = H5Lexists(p->from, name, H5P_DEFAULT);
    }
    if (there <= 0) {
        return there == 0;
    }
    hid_t from = H5Dopen2(p->from, name, H5P_DEFAULT);
    if (from < 0) {
        return false;
    }
    hid_t space = H5Dget_space(from);
    bool done = H5Sget_simple_extent_dims(space, &count, NULL) == 1 &&
                ihp__h5_make_group(p->to, name) && pack_dataset(p, name, from, count);
    H5Sclose(space);
    H5Dclose(from);
    return done;
}

/* Copies all datasets that a store may have. Not with H5Ovisit, which damages the memory of the
 * process when it cannot read. */
static bool pack_all(const struct packing *p)
{
    bool done = true;
    for (int c = 0; done && c < IHP__COLUMNS; c++) {
        done = pack(p, ihp__column_spec[c].name);
    }
    return done && pack(p, IHP__DIGESTS) && pack(p, IHP__RECORD_DATASET);
}

bool ihp__h5_pack(const char *from_path, const char *to_path, int *entry)
{
    struct packing p = {.from = ihp__h5_open_file(from_path)};
    ihp__unfinished_hold();
    p.to = ihp__h5_create_file(to_path);
    *entry = p.to >= 0 ? ihp__unfinished_add(to_path) : 0;
    ihp__unfinished_release();
    bool done = p.from >= 0 && p.to >= 0 && pack_all(&p);
    if (done) { /* the root's attributes come last: a store is not finished without "complete" */
        hid_t root_from = H5Gopen2(p.from, "/", H5P_DEFAULT);
        hid_t root_to = H5Gopen2(p.to, "/", H5P_DEFAULT);
        done =
            H5Aiterate2(root_from, H5_INDEX_NAME, H5_ITER_INC, NULL, copy_attribute, &root_to) >= 0;
        H5Gclose(root_from);
        H5Gclose(root_to);
    }
    if (p.to >= 0 && done) {
        done = ihp__h5_end_file(p.to);
    } else if (p.to >= 0) {
        ihp__h5_drop_file(p.to);
    }
    if (p.from >= 0) {
        ihp__h5_close_file(p.from);
    }
    return done;
}
