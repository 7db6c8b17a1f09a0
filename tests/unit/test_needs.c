/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run asks of a batch system, from its sizes: every term worked out by hand. */
#include "jobs/settle/needs.h"

#include "member/member.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A run of 1,000 members of two spans and two categories each, in one pass by the index. */
static struct ihp__work plain(void)
{
    return (struct ihp__work){
        .members = 1000,
        .lines = 100000,
        .spans = 2000,
        .morbidity_rows = 1999,
        .index_years = 3,
        .indexed = true,
        .bytes = 2000000,
        .partnerships = 4,
        .acgs = 10,
        .caps = 2,
        .passes = 1,
        .readings = 2,
        .views = 2,
        .most_readings = 2,
        .head_bytes = 1000,
        .tally_bytes = 5000,
        .tallies = 1,
        .table_cells = 160,
        .ranks = 1,
        .batch_lines = 131072,
        .rate = 100,
    };
}

static struct ihp__work resampled(void)
{
    struct ihp__work work = plain();
    work.replicates = 100;
    work.most_slots = 2;
    return work;
}

static struct ihp__work refitted(void)
{
    struct ihp__work work = resampled();
    work.refit = true;
    return work;
}

static uint64_t bytes_of(const struct ihp__work *work)
{
    return ihp__needs_of(work).bytes;
}

