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

enum ihp_status ihp__ex_ranks_begin(struct ex_import *x, struct ihp_error *err)
{
    x->ranks = 1;
    x->one_node = true;
    x->process = (uint64_t)getpid();
    if (x->options->comm != MPI_COMM_NULL) {
        MPI_Comm_dup(x->options->comm, &x->comm);
        MPI_Comm_rank(x->comm, &x->rank);
        MPI_Comm_size(x->comm, &x->ranks);
        ihp__share_u64(x->comm, &x->process, 1);
        x->one_node = on_one_node(x->comm, x->rank, x->ranks);
    }
    return ihp__ex_agree(x, err);
}

void ihp__ex_ranks_end(struct ex_import *x)
{
    if (x->comm != MPI_COMM_NULL) {
        MPI_Comm_free(&x->comm);
    }
}

enum ihp_status ihp__ex_agree(struct ex_import *x, struct ihp_error *err)
{
    if (!x->failed && ihp__agree(x->comm, err) != IHP_OK) {
        x->failed = true;
    }
    return err->status;
}

/* ---- numbers, lists, bytes ------------------------------------------------------------------- */

void ihp__ex_each(const struct ex_import *x, uint64_t mine, uint64_t *each)
{
    memset(each, 0, (size_t)x->ranks * sizeof *each);
    each[x->rank] = mine;
    ihp__sum_u64(x->comm, each, x->ranks);
}

/* A number of each rank, owned by the caller; NULL, and a fault of all, when memory is short. */
static uint64_t *make_each(struct ex_import *x, uint64_t mine, struct ihp_error *err)
{
    uint64_t *each = calloc((size_t)x->ranks, sizeof *each);
    if (each == NULL) {
        ihp__fail_memory(err, "numbers of ranks");
    }
    if (ihp__ex_agree(x, err) != IHP_OK) {
        free(each);
        return NULL;
    }
    ihp__ex_each(x, mine, each);
    return each;
}

enum ihp_status ihp__ex_share_list(struct ex_import *x, uint64_t **list, size_t *count,
                                   size_t *capacity, struct ihp_error *err)
{
    if (x->ranks == 1) {
        return IHP_OK;
    }
    uint64_t *each = make_each(x, *count, err);
    if (each == NULL) {
        return err->status;
    }
    uint64_t total = 0, before = 0;
    for (int r = 0; r < x->ranks; r++) {
        before += r < x->rank ? each[r] : 0;
        total += each[r];
    }
    ihp__ex_reserve(x, list, capacity, (size_t)total, sizeof **list, NULL, err);
    if (ihp__ex_agree(x, err) == IHP_OK && total > 0) {
        memmove(*list + before, *list, *count * sizeof **list);
        uint64_t at = 0;
        for (int r = 0; r < x->ranks; r++) {
            for (uint64_t done = 0; done < each[r]; done += PIECE) {
                uint64_t piece = each[r] - done < PIECE ? each[r] - done : PIECE;
                MPI_Bcast(*list + at + done, (int)piece, MPI_UINT64_T, r, x->comm);
            }
            at += each[r];
        }
        *count = (size_t)total;
    }
    free(each);
    return err->status;
}

static void send_bytes(const struct ex_import *x, const char *bytes, size_t size)
{
    for (size_t done = 0; done < size; done += PIECE) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        MPI_Send(bytes + done, (int)piece, MPI_BYTE, 0, 0, x->comm);
    }
}

static void receive_bytes(const struct ex_import *x, int source, char *bytes, size_t size)
{
    for (size_t done = 0; done < size; done += PIECE) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        MPI_Recv(bytes + done, (int)piece, MPI_BYTE, source, 0, x->comm, MPI_STATUS_IGNORE);
    }
}

enum ihp_status ihp__ex_gather(struct ex_import *x, const void *bytes, size_t size,
                               ihp__ex_gather_fn take, void *context, struct ihp_error *err)
{
    if (x->ranks == 1) {
        return IHP_OK;
    }
    uint64_t *each = make_each(x, size, err);
    if (each == NULL) {
        return err->status;
    }
    uint64_t most = 1;
    for (int r = 1; r < x->ranks; r++) {
        most = each[r] > most ? each[r] : most;
    }
    char *room = x->rank == 0 ? malloc((size_t)most) : NULL;
    if (x->rank == 0 && room == NULL) {
        ihp__fail_memory(err, "what other ranks send");
    }
    if (ihp__ex_agree(x, err) == IHP_OK) {
        if (x->rank != 0) {
            send_bytes(x, bytes, size);
        }
        for (int r = 1; x->rank == 0 && r < x->ranks; r++) {
            receive_bytes(x, r, room, (size_t)each[r]); /* also after a fault: they all send */
            if (err->status == IHP_OK) {
                take(context, r, room, (size_t)each[r], err);
            }
        }
        ihp__ex_agree(x, err);
    }
    free(room);
    free(each);
    return err->status;
}

/* ---- columns of the store -------------------------------------------------------------------- */

enum ihp_status ihp__ex_put(struct ex_import *x, const char *name, enum ihp__type type,
                            size_t width, const void *data, uint64_t count, const char *units,
                            struct ihp_error *err)
{
    return ihp__ex_agree(x, err) != IHP_OK
               ? err->status
               : ihp__store_put(x->writer, name, type, width, data, count, units, err);
}

enum ihp_status ihp__ex_put_dict(struct ex_import *x, const char *name,
                                 const struct ihp__dict *dict, struct ihp_error *err)
{
    return ihp__ex_agree(x, err) != IHP_OK ? err->status
                                           : ihp__store_put_dict(x->writer, name, dict, err);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void open_others(struct ex_import *x, const char *tag, struct ex_temp_file **files,
                        struct ihp_error *err)
{
    for (int r = 0; r < x->ranks && err->status == IHP_OK; r++) {
        if (r != x->rank) {
            ihp__ex_temp_open(x->options->store_path, x->process, r, tag, &files[r], err);
        }
    }
}

enum ihp_status ihp__ex_files_open(struct ex_import *x, const char *tag,
                                   struct ex_temp_file ***files, struct ihp_error *err)
{
    struct ex_temp_file **made = calloc((size_t)x->ranks, sizeof(struct ex_temp_file *));
    if (made == NULL) {
        ihp__fail_memory(err, "temporary files");
    } else {
        ihp__ex_temp_create_named(x->options->store_path, x->process, x->rank, tag, &made[x->rank],
                                  err);
    }
    if (ihp__ex_agree(x, err) == IHP_OK) {
        open_others(x, tag, made, err);
    }
    if (ihp__ex_agree(x, err) != IHP_OK) {
        if (made != NULL) {
            ihp__ex_files_close(x, &made);
        }
        return err->status;
    }
    if (x->one_node) {
        ihp__ex_temp_unname(made[x->rank]);
    }
    *files = made;
    return IHP_OK;
}

void ihp__ex_files_close(const struct ex_import *x, struct ex_temp_file ***files)
{
    for (int r = 0; *files != NULL && r < x->ranks; r++) {
        ihp__ex_temp_destroy(&(*files)[r]);
    }
    free(*files);
    *files = NULL;
}

enum ihp_status ihp__ex_files_publish(const struct ex_import *x, struct ex_temp_file *file,
                                      struct ihp_error *err)
{
    if (ihp__ex_temp_flush(file, err) != IHP_OK) {
        return err->status;
    }
    return x->one_node ? IHP_OK : ihp__ex_temp_sync(file, err);
}
