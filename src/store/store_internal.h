/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_internal.h - the open store, for the files of this room that read it.
 *
 * From the ground up: store_file.c opens the file and notices when it changes, store_column.c opens
 * one column, store_block.c reads its elements and compares them with the digests of their blocks,
 * store_content.c opens all columns and compares them with the hash of the contents, the other
 * files read members, claim lines and the index, and store_open.c puts an open store together.
 */
#ifndef IHP_STORE_INTERNAL_H
#define IHP_STORE_INTERNAL_H

#include "digest.h"
#include "hdf5_util.h"

#include <sys/stat.h>

/* Texts of a dictionary: `text` points into `bytes`. */
struct ihp__text_array {
    char *bytes;       /* owned */
    const char **text; /* owned */
    size_t count;
};

/* Blocks of a column in memory, for reads that begin or end within one. */
struct ihp__held_blocks {
    uint64_t first, blocks; /* the number of the first one, and how many there are */
    uint64_t room;          /* for so many */
    uint64_t next;          /* the element that follows those last read */
    void *data;             /* owned; NULL: no room yet */
};

/* An open column. */
struct ihp__open_column {
    const char *name;    /* with its group; static */
    hid_t dataset;       /* owned; 0 when the store does not have the column */
    enum ihp__type type; /* of the elements, never IHP__TYPE_CENTS */
    size_t element;      /* bytes of an element */
    uint64_t count;
    bool is_plain;    /* elements lie in one piece in the file, in this machine's byte order */
    uint64_t address; /* byte of element 0 in the file, when is_plain */
    const uint64_t *digest;        /* of each block; borrowed; NULL: the store has no digests */
    struct ihp__held_blocks *held; /* owned */
};

struct ihp__store {
    struct ihp__store_info info;
    char *path; /* owned */
    hid_t file;
    int fd;             /* for reading past HDF5 */
    struct stat opened; /* the file at the time it was opened */
    struct ihp__open_column column[IHP__COLUMNS];
    uint64_t *digest; /* of all blocks; owned; NULL: the store has none */
    uint8_t *indexed;
    struct ihp__text_array payer, acg, procedure, taxonomy, race;
    int64_t *npi;
    uint32_t *npi_taxonomy;
};

/* ---- the file (store_file.c) ----------------------------------------------------------------- */

/* Opens the HDF5 file at `path` and reads the attributes of its root into `info`. The caller closes
 * the store, also after a failure, with `ihp__store_file_close`. */
enum ihp_status ihp__store_file_open(struct ihp__store *store, const char *path,
                                     struct ihp_error *err);

/* Closes the file and frees the path. */
void ihp__store_file_close(struct ihp__store *store);

/* ---- columns (store_column.c) ---------------------------------------------------------------- */

/* Records that a column of an open store is damaged and what to do. If the store has changed since
 * it was opened, that is the cause, and the error says so instead; so it does if memory was short.
 * Returns the status. */
enum ihp_status ihp__store_fail_column(const struct ihp__store *store, const char *name,
                                       const char *problem, struct ihp_error *err);

/* Opens a column, checks that it is in this file and has the type and the number of elements that
 * the table of columns gives it (any number for IHP__OWN_LENGTH), and finds out whether it can be
 * read straight from its place in the file. The caller closes it, also after a failure. */
enum ihp_status ihp__column_open(const struct ihp__store *store, enum ihp__column which,
                                 struct ihp__open_column *column, struct ihp_error *err);

/* Opens the digests, `count` of them, likewise. */
enum ihp_status ihp__column_open_digests(const struct ihp__store *store, uint64_t count,
                                         struct ihp__open_column *column, struct ihp_error *err);

/* Opens an array of bytes that is not in the table of columns likewise. `name` is static. */
enum ihp_status ihp__column_open_bytes(const struct ihp__store *store, const char *name,
                                       struct ihp__open_column *column, struct ihp_error *err);

/* Closes a column; harmless if it is not open. */
void ihp__column_close(struct ihp__open_column *column);

/* ---- elements (store_block.c) ---------------------------------------------------------------- */

/* Reads elements first .. first + count - 1 of an open column and compares the blocks in which they
 * are with their digests, if the store has any. Consecutive reads read each block once. Fails with
 * IHP_ERR_DATA, and names the block, if one is damaged. */
enum ihp_status ihp__column_read(const struct ihp__store *store,
                                 const struct ihp__open_column *column, uint64_t first,
                                 uint64_t count, void *data, struct ihp_error *err);

/* Reads elements first .. first + count - 1 of a column of the store. Refuses a column that the
 * store lacks or that has fewer elements. */
enum ihp_status ihp__store_read_part(const struct ihp__store *store, enum ihp__column which,
                                     uint64_t first, uint64_t count, void *data,
                                     struct ihp_error *err);

/* Reads the offsets of a range of members, range.count + 1 of them, into `offset` and checks
 * them: they do not decrease, stay within `limit` rows, start with 0 at the first member and end
 * with `limit` at the last member of the store. */
enum ihp_status ihp__store_read_offsets(const struct ihp__store *store, enum ihp__column which,
                                        struct ihp__range range, uint64_t limit, uint64_t *offset,
                                        struct ihp_error *err);

/* Subtracts the first of `count` + 1 offsets from all, so that they count from the first row read.
 */
void ihp__offsets_rebase(uint64_t *offset, uint64_t count);

/* ---- values (store_values.c) ----------------------------------------------------------------- */

/* Check the values of a column: texts of `width` bytes are UTF-8 without control characters and
 * padded with NUL, days and months are in the years 0001 to 9999, counties have five digits. A day
 * may also be `none`. */
enum ihp_status ihp__store_check_texts(const struct ihp__store *store, enum ihp__column which,
                                       const char *texts, size_t width, size_t count,
                                       struct ihp_error *err);
enum ihp_status ihp__store_check_days(const struct ihp__store *store, enum ihp__column which,
                                      const int32_t *days, size_t count, int32_t none,
                                      struct ihp_error *err);
enum ihp_status ihp__store_check_months(const struct ihp__store *store, enum ihp__column which,
                                        const int32_t *months, size_t count, struct ihp_error *err);
enum ihp_status ihp__store_check_counties(const struct ihp__store *store, enum ihp__column which,
                                          const uint32_t *counties, size_t count,
                                          struct ihp_error *err);

/* ---- all columns (store_content.c) ----------------------------------------------------------- */

/* Opens all columns that the store has, reads the digests, and compares them and the attributes of
 * the root with the hash of the contents. The caller closes them, also after a failure, with
 * `ihp__store_close_columns`. */
enum ihp_status ihp__store_open_columns(struct ihp__store *store, struct ihp_error *err);
void ihp__store_close_columns(struct ihp__store *store);

/* ---- the index (store_index_read.c) ---------------------------------------------------------- */

/* Reads which procedures the index holds, if the store has one. */
enum ihp_status ihp__store_open_index(struct ihp__store *store, struct ihp_error *err);

/* Reads the index's offsets of `members`, whose claim offsets have been read already. */
enum ihp_status ihp__store_read_index_offsets(const struct ihp__store *store,
                                              struct ihp__members *members, struct ihp_error *err);

#endif
