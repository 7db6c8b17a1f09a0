/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over ranks, and an error of one rank that becomes the error of all. Expected sums are closed
 * forms that do not depend on the number of ranks. Assertions come after the last collective call
 * of a test, so that no rank waits for one that has failed. */
#include "tally/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

enum { IHPS = 3, ACGS = 4, PAYERS = 2, CAPS = 2, MEMBERS = 1000 };

static const int64_t caps[CAPS] = {0, 50000};
static const size_t cap_of[IHPS] = {0, 1, 0};

static MPI_Comm comm = MPI_COMM_NULL;
static int rank, ranks;

static struct ihp__tally *new_tally(size_t acgs)
{
    const struct ihp__tally_shape shape = {.partnerships = IHPS,
                                           .acgs = acgs,
                                           .payers = PAYERS,
                                           .caps = CAPS,
                                           .cap = caps,
                                           .cap_of = cap_of};
    struct ihp__tally *tally = NULL;
    struct ihp_error err = {0};
    if (ihp__tally_create(&shape, &tally, &err) != IHP_OK) {
        MPI_Abort(comm, 1);
    }
    return tally;
}

/* Adds member m of 0 .. MEMBERS - 1: IHP m % 3, category m % 4, cost m + 1 dollars, m % 12 + 1
 * months from January, payer m % 2. */
static void add_member(struct ihp__tally *tally, int m)
{
    struct ihp__member_fact f = {.cost = 100 * (m + 1),
                                 .lines = (uint32_t)m,
                                 .qualifying = (uint16_t)((1u << (m % 12 + 1)) - 1u),
                                 .acg = (uint16_t)(m % ACGS),
                                 .partnership = (int16_t)(m % IHPS),
                                 .reason = IHP__REASON_SPECIALTY,
                                 .window = 1,
                                 .weighs = true};
    for (int month = 0; month < 12; month++) {
        f.payer[month] = (uint16_t)(m % PAYERS);
    }
    const struct ihp__member_fact fact[IHP__PERIODS] = {f, f};
    ihp__tally_add(tally, fact);
}

/* Distributes members to ranks by `owner`. The sums must be those of one rank with all members. */
static void check_reduce(int (*owner)(int member))
{
    struct ihp__tally *tally = new_tally(ACGS), *alone = new_tally(ACGS);
    struct ihp_error err = {0};
    uint64_t bytes = 0;
    for (int m = 0; m < MEMBERS; m++) {
        add_member(alone, m);
        if (owner(m) == rank) {
            add_member(tally, m);
        }
    }
    enum ihp_status status = ihp__tally_reduce(tally, comm, &bytes, &err);
    bool equal = memcmp(tally->block, alone->block, alone->size * sizeof *alone->block) == 0;
    const struct ihp__period_tally t = tally->period[IHP__PERFORMANCE];
    int64_t members = tally->store[0], lines = t.attributed[1], amount = t.attributed[2];
    int64_t above = t.above_cap[0], months = t.months[0] + t.months[1] + t.months[2];
    int64_t first = t.members[0], wanted_bytes = (int64_t)(tally->size * sizeof(int64_t));
    ihp__tally_destroy(&tally);
    ihp__tally_destroy(&alone);
    assert_int_equal(status, IHP_OK);
    assert_true(equal);
    assert_int_equal(bytes, wanted_bytes);
    assert_int_equal(members, 1000);
    assert_int_equal(lines, 499500);        /* 0 + ... + 999 */
    assert_int_equal(amount, 50050000);     /* 1 + ... + 1000 dollars */
    assert_int_equal(first, 334);           /* 0, 3, ..., 999 */
    assert_int_equal(months, 83 * 78 + 10); /* 83 dozens of members, then 1 + 2 + 3 + 4 */
    /* Above $500 at IHP 1: m + 1 = 503, 506, ..., 998 (502 is m = 501, of IHP 0). */
    assert_int_equal(above, 166);
}

static int dealt_in_turn(int member)
{
    return member % ranks;
}

static int dealt_in_runs(int member)
{
    return member * ranks / MEMBERS;
}

static int all_to_the_last(int member)
{
    (void)member;
    return ranks - 1;
}

