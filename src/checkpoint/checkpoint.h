/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint.h - what a run has done so far, as one file that any number of ranks can go on from.
 *
 * A checkpoint holds named texts, arrays of 64-bit words, and rows of members. To write one, all
 * ranks together: `ihp__checkpoint_create`, the puts, `ihp__checkpoint_commit`; it stands under its
 * name when it is whole and on the disk, and not before. To read one, each rank for itself:
 * `ihp__checkpoint_open` and the gets, each of which checks a digest of what it reads, so that a
 * torn or damaged file is refused and never half used. Rows are checked by all ranks together with
 * `ihp__checkpoint_check_rows`.
 *
 * The file is HDF5, made by rank 0; rows go straight to their place from every rank, as in a
 * store. It is protected data (mode 0600). Nothing here knows what a settlement is.
 */
#ifndef IHP_CHECKPOINT_H
#define IHP_CHECKPOINT_H

#include "store/store.h"

/* ---- writing --------------------------------------------------------------------------------- */

struct ihp__checkpoint_writer;

/* How the words of the ranks become those of the file. */
enum ihp__words_from {
    IHP__WORDS_OF_RANK_0,
    IHP__WORDS_SUM, /* of all ranks, as integers modulo 2^64 */
    IHP__WORDS_OR   /* of all ranks, bit by bit: each word stands on one rank or alike on several,
                      and is zero on the others */
};

/* Collective over `comm`, which is duplicated. Fails with IHP_ERR_RUN, on every rank alike. Part
 * files that killed runs have left beside `path` are removed; a run that still writes one is
 * told so at its commit. The caller commits or abandons. */
enum ihp_status ihp__checkpoint_create(const char *path, MPI_Comm comm,
                                       struct ihp__checkpoint_writer **out, struct ihp_error *err);

/* Collective: rank 0's text, at most IHP__CHECKPOINT_TEXT_MAX bytes. */
#define IHP__CHECKPOINT_TEXT_MAX 4095
enum ihp_status ihp__checkpoint_put_text(struct ihp__checkpoint_writer *w, const char *name,
                                         const char *text, struct ihp_error *err);

/* Collective: `count` words, as many on every rank (0 is allowed); with IHP__WORDS_OF_RANK_0
 * `words` and `count` of the other ranks are not looked at. Adds up in pieces: no rank needs more
 * than a few megabytes for it. */
enum ihp_status ihp__checkpoint_put_words(struct ihp__checkpoint_writer *w, const char *name,
                                          enum ihp__words_from from, const void *words,
                                          uint64_t count, struct ihp_error *err);

/* Makes rows place .. place + count - 1 of this rank, counted from its first, `row_bytes` each. */
typedef void (*ihp__pack_fn)(const void *context, uint64_t place, size_t count,
                             unsigned char *rows);

/* Collective: a row for each of `members` members, of which this rank has `range`; the ranges of
 * the ranks are disjoint and cover all. row_bytes is 1 to 1024 and the same on every rank. */
enum ihp_status ihp__checkpoint_put_rows(struct ihp__checkpoint_writer *w, const char *name,
                                         size_t row_bytes, struct ihp__range range,
                                         uint64_t members, ihp__pack_fn pack, const void *context,
                                         struct ihp_error *err);

/* Collective: puts the file under its name, in place of an earlier one, once it is whole and on the
 * disk. On failure nothing new is left and an earlier one stays. Frees the writer in any case. */
enum ihp_status ihp__checkpoint_commit(struct ihp__checkpoint_writer **w, struct ihp_error *err);

/* Collective: gives up; an earlier file stays. */
void ihp__checkpoint_abandon(struct ihp__checkpoint_writer **w);

/* Not collective: removes the checkpoint, and part files that killed runs have left beside it.
 * What is not there or cannot be removed is no fault. */
void ihp__checkpoint_remove(const char *path);

/* ---- reading --------------------------------------------------------------------------------- */

struct ihp__checkpoint;

/* Not collective: opens a file for this rank. IHP_ERR_DATA when it is no whole checkpoint. The
 * caller closes. */
enum ihp_status ihp__checkpoint_open(const char *path, struct ihp__checkpoint **out,
                                     struct ihp_error *err);
void ihp__checkpoint_close(struct ihp__checkpoint **c);

/* Not collective: a text into `text` of `size` bytes. IHP_ERR_DATA when there is none or it is
 * longer or damaged. */
enum ihp_status ihp__checkpoint_get_text(const struct ihp__checkpoint *c, const char *name,
                                         char *text, size_t size, struct ihp_error *err);

/* Not collective: how many words an array has, and the words of one that must have just `count`.
 * IHP_ERR_DATA when it is not there, has another number or is damaged. */
enum ihp_status ihp__checkpoint_count_words(const struct ihp__checkpoint *c, const char *name,
                                            uint64_t *count, struct ihp_error *err);
enum ihp_status ihp__checkpoint_get_words(const struct ihp__checkpoint *c, const char *name,
                                          void *words, uint64_t count, struct ihp_error *err);

/* Takes rows place .. place + count - 1 of this rank's range; false refuses them (a value that
 * cannot be). */
typedef bool (*ihp__unpack_fn)(void *context, uint64_t place, size_t count,
                               const unsigned char *rows);

/* Not collective: the rows of `range` of an array of `members` rows of `row_bytes`. Adds to
 * `*digest` what ihp__checkpoint_check_rows compares. IHP_ERR_DATA when they are not there, of
 * another shape or refused by `unpack`. */
enum ihp_status ihp__checkpoint_get_rows(const struct ihp__checkpoint *c, const char *name,
                                         size_t row_bytes, struct ihp__range range,
                                         uint64_t members, ihp__unpack_fn unpack, void *context,
                                         uint64_t *digest, struct ihp_error *err);

/* Collective over `comm`: whether the rows that the ranks have read are all there and undamaged;
 * IHP_ERR_DATA otherwise, on every rank alike. A fault of a rank in `err` becomes that of all. */
enum ihp_status ihp__checkpoint_check_rows(const struct ihp__checkpoint *c, const char *name,
                                           uint64_t digest, MPI_Comm comm, struct ihp_error *err);

#endif
