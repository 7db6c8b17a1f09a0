/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks: agreement, numbers and lists of all, temporary files that all can read. */
#include "ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 26 }; /* elements of one message; MPI counts are int */

/* ---- beginning and end ----------------------------------------------------------------------- */

/* Whether all ranks are on one machine, where a file needs no name to be shared for long. */
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
    if (!import->failed && ihp__agree(import->comm, err) != IHP_OK) {
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

/* A number of each rank, owned by the caller; NULL, and a fault of all, when memory is short. */
static uint64_t *make_each(struct ihp__import *import, uint64_t mine, struct ihp_error *err)
{
    uint64_t *each = calloc((size_t)import->ranks, sizeof *each);
    if (each == NULL) {
        ihp__fail_memory(err, "numbers of ranks");
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        free(each);
        return NULL;
    }
    ihp__import_each(import, mine, each);
    return each;
}

enum ihp_status ihp__import_share_list(struct ihp__import *import, uint64_t **list, size_t *count,
                                       size_t *capacity, struct ihp_error *err)
{
    if (import->ranks == 1) {
        return IHP_OK;
    }
    uint64_t *each = make_each(import, *count, err);
    if (each == NULL) {
        return err->status;
    }
    uint64_t total = 0, before = 0;
    for (int r = 0; r < import->ranks; r++) {
        before += r < import->rank ? each[r] : 0;
        total += each[r];
    }
    ihp__import_reserve(import, list, capacity, (size_t)total, sizeof **list, NULL, err);
    if (ihp__import_agree(import, err) == IHP_OK && total > 0) {
        memmove(*list + before, *list, *count * sizeof **list);
        uint64_t at = 0;
        for (int r = 0; r < import->ranks; r++) {
            for (uint64_t done = 0; done < each[r]; done += PIECE) {
                uint64_t piece = each[r] - done < PIECE ? each[r] - done : PIECE;
                MPI_Bcast(*list + at + done, (int)piece, MPI_UINT64_T, r, import->comm);
            }
            at += each[r];
        }
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

enum ihp_status ihp__import_gather(struct ihp__import *import, const void *bytes, size_t size,
                                   ihp__import_gather_fn take, void *context, struct ihp_error *err)
{
    if (import->ranks == 1) {
        return IHP_OK;
    }
    uint64_t *each = make_each(import, size, err);
    if (each == NULL) {
        return err->status;
    }
    uint64_t most = 1;
    for (int r = 1; r < import->ranks; r++) {
        most = each[r] > most ? each[r] : most;
    }
    char *room = import->rank == 0 ? malloc((size_t)most) : NULL;
    if (import->rank == 0 && room == NULL) {
        ihp__fail_memory(err, "what other ranks send");
    }
    if (ihp__import_agree(import, err) == IHP_OK) {
        if (import->rank != 0) {
            send_bytes(import, bytes, size);
        }
        for (int r = 1; import->rank == 0 && r < import->ranks; r++) {
            receive_bytes(import, r, room, (size_t)each[r]); /* also after a fault: they all send */
            if (err->status == IHP_OK) {
                take(context, r, room, (size_t)each[r], err);
            }
        }
        ihp__import_agree(import, err);
    }
    free(room);
    free(each);
    return err->status;
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

static void open_others(struct ihp__import *import, const char *tag, struct ihp__temp_file **files,
                        struct ihp_error *err)
{
    for (int r = 0; r < import->ranks && err->status == IHP_OK; r++) {
        if (r != import->rank) {
            ihp__temp_file_open(import->options->store_path, import->process, r, tag, &files[r],
                                err);
        }
    }
}

enum ihp_status ihp__import_rank_files_open(struct ihp__import *import, const char *tag,
                                            struct ihp__temp_file ***files, struct ihp_error *err)
{
    struct ihp__temp_file **made = calloc((size_t)import->ranks, sizeof(struct ihp__temp_file *));
    if (made == NULL) {
        ihp__fail_memory(err, "temporary files");
    } else {
        ihp__temp_file_create_named(import->options->store_path, import->process, import->rank, tag,
                                    &made[import->rank], err);
    }
    if (ihp__import_agree(import, err) == IHP_OK) {
        open_others(import, tag, made, err);
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        if (made != NULL) {
            ihp__import_rank_files_close(import, &made);
        }
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