static void test_reduce_of_members_distributed_in_turn(void **state)
{
    (void)state;
    check_reduce(dealt_in_turn);
}

static void test_reduce_of_members_distributed_in_runs(void **state)
{
    (void)state;
    check_reduce(dealt_in_runs);
}

static void test_reduce_with_empty_ranks(void **state)
{
    (void)state;
    check_reduce(all_to_the_last);
}

/* Rank r adds r + 1 lines per disposition, n (n + 1) / 2 in total; also large and negative sums. */
static void test_reduce_of_sums_over_lines(void **state)
{
    (void)state;
    struct ihp__tally *tally = new_tally(ACGS);
    struct ihp__line_sums *sums = calloc(1, sizeof *sums);
    struct ihp_error err = {0};
    bool wrong = sums == NULL;
    if (!wrong) {
        sums->store_lines = INT64_C(4000000000) * (rank + 1); /* beyond 32 bits */
        sums->store_amount = -INT64_C(100000000000000) * (rank + 1);
        for (int s = 0; s < IHP__DISPOSITIONS; s++) {
            sums->lines[IHP__BASE][s] = (rank + 1) * (s + 1);
        }
        sums->unknown_lines[IHP__PERFORMANCE][IHP__SERVICES - 1] = rank + 1;
        ihp__tally_add_lines(tally, sums);
    }
    bool wrong_status = ihp__tally_reduce(tally, comm, NULL, &err) != IHP_OK;
    int64_t total = (int64_t)ranks * (ranks + 1) / 2;
    wrong |= wrong_status || tally->store[1] != INT64_C(4000000000) * total;
    wrong |= tally->store[2] != -INT64_C(100000000000000) * total;
    for (int s = 0; s < IHP__DISPOSITIONS; s++) {
        wrong |= tally->period[IHP__BASE].disposition_lines[s] != total * (s + 1);
        wrong |= tally->period[IHP__PERFORMANCE].disposition_lines[s] != 0;
    }
    wrong |= tally->period[IHP__PERFORMANCE].unknown_lines[IHP__SERVICES - 1] != total;
    free(sums);
    ihp__tally_destroy(&tally);
    assert_false(wrong);
}

/* More sums than fit into one message (2^24): those beyond the limit are added too. */
static void test_reduce_in_more_than_one_piece(void **state)
{
    (void)state;
    enum { PIECE = 1 << 24, WIDE = PIECE / 20 }; /* 20 numbers per category */
    struct ihp__tally *tally = new_tally(WIDE);
    struct ihp_error err = {0};
    size_t size = tally->size;
    tally->block[0] = rank + 1;
    tally->block[PIECE - 1] = 10 * (rank + 1);
    tally->block[PIECE] = 100 * (rank + 1);
    tally->block[size - 1] = 1000 * (rank + 1);
    enum ihp_status status = ihp__tally_reduce(tally, comm, NULL, &err);
    int64_t total = (int64_t)ranks * (ranks + 1) / 2;
    bool wrong = status != IHP_OK || tally->block[0] != total ||
                 tally->block[PIECE - 1] != 10 * total || tally->block[PIECE] != 100 * total ||
                 tally->block[size - 1] != 1000 * total;
    ihp__tally_destroy(&tally);
    assert_true(size > PIECE + 1 && size < 2 * (size_t)PIECE);
    assert_false(wrong);
}

/* ---- views ----------------------------------------------------------------------------------- */

/* Returns member m under view v. View 0 is the deck's; view 1 moves every fifth member. */
static struct ihp__member_fact fact_of(int m, size_t v)
{
    return (struct ihp__member_fact){.cost = 100 * (m + 1),
                                     .qualifying = (uint16_t)((1u << (m % 12 + 1)) - 1u),
                                     .acg = (uint16_t)(m % ACGS),
                                     .partnership = (int16_t)((m + (v == 1 && m % 5 == 0)) % IHPS),
                                     .weighs = m % 7 != 0};
}

