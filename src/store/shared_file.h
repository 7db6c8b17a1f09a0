/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shared_file.h - an HDF5 file that the ranks of a communicator write together. Used by src/store
 * and src/checkpoint.
 *
 * Rank 0 owns the HDF5 file and makes every dataset, contiguous and allocated at once, so that its
 * place in the file is known. Data of all ranks then goes straight to that place: a positional
 * write needs no agreement between ranks and no MPI-IO. The file has a temporary name until it is
 * whole.
 */
#ifndef IHP_STORE_SHARED_FILE_H
#define IHP_STORE_SHARED_FILE_H

#include "hdf5_util.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "files are little-endian and are written by position: a big-endian machine cannot write them"
#endif

/* The place of a dataset, for writes and reads by position. */
struct ihp__raw_column {
    uint64_t address; /* byte of element 0 in the file */
    size_t element;   /* bytes */
};

struct ihp__shared_file {
    const char *what; /* in messages, such as "the store"; static */
    char *path;       /* owned; the name the file will have */
    char *part;       /* owned; its temporary name */
    MPI_Comm comm;    /* owned */
    int rank, ranks;
    int unfinished; /* rank 0: of the temporary name */
    hid_t file;     /* rank 0 */
    int fd;         /* every rank, for positional reads and writes */
};

/* Collective over `comm`, which is duplicated. Makes PATH.part-NUMBER with rank 0's `number` and
 * mode 0600, replaces an existing file of that name, and opens it on every rank. On failure, which
 * is the same on every rank, no file is left. The caller drops the file, or ends, renames and
 * closes it. */
enum ihp_status ihp__shared_create(struct ihp__shared_file *shared, const char *path,
                                   const char *what, uint64_t number, MPI_Comm comm,
                                   struct ihp_error *err);

/* Not collective. Records that `what` cannot be written, with the system's reason (errno). Returns
 * IHP_ERR_RUN. */
enum ihp_status ihp__shared_fail(const struct ihp__shared_file *shared, const char *what,
                                 struct ihp_error *err);

/* A dataset to make. */
struct ihp__shared_dataset {
    const char *name;
    hid_t type;     /* in the file; rank 0's counts */
    size_t element; /* bytes */
    uint64_t count;
    const char *units; /* becomes an attribute */
};

/* Collective. Makes a dataset and gives all ranks its place. An error of any rank that is already
 * in `err` becomes the error of all. */
enum ihp_status ihp__shared_column(struct ihp__shared_file *shared,
                                   const struct ihp__shared_dataset *dataset,
                                   struct ihp__raw_column *column, struct ihp_error *err);

/* Not collective. Write or read elements first .. first + count - 1 of a column. */
enum ihp_status ihp__raw_write(const struct ihp__shared_file *shared,
                               const struct ihp__raw_column *column, uint64_t first, uint64_t count,
                               const void *data, struct ihp_error *err);
enum ihp_status ihp__raw_read(const struct ihp__shared_file *shared,
                              const struct ihp__raw_column *column, uint64_t first, uint64_t count,
                              void *data, struct ihp_error *err);

/* Collective. Waits until what every rank has written is on the disk. Call it before rank 0 ends
 * the file. */
enum ihp_status ihp__shared_sync(struct ihp__shared_file *shared, struct ihp_error *err);

/* Rank 0: ends the HDF5 file and waits until it is on the disk. The file keeps its temporary name.
 * Returns false on failure. */
bool ihp__shared_end(struct ihp__shared_file *shared);

/* Collective. Closes and frees everything in `shared`, also if the file has not been ended. A
 * second call is harmless. */
void ihp__shared_close(struct ihp__shared_file *shared);

/* Collective. Removes the temporary file, and closes. A second call is harmless. */
void ihp__shared_drop(struct ihp__shared_file *shared);

#endif
