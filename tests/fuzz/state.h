/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h - the state of tests/fuzz/base, settled and paid: what targets of result folders edit. */
#ifndef IHP_TEST_FUZZ_STATE_H
#define IHP_TEST_FUZZ_STATE_H

#include "edits.h"

/* The operations on a result folder, with "digests", which makes the manifests true again. */
#define FUZZ_FOLDER_OPERATIONS                                                                     \
    FUZZ_TEXT_OPERATIONS, FUZZ_TEXT_OPERATIONS, FUZZ_HDF5_VALUES, FUZZ_HDF5_SHAPES, "digests"

/* Copies tests/fuzz/base into the folder of the process and imports it as s.h5. */
void fuzz_state_import(void);

/* Settles a deck of the state into a folder, with member files: all of it, or a block of its sweep.
 */
void fuzz_state_settle(const char *deck, const char *output, size_t block, size_t blocks);

/* Pays the year 2025 by deck.yaml into paid/, with member files, and reconciles it into
 * reconciled/. */
void fuzz_state_pay(void);

/* Reads a script, and edits the folder that was taken, as it was at first. With the edit "digests"
 * the lists of files and their digests are made again. */
void fuzz_state_edit(struct fuzz_files *files, const uint8_t *data, size_t size);

/* Returns a hash of the CSV files of a folder, by name. */
uint64_t fuzz_state_tables(const char *folder);

/* Checks how a job ended that has taken the edited folder. If it succeeded, the CSV files of its
 * output are those of the first call, which is of the folder without edits; but not after the edit
 * "digests". Clears the error. */
void fuzz_state_check(enum ihp_status status, const char *output, struct ihp_error *err);

#endif
