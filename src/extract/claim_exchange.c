/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rank cuts its runs into the parts that belong to each rank, and sends these parts as they
 * are. In step i of R ranks, rank r sends to r + i and receives from r - i. */
#include "extract/claim_exchange.h"

#include "extract/ranks.h"

#include "base/agree.h"

#include <mpi.h>
#include <stdlib.h>

enum { PIECE = 1 << 20 };

/* What a rank does in an exchange. Where an array has a number of each rank, it is what this rank
 * sends to that rank, or gets from it. */
struct turn {
    struct ihp__import_exchange *x;
    struct ihp__import_run *part; /* owned: the part of run i that belongs to rank r, at r n + i */
    uint64_t *low, *last;         /* the range of each rank; low > last: it gets nothing */
    uint64_t *send_bytes, *send_parts, *get_bytes, *get_parts;
    uint64_t *part_bytes;      /* owned: of the parts that this rank gets, rank by rank */
    uint64_t *sent_part_bytes; /* owned: of the parts for one rank */
};

static uint64_t part_bytes(const struct ihp__import_run *part)
{
    return part->end - part->at;
}

/* Collective: learns the ranges of all ranks. */
static void share_ranges(struct turn *turn)
{
    const struct ihp__import_exchange *x = turn->x;
    ihp__import_each(x->import, x->range.empty ? 1 : x->range.low, turn->low);
    ihp__import_each(x->import, x->range.empty ? 0 : x->range.last, turn->last);
}

/* Cuts the runs into the parts of all ranks. */
static void cut_runs(struct turn *turn)
{
    const struct ihp__import_exchange *x = turn->x;
    const size_t runs = x->ready ? x->runs->count : 0;
    for (int r = 0; r < x->import->ranks; r++) {
        const struct ihp__import_key_range range = {turn->low[r], turn->last[r],
                                                    turn->low[r] > turn->last[r]};
        turn->send_bytes[r] = turn->send_parts[r] = 0;
        for (size_t i = 0; i < runs; i++) {
            struct ihp__import_run *part = &turn->part[(size_t)r * x->runs->count + i];
            *part = x->runs->run[i];
            ihp__import_run_cut(part, x->runs->mark, &range, x->key);
            turn->send_bytes[r] += part_bytes(part);
            turn->send_parts[r] += part->at < part->end;
        }
    }
}

/* Collective: learns how much each rank sends to this one, and whether that fits on all ranks. */
static bool share_sizes(struct turn *turn)
{
    const struct ihp__import_exchange *x = turn->x;
    MPI_Comm comm = x->import->comm;
    uint64_t received = 0, too_many = 0;
    MPI_Alltoall(turn->send_bytes, 1, MPI_UINT64_T, turn->get_bytes, 1, MPI_UINT64_T, comm);
    MPI_Alltoall(turn->send_parts, 1, MPI_UINT64_T, turn->get_parts, 1, MPI_UINT64_T, comm);
    for (int r = 0; r < x->import->ranks; r++) {
        received += r != x->import->rank ? turn->get_bytes[r] : 0;
    }
    too_many = !x->ready || received > x->room_bytes;
    ihp__sum_u64(comm, &too_many, 1);
    return too_many == 0;
}

/* Returns the next part for a rank that has any bytes, from number `*next` on; NULL after the last.
 */
static const struct ihp__import_run *next_part(const struct turn *turn, int to, size_t *next)
{
    const struct ihp__import_run *part = turn->part + (size_t)to * turn->x->runs->count;
    while (*next < turn->x->runs->count) {
        const struct ihp__import_run *found = &part[(*next)++];
        if (found->at < found->end) {
            return found;
        }
    }
    return NULL;
}

/* Tells a rank the bytes of each part for it, and learns those of the parts that another has. */
static void swap_sizes(const struct turn *turn, int to, int from, uint64_t *get)
{
    size_t next = 0, parts = 0;
    for (const struct ihp__import_run *part; (part = next_part(turn, to, &next)) != NULL;) {
        turn->sent_part_bytes[parts++] = part_bytes(part);
    }
    MPI_Sendrecv(turn->sent_part_bytes, (int)parts, MPI_UINT64_T, to, 0, get,
                 (int)turn->get_parts[from], MPI_UINT64_T, from, 0, turn->x->import->comm,
                 MPI_STATUS_IGNORE);
}

/* The pieces in which a rank sends its parts. */
struct pieces {
    const struct ihp__import_run *part; /* NULL: all have been sent */
    size_t next, done;
};

static void next_piece(const struct turn *turn, int to, struct pieces *pieces)
{
    pieces->done += PIECE;
    if (pieces->part == NULL || pieces->done >= part_bytes(pieces->part)) {
        pieces->part = next_part(turn, to, &pieces->next);
        pieces->done = 0;
    }
}

static void send_piece(const struct turn *turn, int to, const struct pieces *pieces)
{
    const uint64_t left = part_bytes(pieces->part) - pieces->done;
    const char *from = pieces->part->memory + pieces->part->at + pieces->done;
    MPI_Send(from, left < PIECE ? (int)left : PIECE, MPI_BYTE, to, 0, turn->x->import->comm);
}

