/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_util.h - what every file that uses HDF5 shares: element types, attributes, and files that do
 * not crash the process when a write fails. Used by src/store, src/checkpoint, src/result and
 * src/jobs/inspect. Nothing here is collective.
 */
#ifndef IHP_STORE_HDF5_UTIL_H
#define IHP_STORE_HDF5_UTIL_H

#include "store/store.h"

#include <hdf5.h>

/* Return the type of an element in a file (little endian) and in memory. For IHP__TYPE_TEXT of
 * `width` bytes they make a new type; `*owned` is true if the caller must H5Tclose it. */
hid_t ihp__h5_file_type(enum ihp__type type, size_t width, bool *owned);
hid_t ihp__h5_memory_type(enum ihp__type type, size_t width, bool *owned);

/* Opens HDF5, before any other call of it, and keeps it from printing its own error stacks: this
 * library reports errors itself. From here on calls of HDF5 in which the system fails are noted.
 * Fails (IHP_ERR_RUN) if HDF5 has no memory to start; then do not call it. */
enum ihp_status ihp__h5_begin(struct ihp_error *err);

/* Returns why the system failed in a call of HDF5 since this was last asked: an errno for which
 * `ihp__is_system_error` is true, ENOMEM for lack of memory; or 0. */
int ihp__h5_system_error(void);

/* Returns true if a call of HDF5 has lacked memory in this process. HDF5 may have been damaged by
 * that, and fail later without a reason. */
bool ihp__h5_was_short(void);

/* If the system failed in a call of HDF5 since it was last asked, records that as
 * `ihp__fail_system` does, and returns true. Ask it before calling a file damaged: HDF5 returns the
 * same for both. `err->status` is the status then. */
bool ihp__h5_fail_system(const char *path, const char *what, struct ihp_error *err);

/* Write an attribute: a text of fixed length, or a 64-bit number. Return false if HDF5 fails. */
bool ihp__h5_put_text_attribute(hid_t object, const char *name, const char *text);
bool ihp__h5_put_u64_attribute(hid_t object, const char *name, uint64_t value);

/* Read such an attribute; the text gets a NUL at its end. Return false if there is no attribute of
 * that kind, or the text does not fit in `size` bytes. */
bool ihp__h5_get_text_attribute(hid_t object, const char *name, char *text, size_t size);
bool ihp__h5_get_u64_attribute(hid_t object, const char *name, uint64_t *value);

/* Makes the group of "group/name" if it does not exist yet, without modification times. Returns
 * false if HDF5 fails. */
bool ihp__h5_make_group(hid_t file, const char *name);

/* Makes the group `name`, which keeps the order in which its datasets are made. */
bool ihp__h5_make_ordered_group(hid_t file, const char *name);

/* Creates the dataset `name` of `count` elements, and its group. The dataset is contiguous, gets
 * its place in the file at once, and has no modification times, so that equal contents give equal
 * bytes. Returns a negative id on failure. */
hid_t ihp__h5_create_column(hid_t file, const char *name, hid_t type, uint64_t count);

/* Returns true if the elements of a dataset are in one piece in the file, without filters, so that
 * they can be read by position. */
bool ihp__h5_is_plain(hid_t dataset);

/* Returns true if a file has the signature of HDF5. False also if the system cannot read it, which
 * is noted. */
bool ihp__h5_is_file(const char *path);

/* Opens a file for reading, without a lock (hdf5_driver.h). Fails with a negative id. The caller
 * ends it with `ihp__h5_close_file`. */
hid_t ihp__h5_open_file(const char *path);

/* Closes a file, unless HDF5 was short of memory before: it may crash then, so it keeps the file
 * open until the process ends. */
void ihp__h5_close_file(hid_t file);

/* Creates a file in the layout of HDF5 1.8 and later, whose own structures carry checksums: HDF5
 * notices damage to them before it follows them. Takes no lock. Fails, with a negative id, if the
 * file exists. */
hid_t ihp__h5_create_file(const char *path);

/* Does the same; the root keeps the order of its groups and attributes. */
hid_t ihp__h5_create_ordered_file(const char *path);

/* Flushes and closes a file after writing. Returns false if anything of it could not be written,
 * with the reason in errno (0: HDF5 itself failed); the file is closed and incomplete then, and the
 * caller removes it. */
bool ihp__h5_end_file(hid_t file);

/* Closes a file that will be removed, without writing any more of it. errno stays. */
void ihp__h5_drop_file(hid_t file);

/* Copies the datasets and root attributes of a plain HDF5 file into a new file, with large columns
 * chunked, shuffled and deflated. Returns false if reading or writing fails; the new file may exist
 * then, and `*entry` is its place on the list of unfinished files. */
bool ihp__h5_pack(const char *from_path, const char *to_path, int *entry);

/* Reads `size` bytes of a file from byte `at`. Returns false if they cannot be read, with the
 * reason in errno: 0 means that the file is too short. */
bool ihp__read_at(int fd, void *data, uint64_t size, uint64_t at);

#endif
