/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a checkpoint: the file, its arrays with their digests, its final name. */
#include "checkpoint_internal.h"

#include "base/agree.h"
#include "ihp/version.h"
#include "store/shared_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct ihp__checkpoint_writer {
    struct ihp__shared_file shared;
    XXH3_state_t *hash;   /* owned */
    unsigned char *piece; /* [IHP__CHECKPOINT_PIECE], owned: sums and rows on their way */
};

/* Collective. */
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

static struct ihp__checkpoint_writer *writer_alloc(struct ihp_error *err)
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
    ihp__fail_memory(err, "a checkpoint");
    return NULL;
}

/* The folder of a path, to be freed; NULL without memory. */
static char *folder_of(const char *path)
{
    size_t length = (size_t)(ihp__path_base(path) - path);
    return length == 0 ? strdup(".") : strndup(path, length);
}

/* Whether `name` is `base`.part-NUMBER. */
static bool is_part(const char *name, const char *base)
{
    static const char mark[] = ".part-";
    size_t length = strlen(base);
    if (strncmp(name, base, length) != 0 || strncmp(name + length, mark, sizeof mark - 1) != 0) {
        return false;
    }
    const char *number = name + length + sizeof mark - 1;
    return *number != '\0' && strspn(number, "0123456789") == strlen(number);
}

/* Removes what runs that were killed have left, so that it does not pile up. A part file
 * has a name that no other ever had, so a run that is alive and loses its own this way finds that
 * it is gone when it renames it: of two runs at once one is told, and neither mixes with the other.
 */
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

/* What the file says of itself from the beginning; `complete` comes at its end. */
static void put_root(struct ihp__checkpoint_writer *w, struct ihp_error *err)
{
    hid_t file = w->shared.file;
    errno = 0;
    if (!ihp__h5_put_text_attribute(file, "format", IHP__CHECKPOINT_FORMAT) ||
        !ihp__h5_put_u64_attribute(file, "format_version", IHP__CHECKPOINT_VERSION) ||
        !ihp__h5_put_text_attribute(file, "program_version", IHP_VERSION)) {
        ihp__shared_fail(&w->shared, "the attributes", err);
    }
}

enum ihp_status ihp__checkpoint_create(const char *path, MPI_Comm comm,
                                       struct ihp__checkpoint_writer **out, struct ihp_error *err)
{
    struct ihp__checkpoint_writer *w = writer_alloc(err);
    struct ihp__shared_file shared;
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
    ihp__shared_create(&shared, path, "the checkpoint", number, comm, err);
    if (w != NULL) {
        w->shared = shared;
    }
    if (err->status == IHP_OK && rank == 0) {
        put_root(w, err);
    }
    if (ihp__agree(comm, err) == IHP_OK) {
        *out = w;
    } else if (w != NULL) {
        ihp__checkpoint_abandon(&w);
    }
    return err->status;
}

/* ---- texts and words ------------------------------------------------------------------------- */

/* Rank 0: the digest of an array, known when all of it has come. */
static void put_digest(struct ihp__checkpoint_writer *w, const char *name, uint64_t digest,
                       struct ihp_error *err)
{
    errno = 0;
    hid_t dataset = H5Dopen2(w->shared.file, name, H5P_DEFAULT);
    if (dataset < 0 || !ihp__h5_put_u64_attribute(dataset, IHP__CHECKPOINT_DIGEST, digest)) {
        ihp__shared_fail(&w->shared, name, err);
    }
    if (dataset >= 0) {
        H5Dclose(dataset);
    }
}

/* Collective: the words that rank 0 is to write, of `count` that each rank has. */
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

/* Collective: an array of `count` elements, rank 0's or joined from all. */
static enum ihp_status put_array(struct ihp__checkpoint_writer *w, const char *name, hid_t type,
                                 size_t element, const char *units, enum ihp__words_from from,
                                 const void *data, uint64_t count, struct ihp_error *err)
{
    const struct ihp__shared_dataset dataset = {name, type, element, count, units};
    struct ihp__raw_column column;
    const uint64_t most = IHP__CHECKPOINT_PIECE / element;
    if (ihp__shared_column(&w->shared, &dataset, &column, err) != IHP_OK) {
        return err->status;
    }
    XXH3_64bits_reset_withSeed(w->hash, ihp__checkpoint_seed(name, count, element));
    for (uint64_t done = 0; done < count; done += most) { /* to the end: others wait in the sums */
        uint64_t part = count - done < most ? count - done : most;
        if (from == IHP__WORDS_OF_RANK_0 && w->shared.rank != 0) {
            break;
        }
        const void *joined = join_words(w, from, (const char *)data + done * element, (size_t)part);
        if (w->shared.rank == 0 && err->status == IHP_OK) {
            XXH3_64bits_update(w->hash, joined, part * element);
            ihp__raw_write(&w->shared, &column, done, part, joined, err);
        }
    }
    if (w->shared.rank == 0 && err->status == IHP_OK) {
        put_digest(w, name, XXH3_64bits_digest(w->hash), err);
    }
    return ihp__agree(w->shared.comm, err);
}

