/* cells.c - weighted sums by cell for many replicates.
 *
 * Members are gone through once for every few replicates. A member's weights in them stand side by
 * side, as do the sums of a cell, so that a value is multiplied and added for all of them at once. Sums
 * under way are doubles, which every processor multiplies fast; they hold integers and stay below
 * 2^53, so they are exact, and their order does not matter. */
#include "base/clones.h"
#include "ihp/resample.h"

#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 2
/* Replicates of one pass over the members. More would read the members less often and need more
 * memory for sums than the second cache has. */
#ifndef WIDTH
#define WIDTH 8
#endif
#ifndef TILE
#define TILE 256
#endif
#define WEIGHT_MAX 8
#define EXACT_MAX ((int64_t)1 << 53)

struct work {
    double *sum[GROUPS_MAX]; /* [cells + 1][quantities][WIDTH]; the last cell is for no cell */
    int64_t room;            /* what may be added to any sum before it is moved on */
    _Alignas(64) int16_t drawn[WIDTH][TILE];
    _Alignas(64) int16_t weight[TILE][WIDTH];
};

static size_t sums_of(const struct ihp_cell_members *members, size_t g)
{
    return (members->cells[g] + 1) * members->quantities * WIDTH;
}

static void destroy(struct work *work)
{
    for (size_t g = 0; g < GROUPS_MAX; g++) {
        free(work->sum[g]);
    }
    free(work);
}

static struct work *create(const struct ihp_cell_members *members)
{
    struct work *work = aligned_alloc(64, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    memset(work, 0, sizeof *work);
    work->room = EXACT_MAX;
    for (size_t g = 0; g < members->groups; g++) {
        const size_t bytes = (sums_of(members, g) * sizeof(double) + 63) / 64 * 64;
        work->sum[g] = aligned_alloc(64, bytes);
        if (work->sum[g] == NULL) {
            destroy(work);
            return NULL;
        }
        memset(work->sum[g], 0, bytes);
    }
    return work;
}

/* The weights of a member side by side. */
IHP_CLONES_WIDE
static void turn(int16_t (*restrict drawn)[TILE], int16_t (*restrict weight)[WIDTH])
{
    for (size_t m = 0; m < TILE; m++) {
#pragma GCC unroll 16
        for (size_t r = 0; r < WIDTH; r++) {
            weight[m][r] = drawn[r][m];
        }
    }
}

/* A bound of the magnitude of values. */
IHP_CLONES_WIDE
static int64_t magnitude(const int64_t *value, size_t count)
{
    int64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        bits |= value[i] ^ -(int64_t)(value[i] < 0);
    }
    return bits + 1;
}

/* Adds the values of one group's members to their cells. */
IHP_CLONES_WIDE
static void scatter(int16_t (*restrict weight)[WIDTH], const uint32_t *restrict cell, size_t cells,
                    const int64_t *restrict value, size_t members, size_t quantities,
                    double *restrict sum)
{
    for (size_t m = 0; m < members; m++) {
        double w[WIDTH];
        for (size_t r = 0; r < WIDTH; r++) {
            w[r] = weight[m][r];
        }
        const size_t c = cell[m] < cells ? cell[m] : cells;
        double *restrict at = sum + c * quantities * WIDTH;
        for (size_t q = 0; q < quantities; q++) {
            const double v = (double)value[m * quantities + q];
            for (size_t r = 0; r < WIDTH; r++) {
                at[q * WIDTH + r] += w[r] * v;
            }
        }
    }
}

/* Moves the sums on to the caller's, replicates `at` .. of `replicates`, and sets them to 0. */
static void flush(struct work *work, const struct ihp_cell_members *members, uint32_t at,
                  uint32_t replicates, int64_t *const sum[GROUPS_MAX])
{
    const size_t live = replicates - at < WIDTH ? replicates - at : WIDTH;
    for (size_t g = 0; g < members->groups; g++) {
        const size_t rows = members->cells[g] * members->quantities;
        for (size_t i = 0; i < rows; i++) {
            for (size_t r = 0; r < live; r++) {
                sum[g][i * replicates + at + r] += (int64_t)work->sum[g][i * WIDTH + r];
            }
        }
        memset(work->sum[g], 0, sums_of(members, g) * sizeof(double));
    }
    work->room = EXACT_MAX;
}

/* Draws the weights of `count` members from `from`. */
static void draw(struct work *work, const uint64_t *key, size_t count, uint64_t seed, uint32_t first)
{
    for (uint32_t r = 0; r < WIDTH; r += IHP_DRAWN_TOGETHER) {
        ihp_weights_draw(seed, key, count, (first + r) / IHP_DRAWN_TOGETHER, TILE, work->drawn[r]);
    }
    turn(work->drawn, work->weight);
}

/* One pass over the members. */
static void pass(struct work *work, uint64_t seed, const struct ihp_cell_members *members,
                 uint32_t first, uint32_t at, uint32_t replicates, int64_t *const sum[GROUPS_MAX])
{
    const size_t quantities = members->quantities;
    for (size_t from = 0; from < members->members; from += TILE) {
        const size_t left = members->members - from;
        const size_t count = left < TILE ? left : TILE;
        int64_t most = 1;
        for (size_t g = 0; g < members->groups; g++) {
            most |= magnitude(members->value[g] + from * quantities, count * quantities);
        }
        draw(work, members->key + from, count, seed, first + at);
        for (size_t m = 0; m < count;) {
            const int64_t room = work->room / (WEIGHT_MAX * most);
            const size_t take = room < (int64_t)(count - m) ? (size_t)room : count - m;
            for (size_t g = 0; g < members->groups; g++) {
                scatter(work->weight + m, members->cell[g] + from + m, members->cells[g],
                        members->value[g] + (from + m) * quantities, take, quantities,
                        work->sum[g]);
            }
            m += take;
            work->room -= (int64_t)take * WEIGHT_MAX * most;
            if (m < count) {
                flush(work, members, at, replicates, sum);
            }
        }
    }
    flush(work, members, at, replicates, sum);
}

enum ihp_status ihp_resample_cells(uint64_t seed, const struct ihp_cell_members *members,
                                   uint32_t first, uint32_t replicates, int64_t *sum[2],
                                   struct ihp_error *err)
{
    struct work *work = create(members);
    if (work == NULL) {
        return ihp_fail_memory(err, "sums by cell of a bootstrap");
    }
    for (uint32_t at = 0; at < replicates; at += WIDTH) {
        pass(work, seed, members, first, at, replicates, sum);
    }
    destroy(work);
    return IHP_OK;
}
