/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of a store: the lines of E&M and health-home procedures repeated, and where each
 * calendar year starts among a member's lines. */
#include "store_fixture.h"

/* Returns true for every third line, which has procedure 1, 99213, the only one on the contract's
 * lists. */
static bool is_indexed(uint64_t line)
{
    return line % PROCEDURES == 1;
}

static int year_of_line(uint64_t line)
{
    int year, month, day;
    ihp__civil_of_day((int32_t)claim_value(IHP__CLAIM_SERVICE_DATE, line, NULL), &year, &month,
                      &day);
    return year;
}

/* Compares the rows and years of a range of members with the claims that they repeat. */
static void check_range(const struct ihp__store *store, const struct plan *plan,
                        struct ihp__range range, struct ihp__members *members)
{
    const struct ihp__store_info *info = ihp__store_info(store);
    struct ihp_error err = {0};
    size_t marks = (size_t)info->index_years + 1;
    assert_int_equal(ihp__store_read_members(store, range, members, &err), IHP_OK);
    uint64_t line = members->claim_offset[0], row = 0;
    for (uint64_t before = 0; before < line; before++) {
        row += is_indexed(before);
    }
    for (uint64_t m = 0; m < range.count; m++) {
        uint64_t lines = plan->lines_of(range.first + m);
        assert_int_equal(members->index_offset[m], row);
        for (size_t y = 0; y < marks; y++) {
            uint64_t earlier = 0;
            for (uint64_t i = 0; i < lines; i++) {
                earlier += year_of_line(line + i) < info->index_year + (int)y;
            }
            assert_int_equal(members->year_line[m * marks + y], earlier);
        }
        for (uint64_t i = 0; i < lines; i++) {
            row += is_indexed(line + i);
        }
        line += lines;
    }
    assert_int_equal(members->index_offset[range.count], row);
}

static void check_rows(const struct ihp__store *store, const struct plan *plan, size_t batch)
{
    struct ihp__index_buffer *buffer = ihp__index_buffer_create();
    struct ihp__index_rows rows;
    struct ihp_error err = {0};
    uint64_t all = ihp__store_info(store)->index_rows;
    for (uint64_t first = 0; first < all; first += batch) {
        size_t count = all - first < batch ? (size_t)(all - first) : batch;
        assert_int_equal(ihp__store_read_index(store, first, count, buffer, &rows, &err), IHP_OK);
        assert_int_equal(rows.first, first);
        assert_int_equal(rows.count, count);
        for (size_t i = 0; i < count; i++) {
            uint64_t line = (first + i) * PROCEDURES + 1;
            assert_int_equal(rows.procedure[i], 1);
            assert_int_equal(rows.service_date[i],
                             claim_value(IHP__CLAIM_SERVICE_DATE, line, plan));
            assert_int_equal(rows.known_from[i], claim_value(IHP__CLAIM_KNOWN_FROM, line, plan));
            assert_int_equal(rows.billing[i], claim_value(IHP__CLAIM_BILLING, line, plan));
            assert_int_equal(rows.treating[i], claim_value(IHP__CLAIM_TREATING, line, plan));
            assert_int_equal(rows.void_date != NULL, plan->life);
            if (plan->life) {
                assert_int_equal(rows.void_date[i], claim_value(IHP__CLAIM_VOID_DATE, line, plan));
            }
            assert_int_equal(rows.negative[i], claim_value(IHP__CLAIM_AMOUNT, line, plan) < 0);
        }
    }
    ihp__index_buffer_destroy(&buffer);
    assert_null(buffer);
    ihp__index_buffer_destroy(&buffer); /* harmless */
}

static void test_rows_and_years(void **state)
{
    (void)state;
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    const struct ihp__store_info *info = ihp__store_info(store);
    struct ihp__members members = {0};
    assert_int_equal(info->lines, 120); /* the last on day 17595, 2018-03-05 */
    assert_int_equal(info->index_rows, 40);
    assert_int_equal(info->index_year, 2016);
    assert_int_equal(info->index_years, 3);
    assert_int_equal(info->indexed[0], 0);
    assert_int_equal(info->indexed[1], 1);
    assert_int_equal(info->indexed[2], 0);
    assert_true(info->contiguous);
    /* The same memory for ranges of all sizes, larger and smaller. */
    for (uint64_t first = 0; first <= 61; first++) {
        check_range(store, &plan, (struct ihp__range){first, 61 - first}, &members);
        check_range(store, &plan, (struct ihp__range){first, (61 - first) / 3}, &members);
    }
    check_rows(store, &plan, 1000);
    check_rows(store, &plan, 1);
    check_rows(store, &plan, 7);
    ihp__members_free(&members);
    ihp__store_close(&store);
}

static void test_rows_have_void_dates(void **state)
{
    (void)state;
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines, .life = true};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    assert_int_equal(ihp__store_info(store)->index_rows, 40);
    check_rows(store, &plan, 7);
    ihp__store_close(&store);
}

static uint64_t thirty_lines(uint64_t member)
{
    (void)member;
    return 30;
}

/* Lines of 24 years: the index has the eight consecutive years with the most lines, or the
 * earliest. */
