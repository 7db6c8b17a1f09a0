/* Weighted sums by cell against a plain loop over single weights. */
#include "build.h"
#include "ihp/resample.h"

enum { SEED = 7, MEMBERS = 1700, QUANTITIES = 9, CELLS = 30, REPLICATES = 21, FIRST = 16 };

static uint64_t key[MEMBERS];
static uint32_t cell[MEMBERS];
static int64_t value[MEMBERS * QUANTITIES];

/* Random cells, of which the last is left empty and the first and second are rare; one member in
 * ten has none. */
static int set_up(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 3};
    for (size_t m = 0; m < MEMBERS; m++) {
        char id[24];
        snprintf(id, sizeof id, "C%zu", m);
        key[m] = ihp_member_key(id);
        cell[m] = 2 + (uint32_t)random_below(&draws, CELLS - 3);
        cell[m] = random_below(&draws, 10) == 0 ? IHP_NO_CELL : cell[m];
    }
    cell[5] = 0;
    cell[MEMBERS - 1] = 1;
    for (size_t i = 0; i < MEMBERS * QUANTITIES; i++) {
        value[i] = (int64_t)random_below(&draws, 20000000) - 300000;
    }
    return 0;
}

static void assert_cells(size_t members, size_t quantities, uint32_t replicates)
{
    const struct ihp_cell_members given = {.members = members, .key = key, .cell = cell,
                                           .cells = CELLS, .quantities = quantities,
                                           .value = value};
    struct ihp_error err = {0};
    struct ihp_cells *cells = NULL;
    assert_int_equal(ihp_cells_create(&given, &cells, &err), 0);
    const size_t sums = CELLS * quantities * replicates;
    int64_t *sum = calloc(sums + 1, sizeof *sum), *expected = calloc(sums + 1, sizeof *expected);
    assert_true(sum != NULL && expected != NULL);
    sum[0] = expected[0] = sum[sums] = expected[sums] = -5; /* added to, and not beyond */
    for (size_t m = 0; m < members; m++) {
        for (uint32_t r = 0; r < replicates && cell[m] != IHP_NO_CELL; r++) {
            const int64_t weight = ihp_weight(SEED, key[m], FIRST + r);
            for (size_t q = 0; q < quantities; q++) {
                expected[(cell[m] * quantities + q) * replicates + r] +=
                    weight * value[m * quantities + q];
            }
        }
    }
    ihp_resample_cells(SEED, cells, FIRST, replicates, sum);
    assert_memory_equal(sum, expected, (sums + 1) * sizeof *sum);
    ihp_cells_destroy(&cells);
    assert_null(cells);
    free(sum);
    free(expected);
}

static void test_all_numbers_of_quantities(void **state)
{
    (void)state;
    for (size_t quantities = 1; quantities <= QUANTITIES; quantities++) {
        assert_cells(MEMBERS, quantities, REPLICATES);
    }
}

static void test_any_number_of_replicates(void **state)
{
    (void)state;
    for (uint32_t replicates = 0; replicates <= 17; replicates++) {
        assert_cells(600, 2, replicates);
    }
}

static void test_members_around_tiles(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 9, 511, 512, 513, 600, 1024, 1025, 1300};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        assert_cells(counts[c], 3, 8);
    }
}

/* Nobody has a cell; all have the same, which then spans tiles. */
static void test_no_cell_and_one_cell(void **state)
{
    (void)state;
    for (size_t m = 0; m < MEMBERS; m++) {
        cell[m] = IHP_NO_CELL;
    }
    assert_cells(MEMBERS, 2, 8);
    for (size_t m = 0; m < MEMBERS; m++) {
        cell[m] = CELLS - 1;
    }
    assert_cells(MEMBERS, 3, 16);
}

/* Great odd values, all in one cell: doubles would lose the last digit of sums that are too
 * long. */
static void test_great_values_are_exact(void **state)
{
    (void)state;
    for (size_t m = 0; m < MEMBERS; m++) {
        cell[m] = 4;
    }
    for (size_t i = 0; i < MEMBERS * QUANTITIES; i++) {
        value[i] = ((int64_t)1 << 44) - 1 - 2 * (int64_t)(i % 1000);
        value[i] = i % 3 == 1 ? -value[i] : value[i];
    }
    assert_cells(MEMBERS, 3, 24);
}

static void test_destroying_nothing(void **state)
{
    (void)state;
    struct ihp_cells *none = NULL;
    ihp_cells_destroy(&none);
    ihp_cells_destroy(NULL);
    assert_null(none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(test_all_numbers_of_quantities),
        TEST(test_any_number_of_replicates),
        TEST(test_members_around_tiles),
        TEST(test_no_cell_and_one_cell),
        TEST(test_great_values_are_exact),
        TEST(test_destroying_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
