/* SPDX-License-Identifier: GPL-3.0-or-later */
/* h5_attributes.h - attributes of results.h5 and its like, each with the type of its value in JSON.
 *
 * Nothing here is collective.
 */
#ifndef IHP_H5_ATTRIBUTES_H
#define IHP_H5_ATTRIBUTES_H

#include "store/hdf5_util.h"

#include <jansson.h>

/* Writes a value as an attribute: a whole number as int64, a real as float64, a truth value as an
 * enumeration of FALSE and TRUE as h5py has it, a list of numbers as an array of float64, a text as
 * it is, and anything else as a text of JSON. Returns false on failure, with ENOMEM in errno if
 * memory was short before HDF5 was called. */
bool ihp__h5_put_json_attribute(hid_t object, const char *name, const json_t *value);

/* Prints the value of an attribute as such a function has written it, on one line, to `stream`. A
 * value of another type is not printed. Returns false when memory is short. */
bool ihp__h5_print_attribute(FILE *stream, hid_t attribute);

#endif
