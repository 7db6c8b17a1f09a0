/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns read straight from their place in the file. A contiguous column of a little-endian
 * type is its elements one after the other, so a positional read does all that HDF5 would,
 * without its copy through a conversion buffer; chunked or compressed columns go through HDF5. */
#include "store_internal.h"

#include <errno.h>
#include <string.h>

/* Whether the dataset is one run of bytes, and where. */
static bool find_place(const struct ihp__store *store, hid_t dataset, uint64_t bytes,
                       uint64_t *address)
{
    hid_t creation = H5Dget_create_plist(dataset);
    bool plain = creation >= 0 && H5Pget_layout(creation) == H5D_CONTIGUOUS &&
                 H5Pget_external_count(creation) == 0 && H5Pget_nfilters(creation) == 0;
    H5Pclose(creation);
    haddr_t at = plain && bytes > 0 ? H5Dget_offset(dataset) : HADDR_UNDEF;
    if (at == HADDR_UNDEF || at > store->info.file_bytes || bytes > store->info.file_bytes - at) {
        return false;
    }
    *address = at;
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
}

enum ihp_status ihp__place_open(const struct ihp__store *store, const char *name,
                                enum ihp__type type, uint64_t count, size_t *width,
                                struct ihp__place *place, struct ihp_error *err)
{
    struct ihp__place fresh = {0};
    if (ihp__column_open(store, name, type, count, &fresh.dataset, NULL, width, err) != IHP_OK) {
        return err->status;
    }
    uint64_t bytes = count * ihp__type_size(type, type == IHP__TYPE_TEXT ? *width : 0);
    fresh.raw = find_place(store, fresh.dataset, bytes, &fresh.address);
    *place = fresh;
    return IHP_OK;
}

/* A read that failed: the system says why in errno, or, where that is 0, the file ended. */
static enum ihp_status fail_read(const struct ihp__store *store, const char *name,
                                 struct ihp_error *err)
{
    int reason = errno;
    if (reason == 0) {
        return ihp__store_fail_column(store, name,
                                      "cannot be read; the file is cut short or "
                                      "damaged",
                                      err);
    }
    return ihp__store_check_unchanged(store, err) != IHP_OK
               ? err->status
               : ihp__fail(err, IHP_ERR_RUN,
                           "%s: column %s cannot be read (%s); see to the file system and start "
                           "again",
                           store->path, name, strerror(reason));
}

enum ihp_status ihp__place_read(const struct ihp__store *store, const struct ihp__place *place,
                                const char *name, enum ihp__type type, size_t width, uint64_t first,
                                uint64_t count, void *data, struct ihp_error *err)
{
    if (!place->raw) {
        return ihp__column_read(store, place->dataset, name, type, width, first, count, data, err);
    }
    size_t element = ihp__type_size(type, width);
    if (!ihp__read_at(store->fd, data, count * element, place->address + first * element)) {
        return fail_read(store, name, err);
    }
    return IHP_OK;
}
