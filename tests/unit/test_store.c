/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores that are written and read again: contents, content hash, partition and search. */
#include "base/npi.h"
#include "store_fixture.h"

/* ---- contents -------------------------------------------------------------------------------- */

static uint64_t up_to(uint64_t member, uint64_t (*rows_of)(uint64_t))
{
    uint64_t sum = 0;
    for (uint64_t m = 0; m < member; m++) {
        sum += rows_of(m);
    }
    return sum;
}

static void check_members(const struct ihp__store *store, struct ihp__range range)
{
    struct ihp__members members = {0};
    struct ihp_error err = {0};
    assert_int_equal(ihp__store_read_members(store, range, &members, &err), IHP_OK);
    assert_int_equal(members.range.first, range.first);
    assert_int_equal(members.range.count, range.count);
    uint64_t span0 = up_to(range.first, spans_of), row0 = up_to(range.first, morbidity_of);
    for (uint64_t m = 0; m <= range.count; m++) {
        uint64_t member = range.first + m;
        assert_int_equal(members.span_offset[m], up_to(member, spans_of) - span0);
        assert_int_equal(members.morbidity_offset[m], up_to(member, morbidity_of) - row0);
        assert_int_equal(members.claim_offset[m], up_to(member, zero_to_four_lines));
    }
    for (uint64_t i = 0; i < members.span_offset[range.count]; i++) {
        struct ihp__span expected = span_at(span0 + i), *span = &members.span[i];
        assert_int_equal(span->month_from, expected.month_from);
        assert_int_equal(span->month_to, expected.month_to);
        assert_int_equal(span->county, expected.county);
        assert_int_equal(span->payer, expected.payer);
        assert_int_equal(span->major_program, expected.major_program);
        assert_int_equal(span->exclusion, expected.exclusion);
    }
    for (uint64_t i = 0; i < members.morbidity_offset[range.count]; i++) {
        assert_int_equal(members.morbidity[i].year, morbidity_at(row0 + i).year);
        assert_int_equal(members.morbidity[i].acg, morbidity_at(row0 + i).acg);
    }
    ihp__members_free(&members);
    assert_null(members.span);
    ihp__members_free(&members); /* harmless */
}

static const void *column_of(const struct ihp__claims *claims, int column)
{
    const void *const data[] = {
        [IHP__CLAIM_SERVICE_DATE] = claims->service_date,
        [IHP__CLAIM_KNOWN_FROM] = claims->known_from,
        [IHP__CLAIM_SERVICE] = claims->service,
        [IHP__CLAIM_AMOUNT] = claims->amount32 != NULL ? (const void *)claims->amount32
                                                       : (const void *)claims->amount64,
        [IHP__CLAIM_PROCEDURE] = claims->procedure,
        [IHP__CLAIM_BILLING] = claims->billing,
        [IHP__CLAIM_TREATING] = claims->treating,
        [IHP__CLAIM_PAID_DATE] = claims->paid_date,
        [IHP__CLAIM_STATUS] = claims->status,
        [IHP__CLAIM_PAYER] = claims->payer,
        [IHP__CLAIM_LINE] = claims->line,
        [IHP__CLAIM_CLAIM_ID] = claims->claim_id,
        [IHP__CLAIM_VOID_DATE] = claims->void_date,
        [IHP__CLAIM_VERSION] = claims->version,
    };
    return data[column];
}

/* Reads all lines, `batch` at a time, with the columns of `wanted`, and compares them with the
 * plan. */
static void check_claims(const struct ihp__store *store, const struct plan *plan, size_t batch,
                         unsigned wanted)
{
    static const size_t size[] = {
        2, 2, 2, 4, 2, 4, 4, 2, 1, 2, 8, CLAIM_ID_WIDTH, 2, VERSION_WIDTH};
    struct ihp__claim_buffer *buffer = NULL;
    struct ihp__claims claims;
    struct ihp_error err = {0};
    uint64_t lines = ihp__store_info(store)->lines;
    assert_int_equal(ihp__claim_buffer_create(store, wanted, batch, &buffer, &err), IHP_OK);
    for (uint64_t first = 0; first < lines; first += batch) {
        size_t count = lines - first < batch ? (size_t)(lines - first) : batch;
        assert_int_equal(ihp__store_read_claims(store, first, count, buffer, &claims, &err),
                         IHP_OK);
        assert_int_equal(claims.first, first);
        assert_int_equal(claims.count, count);
        for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
            const void *held = column_of(&claims, c);
            bool lacks = !plan->life && (c == IHP__CLAIM_VOID_DATE || c == IHP__CLAIM_VERSION);
            assert_int_equal(held != NULL, (wanted & IHP__COLUMN_BIT(c)) != 0 && !lacks);
            if (held != NULL) {
                void *expected = claim_column(c, first, count, plan);
                size_t width = c == IHP__CLAIM_AMOUNT && plan->wide ? 8 : size[c];
                assert_memory_equal(held, expected, count * width);
                free(expected);
            }
        }
        if ((wanted & IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT)) != 0) {
            assert_int_equal(ihp__claim_amount(&claims, count - 1),
                             claim_value(IHP__CLAIM_AMOUNT, first + count - 1, plan));
        }
    }
    ihp__claim_buffer_destroy(&buffer);
    assert_null(buffer);
    ihp__claim_buffer_destroy(&buffer); /* harmless */
}

