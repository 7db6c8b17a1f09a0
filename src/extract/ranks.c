/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks: agreement, numbers and lists of all ranks, temporary files that all ranks can read. */
#include "extract/ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 26 }; /* elements of one message; MPI counts are int */

/* ---- beginning and end ----------------------------------------------------------------------- */

/* Returns true if all ranks are on one machine. A file that they share then needs its name only
 * until all have opened it. */
static bool on_one_node(MPI_Comm comm, int rank, int ranks)
{
    MPI_Comm node;
    int here = 0;
    MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &node);
    MPI_Comm_size(node, &here);
    MPI_Comm_free(&node);
    return here == ranks;
}

enum ihp_status ihp__import_ranks_begin(struct ihp__import *import, struct ihp_error *err)
{
    import->ranks = 1;
    import->one_node = true;
    import->process = (uint64_t)getpid();
    if (import->options->comm != MPI_COMM_NULL) {
        MPI_Comm_dup(import->options->comm, &import->comm);
        MPI_Comm_rank(import->comm, &import->rank);
        MPI_Comm_size(import->comm, &import->ranks);
        ihp__share_u64(import->comm, &import->process, 1);
        import->one_node = on_one_node(import->comm, import->rank, import->ranks);
    }
    return ihp__import_agree(import, err);
}

void ihp__import_ranks_end(struct ihp__import *import)
{
    if (import->comm != MPI_COMM_NULL) {
        MPI_Comm_free(&import->comm);
    }
}

enum ihp_status ihp__import_agree(struct ihp__import *import, struct ihp_error *err)
{
    if (!import->failed && ihp__agree_first(import->comm, import->failed_at, err) != IHP_OK) {
        import->failed = true;
    }
    return err->status;
}

/* ---- numbers, lists, bytes ------------------------------------------------------------------- */

void ihp__import_each(const struct ihp__import *import, uint64_t mine, uint64_t *each)
{
    memset(each, 0, (size_t)import->ranks * sizeof *each);
    each[import->rank] = mine;
    ihp__sum_u64(import->comm, each, import->ranks);
}

/* Collective: makes an array, owned by the caller, of the number `mine` of each rank. */
static enum ihp_status make_each(struct ihp__import *import, uint64_t mine, uint64_t **out,
                                 struct ihp_error *err)
{
    uint64_t *each = calloc((size_t)import->ranks, sizeof *each);
    if (each == NULL) {
        return ihp__fail_memory(err, "numbers of ranks");
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        free(each);
        return err->status;
    }
    ihp__import_each(import, mine, each);
    *out = each;
    return IHP_OK;
}

/* Collective: moves this rank's list to its place in the list of all ranks and fills in the lists
 * of the others. */
static void share_pieces(const struct ihp__import *import, uint64_t *list, size_t count,
                         const uint64_t *each)
{
    uint64_t before = 0, at = 0;
    for (int r = 0; r < import->rank; r++) {
        before += each[r];
    }
    memmove(list + before, list, count * sizeof *list);
    for (int r = 0; r < import->ranks; r++) {
        for (uint64_t done = 0; done < each[r]; done += PIECE) {
            uint64_t piece = each[r] - done < PIECE ? each[r] - done : PIECE;
            MPI_Bcast(list + at + done, (int)piece, MPI_UINT64_T, r, import->comm);
        }
        at += each[r];
    }
}

enum ihp_status ihp__import_share_list(struct ihp__import *import, uint64_t **list, size_t *count,
                                       size_t *capacity, struct ihp_error *err)
{
    if (import->ranks == 1) {
        return IHP_OK;
    }
    uint64_t *each = NULL, total = 0;
    if (make_each(import, *count, &each, err) != IHP_OK) {
        return err->status;
    }
    for (int r = 0; r < import->ranks; r++) {
        total += each[r];
    }
    if (ihp__import_reserve(import, list, capacity, (size_t)total, sizeof **list, NULL, err) ==
            IHP_OK &&
        ihp__import_agree(import, err) == IHP_OK && total > 0) {
        share_pieces(import, *list, *count, each);
        *count = (size_t)total;
    }
    free(each);
    return err->status;
}

static void send_bytes(const struct ihp__import *import, const char *bytes, size_t size)
{
    for (size_t done = 0; done < size; done += PIECE) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        MPI_Send(bytes + done, (int)piece, MPI_BYTE, 0, 0, import->comm);
    }
}

static void receive_bytes(const struct ihp__import *import, int source, char *bytes, size_t size)
{
    for (size_t done = 0; done < size; done += PIECE) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        MPI_Recv(bytes + done, (int)piece, MPI_BYTE, source, 0, import->comm, MPI_STATUS_IGNORE);
    }
}

