/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighted sums over members equal those of a plain loop over single weights, with all
 * instructions that this processor has. */
#include "build.h"
#include "instructions.h"
#include "resample/resample.h"

enum { SEED = 41, MEMBERS = 2500, QUANTITIES = IHP__QUANTITIES_MAX, REPLICATES_MAX = 40 };

static uint64_t key[MEMBERS];
static int64_t value[QUANTITIES][MEMBERS];

static int set_up(void **state)
{
    (void)state;
    for (size_t m = 0; m < MEMBERS; m++) {
        char id[24];
        snprintf(id, sizeof id, "S%zu", m);
        key[m] = ihp__member_key(id);
    }
    memset(value, 0, sizeof value);
    return 0;
}

static struct ihp__segment segment_of(size_t from, size_t members, size_t quantities)
{
    struct ihp__segment segment = {.members = members, .key = key + from, .quantities = quantities};
    for (size_t q = 0; q < quantities; q++) {
        segment.value[q] = value[q] + from;
    }
    return segment;
}

static int64_t sum_by_hand(const struct ihp__segment *segment, size_t q, uint32_t replicate)
{
    int64_t sum = 0;
    for (size_t m = 0; m < segment->members; m++) {
        sum += (int64_t)ihp__weight(SEED, segment->key[m], replicate) * segment->value[q][m];
    }
    return sum;
}

/* Adds the sums of segments for replicates first .. first + count - 1. */
static void add_sums(const struct ihp__segment *segment, size_t segments, uint32_t first,
                     uint32_t count)
{
    const struct ihp__draws replicates = {SEED, first, count};
    struct ihp_error err = {0};
    assert_int_equal(ihp__resample_sums(&replicates, segment, segments, NULL, NULL, &err), IHP_OK);
}

/* Adds one segment to sums that are not zero, and compares. */
static void assert_sums(struct ihp__segment segment, uint32_t first, uint32_t replicates)
{
    int64_t sum[QUANTITIES][REPLICATES_MAX + 1];
    for (size_t q = 0; q < segment.quantities; q++) {
        for (size_t r = 0; r <= replicates; r++) {
            sum[q][r] = 1000 * (int64_t)q + (int64_t)r;
        }
        segment.sum[q] = sum[q];
    }
    add_sums(&segment, 1, first, replicates);
    for (size_t q = 0; q < segment.quantities; q++) {
        for (uint32_t r = 0; r < replicates; r++) {
            assert_int_equal(sum[q][r] - 1000 * (int64_t)q - r,
                             sum_by_hand(&segment, q, first + r));
        }
        assert_int_equal(sum[q][replicates], 1000 * (int64_t)q + replicates); /* not written */
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static void test_random_values(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 11};
    static const uint32_t below[QUANTITIES] = {20000000, 13, 1u << 30, 100, 32768, 4000000000};
    for (size_t q = 0; q < QUANTITIES; q++) {
        for (size_t m = 0; m < MEMBERS; m++) {
            value[q][m] = (int64_t)random_below(&draws, below[q]);
            value[q][m] -= q % 2 == 0 ? 0 : below[q] / 3;
        }
    }
    assert_sums(segment_of(0, MEMBERS, QUANTITIES), 0, 24);
}

/* Values on each side of the bounds where one more limb is needed, in all members or in a few. If
 * all members of a tile have such a value, the 32-bit sums are as large as they can be. */
static void test_values_at_the_limits(void **state)
{
    (void)state;
    static const int power[] = {0, 14, 15, 16, 29, 30, 31, 43, 44};
    for (size_t p = 0; p < sizeof power / sizeof power[0]; p++) {
        const int64_t bound = (int64_t)1 << power[p];
        const int64_t limit[QUANTITIES] = {bound, -bound, bound - 1, -bound + 1, bound, -bound};
        for (size_t m = 0; m < MEMBERS; m++) {
            for (size_t q = 0; q < QUANTITIES; q++) {
                const bool few = q >= 4; /* one member here and there */
                value[q][m] = !few ? limit[q] : m % 500 == q ? limit[q] : (int64_t)(m % 3) - 1;
            }
        }
        assert_sums(segment_of(0, MEMBERS, QUANTITIES), 8, 8);
    }
}

static void test_nothing_but_zeros(void **state)
{
    (void)state;
    value[1][77] = -1;
    assert_sums(segment_of(0, MEMBERS, 2), 0, 8);
}

/* ---- members and replicates ------------------------------------------------------------------ */

static void fill_ramp(void)
{
    for (size_t m = 0; m < MEMBERS; m++) {
        for (size_t q = 0; q < QUANTITIES; q++) {
            value[q][m] = (int64_t)(m * 7919 + q * 104729) - 5000000;
        }
    }
}

static void test_members_around_tiles(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 31, 32, 33, 1023, 1024, 1025, 1056, 2047, 2048, 2049};
    fill_ramp();
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        assert_sums(segment_of(c, counts[c], 1 + c % QUANTITIES), 16, 8);
    }
}