static void test_read_back(void **state)
{
    (void)state;
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    write_store(in_folder("s.h5"), &plan);
    assert_int_equal(files_in_folder(), 1);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    const struct ihp__store_info *info = ihp__store_info(store);
    assert_string_equal(info->path, in_folder("s.h5"));
    assert_int_equal(info->members, 61);
    assert_int_equal(info->lines, up_to(61, zero_to_four_lines));
    assert_int_equal(info->spans, up_to(61, spans_of));
    assert_int_equal(info->morbidity_rows, 31);
    assert_int_equal(info->payers, PAYERS);
    assert_string_equal(info->payer[1], "MCO-BLUE");
    assert_int_equal(info->acgs, ACGS);
    assert_string_equal(info->acg[2], "NONE");
    assert_string_equal(info->procedure[0], "");
    assert_string_equal(info->procedure[2], "J1234");
    assert_int_equal(info->taxonomies, 1);
    assert_string_equal(info->race[1], "White");
    assert_int_equal(info->npis, NPIS);
    assert_true(info->npi[0] == IHP__NPI_BLANK && info->npi[3] == 9999999999);
    assert_true(info->npi_taxonomy[1] == 0 && info->npi_taxonomy[2] == UINT32_MAX);
    assert_int_equal(info->providers, 2); /* NPIs with a taxonomy */
    assert_int_equal(info->claim_id_width, CLAIM_ID_WIDTH);
    assert_false(info->wide_amounts);
    assert_false(info->has_social_risk || info->has_care_coordination);
    for (uint64_t first = 0; first < 61; first += 7) {
        for (uint64_t count = 0; count <= 61 - first; count += 13) {
            check_members(store, (struct ihp__range){first, count});
        }
    }
    check_members(store, (struct ihp__range){0, 61});
    check_members(store, (struct ihp__range){61, 0});
    check_claims(store, &plan, 1000, ALL_COLUMNS);
    check_claims(store, &plan, 7, ALL_COLUMNS);
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        check_claims(store, &plan, 50, IHP__COLUMN_BIT(c));
    }
    ihp__store_close(&store);
    assert_null(store);
    ihp__store_close(&store); /* harmless */
}

static void test_wide_amounts(void **state)
{
    (void)state;
    const struct plan plan = {
        .members = 20, .lines_of = zero_to_four_lines, .wide = true, .salt = 99999999999LL};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    assert_true(ihp__store_info(store)->wide_amounts);
    check_claims(store, &plan, 9, ALL_COLUMNS);
    ihp__store_close(&store);
}

/* Void dates, versions and dates of death are columns only of a store that has some. */
static void test_life_of_lines_and_members(void **state)
{
    (void)state;
    struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    struct ihp__members members = {0};
    struct ihp_error err = {0};
    for (int life = 0; life < 2; life++) {
        plan.life = life == 1;
        write_store(in_folder("s.h5"), &plan);
        struct ihp__store *store = opened_store(in_folder("s.h5"));
        const struct ihp__store_info *info = ihp__store_info(store);
        assert_int_equal(info->format_version, 3); /* older programs refuse it */
        assert_int_equal(info->life, plan.life ? IHP__LIFE : 0);
        assert_int_equal(info->has_void_dates, plan.life);
        assert_int_equal(info->has_death_dates, plan.life);
        assert_int_equal(info->version_width, plan.life ? VERSION_WIDTH : 0);
        check_claims(store, &plan, 7, ALL_COLUMNS);
        assert_int_equal(ihp__store_read_members(store, (struct ihp__range){2, 5}, &members, &err),
                         IHP_OK);
        for (uint64_t m = 0; m < 5 && plan.life; m++) {
            assert_int_equal(members.death_day[m], death_of(m + 2));
        }
        assert_int_equal(members.death_day != NULL, plan.life);
        ihp__members_free(&members);
        ihp__store_close(&store);
    }
}

