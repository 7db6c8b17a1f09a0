/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighted sums by cell equal those of a plain loop over single weights, with all
 * instructions that this processor has. */
#include "build.h"
#include "instructions.h"
#include "resample/resample.h"

enum {
    SEED = 7,
    SIDES = 2,
    MEMBERS = 17000,
    SOME = 1700,
    QUANTITIES = 9,
    CELLS = 30,
    REPLICATES = 21,
    FIRST = 16
};

static uint64_t key[MEMBERS];
static uint32_t cell[SIDES][MEMBERS];
static int64_t value[SIDES][MEMBERS * QUANTITIES];

/* Random cells. The last cell is empty, the first and second are rare. One member in ten has no
 * cell; on the second side half of the others have the same cell as on the first. */
static int set_up(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 3};
    for (size_t m = 0; m < MEMBERS; m++) {
        char id[24];
        snprintf(id, sizeof id, "C%zu", m);
        key[m] = ihp__member_key(id);
        for (size_t s = 0; s < SIDES; s++) {
            cell[s][m] = 2 + (uint32_t)random_below(&draws, CELLS - 3);
            cell[s][m] = s == 1 && random_below(&draws, 2) == 0 ? cell[0][m] : cell[s][m];
            cell[s][m] = random_below(&draws, 10) == 0 ? IHP__NO_CELL : cell[s][m];
        }
    }
    for (size_t s = 0; s < SIDES; s++) {
        cell[s][5] = 0;
        cell[s][SOME - 1] = 1;
        for (size_t i = 0; i < MEMBERS * QUANTITIES; i++) {
            value[s][i] = (int64_t)random_below(&draws, 20000000) - 300000;
        }
    }
    return 0;
}

/* Adds the members to the cells of a side, one weight at a time. */
static void add_plainly(size_t side, size_t members, size_t quantities, uint32_t replicates,
                        int64_t *sum)
{
    for (size_t m = 0; m < members; m++) {
        for (uint32_t r = 0; r < replicates && cell[side][m] != IHP__NO_CELL; r++) {
            const int64_t weight = ihp__weight(SEED, key[m], FIRST + r);
            for (size_t q = 0; q < quantities; q++) {
                sum[(cell[side][m] * quantities + q) * replicates + r] +=
                    weight * value[side][m * quantities + q];
            }
        }
    }
}

static void assert_sides(size_t sides, size_t members, size_t quantities, uint32_t replicates)
{
    struct ihp__cell_members given = {.members = members, .key = key, .sides = sides};
    const size_t sums = CELLS * quantities * replicates;
    int64_t *sum[SIDES], *expected[SIDES];
    for (size_t s = 0; s < sides; s++) {
        given.side[s] = (struct ihp__cell_side){cell[s], CELLS, quantities, value[s]};
        sum[s] = calloc(sums + 1, sizeof *sum[s]);
        expected[s] = calloc(sums + 1, sizeof *expected[s]);
        assert_true(sum[s] != NULL && expected[s] != NULL);
        sum[s][0] = expected[s][0] = sum[s][sums] = expected[s][sums] = -5; /* sums are added to */
        add_plainly(s, members, quantities, replicates, expected[s]);
    }
    struct ihp_error err = {0};
    struct ihp__cells *cells = NULL;
    assert_int_equal(ihp__cells_create(&given, &cells, &err), 0);
    ihp__resample_cells(&(struct ihp__draws){SEED, FIRST, replicates}, cells, sum);
    for (size_t s = 0; s < sides; s++) {
        assert_memory_equal(sum[s], expected[s], (sums + 1) * sizeof *sum[s]);
        free(sum[s]);
        free(expected[s]);
    }
    ihp__cells_destroy(&cells);
    assert_null(cells);
}

static void assert_cells(size_t members, size_t quantities, uint32_t replicates)
{
    assert_sides(1, members, quantities, replicates);
    assert_sides(2, members, quantities, replicates);
}

static void test_all_numbers_of_quantities(void **state)
{
    (void)state;
    for (size_t quantities = 1; quantities <= QUANTITIES; quantities++) {
        assert_cells(SOME, quantities, REPLICATES);
    }
}

