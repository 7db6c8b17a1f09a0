/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in a store that are used as an index or a size are refused if they are out of range.
 * Random changes of bytes never crash a reader. */
#include "store_patch.h"

/* The good store: 61 members, 120 lines, 60 spans, 31 rows of morbidity, 40 rows of the index. */
enum { MEMBERS = 61, LINES = 120, SPANS = 60, ROWS = 31, INDEX = 40 };

struct patch {
    const char *column;
    hsize_t at;
    int64_t value;
    const char *part;
};

static void assert_patches_refused(const struct patch *patch, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        patch_element(good_store(), patch[i].column, patch[i].at, patch[i].value);
        assert_store_refused(in_folder("s.h5"), patch[i].part);
    }
}
#define ASSERT_PATCHES_REFUSED(patches)                                                            \
    assert_patches_refused(patches, sizeof patches / sizeof patches[0])

static void test_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        int64_t end;
    } offsets[] = {
        {"enrollment/offset", SPANS}, {"morbidity/offset", ROWS}, {"claims/offset", LINES}};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        const char *column = offsets[i].column;
        int64_t end = offsets[i].end;
        const struct patch patches[] = {
            {column, MEMBERS, end + 1, "points past the end"},
            {column, 30, end + 1, "points past the end"},
            {column, 30, INT64_MAX, "points past the end"},
            {column, 30, -1, "points past the end"}, /* 2^64 - 1 */
            {column, 30, 0, "decreases"},
            {column, 30, end, "decreases"},
            {column, MEMBERS, 0, "decreases"},
        };
        ASSERT_PATCHES_REFUSED(patches);
    }
}

/* Rows before the first member's or after the last one's, with ascending offsets. */
static void test_offsets_that_leave_rows_out(void **state)
{
    (void)state;
    static const char *const columns[] = {"enrollment/offset", "morbidity/offset", "claims/offset"};
    static const int64_t end[] = {SPANS, ROWS, LINES};
    for (size_t i = 0; i < 3; i++) {
        const char *path = good_store();
        patch_element(path, columns[i], 0, 1);
        patch_element(path, columns[i], 1, 1);
        assert_store_refused(path, "does not start with 0");
        path = good_store();
        patch_element(path, columns[i], MEMBERS - 1, end[i] - 1);
        patch_element(path, columns[i], MEMBERS, end[i] - 1);
        assert_store_refused(path, "does not end with the number of rows");
    }
}

static void test_index_offsets(void **state)
{
    (void)state;
    static const struct patch patches[] = {
        {"index/offset", 30, 0, "index/offset decreases or points past the end"},
        {"index/offset", 30, INDEX + 1, "index/offset decreases or points past the end"},
        {"index/offset", 30, -1, "index/offset decreases or points past the end"},
        {"index/offset", 30, INDEX, "index/offset decreases or points past the end"},
        {"index/offset", MEMBERS, INDEX + 1, "index/offset "},
        {"index/offset", MEMBERS, 0, "index/offset "},
        {"index/year_line", 0, 1,
         "index/year_line decreases or points past the end"}, /* has no lines */
        {"index/year_line", 4 + 3, 4,
         "index/year_line decreases or points past the end"}, /* has three lines */
        {"index/year_line", 4 + 2, UINT32_MAX, "index/year_line decreases or points past the end"},
        {"index/year_line", 4 * MEMBERS - 4, UINT32_MAX,
         "index/year_line decreases or points past"},
    };
    ASSERT_PATCHES_REFUSED(patches);
}

/* More rows than lines for a member, with ascending offsets. */
static void test_index_rows_beyond_the_lines(void **state)
{
    (void)state;
    const char *path = good_store();
    for (hsize_t m = 2; m <= 6; m++) { /* member 1 has three lines, member 7 starts with row 4 */
        patch_element(path, "index/offset", m, 4);
    }
    assert_store_refused(path, "index/offset decreases or points past the end");
}