/* Lists the numbers that a settlement reads of both views, with IHP 1 capped at $500. */
static size_t list_sums(const struct ihp__views *views, struct ihp__tally *scenario, int64_t *to)
{
    static const int64_t cap[IHPS] = {0, 50000, 0};
    size_t n = 0;
    ihp__scenario_tally_set(views, (const size_t[]){0, 1}, cap, scenario);
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_tally *t = &scenario->period[period];
        for (size_t p = 0; p < IHPS; p++) {
            to[n++] = t->members[p];
            to[n++] = t->months[p];
            to[n++] = t->capped[p];
            to[n++] = ihp__views_gained(views, (size_t)period, p);
            to[n++] = ihp__views_lost(views, (size_t)period, p);
            for (size_t a = 0; a < ACGS; a++) {
                to[n++] = t->acg_members[p * ACGS + a];
                to[n++] = t->acg_months[p * ACGS + a];
                to[n++] = t->eligible_capped[scenario->shape.cap_of[p] * ACGS + a];
            }
        }
        for (size_t a = 0; a < ACGS; a++) {
            to[n++] = t->eligible_members[a];
            to[n++] = t->eligible_months[a];
        }
    }
    return n;
}

/* Views closed over members on several ranks are those of one rank with all members, on every rank.
 */
static void check_views(int (*owner)(int member))
{
    const struct ihp__tally_shape shape = {
        .partnerships = IHPS, .acgs = ACGS, .caps = CAPS, .cap = caps};
    struct ihp__views *dealt = NULL, *alone = NULL;
    struct ihp__tally *scenario = NULL;
    struct ihp_error err = {0};
    int64_t sums[2][200];
    if (ihp__views_create(&shape, 2, &dealt, &err) != IHP_OK ||
        ihp__views_create(&shape, 2, &alone, &err) != IHP_OK ||
        ihp__scenario_tally_create(dealt, &scenario, &err) != IHP_OK) {
        MPI_Abort(comm, 1);
    }
    for (int m = 0; m < MEMBERS; m++) {
        for (size_t v = 0; v < 2; v++) {
            struct ihp__member_fact f = fact_of(m, v), deck = fact_of(m, 0);
            ihp__views_add(alone, v, &f, &deck);
            if (owner(m) == rank) {
                ihp__views_add(dealt, v, &f, &deck);
            }
        }
    }
    enum ihp_status status = ihp__views_close(dealt, comm, &err);
    enum ihp_status by_itself = ihp__views_close(alone, MPI_COMM_SELF, &err);
    size_t count = list_sums(dealt, scenario, sums[0]);
    list_sums(alone, scenario, sums[1]);
    bool equal = memcmp(sums[0], sums[1], count * sizeof sums[0][0]) == 0;
    int64_t members = sums[0][0], gained = ihp__views_gained(dealt, 1, 0);
    ihp__scenario_tally_destroy(&scenario);
    ihp__views_destroy(&dealt);
    ihp__views_destroy(&alone);
    assert_int_equal(status, IHP_OK);
    assert_int_equal(by_itself, IHP_OK);
    assert_true(count > 100 && count <= 200);
    assert_true(equal);
    assert_int_equal(members, 334); /* 0, 3 .. 999 */
    assert_int_equal(gained, 67);   /* of 0, 5 .. 995 those with remainder 2 when divided by 3 */
}

static void test_views_of_members_distributed_in_turn(void **state)
{
    (void)state;
    check_views(dealt_in_turn);
}