static void test_more_years_than_the_index_has(void **state)
{
    (void)state;
    const struct plan plan = {.members = 58, .lines_of = thirty_lines};
    uint64_t lines_of_year[30] = {0}, best = 0;
    int best_year = 0;
    for (uint64_t i = 0; i < 58 * 30; i++) {
        lines_of_year[year_of_line(i) - 2016]++;
    }
    for (int y = 0; y + 8 <= 30; y++) {
        uint64_t sum = 0;
        for (int i = 0; i < 8; i++) {
            sum += lines_of_year[y + i];
        }
        if (sum > best) {
            best = sum;
            best_year = 2016 + y;
        }
    }
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    struct ihp__members members = {0};
    assert_int_equal(ihp__store_info(store)->index_year, best_year);
    assert_int_equal(ihp__store_info(store)->index_years, 8);
    check_range(store, &plan, (struct ihp__range){0, 58}, &members);
    check_rows(store, &plan, 100);
    ihp__members_free(&members);
    ihp__store_close(&store);
}

/* More lines, rows and members than fit into the writer's work space. */
static uint64_t many_for_the_second(uint64_t member)
{
    return member == 1 ? 210000 : member % 2;
}

static void check_large_store(bool compressed)
{
    const struct plan plan = {.members = 20000,
                              .lines_of = many_for_the_second,
                              .batch = 50000,
                              .compressed = compressed};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    struct ihp__members members = {0};
    assert_int_equal(ihp__store_info(store)->index_rows, (210000 + 9999) / 3);
    check_range(store, &plan, (struct ihp__range){0, 20000}, &members);
    check_range(store, &plan, (struct ihp__range){16383, 2}, &members);
    check_rows(store, &plan, 65536);
    ihp__members_free(&members);
    ihp__store_close(&store);
}

static void test_large_store(void **state)
{
    (void)state;
    check_large_store(false);
}

/* A compressed store has the same contents in fewer bytes, and only its owner may read it. Short
 * columns stay plain. */
static void test_compressed_store(void **state)
{
    (void)state;
    static const uint64_t members[] = {61, 90000};
    for (size_t i = 0; i < 2; i++) {
        struct plan plan = {.members = members[i], .lines_of = zero_to_four_lines};
        write_store(in_folder("plain.h5"), &plan);
        plan.compressed = true;
        write_store(in_folder("s.h5"), &plan);
        assert_int_equal(files_in_folder(), 2);
        struct stat info;
        assert_int_equal(stat(in_folder("s.h5"), &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        struct ihp__store *plain = opened_store(in_folder("plain.h5")),
                          *store = opened_store(in_folder("s.h5"));
        assert_string_equal(ihp__store_info(plain)->content_hash,
                            ihp__store_info(store)->content_hash);
        assert_int_equal(ihp__store_info(plain)->lines, ihp__store_info(store)->lines);
        struct ihp__members one = {0}, other = {0};
        struct ihp_error err = {0};
        struct ihp__range all = {0, members[i]};
        assert_int_equal(ihp__store_read_members(plain, all, &one, &err), IHP_OK);
        assert_int_equal(ihp__store_read_members(store, all, &other, &err), IHP_OK);
        size_t n = (size_t)members[i], marks = (size_t)ihp__store_info(plain)->index_years + 1;
        assert_memory_equal(one.span_offset, other.span_offset, (n + 1) * sizeof(uint64_t));
        assert_memory_equal(one.claim_offset, other.claim_offset, (n + 1) * sizeof(uint64_t));
        assert_memory_equal(one.index_offset, other.index_offset, (n + 1) * sizeof(uint64_t));
        assert_memory_equal(one.year_line, other.year_line, n * marks * sizeof(uint32_t));
        check_rows(store, &plan, 10000);
        ihp__members_free(&one);
        ihp__members_free(&other);
        ihp__store_close(&plain);
        ihp__store_close(&store);
    }
}

static void test_large_store_compressed(void **state)
{
    (void)state;
    check_large_store(true);
}

static void test_rows_beyond_the_end(void **state)
{
    (void)state;
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    struct ihp__index_buffer *buffer = ihp__index_buffer_create();
    struct ihp__index_rows rows;
    struct ihp_error err = {0};
    assert_int_equal(ihp__store_read_index(store, 40, 0, buffer, &rows, &err), IHP_OK);
    assert_int_equal(rows.count, 0);
    const struct {
        uint64_t first;
        size_t count;
    } bad[] = {{40, 1}, {39, 2}, {41, 0}, {UINT64_MAX, 2}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err = (struct ihp_error){0};
        assert_int_equal(
            ihp__store_read_index(store, bad[i].first, bad[i].count, buffer, &rows, &err),
            IHP_ERR_RUN);
    }
    ihp__index_buffer_destroy(&buffer);
    ihp__store_close(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_rows_and_years),
        IN_FOLDER(test_rows_have_void_dates),
        IN_FOLDER(test_more_years_than_the_index_has),
        IN_FOLDER(test_large_store),
        IN_FOLDER(test_compressed_store),
        IN_FOLDER(test_large_store_compressed),
        IN_FOLDER(test_rows_beyond_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
