/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a checkpoint: rank 0 makes the HDF5 file and writes texts and words; every rank writes
 * its rows straight to their place. */
#include "checkpoint_internal.h"

#include "base/agree.h"
#include "base/seal.h"
#include "base/sync.h"
#include "ihp/version.h"
#include "store/shared_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct ihp__checkpoint_writer {
    struct ihp__shared_file shared;
    XXH3_state_t *hash;   /* owned */
    unsigned char *piece; /* [IHP__CHECKPOINT_PIECE], owned: sums, or rows to write */
};

/* Collective. Closes the file and frees the writer. */
static void writer_free(struct ihp__checkpoint_writer **writer)
{
    struct ihp__checkpoint_writer *w = *writer;
    ihp__shared_close(&w->shared);
    XXH3_freeState(w->hash);
    free(w->piece);
    free(w);
    *writer = NULL;
}

/* ---- creation -------------------------------------------------------------------------------- */

/* Makes an empty writer; NULL if memory is short. */
static struct ihp__checkpoint_writer *writer_alloc(void)
{
    struct ihp__checkpoint_writer *w = calloc(1, sizeof *w);
    if (w != NULL && (w->hash = XXH3_createState()) != NULL &&
        (w->piece = malloc(IHP__CHECKPOINT_PIECE)) != NULL) {
        return w;
    }
    if (w != NULL) {
        XXH3_freeState(w->hash);
    }
    free(w);
    return NULL;
}

/* Returns the folder of a path, which the caller frees; NULL if memory is short. */
static char *folder_of(const char *path)
{
    size_t length = (size_t)(ihp__path_base(path) - path);
    return length == 0 ? strdup(".") : strndup(path, length);
}

/* Returns true if `name` is `base`.part-NUMBER with its seal. */
static bool is_part(const char *name, const char *base)
{
    static const char mark[] = ".part-";
    size_t length = strlen(base);
    if (strncmp(name, base, length) != 0 || strncmp(name + length, mark, sizeof mark - 1) != 0) {
        return false;
    }
    const char *number = name + length + sizeof mark - 1;
    const size_t sealed = ihp__seal_find(name);
    return sealed > 0 && name[sealed + IHP__SEAL_BYTES] == '\0' && number < name + sealed &&
           number + strspn(number, "0123456789") == name + sealed;
}

/* Removes temporary files that killed runs have left, so that they do not accumulate. No two
 * temporary files have the same name. So a running job that loses its file this way finds it
 * missing when it renames it: of two runs at once, one gets an error, and their data do not mix. */
static void remove_leftovers(const char *path)
{
    char *name = folder_of(path);
    DIR *folder = name == NULL ? NULL : opendir(name);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (is_part(entry->d_name, ihp__path_base(path))) {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    free(name);
}

/* Rank 0: writes the attributes of the root except `complete`, which comes at the end. */
static enum ihp_status put_root(struct ihp__checkpoint_writer *w, struct ihp_error *err)
{
    hid_t file = w->shared.file;
    errno = 0;
    return ihp__h5_put_text_attribute(file, "format", IHP__CHECKPOINT_FORMAT) &&
                   ihp__h5_put_u64_attribute(file, "format_version", IHP__CHECKPOINT_VERSION) &&
                   ihp__h5_put_text_attribute(file, "program_version", IHP_VERSION)
               ? IHP_OK
               : ihp__shared_fail(&w->shared, "the attributes", err);
}

enum ihp_status ihp__checkpoint_create(const char *path, MPI_Comm comm,
                                       struct ihp__checkpoint_writer **out, struct ihp_error *err)
{
    struct ihp__checkpoint_writer *w = writer_alloc();
    struct ihp__shared_file shared;
    if (w == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, "a checkpoint"));
    }
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t number = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    int rank = 0;
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_rank(comm, &rank);
    }
    if (rank == 0) {
        remove_leftovers(path);
    }
    enum ihp_status status = ihp__shared_create(&shared, path, "the checkpoint", number, comm, err);
    if (w != NULL) {
        w->shared = shared;
    }
    if (status == IHP_OK && rank == 0) {
        ihp__until_agreed(put_root(w, err));
    }
    if (ihp__agree(comm, err) == IHP_OK) {
        *out = w;
    } else if (w != NULL) {
        ihp__checkpoint_abandon(&w);
    }
    return err->status;
}

/* ---- texts and words ------------------------------------------------------------------------- */