static void test_any_number_of_replicates(void **state)
{
    (void)state;
    for (uint32_t replicates = 0; replicates <= 35; replicates++) {
        assert_cells(300, 2, replicates);
    }
    assert_cells(300, 2, 72);
}

/* Numbers of members around those drawn together, and around chunks. */
static void test_numbers_of_members(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 9, 127, 128, 129, 9000, 9200, 16900};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        assert_cells(counts[c], 3, 8);
    }
}

static void put_all(size_t side, uint32_t at)
{
    for (size_t m = 0; m < MEMBERS; m++) {
        cell[side][m] = at;
    }
}

/* Chunks are full to the last member if all members have a cell. */
static void test_full_chunks(void **state)
{
    (void)state;
    put_all(0, 3);
    for (size_t count = 8191; count <= 8193; count++) {
        assert_cells(count, 1, 8);
        assert_cells(count + 8192, 1, 8);
    }
}

/* No member has a cell; all have the same, which then spans chunks; only one side has cells. */
static void test_no_cell_and_one_cell(void **state)
{
    (void)state;
    put_all(0, IHP__NO_CELL);
    assert_cells(SOME, 2, 8);
    put_all(1, IHP__NO_CELL);
    assert_cells(SOME, 2, 8);
    put_all(0, CELLS - 1);
    assert_cells(MEMBERS, 3, 16);
    put_all(1, CELLS - 1);
    assert_cells(MEMBERS, 3, 16);
}

/* Members with the largest weight in a replicate, in runs of every length around the capacity of 16
 * bits, and values whose limbs are all the largest of either sign, or just beyond. */
static void test_limbs_do_not_overflow(void **state)
{
    (void)state;
    static const int64_t edges[] = {255, 256, 257, 0xFF7FBFDFEFF, 131328, 131327, 131329};
    size_t found = 0;
    for (uint64_t k = 0; found < 40; k++) { /* one in 65536 has a weight of 8 */
        key[found] = k;
        found += ihp__weight(SEED, k, FIRST + 3) == 8;
    }
    put_all(0, 2);
    put_all(1, 7);
    for (size_t e = 0; e < sizeof edges / sizeof edges[0]; e++) {
        for (size_t members = 13; members <= 40; members++) {
            for (size_t i = 0; i < members; i++) {
                value[0][i] = edges[e];
                value[1][i] = -edges[e];
            }
            assert_cells(members, 1, 32);
        }
    }
}

/* A quantity that is always 0 needs no limb, and may be the only quantity. */
static void test_zeros(void **state)
{
    (void)state;
    for (size_t m = 0; m < MEMBERS; m++) {
        value[0][3 * m + 1] = 0;
        value[1][m] = 0;
    }
    assert_sides(1, SOME, 3, 32);
    assert_sides(2, SOME, 1, 32);
}

/* The largest values allowed, odd, of both signs. */
static void test_great_values_are_exact(void **state)
{
    (void)state;
    put_all(0, 4);
    for (size_t i = 0; i < MEMBERS * QUANTITIES; i++) {
        value[0][i] = ((int64_t)1 << 44) - 1 - 2 * (int64_t)(i % 1000);
        value[0][i] = i % 3 == 1 ? -value[0][i] : value[0][i];
        value[1][i] = (i % 2 == 0 ? 1 : -1) * (((int64_t)1 << i % 44) + (int64_t)(i % 3) - 1);
    }
    assert_cells(MEMBERS, 3, 24);
}

static void test_destroying_nothing(void **state)
{
    (void)state;
    struct ihp__cells *none = NULL;
    ihp__cells_destroy(&none);
    ihp__cells_destroy(NULL);
    assert_null(none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(test_all_numbers_of_quantities),
        TEST(test_any_number_of_replicates),
        TEST(test_numbers_of_members),
        TEST(test_full_chunks),
        TEST(test_limbs_do_not_overflow),
        TEST(test_no_cell_and_one_cell),
        TEST(test_zeros),
        TEST(test_great_values_are_exact),
        TEST(test_destroying_nothing),
    };
    int failed = 0;
    for (size_t i = 0; ihp__instructions_listed(i) != NULL; i++) {
        use_instructions(ihp__instructions_listed(i));
        failed += cmocka_run_group_tests_name(ihp__instructions_listed(i), tests, NULL, NULL);
    }
    return failed;
}