/* Rows before the first member's or after the last one's would be lost silently. */
static void test_index_offsets_cover_all_rows(void **state)
{
    (void)state;
    const char *path = good_store();
    patch_element(path, "index/offset", 0,
                  1); /* member 0 has no lines, member 1 three, one of them */
    patch_element(path, "index/offset", 1, 1); /* in the index */
    assert_store_refused(path, "index/offset");
}

static void test_index_offsets_end_with_the_rows(void **state)
{
    (void)state;
    const char *path = good_store();
    for (hsize_t m = 59; m <= MEMBERS; m++) { /* without the rows of the last members */
        patch_element(path, "index/offset", m, INDEX - 2);
    }
    assert_store_refused(path, "index/offset");
}

static void test_numbers_of_spans(void **state)
{
    (void)state;
    static const struct patch patches[] = {
        {"enrollment/payer", 0, PAYERS, "enrollment/payer has a number that dictionary/payer does"},
        {"enrollment/payer", SPANS - 1, 65535,
         "enrollment/payer has a number that dictionary/payer does"},
        {"enrollment/program", 5, 4, "column enrollment/program has an unknown code"},
        {"enrollment/program", SPANS - 1, 255, "column enrollment/program has an unknown code"},
        {"enrollment/exclusion", 5, 13, "has an unknown code"},
        {"enrollment/exclusion", 0, 255, "has an unknown code"},
        {"enrollment/month_to", 7, -1, "enrollment/month_to is before month_from"},
        {"enrollment/month_from", 7, 90000, "enrollment/month_to is before month_from"},
        {"enrollment/month_from", 7, INT32_MAX, "enrollment/month_from has a month outside"},
        {"enrollment/month_from", 0, INT32_MIN, "enrollment/month_from has a month outside"},
        {"enrollment/month_to", 7, 96360, "enrollment/month_to has a month outside the years"},
        {"enrollment/month_from", 7, -23629, "enrollment/month_from has a month outside"},
        {"enrollment/county", SPANS - 1, 100000, "county has a number of more than five digits"},
        {"morbidity/year", 0, 0, "morbidity/year has a year outside 0001 to 9999"},
        {"morbidity/year", ROWS - 1, 10000, "morbidity/year has a year outside 0001 to 9999"},
        {"morbidity/acg", 0, ACGS, "morbidity/acg has a number that dictionary/acg does"},
        {"morbidity/acg", ROWS - 1, 65535, "morbidity/acg has a number that dictionary/acg does"},
    };
    ASSERT_PATCHES_REFUSED(patches);
}

static void test_numbers_of_claims(void **state)
{
    (void)state;
    static const struct patch patches[] = {
        {"claims/service", 0, IHP__SERVICES, "claims/service has a number out of range"},
        {"claims/service", LINES - 1, 65535, "claims/service has a number out of range"},
        {"claims/procedure", 51, PROCEDURES, "claims/procedure has a number out of range"},
        {"claims/payer", 49, PAYERS, "claims/payer has a number out of range"},
        {"claims/billing_npi", 50, NPIS, "claims/billing_npi has a number out of range"},
        {"claims/billing_npi", 0, UINT32_MAX, "claims/billing_npi has a number out of range"},
        {"claims/treating_npi", LINES - 1, NPIS, "claims/treating_npi has a number out of"},
        {"claims/status", 100, 3, "claims/status has a number out of range"},
        {"claims/status", 0, 255, "claims/status has a number out of range"},
        {"index/procedure", 0, PROCEDURES, "index has a number out of range"},
        {"index/billing_npi", INDEX - 1, NPIS, "index has a number out of range"},
        {"index/treating_npi", 20, UINT32_MAX, "index has a number out of range"},
        {"index/negative", 5, 2, "index has a number out of range"},
        {"index/procedure_indexed", 1, 7, "index/procedure_indexed has a number out of range"},
        {"claims/known_from", 3, 0, "claims/known_from does not fit status and paid_date"},
        {"claims/status", 1, 0, "claims/known_from does not fit status and paid_date"},
        {"claims/paid_date", 3, 4, "claims/known_from does not fit status and paid_date"},
    };
    ASSERT_PATCHES_REFUSED(patches);
    /* The largest amount allowed. */
    struct ihp_error err;
    patch_element(good_store(), "claims/service", 0, IHP__SERVICES - 1);
    assert_int_equal(read_all(in_folder("s.h5"), &err), IHP_OK);
    patch_element(good_store(), "claims/billing_npi", 0, NPIS - 1);
    assert_int_equal(read_all(in_folder("s.h5"), &err), IHP_OK);
}