/* Rank 0: writes the digest of an array, which is known when all of the array has been written. */
static enum ihp_status put_digest(struct ihp__checkpoint_writer *w, const char *name,
                                  uint64_t digest, struct ihp_error *err)
{
    errno = 0;
    hid_t dataset = H5Dopen2(w->shared.file, name, H5P_DEFAULT);
    bool done = dataset >= 0 && ihp__h5_put_u64_attribute(dataset, IHP__CHECKPOINT_DIGEST, digest);
    enum ihp_status status = done ? IHP_OK : ihp__shared_fail(&w->shared, name, err);
    if (dataset >= 0) {
        H5Dclose(dataset);
    }
    return status;
}

/* Collective. Returns the words that rank 0 is to write, of `count` that each rank has. */
static const void *join_words(struct ihp__checkpoint_writer *w, enum ihp__words_from from,
                              const void *words, size_t count)
{
    if (from == IHP__WORDS_OF_RANK_0 || w->shared.ranks == 1) {
        return words;
    }
    MPI_Reduce(words, w->piece, (int)count, MPI_UINT64_T,
               from == IHP__WORDS_SUM ? MPI_SUM : MPI_BOR, 0, w->shared.comm);
    return w->piece;
}

/* Collective. Writes an array, rank 0's `data` or joined from the data of all ranks. */
static enum ihp_status put_array(struct ihp__checkpoint_writer *w,
                                 const struct ihp__shared_dataset *array, enum ihp__words_from from,
                                 const void *data, struct ihp_error *err)
{
    const uint64_t count = array->count, most = IHP__CHECKPOINT_PIECE / array->element;
    struct ihp__raw_column column;
    if (ihp__shared_column(&w->shared, array, &column, err) != IHP_OK) {
        return err->status;
    }
    XXH3_64bits_reset_withSeed(w->hash, ihp__checkpoint_seed(array->name, count, array->element));
    for (uint64_t done = 0; done < count; done += most) { /* also after an error: others sum too */
        uint64_t piece = count - done < most ? count - done : most;
        if (from == IHP__WORDS_OF_RANK_0 && w->shared.rank != 0) {
            break;
        }
        const void *joined =
            join_words(w, from, (const char *)data + done * array->element, (size_t)piece);
        if (w->shared.rank == 0 && err->status == IHP_OK) {
            XXH3_64bits_update(w->hash, joined, piece * array->element);
            ihp__until_agreed(ihp__raw_write(&w->shared, &column, done, piece, joined, err));
        }
    }
    if (w->shared.rank == 0 && err->status == IHP_OK) {
        ihp__until_agreed(put_digest(w, array->name, XXH3_64bits_digest(w->hash), err));
    }
    return ihp__agree(w->shared.comm, err);
}

enum ihp_status ihp__checkpoint_put_text(struct ihp__checkpoint_writer *w, const char *name,
                                         const char *text, struct ihp_error *err)
{
    uint64_t length = w->shared.rank == 0 ? strlen(text) : 0;
    if (length > IHP__CHECKPOINT_TEXT_MAX) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: text %s has %llu bytes; at most %d are allowed",
                       w->shared.path, name, (unsigned long long)length, IHP__CHECKPOINT_TEXT_MAX);
    }
    ihp__share_u64(w->shared.comm, &length, 1);
    const struct ihp__shared_dataset array = {name, H5T_STD_U8LE, 1, length, "text, UTF-8"};
    return put_array(w, &array, IHP__WORDS_OF_RANK_0, text, err);
}

