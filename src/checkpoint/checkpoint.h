/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint.h - the work of an unfinished run in one file, from which any number of ranks can
 * continue.
 *
 * A checkpoint holds named texts, arrays of 64-bit words, and rows of members. To write one, all
 * ranks together call `ihp__checkpoint_create`, the puts, and `ihp__checkpoint_commit`; the file
 * gets its name only when it is whole and on the disk. To read one, each rank for itself calls
 * `ihp__checkpoint_open` and the gets. Each get checks a digest of what it reads, so that a damaged
 * file is refused and never half used. All ranks together check rows with
 * `ihp__checkpoint_check_rows`.
 *
 * The file is HDF5 and made by rank 0; rows go straight to their place from every rank, as in a
 * store. It is protected data (mode 0600). Nothing here knows what a settlement is.
 */
#ifndef IHP_CHECKPOINT_H
#define IHP_CHECKPOINT_H

#include "store/store.h"

/* The rows of an array that this rank writes or reads: one for each member of `range`. */
struct ihp__checkpoint_rows {
    const char *name;
    size_t row_bytes;        /* 1 to 1024; the same on every rank */
    struct ihp__range range; /* members of this rank */
    uint64_t members;        /* of all ranks: rows of the array */
};

/* ---- writing --------------------------------------------------------------------------------- */

struct ihp__checkpoint_writer;

/* How the words of the ranks become the words of the file. */
enum ihp__words_from {
    IHP__WORDS_OF_RANK_0,
    IHP__WORDS_SUM, /* summed over ranks, as integers modulo 2^64 */
    IHP__WORDS_OR   /* bitwise OR over ranks: each word is on one rank, or equal on several, and is
                       zero on the others */
};

/* Collective over `comm`, which is duplicated. Fails with IHP_ERR_RUN, on every rank alike. Removes
 * temporary files that killed runs have left next to `path`; a run that still writes one gets an
 * error at its commit. The caller commits or abandons the writer. */
enum ihp_status ihp__checkpoint_create(const char *path, MPI_Comm comm,
                                       struct ihp__checkpoint_writer **out, struct ihp_error *err);

/* Collective. Writes rank 0's text of at most IHP__CHECKPOINT_TEXT_MAX bytes. */
#define IHP__CHECKPOINT_TEXT_MAX 4095
enum ihp_status ihp__checkpoint_put_text(struct ihp__checkpoint_writer *w, const char *name,
                                         const char *text, struct ihp_error *err);

/* Collective. Writes `count` words, the same number on every rank (0 is allowed). With
 * IHP__WORDS_OF_RANK_0, `words` and `count` of the other ranks are ignored. Words are combined in
 * pieces, so that no rank needs more than a few megabytes. */
enum ihp_status ihp__checkpoint_put_words(struct ihp__checkpoint_writer *w, const char *name,
                                          enum ihp__words_from from, const void *words,
                                          uint64_t count, struct ihp_error *err);

/* Makes rows place .. place + count - 1 of this rank, counted from its first. */
typedef void (*ihp__pack_fn)(const void *context, uint64_t place, size_t count,
                             unsigned char *rows);

/* Collective. Writes an array of rows, which `pack` makes. The ranges of the ranks are disjoint and
 * cover all members. */
enum ihp_status ihp__checkpoint_put_rows(struct ihp__checkpoint_writer *w,
                                         const struct ihp__checkpoint_rows *rows, ihp__pack_fn pack,
                                         const void *context, struct ihp_error *err);

/* Collective. Gives the file its name, in place of an earlier one, once it is whole and on the
 * disk. On failure nothing new is left and an earlier file stays. Frees the writer in any case. */
enum ihp_status ihp__checkpoint_commit(struct ihp__checkpoint_writer **w, struct ihp_error *err);

/* Collective. Removes what was written and frees the writer; an earlier file stays. NULL is
 * harmless. */
void ihp__checkpoint_abandon(struct ihp__checkpoint_writer **w);

/* Not collective. Removes the checkpoint, and temporary files that killed runs have left next to
 * it. Ignores files that do not exist or cannot be removed. */
void ihp__checkpoint_remove(const char *path);

/* ---- reading --------------------------------------------------------------------------------- */

struct ihp__checkpoint;

/* Not collective. Opens a checkpoint for this rank. Fails with IHP_ERR_DATA if the file is not a
 * whole checkpoint. The caller closes it. */
enum ihp_status ihp__checkpoint_open(const char *path, struct ihp__checkpoint **out,
                                     struct ihp_error *err);

/* Returns true if another program has locked the file, which does not hinder reading. */
bool ihp__checkpoint_is_locked(const struct ihp__checkpoint *c);

/* Closes a checkpoint. NULL is harmless. */
void ihp__checkpoint_close(struct ihp__checkpoint **c);

/* Not collective. Reads a text into `text` of `size` bytes. Fails with IHP_ERR_DATA if the text is
 * missing, damaged, or does not fit. */
enum ihp_status ihp__checkpoint_get_text(const struct ihp__checkpoint *c, const char *name,
                                         char *text, size_t size, struct ihp_error *err);

/* Not collective. Finds how many words an array has. Fails with IHP_ERR_DATA if it is missing. */
enum ihp_status ihp__checkpoint_count_words(const struct ihp__checkpoint *c, const char *name,
                                            uint64_t *count, struct ihp_error *err);

/* Not collective. Reads an array of words. Fails with IHP_ERR_DATA if it is missing, damaged, or
 * has not `count` words. */
enum ihp_status ihp__checkpoint_get_words(const struct ihp__checkpoint *c, const char *name,
                                          void *words, uint64_t count, struct ihp_error *err);

/* Takes rows place .. place + count - 1 of this rank's range. Returns false if a row has a value
 * that is not valid. */
typedef bool (*ihp__unpack_fn)(void *context, uint64_t place, size_t count,
                               const unsigned char *rows);

/* Not collective. Reads rows and gives them to `unpack`. Adds to `*digest` what
 * `ihp__checkpoint_check_rows` compares. Fails with IHP_ERR_DATA if the array is missing or has
 * another shape, or if `unpack` returns false. */
enum ihp_status ihp__checkpoint_get_rows(const struct ihp__checkpoint *c,
                                         const struct ihp__checkpoint_rows *rows,
                                         ihp__unpack_fn unpack, void *context, uint64_t *digest,
                                         struct ihp_error *err);

/* Collective over `comm`. Checks that the rows that the ranks have read are together all rows of
 * the array, undamaged. Fails with IHP_ERR_DATA, on every rank alike. An error of any rank that is
 * already in `err` becomes the error of all. */
enum ihp_status ihp__checkpoint_check_rows(const struct ihp__checkpoint *c, const char *name,
                                           uint64_t digest, MPI_Comm comm, struct ihp_error *err);

#endif
