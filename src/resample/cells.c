/* cells.c - weighted sums by cell for many replicates.
 *
 * Members are kept sorted by cell, so that the sums of a cell grow in registers while its members
 * pass by, in eight replicates at once. Adding to cells in the members' own order would go back
 * and forth between more sums than the caches hold, which took more than twice as long. Sums under
 * way are doubles, which every processor multiplies fast; they hold integers below 2^53, so they
 * are exact. */
#include "base/clones.h"
#include "ihp/resample.h"
#include "resample/weight_of.h"

#include <stdlib.h>
#include <string.h>

/* Members of a tile: their weights, drawn and turned, take 24 KiB of the first cache. */
#define TILE 512
#define EXACT_MAX ((int64_t)1 << 53)

struct ihp_cells {
    size_t cells, quantities;
    size_t tile;     /* members whose weighted values a double adds up exactly, at most TILE */
    size_t *start;   /* [cells + 1] members of each cell */
    uint64_t *key;   /* [members] */
    double *value;   /* [members][quantities] */
};

/* Numbers of eight replicates, as compilers that know GNU C keep them in registers. */
typedef double wide __attribute__((vector_size(IHP_DRAWN_TOGETHER * sizeof(double))));
typedef float narrow __attribute__((vector_size(IHP_DRAWN_TOGETHER * sizeof(float))));
typedef int64_t wide_int __attribute__((vector_size(IHP_DRAWN_TOGETHER * sizeof(int64_t))));

/* ---- members by cell ------------------------------------------------------------------------- */

/* The members of a tile: as many as are sure to stay exact, whatever their weights. */
static size_t exact_tile(const struct ihp_cell_members *members)
{
    int64_t bits = 1;
    for (size_t i = 0; i < members->members * members->quantities; i++) {
        bits |= members->value[i] < 0 ? -members->value[i] : members->value[i];
    }
    const int64_t exact = EXACT_MAX / IHP_WEIGHT_MAX / bits;
    return exact < 1 ? 1 : exact < TILE ? (size_t)exact : TILE;
}

/* Counts the members of each cell into start[c + 1] and makes places of the counts. */
static void find_starts(const struct ihp_cell_members *members, size_t *start)
{
    for (size_t m = 0; m < members->members; m++) {
        if (members->cell[m] != IHP_NO_CELL) {
            start[members->cell[m] + 1]++;
        }
    }
    for (size_t c = 0; c < members->cells; c++) {
        start[c + 1] += start[c];
    }
}

/* Copies keys and values to their places; `next` is the next free place of each cell. */
static void sort_members(const struct ihp_cell_members *members, size_t *next,
                         struct ihp_cells *cells)
{
    const size_t quantities = members->quantities;
    for (size_t m = 0; m < members->members; m++) {
        if (members->cell[m] == IHP_NO_CELL) {
            continue;
        }
        const size_t to = next[members->cell[m]]++;
        cells->key[to] = members->key[m];
        for (size_t q = 0; q < quantities; q++) {
            cells->value[to * quantities + q] = (double)members->value[m * quantities + q];
        }
    }
}

enum ihp_status ihp_cells_create(const struct ihp_cell_members *members, struct ihp_cells **out,
                                 struct ihp_error *err)
{
    struct ihp_cells *cells = calloc(1, sizeof *cells);
    size_t *next = calloc(members->cells + 1, sizeof *next);
    if (cells != NULL) {
        cells->cells = members->cells;
        cells->quantities = members->quantities;
        cells->start = calloc(members->cells + 1, sizeof *cells->start);
    }
    if (next == NULL || cells == NULL || cells->start == NULL) {
        free(next);
        ihp_cells_destroy(&cells);
        return ihp_fail_memory(err, "cells of a bootstrap");
    }
    find_starts(members, cells->start);
    memcpy(next, cells->start, members->cells * sizeof *next);
    const size_t count = cells->start[members->cells] + 1; /* never nothing */
    cells->key = calloc(count, sizeof *cells->key);
    cells->value = calloc(count, members->quantities * sizeof *cells->value);
    if (cells->key == NULL || cells->value == NULL) {
        free(next);
        ihp_cells_destroy(&cells);
        return ihp_fail_memory(err, "members by cell of a bootstrap");
    }
    cells->tile = exact_tile(members);
    sort_members(members, next, cells);
    free(next);
    *out = cells;
    return IHP_OK;
}