enum ihp_status ihp__checkpoint_put_words(struct ihp__checkpoint_writer *w, const char *name,
                                          enum ihp__words_from from, const void *words,
                                          uint64_t count, struct ihp_error *err)
{
    uint64_t common = count;
    ihp__share_u64(w->shared.comm, &common, 1);
    if (count != common && from != IHP__WORDS_OF_RANK_0) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: ranks have %llu and %llu words of %s", w->shared.path,
                       (unsigned long long)common, (unsigned long long)count, name);
    }
    const struct ihp__shared_dataset array = {name, H5T_STD_U64LE, sizeof(uint64_t), common,
                                              "words of 64 bits"};
    return put_array(w, &array, from, words, err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Collective. Checks that the ranks' rows have one shape, and that there are as many as members. */
static enum ihp_status check_rows(struct ihp__checkpoint_writer *w,
                                  const struct ihp__checkpoint_rows *rows, struct ihp_error *err)
{
    const uint64_t members = rows->members;
    const struct ihp__range range = rows->range;
    uint64_t shape[2] = {rows->row_bytes, members}, all = range.count;
    ihp__share_u64(w->shared.comm, shape, 2);
    ihp__sum_u64(w->shared.comm, &all, 1);
    if (rows->row_bytes >= 1 && rows->row_bytes <= IHP__CHECKPOINT_ROW_MAX &&
        shape[0] == rows->row_bytes && shape[1] == members && all == members &&
        range.count <= members && range.first <= members - range.count &&
        members <= INT64_MAX / IHP__CHECKPOINT_ROW_MAX) {
        return IHP_OK;
    }
    return ihp__fail(err, IHP_ERR_RUN,
                     "%s: %llu rows of %zu bytes were given for the %llu members of %s",
                     w->shared.path, (unsigned long long)all, rows->row_bytes,
                     (unsigned long long)members, rows->name);
}

/* Writes the rows of this rank, and adds their hashes to `*digest`. */
static enum ihp_status write_rows(struct ihp__checkpoint_writer *w,
                                  const struct ihp__checkpoint_rows *rows,
                                  const struct ihp__raw_column *column, ihp__pack_fn pack,
                                  const void *context, uint64_t *digest, struct ihp_error *err)
{
    const uint64_t most = IHP__CHECKPOINT_PIECE / rows->row_bytes, count = rows->range.count;
    for (uint64_t done = 0; done < count; done += most) {
        const uint64_t first = rows->range.first + done;
        size_t piece = (size_t)(count - done < most ? count - done : most);
        pack(context, done, piece, w->piece);
        *digest += ihp__checkpoint_hash_rows(w->piece, first, piece, rows->row_bytes);
        if (ihp__raw_write(&w->shared, column, first, piece, w->piece, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__checkpoint_put_rows(struct ihp__checkpoint_writer *w,
                                         const struct ihp__checkpoint_rows *rows, ihp__pack_fn pack,
                                         const void *context, struct ihp_error *err)
{
    struct ihp__raw_column column;
    uint64_t digest = 0;
    ihp__until_agreed(check_rows(w, rows, err));
    const struct ihp__shared_dataset array = {rows->name, ihp__checkpoint_row_type(rows->row_bytes),
                                              rows->row_bytes, rows->members, "rows of members"};
    enum ihp_status status = ihp__shared_column(&w->shared, &array, &column, err);
    H5Tclose(array.type);
    if (status != IHP_OK) {
        return status;
    }
    ihp__until_agreed(write_rows(w, rows, &column, pack, context, &digest, err));
    ihp__sum_u64(w->shared.comm, &digest, 1);
    if (w->shared.rank == 0 && err->status == IHP_OK) {
        digest += ihp__checkpoint_seed(rows->name, rows->members, rows->row_bytes);
        ihp__until_agreed(put_digest(w, rows->name, digest, err));
    }
    return ihp__agree(w->shared.comm, err);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Rank 0: writes the last attribute, closes the file, waits until it is on the disk, renames it,
 * and waits until the new name is on the disk. */
static enum ihp_status finish_file(struct ihp__shared_file *s, struct ihp_error *err)
{
    errno = 0;
    if (!ihp__h5_put_u64_attribute(s->file, "complete", 1)) {
        return ihp__shared_fail(s, "the attributes", err);
    }
    if (!ihp__shared_end(s)) {
        return ihp__shared_fail(s, s->what, err);
    }
    if (rename(s->part, s->path) == 0) {
        return ihp__sync_folder_of(s->path) ? IHP_OK : ihp__shared_fail(s, s->what, err);
    }
    return errno == ENOENT
               ? ihp__fail(err, IHP_ERR_RUN,
                           "%s: the checkpoint was removed while it was written; let only one run "
                           "at a time write it",
                           s->path)
               : ihp__shared_fail(s, s->what, err);
}

enum ihp_status ihp__checkpoint_commit(struct ihp__checkpoint_writer **writer,
                                       struct ihp_error *err)
{
    struct ihp__shared_file *shared = &(*writer)->shared;
    if (ihp__shared_sync(shared, err) == IHP_OK && shared->rank == 0) {
        ihp__until_agreed(finish_file(shared, err));
    }
    if (ihp__agree(shared->comm, err) != IHP_OK) {
        ihp__checkpoint_abandon(writer);
        return err->status;
    }
    writer_free(writer);
    return IHP_OK;
}

void ihp__checkpoint_abandon(struct ihp__checkpoint_writer **writer)
{
    if (writer == NULL || *writer == NULL) {
        return;
    }
    ihp__shared_drop(&(*writer)->shared);
    writer_free(writer);
}

void ihp__checkpoint_remove(const char *path)
{
    unlink(path);
    remove_leftovers(path);
}