static void test_wide_amounts(void **state)
{
    (void)state;
    static const struct {
        int64_t cents;
        enum ihp_status status;
    } cases[] = {{IHP__MONEY_MAX, IHP_OK},           {-IHP__MONEY_MAX, IHP_OK},
                 {IHP__MONEY_MAX + 1, IHP_ERR_DATA}, {-IHP__MONEY_MAX - 1, IHP_ERR_DATA},
                 {INT64_MAX, IHP_ERR_DATA},          {INT64_MIN, IHP_ERR_DATA}};
    const struct plan plan = {.members = 20, .lines_of = zero_to_four_lines, .wide = true};
    write_store(in_folder("s.h5"), &plan);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp_error err;
        patch_element(in_folder("s.h5"), "claims/paid_amount", 39, cases[i].cents);
        assert_int_equal(read_all(in_folder("s.h5"), &err), cases[i].status);
    }
}

/* ---- dictionaries ---------------------------------------------------------------------------- */

/* The index has as many elements of index/procedure_indexed as there are procedures. */
static const char *store_without_index(void)
{
    patch_delete(good_store(), "index");
    return in_folder("s.h5");
}

/* Texts that would get control characters, or bytes that are no text, into files and onto
 * terminals.
 */
static void assert_texts_refused(const char *column)
{
    static const struct {
        const char *text;
        const char *part;
    } texts[] = {{"\033[31m", "has control characters"},  {"A\nB\0", "has control characters"},
                 {"A\177\0\0", "has control characters"}, {"A\302\233B", "has control characters"},
                 {"A\0B\0", "has control characters"},    {"A\303\0\0", "is not UTF-8 text"},
                 {"\355\240\200\0", "is not UTF-8 text"}, {"AB\340\240", "is not UTF-8 text"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char part[100];
        snprintf(part, sizeof part, "column %s %s", column, texts[i].part);
        patch_texts(store_without_index(), column, 4, texts[i].text, 1);
        assert_store_refused(in_folder("s.h5"), part);
    }
}

static void test_dictionaries(void **state)
{
    (void)state;
    static const char *const names[] = {"payer", "acg", "procedure", "taxonomy", "race"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char column[40], part[100];
        snprintf(column, sizeof column, "dictionary/%s", names[i]);
        snprintf(part, sizeof part, "column %s is not in text order", column);
        patch_texts(store_without_index(), column, 1, "ABDC", 4);
        assert_store_refused(in_folder("s.h5"), part);
        patch_texts(store_without_index(), column, 1, "ABB", 3);
        assert_store_refused(in_folder("s.h5"), part);
        patch_texts(store_without_index(), column, 2, "Ba\0\0", 2); /* 'Ba', then the empty text */
        assert_store_refused(in_folder("s.h5"), part);
        assert_texts_refused(column);
    }
    /* Fewer entries than the numbers in use. */
    patch_texts(good_store(), "dictionary/payer", 1, "A", 1);
    assert_store_refused(in_folder("s.h5"),
                         "enrollment/payer has a number that dictionary/payer does");
    patch_texts(good_store(), "dictionary/acg", 1, "A", 1);
    assert_store_refused(in_folder("s.h5"), "morbidity/acg has a number that dictionary/acg does");
    patch_texts(good_store(), "dictionary/procedure", 1, "A", 1);
    assert_store_refused(in_folder("s.h5"), "index/procedure_indexed has 3 elements where 1 are");
}

static void test_npis(void **state)
{
    (void)state;
    static const struct patch patches[] = {
        {"dictionary/npi", 0, 0, "does not start with the blank NPI"},
        {"dictionary/npi", 1, -1, "dictionary/npi is not in ascending order"},
        {"dictionary/npi", 2, 1000000001, "dictionary/npi is not in ascending order"},
        {"dictionary/npi", 3, INT64_MIN, "dictionary/npi is not in ascending order"},
        {"dictionary/npi", 3, 11000000000,
         "dictionary/npi has a number that is no NPI and no UMPI"},
        {"dictionary/npi_taxonomy", 1, 1, "has a number that dictionary/taxonomy does not have"},
        {"dictionary/npi_taxonomy", 3, UINT32_MAX - 1, "has a number that dictionary/taxonomy"},
    };
    ASSERT_PATCHES_REFUSED(patches);
    hsize_t none = 0, shorter = 2;
    patch_replace(good_store(), "dictionary/npi", H5T_STD_I64LE, 1, &none);
    assert_store_refused(in_folder("s.h5"), "dictionary/npi");
    patch_replace(good_store(), "dictionary/npi_taxonomy", H5T_STD_U32LE, 1, &shorter);
    assert_store_refused(in_folder("s.h5"), "dictionary/npi_taxonomy has 2 elements where 4 are");
}

/* More texts than 16-bit numbers can refer to. */
static void test_long_dictionary(void **state)
{
    (void)state;
    enum { COUNT = 65537, WIDTH = 5 };
    char *texts = calloc(COUNT + 1, WIDTH);
    assert_non_null(texts);
    for (int i = 0; i < COUNT; i++) {
        snprintf(texts + i * WIDTH, WIDTH + 1, "%05d", i);
    }
    static const char *const names[] = {"payer", "acg", "procedure", "race"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char column[40];
        snprintf(column, sizeof column, "dictionary/%s", names[i]);
        patch_texts(store_without_index(), column, WIDTH, texts, COUNT);
        assert_store_refused(in_folder("s.h5"), "16-bit numbers");
    }
    free(texts);
}

/* ---- random bytes ---------------------------------------------------------------------------- */

static uint64_t random_state = 20250101;

static uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

/* 2,000 damaged stores, one to eight bytes each. In every second store the bytes are among those
 * that describe columns, not in the columns. */
static void test_random_damage(void **state)
{
    (void)state;
    size_t size, described = 0;
    const char *path = good_store();
    unseal_store(path); /* digests would find the damage first */
    char *bytes = read_bytes(path, &size);
    size_t *place = calloc(size, sizeof *place); /* places of bytes that are not zero */
    assert_non_null(place);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            place[described++] = i;
        }
    }
    int refused = 0;
    for (int variant = 0; variant < 2000; variant++) {
        size_t at[8];
        char held[8];
        int turned = 1 + (int)random_below(8);
        for (int i = 0; i < turned; i++) {
            at[i] = variant % 2 == 0 ? place[random_below(described)] : random_below(size);
            held[i] = bytes[at[i]];
            bytes[at[i]] = (char)random_below(256);
        }
        write_bytes(path, bytes, size);
        struct ihp_error err;
        enum ihp_status status = read_all(path, &err);
        assert_true(status == IHP_OK || status == IHP_ERR_DATA);
        refused += status != IHP_OK;
        for (int i = turned - 1; i >= 0; i--) {
            bytes[at[i]] = held[i];
        }
    }
    assert_true(refused > 200 && refused < 2000);
    write_bytes(path, bytes, size);
    struct ihp_error err;
    assert_int_equal(read_all(path, &err), IHP_OK);
    free(bytes);
    free(place);
}

