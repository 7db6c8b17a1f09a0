/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_util.h - what reading and writing share: element types and handles that close themselves.
 * src/checkpoint, src/result and src/run include it too. */
#ifndef IHP_STORE_HDF5_UTIL_H
#define IHP_STORE_HDF5_UTIL_H

#include "store/store.h"

#include <hdf5.h>

/* The columns of claims by number (enum ihp__claim_column): dataset, type and unit. */
struct ihp__claim_spec {
    const char *name; /* with the group */
    enum ihp__type type;
    const char *units;
};
extern const struct ihp__claim_spec ihp__claim_spec[IHP__CLAIM_COLUMNS];

/* The type an element has in a file (little endian) and in memory. For IHP__TYPE_TEXT of `width`
 * bytes a new type is made; `*owned` tells whether the caller must H5Tclose it. */
hid_t ihp__h5_file_type(enum ihp__type type, size_t width, bool *owned);
hid_t ihp__h5_memory_type(enum ihp__type type, size_t width, bool *owned);

/* Bytes of one element. */
size_t ihp__type_size(enum ihp__type type, size_t width);

/* Keeps HDF5 from printing its own error stacks: faults are reported by this library. */
void ihp__h5_quiet(void);

/* Writes a text attribute of fixed length, or a 64-bit one. False when HDF5 refuses. */
bool ihp__h5_put_text_attribute(hid_t object, const char *name, const char *text);
bool ihp__h5_put_u64_attribute(hid_t object, const char *name, uint64_t value);

/* Reads such an attribute; the text with a NUL behind it. False when there is none of that kind, or
 * the text has no room in `size` bytes. */
bool ihp__h5_get_text_attribute(hid_t object, const char *name, char *text, size_t size);
bool ihp__h5_get_u64_attribute(hid_t object, const char *name, uint64_t *value);

/* Makes the group of "group/name" where it is not there yet, without modification times. */
bool ihp__h5_make_group(hid_t file, const char *name);

/* Creates the dataset `name` (groups on its way too) of `count` elements, contiguous and with its
 * place in the file given at once, without
 * modification times so that equal contents give equal bytes. Returns a negative id on failure. */
hid_t ihp__h5_create_column(hid_t file, const char *name, hid_t type, uint64_t count);

/* Creates a file in the layout of HDF5 1.8 and later, whose own structures carry checksums:
 * damage to them is found before it is followed. Refuses a file that is there. */
hid_t ihp__h5_create_file(const char *path);

/* Ends the writing of a file: everything onto its way to the disk, closed. False when there is
 * no room; the file is closed and worthless then, and the caller removes it. */
bool ihp__h5_end_file(hid_t file);

/* Closes a file that will be removed, whatever room is left. */
void ihp__h5_drop_file(hid_t file);

/* Writes the datasets and root attributes of a plain HDF5 file into a new one, large columns
 * chunked, shuffled and deflated. False when reading or writing fails; the new file may then be
 * there. */
bool ihp__h5_pack(const char *from_path, const char *to_path);

/* `size` bytes of a file from byte `at`. False when they cannot be read, with the reason in errno;
 * 0 when the file is short. */
bool ihp__read_at(int fd, void *data, uint64_t size, uint64_t at);

#endif