static void test_lines_beyond_the_end(void **state)
{
    (void)state;
    const struct plan plan = {.members = 20, .lines_of = zero_to_four_lines};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    uint64_t lines = ihp__store_info(store)->lines;
    struct ihp__claim_buffer *buffer;
    struct ihp__claims claims = {.count = 77};
    struct ihp_error err = {0};
    assert_int_equal(ihp__claim_buffer_create(store, ALL_COLUMNS, 5, &buffer, &err), IHP_OK);
    assert_int_equal(ihp__store_read_claims(store, lines, 0, buffer, &claims, &err), IHP_OK);
    assert_int_equal(claims.count, 0);
    const struct {
        uint64_t first;
        size_t count;
    } bad[] = {{lines, 1}, {lines - 4, 5}, {lines + 1, 0}, {UINT64_MAX, 2}, {0, 6}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err = (struct ihp_error){0};
        assert_int_equal(
            ihp__store_read_claims(store, bad[i].first, bad[i].count, buffer, &claims, &err),
            IHP_ERR_RUN);
    }
    ihp__claim_buffer_destroy(&buffer);
    ihp__store_close(&store);
}

/* ---- content hash ---------------------------------------------------------------------------- */

static void hash_of(const struct plan *plan, char hash[33])
{
    write_store(in_folder("h.h5"), plan);
    struct ihp__store *store = opened_store(in_folder("h.h5"));
    strcpy(hash, ihp__store_info(store)->content_hash);
    assert_int_equal(strlen(hash), 32);
    assert_int_equal(strspn(hash, "0123456789abcdef"), 32);
    ihp__store_close(&store);
}

static void test_hash_is_of_the_contents(void **state)
{
    (void)state;
    struct plan plan = {.members = 61, .lines_of = zero_to_four_lines};
    char hash[33], other[33];
    hash_of(&plan, hash);
    static const size_t batch[] = {1, 2, 7, 60, 121, 122};
    for (size_t i = 0; i < sizeof batch / sizeof batch[0]; i++) {
        plan.batch = batch[i];
        for (int order = 0; order < 2; order++) {
            plan.backwards = order == 1;
            hash_of(&plan, other);
            assert_string_equal(hash, other);
        }
    }
    plan.wide = true; /* the same amounts in more bytes, as some other amount needs them */
    hash_of(&plan, other);
    assert_string_not_equal(hash, other);
    plan.wide = false;
    plan.salt = 1; /* a cent */
    hash_of(&plan, other);
    assert_string_not_equal(hash, other);
    plan.salt = 0;
    plan.members = 60;
    hash_of(&plan, other);
    assert_string_not_equal(hash, other);
}

/* Each column of the claims counts, and the place of each element. */
static void test_hash_is_of_every_column(void **state)
{
    (void)state;
    struct plan plan = {.members = 61, .lines_of = zero_to_four_lines, .life = true};
    char hash[IHP__CLAIM_COLUMNS + 3][33];
    hash_of(&plan, hash[IHP__CLAIM_COLUMNS]);
    plan.swapped = true;
    hash_of(&plan, hash[IHP__CLAIM_COLUMNS + 1]);
    plan.swapped = false;
    plan.changed_line = 37; /* its numbers can be increased by one */
    for (plan.changed_column = 0; plan.changed_column < IHP__CLAIM_COLUMNS; plan.changed_column++) {
        hash_of(&plan, hash[plan.changed_column]);
    }
    for (int i = 0; i < IHP__CLAIM_COLUMNS + 2; i++) {
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(hash[i], hash[j]);
        }
    }
}

/* The same store written twice is the same file, byte by byte. */
static void test_equal_contents_give_equal_files(void **state)
{
    (void)state;
    struct plan plan = {.members = 61, .lines_of = zero_to_four_lines, .batch = 5};
    size_t size, again_size;
    write_store(in_folder("s.h5"), &plan);
    char *bytes = read_bytes(in_folder("s.h5"), &size);
    plan.backwards = true;
    plan.batch = 11;
    write_store(in_folder("s.h5"), &plan); /* replaces the first */
    char *again = read_bytes(in_folder("s.h5"), &again_size);
    assert_int_equal(size, again_size);
    assert_memory_equal(bytes, again, size);
    free(bytes);
    free(again);
}

/* ---- partition ------------------------------------------------------------------------------- */

static uint64_t one_line_each(uint64_t member)
{
    (void)member;
    return 1;
}

static uint64_t all_at_the_first(uint64_t member)
{
    return member == 0 ? 40 : 0;
}

static uint64_t all_at_the_last(uint64_t member)
{
    return member == 29 ? 40 : 0;
}

static uint64_t growing(uint64_t member)
{
    return member;
}

/* Asserts that the parts together are all members once, in order, each with about its share of
 * lines. */