/* ---- ids ------------------------------------------------------------------------------------- */

static void test_ids(void **state)
{
    (void)state;
    static const char *const not_valid[] = {"../../", "A\n,\"",   "\033[31m",   "M 0001",
                                            "",       "M\0M\0\0", "M00\303\251"};
    char texts[MEMBERS * ID_WIDTH];
    for (size_t i = 0; i < sizeof not_valid / sizeof not_valid[0]; i++) {
        for (size_t m = 0; m < MEMBERS; m += MEMBERS - 1) {
            for (size_t n = 0; n < MEMBERS; n++) {
                char id[ID_WIDTH + 2];
                snprintf(id, sizeof id, "M%05u", (unsigned)n);
                memcpy(texts + n * ID_WIDTH, id, ID_WIDTH);
            }
            memset(texts + m * ID_WIDTH, 0, ID_WIDTH);
            memcpy(texts + m * ID_WIDTH, not_valid[i], i == 5 ? 4 : strlen(not_valid[i]));
            patch_texts(good_store(), "members/id", ID_WIDTH, texts, MEMBERS);
            assert_store_refused(in_folder("s.h5"),
                                 "column members/id has an ID that is not valid");
        }
    }
}

/* Ids in another order than ascending, and one id of two members. */
static void test_order_of_ids(void **state)
{
    (void)state;
    static const unsigned first[] = {1, 0}, second[] = {0, 0};
    for (size_t i = 0; i < 2; i++) {
        char texts[MEMBERS * ID_WIDTH + 1];
        for (unsigned m = 0; m < MEMBERS; m++) {
            unsigned number = m == 40 ? 40 + first[i] : m == 41 ? 40 + second[i] : m;
            snprintf(texts + m * ID_WIDTH, ID_WIDTH + 1, "M%05u", number % 100000);
        }
        patch_texts(good_store(), "members/id", ID_WIDTH, texts, MEMBERS);
        assert_store_refused(in_folder("s.h5"), "column members/id is not in ascending order");
    }
}