/* Sends lines to a rank and receives the lines of another into `area`. */
static void swap_lines(const struct turn *turn, int to, int from, char *area)
{
    MPI_Comm comm = turn->x->import->comm;
    struct pieces pieces = {0};
    next_piece(turn, to, &pieces);
    for (uint64_t got = 0; pieces.part != NULL || got < turn->get_bytes[from];) {
        const uint64_t left = turn->get_bytes[from] - got;
        MPI_Request request = MPI_REQUEST_NULL;
        MPI_Status status;
        int size = 0;
        if (left > 0) {
            MPI_Irecv(area + got, left < PIECE ? (int)left : PIECE, MPI_BYTE, from, 0, comm,
                      &request);
        }
        if (pieces.part != NULL) {
            send_piece(turn, to, &pieces);
            next_piece(turn, to, &pieces);
        }
        if (left > 0) {
            MPI_Wait(&request, &status);
            MPI_Get_count(&status, MPI_BYTE, &size);
            got += (uint64_t)size;
        }
    }
}

/* Lists the parts that a rank has sent, which begin at `at` in the room. The list has space. */
static void list_parts(struct turn *turn, int source, const uint64_t *bytes, uint64_t at)
{
    struct ihp__import_exchange *x = turn->x;
    for (uint64_t i = 0; i < turn->get_parts[source]; i++) {
        x->got.run[x->got.count++] = (struct ihp__import_run){
            .at = at, .end = at + bytes[i], .memory = x->room, .source = (uint64_t)source};
        at += bytes[i];
    }
}

static void list_own(struct turn *turn)
{
    struct ihp__import_exchange *x = turn->x;
    size_t next = 0;
    for (const struct ihp__import_run *part;
         (part = next_part(turn, x->import->rank, &next)) != NULL;) {
        x->got.run[x->got.count++] = *part;
    }
}

/* Exchanges the parts of all ranks. */
static void swap_all(struct turn *turn)
{
    const int ranks = turn->x->import->ranks, rank = turn->x->import->rank;
    uint64_t at = 0;
    list_own(turn);
    for (int step = 1; step < ranks; step++) {
        const int to = (rank + step) % ranks, from = (rank - step + ranks) % ranks;
        swap_sizes(turn, to, from, turn->part_bytes);
        swap_lines(turn, to, from, turn->x->room + at);
        list_parts(turn, from, turn->part_bytes, at);
        at += turn->get_bytes[from];
    }
}

/* Collective: makes the lists of what this rank sends and gets. */
static enum ihp_status make_lists(struct turn *turn, struct ihp_error *err)
{
    struct ihp__import_exchange *x = turn->x;
    uint64_t all = 0;
    for (int r = 0; r < x->import->ranks; r++) {
        all += turn->get_parts[r];
    }
    turn->part_bytes = malloc(((size_t)all + 1) * sizeof *turn->part_bytes);
    turn->sent_part_bytes = malloc((x->runs->count + 1) * sizeof *turn->sent_part_bytes);
    if (turn->part_bytes == NULL || turn->sent_part_bytes == NULL ||
        !ihp__array_reserve(&x->got.run, &x->got.capacity, (size_t)all + 1, sizeof *x->got.run)) {
        ihp__until_agreed(ihp__fail_memory(err, "the list of runs"));
    }
    return ihp__import_agree(x->import, err);
}

static enum ihp_status exchange(struct turn *turn, uint64_t *numbers, bool *done,
                                struct ihp_error *err)
{
    const size_t ranks = (size_t)turn->x->import->ranks;
    uint64_t **const arrays[] = {&turn->low,        &turn->last,      &turn->send_bytes,
                                 &turn->send_parts, &turn->get_bytes, &turn->get_parts};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = numbers + i * ranks;
    }
    if (ihp__import_agree(turn->x->import, err) != IHP_OK) {
        return err->status;
    }
    share_ranges(turn);
    cut_runs(turn);
    *done = share_sizes(turn);
    if (*done && make_lists(turn, err) == IHP_OK) {
        swap_all(turn);
    }
    return err->status;
}

enum ihp_status ihp__import_exchange_runs(struct ihp__import_exchange *x, bool *done,
                                          struct ihp_error *err)
{
    const size_t ranks = (size_t)x->import->ranks;
    struct turn turn = {.x = x, .part = malloc((x->runs->count * ranks + 1) * sizeof *turn.part)};
    uint64_t *numbers = malloc(6 * ranks * sizeof *numbers);
    ihp__until_agreed(turn.part != NULL && numbers != NULL
                          ? IHP_OK
                          : ihp__fail_memory(err, "sorting the claims"));
    enum ihp_status status = exchange(&turn, numbers, done, err);
    free(turn.part);
    free(turn.part_bytes);
    free(turn.sent_part_bytes);
    free(numbers);
    return status;
}
