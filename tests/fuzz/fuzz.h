/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.h - what every fuzz target shares.
 *
 * A target is a file fuzz_NAME.c that defines `fuzz_target`: how it takes one input. It is linked
 * either with libFuzzer (option IHP_FUZZ, clang) or with replay.c, which replays the corpus and
 * some seeded mutations of it. Every input is taken in a folder of the process, which is empty at
 * first and removed at the end.
 *
 * A target finds an error by ending the process: `fuzz_fail`, a sanitizer, or the time limit. It
 * checks what holds for any input: a failure has one line of text, and no message has a member's
 * data. */
#ifndef IHP_TEST_FUZZ_H
#define IHP_TEST_FUZZ_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Scripts of edits: see edits.h. */
struct fuzz_vocabulary;

struct fuzz_target {
    const char *name;
    bool uses_mpi;
    void (*begin)(void); /* called once, in an empty folder; may be NULL */
    void (*run)(const uint8_t *data, size_t size);
    const struct fuzz_vocabulary *(*vocabulary)(void); /* of a target whose inputs are scripts of
                                                          edits; NULL: inputs are any bytes */
};

/* Defined by each target. */
extern const struct fuzz_target fuzz_target;

/* Most bytes of an input. */
enum { FUZZ_INPUT_MAX = 1 << 16, FUZZ_PATH_MAX = 400 };

/* The text with which ids of members and claims begin in tests/fuzz/base. */
#define FUZZ_SECRET "SECRET"

/* Reports an error that an input has found, and aborts. */
_Noreturn void fuzz_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- files ----------------------------------------------------------------------------------- */

/* Returns the path of a file in the folder of the process, valid until the 16th call after it. */
const char *fuzz_path(const char *name);

/* Writes a file in the folder of the process. */
void fuzz_put(const char *name, const void *data, size_t size);

/* Writes a file in gzip form: as one member. */
void fuzz_put_gzip(const char *name, const void *data, size_t size);

/* Makes a folder in the folder of the process. */
void fuzz_folder(const char *name);

/* Returns the bytes of a file at any path, with a NUL after them; the caller frees them. */
char *fuzz_read(const char *path, size_t *size);

/* Removes a file or a folder with all that is in it; nothing if there is none. */
void fuzz_remove(const char *path);

/* Copies tests/fuzz/base into the folder of the process: extract/, program/ and decks. */
void fuzz_copy_base(void);

/* Calls a function for each file below a folder, with its name relative to that folder; the order
 * is that of the names. */
void fuzz_each_file(const char *folder, void (*found)(const char *name, void *context),
                    void *context);

/* A part of an input: the text after a line "=== NAME". */
struct fuzz_section {
    char name[64];
    const uint8_t *data;
    size_t size;
};

/* Splits an input at its lines "=== NAME" and returns the number of sections, at most `most`. */
size_t fuzz_split(const uint8_t *data, size_t size, struct fuzz_section *section, size_t most);

/* ---- what must hold -------------------------------------------------------------------------- */

/* Checks a status and its error: the same status, one line of text after a failure, none of a
 * member's data. Clears the error. */
void fuzz_check(enum ihp_status status, struct ihp_error *err);

/* Checks and clears notices. */
void fuzz_check_notices(struct ihp_notices *notices);

/* Says whether the following messages may have the secret, as an input can put it where it is not
 * one: into a header. At first they may. */
void fuzz_secret_allowed(bool allowed);

/* Returns true if some bytes have the secret. */
bool fuzz_has_secret(const uint8_t *data, size_t size);

/* Returns true if the first line of a section has the secret: the header of a table. */
bool fuzz_header_has_secret(const struct fuzz_section *section);

/* Fails unless a call of the target's own setting up succeeds. */
void fuzz_require(enum ihp_status status, const struct ihp_error *err);

/* Returns a stream that takes what is printed and drops it. */
FILE *fuzz_nowhere(void);

/* ---- random numbers -------------------------------------------------------------------------- */

/* Returns the next number of a generator (splitmix64), and one below `bound`, which is above 0. */
uint64_t fuzz_random(uint64_t *state);
size_t fuzz_below(uint64_t *state, size_t bound);

/* ---- entries --------------------------------------------------------------------------------- */

/* The interface of libFuzzer, which replay.c uses as well. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* Changes some bytes. Defined by libFuzzer, or by replay.c. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#endif
