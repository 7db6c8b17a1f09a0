/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a store says twice is compared: an index that does not fit the claims, lines or members out
 * of order, and codes that no settlement reads are refused with the name of the column. */
#include "store_patch.h"

/* The good store: 61 members, 120 lines, 40 rows of the index. Member 1 has three lines, the second
 * of them in the index; lines of one day begin at LAST_STEP in a larger store. */
enum { MEMBERS = 61, LINES = 120, INDEX = 40 };

static enum ihp_status cross_check(const char *path, struct ihp_error *err)
{
    struct ihp__store *store = opened_store(path);
    *err = (struct ihp_error){0};
    enum ihp_status status = ihp__store_cross_check(store, err);
    ihp__store_close(&store);
    assert_nothing_open();
    return status;
}

static void assert_fits(const char *path)
{
    struct ihp_error err;
    if (cross_check(path, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
}

static void assert_crossed(const char *path, const char *part)
{
    struct ihp_error err;
    if (cross_check(path, &err) == IHP_OK) {
        fail_msg("not refused; expected: %s", part);
    }
    assert_error(&err, IHP_ERR_DATA, path);
    assert_error(&err, IHP_ERR_DATA, part);
}

static const char *store_of(const struct plan *plan)
{
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s", in_folder("s.h5"));
    write_store(path, plan);
    return path;
}

static uint64_t three_lines(uint64_t member)
{
    (void)member;
    return 3;
}

static uint64_t all_of_the_first(uint64_t member)
{
    return member == 0 ? 70000 : 0;
}

static void test_good_stores(void **state)
{
    (void)state;
    const struct plan plans[] = {
        {.members = 0},
        {.members = 1},
        {.members = MEMBERS, .lines_of = zero_to_four_lines},
        {.members = MEMBERS, .lines_of = zero_to_four_lines, .life = true},
        {.members = MEMBERS, .lines_of = zero_to_four_lines, .wide = true, .compressed = true},
        {.members = 20000, .lines_of = three_lines}, /* more than a block of members, and a batch */
        {.members = 3, .lines_of = all_of_the_first},
    };
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        assert_fits(store_of(&plans[i]));
    }
    patch_delete(good_store(), "index");
    assert_fits(in_folder("s.h5"));
    patch_delete(good_store(), "index/negative"); /* as in stores of earlier versions */
    unseal_store(in_folder("s.h5"));
    assert_fits(in_folder("s.h5"));
}

struct patch {
    const char *column;
    hsize_t at;
    int64_t value;
    const char *part;
};

static void test_index(void **state)
{
    (void)state;
    static const struct patch patches[] = {
        {"index/service_date", 0, 5, "index/service_date does not fit the claims"},
        {"index/known_from", 7, 3, "index/known_from does not fit the claims"},
        {"index/procedure", 39, 0, "index/procedure does not fit the claims"},
        {"index/billing_npi", 1, 3, "index/billing_npi does not fit the claims"},
        {"index/treating_npi", 20, 1, "index/treating_npi does not fit the claims"},
        {"index/negative", 0, 0, "index/negative does not fit the claims"},
        {"claims/procedure", 1, 0, "index/offset has more rows than claims/procedure"},
        {"claims/procedure", 0, 1, "index/"},
        {"claims/procedure", LINES - 1, 1, "index/offset has fewer rows than claims/procedure"},
        {"index/procedure_indexed", 1, 0, "index/offset has more rows than claims/procedure"},
        {"index/procedure_indexed", 2, 1, "index/"},
        {"index/year_line", 4 + 1, 0, "index/year_line does not fit claims/service_date"},
        {"claims/paid_amount", 1, 5, "index/negative does not fit the claims"},
        {"claims/billing_npi", 1, 0, "index/billing_npi does not fit the claims"},
    };
    for (size_t i = 0; i < sizeof patches / sizeof patches[0]; i++) {
        patch_element(good_store(), patches[i].column, patches[i].at, patches[i].value);
        assert_crossed(in_folder("s.h5"), patches[i].part);
    }
    const struct plan plan = {.members = MEMBERS, .lines_of = zero_to_four_lines, .life = true};
    patch_element(store_of(&plan), "index/void_date", 2, 7);
    assert_crossed(in_folder("s.h5"), "index/void_date does not fit the claims");
    uint64_t year = 2015; /* one year too early */
    patch_attribute(good_store(), "index_year", H5T_STD_U64LE, 0, &year);
    seal_store(in_folder("s.h5"));
    assert_crossed(in_folder("s.h5"), "index/year_line does not fit claims/service_date");
}

static void test_order_of_lines(void **state)
{
    (void)state;
    const struct plan plan = {.members = 3100, .lines_of = three_lines};
    const char *path = store_of(&plan);
    struct ihp_error err;
    patch_element(path, "claims/service_date", 1, 16999); /* before the member's first line */
    assert_int_equal(cross_check(path, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "claims/service_date decreases within a member");
    patch_delete(good_store(), "index");
    patch_element(in_folder("s.h5"), "claims/service_date", 2, 17000);
    assert_crossed(in_folder("s.h5"), "claims/service_date decreases within a member");
}

/* Two lines of a member and day whose ids are in another order, and one line twice. */
static void test_order_within_a_day(void **state)
{
    (void)state;
    const char *path = good_store();
    patch_delete(path, "index");
    patch_element(path, "claims/service_date", 1, 17000); /* the day of line 0, in id order */
    assert_fits(path);
    static char texts[LINES * CLAIM_ID_WIDTH + 1];
    for (unsigned i = 0; i < LINES; i++) {
        snprintf(texts + i * CLAIM_ID_WIDTH, CLAIM_ID_WIDTH + 1, "C%05u", i == 0 ? 2 : i);
    }
    patch_texts(path, "claims/claim_id", CLAIM_ID_WIDTH, texts, LINES);
    assert_crossed(path, "claims/claim_id is not in order within a member's day");
    memcpy(texts, texts + CLAIM_ID_WIDTH, CLAIM_ID_WIDTH);
    patch_texts(path, "claims/claim_id", CLAIM_ID_WIDTH, texts, LINES);
    assert_fits(path); /* one claim, two lines */
    patch_element(path, "claims/line", 0, 9999999995);
    assert_crossed(path, "or has a line twice");
    patch_element(path, "claims/line", 0, 9999999996);
    assert_crossed(path, "claims/claim_id is not in order within a member's day");
}

static void test_codes(void **state)
{
    (void)state;
    static const struct patch patches[] = {
        {"members/sex", 60, 3, "members/sex has an unknown code"},
        {"members/sex", 0, 255, "members/sex has an unknown code"},
        {"members/race", 60, 2, "members/race has a number that dictionary/race does not have"},
        {"members/county", 3, 100000, "members/county has a number of more than five digits"},
        {"members/birth_date", 3, INT32_MIN, "members/birth_date has a day outside the years"},
        {"members/birth_date", 60, INT32_MAX, "members/birth_date has a day outside the years"},
    };
    for (size_t i = 0; i < sizeof patches / sizeof patches[0]; i++) {
        patch_element(good_store(), patches[i].column, patches[i].at, patches[i].value);
        assert_crossed(in_folder("s.h5"), patches[i].part);
    }
}

/* The ids of two blocks of members are in order, too: each block alone would be. */
static void test_order_of_blocks(void **state)
{
    (void)state;
    enum { BLOCK = 16384, COUNT = 2 * BLOCK };
    const struct plan plan = {.members = COUNT};
    char *texts = calloc(COUNT + 1, ID_WIDTH);
    assert_non_null(texts);
    for (unsigned m = 0; m < COUNT; m++) {
        snprintf(texts + m * ID_WIDTH, ID_WIDTH + 1, "M%05u",
                 (m < BLOCK ? m + BLOCK : m - BLOCK) % 100000);
    }
    const char *path = store_of(&plan);
    patch_texts(path, "members/id", ID_WIDTH, texts, COUNT);
    assert_crossed(path, "members/id is not in ascending order");
    free(texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_good_stores),        IN_FOLDER(test_index), IN_FOLDER(test_order_of_lines),
        IN_FOLDER(test_order_within_a_day), IN_FOLDER(test_codes), IN_FOLDER(test_order_of_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
