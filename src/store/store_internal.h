/* store_internal.h - the opened store as the reading files of this room see it. */
#ifndef IHP_STORE_INTERNAL_H
#define IHP_STORE_INTERNAL_H

#include "hdf5_util.h"

/* Text arrays made from fixed-width texts: `text` points into `bytes`. */
struct ihp_text_array {
    char *bytes;
    const char **text;
    size_t count;
};

struct ihp_store {
    struct ihp_store_info info;
    char *path;
    hid_t file;
    hid_t claim[IHP_CLAIM_COLUMNS];
    struct ihp_text_array payer, acg, procedure, taxonomy, race;
    int64_t *npi;
    uint32_t *npi_taxonomy;
};

/* Opens the column `name` and checks that it has the type and, unless UINT64_MAX, the count. For
 * texts `*width` is read, else it may be NULL. */
enum ihp_status ihp_column_open(const struct ihp_store *store, const char *name, enum ihp_type type,
                                uint64_t expected, hid_t *dataset, uint64_t *count, size_t *width,
                                struct ihp_error *err);

/* Reads elements first .. first + count - 1 of an open column. */
enum ihp_status ihp_column_read(const struct ihp_store *store, hid_t dataset, const char *name,
                                enum ihp_type type, size_t width, uint64_t first, uint64_t count,
                                void *data, struct ihp_error *err);

#endif