static uint64_t plain_bytes(void)
{
    struct ihp__work work = plain();
    return bytes_of(&work);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void a_plain_run_takes_its_terms(void **state)
{
    (void)state;
    const uint64_t process = (UINT64_C(64) + 16) * 1048576 + 65536;
    const uint64_t batch = 100000 * (18 + 20 + 2 * (15 + 12)); /* no more lines than there are */
    const uint64_t block = 1000 * (2 * (5 * 8 + 4 * 4 + 2 * 32 + 2 * 8) + 2 * 21);
    assert_int_equal(plain_bytes(), process + 1000 + 5000 + batch + block + 2 * 16384 +
                                        sizeof(struct ihp__line_sums) + 160 * 80);
}

static void a_batch_is_as_long_as_asked_for(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    work.batch_lines = 50000;
    assert_int_equal(bytes_of(&work), plain_bytes() - 50000 * 92);
    work = plain();
    work.indexed = false;
    assert_int_equal(bytes_of(&work), plain_bytes() - 100000 * (92 - 20));
    work = plain();
    work.wide_amounts = true; /* four bytes more in both buffers */
    assert_int_equal(bytes_of(&work), plain_bytes() + 100000 * 8);
    work = plain();
    work.void_dates = true; /* two bytes more in both buffers, and in each row of the index twice */
    assert_int_equal(bytes_of(&work), plain_bytes() + 100000 * 8);
    work = plain();
    work.compressed = true;
    assert_int_equal(bytes_of(&work), plain_bytes() + 48 * 1048576);
}

static void ranks_share_members_and_copy_sums(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    assert_int_equal(ihp__needs_of(&work).members, 1000);
    work.ranks = 2; /* 500, a quarter more and one */
    assert_int_equal(ihp__needs_of(&work).members, 626);
    assert_int_equal(bytes_of(&work), plain_bytes() + 65536 - 374 * 314);
    work.ranks = 3; /* 334 + 83 + 1 */
    assert_int_equal(ihp__needs_of(&work).members, 418);
    work.ranks = 2000;
    assert_int_equal(ihp__needs_of(&work).members, 2);
    work.members = 1;
    assert_int_equal(ihp__needs_of(&work).members, 1);
}

static void a_block_holds_16383_members(void **state)
{
    (void)state;
    struct ihp__work work = plain(), more = plain();
    work.members = 16383;
    more.members = 1000000;
    work.spans = work.morbidity_rows = more.spans = more.morbidity_rows = 1;
    assert_int_equal(bytes_of(&more), bytes_of(&work));
    work.members = 16382;
    assert_true(bytes_of(&more) > bytes_of(&work));
}

static void an_empty_store_takes_little(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    work.members = work.lines = work.spans = work.morbidity_rows = work.bytes = 0;
    assert_int_equal(bytes_of(&work), plain_bytes() - 100000 * 92 - 1000 * 314);
}

static void views_are_kept_and_added_up(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    work.most_view_bytes = 1000000;
    assert_int_equal(bytes_of(&work), plain_bytes() + 1000000);
    work.ranks = 2; /* MPI has as much again */
    assert_int_equal(bytes_of(&work), plain_bytes() + 65536 - 374 * 314 + 2000000);
    work.most_view_bytes = UINT64_C(200) * 1048576; /* in pieces of 128 MiB */
    assert_int_equal(bytes_of(&work), plain_bytes() + 65536 - 374 * 314 + UINT64_C(328) * 1048576);
}

static void member_files_keep_facts_and_rows(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    work.member_files = true;
    assert_int_equal(bytes_of(&work), plain_bytes() + 1000 * (2 * 48 + 42 + 96));
    work.moved_files = true; /* facts as the interim judged, too */
    assert_int_equal(bytes_of(&work), plain_bytes() + 1000 * (4 * 48 + 42 + 96));
}

static void an_interim_adds_tallies(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    work.tallies = 3;
    assert_int_equal(bytes_of(&work), plain_bytes() + 10000);
}

/* Keys and two facts; eight values and six sums of 100 replicates and 100 groups; records. */
static void fixed_weights_take_sums_and_records(void **state)
{
    (void)state;
    struct ihp__work work = resampled();
    const uint64_t kept = 1000 * (8 + 2 * 16), values = 4 * 8 * 200 * 8, sums = 4 * 6 * 200 * 8;
    assert_int_equal(bytes_of(&work), plain_bytes() + kept + values + sums + 1000 * 70);
    work.scenario_replicates = true; /* and the deck's own amounts */
    assert_int_equal(bytes_of(&work),
                     plain_bytes() + kept + values + sums + 1000 * 70 + 4 * 200 * 8);
    work.scenario_replicates = false;
    work.ranks = 2;
    assert_int_equal(bytes_of(&work),
                     plain_bytes() + 65536 - 374 * 314 + 626 * (40 + 70) + values + 2 * sums);
    work = resampled();
    work.replicates = 1000000; /* one IHP at a time: two would take 128 MB */
    assert_int_equal(bytes_of(&work),
                     plain_bytes() + kept + UINT64_C(1000100) * 8 * (8 + 6) + 1000 * 70);
}

/* 5 x 10 cells of 8 quantities; 148 measures of both periods; 32 replicates a run. */
static void refitted_weights_take_cells_and_measures(void **state)
{
    (void)state;
    struct ihp__work work = refitted();
    const uint64_t kept = 1000 * (8 + 2 * 16), values = 4 * 8 * 200 * 8;
    const uint64_t groups = 400 * 100 * 8, limbs = 8 + 2 * (8 + 2 + 14) + (12 + 20) / 2;
    assert_int_equal(bytes_of(&work), plain_bytes() + kept + values + groups + 1000 * limbs +
                                          (32 * (400 + 148) + 32 * 148) * 8);
    work.ranks = 2; /* a run each, and twice more in MPI; the values are added up too */
    assert_int_equal(bytes_of(&work), plain_bytes() + 65536 - 374 * 314 + 626 * (40 + limbs) +
                                          2 * values + groups +
                                          (32 * (400 + 148) + 3 * 2 * 32 * 148) * 8);
    work = refitted();
    work.overrides = 7; /* a cell more for each */
    assert_int_equal(bytes_of(&work), plain_bytes() + kept + values + 456 * 100 * 8 + 1000 * limbs +
                                          (32 * (456 + 148) + 32 * 148) * 8);
    work = refitted();
    work.acgs = 1000; /* as many cells as members, at most */
    assert_int_equal(bytes_of(&work), plain_bytes() + kept + values + 8000 * 100 * 8 +
                                          1000 * limbs + 14008 * 101 * 8);
}

/* ---- time ------------------------------------------------------------------------------------ */

static bool near(double a, double b)
{
    return a > b * (1 - 1e-12) && a < b * (1 + 1e-12);
}

static void reading_goes_by_bytes_ranks_and_rate(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    struct ihp__needs needs = ihp__needs_of(&work);
    assert_true(near(needs.start, 15));
    assert_true(near(needs.read, 0.02));
    assert_true(needs.draw == 0 && needs.settle == 0);
    work.rate = 50;
    assert_true(near(ihp__needs_of(&work).read, 0.04));
    work.ranks = 2;
    assert_true(near(ihp__needs_of(&work).read, 0.02));
}

static void readings_and_decisions_take_time(void **state)
{
    (void)state;
    struct ihp__work work = plain();
    work.passes = 2;
    work.readings = work.views = 4;
    assert_true(near(ihp__needs_of(&work).read, 0.04));
    work.passes = 1;
    work.readings = 6; /* four more: a pass; four decisions more: a sixteenth */
    work.views = 10;
    assert_true(near(ihp__needs_of(&work).read, 0.04125));
}

static void replicates_take_time(void **state)
{
    (void)state;
    struct ihp__work work = resampled();
    assert_true(near(ihp__needs_of(&work).draw, 0.0002 + 0.004));
    work.ranks = 2;
    assert_true(near(ihp__needs_of(&work).draw, 0.0001 + 0.002));
    work.ranks = 8; /* four IHPs keep four ranks busy */
    assert_true(near(ihp__needs_of(&work).draw, 0.000025 + 0.001));
    work = refitted();
    assert_true(near(ihp__needs_of(&work).draw, 0.0005 + 0.004));
    work.replicates = 1000000; /* drawn four times, for an IHP each */
    assert_true(near(ihp__needs_of(&work).draw, 20 + 40));
}

static void scenarios_take_time(void **state)
{
    (void)state;
    struct ihp__work work = resampled();
    work.scenarios = 9;
    assert_true(near(ihp__needs_of(&work).settle, 0.00072));
    assert_true(near(ihp__needs_of(&work).draw, 0.0042));
    work.scenario_replicates = true; /* of each, and of the deck */
    assert_true(near(ihp__needs_of(&work).draw, 0.042));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_run_takes_its_terms),
        cmocka_unit_test(a_batch_is_as_long_as_asked_for),
        cmocka_unit_test(ranks_share_members_and_copy_sums),
        cmocka_unit_test(a_block_holds_16383_members),
        cmocka_unit_test(an_empty_store_takes_little),
        cmocka_unit_test(views_are_kept_and_added_up),
        cmocka_unit_test(member_files_keep_facts_and_rows),
        cmocka_unit_test(an_interim_adds_tallies),
        cmocka_unit_test(fixed_weights_take_sums_and_records),
        cmocka_unit_test(refitted_weights_take_cells_and_measures),
        cmocka_unit_test(reading_goes_by_bytes_ranks_and_rate),
        cmocka_unit_test(readings_and_decisions_take_time),
        cmocka_unit_test(replicates_take_time),
        cmocka_unit_test(scenarios_take_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