static void check_partition(const struct plan *plan)
{
    uint64_t most = 0;
    for (uint64_t m = 0; m < plan->members && plan->lines_of != NULL; m++) {
        most = plan->lines_of(m) > most ? plan->lines_of(m) : most;
    }
    write_store(in_folder("p.h5"), plan);
    struct ihp__store *store = opened_store(in_folder("p.h5"));
    uint64_t lines = ihp__store_info(store)->lines;
    for (int parts = 1; parts <= 9; parts++) {
        uint64_t next = 0;
        for (int part = 0; part < parts; part++) {
            struct ihp__range range = {77, 77};
            struct ihp_error err = {0};
            assert_int_equal(ihp__store_partition(store, part, parts, &range, &err), IHP_OK);
            assert_int_equal(range.first, next);
            next += range.count;
            uint64_t share = 0;
            for (uint64_t m = range.first; m < next && plan->lines_of != NULL; m++) {
                share += plan->lines_of(m);
            }
            assert_true(share <= lines / (uint64_t)parts + 1 + most);
            if (lines == 0) { /* then members are shared */
                assert_true(range.count <= plan->members / (uint64_t)parts + 1);
            }
        }
        assert_int_equal(next, plan->members);
    }
    ihp__store_close(&store);
}

static void test_partition(void **state)
{
    (void)state;
    static uint64_t (*const shapes[])(uint64_t) = {
        zero_to_four_lines, one_line_each, all_at_the_first, all_at_the_last, growing, NULL};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        static const uint64_t members[] = {0, 1, 2, 3, 5, 30}; /* also fewer than parts */
        for (size_t j = 0; j < sizeof members / sizeof members[0]; j++) {
            const struct plan plan = {.members = members[j], .lines_of = shapes[i]};
            check_partition(&plan);
        }
    }
}

/* With one line per member, parts differ by at most one member. */
static void test_partition_is_even(void **state)
{
    (void)state;
    const struct plan plan = {.members = 100, .lines_of = one_line_each};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    for (int part = 0; part < 7; part++) {
        struct ihp__range range;
        struct ihp_error err = {0};
        assert_int_equal(ihp__store_partition(store, part, 7, &range, &err), IHP_OK);
        assert_true(range.count == 14 || range.count == 15);
    }
    ihp__store_close(&store);
}

/* ---- ids ------------------------------------------------------------------------------------- */

static void test_ids_and_search(void **state)
{
    (void)state;
    const struct plan plan = {.members = 61};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    struct ihp_error err = {0};
    char(*ids)[IHP__MEMBER_ID_MAX + 1];
    assert_int_equal(ihp__store_read_ids(store, (struct ihp__range){58, 3}, &ids, &err), IHP_OK);
    assert_string_equal(ids[0], "M00058");
    assert_string_equal(ids[2], "M00060");
    free(ids);
    uint64_t member = 77;
    bool found = false;
    for (unsigned m = 0; m < 61; m++) {
        char id[8];
        snprintf(id, sizeof id, "M%05u", m % 100000);
        assert_int_equal(ihp__store_find_member(store, id, &member, &found, &err), IHP_OK);
        assert_true(found);
        assert_int_equal(member, m);
    }
    static const char *const none[] = {"",       "M",      "M00000x", "M000001",
                                       "M00061", "L99999", "m00000",  "N"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(ihp__store_find_member(store, none[i], &member, &found, &err), IHP_OK);
        assert_false(found);
    }
    ihp__store_close(&store);
}

static void test_no_members(void **state)
{
    (void)state;
    const struct plan plan = {.members = 0};
    write_store(in_folder("s.h5"), &plan);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    struct ihp__members members = {0};
    struct ihp_error err = {0};
    uint64_t member;
    bool found = true;
    assert_int_equal(ihp__store_info(store)->lines, 0);
    assert_int_equal(ihp__store_read_members(store, (struct ihp__range){0, 0}, &members, &err),
                     IHP_OK);
    assert_int_equal(members.claim_offset[0], 0);
    ihp__members_free(&members);
    assert_int_equal(ihp__store_find_member(store, "M00000", &member, &found, &err), IHP_OK);
    assert_false(found);
    ihp__store_close(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_read_back),
        IN_FOLDER(test_wide_amounts),
        IN_FOLDER(test_life_of_lines_and_members),
        IN_FOLDER(test_lines_beyond_the_end),
        IN_FOLDER(test_hash_is_of_the_contents),
        IN_FOLDER(test_hash_is_of_every_column),
        IN_FOLDER(test_equal_contents_give_equal_files),
        IN_FOLDER(test_partition),
        IN_FOLDER(test_partition_is_even),
        IN_FOLDER(test_ids_and_search),
        IN_FOLDER(test_no_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