static void test_texts_of_claims(void **state)
{
    (void)state;
    char texts[LINES * 4] = "";
    for (size_t i = 0; i < LINES; i++) {
        memcpy(texts + i * 4, "C000", 4);
    }
    memcpy(texts + (LINES - 1) * 4, "A\nB", 4);
    patch_texts(good_store(), "claims/claim_id", 4, texts, LINES);
    assert_store_refused(in_folder("s.h5"), "column claims/claim_id has control characters");
    memcpy(texts + (LINES - 1) * 4, "A\377B", 4);
    patch_texts(good_store(), "claims/claim_id", 4, texts, LINES);
    assert_store_refused(in_folder("s.h5"), "column claims/claim_id is not UTF-8 text");
}

/* The texts of the root, which ihp info prints. */
static void test_texts_of_the_root(void **state)
{
    (void)state;
    char hash[32], version[8] = "1\n\033[2J";
    hid_t type = H5Tcopy(H5T_C_S1);
    memset(hash, '0', sizeof hash);
    hash[7] = '\n';
    H5Tset_size(type, sizeof hash);
    patch_attribute(good_store(), "content_hash", type, 0, hash);
    assert_store_refused(in_folder("s.h5"), "not finished");
    H5Tset_size(type, sizeof version);
    patch_attribute(good_store(), "program_version", type, 0, version);
    assert_store_refused(in_folder("s.h5"), "not finished");
    H5Tclose(type);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_offsets),
        IN_FOLDER(test_offsets_that_leave_rows_out),
        IN_FOLDER(test_index_offsets),
        IN_FOLDER(test_index_rows_beyond_the_lines),
        IN_FOLDER(test_index_offsets_cover_all_rows),
        IN_FOLDER(test_index_offsets_end_with_the_rows),
        IN_FOLDER(test_numbers_of_spans),
        IN_FOLDER(test_numbers_of_claims),
        IN_FOLDER(test_wide_amounts),
        IN_FOLDER(test_dictionaries),
        IN_FOLDER(test_npis),
        IN_FOLDER(test_long_dictionary),
        IN_FOLDER(test_ids),
        IN_FOLDER(test_order_of_ids),
        IN_FOLDER(test_texts_of_claims),
        IN_FOLDER(test_texts_of_the_root),
        IN_FOLDER(test_random_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
