/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rank's error as that of all: which of several errors all ranks get, and that nothing is an
 * error where no rank has one. */
#include "case_folder.h"

#include "base/error.h"

static int ranks;

/* Fails on the ranks whose bit is set. Rank r says "rank r" and has status r % 2. */
static struct ihp_error fail_on(unsigned failed)
{
    struct ihp_error err = {0};
    if ((failed >> rank & 1) != 0) {
        err.status = rank % 2 == 0 ? IHP_ERR_DATA : IHP_ERR_RUN;
        snprintf(err.text, sizeof err.text, "rank %d", rank);
    }
    return err;
}

/* Returns true if an error is that of a rank; -1: no error. */
static bool is_of(const struct ihp_error *err, int failed)
{
    char text[20] = "";
    if (failed >= 0) {
        snprintf(text, sizeof text, "rank %d", failed);
    }
    const enum ihp_status status = failed < 0        ? IHP_OK
                                   : failed % 2 == 0 ? IHP_ERR_DATA
                                                     : IHP_ERR_RUN;
    return err->status == status && strcmp(err->text, text) == 0;
}

static int lowest(unsigned failed)
{
    return failed == 0 ? -1 : __builtin_ctz(failed);
}

/* Every set of failed ranks: the lowest rank's error. */
static void test_lowest_rank(void **state)
{
    (void)state;
    bool right = true;
    for (unsigned failed = 0; failed < 1U << ranks; failed++) {
        struct ihp_error err = fail_on(failed);
        const enum ihp_status status = ihp__agree(comm, &err);
        right &= is_of(&err, lowest(failed)) && status == err.status;
    }
    assert_true(right);
}

/* Every set of failed ranks, at places that ascend, descend and are equal. */
static void test_lowest_place(void **state)
{
    (void)state;
    bool right = true;
    for (unsigned failed = 0; failed < 1U << ranks; failed++) {
        const unsigned highest = failed == 0 ? 0 : 31 - (unsigned)__builtin_clz(failed);
        const struct {
            uint64_t at;
            int expected;
        } places[] = {{(uint64_t)rank, lowest(failed)},
                      {UINT64_MAX - 1 - (uint64_t)rank, failed == 0 ? -1 : (int)highest},
                      {7, lowest(failed)},
                      {0, lowest(failed)},
                      {UINT64_MAX, lowest(failed)}};
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            struct ihp_error err = fail_on(failed);
            const enum ihp_status status = ihp__agree_first(comm, places[i].at, &err);
            right &= is_of(&err, places[i].expected) && status == err.status;
        }
    }
    assert_true(right);
}

/* The place of a rank without an error does not count, however low it is. */
static void test_place_without_error(void **state)
{
    (void)state;
    struct ihp_error err = fail_on(1U << (ranks - 1));
    const enum ihp_status status =
        ihp__agree_first(comm, rank == ranks - 1 ? 1000 : (uint64_t)rank, &err);
    const bool right = is_of(&err, ranks - 1) && status == err.status;
    assert_true(right);
}

static void test_alone(void **state)
{
    (void)state;
    struct ihp_error none = {0}, some = {.status = IHP_ERR_DATA, .text = "alone"};
    assert_int_equal(ihp__agree_first(MPI_COMM_NULL, 3, &none), IHP_OK);
    assert_int_equal(ihp__agree_first(MPI_COMM_NULL, 3, &some), IHP_ERR_DATA);
    assert_string_equal(some.text, "alone");
}

int main(int argc, char **argv)
{
    ranks_begin(&argc, &argv);
    MPI_Comm_size(comm, &ranks);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lowest_rank),
        cmocka_unit_test(test_lowest_place),
        cmocka_unit_test(test_place_without_error),
        cmocka_unit_test(test_alone),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return ranks_end(failed);
}
