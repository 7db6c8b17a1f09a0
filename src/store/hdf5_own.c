/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a dataset that is in its HDF5 file, and nothing outside that file. */
#include "store/hdf5_own.h"

#include <string.h>

/* Returns why `name` may not be followed, or NULL if only hard links lead to it. */
static const char *problem_of_links(hid_t file, const char *name)
{
    char path[256];
    H5L_info_t info;
    for (size_t end = 0, length = strlen(name); end < length; end++) {
        end += strcspn(name + end, "/");
        if (end >= sizeof path) {
            return "has a name that is too long";
        }
        memcpy(path, name, end);
        path[end] = '\0';
        if (H5Lget_info(file, path, &info, H5P_DEFAULT) < 0) {
            return "is missing";
        }
        if (info.type != H5L_TYPE_HARD) {
            return "is a link, which could lead to another file";
        }
    }
    return NULL;
}

/* Returns true if a dataset has a filter other than the ones that any HDF5 library has for lossless
 * compression and checksums. Others may be a program's own code. */
static bool has_foreign_filter(hid_t creation)
{
    int filters = H5Pget_nfilters(creation);
    bool foreign = filters < 0;
    for (int i = 0; i < filters; i++) {
        unsigned flags, value;
        size_t values = 0;
        H5Z_filter_t filter =
            H5Pget_filter2(creation, (unsigned)i, &flags, &values, &value, 0, NULL, NULL);
        foreign = foreign || (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
                              filter != H5Z_FILTER_FLETCHER32);
    }
    return foreign;
}

static const char *problem_of_dataset(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset);
    const char *problem = NULL;
    if (creation < 0) {
        problem = "cannot be read; the file may be damaged";
    } else if (H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) != 0) {
        problem = "is in another file";
    } else if (has_foreign_filter(creation)) {
        problem = "has a filter that this version of ihp does not write";
    }
    H5Pclose(creation);
    return problem;
}

hid_t ihp__h5_open_own(hid_t file, const char *name, const char **problem)
{
    *problem = problem_of_links(file, name);
    if (*problem != NULL) {
        return H5I_INVALID_HID;
    }
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) {
        *problem = "is missing"; /* another kind of object has its name */
        return dataset;
    }
    *problem = problem_of_dataset(dataset);
    if (*problem != NULL) {
        H5Dclose(dataset);
        return H5I_INVALID_HID;
    }
    return dataset;
}

bool ihp__h5_is_unwritten(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset), space = H5Dget_space(dataset);
    bool unwritten = creation >= 0 && space >= 0 && H5Pget_layout(creation) == H5D_CONTIGUOUS &&
                     H5Sget_simple_extent_npoints(space) > 0 &&
                     H5Dget_offset(dataset) == HADDR_UNDEF;
    H5Sclose(space);
    H5Pclose(creation);
    return unwritten;
}
