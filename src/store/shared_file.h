/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shared_file.h - an HDF5 file that the ranks of a communicator write together. Only src/store and
 * src/checkpoint include it.
 *
 * Rank 0 has the HDF5 file and makes every dataset, contiguous and allocated at once, so that its
 * place in the file is known. Data of many ranks then goes straight to that place: a positional
 * write needs no agreement between ranks and no MPI-IO. The file lies beside its name until it is
 * whole.
 */
#ifndef IHP_STORE_SHARED_FILE_H
#define IHP_STORE_SHARED_FILE_H

#include "hdf5_util.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "files are little-endian and are written by position: a big-endian machine cannot write them"
#endif

/* A dataset that ranks write to by position. */
struct ihp__raw_column {
    uint64_t address; /* byte in the file at which element 0 lies */
    size_t element;   /* bytes */
};

struct ihp__shared_file {
    const char *what;  /* in messages, such as "the store"; static */
    char *path, *part; /* owned; the name it will have, and the one it has until then */
    MPI_Comm comm;     /* owned */
    int rank, ranks;
    hid_t file; /* rank 0 */
    int fd;     /* every rank, for positional reads and writes */
};

/* Collective over `comm`, which is duplicated: makes PATH.part-NUMBER with rank 0's `number`, mode
 * 0600, in place of one that is there, and opens it on every rank. On failure, the same on every
 * rank, nothing is left. The caller drops it, or ends, renames and closes it. */
enum ihp_status ihp__shared_create(struct ihp__shared_file *shared, const char *path,
                                   const char *what, uint64_t number, MPI_Comm comm,
                                   struct ihp_error *err);

/* Not collective: records that `what` cannot be written, with the system's reason (errno). */
enum ihp_status ihp__shared_fail(const struct ihp__shared_file *shared, const char *what,
                                 struct ihp_error *err);

/* Collective: makes the dataset `name` of `count` elements of `element` bytes and rank 0's `type`,
 * with its unit, and tells all ranks its place. A fault of a rank in `err` becomes that of all. */
enum ihp_status ihp__shared_column(struct ihp__shared_file *shared, const char *name, hid_t type,
                                   size_t element, uint64_t count, const char *units,
                                   struct ihp__raw_column *column, struct ihp_error *err);

/* Not collective: elements first .. first + count - 1 of a column, to or from the file. */
enum ihp_status ihp__raw_write(const struct ihp__shared_file *shared,
                               const struct ihp__raw_column *column, uint64_t first, uint64_t count,
                               const void *data, struct ihp_error *err);
enum ihp_status ihp__raw_read(const struct ihp__shared_file *shared,
                              const struct ihp__raw_column *column, uint64_t first, uint64_t count,
                              void *data, struct ihp_error *err);

/* Collective: what every rank has written is on the disk; comes before rank 0 ends the file. */
enum ihp_status ihp__shared_sync(struct ihp__shared_file *shared, struct ihp_error *err);

/* Rank 0: ends the HDF5 file and puts it onto the disk; it keeps its part name. */
bool ihp__shared_end(struct ihp__shared_file *shared);

/* Collective: closes and frees what `shared` has, also of a file that has not been ended. Once more
 * is harmless, here and with the next. */
void ihp__shared_close(struct ihp__shared_file *shared);

/* Collective: gives up; the part file is removed. */
void ihp__shared_drop(struct ihp__shared_file *shared);

#endif
