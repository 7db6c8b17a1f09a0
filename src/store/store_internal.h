/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_internal.h - the opened store as the reading files of this room see it. */
#ifndef IHP_STORE_INTERNAL_H
#define IHP_STORE_INTERNAL_H

#include "hdf5_util.h"

#include <sys/stat.h>

/* Text arrays made from fixed-width texts: `text` points into `bytes`. */
struct ihp__text_array {
    char *bytes;
    const char **text;
    size_t count;
};

/* A column that may be read past HDF5, straight from its place in the file. */
struct ihp__place {
    hid_t dataset;
    bool raw;         /* contiguous, little endian like this machine, inside the file */
    uint64_t address; /* of element 0 */
};

/* Columns of the index by number. */
enum ihp__index_column {
    IHP__INDEX_SERVICE_DATE,
    IHP__INDEX_KNOWN_FROM,
    IHP__INDEX_PROCEDURE,
    IHP__INDEX_BILLING,
    IHP__INDEX_TREATING,
    IHP__INDEX_COLUMNS
};

struct ihp__store {
    struct ihp__store_info info;
    char *path;
    hid_t file;
    int fd;             /* for straight reads */
    struct stat opened; /* the file as it was then */
    struct ihp__place claim[IHP__CLAIM_COLUMNS];
    struct ihp__place index[IHP__INDEX_COLUMNS];
    uint8_t *indexed;
    struct ihp__text_array payer, acg, procedure, taxonomy, race;
    int64_t *npi;
    uint32_t *npi_taxonomy;
};

/* Opens the column `name` and checks that it has the type and, unless UINT64_MAX, the count. For
 * texts `*width` is read, else it may be NULL. */
enum ihp_status ihp__column_open(const struct ihp__store *store, const char *name,
                                 enum ihp__type type, uint64_t expected, hid_t *dataset,
                                 uint64_t *count, size_t *width, struct ihp_error *err);

/* Reads elements first .. first + count - 1 of an open column. */
enum ihp_status ihp__column_read(const struct ihp__store *store, hid_t dataset, const char *name,
                                 enum ihp__type type, size_t width, uint64_t first, uint64_t count,
                                 void *data, struct ihp_error *err);

/* Opens a column of `count` elements and finds out whether it can be read straight. */
enum ihp_status ihp__place_open(const struct ihp__store *store, const char *name,
                                enum ihp__type type, uint64_t count, size_t *width,
                                struct ihp__place *place, struct ihp_error *err);

/* Reads elements of a placed column, straight where that can be. */
enum ihp_status ihp__place_read(const struct ihp__store *store, const struct ihp__place *place,
                                const char *name, enum ihp__type type, size_t width, uint64_t first,
                                uint64_t count, void *data, struct ihp_error *err);

/* Opens the index, if the store has one. */
enum ihp_status ihp__store_open_index(struct ihp__store *store, struct ihp_error *err);
void ihp__store_close_index(struct ihp__store *store);

/* Reads elements first .. first + count - 1 of the column `name`. */
enum ihp_status ihp__store_read_part(const struct ihp__store *store, const char *name,
                                     enum ihp__type type, uint64_t first, uint64_t count,
                                     void *data, struct ihp_error *err);

/* Reads the offsets of a range of members, range.count + 1 of them, into `offset` and checks
 * them: they ascend, stay within `limit` rows, and begin and end where the store's members do. */
enum ihp_status ihp__store_read_offsets(const struct ihp__store *store, const char *name,
                                        struct ihp__range range, uint64_t limit, uint64_t *offset,
                                        struct ihp_error *err);

/* Makes the `count` + 1 offsets of the store count from the first row read. */
void ihp__offsets_rebase(uint64_t *offset, uint64_t count);

/* Reads the index's part of `members`, whose claim offsets are there already. */
enum ihp_status ihp__store_read_index_offsets(const struct ihp__store *store,
                                              struct ihp__members *members, struct ihp_error *err);

/* Records that a column of an open store is at fault and what to do; or that the store has changed
 * since it was opened, which is the cause then. */
enum ihp_status ihp__store_fail_column(const struct ihp__store *store, const char *name,
                                       const char *what, struct ihp_error *err);

#endif