/* Receives the bytes of all other ranks on rank 0, into `buffer`. All of them send, so that rank 0
 * receives from all of them even after an error. */
static enum ihp_status receive_all(const struct ihp__import *import, const uint64_t *each,
                                   char *buffer, ihp__import_gather_fn take, void *context,
                                   struct ihp_error *err)
{
    enum ihp_status status = IHP_OK;
    for (int r = 1; r < import->ranks; r++) {
        receive_bytes(import, r, buffer, (size_t)each[r]);
        if (status == IHP_OK) {
            status = take(context, r, buffer, (size_t)each[r], err);
        }
    }
    return status;
}

/* Makes a buffer, owned by the caller, for the bytes of one rank at a time. */
static enum ihp_status make_buffer(const struct ihp__import *import, const uint64_t *each,
                                   char **out, struct ihp_error *err)
{
    uint64_t most = 1;
    for (int r = 1; r < import->ranks; r++) {
        most = each[r] > most ? each[r] : most;
    }
    *out = malloc(import->rank == 0 ? (size_t)most : 1);
    return *out != NULL ? IHP_OK : ihp__fail_memory(err, "what other ranks send");
}

enum ihp_status ihp__import_gather(struct ihp__import *import, const void *bytes, size_t size,
                                   ihp__import_gather_fn take, void *context, struct ihp_error *err)
{
    uint64_t *each = NULL;
    char *buffer = NULL;
    if (import->ranks == 1) {
        return IHP_OK;
    }
    if (make_each(import, size, &each, err) == IHP_OK &&
        make_buffer(import, each, &buffer, err) == IHP_OK &&
        ihp__import_agree(import, err) == IHP_OK) {
        if (import->rank == 0) {
            ihp__until_agreed(receive_all(import, each, buffer, take, context, err));
        } else {
            send_bytes(import, bytes, size);
        }
    }
    free(buffer);
    free(each);
    return ihp__import_agree(import, err);
}

/* ---- columns of the store -------------------------------------------------------------------- */

enum ihp_status ihp__import_put(struct ihp__import *import, enum ihp__column column, size_t width,
                                const void *data, uint64_t count, struct ihp_error *err)
{
    return ihp__import_agree(import, err) != IHP_OK
               ? err->status
               : ihp__store_put(import->writer, column, width, data, count, err);
}

enum ihp_status ihp__import_put_dict(struct ihp__import *import, enum ihp__column column,
                                     const struct ihp__dict *dict, struct ihp_error *err)
{
    return ihp__import_agree(import, err) != IHP_OK
               ? err->status
               : ihp__store_put_dict(import->writer, column, dict, err);
}

/* ---- files ----------------------------------------------------------------------------------- */

static enum ihp_status open_others(struct ihp__import *import, const char *tag,
                                   struct ihp__temp_file **files, struct ihp_error *err)
{
    for (int r = 0; r < import->ranks; r++) {
        if (r != import->rank && ihp__temp_file_open(import->store.path, import->process, r, tag,
                                                     &files[r], err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__import_rank_files_open(struct ihp__import *import, const char *tag,
                                            struct ihp__temp_file ***files, struct ihp_error *err)
{
    const char *store = import->store.path;
    struct ihp__temp_file **made = calloc((size_t)import->ranks, sizeof(struct ihp__temp_file *));
    if (made == NULL) {
        return ihp__fail_memory(err, "temporary files");
    }
    /* No file is removed before the agreement: another rank may be about to open it. */
    ihp__until_agreed(ihp__temp_file_create_named(store, import->process, import->rank, tag,
                                                  &made[import->rank], err));
    if (ihp__import_agree(import, err) == IHP_OK) {
        ihp__until_agreed(open_others(import, tag, made, err));
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        ihp__import_rank_files_close(import, &made);
        return err->status;
    }
    if (import->one_node) {
        ihp__temp_file_unname(made[import->rank]);
    }
    *files = made;
    return IHP_OK;
}

void ihp__import_rank_files_close(const struct ihp__import *import, struct ihp__temp_file ***files)
{
    for (int r = 0; *files != NULL && r < import->ranks; r++) {
        ihp__temp_file_destroy(&(*files)[r]);
    }
    free(*files);
    *files = NULL;
}

enum ihp_status ihp__import_rank_file_publish(const struct ihp__import *import,
                                              struct ihp__temp_file *file, struct ihp_error *err)
{
    if (ihp__temp_file_flush(file, err) != IHP_OK) {
        return err->status;
    }
    return import->one_node ? IHP_OK : ihp__temp_file_sync(file, err);
}