static void test_views_with_empty_ranks(void **state)
{
    (void)state;
    check_views(all_to_the_last);
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* Ranks in the set `failed_ranks` (bits) have an error. Returns true if all ranks end
 * with the error of the lowest of them. */
static bool agreed(unsigned failed_ranks)
{
    static const enum ihp_status kinds[] = {IHP_ERR_DATA, IHP_ERR_RUN, IHP_ERR_USAGE};
    struct ihp_error err = {0};
    char wanted[sizeof err.text] = "";
    enum ihp_status common = IHP_OK;
    for (int r = ranks - 1; r >= 0; r--) {
        if (((failed_ranks >> r) & 1u) != 0) {
            common = kinds[r % 3];
            snprintf(wanted, sizeof wanted, "claims.csv:%d: rank %d cannot go on", 17 * r, r);
        }
    }
    if (((failed_ranks >> rank) & 1u) != 0) {
        ihp__error_set(&err, kinds[rank % 3], "claims.csv:%d: rank %d cannot go on", 17 * rank,
                       rank);
    }
    enum ihp_status status = ihp__agree(comm, &err);
    return status == common && err.status == common && strcmp(err.text, wanted) == 0;
}

static void test_agree_without_an_error(void **state)
{
    (void)state;
    bool good = agreed(0);
    assert_true(good);
}

/* Every set of failed ranks: one, several, all. */
static void test_agree_on_the_error_of_the_lowest_rank(void **state)
{
    (void)state;
    bool good = true;
    for (unsigned failed_ranks = 1; failed_ranks < 1u << ranks; failed_ranks++) {
        good = agreed(failed_ranks) && good; /* `agreed` always runs: it is collective */
    }
    assert_true(good);
}

/* When the ranks agree again, the first error is kept. */
static void test_agree_twice(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    if (rank == ranks - 1) {
        ihp__error_set(&err, IHP_ERR_DATA, "the first");
    }
    enum ihp_status first = ihp__agree(comm, &err);
    ihp__error_set(&err, IHP_ERR_RUN, "rank %d, later", rank);
    enum ihp_status second = ihp__agree(comm, &err);
    assert_int_equal(first, IHP_ERR_DATA);
    assert_int_equal(second, IHP_ERR_DATA);
    assert_string_equal(err.text, "the first");
}

/* A single process agrees with itself, without MPI. */
static void test_agree_alone(void **state)
{
    (void)state;
    struct ihp_error good = {0}, bad = {0};
    ihp__error_set(&bad, IHP_ERR_USAGE, "mine, rank %d", rank);
    assert_int_equal(ihp__agree(MPI_COMM_NULL, &good), IHP_OK);
    assert_int_equal(ihp__agree(MPI_COMM_NULL, &bad), IHP_ERR_USAGE);
    assert_string_equal(good.text, "");
    uint64_t value[2] = {7, 9};
    ihp__sum_u64(MPI_COMM_NULL, value, 2);
    ihp__share_u64(MPI_COMM_NULL, value, 2);
    assert_int_equal(value[0] * 100 + value[1], 709);
    assert_int_equal(ihp__sum_before_u64(MPI_COMM_NULL, 5), 0);
}

/* Rank r contributes (r + 1) x 10^12 and r + 3; the ranks before it sum to 0 + 1 + ... + r times
 * 10^12. */
static void test_sums_and_values_of_rank_0(void **state)
{
    (void)state;
    const uint64_t large = UINT64_C(1000000000000), n = (uint64_t)ranks, r = (uint64_t)rank;
    uint64_t sum[2] = {(r + 1) * large, r + 3}, shared[2] = {r + 41, r + 42};
    char text[] = "from rank 0";
    text[10] = (char)('0' + rank);
    ihp__sum_u64(comm, sum, 2);
    uint64_t before = ihp__sum_before_u64(comm, (r + 1) * large);
    ihp__share_u64(comm, shared, 2);
    ihp__share_bytes(comm, text, sizeof text);
    assert_int_equal(sum[0], n * (n + 1) / 2 * large);
    assert_int_equal(sum[1], n * (n - 1) / 2 + 3 * n);
    assert_int_equal(before, r * (r + 1) / 2 * large);
    assert_int_equal(shared[0], 41);
    assert_int_equal(shared[1], 42);
    assert_string_equal(text, "from rank 0");
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reduce_of_members_distributed_in_turn),
        cmocka_unit_test(test_reduce_of_members_distributed_in_runs),
        cmocka_unit_test(test_reduce_with_empty_ranks),
        cmocka_unit_test(test_reduce_of_sums_over_lines),
        cmocka_unit_test(test_reduce_in_more_than_one_piece),
        cmocka_unit_test(test_views_of_members_distributed_in_turn),
        cmocka_unit_test(test_views_with_empty_ranks),
        cmocka_unit_test(test_agree_without_an_error),
        cmocka_unit_test(test_agree_on_the_error_of_the_lowest_rank),
        cmocka_unit_test(test_agree_twice),
        cmocka_unit_test(test_agree_alone),
        cmocka_unit_test(test_sums_and_values_of_rank_0),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL), most = 0;
    MPI_Allreduce(&failed, &most, 1, MPI_INT, MPI_MAX, comm);
    MPI_Comm_free(&comm);
    MPI_Finalize();
    return most;
}