void ihp_cells_destroy(struct ihp_cells **cells)
{
    if (cells == NULL || *cells == NULL) {
        return;
    }
    free((*cells)->start);
    free((*cells)->key);
    free((*cells)->value);
    free(*cells);
    *cells = NULL;
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* One tile and block: where they lie, and where their sums go. */
struct work {
    const struct ihp_cells *cells;
    size_t from, end;     /* members */
    size_t cell;          /* of the first member */
    size_t stride, live;  /* replicates of a row of sums, and of this block */
    int64_t *sum;         /* of the block's first replicate */
    const narrow *weight; /* of each member of the tile */
};

/* Puts the weights of a member side by side. */
IHP_CLONES_WIDE
static void turn(int16_t (*restrict drawn)[TILE], narrow *restrict weight)
{
    for (size_t m = 0; m < TILE; m++) {
#pragma GCC unroll 8
        for (size_t r = 0; r < IHP_DRAWN_TOGETHER; r++) {
            weight[m][r] = drawn[r][m];
        }
    }
}

static inline void put(const struct work *work, size_t cell, size_t quantity, const wide *sum)
{
    const wide_int whole = __builtin_convertvector(*sum, wide_int);
    int64_t *to = work->sum + (cell * work->cells->quantities + quantity) * work->stride;
    if (work->live == IHP_DRAWN_TOGETHER) {
        wide_int all;
        memcpy(&all, to, sizeof all);
        all += whole;
        memcpy(to, &all, sizeof all);
        return;
    }
    for (size_t r = 0; r < work->live; r++) {
        to[r] += whole[r];
    }
}

/* Adds `count` (1 to 3, known when this is compiled) quantities from `q` of one cell's members. */
static inline __attribute__((always_inline)) void add_run(const struct work *work, size_t cell,
                                                          size_t from, size_t end, size_t q,
                                                          size_t count)
{
    const size_t quantities = work->cells->quantities;
    const double *value = work->cells->value + from * quantities + q;
    const narrow *weight = work->weight + (from - work->from);
    wide s0 = {0}, s1 = {0}, s2 = {0};
    for (size_t m = from; m < end; m++) {
        const wide w = __builtin_convertvector(*weight, wide);
        s0 += w * value[0];
        if (count > 1) {
            s1 += w * value[1];
        }
        if (count > 2) {
            s2 += w * value[2];
        }
        value += quantities;
        weight++;
    }
    put(work, cell, q, &s0);
    if (count > 1) {
        put(work, cell, q + 1, &s1);
    }
    if (count > 2) {
        put(work, cell, q + 2, &s2);
    }
}

/* Adds the members of a tile to their cells. */
IHP_CLONES_WIDE
static void add_tile(const struct work *work)
{
    const size_t quantities = work->cells->quantities;
    const size_t *start = work->cells->start;
    size_t cell = work->cell;
    for (size_t from = work->from; from < work->end; cell++) {
        const size_t end = start[cell + 1] < work->end ? start[cell + 1] : work->end;
        if (end == from) {
            continue;
        }
        size_t q = 0;
        for (; q + 3 <= quantities; q += 3) {
            add_run(work, cell, from, end, q, 3);
        }
        if (quantities - q == 2) {
            add_run(work, cell, from, end, q, 2);
        } else if (quantities - q == 1) {
            add_run(work, cell, from, end, q, 1);
        }
        from = end;
    }
}

void ihp_resample_cells(uint64_t seed, const struct ihp_cells *cells, uint32_t first,
                        uint32_t replicates, int64_t *sum)
{
    int16_t drawn[IHP_DRAWN_TOGETHER][TILE] = {{0}};
    narrow weight[TILE];
    struct work work = {.cells = cells, .weight = weight, .stride = replicates};
    const size_t members = cells->start[cells->cells];
    for (work.from = 0; work.from < members; work.from = work.end) {
        const size_t left = members - work.from;
        const size_t count = left < cells->tile ? left : cells->tile;
        work.end = work.from + count;
        while (cells->start[work.cell + 1] <= work.from) {
            work.cell++;
        }
        for (uint32_t at = 0; at < replicates; at += IHP_DRAWN_TOGETHER) {
            ihp_weights_draw(seed, cells->key + work.from, count, (first + at) / IHP_DRAWN_TOGETHER,
                             TILE, drawn[0]);
            turn(drawn, weight);
            work.live = replicates - at < IHP_DRAWN_TOGETHER ? replicates - at : IHP_DRAWN_TOGETHER;
            work.sum = sum + at;
            add_tile(&work);
        }
    }
}