enum ihp_status ihp__checkpoint_put_text(struct ihp__checkpoint_writer *w, const char *name,
                                         const char *text, struct ihp_error *err)
{
    uint64_t length = w->shared.rank == 0 ? strlen(text) : 0;
    if (length > IHP__CHECKPOINT_TEXT_MAX) {
        ihp__fail(err, IHP_ERR_RUN, "%s: text %s has %llu bytes; %d are allowed", w->shared.path,
                  name, (unsigned long long)length, IHP__CHECKPOINT_TEXT_MAX);
    }
    ihp__share_u64(w->shared.comm, &length, 1);
    return put_array(w, name, H5T_STD_U8LE, 1, "text, UTF-8", IHP__WORDS_OF_RANK_0, text, length,
                     err);
}

enum ihp_status ihp__checkpoint_put_words(struct ihp__checkpoint_writer *w, const char *name,
                                          enum ihp__words_from from, const void *words,
                                          uint64_t count, struct ihp_error *err)
{
    uint64_t common = count;
    ihp__share_u64(w->shared.comm, &common, 1);
    if (count != common && from != IHP__WORDS_OF_RANK_0) {
        ihp__fail(err, IHP_ERR_RUN, "%s: ranks have %llu and %llu words of %s", w->shared.path,
                  (unsigned long long)common, (unsigned long long)count, name);
    }
    return put_array(w, name, H5T_STD_U64LE, sizeof(uint64_t), "words of 64 bits", from, words,
                     common, err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Collective: whether the ranks' rows, as many as members together, are of one shape. */
static void check_rows(struct ihp__checkpoint_writer *w, const char *name, size_t row_bytes,
                       struct ihp__range range, uint64_t members, struct ihp_error *err)
{
    uint64_t shape[2] = {row_bytes, members}, rows = range.count;
    ihp__share_u64(w->shared.comm, shape, 2);
    ihp__sum_u64(w->shared.comm, &rows, 1);
    if (row_bytes < 1 || row_bytes > IHP__CHECKPOINT_ROW_MAX || shape[0] != row_bytes ||
        shape[1] != members || rows != members || range.count > members ||
        range.first > members - range.count || members > INT64_MAX / IHP__CHECKPOINT_ROW_MAX) {
        ihp__fail(err, IHP_ERR_RUN, "%s: %llu rows of %zu bytes came for the %llu members of %s",
                  w->shared.path, (unsigned long long)rows, row_bytes, (unsigned long long)members,
                  name);
    }
}

enum ihp_status ihp__checkpoint_put_rows(struct ihp__checkpoint_writer *w, const char *name,
                                         size_t row_bytes, struct ihp__range range,
                                         uint64_t members, ihp__pack_fn pack, const void *context,
                                         struct ihp_error *err)
{
    struct ihp__raw_column column;
    check_rows(w, name, row_bytes, range, members, err);
    hid_t type = ihp__checkpoint_row_type(row_bytes);
    const struct ihp__shared_dataset dataset = {name, type, row_bytes, members, "rows of members"};
    enum ihp_status status = ihp__shared_column(&w->shared, &dataset, &column, err);
    H5Tclose(type);
    if (status != IHP_OK) {
        return status;
    }
    const uint64_t most = IHP__CHECKPOINT_PIECE / row_bytes;
    uint64_t digest = 0;
    for (uint64_t done = 0; done < range.count && err->status == IHP_OK; done += most) {
        size_t part = (size_t)(range.count - done < most ? range.count - done : most);
        pack(context, done, part, w->piece);
        digest += ihp__checkpoint_hash_rows(w->piece, range.first + done, part, row_bytes);
        ihp__raw_write(&w->shared, &column, range.first + done, part, w->piece, err);
    }
    ihp__sum_u64(w->shared.comm, &digest, 1);
    if (w->shared.rank == 0 && err->status == IHP_OK) {
        put_digest(w, name, digest + ihp__checkpoint_seed(name, members, row_bytes), err);
    }
    return ihp__agree(w->shared.comm, err);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Puts the new name itself onto the disk. Where that cannot be done the earlier file may be back
 * after a crash of the machine, which is a whole checkpoint too. */
static void sync_folder(const char *path)
{
    char *name = folder_of(path);
    int fd = name == NULL ? -1 : open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(name);
}

/* Rank 0: the last attribute, close, onto the disk, final name. */
static void finish_file(struct ihp__shared_file *s, struct ihp_error *err)
{
    errno = 0;
    if (!ihp__h5_put_u64_attribute(s->file, "complete", 1)) {
        ihp__shared_fail(s, "the attributes", err);
    } else if (!ihp__shared_end(s)) {
        ihp__shared_fail(s, s->what, err);
    } else if (rename(s->part, s->path) == 0) {
        sync_folder(s->path);
    } else if (errno == ENOENT) {
        ihp__fail(err, IHP_ERR_RUN,
                  "%s: the checkpoint was removed while it was written; let only one run at a time "
                  "write it",
                  s->path);
    } else {
        ihp__shared_fail(s, s->what, err);
    }
}

enum ihp_status ihp__checkpoint_commit(struct ihp__checkpoint_writer **writer,
                                       struct ihp_error *err)
{
    struct ihp__shared_file *shared = &(*writer)->shared;
    if (ihp__shared_sync(shared, err) == IHP_OK && shared->rank == 0) {
        finish_file(shared, err);
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
