/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rank sends lines to every other rank in turn, packed into pieces. In step i of R ranks, rank
 * r sends to r + i and receives from r - i. */
#include "extract/claim_exchange.h"

#include "extract/ranks.h"

#include "base/agree.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 20 };

/* What a rank does in an exchange. */
struct turn {
    struct ihp__import_exchange *x;
    uint64_t *low, *last;    /* the range of each rank; low > last: it gets nothing */
    uint64_t *bytes, *lines; /* of each rank: what it sends to this one */
    uint64_t *begin;         /* of each rank: where its lines begin behind `record` */
    char *piece;             /* owned */
};

static bool has_key(const struct turn *turn, int rank, uint64_t key)
{
    return key >= turn->low[rank] && key <= turn->last[rank];
}

/* Collective: learns the ranges of all ranks. */
static void share_ranges(struct turn *turn)
{
    const struct ihp__import_exchange *x = turn->x;
    ihp__import_each(x->import, x->range.empty ? 1 : x->range.low, turn->low);
    ihp__import_each(x->import, x->range.empty ? 0 : x->range.last, turn->last);
}

/* Collective: learns how much each rank sends to this one, and whether that fits on all ranks. */
static bool share_sizes(struct turn *turn, uint64_t *to_send)
{
    const struct ihp__import_exchange *x = turn->x;
    const int ranks = x->import->ranks, rank = x->import->rank;
    uint64_t *bytes = to_send, *lines = to_send + ranks, kept = 0, received = 0, too_many = 0;
    memset(to_send, 0, 2 * (size_t)ranks * sizeof *to_send);
    for (int r = 0; r < ranks; r++) {
        for (size_t i = 0; x->ready && i < x->lines; i++) {
            const uint64_t mine = has_key(turn, r, x->entry[i].key);
            lines[r] += mine;
            bytes[r] += mine != 0 ? ihp__import_claim_bytes(x->entry[i].claim) : 0;
        }
    }
    MPI_Alltoall(bytes, 1, MPI_UINT64_T, turn->bytes, 1, MPI_UINT64_T, x->import->comm);
    MPI_Alltoall(lines, 1, MPI_UINT64_T, turn->lines, 1, MPI_UINT64_T, x->import->comm);
    for (int r = 0; r < ranks; r++) {
        kept += turn->lines[r];
        received += r != rank ? turn->bytes[r] : 0;
    }
    too_many = !x->ready || kept > x->most || received > x->record_bytes - x->used;
    ihp__sum_u64(x->import->comm, &too_many, 1);
    return too_many == 0;
}

/* Packs lines for a rank into the piece, from line `*next` on. Returns how many bytes they take; 0:
 * there are no more. */
static size_t pack_piece(const struct turn *turn, int to, size_t *next)
{
    const struct ihp__import_exchange *x = turn->x;
    size_t size = 0;
    for (; *next < x->lines; (*next)++) {
        if (!has_key(turn, to, x->entry[*next].key)) {
            continue;
        }
        const size_t bytes = ihp__import_claim_bytes(x->entry[*next].claim);
        if (size + bytes > PIECE) {
            break;
        }
        memcpy(turn->piece + size, x->entry[*next].claim, bytes);
        size += bytes;
    }
    return size;
}

/* Sends lines to a rank and receives the lines of another into `area`. */
static void swap_lines(const struct turn *turn, int to, int from, char *area)
{
    MPI_Comm comm = turn->x->import->comm;
    size_t next = 0, packed = pack_piece(turn, to, &next);
    for (uint64_t got = 0; packed > 0 || got < turn->bytes[from];) {
        const uint64_t left = turn->bytes[from] - got;
        MPI_Request request = MPI_REQUEST_NULL;
        MPI_Status status;
        int size = 0;
        if (left > 0) {
            MPI_Irecv(area + got, left < PIECE ? (int)left : PIECE, MPI_BYTE, from, 0, comm,
                      &request);
        }
        if (packed > 0) {
            MPI_Send(turn->piece, (int)packed, MPI_BYTE, to, 0, comm);
            packed = pack_piece(turn, to, &next);
        }
        if (left > 0) {
            MPI_Wait(&request, &status);
            MPI_Get_count(&status, MPI_BYTE, &size);
            got += (uint64_t)size;
        }
    }
}

/* Exchanges the lines of all ranks, and notes where those of each begin. */
static void swap_all(struct turn *turn)
{
    struct ihp__import_exchange *x = turn->x;
    const int ranks = x->import->ranks, rank = x->import->rank;
    size_t at = x->used;
    for (int step = 1; step < ranks; step++) {
        const int to = (rank + step) % ranks, from = (rank - step + ranks) % ranks;
        swap_lines(turn, to, from, x->record + at);
        turn->begin[from] = at;
        at += (size_t)turn->bytes[from];
        x->area[x->areas++] = (struct ihp__import_area){x->record + at, from};
    }
}

/* Lists the lines of this rank's range that it has read itself. */
static void list_own(struct turn *turn)
{
    struct ihp__import_exchange *x = turn->x;
    for (size_t i = 0; i < x->lines; i++) {
        if (has_key(turn, x->import->rank, x->entry[i].key)) {
            x->got[x->got_lines++] = x->entry[i];
        }
    }
}

/* Lists the lines that a rank has sent. */
static void list_area(struct turn *turn, int source)
{
    struct ihp__import_exchange *x = turn->x;
    const char *at = x->record + turn->begin[source];
    for (uint64_t i = 0; i < turn->lines[source]; i++) {
        const struct ihp__import_claim *claim = (const struct ihp__import_claim *)(const void *)at;
        x->got[x->got_lines++] = (struct ihp__import_entry){x->key(claim), claim};
        at += ihp__import_claim_bytes(claim);
    }
}

static enum ihp_status exchange(struct turn *turn, uint64_t *numbers, bool *done,
                                struct ihp_error *err)
{
    struct ihp__import_exchange *x = turn->x;
    const size_t ranks = (size_t)x->import->ranks;
    turn->low = numbers;
    turn->last = numbers + ranks;
    turn->bytes = numbers + 2 * ranks;
    turn->lines = numbers + 3 * ranks;
    turn->begin = numbers + 4 * ranks;
    if (ihp__import_agree(x->import, err) != IHP_OK) {
        return err->status;
    }
    share_ranges(turn);
    *done = share_sizes(turn, numbers + 5 * ranks);
    if (!*done) {
        return IHP_OK;
    }
    swap_all(turn);
    for (int r = 0; r < x->import->ranks; r++) {
        if (r == x->import->rank) {
            list_own(turn);
        } else {
            list_area(turn, r);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__import_exchange_lines(struct ihp__import_exchange *x, bool *done,
                                           struct ihp_error *err)
{
    const size_t ranks = (size_t)x->import->ranks;
    struct turn turn = {.x = x, .piece = malloc(PIECE)};
    uint64_t *numbers = malloc(7 * ranks * sizeof *numbers);
    x->area = malloc(ranks * sizeof *x->area);
    ihp__until_agreed(turn.piece != NULL && numbers != NULL && x->area != NULL
                          ? IHP_OK
                          : ihp__fail_memory(err, "sorting the claims"));
    enum ihp_status status = exchange(&turn, numbers, done, err);
    free(turn.piece);
    free(numbers);
    return status;
}