static void test_any_number_of_replicates(void **state)
{
    (void)state;
    fill_ramp();
    for (uint32_t replicates = 0; replicates <= 17; replicates++) {
        assert_sums(segment_of(3, 100, 2), 8 * (replicates % 3), replicates);
    }
    assert_sums(segment_of(0, 100, 2), 4294967288u, 8); /* the last replicates */
}

/* A long tile before a short one: weights left over from the long tile do not count. Two segments
 * add to the same sums, another adds elsewhere, empty ones add nothing. */
static void test_segments(void **state)
{
    (void)state;
    fill_ramp();
    struct ihp__segment segment[] = {segment_of(0, 1000, 3), segment_of(0, 0, 3),
                                     segment_of(1000, 5, 1), segment_of(1005, 1400, 3),
                                     segment_of(0, 0, 0)};
    int64_t shared[3][13] = {{0}}, alone[13] = {0};
    for (size_t q = 0; q < 3; q++) {
        segment[0].sum[q] = segment[1].sum[q] = segment[3].sum[q] = shared[q];
    }
    segment[2].sum[0] = alone;
    add_sums(segment, 5, 8, 13);
    for (uint32_t r = 0; r < 13; r++) {
        for (size_t q = 0; q < 3; q++) {
            assert_int_equal(shared[q][r], sum_by_hand(&segment[0], q, 8 + r) +
                                               sum_by_hand(&segment[3], q, 8 + r));
        }
        assert_int_equal(alone[r], sum_by_hand(&segment[2], 0, 8 + r));
    }
    add_sums(NULL, 0, 0, 8);
}

/* Replicates summed in several calls are those summed in one call. */
static void test_runs_of_replicates(void **state)
{
    (void)state;
    fill_ramp();
    struct ihp__segment whole = segment_of(0, 1100, 1), part = whole;
    int64_t all[40] = {0}, split[40] = {0};
    whole.sum[0] = all;
    add_sums(&whole, 1, 0, 40);
    for (uint32_t first = 0; first < 40; first += 16) {
        part.sum[0] = split + first;
        add_sums(&part, 1, first, first == 32 ? 8 : 16);
    }
    assert_memory_equal(all, split, sizeof all);
    assert_int_not_equal(all[0], all[8]);
}

static void note_share(void *context, double share)
{
    double *last = context;
    assert_true(share > *last);
    *last = share;
}

static void test_progress_ends_at_the_whole(void **state)
{
    (void)state;
    struct ihp__segment segment[] = {segment_of(0, 2100, 0), segment_of(0, 17, 0)};
    struct ihp_error err = {0};
    double last = 0;
    const struct ihp__draws replicates = {SEED, 0, 8};
    assert_int_equal(ihp__resample_sums(&replicates, segment, 2, note_share, &last, &err), IHP_OK);
    assert_true(last == 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(test_random_values),
        TEST(test_values_at_the_limits),
        TEST(test_nothing_but_zeros),
        TEST(test_members_around_tiles),
        TEST(test_any_number_of_replicates),
        TEST(test_segments),
        TEST(test_runs_of_replicates),
        TEST(test_progress_ends_at_the_whole),
    };
    int failed = 0;
    for (size_t i = 0; ihp__instructions_listed(i) != NULL; i++) {
        use_instructions(ihp__instructions_listed(i));
        failed += cmocka_run_group_tests_name(ihp__instructions_listed(i), tests, NULL, NULL);
    }
    return failed;
}
