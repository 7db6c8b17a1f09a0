/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_own.h - opening a dataset that is in its HDF5 file, and nothing outside that file.
 *
 * A link of HDF5 can lead to another file, and so can a dataset: as a virtual dataset, or with its
 * elements in external storage. A file made to deceive could lead to a named pipe, which blocks
 * when it is opened, or to a file that is none of its reader's business. So each link is looked at
 * before it is followed. Used by src/store and src/checkpoint. Nothing here is collective.
 */
#ifndef IHP_STORE_HDF5_OWN_H
#define IHP_STORE_HDF5_OWN_H

#include <hdf5.h>
#include <stdbool.h>

/* Opens the dataset `name`, "group/name", to which only hard links may lead, and refuses one that
 * is virtual, has its elements in other files, or requires a filter that ihp does not
 * use. The caller H5Dcloses it. Returns a negative id on failure and sets `*problem` to a static
 * text that continues "column X ...". */
hid_t ihp__h5_open_own(hid_t file, const char *name, const char **problem);

/* Returns true if a contiguous dataset has elements and no place for them in the file: HDF5 would
 * read its fill value instead. */
bool ihp__h5_is_unwritten(hid_t dataset);

#endif
