/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints a digest of bootstrap weights and of weighted sums, for test_processors.sh, which compares
 * processors. It needs only src/resample. */
#include "resample/resample.h"

#include <stdlib.h>

enum { SEED = 987, MEMBERS = 9000, QUANTITIES = 3, REPLICATES = 43, CELLS = 40, SIDES = 2 };

static uint64_t key[MEMBERS], prepared[2 * (MEMBERS + IHP__DRAW_PAD)];
static int16_t weight[IHP__DRAWN_TOGETHER][MEMBERS + IHP__DRAW_PAD];
static int64_t value[QUANTITIES][MEMBERS], by_member[MEMBERS * QUANTITIES];
static uint32_t cell[SIDES][MEMBERS];
static int64_t sum[QUANTITIES][REPLICATES], cell_sum[SIDES][CELLS * QUANTITIES * REPLICATES];

/* Adds a number to a digest: FNV-1a over its bytes, the lowest first. */
static uint64_t add(uint64_t digest, uint64_t number)
{
    for (int byte = 0; byte < 8; byte++) {
        digest = (digest ^ (number >> 8 * byte & 255)) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static void fill(void)
{
    static const int64_t below[QUANTITIES] = {13, 25000000, INT64_C(1) << 44};
    uint64_t random = 5;
    for (size_t m = 0; m < MEMBERS; m++) {
        for (size_t q = 0; q < QUANTITIES; q++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            value[q][m] = (int64_t)(random >> 20) % below[q] - (q == 1 ? 300000 : 0);
            by_member[m * QUANTITIES + q] = value[q][m];
        }
        key[m] = random ^ m << 40;
        cell[0][m] = (uint32_t)(random >> 50) % CELLS;
        cell[1][m] = random >> 60 == 3 ? IHP__NO_CELL : (cell[0][m] + 1) % CELLS;
    }
}

static uint64_t digest_weights(uint64_t digest)
{
    ihp__weights_prepare(SEED, key, MEMBERS, prepared);
    for (uint32_t block = 0; block < 20; block++) {
        ihp__weights_draw(SEED, prepared, MEMBERS, block, MEMBERS + IHP__DRAW_PAD, weight[0]);
        for (size_t i = 0; i < IHP__DRAWN_TOGETHER * (size_t)MEMBERS; i++) {
            digest = add(digest, (uint64_t)weight[i / MEMBERS][i % MEMBERS]);
        }
    }
    return digest;
}

int main(void)
{
    struct ihp_error err = {0};
    const struct ihp__draws draws = {SEED, 16, REPLICATES};
    struct ihp__segment segment = {.members = MEMBERS - 3, .key = key, .quantities = QUANTITIES};
    struct ihp__cell_members members = {.members = MEMBERS, .key = key, .sides = SIDES};
    struct ihp__cells *cells = NULL;
    fill();
    for (size_t q = 0; q < QUANTITIES; q++) {
        segment.value[q] = value[q];
        segment.sum[q] = sum[q];
    }
    for (size_t s = 0; s < SIDES; s++) {
        members.side[s] = (struct ihp__cell_side){cell[s], CELLS, QUANTITIES, by_member};
    }
    if (ihp__instructions_choose(&err) != IHP_OK ||
        ihp__resample_sums(&draws, &segment, 1, NULL, NULL, &err) != IHP_OK ||
        ihp__cells_create(&members, &cells, &err) != IHP_OK) {
        fprintf(stderr, "sum_weights: %s\n", err.text);
        return 1;
    }
    ihp__resample_cells(&draws, cells, (int64_t *[]){cell_sum[0], cell_sum[1]});
    ihp__cells_destroy(&cells);
    uint64_t digest = digest_weights(UINT64_C(0xcbf29ce484222325));
    for (size_t i = 0; i < QUANTITIES * (size_t)REPLICATES; i++) {
        digest = add(digest, (uint64_t)sum[i / REPLICATES][i % REPLICATES]);
    }
    for (size_t i = 0; i < SIDES * sizeof cell_sum[0] / sizeof cell_sum[0][0]; i++) {
        const size_t sums = sizeof cell_sum[0] / sizeof cell_sum[0][0];
        digest = add(digest, (uint64_t)cell_sum[i / sums][i % sums]);
    }
    printf("%s %016llx\n", ihp__instructions_chosen(), (unsigned long long)digest);
    return 0;
}
