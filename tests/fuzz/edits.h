/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edits.h - scripts of edits: inputs that change a valid file instead of being one.
 *
 * A script has an edit on each line: OPERATION NAME AT VALUE TEXT, such as
 *
 *     set claims/paid_amount 3 -500
 *     text dictionary/payer 0 0 MCO
 *     digests
 *
 * What is missing is "-", 0 or blank. A name that the file does not have means one that it has, so
 * that almost every script does something. Lines that are not edits are passed over. */
#ifndef IHP_TEST_FUZZ_EDITS_H
#define IHP_TEST_FUZZ_EDITS_H

#include "fuzz.h"

enum { FUZZ_EDITS_MAX = 12, FUZZ_NAMES_MAX = 160, FUZZ_NAME_MAX = 100 };

struct fuzz_edit {
    char operation[16];
    char name[FUZZ_NAME_MAX];
    int64_t at, value;
    char text[120];
};

/* The words of which scripts are made. */
struct fuzz_vocabulary {
    const char *const *operation; /* ends with NULL */
    char name[FUZZ_NAMES_MAX][FUZZ_NAME_MAX];
    size_t names;
};

/* Adds a name to a vocabulary, if there is room. */
void fuzz_vocabulary_add(struct fuzz_vocabulary *vocabulary, const char *name);

/* Reads a script; returns the number of its edits. */
size_t fuzz_edits_read(const uint8_t *data, size_t size, struct fuzz_edit edit[FUZZ_EDITS_MAX]);

/* Returns true if a script has an edit with this operation. */
bool fuzz_edits_have(const struct fuzz_edit *edit, size_t edits, const char *operation);

/* Changes a script into another one; returns its new size. */
size_t fuzz_edits_mutate(const struct fuzz_vocabulary *vocabulary, uint8_t *data, size_t size,
                         size_t max_size, uint64_t seed);

/* Returns `number` reduced to 0 .. count - 1; 0 if there is nothing to choose from. */
size_t fuzz_wrap(int64_t number, size_t count);

/* Returns the element of a list that a name means: the one that is equal, or one by its hash. */
size_t fuzz_choose(const char *name, const char *list, size_t stride, size_t count);

/* ---- HDF5 files ------------------------------------------------------------------------------ */

/* The operations on HDF5 files. The first list changes elements and attributes, the second replaces
 * objects by others. They end without NULL, as lists of targets are made of them. */
#define FUZZ_HDF5_VALUES "set", "flip", "add", "copy", "fill", "text", "attribute"
#define FUZZ_HDF5_SHAPES                                                                           \
    "drop", "delete", "resize", "retype", "rank", "chunk", "group", "soft", "external", "cut"

/* Adds the datasets of an HDF5 file to a vocabulary, and the attributes of its root. `prefix` comes
 * before each name. */
void fuzz_hdf5_names(const char *path, const char *prefix, struct fuzz_vocabulary *vocabulary);

/* Applies the edits to an HDF5 file. Edits of other operations are passed over. */
void fuzz_hdf5_edit(const char *path, const struct fuzz_edit *edit, size_t edits);

/* ---- folders --------------------------------------------------------------------------------- */

/* The operations on text files of a folder. */
#define FUZZ_TEXT_OPERATIONS                                                                       \
    "byte", "cut-at", "insert", "number", "string", "cell", "drop-row", "repeat-row", "swap-rows", \
        "json", "remove", "empty", "extra"

/* A folder of files to edit, and how to restore it. */
struct fuzz_files;

/* Remembers all files below a folder of the process; `relative` is its name. Their names are added
 * to the vocabulary, unless it is NULL. A dataset of an HDF5 file is "FILE:DATASET" in a script. */
struct fuzz_files *fuzz_files_take(const char *relative, struct fuzz_vocabulary *vocabulary);

/* Returns the path of the folder that was taken. */
const char *fuzz_files_folder(const struct fuzz_files *files);

/* Restores the folder as it was taken, removing what was added. */
void fuzz_files_restore(struct fuzz_files *files);

/* Applies the edits to a folder that is as it was taken. */
void fuzz_files_edit(struct fuzz_files *files, const struct fuzz_edit *edit, size_t edits);

#endif
